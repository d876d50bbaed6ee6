-- One row per area and year that has both axes: quality and quantity of work against Great Britain.
CREATE TABLE quadrant (
    area_code VARCHAR NOT NULL,
    year INTEGER NOT NULL,
    quality DOUBLE NOT NULL,
    quality_lower_95 DOUBLE,
    quality_upper_95 DOUBLE,
    quality_line DOUBLE NOT NULL,
    quantity DOUBLE NOT NULL,
    quantity_lower_95 DOUBLE,
    quantity_upper_95 DOUBLE,
    quantity_line DOUBLE NOT NULL,
    p_hh DOUBLE NOT NULL,
    p_hl DOUBLE NOT NULL,
    p_lh DOUBLE NOT NULL,
    p_ll DOUBLE NOT NULL,
    verdict VARCHAR NOT NULL
)
