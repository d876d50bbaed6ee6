-- $1 indicator. One row per period, ordered by first day.
SELECT DISTINCT period
FROM estimate
WHERE indicator_id = $1
ORDER BY period
