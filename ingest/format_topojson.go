package ingest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/planar"

	"goodwork/data"
)

// boundaryTolerance, in square kilometres, is how much detail the boundaries
// of the snapshot give up.
const boundaryTolerance = 0.05

// boundaryYears are the years whose boundaries are kept. The publisher's file
// begins a year earlier, but has no districts of Northern Ireland from before
// their reform in 2015.
var boundaryYears = data.Years{First: 2015, Last: 2025}

// CompileBoundaries reads the publisher's boundaries at the path and writes
// those of every year in our own compact form. The same file gives the same
// bytes.
func CompileBoundaries(ctx context.Context, path string, w io.Writer) error {
	reg, err := data.LoadRegister()
	if err != nil {
		return err
	}
	f, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("compile boundaries: %w", err)
	}
	defer f.Close()
	full, err := ReadTopoJSON(f, reg)
	if err != nil {
		return fmt.Errorf("compile boundaries from %s: %w", path, err)
	}
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("compile boundaries: %w", err)
	}
	h, err := full.Simplify(boundaryTolerance)
	if err == nil {
		err = h.Check(reg)
	}
	if err != nil {
		return fmt.Errorf("compile boundaries: %w", err)
	}
	return h.Encode(w)
}

// topology is a TopoJSON object (specification 1.0) whose arcs are quantised:
// the first point of an arc is absolute, each next one a step from the last.
// Geometries carry the area's code and, where it was not in use in all years
// of the file, the first and the last year on whose last day it was.
type topology struct {
	Type      string
	Transform *struct{ Scale, Translate [2]float64 }
	Arcs      [][][2]int32
	Objects   map[string]struct{ Geometries []topoGeometry }
}

type topoGeometry struct {
	Type       string
	Properties struct {
		Areacd     data.AreaCode
		Start, End *int
	}
	Arcs json.RawMessage
}

// years are those of the geometry that are kept; false if there are none.
func (g topoGeometry) years() (data.Years, bool) {
	y := boundaryYears
	if start := g.Properties.Start; start != nil {
		y.First = max(y.First, *start)
	}
	if end := g.Properties.End; end != nil {
		y.Last = min(y.Last, *end)
	}
	return y, y.First <= y.Last
}

// ReadTopoJSON reads the lower-tier and unitary authorities (the object ltla)
// and the combined authorities (cauth). Where the file gives one code to land
// that bore two codes in turn, each has its own years. Each year has every
// local area that the register has on its last day, else the error is
// ErrInvalid and names what is missing or too many. Other larger areas in the
// file are not read: data makes them from their local areas, as it does
// combined authorities, of which only the years and the local areas within them
// are taken.
func ReadTopoJSON(r io.Reader, reg *data.Register) (*data.BoundaryHistory, error) {
	var t topology
	if err := json.NewDecoder(r).Decode(&t); err != nil {
		return nil, fmt.Errorf("TopoJSON: %w", err)
	}
	if t.Type != "Topology" || t.Transform == nil || len(t.Objects["ltla"].Geometries) == 0 {
		return nil, fmt.Errorf("no quantised topology with an object ltla: %w", data.ErrInvalid)
	}
	var shapes []data.DatedShape
	var errs []error
	has := map[data.AreaCode]bool{}
	for _, g := range t.Objects["ltla"].Geometries {
		has[g.Properties.Areacd] = true
	}
	for _, g := range t.Objects["ltla"].Geometries {
		years, kept := g.years()
		if !kept {
			continue
		}
		polygons, err := g.polygons()
		if a, ok := reg.Area(g.Properties.Areacd); err == nil && !ok {
			err = fmt.Errorf("geometry: code %q is unknown: %w", g.Properties.Areacd, data.ErrInvalid)
		} else if err == nil && !a.Level.IsLocal() {
			err = fmt.Errorf("geometry: %s is no local area: %w", a.Code, data.ErrInvalid)
		}
		if err != nil {
			errs = append(errs, err)
			continue
		}
		for _, s := range codesInTurn(reg, g.Properties.Areacd, years, has) {
			s.Polygons = polygons
			shapes = append(shapes, s)
		}
	}
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	grid := data.Grid{Scale: t.Transform.Scale, Origin: t.Transform.Translate}
	locals, err := data.NewBoundaryHistory(boundaryYears, grid, t.points(), shapes, nil)
	if err == nil {
		err = locals.Check(reg)
	}
	if err != nil {
		return nil, err
	}
	authorities, err := t.authorities(reg, locals, grid)
	if err != nil {
		return nil, err
	}
	return data.NewBoundaryHistory(boundaryYears, grid, t.points(), shapes, authorities)
}

// codesInTurn says which code the land of a code bore in which of its years,
// following changes of code alone to codes that the file itself has not: it
// has the Glasgow of before 2019 in all years.
func codesInTurn(reg *data.Register, code data.AreaCode, years data.Years, has map[data.AreaCode]bool) []data.DatedShape {
	out := []data.DatedShape{{Years: years, Shape: data.Shape{Code: code}}}
	for _, c := range reg.Changes() {
		first, err := strconv.Atoi(c.Effective[:4])
		if err != nil || !c.Kind.SameLand() || first <= years.First || first > years.Last {
			continue
		}
		before, after := data.Years{First: years.First, Last: first - 1}, data.Years{First: first, Last: years.Last}
		switch {
		case c.New == code && !has[c.Old]:
			out[0].Years = after
			return append(out, codesInTurn(reg, c.Old, before, has)...)
		case c.Old == code && !has[c.New]:
			out[0].Years = before
			return append(out, codesInTurn(reg, c.New, after, has)...)
		}
	}
	return out
}

// authorities reads the combined authorities: the local areas of one are those
// of its last year that lie in it.
func (t topology) authorities(reg *data.Register, locals *data.BoundaryHistory, grid data.Grid) ([]data.DatedAuthority, error) {
	var out []data.DatedAuthority
	for _, g := range t.Objects["cauth"].Geometries {
		years, kept := g.years()
		if a, ok := reg.Area(g.Properties.Areacd); !kept || !ok || a.Level != data.LevelCombinedAuthority {
			continue // the file has two council areas among them
		}
		polygons, err := g.polygons()
		if err != nil {
			return nil, err
		}
		own, err := data.NewBoundaries(grid, t.points(), []data.Shape{{Code: g.Properties.Areacd, Polygons: polygons}})
		if err != nil {
			return nil, err
		}
		parts, err := locals.Year(years.Last)
		if err != nil {
			return nil, err
		}
		c := data.DatedAuthority{Years: years, Code: g.Properties.Areacd}
		outline := own.Outline(c.Code)
		for _, code := range parts.Codes() {
			if mostlyWithin(parts.Outline(code), outline) {
				c.Members = append(c.Members, code)
			}
		}
		out = append(out, c)
	}
	return out, nil
}

// mostlyWithin tells whether most of an area's border lies in another, looked at
// just inside the middle of each of its sides: a middle of the area itself may
// lie at sea.
func mostlyWithin(inner, outer orb.MultiPolygon) bool {
	if !outer.Bound().Intersects(inner.Bound()) {
		return false
	}
	in, all := 0, 0
	for _, polygon := range inner {
		for _, ring := range polygon {
			for i := 1; i < len(ring); i++ {
				p, q := ring[i-1], ring[i]
				east, north := q[0]-p[0], q[1]-p[1]
				all++
				// Land lies to the left of every ring.
				if planar.MultiPolygonContains(outer, orb.Point{p[0] + east/2 - north/100, p[1] + north/2 + east/100}) {
					in++
				}
			}
		}
	}
	return 2*in > all
}

// points adds up the steps of each arc.
func (t topology) points() [][]data.GridPoint {
	arcs := make([][]data.GridPoint, len(t.Arcs))
	for i, arc := range t.Arcs {
		var at data.GridPoint
		for _, step := range arc {
			at[0] += step[0]
			at[1] += step[1]
			arcs[i] = append(arcs[i], at)
		}
	}
	return arcs
}

func (g topoGeometry) polygons() ([][][]int, error) {
	polygons := make([][][]int, 1)
	var err error
	switch g.Type {
	case "Polygon":
		err = json.Unmarshal(g.Arcs, &polygons[0])
	case "MultiPolygon":
		err = json.Unmarshal(g.Arcs, &polygons)
	default:
		err = fmt.Errorf("type %q is no area: %w", g.Type, data.ErrInvalid)
	}
	if err != nil {
		return nil, fmt.Errorf("geometry of %s: %w", g.Properties.Areacd, err)
	}
	return polygons, nil
}
