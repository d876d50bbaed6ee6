package data

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"
)

// WageRateKind names a rate of pay that figures are held against.
type WageRateKind string

// The kinds of rate. The real Living Wage is worked out from the cost of living
// by the Living Wage Foundation and paid voluntarily; the National Living Wage
// is the legal minimum for adults.
const (
	RealLivingWage     WageRateKind = "real_living_wage"
	NationalLivingWage WageRateKind = "national_living_wage"
)

// London is the region with a real Living Wage of its own.
const London AreaCode = "E12000007"

// WageRate is an hourly rate in pounds, in force for comparisons from a day,
// 2025-04-01, until the next one. Area is London, or the United Kingdom, which
// for the real Living Wage means outside London. Confirmed tells that two
// sources at hand agree.
type WageRate struct {
	Kind          WageRateKind
	Area          AreaCode
	From          string
	PoundsPerHour float64
	Source        string
	Confirmed     bool
}

// WageRates is the table of rates, ordered by kind, area and day.
type WageRates []WageRate

// LoadWageRates reads the table that is compiled into the program. Its error,
// ErrInvalid, names everything that is wrong.
func LoadWageRates() (WageRates, error) {
	rows, err := referenceRows("wage_rates.csv")
	if err != nil {
		return nil, fmt.Errorf("reference/wage_rates.csv: %w", err)
	}
	var rates WageRates
	var wrong []error
	for i, r := range rows {
		rate, err := parseWageRate(r)
		if err != nil {
			wrong = append(wrong, fmt.Errorf("reference/wage_rates.csv, row %d: %w", i+2, err))
		}
		rates = append(rates, rate)
	}
	if !slices.IsSortedFunc(rates, compareWageRates) {
		wrong = append(wrong, fmt.Errorf("reference/wage_rates.csv: want the order of rate, area (United Kingdom first) and day: %w", ErrInvalid))
	}
	if err := errors.Join(wrong...); err != nil {
		return nil, err
	}
	return rates, nil
}

func parseWageRate(row []string) (WageRate, error) {
	r := WageRate{Kind: WageRateKind(row[0]), Area: AreaCode(row[1]), From: row[2], Source: row[4], Confirmed: row[5] == "yes"}
	pounds, err := strconv.ParseFloat(row[3], 64)
	_, errDay := time.Parse(time.DateOnly, r.From)
	switch {
	case r.Kind != RealLivingWage && r.Kind != NationalLivingWage:
		err = fmt.Errorf("rate %q: %w", row[0], ErrInvalid)
	case r.Area != UnitedKingdom && (r.Area != London || r.Kind != RealLivingWage):
		err = fmt.Errorf("area %q: %w", row[1], ErrInvalid)
	case errDay != nil:
		err = fmt.Errorf("from %q: want a day: %w", row[2], ErrInvalid)
	case err != nil || !(pounds > 1 && pounds < 100):
		err = fmt.Errorf("pounds_an_hour %q: want an hourly rate: %w", row[3], ErrInvalid)
	case r.Source == "" || row[5] != "yes" && row[5] != "no":
		err = fmt.Errorf("want a source, and confirmed yes or no: %w", ErrInvalid)
	}
	r.PoundsPerHour = pounds
	return r, err
}

func compareWageRates(a, b WageRate) int {
	inLondon := func(r WageRate) int {
		if r.Area == London {
			return 1
		}
		return 0
	}
	kinds := []WageRateKind{NationalLivingWage, RealLivingWage}
	return cmp.Or(
		slices.Index(kinds, a.Kind)-slices.Index(kinds, b.Kind), inLondon(a)-inLondon(b), cmp.Compare(a.From, b.From),
	)
}

// At gives the rate that an area's pay of a day, 2025-04-30, is held against:
// London's where inLondon is set and it has one of its own. The error is
// ErrNotFound for a day before the first rate, and for one more than a year
// after the last: a rate is never rolled forward.
func (w WageRates) At(kind WageRateKind, inLondon bool, day string) (WageRate, error) {
	area := UnitedKingdom
	if inLondon && kind == RealLivingWage {
		area = London
	}
	at, err := time.Parse(time.DateOnly, day)
	if err != nil {
		return WageRate{}, fmt.Errorf("%s on %q: want a day: %w", kind, day, ErrInvalid)
	}
	for _, r := range slices.Backward(w) {
		if r.Kind != kind || r.Area != area || r.From > day {
			continue
		}
		if from, err := time.Parse(time.DateOnly, r.From); err == nil && at.Before(from.AddDate(1, 0, 0)) {
			return r, nil
		}
		break
	}
	return WageRate{}, fmt.Errorf("%s on %s: %w", kind, day, ErrNotFound)
}
