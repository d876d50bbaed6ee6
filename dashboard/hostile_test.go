package dashboard

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
)

// leaks are words that belong to the inside and to no answer of a refusal.
var leaks = regexp.MustCompile(`(?i)\bSELECT \w|goodwork/(data|dashboard)|duckdb|\.go:\d|goroutine|/root/|/tmp/|Catalog Error|Binder Error`)

// hostileRequests are requests that no reader of good will makes. Each must be
// refused with a helpful body.
func hostileRequests() []string {
	figures := "/indicators/median-weekly-pay"
	api := apiPrefix + "/observations"
	long := strings.Repeat("x", 5000)
	codes := strings.TrimSuffix(strings.Repeat("E08000003,", 10_000), ",")
	var all []string
	// Values that are wrong for every parameter.
	wrong := []string{
		"%00", "%ff%fe", "%0d%0aSet-Cookie%3Aa%3Db", "..%2F..%2Fetc%2Fpasswd", "%27%20OR%201%3D1--", "%22%3E%3Cscript%3Ealert(1)%3C%2Fscript%3E",
		"1;DROP%20TABLE%20estimate", "__proto__", "constructor", "%7B%7B7*7%7D%7D", "$%7Bjndi:ldap://x%7D", "%2e%2e%2f", long, "-1", "NaN", "Infinity",
		"9999-99-99_P1Y", "-2025-01-01_P1Y", "2025-02-30", "2025-01-01_P0Y", "2025-01-01_P-1Y", "2025-01-01_P99999Y", "0000-00-00", "%E2%80%AE", "%F0%9F%92%A9", "null", "[]",
	}
	for _, name := range []string{"period", "level"} {
		for _, v := range wrong {
			all = append(all, figures+"?"+name+"="+v)
		}
	}
	for _, name := range []string{"indicators", "areas", "area_types", "periods", "cursor"} {
		for _, v := range wrong {
			all = append(all, api+"?"+name+"="+v)
		}
	}
	for _, v := range wrong {
		all = append(all, apiPrefix+"/index?weights="+v, apiPrefix+"/comparisons?benchmark="+v, apiPrefix+"/comparisons?group="+v, apiPrefix+"/trends?areas=E08000003&benchmark="+v, api+"?limit="+v)
	}
	// Names that are wrong, on every kind of route.
	for _, route := range []string{"/", "/areas", "/indicators", figures, figures + ".csv", "/areas/E08000003.csv", "/methods", "/sources", "/quality", "/dictionary", "/editions", "/api", apiPrefix + "/areas", api} {
		for _, q := range []string{"__proto__=1", "constructor[prototype]=1", "x=1", "%00=1", "%zz", "Period=1", "period%5B%5D=1", "a=1&a=2", "=1&x"} {
			all = append(all, route+"?"+q)
		}
	}
	// Paths.
	all = append(all,
		"/areas/..%2F..%2Fetc%2Fpasswd", "/areas/%00", "/areas/"+long, "/areas/E08000003%0d%0aX:1", "/indicators/%27%3B%20DROP%20TABLE", "/indicators/"+long, "/indicators/.csv", "/areas/.csv",
		"/editions/..%2f..%2fetc", "/editions/a...b", "/editions/......", "/editions/latest...", "/editions/"+long, "/editions/%00", "/editions/latest.exe", "/latest/../etc/passwd", "/latest/latest",
		"/areas/E08000003/median-weekly-pay/..", "/areas/E08000003/median-weekly-pay/%00", "/areas/E08000003/..%2f/latest", "/areas/E08000003/median-weekly-pay/9999-99-99", "/areas/E08000003/median-weekly-pay/2025-04-01_P1M,2024-04-01_P1M",
		"/geometry/..%2fsecret", "/.git/config", "/.env", "/wp-login.php", "/admin", "/debug/pprof/", "/api/v2/areas", "/api/v1/", "/api/v1/..%2fareas", "/api/v1/areas/"+long, "/api/v1/boundaries/local/..%2f..%2f", "/api/v1/editions/..%2fx",
		"/api/v1/schemas/Area.json", "/api/v1/docs", "/swagger.json", "/%2e%2e/%2e%2e/etc/passwd", "/areas//E08000003", "/indicators/median-weekly-pay/", "/indicators/median-weekly-pay.csv.csv",
	)
	// Size and repetition.
	all = append(all,
		api+"?areas="+codes, apiPrefix+"/groups?areas="+codes, figures+"?period="+strings.Repeat("2025-04-01_P1M,", 1000), figures+"?"+strings.Repeat("level=local&", 5000),
		api+"?limit=10&limit=10", api+"?cursor=a&cursor=b", figures+"?period="+strings.Repeat("a", 1<<20), "/search?q="+strings.Repeat("a", 1<<20), api+"?"+strings.Repeat("areas=E08000003&", 65_000),
		apiPrefix+"/search?q="+strings.Repeat("a", 201), apiPrefix+"/lookup?code=E08000003&postcode=M1", apiPrefix+"/index?weights=pay:-1", apiPrefix+"/index?weights=pay:0", apiPrefix+"/index?weights=pay:1e999",
	)
	return all
}

// settled are hostile requests that are well answered: by a redirect to the same
// without its fault, or by a page that shows what it always does.
var settled = map[int]bool{http.StatusMovedPermanently: true, http.StatusFound: true}

func TestHundredsOfHostileRequestsAreRefusedWithAHelpfulBody(t *testing.T) {
	s := smallServer(t)
	requests := hostileRequests()
	if len(requests) < 200 {
		t.Fatalf("%d requests, want 200", len(requests))
	}
	for _, target := range requests {
		name := target[:min(len(target), 90)]
		r := &http.Request{Method: http.MethodGet, Host: "goodwork.example", Header: http.Header{}, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Body: http.NoBody, RemoteAddr: "192.0.2.1:1234"}
		u, err := url.ParseRequestURI(target)
		if err != nil {
			u = &url.URL{Path: target}
		}
		r.URL, r.RequestURI = u, target
		w := httptest.NewRecorder()
		s.ServeHTTP(w, r)
		body := w.Body.String()
		switch {
		case settled[w.Code]:
			if to := w.Header().Get("Location"); !regexp.MustCompile(`^/([^/\\]|$)`).MatchString(to) {
				t.Errorf("%s leads to %q", name, to)
			}
		case w.Code < 400 || w.Code >= 500:
			t.Errorf("%s: %d, want a refusal", name, w.Code)
		case strings.HasPrefix(w.Header().Get("Content-Type"), "application/problem+json"):
			var p problem
			if err := json.Unmarshal(w.Body.Bytes(), &p); err != nil || p.Detail == "" || p.Status != w.Code {
				t.Errorf("%s: the problem can't be read or says nothing: %v %s", name, err, body)
			}
		case !strings.Contains(body, "<h1>") || !strings.Contains(body, `class="lead"`):
			t.Errorf("%s: %d without a helpful page", name, w.Code)
		}
		if found := leaks.FindString(body); found != "" {
			t.Errorf("%s: the answer holds %q", name, found)
		}
		if strings.Contains(body, "<script>alert") {
			t.Errorf("%s: the answer repeats a script", name)
		}
		if len(body) > 100_000 {
			t.Errorf("%s: %d bytes are answered", name, len(body))
		}
	}
}

// seedRoutes are one address of each kind.
var seedRoutes = []string{
	"/", "/search?q=man", "/search/suggest?q=man", "/areas", "/areas/E08000003", "/areas/E08000003-manchester?benchmark=region", "/areas/E08000003.csv?indicator=median-weekly-pay", "/indicators",
	"/indicators/median-weekly-pay?period=2025-04-01_P1M&level=local&sort=value&order=desc", "/indicators/median-weekly-pay.csv?period=2025-04-01_P1M", "/geometry/local.json", "/methods", "/sources", "/quality",
	"/dictionary", "/editions", "/editions/latest", "/editions/latest...latest.csv", "/latest/areas", "/api", "/areas/E08000003/median-weekly-pay/latest", apiPrefix + "/areas?area_types=region&within=E92000001",
	apiPrefix + "/observations?areas=E08000003&indicators=claimant-rate&periods=latest&limit=5&cursor=", apiPrefix + "/comparisons?benchmark=uk", apiPrefix + "/trends?limit=3", apiPrefix + "/groups?areas=E08000003,E08000006",
	apiPrefix + "/index?weights=pay:1", apiPrefix + "/lookup?postcode=M1", apiPrefix + "/search?q=a&limit=2", apiPrefix + "/boundaries/region/2025.topojson", apiPrefix + "/editions/latest", apiPrefix + "/openapi.json",
	apiPrefix + "/provenance/E08000003/median-weekly-pay/latest", "/groups?areas=E08000003,E08000006", "/nowhere",
}

// FuzzQueriesAndRoutes asks for anything: nothing is a fault of the server, an
// empty answer under 200, or tells of the inside.
func FuzzQueriesAndRoutes(f *testing.F) {
	for _, target := range append(seedRoutes, hostileRequests()[:150]...) {
		f.Add(target)
	}
	server, err := openSmallServer()
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, target string) { holds(t, server, target) })
}

// holds asks for a target and holds the answer to what must never be.
func holds(t *testing.T, s *Server, target string) {
	t.Helper()
	u, err := url.ParseRequestURI(target)
	if err != nil || u.Host != "" || !strings.HasPrefix(u.Path, "/") {
		return // no server gets such a request
	}
	r := &http.Request{Method: http.MethodGet, Host: "goodwork.example", URL: u, RequestURI: target, Header: http.Header{}, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Body: http.NoBody, RemoteAddr: "192.0.2.1:1234"}
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	if w.Code >= 500 {
		t.Errorf("%q: %d", target, w.Code)
	}
	if w.Code == http.StatusOK && w.Body.Len() == 0 {
		t.Errorf("%q: an empty answer", target)
	}
	if w.Code >= 400 {
		if found := leaks.FindString(w.Body.String()); found != "" && !strings.Contains(strings.ToLower(target), strings.ToLower(found)) {
			t.Errorf("%q: the answer holds %q", target, found)
		}
	}
	if to := w.Header().Get("Location"); w.Code >= 300 && w.Code < 400 && w.Code != http.StatusNotModified && !regexp.MustCompile(`^/([^/\\]|$)`).MatchString(to) {
		t.Errorf("%q leads to %q", target, to)
	}
}

func TestTenThousandRandomQueriesAreNeverAFault(t *testing.T) {
	n := 10_000
	if testing.Short() {
		n = 1000
	}
	s := smallServer(t)
	// A sequence that is the same each time: a fault can be asked for again.
	state := uint64(20261123)
	next := func(n int) int {
		state = state*6364136223846793005 + 1442695040888963407
		return int(state>>33) % n
	}
	names := []string{"period", "periods", "level", "sort", "order", "areas", "indicators", "area_types", "benchmark", "group", "q", "limit", "cursor", "weights", "from", "kind", "within", "__proto__", ""}
	values := []string{"2025-04-01_P1M", "latest", "local", "E08000003", "E07000026", "K02000001", "median-weekly-pay", "claimant-rate", "uk", "region", "value", "desc", "1", "-1", "10000", "pay:1", "a,b", ",", "", "%00", "%ff", "%", "'", "2025-13-45", "9999-12-31_P99Y", "é", "\u202e"}
	for range n {
		route, _, _ := strings.Cut(seedRoutes[next(len(seedRoutes))], "?")
		if strings.HasPrefix(route, "/areas/E08000003-") || strings.HasPrefix(route, apiPrefix+"/boundaries") || route == "/geometry/local.json" {
			if next(10) > 0 {
				route = apiPrefix + "/observations" // drawings take their time
			}
		}
		if next(5) == 0 {
			route += values[next(len(values))]
		}
		var q []string
		for range next(4) {
			q = append(q, fmt.Sprintf("%s=%s", names[next(len(names))], values[next(len(values))]))
		}
		holds(t, s, route+"?"+strings.Join(q, "&"))
	}
}
