package dashboard

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"goodwork/dashboard/chart"
	"goodwork/data"
)

// quadrantPart is the picture of every local area by pay and employment, with
// its sentence and its table.
type quadrantPart struct {
	Year     int
	Sentence string
	Chart    *pageChart
	Lines    []quadrantLine
	Unclear  int
	Areas    []quadrantArea // those with a clear place, in order of place and name
	Sources  []link         // the indicators behind the two figures
}

// quadrantLine is one of the four places, and how many areas are clearly in it.
type quadrantLine struct {
	Place string
	Also  string // its other name: "scarce good work"
	Areas int
}

// quadrantArea is an area with a clear place.
type quadrantArea struct {
	link
	Place    string
	Pay      string
	Interval string
	Rate     string
	RateIn   string
}

// quadrantPlaces are the four places in the order of reading.
var quadrantPlaces = []struct {
	verdict data.Verdict
	also    string
}{
	{data.HighHigh, ""}, {data.HighLow, "scarce good work"}, {data.LowHigh, "any work"}, {data.LowLow, ""},
}

// quadrantGroup is the area that the lines of the quadrant are of.
const quadrantGroup = "Great Britain"

// latestQuadrants are the places of the present local areas in the latest year
// that has any.
func (s *Server) latestQuadrants(ctx context.Context) ([]data.Quadrant, error) {
	all, err := s.Edition.Quadrants(ctx, "", 0)
	if err != nil {
		return nil, fmt.Errorf("quadrant: %w", err)
	}
	year := 0
	for _, q := range all {
		year = max(year, q.Year)
	}
	var latest []data.Quadrant
	for _, q := range all {
		if a, ok := s.Register.Area(q.Area); ok && q.Year == year && groupLocal.holds(a) {
			latest = append(latest, q)
		}
	}
	return latest, nil
}

func countQuadrants(list []data.Quadrant) map[data.Verdict]int {
	count := map[data.Verdict]int{}
	for _, q := range list {
		count[q.Verdict]++
	}
	return count
}

// quadrantFinding says how many areas have a clear place by pay and employment.
func quadrantFinding(list []data.Quadrant) (finding, bool) {
	if len(list) < fewestTested {
		return finding{}, false
	}
	return finding{Text: quadrantSentence(list), Href: "#any-work", More: "Any work or good work?"}, true
}

func quadrantSentence(list []data.Quadrant) string {
	n := countQuadrants(list)
	return fmt.Sprintf("In %d the pay of residents after inflation and their employment rate were both clearly higher than in %s in %d of %d local areas, and both clearly lower in %d. Pay was clearly higher and employment clearly lower in %d, pay lower and employment higher in %d; in %d the figures are too uncertain to tell.",
		list[0].Year, quadrantGroup, n[data.HighHigh], len(list), n[data.LowLow], n[data.HighLow], n[data.LowHigh], n[data.NoClearQuadrant])
}

// The size of the home page's quadrant, in CSS pixels.
const quadrantWidth, quadrantHeight = 520, 470

// mostNames is how many areas of the quadrant are named.
const mostNames = 8

func (s *Server) quadrantPart(ctx context.Context, list []data.Quadrant) (*quadrantPart, error) {
	if len(list) == 0 {
		return nil, nil
	}
	n := countQuadrants(list)
	p := &quadrantPart{Year: list[0].Year, Unclear: n[data.NoClearQuadrant]}
	p.Sentence = fmt.Sprintf("Each mark is a local area in %d, by the employment rate and the median weekly pay of its residents. The lines are the figures of %s. %d areas, the diamonds, are clearly in one quarter; for the other %d the intervals are too wide to tell.",
		p.Year, quadrantGroup, len(list)-p.Unclear, p.Unclear)
	for _, ind := range s.quadrantIndicators() {
		p.Sources = append(p.Sources, link{Text: ind.Title, Href: "/indicators/" + string(ind.ID)})
	}
	list = slices.SortedFunc(slices.Values(list), func(a, b data.Quadrant) int {
		return strings.Compare(s.areaNames([]data.AreaCode{a.Area}), s.areaNames([]data.AreaCode{b.Area}))
	})
	for _, place := range quadrantPlaces {
		p.Lines = append(p.Lines, quadrantLine{Place: capitalised(string(place.verdict)), Also: place.also, Areas: n[place.verdict]})
		for _, q := range list {
			if q.Verdict == place.verdict {
				p.Areas = append(p.Areas, s.quadrantArea(q))
			}
		}
	}
	option, err := chart.Quadrant(s.quadrantSpec(list))
	if err != nil {
		return nil, fmt.Errorf("quadrant of %d: %w", p.Year, err)
	}
	p.Chart, err = s.drawn(ctx, "quadrant", fmt.Sprintf("Pay against employment in %d local areas, %d.", len(list), p.Year), "The diamonds are clearly in one quarter.", option, quadrantWidth, quadrantHeight)
	if p.Chart != nil {
		p.Chart.Actions = s.chartActions(p.Chart.ID, p.Chart.Name, "/embed/quadrant", nil, quadrantStem+".csv", "/#any-work")
	}
	return p, err
}

func (s *Server) quadrantArea(q data.Quadrant) quadrantArea {
	a, _ := s.Register.Area(q.Area)
	return quadrantArea{
		link: areaLink(a), Place: capitalised(string(q.Verdict)),
		Pay: pounds(q.Quality), Interval: pounds(q.QualityInterval.Lower) + " to " + pounds(q.QualityInterval.Upper),
		Rate: percent(q.Quantity), RateIn: percent(q.QuantityInterval.Lower) + " to " + percent(q.QuantityInterval.Upper),
	}
}

func pounds(f float64) string  { return data.Indicator{Unit: "£"}.Format(f) }
func percent(f float64) string { return data.Indicator{Unit: "%", Decimals: 1}.Format(f) }

// quadrantSpec puts employment across and pay upwards; areas with a clear place
// are marked.
func (s *Server) quadrantSpec(list []data.Quadrant) chart.ScatterSpec {
	spec := chart.ScatterSpec{
		Names:  mostNames,
		X:      chart.ScatterAxis{Title: "Employment rate, residents aged 16 to 64", Unit: "percent0"},
		Y:      chart.ScatterAxis{Title: "Real weekly pay", Unit: "pounds0"},
		XLines: []chart.ScatterLine{{At: list[0].QuantityLine, Name: "GB " + percent(list[0].QuantityLine)}},
		YLines: []chart.ScatterLine{{At: list[0].QualityLine, Name: "GB " + pounds(list[0].QualityLine)}},
		// On two lines, so that they part on a narrow screen.
		Corners: [4]string{"higher pay,\nlower employment", "higher pay,\nhigher employment", "lower pay,\nlower employment", "lower pay,\nhigher employment"},
	}
	for _, q := range list {
		a := s.quadrantArea(q)
		spec.Points = append(spec.Points, chart.ScatterPoint{
			Name: a.Text, X: q.Quantity, XOK: true, Y: q.Quality, YOK: true, Clear: q.Verdict != data.NoClearQuadrant,
			Tip: fmt.Sprintf("%s, %d: %s a week (%s), %s employed (%s): %s", a.Text, q.Year, a.Pay, a.Interval, a.Rate, a.RateIn, q.Verdict),
		})
	}
	return spec
}
