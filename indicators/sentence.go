package indicators

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"goodwork/data"
)

// Roles of sentences. Those of an indicator stand in its row on the area's page,
// each at most once; the summary stands at the top of the page.
const (
	roleLevel    = "level"
	roleChange   = "change"
	roleTrend    = "trend"
	rolePosition = "position"
	roleSummary  = "summary"
)

// summaryLength is the most sentences that a summary has.
const summaryLength = 5

// rowSentences writes, for every area's figure of the latest period, the
// sentences of its row. The verdict picks the words; a figure that is missing or
// unreliable gets one sentence that says so.
func (w *work) rowSentences(latest data.Period, register *data.Register) []data.Sentence {
	comparisons := map[data.AreaCode][]data.Comparison{}
	for _, c := range w.comparisons {
		if c.Period == latest {
			comparisons[c.Area] = append(comparisons[c.Area], c)
		}
	}
	changes := map[data.AreaCode]data.PeriodChange{}
	for _, c := range w.changes {
		if c.Span == data.SpanSince2019 {
			changes[c.Area] = c
		}
	}
	trends := map[data.AreaCode]data.Trend{}
	for _, t := range w.trends {
		if t.Period == latest {
			trends[t.Area] = t
		}
	}
	positions := map[data.AreaCode]data.Position{}
	for _, p := range w.positions {
		if p.Period == latest {
			positions[p.Area] = p
		}
	}
	var out []data.Sentence
	for _, x := range w.estimates {
		if x.Period != latest {
			continue
		}
		say := func(role, text string) {
			if text != "" {
				out = append(out, data.Sentence{Indicator: w.ind.ID, Area: x.Area, Period: x.Period, Role: role, Position: 1, Text: text})
			}
		}
		area, _ := register.Area(x.Area)
		say(roleLevel, levelSentence(w.ind, x, area, comparisons[x.Area], register))
		if !x.Value.Known() || x.Flags.Has(data.LowReliability) {
			continue
		}
		if c, ok := changes[x.Area]; ok {
			say(roleChange, changeSentence(w.ind, c))
		}
		if t, ok := trends[x.Area]; ok {
			say(roleTrend, trendSentence(w.ind, t))
		}
		if p, ok := positions[x.Area]; ok {
			say(rolePosition, positionSentence(p))
		}
	}
	return out
}

// changeSentence says how a figure moved since its base of 2019.
func changeSentence(ind data.Indicator, c data.PeriodChange) string {
	since := c.From.Label()
	amount := func(f float64) string {
		if c.Percent {
			return data.FormatNumber(math.Abs(f), 1) + "%"
		}
		return pointsOf(ind, math.Abs(f))
	}
	start := "It "
	if ind.Method == "deflated" {
		start = "After inflation (CPIH) it "
	} else if currentPrices(ind) {
		start = "Not adjusted for prices, it "
	}
	switch c.Verdict {
	case data.NoClearChange:
		if ind.Method == "deflated" {
			return "After inflation (CPIH) there is no clear change since " + since + "."
		}
		return "There is no clear change since " + since + "."
	case data.Rise:
		return fmt.Sprintf("%srose by %s since %s (95%% interval %s to %s).", start, amount(c.Amount.V), since, amount(c.Interval.Lower), amount(c.Interval.Upper))
	case data.Fall:
		return fmt.Sprintf("%sfell by %s since %s (95%% interval %s to %s).", start, amount(c.Amount.V), since, amount(c.Interval.Upper), amount(c.Interval.Lower))
	}
	if !c.Amount.OK {
		return ""
	}
	word := "was " + amount(c.Amount.V) + " higher than in " + since
	if c.Amount.V < 0 {
		word = "was " + amount(c.Amount.V) + " lower than in " + since
	}
	return fmt.Sprintf("%s%s; without an interval the change is not tested.", start, word)
}

// pointsOf writes a difference in an indicator's own unit.
func pointsOf(ind data.Indicator, f float64) string {
	n := data.FormatNumber(f, max(ind.Decimals, 1))
	switch ind.Unit {
	case "%":
		return n + " percentage points"
	case "score":
		return data.FormatNumber(f, ind.Decimals) + " points"
	}
	return n + " " + ind.Unit
}

// trendSentence says what the trend test found.
func trendSentence(ind data.Indicator, t data.Trend) string {
	prices := ""
	if currentPrices(ind) {
		prices = ", not adjusted for prices"
	}
	years := fmt.Sprintf("from %s to %s", t.From.ShortLabel(), t.Period.ShortLabel())
	switch t.Verdict {
	case data.Increasing:
		return "The trend " + years + prices + " is upwards."
	case data.Decreasing:
		return "The trend " + years + prices + " is downwards."
	case data.NoSignificantChange:
		return "No clear trend " + years + prices + "."
	}
	return "Trend not assessed: " + t.Reason + "."
}

// positionSentence gives the range of the rank, never a rank alone.
func positionSentence(p data.Position) string {
	if !p.RankRange.Known {
		return ""
	}
	return fmt.Sprintf("Probably between %s and %s highest of %d areas.", ordinal(int(p.RankRange.Lower)), ordinal(int(p.RankRange.Upper)), p.N)
}

// ordinal writes 1st, 2nd, 3rd, 4th, 11th, 21st.
func ordinal(n int) string {
	suffix := "th"
	if n%100 < 11 || n%100 > 13 {
		switch n % 10 {
		case 1:
			suffix = "st"
		case 2:
			suffix = "nd"
		case 3:
			suffix = "rd"
		}
	}
	return strconv.Itoa(n) + suffix
}

// summaries writes each area's answer in at most five sentences: the quadrant,
// then the figures that differ most from the first benchmark after Benjamini and
// Hochberg, by |gap|/s, with one favourable and one unfavourable among them
// where there are any. Context, and figures more than four years old, are left
// to their rows. An area where none differs is told so.
func summaries(works []*work, quadrants []data.Quadrant, register *data.Register) []data.Sentence {
	type candidate struct {
		indicator data.IndicatorID
		period    data.Period
		better    bool
		size      float64
		text      string
	}
	found := map[data.AreaCode][]candidate{}
	tested := map[data.AreaCode]int{}
	for _, w := range works {
		if w.ind.Dimension == "context" || w.age > veryOldYears {
			continue
		}
		latest := latestWithNumber(w.estimates)
		first := map[data.AreaCode]bool{}
		level := map[data.AreaCode]string{}
		for _, s := range w.sentences {
			if s.Role == roleLevel {
				level[s.Area] = s.Text
			}
		}
		for _, c := range w.comparisons {
			if c.Period != latest || first[c.Area] {
				continue
			}
			first[c.Area] = true
			// Pay at current and at constant prices is the same figure in the
			// latest year: one of them is enough.
			if c.Verdict == data.NotTested || w.def.Method == "deflated" {
				continue
			}
			tested[c.Area]++
			if c.VerdictAdjusted != data.Better && c.VerdictAdjusted != data.Worse {
				continue
			}
			se := StandardError(c.GapInterval)
			if !se.OK {
				continue
			}
			found[c.Area] = append(found[c.Area], candidate{w.ind.ID, c.Period, c.VerdictAdjusted == data.Better, math.Abs(c.Gap) / se.V, level[c.Area]})
		}
	}
	latest := map[data.AreaCode]data.Quadrant{}
	for _, q := range quadrants {
		if q.Year >= latest[q.Area].Year {
			latest[q.Area] = q
		}
	}
	var out []data.Sentence
	for _, area := range register.Areas() {
		position := 0
		say := func(ind data.IndicatorID, p data.Period, text string) {
			position++
			out = append(out, data.Sentence{Indicator: ind, Area: area.Code, Period: p, Role: roleSummary, Position: position, Text: text})
		}
		if q, ok := latest[area.Code]; ok {
			say("", data.Period{}, quadrantSentence(q, area))
		}
		list := found[area.Code]
		slices.SortStableFunc(list, func(a, b candidate) int { return cmp.Compare(b.size, a.size) })
		room := summaryLength - position
		if len(list) > room {
			kept := list[:room]
			for _, better := range []bool{true, false} {
				has := func(c candidate) bool { return c.better == better }
				if !slices.ContainsFunc(kept, has) {
					if i := slices.IndexFunc(list, has); i >= 0 {
						kept = append(slices.Clone(kept[:room-1]), list[i])
					}
				}
			}
			list = kept
		}
		for _, c := range list {
			say(c.indicator, c.period, c.text)
		}
		if len(list) == 0 && tested[area.Code] > 0 {
			say("", data.Period{}, fmt.Sprintf("Of %d figures that could be tested, none is clearly different from the national one once the number of comparisons is taken into account.", tested[area.Code]))
		}
	}
	return out
}

// quadrantSentence says where an area stands between any work and good work.
func quadrantSentence(q data.Quadrant, area data.Area) string {
	name := nameInSentence(area)
	if q.Verdict == data.NoClearQuadrant {
		return fmt.Sprintf("In %d it is not clear on which side of Great Britain %s lay in pay and employment taken together.", q.Year, name)
	}
	words := map[data.Verdict]string{
		data.HighHigh: "higher pay and higher employment",
		data.HighLow:  "higher pay and lower employment",
		data.LowHigh:  "lower pay and higher employment",
		data.LowLow:   "lower pay and lower employment",
	}[q.Verdict]
	return fmt.Sprintf("In %d residents of %s had %s than Great Britain, with a probability of at least %d%%.", q.Year, name, words, int(100*quadrantCertainty))
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
		lacks := "the figure here has no interval"
		if x.Interval.Known {
			lacks = "that figure has no interval"
		}
		fmt.Fprintf(&b, " In %s it was %s; %s, so the gap is not tested.", name, level, lacks)
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
