-- One row per member of the Good Work Index, with its frozen goalposts.
CREATE TABLE index_indicator (
    member VARCHAR NOT NULL,
    indicator_id VARCHAR NOT NULL,
    dimension VARCHAR NOT NULL,
    direction INTEGER NOT NULL CHECK (direction IN (-1, 1)),
    lo DOUBLE NOT NULL,
    hi DOUBLE NOT NULL,
    periods VARCHAR NOT NULL,
    mean_shift DOUBLE,
    max_shift DOUBLE,
    spearman DOUBLE
)
