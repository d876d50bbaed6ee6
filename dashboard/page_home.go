package dashboard

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"slices"

	"github.com/labstack/echo/v4"

	"goodwork/data"
)

// homePage says what this is, leads to every place and indicator, and shows
// what the edition found.
type homePage struct {
	base
	Locals     int
	Findings   []finding
	Quadrant   *quadrantPart // nil where the edition has none
	Indicator  data.Indicator
	Choices    []option
	Map        *indicatorMap
	MapPeriod  string
	MapHref    string
	Dimensions []dimensionList
	Regions    []link
	Changes    *link // what changed since the edition before; nil where none is kept
	News       []newsLine
}

// finding is a sentence made of the edition's figures, and where they stand.
type finding struct {
	Text string
	Href string
	More string // the words of the link
}

// newsLine is one publisher's release in the edition.
type newsLine struct {
	Published string
	Publisher string
	Title     string
	Href      string
}

// mapIndicator is the indicator of the home page's map where none is chosen;
// an edition without it shows its first.
const mapIndicator data.IndicatorID = "median-weekly-pay"

func (s *Server) home(c echo.Context) error {
	values, done, err := s.parameters(c, parameter{name: "indicator"})
	if done || err != nil {
		return err
	}
	ind, err := s.homeIndicator(values.Get("indicator"))
	if err != nil {
		return err
	}
	p := homePage{
		base:   s.base(c, "Good Work", fmt.Sprintf("Pay, in-work poverty, access to work, health and skills in each of the UK’s %d local areas, with intervals and sources.", len(s.Register.Locals()))),
		Locals: len(s.Register.Locals()), Indicator: ind, Dimensions: s.dimensionLists(), News: s.news(), Changes: s.changesSinceLast(),
	}
	p.WithSearch, p.Live = false, true
	for _, a := range s.current(data.LevelCountry, data.LevelRegion) {
		if a.Code != "E92000001" { // its regions stand for it
			p.Regions = append(p.Regions, areaLink(a))
		}
	}
	ctx := c.Request().Context()
	quadrants, err := s.latestQuadrants(ctx)
	if err != nil {
		return fmt.Errorf("home: %w", err)
	}
	if p.Quadrant, err = s.quadrantPart(ctx, quadrants); err != nil {
		return fmt.Errorf("home: %w", err)
	}
	if p.Findings, err = s.editionFindings(ctx, quadrants); err != nil {
		return fmt.Errorf("home: %w", err)
	}
	if err := s.homeMap(ctx, &p); err != nil {
		return fmt.Errorf("home: map of %s: %w", ind.ID, err)
	}
	return s.render(c, http.StatusOK, "home", p)
}

// homeIndicator is the indicator of the map: the one asked for, or the usual.
func (s *Server) homeIndicator(id string) (data.Indicator, error) {
	if id != "" {
		return s.findIndicator(data.IndicatorID(id))
	}
	all := s.Edition.Indicators()
	for _, ind := range all {
		if ind.ID == mapIndicator {
			return ind, nil
		}
	}
	if len(all) == 0 {
		return data.Indicator{}, fmt.Errorf("the edition has no indicator: %w", data.ErrNotFound)
	}
	return all[0], nil
}

func (s *Server) homeMap(ctx context.Context, p *homePage) error {
	period := s.Edition.LatestPeriod(p.Indicator.ID)
	t, err := s.Edition.Table(ctx, data.Query{Indicators: []data.IndicatorID{p.Indicator.ID}, Periods: []data.Period{period}})
	if err != nil {
		return err
	}
	view := indicatorView{period: period, group: defaultGroup(p.Indicator)}
	p.MapPeriod, p.MapHref = period.Label(), "/indicators/"+string(p.Indicator.ID)
	for _, ind := range s.Edition.Indicators() {
		p.Choices = append(p.Choices, option{Value: string(ind.ID), Text: ind.Title, Chosen: ind.ID == p.Indicator.ID})
	}
	if p.Map, err = s.indicatorMap(p.Indicator, view, s.rowsIn(t.Rows, view.group)); p.Map != nil {
		p.Map.Caption = p.Map.Name + " The indicator’s page has the same figures as a table."
	}
	return err
}

// changesSinceLast leads from the edition before to this one.
func (s *Server) changesSinceLast() *link {
	ids := s.editionIDs()
	i := slices.Index(ids, s.library.edition)
	if i < 0 || i+1 >= len(ids) {
		return nil
	}
	return &link{Text: string(ids[i+1]), Href: fmt.Sprintf("/editions/%s...%s", ids[i+1], ids[i])}
}

// mostNews is how many releases the home page lists.
const mostNews = 6

// news lists the publishers' releases in the edition, the latest published
// first and those without a day last.
func (s *Server) news() []newsLine {
	type dated struct {
		day  string
		line newsLine
	}
	var list []dated
	for key, rel := range s.library.releases {
		src := s.library.sources[key.source]
		d := dated{rel.Published, newsLine{Published: dayWords(rel.Published), Publisher: src.Publisher, Title: src.Title, Href: src.LandingPage}}
		list = append(list, d)
	}
	slices.SortFunc(list, func(a, b dated) int {
		return cmp.Or(cmp.Compare(b.day, a.day), cmp.Compare(a.line.Title, b.line.Title))
	})
	out := make([]newsLine, min(len(list), mostNews))
	for i, d := range list[:len(out)] {
		out[i] = d.line
	}
	return out
}
