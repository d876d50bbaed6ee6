package dashboard

import (
	"context"
	"fmt"
	"math"
	"net/http"
	"slices"

	"github.com/labstack/echo/v4"

	"goodwork/data"
)

// qualityPage says of every indicator what its latest figures can bear.
type qualityPage struct {
	base
	Locals     int
	Indicators []qualityLine
	Markers    []option // shorthand and reason
}

// qualityLine is one indicator's latest figures of local areas.
type qualityLine struct {
	indicatorQuality
	Title    string
	Href     string
	Period   string
	Age      string
	Status   string
	Coverage string
	Shares   [4]string // A to D, of the figures
	Signal   string
	UseWords string
}

// indicatorQuality counts the local areas of an indicator's latest period.
type indicatorQuality struct {
	Indicator    data.Indicator
	Latest       data.Period
	Figures      int // with a number
	WithInterval int
	Grades       map[data.Grade]int
	Missing      map[data.Marker]int // areas that have a row
	NoRow        int                 // areas without one
	Signal       *data.Signal
}

// quality counts every indicator's latest figures, by position.
func (s *Server) qualityOf(ctx context.Context) ([]indicatorQuality, error) {
	t, err := s.Edition.Table(ctx, data.Query{Latest: true})
	if err != nil {
		return nil, err
	}
	signals, err := s.Edition.Signals(ctx, "")
	if err != nil {
		return nil, err
	}
	places := map[data.IndicatorID]int{}
	var list []indicatorQuality
	for i, ind := range s.Edition.Indicators() {
		places[ind.ID] = i
		list = append(list, indicatorQuality{
			Indicator: ind, Latest: s.Edition.LatestPeriod(ind.ID), NoRow: len(s.Register.Locals()),
			Grades: map[data.Grade]int{}, Missing: map[data.Marker]int{},
		})
	}
	for _, r := range t.Rows {
		if a, ok := s.Register.Area(r.Area); !ok || !groupLocal.holds(a) {
			continue
		}
		q := &list[places[r.Indicator]]
		q.NoRow--
		if !r.Value.Known() {
			q.Missing[r.Value.Marker()]++
			continue
		}
		q.Figures++
		q.Grades[r.Grade]++
		if r.Interval.Known {
			q.WithInterval++
		}
	}
	for _, x := range signals {
		if i, ok := places[x.Indicator]; ok && x.Period == list[i].Latest {
			list[i].Signal = &x
		}
	}
	return list, nil
}

func (s *Server) quality(c echo.Context) error {
	if _, done, err := s.parameters(c); done || err != nil {
		return err
	}
	p := qualityPage{
		base:   s.base(c, "Quality", "How complete, how precise and how old the latest figures of each indicator are, and what they can bear."),
		Locals: len(s.Register.Locals()),
	}
	p.Breadcrumbs = []link{{Text: "Quality"}}
	list, err := s.qualityOf(c.Request().Context())
	if err != nil {
		return err
	}
	for _, ind := range s.indicatorsInOrder() {
		q := list[slices.IndexFunc(list, func(q indicatorQuality) bool { return q.Indicator.ID == ind.ID })]
		p.Indicators = append(p.Indicators, s.qualityLine(q))
	}
	for _, m := range data.Markers {
		p.Markers = append(p.Markers, option{Value: m.Shorthand(), Text: m.Reason()})
	}
	return s.render(c, http.StatusOK, "quality", p)
}

func (s *Server) qualityLine(q indicatorQuality) qualityLine {
	l := qualityLine{
		indicatorQuality: q, Title: q.Indicator.Title, Href: "/indicators/" + string(q.Indicator.ID), Period: q.Latest.Label(),
		Age: age(q.Latest, s.library.date), Status: q.Indicator.DesignationWords(), Signal: "no intervals", UseWords: useWords(data.UseUntested),
	}
	l.Coverage = percentOf(q.Figures, len(s.Register.Locals()))
	if q.Figures == 0 {
		l.Coverage = "none"
	}
	for i, g := range []data.Grade{data.GradeA, data.GradeB, data.GradeC, data.GradeD} {
		l.Shares[i] = fmt.Sprint(q.Grades[g])
	}
	if q.Signal != nil {
		l.UseWords = useWords(q.Signal.Use)
		if q.Signal.SignalShare.OK {
			l.Signal = data.FormatNumber(q.Signal.SignalShare.V, 2)
		}
	}
	return l
}

// percentOf never says all or none of a part that is neither.
func percentOf(n, of int) string {
	if of == 0 {
		return ""
	}
	f := 100 * float64(n) / float64(of)
	switch r := math.Round(f); {
	case r == 100 && n < of:
		return "over 99%"
	case r == 0 && n > 0:
		return "under 1%"
	default:
		return data.FormatNumber(r, 0) + "%"
	}
}

func useWords(u data.Use) string {
	switch u {
	case data.UseRank:
		return "rank and map"
	case data.UseMap:
		return "map only"
	case data.UseShow:
		return "show only"
	}
	return "not judged"
}
