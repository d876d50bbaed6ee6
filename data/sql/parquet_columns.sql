-- $1 path of a Parquet file. One row per column of its table, ordered as in the file.
SELECT name, num_children
FROM parquet_schema($1)
WHERE column_id > 0
ORDER BY column_id
