-- One row per cell as published, with a number or a marker, never both and never neither.
CREATE TABLE observation (
    source_id VARCHAR NOT NULL,
    release_id VARCHAR NOT NULL,
    measure VARCHAR NOT NULL,
    area_code VARCHAR NOT NULL,
    published_area VARCHAR NOT NULL,
    period VARCHAR NOT NULL,
    value DOUBLE CHECK (NOT isnan(value) AND NOT isinf(value)),
    marker VARCHAR CHECK (marker IN ('c', 'x', 'u', 'z', 'w', 'low')),
    lower_95 DOUBLE,
    upper_95 DOUBLE,
    cv DOUBLE,
    flags VARCHAR NOT NULL,
    unit VARCHAR NOT NULL,
    source_row BIGINT NOT NULL,
    CHECK ((value IS NULL) <> (marker IS NULL)),
    CHECK ((lower_95 IS NULL) = (upper_95 IS NULL)),
    CHECK (lower_95 IS NULL OR value IS NOT NULL)
)
