package indicators

import (
	"errors"
	"math"

	"goodwork/data"
)

// The verdicts on a trend, beside NotAssessed.
const (
	Increasing          = data.Increasing
	Decreasing          = data.Decreasing
	NoSignificantChange = data.NoSignificantChange
)

// trendCritical is the 99.8th percentile of chi-square with one degree of
// freedom: Fingertips tests trends at p < 0.002.
const trendCritical = 9.54953570608324

// fingertipsWidth is the width of a 95% interval in standard errors as
// Fingertips rounds it; used for trends only, to agree with its markers.
const fingertipsWidth = 3.92

// FingertipsError is the standard error that the trend test takes from a 95%
// interval, (upper - lower)/3.92; absent unless upper > lower.
func FingertipsError(i data.Interval) data.Optional {
	if !i.Known || !(i.Upper > i.Lower) {
		return data.Optional{}
	}
	return data.Some((i.Upper - i.Lower) / fingertipsWidth)
}

// Trend is a weighted regression on equally spaced periods.
type Trend struct {
	Slope  float64 // the indicator's unit per period
	Chi2   float64 // (slope / its standard error)^2
	Steady bool    // leaving out any one point doesn't turn the slope
}

// WeightedTrend is the known-variance regression behind the trend markers of
// Fingertips (technical guidance "Trend markers"; UKHSA assign_trend_markers):
// values of consecutive periods, oldest first, with weights 1/error^2, and the
// sign of the slope checked by leaving out each point in turn. It needs at
// least three points and positive errors.
func WeightedTrend(values, standardErrors []float64) (Trend, error) {
	if len(values) < 3 || len(values) != len(standardErrors) {
		return Trend{}, errors.New("weighted trend: fewer than three points with an error each")
	}
	for _, s := range standardErrors {
		if !(s > 0) {
			return Trend{}, errors.New("weighted trend: a standard error isn't positive")
		}
	}
	slope, information := weightedSlope(values, standardErrors, -1)
	t := Trend{Slope: slope, Chi2: slope * slope * information, Steady: slope != 0}
	for left := range values {
		without, _ := weightedSlope(values, standardErrors, left)
		t.Steady = t.Steady && without*slope > 0
	}
	return t, nil
}

// weightedSlope is the slope without one point (-1: with all) and the inverse
// of its variance.
func weightedSlope(values, standardErrors []float64, left int) (slope, information float64) {
	var sw, swt, swx float64
	for i, s := range standardErrors {
		if i != left {
			w := 1 / (s * s)
			sw += w
			swt += w * float64(i)
			swx += w * values[i]
		}
	}
	meanT, meanX := swt/sw, swx/sw
	var sxt float64
	for i, s := range standardErrors {
		if i != left {
			w, t := 1/(s*s), float64(i)-meanT
			information += w * t * t
			sxt += w * t * (values[i] - meanX)
		}
	}
	return sxt / information, information
}

// ProportionTrend is Fingertips' test for proportions whose counts are known:
// chi-square of Cochran and Armitage on numerators out of denominators
// (Biometrics 1954, 1955), and for the slope, and its check by leaving out each
// point, the regression of the log odds on time, unweighted. Slope is the
// change of the log odds per period. Each numerator must lie between 0 and its
// denominator, exclusive.
func ProportionTrend(numerators, denominators []float64) (Trend, error) {
	if len(numerators) < 3 || len(numerators) != len(denominators) {
		return Trend{}, errors.New("proportion trend: fewer than three points with a denominator each")
	}
	logits, equal := make([]float64, len(numerators)), make([]float64, len(numerators))
	var n, d, dt, dtt, nt float64
	for i, x := range numerators {
		if !(x > 0 && x < denominators[i]) {
			return Trend{}, errors.New("proportion trend: a numerator isn't between 0 and its denominator")
		}
		t, y := float64(i), denominators[i]
		logits[i], equal[i] = math.Log(x/(y-x)), 1
		n, d, dt, dtt, nt = n+x, d+y, dt+y*t, dtt+y*t*t, nt+x*t
	}
	trend, err := WeightedTrend(logits, equal)
	excess := d*nt - n*dt
	trend.Chi2 = d * excess * excess / (n * (d - n) * (d*dtt - dt*dt))
	return trend, err
}

// Verdict is increasing or decreasing if chi-square exceeds 9.5495 (p < 0.002)
// and no single point makes the slope.
func (t Trend) Verdict() data.Verdict {
	if !(t.Chi2 > trendCritical) || !t.Steady {
		return NoSignificantChange
	}
	if t.Slope > 0 {
		return Increasing
	}
	return Decreasing
}
