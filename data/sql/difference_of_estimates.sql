-- Figures that the attached editions "old" and "recent" give differently.
-- One row per indicator, area and period, ordered by them.
WITH old_period AS (
    SELECT DISTINCT
        indicator_id,
        period
    FROM old.estimate
)
SELECT
    CASE
        WHEN a.area_code IS NULL AND p.period IS NULL THEN 'new period'
        WHEN a.area_code IS NULL THEN 'added'
        WHEN b.area_code IS NULL THEN 'dropped'
        WHEN a.value IS DISTINCT FROM b.value OR a.marker IS DISTINCT FROM b.marker THEN 'revised'
        ELSE 'interval'
    END AS kind,
    indicator_id,
    area_code,
    period,
    a.value,
    a.marker,
    a.lower_95,
    a.upper_95,
    b.value,
    b.marker,
    b.lower_95,
    b.upper_95
FROM old.estimate AS a
FULL OUTER JOIN recent.estimate AS b USING (indicator_id, area_code, period)
LEFT JOIN old_period AS p USING (indicator_id, period)
WHERE
    a.area_code IS NULL
    OR b.area_code IS NULL
    OR a.value IS DISTINCT FROM b.value
    OR a.marker IS DISTINCT FROM b.marker
    OR a.lower_95 IS DISTINCT FROM b.lower_95
    OR a.upper_95 IS DISTINCT FROM b.upper_95
ORDER BY
    indicator_id,
    area_code,
    period
