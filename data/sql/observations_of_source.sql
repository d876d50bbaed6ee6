-- $1 source. One row per observation, ordered by measure, area, period.
SELECT
    source_id,
    release_id,
    measure,
    area_code,
    published_area,
    period,
    value,
    marker,
    lower_95,
    upper_95,
    cv,
    flags,
    unit,
    source_row
FROM observation
WHERE source_id = $1
ORDER BY measure, area_code, period
