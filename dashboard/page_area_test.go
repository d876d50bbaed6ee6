package dashboard

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"goodwork/data"
)

func TestWhatDiffersFromAReadersComparatorIsListedAfterTheNumberOfTests(t *testing.T) {
	row := func(id data.IndicatorID, class string, p data.Optional) indicatorRow {
		return indicatorRow{ID: id, Title: string(id), Value: "9", Comparisons: []comparisonLine{{Class: class, Short: "higher", Value: "7", P: p}}}
	}
	rows := []indicatorRow{
		row("plain", "worse", data.Some(0.001)),
		row("by-chance", "better", data.Some(0.04)), // 0.16 after four tests
		row("alike", "similar", data.Some(0.5)),
		row("neutral", "higher", data.Some(0.002)),
		row("untested", "untested", data.Optional{}),
		{ID: "missing"},
	}
	county := row("county", "worse", data.Some(0.001))
	county.County = &link{}
	rows = append(rows, county)
	s := &Server{Config: Config{Methods: plainMethods()}}
	want := &testFamily{
		Text: "4 figures tested: 3 clear differences, 2 of which remain once the number of tests is taken into account.",
		Lists: []standoutList{
			{Title: "Worse", Class: "worse", Lines: []standoutLine{{Title: "plain", Href: "#plain", Text: "9, higher than 7"}}},
			{Title: "Higher or lower, without a judgement", Class: "higher", Lines: []standoutLine{{Title: "neutral", Href: "#neutral", Text: "9, higher than 7"}}},
		},
	}
	if diff := cmp.Diff(want, s.testFamily(rows, benchmark{})); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if got := s.testFamily(rows[4:], benchmark{}); got != nil {
		t.Errorf("without tests there is a list: %+v", got)
	}
	if got := s.testFamily(rows, benchmark{similar: data.NeighboursDemographic}); got != nil {
		t.Errorf("of several areas there is a list: %+v", got)
	}
}

func TestAnAreaThatNothingIsHeldAgainstSpeaksOfItsOwnFigures(t *testing.T) {
	body := get(t, snapshotServer(t), "/areas/K02000001-united-kingdom").Body.String()
	for _, want := range []string{`<li>Median weekly pay of United Kingdom residents was £643 in April 2025`, "By dimension", "3 not compared"} {
		if !strings.Contains(body, want) {
			t.Errorf("the page of the UK lacks %q", want)
		}
	}
	for _, not := range []string{"What stands out", "Compared with the UK", "Pale bar", "can be tested against another", "<dd></dd>"} {
		if strings.Contains(body, not) {
			t.Errorf("the page of the UK says %q", not)
		}
	}
}

func TestTestsAreCountedWithEachPlaceTheyAreMadeAgainst(t *testing.T) {
	rows := []indicatorRow{
		{Comparisons: []comparisonLine{{Class: "worse", Place: "the UK"}, {Class: "similar", Place: "the North West"}}},
		{Comparisons: []comparisonLine{{Class: "higher", Place: "Great Britain"}, {Class: "better", Place: "the North West"}}},
		{Comparisons: []comparisonLine{{Class: "untested", Place: "the UK"}, {Class: "lower", Place: "the North West"}}},
		{Comparisons: []comparisonLine{{Class: "none"}, {Class: "spread", Place: "similar areas tested"}}},
		{},
	}
	for _, tt := range []struct {
		rows []indicatorRow
		n    int
		with string
	}{
		{rows, 5, "3 with the North West, 1 with the UK and 1 with Great Britain"},
		{rows[:1], 2, "1 with the UK and 1 with the North West"},
		{rows[2:3], 1, "with the North West"},
		{rows[3:], 0, ""},
	} {
		if n, with := testsOn(tt.rows); n != tt.n || with != tt.with {
			t.Errorf("%d, %q; want %d, %q", n, with, tt.n, tt.with)
		}
	}
}

func TestFiguresTestedTogetherAreCountedInGrammar(t *testing.T) {
	for _, tt := range []struct {
		tested, clear, left int
		want                string
	}{
		{15, 9, 9, "15 figures tested: 9 clear differences, all of which remain once the number of tests is taken into account."},
		{15, 6, 5, "15 figures tested: 6 clear differences, 5 of which remain once the number of tests is taken into account."},
		{16, 3, 1, "16 figures tested: 3 clear differences, 1 of which remains once the number of tests is taken into account."},
		{16, 3, 0, "16 figures tested: 3 clear differences, none of which remains once the number of tests is taken into account."},
		{2, 1, 1, "2 figures tested: 1 clear difference, which remains once the number of tests is taken into account."},
		{2, 1, 0, "2 figures tested: 1 clear difference, which does not remain once the number of tests is taken into account."},
		{2, 0, 0, "2 figures tested: no clear difference."},
	} {
		if got := familySentence(tt.tested, tt.clear, tt.left); got != tt.want {
			t.Errorf("%d, %d, %d: %q", tt.tested, tt.clear, tt.left, got)
		}
	}
}

// The note of the answer and what stands out count the same tests.
func TestEveryAreasFamilyIsCountedInItsNote(t *testing.T) {
	s := smallServer(t)
	for _, code := range []data.AreaCode{"E08000003", "E08000006"} {
		area, _ := s.Register.Area(code)
		against := s.benchmarkFor(benchmarkChoice{}, area)
		figures, err := s.areaFigures(t.Context(), area, against)
		if err != nil {
			t.Fatal(err)
		}
		var rows []indicatorRow
		for _, ind := range s.Edition.Indicators() {
			rows = append(rows, s.indicatorRow(ind, area, figures, against))
		}
		first := 0
		for _, r := range rows {
			if len(r.Comparisons) > 0 && r.Comparisons[0].tested() {
				first++
				if !r.Comparisons[0].P.OK {
					t.Errorf("%s: %s is said to be tested, without a p-value", code, r.ID)
				}
			}
		}
		all, with := testsOn(rows)
		if all < first || first > 0 && with == "" {
			t.Errorf("%s: %d tests against the benchmark, %d in all, %q", code, first, all, with)
		}
	}
}
