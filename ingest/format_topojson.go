package ingest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"

	"goodwork/data"
)

// boundaryTolerance, in square kilometres, is how much detail the boundaries
// of the snapshot give up.
const boundaryTolerance = 0.05

// CompileBoundaries reads the publisher's boundaries at the path and writes
// the current local areas' in our own compact form, on present codes. The same
// file gives the same bytes.
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
	b, err := full.Simplify(boundaryTolerance)
	if err != nil {
		return fmt.Errorf("compile boundaries: %w", err)
	}
	return b.Encode(w)
}

// topology is a TopoJSON object (specification 1.0) whose arcs are quantised:
// the first point of an arc is absolute, each next one a step from the last.
// Geometries carry the area's code, and the year after or before which it has
// not been in use.
type topology struct {
	Type      string
	Transform *struct{ Scale, Translate [2]float64 }
	Arcs      [][][2]int32
	Objects   map[string]struct{ Geometries []topoGeometry }
}

type topoGeometry struct {
	Type       string
	Properties struct {
		Areacd string
		End    *int
	}
	Arcs json.RawMessage
}

// ReadTopoJSON reads the lower-tier and unitary authorities (the object ltla)
// without an end year. A code that was replaced on the same land is taken as
// the present one; the result has every current local area of the register,
// else the error is ErrInvalid and names what is missing or too many. Larger
// areas in the file are not read, since their membership may be another
// year's: data.Boundaries makes them from their local areas.
func ReadTopoJSON(r io.Reader, reg *data.Register) (*data.Boundaries, error) {
	var t topology
	if err := json.NewDecoder(r).Decode(&t); err != nil {
		return nil, fmt.Errorf("TopoJSON: %w", err)
	}
	if t.Type != "Topology" || t.Transform == nil || len(t.Objects["ltla"].Geometries) == 0 {
		return nil, fmt.Errorf("no quantised topology with an object ltla: %w", data.ErrInvalid)
	}
	var shapes []data.Shape
	var errs []error
	missing := map[data.AreaCode]bool{}
	for _, a := range reg.Locals() {
		missing[a.Code] = true
	}
	for _, g := range t.Objects["ltla"].Geometries {
		if g.Properties.End != nil {
			continue
		}
		shape, err := g.shape(reg)
		if err == nil && !missing[shape.Code] {
			err = fmt.Errorf("geometry %q: %s is no local area or stands twice: %w", g.Properties.Areacd, shape.Code, data.ErrInvalid)
		}
		errs = append(errs, err)
		delete(missing, shape.Code)
		shapes = append(shapes, shape)
	}
	for _, a := range reg.Locals() {
		if missing[a.Code] {
			errs = append(errs, fmt.Errorf("no geometry of %s %s: %w", a.Code, a.Name, data.ErrInvalid))
		}
	}
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	return data.NewBoundaries(data.Grid{Scale: t.Transform.Scale, Origin: t.Transform.Translate}, t.points(), shapes)
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

func (g topoGeometry) shape(reg *data.Register) (data.Shape, error) {
	var s data.Shape
	var err error
	if s.Code, err = presentCode(reg, g.Properties.Areacd); err != nil {
		return s, fmt.Errorf("geometry: %w", err)
	}
	switch g.Type {
	case "Polygon":
		s.Polygons = make([][][]int, 1)
		err = json.Unmarshal(g.Arcs, &s.Polygons[0])
	case "MultiPolygon":
		err = json.Unmarshal(g.Arcs, &s.Polygons)
	default:
		err = fmt.Errorf("type %q is no area: %w", g.Type, data.ErrInvalid)
	}
	if err != nil {
		return s, fmt.Errorf("geometry of %s: %w", s.Code, err)
	}
	return s, nil
}
