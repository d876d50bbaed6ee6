package dashboard

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"goodwork/data"
)

// searchPage lists the places and indicators that fit a query.
type searchPage struct {
	base
	placesFound
	Indicators []indicatorLink
	Nothing    bool // a query was made, and nothing fits
}

// placesFound is what a reader's text may mean as a place.
type placesFound struct {
	Postcode *postcodeFound // nil where the text is no postcode
	Places   []found
	Near     bool   // no place bears the name; those listed come near it
	Says     string // of a code that has no page
	certain  string // address of the one place that is meant; "" where there is a choice or something to be said
}

// postcodeFound is what a text says that has the form of a postcode.
type postcodeFound struct {
	District string
	Heading  string
	Says     []string
	Places   []found // the largest share first
	Smaller  []link  // districts that begin with what was written
}

// found is a place that fits a query, and why where its name doesn't tell.
type found struct {
	link
	Code  data.AreaCode
	Kind  string
	Why   string
	Share string // of a postcode district: "94% of its postcodes"
}

// mostFound is how many places a search lists, mostSuggested how many are
// suggested as one types.
const (
	mostFound     = 30
	mostSuggested = 8
)

// longestSearch is how long a query may be, in bytes.
const longestSearch = 200

func (s *Server) search(c echo.Context) error {
	values, done, err := s.parameters(c, parameter{name: "q"})
	if done || err != nil {
		return err
	}
	q, err := searchText(values.Get("q"))
	if err != nil {
		return err
	}
	title := "Search"
	if q != "" {
		title = "Search: " + excerpt(q)
	}
	p := searchPage{base: s.base(c, title, "Find a place by name, code or postcode, or an indicator.")}
	p.Query, p.WithSearch = q, false
	p.Canonical = ""
	p.Breadcrumbs = []link{{Text: "Search"}}
	if q == "" {
		return s.render(c, http.StatusOK, "search", p)
	}
	p.placesFound, p.Indicators = s.findPlaces(q, mostFound), s.findIndicators(q)
	if p.certain != "" && len(p.Indicators) == 0 {
		return c.Redirect(http.StatusFound, chosenBenchmark(c).keep(p.certain))
	}
	status := http.StatusOK
	if p.Nothing = p.Postcode == nil && p.Says == "" && len(p.Places)+len(p.Indicators) == 0; p.Nothing {
		status = http.StatusNotFound
	}
	return s.render(c, status, "search", p)
}

// searchText is the text of a query without the spaces around it; one that is
// too long is refused.
func searchText(q string) (string, error) {
	q = strings.TrimSpace(q)
	if len(q) > longestSearch {
		return "", refusal{kind: data.ErrInvalid, parameter: "q", what: "The search text is too long: give a name, a code or a postcode."}
	}
	return q, nil
}

// suggestion is one place of /search/suggest.
type suggestion struct {
	Code      data.AreaCode `json:"code"`
	Name      string        `json:"name"`
	NameWelsh string        `json:"name_welsh,omitempty"`
	Kind      string        `json:"kind"`
	Why       string        `json:"why,omitempty"`
	Href      string        `json:"href"`
}

// suggestions is the answer of /search/suggest: places, best first, and a line
// that says how many there are.
type suggestions struct {
	Query  string       `json:"query"`
	Says   string       `json:"says"`
	Places []suggestion `json:"places"`
}

// suggest answers /search/suggest?q=, which the search fields ask as one types.
func (s *Server) suggest(c echo.Context) error {
	values, done, err := s.parameters(c, parameter{name: "q"})
	if done || err != nil {
		return err
	}
	q, err := searchText(values.Get("q"))
	if err != nil {
		return err
	}
	answer := s.suggestions(q)
	for i, p := range answer.Places {
		if staysInEdition(p.Href) {
			answer.Places[i].Href = prefixOf(c.Request()) + p.Href
		}
	}
	body, err := json.Marshal(answer)
	if err != nil {
		return fmt.Errorf("suggestions for %q: %w", q, err)
	}
	return s.send(c, http.StatusOK, "application/json", append(body, '\n'))
}

func (s *Server) suggestions(q string) suggestions {
	all := s.findPlaces(q, mostSuggested)
	places := all.Places
	answer := suggestions{Query: q, Places: []suggestion{}}
	if p := all.Postcode; p != nil {
		places = append(slices.Clone(p.Places), places...)
		answer.Says = p.Says[0] + " "
	}
	for _, f := range places[:min(len(places), mostSuggested)] {
		why := f.Why
		if f.Share != "" {
			why = f.Share
		}
		answer.Places = append(answer.Places, suggestion{Code: f.Code, Name: f.Text, NameWelsh: f.Welsh, Kind: f.Kind, Why: why, Href: f.Href})
	}
	switch n := len(answer.Places); n {
	case 0:
		answer.Says += "No place is found yet."
	case 1:
		answer.Says += "1 place. Use the down arrow to choose it."
	default:
		answer.Says += fmt.Sprintf("%d places. Use the down arrow to choose.", n)
	}
	return answer
}

// findPlaces reads a text as a code, a postcode and a name, in this order.
func (s *Server) findPlaces(q string, limit int) placesFound {
	var f placesFound
	if q == "" {
		return f
	}
	code := strings.ToUpper(q)
	if a, ok := s.Register.Area(data.AreaCode(code)); ok {
		f.Places, f.certain = []found{s.found(data.Match{Area: a, Kind: data.MatchCode, Term: code, Successors: s.Register.Present(a.Code)})}, areaLink(a).Href
		return f
	}
	switch resolved := s.Register.Resolve(code); resolved.Kind {
	case data.ResolvedRecoded:
		a, _ := s.Register.Area(resolved.To)
		f.Places, f.certain = []found{s.found(data.Match{Area: a, Kind: data.MatchCode, Term: code})}, "/areas/"+code
		return f
	case data.ResolvedSkipped:
		f.Says = fmt.Sprintf("%s is the code of an area that is not shown here: %s.", code, resolved.Reason)
		return f
	}
	matches := s.Register.Find(q, limit)
	if district, whole, ok := data.ReadPostcode(q); ok {
		f.Postcode = s.findPostcode(code, district, whole)
		// What comes near a postcode by a typing fault is no place of it.
		matches = slices.DeleteFunc(matches, func(m data.Match) bool { return m.Typo })
		if one := f.Postcode.Places; len(one) == 1 && !whole && len(matches) == 0 {
			f.certain = one[0].Href
		}
	}
	f.Near = len(matches) > 0 && !slices.ContainsFunc(matches, func(m data.Match) bool { return !m.Typo })
	if len(matches) > 0 && !matches[0].Typo {
		matches = slices.DeleteFunc(matches, func(m data.Match) bool { return m.Typo })
	}
	matches = withoutTwins(matches)
	for _, m := range matches {
		f.Places = append(f.Places, s.found(m))
	}
	if len(matches) == 1 && !f.Near && f.Postcode == nil {
		f.certain = f.Places[0].Href
	}
	return f
}

// withoutTwins leaves out metropolitan counties beside the combined authority
// of the same name: they are the same land.
func withoutTwins(matches []data.Match) []data.Match {
	return slices.DeleteFunc(matches, func(m data.Match) bool {
		return m.Area.Level == data.LevelMetropolitanCounty && slices.ContainsFunc(matches, func(o data.Match) bool {
			return o.Area.Level == data.LevelCombinedAuthority && o.Area.Name == m.Area.Name
		})
	})
}

func (s *Server) findPostcode(asked, district string, whole bool) *postcodeFound {
	p := &postcodeFound{District: district, Heading: "Postcode district " + district}
	if whole {
		p.Says = append(p.Says, fmt.Sprintf("%s is read as its postcode district, %s.", excerpt(asked), district))
	}
	shares := s.Register.PostcodeDistrict(district)
	for _, x := range shares {
		if a, ok := s.Register.Area(x.Area); ok {
			f := s.found(data.Match{Area: a, Kind: data.MatchName})
			f.Share = shareWords(x.Share) + " of the postcodes of " + district
			p.Places = append(p.Places, f)
		}
	}
	switch area := strings.TrimRight(district, "0123456789"); {
	case len(p.Places) == 1:
		p.Places[0].Share = ""
		p.Says = append(p.Says, fmt.Sprintf("All of %s lies in %s.", district, p.Places[0].Text))
	case len(p.Places) > 1:
		p.Says = append(p.Says, fmt.Sprintf("%s lies in %d local areas. The shares are of its postcodes, not of its people.", district, len(p.Places)))
	case area == "BT":
		p.Says = append(p.Says, "Northern Ireland’s postcodes are not in the file by which places are looked up here, which covers Great Britain. Choose the district by its name.")
		for _, a := range s.Register.Children("N92000002") {
			p.Places = append(p.Places, s.found(data.Match{Area: a, Kind: data.MatchName}))
		}
	case slices.Contains([]string{"JE", "GY", "IM"}, area):
		p.Says = append(p.Says, "Jersey, Guernsey and the Isle of Man are not part of the United Kingdom, and are not covered here.")
	default:
		for letter := 'A'; letter <= 'Z'; letter++ {
			if longer := district + string(letter); len(s.Register.PostcodeDistrict(longer)) > 0 {
				p.Smaller = append(p.Smaller, link{Text: longer, Href: "/search?q=" + longer})
			}
		}
		if len(p.Smaller) > 0 {
			p.Says = append(p.Says, district+" is divided into smaller districts.")
		} else {
			p.Says = append(p.Says, fmt.Sprintf("There is no postcode district %s in Great Britain. Look the place up by its name.", district))
		}
	}
	return p
}

// shareWords writes a share from 0 to 1 so that only all is all and only none none.
func shareWords(share float64) string {
	switch {
	case share >= 1:
		return "all"
	case share > 0.99:
		return "over 99%"
	case share < 0.01:
		return "under 1%"
	}
	return data.FormatNumber(100*share, 0) + "%"
}

func (s *Server) found(m data.Match) found {
	f := found{link: areaLink(m.Area), Code: m.Area.Code, Kind: levelWords(m.Area.Level)}
	if ups := s.within(m.Area); len(ups) > 0 {
		f.Kind += ", " + ups[0].Text
	}
	switch m.Kind {
	case data.MatchAlias:
		f.Why = "also " + m.Term
	case data.MatchFormer:
		f.Why = "formerly " + m.Term
	}
	if !m.Area.Current() {
		f.Why = "ended on " + dayWords(m.Area.End)
		if len(m.Successors) > 0 {
			f.Why += "; now " + s.areaNames(m.Successors)
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
