package indicators

import (
	"cmp"
	"math"
	"slices"

	"goodwork/data"
)

// exactMannKendall is the greatest number of points for which the exact
// distribution of S is used.
const exactMannKendall = 10

// MannKendall is the rank test for a monotonic trend.
type MannKendall struct {
	S int     // pairs that rise less pairs that fall
	P float64 // two-sided
}

// MannKendallTest tests a series in time order (Mann, Econometrica 1945;
// Kendall 1975). Up to ten points without ties p is exact; otherwise it is the
// normal approximation with the variance corrected for ties and no continuity
// correction. Fewer than two points give S = 0, p = 1.
func MannKendallTest(values []float64) MannKendall {
	s := 0
	for i, a := range values {
		for _, b := range values[i+1:] {
			s += cmp.Compare(b, a)
		}
	}
	n := len(values)
	ties := tieSizes(values)
	if n <= exactMannKendall && len(ties) == 0 {
		return MannKendall{S: s, P: exactKendallP(n, s)}
	}
	variance := kendallVariance(n)
	for _, t := range ties {
		variance -= kendallVariance(t)
	}
	if !(variance > 0) {
		return MannKendall{S: s, P: 1}
	}
	return MannKendall{S: s, P: twoSided(float64(s) / math.Sqrt(variance))}
}

// Verdict is increasing or decreasing if p < 0.05. Series of fewer than eight
// points should not be put to it: of five, only a perfect sequence passes.
func (m MannKendall) Verdict() data.Verdict {
	switch {
	case !(m.P < significance):
		return NoSignificantChange
	case m.S > 0:
		return Increasing
	}
	return Decreasing
}

func kendallVariance(n int) float64 { return float64(n*(n-1)*(2*n+5)) / 18 }

// tieSizes lists how many values share each repeated value.
func tieSizes(values []float64) []int {
	sorted := slices.Sorted(slices.Values(values))
	var sizes []int
	for i := 0; i < len(sorted); {
		j := i
		for j < len(sorted) && sorted[j] == sorted[i] {
			j++
		}
		if j-i > 1 {
			sizes = append(sizes, j-i)
		}
		i = j
	}
	return sizes
}

// exactKendallP is P(|S| >= |s|) if all n! orders are equally likely, from the
// number of orders with each number of inversions.
func exactKendallP(n, s int) float64 {
	orders := make([]float64, 1, n*(n-1)/2+1)
	orders[0] = 1
	for k := 2; k <= n; k++ {
		next := make([]float64, len(orders)+k-1)
		for inversions, count := range orders {
			for extra := range k {
				next[inversions+extra] += count
			}
		}
		orders = next
	}
	var extreme, all float64
	pairs := n * (n - 1) / 2
	for inversions, count := range orders {
		all += count
		if d := pairs - 2*inversions; d >= max(s, -s) || -d >= max(s, -s) {
			extreme += count
		}
	}
	return extreme / all
}

// TheilSen is the median of the slopes between all pairs of points (Theil 1950;
// Sen, JASA 1968), in units of the values per unit of the times. Pairs at the
// same time are left out; without a pair there is no slope.
func TheilSen(times, values []float64) data.Optional {
	var slopes []float64
	for i := range values {
		for j := i + 1; j < len(values); j++ {
			if times[j] != times[i] {
				slopes = append(slopes, (values[j]-values[i])/(times[j]-times[i]))
			}
		}
	}
	if len(slopes) == 0 {
		return data.Optional{}
	}
	slices.Sort(slopes)
	return data.Some(Percentile(slopes, 0.5))
}
