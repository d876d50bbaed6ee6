package ingest

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"goodwork/data"
)

// mutation is a malformed file, and what its refusal says after the file's name.
type mutation struct {
	name string
	file []byte
	want string
}

// checkMutations takes in a good file as many times as there are malformed ones,
// each as a source of its own, and then holds every malformed one to be refused
// with its place, and to leave what is stored of its source as it was.
func checkMutations(t *testing.T, s Source, good []byte, mutations []mutation) {
	t.Helper()
	register, err := registerOnce()
	if err != nil {
		t.Fatal(err)
	}
	dir, file := t.TempDir(), s.Current().File
	var sources []Source
	whole, broken := fstest.MapFS{}, fstest.MapFS{}
	for i, m := range mutations {
		one, r := s, s.Current()
		one.ID, r.File = data.SourceID(fmt.Sprintf("%s-%02d", s.ID, i)), fmt.Sprintf("%02d/%s", i, file)
		one.List = []Release{r}
		sources = append(sources, one)
		whole[r.File] = &fstest.MapFile{Data: good}
		if m.file != nil {
			broken[r.File] = &fstest.MapFile{Data: m.file}
		}
	}
	take := func(from fs.FS) Report {
		report, err := Run(t.Context(), Config{Store: dir, From: from, Sources: sources, Register: register, Today: "2026-11-23"})
		if err != nil {
			t.Fatal(err)
		}
		return report
	}
	if n := take(whole).Stale(); n > 0 {
		t.Fatalf("the good file was refused %d times", n)
	}
	before := inUse(t, dir, sources)
	report := take(broken)
	after := inUse(t, dir, sources)
	for i, m := range mutations {
		t.Run(m.name, func(t *testing.T) {
			id, res := sources[i].ID, report.Results[i]
			if res.Source != id || res.Err == nil {
				t.Fatalf("the file of %s was taken in", res.Source)
			}
			got := strings.TrimPrefix(Faults(res.Err)[0], fmt.Sprintf("source %s, release %s: %s", id, s.Current().ID, sources[i].Current().File))
			if got = strings.TrimLeft(got, ":, "); !strings.HasPrefix(got, m.want) {
				t.Errorf("got  %s\nwant %s", got, m.want)
			}
			if len(before[id]) == 0 {
				t.Error("the good file gave no observations")
			}
			if diff := cmp.Diff(before[id], after[id], values); diff != "" {
				t.Errorf("the stored release changed (-before +after):\n%s", diff)
			}
			if !res.Kept {
				t.Error("the release in use was not kept")
			}
		})
	}
}

// inUse gives all that a store holds of some sources.
func inUse(t *testing.T, dir string, sources []Source) map[data.SourceID][]data.Observation {
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
	out := map[data.SourceID][]data.Observation{}
	for _, s := range sources {
		if out[s.ID], err = store.Observations(t.Context(), s.ID); err != nil {
			t.Fatal(err)
		}
	}
	return out
}

// gzipped compresses text with gzip.
func gzipped(t *testing.T, text string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := w.Write([]byte(text)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

const jobsSource = `id: test-jobs
title: Residents in work
publisher: Department for Education
licence: OGL-UK-3.0
landing_page: https://example.org/jobs
designation: in_development
frequency: yearly
format: tidy-csv
columns:
  area: area_code
  name: area_name
  period: period
  period_form: listed
  periods: {Apr 2023-Mar 2024: 2023-04-01/P1Y, Apr 2024-Mar 2025: 2024-04-01/P1Y}
  value: value
  other: [metric, unit]
measures:
  - id: in-work
    where: {metric: work}
    assert: {unit: persons}
    unit: people
    kind: count
    range: [0, 1000000]
  - id: managers
    where: {metric: managers}
    unit: people
    kind: count
    range: [0, 1000000]
skip:
  - {metric: retired}
markers: {"": u, "..": c}
relations:
  - {lower: managers, upper: in-work}
corrections:
  - what: the unit of one year is given as people
    why: All others say persons.
    reported: not yet
    was: {period: Apr 2023-Mar 2024, unit: people}
    now: {unit: persons, period: Apr 2023-Mar 2024}
    rows: 2
expect: {areas: 2, periods: 2}
releases:
  - id: 2025-09
    url: https://example.org/jobs.csv.gz
    file: jobs.csv.gz
    latest: 2024-04-01/P1Y
`

// Invented figures.
const jobsFile = `area_code,area_name,metric,period,value,unit
E08000003,Manchester,work,Apr 2023-Mar 2024,270000,people
E08000003,Manchester,work,Apr 2024-Mar 2025,278000,persons
E08000003,Manchester,managers,Apr 2023-Mar 2024,20000,persons
E08000003,Manchester,managers,Apr 2024-Mar 2025,21000,persons
E08000016,Barnsley,work,Apr 2023-Mar 2024,110000,people
E08000016,Barnsley,work,Apr 2024-Mar 2025,111000,persons
E08000016,Barnsley,managers,Apr 2023-Mar 2024,..,persons
E08000016,Barnsley,managers,Apr 2024-Mar 2025,,persons
E08000016,Barnsley,retired,Apr 2024-Mar 2025,40000,persons
`

func TestAMalformedTidyFileIsRefusedAtItsCell(t *testing.T) {
	with := func(old, new string) []byte { return gzipped(t, changed(t, jobsFile, old, new)) }
	all := func(old, new string) []byte { return gzipped(t, strings.ReplaceAll(jobsFile, old, new)) }
	const row = "E08000003,Manchester,work,Apr 2024-Mar 2025,278000,persons"
	good := gzipped(t, jobsFile)
	bad := bytes.Clone(good)
	bad[len(bad)/2] ^= 0xff
	checkMutations(t, source(t, jobsSource), good, []mutation{
		{"no file", nil, `no such file in the folder`},
		{"gzip cut off", good[:len(good)-9], `broken gzip: unexpected EOF`},
		{"gzip of its first bytes", good[:2], `broken gzip: `},
		{"gzip with a bit turned over", bad, `broken gzip: `},
		{"gzip with rubbish after it", append(bytes.Clone(good), "rubbish"...), `broken gzip: `},
		{"an unknown symbol", with(row, "E08000003,Manchester,work,Apr 2024-Mar 2025,*,persons"), `row 3, column "value": "*": neither a number nor a known marker`},
		{"a comma in a number", with(row, `E08000003,Manchester,work,Apr 2024-Mar 2025,"278,000",persons`), `row 3, column "value": "278,000": neither a number`},
		{"a number in words", with(row, "E08000003,Manchester,work,Apr 2024-Mar 2025,many,persons"), `row 3, column "value": "many": neither a number`},
		{"not a number", with(row, "E08000003,Manchester,work,Apr 2024-Mar 2025,NaN,persons"), `row 3, column "value": "NaN": neither a number`},
		{"infinity", with(row, "E08000003,Manchester,work,Apr 2024-Mar 2025,-Inf,persons"), `row 3, column "value": "-Inf": neither a number`},
		{"hexadecimal", with(row, "E08000003,Manchester,work,Apr 2024-Mar 2025,0x10,persons"), `row 3, column "value": "0x10": neither a number`},
		{"a percentage", with(row, "E08000003,Manchester,work,Apr 2024-Mar 2025,27%,persons"), `row 3, column "value": "27%": neither a number`},
		{"a number too large to hold", with(row, "E08000003,Manchester,work,Apr 2024-Mar 2025,1e400,persons"), `row 3, column "value": "1e400": neither a number`},
		{"more people than can be", with(row, "E08000003,Manchester,work,Apr 2024-Mar 2025,2780000,persons"), `row 3, column "value": "2780000": in-work lies between 0 and`},
		{"fewer than none", with(row, "E08000003,Manchester,work,Apr 2024-Mar 2025,-1,persons"), `row 3, column "value": "-1": in-work lies between 0 and`},
		{"another unit", with(row, "E08000003,Manchester,work,Apr 2024-Mar 2025,278,thousands"), `row 3, column "unit": "thousands": want "persons" for in-work`},
		{"an unknown metric", with(row, "E08000003,Manchester,worked,Apr 2024-Mar 2025,278000,persons"), `row 3, column "metric": "worked": neither a measure of this source nor one to skip`},
		{"a metric in capitals", with(row, "E08000003,Manchester,Work,Apr 2024-Mar 2025,278000,persons"), `row 3, column "metric": "Work": neither a measure`},
		{"an unknown period", with(row, "E08000003,Manchester,work,Apr 2025-Mar 2026,278000,persons"), `row 3, column "period": "Apr 2025-Mar 2026": not a period: want one of`},
		{"a period of another form", with(row, "E08000003,Manchester,work,2024-04-01/P1Y,278000,persons"), `row 3, column "period": "2024-04-01/P1Y": not a period`},
		{"no period", with(row, "E08000003,Manchester,work,,278000,persons"), `row 3, column "period": "": not a period`},
		{"no area", with(row, ",Manchester,work,Apr 2024-Mar 2025,278000,persons"), `row 3, column "area_code": "": no area`},
		{"an unknown code", with(row, "E08000099,Manchester,work,Apr 2024-Mar 2025,278000,persons"), `row 3, column "area_code": "E08000099": not a code of the register of areas`},
		{"a code in lower case", with(row, "e08000003,Manchester,work,Apr 2024-Mar 2025,278000,persons"), `row 3, column "area_code": "e08000003": not a code`},
		{"a name for a code", with(row, "Manchester,E08000003,work,Apr 2024-Mar 2025,278000,persons"), `row 3, column "area_code": "Manchester": not a code`},
		{"codes and names come apart", all("Manchester", "Leeds"), `row 2, column "area_name": "Leeds": E08000003 is "Manchester"; the name is that of E08000035`},
		{"a row twice", with(row, row+"\n"+row), `row 4, column "area_code": "E08000003": in-work for 2024-04-01/P1Y stands in row 3 already`},
		{"old and new code that differ", with("E08000016,Barnsley,retired,", "E08000038,Barnsley,work,"), `row 10, column "area_code": "E08000038": differs from row 7, the same land under code E08000016`},
		{"spaces around a text", with(row, "E08000003, Manchester,work,Apr 2024-Mar 2025,278000,persons"), `row 3, column "area_name": " Manchester": spaces around the text`},
		{"a short row", with(row, "E08000003,Manchester,work"), `row 3: the row has more or fewer fields than the header`},
		{"a long row", with(row, row+","), `row 3: the row has more or fewer fields than the header`},
		{"a quote that stays open", with(row, `E08000003,"Manchester,work,Apr 2024-Mar 2025,278000,persons`), `row 10: not CSV`},
		{"a stray quote", with(row, `E08000003,Man"chester,work,Apr 2024-Mar 2025,278000,persons`), `row 3: not CSV`},
		{"a line cut off", gzipped(t, jobsFile[:len(jobsFile)-8]), `row 10: the last line is not finished`},
		{"a column renamed", with("value,unit", "count,unit"), `row 1, column "count": "count": an unknown column`},
		{"a column twice", with("metric,period", "metric,metric"), `row 1, column "metric": "metric": the column stands twice`},
		{"a column missing", all(",unit\n", "\n"), `row 1: no column "unit"`},
		{"semicolons", all(",", ";"), `row 1, column "area_code;area_name;metric;period;value;unit"`},
		{"a web page", gzipped(t, "<!doctype html>\n<title>Sorry</title>\n"), `row 1: a web page, not CSV`},
		{"an empty file", []byte{}, `the file is empty`},
		{"nothing within gzip", gzipped(t, ""), `the file is empty`},
		{"a header alone", gzipped(t, jobsFile[:strings.Index(jobsFile, "\n")+1]), `no rows below the header`},
		{"a workbook", []byte("PK\x03\x04\x00\x00\n"), `row 1: not text`},
		{"Latin-1", with(row, "E08000003,Manchester\xe9,work,Apr 2024-Mar 2025,278000,persons"), `row 3: not UTF-8`},
		{"gzip within gzip", gzipped(t, string(good)), `row 1: not `},
		{"a measure is gone", all(",managers,", ",retired,"), `no rows of managers`},
		{"the newest year is gone", gzipped(t, withoutLines(jobsFile, "Apr 2024-Mar 2025")), `in-work: the latest period is 2023-04-01/P1Y, want 2024-04-01/P1Y`},
		{"an area is gone", gzipped(t, withoutLines(jobsFile, "E08000016")), `the fault "the unit of one year is given as people" stands in 1 rows, known in 2`},
		{"the publisher has mended the fault", all(",people\n", ",persons\n"), `the fault "the unit of one year is given as people" is no longer there`},
		{"more managers than workers", with("21000,persons", "310000,persons"), `row 5, column "value": "310000": managers of E08000003 in 2024-04-01/P1Y is above in-work, 278000`},
	})
}

// withoutLines gives text without the lines that hold a part.
func withoutLines(text, part string) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		if !strings.Contains(line, part) {
			b.WriteString(line)
		}
	}
	return b.String()
}

const benefitSource = `id: test-benefit
title: Households on a benefit
publisher: Department for Work and Pensions
licence: OGL-UK-3.0
landing_page: https://example.org/benefit
designation: official
frequency: monthly
format: statxplore-csv
columns: {area: Areas, period: Month}
measures:
  - id: households
    unit: households
    kind: count
    months: [5]
    range: [0, 1000000]
    sums_within: 0.5
markers: {"..": low}
statuses: {r: revised, p: provisional}
areas:
  names_on: 2025-05-01
  names: {Total: K03000001}
  nowhere: [Unknown]
expect: {areas: 3, periods: 2}
releases:
  - id: 2025-08
    url: https://example.org/benefit.csv
    file: benefit.csv
    latest: 2025-05-01/P1M
`

// Invented figures. The last line ends without a line break.
const benefitFile = `"Month","May 2024","May 2024 - Annotations","June 2024 (r)","June 2024 - Annotations","May 2025 (p)","May 2025 - Annotations",
"Areas",
"Manchester",80,,81,,82,,
"Barnsley",20,,21,,..,,
"Unknown",1,,1,,2,,
"Total",101,,103,,120,,`

func TestATableOfStatXploreBecomesObservations(t *testing.T) {
	s := source(t, benefitSource)
	found := newFindings("benefit.csv")
	in, err := readStatXploreCSV(t.Context(), []byte(benefitFile), s, s.Current(), found)
	if err != nil || len(found.faults) > 0 {
		t.Fatalf("%v, faults %v", err, found.faults)
	}
	type row struct {
		Row    int
		Area   string
		Period string
		Value  data.Value
		Flags  string
	}
	var got []row
	for _, c := range in.cells {
		got = append(got, row{c.row, c.area, c.period.String(), c.value, c.flags.String()})
	}
	want := []row{
		{3, "Manchester", "2024-05-01/P1M", data.Number(80), ""},
		{3, "Manchester", "2025-05-01/P1M", data.Number(82), "provisional"},
		{4, "Barnsley", "2024-05-01/P1M", data.Number(20), ""},
		{4, "Barnsley", "2025-05-01/P1M", data.Missing(data.RoundsToZero), ""},
		{5, "Unknown", "2024-05-01/P1M", data.Number(1), ""},
		{5, "Unknown", "2025-05-01/P1M", data.Number(2), "provisional"},
		{6, "Total", "2024-05-01/P1M", data.Number(101), ""},
		{6, "Total", "2025-05-01/P1M", data.Number(120), "provisional"},
	}
	if diff := cmp.Diff(want, got, values); diff != "" {
		t.Errorf("cells (-want +got):\n%s", diff)
	}
	if in.skipped[skipMonth] != 4 {
		t.Errorf("%d cells of other months, want 4", in.skipped[skipMonth])
	}
}

func TestAMalformedTableOfStatXploreIsRefusedAtItsCell(t *testing.T) {
	with := func(old, new string) []byte { return []byte(changed(t, benefitFile, old, new)) }
	all := func(old, new string) []byte { return []byte(strings.ReplaceAll(benefitFile, old, new)) }
	checkMutations(t, source(t, benefitSource), []byte(benefitFile), []mutation{
		{"no file", nil, `no such file in the folder`},
		{"an empty file", []byte{}, `the file is empty`},
		{"a web page", []byte("<html>\n"), `row 1: a web page, not CSV`},
		{"a workbook", []byte("PK\x03\x04\x00,"), `row 1: not text`},
		{"a web page within gzip", gzipped(t, "<html>\n"), `row 1: a web page, not CSV`},
		{"gzip cut off", gzipped(t, benefitFile)[:40], `broken gzip`},
		{"the header alone", []byte(benefitFile[:strings.Index(benefitFile, "\n")+1]), `no rows below the header`},
		{"two headers alone", []byte(benefitFile[:strings.Index(benefitFile, `"Manchester"`)]), `no rows below the header`},
		{"the last line cut off within a number", []byte(benefitFile[:len(benefitFile)-4]), `row 6: the last line is not finished`},
		{"the last line cut off after a comma", []byte(benefitFile[:len(benefitFile)-1]), `row 6: the row has more or fewer fields than the header`},
		{"the last line cut off before its last figures", []byte(benefitFile[:len(benefitFile)-5]), `row 6: the row has more or fewer fields than the header`},
		{"another first field", with(`"Month"`, `"Quarter"`), `row 1, column "Quarter": "Quarter": want the name of the months' field, "Month"`},
		{"another second field", with(`"Areas"`, `"Wards"`), `row 2, column "Areas": "Wards": want the name of the areas' field, "Areas", alone`},
		{"a second field with figures", with(`"Areas",`, `"Areas",1,,1,,1,,`), `row 2, column "Areas": "Areas": want the name of the areas' field`},
		{"no second field", with("\"Areas\",\n", ""), `row 2, column "Areas": "Manchester": want the name of the areas' field`},
		{"a month that is none", with(`"May 2024","`, `"Mai 2024","`), `row 1, column "Mai 2024": "Mai 2024": not a period`},
		{"a year for a month", with(`"May 2024","`, `"2024","`), `row 1, column "2024": "2024": not a period`},
		{"a month twice", all("June 2024 (r)", "May 2024"), `row 1, column "May 2024": "May 2024": the month stands twice`},
		{"an unknown status of a month", with("(p)", "(e)"), `row 1, column "May 2025 (e)": "May 2025 (e)": not a period: an unknown status`},
		{"an open bracket", with("(p)", "(p"), `row 1, column "May 2025 (p": "May 2025 (p": not a period: an unknown status`},
		{"no column of notes", with(`"May 2024 - Annotations",`, ``), `row 1, column "May 2024": "May 2024": no column of notes beside it`},
		{"notes of another month", with(`"May 2024 - Annotations"`, `"May 2023 - Annotations"`), `row 1, column "May 2024": "May 2024": no column of notes beside it`},
		{"a last column with a name", with(`"May 2025 - Annotations",`, `"May 2025 - Annotations","Total"`), `row 1, column "Total": "Total": want an empty last column`},
		{"no months", []byte("\"Month\",\n\"Areas\",\n\"Manchester\",\n"), `row 1: no months`},
		{"an unknown symbol", with(`"Manchester",80`, `"Manchester",*`), `row 3, column "May 2024": "*": neither a number nor a known marker`},
		{"a blank", with(`"Manchester",80`, `"Manchester",`), `row 3, column "May 2024": "": blank without a marker`},
		{"a comma in a number", with(`"Manchester",80`, `"Manchester","8,0"`), `row 3, column "May 2024": "8,0": neither a number`},
		{"a negative number", with(`"Manchester",80`, `"Manchester",-80`), `row 3, column "May 2024": "-80": households lies between 0 and`},
		{"a number too large", with(`"Manchester",80`, `"Manchester",8000000`), `row 3, column "May 2024": "8000000": households lies between 0 and`},
		{"not a number", with(`"Manchester",80`, `"Manchester",NaN`), `row 3, column "May 2024": "NaN": neither a number`},
		{"an unknown name", with(`"Manchester"`, `"Manchestre"`), `row 3, column "Areas": "Manchestre": area "Manchestre" in the boundaries of 2025-05-01: not found`},
		{"a name of former boundaries", with(`"Manchester"`, `"Allerdale"`), `row 3, column "Areas": "Allerdale": area "Allerdale" in the boundaries of 2025-05-01: not found`},
		{"no name", with(`"Manchester"`, `""`), `row 3, column "Areas": "": no area`},
		{"an area twice", with(`"Barnsley"`, `"Manchester"`), `row 4, column "Areas": "Manchester": households for 2024-05-01/P1M stands in row 3 already`},
		{"a name with spaces", with(`"Manchester"`, `"  Manchester"`), `row 3, column "Areas": "  Manchester": spaces around the text`},
		{"a short row", with(`"Barnsley",20,,21,,..,,`, `"Barnsley",20,,21,,`), `row 4: the row has more or fewer fields than the header`},
		{"a long row", with(`"Barnsley",20,,21,,..,,`, `"Barnsley",20,,21,,..,,,`), `row 4: the row has more or fewer fields than the header`},
		{"a quote that stays open", with(`"Barnsley"`, `"Barnsley`), `row 5: not CSV`},
		{"a stray quote", with(`"Barnsley"`, `Barns"ley`), `row 4: not CSV`},
		{"Latin-1", with(`"Barnsley"`, "\"Barnsl\xe9y\""), `row 4: not UTF-8`},
		{"semicolons", all(",", ";"), `row 6: the last line is not finished`},
		{"an old table", all("2025", "2023"), `households: the latest period is 2024-05-01/P1M, want 2025-05-01/P1M`},
		{"one year alone", all("2024", "2025"), `row 1, column "May 2025 (p)": "May 2025 (p)": the month stands twice`},
		{"too few areas", with("\"Barnsley\",20,,21,,..,,\n", ""), `households: 2 areas in 2025-05-01/P1M, want at least 3`},
	})
}

func FuzzTidyCSV(f *testing.F) {
	f.Add([]byte(jobsFile))
	f.Add([]byte("\ufeff" + strings.ReplaceAll(jobsFile, "\n", "\r\n")))
	f.Add([]byte("\x1f\x8b\x08\x00"))
	f.Add([]byte("area_code,area_name,metric,period,value,unit\n\"\n"))
	fuzzFormat(f, jobsSource)
}

func FuzzELSCSV(f *testing.F) {
	f.Add([]byte(payFile))
	f.Add([]byte(strings.ReplaceAll(payFile, ",", "\",\"")))
	f.Add([]byte("areacd\n"))
	fuzzFormat(f, paySource)
}

func FuzzStatXploreCSV(f *testing.F) {
	f.Add([]byte(benefitFile))
	f.Add([]byte("\"Month\",\n\"Areas\",\n"))
	f.Add([]byte(",,\n,\n,,\n"))
	fuzzFormat(f, benefitSource)
}

// fuzzFormat holds a format to give cells with a place, or to say a fault, and
// never to panic; whatever is given without a fault is a number or a marker.
func fuzzFormat(f *testing.F, text string) {
	s, err := ParseSource([]byte(text))
	if err != nil {
		f.Fatal(err)
	}
	register, err := registerOnce()
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		found := newFindings("fuzz")
		in, err := formats[s.Format].read(t.Context(), b, s, s.Current(), found)
		if err != nil {
			t.Fatal(err)
		}
		cells := recode(in, newPlacer(s, register), found)
		checkCells(cells, found)
		if len(found.faults) > 0 {
			return
		}
		checkSeries(s, s.Current(), cells, register, found)
		for _, c := range cells {
			if c.row < 1 || c.period.IsZero() || c.value.Known() == (c.value.Marker() != "") {
				t.Errorf("cell %+v", c)
			}
		}
	})
}
