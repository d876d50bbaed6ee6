package dashboard

import (
	"strings"
	"testing"

	"goodwork/data"
)

func TestAComparisonShowsWhatItsAddressAsksFor(t *testing.T) {
	s := smallServer(t)
	var many []string
	for _, a := range s.Register.Locals()[:31] {
		many = append(many, string(a.Code))
	}
	for _, tt := range []struct {
		query    string
		status   int
		location string
		says     []string
	}{
		{"", 200, "", []string{"Up to 30 places side by side", "The regions of England", "Add a place, by name or code"}},
		{"?areas=E08000003,E07000105", 200, "", []string{
			"£589 ▼ lower worse", "Kent’s figure", "not published for this place and period", "Compared with the UK",
			"Ready comparisons", "The local areas of Greater Manchester",
		}},
		{"?areas=manchester&areas=Ashford&areas=", 301, "/compare?areas=manchester,Ashford", nil},
		{"?areas=manchester,Ashford", 302, "/compare?areas=E08000003,E07000105", nil},
		{"?areas=E08000003&indicators=median-weekly-pay&indicators=claimant-rate", 301, "/compare?areas=E08000003&indicators=median-weekly-pay,claimant-rate", nil},
		{"?areas=E08000003&indicators=median-weekly-pay", 200, "", []string{"1 place, 1 indicator: the one figure that could be tested against the UK is worse."}},
		{"?areas=E08000003&benchmark=region&indicators=median-weekly-pay", 200, "", []string{"Compared with its region", "£589 ● not clearly different"}},
		{"?areas=E08000003&show=trends", 200, "", []string{"not assessed"}},
		{"?areas=E08000003&show=all", 400, "", []string{"values", "trends", "both"}},
		{"?areas=E08000003&indicators=nope", 404, "", []string{"There is no indicator"}},
		{"?areas=E08000003&x=median-weekly-pay&y=median-weekly-pay", 200, "", []string{"Choose two different indicators."}},
		{"?areas=E08000003&x=median-weekly-pay&y=claimant-rate", 200, "", []string{"No two local areas have figures of both."}},
		{"?areas=" + strings.Join(many, ","), 400, "", []string{"Up to 30 areas"}},
		{"?areas=" + strings.Join(many[:30], ","), 200, "", []string{"30 places"}},
		{"?places=E08000003", 400, "", []string{"has no parameter “places”", "areas"}},
	} {
		name := tt.query[:min(len(tt.query), 60)]
		t.Run(name, func(t *testing.T) {
			w := get(t, s, "/compare"+tt.query)
			if w.Code != tt.status || w.Header().Get("Location") != tt.location {
				t.Fatalf("status %d, location %q; want %d, %q", w.Code, w.Header().Get("Location"), tt.status, tt.location)
			}
			text := textOf(t, w.Body.String())
			for _, says := range tt.says {
				if !strings.Contains(text, says) {
					t.Errorf("the page doesn't say %q:\n%s", says, text)
				}
			}
		})
	}
}

func TestAComparisonsFiguresAreItsDownload(t *testing.T) {
	s := smallServer(t)
	w := get(t, s, "/compare.csv?areas=E08000003,E08000038&indicators=median-weekly-pay")
	if w.Code != 200 || strings.Count(w.Body.String(), "\r\n") != 3 || !strings.Contains(w.Body.String(), "E08000003,Manchester,metropolitan_borough,2025-04-01/P1M,589.4,") {
		t.Errorf("status %d:\n%s", w.Code, w.Body)
	}
	if w := get(t, s, "/compare.csv"); w.Code != 400 || !strings.Contains(w.Body.String(), "areas=CODE") {
		t.Errorf("without areas: status %d, %s", w.Code, w.Body)
	}
}

func TestATendencyIsSaidOnlyWhereTheIntervalLeavesZeroOut(t *testing.T) {
	x, y := data.Indicator{Title: "Median weekly pay"}, data.Indicator{Title: "Employment rate"}
	for _, tt := range []struct {
		r            data.Optional
		interval     data.Interval
		says, butNot string
	}{
		{data.Some(0.28), data.Interval{Lower: 0.18, Upper: 0.37, Known: true}, "median weekly pay tend to have a higher one for employment rate: r = 0.28 (95% interval 0.18 to 0.37)", "no clear"},
		{data.Some(-0.28), data.Interval{Lower: -0.37, Upper: -0.18, Known: true}, "tend to have a lower one", "no clear"},
		{data.Some(0.15), data.Interval{Lower: -0.02, Upper: 0.31, Known: true}, "have no clear tendency to go together: r = 0.15", "tend to"},
		{data.Some(1), data.Interval{}, "too few areas", "r ="},
		{data.Optional{}, data.Interval{}, "too few areas", "r ="},
	} {
		got := associationWords(x, y, tt.r, tt.interval, 340)
		if !strings.Contains(got, tt.says) || strings.Contains(got, tt.butNot) {
			t.Errorf("%v %v: %s", tt.r, tt.interval, got)
		}
	}
}
