package ingest

import (
	"archive/zip"
	"bufio"
	"bytes"
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"strings"
	"unicode"
)

// archiveFile is one file of an archive.
type archiveFile struct {
	name    string // with "/" between folders
	content []byte
}

// openArchive unpacks a zip in which a publisher sends several files, in its own
// order, without folders. It writes nothing to disk. A zip is refused whole if
// it holds more than the limits allow, a name that could lead out of a folder,
// or another archive. name is what errors call it.
func openArchive(ctx context.Context, name string, content []byte, limits workbookLimits) ([]archiveFile, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	fault := func(format string, args ...any) error {
		return &workbookError{file: name, problem: fmt.Sprintf(format, args...)}
	}
	if int64(len(content)) > limits.bytes {
		return nil, fault("%d bytes, more than %d", len(content), limits.bytes)
	}
	if !bytes.HasPrefix(content, signatureZip) {
		return nil, fault("not a zip: %s", notWorkbook(content))
	}
	parts, err := openZip(name, content, limits)
	if err != nil {
		return nil, err
	}
	if isWorkbook(parts) {
		return nil, fault("a workbook, where an archive of files was expected")
	}
	var files []archiveFile
	for _, part := range inOrder(parts) {
		b, err := part.read(ctx, name)
		if err != nil {
			return nil, err
		}
		if err := nested(b, limits); err != "" {
			return nil, fault("file %q: %s", part.name, err)
		}
		files = append(files, archiveFile{name: part.name, content: b})
	}
	if len(files) == 0 {
		return nil, fault("a zip with no files in it")
	}
	return files, nil
}

// nested says what keeps a file from standing in an archive, "" where nothing
// does: an archive in an archive is how a small file asks for unbounded space.
func nested(b []byte, limits workbookLimits) string {
	switch {
	case bytes.HasPrefix(b, signatureZip):
		parts, err := openZip("", b, limits)
		if err != nil {
			var fault *workbookError
			if errors.As(err, &fault) {
				return fault.problem
			}
			return err.Error()
		}
		if !isWorkbook(parts) {
			return "an archive within an archive"
		}
	case bytes.HasPrefix(b, []byte("\x1f\x8b")), bytes.HasPrefix(b, []byte("7z\xbc\xaf\x27\x1c")),
		bytes.HasPrefix(b, []byte("Rar!")), bytes.HasPrefix(b, []byte("BZh")), bytes.HasPrefix(b, []byte("\xfd7zXZ\x00")):
		return "an archive within an archive"
	}
	return ""
}

func isWorkbook(parts map[string]*zipPart) bool {
	return parts["[content_types].xml"] != nil || parts["mimetype"] != nil
}

// zipPart is one file of a zip.
type zipPart struct {
	name  string
	place int
	file  *zip.File
}

// openZip lists the files of a zip, keyed by name in lower case, once its
// directory has been found to be within the limits. Nothing is unpacked yet; as
// a file never gives more bytes than the directory says, the sum of those
// bounds what it can.
func openZip(name string, content []byte, limits workbookLimits) (map[string]*zipPart, error) {
	fault := func(format string, args ...any) error {
		return &workbookError{file: name, problem: fmt.Sprintf(format, args...)}
	}
	z, err := zip.NewReader(bytes.NewReader(content), int64(len(content)))
	if err != nil {
		return nil, fault("a broken zip: %v", err)
	}
	if len(z.File) > limits.parts {
		return nil, fault("a zip of %d files, more than %d", len(z.File), limits.parts)
	}
	parts := make(map[string]*zipPart, len(z.File))
	left := uint64(limits.unpacked)
	for i, f := range z.File {
		// Older zips write names in a code page; the names that we look for are ASCII.
		part := &zipPart{name: strings.ToValidUTF8(strings.ReplaceAll(f.Name, `\`, "/"), "\uFFFD"), place: i, file: f}
		if problem := unsafeName(part.name); problem != "" {
			return nil, fault("file %q: %s", shortened(f.Name), problem)
		}
		if f.UncompressedSize64 > left {
			return nil, fault("a zip that unpacks to more than %d bytes", limits.unpacked)
		}
		left -= f.UncompressedSize64
		key := strings.ToLower(part.name)
		switch {
		case strings.HasSuffix(part.name, "/"):
			continue
		case f.Flags&1 != 0:
			return nil, fault("file %q is protected with a password", shortened(f.Name))
		case f.Method != zip.Store && f.Method != zip.Deflate:
			return nil, fault("file %q is compressed by method %d, which is not read", shortened(f.Name), f.Method)
		case parts[key] != nil:
			return nil, fault("file %q stands twice", shortened(f.Name))
		}
		parts[key] = part
	}
	return parts, nil
}

// inOrder gives the files of a zip in its own order.
func inOrder(parts map[string]*zipPart) []*zipPart {
	all := make([]*zipPart, 0, len(parts))
	for _, p := range parts {
		all = append(all, p)
	}
	slices.SortFunc(all, func(a, b *zipPart) int { return a.place - b.place })
	return all
}

// unsafeName says what is wrong with the name of a file in a zip.
func unsafeName(name string) string {
	switch {
	case strings.ContainsFunc(name, unicode.IsControl):
		return "a control character in its name"
	case strings.Contains(name, ":") || !fs.ValidPath(strings.TrimSuffix(name, "/")):
		return "its name leads out of the folder"
	default:
		return ""
	}
}

// read unpacks the file and holds it to the directory's size and checksum.
func (p *zipPart) read(ctx context.Context, name string) ([]byte, error) {
	fault := func(err error) error {
		return &workbookError{file: name, problem: fmt.Sprintf("file %q can't be unpacked: %v", p.name, err)}
	}
	r, err := p.file.Open()
	if err != nil {
		return nil, fault(err)
	}
	defer r.Close()
	b, err := io.ReadAll(contextReader{ctx, r})
	switch {
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case err != nil:
		return nil, fault(err)
	}
	return b, nil
}

// contextReader reads until its context ends.
type contextReader struct {
	ctx context.Context
	io.Reader
}

func (r contextReader) Read(b []byte) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, err
	}
	return r.Reader.Read(b)
}

// mostToken bounds one tag or one run of text in XML, mostDepth how deep tags
// may stand in each other: what the decoder keeps in memory at any time. No
// cell's text is near the first, no workbook near the second.
const (
	mostToken = 4 << 20
	mostDepth = 64
)

// xmlPart reads the XML of one part of a workbook, tag by tag.
type xmlPart struct {
	in      *workbookReader
	name    string
	source  *boundedBytes
	decoder *xml.Decoder
	depth   int
}

// eachXML streams the XML of a part: read is called within the outermost element,
// which must have the name given, and reads it to its end. Nothing may follow it,
// and the part's size and checksum must be those that the zip says.
func (in *workbookReader) eachXML(p *zipPart, root string, read func(*xmlPart) error) error {
	r, err := p.file.Open()
	if err != nil {
		return in.fault("part %q can't be unpacked: %v", p.name, err)
	}
	defer r.Close()
	source := &boundedBytes{r: bufio.NewReaderSize(contextReader{in.ctx, r}, 64<<10)}
	x := &xmlPart{in: in, name: p.name, source: source, decoder: xml.NewDecoder(source)}
	if err := x.root(root); err != nil {
		return err
	}
	if err := read(x); err != nil {
		return err
	}
	return x.finish()
}

// next gives the next token, nil after the last. Anything that is not
// well-formed, or cut off, is an error.
func (x *xmlPart) next() (xml.Token, error) {
	if err := x.in.step(); err != nil {
		return nil, err
	}
	x.source.left = mostToken
	token, err := x.decoder.Token()
	switch {
	case errors.Is(err, io.EOF):
		return nil, nil
	case err != nil:
		if ended := x.in.ctx.Err(); ended != nil {
			return nil, ended
		}
		return nil, x.in.fault("part %q is not well-formed: %v", x.name, err)
	}
	switch token.(type) {
	case xml.StartElement:
		if x.depth++; x.depth > mostDepth {
			return nil, x.in.fault("part %q: tags nested more than %d deep", x.name, mostDepth)
		}
	case xml.EndElement:
		x.depth--
	}
	return token, nil
}

// children calls each with every element that stands directly in the one last
// begun, up to its end. each reads its element whole, by children, text or
// skip.
func (x *xmlPart) children(each func(xml.StartElement) error) error {
	for {
		token, err := x.next()
		if err != nil {
			return err
		}
		switch t := token.(type) {
		case nil, xml.EndElement:
			return nil
		case xml.StartElement:
			if err := each(t); err != nil {
				return err
			}
		}
	}
}

// skip reads to the end of the element last begun.
func (x *xmlPart) skip() error {
	for outside := x.depth - 1; x.depth > outside; {
		if _, err := x.next(); err != nil {
			return err
		}
	}
	return nil
}

// text reads the element last begun and gives the text that stands directly in
// it.
func (x *xmlPart) text() (string, error) {
	var b strings.Builder
	for outside := x.depth - 1; x.depth > outside; {
		token, err := x.next()
		if err != nil {
			return "", err
		}
		if chars, ok := token.(xml.CharData); ok && x.depth == outside+1 {
			if b.Write(chars); b.Len() > mostToken {
				return "", x.in.fault("part %q: a text of more than %d bytes", x.name, mostToken)
			}
		}
	}
	return b.String(), nil
}

// root begins the part's outermost element, which must have the name given.
func (x *xmlPart) root(local string) error {
	for {
		token, err := x.next()
		if err != nil {
			return err
		}
		switch t := token.(type) {
		case nil:
			return x.in.fault("part %q is empty", x.name)
		case xml.StartElement:
			if t.Name.Local != local {
				return x.in.fault("part %q begins with %q, not %q", x.name, t.Name.Local, local)
			}
			return nil
		}
	}
}

// finish reads what follows the outermost element, which may only be space and
// comments.
func (x *xmlPart) finish() error {
	for {
		if token, err := x.next(); token == nil || err != nil {
			return err
		}
	}
}

// attribute gives an attribute by its name without the namespace, "" where it
// is absent.
func attribute(e xml.StartElement, local string) string {
	for _, a := range e.Attr {
		if a.Name.Local == local {
			return a.Value
		}
	}
	return ""
}

// boundedBytes gives at most left bytes before it must be allowed more.
type boundedBytes struct {
	r    io.ByteReader
	left int
}

var errLongToken = fmt.Errorf("a tag or a text of more than %d bytes", mostToken)

func (b *boundedBytes) ReadByte() (byte, error) {
	if b.left--; b.left < 0 {
		return 0, errLongToken
	}
	return b.r.ReadByte()
}

// Read is there for xml.NewDecoder's parameter; the decoder takes ReadByte.
func (b *boundedBytes) Read(p []byte) (int, error) {
	for i := range p {
		c, err := b.ReadByte()
		if err != nil {
			return i, err
		}
		p[i] = c
	}
	return len(p), nil
}
