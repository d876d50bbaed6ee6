-- One row per indicator and period: gaps between local areas.
CREATE TABLE inequality (
    indicator_id VARCHAR NOT NULL,
    period VARCHAR NOT NULL,
    n INTEGER NOT NULL,
    mean DOUBLE,
    cv DOUBLE,
    theil_t DOUBLE,
    mld DOUBLE,
    gini DOUBLE,
    p90 DOUBLE,
    p10 DOUBLE,
    p90_p10 DOUBLE,
    net_sd DOUBLE
)
