-- $1 area (empty for all), $2 year (0 for all). One row per area and year, ordered by both.
SELECT
    area_code,
    year,
    quality,
    quality_lower_95,
    quality_upper_95,
    quality_line,
    quantity,
    quantity_lower_95,
    quantity_upper_95,
    quantity_line,
    p_hh,
    p_hl,
    p_lh,
    p_ll,
    verdict
FROM quadrant
WHERE
    ($1::VARCHAR = '' OR area_code = $1::VARCHAR)
    AND ($2::INTEGER = 0 OR year = $2::INTEGER)
ORDER BY area_code, year
