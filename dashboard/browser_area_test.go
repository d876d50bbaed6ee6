package dashboard

import (
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

const manchester = "/areas/E08000003-manchester"

func TestAComparatorIsChangedInPlaceAndItsAddressRestoresTheView(t *testing.T) {
	site := smallSite(t)
	b := newBrowser(t)
	b.open(site.URL + manchester)
	b.until(`document.querySelector('.choices-list a') !== null`)
	evaluated[bool](b, `window.__kept = true`)
	b.must(chromedp.Do(b.ctx, chromedp.Click(chromedp.CSS(`.choices-list a[href*="benchmark=region"]`))))
	b.until(`document.querySelector('#profile').textContent === 'Compared with the North West'`)
	if !evaluated[bool](b, `window.__kept === true`) {
		t.Error("the page was loaded anew")
	}
	if got := evaluated[string](b, `document.activeElement.textContent + ' ' + document.activeElement.getAttribute('aria-current')`); got != "The North West true" {
		t.Errorf("the focus is on %q, want the link that was followed", got)
	}
	view := evaluated[string](b, `location.href`)
	if want := site.URL + manchester + "?benchmark=region"; view != want {
		t.Errorf("the address is %s, want %s", view, want)
	}
	b.until(`document.querySelector('header nav a').href.endsWith('/areas?benchmark=region')`)

	evaluated[bool](b, `history.back() || true`)
	b.until(`document.querySelector('#profile').textContent === 'Compared with the UK'`)
	evaluated[bool](b, `history.forward() || true`)
	b.until(`document.querySelector('#profile').textContent === 'Compared with the North West'`)
	b.until(`document.querySelectorAll('figure[data-chart]').length > 0`)
	evaluated[bool](b, `(document.querySelector('figure[data-chart]').scrollIntoView(), true)`)
	b.until(`document.querySelector('figure[data-chart]').dataset.live === 'true'`)
	if said := b.complaints(); len(said) > 0 {
		t.Errorf("the page complains: %q", said)
	}

	fresh := newBrowser(t)
	fresh.open(view)
	if got := evaluated[string](fresh, `document.querySelector('#profile').textContent`); got != "Compared with the North West" {
		t.Errorf("the address restores %q", got)
	}
}

func TestAComparatorIsChangedWithoutScripts(t *testing.T) {
	site := smallSite(t)
	b := newBrowser(t)
	b.withoutScripts()
	b.open(site.URL + manchester)
	evaluated[bool](b, `document.querySelector('.choices-more').open = true`)
	b.must(chromedp.Do(b.ctx, chromedp.SetValue(chromedp.CSS("#benchmark"), "Cumberland"), chromedp.Submit(chromedp.CSS(`form:has(#benchmark)`))))
	arrives(b, site.URL+manchester+"?benchmark=E06000063")
	if got := evaluated[string](b, `document.querySelector('#profile').textContent`); got != "Compared with Cumberland" {
		t.Errorf("the form leads to %q", got)
	}
	b.must(chromedp.Do(b.ctx, chromedp.Click(chromedp.CSS(`nav.crumbs a[href*="north-west"]`))))
	arrives(b, site.URL+"/areas/E12000002-north-west?benchmark=E06000063")
}

// arrives waits for an address, without scripts in the page.
func arrives(b *browser, url string) {
	b.t.Helper()
	at := ""
	for range 100 {
		// The page that is asked may be gone before it has answered.
		now, err := chromedp.Run(b.ctx, chromedp.Evaluate[string](`document.readyState + ' ' + location.href`))
		if at = now; err == nil && at == "complete "+url {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	b.t.Fatalf("at %q, want %s", at, url)
}

func TestAnAreasPageIsWalkedByKeyboardAlone(t *testing.T) {
	site := smallSite(t)
	b := newBrowser(t)
	b.open(site.URL + manchester)
	reached := map[string]bool{}
	for range 60 {
		b.must(chromedp.Do(b.ctx, chromedp.KeyEvent("\t")))
		at := evaluated[string](b, `(() => { const e = document.activeElement; const r = e.getBoundingClientRect();
			return r.width > 0 && r.bottom > 0 && r.top < innerHeight ? e.textContent.trim() || e.id : 'hidden ' + e.outerHTML.slice(0, 80) })()`)
		if strings.HasPrefix(at, "hidden") {
			t.Errorf("the focus is where nobody sees it: %s", at)
		}
		reached[at] = true
		if at == "The North West" {
			b.must(chromedp.Do(b.ctx, chromedp.KeyEvent("\r")))
			b.until(`document.querySelector('#profile').textContent === 'Compared with the North West'`)
		}
	}
	for _, want := range []string{"Skip to main content", "The North West", "Another area or a group", "Median weekly pay"} {
		if !reached[want] {
			t.Errorf("%q is not reached by Tab: %v", want, reached)
		}
	}
}

func TestAFigureInFullIsClosedAndALinkToItOpensIt(t *testing.T) {
	site := smallSite(t)
	b := newBrowser(t)
	b.open(site.URL + manchester)
	if n := evaluated[int](b, `document.querySelectorAll('.row-more[open]').length`); n != 0 {
		t.Errorf("%d rows are open before anybody asked", n)
	}
	evaluated[bool](b, `(document.querySelector('.spine a[href="#median-weekly-pay"]').click(), true)`)
	b.until(`document.querySelector('#median-weekly-pay .row-more').open`)
	b.until(`document.querySelector('#median-weekly-pay .row-chart').naturalWidth > 0`) // the picture is there
	if evaluated[bool](b, `document.querySelector('#median-weekly-pay').getBoundingClientRect().top < document.querySelector('.sections').getBoundingClientRect().bottom - 1`) {
		t.Error("the row lies under the line of sections")
	}
	fresh := newBrowser(t)
	fresh.open(site.URL + manchester + "#median-weekly-pay")
	fresh.until(`document.querySelector('#median-weekly-pay .row-more').open`)

	plain := newBrowser(t)
	plain.withoutScripts()
	plain.open(site.URL + manchester)
	plain.must(chromedp.Do(plain.ctx, chromedp.Click(chromedp.CSS(`#median-weekly-pay .row-more > summary`))))
	if !evaluated[bool](plain, `document.querySelector('#median-weekly-pay .row-series').getBoundingClientRect().height > 0`) {
		t.Error("without scripts a row in full doesn’t open")
	}
}

func TestAnAreasPageIsPrintedOnTwoSides(t *testing.T) {
	site := httptest.NewServer(snapshotServer(t))
	t.Cleanup(site.Close)
	b := newBrowser(t)
	for _, target := range []string{
		manchester, manchester + "?benchmark=similar", "/areas/E06000058-bournemouth-christchurch-and-poole", "/areas/E07000223-adur", "/areas/E12000002-north-west",
		"/areas/E47000001-greater-manchester", "/areas/W06000001-isle-of-anglesey", "/areas/N09000001-antrim-and-newtownabbey", "/areas/K02000001-united-kingdom",
	} {
		b.open(site.URL + target)
		sheet, err := chromedp.Call(b.ctx, page.PrintToPDF, page.PrintToPDFParams{PreferCSSPageSize: new(true)})
		if err != nil {
			t.Fatal(err)
		}
		if n := strings.Count(string(sheet.Data), "/Type /Page\n"); n != 2 {
			t.Errorf("%s is printed on %d sides, want 2", target, n)
		}
	}
}
