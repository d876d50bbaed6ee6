package chart

import (
	"github.com/go-echarts/go-echarts/v2/charts"
	"github.com/go-echarts/go-echarts/v2/opts"
)

// trailLine joins an area's places over the years; the first and every fifth
// year before the last are named.
func trailLine(points []ScatterPoint) chartSeries {
	var path []chartPoint
	size := 5.0
	for i, p := range points {
		if !p.XOK || !p.YOK {
			continue
		}
		dot := chartPoint{Name: p.Name, Value: []any{p.X, p.Y}, Tip: p.Tip, SymbolSize: &size}
		if left := len(points) - 1 - i; i == 0 || left > 0 && left%5 == 0 && i > 2 {
			dot.Label = &chartLabel{Label: opts.Label{
				Show: opts.Bool(true), Position: "right", Formatter: "fmt:label", Color: Colour("ink"), FontSize: 11,
			}, Text: p.Name, Distance: 4}
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
