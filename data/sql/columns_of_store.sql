-- One row per column of the store, as table and column with its type, ordered by name.
SELECT table_name || '.' || column_name || ' ' || data_type
FROM duckdb_columns()
WHERE schema_name = 'main' AND NOT internal
ORDER BY 1
