-- $1 indicator (empty for all). One row per indicator and period, ordered by both.
SELECT
    indicator_id,
    period,
    n,
    mean,
    sd,
    rms_se,
    tau_moments,
    tau_pm,
    signal_share,
    use,
    draws
FROM signal
WHERE $1::VARCHAR = '' OR indicator_id = $1::VARCHAR
ORDER BY indicator_id, period
