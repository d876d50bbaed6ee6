-- One row: which edition this is.
CREATE TABLE edition (
    edition_id VARCHAR NOT NULL,
    edition_date VARCHAR NOT NULL,
    content_sha256 VARCHAR NOT NULL,
    code_version VARCHAR NOT NULL
)
