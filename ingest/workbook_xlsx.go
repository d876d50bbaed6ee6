package ingest

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"path"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf16"

	"github.com/xuri/excelize/v2"
)

// mostSmallPart bounds every part of an xlsx that is read into memory whole:
// all but the sheets and their texts.
const mostSmallPart = 4 << 20

// readXLSX reads an xlsx (ECMA-376). excelize says which sheets, number formats
// and day 0 it has, from the small parts. The cells are streamed here: excelize's
// own rows are texts, without telling the text "5" from the number 5 or a date
// from its number of days; it takes XML that breaks off, a text that is not there
// or a wrong checksum for the end or for an empty cell; and it keeps the sheets
// unpacked in memory.
func (in *workbookReader) readXLSX(parts map[string]*zipPart) error {
	small, err := in.smallParts(parts)
	if err != nil {
		return err
	}
	book, err := excelize.OpenReader(bytes.NewReader(small), excelize.Options{
		RawCellValue: true, UnzipSizeLimit: in.limits.unpacked, UnzipXMLSizeLimit: in.limits.unpacked,
	})
	if err != nil {
		return in.fault("a broken xlsx: %v", err)
	}
	defer book.Close()
	if err := in.ctx.Err(); err != nil {
		return err
	}
	x := &xlsxReader{workbookReader: in, parts: parts, book: book, dates: map[int]dateKind{}}
	return x.read()
}

// smallParts refuses what only looks like an xlsx, and gives a zip of its XML
// without sheets and texts, sizes and checksums made sure of.
func (in *workbookReader) smallParts(parts map[string]*zipPart) ([]byte, error) {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, p := range inOrder(parts) {
		name := strings.ToLower(p.name)
		if !strings.HasSuffix(name, ".xml") && !strings.HasSuffix(name, ".rels") {
			continue
		}
		if strings.HasPrefix(name, "xl/worksheets/") || name == "xl/sharedstrings.xml" {
			continue
		}
		if p.file.UncompressedSize64 > mostSmallPart {
			return nil, in.fault("part %q has more than %d bytes", p.name, mostSmallPart)
		}
		content, err := p.read(in.ctx, in.file)
		if err != nil {
			return nil, err
		}
		if name == "[content_types].xml" {
			if problem := notXLSX(content); problem != "" {
				return nil, in.fault("%s", problem)
			}
		}
		if err := z.Copy(p.file); err != nil {
			return nil, in.fault("part %q can't be unpacked: %v", p.name, err)
		}
	}
	if err := z.Close(); err != nil {
		return nil, in.fault("can't be unpacked: %v", err)
	}
	return b.Bytes(), nil
}

// notXLSX says what an Office file is, by its list of types, that is no xlsx.
func notXLSX(types []byte) string {
	switch {
	case bytes.Contains(types, []byte("sheet.binary.")):
		return "a binary workbook (xlsb), which is not read"
	case !bytes.Contains(types, []byte("spreadsheetml")) && !bytes.Contains(types, []byte("ms-excel.")):
		return "an Office file, but no workbook"
	default:
		return ""
	}
}

// xlsxReader reads the cells of an xlsx. book is its small parts.
type xlsxReader struct {
	*workbookReader
	parts    map[string]*zipPart
	book     *excelize.File
	texts    []string
	dates    map[int]dateKind
	from1904 bool
}

func (x *xlsxReader) read() error {
	at, err := x.relatedTo("")
	if err != nil {
		return err
	}
	main := at.first("/officeDocument")
	if main == "" || x.book.WorkBook == nil {
		return x.fault("no workbook in the xlsx")
	}
	related, err := x.relatedTo(main)
	if err != nil {
		return err
	}
	props, err := x.book.GetWorkbookProps()
	if err != nil {
		return x.fault("a broken xlsx: %v", err)
	}
	x.from1904 = props.Date1904 != nil && *props.Date1904
	if texts := related.first("/sharedStrings"); texts != "" {
		if err := x.readTexts(texts); err != nil {
			return err
		}
	}
	taken := map[string]string{}
	for _, s := range x.book.WorkBook.Sheets.Sheet {
		part, ok := related[s.ID]
		if other, twice := taken[part.target]; twice && ok {
			return x.fault("sheets %q and %q are the same part", other, s.Name)
		}
		taken[part.target] = s.Name
		switch {
		case !ok:
			return x.fault("sheet %q has no part", s.Name)
		case strings.HasSuffix(part.kind, "/worksheet"):
			if err := x.readSheet(s.Name, s.State != "" && s.State != "visible", part.target); err != nil {
				return err
			}
		}
	}
	return nil
}

// relation is a part that another part speaks of by an id.
type relation struct{ kind, target string }

type relations map[string]relation

// first gives the part of a kind, "" where there is none.
func (r relations) first(kind string) string {
	for id := range sorted(r) {
		if strings.HasSuffix(r[id].kind, kind) {
			return r[id].target
		}
	}
	return ""
}

// relatedTo reads which parts a part speaks of; those of the whole package are
// kept beside no part, "".
func (x *xlsxReader) relatedTo(part string) (relations, error) {
	folder, name := path.Split(part)
	related := relations{}
	err := x.open(folder+"_rels/"+name+".rels", "Relationships", func(in *xmlPart) error {
		return in.children(func(e xml.StartElement) error {
			if e.Name.Local == "Relationship" && attribute(e, "TargetMode") != "External" {
				target := attribute(e, "Target")
				if !strings.HasPrefix(target, "/") {
					target = path.Join(folder, target)
				}
				related[attribute(e, "Id")] = relation{attribute(e, "Type"), strings.TrimPrefix(path.Clean(target), "/")}
			}
			return in.skip()
		})
	})
	return related, err
}

// open begins to unpack a part, which must have the outermost element named, and
// reads it by read to its end.
func (x *xlsxReader) open(name, root string, read func(*xmlPart) error) error {
	p := x.parts[strings.ToLower(name)]
	if p == nil {
		return x.fault("no part %q", name)
	}
	return x.eachXML(p, root, read)
}

// readTexts reads the texts that the cells point to by number.
func (x *xlsxReader) readTexts(name string) error {
	return x.open(name, "sst", func(in *xmlPart) error {
		return in.children(func(e xml.StartElement) error {
			if e.Name.Local != "si" {
				return in.skip()
			}
			if len(x.texts) == x.limits.cells {
				return x.fault("more than %d texts", x.limits.cells)
			}
			text, err := richText(in)
			x.texts = append(x.texts, text)
			return err
		})
	})
}

// richText joins the runs of a text; how it is spoken is left out.
func richText(in *xmlPart) (string, error) {
	var b strings.Builder
	var run func(e xml.StartElement) error
	run = func(e xml.StartElement) error {
		switch e.Name.Local {
		case "t":
			text, err := in.text()
			b.WriteString(unescapeXLSX(text))
			return err
		case "r":
			return in.children(run)
		default:
			return in.skip()
		}
	}
	err := in.children(run)
	return b.String(), err
}

var escapedXLSX = regexp.MustCompile(`(?:_x[0-9A-Fa-f]{4}_)+`)

// unescapeXLSX reads the characters that XML can't hold, written as _x000D_
// (ECMA-376 part 1, 22.4.2.4).
func unescapeXLSX(s string) string {
	if !strings.Contains(s, "_x") {
		return s
	}
	return escapedXLSX.ReplaceAllStringFunc(s, func(run string) string {
		var units []uint16
		for ; run != ""; run = run[7:] {
			n, err := strconv.ParseUint(run[2:6], 16, 16)
			if err != nil {
				return run
			}
			units = append(units, uint16(n))
		}
		return string(utf16.Decode(units))
	})
}

func (x *xlsxReader) readSheet(name string, hidden bool, part string) error {
	if err := x.begin(name, hidden); err != nil {
		return err
	}
	err := x.open(part, "worksheet", func(in *xmlPart) error {
		return in.children(func(e xml.StartElement) error {
			switch e.Name.Local {
			case "sheetData":
				return x.readRows(in)
			case "mergeCells":
				return x.readMerged(in)
			default:
				return in.skip()
			}
		})
	})
	if err != nil {
		return err
	}
	return x.end()
}

// readRows reads the rows of a sheet. A row or a cell that does not say where
// it stands follows the one before.
func (x *xlsxReader) readRows(in *xmlPart) error {
	row := 0
	return in.children(func(e xml.StartElement) error {
		if e.Name.Local != "row" {
			return in.skip()
		}
		row++
		if r := attribute(e, "r"); r != "" {
			n, ok := parseCount(r)
			if !ok || n < 1 || n > mostRows {
				return x.fault("a row numbered %q", shortened(r))
			}
			row = n
		}
		column := 0
		return in.children(func(e xml.StartElement) error {
			if e.Name.Local != "c" {
				return in.skip()
			}
			column++
			if r := attribute(e, "r"); r != "" {
				at, n, ok := parseCellName(r)
				if !ok || at != row {
					return x.fault("a cell named %q in row %d", shortened(r), row)
				}
				column = n
			}
			c, err := x.readCell(in, e, row, column)
			if err != nil {
				return err
			}
			return x.add(c)
		})
	})
}

// readCell reads one cell.
func (x *xlsxReader) readCell(in *xmlPart, e xml.StartElement, row, column int) (sheetCell, error) {
	var value, inline string
	var formula bool
	err := in.children(func(e xml.StartElement) (err error) {
		switch e.Name.Local {
		case "v":
			value, err = in.text()
		case "is":
			inline, err = richText(in)
		case "f":
			formula = true
			err = in.skip()
		default:
			err = in.skip()
		}
		return err
	})
	c := sheetCell{row: row, column: column}
	if err != nil {
		return c, err
	}
	kind := attribute(e, "t")
	if formula && kind != "str" && strings.TrimSpace(value) == "" {
		c.kind, c.text = kindError, uncomputed
		return c, nil
	}
	if err := x.fill(&c, kind, value, inline, attribute(e, "s")); err != nil {
		return c, x.faultAt(row, column, value, "%v", err)
	}
	return c, nil
}

// uncomputed is what a formula holds whose result was never stored.
const uncomputed = "a formula without its result"

// fill reads what stands in a cell by its type (ECMA-376 part 1, 18.18.11).
func (x *xlsxReader) fill(c *sheetCell, kind, value, inline, style string) error {
	switch kind {
	case "s":
		if strings.TrimSpace(value) == "" {
			return nil
		}
		i, ok := parseCount(strings.TrimSpace(value))
		if !ok || i >= len(x.texts) {
			return fmt.Errorf("no text of that number among %d", len(x.texts))
		}
		c.kind, c.text = kindText, x.texts[i]
	case "str":
		c.kind, c.text = kindText, unescapeXLSX(value)
	case "inlineStr":
		c.kind, c.text = kindText, inline
	case "b":
		v := strings.TrimSpace(value)
		if v != "0" && v != "1" {
			return errors.New("not a truth value")
		}
		c.kind, c.number = kindBool, float64(v[0]-'0')
	case "e":
		c.kind, c.text = kindError, value
	case "d":
		return fillDate(c, strings.TrimSpace(value))
	case "", "n":
		v := strings.TrimSpace(value)
		if v == "" {
			return nil
		}
		n, ok := parseStored(v)
		if !ok {
			return errors.New("not a number")
		}
		c.kind, c.number = kindNumber, n
		*c = dated(*c, x.dateOf(style), x.from1904)
	default:
		return fmt.Errorf("cells of type %q are not known", shortened(kind))
	}
	return nil
}

// dateOf says whether a style shows numbers as dates.
func (x *xlsxReader) dateOf(style string) dateKind {
	i, ok := parseCount(style)
	if !ok {
		return notDate
	}
	kind, known := x.dates[i]
	if known {
		return kind
	}
	if s, err := x.book.GetStyle(i); err == nil {
		kind = builtInDate(s.NumFmt)
		if s.CustomNumFmt != nil {
			kind = customDate(*s.CustomNumFmt)
		}
	}
	x.dates[i] = kind
	return kind
}

// readMerged reads the ranges of merged cells.
func (x *xlsxReader) readMerged(in *xmlPart) error {
	return in.children(func(e xml.StartElement) error {
		if e.Name.Local == "mergeCell" {
			ref := attribute(e, "ref")
			from, to, _ := strings.Cut(ref, ":")
			if to == "" {
				to = from
			}
			top, left, ok := parseCellName(from)
			bottom, right, ok2 := parseCellName(to)
			if !ok || !ok2 {
				return x.fault("merged cells %q: not a range", shortened(ref))
			}
			if err := x.merge(cellRange{top, left, bottom, right}); err != nil {
				return err
			}
		}
		return in.skip()
	})
}
