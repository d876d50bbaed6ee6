package indicators

import (
	"fmt"
	"math"
	"slices"

	"goodwork/data"
)

// Vary is what a simulation draws anew each time.
type Vary string

// What may vary: the values by their sampling errors; the weights of the
// dimensions, every set being equally likely; the method, one of three; or all.
const (
	VaryNoise   Vary = "noise"
	VaryWeights Vary = "weights"
	VaryMethod  Vary = "method"
	VaryAll     Vary = "all"
)

func (v Vary) noise() bool   { return v == VaryNoise || v == VaryAll }
func (v Vary) weights() bool { return v == VaryWeights || v == VaryAll }
func (v Vary) method() bool  { return v == VaryMethod || v == VaryAll }

// DefaultSeed is that of the published simulations.
const DefaultSeed = 20200701

// Simulation says how to put an index through its uncertainty.
type Simulation struct {
	Draws  int
	Seed   uint64
	Vary   Vary
	Method IndexMethod // what doesn't vary
	// Errors[area][indicator] are standard errors. A missing one takes the
	// median of its indicator's over the indexed areas; an indicator without
	// any has no noise. Nil is no noise at all.
	Errors [][]data.Optional
}

// Simulated is the spread of an index over the draws. Slices have one entry an
// indexed area.
type Simulated struct {
	Areas []int           // places of the indexed areas in the table
	Score []data.Interval // 95%: 2.5th and 97.5th percentiles of the index
	Ranks *RankDistribution
	// DimensionVariance[i][d] is the variance (n-1) of a dimension's score over
	// the draws; under noise alone it gives the interval of an index with any
	// weights, I -/+ 1.96 sqrt(sum of w^2 v).
	DimensionVariance [][]float64
}

// RankRange is the 90% range of an indexed area's rank, with its median.
func (s Simulated) RankRange(i int) (p05, p50, p95 float64) {
	return s.Ranks.Percentile(i, 0.05), s.Ranks.Percentile(i, 0.50), s.Ranks.Percentile(i, 0.95)
}

// InTopFifth is the probability that an indexed area's rank lies in the highest
// fifth, and InBottomFifth that it lies in the lowest.
func (s Simulated) InTopFifth(i int) float64 { return s.Ranks.AtMost(i, (s.Ranks.n+4)/5) }

// InBottomFifth is the probability of a rank in the lowest fifth.
func (s Simulated) InBottomFifth(i int) float64 {
	return 1 - s.Ranks.AtMost(i, s.Ranks.n-(s.Ranks.n+4)/5)
}

// Simulate draws the index over the areas that have one (Saisana, Saltelli and
// Tarantola, JRSS A 2005). Goalposts stay those of the whole table; z-scores,
// percentile ranks and min-max bounds are taken anew among the indexed areas in
// each draw. With k the draw, a the indexed area, i the indicator and d the
// dimension, all from 0, random numbers are those of counter (k x areas + a) x
// indicators + i under Seed for noise, k x dimensions + d under Seed+1 for
// weights (-ln u, scaled to sum to 1: a flat Dirichlet), and k under Seed+2 for
// the method (floor(3u): goalposts with an arithmetic mean, goalposts with a
// geometric one, percentile ranks with an arithmetic one). Drawn weights and
// methods take the place of those of Method.
func (x *Index) Simulate(s Simulation) (Simulated, error) {
	s.Method = s.Method.withDefaults()
	switch {
	case s.Draws < 1:
		return Simulated{}, invalidf("simulate: %d draws: want at least 1", s.Draws)
	case !s.Vary.noise() && !s.Vary.weights() && !s.Vary.method():
		return Simulated{}, invalidf("simulate: vary %q: want noise, weights, method or all", s.Vary)
	case s.Vary == VaryWeights && s.Method.Aggregate == AggregateAMPI:
		return Simulated{}, invalidf("simulate: AMPI takes no weights")
	}
	base, err := x.Calculate(s.Method)
	if err != nil {
		return Simulated{}, err
	}
	var areas []int
	for a, v := range base.Index {
		if v.OK {
			areas = append(areas, a)
		}
	}
	if len(areas) == 0 {
		return Simulated{Ranks: newRankDistribution(0, s.Draws)}, nil
	}
	return x.draw(s, areas, base.Weights)
}

// draw is the simulation proper, over the indexed areas.
func (x *Index) draw(s Simulation, areas []int, weights []float64) (Simulated, error) {
	n, nInd, nDim := len(areas), len(x.indicators), len(x.dimensions)
	exact := x.among(areas)
	drawn := x.among(areas)
	errs := x.errorsAmong(s.Errors, areas, exact)
	w := x.work(drawn, n)
	r := newRanker(n)
	out := Simulated{Areas: areas, Ranks: newRankDistribution(n, s.Draws)}
	scores := make([]float64, n*s.Draws)
	spread := newSpread(nDim, n)
	weights = slices.Clone(weights)
	method := s.Method
	for k := range s.Draws {
		if s.Vary.noise() {
			for i, c := range exact {
				if errs[i] == nil {
					continue
				}
				for j, a := range c.area {
					z := Normal(s.Seed, uint64((k*n+int(a))*nInd+i))
					drawn[i].value[j] = c.value[j] + errs[i][j]*z
				}
			}
		}
		if s.Vary.weights() {
			drawWeights(weights, s.Seed+1, k)
		}
		if s.Vary.method() {
			method.Normalise, method.Aggregate = drawMethod(s.Seed+2, k)
		}
		if err := w.normalise(method.Normalise); err != nil {
			return Simulated{}, fmt.Errorf("simulate: draw %d: %w", k+1, err)
		}
		w.dimensionScores()
		w.aggregate(method.Aggregate, weights)
		spread.add(w.dims)
		copy(r.key, w.index)
		r.rank()
		out.Ranks.add(r.ranks)
		for a, v := range w.index {
			scores[a*s.Draws+k] = v
		}
	}
	for a := range areas {
		of := scores[a*s.Draws : (a+1)*s.Draws]
		slices.Sort(of)
		out.Score = append(out.Score, data.Interval{Lower: Percentile(of, 0.025), Upper: Percentile(of, 0.975), Known: true})
	}
	out.DimensionVariance = spread.variance()
	return out, nil
}

// among restricts the columns to some areas and numbers these from 0.
func (x *Index) among(areas []int) []column {
	place := make([]int32, x.areas)
	for a := range place {
		place[a] = -1
	}
	for i, a := range areas {
		place[a] = int32(i)
	}
	columns := make([]column, len(x.columns))
	for i, c := range x.columns {
		for j, a := range c.area {
			if place[a] >= 0 {
				columns[i].area = append(columns[i].area, place[a])
				columns[i].value = append(columns[i].value, c.value[j])
			}
		}
	}
	return columns
}

// errorsAmong gives each place of each column its standard error; nil where an
// indicator has none.
func (x *Index) errorsAmong(errs [][]data.Optional, areas []int, columns []column) [][]float64 {
	out := make([][]float64, len(columns))
	if errs == nil {
		return out
	}
	for i, c := range columns {
		var known []float64
		for _, a := range areas {
			if errs[a][i].OK {
				known = append(known, errs[a][i].V)
			}
		}
		if len(known) == 0 {
			continue
		}
		median := Median(known)
		out[i] = make([]float64, len(c.area))
		for j, a := range c.area {
			out[i][j] = median
			if e := errs[areas[a]][i]; e.OK {
				out[i][j] = e.V
			}
		}
	}
	return out
}

func drawWeights(weights []float64, seed uint64, k int) {
	var sum float64
	for d := range weights {
		weights[d] = -math.Log(Uniform(seed, uint64(k*len(weights)+d)))
		sum += weights[d]
	}
	for d := range weights {
		weights[d] /= sum
	}
}

func drawMethod(seed uint64, k int) (Normalisation, Aggregation) {
	switch int(3 * Uniform(seed, uint64(k))) {
	case 0:
		return NormaliseGoalposts, AggregateArithmetic
	case 1:
		return NormaliseGoalposts, AggregateGeometric
	}
	return NormalisePercentileRank, AggregateArithmetic
}

// spread gathers means and squared deviations as draws come in (Welford 1962).
type spread struct {
	n             float64
	mean, squares [][]float64 // [dimension][area]
}

func newSpread(dimensions, areas int) *spread {
	s := &spread{}
	for range dimensions {
		s.mean = append(s.mean, make([]float64, areas))
		s.squares = append(s.squares, make([]float64, areas))
	}
	return s
}

func (s *spread) add(dims [][]float64) {
	s.n++
	for d, scores := range dims {
		mean, squares := s.mean[d], s.squares[d]
		for a, v := range scores {
			e := v - mean[a]
			mean[a] += e / s.n
			squares[a] += e * (v - mean[a])
		}
	}
}

// variance[area][dimension] with n-1; 0 after one draw.
func (s *spread) variance() [][]float64 {
	if len(s.mean) == 0 {
		return nil
	}
	out := make([][]float64, len(s.mean[0]))
	for a := range out {
		out[a] = make([]float64, len(s.mean))
		for d := range s.mean {
			out[a][d] = s.squares[d][a] / max(s.n-1, 1)
		}
	}
	return out
}
