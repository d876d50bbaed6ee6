package dashboard

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/parquet-go/parquet-go"
	"github.com/xuri/excelize/v2"

	"goodwork/data"
)

// figureIn is one figure as a file has it: the texts of its value, limits and
// marker, numbers as CSV writes them.
type figureIn struct{ value, lower, upper, marker string }

type figuresIn map[string]figureIn // by indicator, area and period

// TestOneFigureIsTheSameInEveryFormat draws areas and indicators at random from
// the snapshot and reads what the page, its chart and every file say of them,
// each with a reader of its own.
func TestOneFigureIsTheSameInEveryFormat(t *testing.T) {
	s := snapshotServer(t)
	locals := s.Register.Locals()
	indicators := s.Edition.Indicators()
	draw := rand.New(rand.NewPCG(2026, 11))
	for range 25 {
		area, ind := locals[draw.IntN(len(locals))], indicators[draw.IntN(len(indicators))]
		stem, query := "/areas/"+string(area.Code), "?indicators="+string(ind.ID)
		w := get(t, s, stem+".csv"+query)
		if w.Code != 200 {
			if another := get(t, s, stem+".json"+query); another.Code != w.Code {
				t.Fatalf("%s%s: CSV answers %d, JSON %d", stem, query, w.Code, another.Code)
			}
			continue
		}
		want := figuresOfCSV(t, w.Body.Bytes())
		for name, read := range map[string]func(*testing.T, []byte) figuresIn{
			".json": figuresOfJSON, ".xlsx": figuresOfWorkbook, ".parquet": figuresOfParquet, ".jsonstat": figuresOfCube,
		} {
			got := read(t, get(t, s, stem+name+query).Body.Bytes())
			if len(got) != len(want) {
				t.Errorf("%s%s%s: %d figures, the CSV has %d", stem, name, query, len(got), len(want))
			}
			for key, f := range want {
				if name == ".xlsx" {
					f = figureIn{twelve(t, f.value), twelve(t, f.lower), twelve(t, f.upper), f.marker}
				}
				if got[key] != f {
					t.Errorf("%s%s: %s is %+v, in the CSV %+v", stem, name, key, got[key], f)
				}
			}
		}
		pageAgrees(t, s, area, ind, want)
		chartAgrees(t, s, area, ind, want)
	}
}

// pageAgrees holds what the page says of the latest period to the CSV.
func pageAgrees(t *testing.T, s *Server, area data.Area, ind data.Indicator, want figuresIn) {
	key := string(ind.ID) + " " + string(area.Code) + " " + s.Edition.LatestPeriod(ind.ID).String()
	f, ok := want[key]
	if !ok || f.value == "" {
		return
	}
	page := get(t, s, "/indicators/"+string(ind.ID)+"?level="+string(levelOf(ind))).Body.String()
	var value float64
	if err := json.Unmarshal([]byte(f.value), &value); err != nil {
		t.Fatal(err)
	}
	row := regexp.MustCompile(`(?s)<tr[^>]*>\s*<th scope="row"><a href="/areas/` + area.Slug() + `#.*?</tr>`).FindString(page)
	if row == "" && levelOf(ind) == groupUpper {
		return // of a county's indicator, districts aren't listed
	}
	if !strings.Contains(row, ind.Format(value)) {
		t.Errorf("the page of %s doesn't show %s for %s: %q", ind.ID, ind.Format(value), area.Name, row)
	}
}

func levelOf(ind data.Indicator) areaGroup { return defaultGroup(ind) }

// chartAgrees holds the points of the area's chart to the CSV.
func chartAgrees(t *testing.T, s *Server, area data.Area, ind data.Indicator, want figuresIn) {
	rows := make([]data.Row, 0, len(want))
	table, err := s.Edition.Table(t.Context(), data.Query{Indicators: []data.IndicatorID{ind.ID}, Areas: []data.AreaCode{area.Code}})
	if err != nil {
		t.Fatal(err)
	}
	rows = append(rows, table.Rows...)
	series := trendSeries(ind, area.Name, rows, true)
	for i, p := range series.Points {
		f := want[string(ind.ID)+" "+string(area.Code)+" "+rows[i].Period.String()]
		if p.OK != (f.value != "") || p.OK && data.CellText(p.Value) != f.value || p.Interval && data.CellText(p.Lower) != f.lower {
			t.Errorf("the chart's point of %s is %+v, in the CSV %+v", rows[i].Period, p, f)
		}
		if !p.OK && p.Marker != "["+f.marker+"]" {
			t.Errorf("the chart's point of %s has the marker %s, in the CSV %s", rows[i].Period, p.Marker, f.marker)
		}
	}
}

func figuresOfCSV(t *testing.T, body []byte) figuresIn {
	t.Helper()
	out := figuresIn{}
	for _, r := range records(t, body)[1:] {
		out[r[0]+" "+r[1]+" "+r[4]] = figureIn{r[5], r[6], r[7], r[9]}
	}
	return out
}

func figuresOfJSON(t *testing.T, body []byte) figuresIn {
	t.Helper()
	var doc struct {
		Rows []struct {
			Indicator string      `json:"indicator_id"`
			Area      string      `json:"area_code"`
			Period    string      `json:"period"`
			Value     json.Number `json:"value"`
			Lower     json.Number `json:"lower_95"`
			Upper     json.Number `json:"upper_95"`
			Marker    string      `json:"marker"`
		} `json:"rows"`
	}
	if err := json.Unmarshal(body, &doc); err != nil {
		t.Fatal(err)
	}
	out := figuresIn{}
	for _, r := range doc.Rows {
		out[r.Indicator+" "+r.Area+" "+r.Period] = figureIn{plain(t, r.Value), plain(t, r.Lower), plain(t, r.Upper), r.Marker}
	}
	return out
}

// plain is a number of JSON as CSV writes it.
func plain(t *testing.T, n json.Number) string {
	t.Helper()
	if n == "" {
		return ""
	}
	f, err := n.Float64()
	if err != nil {
		t.Fatal(err)
	}
	return data.CellText(f)
}

func figuresOfCube(t *testing.T, body []byte) figuresIn {
	t.Helper()
	var c cube
	if err := json.Unmarshal(body, &c); err != nil {
		t.Fatal(err)
	}
	out := figuresIn{}
	areas, periods := c.Dimension["area"].Category.Index, c.Dimension["period"].Category.Index
	for i, ind := range c.Dimension["indicator"].Category.Index {
		for j, area := range areas {
			for k, period := range periods {
				at := func(statistic int) int {
					return ((i*3+statistic)*len(areas)+j)*len(periods) + k
				}
				text := func(statistic int) string {
					if f, ok := c.Value[at(statistic)]; ok {
						return data.CellText(f)
					}
					return ""
				}
				f := figureIn{text(0), text(1), text(2), ""}
				if f.value == "" {
					f.marker = c.Status[at(0)]
				}
				if f.value != "" || f.marker != "" {
					out[ind+" "+area+" "+period] = f
				}
			}
		}
	}
	return out
}

// twelve is a number with the twelve digits that survive a spreadsheet's reader.
func twelve(t *testing.T, s string) string {
	t.Helper()
	if s == "" {
		return ""
	}
	f, err := strconv.ParseFloat(s, 64)
	if err != nil {
		t.Fatal(err)
	}
	return strconv.FormatFloat(f, 'g', 12, 64)
}

func figuresOfWorkbook(t *testing.T, body []byte) figuresIn {
	t.Helper()
	book, err := excelize.OpenReader(bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	rows, err := book.GetRows("Figures", excelize.Options{RawCellValue: true})
	if err != nil {
		t.Fatal(err)
	}
	top := slices.IndexFunc(rows, func(r []string) bool { return len(r) > 1 && r[0] == "Indicator" })
	if top < 0 {
		t.Fatal("the workbook has no header")
	}
	number := func(s string) string {
		if strings.HasPrefix(s, "[") {
			return ""
		}
		return twelve(t, s)
	}
	out := figuresIn{}
	for _, r := range rows[top+1:] {
		f := figureIn{value: number(r[5]), lower: number(r[6]), upper: number(r[7])}
		if f.value == "" {
			f.marker = strings.Trim(r[9], "[]")
			if r[5] != r[9] {
				t.Errorf("a missing value is shown as %s, its marker is %s", r[5], r[9])
			}
		}
		out[r[0]+" "+r[1]+" "+r[4]] = f
	}
	return out
}

func figuresOfParquet(t *testing.T, body []byte) figuresIn {
	t.Helper()
	type row struct {
		Indicator string   `parquet:"indicator_id,optional"`
		Area      string   `parquet:"area_code,optional"`
		Period    string   `parquet:"period,optional"`
		Value     *float64 `parquet:"value,optional"`
		Lower     *float64 `parquet:"lower_95,optional"`
		Upper     *float64 `parquet:"upper_95,optional"`
		Marker    *string  `parquet:"marker,optional"`
	}
	r := parquet.NewGenericReader[row](bytes.NewReader(body))
	rows := make([]row, r.NumRows())
	if _, err := r.Read(rows); err != nil && err != io.EOF { //nolint:errorlint // the library gives the bare one
		t.Fatal(err)
	}
	if err := r.Close(); err != nil {
		t.Fatal(err)
	}
	text := func(f *float64) string {
		if f == nil {
			return ""
		}
		return data.CellText(*f)
	}
	out := figuresIn{}
	for _, x := range rows {
		f := figureIn{text(x.Value), text(x.Lower), text(x.Upper), ""}
		if x.Marker != nil {
			f.marker = *x.Marker
		}
		out[fmt.Sprintf("%s %s %s", x.Indicator, x.Area, x.Period)] = f
	}
	return out
}
