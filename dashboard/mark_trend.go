package dashboard

import (
	"fmt"
	"html"
	"html/template"
	"math"
	"slices"
	"strconv"
	"strings"

	"goodwork/data"
)

// Marks are the small drawings beside a figure: plain SVG without scripts, in
// the classes of the palette, so that the dark theme and print follow. Each is
// drawn from the rows that the words beside it come from.

// coordinate writes a position of a drawing with one decimal at most.
func coordinate(f float64) string {
	return strconv.FormatFloat(math.Round(f*10)/10, 'f', -1, 64)
}

// linear gives the scale that leads low..high to from..to.
func linear(low, high, from, to float64) func(float64) float64 {
	if high == low {
		return func(float64) float64 { return (from + to) / 2 }
	}
	return func(v float64) float64 { return from + (v-low)/(high-low)*(to-from) }
}

// trendMark is a small line of a series over time.
type trendMark struct {
	Name     string // the drawing in words
	Own      []markPoint
	Against  []markPoint // grey
	Label    string      // of Against, at its end
	FromZero bool
}

// markPoint is one period of a trendMark.
type markPoint struct {
	Day          float64 // since 1970
	Label        string  // of the period
	Value        float64
	Lower, Upper float64
	OK           bool // whether there is a number; without one the line has a gap
	Interval     bool
	Hollow       bool // provisional
	Break        bool // not comparable with the point before
}

// The size of a trend mark.
const (
	trendMarkWidth, trendMarkHeight = 172.0, 66.0
	trendMarkTop, trendMarkFoot     = 6.0, 44.0
	trendMarkLeft, trendMarkRight   = 5.0, 167.0
	trendMarkLetter                 = 6.2 // the width of one, about
)

// markPoints are a series as a trendMark takes it.
func markPoints(ind data.Indicator, series []data.Row) []markPoint {
	out := make([]markPoint, len(series))
	for i, r := range series {
		value, ok := r.Value.Number()
		out[i] = markPoint{
			Day: float64(middle(r.Period).Unix()) / 86400, Label: r.Period.ShortLabel(), Value: value, OK: ok,
			Lower: r.Interval.Lower, Upper: r.Interval.Upper, Interval: ok && r.Interval.Known, Hollow: r.Flags.Has(data.Provisional),
		}
		for _, b := range ind.Breaks {
			out[i].Break = out[i].Break || startsAfterBreak(series, i, b.From)
		}
	}
	return out
}

// svg draws the mark: the band of the intervals, the grey line, the own line
// with gaps where figures are missing and a dashed upright at a break, and the
// last point. It is empty where there are fewer than two numbers.
func (m trendMark) svg() template.HTML {
	own := pointsWithin(m.Own, m.Own)
	if len(own) < 2 {
		return ""
	}
	against := pointsWithin(m.Against, own)
	low, high := math.Inf(1), math.Inf(-1)
	for _, p := range own {
		low, high = min(low, p.Value), max(high, p.Value)
		if p.Interval {
			low, high = min(low, p.Lower), max(high, p.Upper)
		}
	}
	for _, p := range against {
		low, high = min(low, p.Value), max(high, p.Value)
	}
	if m.FromZero {
		low = min(low, 0)
	}
	right := trendMarkRight
	short := len([]rune(m.Label)) <= 3
	if len(against) > 0 && short {
		right -= float64(len([]rune(m.Label)))*trendMarkLetter + 6
	}
	x := linear(own[0].Day, own[len(own)-1].Day, trendMarkLeft, right)
	y := linear(low, high, trendMarkFoot, trendMarkTop)

	var b strings.Builder
	fmt.Fprintf(&b, `<svg class="mark mark-trend" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %g %g" role="img" aria-label="%s">`,
		trendMarkWidth, trendMarkHeight, html.EscapeString(m.Name))
	fmt.Fprintf(&b, `<path class="mark-axis" d="M%s %sH%s"/>`, coordinate(trendMarkLeft), coordinate(trendMarkFoot+4), coordinate(right))
	for _, run := range runs(m.Own) {
		if band := bandPath(run, x, y); band != "" {
			fmt.Fprintf(&b, `<path class="mark-band" d="%s"/>`, band)
		}
	}
	if line := linePath(m.Against, own, x, y); line != "" {
		fmt.Fprintf(&b, `<path class="mark-against" d="%s"/>`, line)
		if last := against[len(against)-1]; short {
			fmt.Fprintf(&b, `<text class="mark-words" x="%s" y="%s">%s</text>`, coordinate(right+6), coordinate(y(last.Value)+4), html.EscapeString(m.Label))
		}
	}
	for _, p := range own {
		if p.Break {
			fmt.Fprintf(&b, `<path class="mark-break" d="M%s %gV%g"/>`, coordinate(x(p.Day)-3), trendMarkTop, trendMarkFoot+4)
		}
	}
	fmt.Fprintf(&b, `<path class="mark-line" d="%s"/>`, linePath(m.Own, own, x, y))
	last := own[len(own)-1]
	class := "mark-here"
	if last.Hollow {
		class = "mark-here-hollow"
	}
	fmt.Fprintf(&b, `<circle class="%s" cx="%s" cy="%s" r="4"/>`, class, coordinate(x(last.Day)), coordinate(y(last.Value)))
	from, to := endLabels(own[0].Label, last.Label)
	fmt.Fprintf(&b, `<text class="mark-words" x="%g" y="64">%s</text>`, trendMarkLeft-2, html.EscapeString(from))
	fmt.Fprintf(&b, `<text class="mark-words" x="%s" y="64" text-anchor="end">%s</text>`, coordinate(right+4), html.EscapeString(to))
	if len(against) > 0 && !short {
		b.WriteString(keyBetween(m.Label, trendMarkLeft+float64(len([]rune(from)))*trendMarkLetter, right-float64(len([]rune(to)))*trendMarkLetter))
	}
	b.WriteString("</svg>")
	return template.HTML(b.String())
}

// endLabels are the labels of the first and the last period, without a month
// that is the same in both.
func endLabels(from, to string) (string, string) {
	month, year, ok := strings.Cut(from, " ")
	if other, otherYear, also := strings.Cut(to, " "); ok && also && month == other {
		return year, otherYear
	}
	return from, to
}

// keyBetween names the grey line under the drawing where there is room between
// the labels of the periods.
func keyBetween(label string, from, to float64) string {
	const stroke, gap = 12.0, 4.0
	letters := int((to - from - stroke - 3*gap) / trendMarkLetter)
	if letters < 5 {
		return ""
	}
	label = cut(label, letters)
	width := stroke + gap + float64(len([]rune(label)))*trendMarkLetter
	start := (from + to - width) / 2
	return fmt.Sprintf(`<path class="mark-against" d="M%s 60h%g"/><text class="mark-words" x="%s" y="64">%s</text>`,
		coordinate(start), stroke, coordinate(start+stroke+gap), html.EscapeString(label))
}

// pointsWithin keeps the points with a number in the time from the first to the last
// numbered point of own.
func pointsWithin(points, own []markPoint) []markPoint {
	var first, last float64
	started := false
	for _, p := range own {
		if p.OK && !started {
			first, started = p.Day, true
		}
		if p.OK {
			last = p.Day
		}
	}
	var out []markPoint
	for _, p := range points {
		if p.OK && p.Day >= first && p.Day <= last {
			out = append(out, p)
		}
	}
	return out
}

// runs parts a series at its gaps and breaks.
func runs(points []markPoint) [][]markPoint {
	var out [][]markPoint
	open := false
	for _, p := range points {
		switch {
		case !p.OK:
			open = false
			continue
		case !open || p.Break:
			out = append(out, nil)
			open = true
		}
		out[len(out)-1] = append(out[len(out)-1], p)
	}
	return out
}

// linePath draws the runs of a series within the time of own. A run of one
// point is a short level stroke, so that it can be seen.
func linePath(points, own []markPoint, x, y func(float64) float64) string {
	var b strings.Builder
	for _, run := range runs(points) {
		run = pointsWithin(run, own)
		for i, p := range run {
			command := "L"
			if i == 0 {
				command = "M"
			}
			fmt.Fprintf(&b, "%s%s %s", command, coordinate(x(p.Day)), coordinate(y(p.Value)))
		}
		if len(run) == 1 {
			b.WriteString("h.1")
		}
	}
	return b.String()
}

// bandPath draws the intervals of a run, those of it that are known.
func bandPath(run []markPoint, x, y func(float64) float64) string {
	var up, down strings.Builder
	n := 0
	for _, p := range run {
		if !p.Interval {
			continue
		}
		command := "L"
		if n == 0 {
			command = "M"
		}
		n++
		fmt.Fprintf(&up, "%s%s %s", command, coordinate(x(p.Day)), coordinate(y(p.Upper)))
	}
	if n < 2 {
		return ""
	}
	for _, p := range slices.Backward(run) {
		if p.Interval {
			fmt.Fprintf(&down, "L%s %s", coordinate(x(p.Day)), coordinate(y(p.Lower)))
		}
	}
	return up.String() + down.String() + "Z"
}
