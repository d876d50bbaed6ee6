package dashboard

import (
	"context"
	"encoding/json"
	"fmt"
	"html"
	"html/template"
	"math"
	"slices"
	"strings"
	"sync"

	"github.com/labstack/echo/v4"
	"github.com/paulmach/orb"

	"goodwork/data"
)

// indicatorMap is the map of an indicator's areas, with its legend in words.
// The server's drawing is plain SVG written here rather than by the renderer:
// it is a fifth of the size, and every area in it is a link.
type indicatorMap struct {
	ID          string
	Name        string // its sentence, for those who don't see it
	SVG         template.HTML
	Option      json.RawMessage // nil where the map isn't made live
	Geometry    string
	Caption     string
	Title       string
	LegendTitle string
	Classes     []mapClass
	Note        string
}

// mapClass is one line of a map's legend.
type mapClass struct {
	Colour  string // the palette's name
	Hatched bool
	Text    string
	Areas   string // how many: "72 areas"

	from, below float64 // what it holds, of rounded values
	areas       int
}

// mapClasses is how many classes a map's values are put in.
const mapClassCount = 5

// The drawing's scale, in units of the viewBox for a radian of the earth. At
// 34 rem a unit is under half a pixel.
const mapScale = 5600

// mapShapes are the outlines of a group's areas as SVG paths, made when first
// asked for.
type mapShapes struct {
	width, height int
	areas         []mapShape
}

type mapShape struct {
	code data.AreaCode
	path string
}

// mapDrawer makes the shapes of each group once.
type mapDrawer struct {
	boundaries *data.Boundaries
	register   *data.Register
	shapes     map[areaGroup]func() mapShapes
}

func newMapDrawer(b *data.Boundaries, r *data.Register) mapDrawer {
	d := mapDrawer{boundaries: b, register: r, shapes: map[areaGroup]func() mapShapes{}}
	for _, g := range areaGroups {
		d.shapes[g] = sync.OnceValue(func() mapShapes { return d.draw(g) })
	}
	return d
}

// groupAreas lists the areas of a group's map. The UK and groups of countries
// lie under the countries and have no shape of their own.
func (d mapDrawer) groupAreas(g areaGroup) []data.Area {
	var list []data.Area
	for _, a := range d.register.Areas() {
		if a.Current() && slices.Contains(g.levels(), a.Level) && a.Level != data.LevelUK && a.Level != data.LevelCountryGroup {
			list = append(list, a)
		}
	}
	return list
}

// mapPoint is a position in the drawing, on whole units.
type mapPoint struct{ x, y int }

// projected puts degrees on the plane by the transverse Mercator projection on
// a sphere, about 2 degrees west as Ordnance Survey's maps are.
func projected(p orb.Point) (x, y float64) {
	const meridian = -2 * math.Pi / 180
	lon, lat := p[0]*math.Pi/180-meridian, p[1]*math.Pi/180
	return mapScale * math.Atanh(math.Cos(lat)*math.Sin(lon)), -mapScale * math.Atan2(math.Tan(lat), math.Cos(lon))
}

func (d mapDrawer) draw(g areaGroup) mapShapes {
	areas := d.groupAreas(g)
	rings := make([][][]mapPoint, len(areas))
	low, high := mapPoint{math.MaxInt, math.MaxInt}, mapPoint{math.MinInt, math.MinInt}
	for i, a := range areas {
		rings[i] = d.rings(a)
		for _, ring := range rings[i] {
			for _, p := range ring {
				low = mapPoint{min(low.x, p.x), min(low.y, p.y)}
				high = mapPoint{max(high.x, p.x), max(high.y, p.y)}
			}
		}
	}
	const margin = 4
	shapes := mapShapes{width: high.x - low.x + 2*margin, height: high.y - low.y + 2*margin}
	for i, a := range areas {
		if path := svgPath(rings[i], low.x-margin, low.y-margin); path != "" {
			shapes.areas = append(shapes.areas, mapShape{a.Code, path})
		}
	}
	return shapes
}

// rings is an area's outline on whole units. Rings too small to be seen go, but
// not an area's largest.
func (d mapDrawer) rings(a data.Area) [][]mapPoint {
	codes := []data.AreaCode{a.Code}
	if !a.Level.IsLocal() {
		codes = nil
		for _, child := range d.register.Children(a.Code) {
			codes = append(codes, child.Code)
		}
	}
	var kept [][]mapPoint
	var largest []mapPoint
	size := -1
	for _, polygon := range d.boundaries.Outline(codes...) {
		for _, outline := range polygon {
			var ring []mapPoint
			for _, p := range outline {
				x, y := projected(p)
				q := mapPoint{int(math.Round(x)), int(math.Round(y))}
				if len(ring) == 0 || ring[len(ring)-1] != q {
					ring = append(ring, q)
				}
			}
			ring = straightened(ring)
			if extent := extentOf(ring); extent > size {
				largest, size = ring, extent
			}
			if len(ring) > 3 && extentOf(ring) > 3 {
				kept = append(kept, ring)
			}
		}
	}
	if len(kept) == 0 && largest != nil {
		kept = append(kept, largest)
	}
	return kept
}

// straightened leaves out points in the midst of a straight line.
func straightened(ring []mapPoint) []mapPoint {
	var out []mapPoint
	for _, p := range ring {
		if n := len(out); n >= 2 {
			a, b := out[n-2], out[n-1]
			if (b.x-a.x)*(p.y-b.y) == (b.y-a.y)*(p.x-b.x) && (b.x-a.x)*(p.x-b.x)+(b.y-a.y)*(p.y-b.y) > 0 {
				out[n-1] = p
				continue
			}
		}
		out = append(out, p)
	}
	return out
}

// extentOf is the longer side of the box around a ring.
func extentOf(ring []mapPoint) int {
	if len(ring) == 0 {
		return 0
	}
	low, high := ring[0], ring[0]
	for _, p := range ring {
		low = mapPoint{min(low.x, p.x), min(low.y, p.y)}
		high = mapPoint{max(high.x, p.x), max(high.y, p.y)}
	}
	return max(high.x-low.x, high.y-low.y)
}

// svgPath writes rings in steps from point to point.
func svgPath(rings [][]mapPoint, left, top int) string {
	var b strings.Builder
	for _, ring := range rings {
		fmt.Fprintf(&b, "M%d %d", ring[0].x-left, ring[0].y-top)
		b.WriteByte('l')
		for i, p := range ring[1:] {
			dx, dy := p.x-ring[i].x, p.y-ring[i].y
			if i > 0 && dx >= 0 {
				b.WriteByte(' ')
			}
			fmt.Fprintf(&b, "%d", dx)
			if dy >= 0 {
				b.WriteByte(' ')
			}
			fmt.Fprintf(&b, "%d", dy)
		}
		b.WriteByte('z')
	}
	return b.String()
}

// indicatorMap draws the rows of a view. There is none where no area of the
// group has a figure.
func (s *Server) indicatorMap(ctx context.Context, ind data.Indicator, v indicatorView, rows []data.Row) (*indicatorMap, error) {
	byCode := map[data.AreaCode]data.Row{}
	var values []float64
	for _, r := range rows {
		byCode[r.Area] = r
		if f, ok := r.Value.Number(); ok {
			values = append(values, rounded(f, ind.Decimals))
		}
	}
	if len(values) == 0 {
		return nil, nil
	}
	shapes := s.maps.shapes[v.group]()
	classes := mapClasses(ind, values)
	missing := mapClass{Colour: "missing", Text: "No figure"}
	unreliable := mapClass{Colour: "missing", Hatched: true, Text: "Unreliable estimate"}
	name := fmt.Sprintf("Map of the United Kingdom’s %s by %s, %s.", v.group.words(), lowerFirst(ind.Title), v.period.Label())
	var b strings.Builder
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" width="100%%" aria-hidden="true" focusable="false">`, shapes.width, shapes.height)
	b.WriteString(`<defs><pattern id="map-hatch" width="8" height="8" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="8" height="8" class="c-fill-missing"/><rect width="3" height="8" class="c-fill-hatch"/></pattern></defs>`)
	for _, shape := range shapes.areas {
		area, _ := s.Register.Area(shape.code)
		row, ok := byCode[shape.code]
		paint, text := `class="map-shape c-fill-missing"`, area.Name+": no figure"
		f, known := row.Value.Number()
		switch {
		case known && row.Flags.Has(data.LowReliability):
			paint, text = `class="map-shape" fill="url(#map-hatch)"`, area.Name+": "+ind.Format(f)+", unreliable estimate"
			unreliable.areas++
		case known:
			for i := range classes {
				if r := rounded(f, ind.Decimals); r >= classes[i].from && r < classes[i].below {
					paint = `class="map-shape c-fill-` + classes[i].Colour + `"`
					classes[i].areas++
				}
			}
			text = area.Name + ": " + ind.Format(f)
			if row.Interval.Known {
				text += " (" + ind.FormatInterval(row.Interval) + ")"
			}
		case ok:
			text = area.Name + ": " + row.Value.Marker().Reason()
			missing.areas++
		default:
			missing.areas++
		}
		fmt.Fprintf(&b, `<a href="/areas/%s" tabindex="-1"><path %s d="%s"><title>%s</title></path></a>`,
			html.EscapeString(area.Slug()), paint, shape.path, html.EscapeString(text))
	}
	b.WriteString("</svg>")
	m := &indicatorMap{
		ID: "map", Name: name, SVG: template.HTML(b.String()), Caption: name + " The table below has the same figures.",
		Title: ind.Title + ", " + v.period.Label(), LegendTitle: capitalised(ind.UnitWords),
		Note: "Classes hold about equal numbers of areas. Neighbouring classes may differ by less than the figures’ uncertainty: the table has the intervals.",
	}
	for _, c := range append(slices.Clone(classes), unreliable, missing) {
		if c.areas > 0 {
			c.Areas = countWords(c.areas)
			m.Classes = append(m.Classes, c)
		}
	}
	return m, nil
}

func countWords(n int) string {
	if n == 1 {
		return "1 area"
	}
	return fmt.Sprintf("%d areas", n)
}

// mapClasses parts rounded values into classes of about equal numbers, with
// limits that are rounded too, so that a figure's class can be told from what
// is shown of it. Where few values differ there are fewer classes.
func mapClasses(ind data.Indicator, values []float64) []mapClass {
	slices.Sort(values)
	limits := []float64{values[0]}
	for i := 1; i < mapClassCount; i++ {
		limit := rounded(quantile(values, float64(i)/mapClassCount), ind.Decimals)
		if limit > limits[len(limits)-1] {
			limits = append(limits, limit)
		}
	}
	ramp := "ramp"
	if ind.Polarity == data.PolarityNone {
		ramp = "plain"
	}
	step := math.Pow(10, -float64(ind.Decimals))
	classes := make([]mapClass, len(limits))
	for i, from := range limits {
		below, last := math.Inf(1), values[len(values)-1]
		if i+1 < len(limits) {
			below, last = limits[i+1], limits[i+1]-step
		}
		classes[i] = mapClass{from: from, below: below, Text: ind.Format(from) + " to " + ind.Format(last)}
		if from == last || ind.Format(from) == ind.Format(last) {
			classes[i].Text = ind.Format(from)
		}
		colour := mapClassCount
		if len(limits) > 1 {
			colour = 1 + int(math.Round(float64(i)*(mapClassCount-1)/float64(len(limits)-1)))
		}
		classes[i].Colour = fmt.Sprintf("%s-%d", ramp, colour)
	}
	return classes
}

// rounded is a number as it is shown.
func rounded(f float64, decimals int) float64 {
	unit := math.Pow(10, float64(decimals))
	return math.Round(f*unit) / unit
}

// lowerFirst is a title as it stands within a sentence; names and short forms
// such as GVA keep their capital.
func lowerFirst(title string) string {
	if len(title) < 2 || strings.ToUpper(title[1:2]) == title[1:2] {
		return title
	}
	return strings.ToLower(title[:1]) + title[1:]
}

func (s *Server) geometry(c echo.Context) error { return echo.ErrNotFound }
