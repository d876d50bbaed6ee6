package dashboard

import (
	"cmp"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"goodwork/data"
)

// indicatorPage shows one indicator: the map and the table of all areas of one
// group at one period, and what a reader must know of the figures.
type indicatorPage struct {
	base
	Indicator   data.Indicator
	Dimension   link
	Period      string
	PeriodWords string // "in April 2025"
	Level       string // "districts and unitary authorities"
	Findings    []string
	Periods     []option // latest first
	Levels      []option
	Kept        url.Values // parameters that the form keeps as they are
	Earlier     *link
	Later       *link
	Map         *indicatorMap
	Headings    []heading
	Rows        []areaRow
	Benchmark   string // of the comparison column, "the UK"; "" where nothing is compared
	Tested      bool
	Missing     int
	AllFlags    string // said of every figure in the table, so not in each row
	Noted       bool   // whether any row has a note
	Absent      string // where the chosen group has no figures, which has
	Breaks      []breakLine
	Direction   string
	Status      string
	NextRelease string
	Sources     []sourceLine
	CSV         string // every area and period
	CSVHere     string // what the table shows
}

// heading is a column's heading; by its link the table is sorted.
type heading struct {
	Text    string
	Href    string // "" where the table can't be sorted by the column
	Sorted  string // ascending, descending or ""
	Numeric bool
}

// areaRow is one area in an indicator's table.
type areaRow struct {
	Name       string
	Href       string
	Within     string // region, or country without regions
	Value      string
	Missing    string // reason
	Interval   string
	Comparison *comparisonLine
	Notes      string

	row data.Row
}

type breakLine struct{ From, Note string }

// The ways in which an indicator's table can be sorted.
const (
	byAreaName = "name"
	byWithin   = "region"
	byValue    = "value"
)

func (s *Server) indicator(c echo.Context) error {
	ind, err := s.findIndicator(data.IndicatorID(c.Param("indicator")))
	if err != nil {
		return err
	}
	values, done, err := s.parameters(c, parameter{name: "period"}, parameter{name: "level"}, parameter{name: "sort"}, parameter{name: "order"})
	if done || err != nil {
		return err
	}
	view, err := s.indicatorView(c, ind, values)
	if err != nil {
		return err
	}
	page, err := s.indicatorPage(c, ind, view)
	if err != nil {
		return fmt.Errorf("indicator %s: %w", ind.ID, err)
	}
	return s.render(c, http.StatusOK, "indicator", page)
}

// indicatorView is the state of an indicator's page, all of it in its address.
type indicatorView struct {
	path    string
	values  url.Values // as asked for: what is not there is the default
	period  data.Period
	all     []data.Period
	group   areaGroup
	sort    string
	reverse bool
}

// to is the address of the view with one parameter changed.
func (v indicatorView) to(name, value string) string {
	return address(v.path, with(v.values, name, value))
}

func (s *Server) indicatorView(c echo.Context, ind data.Indicator, values url.Values) (indicatorView, error) {
	v := indicatorView{
		path: "/indicators/" + string(ind.ID), values: values, period: s.Edition.LatestPeriod(ind.ID),
		group: defaultGroup(ind), sort: byAreaName,
	}
	var err error
	if v.all, err = s.Edition.Periods(c.Request().Context(), ind.ID); err != nil {
		return v, err
	}
	chosen, err := s.periods(c, ind, values.Get("period"))
	if err != nil {
		return v, err
	}
	if len(chosen) > 1 {
		return v, refusal{kind: data.ErrInvalid, parameter: "period", what: "This page shows one period at a time."}
	}
	if len(chosen) == 1 {
		v.period = chosen[0]
	}
	if v.group, err = chosenOf(values, "level", areaGroups, v.group); err != nil {
		return v, err
	}
	if v.sort, err = chosenOf(values, "sort", []string{byAreaName, byWithin, byValue}, v.sort); err != nil {
		return v, err
	}
	order, err := chosenOf(values, "order", []string{"asc", "desc"}, "asc")
	v.reverse = order == "desc"
	return v, err
}

// defaultGroup is the group in which an indicator is published most finely.
func defaultGroup(ind data.Indicator) areaGroup {
	if ind.ShownFrom == "county" {
		return groupUpper
	}
	return groupLocal
}

// chosenOf reads a parameter that takes one of a few words.
func chosenOf[T ~string](values url.Values, name string, valid []T, otherwise T) (T, error) {
	v := T(values.Get(name))
	if v == "" {
		return otherwise, nil
	}
	if slices.Contains(valid, v) {
		return v, nil
	}
	no := refusal{kind: data.ErrInvalid, parameter: name, what: fmt.Sprintf("The parameter %q can't be %q.", name, excerpt(string(v))), about: "It is one of:"}
	for _, o := range valid {
		no.valid = append(no.valid, option{Value: string(o)})
	}
	return otherwise, no
}

func (s *Server) indicatorPage(c echo.Context, ind data.Indicator, v indicatorView) (indicatorPage, error) {
	ctx := c.Request().Context()
	p := indicatorPage{
		base: s.base(c, ind.Title, ind.Question+" "+ind.Definition), Indicator: ind,
		Dimension: link{Text: ind.Dimension.Title(), Href: "/indicators#" + string(ind.Dimension)},
		Period:    v.period.Label(), PeriodWords: v.period.InWords(), Level: v.group.words(), Kept: url.Values{},
		Direction: directionWords(ind.Polarity), Status: ind.DesignationWords(), CSV: v.path + ".csv",
	}
	p.Live = true
	p.Breadcrumbs = []link{{Text: "Indicators", Href: "/indicators"}, {Text: ind.Title}}
	p.offer(v)
	t, err := s.Edition.Table(ctx, data.Query{Indicators: []data.IndicatorID{ind.ID}, Periods: []data.Period{v.period}, WithComparisons: true})
	if err != nil {
		return p, err
	}
	shown := s.rowsIn(t.Rows, v.group)
	p.Rows, p.Benchmark, p.Tested = s.areaRows(ind, shown)
	sortRows(p.Rows, v)
	p.note()
	p.Headings = headings(v, p.Benchmark, p.Noted)
	p.Findings = s.findings(ind, v, t.Rows, shown)
	if len(shown) == 0 {
		p.Absent = s.published(t.Rows)
	}
	p.CSVHere = address(p.CSV, url.Values{"period": {v.period.URL()}, "level": {string(v.group)}})
	for _, b := range ind.Breaks {
		p.Breaks = append(p.Breaks, breakLine{From: dayWords(b.From), Note: b.Note})
	}
	if src := s.library.sources[ind.Source]; src.NextRelease != "" {
		p.NextRelease = dayWords(src.NextRelease)
	}
	p.Sources = s.library.sourceLines(ind, t.Rows)
	p.Map, err = s.indicatorMap(ind, v, shown)
	return p, err
}

func directionWords(p data.Polarity) string {
	switch p {
	case data.PolarityHigh:
		return "Higher is better."
	case data.PolarityLow:
		return "Lower is better."
	default:
		return "No judgement: neither higher nor lower is plainly better."
	}
}

// note writes the notes of the table's rows. Flags that every figure has are
// said once above it.
func (p *indicatorPage) note() {
	common, known := ^data.Flags(0), 0
	for _, r := range p.Rows {
		if r.row.Value.Known() {
			common &= r.row.Flags
			known++
		} else {
			p.Missing++
		}
	}
	if known == 0 {
		return
	}
	p.AllFlags = strings.Join(common.Words(), ", ")
	for i, r := range p.Rows {
		p.Rows[i].Notes = strings.Join((r.row.Flags &^ common).Words(), ", ")
		if r.Missing != "" {
			p.Rows[i].Notes = r.Missing
		}
		p.Noted = p.Noted || p.Rows[i].Notes != ""
	}
}

// offer lists the periods and groups that may be chosen instead.
func (p *indicatorPage) offer(v indicatorView) {
	for _, name := range []string{"sort", "order"} {
		if x := v.values.Get(name); x != "" {
			p.Kept.Set(name, x)
		}
	}
	for i, x := range slices.Backward(v.all) {
		o := option{Value: x.URL(), Text: x.Label()}
		if x == v.period {
			o.Chosen = true
			if i > 0 {
				p.Earlier = &link{Text: v.all[i-1].Label(), Href: v.to("period", v.all[i-1].URL())}
			}
			if i < len(v.all)-1 {
				p.Later = &link{Text: v.all[i+1].Label(), Href: v.to("period", v.all[i+1].URL())}
			}
		}
		p.Periods = append(p.Periods, o)
	}
	for _, g := range areaGroups {
		o := option{Value: string(g), Text: capitalised(g.words())}
		if g == v.group {
			o.Chosen = true
		}
		p.Levels = append(p.Levels, o)
	}
}

// rowsIn keeps the areas of a group, in the register's order.
func (s *Server) rowsIn(rows []data.Row, g areaGroup) []data.Row {
	return slices.DeleteFunc(slices.Clone(rows), func(r data.Row) bool {
		a, ok := s.Register.Area(r.Area)
		return !ok || !g.holds(a)
	})
}

// areaRows makes the table's rows. The benchmark is the first of a row's
// comparisons; it is the same for all.
func (s *Server) areaRows(ind data.Indicator, rows []data.Row) (list []areaRow, benchmark string, tested bool) {
	for _, r := range rows {
		a, _ := s.Register.Area(r.Area)
		line := areaRow{Name: a.Name, Href: "/areas/" + a.Slug() + "#" + string(ind.ID), Within: s.regionOf(a), row: r}
		if f, ok := r.Value.Number(); ok {
			line.Value, line.Interval = ind.Format(f), ind.FormatInterval(r.Interval)
		} else {
			line.Value, line.Missing = r.Value.Marker().Shorthand(), r.Value.Marker().Reason()
		}
		if len(r.Comparisons) > 0 && r.Comparisons[0].Role == data.RoleUK {
			b, _ := s.Register.Area(r.Comparisons[0].Benchmark)
			x := comparison(ind, r.Comparisons[0], b)
			line.Comparison, benchmark = &x, inSentence(b)
			tested = tested || x.Class != "untested"
		}
		list = append(list, line)
	}
	return list, benchmark, tested
}

// regionOf names the region of an area, or its country where there is none.
func (s *Server) regionOf(a data.Area) string {
	for _, code := range []data.AreaCode{a.Region, a.Country} {
		if up, ok := s.Register.Area(code); ok {
			return up.Name
		}
	}
	return ""
}

// sortRows puts rows in the order of the view. Missing values stand last
// whatever the order, and ties in the order of name.
func sortRows(rows []areaRow, v indicatorView) {
	slices.SortStableFunc(rows, func(a, b areaRow) int {
		if v.sort == byValue {
			x, okX := a.row.Value.Number()
			y, okY := b.row.Value.Number()
			switch {
			case okX != okY && okX:
				return -1
			case okX != okY:
				return 1
			case x != y && v.reverse:
				return cmp.Compare(y, x)
			case x != y:
				return cmp.Compare(x, y)
			}
			return strings.Compare(a.Name, b.Name)
		}
		by := strings.Compare(a.Name, b.Name)
		if v.sort == byWithin {
			by = cmp.Or(strings.Compare(a.Within, b.Within), by)
		}
		if v.reverse {
			return -by
		}
		return by
	})
}

// headings are the table's columns. A second click on the column by which the
// table is sorted turns the order round; numbers start with the highest.
func headings(v indicatorView, benchmark string, noted bool) []heading {
	sorting := func(text, name, first string) heading {
		h := heading{Text: text, Numeric: name == byValue}
		order := first
		if v.sort == name {
			order, h.Sorted = "desc", "ascending"
			if v.reverse {
				order, h.Sorted = "asc", "descending"
			}
		}
		values := with(with(v.values, "sort", name), "order", order)
		h.Href = address(v.path, values) + "#table"
		return h
	}
	list := []heading{
		sorting("Area", byAreaName, "asc"), sorting("Region or country", byWithin, "asc"), sorting("Value", byValue, "desc"),
		{Text: "95% interval", Numeric: true},
	}
	if benchmark != "" {
		list = append(list, heading{Text: "Compared with " + benchmark})
	}
	if noted {
		list = append(list, heading{Text: "Notes"})
	}
	return list
}

// findings says the figure of the benchmark and the middle half of the areas.
func (s *Server) findings(ind data.Indicator, v indicatorView, all, shown []data.Row) []string {
	var out []string
	for _, code := range []data.AreaCode{data.UnitedKingdom, data.GreatBritain} {
		r, ok := rowOf(all, code)
		if !ok || !r.Value.Known() {
			continue
		}
		a, _ := s.Register.Area(code)
		text := fmt.Sprintf("%s was %s %s", subjectOf(ind, a), ind.FormatValue(r.Value), v.period.InWords())
		if r.Interval.Known {
			text += " (95% interval " + ind.FormatInterval(r.Interval) + ")"
		}
		out = append(out, text+".")
		break
	}
	var known []float64
	for _, r := range shown {
		if f, ok := r.Value.Number(); ok {
			known = append(known, f)
		}
	}
	if len(known) >= 8 {
		slices.Sort(known)
		out = append(out, fmt.Sprintf("The middle half of the %d %s with a figure lies between %s and %s.",
			len(known), v.group.words(), ind.Format(quantile(known, 0.25)), ind.Format(quantile(known, 0.75))))
	}
	return out
}

// subjectOf is the indicator's subject with the area's name: "pay of United
// Kingdom residents", but "anxiety of adults in the United Kingdom".
func subjectOf(ind data.Indicator, a data.Area) string {
	before, after, _ := strings.Cut(ind.Subject, "{area}")
	name := a.Name
	if a.Level == data.LevelUK && !strings.HasPrefix(after, " residents") {
		name = "the " + name
	}
	return before + name + after
}

func rowOf(rows []data.Row, code data.AreaCode) (data.Row, bool) {
	for _, r := range rows {
		if r.Area == code {
			return r, true
		}
	}
	return data.Row{}, false
}

// quantile is the q-th quantile of sorted numbers, by the rule that R calls type 7.
func quantile(sorted []float64, q float64) float64 {
	at := q * float64(len(sorted)-1)
	i := int(at)
	if i+1 >= len(sorted) {
		return sorted[len(sorted)-1]
	}
	return sorted[i] + (at-float64(i))*(sorted[i+1]-sorted[i])
}

// published says for which groups a period has figures.
func (s *Server) published(rows []data.Row) string {
	var has []string
	for _, g := range areaGroups {
		if slices.ContainsFunc(rows, func(r data.Row) bool {
			a, ok := s.Register.Area(r.Area)
			return ok && r.Value.Known() && g.holds(a)
		}) {
			has = append(has, g.words())
		}
	}
	if len(has) == 0 {
		return "No figures were published for this period."
	}
	return "Published for this period: " + strings.Join(has, "; ") + "."
}

// sourceLines lists the source and release of every row, each once.
func (l library) sourceLines(ind data.Indicator, rows []data.Row) []sourceLine {
	var lines []sourceLine
	seen := map[releaseKey]bool{}
	for _, r := range rows {
		k := releaseKey{r.Source, r.Release}
		if !seen[k] {
			seen[k] = true
			lines = append(lines, l.sourceLine(ind, r))
		}
	}
	return lines
}
