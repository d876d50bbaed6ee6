package data

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"sync"

	"github.com/andybalholm/brotli"
)

// BoundaryHistory holds the outlines of the local areas of several years, all
// on the same arcs. An area is in a year's boundaries if its code was in use on
// the year's last day, 31 December: one that ended on 31 March 2020 is in those
// of 2019, and its successor in those of 2020. It does not change once made.
type BoundaryHistory struct {
	first, last int
	grid        Grid
	arcs        [][]GridPoint // those of the last year first
	shapes      []DatedShape  // in order of code
	authorities []DatedAuthority
	years       []func() (*Boundaries, error) // from the first
}

// Years are the first and the last year in which a code was in use on 31
// December.
type Years struct{ First, Last int }

// Hold tells whether the year is one of them.
func (y Years) Hold(year int) bool { return y.First <= year && year <= y.Last }

// DatedShape is the outline of an area in some years.
type DatedShape struct {
	Years
	Shape
}

// DatedAuthority is a combined authority in some years, and its local areas in
// the last of them, in order of code.
type DatedAuthority struct {
	Years
	Code    AreaCode
	Members []AreaCode
}

// NewBoundaryHistory makes the boundaries of the years. The error is ErrInvalid.
// Each year's are held together when they are first asked for: see NewBoundaries.
func NewBoundaryHistory(years Years, grid Grid, arcs [][]GridPoint, shapes []DatedShape, authorities []DatedAuthority) (*BoundaryHistory, error) {
	h := &BoundaryHistory{first: years.First, last: years.Last, grid: grid, shapes: slices.Clone(shapes), authorities: slices.Clone(authorities)}
	if n := years.Last - years.First; n < 0 || n > 100 {
		return nil, fmt.Errorf("boundaries of %d to %d: %w", years.First, years.Last, ErrInvalid)
	}
	slices.SortFunc(h.shapes, func(x, y DatedShape) int { return compareCodes(x.Code, y.Code) })
	slices.SortFunc(h.authorities, func(x, y DatedAuthority) int { return compareCodes(x.Code, y.Code) })
	for i, s := range h.shapes {
		if i > 0 && s.Code == h.shapes[i-1].Code {
			return nil, fmt.Errorf("boundaries: %s stands twice: %w", s.Code, ErrInvalid)
		}
	}
	if err := h.renumber(arcs); err != nil {
		return nil, err
	}
	for year := h.first; year <= h.last; year++ {
		h.years = append(h.years, sync.OnceValues(func() (*Boundaries, error) {
			b, err := NewBoundaries(h.grid, h.arcs, h.in(year))
			if err != nil {
				return nil, fmt.Errorf("in %d: %w", year, err)
			}
			return b, nil
		}))
	}
	return h, nil
}

func compareCodes(x, y AreaCode) int {
	switch {
	case x < y:
		return -1
	case x > y:
		return 1
	}
	return 0
}

// renumber keeps the arcs that a shape needs, those of the last year first and
// in the order in which its boundaries have them.
func (h *BoundaryHistory) renumber(arcs [][]GridPoint) error {
	number := map[int]int{}
	keep := func(ref int) (int, error) {
		old := arcIndex(ref)
		if old >= len(arcs) || len(arcs[old]) < 2 {
			return 0, fmt.Errorf("arc %d is not there or has no two points: %w", old, ErrInvalid)
		}
		if _, ok := number[old]; !ok {
			number[old] = len(h.arcs)
			h.arcs = append(h.arcs, arcs[old])
		}
		if ref < 0 {
			return ^number[old], nil
		}
		return number[old], nil
	}
	for _, current := range []bool{true, false} {
		for i, s := range h.shapes {
			if s.Hold(h.last) != current {
				continue
			}
			var err error
			if h.shapes[i].Polygons, err = renumber(s.Polygons, keep); err != nil {
				return fmt.Errorf("boundaries of %s: %w", s.Code, err)
			}
		}
	}
	return nil
}

// in returns the shapes of a year, in order of code.
func (h *BoundaryHistory) in(year int) []Shape {
	var shapes []Shape
	for _, s := range h.shapes {
		if s.Hold(year) {
			shapes = append(shapes, s.Shape)
		}
	}
	return shapes
}

// Years are the first and the last year of which there are boundaries; there
// are those of all between.
func (h *BoundaryHistory) Years() Years { return Years{h.first, h.last} }

// Year returns the local areas' boundaries on 31 December of the year. The
// error is ErrNotFound where there are none of that year.
func (h *BoundaryHistory) Year(year int) (*Boundaries, error) {
	if !h.Years().Hold(year) {
		return nil, fmt.Errorf("boundaries of %d: %w", year, ErrNotFound)
	}
	return h.years[year-h.first]()
}

// Last returns the boundaries of the last year: the present ones.
func (h *BoundaryHistory) Last() (*Boundaries, error) { return h.Year(h.last) }

// day is the day of a year for which its boundaries stand.
func day(year int) string { return fmt.Sprintf("%04d-12-31", year) }

// Areas returns the areas of the register that were in use on 31 December of
// the year and are known to have been, in the register's order. A combined
// authority is taken by the publisher's boundaries: its first day is not always
// established.
func (h *BoundaryHistory) Areas(reg *Register, year int) []Area {
	return reg.list(func(a Area) bool {
		if a.Level == LevelCombinedAuthority && !slices.ContainsFunc(h.authorities, func(c DatedAuthority) bool { return c.Code == a.Code && c.Hold(year) }) {
			return false
		}
		return a.At(day(year))
	})
}

// Membership says of what local areas of the year an area was made. What a
// combined authority was made of in earlier years is the same land as in its
// last.
func (h *BoundaryHistory) Membership(reg *Register, year int) Membership {
	locals := reg.list(func(a Area) bool { return a.Level.IsLocal() && a.At(day(year)) })
	return func(a Area) []AreaCode {
		if a.Level.IsLocal() {
			return []AreaCode{a.Code}
		}
		within := func(local Area) bool { return slices.Contains(reg.parents(local), a.Code) }
		if i := slices.IndexFunc(h.authorities, func(c DatedAuthority) bool { return c.Code == a.Code }); i >= 0 {
			var land []AreaCode
			for _, m := range h.authorities[i].Members {
				land = append(land, reg.Present(m)...)
			}
			within = func(local Area) bool {
				present := reg.Present(local.Code)
				return len(present) > 0 && !slices.ContainsFunc(present, func(c AreaCode) bool { return !slices.Contains(land, c) })
			}
		}
		var codes []AreaCode
		for _, local := range locals {
			if within(local) {
				codes = append(codes, local.Code)
			}
		}
		return codes
	}
}

// Check holds each year's boundaries together, and to the register: they are
// those of its local areas on 31 December, no more and no fewer. It returns everything
// that is wrong, wrapped in ErrInvalid.
func (h *BoundaryHistory) Check(reg *Register) error {
	var errs []error
	wrong := func(format string, args ...any) {
		errs = append(errs, fmt.Errorf("%w: %s", ErrInvalid, fmt.Sprintf(format, args...)))
	}
	for year := h.first; year <= h.last; year++ {
		if _, err := h.Year(year); err != nil {
			errs = append(errs, err)
		}
		missing := map[AreaCode]bool{}
		for _, a := range reg.list(func(a Area) bool { return a.Level.IsLocal() && a.At(day(year)) }) {
			missing[a.Code] = true
		}
		for _, s := range h.in(year) {
			if !missing[s.Code] {
				wrong("%s is no local area on %s", s.Code, day(year))
			}
			delete(missing, s.Code)
		}
		for _, a := range reg.Areas() {
			if missing[a.Code] {
				wrong("no geometry of %s %s on %s", a.Code, a.Name, day(year))
			}
		}
	}
	for _, c := range h.authorities {
		if a, ok := reg.Area(c.Code); !ok || a.Level != LevelCombinedAuthority || len(c.Members) == 0 {
			wrong("%s is no combined authority with members", c.Code)
		}
	}
	return errors.Join(errs...)
}

// Simplify simplifies the last year's boundaries as Boundaries.Simplify does
// and the lines that were there only in earlier years by themselves, so that
// the present areas are drawn as if there had been no others.
func (h *BoundaryHistory) Simplify(tolerance float64) (*BoundaryHistory, error) {
	last, err := h.Last()
	if err != nil {
		return nil, err
	}
	arcs := last.simpleArcs(tolerance)
	shapes := make([]DatedShape, len(h.shapes))
	b := Boundaries{grid: h.grid, arcs: h.arcs, owners: make([][]int, len(h.arcs))}
	for i, s := range h.shapes {
		b.shapes = append(b.shapes, s.Shape)
		for _, polygon := range s.Polygons {
			for _, ring := range polygon {
				for _, ref := range ring {
					b.owners[arcIndex(ref)] = append(b.owners[arcIndex(ref)], i)
				}
			}
		}
	}
	sizes := b.sizes()
	least := b.leastPoints()
	kept := make([][]int, len(h.arcs))
	for i, arc := range h.arcs {
		if i < len(arcs) {
			arc = arcs[i]
			for k := range arc {
				kept[i] = append(kept[i], k)
			}
			continue
		}
		t := tolerance
		for _, o := range b.owners[i] {
			t = finer(t, sizes[o])
		}
		kept[i] = b.simplifyArc(arc, t, least[i])
	}
	arcs = untangle(append(slices.Clone(arcs), h.arcs[len(arcs):]...), kept)
	for i, s := range h.shapes {
		inYear, err := h.Year(s.Last)
		if err != nil {
			return nil, err
		}
		at, _ := inYear.find(s.Code)
		large := inYear.largePolygons(inYear.shapes[at], 4*finer(tolerance, sizes[i]))
		// A sliver between two simplified lines of the last year may be none left.
		simple := Boundaries{grid: h.grid, arcs: arcs}
		large = slices.DeleteFunc(large, func(k int) bool { return len(simple.ring(s.Polygons[k][0])) < 4 })
		shapes[i] = DatedShape{s.Years, s.withPolygons(large)}
	}
	return NewBoundaryHistory(h.Years(), h.grid, arcs, shapes, h.authorities)
}

// The compact form, compressed with Brotli: the four letters, the last of which
// is the form's version; the grid as four float64 (little endian); then
// varints: the first year and the number of years after it; the number of arcs,
// and of each its number of points and their steps from point to point, the
// first from the beginning of the arc before; the number of areas, and of each
// its code, its years (from the first, and to the last), polygons, rings and
// arcs, as steps from the arc before; the number of combined authorities, and
// of each its code, its years, the number of its local areas and their codes.
// Steps are signed.
const boundariesMagic = "GWB2"

// Encode writes the boundaries in their compact form: see
// DecodeBoundaryHistory. The same boundaries give the same bytes.
func (h *BoundaryHistory) Encode(w io.Writer) error {
	var out []byte
	out = append(out, boundariesMagic...)
	for _, f := range []float64{h.grid.Scale[0], h.grid.Scale[1], h.grid.Origin[0], h.grid.Origin[1]} {
		out = binary.LittleEndian.AppendUint64(out, math.Float64bits(f))
	}
	count := func(n int) { out = binary.AppendUvarint(out, uint64(n)) }
	step := func(n int) { out = binary.AppendVarint(out, int64(n)) }
	span := func(y Years) {
		count(y.First - h.first)
		count(h.last - y.Last)
	}
	count(h.first)
	count(h.last - h.first)
	count(len(h.arcs))
	var begin GridPoint
	for _, arc := range h.arcs {
		count(len(arc))
		last := begin
		for _, p := range arc {
			step(int(p[0] - last[0]))
			step(int(p[1] - last[1]))
			last = p
		}
		begin = arc[0]
	}
	count(len(h.shapes))
	last := 0
	for _, s := range h.shapes {
		out = append(out, s.Code...)
		span(s.Years)
		count(len(s.Polygons))
		for _, polygon := range s.Polygons {
			count(len(polygon))
			for _, ring := range polygon {
				count(len(ring))
				for _, ref := range ring {
					step(ref - last)
					last = ref
				}
			}
		}
	}
	count(len(h.authorities))
	for _, c := range h.authorities {
		out = append(out, c.Code...)
		span(c.Years)
		count(len(c.Members))
		for _, m := range c.Members {
			out = append(out, m...)
		}
	}
	z := brotli.NewWriterLevel(w, brotli.BestCompression)
	_, err := z.Write(out)
	if err := errors.Join(err, z.Close()); err != nil {
		return fmt.Errorf("write boundaries: %w", err)
	}
	return nil
}

// DecodeBoundaryHistory reads what Encode wrote. The error is ErrInvalid where
// the bytes are not boundaries, or of another version of the form.
func DecodeBoundaryHistory(r io.Reader) (*BoundaryHistory, error) {
	d := &boundaryReader{r: bufio.NewReader(brotli.NewReader(r))}
	h, err := d.read()
	if err == nil {
		err = d.err
	}
	if err != nil {
		return nil, fmt.Errorf("read boundaries: %w: %w", ErrInvalid, err)
	}
	return h, nil
}

// boundaryReader keeps the first error; after it everything reads as zero.
type boundaryReader struct {
	r   *bufio.Reader
	err error
}

func (d *boundaryReader) bytes(n int) []byte {
	buf := make([]byte, n)
	if d.err == nil {
		_, d.err = io.ReadFull(d.r, buf)
	}
	return buf
}

// count reads a number of things; more than a million are a fault of the bytes.
func (d *boundaryReader) count() int {
	if d.err != nil {
		return 0
	}
	n, err := binary.ReadUvarint(d.r)
	if err == nil && n > 1e6 {
		err = fmt.Errorf("%d is no number of arcs, points or rings", n)
	}
	if d.err = err; err != nil {
		return 0
	}
	return int(n)
}

func (d *boundaryReader) step() int {
	if d.err != nil {
		return 0
	}
	n, err := binary.ReadVarint(d.r)
	d.err = err
	return int(n)
}

func (d *boundaryReader) read() (*BoundaryHistory, error) {
	if magic := string(d.bytes(len(boundariesMagic))); d.err == nil && magic != boundariesMagic {
		return nil, fmt.Errorf("they begin with %q", magic)
	}
	float := func() float64 { return math.Float64frombits(binary.LittleEndian.Uint64(d.bytes(8))) }
	grid := Grid{Scale: [2]float64{float(), float()}, Origin: [2]float64{float(), float()}}
	years := Years{First: d.count()}
	years.Last = years.First + d.count()
	span := func() Years { return Years{years.First + d.count(), years.Last - d.count()} }
	code := func() AreaCode { return AreaCode(d.bytes(9)) }
	var arcs [][]GridPoint
	var begin GridPoint
	for range d.count() {
		var arc []GridPoint
		last := begin
		for range d.count() {
			last = GridPoint{last[0] + int32(d.step()), last[1] + int32(d.step())}
			arc = append(arc, last)
			if d.err != nil {
				return nil, d.err
			}
		}
		if len(arc) == 0 {
			return nil, errors.New("an arc without points")
		}
		begin = arc[0]
		arcs = append(arcs, arc)
	}
	var shapes []DatedShape
	last := 0
	for range d.count() {
		s := DatedShape{Shape: Shape{Code: code()}}
		s.Years = span()
		for range d.count() {
			var polygon [][]int
			for range d.count() {
				var ring []int
				for range d.count() {
					last += d.step()
					ring = append(ring, last)
					if d.err != nil {
						return nil, d.err
					}
				}
				polygon = append(polygon, ring)
			}
			s.Polygons = append(s.Polygons, polygon)
		}
		shapes = append(shapes, s)
	}
	var authorities []DatedAuthority
	for range d.count() {
		c := DatedAuthority{Code: code()}
		c.Years = span()
		for range d.count() {
			c.Members = append(c.Members, code())
			if d.err != nil {
				return nil, d.err
			}
		}
		authorities = append(authorities, c)
	}
	if d.err != nil {
		return nil, d.err
	}
	return NewBoundaryHistory(years, grid, arcs, shapes, authorities)
}

// SnapshotBoundaries returns the boundaries that are compiled into the program:
// the present ones, and those of every year.
func SnapshotBoundaries() (*Boundaries, *BoundaryHistory, error) {
	f, err := snapshotFiles.Open("snapshot/boundaries.bin")
	if err != nil {
		return nil, nil, fmt.Errorf("embedded boundaries: %w", ErrNotFound)
	}
	h, err := DecodeBoundaryHistory(f)
	if err := errors.Join(err, f.Close()); err != nil {
		return nil, nil, err
	}
	b, err := h.Last()
	return b, h, err
}
