package dashboard

import (
	"fmt"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// pageKinds is one page of each kind.
var pageKinds = []string{
	"/", "/areas", "/indicators", "/search?q=man", "/search?q=M1+1AE", "/areas?by=map", "/areas?by=former", "/groups", "/groups?areas=E08000003,E08000006&add=newcaste",
	"/areas/E08000003-manchester", "/areas/E07000105-ashford", "/areas/E10000006", "/data",
	"/indicators/median-weekly-pay", "/compare", "/compare?areas=E08000003,E07000105,E06000063", "/indicators/median-weekly-pay?map=hex&areas=E08000003,E08000038&region=E12000002", "/nowhere",
	"/methods", "/about", "/sources", "/quality", "/dictionary", "/api", "/editions", "/editions/latest...latest", "/areas/E08000003/median-weekly-pay/2025-04-01_P1M",
}

func smallSite(t *testing.T) *httptest.Server {
	t.Helper()
	site := httptest.NewServer(smallServer(t))
	t.Cleanup(site.Close)
	return site
}

func TestAnAreasChartsAreLiveAndThePageLoadsNothingFromElsewhere(t *testing.T) {
	site := smallSite(t)
	b := newBrowser(t)
	for _, target := range []string{"/areas/E08000003-manchester", "/indicators/median-weekly-pay"} {
		b.open(site.URL + target)
		b.until(`document.querySelectorAll('figure[data-chart]').length > 0`)
		evaluated[bool](b, `[...document.querySelectorAll('figure[data-chart]')].forEach((f) => f.scrollIntoView()) || true`)
		b.until(`[...document.querySelectorAll('figure[data-chart]')].every((f) => f.dataset.live === 'true')`)
		if said := b.complaints(); len(said) > 0 {
			t.Errorf("%s: %q", target, said)
		}
	}
	for _, url := range b.requests() {
		if !strings.HasPrefix(url, site.URL) {
			t.Errorf("fetched %s", url)
		}
	}
}

func TestAClickOnAMapLeadsToTheArea(t *testing.T) {
	site := smallSite(t)
	b := newBrowser(t)
	b.size(1280, 1600)
	b.open(site.URL + "/indicators/median-weekly-pay")
	b.until(`document.querySelectorAll('#map .map-shape').length > 300`)
	at := evaluated[[]float64](b, `(() => { const paths = [...document.querySelectorAll('#map .map-shape')];
		const big = paths.map((p) => p.getBoundingClientRect()).sort((a, b) => b.width * b.height - a.width * a.height)
			.find((r) => { const e = document.elementFromPoint(r.x + r.width / 2, r.y + r.height / 2); return e && e.tagName === 'path' });
		return [big.x + big.width / 2, big.y + big.height / 2] })()`)
	b.must(chromedp.Do(b.ctx, chromedp.MouseEvent("mouseMoved", at[0]-3, at[1]), chromedp.MouseEvent("mouseMoved", at[0], at[1]), chromedp.MouseClickXY(at[0], at[1])))
	area := regexp.MustCompile(`/areas/[A-Z][0-9]{8}-`)
	for range 100 {
		// The page that asks may be gone before it has answered.
		if url, err := chromedp.Run(b.ctx, chromedp.Location()); err == nil && area.MatchString(url) {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Errorf("no area's page was opened; said: %q", b.complaints())
}

func TestWithoutScriptsTheChartsAreThere(t *testing.T) {
	site := smallSite(t)
	b := newBrowser(t)
	b.withoutScripts()
	for _, target := range []string{"/areas/E08000003-manchester", "/indicators/median-weekly-pay"} {
		b.open(site.URL + target)
		if n := evaluated[int](b, `[...document.querySelectorAll('.chart-drawing svg')].filter((s) => s.getBoundingClientRect().height > 100).length`); n == 0 {
			t.Errorf("%s shows no drawing", target)
		}
	}
}

func TestOnAPhoneLongListsAreFoldedAndALinkOpensThem(t *testing.T) {
	site := smallSite(t)
	b := newBrowser(t)
	b.withoutScripts()
	// Without scripts, and a summary opens what it folds.
	for target, list := range map[string]string{
		"/areas": "nation:has([href*=E12000002])", "/": "dimension-list", manchester: "dimension:has(#median-weekly-pay)", "/groups": "band:has(#presets)", "/dictionary": "band:has(#gap)",
	} {
		shown := `[...document.querySelectorAll('.` + list + ` .open-when-wide')].map((d) => d.lastElementChild.getBoundingClientRect().height > 10 && d.lastElementChild.checkVisibility({contentVisibilityAuto: true}))`
		b.size(360, 740)
		b.open(site.URL + target)
		if got := evaluated[[]bool](b, shown); len(got) == 0 || slices.Contains(got, true) {
			t.Errorf("%s: on a phone a list is open: %v", target, got)
		}
		b.must(chromedp.Do(b.ctx, chromedp.Click(chromedp.CSS(`.`+list+` .open-when-wide > summary`))))
		if got := evaluated[[]bool](b, shown); !got[0] {
			t.Errorf("%s: the first list stays shut: %v", target, got)
		}
		b.size(1280, 800)
		b.open(site.URL + target)
		if got := evaluated[[]bool](b, shown); slices.Contains(got, false) {
			t.Errorf("%s: on a wide screen a list is shut: %v", target, got)
		}
	}
	live := newBrowser(t)
	live.size(360, 740)
	for hash, opened := range map[string]string{"#median-weekly-pay": "#median-weekly-pay .row-full", "#dimension-pay": "#median-weekly-pay"} {
		live.open(site.URL + manchester + hash)
		live.until(`document.querySelector('` + opened + `').checkVisibility({contentVisibilityAuto: true})`)
		live.open("about:blank")
	}
}

func TestOnPaperWhatTheScreenFoldsIsThere(t *testing.T) {
	site := smallSite(t)
	b := newBrowser(t)
	b.withoutScripts()
	b.scheme("light", "print")
	b.size(680, 960) // A4 within its margins
	for target, part := range map[string]string{
		"/dictionary": ".entry details .about", "/sources": ".entry details .about", "/areas": ".nation .places", "/": ".quadrant-counts ~ details table",
		"/groups?areas=E08000003,E08000006": "#claimant-rate .row-head", "/indicators/median-weekly-pay": "#over-time ~ details table, section:has(#trends) details table, .more-areas .places",
		manchester: ".spine",
	} {
		b.open(site.URL + target)
		shown := evaluated[[]bool](b, fmt.Sprintf(`[...document.querySelectorAll(%q)].map((e) => e.getBoundingClientRect().height > 10 && e.checkVisibility({contentVisibilityAuto: true}))`, part))
		if len(shown) == 0 || slices.Contains(shown, false) {
			t.Errorf("%s: on paper %s is not all there: %v", target, part, shown)
		}
	}
}

func TestAFormWithoutScriptsGivesAnAddressThatRestoresTheView(t *testing.T) {
	site := smallSite(t)
	b := newBrowser(t)
	b.withoutScripts()
	b.open(site.URL + "/indicators/median-weekly-pay?sort=value&order=desc")
	b.must(chromedp.Do(b.ctx, chromedp.SetValue(chromedp.CSS("#period"), "2023-04-01_P1M"), chromedp.Submit(chromedp.CSS("form.chooser"))))
	want := fmt.Sprintf("%s/indicators/median-weekly-pay?period=2023-04-01_P1M&level=local&order=desc&sort=value", site.URL)
	if got := evaluated[string](b, `location.href`); got != want {
		t.Errorf("the form leads to %s, want %s", got, want)
	}
}
