package chart

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/go-echarts/go-echarts/v2/charts"
	"github.com/go-echarts/go-echarts/v2/opts"
)

// StackedSpec is the parts of a whole, a level bar for each row. The parts are
// named above the bars in their order, each beside a square of its colour.
type StackedSpec struct {
	Rows  []string // from the top
	Parts []StackedPart
	Unit  string
}

// StackedPart is one part, with a number for each row. At most four.
type StackedPart struct {
	Name   string
	Values []StackedValue
}

// StackedValue is a row's number for a part. Where OK is false there is none,
// and the bar stops short of the whole by it.
type StackedValue struct {
	Value float64
	OK    bool
	Tip   string
}

// StackedBars is the option of stacked bars. A part whose numbers are not one
// for each row, a fifth part, a part below 0 and an unknown unit are errors.
func StackedBars(spec StackedSpec) ([]byte, error) {
	total, err := spec.check()
	if err != nil {
		return nil, fmt.Errorf("stacked bars: %w", err)
	}
	scale := NiceScale(0, total, true, 5)
	values := valueAxis(scale, spec.Unit)
	rows := &chartAxis{
		XAxis: opts.XAxis{
			Type: "category", Data: spec.Rows, Inverse: opts.Bool(true),
			AxisLine: &opts.AxisLine{Show: opts.Bool(true), LineStyle: &opts.LineStyle{Color: Colour("axis"), Width: 1}},
		},
		AxisLabel: &chartAxisLabel{AxisLabel: opts.AxisLabel{Color: Colour("ink"), FontSize: 13, Interval: "0"}},
		AxisTick:  &chartAxisTick{AxisTick: opts.AxisTick{Show: opts.Bool(false)}},
	}
	parts := chartParts{
		x: values, y: rows, trigger: "item",
		margins: chartMargins{Top: 30, Right: 24, Bottom: 28, Left: labelRoom(spec.Rows) + 14, Outer: "none"},
	}
	left := parts.margins.Left
	for i, part := range spec.Parts {
		parts.series = append(parts.series, stackedSeries(spec, part, i))
		parts.graphic = append(parts.graphic, keySwatch(left, 6, 12, seriesColour(i), false)...)
		parts.graphic = append(parts.graphic, keyWords(left+18, 5, part.Name, Colour("ink"), 13))
		left += 18 + labelRoom([]string{part.Name}) + 14
	}
	return parts.option()
}

// check finds what is wrong with the spec, and the longest bar.
func (spec StackedSpec) check() (longest float64, err error) {
	if len(spec.Rows) == 0 || len(spec.Parts) == 0 {
		return 0, errors.New("nothing to draw")
	}
	if len(spec.Parts) > 4 {
		return 0, fmt.Errorf("%d parts, more than 4 colours can be told apart", len(spec.Parts))
	}
	if _, err := Number(spec.Unit, 0); err != nil {
		return 0, err
	}
	totals := make([]float64, len(spec.Rows))
	for _, part := range spec.Parts {
		if len(part.Values) != len(spec.Rows) {
			return 0, fmt.Errorf("part %q: %d numbers for %d rows", part.Name, len(part.Values), len(spec.Rows))
		}
		for i, v := range part.Values {
			if v.OK && (v.Value < 0 || math.IsNaN(v.Value)) {
				return 0, fmt.Errorf("part %q, row %q: %g is no part of a whole", part.Name, spec.Rows[i], v.Value)
			}
			if v.OK {
				totals[i] += v.Value
			}
		}
	}
	return slices.Max(totals), nil
}

func stackedSeries(spec StackedSpec, part StackedPart, place int) chartSeries {
	colour := seriesColour(place)
	var bars []chartPoint
	for i, v := range part.Values {
		bar := chartPoint{Value: []any{nil, spec.Rows[i]}, Tip: v.Tip}
		if v.OK {
			bar.Value[0] = v.Value
		}
		bars = append(bars, bar)
	}
	return chartSeries{
		SingleSeries: charts.SingleSeries{
			Type: "bar", Name: part.Name, Stack: "whole", Data: bars, BarCategoryGap: "45%", BarMaxWidth: "28",
			ItemStyle: &opts.ItemStyle{Color: colour, BorderColor: Colour("paper"), BorderWidth: 1},
			Encode:    &opts.Encode{X: 0, Y: 1},
		},
		Emphasis: &chartEmphasis{Disabled: opts.Bool(true)}, Clip: opts.Bool(false),
	}
}
