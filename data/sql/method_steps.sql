-- The steps of one indicator, $1. One row per step, ordered by position.
SELECT
    indicator_id,
    position,
    name,
    formula,
    text,
    function,
    literature
FROM method_step
WHERE indicator_id = $1
ORDER BY position
