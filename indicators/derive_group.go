package indicators

import (
	"goodwork/data"
)

// Group puts the figures of several areas together, as method 2.13 allows:
// counts are summed, rates recalculated from numerators and denominators where
// the source gives them, everything else refused with the reason and shown as
// the range of the members. members are figures of one indicator and period,
// missing ones included; a member without a figure is named.
func Group(ind data.Indicator, p data.Period, members []data.Estimate) data.GroupFigure {
	g := data.GroupFigure{Indicator: ind.ID, Period: p, Value: data.Missing(data.NotAvailable)}
	divisible := false
	for _, x := range members {
		divisible = divisible || (x.Numerator.OK && x.Denominator.OK)
	}
	parts := make([]Member, 0, len(members))
	for _, x := range members {
		m := Member{Name: string(x.Area), Numerator: x.Numerator, Denominator: x.Denominator}
		f, ok := x.Value.Number()
		usable := ok && !x.Flags.Has(data.LowReliability)
		if usable {
			m.Value = data.Some(f)
			if !g.Lowest.OK || f < g.Lowest.V {
				g.Lowest = data.Some(f)
			}
			if !g.Highest.OK || f > g.Highest.V {
				g.Highest = data.Some(f)
			}
		}
		counts := usable && (ind.Kind == "count" || (x.Numerator.OK && x.Denominator.OK))
		if counts {
			g.Counted = append(g.Counted, x.Area)
		} else if !usable || divisible {
			g.Omitted = append(g.Omitted, x.Area)
		}
		parts = append(parts, m)
	}
	measure, scale := MeasureCount, 1.0
	switch ind.Kind {
	case "count":
	case "percentage":
		measure, scale = MeasureProportion, 100
	case "rate":
		measure, scale = MeasureRate, 100000
	case "median":
		g.Refused = "a median of several areas can’t be worked out from their medians"
	case "years":
		g.Refused = "an expectancy of several areas can’t be worked out from theirs"
	case "ratio":
		g.Refused = "a ratio of several areas can’t be worked out from theirs"
	default:
		g.Refused = "a mean of several areas needs the number of people behind each, which is not published"
	}
	if g.Refused == "" && ind.Kind != "count" && !divisible {
		g.Refused = "the counts behind this rate are not published"
	}
	if g.Refused != "" {
		g.Counted = nil
		return g
	}
	a, err := Aggregate(measure, parts)
	if err != nil || !a.Value.OK {
		return g
	}
	g.Value = data.Number(tenDigits(scale * a.Value.V))
	if a.Interval.Known {
		g.Interval = tenDigitInterval(data.Interval{Lower: scale * a.Interval.Lower, Upper: scale * a.Interval.Upper, Known: true})
	}
	return g
}

// GroupEstimate is a group's figure as an estimate that Compare takes.
func GroupEstimate(g data.GroupFigure) data.Estimate {
	return data.Estimate{Indicator: g.Indicator, Period: g.Period, Value: g.Value, Interval: g.Interval}
}
