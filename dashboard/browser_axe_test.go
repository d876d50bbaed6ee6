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

func TestPagesAreAccessibleInLightAndDark(t *testing.T) {
	checkAccessible(t, smallSite(t).URL, pageKinds)
}

func TestTheIndexAndChartsByThemselvesAreAccessibleInLightAndDark(t *testing.T) {
	checkAccessible(t, snapshotSite(t).URL, indexKinds)
}

// checkAccessible holds addresses of one site against axe-core's rules for WCAG
// 2.2 AA, in light and dark, with everything unfolded.
func checkAccessible(t *testing.T, root string, targets []string) {
	t.Helper()
	axe, err := os.ReadFile(filepath.Join("..", "node_modules", "axe-core", "axe.min.js"))
	if err != nil {
		t.Fatalf("run make assets, which installs axe-core: %v", err)
	}
	b := newBrowser(t)
	for _, scheme := range []string{"light", "dark"} {
		b.scheme(scheme, "screen")
		for _, target := range targets {
			b.open(root + target)
			b.unfold()
			if _, err := chromedp.Run(b.ctx, chromedp.Evaluate[bool](string(axe)+"; true")); err != nil {
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

func TestPagesFitASmallScreen(t *testing.T) {
	b := newBrowser(t)
	b.size(320, 640)
	checkWidth(t, b, smallSite(t).URL, pageKinds)
}

// A window of 1280 by 1024 pixels shows 320 by 256 of them at 400% zoom.
func TestPagesReflowAtFourTimesTheirSize(t *testing.T) {
	b := newBrowser(t)
	b.size(320, 256)
	checkWidth(t, b, smallSite(t).URL, pageKinds)
	checkWidth(t, b, snapshotSite(t).URL, indexKinds)
}

// checkWidth wants no page wider than a window of 320 pixels, with everything
// unfolded; what scrolls by itself may be.
func checkWidth(t *testing.T, b *browser, root string, targets []string) {
	t.Helper()
	for _, target := range targets {
		b.open(root + target)
		b.unfold()
		if width := evaluated[int](b, `document.documentElement.scrollWidth`); width > 320 {
			wide := evaluated[string](b, `[...document.querySelectorAll('body *')].filter((e) => e.getBoundingClientRect().right > 321 && !e.closest('.scroll')).map((e) => e.tagName + '.' + e.className).slice(0, 5).join(' ')`)
			t.Errorf("%s is %d pixels wide: %s", target, width, wide)
		}
	}
}
