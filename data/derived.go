package data

// The verdicts of a change and of a trend, and those of the quadrant. A method
// gives exactly one of them.
const (
	Rise          Verdict = "rise"
	Fall          Verdict = "fall"
	NoClearChange Verdict = "no clear change"
	NotAssessed   Verdict = "not assessed"

	Increasing          Verdict = "increasing"
	Decreasing          Verdict = "decreasing"
	NoSignificantChange Verdict = "no significant change"

	HighHigh        Verdict = "higher pay, higher employment"
	HighLow         Verdict = "higher pay, lower employment"
	LowHigh         Verdict = "lower pay, higher employment"
	LowLow          Verdict = "lower pay, lower employment"
	NoClearQuadrant Verdict = "no clear quadrant"
)

// Grade is the quality of a figure: A precise, B good, C use with care, D do not
// use. A missing value has none.
type Grade string

// The grades.
const (
	GradeA Grade = "A"
	GradeB Grade = "B"
	GradeC Grade = "C"
	GradeD Grade = "D"
)

// Words says the grade.
func (g Grade) Words() string {
	switch g {
	case GradeA:
		return "precise"
	case GradeB:
		return "good"
	case GradeC:
		return "use with care"
	case GradeD:
		return "do not use"
	}
	return ""
}

// Span names the stretch of time of a change.
type Span string

// The spans: over one, five and ten years to the latest period, and since 2019
// or its nearest kin (2019/20; non-overlapping for rolling periods).
const (
	SpanOne       Span = "1y"
	SpanFive      Span = "5y"
	SpanTen       Span = "10y"
	SpanSince2019 Span = "since-2019"
)

// Spans lists the spans in the order of pages.
var Spans = []Span{SpanOne, SpanFive, SpanTen, SpanSince2019}

// PeriodChange is the change of one figure from an earlier period to its own.
type PeriodChange struct {
	Indicator IndicatorID
	Area      AreaCode
	Period    Period // the later one
	From      Period // zero where there is none to compare with
	Span      Span
	Amount    Optional // per cent where Percent, else in the indicator's unit
	Percent   bool
	Interval  Interval // 95%, of Amount
	P         Optional // two-sided
	Verdict   Verdict  // rise, fall, no clear change, not assessed
	Reason    string   // why not assessed
}

// TrendMethod names the test behind a trend.
type TrendMethod string

// The methods of a trend.
const (
	WeightedTrend TrendMethod = "weighted"     // known-variance regression, survey series
	MannKendall   TrendMethod = "mann-kendall" // rank test, administrative series
)

// Trend is what a test says of the periods that end at one.
type Trend struct {
	Indicator IndicatorID
	Area      AreaCode
	Period    Period // the last one
	From      Period // the first one; zero where not assessed
	Method    TrendMethod
	N         int
	Slope     Optional // unit per year: regression, or Theil-Sen for mann-kendall
	Chi2      Optional // weighted only
	P         Optional // mann-kendall only, two-sided
	Verdict   Verdict  // increasing, decreasing, no significant change, not assessed
	Reason    string   // why not assessed
}

// Position is a local area's place among all local areas that have a figure.
type Position struct {
	Indicator IndicatorID
	Area      AreaCode
	Period    Period
	N         int
	Rank      int      // 1 = highest value
	RankRange Interval // 95%, by simulation; unknown where there is no interval
	RankShown bool     // the range spans at most half the list, and the signal allows ranks
	Fifth     int      // 1 = highest values, 5 = lowest
	Tenth     int
}

// Use says what an indicator's figures of one period can bear.
type Use string

// The uses, by signal share: at least 0.7, at least 0.5, and less; UseUntested
// where there are no intervals to judge by.
const (
	UseRank     Use = "rank"
	UseMap      Use = "map"
	UseShow     Use = "show"
	UseUntested Use = "untested"
)

// Signal is how much of the spread between local areas is more than sampling
// error, for one indicator and period.
type Signal struct {
	Indicator   IndicatorID
	Period      Period
	N           int
	Mean        Optional
	SD          Optional // observed, n-1
	RMSSE       Optional // root mean square standard error
	TauMoments  Optional // SD net of sampling error
	TauPM       Optional // the same, Paule-Mandel
	SignalShare Optional // 0 to 1
	Use         Use
	Draws       int // of the rank simulation, 0 where there was none
}

// Smoothed is the empirical-Bayes estimate that stands beside a published one.
type Smoothed struct {
	Indicator IndicatorID
	Area      AreaCode
	Period    Period
	Value     float64
	SE        float64
	Weight    float64 // of the area's own estimate, 0 to 1
}

// Inequality measures gaps between local areas, not between people.
type Inequality struct {
	Indicator IndicatorID
	Period    Period
	N         int
	Mean      Optional // unweighted, as populations are not on hand
	CV        Optional
	TheilT    Optional
	MLD       Optional
	Gini      Optional
	P90       Optional
	P10       Optional
	P90ByP10  Optional
	NetSD     Optional // net of sampling error
}

// SimilarAreas holds a figure against those of the similar areas of one list: how
// many have a figure, and how many of those are clearly higher or lower than
// here by the difference test.
type SimilarAreas struct {
	Indicator IndicatorID
	Area      AreaCode
	Period    Period
	Kind      NeighbourKind
	N         int // of the list with a figure
	Tested    int // of those, with an interval here and there
	Higher    int // clearly higher than here
	Lower     int // clearly lower than here
}

// Quadrant places an area by quality (real median pay) and quantity (employment
// rate) of work in one year, against Great Britain.
type Quadrant struct {
	Area             AreaCode
	Year             int
	Quality          float64 // £ a week
	QualityInterval  Interval
	QualityLine      float64
	Quantity         float64 // %
	QuantityInterval Interval
	QuantityLine     float64
	HH, HL, LH, LL   float64 // probabilities: quality first, quantity second
	Verdict          Verdict
}

// Standout says that a figure differs from its benchmark and moves the same
// way, each by its own test after Benjamini and Hochberg.
type Standout struct {
	Indicator IndicatorID
	Area      AreaCode
	Period    Period
	Better    bool // better and improving; else worse and worsening
	Role      Role // of the benchmark
}

// RankRange is the spread of a rank over the draws of a simulation.
type RankRange struct{ P05, P50, P95 Optional }

// IndexArea is an area's Good Work Index, an experimental composite. Without an
// index the reason says what is missing.
type IndexArea struct {
	Area           AreaCode
	Index          Optional // goalposts, arithmetic mean, 0 to 100
	Interval       Interval // 95%, sampling error alone
	Geometric      Optional
	AMPI           Optional
	ZScore         Optional
	PercentileRank Optional
	MinMax         Optional
	NoiseRank      RankRange
	WeightsRank    RankRange
	MethodRank     RankRange
	AllRank        RankRange
	Band           string // "higher fifth", "lower fifth", "no clear band"; "" without an index
	Reason         string
}

// IndexDimension is an area's score in one dimension of the index.
type IndexDimension struct {
	Area      AreaCode
	Dimension Dimension
	Score     Optional // 0 to 100
	Variance  Optional // of the score, under sampling error
}

// IndexIndicator is one member of the index as its version freezes it.
type IndexIndicator struct {
	ID        string // of the member, such as employment-rate-3y
	Indicator IndicatorID
	Dimension Dimension
	Direction int // 1 high is good, -1 low is good
	Lo, Hi    float64
	Periods   string   // in words
	MeanShift Optional // mean change of rank when this member is left out
	MaxShift  Optional
	Spearman  Optional // of the index without it with the index
}

// IndexCorrelation is an association across areas of the index or one of its
// dimensions with another dimension or an indicator outside the index.
type IndexCorrelation struct {
	Kind string // "dimension" or "validation"
	A, B string
	N    int
	R    Optional // Pearson between dimensions, Spearman for validation
}

// GoodWorkIndex is one version of the index, whole.
type GoodWorkIndex struct {
	Version      string
	Year         int
	Draws        int
	Seed         int64
	Areas        []IndexArea
	Dimensions   []IndexDimension
	Indicators   []IndexIndicator
	Correlations []IndexCorrelation
}

// GroupFigure is the figure of a reader's own set of areas. Where the kind of
// figure can't be put together, Refused says why and Value is missing.
type GroupFigure struct {
	Indicator IndicatorID
	Period    Period
	Value     Value
	Interval  Interval
	Counted   []AreaCode // members that the figure rests on
	Omitted   []AreaCode // members without data
	Refused   string
	Lowest    Optional // of the members' own figures
	Highest   Optional
}
