package indicators

import (
	"gonum.org/v1/gonum/stat"

	"goodwork/data"
)

// Correlation is an association between areas, not a cause, over the n areas
// that have both figures.
type Correlation struct {
	N int
	R data.Optional
}

// Pearson is the product-moment correlation of paired figures.
func Pearson(x, y []data.Optional) Correlation {
	a, b := paired(x, y)
	return correlate(a, b)
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
