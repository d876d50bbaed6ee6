package data

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

var compareValues = cmp.AllowUnexported(Value{}, Period{})

func sampleSource(id SourceID) Source {
	return Source{ID: id, Title: "Pay", Publisher: "Office for National Statistics", Licence: "OGL-UK-3.0", LandingPage: "https://www.ons.gov.uk/", Designation: "accredited", Frequency: "yearly"}
}

func sampleObservations(id SourceID) []Observation {
	return []Observation{
		{Source: id, Release: "2026-06", Measure: "pay", Area: "E08000003", PublishedArea: "E08000003", Period: MustPeriod("2025-04-30"), Value: Number(589.4), Interval: Interval{Lower: 563.4, Upper: 615.3, Known: true}, Flags: Provisional, Unit: "£", Row: 4},
		{Source: id, Release: "2026-06", Measure: "pay", Area: "E08000038", PublishedArea: "E08000016", Period: MustPeriod("2025-04-30"), Value: Missing(Unreliable), CV: Some(21), Unit: "£", Row: 5},
	}
}

func publishSample(t *testing.T, dir string, obs []Observation) error {
	t.Helper()
	ctx := context.Background()
	b, err := NewObservationBuild(ctx, dir)
	if err != nil {
		t.Fatal(err)
	}
	release := Release{Source: "ons-pay", ID: "2026-06", URL: "https://www.ons.gov.uk/", File: "pay.csv", SHA256: strings.Repeat("0", 64), Rows: len(obs)}
	if err := b.Add(ctx, sampleSource("ons-pay"), SourceState{Source: "ons-pay", Checked: "2026-11-23"}, []Release{release}, obs); err != nil {
		return errors.Join(err, b.Discard())
	}
	return b.Publish(ctx)
}

func TestObservationsComeBackAsTheyWentIn(t *testing.T) {
	ctx, dir := context.Background(), t.TempDir()
	want := sampleObservations("ons-pay")
	if err := publishSample(t, dir, want); err != nil {
		t.Fatal(err)
	}
	s, err := OpenObservations(ctx, dir)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	got, err := s.Observations(ctx, "ons-pay")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got, compareValues); diff != "" {
		t.Error(diff)
	}
}

func TestAnEmptyStoreIsNotFound(t *testing.T) {
	if _, err := OpenObservations(context.Background(), t.TempDir()); !errors.Is(err, ErrNotFound) {
		t.Errorf("error %v, want ErrNotFound", err)
	}
	if _, err := OpenEdition(context.Background(), t.TempDir()); !errors.Is(err, ErrNotFound) {
		t.Errorf("error %v, want ErrNotFound", err)
	}
}

func TestABuildWithAKeyTwiceIsRefusedAndTheOldOneStays(t *testing.T) {
	ctx, dir := context.Background(), t.TempDir()
	good := sampleObservations("ons-pay")
	if err := publishSample(t, dir, good); err != nil {
		t.Fatal(err)
	}
	err := publishSample(t, dir, append(sampleObservations("ons-pay"), good[0]))
	if !errors.Is(err, ErrInvalid) || !strings.Contains(err.Error(), "E08000003") {
		t.Errorf("error %v, want one that names the area", err)
	}
	s, err := OpenObservations(ctx, dir)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	got, err := s.Observations(ctx, "ons-pay")
	if err != nil || len(got) != 2 {
		t.Errorf("%d observations, %v; want the 2 of the old build", len(got), err)
	}
}

func TestTheSchemaRefusesWhatAValueCannotBe(t *testing.T) {
	ctx := context.Background()
	db, err := open("", false, 1)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for _, kind := range []string{observations, edition} {
		if err := createTables(ctx, db, kind); err != nil && kind == observations {
			t.Fatal(err)
		}
	}
	for name, row := range map[string]string{
		"neither number nor marker": "NULL, NULL, NULL, NULL",
		"number and marker":         "1.0, 'x', NULL, NULL",
		"not a number":              "'nan'::DOUBLE, NULL, NULL, NULL",
		"infinite":                  "'inf'::DOUBLE, NULL, NULL, NULL",
		"unknown marker":            "NULL, '*', NULL, NULL",
		"one limit":                 "1.0, NULL, 0.5, NULL",
		"limits without a value":    "NULL, 'x', 0.5, 1.5",
	} {
		_, err := db.ExecContext(ctx, "INSERT INTO observation VALUES ('s', 'r', 'm', 'E08000003', 'E08000003', '2025-04-30', "+row+", NULL, '', '£', 2)")
		if err == nil {
			t.Errorf("%s: the schema took it", name)
		}
	}
}

func TestEveryQueryFitsTheSchema(t *testing.T) {
	ctx := context.Background()
	for _, kind := range []string{observations, edition} {
		db, err := open("", false, 1)
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		db.SetMaxOpenConns(1)
		for _, attached := range []string{"old", "recent"} { // of the queries that compare two editions
			_, err1 := db.ExecContext(ctx, "ATTACH ':memory:' AS "+attached)
			_, err2 := db.ExecContext(ctx, "USE "+attached)
			if err := errors.Join(err1, err2, createTables(ctx, db, edition)); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := db.ExecContext(ctx, "USE memory"); err != nil {
			t.Fatal(err)
		}
		if err := createTables(ctx, db, kind); err != nil {
			t.Fatal(err)
		}
		names, err := fs.Glob(sqlFiles, "sql/*.sql")
		if err != nil || len(names) < 8 {
			t.Fatalf("%d queries, %v", len(names), err)
		}
		for _, n := range names {
			text := statement(strings.TrimSuffix(filepath.Base(n), ".sql"))
			if !strings.HasPrefix(text, "-- ") {
				t.Errorf("%s: no header", n)
			}
			aboutObservations := strings.HasPrefix(filepath.Base(n), "observations") || strings.HasPrefix(filepath.Base(n), "source_states")
			if aboutObservations != (kind == observations) && !strings.HasPrefix(filepath.Base(n), "sources") && !strings.HasPrefix(filepath.Base(n), "releases") {
				continue
			}
			stmt, err := db.PrepareContext(ctx, text)
			if err != nil {
				t.Errorf("%s: %v", n, err)
				continue
			}
			stmt.Close()
		}
	}
}

func TestASecondWriterIsToldWhoHoldsTheStore(t *testing.T) {
	dir := t.TempDir()
	unlock, err := Lock(dir)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Lock(dir); err == nil || !strings.Contains(err.Error(), "process") {
		t.Errorf("error %v, want one that names the process", err)
	}
	if err := unlock(); err != nil {
		t.Fatal(err)
	}
	again, err := Lock(dir)
	if err != nil {
		t.Fatal(err)
	}
	if err := again(); err != nil {
		t.Fatal(err)
	}
}

func TestAReaderKeepsItsBuildWhileNewOnesArePublished(t *testing.T) {
	ctx, dir := context.Background(), t.TempDir()
	if err := publishSample(t, dir, sampleObservations("ons-pay")); err != nil {
		t.Fatal(err)
	}
	old, err := OpenObservations(ctx, dir)
	if err != nil {
		t.Fatal(err)
	}
	defer old.Close()
	for range 5 {
		if err := publishSample(t, dir, sampleObservations("ons-pay")[:1]); err != nil {
			t.Fatal(err)
		}
	}
	got, err := old.Observations(ctx, "ons-pay")
	if err != nil || len(got) != 2 {
		t.Errorf("the old reader sees %d observations, %v; want 2", len(got), err)
	}
	builds, err := buildNumbers(dir, observations)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]int{4, 5, 6}, builds); diff != "" {
		t.Errorf("builds kept: %s", diff)
	}
}

func TestWhatAnInterruptedBuildLeftIsSweptAway(t *testing.T) {
	ctx, dir := context.Background(), t.TempDir()
	if err := publishSample(t, dir, sampleObservations("ons-pay")); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "observations-000002.duckdb"), []byte("half a build"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := publishSample(t, dir, sampleObservations("ons-pay")); err != nil {
		t.Fatal(err)
	}
	s, err := OpenObservations(ctx, dir)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if _, err := s.Observations(ctx, "ons-pay"); err != nil {
		t.Error(err)
	}
}

// sampleEdition is an edition of one indicator and two areas.
func sampleEdition() Edition {
	ind := Indicator{
		ID: "median-weekly-pay", Position: 1, Title: "Median weekly pay", Question: "What is a typical employee paid?", Subject: "Median weekly pay of {area} residents",
		Definition: "d", Numerator: "n", Denominator: "d", Dimension: "pay", Unit: "£", UnitWords: "pounds a week", Polarity: PolarityHigh, Base: "residents", Kind: "median",
		Designation: "accredited", Method: "published", Caveat: "c", Source: "ons-pay", Inputs: []SourceID{"ons-pay"},
		Breaks: []Discontinuity{{From: "2021-04-01", Note: "a new classification"}},
	}
	p := MustPeriod("2025-04-30")
	return Edition{
		Date: "2026-11-23", CodeVersion: "test",
		Sources:    []Source{sampleSource("ons-pay")},
		Releases:   []Release{{Source: "ons-pay", ID: "2026-06", URL: "u", File: "f", SHA256: strings.Repeat("0", 64)}},
		Indicators: []Indicator{ind},
		Estimates: []Estimate{
			{Indicator: ind.ID, Area: UnitedKingdom, Period: p, Value: Number(642.5), Interval: Interval{641.2, 643.8, true}, Unit: "£", Source: "ons-pay", Release: "2026-06", Grade: GradeA, GradeReason: "cv of 0.1%"},
			{Indicator: ind.ID, Area: "E08000003", Period: p, Value: Number(589.4), Interval: Interval{563.4, 615.3, true}, Unit: "£", Flags: Provisional, Source: "ons-pay", Release: "2026-06", Grade: GradeB, GradeReason: "cv of 2.2%", Numerator: Some(1), Denominator: Some(2)},
			{Indicator: ind.ID, Area: "E09000001", Period: p, Value: Missing(Confidential), Unit: "£", Source: "ons-pay", Release: "2026-06"},
		},
		Comparisons: []Comparison{{Indicator: ind.ID, Area: "E08000003", Period: p, Role: RoleUK, Benchmark: UnitedKingdom, BenchmarkValue: 642.5, Gap: -53.1, GapInterval: Interval{-79, -27, true}, P: Some(0.125), Verdict: Worse, PAdjusted: Some(0.25), VerdictAdjusted: Worse}},
		Sentences:   []Sentence{{Indicator: ind.ID, Area: "E08000003", Period: p, Role: "level", Position: 1, Text: "A sentence."}},
		Changes:     []PeriodChange{{Indicator: ind.ID, Area: "E08000003", Period: p, Span: SpanOne, Percent: true, Verdict: NotAssessed, Reason: "no figure"}},
		Trends:      []Trend{{Indicator: ind.ID, Area: "E08000003", Period: p, From: MustPeriod("2021-04-14"), Method: WeightedTrend, N: 5, Slope: Some(1), Chi2: Some(12), Verdict: Increasing}},
		Positions:   []Position{{Indicator: ind.ID, Area: "E08000003", Period: p, N: 2, Rank: 2, RankRange: Interval{1, 2, true}, Fifth: 5, Tenth: 10}},
		Smoothed:    []Smoothed{{Indicator: ind.ID, Area: "E08000003", Period: p, Value: 600, SE: 5, Weight: 0.5}},
		Similar:     []SimilarAreas{{Indicator: ind.ID, Area: "E08000003", Period: p, Kind: NeighboursDemographic, N: 20, Tested: 18, Higher: 3, Lower: 4}},
		Signals:     []Signal{{Indicator: ind.ID, Period: p, N: 2, SignalShare: Some(0.77), Use: UseRank, Draws: 10000}},
		Inequality:  []Inequality{{Indicator: ind.ID, Period: p, N: 2, Gini: Some(0.1)}},
		Quadrants:   []Quadrant{{Area: "E08000003", Year: 2023, Quality: 1, QualityInterval: Interval{0, 2, true}, QualityLine: 2, Quantity: 3, QuantityLine: 4, HH: 0.25, HL: 0.25, LH: 0.25, LL: 0.25, Verdict: NoClearQuadrant}},
		Standouts:   []Standout{{Indicator: ind.ID, Area: "E08000003", Period: p, Role: RoleUK}},
		Index: GoodWorkIndex{
			Version: "v0", Year: 2023, Draws: 2000, Seed: 20200701,
			Areas:        []IndexArea{{Area: "E08000003", Index: Some(50), Interval: Interval{45, 55, true}, NoiseRank: RankRange{Some(1), Some(2), Some(3)}, Band: "no clear band"}, {Area: "E09000001", Reason: "never indexed"}},
			Dimensions:   []IndexDimension{{Area: "E08000003", Dimension: "pay", Score: Some(50), Variance: Some(4)}},
			Indicators:   []IndexIndicator{{ID: "pay", Indicator: ind.ID, Dimension: "pay", Direction: 1, Lo: 450, Hi: 750, Periods: "April 2023"}},
			Correlations: []IndexCorrelation{{Kind: "dimension", A: "access", B: "pay", N: 332, R: Some(0.2)}},
		},
	}
}

func TestAnEditionComesBackAsItWentIn(t *testing.T) {
	ctx, dir := context.Background(), t.TempDir()
	reg, err := LoadRegister()
	if err != nil {
		t.Fatal(err)
	}
	want := sampleEdition()
	id, err := PublishEdition(ctx, dir, want, reg)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(string(id), "2026-11-23-") || len(id) != len("2026-11-23-01234567") {
		t.Errorf("edition id %q", id)
	}
	s, err := OpenEdition(ctx, dir)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if diff := cmp.Diff(want.Indicators, s.Indicators()); diff != "" {
		t.Error(diff)
	}
	table, err := s.Table(ctx, Query{WithComparisons: true, WithDerived: true})
	if err != nil {
		t.Fatal(err)
	}
	var estimates []Estimate
	var comparisons []Comparison
	for _, r := range table.Rows {
		estimates = append(estimates, r.Estimate)
		comparisons = append(comparisons, r.Comparisons...)
		if r.Area != "E08000003" {
			continue
		}
		if diff := cmp.Diff(Row{Changes: want.Changes, Trend: &want.Trends[0], Position: &want.Positions[0], Smoothed: &want.Smoothed[0], Similar: want.Similar},
			Row{Changes: r.Changes, Trend: r.Trend, Position: r.Position, Smoothed: r.Smoothed, Similar: r.Similar}, compareValues); diff != "" {
			t.Error(diff)
		}
	}
	byArea := cmpopts.SortSlices(func(a, b Estimate) bool { return a.Area < b.Area })
	if diff := cmp.Diff(want.Estimates, estimates, compareValues, byArea); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(want.Comparisons, comparisons, compareValues); diff != "" {
		t.Error(diff)
	}
	sentences, err := s.Sentences(ctx, "E08000003")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want.Sentences, sentences, compareValues); diff != "" {
		t.Error(diff)
	}
	got := Edition{}
	var errs [5]error
	got.Signals, errs[0] = s.Signals(ctx, "")
	got.Inequality, errs[1] = s.Inequalities(ctx, "median-weekly-pay")
	got.Quadrants, errs[2] = s.Quadrants(ctx, "E08000003", 2023)
	got.Standouts, errs[3] = s.Standouts(ctx, Query{})
	got.Index, errs[4] = s.Index(ctx)
	if err := errors.Join(errs[:]...); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(Edition{Signals: want.Signals, Inequality: want.Inequality, Quadrants: want.Quadrants, Standouts: want.Standouts, Index: want.Index}, got, compareValues); diff != "" {
		t.Error(diff)
	}
}

func TestAQueryForAnUnknownIndicatorIsNotFound(t *testing.T) {
	ctx, dir := context.Background(), t.TempDir()
	reg, err := LoadRegister()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := PublishEdition(ctx, dir, sampleEdition(), reg); err != nil {
		t.Fatal(err)
	}
	s, err := OpenEdition(ctx, dir)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if _, err := s.Table(ctx, Query{Indicators: []IndicatorID{"median-weekly-pay'; DROP TABLE estimate"}}); !errors.Is(err, ErrNotFound) {
		t.Errorf("error %v, want ErrNotFound", err)
	}
	if _, err := s.Table(ctx, Query{Latest: true, Periods: []Period{MustPeriod("2025-04-30")}}); !errors.Is(err, ErrInvalid) {
		t.Errorf("error %v, want ErrInvalid", err)
	}
}

func TestTheSameContentGivesTheSameHash(t *testing.T) {
	reg, err := LoadRegister()
	if err != nil {
		t.Fatal(err)
	}
	a, b := sampleEdition(), sampleEdition()
	b.Date, b.CodeVersion = "2027-01-01", "later"
	if a.Hash(reg) != b.Hash(reg) {
		t.Error("date or code version are part of the content")
	}
	b.Estimates[1].Value = Number(589.5)
	if a.Hash(reg) == b.Hash(reg) {
		t.Error("a figure is no part of the content")
	}
}

func TestASnapshotOfTheSameStoresHasTheSameBytes(t *testing.T) {
	ctx, store := context.Background(), t.TempDir()
	reg, err := LoadRegister()
	if err != nil {
		t.Fatal(err)
	}
	if err := publishSample(t, store, sampleObservations("ons-pay")); err != nil {
		t.Fatal(err)
	}
	if _, err := PublishEdition(ctx, store, sampleEdition(), reg); err != nil {
		t.Fatal(err)
	}
	one, two := t.TempDir(), t.TempDir()
	for _, dir := range []string{one, two} {
		if err := WriteSnapshot(ctx, store, dir); err != nil {
			t.Fatal(err)
		}
	}
	n := 0
	err = filepath.WalkDir(one, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		rel, err := filepath.Rel(one, path)
		if err != nil {
			return err
		}
		a, errA := os.ReadFile(path)
		b, errB := os.ReadFile(filepath.Join(two, rel))
		if string(a) != string(b) {
			t.Errorf("%s differs between two snapshots of the same stores", rel)
		}
		n++
		return errors.Join(errA, errB)
	})
	if err != nil || n < 10 {
		t.Errorf("%d files, %v", n, err)
	}
}
