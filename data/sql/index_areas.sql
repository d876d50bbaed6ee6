-- One row per area in scope, ordered by code.
SELECT
    area_code,
    index_score,
    lower_95,
    upper_95,
    geometric,
    ampi,
    zscore,
    percentile_rank,
    minmax,
    noise_p05,
    noise_p50,
    noise_p95,
    weights_p05,
    weights_p50,
    weights_p95,
    method_p05,
    method_p50,
    method_p95,
    all_p05,
    all_p50,
    all_p95,
    band,
    reason
FROM index_area
ORDER BY area_code
