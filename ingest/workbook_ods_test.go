package ingest

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// odsSample is the sample workbook as an ods, its parts written by hand.
func odsSample() parts {
	return parts{
		{"mimetype", odsMimeType},
		{"content.xml", `<?xml version="1.0" encoding="UTF-8"?>
<office:document-content xmlns:office="` + odsOffice + `" xmlns:table="` + odsTable + `" xmlns:text="` + odsText + `" xmlns:style="` + odsStyle + `" xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0" xmlns:dc="http://purl.org/dc/elements/1.1/">
<office:automatic-styles><style:style style:name="ta2"><style:table-properties table:display="false"/></style:style></office:automatic-styles>
<office:body><office:spreadsheet>
<table:tracked-changes><table:deletion><table:table-cell office:value-type="float" office:value="99"><text:p>99</text:p></table:table-cell></table:deletion></table:tracked-changes>
<table:table table:name="Data"><table:table-column table:number-columns-repeated="4"/>
<table:table-header-rows><table:table-row><table:table-cell office:value-type="string"><office:annotation><dc:date>2025-01-01</dc:date><text:p>a comment</text:p></office:annotation><text:p>Jobs
  <text:span>below</text:span> £12.60</text:p></table:table-cell><table:table-cell/><table:table-cell office:value-type="string" table:number-columns-spanned="2" table:number-rows-spanned="1"><text:p>merged</text:p></table:table-cell><table:covered-table-cell office:value-type="string"><text:p>under</text:p></table:covered-table-cell></table:table-row></table:table-header-rows>
<table:table-row><table:table-cell office:value-type="string"><text:p>Area</text:p></table:table-cell><table:table-cell office:value-type="string"><text:p>Value</text:p></table:table-cell></table:table-row>
<table:table-row-group><table:table-row><table:table-cell office:value-type="string" office:string-value="Ynys Môn"><text:p>shown</text:p></table:table-cell><table:table-cell office:value-type="percentage" office:value="12.2"><text:p>1220%</text:p></table:table-cell></table:table-row></table:table-row-group>
<table:table-row><table:table-cell office:value-type="string"><text:p>Łódź €</text:p></table:table-cell><table:table-cell office:value-type="currency" office:value="-1.2345E3"><text:p>-£1,235</text:p></table:table-cell></table:table-row>
<table:table-row><table:table-cell office:value-type="boolean" office:boolean-value="true"><text:p>TRUE</text:p></table:table-cell><table:table-cell office:value-type="string" office:string-value="" calcext:value-type="error"><text:p>#N/A</text:p></table:table-cell><table:table-cell office:value-type="date" office:date-value="2025-05-01"><text:p>01/05/25</text:p></table:table-cell></table:table-row>
<table:table-row><table:table-cell office:value-type="string"><text:p>5</text:p></table:table-cell><table:table-cell office:value-type="float" office:value="5"><text:p>5</text:p></table:table-cell><table:table-cell table:formula="of:=0.1*3" office:value-type="float" office:value="0.3"><text:p>0</text:p></table:table-cell><table:table-cell office:value-type="string"><text:p>te<text:s/>xt</text:p></table:table-cell><table:table-cell table:number-columns-repeated="16380"/></table:table-row>
<table:table-row><table:table-cell office:value-type="float" office:value="1"/><table:table-cell office:value-type="float" office:value="2"/><table:table-cell office:value-type="float" office:value="3"/></table:table-row>
<table:table-row table:number-rows-repeated="1048569"><table:table-cell table:number-columns-repeated="16384"/></table:table-row>
</table:table>
<table:table table:name="Notes" table:style-name="ta2"><table:table-row/><table:table-row><table:table-cell/><table:table-cell office:value-type="string"><text:p>two</text:p><text:p>lines</text:p></table:table-cell></table:table-row></table:table>
</office:spreadsheet></office:body></office:document-content>
`},
		{"META-INF/manifest.xml", `<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>`},
	}
}

func TestAnODSThatIsNotWholeIsRefused(t *testing.T) {
	const content = "content.xml"
	s := odsSample()
	whole := s.zip(t)
	body := s[1].body
	in := func(old, text string) []byte { return s.replace(content, old, text).zip(t) }
	checkMalformed(t, []malformed{
		{"untouched", whole, ""},
		{"only its first half", whole[:len(whole)/2], "a broken zip"},
		{"without its last byte", whole[:len(whole)-1], "a broken zip"},
		{"only its signature", whole[:4], "a broken zip"},
		{"a bit turned", func() []byte { b := append([]byte{}, whole...); b[400] ^= 1; return b }(), "content.xml"},
		{"no type", s.drop("mimetype").zip(t), "neither xlsx nor ods"},
		{"the type of a text", s.set("mimetype", "application/vnd.oasis.opendocument.text").zip(t), "not an ods"},
		{"the type of a template", s.set("mimetype", odsMimeType+"-template\n").zip(t), ""},
		{"no manifest", s.drop("META-INF/manifest.xml").zip(t), ""},
		{"a password", s.set("META-INF/manifest.xml", "<manifest:encryption-data/>").zip(t), "protected with a password"},
		{"no content", s.drop(content).zip(t), `no part "content.xml"`},
		{"content of nothing", s.set(content, "").zip(t), "is empty"},
		{"content that is a web page", s.set(content, "<html></html>").zip(t), `begins with "html"`},
		{"content that is no XML", s.set(content, "area,value\n").zip(t), "is empty"},
		{"no body", s.replace(content, "office:body", "office:bydo").replace(content, "/office:body", "/office:bydo").zip(t), "no sheet with cells"},
		{"cut off between rows", s.cut(content, "</table:table-row>").zip(t), "not well-formed"},
		{"cut off in a number", s.cut(content, `office:value="12`).zip(t), "not well-formed"},
		{"cut off in a text", s.cut(content, "Łódź").zip(t), "not well-formed"},
		{"cut off before the last tag", s.set(content, strings.TrimSuffix(strings.TrimSpace(body), "</office:document-content>")).zip(t), "not well-formed"},
		{"a tag closed by another", in("</table:table-row>", "</table:table>"), "not well-formed"},
		{"a second document", s.set(content, body+"<a>").zip(t), "not well-formed"},
		{"an entity of its own", in("Łódź", "&lots;"), "not well-formed"},
		{"a declared entity", s.replace(content, "<office:document-content", `<!DOCTYPE x [<!ENTITY lots "1">]><office:document-content`).replace(content, "Łódź", "&lots;").zip(t), "not well-formed"},
		{"letters that are no UTF-8", in("Łódź", "\xc5"), "not well-formed"},
		{"a number with a comma", in(`office:value="12.2"`, `office:value="12,2"`), `cell B3: "12,2": not a number`},
		{"a number without a value", in(`office:value="12.2"`, ""), "cell B3: not a number"},
		{"not a number", in(`office:value="12.2"`, `office:value="NaN"`), `cell B3: "NaN": not a number`},
		{"a number beyond all", in(`office:value="12.2"`, `office:value="1e999"`), "cell B3"},
		{"a date that is none", in("2025-05-01\"><text", "2025-02-30\"><text"), `cell C5: "2025-02-30": not a date`},
		{"a date and a time", in(`date-value="2025-05-01"`, `date-value="2025-05-01T00:00:00"`), ""},
		{"a time that is none", in(`office:value-type="float" office:value="1"`, `office:value-type="time" office:time-value="noon"`), `cell A7: "noon": not a length of time`},
		{"a length of time", in(`office:value-type="float" office:value="1"`, `office:value-type="time" office:time-value="PT24H00M00S"`), ""},
		{"a truth value of 2", in(`boolean-value="true"`, `boolean-value="2"`), `cell A5: "2": not a truth value`},
		{"a type unheard of", in(`value-type="currency"`, `value-type="money"`), `cell B4: "money": cells of this type`},
		{"a text that says no type", in(`<table:table-cell office:value-type="string"><text:p>Area`, `<table:table-cell><text:p>Area`), ""},
		{"a count of 0", in(`number-columns-repeated="16380"`, `number-columns-repeated="0"`), `number-columns-repeated="0" is not a count`},
		{"a count below 0", in(`number-rows-repeated="1048569"`, `number-rows-repeated="-1"`), `number-rows-repeated="-1" is not a count`},
		{"a count in words", in(`number-columns-repeated="16380"`, `number-columns-repeated="many"`), "is not a count"},
		{"a count too large to hold", in(`number-columns-repeated="16380"`, `number-columns-repeated="99999999999999999999"`), "is not a count"},
		{"empty cells beyond the last", in(`number-columns-repeated="16380"`, `number-columns-repeated="999999999"`), ""},
		{"empty rows beyond the last", in(`number-rows-repeated="1048569"`, `number-rows-repeated="999999999"`), ""},
		{"a value repeated a billion times", in(`<table:table-cell office:value-type="float" office:value="3"/>`, `<table:table-cell table:number-columns-repeated="999999999" office:value-type="float" office:value="3"/>`), "more than 100 cells"},
		{"a row of values repeated a billion times", in(`<table:table-row><table:table-cell office:value-type="float"`, `<table:table-row table:number-rows-repeated="999999999"><table:table-cell office:value-type="float"`), "more than 100 cells"},
		{"a value beyond the last column", in(`repeated="16380"/>`, `repeated="16380"/><table:table-cell office:value-type="float" office:value="3"/>`), "beyond the end of any sheet"},
		{"a value beyond the last row", in("</table:table>", `<table:table-row><table:table-cell office:value-type="float" office:value="3"/></table:table-row></table:table>`), "beyond the end of any sheet"},
		{"merged cells beyond the last", in(`number-columns-spanned="2"`, `number-columns-spanned="99999"`), "not a range"},
		{"two sheets of one name", in(`table:name="Notes"`, `table:name="DATA"`), "two sheets are named"},
		{"a sheet without a name", in(`table:name="Notes"`, ""), "without a name"},
		{"a table within a cell", in("<text:p>Area</text:p>", `<text:p>Area</text:p><table:table table:name="inner"><table:table-row><table:table-cell office:value-type="float" office:value="7"/></table:table-row></table:table>`), ""},
		{"a note in a text", in("<text:p>Area</text:p>", "<text:p>Area<text:note><text:note-body><text:p>see</text:p></text:note-body></text:note></text:p>"), ""},
		{"spaces in excess", in("<text:s/>", `<text:s text:c="999999999"/>`), `a cell with "999999999" spaces`},
		{"spaces that are no number", in("<text:s/>", `<text:s text:c="x"/>`), `a cell with "x" spaces`},
		{"tags nested without end", in("<text:p>Area</text:p>", "<text:p>"+strings.Repeat("<text:span>", 100)+strings.Repeat("</text:span>", 100)+"</text:p>"), "nested more than 64 deep"},
		{"row groups nested without end", in("</table:table>", strings.Repeat("<table:table-row-group>", 100)+strings.Repeat("</table:table-row-group>", 100)+"</table:table>"), "nested more than 64 deep"},
		{"a tag without end", in(`table:name="Notes"`, `table:name="`+strings.Repeat("x", mostToken)+`"`), "unpacks to more than"},
		{"a text without end", in("Łódź", strings.Repeat("x", mostText+1)), "cell A4"},
		{"a bomb", s.set(content, strings.Repeat(" ", 5<<20)).zip(t), "unpacks to more than"},
		{"another namespace of the same names", func() []byte {
			return s.set(content, strings.Replace(body, odsTable, "urn:something", 1)).zip(t)
		}(), "no sheet with cells"},
	})
}

func TestTheTextOfAnODSIsAsItsWriterMeantIt(t *testing.T) {
	for paragraph, want := range map[string]string{
		"a  b\n c":                         "a b c",
		" a":                               "a",
		"London ":                          "London ",
		`<text:s text:c="2"/>a<text:s/>`:   "  a ",
		"a<text:tab/>b<text:line-break/>c": "a\tb\nc",
		`a<text:a>link</text:a> <text:span>b</text:span>`: "alink b",
		"": "",
	} {
		w, err := openWorkbook(t.Context(), "file", odsSample().replace("content.xml", "<text:p>Łódź €</text:p>", "<text:p>"+paragraph+"</text:p>").zip(t), smallLimits)
		if err != nil {
			t.Error(err)
			continue
		}
		if got := w.sheets[0].at(4, 1).String(); got != want {
			t.Errorf("%q is read as %q, want %q", paragraph, got, want)
		}
	}
}

func TestALengthOfTimeIsInDays(t *testing.T) {
	got := map[string]float64{}
	for _, s := range []string{"PT12H30M00S", "-PT06H00M00S", "PT00H00M00.5S", "12:30", "PT1H"} {
		if days, ok := parseODSTime(s); ok {
			got[s] = days
		}
	}
	want := map[string]float64{"PT12H30M00S": 12.5 / 24, "-PT06H00M00S": -0.25, "PT00H00M00.5S": 0.5 / 86400}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
}
