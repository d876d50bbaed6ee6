package ingest

import (
	"maps"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"goodwork/data"
)

const lowPaySource = `id: test-low-pay
title: Low pay
publisher: Office for National Statistics
licence: OGL-UK-3.0
landing_page: https://example.org/low-pay
designation: ad_hoc
frequency: yearly
format: workbook
table:
  book: "* figures.xlsx"
  cv_book: "* CV.xlsx"
  sheet: All
  area: B
  first: 4
  says: {A1: Low pay}
measures:
  - id: low-paid-jobs
    where: {value: C, cv: C}
    assert: {C3: Jobs}
    unit: thousand jobs
    kind: count
    range: [0, 30000]
  - id: low-paid-share
    where: {value: D, cv: D}
    assert: {D3: Per cent}
    unit: "%"
    kind: percentage
    range: [0, 100]
markers: {x: u, "..": c, ":": z}
expect: {areas: 3, periods: 1}
releases:
  - id: 2022-10
    url: https://example.org/low-pay.zip
    file: low-pay.zip
    latest: 2022-04-27
    flags: {2022-04-27: provisional}
    says: {A2: April 2022}
`

// book is a sheet's cells by their place: text, or a number.
type book map[string]any

// Invented figures.
func figureBook() book {
	return book{
		"A1": "Low  pay", "A2": "April 2022", "A3": "Description", "B3": "Code", "C3": "Jobs", "D3": "Per cent",
		"A4": "United Kingdom", "B4": "K02000001", "C4": 3400.0, "D4": 12.5,
		"A5": "Carlisle", "B5": "E07000028", "C5": 6.0, "D5": 10.5,
		"A6": "Eden", "B6": "E07000030", "C6": "x", "D6": 17.5,
		"A7": "Not classified", "C7": ":", "D7": ":",
		"A9": "Source: a survey",
	}
}

// cvBook has the areas in another order.
func cvBook() book {
	return book{
		"A1": "Low pay", "A2": "April 2022", "A3": "Description", "B3": "Code", "C3": "Jobs", "D3": "Per cent",
		"A4": "United Kingdom", "B4": "K02000001", "C4": 0.5, "D4": 0.5,
		"A5": "Eden", "B5": "E07000030", "C5": 22.0, "D5": 20.0,
		"A6": "Carlisle", "B6": "E07000028", "C6": 19.0, "D6": 18.0,
		"A7": "Not classified", "C7": ":", "D7": ":",
	}
}

// with is the book with cells changed; nil empties one.
func (b book) with(changes book) book {
	out := maps.Clone(b)
	maps.Copy(out, changes)
	return out
}

func (b book) xlsx(t testing.TB, sheet string) []byte {
	t.Helper()
	f := excelize.NewFile()
	if err := f.SetSheetName("Sheet1", sheet); err != nil {
		t.Fatal(err)
	}
	for cell, v := range b {
		if v == nil {
			continue
		}
		if err := f.SetCellValue(sheet, cell, v); err != nil {
			t.Fatal(err)
		}
	}
	out, err := f.WriteToBuffer()
	if err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// lowPayZip is the archive that the source expects.
func lowPayZip(t testing.TB, figures, cvs book) []byte {
	t.Helper()
	return zipped(t, part{"Low pay figures.xlsx", string(figures.xlsx(t, "All"))}, part{"Low pay CV.xlsx", string(cvs.xlsx(t, "All"))})
}

func TestFiguresAndTheirPrecisionAreJoinedByAreaNotByRow(t *testing.T) {
	s := source(t, lowPaySource)
	found := newFindings("low-pay.zip")
	in, err := readWorkbook(t.Context(), lowPayZip(t, figureBook(), cvBook()), s, s.Current(), found)
	if err != nil || len(found.faults) > 0 {
		t.Fatalf("%v, faults %v", err, found.faults)
	}
	type row struct {
		Row     int
		Measure string
		Area    string
		Value   data.Value
		CV      data.Optional
		Flags   string
	}
	var got []row
	for _, c := range in.cells {
		got = append(got, row{c.row, c.measure.ID, c.area, c.value, c.cv, c.flags.String()})
	}
	want := []row{
		{4, "low-paid-jobs", "K02000001", data.Number(3400), data.Some(0.5), "provisional"},
		{4, "low-paid-share", "K02000001", data.Number(12.5), data.Some(0.5), "provisional"},
		{5, "low-paid-jobs", "E07000028", data.Number(6), data.Some(19), "provisional"},
		{5, "low-paid-share", "E07000028", data.Number(10.5), data.Some(18), "provisional"},
		{6, "low-paid-jobs", "E07000030", data.Missing(data.Unreliable), data.Some(22), ""},
		{6, "low-paid-share", "E07000030", data.Number(17.5), data.Some(20), "provisional"},
	}
	if diff := cmp.Diff(want, got, values); diff != "" {
		t.Errorf("cells (-want +got):\n%s", diff)
	}
}

func TestAWorkbookThatIsNotTheTableIsRefusedAtItsCell(t *testing.T) {
	figures := func(changes book) []byte { return lowPayZip(t, figureBook().with(changes), cvBook()) }
	cvs := func(changes book) []byte { return lowPayZip(t, figureBook(), cvBook().with(changes)) }
	zip := func(parts ...part) []byte { return zipped(t, parts...) }
	fig, cv := string(figureBook().xlsx(t, "All")), string(cvBook().xlsx(t, "All"))
	good := lowPayZip(t, figureBook(), cvBook())
	const inFigures, inCVs = `column "Low pay figures.xlsx/All!`, `column "Low pay CV.xlsx/All!`
	checkMutations(t, source(t, lowPaySource), good, []mutation{
		{"no file", nil, `no such file in the folder`},
		{"an empty file", []byte{}, `not a zip: the file is empty`},
		{"a web page", []byte("<html>\n"), `not a zip: a web page`},
		{"a zip cut off", good[:len(good)/2], `a broken zip`},
		{"a workbook where the archive should be", []byte(fig), `a workbook, where an archive of files was expected`},
		{"no workbook of figures", zip(part{"Low pay CV.xlsx", cv}), `0 files like "* figures.xlsx" among`},
		{"no workbook of coefficients", zip(part{"Low pay figures.xlsx", fig}), `0 files like "* CV.xlsx" among`},
		{"two workbooks of figures", zip(part{"Low pay figures.xlsx", fig}, part{"High pay figures.xlsx", fig}, part{"Low pay CV.xlsx", cv}), `2 files like "* figures.xlsx" among`},
		{"text for a workbook", zip(part{"Low pay figures.xlsx", "figures"}, part{"Low pay CV.xlsx", cv}), `Low pay figures.xlsx: text, not a workbook`},
		{"no such sheet", zip(part{"Low pay figures.xlsx", string(figureBook().xlsx(t, "Men"))}, part{"Low pay CV.xlsx", cv}), `Low pay figures.xlsx: no sheet "All"`},
		{"no such sheet of coefficients", zip(part{"Low pay figures.xlsx", fig}, part{"Low pay CV.xlsx", string(cvBook().xlsx(t, "Men"))}), `Low pay CV.xlsx: no sheet "All"`},
		{"another title", figures(book{"A1": "High pay"}), `row 1, ` + inFigures + `A": "High pay": want "Low pay"`},
		{"another year", figures(book{"A2": "April 2023"}), `row 2, ` + inFigures + `A": "April 2023": want "April 2022"`},
		{"coefficients of another year", cvs(book{"A2": "April 2021"}), `row 2, ` + inCVs + `A": "April 2021": want "April 2022"`},
		{"columns in another order", figures(book{"C3": "Per cent", "D3": "Jobs"}), `row 3, ` + inFigures + `C": "Per cent": want "Jobs"`},
		{"no heading", figures(book{"D3": nil}), `row 3, ` + inFigures + `D": "": want "Per cent"`},
		{"another heading of the coefficients", cvs(book{"D3": "Median"}), `row 3, ` + inCVs + `D": "Median": want "Per cent"`},
		{"an unknown symbol", figures(book{"D5": "*"}), `row 5, ` + inFigures + `D": "*": neither a number nor a known marker`},
		{"a blank", figures(book{"D5": nil}), `row 5, ` + inFigures + `D": "": blank without a marker`},
		{"a number with a sign", figures(book{"D5": "~10.5"}), `row 5, ` + inFigures + `D": "~10.5": neither a number`},
		{"a percentage as text", figures(book{"D5": "10.5%"}), `row 5, ` + inFigures + `D": "10.5%": neither a number`},
		{"a truth", figures(book{"D5": true}), `row 5, ` + inFigures + `D": "true": neither a number`},
		{"more than all", figures(book{"D5": 105.0}), `row 5, ` + inFigures + `D": "105": low-paid-share lies between 0 and 100`},
		{"fewer than none", figures(book{"C5": -6.0}), `row 5, ` + inFigures + `C": "-6": low-paid-jobs lies between 0 and`},
		{"more jobs than there are", figures(book{"C4": 34000000.0}), `row 4, ` + inFigures + `C": "34000000": low-paid-jobs lies between`},
		{"an unknown code", figures(book{"B5": "E07000999"}), `row 5, ` + inFigures + `B": "E07000999": has no row in Low pay CV.xlsx`},
		{"an unknown code in both", lowPayZip(t, figureBook().with(book{"B5": "E07000999"}), cvBook().with(book{"B6": "E07000999"})), `row 5, ` + inFigures + `B": "E07000999": not a code of the register of areas`},
		{"a name for a code", lowPayZip(t, figureBook().with(book{"B5": "Carlisle"}), cvBook().with(book{"B6": "Carlisle"})), `row 5, ` + inFigures + `B": "Carlisle": not a code`},
		{"an area twice", figures(book{"B6": "E07000028"}), `row 6, ` + inFigures + `B": "E07000028": the area stands twice`},
		{"an area twice among the coefficients", cvs(book{"B6": "E07000030"}), `row 6, ` + inCVs + `B": "E07000030": the area stands twice`},
		{"an area without coefficients", cvs(book{"B6": nil, "C6": nil, "D6": nil}), `row 5, ` + inFigures + `B": "E07000028": has no row in Low pay CV.xlsx`},
		{"coefficients without an area", figures(book{"B6": nil, "C6": nil, "D6": nil}), `row 5, ` + inCVs + `B": "E07000030": has no row in Low pay figures.xlsx`},
		{"a row without a code", figures(book{"B5": nil}), `row 5, ` + inFigures + `B": "": no area, while row 6 has one`},
		{"an area below the table", figures(book{"B9": "E07000029"}), `row 7, ` + inFigures + `B": "": no area, while row 9 has one`},
		{"no rows", figures(book{"B4": nil, "B5": nil, "B6": nil}), `row 4, ` + inFigures + `B": "": no rows of figures`},
		{"a table moved down", figures(book{"B4": nil, "C4": nil, "D4": nil}), `row 4, ` + inFigures + `B": "": no area, while row 5 has one`},
		{"a coefficient that is no number", cvs(book{"D6": "?"}), `row 6, ` + inCVs + `D": "?": neither a coefficient of variation nor a known marker`},
		{"a negative coefficient", cvs(book{"D6": -18.0}), `row 6, ` + inCVs + `D": "-18": neither a coefficient`},
		{"a blank coefficient", cvs(book{"D6": nil}), `row 6, ` + inCVs + `D": "": neither a coefficient`},
		{"a figure that should have been withheld", cvs(book{"D5": 21.0}), `row 6, ` + inFigures + `D": "17.5": low-paid-share: a coefficient of variation of 21.0%, above 20%`},
		{"two workbooks swapped", zip(part{"Low pay figures.xlsx", cv}, part{"Low pay CV.xlsx", fig}), `row 4, ` + inFigures + `C": "0.5": low-paid-jobs: a coefficient of variation of 3400.0%`},
		{"too few areas", lowPayZip(t, figureBook().with(book{"B6": nil, "C6": nil, "D6": nil}), cvBook().with(book{"B5": "E07000028", "C5": 19.0, "D5": 18.0, "B6": nil, "C6": nil, "D6": nil})), `low-paid-jobs: 2 areas in 2022-04-27, want at least 3`},
	})
}

func TestWhatAWorkbooksSourceLacksIsSaid(t *testing.T) {
	tests := []struct{ name, old, new, want string }{
		{"no sheet", "  sheet: All\n", "", "table: no sheet"},
		{"no column of areas", "area: B", "area: 2", `table: area "2": want the letter of a column`},
		{"no first row", "first: 4", "first: 0", "table: first 0"},
		{"nothing to recognise it by", "says: {A1: Low pay}", "says: {}", "want what its cells say"},
		{"no cell", "{A1: Low pay}", "{title: Low pay}", `says: "title": want a cell such as B5`},
		{"no cell of the release", "{A2: April 2022}", "{date: April 2022}", `says: "date": want a cell such as B5`},
		{"a cell for a column", "where: {value: C, cv: C}", "where: {value: C3, cv: C}", `where: value "C3": want the letter of a column`},
		{"another key", "where: {value: C, cv: C}", "where: {value: C, low: C}", `where: "low": want value or cv`},
		{"coefficients without a book", `  book: "* figures.xlsx"`, `  book: ""`, "table: cv_book without book"},
		{"a bad pattern", "* figures.xlsx", "[figures", "not a pattern"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := ParseSource([]byte(changed(t, lowPaySource, tt.old, tt.new)))
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, want it to say %q", err, tt.want)
			}
		})
	}
}

func FuzzWorkbookTable(f *testing.F) {
	f.Add(lowPayZip(f, figureBook(), cvBook()))
	f.Add([]byte("PK\x03\x04"))
	fuzzFormat(f, lowPaySource)
}
