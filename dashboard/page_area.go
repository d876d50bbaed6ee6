package dashboard

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"goodwork/data"
)

// areaPage shows one area: the answer in words, then every indicator in the
// order of the dimensions, then the area beside others.
type areaPage struct {
	base
	Code         data.AreaCode
	Name         string
	NameWelsh    string
	Place        string // the name in a sentence
	Kind         string // "Metropolitan borough"
	Within       []link // the areas that it lies in, nearest first
	Notice       *areaNotice
	Benchmark    benchmark
	Choices      []option
	Path         string
	Mapped       string // the map's figure where the reader chose one
	Summary      []summaryLine
	Better       []standoutLine
	Worse        []standoutLine
	Standouts    string // where none stands out, a sentence
	Alone        bool   // nothing is held against it: no figure is, or no larger area has one
	Quadrant     *areaQuadrant
	Tested       int    // comparisons on the page that were tested
	TestedWith   string // how many of them with each place: "15 with the UK and 15 with the North West"
	Family       *testFamily
	Dimensions   []dimensionPart
	ByWorkplace  []link // pay where people work, beside pay where they live
	Changes      []changeLine
	Changed      []verdictCount // how many of the changes have which verdict
	Similar      *areaTable
	Map          *areaMap
	Constituents *areaTable
	Parts        []placeList // of the UK, its nations
	Formerly     []formerArea
	Sources      []sourceLine
	Files        []formatLink // none where nothing is published for the area
	CSV          string       // the address of every figure as CSV
	Address      string
}

// areaNotice explains to a reader why another code led here.
type areaNotice struct {
	Text string
	CSV  string // of the ended area's own figures, "" where there are none
}

// dimensionPart is one dimension of an area's page.
type dimensionPart struct {
	ID       data.Dimension
	Title    string
	Question string
	Counts   []verdictCount // its line of summary
	Rows     []indicatorRow
	Setting  bool // context, shown on demand
}

// verdictCount is how many figures have one verdict, in shape, words and colour.
type verdictCount struct {
	Shape, Class, Text string
}

// formerArea is an area that ended and whose land is in this one.
type formerArea struct {
	Name  string
	Code  data.AreaCode
	Ended string
	CSV   string
}

// fromParameter names the former code that led a reader to an area's page.
var fromParameter = parameter{name: "from"}

// mapParameter names the indicator of the map of an area and its neighbours.
var mapParameter = parameter{name: "map"}

// area answers /areas/{code}-{slug}, and leads from any other way of naming an
// area to that one address.
func (s *Server) area(c echo.Context) error {
	values, done, err := s.parameters(c, fromParameter, mapParameter)
	if done || err != nil {
		return err
	}
	asked := c.Param("area")
	code, _, _ := strings.Cut(asked, "-")
	resolved := s.Register.Resolve(strings.ToUpper(code))
	switch {
	case resolved.Kind == data.ResolvedUnknown || resolved.Kind == data.ResolvedSkipped:
		return s.unknownArea(asked, resolved)
	case resolved.Kind == data.ResolvedEnded && len(resolved.Successors) > 1:
		return s.splitArea(c, resolved)
	}
	to := resolved.To
	if resolved.Kind == data.ResolvedEnded {
		to = resolved.Successors[0]
	}
	area, ok := s.Register.Area(to)
	if !ok {
		return fmt.Errorf("area %s, resolved from %q: %w", to, code, data.ErrNotFound)
	}
	switch {
	case string(to) != strings.ToUpper(code):
		return c.Redirect(http.StatusMovedPermanently, address("/areas/"+area.Slug(), with(values, "from", strings.ToUpper(code))))
	case asked != area.Slug():
		return c.Redirect(http.StatusMovedPermanently, address("/areas/"+area.Slug(), values))
	}
	page, err := s.areaPage(c, area, values)
	if err != nil {
		return err
	}
	return s.render(c, http.StatusOK, "area", page)
}

func (s *Server) areaPage(c echo.Context, area data.Area, values url.Values) (areaPage, error) {
	ctx := c.Request().Context()
	path := "/areas/" + area.Slug()
	p := areaPage{
		base: s.base(c, area.Name+": good work", "Pay, in-work poverty, access to work, health and skills in "+area.Name+", each held against larger areas, with intervals and sources."),
		Code: area.Code, Name: area.Name, NameWelsh: area.NameWelsh, Place: inSentence(area),
		Within: s.within(area), Path: path,
		Benchmark: s.benchmarkFor(chosenBenchmark(c), area),
	}
	p.Address = p.Host + address(path, values)
	p.Choices = s.benchmarkOptions(p.Benchmark.choice, area, path)
	if p.Mapped = values.Get("map"); p.Mapped != "" {
		for i, o := range p.Choices {
			p.Choices[i].Href = o.Href + "&map=" + url.QueryEscape(p.Mapped)
		}
	}
	p.Live = true
	p.Kind = capitalised(levelWords(area.Level))
	p.Breadcrumbs = s.areaBreadcrumbs(area)
	var err error
	if p.Notice, err = s.notice(area, values.Get("from")); err != nil {
		return p, err
	}
	for _, f := range s.Register.Predecessors(area.Code) {
		p.Formerly = append(p.Formerly, formerArea{Name: f.Name, Code: f.Code, Ended: dayWords(f.End), CSV: s.ownCSV(f)})
	}
	if s.library.withFigure[area.Code] {
		files, err := s.viewOfArea(c, nil)
		if err != nil {
			return p, err
		}
		p.Files, p.CSV = files.formatLinks(nil), s.ownCSV(area)
	}
	if err := s.fillAreaPage(ctx, &p, area, values.Get("map")); err != nil {
		return p, fmt.Errorf("area %s: %w", area.Code, err)
	}
	return p, nil
}

func (s *Server) fillAreaPage(ctx context.Context, p *areaPage, area data.Area, mapped string) error {
	figures, err := s.areaFigures(ctx, area, p.Benchmark)
	if err != nil {
		return err
	}
	rows := make([]indicatorRow, 0, len(s.Edition.Indicators()))
	for _, ind := range s.Edition.Indicators() {
		rows = append(rows, s.indicatorRow(ind, area, figures, p.Benchmark))
	}
	for _, d := range data.Dimensions {
		part := dimensionPart{ID: d, Title: d.Title(), Question: d.Question(), Setting: d == "context"}
		for _, r := range rows {
			if r.dimension == d {
				part.Rows = append(part.Rows, r)
			}
		}
		part.Counts = verdictCounts(part.Rows)
		if len(part.Rows) > 0 {
			p.Dimensions = append(p.Dimensions, part)
		}
	}
	p.Tested, p.TestedWith = testsOn(rows)
	p.Summary = figures.summary
	p.Alone = !slices.ContainsFunc(rows, func(r indicatorRow) bool { return len(r.Comparisons) > 0 })
	if p.Alone {
		p.Benchmark.Heading = "By dimension"
		p.Summary = ownFigures(p.Dimensions)
	}
	p.Sources = rowSources(rows)
	p.Family = s.testFamily(rows, p.Benchmark)
	p.Changes = changeLines(rows)
	p.Changed = changeCounts(p.Changes)
	p.ByWorkplace = payByWorkplace(s.Edition.Indicators())
	if err := s.standouts(ctx, p, area, rows); err != nil {
		return err
	}
	if p.Quadrant, err = s.areaQuadrant(ctx, area, p.Benchmark); err != nil {
		return err
	}
	p.Similar = s.similarTable(area, p.Benchmark)
	p.Constituents = s.constituentTable(area)
	if p.Constituents == nil {
		p.Parts = s.constituents(area)
	}
	p.Map, err = s.areaMap(area, mapped)
	return err
}

// areaFigures is all that an area's page says, read at once: the rows of the
// area, of its county and of every benchmark, and the sentences of the first two.
type areaFigures struct {
	rows      map[data.IndicatorID]map[data.AreaCode][]data.Row // by period, earliest first
	sentences map[sentenceKey]string
	summary   []summaryLine
}

type sentenceKey struct {
	indicator data.IndicatorID
	area      data.AreaCode
	role      string
}

// summaryLine is one sentence of the answer, and the row that it is about.
type summaryLine struct {
	Text string
	Href string // "" for a sentence about the area as a whole
}

func (s *Server) areaFigures(ctx context.Context, area data.Area, against benchmark) (areaFigures, error) {
	f := areaFigures{rows: map[data.IndicatorID]map[data.AreaCode][]data.Row{}, sentences: map[sentenceKey]string{}}
	codes := []data.AreaCode{area.Code}
	for _, up := range s.Register.Parents(area.Code) {
		codes = append(codes, up.Code)
	}
	if against.similar == "" {
		codes = append(codes, against.areas...)
	}
	t, err := s.Edition.Table(ctx, data.Query{Areas: codes, WithComparisons: true, WithDerived: true})
	if err != nil {
		return f, err
	}
	for _, r := range t.Rows {
		if f.rows[r.Indicator] == nil {
			f.rows[r.Indicator] = map[data.AreaCode][]data.Row{}
		}
		f.rows[r.Indicator][r.Area] = append(f.rows[r.Indicator][r.Area], r)
	}
	for _, code := range []data.AreaCode{area.Code, area.County} {
		if code == "" {
			continue
		}
		all, err := s.Edition.Sentences(ctx, code)
		if err != nil {
			return f, err
		}
		for _, x := range all {
			switch {
			case x.Role != "summary":
				f.sentences[sentenceKey{x.Indicator, x.Area, x.Role}] = x.Text
			case code == area.Code && x.Indicator == "":
				f.summary = append(f.summary, summaryLine{Text: x.Text})
			case code == area.Code:
				f.summary = append(f.summary, summaryLine{Text: x.Text, Href: "#" + string(x.Indicator)})
			}
		}
	}
	return f, nil
}

// notice explains the former code by which a reader came. A code that doesn't
// lead to the area is refused.
func (s *Server) notice(area data.Area, from string) (*areaNotice, error) {
	if from == "" {
		return nil, nil
	}
	resolved := s.Register.Resolve(from)
	old, known := s.Register.Area(data.AreaCode(from))
	switch {
	case resolved.Kind == data.ResolvedRecoded && resolved.To == area.Code && !known:
		return &areaNotice{Text: fmt.Sprintf("%s is another scheme’s code for %s. Here it is %s.", from, inSentence(area), area.Code)}, nil
	case resolved.Kind == data.ResolvedRecoded && resolved.To == area.Code:
		return &areaNotice{Text: fmt.Sprintf("%s was the code of %s until %s. The code for the same place is now %s, and earlier figures are shown under it.", from, inSentence(old), dayWords(old.End), area.Code)}, nil
	case resolved.Kind == data.ResolvedEnded && slices.Contains(resolved.Successors, area.Code):
		return &areaNotice{
			Text: fmt.Sprintf("%s (%s) ended on %s, when it became part of %s.", old.Name, from, dayWords(old.End), inSentence(area)),
			CSV:  s.ownCSV(old),
		}, nil
	}
	return nil, refusal{
		kind: data.ErrInvalid, parameter: "from", what: fmt.Sprintf("“%s” is not a former code of %s.", excerpt(from), inSentence(area)),
		about: "The page without it:", valid: []option{{Value: "", Text: area.Name, Href: "/areas/" + area.Slug()}},
	}
}

// ownCSV is the address of an area's own figures, "" where there are none.
func (s *Server) ownCSV(a data.Area) string {
	if !s.library.withFigure[a.Code] {
		return ""
	}
	return "/areas/" + string(a.Code) + ".csv"
}

// unknownArea refuses a code, with places of a similar name or code.
func (s *Server) unknownArea(asked string, resolved data.Resolution) error {
	no := refusal{
		kind: data.ErrNotFound, parameter: "area", what: fmt.Sprintf("There is no area “%s”.", excerpt(asked)),
		about: "An area’s address is its nine-character code, such as /areas/E08000003. Look it up by name:",
		valid: []option{{Value: "/areas", Text: "All places", Href: "/areas"}},
	}
	if resolved.Kind == data.ResolvedSkipped {
		no.what = fmt.Sprintf("%s is the code of an area that is not shown here: %s.", excerpt(resolved.Code), resolved.Reason)
	}
	found := s.Register.Find(strings.ReplaceAll(asked, "-", " "), 5)
	if len(found) > 0 {
		no.about, no.valid = "Did you mean one of these?", nil
	}
	for _, m := range found {
		no.valid = append(no.valid, option{Value: string(m.Area.Code), Text: m.Area.Name, Href: "/areas/" + m.Area.Slug()})
	}
	return no
}

// splitPage tells where an area went that was divided among several.
type splitPage struct {
	base
	Name       string
	Code       data.AreaCode
	Ended      string
	Successors []link
	CSV        string
}

func (s *Server) splitArea(c echo.Context, resolved data.Resolution) error {
	area, ok := s.Register.Area(resolved.To)
	if !ok {
		return fmt.Errorf("area %s: %w", resolved.To, data.ErrNotFound)
	}
	p := splitPage{
		base: s.base(c, area.Name+" (ended)", area.Name+" ended on "+dayWords(area.End)+" and was divided among several areas."),
		Name: area.Name, Code: area.Code, Ended: dayWords(area.End), CSV: s.ownCSV(area),
	}
	p.Breadcrumbs = []link{{Text: "Places", Href: "/areas"}, {Text: area.Name}}
	for _, code := range resolved.Successors {
		if to, ok := s.Register.Area(code); ok {
			p.Successors = append(p.Successors, areaLink(to))
		}
	}
	return s.render(c, http.StatusOK, "area_split", p)
}

func areaLink(a data.Area) link {
	l := link{Text: a.Name, Href: "/areas/" + a.Slug()}
	if a.NameWelsh != a.Name {
		l.Welsh = a.NameWelsh
	}
	return l
}

// within lists the areas that an area lies in, nearest first, without a
// metropolitan county beside the combined authority of the same land.
func (s *Server) within(area data.Area) []link {
	var list []link
	for _, up := range s.Register.Parents(area.Code) {
		if up.Level == data.LevelMetropolitanCounty && area.CombinedAuthority != "" || up.Level == data.LevelCountryGroup {
			continue
		}
		list = append(list, areaLink(up))
	}
	return list
}

// areaBreadcrumbs is the way from the list of places to an area: country,
// region, and its county or else its combined authority.
func (s *Server) areaBreadcrumbs(area data.Area) []link {
	crumbs := []link{{Text: "Places", Href: "/areas"}}
	inCounty := false
	var ups []link
	for _, up := range s.Register.Parents(area.Code) {
		switch up.Level {
		case data.LevelCounty:
			inCounty = true
		case data.LevelCombinedAuthority:
			if inCounty {
				continue
			}
		case data.LevelRegion, data.LevelCountry:
		default:
			continue
		}
		ups = append(ups, areaLink(up))
	}
	slices.Reverse(ups)
	return append(append(crumbs, ups...), link{Text: area.Name})
}

// capitalised is text with a capital at its beginning.
func capitalised(text string) string {
	if text == "" {
		return ""
	}
	return strings.ToUpper(text[:1]) + text[1:]
}

// constituents lists what a larger area is made of.
func (s *Server) constituents(area data.Area) []placeList {
	switch area.Level {
	case data.LevelUK, data.LevelCountryGroup:
		list := placeList{Title: "Countries"}
		for _, a := range s.Register.Areas() {
			if a.Current() && a.Level == data.LevelCountry && slices.ContainsFunc(s.Register.Parents(a.Code), func(up data.Area) bool { return up.Code == area.Code }) {
				list.Places = append(list.Places, areaLink(a))
			}
		}
		return []placeList{list}
	case data.LevelCountry:
		regions := placeList{Title: "Regions"}
		for _, a := range s.Register.Areas() {
			if a.Current() && a.Level == data.LevelRegion && a.Country == area.Code {
				regions.Places = append(regions.Places, areaLink(a))
			}
		}
		if len(regions.Places) > 0 {
			return []placeList{regions}
		}
	}
	children := s.Register.Children(area.Code)
	if len(children) == 0 {
		return nil
	}
	return []placeList{{Title: "Local areas", Places: byName(children)}}
}

// byName links areas in the order of their names.
func byName(areas []data.Area) []link {
	links := make([]link, len(areas))
	for i, a := range areas {
		links[i] = areaLink(a)
	}
	slices.SortFunc(links, func(a, b link) int { return strings.Compare(a.Text, b.Text) })
	return links
}

// dayWords writes 2023-03-31 as "31 March 2023".
func dayWords(day string) string {
	t, err := time.Parse(time.DateOnly, day)
	if err != nil {
		return day
	}
	return t.Format("2 January 2006")
}
