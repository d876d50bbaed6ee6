-- One row per pair, ordered by kind and names.
SELECT
    kind,
    a,
    b,
    n,
    r
FROM index_correlation
ORDER BY kind, a, b
