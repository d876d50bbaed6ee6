-- One row per source, ordered by id.
SELECT
    source_id,
    title,
    publisher,
    licence,
    landing_page,
    designation,
    frequency,
    next_release
FROM source
ORDER BY source_id
