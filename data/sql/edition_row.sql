-- One row: which edition this is.
SELECT
    edition_id,
    edition_date,
    content_sha256,
    code_version
FROM edition
