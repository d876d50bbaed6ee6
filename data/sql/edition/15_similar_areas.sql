-- One row per local area's latest figure and list of similar areas.
CREATE TABLE similar_areas (
    indicator_id VARCHAR NOT NULL,
    area_code VARCHAR NOT NULL,
    period VARCHAR NOT NULL,
    kind VARCHAR NOT NULL CHECK (kind IN ('demographic', 'economic', 'global')),
    n INTEGER NOT NULL,
    n_tested INTEGER NOT NULL,
    n_higher INTEGER NOT NULL,
    n_lower INTEGER NOT NULL
)
