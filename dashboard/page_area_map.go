package dashboard

import (
	"fmt"
	"html"
	"html/template"
	"math"
	"net/url"
	"slices"
	"strings"

	"github.com/paulmach/orb"

	"goodwork/data"
)

// areaMap is an area among its neighbours, shaded by the fifth of all local
// areas in which each one's figure lies.
type areaMap struct {
	GeoJSON    string // address of the same as a file
	Indicator  string
	Period     string
	SVG        template.HTML
	Classes    []mapLine
	Choices    []option
	Neighbours []mapNeighbour
	Long       bool // the list is shown on demand
}

// mapNeighbour is a line of the list that says what the map shows.
type mapNeighbour struct {
	link
	Here  bool
	Value string
	Fifth string // "highest fifth"; the reason where there is no figure
}

// The width of the map in units of its drawing, and how far it reaches beyond the
// area, as a part of the area's own size.
const (
	areaMapWidth = 560.0
	areaMapRoom  = 0.35
)

// areaMap draws the area and what lies next to it. It is nil for countries, of
// which an indicator's page has the map.
func (s *Server) areaMap(area data.Area, asked string) (*areaMap, error) {
	own, near := s.areaMapAreas(area)
	if own == nil {
		return nil, nil
	}
	ind, choices, err := s.areaMapIndicator(asked, append(slices.Clone(own), near...))
	if err != nil {
		return nil, err
	}
	if ind.ID == "" {
		return s.plainMap(own, near), nil
	}
	m := &areaMap{GeoJSON: address("/areas/"+string(area.Code)+".geojson", url.Values{"map": {string(ind.ID)}}), Indicator: ind.Title, Period: s.Edition.LatestPeriod(ind.ID).Label(), Choices: choices}
	limits := s.fifths(ind)
	classOf := func(code data.AreaCode) (class int, words, value string) {
		r, ok := rowOf(s.library.latest[ind.ID], code)
		if !ok {
			return -1, data.NotAvailable.Reason(), ""
		}
		f, known := r.Value.Number()
		if !known {
			return -1, r.Value.Marker().Reason(), ""
		}
		for class < len(limits) && f >= limits[class] {
			class++
		}
		return class, fifthWords[class], ind.Format(f)
	}
	for _, code := range append(slices.Clone(own), near...) {
		a, _ := s.Register.Area(code)
		_, words, value := classOf(code)
		m.Neighbours = append(m.Neighbours, mapNeighbour{link: areaLink(a), Here: code == area.Code, Value: value, Fifth: words})
	}
	m.Long = len(m.Neighbours) > longTable
	ramp := "ramp"
	if ind.Polarity == data.PolarityNone {
		ramp = "plain"
	}
	for i, words := range fifthWords {
		m.Classes = append(m.Classes, mapLine{Colour: fmt.Sprintf("%s-%d", ramp, i+1), Text: capitalised(words)})
	}
	m.Classes = append(m.Classes, mapLine{Colour: "missing", Text: "No figure"})
	m.SVG = s.areaMapSVG(own, near, func(code data.AreaCode) (string, string) {
		class, words, value := classOf(code)
		if class < 0 {
			return "missing", words
		}
		return fmt.Sprintf("%s-%d", ramp, class+1), value + ", " + words
	})
	return m, nil
}

// areaMapAreas are the local areas that an area is or has, and those next to
// them; none for a country, and for an area without boundaries.
func (s *Server) areaMapAreas(area data.Area) (own, near []data.AreaCode) {
	if area.Level == data.LevelUK || area.Level == data.LevelCountryGroup || area.Level == data.LevelCountry || !area.Current() {
		return nil, nil
	}
	own = s.Register.Membership()(area)
	return own, s.Boundaries.Adjacent(own...)
}

// plainMap shows where the area lies, without figures.
func (s *Server) plainMap(own, near []data.AreaCode) *areaMap {
	m := &areaMap{SVG: s.areaMapSVG(own, near, func(code data.AreaCode) (string, string) {
		if slices.Contains(own, code) {
			return "ramp-3", ""
		}
		return "missing", ""
	})}
	for _, code := range slices.Concat(own, near) {
		a, _ := s.Register.Area(code)
		m.Neighbours = append(m.Neighbours, mapNeighbour{link: areaLink(a), Here: len(own) == 1 && code == own[0]})
	}
	m.Long = len(m.Neighbours) > longTable
	return m
}

var fifthWords = []string{"lowest fifth", "second lowest fifth", "middle fifth", "second highest fifth", "highest fifth"}

// fifths are the four limits between the fifths of all local areas' figures.
func (s *Server) fifths(ind data.Indicator) []float64 {
	values := numbersOf(s.rowsIn(s.library.latest[ind.ID], groupLocal))
	if len(values) < 20 {
		return nil
	}
	var limits []float64
	for i := 1; i < 5; i++ {
		limits = append(limits, quantile(values, float64(i)/5))
	}
	return limits
}

// areaMapIndicator is the indicator of the map: the one asked for, or the first with
// a figure for the areas shown. Only those can be asked for that have local figures.
func (s *Server) areaMapIndicator(asked string, codes []data.AreaCode) (data.Indicator, []option, error) {
	var chosen data.Indicator
	var choices []option
	for _, ind := range s.Edition.Indicators() {
		if s.fifths(ind) == nil {
			continue
		}
		known := slices.ContainsFunc(codes, func(code data.AreaCode) bool {
			r, ok := rowOf(s.library.latest[ind.ID], code)
			return ok && r.Value.Known()
		})
		if string(ind.ID) == asked || asked == "" && chosen.ID == "" && known {
			chosen = ind
		}
		choices = append(choices, option{Value: string(ind.ID), Text: ind.Title})
	}
	if chosen.ID == "" && asked != "" {
		return chosen, nil, refusal{kind: data.ErrInvalid, parameter: "map", what: fmt.Sprintf("The map can’t show “%s”.", excerpt(asked)), about: "It shows one of:", valid: choices}
	}
	for i := range choices {
		choices[i].Chosen = choices[i].Value == string(chosen.ID)
	}
	return chosen, choices, nil
}

// areaMapSVG draws the areas around some, those in the middle with a heavy
// outline. Its links are for the pointer only: the list beside it has the same.
func (s *Server) areaMapSVG(own, near []data.AreaCode, look func(data.AreaCode) (colour, words string)) template.HTML {
	box := s.projectedBox(own)
	if box.IsEmpty() {
		return ""
	}
	side := max(box.Max[0]-box.Min[0], box.Max[1]-box.Min[1])
	room := max(side*areaMapRoom, 4)
	box = orb.Bound{Min: orb.Point{box.Min[0] - room, box.Min[1] - room}, Max: orb.Point{box.Max[0] + room, box.Max[1] + room}}
	scale := areaMapWidth / (box.Max[0] - box.Min[0])
	height := (box.Max[1] - box.Min[1]) * scale
	if height > areaMapWidth*1.2 { // tall areas are drawn smaller, not higher
		more := (height/1.2 - areaMapWidth) / scale / 2
		box.Min[0], box.Max[0] = box.Min[0]-more, box.Max[0]+more
		scale = areaMapWidth / (box.Max[0] - box.Min[0])
		height = (box.Max[1] - box.Min[1]) * scale
	}
	place := func(p orb.Point) mapPoint {
		x, y := projected(p)
		return mapPoint{int(math.Round((x - box.Min[0]) * scale)), int(math.Round((y - box.Min[1]) * scale))}
	}
	var b strings.Builder
	fmt.Fprintf(&b, `<svg class="area-map" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %g %.0f" aria-hidden="true" focusable="false">`, areaMapWidth, height)
	beyond := s.Boundaries.Adjacent(append(slices.Clone(own), near...)...)
	var labels mapLabels
	for _, code := range slices.Concat(beyond, near, own) {
		a, _ := s.Register.Area(code)
		path, largest := s.localPath(code, place)
		if path == "" {
			continue
		}
		if slices.Contains(beyond, code) {
			fmt.Fprintf(&b, `<path class="area-map-beyond" d="%s"/>`, path)
			continue
		}
		colour, words := look(code)
		fmt.Fprintf(&b, `<a href="/areas/%s" tabindex="-1"><title>%s</title><path class="area-map-shape c-fill-%s" d="%s"/></a>`,
			html.EscapeString(a.Slug()), html.EscapeString(strings.TrimSuffix(a.Name+": "+words, ": ")), colour, path)
		if centre, ok := s.Boundaries.Centre(code); ok && (len(own) == 1 || slices.Contains(own, code)) {
			at := place(centre)
			half := len([]rune(a.Name)) * 4
			if at.x > half && at.x < int(areaMapWidth)-half && at.y > 12 && float64(at.y) < height-8 && largest > 2*half*2/3 {
				labels = append(labels, mapLabel{a.Name, at, half, largest})
			}
		}
	}
	if rings := s.Boundaries.Outline(own...); rings != nil {
		fmt.Fprintf(&b, `<path class="area-map-here" d="%s"/>`, pathOf(rings, place))
	}
	b.WriteString(labels.svg())
	b.WriteString("</svg>")
	return template.HTML(b.String())
}

// mapLabel is a name to be written on a map: its middle and half its width.
type mapLabel struct {
	name    string
	at      mapPoint
	half    int
	largest int // of its area's polygons, the longer side
}

type mapLabels []mapLabel

// svg writes the names of the larger areas first, and leaves out those that would
// cover another.
func (l mapLabels) svg() string {
	l = slices.SortedStableFunc(slices.Values(l), func(a, b mapLabel) int { return b.largest - a.largest })
	var b strings.Builder
	var written mapLabels
	for _, x := range l {
		covers := func(o mapLabel) bool {
			return max(x.at.x-o.at.x, o.at.x-x.at.x) < x.half+o.half+4 && max(x.at.y-o.at.y, o.at.y-x.at.y) < 18
		}
		if slices.ContainsFunc(written, covers) {
			continue
		}
		written = append(written, x)
		fmt.Fprintf(&b, `<text class="area-map-label" x="%d" y="%d" text-anchor="middle">%s</text>`, x.at.x, x.at.y+4, html.EscapeString(x.name))
	}
	return b.String()
}

// localPath is the outline of a local area, and the longer side of its largest
// polygon.
func (s *Server) localPath(code data.AreaCode, place func(orb.Point) mapPoint) (path string, largest int) {
	outline := s.Boundaries.Outline(code)
	for _, polygon := range outline {
		var ring []mapPoint
		for _, p := range polygon[0] {
			ring = append(ring, place(p))
		}
		largest = max(largest, extentOf(ring))
	}
	return pathOf(outline, place), largest
}

// pathOf writes polygons on the units of a drawing, without those too small to
// be seen.
func pathOf(outline orb.MultiPolygon, place func(orb.Point) mapPoint) string {
	var kept mapPolygons
	for _, polygon := range outline {
		var rings [][]mapPoint
		for _, r := range polygon {
			var ring []mapPoint
			for _, p := range r {
				if q := place(p); len(ring) == 0 || ring[len(ring)-1] != q {
					ring = append(ring, q)
				}
			}
			if ring = straightened(ring); len(ring) > 3 && extentOf(ring) > 3 {
				rings = append(rings, ring)
			}
		}
		if len(rings) > 0 {
			kept = append(kept, rings)
		}
	}
	return svgPath(kept, 0, 0)
}

// projectedBox is the box around areas on the plane of the maps.
func (s *Server) projectedBox(codes []data.AreaCode) orb.Bound {
	var points orb.MultiPoint
	for _, code := range codes {
		for _, polygon := range s.Boundaries.Outline(code) {
			for _, p := range polygon[0] {
				x, y := projected(p)
				points = append(points, orb.Point{x, y})
			}
		}
	}
	if len(points) == 0 {
		return orb.Bound{Min: orb.Point{1, 1}, Max: orb.Point{-1, -1}}
	}
	return points.Bound()
}
