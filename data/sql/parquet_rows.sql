-- $1 path of a Parquet file; $2 names of the columns wanted; $3, $5, $7 columns
-- that pick rows, $4, $6, $8 the texts of which each must have one; $9 most rows.
-- One row per row of the file that is picked, ordered as in the file: its number,
-- from 0, and the columns as text, in the order of the file.
SELECT
    file_row_number,
    COLUMNS(c -> list_contains($2, c))::VARCHAR
FROM read_parquet($1, file_row_number = true)
WHERE
    list_contains($4, COLUMNS(c -> c = $3)::VARCHAR)
    AND list_contains($6, COLUMNS(c -> c = $5)::VARCHAR)
    AND list_contains($8, COLUMNS(c -> c = $7)::VARCHAR)
ORDER BY file_row_number
LIMIT $9
