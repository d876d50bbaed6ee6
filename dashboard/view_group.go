package dashboard

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"goodwork/data"
)

var groupFileParameters = slices.Concat([]parameter{groupAreas, groupName}, benchmarkParameters)

// viewOfGroup is the figures of a reader's own group: one row for each
// indicator, at its latest period.
func (s *Server) viewOfGroup(_ echo.Context, values url.Values) (view, error) {
	set, err := s.readGroup(values)
	if err != nil {
		return view{}, err
	}
	if len(set.areas) == 0 {
		return view{}, refusal{kind: data.ErrInvalid, parameter: "areas", what: "Give the areas of the group: areas=CODE,CODE,…"}
	}
	v := view{stem: "/groups", page: "/groups", title: "A group of " + countWords(len(set.areas)), about: "Good work in " + s.areaNames(codesOf(set.areas)) + " together."}
	if set.name != "" {
		v.title = set.name
	}
	v.sets, v.noRows = groupSets, "A group’s figures are put together here for areas of your choice, and nobody publishes them."
	v.wide = func(ctx context.Context) (ownSheet, error) {
		figures, err := s.groupFigures(ctx, set)
		if err != nil {
			return ownSheet{}, fmt.Errorf("group %s: %w", joined(codesOf(set.areas)), err)
		}
		t := data.Table{Edition: s.library.edition}
		for _, f := range figures {
			t.Indicators = append(t.Indicators, f.indicator)
			whole := data.Estimate{Indicator: f.indicator.ID, Period: f.figure.Period, Value: f.figure.Value}
			t.Rows = append(append(t.Rows, data.Row{Estimate: whole, AreaName: v.title, AreaLevel: "group"}), f.members...)
		}
		sheet := wideSheet(t)
		for _, row := range sheet.Rows {
			if row[0] == "" {
				row[0] = nil // a group has no code
			}
		}
		return ownSheet{Sheet: sheet, key: []string{"area_type", "area_name"}, indicators: t.Indicators}, nil
	}
	for _, ind := range s.Edition.Indicators() {
		v.charts = append(v.charts, viewChart{name: string(ind.ID), title: ind.Title, draw: func(ctx context.Context) ([]byte, error) {
			return s.fileMembers(ctx, v, set, ind.ID)
		}})
	}
	v.own = func(ctx context.Context) (ownSheet, error) {
		figures, err := s.groupFigures(ctx, set)
		if err != nil {
			return ownSheet{}, fmt.Errorf("group %s: %w", joined(codesOf(set.areas)), err)
		}
		own := ownSheet{Sheet: data.Sheet{Columns: groupColumns}, key: []string{"indicator_id", "period"}}
		for _, f := range figures {
			own.Rows = append(own.Rows, groupCells(set, f))
			own.indicators = append(own.indicators, f.indicator)
		}
		return own, nil
	}
	return v, nil
}

// groupColumns are a promise: columns are added at their end and never renamed.
var groupColumns = []data.Column{
	{Name: "indicator_id", Title: "Indicator", About: "Identifier of the indicator.", Kind: data.TextCells},
	{Name: "group_name", Title: "Group", About: "The group’s name, as its maker gave it.", Kind: data.TextCells},
	{Name: "area_codes", Title: "Area codes", About: "Codes of the group’s areas, parted by spaces.", Kind: data.TextCells},
	{Name: "period", Title: "Period", About: "First day and length of the period, or a day.", Kind: data.TextCells},
	{Name: "value", Title: "Value", About: "The figure of the group; blank where the columns marker and refused say why there is none.", Kind: data.NumberCells},
	{Name: "lower_95", Title: "Lower 95% limit", About: "Lower limit of the 95% confidence interval.", Kind: data.NumberCells},
	{Name: "upper_95", Title: "Upper 95% limit", About: "Upper limit of the 95% confidence interval.", Kind: data.NumberCells},
	{Name: "unit", Title: "Unit", About: "Unit of the value and its limits.", Kind: data.TextCells},
	{Name: "marker", Title: "Marker", About: "Why there is no value: c, x, u, z, w or low.", Kind: data.TextCells},
	{Name: "counted", Title: "Counted", About: "Codes of the members that the figure rests on.", Kind: data.TextCells},
	{Name: "omitted", Title: "Omitted", About: "Codes of the members without data.", Kind: data.TextCells},
	{Name: "refused", Title: "Refused", About: "Why this kind of figure can’t be put together.", Kind: data.TextCells},
	{Name: "lowest", Title: "Lowest member", About: "Lowest of the members’ own figures.", Kind: data.NumberCells},
	{Name: "highest", Title: "Highest member", About: "Highest of the members’ own figures.", Kind: data.NumberCells},
	{Name: "benchmark_code", Title: "Benchmark’s code", About: "Code of the area that the figure is held against.", Kind: data.TextCells},
	{Name: "benchmark_value", Title: "Benchmark’s value", About: "The benchmark’s figure for the same period.", Kind: data.NumberCells},
	{Name: "gap", Title: "Gap", About: "Value less the benchmark’s value.", Kind: data.NumberCells},
	{Name: "gap_lower_95", Title: "Gap, lower 95% limit", About: "Lower limit of the gap’s 95% interval.", Kind: data.NumberCells},
	{Name: "gap_upper_95", Title: "Gap, upper 95% limit", About: "Upper limit of the gap’s 95% interval.", Kind: data.NumberCells},
	{Name: "verdict", Title: "Verdict", About: "What the test of the gap says.", Kind: data.TextCells},
}

// groupSets are the sets of a group's columns that can be picked.
var groupSets = []columnSet{
	{"members", []string{"counted", "omitted", "refused", "lowest", "highest"}},
	{"benchmark", []string{"benchmark_code", "benchmark_value", "gap", "gap_lower_95", "gap_upper_95"}},
	{"verdict", []string{"verdict"}},
}

func groupCells(set areaSet, f groupIndicator) []any {
	g := f.figure
	value, known := g.Value.Number()
	c := f.comparison
	if !f.compared {
		c = data.Comparison{}
	}
	optional := func(o data.Optional) any {
		if !o.OK {
			return nil
		}
		return o.V
	}
	limits := func(i data.Interval) (lower, upper any) {
		return optional(data.Optional{V: i.Lower, OK: i.Known}), optional(data.Optional{V: i.Upper, OK: i.Known})
	}
	words := func(s string) any {
		if s == "" {
			return nil
		}
		return s
	}
	lower, upper := limits(g.Interval)
	gapLower, gapUpper := limits(c.GapInterval)
	return []any{
		string(f.indicator.ID), words(set.name), spaced(codesOf(set.areas)), g.Period.String(), optional(data.Optional{V: value, OK: known}), lower, upper,
		f.indicator.Unit, words(string(g.Value.Marker())), words(spaced(g.Counted)), words(spaced(g.Omitted)), words(g.Refused), optional(g.Lowest), optional(g.Highest),
		words(string(c.Benchmark)), optional(data.Optional{V: c.BenchmarkValue, OK: f.compared}), optional(data.Optional{V: c.Gap, OK: f.compared}), gapLower, gapUpper,
		words(string(c.Verdict)),
	}
}

func spaced(codes []data.AreaCode) string { return strings.ReplaceAll(joined(codes), ",", " ") }
