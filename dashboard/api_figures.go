package dashboard

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"goodwork/data"
)

// FigureFilter says which figures are wanted.
type FigureFilter struct {
	Indicators []string `query:"indicators" doc:"Ids, joined by commas; all where absent." example:"median-weekly-pay"`
	Areas      []string `query:"areas" doc:"GSS codes, joined by commas. A former code of the same land is read as the present one." example:"E08000003"`
	AreaTypes  []string `query:"area_types" doc:"Kinds of area, joined by commas." enum:"uk,country_group,country,region,combined_authority,county,metropolitan_county,district,unitary_authority,metropolitan_borough,london_borough,council_area"`
	Periods    []string `query:"periods" doc:"Periods, joined by commas, such as 2025-04-01_P1M; or the word latest for each indicator’s latest." example:"latest"`
	Limit      int      `query:"limit" doc:"How many figures a page holds at most." minimum:"1" maximum:"10000" default:"1000"`
	Cursor     string   `query:"cursor" doc:"Where the page begins: “next” of the page before."`
}

// BenchmarkFilter says what figures are held against.
type BenchmarkFilter struct {
	Benchmark string   `query:"benchmark" doc:"uk, country, region or combined_authority; similar, similar-economic or similar-global for an area’s similar areas; the code of any area; or group, with group=." example:"uk"`
	Group     []string `query:"group" doc:"GSS codes of the members of a group, joined by commas; 2 to 400."`
}

// apiBenchmark reads the filter; its zero value where there is none. A group that is
// given means benchmark=group.
func (s *Server) apiBenchmark(f BenchmarkFilter) (benchmarkChoice, error) {
	c := benchmarkChoice{key: f.Benchmark}
	members, err := s.findAreas("group", f.Group)
	if err != nil {
		return c, invalid(err)
	}
	if c.key == "" && len(members) > 0 {
		c.key = againstGroup
	}
	switch {
	case c.key == againstGroup:
		c.members = members
		return c, s.checkGroup("group", members)
	case len(members) > 0:
		return c, refusal{kind: data.ErrInvalid, parameter: "group", what: "A group is given, but the benchmark is another. Give benchmark=group, or leave the group out."}
	case c.key == "" || slices.Contains(benchmarkWords, c.key):
		return c, nil
	}
	a, err := s.findArea("benchmark", c.key)
	if err != nil {
		no := refusal{kind: data.ErrInvalid, parameter: "benchmark", what: fmt.Sprintf("The benchmark “%s” is neither one of the words nor the code of an area.", excerpt(c.key))}
		for _, w := range benchmarkWords {
			no.valid = append(no.valid, option{Value: w})
		}
		return c, no
	}
	c.key = string(a.Code)
	return c, nil
}

// invalid turns a refusal of what isn't there into one of what was asked.
func invalid(err error) error {
	no := refusal{}
	if !errors.As(err, &no) {
		return err
	}
	no.kind = data.ErrInvalid
	return no
}

// checkGroup refuses a group that is too small or too large, or counts people
// twice.
func (s *Server) checkGroup(parameter string, members []data.AreaCode) error {
	if len(members) < 2 || len(members) > 400 {
		return refusal{kind: data.ErrInvalid, parameter: parameter, what: "A group has from 2 to 400 areas."}
	}
	for i, code := range members {
		a, _ := s.Register.Area(code)
		for _, other := range members[:i] {
			b, _ := s.Register.Area(other)
			if within(a, b) || within(b, a) {
				return refusal{kind: data.ErrInvalid, parameter: parameter, what: fmt.Sprintf("%s and %s overlap, so a group of them would count people twice.", b.Name, a.Name)}
			}
		}
	}
	return nil
}

// withBenchmark adds to the areas of a query those that each is held against.
func (s *Server) withBenchmark(q *data.Query, f BenchmarkFilter) error {
	c, err := s.apiBenchmark(f)
	if err != nil || c.key == "" {
		return err
	}
	if len(q.Areas) == 0 {
		return refusal{kind: data.ErrInvalid, parameter: "areas", what: "The parameter “areas” is missing: a benchmark is that of areas that you name."}
	}
	for _, code := range slices.Clone(q.Areas) {
		a, _ := s.Register.Area(code)
		for _, x := range s.benchmarkFor(c, a).areas {
			if !slices.Contains(q.Areas, x) {
				q.Areas = append(q.Areas, x)
			}
		}
	}
	return nil
}

// figureQuery reads the filter. Comparisons and trends are added by the caller.
func (s *Server) figureQuery(f FigureFilter) (data.Query, error) {
	var q data.Query
	for _, id := range f.Indicators {
		if id == "" {
			continue
		}
		ind, err := s.findIndicator(data.IndicatorID(id))
		if err != nil {
			no := refusal{}
			errors.As(err, &no)
			no.kind, no.parameter = data.ErrInvalid, "indicators"
			return q, no
		}
		if !slices.Contains(q.Indicators, ind.ID) {
			q.Indicators = append(q.Indicators, ind.ID)
		}
	}
	slices.SortFunc(q.Indicators, func(a, b data.IndicatorID) int { return s.place(a) - s.place(b) })
	var err error
	if q.Areas, err = s.findAreas("areas", f.Areas); err != nil {
		no := refusal{}
		errors.As(err, &no)
		no.kind = data.ErrInvalid
		return q, no
	}
	for _, l := range f.AreaTypes {
		q.Levels = append(q.Levels, data.Level(l))
	}
	for _, text := range f.Periods {
		switch {
		case text == "":
		case text == "latest":
			q.Latest = true
		default:
			p, err := data.ParsePeriod(text)
			if err != nil {
				return q, refusal{kind: data.ErrInvalid, parameter: "periods", what: fmt.Sprintf("“%s” isn’t a period: write 2025-04-30 for a day, 2024-01-01_P1Y for a year from its first day, or latest.", excerpt(text))}
			}
			q.Periods = append(q.Periods, p)
		}
	}
	if q.Latest && len(q.Periods) > 0 {
		return q, refusal{kind: data.ErrInvalid, parameter: "periods", what: "Give periods or the word latest, not both."}
	}
	return q, nil
}

// place is an indicator's place on pages.
func (s *Server) place(id data.IndicatorID) int {
	return slices.IndexFunc(s.Edition.Indicators(), func(ind data.Indicator) bool { return ind.ID == id })
}

// apiObservation is one figure.
type apiObservation struct {
	Indicator   data.IndicatorID `json:"indicator"`
	Area        data.AreaCode    `json:"area"`
	AreaName    string           `json:"area_name"`
	AreaType    data.Level       `json:"area_type"`
	Period      string           `json:"period"`
	Value       *float64         `json:"value" doc:"Unrounded; null where it is missing."`
	Lower95     *float64         `json:"lower_95"`
	Upper95     *float64         `json:"upper_95"`
	Unit        string           `json:"unit"`
	Marker      data.Marker      `json:"marker,omitempty" doc:"Why the value is missing: c, x, u, z, w or low."`
	Flags       []string         `json:"flags,omitempty"`
	Grade       data.Grade       `json:"grade,omitempty"`
	GradeReason string           `json:"grade_reason,omitempty"`
	Source      data.SourceID    `json:"source"`
	Release     data.ReleaseID   `json:"release"`
}

func apiObservationOf(r data.Row) apiObservation {
	x := apiObservation{
		Indicator: r.Indicator, Area: r.Area, AreaName: r.AreaName, AreaType: r.AreaLevel, Period: r.Period.String(), Value: valueNumber(r.Value),
		Unit: r.Unit, Marker: r.Value.Marker(), Grade: r.Grade, GradeReason: r.GradeReason, Source: r.Source, Release: r.Release,
	}
	x.Lower95, x.Upper95 = limits(r.Interval)
	if flags := r.Flags.String(); flags != "" {
		x.Flags = strings.Split(flags, ";")
	}
	return x
}

type apiObservations struct {
	Link string `header:"Link"`
	Body struct {
		Listing
		Observations []apiObservation `json:"observations"`
	}
}

// askedQuery is the key of a request's context that holds its parameters.
type askedQuery struct{}

// nextLink is the header that leads to the next page of what was asked: the same
// parameters, with another cursor, in the same edition.
func (s *Server) nextLink(ctx context.Context, path, next string) string {
	if next == "" {
		return ""
	}
	asked, _ := ctx.Value(askedQuery{}).(url.Values)
	query := maps.Clone(asked)
	if query == nil {
		query = url.Values{}
	}
	query.Set("cursor", next)
	prefix, _ := ctx.Value(pinnedPrefix{}).(string)
	return fmt.Sprintf(`<%s%s>; rel="next"`, s.BaseURL+prefix, address(apiPrefix+path, query))
}

// apiComparison holds a figure against a benchmark's.
type apiComparison struct {
	Indicator       data.IndicatorID `json:"indicator"`
	Area            data.AreaCode    `json:"area"`
	Period          string           `json:"period"`
	Value           *float64         `json:"value"`
	Role            data.Role        `json:"role" doc:"Part that the benchmark plays for the area: uk, country, region, combined_authority, chosen, group, or a list of similar areas."`
	Benchmark       data.AreaCode    `json:"benchmark,omitempty" doc:"Absent for a group."`
	BenchmarkValue  float64          `json:"benchmark_value"`
	Gap             float64          `json:"gap"`
	GapLower95      *float64         `json:"gap_lower_95"`
	GapUpper95      *float64         `json:"gap_upper_95"`
	P               *float64         `json:"p" doc:"Two-sided."`
	Verdict         data.Verdict     `json:"verdict"`
	PAdjusted       *float64         `json:"p_adjusted" doc:"After Benjamini and Hochberg: for lists, counts and maps. The tests counted are those of one indicator and period against one benchmark, of all areas of the same kind, whichever were asked for; local areas are one kind. Against similar areas they are those of one area with each of its similar areas."`
	VerdictAdjusted data.Verdict     `json:"verdict_adjusted,omitempty"`
}

func apiComparisonOf(r data.Row, c data.Comparison) apiComparison {
	x := apiComparison{
		Indicator: c.Indicator, Area: c.Area, Period: c.Period.String(), Value: valueNumber(r.Value), Role: c.Role, Benchmark: c.Benchmark,
		BenchmarkValue: c.BenchmarkValue, Gap: c.Gap, P: number(c.P), Verdict: c.Verdict, PAdjusted: number(c.PAdjusted), VerdictAdjusted: c.VerdictAdjusted,
	}
	x.GapLower95, x.GapUpper95 = limits(c.GapInterval)
	return x
}

type apiComparisons struct {
	Link string `header:"Link"`
	Body struct {
		Listing
		Notes       []string        `json:"notes,omitempty" doc:"What is to be known of the benchmark, and why figures can’t be held against it."`
		Comparisons []apiComparison `json:"comparisons"`
	}
}

// apiTrend is what the tests say of a series up to a period.
type apiTrend struct {
	Indicator data.IndicatorID `json:"indicator"`
	Area      data.AreaCode    `json:"area"`
	Period    string           `json:"period" doc:"The last one."`
	From      string           `json:"from,omitempty"`
	Method    data.TrendMethod `json:"method"`
	N         int              `json:"n"`
	Slope     *float64         `json:"slope" doc:"Unit a year."`
	Chi2      *float64         `json:"chi2"`
	P         *float64         `json:"p"`
	Verdict   data.Verdict     `json:"verdict"`
	Reason    string           `json:"reason,omitempty" doc:"Why it is not assessed."`
	Changes   []apiPast        `json:"changes,omitempty" doc:"Changes to the latest period."`
}

// apiPast is a change from an earlier period.
type apiPast struct {
	Span    data.Span    `json:"span"`
	From    string       `json:"from,omitempty"`
	Amount  *float64     `json:"amount"`
	Percent bool         `json:"percent" doc:"Whether the amount is in per cent, else in the unit."`
	Lower95 *float64     `json:"lower_95"`
	Upper95 *float64     `json:"upper_95"`
	P       *float64     `json:"p"`
	Verdict data.Verdict `json:"verdict"`
	Reason  string       `json:"reason,omitempty"`
}

func apiTrendOf(r data.Row) apiTrend {
	t := r.Trend
	x := apiTrend{
		Indicator: r.Indicator, Area: r.Area, Period: r.Period.String(), From: t.From.String(), Method: t.Method, N: t.N, Slope: number(t.Slope),
		Chi2: number(t.Chi2), P: number(t.P), Verdict: t.Verdict, Reason: t.Reason,
	}
	for _, c := range r.Changes {
		past := apiPast{Span: c.Span, From: c.From.String(), Amount: number(c.Amount), Percent: c.Percent, P: number(c.P), Verdict: c.Verdict, Reason: c.Reason}
		past.Lower95, past.Upper95 = limits(c.Interval)
		x.Changes = append(x.Changes, past)
	}
	return x
}

type apiTrends struct {
	Link string `header:"Link"`
	Body struct {
		Listing
		Trends []apiTrend `json:"trends"`
	}
}

// apiFigures offers the figures and what is said of them.
func (s *Server) apiFigures(api huma.API) {
	offer(api, "list-observations", "/observations", "Figures", "Figures with their intervals, markers, flags and grades, ordered by indicator, kind of area, area and period. A benchmark adds the figures of what the areas are held against.",
		func(ctx context.Context, in *struct {
			FigureFilter
			BenchmarkFilter
		},
		) (*apiObservations, error) {
			q, err := s.figureQuery(in.FigureFilter)
			if err == nil {
				err = s.withBenchmark(&q, in.BenchmarkFilter)
			}
			if err != nil {
				return nil, err
			}
			rows, next, err := s.figuresPage(ctx, q, in.Cursor, in.Limit)
			if err != nil {
				return nil, err
			}
			out := &apiObservations{Link: s.nextLink(ctx, "/observations", next)}
			out.Body.Observations = []apiObservation{}
			for _, r := range rows {
				out.Body.Observations = append(out.Body.Observations, apiObservationOf(r))
			}
			out.Body.Listing = s.listing(len(rows), next)
			return out, nil
		})
	offer(api, "list-comparisons", "/comparisons", "Comparisons", "Figures held by a test against larger areas, each of the similar areas, any area that you name, or a group of areas; against the four larger areas where no benchmark is named. The limit counts figures.",
		func(ctx context.Context, in *struct {
			FigureFilter
			BenchmarkFilter
		},
		) (*apiComparisons, error) {
			return s.comparisonsOf(ctx, in.FigureFilter, in.BenchmarkFilter)
		})
	offer(api, "list-trends", "/trends", "Trends and changes", "What a test says of the periods that end at each one, and the changes to the latest. A benchmark adds the trends of what the areas are held against.",
		func(ctx context.Context, in *struct {
			FigureFilter
			BenchmarkFilter
		},
		) (*apiTrends, error) {
			q, err := s.figureQuery(in.FigureFilter)
			if err == nil {
				err = s.withBenchmark(&q, in.BenchmarkFilter)
			}
			if err != nil {
				return nil, err
			}
			q.WithDerived = true
			rows, next, err := s.figuresPage(ctx, q, in.Cursor, in.Limit)
			if err != nil {
				return nil, err
			}
			out := &apiTrends{Link: s.nextLink(ctx, "/trends", next)}
			out.Body.Trends = []apiTrend{}
			for _, r := range rows {
				if r.Trend != nil {
					out.Body.Trends = append(out.Body.Trends, apiTrendOf(r))
				}
			}
			out.Body.Listing = s.listing(len(out.Body.Trends), next)
			return out, nil
		})
	offer(api, "get-provenance", "/provenance/{area}/{indicator}/{period}", "Where a number comes from", "A figure’s inputs with the publisher’s file, its SHA-256 and the row, and every step of the method.",
		func(ctx context.Context, in *struct {
			Area      string `path:"area" example:"E08000003"`
			Indicator string `path:"indicator" example:"median-weekly-pay"`
			Period    string `path:"period" doc:"With an underscore for the slash; or latest." example:"latest"`
		},
		) (*struct{ Body apiProvenance }, error) {
			a, err := s.findArea("area", in.Area)
			if err != nil {
				return nil, err
			}
			ind, err := s.findIndicator(data.IndicatorID(in.Indicator))
			if err != nil {
				return nil, err
			}
			period, err := data.ParsePeriod(in.Period)
			if in.Period == "latest" {
				period, err = s.Edition.LatestPeriod(ind.ID), nil
			}
			if err != nil {
				return nil, refusal{kind: data.ErrInvalid, parameter: "period", what: fmt.Sprintf("“%s” isn’t a period: write 2025-04-01_P1M or 2024-01-01_P1Y.", excerpt(in.Period))}
			}
			p, err := s.Edition.Provenance(ctx, ind.ID, a.Code, period)
			if errors.Is(err, data.ErrNotFound) {
				return nil, refusal{kind: data.ErrNotFound, what: fmt.Sprintf("%s has no row for %s in %s.", ind.Title, a.Name, period.Label())}
			}
			if err != nil {
				return nil, err
			}
			return &struct{ Body apiProvenance }{s.apiProvenance(p)}, nil
		})
	offer(api, "get-group", "/groups", "A group of areas", "The figures of your own set of areas. What can’t be put together, such as a median, is refused with the reason and given as the range of the members.", s.apiGroups)
	offer(api, "get-index", "/index", "Good Work Index", "The experimental index, with its own weights or yours. Scores run from 0 to 100.", s.apiIndex)
}

func (s *Server) comparisonsOf(ctx context.Context, f FigureFilter, against BenchmarkFilter) (*apiComparisons, error) {
	q, err := s.figureQuery(f)
	if err != nil {
		return nil, err
	}
	choice, err := s.apiBenchmark(against)
	if err != nil {
		return nil, err
	}
	role, isRole := data.Role(choice.key), slices.Contains(data.Roles, data.Role(choice.key))
	q.WithComparisons = isRole || choice.key == ""
	rows, next, err := s.figuresPage(ctx, q, f.Cursor, f.Limit)
	if err != nil {
		return nil, err
	}
	out := &apiComparisons{Link: s.nextLink(ctx, "/comparisons", next)}
	out.Body.Comparisons = []apiComparison{}
	if q.WithComparisons {
		for _, r := range rows {
			for _, c := range r.Comparisons {
				if !isRole || c.Role == role {
					out.Body.Comparisons = append(out.Body.Comparisons, apiComparisonOf(r, c))
				}
			}
		}
	} else if err := s.compareNow(ctx, out, rows, q, choice); err != nil {
		return nil, err
	}
	out.Body.Listing = s.listing(len(out.Body.Comparisons), next)
	return out, nil
}

// compareNow holds rows against a benchmark that the edition doesn't foresee.
// Where figures can't be held against it, a note says why.
func (s *Server) compareNow(ctx context.Context, out *apiComparisons, rows []data.Row, q data.Query, choice benchmarkChoice) error {
	benchmarks := map[data.AreaCode]benchmark{}
	var wanted []data.AreaCode
	for _, r := range rows {
		if _, ok := benchmarks[r.Area]; ok {
			continue
		}
		a, _ := s.Register.Area(r.Area)
		b := s.benchmarkFor(choice, a)
		if b.Instead != "" { // nothing else takes its place here
			b.areas = nil
		}
		benchmarks[r.Area] = b
		wanted = append(wanted, b.areas...)
		if b.Caution != "" {
			out.note(b.Caution)
		}
	}
	if len(wanted) == 0 {
		return nil
	}
	slices.Sort(wanted)
	t, err := s.Edition.Table(ctx, data.Query{Indicators: q.Indicators, Areas: slices.Compact(wanted), Periods: q.Periods, Latest: q.Latest})
	if err != nil {
		return err
	}
	if neighbourKinds[choice.key] == "" {
		with := s.holdAgainst(choice, t, func(ind data.Indicator, p data.Period, why string) {
			out.note(fmt.Sprintf("%s, %s: no figure for the group: %s.", ind.ID, p, why))
		})
		made, err := s.holdAmongAreas(ctx, rows, with)
		if err != nil {
			return err
		}
		for i, r := range rows {
			if c, ok := made[i]; ok {
				out.Body.Comparisons = append(out.Body.Comparisons, apiComparisonOf(r, c))
			}
		}
		return nil
	}
	figures := map[figureAt]map[data.AreaCode]data.Row{}
	for _, r := range t.Rows {
		k := figureAt{r.Indicator, r.Period}
		if figures[k] == nil {
			figures[k] = map[data.AreaCode]data.Row{}
		}
		figures[k][r.Area] = r
	}
	for _, r := range rows {
		ind, err := s.Edition.Indicator(r.Indicator)
		if err != nil {
			return err
		}
		var made []data.Comparison
		var p []data.Optional
		for _, code := range benchmarks[r.Area].areas {
			x, ok := figures[figureAt{r.Indicator, r.Period}][code]
			if !ok || code == r.Area {
				continue
			}
			if c, ok := s.Methods.Compare(ind, r.Estimate, x.Estimate, data.Role(choice.key)); ok {
				made, p = append(made, c), append(p, c.P)
			}
		}
		for i, adjusted := range s.Methods.Adjust(p) {
			out.Body.Comparisons = append(out.Body.Comparisons, apiComparisonOf(r, withAdjusted(made[i], adjusted)))
		}
	}
	return nil
}

// note adds what is to be known of the answer, once.
func (x *apiComparisons) note(text string) {
	if !slices.Contains(x.Body.Notes, text) {
		x.Body.Notes = append(x.Body.Notes, text)
	}
}

// figureAt is an indicator's figure of a period, of an area that is understood.
type figureAt struct {
	indicator data.IndicatorID
	period    data.Period
}

type apiGroup struct {
	Indicator data.IndicatorID `json:"indicator"`
	Period    string           `json:"period"`
	Value     *float64         `json:"value"`
	Lower95   *float64         `json:"lower_95"`
	Upper95   *float64         `json:"upper_95"`
	Counted   []data.AreaCode  `json:"counted" doc:"Members that the figure rests on."`
	Omitted   []data.AreaCode  `json:"omitted" doc:"Members without data."`
	Refused   string           `json:"refused,omitempty" doc:"Why no figure can be made."`
	Lowest    *float64         `json:"lowest" doc:"Of the members' own figures."`
	Highest   *float64         `json:"highest"`
}

type apiGroupList struct {
	Body struct {
		Listing
		Areas  []data.AreaCode `json:"areas"`
		Groups []apiGroup      `json:"groups"`
	}
}

func (s *Server) apiGroups(ctx context.Context, in *struct {
	Areas      []string `query:"areas" doc:"GSS codes of the members, joined by commas; 2 to 400." example:"E08000003,E08000006"`
	Indicators []string `query:"indicators" doc:"Ids, joined by commas; all where absent."`
	Periods    []string `query:"periods" doc:"Periods, joined by commas; each indicator’s latest where absent."`
},
) (*apiGroupList, error) {
	f := FigureFilter{Areas: in.Areas, Indicators: in.Indicators, Periods: in.Periods}
	q, err := s.figureQuery(f)
	if err != nil {
		return nil, err
	}
	if err := s.checkGroup("areas", q.Areas); err != nil {
		return nil, err
	}
	q.Latest = len(q.Periods) == 0
	t, err := s.Edition.Table(ctx, q)
	if err != nil {
		return nil, err
	}
	members := map[figureAt][]data.Estimate{}
	var order []figureAt
	for _, r := range t.Rows {
		k := figureAt{r.Indicator, r.Period}
		if members[k] == nil {
			order = append(order, k)
		}
		members[k] = append(members[k], r.Estimate)
	}
	slices.SortFunc(order, func(a, b figureAt) int {
		if a.indicator != b.indicator {
			return s.place(a.indicator) - s.place(b.indicator)
		}
		return a.period.Compare(b.period)
	})
	out := &apiGroupList{}
	out.Body.Areas, out.Body.Groups = q.Areas, []apiGroup{}
	for _, k := range order {
		ind, err := s.Edition.Indicator(k.indicator)
		if err != nil {
			return nil, err
		}
		for _, code := range q.Areas {
			if !slices.ContainsFunc(members[k], func(x data.Estimate) bool { return x.Area == code }) {
				members[k] = append(members[k], data.Estimate{Indicator: k.indicator, Area: code, Period: k.period})
			}
		}
		g := s.Methods.Group(ind, k.period, members[k])
		x := apiGroup{Indicator: k.indicator, Period: k.period.String(), Value: valueNumber(g.Value), Counted: append([]data.AreaCode{}, g.Counted...), Omitted: append([]data.AreaCode{}, g.Omitted...), Refused: g.Refused, Lowest: number(g.Lowest), Highest: number(g.Highest)}
		x.Lower95, x.Upper95 = limits(g.Interval)
		out.Body.Groups = append(out.Body.Groups, x)
	}
	out.Body.Listing = s.listing(len(out.Body.Groups), "")
	return out, nil
}

// within tells whether an area lies wholly in another.
func within(a, b data.Area) bool {
	return b.Level == data.LevelUK && a.Level != data.LevelUK || b.Level == data.LevelCountryGroup && a.Level != data.LevelUK && a.Country != "N92000002" ||
		slices.Contains([]data.AreaCode{a.Country, a.Region, a.County, a.CombinedAuthority}, b.Code)
}

type apiIndexArea struct {
	Area         data.AreaCode               `json:"area"`
	AreaName     string                      `json:"area_name"`
	Score        *float64                    `json:"score" doc:"0 to 100; null where a dimension is missing."`
	Lower95      *float64                    `json:"lower_95" doc:"From sampling error alone."`
	Upper95      *float64                    `json:"upper_95"`
	Dimensions   map[data.Dimension]*float64 `json:"dimensions"`
	Band         string                      `json:"band,omitempty" doc:"With the index’s own weights only."`
	RankLower90  *float64                    `json:"rank_lower_90,omitempty" doc:"Range of the rank over noise, weights and method; with the index’s own weights only."`
	RankUpper90  *float64                    `json:"rank_upper_90,omitempty"`
	Reason       string                      `json:"reason,omitempty" doc:"Why there is no score."`
	Contribution map[data.Dimension]*float64 `json:"contribution" doc:"Weight times score of each dimension; they add up to the score."`
}

type apiIndexOut struct {
	Body struct {
		Listing
		Version      string                     `json:"version"`
		Year         int                        `json:"year" doc:"Reference year."`
		Experimental bool                       `json:"experimental"`
		Weights      map[data.Dimension]float64 `json:"weights" doc:"They add up to 1."`
		Areas        []apiIndexArea             `json:"areas"`
	}
}

func (s *Server) apiIndex(ctx context.Context, in *struct {
	Weights string `query:"weights" doc:"Weights of the dimensions, such as pay:2,access:1; those that are not named have none. Equal where absent." example:"pay:2,in-work-poverty:1,access:1,health:1,skills:1"`
	Area    string `query:"area" doc:"One area’s code; all where absent." example:"E08000003"`
},
) (*apiIndexOut, error) {
	index, err := s.Edition.Index(ctx)
	if errors.Is(err, data.ErrNotFound) {
		return nil, refusal{kind: data.ErrNotFound, what: "This edition has no index."}
	}
	if err != nil {
		return nil, err
	}
	var dimensions []data.Dimension
	scores := map[data.AreaCode]map[data.Dimension]data.IndexDimension{}
	for _, d := range index.Dimensions {
		if !slices.Contains(dimensions, d.Dimension) {
			dimensions = append(dimensions, d.Dimension)
		}
		if scores[d.Area] == nil {
			scores[d.Area] = map[data.Dimension]data.IndexDimension{}
		}
		scores[d.Area][d.Dimension] = d
	}
	weights, err := indexWeights(in.Weights, dimensions)
	if err != nil {
		return nil, err
	}
	var only data.AreaCode
	if in.Area != "" {
		a, err := s.findArea("area", in.Area)
		if err != nil {
			return nil, err
		}
		only = a.Code
	}
	out := &apiIndexOut{}
	out.Body.Version, out.Body.Year, out.Body.Experimental, out.Body.Weights, out.Body.Areas = index.Version, index.Year, true, weights, []apiIndexArea{}
	for _, a := range index.Areas {
		if only == "" || a.Area == only {
			out.Body.Areas = append(out.Body.Areas, s.indexArea(a, scores[a.Area], dimensions, weights, in.Weights == ""))
		}
	}
	if only != "" && len(out.Body.Areas) == 0 {
		return nil, refusal{kind: data.ErrNotFound, parameter: "area", what: "The index has no such area: it is made for the districts and unitary authorities of Great Britain."}
	}
	out.Body.Listing = s.listing(len(out.Body.Areas), "")
	return out, nil
}

func (s *Server) indexArea(a data.IndexArea, scores map[data.Dimension]data.IndexDimension, dimensions []data.Dimension, weights map[data.Dimension]float64, own bool) apiIndexArea {
	x := apiIndexArea{Area: a.Area, Dimensions: map[data.Dimension]*float64{}, Contribution: map[data.Dimension]*float64{}, Reason: a.Reason}
	if area, ok := s.Register.Area(a.Area); ok {
		x.AreaName = area.Name
	}
	total, variance := 0.0, 0.0
	for _, d := range dimensions {
		score := scores[d]
		x.Dimensions[d] = number(score.Score)
		part := data.Optional{}
		if score.Score.OK {
			part = data.Some(weights[d] * score.Score.V)
		}
		x.Contribution[d] = number(part)
		total += part.V
		variance += weights[d] * weights[d] * score.Variance.V
	}
	if !a.Index.OK {
		return x
	}
	if own {
		x.Score, x.Band, x.RankLower90, x.RankUpper90 = number(a.Index), a.Band, number(a.AllRank.P05), number(a.AllRank.P95)
		x.Lower95, x.Upper95 = limits(a.Interval)
		return x
	}
	half := data.Z95 * math.Sqrt(variance)
	lower, upper := total-half, total+half
	x.Score, x.Lower95, x.Upper95 = &total, &lower, &upper
	return x
}

// indexWeights reads "pay:2,access:1" and makes the weights add up to 1.
func indexWeights(text string, dimensions []data.Dimension) (map[data.Dimension]float64, error) {
	weights := map[data.Dimension]float64{}
	no := refusal{kind: data.ErrInvalid, parameter: "weights"}
	for _, d := range dimensions {
		weights[d] = 0
		no.valid = append(no.valid, option{Value: string(d)})
	}
	if text == "" {
		for d := range weights {
			weights[d] = 1 / float64(len(dimensions))
		}
		return weights, nil
	}
	total, seen := 0.0, map[data.Dimension]bool{}
	for part := range splitList(text) {
		name, number, _ := strings.Cut(part, ":")
		d := data.Dimension(name)
		w, err := strconv.ParseFloat(number, 64)
		switch {
		case !slices.Contains(dimensions, d) || seen[d]:
			no.what = fmt.Sprintf("The weights can’t be read at “%s”: name each dimension once.", excerpt(part))
			return nil, no
		case err != nil || !(w >= 0) || w > 1000:
			no.what = fmt.Sprintf("The weights can’t be read at “%s”: a weight is a number from 0 to 1000, as in pay:2.", excerpt(part))
			return nil, no
		}
		weights[d], seen[d] = w, true
		total += w
	}
	if !(total > 0) {
		no.what = "At least one weight must be more than 0."
		return nil, no
	}
	for d := range weights {
		weights[d] /= total
	}
	return weights, nil
}
