-- One row: which version of the Good Work Index this is.
CREATE TABLE index_version (
    version VARCHAR NOT NULL,
    year INTEGER NOT NULL,
    draws INTEGER NOT NULL,
    seed BIGINT NOT NULL
)
