package ingest

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"goodwork/data"
)

// timeseriesColumns are the columns under which the JSON of a time series of
// the ONS is read, a row an observation.
var timeseriesColumns = []string{"cdid", "title", "frequency", "date", "value"}

// timeseries is a time series of the ONS as it comes.
type timeseries struct {
	Description struct {
		Title string `json:"title"`
		CDID  string `json:"cdid"`
	} `json:"description"`
	Years    []timeseriesPoint `json:"years"`
	Quarters []timeseriesPoint `json:"quarters"`
	Months   []timeseriesPoint `json:"months"`
}

type timeseriesPoint struct {
	Date  string `json:"date"` // 2025, 2025 Q2, 2025 JUN
	Value string `json:"value"`
}

// lintTimeseries says what a source that is read as ons-timeseries-json lacks.
func lintTimeseries(s Source) (wrong []string) {
	wrong = lintWhere(s, timeseriesColumns)
	if s.Areas.Only == "" {
		wrong = append(wrong, "format ons-timeseries-json: want areas: only")
	}
	for _, m := range s.Measures {
		if m.Assert["title"] == "" {
			wrong = append(wrong, "measure "+m.ID+": assert: want the title, which says the base year")
		}
	}
	return wrong
}

// readTimeseries reads the JSON of a time series of the ONS: its years, its
// quarters, then its months. The title, which says the base year, is asserted.
func readTimeseries(ctx context.Context, b []byte, s Source, r Release, found *findings) (reading, error) {
	out := reading{skipped: map[string]int{}}
	switch text := trimmedText(b); {
	case len(text) == 0:
		found.add("V02", 0, "", "", "the file is empty")
		return out, nil
	case text[0] == '<':
		found.add("V02", 1, "", "", "a web page, not JSON")
		return out, nil
	}
	var t timeseries
	if err := json.Unmarshal(b, &t); err != nil {
		found.add("V02", 0, "", "", "not the JSON of a time series: %v", err)
		return out, nil
	}
	if len(t.Years)+len(t.Quarters)+len(t.Months) == 0 {
		found.add("V02", 0, "", "", "a time series without observations")
	}
	columns := map[string]int{}
	for i, c := range timeseriesColumns {
		columns[c] = i
	}
	marked, row := r.periodFlags(), 0
	for _, of := range []struct {
		frequency string
		points    []timeseriesPoint
	}{{"a", t.Years}, {"q", t.Quarters}, {"m", t.Months}} {
		for _, p := range of.points {
			row++
			rec := record{row: row, columns: columns, fields: []string{t.Description.CDID, t.Description.Title, of.frequency, p.Date, p.Value}}
			if c, ok := s.point(rec, marked, found, &out); ok {
				out.cells = append(out.cells, c)
			}
		}
	}
	return out, ctx.Err()
}

// point makes a cell of one observation of a time series.
func (s Source) point(rec record, marked map[data.Period]data.Flags, found *findings, out *reading) (cell, bool) {
	m := s.measureOf(rec, found)
	switch {
	case m == nil:
		out.skipped[skipMeasure]++
		return cell{}, false
	case !asserted(rec, m, found):
		return cell{}, false
	}
	period, err := timeseriesPeriod(rec.get("frequency"), rec.get("date"))
	if err != nil {
		found.add("V12", rec.row, "date", rec.get("date"), "not a period: %v", err)
		return cell{}, false
	}
	if len(m.Months) > 0 && !slices.Contains(m.Months, startMonth(period)) {
		out.skipped[skipMonth]++
		return cell{}, false
	}
	v, _, flags := s.parse(rec.row, figure{value: rec.get("value")}, figureColumns{value: "value"}, found)
	if v.Known() {
		flags |= marked[period]
	}
	return cell{
		row: rec.row, column: "date", valueColumn: "value", measure: m, area: string(s.Areas.Only), period: period, value: v, flags: flags,
	}, true
}

// timeseriesPeriod reads a date of a time series.
func timeseriesPeriod(frequency, s string) (data.Period, error) {
	switch frequency {
	case "a":
		return data.ParsePeriod(s + "-01-01/P1Y")
	case "q":
		year, quarter, _ := strings.Cut(s, " Q")
		first := map[string]string{"1": "01", "2": "04", "3": "07", "4": "10"}[quarter]
		return data.ParsePeriod(year + "-" + first + "-01/P3M")
	}
	t, err := time.Parse("2006 Jan", titled(s))
	if err != nil {
		return data.Period{}, err
	}
	return data.ParsePeriod(t.Format(time.DateOnly) + "/P1M")
}

// titled writes a month's name as Go reads it: 2025 JUN as 2025 Jun.
func titled(s string) string {
	if len(s) != len("2025 JUN") {
		return s
	}
	return s[:6] + strings.ToLower(s[6:])
}
