package indicators

import (
	"cmp"
	"math"
	"slices"

	"goodwork/data"
)

// Inequality measures the gaps between areas, not those between people within
// them. Figures without unit are shares of the mean; what can't be calculated,
// such as a logarithm of a value that isn't positive, is absent.
type Inequality struct {
	N        int           // areas
	Mean     data.Optional // weighted
	CV       data.Optional // weighted population SD / mean, a ratio
	TheilT   data.Optional // sum of p (x/mean) ln(x/mean)
	MLD      data.Optional // sum of p ln(mean/x)
	Gini     data.Optional // 0 to 1
	P90      data.Optional // smallest x with 90% of the weight at or below
	P10      data.Optional
	P90ByP10 data.Optional // P90/P10
}

// weightTolerance forgives the rounding of sums of weights at a percentile.
const weightTolerance = 1e-12

// MeasureInequality takes one value an area and weights that aren't negative,
// such as populations; they are scaled to sum to 1 (Theil 1967; Shorrocks,
// Econometrica 1980; Cowell, Measuring Inequality).
func MeasureInequality(values, weights []float64) Inequality {
	q := Inequality{N: len(values)}
	order := make([]int, 0, len(values))
	var total, mean float64
	for i, w := range weights {
		if w > 0 {
			order = append(order, i)
			total += w
			mean += w * values[i]
		}
	}
	if !(total > 0) {
		return q
	}
	mean /= total
	slices.SortFunc(order, func(a, b int) int { return cmp.Compare(values[a], values[b]) })
	q.Mean = data.Some(mean)
	q.P90 = data.Some(weightedPercentile(values, weights, order, total, 0.9))
	q.P10 = data.Some(weightedPercentile(values, weights, order, total, 0.1))
	if q.P10.V > 0 {
		q.P90ByP10 = data.Some(q.P90.V / q.P10.V)
	}
	if !(mean > 0) {
		return q
	}
	var variance, theil, mld, gini, before float64
	for _, i := range order {
		p, x := weights[i]/total, values[i]
		variance += p * (x - mean) * (x - mean)
		if x > 0 {
			theil += p * x / mean * math.Log(x/mean)
		}
		mld -= p * math.Log(x/mean)
		gini += p * (x - mean) * (2*before + p - 1)
		before += p
	}
	q.CV = data.Some(math.Sqrt(variance) / mean)
	least := values[order[0]]
	if least >= 0 {
		q.TheilT = data.Some(theil)
		q.Gini = data.Some(gini / mean)
	}
	if least > 0 {
		q.MLD = data.Some(mld)
	}
	return q
}

// weightedPercentile is the smallest value with at least the share p of the
// weight at or below it.
func weightedPercentile(values, weights []float64, order []int, total, p float64) float64 {
	var sum float64
	for _, i := range order {
		if sum += weights[i]; sum >= total*(p-weightTolerance) {
			return values[i]
		}
	}
	return values[order[len(order)-1]]
}
