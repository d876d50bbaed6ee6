-- One row per local area's figure: its place among all local areas.
CREATE TABLE position (
    indicator_id VARCHAR NOT NULL,
    area_code VARCHAR NOT NULL,
    period VARCHAR NOT NULL,
    n INTEGER NOT NULL,
    rank INTEGER NOT NULL,
    rank_lower_95 INTEGER,
    rank_upper_95 INTEGER,
    rank_shown BOOLEAN NOT NULL,
    fifth INTEGER NOT NULL,
    tenth INTEGER NOT NULL
)
