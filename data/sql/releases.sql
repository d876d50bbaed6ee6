-- One row per release, ordered by source and id.
SELECT
    source_id,
    release_id,
    published,
    retrieved,
    url,
    file,
    sha256,
    bytes,
    n_rows,
    n_skipped
FROM release
ORDER BY source_id, release_id, file
