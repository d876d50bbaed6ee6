package dashboard

import (
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"goodwork/data"
)

// dictionaryPage explains every column and every code of the files.
type dictionaryPage struct {
	base
	Columns    []dictionarySet
	Markers    []option
	Flags      []option
	Grades     []option
	Verdicts   []option
	Levels     []option
	Indicators []dictionaryIndicator
}

// dictionarySet is the columns that one value of the parameter columns brings.
type dictionarySet struct {
	Set     string // "" for those that are always there
	Columns []dictionaryColumn
}

// dictionaryColumn is one column of the files.
type dictionaryColumn struct{ Name, Type, Meaning string }

// dictionaryIndicator is one value of the column indicator_id.
type dictionaryIndicator struct {
	data.Indicator
	Href      string
	Status    string
	Direction string
	From, To  string
	Sources   []link
}

var flagMeanings = map[data.Flags]string{
	data.Provisional: "The publisher will revise it.", data.Revised: "The publisher has revised it.",
	data.Estimated: "An estimate, ours or the publisher’s.", data.Break: "The first figure after a break: it does not continue those before.",
	data.LowReliability: "The publisher calls it unreliable.", data.CombinedArea: "The publisher’s figure is for this area together with another.",
}

var verdictMeanings = []option{
	{Value: string(data.Better), Text: "Clearly on the good side of the benchmark. Only for indicators with a direction."},
	{Value: string(data.Worse), Text: "Clearly on the other side."},
	{Value: string(data.Higher), Text: "Clearly higher, where higher is neither good nor bad."},
	{Value: string(data.Lower), Text: "Clearly lower, where lower is neither good nor bad."},
	{Value: string(data.Similar), Text: "Not clearly different. It does not say that the two are the same."},
	{Value: string(data.NotTested), Text: "There is a gap but no interval, so no test."},
}

func (s *Server) dictionary(c echo.Context) error {
	if _, done, err := s.parameters(c); done || err != nil {
		return err
	}
	p := dictionaryPage{
		base:     s.base(c, "Data dictionary", "Every column, code and indicator of the files and the API."),
		Verdicts: verdictMeanings,
	}
	p.Breadcrumbs = []link{{Text: "Data dictionary"}}
	columns, err := data.FigureColumns(data.ColumnSets...)
	if err != nil {
		return err
	}
	for _, c := range columns {
		if n := len(p.Columns); n == 0 || p.Columns[n-1].Set != c.Set {
			p.Columns = append(p.Columns, dictionarySet{Set: c.Set})
		}
		set := &p.Columns[len(p.Columns)-1]
		set.Columns = append(set.Columns, dictionaryColumn{Name: c.Name, Type: string(c.Kind), Meaning: c.About})
	}
	for _, m := range data.Markers {
		p.Markers = append(p.Markers, option{Value: string(m), Text: capitalised(m.Reason())})
	}
	for f := data.Provisional; f <= data.CombinedArea; f <<= 1 {
		p.Flags = append(p.Flags, option{Value: f.String(), Text: flagMeanings[f]})
	}
	for _, g := range []data.Grade{data.GradeA, data.GradeB, data.GradeC, data.GradeD} {
		p.Grades = append(p.Grades, option{Value: string(g), Text: capitalised(g.Words())})
	}
	for _, l := range data.Levels() {
		p.Levels = append(p.Levels, option{Value: string(l), Text: capitalised(levelWords(l))})
	}
	for _, ind := range s.indicatorsInOrder() {
		e := dictionaryIndicator{
			Indicator: ind, Href: "/indicators/" + string(ind.ID), Status: ind.DesignationWords(), Direction: directionWords(ind.Polarity),
		}
		periods, err := s.Edition.Periods(c.Request().Context(), ind.ID)
		if err != nil {
			return err
		}
		if len(periods) > 0 {
			e.From, e.To = periods[0].Label(), periods[len(periods)-1].Label()
		}
		for _, id := range ind.Inputs {
			src := s.library.sources[id]
			e.Sources = append(e.Sources, link{Text: strings.TrimPrefix(src.Publisher+", "+src.Title, ", "), Href: "/sources#" + string(id)})
		}
		p.Indicators = append(p.Indicators, e)
	}
	return s.render(c, http.StatusOK, "dictionary", p)
}
