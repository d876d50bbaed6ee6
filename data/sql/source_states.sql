-- One row per source, ordered by id.
SELECT
    source_id,
    checked,
    stale,
    reason
FROM source_state
ORDER BY source_id
