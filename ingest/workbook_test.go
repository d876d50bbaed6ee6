package ingest

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"goodwork/data"
)

// smallLimits are small enough for a test to pass them.
var smallLimits = workbookLimits{bytes: 1 << 20, unpacked: 4 << 20, parts: 20, sheets: 4, cells: 100, merged: 4}

// sampleCells is what every form of the sample workbook holds: a line for each
// sheet, range of merged cells and cell.
var sampleCells = []string{
	`Data`,
	`Data!C1:D1 merged`,
	`Data!A1 text "Jobs below £12.60"`,
	`Data!C1 text "merged"`,
	`Data!A2 text "Area"`,
	`Data!B2 text "Value"`,
	`Data!A3 text "Ynys Môn"`,
	`Data!B3 number "12.2"`,
	`Data!A4 text "Łódź €"`,
	`Data!B4 number "-1234.5"`,
	`Data!A5 bool "true"`,
	`Data!B5 error "#N/A"`,
	`Data!C5 date "2025-05-01"`,
	`Data!A6 text "5"`,
	`Data!B6 number "5"`,
	`Data!C6 number "0.3"`,
	`Data!D6 text "te xt"`,
	`Data!A7 number "1"`,
	`Data!B7 number "2"`,
	`Data!C7 number "3"`,
	`Notes hidden`,
	`Notes!B2 text "two\nlines"`,
}

// held gives what a workbook holds, in the manner of sampleCells.
func held(w *workbook) []string {
	kinds := map[cellKind]string{kindText: "text", kindNumber: "number", kindBool: "bool", kindError: "error", kindDate: "date"}
	var lines []string
	for _, s := range w.sheets {
		if s.hidden {
			lines = append(lines, s.name+" hidden")
		} else {
			lines = append(lines, s.name)
		}
		for _, m := range s.merged {
			lines = append(lines, fmt.Sprintf("%s!%s:%s merged", s.name, cellName(m.top, m.left), cellName(m.bottom, m.right)))
		}
		for _, c := range s.cells {
			lines = append(lines, fmt.Sprintf("%s!%s %s %q", s.name, cellName(c.row, c.column), kinds[c.kind], c))
		}
	}
	return lines
}

// part is one file of a zip.
type part struct{ name, body string }

// zipped makes a zip of files.
func zipped(t testing.TB, parts ...part) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, p := range parts {
		w, err := z.Create(p.name)
		if err == nil {
			_, err = w.Write([]byte(p.body))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// zipOf makes a zip of one file whose header says what is given, whatever its
// bytes are.
func zipOf(t testing.TB, header zip.FileHeader, raw []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	w, err := z.CreateRaw(&header)
	if err == nil {
		_, err = w.Write(raw)
	}
	if err == nil {
		err = z.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// deflatedZeros is a deflated run of n zeros.
func deflatedZeros(t testing.TB, n int) []byte {
	t.Helper()
	var b bytes.Buffer
	w, err := flate.NewWriter(&b, flate.BestCompression)
	if err == nil {
		_, err = w.Write(make([]byte, n))
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// malformed is a sample workbook that something has happened to, and the fault
// that is told; none where it is read as if nothing had.
type malformed struct {
	name    string
	content []byte
	fault   string
}

// checkMalformed opens each workbook and holds it to what should be said of it.
func checkMalformed(t *testing.T, table []malformed) {
	t.Helper()
	if len(table) < 40 {
		t.Errorf("%d malformed workbooks, want at least 40", len(table))
	}
	for _, m := range table {
		t.Run(m.name, func(t *testing.T) {
			w, err := openWorkbook(t.Context(), "file", m.content, smallLimits)
			checkFault(t, err, m.fault)
			if err == nil {
				if d := cmp.Diff(sampleCells, held(w)); d != "" {
					t.Errorf("cells (-want +got):\n%s", d)
				}
			}
		})
	}
}

// checkFault holds an error to the fault that should be told, "" for none.
func checkFault(t *testing.T, err error, fault string) {
	t.Helper()
	switch {
	case fault == "" && err != nil:
		t.Errorf("refused: %v", err)
	case fault != "" && err == nil:
		t.Errorf("not refused, want %q", fault)
	case fault != "" && (!strings.Contains(err.Error(), fault) || !errors.Is(err, data.ErrInvalid) || !strings.HasPrefix(err.Error(), "file")):
		t.Errorf("error is %q, want a fault of the file with %q", err, fault)
	}
}

func TestACellIsNamedAsSpreadsheetsNameIt(t *testing.T) {
	for _, c := range []struct {
		row, column int
		name        string
	}{{1, 1, "A1"}, {5, 2, "B5"}, {9, 26, "Z9"}, {10, 27, "AA10"}, {3, 702, "ZZ3"}, {3, 703, "AAA3"}, {1048576, 16384, "XFD1048576"}} {
		if got := cellName(c.row, c.column); got != c.name {
			t.Errorf("cellName(%d, %d) = %q, want %q", c.row, c.column, got, c.name)
		}
		if row, column, ok := parseCellName(c.name); row != c.row || column != c.column || !ok {
			t.Errorf("parseCellName(%q) = %d, %d, %t", c.name, row, column, ok)
		}
	}
	for _, name := range []string{"", "A", "1", "A0", "a1", "A-1", "A1048577", "XFE1", "AAAA1", "A1B", "$A$1", "A99999999999999999999"} {
		if row, column, ok := parseCellName(name); ok {
			t.Errorf("parseCellName(%q) = %d, %d, want none", name, row, column)
		}
	}
}

func TestANumberFormatWithADayOrAYearShowsDates(t *testing.T) {
	for code, want := range map[string]dateKind{
		"dd/mm/yyyy": dateOnly, "mmm yy": dateOnly, "mmmm": dateOnly, "[$-809]d mmmm yyyy;@": dateOnly, `yyyy"Q"`: dateOnly,
		"dd/mm/yyyy hh:mm": dateAndTime, "hh:mm": notDate, "[h]:mm:ss": notDate, "mm:ss": notDate,
		"General": notDate, "0.00": notDate, `#,##0 "days"`: notDate, "[Red]0": notDate, "0.00E+00": notDate, `0\d`: notDate, "0_d": notDate,
		"@": notDate, "": notDate, "0;dd": notDate, `"`: notDate,
	} {
		if got := customDate(code); got != want {
			t.Errorf("customDate(%q) = %d, want %d", code, got, want)
		}
	}
}

// The days are those of Excel's own documentation of its two systems of dates.
func TestADateIsTheSameDayInBothSystemsOfDates(t *testing.T) {
	for _, c := range []struct {
		days     float64
		kind     dateKind
		from1904 bool
		want     string
	}{
		{45778, dateOnly, false, "2025-05-01"},
		{45778 - 1462, dateOnly, true, "2025-05-01"},
		{45351.5732638889, dateAndTime, false, "2024-02-29T13:45:30"},
		{45351.5732638889, dateOnly, false, "2024-02-29"},
		{45351, dateAndTime, false, "2024-02-29"},
		{61, dateOnly, false, "1900-03-01"},
		{60, dateOnly, false, "60"},
		{-1, dateOnly, false, "-1"},
		{2958465, dateOnly, false, "9999-12-31"},
		{2958466, dateOnly, false, "2958466"},
		{45778, notDate, false, "45778"},
	} {
		if got := dated(sheetCell{kind: kindNumber, number: c.days}, c.kind, c.from1904).String(); got != c.want {
			t.Errorf("day %v is %q, want %q", c.days, got, c.want)
		}
	}
}

func TestAMergedHeadingIsReadFromAnyOfItsCells(t *testing.T) {
	w, err := openWorkbook(t.Context(), "file", xlsxSample().zip(t), smallLimits)
	if err != nil {
		t.Fatal(err)
	}
	s, err := w.sheet(" data ")
	if err != nil {
		t.Fatal(err)
	}
	if got := s.spanning(1, 4).String(); got != "merged" {
		t.Errorf("D1 shows %q", got)
	}
	if got := s.at(1, 4); got.kind != kindEmpty || got.String() != "" {
		t.Errorf("D1 holds %q", got)
	}
	if got := len(s.row(6)); got != 4 {
		t.Errorf("row 6 has %d cells", got)
	}
	if rows, columns := s.size(); rows != 7 || columns != 4 {
		t.Errorf("the sheet has %d rows and %d columns", rows, columns)
	}
	want := `file, sheet "Data", cell B4: "-1234.5": below 0`
	if got := s.fault(s.at(4, 2), "below %d", 0).Error(); got != want {
		t.Errorf("a fault reads %q, want %q", got, want)
	}
	if _, err := w.sheet("Dates"); err == nil || !errors.Is(err, data.ErrInvalid) {
		t.Errorf("a sheet that is not there: %v", err)
	}
}

func TestAFileThatIsNoWorkbookIsCalledWhatItIs(t *testing.T) {
	for _, c := range []struct{ name, content, fault string }{
		{"nothing", "", "the file is empty"},
		{"a web page", "<!DOCTYPE html><html>", "a web page"},
		{"a web page after space and a mark", "\xef\xbb\xbf \n<html>", "a web page"},
		{"a CSV file", "area,value\nE1,2\n", "text, not a workbook"},
		{"an empty zip", "PK\x05\x06" + strings.Repeat("\x00", 18), "a zip with nothing in it"},
		{"a zip of something else", string(zipped(t, part{"a.csv", "1"})), "neither xlsx nor ods"},
		{"Excel 4", "\x09\x04\x06\x00\x00\x00", "older than Excel 97"},
		{"bytes", "\xff\xfe\x00\x01", "neither xls nor xlsx nor ods"},
		{"a large file", strings.Repeat("x", 1<<20+1), "more than 1048576"},
	} {
		_, err := openWorkbook(t.Context(), "file", []byte(c.content), smallLimits)
		if err == nil || !strings.Contains(err.Error(), c.fault) {
			t.Errorf("%s: error is %v, want %q", c.name, err, c.fault)
		}
	}
}

func TestReadingAWorkbookStopsWithItsContext(t *testing.T) {
	for name, content := range sampleWorkbooks(t) {
		ended, cancel := context.WithCancel(t.Context())
		cancel()
		if _, err := openWorkbook(ended, name, content, smallLimits); !errors.Is(err, context.Canceled) {
			t.Errorf("%s: error is %v", name, err)
		}
		if _, err := openArchive(ended, name, content, smallLimits); !errors.Is(err, context.Canceled) {
			t.Errorf("archive %s: error is %v", name, err)
		}
	}
	// So many empty rows take longer than a millisecond.
	long := odsSample().replace("content.xml", "</table:table>", strings.Repeat("<table:table-row/>", 200_000)+"</table:table>").zip(t)
	ended, cancel := context.WithTimeout(t.Context(), time.Millisecond)
	defer cancel()
	if _, err := openWorkbook(ended, "long", long, usualLimits); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("a long sheet: error is %v", err)
	}
}

func TestAWorkbookBeyondItsLimitsIsRefused(t *testing.T) {
	for name, content := range sampleWorkbooks(t) {
		for _, c := range []struct {
			limit func(*workbookLimits)
			fault string
		}{
			{func(l *workbookLimits) { l.bytes = 100 }, "more than 100"},
			{func(l *workbookLimits) { l.sheets = 1 }, "more than 1 sheets"},
			{func(l *workbookLimits) { l.cells = 9 }, "more than 9"},
			{func(l *workbookLimits) { l.merged = 0 }, "more than 0 ranges"},
		} {
			limits := smallLimits
			c.limit(&limits)
			_, err := openWorkbook(t.Context(), name, content, limits)
			if err == nil || !strings.Contains(err.Error(), c.fault) {
				t.Errorf("%s: error is %v, want %q", name, err, c.fault)
			}
		}
	}
}

// sampleWorkbooks gives the sample workbook in each form.
func sampleWorkbooks(t testing.TB) map[string][]byte {
	return map[string][]byte{"sample.xlsx": xlsxSample().zip(t), "sample.ods": odsSample().zip(t), "sample.xls": xlsSample().file()}
}

func TestTheSameCellsAreReadFromEveryForm(t *testing.T) {
	for name, content := range sampleWorkbooks(t) {
		w, err := openWorkbook(t.Context(), name, content, smallLimits)
		if err != nil {
			t.Error(err)
			continue
		}
		if d := cmp.Diff(sampleCells, held(w)); d != "" {
			t.Errorf("%s (-want +got):\n%s", name, d)
		}
	}
}

// publishersFile reads a publisher's file; the test is skipped where it is
// absent.
func publishersFile(t testing.TB, name ...string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(append([]string{"..", "..", "shared", "publishers"}, name...)...))
	if err != nil {
		t.Skipf("the publishers' files are not beside the project: %v", err)
	}
	return b
}

// realCell is a cell of a publisher's workbook as xlrd 1.2 (xls) or openpyxl 3.0
// (xlsx) reads it.
type realCell struct{ sheet, cell, text string }

func checkReal(t *testing.T, name string, content []byte, counts map[string]int, cells []realCell) {
	t.Helper()
	w, err := openWorkbook(t.Context(), name, content, usualLimits)
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]int{}
	for _, s := range w.sheets {
		got[s.name] = len(s.cells)
	}
	if d := cmp.Diff(counts, got); d != "" {
		t.Errorf("%s: cells a sheet (-want +got):\n%s", name, d)
	}
	for _, c := range cells {
		s, err := w.sheet(c.sheet)
		if err != nil {
			t.Error(err)
			continue
		}
		row, column, _ := parseCellName(c.cell)
		if got := s.at(row, column).String(); got != c.text {
			t.Errorf("%s, sheet %q, cell %s is %q, want %q", name, c.sheet, c.cell, got, c.text)
		}
	}
}
