-- One row per key that stands more than once, ordered by the key; wanted empty.
SELECT
    source_id,
    measure,
    area_code,
    period,
    count(*) AS n
FROM observation
GROUP BY ALL
HAVING count(*) > 1
ORDER BY ALL
LIMIT 20
