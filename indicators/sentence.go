package indicators

import (
	"fmt"
	"strings"

	"goodwork/data"
)

// levelSentences writes, for every area's latest figure with a period of the
// indicator, the sentence that stands beside it: the level, its interval, and
// what the test against the first benchmark says. The verdict picks the words.
func levelSentences(ind data.Indicator, estimates []data.Estimate, comparisons []data.Comparison, register *data.Register) []data.Sentence {
	var latest data.Period
	for _, x := range estimates {
		if x.Value.Known() && latest.Compare(x.Period) < 0 {
			latest = x.Period
		}
	}
	byArea := map[data.AreaCode][]data.Comparison{}
	for _, c := range comparisons {
		if c.Period == latest {
			byArea[c.Area] = append(byArea[c.Area], c)
		}
	}
	var out []data.Sentence
	for _, x := range estimates {
		if x.Period != latest {
			continue
		}
		area, _ := register.Area(x.Area)
		out = append(out, data.Sentence{
			Indicator: ind.ID, Area: x.Area, Period: x.Period, Role: "level", Position: 1,
			Text: levelSentence(ind, x, area, byArea[x.Area], register),
		})
	}
	return out
}

// levelSentence is the level template of one figure.
func levelSentence(ind data.Indicator, x data.Estimate, area data.Area, comparisons []data.Comparison, register *data.Register) string {
	subject := subjectOf(ind, area)
	value, ok := x.Value.Number()
	if !ok {
		return fmt.Sprintf("%s is not available for %s: %s.", ind.Title, x.Period.Label(), x.Value.Marker().Reason())
	}
	if x.Flags.Has(data.LowReliability) {
		return fmt.Sprintf("The publisher calls the figure for %s an unreliable estimate, so nothing is said of it here.", x.Period.Label())
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s was %s %s", subject, ind.Format(value), x.Period.InWords())
	if x.Interval.Known {
		fmt.Fprintf(&b, " (95%% interval %s)", ind.FormatInterval(x.Interval))
	}
	b.WriteByte('.')
	if len(comparisons) == 0 {
		return b.String()
	}
	c := comparisons[0]
	benchmark, _ := register.Area(c.Benchmark)
	name, level := nameInSentence(benchmark), ind.Format(c.BenchmarkValue)
	switch c.Verdict {
	case data.NotTested:
		fmt.Fprintf(&b, " In %s it was %s; without an interval on both sides the gap is not tested.", name, level)
	case data.Similar:
		fmt.Fprintf(&b, " That is not clearly different from %s (%s).", name, level)
	default:
		word := "higher"
		if c.Gap < 0 {
			word = "lower"
		}
		fmt.Fprintf(&b, " That is %s than in %s (%s).", word, name, level)
	}
	return b.String()
}

// subjectOf is the indicator's subject with the area's name: "pay of United
// Kingdom residents", but "anxiety of adults in the United Kingdom".
func subjectOf(ind data.Indicator, area data.Area) string {
	before, after, _ := strings.Cut(ind.Subject, "{area}")
	name := nameInSentence(area)
	if strings.HasPrefix(after, " residents") {
		name = area.Name
	}
	return before + name + after
}

// nameInSentence is an area's name as it stands inside a sentence.
func nameInSentence(a data.Area) string {
	switch {
	case a.Code == data.UnitedKingdom:
		return "the United Kingdom"
	case a.Level == data.LevelRegion && a.Name != "London" && a.Name != "Yorkshire and The Humber":
		return "the " + a.Name
	}
	return a.Name
}
