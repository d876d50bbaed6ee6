package chart

import (
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/go-echarts/go-echarts/v2/charts"
	"github.com/go-echarts/go-echarts/v2/opts"
	"github.com/go-echarts/go-echarts/v2/types"
)

// TrendSpec is a figure over time: up to four series in colour with their
// intervals as bands, and benchmarks in grey, each named on its line.
type TrendSpec struct {
	Series     []TrendSeries
	Benchmarks []TrendSeries
	Unit       string     // formatter of the numbers: "pounds0", "percent1"
	FromZero   bool       // whether the axis must show 0
	Range      [2]float64 // lowest and highest value to share with other charts; both 0: the data's own
	Height     int        // of the drawing, in pixels; labels at the lines' ends are kept apart by it
	Small      bool       // for a chart of a row: fewer ticks
}

// TrendSeries is one line, its points in the order of time.
type TrendSeries struct {
	Name   string
	Points []TrendPoint
}

// TrendPoint is one period of a series. Where OK is false there is no number,
// and the line has a gap.
type TrendPoint struct {
	At           time.Time // where it stands on the axis
	Tick         string    // its short name below the axis: "2025"
	Value        float64
	OK           bool
	Lower, Upper float64
	Interval     bool   // whether the limits are known
	Marker       string // why there is no number: "[x]"
	Provisional  bool   // drawn hollow
	Break        string // a word on the break before this point; "" is no break
	Tip          string // what the pointer is told: all that the table says of the point
}

// TrendChart is the option of a trend. A series without a number, a fifth
// series and a unit that no formatter writes are errors.
func Trend(spec TrendSpec) ([]byte, error) {
	if len(spec.Series) > 4 {
		return nil, fmt.Errorf("trend: %d series, more than 4 colours can be told apart", len(spec.Series))
	}
	if _, err := Number(spec.Unit, 0); err != nil {
		return nil, fmt.Errorf("trend: %w", err)
	}
	low, high, ok := trendExtent(spec)
	if !ok {
		return nil, errors.New("trend: no number to draw")
	}
	steps := 4
	if spec.Small {
		steps = 3
	}
	scale := NiceScale(low, high, spec.FromZero, steps)

	labels := endLabels(spec, scale)
	var texts []string
	for _, label := range labels {
		texts = append(texts, label.text)
	}
	margins := chartMargins{Top: topRoom(spec), Right: labelRoom(texts) + 16, Bottom: 28, Left: axisRoom(spec.Unit, scale), Outer: "none"}
	dodgeLabels(labels, scale, float64(spec.Height), margins)

	x := timeAxis(spec)
	parts := chartParts{x: x, y: valueAxis(scale, spec.Unit), margins: margins, trigger: "axis"}
	for i, s := range spec.Series {
		if band, ok := bandSeries(s, seriesColour(i)); ok {
			parts.series = append(parts.series, band)
		}
	}
	for i, s := range spec.Series {
		parts.series = append(parts.series, trendLine(s, seriesColour(i), labels[i], 2.5, 4))
	}
	for i, s := range spec.Benchmarks {
		parts.series = append(parts.series, trendLine(s, Colour("benchmark"), labels[len(spec.Series)+i], 1.5, 3))
	}
	if marks, ok := markersOf(spec, scale); ok {
		parts.series = append(parts.series, marks)
	}
	return parts.option()
}

func (spec TrendSpec) all() []TrendSeries { return slices.Concat(spec.Series, spec.Benchmarks) }

// trendExtent is the lowest and the highest of all values and drawn limits.
func trendExtent(spec TrendSpec) (low, high float64, ok bool) {
	low, high = math.Inf(1), math.Inf(-1)
	take := func(v float64) { low, high = math.Min(low, v), math.Max(high, v) }
	for i, s := range spec.all() {
		for _, p := range s.Points {
			if !p.OK {
				continue
			}
			take(p.Value)
			if p.Interval && i < len(spec.Series) {
				take(p.Lower)
				take(p.Upper)
			}
		}
	}
	ok = low <= high
	if spec.Range != [2]float64{} {
		take(spec.Range[0])
		take(spec.Range[1])
	}
	return low, high, ok
}

// yearOf is a day as a year with a fraction: 1 July 2024 is 2024.498.
func yearOf(t time.Time) float64 {
	start := time.Date(t.Year(), 1, 1, 0, 0, 0, 0, t.Location())
	length := start.AddDate(1, 0, 0).Sub(start)
	return math.Round((float64(t.Year())+float64(t.Sub(start))/float64(length))*1000) / 1000
}

// timeAxis runs from the first period to the last, with ticks at periods that
// there are, the last always among them.
func timeAxis(spec TrendSpec) *chartAxis {
	words := map[float64]string{}
	for _, s := range spec.all() {
		for _, p := range s.Points {
			words[yearOf(p.At)] = p.Tick
		}
	}
	years := slices.Sorted(maps.Keys(words))
	room := 6
	if spec.Small {
		room = 3
	}
	ticks := chosenTicks(years, room)
	var named []string
	for _, year := range ticks {
		named = append(named, fmt.Sprintf("%g=%s", year, strings.NewReplacer(";", ",", "=", " ").Replace(words[year])))
	}
	from, to := years[0], years[len(years)-1]
	if from == to {
		from, to = from-1, to+1
	}
	return &chartAxis{
		XAxis: opts.XAxis{
			Type: "value", Min: from, Max: to,
			AxisLine:  &opts.AxisLine{Show: opts.Bool(true), OnZero: opts.Bool(false), LineStyle: &opts.LineStyle{Color: Colour("axis"), Width: 1}},
			SplitLine: &opts.SplitLine{Show: opts.Bool(false)},
		},
		AxisLabel: &chartAxisLabel{
			AxisLabel:    opts.AxisLabel{Formatter: types.FuncStr("fmt:lookup " + strings.Join(named, ";")), Color: Colour("muted"), FontSize: 12, HideOverlap: opts.Bool(true), ShowMinLabel: opts.Bool(true), ShowMaxLabel: opts.Bool(true)},
			CustomValues: ticks,
		},
		AxisTick: &chartAxisTick{
			AxisTick:     opts.AxisTick{Show: opts.Bool(true), LineStyle: &opts.LineStyle{Color: Colour("axis"), Width: 1}},
			CustomValues: ticks, Length: 4,
		},
	}
}

// chosenTicks picks about room positions, evenly by their number and counted
// back from the last. The first is always among them: it takes the place of one
// that would crowd it.
func chosenTicks(positions []float64, room int) []float64 {
	if len(positions) <= room {
		return positions
	}
	stride := (len(positions) - 1 + room - 2) / (room - 1)
	var chosen []float64
	next := 0
	for i := len(positions) - 1; i >= 0; i -= stride {
		chosen, next = append(chosen, positions[i]), i
	}
	if next > 0 && 2*next < stride {
		chosen = chosen[:len(chosen)-1]
	}
	if next > 0 {
		chosen = append(chosen, positions[0])
	}
	slices.Reverse(chosen)
	return chosen
}

// endLabel is a name at the end of a line. A series without a number has none.
type endLabel struct {
	text  string
	at    int // the point that it stands at, -1 for none
	value float64
	shift float64
}

func endLabels(spec TrendSpec, scale chartScale) []*endLabel {
	var labels []*endLabel
	for i, s := range spec.all() {
		label := &endLabel{at: lastNumber(s)}
		if label.at >= 0 {
			label.value = s.Points[label.at].Value
			lines := chartLabelLines(s.Name)
			number, err := Number(spec.Unit, label.value)
			if crowded := len(spec.all()) > mostNumbers && i >= len(spec.Series); err == nil && !crowded {
				lines = append(lines, number)
			}
			label.text = strings.Join(lines, "\n")
		}
		labels = append(labels, label)
	}
	return labels
}

func lastNumber(s TrendSeries) int {
	for i, p := range slices.Backward(s.Points) {
		if p.OK {
			return i
		}
	}
	return -1
}

const (
	endLabelLine = 15 // pixels from line to line in a label at a line's end
	// mostNumbers is how many lines all have their last number beside the name; of
	// more, those in grey have the name alone.
	mostNumbers = 6
)

// dodgeLabels moves labels apart that would overlap.
func dodgeLabels(labels []*endLabel, scale chartScale, height float64, margins chartMargins) {
	plot := height - margins.Top - margins.Bottom
	if plot <= 0 {
		return
	}
	var centres, heights []float64
	var shown []*endLabel
	for _, label := range labels {
		if label.at < 0 {
			continue
		}
		shown = append(shown, label)
		centres = append(centres, margins.Top+plot*(scale.To-label.value)/(scale.To-scale.From))
		heights = append(heights, endLabelLine*float64(strings.Count(label.text, "\n")+1)+3)
	}
	lowest := height - margins.Bottom + 6 // the last word below the axis stays clear
	total := 0.0
	for _, h := range heights {
		total += h
	}
	if total > lowest {
		lowest = height
	}
	for i, centre := range dodged(centres, heights, 0, lowest) {
		shown[i].shift = math.Round(centre - centres[i])
	}
}

// topRoom leaves a line above the plot where a break is named.
func topRoom(spec TrendSpec) float64 {
	for _, s := range spec.all() {
		if slices.ContainsFunc(s.Points, func(p TrendPoint) bool { return p.Break != "" }) {
			return 24
		}
	}
	return 12
}

// axisRoom is the width that the value axis's labels need.
func axisRoom(unit string, scale chartScale) float64 {
	name := TickUnit(unit, scale.Step)
	longest := 0
	for _, v := range []float64{scale.From, scale.To} {
		if text, err := Number(name, v); err == nil {
			longest = max(longest, len([]rune(text)))
		}
	}
	return math.Ceil(float64(longest)*7.6) + 14
}

// bandSeries is the interval of a series, as one silent area.
func bandSeries(s TrendSeries, colour string) (chartSeries, bool) {
	var limits []chartPoint
	found := false
	for _, p := range s.Points {
		if p.Break != "" {
			limits = append(limits, chartPoint{Value: []any{yearOf(p.At), nil, nil}})
		}
		limit := chartPoint{Value: []any{yearOf(p.At), nil, nil}}
		if p.OK && p.Interval {
			limit.Value[1], limit.Value[2] = p.Lower, p.Upper
			found = true
		}
		limits = append(limits, limit)
	}
	return chartSeries{
		SingleSeries: charts.SingleSeries{
			Type: "custom", Name: s.Name, RenderItem: "band", Data: limits,
			ItemStyle: &opts.ItemStyle{Color: colour},
			Encode:    &opts.Encode{X: 0, Y: []int{1, 2}},
		},
		ItemPayload: &bandLook{0.16}, Silent: true, Z: 2, Clip: opts.Bool(true),
	}, found
}

// trendLine is the line of a series: parted where a number is missing and where
// the series has a break, a number between two gaps as a dot of its own.
func trendLine(s TrendSeries, colour string, label *endLabel, width float64, z int) chartSeries {
	var points []chartPoint
	var breaks []chartMark
	for i, p := range s.Points {
		year := yearOf(p.At)
		if p.Break != "" && i > 0 {
			between := Tidy((yearOf(s.Points[i-1].At) + year) / 2)
			points = append(points, chartPoint{Value: []any{between, nil}})
			breaks = append(breaks, breakMark(between, p.Break))
		}
		point := chartPoint{Value: []any{year, nil}, Tip: p.Tip}
		if p.OK {
			point.Value[1] = p.Value
			point.SymbolSize = pointer(0.0)
			if i == label.at || alone(s.Points, i) {
				point.SymbolSize = pointer(3.5 * width)
			}
			if p.Provisional {
				point.SymbolSize = pointer(3.2 * width)
				point.ItemStyle = &opts.ItemStyle{Color: Colour("paper"), BorderColor: colour, BorderWidth: 2}
			}
		}
		if i == label.at {
			point.Label = &chartLabel{
				Label: opts.Label{
					Show: opts.Bool(true), Position: "right", Formatter: "fmt:label", Color: colour,
					FontSize: 13, LineHeight: endLabelLine, FontWeight: weightOf(z),
				},
				Text: label.text, Distance: 8, Offset: []float64{0, label.shift},
			}
		}
		points = append(points, point)
	}
	line := chartSeries{
		SingleSeries: charts.SingleSeries{
			Type: "line", Name: s.Name, Data: points, Symbol: "circle", ShowSymbol: opts.Bool(true),
			ItemStyle: &opts.ItemStyle{Color: colour},
			LineStyle: &opts.LineStyle{Color: colour, Width: float32(width)},
		},
		Z: z, Emphasis: &chartEmphasis{Disabled: opts.Bool(true)}, Clip: opts.Bool(false),
	}
	if len(breaks) > 0 {
		line.MarkLine = &chartMarkLine{
			Silent: true, Symbol: "none", Data: breaks,
			LineStyle: &opts.LineStyle{Color: Colour("axis"), Type: "dashed", Width: 1},
		}
	}
	return line
}

func weightOf(z int) string {
	if z > 3 {
		return "bold"
	}
	return "normal"
}

// alone tells whether a number has none beside it to be joined to by a line.
func alone(points []TrendPoint, i int) bool {
	before := i > 0 && points[i-1].OK && points[i].Break == ""
	after := i+1 < len(points) && points[i+1].OK && points[i+1].Break == ""
	return !before && !after
}

func breakMark(year float64, words string) chartMark {
	return chartMark{
		Name: words, XAxis: &year,
		Label: &chartLabel{Label: opts.Label{
			Show: opts.Bool(true), Formatter: "{b}", Position: "end", Color: Colour("muted"), FontSize: 11,
		}, Distance: 4},
	}
}

// markersOf writes the reason for each gap of the first series on the axis
// below it, once for a run of periods with the same reason.
func markersOf(spec TrendSpec, scale chartScale) (chartSeries, bool) {
	if len(spec.Series) != 1 {
		return chartSeries{}, false
	}
	points := spec.Series[0].Points
	var marks []chartPoint
	for i := 0; i < len(points); i++ {
		if points[i].OK || points[i].Marker == "" {
			continue
		}
		last := i
		for last+1 < len(points) && !points[last+1].OK && points[last+1].Marker == points[i].Marker {
			last++
		}
		middle := Tidy((yearOf(points[i].At) + yearOf(points[last].At)) / 2)
		marks = append(marks, chartPoint{
			Value: []any{middle, scale.From},
			Label: &chartLabel{Label: opts.Label{
				Show: opts.Bool(true), Position: "top", Formatter: "fmt:label", Color: Colour("muted"), FontSize: 11,
			}, Text: points[i].Marker},
		})
		i = last
	}
	return chartSeries{
		SingleSeries: charts.SingleSeries{Type: "scatter", Data: marks, SymbolSize: 0, ItemStyle: &opts.ItemStyle{Color: Colour("muted"), Opacity: opts.Float(1)}},
		Silent:       true, Z: 3, Clip: opts.Bool(false),
	}, len(marks) > 0
}
