package dashboard

import (
	"context"
	"errors"
	"fmt"
	"html/template"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"unicode"

	"github.com/labstack/echo/v4"

	"goodwork/data"
)

// areaSet is a reader's own group of areas: present local areas and counties of
// which none lies in another, in order of code.
type areaSet struct {
	name  string // "" where the reader gave none
	areas []data.Area
}

// groupPage shows the figures of a reader's own group, and the forms by which it
// is made. The group is in the address and nowhere else.
type groupPage struct {
	base
	Heading  string
	Name     string // as the reader gave it
	Codes    string
	Members  []groupMember
	Problems []groupProblem
	Presets  []placeList // the larger areas whose local areas may be taken
	Summary  []string
	Parts    []groupPart
	Compare  string // address of its areas side by side; "" where they are one or too many
	Files    []formatLink
	Most     int
}

// groupMember is an area of the group.
type groupMember struct {
	link
	Code data.AreaCode
	Kind string
}

// groupProblem says of one thing that was to be added why it wasn't, and what
// could be meant.
type groupProblem struct {
	Text   string
	Offers []link // each the address of the group with one more area

	means []data.Area
}

// groupPart is one dimension of a group's figures.
type groupPart struct {
	ID      data.Dimension
	Title   string
	Setting bool // context, shown on demand
	Rows    []groupRow
}

// groupRow is one indicator for the group.
type groupRow struct {
	ID         data.IndicatorID
	Title      string
	Href       string
	Base       string
	Period     string
	Value      string // "" where it is refused
	Interval   string
	Comparison *comparisonLine
	Refused    string        // a sentence
	Range      string        // "from £520 (Salford) to £700 (Trafford)"
	Differ     string        // how many members differ, a sentence
	Omitted    string        // which have no figure, a sentence
	Strip      template.HTML // where the members lie among all areas; "" without figures
	Members    []memberFigure
	SVG, PNG   string // the members' chart as a file; "" where there is none
}

// memberFigure is a member's own figure.
type memberFigure struct{ Area, Value, Interval, Notes string }

// The parameters by which a group is made. Only areas and name are part of its
// address; the others are what a form adds, and lead to it.
var (
	groupAreas   = parameter{name: "areas", list: true}
	groupName    = parameter{name: "name"}
	groupAdd     = parameter{name: "add", list: true, lines: true}
	groupSimilar = parameter{name: "similar"}
	groupAgainst = parameter{name: "against"}
)

// group answers /groups?areas=&name=. Where a form adds to the group, the reader
// is led to the address of the whole.
func (s *Server) group(c echo.Context) error {
	values, done, err := s.parameters(c, groupAreas, groupName, groupAdd, groupSimilar, groupAgainst)
	if done || err != nil {
		return err
	}
	set, err := s.readGroup(values)
	if err != nil {
		return err
	}
	added, problems := s.added(set, values)
	to := groupAddress("/groups", added)
	if against := values.Get("against"); against != "" && len(problems) == 0 {
		area, err := s.areaByText("against", against, values)
		if err != nil {
			return err
		}
		return c.Redirect(http.StatusFound, againstGroupAddress(area, added))
	}
	asked := url.Values{}
	for _, p := range []parameter{groupAreas, groupName} {
		if v := values.Get(p.name); v != "" {
			asked.Set(p.name, v)
		}
	}
	if len(problems) == 0 && (values.Has("add") || values.Has("similar") || address("/groups", asked) != to) {
		return c.Redirect(http.StatusFound, chosenBenchmark(c).keep(to))
	}
	page, err := s.groupPage(c, added, problems)
	if err != nil {
		return fmt.Errorf("group %s: %w", joined(codesOf(added.areas)), err)
	}
	status := http.StatusOK
	if len(problems) > 0 {
		status = http.StatusBadRequest
	}
	return s.render(c, status, "group", page)
}

// readGroup reads the areas and the name of a group. Larger areas stand for the
// local areas in them, and a recoded area for its present code. An unknown code,
// an area that has ended and one that lies in another are refused.
func (s *Server) readGroup(values url.Values) (areaSet, error) {
	set := areaSet{name: strings.TrimSpace(values.Get("name"))}
	if err := checkGroupName(set.name); err != nil {
		return set, err
	}
	for code := range splitList(values.Get("areas")) {
		areas, problem := s.groupAreasOf(strings.TrimSpace(code))
		if problem == nil {
			set, problem = s.joinedBy(set, areas)
		}
		if problem != nil {
			return set, refusal{kind: data.ErrInvalid, parameter: "areas", what: problem.Text, about: "Make the group anew:", valid: []option{{Value: "/groups", Text: "A group of your own", Href: "/groups"}}}
		}
	}
	return set, nil
}

// checkGroupName refuses a name that is long or that a spreadsheet would take
// for a formula.
func checkGroupName(name string) error {
	if name == "" {
		return nil
	}
	first := []rune(name)[0]
	if len(name) > 100 || !unicode.IsLetter(first) && !unicode.IsDigit(first) {
		return refusal{kind: data.ErrInvalid, parameter: "name", what: "A group’s name begins with a letter or a figure and has at most 100 characters."}
	}
	return nil
}

// groupAreasOf gives the areas that a code stands for in a group.
func (s *Server) groupAreasOf(code string) ([]data.Area, *groupProblem) {
	resolved := s.Register.Resolve(strings.ToUpper(code))
	switch resolved.Kind {
	case data.ResolvedCurrent, data.ResolvedRecoded:
	case data.ResolvedEnded:
		old, _ := s.Register.Area(resolved.To)
		p := groupProblem{Text: fmt.Sprintf("%s (%s) ended on %s; its land is now in %s.", old.Name, old.Code, dayWords(old.End), s.areaNames(resolved.Successors))}
		for _, to := range resolved.Successors {
			if a, ok := s.Register.Area(to); ok {
				p.means = append(p.means, a)
			}
		}
		return nil, &p
	case data.ResolvedSkipped:
		return nil, &groupProblem{Text: fmt.Sprintf("%s is the code of an area that is not shown here: %s.", resolved.Code, resolved.Reason)}
	default:
		return nil, &groupProblem{Text: fmt.Sprintf("“%s” is no area’s code.", excerpt(code))}
	}
	a, _ := s.Register.Area(resolved.To)
	return s.membersOf(a), nil
}

// membersOf gives a local area or a county as itself, and a larger area as the
// local areas in it.
func (s *Server) membersOf(a data.Area) []data.Area {
	if a.Level.IsLocal() || a.Level == data.LevelCounty {
		return []data.Area{a}
	}
	return s.Register.Children(a.Code)
}

// joinedBy is the set with areas added to it, each once.
func (s *Server) joinedBy(set areaSet, areas []data.Area) (areaSet, *groupProblem) {
	out := areaSet{name: set.name, areas: slices.Clone(set.areas)}
	for _, a := range areas {
		if !slices.ContainsFunc(out.areas, func(b data.Area) bool { return a.Code == b.Code }) {
			out.areas = append(out.areas, a)
		}
	}
	for _, a := range out.areas {
		for _, b := range out.areas {
			if a.County == b.Code {
				return set, &groupProblem{Text: fmt.Sprintf("%s lies in %s and would be counted twice. A group has a county or its districts, not both.", a.Name, inSentence(b))}
			}
		}
	}
	if len(out.areas) > mostMembers {
		return set, &groupProblem{Text: fmt.Sprintf("That would make %d areas; a group has at most %d.", len(out.areas), mostMembers)}
	}
	slices.SortFunc(out.areas, func(a, b data.Area) int { return strings.Compare(string(a.Code), string(b.Code)) })
	return out, nil
}

// added is the group with what the forms add: areas by name or code, and those
// similar to one. What isn't understood is told, and the rest is added.
func (s *Server) added(set areaSet, values url.Values) (areaSet, []groupProblem) {
	var problems []groupProblem
	add := func(areas []data.Area, problem *groupProblem) {
		if problem == nil {
			var joined areaSet
			if joined, problem = s.joinedBy(set, areas); problem == nil {
				set = joined
			}
		}
		if problem != nil {
			problems = append(problems, *problem)
		}
	}
	for text := range strings.SplitSeq(values.Get("add"), ";") {
		if text = strings.TrimSpace(text); text == "" {
			continue
		}
		areas, problem := s.groupAreasNamed(text, values)
		if problem == nil || !strings.Contains(text, ",") {
			add(areas, problem)
			continue
		}
		// A line holds a name with a comma in it ("Bristol, City of"), or several names.
		for part := range splitList(text) {
			add(s.groupAreasNamed(strings.TrimSpace(part), values))
		}
	}
	if text := values.Get("similar"); text != "" {
		add(s.similarTo(text, values))
	}
	for i, p := range problems {
		for _, a := range p.means {
			if more, trouble := s.joinedBy(set, s.membersOf(a)); trouble == nil {
				problems[i].Offers = append(problems[i].Offers, link{Text: fmt.Sprintf("%s (%s)", a.Name, levelWords(a.Level)), Href: groupAddress("/groups", more)})
			}
		}
	}
	if set.name == "" && len(set.areas) > 0 {
		set.name = s.nameOfAdded(values)
	}
	return set, problems
}

// groupAreasNamed gives the areas that a name or a code stands for.
func (s *Server) groupAreasNamed(text string, values url.Values) ([]data.Area, *groupProblem) {
	if s.Register.Resolve(strings.ToUpper(text)).Kind != data.ResolvedUnknown {
		return s.groupAreasOf(text)
	}
	area, err := s.areaByText("add", text, values)
	var no refusal
	switch {
	case err == nil:
		return s.membersOf(area), nil
	case !errors.As(err, &no):
		return nil, &groupProblem{Text: fmt.Sprintf("“%s” can’t be looked up.", excerpt(text))}
	}
	for _, m := range s.Register.Find(text, 5) {
		if !m.Area.Current() && strings.EqualFold(m.Term, text) {
			return s.groupAreasOf(string(m.Area.Code))
		}
	}
	p := groupProblem{Text: fmt.Sprintf("No area is named exactly “%s”.", excerpt(text))}
	for _, m := range withoutTwins(s.Register.Find(text, 5)) {
		if m.Area.Current() {
			p.means = append(p.means, m.Area)
		}
	}
	return nil, &p
}

// similarTo gives the areas most similar to one, by the demographic list,
// without those that lie in another of them.
func (s *Server) similarTo(text string, values url.Values) ([]data.Area, *groupProblem) {
	area, err := s.areaByText("similar", text, values)
	if err != nil {
		_, problem := s.groupAreasNamed(text, values)
		if problem == nil {
			problem = &groupProblem{Text: fmt.Sprintf("No area is named exactly “%s”.", excerpt(text))}
		}
		problem.means = nil
		return nil, problem
	}
	var list []data.Area
	for _, code := range s.Register.Neighbours(data.NeighboursDemographic, area.Code) {
		if a, ok := s.Register.Area(code); ok && len(s.membersOf(a)) == 1 {
			list = append(list, a)
		}
	}
	list = slices.DeleteFunc(list, func(a data.Area) bool {
		return slices.ContainsFunc(list, func(b data.Area) bool { return a.County == b.Code })
	})
	if len(list) == 0 {
		return nil, &groupProblem{Text: fmt.Sprintf("There is no list of local areas similar to %s.", inSentence(area))}
	}
	return list, nil
}

// nameOfAdded names a group after the one thing of which it was made.
func (s *Server) nameOfAdded(values url.Values) string {
	if values.Get("areas") != "" {
		return ""
	}
	if similar := values.Get("similar"); similar != "" && values.Get("add") == "" {
		if a, err := s.areaByText("similar", similar, values); err == nil {
			return "Areas similar to " + a.Name
		}
	}
	if a, err := s.areaByText("add", values.Get("add"), values); err == nil && len(s.membersOf(a)) > 1 {
		return a.Name
	}
	return ""
}

func codesOf(areas []data.Area) []data.AreaCode {
	codes := make([]data.AreaCode, len(areas))
	for i, a := range areas {
		codes[i] = a.Code
	}
	return codes
}

// groupAddress is the address of a group under a path.
func groupAddress(path string, set areaSet) string { return address(path, groupValues(set)) }

// groupValues are the parameters of a group.
func groupValues(set areaSet) url.Values {
	values := url.Values{}
	if len(set.areas) > 0 {
		values.Set("areas", joined(codesOf(set.areas)))
	}
	if set.name != "" {
		values.Set("name", set.name)
	}
	return values
}

// againstGroupAddress is an area's page with the group as its comparator.
func againstGroupAddress(area data.Area, set areaSet) string {
	choice := benchmarkChoice{key: againstGroup, members: codesOf(set.areas), name: set.name}
	return address("/areas/"+area.Slug(), choice.values())
}

func (s *Server) groupPage(c echo.Context, set areaSet, problems []groupProblem) (groupPage, error) {
	p := groupPage{
		base:    s.base(c, "A group of your own", "Put local areas together as a group: its figures with intervals, what can’t be put together and why."),
		Heading: "A group of your own", Name: set.name, Codes: joined(codesOf(set.areas)), Problems: problems, Most: mostMembers,
	}
	p.Breadcrumbs = []link{{Text: "Places", Href: "/areas"}, {Text: "Groups"}}
	for _, l := range []struct {
		title string
		level data.Level
	}{{"Regions", data.LevelRegion}, {"Combined authorities", data.LevelCombinedAuthority}, {"Counties, by district", data.LevelCounty}} {
		list := placeList{Title: l.title}
		for _, a := range s.current(l.level) {
			if children := s.Register.Children(a.Code); len(children) > 1 && len(children) <= mostMembers {
				list.Places = append(list.Places, link{Text: a.Name, Href: groupAddress("/groups", areaSet{name: a.Name, areas: sortedByCode(children)})})
			}
		}
		slices.SortFunc(list.Places, func(a, b link) int { return strings.Compare(a.Text, b.Text) })
		p.Presets = append(p.Presets, list)
	}
	if len(set.areas) == 0 {
		return p, nil
	}
	p.Heading = set.name
	if p.Heading == "" {
		p.Heading = "A group of " + countWords(len(set.areas))
	}
	p.Title = p.Heading + ": good work"
	p.Breadcrumbs = []link{{Text: "Places", Href: "/areas"}, {Text: "Groups", Href: "/groups"}, {Text: p.Heading}}
	if len(set.areas) > 0 {
		values := groupValues(set)
		files, err := s.viewOfGroup(c, values)
		if err != nil {
			return p, err
		}
		p.Files = files.formatLinks(values)
	}
	if n := len(set.areas); n > 1 && n <= mostCompared {
		p.Compare = address("/compare", url.Values{"areas": {p.Codes}})
	}
	for _, a := range set.areas {
		m := groupMember{link: areaLink(a), Code: a.Code, Kind: levelWords(a.Level)}
		if up := s.regionOf(a); up != "" {
			m.Kind += ", " + up
		}
		p.Members = append(p.Members, m)
	}
	slices.SortStableFunc(p.Members, func(a, b groupMember) int { return strings.Compare(a.Text, b.Text) })
	figures, err := s.groupFigures(c.Request().Context(), set)
	if err != nil {
		return p, err
	}
	for _, d := range data.Dimensions {
		part := groupPart{ID: d, Title: d.Title(), Setting: d == "context"}
		for _, f := range figures {
			if f.indicator.Dimension == d {
				row := s.groupRow(f)
				if n := knownMembers(f); n > 0 && n <= mostDrawnMembers {
					asked := groupValues(set)
					asked.Set("chart", string(f.indicator.ID))
					row.SVG, row.PNG = address("/groups.svg", asked), address("/groups.png", asked)
				}
				part.Rows = append(part.Rows, row)
			}
		}
		if len(part.Rows) > 0 {
			p.Parts = append(p.Parts, part)
		}
	}
	p.Summary = groupSummary(set, figures)
	return p, nil
}

func sortedByCode(areas []data.Area) []data.Area {
	return slices.SortedFunc(slices.Values(areas), func(a, b data.Area) int { return strings.Compare(string(a.Code), string(b.Code)) })
}

// groupIndicator is one indicator's figure for a group, with its members' own
// and the national figure that it is held against.
type groupIndicator struct {
	indicator  data.Indicator
	figure     data.GroupFigure
	members    []data.Row // in the group's order, missing ones included
	national   data.Row
	comparison data.Comparison
	compared   bool
}

// groupFigures puts every indicator's latest figures together. Indicators for
// which no member has a row are left out.
func (s *Server) groupFigures(ctx context.Context, set areaSet) ([]groupIndicator, error) {
	areas := append(codesOf(set.areas), data.UnitedKingdom, data.GreatBritain)
	t, err := s.Edition.Table(ctx, data.Query{Areas: areas, Latest: true, WithComparisons: true})
	if err != nil {
		return nil, err
	}
	rows := map[data.IndicatorID]map[data.AreaCode]data.Row{}
	for _, r := range t.Rows {
		if rows[r.Indicator] == nil {
			rows[r.Indicator] = map[data.AreaCode]data.Row{}
		}
		rows[r.Indicator][r.Area] = r
	}
	var list []groupIndicator
	for _, ind := range s.Edition.Indicators() {
		f := groupIndicator{indicator: ind}
		period := s.Edition.LatestPeriod(ind.ID)
		published := false
		estimates := make([]data.Estimate, len(set.areas))
		for i, a := range set.areas {
			r, ok := rows[ind.ID][a.Code]
			if !ok {
				r = data.Row{Estimate: data.Estimate{Indicator: ind.ID, Area: a.Code, Period: period, Value: data.Missing(data.NotAvailable)}, AreaName: a.Name, AreaLevel: a.Level}
			}
			published = published || ok
			f.members = append(f.members, r)
			estimates[i] = r.Estimate
		}
		if !published {
			continue
		}
		f.figure = s.Methods.Group(ind, period, estimates)
		for _, code := range []data.AreaCode{data.GreatBritain, data.UnitedKingdom} {
			if r, ok := rows[ind.ID][code]; ok && r.Value.Known() {
				f.national = r
			}
		}
		whole := data.Estimate{Indicator: ind.ID, Period: period, Value: f.figure.Value, Interval: f.figure.Interval}
		f.comparison, f.compared = s.Methods.Compare(ind, whole, f.national.Estimate, data.RoleUK)
		list = append(list, f)
	}
	return list, nil
}

// groupSummary says first what the group is and what could be put together.
func groupSummary(set areaSet, figures []groupIndicator) []string {
	whole := 0
	for _, f := range figures {
		if f.figure.Value.Known() {
			whole++
		}
	}
	out := []string{fmt.Sprintf("The group has %s.", countWords(len(set.areas)))}
	switch {
	case whole == 0 && len(figures) > 0:
		out = append(out, fmt.Sprintf("None of the %d indicators can be put together for it: medians, means and expectancies never can, and the counts behind the rates are not in this edition. Each line gives the range of its areas’ figures.", len(figures)))
	case whole > 0:
		out = append(out, fmt.Sprintf("%d of the %d indicators can be put together for it, from the counts behind the areas’ figures; for the others each line gives the range of its areas’ figures.", whole, len(figures)))
	}
	return out
}

// knownMembers is how many members have a figure.
func knownMembers(f groupIndicator) int {
	n := 0
	for _, r := range f.members {
		if r.Value.Known() {
			n++
		}
	}
	return n
}

func (s *Server) groupRow(f groupIndicator) groupRow {
	ind := f.indicator
	row := groupRow{
		ID: ind.ID, Title: ind.Title, Href: "/indicators/" + string(ind.ID), Base: ind.Base, Period: f.figure.Period.Label(),
		Differ: differWords(f), Omitted: s.withoutWords(f),
	}
	if v, ok := f.figure.Value.Number(); ok {
		row.Value, row.Interval = ind.Format(v), ind.FormatInterval(f.figure.Interval)
	} else {
		row.Refused = "Not available for the group"
		if f.figure.Refused != "" {
			row.Refused += ": " + f.figure.Refused
		}
		row.Refused += "."
	}
	if f.compared {
		national, _ := s.Register.Area(f.comparison.Benchmark)
		line := comparison(ind, f.comparison, national)
		row.Comparison = &line
	}
	row.Range = rangeWords(f)
	row.Strip = s.groupStrip(f)
	for _, r := range f.members {
		l := memberFigure{Area: r.AreaName, Value: ind.FormatValue(r.Value), Interval: ind.FormatInterval(r.Interval), Notes: strings.Join(r.Flags.Words(), ", ")}
		if !r.Value.Known() {
			l.Notes = r.Value.Marker().Reason()
		}
		row.Members = append(row.Members, l)
	}
	slices.SortStableFunc(row.Members, func(a, b memberFigure) int { return strings.Compare(a.Area, b.Area) })
	return row
}

// groupStrip draws the members on the range of all local areas and, where
// counties are members, of these.
func (s *Server) groupStrip(f groupIndicator) template.HTML {
	ind := f.indicator
	national, ok := f.national.Value.Number()
	if !ok || ind.Kind == "count" { // a nation's count says nothing of an area's
		return ""
	}
	mark := membersMark{National: national, NationalLabel: shortNational(f.national) + " " + ind.Format(national)}
	for _, r := range s.library.latest[ind.ID] {
		a, known := s.Register.Area(r.Area)
		member := slices.ContainsFunc(f.members, func(m data.Row) bool { return m.Area == r.Area })
		v, ok := r.Value.Number()
		if !ok || !known || r.Flags.Has(data.LowReliability) || !groupLocal.holds(a) && !member {
			continue
		}
		mark.All = append(mark.All, v)
		if member {
			mark.Members = append(mark.Members, v)
		}
	}
	if len(mark.Members) == 0 || len(mark.All) < 5 {
		return ""
	}
	mark.Low, mark.High = ind.Format(slices.Min(mark.All)), ind.Format(slices.Max(mark.All))
	mark.Name = fmt.Sprintf("%d areas of the group among %d areas that lie from %s to %s; %s.", len(mark.Members), len(mark.All), mark.Low, mark.High, mark.NationalLabel)
	if v, ok := f.figure.Value.Number(); ok {
		mark.Group, mark.GroupLabel = &v, "Group "+ind.Format(v)
	}
	return mark.svg()
}

func shortNational(r data.Row) string {
	if r.Area == data.UnitedKingdom {
		return "UK"
	}
	return "GB"
}

// rangeWords says between which of the members' own figures the group lies.
func rangeWords(f groupIndicator) string {
	g := f.figure
	if !g.Lowest.OK {
		return ""
	}
	of := func(x float64) string {
		var names []string
		for _, r := range f.members {
			if v, ok := r.Value.Number(); ok && v == x && !r.Flags.Has(data.LowReliability) {
				names = append(names, r.AreaName)
			}
		}
		if len(names) > 2 {
			return f.indicator.Format(x) + fmt.Sprintf(" (%d areas)", len(names))
		}
		return f.indicator.Format(x) + " (" + strings.Join(names, ", ") + ")"
	}
	if g.Lowest.V == g.Highest.V {
		return "Its areas’ figure: " + of(g.Lowest.V) + "."
	}
	return "Its areas lie from " + of(g.Lowest.V) + " to " + of(g.Highest.V) + "."
}

// differWords counts the members whose own figure differs from the national one,
// after Benjamini and Hochberg among all areas of their kind.
func differWords(f groupIndicator) string {
	var tested, higher, lower int
	for _, r := range f.members {
		c, ok := r.Comparison(data.RoleUK)
		if !ok || c.VerdictAdjusted == data.NotTested || c.VerdictAdjusted == "" {
			continue
		}
		tested++
		switch {
		case c.VerdictAdjusted == data.Similar:
		case c.Gap > 0:
			higher++
		default:
			lower++
		}
	}
	if tested == 0 || !f.national.Value.Known() {
		return ""
	}
	value := f.indicator.FormatValue(f.national.Value)
	if higher+lower == 0 {
		return fmt.Sprintf("None of the %d that could be tested is clearly different from %s (%s).", tested, nationalName(f.national), value)
	}
	var counts []string
	for _, x := range []struct {
		n    int
		what string
	}{{higher, "clearly higher"}, {lower, "clearly lower"}, {tested - higher - lower, "not clearly different"}} {
		switch x.n {
		case 0:
		case 1:
			counts = append(counts, "1 is "+x.what)
		default:
			counts = append(counts, fmt.Sprintf("%d are %s", x.n, x.what))
		}
	}
	last := len(counts) - 1
	text := counts[last]
	if last > 0 {
		text = strings.Join(counts[:last], ", ") + " and " + text
	}
	return fmt.Sprintf("Of the %d that could be tested against %s (%s), %s.", tested, nationalName(f.national), value, text)
}

func nationalName(r data.Row) string {
	if r.Area == data.UnitedKingdom {
		return "the UK"
	}
	return r.AreaName
}

// withoutWords names the members without a figure.
func (s *Server) withoutWords(f groupIndicator) string {
	var codes []data.AreaCode
	for _, r := range f.members {
		if !r.Value.Known() || slices.Contains(f.figure.Omitted, r.Area) {
			codes = append(codes, r.Area)
		}
	}
	switch {
	case len(codes) == 0:
		return ""
	case len(codes) == len(f.members):
		return "No area of the group has a figure."
	}
	return fmt.Sprintf("Without %s.", s.areaNames(codes))
}
