package chart

import (
	"math"

	"github.com/go-echarts/go-echarts/v2/charts"
	"github.com/go-echarts/go-echarts/v2/opts"
)

// trailLine joins an area’s places over the years. The first is named, unless it
// lies so near the last, which has a name of its own, that one would cover the other.
func trailLine(points []ScatterPoint, x, y chartScale) chartSeries {
	var path []chartPoint
	size := 5.0
	for i, p := range points {
		if !p.XOK || !p.YOK {
			continue
		}
		dot := chartPoint{Name: p.Name, Value: []any{p.X, p.Y}, Tip: p.Tip, SymbolSize: &size}
		if i == 0 && len(points) > 1 && apart(p, points[len(points)-1], x, y) {
			// Away from the way that the line takes. The other years are said in their tips.
			position := "left"
			if points[1].X < p.X {
				position = "right"
			}
			dot.Label = &chartLabel{Label: opts.Label{
				Show: opts.Bool(true), Position: position, Formatter: "fmt:label", Color: Colour("ink"), FontSize: 11,
			}, Text: p.Name, Distance: 4, RimColor: Colour("paper"), RimWidth: 3}
		}
		path = append(path, dot)
	}
	return chartSeries{
		SingleSeries: charts.SingleSeries{
			Type: "line", Data: path, Symbol: "circle", ShowSymbol: opts.Bool(true),
			LineStyle: &opts.LineStyle{Color: seriesColour(0), Width: 1.5, Opacity: opts.Float(0.75)},
			ItemStyle: &opts.ItemStyle{Color: seriesColour(0), Opacity: opts.Float(1)},
		},
		Z: 3, Emphasis: &chartEmphasis{Disabled: opts.Bool(true)}, Clip: opts.Bool(false),
	}
}

// apart tells whether the names of two points leave each other room in a plot of
// the usual size.
func apart(a, b ScatterPoint, x, y chartScale) bool {
	const across, down, room, line = 480, 330, 75, 30 // pixels
	return math.Abs(a.X-b.X)/(x.To-x.From)*across > room || math.Abs(a.Y-b.Y)/(y.To-y.From)*down > line
}
