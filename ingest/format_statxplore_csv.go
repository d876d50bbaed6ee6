package ingest

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"goodwork/data"
)

// statXploreNotes ends the heading of the column beside each month's, which
// holds notes on its cells.
const statXploreNotes = " - Annotations"

// lintStatXploreCSV says what a source that is read as statxplore-csv lacks.
func lintStatXploreCSV(s Source) (wrong []string) {
	if s.Columns.Area == "" || s.Columns.Period == "" {
		wrong = append(wrong, "columns: want area and period, the names of the table's two fields")
	}
	if s.Columns.Value != "" || s.Columns.PeriodForm != "" || len(s.Columns.Other) > 0 || len(s.Corrections) > 0 || len(s.Skip) > 0 {
		wrong = append(wrong, "columns: a statxplore-csv file has only area and period, and nothing to skip or correct")
	}
	if len(s.Measures) != 1 || len(s.Measures[0].Where) > 0 || len(s.Measures[0].Assert) > 0 {
		wrong = append(wrong, "measures: want one, without where or assert")
	}
	return wrong
}

// readStatXploreCSV reads a table of areas by months as DWP's Stat-Xplore writes
// it. The first line holds the name of the months' field and the months, each
// with a column of notes beside it; the second the name of the areas' field
// alone; then comes a line for each area. Every line ends with a comma.
func readStatXploreCSV(ctx context.Context, b []byte, s Source, r Release, found *findings) (reading, error) {
	out := reading{skipped: map[string]int{}}
	b, ok := unpacked(b, found)
	if !ok {
		return out, nil
	}
	// The last line has no line break; that it ends with a comma shows it whole.
	if bytes.HasSuffix(b, []byte(",")) {
		b = append(bytes.Clone(b), '\n')
	}
	if b, ok = plainText(b, found); !ok {
		return out, nil
	}
	in := csv.NewReader(bytes.NewReader(b))
	in.FieldsPerRecord = -1
	header, err := in.Read()
	if err != nil {
		addParseError(err, found)
		return out, nil
	}
	t := statXploreTable{source: s, marked: r.periodFlags(), found: found}
	if !t.readHeader(header) {
		return out, nil
	}
	for rows := 0; ; rows++ {
		fields, err := in.Read()
		if errors.Is(err, io.EOF) {
			if rows < 2 {
				found.add("V02", 0, "", "", "no rows below the header")
			}
			return out, nil
		}
		if rows%64 == 0 && ctx.Err() != nil {
			return out, ctx.Err()
		}
		if err != nil {
			addParseError(err, found)
			return out, nil
		}
		row, _ := in.FieldPos(0)
		switch {
		case rows == 0:
			if fields[0] != s.Columns.Area || strings.Join(fields[1:], "") != "" {
				found.add("V04", row, s.Columns.Area, fields[0], "want the name of the areas' field, %q, alone", s.Columns.Area)
				return out, nil
			}
		case len(fields) != len(header):
			found.add("V02", row, "", "", "the row has more or fewer fields than the header")
		default:
			t.readRow(row, fields, &out)
		}
	}
}

// statXploreTable is what the header of a table says.
type statXploreTable struct {
	source Source
	marked map[data.Period]data.Flags
	found  *findings
	header []string
	months []statXploreMonth
}

// statXploreMonth is a column of figures.
type statXploreMonth struct {
	column int
	period data.Period
	flags  data.Flags
}

// readHeader reads the months, and says whether the table can be read at all.
func (t *statXploreTable) readHeader(header []string) bool {
	faults := len(t.found.faults)
	t.header = header
	bad := func(i int, format string, args ...any) { t.found.add("V04", 1, header[i], header[i], format, args...) }
	if header[0] != t.source.Columns.Period {
		bad(0, "want the name of the months' field, %q", t.source.Columns.Period)
	}
	last := len(header) - 1
	if header[last] != "" {
		bad(last, "want an empty last column")
	}
	var seen []data.Period
	for i := 1; i < last; i += 2 {
		period, flags, err := t.parseMonth(header[i])
		month, _, _ := strings.Cut(header[i], " (")
		switch {
		case err != nil:
			t.found.add("V12", 1, header[i], header[i], "not a period: %v", err)
		case slices.Contains(seen, period):
			bad(i, "the month stands twice")
		case i+1 >= last || header[i+1] != month+statXploreNotes:
			bad(i, "no column of notes beside it")
		}
		seen = append(seen, period)
		t.months = append(t.months, statXploreMonth{column: i, period: period, flags: flags})
	}
	if len(t.months) == 0 {
		t.found.add("V04", 1, "", "", "no months")
	}
	return len(t.found.faults) == faults
}

// parseMonth reads a month such as "May 2022 (r)", in which a status may stand
// in brackets.
func (t *statXploreTable) parseMonth(s string) (data.Period, data.Flags, error) {
	month, status, marked := strings.Cut(s, " (")
	at, err := time.Parse("January 2006", month)
	if err != nil {
		return data.Period{}, 0, fmt.Errorf("want a month such as May 2025: %w", data.ErrInvalid)
	}
	var flags data.Flags
	if marked {
		words, ok := t.source.Statuses[strings.TrimSuffix(status, ")")]
		if !ok || !strings.HasSuffix(status, ")") {
			return data.Period{}, 0, fmt.Errorf("an unknown status: %w", data.ErrInvalid)
		}
		if flags, err = data.ParseFlags(words); err != nil {
			return data.Period{}, 0, err
		}
	}
	period, err := data.ParsePeriod(at.Format(time.DateOnly) + "/P1M")
	return period, flags, err
}

// readRow reads the figures of one area.
func (t *statXploreTable) readRow(row int, fields []string, out *reading) {
	m := &t.source.Measures[0]
	for i, f := range fields {
		if f == strings.TrimSpace(f) {
			continue
		}
		column := t.header[i]
		if i == 0 {
			column = t.source.Columns.Area
		}
		t.found.add("V05", row, column, f, "spaces around the text")
	}
	if fields[0] == "" {
		t.found.add("V06", row, t.source.Columns.Area, "", "no area")
		return
	}
	for _, month := range t.months {
		if fields[month.column+1] != "" {
			t.found.add("V52", row, t.header[month.column+1], fields[month.column+1], "a note of an unknown kind")
		}
		if len(m.Months) > 0 && !slices.Contains(m.Months, startMonth(month.period)) {
			out.skipped[skipMonth]++
			continue
		}
		column := t.header[month.column]
		v, _, _ := t.source.parse(row, figure{value: fields[month.column]}, figureColumns{value: column}, t.found)
		flags := month.flags | t.marked[month.period]
		if !v.Known() {
			flags = 0
		}
		out.cells = append(out.cells, cell{
			row: row, column: t.source.Columns.Area, valueColumn: column, measure: m, area: fields[0], period: month.period, value: v, flags: flags,
		})
	}
}
