package indicators

import (
	"math"

	"goodwork/data"
)

// The verdicts on a change between two periods.
const (
	Rise          = data.Rise
	Fall          = data.Fall
	NoClearChange = data.NoClearChange
	NotAssessed   = data.NotAssessed // also of a trend
)

// significance is the two-sided level of every single test.
const significance = 0.05

// Change is the change of one estimate between two periods. What can't be
// calculated is absent, and the verdict then is NotAssessed.
type Change struct {
	Amount   data.Optional // per cent of the first period, or the indicator's unit
	Interval data.Interval // 95%, of Amount
	P        data.Optional // two-sided
	Verdict  data.Verdict
}

// PercentChange is the change from one positive estimate to another in per
// cent, with an interval and a test on the log ratio: ln(to/from) -/+ 1.96 x
// sqrt(cvFrom^2 + cvTo^2)/100, exponentiated. Coefficients of variation are in
// per cent. The two are taken as independent, which is cautious for surveys
// that keep part of their sample.
func PercentChange(from, to float64, cvFrom, cvTo data.Optional) Change {
	c := Change{Verdict: NotAssessed}
	if !(from > 0) || to < 0 {
		return c
	}
	c.Amount = data.Some(100 * (to/from - 1))
	s := math.Hypot(cvFrom.V, cvTo.V) / 100
	if !(to > 0) || !cvFrom.OK || !cvTo.OK || !(s > 0) {
		return c
	}
	log := math.Log(to / from)
	c.Interval = data.Interval{
		Lower: 100 * math.Expm1(log-data.Z95*s),
		Upper: 100 * math.Expm1(log+data.Z95*s),
		Known: true,
	}
	return c.tested(log / s)
}

// PointChange is the difference of two estimates in their own unit (percentage
// points, years), with s = sqrt(s0^2 + s1^2) of their intervals.
func PointChange(from, to float64, fromInterval, toInterval data.Interval) Change {
	c := Change{Amount: data.Some(to - from), Verdict: NotAssessed}
	s0, s1 := StandardError(fromInterval), StandardError(toInterval)
	if !s0.OK || !s1.OK {
		return c
	}
	s := math.Hypot(s0.V, s1.V)
	c.Interval = around(to-from, s)
	return c.tested((to - from) / s)
}

func (c Change) tested(z float64) Change {
	c.P = data.Some(twoSided(z))
	c.Verdict = NoClearChange
	if c.P.V < significance {
		c.Verdict = Rise
		if z < 0 {
			c.Verdict = Fall
		}
	}
	return c
}
