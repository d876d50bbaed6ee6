package indicators_test

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"goodwork/data"
	"goodwork/indicators"
)

// Numbers in this file are those that others published; each test names them.

func known(lower, upper float64) data.Interval {
	return data.Interval{Lower: lower, Upper: upper, Known: true}
}

func somes(values ...float64) []data.Optional {
	list := make([]data.Optional, len(values))
	for i, v := range values {
		list[i] = data.Some(v)
	}
	return list
}

func within(fraction, margin float64) cmp.Option { return cmpopts.EquateApprox(fraction, margin) }

// Newcombe, Statistics in Medicine 17 (1998), table I, method 3.
func TestWilsonLimitsAreNewcombes(t *testing.T) {
	tests := []struct {
		numerator, denominator float64
		want                   data.Interval
	}{
		{81, 263, known(0.2553, 0.3662)},
		{15, 148, known(0.0624, 0.1605)},
		{0, 20, known(0, 0.1611)},
		{1, 29, known(0.0061, 0.1718)},
		{5, 0, data.Interval{}},
		{6, 5, data.Interval{}},
	}
	for _, tt := range tests {
		if diff := cmp.Diff(tt.want, indicators.Wilson(tt.numerator, tt.denominator), within(0, 0.00005)); diff != "" {
			t.Errorf("%v of %v: %s", tt.numerator, tt.denominator, diff)
		}
	}
}

// Garwood, Biometrika 28 (1936): exact limits of a Poisson count.
func TestByarComesCloseToExactLimits(t *testing.T) {
	for count, want := range map[float64]data.Interval{
		5: known(1.6235, 11.6683), 10: known(4.7954, 18.3904), 20: known(12.2165, 30.8884),
		50: known(37.1110, 65.9192), 100: known(81.3639, 121.6272),
	} {
		if diff := cmp.Diff(want, indicators.Byar(count), within(0.01, 0)); diff != "" {
			t.Errorf("%v: %s", count, diff)
		}
	}
	if got := indicators.Byar(0); got.Lower != 0 || !got.Known {
		t.Errorf("count 0: %+v, want a lower limit of 0", got)
	}
}

// Vigna's splitmix64.c, seed 1234567, as listed on Rosetta Code.
func TestRandomNumbersAreThoseOfSplitMix64(t *testing.T) {
	for k, v := range []uint64{6457827717110365317, 3203168211198807973, 9817491932198370423, 4593380528125082431, 16408922859458223821} {
		if got, want := indicators.Uniform(1234567, uint64(k)), (float64(v>>11)+0.5)*0x1p-53; got != want {
			t.Errorf("number %d: %v, want %v", k, got, want)
		}
	}
}

// seriesWith is a series without ties whose Mann-Kendall S is as asked.
func seriesWith(n, s int) []float64 {
	inversions := (n*(n-1)/2 - s) / 2
	var series []float64
	for v := range n {
		down := min(inversions, v)
		inversions -= down
		at := len(series) - down
		series = append(series[:at], append([]float64{float64(v)}, series[at:]...)...)
	}
	return series
}

// Kendall, Rank Correlation Methods (1975), table 1; Gilbert, Statistical
// Methods for Environmental Pollution Monitoring (1987), table A18: one-sided.
func TestMannKendallIsThatOfTheTables(t *testing.T) {
	tests := []struct {
		n, s int
		p    float64
	}{
		{4, 6, 0.042},
		{5, 8, 0.042},
		{5, 10, 0.0083},
		{8, 16, 0.031},
		{8, 20, 0.0071},
		{8, 28, 0.000025},
		{10, 21, 0.036},
		{10, 23, 0.023},
		{10, 31, 0.0023},
	}
	for _, tt := range tests {
		got := indicators.MannKendallTest(seriesWith(tt.n, tt.s))
		if got.S != tt.s || math.Abs(got.P/2-tt.p) > tt.p/50+0.0000005 && math.Abs(got.P/2-tt.p) > 0.0005 {
			t.Errorf("n %d, S %d: S %d, one-sided p %v, want %v", tt.n, tt.s, got.S, got.P/2, tt.p)
		}
	}
}

func TestAPerfectSequenceOfFiveBarelyPasses(t *testing.T) {
	if got := indicators.MannKendallTest([]float64{1, 2, 3, 4, 5}); got.Verdict() != indicators.Increasing {
		t.Errorf("%+v: %s", got, got.Verdict())
	}
	if got := indicators.MannKendallTest([]float64{1, 2, 3, 5, 4}); got.Verdict() != indicators.NoSignificantChange {
		t.Errorf("%+v: %s", got, got.Verdict())
	}
	if got := indicators.MannKendallTest([]float64{7, 7, 7}); got != (indicators.MannKendall{P: 1}) {
		t.Errorf("a flat series: %+v", got)
	}
}

// The markers that DHSC's FingertipsNext gives these series in its own tests:
// crude rate of sight loss from diabetic eye disease, England 2020-2024, and
// MMR coverage, Yorkshire and the Humber.
func TestTrendMarkersAreThoseOfFingertips(t *testing.T) {
	tests := []struct {
		name   string
		values []float64
		limits []data.Interval
		want   data.Verdict
	}{
		{
			"preventable sight loss",
			[]float64{2.935, 1.93028, 2.7567, 2.8701, 3.0121},
			[]data.Interval{known(2.7841, 3.0919), known(1.8085, 2.058), known(2.6113, 2.9082), known(2.7225, 3.0237), known(2.8616, 3.1683)},
			indicators.Increasing,
		},
		{
			"MMR coverage",
			[]float64{92.6254, 92.3221, 90.8708, 90.017, 90.1013},
			[]data.Interval{known(92.4168, 92.8288), known(92.1072, 92.5315), known(90.6358, 91.1004), known(89.7694, 90.2594), known(89.8578, 90.3396)},
			indicators.Decreasing,
		},
		{
			"one point makes the slope",
			[]float64{10, 10, 10, 10, 20},
			[]data.Interval{known(9, 11), known(9, 11), known(9, 11), known(9, 11), known(19, 21)},
			indicators.NoSignificantChange,
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var errs []float64
			for _, i := range tt.limits {
				errs = append(errs, indicators.FingertipsError(i).V)
			}
			trend, err := indicators.WeightedTrend(tt.values, errs)
			if err != nil {
				t.Fatal(err)
			}
			if got := trend.Verdict(); got != tt.want {
				t.Errorf("%+v: %s, want %s", trend, got, tt.want)
			}
		})
	}
}

// The same tests: QOF diabetes prevalence, England, and MMR coverage, 2020-2024.
func TestTrendMarkersOfProportionsAreThoseOfFingertips(t *testing.T) {
	tests := []struct {
		name                     string
		numerators, denominators []float64
		want                     data.Verdict
	}{
		{
			"diabetes",
			[]float64{3455176, 3491868, 3625401, 3774801, 3938080},
			[]float64{48783947, 49122259, 49956777, 50649129, 51441896},
			indicators.Increasing,
		},
		{
			"MMR",
			[]float64{57274, 55865, 53681, 51767, 53185},
			[]float64{61834, 60511, 59074, 57508, 59028},
			indicators.Decreasing,
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			trend, err := indicators.ProportionTrend(tt.numerators, tt.denominators)
			if err != nil {
				t.Fatal(err)
			}
			if got := trend.Verdict(); got != tt.want {
				t.Errorf("%+v: %s, want %s", trend, got, tt.want)
			}
		})
	}
}

// Benjamini and Hochberg, JRSS B 57 (1995), section 3.2: of 15 hypotheses in a
// trial of thrombolysis the procedure rejects four at 5%.
func TestBenjaminiAndHochbergRejectFour(t *testing.T) {
	p := somes(0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1)
	rejected := 0
	for _, q := range indicators.BenjaminiHochberg(p) {
		if q.V < 0.05 {
			rejected++
		}
	}
	if rejected != 4 {
		t.Errorf("%d rejected, want 4", rejected)
	}
}

// Trials of BCG vaccine (Colditz, JAMA 1994), log relative risks; R's metafor
// gives tau^2 = 0.3181 by Paule-Mandel.
func TestPauleMandelIsThatOfMetafor(t *testing.T) {
	values := []float64{-0.8893, -1.5854, -1.3481, -1.4416, -0.2175, -0.7861, -1.6209, 0.0120, -0.4694, -1.3713, -0.3394, 0.4459, -0.0173}
	errs := []float64{0.3256, 0.1946, 0.4154, 0.0200, 0.0512, 0.0069, 0.2230, 0.0040, 0.0564, 0.0730, 0.0124, 0.5325, 0.0714}
	for i, v := range errs {
		errs[i] = math.Sqrt(v)
	}
	if got := indicators.PauleMandel(values, errs); math.Abs(got-0.3181) > 0.0005 {
		t.Errorf("tau^2 %v, want 0.3181", got)
	}
}

// Rubin, Journal of Educational Statistics 6 (1981): eight schools, whose
// differences sampling error explains; the pooled effect is 7.7.
func TestEightSchoolsShrinkToTheirMean(t *testing.T) {
	shrunk := indicators.Shrink([]float64{28, 8, -3, 7, -1, 1, 18, 12}, []float64{15, 10, 16, 11, 9, 11, 10, 18})
	for i, s := range shrunk {
		if s.B != 0 || s.SE != 0 || math.Abs(s.Value-7.7) > 0.05 {
			t.Errorf("school %d: %+v, want 7.7", i, s)
		}
	}
}

// Anscombe, The American Statistician 27 (1973), first set, with the interval that
// R 4.2's cor.test gives; and ranks of the
// example in Wikipedia's article on Spearman's coefficient, -29/165.
func TestCorrelationsAreThePublishedOnes(t *testing.T) {
	x := somes(10, 8, 13, 9, 11, 14, 6, 4, 12, 7, 5)
	y := somes(8.04, 6.95, 7.58, 8.81, 8.33, 9.96, 7.24, 4.26, 10.84, 4.82, 5.68)
	got := indicators.Pearson(append(x, data.Optional{}), append(y, data.Some(1)))
	if diff := cmp.Diff(indicators.Correlation{N: 11, R: data.Some(0.8164), Interval: data.Interval{Lower: 0.4244, Upper: 0.9507, Known: true}}, got, within(0, 0.00005)); diff != "" {
		t.Error(diff)
	}
	iq := somes(106, 100, 86, 101, 99, 103, 97, 113, 112, 110)
	tv := somes(7, 27, 2, 50, 28, 29, 20, 12, 6, 17)
	if diff := cmp.Diff(data.Some(-29.0/165), indicators.Spearman(iq, tv).R, within(1e-12, 0)); diff != "" {
		t.Error(diff)
	}
}

// UKHSA's formula, and why not NTILE: equal values stay together.
func TestTiesShareAQuantile(t *testing.T) {
	ranks := indicators.Ranks([]float64{9, 8, 8, 8, 8, 4, 3, 2, 1, 0}, true)
	if diff := cmp.Diff([]int{1, 2, 2, 2, 2, 6, 7, 8, 9, 10}, ranks); diff != "" {
		t.Error(diff)
	}
	var groups []int
	for _, r := range ranks {
		groups = append(groups, indicators.QuantileGroup(r, 10, 5))
	}
	if diff := cmp.Diff([]int{1, 1, 1, 1, 1, 3, 4, 4, 5, 5}, groups); diff != "" {
		t.Error(diff)
	}
}

func TestTheLastBitOfAFloatMakesNoRank(t *testing.T) {
	if diff := cmp.Diff([]int{1, 1, 3}, indicators.Ranks([]float64{0.1 + 0.2, 0.3, 0.1}, true)); diff != "" {
		t.Error(diff)
	}
}

// Two areas of equal weight, one with three times the other's value.
func TestInequalityOfTwoAreas(t *testing.T) {
	want := indicators.Inequality{
		N: 2, Mean: data.Some(2), CV: data.Some(0.5), Gini: data.Some(0.25),
		TheilT: data.Some(0.75*math.Log(1.5) + 0.25*math.Log(0.5)), MLD: data.Some(0.5*math.Log(2) + 0.5*math.Log(2.0/3)),
		P90: data.Some(3), P10: data.Some(1), P90ByP10: data.Some(3),
	}
	if diff := cmp.Diff(want, indicators.MeasureInequality([]float64{3, 1}, []float64{7, 7}), within(1e-12, 1e-12)); diff != "" {
		t.Error(diff)
	}
	if got := indicators.MeasureInequality([]float64{3, 0}, []float64{1, 1}); got.MLD.OK || !got.TheilT.OK {
		t.Errorf("with a zero: %+v, want no MLD", got)
	}
}

// Median weekly pay in the UK, April 2024 and 2025 (ASHE), April CPIH.
func TestUKRealPayRoseByHalfAPerCent(t *testing.T) {
	from := indicators.Real(613.5, 132.2, 137.7)
	c := indicators.PercentChange(from.V, 642.5, data.Some(0.1), data.Some(0.1))
	want := indicators.Change{
		Amount: data.Some(0.5), Interval: known(0.3, 0.8), P: data.Some(0.0001), Verdict: indicators.Rise,
	}
	if diff := cmp.Diff(want, c, within(0, 0.05)); diff != "" {
		t.Error(diff)
	}
}

func TestAChangeNeedsBothIntervals(t *testing.T) {
	c := indicators.PercentChange(500, 550, data.Some(4), data.Optional{})
	if diff := cmp.Diff(indicators.Change{Amount: data.Some(10), Verdict: indicators.NotAssessed}, c, within(1e-12, 0)); diff != "" {
		t.Error(diff)
	}
	d := indicators.PointChange(62, 65, known(61, 63), known(64, 66))
	if d.Verdict != indicators.Rise || d.Amount.V != 3 || math.Abs(d.Interval.Upper-(3+math.Sqrt2)) > 1e-9 {
		t.Errorf("%+v", d)
	}
	if got := indicators.PointChange(62, 65, known(61, 63), data.Interval{}); got.Verdict != indicators.NotAssessed || got.P.OK {
		t.Errorf("%+v", got)
	}
}

func TestAPayGapTurnsTheRatioRound(t *testing.T) {
	gap, i := indicators.GenderPayGap(20, 17, data.Some(2), data.Some(3))
	_, ratio := indicators.Ratio(17, 20, data.Some(3), data.Some(2))
	if diff := cmp.Diff([]float64{15, 100 * (1 - ratio.Upper), 100 * (1 - ratio.Lower)}, []float64{gap.V, i.Lower, i.Upper}, within(1e-12, 0)); diff != "" {
		t.Error(diff)
	}
	if indicators.RatioPublishable(data.Some(11), data.Some(2)) || !indicators.RatioPublishable(data.Some(10), data.Some(2)) {
		t.Error("a ratio is published up to a coefficient of variation of 10%")
	}
}

func TestSharesBelowARateLieBetweenPublishedPercentiles(t *testing.T) {
	p := []indicators.PayPercentile{{Percent: 25, Pay: 13}, {Percent: 10, Pay: 11.5}, {Percent: 20, Pay: 12.5}}
	for rate, want := range map[float64]data.Optional{12: data.Some(15), 12.6: data.Some(21), 11: {}, 14: {}} {
		if diff := cmp.Diff(want, indicators.ShareBelow(p, rate), within(1e-12, 0)); diff != "" {
			t.Errorf("%v: %s", rate, diff)
		}
	}
}

func TestAggregatesSumCountsAndRefuseMedians(t *testing.T) {
	members := []indicators.Member{
		{Name: "a", Value: data.Some(10), SE: data.Some(1), Numerator: data.Some(30), Denominator: data.Some(100), Weight: data.Some(3)},
		{Name: "b"},
		{Name: "c", Value: data.Some(20), SE: data.Some(2), Numerator: data.Some(20), Denominator: data.Some(300), Weight: data.Some(1)},
	}
	rate := indicators.Byar(50)
	tests := []struct {
		measure indicators.Measure
		want    indicators.Aggregated
	}{
		{indicators.MeasureCount, indicators.Aggregated{Value: data.Some(30)}},
		{indicators.MeasureProportion, indicators.Aggregated{Value: data.Some(0.125), Interval: indicators.Wilson(50, 400)}},
		{indicators.MeasureRate, indicators.Aggregated{Value: data.Some(0.125), Interval: known(rate.Lower/400, rate.Upper/400)}},
		{indicators.MeasureMean, indicators.Aggregated{
			Value: data.Some(12.5), Interval: known(12.5-data.Z95*math.Sqrt(13)/4, 12.5+data.Z95*math.Sqrt(13)/4),
		}},
	}
	for _, tt := range tests {
		got, err := indicators.Aggregate(tt.measure, members)
		if err != nil {
			t.Fatal(err)
		}
		tt.want.Members, tt.want.Missing = 2, []string{"b"}
		if diff := cmp.Diff(tt.want, got, within(1e-12, 0)); diff != "" {
			t.Errorf("%s: %s", tt.measure, diff)
		}
	}
	for _, m := range []indicators.Measure{indicators.MeasureMedian, indicators.MeasureRatio, indicators.MeasureExpectancy, indicators.MeasureRank, indicators.MeasureScore} {
		if _, err := indicators.Aggregate(m, members); err == nil || !strings.Contains(err.Error(), string(m)) {
			t.Errorf("%s: %v, want it refused", m, err)
		}
	}
}

// exampleIndex is the worked example of the methods page: goalposts, three
// dimensions, one area with a gap.
func exampleIndex(t *testing.T) *indicators.Index {
	t.Helper()
	ind := func(id, dimension string, direction int, lo, hi float64) indicators.IndexIndicator {
		return indicators.IndexIndicator{ID: id, Dimension: dimension, Direction: direction, Lo: data.Some(lo), Hi: data.Some(hi)}
	}
	x, err := indicators.NewIndex([]indicators.IndexIndicator{
		ind("pay", "P", 1, 450, 750), ind("low", "P", -1, 5, 35), ind("emp", "W", 1, 60, 85), ind("claim", "W", -1, 1, 7), ind("sat", "H", 1, 7, 8),
	}, [][]data.Optional{
		somes(600, 15, 75, 3, 7.5),
		somes(720, 8, 80, 2, 7.3),
		somes(480, 30, 65, 6, 7.4),
		{data.Some(555), {}, data.Some(82), data.Some(1.5), data.Some(7.8)},
		somes(780, 12, 70, 4, 7.2),
	})
	if err != nil {
		t.Fatal(err)
	}
	return x
}

func TestTheWorkedExampleOfTheIndex(t *testing.T) {
	none := data.Optional{}
	x := exampleIndex(t)
	r, err := x.Calculate(indicators.IndexMethod{})
	if err != nil {
		t.Fatal(err)
	}
	scores := [][]data.Optional{
		somes(50, 66.667, 60, 66.667, 50), somes(90, 90, 80, 83.333, 30), somes(10, 16.667, 20, 16.667, 40),
		{data.Some(35), none, data.Some(88), data.Some(91.667), data.Some(80)},
		somes(100, 76.667, 40, 50, 20),
	}
	if diff := cmp.Diff(scores, r.Scores, within(0, 0.0005)); diff != "" {
		t.Error("scores: ", diff)
	}
	dimensions := [][]data.Optional{
		somes(58.3333, 63.3333, 50), somes(90, 81.6667, 30), somes(13.3333, 18.3333, 40),
		{none, data.Some(89.8333), data.Some(80)},
		somes(88.3333, 45, 20),
	}
	if diff := cmp.Diff(dimensions, r.Dimensions, within(0, 0.00005)); diff != "" {
		t.Error("dimensions: ", diff)
	}
	if r.MissingDimensions(3) != 1 || r.MissingDimensions(0) != 0 {
		t.Error("D lacks one dimension, A none")
	}
	tests := []struct {
		name   string
		method indicators.IndexMethod
		index  []data.Optional
		rank   []int
	}{
		{"arithmetic", indicators.IndexMethod{}, append(somes(57.2222, 67.2222, 23.8889), none, data.Some(51.1111)), []int{2, 1, 4, 0, 3}},
		{"geometric", indicators.IndexMethod{Aggregate: indicators.AggregateGeometric}, append(somes(56.9517, 60.4138, 21.3836), none, data.Some(42.9987)), []int{2, 1, 4, 0, 3}},
		{"AMPI", indicators.IndexMethod{Aggregate: indicators.AggregateAMPI}, append(somes(104.2290, 108.0352, 83.7615), none, data.Some(97.8168)), []int{2, 1, 4, 0, 3}},
		{"weights .5/.3/.2", indicators.IndexMethod{Weights: map[string]float64{"P": 50, "W": 30, "H": 20}}, append(somes(58.1667, 75.5, 20.1667), none, data.Some(61.6667)), []int{3, 1, 4, 0, 2}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r, err := x.Calculate(tt.method)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.index, r.Index, within(0, 0.00005)); diff != "" {
				t.Error(diff)
			}
			if diff := cmp.Diff(tt.rank, r.Rank); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// The example gives shares of first places without the standard errors behind
// them. These give them: pay 15, low pay 2, employment 2.5, claims 0.5,
// satisfaction 0.1; so do others.
func TestTheWorkedExampleUnderNoise(t *testing.T) {
	errs := make([][]data.Optional, 5)
	for a := range errs {
		errs[a] = somes(15, 2, 2.5, 0.5, 0.1)
	}
	s, err := exampleIndex(t).Simulate(indicators.Simulation{Draws: 1000, Seed: 42, Vary: indicators.VaryNoise, Errors: errs})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]int{0, 1, 2, 4}, s.Areas); diff != "" {
		t.Error(diff)
	}
	var first []float64
	for i := range s.Areas {
		first = append(first, s.Ranks.AtMost(i, 1))
	}
	if diff := cmp.Diff([]float64{0.038, 0.961, 0, 0.001}, first); diff != "" {
		t.Error(diff)
	}
}

func TestAnIndexRefusesWhatItCannotWeigh(t *testing.T) {
	x := exampleIndex(t)
	for want, method := range map[string]indicators.IndexMethod{
		`weight of "Q": no such dimension`: {Weights: map[string]float64{"Q": 1}},
		`weight of "P": -1`:                {Weights: map[string]float64{"P": -1}},
		`all weights are 0`:                {Weights: map[string]float64{"P": 0}},
		`AMPI takes no weights`:            {Weights: map[string]float64{"P": 1}, Aggregate: indicators.AggregateAMPI},
		`unknown normalisation "best"`:     {Normalise: "best"},
		`unknown aggregation "best"`:       {Aggregate: "best"},
	} {
		if _, err := x.Calculate(method); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
}

func TestLeavingOneOutKeepsTheGoalposts(t *testing.T) {
	x := exampleIndex(t)
	without, err := x.Without(1)
	if err != nil {
		t.Fatal(err)
	}
	r, err := without.Calculate(indicators.IndexMethod{})
	if err != nil {
		t.Fatal(err)
	}
	// Without low pay, D has all its dimensions: (35 + 89.8333 + 80)/3.
	if !r.Index[3].OK || math.Abs(r.Index[3].V-68.2778) > 0.00005 {
		t.Errorf("D: %+v, want 68.2778", r.Index[3])
	}
}

func TestRanksOfASimulationAgreeWithItsCounts(t *testing.T) {
	// Two areas a standard error of the difference apart: Phi(1) = 0.8413.
	d, err := indicators.SimulateRanks([]float64{1, 0}, []float64{math.Sqrt(0.5), math.Sqrt(0.5)}, 20000, indicators.NewDeviates(1, 0), true)
	if err != nil {
		t.Fatal(err)
	}
	if got := d.AtMost(0, 1); math.Abs(got-0.8413) > 0.01 {
		t.Errorf("first in %v of the draws, want 0.8413", got)
	}
	if got := d.AtMost(0, 1) + d.AtMost(1, 1); got != 1 {
		t.Errorf("somebody is first in %v of the draws", got)
	}
	if got := d.Interval(0); got != known(1, 2) || indicators.RankShown(got, 2) != true || indicators.RankShown(known(1, 3), 3) {
		t.Error(fmt.Sprint(got))
	}
}
