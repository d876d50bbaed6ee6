-- One row per area that has a row in the edition, ordered by code.
SELECT DISTINCT area_code
FROM estimate
ORDER BY area_code
