package indicators

import (
	"fmt"
	"slices"

	"goodwork/data"
)

// Reasons why a change or a trend is not assessed, as pages say them.
const (
	reasonNoFigure     = "no figure to compare with"
	reasonUnreliable   = "an unreliable figure"
	reasonOverlap      = "overlapping periods"
	reasonNoPrecision  = "no measure of precision"
	reasonFewYears     = "fewer than five comparable years"
	reasonFewYearsRank = "fewer than eight comparable years"
	reasonGap          = "a missing year"
)

// spanYears is how many years lie between the ends of a span.
var spanYears = map[data.Span]int{data.SpanOne: 1, data.SpanFive: 5, data.SpanTen: 10}

// changesOf gives the changes to an indicator's latest period, for every area
// and span that the indicator's periods can fill. Money changes in per cent,
// everything else in its own unit. The base of since-2019 is the period that
// starts in 2019: April 2019, calendar 2019, the year ending March 2020.
func changesOf(ind data.Indicator, estimates []data.Estimate) []data.PeriodChange {
	periods := periodsOf(estimates)
	latest := latestWithNumber(estimates)
	byKey := byAreaPeriod(estimates)
	from := map[data.Span]data.Period{}
	for _, span := range data.Spans {
		year := 2019
		if n, ok := spanYears[span]; ok {
			year = latest.Year() - n
		}
		if i := slices.IndexFunc(periods, func(p data.Period) bool { return p.Year() == year && p.Months() == latest.Months() }); i >= 0 && year < latest.Year() {
			from[span] = periods[i]
		}
	}
	var out []data.PeriodChange
	for _, x := range estimates {
		if x.Period != latest || !x.Value.Known() {
			continue
		}
		for _, span := range data.Spans {
			base, ok := from[span]
			if !ok {
				continue
			}
			out = append(out, changeBetween(ind, byKey[areaPeriod{x.Area, base}], x, span, base))
		}
	}
	return out
}

func changeBetween(ind data.Indicator, from, to data.Estimate, span data.Span, base data.Period) data.PeriodChange {
	c := data.PeriodChange{
		Indicator: ind.ID, Area: to.Area, Period: to.Period, From: base, Span: span, Percent: ind.Unit == "£", Verdict: data.NotAssessed,
	}
	before, ok := from.Value.Number()
	after, _ := to.Value.Number()
	switch {
	case !ok:
		c.Reason = reasonNoFigure
		return c
	case from.Flags.Has(data.LowReliability) || to.Flags.Has(data.LowReliability):
		c.Reason = reasonUnreliable
		return c
	case to.Period.Months() > 12 && 12*(to.Period.Year()-base.Year()) < to.Period.Months():
		c.Reason = reasonOverlap
		return c
	}
	var change Change
	if c.Percent {
		change = PercentChange(before, after, cvOf(before, from.Interval), cvOf(after, to.Interval))
	} else {
		change = PointChange(before, after, from.Interval, to.Interval)
	}
	c.Amount, c.Interval, c.P, c.Verdict = tenDigitOptional(change.Amount), tenDigitInterval(change.Interval), tenDigitOptional(change.P), change.Verdict
	if c.Verdict == data.NotAssessed {
		c.Reason = reasonNoPrecision
	}
	return c
}

// cvOf is the coefficient of variation, in per cent, that an interval implies.
func cvOf(value float64, i data.Interval) data.Optional {
	se := StandardError(i)
	if !se.OK || !(value > 0) {
		return data.Optional{}
	}
	return data.Some(100 * se.V / value)
}

// trendWindow is the number of points of the weighted trend; kendallWindow and
// kendallLeast bound those of the rank test.
const (
	trendWindow   = 5
	kendallWindow = 10
	kendallLeast  = 8
)

// trendsOf says of every figure whether the periods that end at it rise or fall:
// by weighted regression where the indicator has intervals, by Mann and Kendall
// where it is counted from registers.
func trendsOf(def Definition, ind data.Indicator, estimates []data.Estimate, surveyed bool) []data.Trend {
	byArea := map[data.AreaCode][]data.Estimate{}
	var order []data.AreaCode
	for _, x := range estimates {
		if byArea[x.Area] == nil {
			order = append(order, x.Area)
		}
		byArea[x.Area] = append(byArea[x.Area], x)
	}
	var out []data.Trend
	for _, code := range order {
		points := byArea[code]
		for i, x := range points {
			if !x.Value.Known() {
				continue
			}
			t := data.Trend{Indicator: ind.ID, Area: code, Period: x.Period, Method: data.WeightedTrend, Verdict: data.NotAssessed}
			if !surveyed {
				t.Method = data.MannKendall
			}
			switch {
			case def.NoTrend != "":
				t.Reason = def.NoTrend
			case x.Period.Months() > 12:
				t.Reason = reasonOverlap
			case surveyed:
				assessWeighted(&t, points[:i+1], ind.Breaks)
			default:
				assessRanks(&t, points[:i+1], ind.Breaks)
			}
			out = append(out, t)
		}
	}
	return out
}

// comparable gives the consecutive yearly points that end at the last one, at
// most limit of them, oldest first, and why there are no more.
func comparable(points []data.Estimate, breaks []data.Discontinuity, limit int) (run []data.Estimate, reason string) {
	last := points[len(points)-1]
	run = []data.Estimate{last}
	for i := len(points) - 2; i >= 0 && len(run) < limit; i-- {
		x, next := points[i], run[len(run)-1]
		b := slices.IndexFunc(breaks, func(b data.Discontinuity) bool { return x.Period.Start() < b.From && b.From <= next.Period.Start() })
		switch {
		case b >= 0:
			reason = "a break in " + breaks[b].From[:4]
		case !x.Value.Known() || x.Period.Year() != next.Period.Year()-1 || x.Period.Months() != next.Period.Months():
			reason = reasonGap
		case x.Flags.Has(data.LowReliability) || last.Flags.Has(data.LowReliability):
			reason = reasonUnreliable
		}
		if reason != "" {
			break
		}
		run = append(run, x)
	}
	slices.Reverse(run)
	return run, reason
}

func assessWeighted(t *data.Trend, points []data.Estimate, breaks []data.Discontinuity) {
	run, reason := comparable(points, breaks, trendWindow)
	t.N = len(run)
	if len(run) < trendWindow {
		t.Reason = reason
		if reason == "" || reason == reasonGap {
			t.Reason = reasonFewYears
		}
		return
	}
	var values, errs []float64
	for _, x := range run {
		v, _ := x.Value.Number()
		e := FingertipsError(x.Interval)
		if !e.OK {
			t.Reason = reasonNoPrecision
			return
		}
		values, errs = append(values, v), append(errs, e.V)
	}
	trend, err := WeightedTrend(values, errs)
	if err != nil {
		t.Reason = err.Error()
		return
	}
	t.From, t.Verdict = run[0].Period, trend.Verdict()
	t.Slope, t.Chi2 = tenDigitOptional(data.Some(trend.Slope)), tenDigitOptional(data.Some(trend.Chi2))
}

func assessRanks(t *data.Trend, points []data.Estimate, breaks []data.Discontinuity) {
	run, reason := comparable(points, breaks, kendallWindow)
	t.N = len(run)
	if len(run) < kendallLeast {
		t.Reason = reason
		if reason == "" || reason == reasonGap {
			t.Reason = reasonFewYearsRank
		}
		return
	}
	var times, values []float64
	for _, x := range run {
		v, _ := x.Value.Number()
		times, values = append(times, float64(x.Period.Year())), append(values, v)
	}
	test := MannKendallTest(values)
	t.From, t.Verdict = run[0].Period, test.Verdict()
	t.Slope, t.P = tenDigitOptional(TheilSen(times, values)), tenDigitOptional(data.Some(test.P))
}

// tenDigitOptional rounds a derived figure that may be absent.
func tenDigitOptional(o data.Optional) data.Optional {
	if o.OK {
		o.V = tenDigits(o.V)
	}
	return o
}

// ageInYears is how many whole years lie between a period's last day and a day.
func ageInYears(p data.Period, day string) (int, error) {
	at, err := data.ParsePeriod(day)
	if err != nil {
		return 0, fmt.Errorf("date of the edition: %w", err)
	}
	end, now := p.LastDay(), at.LastDay()
	years := now.Year() - end.Year()
	if end.AddDate(years, 0, 0).After(now) {
		years--
	}
	return max(years, 0), nil
}
