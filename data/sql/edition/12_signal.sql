-- One row per indicator and period: how much of the spread between local areas is more than sampling error.
CREATE TABLE signal (
    indicator_id VARCHAR NOT NULL,
    period VARCHAR NOT NULL,
    n INTEGER NOT NULL,
    mean DOUBLE,
    sd DOUBLE,
    rms_se DOUBLE,
    tau_moments DOUBLE,
    tau_pm DOUBLE,
    signal_share DOUBLE,
    use VARCHAR NOT NULL CHECK (use IN ('rank', 'map', 'show', 'untested')),
    draws INTEGER NOT NULL
)
