-- One row per step by which an indicator's figures are made.
CREATE TABLE method_step (
    indicator_id VARCHAR NOT NULL,
    position INTEGER NOT NULL,
    name VARCHAR NOT NULL,
    formula VARCHAR,
    text VARCHAR NOT NULL,
    function VARCHAR NOT NULL,
    literature VARCHAR
)
