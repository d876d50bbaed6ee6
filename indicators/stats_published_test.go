package indicators_test

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"goodwork/data"
	"goodwork/indicators"
)

// The tests in this file read files of ONS Explore Local Statistics (26 June
// 2026), which are not part of the project, and skip without them. The numbers
// wanted were computed on the same files by another program.

// cpih is April's CPIH (ONS L522, 2015 = 100) by year.
var cpih = map[int]float64{
	2008: 85.6, 2009: 87.5, 2010: 89.9, 2011: 93.3, 2012: 95.9, 2013: 98.0, 2014: 99.6,
	2015: 99.9, 2016: 100.6, 2017: 103.2, 2018: 105.5, 2019: 107.6, 2020: 108.6, 2021: 110.4, 2022: 119.0, 2023: 128.3, 2024: 132.2, 2025: 137.7,
}

var localAuthority = regexp.MustCompile(`^(E0[6-9]|W06|S12|N09)`)

// elsFigure is one row of the publisher's file.
type elsFigure struct {
	code         string
	year         int
	value        float64
	lower, upper string
	status       string
}

func (f elsFigure) interval() data.Interval {
	l, errL := strconv.ParseFloat(f.lower, 64)
	u, errU := strconv.ParseFloat(f.upper, 64)
	if errL != nil || errU != nil {
		return data.Interval{}
	}
	return data.Interval{Lower: l, Upper: u, Known: true}
}

// elsFigures reads the rows of one indicator that have a value.
func elsFigures(t *testing.T, file, indicator string) []elsFigure {
	t.Helper()
	path := filepath.Join("..", "..", "shared", "publishers", "ons-els", file)
	b, err := os.ReadFile(path)
	if err != nil {
		t.Skip("the publisher's file isn't here: " + file)
	}
	r := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(b, []byte("\ufeff"))))
	rows, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	at := func(name string) int { return slices.Index(rows[0], name) }
	var list []elsFigure
	for _, row := range rows[1:] {
		v, err := strconv.ParseFloat(row[at("observation")], 64)
		if err != nil || row[at("indicator")] != indicator {
			continue
		}
		year, err := strconv.Atoi(row[at("period")][:4])
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, elsFigure{row[at("areacd")], year, v, row[at("lci_95")], row[at("uci_95")], row[at("status")]})
	}
	return list
}

func elsPay(t *testing.T) []elsFigure {
	return elsFigures(t, "gross-median-weekly-pay.csv", "Gross median weekly pay")
}

func elsEmployment(t *testing.T) []elsFigure {
	return elsFigures(t, "employment-rate.csv", "Employment rate")
}

func local(list []elsFigure, years ...int) []elsFigure {
	return slices.DeleteFunc(slices.Clone(list), func(f elsFigure) bool {
		return !localAuthority.MatchString(f.code) || len(years) > 0 && !slices.Contains(years, f.year)
	})
}

func one(t *testing.T, list []elsFigure, code string, year int) elsFigure {
	t.Helper()
	for _, f := range list {
		if f.code == code && f.year == year {
			return f
		}
	}
	t.Fatalf("nothing for %s in %d", code, year)
	return elsFigure{}
}

// estimatesCSV is the input of most commands.
func estimatesCSV(list []elsFigure) io.Reader {
	var b strings.Builder
	b.WriteString("area,year,value,lower_95,upper_95\n")
	for _, f := range list {
		fmt.Fprintf(&b, "%s,%d,%v,%s,%s\n", f.code, f.year, f.value, f.lower, f.upper)
	}
	return strings.NewReader(b.String())
}

// output runs a command and gives its rows by column name.
func output(t *testing.T, run func(w io.Writer) error) []map[string]string {
	t.Helper()
	var b bytes.Buffer
	if err := run(&b); err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(&b).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var list []map[string]string
	for _, row := range rows[1:] {
		m := map[string]string{}
		for i, h := range rows[0] {
			m[h] = row[i]
		}
		list = append(list, m)
	}
	return list
}

func number(t *testing.T, s string) float64 {
	t.Helper()
	v, err := strconv.ParseFloat(s, 64)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func tally(rows []map[string]string, column string) map[string]int {
	n := map[string]int{}
	for _, r := range rows {
		n[r[column]]++
	}
	return n
}

// standardErrors keeps the figures that have an interval.
func standardErrors(list []elsFigure) (values, errs []float64) {
	for _, f := range list {
		if e := indicators.StandardError(f.interval()); e.OK {
			values, errs = append(values, f.value), append(errs, e.V)
		}
	}
	return values, errs
}

func TestFewerAreasDifferFromTheBenchmarkOnceTheyAreCounted(t *testing.T) {
	tests := []struct {
		name      string
		list      []elsFigure
		benchmark string
		year      int
		tested    int
		alone, bh int
	}{
		{"pay against the UK", elsPay(t), "K02000001", 2025, 348, 132, 91},
		{"employment against Great Britain", elsEmployment(t), "K03000001", 2023, 348, 100, 42},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			b := one(t, tt.list, tt.benchmark, tt.year)
			rows := output(t, func(w io.Writer) error {
				return indicators.StatsBenchmark(w, estimatesCSV(local(tt.list, tt.year)), b.value, b.interval(), data.PolarityHigh)
			})
			alone, bh := tally(rows, "verdict"), tally(rows, "verdict_bh")
			got := []int{len(rows) - alone["not tested"], alone["better"] + alone["worse"], bh["better"] + bh["worse"]}
			if diff := cmp.Diff([]int{tt.tested, tt.alone, tt.bh}, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestNominalPayRisesWhereRealPayDoesNot(t *testing.T) {
	var inPricesOf2025 []elsFigure
	for _, f := range local(elsPay(t)) {
		if i := indicators.RealInterval(f.interval(), cpih[f.year], cpih[2025]); i.Known {
			f.value = indicators.Real(f.value, cpih[f.year], cpih[2025]).V
			f.lower, f.upper = fmt.Sprint(i.Lower), fmt.Sprint(i.Upper)
			inPricesOf2025 = append(inPricesOf2025, f)
		}
	}
	tests := []struct {
		name string
		list []elsFigure
		want map[string]int
	}{
		{"nominal pay", local(elsPay(t)), map[string]int{"increasing": 216, "no significant change": 125, "not assessed": 20}},
		{"real pay", inPricesOf2025, map[string]int{"no significant change": 341, "not assessed": 8}},
		{"employment", local(elsEmployment(t)), map[string]int{"increasing": 4, "decreasing": 1, "no significant change": 343, "not assessed": 1}},
		{
			"unemployment", local(elsFigures(t, "modelled-unemployment.csv", "Modelled unemployment rate")),
			map[string]int{"decreasing": 7, "no significant change": 322, "not assessed": 18},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			rows := output(t, func(w io.Writer) error {
				return indicators.StatsTrend(w, estimatesCSV(tt.list), 5, indicators.TrendWeighted)
			})
			if diff := cmp.Diff(tt.want, tally(rows, "verdict")); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestSignalShareTellsSharpIndicatorsFromBluntOnes(t *testing.T) {
	const wellbeing = "personal-wellbeing-estimates.csv"
	tests := []struct {
		file, indicator string
		year            int
		share           float64
	}{
		{"gross-median-weekly-pay.csv", "Gross median weekly pay", 2025, 0.77},
		{"employment-rate.csv", "Employment rate", 2004, 0.91},
		{"employment-rate.csv", "Employment rate", 2019, 0.73},
		{"employment-rate.csv", "Employment rate", 2023, 0.59},
		{"modelled-unemployment.csv", "Modelled unemployment rate", 2023, 0.54},
		{"qualifications-level-3-or-above.csv", "Level 3 or above qualifications (Great Britain)", 2023, 0.78},
		{wellbeing, "Satisfaction", 2022, 0.39},
		{wellbeing, "Anxiety", 2022, 0.35},
		{wellbeing, "Worthwhile", 2022, 0.29},
		{wellbeing, "Happiness", 2022, 0.17},
		{"healthy-life-expectancy.csv", "Male healthy life expectancy", 2022, 0.72},
	}
	for _, tt := range tests {
		t.Run(fmt.Sprint(tt.indicator, " ", tt.year), func(t *testing.T) {
			list := local(elsFigures(t, tt.file, tt.indicator), tt.year)
			rows := output(t, func(w io.Writer) error { return indicators.StatsReliability(w, estimatesCSV(list)) })
			if got := number(t, rows[0]["signal_share"]); math.Abs(got-tt.share) > 0.0051 {
				t.Errorf("signal share %v, want %v", got, tt.share)
			}
		})
	}
}

func TestMostPayRanksAreUncertain(t *testing.T) {
	values, errs := standardErrors(local(elsPay(t), 2025))
	d, err := indicators.SimulateRanks(values, errs, 10000, indicators.NewDeviates(indicators.DefaultSeed, 10000*len(values)), true)
	if err != nil {
		t.Fatal(err)
	}
	var widths []float64
	for a := range values {
		i := d.Interval(a)
		widths = append(widths, i.Upper-i.Lower)
	}
	if got := math.Round(indicators.Median(widths)); len(values) != 348 || got != 163 {
		t.Errorf("median width %v of %d, want 163 of 348", got, len(values))
	}
}

func TestShrinkingDrawsInTheExtremes(t *testing.T) {
	rows := output(t, func(w io.Writer) error {
		return indicators.StatsShrink(w, estimatesCSV(local(elsEmployment(t), 2023)))
	})
	got := map[string][2]float64{}
	for _, column := range []string{"raw", "eb"} {
		lo, hi := math.Inf(1), math.Inf(-1)
		for _, r := range rows {
			v := number(t, r[column])
			lo, hi = min(lo, v), max(hi, v)
		}
		got[column] = [2]float64{math.Round(lo*10) / 10, math.Round(hi*10) / 10}
	}
	if diff := cmp.Diff(map[string][2]float64{"raw": {53.0, 91.7}, "eb": {67.1, 85.9}}, got); diff != "" {
		t.Error(diff)
	}
}

func TestRealPayRoseClearlyInFewAreas(t *testing.T) {
	pay := elsPay(t)
	const uk = "K02000001"
	tests := []struct {
		from            int
		rises, assessed int
		ukPercent       float64
	}{{2024, 0, 348, 0.5}, {2020, 10, 342, 5.8}, {2019, 16, 342, 4.8}, {2015, 73, 341, 9.7}}
	for _, tt := range tests {
		t.Run(strconv.Itoa(tt.from), func(t *testing.T) {
			var b strings.Builder
			b.WriteString("area,year,value,cv\n")
			for _, f := range append(local(pay, tt.from, 2025), one(t, pay, uk, tt.from), one(t, pay, uk, 2025)) {
				cv := ""
				if i := f.interval(); i.Known {
					cv = fmt.Sprint((i.Upper - i.Lower) / 2 / 1.96 / f.value * 100)
				}
				fmt.Fprintf(&b, "%s,%d,%v,%s\n", f.code, f.year, f.value, cv)
			}
			deflator := fmt.Sprintf("year,index\n%d,%v\n2025,%v\n", tt.from, cpih[tt.from], cpih[2025])
			rows := output(t, func(w io.Writer) error {
				return indicators.StatsChange(w, strings.NewReader(b.String()), tt.from, 2025, strings.NewReader(deflator))
			})
			last := rows[len(rows)-1]
			n := tally(rows[:len(rows)-1], "verdict")
			got := []float64{float64(n["rise"]), float64(n["rise"] + n["no clear change"]), math.Round(number(t, last["percent"])*10) / 10}
			if diff := cmp.Diff([]float64{float64(tt.rises), float64(tt.assessed), tt.ukPercent}, got); diff != "" || n["fall"] > 0 {
				t.Error(diff, n)
			}
		})
	}
}

func TestMostAreasLieInNoClearQuadrant(t *testing.T) {
	const gb = "K03000001"
	pay, employment := elsPay(t), elsEmployment(t)
	line, lineN := one(t, pay, gb, 2023), one(t, employment, gb, 2023)
	rate := map[string]elsFigure{}
	for _, f := range local(employment, 2023) {
		rate[f.code] = f
	}
	lineError := indicators.StandardError(line.interval()).V
	lineNError := indicators.StandardError(lineN.interval()).V
	byPoint, certain := map[data.Verdict]int{}, map[data.Verdict]int{}
	for _, f := range local(pay, 2023) {
		g, ok := rate[f.code]
		s, sN := indicators.StandardError(f.interval()), indicators.StandardError(g.interval())
		if !ok || !s.OK || !sN.OK {
			continue
		}
		q := indicators.QuadrantOf(f.value-line.value, math.Hypot(s.V, lineError), g.value-lineN.value, math.Hypot(sN.V, lineNError))
		byPoint[q.Verdict(0)]++
		certain[q.Verdict(0.9)]++
	}
	want := map[data.Verdict]int{indicators.HighHigh: 112, indicators.LowHigh: 83, indicators.HighLow: 48, indicators.LowLow: 104}
	if diff := cmp.Diff(want, byPoint); diff != "" {
		t.Error("by point: ", diff)
	}
	want = map[data.Verdict]int{
		indicators.HighHigh: 28, indicators.LowHigh: 10, indicators.HighLow: 8, indicators.LowLow: 32, indicators.NoClearQuadrant: 269,
	}
	if diff := cmp.Diff(want, certain); diff != "" {
		t.Error("with certainty: ", diff)
	}
}

func TestOverlapOfIntervalsMissesDifferences(t *testing.T) {
	var list []elsFigure
	for _, f := range local(elsPay(t), 2025) {
		if f.interval().Known {
			list = append(list, f)
		}
	}
	var pairs, apart, differ float64
	for i, f := range list {
		for _, g := range list[i+1:] {
			a, b := f.interval(), g.interval()
			pairs++
			if a.Upper < b.Lower || b.Upper < a.Lower {
				apart++
			}
			if indicators.BenchmarkGap(f.value, a, g.value, b, 0).P.V < 0.05 {
				differ++
			}
		}
	}
	got := []float64{pairs, math.Round(1000*apart/pairs) / 10, math.Round(1000*differ/pairs) / 10}
	if diff := cmp.Diff([]float64{60378, 20.1, 34.1}, got); diff != "" {
		t.Error(diff)
	}
}

func TestPayInequalityBetweenAreasFell(t *testing.T) {
	for year, want := range map[int]float64{2008: 0.170, 2025: 0.121} {
		values := []float64{}
		for _, f := range local(elsPay(t), year) {
			values = append(values, f.value)
		}
		weights := slices.Repeat([]float64{1}, len(values))
		if got := indicators.MeasureInequality(values, weights).CV.V; math.Abs(got-want) > 0.0005 {
			t.Errorf("%d: CV %v, want %v", year, got, want)
		}
	}
}

func TestOnlyHouseholdIncomeNeedsWinsorising(t *testing.T) {
	var values []float64
	for _, f := range local(elsFigures(t, "gross-disposable-household-income-per-head.csv", "Gross disposable household income"), 2023) {
		values = append(values, f.value)
	}
	if _, got := indicators.TreatOutliers(values); got != (indicators.Treatment{Winsorised: 4}) {
		t.Errorf("household income: %+v, want 4 points winsorised", got)
	}
	pay, _ := standardErrors(local(elsPay(t), 2025))
	if _, got := indicators.TreatOutliers(pay); got != (indicators.Treatment{}) {
		t.Errorf("pay: %+v, want nothing done", got)
	}
}
