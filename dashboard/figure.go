package dashboard

import (
	"context"
	"encoding/json"
	"fmt"
	"html/template"
	"slices"
	"strings"
	"time"

	"goodwork/dashboard/chart"
	"goodwork/data"
)

// pageChart is one drawing in a page: the server's SVG, and the option from which
// the page's script makes it live.
type pageChart struct {
	ID     string
	Name   string // its sentence, for those who don't see it
	SVG    template.HTML
	Narrow template.HTML // the same for a narrow screen; "" where one drawing does for both
	Option json.RawMessage

	Actions *chartActions // nil where there are none
}

// The size of an area's trend chart, in CSS pixels.
const trendWidth, trendHeight = 560, 320

// trendChart draws an area's series, with held, that of its benchmark, in grey. A series of
// fewer than two numbers is no trend and has no chart.
func (s *Server) trendChart(ctx context.Context, ind data.Indicator, area data.Area, series, held []data.Row, against benchmark) (*pageChart, error) {
	if knownIn(series) < 2 {
		return nil, nil
	}
	series = fromFirstNumber(series)
	held = slices.DeleteFunc(slices.Clone(held), func(r data.Row) bool { return r.Period.Compare(series[0].Period) < 0 })
	spec := chart.TrendSpec{
		Series: []chart.TrendSeries{trendSeries(ind, area.Name, series, true)},
		Unit:   formatterOf(ind), FromZero: ind.AxisFromZero, Height: narrowHeight(trendWidth, trendHeight), Small: true,
	}
	name := fmt.Sprintf("%s in %s, %s to %s", ind.Title, inSentence(area), series[0].Period.Label(), series[len(series)-1].Period.Label())
	if knownIn(held) > 0 && held[0].Area != area.Code && ind.Kind != "count" { // a larger area's count is no measure of a smaller one's
		label, words := against.Label, against.Name
		if !against.group {
			a, _ := s.Register.Area(held[0].Area) // which may stand in for the one chosen
			label, words = shortName(a), inSentence(a)
		}
		spec.Benchmarks = []chart.TrendSeries{trendSeries(ind, cut(label, 24), held, false)}
		name += ", beside " + words
	}
	option, err := chart.Trend(spec)
	if err != nil {
		return nil, fmt.Errorf("trend chart: %w", err)
	}
	ch, err := s.drawn(ctx, "chart-"+string(ind.ID), name+".", "The table below it has every figure.", option, trendWidth, trendHeight)
	if err != nil {
		return nil, err
	}
	ch.Actions = s.chartActions(ch.ID, name+".", "/embed/areas/"+area.Slug()+"/"+string(ind.ID), against.choice.values(), "/areas/"+string(area.Code)+".csv?indicator="+string(ind.ID), address("/areas/"+area.Slug(), against.choice.values())+"#"+string(ind.ID))
	return ch, nil
}

// knownIn counts the rows that have a number.
func knownIn(rows []data.Row) int {
	known := 0
	for _, r := range rows {
		if r.Value.Known() {
			known++
		}
	}
	return known
}

// fromFirstNumber leaves out the rows before the first number: they are in the
// table, and a chart of them would be an empty left half.
func fromFirstNumber(series []data.Row) []data.Row {
	for i, r := range series {
		if r.Value.Known() {
			return series[i:]
		}
	}
	return nil
}

// A chart wider than narrowFrom is drawn a second time for a narrow screen, on
// which the first would be too small to read: narrower, and taller in proportion
// up to a square.
const (
	narrowFrom   = 500
	narrowWidth  = 340
	narrowTaller = 1.35
)

func narrowHeight(width, height int) int {
	return int(narrowWidth * min(1, narrowTaller*float64(height)/float64(width)))
}

// drawn has an option drawn and made fit for a page.
func (s *Server) drawn(ctx context.Context, id, name, description string, option []byte, width, height int) (*pageChart, error) {
	svg, err := s.Charts.Draw(ctx, chart.Drawing{Edition: string(s.library.edition), Option: option, Width: width, Height: height})
	if err != nil {
		return nil, fmt.Errorf("draw %s: %w", id, err)
	}
	inPage, err := chart.PageSVG(svg, chart.Words{ID: id + "-drawing", Title: name, Description: description})
	if err != nil {
		return nil, err
	}
	made := pageChart{ID: id, Name: name + " " + description, SVG: inPage, Option: option}
	if width < narrowFrom {
		return &made, nil
	}
	if svg, err = s.Charts.Draw(ctx, chart.Drawing{Edition: string(s.library.edition), Option: option, Width: narrowWidth, Height: narrowHeight(width, height)}); err != nil {
		return nil, fmt.Errorf("draw %s for a narrow screen: %w", id, err)
	}
	made.Narrow, err = chart.PageSVG(svg, chart.Words{ID: id + "-narrow", Title: name, Description: description})
	return &made, err
}

// trendSeries is a series as the chart takes it: a point for each row.
func trendSeries(ind data.Indicator, name string, rows []data.Row, withBreaks bool) chart.TrendSeries {
	out := chart.TrendSeries{Name: name}
	for i, r := range rows {
		value, ok := r.Value.Number()
		p := chart.TrendPoint{
			At: middle(r.Period), Tick: r.Period.ShortLabel(), Value: value, OK: ok,
			Lower: r.Interval.Lower, Upper: r.Interval.Upper, Interval: r.Interval.Known,
			Provisional: r.Flags.Has(data.Provisional), Tip: tip(ind, name, r),
		}
		if !ok {
			p.Marker = r.Value.Marker().Shorthand()
		}
		for _, b := range ind.Breaks {
			if withBreaks && startsAfterBreak(rows, i, b.From) {
				p.Break = "break"
			}
		}
		out.Points = append(out.Points, p)
	}
	return out
}

// tip says of a figure what the table says.
func tip(ind data.Indicator, name string, r data.Row) string {
	text := name + ", " + r.Period.Label() + ": " + ind.FormatValue(r.Value)
	if r.Interval.Known {
		text += " (" + ind.FormatInterval(r.Interval) + ")"
	}
	if words := r.Flags.Words(); len(words) > 0 {
		text += ", " + strings.Join(words, ", ")
	}
	if !r.Value.Known() {
		text += " " + r.Value.Marker().Reason()
	}
	return text
}

// middle is the day on which a period's figure stands on an axis of time.
func middle(p data.Period) time.Time {
	start, err := time.Parse(time.DateOnly, p.Start())
	if err != nil {
		return time.Time{}
	}
	return start.Add(p.LastDay().Sub(start) / 2).Truncate(24 * time.Hour)
}

// formatterOf names the formatter that writes an indicator's numbers.
func formatterOf(ind data.Indicator) string {
	name := "number"
	switch ind.Unit {
	case "£":
		name = "pounds"
	case "%":
		name = "percent"
	case "years":
		name = "years"
	}
	return fmt.Sprintf("%s%d", name, ind.Decimals)
}

// shortName is an area's name on a line of a chart.
func shortName(a data.Area) string {
	if a.Level == data.LevelUK {
		return "UK"
	}
	return a.Name
}
