package data

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"
)

func loadRegister(t *testing.T) *Register {
	t.Helper()
	r, err := LoadRegister()
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// publishersFile is a file of the publishers beside the project; the test is
// skipped where it is absent.
func publishersFile(t *testing.T, elements ...string) string {
	t.Helper()
	path := filepath.Join(append([]string{"..", "..", "shared", "publishers"}, elements...)...)
	if _, err := os.Stat(path); err != nil {
		t.Skipf("the publishers' files are not beside the project: %v", err)
	}
	return path
}

func codesOf(areas []Area) []AreaCode {
	var codes []AreaCode
	for _, a := range areas {
		codes = append(codes, a.Code)
	}
	return codes
}

func TestTheUnitedKingdomHas361LocalAreas(t *testing.T) {
	r := loadRegister(t)
	got := map[string]int{}
	for _, a := range r.Areas() {
		if a.Current() {
			got[string(a.Code[:3])]++
		}
	}
	want := map[string]int{
		"E06": 63, "E07": 164, "E08": 36, "E09": 33, "W06": 22, "S12": 32, "N09": 11,
		"E10": 21, "E11": 6, "E12": 9, "E47": 15, "E92": 1, "W92": 1, "S92": 1, "N92": 1, "K02": 1, "K03": 1, "K04": 1,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("current areas by entity (-want +got):\n%s", diff)
	}
	children := map[AreaCode]int{}
	for _, code := range []AreaCode{"K02000001", "K03000001", "K04000001", "E92000001", "W92000004", "S92000003", "N92000002"} {
		children[code] = len(r.Children(code))
	}
	wantChildren := map[AreaCode]int{
		"K02000001": 361, "K03000001": 350, "K04000001": 318, "E92000001": 296, "W92000004": 22, "S92000003": 32, "N92000002": 11,
	}
	if diff := cmp.Diff(wantChildren, children); diff != "" {
		t.Errorf("local areas of the countries and their groups (-want +got):\n%s", diff)
	}
	if n := len(r.Locals()); n != 361 {
		t.Errorf("%d local areas", n)
	}
}

func TestEveryEnglishLocalAreaLiesInOneRegion(t *testing.T) {
	r := loadRegister(t)
	in := map[AreaCode]int{}
	for _, a := range r.Areas() {
		if a.Level == LevelRegion || a.Level == LevelCounty || a.Level == LevelMetropolitanCounty {
			for _, c := range r.Children(a.Code) {
				in[c.Code+AreaCode(a.Level[:3])]++
			}
		}
	}
	for _, a := range r.Children("E92000001") {
		if in[a.Code+"reg"] != 1 {
			t.Errorf("%s %s lies in %d regions", a.Code, a.Name, in[a.Code+"reg"])
		}
		wantCounty := 0
		if a.Level == LevelDistrict {
			wantCounty = 1
		}
		if in[a.Code+"cou"] != wantCounty {
			t.Errorf("%s %s lies in %d counties", a.Code, a.Name, in[a.Code+"cou"])
		}
		wantMet := 0
		if a.Level == LevelMetropolitanBorough {
			wantMet = 1
		}
		if in[a.Code+"met"] != wantMet {
			t.Errorf("%s %s lies in %d metropolitan counties", a.Code, a.Name, in[a.Code+"met"])
		}
	}
}

func TestAParentIsListedBeforeItsOwnParent(t *testing.T) {
	r := loadRegister(t)
	for code, want := range map[AreaCode][]AreaCode{
		"E08000038": {"E11000003", "E47000002", "E12000003", "E92000001", "K04000001", "K03000001", "K02000001"},
		"E07000083": {"E10000013", "E12000009", "E92000001", "K04000001", "K03000001", "K02000001"},
		"S12000049": {"S92000003", "K03000001", "K02000001"},
		"N09000003": {"N92000002", "K02000001"},
		"E47000017": {"E92000001", "K04000001", "K03000001", "K02000001"},
		"E06000012": {"E47000017", "E12000003", "E92000001", "K04000001", "K03000001", "K02000001"},
		"K02000001": nil,
	} {
		if diff := cmp.Diff(want, codesOf(r.Parents(code))); diff != "" {
			t.Errorf("parents of %s (-want +got):\n%s", code, diff)
		}
	}
	if diff := cmp.Diff([]AreaCode{"E08000017", "E08000018", "E08000038", "E08000039"}, codesOf(r.Children("E11000003"))); diff != "" {
		t.Errorf("South Yorkshire (-want +got):\n%s", diff)
	}
}

func TestAnOldCodeStandsForItsPresentLandOrForItself(t *testing.T) {
	r := loadRegister(t)
	for _, tt := range []struct {
		code string
		kind ResolutionKind
		to   AreaCode
		next []AreaCode
	}{
		{"E08000003", ResolvedCurrent, "E08000003", nil},
		{"E08000016", ResolvedRecoded, "E08000038", nil},
		{"E08000019", ResolvedRecoded, "E08000039", nil},
		{"E06000048", ResolvedRecoded, "E06000057", nil},
		{"S12000046", ResolvedRecoded, "S12000049", nil},
		{"E11000004", ResolvedRecoded, "E11000007", nil},
		{"E10000002", ResolvedRecoded, "E06000060", nil},
		{"E10000023", ResolvedRecoded, "E06000065", nil},
		{"E10000027", ResolvedRecoded, "E06000066", nil},
		{"E07000026", ResolvedEnded, "E07000026", []AreaCode{"E06000063"}},
		{"E07000190", ResolvedEnded, "E07000190", []AreaCode{"E06000066"}},
		{"E07000157", ResolvedEnded, "E07000157", []AreaCode{"E06000057"}},
		{"E10000006", ResolvedEnded, "E10000006", []AreaCode{"E06000063", "E06000064"}},
		{"E10000009", ResolvedEnded, "E10000009", []AreaCode{"E06000058", "E06000059"}},
		{"E47000005", ResolvedEnded, "E47000005", []AreaCode{"E47000014"}},
		{"TLB", ResolvedRecoded, "E92000001", nil},
		{"TLI", ResolvedRecoded, "E12000007", nil},
		{"TLN", ResolvedRecoded, "N92000002", nil},
		{"TLN0A", ResolvedSkipped, "", nil},
		{"TLC31", ResolvedSkipped, "", nil},
		{"TLD1", ResolvedSkipped, "", nil},
		{"E13000001", ResolvedSkipped, "", nil},
		{"K99000002", ResolvedSkipped, "", nil},
		{"E67000001", ResolvedSkipped, "", nil},
		{"TLA", ResolvedUnknown, "", nil},
		{"TLO", ResolvedUnknown, "", nil},
		{"E99999999", ResolvedUnknown, "", nil},
		{"E07999999", ResolvedUnknown, "", nil},
		{"e08000003", ResolvedUnknown, "", nil},
		{"E08000003 ", ResolvedUnknown, "", nil},
		{"na", ResolvedUnknown, "", nil},
		{"", ResolvedUnknown, "", nil},
	} {
		got := r.Resolve(tt.code)
		if got.Kind != tt.kind || got.To != tt.to || !slices.Equal(got.Successors, tt.next) {
			t.Errorf("%q is %s, to %q, successors %v; want %s, %q, %v", tt.code, got.Kind, got.To, got.Successors, tt.kind, tt.to, tt.next)
		}
		if (got.Reason != "") != (got.Kind == ResolvedSkipped) {
			t.Errorf("%q is %s for the reason %q", tt.code, got.Kind, got.Reason)
		}
	}
	if !r.Resolve("E08000016").BoundaryMoved() || r.Resolve("E10000002").BoundaryMoved() {
		t.Error("Barnsley's boundary moved in 2025, Buckinghamshire's did not in 2020")
	}
}

func TestMediansAreCarriedOnlyWhereTheLandIsTheSame(t *testing.T) {
	for _, c := range loadRegister(t).Changes() {
		want := map[ChangeKind][3]bool{
			ChangeRecode: {true, true, true}, ChangeBoundary: {true, true, true}, ChangeCountyToUnitary: {true, true, true},
			ChangeMerger: {true, true, false}, ChangeSplit: {false, false, false},
		}[c.Kind]
		if got := [3]bool{c.Counts, c.Rates, c.Medians}; got != want {
			t.Errorf("%s to %s, %s: counts, rates and medians carried %v, want %v", c.Old, c.New, c.Kind, got, want)
		}
	}
}

func TestASuccessorKnowsTheAreasThatBecameIt(t *testing.T) {
	r := loadRegister(t)
	for code, want := range map[AreaCode][]AreaCode{
		"E06000063": {"E10000006", "E07000026", "E07000028", "E07000029"},
		"E06000066": {"E07000187", "E07000188", "E07000189", "E07000190", "E07000191", "E07000246"},
		"E08000038": nil,
	} {
		if diff := cmp.Diff(want, codesOf(r.Predecessors(code))); diff != "" {
			t.Errorf("areas that became %s (-want +got):\n%s", code, diff)
		}
	}
}

func TestARegisterThatContradictsItselfIsRefused(t *testing.T) {
	for name, spoil := range map[string]func(*Register){
		"E07000026: ended on":             func(r *Register) { r.areas[r.byCode["E07000026"]].End = "" },
		"E08000003: E12999999 is no":      func(r *Register) { r.areas[r.byCode["E08000003"]].Region = "E12999999" },
		"E08000003: E08000003 is no":      func(r *Register) { r.areas[r.byCode["E08000003"]].County = "E08000003" },
		"its parent E10000002 has ended":  func(r *Register) { r.areas[r.byCode["E07000008"]].County = "E10000002" },
		`E07000246: from "2023-04-02"`:    func(r *Register) { r.areas[r.byCode["E07000246"]].Start = "2023-04-02" },
		"postcode district M1: E08000016": func(r *Register) { r.postcodes["M1"] = []PostcodeShare{{"E08000016", 1}} },
		"what may be carried does not fit": func(r *Register) {
			r.changes["E07000026"][0].Medians = true
		},
	} {
		r := loadRegister(t)
		spoil(r)
		if err := r.Check(); !errors.Is(err, ErrInvalid) || !strings.Contains(err.Error(), name) {
			t.Errorf("want an error that says %q, got %v", name, err)
		}
	}
}

func TestANameIsMatchedExactlyOnTheBoundariesOfADay(t *testing.T) {
	r := loadRegister(t)
	for _, tt := range []struct {
		name, day string
		want      AreaCode
		err       error
	}{
		{"Barnsley", "2022-03-31", "E08000016", nil},
		{"Barnsley", "2025-05-31", "E08000038", nil},
		{"Isle of Anglesey / Ynys Môn", "2022-03-31", "W06000001", nil},
		{"Torfaen / Tor-faen", "2022-03-31", "W06000020", nil},
		{"Gwynedd / Gwynedd", "2025-05-31", "W06000002", nil},
		{"Allerdale", "2022-03-31", "E07000026", nil},
		{"Allerdale", "2023-04-01", "", ErrNotFound},
		{"Cumberland", "2023-03-31", "", ErrNotFound},
		{"Somerset", "2022-03-31", "E10000027", nil},
		{"Somerset", "2023-04-01", "E06000066", nil},
		{"West Midlands", "2025-01-01", "", ErrInvalid},
		{"Glasgow", "2018-01-01", "S12000046", nil},
		{"Glasgow", "2020-01-01", "S12000049", nil},
		{"allerdale", "2022-03-31", "", ErrNotFound},
		{"Total", "2022-03-31", "", ErrNotFound},
		{"Hull", "2022-03-31", "", ErrNotFound},
	} {
		a, err := r.ByNameAt(tt.name, tt.day)
		if a.Code != tt.want || !errors.Is(err, tt.err) {
			t.Errorf("%q on %s: %s, %v; want %s, %v", tt.name, tt.day, a.Code, err, tt.want, tt.err)
		}
	}
	if a, err := r.ByName("Sheffield"); a.Code != "E08000039" || err != nil {
		t.Errorf("Sheffield today: %s, %v", a.Code, err)
	}
}

// notAreas are the rows of DWP's tables that stand for no area.
var notAreas = []string{"Total", "Unknown", ""}

func TestEveryNameInTheWorkStatusFileIsOneAreaBeforeApril2023(t *testing.T) {
	path := publishersFile(t, "dwp", "dwp-cilif-relative-2021-22-by-work-status-family-age-sex-lad.csv")
	names := csvColumn(t, path, 5, 1)
	checkNames(t, names, 374, "2022-03-31")
}

func TestEveryNameInTheUniversalCreditFilesIsOneArea(t *testing.T) {
	t.Run("households May 2025", func(t *testing.T) {
		book, err := excelize.OpenFile(publishersFile(t, "dwp", "dwp-uc-households-by-la-may2025.xlsx"))
		if err != nil {
			t.Fatal(err)
		}
		defer book.Close()
		rows, err := book.GetRows(book.GetSheetList()[0])
		if err != nil {
			t.Fatal(err)
		}
		var names []string
		for _, row := range rows {
			if len(row) == 4 && row[2] != "" {
				names = append(names, row[2])
			}
		}
		checkNames(t, names, 350, "2025-05-31")
	})
	t.Run("households 2015 to 2023", func(t *testing.T) {
		path := publishersFile(t, "dwp", "larrode-households_on_UC_ltla_15-22.csv")
		checkNames(t, csvColumn(t, path, 0, 2), 350, "2023-11-30")
	})
	t.Run("children 2015 to 2022", func(t *testing.T) {
		path := publishersFile(t, "dwp", "larrode-children_relative_low_income_ltla_14-22.csv")
		checkNames(t, csvColumn(t, path, 0, 2), 374, "2022-03-31")
	})
}

func csvColumn(t *testing.T, path string, column, skip int) []string {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	reader := csv.NewReader(f)
	reader.FieldsPerRecord = -1
	var cells []string
	for line := 0; ; line++ {
		row, err := reader.Read()
		if errors.Is(err, io.EOF) {
			return cells
		}
		if err != nil {
			t.Fatal(err)
		}
		if line >= skip && len(row) > column {
			cells = append(cells, row[column])
		}
	}
}

// checkNames holds that the names and codes stand for exactly so many
// different local areas on the day.
func checkNames(t *testing.T, names []string, want int, day string) {
	t.Helper()
	r := loadRegister(t)
	byCode := map[AreaCode]string{}
	for _, name := range names {
		if slices.Contains(notAreas, name) {
			continue
		}
		a, ok := r.Area(AreaCode(name))
		if !ok {
			var err error
			if a, err = r.ByNameAt(name, day); err != nil {
				t.Error(err)
				continue
			}
		}
		if !a.Level.IsLocal() || !a.At(day) {
			t.Errorf("%q is %s, %s, no local area of %s", name, a.Code, a.Level, day)
		}
		if first, ok := byCode[a.Code]; ok && first != name {
			t.Errorf("%s is both %q and %q", a.Code, first, name)
		}
		byCode[a.Code] = name
	}
	if len(byCode) != want {
		t.Errorf("%d areas, want %d", len(byCode), want)
	}
}

func TestEveryCodeOfThePublishersIsKnown(t *testing.T) {
	root := publishersFile(t)
	code := regexp.MustCompile(`^([A-Z][0-9]{8}|TL[A-Z][0-9A-Z]{0,2})$`)
	// Wards and parliamentary constituencies have no place here.
	elsewhere := regexp.MustCompile(`^E(05|14)`)
	r := loadRegister(t)
	for _, pattern := range []string{"ons-els/*.csv", "ohid/*.csv", "els-api/*.csv", "dwp/*.csv", "nomis/*.csv"} {
		files, err := filepath.Glob(filepath.Join(root, pattern))
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			b, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			kinds := map[ResolutionKind]int{}
			seen := map[string]bool{}
			for cell := range strings.FieldsFuncSeq(string(b), func(c rune) bool { return strings.ContainsRune(",\"\r\n\ufeff", c) }) {
				if seen[cell] || !code.MatchString(cell) || elsewhere.MatchString(cell) {
					continue
				}
				seen[cell] = true
				res := r.Resolve(cell)
				kinds[res.Kind]++
				if res.Kind == ResolvedUnknown {
					t.Errorf("%s: %s is unknown", filepath.Base(file), cell)
				}
			}
			t.Log(filepath.Base(file), fmt.Sprint(kinds))
		}
	}
}

func TestAReaderFindsAPlaceByAnyOfItsNames(t *testing.T) {
	r := loadRegister(t)
	for _, tt := range []struct {
		query string
		want  AreaCode
		kind  MatchKind
		typo  bool
	}{
		{"Manchester", "E08000003", MatchName, false},
		{"manch", "E08000003", MatchName, false},
		{"machnester", "E08000003", MatchName, true},
		{"Birmingam", "E08000025", MatchName, true},
		{"newcastel upon tyne", "E08000021", MatchName, true},
		{"Ynys Môn", "W06000001", MatchWelsh, false},
		{"ynys mon", "W06000001", MatchWelsh, false},
		{"caerdydd", "W06000015", MatchWelsh, false},
		{"hull", "E06000010", MatchAlias, false},
		{"upon hull", "E06000010", MatchName, false},
		{"st. helens", "E08000013", MatchName, false},
		{"kings lynn", "E07000146", MatchName, false},
		{"King’s Lynn & West Norfolk", "E07000146", MatchName, false},
		{"Shepway", "E07000112", MatchFormer, false},
		{"Strabane", "N09000005", MatchFormer, false},
		{"Western Isles", "S12000013", MatchAlias, false},
		{"E08000038", "E08000038", MatchCode, false},
		{"e08000016", "E08000016", MatchCode, false},
		{"Barnsley", "E08000038", MatchName, false},
		{"Allerdale", "E07000026", MatchName, false},
		{"Durham", "E06000047", MatchAlias, false},
		{"north east", "E12000001", MatchName, false},
		{"Tewkesbury", "E07000083", MatchName, false},
		{"Buckinghamshire", "E06000060", MatchName, false},
		{"east riding", "E06000011", MatchName, false},
		{"bristol", "E06000023", MatchAlias, false},
	} {
		got := r.Find(tt.query, 5)
		if len(got) == 0 {
			t.Errorf("%q finds nothing", tt.query)
			continue
		}
		m := got[0]
		if m.Area.Code != tt.want || m.Kind != tt.kind || m.Typo != tt.typo {
			t.Errorf("%q finds %s by %s %q, typo %v; want %s by %s, typo %v", tt.query, m.Area.Code, m.Kind, m.Term, m.Typo, tt.want, tt.kind, tt.typo)
		}
	}
	if got := r.Find("Allerdale", 1); len(got) != 1 || !slices.Equal(got[0].Successors, []AreaCode{"E06000063"}) {
		t.Errorf("Allerdale went to %v", got)
	}
	for _, nonsense := range []string{"", "  ", "xqzxqz", "zz", "'"} {
		if got := r.Find(nonsense, 5); len(got) != 0 {
			t.Errorf("%q finds %v", nonsense, got)
		}
	}
	if got := r.Find("west", 3); len(got) != 3 {
		t.Errorf("at most 3 asked for, %d found", len(got))
	}
}

func TestAPostcodeIsReadAsItsDistrict(t *testing.T) {
	for _, tt := range []struct {
		text, district string
		whole, ok      bool
	}{
		{"M1", "M1", false, true},
		{"m1 1ae", "M1", true, true},
		{"M11AE", "M1", true, true},
		{"m11 1aa", "M11", true, true},
		{"M111AA", "M11", true, true},
		{"EC1A1BB", "EC1A", true, true},
		{" sw1a  2aa ", "SW1A", true, true},
		{"E16 1", "E16", true, true},
		{"BT1 5GS", "BT1", true, true},
		{"Manchester", "", false, false},
		{"M", "", false, false},
		{"1AA", "", false, false},
		{"E08000003", "", false, false},
		{"", "", false, false},
	} {
		district, whole, ok := ReadPostcode(tt.text)
		if !ok {
			district = ""
		}
		if district != tt.district || whole != tt.whole || ok != tt.ok {
			t.Errorf("%q is read as %q, whole %v, %v", tt.text, district, whole, ok)
		}
	}
}

func TestASplitPostcodeDistrictOffersItsAreasLargestFirst(t *testing.T) {
	r := loadRegister(t)
	got := r.PostcodeDistrict("AB12")
	want := []PostcodeShare{{"S12000033", 0.7438}, {"S12000034", 0.2562}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("AB12 (-want +got):\n%s", diff)
	}
	if got := r.PostcodeDistrict("BT1"); got != nil {
		t.Errorf("BT1: %v", got)
	}
	for district, shares := range r.postcodes {
		var sum float64
		for _, s := range shares {
			sum += s.Share
		}
		if sum < 0.999 || sum > 1.0021 {
			t.Errorf("shares of %s add up to %v", district, sum)
		}
	}
}

func TestEveryLocalAreaHasSimilarAreasAndACellOfItsOwn(t *testing.T) {
	r := loadRegister(t)
	cells := map[[2]int]AreaCode{}
	of := map[AreaCode]bool{}
	for _, h := range r.Hexes() {
		if first, twice := cells[[2]int{h.Q, h.R}]; twice {
			t.Errorf("%s and %s share a cell", first, h.Area)
		}
		cells[[2]int{h.Q, h.R}], of[h.Area] = h.Area, true
	}
	for _, a := range r.Locals() {
		if !of[a.Code] {
			t.Errorf("%s has no cell", a.Code)
		}
		for _, kind := range []NeighbourKind{NeighboursDemographic, NeighboursEconomic, NeighboursGlobal} {
			list := r.Neighbours(kind, a.Code)
			if len(list) != 20 || slices.Contains(list, a.Code) {
				t.Errorf("%s neighbours of %s: %v", kind, a.Code, list)
			}
		}
	}
	if got, ok := r.Cluster(NeighboursGlobal, "E06000053"); ok {
		t.Errorf("the Isles of Scilly are in global cluster %s", got)
	}
	if got, ok := r.Cluster(NeighboursDemographic, "E06000053"); got != "C" || !ok {
		t.Errorf("the Isles of Scilly are in demographic cluster %q", got)
	}
}

func TestASlugHasTheCodeAndThePlainName(t *testing.T) {
	r := loadRegister(t)
	for code, want := range map[AreaCode]string{
		"E08000003": "E08000003-manchester",
		"E06000010": "E06000010-kingston-upon-hull-city-of",
		"E07000146": "E07000146-kings-lynn-and-west-norfolk",
		"S12000013": "S12000013-na-h-eileanan-siar",
		"E08000013": "E08000013-st-helens",
	} {
		a, _ := r.Area(code)
		if got := a.Slug(); got != want {
			t.Errorf("%s: %s, want %s", code, got, want)
		}
	}
}
