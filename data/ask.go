package data

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/duckdb/duckdb-go/v2"
)

// Ask writes what a SELECT of the reader's own gives, as CSV (RFC 4180, with a
// header; nothing where there is no value). It may ask the edition's tables, the
// table figure, which has every figure in the columns of downloads, and CSV and
// Parquet files of this machine: FROM 'figures.csv'. ErrInvalid means that the
// text is not one SELECT, or that DuckDB refuses it.
func (s *EditionStore) Ask(ctx context.Context, out io.Writer, query string) (err error) {
	db, err := open("", false, 0)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	if err := s.lend(ctx, db, query); err != nil {
		return fmt.Errorf("edition %s: %w", s.id, err)
	}
	if _, err := db.ExecContext(ctx, "SET lock_configuration = true"); err != nil {
		return err
	}
	conn, err := db.Conn(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, conn.Close()) }()
	if err := checkSelect(conn, query); err != nil {
		return err
	}
	rows, err := conn.QueryContext(ctx, query)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrInvalid, err)
	}
	defer rows.Close()
	return writeRows(out, rows)
}

var wordPattern = regexp.MustCompile(`\w+`)

// lend copies into a database in memory those tables of the edition that a
// query names.
func (s *EditionStore) lend(ctx context.Context, db *sql.DB, query string) error {
	if err := createTables(ctx, db, edition); err != nil {
		return err
	}
	tables, err := tableNames(edition)
	if err != nil {
		return err
	}
	asked := map[string]bool{}
	for _, word := range wordPattern.FindAllString(strings.ToLower(query), -1) {
		asked[word] = true
	}
	for _, t := range tables {
		if asked[t] {
			if err := copyRows(ctx, s.db, db, t); err != nil {
				return fmt.Errorf("table %s: %w", t, err)
			}
		}
	}
	if !asked["figure"] {
		return nil
	}
	columns, err := FigureColumns(ColumnSets...)
	if err != nil {
		return err
	}
	all, err := s.Table(ctx, Query{WithComparisons: true, WithDerived: true})
	if err != nil {
		return err
	}
	for i, r := range all.Rows {
		c, ok := r.Comparison(RoleUK)
		all.Rows[i].Comparisons = nil
		if ok {
			all.Rows[i].Comparisons = []Comparison{c}
		}
	}
	return putSheet(ctx, db, "figure", Figures(all, columns))
}

// checkSelect refuses what is not one statement that reads. A list of statements
// is refused unread: the driver would run all but the last to prepare it.
func checkSelect(conn *sql.Conn, query string) error {
	return conn.Raw(func(c any) error {
		// The method with a context runs the statements before the last.
		prepared, err := c.(driver.Conn).Prepare(query)
		if err != nil {
			return fmt.Errorf("give one SELECT: %w: %w", ErrInvalid, err)
		}
		kind, err := prepared.(*duckdb.Stmt).StatementType()
		if err == nil && kind != duckdb.STATEMENT_TYPE_SELECT {
			err = fmt.Errorf("the statement does more than read; give one SELECT: %w", ErrInvalid)
		}
		return errors.Join(err, prepared.Close())
	})
}

func writeRows(out io.Writer, rows *sql.Rows) error {
	names, err1 := rows.Columns()
	types, err2 := rows.ColumnTypes()
	if err := errors.Join(err1, err2); err != nil {
		return err
	}
	w := csv.NewWriter(out)
	w.UseCRLF = true
	if err := w.Write(names); err != nil {
		return err
	}
	cells, into, texts := make([]any, len(names)), make([]any, len(names)), make([]string, len(names))
	for i := range cells {
		into[i] = &cells[i]
	}
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			return err
		}
		for i, c := range cells {
			var err error
			if texts[i], err = cellText(c, types[i].DatabaseTypeName()); err != nil {
				return fmt.Errorf("column %s: %w", names[i], err)
			}
		}
		if err := w.Write(texts); err != nil {
			return err
		}
	}
	w.Flush()
	return errors.Join(rows.Err(), w.Error())
}

// cellText is a cell of a column of a DuckDB type as CSV has it. Lists and the
// like are JSON.
func cellText(c any, kind string) (string, error) {
	switch x := c.(type) {
	case nil:
		return "", nil
	case string:
		return x, nil
	case []byte:
		return string(x), nil
	case float64:
		return strconv.FormatFloat(x, 'f', -1, 64), nil
	case float32:
		return strconv.FormatFloat(float64(x), 'f', -1, 32), nil
	case time.Time:
		switch kind {
		case "DATE":
			return x.Format(time.DateOnly), nil
		case "TIME":
			return x.Format(time.TimeOnly), nil
		}
		return x.Format(time.RFC3339Nano), nil
	case []any, map[string]any:
		b, err := json.Marshal(x)
		return string(b), err
	}
	return fmt.Sprint(c), nil
}
