package ingest

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"goodwork/data"
)

// workbook is a publisher's workbook as grids of cells, whichever form it came
// in: xls (Excel 97 and later), xlsx or ods.
type workbook struct {
	file   string
	sheets []*worksheet // in the order of their tabs; charts and macros are left out
}

// worksheet is one sheet of a workbook. Its cells are those that hold anything,
// ordered by row and column, none twice.
type worksheet struct {
	file   string
	name   string
	hidden bool
	cells  []sheetCell
	merged []cellRange
}

// cellKind says what a cell of a workbook holds.
type cellKind uint8

// The kinds of cell. A formula is of the kind of the result stored with it.
const (
	kindEmpty cellKind = iota
	kindText
	kindNumber
	kindBool
	kindError
	kindDate
)

// sheetCell is one cell as it is stored, not as it is shown. Rows and columns
// are counted from 1, so that row 5, column 2 is B5; the zero value is an empty
// cell.
//
// text is the text of a text cell with its spaces, the symbol of an error
// (#N/A), or a date in ISO 8601. number is a number unrounded, a truth value as
// 1 or 0, or a date as days since 30 December 1899.
type sheetCell struct {
	row, column int
	kind        cellKind
	number      float64
	text        string
}

// cellRange is a rectangle of cells, its corners included.
type cellRange struct{ top, left, bottom, right int }

// String gives what the cell holds as text: a number in as few digits as tell
// it apart, "" for an empty cell.
func (c sheetCell) String() string {
	switch c.kind {
	case kindNumber:
		return strconv.FormatFloat(c.number, 'f', -1, 64)
	case kindBool:
		return strconv.FormatBool(c.number != 0)
	default:
		return c.text
	}
}

// sheet gives a sheet by its name, in which case and spaces at the ends do not
// matter.
func (w *workbook) sheet(name string) (*worksheet, error) {
	for _, s := range w.sheets {
		if strings.EqualFold(strings.TrimSpace(s.name), strings.TrimSpace(name)) {
			return s, nil
		}
	}
	return nil, &workbookError{file: w.file, problem: fmt.Sprintf("no sheet %q among %q", name, w.sheetNames())}
}

func (w *workbook) sheetNames() []string {
	var names []string
	for _, s := range w.sheets {
		names = append(names, s.name)
	}
	return names
}

// at gives the cell that stands at a row and column, empty beyond the last.
func (s *worksheet) at(row, column int) sheetCell {
	i, ok := slices.BinarySearchFunc(s.cells, sheetCell{row: row, column: column}, byPlace)
	if !ok {
		return sheetCell{row: row, column: column}
	}
	return s.cells[i]
}

// spanning gives the cell that is shown at a row and column: where cells are
// merged, the first of them. It is meant for headings; a figure read so would
// count once for every cell that it covers.
func (s *worksheet) spanning(row, column int) sheetCell {
	for _, m := range s.merged {
		if m.top <= row && row <= m.bottom && m.left <= column && column <= m.right {
			return s.at(m.top, m.left)
		}
	}
	return s.at(row, column)
}

// row gives the cells of a row that hold anything, by column.
func (s *worksheet) row(row int) []sheetCell {
	from, _ := slices.BinarySearchFunc(s.cells, sheetCell{row: row}, byPlace)
	to, _ := slices.BinarySearchFunc(s.cells, sheetCell{row: row + 1}, byPlace)
	return s.cells[from:to]
}

// size gives the last row and the last column that hold anything.
func (s *worksheet) size() (rows, columns int) {
	for _, c := range s.cells {
		rows, columns = max(rows, c.row), max(columns, c.column)
	}
	return rows, columns
}

// fault is what is wrong with a cell.
func (s *worksheet) fault(c sheetCell, format string, args ...any) *workbookError {
	return &workbookError{
		file: s.file, sheet: s.name, row: c.row, column: c.column, text: shortened(c.String()),
		problem: fmt.Sprintf(format, args...),
	}
}

func byPlace(a, b sheetCell) int {
	return cmp.Or(cmp.Compare(a.row, b.row), cmp.Compare(a.column, b.column))
}

// cellName gives a place as spreadsheets write it: B5 is row 5, column 2.
func cellName(row, column int) string { return columnName(column) + strconv.Itoa(row) }

// columnName gives the letters of a column: 1 is A, 27 is AA.
func columnName(column int) string {
	var letters []byte
	for ; column > 0; column = (column - 1) / 26 {
		letters = append(letters, byte('A'+(column-1)%26))
	}
	slices.Reverse(letters)
	return string(letters)
}

// parseCellName is the inverse of cellName; ok is false for anything that is no
// place on a sheet.
func parseCellName(name string) (row, column int, ok bool) {
	i := 0
	for ; i < len(name) && i < 3 && 'A' <= name[i] && name[i] <= 'Z'; i++ {
		column = column*26 + int(name[i]-'A') + 1
	}
	row, ok = parseCount(name[i:])
	return row, column, ok && row >= 1 && row <= mostRows && column >= 1 && column <= mostColumns
}

// parseCount reads a whole number in plain digits.
func parseCount(s string) (int, bool) {
	if s == "" || len(s) > 9 {
		return 0, false
	}
	n := 0
	for _, c := range []byte(s) {
		if c < '0' || c > '9' {
			return 0, false
		}
		n = n*10 + int(c-'0')
	}
	return n, true
}

// The size of the largest sheet that any spreadsheet program makes, and of the
// longest text that one keeps in a cell, in bytes of UTF-8.
const (
	mostRows    = 1 << 20
	mostColumns = 1 << 14
	mostText    = 4 * 32767
)

// workbookError is what is wrong with a workbook or an archive of workbooks.
// sheet, and row and column (from 1), are set where the fault has a place.
type workbookError struct {
	file        string
	sheet       string
	row, column int
	text        string
	problem     string
}

// Error says the fault with its place:
//
//	pay.xls, sheet "All", cell B5: "?": not a number
func (e *workbookError) Error() string {
	var b strings.Builder
	b.WriteString(e.file)
	if e.sheet != "" {
		fmt.Fprintf(&b, ", sheet %q", e.sheet)
	}
	if e.row > 0 {
		fmt.Fprintf(&b, ", cell %s", cellName(e.row, e.column))
		if e.text != "" {
			fmt.Fprintf(&b, ": %q", e.text)
		}
	}
	return b.String() + ": " + e.problem
}

// Unwrap makes a fault of a workbook a case of data.ErrInvalid.
func (e *workbookError) Unwrap() error { return data.ErrInvalid }

// workbookLimits bound what a file may ask of us. Each is of a whole file.
type workbookLimits struct {
	bytes    int64 // as it came
	unpacked int64 // all that a zip holds
	parts    int   // files in a zip
	sheets   int
	cells    int // that hold anything
	merged   int // ranges of merged cells
}

// usualLimits are several times what the largest workbook of our publishers
// needs.
var usualLimits = workbookLimits{bytes: 32 << 20, unpacked: 128 << 20, parts: 1000, sheets: 256, cells: 2_000_000, merged: 10_000}

var (
	signatureOLE = []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
	signatureZip = []byte("PK\x03\x04")
)

// openWorkbook reads a workbook whole. Which form it has is seen from its
// bytes; name is what errors call it. An error is a *workbookError, or that of
// a context that has ended.
func openWorkbook(ctx context.Context, name string, content []byte, limits workbookLimits) (w *workbook, err error) {
	// A library's panic on a file that nobody foresaw is that file's fault, and
	// must not end a run over all the others.
	defer func() {
		if r := recover(); r != nil {
			w, err = nil, &workbookError{file: name, problem: fmt.Sprintf("can't be read: %v", r)}
		}
	}()
	in := &workbookReader{ctx: ctx, file: name, limits: limits, book: &workbook{file: name}}
	if err := in.read(content); err != nil {
		return nil, err
	}
	if len(in.book.sheets) == 0 {
		return nil, in.fault("no sheet with cells in it")
	}
	return in.book, nil
}

// workbookReader gathers the cells of one workbook within its limits.
type workbookReader struct {
	ctx     context.Context
	file    string
	limits  workbookLimits
	book    *workbook
	current *worksheet
	cells   int
	merged  int
	steps   int
}

func (in *workbookReader) read(content []byte) error {
	if err := in.ctx.Err(); err != nil {
		return err
	}
	if int64(len(content)) > in.limits.bytes {
		return in.fault("%d bytes, more than %d", len(content), in.limits.bytes)
	}
	switch {
	case bytes.HasPrefix(content, signatureOLE):
		return in.readXLS(content)
	case bytes.HasPrefix(content, signatureZip):
		return in.readZipped(content)
	default:
		return in.fault("%s", notWorkbook(content))
	}
}

// readZipped reads a workbook that is a zip: the first file of an ods is
// "mimetype", and only an xlsx has "[Content_Types].xml".
func (in *workbookReader) readZipped(content []byte) error {
	parts, err := openZip(in.file, content, in.limits)
	if err != nil {
		return err
	}
	switch {
	case parts["[content_types].xml"] != nil:
		return in.readXLSX(parts)
	case parts["mimetype"] != nil:
		return in.readODS(parts)
	default:
		return in.fault("a zip, but no workbook: neither xlsx nor ods")
	}
}

// notWorkbook says what a file is that is no workbook.
func notWorkbook(content []byte) string {
	start := bytes.TrimSpace(bytes.TrimPrefix(content[:min(len(content), 512)], byteOrderMark))
	switch {
	case len(content) == 0:
		return "the file is empty"
	case bytes.HasPrefix(start, []byte("<")):
		return "a web page or other XML, not a workbook"
	case bytes.HasPrefix(start, []byte("PK\x05\x06")):
		return "a zip with nothing in it"
	case bytes.HasPrefix(content, []byte("\x09\x08")), bytes.HasPrefix(content, []byte("\x09\x04")), bytes.HasPrefix(content, []byte("\x09\x02")):
		return "a workbook older than Excel 97, which is not read"
	case utf8.Valid(start) && bytes.IndexByte(start, 0) < 0:
		return "text, not a workbook"
	default:
		return "neither xls nor xlsx nor ods"
	}
}

// fault is what is wrong with the workbook, or with the sheet that is being
// read.
func (in *workbookReader) fault(format string, args ...any) *workbookError {
	e := &workbookError{file: in.file, problem: fmt.Sprintf(format, args...)}
	if in.current != nil {
		e.sheet = in.current.name
	}
	return e
}

// faultAt is what is wrong at a row and column of the sheet being read.
func (in *workbookReader) faultAt(row, column int, text, format string, args ...any) *workbookError {
	e := in.fault(format, args...)
	e.row, e.column, e.text = row, column, shortened(text)
	return e
}

// step looks now and then whether the context has ended.
func (in *workbookReader) step() error {
	if in.steps++; in.steps%4096 == 0 {
		return in.ctx.Err()
	}
	return nil
}

// begin starts a sheet.
func (in *workbookReader) begin(name string, hidden bool) error {
	if len(in.book.sheets) >= in.limits.sheets {
		return in.fault("more than %d sheets", in.limits.sheets)
	}
	if name == "" {
		return in.fault("a sheet without a name")
	}
	for _, s := range in.book.sheets {
		if strings.EqualFold(s.name, name) {
			return in.fault("two sheets are named %q", name)
		}
	}
	in.current = &worksheet{file: in.file, name: name, hidden: hidden}
	return nil
}

// add puts a cell on the sheet; an empty one, or an empty text, is left out.
func (in *workbookReader) add(c sheetCell) error {
	if err := in.step(); err != nil {
		return err
	}
	switch {
	case c.kind == kindEmpty || c.kind == kindText && c.text == "":
		return nil
	case c.row < 1 || c.row > mostRows || c.column < 1 || c.column > mostColumns:
		return in.fault("a cell in row %d, column %d, beyond the end of any sheet", c.row, c.column)
	case len(c.text) > mostText:
		return in.faultAt(c.row, c.column, c.text, "a text of %d bytes, more than %d", len(c.text), mostText)
	case math.IsNaN(c.number) || math.IsInf(c.number, 0):
		return in.faultAt(c.row, c.column, c.String(), "not a finite number")
	}
	if in.cells++; in.cells > in.limits.cells {
		return in.faultAt(c.row, c.column, "", "more than %d cells", in.limits.cells)
	}
	c.text = strings.ToValidUTF8(c.text, "\uFFFD")
	in.current.cells = append(in.current.cells, c)
	return nil
}

// merge notes a range of merged cells. One cell alone is nothing to note.
func (in *workbookReader) merge(r cellRange) error {
	if r.top < 1 || r.left < 1 || r.bottom < r.top || r.right < r.left || r.bottom > mostRows || r.right > mostColumns {
		return in.fault("merged cells from row %d, column %d to row %d, column %d: not a range", r.top, r.left, r.bottom, r.right)
	}
	if r.top == r.bottom && r.left == r.right {
		return nil
	}
	if in.merged++; in.merged > in.limits.merged {
		return in.fault("more than %d ranges of merged cells", in.limits.merged)
	}
	in.current.merged = append(in.current.merged, r)
	return nil
}

// end finishes the sheet that begin started.
func (in *workbookReader) end() error {
	s := in.current
	if !slices.IsSortedFunc(s.cells, byPlace) {
		slices.SortStableFunc(s.cells, byPlace)
	}
	for i := 1; i < len(s.cells); i++ {
		if c := s.cells[i]; byPlace(s.cells[i-1], c) == 0 {
			return in.faultAt(c.row, c.column, c.String(), "the cell stands twice, first as %q", shortened(s.cells[i-1].String()))
		}
	}
	s.cells = slices.Clip(s.cells)
	in.book.sheets = append(in.book.sheets, s)
	in.current = nil
	return nil
}

// dateKind says what a number format makes of a number of days.
type dateKind uint8

const (
	notDate dateKind = iota
	dateOnly
	dateAndTime
)

// builtInDate says which of the number formats that every workbook has show
// dates (ECMA-376 part 1, 18.8.30; 27 to 36 and 50 to 58 are those of East
// Asian languages). Times of day and lengths of time stay numbers.
func builtInDate(id int) dateKind {
	switch {
	case id >= 14 && id <= 17, id >= 27 && id <= 31, id == 36, id >= 50 && id <= 54, id == 57, id == 58:
		return dateOnly
	case id == 22:
		return dateAndTime
	default:
		return notDate
	}
}

// customDate says whether a number format such as dd/mm/yyyy shows dates: its
// first section has a year or a day, outside quotes and brackets.
func customDate(code string) dateKind {
	var date, clock, literal, bracket bool
	for i := 0; i < len(code); i++ {
		switch c := code[i] | 0x20; {
		case literal:
			literal = code[i] != '"'
		case bracket:
			bracket = code[i] != ']'
		case code[i] == '"':
			literal = true
		case code[i] == '[':
			bracket = true
		case code[i] == '\\' || code[i] == '_' || code[i] == '*':
			i++
		case code[i] == ';':
			i = len(code)
		case c == 'g' && i+7 <= len(code) && strings.EqualFold(code[i:i+7], "general"):
			i += 6
		case c == 'e' && i+1 < len(code) && (code[i+1] == '+' || code[i+1] == '-'):
			return notDate
		case c == 'y' || c == 'd':
			date = true
		case c == 'h' || c == 's':
			clock = true
		}
	}
	// A month alone (mmmm) is a date; beside hours or seconds, m is minutes.
	date = date || !clock && !literal && isMonths(code)
	switch {
	case date && clock:
		return dateAndTime
	case date:
		return dateOnly
	default:
		return notDate
	}
}

// isMonths says whether a number format is nothing but a month's name or
// number.
func isMonths(code string) bool {
	code, _, _ = strings.Cut(code, ";")
	return code != "" && strings.Trim(strings.ToLower(code), "m") == ""
}

// epoch is day 0 of the dates of workbooks, as it stands from 1 March 1900 on.
var epoch = time.Date(1899, time.December, 30, 0, 0, 0, 0, time.UTC)

// days from 1 January 1904, the other day 0, to epoch, and the last day that a
// workbook can write, 31 December 9999.
const (
	days1904 = 1462
	lastDay  = 2958465
)

// dated makes a number that is shown as a date a date, and leaves one alone that
// is none: the days before 1 March 1900 are disputed between programs.
func dated(c sheetCell, kind dateKind, from1904 bool) sheetCell {
	n := c.number
	if from1904 {
		n += days1904
	}
	if kind == notDate || c.kind != kindNumber || n < 61 || n >= lastDay+1 {
		return c
	}
	day := math.Floor(n)
	seconds := math.Round((n - day) * 86400)
	when := epoch.AddDate(0, 0, int(day)).Add(time.Duration(seconds) * time.Second)
	c.kind, c.number, c.text = kindDate, n, when.Format(time.DateOnly)
	if kind == dateAndTime && n != day {
		c.text = when.Format("2006-01-02T15:04:05")
	}
	return c
}

// parseStored reads a number as workbooks store it: in decimal digits with "."
// and perhaps an exponent.
func parseStored(s string) (float64, bool) {
	if s == "" || strings.Trim(s, "0123456789+-.eE") != "" {
		return 0, false
	}
	n, err := strconv.ParseFloat(s, 64)
	return n, err == nil
}
