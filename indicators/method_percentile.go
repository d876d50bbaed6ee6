package indicators

import (
	"math"
	"slices"
)

// Percentile is the p-th quantile, 0 <= p <= 1, of values in ascending order,
// by linear interpolation between order statistics: Hyndman and Fan's type 7
// (The American Statistician 1996), which R, numpy and DuckDB's quantile_cont
// use. The slice must not be empty.
func Percentile(sorted []float64, p float64) float64 {
	h := p * float64(len(sorted)-1)
	i := int(math.Floor(h))
	if i >= len(sorted)-1 {
		return sorted[len(sorted)-1]
	}
	return sorted[i] + (h-float64(i))*(sorted[i+1]-sorted[i])
}

// Median is the middle of values in any order, which must not be empty.
func Median(values []float64) float64 {
	return Percentile(slices.Sorted(slices.Values(values)), 0.5)
}

// clamp puts x between lo and hi.
func clamp(x, lo, hi float64) float64 { return min(max(x, lo), hi) }
