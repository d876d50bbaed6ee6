package dashboard

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/url"
	"slices"
	"strings"

	"golang.org/x/net/html"

	"goodwork/data"
)

// benchmarkChoice is what the reader wants figures to be held against, as the
// address says it. Its zero value is the usual: the United Kingdom, or where
// there is no figure for it Great Britain, or else the area's own country.
type benchmarkChoice struct {
	key     string          // the parameter's value: a word of benchmarkWords, an area's code, or "group"
	members []data.AreaCode // of a group
	name    string          // of a group, "" where the reader gave none
}

// The words that the parameter takes, beside an area's code.
const (
	againstUK                = "uk"
	againstCountry           = "country"
	againstRegion            = "region"
	againstCombinedAuthority = "combined_authority"
	againstSimilar           = "similar"
	againstEconomic          = "similar-economic"
	againstGlobal            = "similar-global"
	againstGroup             = "group"
)

var benchmarkWords = []string{
	againstUK, againstCountry, againstRegion, againstCombinedAuthority, againstSimilar, againstEconomic, againstGlobal, againstGroup,
}

// benchmarkParameters are those of the choice. Every page takes them, so that
// the choice stays with the reader from page to page.
var benchmarkParameters = []parameter{{name: "benchmark"}, {name: "group", list: true}, {name: "group_name"}}

// mostMembers is how many areas a group may have.
const mostMembers = 100

// neighbourKinds are the lists of similar areas by the words of the parameter.
var neighbourKinds = map[string]data.NeighbourKind{
	againstSimilar: data.NeighboursDemographic, againstEconomic: data.NeighboursEconomic, againstGlobal: data.NeighboursGlobal,
}

// benchmarkChoice reads the choice from the parameters of a request. An area
// may be named instead of given by its code, by any name that finds it alone.
func (s *Server) benchmarkChoice(values url.Values) (benchmarkChoice, error) {
	c := benchmarkChoice{key: values.Get("benchmark"), name: values.Get("group_name")}
	group := values.Get("group")
	switch {
	case c.key != againstGroup && (group != "" || c.name != ""):
		if c.key == "" && group != "" {
			c.key = againstGroup
			break
		}
		return c, refusal{kind: data.ErrInvalid, parameter: "group", what: "A group is named, but the benchmark is another. Give benchmark=group, or leave the group out."}
	case c.key == againstGroup && group == "":
		return c, refusal{kind: data.ErrInvalid, parameter: "group", what: "The benchmark is a group, but its areas are not given: group=CODE,CODE,…"}
	}
	if c.key != againstGroup {
		if c.key == "" || slices.Contains(benchmarkWords, c.key) {
			return c, nil
		}
		area, err := s.areaByText("benchmark", c.key, values)
		c.key = string(area.Code)
		return c, err
	}
	if len(c.name) > 100 {
		return c, refusal{kind: data.ErrInvalid, parameter: "group_name", what: "The group’s name is too long."}
	}
	for text := range strings.SplitSeq(group, ",") {
		if text = strings.TrimSpace(text); text == "" {
			continue
		}
		area, err := s.areaByText("group", text, values)
		if err != nil {
			return c, err
		}
		if !slices.Contains(c.members, area.Code) {
			c.members = append(c.members, area.Code)
		}
	}
	if len(c.members) == 0 || len(c.members) > mostMembers {
		return c, refusal{kind: data.ErrInvalid, parameter: "group", what: fmt.Sprintf("A group has from 1 to %d areas.", mostMembers)}
	}
	return c, nil
}

// areaByText finds the present area that a reader means by a code or a name.
// Where several are meant equally well, the refusal offers each.
func (s *Server) areaByText(parameter, text string, values url.Values) (data.Area, error) {
	resolved := s.Register.Resolve(strings.ToUpper(text))
	switch {
	case resolved.Kind == data.ResolvedCurrent || resolved.Kind == data.ResolvedRecoded:
		if a, ok := s.Register.Area(resolved.To); ok {
			return a, nil
		}
	case resolved.Kind == data.ResolvedEnded && len(resolved.Successors) == 1:
		if a, ok := s.Register.Area(resolved.Successors[0]); ok {
			return a, nil
		}
	}
	found := slices.DeleteFunc(s.Register.Find(text, 8), func(m data.Match) bool { return !m.Area.Current() })
	exact := slices.DeleteFunc(slices.Clone(found), func(m data.Match) bool { return !strings.EqualFold(m.Term, text) })
	switch {
	case len(exact) == 1:
		return exact[0].Area, nil
	case len(found) == 1 && !found[0].Typo:
		return found[0].Area, nil
	}
	no := refusal{
		kind: data.ErrInvalid, parameter: parameter, what: fmt.Sprintf("“%s” is no area’s code or name alone.", excerpt(text)),
		about: "Give a code or the name of an area, or one of:",
	}
	for _, m := range found {
		o := option{Value: string(m.Area.Code), Text: fmt.Sprintf("%s (%s)", m.Area.Name, levelWords(m.Area.Level))}
		if parameter == "benchmark" {
			o.Href = address("", with(values, "benchmark", o.Value))[1:]
		}
		no.valid = append(no.valid, o)
	}
	if len(found) == 0 {
		for _, w := range benchmarkWords {
			no.valid = append(no.valid, option{Value: w})
		}
	}
	return data.Area{}, no
}

// canonicalBenchmark is the parameters of a page with the choice in its one
// form, and whether they were in another.
func (s *Server) canonicalBenchmark(values url.Values) (url.Values, bool, error) {
	if values.Get("benchmark") == "" && values.Get("group") == "" && values.Get("group_name") == "" {
		return values, false, nil
	}
	c, err := s.benchmarkChoice(values)
	if err != nil {
		return nil, false, err
	}
	out, changed := values, false
	for name, v := range c.values() {
		if values.Get(name) != v[0] {
			out, changed = with(out, name, v[0]), true
		}
	}
	return out, changed, nil
}

// chosen tells whether the reader chose another benchmark than the usual.
func (c benchmarkChoice) chosen() bool { return c.key != "" && c.key != againstUK }

// values are the parameters of the choice; none for the usual one.
func (c benchmarkChoice) values() url.Values {
	out := url.Values{}
	if c.key != "" {
		out.Set("benchmark", c.key)
	}
	if c.key == againstGroup {
		out.Set("group", joined(c.members))
		if c.name != "" {
			out.Set("group_name", c.name)
		}
	}
	return out
}

func joined(codes []data.AreaCode) string {
	parts := make([]string, len(codes))
	for i, c := range codes {
		parts[i] = string(c)
	}
	return strings.Join(parts, ",")
}

// keep is an address of this site with the choice in it. An address that has
// one of its own is left as it is.
func (c benchmarkChoice) keep(href string) string {
	if !c.chosen() {
		return href
	}
	to, err := url.Parse(href)
	if err != nil || !keepsBenchmark(to.Path) {
		return href
	}
	values := to.Query()
	if values.Has("benchmark") {
		return href
	}
	for name, v := range c.values() {
		values.Set(name, v[0])
	}
	out := address(to.Path, values)
	if to.Fragment != "" {
		out += "#" + to.EscapedFragment()
	}
	return out
}

// keepsBenchmark tells whether an address is that of a page that figures can be
// compared on, or that leads to one.
func keepsBenchmark(path string) bool {
	first, _, _ := strings.Cut(strings.TrimPrefix(path, "/"), "/")
	last := path[strings.LastIndexByte(path, '/')+1:]
	return strings.HasPrefix(path, "/") && !strings.Contains(last, ".") &&
		slices.Contains([]string{"", "search", "areas", "indicators", "compare", "groups", "index"}, first)
}

// keptIn is a page with the choice in the links and the forms that lead on from
// it, except those that name a benchmark themselves.
func (c benchmarkChoice) keptIn(page []byte) ([]byte, error) {
	if !c.chosen() {
		return page, nil
	}
	var b bytes.Buffer
	z := html.NewTokenizer(bytes.NewReader(page))
	for {
		kind := z.Next()
		raw := z.Raw()
		if kind == html.ErrorToken {
			if errors.Is(z.Err(), io.EOF) {
				return b.Bytes(), nil
			}
			return nil, fmt.Errorf("keep the benchmark in the page’s links: %w", z.Err())
		}
		if kind != html.StartTagToken || !bytes.HasPrefix(raw, []byte("<a ")) && !bytes.HasPrefix(raw, []byte("<form ")) {
			b.Write(raw)
			continue
		}
		raw = slices.Clone(raw)
		tag := z.Token()
		switch to, own := linkOf(tag); {
		case tag.Data == "a" && c.keep(to) != to:
			for i, a := range tag.Attr {
				if a.Key == "href" {
					tag.Attr[i].Val = c.keep(to)
				}
			}
			b.WriteString(tag.String())
		case tag.Data == "form" && !own && c.keep(to) != to:
			b.Write(raw)
			for _, p := range benchmarkParameters {
				if v := c.values().Get(p.name); v != "" {
					fmt.Fprintf(&b, `<input type="hidden" name="%s" value="%s">`, p.name, html.EscapeString(v))
				}
			}
		default:
			b.Write(raw)
		}
	}
}

// linkOf is where a link or a form leads, and whether it says itself that it
// brings a benchmark: <form data-benchmark>.
func linkOf(tag html.Token) (to string, own bool) {
	for _, a := range tag.Attr {
		switch a.Key {
		case "href", "action":
			to = a.Val
		case "data-benchmark":
			own = true
		}
	}
	return to, own
}

// benchmark is what the figures of one area are held against. Either areas has
// the one area, with others to take its place where it has no figure; or it has
// the similar areas, of which no one figure is made; or the members of a group.
type benchmark struct {
	choice   benchmarkChoice
	role     data.Role // of an area that the edition compares with; "" for others
	areas    []data.AreaCode
	similar  data.NeighbourKind // "" where the areas aren't a list of similar ones
	group    bool
	Name     string // in a sentence: "the UK", "the 20 most similar areas", "the group North Kent"
	Label    string // on a line of a chart
	Instead  string // a sentence: why it's not what was chosen; ""
	Caution  string // a sentence to be read with it; ""
	Heading  string // "Compared with the UK"
	Describe string // what it is made of, a sentence; ""
}

// one tells whether the benchmark is one area.
func (b benchmark) one() bool { return b.similar == "" && !b.group }

// Several tells whether the benchmark is a list of areas of which no one figure
// is made.
func (b benchmark) Several() bool { return b.similar != "" }

// circularity is what is to be read with the lists that are matched on outcomes.
const circularity = "These areas were matched on pay, employment and child poverty among others, so a comparison of those figures within the list is circular: likeness is what chose them."

// benchmarkFor applies the choice to an area. Where the area has none of the
// kind chosen, or is itself the one chosen, it is held against the national
// figure and Instead says so.
func (s *Server) benchmarkFor(c benchmarkChoice, area data.Area) benchmark {
	usual := s.oneArea(c, data.RoleUK, data.UnitedKingdom, data.GreatBritain)
	if area.Country != "" && area.Country != area.Code {
		usual.areas = append(usual.areas, area.Country) // much is published for one country alone
	}
	instead := func(text string) benchmark {
		usual.Instead = text + " Its figures are held against " + usual.Name + " instead."
		return usual
	}
	name := capitalised(inSentence(area))
	role := func(r data.Role, code data.AreaCode, none string) benchmark {
		if code == "" || code == area.Code {
			return instead(name + " " + none + ".")
		}
		return s.oneArea(c, r, code)
	}
	switch c.key {
	case "", againstUK:
		return usual
	case againstCountry:
		return role(data.RoleCountry, area.Country, "lies in no other country")
	case againstRegion:
		return role(data.RoleRegion, area.Region, "lies in no other region")
	case againstCombinedAuthority:
		return role(data.RoleCombinedAuthority, area.CombinedAuthority, "lies in no combined authority")
	case againstGroup:
		b := benchmark{choice: c, group: true, areas: c.members, Name: "the group of " + countWords(len(c.members)), Label: "Group"}
		if c.name != "" {
			b.Name, b.Label = "the group “"+c.name+"”", c.name
		}
		b.Heading = "Compared with " + b.Name
		b.Describe = capitalised(b.Name) + " is " + s.areaNames(c.members) + ". Its figures are put together from the counts behind theirs, where these are published; medians can’t be."
		return b
	}
	if kind, ok := neighbourKinds[c.key]; ok {
		near := s.Register.Neighbours(kind, area.Code)
		if len(near) == 0 {
			return instead("There is no list of areas similar to " + inSentence(area) + ".")
		}
		b := benchmark{choice: c, similar: kind, areas: near, Name: fmt.Sprintf("its %d similar areas", len(near)), Label: "Similar areas"}
		b.Heading = "Compared with " + b.Name
		b.Describe = "The " + fmt.Sprint(len(near)) + " areas most like " + inSentence(area) + " by " + similarBy(kind) + ", as the Office for National Statistics lists them, most similar first: " + s.areaNames(near) + ". Each is tested against " + inSentence(area) + " by itself, so that about 1 in 20 would look different by chance; no average is made of them."
		if kind != data.NeighboursDemographic {
			b.Caution = circularity
		}
		return b
	}
	if data.AreaCode(c.key) == area.Code {
		return instead("The chosen benchmark is " + inSentence(area) + " itself.")
	}
	return s.oneArea(c, "", data.AreaCode(c.key))
}

func similarBy(kind data.NeighbourKind) string {
	switch kind {
	case data.NeighboursDemographic:
		return "population and place: age, households, density, industry"
	case data.NeighboursEconomic:
		return "economy"
	default:
		return "all that is measured, outcomes included"
	}
}

// oneArea is a benchmark of one area. The edition's own comparison is used
// where the area plays a role in it.
func (s *Server) oneArea(c benchmarkChoice, role data.Role, codes ...data.AreaCode) benchmark {
	a, _ := s.Register.Area(codes[0])
	return benchmark{choice: c, role: role, areas: codes, Name: inSentence(a), Label: shortName(a), Heading: "Compared with " + inSentence(a)}
}

// areaNames are the areas' names in a row.
func (s *Server) areaNames(codes []data.AreaCode) string {
	var list []string
	for _, code := range codes {
		if a, ok := s.Register.Area(code); ok {
			list = append(list, a.Name)
		}
	}
	return strings.Join(list, ", ")
}

// figureOf finds the row of an area; false where there is none.
type figureOf func(data.AreaCode) (data.Row, bool)

// held compares a figure with its benchmark; nil where there is nothing to
// compare. row is the area's own, with the comparisons of the edition; figures
// finds other areas' rows of the same indicator and period.
func (s *Server) held(ind data.Indicator, row data.Row, b benchmark, figures figureOf) *comparisonLine {
	if !row.Value.Known() || slices.Contains(b.areas, row.Area) && b.one() {
		return nil
	}
	if b.role != "" {
		c, ok := row.Comparison(b.role)
		if !ok && b.role == data.RoleUK {
			c, ok = row.Comparison(data.RoleCountry)
		}
		if !ok {
			return nil
		}
		against, _ := s.Register.Area(c.Benchmark)
		line := comparison(ind, c, against)
		return &line
	}
	if b.similar != "" {
		return heldAgainstSimilar(row, b)
	}
	if s.Methods.Compare == nil {
		return nil
	}
	if b.group {
		return s.heldAgainstGroup(ind, row, b, figures)
	}
	against, ok := figures(b.areas[0])
	if !ok {
		return nil
	}
	c, ok := s.Methods.Compare(ind, row.Estimate, against.Estimate, "")
	if !ok {
		return nil
	}
	a, _ := s.Register.Area(b.areas[0])
	line := comparison(ind, c, a)
	return &line
}

// heldAgainstSimilar counts the similar areas that are clearly above or below.
func heldAgainstSimilar(row data.Row, b benchmark) *comparisonLine {
	for _, x := range row.Similar {
		if x.Kind != b.similar || x.N == 0 {
			continue
		}
		line := comparisonLine{Shape: "◆", Class: "spread", Place: "similar areas"}
		if x.Tested == 0 {
			line.Text = fmt.Sprintf("not tested against the %d similar areas with a figure: there are no intervals", x.N)
			line.Short, line.Place = "not tested", ""
			return &line
		}
		line.Text = fmt.Sprintf("clearly higher than %d and clearly lower than %d of %d", x.Lower, x.Higher, x.Tested)
		line.Place += " tested"
		line.Short = fmt.Sprintf("higher than %d, lower than %d of %d", x.Lower, x.Higher, x.Tested)
		return &line
	}
	return nil
}

// groupFigure puts the members' figures of one period together.
func (s *Server) groupFigure(ind data.Indicator, p data.Period, b benchmark, figures figureOf) data.GroupFigure {
	members := make([]data.Estimate, len(b.areas))
	for i, code := range b.areas {
		members[i] = data.Estimate{Indicator: ind.ID, Area: code, Period: p, Value: data.Missing(data.NotAvailable)}
		if r, ok := figures(code); ok {
			members[i] = r.Estimate
		}
	}
	return s.Methods.Group(ind, p, members)
}

func (s *Server) heldAgainstGroup(ind data.Indicator, row data.Row, b benchmark, figures figureOf) *comparisonLine {
	g := s.groupFigure(ind, row.Period, b, figures)
	if _, ok := g.Value.Number(); !ok {
		if !g.Lowest.OK {
			return nil
		}
		reason := g.Refused
		if reason == "" {
			reason = "the members’ counts are not published"
		}
		return &comparisonLine{
			Shape: "◆", Class: "spread", Place: b.Name, Short: "no figure for the group", Value: ind.Format(g.Lowest.V) + " to " + ind.Format(g.Highest.V),
			Text: "no test (" + reason + "); members of", Verdict: "",
		}
	}
	c, ok := s.Methods.Compare(ind, row.Estimate, data.Estimate{Indicator: ind.ID, Period: row.Period, Value: g.Value, Interval: g.Interval}, "")
	if !ok {
		return nil
	}
	line := comparison(ind, c, data.Area{Name: b.Name})
	return &line
}

// benchmarkOptions are the choices that an area has, each with the address of
// the same page under it.
func (s *Server) benchmarkOptions(c benchmarkChoice, area data.Area, path string) []option {
	var list []option
	offer := func(key, text string) {
		o := option{Value: key, Text: text, Href: address(path, url.Values{"benchmark": {key}}), Chosen: c.key == key || key == againstUK && !c.chosen()}
		list = append(list, o)
	}
	up := func(key string, code data.AreaCode) {
		if a, ok := s.Register.Area(code); ok && code != area.Code {
			offer(key, capitalised(inSentence(a)))
		}
	}
	if area.Level != data.LevelUK {
		offer(againstUK, "The UK")
	}
	up(againstCountry, area.Country)
	up(againstRegion, area.Region)
	up(againstCombinedAuthority, area.CombinedAuthority)
	if len(s.Register.Neighbours(data.NeighboursDemographic, area.Code)) > 0 {
		offer(againstSimilar, "Similar areas, by population")
		offer(againstEconomic, "Similar areas, by economy (circular)")
		offer(againstGlobal, "Similar areas, by everything (circular)")
	}
	switch {
	case c.key == againstGroup:
		list = append(list, option{Value: againstGroup, Text: capitalised(s.benchmarkFor(c, area).Name), Href: address(path, c.values()), Chosen: true})
	case c.chosen() && !slices.Contains(benchmarkWords, c.key):
		if a, ok := s.Register.Area(data.AreaCode(c.key)); ok {
			offer(c.key, capitalised(inSentence(a)))
		}
	}
	return list
}
