package dashboard

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestAPagesApostrophesAreThoseOfPrintAndItsCodeIsLeftAlone(t *testing.T) {
	for given, want := range map[string]string{
		`<p title="a year&#39;s pay">a year&#39;s pay</p>`:                                 `<p title="a year&#39;s pay">a year’s pay</p>`,
		`<pre><code>x = &#39;a&#39;</code></pre> King&#39;s Lynn`:                          `<pre><code>x = &#39;a&#39;</code></pre> King’s Lynn`,
		`<script>if (a < b) { c = "&#39;" }</script><b>it&#39;s</b>`:                       `<script>if (a < b) { c = "&#39;" }</script><b>it’s</b>`,
		`<textarea rows="3">&#39;</textarea><svg><title>King&#39;s Lynn</title></svg> end`: `<textarea rows="3">&#39;</textarea><svg><title>King’s Lynn</title></svg> end`,
		`no tags, one &#39;`:       `no tags, one ’`,
		`<p>left open &#39;<b`:     `<p>left open ’<b`,
		`<p>nothing to be set</p>`: `<p>nothing to be set</p>`,
	} {
		if diff := cmp.Diff(want, string(typeset([]byte(given)))); diff != "" {
			t.Errorf("%s (-want +got):\n%s", given, diff)
		}
	}
}
