-- Verdicts of comparisons that the attached editions "old" and "recent" give differently.
-- One row per indicator, area, period and role, ordered by them.
SELECT
    indicator_id,
    area_code,
    period,
    role,
    a.verdict,
    b.verdict
FROM old.comparison AS a
INNER JOIN recent.comparison AS b USING (indicator_id, area_code, period, role)
WHERE a.verdict <> b.verdict
ORDER BY
    indicator_id,
    area_code,
    period,
    role
