package dashboard

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/net/html"

	"goodwork/dashboard/chart"
	"goodwork/data"
)

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// smallEdition is an edition of a few rows that holds every case a page must
// show: intervals and none, missing values with and without an earlier figure,
// a county's figure for its districts, an ended area, a recoded one.
func smallEdition() data.Edition {
	edition := data.Edition{
		Date: "2026-11-23", CodeVersion: "test",
		Sources: []data.Source{
			{ID: "pay", Title: "Weekly pay", Publisher: "Office for National Statistics", Licence: "OGL-UK-3.0", LandingPage: "https://www.example.org/pay", Designation: "accredited", Frequency: "yearly", NextRelease: "2026-10-29"},
			{ID: "claimants", Title: "Claimants", Publisher: "Office for National Statistics", Licence: "OGL-UK-3.0", LandingPage: "https://www.example.org/claimants", Designation: "in_development", Frequency: "monthly"},
			{ID: "health", Title: "Health <state> & life", Publisher: "Office for National Statistics", Licence: "OGL-UK-3.0", LandingPage: "https://www.example.org/health", Designation: "official", Frequency: "yearly"},
		},
		Releases: []data.Release{
			{Source: "pay", ID: "2025-10", Published: "2025-10-23", URL: "https://www.example.org/pay.csv", File: "pay.csv", SHA256: strings.Repeat("a", 64), Bytes: 1, Rows: 1},
			{Source: "claimants", ID: "2026-01", URL: "https://www.example.org/c.csv", File: "c.csv", SHA256: strings.Repeat("b", 64), Bytes: 1, Rows: 1},
			{Source: "health", ID: "2026-02", Published: "2026-02-03", URL: "https://www.example.org/h.csv", File: "h.csv", SHA256: strings.Repeat("c", 64), Bytes: 1, Rows: 1},
		},
		Indicators: []data.Indicator{
			{
				ID: "median-weekly-pay", Position: 1, Title: "Median weekly pay", Question: "What is a typical employee paid?", Subject: "Median weekly pay of {area} residents",
				Definition: "Pay in the middle.", Dimension: "pay", Unit: "£", UnitWords: "pounds a week", Polarity: data.PolarityHigh, Base: "residents", Kind: "median",
				Designation: "accredited", Method: "published", Caveat: "The self-employed aren't covered.", Source: "pay", Inputs: []data.SourceID{"pay"},
				Breaks: []data.Discontinuity{{From: "2024-04-01", Note: "Jobs were classed anew."}},
			},
			{
				ID: "claimant-rate", Position: 2, Title: "Claimant rate", Question: "How many people claim?", Subject: "The share of {area} residents claiming",
				Definition: "Claimants among residents.", Numerator: "Claimants", Denominator: "Residents", Dimension: "access", Unit: "%", UnitWords: "per cent of residents", Decimals: 1,
				Polarity: data.PolarityNone, Base: "residents", Kind: "percentage", Designation: "in_development", Method: "published", AxisFromZero: true,
				Source: "claimants", Inputs: []data.SourceID{"claimants"},
			},
			{
				ID: "healthy-life-expectancy-male", Position: 3, Title: "Healthy life expectancy, males", Question: "How long in good health?", Subject: "Healthy life expectancy of males in {area}",
				Definition: "Years in good health.", Dimension: "health", Unit: "years", UnitWords: "years", Decimals: 1, Polarity: data.PolarityHigh, Base: "residents", Kind: "years",
				Designation: "official", Method: "published", ShownFrom: "county", Source: "health", Inputs: []data.SourceID{"health"},
			},
		},
	}
	add := func(ind data.IndicatorID, source data.SourceID, release data.ReleaseID, unit string, area data.AreaCode, period string, v data.Value, lower, upper float64, flags data.Flags) {
		x := data.Estimate{Indicator: ind, Area: area, Period: data.MustPeriod(period), Value: v, Unit: unit, Flags: flags, Source: source, Release: release}
		if upper > 0 {
			x.Interval = data.Interval{Lower: lower, Upper: upper, Known: true}
		}
		edition.Estimates = append(edition.Estimates, x)
	}
	pay := func(area data.AreaCode, year string, v data.Value, lower, upper float64, flags data.Flags) {
		add("median-weekly-pay", "pay", "2025-10", "£", area, year+"-04-01/P1M", v, lower, upper, flags)
	}
	pay("K02000001", "2023", data.Number(590.2), 589, 591.5, 0)
	pay("K02000001", "2024", data.Number(610), 609, 611, 0)
	pay("K02000001", "2025", data.Number(643.1), 641.6, 644.6, data.Provisional)
	pay("E92000001", "2025", data.Number(648), 646, 650, data.Provisional)
	pay("E12000002", "2025", data.Number(616), 612, 620, data.Provisional)
	pay("E06000063", "2025", data.Number(600.5), 560, 641, data.Provisional)
	pay("E07000026", "2023", data.Number(512), 470, 554, 0)
	pay("E07000105", "2025", data.Number(644.4), 579, 710, data.Provisional|data.LowReliability)
	pay("E08000003", "2023", data.Number(532.5), 510, 555, 0)
	pay("E08000003", "2024", data.Missing(data.Unreliable), 0, 0, 0)
	pay("E08000003", "2025", data.Number(589.4), 562.886, 615.914, data.Provisional)
	pay("E08000006", "2025", data.Missing(data.Confidential), 0, 0, 0)
	pay("E08000038", "2025", data.Number(571), 540, 602, data.Provisional)
	pay("N09000003", "2023", data.Number(530), 500, 560, 0)
	pay("N09000003", "2025", data.Missing(data.NotAvailable), 0, 0, 0)
	for area, v := range map[data.AreaCode]float64{"K02000001": 3.9, "E08000003": 6.012345678} {
		add("claimant-rate", "claimants", "2026-01", "%", area, "2025-01-01/P1Y", data.Number(v), 0, 0, 0)
	}
	add("healthy-life-expectancy-male", "health", "2026-02", "years", "K02000001", "2022-01-01/P3Y", data.Number(60.7), 60.5, 60.9, 0)
	add("healthy-life-expectancy-male", "health", "2026-02", "years", "E10000016", "2022-01-01/P3Y", data.Number(62.5), 61.9, 63.1, 0)
	slices.SortStableFunc(edition.Estimates, func(a, b data.Estimate) int { return strings.Compare(string(a.Area), string(b.Area)) })

	latest := data.MustPeriod("2025-04-01/P1M")
	for _, c := range []struct {
		area    data.AreaCode
		role    data.Role
		against data.AreaCode
		value   float64
		gap     float64
		verdict data.Verdict
	}{
		{"E08000003", data.RoleUK, "K02000001", 643.1, -53.7, data.Worse},
		{"E08000003", data.RoleRegion, "E12000002", 616, -26.6, data.Similar},
	} {
		edition.Comparisons = append(edition.Comparisons, data.Comparison{
			Indicator: "median-weekly-pay", Area: c.area, Period: latest, Role: c.role, Benchmark: c.against, BenchmarkValue: c.value,
			Gap: c.gap, GapInterval: data.Interval{Lower: c.gap - 27, Upper: c.gap + 27, Known: true}, P: data.Some(0.01), Verdict: c.verdict,
		})
	}
	edition.Comparisons = append(edition.Comparisons,
		data.Comparison{Indicator: "claimant-rate", Area: "E08000003", Period: data.MustPeriod("2025-01-01/P1Y"), Role: data.RoleUK, Benchmark: "K02000001", BenchmarkValue: 3.9, Gap: 2.112345678, Verdict: data.NotTested},
		data.Comparison{
			Indicator: "healthy-life-expectancy-male", Area: "E10000016", Period: data.MustPeriod("2022-01-01/P3Y"), Role: data.RoleUK, Benchmark: "K02000001", BenchmarkValue: 60.7,
			Gap: 1.8, GapInterval: data.Interval{Lower: 1.2, Upper: 2.4, Known: true}, P: data.Some(0.001), Verdict: data.Better,
		},
	)
	edition.Sentences = []data.Sentence{{
		Indicator: "median-weekly-pay", Area: "E08000003", Period: latest, Role: "level", Position: 1,
		Text: "Median weekly pay of Manchester residents was £589 in April 2025 (95% interval £563 to £616). That is lower than in the United Kingdom (£643).",
	}, {
		Area: "E08000003", Role: "summary", Position: 1, Text: "In 2023 residents of Manchester had lower pay and lower employment than Great Britain, with a probability of at least 90%.",
	}, {
		Indicator: "median-weekly-pay", Area: "E08000003", Period: latest, Role: "trend", Position: 1, Text: "The trend from 2021 to 2025 is downwards.",
	}}
	edition.Trends = []data.Trend{{Indicator: "median-weekly-pay", Area: "E08000003", Period: latest, From: data.MustPeriod("2021-04-01/P1M"), Method: data.WeightedTrend, N: 5, Slope: data.Some(-2), Chi2: data.Some(7), Verdict: data.Decreasing}}
	edition.Changes = []data.PeriodChange{{
		Indicator: "median-weekly-pay", Area: "E08000003", Period: latest, From: data.MustPeriod("2019-04-01/P1M"), Span: data.SpanSince2019, Amount: data.Some(12.5), Percent: true,
		Interval: data.Interval{Lower: 8.25, Upper: 16.75, Known: true}, P: data.Some(0.001), Verdict: data.Rise,
	}}
	edition.Standouts = []data.Standout{{Indicator: "median-weekly-pay", Area: "E08000003", Period: latest, Role: data.RoleUK}}
	edition.Similar = []data.SimilarAreas{{Indicator: "median-weekly-pay", Area: "E08000003", Period: latest, Kind: data.NeighboursDemographic, N: 19, Tested: 18, Higher: 5, Lower: 2}}
	for i, area := range []data.AreaCode{"E07000105", "E08000003", "E08000003"} {
		edition.Quadrants = append(edition.Quadrants, data.Quadrant{
			Area: area, Year: []int{2023, 2022, 2023}[i], Quality: 560 + 10*float64(i), QualityInterval: data.Interval{Lower: 540, Upper: 610, Known: true}, QualityLine: 620,
			Quantity: 70, QuantityInterval: data.Interval{Lower: 66, Upper: 74, Known: true}, QuantityLine: 75.5, HL: 0.01, LH: 0.04, LL: 0.95, Verdict: data.LowLow,
		})
	}
	return edition
}

// openSmallServer makes the server of smallEdition once for all tests.
var openSmallServer = sync.OnceValues(func() (*Server, error) { return openServer(smallEdition()) })

// openServer makes the server of an edition.
func openServer(from data.Edition) (*Server, error) {
	ctx := context.Background()
	dir, err := os.MkdirTemp("", "goodwork-dashboard-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir) // the opened file stays readable
	register, err := data.LoadRegister()
	if err != nil {
		return nil, err
	}
	if _, err := data.PublishEdition(ctx, dir, from, register); err != nil {
		return nil, err
	}
	edition, err := data.OpenEdition(ctx, dir)
	if err != nil {
		return nil, err
	}
	boundaries, history, err := data.SnapshotBoundaries()
	if err != nil {
		return nil, err
	}
	assets, err := NewAssets()
	if err != nil {
		return nil, err
	}
	charts, err := chart.NewEngine(chart.EngineConfig{Files: assets.Built()})
	if err != nil {
		return nil, err
	}
	return New(ctx, Config{
		Edition: edition, Register: register, Boundaries: boundaries, BoundaryHistory: history, Assets: assets, Charts: charts, Methods: plainMethods(),
		Log: slog.New(slog.NewTextHandler(io.Discard, nil)), BaseURL: "https://goodwork.example", Version: "test",
	})
}

func smallServer(t *testing.T) *Server {
	t.Helper()
	s, err := openSmallServer()
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func get(t *testing.T, s http.Handler, target string, header ...string) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequest(http.MethodGet, target, nil)
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	return w
}

// textOf is a page's words, with single spaces.
func textOf(t *testing.T, body string) string {
	t.Helper()
	root, err := html.Parse(strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	var words []string
	var walk func(*html.Node)
	walk = func(n *html.Node) {
		if n.Type == html.ElementNode && (n.Data == "script" || n.Data == "style" || n.Data == "svg") {
			return
		}
		if n.Type == html.TextNode {
			words = append(words, strings.Fields(n.Data)...)
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			walk(c)
		}
	}
	walk(root)
	return strings.NewReplacer(" ,", ",", " .", ".").Replace(strings.Join(words, " "))
}

func TestEveryAddressAnswersAsItShould(t *testing.T) {
	s := smallServer(t)
	for _, tt := range []struct {
		target   string
		status   int
		location string
		says     []string
	}{
		{"/", 200, "", []string{"361 local areas", "Median weekly pay", "Wales", "North West", "It is the first that is held here"}},
		{"/areas", 200, "", []string{"Great Britain", "North West", "Manchester", "Isle of Anglesey Ynys Môn"}},
		{"/areas?by=combined_authority", 200, "", []string{"Greater Manchester", "Manchester"}},
		{"/areas?by=county", 200, "", []string{"Kent", "Ashford", "Merseyside"}},
		{"/areas?by=map", 200, "", []string{"Every local area is a link to its page."}},
		{"/areas?by=former", 200, "", []string{"Allerdale District E07000026 31 March 2023 Cumberland"}},
		{"/areas?by=ward", 400, "", []string{"combined_authority"}},
		{"/?indicator=claimant-rate", 200, "", []string{"Claimant rate, 2025", "Claimant rate in full"}},
		{"/?indicator=nope", 404, "", []string{"There is no indicator “nope”."}},
		{"/indicators", 200, "", []string{"What is a typical employee paid?", "UK £643, April 2025."}},
		{"/search", 200, "", []string{"Find a place by name, code or postcode"}},
		{"/search?q=manchest", 200, "", []string{"Manchester", "metropolitan borough"}},
		{"/search?q=E08000003", 302, "/areas/E08000003-manchester", nil},
		{"/search?q=claimant", 200, "", []string{"Claimant rate"}},
		{"/search?q=xyzzyplugh", 404, "", []string{"Nothing is named “xyzzyplugh”"}},
		{"/search?q=%3Cscript%3Ealert(1)%3C/script%3E", 404, "", []string{"<script>alert(1)</script>"}},
		{"/areas/E08000003", 301, "/areas/E08000003-manchester", nil},
		{"/areas/e08000003", 301, "/areas/E08000003-manchester", nil},
		{"/areas/E08000003-wrong", 301, "/areas/E08000003-manchester", nil},
		{"/areas/E08000003-manchester", 200, "", []string{
			"Manchester", "Metropolitan borough in Greater Manchester", "£589", "95% interval £563 to £616", "lower than the UK, £643 worse",
			"not clearly different from the North West, £616", "residents · April 2025 · provisional · 18 months old",
			"2.1 points above the UK, 3.9% gap not tested", "Compare with The UK England The North West", "1 worse", "The self-employed aren’t covered.",
			"That is lower than in the United Kingdom (£643).", "accredited official statistics", "release 2025-10, published 23 October 2025",
		}},
		{"/areas/E08000003-manchester", 200, "", []string{
			"Any work or good work? 2023", "In 2023 residents of Manchester had lower pay and lower employment than Great Britain (probability 95%).",
			"Worse and worsening Median weekly pay : £589, lower than the UK (£643). The trend from 2021 to 2025 is downwards.",
			"+12.5% +8.3% to +16.8% ▲ rose", "even if no area truly differed", "Manchester among its neighbours", "https://goodwork.example/areas/E08000003-manchester",
		}},
		{"/areas/E08000003-manchester", 200, "", []string{"Save or share : Manchester in pay and employment", "Read it from your own tools", `subset(figures, indicator_id == "employment-rate"`}},
		{"/embed/areas/E08000003-manchester/quadrant", 200, "", []string{"Any work or good work? Manchester, 2023", "lower pay and lower employment than Great Britain", "Source:"}},
		{"/embed/areas/E06000053-isles-of-scilly/quadrant", 404, "", []string{"There is no chart of pay and employment in the Isles of Scilly"}},
		{"/areas/E08000003-manchester?benchmark=region", 200, "", []string{"Compared with the North West", "not clearly different from the North West, £616", "▼ lower than the UK, £643 worse"}},
		{"/areas/E08000003-manchester?benchmark=similar", 200, "", []string{"clearly higher than 2 and clearly lower than 5 of 18 similar areas tested", "no average is made of them"}},
		{"/areas/E08000003-manchester?benchmark=similar-economic", 200, "", []string{"is circular"}},
		{"/areas/E08000003-manchester?benchmark=group&group=E08000006&group=E06000063&group_name=Two", 301, "/areas/E08000003-manchester?benchmark=group&group=E08000006,E06000063&group_name=Two", nil},
		{"/areas/E08000003-manchester?benchmark=group&group=Salford,cumberland", 302, "/areas/E08000003-manchester?benchmark=group&group=E08000006,E06000063", nil},
		{"/areas/E08000003-manchester?benchmark=group&group=E08000006,E06000063&group_name=Two", 200, "", []string{"the group “Two”", "Salford, Cumberland"}},
		{"/areas/E08000003-manchester?benchmark=leeds", 302, "/areas/E08000003-manchester?benchmark=E08000035", nil},
		{"/areas/E08000003-manchester?benchmark=West+Midlands", 400, "", []string{"is no area’s code or name alone", "West Midlands (region)"}},
		{"/areas/E08000003-manchester?benchmark=xyzzyplugh", 400, "", []string{"combined_authority"}},
		{"/areas/E08000003-manchester?benchmark=group", 400, "", []string{"its areas are not given"}},
		{"/areas/E08000003-manchester?benchmark=uk&group=E08000006", 400, "", []string{"but the benchmark is another"}},
		{"/areas/E08000003-manchester?map=nope", 400, "", []string{"The map can’t show"}},
		{"/areas/N09000003-belfast?benchmark=region", 200, "", []string{"Belfast lies in no other region. Its figures are held against the UK instead."}},
		{"/areas/E08000016", 301, "/areas/E08000038-barnsley?from=E08000016", nil},
		{"/areas/E08000038-barnsley?from=E08000016", 200, "", []string{"E08000016 was the code of Barnsley until 31 March 2025."}},
		{"/areas/E08000038-barnsley?from=E08000003", 400, "", []string{"is not a former code of Barnsley"}},
		{"/areas/E07000026", 301, "/areas/E06000063-cumberland?from=E07000026", nil},
		{"/areas/E06000063-cumberland?from=E07000026", 200, "", []string{"Allerdale (E07000026) ended on 31 March 2023, when it became part of Cumberland.", "Before Cumberland", "Allerdale"}},
		{"/areas/E10000006", 200, "", []string{"Cumbria was divided.", "Cumberland", "Westmorland and Furness"}},
		{"/areas/TLD", 301, "/areas/E12000002-north-west?from=TLD", nil},
		{"/areas/E23000005", 404, "", []string{"is the code of an area that is not shown here"}},
		{"/areas/manchester", 404, "", []string{"There is no area “manchester”.", "Did you mean one of these?"}},
		{"/areas/E99999999", 404, "", []string{"There is no area"}},
		{"/areas/E07000105-ashford", 200, "", []string{"This is the figure of Kent, of which Ashford is a part.", "62.5 years", "higher than the UK, 60.7 years better", "£644 unreliable estimate", "1 comparison on this page was tested (with the UK, of Kent’s figures)"}},
		{"/areas/E08000006-salford", 200, "", []string{"Not available for April 2025: withheld by the publisher to protect confidentiality."}},
		{"/areas/N09000003-belfast", 200, "", []string{"The latest figure is £530, for April 2023."}},
		{"/areas/K02000001-united-kingdom", 200, "", []string{"Countries", "England", "Wales"}},
		{"/areas/E12000002-north-west", 200, "", []string{"Local areas", "Manchester", "Cumberland"}},
		{"/indicators/median-weekly-pay", 200, "", []string{"What is a typical employee paid?", "Median weekly pay of United Kingdom residents was £643 in April 2025", "[c]", "withheld", "All figures of this period are provisional.", "Higher is better."}},
		{"/indicators/median-weekly-pay?period=2023-04-01_P1M", 200, "", []string{"April 2023", "£530"}},
		{"/indicators/median-weekly-pay?period=2023-04-01/P1M", 200, "", []string{"April 2023"}},
		{"/indicators/median-weekly-pay?level=country", 200, "", []string{"All countries, April 2025", "England"}},
		{"/indicators/median-weekly-pay?level=combined_authority", 200, "", []string{"No figures for combined authorities.", "Published for this period: districts and unitary authorities"}},
		{"/indicators/healthy-life-expectancy-male", 200, "", []string{"All counties and unitary authorities, 2022 to 2024", "Kent"}},
		{"/indicators/nope", 404, "", []string{"There is no indicator “nope”.", "Claimant rate"}},
		{"/indicators/median-weekly-pay?period=1999-01-01_P1Y", 404, "", []string{"It has figures for these periods:", "April 2024"}},
		{"/indicators/median-weekly-pay?period=yesterday", 400, "", []string{"isn’t a period"}},
		{"/indicators/median-weekly-pay?level=ward", 400, "", []string{"can’t be “ward”", "combined_authority"}},
		{"/indicators/median-weekly-pay?sort=pay", 400, "", []string{"region", "value"}},
		{"/indicators/median-weekly-pay?colour=red", 400, "", []string{"has no parameter “colour”", "period"}},
		{"/indicators/median-weekly-pay?sort=value&sort=name", 400, "", []string{"stands more than once"}},
		{"/indicators/median-weekly-pay?utm_source=x&sort=value&fbclid=1&order=", 301, "/indicators/median-weekly-pay?sort=value", nil},
		{"/?gclid=7", 301, "/", nil},
		{"/indicators/median-weekly-pay.csv?period=2023-04-01_P1M&period=2025-04-01_P1M", 301, "/indicators/median-weekly-pay.csv?period=2023-04-01_P1M,2025-04-01_P1M", nil},
		{"/areas/E08000016.csv", 301, "/areas/E08000038.csv", nil},
		{"/nowhere", 404, "", []string{"There is no page at this address.", "Find a place by name, code or postcode"}},
		{"/place/manchester", 404, "", []string{"There is no page at this address. Perhaps you want one of these:", "Manchester"}},
		{"/favicon.svg", 200, "", nil},
	} {
		t.Run(tt.target, func(t *testing.T) {
			w := get(t, s, tt.target)
			if w.Code != tt.status || w.Header().Get("Location") != tt.location {
				t.Fatalf("status %d, location %q; want %d, %q", w.Code, w.Header().Get("Location"), tt.status, tt.location)
			}
			text := ""
			if len(tt.says) > 0 {
				text = textOf(t, w.Body.String())
			}
			for _, says := range tt.says {
				if !strings.Contains(text, says) {
					t.Errorf("the page doesn't say %q:\n%s", says, text)
				}
			}
			if w.Code == 200 && w.Body.Len() == 0 {
				t.Error("an empty answer under 200")
			}
		})
	}
}

func TestACountysFigureIsNeverARowOfItsDistrict(t *testing.T) {
	s := smallServer(t)
	if body := get(t, s, "/areas/E07000105.csv").Body.String(); strings.Contains(body, "healthy-life-expectancy") {
		t.Errorf("the district's CSV has its county's figure:\n%s", body)
	}
	if text := textOf(t, get(t, s, "/indicators/healthy-life-expectancy-male?level=local").Body.String()); strings.Contains(text, "Ashford") {
		t.Error("the indicator's table has the district")
	}
}

func TestATableIsSortedByItsAddress(t *testing.T) {
	s := smallServer(t)
	order := func(query string) []string {
		body := get(t, s, "/indicators/median-weekly-pay"+query).Body.String()
		_, table, _ := strings.Cut(body, `<table class="figures areas">`)
		var names []string
		for _, m := range regexp.MustCompile(`<th scope="row"><a [^>]*>([^<]*)</a>`).FindAllStringSubmatch(table, -1) {
			names = append(names, m[1])
		}
		return names
	}
	for query, want := range map[string][]string{
		"":                       {"Ashford", "Barnsley", "Belfast", "Cumberland", "Manchester", "Salford"},
		"?sort=value&order=desc": {"Ashford", "Cumberland", "Manchester", "Barnsley", "Belfast", "Salford"},
		"?sort=value":            {"Barnsley", "Manchester", "Cumberland", "Ashford", "Belfast", "Salford"},
		"?sort=region":           {"Cumberland", "Manchester", "Salford", "Belfast", "Ashford", "Barnsley"},
	} {
		if diff := cmp.Diff(want, order(query)); diff != "" {
			t.Errorf("%q (-want +got):\n%s", query, diff)
		}
	}
}

func TestARowOfCSVIsAFigureAndKeepsItsPrecision(t *testing.T) {
	s := smallServer(t)
	w := get(t, s, "/areas/E08000003.csv")
	want := strings.Join([]string{
		"indicator_id,area_code,area_name,area_type,period,value,lower_95,upper_95,unit,marker,flags,source_id,release_id",
		"median-weekly-pay,E08000003,Manchester,metropolitan_borough,2023-04-01/P1M,532.5,510,555,£,,,pay,2025-10",
		"median-weekly-pay,E08000003,Manchester,metropolitan_borough,2024-04-01/P1M,,,,£,u,,pay,2025-10",
		"median-weekly-pay,E08000003,Manchester,metropolitan_borough,2025-04-01/P1M,589.4,562.886,615.914,£,,provisional,pay,2025-10",
		"claimant-rate,E08000003,Manchester,metropolitan_borough,2025-01-01/P1Y,6.012345678,,,%,,,claimants,2026-01",
		"",
	}, "\r\n")
	if diff := cmp.Diff(want, w.Body.String()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	header := map[string]string{
		"Content-Type": "text/csv; charset=utf-8; header=present", "Content-Disposition": `attachment; filename="E08000003_` + string(s.library.edition) + `.csv"`,
		"Link": `<https://goodwork.example/areas/E08000003-manchester>; rel="about", <` + licenceURL + `>; rel="license"`,
	}
	for name, want := range header {
		if got := w.Header().Get(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	if ended := get(t, s, "/areas/E07000026.csv").Body.String(); !strings.Contains(ended, "E07000026,Allerdale,district,2023-04-01/P1M,512,") {
		t.Errorf("an ended area's figure is not under its own code:\n%s", ended)
	}
	if all := get(t, s, "/indicators/median-weekly-pay.csv").Body.String(); !strings.Contains(all, "E07000026,") || strings.Count(all, "\r\n") != 16 {
		t.Errorf("the indicator's CSV is not whole:\n%s", all)
	}
	if some := get(t, s, "/indicators/median-weekly-pay.csv?level=local&period=2025-04-01_P1M").Body.String(); strings.Count(some, "\r\n") != 7 {
		t.Errorf("what the table shows is not what its CSV holds:\n%s", some)
	}
}

func TestADataRouteRefusesWithAProblemThatNamesWhatIsValid(t *testing.T) {
	s := smallServer(t)
	for _, tt := range []struct {
		target string
		status int
		says   []string
	}{
		{"/indicators/nope.csv", 404, []string{`"parameter": "indicator"`, `"median-weekly-pay"`, `"status": 404`}},
		{"/areas/nowhere.csv", 404, []string{`"parameter": "area"`}},
		{"/areas/S12000033.csv", 404, []string{"No figures were published for Aberdeen City"}},
		{"/areas/E08000003.csv?indicator=nope", 404, []string{`"claimant-rate"`}},
		{"/indicators/median-weekly-pay.csv?level=ward", 400, []string{`"parameter": "level"`, `"local"`}},
		{"/indicators/median-weekly-pay.csv?x=1", 400, []string{`"period"`}},
		{"/indicators/median-weekly-pay.csv?x%E2%80%AEy=1", 400, []string{"This page has no parameter “x\uFFFDy”."}},
		{"/areas/E08000003.csv?columns=x", 400, []string{"The parameter columns can’t be “x”."}},
		{"/data/nope", 404, []string{`"instance": "/data/nope"`}},
		{"/geometry/local.0.json", 404, []string{"no such geometry"}},
	} {
		w := get(t, s, tt.target)
		if w.Code != tt.status || w.Header().Get("Content-Type") != "application/problem+json" {
			t.Errorf("%s: %d, %s; want %d and a problem", tt.target, w.Code, w.Header().Get("Content-Type"), tt.status)
		}
		for _, says := range tt.says {
			if !strings.Contains(w.Body.String(), says) {
				t.Errorf("%s doesn't say %s:\n%s", tt.target, says, w.Body)
			}
		}
	}
}

func TestHostileRequestsAreRefusedOrAnsweredNeverServedAsAFault(t *testing.T) {
	s := smallServer(t)
	long := strings.Repeat("x", 100_000)
	for _, target := range []string{
		"/areas/..%2F..%2Fetc%2Fpasswd", "/areas/%00", "/areas/E08000003%0d%0aSet-Cookie:a=b", "/indicators/%27%3B%20DROP%20TABLE%20estimate--",
		"/indicators/median-weekly-pay?period=%ff%fe", "/indicators/median-weekly-pay?period=%zz", "/indicators/median-weekly-pay?period=" + long,
		"/indicators/median-weekly-pay?__proto__=1", "/indicators/median-weekly-pay?period=-2025-13-45", "/indicators/median-weekly-pay?period=9999-99-99_P0Y",
		"/indicators/median-weekly-pay?" + strings.Repeat("period=2025-04-01_P1M&", 5000), "/search?q=" + long, "/search?q=%00", "/search?q=%e2%80%ae",
		"/areas/" + long, "/indicators/" + long, "/geometry/../../etc/passwd", "/assets/..%2f..%2fgo.mod", "/areas/E08000003-manchester?from=" + long,
		"/indicators/.csv", "/areas/.csv", "//evil.example/areas?utm_source=1", "/areas/E08000003.csv?indicator=%27+OR+1%3D1",
		"/indicators/median-weekly-pay.csv?period=" + strings.Repeat("2025-04-01_P1M,", 200),
	} {
		name := target[:min(len(target), 60)]
		w := get(t, s, target)
		if w.Code >= 500 || w.Code == 200 && w.Body.Len() == 0 {
			t.Errorf("%s: status %d, %d bytes", name, w.Code, w.Body.Len())
		}
		if w.Code >= 300 && w.Code < 400 && !regexp.MustCompile(`^/[^/\\]`).MatchString(w.Header().Get("Location")) {
			t.Errorf("%s leads to %q", name, w.Header().Get("Location"))
		}
		for _, leak := range []string{"SELECT", "goodwork/", "duckdb", ".go:"} {
			if strings.Contains(w.Body.String(), leak) && w.Code >= 400 {
				t.Errorf("%s: the answer holds %q", name, leak)
			}
		}
	}
	for _, method := range []string{http.MethodPost, http.MethodPut, http.MethodDelete} {
		w := httptest.NewRecorder()
		s.ServeHTTP(w, httptest.NewRequest(method, "/areas", strings.NewReader("x")))
		if w.Code != http.StatusMethodNotAllowed {
			t.Errorf("%s: %d, want 405", method, w.Code)
		}
	}
}

func TestNoPageHoldsAStyleOrAScriptOfItsOwnOrARepeatedID(t *testing.T) {
	s := smallServer(t)
	for _, target := range []string{
		"/", "/areas", "/indicators", "/search?q=man", "/search?q=M1+1AE", "/areas?by=map", "/areas?by=former", "/groups", "/groups?areas=E08000003,E08000006&add=newcaste", "/areas/E08000003-manchester", "/areas/E07000105-ashford", "/areas/E10000006", "/indicators/median-weekly-pay", "/nowhere",
		"/methods", "/about", "/sources", "/quality", "/dictionary", "/api", "/editions", "/editions/latest...latest", "/areas/E08000003/median-weekly-pay/2025-04-01_P1M",
	} {
		root, err := html.Parse(get(t, s, target).Body)
		if err != nil {
			t.Fatal(err)
		}
		ids := map[string]bool{}
		headings := 0
		for n := range root.Descendants() {
			if n.Type != html.ElementNode {
				continue
			}
			if n.Data == "h1" {
				headings++
			}
			attributes := map[string]string{}
			for _, a := range n.Attr {
				attributes[a.Key] = a.Val
				if a.Key == "style" || strings.HasPrefix(a.Key, "on") {
					t.Errorf("%s: <%s> has an attribute %s", target, n.Data, a.Key)
				}
				if a.Key == "id" && ids[a.Val] {
					t.Errorf("%s: the id %q stands twice", target, a.Val)
				}
				if a.Key == "id" {
					ids[a.Val] = true
				}
				if (a.Key == "src" || a.Key == "href" && n.Data == "link" && attributes["rel"] != "canonical") && !strings.HasPrefix(a.Val, "/") {
					t.Errorf("%s: <%s> loads %s", target, n.Data, a.Val)
				}
			}
			if n.Data == "style" || n.Data == "script" && attributes["src"] == "" && attributes["type"] != "application/json" && attributes["type"] != "application/ld+json" {
				t.Errorf("%s: a <%s> stands in the page", target, n.Data)
			}
		}
		if headings != 1 {
			t.Errorf("%s: %d first headings, want 1", target, headings)
		}
		for n := range root.Descendants() {
			for _, a := range n.Attr {
				fragment, inPage := strings.CutPrefix(a.Val, "#")
				if a.Key == "href" && inPage && !ids[fragment] {
					t.Errorf("%s: nothing has the id %q", target, fragment)
				}
				if a.Key == "aria-labelledby" || a.Key == "for" {
					for id := range strings.FieldsSeq(a.Val) {
						if !ids[id] {
							t.Errorf("%s: %s names %q, which is not there", target, a.Key, id)
						}
					}
				}
			}
		}
	}
}

func TestLinksInPagesLeadSomewhere(t *testing.T) {
	s := smallServer(t)
	seen := map[string]bool{}
	for _, target := range []string{"/", "/areas", "/areas?by=county", "/groups", "/groups?areas=E08000003,E08000006", "/indicators", "/areas/E08000003-manchester", "/areas/E06000063-cumberland", "/indicators/median-weekly-pay", "/indicators/median-weekly-pay?level=ward"} {
		root, err := html.Parse(get(t, s, target).Body)
		if err != nil {
			t.Fatal(err)
		}
		areas := 0
		for n := range root.Descendants() {
			for _, a := range n.Attr {
				to, _, _ := strings.Cut(a.Val, "#")
				if (a.Key != "href" && a.Key != "src" && a.Key != "data-geometry") || !strings.HasPrefix(to, "/") || seen[to] {
					continue
				}
				seen[to] = true
				if strings.HasPrefix(to, "/areas/") && !strings.Contains(to, ".csv") {
					if areas++; areas%40 != 0 {
						continue // hundreds of links of one make
					}
				}
				if w := get(t, s, to); w.Code != http.StatusOK {
					t.Errorf("%s links to %s: %d", target, to, w.Code)
				}
			}
		}
	}
}

func TestWhatAReaderHasIsNotSentAgain(t *testing.T) {
	s := smallServer(t)
	for _, target := range []string{"/", "/areas/E08000003-manchester", "/indicators/median-weekly-pay.csv"} {
		first := get(t, s, target, "Accept", "text/html")
		tag := first.Header().Get("ETag")
		if tag == "" {
			t.Fatalf("%s has no tag", target)
		}
		if again := get(t, s, target, "Accept", "text/html", "If-None-Match", `"other", `+tag); again.Code != http.StatusNotModified || again.Body.Len() > 0 {
			t.Errorf("%s: %d with %d bytes, want 304 with none", target, again.Code, again.Body.Len())
		}
		if other := get(t, s, target+"?", "Accept", "text/csv", "If-None-Match", tag); other.Code != http.StatusOK {
			t.Errorf("%s: another question gets %d", target, other.Code)
		}
	}
	if refused := get(t, s, "/nowhere"); refused.Header().Get("ETag") != "" || refused.Header().Get("Cache-Control") != "no-store" {
		t.Error("a refusal may be kept")
	}
}

func TestAnswersAreWholeAndGuarded(t *testing.T) {
	s := smallServer(t)
	for _, target := range []string{"/", "/indicators/median-weekly-pay.csv", "/nowhere"} {
		for _, encoding := range []string{"", "gzip"} {
			w := get(t, s, target, "Accept-Encoding", encoding)
			if w.Header().Get("Content-Length") == "" {
				t.Errorf("%s (%q) doesn't say its length", target, encoding)
			}
			if encoding == "gzip" && w.Header().Get("Content-Encoding") != "gzip" {
				t.Errorf("%s is not compressed", target)
			}
			if got := w.Header().Get("Content-Security-Policy"); got != contentPolicy || strings.Contains(got, "unsafe") {
				t.Errorf("%s: policy %q", target, got)
			}
		}
		head := httptest.NewRecorder()
		s.ServeHTTP(head, httptest.NewRequest(http.MethodHead, target, nil))
		if whole := get(t, s, target); head.Code != whole.Code || head.Body.Len() > 0 || head.Header().Get("Content-Length") != whole.Header().Get("Content-Length") {
			t.Errorf("%s: HEAD doesn't answer as GET", target)
		}
	}
}

func TestEveryTemplateIsFilledByItsPage(t *testing.T) {
	s := smallServer(t)
	empty := map[string]any{
		"home": homePage{}, "search": searchPage{}, "areas": areasPage{}, "area": areaPage{}, "area_split": splitPage{},
		"compare": comparePage{}, "indicators": indicatorsPage{}, "indicator": indicatorPage{}, "error": errorPage{}, "group": groupPage{},
		"text": textPage{}, "sources": sourcesPage{}, "quality": qualityPage{}, "dictionary": dictionaryPage{},
		"api": apiPage{}, "editions": editionsPage{}, "edition": editionPage{}, "difference": differencePage{},
		"index": indexPage{}, "embed": embedPage{},
		"provenance": provenancePage{}, "data": dataPage{},
	}
	for name := range s.templates {
		if empty[name] == nil {
			t.Errorf("page %s is not tested: add it here", name)
		}
	}
	for name, page := range empty {
		if err := s.templates[name].ExecuteTemplate(io.Discard, "layout", page); err != nil {
			t.Errorf("page %s, empty: %v", name, err)
		}
	}
	full := areaPage{
		Notice: &areaNotice{Text: "x", CSV: "/x"}, Parts: []placeList{{Title: "x", Places: []link{{}}}}, Formerly: []formerArea{{CSV: "/x"}},
		Benchmark: benchmark{Name: "x", Instead: "x", Describe: "x", Caution: "x"}, Choices: []option{{Chosen: true}}, Summary: []summaryLine{{Href: "#x"}, {}}, Tested: 1,
		Better: []standoutLine{{}}, Worse: []standoutLine{{}}, Standouts: "x", Quadrant: &areaQuadrant{Odds: []string{"x"}, Chart: &pageChart{}, Years: []quadrantYear{{}}},
		ByWorkplace: []link{{}, {}}, Changes: []changeLine{{Verdict: verdictLine{Verdict: "x"}}}, Sources: []sourceLine{{}},
		Constituents: &areaTable{Caution: "x", Columns: []tableColumn{{}}, Rows: []tableRow{{Here: true, Cells: []tableCell{{Value: "x", Shape: "x"}, {Missing: "x"}}}, {}}},
		Similar:      &areaTable{}, Map: &areaMap{Classes: []mapLine{{}}, Choices: []option{{Chosen: true}}, Neighbours: []mapNeighbour{{Here: true, Value: "x"}, {}}},
		Dimensions: []dimensionPart{{Counts: []verdictCount{{}, {}}, Rows: []indicatorRow{{
			Value: "1", Interval: "0 to 2", County: &link{}, Comparisons: []comparisonLine{{Verdict: "x"}}, Trend: &verdictLine{Verdict: "x"}, Strip: "x", Spine: "x", TrendMark: "x", Sentences: []string{"x", "y"}, Level: "x", Trace: "x", Series: []seriesLine{{}}, Flags: []string{"x"},
			Grade: "A", GradeReason: "x", Source: sourceLine{Ours: true, Href: "x", More: []link{{Href: "x"}}}, CSV: "x",
		}, {Missing: "x", Earlier: "y"}}}},
	}
	if err := s.templates["area"].ExecuteTemplate(io.Discard, "layout", full); err != nil {
		t.Errorf("page area, full: %v", err)
	}
	whole := indicatorPage{
		Map: &indicatorMap{Classes: []mapLine{{Hatched: true}}, Option: []byte("{}")}, Rows: []areaRow{{Comparison: &comparisonLine{}}}, Benchmark: "x", Noted: true, Tested: true,
		Headings: []heading{{Href: "x", Sorted: "ascending"}}, Breaks: []breakLine{{}}, Sources: []sourceLine{{}, {}}, Earlier: &link{}, Later: &link{}, Absent: "x", AllFlags: "x",
		Periods: []option{{}}, Levels: []option{{Chosen: true}}, Kept: map[string][]string{"sort": {"x"}}, Findings: []string{"x"}, Use: "x", Grades: []string{"x"}, API: "x",
		MapForms: []link{{Current: true}}, MapLayers: []link{{}}, Strip: &rankedStrip{Legend: []stripLine{{}}}, Filter: tableFilter{Regions: []option{{}}, Qualities: []option{{}}, Shown: "x"},
		Placed: true, Trended: true, Graded: true, Smoothed: true, Related: []link{{}}, Release: releasePart{Next: "x"},
		Trends: trendsPart{Chart: &pageChart{Narrow: "x", Actions: &chartActions{CSV: "x"}}, Adding: addingForm{Chosen: []option{{}}}, Absent: "x", Columns: []string{"x"}, Lines: []trendsLine{{Values: []string{"x"}}}},
		Differ: &differPart{Moving: true, Higher: differList{Areas: shortList{First: []areaFigure{{}}, Rest: []areaFigure{{}}}}}, Inequality: &inequalityPart{Net: true, Ratio: true, Lines: []inequalityLine{{}}},
	}
	whole.Indicator = data.Indicator{Numerator: "x", Denominator: "x", Caveat: "x", MethodNote: "x"}
	if err := s.templates["indicator"].ExecuteTemplate(io.Discard, "layout", whole); err != nil {
		t.Errorf("page indicator, full: %v", err)
	}
}

func TestOneNumberIsTheSameOnPageChartAndCSV(t *testing.T) {
	s := smallServer(t)
	page := get(t, s, "/areas/E08000003-manchester").Body.String()
	for _, shown := range []string{
		`<strong class="number">£589</strong>`,           // the row
		"April 2023 to April 2025: from £533 to £589.",   // the trend mark's name
		`<td class="numeric"><strong>£589</strong></td>`, // the profile
		`<td class="numeric">£563 to £616</td>`,          // the table behind it
		"residents was £589 in April 2025",               // the sentence
	} {
		if !strings.Contains(page, shown) {
			t.Errorf("the page lacks %s", shown)
		}
	}
	if csv := get(t, s, "/areas/E08000003.csv?indicator=median-weekly-pay").Body.String(); !strings.Contains(csv, ",589.4,562.886,615.914,") {
		t.Errorf("the CSV lacks the number:\n%s", csv)
	}
}
