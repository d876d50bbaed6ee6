-- What one figure was made from: $1 indicator, $2 area, $3 period.
-- One row per input, ordered by role, measure and row.
SELECT
    area_code,
    role,
    source_id,
    release_id,
    measure,
    published_area,
    observed_period,
    value,
    marker,
    cv,
    source_row,
    members
FROM input
WHERE
    indicator_id = $1
    AND (area_code = $2 OR area_code IS NULL)
    AND period = $3
ORDER BY
    list_position(['value', 'numerator', 'denominator', 'over', 'under', 'part', 'rest', 'base', 'index', 'share', 'members'], role),
    measure,
    source_row
