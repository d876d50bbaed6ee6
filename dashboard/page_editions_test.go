package dashboard

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/net/html"

	"goodwork/data"
)

// editionServer serves the second of two editions beside the first: Manchester's
// pay was revised, its verdict changed, and a row dropped.
func editionServer(t *testing.T) (s *Server, older, newer data.EditionID) {
	t.Helper()
	ctx, dir := context.Background(), t.TempDir()
	register, err := data.LoadRegister()
	if err != nil {
		t.Fatal(err)
	}
	before := smallEdition()
	before.Date = "2026-05-01"
	for i := range before.Estimates {
		if x := &before.Estimates[i]; x.Area == "E08000003" && x.Period == data.MustPeriod("2025-04-01/P1M") {
			x.Value = data.Number(580)
		}
	}
	before.Comparisons[0].Verdict = data.Similar
	before.Estimates = append(before.Estimates, data.Estimate{
		Indicator: "median-weekly-pay", Area: "E08000007", Period: data.MustPeriod("2025-04-01/P1M"), Value: data.Number(1), Unit: "£", Source: "pay", Release: "2025-10",
	})
	after := smallEdition()
	after.Inputs = []data.Input{{Indicator: "median-weekly-pay", Area: "E08000003", Period: data.MustPeriod("2025-04-01/P1M"), Role: data.InputValue, Source: "pay", Release: "2025-10", Measure: "pay", Row: 77}}
	after.Steps = []data.MethodStep{{Indicator: "median-weekly-pay", Position: 1, Name: "Figure", Formula: "{value}", Text: "Carried over.", Function: "indicators.published"}}
	if older, err = data.PublishEdition(ctx, dir, before, register); err != nil {
		t.Fatal(err)
	}
	if newer, err = data.PublishEdition(ctx, dir, after, register); err != nil {
		t.Fatal(err)
	}
	edition, err := data.OpenEdition(ctx, dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { edition.Close() })
	like := smallServer(t)
	s, err = New(ctx, Config{
		Edition: edition, Register: register, Boundaries: like.Boundaries, BoundaryHistory: like.BoundaryHistory, Assets: like.Assets, Charts: like.Charts, Methods: like.Methods,
		Editions: data.NewEditionShelf(dir), RequestsPerMinute: 3, Now: func() time.Time { return time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC) },
		Log: slog.New(slog.NewTextHandler(io.Discard, nil)), BaseURL: "https://goodwork.example", Version: "test",
	})
	if err != nil {
		t.Fatal(err)
	}
	return s, older, newer
}

func TestAnEditionStaysReadableUnderItsOwnAddress(t *testing.T) {
	s, older, newer := editionServer(t)
	csvAt := func(prefix string) string {
		w := get(t, s, prefix+"/areas/E08000003.csv")
		if w.Code != http.StatusOK {
			t.Fatalf("%s: %d", prefix, w.Code)
		}
		return w.Body.String()
	}
	if old := csvAt("/editions/" + string(older)); !strings.Contains(old, ",580,") || strings.Contains(old, ",589.4,") {
		t.Error("the older edition gives the newer figure")
	}
	for _, prefix := range []string{"", "/latest", "/editions/" + string(newer)} {
		if !strings.Contains(csvAt(prefix), ",589.4,") {
			t.Errorf("%q doesn't give the latest figure", prefix)
		}
	}
	if at := get(t, s, "/latest/areas/E08000003.csv").Header().Get("Content-Location"); at != "/editions/"+string(newer)+"/areas/E08000003.csv" {
		t.Errorf("the latest lies at %q", at)
	}
	page := get(t, s, "/editions/"+string(older)+"/areas/E08000003-manchester").Body.String()
	for _, want := range []string{`href="/editions/` + string(older) + `/indicators/`, "Edition " + string(older), `href="/editions"`, "You are reading an earlier edition", `<a href="/latest/areas/E08000003-manchester">read this page in the latest</a>`} {
		if !strings.Contains(page, want) {
			t.Errorf("a page of the older edition lacks %s", want)
		}
	}
	if strings.Contains(get(t, s, "/editions/"+string(newer)+"/areas").Body.String(), "earlier edition") {
		t.Error("the latest edition is called an earlier one")
	}
	if strings.Contains(page, `<a href="/areas/`) {
		t.Error("a link leads out of the edition")
	}
	if to := get(t, s, "/editions/"+string(older)+"/areas/E08000003").Header().Get("Location"); to != "/editions/"+string(older)+"/areas/E08000003-manchester" {
		t.Errorf("a redirect leads to %q", to)
	}
	if _, body := answer(t, s, "/editions/"+string(older)+apiPrefix+"/observations?areas=E08000003&indicators=median-weekly-pay&periods=latest"); at(t, body, "observations.0.value") != 580.0 {
		t.Errorf("the API of the older edition gives %v", body)
	}
	for prefix, want := range map[string]string{"": "", "/latest": "/latest", "/editions/" + string(older): "/editions/" + string(older), "/editions/" + string(newer): "/editions/" + string(newer)} {
		links := strings.Join(get(t, s, prefix+"/areas/E08000003.csv").Header().Values("Link"), ", ")
		for _, to := range []string{"/areas/E08000003-manchester>; rel=\"about\"", "/areas/E08000003.csv-metadata.json>; rel=\"describedby\""} {
			if to = "<https://goodwork.example" + want + to; !strings.Contains(links, to) {
				t.Errorf("what describes a file below %q isn't %s: %s", prefix, to, links)
			}
		}
	}
	tags := map[string]bool{}
	for _, target := range []string{"/indicators", "/latest/indicators", "/editions/" + string(older) + "/indicators", "/editions/" + string(newer) + "/indicators"} {
		tags[get(t, s, target).Header().Get("ETag")] = true
	}
	if len(tags) != 4 {
		t.Errorf("pages of different editions share a tag: %v", tags)
	}
	for _, nowhere := range []string{"/editions/2020-01-01-00000000/areas", "/editions/..%2f..%2fetc", "/editions/" + string(older) + "/editions/" + string(newer) + "/areas", "/latest/latest/areas"} {
		if w := get(t, s, nowhere); w.Code != http.StatusNotFound {
			t.Errorf("%s: %d", nowhere, w.Code)
		}
	}
}

func TestWhatChangedBetweenTwoEditionsIsTold(t *testing.T) {
	s, older, newer := editionServer(t)
	stem := "/editions/" + string(older) + "..." + string(newer)
	text := textOf(t, get(t, s, stem).Body.String())
	for _, want := range []string{"Revised figures: 1", "Median weekly pay, April 2025: 1", "Manchester £580 £589 +£9", "Manchester United Kingdom not clearly different worse", "Changed verdicts: 1", "Dropped rows: 1"} {
		if !strings.Contains(text, want) {
			t.Errorf("the page lacks %q:\n%s", want, text)
		}
	}
	rows, err := csv.NewReader(get(t, s, stem+".csv").Body).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var kinds []string
	for _, r := range rows[1:] {
		kinds = append(kinds, r[0])
	}
	if diff := cmp.Diff([]string{"revised", "changed verdict", "dropped"}, kinds); diff != "" {
		t.Error(diff)
	}
	if same := textOf(t, get(t, s, "/editions/"+string(newer)+"...latest").Body.String()); !strings.Contains(same, "No figure and no verdict differs.") {
		t.Error("an edition differs from itself")
	}
}

func TestAnEditionSaysWhatItWasMadeFromAndHowToCiteIt(t *testing.T) {
	s, _, newer := editionServer(t)
	id := string(newer)
	var m apiEdition
	if err := json.Unmarshal(get(t, s, "/editions/"+id+".json").Body.Bytes(), &m); err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(m.ContentHash, id[11:]) || len(m.Releases) != 3 || m.CodeVersion != "test" || !m.Latest {
		t.Errorf("manifest %+v", m)
	}
	text := textOf(t, get(t, s, "/editions/"+id).Body.String())
	if want := "Good Work. (2026). Good Work: figures for the local areas of the United Kingdom (Edition " + id + ") [Data set]. https://goodwork.example/editions/" + id; !strings.Contains(text, want) {
		t.Errorf("the page lacks %q", want)
	}
	if bib := get(t, s, "/editions/"+id+".bib").Body.String(); !strings.HasPrefix(bib, "@misc{goodwork-"+id) || strings.Count(bib, "{") != strings.Count(bib, "}") {
		t.Error(bib)
	}
	if ris := get(t, s, "/editions/"+id+".ris").Body.String(); !strings.HasPrefix(ris, "TY  - DATA\r\n") || !strings.HasSuffix(ris, "ER  - \r\n") {
		t.Error(ris)
	}
}

func TestANumberLeadsToThePublishersRow(t *testing.T) {
	s, _, _ := editionServer(t)
	text := textOf(t, get(t, s, "/areas/E08000003/median-weekly-pay/2025-04-01_P1M").Body.String())
	for _, want := range []string{"£589", "Unrounded: 589.4 (562.886 to 615.914)", "Published figure 589.4 pay E08000003 April 2025 77 pay.csv", strings.Repeat("a", 64), "Carried over.", "goodwork explain E08000003 median-weekly-pay 2025-04-01_P1M"} {
		if !strings.Contains(text, want) {
			t.Errorf("the page lacks %q:\n%s", want, text)
		}
	}
	_, body := answer(t, s, apiPrefix+"/provenance/E08000003/median-weekly-pay/latest")
	if at(t, body, "inputs.0.row") != 77.0 || at(t, body, "inputs.0.value") != 589.4 || at(t, body, "worked") != "589.4" {
		t.Errorf("%v", body)
	}
	missing := textOf(t, get(t, s, "/areas/E08000003/median-weekly-pay/2024-04-01_P1M").Body.String())
	if !strings.Contains(missing, "[u] the publisher’s sample is too small") {
		t.Errorf("a missing figure's page lacks its reason:\n%s", missing)
	}
	for target, code := range map[string]int{
		"/areas/E08000003/median-weekly-pay/2025":                 400,
		"/areas/E08000003/median-weekly-pay/1999-04-01_P1M":       404,
		"/areas/E08000003/nothing/latest":                         404,
		"/areas/X/median-weekly-pay/latest":                       404,
		"/areas/E08000001/median-weekly-pay/latest":               302,
		"/areas/E08000001/median-weekly-pay/2025-04-01_P1M":       404,
		"/areas/E08000003-manchester/median-weekly-pay/latest":    302,
		"/areas/E08000003/median-weekly-pay/2025-04-01_P1M.json":  200,
		"/areas/E08000003/median-weekly-pay/2025-04-01_P1M?x=y":   400,
		"/areas/E08000003/claimant-rate/2025-01-01_P1Y":           200,
		"/areas/E08000003/median-weekly-pay/2025-04-01_P1M/extra": 400,
	} {
		if w := get(t, s, target); w.Code != code {
			t.Errorf("%s: %d, want %d", target, w.Code, code)
		}
	}
}

func TestTheAPISaysHowManyRequestsAreLeftAndThenRefuses(t *testing.T) {
	s, older, _ := editionServer(t)
	var left []string
	for _, target := range []string{apiPrefix + "/areas", "/editions/" + string(older) + apiPrefix + "/areas", apiPrefix + "/areas"} {
		left = append(left, get(t, s, target).Header().Get("RateLimit-Remaining"))
	}
	if diff := cmp.Diff([]string{"2", "1", "0"}, left); diff != "" {
		t.Error(diff)
	}
	w := get(t, s, apiPrefix+"/areas")
	if w.Code != http.StatusTooManyRequests || w.Header().Get("Retry-After") == "" || w.Header().Get("Content-Type") != "application/problem+json" {
		t.Errorf("%d %v", w.Code, w.Header())
	}
	if page := get(t, s, "/areas"); page.Code != http.StatusOK {
		t.Error("a page was refused too")
	}
}

func TestEveryColumnOfTheFilesIsInTheDictionary(t *testing.T) {
	text := get(t, smallServer(t), "/dictionary").Body.String()
	columns, err := data.FigureColumns()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range columns {
		if !strings.Contains(text, "<code>"+c.Name+"</code>") {
			t.Errorf("the dictionary lacks %s", c.Name)
		}
	}
}

func TestEverySourceIsListedWithTheFilesThatWereRead(t *testing.T) {
	s := snapshotServer(t)
	body := get(t, s, "/sources").Body.String()
	releases, err := s.Edition.Releases(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range releases {
		if !strings.Contains(body, `id="`+string(r.Source)+`"`) || !strings.Contains(body, r.SHA256) {
			t.Errorf("the page lacks release %s of %s", r.ID, r.Source)
		}
	}
}

func TestProseHasOneHeadingAndLinksToItsParts(t *testing.T) {
	s := smallServer(t)
	for _, target := range []string{"/methods", "/about", "/accessibility", "/privacy"} {
		w := get(t, s, target)
		body := w.Body.String()
		if w.Code != 200 || strings.Count(body, "<h1") != 1 || strings.Contains(body, "##") || strings.Contains(body, "style=") {
			t.Errorf("%s: %d, %d headings", target, w.Code, strings.Count(body, "<h1"))
		}
	}
	if body := get(t, s, "/methods").Body.String(); !strings.Contains(body, `<a href="#grades">Grades</a>`) || !strings.Contains(body, `id="grades"`) {
		t.Error("the methods have no list of contents")
	}
}

// toTheLatest tells whether a link is that of the notice that leads out of an
// earlier edition.
func toTheLatest(n *html.Node) bool {
	return n.Parent != nil && slices.Contains(n.Parent.Attr, html.Attribute{Key: "class", Val: "notice"})
}

// What the scripts of a page go to lies in the page's edition too: search
// suggestions, areas of a map, pictures, links to copy and code to embed.
func TestWhatScriptsGoToStaysInTheEdition(t *testing.T) {
	s, older, _ := editionServer(t)
	prefix := "/editions/" + string(older)
	for _, page := range []string{"/", "/areas/E08000003-manchester", "/indicators/median-weekly-pay", "/compare?areas=E08000003,E08000006", "/search?q=man"} {
		w := get(t, s, prefix+page)
		if w.Code != http.StatusOK {
			t.Fatalf("%s: %d", page, w.Code)
		}
		doc, err := html.Parse(w.Body)
		if err != nil {
			t.Fatal(err)
		}
		for n := range doc.Descendants() {
			for _, a := range n.Attr {
				isAddress := strings.HasPrefix(a.Val, "/") && a.Key != "data-geometry" && n.Data != "link"
				if isAddress && staysInEdition(a.Val) && !toTheLatest(n) {
					t.Errorf("%s: <%s %s=%q> leads out of the edition", page, n.Data, a.Key, a.Val)
				}
			}
			if n.Type == html.TextNode && (strings.Contains(n.Data, `src="/embed/`) || strings.Contains(n.Data, `src="https://goodwork.example/embed/`)) {
				t.Errorf("%s: the code to embed is of the latest edition: %s", page, n.Data)
			}
		}
	}
	_, found := answer(t, s, prefix+"/search/suggest?q=manchester")
	if to := at(t, found, "places.0.href"); to != prefix+"/areas/E08000003-manchester" {
		t.Errorf("a suggestion leads to %v", to)
	}
}

func TestARowOfAReleaseOfSeveralFilesIsOfOneOfThem(t *testing.T) {
	edition := smallEdition()
	april := data.MustPeriod("2025-04-01/P1M")
	edition.Inputs = []data.Input{{Indicator: "median-weekly-pay", Area: "E08000003", Period: april, Role: data.InputValue, Source: "pay", Release: "2025-10", Measure: "pay", Row: 77}}
	for _, r := range edition.Releases {
		if r.Source == "pay" && r.ID == "2025-10" {
			r.File = "pay-2.csv"
			edition.Releases = append(edition.Releases, r)
			break
		}
	}
	s, err := openServer(edition)
	if err != nil {
		t.Fatal(err)
	}
	// The period as a CSV has it, in the address that its metadata give.
	w := get(t, s, "/areas/E08000003/median-weekly-pay/2025-04-01%2FP1M")
	if to := w.Header().Get("Location"); w.Code != http.StatusFound || to != "/areas/E08000003/median-weekly-pay/2025-04-01_P1M" {
		t.Fatalf("%d, to %q", w.Code, to)
	}
	text := textOf(t, get(t, s, w.Header().Get("Location")).Body.String())
	if !strings.Contains(text, "77 one of the release’s 2 files") {
		t.Errorf("the page doesn't say that the row is of one of two files: %s", text)
	}
}
