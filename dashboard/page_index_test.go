package dashboard

import (
	"encoding/csv"
	"encoding/json"
	"math"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/net/html"

	"goodwork/data"
)

// indexCells reads what an index page says of each area in its table: score,
// interval and contributions.
func indexCells(t *testing.T, w *httptest.ResponseRecorder) map[string][]string {
	t.Helper()
	root, err := html.Parse(w.Body)
	if err != nil {
		t.Fatal(err)
	}
	cells := map[string][]string{}
	for n := range root.Descendants() {
		if n.Data != "tr" || attribute(n, "data-index-area") == "" {
			continue
		}
		code := attribute(n, "data-index-area")
		for c := range n.Descendants() {
			if attribute(c, "data-cell") != "" {
				cells[code] = append(cells[code], wordsOf(c))
			}
		}
	}
	return cells
}

func attribute(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

func wordsOf(n *html.Node) string {
	var b strings.Builder
	for d := range n.Descendants() {
		if d.Type == html.TextNode {
			b.WriteString(d.Data)
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

func TestAWeightedScoreIsTheSumOfItsPartsAndItsIntervalFollowsTheVariances(t *testing.T) {
	// Area A of the worked example: dimensions 58.3333, 63.3333 and 50.
	scores := []float64{58 + 1.0/3, 63 + 1.0/3, 50}
	third := 1.0 / 3
	for _, c := range []struct {
		shares []float64
		want   float64
	}{
		{[]float64{third, third, third}, 57.2222},
		{[]float64{0.5, 0.3, 0.2}, 58.1667},
	} {
		got, interval := weighted(c.shares, scores, []float64{9, 0, 16})
		half := 1.959963984540054 * math.Sqrt(c.shares[0]*c.shares[0]*9+c.shares[2]*c.shares[2]*16)
		if math.Abs(got-c.want) > 5e-5 || math.Abs(interval.Upper-got-half) > 1e-9 || math.Abs(got-interval.Lower-half) > 1e-9 {
			t.Errorf("shares %v: %v, %v; want %v ± %v", c.shares, got, interval, c.want, half)
		}
	}
	if _, interval := weighted([]float64{1}, []float64{2}, []float64{100}); interval.Lower != 0 {
		t.Errorf("an interval reaches below 0: %v", interval)
	}
}

func TestEqualWeightsGiveThePublishedIndexAndHaveOneAddress(t *testing.T) {
	s := snapshotServer(t)
	for _, a := range s.index.scored {
		score, _ := weighted([]float64{0.2, 0.2, 0.2, 0.2, 0.2}, a.scores, a.variances)
		if math.Abs(score-a.published.Index.V) > 1e-7 {
			t.Errorf("%s: the mean of its dimensions is %v, the index %v", a.area.Code, score, a.published.Index.V)
		}
	}
	w := get(t, s, "/index?w_pay=35&w_in_work_poverty=35&w_access=35&w_health=35&w_skills=35")
	if w.Code != http.StatusFound || w.Header().Get("Location") != "/index" {
		t.Errorf("%d, to %s", w.Code, w.Header().Get("Location"))
	}
}

func TestWeightsOfOnesOwnHaveNoRanks(t *testing.T) {
	s := snapshotServer(t)
	for target, ranked := range map[string]bool{"/index?show=ranks": true, "/index?show=ranks&w_pay=50": false, "/index?show=methods&w_pay=50": false} {
		cells := indexCells(t, get(t, s, target))
		if (len(cells) > 0) != ranked {
			t.Errorf("%s: %d areas with ranks or other methods", target, len(cells))
		}
	}
	body := get(t, s, "/index?areas=E08000003&w_pay=50").Body.String()
	if strings.Contains(body, "its rank lies between") {
		t.Error("a rank is said for weights of one's own")
	}
	if rows, err := csv.NewReader(get(t, s, "/index.csv?w_pay=50").Body).ReadAll(); err != nil {
		t.Error(err)
	} else {
		for _, r := range rows[1:] {
			for i, name := range rows[0] {
				if strings.HasPrefix(name, "rank_") && r[i] != "" {
					t.Fatalf("%s has %s %s", r[0], name, r[i])
				}
			}
		}
	}
}

func TestWeightsThatAreNoneAreRefused(t *testing.T) {
	s := snapshotServer(t)
	for _, target := range []string{"/index?w_pay=-1", "/index?w_pay=x", "/index?w_pay=NaN", "/index?w_pay=101", "/index?w_pay=0&w_in_work_poverty=0&w_access=0&w_health=0&w_skills=0", "/index?areas=E08000003,E08000006,E08000009,E08000001,E08000002"} {
		if w := get(t, s, target); w.Code != http.StatusBadRequest {
			t.Errorf("%s: %d", target, w.Code)
		}
	}
}

func TestEveryFaceOfTheIndexSaysThatItIsExperimentalAndOfItsYear(t *testing.T) {
	s := snapshotServer(t)
	for _, target := range []string{"/index", "/index?show=ranks", "/index?w_pay=3", "/index.csv", "/embed/index", "/embed/index.svg"} {
		body := strings.ToLower(get(t, s, target).Body.String())
		for _, want := range []string{"experimental", "not an official statistic", strconv.Itoa(s.index.Year)} {
			if !strings.Contains(strings.Join(strings.Fields(body), " "), want) {
				t.Errorf("%s doesn't say %q", target, want)
			}
		}
	}
}

func TestThePageAndTheCSVOfTheIndexAgreeAndAllFitsInFortyKilobytes(t *testing.T) {
	s := snapshotServer(t)
	random := rand.New(rand.NewPCG(1, 2))
	for range 3 {
		query := "?w_pay=" + strconv.Itoa(1+random.IntN(100)) + "&w_health=" + strconv.Itoa(random.IntN(100))
		cells := indexCells(t, get(t, s, "/index"+query))
		rows, err := csv.NewReader(get(t, s, "/index.csv"+query).Body).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		if len(rows)-1 != len(s.index.scored)+len(s.index.unscored) {
			t.Errorf("%d rows", len(rows)-1)
		}
		for _, r := range rows[1:] {
			if r[5] == "" {
				if cells[r[0]] != nil || r[len(r)-1] == "" {
					t.Errorf("%s has no index in the CSV: %q, page %q", r[0], r[len(r)-1], cells[r[0]])
				}
				continue
			}
			var numbers [3]float64
			for i := range numbers {
				if numbers[i], err = strconv.ParseFloat(r[5+i], 64); err != nil {
					t.Fatal(err)
				}
			}
			want := []string{data.FormatNumber(numbers[0], 0), data.FormatNumber(numbers[1], 0) + " to " + data.FormatNumber(numbers[2], 0)}
			if diff := cmp.Diff(want, cells[r[0]][:2]); diff != "" {
				t.Errorf("%s, %s: CSV and page differ: %s", query, r[0], diff)
			}
		}
	}
	payload, err := s.index.payload()
	if err != nil {
		t.Fatal(err)
	}
	if short, err := gzipped(payload); err != nil || len(short) > 40<<10 || !json.Valid(payload) {
		t.Errorf("the page's figures take %d bytes, %v", len(short), err)
	}
}

func TestAChartByItselfMayBeFramedAndNothingElse(t *testing.T) {
	s := snapshotServer(t)
	for target, framed := range map[string]bool{
		"/embed/index": true, "/embed/areas/E08000003-manchester/median-weekly-pay": true, "/embed/indicators/median-weekly-pay?map=hex": true,
		"/embed/quadrant": true, "/embed/indicators/median-weekly-pay/distribution": true, "/embed/indicators/median-weekly-pay/trends?areas=E08000003": true, "/embed/compare?x=median-weekly-pay&y=employment-rate": true,
		"/index": false, "/areas/E08000003-manchester": false, "/embed/areas/E08000003-manchester/nothing": false,
	} {
		policy := get(t, s, target).Header().Get("Content-Security-Policy")
		if strings.Contains(policy, "frame-ancestors *") != framed || !strings.Contains(policy, "default-src 'self'") || strings.Contains(policy, "unsafe") {
			t.Errorf("%s: %s", target, policy)
		}
	}
	for _, target := range []string{
		"/embed/index.svg?areas=E08000003", "/embed/areas/E08000003-manchester/median-weekly-pay.svg", "/embed/indicators/median-weekly-pay.svg",
		"/embed/quadrant.svg", "/embed/indicators/median-weekly-pay/trends.svg", "/embed/indicators/median-weekly-pay/distribution.svg?level=region", "/embed/compare.svg?areas=E08000003&x=median-weekly-pay&y=employment-rate",
	} {
		w := get(t, s, target)
		if w.Code != http.StatusOK || w.Header().Get("Content-Type") != "image/svg+xml" {
			t.Errorf("%s: %d %s", target, w.Code, w.Header().Get("Content-Type"))
		}
		for _, never := range []string{"class=", "<a ", "<script", " style=", "<image", "%!"} {
			if strings.Contains(w.Body.String(), never) {
				t.Errorf("%s holds %q", target, never)
			}
		}
	}
}

func TestPageChartAndCSVAgreeOnRandomAreasAndIndicators(t *testing.T) {
	s := snapshotServer(t)
	random := rand.New(rand.NewPCG(20200701, 1))
	locals, all := s.Register.Locals(), s.Edition.Indicators()
	compared := 0
	for range 25 {
		area, ind := locals[random.IntN(len(locals))], all[random.IntN(len(all))]
		page := seriesOnPage(t, get(t, s, "/areas/"+area.Slug()), ind.ID)
		if len(page) == 0 {
			continue // not published here, or published for the county
		}
		file := seriesInCSV(t, get(t, s, "/areas/"+string(area.Code)+".csv?indicator="+string(ind.ID)), ind)
		if len(file) == 0 {
			continue
		}
		if diff := cmp.Diff(file, page); diff != "" {
			t.Errorf("%s, %s: the CSV and the page differ (-CSV +page):\n%s", area.Code, ind.ID, diff)
		}
		chart := get(t, s, "/embed/areas/"+area.Slug()+"/"+string(ind.ID))
		if chart.Code == http.StatusNotFound {
			continue // too few numbers for a trend
		}
		tips := chartTips(t, chart)
		first := true
		for _, p := range page {
			if first && strings.HasPrefix(p[1], "[") {
				continue // a chart begins with the first number
			}
			first = false
			want := area.Name + ", " + p[0] + ": " + p[1]
			if !strings.Contains(tips, want) {
				t.Errorf("%s, %s: the chart doesn't say %q", area.Code, ind.ID, want)
			}
			compared++
		}
	}
	if compared < 50 {
		t.Errorf("only %d figures were compared", compared)
	}
}

// seriesOnPage is an indicator's table on an area's page: period, value and
// interval, in the order of time.
func seriesOnPage(t *testing.T, w *httptest.ResponseRecorder, id data.IndicatorID) (list [][3]string) {
	t.Helper()
	root, err := html.Parse(w.Body)
	if err != nil {
		t.Fatal(err)
	}
	for n := range root.Descendants() {
		if n.Data != "article" || attribute(n, "id") != string(id) {
			continue
		}
		for row := range n.Descendants() {
			var cells []string
			if row.Data == "tr" && row.Parent.Data == "tbody" {
				for c := range row.ChildNodes() {
					if c.Data == "th" || c.Data == "td" {
						cells = append(cells, wordsOf(c))
					}
				}
			}
			if len(cells) >= 3 {
				list = append(list, [3]string{cells[0], cells[1], cells[2]})
			}
		}
	}
	return inOrderOfTime(list)
}

// inOrderOfTime turns a list round whose latest period stands first.
func inOrderOfTime(list [][3]string) [][3]string {
	if len(list) > 1 && list[0][0] > list[len(list)-1][0] && lastYear(list[0][0]) > lastYear(list[len(list)-1][0]) {
		for i, j := 0, len(list)-1; i < j; i, j = i+1, j-1 {
			list[i], list[j] = list[j], list[i]
		}
	}
	return list
}

func lastYear(label string) string {
	words := strings.Fields(label)
	return words[len(words)-1]
}

func seriesInCSV(t *testing.T, w *httptest.ResponseRecorder, ind data.Indicator) (list [][3]string) {
	t.Helper()
	rows, err := csv.NewReader(w.Body).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	column := map[string]int{}
	for i, name := range rows[0] {
		column[name] = i
	}
	number := func(r []string, name string) float64 {
		f, err := strconv.ParseFloat(r[column[name]], 64)
		if err != nil {
			t.Fatalf("%v: %v", r, err)
		}
		return f
	}
	for _, r := range rows[1:] {
		out := [3]string{data.MustPeriod(r[column["period"]]).Label()}
		if r[column["value"]] == "" {
			out[1] = data.Marker(r[column["marker"]]).Shorthand()
		} else {
			out[1] = ind.Format(number(r, "value"))
		}
		if r[column["lower_95"]] != "" {
			out[2] = ind.FormatInterval(data.Interval{Lower: number(r, "lower_95"), Upper: number(r, "upper_95"), Known: true})
		}
		list = append(list, out)
	}
	return list
}

// chartTips is all that a page's chart tells the pointer.
func chartTips(t *testing.T, w *httptest.ResponseRecorder) string {
	t.Helper()
	_, after, _ := strings.Cut(w.Body.String(), `class="chart-option">`)
	option, _, _ := strings.Cut(after, "</script>")
	var v any
	if err := json.Unmarshal([]byte(option), &v); err != nil {
		t.Fatalf("the chart's option: %v", err)
	}
	var b strings.Builder
	var walk func(any)
	walk = func(v any) {
		switch v := v.(type) {
		case map[string]any:
			if tip, ok := v["tip"].(string); ok {
				b.WriteString(tip + "\n")
			}
			for _, x := range v {
				walk(x)
			}
		case []any:
			for _, x := range v {
				walk(x)
			}
		}
	}
	walk(v)
	return b.String()
}

func TestTheYearsOfAMeanAreNamedOnce(t *testing.T) {
	for words, want := range map[string]string{
		"2023":                        "2023",
		"mean of 2021, 2022 and 2023": "mean of 2021, 2022 and 2023",
		"year ending March 2024":      "year ending March 2024",
		"mean of year ending March 2021, year ending March 2022 and year ending March 2023": "mean of the years ending March 2021, 2022 and 2023",
	} {
		if got := meanPeriodWords(words); got != want {
			t.Errorf("%s: %s, want %s", words, got, want)
		}
	}
}
