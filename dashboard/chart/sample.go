package chart

import (
	"fmt"
	"time"
)

// The samples have one of everything that a chart of their kind may have, for
// tests and for looking at.

// SampleTrend is a trend with all that a trend may have: a gap, a break, a
// provisional end, intervals and a benchmark.
func SampleTrend() TrendSpec {
	var place, country TrendSeries
	place.Name, country.Name = "Bath and North East Somerset", "UK"
	for year := 2008; year <= 2025; year++ {
		i := float64(year - 2008)
		at := time.Date(year, time.April, 15, 0, 0, 0, 0, time.UTC)
		tick := fmt.Sprint(year)
		p := TrendPoint{
			At: at, Tick: tick, Value: 380 + 11*i + 9*float64(year%3), OK: true, Interval: true,
			Provisional: year == 2025, Tip: "Bath and North East Somerset, April " + tick,
		}
		p.Lower, p.Upper = p.Value-24-i/2, p.Value+24+i/2
		switch year {
		case 2013, 2014:
			p.OK, p.Interval, p.Marker = false, false, "[x]"
		case 2021:
			p.Break = "new method"
		}
		place.Points = append(place.Points, p)
		country.Points = append(country.Points, TrendPoint{At: at, Tick: tick, Value: 390 + 14*i, OK: true, Tip: "UK, April " + tick})
	}
	return TrendSpec{Series: []TrendSeries{place}, Benchmarks: []TrendSeries{country}, Unit: "pounds0", Height: 300}
}

// SampleMap is a map with an area of a low value, one at a limit, one unreliable
// and one missing, over the shapes of SampleShapes.
func SampleMap() MapSpec {
	return MapSpec{
		Map: "districts", Limits: []float64{10, 20, 30, 40}, Unit: "percent0",
		Areas: []MapArea{
			{Code: "A", Value: 5, OK: true, Tip: "A: 5%"},
			{Code: "B", Value: 10, OK: true},
			{Code: "C", Value: 45, OK: true, Unreliable: true},
			{Code: "D", Tip: "D: [c]"},
		},
	}
}

// SampleScatter is a scatter with a focus, a dot without figures and lines each
// way.
func SampleScatter() ScatterSpec {
	return ScatterSpec{
		X: ScatterAxis{Title: "Median weekly pay", Unit: "pounds0"}, Y: ScatterAxis{Title: "Employment rate", Unit: "percent0"},
		Points: []ScatterPoint{
			{Name: "Here", X: 589, Y: 71, XOK: true, YOK: true, Focus: true, XInterval: true, XLower: 563, XUpper: 616, YInterval: true, YLower: 68, YUpper: 74},
			{Name: "There", X: 640, Y: 75, XOK: true, YOK: true},
			{Name: "Nowhere", X: 0, Y: 80, YOK: true},
		},
		XLines: []ScatterLine{{At: 643, Name: "UK £643"}}, YLines: []ScatterLine{{At: 75.1, Name: "UK 75%"}},
		Corners: [4]string{"work, low pay", "work, good pay", "little work, low pay", "little work, good pay"},
	}
}

// SampleBars is two rows of stacked parts, one of them missing.
func SampleBars() StackedSpec {
	values := func(of ...float64) (all []StackedValue) {
		for _, v := range of {
			all = append(all, StackedValue{Value: v, OK: v >= 0})
		}
		return all
	}
	return StackedSpec{
		Rows: []string{"Here", "There"}, Unit: "percent0",
		Parts: []StackedPart{{"Working", values(60, 55)}, {"Unemployed", values(15, -1)}},
	}
}

// SampleShapes are two areas side by side, as a map.
const SampleShapes = `{"type":"FeatureCollection","features":[
{"type":"Feature","properties":{"code":"A"},"geometry":{"type":"Polygon","coordinates":[[[0,54],[0,55],[1,55],[1,54],[0,54]]]}},
{"type":"Feature","properties":{"code":"C"},"geometry":{"type":"Polygon","coordinates":[[[1,54],[1,55],[2,55],[2,54],[1,54]]]}}]}`
