-- One row per indicator, area and period, with a number or a marker.
CREATE TABLE estimate (
    indicator_id VARCHAR NOT NULL,
    area_code VARCHAR NOT NULL,
    period VARCHAR NOT NULL,
    value DOUBLE CHECK (NOT isnan(value) AND NOT isinf(value)),
    marker VARCHAR CHECK (marker IN ('c', 'x', 'u', 'z', 'w', 'low')),
    lower_95 DOUBLE,
    upper_95 DOUBLE,
    unit VARCHAR NOT NULL,
    flags VARCHAR NOT NULL,
    source_id VARCHAR NOT NULL,
    release_id VARCHAR NOT NULL,
    numerator DOUBLE,
    denominator DOUBLE,
    grade VARCHAR CHECK (grade IN ('A', 'B', 'C', 'D')),
    grade_reason VARCHAR,
    CHECK ((value IS NULL) <> (marker IS NULL)),
    CHECK ((lower_95 IS NULL) = (upper_95 IS NULL)),
    CHECK (lower_95 IS NULL OR value IS NOT NULL),
    CHECK (grade IS NULL OR value IS NOT NULL)
)
