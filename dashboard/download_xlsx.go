package dashboard

import (
	"archive/zip"
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/xuri/excelize/v2"

	"goodwork/data"
)

// The sheets of a workbook, in their order.
const (
	coverSheet      = "Cover"
	contentsSheet   = "Contents"
	notesSheet      = "Notes"
	indicatorsSheet = "Indicators"
	figuresSheet    = "Figures"
)

// mostBookCells is how many cells a workbook's figures may fill.
const mostBookCells = 1_000_000

// workbook writes a view as a workbook that everybody can read (Government
// Analysis Function, "Releasing statistics in spreadsheets"): cover, contents
// and notes before the figures; one marked-up table a sheet, from column A;
// no merged, blank or hidden cells, no meaning by colour, no filters and no
// frozen panes; what a symbol means in words; title and language set.
func (s *Server) workbook(ctx context.Context, v view, o formatOptions, _ url.Values) (_ []byte, err error) {
	figures, t, err := s.sheetOf(ctx, v, o)
	if err != nil {
		return nil, err
	}
	if n := len(figures.Rows) * len(figures.Columns); n > mostBookCells {
		return nil, refusal{kind: data.ErrInvalid, what: fmt.Sprintf("A workbook of %d cells is too large to be read with ease: ask for fewer indicators, areas or periods, or for CSV or Parquet.", n)}
	}
	switch {
	case v.own != nil:
		figures = withoutBlanks(figures)
	case o.layout == layoutWide:
		figures = withoutBlanks(wideSheet(t))
	default:
		figures = figuresForReading(t, figures)
	}
	w, err := newBookWriter()
	if err != nil {
		return nil, fmt.Errorf("workbook: %w", err)
	}
	defer func() { err = errors.Join(err, w.book.Close()) }()
	for _, write := range []func() error{
		func() error { return w.cover(s, v, t) },
		func() error { return w.contents(v) },
		func() error { return w.notes(figures) },
		func() error { return w.indicators(s, t) },
		func() error {
			return w.table(figuresSheet, "Figures: "+v.title, []string{
				fmt.Sprintf("This sheet holds one table of %d rows, from row 4. Its columns are explained in the sheet %s.", len(figures.Rows), notesSheet),
				"A figure that isn’t there is shown as the reason in square brackets, such as [x] for not available.",
			}, "figures", figures)
		},
		func() error { return w.about(s, v) },
	} {
		if err := write(); err != nil {
			return nil, fmt.Errorf("workbook: %w", err)
		}
	}
	var b bytes.Buffer
	if err := w.book.Write(&b); err != nil {
		return nil, fmt.Errorf("workbook: %w", err)
	}
	return withoutFilters(b.Bytes())
}

// figuresForReading is a table for people: cells without a value say why, and
// the last column holds notes in words.
func figuresForReading(t data.Table, sheet data.Sheet) data.Sheet {
	sheet.Columns = append(sheet.Columns, data.Column{Name: "notes", Title: "Notes", About: "In words: why there is no value, or what qualifies it.", Kind: data.TextCells})
	for i, r := range t.Rows {
		for j, c := range sheet.Columns[:len(sheet.Columns)-1] {
			switch cell := sheet.Rows[i][j]; {
			case c.Name == "value":
				sheet.Rows[i][j] = shownCell(r.Value)
			case c.Name == "marker" && cell != nil:
				sheet.Rows[i][j] = r.Value.Marker().Shorthand()
			case cell == nil && (c.Name == "lower_95" || c.Name == "upper_95"):
				sheet.Rows[i][j] = data.NotAvailable.Shorthand()
			case cell == nil:
				sheet.Rows[i][j] = data.NotApplicable.Shorthand()
			}
		}
		sheet.Rows[i] = append(sheet.Rows[i], cmp.Or(noteWords(r), "No note"))
	}
	return sheet
}

// withoutBlanks is a sheet whose blank cells say that there is nothing.
func withoutBlanks(sheet data.Sheet) data.Sheet {
	for _, row := range sheet.Rows {
		for j := range row {
			if row[j] == nil {
				row[j] = data.NotAvailable.Shorthand()
			}
		}
	}
	return sheet
}

// bookWriter writes the sheets of a workbook.
type bookWriter struct {
	book                         *excelize.File
	title, heading, text, header int // styles
}

func newBookWriter() (*bookWriter, error) {
	w := &bookWriter{book: excelize.NewFile()}
	var errs []error
	style := func(size float64, bold, wrapped bool) int {
		id, err := w.book.NewStyle(&excelize.Style{
			Font: &excelize.Font{Family: "Arial", Size: size, Bold: bold}, Alignment: &excelize.Alignment{WrapText: wrapped, Vertical: "top"},
		})
		errs = append(errs, err)
		return id
	}
	w.title, w.heading, w.text, w.header = style(16, true, false), style(13, true, false), style(11, false, false), style(11, true, true)
	errs = append(errs, w.book.SetDefaultFont("Arial"), w.book.SetSheetName("Sheet1", coverSheet))
	for _, name := range []string{contentsSheet, notesSheet, indicatorsSheet, figuresSheet} {
		_, err := w.book.NewSheet(name)
		errs = append(errs, err)
	}
	return w, errors.Join(errs...)
}

// lines writes text down column A: a title, then lines.
func (w *bookWriter) lines(sheet, title string, lines []string) error {
	errs := []error{w.put(sheet, 1, 1, title, w.title), w.book.SetColWidth(sheet, "A", "A", 100)}
	for i, line := range lines {
		style := w.text
		if before, found := strings.CutPrefix(line, "# "); found {
			line, style = before, w.heading
		}
		errs = append(errs, w.put(sheet, 1, i+2, line, style))
	}
	errs = append(errs, w.book.SetSheetDimension(sheet, fmt.Sprintf("A1:A%d", len(lines)+1)))
	return errors.Join(errs...)
}

func (w *bookWriter) put(sheet string, column, row int, value any, style int) error {
	cell, err := excelize.CoordinatesToCellName(column, row)
	if err != nil {
		return err
	}
	return errors.Join(w.book.SetCellValue(sheet, cell, value), w.book.SetCellStyle(sheet, cell, cell, style))
}

func (w *bookWriter) cover(s *Server, v view, t data.Table) error {
	lines := []string{
		v.about,
		"# Edition",
		fmt.Sprintf("Good Work, edition %s of %s.", t.Edition, s.library.date.Format("2 January 2006")),
		"# Sources",
	}
	for _, src := range s.sourcesOf(t) {
		lines = append(lines, fmt.Sprintf("%s, %s (%s). %s", src.Publisher, src.Title, data.Designations[src.Designation], src.LandingPage))
	}
	lines = append(lines,
		"# Licence", "Contains public sector information licensed under the Open Government Licence v3.0.", licenceURL,
		"# Symbols", "A missing figure is shown as its reason in square brackets; the sheet Notes explains each.",
		"# Page", s.root()+v.page,
	)
	return w.lines(coverSheet, v.title, lines)
}

func (w *bookWriter) contents(v view) error {
	sheet := data.Sheet{Columns: []data.Column{{Title: "Sheet"}, {Title: "What it holds"}}, Rows: [][]any{
		{notesSheet, "What symbols, flags and columns mean"}, {indicatorsSheet, "Definitions of the indicators"}, {figuresSheet, "Figures: " + v.title},
	}}
	if err := w.table(contentsSheet, "Contents", []string{"This sheet holds one table, from row 3."}, "contents", sheet); err != nil {
		return err
	}
	var errs []error
	for i, name := range []string{notesSheet, indicatorsSheet, figuresSheet} {
		cell := fmt.Sprintf("A%d", i+4)
		errs = append(errs, w.book.SetCellHyperLink(contentsSheet, cell, "'"+name+"'!A1", "Location"))
	}
	return errors.Join(errs...)
}

func (w *bookWriter) notes(figures data.Sheet) error {
	sheet := data.Sheet{Columns: []data.Column{{Title: "Kind"}, {Title: "Note"}, {Title: "Meaning"}}}
	for _, m := range data.Markers {
		sheet.Rows = append(sheet.Rows, []any{"Symbol", m.Shorthand(), capitalised(m.Reason())})
	}
	for _, f := range [][2]string{
		{"provisional", "May be revised by the publisher"},
		{"revised", "Differs from what was first published"},
		{"estimated", "Estimated by the publisher"},
		{"break", "Doesn’t continue the earlier figures"},
		{"low reliability", "The publisher calls the figure unreliable"},
		{"combined area", "Published for this area together with another"},
	} {
		sheet.Rows = append(sheet.Rows, []any{"Flag", f[0], f[1]})
	}
	for _, c := range figures.Columns {
		sheet.Rows = append(sheet.Rows, []any{"Column", c.Title, cmp.Or(c.About, c.Title)})
	}
	return w.table(notesSheet, "Notes", []string{"This sheet holds one table, from row 3."}, "notes", sheet)
}

func (w *bookWriter) indicators(s *Server, t data.Table) error {
	sheet := data.Sheet{}
	for _, title := range []string{"Indicator", "Title", "Definition", "Unit", "Direction", "Status", "Source", "Limits"} {
		sheet.Columns = append(sheet.Columns, data.Column{Title: title})
	}
	for _, ind := range t.Indicators {
		src := s.library.sources[ind.Source]
		sheet.Rows = append(sheet.Rows, []any{
			string(ind.ID), ind.Title, ind.Definition, capitalised(ind.UnitWords), directionWords(ind.Polarity), capitalised(ind.DesignationWords()),
			src.Publisher + ", " + src.Title, cmp.Or(ind.Caveat, "None stated"),
		})
	}
	return w.table(indicatorsSheet, "Indicators", []string{"This sheet holds one table, from row 3."}, "indicators", sheet)
}

// table writes a sheet with a title, lines, and one table marked up as such.
func (w *bookWriter) table(sheet, title string, lines []string, name string, s data.Sheet) error {
	top := len(lines) + 2
	end, err := excelize.CoordinatesToCellName(len(s.Columns), top+len(s.Rows))
	if err != nil {
		return fmt.Errorf("sheet %s: %w", sheet, err)
	}
	// Readers that stream, such as openpyxl, go by the extent that a sheet declares.
	if err := w.book.SetSheetDimension(sheet, "A1:"+end); err != nil {
		return fmt.Errorf("sheet %s: %w", sheet, err)
	}
	stream, err := w.book.NewStreamWriter(sheet)
	if err != nil {
		return err
	}
	errs := []error{}
	for i, c := range s.Columns {
		errs = append(errs, stream.SetColWidth(i+1, i+1, columnWidth(c, s, i)))
	}
	errs = append(errs, stream.SetRow("A1", []any{excelize.Cell{StyleID: w.title, Value: title}}))
	for i, line := range lines {
		errs = append(errs, stream.SetRow(fmt.Sprintf("A%d", i+2), []any{excelize.Cell{StyleID: w.text, Value: line}}))
	}
	header := make([]any, len(s.Columns))
	for i, c := range s.Columns {
		header[i] = excelize.Cell{StyleID: w.header, Value: c.Title}
	}
	errs = append(errs, stream.SetRow(fmt.Sprintf("A%d", top), header))
	cells := make([]any, len(s.Columns))
	for n, row := range s.Rows {
		for i, x := range row {
			cells[i] = excelize.Cell{StyleID: w.text, Value: x}
		}
		if err := stream.SetRow(fmt.Sprintf("A%d", top+1+n), cells); err != nil {
			return fmt.Errorf("sheet %s, row %d: %w", sheet, top+1+n, err)
		}
	}
	plain := false
	errs = append(errs, stream.AddTable(&excelize.Table{Range: fmt.Sprintf("A%d:%s", top, end), Name: name, ShowRowStripes: &plain}), stream.Flush())
	if err := errors.Join(errs...); err != nil {
		return fmt.Errorf("sheet %s: %w", sheet, err)
	}
	return nil
}

// columnWidth is wide enough for a column's words within reason.
func columnWidth(c data.Column, s data.Sheet, column int) float64 {
	longest := len(c.Title) / 2
	for n := 0; n < len(s.Rows) && n < 200; n++ {
		longest = max(longest, len([]rune(data.CellText(s.Rows[n][column]))))
	}
	return float64(min(max(longest+3, 10), 70))
}

// about sets the document's title and language and where the reader begins.
func (w *bookWriter) about(s *Server, v view) error {
	w.book.SetActiveSheet(0)
	day := s.library.date.Format(time.RFC3339)
	return errors.Join(
		w.book.SetDocProps(&excelize.DocProperties{
			Title: v.title, Subject: v.about, Creator: "Good Work", Language: "en-GB", Created: day, Modified: day,
			Identifier: string(s.library.edition), LastModifiedBy: "Good Work",
		}),
		w.book.SetAppProps(&excelize.AppProperties{Application: "Microsoft Excel", Company: "Good Work"}),
	)
}

var filterMarkup = regexp.MustCompile(`<autoFilter[^>]*/>|<autoFilter[^>]*>.*?</autoFilter>`)

// withoutFilters takes out the filter buttons that the library gives every
// table, and the hour of writing, so that the same figures give the same bytes.
func withoutFilters(book []byte) ([]byte, error) {
	in, err := zip.NewReader(bytes.NewReader(book), int64(len(book)))
	if err != nil {
		return nil, fmt.Errorf("workbook: %w", err)
	}
	var b bytes.Buffer
	out := zip.NewWriter(&b)
	slices.SortFunc(in.File, func(a, b *zip.File) int { return strings.Compare(a.Name, b.Name) }) // the library's order is by chance
	for _, part := range in.File {
		r, err := part.Open()
		if err != nil {
			return nil, fmt.Errorf("workbook, %s: %w", part.Name, err)
		}
		content, err := io.ReadAll(r)
		if err := errors.Join(err, r.Close()); err != nil {
			return nil, fmt.Errorf("workbook, %s: %w", part.Name, err)
		}
		if strings.HasPrefix(part.Name, "xl/tables/") {
			content = filterMarkup.ReplaceAll(content, nil)
		}
		if err := addToZip(out, part.Name, content); err != nil {
			return nil, err
		}
	}
	if err := out.Close(); err != nil {
		return nil, fmt.Errorf("workbook: %w", err)
	}
	return b.Bytes(), nil
}

// addToZip adds a file without the hour of writing.
func addToZip(w *zip.Writer, name string, content []byte) error {
	f, err := w.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate})
	if err == nil {
		_, err = f.Write(content)
	}
	if err != nil {
		return fmt.Errorf("add %s to the archive: %w", name, err)
	}
	return nil
}
