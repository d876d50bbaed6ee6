package indicators

import (
	"fmt"
	"math"

	"goodwork/data"
)

// RankDistribution counts how often each of n areas took each rank in a
// simulation.
type RankDistribution struct {
	n, draws int
	counts   []uint32 // [area x n + rank - 1]
}

func newRankDistribution(n, draws int) *RankDistribution {
	return &RankDistribution{n: n, draws: draws, counts: make([]uint32, n*n)}
}

func (d *RankDistribution) add(ranks []int32) {
	for a, r := range ranks {
		d.counts[a*d.n+int(r)-1]++
	}
}

// Percentile is the p-th quantile (type 7) of an area's rank over the draws.
func (d *RankDistribution) Percentile(area int, p float64) float64 {
	h := p * float64(d.draws-1)
	low := int(math.Floor(h))
	a, b := d.ordered(area, low), d.ordered(area, min(low+1, d.draws-1))
	return float64(a) + (h-float64(low))*float64(b-a)
}

// ordered is the k-th lowest rank of an area, k from 0.
func (d *RankDistribution) ordered(area, k int) int {
	seen := 0
	for r, c := range d.counts[area*d.n : (area+1)*d.n] {
		if seen += int(c); seen > k {
			return r + 1
		}
	}
	return d.n
}

// AtMost is the share of the draws in which an area's rank was at most rank.
func (d *RankDistribution) AtMost(area, rank int) float64 {
	sum := 0
	for _, c := range d.counts[area*d.n : area*d.n+min(max(rank, 0), d.n)] {
		sum += int(c)
	}
	return float64(sum) / float64(d.draws)
}

// Interval is the 95% interval of an area's rank: the 2.5th and 97.5th
// percentiles over the draws.
func (d *RankDistribution) Interval(area int) data.Interval {
	return data.Interval{Lower: d.Percentile(area, 0.025), Upper: d.Percentile(area, 0.975), Known: true}
}

// RankShown reports whether a rank interval among n is narrow enough for the
// point rank to be shown: at most half the list.
func RankShown(i data.Interval, n int) bool {
	return i.Known && i.Upper-i.Lower <= float64(n)/2
}

// SimulateRanks draws each value from a normal distribution with its standard
// error, ranks the draws as Ranks does, and counts the ranks (Goldstein and
// Spiegelhalter, JRSS A 1996). Draw k of area a uses the deviate of counter
// k x n + a, so that indicators may share one set of deviates.
func SimulateRanks(values, standardErrors []float64, draws int, z *Deviates, highestFirst bool) (*RankDistribution, error) {
	n := len(values)
	if n != len(standardErrors) || n == 0 || draws < 1 {
		return nil, fmt.Errorf("simulate ranks: %d values, %d standard errors, %d draws", n, len(standardErrors), draws)
	}
	sign := 1.0
	if !highestFirst {
		sign = -1
	}
	d, r := newRankDistribution(n, draws), newRanker(n)
	for k := range draws {
		for a, v := range values {
			r.key[a] = sign * (v + standardErrors[a]*z.At(k*n+a))
		}
		r.rank()
		d.add(r.ranks)
	}
	return d, nil
}
