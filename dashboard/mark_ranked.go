package dashboard

import (
	"cmp"
	"fmt"
	"html"
	"html/template"
	"math"
	"net/url"
	"slices"
	"strings"

	"goodwork/dashboard/chart"
	"goodwork/data"
)

// rankedStrip shows the areas of a view in the order of their figures, each
// with its interval, so that the order's uncertainty is seen with it.
type rankedStrip struct {
	Title   string
	Heading string // by itself: "Median weekly pay, April 2025, from highest to lowest"
	SVG     template.HTML
	Actions *chartActions
	Legend  []stripLine
	Middle  string // where the middle half lies, a sentence
	Note    string
	Line    string // what the upright line is, a sentence
	Tested  bool
	Labels  bool // whether each line is named
	Missing string
}

// stripLine is one line of the strip's legend.
type stripLine struct {
	Shape string // ▲ ▼ ● ○
	Class string // of the palette: c-fill-...
	Text  string
	Areas string
}

// stripEntry is one area of the strip, from the highest figure.
type stripEntry struct {
	code         data.AreaCode
	name, href   string
	value        float64
	interval     data.Interval
	shape, class string // of its verdict after the adjustment for many tests
	unreliable   bool
	tip          string
}

// The strip's measures, in units of the viewBox. Up to mostNamed areas have a
// line of their own with a name.
const (
	rankedWidth   = 380.0
	rankedTop     = 22.0
	rankedLine    = 2.0
	rankedNamed   = 19.0
	rankedNames   = 128.0
	mostNamed     = 30
	rankedPadding = 8.0
)

// rankedStrip draws the rows that have a figure; nil where fewer than two have.
func (s *Server) rankedStrip(ind data.Indicator, v indicatorView, rows []data.Row, held heldRows, signal *data.Signal) *rankedStrip {
	var entries []stripEntry
	counts := map[string]int{}
	for _, r := range rows {
		f, ok := r.Value.Number()
		if !ok || r.AreaLevel == data.LevelUK || r.AreaLevel == data.LevelCountryGroup {
			continue
		}
		a, _ := s.Register.Area(r.Area)
		e := stripEntry{
			code: r.Area, name: a.Name, href: "/areas/" + a.Slug() + "#" + string(ind.ID), value: f, interval: r.Interval,
			shape: "○", class: "context", unreliable: r.Flags.Has(data.LowReliability), tip: tip(ind, a.Name, r),
		}
		if c, ok := held.of[r.Area]; ok {
			e.shape, e.class = stripVerdict(c)
		}
		counts[e.shape]++
		entries = append(entries, e)
	}
	if len(entries) < 2 {
		return nil
	}
	slices.SortStableFunc(entries, func(a, b stripEntry) int {
		return cmp.Or(cmp.Compare(b.value, a.value), strings.Compare(a.name, b.name))
	})
	strip := rankedStrip{Title: "From highest to lowest", Labels: len(entries) <= mostNamed}
	strip.Heading = fmt.Sprintf("%s, %s, from highest to lowest", ind.Title, v.period.Label())
	page, values := "/indicators/"+string(ind.ID), url.Values{"period": {v.period.URL()}, "level": {string(v.group)}}
	csv := address(page+".csv", values)
	for name, chosen := range held.choice.values() {
		values[name] = chosen
	}
	strip.Actions = s.chartActions("strip", fmt.Sprintf("%s of the %d %s with a figure, %s, from highest to lowest.", ind.Title, len(entries), v.group.words(), v.period.Label()),
		"/embed"+page+"/distribution", values, csv, address(page, values)+"#map-heading")
	strip.SVG = rankedSVG(ind, entries, held.value, held.label)
	strip.Legend = stripLegend(ind, entries, counts, held.Against)
	if held.value.OK {
		strip.Line = "The upright line is " + held.Against + "."
	}
	strip.Tested = held.Tested > 0
	if len(entries) >= 8 {
		values := make([]float64, len(entries))
		for i, e := range entries {
			values[len(entries)-1-i] = e.value
		}
		strip.Middle = fmt.Sprintf("The middle half of the %d %s with a figure lies between %s and %s.",
			len(entries), v.group.words(), ind.Format(quantile(values, 0.25)), ind.Format(quantile(values, 0.75)))
	}
	strip.Note = "The order is that of the estimates and is no ranking."
	if signal != nil && signal.Use == data.UseRank {
		strip.Note = "Where intervals overlap, the order may be chance: the table has each area’s likely place as a range."
	}
	return &strip
}

// stripVerdict is the shape and the colour of a comparison after the adjustment
// for many tests.
func stripVerdict(c data.Comparison) (shape, class string) {
	differs, tested := differing(c)
	if !tested {
		return "○", "context"
	}
	if !differs {
		return "●", "similar"
	}
	shape = "▲"
	if c.Gap < 0 {
		shape = "▼"
	}
	switch c.VerdictAdjusted {
	case data.Better:
		return shape, "better"
	case data.Worse:
		return shape, "worse"
	}
	return shape, "plain-4"
}

func stripLegend(ind data.Indicator, entries []stripEntry, counts map[string]int, against string) []stripLine {
	class := map[string]string{}
	for _, e := range entries {
		class[e.shape] = e.class
	}
	judged := func(text, shape string) string {
		switch class[shape] {
		case "better", "worse":
			return text + ", " + class[shape]
		}
		return text
	}
	var list []stripLine
	for _, l := range []stripLine{
		{Shape: "▲", Text: judged("clearly higher than "+against, "▲")},
		{Shape: "●", Text: "not clearly different"},
		{Shape: "▼", Text: judged("clearly lower than "+against, "▼")},
		{Shape: "○", Text: "not tested: no interval"},
	} {
		if n := counts[l.Shape]; n > 0 {
			l.Class, l.Areas = class[l.Shape], countWords(n)
			list = append(list, l)
		}
	}
	return list
}

// rankedSVG draws the entries. Its links are for the pointer only: for the
// keyboard and for those who don't see it the table holds the same ones.
func rankedSVG(ind data.Indicator, entries []stripEntry, benchmark data.Optional, label string) template.HTML {
	named := len(entries) <= mostNamed
	step, left := rankedLine, rankedPadding
	if named {
		step, left = rankedNamed, rankedNames
	}
	low, high := math.Inf(1), math.Inf(-1)
	take := func(f float64) { low, high = math.Min(low, f), math.Max(high, f) }
	for _, e := range entries {
		take(e.value)
		if e.interval.Known {
			take(e.interval.Lower)
			take(e.interval.Upper)
		}
	}
	if benchmark.OK {
		take(benchmark.V)
	}
	scale := chart.NiceScale(low, high, ind.AxisFromZero, 4)
	x := func(f float64) float64 {
		return left + (f-scale.From)/(scale.To-scale.From)*(rankedWidth-left-2*rankedPadding)
	}
	bottom := rankedTop + step*float64(len(entries)) + 6
	var b strings.Builder
	fmt.Fprintf(&b, `<svg class="ranked-drawing" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %.0f %.0f" width="100%%" aria-hidden="true" focusable="false">`, rankedWidth, bottom+16)
	unit := chart.TickUnit(formatterOf(ind), scale.Step)
	for at := scale.From; at <= scale.To+scale.Step/2; at += scale.Step {
		text, err := chart.Number(unit, chart.Tidy(at))
		if err != nil {
			text = ""
		}
		fmt.Fprintf(&b, `<path class="c-stroke-grid" d="M%.1f %.1fV%.1f"/><text class="c-fill-muted" x="%.1f" y="13" text-anchor="middle">%s</text>`,
			x(at), rankedTop-3, bottom, x(at), html.EscapeString(text))
	}
	for i, e := range entries {
		rankedEntry(&b, e, x, rankedTop+step*(float64(i)+0.5), step, named)
	}
	if benchmark.OK {
		at := x(benchmark.V)
		fmt.Fprintf(&b, `<path class="ranked-benchmark c-stroke-ink" d="M%.1f %.1fV%.1f"/><text class="c-fill-ink" x="%.1f" y="%.1f" text-anchor="middle">%s</text>`,
			at, rankedTop-3, bottom, math.Min(math.Max(at, 40), rankedWidth-44), bottom+13, html.EscapeString(label))
	}
	b.WriteString("</svg>")
	return template.HTML(b.String())
}

func rankedEntry(b *strings.Builder, e stripEntry, x func(float64) float64, y, step float64, named bool) {
	size := 1.9
	if named {
		size = 4
	}
	fmt.Fprintf(b, `<a href="%s" tabindex="-1" data-code="%s"><title>%s</title><rect class="ranked-reach" x="0" y="%.1f" width="%.0f" height="%.1f"/>`,
		html.EscapeString(e.href), e.code, html.EscapeString(e.tip), y-step/2, rankedWidth, step)
	if named {
		fmt.Fprintf(b, `<text class="c-fill-ink" x="0" y="%.1f">%s</text>`, y+4, html.EscapeString(cutTo(e.name, 20)))
	}
	if e.interval.Known {
		fmt.Fprintf(b, `<path class="ranked-interval c-stroke-%s" d="M%.1f %.1fH%.1f"/>`, e.class, x(e.interval.Lower), y, x(e.interval.Upper))
	}
	at := x(e.value)
	switch e.shape {
	case "▲":
		fmt.Fprintf(b, `<path class="c-fill-%s" d="M%.1f %.1fl%.1f %.1fh%.1fz"/>`, e.class, at, y-1.3*size, 1.3*size, 2.4*size, -2.6*size)
	case "▼":
		fmt.Fprintf(b, `<path class="c-fill-%s" d="M%.1f %.1fl%.1f %.1fh%.1fz"/>`, e.class, at, y+1.3*size, 1.3*size, -2.4*size, -2.6*size)
	case "●":
		fmt.Fprintf(b, `<circle class="c-fill-%s" cx="%.1f" cy="%.1f" r="%.1f"/>`, e.class, at, y, size)
	default:
		fmt.Fprintf(b, `<circle class="ranked-untested c-fill-paper c-stroke-%s" cx="%.1f" cy="%.1f" r="%.1f"/>`, e.class, at, y, size)
	}
	b.WriteString("</a>")
}

// cutTo is a name of so many letters at most, its end as an ellipsis.
func cutTo(name string, letters int) string {
	runes := []rune(name)
	if len(runes) <= letters {
		return name
	}
	return strings.TrimRight(string(runes[:letters-1]), " ,") + "…"
}
