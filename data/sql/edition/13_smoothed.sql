-- One row per local area's figure: its empirical-Bayes estimate.
CREATE TABLE smoothed (
    indicator_id VARCHAR NOT NULL,
    area_code VARCHAR NOT NULL,
    period VARCHAR NOT NULL,
    value DOUBLE NOT NULL,
    se DOUBLE NOT NULL,
    weight DOUBLE NOT NULL
)
