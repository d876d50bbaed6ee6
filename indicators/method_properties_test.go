package indicators_test

import (
	"math"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"goodwork/data"
	"goodwork/indicators"
)

func values(least, most int) *rapid.Generator[[]float64] {
	return rapid.SliceOfN(rapid.Map(rapid.IntRange(-5000, 5000), func(i int) float64 { return float64(i) / 8 }), least, most)
}

func positives(n int) *rapid.Generator[[]float64] {
	return rapid.SliceOfN(rapid.Map(rapid.IntRange(1, 800), func(i int) float64 { return float64(i) / 8 }), n, n)
}

func same(t *rapid.T, what string, want, got any, opts ...cmp.Option) {
	t.Helper()
	if diff := cmp.Diff(want, got, append(opts, within(1e-9, 1e-9))...); diff != "" {
		t.Fatal(what, ": ", diff)
	}
}

// table draws an index of 5 to 12 areas with 4 indicators in 2 dimensions and
// some gaps.
func table(t *rapid.T) ([]indicators.IndexIndicator, [][]data.Optional) {
	list := []indicators.IndexIndicator{
		{ID: "a", Dimension: "P", Direction: 1},
		{ID: "b", Dimension: "P", Direction: -1},
		{ID: "c", Dimension: "Q", Direction: 1},
		{ID: "d", Dimension: "P", Direction: 1},
	}
	n := rapid.IntRange(5, 12).Draw(t, "areas")
	rows := make([][]data.Optional, n)
	for a := range rows {
		rows[a] = make([]data.Optional, len(list))
		for i := range list {
			if a < 2 || rapid.IntRange(0, 5).Draw(t, "there") > 0 {
				// Distinct values, so that every column has spread.
				rows[a][i] = data.Some(float64(rapid.IntRange(0, 300).Draw(t, "v")) + float64(a)/64)
			}
		}
	}
	return list, rows
}

func calculate(t *rapid.T, list []indicators.IndexIndicator, rows [][]data.Optional, m indicators.IndexMethod) indicators.Indexed {
	t.Helper()
	x, err := indicators.NewIndex(list, rows)
	if err != nil {
		t.Fatal(err)
	}
	r, err := x.Calculate(m)
	if err != nil {
		t.Skip(err)
	}
	return r
}

var methods = rapid.Custom(func(t *rapid.T) indicators.IndexMethod {
	return indicators.IndexMethod{
		Normalise: rapid.SampledFrom([]indicators.Normalisation{
			indicators.NormaliseGoalposts, indicators.NormaliseMinMax, indicators.NormaliseZScore, indicators.NormalisePercentileRank,
		}).Draw(t, "normalise"),
		Aggregate: rapid.SampledFrom([]indicators.Aggregation{
			indicators.AggregateArithmetic, indicators.AggregateGeometric, indicators.AggregateAMPI,
		}).Draw(t, "aggregate"),
	}
})

func TestAnIndexDoesNotDependOnUnitsOrOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		list, rows := table(t)
		m := methods.Draw(t, "method")
		want := calculate(t, list, rows, m)
		moved := make([][]data.Optional, len(rows))
		order := rapid.Permutation(slices.Collect(ints(len(rows)))).Draw(t, "order")
		for i, a := range order {
			moved[i] = slices.Clone(rows[a])
			for j := range moved[i] {
				moved[i][j].V = 4*moved[i][j].V + 1000
			}
		}
		got := calculate(t, list, moved, m)
		for i, a := range order {
			same(t, "index", want.Index[a], got.Index[i])
			same(t, "rank", want.Rank[a], got.Rank[i])
		}
	})
}

func ints(n int) func(func(int) bool) {
	return func(yield func(int) bool) {
		for i := range n {
			if !yield(i) {
				return
			}
		}
	}
}

func TestContributionsSumToTheIndexAndWeightsToOne(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		list, rows := table(t)
		m := indicators.IndexMethod{Weights: map[string]float64{
			"P": float64(rapid.IntRange(0, 9).Draw(t, "P")), "Q": float64(rapid.IntRange(1, 9).Draw(t, "Q")),
		}}
		r := calculate(t, list, rows, m)
		same(t, "weights", 1.0, r.Weights[0]+r.Weights[1])
		for a, index := range r.Index {
			if !index.OK {
				if r.MissingDimensions(a) == 0 {
					t.Fatal("an area with all dimensions has no index")
				}
				continue
			}
			same(t, "contributions", index.V, r.Contribution(a, 0).V+r.Contribution(a, 1).V)
			if index.V < 0 || index.V > 100 {
				t.Fatal("score", index)
			}
		}
	})
}

func TestASimulationKeepsItsRanksAndScoresInBounds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		list, rows := table(t)
		x, err := indicators.NewIndex(list, rows)
		if err != nil {
			t.Fatal(err)
		}
		s, err := x.Simulate(indicators.Simulation{
			Draws: 20, Seed: rapid.Uint64().Draw(t, "seed"),
			Vary: rapid.SampledFrom([]indicators.Vary{indicators.VaryWeights, indicators.VaryMethod, indicators.VaryAll}).Draw(t, "vary"),
		})
		if err != nil {
			t.Skip(err)
		}
		n := len(s.Areas)
		for i, score := range s.Score {
			p05, p50, p95 := s.RankRange(i)
			if p05 < 1 || p05 > p50 || p50 > p95 || p95 > float64(n) {
				t.Fatal("ranks", p05, p50, p95)
			}
			if score.Lower < 0 || score.Lower > score.Upper || score.Upper > 100+1e-9 {
				t.Fatal("score", score)
			}
			same(t, "all ranks", 1.0, s.Ranks.AtMost(i, n))
		}
	})
}

func TestAVerdictFlipsOnlyWithItsInterval(t *testing.T) {
	x := rapid.Float64Range(-100, 100)
	s := rapid.Float64Range(0.1, 50)
	rapid.Check(t, func(t *rapid.T) {
		v, b, half, halfB := x.Draw(t, "v"), x.Draw(t, "b"), s.Draw(t, "half"), s.Draw(t, "halfB")
		g := indicators.BenchmarkGap(v, known(v-half, v+half), b, known(b-halfB, b+halfB), 0)
		clear := g.Interval.Lower > 0 || g.Interval.Upper < 0
		if verdict := g.Verdict(g.P, data.PolarityHigh); clear != (verdict != data.Similar) {
			t.Fatal(verdict, g)
		}
		if g.Verdict(g.P, data.PolarityHigh) == data.Better && g.Verdict(g.P, data.PolarityLow) != data.Worse {
			t.Fatal("better by one polarity isn't worse by the other")
		}
		c := indicators.PercentChange(v+101, b+101, data.Some(half/10), data.Some(halfB/10))
		clear = c.Interval.Lower > 0 || c.Interval.Upper < 0
		if clear != (c.Verdict == indicators.Rise || c.Verdict == indicators.Fall) {
			t.Fatal(c)
		}
		if c.Amount.V < c.Interval.Lower || c.Amount.V > c.Interval.Upper {
			t.Fatal("interval without its point", c)
		}
	})
}

func TestQuadrantProbabilitiesSumToOne(t *testing.T) {
	x, s := rapid.Float64Range(-100, 100), rapid.Float64Range(0.1, 50)
	rapid.Check(t, func(t *rapid.T) {
		q := indicators.QuadrantOf(x.Draw(t, "a"), s.Draw(t, "b"), x.Draw(t, "c"), s.Draw(t, "d"))
		same(t, "sum", 1.0, q.HH+q.HL+q.LH+q.LL)
		same(t, "quality", q.QualityAbove, q.HH+q.HL)
		same(t, "quantity", q.QuantityAbove, q.HH+q.LH)
	})
}

func TestAdjustedPValuesAreNeverSmallerAndKeepTheirOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var p []data.Optional
		for _, v := range rapid.SliceOfN(rapid.Float64Range(0, 1), 1, 30).Draw(t, "p") {
			p = append(p, data.Some(v))
		}
		q := indicators.BenjaminiHochberg(append(p, data.Optional{}))
		for i := range p {
			if q[i].V < p[i].V || q[i].V > 1 {
				t.Fatal(p[i], q[i])
			}
			for j := range p {
				if p[i].V < p[j].V && q[i].V > q[j].V {
					t.Fatal("order")
				}
			}
		}
		if q[len(p)].OK {
			t.Fatal("a missing value was tested")
		}
	})
}

func TestRanksAreThoseOfCounting(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		v := values(0, 60).Draw(t, "v")
		for i, rank := range indicators.Ranks(v, true) {
			above := 0
			for _, x := range v {
				if x > v[i] {
					above++
				}
			}
			if rank != above+1 {
				t.Fatal(rank, above)
			}
		}
	})
}

func TestHigherRanksNeverFallIntoLowerQuantiles(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n, k := rapid.IntRange(1, 400).Draw(t, "n"), rapid.IntRange(2, 20).Draw(t, "k")
		last := 1
		for rank := 1; rank <= n; rank++ {
			q := indicators.QuantileGroup(rank, n, k)
			if q < last || q > k {
				t.Fatal(rank, q)
			}
			last = q
		}
	})
}

func TestShrunkValuesLieBetweenTheMeanAndTheirOwn(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		v := values(2, 30).Draw(t, "v")
		errs := positives(len(v)).Draw(t, "s")
		shrunk := indicators.Shrink(v, errs)
		var mean float64
		for i, s := range shrunk {
			if s.B < 0 || s.B > 1 || s.SE > errs[i] {
				t.Fatal(s)
			}
			if s.B < 1 {
				mean = (s.Value - s.B*v[i]) / (1 - s.B)
			}
		}
		for i, s := range shrunk {
			if s.Value < min(mean, v[i])-1e-6 || s.Value > max(mean, v[i])+1e-6 {
				t.Fatal(s, mean, v[i])
			}
		}
		tau2 := indicators.PauleMandel(v, errs)
		scaled, scaledErrs := slices.Clone(v), slices.Clone(errs)
		for i := range v {
			scaled[i], scaledErrs[i] = -4*v[i], 4*errs[i]
		}
		same(t, "tau^2 of other units", 16*tau2, indicators.PauleMandel(scaled, scaledErrs))
	})
}

func TestTrendsTurnWithTheirSeries(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		v := values(5, 12).Draw(t, "v")
		errs := positives(len(v)).Draw(t, "s")
		down := slices.Clone(v)
		for i := range down {
			down[i] = -v[i]
		}
		a, errA := indicators.WeightedTrend(v, errs)
		b, errB := indicators.WeightedTrend(down, errs)
		if errA != nil || errB != nil {
			t.Fatal(errA, errB)
		}
		same(t, "weighted", a, indicators.Trend{Slope: -b.Slope, Chi2: b.Chi2, Steady: b.Steady})
		m, n := indicators.MannKendallTest(v), indicators.MannKendallTest(down)
		same(t, "Mann-Kendall", m, indicators.MannKendall{S: -n.S, P: n.P})
	})
}

func TestInequalityHasNoUnitAndKnowsNoOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(2, 30).Draw(t, "n")
		v, w := positives(n).Draw(t, "v"), positives(n).Draw(t, "w")
		want := indicators.MeasureInequality(v, w)
		order := rapid.Permutation(slices.Collect(ints(n))).Draw(t, "order")
		x, y := make([]float64, n), make([]float64, n)
		for i, a := range order {
			x[i], y[i] = 8*v[a], 2*w[a]
		}
		got := indicators.MeasureInequality(x, y)
		want.Mean.V, want.P90.V, want.P10.V = 8*want.Mean.V, 8*want.P90.V, 8*want.P10.V
		same(t, "inequality", want, got)
		if got.Gini.V < -1e-12 || got.Gini.V >= 1 || got.TheilT.V < -1e-12 || got.MLD.V < -1e-12 {
			t.Fatal(got)
		}
	})
}

func TestNeighboursHaveNoUnit(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(4, 15).Draw(t, "n")
		names := make([]string, n)
		var a, b indicators.Variable
		for i := range names {
			names[i] = string(rune('a' + i))
			v := float64(rapid.IntRange(0, 400).Draw(t, "v")) + float64(i)/16
			a.Values, b.Values = append(a.Values, data.Some(v)), append(b.Values, data.Some(4*v-32))
		}
		want, err := indicators.Neighbours(names, []indicators.Variable{a}, 3)
		if err != nil {
			t.Fatal(err)
		}
		got, err := indicators.Neighbours(names, []indicators.Variable{b}, 3)
		if err != nil {
			t.Fatal(err)
		}
		for i := range want {
			for j := range want[i] {
				same(t, "distance", want[i][j].Distance, got[i][j].Distance)
			}
		}
	})
}

func TestPercentilesLieWithinTheirValues(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		v := values(1, 30).Draw(t, "v")
		slices.Sort(v)
		p := rapid.Float64Range(0, 1).Draw(t, "p")
		x := indicators.Percentile(v, p)
		if x < v[0]-1e-9 || x > v[len(v)-1]+1e-9 || indicators.Percentile(v, 0) != v[0] || indicators.Percentile(v, 1) != v[len(v)-1] {
			t.Fatal(x, v)
		}
		if math.IsNaN(x) {
			t.Fatal("not a number")
		}
	})
}
