package data

import (
	"encoding/json"
	"errors"
	"math"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/planar"
)

// threeAreas is a square of 800 by 800 steps cut by a jagged line from south to
// north into a west (E06000001) and an east (E06000002) with a square island
// of land in it (E06000003), and a small islet of the west in the sea.
func threeAreas(t *testing.T) *Boundaries {
	t.Helper()
	arcs := [][]GridPoint{
		{{400, 0}, {450, 101}, {500, 200}, {450, 301}, {400, 400}, {500, 600}, {400, 800}}, // the line, northwards
		{{400, 800}, {0, 800}, {0, 0}, {400, 0}},                                           // coast of the west
		{{400, 0}, {800, 0}, {800, 800}, {400, 800}},                                       // coast of the east
		{{600, 300}, {700, 300}, {700, 500}, {600, 500}, {600, 300}},                       // the land in the east
		{{1000, 0}, {1100, 0}, {1100, 100}, {1000, 100}, {1000, 0}},                        // the islet
		{{9000, 9000}, {9100, 9100}},                                                       // of no area
	}
	b, err := NewBoundaries(Grid{Scale: [2]float64{0.005, 0.0025}, Origin: [2]float64{-4, 50}}, arcs, []Shape{
		{"E06000003", [][][]int{{{3}}}},
		{"E06000002", [][][]int{{{^0, 2}, {^3}}}},
		{"E06000001", [][][]int{{{0, 1}}, {{4}}}},
	})
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestAreasThatShareAStretchOfBoundaryAreAdjacent(t *testing.T) {
	b := threeAreas(t)
	for _, tt := range []struct{ of, want []AreaCode }{
		{[]AreaCode{"E06000001"}, []AreaCode{"E06000002"}},
		{[]AreaCode{"E06000002"}, []AreaCode{"E06000001", "E06000003"}},
		{[]AreaCode{"E06000001", "E06000002"}, []AreaCode{"E06000003"}},
		{[]AreaCode{"E06000001", "E06000002", "E06000003"}, nil},
		{[]AreaCode{"E09000001"}, nil},
	} {
		if diff := cmp.Diff(tt.want, b.Adjacent(tt.of...)); diff != "" {
			t.Errorf("beside %v (-want +got):\n%s", tt.of, diff)
		}
	}
}

func TestAreasTakenTogetherLoseTheLinesBetweenThem(t *testing.T) {
	b := threeAreas(t)
	degrees := func(west, south, east, north float64) float64 { return (east - west) * (north - south) }
	for _, tt := range []struct {
		of    []AreaCode
		rings []int // of each polygon
		area  float64
	}{
		{[]AreaCode{"E06000003"}, []int{1}, degrees(6, 3, 7, 5)},
		{[]AreaCode{"E06000002"}, []int{2}, degrees(4.5, 0, 8, 8) - degrees(6, 3, 7, 5)},
		{[]AreaCode{"E06000001", "E06000002"}, []int{2, 1}, degrees(0, 0, 8, 8) - degrees(6, 3, 7, 5) + 1},
		{[]AreaCode{"E06000002", "E06000003"}, []int{1}, degrees(4.5, 0, 8, 8)},
		{[]AreaCode{"E06000001", "E06000002", "E06000003"}, []int{1, 1}, degrees(0, 0, 8, 8) + 1},
	} {
		outline := b.Outline(tt.of...)
		var rings []int
		for _, p := range outline {
			rings = append(rings, len(p))
			for i, ring := range p {
				if want := map[bool]orb.Orientation{true: orb.CCW, false: orb.CW}[i == 0]; ring.Orientation() != want || !ring.Closed() {
					t.Errorf("%v: ring %d runs %d, closed %v", tt.of, i, ring.Orientation(), ring.Closed())
				}
			}
		}
		if diff := cmp.Diff(tt.rings, rings); diff != "" {
			t.Errorf("%v: rings of the polygons (-want +got):\n%s", tt.of, diff)
		}
		if area := planar.Area(outline) / (0.5 * 0.25); math.Abs(area-tt.area) > 1e-9 {
			t.Errorf("%v: %v square steps, want %v", tt.of, area, tt.area)
		}
	}
	if b.Outline("E09000001") != nil || b.Outline() != nil {
		t.Error("an area without boundaries has an outline")
	}
}

func TestALabelStandsInTheLargestPolygon(t *testing.T) {
	b := threeAreas(t)
	centre, ok := b.Centre("E06000003")
	if want := (orb.Point{-4 + 6.5*0.5, 50 + 4*0.25}); !ok || centre != want {
		t.Errorf("centre %v, want %v", centre, want)
	}
	box, ok := b.Bounds("E06000001", "E06000003")
	if want := (orb.Bound{Min: orb.Point{-4, 50}, Max: orb.Point{1.5, 52}}); !ok || box != want {
		t.Errorf("box %v, want %v", box, want)
	}
	if _, ok := b.Bounds("E09000001"); ok {
		t.Error("an area without boundaries has a box")
	}
}

func TestBoundariesThatDoNotFitAreRefused(t *testing.T) {
	grid := Grid{Scale: [2]float64{1, 1}}
	square := []GridPoint{{0, 0}, {1, 0}, {1, 1}, {0, 1}, {0, 0}}
	for name, tt := range map[string]struct {
		arcs   [][]GridPoint
		shapes []Shape
	}{
		"a ring left open":      {[][]GridPoint{square[:3]}, []Shape{{"E06000001", [][][]int{{{0}}}}}},
		"an arc that is absent": {[][]GridPoint{square}, []Shape{{"E06000001", [][][]int{{{1}}}}}},
		"an arc of one point":   {[][]GridPoint{square[:1]}, []Shape{{"E06000001", [][][]int{{{0}}}}}},
		"two areas on one side": {[][]GridPoint{square}, []Shape{{"E06000001", [][][]int{{{0}}}}, {"E06000002", [][][]int{{{0}}}}}},
		"an area twice":         {[][]GridPoint{square, square}, []Shape{{"E06000001", [][][]int{{{0}}}}, {"E06000001", [][][]int{{{1}}}}}},
		"an area without land":  {nil, []Shape{{"E06000001", nil}}},
		"a ring of no arcs":     {nil, []Shape{{"E06000001", [][][]int{{{}}}}}},
	} {
		if _, err := NewBoundaries(grid, tt.arcs, tt.shapes); !errors.Is(err, ErrInvalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestNeighboursStillFitWhenBoundariesAreSimplified(t *testing.T) {
	b := threeAreas(t)
	simple, err := b.Simplify(1e5)
	if err != nil {
		t.Fatal(err)
	}
	// Two points lie almost on the straight line between the two beside them.
	if got, want := simple.Points(), b.Points()-2; got != want {
		t.Errorf("%d points, want %d", got, want)
	}
	if diff := cmp.Diff(b.Codes(), simple.Codes()); diff != "" {
		t.Errorf("areas (-before +after):\n%s", diff)
	}
	if diff := cmp.Diff(b.Adjacent("E06000002"), simple.Adjacent("E06000002")); diff != "" {
		t.Errorf("areas beside the east (-before +after):\n%s", diff)
	}
	whole := simple.Outline("E06000001", "E06000002", "E06000003")
	var parts float64
	for _, code := range simple.Codes() {
		parts += planar.Area(simple.Outline(code))
	}
	if math.Abs(planar.Area(whole)-parts) > 1e-9 {
		t.Errorf("together %v, one by one %v", planar.Area(whole), parts)
	}
}

func TestPointsComeBackWhereSimplifiedLinesWouldCross(t *testing.T) {
	// The first line goes round the end of the second.
	arcs := [][]GridPoint{
		{{0, 0}, {5, 8}, {10, 0}},
		{{5, -5}, {5, 5}},
	}
	kept := [][]int{{0, 2}, {0, 1}}
	if diff := cmp.Diff(arcs, untangle(arcs, kept)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	apart := [][]GridPoint{{{20, 20}, {30, 20}}, {{30, 20}, {40, 30}}, {{35, 0}, {35, 20}}}
	if got := crossings(apart); got != nil {
		t.Errorf("sides that meet or lie apart cross: %v", got)
	}
}

func TestEveryLocalAreaHasABoundaryInTheSnapshot(t *testing.T) {
	r := loadRegister(t)
	b, _, err := SnapshotBoundaries()
	if err != nil {
		t.Fatal(err)
	}
	var want []AreaCode
	for _, a := range r.Locals() {
		want = append(want, a.Code)
	}
	slices.Sort(want)
	if diff := cmp.Diff(want, b.Codes()); diff != "" {
		t.Errorf("areas (-register +boundaries):\n%s", diff)
	}
	// The publisher's own lines cross once.
	if crossed := crossings(b.arcs); len(crossed) > 2 {
		t.Errorf("sides that cross: %v", crossed)
	}
	for _, code := range b.Codes() {
		if planar.Area(b.Outline(code)) <= 0 {
			t.Errorf("%s has no land", code)
		}
	}
	if got := b.Adjacent("E06000053"); got != nil {
		t.Errorf("beside the Isles of Scilly: %v", got)
	}
	want = []AreaCode{"E07000129", "E07000130", "E07000131", "E07000135"}
	if diff := cmp.Diff(want, b.Adjacent("E06000016")); diff != "" {
		t.Errorf("beside Leicester (-want +got):\n%s", diff)
	}
}

func TestLargerAreasAreDrawnFromTheirLocalAreas(t *testing.T) {
	r := loadRegister(t)
	b, _, err := SnapshotBoundaries()
	if err != nil {
		t.Fatal(err)
	}
	var larger []Area
	for _, a := range r.Areas() {
		if a.Current() && !a.Level.IsLocal() {
			larger = append(larger, a)
		}
	}
	out, err := b.GeoJSON(r.Membership(), larger)
	if err != nil {
		t.Fatal(err)
	}
	var collection struct {
		Features []struct {
			ID         AreaCode
			Properties struct{ Code, Name string }
			Geometry   struct {
				Type        string
				Coordinates orb.MultiPolygon
			}
		}
	}
	if err := json.Unmarshal(out, &collection); err != nil {
		t.Fatal(err)
	}
	if len(collection.Features) != len(larger) {
		t.Errorf("%d outlines of %d larger areas", len(collection.Features), len(larger))
	}
	for i, f := range collection.Features {
		if f.ID != larger[i].Code || f.Properties.Name != larger[i].Name {
			t.Errorf("%s stands where %s belongs", f.ID, larger[i].Code)
		}
		var parts float64
		for _, c := range r.Children(f.ID) {
			parts += planar.Area(b.Outline(c.Code))
		}
		if whole := planar.Area(f.Geometry.Coordinates); math.Abs(whole-parts) > 0.002*parts {
			t.Errorf("%s: %v square degrees, its local areas %v", f.ID, whole, parts)
		}
	}
}
