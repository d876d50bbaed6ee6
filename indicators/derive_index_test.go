package indicators

import (
	"context"
	"math"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"goodwork/data"
)

// snapshotEstimates reads the figures of the embedded edition.
func snapshotEstimates(t *testing.T) (map[data.IndicatorID][]data.Estimate, *data.Register) {
	t.Helper()
	ctx := context.Background()
	store, err := data.OpenSnapshotEdition(ctx)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { store.Close() })
	table, err := store.Table(ctx, data.Query{})
	if err != nil {
		t.Fatal(err)
	}
	out := map[data.IndicatorID][]data.Estimate{}
	for _, r := range table.Rows {
		out[r.Indicator] = append(out[r.Indicator], r.Estimate)
	}
	register, err := data.LoadRegister()
	if err != nil {
		t.Fatal(err)
	}
	return out, register
}

func TestTheGoalpostsAreThoseOfTheBaseYear(t *testing.T) {
	estimates, register := snapshotEstimates(t)
	v, err := LoadIndexVersion("v0")
	if err != nil {
		t.Fatal(err)
	}
	table := v.tableOf(estimates, register)
	for j, m := range v.Members {
		var values []float64
		for i := range table.areas {
			if table.values[i][j].OK {
				values = append(values, table.values[i][j].V)
			}
		}
		slices.Sort(values)
		lo, hi := Percentile(values, 0.025), Percentile(values, 0.975)
		if math.Abs(lo-m.Lo) > 1e-6*math.Abs(lo) || math.Abs(hi-m.Hi) > 1e-6*math.Abs(hi) {
			t.Errorf("%s: goalposts %v and %v, want %v and %v (of %d areas)", m.ID, m.Lo, m.Hi, tenDigits(lo), tenDigits(hi), len(values))
		}
	}
}

// The wanted figures were found by an independent implementation on the same
// files; it took the goalposts over all local areas, so the last digits differ.
func TestTheIndexAgreesWithAnIndependentImplementation(t *testing.T) {
	estimates, register := snapshotEstimates(t)
	v, err := LoadIndexVersion("v0")
	if err != nil {
		t.Fatal(err)
	}
	g, err := indexOf(context.Background(), v, estimates, register)
	if err != nil {
		t.Fatal(err)
	}
	near := func(what string, got, want, within float64) {
		t.Helper()
		if !(math.Abs(got-want) <= within) {
			t.Errorf("%s is %v, want %v within %v", what, got, want, within)
		}
	}
	n := 0.0
	widths := map[string][]float64{}
	for _, a := range g.Areas {
		if !a.Index.OK {
			if a.Reason == "" {
				t.Errorf("%s has no index and no reason", a.Area)
			}
			continue
		}
		n++
		for kind, r := range map[string]data.RankRange{"noise": a.NoiseRank, "weights": a.WeightsRank, "method": a.MethodRank, "all": a.AllRank} {
			widths[kind] = append(widths[kind], r.P95.V-r.P05.V)
		}
		if a.Index.V < 0 || a.Index.V > 100 || a.Index.V < a.Interval.Lower-5 || a.Index.V > a.Interval.Upper+5 {
			t.Errorf("%s: index %v beside its interval %v", a.Area, a.Index.V, a.Interval)
		}
	}
	near("areas with an index", n, 332, 0)
	for kind, want := range map[string]float64{"noise": 70, "weights": 93, "method": 17, "all": 142} {
		near("median width of the rank range by "+kind, Median(widths[kind]), want, 2)
	}
	for _, m := range g.Indicators {
		switch m.ID {
		case "level-3-qualifications":
			near("mean shift of rank without level 3", m.MeanShift.V, 20.5, 0.2)
		case "real-weekly-pay":
			near("mean shift of rank without pay", m.MeanShift.V, 18.6, 0.2)
			near("largest shift of rank without pay", m.MaxShift.V, 95, 0)
		}
	}
	for _, c := range g.Correlations {
		switch c.B {
		case "healthy-life-expectancy-male":
			near("association with male healthy life expectancy", c.R.V, 0.77, 0.01)
		case "healthy-life-expectancy-female":
			near("association with female healthy life expectancy", c.R.V, 0.76, 0.01)
		}
	}
	contributions := map[data.AreaCode]float64{}
	for _, d := range g.Dimensions {
		contributions[d.Area] += d.Score.V / 5
	}
	for _, a := range g.Areas {
		if a.Index.OK {
			near("sum of the contributions of "+string(a.Area), contributions[a.Area], a.Index.V, 1e-6)
		}
	}
}

func TestTheQuadrantAgreesWithAnIndependentImplementation(t *testing.T) {
	estimates, register := snapshotEstimates(t)
	got := map[data.Verdict]int{}
	for _, q := range quadrantsOf(estimates, register) {
		area, _ := register.Area(q.Area)
		if sum := q.HH + q.HL + q.LH + q.LL; math.Abs(sum-1) > 1e-9 {
			t.Errorf("%s %d: the probabilities sum to %v", q.Area, q.Year, sum)
		}
		if q.Year == 2023 && area.Level.IsLocal() {
			got[q.Verdict]++
		}
	}
	want := map[data.Verdict]int{data.HighHigh: 28, data.LowHigh: 10, data.HighLow: 8, data.LowLow: 32, data.NoClearQuadrant: 269}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
