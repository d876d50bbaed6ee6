package ingest

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/csv"
	"errors"
	"io"
	"slices"
	"strings"
	"unicode/utf8"
)

// record is one row of a CSV file, read by column name.
type record struct {
	row     int // the first line is 1
	fields  []string
	columns map[string]int
}

// get gives the text of a column, "" for a column that the file has not.
func (r record) get(column string) string {
	if i, ok := r.columns[column]; ok {
		return r.fields[i]
	}
	return ""
}

var byteOrderMark = []byte("\xef\xbb\xbf")

// eachRecord reads a CSV file whose header has exactly the columns named, in
// any order, and calls each with its rows. What is wrong with the file goes to
// found; the error is only that of a context that has ended. A record's fields
// are good until each returns.
func eachRecord(ctx context.Context, b []byte, columns []string, found *findings, each func(record)) error {
	return eachNamed(ctx, b, naming{required: columns}, found, each)
}

// naming says which columns a CSV file has: those required, and, where some may
// be there besides, which of them are known. Loose columns may have spaces
// around their text, which are left out.
type naming struct {
	required []string
	known    func(column string) bool
	loose    func(column string) bool
}

// eachNamed is eachRecord for files whose columns vary.
func eachNamed(ctx context.Context, b []byte, want naming, found *findings, each func(record)) error {
	b, ok := plainText(b, found)
	if !ok {
		return nil
	}
	in := csv.NewReader(bytes.NewReader(b))
	in.ReuseRecord = true
	header, err := in.Read()
	if err != nil {
		addParseError(err, found)
		return nil
	}
	rec := record{columns: indexed(header, want, found)}
	if rec.columns == nil {
		return nil
	}
	names := slices.Clone(header)
	rows := 0
	for {
		fields, err := in.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if rows++; rows%1024 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		if err != nil {
			addParseError(err, found)
			if !errors.Is(err, csv.ErrFieldCount) {
				return nil
			}
			continue
		}
		rec.row, _ = in.FieldPos(0)
		rec.fields = fields
		for i, f := range fields {
			switch trimmed := strings.TrimSpace(f); {
			case f == trimmed:
			case want.loose != nil && want.loose(names[i]):
				fields[i] = trimmed
			default:
				found.add("V05", rec.row, names[i], f, "spaces around the text")
			}
		}
		each(rec)
	}
	if rows == 0 {
		found.add("V02", 0, "", "", "no rows below the header")
	}
	return nil
}

// mostUnpacked is the size beyond which a compressed file isn't unpacked.
const mostUnpacked = 256 << 20

// unpacked gives the content of a file that is compressed with gzip, and any
// other file as it is.
func unpacked(b []byte, found *findings) (content []byte, ok bool) {
	if !bytes.HasPrefix(b, []byte("\x1f\x8b")) {
		return b, true
	}
	in, err := gzip.NewReader(bytes.NewReader(b))
	if err == nil {
		content, err = io.ReadAll(io.LimitReader(in, mostUnpacked+1))
	}
	switch {
	case err != nil:
		found.add("V02", 0, "", "", "broken gzip: %v", err)
		return nil, false
	case len(content) > mostUnpacked:
		found.add("V02", 0, "", "", "gzip that unpacks to more than %d bytes", mostUnpacked)
		return nil, false
	}
	return content, true
}

// plainText takes the byte order mark off and says whether the rest can be a
// CSV file at all.
func plainText(b []byte, found *findings) (rest []byte, ok bool) {
	rest, marked := bytes.CutPrefix(b, byteOrderMark)
	if marked {
		found.add("V01", 0, "", "", "a byte order mark was left out")
	}
	if bytes.Contains(rest, []byte("\r\n")) {
		found.add("V03", 0, "", "", "lines end in CRLF")
	}
	switch {
	case len(bytes.TrimSpace(rest)) == 0:
		found.add("V02", 0, "", "", "the file is empty")
	case bytes.HasPrefix(bytes.TrimSpace(rest), []byte("<")):
		found.add("V02", 1, "", "", "a web page, not CSV")
	case bytes.IndexByte(rest, 0) >= 0:
		found.add("V02", lineOf(rest, bytes.IndexByte(rest, 0)), "", "", "not text")
	case !utf8.Valid(rest):
		found.add("V02", lineOf(rest, firstInvalid(rest)), "", "", "not UTF-8")
	case rest[len(rest)-1] != '\n':
		found.add("V02", lineOf(rest, len(rest)-1), "", "", "the last line is not finished: the file has been cut off")
	default:
		return rest, true
	}
	return rest, false
}

// lineOf is the number of the line in which byte i stands.
func lineOf(b []byte, i int) int { return bytes.Count(b[:i], []byte("\n")) + 1 }

// firstInvalid is the place of the first byte that is not UTF-8.
func firstInvalid(b []byte) int {
	i := 0
	for i < len(b) {
		r, n := utf8.DecodeRune(b[i:])
		if r == utf8.RuneError && n == 1 {
			return i
		}
		i += n
	}
	return i
}

// indexed maps the columns to their places, nil where the header has not
// those.
func indexed(header []string, want naming, found *findings) map[string]int {
	at := make(map[string]int, len(header))
	ok := true
	for i, name := range header {
		_, twice := at[name]
		switch {
		case twice:
			found.add("V04", 1, name, name, "the column stands twice")
			ok = false
		case !slices.Contains(want.required, name) && (want.known == nil || !want.known(name)):
			found.add("V04", 1, name, name, "an unknown column")
			ok = false
		}
		at[name] = i
	}
	for _, name := range want.required {
		if _, there := at[name]; !there {
			found.add("V04", 1, "", "", "no column %q", name)
			ok = false
		}
	}
	if !ok {
		return nil
	}
	return at
}

// addParseError says where a CSV file can't be read.
func addParseError(err error, found *findings) {
	var p *csv.ParseError
	switch {
	case errors.As(err, &p) && errors.Is(err, csv.ErrFieldCount):
		found.add("V02", p.StartLine, "", "", "the row has more or fewer fields than the header")
	case errors.As(err, &p):
		found.add("V02", p.Line, "", "", "not CSV: %v", p.Err)
	default:
		found.add("V02", 1, "", "", "not CSV: %v", err)
	}
}
