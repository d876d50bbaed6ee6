package dashboard

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"goodwork/data"
)

// indicatorPage shows one indicator: the map, the strip and the table of all
// areas of one group at one period, the trends of chosen areas, the areas that
// differ, and what a reader must know of the figures.
type indicatorPage struct {
	base
	Indicator   data.Indicator
	Dimension   link
	Period      string
	PeriodWords string // "in April 2025"
	Level       string // "districts and unitary authorities"
	Findings    []string
	Use         string   // what the figures can bear, a sentence; "" where not judged
	Periods     []option // latest first
	Levels      []option
	Kept        url.Values // parameters that the first form keeps as they are
	Earlier     *link
	Later       *link
	Map         *indicatorMap
	MapForms    []link // areas or hexagons
	MapLayers   []link // published or smoothed
	Smoothed    bool
	Strip       *rankedStrip
	Filter      tableFilter
	Headings    []heading
	Rows        []areaRow
	Benchmark   string // of the comparison column, "the UK"; "" where nothing is compared
	Tested      bool
	Missing     int
	AllFlags    string // said of every figure in the table, so not in each row
	Noted       bool   // whether any row has a note
	Placed      bool   // whether any row has a range of ranks
	Trended     bool   // whether any row has a trend
	Graded      bool
	Absent      string // where the chosen group has no figures, which has
	Trends      trendsPart
	Differ      *differPart
	Inequality  *inequalityPart
	Breaks      []breakLine
	Direction   string
	Status      string
	Grades      []string // "171 A, precise"
	Release     releasePart
	Sources     []sourceLine
	Related     []link
	Citation    string
	API         string
	CSV         string // every area and period
	CSVHere     string // what the table shows
	Files       []formatLink
}

type breakLine struct{ From, Note string }

// The ways in which an indicator's table can be sorted.
const (
	byAreaName = "name"
	byWithin   = "region"
	byValue    = "value"
	byQuality  = "quality"
)

// The forms and layers of an indicator's map.
const (
	mapOfAreas    = "areas"
	mapOfHexagons = "hex"

	layerPublished = "published"
	layerSmoothed  = "smoothed"
)

// indicatorParameters are those of an indicator's page.
var indicatorParameters = []parameter{
	{name: "period"},
	{name: "level"},
	{name: "sort"},
	{name: "order"},
	{name: "region"},
	{name: "quality"},
	{name: "map"},
	{name: "layer"},
	{name: "areas", list: true},
}

func (s *Server) indicator(c echo.Context) error {
	ind, err := s.findIndicator(data.IndicatorID(c.Param("indicator")))
	if err != nil {
		return err
	}
	values, done, err := s.parameters(c, indicatorParameters...)
	if done || err != nil {
		return err
	}
	view, err := s.indicatorView(c, ind, values)
	if err != nil {
		return err
	}
	if canonical := joined(view.chosen); canonical != values.Get("areas") {
		return c.Redirect(http.StatusFound, view.to("areas", canonical)+"#trends")
	}
	page, err := s.indicatorPage(c, ind, view)
	if err != nil {
		return fmt.Errorf("indicator %s: %w", ind.ID, err)
	}
	return s.render(c, http.StatusOK, "indicator", page)
}

// indicatorView is the state of an indicator's page, all of it in its address.
type indicatorView struct {
	path     string
	values   url.Values // as asked for: what is not there is the default
	period   data.Period
	all      []data.Period
	group    areaGroup
	sort     string
	reverse  bool
	region   data.AreaCode // the table keeps the areas in it; "" keeps all
	quality  data.Grade    // the table keeps figures of this grade or better; "" keeps all
	hexagons bool
	smoothed bool
	chosen   []data.AreaCode // whose trends are drawn; none: the countries'
}

// to is the address of the view with one parameter changed.
func (v indicatorView) to(name, value string) string {
	return address(v.path, with(v.values, name, value))
}

// kept are the view's parameters for a form that has fields of its own.
func (v indicatorView) kept(own ...string) url.Values {
	out := url.Values{}
	for _, p := range indicatorParameters {
		if x := v.values.Get(p.name); x != "" && !slices.Contains(own, p.name) {
			out.Set(p.name, x)
		}
	}
	return out
}

func (s *Server) indicatorView(c echo.Context, ind data.Indicator, values url.Values) (indicatorView, error) {
	v := indicatorView{
		path: "/indicators/" + string(ind.ID), values: values, period: s.Edition.LatestPeriod(ind.ID),
		group: defaultGroup(ind),
	}
	var err error
	if v.all, err = s.Edition.Periods(c.Request().Context(), ind.ID); err != nil {
		return v, err
	}
	periods, err := s.periods(c, ind, values.Get("period"))
	if err != nil {
		return v, err
	}
	if len(periods) > 1 {
		return v, refusal{kind: data.ErrInvalid, parameter: "period", what: "This page shows one period at a time."}
	}
	if len(periods) == 1 {
		v.period = periods[0]
	}
	var order, form, layer string
	var errs [7]error
	v.group, errs[0] = chosenOf(values, "level", areaGroups, v.group)
	v.sort, errs[1] = chosenOf(values, "sort", []string{byAreaName, byWithin, byValue, byQuality}, byAreaName)
	order, errs[2] = chosenOf(values, "order", []string{"asc", "desc"}, "asc")
	v.region, errs[3] = chosenOf(values, "region", s.regionCodes(), "")
	v.quality, errs[4] = chosenOf(values, "quality", []data.Grade{data.GradeA, data.GradeB, data.GradeC, data.GradeD}, "")
	form, errs[5] = chosenOf(values, "map", []string{mapOfAreas, mapOfHexagons}, mapOfAreas)
	layer, errs[6] = chosenOf(values, "layer", []string{layerPublished, layerSmoothed}, layerPublished)
	if err := errors.Join(errs[:]...); err != nil {
		return v, err
	}
	v.reverse, v.hexagons, v.smoothed = order == "desc", form == mapOfHexagons, layer == layerSmoothed
	v.chosen, err = s.areasByText("areas", values, mostTrends)
	return v, err
}

// regionCodes are the areas by which a table can be narrowed.
func (s *Server) regionCodes() []data.AreaCode {
	var list []data.AreaCode
	for _, a := range s.Register.Areas() {
		if a.Current() && (a.Level == data.LevelCountry || a.Level == data.LevelRegion) {
			list = append(list, a.Code)
		}
	}
	return list
}

// areasByText reads a list of areas' codes or names, each once, in their order.
func (s *Server) areasByText(name string, values url.Values, most int) ([]data.AreaCode, error) {
	var list []data.AreaCode
	for part := range splitList(values.Get(name)) {
		part = strings.TrimSpace(part)
		if part == "" {
			continue
		}
		area, err := s.areaByText(name, part, values)
		if err != nil {
			return nil, err
		}
		if !slices.Contains(list, area.Code) {
			list = append(list, area.Code)
		}
		if len(list) > most {
			return nil, refusal{kind: data.ErrInvalid, parameter: name, what: fmt.Sprintf("Up to %d areas can be shown here at a time.", most)}
		}
	}
	return list, nil
}

// defaultGroup is the group in which an indicator is published most finely.
func defaultGroup(ind data.Indicator) areaGroup {
	if ind.ShownFrom == "county" {
		return groupUpper
	}
	return groupLocal
}

// chosenOf reads a parameter that takes one of a few words.
func chosenOf[T ~string](values url.Values, name string, valid []T, otherwise T) (T, error) {
	v := T(values.Get(name))
	if v == "" {
		return otherwise, nil
	}
	if slices.Contains(valid, v) {
		return v, nil
	}
	no := refusal{kind: data.ErrInvalid, parameter: name, what: fmt.Sprintf("The parameter “%s” can’t be “%s”.", name, excerpt(string(v))), about: "It is one of:"}
	for _, o := range valid {
		no.valid = append(no.valid, option{Value: string(o)})
	}
	return otherwise, no
}

func (s *Server) indicatorPage(c echo.Context, ind data.Indicator, v indicatorView) (indicatorPage, error) {
	ctx := c.Request().Context()
	p := indicatorPage{
		base: s.base(c, ind.Title, ind.Question+" "+ind.Definition), Indicator: ind,
		Dimension: link{Text: ind.Dimension.Title(), Href: "/indicators#" + string(ind.Dimension)},
		Period:    v.period.Label(), PeriodWords: v.period.InWords(), Level: v.group.words(), Kept: v.kept("period", "level"),
		Direction: directionWords(ind.Polarity), Status: ind.DesignationWords(), CSV: v.path + ".csv",
	}
	p.Live = true
	p.Breadcrumbs = []link{{Text: "Indicators", Href: "/indicators"}, {Text: ind.Title}}
	files, err := s.viewOfIndicator(c, nil)
	if err != nil {
		return p, err
	}
	p.Files = files.formatLinks(nil)
	if p.Dataset, err = s.datasetOf(ctx, files); err != nil {
		return p, err
	}
	t, err := s.Edition.Table(ctx, data.Query{
		Indicators: []data.IndicatorID{ind.ID}, Periods: []data.Period{v.period}, WithComparisons: true, WithDerived: true,
	})
	if err != nil {
		return p, err
	}
	all := s.rowsIn(t.Rows, v.group)
	v.smoothed = v.smoothed && slices.ContainsFunc(all, func(r data.Row) bool { return r.Smoothed != nil })
	p.offer(v)
	p.offerMaps(v, all)
	p.table(s, ind, v, s.narrowed(v, all), t.Rows, chosenBenchmark(c))
	p.Filter = s.tableFilter(v, len(all), len(p.Rows))
	if len(all) == 0 {
		p.Absent = s.published(t.Rows)
	}
	signal, err := s.signal(ctx, ind, v)
	if err != nil {
		return p, err
	}
	held := s.heldRows(ind, all, t.Rows, chosenBenchmark(c))
	p.Findings, p.Use = s.findings(ind, v, t.Rows, held), useOf(signal)
	p.Strip = s.rankedStrip(ind, v, all, held, signal)
	p.Differ = s.differ(ind, v, all, held)
	if p.Inequality, err = s.inequality(ctx, ind, v); err != nil {
		return p, err
	}
	if p.Trends, err = s.trends(ctx, ind, v, chosenBenchmark(c)); err != nil {
		return p, err
	}
	p.about(s, ind, v, t.Rows, all, s.site(c.Request()))
	if p.Map, err = s.indicatorMap(ind, v, all); p.Map != nil {
		p.Map.Option = nil // it answers to the hand with the strip and the table
	}
	return p, err
}

func directionWords(p data.Polarity) string {
	switch p {
	case data.PolarityHigh:
		return "Higher is better."
	case data.PolarityLow:
		return "Lower is better."
	default:
		return "No judgement: neither higher nor lower is plainly better."
	}
}

// offer lists the periods and groups that may be chosen instead.
func (p *indicatorPage) offer(v indicatorView) {
	for i, x := range slices.Backward(v.all) {
		o := option{Value: x.URL(), Text: x.Label()}
		if x == v.period {
			o.Chosen = true
			if i > 0 {
				p.Earlier = &link{Text: v.all[i-1].Label(), Href: v.to("period", v.all[i-1].URL())}
			}
			if i < len(v.all)-1 {
				p.Later = &link{Text: v.all[i+1].Label(), Href: v.to("period", v.all[i+1].URL())}
			}
		}
		p.Periods = append(p.Periods, o)
	}
	for _, g := range areaGroups {
		p.Levels = append(p.Levels, option{Value: string(g), Text: capitalised(g.words()), Chosen: g == v.group})
	}
}

// offerMaps lists the forms and layers that the map may have instead.
func (p *indicatorPage) offerMaps(v indicatorView, rows []data.Row) {
	p.Smoothed = v.smoothed
	if v.group == groupLocal {
		p.MapForms = []link{
			{Text: "Boundaries", Href: v.to("map", "") + "#map-heading", Current: !v.hexagons},
			{Text: "Equal hexagons", Href: v.to("map", mapOfHexagons) + "#map-heading", Current: v.hexagons},
		}
	}
	if slices.ContainsFunc(rows, func(r data.Row) bool { return r.Smoothed != nil }) {
		p.MapLayers = []link{
			{Text: "As published", Href: v.to("layer", "") + "#map-heading", Current: !v.smoothed},
			{Text: "Smoothed", Href: v.to("layer", layerSmoothed) + "#map-heading", Current: v.smoothed},
		}
	}
}

// rowsIn keeps the areas of a group, in the register's order.
func (s *Server) rowsIn(rows []data.Row, g areaGroup) []data.Row {
	return slices.DeleteFunc(slices.Clone(rows), func(r data.Row) bool {
		a, ok := s.Register.Area(r.Area)
		return !ok || !g.holds(a)
	})
}

// narrowed keeps the rows that the table's filter lets through.
func (s *Server) narrowed(v indicatorView, rows []data.Row) []data.Row {
	return slices.DeleteFunc(slices.Clone(rows), func(r data.Row) bool { return !s.passes(v.region, v.quality, r) })
}

// passes tells whether a row is of an area in the region, and of the grade or a
// better one; "" lets everything through. A missing figure has no grade.
func (s *Server) passes(region data.AreaCode, quality data.Grade, r data.Row) bool {
	if region != "" && !slices.ContainsFunc(s.Register.Parents(r.Area), func(a data.Area) bool { return a.Code == region }) {
		return r.Area == region
	}
	return quality == "" || r.Grade != "" && r.Grade <= quality
}

// signal is how much of the spread at the view's period is signal; nil where
// the edition doesn't say. It speaks of local areas only.
func (s *Server) signal(ctx context.Context, ind data.Indicator, v indicatorView) (*data.Signal, error) {
	if v.group != groupLocal {
		return nil, nil
	}
	all, err := s.Edition.Signals(ctx, ind.ID)
	if err != nil {
		return nil, err
	}
	for _, x := range all {
		if x.Period == v.period {
			return &x, nil
		}
	}
	return nil, nil
}

// subjectOf is the indicator's subject with the area's name: "pay of United
// Kingdom residents", but "anxiety of adults in the United Kingdom".
func subjectOf(ind data.Indicator, a data.Area) string {
	before, after, _ := strings.Cut(ind.Subject, "{area}")
	name := a.Name
	if a.Level == data.LevelUK && !strings.HasPrefix(after, " residents") {
		name = "the " + name
	}
	return before + name + after
}

func rowOf(rows []data.Row, code data.AreaCode) (data.Row, bool) {
	for _, r := range rows {
		if r.Area == code {
			return r, true
		}
	}
	return data.Row{}, false
}

// quantile is the q-th quantile of sorted numbers, by the rule that R calls type 7.
func quantile(sorted []float64, q float64) float64 {
	at := q * float64(len(sorted)-1)
	i := int(at)
	if i+1 >= len(sorted) {
		return sorted[len(sorted)-1]
	}
	return sorted[i] + (at-float64(i))*(sorted[i+1]-sorted[i])
}

// published says for which groups a period has figures.
func (s *Server) published(rows []data.Row) string {
	var has []string
	for _, g := range areaGroups {
		if slices.ContainsFunc(rows, func(r data.Row) bool {
			a, ok := s.Register.Area(r.Area)
			return ok && r.Value.Known() && g.holds(a)
		}) {
			has = append(has, g.words())
		}
	}
	if len(has) == 0 {
		return "No figures were published for this period."
	}
	return "Published for this period: " + strings.Join(has, "; ") + "."
}

// sourceLines lists the source and release of every row, each once.
func (l library) sourceLines(ind data.Indicator, rows []data.Row) []sourceLine {
	var lines []sourceLine
	seen := map[releaseKey]bool{}
	for _, r := range rows {
		k := releaseKey{r.Source, r.Release}
		if !seen[k] {
			seen[k] = true
			lines = append(lines, l.sourceLine(ind, r))
		}
	}
	return lines
}
