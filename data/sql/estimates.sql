-- $1 indicators, $2 areas, $3 levels, $4 periods (each empty for all), $5 latest period only.
-- One row per figure, ordered by indicator position, area position, period.
SELECT
    e.indicator_id,
    e.area_code,
    e.period,
    e.value,
    e.marker,
    e.lower_95,
    e.upper_95,
    e.unit,
    e.flags,
    e.source_id,
    e.release_id,
    e.numerator,
    e.denominator,
    e.grade,
    e.grade_reason,
    a.area_name,
    a.area_type
FROM estimate AS e
INNER JOIN indicator AS i ON e.indicator_id = i.indicator_id
INNER JOIN area AS a ON e.area_code = a.area_code
WHERE
    (len($1::VARCHAR[]) = 0 OR list_contains($1::VARCHAR[], e.indicator_id))
    AND (len($2::VARCHAR[]) = 0 OR list_contains($2::VARCHAR[], e.area_code))
    AND (len($3::VARCHAR[]) = 0 OR list_contains($3::VARCHAR[], a.area_type))
    AND (len($4::VARCHAR[]) = 0 OR list_contains($4::VARCHAR[], e.period))
    AND (NOT $5::BOOLEAN OR e.period = i.latest_period)
ORDER BY i.position, a.position, e.period
