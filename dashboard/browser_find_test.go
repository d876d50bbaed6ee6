package dashboard

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// press sends keys to what has the focus.
func (b *browser) press(keys string) {
	b.t.Helper()
	b.must(chromedp.Do(b.ctx, chromedp.KeyEvent(keys)))
}

// tabTo goes from element to element by the tab key until one with the id has
// the focus, and fails where the keyboard can't reach it.
func (b *browser) tabTo(id string) {
	b.t.Helper()
	for range 400 {
		b.press(kb.Tab)
		if evaluated[string](b, `document.activeElement.id`) == id {
			return
		}
	}
	b.t.Fatalf("the tab key doesn't lead to #%s", id)
}

// arrives waits until the browser has loaded the address, a path with its query,
// whatever pages it passes on the way.
func (b *browser) arrives(address string) {
	b.t.Helper()
	at := ""
	for deadline := time.Now().Add(20 * time.Second); time.Now().Before(deadline); time.Sleep(50 * time.Millisecond) {
		// On the way from page to page there is nothing to ask.
		here, err := chromedp.Run(b.ctx, chromedp.Evaluate[string](`document.readyState === 'complete' ? location.pathname + location.search : ''`))
		if err != nil {
			continue
		}
		if at = here; at == address {
			return
		}
	}
	b.t.Fatalf("the browser is at %q, want %q; said: %q", at, address, b.complaints())
}

// choose types in the field with the focus and takes the first suggestion.
func (b *browser) choose(field, text string) {
	b.t.Helper()
	b.press(text)
	option := fmt.Sprintf(`document.querySelector('#%s-suggestions [role="option"]')`, field)
	b.until(option + ` !== null && !` + option + `.parentElement.hidden`)
	if state := evaluated[string](b, fmt.Sprintf(`document.getElementById(%q).getAttribute('aria-expanded')`, field)); state != "true" {
		b.t.Errorf("%s: aria-expanded is %q beside a list that is open", field, state)
	}
	b.press(kb.ArrowDown)
	chosen := evaluated[bool](b, fmt.Sprintf(`(() => { const at = document.getElementById(%q).getAttribute('aria-activedescendant');
		return at !== null && document.getElementById(at).getAttribute('aria-selected') === 'true' })()`, field))
	if !chosen {
		b.t.Errorf("%s: the down arrow chooses no option", field)
	}
	b.press(kb.Enter)
}

func TestAPlaceIsFoundByItsPostcodeDistrictFromTheKeyboardAlone(t *testing.T) {
	site := smallSite(t)
	b := newBrowser(t)
	b.open(site.URL + "/")
	b.tabTo("q")
	b.choose("q", "M14")
	b.arrives("/areas/E08000003-manchester")

	b.open(site.URL + "/areas")
	b.tabTo("q")
	b.press("manch")
	b.until(`document.querySelectorAll('#q-suggestions [role="option"]').length > 0`)
	b.until(`document.querySelector('form.search [role="status"]').textContent.includes('places')`)
	b.press(kb.Escape)
	if evaluated[bool](b, `!document.getElementById('q-suggestions').hidden`) || evaluated[string](b, `document.getElementById('q').value`) != "manch" {
		t.Error("the escape key doesn't close the list and keep the text")
	}
	b.press(kb.Enter)
	b.arrives("/search?q=manch")
	if said := b.complaints(); len(said) > 0 {
		t.Errorf("%q", said)
	}
}

func TestAPlaceIsFoundByItsPostcodeDistrictWithoutScripts(t *testing.T) {
	site := smallSite(t)
	b := newBrowser(t)
	b.withoutScripts()
	for text, want := range map[string]string{"M14": "/areas/E08000003-manchester", "M14 5XX": "/search"} {
		b.open(site.URL + "/")
		b.must(chromedp.Do(b.ctx, chromedp.SetValue(chromedp.CSS("#q"), text), chromedp.Submit(chromedp.CSS("form.search"))))
		if got := evaluated[string](b, `location.pathname`); got != want {
			t.Errorf("%s leads to %s, want %s", text, got, want)
		}
	}
	if text := evaluated[string](b, `document.querySelector('main').innerText`); !strings.Contains(text, "M14 5XX is read as its postcode district, M14.") && !strings.Contains(text, "Manchester") {
		t.Errorf("the page says: %s", text)
	}
}

func TestAGroupIsBuiltNamedAndUsedFromTheKeyboardAlone(t *testing.T) {
	site := smallSite(t)
	b := newBrowser(t)
	b.open(site.URL + "/groups")
	b.tabTo("add")
	b.choose("add", "Manchester")
	b.arrives("/groups?areas=E08000003")
	b.tabTo("add")
	b.choose("add", "Salford")
	b.arrives("/groups?areas=E08000003,E08000006")

	b.tabTo("group-name")
	b.press("Two cities" + kb.Enter)
	b.arrives("/groups?areas=E08000003,E08000006&name=Two+cities")
	if got := evaluated[string](b, `document.querySelector('h1').textContent`); got != "Two cities" {
		t.Errorf("the group is headed %q", got)
	}
	there := evaluated[string](b, `location.href`)

	b.tabTo("keep-E08000006")
	b.press(" ")
	b.tabTo("group-name")
	b.press(kb.Enter)
	b.arrives("/groups?areas=E08000003&name=Two+cities")

	fresh := newBrowser(t)
	fresh.open(there)
	if n := evaluated[int](fresh, `document.querySelectorAll('.group-members [type="checkbox"]:checked').length`); n != 2 {
		t.Errorf("the address restores %d areas in a fresh browser, want 2", n)
	}
	fresh.tabTo("against")
	fresh.choose("against", "Barnsley")
	fresh.arrives("/areas/E08000038-barnsley?benchmark=group&group=E08000003,E08000006&group_name=Two+cities")
	for _, said := range [][]string{b.complaints(), fresh.complaints()} {
		if len(said) > 0 {
			t.Errorf("%q", said)
		}
	}
}

func TestAGroupIsBuiltFromAListWithoutScripts(t *testing.T) {
	site := smallSite(t)
	b := newBrowser(t)
	b.withoutScripts()
	b.open(site.URL + "/groups")
	b.must(chromedp.Do(b.ctx, chromedp.SetValue(chromedp.CSS("#paste"), "Manchester\nBristol, City of\nE08000006"), chromedp.Submit(chromedp.CSS("form:has(#paste)"))))
	if got, want := evaluated[string](b, `location.href`), site.URL+"/groups?areas=E06000023,E08000003,E08000006"; got != want {
		t.Errorf("the list leads to %s, want %s", got, want)
	}
}

func TestAGroupOnPaperKeepsItsFiguresAndLosesItsForms(t *testing.T) {
	site := smallSite(t)
	b := newBrowser(t)
	b.scheme("light", "print")
	b.open(site.URL + "/groups?areas=E08000003,E08000006")
	shown := evaluated[map[string]int](b, `Object.fromEntries(['.group-row', '.group-text', 'form .search-field', '[type="checkbox"]'].map(s =>
		[s, [...document.querySelectorAll('main ' + s)].filter(e => e.offsetHeight > 0).length]))`)
	if shown[".group-row"] == 0 || shown[".group-text"] != shown[".group-row"] || shown["form .search-field"]+shown[`[type="checkbox"]`] > 0 {
		t.Errorf("on paper are %v", shown)
	}
}
