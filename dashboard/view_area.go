package dashboard

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"goodwork/dashboard/chart"
	"goodwork/data"
)

// areaFileParameters are those of an area's files: what narrows the rows, and
// what the page takes and rows don't depend on.
var areaFileParameters = slices.Concat([]parameter{
	{name: "indicator", list: true}, {name: "indicators", list: true}, {name: "period", list: true}, fromParameter, {name: "map"},
}, benchmarkParameters)

// viewOfArea is every indicator and period of an area, one that has ended too.
// The parameters indicators (or indicator) and period, lists, narrow it.
func (s *Server) viewOfArea(c echo.Context, values url.Values) (view, error) {
	code, _, _ := strings.Cut(c.Param("area"), "-")
	resolved := s.Register.Resolve(strings.ToUpper(code))
	if resolved.Kind == data.ResolvedUnknown || resolved.Kind == data.ResolvedSkipped {
		return view{}, s.unknownArea(c.Param("area"), resolved)
	}
	area, ok := s.Register.Area(resolved.To)
	if !ok {
		return view{}, fmt.Errorf("area %s, resolved from %q: %w", resolved.To, code, data.ErrNotFound)
	}
	v := view{
		stem: "/areas/" + string(area.Code), page: "/areas/" + area.Slug(), title: area.Name,
		about: fmt.Sprintf("Good work in %s: every indicator and period, with intervals, markers, flags, source and release.", inSentence(area)),
		query: data.Query{Areas: []data.AreaCode{area.Code}},
	}
	for _, name := range []string{"indicator", "indicators"} {
		for id := range splitList(values.Get(name)) {
			ind, err := s.findIndicator(data.IndicatorID(id))
			if err != nil {
				return v, err
			}
			v.query.Indicators = append(v.query.Indicators, ind.ID)
		}
	}
	var err error
	if v.query.Periods, err = periodsOf(values.Get("period")); err != nil {
		return v, err
	}
	if !s.library.withFigure[area.Code] {
		return v, refusal{kind: data.ErrNotFound, what: fmt.Sprintf("No figures were published for %s (%s).", area.Name, area.Code)}
	}
	if v.compared, err = s.comparedBy(values); err != nil {
		return v, err
	}
	if v, err = s.withAreaMap(v, area, values.Get("map")); err != nil {
		return v, err
	}
	for _, ind := range s.Edition.Indicators() {
		if len(v.query.Indicators) > 0 && !slices.Contains(v.query.Indicators, ind.ID) {
			continue
		}
		v.charts = append(v.charts, viewChart{name: string(ind.ID), title: ind.Title, draw: func(ctx context.Context) ([]byte, error) {
			return s.fileTrend(ctx, v, ind, area)
		}})
	}
	v.charts = append(v.charts, viewChart{name: cardName, title: "Card", draw: func(ctx context.Context) ([]byte, error) { return s.areaCard(ctx, v, area) }})
	return v, nil
}

// withAreaMap gives a view of an area the map of its page: the area or its local
// areas, and those next to them, with the latest figure of the map's indicator.
func (s *Server) withAreaMap(v view, area data.Area, asked string) (view, error) {
	own, near := s.areaMapAreas(area)
	codes := slices.Concat(own, near)
	if len(own) == 0 {
		return v, nil
	}
	ind, _, err := s.areaMapIndicator(asked, codes)
	if err != nil || ind.ID == "" {
		return v, err
	}
	for _, code := range codes {
		if a, ok := s.Register.Area(code); ok {
			v.mapped = append(v.mapped, a)
		}
	}
	v.mapPeriod = s.Edition.LatestPeriod(ind.ID)
	v.mapQuery = &data.Query{Indicators: []data.IndicatorID{ind.ID}, Areas: codes, Periods: []data.Period{v.mapPeriod}}
	return v, nil
}

// fileTrend draws an area's series of one indicator for a file, beside the
// benchmark that the edition compares it with first.
func (s *Server) fileTrend(ctx context.Context, v view, ind data.Indicator, area data.Area) ([]byte, error) {
	v.query.Indicators = []data.IndicatorID{ind.ID}
	t, err := s.tableOf(ctx, v, true)
	if err != nil {
		return nil, err
	}
	known := 0
	for _, r := range t.Rows {
		if r.Value.Known() {
			known++
		}
	}
	if known < 2 {
		return nil, refusal{kind: data.ErrNotFound, parameter: "chart", what: fmt.Sprintf("%s has fewer than two figures for %s, so there is no chart of them.", ind.Title, inSentence(area))}
	}
	series := fromFirstNumber(t.Rows)
	spec := chart.TrendSpec{Series: []chart.TrendSeries{trendSeries(ind, area.Name, series, true)}, Unit: formatterOf(ind), FromZero: ind.AxisFromZero, Height: fileTrendHeight}
	title := fmt.Sprintf("%s in %s, %s to %s", ind.Title, inSentence(area), series[0].Period.Label(), series[len(series)-1].Period.Label())
	if last := series[len(series)-1]; len(last.Comparisons) > 0 && last.Comparisons[0].Benchmark != "" {
		held, _ := s.Register.Area(last.Comparisons[0].Benchmark)
		beside, err := s.Edition.Table(ctx, data.Query{Indicators: v.query.Indicators, Areas: []data.AreaCode{held.Code}})
		if err != nil {
			return nil, err
		}
		rows := slices.DeleteFunc(beside.Rows, func(r data.Row) bool { return r.Period.Compare(series[0].Period) < 0 })
		spec.Benchmarks = []chart.TrendSeries{trendSeries(ind, shortName(held), rows, false)}
		title += ", beside " + inSentence(held)
	}
	option, err := chart.Trend(spec)
	if err != nil {
		return nil, err
	}
	return s.drawForFile(ctx, option, fileTrendWidth, fileTrendHeight, chart.DownloadWords{
		Title: title, Subtitle: capitalised(ind.UnitWords) + ", by " + ind.Base + "; bands are 95% intervals, hollow points provisional", Source: s.sourceWords(t),
	})
}

// cardIndicators are the figures that stand for a place, in their order, as far
// as the edition has them.
var cardIndicators = []data.IndicatorID{"median-weekly-pay", "employment-rate", "children-low-income-in-work", "healthy-life-expectancy-female", "claimant-rate"}

// areaCard is an area's latest figures of a few indicators.
func (s *Server) areaCard(ctx context.Context, v view, area data.Area) ([]byte, error) {
	v.query.Indicators, v.query.Periods, v.query.Latest = nil, nil, true
	t, err := s.tableOf(ctx, v, true)
	if err != nil {
		return nil, err
	}
	c := card{heading: area.Name, about: capitalised(levelWords(area.Level)), foot: fmt.Sprintf("Good Work, edition %s. Open Government Licence v3.0.", t.Edition)}
	if ups := s.within(area); len(ups) > 0 {
		c.about += " in " + ups[0].Text
	}
	c.about += ": pay, work, health and skills, held against larger areas"
	ids := slices.Clone(cardIndicators)
	for _, ind := range t.Indicators {
		ids = append(ids, ind.ID)
	}
	seen := map[data.IndicatorID]bool{}
	for _, id := range ids {
		i := slices.IndexFunc(t.Rows, func(r data.Row) bool { return r.Indicator == id })
		if i < 0 || seen[id] || !t.Rows[i].Value.Known() || len(c.lines) == 5 {
			continue
		}
		seen[id] = true
		ind, _ := t.Indicator(id)
		c.lines = append(c.lines, s.cardLine(ind, t.Rows[i]))
	}
	return c.svg(), nil
}

func (s *Server) cardLine(ind data.Indicator, r data.Row) cardLine {
	l := cardLine{title: ind.Title, period: r.Period.Label(), value: ind.FormatValue(r.Value)}
	if len(r.Comparisons) == 0 {
		return l
	}
	held, _ := s.Register.Area(r.Comparisons[0].Benchmark)
	said := comparison(ind, r.Comparisons[0], held)
	l.shape, l.beside = said.Shape, fmt.Sprintf("%s (%s %s)", said.Short, said.Place, said.Value)
	l.class = map[string]string{"better": "better", "worse": "worse", "similar": "similar", "untested": "muted"}[said.Class]
	if l.class == "" {
		l.class = "series-1"
	}
	return l
}
