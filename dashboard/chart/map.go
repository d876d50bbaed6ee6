package chart

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/go-echarts/go-echarts/v2/charts"
	"github.com/go-echarts/go-echarts/v2/opts"
)

// MapSpec is a figure on a map, by classes of its value. The map's features
// were registered by name with the engine, and each is known by a property.
type MapSpec struct {
	Map         string // the registered name
	Property    string // of the features, that holds an area's code; "" is "code"
	Areas       []MapArea
	Limits      []float64 // between the classes, ascending; a value on a limit is in the class above. At most four
	Ramp        string    // RampBlue, or RampPurple where no judgement is allowed; "" is RampBlue
	AspectScale float64   // width of a degree of longitude to one of latitude; 0 is cos 55°, the middle of the UK. 1 for a projected map
	Unit        string    // formatter of the key's numbers; "" draws no key
}

// The ramps of a map's classes, light for low.
const (
	RampBlue   = "ramp"
	RampPurple = "plain"
)

// MapArea is one area of a map. Where OK is false there is no number: the area
// is drawn as missing, never in the colour of a value.
type MapArea struct {
	Code       string
	Value      float64
	OK         bool
	Unreliable bool // hatched over its class
	Tip        string
}

// MapClass is one line of a map's key, in the order from low to high, then the
// unreliable, then the missing.
type MapClass struct {
	Colour     string  // the palette's name
	From, To   float64 // of the class; -Inf and +Inf where it is open
	Unreliable bool    // hatched: of any class, but not reliable
	Missing    bool    // no number
	Areas      int
}

// MapClasses are the classes of a map that hold areas or lie between some that
// do. The unreliable are counted in their class, and again in a line of their own.
func MapClasses(spec MapSpec) []MapClass {
	edges := slices.Concat([]float64{math.Inf(-1)}, spec.Limits, []float64{math.Inf(1)})
	var classes []MapClass
	for i := range len(edges) - 1 {
		classes = append(classes, MapClass{Colour: spec.Colour(i), From: edges[i], To: edges[i+1]})
	}
	unreliable := MapClass{Colour: "hatch", Unreliable: true}
	missing := MapClass{Colour: "missing", Missing: true}
	for _, a := range spec.Areas {
		if !a.OK {
			missing.Areas++
			continue
		}
		classes[spec.Class(a.Value)].Areas++
		if a.Unreliable {
			unreliable.Areas++
		}
	}
	for _, class := range []MapClass{unreliable, missing} {
		if class.Areas > 0 {
			classes = append(classes, class)
		}
	}
	return classes
}

// QuantileLimits parts values into so many classes of about as many areas each.
// Equal values are never parted, so there may be fewer classes. A limit is
// tidied to the fewest digits that part the same values.
func QuantileLimits(values []float64, classes int) []float64 {
	sorted := slices.Sorted(slices.Values(values))
	var limits []float64
	for i := 1; i < classes; i++ {
		at := i * len(sorted) / classes
		if at == 0 || at >= len(sorted) || sorted[at] == sorted[0] {
			continue
		}
		for sorted[at-1] == sorted[at] {
			at--
		}
		limit := roundBetween(sorted[at-1], sorted[at])
		if len(limits) == 0 || limit > limits[len(limits)-1] {
			limits = append(limits, limit)
		}
	}
	return limits
}

// roundBetween is the number of fewest digits that is above low and at most high.
func roundBetween(low, high float64) float64 {
	power := math.Pow(10, math.Ceil(math.Log10(math.Max(math.Abs(low), math.Abs(high)))))
	for range 17 {
		for _, step := range []float64{power, power / 2} {
			if rounded := Tidy(math.Floor(high/step) * step); rounded > low && rounded <= high {
				return rounded
			}
		}
		power /= 10
	}
	return high
}

// class is the place of a value's class, from 0.
func (spec MapSpec) Class(v float64) int {
	place := 0
	for place < len(spec.Limits) && v >= spec.Limits[place] {
		place++
	}
	return place
}

// colour spreads the classes over the five colours of the ramp, so that the
// lowest and the highest of fewer classes still stand out.
func (spec MapSpec) Colour(class int) string {
	ramp := spec.Ramp
	if ramp == "" {
		ramp = RampBlue
	}
	place := 2
	if n := len(spec.Limits); n > 0 {
		place = (class*4 + n/2) / n
	}
	return ramp + "-" + strconv.Itoa(place+1)
}

// MapChart is the option of a map. Limits that don't ascend, more than five
// classes, an unknown ramp or unit, and an area named twice are errors.
func Map(spec MapSpec) ([]byte, error) {
	if err := spec.check(); err != nil {
		return nil, fmt.Errorf("map %s: %w", spec.Map, err)
	}
	border := Colour("border")
	items := make([]mapItem, 0, len(spec.Areas))
	for _, a := range spec.Areas {
		item := mapItem{Name: a.Code, Tip: a.Tip, ItemStyle: mapStyle{AreaColor: Colour("missing")}}
		if a.OK {
			item.Value = &a.Value
			item.ItemStyle.AreaColor = Colour(spec.Colour(spec.Class(a.Value)))
		}
		if a.OK && a.Unreliable {
			item.ItemStyle.Decal = hatching()
		}
		items = append(items, item)
	}
	scale := spec.AspectScale
	if scale == 0 {
		scale = math.Round(1000*math.Cos(55*math.Pi/180)) / 1000
	}
	property := spec.Property
	if property == "" {
		property = "code"
	}
	parts := chartParts{
		trigger: "item",
		series: []chartSeries{{
			SingleSeries: charts.SingleSeries{
				Type: "map", MapType: spec.Map, Data: items, Label: &opts.Label{Show: opts.Bool(false)},
				ItemStyle: &opts.ItemStyle{AreaColor: Colour("missing"), BorderColor: border, BorderWidth: 0.4},
				Left:      "2%", Right: "2%", Top: "1%", Bottom: "1%",
			},
			NameProperty: property, AspectScale: scale, LegendSymbol: opts.Bool(false), Select: opts.Bool(false),
			Emphasis: &chartEmphasis{
				Label:     &opts.Label{Show: opts.Bool(false)},
				ItemStyle: &opts.ItemStyle{AreaColor: "inherit", BorderColor: Colour("ink"), BorderWidth: 1.5},
			},
		}},
	}
	if spec.Unit != "" {
		parts.graphic = mapKey(spec)
	}
	return parts.option()
}

func (spec MapSpec) check() error {
	var faults []error
	if spec.Map == "" {
		faults = append(faults, errors.New("no map is named"))
	}
	if len(spec.Limits) > 4 {
		faults = append(faults, fmt.Errorf("%d classes, more than the 5 that can be told apart", len(spec.Limits)+1))
	}
	for i := 1; i < len(spec.Limits); i++ {
		if spec.Limits[i] <= spec.Limits[i-1] {
			faults = append(faults, fmt.Errorf("limits %v don't ascend", spec.Limits))
			break
		}
	}
	if spec.Ramp != "" && spec.Ramp != RampBlue && spec.Ramp != RampPurple {
		faults = append(faults, fmt.Errorf("unknown ramp %q", spec.Ramp))
	}
	if spec.Unit != "" {
		if _, err := Number(spec.Unit, 0); err != nil {
			faults = append(faults, err)
		}
	}
	seen := map[string]bool{}
	for _, a := range spec.Areas {
		if seen[a.Code] {
			faults = append(faults, fmt.Errorf("area %s stands there twice", a.Code))
		}
		seen[a.Code] = true
	}
	return errors.Join(faults...)
}

// mapItem is one area. An area without a number has no value at all.
type mapItem struct {
	Name      string   `json:"name"`
	Value     *float64 `json:"value"`
	Tip       string   `json:"tip,omitempty"`
	ItemStyle mapStyle `json:"itemStyle"`
}

type mapStyle struct {
	AreaColor string    `json:"areaColor"`
	Decal     *mapDecal `json:"decal,omitempty"`
}

// mapDecal is a pattern over a colour.
type mapDecal struct {
	Symbol     string     `json:"symbol"`
	Color      string     `json:"color"`
	DashArrayX [2]float64 `json:"dashArrayX"`
	DashArrayY [2]float64 `json:"dashArrayY"`
	Rotation   float64    `json:"rotation"`
}

func hatching() *mapDecal {
	return &mapDecal{"rect", Colour("hatch"), [2]float64{1, 0}, [2]float64{1.5, 3.5}, -math.Pi / 4}
}

// mapKey draws the classes as swatches with words, the highest above, for a
// drawing that leaves the page.
func mapKey(spec MapSpec) []chartShape {
	const swatch, line = 14.0, 20.0
	classes := MapClasses(spec)
	numeric := len(spec.Limits) + 1
	slices.Reverse(classes[:numeric])
	var shapes []chartShape
	for i, class := range classes {
		top := 8 + line*float64(i)
		shapes = append(shapes, keySwatch(8, top, swatch, Colour(class.Colour), class.Unreliable)...)
		shapes = append(shapes, keyWords(8+swatch+7, top+1, mapClassWords(spec, class), Colour("ink"), 12))
	}
	return shapes
}

func mapClassWords(spec MapSpec, class MapClass) string {
	number := func(v float64) string {
		text, err := Number(spec.Unit, v)
		if err != nil {
			return strconv.FormatFloat(v, 'g', -1, 64)
		}
		return text
	}
	switch {
	case class.Missing:
		return "no figure"
	case class.Unreliable:
		return "hatched: not reliable"
	case math.IsInf(class.From, -1) && math.IsInf(class.To, 1):
		return "all areas"
	case math.IsInf(class.From, -1):
		return "below " + number(class.To)
	case math.IsInf(class.To, 1):
		return number(class.From) + " and more"
	}
	return strings.Join([]string{number(class.From), "to below", number(class.To)}, " ")
}
