-- One row per area and dimension, ordered by both.
SELECT
    area_code,
    dimension,
    score,
    variance
FROM index_dimension
ORDER BY area_code, dimension
