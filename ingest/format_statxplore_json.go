package ingest

import (
	"context"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"goodwork/data"
)

// statXploreReply is a table of Stat-Xplore as it comes. Its values are nested
// lists, one level a field, in the order of the fields and of their items.
type statXploreReply struct {
	Database statXploreNamed            `json:"database"`
	Measures []statXploreNamed          `json:"measures"`
	Fields   []statXploreReplyField     `json:"fields"`
	Cubes    map[string]statXploreCubes `json:"cubes"`
}

type statXploreNamed struct {
	URI   string `json:"uri"`
	Label string `json:"label"`
}

type statXploreReplyField struct {
	statXploreNamed
	Items []statXploreItem `json:"items"`
}

type statXploreItem struct {
	Type           string   `json:"type"`
	URIs           []string `json:"uris"`
	Labels         []string `json:"labels"`
	AnnotationKeys []string `json:"annotationKeys"`
}

type statXploreCubes struct {
	Values json.RawMessage `json:"values"`
}

// statXplorePeriods are the ways in which an item is a period: a month, by the
// end of its id (201805); a financial year, by its label (2021/22).
var statXplorePeriods = []string{"month", "financial_year"}

// lintStatXploreJSON says what a source that is read as statxplore-json lacks.
func lintStatXploreJSON(s Source) []string {
	if s.Fetch == nil || s.Fetch.StatXplore == nil {
		return []string{"format statxplore-json: want fetch: stat_xplore, which says what its fields mean"}
	}
	return nil
}

// readStatXplore reads a table of Stat-Xplore. Everything in it must bear the
// id and the label that the source declares. Rows are counted as the cells
// come, the first being 1; columns are the labels of fields.
func readStatXplore(ctx context.Context, b []byte, s Source, r Release, found *findings) (reading, error) {
	out := reading{skipped: map[string]int{}}
	var t statXploreReply
	switch text := trimmedText(b); {
	case len(text) == 0:
		found.add("V02", 0, "", "", "the file is empty")
		return out, nil
	case text[0] == '<':
		found.add("V02", 1, "", "", "a web page, not JSON")
		return out, nil
	}
	if err := json.Unmarshal(b, &t); err != nil {
		found.add("V02", 0, "", "", "not the JSON of a table: %v", err)
		return out, nil
	}
	if !s.Fetch.StatXplore.asked(t, found) {
		return out, nil
	}
	var values any
	if err := json.Unmarshal(t.Cubes[s.Fetch.StatXplore.Count].Values, &values); err != nil {
		found.add("V02", 0, "", "", "values: not JSON: %v", err)
		return out, nil
	}
	in := statXploreReader{source: s, ask: s.Fetch.StatXplore, table: t, found: found, marked: r.periodFlags(), out: &out, items: make([]int, len(t.Fields))}
	in.prepare()
	in.walk(ctx, values, 0)
	if in.row == 0 && len(found.faults) == 0 {
		found.add("V02", 0, "", "", "a table without cells")
	}
	return out, ctx.Err()
}

func trimmedText(b []byte) string {
	return strings.TrimSpace(strings.TrimPrefix(string(b[:min(len(b), 64)]), "\ufeff"))
}

// asked says whether a table is the one that was asked for.
func (ask *FetchStatXplore) asked(t statXploreReply, found *findings) bool {
	before := len(found.faults)
	same := func(what, got, want string) {
		if got != want {
			found.add("V26", 0, what, got, "want %q", want)
		}
	}
	same("database", t.Database.URI, ask.Database)
	same("database label", t.Database.Label, ask.DatabaseLabel)
	if len(t.Measures) != 1 {
		found.add("V26", 0, "", "", "%d measures, want 1", len(t.Measures))
	} else {
		same("measure", t.Measures[0].URI, ask.Count)
		same("measure label", t.Measures[0].Label, ask.CountLabel)
	}
	if len(t.Fields) != len(ask.Fields) {
		found.add("V26", 0, "", "", "%d fields, want %d", len(t.Fields), len(ask.Fields))
		return false
	}
	for i, f := range t.Fields {
		same("field", f.URI, ask.Fields[i].ID)
		same("field label", f.Label, ask.Fields[i].Label)
		for n, item := range f.Items {
			if len(item.Labels) == 0 || item.Type != "Total" && len(item.URIs) != 1 {
				found.add("V26", 0, f.Label, "", "item %d: want one id and a label", n+1)
			}
		}
	}
	if _, ok := t.Cubes[ask.Count]; !ok {
		found.add("V02", 0, "", "", "no values of %s", ask.Count)
	}
	return len(found.faults) == before
}

// statXploreReader reads the cells of a table, each at its items.
type statXploreReader struct {
	source  Source
	ask     *FetchStatXplore
	table   statXploreReply
	found   *findings
	marked  map[data.Period]data.Flags
	out     *reading
	items   []int // of the cell that is read, one a field
	row     int
	area    int // which field
	time    int
	columns map[string]int
	periods []data.Period
	flags   []data.Flags
	known   []bool // of the periods
}

// prepare reads what the fields' items mean.
func (t *statXploreReader) prepare() {
	t.columns = map[string]int{}
	for i, f := range t.ask.Fields {
		t.columns[f.Label] = i
		switch f.Is {
		case "area":
			t.area = i
		case "period":
			t.time = i
		}
	}
	for n, item := range t.table.Fields[t.time].Items {
		p, err := statXplorePeriod(t.ask.Period, item)
		if err != nil {
			t.found.add("V12", 0, t.ask.Fields[t.time].Label, item.Labels[0], "item %d: not a period: %v", n+1, err)
		}
		t.periods, t.known = append(t.periods, p), append(t.known, err == nil)
		t.flags = append(t.flags, t.annotated(item, n))
	}
}

var footnote = regexp.MustCompile(`^[IVXLC]+$`)

// annotated reads the marks of an item that say something of its figures.
// Roman numbers are footnotes.
func (t *statXploreReader) annotated(item statXploreItem, n int) data.Flags {
	var flags data.Flags
	for _, key := range item.AnnotationKeys {
		words, ok := t.source.Statuses[key]
		if !ok && !footnote.MatchString(key) {
			t.found.add("V17", 0, t.ask.Fields[t.time].Label, key, "item %d: an unknown mark", n+1)
		}
		if f, err := data.ParseFlags(words); err == nil {
			flags |= f
		}
	}
	return flags
}

func statXplorePeriod(form string, item statXploreItem) (data.Period, error) {
	if form == "financial_year" {
		label, _, _ := strings.Cut(item.Labels[0], " ")
		return parsePeriod("financial_year", label)
	}
	if len(item.URIs) != 1 {
		return data.Period{}, fmt.Errorf("no id: %w", data.ErrInvalid)
	}
	code := lastOf(item.URIs[0])
	if len(code) != 6 {
		return data.Period{}, fmt.Errorf("%q: want a year and a month, such as 201805: %w", code, data.ErrInvalid)
	}
	return data.ParsePeriod(code[:4] + "-" + code[4:] + "-01/P1M")
}

// lastOf is the last piece of an id: the code of a value.
func lastOf(id string) string { return id[strings.LastIndexByte(id, ':')+1:] }

// walk goes down the nested values, a level a field.
func (t *statXploreReader) walk(ctx context.Context, v any, depth int) {
	if depth == len(t.items) {
		t.row++
		t.cell(v)
		return
	}
	list, ok := v.([]any)
	want := len(t.table.Fields[depth].Items)
	if !ok || len(list) != want {
		t.found.add("V02", t.row+1, t.ask.Fields[depth].Label, "", "%d values, want one for each of %d items", len(list), want)
		return
	}
	for i, inner := range list {
		if ctx.Err() != nil {
			return
		}
		t.items[depth] = i
		t.walk(ctx, inner, depth+1)
	}
}

// cell takes in one value.
func (t *statXploreReader) cell(v any) {
	rec := record{row: t.row, columns: t.columns}
	for i, n := range t.items {
		rec.fields = append(rec.fields, t.table.Fields[i].Items[n].Labels[0])
	}
	m := t.source.measureOf(rec, t.found)
	switch {
	case m == nil:
		t.out.skipped[skipMeasure]++
		return
	case !asserted(rec, m, t.found), !t.known[t.items[t.time]]:
		return
	}
	period, label := t.periods[t.items[t.time]], t.ask.Fields[t.area].Label
	if len(m.Months) > 0 && !slices.Contains(m.Months, startMonth(period)) {
		t.out.skipped[skipMonth]++
		return
	}
	c := cell{row: t.row, column: label, valueColumn: "values", measure: m, area: t.place(), period: period}
	switch x := v.(type) {
	case float64:
		c.value, c.flags = data.Number(x), t.flags[t.items[t.time]]|t.marked[period]
	case nil:
		marker, ok := t.source.Markers["null"]
		if !ok {
			t.found.add("V15", t.row, "values", "null", "blank without a marker")
			return
		}
		c.value = data.Missing(data.Marker(marker))
	case string:
		marker, ok := t.source.Markers[x]
		if !ok {
			t.found.add("V14", t.row, "values", x, "neither a number nor a known marker")
			return
		}
		c.value = data.Missing(data.Marker(marker))
	default:
		t.found.add("V14", t.row, "values", fmt.Sprint(x), "neither a number nor a known marker")
		return
	}
	t.out.cells = append(t.out.cells, c)
}

// place is the code of the cell's area, or the word of a total.
func (t *statXploreReader) place() string {
	item := t.table.Fields[t.area].Items[t.items[t.area]]
	if item.Type == "Total" {
		return item.Labels[0]
	}
	return lastOf(item.URIs[0])
}
