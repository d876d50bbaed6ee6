package data

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb/planar"
)

// twoYears is threeAreas, whose west was two areas in 2019: north of the line
// at 400 E07000001, and south of it E07000002.
func twoYears(t *testing.T) *BoundaryHistory {
	t.Helper()
	arcs := [][]GridPoint{
		{{400, 0}, {450, 101}, {500, 200}, {450, 301}, {400, 400}}, // the line, northwards
		{{400, 400}, {500, 600}, {400, 800}},
		{{400, 800}, {0, 800}, {0, 400}}, // coast of the north-west
		{{0, 400}, {0, 0}, {400, 0}},     // coast of the south-west
		{{0, 400}, {200, 401}, {400, 400}},
		{{400, 0}, {800, 0}, {800, 800}, {400, 800}}, // coast of the east
		{{9000, 9000}, {9100, 9100}},                 // of no area
	}
	h, err := NewBoundaryHistory(Years{2019, 2020}, Grid{Scale: [2]float64{0.005, 0.0025}, Origin: [2]float64{-4, 50}}, arcs, []DatedShape{
		{Years{2019, 2019}, Shape{"E07000001", [][][]int{{{1, 2, 4}}}}},
		{Years{2020, 2020}, Shape{"E06000001", [][][]int{{{0, 1, 2, 3}}}}},
		{Years{2019, 2019}, Shape{"E07000002", [][][]int{{{0, ^4, 3}}}}},
		{Years{2019, 2020}, Shape{"E06000002", [][][]int{{{^1, ^0, 5}}}}},
	}, []DatedAuthority{{Years{2020, 2020}, "E47000001", []AreaCode{"E06000001"}}})
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func TestBoundariesComeBackFromTheirCompactForm(t *testing.T) {
	h := twoYears(t)
	var first, second bytes.Buffer
	if err := h.Encode(&first); err != nil {
		t.Fatal(err)
	}
	got, err := DecodeBoundaryHistory(bytes.NewReader(first.Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	for year := 2019; year <= 2020; year++ {
		was, err := h.Year(year)
		if err != nil {
			t.Fatal(err)
		}
		is, err := got.Year(year)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(was, is, cmp.AllowUnexported(Boundaries{})); diff != "" {
			t.Errorf("%d (-written +read):\n%s", year, diff)
		}
	}
	if err := got.Encode(&second); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(first.Bytes(), second.Bytes()) {
		t.Error("the same boundaries give other bytes")
	}
	for n := range first.Len() {
		if _, err := DecodeBoundaryHistory(bytes.NewReader(first.Bytes()[:n])); !errors.Is(err, ErrInvalid) {
			t.Errorf("the first %d bytes alone: %v", n, err)
		}
	}
	if _, err := DecodeBoundaryHistory(bytes.NewReader([]byte("not boundaries"))); !errors.Is(err, ErrInvalid) {
		t.Errorf("other bytes: %v", err)
	}
}

func TestAYearHasTheAreasOfItsLastDay(t *testing.T) {
	h := twoYears(t)
	for year, want := range map[int][]AreaCode{
		2019: {"E06000002", "E07000001", "E07000002"},
		2020: {"E06000001", "E06000002"},
	} {
		b, err := h.Year(year)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, b.Codes()); diff != "" {
			t.Errorf("%d (-want +got):\n%s", year, diff)
		}
	}
	for _, year := range []int{2018, 2021, 0, -1} {
		if _, err := h.Year(year); !errors.Is(err, ErrNotFound) {
			t.Errorf("%d: %v", year, err)
		}
	}
	_, err := NewBoundaryHistory(Years{2019, 2018}, Grid{}, nil, nil, nil)
	if !errors.Is(err, ErrInvalid) {
		t.Errorf("no year at all: %v", err)
	}
}

func TestFormerLinesDoNotChangeHowPresentAreasAreDrawn(t *testing.T) {
	h := twoYears(t)
	last, err := h.Last()
	if err != nil {
		t.Fatal(err)
	}
	want, err := last.Simplify(1e5)
	if err != nil {
		t.Fatal(err)
	}
	simple, err := h.Simplify(1e5)
	if err != nil {
		t.Fatal(err)
	}
	got, err := simple.Last()
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(Boundaries{})); diff != "" {
		t.Errorf("(-alone +with former areas):\n%s", diff)
	}
	before, err := simple.Year(2019)
	if err != nil {
		t.Fatal(err)
	}
	if got := before.Points(); got >= 20 {
		t.Errorf("%d points in 2019", got)
	}
}

func TestEachYearsLocalAreasCoverTheSameLand(t *testing.T) {
	r := loadRegister(t)
	_, h, err := SnapshotBoundaries()
	if err != nil {
		t.Fatal(err)
	}
	if err := h.Check(r); err != nil {
		t.Fatal(err)
	}
	var land float64
	for year, want := range map[int]int{2015: 391, 2017: 391, 2018: 391, 2019: 382, 2020: 379, 2021: 374, 2022: 374, 2023: 361, 2024: 361, 2025: 361} {
		b, err := h.Year(year)
		if err != nil {
			t.Fatal(err)
		}
		codes := b.Codes()
		if len(codes) != want {
			t.Errorf("%d: %d local areas, want %d", year, len(codes), want)
		}
		var whole float64
		for _, c := range codes {
			size := planar.Area(b.Outline(c))
			if size <= 0 {
				t.Errorf("%d: %s has no land", year, c)
			}
			whole += size
		}
		if land == 0 {
			land = whole
		}
		// Degrees differ a little where the publisher's own lines do.
		if math.Abs(whole-land) > 1e-4*land {
			t.Errorf("%d: the areas cover %v, another year's %v", year, whole, land)
		}
		if crossed := crossings(b.arcs); len(crossed) > 2 {
			t.Errorf("%d: sides that cross: %v", year, crossed)
		}
	}
}

func TestAreasChangeInTheYearOfTheirFirstDay(t *testing.T) {
	r := loadRegister(t)
	_, h, err := SnapshotBoundaries()
	if err != nil {
		t.Fatal(err)
	}
	for name, tt := range map[string]struct {
		year         int // the first of the new area
		before, then AreaCode
	}{
		"Aylesbury Vale, Buckinghamshire":                  {2020, "E07000004", "E06000060"},
		"Buckinghamshire's county and unitary authority":   {2020, "E10000002", "E06000060"},
		"Corby, North Northamptonshire":                    {2021, "E07000150", "E06000061"},
		"Allerdale, Cumberland":                            {2023, "E07000026", "E06000063"},
		"Somerset West and Taunton, Somerset":              {2023, "E07000246", "E06000066"},
		"Taunton Deane, Somerset West and Taunton":         {2019, "E07000190", "E07000246"},
		"Selby, North Yorkshire":                           {2023, "E07000169", "E06000065"},
		"Fife's codes":                                     {2018, "S12000015", "S12000047"},
		"Glasgow's codes, though the file has only one":    {2019, "S12000046", "S12000049"},
		"Barnsley's codes":                                 {2025, "E08000016", "E08000038"},
		"combined authorities of the North East":           {2018, "E47000005", "E47000011"},
		"one combined authority of the North East again":   {2024, "E47000010", "E47000014"},
		"North of Tyne before the North East had one body": {2024, "E47000011", "E47000014"},
	} {
		has := func(year int, code AreaCode) bool {
			return slices.ContainsFunc(h.Areas(r, year), func(a Area) bool {
				if a.Code != code {
					return false
				}
				b, err := h.Year(year)
				return err == nil && len(b.Outline(h.Membership(r, year)(a)...)) > 0
			})
		}
		got := fmt.Sprint(has(tt.year-1, tt.before), has(tt.year-1, tt.then), has(tt.year, tt.before), has(tt.year, tt.then))
		if got != "true false false true" {
			t.Errorf("%s: before and after %d: %s", name, tt.year, got)
		}
	}
}

func TestACombinedAuthorityIsMadeOfItsLocalAreasOfTheYear(t *testing.T) {
	r := loadRegister(t)
	_, h, err := SnapshotBoundaries()
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		year int
		code AreaCode
		want []AreaCode
	}{
		{2018, "E47000002", []AreaCode{"E08000016", "E08000017", "E08000018", "E08000019"}},
		{2025, "E47000002", []AreaCode{"E08000017", "E08000018", "E08000038", "E08000039"}},
		{2017, "E47000005", []AreaCode{"E06000047", "E06000057", "E08000021", "E08000022", "E08000023", "E08000024", "E08000037"}},
		{2020, "E47000010", []AreaCode{"E06000047", "E08000023", "E08000024", "E08000037"}},
		{2020, "E47000011", []AreaCode{"E06000057", "E08000021", "E08000022"}},
	} {
		got := h.Membership(r, tt.year)(Area{Code: tt.code, Level: LevelCombinedAuthority})
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s in %d (-want +got):\n%s", tt.code, tt.year, diff)
		}
	}
	// The register's present members are the publisher's.
	now, was := r.Membership(), h.Membership(r, h.Years().Last)
	n := 0
	for _, a := range h.Areas(r, h.Years().Last) {
		n++
		if diff := cmp.Diff(now(a), was(a)); diff != "" {
			t.Errorf("%s %s (-register +boundaries):\n%s", a.Code, a.Name, diff)
		}
	}
	if current := len(slices.DeleteFunc(r.Areas(), func(a Area) bool { return !a.Current() })); n != current {
		t.Errorf("%d areas in the last year, %d are in use", n, current)
	}
}
