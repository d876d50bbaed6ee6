package chart

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/go-echarts/go-echarts/v2/charts"
	"github.com/go-echarts/go-echarts/v2/opts"
)

// ScatterSpec is one figure against another, a dot for each area.
type ScatterSpec struct {
	X, Y   ScatterAxis
	Points []ScatterPoint
	XLines []ScatterLine // upright lines at a value of X
	YLines []ScatterLine // level lines at a value of Y
	// Corners are words in the four corners of a quadrant chart: top left, top
	// right, bottom left, bottom right.
	Corners [4]string
	Trail   []ScatterPoint // of one area over time, joined in this order; its first point is named
	// Names is how many of the clear points out of focus are named: the furthest
	// from the lines, as far as there is room beside them.
	Names int
}

// ScatterAxis is one of a scatter's figures.
type ScatterAxis struct {
	Title    string
	Unit     string
	FromZero bool
}

// ScatterPoint is one area. Where either figure is missing it has no dot.
type ScatterPoint struct {
	Name           string
	X, Y           float64
	XOK, YOK       bool
	XLower, XUpper float64
	YLower, YUpper float64
	XInterval      bool
	YInterval      bool
	Focus          bool // large, named, with its intervals; the others are context
	Clear          bool // marked among those out of focus, by shape and colour
	Provisional    bool // drawn hollow
	Tip            string
}

// ScatterLine is a line across the plot with a word at its end.
type ScatterLine struct {
	At      float64
	Name    string
	AtStart bool // the word of a level line stands at its left
}

// ScatterChart is the option of a scatter. No point with both figures, more
// than four in focus and an unknown unit are errors.
func Scatter(spec ScatterSpec) ([]byte, error) {
	var xs, ys []float64
	focus := 0
	for _, p := range slices.Concat(spec.Points, spec.Trail) {
		if !p.XOK || !p.YOK {
			continue
		}
		xs, ys = append(xs, p.X), append(ys, p.Y)
		if !p.Focus {
			continue
		}
		focus++
		if p.XInterval {
			xs = append(xs, p.XLower, p.XUpper)
		}
		if p.YInterval {
			ys = append(ys, p.YLower, p.YUpper)
		}
	}
	if len(xs) == 0 {
		return nil, errors.New("scatter: no area has both figures")
	}
	if focus > 4 {
		return nil, fmt.Errorf("scatter: %d areas in focus, more than 4 colours can be told apart", focus)
	}
	for _, line := range spec.XLines {
		xs = append(xs, line.At)
	}
	for _, line := range spec.YLines {
		ys = append(ys, line.At)
	}
	for _, axis := range []ScatterAxis{spec.X, spec.Y} {
		if _, err := Number(axis.Unit, 0); err != nil {
			return nil, fmt.Errorf("scatter: axis %q: %w", axis.Title, err)
		}
	}
	xScale := extentScale(xs, spec.X.FromZero)
	yScale := extentScale(ys, spec.Y.FromZero)

	x, y := valueAxis(xScale, spec.X.Unit), valueAxis(yScale, spec.Y.Unit)
	nameAxis(x, spec.X.Title, "middle", 30)
	nameAxis(y, spec.Y.Title, "end", 12)
	y.NameTextStyle.Align = "left"
	x.AxisLine.OnZero, y.AxisLine.OnZero = opts.Bool(false), opts.Bool(false)
	left := axisRoom(spec.Y.Unit, yScale)
	y.NameTextStyle.Padding = []int{0, 0, 0, -int(left) + 8}

	parts := chartParts{x: x, y: y, trigger: "item", margins: chartMargins{Top: 34, Right: 24, Bottom: 52, Left: left, Outer: "none"}}
	parts.series = append(parts.series, contextDots(spec, namedPoints(spec, xScale, yScale)))
	if len(spec.Trail) > 0 {
		parts.series = append(parts.series, trailLine(spec.Trail, xScale, yScale))
	}
	parts.series = append(parts.series, focusDots(spec, focusSides(spec, xScale, yScale))...)
	parts.series = append(parts.series, cornerWords(spec, xScale, yScale))
	return parts.option()
}

// QuadrantChart is a scatter parted by one upright and one level line, with
// words in its corners.
func Quadrant(spec ScatterSpec) ([]byte, error) {
	if len(spec.XLines) != 1 || len(spec.YLines) != 1 {
		return nil, fmt.Errorf("quadrant: %d upright and %d level lines, want one of each", len(spec.XLines), len(spec.YLines))
	}
	return Scatter(spec)
}

func extentScale(values []float64, fromZero bool) chartScale {
	low, high := values[0], values[0]
	for _, v := range values {
		low, high = math.Min(low, v), math.Max(high, v)
	}
	return NiceScale(low, high, fromZero, 5)
}

func nameAxis(axis *chartAxis, name, location string, gap int) {
	axis.Name, axis.NameLocation, axis.NameGap = name, location, gap
	axis.NameTextStyle = &chartNameStyle{TextStyle: opts.TextStyle{Color: Colour("muted"), FontSize: 12}}
}

// contextDots are the areas out of focus, the marked ones on top, and the lines
// across the plot.
func contextDots(spec ScatterSpec, named map[int]string) chartSeries {
	var dots, clear []chartPoint
	for i, p := range spec.Points {
		if !p.XOK || !p.YOK || p.Focus {
			continue
		}
		dot := chartPoint{Name: p.Name, Value: []any{p.X, p.Y}, Tip: p.Tip}
		if p.Clear {
			dot.Symbol, dot.SymbolSize = "diamond", pointer(10.0)
			dot.ItemStyle = &opts.ItemStyle{Color: seriesColour(0), Opacity: opts.Float(1)}
			if side, ok := named[i]; ok {
				dot.Label = &chartLabel{Label: opts.Label{
					Show: opts.Bool(true), Position: side, Formatter: "fmt:label", Color: Colour("ink"), FontSize: 11,
				}, Text: p.Name, Distance: 5, RimColor: Colour("paper"), RimWidth: 2}
			}
			clear = append(clear, dot)
			continue
		}
		dots = append(dots, dot)
	}
	series := chartSeries{
		SingleSeries: charts.SingleSeries{
			Type: "scatter", Data: append(dots, clear...), Symbol: "circle", SymbolSize: 7,
			ItemStyle: &opts.ItemStyle{Color: Colour("context"), Opacity: opts.Float(1), BorderColor: Colour("paper"), BorderWidth: 0.75},
		},
		Z: 2, Emphasis: &chartEmphasis{ItemStyle: &opts.ItemStyle{BorderColor: Colour("ink"), BorderWidth: 1.5, Opacity: opts.Float(1)}},
	}
	var marks []chartMark
	label := func(position string) *chartLabel {
		return &chartLabel{Label: opts.Label{
			Show: opts.Bool(true), Formatter: "{b}", Position: position, Color: Colour("muted"), FontSize: 11,
		}, Distance: 4, RimColor: Colour("paper"), RimWidth: 3}
	}
	for _, line := range spec.XLines {
		marks = append(marks, chartMark{Name: line.Name, XAxis: pointer(line.At), Label: label("end")})
	}
	for _, line := range spec.YLines {
		position := "insideEndTop"
		if line.AtStart {
			position = "insideStartTop"
		}
		marks = append(marks, chartMark{Name: line.Name, YAxis: pointer(line.At), Label: label(position)})
	}
	if len(marks) > 0 {
		series.MarkLine = &chartMarkLine{
			Silent: true, Symbol: "none", Data: marks,
			LineStyle: &opts.LineStyle{Color: Colour("axis"), Type: "solid", Width: 1},
		}
	}
	return series
}

// The plot for which names are chosen, in pixels: a small one, so that on a wider
// one, where marks lie further apart, there is room as well.
const (
	namesWidth, namesHeight = 310.0, 280.0
	namesLine               = 14.0
	namesLetter             = 6.2
	namesGap                = 7.0
	cornerWidth             = 110.0
	cornerHeight            = 34.0
)

type plotBox struct{ left, top, right, bottom float64 }

func (b plotBox) meets(o plotBox) bool {
	return b.left < o.right && o.left < b.right && b.top < o.bottom && o.top < b.bottom
}

// namedPoints picks the points to name and on which side: "left" or "right". A
// name covers no other mark, no other name and no words in the corners.
func namedPoints(spec ScatterSpec, x, y chartScale) map[int]string {
	if spec.Names == 0 || len(spec.XLines) == 0 || len(spec.YLines) == 0 {
		return nil
	}
	at := func(px, py float64) (float64, float64) {
		return (px - x.From) / (x.To - x.From) * namesWidth, (y.To - py) / (y.To - y.From) * namesHeight
	}
	var taken []plotBox
	for i, words := range spec.Corners {
		if words == "" {
			continue
		}
		box := plotBox{0, 0, cornerWidth, cornerHeight}
		if i%2 == 1 {
			box.left, box.right = namesWidth-cornerWidth, namesWidth
		}
		if i > 1 {
			box.top, box.bottom = namesHeight-cornerHeight, namesHeight
		}
		taken = append(taken, box)
	}
	var order []int
	for i, p := range spec.Points {
		if p.XOK && p.YOK && p.Clear && !p.Focus {
			order = append(order, i)
		}
	}
	middleX, middleY := at(spec.XLines[0].At, spec.YLines[0].At)
	away := func(i int) float64 {
		px, py := at(spec.Points[i].X, spec.Points[i].Y)
		return math.Hypot(px-middleX, py-middleY)
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(away(b), away(a)) })
	free := func(own int, box plotBox) bool {
		if box.left < 0 || box.right > namesWidth || slices.ContainsFunc(taken, box.meets) {
			return false
		}
		for i, p := range spec.Points {
			px, py := at(p.X, p.Y)
			if i != own && p.XOK && p.YOK && box.meets(plotBox{px - 4, py - 4, px + 4, py + 4}) {
				return false
			}
		}
		return true
	}
	named := map[int]string{}
	for _, i := range order {
		if len(named) == spec.Names {
			break
		}
		px, py := at(spec.Points[i].X, spec.Points[i].Y)
		width := namesLetter * float64(len([]rune(spec.Points[i].Name)))
		right := plotBox{px + namesGap, py - namesLine/2, px + namesGap + width, py + namesLine/2}
		left := plotBox{px - namesGap - width, right.top, px - namesGap, right.bottom}
		switch {
		case free(i, right):
			named[i], taken = "right", append(taken, right)
		case free(i, left):
			named[i], taken = "left", append(taken, left)
		}
	}
	return named
}

// focusSides are the sides on which the points in focus are named, so that no
// name lies on another or on another of these points where that can be had.
func focusSides(spec ScatterSpec, x, y chartScale) []string {
	const letter, line, gap, across, down = 8.0, 17.0, 9.0, 480.0, 330.0 // pixels, of a plot in a page
	type mark struct{ x, y, width float64 }
	var marks []mark
	for _, p := range spec.Points {
		if p.XOK && p.YOK && p.Focus {
			marks = append(marks, mark{
				(p.X - x.From) / (x.To - x.From) * across, (y.To - p.Y) / (y.To - y.From) * down, letter * float64(len([]rune(p.Name))),
			})
		}
	}
	var taken []plotBox
	for _, m := range marks {
		taken = append(taken, plotBox{m.x - 6, m.y - 6, m.x + 6, m.y + 6})
	}
	sides := make([]string, len(marks))
	for i, m := range marks {
		options := []struct {
			side string
			plotBox
		}{
			{"top", plotBox{m.x - m.width/2, m.y - gap - line, m.x + m.width/2, m.y - gap}},
			{"bottom", plotBox{m.x - m.width/2, m.y + gap, m.x + m.width/2, m.y + gap + line}},
			{"right", plotBox{m.x + gap, m.y - line/2, m.x + gap + m.width, m.y + line/2}},
			{"left", plotBox{m.x - gap - m.width, m.y - line/2, m.x - gap, m.y + line/2}},
		}
		sides[i] = options[0].side
		for _, o := range options {
			if o.left >= -gap && o.right <= across+gap && !slices.ContainsFunc(taken, o.meets) {
				sides[i], taken = o.side, append(taken, o.plotBox)
				break
			}
		}
	}
	return sides
}

// focusDots are the named areas, each with the bars of its intervals under it.
func focusDots(spec ScatterSpec, sides []string) []chartSeries {
	var all []chartSeries
	n := 0
	for _, p := range spec.Points {
		if !p.XOK || !p.YOK || !p.Focus {
			continue
		}
		colour, side := seriesColour(n), sides[n]
		n++
		if p.XInterval || p.YInterval {
			all = append(all, errorBars(p, colour))
		}
		point := chartPoint{
			Name: p.Name, Value: []any{p.X, p.Y}, Tip: p.Tip,
			Label: &chartLabel{Label: opts.Label{
				Show: opts.Bool(true), Position: side, Formatter: "fmt:label", Color: colour, FontSize: 13, FontWeight: "bold",
			}, Text: p.Name, Distance: 7, RimColor: Colour("paper"), RimWidth: 3},
		}
		if p.Provisional {
			point.ItemStyle = &opts.ItemStyle{Color: Colour("paper"), BorderColor: colour, BorderWidth: 2}
		}
		all = append(all, chartSeries{
			SingleSeries: charts.SingleSeries{
				Type: "scatter", Name: p.Name, Data: []chartPoint{point}, Symbol: "circle", SymbolSize: 12,
				ItemStyle: &opts.ItemStyle{Color: colour, Opacity: opts.Float(1)},
			},
			Z: 5, Emphasis: &chartEmphasis{Disabled: opts.Bool(true)}, Clip: opts.Bool(false),
		})
	}
	return all
}

func errorBars(p ScatterPoint, colour string) chartSeries {
	value := []any{p.X, p.Y, nil, nil, nil, nil}
	if p.XInterval {
		value[2], value[3] = p.XLower, p.XUpper
	}
	if p.YInterval {
		value[4], value[5] = p.YLower, p.YUpper
	}
	return chartSeries{
		SingleSeries: charts.SingleSeries{
			Type: "custom", Name: p.Name, RenderItem: "errors", Data: []chartPoint{{Value: value}},
			ItemStyle: &opts.ItemStyle{Color: colour},
			Encode:    &opts.Encode{X: []int{0, 2, 3}, Y: []int{1, 4, 5}},
		},
		ItemPayload: &bandLook{0.7}, Silent: true, Z: 4, Clip: opts.Bool(true),
	}
}

// cornerWords stand in the corners of the plot.
func cornerWords(spec ScatterSpec, x, y chartScale) chartSeries {
	places := []struct {
		x, y     float64
		position string
		offset   []float64
	}{
		{x.From, y.To, "right", []float64{4, 12}},
		{x.To, y.To, "left", []float64{-4, 12}},
		{x.From, y.From, "right", []float64{4, -12}},
		{x.To, y.From, "left", []float64{-4, -12}},
	}
	words := []chartPoint{}
	for i, place := range places {
		if spec.Corners[i] == "" {
			continue
		}
		place.offset[1] *= 1 + 0.6*float64(strings.Count(spec.Corners[i], "\n")) // words on several lines stay inside
		words = append(words, chartPoint{
			Value: []any{place.x, place.y},
			Label: &chartLabel{Label: opts.Label{
				Show: opts.Bool(true), Position: place.position, Formatter: "fmt:label", Color: Colour("muted"), FontSize: 11, FontStyle: "italic",
			}, Text: spec.Corners[i], Distance: 2, Offset: place.offset},
		})
	}
	return chartSeries{
		SingleSeries: charts.SingleSeries{
			Type: "scatter", Data: words, SymbolSize: 0,
			ItemStyle: &opts.ItemStyle{Color: Colour("muted"), Opacity: opts.Float(1)},
		},
		Silent: true, Z: 1, Clip: opts.Bool(false),
	}
}
