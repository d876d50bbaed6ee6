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
		Text: "4 figures tested, 3 clearly different; 2 once the number of tests on this page is taken into account.",
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
