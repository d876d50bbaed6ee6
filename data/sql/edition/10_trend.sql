-- One row per figure: what a test says of the periods that end at it.
CREATE TABLE trend (
    indicator_id VARCHAR NOT NULL,
    area_code VARCHAR NOT NULL,
    period VARCHAR NOT NULL,
    from_period VARCHAR,
    method VARCHAR NOT NULL CHECK (method IN ('weighted', 'mann-kendall')),
    n INTEGER NOT NULL,
    slope DOUBLE,
    chi2 DOUBLE,
    p DOUBLE,
    verdict VARCHAR NOT NULL CHECK (verdict IN ('increasing', 'decreasing', 'no significant change', 'not assessed')),
    reason VARCHAR
)
