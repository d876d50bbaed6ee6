package ingest

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"goodwork/data"
)

const paySource = `id: test-pay
title: Weekly pay
publisher: Office for National Statistics
licence: OGL-UK-3.0
landing_page: https://example.org/pay
designation: accredited
frequency: yearly
format: els-csv
measures:
  - id: weekly-pay
    where: {indicator: Weekly pay}
    assert: {unit: £}
    unit: £
    kind: median
    range: [50, 5000]
skip:
  - {indicator: Hourly pay}
markers: {x: x, u: u, "..": c}
statuses: {r: revised}
areas:
  codes: {K99000002: K02000001}
expect: {areas: 4, periods: 2}
releases:
  - id: 2025-10
    published: 2025-10-23
    url: https://example.org/pay.csv
    file: pay.csv
    latest: 2025-04-30
    flags: {2025-04-30: provisional}
`

// Invented figures. Barnsley stands under its old code, Sheffield under both.
const payFile = `areacd,areanm,geography,indicator,period,observation,measure,unit,lci_95,uci_95,status,notes
K99000002,UK without extra-regio,Country,Weekly pay,2024-04-17,600,Pounds,£,590,610,,
E08000003,Manchester,Local Authority District,Weekly pay,2024-04-17,500.5,Pounds,£,480,520,r,
E08000003,Manchester,Local Authority District,Weekly pay,2025-04-30,510.5,Pounds,£,490,530,,
E08000003,Manchester,Local Authority District,Hourly pay,2025-04-30,14.2,Pounds,£,,,,
E06000053,Isles of Scilly,Local Authority District,Weekly pay,2025-04-30,,Pounds,£,,,x,
E07000029,Copeland,Local Authority District,Weekly pay,2024-04-17,..,Pounds,£,,,,
E07000223,Adur,Local Authority District,Weekly pay,2025-04-30,450,Pounds,£,,,,Sample small: unreliable
E08000016,Barnsley,Local Authority District,Weekly pay,2025-04-30,480,Pounds,£,470,490,,Obsolete code
E08000019,Sheffield,Local Authority District,Weekly pay,2025-04-30,530,Pounds,£,520,540,,Obsolete code
E08000039,Sheffield,Local Authority District,Weekly pay,2025-04-30,530,Pounds,£,520,540,,
E13000001,Inner London,Region,Weekly pay,2025-04-30,800,Pounds,£,790,810,,
`

const familiesSource = `id: test-families
title: Families
publisher: Department for Work and Pensions
licence: OGL-UK-3.0
landing_page: https://example.org/families
designation: official
frequency: once
format: tidy-csv
columns: {area: geography, period: Year, period_form: financial_year, value: value, other: [Work]}
measures:
  - id: in-work
    where: {Work: In}
    unit: children
    kind: count
    range: [0, 1000000]
skip:
  - {Work: Out}
areas:
  names_on: 2022-03-31
  names: {Total: K02000001}
  nowhere: [Unknown]
expect: {areas: 4, periods: 1}
releases:
  - id: 2023-03
    url: https://example.org/families.csv
    file: families.csv
    latest: 2021-04-01/P1Y
`

const familiesFile = `Year,Work,geography,value
2021/22,In,E08000016,100.0
2021/22,Out,E08000016,50.0
2021/22,In,Isle of Anglesey / Ynys Môn,20.0
2021/22,In,Mendip,30.0
2021/22,In,Total,1000.0
2021/22,In,Unknown,3.0
`

func source(t *testing.T, text string) Source {
	t.Helper()
	s, err := ParseSource([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// takeIn runs the two test sources on two files; a file without text is absent.
func takeIn(t *testing.T, store, pay, families string) Report {
	t.Helper()
	report, err := Run(t.Context(), config(t, store, pay, families))
	if err != nil {
		t.Fatal(err)
	}
	return report
}

// registerOnce loads the register for all tests.
var registerOnce = sync.OnceValues(data.LoadRegister)

func config(t *testing.T, store, pay, families string) Config {
	t.Helper()
	files := fstest.MapFS{}
	for name, text := range map[string]string{"pay.csv": pay, "families.csv": families} {
		if text != "absent" {
			files[name] = &fstest.MapFile{Data: []byte(text)}
		}
	}
	register, err := registerOnce()
	if err != nil {
		t.Fatal(err)
	}
	return Config{
		Store: store, From: files, Sources: []Source{source(t, familiesSource), source(t, paySource)},
		Register: register, Today: "2026-11-23",
	}
}

// inStore lists a source's observations, and how the last look at it went.
func inStore(t *testing.T, dir string, id data.SourceID) ([]data.Observation, data.SourceState) {
	t.Helper()
	store, err := data.OpenObservations(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := store.Close(); err != nil {
			t.Error(err)
		}
	}()
	obs, err := store.Observations(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	states, err := store.States(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, st := range states {
		if st.Source == id {
			return obs, st
		}
	}
	return obs, data.SourceState{}
}

var values = cmp.Options{cmp.AllowUnexported(data.Value{}, data.Period{})}

func TestAFileBecomesObservations(t *testing.T) {
	dir := t.TempDir()
	report := takeIn(t, dir, payFile, familiesFile)
	if report.Stale() != 0 || !report.Usable {
		t.Fatalf("report: %+v", report)
	}
	y24, y25 := data.MustPeriod("2024-04-17"), data.MustPeriod("2025-04-30")
	pay := func(row int, area data.AreaCode, published string, p data.Period, v data.Value, i data.Interval, f data.Flags) data.Observation {
		return data.Observation{
			Source: "test-pay", Release: "2025-10", Measure: "weekly-pay", Area: area, PublishedArea: published,
			Period: p, Value: v, Interval: i, Flags: f, Unit: "£", Row: row,
		}
	}
	within := func(l, u float64) data.Interval { return data.Interval{Lower: l, Upper: u, Known: true} }
	want := []data.Observation{
		pay(6, "E06000053", "E06000053", y25, data.Missing(data.NotAvailable), data.Interval{}, 0),
		pay(7, "E07000029", "E07000029", y24, data.Missing(data.Confidential), data.Interval{}, 0),
		pay(8, "E07000223", "E07000223", y25, data.Number(450), data.Interval{}, data.Provisional|data.LowReliability),
		pay(3, "E08000003", "E08000003", y24, data.Number(500.5), within(480, 520), data.Revised),
		pay(4, "E08000003", "E08000003", y25, data.Number(510.5), within(490, 530), data.Provisional),
		pay(9, "E08000038", "E08000016", y25, data.Number(480), within(470, 490), data.Provisional),
		pay(11, "E08000039", "E08000039", y25, data.Number(530), within(520, 540), data.Provisional),
		pay(2, "K02000001", "K99000002", y24, data.Number(600), within(590, 610), data.CombinedArea),
	}
	got, state := inStore(t, dir, "test-pay")
	if diff := cmp.Diff(want, got, values); diff != "" {
		t.Errorf("observations (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(data.SourceState{Source: "test-pay", Checked: "2026-11-23"}, state); diff != "" {
		t.Errorf("state (-want +got):\n%s", diff)
	}
	skipped := map[string]int{skipMeasure: 1, skipOldCode: 1, "Inner or Outer London": 1}
	if diff := cmp.Diff(skipped, report.Results[1].Skipped); diff != "" {
		t.Errorf("rows left out (-want +got):\n%s", diff)
	}
}

func TestAreasGivenByNameAreFoundOnTheBoundariesOfTheirDay(t *testing.T) {
	dir := t.TempDir()
	report := takeIn(t, dir, payFile, familiesFile)
	type row struct {
		Area      data.AreaCode
		Published string
		Value     float64
	}
	var got []row
	obs, _ := inStore(t, dir, "test-families")
	for _, o := range obs {
		n, _ := o.Value.Number()
		got = append(got, row{o.Area, o.PublishedArea, n})
	}
	want := []row{
		{"E07000187", "Mendip", 30}, // ended in 2023: keeps its own code
		{"E08000038", "E08000016", 100},
		{"K02000001", "Total", 1000},
		{"W06000001", "Isle of Anglesey / Ynys Môn", 20},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("rows (-want +got):\n%s", diff)
	}
	var said []string
	for _, f := range report.Results[0].Findings {
		said = append(said, f.Check+" "+f.String())
	}
	if !strings.Contains(strings.Join(said, "\n"), "V54 families.csv: 1 rows of no known place, with 3 in all") {
		t.Errorf("findings %q: want the unknown place counted", said)
	}
}

func TestAFileWithAnythingUnknownIsRefusedAtItsCellAndTheStoredReleaseStays(t *testing.T) {
	const manchester = "E08000003,Manchester,Local Authority District,Weekly pay,2025-04-30,510.5,Pounds,£,490,530,,\n"
	row := func(fields string) func(*testing.T) string {
		return func(t *testing.T) string { return changed(t, payFile, manchester, fields+"\n") }
	}
	edit := func(old, new string) func(*testing.T) string {
		return func(t *testing.T) string { return changed(t, payFile, old, new) }
	}
	text := func(s string) func(*testing.T) string { return func(*testing.T) string { return s } }
	tests := []struct {
		name string
		file func(*testing.T) string
		want string
	}{
		{"an unknown symbol", row("E08000003,Manchester,LAD,Weekly pay,2025-04-30,*,Pounds,£,490,530,,"), `row 4, column "observation": "*": neither a number nor a known marker`},
		{"a number with a comma", row(`E08000003,Manchester,LAD,Weekly pay,2025-04-30,"1,510",Pounds,£,490,530,,`), `row 4, column "observation": "1,510": neither a number nor a known marker`},
		{"not a number", row("E08000003,Manchester,LAD,Weekly pay,2025-04-30,NaN,Pounds,£,490,530,,"), `row 4, column "observation": "NaN": neither a number nor a known marker`},
		{"infinity", row("E08000003,Manchester,LAD,Weekly pay,2025-04-30,Inf,Pounds,£,490,530,,"), `row 4, column "observation": "Inf": neither a number nor a known marker`},
		{"a number too large to hold", row("E08000003,Manchester,LAD,Weekly pay,2025-04-30,1e999,Pounds,£,490,530,,"), `row 4, column "observation": "1e999": neither a number nor a known marker`},
		{"a blank without a marker", row("E08000003,Manchester,LAD,Weekly pay,2025-04-30,,Pounds,£,,,,"), `row 4, column "observation": "": blank without a marker`},
		{"a blank with a status for values", row("E08000003,Manchester,LAD,Weekly pay,2025-04-30,,Pounds,£,,,r,"), `row 4, column "observation": "": blank without a marker`},
		{"a marker beside a value", row("E08000003,Manchester,LAD,Weekly pay,2025-04-30,510.5,Pounds,£,490,530,x,"), `row 4, column "status": "x": a marker beside a value`},
		{"free text in status", row("E08000003,Manchester,LAD,Weekly pay,2025-04-30,510.5,Pounds,£,490,530,City and county together,"), `row 4, column "status": "City and county together": an unknown status`},
		{"an unknown status without a value", row("E08000003,Manchester,LAD,Weekly pay,2025-04-30,,Pounds,£,,,q,"), `row 4, column "status": "q": an unknown status`},
		{"an unknown status beside a marker", row("E08000003,Manchester,LAD,Weekly pay,2025-04-30,..,Pounds,£,,,q,"), `row 4, column "status": "q": an unknown status`},
		{"one limit", row("E08000003,Manchester,LAD,Weekly pay,2025-04-30,510.5,Pounds,£,490,,,"), `row 4, column "lci_95": "490": a lower limit without an upper`},
		{"the other limit", row("E08000003,Manchester,LAD,Weekly pay,2025-04-30,510.5,Pounds,£,,530,,"), `row 4, column "uci_95": "530": an upper limit without a lower`},
		{"a limit that is no number", row("E08000003,Manchester,LAD,Weekly pay,2025-04-30,510.5,Pounds,£,490,~,,"), `row 4, column "uci_95": "~": not a number`},
		{"limits without a value", row("E08000003,Manchester,LAD,Weekly pay,2025-04-30,,Pounds,£,490,530,x,"), `row 4, column "lci_95": "490": an interval without a value`},
		{"limits out of order", row("E08000003,Manchester,LAD,Weekly pay,2025-04-30,510.5,Pounds,£,530,490,,"), `row 4, column "lci_95": "530": above the upper limit, 490`},
		{"a value outside its limits", row("E08000003,Manchester,LAD,Weekly pay,2025-04-30,510.5,Pounds,£,520,530,,"), `row 4, column "observation": "510.5": outside its interval, 520 to 530`},
		{"a value that can't be", row("E08000003,Manchester,LAD,Weekly pay,2025-04-30,51050,Pounds,£,,,,"), `row 4, column "observation": "51050": weekly-pay lies between 50 and 5000`},
		{"a year for a period", row("E08000003,Manchester,LAD,Weekly pay,2025,510.5,Pounds,£,490,530,,"), `row 4, column "period": "2025": not a period: period "2025": want a day such as 2025-04-30, or a day and a length such as 2024-01-01/P1Y: not valid`},
		{"a day that is not", row("E08000003,Manchester,LAD,Weekly pay,2025-02-30,510.5,Pounds,£,490,530,,"), `row 4, column "period": "2025-02-30": not a period: period "2025-02-30": want a day such as 2025-04-30, or a day and a length such as 2024-01-01/P1Y: not valid`},
		{"an unknown code", row("E08000099,Manchester,LAD,Weekly pay,2025-04-30,510.5,Pounds,£,490,530,,"), `row 4, column "areacd": "E08000099": not a code of the register of areas`},
		{"a code in lower case", row("e08000003,Manchester,LAD,Weekly pay,2025-04-30,510.5,Pounds,£,490,530,,"), `row 4, column "areacd": "e08000003": not a code of the register of areas`},
		{"no code", row(",Manchester,LAD,Weekly pay,2025-04-30,510.5,Pounds,£,490,530,,"), `row 4, column "areacd": "": no area`},
		{"a key twice", row(strings.TrimSpace(manchester) + "\n" + strings.TrimSpace(manchester)), `row 5, column "areacd": "E08000003": weekly-pay for 2025-04-30 stands in row 4 already`},
		{"old and new code that differ", edit("E08000019,Sheffield,Local Authority District,Weekly pay,2025-04-30,530", "E08000019,Sheffield,Local Authority District,Weekly pay,2025-04-30,531"), `row 11, column "areacd": "E08000039": differs from row 10, the same land under code E08000019`},
		{"another unit", row("E08000003,Manchester,LAD,Weekly pay,2025-04-30,510.5,Pence,p,490,530,,"), `row 4, column "unit": "p": want "£" for weekly-pay`},
		{"an unknown series", row("E08000003,Manchester,LAD,Daily pay,2025-04-30,510.5,Pounds,£,490,530,,"), `row 4, column "indicator": "Daily pay": neither a measure of this source nor one to skip`},
		{"spaces around text", row("E08000003,Manchester,LAD,Weekly pay,2025-04-30, 510.5,Pounds,£,490,530,,"), `row 4, column "observation": " 510.5": spaces around the text`},
		{"a line cut off", edit("E13000001,Inner London,Region,Weekly pay,2025-04-30,800,Pounds,£,790,810,,\n", "E13000001,Inner London,Region,Weekly"), `row 12: the last line is not finished: the file has been cut off`},
		{"a short row", row("E08000003,Manchester,LAD,Weekly pay,2025-04-30,510.5"), `row 4: the row has more or fewer fields than the header`},
		{"a long row", row("E08000003,Manchester,LAD,Weekly pay,2025-04-30,510.5,Pounds,£,490,530,,,"), `row 4: the row has more or fewer fields than the header`},
		{"a quote that stays open", row(`E08000003,"Manchester,LAD,Weekly pay,2025-04-30,510.5,Pounds,£,490,530,,`), `row 12: not CSV: extraneous or missing " in quoted-field`},
		{"a stray quote", row(`E08000003,Man"chester,LAD,Weekly pay,2025-04-30,510.5,Pounds,£,490,530,,`), `row 4: not CSV: bare " in non-quoted-field`},
		{"an unknown column", edit("status,notes", "status,remarks"), `row 1, column "remarks": "remarks": an unknown column`},
		{"a column twice", edit("lci_95,uci_95", "lci_95,lci_95"), `row 1, column "lci_95": "lci_95": the column stands twice`},
		{"a column missing", func(t *testing.T) string { return strings.ReplaceAll(payFile, ",uci_95", "") }, `row 1: no column "uci_95"`},
		{"another separator", func(*testing.T) string { return strings.ReplaceAll(payFile, ",", ";") }, `row 1, column "areacd;areanm;geography;indicator;period;observation;measure;unit;lci_95;uci_95;status;notes": "areacd;areanm;geography;indicator;period;observation;measure;unit;lci_95;uci_95;…": an unknown column`},
		{"a web page", text("<!DOCTYPE html>\n<html><body>Sorry, there is a problem</body></html>\n"), `row 1: a web page, not CSV`},
		{"an empty file", text(""), `the file is empty`},
		{"a byte order mark alone", text("\ufeff\n"), `the file is empty`},
		{"a header alone", text(payFile[:strings.Index(payFile, "\n")+1]), `no rows below the header`},
		{"a workbook", text("PK\x03\x04\x00\x00\n"), `row 1: not text`},
		{"Latin-1", func(*testing.T) string { return strings.ReplaceAll(payFile, "£", "\xa3") }, `row 2: not UTF-8`},
		{"an old release", func(*testing.T) string { return strings.ReplaceAll(payFile, "2025-04-30", "2023-04-19") }, `weekly-pay: the latest period is 2024-04-17, want 2025-04-30`},
		{"periods of two lengths", edit("Weekly pay,2024-04-17,..", "Weekly pay,2024-01-01/P1Y,.."), `weekly-pay: 2024-01-01/P1Y and 2024-04-17 differ in length`},
		{"no rows of the measure", func(*testing.T) string { return strings.ReplaceAll(payFile, "Weekly pay", "Hourly pay") }, `no rows of weekly-pay`},
		{"too few areas", edit("E07000223,Adur,Local Authority District,Weekly pay,2025-04-30,450,Pounds,£,,,,Sample small: unreliable\nE08000016,Barnsley,Local Authority District,Weekly pay,2025-04-30,480,Pounds,£,470,490,,Obsolete code\n", ""), `weekly-pay: 3 areas in 2025-04-30, want at least 4`},
		{"no such file", text("absent"), `no such file in the folder: not found`},
	}
	dir := t.TempDir()
	takeIn(t, dir, payFile, familiesFile)
	before, _ := inStore(t, dir, "test-pay")
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			report := takeIn(t, dir, tt.file(t), familiesFile)
			res := report.Results[1]
			if res.Err == nil {
				t.Fatal("the file was taken in")
			}
			want := "source test-pay, release 2025-10: pay.csv: " + tt.want
			if got, _, _ := strings.Cut(res.Err.Error(), "; and "); got != want {
				t.Errorf("got  %s\nwant %s", got, want)
			}
			if report.Stale() != 1 || !report.Usable || !res.Kept {
				t.Errorf("stale %d, usable %v, kept %v: want one source stale and kept", report.Stale(), report.Usable, res.Kept)
			}
			after, state := inStore(t, dir, "test-pay")
			if diff := cmp.Diff(before, after, values); diff != "" {
				t.Errorf("the stored release changed (-before +after):\n%s", diff)
			}
			if diff := cmp.Diff(data.SourceState{Source: "test-pay", Checked: "2026-11-23", Stale: true, Reason: res.Err.Error()}, state); diff != "" {
				t.Errorf("state (-want +got):\n%s", diff)
			}
			if _, other := inStore(t, dir, "test-families"); other.Stale {
				t.Error("the other source is stale")
			}
		})
	}
}

func TestANameThatNoAreaBoreStopsItsSource(t *testing.T) {
	tests := []struct {
		name, old, new, want string
	}{
		{"a misspelling", "Mendip", "Mendips", `row 5, column "geography": "Mendips": area "Mendips" in the boundaries of 2022-03-31: not found`},
		{"a name of later boundaries", "Mendip", "Westmorland and Furness", `row 5, column "geography": "Westmorland and Furness": area "Westmorland and Furness" in the boundaries of 2022-03-31: not found`},
		{"a period of another form", "2021/22,In,Mendip", "2021,In,Mendip", `row 5, column "Year": "2021": not a period: want a financial year such as 2021/22: not valid`},
		{"years that don't follow", "2021/22,In,Mendip", "2021/23,In,Mendip", `row 5, column "Year": "2021/23": not a period: want a financial year such as 2021/22: not valid`},
		{"an unknown status of work", "In,Mendip", "Maybe,Mendip", `row 5, column "Work": "Maybe": neither a measure of this source nor one to skip`},
		{"a blank value", "30.0", "", `row 5, column "value": "": blank without a marker`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			report := takeIn(t, t.TempDir(), payFile, changed(t, familiesFile, tt.old, tt.new))
			want := "source test-families, release 2023-03: families.csv: " + tt.want
			if err := report.Results[0].Err; err == nil || err.Error() != want {
				t.Errorf("got  %v\nwant %s", err, want)
			}
		})
	}
}

func TestWhatIsOddButNotWrongIsToldAndTakenIn(t *testing.T) {
	tests := []struct {
		name, old, new, want string
	}{
		{"no width", "450,Pounds,£,,,,", "450,Pounds,£,450,450,,", `V22 row 8, column "lci_95": "450": an interval without width`},
		{"an interval missing in part", "450,", "450,", `V23 weekly-pay: 1 values without an interval, 5 with`},
		{"a year left out", "E07000029,Copeland,Local Authority District,Weekly pay,2024-04-17", "E07000029,Copeland,Local Authority District,Weekly pay,2020-04-22", `V28 weekly-pay: nothing between 2020-04-22 and 2024-04-17`},
		{"a note alone calls it unreliable", "450,", "450,", `V51 row 8, column "notes": "Sample small: unreliable": a note alone calls the value unreliable; flagged low_reliability`},
		{"a note of an unknown kind", "Sample small: unreliable", "See the bulletin", `V52 row 8, column "notes": "See the bulletin": a note of an unknown kind`},
		{"an old code", "450,", "450,", `V32 row 9, column "areacd": "E08000016": published under another code of the same land, and carried to the present one`},
		{"an old code beside the new", "450,", "450,", `V34 row 10, column "areacd": "E08000019": a row of an old code beside the new one was dropped`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			res := takeIn(t, t.TempDir(), changed(t, payFile, tt.old, tt.new), familiesFile).Results[1]
			if res.Err != nil {
				t.Fatal(res.Err)
			}
			var said []string
			for _, f := range res.Findings {
				said = append(said, f.Check+" "+strings.TrimPrefix(f.String(), "pay.csv: "))
			}
			if !slices.Contains(said, tt.want) {
				t.Errorf("want %s\nof   %s", tt.want, strings.Join(said, "\n     "))
			}
		})
	}
}

func TestByteOrderMarkAndWindowsLineEndsChangeNothing(t *testing.T) {
	plain, dressed := t.TempDir(), t.TempDir()
	takeIn(t, plain, payFile, familiesFile)
	takeIn(t, dressed, "\ufeff"+strings.ReplaceAll(payFile, "\n", "\r\n"), familiesFile)
	want, _ := inStore(t, plain, "test-pay")
	got, _ := inStore(t, dressed, "test-pay")
	if diff := cmp.Diff(want, got, values); diff != "" {
		t.Errorf("observations (-plain +dressed):\n%s", diff)
	}
}

func TestAllFaultsOfAFileAreTold(t *testing.T) {
	file := strings.ReplaceAll(changed(t, payFile, "450", "*"), "E06000053", "E06000099")
	report := takeIn(t, t.TempDir(), file, familiesFile)
	want := []string{
		`source test-pay, release 2025-10: pay.csv: row 6, column "areacd": "E06000099": not a code of the register of areas`,
		`source test-pay, release 2025-10: pay.csv: row 8, column "observation": "*": neither a number nor a known marker`,
	}
	if diff := cmp.Diff(want, Faults(report.Results[1].Err)); diff != "" {
		t.Errorf("faults (-want +got):\n%s", diff)
	}
}

func TestARunOfOneSourceLeavesTheOthersAsTheyAre(t *testing.T) {
	dir := t.TempDir()
	takeIn(t, dir, payFile, familiesFile)
	before, _ := inStore(t, dir, "test-families")

	cfg := config(t, dir, payFile, "absent")
	cfg.Only, cfg.Today = []data.SourceID{"test-pay"}, "2026-11-24"
	if _, err := Run(t.Context(), cfg); err != nil {
		t.Fatal(err)
	}
	after, state := inStore(t, dir, "test-families")
	if diff := cmp.Diff(before, after, values); diff != "" {
		t.Errorf("observations (-before +after):\n%s", diff)
	}
	if diff := cmp.Diff(data.SourceState{Source: "test-families", Checked: "2026-11-23"}, state); diff != "" {
		t.Errorf("state (-want +got):\n%s", diff)
	}

	cfg.Only = []data.SourceID{"test-play"}
	if _, err := Run(t.Context(), cfg); !errors.Is(err, data.ErrNotFound) {
		t.Errorf("an unknown source: got %v, want ErrNotFound", err)
	}
}

func TestASourceThatIsNoLongerDeclaredStays(t *testing.T) {
	dir := t.TempDir()
	takeIn(t, dir, payFile, familiesFile)
	cfg := config(t, dir, payFile, familiesFile)
	cfg.Sources = cfg.Sources[1:]
	if _, err := Run(t.Context(), cfg); err != nil {
		t.Fatal(err)
	}
	if obs, _ := inStore(t, dir, "test-families"); len(obs) == 0 {
		t.Error("its observations are gone")
	}
}

func TestARunWithNothingUsableLeavesNoStore(t *testing.T) {
	dir := t.TempDir()
	report := takeIn(t, dir, "absent", "absent")
	if report.Usable || report.Stale() != 2 {
		t.Errorf("usable %v, stale %d: want nothing usable", report.Usable, report.Stale())
	}
	if _, err := data.OpenObservations(t.Context(), dir); !errors.Is(err, data.ErrNotFound) {
		t.Errorf("got %v, want no store", err)
	}
}

func TestAnInterruptLeavesTheStoreAsItWas(t *testing.T) {
	tests := []struct {
		name string
		at   func(*Config, context.CancelFunc)
	}{
		{"before the first file", func(_ *Config, cancel context.CancelFunc) { cancel() }},
		{"while files are read", func(c *Config, cancel context.CancelFunc) {
			c.Progress.Read = func(data.SourceID, int64) { cancel() }
		}},
		{"when all has been read", func(c *Config, cancel context.CancelFunc) {
			n := 0
			c.Progress.Done = func(Result) {
				if n++; n == len(c.Sources) {
					cancel()
				}
			}
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			dir := t.TempDir()
			takeIn(t, dir, payFile, familiesFile)
			link, err := os.Readlink(filepath.Join(dir, "observations.duckdb"))
			if err != nil {
				t.Fatal(err)
			}
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			cfg := config(t, dir, changed(t, payFile, "510.5", "511.5"), familiesFile)
			tt.at(&cfg, cancel)
			if _, err := Run(ctx, cfg); !errors.Is(err, context.Canceled) {
				t.Errorf("got %v, want the context's end", err)
			}
			after, err := os.Readlink(filepath.Join(dir, "observations.duckdb"))
			if err != nil || after != link {
				t.Errorf("the store in use is %q (%v), want %q", after, err, link)
			}
			builds, err := fs.Glob(os.DirFS(dir), "observations-*")
			if err != nil || len(builds) != 1 {
				t.Errorf("builds %q (%v), want the one in use alone", builds, err)
			}
			takeIn(t, dir, payFile, familiesFile)
		})
	}
}

func TestASecondRunIsToldThatTheStoreIsTaken(t *testing.T) {
	dir := t.TempDir()
	unlock, err := data.Lock(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := unlock(); err != nil {
			t.Error(err)
		}
	}()
	if _, err := Run(t.Context(), config(t, dir, payFile, familiesFile)); err == nil || !strings.Contains(err.Error(), "is being written by process") {
		t.Errorf("got %v, want who holds the store", err)
	}
}

func TestStatusSaysWhatIsFreshAndWhy(t *testing.T) {
	dir := t.TempDir()
	takeIn(t, dir, payFile, "absent")
	got, err := Status(t.Context(), dir, nil)
	if err != nil {
		t.Fatal(err)
	}
	want := []SourceStatus{
		{Source: "test-families", Title: "Families", Checked: "2026-11-23", Stale: true, Reason: "source test-families, release 2023-03: families.csv: no such file in the folder: not found", Faults: 1},
		{Source: "test-pay", Title: "Weekly pay", Checked: "2026-11-23", Release: "2025-10", Published: "2025-10-23", NextRelease: "2026-10", About: true, File: "pay.csv", Rows: 8, Skipped: 3, Warnings: 3},
	}
	if diff := cmp.Diff(want, got, cmpopts.IgnoreFields(SourceStatus{}, "SHA256")); diff != "" {
		t.Errorf("status (-want +got):\n%s", diff)
	}
}
