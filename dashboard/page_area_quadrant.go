package dashboard

import (
	"context"
	"fmt"
	"math"
	"strings"

	"goodwork/dashboard/chart"
	"goodwork/data"
)

// areaQuadrant is an area's way between any work and good work: where it stood
// to Great Britain in pay and employment, year by year.
type areaQuadrant struct {
	Year     int
	Sentence string
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

// areaQuadrant is nil for an area without a place in any year.
func (s *Server) areaQuadrant(ctx context.Context, area data.Area) (*areaQuadrant, error) {
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
	option, err := chart.Quadrant(s.areaQuadrantSpec(area, trail, others))
	if err != nil {
		return nil, fmt.Errorf("any work or good work: %w", err)
	}
	name := fmt.Sprintf("%s in pay and employment, %d to %d, each year against Great Britain.", area.Name, trail[0].Year, last.Year)
	p.Chart, err = s.drawn(ctx, "any-work-chart", name, "The table below it has every year.", option, areaQuadrantWidth, areaQuadrantHeight)
	return p, err
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
func (s *Server) areaQuadrantSpec(area data.Area, trail, others []data.Quadrant) chart.ScatterSpec {
	spec := chart.ScatterSpec{
		X:       chart.ScatterAxis{Title: "Employment rate against Great Britain’s, points", Unit: "number0"},
		Y:       chart.ScatterAxis{Title: "Real weekly pay against Great Britain’s", Unit: "pounds0"},
		XLines:  []chart.ScatterLine{{At: 0}},
		YLines:  []chart.ScatterLine{{At: 0, Name: "Great Britain"}},
		Corners: [4]string{"higher pay,\nlower employment", "higher pay,\nhigher employment", "lower pay,\nlower employment", "lower pay,\nhigher employment"},
	}
	for _, q := range others {
		a, ok := s.Register.Area(q.Area)
		if !ok || !groupLocal.holds(a) || q.Area == area.Code {
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
		spec.Points = append(spec.Points, p)
	}
	return spec
}

func quadrantTip(a data.Area, q data.Quadrant) string {
	return fmt.Sprintf("%s, %d: %s a week (Great Britain %s), %s employed (%s): %s",
		a.Name, q.Year, quadrantPay.Format(q.Quality), quadrantPay.Format(q.QualityLine), quadrantRate.Format(q.Quantity), quadrantRate.Format(q.QuantityLine), q.Verdict)
}
