package indicators

import (
	"math"

	"gonum.org/v1/gonum/stat"

	"goodwork/data"
)

// Correlation is an association between areas, not a cause, over the n areas
// that have both figures. The 95% interval is Fisher's, which takes the areas as
// a sample of places like them; it doesn't hold the sampling error of the
// figures themselves, and is unknown of ranks, below four areas and at r of -1 or 1.
type Correlation struct {
	N        int
	R        data.Optional
	Interval data.Interval
}

// Pearson is the product-moment correlation of paired figures.
func Pearson(x, y []data.Optional) Correlation {
	a, b := paired(x, y)
	c := correlate(a, b)
	c.Interval = fisherInterval(c.R, c.N)
	return c
}

// Spearman is the correlation of the ranks of paired figures, ties taking the
// mean of their ranks.
func Spearman(x, y []data.Optional) Correlation {
	a, b := paired(x, y)
	return correlate(midranks(a), midranks(b))
}

func paired(x, y []data.Optional) (a, b []float64) {
	for i := range x {
		if x[i].OK && y[i].OK {
			a, b = append(a, x[i].V), append(b, y[i].V)
		}
	}
	return a, b
}

func correlate(a, b []float64) Correlation {
	c := Correlation{N: len(a)}
	if c.N > 1 {
		c.R = data.Some(stat.Correlation(a, b, nil))
	}
	return c
}

// fisherInterval is the 95% interval of r over n pairs by Fisher's transformation,
// whose standard error is 1/sqrt(n-3) (Fisher, Metron 1 (1921)).
func fisherInterval(r data.Optional, n int) data.Interval {
	if !r.OK || n < 4 || math.Abs(r.V) >= 1 {
		return data.Interval{}
	}
	z, half := math.Atanh(r.V), data.Z95/math.Sqrt(float64(n-3))
	return data.Interval{Lower: math.Tanh(z - half), Upper: math.Tanh(z + half), Known: true}
}

// midranks averages the ranks that ties share: half of (lowest rank from below
// + n + 1 - lowest rank from above).
func midranks(values []float64) []float64 {
	up, down := Ranks(values, false), Ranks(values, true)
	mid := make([]float64, len(values))
	for i := range mid {
		mid[i] = float64(up[i]+len(values)+1-down[i]) / 2
	}
	return mid
}
