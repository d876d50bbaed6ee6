package dashboard

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"goodwork/dashboard/chart"
	"goodwork/data"
)

// areaQuadrant is an area's way between any work and good work: where it stood
// to Great Britain in pay and employment, year by year.
type areaQuadrant struct {
	Year     int
	Beside   string // the chosen area that is marked in the picture; ""
	Sentence string
	Note     string   // how the picture is read
	Odds     []string // the probabilities of the four places, the likeliest first
	Chart    *pageChart
	Years    []quadrantYear // latest first
}

// quadrantYear is one year of the table behind the picture.
type quadrantYear struct {
	Year                   int
	Pay, PayIn, PayLine    string
	Rate, RateIn, RateLine string
	Place                  string
	Probability            string // of the likeliest place
}

// The size of an area's quadrant, in CSS pixels.
const areaQuadrantWidth, areaQuadrantHeight = 640, 480

// The units of the two figures, as they are written.
var (
	quadrantPay  = data.Indicator{Unit: "£"}
	quadrantRate = data.Indicator{Unit: "%", Decimals: 1}
)

// areaQuadrant is nil for an area without a place in any year. An area that the
// reader has chosen to compare with is marked, where it has a place.
func (s *Server) areaQuadrant(ctx context.Context, area data.Area, against benchmark) (*areaQuadrant, error) {
	trail, err := s.Edition.Quadrants(ctx, area.Code, 0)
	if err != nil {
		return nil, fmt.Errorf("any work or good work: %w", err)
	}
	if len(trail) == 0 {
		return nil, nil
	}
	last := trail[len(trail)-1]
	p := &areaQuadrant{Year: last.Year, Sentence: areaQuadrantSentence(last, area)}
	for _, o := range odds(last) {
		p.Odds = append(p.Odds, fmt.Sprintf("%s: %s", o.place, probability(o.p)))
	}
	for i := len(trail) - 1; i >= 0; i-- {
		p.Years = append(p.Years, yearLine(trail[i]))
	}
	others, err := s.Edition.Quadrants(ctx, "", last.Year)
	if err != nil {
		return nil, fmt.Errorf("any work or good work in %d: %w", last.Year, err)
	}
	var beside *data.Quadrant
	if against.one() {
		if i := slices.IndexFunc(others, func(q data.Quadrant) bool { return q.Area == against.areas[0] && q.Area != area.Code }); i >= 0 {
			beside, p.Beside = &others[i], against.Name
		}
	}
	option, err := chart.Quadrant(s.areaQuadrantSpec(area, trail, others, beside))
	if err != nil {
		return nil, fmt.Errorf("any work or good work: %w", err)
	}
	name := fmt.Sprintf("%s in pay and employment, %d to %d, each year against Great Britain.", area.Name, trail[0].Year, last.Year)
	if len(trail) == 1 {
		name = fmt.Sprintf("%s in pay and employment in %d, against Great Britain.", area.Name, last.Year)
	}
	if p.Chart, err = s.drawn(ctx, "any-work-chart", name, "The table below it has every year.", option, areaQuadrantWidth, areaQuadrantHeight); err != nil {
		return nil, fmt.Errorf("any work or good work: %w", err)
	}
	p.Note = quadrantNote(area, p)
	kept := against.choice.values()
	p.Chart.Actions = s.chartActions(p.Chart.ID, name, "/embed/areas/"+area.Slug()+"/quadrant", kept,
		s.quadrantFile(area), address("/areas/"+area.Slug(), kept)+"#any-work")
	return p, nil
}

// quadrantFile is the address of the figures behind an area's quadrant: every
// year's place of a local area, the two indicators of a larger one.
func (s *Server) quadrantFile(area data.Area) string {
	if groupLocal.holds(area) {
		return quadrantStem + ".csv?areas=" + string(area.Code) + "&year=all"
	}
	var ids []string
	for _, ind := range s.quadrantIndicators() {
		ids = append(ids, string(ind.ID))
	}
	return "/areas/" + string(area.Code) + ".csv?indicators=" + strings.Join(ids, ",")
}

// quadrantNote says how an area's quadrant is read.
func quadrantNote(area data.Area, q *areaQuadrant) string {
	note := fmt.Sprintf("Grey dots: all local areas in %d. The line: %s year by year, each year against Great Britain’s figures of that year. The bars: 95%% intervals in %d.", q.Year, area.Name, q.Year)
	if q.Beside != "" {
		note += " Marked beside it: " + q.Beside + "."
	}
	return note
}

// embeddedAreaQuadrant is an area's quadrant by itself.
func (s *Server) embeddedAreaQuadrant(c echo.Context) (*embedded, bool, error) {
	values, done, err := s.parameters(c)
	if done || err != nil {
		return nil, done, err
	}
	code, _, _ := strings.Cut(c.Param("area"), "-")
	area, err := s.areaByText("area", code, values)
	if err != nil {
		return nil, false, err
	}
	q, err := s.areaQuadrant(c.Request().Context(), area, s.benchmarkFor(chosenBenchmark(c), area))
	if err != nil {
		return nil, false, err
	}
	if q == nil {
		return nil, false, refusal{kind: data.ErrNotFound, what: fmt.Sprintf("There is no chart of pay and employment in %s: no year has an interval of both.", inSentence(area))}
	}
	heading := fmt.Sprintf("Any work or good work? %s, %d", area.Name, q.Year)
	return &embedded{option: q.Chart.Option, size: [2]int{areaQuadrantWidth, areaQuadrantHeight}, page: embedPage{
		base: s.embedBase(c, heading, q.Chart.Name, q.Chart.Actions.Page), Heading: heading, Chart: q.Chart, Text: q.Sentence + " " + q.Note,
		Subtitle: "Residents’ median weekly pay after inflation and employment rate, each year less " + quadrantGroup + "’s",
		Source:   s.embedSource(s.quadrantIndicators()...), Page: q.Chart.Actions.Page,
	}}, false, nil
}

// areaQuadrantSentence says the verdict of a year.
func areaQuadrantSentence(q data.Quadrant, area data.Area) string {
	if q.Verdict == data.NoClearQuadrant {
		return fmt.Sprintf("In %d it is not clear on which side of Great Britain %s lay: the intervals of pay and employment are too wide to tell.", q.Year, inSentence(area))
	}
	return fmt.Sprintf("In %d residents of %s had %s than Great Britain (probability %s).", q.Year, inSentence(area), strings.Replace(string(q.Verdict), ", ", " and ", 1), probability(odds(q)[0].p))
}

type placeOdds struct {
	place data.Verdict
	p     float64
}

// odds are the probabilities of the four places, the likeliest first.
func odds(q data.Quadrant) []placeOdds {
	list := []placeOdds{{data.HighHigh, q.HH}, {data.HighLow, q.HL}, {data.LowHigh, q.LH}, {data.LowLow, q.LL}}
	for i := range list {
		for j := i + 1; j < len(list); j++ {
			if list[j].p > list[i].p {
				list[i], list[j] = list[j], list[i]
			}
		}
	}
	return list
}

// probability is written in whole per cent, never as certain either way.
func probability(p float64) string {
	switch n := math.Round(100 * p); {
	case n < 1:
		return "under 1%"
	case n > 99:
		return "over 99%"
	default:
		return fmt.Sprintf("%.0f%%", n)
	}
}

func yearLine(q data.Quadrant) quadrantYear {
	line := quadrantYear{
		Year: q.Year, Pay: quadrantPay.Format(q.Quality), PayLine: quadrantPay.Format(q.QualityLine), Rate: quadrantRate.Format(q.Quantity), RateLine: quadrantRate.Format(q.QuantityLine),
		Place: string(q.Verdict), Probability: probability(odds(q)[0].p),
	}
	if q.QualityInterval.Known {
		line.PayIn = quadrantPay.Format(q.QualityInterval.Lower) + " to " + quadrantPay.Format(q.QualityInterval.Upper)
	}
	if q.QuantityInterval.Known {
		line.RateIn = quadrantRate.Format(q.QuantityInterval.Lower) + " to " + quadrantRate.Format(q.QuantityInterval.Upper)
	}
	return line
}

// areaQuadrantSpec puts each year against Great Britain's figure of that year,
// so that one pair of lines holds for the whole trail.
func (s *Server) areaQuadrantSpec(area data.Area, trail, others []data.Quadrant, beside *data.Quadrant) chart.ScatterSpec {
	spec := chart.ScatterSpec{
		X:       chart.ScatterAxis{Title: "Employment rate against Great Britain’s, points", Unit: "number0"},
		Y:       chart.ScatterAxis{Title: "Real weekly pay against Great Britain’s", Unit: "pounds0"},
		XLines:  []chart.ScatterLine{{At: 0}},
		YLines:  []chart.ScatterLine{{At: 0, Name: "Great Britain"}},
		Corners: [4]string{"higher pay,\nlower employment", "higher pay,\nhigher employment", "lower pay,\nlower employment", "lower pay,\nhigher employment"},
	}
	// The line's word stands on the side where the area does not.
	if last := len(trail) - 1; last >= 0 && trail[last].Quantity > trail[last].QuantityLine-8 {
		spec.YLines[0].AtStart = true
	}
	for _, q := range others {
		a, ok := s.Register.Area(q.Area)
		if !ok || !groupLocal.holds(a) || q.Area == area.Code || beside != nil && q.Area == beside.Area {
			continue
		}
		spec.Points = append(spec.Points, chart.ScatterPoint{
			Name: a.Name, X: q.Quantity - q.QuantityLine, XOK: true, Y: q.Quality - q.QualityLine, YOK: true,
			Tip: quadrantTip(a, q),
		})
	}
	for i, q := range trail {
		p := chart.ScatterPoint{
			Name: fmt.Sprint(q.Year), X: q.Quantity - q.QuantityLine, XOK: true, Y: q.Quality - q.QualityLine, YOK: true, Tip: quadrantTip(area, q),
		}
		if i < len(trail)-1 {
			spec.Trail = append(spec.Trail, p)
			continue
		}
		spec.Trail = append(spec.Trail, p)
		p.Name, p.Focus = fmt.Sprintf("%s %d", area.Name, q.Year), true
		if i := q.QuantityInterval; i.Known {
			p.XLower, p.XUpper, p.XInterval = i.Lower-q.QuantityLine, i.Upper-q.QuantityLine, true
		}
		if i := q.QualityInterval; i.Known {
			p.YLower, p.YUpper, p.YInterval = i.Lower-q.QualityLine, i.Upper-q.QualityLine, true
		}
		if beside != nil {
			a, _ := s.Register.Area(beside.Area)
			held := chart.ScatterPoint{
				Name: a.Name, Focus: true, X: beside.Quantity - beside.QuantityLine, XOK: true, Y: beside.Quality - beside.QualityLine, YOK: true, Tip: quadrantTip(a, *beside),
			}
			spec.Points = append(spec.Points, p, held)
			continue
		}
		spec.Points = append(spec.Points, p)
	}
	return spec
}

func quadrantTip(a data.Area, q data.Quadrant) string {
	return fmt.Sprintf("%s, %d: %s a week (Great Britain %s), %s employed (%s): %s",
		a.Name, q.Year, quadrantPay.Format(q.Quality), quadrantPay.Format(q.QualityLine), quadrantRate.Format(q.Quantity), quadrantRate.Format(q.QuantityLine), q.Verdict)
}
