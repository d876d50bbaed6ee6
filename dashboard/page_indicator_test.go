package dashboard

import (
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"goodwork/data"
)

func TestAnIndicatorsPageShowsWhatItsAddressAsksFor(t *testing.T) {
	s := smallServer(t)
	const page = "/indicators/median-weekly-pay"
	for _, tt := range []struct {
		query    string
		status   int
		location string
		says     []string
	}{
		{"?region=E12000002", 200, "", []string{"3 of 6 areas", "Manchester", "Show all"}},
		{"?region=W92000004", 200, "", []string{"0 of 6 areas", "No area passes this filter."}},
		{"?region=E06000001", 400, "", []string{"can’t be “E06000001”", "E12000002"}},
		{"?quality=A", 200, "", []string{"0 of 6 areas"}},
		{"?quality=E", 400, "", []string{"can’t be “E”"}},
		{"?map=hex", 200, "", []string{"as equal hexagons, by median weekly pay, April 2025"}},
		{"?map=globe", 400, "", []string{"areas", "hex"}},
		{"?layer=smoothed", 200, "", []string{"Map of the United Kingdom’s districts and unitary authorities by median weekly pay, April 2025."}},
		{"?areas=E08000003&areas=salford", 301, page + "?areas=E08000003,salford", nil},
		{"?areas=E08000003,salford", 302, page + "?areas=E08000003,E08000006#trends", nil},
		{"?areas=E08000016", 302, page + "?areas=E08000038#trends", nil},
		{"?areas=E08000003,E08000006", 200, "", []string{"Areas shown Manchester Salford", "No figures for Salford.", "£589 (£563 to £616)"}},
		{"?areas=xyzzy", 400, "", []string{"is no area’s code or name alone"}},
		{"?areas=E12000001,E12000002,E12000003,E12000004,E12000005,E12000006,E12000007,E12000008,E12000009", 400, "", []string{"Up to 8 areas"}},
		{"?benchmark=region", 200, "", []string{"Compared with its region", "not clearly different"}},
		{"", 200, "", []string{
			"How to cite Good Work, edition", "The next release was due 29 October 2026, and is not in this edition.", "Published once a year.",
			"The figures for April 2025 are provisional", "Compared with the UK", "From highest to lowest",
		}},
	} {
		t.Run(tt.query, func(t *testing.T) {
			w := get(t, s, page+tt.query)
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

func TestTheDownloadHoldsWhatTheTableShows(t *testing.T) {
	s := smallServer(t)
	for _, query := range []string{"", "?region=E12000002", "?period=2023-04-01_P1M", "?level=region"} {
		body := get(t, s, "/indicators/median-weekly-pay"+query).Body.String()
		found := regexp.MustCompile(`<a href="([^"]*)">This table as CSV`).FindStringSubmatch(body)
		if found == nil {
			t.Fatalf("%q offers no download", query)
		}
		csv := get(t, s, strings.ReplaceAll(found[1], "&amp;", "&")).Body.String()
		shown := regexp.MustCompile(`<tr data-code="([^"]*)">`).FindAllStringSubmatch(body, -1)
		if rows := strings.Count(csv, "\r\n") - 1; rows != len(shown) || rows == 0 {
			t.Errorf("%q: %d rows in the table, %d in its download", query, len(shown), rows)
		}
		for _, m := range shown {
			if !strings.Contains(csv, ","+m[1]+",") {
				t.Errorf("%q: the download lacks %s", query, m[1])
			}
		}
	}
}

func TestARankIsARangeAndStandsAloneOnlyWhereItIsShown(t *testing.T) {
	interval := func(low, high float64) data.Interval { return data.Interval{Lower: low, Upper: high, Known: true} }
	for _, tt := range []struct {
		position *data.Position
		want     string
	}{
		{nil, ""},
		{&data.Position{Rank: 3}, ""},
		{&data.Position{Rank: 120, RankRange: interval(40, 212)}, "40th to 212th"},
		{&data.Position{Rank: 3, RankRange: interval(1, 11), RankShown: true}, "3rd (1st to 11th)"},
		{&data.Position{Rank: 1, RankRange: interval(1, 1), RankShown: true}, "1st"},
		{&data.Position{Rank: 102, RankRange: interval(101, 113)}, "101st to 113th"},
	} {
		if got := placeOf(tt.position); got != tt.want {
			t.Errorf("%+v: %q, want %q", tt.position, got, tt.want)
		}
	}
}

func TestATrendIsJudgedOnlyWhereADirectionIsGood(t *testing.T) {
	good, low, none := data.Indicator{Polarity: data.PolarityHigh}, data.Indicator{Polarity: data.PolarityLow}, data.Indicator{Polarity: data.PolarityNone}
	pay := data.Indicator{Polarity: data.PolarityHigh, Unit: "£", Method: "published"}
	realPay := data.Indicator{Polarity: data.PolarityHigh, Unit: "£", Method: "deflated"}
	for _, tt := range []struct {
		ind     data.Indicator
		verdict data.Verdict
		want    comparisonLine
	}{
		{good, data.Increasing, comparisonLine{Shape: "↗", Class: "better", Short: "rising", Verdict: "improving"}},
		{good, data.Decreasing, comparisonLine{Shape: "↘", Class: "worse", Short: "falling", Verdict: "worsening"}},
		{low, data.Increasing, comparisonLine{Shape: "↗", Class: "worse", Short: "rising", Verdict: "worsening"}},
		{none, data.Increasing, comparisonLine{Shape: "↗", Class: "higher", Short: "rising"}},
		{pay, data.Increasing, comparisonLine{Shape: "↗", Class: "higher", Short: "rising"}},
		{realPay, data.Increasing, comparisonLine{Shape: "↗", Class: "better", Short: "rising", Verdict: "improving"}},
		{good, data.NoSignificantChange, comparisonLine{Shape: "→", Class: "similar", Short: "no clear trend"}},
		{good, data.NotAssessed, comparisonLine{Shape: "○", Class: "untested", Short: "not assessed"}},
	} {
		if diff := cmp.Diff(tt.want, trendLineOf(tt.ind, tt.verdict)); diff != "" {
			t.Errorf("%s %s (-want +got):\n%s", tt.ind.Polarity, tt.verdict, diff)
		}
	}
}

func TestAreasAreCountedAsDifferentOnlyAfterTheAdjustment(t *testing.T) {
	for _, tt := range []struct {
		comparison   data.Comparison
		shape, class string
	}{
		{data.Comparison{Gap: -5, Verdict: data.Worse, VerdictAdjusted: data.Similar}, "●", "similar"},
		{data.Comparison{Gap: -5, Verdict: data.Worse, VerdictAdjusted: data.Worse}, "▼", "worse"},
		{data.Comparison{Gap: 5, Verdict: data.Higher, VerdictAdjusted: data.Higher}, "▲", "plain-4"},
		{data.Comparison{Gap: 5, Verdict: data.NotTested}, "○", "context"},
	} {
		if shape, class := stripVerdict(tt.comparison); shape != tt.shape || class != tt.class {
			t.Errorf("%+v: %s %s, want %s %s", tt.comparison, shape, class, tt.shape, tt.class)
		}
	}
}

func TestWhatFiguresCanBearIsSaidBySignalShare(t *testing.T) {
	for want, x := range map[string]*data.Signal{
		"":                                  nil,
		"may be ranked, as ranges":          {SignalShare: data.Some(0.77), Use: data.UseRank},
		"mapped in classes, but not ranked": {SignalShare: data.Some(0.59), Use: data.UseMap},
		"may only be shown":                 {SignalShare: data.Some(0.17), Use: data.UseShow},
		"it is not known how far":           {Use: data.UseUntested},
	} {
		if got := useOf(x); !strings.Contains(got, want) || want == "" && got != "" {
			t.Errorf("%+v: %q, want %q in it", x, got, want)
		}
	}
}

func TestListsAgainstAReadersOwnComparatorAreAdjustedTogether(t *testing.T) {
	s := *snapshotServer(t)
	tests := map[data.AreaCode]float64{"E08000001": 0.004, "E08000002": 0.02, "E08000003": 0.001, "E08000004": 0.5}
	s.Methods = plainMethods()
	s.Methods.Compare = func(ind data.Indicator, x, against data.Estimate, role data.Role) (data.Comparison, bool) {
		c := data.Comparison{Area: x.Area, Benchmark: against.Area, Gap: -1, Verdict: data.Similar, P: data.Some(tests[x.Area])}
		if tests[x.Area] < levelOfTests {
			c.Verdict = data.Worse
		}
		return c, true
	}
	ind := data.Indicator{ID: "x", Unit: "%", Polarity: data.PolarityHigh}
	var rows []data.Row
	for code := range tests {
		rows = append(rows, data.Row{Estimate: data.Estimate{Indicator: ind.ID, Area: code, Value: data.Number(70)}})
	}
	held := s.heldRows(ind, rows, rows, benchmarkChoice{key: "E08000003"})
	got := map[data.AreaCode]data.Verdict{}
	for code, c := range held.of {
		got[code] = c.VerdictAdjusted
	}
	// Three tests: 0.02 alone is a difference, 0.06 among three is none, and an
	// area is not held against itself.
	want := map[data.AreaCode]data.Verdict{"E08000001": data.Worse, "E08000002": data.Similar, "E08000004": data.Similar}
	if diff := cmp.Diff(want, got); diff != "" || held.Tested != 3 || held.Against != "Manchester" {
		t.Errorf("against %s, %d tested (-want +got):\n%s", held.Against, held.Tested, diff)
	}
}
