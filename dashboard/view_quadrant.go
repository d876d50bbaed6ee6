package dashboard

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"

	"github.com/labstack/echo/v4"

	"goodwork/data"
)

// quadrantStem is the address of the places by pay and employment, without a
// suffix.
const quadrantStem = "/quadrant"

var quadrantFileParameters = []parameter{{name: "areas", list: true}, {name: "year"}}

// quadrantRoutes are the files of the places by pay and employment, and the home
// page's picture of them by itself.
func (s *Server) quadrantRoutes(get func(path string, handler echo.HandlerFunc)) {
	s.view(quadrantStem, func(c echo.Context) error {
		if _, done, err := s.parameters(c, quadrantFileParameters...); done || err != nil {
			return err
		}
		return c.Redirect(http.StatusFound, "/#any-work") // the picture stands on the home page
	}, slices.Concat(quadrantFileParameters, benchmarkParameters), s.viewOfQuadrant)
	get("/embed/quadrant", s.embed(s.embeddedQuadrant))
	get("/embed/quadrant.svg", s.embed(s.embeddedQuadrant))
}

// viewOfQuadrant is the place of every local area by pay and employment, in the
// latest year; year, or "all", chooses others and areas narrows it.
func (s *Server) viewOfQuadrant(c echo.Context, values url.Values) (view, error) {
	for _, p := range benchmarkParameters {
		values.Del(p.name)
	}
	all, err := s.Edition.Quadrants(c.Request().Context(), "", 0)
	if err != nil {
		return view{}, fmt.Errorf("quadrant: %w", err)
	}
	if len(all) == 0 {
		return view{}, refusal{kind: data.ErrNotFound, what: "This edition places no area by pay and employment."}
	}
	var years []string
	for _, q := range all {
		if y := fmt.Sprint(q.Year); !slices.Contains(years, y) {
			years = append(years, y)
		}
	}
	slices.Sort(years)
	year, err := chosenOf(values, "year", append(years, "all"), years[len(years)-1])
	if err != nil {
		return view{}, err
	}
	areas, err := s.areaCodes("areas", values.Get("areas"))
	if err != nil {
		return view{}, err
	}
	var list []data.Quadrant
	for _, q := range all {
		a, ok := s.Register.Area(q.Area)
		if ok && groupLocal.holds(a) && (year == "all" || fmt.Sprint(q.Year) == year) && (len(areas) == 0 || slices.Contains(areas, q.Area)) {
			list = append(list, q)
		}
	}
	if len(list) == 0 {
		return view{}, refusal{kind: data.ErrNotFound, what: "No local area of this choice has a place by pay and employment."}
	}
	v := view{
		stem: quadrantStem, page: "/", title: "Any work or good work?",
		about: "Each local area’s employment rate and median weekly pay after inflation, each against " + quadrantGroup + "’s, and the probabilities of the four places.",
	}
	v.noRows = "A row here is a pair of figures against Great Britain’s."
	v.own = func(context.Context) (ownSheet, error) {
		return ownSheet{Sheet: s.quadrantSheet(list), key: []string{"area_code", "year"}, indicators: s.quadrantIndicators()}, nil
	}
	return v, nil
}

// quadrantIndicators are those behind the two figures.
func (s *Server) quadrantIndicators() []data.Indicator {
	var list []data.Indicator
	for _, id := range []data.IndicatorID{"real-weekly-pay", "employment-rate"} {
		if ind, err := s.Edition.Indicator(id); err == nil {
			list = append(list, ind)
		}
	}
	return list
}

func (s *Server) quadrantSheet(list []data.Quadrant) data.Sheet {
	number := func(name, title, about string) data.Column {
		return data.Column{Name: name, Title: title, About: about, Kind: data.NumberCells}
	}
	sheet := data.Sheet{Columns: []data.Column{
		{Name: "area_code", Title: "Area code", About: "Nine-character code of the area.", Kind: data.TextCells},
		{Name: "area_name", Title: "Area", About: "Name of the area.", Kind: data.TextCells},
		{Name: "year", Title: "Year", About: "Year of both figures.", Kind: data.IntegerCells},
		number("pay", "Weekly pay", "Median weekly pay of residents after inflation, in pounds."),
		number("pay_lower_95", "Pay, lower 95% limit", "Lower limit of its 95% interval."),
		number("pay_upper_95", "Pay, upper 95% limit", "Upper limit of its 95% interval."),
		number("pay_line", "Pay, "+quadrantGroup, "The same figure of "+quadrantGroup+"."),
		number("employment", "Employment rate", "Employed residents aged 16 to 64, per cent."),
		number("employment_lower_95", "Employment, lower 95% limit", "Lower limit of its 95% interval."),
		number("employment_upper_95", "Employment, upper 95% limit", "Upper limit of its 95% interval."),
		number("employment_line", "Employment, "+quadrantGroup, "The same figure of "+quadrantGroup+"."),
		number("probability_high_high", "Higher pay, higher employment", "Probability of this place."),
		number("probability_high_low", "Higher pay, lower employment", "Probability of this place."),
		number("probability_low_high", "Lower pay, higher employment", "Probability of this place."),
		number("probability_low_low", "Lower pay, lower employment", "Probability of this place."),
		{Name: "place", Title: "Place", About: "The place whose probability is at least 90%, or no clear quadrant.", Kind: data.TextCells},
	}}
	limits := func(i data.Interval) []any {
		if !i.Known {
			return []any{nil, nil}
		}
		return []any{exact(i.Lower), exact(i.Upper)}
	}
	for _, q := range list {
		a, _ := s.Register.Area(q.Area)
		sheet.Rows = append(sheet.Rows, slices.Concat(
			[]any{string(q.Area), a.Name, int64(q.Year), exact(q.Quality)}, limits(q.QualityInterval),
			[]any{exact(q.QualityLine), exact(q.Quantity)}, limits(q.QuantityInterval),
			[]any{exact(q.QuantityLine), exact(q.HH), exact(q.HL), exact(q.LH), exact(q.LL), string(q.Verdict)},
		))
	}
	return sheet
}

// embeddedQuadrant is the home page's picture of all local areas.
func (s *Server) embeddedQuadrant(c echo.Context) (*embedded, bool, error) {
	if _, done, err := s.parameters(c); done || err != nil {
		return nil, done, err
	}
	ctx := c.Request().Context()
	list, err := s.latestQuadrants(ctx)
	if err != nil {
		return nil, false, err
	}
	part, err := s.quadrantPart(ctx, list)
	if err != nil {
		return nil, false, err
	}
	if part == nil {
		return nil, false, refusal{kind: data.ErrNotFound, what: "This edition places no area by pay and employment."}
	}
	page := "/#any-work"
	heading := fmt.Sprintf("Any work or good work? Local areas by pay and employment, %d", part.Year)
	return &embedded{option: part.Chart.Option, size: [2]int{quadrantWidth, quadrantHeight}, page: embedPage{
		base: s.embedBase(c, heading, part.Chart.Name, page), Heading: heading, Chart: part.Chart, Text: part.Sentence,
		Subtitle: "Residents’ median weekly pay after inflation and employment rate, against " + quadrantGroup,
		Source:   s.embedSource(s.quadrantIndicators()...), Page: page,
	}}, false, nil
}
