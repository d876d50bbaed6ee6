package indicators

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	"goodwork/data"
)

// IndexIndicator is one member of a composite index.
type IndexIndicator struct {
	ID        string
	Dimension string
	Direction int // 1: high is good, -1: low is good
	// Lo and Hi are the goalposts. An absent one is the 2.5th or 97.5th
	// percentile of the whole table.
	Lo, Hi data.Optional
}

// Normalisation is how an indicator's values become scores.
type Normalisation string

// The normalisations.
const (
	NormaliseGoalposts      Normalisation = "goalposts"
	NormaliseMinMax         Normalisation = "minmax"
	NormaliseZScore         Normalisation = "zscore"
	NormalisePercentileRank Normalisation = "percentile-rank"
)

// Aggregation is how dimension scores become the index.
type Aggregation string

// The aggregations. Geometric and AMPI are made for scores of 0 to 100.
const (
	AggregateArithmetic Aggregation = "arithmetic" // weighted mean
	AggregateGeometric  Aggregation = "geometric"  // weighted, dimension scores floored at 1
	AggregateAMPI       Aggregation = "ampi"       // Istat's adjusted Mazziotta-Pareto index
)

// geometricFloor is the least dimension score in a geometric mean.
const geometricFloor = 1

// IndexMethod is how an index is calculated. The zero value of a field is the
// default: goalposts, arithmetic, equal weights.
type IndexMethod struct {
	Normalise Normalisation
	Aggregate Aggregation
	// Weights by dimension are scaled to sum to 1; a dimension that isn't
	// named gets 0. Empty means equal.
	Weights map[string]float64
}

func (m IndexMethod) withDefaults() IndexMethod {
	if m.Normalise == "" {
		m.Normalise = NormaliseGoalposts
	}
	if m.Aggregate == "" {
		m.Aggregate = AggregateArithmetic
	}
	return m
}

// Index is a table of areas by indicators, ready to be scored. Steps and names
// follow the OECD/JRC Handbook on Constructing Composite Indicators (2008) and
// COINr. It is safe for use by several goroutines.
type Index struct {
	indicators []IndexIndicator
	dimensions []string
	dimension  []int // of each indicator
	need       []int // indicators that each dimension needs: ceil(2/3 n)
	goalposts  []Goalposts
	columns    []column
	areas      int
}

// column is one indicator: the areas that have it and their values.
type column struct {
	area  []int32
	value []float64
}

// NewIndex takes values[area][indicator] and fixes the goalposts. Dimensions
// are ordered by first appearance among the indicators. An indicator without
// any value is an error.
func NewIndex(indicators []IndexIndicator, values [][]data.Optional) (*Index, error) {
	x := &Index{indicators: indicators, areas: len(values), columns: make([]column, len(indicators))}
	if len(indicators) == 0 {
		return nil, invalidf("index: no indicators")
	}
	var size []int
	for i, ind := range indicators {
		if ind.Direction != 1 && ind.Direction != -1 {
			return nil, invalidf("index: indicator %q: direction %d: want 1 or -1", ind.ID, ind.Direction)
		}
		d := slices.Index(x.dimensions, ind.Dimension)
		if d < 0 {
			d = len(x.dimensions)
			x.dimensions, size = append(x.dimensions, ind.Dimension), append(size, 0)
		}
		size[d]++
		x.dimension = append(x.dimension, d)
		for a, row := range values {
			if row[i].OK {
				x.columns[i].area = append(x.columns[i].area, int32(a))
				x.columns[i].value = append(x.columns[i].value, row[i].V)
			}
		}
		if len(x.columns[i].value) == 0 {
			return nil, invalidf("index: column %q: no values", ind.ID)
		}
		g := PercentileGoalposts(x.columns[i].value)
		if ind.Lo.OK {
			g.Lo = ind.Lo.V
		}
		if ind.Hi.OK {
			g.Hi = ind.Hi.V
		}
		x.goalposts = append(x.goalposts, g)
	}
	for _, n := range size {
		x.need = append(x.need, (2*n+2)/3)
	}
	return x, nil
}

// Dimensions in order of first appearance.
func (x *Index) Dimensions() []string { return slices.Clone(x.dimensions) }

// Goalposts of each indicator, in the order of the indicators.
func (x *Index) Goalposts() []Goalposts { return slices.Clone(x.goalposts) }

// Indexed holds an index as calculated, without its uncertainty. Slices are in
// the order of the areas.
type Indexed struct {
	Scores     [][]data.Optional // [area][indicator]
	Dimensions [][]data.Optional // [area][dimension]
	Index      []data.Optional
	Rank       []int // 1 = highest among those that have an index; 0 = none
	Weights    []float64
}

// Calculate scores every area that can be scored: a dimension needs ceil(2/3 n)
// of its indicators, of which it is the mean, and the index all dimensions.
// Normalisation uses every area that has the indicator, indexed or not.
func (x *Index) Calculate(method IndexMethod) (Indexed, error) {
	method = method.withDefaults()
	if a := method.Aggregate; a != AggregateArithmetic && a != AggregateGeometric && a != AggregateAMPI {
		return Indexed{}, invalidf("index: unknown aggregation %q", a)
	}
	weights, err := x.weights(method)
	if err != nil {
		return Indexed{}, err
	}
	w := x.work(x.columns, x.areas)
	if err := w.normalise(method.Normalise); err != nil {
		return Indexed{}, err
	}
	w.dimensionScores()
	w.aggregate(method.Aggregate, weights)
	return x.result(w, weights), nil
}

func (x *Index) result(w *indexWork, weights []float64) Indexed {
	r := Indexed{
		Scores:     make([][]data.Optional, x.areas),
		Dimensions: make([][]data.Optional, x.areas),
		Index:      make([]data.Optional, x.areas),
		Rank:       make([]int, x.areas),
		Weights:    weights,
	}
	for a := range x.areas {
		r.Scores[a] = make([]data.Optional, len(x.indicators))
		r.Dimensions[a] = make([]data.Optional, len(x.dimensions))
		for d := range x.dimensions {
			r.Dimensions[a][d] = data.Some(w.dims[d][a])
		}
		r.Index[a] = data.Some(w.index[a])
	}
	for i, c := range w.columns {
		for j, a := range c.area {
			r.Scores[a][i] = data.Some(w.scores[i][j])
		}
	}
	var who []int
	var score []float64
	for a, v := range r.Index {
		if v.OK {
			who, score = append(who, a), append(score, v.V)
		}
	}
	for i, rank := range Ranks(score, true) {
		r.Rank[who[i]] = rank
	}
	return r
}

// Contribution of a dimension to an arithmetic index, weight x score. The
// contributions of an area sum to its index.
func (r Indexed) Contribution(area, dimension int) data.Optional {
	s := r.Dimensions[area][dimension]
	if !s.OK || !r.Index[area].OK {
		return data.Optional{}
	}
	return data.Some(r.Weights[dimension] * s.V)
}

// MissingDimensions counts the dimensions that an area lacks.
func (r Indexed) MissingDimensions(area int) int {
	n := 0
	for _, s := range r.Dimensions[area] {
		if !s.OK {
			n++
		}
	}
	return n
}

// Without is the index without one indicator, for a leave-one-out check. The
// goalposts of the others stay. A dimension that loses its only indicator goes.
func (x *Index) Without(indicator int) (*Index, error) {
	values := make([][]data.Optional, x.areas)
	left := slices.Delete(slices.Clone(x.indicators), indicator, indicator+1)
	for a := range values {
		values[a] = make([]data.Optional, len(left))
	}
	for i := range left {
		from := i
		if i >= indicator {
			from++
		}
		left[i].Lo, left[i].Hi = data.Some(x.goalposts[from].Lo), data.Some(x.goalposts[from].Hi)
		for j, a := range x.columns[from].area {
			values[a][i] = data.Some(x.columns[from].value[j])
		}
	}
	return NewIndex(left, values)
}

// weights by dimension, scaled to sum to 1.
func (x *Index) weights(m IndexMethod) ([]float64, error) {
	w := make([]float64, len(x.dimensions))
	if len(m.Weights) == 0 {
		for d := range w {
			w[d] = 1 / float64(len(w))
		}
		return w, nil
	}
	if m.Aggregate == AggregateAMPI {
		return nil, invalidf("index: AMPI takes no weights")
	}
	var sum float64
	for _, name := range slices.Sorted(maps.Keys(m.Weights)) {
		v := m.Weights[name]
		d := slices.Index(x.dimensions, name)
		if d < 0 {
			return nil, invalidf("index: weight of %q: no such dimension; there are %s", name, strings.Join(x.dimensions, ", "))
		}
		if !(v >= 0) || math.IsInf(v, 1) {
			return nil, invalidf("index: weight of %q: %v: want 0 or more", name, v)
		}
		w[d] = v
		sum += v
	}
	if !(sum > 0) {
		return nil, invalidf("index: all weights are 0")
	}
	for d := range w {
		w[d] /= sum
	}
	return w, nil
}

// indexWork is the memory in which one index, or one draw of it, is calculated.
// Within it a figure that can't be calculated is NaN.
type indexWork struct {
	x         *Index
	columns   []column
	scores    [][]float64 // [indicator][place in its column]
	dims      [][]float64 // [dimension][area]
	count     [][]int32   // [dimension][area], indicators there
	index     []float64   // [area]
	normalise func(Normalisation) error
}

func (x *Index) work(columns []column, areas int) *indexWork {
	w := &indexWork{x: x, columns: columns, index: make([]float64, areas)}
	for _, c := range columns {
		w.scores = append(w.scores, make([]float64, len(c.value)))
	}
	for range x.dimensions {
		w.dims = append(w.dims, make([]float64, areas))
		w.count = append(w.count, make([]int32, areas))
	}
	n := newNormaliser(areas)
	w.normalise = func(how Normalisation) error { return w.scoresBy(how, n) }
	return w
}

func (w *indexWork) scoresBy(how Normalisation, n *normaliser) error {
	for i, ind := range w.x.indicators {
		var err error
		values := w.columns[i].value
		switch how {
		case NormaliseGoalposts:
			err = w.goalpostScores(i)
		case NormaliseMinMax:
			err = n.minMax(values, ind.Direction, w.scores[i])
		case NormaliseZScore:
			err = n.zScores(values, ind.Direction, w.scores[i])
		case NormalisePercentileRank:
			err = n.percentileRanks(values, ind.Direction, w.scores[i])
		default:
			return invalidf("index: unknown normalisation %q", how)
		}
		if err != nil {
			return invalidf("index: column %q: %w", ind.ID, err)
		}
	}
	return nil
}

func (w *indexWork) goalpostScores(i int) error {
	g, direction := w.x.goalposts[i], w.x.indicators[i].Direction
	if !(g.Hi > g.Lo) {
		return fmt.Errorf("goalposts %v and %v: want lo below hi", g.Lo, g.Hi)
	}
	for j, v := range w.columns[i].value {
		w.scores[i][j] = g.Score(v, direction)
	}
	return nil
}

// dimensionScores are the means of the indicators there, if there are enough.
func (w *indexWork) dimensionScores() {
	for d := range w.dims {
		clear(w.dims[d])
		clear(w.count[d])
	}
	for i, c := range w.columns {
		d := w.x.dimension[i]
		for j, a := range c.area {
			w.dims[d][a] += w.scores[i][j]
			w.count[d][a]++
		}
	}
	for d, need := range w.x.need {
		for a, n := range w.count[d] {
			if int(n) < need {
				w.dims[d][a] = math.NaN()
			} else {
				w.dims[d][a] /= float64(n)
			}
		}
	}
}

// aggregate fills index; a missing dimension leaves NaN.
func (w *indexWork) aggregate(how Aggregation, weights []float64) {
	switch how {
	case AggregateGeometric:
		for a := range w.index {
			w.index[a] = w.geometric(a, weights)
		}
	case AggregateAMPI:
		for a := range w.index {
			w.index[a] = w.ampi(a)
		}
	case AggregateArithmetic:
		clear(w.index)
		for d, scores := range w.dims {
			for a, s := range scores {
				w.index[a] += weights[d] * s
			}
		}
	}
}

func (w *indexWork) geometric(a int, weights []float64) float64 {
	var log float64
	for d := range w.dims {
		log += weights[d] * math.Log(math.Max(w.dims[d][a], geometricFloor))
	}
	return math.Exp(log)
}

// ampi is M - S^2/M of 70 + 0.6 x score, with the population SD: a mean less a
// penalty for imbalance (Mazziotta and Pareto, Social Indicators Research 2016).
func (w *indexWork) ampi(a int) float64 {
	n := float64(len(w.dims))
	var mean, squares float64
	for d := range w.dims {
		mean += 70 + 0.6*w.dims[d][a]
	}
	mean /= n
	for d := range w.dims {
		e := 70 + 0.6*w.dims[d][a] - mean
		squares += e * e
	}
	return mean - squares/n/mean
}
