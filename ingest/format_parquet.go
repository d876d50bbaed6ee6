package ingest

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"goodwork/data"
)

// mostParquetRows is how many rows of a Parquet file are taken in at most.
const mostParquetRows = 2_000_000

// readParquet reads a Parquet file with one figure a row, whose columns the
// source declares. Rows that are of none of its measures are left out as the
// file is read, and not counted: such a file may hold millions. The first row
// is 1.
func readParquet(ctx context.Context, b []byte, s Source, r Release, found *findings) (reading, error) {
	l := tidyLayout(s.Columns)
	out := newRowReading(l, s, r, found)
	at := map[string]int{}
	for i, c := range l.columns {
		at[c] = i
	}
	err := data.ReadParquet(ctx, b, data.ParquetQuery{Columns: l.columns, Keep: s.kept(), MaxRows: mostParquetRows}, func(row int, fields []string) {
		out.add(record{row: row, fields: fields, columns: at})
	})
	var wrong *data.ParquetError
	switch {
	case errors.As(err, &wrong) && wrong.Column != "":
		found.add("V04", 0, wrong.Column, "", "%s", wrong.Problem)
	case errors.Is(err, data.ErrInvalid):
		found.add("V02", 0, "", "", "%v", err)
	case err != nil:
		return out.reading, fmt.Errorf("source %s: %w", s.ID, err)
	default:
		out.mended.check(found)
	}
	return out.reading, nil
}

// kept are the columns that pick the source's measures, each with the texts
// that any of them asks for.
func (s Source) kept() map[string][]string {
	keep := map[string][]string{}
	for _, m := range s.Measures {
		for column, text := range m.Where {
			if !slices.Contains(keep[column], text) {
				keep[column] = append(keep[column], text)
			}
		}
	}
	return keep
}
