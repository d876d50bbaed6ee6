-- One row per area of the register, ended ones included.
CREATE TABLE area (
    area_code VARCHAR NOT NULL,
    area_name VARCHAR NOT NULL,
    area_name_welsh VARCHAR,
    area_type VARCHAR NOT NULL,
    position INTEGER NOT NULL,
    country VARCHAR,
    region VARCHAR,
    county VARCHAR,
    combined_authority VARCHAR,
    start_day VARCHAR,
    end_day VARCHAR
)
