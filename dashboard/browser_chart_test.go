package dashboard

import (
	"fmt"
	"html/template"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"goodwork/dashboard/chart"
)

// chartPolicy is the policy of the dashboard's pages.
const chartPolicy = "default-src 'self'; script-src 'self'; style-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'"

var chartPage = template.Must(template.New("page").Parse(`<!doctype html><html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width"><title>Charts</title><link rel="icon" href="/icon.svg">
<link rel="stylesheet" href="{{.Style}}"><script src="{{.Script}}" defer></script></head><body><main>
{{range .Figures}}<figure class="chart" id="{{.ID}}" data-chart data-name="{{.Name}}"{{with .Geometry}} data-geometry="{{.}}" data-proportion="true"{{end}}>
<div class="chart-drawing">{{.SVG}}</div><script type="application/json" class="chart-option">{{.Option}}</script></figure>
{{end}}</main></body></html>`))

type chartFigure struct {
	ID, Name, Geometry string
	SVG                template.HTML
	Option             template.JS
}

// newChartServer serves a page of one chart of each kind.
func newChartServer(t *testing.T) *httptest.Server {
	t.Helper()
	assets := must(NewAssets())
	engine := must(chart.NewEngine(chart.EngineConfig{Files: assets.Built(), Runtimes: 2}))
	t.Cleanup(engine.Close)
	engine.RegisterMap("districts", []byte(chart.SampleShapes))
	var figures []chartFigure
	for _, c := range []struct {
		id            string
		option        []byte
		width, height int
		geometry      string
	}{
		{"trend", must(chart.Trend(chart.SampleTrend())), 720, 300, ""},
		{"bars", must(chart.StackedBars(chart.SampleBars())), 640, 200, ""},
		{"quadrant", must(chart.Quadrant(chart.SampleScatter())), 640, 400, ""},
		{"map", must(chart.Map(chart.SampleMap())), 400, 300, "/geometry/districts.json"},
	} {
		name := "The chart of the " + c.id
		svg := must(engine.Draw(t.Context(), chart.Drawing{Edition: "test", Option: c.option, Width: c.width, Height: c.height}))
		figures = append(figures, chartFigure{
			c.id, name, c.geometry, must(chart.PageSVG(svg, chart.Words{ID: c.id + "-svg", Title: name})), template.JS(c.option),
		})
	}
	mux := http.NewServeMux()
	mux.Handle(AssetPrefix, assets)
	mux.HandleFunc("/geometry/districts.json", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(chart.SampleShapes)) })
	mux.HandleFunc("/icon.svg", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "image/svg+xml")
		_, _ = w.Write([]byte(`<svg xmlns="http://www.w3.org/2000/svg"/>`))
	})
	mux.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Header().Set("Content-Security-Policy", chartPolicy)
		if err := chartPage.Execute(w, map[string]any{
			"Style": must(assets.Asset("style.css")), "Script": must(assets.Asset("charts.js")), "Figures": figures,
		}); err != nil {
			t.Error(err)
		}
	})
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	return server
}

func TestChartsComeAliveUnderAStrictPolicy(t *testing.T) {
	server := newChartServer(t)
	b := newBrowser(t)
	b.size(1000, 1600)
	b.scheme("light", "screen")
	b.open(server.URL)
	b.until(`document.querySelectorAll('figure[data-live="true"]').length === 4`)
	if n := evaluated[int](b, `window.__chartsReady`); n != 4 {
		t.Errorf("%d charts say that they are ready", n)
	}

	// The live chart stands in the server's place, named as the server's was.
	for _, id := range []string{"trend", "bars", "quadrant", "map"} {
		live := "#" + id + " .chart-live"
		if name := evaluated[string](b, `document.querySelector('`+live+`').getAttribute('aria-label')`); name != "The chart of the "+id {
			t.Errorf("%s: its name is %q", id, name)
		}
		if shown := evaluated[string](b, `getComputedStyle(document.querySelector('#`+id+` .chart-drawing')).display`); shown != "none" {
			t.Errorf("%s: the server's drawing is still shown: %s", id, shown)
		}
		b.pointAt(live)
	}
	for _, want := range []string{"£600", "Bath and North", "[x]", "new method"} {
		if !evaluated[bool](b, fmt.Sprintf(`document.querySelector('#trend .chart-live').textContent.includes(%q)`, want)) {
			t.Errorf("the live trend lacks %q", want)
		}
	}

	// The pointer is told what the table says.
	b.pointAt("#trend .chart-live")
	b.until(`/Bath and North East Somerset, April 20[0-9]{2}/.test(document.querySelector('#trend .chart-live').textContent)`)
	b.pointAt("#map .chart-live")

	// Colours follow the reader's scheme, in the live chart too.
	strokes := `[...document.querySelectorAll('#trend .chart-live path')].map((p) => p.getAttribute('stroke'))`
	if !evaluated[bool](b, strokes+`.includes('#12436d')`) {
		t.Error("the line is not in the light palette's colour")
	}
	saveScreenshot(t, b, "charts-light.png")
	b.scheme("dark", "screen")
	b.until(strokes + `.includes('#7db7ee')`)
	saveScreenshot(t, b, "charts-dark.png")

	// On a narrow screen the chart is drawn anew, not shrunk.
	b.size(360, 1600)
	b.until(`document.querySelector('#trend .chart-live svg').getBoundingClientRect().width < 361`)

	// On paper the server's drawing stands.
	b.scheme("light", "print")
	if shown := evaluated[string](b, `getComputedStyle(document.querySelector('#trend .chart-drawing')).display + ' ' + getComputedStyle(document.querySelector('#trend .chart-live')).display`); shown != "block none" {
		t.Errorf("on paper the server's drawing and the live chart are %q", shown)
	}

	if diff := cmp.Diff([]string(nil), b.complaints()); diff != "" {
		t.Error(diff)
	}
	for _, url := range b.requests() {
		if !strings.HasPrefix(url, server.URL) {
			t.Errorf("the page fetched %s", url)
		}
	}
}

func TestWithoutScriptsTheServersDrawingsStand(t *testing.T) {
	server := newChartServer(t)
	b := newBrowser(t)
	b.withoutScripts()
	b.open(server.URL)
	if n := evaluated[int](b, `[...document.querySelectorAll('figure .chart-drawing svg[role="img"]')].filter((s) => s.getBoundingClientRect().height > 100).length`); n != 4 {
		t.Errorf("%d drawings are shown, want 4", n)
	}
	if n := evaluated[int](b, `document.querySelectorAll('[style], main style').length`); n != 0 {
		t.Errorf("%d elements have a style of their own", n)
	}
	if diff := cmp.Diff([]string(nil), b.complaints()); diff != "" {
		t.Error(diff)
	}
}

// saveScreenshot keeps a picture where SCREENSHOTS names a folder.
func saveScreenshot(t *testing.T, b *browser, name string) {
	t.Helper()
	folder := os.Getenv("SCREENSHOTS")
	if folder == "" {
		return
	}
	if err := os.WriteFile(filepath.Join(folder, name), b.screenshot(), 0o600); err != nil {
		t.Error(err)
	}
}
