-- One row: which version of the index this is.
SELECT
    version,
    year,
    draws,
    seed
FROM index_version
