package dashboard

import (
	"fmt"
	"net/http"
	"strings"

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

// searchPage lists the places and indicators that fit a query.
type searchPage struct {
	base
	Places     []found
	Indicators []indicatorLink
	Nothing    bool // a query was made, and nothing fits
}

// found is a place that fits a query, and why where its name doesn't tell.
type found struct {
	link
	Kind string
	Why  string
}

// mostFound is how many places a search lists.
const mostFound = 30

func (s *Server) search(c echo.Context) error {
	values, done, err := s.parameters(c, parameter{name: "q"})
	if done || err != nil {
		return err
	}
	q := strings.TrimSpace(values.Get("q"))
	if len(q) > 200 {
		return refusal{kind: data.ErrInvalid, parameter: "q", what: "The search text is too long: give a name or a code."}
	}
	title := "Search"
	if q != "" {
		title = "Search: " + excerpt(q)
	}
	p := searchPage{base: s.base(c, title, "Find a place or an indicator by name or code.")}
	p.Query, p.WithSearch = q, false
	p.Canonical = ""
	p.Breadcrumbs = []link{{Text: "Search"}}
	if q == "" {
		return s.render(c, http.StatusOK, "search", p)
	}
	if a, ok := s.Register.Area(data.AreaCode(strings.ToUpper(q))); ok {
		return c.Redirect(http.StatusFound, "/areas/"+a.Slug())
	}
	for _, m := range s.Register.Find(q, mostFound) {
		p.Places = append(p.Places, s.found(m))
	}
	p.Indicators = s.findIndicators(q)
	status := http.StatusOK
	if p.Nothing = len(p.Places)+len(p.Indicators) == 0; p.Nothing {
		status = http.StatusNotFound
	}
	return s.render(c, status, "search", p)
}

func (s *Server) found(m data.Match) found {
	f := found{link: areaLink(m.Area), Kind: levelWords(m.Area.Level)}
	if ups := s.within(m.Area); len(ups) > 0 {
		f.Kind += ", " + ups[0].Text
	}
	switch m.Kind {
	case data.MatchWelsh, data.MatchAlias:
		f.Why = m.Term
	case data.MatchFormer:
		f.Why = "formerly " + m.Term
	}
	if !m.Area.Current() {
		f.Why = "ended on " + dayWords(m.Area.End)
		var names []string
		for _, code := range m.Successors {
			if to, ok := s.Register.Area(code); ok {
				names = append(names, to.Name)
			}
		}
		if len(names) > 0 {
			f.Why += "; now " + strings.Join(names, " and ")
		}
	}
	return f
}

// findIndicators lists the indicators whose title or question holds every word
// of the query.
func (s *Server) findIndicators(q string) []indicatorLink {
	var list []indicatorLink
	for _, d := range s.dimensionLists() {
		for _, ind := range d.Indicators {
			text := strings.ToLower(ind.Title + " " + ind.Question + " " + ind.Href)
			fits := true
			for word := range strings.FieldsSeq(strings.ToLower(q)) {
				fits = fits && strings.Contains(text, word)
			}
			if fits {
				list = append(list, ind)
			}
		}
	}
	return list
}
