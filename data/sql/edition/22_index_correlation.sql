-- One row per pair: dimensions with each other, the index with indicators outside it.
CREATE TABLE index_correlation (
    kind VARCHAR NOT NULL CHECK (kind IN ('dimension', 'validation')),
    a VARCHAR NOT NULL,
    b VARCHAR NOT NULL,
    n INTEGER NOT NULL,
    r DOUBLE
)
