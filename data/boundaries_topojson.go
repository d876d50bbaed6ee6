package data

import (
	"encoding/json"
	"fmt"

	"github.com/paulmach/orb"
)

// TopoJSON returns the areas as a topology with one object, "areas": each arc
// once, as steps on the grid, so that neighbours share their boundary. A larger
// area is the union of its local areas; one without any is left out. The same
// areas give the same bytes.
func (b *Boundaries) TopoJSON(members Membership, areas []Area) ([]byte, error) {
	type properties struct {
		Code AreaCode `json:"code"`
		Name string   `json:"name"`
	}
	type geometry struct {
		Type       string     `json:"type"`
		ID         AreaCode   `json:"id"`
		Properties properties `json:"properties"`
		Arcs       [][][]int  `json:"arcs"`
	}
	type collection struct {
		Type       string     `json:"type"`
		Geometries []geometry `json:"geometries"`
	}
	type transform struct {
		Scale     [2]float64 `json:"scale"`
		Translate [2]float64 `json:"translate"`
	}
	objects := collection{Type: "GeometryCollection", Geometries: []geometry{}}
	places, arcs := map[int]int{}, [][]GridPoint{}
	// use gives the number under which an arc stands in the answer.
	use := func(ref int) int {
		i := arcIndex(ref)
		at, ok := places[i]
		if !ok {
			at = len(arcs)
			places[i] = at
			arcs = append(arcs, steps(b.arcs[i]))
		}
		if ref < 0 {
			return ^at
		}
		return at
	}
	for _, a := range areas {
		shape := b.shapeOf(a, members(a))
		if len(shape) == 0 {
			continue
		}
		for _, polygon := range shape {
			for _, ring := range polygon {
				for i := range ring {
					ring[i] = use(ring[i])
				}
			}
		}
		objects.Geometries = append(objects.Geometries, geometry{"MultiPolygon", a.Code, properties{a.Code, a.Name}, shape})
	}
	out, err := json.Marshal(struct {
		Type      string                `json:"type"`
		Transform transform             `json:"transform"`
		Objects   map[string]collection `json:"objects"`
		Arcs      [][]GridPoint         `json:"arcs"`
	}{"Topology", transform{b.grid.Scale, b.grid.Origin}, map[string]collection{"areas": objects}, arcs})
	if err != nil {
		return nil, fmt.Errorf("boundaries as TopoJSON: %w", err)
	}
	return out, nil
}

// shapeOf is a copy of the polygons of rings of arcs of an area that is made of
// the local areas of the codes.
func (b *Boundaries) shapeOf(a Area, codes []AreaCode) [][][]int {
	if a.Level.IsLocal() {
		i, ok := b.find(a.Code)
		if !ok {
			return nil
		}
		var out [][][]int
		for _, polygon := range b.shapes[i].Polygons {
			var rings [][]int
			for _, ring := range polygon {
				rings = append(rings, append([]int(nil), ring...))
			}
			out = append(out, rings)
		}
		return out
	}
	chains := b.chains(b.outerArcs(codes))
	rings := make([]orb.Ring, len(chains))
	chainOf := map[*orb.Point][]int{}
	for i, chain := range chains {
		rings[i] = b.ring(chain)
		chainOf[&rings[i][0]] = chain
	}
	var out [][][]int
	for _, polygon := range polygons(rings) {
		var list [][]int
		for _, ring := range polygon {
			list = append(list, chainOf[&ring[0]])
		}
		out = append(out, list)
	}
	return out
}

// steps is an arc as its first point and the steps from point to point.
func steps(arc []GridPoint) []GridPoint {
	out := make([]GridPoint, len(arc))
	for i, p := range arc {
		out[i] = p
		if i > 0 {
			out[i] = GridPoint{p[0] - arc[i-1][0], p[1] - arc[i-1][1]}
		}
	}
	return out
}
