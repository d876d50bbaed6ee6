-- One row per source: one product of one publisher.
CREATE TABLE source (
    source_id VARCHAR NOT NULL,
    title VARCHAR NOT NULL,
    publisher VARCHAR NOT NULL,
    licence VARCHAR NOT NULL,
    landing_page VARCHAR NOT NULL,
    designation VARCHAR NOT NULL,
    frequency VARCHAR NOT NULL,
    next_release VARCHAR
)
