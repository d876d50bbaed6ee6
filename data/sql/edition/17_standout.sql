-- One row per figure that differs from its benchmark and moves the same way.
CREATE TABLE standout (
    indicator_id VARCHAR NOT NULL,
    area_code VARCHAR NOT NULL,
    period VARCHAR NOT NULL,
    better BOOLEAN NOT NULL,
    role VARCHAR NOT NULL
)
