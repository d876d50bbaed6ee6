package data

import (
	"context"
	"errors"
	"fmt"
)

// BareRead reads CSV files, packed or not, as DuckDB does by itself, without any
// of the checks of an ingest, and counts their rows. What an ingest takes is
// held against it.
func BareRead(ctx context.Context, paths ...string) (rows int, err error) {
	db, err := open("", false, 0)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	for _, path := range paths {
		if _, err := db.ExecContext(ctx, "CREATE OR REPLACE TABLE bare AS SELECT * FROM read_csv('"+quoted(path)+"')"); err != nil {
			return 0, fmt.Errorf("read %s: %w", path, err)
		}
		var n int
		if err := db.QueryRowContext(ctx, "SELECT count(*) FROM bare").Scan(&n); err != nil {
			return 0, fmt.Errorf("read %s: %w", path, err)
		}
		rows += n
	}
	return rows, nil
}
