package ingest

import (
	"errors"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"goodwork/data"
)

func TestEverySourceIsSound(t *testing.T) {
	all, err := Sources()
	if err != nil {
		t.Fatal(err)
	}
	var ids []string
	for _, s := range all {
		ids = append(ids, string(s.ID))
	}
	want := []string{
		"dfe-apprenticeships", "dfe-employment-by-occupation", "dfe-enterprises", "dfe-further-education", "dwp-children-low-income",
		"dwp-children-low-income-work-status", "dwp-universal-credit-households", "dwp-universal-credit-households-monthly",
		"fingertips-employment-gaps", "fingertips-healthy-life-expectancy", "fingertips-sickness-absence",
		"nomis-annual-population-survey", "nomis-claimant-count", "nomis-claimant-count-by-age", "nomis-employees-by-industry",
		"nomis-jobs-density", "nomis-modelled-unemployment", "nomis-pay-by-residence", "nomis-pay-by-workplace", "nomis-population",
		"ohid-cardiovascular-mortality", "ohid-depression", "ohid-obesity", "ons-annual-pay", "ons-business-demography",
		"ons-census-2021-economic-activity", "ons-claimant-count", "ons-cpih", "ons-employment", "ons-employment-ni", "ons-gdhi",
		"ons-gva", "ons-gva-by-industry", "ons-healthy-life-expectancy", "ons-housing-affordability", "ons-jobs-below-living-wage",
		"ons-modelled-unemployment", "ons-no-qualifications", "ons-pay", "ons-qualifications", "ons-qualifications-ni", "ons-wellbeing",
		"statxplore-children-low-income-work-status", "statxplore-universal-credit-households", "statxplore-universal-credit-people",
	}
	if diff := cmp.Diff(want, ids); diff != "" {
		t.Errorf("sources (-want +got):\n%s", diff)
	}
}

func TestASourceNamesOnlyAreasOfTheRegister(t *testing.T) {
	all, err := Sources()
	if err != nil {
		t.Fatal(err)
	}
	register := loadRegister(t)
	for _, s := range all {
		var codes []data.AreaCode
		for _, c := range s.Areas.Codes {
			codes = append(codes, c)
		}
		for _, c := range s.Areas.Names {
			codes = append(codes, c)
		}
		if s.Areas.Only != "" {
			codes = append(codes, s.Areas.Only)
		}
		for _, c := range codes {
			if a, ok := register.Area(c); !ok || !a.Current() {
				t.Errorf("source %s: area %s is not in use", s.ID, c)
			}
		}
	}
}

func TestEverythingWrongWithASourceIsSaidAtOnce(t *testing.T) {
	tests := []struct {
		name     string
		old, new string
		want     []string
	}{
		{"an unknown field", "format:", "colour: red\nformat:", []string{`unknown field "colour"`}},
		{"a field twice", "title: Weekly pay", "title: Weekly pay\ntitle: Pay", []string{`mapping key "title" already defined`}},
		{"an unknown format", "format: els-csv", "format: els", []string{`format "els": want one of `}},
		{"an unknown marker", "{x: x,", "{x: missing,", []string{`markers: "x": "missing"`}},
		{"an unknown designation", "accredited", "national", []string{`designation "national"`}},
		{"two faults", "kind: median\n    range: [50, 5000]", "kind: middle\n    range: [50]", []string{`kind "middle"`, "range [50]"}},
		{"a column that the format has not", "where: {indicator: Weekly pay}", "where: {series: Weekly pay}", []string{`no column "series"`}},
		{"a bad period", "latest: 2025-04-30", "latest: 2025", []string{`latest: period "2025"`}},
		{"a bad flag", "provisional", "early", []string{`flag "early"`}},
		{"a path outside the folder", "file: pay.csv", "file: ../pay.csv", []string{`file "../pay.csv"`}},
		{"an address without https", "landing_page: https:", "landing_page: ftp:", []string{`landing_page "ftp://example.org/pay"`}},
		{"no releases", "releases:", "releases: []\nnote: |", []string{"no releases"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := ParseSource([]byte(changed(t, paySource, tt.old, tt.new)))
			if !errors.Is(err, data.ErrInvalid) {
				t.Fatalf("got %v, want ErrInvalid", err)
			}
			for _, w := range tt.want {
				if !strings.Contains(err.Error(), w) {
					t.Errorf("got %q, want it to say %q", err, w)
				}
			}
		})
	}
}

func TestFaultsOfAllSourceFilesAreSaidTogether(t *testing.T) {
	_, err := ReadSources(fstest.MapFS{
		"test-pay.yaml": {Data: []byte(changed(t, paySource, "kind: median", "kind: middle"))},
		"other.yaml":    {Data: []byte(paySource)},
	})
	for _, want := range []string{`sources/test-pay.yaml: measure "weekly-pay": kind "middle"`, `sources/other.yaml: id "test-pay": want the name of the file`} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want it to say %q", err, want)
		}
	}
}

// changed gives text with its one occurrence of old changed to new.
func changed(t *testing.T, text, old, new string) string {
	t.Helper()
	if n := strings.Count(text, old); n != 1 {
		t.Fatalf("%q stands %d times in the text, want once", old, n)
	}
	return strings.Replace(text, old, new, 1)
}
