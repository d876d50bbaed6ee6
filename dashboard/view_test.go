package dashboard

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/tls"
	"encoding/csv"
	"encoding/json"
	"encoding/xml"
	"errors"
	"image/png"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"goodwork/dashboard/chart"
	"goodwork/data"
)

// stems is one address of each kind of view, and which formats it lacks.
var stems = []struct {
	stem, query string
	lacks       []string
}{
	{"/indicators/median-weekly-pay", "", nil},
	{"/areas/E08000003", "", []string{".geojson"}},
	{"/compare", "?areas=E08000003,E07000105", []string{".geojson"}},
	{"/groups", "?areas=E08000003,E08000006", []string{".geojson"}},
	{"/data/figures", "", []string{".geojson", ".svg", ".png"}},
}

func TestEveryViewAnswersInEveryFormat(t *testing.T) {
	s := smallServer(t)
	for _, view := range stems {
		for _, f := range formats {
			target := view.stem + f.suffix + view.query
			if f.suffix == ".svg" || f.suffix == ".png" {
				target = address(view.stem+f.suffix, map[string][]string{"chart": {"median-weekly-pay"}})
				if view.stem == "/indicators/median-weekly-pay" {
					target = view.stem + f.suffix + "?chart=map"
				} else if view.query != "" {
					target += "&" + strings.TrimPrefix(view.query, "?")
				}
			}
			w := get(t, s, target)
			if slices.Contains(view.lacks, f.suffix) {
				var p problem
				if err := json.Unmarshal(w.Body.Bytes(), &p); err != nil || w.Code != http.StatusNotFound || len(p.Valid) == 0 {
					t.Errorf("%s: %d, %s; want 404 that names the formats", target, w.Code, w.Body)
				}
				continue
			}
			if w.Code != http.StatusOK || w.Header().Get("Content-Type") != f.media || w.Body.Len() == 0 || w.Header().Get("Content-Length") == "" {
				t.Errorf("%s: %d, %q, %d bytes: %.200s", target, w.Code, w.Header().Get("Content-Type"), w.Body.Len(), w.Body)
			}
			if strings.Contains(f.media, "json") && !json.Valid(w.Body.Bytes()) {
				t.Errorf("%s: not JSON", target)
			}
		}
	}
}

func TestAProgramAsksForAFormatByAccept(t *testing.T) {
	s := smallServer(t)
	for _, tt := range []struct{ accept, want string }{
		{"text/csv", "text/csv; charset=utf-8; header=present"},
		{"application/json", "application/json"},
		{"application/json;q=0.5, text/csv", "text/csv; charset=utf-8; header=present"},
		{"application/vnd.apache.parquet, */*;q=0.1", "application/vnd.apache.parquet"},
		{"text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/png,image/svg+xml,*/*;q=0.8", "text/html; charset=utf-8"},
		{"text/csv;q=0, text/html", "text/html; charset=utf-8"},
		{"text/csv;q=nonsense", "text/html; charset=utf-8"},
		{"application/pdf", "text/html; charset=utf-8"},
		{"*/*", "text/html; charset=utf-8"},
		{"", "text/html; charset=utf-8"},
	} {
		w := get(t, s, "/indicators/median-weekly-pay", "Accept", tt.accept)
		if got := w.Header().Get("Content-Type"); w.Code != http.StatusOK || got != tt.want {
			t.Errorf("Accept %q: %d, %s; want %s", tt.accept, w.Code, got, tt.want)
		}
		if !slices.Contains(w.Header().Values("Vary"), "Accept") {
			t.Errorf("Accept %q: the answer doesn't vary by it", tt.accept)
		}
	}
	if a, b := get(t, s, "/indicators/median-weekly-pay", "Accept", "text/csv"), get(t, s, "/indicators/median-weekly-pay.csv"); a.Body.String() != b.Body.String() {
		t.Error("by Accept comes another CSV than by suffix")
	}
	if w := get(t, s, "/indicators/nope", "Accept", "application/json"); w.Code != http.StatusNotFound || w.Header().Get("Content-Type") != "application/problem+json" {
		t.Errorf("a refusal to a program: %d, %s", w.Code, w.Header().Get("Content-Type"))
	}
}

// The same comes by Accept as by suffix, at every kind of view. An address that
// has another form leads to the one that answers.
func TestEveryViewIsNegotiated(t *testing.T) {
	s := smallServer(t)
	for _, view := range stems {
		for _, f := range formats {
			media, _, _ := strings.Cut(f.media, ";")
			if f.suffix == ".jsonstat" || strings.HasPrefix(media, "image/") || slices.Contains(view.lacks, f.suffix) {
				continue
			}
			target := view.stem + view.query
			w := get(t, s, target, "Accept", media)
			if w.Code == http.StatusMovedPermanently {
				target = w.Header().Get("Location")
				w = get(t, s, target, "Accept", media)
			}
			if want := get(t, s, view.stem+f.suffix+view.query); w.Code != http.StatusOK || w.Body.String() != want.Body.String() {
				t.Errorf("%s as %s: %d, another answer than %s", target, media, w.Code, view.stem+f.suffix)
			}
		}
	}
}

// A group's cube holds the numbers of its CSV.
func TestACubeOfColumnsOfItsOwnHoldsTheirNumbers(t *testing.T) {
	s := smallServer(t)
	var c cube
	if err := json.Unmarshal(get(t, s, "/groups.jsonstat?areas=E08000003,E08000006").Body.Bytes(), &c); err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(get(t, s, "/groups.csv?areas=E08000003,E08000006").Body).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"indicator_id", "period", "column"}, c.ID); diff != "" {
		t.Fatal(diff)
	}
	cells, numbers := 1, 0
	for _, n := range c.Size {
		cells *= n
	}
	for _, row := range rows[1:] {
		indicator := slices.Index(c.Dimension["indicator_id"].Category.Index, row[0])
		period := slices.Index(c.Dimension["period"].Category.Index, row[slices.Index(rows[0], "period")])
		for m, name := range c.Dimension["column"].Category.Index {
			text := row[slices.Index(rows[0], name)]
			value, known := c.Value[(indicator*c.Size[1]+period)*c.Size[2]+m]
			if known != (text != "") || known && numberText(value) != text {
				t.Errorf("%s, %s: %v in the cube, %q in the CSV", row[0], name, value, text)
			}
			if known {
				numbers++
			}
		}
	}
	if numbers == 0 || len(c.Value) != numbers {
		t.Errorf("%d numbers in the cube, %d in the CSV, of %d cells", len(c.Value), numbers, cells)
	}
}

func TestAFileIsSentInPartsAndNotTwice(t *testing.T) {
	s := smallServer(t)
	for _, target := range []string{"/indicators/median-weekly-pay.csv", "/indicators/median-weekly-pay.parquet", "/indicators/median-weekly-pay.xlsx"} {
		whole := get(t, s, target)
		tag := whole.Header().Get("ETag")
		if strings.HasPrefix(tag, "W/") || tag == "" {
			t.Errorf("%s: tag %q isn't strong", target, tag)
		}
		part := get(t, s, target, "Range", "bytes=4-9", "If-Range", tag, "Accept-Encoding", "gzip")
		if part.Code != http.StatusPartialContent || part.Body.String() != whole.Body.String()[4:10] {
			t.Errorf("%s: part %d, %q", target, part.Code, part.Body)
		}
		if beyond := get(t, s, target, "Range", "bytes=999999999-"); beyond.Code != http.StatusRequestedRangeNotSatisfiable {
			t.Errorf("%s: beyond its end %d", target, beyond.Code)
		}
		for _, encoding := range []string{"", "gzip"} {
			first := get(t, s, target, "Accept-Encoding", encoding)
			again := get(t, s, target, "Accept-Encoding", encoding, "If-None-Match", first.Header().Get("ETag"))
			if again.Code != http.StatusNotModified || again.Body.Len() > 0 {
				t.Errorf("%s, %q: sent again with %d", target, encoding, again.Code)
			}
		}
		if other := get(t, s, target+"?", "If-None-Match", tag); other.Code != http.StatusOK {
			t.Errorf("%s: another address gets %d", target, other.Code)
		}
	}
}

func TestTheSameFileIsMadeOnceForAllWhoWait(t *testing.T) {
	files, err := newFileCache()
	if err != nil {
		t.Fatal(err)
	}
	var made atomic.Int32
	var wait sync.WaitGroup
	begin := make(chan struct{})
	for range 20 {
		wait.Go(func() {
			<-begin
			f, err := files.made(context.Background(), "x", func(context.Context) (file, error) {
				made.Add(1)
				return file{body: []byte("whole")}, nil
			})
			if err != nil || string(f.body) != "whole" {
				t.Errorf("%q, %v", f.body, err)
			}
		})
	}
	close(begin)
	wait.Wait()
	if n := made.Load(); n > 2 {
		t.Errorf("made %d times", n)
	}
	failed := errors.New("no")
	if _, err := files.made(context.Background(), "y", func(context.Context) (file, error) { return file{}, failed }); !errors.Is(err, failed) {
		t.Errorf("error %v, want the maker's", err)
	}
	if f, err := files.made(context.Background(), "y", func(context.Context) (file, error) { return file{name: "y"}, nil }); err != nil || f.name != "y" {
		t.Error("a failure was kept")
	}
}

func records(t *testing.T, body []byte) [][]string {
	t.Helper()
	all, err := csv.NewReader(bytes.NewReader(body)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func TestColumnsAreAddedAtTheEndAndOfTheBenchmarkChosen(t *testing.T) {
	s := smallServer(t)
	for _, tt := range []struct {
		query string
		want  []string // of Manchester in April 2025, after the first 13
	}{
		{"columns=benchmark,verdict", []string{"uk", "K02000001", "643.1", "-53.7", "-80.7", "-26.7", "worse", "0.01", "", ""}},
		{"columns=verdict,benchmark&benchmark=region", []string{"region", "E12000002", "616", "-26.6", "-53.6", "0.4", "similar", "0.01", "", ""}},
		{"columns=quality", []string{"", ""}},
	} {
		all := records(t, get(t, s, "/areas/E08000003.csv?indicators=median-weekly-pay&"+tt.query).Body.Bytes())
		row := all[len(all)-1]
		if diff := cmp.Diff(tt.want, row[13:]); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.query, diff)
		}
	}
	for target, parameter := range map[string]string{
		"/areas/E08000003.csv?columns=colour": "columns", "/areas/E08000003.csv?layout=round": "layout", "/areas/E08000003.csv?profile=x": "profile",
		"/areas/E08000003.csv?benchmark=similar&columns=benchmark": "benchmark", "/areas/E08000003.csv?chart=map": "chart", "/areas/E08000003.csv?period=x": "period",
		"/areas/E08000003.svg?chart=nope": "chart", "/areas/E08000003.svg": "chart", "/indicators/median-weekly-pay.parquet?layout=wide": "layout",
	} {
		w := get(t, s, target)
		var p problem
		if err := json.Unmarshal(w.Body.Bytes(), &p); err != nil || w.Code < 400 || w.Code > 404 || p.Parameter != parameter || len(p.Valid) == 0 && parameter != "period" {
			t.Errorf("%s: %d, parameter %q, valid %v", target, w.Code, p.Parameter, p.Valid)
		}
	}
}

func TestTheWideLayoutHasARowAnAreaAndKeepsMarkers(t *testing.T) {
	all := records(t, get(t, smallServer(t), "/indicators/median-weekly-pay.csv?layout=wide").Body.Bytes())
	want := []string{"area_code", "area_name", "area_type", "median-weekly-pay_2023-04-01_P1M", "median-weekly-pay_2024-04-01_P1M", "median-weekly-pay_2025-04-01_P1M"}
	if diff := cmp.Diff(want, all[0]); diff != "" {
		t.Error(diff)
	}
	rows := map[string][]string{}
	for _, r := range all[1:] {
		if rows[r[0]] != nil {
			t.Errorf("%s has two rows", r[0])
		}
		rows[r[0]] = r[3:]
	}
	if diff := cmp.Diff([]string{"532.5", "[u]", "589.4"}, rows["E08000003"]); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"", "", "[c]"}, rows["E08000006"]); diff != "" {
		t.Error(diff)
	}
}

func TestTheFingertipsProfileHasItsTwentySixColumns(t *testing.T) {
	all := records(t, get(t, smallServer(t), "/areas/E08000003.csv?profile=fingertips").Body.Bytes())
	if len(all[0]) != 26 || all[0][0] != "Indicator ID" || all[0][25] != "Compared to goal" || all[0][12] != "Value" {
		t.Errorf("header %q", all[0])
	}
	var pay []string
	for _, r := range all[1:] {
		if r[0] == "median-weekly-pay" && r[11] == "April 2025" {
			pay = r
		}
	}
	if pay == nil || pay[2] != "E12000002" || pay[12] != "589.4" || pay[21] != "Not compared" || pay[22] != "Similar" || pay[23] != "20250400" {
		t.Errorf("row %q", pay)
	}
}

func TestTheMetadataDescribesItsCSVColumnByColumn(t *testing.T) {
	s := smallServer(t)
	for _, query := range []string{"", "?columns=all", "?layout=wide", "?profile=fingertips"} {
		var m struct {
			URL      string          `json:"url"`
			Title    string          `json:"dc:title"`
			Licence  json.RawMessage `json:"dc:license"`
			Modified json.RawMessage `json:"dc:modified"`
			Schema   struct {
				Key     []string `json:"primaryKey"`
				About   string   `json:"aboutUrl"`
				Columns []struct {
					Name, Titles, Datatype, PropertyURL, ValueURL string
					Null                                          []string
				}
			} `json:"tableSchema"`
		}
		w := get(t, s, "/indicators/median-weekly-pay.csv-metadata.json"+query)
		if err := json.Unmarshal(w.Body.Bytes(), &m); err != nil {
			t.Fatalf("%s: %v", query, err)
		}
		at, found := strings.CutPrefix(m.URL, "https://goodwork.example")
		if !found || m.Title == "" || m.Licence == nil || m.Modified == nil {
			t.Errorf("%s: %q, %q", query, m.URL, m.Title)
		}
		all := records(t, get(t, s, at).Body.Bytes())
		var header, names []string
		for _, c := range m.Schema.Columns {
			header = append(header, c.Titles)
			names = append(names, c.Name)
			if c.Datatype == "" || c.PropertyURL == "" || !regexp.MustCompile(`^[A-Za-z0-9_]+$`).MatchString(c.Name) {
				t.Errorf("%s: column %+v isn't described", query, c)
			}
		}
		if diff := cmp.Diff(all[0], header); diff != "" {
			t.Errorf("%s: the CSV's header (-) isn't the metadata's (+):\n%s", query, diff)
		}
		seen := map[string]bool{}
		for _, r := range all[1:] {
			var key []string
			for _, k := range m.Schema.Key {
				if i := slices.Index(header, k); i >= 0 {
					key = append(key, r[i])
				} else {
					t.Fatalf("%s: the key names %q, which isn't there", query, k)
				}
			}
			if k := strings.Join(key, "|"); seen[k] {
				t.Errorf("%s: the key %s stands twice", query, k)
			} else {
				seen[k] = true
			}
		}
		if len(names) != len(slices.Compact(slices.Sorted(slices.Values(names)))) {
			t.Errorf("%s: names of columns stand twice", query)
		}
	}
	if link := strings.Join(get(t, s, "/areas/E08000003.csv").Header().Values("Link"), " "); !strings.Contains(link, `</areas/E08000003.csv-metadata.json>; rel="describedby"`) && !strings.Contains(link, `<https://goodwork.example/areas/E08000003.csv-metadata.json>; rel="describedby"`) {
		t.Errorf("the CSV doesn't lead to its metadata: %s", link)
	}
}

func TestAPublicReaderOpensTheCube(t *testing.T) {
	node, err := exec.LookPath("node")
	if err != nil {
		t.Fatal("node is needed, as for the assets")
	}
	library, err := filepath.Abs("../node_modules/jsonstat-toolkit")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(library); err != nil {
		t.Fatalf("run make assets, which installs jsonstat-toolkit: %v", err)
	}
	script := `const JSONstat = require(process.argv[1]); let text = '';
		process.stdin.on('data', (d) => text += d).on('end', () => {
			const d = (JSONstat.default || JSONstat)(JSON.parse(text));
			const at = (statistic, area, period) => d.Data({indicator: 'median-weekly-pay', statistic, area, period});
			const cell = (...of) => { const c = at(...of); return c ? [c.value, c.status] : null };
			console.log(JSON.stringify({class: d.class, n: d.n, id: d.id, role: d.role, unit: d.Dimension('indicator').Category('median-weekly-pay').unit,
				area: d.Dimension('area').Category('E08000003').label,
				pay: cell('value', 'E08000003', '2025-04-01/P1M'), lower: cell('lower_95', 'E08000003', '2025-04-01/P1M'),
				missing: cell('value', 'E08000003', '2024-04-01/P1M'), never: cell('value', 'E08000006', '2023-04-01/P1M')}))
		})`
	cmd := exec.Command(node, "-e", script, library)
	cmd.Stdin = bytes.NewReader(get(t, smallServer(t), "/indicators/median-weekly-pay.jsonstat").Body.Bytes())
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	var got map[string]any
	if err := json.Unmarshal(out, &got); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	want := map[string]any{
		"class": "dataset", "n": float64(1 * 3 * 10 * 3), "id": []any{"indicator", "statistic", "area", "period"}, "area": "Manchester",
		"role":    map[string]any{"metric": []any{"indicator"}, "geo": []any{"area"}, "time": []any{"period"}, "classification": []any{"statistic"}},
		"unit":    map[string]any{"label": "pounds a week", "symbol": "£", "position": "start", "decimals": float64(0)},
		"pay":     []any{589.4, "provisional"},
		"lower":   []any{562.886, nil},
		"missing": []any{nil, "u"},
		"never":   []any{nil, nil},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestAWorkbookCanBeReadByEverybody(t *testing.T) {
	s := smallServer(t)
	for _, target := range []string{"/indicators/median-weekly-pay.xlsx", "/indicators/median-weekly-pay.xlsx?layout=wide", "/areas/E08000003.xlsx?columns=all", "/groups.xlsx?areas=E08000003,E08000006"} {
		body := get(t, s, target).Body.Bytes()
		book, err := excelize.OpenReader(bytes.NewReader(body))
		if err != nil {
			t.Fatalf("%s: %v", target, err)
		}
		if diff := cmp.Diff([]string{"Cover", "Contents", "Notes", "Indicators", "Figures"}, book.GetSheetList()); diff != "" {
			t.Errorf("%s: %s", target, diff)
		}
		about, err := book.GetDocProps()
		if err != nil || about.Title == "" || about.Language != "en-GB" {
			t.Errorf("%s: title %q, language %q, %v", target, about.Title, about.Language, err)
		}
		for _, sheet := range book.GetSheetList() {
			tables, err := book.GetTables(sheet)
			if err != nil {
				t.Fatal(err)
			}
			merged, err := book.GetMergeCells(sheet)
			if err != nil || len(merged) > 0 {
				t.Errorf("%s, %s: %d merged cells, %v", target, sheet, len(merged), err)
			}
			if sheet == "Cover" {
				rows, err := book.GetRows(sheet)
				if extent, _ := book.GetSheetDimension(sheet); err != nil || extent != "A1:A"+strconv.Itoa(len(rows)) {
					t.Errorf("%s: the cover says that it is %s and has %d rows, %v", target, extent, len(rows), err)
				}
				continue
			}
			if len(tables) != 1 {
				t.Errorf("%s, %s: %d tables, want 1", target, sheet, len(tables))
				continue
			}
			from, to, _ := strings.Cut(tables[0].Range, ":")
			if extent, err := book.GetSheetDimension(sheet); err != nil || extent != "A1:"+to {
				t.Errorf("%s, %s: the sheet says that it is %s, its table ends at %s, %v", target, sheet, extent, to, err)
			}
			_, top, err1 := excelize.CellNameToCoordinates(from)
			right, bottom, err2 := excelize.CellNameToCoordinates(to)
			rows, err3 := book.GetRows(sheet)
			if err := errors.Join(err1, err2, err3); err != nil {
				t.Fatal(err)
			}
			if bottom != len(rows) {
				t.Errorf("%s, %s: the table ends in row %d of %d", target, sheet, bottom, len(rows))
			}
			names := map[string]bool{}
			for n, row := range rows[top-1:] {
				for column := range right {
					if column >= len(row) || row[column] == "" {
						t.Errorf("%s, %s: row %d, column %d is blank", target, sheet, top+n, column+1)
						break
					}
					if n == 0 && names[row[column]] {
						t.Errorf("%s, %s: two columns are called %q", target, sheet, row[column])
					}
					if n == 0 {
						names[row[column]] = true
					}
				}
			}
		}
		for _, part := range zipped(t, body) {
			for _, never := range []string{"<autoFilter", "<pane ", "<mergeCell ", "vbaProject"} {
				if strings.Contains(part, never) {
					t.Errorf("%s holds %s", target, never)
				}
			}
		}
		if again, err := openServer(smallEdition()); err != nil {
			t.Fatal(err)
		} else if target == "/indicators/median-weekly-pay.xlsx" && !bytes.Equal(get(t, again, target).Body.Bytes(), body) {
			t.Errorf("%s is not the same twice", target)
		}
	}
}

func zipped(t *testing.T, body []byte) map[string]string {
	t.Helper()
	r, err := zip.NewReader(bytes.NewReader(body), int64(len(body)))
	if err != nil {
		t.Fatal(err)
	}
	parts := map[string]string{}
	for _, f := range r.File {
		part, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		content, err := io.ReadAll(part)
		if err := errors.Join(err, part.Close()); err != nil {
			t.Fatal(err)
		}
		parts[f.Name] = string(content)
	}
	return parts
}

func TestAnArchiveExplainsItself(t *testing.T) {
	s := smallServer(t)
	parts := zipped(t, get(t, s, "/areas/E08000003.zip").Body.Bytes())
	for name, says := range map[string]string{
		"README.md": "duckdb", "LICENCE.txt": "Open Government Licence", "E08000003.csv": "E08000003,Manchester", "indicators.csv": "What is a typical employee paid?",
		"E08000003.csv-metadata.json": `"url": "E08000003.csv"`,
	} {
		if !strings.Contains(strings.ToLower(parts[name]), strings.ToLower(says)) {
			t.Errorf("%s doesn't say %q:\n%s", name, says, parts[name])
		}
	}
	if parts["E08000003.csv"] != get(t, s, "/areas/E08000003.csv").Body.String() {
		t.Error("the archive holds another CSV")
	}
}

func TestAMapsAreasCarryTheirFigures(t *testing.T) {
	var found struct {
		Type     string
		Features []struct {
			ID         string
			Properties map[string]any
			Geometry   struct{ Type string }
		}
	}
	w := get(t, smallServer(t), "/indicators/median-weekly-pay.geojson")
	if err := json.Unmarshal(w.Body.Bytes(), &found); err != nil {
		t.Fatal(err)
	}
	if found.Type != "FeatureCollection" || len(found.Features) != 361 {
		t.Errorf("%s of %d areas", found.Type, len(found.Features))
	}
	for _, f := range found.Features {
		switch f.ID {
		case "E08000003":
			if f.Properties["value"] != 589.4 || f.Properties["name"] != "Manchester" || f.Properties["period"] != "2025-04-01/P1M" {
				t.Errorf("Manchester: %v", f.Properties)
			}
		case "E08000006":
			if f.Properties["value"] != nil || f.Properties["marker"] != "c" {
				t.Errorf("Salford: %v", f.Properties)
			}
		case "S12000033":
			if f.Properties["value"] != nil || f.Properties["marker"] != "x" {
				t.Errorf("Aberdeen: %v", f.Properties)
			}
		}
	}
}

func TestAnAreasMapCanBeHadWithItsNeighboursFigures(t *testing.T) {
	s := snapshotServer(t)
	for target, wants := range map[string]struct {
		indicator string
		areas     []string
	}{
		"/areas/E08000003.geojson":                         {"median-weekly-pay", []string{"E08000003", "E08000006", "E08000009"}},
		"/areas/E08000003.geojson?map=employment-rate":     {"employment-rate", []string{"E08000003", "E08000006", "E08000009"}},
		"/areas/E47000001.geojson?map=claimant-rate":       {"claimant-rate", []string{"E08000003", "E08000010", "E08000013"}},
		"/areas/E06000046.geojson?indicators=anxiety":      {"median-weekly-pay", []string{"E06000046"}},
		"/areas/E08000003-manchester.geojson?map=obesity!": {"", nil},
	} {
		w := get(t, s, target)
		if wants.indicator == "" {
			if w.Code != 400 {
				t.Errorf("%s: %d", target, w.Code)
			}
			continue
		}
		var found struct {
			Features []struct {
				ID         string
				Properties map[string]any
			}
		}
		if err := json.Unmarshal(w.Body.Bytes(), &found); err != nil {
			t.Fatalf("%s: %d, %v", target, w.Code, err)
		}
		has := map[string]any{}
		for _, f := range found.Features {
			has[f.ID] = f.Properties["indicator_id"]
		}
		for _, id := range wants.areas {
			if has[id] != wants.indicator {
				t.Errorf("%s: %s has %v", target, id, has[id])
			}
		}
	}
	for _, target := range []string{"/areas/E92000001.geojson", "/index.geojson"} {
		if w := get(t, s, target); w.Code != 404 || !strings.Contains(w.Body.String(), ".parquet") {
			t.Errorf("%s: %d", target, w.Code)
		}
	}
}

func TestAnIndicatorsPageDescribesItsDataSet(t *testing.T) {
	s := smallServer(t)
	page := get(t, s, "/indicators/median-weekly-pay").Body.String()
	_, rest, found := strings.Cut(page, `<script type="application/ld+json">`)
	text, _, ended := strings.Cut(rest, "</script>")
	if !found || !ended {
		t.Fatal("the page holds no description")
	}
	var inPage, asFile map[string]any
	if err := errors.Join(json.Unmarshal([]byte(text), &inPage), json.Unmarshal(get(t, s, "/indicators/median-weekly-pay.jsonld").Body.Bytes(), &asFile)); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(asFile, inPage); diff != "" {
		t.Errorf("page and file differ:\n%s", diff)
	}
	for _, name := range []string{"name", "description", "license", "creator", "temporalCoverage", "spatialCoverage", "variableMeasured", "distribution", "dateModified"} {
		if inPage[name] == nil {
			t.Errorf("no %s", name)
		}
	}
	if inPage["temporalCoverage"] != "2023-04-01/2025-04-30" {
		t.Errorf("covers %v", inPage["temporalCoverage"])
	}
	for _, d := range inPage["distribution"].([]any) {
		at := strings.TrimPrefix(d.(map[string]any)["contentUrl"].(string), "https://goodwork.example")
		if w := get(t, s, at); w.Code != http.StatusOK {
			t.Errorf("%s: %d", at, w.Code)
		}
	}
}

func TestTheCatalogueLeadsToEveryFile(t *testing.T) {
	s := smallServer(t)
	var cat struct {
		Type     string `json:"@type"`
		Datasets []struct {
			Title         string `json:"dct:title"`
			Distributions []struct {
				URL struct {
					ID string `json:"@id"`
				} `json:"dcat:downloadURL"`
			} `json:"dcat:distribution"`
		} `json:"dcat:dataset"`
	}
	if err := json.Unmarshal(get(t, s, "/catalogue.jsonld").Body.Bytes(), &cat); err != nil {
		t.Fatal(err)
	}
	if cat.Type != "dcat:Catalog" || len(cat.Datasets) != 1+len(smallEdition().Indicators) {
		t.Errorf("%s of %d data sets", cat.Type, len(cat.Datasets))
	}
	for _, set := range cat.Datasets {
		for _, d := range set.Distributions {
			if w := get(t, s, strings.TrimPrefix(d.URL.ID, "https://goodwork.example")); w.Code != http.StatusOK {
				t.Errorf("%s: %s: %d", set.Title, d.URL.ID, w.Code)
			}
		}
	}
}

func TestSearchEnginesFindEveryPlaceAndIndicator(t *testing.T) {
	s := smallServer(t)
	if text := get(t, s, "/robots.txt").Body.String(); !strings.Contains(text, "Sitemap: https://goodwork.example/sitemap.xml") {
		t.Errorf("robots.txt:\n%s", text)
	}
	var set struct {
		URLs []struct {
			Location string `xml:"loc"`
		} `xml:"url"`
	}
	if err := xml.Unmarshal(get(t, s, "/sitemap.xml").Body.Bytes(), &set); err != nil {
		t.Fatal(err)
	}
	listed := map[string]bool{}
	for i, u := range set.URLs {
		at := strings.TrimPrefix(u.Location, "https://goodwork.example")
		listed[at] = true
		if i%60 == 0 || !strings.HasPrefix(at, "/areas/") {
			if w := get(t, s, at); w.Code != http.StatusOK {
				t.Errorf("%s: %d", at, w.Code)
			}
		}
	}
	for _, want := range []string{"/", "/areas/E08000003-manchester", "/indicators/claimant-rate", "/data"} {
		if !listed[want] {
			t.Errorf("no %s", want)
		}
	}
}

// A server that wasn't told its address writes those by which it was asked.
func TestAddressesAreOfTheHostThatWasAsked(t *testing.T) {
	told := smallServer(t)
	tags := map[string]string{} // the host for which a page has a tag
	for _, c := range []struct {
		name          string
		base          string
		proxy, secure bool
		host          string
		want          string
	}{
		{name: "told", base: "https://goodwork.example", host: "elsewhere.example", want: "https://goodwork.example"},
		{name: "asked", host: "localhost:8080", want: "http://localhost:8080"},
		{name: "by IPv6", host: "[::1]:8080", want: "http://[::1]:8080"},
		{name: "behind a proxy", host: "jobs.example", proxy: true, want: "https://jobs.example"},
		{name: "a reader's own header", host: "jobs.example", want: "http://jobs.example"},
		{name: "encrypted", host: "jobs.example", secure: true, want: "https://jobs.example"},
		{name: "no host", host: "a b<c>", want: ""},
	} {
		cfg := told.Config
		cfg.BaseURL, cfg.BehindProxy = c.base, c.proxy
		s, err := New(t.Context(), cfg)
		if err != nil {
			t.Fatal(err)
		}
		ask := func(path string) *httptest.ResponseRecorder {
			r := httptest.NewRequest(http.MethodGet, path, nil)
			r.Host = c.host
			r.Header.Set("X-Forwarded-Proto", "https")
			if c.secure {
				r.TLS = &tls.ConnectionState{}
			}
			w := httptest.NewRecorder()
			s.ServeHTTP(w, r)
			return w
		}
		robots, sitemap := ask("/robots.txt").Body.String(), ask("/sitemap.xml")
		if c.want == "" {
			if sitemap.Code != http.StatusBadRequest || strings.Contains(robots, "Sitemap") {
				t.Errorf("%s: %d, robots.txt:\n%s", c.name, sitemap.Code, robots)
			}
			continue
		}
		if !strings.Contains(robots, "\nSitemap: "+c.want+"/sitemap.xml\n") || !strings.Contains(sitemap.Body.String(), "<loc>"+c.want+"/areas/E08000003-manchester</loc>") {
			t.Errorf("%s: want %s in robots.txt:\n%s\nand in the sitemap, %d", c.name, c.want, robots, sitemap.Code)
		}
		page := ask("/indicators/median-weekly-pay")
		for _, address := range []string{"/editions/" + string(s.library.edition) + "/indicators/median-weekly-pay?period=", "/api/v1/observations?"} {
			if !strings.Contains(textOf(t, page.Body.String()), c.want+address) {
				t.Errorf("%s: the page's citation and its address for programs lack %s%s", c.name, c.want, address)
			}
		}
		if text := textOf(t, ask("/areas/E08000003-manchester").Body.String()); !strings.Contains(text, "Address of this view: "+c.want+"/areas/E08000003-manchester") {
			t.Errorf("%s: the area's page lacks its address", c.name)
		}
		if other, seen := tags[page.Header().Get("ETag")]; seen && other != c.want {
			t.Errorf("%s: the page for %s has the tag of that for %s", c.name, c.want, other)
		}
		tags[page.Header().Get("ETag")] = c.want
	}
}

func TestTheDuckDBFileIsSentWhole(t *testing.T) {
	w := get(t, smallServer(t), "/data/goodwork.duckdb")
	if w.Code != http.StatusOK || w.Body.Len() < 4096 || !bytes.Equal(w.Body.Bytes()[8:12], []byte("DUCK")) {
		t.Errorf("%d, %d bytes", w.Code, w.Body.Len())
	}
	if links := w.Header().Get("Link"); !strings.Contains(links, `/data>; rel="about"`) || !strings.Contains(links, `rel="license"`) {
		t.Errorf("what describes it: %s", links)
	}
}

func TestAPicturesFileIsNamedAfterItsChart(t *testing.T) {
	s := smallServer(t)
	for target, want := range map[string]string{"/indicators/median-weekly-pay.svg?chart=map": "median-weekly-pay_map_", "/indicators/median-weekly-pay.csv": "median-weekly-pay_20"} {
		if name := get(t, s, target).Header().Get("Content-Disposition"); !strings.Contains(name, `filename="`+want) {
			t.Errorf("%s: %s, want %s", target, name, want)
		}
	}
}

func TestAPictureIsOfTheChart(t *testing.T) {
	s := smallServer(t)
	for target, size := range map[string][2]int{
		"/areas/E08000003.png?chart=card": {1200, 630}, "/indicators/median-weekly-pay.png?chart=card": {1200, 630},
		"/areas/E08000003.png?chart=median-weekly-pay": {1520, 0}, "/indicators/median-weekly-pay.png": {1240, 0},
	} {
		w := get(t, s, target)
		picture, err := png.Decode(w.Body)
		if err != nil {
			t.Errorf("%s: %d, %v", target, w.Code, err)
			continue
		}
		if b := picture.Bounds(); b.Dx() != size[0] || size[1] > 0 && b.Dy() != size[1] {
			t.Errorf("%s: %v", target, b)
		}
		colours := map[[4]uint32]bool{}
		for y := picture.Bounds().Min.Y; y < picture.Bounds().Max.Y; y += 3 {
			for x := picture.Bounds().Min.X; x < picture.Bounds().Max.X; x += 3 {
				r, g, b, a := picture.At(x, y).RGBA()
				colours[[4]uint32{r, g, b, a}] = true
			}
		}
		if len(colours) < 10 {
			t.Errorf("%s is empty: %d colours", target, len(colours))
		}
	}
	for _, target := range []string{"/areas/E08000003-manchester", "/indicators/median-weekly-pay"} {
		page := get(t, s, target).Body.String()
		found := regexp.MustCompile(`<meta property="og:image" content="https://goodwork.example([^"]+)">`).FindStringSubmatch(page)
		if found == nil {
			t.Errorf("%s has no picture", target)
			continue
		}
		if w := get(t, s, strings.ReplaceAll(found[1], "&amp;", "&")); w.Code != http.StatusOK || w.Header().Get("Content-Type") != "image/png" {
			t.Errorf("%s: its picture: %d", target, w.Code)
		}
	}
}

func TestSVGThatCantBeDrawnIsAnError(t *testing.T) {
	r := chart.NewRasteriser(must(NewAssets()).Built())
	for _, svg := range []string{"", "<svg", "nothing"} {
		if picture, err := r.PNG(context.Background(), []byte(svg), 1); err == nil {
			t.Errorf("%q gave %d bytes", svg, len(picture))
		}
	}
	ended, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := r.PNG(ended, []byte(`<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="9" height="9"/></svg>`), 1); err == nil {
		t.Error("a reader who has gone was drawn for")
	}
}

func TestAnExportIsWhatTheSiteServes(t *testing.T) {
	s := smallServer(t)
	name, body, err := s.Export(context.Background(), "/areas/E08000016.csv")
	if err != nil || name != "E08000038_"+string(s.library.edition)+".csv" || !bytes.Equal(body, get(t, s, "/areas/E08000038.csv").Body.Bytes()) {
		t.Errorf("%s, %v:\n%s", name, err, body)
	}
	for target, says := range map[string]string{
		"/areas/E08000003": "this is a page", "/areas/nope.csv": "no area", "/nowhere": "not found", "areas": "not an address",
		"/areas/E08000003.csv?x=1": "Valid: indicator",
	} {
		if _, _, err := s.Export(context.Background(), target); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: %v, want %q", target, err, says)
		}
	}
}

func TestAnUntestedGapIsNotTestedInEveryFile(t *testing.T) {
	all := records(t, get(t, smallServer(t), "/areas/E08000003.csv?indicators=claimant-rate&columns=benchmark,verdict").Body.Bytes())
	if diff := cmp.Diff([]string{"uk", "K02000001", "3.9", "2.112345678", "", "", string(data.NotTested), "", "", ""}, all[1][13:]); diff != "" {
		t.Error(diff)
	}
}

func TestAGroupAndTheIndexHaveTheColumnsAskedFor(t *testing.T) {
	small, snapshot := smallServer(t), snapshotServer(t)
	answered := func(target string) *httptest.ResponseRecorder {
		if strings.HasPrefix(target, "/groups") {
			return get(t, small, target)
		}
		return get(t, snapshot, target)
	}
	header := func(target string) []string { return records(t, answered(target).Body.Bytes())[0] }
	base := []string{"indicator_id", "group_name", "area_codes", "period", "value", "lower_95", "upper_95", "unit", "marker"}
	const group = "/groups.csv?areas=E08000003,E08000006"
	for target, want := range map[string][]string{
		group + "&columns=verdict":                    append(slices.Clone(base), "verdict"),
		group + "&columns=members":                    append(slices.Clone(base), "counted", "omitted", "refused", "lowest", "highest"),
		"/index.csv?columns=methods":                  {"area_code", "area_name", "year", "index_version", "status", "index", "lower_95", "upper_95", "band", "geometric", "ampi", "z_score", "percentile_rank", "lowest_to_highest", "reason"},
		group + "&columns=all":                        header(group),
		"/index.csv?columns=dimensions,methods,ranks": header("/index.csv"),
	} {
		if diff := cmp.Diff(want, header(target)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", target, diff)
		}
	}
	for target, wants := range map[string][2]string{
		group + "&columns=trend":             {"columns", "members"},
		"/index.csv?columns=benchmark":       {"columns", "ranks"},
		group + "&profile=fingertips":        {"profile", "/areas/{code}.csv"},
		"/index.csv?profile=fingertips":      {"profile", "/areas/{code}.csv"},
		"/quadrant.csv?profile=fingertips":   {"profile", "/areas/{code}.csv"},
		"/index.csv?layout=wide&columns=all": {"columns", ""},
	} {
		w := answered(target)
		var p problem
		if err := json.Unmarshal(w.Body.Bytes(), &p); err != nil || w.Code != 400 || p.Parameter != wants[0] || wants[1] != "" && !strings.Contains(w.Body.String(), wants[1]) {
			t.Errorf("%s: %d, %s", target, w.Code, w.Body)
		}
	}
}

func TestAGroupsWideLayoutHasTheGroupAndThenItsAreas(t *testing.T) {
	s := smallServer(t)
	all := records(t, get(t, s, "/groups.csv?areas=E08000003,E08000006&name=Two+towns&layout=wide").Body.Bytes())
	var names []string
	for _, r := range all[1:] {
		names = append(names, strings.Join(r[:3], "|"))
	}
	if diff := cmp.Diff([]string{"|Two towns|group", "E08000003|Manchester|metropolitan_borough", "E08000006|Salford|metropolitan_borough"}, names); diff != "" {
		t.Error(diff)
	}
	long := map[string]string{}
	for _, r := range records(t, get(t, s, "/groups.csv?areas=E08000003,E08000006").Body.Bytes())[1:] {
		long[r[0]+"_"+strings.ReplaceAll(r[3], "/", "_")] = r[4]
	}
	for i, name := range all[0][3:] {
		if want, ok := long[name]; !ok || want != all[1][3+i] && (want != "" || !strings.HasPrefix(all[1][3+i], "[")) {
			t.Errorf("%s: %q in the wide file, %q in the long", name, all[1][3+i], want)
		}
	}
}

func TestAGroupsChartHasEachAreasFigureAndTheNations(t *testing.T) {
	s := smallServer(t)
	w := get(t, s, "/groups.svg?areas=E08000003,E08000006&chart=median-weekly-pay&name=Two+%26+two")
	for _, want := range []string{"Manchester", "£589", "UK £", "Two &amp; two", "no figure for 1 area", "<circle"} {
		if !strings.Contains(w.Body.String(), want) {
			t.Errorf("the chart lacks %q: %d %s", want, w.Code, w.Body)
		}
	}
	page := get(t, s, "/groups?areas=E08000003,E08000006").Body.String()
	if !strings.Contains(page, `/groups.svg?areas=E08000003,E08000006&amp;chart=median-weekly-pay`) {
		t.Error("the page has no link to its chart")
	}
	for target, want := range map[string]int{"/groups.svg?areas=E08000003": 404, "/groups.png?areas=E08000006&chart=median-weekly-pay": 404, "/groups.svg?areas=E08000003&chart=map": 404} {
		if w := get(t, s, target); w.Code != want {
			t.Errorf("%s: %d", target, w.Code)
		}
	}
}

func TestTheIndexsWideLayoutHasAColumnForEachScoreWithItsYear(t *testing.T) {
	s := snapshotServer(t)
	wide, long := records(t, get(t, s, "/index.csv?layout=wide").Body.Bytes()), records(t, get(t, s, "/index.csv").Body.Bytes())
	if len(wide) != len(long) || wide[0][2] != "area_type" || !strings.HasPrefix(wide[0][3], "index_20") || len(wide[0]) < 6 {
		t.Fatalf("%d rows of %d, header %q", len(wide), len(long), wide[0])
	}
	for i, r := range wide[1:] {
		if want := long[i+1][5]; r[0] != long[i+1][0] || r[3] != want && (want != "" || r[3] != "[x]") {
			t.Errorf("row %q, long row %q", r, long[i+1][:6])
		}
	}
}
