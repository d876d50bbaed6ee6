package data

import (
	"cmp"
	"math"
	"slices"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/planar"
	"github.com/paulmach/orb/simplify"
)

// Kilometres in a degree of latitude, and of longitude at 55 degrees north,
// the middle of the United Kingdom.
const (
	kmNorth = 111.2
	kmEast  = 63.8
)

// An area smaller than smallestParts times the tolerance is simplified with a
// finer one, so that the City of London keeps its shape where Highland loses
// its skerries.
const smallestParts = 150

// Simplify leaves points out by Visvalingam and Whyatt's method (1993): those
// whose triangle with their neighbours is smaller than the tolerance, in square
// kilometres. Arcs are simplified once for both sides, so that neighbours still
// fit, and where lines would cross, points are put back. Islands
// smaller than four times the tolerance go; every area keeps its largest
// polygon. The same boundaries and tolerance give the same result.
func (b *Boundaries) Simplify(tolerance float64) (*Boundaries, error) {
	sizes := b.sizes()
	shapes := make([]Shape, len(b.shapes))
	for i, s := range b.shapes {
		shapes[i] = s.withPolygons(b.largePolygons(s, 4*finer(tolerance, sizes[i])))
	}
	return NewBoundaries(b.grid, b.simpleArcs(tolerance), shapes)
}

// sizes are the areas' sizes in square kilometres.
func (b *Boundaries) sizes() []float64 {
	sizes := make([]float64, len(b.shapes))
	for i, s := range b.shapes {
		for _, polygon := range s.Polygons {
			sizes[i] += math.Abs(planar.Area(b.kmRing(polygon[0])))
		}
	}
	return sizes
}

// simpleArcs returns the arcs with fewer points.
func (b *Boundaries) simpleArcs(tolerance float64) [][]GridPoint {
	sizes := b.sizes()
	least := b.leastPoints()
	kept := make([][]int, len(b.arcs))
	for i, owners := range b.owners {
		t := tolerance
		for _, o := range owners {
			t = finer(t, sizes[o])
		}
		kept[i] = b.simplifyArc(b.arcs[i], t, least[i])
	}
	return untangle(b.arcs, kept)
}

func finer(tolerance, area float64) float64 { return min(tolerance, area/smallestParts) }

func (b *Boundaries) kmRing(refs []int) orb.Ring {
	ring := b.ring(refs)
	for i, p := range ring {
		ring[i] = orb.Point{p[0] * kmEast, p[1] * kmNorth}
	}
	return ring
}

// largePolygons returns the places of an area's polygons but for those smaller
// than least square kilometres that touch no other area; the largest stays.
func (b *Boundaries) largePolygons(s Shape, least float64) []int {
	largest, at := 0.0, 0
	sizes := make([]float64, len(s.Polygons))
	for i, polygon := range s.Polygons {
		sizes[i] = planar.Area(b.kmRing(polygon[0]))
		if sizes[i] > largest {
			largest, at = sizes[i], i
		}
	}
	var out []int
	for i, polygon := range s.Polygons {
		alone := len(polygon) == 1 && !slices.ContainsFunc(polygon[0], func(ref int) bool { return len(b.owners[arcIndex(ref)]) > 1 })
		if i == at || sizes[i] >= least || !alone {
			out = append(out, i)
		}
	}
	return out
}

// withPolygons is a shape of those polygons of another whose places are given.
func (s Shape) withPolygons(places []int) Shape {
	out := Shape{Code: s.Code}
	for _, i := range places {
		out.Polygons = append(out.Polygons, s.Polygons[i])
	}
	return out
}

// leastPoints is, of each arc, the number of points below which one of its
// rings could enclose nothing.
func (b *Boundaries) leastPoints() []int {
	least := make([]int, len(b.arcs))
	for _, s := range b.shapes {
		for _, polygon := range s.Polygons {
			for _, ring := range polygon {
				n := map[int]int{1: 4, 2: 3}[len(ring)]
				for _, ref := range ring {
					least[arcIndex(ref)] = max(least[arcIndex(ref)], n, 2)
				}
			}
		}
	}
	return least
}

// simplifyArc returns which points of an arc to keep.
func (b *Boundaries) simplifyArc(arc []GridPoint, tolerance float64, least int) []int {
	kept := make([]int, 0, len(arc))
	if len(arc) <= least {
		for i := range arc {
			kept = append(kept, i)
		}
		return kept
	}
	line := make(orb.LineString, len(arc))
	for i, p := range arc {
		// Whole steps of the grid, so that the points found again are the same.
		line[i] = orb.Point{float64(p[0]), float64(p[1])}
	}
	cell := b.grid.Scale[0] * kmEast * b.grid.Scale[1] * kmNorth
	line = simplify.Visvalingam(tolerance/cell, least).LineString(line)
	for i, p := range arc {
		if len(kept) < len(line) && line[len(kept)] == (orb.Point{float64(p[0]), float64(p[1])}) {
			kept = append(kept, i)
		}
	}
	kept[len(kept)-1] = len(arc) - 1
	return kept
}

// untangle returns the kept points of the arcs. Each side that crosses another
// first gets back the point that lies farthest from it, until none crosses or
// all points are back.
func untangle(arcs [][]GridPoint, kept [][]int) [][]GridPoint {
	for {
		simple := make([][]GridPoint, len(arcs))
		for i := range arcs {
			for _, k := range kept[i] {
				simple[i] = append(simple[i], arcs[i][k])
			}
		}
		mended := false
		// From the last side to the first, so that places stay right.
		for _, s := range slices.Backward(crossings(simple)) {
			from, to := kept[s.arc][s.end-1], kept[s.arc][s.end]
			if to-from > 1 {
				kept[s.arc] = slices.Insert(kept[s.arc], s.end, farthest(arcs[s.arc], from, to))
				mended = true
			}
		}
		if !mended {
			return simple
		}
	}
}

// farthest returns the point between two others of an arc that makes the
// largest triangle with them.
func farthest(arc []GridPoint, from, to int) int {
	best, largest := from+1, int64(-1)
	for i := from + 1; i < to; i++ {
		n := turn(arc[from], arc[to], arc[i])
		if n = max(n, -n); n > largest {
			best, largest = i, n
		}
	}
	return best
}

// arcSide is the side of an arc that ends in the point end.
type arcSide struct{ arc, end int }

// crossings returns the sides that cross another side, of the same arc or
// another, in order.
func crossings(arcs [][]GridPoint) []arcSide {
	const cell = 256
	at := map[[2]int32][]arcSide{}
	for i, arc := range arcs {
		for k := 1; k < len(arc); k++ {
			p, q := arc[k-1], arc[k]
			for x := min(p[0], q[0]) / cell; x <= max(p[0], q[0])/cell; x++ {
				for y := min(p[1], q[1]) / cell; y <= max(p[1], q[1])/cell; y++ {
					at[[2]int32{x, y}] = append(at[[2]int32{x, y}], arcSide{i, k})
				}
			}
		}
	}
	var list []arcSide
	for _, sides := range at {
		for i, s := range sides {
			for _, o := range sides[:i] {
				if cross(arcs[s.arc][s.end-1], arcs[s.arc][s.end], arcs[o.arc][o.end-1], arcs[o.arc][o.end]) {
					list = append(list, s, o)
				}
			}
		}
	}
	slices.SortFunc(list, func(a, b arcSide) int { return cmp.Or(a.arc-b.arc, a.end-b.end) })
	return slices.Compact(list)
}

// cross tells whether the inner parts of the sides ab and cd have a point in
// common; sides that only touch at their ends do not cross.
func cross(a, b, c, d GridPoint) bool {
	return sign(turn(a, b, c))*sign(turn(a, b, d)) < 0 && sign(turn(c, d, a))*sign(turn(c, d, b)) < 0
}

// turn is twice the area of the triangle abc: above zero if c lies to the left
// of the line from a to b.
func turn(a, b, c GridPoint) int64 {
	return int64(b[0]-a[0])*int64(c[1]-a[1]) - int64(b[1]-a[1])*int64(c[0]-a[0])
}

func sign(n int64) int { return cmp.Compare(n, 0) }
