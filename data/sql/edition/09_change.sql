-- One row per figure of an indicator's latest period and span of time.
CREATE TABLE change (
    indicator_id VARCHAR NOT NULL,
    area_code VARCHAR NOT NULL,
    period VARCHAR NOT NULL,
    from_period VARCHAR,
    span VARCHAR NOT NULL CHECK (span IN ('1y', '5y', '10y', 'since-2019')),
    amount DOUBLE,
    is_percent BOOLEAN NOT NULL,
    lower_95 DOUBLE,
    upper_95 DOUBLE,
    p DOUBLE,
    verdict VARCHAR NOT NULL CHECK (verdict IN ('rise', 'fall', 'no clear change', 'not assessed')),
    reason VARCHAR
)
