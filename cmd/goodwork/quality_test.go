package main

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"goodwork/data"
	"goodwork/ingest"
)

func TestQualityIsPrintedSourceBySource(t *testing.T) {
	all := []ingest.SourceQuality{
		{Source: "dfe-enterprises", Title: "Enterprises"},
		{
			Source: "ons-pay", Release: "2025-10", Checked: "2026-11-23",
			Refused:     []string{"pay.csv: row 4"},
			Skipped:     map[string]int{"no known place": 2},
			Warnings:    []ingest.QualityFinding{{Check: "V22", Found: "an interval without width"}},
			Review:      []ingest.QualityFinding{{Check: "V35", Found: "a jump"}},
			Corrections: []ingest.SourceCorrection{{Source: "ons-pay", What: "a unit", Why: "It is pounds.", Reported: "not yet"}},
		},
	}
	var b strings.Builder
	printQuality(&b, all)
	want := `dfe-enterprises without a release, looked at on a day not known
ons-pay 2025-10, looked at on 2026-11-23 (left out: 2 no known place)
  refused: pay.csv: row 4
  warning V22: an interval without width
  to review V35: a jump
  corrected: a unit (reported: not yet). It is pounds.
`
	if diff := cmp.Diff(want, b.String()); diff != "" {
		t.Errorf("printed (-want +got):\n%s", diff)
	}
	chosen, err := chosenQuality(all, []string{"ons-pay"})
	if err != nil || len(chosen) != 1 || chosen[0].Source != "ons-pay" {
		t.Errorf("chosen %+v (%v), want ons-pay", chosen, err)
	}
	if _, err := chosenQuality(all, []string{"ons-play"}); !errors.Is(err, data.ErrNotFound) {
		t.Errorf("an unknown source: %v, want ErrNotFound", err)
	}
}
