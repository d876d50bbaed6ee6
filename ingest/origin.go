package ingest

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"goodwork/data"
)

// origin is where a run's bytes come from: a folder, the publishers' services,
// or the archive.
type origin struct {
	from    fs.FS
	web     *fetcher
	archive archive
	today   string
	read    func(data.SourceID, int64)
}

func newOrigin(cfg Config, read func(data.SourceID, int64)) (origin, error) {
	o := origin{from: cfg.From, archive: archiveIn(cfg.Store), today: cfg.Today, read: read}
	if cfg.Web == nil {
		return o, nil
	}
	var err error
	o.web, err = newFetcher(*cfg.Web, o.archive, cfg.Today, read)
	return o, err
}

// bundle is one release of a source with its bytes.
type bundle struct {
	release Release
	pieces  []piece
	fetched bool // from a publisher's service
	bytes   func(body) ([]byte, error)
}

// archived is what the archive says of a release.
type archived struct {
	Fetched bool    `json:"fetched"`
	Pieces  []piece `json:"pieces"`
}

// bundle gathers the release of a source that is to be read. Its bytes are in
// the archive then, and what it is made up of stands there too.
func (o origin) bundle(ctx context.Context, s Source, before stored) (bundle, error) {
	b := bundle{release: s.Current(), bytes: func(one body) ([]byte, error) { return o.archive.read(one.SHA256) }}
	var err error
	switch {
	case o.from != nil:
		return o.file(s, b)
	case o.web != nil:
		b.fetched = true
		b.pieces, err = clients[s.Fetch.client()](ctx, o.web, s)
		if err == nil {
			err = o.archive.keepRelease(s.ID, archived{Fetched: true, Pieces: b.pieces})
		}
	default:
		var a archived
		a, err = o.archive.release(s.ID)
		b.fetched, b.pieces = a.Fetched, a.Pieces
	}
	if b.fetched {
		b.nameAfter(s, o.today, before)
	}
	return b, err
}

// file reads a source's current release from the folder, and keeps its bytes.
func (o origin) file(s Source, b bundle) (bundle, error) {
	text, err := readFile(o.from, b.release.File)
	if err != nil {
		return b, err
	}
	o.read(s.ID, int64(len(text)))
	sum, err := o.archive.put(text)
	if err != nil {
		return b, err
	}
	b.pieces = []piece{{Name: b.release.File, Format: s.Format, Bodies: []body{{
		URL: b.release.URL, Retrieved: b.release.Retrieved, SHA256: sum, Bytes: int64(len(text)),
	}}}}
	b.bytes = func(body) ([]byte, error) { return text, nil }
	return b, o.archive.keepRelease(s.ID, archived{Pieces: b.pieces})
}

func readFile(from fs.FS, name string) ([]byte, error) {
	info, err := fs.Stat(from, name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, fmt.Errorf("%s: no such file in the folder: %w", name, data.ErrNotFound)
	case err != nil:
		return nil, err
	case info.Size() > mostBytes:
		return nil, fmt.Errorf("%s: %d bytes, more than the %d that are read: %w", name, info.Size(), mostBytes, data.ErrInvalid)
	}
	return fs.ReadFile(from, name)
}

// nameAfter names a release that was fetched: as the stored one, where the bytes
// are the same; as the declared one, where a file was found that has its
// periods; else by the day. Periods keep the flags that are declared for them.
func (b *bundle) nameAfter(s Source, today string, before stored) {
	r := Release{ID: data.ReleaseID(today), Flags: s.Current().Flags, Retrieved: today}
	if s.Fetch.Page != nil { // what a workbook must hold is declared with its release
		r = s.Current()
		r.Retrieved = today
	}
	if len(b.pieces) > 0 && slices.Equal(sums(before.releases), b.sums()) {
		r.ID, r.Published = before.releases[0].ID, before.releases[0].Published
		r.Retrieved = before.releases[0].Retrieved
	}
	b.release = r
}

func sums(list []data.Release) (out []string) {
	for _, r := range list {
		out = append(out, r.SHA256)
	}
	slices.Sort(out)
	return out
}

// sums lists the SHA-256 of all bytes of a release, in order.
func (b bundle) sums() (out []string) {
	for _, p := range b.pieces {
		for _, one := range p.Bodies {
			out = append(out, one.SHA256)
		}
	}
	slices.Sort(out)
	return out
}

// text gives a piece's bytes, its pages put together.
func (b bundle) text(p piece) ([]byte, error) {
	var pages [][]byte
	for _, one := range p.Bodies {
		page, err := b.bytes(one)
		if err != nil {
			return nil, err
		}
		pages = append(pages, page)
	}
	if len(pages) == 0 {
		return nil, fmt.Errorf("no bytes: %w", data.ErrNotFound)
	}
	return join(pages)
}

// name is what is said to hold a fault of the release as a whole.
func (b bundle) name(s Source) string {
	if len(b.pieces) == 1 {
		return b.pieces[0].Name
	}
	return string(s.ID)
}

// described sums up what the store keeps of the release.
func (b bundle) described(id data.SourceID) data.Release {
	r := data.Release{
		Source: id, ID: b.release.ID, Published: b.release.Published, Retrieved: b.release.Retrieved, URL: b.release.URL, File: b.release.File,
	}
	for _, p := range b.pieces {
		for _, one := range p.Bodies {
			if r.SHA256 == "" || b.fetched {
				r.URL, r.File, r.SHA256 = one.URL, p.Name, one.SHA256
			}
			r.Bytes += one.Bytes
		}
	}
	return r
}

// files lists what the store keeps of each body of a piece. The rows of pages
// stand with the first.
func (b bundle) files(p piece, id data.SourceID, rows int, skipped map[string]int) (out []data.Release) {
	for i, one := range p.Bodies {
		r := data.Release{
			Source: id, ID: b.release.ID, Published: b.release.Published, Retrieved: one.Retrieved, URL: one.URL, File: p.Name,
			SHA256: one.SHA256, Bytes: one.Bytes,
		}
		if i == 0 {
			r.Rows, r.Skipped = rows, total(skipped)
		} else {
			r.File = pageName(p.Name, i+1)
		}
		out = append(out, r)
	}
	return out
}

// pageName is the name of one page of a piece, such as NM_30_1-2.csv.
func pageName(name string, page int) string {
	i := strings.LastIndexByte(name, '.')
	return fmt.Sprintf("%s-%d%s", name[:i], page, name[i:])
}

// of is the source as one of its pieces is read: a piece that is all of one
// measure has nothing else to tell, and keeps what is said of the columns that
// it has.
func (s Source) of(p piece) Source {
	m := s.measure(p.Measure)
	if m == nil {
		return s
	}
	one := *m
	one.Where, one.Assert = nil, nil
	speaks := func(of map[string]string) bool {
		for column := range of {
			if !slices.Contains(elsAPIColumns, column) && column != "status" {
				return false
			}
		}
		return true
	}
	s.Measures = []Measure{one}
	s.Skip = slices.DeleteFunc(slices.Clone(s.Skip), func(of map[string]string) bool { return !speaks(of) })
	s.Corrections = slices.DeleteFunc(slices.Clone(s.Corrections), func(c Correction) bool { return !speaks(c.Was) })
	return s
}
