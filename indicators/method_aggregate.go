package indicators

import (
	"math"

	"goodwork/data"
)

// Measure is what kind of figure an indicator is, which decides how figures of
// several areas may be put together.
type Measure string

// The measures. A ratio of medians, a pay gap, a rank and an index score are
// like a median here.
const (
	MeasureCount      Measure = "count"      // a number of things
	MeasureProportion Measure = "proportion" // numerator is part of denominator
	MeasureRate       Measure = "rate"       // events per something
	MeasureMean       Measure = "mean"       // of something, with known weights
	MeasureMedian     Measure = "median"     // or another percentile
	MeasureRatio      Measure = "ratio"      // of two medians or percentiles
	MeasureExpectancy Measure = "expectancy" // of life, or healthy life
	MeasureRank       Measure = "rank"
	MeasureScore      Measure = "score" // of an index
)

// Member is one area's part in an aggregate. A count needs Value, a proportion
// or rate Numerator and Denominator, a mean Value and Weight.
type Member struct {
	Name                   string
	Value, SE              data.Optional
	Numerator, Denominator data.Optional
	Weight                 data.Optional
}

// Aggregated is the figure of a set of areas. Proportions and rates are plain
// (0 to 1, or events per unit of the denominator); a caller scales them.
type Aggregated struct {
	Value    data.Optional
	Interval data.Interval
	Members  int      // those that count
	Missing  []string // those without data, in input order
}

// Aggregate puts the figures of several areas together: counts are summed;
// proportions and rates are recalculated from summed numerators and
// denominators, with Wilson's and Byar's intervals, which suppose that the
// numerators were counted and not grossed up from a survey; means are weighted,
// s^2 = sum(w^2 s^2)/sum(w)^2 for independent estimates. Medians, percentiles,
// ratios of them, expectancies, ranks and scores are refused with the reason:
// they can't be had from those of the parts.
func Aggregate(measure Measure, members []Member) (Aggregated, error) {
	switch measure {
	case MeasureCount:
		return aggregateCounts(members), nil
	case MeasureProportion, MeasureRate:
		return aggregateRates(measure, members), nil
	case MeasureMean:
		return aggregateMeans(members), nil
	case MeasureMedian, MeasureRatio, MeasureExpectancy, MeasureRank, MeasureScore:
		return Aggregated{}, invalidf("aggregate of a %s: it can't be calculated from those of the parts, and an average of them would be another figure", measure)
	}
	return Aggregated{}, invalidf("aggregate: unknown measure %q", measure)
}

func aggregateCounts(members []Member) Aggregated {
	var a Aggregated
	var sum float64
	for _, m := range members {
		if !m.Value.OK {
			a.Missing = append(a.Missing, m.Name)
			continue
		}
		a.Members++
		sum += m.Value.V
	}
	if a.Members > 0 {
		a.Value = data.Some(sum)
	}
	return a
}

func aggregateRates(measure Measure, members []Member) Aggregated {
	var a Aggregated
	var numerator, denominator float64
	for _, m := range members {
		if !m.Numerator.OK || !m.Denominator.OK {
			a.Missing = append(a.Missing, m.Name)
			continue
		}
		a.Members++
		numerator += m.Numerator.V
		denominator += m.Denominator.V
	}
	if !(denominator > 0) {
		return a
	}
	a.Value = data.Some(numerator / denominator)
	if measure == MeasureProportion {
		a.Interval = Wilson(numerator, denominator)
		return a
	}
	if i := Byar(numerator); i.Known {
		a.Interval = data.Interval{Lower: i.Lower / denominator, Upper: i.Upper / denominator, Known: true}
	}
	return a
}

func aggregateMeans(members []Member) Aggregated {
	var a Aggregated
	var sum, weight, variance float64
	known := true
	for _, m := range members {
		if !m.Value.OK || !m.Weight.OK {
			a.Missing = append(a.Missing, m.Name)
			continue
		}
		a.Members++
		sum += m.Weight.V * m.Value.V
		weight += m.Weight.V
		variance += m.Weight.V * m.Weight.V * m.SE.V * m.SE.V
		known = known && m.SE.OK
	}
	if !(weight > 0) {
		return a
	}
	a.Value = data.Some(sum / weight)
	if known {
		a.Interval = around(sum/weight, math.Sqrt(variance)/weight)
	}
	return a
}
