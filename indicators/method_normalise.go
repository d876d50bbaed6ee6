package indicators

import (
	"errors"
	"math"
	"slices"

	"gonum.org/v1/gonum/stat"
)

// Goalposts are the values of an indicator that score 0 and 100.
type Goalposts struct{ Lo, Hi float64 }

// PercentileGoalposts are the 2.5th and 97.5th percentiles (type 7) of values,
// of which there must be at least one.
func PercentileGoalposts(values []float64) Goalposts {
	sorted := slices.Sorted(slices.Values(values))
	return Goalposts{Lo: Percentile(sorted, 0.025), Hi: Percentile(sorted, 0.975)}
}

// Score is 100 (x - lo)/(hi - lo), reversed where direction is -1, and clipped
// to 0 to 100.
func (g Goalposts) Score(x float64, direction int) float64 {
	score := 100 * (x - g.Lo) / (g.Hi - g.Lo)
	if direction < 0 {
		score = 100 - score
	}
	return clamp(score, 0, 100)
}

// errNoSpread is why a column can't be normalised.
var errNoSpread = errors.New("no spread: its values are all the same, or there are fewer than two")

// normaliser writes the scores of one indicator's values into scores, reusing
// scratch memory. Higher scores are better.
type normaliser struct {
	ranker *ranker
	buffer []float64
}

func newNormaliser(n int) *normaliser {
	return &normaliser{ranker: newRanker(n), buffer: make([]float64, n)}
}

// zScores are direction x (x - mean)/SD, with n-1.
func (*normaliser) zScores(values []float64, direction int, scores []float64) error {
	mean, variance := meanVariance(values)
	if !(variance > 0) {
		return errNoSpread
	}
	scale := float64(direction) / math.Sqrt(variance)
	for i, x := range values {
		scores[i] = (x - mean) * scale
	}
	return nil
}

// percentileRanks are 100 (rank - 1)/(n - 1) of direction x value ascending,
// ties 'min'.
func (n *normaliser) percentileRanks(values []float64, direction int, scores []float64) error {
	if len(values) < 2 {
		return errNoSpread
	}
	r := n.ranker
	if len(r.key) != len(values) {
		r = newRanker(len(values))
	}
	for i, x := range values {
		r.key[i] = -float64(direction) * x
	}
	r.rank()
	scale := 100 / float64(len(values)-1)
	for i, rank := range r.ranks {
		scores[i] = float64(rank-1) * scale
	}
	return nil
}

// minMax scales treated values (see TreatOutliers) so that the lowest scores 0
// and the highest 100, reversed where direction is -1.
func (n *normaliser) minMax(values []float64, direction int, scores []float64) error {
	if len(values) == 0 {
		return errNoSpread
	}
	x := append(n.buffer[:0], values...)
	treatOutliers(x)
	g := Goalposts{Lo: slices.Min(x), Hi: slices.Max(x)}
	if !(g.Hi > g.Lo) {
		return errNoSpread
	}
	for i, v := range x {
		scores[i] = g.Score(v, direction)
	}
	return nil
}

// ZScores are direction x (x - mean)/SD with n-1, not winsorised.
func ZScores(values []float64, direction int) ([]float64, error) {
	scores := make([]float64, len(values))
	err := newNormaliser(len(values)).zScores(values, direction, scores)
	return scores, err
}

// PercentileRanks are 100 (rank - 1)/(n - 1), ranks ascending of direction x
// value, ties 'min', on values rounded to nine decimals.
func PercentileRanks(values []float64, direction int) ([]float64, error) {
	scores := make([]float64, len(values))
	err := newNormaliser(len(values)).percentileRanks(values, direction, scores)
	return scores, err
}

// MinMax treats outliers and scales to 0 to 100.
func MinMax(values []float64, direction int) ([]float64, error) {
	scores := make([]float64, len(values))
	err := newNormaliser(len(values)).minMax(values, direction, scores)
	return scores, err
}

// COINr's default limits for outliers.
const (
	maxSkew       = 2
	maxKurtosis   = 3.5
	maxWinsorised = 5
)

// Treatment says what TreatOutliers did.
type Treatment struct {
	Winsorised int  // points brought to the next value
	Logged     bool // winsorising didn't do: the logarithm was taken instead
}

// TreatOutliers follows COINr's Treat: while |skew| > 2 and excess kurtosis
// > 3.5, both corrected for bias, the value at the end to which the data are
// skewed is brought to the next one, for at most five points. If that isn't
// enough the original values are put through a logarithm from that end,
// ln(x - min + a) or -ln(max - x + a) with a = 1% of the range. The result is
// in input order; the input is left as it is.
func TreatOutliers(values []float64) ([]float64, Treatment) {
	x := slices.Clone(values)
	t := treatOutliers(x)
	return x, t
}

// treatOutliers works in place.
func treatOutliers(x []float64) Treatment {
	var t Treatment
	if passesShape(x) {
		return t
	}
	original := slices.Clone(x)
	var high, low int
	for high+low < maxWinsorised && !passesShape(x) {
		if stat.Skew(x, nil) >= 0 {
			high = winsoriseTop(x)
		} else {
			negate(x)
			low = winsoriseTop(x)
			negate(x)
		}
	}
	t.Winsorised = high + low
	if passesShape(x) {
		return t
	}
	copy(x, original)
	sign := 1.0
	if stat.Skew(x, nil) < 0 {
		sign = -1
		negate(x)
	}
	lo, hi := slices.Min(x), slices.Max(x)
	for i, v := range x {
		x[i] = sign * math.Log(v-lo+(hi-lo)/100)
	}
	return Treatment{Logged: true}
}

// passesShape needs four values that differ to find fault.
func passesShape(x []float64) bool {
	if len(x) < 4 || slices.Min(x) == slices.Max(x) {
		return true
	}
	return math.Abs(stat.Skew(x, nil)) <= maxSkew || stat.ExKurtosis(x, nil) <= maxKurtosis
}

// winsoriseTop brings the greatest values to the next and counts them.
func winsoriseTop(x []float64) int {
	top := slices.Max(x)
	next := math.Inf(-1)
	for _, v := range x {
		if v < top {
			next = max(next, v)
		}
	}
	n := 0
	for i, v := range x {
		if v == top {
			x[i] = next
			n++
		}
	}
	return n
}

func negate(x []float64) {
	for i := range x {
		x[i] = -x[i]
	}
}
