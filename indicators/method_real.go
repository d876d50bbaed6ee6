package indicators

import (
	"slices"

	"goodwork/data"
)

// Real puts a sum of money of one period in the prices of another: nominal x
// base/index, with the price index of the sum's own period and of the base
// period. For the Annual Survey of Hours and Earnings both are April's CPIH
// (ONS L522), UK-wide, since there is no regional one. Limits of an interval
// are deflated alike; a coefficient of variation stays as it is.
func Real(nominal, index, base float64) data.Optional {
	if !(index > 0) || !(base > 0) {
		return data.Optional{}
	}
	return data.Some(nominal * base / index)
}

// RealInterval deflates both limits.
func RealInterval(nominal data.Interval, index, base float64) data.Interval {
	if !nominal.Known || !(index > 0) || !(base > 0) {
		return data.Interval{}
	}
	return data.Interval{Lower: nominal.Lower * base / index, Upper: nominal.Upper * base / index, Known: true}
}

// PayPercentile is one published percentile of a pay distribution.
type PayPercentile struct {
	Percent float64 // share of jobs paid less, per cent
	Pay     float64
}

// ShareBelow is the share of jobs, in per cent, paid below a rate, by linear
// interpolation between published percentiles. It is a model, for areas
// without a published share, and must be labelled so. Outside the published
// percentiles there is no answer.
func ShareBelow(percentiles []PayPercentile, rate float64) data.Optional {
	p := slices.Clone(percentiles)
	slices.SortFunc(p, func(a, b PayPercentile) int {
		switch {
		case a.Percent < b.Percent:
			return -1
		case a.Percent > b.Percent:
			return 1
		}
		return 0
	})
	for i := 1; i < len(p); i++ {
		a, b := p[i-1], p[i]
		if rate >= a.Pay && rate <= b.Pay && b.Pay > a.Pay {
			return data.Some(a.Percent + (b.Percent-a.Percent)*(rate-a.Pay)/(b.Pay-a.Pay))
		}
	}
	return data.Optional{}
}
