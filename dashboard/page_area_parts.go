package dashboard

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"goodwork/data"
)

// verdictCounts is a dimension's line of summary: how many of its figures have
// which verdict against the chosen benchmark.
func verdictCounts(rows []indicatorRow) []verdictCount {
	kinds := []verdictCount{
		{"▲▼", "better", "better"},
		{"▲▼", "worse", "worse"},
		{"▲▼", "higher", "higher"},
		{"▲▼", "lower", "lower"},
		{"●", "similar", "not clearly different"},
		{"◆", "spread", "held against several areas"},
		{"○", "untested", "not tested"},
		{"–", "none", "not compared"},
		{"–", "missing", "not available"},
	}
	n := map[string]int{}
	for _, r := range rows {
		switch {
		case r.Value == "":
			n["missing"]++
		case len(r.Comparisons) > 0:
			n[r.Comparisons[0].Class]++
		default:
			n["none"]++
		}
	}
	var out []verdictCount
	for _, k := range kinds {
		if n[k.Class] > 0 {
			k.Text = fmt.Sprintf("%d %s", n[k.Class], k.Text)
			out = append(out, k)
		}
	}
	return out
}

// ownFigures are the sentences about an area that nothing is held against: the
// first figure of each dimension.
func ownFigures(dimensions []dimensionPart) []summaryLine {
	var out []summaryLine
	for _, d := range dimensions {
		i := slices.IndexFunc(d.Rows, func(r indicatorRow) bool { return r.Level != "" })
		if i >= 0 && !d.Setting {
			out = append(out, summaryLine{Text: d.Rows[i].Level, Href: "#" + string(d.Rows[i].ID)})
		}
	}
	return out
}

// testsOn counts the tests behind the comparisons of an area's rows, in all and
// with each place that the figures are held against, and tells how many of them
// are of its county's figures.
func testsOn(rows []indicatorRow) (int, string) {
	var places []string
	n, all := map[string]int{}, 0
	county, ofCounty := "", 0
	for _, r := range rows {
		for _, c := range r.Comparisons {
			if !c.tested() {
				continue
			}
			if r.County != nil {
				county = r.County.Text
				ofCounty++
			}
			if n[c.Place] == 0 {
				places = append(places, c.Place)
			}
			n[c.Place]++
			all++
		}
	}
	slices.SortStableFunc(places, func(a, b string) int { return n[b] - n[a] })
	if len(places) == 0 {
		return 0, ""
	}
	text := "with " + places[0]
	if last := len(places) - 1; last > 0 {
		for i, place := range places {
			places[i] = fmt.Sprintf("%d with %s", n[place], place)
		}
		text = strings.Join(places[:last], ", ") + " and " + places[last]
	}
	switch {
	case ofCounty == 0:
	case ofCounty == all:
		text += ", of " + county + "’s figures"
	default:
		text += fmt.Sprintf("; %d of them of %s’s figures", ofCounty, county)
	}
	return all, text
}

// testFamily is what is left of the clear differences from the chosen benchmark
// once the number of tests on the page is taken into account.
type testFamily struct {
	Text  string
	Lists []standoutList
}

// standoutList is the figures that differ in one way.
type standoutList struct {
	Title, Class string
	Lines        []standoutLine
}

// testFamily adjusts the tests of the area's own figures against the chosen
// benchmark; a county's figure that stands in a row is not its district's. It is
// nil where fewer than two were tested: then there is nothing to adjust for.
func (s *Server) testFamily(rows []indicatorRow, against benchmark) *testFamily {
	if s.Methods.Adjust == nil || against.Several() {
		return nil
	}
	p := make([]data.Optional, len(rows))
	tested, clear := 0, 0
	for i, r := range rows {
		if r.Value == "" || r.County != nil || len(r.Comparisons) == 0 {
			continue
		}
		if p[i] = r.Comparisons[0].P; p[i].OK {
			tested++
			if r.Comparisons[0].differs() {
				clear++
			}
		}
	}
	if tested < 2 {
		return nil
	}
	lists := []standoutList{{Title: "Worse", Class: "worse"}, {Title: "Better", Class: "better"}, {Title: "Higher or lower, without a judgement", Class: "higher"}}
	left := 0
	for i, adjusted := range s.Methods.Adjust(p) {
		if !adjusted.OK || adjusted.V >= levelOfTests || !rows[i].Comparisons[0].differs() {
			continue
		}
		left++
		c := rows[i].Comparisons[0]
		for j := range lists {
			if lists[j].Class == c.Class || lists[j].Class == "higher" && c.Class == "lower" {
				lists[j].Lines = append(lists[j].Lines, standoutLine{Title: rows[i].Title, Href: "#" + string(rows[i].ID), Text: rows[i].Value + ", " + c.Short + " than " + c.Value})
			}
		}
	}
	f := &testFamily{Lists: slices.DeleteFunc(lists, func(l standoutList) bool { return len(l.Lines) == 0 })}
	f.Text = familySentence(tested, clear, left)
	return f
}

// familySentence says how many of the figures tested against the chosen benchmark
// differ, each by itself and with their number taken into account.
func familySentence(tested, clear, left int) string {
	text, which := fmt.Sprintf("%d figures tested: ", tested), ""
	switch {
	case clear == 0:
		return text + "no clear difference."
	case clear == 1:
		text, which = text+"1 clear difference, which ", "remains"
		if left == 0 {
			which = "does not remain"
		}
	case left == clear:
		text, which = text+fmt.Sprintf("%d clear differences, all of which ", clear), "remain"
	case left == 0:
		text, which = text+fmt.Sprintf("%d clear differences, none of which ", clear), "remains"
	case left == 1:
		text, which = text+fmt.Sprintf("%d clear differences, 1 of which ", clear), "remains"
	default:
		text, which = text+fmt.Sprintf("%d clear differences, %d of which ", clear, left), "remain"
	}
	return text + which + " once the number of tests is taken into account."
}

// differs tells whether a test has found a clear difference.
func (c comparisonLine) differs() bool {
	switch c.Class {
	case "better", "worse", "higher", "lower":
		return true
	}
	return false
}

// standoutLine is a figure that differs from a benchmark and moves the same way.
type standoutLine struct {
	Title, Href, Text string
}

// standouts fills what stands out: worse and worsening, better and improving.
func (s *Server) standouts(ctx context.Context, p *areaPage, area data.Area, rows []indicatorRow) error {
	list, err := s.Edition.Standouts(ctx, data.Query{Areas: []data.AreaCode{area.Code}})
	if err != nil {
		return fmt.Errorf("what stands out: %w", err)
	}
	for _, x := range list {
		i := slices.IndexFunc(rows, func(r indicatorRow) bool { return r.ID == x.Indicator })
		if i < 0 {
			continue
		}
		r := rows[i]
		line := standoutLine{Title: r.Title, Href: "#" + string(r.ID), Text: r.Value + " in " + r.Period}
		if c, ok := r.current.Comparison(x.Role); ok {
			against, _ := s.Register.Area(c.Benchmark)
			words := comparison(r.indicator, c, against)
			line.Text = fmt.Sprintf("%s, %s %s (%s)", r.Value, words.Text, words.Place, words.Value)
		}
		if r.Trend != nil {
			line.Text += ". " + r.Trend.Text
		} else {
			line.Text += "."
		}
		if x.Better {
			p.Better = append(p.Better, line)
		} else {
			p.Worse = append(p.Worse, line)
		}
	}
	if len(p.Better)+len(p.Worse) == 0 && !p.Alone {
		p.Standouts = fmt.Sprintf("No figure for %s is clearly worse than a larger area’s and worsening, or clearly better and improving, once the number of tests is taken into account.", inSentence(area))
	}
	return nil
}

// changeLine is one indicator in the table of changes since 2019.
type changeLine struct {
	Title, Href string
	From, To    string
	Amount      string
	Interval    string
	Verdict     verdictLine
}

// changeLines lists the changes since 2019 or its nearest kin.
func changeLines(rows []indicatorRow) []changeLine {
	var out []changeLine
	for _, r := range rows {
		for _, c := range r.current.Changes {
			if c.Span != data.SpanSince2019 {
				continue
			}
			line := changeLine{Title: r.Title, Href: "#" + string(r.ID), To: c.Period.ShortLabel(), Verdict: changeVerdict(r.indicator, c)}
			if !c.From.IsZero() {
				line.From = c.From.ShortLabel()
			}
			if c.Amount.OK {
				line.Amount = changeAmount(r.indicator, c, c.Amount.V)
			}
			if c.Interval.Known {
				line.Interval = changeAmount(r.indicator, c, c.Interval.Lower) + " to " + changeAmount(r.indicator, c, c.Interval.Upper)
			}
			out = append(out, line)
		}
	}
	return out
}

// changeCounts counts the verdicts of changes.
func changeCounts(lines []changeLine) []verdictCount {
	kinds := []verdictCount{
		{"▲▼", "better", "better"},
		{"▲▼", "worse", "worse"},
		{"▲▼", "higher", "changed clearly, without a judgement"},
		{"●", "similar", "without a clear change"},
		{"○", "untested", "not assessed"},
	}
	n := map[string]int{}
	for _, l := range lines {
		class := l.Verdict.Class
		if class == "lower" {
			class = "higher"
		}
		n[class]++
	}
	var out []verdictCount
	for _, k := range kinds {
		if n[k.Class] > 0 {
			k.Text = fmt.Sprintf("%d %s", n[k.Class], k.Text)
			out = append(out, k)
		}
	}
	return out
}

// changeAmount writes a change with its sign: "+3.1%", "−1.2 points", "+£12".
func changeAmount(ind data.Indicator, c data.PeriodChange, f float64) string {
	text := ind.Format(f)
	switch {
	case c.Percent:
		text = data.FormatNumber(f, 1) + "%"
	case ind.Unit == "%":
		text = data.FormatNumber(f, max(ind.Decimals, 1)) + " points"
	}
	if f > 0 && !strings.HasPrefix(text, "−") {
		text = "+" + text
	}
	return text
}

// changeVerdict puts the verdict of a change in shape, words and colour.
func changeVerdict(ind data.Indicator, c data.PeriodChange) verdictLine {
	line := verdictLine{Shape: "○", Class: "untested", Text: "not assessed"}
	switch c.Verdict {
	case data.NoClearChange:
		return verdictLine{Shape: "●", Class: "similar", Text: "no clear change"}
	case data.Rise:
		line = verdictLine{Shape: "▲", Class: "higher", Text: "rose"}
	case data.Fall:
		line = verdictLine{Shape: "▼", Class: "lower", Text: "fell"}
	default:
		if c.Reason != "" {
			line.Text += ": " + c.Reason
		}
		return line
	}
	if judged(ind) {
		line.Class, line.Verdict = "worse", "worse"
		if (c.Verdict == data.Rise) == (ind.Polarity == data.PolarityHigh) {
			line.Class, line.Verdict = "better", "better"
		}
	}
	return line
}

// payByWorkplace lists the indicators of pay where people work.
func payByWorkplace(all []data.Indicator) []link {
	var out []link
	for _, ind := range all {
		if ind.Dimension == "pay" && ind.Base == "workplaces" {
			out = append(out, link{Text: ind.Title, Href: "#" + string(ind.ID)})
		}
	}
	return out
}

// rowSources lists the sources of the rows, each once.
func rowSources(rows []indicatorRow) []sourceLine {
	var out []sourceLine
	for _, r := range rows {
		if r.Value == "" {
			continue
		}
		l := r.Source
		l.Ours, l.More = false, nil
		if !slices.ContainsFunc(out, func(o sourceLine) bool { return o.Title == l.Title && o.Release == l.Release }) {
			out = append(out, l)
		}
	}
	return out
}

// areaTable is a table of areas by a few indicators, each cell with its verdict
// against the area of the page.
type areaTable struct {
	Title   string
	Lead    string
	Caution string
	Columns []tableColumn
	Rows    []tableRow
	Long    bool // shown on demand
}

type tableColumn struct{ Title, Period, Href string }

type tableRow struct {
	link
	Here  bool
	Cells []tableCell
}

// tableCell is a figure and how it stands to the page's area.
type tableCell struct {
	Value   string
	Shape   string
	Class   string
	Word    string
	Missing string
}

// mainIndicators are those that stand for all in a table of areas: the first of
// each dimension that has a figure for the area, or for most of those areas.
func (s *Server) mainIndicators(has func(data.IndicatorID) bool) []data.Indicator {
	var out []data.Indicator
	for _, d := range data.Dimensions {
		for _, ind := range s.Edition.Indicators() {
			if ind.Dimension == d && has(ind.ID) {
				out = append(out, ind)
				break
			}
		}
	}
	return out
}

// longTable is how many areas a table may have and still be shown unasked.
const longTable = 12

// areaTable holds each of a list of areas against one area.
func (s *Server) areaTable(here data.Area, codes []data.AreaCode) *areaTable {
	has := func(id data.IndicatorID) bool {
		n := 0
		for _, code := range codes {
			if r, ok := rowOf(s.library.latest[id], code); ok && r.Value.Known() {
				n++
			}
		}
		return 2*n > len(codes)
	}
	columns := s.mainIndicators(has)
	if len(columns) == 0 {
		return nil
	}
	t := &areaTable{Long: len(codes) > longTable}
	for _, ind := range columns {
		t.Columns = append(t.Columns, tableColumn{Title: ind.Title, Period: s.Edition.LatestPeriod(ind.ID).Label(), Href: "/indicators/" + string(ind.ID)})
	}
	all := append([]data.AreaCode{here.Code}, codes...)
	all = slices.DeleteFunc(all, func(code data.AreaCode) bool { _, ok := s.Register.Area(code); return !ok })
	for _, code := range all {
		a, _ := s.Register.Area(code)
		t.Rows = append(t.Rows, tableRow{link: areaLink(a), Here: code == here.Code})
	}
	for _, ind := range columns {
		for i, cell := range s.tableColumn(ind, all, here.Code) {
			t.Rows[i].Cells = append(t.Rows[i].Cells, cell)
		}
	}
	return t
}

// tableColumn is one indicator's cells, each area held against the one here. A
// difference is clear where it is so after the number of areas tested is taken
// into account: the column is a list of areas that differ.
func (s *Server) tableColumn(ind data.Indicator, codes []data.AreaCode, here data.AreaCode) []tableCell {
	cells := make([]tableCell, len(codes))
	held := make([]*data.Comparison, len(codes))
	p := make([]data.Optional, len(codes))
	own, known := rowOf(s.library.latest[ind.ID], here)
	for i, code := range codes {
		r, ok := rowOf(s.library.latest[ind.ID], code)
		if !ok {
			cells[i].Missing = data.NotAvailable.Reason()
			continue
		}
		f, ok := r.Value.Number()
		if !ok {
			cells[i].Missing = r.Value.Marker().Reason()
			continue
		}
		cells[i].Value = ind.Format(f)
		if code == here || !known || s.Methods.Compare == nil {
			continue
		}
		if c, ok := s.Methods.Compare(ind, r.Estimate, own.Estimate, ""); ok {
			held[i], p[i] = &c, c.P
		}
	}
	if s.Methods.Adjust != nil {
		p = s.Methods.Adjust(p)
	}
	for i, c := range held {
		if c == nil {
			continue
		}
		if p[i].OK && p[i].V >= levelOfTests {
			c.Verdict = data.Similar
		}
		line := comparison(ind, *c, data.Area{})
		cells[i].Shape, cells[i].Class, cells[i].Word = line.Shape, line.Class, line.Short
		if line.Class == "untested" {
			cells[i].Word = "not tested"
		}
	}
	return cells
}

// similarTable is the profile of the area's similar areas, nil where it has no
// list of them.
func (s *Server) similarTable(area data.Area, against benchmark) *areaTable {
	kind := data.NeighboursDemographic
	if against.similar != "" {
		kind = against.similar
	}
	near := s.Register.Neighbours(kind, area.Code)
	if len(near) == 0 {
		return nil
	}
	t := s.areaTable(area, near)
	if t == nil {
		return nil
	}
	t.Title, t.Long = "Similar areas", true
	t.Lead = fmt.Sprintf("The %d areas most like %s by %s, as the Office for National Statistics lists them, most similar first. The marks say how each figure stands to that of %s.", len(near), inSentence(area), similarBy(kind), inSentence(area))
	if kind != data.NeighboursDemographic {
		t.Caution = circularity
	}
	return t
}

// constituentTable is the local areas of a larger one, of England its regions;
// nil where it has none, and for the United Kingdom.
func (s *Server) constituentTable(area data.Area) *areaTable {
	var codes []data.AreaCode
	title := "Local areas"
	switch area.Level {
	case data.LevelUK, data.LevelCountryGroup:
		title = "Nations"
		for _, a := range s.Register.Areas() {
			if a.Current() && a.Level == data.LevelCountry && slices.ContainsFunc(s.Register.Parents(a.Code), func(up data.Area) bool { return up.Code == area.Code }) {
				codes = append(codes, a.Code)
			}
		}
	case data.LevelCountry:
		for _, a := range s.Register.Areas() {
			if a.Current() && a.Level == data.LevelRegion && a.Country == area.Code {
				codes, title = append(codes, a.Code), "Regions"
			}
		}
	}
	if len(codes) == 0 {
		children := s.Register.Children(area.Code)
		slices.SortFunc(children, func(a, b data.Area) int { return strings.Compare(a.Name, b.Name) })
		for _, a := range children {
			codes = append(codes, a.Code)
		}
	}
	if len(codes) == 0 {
		return nil
	}
	t := s.areaTable(area, codes)
	if t == nil {
		return nil
	}
	t.Title = title
	t.Lead = "Figures as published for each. The marks say how each stands to the figure of " + inSentence(area) + ", where one is published; no figure here is an average of others."
	return t
}
