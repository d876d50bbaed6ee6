package data

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"slices"
	"strings"
	"sync"

	"github.com/duckdb/duckdb-go/v2"
)

//go:embed sql
var sqlFiles embed.FS

// statement gives the text of sql/NAME.sql. A name without a file is a fault of
// the program, and a test calls every one.
func statement(name string) string {
	b, err := sqlFiles.ReadFile("sql/" + name + ".sql")
	if err != nil {
		panic("data: no statement " + name)
	}
	return string(b)
}

// schema lists the statements that make a store's tables, in file order.
func schema(store string) ([]string, error) {
	names, err := fs.Glob(sqlFiles, "sql/"+store+"/*.sql")
	if err != nil {
		return nil, err
	}
	slices.Sort(names)
	var out []string
	for _, n := range names {
		out = append(out, statement(strings.TrimSuffix(strings.TrimPrefix(n, "sql/"), ".sql")))
	}
	return out, nil
}

// settings are made once in a process for each database that it opens, in this
// order. The data source name can't hold them: its options apply in random
// order.
var settings = []string{
	"SET autoinstall_known_extensions = false",
	"SET autoload_known_extensions = false",
	"SET allow_community_extensions = false",
}

// open opens a DuckDB file, or a database in memory where path is "".
func open(path string, readOnly bool, threads int) (*sql.DB, error) {
	q := url.Values{}
	if readOnly {
		q.Set("access_mode", "READ_ONLY")
	}
	dsn := path
	if len(q) > 0 {
		dsn += "?" + q.Encode()
	}
	var once sync.Once
	connector, err := duckdb.NewConnector(dsn, func(execer driver.ExecerContext) error {
		var err error
		once.Do(func() {
			all := slices.Clone(settings)
			if threads > 0 {
				all = append(all, fmt.Sprintf("SET threads = %d", threads))
			}
			if readOnly {
				all = append(all, "SET enable_external_access = false", "SET lock_configuration = true")
			}
			for _, s := range all {
				if _, e := execer.ExecContext(context.Background(), s, nil); e != nil {
					err = fmt.Errorf("%s: %w", s, e)
					return
				}
			}
		})
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", path, err)
	}
	return sql.OpenDB(connector), nil
}

// appendRows adds rows to a table in its column order, through DuckDB's
// appender: prepared inserts are some hundred times slower.
func appendRows(ctx context.Context, db *sql.DB, table string, rows func(yield func([]driver.Value) bool)) (err error) {
	conn, err := db.Conn(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, conn.Close()) }()
	return conn.Raw(func(c any) error {
		app, err := duckdb.NewAppenderFromConn(c.(driver.Conn), "", table)
		if err != nil {
			return fmt.Errorf("append to %s: %w", table, err)
		}
		n := 0
		for r := range rows {
			if n++; n%4096 == 0 && ctx.Err() != nil {
				return errors.Join(ctx.Err(), app.Close())
			}
			if err := app.AppendRow(r...); err != nil {
				return errors.Join(fmt.Errorf("append to %s, row %d: %w", table, n, err), app.Close())
			}
		}
		if err := app.Close(); err != nil {
			return fmt.Errorf("append to %s: %w", table, err)
		}
		return nil
	})
}

// nullable is the driver's value of a string that means nothing when empty.
func nullable(s string) driver.Value {
	if s == "" {
		return nil
	}
	return s
}

func (v Value) columns() (number, marker driver.Value) {
	if f, ok := v.Number(); ok {
		return f, nil
	}
	return nil, string(v.Marker())
}

func (i Interval) columns() (lower, upper driver.Value) {
	if !i.Known {
		return nil, nil
	}
	return i.Lower, i.Upper
}

func (o Optional) column() driver.Value {
	if !o.OK {
		return nil
	}
	return o.V
}

// column32 is for p-values, of which four digits are kept: half the room, as
// there are more of them than of anything else.
func (o Optional) column32() driver.Value {
	if !o.OK {
		return nil
	}
	return float32(o.V)
}

// scanned* turn nullable columns back into the vocabulary.
func scannedValue(n sql.NullFloat64, marker sql.NullString) Value {
	if n.Valid {
		return Number(n.Float64)
	}
	return Missing(Marker(marker.String))
}

func scannedInterval(lower, upper sql.NullFloat64) Interval {
	if !lower.Valid || !upper.Valid {
		return Interval{}
	}
	return Interval{Lower: lower.Float64, Upper: upper.Float64, Known: true}
}

func scannedOptional(n sql.NullFloat64) Optional {
	if !n.Valid {
		return Optional{}
	}
	return Some(n.Float64)
}

func strs[S ~string](in []S) []string {
	out := make([]string, len(in))
	for i, s := range in {
		out[i] = string(s)
	}
	return out
}
