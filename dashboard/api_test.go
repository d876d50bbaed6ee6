package dashboard

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// answer is an answer of the API as JSON.
func answer(t *testing.T, s http.Handler, target string) (code int, body map[string]any) {
	t.Helper()
	w := get(t, s, target)
	if err := json.Unmarshal(w.Body.Bytes(), &body); err != nil {
		t.Fatalf("%s: %v\n%s", target, err, w.Body)
	}
	return w.Code, body
}

// at walks into JSON: "observations.0.value".
func at(t *testing.T, body any, path string) any {
	t.Helper()
	for name := range strings.SplitSeq(path, ".") {
		switch x := body.(type) {
		case map[string]any:
			body = x[name]
		case []any:
			i := int(name[0] - '0')
			if i >= len(x) {
				t.Fatalf("%s: %d items", path, len(x))
			}
			body = x[i]
		}
	}
	return body
}

func TestTheAPIAnswersEveryAddress(t *testing.T) {
	s := smallServer(t)
	for _, c := range []struct {
		target, path string
		want         any
	}{
		{"/indicators", "indicators.0.id", "median-weekly-pay"},
		{"/indicators/claimant-rate", "latest_period", "2025-01-01/P1Y"},
		{"/quality", "indicators.0.areas", 361.0},
		{"/areas?area_types=region", "areas.0.code", "E12000001"},
		{"/areas?within=E12000002&area_types=metropolitan_borough", "areas.0.region", "E12000002"},
		{"/areas/E08000003", "name", "Manchester"},
		{"/areas/E08000003/neighbours?kind=global", "count", 20.0},
		{"/lookup?code=E07000026", "kind", "ended"},
		{"/lookup?code=E07000026", "areas.0.name", "Cumberland"},
		{"/lookup?postcode=M1", "areas.0.name", "Manchester"},
		{"/search?q=manchster", "areas.0.typo", true},
		{"/search?q=claimant", "indicators.0.id", "claimant-rate"},
		{"/observations?indicators=median-weekly-pay&areas=E08000003&periods=2025-04-01_P1M", "observations.0.value", 589.4},
		{"/observations?indicators=median-weekly-pay&areas=E08000003&periods=2024-04-01_P1M", "observations.0.marker", "u"},
		{"/observations?indicators=median-weekly-pay&areas=E08000003&periods=2024-04-01_P1M", "observations.0.value", nil},
		{"/observations?areas=E08000003&areas=K02000001&periods=latest", "count", 5.0},
		{"/comparisons?areas=E08000003&benchmark=uk", "comparisons.0.verdict", "worse"},
		{"/comparisons?areas=E08000003&indicators=median-weekly-pay", "comparisons.1.role", "region"},
		{"/comparisons?areas=E08000003&indicators=median-weekly-pay&periods=2025-04-01_P1M&benchmark=E08000038", "comparisons.0.benchmark", "E08000038"},
		{"/comparisons?areas=E08000003&indicators=claimant-rate&benchmark=similar-economic", "notes.0", circularity},
		{"/comparisons?areas=E08000003&benchmark=group&group=E08000003,E08000006", "edition", string(s.library.edition)},
		{"/comparisons?areas=E08000003&group=E08000003&group=E08000006", "edition", string(s.library.edition)},
		{"/observations?areas=E08000003&indicators=claimant-rate&periods=latest&benchmark=uk", "count", 2.0},
		{"/trends?areas=E08000003&benchmark=region", "edition", string(s.library.edition)},
		{"/boundaries", "boundaries.0.year", 2025.0},
		{"/boundaries", "boundaries.0.files.topojson", "https://goodwork.example" + apiPrefix + "/boundaries/local/2025.topojson"},
		{"/boundaries?level=local&year=2018", "count", 1.0},
		{"/boundaries?level=local&year=2018", "boundaries.0.areas", 391.0},
		{"/boundaries?level=combined_authority&year=2015", "boundaries.0.areas", 5.0},
		{"/boundaries?level=upper", "count", 11.0},
		{"/editions", "editions.0.latest", true},
		{"/editions/latest", "releases.0.sha256", strings.Repeat("b", 64)},
	} {
		code, body := answer(t, s, apiPrefix+c.target)
		if code != 200 {
			t.Errorf("%s: %d %v", c.target, code, body)
			continue
		}
		if diff := cmp.Diff(c.want, at(t, body, c.path)); diff != "" {
			t.Errorf("%s, %s: %s", c.target, c.path, diff)
		}
	}
}

func TestTheAPIRefusesWithAProblemThatNamesTheParameterAndWhatIsValid(t *testing.T) {
	s := smallServer(t)
	for _, c := range []struct {
		target, parameter, valid string
		code                     int
	}{
		{"/nowhere", "", "", 404},
		{"/indicators?x=1", "x", "", 400},
		{"/indicators/pay", "indicator", "median-weekly-pay", 404},
		{"/areas/E99999999", "area", "", 404},
		{"/areas?area_types=parish", "area_types", "district", 400},
		{"/areas?ended=maybe", "ended", "true", 400},
		{"/areas?within=E12000002&within=E12000003", "within", "", 400},
		{"/areas/E08000003/neighbours?kind=friendly", "kind", "economic", 400},
		{"/observations?indicators=pay", "indicators", "median-weekly-pay", 400},
		{"/observations?areas=London%00", "areas", "", 400},
		{"/observations?areas=Manchester", "areas", "E08000003", 400},
		{"/observations?period=latest", "period", "periods", 400},
		{"/observations?periods=2025", "periods", "", 400},
		{"/observations?periods=latest,2025-04-01_P1M", "periods", "", 400},
		{"/observations?limit=0", "limit", "", 400},
		{"/observations?limit=1e3", "limit", "", 400},
		{"/observations?cursor=xyz", "cursor", "", 400},
		{"/observations?cursor=MjAwMC0wMS0wMS0wMDAwMDAwMCAwIDA", "cursor", "", 400},
		{"/comparisons?benchmark=moon", "benchmark", "uk", 400},
		{"/comparisons?benchmark=similar&group=E08000003,E08000006", "group", "", 400},
		{"/comparisons?benchmark=group", "group", "", 400},
		{"/comparisons?benchmark=group&group=E08000003,E12000002", "group", "", 400},
		{"/comparisons?benchmark=group&group=Wigan", "group", "E08000010", 400},
		{"/observations?benchmark=region", "areas", "", 400},
		{"/trends?areas=E08000003&benchmark=moon", "benchmark", "similar-economic", 400},
		{"/groups?areas=E08000003", "areas", "", 400},
		{"/groups?areas=E08000003,E12000002", "areas", "", 400},
		{"/lookup", "", "code", 400},
		{"/lookup?postcode=ZZ99", "postcode", "", 404},
		{"/search", "q", "", 400},
		{"/index", "", "", 404},
		{"/boundaries/parish/2025.geojson", "group", "local", 404},
		{"/boundaries/local/1066.geojson", "file", "2025.geojson", 404},
		{"/boundaries/local/2014.topojson", "file", "2015.topojson", 404},
		{"/boundaries/local/2021.svg", "file", "2021.topojson", 404},
		{"/boundaries?year=2014", "year", "2015", 400},
		{"/boundaries?level=parish", "level", "upper", 400},
		{"/editions/2000-01-01-00000000", "edition", string(s.library.edition), 404},
	} {
		w := get(t, s, apiPrefix+c.target)
		var p problem
		if err := json.Unmarshal(w.Body.Bytes(), &p); err != nil {
			t.Errorf("%s: %v\n%s", c.target, err, w.Body)
			continue
		}
		if w.Code != c.code || p.Status != c.code || w.Header().Get("Content-Type") != "application/problem+json" || p.Parameter != c.parameter || p.Detail == "" || p.Instance != strings.Split(apiPrefix+c.target, "?")[0] {
			t.Errorf("%s: %d %s %+v", c.target, w.Code, w.Header().Get("Content-Type"), p)
		}
		if c.valid != "" && !strings.Contains(strings.Join(p.Valid, " "), c.valid) {
			t.Errorf("%s: valid is %v, which lacks %s", c.target, p.Valid, c.valid)
		}
	}
}

func TestTheAPIsListsAreNeverNull(t *testing.T) {
	s := smallServer(t)
	for target, lists := range map[string][]string{
		"/search?q=zzzzzzzz": {"areas", "indicators"}, "/groups?areas=E08000003,E08000006": {"groups.0.counted", "groups.0.omitted"}, "/comparisons?areas=K02000001": {"comparisons"},
	} {
		_, body := answer(t, s, apiPrefix+target)
		for _, list := range lists {
			if _, ok := at(t, body, list).([]any); !ok {
				t.Errorf("%s: %s is %v", target, list, at(t, body, list))
			}
		}
	}
}

func TestTheAPIsRootLeadsToItsDescription(t *testing.T) {
	s := smallServer(t)
	for _, root := range []string{apiPrefix, apiPrefix + "/"} {
		if w := get(t, s, root); w.Code != http.StatusFound || w.Header().Get("Location") != "/api" {
			t.Errorf("%s: %d %s", root, w.Code, w.Header().Get("Location"))
		}
	}
}

func TestPagesOfFiguresAddUpToTheWhole(t *testing.T) {
	s := smallServer(t)
	_, whole := answer(t, s, apiPrefix+"/observations?limit=10000")
	want := at(t, whole, "observations").([]any)
	for _, limit := range []string{"1", "4", "7"} {
		var got []any
		target := apiPrefix + "/observations?limit=" + limit
		for range 100 {
			_, page := answer(t, s, target)
			got = append(got, at(t, page, "observations").([]any)...)
			next, more := page["next"].(string)
			if !more {
				break
			}
			target = apiPrefix + "/observations?limit=" + limit + "&cursor=" + next
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("by %s: %s", limit, diff)
		}
	}
}

func TestTheNextPageIsOfWhatWasAsked(t *testing.T) {
	s, older, _ := editionServer(t)
	s.RequestsPerMinute = 0
	for _, prefix := range []string{"", "/editions/" + string(older)} {
		for _, target := range []string{
			apiPrefix + "/observations?indicators=median-weekly-pay&areas=E08000003,E08000006,K02000001",
			apiPrefix + "/comparisons?areas=E08000003,E12000002&benchmark=E08000038", apiPrefix + "/trends?areas=E08000003&benchmark=uk",
		} {
			list := strings.TrimPrefix(strings.Split(target, "?")[0], apiPrefix+"/")
			_, whole := answer(t, s, prefix+target)
			var got []any
			next := prefix + target + "&limit=2"
			pages := 0
			for ; next != "" && pages < 50; pages++ {
				w := get(t, s, next)
				var page map[string]any
				if err := json.Unmarshal(w.Body.Bytes(), &page); err != nil || w.Code != http.StatusOK {
					t.Fatalf("%s: %d %v", next, w.Code, err)
				}
				got = append(got, at(t, page, list).([]any)...)
				next, _, _ = strings.Cut(strings.TrimPrefix(w.Header().Get("Link"), "<https://goodwork.example"), ">")
			}
			if diff := cmp.Diff(at(t, whole, list), any(got), cmpopts.EquateEmpty()); diff != "" || pages < 2 {
				t.Errorf("%s%s in %d pages: %s", prefix, target, pages, diff)
			}
		}
	}
}

func TestTheAPIsDescriptionHoldsEveryAddressAndItsPageToo(t *testing.T) {
	s := smallServer(t)
	code, description := answer(t, s, apiPrefix+"/openapi.json")
	if code != 200 || !strings.HasPrefix(description["openapi"].(string), "3.1") {
		t.Fatalf("%d, OpenAPI %v", code, description["openapi"])
	}
	page := get(t, s, "/api").Body.String()
	for path, x := range description["paths"].(map[string]any) {
		op := x.(map[string]any)["get"].(map[string]any)
		if op["summary"] == "" || op["description"] == "" || !strings.Contains(page, "GET "+path) {
			t.Errorf("%s isn't described", path)
		}
		for _, p := range parametersOf(op) {
			if p := p.(map[string]any); p["in"] == "query" && p["description"] == nil {
				t.Errorf("%s: the parameter %v has no meaning", path, p["name"])
			}
		}
	}
}

func TestTheAPIsDescriptionNamesTheTypesOfBoundaries(t *testing.T) {
	s := smallServer(t)
	_, description := answer(t, s, apiPrefix+"/openapi.json")
	path := description["paths"].(map[string]any)[apiPrefix+"/boundaries/{group}/{file}"]
	declared := at(t, path, "get.responses.200.content").(map[string]any)
	for _, form := range boundaryForms {
		w := get(t, s, apiPrefix+"/boundaries/local/2025."+form)
		if kind := w.Header().Get("Content-Type"); declared[kind] == nil {
			t.Errorf("%s is %s; declared are %v", form, kind, declared)
		}
	}
}

func TestTheAPIMayBeReadFromAnywhereAndIsNotSentAgain(t *testing.T) {
	s := smallServer(t)
	w := get(t, s, apiPrefix+"/indicators", "Origin", "https://elsewhere.example")
	h := w.Header()
	if h.Get("Access-Control-Allow-Origin") != "*" || h.Get("ETag") == "" || h.Get("Last-Modified") == "" || h.Get("Cache-Control") == "" || h.Get("Content-Length") == "" {
		t.Errorf("headers %v", h)
	}
	if again := get(t, s, apiPrefix+"/indicators", "If-None-Match", h.Get("ETag")); again.Code != http.StatusNotModified {
		t.Errorf("%d, want 304", again.Code)
	}
	if again := get(t, s, apiPrefix+"/indicators", "If-Modified-Since", h.Get("Last-Modified")); again.Code != http.StatusNotModified || again.Body.Len() > 0 {
		t.Errorf("%d to a reader who has it, want 304", again.Code)
	}
	if again := get(t, s, apiPrefix+"/indicators", "If-Modified-Since", "Sat, 01 Jan 2000 00:00:00 GMT"); again.Code != http.StatusOK {
		t.Errorf("%d to a reader who has an older one", again.Code)
	}
	if part := get(t, s, apiPrefix+"/indicators", "Range", "bytes=0-9"); part.Code != http.StatusOK || part.Header().Get("Accept-Ranges") != "none" {
		t.Errorf("a range of an answer: %d, Accept-Ranges %q", part.Code, part.Header().Get("Accept-Ranges"))
	}
	head := httptest.NewRecorder()
	s.ServeHTTP(head, httptest.NewRequest(http.MethodHead, apiPrefix+"/indicators", nil))
	if head.Code != 200 || head.Body.Len() > 0 || head.Header().Get("Content-Length") != h.Get("Content-Length") {
		t.Errorf("HEAD: %d, %d bytes", head.Code, head.Body.Len())
	}
	before := httptest.NewRecorder()
	s.ServeHTTP(before, httptest.NewRequest(http.MethodOptions, apiPrefix+"/indicators", nil))
	if before.Code != http.StatusNoContent || before.Header().Get("Access-Control-Allow-Methods") == "" {
		t.Errorf("OPTIONS: %d %v", before.Code, before.Header())
	}
	if post := httptest.NewRecorder(); true {
		s.ServeHTTP(post, httptest.NewRequest(http.MethodPost, apiPrefix+"/indicators", strings.NewReader("{}")))
		if post.Code != http.StatusMethodNotAllowed {
			t.Errorf("POST: %d", post.Code)
		}
	}
}

func TestOneReaderCannotTakeTheAPIForThemselves(t *testing.T) {
	var l clients
	now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	for i := range 60 {
		if left, wait := l.take("a", 60, now); wait > 0 || left != 59-i {
			t.Fatalf("request %d: %d left, wait %d", i, left, wait)
		}
	}
	if _, wait := l.take("a", 60, now); wait != 1 {
		t.Errorf("after all are taken the wait is %d, want 1", wait)
	}
	if _, wait := l.take("b", 60, now); wait != 0 {
		t.Error("another reader has to wait")
	}
	if _, wait := l.take("a", 60, now.Add(time.Second)); wait != 0 {
		t.Error("a second later there is none again")
	}
}

func parametersOf(op map[string]any) []any {
	list, _ := op["parameters"].([]any)
	return list
}

func TestBoundariesAreThoseOfTheYearAskedFor(t *testing.T) {
	s := snapshotServer(t)
	ids := func(target string) map[string]bool {
		w := get(t, s, apiPrefix+target)
		if w.Code != 200 {
			t.Fatalf("%s: %d", target, w.Code)
		}
		var x struct {
			Features []struct{ ID string }
			Objects  map[string]struct{ Geometries []struct{ ID string } }
		}
		if err := json.Unmarshal(w.Body.Bytes(), &x); err != nil {
			t.Fatal(err)
		}
		found := map[string]bool{}
		for _, f := range x.Features {
			found[f.ID] = true
		}
		for _, g := range x.Objects["areas"].Geometries {
			found[g.ID] = true
		}
		return found
	}
	for _, form := range boundaryForms {
		was, is := ids("/boundaries/local/2018."+form), ids("/boundaries/local/2025."+form)
		if len(was) != 391 || len(is) != 361 {
			t.Errorf("%s: %d local areas in 2018, %d in 2025", form, len(was), len(is))
		}
		if !was["E07000004"] || was["E06000060"] || is["E07000004"] || !is["E06000060"] {
			t.Errorf("%s: Aylesbury Vale was in 2018's boundaries, Buckinghamshire is in 2025's", form)
		}
		if upper := ids("/boundaries/upper/2018." + form); !upper["E10000002"] || upper["E06000060"] || upper["E07000004"] {
			t.Errorf("%s: the county of Buckinghamshire was an upper-tier area in 2018", form)
		}
		if regions := ids("/boundaries/region/2016." + form); len(regions) != 9 {
			t.Errorf("%s: %d regions in 2016", form, len(regions))
		}
	}
}
