package ingest

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"goodwork/data"
)

// points makes cells of one measure: area, year, value, and perhaps limits.
func points(m *Measure, rows ...[]any) []placed {
	var out []placed
	for i, r := range rows {
		c := placed{area: data.AreaCode(r[0].(string))}
		c.measure, c.row, c.valueColumn, c.area = m, i+2, "value", data.AreaCode(r[0].(string))
		c.period = data.MustPeriod(fmt.Sprintf("%d-01-01/P1Y", r[1]))
		c.value = data.Number(r[2].(float64))
		if len(r) > 3 {
			c.interval = data.Interval{Lower: r[3].(float64), Upper: r[4].(float64), Known: true}
		}
		out = append(out, c)
	}
	return out
}

// saidOf lists what was found, the faults first.
func saidOf(found *findings) []string {
	var out []string
	for _, f := range append(found.faults, found.mild()...) {
		out = append(out, f.Check+" "+strings.TrimPrefix(f.String(), found.file+": "))
	}
	return out
}

// holds tells whether the check says a thing that begins with want; "" is
// nothing at all of the check.
func holds(t *testing.T, found *findings, check, want string) {
	t.Helper()
	said := saidOf(found)
	for _, s := range said {
		if text, ok := strings.CutPrefix(s, check+" "); ok {
			if want == "" || !strings.HasPrefix(text, want) {
				t.Errorf("%s says %q, want %q", check, text, want)
			}
			return
		}
	}
	if want != "" {
		t.Errorf("%s says nothing, want %q; all is %q", check, want, said)
	}
}

func TestWhatAFigureSaysOfItsOwnPrecisionIsHeldToWhatCanBe(t *testing.T) {
	percentage := &Measure{ID: "rate", Kind: "percentage", Unit: "%", Range: []float64{0, 100}}
	pay := &Measure{ID: "pay", Kind: "median", Unit: "£", Range: []float64{0, 5000}, CVStep: 0.1}
	tests := []struct {
		name    string
		measure *Measure
		row     []any
		check   string
		want    string
	}{
		{"limits within bounds", percentage, []any{"E08000003", 2024, 50.0, 40.0, 60.0}, "V25", ""},
		{"a limit below nothing", percentage, []any{"E08000003", 2024, 2.0, -1.0, 5.0}, "V25", `row 2, column "value": "2": rate: its lower limit is -1, below 0`},
		{"a limit above all", percentage, []any{"E08000003", 2024, 98.0, 95.0, 101.0}, "V25", `row 2, column "value": "98": rate: its upper limit is 101, above 100`},
		{"limits of a published coefficient", pay, []any{"E08000003", 2024, 500.0, 470.6, 529.4}, "V37", ""},
		{"limits of no published coefficient", pay, []any{"E08000003", 2024, 500.0, 470.1, 529.9}, "V37", `row 2, column "value": "500": pay: its limits make a coefficient of variation of 3.0510%`},
		{"a figure that should have been withheld", pay, []any{"E08000003", 2024, 500.0, 290.0, 710.0}, "V38", `row 2, column "value": "500": pay: a coefficient of variation of 21.4%`},
		{"a figure just precise enough", pay, []any{"E08000003", 2024, 500.0, 304.0, 696.0}, "V38", ""},
		{"decimals by the dozen", percentage, []any{"E08000003", 2024, 12.382151088}, "V40", `row 2, column "value": "12.382151088": rate: more decimals than it can mean`},
		{"four decimals", percentage, []any{"E08000003", 2024, 12.3821}, "V40", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			found := newFindings("test.csv")
			checkPrecision(points(tt.measure, tt.row)[0], found)
			holds(t, found, tt.check, tt.want)
		})
	}
}

func TestAnAreaThatJumpsIsForAPersonToLookAt(t *testing.T) {
	register, err := registerOnce()
	if err != nil {
		t.Fatal(err)
	}
	// Every area falls by 30 in 2020 and otherwise moves a little, each in its own
	// way; Manchester jumps in 2018.
	var rows [][]any
	for i, a := range register.Locals()[:60] {
		x := 50.0 + float64(i%7)
		for year := 2010; year <= 2023; year++ {
			x += 0.1*float64((i*31+year*17)%11-5) + 0.2*float64(year*7%5-2)
			if year == 2020 {
				x -= 30
			}
			rows = append(rows, []any{string(a.Code), year, x})
		}
	}
	rows[3*14+8][2] = rows[3*14+8][2].(float64) + 20
	m := &Measure{ID: "rate", Kind: "percentage", Range: []float64{-100, 200}}
	found := newFindings("test.csv")
	checkJumps(summed(m, points(m, rows...)), found)
	var jumps, shocks []string
	for _, s := range saidOf(found) {
		switch {
		case strings.HasPrefix(s, "V35"):
			jumps = append(jumps, s)
		case strings.HasPrefix(s, "V36"):
			shocks = append(shocks, s)
		}
	}
	area := string(register.Locals()[3].Code)
	if len(jumps) != 2 || !strings.Contains(jumps[0], "rate of "+area+" jumps in 2018-01-01/P1Y") || !strings.Contains(jumps[1], "2019-01-01/P1Y") {
		t.Errorf("jumps %q, want those of %s up in 2018 and down in 2019", jumps, area)
	}
	if len(shocks) != 1 || !strings.HasPrefix(shocks[0], "V36 rate: all areas move in 2020-01-01/P1Y") {
		t.Errorf("shocks %q, want that of 2020", shocks)
	}
}

func TestTheSameFigureFourTimesIsForAPersonToLookAt(t *testing.T) {
	m := &Measure{ID: "rate", Kind: "percentage", Range: []float64{0, 100}}
	year := func(y int, x float64) []any { return []any{"E10000030", y, x, x - 2, x + 2} }
	tests := []struct {
		name string
		rows [][]any
		want string
	}{
		{"four in a row", [][]any{year(2004, 79), year(2005, 79), year(2006, 79), year(2007, 79)}, `row 5, column "value": "79": rate of E10000030 is the same in four periods, to 2007-01-01/P1Y`},
		{"three in a row", [][]any{year(2004, 79), year(2005, 79), year(2006, 79), year(2007, 80)}, ""},
		{"other limits", [][]any{year(2004, 79), year(2005, 79), {"E10000030", 2006, 79.0, 76.0, 81.0}, year(2007, 79)}, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			found := newFindings("test.csv")
			checkRepeats(summed(m, points(m, tt.rows...)), found)
			holds(t, found, "V39", tt.want)
		})
	}
}

func TestAWholeIsHeldToItsLocalAreas(t *testing.T) {
	register, err := registerOnce()
	if err != nil {
		t.Fatal(err)
	}
	share := &Measure{ID: "rate", Kind: "percentage", Range: []float64{0, 100}}
	count := &Measure{ID: "people", Kind: "count", Range: []float64{0, 1e9}, SumsWithin: 0.5}
	// The North East: twelve local areas, each with 60.
	all := func(whole float64, without int) [][]any {
		rows := [][]any{{"E12000001", 2024, whole}}
		for _, a := range register.Children("E12000001")[without:] {
			rows = append(rows, []any{string(a.Code), 2024, 60.0})
		}
		return rows
	}
	n := float64(len(register.Children("E12000001")))
	tests := []struct {
		name    string
		measure *Measure
		rows    [][]any
		check   string
		want    string
	}{
		{"a region like its areas", share, all(60, 0), "V41", ""},
		{"a region above all its areas", share, all(61, 0), "V41", `row 2, column "value": "61": rate of E12000001 in 2024-01-01/P1Y is not between the lowest and highest of its local areas, 60 to 60`},
		{"a region of which an area is not known", share, all(61, 1), "V41", ""},
		{"a sum", count, all(60*n, 0), "V42", ""},
		{"a sum of perturbed counts", count, all(60*n+2, 0), "V42", ""},
		{"a wrong sum", count, all(60*n+60, 0), "V42", fmt.Sprintf(`row 2, column "value": "%v": people of E12000001 in 2024-01-01/P1Y is not the sum of its local areas, %v`, 60*n+60, 60*n)},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			found := newFindings("test.csv")
			checkWholes(summed(tt.measure, points(tt.measure, tt.rows...)), register, found)
			holds(t, found, tt.check, tt.want)
		})
	}
}

func TestTheNumberOfAreasIsSteady(t *testing.T) {
	register, err := registerOnce()
	if err != nil {
		t.Fatal(err)
	}
	m := &Measure{ID: "rate", Kind: "percentage", Range: []float64{0, 100}}
	for _, tt := range []struct {
		second int
		want   string
	}{{40, ""}, {37, ""}, {30, "rate: 40 areas in 2023-01-01/P1Y, 30 in 2024-01-01/P1Y"}} {
		var rows [][]any
		for i, a := range register.Locals()[:40] {
			rows = append(rows, []any{string(a.Code), 2023, 50.0})
			if i < tt.second {
				rows = append(rows, []any{string(a.Code), 2024, 50.0})
			}
		}
		found := newFindings("test.csv")
		checkAreaCount(summed(m, points(m, rows...)), found)
		holds(t, found, "V31", tt.want)
	}
}

func TestMeasuresOfOneWholeDoNotExceedIt(t *testing.T) {
	s := Source{
		Measures:  []Measure{{ID: "in-work", Kind: "percentage"}, {ID: "inactive", Kind: "percentage"}, {ID: "low", Kind: "percentage"}},
		Relations: []Relation{{Sum: []string{"in-work", "inactive"}, AtMost: 100}, {Lower: "low", Upper: "in-work"}},
	}
	if wrong := lintRelations(s); len(wrong) > 0 {
		t.Fatal(wrong)
	}
	of := func(inWork, inactive, low float64) []placed {
		var out []placed
		for i, x := range []float64{inWork, inactive, low} {
			out = append(out, points(&s.Measures[i], []any{"E08000003", 2024, x})...)
		}
		return out
	}
	for _, tt := range []struct {
		name             string
		cells            []placed
		wantSum, wantLow string
	}{
		{"all is well", of(70, 25, 10), "", ""},
		{"a tenth too much is rounding", of(75, 25.1, 10), "", ""},
		{"more than everybody", of(80, 25, 10), `row 2, column "value": "80": [in-work inactive] of E08000003 in 2024-01-01/P1Y add up to 105.0, more than 100`, ""},
		{"more low than all", of(20, 25, 30), "", `row 2, column "value": "30": low of E08000003 in 2024-01-01/P1Y is above in-work, 20`},
		{"one isn't known", of(80, 25, 10)[:1], "", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			found := newFindings("test.csv")
			checkRelations(s, tt.cells, found)
			holds(t, found, "V43", tt.wantSum)
			holds(t, found, "V47", tt.wantLow)
		})
	}
}

func TestNamesAreHeldToTheRegister(t *testing.T) {
	register, err := registerOnce()
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct{ code, name, v10, v57 string }{
		{"E08000003", "Manchester", "", ""},
		{"E11000001", "Greater Manchester (Met County)", "", ""},
		{"E06000005", "Darlington UA", "", ""},
		{"E07000112", "Folkestone & Hythe", "", ""},
		{"E08000016", "Barnsley", "", ""},
		{"E07000026", "Allerdale", "", ""},
		{"E08000003", "Leeds", `row 2, column "name": "Leeds": E08000003 is "Manchester"; the name is that of E08000035`, ""},
		{"E08000003", "Manchester City", "", `row 2, column "name": "Manchester City": E08000003 is "Manchester" in the register`},
		{"E13000001", "Anything", "", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			found := newFindings("test.csv")
			checkNames("name", map[string]areaLabel{tt.code: {row: 2, name: tt.name}}, newPlacer(Source{}, register), found)
			holds(t, found, "V10", tt.v10)
			holds(t, found, "V57", tt.v57)
		})
	}
}

func TestACodeHasOneNameAndOneType(t *testing.T) {
	found := newFindings("pay.csv")
	s := source(t, paySource)
	text := strings.Replace(payFile, "E08000003,Manchester,Local Authority District,Weekly pay,2025-04-30", "E08000003,Salford,Local Authority District,Weekly pay,2025-04-30", 1)
	text = strings.Replace(text, "E08000039,Sheffield,Local Authority District", "E08000019,Sheffield,Region", 1)
	if _, err := readELS(t.Context(), []byte(text), s, s.Current(), found); err != nil {
		t.Fatal(err)
	}
	holds(t, found, "V09", `row 4, column "areanm": "Salford": E08000003 is "Manchester" in row 3`)
	holds(t, found, "V11", `row 11, column "geography": "Region": E08000019 is a "Local Authority District" in row 10`)
}

func TestEveryCheckSaysWhatItHoldsAndStandsOnce(t *testing.T) {
	known := map[Severity]bool{SeverityError: true, SeverityWarn: true, SeverityReview: true, SeverityInfo: true}
	var ids []string
	for i, c := range Checks {
		if c.Says == "" || !known[c.Severity] {
			t.Errorf("%+v: want what it says and a severity", c)
		}
		if i > 0 && c.ID <= Checks[i-1].ID {
			t.Errorf("%s follows %s", c.ID, Checks[i-1].ID)
		}
		ids = append(ids, c.ID)
	}
	if ruleOf("V44") == "" || ruleOf("V99") != "" {
		t.Errorf("rules of V44 %q and V99 %q among %q", ruleOf("V44"), ruleOf("V99"), ids)
	}
}

func TestACorrectionMendsOnlyTheFaultThatItIsFor(t *testing.T) {
	s := source(t, jobsSource)
	found := newFindings("jobs.csv")
	in, err := readTidy(t.Context(), []byte(jobsFile), s, s.Current(), found)
	if err != nil || len(found.faults) > 0 {
		t.Fatalf("%v, faults %v", err, found.faults)
	}
	if len(in.cells) != 8 {
		t.Errorf("%d cells, want 8", len(in.cells))
	}
	holds(t, found, "V56", "2 rows corrected: the unit of one year is given as people")
	want := []SourceCorrection{{Source: "test-jobs", What: "the unit of one year is given as people", Why: "All others say persons.", Reported: "not yet"}}
	if diff := cmp.Diff(want, Corrections([]Source{s, source(t, paySource)})); diff != "" {
		t.Errorf("corrections (-want +got):\n%s", diff)
	}
}

func TestWhatIsWrongWithACorrectionIsSaid(t *testing.T) {
	tests := []struct{ name, old, new, want string }{
		{"no reason", "    why: All others say persons.\n", "", "correction 1: want what and why"},
		{"neither reported nor not", "reported: not yet", "reported: soon", `reported "soon"`},
		{"nothing changes", "now: {unit: persons,", "now: {unit: people,", "was and now are the same"},
		{"a column that was not asked about", "now: {unit: persons,", "now: {value: \"1\",", `now: column "value" does not stand in was`},
		{"a column that the file has not", "was: {period: Apr 2023-Mar 2024, unit: people}", "was: {period: Apr 2023-Mar 2024, colour: red, unit: people}", `correction: no column "colour"`},
		{"fewer than no rows", "rows: 2", "rows: -2", "rows -2"},
		{"an unknown measure", "{lower: managers, upper: in-work}", "{lower: bosses, upper: in-work}", `relation 1: no measure "bosses"`},
		{"half a relation", "{lower: managers, upper: in-work}", "{lower: managers}", "relation 1: want either"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := ParseSource([]byte(changed(t, jobsSource, tt.old, tt.new)))
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, want it to say %q", err, tt.want)
			}
		})
	}
}
