package data

import (
	"context"
	"errors"
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// paidEdition is an edition of one indicator with the figures given by area and
// period.
func paidEdition(date string, figures ...Estimate) Edition {
	e := Edition{
		Date: date, CodeVersion: "test", Sources: []Source{sampleSource("ons-pay")},
		Indicators: []Indicator{{ID: "pay", Position: 1, Title: "Pay", Question: "?", Subject: "{area}", Definition: "Pay.", Dimension: "pay", Unit: "£", UnitWords: "pounds", Polarity: PolarityHigh, Base: "residents", Kind: "median", Designation: "accredited", Method: "published", Source: "ons-pay", Inputs: []SourceID{"ons-pay"}}},
	}
	for _, x := range figures {
		x.Indicator, x.Unit, x.Source, x.Release = "pay", "£", "ons-pay", "r"
		e.Estimates = append(e.Estimates, x)
	}
	return e
}

func publishPaid(t *testing.T, dir string, e Edition) EditionID {
	t.Helper()
	reg, err := LoadRegister()
	if err != nil {
		t.Fatal(err)
	}
	id, err := PublishEdition(context.Background(), dir, e, reg)
	if err != nil {
		t.Fatal(err)
	}
	return id
}

var (
	april2024 = MustPeriod("2024-04-01/P1M")
	april2025 = MustPeriod("2025-04-01/P1M")
)

func TestTwoEditionsDifferInPeriodsRevisionsVerdictsAndRows(t *testing.T) {
	ctx, dir := context.Background(), t.TempDir()
	verdict := func(v Verdict) []Comparison {
		return []Comparison{{Indicator: "pay", Area: "E08000003", Period: april2024, Role: RoleUK, Benchmark: "K02000001", BenchmarkValue: 600, Gap: -70, GapInterval: Interval{Lower: -90, Upper: -50, Known: true}, P: Some(0.01), Verdict: v}}
	}
	before := paidEdition("2025-01-01",
		Estimate{Area: "E08000003", Period: april2024, Value: Number(530)},
		Estimate{Area: "E08000004", Period: april2024, Value: Missing(Unreliable)},
		Estimate{Area: "E08000005", Period: april2024, Value: Number(500), Interval: Interval{Lower: 480, Upper: 520, Known: true}},
		Estimate{Area: "E08000006", Period: april2024, Value: Number(510)},
	)
	before.Comparisons = verdict(Similar)
	after := paidEdition("2026-01-01",
		Estimate{Area: "E08000003", Period: april2024, Value: Number(532)},
		Estimate{Area: "E08000003", Period: april2025, Value: Number(560)},
		Estimate{Area: "E08000004", Period: april2024, Value: Number(505)},
		Estimate{Area: "E08000005", Period: april2024, Value: Number(500), Interval: Interval{Lower: 470, Upper: 530, Known: true}},
		Estimate{Area: "E08000007", Period: april2024, Value: Number(515)},
	)
	after.Comparisons = verdict(Worse)
	from, to := publishPaid(t, dir, before), publishPaid(t, dir, after)
	got, err := NewEditionShelf(dir).Difference(ctx, from, to)
	if err != nil {
		t.Fatal(err)
	}
	none := Missing(NotAvailable)
	want := EditionDifference{From: from, To: to, Differences: []Difference{
		{Kind: DifferenceNewPeriod, Indicator: "pay", Area: "E08000003", Period: april2025, Old: none, New: Number(560)},
		{Kind: DifferenceRevised, Indicator: "pay", Area: "E08000003", Period: april2024, Old: Number(530), New: Number(532)},
		{Kind: DifferenceRevised, Indicator: "pay", Area: "E08000004", Period: april2024, Old: Missing(Unreliable), New: Number(505)},
		{
			Kind: DifferenceInterval, Indicator: "pay", Area: "E08000005", Period: april2024, Old: Number(500), New: Number(500),
			OldInterval: Interval{Lower: 480, Upper: 520, Known: true}, NewInterval: Interval{Lower: 470, Upper: 530, Known: true},
		},
		{Kind: DifferenceVerdict, Indicator: "pay", Area: "E08000003", Period: april2024, Role: RoleUK, OldVerdict: Similar, NewVerdict: Worse},
		{Kind: DifferenceAdded, Indicator: "pay", Area: "E08000007", Period: april2024, Old: none, New: Number(515)},
		{Kind: DifferenceDropped, Indicator: "pay", Area: "E08000006", Period: april2024, Old: Number(510), New: none},
	}}
	if diff := cmp.Diff(want, got, compareValues); diff != "" {
		t.Error(diff)
	}
	if same, err := NewEditionShelf(dir).Difference(ctx, to, to); err != nil || len(same.Differences) > 0 {
		t.Errorf("an edition differs from itself: %v, %v", same.Differences, err)
	}
}

func TestADeriveThatChangesNoFigureMakesNoEdition(t *testing.T) {
	dir := t.TempDir()
	first := publishPaid(t, dir, paidEdition("2025-01-01", Estimate{Area: "E08000003", Period: april2024, Value: Number(530)}))
	if again := publishPaid(t, dir, paidEdition("2026-01-01", Estimate{Area: "E08000003", Period: april2024, Value: Number(530)})); again != first {
		t.Errorf("the same figures on a later day are edition %s, want %s", again, first)
	}
	if ids, err := NewEditionShelf(dir).IDs(); err != nil || len(ids) != 1 {
		t.Errorf("the shelf holds %v, %v; want one", ids, err)
	}
}

func TestOldEditionsStayUntilTheyAreTooManyAndTheOneInUseStaysAlways(t *testing.T) {
	ctx, dir := context.Background(), t.TempDir()
	var made []EditionID
	for i, date := range []string{"2025-01-01", "2025-02-01", "2025-03-01", "2025-04-01", "2025-05-01"} {
		made = append(made, publishPaid(t, dir, paidEdition(date, Estimate{Area: "E08000003", Period: april2024, Value: Number(float64(500 + i))})))
	}
	shelf := NewEditionShelf(dir)
	for i, id := range made { // more than the builds that a store keeps
		s, err := shelf.Open(ctx, id)
		if err != nil {
			t.Fatal(err)
		}
		table, err := s.Table(ctx, Query{})
		if v, _ := table.Rows[0].Value.Number(); err != nil || v != float64(500+i) {
			t.Errorf("edition %s gives %v, %v", id, v, err)
		}
		if s.ContentHash()[:8] != string(id)[11:] {
			t.Errorf("edition %s has the hash %s", id, s.ContentHash())
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}
	// An edition dated in the past is in use all the same.
	past := publishPaid(t, dir, paidEdition("2020-01-01", Estimate{Area: "E08000003", Period: april2024, Value: Number(1)}))
	removed, err := PruneEditions(ctx, dir, 2)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]EditionID{made[2], made[1], made[0]}, removed); diff != "" {
		t.Error(diff)
	}
	ids, err := shelf.IDs()
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]EditionID{made[4], made[3], past}, ids); diff != "" {
		t.Error(diff)
	}
	if _, err := PruneEditions(ctx, dir, 0); !errors.Is(err, ErrInvalid) {
		t.Errorf("keeping no edition: error %v, want ErrInvalid", err)
	}
}

func TestAnEditionIsFoundByItsWholeIDOnly(t *testing.T) {
	ctx, dir := context.Background(), t.TempDir()
	publishPaid(t, dir, paidEdition("2025-01-01", Estimate{Area: "E08000003", Period: april2024, Value: Number(530)}))
	if err := os.WriteFile(dir+"/secret.duckdb", nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, id := range []EditionID{"", "latest", "2025-01-01-00000000", "../secret", "2025-01-01", "2025-01-01-ABCDEF01"} {
		if _, err := NewEditionShelf(dir).Open(ctx, id); !errors.Is(err, ErrNotFound) {
			t.Errorf("%q: error %v, want ErrNotFound", id, err)
		}
	}
	if ids, err := NewEditionShelf(t.TempDir() + "/none").IDs(); err != nil || ids != nil {
		t.Errorf("an empty store has %v, %v", ids, err)
	}
}
