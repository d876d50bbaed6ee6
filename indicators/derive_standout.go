package indicators

import (
	"goodwork/data"
)

// standoutsOf lists the figures of the latest period that are worse than a
// benchmark and worsening, or better and improving: significantly so on both
// tests, the comparison after Benjamini and Hochberg. The first role that
// qualifies is named. Indicators without a polarity have none, nor has money at
// current prices, which rises nearly everywhere with prices.
func standoutsOf(ind data.Indicator, comparisons []data.Comparison, trends []data.Trend, latest data.Period) []data.Standout {
	if ind.Polarity == data.PolarityNone || currentPrices(ind) {
		return nil
	}
	improving := map[data.AreaCode]bool{}
	moving := map[data.AreaCode]bool{}
	for _, t := range trends {
		if t.Period == latest && (t.Verdict == data.Increasing || t.Verdict == data.Decreasing) {
			moving[t.Area] = true
			improving[t.Area] = (t.Verdict == data.Increasing) == (ind.Polarity == data.PolarityHigh)
		}
	}
	var out []data.Standout
	named := map[data.AreaCode]bool{}
	for _, c := range comparisons {
		if c.Period != latest || named[c.Area] || !moving[c.Area] {
			continue
		}
		better := c.VerdictAdjusted == data.Better
		if (!better && c.VerdictAdjusted != data.Worse) || better != improving[c.Area] {
			continue
		}
		named[c.Area] = true
		out = append(out, data.Standout{Indicator: ind.ID, Area: c.Area, Period: latest, Better: better, Role: c.Role})
	}
	return out
}

// currentPrices reports whether an indicator is money that is not adjusted for
// prices.
func currentPrices(ind data.Indicator) bool { return ind.Unit == "£" && ind.Method != "deflated" }
