package dashboard

import (
	"bytes"
	"context"
	"encoding/csv"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"goodwork/data"
)

const licenceURL = "https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/"

// csvTable is a sheet with what its columns mean to programs.
type csvTable struct {
	data.Sheet
	key  []string // the columns that tell the rows apart
	long bool     // one row a figure, so that a row is about the figure's address
	wide bool     // missing values stand in columns of numbers as their shorthand
}

// csvSheet puts a view's table in the columns of the layout and profile asked for.
func (s *Server) csvSheet(ctx context.Context, v view, o formatOptions) (csvTable, data.Table, error) {
	if v.own != nil {
		own, err := v.sheet(ctx, o)
		return csvTable{Sheet: own.Sheet, key: own.key, wide: o.layout == layoutWide}, data.Table{Edition: s.library.edition, Indicators: own.indicators}, err
	}
	t, err := s.tableOf(ctx, v, o.derived)
	if err != nil {
		return csvTable{}, t, err
	}
	switch {
	case o.profile == profileFingertips:
		sheet, err := s.fingertipsSheet(ctx, v, t)
		return csvTable{Sheet: sheet, key: []string{"Indicator Name", "Area Code", "Time period"}}, t, err
	case o.layout == layoutWide:
		return csvTable{Sheet: wideSheet(t), key: []string{"area_code"}, wide: true}, t, nil
	default:
		return csvTable{Sheet: data.Figures(t, o.columns), key: []string{"indicator_id", "area_code", "period"}, long: true}, t, nil
	}
}

// csvFile writes every row of a view as RFC 4180 has it, without a byte order
// mark. The first thirteen columns are a promise: columns are added after them
// and never renamed. Numbers are the shortest text that reads back as the same
// number. A missing value leaves value and limits blank and fills marker.
func (s *Server) csvFile(ctx context.Context, v view, o formatOptions, _ url.Values) ([]byte, error) {
	t, _, err := s.csvSheet(ctx, v, o)
	if err != nil {
		return nil, err
	}
	return writeCSV(t.Sheet)
}

func writeCSV(s data.Sheet) ([]byte, error) {
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	w.UseCRLF = true
	record := make([]string, len(s.Columns))
	for i, c := range s.Columns {
		record[i] = c.Name
	}
	if err := w.Write(record); err != nil {
		return nil, fmt.Errorf("write the header: %w", err)
	}
	for n, row := range s.Rows {
		for i, cell := range row {
			record[i] = data.CellText(cell)
		}
		if err := w.Write(record); err != nil {
			return nil, fmt.Errorf("write row %d: %w", n+1, err)
		}
	}
	w.Flush()
	return b.Bytes(), w.Error()
}

// wideSheet has one row an area and one column an indicator and period, for
// spreadsheets. A missing value is its shorthand, "[c]"; a figure that was
// never published is blank.
func wideSheet(t data.Table) data.Sheet {
	type key struct {
		indicator data.IndicatorID
		period    data.Period
	}
	var keys []key
	for _, ind := range t.Indicators {
		var periods []data.Period
		for _, r := range t.Rows {
			if r.Indicator == ind.ID && !slices.Contains(periods, r.Period) {
				periods = append(periods, r.Period)
			}
		}
		slices.SortFunc(periods, data.Period.Compare)
		for _, p := range periods {
			keys = append(keys, key{ind.ID, p})
		}
	}
	sheet := data.Sheet{Columns: []data.Column{
		{Name: "area_code", Title: "Area code", About: "Nine-character code of the area.", Kind: data.TextCells},
		{Name: "area_name", Title: "Area", About: "Name of the area.", Kind: data.TextCells},
		{Name: "area_type", Title: "Kind of area", About: "Kind of the area, such as region.", Kind: data.TextCells},
	}}
	at := map[key]int{}
	for _, k := range keys {
		ind, _ := t.Indicator(k.indicator)
		at[k] = len(sheet.Columns)
		sheet.Columns = append(sheet.Columns, data.Column{
			Name: string(k.indicator) + "_" + k.period.URL(), Title: ind.Title + ", " + k.period.Label(), Kind: data.NumberCells,
			About: capitalised(ind.UnitWords) + "; a missing value is shown as the shorthand of its reason.",
		})
	}
	places := map[data.AreaCode]int{}
	for _, r := range t.Rows {
		n, ok := places[r.Area]
		if !ok {
			n = len(sheet.Rows)
			places[r.Area] = n
			row := make([]any, len(sheet.Columns))
			row[0], row[1], row[2] = string(r.Area), r.AreaName, string(r.AreaLevel)
			sheet.Rows = append(sheet.Rows, row)
		}
		sheet.Rows[n][at[key{r.Indicator, r.Period}]] = shownCell(r.Value)
	}
	return sheet
}

// shownCell is a value in a sheet for reading: its number, or its shorthand.
func shownCell(v data.Value) any {
	if f, ok := v.Number(); ok {
		return f
	}
	return v.Marker().Shorthand()
}

// splitList yields the parts of a list parameter's value.
func splitList(s string) func(yield func(string) bool) {
	return func(yield func(string) bool) {
		for part := range strings.SplitSeq(s, ",") {
			if part != "" && !yield(part) {
				return
			}
		}
	}
}

// periods reads a list of an indicator's periods.
func (s *Server) periods(c echo.Context, ind data.Indicator, list string) ([]data.Period, error) {
	if list == "" {
		return nil, nil
	}
	all, err := s.Edition.Periods(c.Request().Context(), ind.ID)
	if err != nil {
		return nil, err
	}
	var out []data.Period
	for part := range splitList(list) {
		p, err := data.ParsePeriod(part)
		if err == nil && slices.Contains(all, p) {
			out = append(out, p)
			continue
		}
		no := refusal{
			kind: data.ErrNotFound, parameter: "period",
			what:  fmt.Sprintf("%s has no figures for the period “%s”.", ind.Title, excerpt(part)),
			about: "It has figures for these periods:",
		}
		if err != nil {
			no.kind, no.what = data.ErrInvalid, fmt.Sprintf("“%s” isn’t a period: write 2025-04-30 for a day, 2024-01-01_P1Y for a year from its first day.", excerpt(part))
		}
		for _, p := range slices.Backward(all) {
			no.valid = append(no.valid, option{Value: p.URL(), Text: p.Label(), Href: "/indicators/" + string(ind.ID) + "?period=" + p.URL()})
		}
		return nil, no
	}
	return out, nil
}

// findIndicator gives the indicator, or a refusal that lists all of them.
func (s *Server) findIndicator(id data.IndicatorID) (data.Indicator, error) {
	ind, err := s.Edition.Indicator(id)
	if err == nil {
		return ind, nil
	}
	no := refusal{kind: data.ErrNotFound, parameter: "indicator", what: fmt.Sprintf("There is no indicator “%s”.", excerpt(string(id))), about: "The indicators are:"}
	for _, i := range s.Edition.Indicators() {
		no.valid = append(no.valid, option{Value: string(i.ID), Text: i.Title, Href: "/indicators/" + string(i.ID)})
	}
	return data.Indicator{}, no
}

// numberText is a number as CSV has it.
func numberText(f float64) string { return data.CellText(f) }
