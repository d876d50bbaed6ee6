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
	Columns    []dictionaryColumn
	Markers    []option
	Flags      []option
	Grades     []option
	Verdicts   []option
	Levels     []option
	Indicators []dictionaryIndicator
}

// dictionaryColumn is one column of the files.
type dictionaryColumn struct {
	Name, Type, Meaning string
}

// dictionaryIndicator is one value of the column indicator_id.
type dictionaryIndicator struct {
	data.Indicator
	Href      string
	Status    string
	Direction string
	From, To  string
	Sources   []link
}

// columnMeanings explains the columns that files and the API share. The names
// are promises.
var columnMeanings = []dictionaryColumn{
	{"indicator_id", "text", "The indicator. Ids never change."},
	{"area_code", "text", "The area’s nine-character GSS code; http://statistics.data.gov.uk/id/statistical-geography/ before it makes its identifier."},
	{"area_name", "text", "The area’s English name, as the Office for National Statistics writes it."},
	{"area_type", "text", "What kind of area it is; see below."},
	{"period", "text", "A first day and a length, as ISO 8601 and SDMX have it: 2024-01-01/P1Y is the calendar year 2024, 2025-04-01/P1M is April 2025. In addresses the slash is an underscore."},
	{"value", "number", "The figure, unrounded. Blank where it is missing: then marker says why."},
	{"lower_95", "number", "Lower limit of the 95% confidence interval. Blank where the publisher gives none."},
	{"upper_95", "number", "Upper limit of the 95% confidence interval."},
	{"unit", "text", "Unit of value and limits: £, %, years, score."},
	{"marker", "text", "Why the value is missing; see below. Blank where there is one."},
	{"flags", "text", "What qualifies the value, joined by semicolons; see below."},
	{"source_id", "text", "The source of the figure, or of its main input."},
	{"release_id", "text", "The release of that source."},
	{"benchmark_code", "text", "The area that the figure is held against."},
	{"benchmark_value", "number", "That area’s figure of the same indicator and period."},
	{"gap", "number", "Value less benchmark value, in the unit."},
	{"gap_lower_95", "number", "Lower limit of the gap’s 95% interval."},
	{"gap_upper_95", "number", "Upper limit of the gap’s 95% interval."},
	{"p", "number", "Two-sided p-value of the gap."},
	{"verdict", "text", "What the test says; see below."},
	{"p_adjusted", "number", "The p-value after Benjamini and Hochberg, for lists, counts and maps."},
	{"verdict_adjusted", "text", "The verdict by the adjusted p-value."},
	{"trend", "text", "What a test says of the periods that end at this one: increasing, decreasing, no significant change or not assessed."},
	{"grade", "text", "How far the figure can be trusted: A, B, C or D."},
	{"grade_reason", "text", "What set the grade."},
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
		base:    s.base(c, "Data dictionary", "Every column, code and indicator of the files and the API."),
		Columns: columnMeanings, Verdicts: verdictMeanings,
	}
	p.Breadcrumbs = []link{{Text: "Data dictionary"}}
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
	for _, ind := range s.Edition.Indicators() {
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
