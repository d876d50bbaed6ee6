-- $1 indicators, $2 areas, $3 levels, $4 periods (each empty for all), $5 latest period only.
-- One row per figure and role, ordered by indicator position, area position, period.
SELECT
    c.indicator_id,
    c.area_code,
    c.period,
    c.role,
    c.benchmark_code,
    c.benchmark_value,
    c.gap,
    c.gap_lower_95,
    c.gap_upper_95,
    c.p,
    c.verdict,
    c.p_adjusted,
    c.verdict_adjusted
FROM comparison AS c
INNER JOIN indicator AS i ON c.indicator_id = i.indicator_id
INNER JOIN area AS a ON c.area_code = a.area_code
WHERE
    (len($1::VARCHAR[]) = 0 OR list_contains($1::VARCHAR[], c.indicator_id))
    AND (len($2::VARCHAR[]) = 0 OR list_contains($2::VARCHAR[], c.area_code))
    AND (len($3::VARCHAR[]) = 0 OR list_contains($3::VARCHAR[], a.area_type))
    AND (len($4::VARCHAR[]) = 0 OR list_contains($4::VARCHAR[], c.period))
    AND (NOT $5::BOOLEAN OR c.period = i.latest_period)
ORDER BY i.position, a.position, c.period
