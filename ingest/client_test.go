package ingest

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"goodwork/data"
)

const nomisSource = `id: test-nomis
title: Hourly pay
publisher: Office for National Statistics
licence: OGL-UK-3.0
landing_page: https://example.org/nomis
designation: accredited
frequency: yearly
format: nomis-csv
measures:
  - id: hourly-pay
    where: {SEX: "7"}
    assert: {SEX_NAME: Total}
    unit: £
    kind: median
    range: [1, 500]
  - id: hourly-pay-women
    where: {SEX: "6"}
    assert: {SEX_NAME: Female}
    unit: £
    kind: median
    range: [1, 500]
markers: {Q: x}
statuses: {A: "", P: provisional}
expect: {areas: 2, periods: 1}
fetch:
  nomis:
    dataset: NM_30_1
    name: annual survey of hours and earnings - resident analysis
    query: {GEOGRAPHY: TYPE424, DATE: latest, SEX: "6,7"}
    period: april
    value: "20100"
    cv: "20701"
    half_width: "20702"
`

const nomisDefined = `{"structure":{"keyfamilies":{"keyfamily":[{"id":"NM_30_1","name":{"value":"Annual survey of hours and earnings - resident analysis"}}]}}}`

const nomisHeader = "DATE,DATE_NAME,GEOGRAPHY_CODE,GEOGRAPHY_NAME,SEX,SEX_NAME,MEASURES,OBS_VALUE,OBS_STATUS,URN,RECORD_OFFSET,RECORD_COUNT\n"

// nomisRowsOf lists the rows of a table of two areas and two sexes, but for the
// columns that count them: invented figures.
func nomisRowsOf(t *testing.T) []string {
	t.Helper()
	var rows []string
	add := func(area, sex, name, measure, value, status string) {
		rows = append(rows, fmt.Sprintf("2025,2025,%s,A place,%s,%s,%s,%s,%s,Nm-30d1d32400e0d1,", area, sex, name, measure, value, status))
	}
	for i, area := range []string{"E08000003", "E08000004"} {
		for j, sex := range [][2]string{{"6", "Female"}, {"7", "Total "}} {
			add(area, sex[0], sex[1], "20100", fmt.Sprint(15+i+j), "A")
			add(area, sex[0], sex[1], "20701", "2.5", "A")
			add(area, sex[0], sex[1], "20702", "0.5", "A")
		}
	}
	return rows
}

// nomisPages answers with a definition, and pages of a few rows.
func nomisPages(rows []string, page int, defined string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, ".def.sdmx.json") {
			say(w, "application/json", defined)
			return
		}
		offset, _ := strconv.Atoi(r.URL.Query().Get("recordoffset"))
		var b strings.Builder
		b.WriteString(nomisHeader)
		for i := offset; i < min(offset+page, len(rows)); i++ {
			fmt.Fprintf(&b, "%s%d,%d\n", rows[i], i, len(rows))
		}
		say(w, "text/csv", b.String())
	}
}

func TestTheRowsOfNomisComePageByPage(t *testing.T) {
	s := play(t, nomisPages(nomisRowsOf(t), 5, nomisDefined))
	dir := t.TempDir()
	cfg := live(t, dir, s, source(t, nomisSource))
	cfg.Web.Keys["nomis"] = "0xsecret"
	res := run(t, cfg)
	if res.Err != nil {
		t.Fatal(res.Err)
	}
	var asked []string
	for _, r := range s.requests() {
		q := r.URL.Query()
		asked = append(asked, r.URL.Path+" "+q.Get("recordoffset")+" "+q.Get("recordlimit")+" "+q.Get("measures")+" "+q.Get("uid"))
	}
	want := []string{
		"/dataset/NM_30_1.def.sdmx.json    ", "/dataset/NM_30_1.data.csv 0 1000000 20100,20701,20702 0xsecret",
		"/dataset/NM_30_1.data.csv 5 1000000 20100,20701,20702 0xsecret", "/dataset/NM_30_1.data.csv 10 1000000 20100,20701,20702 0xsecret",
	}
	if diff := cmp.Diff(want, asked); diff != "" {
		t.Errorf("requests (-want +got):\n%s", diff)
	}
	obs, _ := inStore(t, dir, "test-nomis")
	o := obs[1]
	got := fmt.Sprint(len(obs), " ", o.Measure, " ", o.Area, " ", o.Period, " ", said(o.Value), " ", o.CV, " ", o.Interval)
	if want := "4 hourly-pay E08000004 2025-04-01/P1M 17 {2.5 true} {16.5 17.5 true}"; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	for _, f := range res.Files {
		if strings.Contains(f.URL, "secret") {
			t.Errorf("the uid is kept: %s", f.URL)
		}
	}
	if len(res.Files) != 4 {
		t.Errorf("%d files are kept, want the definition and three pages", len(res.Files))
	}
}

func TestATableOfNomisThatIsNotTheOneAskedForIsRefused(t *testing.T) {
	rows := nomisRowsOf(t)
	edit := func(i int, old, new string) []string {
		out := slices.Clone(rows)
		out[i] = strings.Replace(out[i], old, new, 1)
		return out
	}
	swapped := strings.Replace(nomisDefined, "resident", "workplace", 1)
	tests := []struct {
		name    string
		rows    []string
		defined string
		want    string
	}{
		{"pay by workplace under the id of pay by residence", rows, swapped, `dataset NM_30_1 is called "Annual survey of hours and earnings - workplace analysis", want "annual survey of hours and earnings - resident analysis"`},
		{"another dataset", rows, strings.Replace(nomisDefined, "NM_30_1", "NM_99_1", 1), `defines dataset "NM_99_1", want "NM_30_1"`},
		{"a definition of nothing", rows, `{}`, "0 datasets are defined, want 1"},
		{"rows of another dataset", edit(3, "Nm-30d1", "Nm-99d1"), nomisDefined, `row 5, column "URN": "Nm-99d1d32400e0d1": want a row of NM_30_1, Nm-30d1d…`},
		{"another name of a code", edit(0, "Female", "Male"), nomisDefined, `row 2, column "SEX_NAME": "Male": want "Female" for hourly-pay-women`},
		{"an unknown status", edit(0, ",A,", ",!,"), nomisDefined, `row 2, column "OBS_STATUS": "!": an unknown status`},
		{"a blank value that is called normal", edit(0, ",15,A", ",,A"), nomisDefined, `row 2, column "OBS_VALUE": "": blank without a marker`},
		{"a row twice", append(slices.Clone(rows), rows[0]), nomisDefined, `row 14, column "GEOGRAPHY_CODE": "E08000003": hourly-pay-women for 2025-04-01/P1M, measure 20100 stands twice`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := play(t, nomisPages(tt.rows, 5, tt.defined))
			res := run(t, live(t, t.TempDir(), s, source(t, nomisSource)))
			if res.Err == nil || !strings.Contains(res.Err.Error(), tt.want) {
				t.Errorf("got  %v\nwant %s", res.Err, tt.want)
			}
			if tt.defined != nomisDefined && len(s.requests()) != 1 {
				t.Errorf("%d requests: want no row asked for under a wrong name", len(s.requests()))
			}
		})
	}
}

func TestAMissingPageOfNomisIsFound(t *testing.T) {
	rows := nomisRowsOf(t)
	s := play(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Query().Get("recordoffset") == "5" { // the first page again
			q := r.URL.Query()
			q.Set("recordoffset", "0")
			r.URL.RawQuery = q.Encode()
		}
		nomisPages(rows, 5, nomisDefined)(w, r)
	})
	res := run(t, live(t, t.TempDir(), s, source(t, nomisSource)))
	if want := `row 7, column "RECORD_OFFSET": "0": want 5: a row is missing or stands twice`; res.Err == nil || !strings.Contains(res.Err.Error(), want) {
		t.Errorf("got  %v\nwant %s", res.Err, want)
	}
}

const statSource = `id: test-stat
title: People on Universal Credit
publisher: Department for Work and Pensions
licence: OGL-UK-3.0
landing_page: https://example.org/stat
designation: official
frequency: monthly
format: statxplore-json
measures:
  - id: in-work
    where: {Work: In work}
    unit: people
    kind: count
    range: [0, 1000000]
skip:
  - {Work: Out of work}
markers: {"null": x}
statuses: {r: revised}
areas:
  names: {Total: K03000001}
  nowhere: [XXZZZZZZZ]
expect: {areas: 2, periods: 2}
fetch:
  stat_xplore:
    database: str:database:UC
    database_label: People on UC
    count: str:count:UC:N
    count_label: People
    period: month
    fields:
      - {id: "str:field:UC:AREA", label: Area, valueset: "str:valueset:UC:AREA:LA", is: area, total: true}
      - {id: "str:field:UC:DATE", label: Month, valueset: "str:valueset:UC:DATE:M", is: period}
      - {id: "str:field:UC:WORK", label: Work, valueset: "str:valueset:UC:WORK:W"}
`

const statReply = `{"database":{"uri":"str:database:UC","label":"People on UC"},
"measures":[{"uri":"str:count:UC:N","label":"People"}],
"fields":[
{"uri":"str:field:UC:AREA","label":"Area","items":[
 {"type":"RecodeItem","uris":["str:value:UC:AREA:LA:E08000003"],"labels":["Manchester"]},
 {"type":"RecodeItem","uris":["str:value:UC:AREA:LA:XXZZZZZZZ"],"labels":["Unknown"]},
 {"type":"Total","labels":["Total"]}]},
{"uri":"str:field:UC:DATE","label":"Month","items":[
 {"type":"RecodeItem","uris":["str:value:UC:DATE:M:202508"],"labels":["August 2025"],"annotationKeys":["r","IV"]},
 {"type":"RecodeItem","uris":["str:value:UC:DATE:M:202509"],"labels":["September 2025"]}]},
{"uri":"str:field:UC:WORK","label":"Work","items":[
 {"type":"RecodeItem","uris":["str:value:UC:WORK:W:1"],"labels":["In work"]},
 {"type":"RecodeItem","uris":["str:value:UC:WORK:W:0"],"labels":["Out of work"]}]}],
"cubes":{"str:count:UC:N":{"values":[[[10,20],[null,21]],[[1,2],[3,4]],[[100,200],[110,210]]]}}}`

// statService answers as Stat-Xplore does.
func statService(reply string) http.HandlerFunc {
	sets := map[string]string{
		"str:valueset:UC:AREA:LA": `{"children":[{"id":"str:value:UC:AREA:LA:E08000003","type":"VALUE"},{"id":"str:value:UC:AREA:LA:XXZZZZZZZ","type":"VALUE"}]}`,
		"str:valueset:UC:DATE:M":  `{"children":[{"id":"str:value:UC:DATE:M:202508","type":"VALUE"},{"id":"str:value:UC:DATE:M:202509","type":"VALUE"}]}`,
		"str:valueset:UC:WORK:W":  `{"children":[{"id":"str:value:UC:WORK:W:1","type":"VALUE"},{"id":"str:value:UC:WORK:W:0","type":"VALUE"}]}`,
	}
	return func(w http.ResponseWriter, r *http.Request) {
		switch set, isSet := strings.CutPrefix(r.URL.Path, "/schema/"); {
		case r.Header.Get("APIKey") != "secret":
			w.WriteHeader(http.StatusUnauthorized)
		case isSet:
			say(w, "application/json", sets[set])
		default:
			say(w, "application/json;charset=UTF-8", reply)
		}
	}
}

func TestAReplyOfStatXploreBecomesObservations(t *testing.T) {
	dir := t.TempDir()
	var query statXploreQuery
	s := play(t, func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPost {
			if err := json.NewDecoder(r.Body).Decode(&query); err != nil {
				t.Error(err)
			}
		}
		statService(statReply)(w, r)
	})
	res := run(t, live(t, dir, s, source(t, statSource)))
	if res.Err != nil {
		t.Fatal(res.Err)
	}
	obs, _ := inStore(t, dir, "test-stat")
	var got []string
	for _, o := range obs {
		got = append(got, fmt.Sprint(o.Area, " ", o.Period, " ", said(o.Value), " ", o.Flags))
	}
	want := []string{"E08000003 2025-08-01/P1M 10 revised", "E08000003 2025-09-01/P1M [x] ", "K03000001 2025-08-01/P1M 100 revised", "K03000001 2025-09-01/P1M 110 "}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("observations (-want +got):\n%s", diff)
	}
	asked := statXploreQuery{
		Database: "str:database:UC", Measures: []string{"str:count:UC:N"},
		Recodes: map[string]statXploreCode{
			"str:field:UC:AREA": {Map: [][]string{{"str:value:UC:AREA:LA:E08000003"}, {"str:value:UC:AREA:LA:XXZZZZZZZ"}}, Total: true},
			"str:field:UC:DATE": {Map: [][]string{{"str:value:UC:DATE:M:202508"}, {"str:value:UC:DATE:M:202509"}}},
			"str:field:UC:WORK": {Map: [][]string{{"str:value:UC:WORK:W:1"}, {"str:value:UC:WORK:W:0"}}},
		},
		Dimensions: [][]string{{"str:field:UC:AREA"}, {"str:field:UC:DATE"}, {"str:field:UC:WORK"}},
	}
	if diff := cmp.Diff(asked, query); diff != "" {
		t.Errorf("query (-want +got):\n%s", diff)
	}
}

func TestWithoutAKeyOnlyItsSourceWaits(t *testing.T) {
	dir := t.TempDir()
	s := play(t, csvReply(livePayReply))
	cfg := live(t, dir, s, source(t, livePay), source(t, statSource))
	cfg.Web.Keys = nil
	report, err := Run(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	if report.Results[0].Err != nil || report.Stale() != 1 {
		t.Errorf("results %+v, want only the second stale", report.Results)
	}
	status, err := Status(t.Context(), dir, cfg.Sources)
	if err != nil {
		t.Fatal(err)
	}
	if want := "set GOODWORK_STAT_XPLORE_KEY"; !strings.Contains(status[1].Reason, want) {
		t.Errorf("reason %q, want it to say %q", status[1].Reason, want)
	}
}

func TestStatXploreIsLeftAloneWhenItsLimitIsUsedUp(t *testing.T) {
	var asked []time.Time
	s := play(t, func(w http.ResponseWriter, r *http.Request) {
		asked = append(asked, time.Now())
		w.Header().Set("X-RateLimit-Remaining", "9994")
		if len(asked) == 1 {
			w.Header().Set("X-RateLimit-Remaining-Table", "0")
			w.Header().Set("X-RateLimit-Reset-Table", strconv.FormatInt(time.Now().Add(400*time.Millisecond).UnixMilli(), 10))
		}
		statService(statReply)(w, r)
	})
	if res := run(t, live(t, t.TempDir(), s, source(t, statSource))); res.Err != nil {
		t.Fatal(res.Err)
	}
	if d := asked[1].Sub(asked[0]); d < 390*time.Millisecond {
		t.Errorf("asked again after %s", d)
	}

	far := play(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("X-RateLimit-Remaining", "0")
		w.Header().Set("X-RateLimit-Reset", strconv.FormatInt(time.Now().Add(time.Hour).UnixMilli(), 10))
		statService(statReply)(w, r)
	})
	if res := run(t, live(t, t.TempDir(), far, source(t, statSource))); res.Err == nil || !strings.Contains(res.Err.Error(), "has no requests left for us until") {
		t.Errorf("got %v, want a source that waits for the next run", res.Err)
	}
}

const tipsSource = `id: test-tips
title: Sickness absence
publisher: Office for Health Improvement and Disparities
licence: OGL-UK-3.0
landing_page: https://example.org/tips
designation: official
frequency: yearly
format: fingertips-csv
measures:
  - id: sickness-absence
    unit: "%"
    kind: percentage
    range: [0, 100]
markers: {Value suppressed: c}
expect: {areas: 2, periods: 1}
fetch:
  fingertips:
    indicators:
      sickness-absence: {id: 90285, name: Sickness absence, sex: Persons}
    area_types: [502]
`

// tipsReply is in the order of columns of the real one, with columns that are
// not read: invented figures.
const tipsReply = `Indicator ID,Indicator Name,Parent Code,Parent Name,Area Code,Area Name,Area Type,Sex,Age,Category Type,Category,Time period,Value,Lower CI 95.0 limit,Upper CI 95.0 limit,Lower CI 99.8 limit,Upper CI 99.8 limit,Count,Denominator,Value note,Recent Trend
90285,Sickness absence,,,E92000001,England,England,Persons,16+ yrs,,,2021 - 23,2.1,2.0,2.2,,,,,Aggregated from all known lower geography values,
90285,Sickness absence,,,E92000001,England,England,Persons,16+ yrs,,,2021 - 23,2.1,2.0,2.2,,,,,Aggregated from all known lower geography values,
90285,Sickness absence,,,E92000001,England,England,Persons,16+ yrs,Deprivation deciles,Most deprived,2021 - 23,3.1,3.0,3.2,,,,,,
90285,Sickness absence,E92000001,England,E08000003,Manchester,UA,Persons,16+ yrs,,,2021 - 23,2.5,1.9,3.1,,,,,,
90285,Sickness absence,E92000001,England,E08000003,Manchester,UA,Male,16+ yrs,,,2021 - 23,2.4,1.9,3.1,,,,,,
90285,Sickness absence,E92000001,England,E06000053,Isles of Scilly,UA,Persons,16+ yrs,,,2021 - 23,,,,,,,,Value suppressed,
`

func TestARowOfFingertipsIsReadByTheNamesOfItsColumns(t *testing.T) {
	dir, s := t.TempDir(), play(t, csvReply(tipsReply))
	res := run(t, live(t, dir, s, source(t, tipsSource)))
	if res.Err != nil {
		t.Fatal(res.Err)
	}
	obs, _ := inStore(t, dir, "test-tips")
	var got []string
	for _, o := range obs {
		got = append(got, fmt.Sprint(o.Area, " ", o.Period, " ", said(o.Value), " ", o.Interval))
	}
	want := []string{"E06000053 2021-01-01/P3Y [c] {0 0 false}", "E08000003 2021-01-01/P3Y 2.5 {1.9 3.1 true}", "E92000001 2021-01-01/P3Y 2.1 {2 2.2 true}"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("observations (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(map[string]int{skipCategory: 1, skipMeasure: 1, skipTwice: 1}, res.Skipped); diff != "" {
		t.Errorf("left out (-want +got):\n%s", diff)
	}
	if got, want := s.requests()[0].URL.String(), "/all_data/csv/by_indicator_id?child_area_type_id=502&indicator_ids=90285&parent_area_type_id=15"; got != want {
		t.Errorf("asked %s, want %s", got, want)
	}
}

func TestPeriodsOfFingertips(t *testing.T) {
	tests := []struct{ text, want string }{
		{"2023", "2023-01-01/P1Y"},
		{"2021 - 23", "2021-01-01/P3Y"},
		{"1999 - 01", ""},
		{"2022/23", "2022-04-01/P1Y"},
		{"2020/21 - 22/23", "2020-04-01/P3Y"},
		{"2022/24", ""},
		{"2023 Q1", ""},
		{"", ""},
		{"2021 - 2023", "2021-01-01/P3Y"},
	}
	for _, tt := range tests {
		p, err := fingertipsPeriod(tt.text)
		if got := p.String(); err == nil && got != tt.want || (err == nil) != (tt.want != "") {
			t.Errorf("%q: got %q (%v), want %q", tt.text, got, err, tt.want)
		}
	}
}

const pricesSource = `id: test-prices
title: Prices
publisher: Office for National Statistics
licence: OGL-UK-3.0
landing_page: https://example.org/economy/timeseries/l522/mm23
designation: accredited
frequency: monthly
format: ons-timeseries-json
measures:
  - id: cpih
    where: {cdid: L522, frequency: m}
    assert: {title: "CPIH INDEX 00: ALL ITEMS 2015=100"}
    months: [4]
    unit: 2015=100
    kind: index
    range: [40, 400]
skip:
  - {frequency: a}
  - {frequency: q}
areas: {only: K02000001}
expect: {areas: 1, periods: 2}
fetch:
  timeseries: {}
`

const pricesReply = `{"description":{"title":"CPIH INDEX 00: ALL ITEMS 2015=100","cdid":"L522"},
"years":[{"date":"2024","value":"132.9"}],"quarters":[{"date":"2024 Q2","value":"132.5"}],
"months":[{"date":"2024 APR","value":"131.1"},{"date":"2024 MAY","value":"131.4"},{"date":"2025 APR","value":"136.2"}]}`

func TestPricesOfAprilAreTakenFromTheirTimeSeries(t *testing.T) {
	dir := t.TempDir()
	s := play(t, func(w http.ResponseWriter, _ *http.Request) { say(w, "application/json", pricesReply) })
	if res := run(t, live(t, dir, s, source(t, pricesSource))); res.Err != nil {
		t.Fatal(res.Err)
	}
	obs, _ := inStore(t, dir, "test-prices")
	if len(obs) != 2 || obs[1].Period.String() != "2025-04-01/P1M" || said(obs[1].Value) != "136.2" {
		t.Errorf("got %+v", obs)
	}
	if got := s.requests()[0].URL.Path; got != "/economy/timeseries/l522/mm23/data" {
		t.Errorf("asked %s", got)
	}
}

func TestPricesOnAnotherBaseAreRefused(t *testing.T) {
	s := play(t, func(w http.ResponseWriter, _ *http.Request) {
		say(w, "application/json", strings.Replace(pricesReply, "2015=100", "2023=100", 1))
	})
	res := run(t, live(t, t.TempDir(), s, source(t, pricesSource)))
	if want := `"CPIH INDEX 00: ALL ITEMS 2023=100": want "CPIH INDEX 00: ALL ITEMS 2015=100" for cpih`; res.Err == nil || !strings.Contains(res.Err.Error(), want) {
		t.Errorf("got %v, want %s", res.Err, want)
	}
}

func TestAFileIsFoundOnItsLandingPage(t *testing.T) {
	filed := strings.Replace(livePay, "els:\n    indicators: {weekly-pay: weekly-pay}", "page: {link: '^/file\\?uri=.*\\.csv$'}", 1)
	dir := t.TempDir()
	s := play(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/pay":
			say(w, "text/html; charset=utf-8", `<!doctype html><a href="/other.pdf">x</a><a class=b href="/file?uri=/a/pay2025.csv">y</a><a href="/file?uri=/a/pay2024.csv">z</a>`)
		case "/file":
			say(w, "application/octet-stream", changed(t, payFile, "Weekly pay,2024-04-17,..", "Weekly pay,2024-04-17,x"))
		}
	})
	src := source(t, strings.Replace(filed, "statuses: {r: revised}", "statuses: {r: revised}\nskip:\n  - {indicator: Hourly pay}\nareas: {codes: {K99000002: K02000001}}", 1))
	src.Measures[0].Assert = map[string]string{"unit": "£"}
	src.Markers["u"] = "u"
	res := run(t, live(t, dir, s, src))
	if res.Err != nil {
		t.Fatal(res.Err)
	}
	if got := s.requests()[1].URL.String(); got != "/file?uri=/a/pay2025.csv" {
		t.Errorf("asked %s, want the first link that matches", got)
	}
	if res.Release.ID != "2025-10" || res.Release.File != "pay2025.csv" {
		t.Errorf("release %s of %s, want the declared one of the file that was found", res.Release.ID, res.Release.File)
	}
	none := play(t, func(w http.ResponseWriter, _ *http.Request) { say(w, "text/html", "<html><p>moved</p></html>") })
	if res := run(t, live(t, t.TempDir(), none, src)); res.Err == nil || !strings.Contains(res.Err.Error(), "has the page changed?") {
		t.Errorf("got %v, want the lost link to be told", res.Err)
	}
}

func TestTheRecordedRepliesAgreeWithTheFiles(t *testing.T) {
	from := publishersFolder(t)
	withStatus := func(name string) string { // recorded without includeStatus
		return appended(t, string(recorded(t, name)))
	}
	replies := map[string]string{
		"gross-median-weekly-pay": string(recorded(t, "els-api/pay-all-years-status.csv")),
		"claimant-count":          withStatus("els-api/claimant-count-all-years.csv"),
		"modelled-unemployment":   withStatus("els-api/modelled-unemployment-all-years.csv"),
	}
	s := play(t, func(w http.ResponseWriter, r *http.Request) { // as the service does: without a Content-Type
		w.Header()["Content-Type"] = nil
		_, err := w.Write([]byte(replies[r.URL.Query().Get("indicator")]))
		if err != nil {
			t.Error(err)
		}
	})
	for _, id := range []data.SourceID{"ons-pay", "ons-claimant-count", "ons-modelled-unemployment"} {
		t.Run(string(id), func(t *testing.T) {
			dir := t.TempDir()
			cfg := live(t, dir, s, built(t, id))
			web := cfg.Web
			cfg.Web, cfg.From = nil, os.DirFS(from)
			if res := run(t, cfg); res.Err != nil {
				t.Fatal(res.Err)
			}
			cfg.Web, cfg.From, cfg.DryRun = web, nil, true
			res := run(t, cfg)
			if res.Err != nil {
				t.Fatal(res.Err)
			}
			c := res.Changes
			if len(c.Added)+len(c.Gone)+len(c.Revised) > 0 || len(c.Areas) > 3 || c.Figures < 7000 {
				t.Errorf("%d added, %d gone, areas %v gone, %d revised (%v…), %d the same: want the same figures, but for three areas whose missing ones were not asked for", len(c.Added), len(c.Gone), c.Areas, len(c.Revised), first(c.Revised), c.Figures)
			}
		})
	}
}

func first[T any](list []T) []T { return list[:min(len(list), 3)] }

// appended adds an empty status to every row of a reply.
func appended(t *testing.T, text string) string {
	t.Helper()
	rows, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	w := csv.NewWriter(&b)
	for i, r := range rows {
		if err := w.Write(append(r, map[bool]string{true: "status"}[i == 0])); err != nil {
			t.Fatal(err)
		}
	}
	w.Flush()
	return b.String()
}

func TestTheRecordedRepliesOfNomisAreRead(t *testing.T) {
	tests := []struct {
		file, source, measure, area, period string
		want                                float64
	}{
		{"nomis-claimant-count.csv", "nomis-claimant-count", "claimants", "E08000034", "2026-02-01/P1M", 13090},
		{"nomis-jobs-density.csv", "nomis-jobs-density", "jobs-density", "E08000034", "2023-01-01/P1Y", 0.66},
		{"nomis-aps-employment.csv", "nomis-annual-population-survey", "employment-rate", "E08000034", "2024-10-01/P1Y", 74.9},
		{"nomis-bres-sic-sections.csv", "nomis-employees-by-industry", "employees-education", "E08000034", "2024-09-01/P1M", 16000},
	}
	for _, tt := range tests {
		t.Run(tt.file, func(t *testing.T) {
			src := built(t, data.SourceID(tt.source))
			src.Skip = append(src.Skip, map[string]string{"MEASURE": "3"}, map[string]string{"MEASURE": "4"}, map[string]string{"INDUSTRY": "150994964"}, map[string]string{"INDUSTRY": "150994965"})
			if tt.source == "nomis-employees-by-industry" {
				src.Skip = append(src.Skip, map[string]string{"MEASURE": "2"})
			}
			found := newFindings(tt.file)
			in, err := readNomis(t.Context(), recorded(t, "nomis/"+tt.file), src, Release{}, found)
			if err != nil {
				t.Fatal(err)
			}
			if len(found.faults) > 0 {
				t.Fatal(found.faults[0])
			}
			for _, c := range in.cells {
				if c.measure.ID == tt.measure && c.area == tt.area && c.period.String() == tt.period {
					if n, _ := c.value.Number(); n != tt.want {
						t.Errorf("value %v, want %v", n, tt.want)
					}
					return
				}
			}
			t.Errorf("no %s of %s in %s among %d cells", tt.measure, tt.area, tt.period, len(in.cells))
		})
	}
}

func TestTheRecordedTableOfStatXploreIsRead(t *testing.T) {
	s := built(t, "statxplore-universal-credit-households")
	family := StatXploreField{ID: "str:field:UC_Households:V_F_UC_HOUSEHOLDS:HNFAMILY_TYPE", Label: "Family Type", ValueSet: "str:valueset:any"}
	fetch, ask := *s.Fetch, *s.Fetch.StatXplore
	ask.Fields = append(slices.Clone(ask.Fields), family)
	fetch.StatXplore, s.Fetch = &ask, &fetch
	s.Measures = slices.Clone(s.Measures)
	s.Measures[0].Where = map[string]string{"Family Type": "Total"}
	for _, of := range []string{"Single, no child dependant", "Single, with child dependant(s)", "Couple, no child dependant", "Couple, with child dependant(s)", "Unknown or missing family type"} {
		s.Skip = append(s.Skip, map[string]string{"Family Type": of})
	}
	found := newFindings("recorded-a-response.json")
	in, err := readStatXplore(t.Context(), recorded(t, "statxplore/recorded-a-response.json"), s, Release{}, found)
	if err != nil || len(found.faults) > 0 {
		t.Fatal(err, found.faults)
	}
	if len(in.cells) != 40 {
		t.Fatalf("%d cells, want those of 9 regions and their total in 4 months", len(in.cells))
	}
	c := in.cells[0]
	if n, _ := c.value.Number(); n != 50000 && n != 50001 && n != 50002 || c.area != "E12000001" || c.period.String() != "2018-05-01/P1M" || c.flags != data.Revised {
		t.Errorf("got %v of %s in %s, %s", c.value, c.area, c.period, c.flags)
	}
}
