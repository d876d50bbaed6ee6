package indicators

import (
	"bytes"
	"encoding/csv"
	"io"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"goodwork/data"
)

// open reads a file of testdata/independent, whose numbers independent.py made.
func open(t *testing.T, elem ...string) io.Reader {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(append([]string{"testdata", "independent"}, elem...)...))
	if err != nil {
		t.Fatal(err)
	}
	return bytes.NewReader(b)
}

func TestTwoImplementationsAgree(t *testing.T) {
	index := func(o StatsIndexOptions) func(*testing.T, io.Writer, io.Reader) error {
		return func(t *testing.T, w io.Writer, _ io.Reader) error {
			return StatsIndex(w, open(t, "index", "values.csv"), open(t, "index", "meta.csv"), open(t, "index", "errors.csv"), o)
		}
	}
	plain := func(run func(io.Writer, io.Reader) error) func(*testing.T, io.Writer, io.Reader) error {
		return func(_ *testing.T, w io.Writer, r io.Reader) error { return run(w, r) }
	}
	interval := func(method string) func(*testing.T, io.Writer, io.Reader) error {
		return plain(func(w io.Writer, r io.Reader) error { return StatsInterval(w, r, method) })
	}
	tests := []struct {
		name string
		run  func(*testing.T, io.Writer, io.Reader) error
	}{
		{"benchmark-high", plain(func(w io.Writer, r io.Reader) error {
			return StatsBenchmark(w, r, 610, data.Interval{Lower: 607.5, Upper: 612.5, Known: true}, data.PolarityHigh)
		})},
		{"benchmark-low", plain(func(w io.Writer, r io.Reader) error {
			return StatsBenchmark(w, r, 590, data.Interval{}, data.PolarityLow)
		})},
		{"benchmark-none", plain(func(w io.Writer, r io.Reader) error {
			return StatsBenchmark(w, r, 590, data.Interval{}, data.PolarityNone)
		})},
		{"reliability", plain(StatsReliability)},
		{"shrink", plain(StatsShrink)},
		{"trend-weighted", plain(func(w io.Writer, r io.Reader) error { return StatsTrend(w, r, 5, TrendWeighted) })},
		{"trend-mann-kendall", plain(func(w io.Writer, r io.Reader) error { return StatsTrend(w, r, 8, TrendMannKendall) })},
		{"change", func(t *testing.T, w io.Writer, r io.Reader) error {
			return StatsChange(w, r, 2019, 2025, open(t, "change", "deflator.csv"))
		}},
		{"quantiles", plain(func(w io.Writer, r io.Reader) error { return StatsQuantiles(w, r, 5, false) })},
		{"deciles-low", plain(func(w io.Writer, r io.Reader) error { return StatsQuantiles(w, r, 10, true) })},
		{"quadrant", plain(func(w io.Writer, r io.Reader) error { return StatsQuadrant(w, r, 600, 75, 0.9) })},
		{"wilson", interval("wilson")},
		{"byar", interval("byar")},
		{"cv", interval("cv")},
		{"inequality", plain(StatsInequality)},
		{"neighbours", plain(func(w io.Writer, r io.Reader) error { return StatsNeighbours(w, r, 6) })},
		{"index", index(StatsIndexOptions{})},
		{"index-weights", index(StatsIndexOptions{Weights: "P=5,W=3,H=2"})},
		{"index-geometric", index(StatsIndexOptions{Weights: "P=1,W=1", Aggregate: AggregateGeometric})},
		{"index-ampi", index(StatsIndexOptions{Aggregate: AggregateAMPI})},
		{"index-minmax", index(StatsIndexOptions{Normalise: NormaliseMinMax})},
		{"index-zscore", index(StatsIndexOptions{Normalise: NormaliseZScore})},
		{"index-percentile-rank", index(StatsIndexOptions{Normalise: NormalisePercentileRank})},
		{"index-noise", index(StatsIndexOptions{Draws: 200, Seed: 42, Vary: VaryNoise})},
		{"index-noise-zscore", index(StatsIndexOptions{Normalise: NormaliseZScore, Draws: 100, Seed: 7, Vary: VaryNoise})},
		{"index-vary-weights", index(StatsIndexOptions{Draws: 200, Seed: 42, Vary: VaryWeights})},
		{"index-vary-method", index(StatsIndexOptions{Draws: 100, Seed: 42, Vary: VaryMethod})},
		{"index-all", index(StatsIndexOptions{Draws: 300, Seed: DefaultSeed, Vary: VaryAll})},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var values io.Reader
			if _, err := os.Stat(filepath.Join("testdata", "independent", tt.name, "values.csv")); err == nil {
				values = open(t, tt.name, "values.csv")
			}
			var out bytes.Buffer
			if err := tt.run(t, &out, values); err != nil {
				t.Fatal(err)
			}
			sameTable(t, &out, open(t, tt.name, "wanted.csv"))
		})
	}
}

// sameTable compares texts exactly and numbers to 1e-8, relative or, near 0,
// absolute.
func sameTable(t *testing.T, got, want io.Reader) {
	t.Helper()
	g, err := csv.NewReader(got).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	w, err := csv.NewReader(want).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	if len(g) != len(w) {
		t.Fatalf("%d rows, want %d", len(g), len(w))
	}
	for i := range w {
		for j := range w[i] {
			if j >= len(g[i]) || !sameCell(g[i][j], w[i][j]) {
				t.Errorf("row %d, column %q: got %q, want %q", i+1, w[0][j], g[i], w[i])
				break
			}
		}
	}
}

func sameCell(got, want string) bool {
	a, errA := strconv.ParseFloat(got, 64)
	b, errB := strconv.ParseFloat(want, 64)
	if errA != nil || errB != nil {
		return got == want
	}
	return math.Abs(a-b) <= 1e-8*max(math.Abs(b), 1e-4)
}
