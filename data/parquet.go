package data

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
)

// ParquetQuery says what is wanted of a publisher's Parquet file: Columns, all
// that it may have; of its rows those that have, in each column of Keep, one of
// the texts; and at most MaxRows of them. Keep names one to three columns.
type ParquetQuery struct {
	Columns []string
	Keep    map[string][]string
	MaxRows int
}

// ParquetError is what is wrong with a publisher's Parquet file, in a column
// where one is to blame.
type ParquetError struct {
	Column  string
	Problem string
}

func (e *ParquetError) Error() string {
	if e.Column == "" {
		return "Parquet: " + e.Problem
	}
	return fmt.Sprintf("Parquet, column %q: %s", e.Column, e.Problem)
}

// Unwrap makes a fault of a Parquet file a case of ErrInvalid.
func (e *ParquetError) Unwrap() error { return ErrInvalid }

// ReadParquet calls each with the rows that are asked for, in the order of the
// file: the row's number, from 1, and the text of each column in the order of
// the query, "" for null. Days are written 2023-01-01. The file passes through
// the system's temporary directory, since DuckDB reads files only. A fault of
// the file is a *ParquetError.
func ReadParquet(ctx context.Context, content []byte, q ParquetQuery, each func(row int, fields []string)) (err error) {
	if len(content) < 12 || string(content[:4]) != "PAR1" || string(content[len(content)-4:]) != "PAR1" {
		return &ParquetError{Problem: "not a Parquet file, or one that has been cut off"}
	}
	if len(q.Keep) == 0 || len(q.Keep) > 3 {
		return fmt.Errorf("parquet: rows picked by %d columns, want one to three: %w", len(q.Keep), ErrInvalid)
	}
	path, remove, err := temporaryFile(content)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, remove()) }()
	db, err := open("", false, 0)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	order, err := parquetColumns(ctx, db, path, q.Columns)
	if err != nil {
		return err
	}
	args := []any{path, q.Columns}
	for _, c := range keepColumns(q.Keep) {
		args = append(args, c, q.Keep[c])
	}
	rows, err := db.QueryContext(ctx, statement("parquet_rows"), append(args, q.MaxRows+1)...)
	if err != nil {
		return parquetFault(ctx, path, err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	return eachParquetRow(ctx, path, rows, order, q.MaxRows, each)
}

// eachParquetRow scans rows whose columns stand in order, the places in the
// query of the file's columns.
func eachParquetRow(ctx context.Context, path string, rows *sql.Rows, order []int, most int, each func(row int, fields []string)) error {
	texts := make([]sql.NullString, len(order))
	fields := make([]string, len(order))
	var number int
	into := []any{&number}
	for i := range texts {
		into = append(into, &texts[i])
	}
	n := 0
	for rows.Next() {
		if n++; n > most {
			return &ParquetError{Problem: fmt.Sprintf("more than %d rows", most)}
		}
		if err := rows.Scan(into...); err != nil {
			return err
		}
		for i, t := range texts {
			fields[order[i]] = t.String
		}
		each(number+1, fields)
	}
	if err := rows.Err(); err != nil {
		return parquetFault(ctx, path, err)
	}
	if n == 0 {
		return &ParquetError{Problem: "no rows of what is asked for"}
	}
	return nil
}

// keepColumns gives three columns that pick rows, the last one repeated where
// there are fewer.
func keepColumns(keep map[string][]string) []string {
	names := slices.Sorted(maps.Keys(keep))
	for len(names) < 3 {
		names = append(names, names[len(names)-1])
	}
	return names
}

// parquetColumns holds a file to the columns that are known, and gives the place
// of each of its columns among them.
func parquetColumns(ctx context.Context, db *sql.DB, path string, want []string) ([]int, error) {
	type column struct {
		name   string
		nested bool
	}
	have, err := collect(ctx, db, statement("parquet_columns"), []any{path}, func(scan func(...any) error) (column, error) {
		var name string
		var children sql.NullInt64
		err := scan(&name, &children)
		return column{name, children.Int64 > 0}, err
	})
	if err != nil {
		return nil, parquetFault(ctx, path, err)
	}
	var order []int
	for _, c := range have {
		i := slices.Index(want, c.name)
		switch {
		case c.nested:
			return nil, &ParquetError{Column: c.name, Problem: "a nested column"}
		case i < 0:
			return nil, &ParquetError{Column: c.name, Problem: "an unknown column"}
		case slices.Contains(order, i):
			return nil, &ParquetError{Column: c.name, Problem: "the column stands twice"}
		}
		order = append(order, i)
	}
	for i, name := range want {
		if !slices.Contains(order, i) {
			return nil, &ParquetError{Column: name, Problem: "there is no such column"}
		}
	}
	return order, nil
}

// parquetFault says that DuckDB can't read a file, unless the context has ended.
func parquetFault(ctx context.Context, path string, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	line, _, _ := strings.Cut(strings.ReplaceAll(err.Error(), path, "the file"), "\n")
	return &ParquetError{Problem: "it can't be read: " + line}
}

// temporaryFile writes content to a file, and gives the function that removes
// it.
func temporaryFile(content []byte) (path string, remove func() error, err error) {
	f, err := os.CreateTemp("", "goodwork-*.parquet")
	if err != nil {
		return "", nil, err
	}
	_, err = f.Write(content)
	if err = errors.Join(err, f.Close()); err != nil {
		return "", nil, errors.Join(err, os.Remove(f.Name()))
	}
	return f.Name(), func() error { return os.Remove(f.Name()) }, nil
}
