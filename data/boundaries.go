package data

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/planar"
)

// Boundaries are the outlines of the local areas of one day as a topology: a
// boundary between two areas is one arc that both share, so that neighbours
// never gape or overlap, and larger areas are made by leaving shared arcs out.
// Positions are degrees of longitude and latitude (WGS 84) on a grid. It does
// not change once made.
type Boundaries struct {
	grid   Grid
	arcs   [][]GridPoint
	shapes []Shape // in order of code
	owners [][]int // of each arc, the shapes that it bounds: one or two
}

// Grid says where the point (0, 0) of a grid lies, and how far apart its
// points are, in degrees of longitude and latitude.
type Grid struct {
	Scale, Origin [2]float64
}

// GridPoint is a point of a grid: steps to the east and to the north.
type GridPoint [2]int32

// Shape is an area's outline: polygons of rings of arcs. A polygon's first ring
// bounds it and the others are holes. A ring is a list of arcs in order, where
// i is the arc i forwards and ^i the arc i backwards.
type Shape struct {
	Code     AreaCode
	Polygons [][][]int
}

// NewBoundaries makes boundaries of arcs and shapes and holds them together:
// every ring is closed, every arc bounds one area or two, and two on opposite
// sides; each code stands once. Arcs that no shape needs are left out. The
// error is ErrInvalid.
func NewBoundaries(grid Grid, arcs [][]GridPoint, shapes []Shape) (*Boundaries, error) {
	b := &Boundaries{grid: grid, shapes: slices.Clone(shapes)}
	slices.SortFunc(b.shapes, func(x, y Shape) int {
		if x.Code < y.Code {
			return -1
		}
		return 1
	})
	number := map[int]int{}
	keep := func(ref int) (int, error) {
		old := arcIndex(ref)
		if old >= len(arcs) || len(arcs[old]) < 2 {
			return 0, fmt.Errorf("arc %d is not there or has no two points: %w", old, ErrInvalid)
		}
		if _, ok := number[old]; !ok {
			number[old] = len(b.arcs)
			b.arcs = append(b.arcs, arcs[old])
		}
		if ref < 0 {
			return ^number[old], nil
		}
		return number[old], nil
	}
	for i, s := range b.shapes {
		if i > 0 && s.Code == b.shapes[i-1].Code {
			return nil, fmt.Errorf("boundaries: %s stands twice: %w", s.Code, ErrInvalid)
		}
		var err error
		if b.shapes[i].Polygons, err = renumber(s.Polygons, keep); err != nil {
			return nil, fmt.Errorf("boundaries of %s: %w", s.Code, err)
		}
	}
	for i, s := range b.shapes {
		for _, polygon := range s.Polygons {
			for j, ring := range polygon {
				if err := b.checkRing(ring); err != nil {
					return nil, fmt.Errorf("boundaries of %s: %w", s.Code, err)
				}
				if (b.ring(ring).Orientation() == orb.CCW) != (j == 0) {
					reverseRing(ring)
				}
			}
		}
		if len(s.Polygons) == 0 {
			return nil, fmt.Errorf("boundaries of %s: none: %w", b.shapes[i].Code, ErrInvalid)
		}
	}
	return b, b.findOwners()
}

func renumber(polygons [][][]int, keep func(int) (int, error)) ([][][]int, error) {
	out := make([][][]int, len(polygons))
	for i, polygon := range polygons {
		for _, ring := range polygon {
			refs := make([]int, len(ring))
			for k, ref := range ring {
				var err error
				if refs[k], err = keep(ref); err != nil {
					return nil, err
				}
			}
			out[i] = append(out[i], refs)
		}
	}
	return out, nil
}

func arcIndex(ref int) int {
	if ref < 0 {
		return ^ref
	}
	return ref
}

func reverseRing(ring []int) {
	slices.Reverse(ring)
	for i := range ring {
		ring[i] = ^ring[i]
	}
}

// ends returns the first and the last point of an arc in its direction.
func (b *Boundaries) ends(ref int) (first, last GridPoint) {
	arc := b.arcs[arcIndex(ref)]
	if ref < 0 {
		return arc[len(arc)-1], arc[0]
	}
	return arc[0], arc[len(arc)-1]
}

func (b *Boundaries) checkRing(ring []int) error {
	for i, ref := range ring {
		_, end := b.ends(ref)
		if start, _ := b.ends(ring[(i+1)%len(ring)]); start != end {
			return fmt.Errorf("ring %v is not closed after arc %d: %w", ring, arcIndex(ref), ErrInvalid)
		}
	}
	if len(ring) == 0 || len(b.ring(ring)) < 4 {
		return fmt.Errorf("ring %v encloses nothing: %w", ring, ErrInvalid)
	}
	return nil
}

func (b *Boundaries) findOwners() error {
	b.owners = make([][]int, len(b.arcs))
	direction := make([]int, len(b.arcs))
	for i, s := range b.shapes {
		for _, polygon := range s.Polygons {
			for _, ring := range polygon {
				for _, ref := range ring {
					a, d := arcIndex(ref), 1
					if ref < 0 {
						d = -1
					}
					if len(b.owners[a]) == 2 || len(b.owners[a]) == 1 && direction[a] == d {
						return fmt.Errorf("boundaries of %s: arc %d bounds the same side twice: %w", s.Code, a, ErrInvalid)
					}
					direction[a] = d
					b.owners[a] = append(b.owners[a], i)
				}
			}
		}
	}
	return nil
}

func (b *Boundaries) degrees(p GridPoint) orb.Point {
	return orb.Point{
		b.grid.Origin[0] + float64(p[0])*b.grid.Scale[0],
		b.grid.Origin[1] + float64(p[1])*b.grid.Scale[1],
	}
}

// ring puts arcs together to a closed ring of degrees.
func (b *Boundaries) ring(refs []int) orb.Ring {
	var ring orb.Ring
	for _, ref := range refs {
		arc := b.arcs[arcIndex(ref)]
		for i := range arc {
			p := arc[i]
			if ref < 0 {
				p = arc[len(arc)-1-i]
			}
			if i > 0 || len(ring) == 0 {
				ring = append(ring, b.degrees(p))
			}
		}
	}
	return ring
}

func (b *Boundaries) find(code AreaCode) (int, bool) {
	return slices.BinarySearchFunc(b.shapes, code, func(s Shape, c AreaCode) int {
		switch {
		case s.Code < c:
			return -1
		case s.Code > c:
			return 1
		}
		return 0
	})
}

// Codes returns the codes of the local areas, in order.
func (b *Boundaries) Codes() []AreaCode {
	codes := make([]AreaCode, len(b.shapes))
	for i, s := range b.shapes {
		codes[i] = s.Code
	}
	return codes
}

// Points is the number of points of all arcs.
func (b *Boundaries) Points() int {
	n := 0
	for _, arc := range b.arcs {
		n += len(arc)
	}
	return n
}

// Outline returns the outline of local areas taken together, in degrees:
// polygons, each with its holes; outer rings run against the clock, holes with
// it (RFC 7946). Codes without boundaries add nothing.
func (b *Boundaries) Outline(codes ...AreaCode) orb.MultiPolygon {
	if len(codes) == 1 {
		i, ok := b.find(codes[0])
		if !ok {
			return nil
		}
		var out orb.MultiPolygon
		for _, polygon := range b.shapes[i].Polygons {
			var p orb.Polygon
			for _, ring := range polygon {
				p = append(p, b.ring(ring))
			}
			out = append(out, p)
		}
		return out
	}
	return polygons(b.rings(b.outerArcs(codes)))
}

// outerArcs returns the arcs with one of the areas on exactly one side, in the
// direction of that area.
func (b *Boundaries) outerArcs(codes []AreaCode) []int {
	count, refs := map[int]int{}, []int{}
	for _, code := range slices.Compact(slices.Sorted(slices.Values(codes))) {
		i, ok := b.find(code)
		if !ok {
			continue
		}
		for _, polygon := range b.shapes[i].Polygons {
			for _, ring := range polygon {
				for _, ref := range ring {
					count[arcIndex(ref)]++
					refs = append(refs, ref)
				}
			}
		}
	}
	return slices.DeleteFunc(refs, func(ref int) bool { return count[arcIndex(ref)] > 1 })
}

// rings chains arcs to simple rings.
func (b *Boundaries) rings(refs []int) []orb.Ring {
	var rings []orb.Ring
	for _, chain := range b.chains(refs) {
		rings = append(rings, b.ring(chain))
	}
	return rings
}

// chains puts arcs together to simple rings: where a chain comes back to one of
// its own points, the loop is cut off as a ring.
func (b *Boundaries) chains(refs []int) [][]int {
	leaving := map[GridPoint][]int{}
	for _, ref := range refs {
		start, _ := b.ends(ref)
		leaving[start] = append(leaving[start], ref)
	}
	next := func(p GridPoint) (int, bool) {
		if len(leaving[p]) == 0 {
			return 0, false
		}
		ref := leaving[p][0]
		leaving[p] = leaving[p][1:]
		return ref, true
	}
	var rings [][]int
	for _, first := range refs {
		at, _ := b.ends(first)
		var chain []int
		for {
			ref, ok := next(at)
			if !ok {
				break
			}
			chain = append(chain, ref)
			_, at = b.ends(ref)
			begin := slices.IndexFunc(chain, func(r int) bool { start, _ := b.ends(r); return start == at })
			if begin >= 0 {
				rings = append(rings, slices.Clone(chain[begin:]))
				chain = chain[:begin]
			}
		}
	}
	return rings
}

// polygons sorts rings into outer ones, which run against the clock, and the
// holes in them.
func polygons(rings []orb.Ring) orb.MultiPolygon {
	var out orb.MultiPolygon
	var holes []orb.Ring
	for _, ring := range rings {
		if ring.Orientation() == orb.CCW {
			out = append(out, orb.Polygon{ring})
		} else {
			holes = append(holes, ring)
		}
	}
	for _, hole := range holes {
		best, bestArea := -1, math.Inf(1)
		for i, p := range out {
			if area := planar.Area(p[0]); area < bestArea && ringHolds(p[0], hole) {
				best, bestArea = i, area
			}
		}
		if best >= 0 {
			out[best] = append(out[best], hole)
		}
	}
	return out
}

// ringHolds tells whether the inner ring lies in the outer one, by the middles
// of its sides: its corners may lie on the outer ring.
func ringHolds(outer, inner orb.Ring) bool {
	inside := 0
	for i := 1; i < len(inner); i++ {
		middle := orb.Point{(inner[i-1][0] + inner[i][0]) / 2, (inner[i-1][1] + inner[i][1]) / 2}
		if planar.RingContains(outer, middle) {
			inside++
		}
	}
	return 2*inside >= len(inner)-1
}

// Bounds returns the box around local areas, in degrees; false where none of
// the codes has boundaries.
func (b *Boundaries) Bounds(codes ...AreaCode) (orb.Bound, bool) {
	var box orb.Bound
	found := false
	for _, code := range codes {
		outline := b.Outline(code)
		if outline == nil {
			continue
		}
		if !found {
			box, found = outline.Bound(), true
			continue
		}
		box = box.Union(outline.Bound())
	}
	return box, found
}

// Centre returns the centroid of the largest polygon of local areas taken
// together, in degrees: where a label belongs. It can lie outside a crescent.
func (b *Boundaries) Centre(codes ...AreaCode) (orb.Point, bool) {
	var centre orb.Point
	largest := 0.0
	for _, p := range b.Outline(codes...) {
		if c, area := planar.CentroidArea(p); area > largest {
			centre, largest = c, area
		}
	}
	return centre, largest > 0
}

// Adjacent returns the local areas that share a stretch of boundary with local
// areas taken together, in order of code. Islands and areas that meet in a
// point, over a bridge or a ferry have none in common.
func (b *Boundaries) Adjacent(codes ...AreaCode) []AreaCode {
	var list []AreaCode
	for _, owners := range b.owners {
		if len(owners) != 2 {
			continue
		}
		x, y := b.shapes[owners[0]].Code, b.shapes[owners[1]].Code
		inX, inY := slices.Contains(codes, x), slices.Contains(codes, y)
		if inX && !inY {
			list = append(list, y)
		}
		if inY && !inX {
			list = append(list, x)
		}
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// Membership says of what local areas an area is made, by their codes: of
// itself if it is local.
type Membership func(Area) []AreaCode

// Membership is the present one.
func (r *Register) Membership() Membership {
	return func(a Area) []AreaCode {
		if a.Level.IsLocal() {
			return []AreaCode{a.Code}
		}
		var codes []AreaCode
		for _, c := range r.Children(a.Code) {
			codes = append(codes, c.Code)
		}
		return codes
	}
}

// GeoJSON returns the areas as a FeatureCollection (RFC 7946) with the area's
// code as id and its code and name as properties, positions to four decimals
// (about ten metres). A larger area is the union of its local areas; one
// without any is left out. The same areas give the same bytes.
func (b *Boundaries) GeoJSON(members Membership, areas []Area) ([]byte, error) {
	type properties struct {
		Code AreaCode `json:"code"`
		Name string   `json:"name"`
	}
	return b.GeoJSONWith(members, areas, func(a Area) (json.RawMessage, error) { return json.Marshal(properties{a.Code, a.Name}) })
}

// GeoJSONWith is GeoJSON with properties of the caller's: an object for each
// area.
func (b *Boundaries) GeoJSONWith(members Membership, areas []Area, properties func(Area) (json.RawMessage, error)) ([]byte, error) {
	type geometry struct {
		Type        string             `json:"type"`
		Coordinates [][][]roundedPoint `json:"coordinates"`
	}
	type feature struct {
		Type       string          `json:"type"`
		ID         AreaCode        `json:"id"`
		Properties json.RawMessage `json:"properties"`
		Geometry   geometry        `json:"geometry"`
	}
	collection := struct {
		Type     string    `json:"type"`
		Features []feature `json:"features"`
	}{Type: "FeatureCollection", Features: []feature{}}
	for _, a := range areas {
		outline := b.Outline(members(a)...)
		if len(outline) == 0 {
			continue
		}
		with, err := properties(a)
		if err != nil {
			return nil, fmt.Errorf("boundaries as GeoJSON: properties of %s: %w", a.Code, err)
		}
		collection.Features = append(collection.Features, feature{
			Type: "Feature", ID: a.Code, Properties: with, Geometry: geometry{"MultiPolygon", roundedPolygons(outline)},
		})
	}
	out, err := json.Marshal(collection)
	if err != nil {
		return nil, fmt.Errorf("boundaries as GeoJSON: %w", err)
	}
	return out, nil
}

type roundedPoint [2]float64

func roundedPolygons(outline orb.MultiPolygon) [][][]roundedPoint {
	out := make([][][]roundedPoint, len(outline))
	for i, polygon := range outline {
		for _, ring := range polygon {
			points := make([]roundedPoint, len(ring))
			for k, p := range ring {
				points[k] = roundedPoint{math.Round(p[0]*1e4) / 1e4, math.Round(p[1]*1e4) / 1e4}
			}
			out[i] = append(out[i], points)
		}
	}
	return out
}
