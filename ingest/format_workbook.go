package ingest

import (
	"context"
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"

	"goodwork/data"
)

// lintWorkbook says what a source that is read as a workbook lacks.
func lintWorkbook(s Source) (wrong []string) {
	say := func(ok bool, format string, args ...any) {
		if !ok {
			wrong = append(wrong, fmt.Sprintf(format, args...))
		}
	}
	t := s.Table
	if t == nil {
		return []string{"no table"}
	}
	_, okArea := columnOf(t.Area)
	say(t.Sheet != "", "table: no sheet")
	say(okArea, "table: area %q: want the letter of a column", t.Area)
	say(t.First > 0, "table: first %d: want the first row of figures", t.First)
	say(len(t.Says) > 0, "table: want what its cells say")
	say(t.CVBook == "" || t.Book != "", "table: cv_book without book")
	for _, pattern := range []string{t.Book, t.CVBook} {
		_, err := path.Match(pattern, "")
		say(err == nil, "table: %q: not a pattern", pattern)
	}
	for _, r := range append([]Release{{}}, s.List...) {
		for cell := range sorted(s.says(r)) {
			_, _, ok := parseCellName(cell)
			say(ok, "says: %q: want a cell such as B5", cell)
		}
	}
	for _, m := range s.Measures {
		_, ok := columnOf(m.Where["value"])
		say(ok, "measure %s: where: value %q: want the letter of a column", m.ID, m.Where["value"])
		cv, has := m.Where["cv"]
		_, ok = columnOf(cv)
		say(ok == has, "measure %s: where: cv %q: want the letter of a column", m.ID, cv)
		for key := range sorted(m.Where) {
			say(key == "value" || key == "cv", "measure %s: where: %q: want value or cv", m.ID, key)
		}
		for cell := range sorted(m.Assert) {
			_, _, ok := parseCellName(cell)
			say(ok, "measure %s: assert: %q: want a cell such as B5", m.ID, cell)
		}
	}
	say(s.Columns.Area == "" && s.Columns.Value == "" && s.Columns.Period == "" && len(s.Skip) == 0 && len(s.Corrections) == 0,
		"columns, skip and corrections: not of a workbook")
	return wrong
}

// columnOf gives the number of a column's letters.
func columnOf(letters string) (int, bool) {
	_, column, ok := parseCellName(letters + "1")
	return column, ok && columnName(column) == letters
}

// says is what the cells of the sheet must hold, whatever the measure.
func (s Source) says(r Release) map[string]string {
	all := map[string]string{}
	for _, m := range []map[string]string{s.Table.Says, r.Says} {
		for cell, text := range m {
			all[cell] = text
		}
	}
	return all
}

// readWorkbook reads one sheet of a workbook, areas by measures. What is wrong
// with a cell is told by the sheet and the letter of its column.
func readWorkbook(ctx context.Context, b []byte, s Source, r Release, found *findings) (reading, error) {
	out := reading{skipped: map[string]int{}}
	period, err := data.ParsePeriod(r.Latest)
	if err != nil {
		return out, err
	}
	books, err := s.Table.open(ctx, found.file, b)
	if err != nil {
		return out, addWorkbookError(err, found)
	}
	values := tableReader{source: s, sheet: books.values, book: books.valuesName, found: found}
	cvs := values
	if books.cvs != nil {
		cvs.sheet, cvs.book = books.cvs, books.cvsName
	}
	rows := values.rows(r)
	cvRows := rows
	if books.cvs != nil {
		if cvRows = cvs.rows(r); len(found.faults) == 0 {
			values.sameAreas(rows, cvRows, cvs)
		}
	}
	if len(found.faults) > 0 {
		return out, nil
	}
	flags := r.periodFlags()[period]
	for _, at := range rows {
		for i := range s.Measures {
			m := &s.Measures[i]
			c := cell{row: at.row, column: values.name(s.Table.Area), measure: m, area: at.area, period: period, flags: flags}
			c.value, c.valueColumn = values.value(at.row, m.Where["value"])
			if cv, ok := m.Where["cv"]; ok {
				c.cv = cvs.cv(rowOfArea(cvRows, at.area), cv)
			}
			if !c.value.Known() {
				c.flags = 0
			}
			out.cells = append(out.cells, c)
		}
	}
	return out, nil
}

// sheets are the sheets that a table is read from.
type sheets struct {
	values, cvs         *worksheet
	valuesName, cvsName string // of the files in an archive, "" for a workbook alone
}

// open opens the workbook, or those in the archive.
func (t Table) open(ctx context.Context, name string, b []byte) (sheets, error) {
	var out sheets
	var err error
	if t.Book == "" {
		out.values, err = openSheet(ctx, name, b, t.Sheet)
		return out, err
	}
	files, err := openArchive(ctx, name, b, usualLimits)
	if err != nil {
		return out, err
	}
	if out.values, out.valuesName, err = sheetOf(ctx, name, files, t.Book, t.Sheet); err != nil || t.CVBook == "" {
		return out, err
	}
	out.cvs, out.cvsName, err = sheetOf(ctx, name, files, t.CVBook, t.Sheet)
	return out, err
}

func openSheet(ctx context.Context, name string, b []byte, sheet string) (*worksheet, error) {
	w, err := openWorkbook(ctx, name, b, usualLimits)
	if err != nil {
		return nil, err
	}
	return w.sheet(sheet)
}

// sheetOf opens the one file of an archive whose name fits the pattern.
func sheetOf(ctx context.Context, archive string, files []archiveFile, pattern, sheet string) (*worksheet, string, error) {
	var fit []archiveFile
	var names []string
	for _, f := range files {
		names = append(names, f.name)
		if ok, err := path.Match(pattern, f.name); err == nil && ok {
			fit = append(fit, f)
		}
	}
	if len(fit) != 1 {
		return nil, "", &workbookError{file: archive, problem: fmt.Sprintf("%d files like %q among %q, want one", len(fit), pattern, names)}
	}
	w, err := openSheet(ctx, archive+"/"+fit[0].name, fit[0].content, sheet)
	return w, fit[0].name, err
}

// addWorkbookError notes what keeps a workbook from being read; an error is
// left only where the context has ended.
func addWorkbookError(err error, found *findings) error {
	var wrong *workbookError
	if !errors.As(err, &wrong) {
		return err
	}
	problem := wrong.problem
	if wrong.file != found.file {
		problem = strings.TrimPrefix(wrong.file, found.file+"/") + ": " + problem
	}
	column := ""
	if wrong.sheet != "" {
		column = wrong.sheet + "!" + columnName(wrong.column)
	}
	found.add("V02", wrong.row, column, wrong.text, "%s", problem)
	return nil
}

// tableReader reads cells of one sheet for a source.
type tableReader struct {
	source Source
	sheet  *worksheet
	book   string
	found  *findings
}

// name is what errors call a column: the sheet and the letter, after the
// workbook's name where it stands in an archive.
func (t tableReader) name(column string) string {
	name := t.sheet.name + "!" + column
	if t.book != "" {
		name = t.book + "/" + name
	}
	return name
}

// tableRow is a row of figures, and its area as published.
type tableRow struct {
	row  int
	area string
}

// rows finds the rows of figures, once the sheet says what it must.
func (t tableReader) rows(r Release) []tableRow {
	t.asserted(t.source.says(r))
	for _, m := range t.source.Measures {
		t.asserted(m.Assert)
	}
	column, _ := columnOf(t.source.Table.Area)
	area := t.name(t.source.Table.Area)
	last, _ := t.sheet.size()
	var rows []tableRow
	ended := 0
	for row := t.source.Table.First; row <= last; row++ {
		text := strings.TrimSpace(t.sheet.at(row, column).String())
		switch {
		case text == "" && ended == 0:
			ended = row
		case text == "":
		case ended > 0:
			t.found.add("V06", ended, area, "", "no area, while row %d has one", row)
			return rows
		case slices.ContainsFunc(rows, func(at tableRow) bool { return at.area == text }):
			t.found.add("V13", row, area, text, "the area stands twice")
		default:
			rows = append(rows, tableRow{row, text})
		}
	}
	if len(rows) == 0 {
		t.found.add("V02", t.source.Table.First, area, "", "no rows of figures")
	}
	return rows
}

// asserted holds cells to the text that they must have.
func (t tableReader) asserted(want map[string]string) {
	for cell, text := range sorted(want) {
		row, column, _ := parseCellName(cell)
		if got := strings.Join(strings.Fields(t.sheet.spanning(row, column).String()), " "); got != text {
			t.found.add("V26", row, t.name(columnName(column)), got, "want %q", text)
		}
	}
}

// sameAreas holds the two workbooks of an archive to the same areas.
func (t tableReader) sameAreas(rows, cvRows []tableRow, cvs tableReader) {
	for _, at := range rows {
		if rowOfArea(cvRows, at.area) == 0 {
			t.found.add("V26", at.row, t.name(t.source.Table.Area), at.area, "has no row in %s", cvs.book)
		}
	}
	for _, at := range cvRows {
		if rowOfArea(rows, at.area) == 0 {
			t.found.add("V26", at.row, cvs.name(t.source.Table.Area), at.area, "has no row in %s", t.book)
		}
	}
}

// rowOfArea is the row of an area, 0 where it has none.
func rowOfArea(rows []tableRow, area string) int {
	for _, at := range rows {
		if at.area == area {
			return at.row
		}
	}
	return 0
}

// value reads a figure.
func (t tableReader) value(row int, letters string) (data.Value, string) {
	column, _ := columnOf(letters)
	name := t.name(letters)
	text := strings.TrimSpace(t.sheet.at(row, column).String())
	v, _, _ := t.source.parse(row, figure{value: text}, figureColumns{value: name}, t.found)
	return v, name
}

// cv reads a coefficient of variation, in per cent.
func (t tableReader) cv(row int, letters string) data.Optional {
	column, _ := columnOf(letters)
	text := strings.TrimSpace(t.sheet.at(row, column).String())
	n, ok := parseNumber(text)
	_, marked := t.source.Markers[text]
	switch {
	case ok && n >= 0:
		return data.Some(n)
	case !ok && marked:
		return data.Optional{}
	}
	t.found.add("V14", row, t.name(letters), text, "neither a coefficient of variation nor a known marker")
	return data.Optional{}
}
