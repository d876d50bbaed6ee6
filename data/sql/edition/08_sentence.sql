-- One row per sentence about an area.
CREATE TABLE sentence (
    indicator_id VARCHAR,
    area_code VARCHAR NOT NULL,
    period VARCHAR,
    role VARCHAR NOT NULL,
    position INTEGER NOT NULL,
    text VARCHAR NOT NULL
)
