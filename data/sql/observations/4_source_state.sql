-- One row per source: whether its last run took in what the publisher has now.
CREATE TABLE source_state (
    source_id VARCHAR NOT NULL,
    checked VARCHAR NOT NULL,
    stale BOOLEAN NOT NULL,
    reason VARCHAR
)
