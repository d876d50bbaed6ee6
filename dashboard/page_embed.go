package dashboard

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"goodwork/dashboard/chart"
	"goodwork/data"
)

// embedPage is one chart by itself, to be framed by other people's pages.
type embedPage struct {
	base
	Heading  string
	Subtitle string // the statistic, its unit and base
	Label    string // what the reader must know of the figures: "Experimental index. ..."
	Chart    *pageChart
	Map      *indicatorMap
	Strip    *rankedStrip
	Legend   bool
	Text     string // what is to be read with the chart
	Source   string
	Page     string // where the chart stands among its like
}

// embedded is a chart by itself in both of its forms: a page and a picture.
type embedded struct {
	page   embedPage
	option json.RawMessage // of a chart that the engine draws
	size   [2]int
}

func (s *Server) embedRoutes(get func(path string, handler echo.HandlerFunc)) {
	get("/embed/areas/:area/:indicator", s.embed(s.embeddedTrend))
	get("/embed/areas/:area/quadrant", s.embed(s.embeddedAreaQuadrant))
	get("/embed/areas/:area/quadrant.svg", s.embed(s.embeddedAreaQuadrant))
	get("/embed/indicators/:indicator", s.embed(s.embeddedMap))
	get("/embed/indicators/:indicator/trends", s.embed(s.embeddedTrends))
	get("/embed/indicators/:indicator/trends.svg", s.embed(s.embeddedTrends))
	get("/embed/indicators/:indicator/distribution", s.embed(s.embeddedStrip))
	get("/embed/indicators/:indicator/distribution.svg", s.embed(s.embeddedStrip))
	get("/embed/compare", s.embed(s.embeddedScatter))
	get("/embed/compare.svg", s.embed(s.embeddedScatter))
	get("/embed/index", s.embed(s.embeddedIndex))
	get("/embed/index.svg", s.embed(s.embeddedIndex))
}

// themeParameter chooses a picture's colours: a picture in a page can't see whether
// the page is dark.
var themeParameter = parameter{name: "theme"}

// embed answers with a chart's page, or with its picture where the address ends
// in .svg. Such a page, and no other, may be framed by anyone.
func (s *Server) embed(make func(echo.Context) (e *embedded, done bool, err error)) echo.HandlerFunc {
	return func(c echo.Context) error {
		picture := strings.HasSuffix(c.Request().URL.Path, ".svg")
		e, done, err := make(c)
		if done || err != nil {
			return err
		}
		h := c.Response().Header()
		h.Set("Cross-Origin-Resource-Policy", "cross-origin")
		if picture {
			svg, err := s.picture(c.Request().Context(), e)
			if err != nil {
				return fmt.Errorf("picture of %s: %w", e.page.Heading, err)
			}
			theme, err := chosenOf(c.QueryParams(), themeParameter.name, []string{"light", "dark"}, "light")
			if err != nil {
				return err
			}
			if theme == "dark" {
				svg = chart.Darkened(svg)
			}
			return s.send(c, http.StatusOK, "image/svg+xml", svg)
		}
		h.Set("Content-Security-Policy", strings.Replace(h.Get("Content-Security-Policy"), "frame-ancestors 'none'", "frame-ancestors *", 1))
		var b bytes.Buffer
		if err := s.templates["embed"].ExecuteTemplate(&b, "embed", e.page); err != nil {
			return fmt.Errorf("page embed: %w", err)
		}
		return s.send(c, http.StatusOK, "text/html; charset=utf-8", typeset(b.Bytes()))
	}
}

// picture is a chart as a file that stands for itself.
func (s *Server) picture(ctx context.Context, e *embedded) ([]byte, error) {
	words := chart.DownloadWords{Title: e.page.Heading, Subtitle: e.page.Subtitle, Source: strings.TrimSpace(e.page.Label + " " + e.page.Source)}
	if e.page.Map != nil {
		return mapFile(*e.page.Map, words)
	}
	if e.page.Strip != nil {
		return stripFile(*e.page.Strip, words)
	}
	svg, err := s.Charts.Draw(ctx, chart.Drawing{Edition: string(s.library.edition), Option: e.option, Width: e.size[0], Height: e.size[1]})
	if err != nil {
		return nil, err
	}
	return chart.DownloadSVG(svg, words)
}

// withoutSVG is a parameter of a path less the ending of a picture.
func withoutSVG(text string) string { return strings.TrimSuffix(text, ".svg") }

// embedSource names the indicators' sources and the edition in one line.
func (s *Server) embedSource(list ...data.Indicator) string {
	var sources []string
	for _, ind := range list {
		src := s.library.sources[ind.Source]
		if text := src.Publisher + ", " + src.Title; !slices.Contains(sources, text) {
			sources = append(sources, text)
		}
	}
	return fmt.Sprintf("Source: %s. Good Work, edition %s.", strings.Join(sources, "; "), s.library.edition)
}

// embedBase is what an embedded chart's page carries. Its canonical address is
// that of the page where the chart stands.
func (s *Server) embedBase(c echo.Context, title, description, page string) base {
	b := s.base(c, title, description)
	b.Canonical = ""
	if s.BaseURL != "" {
		b.Canonical = s.BaseURL + page
	}
	b.Live = true
	return b
}

// embeddedTrend is an area's series of one indicator.
func (s *Server) embeddedTrend(c echo.Context) (*embedded, bool, error) {
	ind, err := s.findIndicator(data.IndicatorID(withoutSVG(c.Param("indicator"))))
	if err != nil {
		return nil, false, err
	}
	values, done, err := s.parameters(c)
	if done || err != nil {
		return nil, done, err
	}
	code, _, _ := strings.Cut(c.Param("area"), "-")
	area, err := s.areaByText("area", code, values)
	if err != nil {
		return nil, false, err
	}
	ctx := c.Request().Context()
	against := s.benchmarkFor(chosenBenchmark(c), area)
	codes := []data.AreaCode{area.Code}
	if !against.Several() {
		codes = append(codes, against.areas...)
	}
	slices.Sort(codes)
	t, err := s.Edition.Table(ctx, data.Query{Indicators: []data.IndicatorID{ind.ID}, Areas: slices.Compact(codes)})
	if err != nil {
		return nil, false, err
	}
	rows := map[data.AreaCode][]data.Row{}
	for _, r := range t.Rows {
		rows[r.Area] = append(rows[r.Area], r)
	}
	own := rows[area.Code]
	ch, err := s.trendChart(ctx, ind, area, own, s.againstSeries(ind, own, areaFigures{rows: map[data.IndicatorID]map[data.AreaCode][]data.Row{ind.ID: rows}}, against), against)
	if err != nil {
		return nil, false, err
	}
	page := address("/areas/"+area.Slug(), against.choice.values()) + "#" + string(ind.ID)
	if ch == nil {
		return nil, false, refusal{kind: data.ErrNotFound, what: fmt.Sprintf("There is no chart of %s in %s: fewer than two periods have a figure.", lowerFirst(ind.Title), inSentence(area))}
	}
	e := &embedded{option: ch.Option, size: [2]int{trendWidth, trendHeight}}
	e.page = embedPage{
		base: s.embedBase(c, ind.Title+", "+area.Name, ch.Name, page), Heading: ind.Title + ", " + area.Name, Subtitle: capitalised(ind.UnitWords) + "; by " + ind.Base, Text: against.Instead,
		Chart: ch, Source: s.embedSource(ind), Page: page,
	}
	return e, false, nil
}

// embeddedTrends is an indicator's series of chosen areas, as on its page.
func (s *Server) embeddedTrends(c echo.Context) (*embedded, bool, error) {
	ind, err := s.findIndicator(data.IndicatorID(c.Param("indicator")))
	if err != nil {
		return nil, false, err
	}
	values, done, err := s.parameters(c, parameter{name: "areas", list: true})
	if done || err != nil {
		return nil, done, err
	}
	v := indicatorView{path: "/indicators/" + string(ind.ID), values: values}
	ctx := c.Request().Context()
	if v.all, err = s.Edition.Periods(ctx, ind.ID); err != nil {
		return nil, false, err
	}
	if v.chosen, err = s.areasByText("areas", values, mostTrends); err != nil {
		return nil, false, err
	}
	part, err := s.trends(ctx, ind, v, chosenBenchmark(c))
	if err != nil {
		return nil, false, err
	}
	if part.Chart == nil {
		return nil, false, refusal{kind: data.ErrNotFound, what: fmt.Sprintf("There is no chart of %s for this choice: no area has figures of two periods.", lowerFirst(ind.Title))}
	}
	heading := ind.Title + " over time"
	return &embedded{option: part.Chart.Option, size: [2]int{trendsWidth, trendsHeight}, page: embedPage{
		base: s.embedBase(c, heading, part.Chart.Name, part.Chart.Actions.Page), Heading: heading, Chart: part.Chart, Text: trendsNote,
		Subtitle: capitalised(ind.UnitWords) + "; by " + ind.Base, Source: s.embedSource(ind), Page: part.Chart.Actions.Page,
	}}, false, nil
}

// embeddedScatter is two indicators against one another, as on the page of
// comparison.
func (s *Server) embeddedScatter(c echo.Context) (*embedded, bool, error) {
	values, done, err := s.parameters(c, compareParameters...)
	if done || err != nil {
		return nil, done, err
	}
	v, err := s.compareView(values)
	if err != nil {
		return nil, false, err
	}
	part, err := s.scatter(c.Request().Context(), v)
	if err != nil {
		return nil, false, err
	}
	if part.Chart == nil {
		return nil, false, refusal{kind: data.ErrNotFound, what: "There is no chart of this choice. " + part.Sentence}
	}
	heading := v.y.Title + " and " + lowerFirst(v.x.Title)
	return &embedded{option: part.Chart.Option, size: [2]int{scatterWidth, scatterHeight}, page: embedPage{
		base: s.embedBase(c, heading, part.Chart.Name, part.Chart.Actions.Page), Heading: heading, Chart: part.Chart, Text: part.Sentence,
		Subtitle: "A dot for each local area; crosses are the 95% intervals of both figures", Source: s.embedSource(v.y, v.x), Page: part.Chart.Actions.Page,
	}}, false, nil
}

// askedShown is the indicator, period, group of areas and form that the address of
// a map or of a strip by itself asks for.
func (s *Server) askedShown(c echo.Context, known ...parameter) (ind data.Indicator, v indicatorView, done bool, err error) {
	if ind, err = s.findIndicator(data.IndicatorID(withoutSVG(c.Param("indicator")))); err != nil {
		return ind, v, false, err
	}
	if v.values, done, err = s.parameters(c, append(known, parameter{name: "period"}, parameter{name: "level"})...); done || err != nil {
		return ind, v, done, err
	}
	v.period = s.Edition.LatestPeriod(ind.ID)
	chosen, err := s.periods(c, ind, v.values.Get("period"))
	if err != nil {
		return ind, v, false, err
	}
	if len(chosen) > 0 {
		v.period = chosen[0]
	}
	if v.group, err = chosenOf(v.values, "level", areaGroups, defaultGroup(ind)); err != nil {
		return ind, v, false, err
	}
	form, err1 := chosenOf(v.values, "map", []string{mapOfAreas, mapOfHexagons}, mapOfAreas)
	layer, err2 := chosenOf(v.values, "layer", []string{layerPublished, layerSmoothed}, layerPublished)
	v.hexagons, v.smoothed = form == mapOfHexagons, layer == layerSmoothed
	return ind, v, false, errors.Join(err1, err2)
}

// embeddedMap is the map of an indicator.
func (s *Server) embeddedMap(c echo.Context) (*embedded, bool, error) {
	ind, v, done, err := s.askedShown(c, parameter{name: "map"}, parameter{name: "layer"})
	if done || err != nil {
		return nil, done, err
	}
	t, err := s.Edition.Table(c.Request().Context(), data.Query{Indicators: []data.IndicatorID{ind.ID}, Periods: []data.Period{v.period}, WithDerived: v.smoothed})
	if err != nil {
		return nil, false, err
	}
	m, err := s.indicatorMap(ind, v, s.rowsIn(t.Rows, v.group))
	if err != nil {
		return nil, false, err
	}
	if m == nil {
		return nil, false, refusal{kind: data.ErrNotFound, what: fmt.Sprintf("There is no map of %s by %s, %s: no such area has a figure.", lowerFirst(ind.Title), v.group.words(), v.period.Label())}
	}
	page := address("/indicators/"+string(ind.ID), v.values)
	m.Caption = ""
	return &embedded{
		page: embedPage{
			base: s.embedBase(c, m.Title, m.Name, page), Heading: m.Title, Map: m, Source: s.embedSource(ind) +
				" Boundaries: Office for National Statistics; contains OS data © Crown copyright and database right 2025.", Page: page,
			Subtitle: capitalised(v.group.words()) + "; " + ind.UnitWords,
		},
	}, false, nil
}

// embeddedStrip is the areas of an indicator in the order of their figures.
func (s *Server) embeddedStrip(c echo.Context) (*embedded, bool, error) {
	ind, v, done, err := s.askedShown(c)
	if done || err != nil {
		return nil, done, err
	}
	ctx := c.Request().Context()
	t, err := s.Edition.Table(ctx, data.Query{Indicators: []data.IndicatorID{ind.ID}, Periods: []data.Period{v.period}, WithComparisons: true})
	if err != nil {
		return nil, false, err
	}
	signal, err := s.signal(ctx, ind, v)
	if err != nil {
		return nil, false, err
	}
	rows := s.rowsIn(t.Rows, v.group)
	strip := s.rankedStrip(ind, v, rows, s.heldRows(ind, rows, t.Rows, chosenBenchmark(c)), signal)
	if strip == nil {
		return nil, false, refusal{kind: data.ErrNotFound, what: fmt.Sprintf("There is no distribution of %s by %s, %s: fewer than two areas have a figure.", lowerFirst(ind.Title), v.group.words(), v.period.Label())}
	}
	return &embedded{page: embedPage{
		base: s.embedBase(c, strip.Heading, strip.Actions.Name, strip.Actions.Page), Heading: strip.Heading, Strip: strip,
		Subtitle: capitalised(v.group.words()) + "; " + ind.UnitWords, Source: s.embedSource(ind), Page: strip.Actions.Page,
	}}, false, nil
}

// embeddedIndex is the chart of quantity against quality, with the weights of
// its address.
func (s *Server) embeddedIndex(c echo.Context) (*embedded, bool, error) {
	v, done, err := s.askedIndexView(c)
	if done || err != nil {
		return nil, done, err
	}
	ch, err := s.indexChart(c.Request().Context(), v)
	if err != nil {
		return nil, false, err
	}
	if ch == nil {
		return nil, false, refusal{kind: data.ErrInvalid, parameter: "w_", what: "Quality has no weight: give a dimension beside access to work a weight above 0."}
	}
	page := address("/index", without(v.values, "show", "sort", "order"))
	e := &embedded{option: ch.Option, size: [2]int{indexChartWidth, indexChartHeight}}
	e.page = embedPage{
		base: s.embedBase(c, "Good Work Index: quantity and quality of work", ch.Name, page), Heading: fmt.Sprintf("Good Work Index, %d: quantity and quality of work", s.index.Year), Subtitle: s.weightWords(v), Label: indexLabel,
		Chart: ch, Source: fmt.Sprintf("Good Work, edition %s.", s.library.edition), Page: page,
	}
	return e, false, nil
}

// weightWords says the weights of a view.
func (s *Server) weightWords(v indexView) string {
	if v.equal {
		return "Equal weights."
	}
	var parts []string
	for i, d := range s.index.dimensions {
		parts = append(parts, dimensionWords(d)+" "+data.FormatNumber(100*v.shares[i], 0)+"%")
	}
	return "Weights chosen by a reader: " + strings.Join(parts, ", ") + "."
}
