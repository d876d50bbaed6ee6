package indicators

import (
	"bytes"
	"cmp"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"goodwork/data"
)

// maxProblems is how many faults of a table are told before the rest are only
// counted.
const maxProblems = 20

// statsTable is a CSV table whose columns are found by name. A blank cell is
// missing. Faults are gathered, so that all of them are told at once.
type statsTable struct {
	name   string // "values", "meta", ...: the option that names the file
	header []string
	rows   [][]string
	line   []int // of each row in the file; the header stands in row 1
	faults []tableFault
	more   int
}

// tableFault is what is wrong with one cell.
type tableFault struct {
	line   int
	column string
	what   string
}

// readStatsTable reads a header and rows of the same length (RFC 4180, UTF-8,
// with or without a byte order mark).
func readStatsTable(r io.Reader, name string) (*statsTable, error) {
	text, err := io.ReadAll(r)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	reader := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(text, []byte("\ufeff"))))
	t := &statsTable{name: name}
	t.header, err = reader.Read()
	if errors.Is(err, io.EOF) {
		return nil, invalidf("%s: no header row", name)
	}
	if err != nil {
		return nil, unreadable(name, err, 0, 0)
	}
	for i, h := range t.header {
		t.header[i] = strings.TrimSpace(h)
		if h := t.header[i]; h != "" && slices.Index(t.header, h) < i {
			return nil, invalidf("%s: row 1, column %q: stands twice", name, h)
		}
	}
	for {
		row, err := reader.Read()
		if errors.Is(err, io.EOF) {
			return t, nil
		}
		if err != nil {
			return nil, unreadable(name, err, len(row), len(t.header))
		}
		line, _ := reader.FieldPos(0)
		for i := range row {
			row[i] = strings.TrimSpace(row[i])
		}
		t.rows, t.line = append(t.rows, row), append(t.line, line)
	}
}

// unreadable names the row at which a table stops being CSV.
func unreadable(name string, err error, fields, want int) error {
	var at *csv.ParseError
	switch {
	case !errors.As(err, &at):
		return fmt.Errorf("%s: %w", name, err)
	case errors.Is(err, csv.ErrFieldCount):
		return invalidf("%s: row %d: %d fields, but the header has %d", name, at.Line, fields, want)
	}
	return invalidf("%s: row %d: %w", name, at.Line, at.Err)
}

// has reports whether a column is there.
func (t *statsTable) has(column string) bool { return slices.Contains(t.header, column) }

// require says which of the columns are not there.
func (t *statsTable) require(columns ...string) error {
	var missing []string
	for _, c := range columns {
		if !t.has(c) {
			missing = append(missing, strconv.Quote(c))
		}
	}
	if len(missing) == 0 {
		return nil
	}
	return invalidf("%s: row 1: no column %s; there are %s", t.name, strings.Join(missing, ", "), strings.Join(t.header, ", "))
}

// text is the cell of a row, which is numbered from 0, in a column that is
// there.
func (t *statsTable) text(row int, column string) string {
	return t.rows[row][slices.Index(t.header, column)]
}

// fault notes what is wrong with a cell.
func (t *statsTable) fault(row int, column, format string, args ...any) {
	if len(t.faults) == maxProblems {
		t.more++
		return
	}
	t.faults = append(t.faults, tableFault{t.line[row], column, fmt.Sprintf(format, args...)})
}

// err is everything that is wrong with the table, by row and column, or nil.
func (t *statsTable) err() error {
	slices.SortStableFunc(t.faults, func(a, b tableFault) int {
		return cmp.Or(cmp.Compare(a.line, b.line), cmp.Compare(slices.Index(t.header, a.column), slices.Index(t.header, b.column)))
	})
	var all []error
	for _, f := range t.faults {
		all = append(all, invalidf("%s: row %d, column %q: %s", t.name, f.line, f.column, f.what))
	}
	if t.more > 0 {
		all = append(all, invalidf("%s: and %d more", t.name, t.more))
	}
	return errors.Join(all...)
}

// number reads a plain decimal number, or nothing from a blank cell.
func (t *statsTable) number(row int, column string) data.Optional {
	s := t.text(row, column)
	if s == "" {
		return data.Optional{}
	}
	v, err := strconv.ParseFloat(s, 64)
	if err != nil || strings.ContainsAny(s, "xXpPnN_") || strings.ContainsAny(s, "iI") {
		t.fault(row, column, "%q: neither a number nor blank", s)
		return data.Optional{}
	}
	return data.Some(v)
}

// atLeast reads a number that must not be below least.
func (t *statsTable) atLeast(row int, column string, least float64) data.Optional {
	v := t.number(row, column)
	if v.OK && v.V < least {
		t.fault(row, column, "%v: want %v or more", v.V, least)
		return data.Optional{}
	}
	return v
}

// year reads a whole number.
func (t *statsTable) year(row int, column string) int {
	y, err := strconv.Atoi(t.text(row, column))
	if err != nil {
		t.fault(row, column, "%q: want a year", t.text(row, column))
	}
	return y
}

// interval reads two limits; it is unknown if either is blank.
func (t *statsTable) interval(row int, lower, upper string) data.Interval {
	l, u := t.number(row, lower), t.number(row, upper)
	if !l.OK || !u.OK {
		return data.Interval{}
	}
	if l.V > u.V {
		t.fault(row, upper, "%v: below %q, which is %v", u.V, lower, l.V)
		return data.Interval{}
	}
	return data.Interval{Lower: l.V, Upper: u.V, Known: true}
}

// area reads the name of the area, which must not be blank.
func (t *statsTable) area(row int) string {
	a := t.text(row, "area")
	if a == "" {
		t.fault(row, "area", "blank")
	}
	return a
}

// areas reads one area a row, none of them twice.
func (t *statsTable) areas() []string {
	names := make([]string, len(t.rows))
	seen := make(map[string]int, len(t.rows))
	for i := range t.rows {
		names[i] = t.area(i)
		if first, ok := seen[names[i]]; ok && names[i] != "" {
			t.fault(i, "area", "%q: stands in row %d already", names[i], t.line[first])
			continue
		}
		seen[names[i]] = i
	}
	return names
}

// estimates reads area, value, lower_95 and upper_95, one row an area.
type estimate struct {
	area     string
	value    data.Optional
	interval data.Interval
}

// se is the standard error of an estimate that has a value and an interval.
func (e estimate) se() data.Optional {
	if !e.value.OK {
		return data.Optional{}
	}
	return StandardError(e.interval)
}

func readEstimates(r io.Reader) ([]estimate, error) {
	t, err := readStatsTable(r, "values")
	if err != nil {
		return nil, err
	}
	if err := t.require("area", "value", "lower_95", "upper_95"); err != nil {
		return nil, err
	}
	list := make([]estimate, len(t.rows))
	for i, name := range t.areas() {
		list[i] = estimate{area: name, value: t.number(i, "value"), interval: t.interval(i, "lower_95", "upper_95")}
	}
	return list, t.err()
}

// withErrors keeps the values that have a standard error, with it.
func withErrors(list []estimate) (values, standardErrors []float64) {
	for _, e := range list {
		if s := e.se(); s.OK {
			values, standardErrors = append(values, e.value.V), append(standardErrors, s.V)
		}
	}
	return values, standardErrors
}

// byArea groups the rows of a table with several rows an area, in order of
// first appearance, and each area's rows by year, none of them twice.
type areaRows struct {
	area string
	row  map[int]int // by year
}

func (t *statsTable) byAreaAndYear() []areaRows {
	var groups []areaRows
	place := map[string]int{}
	for i := range t.rows {
		name, year := t.area(i), t.year(i, "year")
		at, ok := place[name]
		if !ok {
			at = len(groups)
			place[name] = at
			groups = append(groups, areaRows{area: name, row: map[int]int{}})
		}
		if first, ok := groups[at].row[year]; ok {
			t.fault(i, "year", "%d: area %q has it in row %d already", year, name, t.line[first])
			continue
		}
		groups[at].row[year] = i
	}
	return groups
}

// writeStats writes a whole table or nothing.
func writeStats(w io.Writer, header []string, rows [][]string) error {
	var b bytes.Buffer
	c := csv.NewWriter(&b)
	if err := c.Write(header); err != nil {
		return err
	}
	if err := c.WriteAll(rows); err != nil {
		return err
	}
	_, err := w.Write(b.Bytes())
	return err
}

// formatNumber writes ten significant digits, without trailing zeros, as a
// plain decimal; below a millionth and from 10^15 with an exponent.
func formatNumber(v float64) string {
	s := strconv.FormatFloat(v, 'g', 10, 64)
	rounded, err := strconv.ParseFloat(s, 64)
	if err != nil || rounded == 0 {
		return "0"
	}
	if size := max(rounded, -rounded); size >= 1e-6 && size < 1e15 {
		return strconv.FormatFloat(rounded, 'f', -1, 64)
	}
	return strconv.FormatFloat(rounded, 'g', -1, 64)
}

// formatOptional writes a number, or nothing where there is none.
func formatOptional(o data.Optional) string {
	if !o.OK {
		return ""
	}
	return formatNumber(o.V)
}

// formatLimits writes both limits of an interval, or nothing twice.
func formatLimits(i data.Interval) (lower, upper string) {
	if !i.Known {
		return "", ""
	}
	return formatNumber(i.Lower), formatNumber(i.Upper)
}
