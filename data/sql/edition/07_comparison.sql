-- One row per figure and benchmark role.
CREATE TABLE comparison (
    indicator_id VARCHAR NOT NULL,
    area_code VARCHAR NOT NULL,
    period VARCHAR NOT NULL,
    role VARCHAR NOT NULL,
    benchmark_code VARCHAR NOT NULL,
    benchmark_value DOUBLE NOT NULL,
    gap DOUBLE NOT NULL,
    gap_lower_95 DOUBLE,
    gap_upper_95 DOUBLE,
    p FLOAT,
    verdict VARCHAR NOT NULL CHECK (verdict IN ('better', 'worse', 'higher', 'lower', 'similar', 'not tested')),
    p_adjusted FLOAT,
    verdict_adjusted VARCHAR CHECK (verdict_adjusted IN ('better', 'worse', 'higher', 'lower', 'similar', 'not tested')),
    CHECK ((verdict = 'not tested') = (p IS NULL))
)
