package ingest

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"goodwork/data"
)

// nomisDefinition is the format of what Nomis says about a dataset.
const nomisDefinition = "nomis-definition"

// called says whether the definition of a dataset bears its id and name.
func (ask *FetchNomis) called(definition []byte) error {
	var d struct {
		Structure struct {
			KeyFamilies struct {
				KeyFamily []struct {
					ID   string `json:"id"`
					Name struct {
						Value string `json:"value"`
					} `json:"name"`
				} `json:"keyfamily"`
			} `json:"keyfamilies"`
		} `json:"structure"`
	}
	if err := json.Unmarshal(definition, &d); err != nil {
		return fmt.Errorf("not JSON: %w: %w", err, data.ErrInvalid)
	}
	families := d.Structure.KeyFamilies.KeyFamily
	if len(families) != 1 {
		return fmt.Errorf("%d datasets are defined, want 1: %w", len(families), data.ErrInvalid)
	}
	if got := families[0].ID; got != ask.Dataset {
		return fmt.Errorf("defines dataset %q, want %q: %w", got, ask.Dataset, data.ErrInvalid)
	}
	if got := strings.TrimSpace(families[0].Name.Value); !strings.EqualFold(got, ask.Name) {
		return fmt.Errorf("dataset %s is called %q, want %q: %w", ask.Dataset, got, ask.Name, data.ErrInvalid)
	}
	return nil
}

// readNomisDefinition holds a dataset to its name. It holds no figures.
func readNomisDefinition(_ context.Context, b []byte, s Source, _ Release, found *findings) (reading, error) {
	if err := s.Fetch.Nomis.called(b); err != nil {
		found.add("D16", 0, "", "", "%v", err)
	}
	return reading{skipped: map[string]int{}}, nil
}

// lintNomisCSV says what a source that is read as nomis-csv lacks.
func lintNomisCSV(s Source) []string {
	if s.Fetch == nil || s.Fetch.Nomis == nil {
		return []string{"format nomis-csv: want fetch: nomis, which says what its columns mean"}
	}
	return nil
}

// nomisPeriods are the ways in which a date of Nomis is a period: a month; a
// calendar year; the twelve months that end in a month; April or September of a
// year, the months of the surveys of pay and of employers; the middle of a year,
// the day of population estimates.
var nomisPeriods = []string{"month", "year", "year_ending", "april", "september", "mid_year"}

// nomisPeriod reads a date of Nomis.
func nomisPeriod(form, s string) (data.Period, error) {
	switch form {
	case "month":
		return data.ParsePeriod(s + "-01/P1M")
	case "year":
		return data.ParsePeriod(s + "-01-01/P1Y")
	case "april":
		return data.ParsePeriod(s + "-04-01/P1M")
	case "september":
		return data.ParsePeriod(s + "-09-01/P1M")
	case "mid_year":
		return data.ParsePeriod(s + "-06-30")
	}
	last, err := data.ParsePeriod(s + "-01/P1M")
	if err != nil {
		return last, err
	}
	return data.ParsePeriod(last.LastDay().AddDate(0, 0, 1).AddDate(-1, 0, 0).Format("2006-01-02") + "/P1Y")
}

// nomisCell gathers what the rows of one cell say: its figure, and how sure it
// is. A row is 0 where there is none.
type nomisCell struct {
	cell
	text             figure
	valued           bool
	cvText, halfText string
	cvRow, halfRow   int
}

// readNomis reads a table of Nomis, its pages put together: a row for each
// measure of a cell, told by the code of its area. The pages must hold every
// row once, in order.
func readNomis(ctx context.Context, b []byte, s Source, r Release, found *findings) (reading, error) {
	ask := s.Fetch.Nomis
	out := reading{skipped: map[string]int{}}
	in := nomisTable{source: s, ask: ask, found: found, marked: r.periodFlags(), at: map[string]int{}, out: &out}
	err := eachNamed(ctx, b, naming{required: ask.required(), known: ask.known, loose: loosely}, found, in.row)
	if err != nil {
		return out, err
	}
	if len(found.faults) == 0 && in.rows != in.all {
		found.add("V02", 0, "RECORD_COUNT", strconv.Itoa(in.all), "%d rows are here", in.rows)
	}
	in.finish()
	return out, nil
}

// loosely names columns that Nomis fills with spaces around the text.
func loosely(column string) bool { return strings.HasSuffix(column, "_NAME") }

// required are the columns that a reply must have.
func (ask *FetchNomis) required() []string {
	return slices.DeleteFunc(ask.columns(), func(c string) bool { return c == "URN" || c == "DATE_NAME" || c == "GEOGRAPHY_NAME" })
}

// known tells whether a column may stand in a reply: what Nomis says of the
// dimensions of the query, and of a cell.
func (ask *FetchNomis) known(column string) bool {
	switch column {
	case "OBS_STATUS_NAME", "OBS_CONF", "OBS_CONF_NAME", "URN":
		return true
	}
	for _, d := range append(ask.dimensions(), "DATE", "GEOGRAPHY", "MEASURES") {
		rest, ok := strings.CutPrefix(column, d)
		if ok && slices.Contains([]string{"", "_NAME", "_CODE", "_TYPE", "_TYPECODE", "_SORTORDER"}, rest) {
			return true
		}
	}
	return false
}

// nomisTable is a table while it is read.
type nomisTable struct {
	source    Source
	ask       *FetchNomis
	found     *findings
	marked    map[data.Period]data.Flags
	at        map[string]int // where a cell stands, by its key
	cells     []nomisCell
	rows, all int
	out       *reading
}

// row takes in one row.
func (t *nomisTable) row(rec record) {
	if !t.counted(rec) {
		return
	}
	m := t.source.measureOf(rec, t.found)
	if m == nil {
		t.out.skipped[skipMeasure]++
		return
	}
	if !asserted(rec, m, t.found) || !t.own(rec) {
		return
	}
	period, err := nomisPeriod(t.ask.Period, rec.get("DATE"))
	if err != nil {
		t.found.add("V12", rec.row, "DATE", rec.get("DATE"), "not a period: %v", err)
		return
	}
	if len(m.Months) > 0 && !slices.Contains(m.Months, startMonth(period)) {
		t.out.skipped[skipMonth]++
		return
	}
	area := rec.get("GEOGRAPHY_CODE")
	if area == "" {
		t.found.add("V06", rec.row, "GEOGRAPHY_CODE", area, "no area")
		return
	}
	key := m.ID + " " + area + " " + period.String()
	i, there := t.at[key]
	if !there {
		i = len(t.cells)
		t.at[key] = i
		t.cells = append(t.cells, nomisCell{cell: cell{
			row: rec.row, column: "GEOGRAPHY_CODE", valueColumn: "OBS_VALUE", measure: m, area: strings.Clone(area), period: period,
		}})
	}
	t.take(&t.cells[i], rec)
}

// counted holds a row to its place among all rows.
func (t *nomisTable) counted(rec record) bool {
	offset, all := rec.get("RECORD_OFFSET"), rec.get("RECORD_COUNT")
	if offset != strconv.Itoa(t.rows) {
		t.found.add("V02", rec.row, "RECORD_OFFSET", offset, "want %d: a row is missing or stands twice", t.rows)
		if n, err := strconv.Atoi(offset); err == nil {
			t.rows = n
		}
		t.rows++
		return false
	}
	n, err := strconv.Atoi(all)
	if err != nil || n < 1 || t.rows > 0 && n != t.all {
		t.found.add("V02", rec.row, "RECORD_COUNT", all, "want one number of rows for all pages")
		t.rows++
		return false
	}
	t.all = n
	t.rows++
	return true
}

// own says whether a row is of the dataset that was asked for, where the row
// tells: NM_30_1 writes "Nm-30d1…".
func (t *nomisTable) own(rec record) bool {
	urn := rec.get("URN")
	if urn == "" {
		return true
	}
	parts := strings.Split(t.ask.Dataset, "_")
	if want := cmp.Or(t.ask.URN, "Nm-"+parts[1]+"d"+parts[2]+"d"); !strings.HasPrefix(urn, want) {
		t.found.add("D16", rec.row, "URN", urn, "want a row of %s, %s…", t.ask.Dataset, want)
		return false
	}
	return true
}

// take puts what a row says to its cell.
func (t *nomisTable) take(c *nomisCell, rec record) {
	twice := func() {
		t.found.add("V13", rec.row, "GEOGRAPHY_CODE", c.area, "%s for %s, measure %s stands twice", c.measure.ID, c.period, rec.get("MEASURES"))
	}
	value := strings.Clone(rec.get("OBS_VALUE"))
	switch code := rec.get("MEASURES"); code {
	case t.ask.Value:
		if c.valued {
			twice()
			return
		}
		c.row, c.valued = rec.row, true
		c.text = figure{value: value, status: strings.Clone(rec.get("OBS_STATUS"))}
	case t.ask.CV:
		if c.cvRow > 0 {
			twice()
			return
		}
		c.cvText, c.cvRow = value, rec.row
	case t.ask.HalfWidth:
		if c.halfRow > 0 {
			twice()
			return
		}
		c.halfText, c.halfRow = value, rec.row
	default:
		t.found.add("V26", rec.row, "MEASURES", code, "want one of %s", strings.Join(t.ask.measures(), ", "))
	}
}

// finish makes a cell of each, with its interval where it has one.
func (t *nomisTable) finish() {
	for i := range t.cells {
		c := &t.cells[i]
		if !c.valued {
			t.found.add("V20", c.row, "MEASURES", t.ask.Value, "no value of %s for %s in %s", c.measure.ID, c.area, c.period)
			continue
		}
		at := figureColumns{value: "OBS_VALUE", status: "OBS_STATUS"}
		v, _, flags := t.source.parse(c.row, c.text, at, t.found)
		c.value = v
		if v.Known() {
			c.flags = flags | t.marked[c.period]
			c.cv = t.number(c.cvRow, c.cvText)
			c.within(t.number(c.halfRow, c.halfText))
		}
		t.out.cells = append(t.out.cells, c.cell)
	}
}

// number reads a CV or a half width; one that Nomis leaves out, or marks, is
// absent.
func (t *nomisTable) number(row int, s string) data.Optional {
	if row == 0 || s == "" {
		return data.Optional{}
	}
	if _, marked := t.source.Markers[s]; marked {
		return data.Optional{}
	}
	n, ok := parseNumber(s)
	if !ok || n < 0 {
		t.found.add("V14", row, "OBS_VALUE", s, "neither a number nor a known marker")
		return data.Optional{}
	}
	return data.Some(n)
}

// within sets the interval that lies as far to both sides of the value.
func (c *nomisCell) within(half data.Optional) {
	x, ok := c.value.Number()
	if !ok || !half.OK {
		return
	}
	if i, err := data.NewInterval(x-half.V, x+half.V); err == nil {
		c.interval = i
	}
}
