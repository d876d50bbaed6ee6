-- One row per input of a figure; without an area, of all figures of the period.
CREATE TABLE input (
    indicator_id VARCHAR NOT NULL,
    area_code VARCHAR,
    period VARCHAR NOT NULL,
    role VARCHAR NOT NULL,
    source_id VARCHAR NOT NULL,
    release_id VARCHAR NOT NULL,
    measure VARCHAR,
    published_area VARCHAR,
    observed_period VARCHAR,
    value DOUBLE,
    marker VARCHAR,
    cv DOUBLE,
    source_row INTEGER,
    members VARCHAR,
    CHECK (value IS NULL OR marker IS NULL),
    CHECK ((role = 'members') = (members IS NOT NULL))
)
