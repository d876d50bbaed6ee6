package chart

import (
	"encoding/json"
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// shortTrend is a series of one value a year from 2020; NaN stands for a year
// without a number.
func shortTrend(values ...float64) TrendSpec {
	s := TrendSeries{Name: "Here"}
	for i, v := range values {
		p := TrendPoint{At: time.Date(2020+i, 1, 1, 0, 0, 0, 0, time.UTC), Tick: fmt.Sprint(2020 + i), OK: !math.IsNaN(v)}
		if p.OK {
			p.Value = v
		}
		s.Points = append(s.Points, p)
	}
	return TrendSpec{Series: []TrendSeries{s}, Unit: "number0", Height: 200}
}

// drawnOption is what the tests read of an option.
type drawnOption struct {
	Series []struct {
		Type, Name, Map string
		RenderItem      string
		NameProperty    string
		AspectScale     float64
		Data            []struct {
			Name       string
			Value      json.RawMessage
			Tip        string
			SymbolSize *float64
			ItemStyle  struct {
				Color, BorderColor, AreaColor string
				Decal                         *struct{ Color string }
			}
			Label struct{ Text string }
		}
		MarkLine struct {
			Data []struct {
				Name         string
				XAxis, YAxis *float64
			}
		}
	}
	XAxis struct {
		Min, Max  float64
		AxisLabel struct {
			Formatter    string
			CustomValues []float64
		}
	}
	YAxis   struct{ Min, Max, Interval float64 }
	Tooltip struct{ RenderMode string }
}

func optionOf(t *testing.T, option []byte, err error) drawnOption {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	var o drawnOption
	if err := json.Unmarshal(option, &o); err != nil {
		t.Fatal(err)
	}
	return o
}

func TestAMissingValueStaysMissingInATrend(t *testing.T) {
	option, err := Trend(shortTrend(5, math.NaN(), 7, 0))
	var values []string
	for _, p := range optionOf(t, option, err).Series[0].Data {
		values = append(values, string(p.Value))
	}
	want := []string{"[2020,5]", "[2021,null]", "[2022,7]", "[2023,0]"}
	if diff := cmp.Diff(want, values); diff != "" {
		t.Error(diff)
	}
}

func TestANumberBetweenTwoGapsIsADotOfItsOwn(t *testing.T) {
	option, err := Trend(shortTrend(5, math.NaN(), 7, math.NaN(), 8, 9))
	var shown []bool
	for _, p := range optionOf(t, option, err).Series[0].Data {
		shown = append(shown, p.SymbolSize != nil && *p.SymbolSize > 0)
	}
	if diff := cmp.Diff([]bool{true, false, true, false, false, true}, shown); diff != "" {
		t.Error(diff)
	}
}

func TestALineIsPartedAtABreakWhichIsNamed(t *testing.T) {
	spec := shortTrend(5, 6, 7)
	spec.Series[0].Points[2].Break = "new survey"
	option, err := Trend(spec)
	line := optionOf(t, option, err).Series[0]
	var values []string
	for _, p := range line.Data {
		values = append(values, string(p.Value))
	}
	if diff := cmp.Diff([]string{"[2020,5]", "[2021,6]", "[2021.5,null]", "[2022,7]"}, values); diff != "" {
		t.Error(diff)
	}
	if len(line.MarkLine.Data) != 1 || line.MarkLine.Data[0].Name != "new survey" {
		t.Errorf("the break's mark is %+v", line.MarkLine.Data)
	}
}

func TestAProvisionalPointIsHollow(t *testing.T) {
	spec := shortTrend(5, 6)
	spec.Series[0].Points[1].Provisional = true
	option, err := Trend(spec)
	data := optionOf(t, option, err).Series[0].Data
	if got := data[1].ItemStyle; got.Color != Colour("paper") || got.BorderColor != Colour("series-1") {
		t.Errorf("the provisional point is filled %s with a border %s", got.Color, got.BorderColor)
	}
	if got := data[0].ItemStyle; got.Color != "" {
		t.Errorf("the other point has a look of its own: %+v", got)
	}
}

func TestTrendsThatAreComparedShareTheirRange(t *testing.T) {
	spec := shortTrend(40, 45)
	spec.Range = [2]float64{0, 100}
	option, err := Trend(spec)
	axis := optionOf(t, option, err).YAxis
	if axis.Min != 0 || axis.Max != 100 {
		t.Errorf("the axis runs from %g to %g", axis.Min, axis.Max)
	}
}

func TestTooltipsAreDrawnNotWrittenAsHTML(t *testing.T) {
	option, err := Trend(SampleTrend())
	if got := optionOf(t, option, err).Tooltip.RenderMode; got != "richText" {
		t.Errorf("tooltips are %q", got)
	}
}

func TestATrendThatCannotBeDrawnIsAnError(t *testing.T) {
	tooMany := SampleTrend()
	for range 4 {
		tooMany.Series = append(tooMany.Series, tooMany.Series[0])
	}
	unknown := SampleTrend()
	unknown.Unit = "bushels0"
	for name, test := range map[string]struct {
		spec TrendSpec
		want string
	}{
		"nothing known": {shortTrend(math.NaN()), "no number"},
		"five series":   {tooMany, "5 series"},
		"unknown unit":  {unknown, "unknown formatter"},
	} {
		if _, err := Trend(test.spec); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: error %v, want one with %q", name, err, test.want)
		}
	}
}

func TestTicksShowTheFirstAndTheLastPeriod(t *testing.T) {
	years := func(from, to int) (all []float64) {
		for y := from; y <= to; y++ {
			all = append(all, float64(y))
		}
		return all
	}
	for _, test := range []struct {
		from, to, room int
		want           []float64
	}{
		{2020, 2020, 3, []float64{2020}},
		{2020, 2023, 6, []float64{2020, 2021, 2022, 2023}},
		{2008, 2025, 6, []float64{2008, 2013, 2017, 2021, 2025}},
		{2000, 2020, 3, []float64{2000, 2010, 2020}},
	} {
		if diff := cmp.Diff(test.want, chosenTicks(years(test.from, test.to), test.room)); diff != "" {
			t.Errorf("%d to %d: %s", test.from, test.to, diff)
		}
	}
}

func TestAnAxisCoversItsValuesInRoundSteps(t *testing.T) {
	for _, test := range []struct {
		low, high float64
		fromZero  bool
		want      chartScale
	}{
		{563, 643, false, chartScale{560, 660, 20}},
		{563, 643, true, chartScale{0, 800, 200}},
		{61.2, 63.4, false, chartScale{61, 64, 1}},
		{-4.5, 3, false, chartScale{-6, 4, 2}},
		{-9, -2, true, chartScale{-10, 0, 2.5}},
		{7, 7, false, chartScale{6, 8, 0.5}},
		{0, 0, true, chartScale{0, 1, 0.25}},
		{0.1, 0.3, false, chartScale{0.1, 0.3, 0.05}},
	} {
		got := NiceScale(test.low, test.high, test.fromZero, 4)
		if diff := cmp.Diff(test.want, got, cmp.AllowUnexported(chartScale{}), cmpopts.EquateApprox(0, 1e-12)); diff != "" {
			t.Errorf("%g to %g: %s", test.low, test.high, diff)
		}
	}
}

func TestLabelsAtLinesEndsDoNotOverlap(t *testing.T) {
	for _, test := range []struct {
		name                   string
		centres, heights, want []float64
	}{
		{"far apart stay", []float64{20, 80}, []float64{10, 10}, []float64{20, 80}},
		{"close ones part", []float64{50, 52}, []float64{10, 10}, []float64{50, 60}},
		{"order is kept", []float64{52, 50}, []float64{10, 10}, []float64{60, 50}},
		{"none leaves the bottom", []float64{95, 97}, []float64{10, 10}, []float64{85, 95}},
		{"none leaves the top", []float64{1}, []float64{10}, []float64{5}},
	} {
		if diff := cmp.Diff(test.want, dodged(test.centres, test.heights, 0, 100)); diff != "" {
			t.Errorf("%s: %s", test.name, diff)
		}
	}
}

func TestAMissingAreaIsNeverInTheColourOfAValue(t *testing.T) {
	option, err := Map(SampleMap())
	series := optionOf(t, option, err).Series[0]
	if string(series.Data[3].Value) != "null" {
		t.Errorf("the missing area has the value %s", series.Data[3].Value)
	}
	var colours []string
	for _, area := range series.Data {
		name := palette.nameOf[area.ItemStyle.AreaColor]
		if area.ItemStyle.Decal != nil {
			name += " hatched"
		}
		colours = append(colours, name)
	}
	if diff := cmp.Diff([]string{"ramp-1", "ramp-2", "ramp-5 hatched", "missing"}, colours); diff != "" {
		t.Error(diff)
	}
	if math.Abs(series.AspectScale-math.Cos(55*math.Pi/180)) > 0.001 || series.NameProperty != "code" {
		t.Errorf("aspect %g, property %q", series.AspectScale, series.NameProperty)
	}
}

func TestAMapsKeyCountsItsAreas(t *testing.T) {
	inf := math.Inf(1)
	want := []MapClass{
		{Colour: "ramp-1", From: -inf, To: 10, Areas: 1},
		{Colour: "ramp-2", From: 10, To: 20, Areas: 1},
		{Colour: "ramp-3", From: 20, To: 30},
		{Colour: "ramp-4", From: 30, To: 40},
		{Colour: "ramp-5", From: 40, To: inf, Areas: 1},
		{Colour: "hatch", Unreliable: true, Areas: 1},
		{Colour: "missing", Missing: true, Areas: 1},
	}
	if diff := cmp.Diff(want, MapClasses(SampleMap())); diff != "" {
		t.Error(diff)
	}
}

func TestQuantilesPartAreasInRoundLimits(t *testing.T) {
	for _, test := range []struct {
		name   string
		values []float64
		want   []float64
	}{
		{"ten values", []float64{1, 2, 3, 4, 5, 6, 7, 8, 9, 10}, []float64{3, 5, 7, 9}},
		{"limits are as short as they can be", []float64{512.3, 518.9, 541, 559.5, 583.1}, []float64{515, 540, 550, 580}},
		{"equal values are not parted", []float64{0, 0, 0, 0, 7}, []float64{5}},
		{"one value has no limits", []float64{4, 4, 4}, nil},
		{"none has none", nil, nil},
	} {
		if diff := cmp.Diff(test.want, QuantileLimits(test.values, 5)); diff != "" {
			t.Errorf("%s: %s", test.name, diff)
		}
	}
}

func TestAMapThatMisleadsIsRefused(t *testing.T) {
	for name, change := range map[string]func(*MapSpec){
		"don't ascend":    func(m *MapSpec) { m.Limits = []float64{2, 2} },
		"more than the 5": func(m *MapSpec) { m.Limits = []float64{1, 2, 3, 4, 5} },
		"unknown ramp":    func(m *MapSpec) { m.Ramp = "rainbow" },
		"stands there twice": func(m *MapSpec) {
			m.Areas = append(m.Areas, MapArea{Code: "A"})
		},
	} {
		spec := SampleMap()
		change(&spec)
		if _, err := Map(spec); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("error %v, want one with %q", err, name)
		}
	}
}

func TestAnAreaWithoutOneOfTwoFiguresHasNoDot(t *testing.T) {
	option, err := Scatter(SampleScatter())
	for _, series := range optionOf(t, option, err).Series {
		for _, p := range series.Data {
			if p.Name == "Nowhere" {
				t.Errorf("the area without pay is drawn at %s", p.Value)
			}
		}
	}
}

func TestAQuadrantHasOneLineEachWay(t *testing.T) {
	option, err := Quadrant(SampleScatter())
	if lines := optionOf(t, option, err).Series[0].MarkLine.Data; len(lines) != 2 {
		t.Errorf("%d lines", len(lines))
	}
	spec := SampleScatter()
	spec.XLines = nil
	if _, err := Quadrant(spec); err == nil {
		t.Error("a quadrant without an upright line is drawn")
	}
}

func TestAMissingPartIsNotABarOfNoLength(t *testing.T) {
	option, err := StackedBars(SampleBars())
	if got := string(optionOf(t, option, err).Series[1].Data[1].Value); got != `[null,"There"]` {
		t.Errorf("the missing part is %s", got)
	}
}

func TestPartsThatDoNotFitTheirRowsAreRefused(t *testing.T) {
	short := SampleBars()
	short.Parts[0].Values = short.Parts[0].Values[:1]
	negative := SampleBars()
	negative.Parts[0].Values[0].Value = -3
	for want, spec := range map[string]StackedSpec{"1 numbers for 2 rows": short, "no part of a whole": negative, "nothing to draw": {}} {
		if _, err := StackedBars(spec); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want one with %q", err, want)
		}
	}
}

func TestNamesInAScatterCoverNoOtherMarkAndNoOtherName(t *testing.T) {
	spec := ScatterSpec{Names: 3, XLines: []ScatterLine{{At: 50}}, YLines: []ScatterLine{{At: 50}}}
	point := func(name string, x, y float64, clear bool) {
		spec.Points = append(spec.Points, ScatterPoint{Name: name, X: x, XOK: true, Y: y, YOK: true, Clear: clear})
	}
	point("Far left", 2, 60, true)   // no room on its left
	point("Crowded", 20, 30, true)   // dots on both sides
	point("", 30, 30, false)         //
	point("", 12, 30, false)         //
	point("Far right", 97, 40, true) // no room on its right
	point("Unclear", 90, 70, false)  // never named
	point("Beside it", 92, 40, true) // in the way of Far right
	got := namedPoints(spec, chartScale{0, 100, 10}, chartScale{0, 100, 10})
	if diff := cmp.Diff(map[int]string{0: "right", 6: "left"}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	spec.Points = spec.Points[:len(spec.Points)-1]
	got = namedPoints(spec, chartScale{0, 100, 10}, chartScale{0, 100, 10})
	if diff := cmp.Diff(map[int]string{0: "right", 4: "left"}, got); diff != "" {
		t.Errorf("without the neighbour (-want +got):\n%s", diff)
	}
}

func TestNeighboursInFocusAreNamedOnDifferentSides(t *testing.T) {
	var spec ScatterSpec
	for _, p := range []struct {
		name string
		x, y float64
	}{{"Stockport", 30, 50}, {"Trafford", 40, 50}, {"Alone", 80, 20}} {
		spec.Points = append(spec.Points, ScatterPoint{Name: p.name, X: p.x, XOK: true, Y: p.y, YOK: true, Focus: true})
	}
	if diff := cmp.Diff([]string{"top", "bottom", "top"}, focusSides(spec, chartScale{0, 100, 10}, chartScale{0, 100, 10})); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
