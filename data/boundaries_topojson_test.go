package data_test

import (
	"encoding/json"
	"testing"

	"goodwork/data"
)

func TestATopologysArcsMakeClosedRingsOfEveryArea(t *testing.T) {
	register, err := data.LoadRegister()
	if err != nil {
		t.Fatal(err)
	}
	boundaries, _, err := data.SnapshotBoundaries()
	if err != nil {
		t.Fatal(err)
	}
	var regions []data.Area
	for _, a := range register.Areas() {
		if a.Current() && a.Level == data.LevelRegion {
			regions = append(regions, a)
		}
	}
	for _, areas := range [][]data.Area{register.Locals(), regions} {
		b, err := boundaries.TopoJSON(register.Membership(), areas)
		if err != nil {
			t.Fatal(err)
		}
		var topology struct {
			Arcs    [][][2]int
			Objects map[string]struct {
				Geometries []struct {
					ID   string
					Arcs [][][]int
				}
			}
		}
		if err := json.Unmarshal(b, &topology); err != nil {
			t.Fatal(err)
		}
		ends := func(ref int) (first, last [2]int) {
			arc := topology.Arcs[max(ref, ^ref)]
			first, last = arc[0], arc[0]
			for _, step := range arc[1:] {
				last[0], last[1] = last[0]+step[0], last[1]+step[1]
			}
			if ref < 0 {
				return last, first
			}
			return first, last
		}
		geometries := topology.Objects["areas"].Geometries
		if len(geometries) != len(areas) {
			t.Errorf("%d areas of %d have a shape", len(geometries), len(areas))
		}
		for _, g := range geometries {
			for _, polygon := range g.Arcs {
				for _, ring := range polygon {
					for i, ref := range ring {
						_, last := ends(ref)
						if first, _ := ends(ring[(i+1)%len(ring)]); first != last {
							t.Fatalf("%s: a ring is torn after arc %d", g.ID, ref)
						}
					}
				}
			}
		}
	}
}
