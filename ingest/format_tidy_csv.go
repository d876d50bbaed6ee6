package ingest

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"goodwork/data"
)

// layout says which column of a tidy CSV file, one figure a row, holds what.
// area is "" where a file speaks of one area only.
type layout struct {
	columns    []string
	area       string
	name       string // of the area, "" where a file has no names
	kind       string // of the area's type
	period     string
	periodForm string
	periods    map[string]string
	from       string
	figure     figureColumns
}

// tidyLayout is the layout that a source declares.
func tidyLayout(c Columns) layout {
	all := []string{c.Period, c.Value}
	if c.Area != "" {
		all = append(all, c.Area)
	}
	if c.Name != "" {
		all = append(all, c.Name)
	}
	return layout{
		columns: append(all, c.Other...), area: c.Area, name: c.Name, period: c.Period, periodForm: c.PeriodForm,
		periods: c.Periods, from: c.From, figure: figureColumns{value: c.Value},
	}
}

// lintTidy says what a source that is read as tidy-csv lacks.
func lintTidy(s Source) (wrong []string) {
	if s.Columns.Period == "" || s.Columns.Value == "" {
		wrong = append(wrong, "columns: want period and value")
	}
	if (s.Columns.Area == "") == (s.Areas.Only == "") {
		wrong = append(wrong, "columns: want either a column for the area or areas: only")
	}
	if !slices.Contains(periodForms, s.Columns.PeriodForm) {
		wrong = append(wrong, fmt.Sprintf("columns: period_form %q: want one of %s", s.Columns.PeriodForm, strings.Join(periodForms, ", ")))
	}
	if (s.Columns.PeriodForm == "listed") != (len(s.Columns.Periods) > 0) {
		wrong = append(wrong, "columns: periods belong to period_form listed, and to it alone")
	}
	return append(wrong, lintWhere(s, tidyLayout(s.Columns).columns)...)
}

// lintWhere says which where, assert, skip and corrections speak of columns that
// a file has not.
func lintWhere(s Source, columns []string) (wrong []string) {
	check := func(of string, m map[string]string) {
		for c := range sorted(m) {
			if !slices.Contains(columns, c) {
				wrong = append(wrong, fmt.Sprintf("%s: no column %q", of, c))
			}
		}
	}
	for _, m := range s.Measures {
		check("measure "+m.ID, m.Where)
		check("measure "+m.ID, m.Assert)
	}
	for _, m := range s.Skip {
		check("skip", m)
	}
	for _, c := range s.Corrections {
		check("correction", c.Was)
	}
	return wrong
}

// readTidy reads a CSV file with one figure a row, whose columns the source
// declares.
func readTidy(ctx context.Context, b []byte, s Source, r Release, found *findings) (reading, error) {
	return tidyLayout(s.Columns).read(ctx, b, s, r, found)
}

// read reads the rows of every measure.
func (l layout) read(ctx context.Context, b []byte, s Source, r Release, found *findings) (reading, error) {
	out := newRowReading(l, s, r, found)
	b, ok := unpacked(b, found)
	if !ok {
		return out.reading, nil
	}
	err := eachRecord(ctx, b, l.columns, found, out.add)
	if err == nil {
		out.mended.check(found)
	}
	return out.reading, err
}

// rowReading gathers the cells of rows with one figure each.
type rowReading struct {
	reading
	layout layout
	source Source
	mended *corrector
	marked map[data.Period]data.Flags
	found  *findings
}

func newRowReading(l layout, s Source, r Release, found *findings) *rowReading {
	return &rowReading{
		reading: reading{skipped: map[string]int{}, nameColumn: l.name, names: map[string]areaLabel{}}, layout: l, source: s, mended: newCorrector(s), marked: r.periodFlags(), found: found,
	}
}

// add takes in one row.
func (out *rowReading) add(rec record) {
	l, s, found := out.layout, out.source, out.found
	out.mended.mend(rec)
	m := s.measureOf(rec, found)
	switch {
	case m == nil:
		out.skipped[skipMeasure]++
		return
	case !asserted(rec, m, found):
		return
	}
	period, err := l.parsePeriod(rec.get(l.period))
	switch {
	case err != nil:
		found.add("V12", rec.row, l.period, rec.get(l.period), "not a period: %v", err)
		return
	case period.Start() < l.from:
		out.skipped[skipPeriod]++
		return
	case len(m.Months) > 0 && !slices.Contains(m.Months, startMonth(period)):
		out.skipped[skipMonth]++
		return
	}
	area := string(s.Areas.Only)
	if l.area != "" {
		area = rec.get(l.area)
	}
	if area == "" {
		found.add("V06", rec.row, l.area, area, "no area")
		return
	}
	out.note(rec, area)
	at := l.figure
	v, interval, flags := s.parse(rec.row, figure{
		value: rec.get(at.value), lower: rec.get(at.lower), upper: rec.get(at.upper), status: rec.get(at.status), note: rec.get(at.note),
	}, at, found)
	if flags |= out.marked[period]; !v.Known() {
		flags = 0
	}
	out.cells = append(out.cells, cell{
		row: rec.row, column: l.area, valueColumn: at.value, measure: m, area: strings.Clone(area), period: period,
		value: v, interval: interval, flags: flags,
	})
}

// parsePeriod reads a period in the form of the layout.
func (l layout) parsePeriod(s string) (data.Period, error) {
	if l.periodForm != "listed" {
		return parsePeriod(l.periodForm, s)
	}
	p, ok := l.periods[s]
	if !ok {
		return data.Period{}, fmt.Errorf("want one of %s: %w", strings.Join(slices.Sorted(maps.Keys(l.periods)), ", "), data.ErrInvalid)
	}
	return data.ParsePeriod(p)
}

// measureOf finds the measure that a row belongs to, nil where the source says
// to skip it. A row that is neither is a fault.
func (s Source) measureOf(rec record, found *findings) *Measure {
	for _, skip := range s.Skip {
		if matches(rec, skip) {
			return nil
		}
	}
	for i := range s.Measures {
		if matches(rec, s.Measures[i].Where) {
			return &s.Measures[i]
		}
	}
	column := s.strangest(rec)
	found.add("V26", rec.row, column, rec.get(column), "neither a measure of this source nor one to skip")
	return nil
}

// strangest is the column whose text no measure and no skip knows, or the first
// of those that tell measures apart.
func (s Source) strangest(rec record) string {
	known := map[string][]string{}
	for _, m := range s.Measures {
		for c, text := range m.Where {
			known[c] = append(known[c], text)
		}
	}
	for _, m := range s.Skip {
		for c, text := range m {
			known[c] = append(known[c], text)
		}
	}
	columns := slices.Sorted(maps.Keys(known))
	for _, c := range columns {
		if !slices.Contains(known[c], rec.get(c)) {
			return c
		}
	}
	return columns[0]
}

func matches(rec record, want map[string]string) bool {
	for column, text := range want {
		if rec.get(column) != text {
			return false
		}
	}
	return true
}

// asserted says whether a measure's row says what it must say besides.
func asserted(rec record, m *Measure, found *findings) bool {
	for column, want := range sorted(m.Assert) {
		if got := rec.get(column); got != want {
			found.add("V26", rec.row, column, got, "want %q for %s", want, m.ID)
			return false
		}
	}
	return true
}

// periodFlags are the flags of whole periods. The YAML has been linted.
func (r Release) periodFlags() map[data.Period]data.Flags {
	out := map[data.Period]data.Flags{}
	for p, words := range r.Flags {
		period, errPeriod := data.ParsePeriod(p)
		flags, errWords := data.ParseFlags(words)
		if errPeriod == nil && errWords == nil {
			out[period] = flags
		}
	}
	return out
}
