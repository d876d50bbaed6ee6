package indicators

import (
	"math"

	"goodwork/data"
)

// StandardError is that of a 95% interval under a normal distribution,
// (upper - lower) / (2 x 1.959963984540054), in the unit of the limits. An
// interval that is unknown, or of no width (a limit lost in rounding), has none.
func StandardError(i data.Interval) data.Optional {
	if !i.Known || !(i.Upper > i.Lower) {
		return data.Optional{}
	}
	return data.Some((i.Upper - i.Lower) / (2 * data.Z95))
}

// Wilson is the 95% score interval of the proportion numerator/denominator,
// from 0 to 1 (Wilson, JASA 1927; UKHSA PHEindicatormethods). It is unknown
// where the denominator isn't positive or the numerator lies outside it.
func Wilson(numerator, denominator float64) data.Interval {
	if !(denominator > 0) || !(numerator >= 0) || numerator > denominator {
		return data.Interval{}
	}
	const z2 = data.Z95 * data.Z95
	half := data.Z95 * math.Sqrt(z2+4*numerator*(1-numerator/denominator))
	below := 2 * (denominator + z2)
	return data.Interval{
		Lower: max(0, (2*numerator+z2-half)/below),
		Upper: min(1, (2*numerator+z2+half)/below),
		Known: true,
	}
}

// Byar is the 95% interval of a count of events by Byar's approximation to the
// Poisson limits (Breslow and Day 1987, p. 69; UKHSA PHEindicatormethods). The
// lower limit of a count of 0 is 0; a negative count has no interval.
func Byar(count float64) data.Interval {
	if !(count >= 0) {
		return data.Interval{}
	}
	limit := func(o, side float64) float64 {
		return o * math.Pow(1-1/(9*o)+side*data.Z95/(3*math.Sqrt(o)), 3)
	}
	i := data.Interval{Upper: limit(count+1, 1), Known: true}
	if count > 0 {
		i.Lower = max(0, limit(count, -1))
	}
	return i
}

// FromCV is the 95% interval of an estimate with its coefficient of variation
// in per cent, value x (1 -/+ 1.96 cv/100): 1.96 and not the longer constant,
// since that is how the Annual Survey of Hours and Earnings publishes it.
func FromCV(value, cv float64) data.Interval {
	if !(cv >= 0) {
		return data.Interval{}
	}
	half := math.Abs(value) * 1.96 * cv / 100
	return data.Interval{Lower: value - half, Upper: value + half, Known: true}
}

// around is value -/+ 1.96 standard errors.
func around(value, se float64) data.Interval {
	return data.Interval{Lower: value - data.Z95*se, Upper: value + data.Z95*se, Known: true}
}

// normalCDF is the standard normal distribution function.
func normalCDF(z float64) float64 { return math.Erfc(-z/math.Sqrt2) / 2 }

// normalQuantile is its inverse, for 0 < p < 1.
func normalQuantile(p float64) float64 { return math.Sqrt2 * math.Erfinv(2*p-1) }

// twoSided is the two-sided p-value of a standard normal deviate.
func twoSided(z float64) float64 { return math.Erfc(math.Abs(z) / math.Sqrt2) }
