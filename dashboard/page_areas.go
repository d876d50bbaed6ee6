package dashboard

import (
	"fmt"
	"html"
	"html/template"
	"net/http"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"goodwork/data"
)

// areasPage lists places in one of several ways.
type areasPage struct {
	base
	Ways    []link
	Heading string
	Intro   string
	Nations []nation
	Lists   []placeList
	Map     template.HTML
	Former  []formerPlace
}

// nation is a country with its places: by region where it has regions.
type nation struct {
	link
	Regions []placeList // of England; for others one list without a title
}

// placeList is a titled list of places.
type placeList struct {
	Title  string
	Href   string
	Places []link
}

// formerPlace is an area that ended, and where its land is now.
type formerPlace struct {
	Name  string
	Href  string
	Kind  string
	Code  data.AreaCode
	Ended string
	Now   []link
}

// areasWay is a way in which places are listed, as the parameter by says it.
type areasWay string

// The ways.
const (
	byNation            areasWay = "nation"
	byCombinedAuthority areasWay = "combined_authority"
	byCounty            areasWay = "county"
	byMap               areasWay = "map"
	byFormer            areasWay = "former"
)

var areasWays = []areasWay{byNation, byCombinedAuthority, byCounty, byMap, byFormer}

func (w areasWay) title() string {
	switch w {
	case byNation:
		return "Nation and region"
	case byCombinedAuthority:
		return "Combined authority"
	case byCounty:
		return "County"
	case byMap:
		return "Map"
	default:
		return "Former areas"
	}
}

// areas answers /areas?by=: every place by nation and region, by combined
// authority, by county, on a map, and those that have ended.
func (s *Server) areas(c echo.Context) error {
	values, done, err := s.parameters(c, parameter{name: "by"})
	if done || err != nil {
		return err
	}
	way, err := chosenOf(values, "by", areasWays, byNation)
	if err != nil {
		return err
	}
	p := areasPage{base: s.base(c, "Places", "Every local area of the UK by nation and region, combined authority, county and on a map.")}
	p.WithSearch = false
	p.Breadcrumbs = []link{{Text: "Places"}}
	for _, w := range areasWays {
		l := link{Text: w.title(), Href: "/areas?by=" + string(w), Current: w == way}
		if w == byNation {
			l.Href = "/areas"
		}
		p.Ways = append(p.Ways, l)
	}
	switch way {
	case byNation:
		p.Heading = "By nation and region"
		p.Intro = fmt.Sprintf("The %d local areas: districts, unitary authorities, boroughs and council areas, each by its nation and, in England, its region.", len(s.Register.Locals()))
		p.Lists, p.Nations = []placeList{s.placeList("United Kingdom and groups of countries", data.LevelUK, data.LevelCountryGroup)}, s.nations()
	case byCombinedAuthority:
		p.Heading = "By combined authority"
		p.Intro = "Combined authorities in England, combined county authorities among them, and the local areas in each."
		p.Lists = s.placesWithin(data.LevelCombinedAuthority)
	case byCounty:
		p.Heading = "By county"
		p.Intro = "Counties with a council and the districts in each; then the metropolitan counties, which have none. Some figures are published for counties and not for their districts."
		p.Lists = append(s.placesWithin(data.LevelCounty), s.placesWithin(data.LevelMetropolitanCounty)...)
	case byMap:
		p.Heading = "On the map"
		p.Intro = "Every local area is a link to its page. The same areas stand in the list by nation and region."
		p.Map = s.placesMap()
	case byFormer:
		p.Heading = "Former areas"
		p.Intro = "Areas that ended by a merger or a split, and where their land is now. An area that only changed its code is found by its name and by either code."
		p.Former = s.formerPlaces()
	}
	return s.render(c, http.StatusOK, "areas", p)
}

// nations lists the local areas by country and region, in order of name.
func (s *Server) nations() []nation {
	var nations []nation
	for _, country := range s.current(data.LevelCountry) {
		n := nation{link: areaLink(country)}
		for _, region := range s.current(data.LevelRegion) {
			if region.Country == country.Code {
				l := areaLink(region)
				n.Regions = append(n.Regions, placeList{Title: l.Text, Href: l.Href, Places: byName(s.Register.Children(region.Code))})
			}
		}
		if len(n.Regions) == 0 {
			n.Regions = []placeList{{Places: byName(s.Register.Children(country.Code))}}
		}
		nations = append(nations, n)
	}
	return nations
}

// current lists the areas in use of some levels, in the register's order.
func (s *Server) current(levels ...data.Level) []data.Area {
	return slices.DeleteFunc(s.Register.Areas(), func(a data.Area) bool { return !a.Current() || !slices.Contains(levels, a.Level) })
}

func (s *Server) placeList(title string, levels ...data.Level) placeList {
	list := placeList{Title: title}
	for _, a := range s.current(levels...) {
		list.Places = append(list.Places, areaLink(a))
	}
	return list
}

// placesWithin lists the areas of a level in order of name, each with its local
// areas.
func (s *Server) placesWithin(level data.Level) []placeList {
	var lists []placeList
	for _, a := range s.current(level) {
		lists = append(lists, placeList{Title: a.Name, Href: areaLink(a).Href, Places: byName(s.Register.Children(a.Code))})
	}
	slices.SortFunc(lists, func(a, b placeList) int { return strings.Compare(a.Title, b.Title) })
	return lists
}

// formerPlaces lists the areas that ended otherwise than by a new code, the
// latest first.
func (s *Server) formerPlaces() []formerPlace {
	var list []formerPlace
	var ended []data.Area
	for _, a := range s.Register.Areas() {
		if s.Register.Resolve(string(a.Code)).Kind == data.ResolvedEnded {
			ended = append(ended, a)
		}
	}
	slices.SortStableFunc(ended, func(a, b data.Area) int {
		if a.End != b.End {
			return strings.Compare(b.End, a.End)
		}
		return strings.Compare(a.Name, b.Name)
	})
	for _, a := range ended {
		f := formerPlace{Name: a.Name, Href: areaLink(a).Href, Kind: levelWords(a.Level), Code: a.Code, Ended: dayWords(a.End)}
		for _, code := range s.Register.Present(a.Code) {
			if to, ok := s.Register.Area(code); ok {
				f.Now = append(f.Now, areaLink(to))
			}
		}
		list = append(list, f)
	}
	return list
}

// placesMap draws the local areas in the tint of the page, each a link. The
// links are for the pointer: the lists hold the same ones for the keyboard.
func (s *Server) placesMap() template.HTML {
	shapes := s.maps.shapes[groupLocal]()
	var b strings.Builder
	fmt.Fprintf(&b, `<svg class="places-map" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" width="100%%" aria-hidden="true" focusable="false">`, shapes.width, shapes.height)
	for _, shape := range shapes.areas {
		if area, ok := s.Register.Area(shape.code); ok {
			fmt.Fprintf(&b, `<a href="/areas/%s" tabindex="-1"><title>%s</title><path class="map-shape c-fill-ramp-1" d="%s"/></a>`,
				html.EscapeString(area.Slug()), html.EscapeString(area.Name), shape.path)
		}
	}
	b.WriteString("</svg>")
	return template.HTML(b.String())
}
