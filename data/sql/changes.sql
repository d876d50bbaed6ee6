-- $1 indicators, $2 areas, $3 levels, $4 periods (each empty for all), $5 latest period only.
-- One row per figure and span, ordered by indicator position, area position, period.
SELECT
    x.indicator_id,
    x.area_code,
    x.period,
    x.from_period,
    x.span,
    x.amount,
    x.is_percent,
    x.lower_95,
    x.upper_95,
    x.p,
    x.verdict,
    x.reason
FROM change AS x
INNER JOIN indicator AS i ON x.indicator_id = i.indicator_id
INNER JOIN area AS a ON x.area_code = a.area_code
WHERE
    (len($1::VARCHAR[]) = 0 OR list_contains($1::VARCHAR[], x.indicator_id))
    AND (len($2::VARCHAR[]) = 0 OR list_contains($2::VARCHAR[], x.area_code))
    AND (len($3::VARCHAR[]) = 0 OR list_contains($3::VARCHAR[], a.area_type))
    AND (len($4::VARCHAR[]) = 0 OR list_contains($4::VARCHAR[], x.period))
    AND (NOT $5::BOOLEAN OR x.period = i.latest_period)
ORDER BY i.position, a.position, x.period, x.span
