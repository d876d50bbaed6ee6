package data

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// cellTypes are DuckDB's types for the kinds of cells.
var cellTypes = map[CellKind]string{TextCells: "VARCHAR", NumberCells: "DOUBLE", IntegerCells: "BIGINT", TruthCells: "BOOLEAN"}

// Parquet writes a sheet as one Parquet file in the order of its rows, a
// missing cell as null. The same sheet gives the same bytes.
func Parquet(ctx context.Context, s Sheet) (_ []byte, err error) {
	dir, err := os.MkdirTemp("", "goodwork-export-")
	if err != nil {
		return nil, fmt.Errorf("write Parquet: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	db, err := open("", false, 1)
	if err != nil {
		return nil, fmt.Errorf("write Parquet: %w", err)
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	if err := putSheet(ctx, db, "sheet", s); err != nil {
		return nil, fmt.Errorf("write Parquet: %w", err)
	}
	file := filepath.Join(dir, "sheet.parquet")
	if _, err := db.ExecContext(ctx, "COPY sheet TO '"+quoted(file)+"' (FORMAT parquet, COMPRESSION zstd)"); err != nil {
		return nil, fmt.Errorf("write Parquet: %w", err)
	}
	return os.ReadFile(file)
}

// putSheet makes a table of a sheet. The names of columns can't be parameters
// of a statement, so they are quoted.
func putSheet(ctx context.Context, db *sql.DB, table string, s Sheet) error {
	columns := make([]string, len(s.Columns))
	for i, c := range s.Columns {
		columns[i] = `"` + strings.ReplaceAll(c.Name, `"`, `""`) + `" ` + cellTypes[c.Kind]
	}
	if _, err := db.ExecContext(ctx, "CREATE TABLE "+table+" ("+strings.Join(columns, ", ")+")"); err != nil {
		return fmt.Errorf("make the table %s: %w", table, err)
	}
	return appendRows(ctx, db, table, func(yield func([]driver.Value) bool) {
		row := make([]driver.Value, len(s.Columns))
		for _, cells := range s.Rows {
			for i, c := range cells {
				row[i] = c
			}
			if !yield(row) {
				return
			}
		}
	})
}

// WriteDuckDB writes the whole edition to a new DuckDB file: the tables of the
// edition as its schema has them, and a table "figure" with the sheet given.
// The file is whole, or there is none.
func (s *EditionStore) WriteDuckDB(ctx context.Context, path string, figures Sheet) (err error) {
	db, err := open(path, false, 1)
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(fmt.Errorf("write %s: %w", filepath.Base(path), err), db.Close(), os.Remove(path))
		}
	}()
	if err := createTables(ctx, db, edition); err != nil {
		return err
	}
	tables, err := tableNames(edition)
	if err != nil {
		return err
	}
	for _, t := range tables {
		if err := copyRows(ctx, s.db, db, t); err != nil {
			return fmt.Errorf("table %s: %w", t, err)
		}
	}
	if err := putSheet(ctx, db, "figure", figures); err != nil {
		return err
	}
	if _, err := db.ExecContext(ctx, "CHECKPOINT"); err != nil {
		return err
	}
	return db.Close()
}

// copyRows copies a table between two databases that can't see one another.
func copyRows(ctx context.Context, from, to *sql.DB, table string) error {
	rows, err := from.QueryContext(ctx, "SELECT * FROM "+table+" ORDER BY ALL")
	if err != nil {
		return err
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		return err
	}
	cells, into := make([]any, len(columns)), make([]any, len(columns))
	for i := range cells {
		into[i] = &cells[i]
	}
	var scanned error
	appended := appendRows(ctx, to, table, func(yield func([]driver.Value) bool) {
		for rows.Next() {
			if scanned = rows.Scan(into...); scanned != nil {
				return
			}
			row := make([]driver.Value, len(cells))
			for i, c := range cells {
				row[i] = c
			}
			if !yield(row) {
				return
			}
		}
	})
	return errors.Join(appended, scanned, rows.Err())
}
