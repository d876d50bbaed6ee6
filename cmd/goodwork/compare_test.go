package main

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"goodwork/data"
)

func TestWhatChangedIsPrintedWithTheOldAndTheNewNumber(t *testing.T) {
	april := data.MustPeriod("2025-04-01/P1M")
	d := data.EditionDifference{From: "2025-01-01-00000000", To: "2026-01-01-11111111", Differences: []data.Difference{
		{Kind: data.DifferenceRevised, Indicator: "pay", Area: "E08000003", Period: april, Old: data.Number(530), New: data.Missing(data.Unreliable)},
		{Kind: data.DifferenceRevised, Indicator: "pay", Area: "E08000004", Period: april, Old: data.Number(1), New: data.Number(2)},
		{Kind: data.DifferenceVerdict, Indicator: "pay", Area: "E08000003", Period: april, Role: data.RoleUK, OldVerdict: data.Similar, NewVerdict: data.Worse},
	}}
	var out strings.Builder
	if err := printDifferences(&out, d, 1); err != nil {
		t.Fatal(err)
	}
	want := `from 2025-01-01-00000000 to 2026-01-01-11111111: 3 differences

revised: 2
  pay  E08000003  2025-04-01/P1M  530 -> [u]
  ... and 1 more

changed verdict: 1
  pay  E08000003  2025-04-01/P1M  against uk: similar -> worse
`
	if diff := cmp.Diff(want, out.String()); diff != "" {
		t.Error(diff)
	}
}
