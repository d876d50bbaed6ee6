package dashboard

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/chromedp/chromedp"
)

// indexKinds are the pages of the index and of charts by themselves.
var indexKinds = []string{
	"/index?areas=E08000003,E07000105", "/index?show=ranks&areas=E06000053", "/index?show=methods&w_pay=3",
	"/embed/index", "/embed/areas/E08000003-manchester/median-weekly-pay", "/embed/indicators/employment-rate",
	"/embed/quadrant", "/embed/indicators/median-weekly-pay/trends", "/embed/indicators/median-weekly-pay/distribution", "/embed/compare?areas=E08000003&x=median-weekly-pay&y=employment-rate",
}

func TestTheIndexAndChartsByThemselvesAreAccessibleInLightAndDark(t *testing.T) {
	axe, err := os.ReadFile(filepath.Join("..", "node_modules", "axe-core", "axe.min.js"))
	if err != nil {
		t.Fatalf("run make assets, which installs axe-core: %v", err)
	}
	site := snapshotSite(t)
	b := newBrowser(t)
	for _, scheme := range []string{"light", "dark"} {
		b.scheme(scheme, "screen")
		for _, target := range indexKinds {
			b.open(site.URL + target)
			if _, err := chromedp.Run(b.ctx, chromedp.Evaluate[bool](`document.querySelectorAll('details').forEach((d) => { d.open = true }); `+string(axe)+"; true")); err != nil {
				t.Fatal(err)
			}
			evaluated[bool](b, `(axe.run({runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']}).then((r) => {
				window.__found = r.violations.map((v) => v.id + ': ' + v.nodes.map((n) => n.target + ' ' + n.failureSummary).slice(0, 3).join(' | '))
			}), true)`)
			b.until(`window.__found !== undefined`)
			for _, fault := range evaluated[[]string](b, `window.__found`) {
				t.Errorf("%s, %s: %s", target, scheme, fault)
			}
		}
	}
}

// A window of 1280 by 1024 pixels shows 320 by 256 of them at 400% zoom.
func TestPagesReflowAtFourTimesTheirSize(t *testing.T) {
	small, whole := smallSite(t), snapshotSite(t)
	b := newBrowser(t)
	b.size(320, 256)
	var targets []string
	for _, kind := range pageKinds {
		targets = append(targets, small.URL+kind)
	}
	for _, kind := range indexKinds {
		targets = append(targets, whole.URL+kind)
	}
	for _, target := range targets {
		b.open(target)
		if width := evaluated[int](b, `document.documentElement.scrollWidth`); width > 320 {
			wide := evaluated[string](b, `[...document.querySelectorAll('body *')].filter((e) => e.getBoundingClientRect().right > 321 && !e.closest('.scroll')).map((e) => e.tagName + '.' + e.className).slice(0, 5).join(' ')`)
			t.Errorf("%s is %d pixels wide: %s", target, width, wide)
		}
	}
}
