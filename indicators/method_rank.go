package indicators

import "math"

// decimals9 is how finely values are told apart before they are ranked: the
// last bits of a float must not decide a rank.
const decimals9 = 1e9

// Ranks gives each value its rank from 1, ties taking the lowest ("min"), on
// values rounded to nine decimals. The highest value has rank 1 if
// highestFirst, else the lowest.
func Ranks(values []float64, highestFirst bool) []int {
	r := newRanker(len(values))
	sign := 1.0
	if !highestFirst {
		sign = -1
	}
	for i, v := range values {
		r.key[i] = sign * v
	}
	r.rank()
	ranks := make([]int, len(values))
	for i, k := range r.ranks {
		ranks[i] = int(k)
	}
	return ranks
}

// QuantileGroup is the group, from 1 to k, of a rank among n by the formula of
// UKHSA's phe_quantile, max(1, floor(k + 1 - ceil((n + 1 - rank)/(n/k)))): ties
// stay together, which SQL's NTILE doesn't keep. It is calculated in whole
// numbers, so that n/k can't be out in its last bit.
func QuantileGroup(rank, n, k int) int {
	return max(1, k+1-((n+1-rank)*k+n-1)/n)
}

// ranker ranks the same number of values many times over without allocating:
// into classes of equal width, then by insertion within them, which takes time
// linear in the values unless they crowd into few classes.
type ranker struct {
	key   []float64 // set by the caller; rank scales and rounds it in place
	ranks []int32   // 1 = highest key, ties the lowest
	class []int32   // of each value
	start []int32   // of each class in order
	order []int32   // values from the highest key down
	down  []float64 // their keys
}

func newRanker(n int) *ranker {
	return &ranker{
		key: make([]float64, n), ranks: make([]int32, n), class: make([]int32, n),
		start: make([]int32, max(n+n/2, 1)+1), order: make([]int32, n), down: make([]float64, n),
	}
}

// rank fills ranks from key.
func (r *ranker) rank() {
	if len(r.key) == 0 {
		return
	}
	lo, hi := math.Inf(1), math.Inf(-1)
	for i, x := range r.key {
		x = math.RoundToEven(x * decimals9)
		r.key[i] = x
		lo, hi = min(lo, x), max(hi, x)
	}
	clear(r.start)
	classes := len(r.start) - 1
	scale := 0.0
	if hi > lo {
		scale = float64(classes-1) / (hi - lo)
	}
	for i, x := range r.key {
		c := int32((hi - x) * scale)
		r.class[i] = c
		r.start[c+1]++
	}
	for c := range classes {
		r.start[c+1] += r.start[c]
	}
	for i, c := range r.class {
		at := r.start[c]
		r.start[c]++
		r.order[at] = int32(i)
		r.down[at] = r.key[i]
	}
	for i := 1; i < len(r.down); i++ {
		x, who := r.down[i], r.order[i]
		j := i
		for ; j > 0 && r.down[j-1] < x; j-- {
			r.down[j], r.order[j] = r.down[j-1], r.order[j-1]
		}
		r.down[j], r.order[j] = x, who
	}
	rank := int32(1)
	for i, who := range r.order {
		if i > 0 && r.down[i] != r.down[i-1] {
			rank = int32(i + 1)
		}
		r.ranks[who] = rank
	}
}
