package data

import (
	"errors"
	"testing"
)

func TestPayIsHeldAgainstTheRateOfItsAprilAndPlace(t *testing.T) {
	rates, err := LoadWageRates()
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name     string
		kind     WageRateKind
		inLondon bool
		day      string
		want     float64
	}{
		{"the survey of April 2022", RealLivingWage, false, "2022-04-27", 9.90},
		{"the survey of April 2022 in London", RealLivingWage, true, "2022-04-27", 11.05},
		{"the first day of a rate", RealLivingWage, false, "2019-04-01", 9.00},
		{"the last day of a rate", RealLivingWage, false, "2020-03-31", 9.00},
		{"the newest rate", RealLivingWage, true, "2025-04-30", 13.85},
		{"the legal minimum is one for London too", NationalLivingWage, true, "2024-04-17", 11.44},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := rates.At(tt.kind, tt.inLondon, tt.day)
			if err != nil || got.PoundsPerHour != tt.want {
				t.Errorf("£%v (%v), want £%v", got.PoundsPerHour, err, tt.want)
			}
		})
	}
	for _, day := range []string{"2011-04-30", "2026-04-01"} {
		if got, err := rates.At(RealLivingWage, false, day); !errors.Is(err, ErrNotFound) {
			t.Errorf("on %s: £%v (%v), want ErrNotFound", day, got.PoundsPerHour, err)
		}
	}
	if _, err := rates.At(NationalLivingWage, false, "2015-04-22"); !errors.Is(err, ErrNotFound) {
		t.Errorf("before there was a National Living Wage: %v, want ErrNotFound", err)
	}
}

func TestARateOfPayThatCannotBeIsRefused(t *testing.T) {
	for name, row := range map[string][]string{
		"an unknown rate":  {"minimum_wage", "K02000001", "2025-04-01", "12.60", "source", "yes"},
		"an unknown area":  {"real_living_wage", "E92000001", "2025-04-01", "12.60", "source", "yes"},
		"a year for a day": {"real_living_wage", "K02000001", "2025", "12.60", "source", "yes"},
		"pence":            {"real_living_wage", "K02000001", "2025-04-01", "1260", "source", "yes"},
		"no number":        {"real_living_wage", "K02000001", "2025-04-01", "", "source", "yes"},
		"no source":        {"real_living_wage", "K02000001", "2025-04-01", "12.60", "", "yes"},
		"perhaps":          {"real_living_wage", "K02000001", "2025-04-01", "12.60", "source", "perhaps"},
	} {
		if _, err := parseWageRate(row); !errors.Is(err, ErrInvalid) {
			t.Errorf("%s: %v, want ErrInvalid", name, err)
		}
	}
}
