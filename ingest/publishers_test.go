package ingest

import (
	"bytes"
	"encoding/csv"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"goodwork/data"
)

// publishersFolder is the folder of the publishers' files beside the project;
// the test is skipped where it is absent.
func publishersFolder(t *testing.T) string {
	t.Helper()
	dir := filepath.Join("..", "..", "shared", "publishers")
	if _, err := os.Stat(filepath.Join(dir, "ons-els")); err != nil {
		t.Skipf("the publishers' files are not beside the project: %v", err)
	}
	return dir
}

func TestThePublishersFilesAreTakenInWhole(t *testing.T) {
	from, dir := publishersFolder(t), t.TempDir()
	sources, err := Sources()
	if err != nil {
		t.Fatal(err)
	}
	report, err := Run(t.Context(), Config{
		Store: dir, From: os.DirFS(from), Sources: sources, Register: loadRegister(t), Today: "2026-11-23",
	})
	if err != nil {
		t.Fatal(err)
	}
	rows := map[data.SourceID]int{}
	held := map[data.SourceID]map[key]data.Observation{}
	for _, r := range report.Results {
		if r.Err != nil {
			t.Error(r.Err)
		}
		rows[r.Source] = r.Release.Rows
		held[r.Source] = map[key]data.Observation{}
		obs, _ := inStore(t, dir, r.Source)
		for _, o := range obs {
			held[r.Source][key{o.Measure, o.Area, o.Period}] = o
		}
	}
	wantRows := map[data.SourceID]int{
		"dwp-children-low-income": 2460, "dwp-children-low-income-work-status": 3375, "ons-claimant-count": 10325, "ons-cpih": 39,
		"ons-employment": 16080, "ons-employment-ni": 24, "ons-gdhi": 11124, "ons-gva": 7780, "ons-healthy-life-expectancy": 5814,
		"ons-modelled-unemployment": 7580, "ons-pay": 7109, "ons-qualifications": 803, "ons-qualifications-ni": 96, "ons-wellbeing": 10008,
		"dfe-apprenticeships": 4156, "dfe-employment-by-occupation": 18200, "dfe-enterprises": 1805, "dfe-further-education": 2078,
		"dwp-universal-credit-households": 351, "dwp-universal-credit-households-monthly": 2457, "ohid-cardiovascular-mortality": 7106,
		"ohid-depression": 3011, "ohid-obesity": 3496, "ons-annual-pay": 1400, "ons-business-demography": 7560,
		"ons-census-2021-economic-activity": 350, "ons-gva-by-industry": 64980, "ons-housing-affordability": 8424,
		"ons-jobs-below-living-wage": 818, "ons-no-qualifications": 804,
	}
	if diff := cmp.Diff(wantRows, rows); diff != "" {
		t.Errorf("rows (-want +got):\n%s", diff)
	}

	tests := []struct {
		name                  string
		source                data.SourceID
		measure, area, period string
		value                 float64
		published             string
		flags                 data.Flags
	}{
		{"Barnsley's pay stands under its present code", "ons-pay", "gross-median-weekly-pay", "E08000038", "2025-04-30", 618.6, "E08000016", data.Provisional},
		{"Sheffield's pay stands under its present code", "ons-pay", "gross-median-weekly-pay", "E08000039", "2024-04-17", 583.3, "E08000019", data.Revised},
		{"the UK of GVA is without extra-regio", "ons-gva", "gva-per-hour", "K02000001", "2004-01-01/P1Y", 0, "K99000002", data.CombinedArea},
		{"a region of GVA stands under its territorial level", "ons-gva", "gva-per-hour", "E12000002", "2004-01-01/P1Y", 0, "TLD", 0},
		{"a region of income keeps its own code", "ons-gdhi", "gdhi-per-head", "E12000002", "1997-01-01/P1Y", 0, "E12000002", 0},
		{"a count for the whole UK", "dwp-children-low-income-work-status", "in-work-age-0-4", "K02000001", "2021-04-01/P1Y", 430433, "Total", 0},
		{"prices in April 2025", "ons-cpih", "cpih", "K02000001", "2025-04-01/P1M", 137.7, "K02000001", 0},
		{"North Yorkshire's wellbeing was its county's", "ons-wellbeing", "anxiety", "E06000065", "2019-04-01/P1Y", 0, "E10000023", 0},
		{"Copeland ended and keeps its code", "ons-wellbeing", "life-satisfaction", "E07000029", "2019-04-01/P1Y", 0, "E07000029", 0},
		{"jobs below the real Living Wage in Carlisle", "ons-jobs-below-living-wage", "share-of-jobs-below-living-wage", "E07000028", "2022-04-27", 10.8, "E07000028", data.Provisional},
		{"Cumbria's jobs below it", "ons-jobs-below-living-wage", "jobs-below-living-wage", "E10000006", "2022-04-27", 27, "E10000006", data.Provisional},
		{"Stockton's annual pay at the tenth percentile", "ons-annual-pay", "annual-pay-p10", "E06000004", "2023-04-06/P1Y", 10733, "E06000004", data.Provisional},
		{"Durham's households on Universal Credit stand by name", "dwp-universal-credit-households", "households-on-universal-credit", "E06000047", "2025-05-01/P1M", 61236, "County Durham", data.Provisional},
		{"those of Great Britain are its total", "dwp-universal-credit-households", "households-on-universal-credit", "K03000001", "2025-05-01/P1M", 6575050, "Total", data.Provisional},
		{"those of May 2022 have been revised", "dwp-universal-credit-households-monthly", "households-on-universal-credit", "K03000001", "2022-05-01/P1M", 4717179, "Total", data.Revised},
		{"Manchester's manufacturing in 2023", "ons-gva-by-industry", "gva-manufacturing", "E08000003", "2023-01-01/P1Y", 914, "E08000003", 0},
		{"Manchester's residents in work", "dfe-employment-by-occupation", "in-employment", "E08000003", "2024-04-01/P1Y", 278000, "E08000003", 0},
		{"Hartlepool's adults at the census", "ons-census-2021-economic-activity", "residents-16-and-over", "E06000001", "2021-03-21", 74685, "E06000001", 0},
		{"a house is worth years of pay, not per cent", "ons-housing-affordability", "housing-affordability-ratio", "K04000001", "2025-04-01", 7.56, "K04000001", 0},
		{"England's recorded depression", "ohid-depression", "depression-recorded", "E92000001", "2014-04-01/P1Y", 7.3, "E92000001", 0},
		{"Barnsley's child poverty stands once", "dwp-children-low-income", "children-low-income-bhc", "E08000038", "2024-04-01/P1Y", 0, "E08000038", 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			o, ok := held[tt.source][key{tt.measure, data.AreaCode(tt.area), data.MustPeriod(tt.period)}]
			if !ok {
				t.Fatalf("%s has no %s of %s in %s", tt.source, tt.measure, tt.area, tt.period)
			}
			if n, _ := o.Value.Number(); tt.value != 0 && n != tt.value {
				t.Errorf("value %v, want %v", n, tt.value)
			}
			if o.PublishedArea != tt.published || o.Flags != tt.flags {
				t.Errorf("published as %s with %q, want %s with %q", o.PublishedArea, o.Flags, tt.published, tt.flags)
			}
		})
	}

	t.Run("Manchester's pay is the figure of its row", func(t *testing.T) {
		o := held["ons-pay"][key{"gross-median-weekly-pay", "E08000003", data.MustPeriod("2025-04-30")}]
		n, _ := o.Value.Number()
		row := rowOf(t, filepath.Join(from, "ons-els", "gross-median-weekly-pay.csv"), o.Row)
		want := []string{"E08000003", "2025-04-30", "589.3"}
		if diff := cmp.Diff(want, []string{row[0], row[4], row[5]}); diff != "" {
			t.Errorf("row %d (-want +got):\n%s", o.Row, diff)
		}
		if n != 589.3 {
			t.Errorf("value %v, want 589.3", n)
		}
	})
	t.Run("no figure stands under a code that was replaced on the same land", func(t *testing.T) {
		register := loadRegister(t)
		for id, obs := range held {
			for k := range obs {
				if res := register.Resolve(string(k.area)); res.To != k.area {
					t.Errorf("%s: %s stands under %s, now %s", id, k.measure, k.area, res.To)
				}
			}
		}
	})
}

// rowOf reads one row of a CSV file, the first being 1.
func rowOf(t *testing.T, path string, row int) []string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	in := csv.NewReader(bytes.NewReader(b))
	rows, err := in.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return rows[row-1]
}
