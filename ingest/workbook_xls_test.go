package ingest

import (
	"bytes"
	"encoding/binary"
	"math"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"
)

// le puts numbers one after the other, the lowest byte first.
func le(values ...any) []byte {
	var b bytes.Buffer
	for _, v := range values {
		switch v := v.(type) {
		case []byte:
			b.Write(v)
		case string:
			b.WriteString(v)
		default:
			if err := binary.Write(&b, binary.LittleEndian, v); err != nil {
				panic(err)
			}
		}
	}
	return b.Bytes()
}

// biff is one record.
type biff struct {
	kind uint16
	body []byte
}

// latin and wide are texts with their length in two bytes, of one byte and of
// two bytes a character.
func latin(s string) []byte {
	var b []byte
	for _, r := range s {
		b = append(b, byte(r))
	}
	return le(uint16(len(b)), uint8(0), b)
}

func wide(s string) []byte {
	u := utf16.Encode([]rune(s))
	return le(uint16(len(u)), uint8(1), u)
}

// xlsFixture is a workbook to be written as an xls. A mutation changes it
// before, or its bytes after.
type xlsFixture struct {
	globals []biff
	sheets  []xlsFixtureSheet
	tail    int // zeros after the last record
	mini    bool
}

type xlsFixtureSheet struct {
	name    string
	state   uint16
	offset  int // added to where the sheet is said to begin
	records []biff
}

var (
	bofGlobals = biff{recordBOF, le(uint16(biff8), uint16(ofGlobals), uint32(0), uint32(0), uint32(0))}
	bofSheet   = biff{recordBOF, le(uint16(biff8), uint16(ofSheet), uint32(0), uint32(0), uint32(0))}
	bofChart   = biff{recordBOF, le(uint16(biff8), uint16(0x20), uint32(0), uint32(0), uint32(0))}
	biffEOF    = biff{recordEOF, nil}
)

func cellAt(row, column int) []byte { return le(uint16(row-1), uint16(column-1), uint16(0)) }

func styledAt(row, column int) []byte { return le(uint16(row-1), uint16(column-1), uint16(1)) }

// xlsSample is the sample workbook. Its first text is broken off between two
// records and goes on in wide characters, as long lists of texts do.
func xlsSample() *xlsFixture {
	text := func(row, column int, i uint32) biff { return biff{recordLabelSST, le(cellAt(row, column), i)} }
	return &xlsFixture{
		globals: []biff{
			bofGlobals,
			{recordDateMode, le(uint16(0))},
			{recordFormat, le(uint16(164), latin("dd/mm/yyyy"))},
			{recordXF, le(uint16(0), uint16(0), make([]byte, 16))},
			{recordXF, le(uint16(0), uint16(164), make([]byte, 16))},
			{recordSST, le(uint32(7), uint32(7), uint16(17), uint8(8), uint16(1), "Jobs below ")},
			{recordContinue, le(uint8(1), utf16.Encode([]rune("£12.60")), uint32(0), latin("merged"), latin("Area"), latin("Value"), latin("Ynys Môn"), wide("Łódź €"))},
			{recordContinue, latin("5")},
		},
		sheets: []xlsFixtureSheet{
			{"Data", 0, 0, []biff{
				bofSheet,
				text(1, 1, 0), text(1, 3, 1),
				{0x0201, cellAt(1, 4)},
				{recordLabel, le(cellAt(2, 1), latin("Area"))},
				text(2, 2, 3),
				text(3, 1, 4),
				{recordNumber, le(cellAt(3, 2), 12.2)},
				{recordRString, le(cellAt(4, 1), wide("Łódź €"), uint16(0))},
				{recordRK, le(cellAt(4, 2), uint32(0xfff8771b))},
				{recordBoolErr, le(cellAt(5, 1), uint8(1), uint8(0))},
				{recordBoolErr, le(cellAt(5, 2), uint8(0x2a), uint8(1))},
				{recordNumber, le(styledAt(5, 3), 45778.0)},
				text(6, 1, 6),
				{recordRK, le(cellAt(6, 2), uint32(5<<2|2))},
				{recordFormula, le(cellAt(6, 3), 0.3, uint16(0), uint32(0), uint16(0))},
				{recordFormula, le(cellAt(6, 4), []byte{0, 0, 0, 0, 0, 0, 0xff, 0xff}, uint16(0), uint32(0), uint16(0))},
				{0x04bc, []byte("shared formula")},
				{recordString, latin("te xt")},
				{recordMulRK, le(uint16(6), uint16(0), uint16(0), uint32(1<<2|2), uint16(0), uint32(2<<2|2), uint16(0), uint32(0x40080000), uint16(2))},
				bofChart,
				{recordNumber, le(cellAt(9, 9), 99.0)},
				biffEOF,
				{recordMerged, le(uint16(1), uint16(0), uint16(0), uint16(2), uint16(3))},
				biffEOF,
			}},
			{"Notes", 1, 0, []biff{bofSheet, {recordLabel, le(cellAt(2, 2), latin("two\nlines"))}, biffEOF}},
			{"Chart", 2 << 8, 0, []biff{bofChart, biffEOF}},
		},
		tail: 4096,
	}
}

// change puts another record for the first of a kind on a sheet, or in the
// globals for sheet -1.
func (x *xlsFixture) change(sheet int, kind uint16, body []byte) *xlsFixture {
	records := x.globals
	if sheet >= 0 {
		records = x.sheets[sheet].records
	}
	for i := range records {
		if records[i].kind == kind {
			records[i].body = body
			return x
		}
	}
	panic("no such record")
}

// put adds records before the end of a sheet, or of the globals for sheet -1.
func (x *xlsFixture) put(sheet int, added ...biff) *xlsFixture {
	if sheet < 0 {
		x.globals = append(x.globals, added...)
		return x
	}
	s := &x.sheets[sheet]
	s.records = append(append(s.records[:len(s.records)-1:len(s.records)-1], added...), biffEOF)
	return x
}

// stream writes the records one after the other.
func (x *xlsFixture) stream() []byte {
	var sheets [][]byte
	record := func(b []byte, r biff) []byte { return append(b, le(r.kind, uint16(len(r.body)), r.body)...) }
	var globals []byte
	for _, r := range x.globals {
		globals = record(globals, r)
	}
	from := len(globals) + 4
	for _, s := range x.sheets {
		from += 4 + 8 + len(s.name)
	}
	for _, s := range x.sheets {
		var b []byte
		for _, r := range s.records {
			b = record(b, r)
		}
		globals = record(globals, biff{recordBoundSheet, le(uint32(from+s.offset), s.state, uint8(len(s.name)), uint8(0), s.name)})
		from += len(b)
		sheets = append(sheets, b)
	}
	all := record(globals, biffEOF)
	for _, s := range sheets {
		all = append(all, s...)
	}
	return append(all, make([]byte, x.tail)...)
}

// The sectors of a compound file as compound writes it: the table of chains
// first, then the folder, the table of short chains, and the stream.
const (
	sectorFAT    = 512
	sectorFolder = 1024
	sectorStream = 2048
	endOfChain   = 0xfffffffe
)

func (x *xlsFixture) file() []byte { return compound("Workbook", x.stream(), x.mini) }

// compound makes a compound file (MS-CFB) of one stream: in sectors of 64 bytes
// within another stream where mini, as streams under 4096 bytes are kept.
func compound(name string, stream []byte, mini bool) []byte {
	sectors := (len(stream) + 511) / 512
	fat := []uint32{0xfffffffd, endOfChain, endOfChain}
	for i := range sectors {
		fat = append(fat, uint32(len(fat)+1))
		if i == sectors-1 {
			fat[len(fat)-1] = endOfChain
		}
	}
	for len(fat) < 128 {
		fat = append(fat, 0xffffffff)
	}
	if len(fat) > 128 {
		panic("a stream too long for one table of chains")
	}
	entry := func(name string, kind uint8, child, start uint32, size int) []byte {
		u := make([]uint16, 32)
		copy(u, utf16.Encode([]rune(name)))
		return le(u, uint16(2*len(name)+2), kind, uint8(1), uint32(0xffffffff), uint32(0xffffffff), child, make([]byte, 36), start, uint64(size))
	}
	rootStart, start, miniFAT, miniCount := uint32(endOfChain), uint32(3), uint32(endOfChain), uint32(0)
	short := bytes.Repeat([]byte{0xff}, 512)
	if mini {
		rootStart, start, miniFAT, miniCount = 3, 0, 2, 1
		for i := range (len(stream) + 63) / 64 {
			binary.LittleEndian.PutUint32(short[4*i:], uint32(i+1))
			if (i+1)*64 >= len(stream) {
				binary.LittleEndian.PutUint32(short[4*i:], endOfChain)
			}
		}
	}
	folder := le(entry("Root Entry", 5, 1, rootStart, len(stream)), entry(name, 2, 0xffffffff, start, len(stream)), make([]byte, 256))
	difat := append([]uint32{0}, func() []uint32 {
		unused := make([]uint32, 108)
		for i := range unused {
			unused[i] = 0xffffffff
		}
		return unused
	}()...)
	header := le(signatureOLE, make([]byte, 16), uint16(0x3e), uint16(3), uint16(0xfffe), uint16(9), uint16(6), make([]byte, 6),
		uint32(0), uint32(1), uint32(1), uint32(0), uint32(4096), miniFAT, miniCount, uint32(endOfChain), uint32(0), difat)
	return le(header, fat, folder, short, stream, make([]byte, sectors*512-len(stream)))
}

func TestAnXLSThatIsNotWholeIsRefused(t *testing.T) {
	whole := xlsSample().file()
	put32 := func(at int, v uint32) []byte {
		b := append([]byte{}, whole...)
		binary.LittleEndian.PutUint32(b[at:], v)
		return b
	}
	put16 := func(at int, v uint16) []byte {
		b := append([]byte{}, whole...)
		binary.LittleEndian.PutUint16(b[at:], v)
		return b
	}
	shortSST := func(count uint32) []byte {
		return xlsSample().change(-1, recordSST, le(uint32(7), count, uint16(17), uint8(8), uint16(1), "Jobs below ")).file()
	}
	sheetStart := sectorStream + bytes.Index(whole[sectorStream:], le(uint16(recordBOF), uint16(16), uint16(biff8), uint16(ofSheet)))
	mini := xlsSample()
	mini.mini, mini.tail = true, 0
	chartless := xlsSample()
	chartless.sheets = chartless.sheets[:2]
	sameStart := xlsSample()
	sameStart.sheets[1].offset = -len(func() (b []byte) {
		for _, r := range sameStart.sheets[0].records {
			b = append(b, le(r.kind, uint16(len(r.body)), r.body)...)
		}
		return b
	}())
	beyond := xlsSample()
	beyond.sheets[1].offset = 1 << 20
	inside := xlsSample()
	inside.sheets[0].offset = 1
	checkMalformed(t, []malformed{
		{"untouched", whole, ""},
		{"a short stream", mini.file(), ""},
		{"no chart", chartless.file(), ""},
		{"only its signature", whole[:8], "a broken compound file"},
		{"only its header", whole[:512], "a broken compound file"},
		{"without its folder", whole[:sectorFolder], "a broken compound file"},
		{"half of its stream", whole[:sectorStream+1024], "a stream of"},
		{"without its last sector", whole[:len(whole)-512], "breaks off"},
		{"a wrong signature", put16(0, 0), "neither xls nor xlsx nor ods"},
		{"sectors of a size unheard of", put16(30, 10), "illegal sector size"},
		{"more tables of chains than bytes", put32(72, 0x7fffffff), "a broken compound file"},
		{"more tables of short chains than bytes", put32(64, 0x7fffffff), "a broken compound file"},
		{"a folder beyond the end", put32(48, 99999), "a broken compound file"},
		{"a folder whose chain runs in a circle", put32(sectorFAT+4, 1), "cycle"},
		{"a stream whose chain runs in a circle", put32(sectorFAT+4*5, 3), "runs in a circle"},
		{"a stream whose chain is its own", put32(sectorFAT+4*4, 4), "runs in a circle"},
		{"a stream whose chain ends early", put32(sectorFAT+4*4, endOfChain), "breaks off"},
		{"a stream whose chain leaves the file", put32(sectorFAT+4*4, 100000), "breaks off"},
		{"a stream larger than the file", put32(sectorFolder+128+120, 0x7fffffff), "a stream of 2147483647 bytes"},
		{"a stream of no bytes", put32(sectorFolder+128+120, 0), "breaks off"},
		{"a folder that holds itself", put32(sectorFolder+128+76, 1), "a broken compound file"},
		{"a folder of a stream that is not there", put32(sectorFolder+76, 77), "a broken compound file"},
		{"another stream", compound("WordDocument", xlsSample().stream(), false), "no workbook in it"},
		{"a stream in capitals", compound("WORKBOOK", xlsSample().stream(), false), ""},
		{"the stream of Excel 95", compound("Book", xlsSample().stream(), false), "older than Excel 97"},
		{"an encrypted xlsx", compound("EncryptedPackage", xlsSample().stream(), false), "protected with a password"},
		{"records of Excel 95", xlsSample().change(-1, recordBOF, le(uint16(0x0500), uint16(ofGlobals))).file(), "records of version 0x0500"},
		{"no workbook at the beginning", xlsSample().change(-1, recordBOF, le(uint16(biff8), uint16(ofSheet))).file(), "not with the workbook"},
		{"an empty first record", xlsSample().change(-1, recordBOF, nil).file(), "no beginning"},
		{"a password", xlsSample().put(-1, biff{recordFilePass, le(uint16(1))}).file(), "protected with a password"},
		{"a part within the workbook's", xlsSample().put(-1, bofSheet).file(), "within another"},
		{"a record longer than any", xlsSample().put(0, biff{0x0999, make([]byte, mostRecord+1)}).file(), "a record of 8225 bytes"},
		{"a record longer than the stream", put16(sheetStart+2, 0xffff), "breaks off in the record"},
		{"a billion texts", shortSST(1 << 30), "1073741824 texts in"},
		{"more texts than there are", shortSST(8), "text 8 of 8: the record is too short"},
		{"a text longer than its record", xlsSample().change(-1, recordSST, le(uint32(7), uint32(7), uint16(60000), uint8(0), "Jobs")).file(), "too short"},
		{"runs longer than the record", xlsSample().change(-1, recordSST, le(uint32(7), uint32(7), uint16(17), uint8(8), uint16(60000), "Jobs below ")).file(), "too short"},
		{"sounds longer than the record", xlsSample().change(-1, recordSST, le(uint32(7), uint32(7), uint16(17), uint8(12), uint16(1), uint32(1<<31), "Jobs below ")).file(), "too short"},
		{"half a wide character", xlsSample().change(-1, recordContinue, le(uint8(1), "x")).file(), "too short"},
		{"a name longer than its record", xlsSample().put(-1, biff{recordBoundSheet, le(uint32(0), uint16(0), uint8(200), uint8(0), "x")}).file(), "too short"},
		{"a number format cut off", xlsSample().change(-1, recordFormat, le(uint16(164), uint16(50), uint8(0), "dd")).file(), "too short"},
		{"a style cut off", xlsSample().change(-1, recordXF, le(uint16(0))).file(), "too short"},
		{"two sheets at one place", sameStart.file(), "begin at the same byte"},
		{"a sheet beyond the stream", beyond.file(), "breaks off in the record"},
		{"a sheet in the midst of a record", inside.file(), "no beginning of a part"},
		{"a sheet that is a chart", xlsSample().change(0, recordBOF, bofChart.body).file(), "not a sheet"},
		{"a sheet without its end", func() []byte {
			x := xlsSample()
			x.sheets[0].records = x.sheets[0].records[:len(x.sheets[0].records)-1]
			return x.file()
		}(), `sheet "Data": the sheet does not end`},
		{"a chart without its end", xlsSample().put(0, bofChart).file(), `sheet "Data": the sheet does not end`},
		{"a text that is not there", xlsSample().change(0, recordLabelSST, le(cellAt(1, 1), uint32(7))).file(), "cell A1: text 7 of 7"},
		{"a text by half a number", xlsSample().change(0, recordLabelSST, le(cellAt(1, 1), uint16(0))).file(), "cell A1: record 0x00fd"},
		{"a number of four bytes", xlsSample().change(0, recordNumber, le(cellAt(3, 2), float32(12.2))).file(), "cell B3: record 0x0203"},
		{"not a number", xlsSample().change(0, recordNumber, le(cellAt(3, 2), math.NaN())).file(), `cell B3: "NaN": not a finite number`},
		{"an infinite number", xlsSample().change(0, recordNumber, le(cellAt(3, 2), math.Inf(1))).file(), "cell B3"},
		{"a packed number cut off", xlsSample().change(0, recordRK, le(cellAt(4, 2), uint16(1))).file(), "cell B4"},
		{"a cell of no bytes", xlsSample().change(0, recordRK, nil).file(), "too short"},
		{"a truth value of 2", xlsSample().change(0, recordBoolErr, le(cellAt(5, 1), uint8(2), uint8(0))).file(), "cell A5: 0x02 is neither"},
		{"an error unheard of", xlsSample().change(0, recordBoolErr, le(cellAt(5, 1), uint8(3), uint8(1))).file(), "cell A5: 0x03 is neither"},
		{"a formula cut off", xlsSample().change(0, recordFormula, le(cellAt(6, 3), uint32(0))).file(), "cell C6"},
		{"a formula of a result unheard of", xlsSample().change(0, recordFormula, le(cellAt(6, 3), []byte{9, 0, 0, 0, 0, 0, 0xff, 0xff})).file(), "cell C6: a formula with a result of kind 9"},
		{"a formula without its text", xlsSample().change(0, recordFormula, le(cellAt(6, 3), []byte{0, 0, 0, 0, 0, 0, 0xff, 0xff})).file(), "cell C6: a formula without its text"},
		{"a formula without its text at the end", xlsSample().put(1, biff{recordFormula, le(cellAt(9, 3), []byte{0, 0, 0, 0, 0, 0, 0xff, 0xff})}).file(), "cell C9: a formula without its text"},
		{"a text of no formula", xlsSample().put(0, biff{recordString, latin("stray")}).file(), ""},
		{"a formula of an empty text", xlsSample().put(0, biff{recordFormula, le(cellAt(9, 3), []byte{3, 0, 0, 0, 0, 0, 0xff, 0xff})}).file(), ""},
		{"a run of numbers of the wrong length", xlsSample().change(0, recordMulRK, le(uint16(6), uint16(0), uint16(0), uint32(6), uint16(2))).file(), "cell A7: a run of 1 numbers up to column C"},
		{"a run of numbers cut off", xlsSample().change(0, recordMulRK, le(uint16(6), uint16(0), uint16(0))).file(), "a run of numbers in a record of 6 bytes"},
		{"more merged cells than there are", xlsSample().change(0, recordMerged, le(uint16(9), uint16(0), uint16(0), uint16(2), uint16(3))).file(), "too short"},
		{"merged cells the wrong way round", xlsSample().change(0, recordMerged, le(uint16(1), uint16(0), uint16(0), uint16(3), uint16(2))).file(), "not a range"},
		{"a cell twice", xlsSample().put(0, biff{recordNumber, le(cellAt(3, 2), 9.0)}).file(), `cell B3: "9": the cell stands twice, first as "12.2"`},
		{"cells out of order", xlsSample().put(0, biff{recordNumber, le(cellAt(3, 1), 9.0)}).file(), "cell A3"},
		{"a record unheard of", xlsSample().put(0, biff{0x0999, []byte("what")}).file(), ""},
		{"a style unheard of", xlsSample().change(0, recordNumber, le(uint16(2), uint16(1), uint16(999), 12.2)).file(), ""},
		{"days from 1904", func() []byte {
			x := xlsSample().change(-1, recordDateMode, le(uint16(1)))
			for i, r := range x.sheets[0].records {
				if bytes.HasPrefix(r.body, styledAt(5, 3)) {
					x.sheets[0].records[i].body = le(styledAt(5, 3), 44316.0)
				}
			}
			return x.file()
		}(), ""},
	})
}

// The packed numbers are those of MS-XLS 2.5.217 and of xlrd.
func TestAPackedNumberIsUnpacked(t *testing.T) {
	got := []float64{rkNumber(0x3ff00000), rkNumber(5<<2 | 2), rkNumber(0xfffffffe), rkNumber(3 | 12345<<2), rkNumber(0x40590001), rkNumber(0)}
	if d := cmp.Diff([]float64{1, 5, -1, 123.45, 1, 0}, got); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
}

// The counts and cells are xlrd's. A whole reading by it of all the sheets,
// 137,699 cells, was the same.
func TestThePublishersXLSAreReadCellByCell(t *testing.T) {
	checkReal(t, "table 8.1a", publishersFile(t, "ons-ashe", "ons-ashe-table8.1a-weekly-gross-home-geography-2023p.xls"), map[string]int{
		"Notes": 51, "All": 6771, "Male": 6766, "Female": 6757, "Full-Time": 6771, "Part-Time": 6704,
		"Male Full-Time": 6754, "Male Part-Time": 6290, "Female Full-Time": 6756, "Female Part-Time": 6679,
	}, []realCell{
		{"All", "A1", "Table 8.1a Weekly pay - Gross"},
		{"All", "A6", "United Kingdom "},
		{"All", "B6", "K02000001"},
		{"All", "C6", "27283"},
		{"All", "D6", "574.9"},
		{"All", "H6", "196.8"},
		{"All", "Q6", "1169.9"},
		{"All", "Q399", "x"},
		{"Female Part-Time", "D7", "247"},
	})
	files, err := openArchive(t.Context(), "zip", publishersFile(t, "ons-ashe", "ons-ashe-jobs-below-real-living-wage-work-geography-2022p.zip"), usualLimits)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, f := range files {
		names = append(names, f.name)
		if !strings.Contains(f.name, "Work Geography") {
			continue
		}
		w, err := openWorkbook(t.Context(), f.name, f.content, usualLimits)
		if err != nil {
			t.Error(err)
			continue
		}
		s, err := w.sheet("All")
		if err != nil {
			t.Error(err)
			continue
		}
		got := []string{s.at(6, 3).String(), s.at(6, 4).String(), s.at(361, 1).String(), s.at(410, 3).String(), s.at(414, 4).String(), s.at(417, 3).String()}
		want := []string{"3495", "12.2", "Isle of Anglesey / Ynys Môn", "x", "x", ":"}
		if strings.Contains(f.name, "CV") {
			want = []string{"0.6", "0.6", "Isle of Anglesey / Ynys Môn", "71", "24", ":"}
		}
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("%s (-want +got):\n%s", f.name, d)
		}
	}
	if len(names) != 4 {
		t.Errorf("the zip has %q", names)
	}
}
