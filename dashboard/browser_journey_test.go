package dashboard

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/google/go-cmp/cmp"
)

// shownCells reads, in the page, what indexCells reads from its HTML.
const shownCells = `Object.fromEntries([...document.querySelectorAll('tr[data-index-area]')].map((r) =>
	[r.dataset.indexArea, [...r.querySelectorAll('[data-cell]')].map((c) => c.textContent)]))`

func TestAWeightMovedInThePageGivesTheDigitsOfTheFormInATenthOfASecond(t *testing.T) {
	site := snapshotSite(t)
	b := newBrowser(t)
	b.open(site.URL + "/index?areas=E08000003")
	b.until(`document.querySelectorAll('.weight-slider').length === 5`)
	random := rand.New(rand.NewPCG(3, 7))
	query := ""
	for range 3 {
		query = ""
		var sets []string
		for _, d := range snapshotServer(t).index.dimensions {
			w := random.IntN(101)
			query += fmt.Sprintf("&%s=%d", weightParameter(d), w)
			sets = append(sets, fmt.Sprintf(`{ const f = document.getElementById(%q); f.value = %d; f.dispatchEvent(new Event('input', {bubbles: true})) }`, weightParameter(d), w))
		}
		took := evaluated[bool](b, `(() => { window.__shown = 0; document.querySelector('[data-index-form]').addEventListener('index-shown', () => { window.__shown = performance.now() }, {once: true});
			requestAnimationFrame(() => { window.__from = performance.now() }); `+strings.Join(sets, ";")+`; return true })()`)
		if !took {
			t.Fatal("the weights were not set")
		}
		b.until(`window.__shown > 0`)
		if ms := evaluated[float64](b, `window.__shown - window.__from`); ms > 100 {
			t.Errorf("the scores took %.0f ms", ms)
		}
		want := indexCells(t, get(t, snapshotServer(t), "/index?areas=E08000003"+query))
		if diff := cmp.Diff(want, evaluated[map[string][]string](b, shownCells)); diff != "" {
			t.Errorf("%s: the form and the page differ (-form +page):\n%s", query, diff)
		}
	}
	// The address follows, and restores the view in a fresh browser.
	b.until(`location.search.includes('w_skills')`)
	fresh := newBrowser(t)
	fresh.open(evaluated[string](b, `location.href`))
	if diff := cmp.Diff(evaluated[string](b, `document.querySelector('.index-score').textContent`), evaluated[string](fresh, `document.querySelector('.index-score').textContent`)); diff != "" {
		t.Error(diff)
	}
	if said := b.complaints(); len(said) > 0 {
		t.Errorf("the page complains: %q", said)
	}
}

func TestAWeightIsMovedWithoutScripts(t *testing.T) {
	site := snapshotSite(t)
	b := newBrowser(t)
	b.withoutScripts()
	b.open(site.URL + "/index?areas=E08000003")
	b.must(chromedp.Do(b.ctx, chromedp.SetValue(chromedp.CSS("#w_pay"), "60"), chromedp.Submit(chromedp.CSS("form.weights"))))
	want := site.URL + "/index?areas=E08000003&w_access=20&w_health=20&w_in_work_poverty=20&w_pay=60&w_skills=20"
	arrives(b, want)
	if n := evaluated[int](b, `[...document.querySelectorAll('.chart-drawing svg')].filter((s) => s.getBoundingClientRect().height > 100).length`); n == 0 {
		t.Error("no chart is drawn")
	}
}

func TestTheIndexAndAChartsActionsAreReachedByKeyboard(t *testing.T) {
	site := snapshotSite(t)
	b := newBrowser(t)
	b.open(site.URL + "/index?areas=E08000003")
	b.until(`document.querySelectorAll('.weight-slider').length === 5`)
	press := func(key string) { b.must(chromedp.Do(b.ctx, chromedp.KeyEvent(key))) }
	tabTo := func(condition string) {
		t.Helper()
		for range 60 {
			press(kb.Tab)
			if evaluated[bool](b, `(() => { const e = document.activeElement; return `+condition+` })()`) {
				if evaluated[float64](b, `parseFloat(getComputedStyle(document.activeElement).outlineWidth) || 0`) == 0 {
					t.Errorf("the focus on %s is not to be seen", condition)
				}
				return
			}
		}
		t.Fatalf("the tab key doesn't lead to %s", condition)
	}
	tabTo(`e.classList.contains('weight-slider')`)
	press(kb.ArrowRight)
	b.until(`document.getElementById('w_pay').value === '21' && location.search.includes('w_pay=21')`)
	evaluated[bool](b, `(document.querySelector('#quantity-quality').scrollIntoView(), document.querySelector('#quadrant').tabIndex = -1, document.querySelector('#quadrant').focus(), true)`)
	tabTo(`e.tagName === 'SUMMARY' && e.closest('#quantity-quality') !== null`)
	press(kb.Enter)
	b.until(`document.querySelector('#quantity-quality .chart-actions').open`)
	tabTo(`e.matches('[data-png]')`)
	tabTo(`e.matches('[data-copy]')`)
	tabTo(`e.tagName === 'TEXTAREA'`)
	code := evaluated[string](b, `document.activeElement.value`)
	if !strings.Contains(code, "<iframe src=") || !strings.Contains(code, "/embed/index?") || !strings.Contains(code, "w_pay=21") {
		t.Errorf("the code to embed is %s", code)
	}
}

func TestAPictureIsMadeOfAChartUnderTheStrictPolicy(t *testing.T) {
	site := snapshotSite(t)
	b := newBrowser(t)
	b.open(site.URL + "/embed/index")
	b.until(`document.querySelector('[data-png]') && !document.querySelector('[data-png]').closest('li').hidden`)
	evaluated[bool](b, `(() => { const made = URL.createObjectURL; URL.createObjectURL = (blob) => { window.__picture = blob.type + ' ' + (blob.size > 5000); return made(blob) };
		document.querySelector('.chart-actions').open = true; document.querySelector('[data-png]').click(); return true })()`)
	b.until(`document.querySelector('.chart-actions [role=status]').textContent !== ''`)
	if got := evaluated[string](b, `window.__picture || document.querySelector('.chart-actions [role=status]').textContent`); got != "image/png true" {
		t.Errorf("the picture: %s; said %q", got, b.complaints())
	}
}
