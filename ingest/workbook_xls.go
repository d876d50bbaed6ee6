package ingest

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"strings"
	"unicode/utf16"

	"github.com/richardlehane/mscfb"
)

// The records of an xls that are read (MS-XLS, 2.3).
const (
	recordFormula    = 0x0006
	recordEOF        = 0x000a
	recordDateMode   = 0x0022
	recordFilePass   = 0x002f
	recordContinue   = 0x003c
	recordBoundSheet = 0x0085
	recordMulRK      = 0x00bd
	recordRString    = 0x00d6
	recordXF         = 0x00e0
	recordMerged     = 0x00e5
	recordSST        = 0x00fc
	recordLabelSST   = 0x00fd
	recordNumber     = 0x0203
	recordLabel      = 0x0204
	recordBoolErr    = 0x0205
	recordString     = 0x0207
	recordRK         = 0x027e
	recordFormat     = 0x041e
	recordBOF        = 0x0809
)

// What a BOF record begins, and the only version that is read.
const (
	biff8     = 0x0600
	ofGlobals = 0x0005
	ofSheet   = 0x0010
)

// mostRecord is the length of the longest record; what is longer goes on in
// CONTINUE records.
const mostRecord = 8224

// xlsReader reads an xls: a compound file (MS-CFB) with one stream of records
// (MS-XLS). The reader for it among Go's modules takes the letters of Western
// languages in short strings for broken UTF-8 ("Ynys Môn"), hence this one.
type xlsReader struct {
	*workbookReader
	stream   []byte
	sheets   []xlsSheet
	texts    []string
	formats  map[int]dateKind // custom number formats
	styles   []int            // the number format of each style
	from1904 bool
}

// xlsSheet is where a sheet of cells begins in the stream.
type xlsSheet struct {
	name   string
	hidden bool
	from   int
	cells  bool // and not charts or macros
}

// readXLS reads an xls of Excel 97 or later.
func (in *workbookReader) readXLS(content []byte) error {
	stream, err := in.workbookStream(content)
	if err != nil {
		return err
	}
	x := &xlsReader{workbookReader: in, stream: stream, formats: map[int]dateKind{}}
	if err := x.readGlobals(); err != nil {
		return err
	}
	for i, s := range x.sheets {
		to := len(stream)
		for _, other := range x.sheets {
			if other.from > s.from {
				to = min(to, other.from)
			}
			if other.from == s.from && other.name != s.name {
				return x.fault("sheets %q and %q begin at the same byte", other.name, s.name)
			}
		}
		if !s.cells {
			continue
		}
		if err := x.begin(s.name, s.hidden); err != nil {
			return err
		}
		if err := x.readSheet(x.sheets[i].from, to); err != nil {
			return err
		}
		if err := x.end(); err != nil {
			return err
		}
	}
	return nil
}

// workbookStream gives the stream of the compound file that holds the workbook.
func (in *workbookReader) workbookStream(content []byte) ([]byte, error) {
	source := &onceReader{Reader: bytes.NewReader(content)}
	file, err := mscfb.New(source)
	if err != nil {
		return nil, in.fault("a broken compound file: %v", err)
	}
	var book *mscfb.File
	for _, f := range file.File {
		switch name := strings.ToLower(f.Name); {
		case len(f.Path) > 0 || f.FileInfo().IsDir():
		case name == "workbook" && book != nil:
			return nil, in.fault("two workbooks in one file")
		case name == "workbook":
			book = f
		case name == "encryptedpackage":
			return nil, in.fault("the workbook is protected with a password")
		case name == "book":
			return nil, in.fault("a workbook older than Excel 97, which is not read")
		}
	}
	if book == nil {
		return nil, in.fault("a compound file, but no workbook in it")
	}
	if book.Size > int64(len(content)) {
		return nil, in.fault("a stream of %d bytes in a file of %d", book.Size, len(content))
	}
	stream := make([]byte, book.Size)
	source.once = map[int64]bool{}
	// In pieces: the library joins the sectors of one read in quadratic time.
	const piece = 32 << 10
	for at := 0; at < len(stream); at += piece {
		if err := in.ctx.Err(); err != nil {
			return nil, err
		}
		part := stream[at:min(at+piece, len(stream))]
		if n, err := book.Read(part); n < len(part) {
			return nil, in.fault("the stream of the workbook breaks off after %d of %d bytes: %v", at+n, len(stream), cmp.Or(err, io.ErrUnexpectedEOF))
		}
	}
	return stream, nil
}

// onceReader refuses to read the same place twice, once it is told to look: a
// chain of sectors that runs in a circle would otherwise repeat itself.
type onceReader struct {
	*bytes.Reader
	once map[int64]bool
}

var errCircle = errors.New("the chain of its sectors runs in a circle")

func (r *onceReader) ReadAt(b []byte, at int64) (int, error) {
	// Reads of four bytes are those of the table of chains.
	if r.once != nil && len(b) != 4 {
		const sector = 64
		for i := at / sector; i < (at+int64(len(b))+sector-1)/sector; i++ {
			if r.once[i] {
				return 0, errCircle
			}
			r.once[i] = true
		}
	}
	return r.Reader.ReadAt(b, at)
}

// xlsRecord is one record of the stream. more holds the CONTINUE records after
// it.
type xlsRecord struct {
	at   int
	kind int
	body []byte
	more [][]byte
}

// record gives the record at a byte of the stream and where the next begins.
func (x *xlsReader) record(at int) (r xlsRecord, next int, err error) {
	if err := x.step(); err != nil {
		return r, at, err
	}
	r.at = at
	r.kind, r.body, next = x.bare(at)
	if next < 0 {
		return r, at, x.fault("the stream breaks off in the record at byte %d", at)
	}
	if len(r.body) > mostRecord {
		return r, at, x.fault("a record of %d bytes at byte %d", len(r.body), at)
	}
	for {
		kind, body, after := x.bare(next)
		if after < 0 || kind != recordContinue {
			return r, next, nil
		}
		r.more, next = append(r.more, body), after
	}
}

// bare gives the record at a byte of the stream without what continues it; next
// is negative where there is no whole record.
func (x *xlsReader) bare(at int) (kind int, body []byte, next int) {
	if at < 0 || at+4 > len(x.stream) {
		return 0, nil, -1
	}
	next = at + 4 + int(binary.LittleEndian.Uint16(x.stream[at+2:]))
	if next > len(x.stream) {
		return 0, nil, -1
	}
	return int(binary.LittleEndian.Uint16(x.stream[at:])), x.stream[at+4 : next], next
}

// begins reads a BOF record and says what it begins.
func (x *xlsReader) begins(r xlsRecord) (int, error) {
	if r.kind != recordBOF || len(r.body) < 4 {
		return 0, x.fault("no beginning of a part at byte %d", r.at)
	}
	if version := binary.LittleEndian.Uint16(r.body); version != biff8 {
		return 0, x.fault("records of version %#04x at byte %d: only those of Excel 97 and later are read", version, r.at)
	}
	return int(binary.LittleEndian.Uint16(r.body[2:])), nil
}

// readGlobals reads the first part of the stream: sheets, texts and number
// formats.
func (x *xlsReader) readGlobals() error {
	r, next, err := x.record(0)
	if err != nil {
		return err
	}
	kind, err := x.begins(r)
	if err != nil {
		return err
	}
	if kind != ofGlobals {
		return x.fault("the stream begins with a part of kind %#04x, not with the workbook", kind)
	}
	for {
		if r, next, err = x.record(next); err != nil {
			return err
		}
		f := &xlsFields{body: r.body, more: r.more}
		switch r.kind {
		case recordEOF:
			return nil
		case recordBOF:
			return x.fault("a part begins at byte %d within another", r.at)
		case recordFilePass:
			return x.fault("the workbook is protected with a password")
		case recordDateMode:
			x.from1904 = f.u16() == 1
		case recordFormat:
			id := f.u16()
			x.formats[id] = customDate(f.string16())
		case recordXF:
			f.u16()
			x.styles = append(x.styles, f.u16())
		case recordBoundSheet:
			if len(x.sheets) == x.limits.sheets {
				return x.fault("more than %d sheets", x.limits.sheets)
			}
			s := xlsSheet{from: f.u32()}
			state := f.u16()
			s.hidden, s.cells = state&3 != 0, state>>8 == 0
			s.name = f.string8()
			x.sheets = append(x.sheets, s)
		case recordSST:
			if err := x.readTexts(f); err != nil {
				return err
			}
		}
		if f.err != nil {
			return x.fault("record %#04x at byte %d: %v", r.kind, r.at, f.err)
		}
	}
}

// readTexts reads the texts that the cells point to by number.
func (x *xlsReader) readTexts(f *xlsFields) error {
	f.u32()
	count := f.u32()
	// The shortest text takes three bytes.
	if count > len(x.stream)/3 || count > x.limits.cells {
		return x.fault("%d texts in %d bytes", count, len(x.stream))
	}
	for range count {
		if err := x.step(); err != nil {
			return err
		}
		x.texts = append(x.texts, f.string16())
		if f.err != nil {
			return x.fault("text %d of %d: %v", len(x.texts), count, f.err)
		}
	}
	return nil
}

// readSheet reads the cells of the sheet that begins at a byte of the stream
// and must have ended before another.
func (x *xlsReader) readSheet(from, to int) error {
	r, next, err := x.record(from)
	if err != nil {
		return err
	}
	kind, err := x.begins(r)
	if err != nil {
		return err
	}
	if kind != ofSheet {
		return x.fault("a part of kind %#04x at byte %d, not a sheet", kind, from)
	}
	var waiting *sheetCell // a formula whose text is in a later record
	for depth := 0; ; {
		if next >= to {
			return x.fault("the sheet does not end before byte %d", to)
		}
		if r, next, err = x.record(next); err != nil {
			return err
		}
		switch {
		case r.kind == recordEOF && depth == 0:
			if waiting != nil {
				return x.faultAt(waiting.row, waiting.column, "", "a formula without its text")
			}
			return nil
		case r.kind == recordEOF:
			depth--
		case r.kind == recordBOF:
			// A chart that stands on the sheet has a part of its own within it.
			depth++
		case depth == 0:
			if waiting, err = x.readRecord(r, waiting); err != nil {
				return err
			}
		}
	}
}

// readRecord reads a record of a sheet and adds the cells that it holds.
// waiting is the formula before it whose text is yet to come.
func (x *xlsReader) readRecord(r xlsRecord, waiting *sheetCell) (*sheetCell, error) {
	f := &xlsFields{body: r.body, more: r.more}
	var c sheetCell
	switch r.kind {
	case recordString:
		if waiting == nil {
			return nil, nil
		}
		c, waiting = *waiting, nil
		c.kind, c.text = kindText, f.string16()
	case recordMulRK:
		return waiting, x.readMulRK(r, f)
	case recordMerged:
		return waiting, x.readMerged(r, f)
	case recordFormula, recordLabelSST, recordNumber, recordRK, recordBoolErr, recordLabel, recordRString:
		if waiting != nil {
			return nil, x.faultAt(waiting.row, waiting.column, "", "a formula without its text")
		}
		c.row, c.column = f.u16()+1, f.u16()+1
		style := f.u16()
		text, err := x.fill(&c, r.kind, f)
		if err != nil {
			return nil, x.faultAt(c.row, c.column, "", "%v", err)
		}
		if text && f.err == nil {
			return &c, nil
		}
		c = x.styled(c, style)
	default:
		return waiting, nil
	}
	if f.err != nil {
		if c.row > 0 {
			return nil, x.faultAt(c.row, c.column, "", "record %#04x at byte %d: %v", r.kind, r.at, f.err)
		}
		return nil, x.fault("record %#04x at byte %d: %v", r.kind, r.at, f.err)
	}
	if r.kind != recordString && c.kind == kindEmpty {
		return waiting, nil
	}
	return waiting, x.add(c)
}

// fill reads what stands in a cell; later says that it is a text which the next
// STRING record gives.
func (x *xlsReader) fill(c *sheetCell, kind int, f *xlsFields) (later bool, err error) {
	switch kind {
	case recordLabelSST:
		i := f.u32()
		if f.err == nil && i >= len(x.texts) {
			return false, fmt.Errorf("text %d of %d", i, len(x.texts))
		}
		if f.err == nil {
			c.kind, c.text = kindText, x.texts[i]
		}
	case recordLabel, recordRString:
		c.kind, c.text = kindText, f.string16()
	case recordNumber:
		c.kind, c.number = kindNumber, f.float()
	case recordRK:
		c.kind, c.number = kindNumber, rkNumber(uint32(f.u32()))
	case recordBoolErr:
		v := f.u16()
		return false, fillBoolErr(c, v&0xff, v>>8 != 0)
	case recordFormula:
		result := f.bytes(8)
		switch {
		case f.err != nil:
		case result[6] != 0xff || result[7] != 0xff:
			c.kind, c.number = kindNumber, math.Float64frombits(binary.LittleEndian.Uint64(result))
		case result[0] == 0:
			return true, nil
		case result[0] == 1 || result[0] == 2:
			return false, fillBoolErr(c, int(result[2]), result[0] == 2)
		case result[0] != 3: // 3 is an empty text
			return false, fmt.Errorf("a formula with a result of kind %d", result[0])
		}
	}
	return false, nil
}

// xlsErrors are the errors that a cell may hold (MS-XLS, 2.5.10).
var xlsErrors = map[int]string{
	0x00: "#NULL!", 0x07: "#DIV/0!", 0x0f: "#VALUE!", 0x17: "#REF!", 0x1d: "#NAME?", 0x24: "#NUM!", 0x2a: "#N/A", 0x2b: "#GETTING_DATA",
}

func fillBoolErr(c *sheetCell, v int, isError bool) error {
	switch symbol, known := xlsErrors[v]; {
	case isError && known:
		c.kind, c.text = kindError, symbol
	case !isError && (v == 0 || v == 1):
		c.kind, c.number = kindBool, float64(v)
	default:
		return fmt.Errorf("%#02x is neither a truth value nor an error", v)
	}
	return nil
}

// readMulRK reads a run of numbers in one row.
func (x *xlsReader) readMulRK(r xlsRecord, f *xlsFields) error {
	row, column := f.u16()+1, f.u16()+1
	if len(r.body) < 12 || (len(r.body)-6)%6 != 0 {
		return x.faultAt(row, column, "", "a run of numbers in a record of %d bytes", len(r.body))
	}
	n := (len(r.body) - 6) / 6
	if last := int(binary.LittleEndian.Uint16(r.body[len(r.body)-2:])); last-(column-1)+1 != n {
		return x.faultAt(row, column, "", "a run of %d numbers up to column %s", n, columnName(last+1))
	}
	for i := range n {
		style := f.u16()
		c := sheetCell{row: row, column: column + i, kind: kindNumber, number: rkNumber(uint32(f.u32()))}
		if err := x.add(x.styled(c, style)); err != nil {
			return err
		}
	}
	return nil
}

// readMerged reads the ranges of merged cells.
func (x *xlsReader) readMerged(r xlsRecord, f *xlsFields) error {
	for range f.u16() {
		var m cellRange
		m.top, m.bottom = f.u16()+1, f.u16()+1
		m.left, m.right = f.u16()+1, f.u16()+1
		if f.err != nil {
			break
		}
		if err := x.merge(m); err != nil {
			return err
		}
	}
	if f.err != nil {
		return x.fault("record %#04x at byte %d: %v", r.kind, r.at, f.err)
	}
	return nil
}

// styled makes a number a date where its style shows it as one.
func (x *xlsReader) styled(c sheetCell, style int) sheetCell {
	if c.kind != kindNumber || style >= len(x.styles) {
		return c
	}
	kind, custom := x.formats[x.styles[style]]
	if !custom {
		kind = builtInDate(x.styles[style])
	}
	return dated(c, kind, x.from1904)
}

// rkNumber reads a number packed in four bytes (MS-XLS, 2.5.217).
func rkNumber(rk uint32) float64 {
	n := math.Float64frombits(uint64(rk&^3) << 32)
	if rk&2 != 0 {
		n = float64(int32(rk) >> 2)
	}
	if rk&1 != 0 {
		n /= 100
	}
	return n
}

// xlsFields reads the fields of a record, one after the other. After the first
// that does not fit, err is set and every field is 0.
type xlsFields struct {
	body []byte
	more [][]byte
	err  error
}

var errShortRecord = errors.New("the record is too short")

// bytes gives the next n bytes of one record; a field never goes on in another.
func (f *xlsFields) bytes(n int) []byte {
	if len(f.body) == 0 && len(f.more) > 0 {
		f.body, f.more = f.more[0], f.more[1:]
	}
	if f.err != nil || n > len(f.body) {
		f.err = cmp.Or(f.err, errShortRecord)
		return make([]byte, min(n, 8))
	}
	b := f.body[:n]
	f.body = f.body[n:]
	return b
}

func (f *xlsFields) u8() int  { return int(f.bytes(1)[0]) }
func (f *xlsFields) u16() int { return int(binary.LittleEndian.Uint16(f.bytes(2))) }
func (f *xlsFields) u32() int { return int(binary.LittleEndian.Uint32(f.bytes(4))) }
func (f *xlsFields) float() float64 {
	return math.Float64frombits(binary.LittleEndian.Uint64(f.bytes(8)))
}

// string8 reads a text whose length takes one byte.
func (f *xlsFields) string8() string { return f.characters(f.u8(), f.u8()) }

// string16 reads a text whose length takes two bytes (MS-XLS, 2.5.293). What
// says how it is drawn or spoken is passed over.
func (f *xlsFields) string16() string {
	n, flags := f.u16(), f.u8()
	runs, extra := 0, 0
	if flags&8 != 0 {
		runs = f.u16()
	}
	if flags&4 != 0 {
		extra = f.u32()
	}
	s := f.characters(n, flags)
	f.skip(4*runs + extra)
	return s
}

// characters reads n characters, of one byte (the first 256 of Unicode) or two
// (UTF-16). Where they go on in another record, that begins with new flags.
func (f *xlsFields) characters(n, flags int) string {
	units := make([]uint16, 0, min(n, mostRecord))
	for len(units) < n && f.err == nil {
		if len(f.body) == 0 {
			if len(f.more) == 0 {
				f.err = errShortRecord
				break
			}
			flags = f.u8()
		}
		width := 1 + flags&1
		take := min(n-len(units), len(f.body)/width)
		if take == 0 && len(f.body) > 0 {
			f.err = errShortRecord
		}
		for b := f.bytes(take * width); len(b) >= width; b = b[width:] {
			u := uint16(b[0])
			if width == 2 {
				u = binary.LittleEndian.Uint16(b)
			}
			units = append(units, u)
		}
	}
	if f.err != nil {
		return ""
	}
	return string(utf16.Decode(units))
}

// skip passes over n bytes, in as many records as they take.
func (f *xlsFields) skip(n int) {
	for n > 0 && f.err == nil {
		if len(f.body) == 0 && len(f.more) == 0 {
			f.err = errShortRecord
			return
		}
		if len(f.body) == 0 {
			f.body, f.more = f.more[0], f.more[1:]
		}
		take := min(n, len(f.body))
		f.body, n = f.body[take:], n-take
	}
}
