package dashboard

import (
	"fmt"
	"html"
	"html/template"
	"math"
	"slices"
	"strings"

	"goodwork/data"
)

// stripMark shows where an area stands among the areas of its kind: every area
// a dot at its value, dots in the way of each other stacked, this one large and
// labelled, the benchmark a diamond.
type stripMark struct {
	Name         string // the drawing in words
	Others       []stripDot
	Here         float64
	Label        string // of Here
	Against      *float64
	AgainstLabel string
	Low, High    string // the ends of the axis in words
}

// stripDot is an area that is not the one in question.
type stripDot struct {
	Value  float64
	Marked bool // one of the similar areas, drawn dark
}

// The size of a strip mark.
const (
	stripWidth, stripHeight = 256.0, 66.0
	stripLeft, stripRight   = 8.0, 248.0
	stripFoot               = 46.0
	stripRoom               = 28.0 // for the highest stack
	stripLetter             = 6.4  // the width of one, about
)

// svg draws the mark. The drawing is the same for the same figures.
func (m stripMark) svg() template.HTML {
	low, high := m.Here, m.Here
	for _, d := range m.Others {
		low, high = min(low, d.Value), max(high, d.Value)
	}
	if m.Against != nil {
		low, high = min(low, *m.Against), max(high, *m.Against)
	}
	x := linear(low, high, stripLeft, stripRight)
	var b strings.Builder
	fmt.Fprintf(&b, `<svg class="mark mark-strip" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %g %g" role="img" aria-label="%s">`, stripWidth, stripHeight, html.EscapeString(m.Name))
	fmt.Fprintf(&b, `<path class="mark-axis" d="M%g %gH%g"/>`, stripLeft, stripFoot, stripRight)
	plain, marked, size := stacked(m.Others, x)
	for _, dots := range []struct{ class, path string }{{"mark-dots", plain}, {"mark-dots-marked", marked}} {
		if dots.path != "" {
			fmt.Fprintf(&b, `<path class="%s" stroke-width="%s" d="%s"/>`, dots.class, coordinate(size), dots.path)
		}
	}
	here := x(m.Here)
	fmt.Fprintf(&b, `<path class="mark-stem" d="M%s %gV14"/><circle class="mark-here" cx="%s" cy="%g" r="5"/>`, coordinate(here), stripFoot, coordinate(here), stripFoot-1)
	fmt.Fprintf(&b, `<text class="mark-words mark-words-here" x="%s" y="11" text-anchor="middle">%s</text>`, coordinate(labelAt(here, m.Label)), html.EscapeString(m.Label))
	from, to := math.Inf(1), math.Inf(-1)
	if m.Against != nil {
		at := x(*m.Against)
		fmt.Fprintf(&b, `<path class="mark-diamond" d="M%s %gl5 6l-5 6l-5-6z"/>`, coordinate(at), stripFoot-6)
		middle := labelAt(at, m.AgainstLabel)
		fmt.Fprintf(&b, `<text class="mark-words" x="%s" y="64" text-anchor="middle">%s</text>`, coordinate(middle), html.EscapeString(m.AgainstLabel))
		half := float64(len([]rune(m.AgainstLabel)))*stripLetter/2 + 8
		from, to = middle-half, middle+half
	}
	if from > stripLeft+float64(len([]rune(m.Low)))*stripLetter {
		fmt.Fprintf(&b, `<text class="mark-words" x="%g" y="64">%s</text>`, stripLeft-6, html.EscapeString(m.Low))
	}
	if to < stripRight-float64(len([]rune(m.High)))*stripLetter {
		fmt.Fprintf(&b, `<text class="mark-words" x="%g" y="64" text-anchor="end">%s</text>`, stripRight+6, html.EscapeString(m.High))
	}
	b.WriteString("</svg>")
	return template.HTML(b.String())
}

// labelAt is where the middle of a label stands so that it is not cut off.
func labelAt(at float64, label string) float64 {
	half := float64(len([]rune(label))) * stripLetter / 2
	return max(half+1, min(stripWidth-half-1, at))
}

// stacked puts dots at their values, those of one place on top of each other,
// in dots as large as the highest stack allows. The dots are ends of strokes of
// no length, so that hundreds of them are one path.
func stacked(dots []stripDot, x func(float64) float64) (plain, marked string, size float64) {
	dots = slices.Clone(dots)
	slices.SortStableFunc(dots, func(a, b stripDot) int {
		switch {
		case a.Marked == b.Marked:
			return 0
		case a.Marked: // lowest in its stack, next to the axis
			return -1
		}
		return 1
	})
	heights := map[int]int{}
	for size = 4.6; ; size -= 0.2 {
		clear(heights)
		highest := 0
		for _, d := range dots {
			at := int(math.Round(x(d.Value) / size))
			heights[at]++
			highest = max(highest, heights[at])
		}
		if float64(highest)*size <= stripRoom || size <= 1.2 {
			break
		}
	}
	clear(heights)
	var paths [2]strings.Builder
	for _, d := range dots {
		at := int(math.Round(x(d.Value) / size))
		heights[at]++
		i := 0
		if d.Marked {
			i = 1
		}
		fmt.Fprintf(&paths[i], "M%s %sh0", coordinate(float64(at)*size), coordinate(stripFoot-2-(float64(heights[at])-0.5)*size))
	}
	return paths[0].String(), paths[1].String(), size
}

// spineMark is one line of the profile: the range of all areas, its middle
// half, and this area, on a scale with the benchmark in the middle. Where low is
// good the scale is turned round, so that better is always to the right.
type spineMark struct {
	Values  []float64 // of all areas of its kind, in order
	Here    float64
	Against *float64  // nil where the benchmark is no one figure: then the middle of the range is in the middle
	Dots    []float64 // of the similar areas
	Turned  bool
	Verdict *comparisonLine
	Name    string
}

// The size of a spine mark.
const spineWidth, spineHeight, spineMargin = 300.0, 26.0, 9.0

// svg draws the line.
func (m spineMark) svg() template.HTML {
	low, high := m.Here, m.Here
	if len(m.Values) > 0 {
		low, high = min(low, m.Values[0]), max(high, m.Values[len(m.Values)-1])
	}
	centre := (low + high) / 2
	if m.Against != nil {
		centre = *m.Against
	}
	reach := max(high-centre, centre-low)
	x := linear(centre-reach, centre+reach, spineMargin, spineWidth-spineMargin)
	if m.Turned {
		x = linear(centre-reach, centre+reach, spineWidth-spineMargin, spineMargin)
	}
	var b strings.Builder
	fmt.Fprintf(&b, `<svg class="mark mark-spine" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %g %g" role="img" aria-label="%s">`, spineWidth, spineHeight, html.EscapeString(m.Name))
	bar := func(class string, from, to, height float64) {
		from, to = min(x(from), x(to)), max(x(from), x(to))
		fmt.Fprintf(&b, `<rect class="%s" x="%s" y="%s" width="%s" height="%s"/>`, class, coordinate(from), coordinate((spineHeight-height)/2), coordinate(max(to-from, 1)), coordinate(height))
	}
	bar("mark-range", low, high, 8)
	if len(m.Values) >= 8 {
		bar("mark-middle", quantile(m.Values, 0.25), quantile(m.Values, 0.75), 14)
	}
	if m.Against != nil {
		fmt.Fprintf(&b, `<path class="mark-centre" d="M%s 0V%g"/>`, coordinate(x(centre)), spineHeight)
	}
	for _, v := range m.Dots {
		fmt.Fprintf(&b, `<circle class="mark-neighbour" cx="%s" cy="13" r="2.5"/>`, coordinate(x(v)))
	}
	b.WriteString(verdictShape(m.Verdict, x(m.Here), spineHeight/2))
	b.WriteString("</svg>")
	return template.HTML(b.String())
}

// verdictShape is an area's own mark in the shape and the colour of its verdict.
func verdictShape(v *comparisonLine, x, y float64) string {
	class, shape := "untested", "○"
	if v != nil {
		class, shape = v.Class, v.Shape
	}
	switch shape {
	case "▲":
		return fmt.Sprintf(`<path class="mark-own mark-own-%s" d="M%s %sl6.5 11.5h-13z"/>`, class, coordinate(x), coordinate(y-6.5))
	case "▼":
		return fmt.Sprintf(`<path class="mark-own mark-own-%s" d="M%s %sl6.5-11.5h-13z"/>`, class, coordinate(x), coordinate(y+6.5))
	}
	return fmt.Sprintf(`<circle class="mark-own mark-own-%s" cx="%s" cy="%s" r="5.5"/>`, class, coordinate(x), coordinate(y))
}

// numbersOf are the known figures of rows, from the lowest to the highest.
func numbersOf(rows []data.Row) []float64 {
	var out []float64
	for _, r := range rows {
		if f, ok := r.Value.Number(); ok {
			out = append(out, f)
		}
	}
	slices.Sort(out)
	return out
}
