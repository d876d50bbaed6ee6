package dashboard

import (
	"context"
	"fmt"
	"net/url"
	"slices"

	"github.com/labstack/echo/v4"

	"goodwork/dashboard/chart"
	"goodwork/data"
)

// compareFileParameters are those of a comparison's files.
var compareFileParameters = slices.Concat(compareParameters, []parameter{{name: "period", list: true}}, benchmarkParameters)

// viewOfComparison is the figures of the areas and indicators that are compared:
// those of the latest periods, as on the page, or of period, a list or "all".
func (s *Server) viewOfComparison(c echo.Context, values url.Values) (view, error) {
	asked, err := s.compareView(values)
	if err != nil {
		return view{}, err
	}
	if len(asked.areas) == 0 {
		return view{}, refusal{kind: data.ErrInvalid, parameter: "areas", what: "Name the areas to compare: areas=CODE,CODE,…"}
	}
	codes := codesOf(asked.areas)
	v := view{
		stem: "/compare", page: "/compare", title: "Comparison of " + countWords(len(codes)),
		about: "Good work in " + s.areaNames(codes) + ", side by side.",
		query: data.Query{Areas: codes, Indicators: idsOf(asked.indicators), Latest: true},
	}
	if text := values.Get("period"); text != "" {
		v.query.Latest = false
		if v.query.Periods, err = periodsOf(text); err != nil {
			return v, err
		}
	}
	if v.compared, err = s.comparedBy(values); err != nil {
		return v, err
	}
	for _, ind := range asked.indicators {
		v.charts = append(v.charts, viewChart{name: string(ind.ID), title: ind.Title, draw: func(ctx context.Context) ([]byte, error) {
			return s.fileLines(ctx, ind, asked.areas)
		}})
	}
	return v, nil
}

// periodsOf reads a list of periods of no indicator in particular; "all" is
// every period.
func periodsOf(list string) ([]data.Period, error) {
	if list == "all" {
		return nil, nil
	}
	var periods []data.Period
	for text := range splitList(list) {
		p, err := data.ParsePeriod(text)
		if err != nil {
			return nil, refusal{
				kind: data.ErrInvalid, parameter: "period",
				what: fmt.Sprintf("“%s” isn’t a period: write 2025-04-30 for a day, 2024-01-01_P1Y for a year from its first day.", excerpt(text)),
			}
		}
		periods = append(periods, p)
	}
	return periods, nil
}

// fileLines draws the series of up to four areas for a file: more can't be told
// apart by colour.
func (s *Server) fileLines(ctx context.Context, ind data.Indicator, areas []data.Area) ([]byte, error) {
	const most = 4
	shown := areas[:min(len(areas), most)]
	t, err := s.tableOf(ctx, view{stem: "/compare", query: data.Query{Indicators: []data.IndicatorID{ind.ID}, Areas: codesOf(shown)}}, false)
	if err != nil {
		return nil, err
	}
	spec := chart.TrendSpec{Unit: formatterOf(ind), FromZero: ind.AxisFromZero, Height: fileTrendHeight}
	for _, a := range shown {
		rows := slices.DeleteFunc(slices.Clone(t.Rows), func(r data.Row) bool { return r.Area != a.Code })
		if slices.ContainsFunc(rows, func(r data.Row) bool { return r.Value.Known() }) {
			spec.Series = append(spec.Series, trendSeries(ind, a.Name, fromFirstNumber(rows), len(spec.Series) == 0))
		}
	}
	if len(spec.Series) == 0 {
		return nil, refusal{kind: data.ErrNotFound, parameter: "chart", what: fmt.Sprintf("None of these areas has a figure of %s, so there is no chart.", lowerFirst(ind.Title))}
	}
	option, err := chart.Trend(spec)
	if err != nil {
		return nil, err
	}
	words := chart.DownloadWords{
		Title: ind.Title + ": " + s.areaNames(codesOf(shown)), Source: s.sourceWords(t),
		Subtitle: capitalised(ind.UnitWords) + ", by " + ind.Base + "; bands are 95% intervals, hollow points provisional",
	}
	if len(areas) > most {
		words.Subtitle += fmt.Sprintf("; the first %d of %s", most, countWords(len(areas)))
	}
	return s.drawForFile(ctx, option, fileTrendWidth, fileTrendHeight, words)
}
