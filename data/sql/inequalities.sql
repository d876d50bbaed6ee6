-- $1 indicator (empty for all). One row per indicator and period, ordered by both.
SELECT
    indicator_id,
    period,
    n,
    mean,
    cv,
    theil_t,
    mld,
    gini,
    p90,
    p10,
    p90_p10,
    net_sd
FROM inequality
WHERE $1::VARCHAR = '' OR indicator_id = $1::VARCHAR
ORDER BY indicator_id, period
