package dashboard

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"html"
	"html/template"
	"math"
	"net/http"
	"net/url"
	"strings"
	"sync"

	"github.com/labstack/echo/v4"
	"github.com/paulmach/orb"

	"goodwork/dashboard/chart"
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
	Classes     []mapLine
	Note        string
	Actions     *chartActions // nil where there are none
}

// mapLine is one line of a map's legend.
type mapLine struct {
	Colour  string // the palette's name
	Hatched bool
	Text    string
	Areas   string // how many: "72 areas"
}

// mapClassCount is how many classes a map's values are put in.
const mapClassCount = 5

// The drawing's scale, in units of the viewBox for a radian of the earth. At
// 34 rem a unit is under half a pixel.
const mapScale = 5600

// mapShapes are the outlines of a group's areas, made when first asked for: as
// SVG paths for the server's drawing, and as the geometry from which the page's
// script draws the same.
type mapShapes struct {
	name          string // for the script, with a hash of the geometry
	width, height int
	areas         []mapShape
	geometry      []byte // GeoJSON on whole units of the drawing, north upwards
}

type mapShape struct {
	code data.AreaCode
	path string
}

// mapPolygons is an area's outline: polygons, each a ring around it and the
// rings of its holes.
type mapPolygons [][][]mapPoint

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
	d.shapes[shapesHexagons] = sync.OnceValue(d.hexagons)
	return d
}

// shapesHexagons names the shapes of the local areas as hexagons of one size,
// in which no area is too small to be seen.
const shapesHexagons areaGroup = "hexagons"

// hexagons lays the register's cells out, their points upwards.
func (d mapDrawer) hexagons() mapShapes {
	const half, radius = 19, 22 // half a cell's width is radius times the cosine of 30 degrees
	corners := []mapPoint{{0, -radius}, {half, -radius / 2}, {half, radius / 2}, {0, radius}, {-half, radius / 2}, {-half, -radius / 2}, {0, -radius}}
	var codes []data.AreaCode
	var outlines []mapPolygons
	for _, cell := range d.register.Hexes() {
		x, y := 2*half*cell.Q, -3*radius/2*cell.R
		if cell.R%2 != 0 {
			x += half
		}
		ring := make([]mapPoint, len(corners))
		for i, c := range corners {
			ring[i] = mapPoint{x + c.x, y + c.y}
		}
		codes, outlines = append(codes, cell.Area), append(outlines, mapPolygons{{ring}})
	}
	return shapesOf(string(shapesHexagons), codes, outlines)
}

// groupAreas lists the areas of a group's map. The UK and groups of countries
// lie under the countries and have no shape of their own.
func (d mapDrawer) groupAreas(g areaGroup) []data.Area {
	var list []data.Area
	for _, a := range d.register.Areas() {
		if g.holds(a) && a.Level != data.LevelUK && a.Level != data.LevelCountryGroup {
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
	codes, outlines := make([]data.AreaCode, len(areas)), make([]mapPolygons, len(areas))
	for i, a := range areas {
		codes[i], outlines[i] = a.Code, d.outline(a)
	}
	return shapesOf(string(g), codes, outlines)
}

// shapesOf puts outlines in a drawing that is no larger than they need.
func shapesOf(name string, codes []data.AreaCode, outlines []mapPolygons) mapShapes {
	low, high := mapPoint{math.MaxInt, math.MaxInt}, mapPoint{math.MinInt, math.MinInt}
	for _, outline := range outlines {
		for _, polygon := range outline {
			for _, p := range polygon[0] {
				low = mapPoint{min(low.x, p.x), min(low.y, p.y)}
				high = mapPoint{max(high.x, p.x), max(high.y, p.y)}
			}
		}
	}
	const margin = 4
	shapes := mapShapes{width: high.x - low.x + 2*margin, height: high.y - low.y + 2*margin}
	var features []string
	for i, code := range codes {
		if len(outlines[i]) == 0 {
			continue
		}
		shapes.areas = append(shapes.areas, mapShape{code, svgPath(outlines[i], low.x-margin, low.y-margin)})
		features = append(features, feature(code, outlines[i]))
	}
	shapes.geometry = []byte(`{"type":"FeatureCollection","features":[` + strings.Join(features, ",") + "]}")
	shapes.name = fmt.Sprintf("%s.%x", name, sha256.Sum256(shapes.geometry))[:len(name)+11]
	return shapes
}

// outline is an area's outline on whole units. Polygons too small to be seen
// go, but not an area's largest.
func (d mapDrawer) outline(a data.Area) mapPolygons {
	codes := []data.AreaCode{a.Code}
	if !a.Level.IsLocal() {
		codes = nil
		for _, child := range d.register.Children(a.Code) {
			codes = append(codes, child.Code)
		}
	}
	var kept, largest mapPolygons
	size := -1
	for _, polygon := range d.boundaries.Outline(codes...) {
		var rings [][]mapPoint
		for i, outline := range polygon {
			ring := onUnits(outline)
			if i == 0 || len(ring) > 3 {
				rings = append(rings, ring)
			}
		}
		extent := extentOf(rings[0])
		if extent > size {
			largest, size = mapPolygons{rings}, extent
		}
		if len(rings[0]) > 3 && extent > 3 {
			kept = append(kept, rings)
		}
	}
	if len(kept) == 0 {
		return largest
	}
	return kept
}

// onUnits projects a ring to whole units, without points that add nothing.
func onUnits(outline orb.Ring) []mapPoint {
	var ring []mapPoint
	for _, p := range outline {
		x, y := projected(p)
		q := mapPoint{int(math.Round(x)), int(math.Round(y))}
		if len(ring) == 0 || ring[len(ring)-1] != q {
			ring = append(ring, q)
		}
	}
	return straightened(ring)
}

// feature writes an area's outline as GeoJSON.
func feature(code data.AreaCode, outline mapPolygons) string {
	var b strings.Builder
	fmt.Fprintf(&b, `{"type":"Feature","properties":{"code":%q},"geometry":{"type":"MultiPolygon","coordinates":[`, code)
	for i, polygon := range outline {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteByte('[')
		for j, ring := range polygon {
			if j > 0 {
				b.WriteByte(',')
			}
			b.WriteByte('[')
			for k, p := range ring {
				if k > 0 {
					b.WriteByte(',')
				}
				fmt.Fprintf(&b, "[%d,%d]", p.x, -p.y)
			}
			b.WriteByte(']')
		}
		b.WriteByte(']')
	}
	b.WriteString("]}}")
	return b.String()
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

// svgPath writes polygons in steps from point to point.
func svgPath(polygons mapPolygons, left, top int) string {
	var b strings.Builder
	for _, polygon := range polygons {
		for _, ring := range polygon {
			fmt.Fprintf(&b, "M%d %dl", ring[0].x-left, ring[0].y-top)
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
	}
	return b.String()
}

// indicatorMap draws the rows of a view. There is none where no area of the
// group has a figure.
func (s *Server) indicatorMap(ind data.Indicator, v indicatorView, rows []data.Row) (*indicatorMap, error) {
	kind := v.group
	if v.hexagons && v.group == groupLocal {
		kind = shapesHexagons
	}
	shapes := s.maps.shapes[kind]()
	spec, values := s.mapSpec(ind, shapes, rows, v.smoothed)
	if len(values) == 0 {
		return nil, nil
	}
	option, err := chart.Map(spec)
	if err != nil {
		return nil, err
	}
	shown := lowerFirst(ind.Title)
	note := "Classes hold about equal numbers of areas. Neighbouring classes may differ by less than the figures’ uncertainty: the table has the intervals."
	if v.smoothed {
		shown += ", smoothed"
		note += " A smoothed figure lies between the published one and the mean of all areas, the nearer to the mean the less certain it is; the table has both."
	}
	name := fmt.Sprintf("Map of the United Kingdom’s %s by %s, %s.", v.group.words(), shown, v.period.Label())
	if kind == shapesHexagons {
		name = fmt.Sprintf("Map of the United Kingdom’s %s as equal hexagons, by %s, %s.", v.group.words(), shown, v.period.Label())
	}
	embed := url.Values{"period": {v.period.URL()}, "level": {string(v.group)}}
	if kind == shapesHexagons {
		embed.Set("map", mapOfHexagons)
	}
	if v.smoothed {
		embed.Set("layer", layerSmoothed)
	}
	page := "/indicators/" + string(ind.ID)
	csv := address(page+".csv", url.Values{"period": {v.period.URL()}, "level": {string(v.group)}})
	return &indicatorMap{
		Actions: s.chartActions("map", name, "/embed"+page, embed, csv, address(page, embed)+"#map-heading"),
		ID:      "map", Name: name, SVG: s.mapSVG(shapes, spec), Option: option, Geometry: "/geometry/" + shapes.name + ".json",
		Caption: name + " The table below has the same figures.",
		Title:   ind.Title + ", " + v.period.Label(), LegendTitle: capitalised(ind.UnitWords), Classes: mapLegend(ind, spec, values), Note: note,
	}, nil
}

// mapSpec says what the map shows of each area. Figures are classed as they are
// shown, rounded, so that an area's class can be told from its figure. It also
// gives the rounded figures that the classes were made of. Smoothed figures take
// the place of the published ones where they are asked for.
func (s *Server) mapSpec(ind data.Indicator, shapes mapShapes, rows []data.Row, smoothed bool) (chart.MapSpec, []float64) {
	byCode := map[data.AreaCode]data.Row{}
	for _, r := range rows {
		byCode[r.Area] = r
	}
	spec := chart.MapSpec{Map: shapes.name, AspectScale: 1, Ramp: chart.RampBlue}
	if ind.Polarity == data.PolarityNone {
		spec.Ramp = chart.RampPurple
	}
	var values []float64
	for _, shape := range shapes.areas {
		area, _ := s.Register.Area(shape.code)
		row, ok := byCode[shape.code]
		a := chart.MapArea{Code: string(shape.code), Tip: area.Name + ": no figure"}
		if ok {
			a.Tip = tip(ind, area.Name, row)
		}
		f, known := row.Value.Number()
		if smoothed {
			if known = row.Smoothed != nil; known {
				f = row.Smoothed.Value
				a.Tip += "; smoothed " + ind.Format(f)
			}
		}
		if known {
			a.Value, a.OK, a.Unreliable = rounded(f, ind.Decimals), true, row.Flags.Has(data.LowReliability)
			values = append(values, a.Value)
		}
		spec.Areas = append(spec.Areas, a)
	}
	spec.Limits = chart.QuantileLimits(values, mapClassCount)
	return spec, values
}

// mapSVG is the server's drawing. Its links are for the pointer only: for the
// keyboard and for those who don't see it the table holds the same ones.
func (s *Server) mapSVG(shapes mapShapes, spec chart.MapSpec) template.HTML {
	var b strings.Builder
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" width="100%%" aria-hidden="true" focusable="false">`, shapes.width, shapes.height)
	b.WriteString(`<defs><pattern id="map-hatch" width="9" height="9" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="3" height="9" class="c-fill-hatch"/></pattern></defs>`)
	for i, shape := range shapes.areas {
		a := spec.Areas[i]
		area, _ := s.Register.Area(shape.code)
		colour := "missing"
		if a.OK {
			colour = spec.Colour(spec.Class(a.Value))
		}
		fmt.Fprintf(&b, `<a href="/areas/%s" tabindex="-1" data-code="%s"><title>%s</title><path class="map-shape c-fill-%s" d="%s"/>`,
			html.EscapeString(area.Slug()), shape.code, html.EscapeString(a.Tip), colour, shape.path)
		if a.OK && a.Unreliable {
			fmt.Fprintf(&b, `<path fill="url(#map-hatch)" d="%s"/>`, shape.path)
		}
		b.WriteString("</a>")
	}
	b.WriteString("</svg>")
	return template.HTML(b.String())
}

// mapLegend says the classes in words: from the lowest to the highest figure
// that each holds.
func mapLegend(ind data.Indicator, spec chart.MapSpec, values []float64) []mapLine {
	var lines []mapLine
	for _, class := range chart.MapClasses(spec) {
		line := mapLine{Colour: class.Colour, Areas: countWords(class.Areas)}
		switch {
		case class.Missing:
			line.Text = "no figure"
		case class.Unreliable:
			line.Text, line.Colour, line.Hatched = "unreliable estimate", "missing", true
		default:
			low, high := math.Inf(1), math.Inf(-1)
			for _, f := range values {
				if f >= class.From && f < class.To {
					low, high = min(low, f), max(high, f)
				}
			}
			line.Text = ind.Format(low)
			if high > low {
				line.Text += " to " + ind.Format(high)
			}
		}
		lines = append(lines, line)
	}
	return lines
}

func countWords(n int) string {
	if n == 1 {
		return "1 area"
	}
	return fmt.Sprintf("%d areas", n)
}

// rounded is a number as it is shown.
func rounded(f float64, decimals int) float64 {
	unit := math.Pow(10, float64(decimals))
	return math.Round(f*unit) / unit
}

// lowerFirst is a title as it stands within a sentence; short forms such as GVA
// keep their capital.
func lowerFirst(title string) string {
	if len(title) < 2 || strings.ToUpper(title[1:2]) == title[1:2] {
		return title
	}
	return strings.ToLower(title[:1]) + title[1:]
}

// geometry answers /geometry/{group}.{hash}.json. The name changes with the
// content, so a reader may keep it for good.
func (s *Server) geometry(c echo.Context) error {
	file := c.Param("file")
	group, _, _ := strings.Cut(file, ".")
	if shapesOf, ok := s.maps.shapes[areaGroup(group)]; ok {
		if shapes := shapesOf(); file == shapes.name+".json" {
			c.Response().Header().Set("Cache-Control", "public, max-age=31536000, immutable")
			return s.send(c, http.StatusOK, "application/geo+json", shapes.geometry)
		}
	}
	return refusal{kind: data.ErrNotFound, what: "There is no such geometry; the page that draws the map names the present one."}
}
