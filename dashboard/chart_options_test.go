package dashboard

import (
	"context"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"
)

// sampleTrend is a trend with all that a trend may have: a gap, a break, a
// provisional end, intervals and a benchmark.
func sampleTrend() TrendSpec {
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

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func TestATrendIsDrawnWithItsNamesNumbersGapsAndBreaks(t *testing.T) {
	engine := newTestEngine(t)
	option := must(TrendChart(sampleTrend()))
	svg, err := engine.Draw(context.Background(), Drawing{"test", option, 720, 300})
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{"£400", "£600", "2008", "2025", "Bath and North", ">UK<", "[x]", "new method"} {
		if !strings.Contains(string(svg), text) {
			t.Errorf("the drawing lacks %q", text)
		}
	}
	if os.Getenv("CHART_OUT") != "" {
		os.WriteFile(os.Getenv("CHART_OUT")+"/trend.json", option, 0o644)
		os.WriteFile(os.Getenv("CHART_OUT")+"/trend.svg", svg, 0o644)
	}
}
