-- One row per release of a source: the very bytes read.
CREATE TABLE release (
    source_id VARCHAR NOT NULL,
    release_id VARCHAR NOT NULL,
    published VARCHAR,
    retrieved VARCHAR,
    url VARCHAR NOT NULL,
    file VARCHAR NOT NULL,
    sha256 VARCHAR NOT NULL CHECK (length(sha256) = 64),
    bytes BIGINT NOT NULL,
    n_rows BIGINT NOT NULL,
    n_skipped BIGINT NOT NULL
)
