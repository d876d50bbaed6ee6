package dashboard

import (
	"archive/zip"
	"bytes"
	"context"
	"fmt"
	"net/url"
	"strings"

	"goodwork/data"
)

// archive writes a view as a zip: its CSV, the CSV's metadata, the definitions
// of the indicators, the licence, and how to read it.
func (s *Server) archive(ctx context.Context, v view, o formatOptions, _ url.Values) ([]byte, error) {
	sheet, t, err := s.csvSheet(ctx, v, o)
	if err != nil {
		return nil, err
	}
	return s.archiveOf(v, sheet, t)
}

func (s *Server) archiveOf(v view, sheet csvTable, t data.Table) ([]byte, error) {
	name := v.stem[strings.LastIndexByte(v.stem, '/')+1:] + ".csv"
	figures, err := writeCSV(sheet.Sheet)
	if err != nil {
		return nil, err
	}
	metadata, err := s.csvwOf(v, sheet, t, name)
	if err != nil {
		return nil, err
	}
	definitions, err := writeCSV(s.definitionSheet(t.Indicators))
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, f := range []struct {
		name    string
		content []byte
	}{
		{"README.md", []byte(s.readme(v, t, name, len(sheet.Rows)))},
		{"LICENCE.txt", []byte(licenceText)},
		{name, figures},
		{name + "-metadata.json", metadata},
		{"indicators.csv", definitions},
	} {
		if err := addToZip(w, f.name, f.content); err != nil {
			return nil, err
		}
	}
	if err := w.Close(); err != nil {
		return nil, fmt.Errorf("close the archive: %w", err)
	}
	return b.Bytes(), nil
}

// definitionSheet has one row an indicator: what a reader must know of it.
func (s *Server) definitionSheet(list []data.Indicator) data.Sheet {
	var sheet data.Sheet
	for _, name := range []string{
		"indicator_id", "title", "question", "definition", "numerator", "denominator", "dimension", "unit", "unit_words", "decimals", "polarity", "base", "kind",
		"designation", "method", "method_note", "caveat", "source_id", "latest_period",
	} {
		sheet.Columns = append(sheet.Columns, data.Column{Name: name, Title: capitalised(strings.ReplaceAll(name, "_", " ")), Kind: data.TextCells})
	}
	for _, ind := range list {
		sheet.Rows = append(sheet.Rows, []any{
			string(ind.ID), ind.Title, ind.Question, ind.Definition, ind.Numerator, ind.Denominator, string(ind.Dimension), ind.Unit, ind.UnitWords,
			fmt.Sprint(ind.Decimals), string(ind.Polarity), ind.Base, ind.Kind, ind.DesignationWords(), ind.Method, ind.MethodNote, ind.Caveat, string(ind.Source),
			s.Edition.LatestPeriod(ind.ID).String(),
		})
	}
	return sheet
}

const licenceText = "Contains public sector information licensed under the Open Government Licence v3.0.\r\n" +
	licenceURL + "\r\n\r\n" +
	"Figures: Crown copyright, by the publishers that README.md names.\r\n" +
	"Boundaries: Office for National Statistics, Open Government Licence v3.0; contains OS data © Crown copyright and database right 2025.\r\n"

// readme says what an archive holds and how to read it with four tools.
func (s *Server) readme(v view, t data.Table, name string, rows int) string {
	var b strings.Builder
	fmt.Fprintf(&b, "# %s\n\n%s\n\nGood Work, edition %s. %s%s\n\n", v.title, v.about, t.Edition, s.root(), v.page)
	b.WriteString("| file | what |\n| --- | --- |\n")
	fmt.Fprintf(&b, "| %s | %d rows; UTF-8, lines end with CRLF, decimal points |\n| %s-metadata.json | its columns, as CSV on the Web |\n| indicators.csv | definitions of the indicators |\n| LICENCE.txt | the licence |\n\n", name, rows, name)
	b.WriteString("A missing value is blank, and the column `marker` says why:\n\n")
	for _, m := range data.Markers {
		fmt.Fprintf(&b, "- `%s`: %s\n", m, m.Reason())
	}
	b.WriteString("\nNever read a blank as 0. `period` is a first day and a length: `2024-01-01/P1Y` is the year 2024.\n\n## How to read it\n\n")
	fmt.Fprintf(&b, "R:\n\n    figures <- readr::read_csv(%q, na = \"\", show_col_types = FALSE)\n\n", name)
	fmt.Fprintf(&b, "Python:\n\n    import pandas\n    figures = pandas.read_csv(%q, dtype={\"marker\": str, \"flags\": str})\n\n", name)
	fmt.Fprintf(&b, "DuckDB:\n\n    SELECT area_name, value, marker FROM read_csv('%s');\n\n", name)
	fmt.Fprintf(&b, "Excel: Data, From Text/CSV, choose %s, File origin 65001: Unicode (UTF-8), Load.\n\n## Sources\n\n", name)
	for _, src := range s.sourcesOf(t) {
		fmt.Fprintf(&b, "- %s, %s (%s). %s\n", src.Publisher, src.Title, data.Designations[src.Designation], src.LandingPage)
	}
	return b.String()
}
