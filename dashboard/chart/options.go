package chart

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/go-echarts/go-echarts/v2/charts"
	"github.com/go-echarts/go-echarts/v2/opts"
	"github.com/go-echarts/go-echarts/v2/types"

	"goodwork/data"
)

// Charts are options of ECharts, built with go-echarts. An option is pure JSON:
// formatters and shapes of our own are named in it ("fmt:pounds0", "band"), and
// every colour is the light value of a colour of the palette. What go-echarts
// has no field for is added by the structs below, which extend its own.

// chartSeries is a series with what charts.SingleSeries lacks.
type chartSeries struct {
	charts.SingleSeries
	Silent       bool           `json:"silent,omitempty"`
	Z            int            `json:"z,omitempty"`
	Clip         types.Bool     `json:"clip,omitempty"`
	ItemPayload  *bandLook      `json:"itemPayload,omitempty"`
	Emphasis     *chartEmphasis `json:"emphasis,omitempty"`
	MarkLine     *chartMarkLine `json:"markLine,omitempty"`
	NameProperty string         `json:"nameProperty,omitempty"`
	AspectScale  float64        `json:"aspectScale,omitempty"`
	LegendSymbol types.Bool     `json:"showLegendSymbol,omitempty"`
	Select       types.Bool     `json:"selectedMode,omitempty"`
}

type bandLook struct {
	Opacity float64 `json:"opacity"`
}

type chartEmphasis struct {
	Disabled  types.Bool      `json:"disabled,omitempty"`
	Label     *opts.Label     `json:"label,omitempty"`
	ItemStyle *opts.ItemStyle `json:"itemStyle,omitempty"`
}

// chartPoint is one item of a series: a position, what the pointer is told
// about it, and its own look. A missing coordinate is nil, never 0.
type chartPoint struct {
	Name       string          `json:"name,omitempty"`
	Value      []any           `json:"value"`
	Tip        string          `json:"tip,omitempty"`
	Symbol     string          `json:"symbol,omitempty"`
	SymbolSize *float64        `json:"symbolSize,omitempty"`
	ItemStyle  *opts.ItemStyle `json:"itemStyle,omitempty"`
	Label      *chartLabel     `json:"label,omitempty"`
}

// chartLabel is a label with its text given, which the formatter fmt:label writes.
type chartLabel struct {
	opts.Label
	Text     string    `json:"text,omitempty"`
	Distance float64   `json:"distance,omitempty"`
	Offset   []float64 `json:"offset,omitempty"`
	// A rim in the ground's colour keeps a name readable over marks.
	RimColor string  `json:"textBorderColor,omitempty"`
	RimWidth float64 `json:"textBorderWidth,omitempty"`
}

type chartMarkLine struct {
	Silent    bool            `json:"silent"`
	Symbol    string          `json:"symbol"`
	LineStyle *opts.LineStyle `json:"lineStyle,omitempty"`
	Data      []chartMark     `json:"data"`
}

type chartMark struct {
	Name  string      `json:"name,omitempty"`
	XAxis *float64    `json:"xAxis,omitempty"`
	YAxis *float64    `json:"yAxis,omitempty"`
	Label *chartLabel `json:"label"`
}

// chartAxis is a value axis whose labels stand where they are told to.
type chartAxis struct {
	opts.XAxis
	Interval      float64         `json:"interval,omitempty"`
	NameTextStyle *chartNameStyle `json:"nameTextStyle,omitempty"`
	AxisLabel     *chartAxisLabel `json:"axisLabel,omitempty"`
	AxisTick      *chartAxisTick  `json:"axisTick,omitempty"`
}

// chartNameStyle is the look of an axis's name.
type chartNameStyle struct {
	opts.TextStyle
	Padding []int `json:"padding,omitempty"`
}

type chartAxisLabel struct {
	opts.AxisLabel
	CustomValues []float64 `json:"customValues,omitempty"`
}

type chartAxisTick struct {
	opts.AxisTick
	Length       int       `json:"length,omitempty"`
	CustomValues []float64 `json:"customValues,omitempty"`
}

// chartTooltip is a tooltip drawn as part of the chart: one made of HTML would
// carry style attributes, which the page's policy refuses.
type chartTooltip struct {
	opts.Tooltip
	RenderMode  string          `json:"renderMode"`
	Confine     bool            `json:"confine"`
	BorderWidth int             `json:"borderWidth"`
	Padding     []int           `json:"padding"`
	TextStyle   *opts.TextStyle `json:"textStyle"`
	Transition  float64         `json:"transitionDuration"`
	Pointer     chartPointer    `json:"axisPointer"`
}

// chartPointer is the line that follows the pointer along the axis.
type chartPointer struct {
	Type      string          `json:"type"`
	LineStyle *opts.LineStyle `json:"lineStyle"`
}

// chartMargins are the free pixels round the plot.
type chartMargins struct {
	Top    float64 `json:"top"`
	Right  float64 `json:"right"`
	Bottom float64 `json:"bottom"`
	Left   float64 `json:"left"`
	Old    bool    `json:"containLabel"`
	Outer  string  `json:"outerBoundsMode"`
}

// chartParts is what a chart is put together from.
type chartParts struct {
	series  []chartSeries
	x, y    *chartAxis
	margins chartMargins
	trigger string // "axis" or "item"
	graphic []chartShape
}

// chartShape is a free shape, for a map's key.
type chartShape struct {
	Type   string             `json:"type"`
	Left   *float64           `json:"left,omitempty"`
	Right  *float64           `json:"right,omitempty"`
	Top    *float64           `json:"top,omitempty"`
	Z      int                `json:"z,omitempty"`
	Silent bool               `json:"silent"`
	Shape  map[string]float64 `json:"shape,omitempty"`
	Style  map[string]any     `json:"style"`
}

// keySwatch is the square of a colour in a key, hatched where it stands for
// what is hatched in the picture.
func keySwatch(left, top, size float64, colour string, hatched bool) []chartShape {
	square := chartShape{
		Type: "rect", Left: &left, Top: &top, Z: 10, Silent: true,
		Shape: map[string]float64{"width": size, "height": size},
		Style: map[string]any{"fill": colour},
	}
	if !hatched {
		return []chartShape{square}
	}
	square.Style = map[string]any{"fill": Colour("paper"), "stroke": colour, "lineWidth": 1}
	shapes := []chartShape{square}
	for _, reach := range []float64{size / 2, size} {
		shapes = append(shapes, chartShape{
			Type: "line", Left: &left, Top: &top, Z: 11, Silent: true,
			Shape: map[string]float64{"x1": 0, "y1": reach, "x2": reach, "y2": 0},
			Style: map[string]any{"stroke": colour, "lineWidth": 2},
		})
	}
	return shapes
}

func keyWords(left, top float64, text, colour string, size int) chartShape {
	return chartShape{
		Type: "text", Left: &left, Top: &top, Z: 10, Silent: true,
		Style: map[string]any{"text": text, "fill": colour, "fontSize": size, "fontFamily": chartFont},
	}
}

// chartVisitor puts into the option what go-echarts has no place for.
type chartVisitor struct {
	charts.BaseConfigurationVisitor
	parts chartParts
}

func (v chartVisitor) Visit(option map[string]any) {
	for _, unused := range []string{"title", "legend", "toolbox", "color", "xAxis", "yAxis"} {
		delete(option, unused)
	}
	option["series"] = v.parts.series
	option["animation"] = false
	option["textStyle"] = opts.TextStyle{Color: Colour("ink"), FontFamily: chartFont}
	option["tooltip"] = chartTooltip{
		Tooltip: opts.Tooltip{
			Trigger: v.parts.trigger, Formatter: "fmt:tips",
			BackgroundColor: Colour("paper"), BorderColor: Colour("axis"),
		},
		Pointer:    chartPointer{"line", &opts.LineStyle{Color: Colour("axis"), Type: "solid", Width: 1}},
		RenderMode: "richText", Confine: true, BorderWidth: 1, Padding: []int{8, 10},
		TextStyle: &opts.TextStyle{Color: Colour("ink"), FontSize: 13, LineHeight: 18},
	}
	if v.parts.x != nil {
		option["xAxis"], option["yAxis"] = v.parts.x, v.parts.y
		option["grid"] = v.parts.margins
	}
	if len(v.parts.graphic) > 0 {
		option["graphic"] = v.parts.graphic
	}
}

// chartFont is the page's own. No name is quoted: the renderer writes it into an
// attribute as it stands.
const chartFont = "system-ui, -apple-system, Segoe UI, Roboto, Helvetica Neue, Arial, sans-serif"

// option gives a chart's option as JSON.
func (p chartParts) option() ([]byte, error) {
	chart := charts.NewLine()
	chart.Accept(chartVisitor{parts: p})
	chart.Validate()
	option, err := json.Marshal(chart.JSON())
	if err != nil {
		return nil, fmt.Errorf("write a chart's option: %w", err)
	}
	return option, nil
}

// valueAxis is an axis of numbers with a quiet grid and no line of its own.
func valueAxis(scale chartScale, unit string) *chartAxis {
	return &chartAxis{
		XAxis: opts.XAxis{
			Type: "value", Min: scale.From, Max: scale.To,
			AxisLine:  &opts.AxisLine{Show: opts.Bool(false)},
			SplitLine: &opts.SplitLine{Show: opts.Bool(true), LineStyle: &opts.LineStyle{Color: Colour("grid"), Width: 1}},
		},
		Interval: scale.Step,
		AxisLabel: &chartAxisLabel{AxisLabel: opts.AxisLabel{
			Formatter: types.FuncStr("fmt:" + TickUnit(unit, scale.Step)), Color: Colour("muted"), FontSize: 12,
		}},
		AxisTick: &chartAxisTick{AxisTick: opts.AxisTick{Show: opts.Bool(false)}},
	}
}

// tickUnit writes an axis's numbers with no more decimals than its step needs.
func TickUnit(unit string, step float64) string {
	name := strings.TrimRight(unit, "0123456789")
	decimals := 0
	for s := step; decimals < 6 && math.Abs(s-math.Round(s)) > 1e-9; s *= 10 {
		decimals++
	}
	return name + strconv.Itoa(decimals)
}

// chartScale is a range of an axis and the step of its grid.
type chartScale struct{ From, To, Step float64 }

// niceScale covers the values with about so many steps of 1, 2, 2.5 or 5 times
// a power of ten (Heckbert, "Nice numbers for graph labels", Graphics Gems,
// 1990). Where it must begin at 0 it does, on whichever side the values are.
func NiceScale(low, high float64, fromZero bool, steps int) chartScale {
	if fromZero {
		low, high = math.Min(low, 0), math.Max(high, 0)
	}
	if low == high {
		spread := math.Max(math.Abs(low)*0.1, 1)
		low, high = low-spread, high+spread
		if fromZero {
			low = math.Max(low, 0)
		}
	}
	rough := (high - low) / float64(max(steps, 1))
	power := math.Pow(10, math.Floor(math.Log10(rough)))
	step := 10 * power
	for _, nice := range []float64{1, 2, 2.5, 5} {
		if nice*power >= rough*0.999 {
			step = nice * power
			break
		}
	}
	return chartScale{Tidy(math.Floor(low/step+1e-9) * step), Tidy(math.Ceil(high/step-1e-9) * step), Tidy(step)}
}

// tidy drops the noise of binary fractions: 0.30000000000000004 is 0.3.
func Tidy(v float64) float64 {
	t, err := strconv.ParseFloat(strconv.FormatFloat(v, 'g', 12, 64), 64)
	if err != nil {
		return v
	}
	return t
}

// chartNumber writes a number as the formatter of that name does in a chart:
// "pounds0" writes £1,234. A name that is none gives an error.
func Number(unit string, v float64) (string, error) {
	name := strings.TrimRight(unit, "0123456789")
	decimals, err := strconv.Atoi(strings.TrimPrefix(unit, name))
	around, ok := chartUnits[name]
	if err != nil || !ok || len(unit) != len(name)+1 {
		return "", fmt.Errorf("unknown formatter %q", unit)
	}
	number := data.FormatNumber(math.Abs(v), decimals)
	minus := ""
	if v < 0 && strings.ContainsAny(number, "123456789") {
		minus = "−"
	}
	return minus + around[0] + number + around[1], nil
}

// chartUnits are the units of formatters.js, before and after the number.
var chartUnits = map[string][2]string{
	"number": {"", ""}, "pounds": {"£", ""}, "percent": {"", "%"}, "points": {"", " points"}, "years": {"", " years"},
}

// chartLabelLines breaks a place's name into lines of a label beside a plot.
func chartLabelLines(text string) []string { return WrappedLines(text, 17) }

// labelRoom is the width that labels need, in pixels at 13 pixels of type.
func labelRoom(labels []string) float64 {
	longest := 0
	for _, label := range labels {
		for _, line := range strings.Split(label, "\n") {
			longest = max(longest, utf8.RuneCountInString(line))
		}
	}
	return math.Ceil(float64(longest) * 8.2)
}

// dodged moves the centres of labels that stand above one another apart, as
// little as needed, within [top, bottom], and gives the moved centres in the
// order given.
func dodged(centres, heights []float64, top, bottom float64) []float64 {
	order := make([]int, len(centres))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		switch {
		case centres[a] < centres[b]:
			return -1
		case centres[a] > centres[b]:
			return 1
		}
		return a - b
	})
	moved := slices.Clone(centres)
	free := top
	for _, i := range order {
		moved[i] = math.Max(moved[i], free+heights[i]/2)
		free = moved[i] + heights[i]/2
	}
	free = bottom
	for _, i := range slices.Backward(order) {
		moved[i] = math.Min(moved[i], free-heights[i]/2)
		free = moved[i] - heights[i]/2
	}
	return moved
}

func seriesColour(i int) string { return Colour("series-" + strconv.Itoa(i+1)) }

func pointer[T any](v T) *T { return &v }
