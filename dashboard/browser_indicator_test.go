package dashboard

import (
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// tableOrder are the names in an indicator's table, in its order.
const tableOrder = `[...document.querySelectorAll('table.areas tbody th a')].map((a) => a.textContent).join(', ')`

func TestATableIsSortedAndFilteredWithAndWithoutScripts(t *testing.T) {
	site := smallSite(t)
	for _, scripts := range []bool{true, false} {
		b := newBrowser(t)
		if !scripts {
			b.withoutScripts()
		}
		b.open(site.URL + "/indicators/median-weekly-pay")
		b.must(chromedp.Do(b.ctx, chromedp.Click(chromedp.Search(`//table[contains(@class,"areas")]//thead//a[starts-with(normalize-space(.),"Value")]`))))
		waitForAddress(b, "sort=value")
		if got, want := evaluated[string](b, tableOrder), "Ashford, Cumberland, Manchester, Barnsley, Belfast, Salford"; got != want {
			t.Errorf("scripts %v: sorted by value: %s, want %s", scripts, got, want)
		}
		b.must(chromedp.Do(b.ctx, chromedp.SetValue(chromedp.CSS("#region"), "E12000002"), chromedp.Submit(chromedp.CSS("form.filter"))))
		waitForAddress(b, "region=E12000002")
		shown := evaluated[string](b, tableOrder)
		if want := "Cumberland, Manchester, Salford"; shown != want {
			t.Errorf("scripts %v: of the North West: %s, want %s", scripts, shown, want)
		}
		address := evaluated[string](b, `location.href`)
		if !strings.Contains(address, "sort=value") {
			t.Errorf("scripts %v: the filter forgets the order: %s", scripts, address)
		}
		fresh := newBrowser(t)
		fresh.open(address)
		if got := evaluated[string](fresh, tableOrder); got != shown {
			t.Errorf("scripts %v: a fresh browser at %s shows %s, want %s", scripts, address, got, shown)
		}
		if said := b.complaints(); len(said) > 0 && scripts {
			t.Errorf("%q", said)
		}
	}
}

// waitForAddress waits until the page's address holds the text and its table is there.
func waitForAddress(b *browser, text string) {
	b.t.Helper()
	for range 200 {
		// The page that asks may be gone before it has answered.
		ok, err := chromedp.Run(b.ctx, chromedp.Evaluate[bool](`location.search.includes("`+text+`") && document.readyState === 'complete' && !document.documentElement.hasAttribute('aria-busy')`))
		if err == nil && ok {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	b.t.Fatalf("the address never held %s; said: %q", text, b.complaints())
}

func TestAnAreaUnderThePointerIsMarkedInMapStripAndTable(t *testing.T) {
	site := smallSite(t)
	b := newBrowser(t)
	b.size(1280, 1600)
	b.open(site.URL + "/indicators/median-weekly-pay")
	b.pointAt(`table.areas tr[data-code="E08000003"]`)
	b.until(`document.querySelectorAll('[data-code="E08000003"].is-linked').length === 3`)
	if got := evaluated[string](b, `document.querySelector('[data-readout]').textContent`); !strings.HasPrefix(got, "Manchester, April 2025: £589") {
		t.Errorf("the page says %q of the area under the pointer", got)
	}
}

func TestAnIndicatorAndAComparisonAreUsedByKeyboardAlone(t *testing.T) {
	site := smallSite(t)
	b := newBrowser(t)
	b.open(site.URL + "/indicators/median-weekly-pay")
	reach(b, `document.activeElement.textContent.trim().startsWith('Value')`)
	b.must(chromedp.Do(b.ctx, chromedp.KeyEvent(kb.Enter)))
	waitForAddress(b, "sort=value")

	b.open(site.URL + "/compare")
	reach(b, `document.activeElement.id === 'add-area'`)
	b.must(chromedp.Do(b.ctx, chromedp.KeyEvent("E08000003"+kb.Enter)))
	waitForAddress(b, "areas=E08000003")
	b.until(`document.querySelector('table.rug') !== null`)
	reach(b, `document.activeElement.textContent === 'Trends'`)
	b.must(chromedp.Do(b.ctx, chromedp.KeyEvent(kb.Enter)))
	waitForAddress(b, "show=trends")
}

// reach presses the tab key until the focus is where it is wanted, and minds
// that it is seen on the way.
func reach(b *browser, wanted string) {
	b.t.Helper()
	for range 120 {
		if evaluated[bool](b, wanted) {
			return
		}
		b.must(chromedp.Do(b.ctx, chromedp.KeyEvent(kb.Tab)))
	}
	b.t.Fatalf("the tab key never reached %s", wanted)
}
