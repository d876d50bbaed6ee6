package ingest

import (
	"bytes"
	"encoding/binary"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"
)

// parts are the files of a workbook that is a zip.
type parts []part

func (p parts) zip(t testing.TB) []byte { return zipped(t, p...) }

// replace puts text for the first place of another in a part, which must have
// it.
func (p parts) replace(name, old, text string) parts {
	changed := append(parts{}, p...)
	for i := range changed {
		if changed[i].name == name && strings.Contains(changed[i].body, old) {
			changed[i].body = strings.Replace(changed[i].body, old, text, 1)
			return changed
		}
	}
	panic("no " + old + " in " + name)
}

// set gives a part another body, or the workbook another part.
func (p parts) set(name, body string) parts {
	changed := append(parts{}, p...)
	for i := range changed {
		if changed[i].name == name {
			changed[i].body = body
			return changed
		}
	}
	return append(changed, part{name, body})
}

// drop leaves a part out.
func (p parts) drop(name string) (kept parts) {
	for _, one := range p {
		if one.name != name {
			kept = append(kept, one)
		}
	}
	return kept
}

// cut ends a part after the first place of a text.
func (p parts) cut(name, after string) parts {
	for _, one := range p {
		if one.name == name {
			i := strings.Index(one.body, after) + len(after)
			return p.set(name, one.body[:i])
		}
	}
	panic("no " + name)
}

const (
	partSheet1   = "xl/worksheets/sheet1.xml"
	partSheet2   = "xl/worksheets/sheet2.xml"
	partTexts    = "xl/sharedStrings.xml"
	partWorkbook = "xl/workbook.xml"
	partRelated  = "xl/_rels/workbook.xml.rels"
	partStyles   = "xl/styles.xml"
	partTypes    = "[Content_Types].xml"
)

// xlsxSample is the sample workbook as an xlsx, its parts written by hand.
func xlsxSample() parts {
	const (
		head  = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n"
		space = `xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"`
		kinds = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
	)
	return parts{
		{partTypes, head + `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>`},
		{"_rels/.rels", head + `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="` + kinds + `/officeDocument" Target="xl/workbook.xml"/></Relationships>`},
		{partWorkbook, head + `<workbook ` + space + ` xmlns:r="` + kinds + `"><workbookPr/><sheets><sheet name="Data" sheetId="1" r:id="rId1"/><sheet name="Notes" sheetId="2" state="hidden" r:id="rId2"/></sheets></workbook>`},
		{partRelated, head + `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="` + kinds + `/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="` + kinds + `/worksheet" Target="/xl/worksheets/sheet2.xml"/><Relationship Id="rId3" Type="` + kinds + `/sharedStrings" Target="sharedStrings.xml"/><Relationship Id="rId4" Type="` + kinds + `/styles" Target="styles.xml"/></Relationships>`},
		{partTexts, head + `<sst ` + space + ` count="7" uniqueCount="7"><si><r><t>Jobs </t></r><r><rPr><b/></rPr><t>below £12.60</t></r><rPh sb="0" eb="1"><t>spoken</t></rPh></si><si><t>merged</t></si><si><t>Area</t></si><si><t>Value</t></si><si><t>Ynys Môn</t></si><si><t>Łódź €</t></si><si><t>5</t></si></sst>`},
		{partStyles, head + `<styleSheet ` + space + `><numFmts count="1"><numFmt numFmtId="164" formatCode="dd/mm/yyyy"/></numFmts><cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="164"/></cellXfs></styleSheet>`},
		{partSheet1, head + `<worksheet ` + space + `><dimension ref="A1:D7"/><sheetData>` +
			`<row r="1"><c r="A1" t="s"><v>0</v></c><c r="C1" t="s"><v>1</v></c><c r="D1"/></row>` +
			`<row r="2"><c r="A2" t="s"><v>2</v></c><c r="B2" t="s"><v>3</v></c></row>` +
			`<row r="3"><c r="A3" t="s"><v>4</v></c><c r="B3" s="0"><v>12.2</v></c></row>` +
			`<row r="4"><c r="A4" t="s"><v>5</v></c><c r="B4" t="n"><v>-1.2345E3</v></c></row>` +
			`<row r="5"><c r="A5" t="b"><v>1</v></c><c r="B5" t="e"><v>#N/A</v></c><c r="C5" s="1"><v>45778</v></c></row>` +
			`<row r="6"><c r="A6" t="s"><v>6</v></c><c r="B6"><v>5</v></c><c r="C6"><f>0.1*3</f><v>0.3</v></c><c r="D6" t="str"><f>"te xt"</f><v>te xt</v></c></row>` +
			`<row><c><v>1</v></c><c><v>2</v></c><c><v>3</v></c></row>` +
			`</sheetData><mergeCells count="1"><mergeCell ref="C1:D1"/></mergeCells></worksheet>`},
		{partSheet2, head + `<worksheet ` + space + `><sheetData><row r="2"><c r="B2" t="inlineStr"><is><t>two` + "\n" + `lines</t></is></c></row></sheetData></worksheet>`},
	}
}

func TestAnXLSXThatIsNotWholeIsRefused(t *testing.T) {
	s := xlsxSample()
	whole := s.zip(t)
	altered := func(change func(b []byte) []byte) []byte { return change(append([]byte{}, whole...)) }
	checkMalformed(t, []malformed{
		{"untouched", whole, ""},
		{"only its first half", whole[:len(whole)/2], "a broken zip"},
		{"without its last byte", whole[:len(whole)-1], "a broken zip"},
		{"only its signature", whole[:4], "a broken zip"},
		{"bytes after its end", append(append([]byte{}, whole...), "rest"...), ""},
		{"bytes before its start", append([]byte("rest"), whole...), "neither xls nor xlsx nor ods"},
		{"a bit of a sheet turned", altered(func(b []byte) []byte { b[bytes.Index(b, []byte(partSheet1))+len(partSheet1)+20] ^= 4; return b }), "not well-formed"},
		{"no list of types", s.drop(partTypes).zip(t), "neither xlsx nor ods"},
		{"types of a document", s.replace(partTypes, "spreadsheetml.sheet", "wordprocessingml.document").zip(t), "an Office file, but no workbook"},
		{"types of a binary workbook", s.replace(partTypes, "vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml", "vnd.ms-excel.sheet.binary.macroEnabled.main").zip(t), "xlsb"},
		{"no relations", s.drop("_rels/.rels").zip(t), "xlsx"},
		{"no workbook", s.drop(partWorkbook).zip(t), "xlsx"},
		{"no relations of the workbook", s.drop(partRelated).zip(t), "no part"},
		{"no texts", s.drop(partTexts).zip(t), `no part "xl/sharedStrings.xml"`},
		{"no styles", s.drop(partStyles).replace(partSheet1, `s="1"><v>45778</v>`, `t="d"><v>2025-05-01</v>`).zip(t), ""},
		{"no sheet", s.drop(partSheet1).zip(t), `no part "xl/worksheets/sheet1.xml"`},
		{"a sheet of nothing", s.set(partSheet1, "").zip(t), "is empty"},
		{"a sheet that is a web page", s.set(partSheet1, "<html><body></body></html>").zip(t), `begins with "html"`},
		{"a sheet cut off between rows", s.cut(partSheet1, "</row>").zip(t), "not well-formed"},
		{"a sheet cut off in a cell", s.cut(partSheet1, "<v>12").zip(t), "not well-formed"},
		{"texts cut off", s.cut(partTexts, "Môn").zip(t), "not well-formed"},
		{"a tag closed by another", s.replace(partSheet1, "</row>", "</raw>").zip(t), "not well-formed"},
		{"something after the sheet", s.replace(partSheet1, "</worksheet>", "</worksheet><worksheet>").zip(t), "not well-formed"},
		{"an entity of its own", s.replace(partSheet1, "12.2", "&lots;").zip(t), "not well-formed"},
		{"a declared entity", s.replace(partSheet1, "<worksheet", `<!DOCTYPE x [<!ENTITY lots "1">]><worksheet`).replace(partSheet1, "12.2", "&lots;").zip(t), "not well-formed"},
		{"letters that are no UTF-8", s.replace(partTexts, "Môn", "M\xf4n").zip(t), "not well-formed"},
		{"a number that is none", s.replace(partSheet1, "12.2", "12,2").zip(t), `cell B3: "12,2": not a number`},
		{"a number in hexadecimal", s.replace(partSheet1, "12.2", "0x10").zip(t), `cell B3: "0x10": not a number`},
		{"not a number", s.replace(partSheet1, "12.2", "NaN").zip(t), `cell B3: "NaN": not a number`},
		{"a number beyond all", s.replace(partSheet1, "12.2", "1e999").zip(t), `cell B3: "1e999": not a number`},
		{"a text that is not there", s.replace(partSheet1, "<v>6</v>", "<v>7</v>").zip(t), `cell A6: "7": no text of that number among 7`},
		{"a text before the first", s.replace(partSheet1, "<v>6</v>", "<v>-1</v>").zip(t), `cell A6: "-1": no text`},
		{"a truth value of 2", s.replace(partSheet1, `t="b"><v>1`, `t="b"><v>2`).zip(t), `cell A5: "2": not a truth value`},
		{"a type of cell unheard of", s.replace(partSheet1, `t="b"`, `t="q"`).zip(t), `cell A5: "1": cells of type "q"`},
		{"a date that is none", s.replace(partSheet1, `s="1"><v>45778`, `t="d"><v>2025-02-30`).zip(t), `cell C5: "2025-02-30": not a date`},
		{"a formula without its result", s.replace(partSheet1, "</f><v>0.3</v>", "</f>").replace(partSheet1, "<f>", "<v>0.3</v><f>").zip(t), ""},
		{"a cell twice", s.replace(partSheet1, `r="B3"`, `r="A3"`).zip(t), `cell A3: "12.2": the cell stands twice, first as "Ynys Môn"`},
		{"a row twice", s.replace(partSheet1, "</sheetData>", `<row r="3"><c r="B3"><v>9</v></c></row></sheetData>`).zip(t), `cell B3: "9": the cell stands twice`},
		{"rows out of order", s.replace(partSheet1, "<sheetData>", `<sheetData><row r="8"/>`).zip(t), ""},
		{"a row numbered 0", s.replace(partSheet1, `<row r="3">`, `<row r="0">`).zip(t), `a row numbered "0"`},
		{"a row beyond the last", s.replace(partSheet1, `<row r="3">`, `<row r="4294967296">`).zip(t), `a row numbered "4294967296"`},
		{"a cell of another row", s.replace(partSheet1, `r="B3"`, `r="B4"`).zip(t), `a cell named "B4" in row 3`},
		{"a cell with no place", s.replace(partSheet1, `r="B3"`, `r="3B"`).zip(t), `a cell named "3B"`},
		{"merged cells that are none", s.replace(partSheet1, "C1:D1", "C1:?").zip(t), `merged cells "C1:?"`},
		{"merged cells the wrong way round", s.replace(partSheet1, "C1:D1", "D1:C1").zip(t), "not a range"},
		{"two sheets of one name", s.replace(partWorkbook, `name="Notes"`, `name="data"`).zip(t), `two sheets are named "data"`},
		{"a sheet without a name", s.replace(partWorkbook, `name="Notes"`, `name=""`).zip(t), "without a name"},
		{"two sheets in one part", s.replace(partRelated, "/xl/worksheets/sheet2.xml", "worksheets/sheet1.xml").zip(t), "are the same part"},
		{"a sheet of no relation", s.replace(partWorkbook, `r:id="rId2"`, `r:id="rId9"`).zip(t), `sheet "Notes" has no part`},
		{"a sheet outside the file", s.replace(partRelated, "/xl/worksheets/sheet2.xml", "../../../etc/passwd").zip(t), "no part"},
		{"no sheets at all", s.replace(partWorkbook, `<sheet name="Data" sheetId="1" r:id="rId1"/><sheet name="Notes" sheetId="2" state="hidden" r:id="rId2"/>`, "").zip(t), "no sheet with cells"},
		{"tags nested without end", s.replace(partSheet1, "<sheetData>", strings.Repeat("<a>", 100)+strings.Repeat("</a>", 100)+"<sheetData>").zip(t), "nested more than 64 deep"},
		{"a tag without end", s.replace(partSheet1, "<dimension", "<dimension a=\""+strings.Repeat("x", mostToken)+"\"").zip(t), "more than"},
		{"a text without end", s.replace(partTexts, "Area", strings.Repeat("x", mostText+1)).zip(t), "cell A2"},
		{"a bomb of a sheet", s.set(partSheet1, strings.Repeat(" ", 5<<20)).zip(t), "unpacks to more than"},
		{"a bomb of styles", s.set(partStyles, strings.Repeat(" ", mostSmallPart+1)).zip(t), "unpacks to more than"},
		{"a date of the year 1904 and after", s.replace(partWorkbook, "<workbookPr/>", `<workbookPr date1904="1"/>`).replace(partSheet1, "45778", "44316").zip(t), ""},
		{"a comment", s.replace(partSheet1, "<sheetData>", "<!-- 12.2 --><sheetData>").zip(t), ""},
		{"the size of a part understated", altered(func(b []byte) []byte {
			at := bytes.LastIndex(b, []byte(partSheet1)) - 46 + 24
			binary.LittleEndian.PutUint32(b[at:], 10)
			return b
		}), "not well-formed"},
		{"a wrong checksum of a sheet", altered(func(b []byte) []byte { b[bytes.LastIndex(b, []byte(partSheet1))-46+16] ^= 1; return b }), "checksum"},
		{"a wrong checksum of the styles", altered(func(b []byte) []byte { b[bytes.LastIndex(b, []byte(partStyles))-46+16] ^= 1; return b }), "checksum"},
	})
}

func TestAFormulaWithoutItsResultIsNoNumber(t *testing.T) {
	content := xlsxSample().replace(partSheet1, "</f><v>0.3</v>", "</f><v/>").zip(t)
	w, err := openWorkbook(t.Context(), "file", content, smallLimits)
	if err != nil {
		t.Fatal(err)
	}
	if c := w.sheets[0].at(6, 3); c.kind != kindError || c.String() != uncomputed {
		t.Errorf("C6 is %v", c)
	}
}

func TestAnXLSXWrittenByAnotherLibraryIsReadAsItWasWritten(t *testing.T) {
	f := excelize.NewFile()
	defer f.Close()
	for cell, v := range map[string]any{
		"A1": "Ynys Môn", "B1": 12.2, "C1": true, "A2": time.Date(2025, 5, 1, 0, 0, 0, 0, time.UTC), "B2": 1e-7, "C2": "007", "A3": " spaces ", "B3": "tab\tand\n_x0041",
	} {
		if err := f.SetCellValue("Sheet1", cell, v); err != nil {
			t.Fatal(err)
		}
	}
	if err := f.MergeCell("Sheet1", "D1", "E2"); err != nil {
		t.Fatal(err)
	}
	b, err := f.WriteToBuffer()
	if err != nil {
		t.Fatal(err)
	}
	w, err := openWorkbook(t.Context(), "file", b.Bytes(), smallLimits)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		`Sheet1`, `Sheet1!D1:E2 merged`,
		`Sheet1!A1 text "Ynys Môn"`, `Sheet1!B1 number "12.2"`, `Sheet1!C1 bool "true"`,
		`Sheet1!A2 date "2025-05-01"`, `Sheet1!B2 number "0.0000001"`, `Sheet1!C2 text "007"`,
		`Sheet1!A3 text " spaces "`, `Sheet1!B3 text "tab\tand\n_x0041"`,
	}
	if d := cmp.Diff(want, held(w)); d != "" {
		t.Errorf("cells (-want +got):\n%s", d)
	}
}

// The counts and cells are openpyxl's.
func TestThePublishersXLSXAreReadCellByCell(t *testing.T) {
	for _, c := range []struct {
		path   []string
		counts map[string]int
		cells  []realCell
	}{
		{[]string{"ons-ashe", "nomis-ashe-resident-annual-pay-percentiles-2024-lad.xlsx"}, map[string]int{"Data": 7767}, []realCell{
			{"Data", "B4", "2024"},
			{"Data", "C9", "Number of jobs"},
			{"Data", "D9", ""},
			{"Data", "D10", "conf %"},
			{"Data", "B11", "E06000001"},
			{"Data", "E11", "27504"},
			{"Data", "F11", "7.6"},
			{"Data", "S11", "#"},
			{"Data", "A360", "North Lanarkshire"},
			{"Data", "A361", "Column Total"},
			{"Data", "C361", "-"},
		}},
		{[]string{"dwp", "dwp-uc-households-by-la-may2025.xlsx"}, map[string]int{"Data Sheet 0": 729, "format": 11, "template_rse": 2}, []realCell{
			{"Data Sheet 0", "D7", "May 2025 (p)"}, {"Data Sheet 0", "C9", "County Durham"}, {"Data Sheet 0", "D9", "61236"}, {"Data Sheet 0", "D14", "17263"},
		}},
		{[]string{"nomis", "nomis-raw-nomis_2023_04_24_143523.xlsx"}, map[string]int{"Data": 33952}, nil},
	} {
		checkReal(t, c.path[1], publishersFile(t, c.path...), c.counts, c.cells)
	}
}
