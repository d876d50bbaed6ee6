package indicators

import (
	"math"

	"goodwork/data"
)

// Gap is how far an estimate lies from a benchmark, in the indicator's unit.
// Without an interval of the estimate there is a gap but no test.
type Gap struct {
	Gap      float64
	Interval data.Interval // 95%, of the gap
	Z, P     data.Optional // normal deviate, two-sided p
}

// BenchmarkGap tests the difference between an estimate and a benchmark:
// s = sqrt(s^2 + sb^2 - 2 w s^2), where w is the area's share of the benchmark
// (0 if unknown, which is cautious). A benchmark without an interval is taken
// as exact. Overlap of two intervals isn't used: it misses differences that
// the test finds (Schenker and Gentleman, The American Statistician 2001).
func BenchmarkGap(value float64, interval data.Interval, benchmark float64, benchmarkInterval data.Interval, share float64) Gap {
	g := Gap{Gap: value - benchmark}
	se := StandardError(interval)
	if !se.OK {
		return g
	}
	seB := StandardError(benchmarkInterval).V
	variance := se.V*se.V + seB*seB - 2*share*se.V*se.V
	if !(variance > 0) {
		return g
	}
	s := math.Sqrt(variance)
	g.Interval = around(g.Gap, s)
	g.Z = data.Some(g.Gap / s)
	g.P = data.Some(twoSided(g.Gap / s))
	return g
}

// Verdict reads a gap at the 5% level with a p-value, which is the gap's own or
// one adjusted for the number of comparisons.
func (g Gap) Verdict(p data.Optional, polarity data.Polarity) data.Verdict {
	if !p.OK {
		return data.NotTested
	}
	if !(p.V < significance) || g.Gap == 0 {
		return data.Similar
	}
	above := g.Gap > 0
	switch {
	case polarity == data.PolarityNone && above:
		return data.Higher
	case polarity == data.PolarityNone:
		return data.Lower
	case above == (polarity == data.PolarityHigh):
		return data.Better
	}
	return data.Worse
}
