package indicators

import (
	"math"

	"goodwork/data"
)

// maxRatioCV is the coefficient of variation, in per cent, up to which either
// side of a ratio may be for the ratio to be published.
const maxRatioCV = 10

// Ratio is a/b with a 95% interval on the log scale, exp(ln R -/+ 1.96 x
// sqrt(cvA^2 + cvB^2)/100). Percentiles of one distribution move together, for
// which the interval is cautious. Both must be positive; without both
// coefficients (per cent) the interval is unknown.
func Ratio(a, b float64, cvA, cvB data.Optional) (data.Optional, data.Interval) {
	if !(a > 0) || !(b > 0) {
		return data.Optional{}, data.Interval{}
	}
	r := a / b
	if !cvA.OK || !cvB.OK {
		return data.Some(r), data.Interval{}
	}
	factor := math.Exp(data.Z95 * math.Hypot(cvA.V, cvB.V) / 100)
	return data.Some(r), data.Interval{Lower: r / factor, Upper: r * factor, Known: true}
}

// RatioPublishable reports whether both sides are precise enough to publish
// their ratio: coefficients of variation of at most 10%.
func RatioPublishable(cvA, cvB data.Optional) bool {
	return cvA.OK && cvB.OK && cvA.V <= maxRatioCV && cvB.V <= maxRatioCV
}

// GenderPayGap is (male - female)/male in per cent, with the interval of the
// ratio female/male turned round.
func GenderPayGap(male, female float64, cvMale, cvFemale data.Optional) (data.Optional, data.Interval) {
	r, i := Ratio(female, male, cvFemale, cvMale)
	if !r.OK {
		return r, i
	}
	gap := data.Some(100 * (1 - r.V))
	if !i.Known {
		return gap, i
	}
	return gap, data.Interval{Lower: 100 * (1 - i.Upper), Upper: 100 * (1 - i.Lower), Known: true}
}
