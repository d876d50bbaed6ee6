package ingest

import (
	"encoding/xml"
	"errors"
	"regexp"
	"slices"
	"strings"
	"time"
)

// The namespaces of OpenDocument 1.2 and later (ISO/IEC 26300).
const (
	odsOffice = "urn:oasis:names:tc:opendocument:xmlns:office:1.0"
	odsTable  = "urn:oasis:names:tc:opendocument:xmlns:table:1.0"
	odsText   = "urn:oasis:names:tc:opendocument:xmlns:text:1.0"
	odsStyle  = "urn:oasis:names:tc:opendocument:xmlns:style:1.0"

	odsMimeType = "application/vnd.oasis.opendocument.spreadsheet"
)

// odsReader reads the one part of an ods that holds its cells.
type odsReader struct {
	*workbookReader
	xml    *xmlPart
	hidden map[string]bool // styles of sheets that are not shown
}

// readODS reads an ods (OpenDocument spreadsheet), always the value that is
// stored and never the rounded text that is shown. A table within a table,
// comments, and deleted cells that are kept as history are left out.
func (in *workbookReader) readODS(parts map[string]*zipPart) error {
	kind, err := parts["mimetype"].read(in.ctx, in.file)
	if err != nil {
		return err
	}
	if k := strings.TrimSpace(string(kind)); k != odsMimeType && k != odsMimeType+"-template" {
		return in.fault("a document of type %q, not an ods", shortened(k))
	}
	if manifest := parts["meta-inf/manifest.xml"]; manifest != nil {
		b, err := manifest.read(in.ctx, in.file)
		if err != nil {
			return err
		}
		if strings.Contains(string(b), "encryption-data") {
			return in.fault("the workbook is protected with a password")
		}
	}
	content := parts["content.xml"]
	if content == nil {
		return in.fault("no part %q", "content.xml")
	}
	o := &odsReader{workbookReader: in, hidden: map[string]bool{}}
	return in.eachXML(content, "document-content", o.read)
}

func (o *odsReader) read(x *xmlPart) error {
	o.xml = x
	return o.within(map[string]func(xml.StartElement) error{
		odsOffice + " automatic-styles": func(xml.StartElement) error { return o.xml.children(o.readStyle) },
		odsOffice + " body": func(xml.StartElement) error {
			return o.within(map[string]func(xml.StartElement) error{
				odsOffice + " spreadsheet": func(xml.StartElement) error {
					return o.within(map[string]func(xml.StartElement) error{odsTable + " table": o.readSheet})
				},
			})
		},
	})
}

// within reads the element last begun: the elements in it that are named by
// those given, by namespace and name; all others are skipped.
func (o *odsReader) within(readers map[string]func(xml.StartElement) error) error {
	return o.xml.children(func(e xml.StartElement) error {
		if read := readers[e.Name.Space+" "+e.Name.Local]; read != nil {
			return read(e)
		}
		return o.xml.skip()
	})
}

// odsAttribute gives an attribute by namespace and name, "" where it is absent.
func odsAttribute(e xml.StartElement, space, local string) string {
	for _, a := range e.Attr {
		if a.Name.Local == local && a.Name.Space == space {
			return a.Value
		}
	}
	return ""
}

// readStyle notes the styles of sheets that are not shown.
func (o *odsReader) readStyle(style xml.StartElement) error {
	return o.within(map[string]func(xml.StartElement) error{
		odsStyle + " table-properties": func(e xml.StartElement) error {
			if odsAttribute(e, odsTable, "display") == "false" {
				o.hidden[odsAttribute(style, odsStyle, "name")] = true
			}
			return o.xml.skip()
		},
	})
}

func (o *odsReader) readSheet(e xml.StartElement) error {
	if err := o.begin(odsAttribute(e, odsTable, "name"), o.hidden[odsAttribute(e, odsTable, "style-name")]); err != nil {
		return err
	}
	row := 1
	readers := map[string]func(xml.StartElement) error{}
	grouped := func(xml.StartElement) error { return o.within(readers) }
	readers[odsTable+" table-row-group"] = grouped
	readers[odsTable+" table-header-rows"] = grouped
	readers[odsTable+" table-rows"] = grouped
	readers[odsTable+" table-row"] = func(e xml.StartElement) error {
		times, err := o.repeated(e, "number-rows-repeated")
		if err != nil {
			return err
		}
		from := len(o.current.cells)
		if err := o.readRow(row); err != nil {
			return err
		}
		cells := slices.Clone(o.current.cells[from:])
		// The row itself is on the sheet; a row that is repeated with nothing in it,
		// as the million at the end are, only moves on.
		for again := 1; again < times && len(cells) > 0; again++ {
			for _, c := range cells {
				c.row = row + again
				if err := o.add(c); err != nil {
					return err
				}
			}
		}
		row = min(row+times, mostRows+1)
		return nil
	}
	if err := o.within(readers); err != nil {
		return err
	}
	return o.end()
}

// readRow reads the cells of a row.
func (o *odsReader) readRow(row int) error {
	column := 1
	return o.within(map[string]func(xml.StartElement) error{
		odsTable + " covered-table-cell": func(e xml.StartElement) error {
			times, err := o.repeated(e, "number-columns-repeated")
			if err != nil {
				return err
			}
			column = min(column+times, mostColumns+1)
			return o.xml.skip()
		},
		odsTable + " table-cell": func(e xml.StartElement) error {
			times, err := o.repeated(e, "number-columns-repeated")
			if err != nil {
				return err
			}
			c, err := o.readCell(e, row, column)
			if err != nil {
				return err
			}
			if err := o.mergeSpan(e, row, column); err != nil {
				return err
			}
			for i := 0; i < times && c.kind != kindEmpty; i++ {
				c.column = column + i
				if err := o.add(c); err != nil {
					return err
				}
			}
			column = min(column+times, mostColumns+1)
			return nil
		},
	})
}

// repeated reads how many times a row or a cell stands.
func (o *odsReader) repeated(e xml.StartElement, local string) (int, error) {
	s := odsAttribute(e, odsTable, local)
	if s == "" {
		return 1, nil
	}
	n, ok := parseCount(s)
	if !ok || n < 1 {
		return 0, o.fault("%s=%q is not a count", local, shortened(s))
	}
	return n, nil
}

// mergeSpan notes the cells that a cell covers.
func (o *odsReader) mergeSpan(e xml.StartElement, row, column int) error {
	rows, err := o.repeated(e, "number-rows-spanned")
	if err != nil {
		return err
	}
	columns, err := o.repeated(e, "number-columns-spanned")
	if err != nil {
		return err
	}
	if rows == 1 && columns == 1 {
		return nil
	}
	return o.merge(cellRange{row, column, row + rows - 1, column + columns - 1})
}

// readCell reads one cell by its type.
func (o *odsReader) readCell(e xml.StartElement, row, column int) (sheetCell, error) {
	c := sheetCell{row: row, column: column}
	shown, err := o.paragraphs()
	if err != nil {
		return c, err
	}
	wrong := func(value string, problem string) (sheetCell, error) {
		return c, o.faultAt(row, column, value, "%s", problem)
	}
	switch kind := odsAttribute(e, odsOffice, "value-type"); kind {
	case "float", "percentage", "currency":
		value := odsAttribute(e, odsOffice, "value")
		n, ok := parseStored(value)
		if !ok {
			return wrong(value, "not a number")
		}
		c.kind, c.number = kindNumber, n
	case "date":
		value := odsAttribute(e, odsOffice, "date-value")
		if err := fillDate(&c, value); err != nil {
			return wrong(value, err.Error())
		}
	case "boolean":
		switch value := odsAttribute(e, odsOffice, "boolean-value"); value {
		case "true":
			c.kind, c.number = kindBool, 1
		case "false":
			c.kind = kindBool
		default:
			return wrong(value, "not a truth value")
		}
	case "string", "", "void":
		c.kind, c.text = kindText, shown
		if stored := odsAttribute(e, odsOffice, "string-value"); stored != "" {
			c.text = stored
		}
	case "time":
		value := odsAttribute(e, odsOffice, "time-value")
		days, ok := parseODSTime(value)
		if !ok {
			return wrong(value, "not a length of time")
		}
		c.kind, c.number = kindNumber, days
	default:
		return wrong(kind, "cells of this type are not known")
	}
	// LibreOffice marks errors by an attribute of its own and keeps 0 or an empty
	// text as the value.
	for _, a := range e.Attr {
		if a.Name.Local == "value-type" && a.Value == "error" {
			c.kind, c.number, c.text = kindError, 0, shown
		}
	}
	if c.kind == kindText && c.text == "" {
		c.kind = kindEmpty
	}
	return c, nil
}

var odsTime = regexp.MustCompile(`^(-?)PT(\d{1,9})H(\d{1,9})M(\d{1,9}(?:\.\d+)?)S$`)

// parseODSTime reads a time of day or a length of time, such as PT12H30M00S, in
// days: what the other forms of workbook hold.
func parseODSTime(s string) (days float64, ok bool) {
	m := odsTime.FindStringSubmatch(s)
	if m == nil {
		return 0, false
	}
	for i, perDay := range []float64{24, 24 * 60, 24 * 60 * 60} {
		n, ok := parseStored(m[2+i])
		if !ok {
			return 0, false
		}
		days += n / perDay
	}
	if m[1] == "-" {
		days = -days
	}
	return days, true
}

// fillDate reads a date, or a date and a time of day, in ISO 8601.
func fillDate(c *sheetCell, s string) error {
	when, err := time.Parse(time.DateOnly, s)
	c.text = s
	if err != nil {
		if when, err = time.Parse("2006-01-02T15:04:05", strings.TrimSuffix(s, "Z")); err != nil {
			return errors.New("not a date")
		}
		c.text = when.Format("2006-01-02T15:04:05")
		if when.Equal(when.Truncate(24 * time.Hour)) {
			c.text = when.Format(time.DateOnly)
		}
	}
	c.kind, c.number = kindDate, float64(when.Unix()-epoch.Unix())/86400
	return nil
}

// paragraphs reads what a cell shows: its paragraphs, a line each.
func (o *odsReader) paragraphs() (string, error) {
	var lines []string
	size := 0
	err := o.within(map[string]func(xml.StartElement) error{
		odsText + " p": func(xml.StartElement) error {
			var b strings.Builder
			if err := o.readParagraph(&b); err != nil {
				return err
			}
			if size += b.Len() + 1; size > mostToken {
				return o.fault("a cell with a text of more than %d bytes", mostToken)
			}
			lines = append(lines, b.String())
			return nil
		},
	})
	text := strings.ReplaceAll(strings.Join(lines, "\n"), odsPending, " ")
	return text, err
}

// odsPending stands for white space of the XML, of which any length counts as one
// space, and as nothing at the start of a paragraph (OpenDocument 1.2 part 1,
// 6.1.2). At the end the standard leaves it out, but LibreOffice means a space by
// it, and so do we. It is a character that XML can't hold.
const odsPending = "\x00"

// readParagraph reads a paragraph or a part of one. Comments and notes that
// hang on it are left out.
func (o *odsReader) readParagraph(b *strings.Builder) error {
	for {
		token, err := o.xml.next()
		if err != nil {
			return err
		}
		switch t := token.(type) {
		case nil, xml.EndElement:
			return nil
		case xml.CharData:
			for _, c := range string(t) {
				if !strings.ContainsRune(" \t\r\n", c) {
					b.WriteRune(c)
				} else if s := b.String(); s != "" && !strings.HasSuffix(s, odsPending) {
					b.WriteString(odsPending)
				}
			}
		case xml.StartElement:
			if err := o.readInline(t, b); err != nil {
				return err
			}
		}
		if b.Len() > mostToken {
			return o.fault("a cell with a text of more than %d bytes", mostToken)
		}
	}
}

// readInline reads an element within a paragraph.
func (o *odsReader) readInline(e xml.StartElement, b *strings.Builder) error {
	switch e.Name.Space + " " + e.Name.Local {
	case odsText + " s":
		n := 1
		if s := odsAttribute(e, odsText, "c"); s != "" {
			var ok bool
			if n, ok = parseCount(s); !ok || n > mostText {
				return o.fault("a cell with %q spaces", shortened(s))
			}
		}
		b.WriteString(strings.Repeat(" ", n))
	case odsText + " tab":
		b.WriteByte('\t')
	case odsText + " line-break":
		b.WriteByte('\n')
	case odsText + " span", odsText + " a":
		return o.readParagraph(b)
	}
	return o.xml.skip()
}
