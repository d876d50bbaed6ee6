package dashboard

import (
	"fmt"
	"net/http"

	"github.com/labstack/echo/v4"

	"goodwork/data"
)

// homePage says what this is and leads to every place and indicator.
type homePage struct {
	base
	Locals     int
	Dimensions []dimensionList
	Nations    []nation
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

// dimensionList is a dimension with the indicators that it has.
type dimensionList struct {
	ID         data.Dimension
	Title      string
	Question   string
	Indicators []indicatorLink
}

type indicatorLink struct {
	Title    string
	Question string
	Href     string
	Period   string
}

func (s *Server) home(c echo.Context) error {
	if _, done, err := s.parameters(c); done || err != nil {
		return err
	}
	p := homePage{
		base:   s.base(c, "Good Work", fmt.Sprintf("Pay, in-work poverty, access to work, health and skills in each of the UK’s %d local areas, with intervals and sources.", len(s.Register.Locals()))),
		Locals: len(s.Register.Locals()), Dimensions: s.dimensionLists(), Nations: s.nations(),
	}
	p.WithSearch = false
	return s.render(c, http.StatusOK, "home", p)
}

func (s *Server) dimensionLists() []dimensionList {
	var lists []dimensionList
	for _, d := range data.Dimensions {
		list := dimensionList{ID: d, Title: d.Title(), Question: d.Question()}
		for _, ind := range s.Edition.Indicators() {
			if ind.Dimension == d {
				list.Indicators = append(list.Indicators, indicatorLink{
					Title: ind.Title, Question: ind.Question, Href: "/indicators/" + string(ind.ID), Period: s.Edition.LatestPeriod(ind.ID).Label(),
				})
			}
		}
		if len(list.Indicators) > 0 {
			lists = append(lists, list)
		}
	}
	return lists
}

// nations lists the local areas by country and region, in order of name.
func (s *Server) nations() []nation {
	var nations []nation
	for _, country := range s.Register.Areas() {
		if !country.Current() || country.Level != data.LevelCountry {
			continue
		}
		n := nation{link: areaLink(country)}
		for _, region := range s.Register.Areas() {
			if region.Current() && region.Level == data.LevelRegion && region.Country == country.Code {
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

// largerAreas lists the areas above the local ones: the UK and groups of
// countries, combined authorities, counties.
func (s *Server) largerAreas() []placeList {
	lists := []placeList{{Title: "United Kingdom and groups of countries"}, {Title: "Combined authorities"}, {Title: "Counties"}, {Title: "Metropolitan counties"}}
	of := map[data.Level]int{data.LevelUK: 0, data.LevelCountryGroup: 0, data.LevelCombinedAuthority: 1, data.LevelCounty: 2, data.LevelMetropolitanCounty: 3}
	grouped := make([][]data.Area, len(lists))
	for _, a := range s.Register.Areas() {
		if i, ok := of[a.Level]; ok && a.Current() {
			grouped[i] = append(grouped[i], a)
		}
	}
	for i, areas := range grouped {
		lists[i].Places = byName(areas)
	}
	return lists
}

// areasPage lists every place there is.
type areasPage struct {
	base
	Nations []nation
	Larger  []placeList
}

func (s *Server) areas(c echo.Context) error {
	if _, done, err := s.parameters(c); done || err != nil {
		return err
	}
	p := areasPage{
		base:    s.base(c, "Places", "Every local area of the UK by nation and region, and the combined authorities, counties and regions above them."),
		Nations: s.nations(), Larger: s.largerAreas(),
	}
	p.Breadcrumbs = []link{{Text: "Places"}}
	return s.render(c, http.StatusOK, "areas", p)
}

// indicatorsPage lists every indicator by dimension.
type indicatorsPage struct {
	base
	Dimensions []dimensionList
}

func (s *Server) indicators(c echo.Context) error {
	if _, done, err := s.parameters(c); done || err != nil {
		return err
	}
	p := indicatorsPage{
		base:       s.base(c, "Indicators", "Every indicator of good work by dimension, with its question and latest period."),
		Dimensions: s.dimensionLists(),
	}
	p.Breadcrumbs = []link{{Text: "Indicators"}}
	return s.render(c, http.StatusOK, "indicators", p)
}
