package dashboard

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"
	"golang.org/x/sync/errgroup"

	"goodwork/dashboard/chart"
	"goodwork/data"
)

// comparePage holds chosen areas side by side by chosen indicators: the rug of
// verdicts, lines over time, and two indicators against one another.
type comparePage struct {
	base
	Adding     addingForm
	Dimensions []compareDimension
	Kept       url.Values // parameters that the form keeps as they are
	Presets    []link
	Against    []link // the benchmarks
	Shows      []link
	Summary    string
	Benchmark  string // "the UK"
	Describe   string // what the benchmark is made of
	Caution    string
	Tested     int
	Instead    []string // areas that can't be held against the benchmark, and why
	Rug        *rug
	Lines      []compareLine
	LinesNote  string
	Scatter    *scatterPart
	Files      []formatLink
}

// addingForm is where areas are taken out of a view and added to it.
type addingForm struct {
	Legend, Label string
	Chosen        []option
	Full          bool // no more areas can be added
}

type compareDimension struct {
	Title      string
	Indicators []option
}

// rug is a table of verdicts. Few areas stand in columns, many in rows.
type rug struct {
	Corner  string
	Columns []rugHead
	Rows    []rugRow
	Values  bool
	Trends  bool
	Dense   bool // so many areas that only clear differences have their word on screen
}

type rugHead struct {
	link
	Sub string // the period, or the region
}

type rugRow struct {
	Head  rugHead
	Cells []rugCell
}

// rugCell is one figure: what it is, how it compares and where it tends.
type rugCell struct {
	Value      string
	Interval   string
	Missing    string // why there is none
	County     string // whose figure it is where the area has none of its own
	Comparison *comparisonLine
	Trend      *comparisonLine
}

// compareLine is an indicator's chart of the areas over time.
type compareLine struct {
	Title, Href, Unit string
	Chart             *pageChart
}

// What the rug shows.
const (
	showValues = "values"
	showTrends = "trends"
	showBoth   = "both"
)

// How much a comparison holds.
const (
	mostCompared    = 30 // areas
	mostIndicators  = 40
	mostLineCharts  = 6
	mostLines       = 8 // areas in a chart
	fewAreas        = 5 // that still stand in columns
	mostSpelled     = 8 // whose verdicts are all spelled out
	headlinesOfEach = 2 // indicators of a dimension where none are chosen
	lineWidth       = 460
	lineHeight      = 300
)

var compareParameters = []parameter{
	{name: "areas", list: true}, {name: "indicators", list: true}, {name: "show"}, {name: "x"}, {name: "y"},
}

// compareView is what a comparison's address asks for.
type compareView struct {
	values     url.Values
	areas      []data.Area
	indicators []data.Indicator
	show       string
	x, y       data.Indicator
}

func (v compareView) to(name, value string) string {
	return address("/compare", with(v.values, name, value))
}

func (s *Server) compareAreas(c echo.Context) error {
	values, done, err := s.parameters(c, compareParameters...)
	if done || err != nil {
		return err
	}
	v, err := s.compareView(values)
	if err != nil {
		return err
	}
	if canonical := joined(codesOf(v.areas)); canonical != values.Get("areas") {
		return c.Redirect(http.StatusFound, v.to("areas", canonical))
	}
	p, err := s.comparePage(c, v)
	if err != nil {
		return fmt.Errorf("compare: %w", err)
	}
	return s.render(c, http.StatusOK, "compare", p)
}

func idsOf(list []data.Indicator) []data.IndicatorID {
	ids := make([]data.IndicatorID, len(list))
	for i, ind := range list {
		ids[i] = ind.ID
	}
	return ids
}

func (s *Server) compareView(values url.Values) (compareView, error) {
	v := compareView{values: values}
	codes, err := s.areasByText("areas", values, mostCompared)
	if err != nil {
		return v, err
	}
	for _, code := range codes {
		a, _ := s.Register.Area(code)
		v.areas = append(v.areas, a)
	}
	for id := range splitList(values.Get("indicators")) {
		ind, err := s.findIndicator(data.IndicatorID(id))
		if err != nil {
			return v, err
		}
		if !slices.ContainsFunc(v.indicators, func(o data.Indicator) bool { return o.ID == ind.ID }) {
			v.indicators = append(v.indicators, ind)
		}
	}
	if len(v.indicators) > mostIndicators {
		return v, refusal{kind: data.ErrInvalid, parameter: "indicators", what: fmt.Sprintf("Up to %d indicators can be compared at a time.", mostIndicators)}
	}
	if len(v.indicators) == 0 {
		v.indicators = s.headlines()
	}
	slices.SortFunc(v.indicators, func(a, b data.Indicator) int { return a.Position - b.Position })
	if v.show, err = chosenOf(values, "show", []string{showValues, showTrends, showBoth}, showValues); err != nil {
		return v, err
	}
	v.x, v.y = v.indicators[0], v.indicators[min(1, len(v.indicators)-1)]
	for name, into := range map[string]*data.Indicator{"x": &v.x, "y": &v.y} {
		if id := values.Get(name); id != "" {
			if *into, err = s.findIndicator(data.IndicatorID(id)); err != nil {
				return v, err
			}
		}
	}
	return v, nil
}

// headlines are the first indicators of each dimension, or the edition's first
// where no dimension has any.
func (s *Server) headlines() []data.Indicator {
	count := map[data.Dimension]int{}
	var list []data.Indicator
	for _, ind := range s.Edition.Indicators() {
		if ind.Dimension != "context" && count[ind.Dimension] < headlinesOfEach {
			count[ind.Dimension]++
			list = append(list, ind)
		}
	}
	if len(list) == 0 {
		return s.Edition.Indicators()[:1]
	}
	return list
}

func (s *Server) comparePage(c echo.Context, v compareView) (comparePage, error) {
	ctx := c.Request().Context()
	title := "Compare places"
	if n := len(v.areas); n > 0 && n <= 3 {
		title = "Compare " + s.areaNames(codesOf(v.areas))
	}
	p := comparePage{
		base: s.base(c, title, "Chosen places side by side: how each compares, where it tends, and how two indicators go together between areas."),
		Kept: url.Values{}, Adding: addingForm{Legend: "Places", Label: "Add a place, by name or code", Full: len(v.areas) >= mostCompared}, Files: view{stem: "/compare"}.formatLinks(v.values),
	}
	p.Live = true
	p.Breadcrumbs = []link{{Text: "Compare"}}
	for _, name := range []string{"show", "x", "y"} {
		if x := v.values.Get(name); x != "" {
			p.Kept.Set(name, x)
		}
	}
	p.offer(s, v, chosenBenchmark(c))
	if len(v.areas) == 0 {
		return p, nil
	}
	if err := p.compared(ctx, s, v, chosenBenchmark(c)); err != nil {
		return p, err
	}
	if err := p.lines(ctx, s, v); err != nil {
		return p, err
	}
	var err error
	if v.values.Get("y") == "" {
		if v.y, err = s.partnerOf(ctx, v); err != nil {
			return p, err
		}
	}
	p.Scatter, err = s.scatter(ctx, v)
	return p, err
}

// offer lists what may be chosen.
func (p *comparePage) offer(s *Server, v compareView, choice benchmarkChoice) {
	for _, a := range v.areas {
		p.Adding.Chosen = append(p.Adding.Chosen, option{Value: string(a.Code), Text: a.Name})
	}
	for _, d := range data.Dimensions {
		part := compareDimension{Title: d.Title()}
		for _, ind := range s.Edition.Indicators() {
			if ind.Dimension == d {
				chosen := slices.ContainsFunc(v.indicators, func(o data.Indicator) bool { return o.ID == ind.ID })
				part.Indicators = append(part.Indicators, option{Value: string(ind.ID), Text: ind.Title, Chosen: chosen})
			}
		}
		if len(part.Indicators) > 0 {
			p.Dimensions = append(p.Dimensions, part)
		}
	}
	preset := func(text string, codes []data.AreaCode) {
		if len(codes) > 0 && len(codes) <= mostCompared {
			list := joined(codes)
			p.Presets = append(p.Presets, link{Text: text, Href: v.to("areas", list), Current: list == v.values.Get("areas")})
		}
	}
	preset("The countries", s.codesAt(data.LevelCountry))
	preset("The regions of England", s.codesAt(data.LevelRegion))
	preset("The combined authorities", s.codesAt(data.LevelCombinedAuthority))
	if len(v.areas) > 0 {
		first := v.areas[0]
		if near := s.Register.Neighbours(data.NeighboursDemographic, first.Code); len(near) > 0 {
			preset(first.Name+" and the areas most like it", slices.Concat([]data.AreaCode{first.Code}, near))
		}
		if up, ok := s.Register.Area(first.CombinedAuthority); ok {
			preset("The local areas of "+inSentence(up), codesOf(s.Register.Children(up.Code)))
		}
	}
	own := "its "
	if len(v.areas) > 1 {
		own = "their "
	}
	for _, b := range []struct{ key, text string }{
		{againstUK, "the UK"}, {againstCountry, own + "country"}, {againstRegion, own + "region"}, {againstCombinedAuthority, own + "combined authority"}, {againstSimilar, own + "similar areas"},
	} {
		values := with(with(v.values, "group", ""), "group_name", "")
		p.Against = append(p.Against, link{Text: b.text, Href: address("/compare", with(values, "benchmark", b.key)), Current: choice.key == b.key || b.key == againstUK && !choice.chosen()})
	}
	for _, o := range []struct{ key, text string }{{showValues, "Figures"}, {showTrends, "Trends"}, {showBoth, "Both"}} {
		p.Shows = append(p.Shows, link{Text: o.text, Href: v.to("show", o.key), Current: o.key == v.show})
	}
}

// codesAt are the current areas of a level, in the register's order.
func (s *Server) codesAt(level data.Level) []data.AreaCode {
	var list []data.AreaCode
	for _, a := range s.Register.Areas() {
		if a.Current() && a.Level == level {
			list = append(list, a.Code)
		}
	}
	return list
}

// compared makes the rug and the words about it.
func (p *comparePage) compared(ctx context.Context, s *Server, v compareView, choice benchmarkChoice) error {
	benchmarks := make([]benchmark, len(v.areas))
	wanted := codesOf(v.areas)
	for i, a := range v.areas {
		benchmarks[i] = s.benchmarkFor(choice, a)
		wanted = append(wanted, benchmarks[i].areas...)
		if a.County != "" {
			wanted = append(wanted, a.County)
		}
		if benchmarks[i].Instead != "" && choice.chosen() {
			p.Instead = append(p.Instead, benchmarks[i].Instead)
		}
	}
	p.Benchmark, p.Caution = benchmarks[0].Name, benchmarks[0].Caution
	if choice.chosen() {
		p.Benchmark = benchmarkColumn(choice, benchmarks[0], comparisonLine{})
		if own, ok := strings.CutPrefix(p.Benchmark, "its "); ok && len(v.areas) > 1 {
			p.Benchmark = "their " + own
		}
	}
	if benchmarks[0].group {
		p.Describe = benchmarks[0].Describe
	}
	slices.Sort(wanted)
	t, err := s.Edition.Table(ctx, data.Query{
		Indicators: idsOf(v.indicators), Areas: slices.Compact(wanted), Latest: true, WithComparisons: true, WithDerived: true,
	})
	if err != nil {
		return err
	}
	type key struct {
		indicator data.IndicatorID
		area      data.AreaCode
	}
	rows := map[key]data.Row{}
	for _, r := range t.Rows {
		rows[key{r.Indicator, r.Area}] = r
	}
	cells := make([][]rugCell, len(v.areas)) // by area, indicator
	count := map[string]int{}
	for i, a := range v.areas {
		for _, ind := range v.indicators {
			find := func(code data.AreaCode) (data.Row, bool) { r, ok := rows[key{ind.ID, code}]; return r, ok }
			cell := s.rugCell(ind, a, benchmarks[i], find)
			if x := cell.Comparison; x != nil && x.Class != "untested" && x.Class != "spread" {
				count[x.Class]++
				p.Tested++
			}
			cells[i] = append(cells[i], cell)
		}
	}
	p.Summary = compareSummary(len(v.areas), len(v.indicators), p.Tested, count, p.Benchmark)
	p.Rug = s.rugOf(v, cells)
	return nil
}

func (s *Server) rugCell(ind data.Indicator, a data.Area, b benchmark, find figureOf) rugCell {
	var cell rugCell
	r, ok := find(a.Code)
	if !ok && ind.ShownFrom == "county" && a.Level.IsLocal() && a.County != "" {
		if r, ok = find(a.County); ok {
			county, _ := s.Register.Area(a.County)
			cell.County = county.Name
		}
	}
	if !ok {
		cell.Missing = data.NotAvailable.Reason()
		return cell
	}
	f, known := r.Value.Number()
	if !known {
		cell.Missing = r.Value.Marker().Reason()
		return cell
	}
	cell.Value, cell.Interval = ind.Format(f), ind.FormatInterval(r.Interval)
	cell.Comparison = s.held(ind, r, b, find)
	verdict := data.NotAssessed
	if r.Trend != nil {
		verdict = r.Trend.Verdict
	}
	trend := trendLineOf(ind, verdict)
	cell.Trend = &trend
	return cell
}

// compareSummary counts the verdicts in a sentence.
func compareSummary(areas, indicators, tested int, count map[string]int, against string) string {
	places, measures := "places", "indicators"
	if areas == 1 {
		places = "place"
	}
	if indicators == 1 {
		measures = "indicator"
	}
	lead := fmt.Sprintf("%d %s, %d %s", areas, places, indicators, measures)
	if tested == 0 {
		return lead + ": no figure could be tested against " + against + "."
	}
	var parts []string
	for _, class := range []string{"better", "worse", "higher", "lower"} {
		if count[class] > 0 && tested == 1 {
			return fmt.Sprintf("%s: the one figure that could be tested against %s is %s.", lead, against, class)
		}
		if count[class] > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", count[class], class))
		}
	}
	if tested == 1 {
		return fmt.Sprintf("%s: the one figure that could be tested is not clearly different from %s.", lead, against)
	}
	parts = append(parts, fmt.Sprintf("%d not clearly different", count["similar"]))
	return fmt.Sprintf("%s: of %d figures tested against %s, %s.", lead, tested, against, strings.Join(parts, ", "))
}

// rugOf puts the cells in a table.
func (s *Server) rugOf(v compareView, cells [][]rugCell) *rug {
	out := rug{Values: v.show != showTrends, Trends: v.show != showValues}
	areas := make([]rugHead, len(v.areas))
	for i, a := range v.areas {
		areas[i] = rugHead{link: areaLink(a), Sub: s.regionOf(a)}
		if areas[i].Sub == a.Name {
			areas[i].Sub = ""
		}
	}
	indicators := make([]rugHead, len(v.indicators))
	for i, ind := range v.indicators {
		indicators[i] = rugHead{link: link{Text: ind.Title, Href: "/indicators/" + string(ind.ID)}, Sub: s.Edition.LatestPeriod(ind.ID).Label()}
	}
	if len(areas) > fewAreas {
		out.Corner, out.Columns, out.Dense = "Place", indicators, len(areas) > mostSpelled
		for i, head := range areas {
			out.Rows = append(out.Rows, rugRow{Head: head, Cells: cells[i]})
		}
		return &out
	}
	out.Corner, out.Columns = "Indicator", areas
	for j, head := range indicators {
		row := rugRow{Head: head}
		for i := range areas {
			row.Cells = append(row.Cells, cells[i][j])
		}
		out.Rows = append(out.Rows, row)
	}
	return &out
}

// lines draws the areas over time by the first indicators of the comparison.
func (p *comparePage) lines(ctx context.Context, s *Server, v compareView) error {
	areas, indicators := v.areas, v.indicators
	var left []string
	if len(areas) > mostLines {
		areas = areas[:mostLines]
		left = append(left, fmt.Sprintf("the first %d places", mostLines))
	}
	if len(indicators) > mostLineCharts {
		indicators = indicators[:mostLineCharts]
		left = append(left, fmt.Sprintf("the first %d indicators", mostLineCharts))
	}
	if len(left) > 0 {
		p.LinesNote = "Drawn for " + strings.Join(left, " and ") + " of the comparison."
	}
	held := []data.AreaCode{data.UnitedKingdom, data.GreatBritain}
	t, err := s.Edition.Table(ctx, data.Query{Indicators: idsOf(indicators), Areas: slices.Concat(codesOf(areas), held)})
	if err != nil {
		return err
	}
	series := map[data.IndicatorID]map[data.AreaCode][]data.Row{}
	for _, r := range t.Rows {
		if series[r.Indicator] == nil {
			series[r.Indicator] = map[data.AreaCode][]data.Row{}
		}
		series[r.Indicator][r.Area] = append(series[r.Indicator][r.Area], r)
	}
	charts := make([]*pageChart, len(indicators))
	drawing, ctx := errgroup.WithContext(ctx)
	for i, ind := range indicators {
		drawing.Go(func() error {
			var err error
			charts[i], err = s.linesChart(ctx, ind, areas, held, series[ind.ID])
			return err
		})
	}
	if err := drawing.Wait(); err != nil {
		return err
	}
	for i, ind := range indicators {
		if charts[i] != nil {
			p.Lines = append(p.Lines, compareLine{Title: ind.Title, Href: address("/indicators/"+string(ind.ID), url.Values{"areas": {joined(codesOf(areas))}}) + "#trends", Unit: capitalised(ind.UnitWords), Chart: charts[i]})
		}
	}
	return nil
}

// linesChart draws the areas that have a series, the first four in colour, and
// the national series in grey; nil where none has a trend to see.
func (s *Server) linesChart(ctx context.Context, ind data.Indicator, areas []data.Area, held []data.AreaCode, series map[data.AreaCode][]data.Row) (*pageChart, error) {
	spec := chart.TrendSpec{Unit: formatterOf(ind), FromZero: ind.AxisFromZero, Height: lineHeight, Small: true}
	var names []string
	points := 0
	add := func(a data.Area, grey bool) bool {
		rows := fromFirstNumber(series[a.Code])
		if len(rows) == 0 {
			return false
		}
		line := trendSeries(ind, shortName(a), rows, !grey && len(spec.Series) == 0)
		if grey || len(spec.Series) == mostInColour {
			spec.Benchmarks = append(spec.Benchmarks, line)
		} else {
			spec.Series = append(spec.Series, line)
			points = max(points, len(rows))
		}
		names = append(names, inSentence(a))
		return true
	}
	for _, a := range areas {
		add(a, false)
	}
	for _, code := range held {
		a, _ := s.Register.Area(code)
		if !slices.ContainsFunc(areas, func(o data.Area) bool { return o.Code == code }) && add(a, true) {
			break
		}
	}
	if points < 2 {
		return nil, nil
	}
	option, err := chart.Trend(spec)
	if err != nil {
		return nil, fmt.Errorf("lines of %s: %w", ind.ID, err)
	}
	name := ind.Title + " over time: " + strings.Join(names, ", ") + "."
	ch, err := s.drawn(ctx, "lines-"+string(ind.ID), name, "The indicator’s page has every figure.", option, lineWidth, lineHeight)
	if err != nil {
		return nil, err
	}
	values, page := url.Values{"areas": {joined(codesOf(areas))}}, "/indicators/"+string(ind.ID)
	ch.Actions = s.chartActions(ch.ID, name, "/embed"+page+"/trends", values, address(page+".csv", values), address(page, values)+"#trends")
	return ch, nil
}
