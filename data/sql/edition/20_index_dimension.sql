-- One row per area and dimension of the Good Work Index.
CREATE TABLE index_dimension (
    area_code VARCHAR NOT NULL,
    dimension VARCHAR NOT NULL,
    score DOUBLE,
    variance DOUBLE
)
