package ingest

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"goodwork/data"
)

func TestQualitySaysWhatWasRefusedAndWhatToLookAt(t *testing.T) {
	dir := t.TempDir()
	takeIn(t, dir, payFile, familiesFile)
	takeIn(t, dir, changed(t, payFile, "510.5", "*"), familiesFile)
	got, err := Quality(t.Context(), dir, nil)
	if err != nil {
		t.Fatal(err)
	}
	if len(got) != 2 || got[0].Source != "test-families" || got[1].Source != "test-pay" {
		t.Fatalf("sources %+v", got)
	}
	families, pay := got[0], got[1]
	wantRefused := []string{`source test-pay, release 2025-10: pay.csv: row 4, column "observation": "*": neither a number nor a known marker`}
	if diff := cmp.Diff(wantRefused, pay.Refused); diff != "" {
		t.Errorf("refused (-want +got):\n%s", diff)
	}
	if pay.Title != "Weekly pay" || pay.Release != "2025-10" || pay.Checked != "2026-11-23" {
		t.Errorf("pay %+v", pay)
	}
	if len(families.Review) != 1 || families.Review[0].Check != "V54" || families.Review[0].Rule != "rows of no known place are few" {
		t.Errorf("review %+v, want the rows of no known place", families.Review)
	}
	if diff := cmp.Diff(map[string]int{skipMeasure: 1, skipNowhere: 1}, families.Skipped); diff != "" {
		t.Errorf("rows left out (-want +got):\n%s", diff)
	}
	if _, err := Quality(t.Context(), t.TempDir(), nil); !errors.Is(err, data.ErrNotFound) {
		t.Errorf("of no store: %v, want ErrNotFound", err)
	}
}

func TestAModelFarFromItsSurveyIsForAPersonToLookAt(t *testing.T) {
	dir := t.TempDir()
	build, err := data.NewObservationBuild(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	add := func(id data.SourceID, measure string, values map[data.AreaCode]float64) []data.Observation {
		var out []data.Observation
		for _, area := range []data.AreaCode{"E07000112", "E08000003"} {
			if x, ok := values[area]; ok {
				out = append(out, data.Observation{Source: id, Release: "1", Measure: measure, Area: area, PublishedArea: string(area), Period: data.MustPeriod("2023-01-01/P1Y"), Value: data.Number(x), Unit: "%", Row: 2})
			}
		}
		return out
	}
	survey := append(add(surveySource, "employment-rate", map[data.AreaCode]float64{"E07000112": 70, "E08000003": 70}),
		add(surveySource, "inactivity-rate", map[data.AreaCode]float64{"E07000112": 20, "E08000003": 25})...)
	modelled := add(modelledSource, "unemployment-rate", map[data.AreaCode]float64{"E07000112": 4, "E08000003": 6})
	for id, obs := range map[data.SourceID][]data.Observation{surveySource: survey, modelledSource: modelled} {
		src := data.Source{ID: id, Title: string(id), Publisher: "p", Licence: "l", LandingPage: "u", Designation: "official", Frequency: "yearly"}
		rel := data.Release{Source: id, ID: "1", URL: "u", File: "f", SHA256: strings.Repeat("0", 64)}
		if err := build.Add(t.Context(), src, data.SourceState{Source: id, Checked: "2026-11-23"}, []data.Release{rel}, obs); err != nil {
			t.Fatal(err)
		}
	}
	if err := build.Publish(t.Context()); err != nil {
		t.Fatal(err)
	}
	got, err := Quality(t.Context(), dir, nil)
	if err != nil {
		t.Fatal(err)
	}
	// Folkestone: (100 - 20 - 70)/(100 - 20) = 12.5%, the model says 4. Manchester: 5/75 = 6.7%, 6.
	want := []QualityFinding{{Check: "V44", Rule: ruleOf("V44"), Found: "more than 8 points between the model and the survey: E07000112 2023-01-01/P1Y", Count: 1}}
	if diff := cmp.Diff(want, got[1].Review); diff != "" {
		t.Errorf("review (-want +got):\n%s", diff)
	}
}
