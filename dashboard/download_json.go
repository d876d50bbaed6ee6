package dashboard

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"goodwork/data"
)

// jsonHead is what stands before the rows of a JSON file.
type jsonHead struct {
	Title      string          `json:"title"`
	Edition    data.EditionID  `json:"edition"`
	Page       string          `json:"page"`
	Licence    string          `json:"licence"`
	Sources    []jsonSource    `json:"sources"`
	Indicators []jsonIndicator `json:"indicators"`
	Columns    []jsonColumn    `json:"columns"`
}

type jsonSource struct {
	ID        data.SourceID `json:"source_id"`
	Publisher string        `json:"publisher"`
	Title     string        `json:"title"`
	URL       string        `json:"url"`
	Licence   string        `json:"licence"`
}

type jsonIndicator struct {
	ID          data.IndicatorID `json:"indicator_id"`
	Title       string           `json:"title"`
	Question    string           `json:"question"`
	Definition  string           `json:"definition"`
	Unit        string           `json:"unit"`
	UnitWords   string           `json:"unit_words"`
	Decimals    int              `json:"decimals"`
	Polarity    data.Polarity    `json:"polarity"`
	Base        string           `json:"base"`
	Designation string           `json:"designation"`
	Caveat      string           `json:"caveat,omitempty"`
}

type jsonColumn struct {
	Name        string        `json:"name"`
	Title       string        `json:"title"`
	Description string        `json:"description"`
	Type        data.CellKind `json:"type"`
}

// jsonFile writes a view as one object whose rows are objects with the names of
// the CSV's columns. A missing cell is null, never 0.
func (s *Server) jsonFile(ctx context.Context, v view, o formatOptions, _ url.Values) ([]byte, error) {
	sheet, t, err := s.sheetOf(ctx, v, o)
	if err != nil {
		return nil, err
	}
	head, err := json.Marshal(s.jsonHead(v, t, sheet.Columns))
	if err != nil {
		return nil, fmt.Errorf("write the head: %w", err)
	}
	var b bytes.Buffer
	b.Write(head[:len(head)-1])
	b.WriteString(",\"rows\":[")
	names := make([][]byte, len(sheet.Columns))
	for i, c := range sheet.Columns {
		if names[i], err = json.Marshal(c.Name); err != nil {
			return nil, fmt.Errorf("write the name of a column: %w", err)
		}
	}
	for n, row := range sheet.Rows {
		if n > 0 {
			b.WriteByte(',')
		}
		b.WriteString("\n{")
		for i, cell := range row {
			if i > 0 {
				b.WriteByte(',')
			}
			text, err := json.Marshal(cell)
			if err != nil {
				return nil, fmt.Errorf("write row %d: %w", n+1, err)
			}
			b.Write(names[i])
			b.WriteByte(':')
			b.Write(text)
		}
		b.WriteByte('}')
	}
	b.WriteString("\n]}\n")
	return b.Bytes(), nil
}

func (s *Server) jsonHead(v view, t data.Table, columns []data.Column) jsonHead {
	head := jsonHead{Title: v.title, Edition: t.Edition, Page: s.root() + v.page, Licence: licenceURL, Sources: []jsonSource{}, Indicators: []jsonIndicator{}}
	for _, src := range s.sourcesOf(t) {
		head.Sources = append(head.Sources, jsonSource{src.ID, src.Publisher, src.Title, src.LandingPage, src.Licence})
	}
	for _, ind := range t.Indicators {
		head.Indicators = append(head.Indicators, jsonIndicator{
			ind.ID, ind.Title, ind.Question, ind.Definition, ind.Unit, ind.UnitWords, ind.Decimals, ind.Polarity, ind.Base, ind.DesignationWords(), ind.Caveat,
		})
	}
	for _, c := range columns {
		head.Columns = append(head.Columns, jsonColumn{c.Name, c.Title, c.About, c.Kind})
	}
	return head
}

// cube is a JSON-stat 2.0 data set. Values and statuses are sparse: what is in
// neither was never published.
type cube struct {
	Version   string                   `json:"version"`
	Class     string                   `json:"class"`
	Href      string                   `json:"href"`
	Label     string                   `json:"label"`
	Source    string                   `json:"source"`
	Updated   string                   `json:"updated"`
	Note      []string                 `json:"note"`
	ID        []string                 `json:"id"`
	Size      []int                    `json:"size"`
	Role      map[string][]string      `json:"role"`
	Dimension map[string]cubeDimension `json:"dimension"`
	Value     map[int]float64          `json:"value"`
	Status    map[int]string           `json:"status,omitempty"`
	Extension map[string]string        `json:"extension"`
}

type cubeDimension struct {
	Label    string       `json:"label"`
	Category cubeCategory `json:"category"`
}

type cubeCategory struct {
	Index []string            `json:"index"`
	Label map[string]string   `json:"label"`
	Unit  map[string]cubeUnit `json:"unit,omitempty"`
}

type cubeUnit struct {
	Label    string `json:"label"`
	Symbol   string `json:"symbol,omitempty"`
	Position string `json:"position,omitempty"`
	Decimals int    `json:"decimals"`
}

// mostCells is how many cells a cube may span: a reader's library makes them all.
const mostCells = 4_000_000

// jsonStat writes a view as a cube of indicator, statistic, area and period
// (json-stat.org/full). A status is the marker of a missing value, or the flags
// of a number.
func (s *Server) jsonStat(ctx context.Context, v view, _ formatOptions, _ url.Values) ([]byte, error) {
	if v.own != nil {
		return s.ownCube(ctx, v)
	}
	t, err := s.tableOf(ctx, v, false)
	if err != nil {
		return nil, err
	}
	var areas []data.AreaCode
	var periods []data.Period
	seenArea, seenPeriod := map[data.AreaCode]string{}, map[data.Period]bool{}
	for _, r := range t.Rows {
		if _, ok := seenArea[r.Area]; !ok {
			areas = append(areas, r.Area)
		}
		seenArea[r.Area] = r.AreaName
		if !seenPeriod[r.Period] {
			periods = append(periods, r.Period)
		}
		seenPeriod[r.Period] = true
	}
	slices.SortFunc(periods, data.Period.Compare)
	statistics := []string{"value", "lower_95", "upper_95"}
	size := []int{len(t.Indicators), len(statistics), len(areas), len(periods)}
	if cells := size[0] * size[1] * size[2] * size[3]; cells > mostCells {
		return nil, refusal{kind: data.ErrInvalid, what: fmt.Sprintf("A cube of %d cells is too large: ask for fewer indicators, areas or periods, or for Parquet.", cells)}
	}
	c := cube{
		Version: "2.0", Class: "dataset", Href: s.root() + v.stem + ".jsonstat", Label: v.title, Source: strings.Join(s.publications(t), "; "),
		Updated: s.Edition.Date(), ID: []string{"indicator", "statistic", "area", "period"}, Size: size,
		Note: []string{v.about, "A status is the reason for a missing value (c, x, u, z, w, low) or what qualifies a number. A cell with neither value nor status was never published."},
		Role: map[string][]string{"metric": {"indicator"}, "geo": {"area"}, "time": {"period"}}, Value: map[int]float64{}, Status: map[int]string{},
		Extension: map[string]string{"edition": string(t.Edition), "licence": licenceURL, "page": s.root() + v.page},
	}
	indicators := cubeCategory{Label: map[string]string{}, Unit: map[string]cubeUnit{}}
	for _, ind := range t.Indicators {
		unit := cubeUnit{Label: ind.UnitWords, Decimals: ind.Decimals}
		switch ind.Unit {
		case "£":
			unit.Symbol, unit.Position = "£", "start"
		case "%":
			unit.Symbol, unit.Position = "%", "end"
		}
		indicators.add(string(ind.ID), ind.Title)
		indicators.Unit[string(ind.ID)] = unit
	}
	var kinds, places, times cubeCategory
	for i, label := range []string{"Value", "Lower 95% limit", "Upper 95% limit"} {
		kinds.add(statistics[i], label)
	}
	for _, a := range areas {
		places.add(string(a), seenArea[a])
	}
	for _, p := range periods {
		times.add(p.String(), p.Label())
	}
	c.Dimension = map[string]cubeDimension{
		"indicator": {"Indicator", indicators}, "statistic": {"Statistic", kinds}, "area": {"Area", places}, "period": {"Period", times},
	}
	c.fill(t, indexOf(areas), indexOf(periods))
	body, err := json.Marshal(c)
	if err != nil {
		return nil, fmt.Errorf("write the cube: %w", err)
	}
	return append(body, '\n'), nil
}

// ownCube writes a sheet with columns of its own as a cube of its key and of its
// columns of numbers. A status is the marker of a missing value.
func (s *Server) ownCube(ctx context.Context, v view) ([]byte, error) {
	own, err := v.own(ctx)
	if err != nil {
		return nil, err
	}
	t := data.Table{Edition: s.library.edition, Indicators: own.indicators}
	c := cube{
		Version: "2.0", Class: "dataset", Href: s.root() + v.stem + ".jsonstat", Label: v.title, Source: strings.Join(s.publications(t), "; "),
		Updated: s.Edition.Date(), Note: []string{v.about, "A status is the reason for a missing value (c, x, u, z, w, low). A cell with neither value nor status was never published."},
		Role: map[string][]string{"metric": {"column"}}, Value: map[int]float64{}, Status: map[int]string{}, Dimension: map[string]cubeDimension{},
		Extension: map[string]string{"edition": string(t.Edition), "licence": licenceURL, "page": s.root() + v.page},
	}
	column := map[string]int{}
	for i, x := range own.Columns {
		column[x.Name] = i
	}
	text := func(row []any, name string) string {
		i, ok := column[name]
		if !ok || row[i] == nil {
			return ""
		}
		return fmt.Sprint(row[i])
	}
	labels := map[string]string{"area_code": "area_name"}
	at := make([]map[string]int, len(own.key))
	for k, name := range own.key {
		var d cubeCategory
		at[k] = map[string]int{}
		for _, row := range own.Rows {
			id := text(row, name)
			if _, ok := at[k][id]; ok {
				continue
			}
			at[k][id] = len(d.Index)
			label := id
			if known := text(row, labels[name]); known != "" {
				label = known
			}
			d.add(id, label)
		}
		c.ID, c.Size = append(c.ID, name), append(c.Size, len(d.Index))
		c.Dimension[name] = cubeDimension{own.Columns[column[name]].Title, d}
		switch name {
		case "area_code":
			c.Role["geo"] = []string{name}
		case "period", "year":
			c.Role["time"] = []string{name}
		}
	}
	var numbers cubeCategory
	var of []int
	for i, x := range own.Columns {
		if (x.Kind == data.NumberCells || x.Kind == data.IntegerCells) && !slices.Contains(own.key, x.Name) {
			numbers.add(x.Name, x.Title)
			of = append(of, i)
		}
	}
	c.ID, c.Size = append(c.ID, "column"), append(c.Size, len(of))
	c.Dimension["column"] = cubeDimension{"Column", numbers}
	for _, row := range own.Rows {
		place := 0
		for k, name := range own.key {
			place = place*c.Size[k] + at[k][text(row, name)]
		}
		for m, i := range of {
			cell := place*len(of) + m
			switch x := row[i].(type) {
			case float64:
				c.Value[cell] = x
			case int:
				c.Value[cell] = float64(x)
			case int64:
				c.Value[cell] = float64(x)
			case nil:
				if marker := text(row, "marker"); marker != "" && own.Columns[i].Name == "value" {
					c.Status[cell] = marker
				}
			default:
				return nil, fmt.Errorf("column %s: %T is no number", own.Columns[i].Name, x)
			}
		}
	}
	body, err := json.Marshal(c)
	if err != nil {
		return nil, fmt.Errorf("write the cube: %w", err)
	}
	return append(body, '\n'), nil
}

func (c *cubeCategory) add(id, label string) {
	if c.Label == nil {
		c.Label = map[string]string{}
	}
	c.Index = append(c.Index, id)
	c.Label[id] = label
}

// fill puts the figures in their cells, in row-major order.
func (c *cube) fill(t data.Table, areas map[data.AreaCode]int, periods map[data.Period]int) {
	indicators := map[data.IndicatorID]int{}
	for i, ind := range t.Indicators {
		indicators[ind.ID] = i
	}
	for _, r := range t.Rows {
		at := func(statistic int) int {
			return ((indicators[r.Indicator]*c.Size[1]+statistic)*c.Size[2]+areas[r.Area])*c.Size[3] + periods[r.Period]
		}
		f, known := r.Value.Number()
		switch {
		case !known:
			c.Status[at(0)] = string(r.Value.Marker())
		default:
			c.Value[at(0)] = f
			if r.Flags != 0 {
				c.Status[at(0)] = r.Flags.String()
			}
		}
		if r.Interval.Known {
			c.Value[at(1)], c.Value[at(2)] = r.Interval.Lower, r.Interval.Upper
		}
	}
}

func indexOf[T comparable](list []T) map[T]int {
	at := map[T]int{}
	for i, x := range list {
		at[x] = i
	}
	return at
}
