package indicators

import (
	"context"
	"regexp"
	"strings"
	"testing"

	"goodwork/data"
)

// banned are the words that no sentence about an area may hold: they claim a
// cause, or judge a place or its people.
var banned = regexp.MustCompile(`(?i)\b(because|due to|driven by|leads? to|impact of|performs?|success|failure|best|worst|deprived|significant)\b`)

func TestNoSentenceClaimsACauseOrJudgesAPlace(t *testing.T) {
	eachSentence(t, func(s data.Sentence) {
		if w := banned.FindString(s.Text); w != "" {
			t.Errorf("%s, %s: %q in %q", s.Area, s.Indicator, w, s.Text)
		}
		if !strings.HasSuffix(s.Text, ".") || strings.Contains(s.Text, "  ") || strings.Contains(s.Text, "{") || strings.Contains(s.Text, "NaN") {
			t.Errorf("%s, %s: badly made: %q", s.Area, s.Indicator, s.Text)
		}
	})
}

func TestNoSummaryHasMoreThanFiveSentences(t *testing.T) {
	eachSentence(t, func(s data.Sentence) {
		if s.Role == roleSummary && s.Position > summaryLength {
			t.Errorf("%s has a sentence at position %d", s.Area, s.Position)
		}
	})
}

// eachSentence reads every sentence of the embedded edition.
func eachSentence(t *testing.T, check func(data.Sentence)) {
	t.Helper()
	ctx := context.Background()
	store, err := data.OpenSnapshotEdition(ctx)
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	register, err := data.LoadRegister()
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, a := range register.Areas() {
		list, err := store.Sentences(ctx, a.Code)
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range list {
			check(s)
			n++
		}
	}
	if n < 10000 {
		t.Errorf("only %d sentences", n)
	}
}

// A sentence's words must follow from the verdict of the same edition: higher
// and lower only where the test found a difference, with the sign of the gap, and
// "not tested" only where there was no test.
func TestNoSentenceContradictsItsNumbers(t *testing.T) {
	ctx := context.Background()
	store, err := data.OpenSnapshotEdition(ctx)
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	table, err := store.Table(ctx, data.Query{Latest: true, WithComparisons: true, WithDerived: true})
	if err != nil {
		t.Fatal(err)
	}
	said := map[data.AreaCode]map[data.IndicatorID]map[string]string{}
	for _, r := range table.Rows {
		if said[r.Area] != nil {
			continue
		}
		list, err := store.Sentences(ctx, r.Area)
		if err != nil {
			t.Fatal(err)
		}
		said[r.Area] = map[data.IndicatorID]map[string]string{}
		for _, s := range list {
			if said[r.Area][s.Indicator] == nil {
				said[r.Area][s.Indicator] = map[string]string{}
			}
			said[r.Area][s.Indicator][s.Role] = s.Text
		}
	}
	for _, r := range table.Rows {
		ind, _ := table.Indicator(r.Indicator)
		text := said[r.Area][r.Indicator]
		level := text[roleLevel]
		wants := func(role, what string) {
			t.Helper()
			if !strings.Contains(text[role], what) {
				t.Errorf("%s, %s: %q does not say %q", r.Area, r.Indicator, text[role], what)
			}
		}
		f, ok := r.Value.Number()
		switch {
		case !ok:
			wants(roleLevel, "not available")
			continue
		case r.Flags.Has(data.LowReliability):
			if strings.ContainsAny(level, "%£") {
				t.Errorf("%s, %s: an unreliable figure is told: %q", r.Area, r.Indicator, level)
			}
			continue
		}
		wants(roleLevel, ind.Format(f))
		wants(roleLevel, r.Period.Label())
		if r.Interval.Known {
			wants(roleLevel, ind.FormatInterval(r.Interval))
		}
		if len(r.Comparisons) > 0 {
			c := r.Comparisons[0]
			wants(roleLevel, ind.Format(c.BenchmarkValue))
			word := map[data.Verdict]string{data.NotTested: "not tested", data.Similar: "not clearly different"}[c.Verdict]
			if word == "" {
				word = "That is higher"
				if c.Gap < 0 {
					word = "That is lower"
				}
				good := (c.Gap > 0) == (ind.Polarity == data.PolarityHigh)
				if ind.Polarity != data.PolarityNone && good != (c.Verdict == data.Better) {
					t.Errorf("%s, %s: gap %v is called %s", r.Area, r.Indicator, c.Gap, c.Verdict)
				}
			}
			wants(roleLevel, word)
		}
		for _, c := range r.Changes {
			if c.Span != data.SpanSince2019 {
				continue
			}
			switch c.Verdict {
			case data.Rise:
				wants(roleChange, " rose by ")
			case data.Fall:
				wants(roleChange, " fell by ")
			case data.NoClearChange:
				wants(roleChange, "no clear change")
			default:
				if c.Amount.OK {
					wants(roleChange, "not tested")
				}
			}
		}
		if r.Trend != nil {
			wants(roleTrend, map[data.Verdict]string{data.Increasing: "upwards", data.Decreasing: "downwards", data.NoSignificantChange: "No clear trend", data.NotAssessed: "not assessed: " + r.Trend.Reason}[r.Trend.Verdict])
		}
	}
}
