package dashboard

import (
	"bytes"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"goodwork/data"
)

// provenancePage says where one number comes from: the publisher's file and
// row, and every step to the figure.
type provenancePage struct {
	base
	Title      string
	Place      string
	PlaceHref  string
	IndHref    string
	Period     string
	Value      string
	Interval   string
	Missing    string
	Flags      []string
	Exact      string
	Inputs     []inputLine
	Members    []link
	Files      []fileLine
	Steps      []stepLine
	Recoded    string
	Compared   []comparedLine
	Command    string
	JSON       string
	API        string
	Neighbours []link // the periods before and after
}

// inputLine is one input of the formula.
type inputLine struct {
	Role      string
	Value     string
	Measure   string
	Published string // the code or name in the file
	Period    string
	Row       string
	OneOf     int // files of the release, where it isn't known which one holds the row; else 0
	File      string
	Href      string // of another indicator's figure
}

// fileLine is a file in which inputs stand.
type fileLine struct {
	Source      string
	SourceHref  string
	LandingPage string
	Status      string
	Release     releaseEntry
}

// stepLine is one step of the method.
type stepLine struct {
	data.MethodStep
	Worked string
	Result string
}

// comparedLine is one comparison with its numbers.
type comparedLine struct {
	Place, Value, Gap, Interval, P, Verdict string
}

// provenance answers /areas/{code}/{indicator}/{period}, and with .json what a
// program needs of it.
func (s *Server) provenance(c echo.Context) error {
	if _, done, err := s.parameters(c); done || err != nil {
		return err
	}
	code, _, _ := strings.Cut(c.Param("area"), "-")
	area, err := s.findArea("area", code)
	if err != nil {
		return err
	}
	ind, err := s.findIndicator(data.IndicatorID(c.Param("indicator")))
	if err != nil {
		return err
	}
	// A period as it stands in a CSV has a slash, which a link from there encodes.
	given := strings.NewReplacer("%2F", "_", "%2f", "_", "/", "_").Replace(c.Param("period"))
	asked, asJSON := strings.CutSuffix(given, ".json")
	suffix := strings.TrimPrefix(given, asked)
	var period data.Period
	if asked == "latest" {
		period = s.Edition.LatestPeriod(ind.ID)
	} else if chosen, err := s.periods(c, ind, asked); err != nil {
		return err
	} else if len(chosen) == 1 {
		period = chosen[0]
	} else {
		return refusal{kind: data.ErrInvalid, parameter: "period", what: "Name one period."}
	}
	here := fmt.Sprintf("/areas/%s/%s/%s", area.Code, ind.ID, period.URL())
	if c.Request().URL.Path != here+suffix {
		return c.Redirect(http.StatusFound, here+suffix)
	}
	p, err := s.Edition.Provenance(c.Request().Context(), ind.ID, area.Code, period)
	if errors.Is(err, data.ErrNotFound) {
		no := refusal{kind: data.ErrNotFound, what: fmt.Sprintf("%s has no row for %s in %s: the publisher gives none.", ind.Title, area.Name, period.Label())}
		if area.Current() {
			no.about, no.valid = "You may want:", []option{{Text: area.Name, Href: "/areas/" + area.Slug()}, {Text: ind.Title, Href: "/indicators/" + string(ind.ID)}}
		}
		return no
	}
	if err != nil {
		return err
	}
	if asJSON {
		var b bytes.Buffer
		if err := marshalIndented(&b, s.apiProvenance(p)); err != nil {
			return err
		}
		return s.send(c, http.StatusOK, "application/json", b.Bytes())
	}
	page, err := s.provenancePage(c, area, p)
	if err != nil {
		return err
	}
	page.JSON = here + ".json"
	return s.render(c, http.StatusOK, "provenance", page)
}

func (s *Server) provenancePage(c echo.Context, area data.Area, from data.Provenance) (provenancePage, error) {
	ind, row := from.Indicator, from.Row
	p := provenancePage{
		base:  s.base(c, "Where this number comes from", fmt.Sprintf("%s of %s in %s: the publisher’s file and row, and every step.", ind.Title, area.Name, row.Period.Label())),
		Title: ind.Title, Place: area.Name, IndHref: "/indicators/" + string(ind.ID) + "?period=" + row.Period.URL(), Period: row.Period.Label(), Flags: row.Flags.Words(),
		Command: fmt.Sprintf("goodwork explain %s %s %s", area.Code, ind.ID, row.Period.URL()),
		API:     fmt.Sprintf("%s/observations?indicators=%s&areas=%s&periods=%s", apiPrefix, ind.ID, area.Code, row.Period.URL()),
	}
	if area.Current() {
		p.PlaceHref = "/areas/" + area.Slug() + "#" + string(ind.ID)
		p.Breadcrumbs = append(s.areaBreadcrumbs(area)[:0:0], link{Text: "Places", Href: "/areas"}, link{Text: area.Name, Href: "/areas/" + area.Slug()})
	}
	p.Breadcrumbs = append(p.Breadcrumbs, link{Text: ind.Title + ", " + row.Period.Label()})
	if f, ok := row.Value.Number(); ok {
		p.Value, p.Interval, p.Exact = ind.Format(f), ind.FormatInterval(row.Interval), numberText(f)
		if row.Interval.Known {
			p.Exact += " (" + numberText(row.Interval.Lower) + " to " + numberText(row.Interval.Upper) + ")"
		}
	} else {
		p.Missing = row.Value.Marker().Shorthand() + " " + row.Value.Marker().Reason()
	}
	for _, f := range from.Files {
		src := s.library.sources[f.Source]
		p.Files = append(p.Files, fileLine{
			Source: src.Publisher + ", " + src.Title, SourceHref: "/sources#" + string(f.Source), LandingPage: src.LandingPage,
			Status: data.Designations[src.Designation], Release: releaseEntryOf(f),
		})
	}
	for _, x := range from.Inputs {
		if x.Role == data.InputMembers {
			for _, m := range x.Members {
				name := string(m)
				if a, ok := s.Register.Area(m); ok {
					name = a.Name
				}
				p.Members = append(p.Members, link{Text: name, Href: fmt.Sprintf("/areas/%s/%s/%s", m, ind.ID, row.Period.URL())})
			}
			continue
		}
		p.Inputs = append(p.Inputs, s.inputLine(ind, row, x, from.FilesOf(x)))
		if x.PublishedArea != "" {
			p.Recoded = fmt.Sprintf("In the publisher’s file the area stands as “%s”; its present code is %s.", x.PublishedArea, row.Area)
		}
	}
	for _, step := range from.Steps {
		p.Steps = append(p.Steps, stepDone(ind, from, step, p.Recoded))
	}
	for _, x := range row.Comparisons {
		b, _ := s.Register.Area(x.Benchmark)
		l := comparedLine{Place: inSentence(b), Value: signed(x.BenchmarkValue), Gap: signed(x.Gap), Verdict: verdictWords(x.Verdict)}
		if x.GapInterval.Known {
			l.Interval = signed(rounded(x.GapInterval.Lower, 4)) + " to " + signed(rounded(x.GapInterval.Upper, 4))
		}
		if x.P.OK {
			l.P = fmt.Sprintf("%.2g", x.P.V)
		}
		p.Compared = append(p.Compared, l)
	}
	all, err := s.Edition.Periods(c.Request().Context(), ind.ID)
	for i, x := range all {
		if x != row.Period {
			continue
		}
		for _, j := range []int{i - 1, i + 1} {
			if j >= 0 && j < len(all) {
				p.Neighbours = append(p.Neighbours, link{Text: all[j].Label(), Href: fmt.Sprintf("/areas/%s/%s/%s", area.Code, ind.ID, all[j].URL())})
			}
		}
	}
	return p, err
}

// signed is a number unrounded, with a real minus sign.
func signed(f float64) string { return strings.Replace(numberText(f), "-", "−", 1) }

// inputRoles says the roles in words.
var inputRoles = map[data.InputRole]string{
	data.InputValue: "Published figure", data.InputIndex: "Price index of the month", data.InputBase: "Price index of the base month",
	data.InputNumerator: "Count", data.InputDenominator: "Out of", data.InputOver: "Above the line", data.InputUnder: "Below the line",
	data.InputPart: "Count in the share", data.InputRest: "Count beside it", data.InputShare: "Share",
}

func (s *Server) inputLine(ind data.Indicator, row data.Row, x data.Input, files []data.Release) inputLine {
	l := inputLine{Role: inputRoles[x.Role], Measure: x.Measure, Published: x.PublishedArea, Period: row.Period.Label()}
	switch len(files) {
	case 0:
	case 1:
		l.File = files[0].File
	default:
		l.OneOf = len(files)
	}
	if l.Published == "" {
		l.Published = string(x.Area)
	}
	if !x.Observed.IsZero() {
		l.Period = x.Observed.Label()
	}
	if f, ok := x.Value.Number(); ok {
		l.Value = numberText(f)
	} else {
		l.Value = x.Value.Marker().Shorthand()
	}
	if x.CV.OK {
		l.Value += " (CV " + numberText(x.CV.V) + "%)"
	}
	if x.Row > 0 {
		l.Row = data.FormatNumber(float64(x.Row), 0)
	}
	if x.Role == data.InputShare {
		l.Href = fmt.Sprintf("/areas/%s/%s/%s", row.Area, x.Measure, row.Period.URL())
		if share, err := s.Edition.Indicator(data.IndicatorID(x.Measure)); err == nil {
			l.Measure = share.Title
		}
		l.File, l.OneOf = "", 0
	}
	return l
}

// stepDone is a step with what it did to this figure.
func stepDone(ind data.Indicator, from data.Provenance, step data.MethodStep, recoded string) stepLine {
	l := stepLine{MethodStep: step}
	row := from.Row
	switch step.Name {
	case "Area":
		l.Result = recoded
	case "Figure":
		l.Worked = from.Worked(step.Formula)
		l.Formula = strings.NewReplacer("{", "", "}", "").Replace(step.Formula)
		if l.Worked == l.Formula || step.Formula == "{value}" {
			l.Formula = ""
		}
	case "Interval":
		if row.Interval.Known {
			l.Result = numberText(row.Interval.Lower) + " to " + numberText(row.Interval.Upper)
		}
	case "Grade":
		if row.Grade != "" {
			l.Result = fmt.Sprintf("%s, %s: %s.", row.Grade, row.Grade.Words(), row.GradeReason)
		}
	case "Trend":
		if t := row.Trend; t != nil {
			l.Result = capitalised(string(t.Verdict))
			if t.Reason != "" {
				l.Result += ": " + t.Reason
			}
			if t.Slope.OK {
				l.Result += fmt.Sprintf(", slope %.4g a year over %d points", t.Slope.V, t.N)
			}
			if t.Chi2.OK {
				l.Result += fmt.Sprintf(", χ² %.4g", t.Chi2.V)
			}
			if t.P.OK {
				l.Result += fmt.Sprintf(", p %.2g", t.P.V)
			}
			l.Result += "."
		}
	}
	return l
}

// apiProvenance is a figure's provenance for programs.
type apiProvenance struct {
	Edition data.EditionID `json:"edition"`
	Figure  apiObservation `json:"figure"`
	Method  string         `json:"method"`
	Worked  string         `json:"worked,omitempty" doc:"The formula with its numbers."`
	Inputs  []apiInput     `json:"inputs"`
	Files   []apiRelease   `json:"files"`
	Steps   []apiStep      `json:"steps"`
}

type apiInput struct {
	Role          data.InputRole  `json:"role"`
	Source        data.SourceID   `json:"source"`
	Release       data.ReleaseID  `json:"release"`
	Measure       string          `json:"measure,omitempty"`
	PublishedArea string          `json:"published_area,omitempty"`
	Period        string          `json:"period"`
	Value         *float64        `json:"value"`
	Marker        data.Marker     `json:"marker,omitempty"`
	Row           int             `json:"row,omitempty" doc:"Of the file, the first line being 1."`
	Members       []data.AreaCode `json:"members,omitempty" doc:"Areas that were added up."`
}

type apiStep struct {
	Name       string `json:"name"`
	Formula    string `json:"formula,omitempty"`
	Text       string `json:"text"`
	Function   string `json:"function"`
	Literature string `json:"literature,omitempty"`
}

func (s *Server) apiProvenance(p data.Provenance) apiProvenance {
	out := apiProvenance{Edition: s.library.edition, Figure: apiObservationOf(p.Row), Method: p.Indicator.Method}
	for _, x := range p.Inputs {
		in := apiInput{Role: x.Role, Source: x.Source, Release: x.Release, Measure: x.Measure, PublishedArea: x.PublishedArea, Period: x.Period.String(), Row: x.Row, Members: x.Members}
		if x.Role != data.InputMembers {
			in.Value, in.Marker = valueNumber(x.Value), x.Value.Marker()
		}
		if in.PublishedArea == "" && x.Role != data.InputMembers {
			in.PublishedArea = string(x.Area)
		}
		if !x.Observed.IsZero() {
			in.Period = x.Observed.String()
		}
		out.Inputs = append(out.Inputs, in)
	}
	for _, x := range p.Files {
		out.Files = append(out.Files, apiRelease{x.Source, x.ID, x.Published, x.URL, x.File, x.SHA256, x.Bytes, x.Rows, x.Skipped})
	}
	for _, x := range p.Steps {
		out.Steps = append(out.Steps, apiStep{x.Name, x.Formula, x.Text, x.Function, x.Literature})
		if x.Name == "Figure" {
			out.Worked = p.Worked(x.Formula)
		}
	}
	return out
}
