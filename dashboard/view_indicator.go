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

// indicatorFileParameters are those of an indicator's files: what narrows the
// rows, and what the page takes and rows don't depend on.
var indicatorFileParameters = slices.Concat([]parameter{
	{name: "period", list: true},
	{name: "level"},
	{name: "areas", list: true},
	{name: "region"},
	{name: "quality"},
	{name: "sort"},
	{name: "order"},
	{name: "map"},
	{name: "layer"},
}, benchmarkParameters)

// viewOfIndicator is every area and period of an indicator, those of ended
// areas under their own codes. The parameters period and areas, lists, level, a
// group of areas as on the page, region and quality narrow it.
func (s *Server) viewOfIndicator(c echo.Context, values url.Values) (view, error) {
	ind, err := s.findIndicator(data.IndicatorID(c.Param("indicator")))
	if err != nil {
		return view{}, err
	}
	v := view{
		stem: "/indicators/" + string(ind.ID), page: "/indicators/" + string(ind.ID), title: ind.Title, about: ind.Question + " " + ind.Definition,
		query: data.Query{Indicators: []data.IndicatorID{ind.ID}}, mapPeriod: s.Edition.LatestPeriod(ind.ID),
	}
	if v.query.Periods, err = s.periods(c, ind, values.Get("period")); err != nil {
		return v, err
	}
	if v.query.Areas, err = s.areaCodes("areas", values.Get("areas")); err != nil {
		return v, err
	}
	if n := len(v.query.Periods); n > 0 {
		v.mapPeriod = v.query.Periods[n-1]
	}
	if v.compared, err = s.comparedBy(values); err != nil {
		return v, err
	}
	group, err := chosenOf(values, "level", areaGroups, "")
	if err != nil {
		return v, err
	}
	region, err := chosenOf(values, "region", s.regionCodes(), "")
	if err != nil {
		return v, err
	}
	quality, err := chosenOf(values, "quality", []data.Grade{data.GradeA, data.GradeB, data.GradeC, data.GradeD}, "")
	if err != nil {
		return v, err
	}
	v.keep = func(r data.Row) bool {
		a, ok := s.Register.Area(r.Area)
		return (group == "" || ok && group.holds(a)) && s.passes(region, quality, r)
	}
	layer, err := chosenOf(values, "layer", []string{layerPublished, layerSmoothed}, layerPublished)
	if err != nil {
		return v, err
	}
	if _, err := chosenOf(values, "map", []string{mapOfAreas, mapOfHexagons}, ""); err != nil {
		return v, err
	}
	shown := group
	if shown == "" {
		shown = defaultGroup(ind)
	}
	v.mapped = slices.DeleteFunc(s.maps.groupAreas(shown), func(a data.Area) bool { return region != "" && a.Region != region && a.Country != region })
	v.charts = []viewChart{
		{name: "map", title: "Map of " + lowerFirst(ind.Title), draw: func(ctx context.Context) ([]byte, error) {
			return s.fileMap(ctx, v, ind, shown, layer == layerSmoothed)
		}},
		{name: cardName, title: "Card", draw: func(ctx context.Context) ([]byte, error) { return s.indicatorCard(ctx, v, ind) }},
	}
	return v, nil
}

// areaCodes reads a list of areas that have figures.
func (s *Server) areaCodes(parameter, list string) ([]data.AreaCode, error) {
	var codes []data.AreaCode
	for text := range splitList(list) {
		code := data.AreaCode(strings.ToUpper(text))
		if !s.library.withFigure[code] {
			a, err := s.areaByText(parameter, text, nil)
			if err != nil {
				return nil, err
			}
			code = a.Code
		}
		if !slices.Contains(codes, code) {
			codes = append(codes, code)
		}
	}
	return codes, nil
}

// mapTable is the table of a view's map: the areas of its group at its period.
func (s *Server) mapTable(ctx context.Context, v view, g areaGroup, derived bool) (data.Table, error) {
	v.query.Periods = []data.Period{v.mapPeriod}
	t, err := s.tableOf(ctx, v, derived)
	if err != nil {
		return t, err
	}
	t.Rows = s.rowsIn(t.Rows, g)
	return t, nil
}

// fileMap draws an indicator's map for a file, with its key.
func (s *Server) fileMap(ctx context.Context, v view, ind data.Indicator, g areaGroup, smoothed bool) ([]byte, error) {
	t, err := s.mapTable(ctx, v, g, smoothed)
	if err != nil {
		return nil, err
	}
	shapes := s.maps.shapes[g]()
	spec, numbers := s.mapSpec(ind, shapes, t.Rows, smoothed)
	if len(numbers) == 0 {
		return nil, refusal{kind: data.ErrNotFound, what: fmt.Sprintf("No %s have a figure for %s, so there is no map.", g.words(), v.mapPeriod.Label())}
	}
	spec.Unit = formatterOf(ind)
	s.Charts.RegisterMap(shapes.name, shapes.geometry)
	option, err := chart.Map(spec)
	if err != nil {
		return nil, err
	}
	what := capitalised(ind.UnitWords) + ", by " + ind.Base
	if smoothed {
		what += ", smoothed"
	}
	return s.drawForFile(ctx, option, fileMapWidth, fileMapWidth*shapes.height/shapes.width, chart.DownloadWords{
		Title:    fmt.Sprintf("%s, %s", ind.Title, v.mapPeriod.Label()),
		Subtitle: what + ": " + g.words(),
		Source:   s.sourceWords(t) + " Boundaries: Office for National Statistics; contains OS data © Crown copyright and database right 2025.",
	})
}

// indicatorCard is an indicator's figures of the countries.
func (s *Server) indicatorCard(ctx context.Context, v view, ind data.Indicator) ([]byte, error) {
	v.query.Periods, v.keep = []data.Period{v.mapPeriod}, nil
	t, err := s.tableOf(ctx, v, false)
	if err != nil {
		return nil, err
	}
	c := card{heading: ind.Title, about: ind.Question + " " + capitalised(ind.UnitWords) + ", " + v.mapPeriod.Label() + ".", foot: s.sourceWords(t)}
	for _, r := range t.Rows {
		if a, ok := s.Register.Area(r.Area); ok && groupCountry.holds(a) && r.Value.Known() {
			c.lines = append(c.lines, cardLine{title: a.Name, value: ind.FormatValue(r.Value), beside: intervalWords(ind, r.Interval)})
		}
	}
	return c.svg(), nil
}

func intervalWords(ind data.Indicator, i data.Interval) string {
	if !i.Known {
		return ""
	}
	return "95% interval " + ind.FormatInterval(i)
}

// comparedBy gives rows the comparison with the benchmark that the address
// chooses: the edition's own, or one made now with another area or a group.
func (s *Server) comparedBy(values url.Values) (comparer, error) {
	choice, err := s.benchmarkChoice(values)
	if err != nil {
		return nil, err
	}
	role := map[string]data.Role{
		"": data.RoleUK, againstUK: data.RoleUK, againstCountry: data.RoleCountry, againstRegion: data.RoleRegion, againstCombinedAuthority: data.RoleCombinedAuthority,
	}
	if r, ok := role[choice.key]; ok {
		return comparedWith(r), nil
	}
	if _, similar := neighbourKinds[choice.key]; similar {
		no := refusal{kind: data.ErrInvalid, parameter: "benchmark", what: "Similar areas have no one figure that a column could hold.", about: "Files can be compared with:"}
		for _, w := range benchmarkWords {
			if neighbourKinds[w] == "" {
				no.valid = append(no.valid, option{Value: w})
			}
		}
		return nil, no
	}
	return func(ctx context.Context, t data.Table, q data.Query) error {
		beside, err := s.Edition.Table(ctx, data.Query{Indicators: q.Indicators, Areas: choice.codes(), Periods: q.Periods})
		if err != nil {
			return err
		}
		made, err := s.holdAmongAreas(ctx, t.Rows, s.holdAgainst(choice, beside, func(data.Indicator, data.Period, string) {}))
		if err != nil {
			return err
		}
		for i := range t.Rows {
			t.Rows[i].Comparisons = nil
			if c, ok := made[i]; ok {
				t.Rows[i].Comparisons = []data.Comparison{c}
			}
		}
		return nil
	}, nil
}

// codes are the areas of a choice of one area or of a group.
func (c benchmarkChoice) codes() []data.AreaCode {
	if c.key == againstGroup {
		return c.members
	}
	return []data.AreaCode{data.AreaCode(c.key)}
}

// holdAgainst compares with one area, or with the members of a group put together,
// whose rows are given. refused is told why a group has no figure.
func (s *Server) holdAgainst(choice benchmarkChoice, t data.Table, refused func(data.Indicator, data.Period, string)) hold {
	members := map[figureAt][]data.Estimate{}
	for _, r := range t.Rows {
		k := figureAt{r.Indicator, r.Period}
		members[k] = append(members[k], r.Estimate)
	}
	against := map[figureAt]data.Estimate{}
	return func(r data.Row) (data.Comparison, bool) {
		k := figureAt{r.Indicator, r.Period}
		ind, ok := t.Indicator(r.Indicator)
		rows := members[k]
		if !ok || len(rows) == 0 {
			return data.Comparison{}, false
		}
		if choice.key != againstGroup {
			if r.Area == rows[0].Area {
				return data.Comparison{}, false
			}
			return s.Methods.Compare(ind, r.Estimate, rows[0], "chosen")
		}
		whole, ok := against[k]
		if !ok {
			figure := s.Methods.Group(ind, r.Period, withMissing(rows, choice.members, ind.ID, r.Period))
			if figure.Refused != "" {
				refused(ind, r.Period, figure.Refused)
			}
			whole = data.Estimate{Indicator: ind.ID, Period: r.Period, Value: figure.Value, Interval: figure.Interval}
			against[k] = whole
		}
		return s.Methods.Compare(ind, r.Estimate, whole, againstGroup)
	}
}

// withMissing is the members' figures, with a missing one for each member that
// has no row.
func withMissing(rows []data.Estimate, codes []data.AreaCode, ind data.IndicatorID, p data.Period) []data.Estimate {
	out := slices.Clone(rows)
	for _, code := range codes {
		if !slices.ContainsFunc(rows, func(e data.Estimate) bool { return e.Area == code }) {
			out = append(out, data.Estimate{Indicator: ind, Area: code, Period: p, Value: data.Missing(data.NotAvailable)})
		}
	}
	return out
}
