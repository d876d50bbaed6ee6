-- $1 area. One row per sentence, ordered by role and position.
SELECT
    indicator_id,
    area_code,
    period,
    role,
    position,
    text
FROM sentence
WHERE area_code = $1
ORDER BY role, position, indicator_id
