package dashboard

import (
	"fmt"
	"html/template"
	"math"
	"slices"
	"strings"
	"time"

	"goodwork/data"
)

// indicatorRow is one indicator of one area: the unit of which area pages are made.
type indicatorRow struct {
	ID          data.IndicatorID
	Title       string
	Question    string
	Href        string
	Place       string // the area's name in a sentence
	Base        string // "residents"
	Period      string // of the figure, or of the one that is missing
	MissingFor  string // the period as it follows "not available": "for the year ending March 2023"
	Age         string // at the day of the edition: "7 months old"
	Flags       []string
	Grade       string // "quality A", "" where there is no figure
	GradeReason string
	Level       string   // the figure and its national benchmark in a sentence
	Sentences   []string // of change and position
	Definition  string
	Trend       *verdictLine
	TrendMark   template.HTML
	Strip       template.HTML
	Spine       template.HTML
	Against     string // the benchmark's figure, "" where it is no one figure
	AllAreas    string // the address of every area's figure
	Trace       string // the address of where the figure comes from
	Value       string // "£589"; "" where it is missing
	UnitWords   string
	Interval    string
	Unreliable  bool   // the publisher calls it so
	Missing     string // why there is no figure, in words
	Earlier     string // the latest figure before the missing one
	County      *link  // whose figure it is where the area has none of its own
	Comparisons []comparisonLine
	Series      []seriesLine // latest first
	Caveat      string
	Source      sourceLine
	CSV         string
	Embed       string // the chart by itself, to save or share
	Picture     string // the same as a picture
	PictureDark string // the same for a dark page

	dimension data.Dimension
	indicator data.Indicator
	current   data.Row
}

// verdictLine is a verdict of a trend in shape, words and colour.
type verdictLine struct {
	Shape, Class, Text, Verdict string
	Short                       string // of a trend: "rising, 2021 to 2025"
}

// seriesLine is one period in the table behind a chart.
type seriesLine struct {
	Period   string
	Value    string
	Interval string
	Notes    string
}

// comparisonLine is one comparison in shape, words and colour.
type comparisonLine struct {
	Shape   string        // ▲ ▼ ● ○
	Class   string        // better, worse, higher, lower, similar, untested
	Text    string        // "lower than"
	Short   string        // "lower"
	Place   string        // "the UK"
	Value   string        // "£643"
	Verdict string        // "worse", "" where no judgement is passed
	P       data.Optional // of the test behind it
}

// tested tells whether the line is the outcome of one test.
func (c comparisonLine) tested() bool {
	switch c.Class {
	case "untested", "spread", "none":
		return false
	}
	return true
}

// sourceLine says whence a figure comes.
type sourceLine struct {
	Ours      bool // made here from the source's figures
	Publisher string
	Title     string
	Href      string
	Status    string // "accredited official statistics"
	Release   string
	Published string
	More      []link // other sources that a figure of ours rests on
}

// indicatorRow makes the row of one indicator of an area.
func (s *Server) indicatorRow(ind data.Indicator, area data.Area, figures areaFigures, against benchmark) indicatorRow {
	latest := s.Edition.LatestPeriod(ind.ID)
	row := indicatorRow{
		ID: ind.ID, Title: ind.Title, Question: ind.Question, Place: inSentence(area), Href: "/indicators/" + string(ind.ID), Base: ind.Base, UnitWords: ind.UnitWords,
		Period: latest.Label(), MissingFor: "for " + strings.TrimPrefix(latest.InWords(), "in "), Age: age(latest, s.library.date), Caveat: ind.Caveat, Definition: ind.Definition,
		Source:    s.library.sourceLine(ind, data.Row{Estimate: data.Estimate{Source: ind.Source}}),
		dimension: ind.Dimension, indicator: ind,
	}
	row.AllAreas = row.Href + "#table"
	shown := area
	series := figures.rows[ind.ID][area.Code]
	if len(series) == 0 && ind.ShownFrom == "county" && area.Level.IsLocal() && area.County != "" {
		if county, ok := s.Register.Area(area.County); ok && len(figures.rows[ind.ID][county.Code]) > 0 {
			shown, series = county, figures.rows[ind.ID][county.Code]
			l := areaLink(county)
			row.County = &l
		}
	}
	if len(series) == 0 {
		row.Missing = data.NotAvailable.Reason()
		if area.Level.IsLocal() || area.Level == data.LevelCounty {
			row.Missing = "not published for this place"
		}
		return row
	}
	row.CSV = "/areas/" + string(shown.Code) + ".csv?indicator=" + string(ind.ID)
	row.Series = seriesLines(ind, series)
	if knownIn(series) > 1 {
		chart := "/embed/areas/" + shown.Slug() + "/" + string(ind.ID)
		kept := against.choice.values()
		row.Embed, row.Picture, row.PictureDark = address(chart, kept), address(chart+".svg", kept), address(chart+".svg", with(kept, themeParameter.name, "dark"))
	}
	current, ok := rowAt(series, latest)
	if !ok {
		current.Value = data.Missing(data.NotAvailable)
	} else {
		row.Trace = fmt.Sprintf("/areas/%s/%s/%s", shown.Code, ind.ID, latest.URL())
		row.Source = s.library.sourceLine(ind, current)
		row.Flags = current.Flags.Words()
		if current.Grade != "" {
			row.Grade, row.GradeReason = string(current.Grade)+", "+current.Grade.Words(), current.GradeReason
		}
	}
	row.current = current
	f, known := current.Value.Number()
	if !known {
		row.Missing = current.Value.Marker().Reason()
		if earlier, ok := lastKnown(series); ok {
			row.Earlier = fmt.Sprintf("The latest figure is %s, for %s.", ind.FormatValue(earlier.Value), earlier.Period.Label())
		}
		return row
	}
	row.Value, row.Interval = ind.Format(f), ind.FormatInterval(current.Interval)
	row.Unreliable = current.Flags.Has(data.LowReliability)
	sentence := func(role string) string { return figures.sentences[sentenceKey{ind.ID, shown.Code, role}] }
	row.Level = sentence("level")
	for _, role := range []string{"change", "position"} {
		if text := sentence(role); text != "" {
			row.Sentences = append(row.Sentences, text)
		}
	}
	row.Trend = trendVerdict(ind, current.Trend, sentence("trend"))
	s.compare(&row, shown, figures, against)
	s.draw(&row, shown, series, figures, against)
	return row
}

// compare fills the row's comparisons: that with the chosen benchmark, then the
// national one, or where that is chosen the region's or else the country's.
func (s *Server) compare(row *indicatorRow, shown data.Area, figures areaFigures, against benchmark) {
	ind, current := row.indicator, row.current
	first := s.held(ind, current, against, figures.at(ind.ID, current.Period))
	switch {
	case first != nil:
		row.Comparisons = append(row.Comparisons, *first)
	case against.one() && slices.Contains(against.areas, shown.Code):
	case ind.Kind == "count":
		row.Comparisons = append(row.Comparisons, comparisonLine{Shape: "–", Class: "none", Text: "a count, which is held against nothing: areas differ in size", Short: "a count: not compared"})
	case current.Flags.Has(data.LowReliability):
		row.Comparisons = append(row.Comparisons, comparisonLine{Shape: "–", Class: "none", Text: "not compared: the estimate is unreliable", Short: "not compared"})
	default:
		row.Comparisons = append(row.Comparisons, comparisonLine{Shape: "–", Class: "none", Text: "no figure for " + against.Name + " to compare with", Short: "no figure to compare with"})
	}
	roles := []data.Role{data.RoleUK}
	if against.role == data.RoleUK {
		roles = []data.Role{data.RoleRegion, data.RoleCountry}
	}
	for _, role := range roles {
		c, ok := current.Comparison(role)
		if !ok {
			continue
		}
		benchmark, _ := s.Register.Area(c.Benchmark)
		line := comparison(ind, c, benchmark)
		if !slices.ContainsFunc(row.Comparisons, func(c comparisonLine) bool { return c.Place == line.Place }) {
			row.Comparisons = append(row.Comparisons, line)
		}
		break
	}
}

// at finds other areas' figures of one indicator and period.
func (f areaFigures) at(id data.IndicatorID, p data.Period) figureOf {
	return func(code data.AreaCode) (data.Row, bool) { return rowAt(f.rows[id][code], p) }
}

// againstSeries is the benchmark's series; nil where it is no one figure.
func (s *Server) againstSeries(ind data.Indicator, series []data.Row, figures areaFigures, against benchmark) []data.Row {
	switch {
	case against.similar != "":
		return nil
	case against.group:
		if s.Methods.Group == nil {
			return nil
		}
		var out []data.Row
		for _, r := range series {
			g := s.groupFigure(ind, r.Period, against, figures.at(ind.ID, r.Period))
			out = append(out, data.Row{Estimate: data.Estimate{Indicator: ind.ID, Period: r.Period, Value: g.Value, Interval: g.Interval}})
		}
		return out
	}
	for _, code := range against.areas {
		if rows := figures.rows[ind.ID][code]; len(rows) > 0 {
			return rows
		}
	}
	return nil
}

// draw fills the row's marks.
func (s *Server) draw(row *indicatorRow, shown data.Area, series []data.Row, figures areaFigures, against benchmark) {
	ind := row.indicator
	held := s.againstSeries(ind, series, figures, against)
	if ind.Kind == "count" {
		held = nil // a larger area's count is no measure of a smaller one's
	}
	label := against.Label
	if len(held) > 0 && held[0].Area == shown.Code {
		held = nil
	}
	if len(held) > 0 && against.role == data.RoleUK {
		label = "GB"
		if a, ok := s.Register.Area(held[0].Area); ok && a.Code != data.GreatBritain {
			label = shortName(a)
		}
	}
	var level *float64
	if r, ok := rowAt(held, row.current.Period); ok {
		if f, ok := r.Value.Number(); ok {
			level = &f
			row.Against = ind.Format(f)
		}
	}
	first, _ := firstKnown(series)
	trend := trendMark{
		Own: markPoints(ind, series), Against: markPoints(ind, held), Label: cut(label, 12), FromZero: ind.AxisFromZero,
		Name: fmt.Sprintf("%s in %s, %s to %s: from %s to %s.", ind.Title, inSentence(shown), first.Period.Label(), row.Period, ind.FormatValue(first.Value), row.Value),
	}
	row.TrendMark = trend.svg()

	here, _ := row.current.Value.Number()
	others := s.peers(ind, shown)
	if len(others) < 5 {
		return
	}
	var near []data.AreaCode
	if against.similar != "" {
		near = against.areas
	}
	strip := stripMark{Here: here, Label: cut(shown.Name, 24), Against: level, AgainstLabel: cut(label, 24)}
	spine := spineMark{Here: here, Against: level, Turned: ind.Polarity == data.PolarityLow}
	if len(row.Comparisons) > 0 {
		spine.Verdict = &row.Comparisons[0]
	}
	for _, r := range others {
		f, ok := r.Value.Number()
		if !ok {
			continue
		}
		spine.Values = append(spine.Values, f)
		if r.Area == shown.Code {
			continue
		}
		marked := slices.Contains(near, r.Area)
		strip.Others = append(strip.Others, stripDot{f, marked})
		if marked {
			spine.Dots = append(spine.Dots, f)
		}
	}
	slices.Sort(spine.Values)
	if len(spine.Values) < 5 {
		return
	}
	low, high := spine.Values[0], spine.Values[len(spine.Values)-1]
	strip.Low, strip.High = ind.Format(low), ind.Format(high)
	strip.Name = fmt.Sprintf("%s: %s is %s; the %s with a figure lie between %s and %s.", ind.Title, shown.Name, row.Value, countWords(len(spine.Values)), strip.Low, strip.High)
	row.Strip = strip.svg()
	spine.Name = fmt.Sprintf("Lowest %s, middle half %s to %s, highest %s", strip.Low, ind.Format(quantile(spine.Values, 0.25)), ind.Format(quantile(spine.Values, 0.75)), strip.High)
	row.Spine = spine.svg()
}

// peers are the latest figures of the areas of an area's kind: of the local
// areas, or where an indicator is published for counties those of the upper tier.
func (s *Server) peers(ind data.Indicator, area data.Area) []data.Row {
	group := areaGroup(area.Level)
	switch {
	case area.Level.IsLocal():
		group = defaultGroup(ind)
	case area.Level == data.LevelCounty || area.Level == data.LevelMetropolitanCounty:
		group = groupUpper
	}
	return slices.DeleteFunc(s.rowsIn(s.library.latest[ind.ID], group), func(r data.Row) bool {
		return r.AreaLevel == data.LevelUK || r.AreaLevel == data.LevelCountryGroup
	})
}

// trendVerdict puts the verdict of a trend in shape, words and colour; improving
// and worsening are said only where a change can be judged.
func trendVerdict(ind data.Indicator, t *data.Trend, sentence string) *verdictLine {
	if t == nil || sentence == "" {
		return nil
	}
	line := verdictLine{Text: sentence, Short: "trend not assessed", Class: "untested", Shape: "○"}
	over := ""
	if !t.From.IsZero() {
		over = ", " + yearWords(t.From) + " to " + yearWords(t.Period)
	}
	if ind.Unit == "£" && ind.Method != "deflated" {
		over = " before inflation" + over
	}
	switch t.Verdict {
	case data.NoSignificantChange:
		line.Class, line.Shape, line.Short = "similar", "→", "no clear trend"+over
		return &line
	case data.Increasing:
		line.Shape, line.Short = "↗", "rising"+over
	case data.Decreasing:
		line.Shape, line.Short = "↘", "falling"+over
	default:
		return &line
	}
	line.Class = "higher"
	if judged(ind) {
		line.Class, line.Verdict = "worse", "worsening"
		if (t.Verdict == data.Increasing) == (ind.Polarity == data.PolarityHigh) {
			line.Class, line.Verdict = "better", "improving"
		}
	}
	return &line
}

// yearWords is a period's short label without its month.
func yearWords(p data.Period) string {
	label := p.ShortLabel()
	if _, year, ok := strings.Cut(label, " "); ok {
		return year
	}
	return label
}

// judged tells whether a change over time is better or worse: money that is not
// adjusted for prices rises without anybody being better off.
func judged(ind data.Indicator) bool {
	return ind.Polarity != data.PolarityNone && (ind.Unit != "£" || ind.Method == "deflated")
}

// cut is text shortened to a number of letters for a label in a drawing, whose
// whole name stands beside it.
func cut(text string, letters int) string {
	runes := []rune(text)
	if len(runes) <= letters {
		return text
	}
	return strings.TrimSpace(string(runes[:letters-1])) + "…"
}

// rowAt finds the row of a period.
func rowAt(series []data.Row, p data.Period) (data.Row, bool) {
	for _, r := range series {
		if r.Period == p {
			return r, true
		}
	}
	return data.Row{}, false
}

// lastKnown finds the latest row with a number.
func lastKnown(series []data.Row) (data.Row, bool) {
	for i := len(series) - 1; i >= 0; i-- {
		if series[i].Value.Known() {
			return series[i], true
		}
	}
	return data.Row{}, false
}

// firstKnown finds the earliest row with a number.
func firstKnown(series []data.Row) (data.Row, bool) {
	i := slices.IndexFunc(series, func(r data.Row) bool { return r.Value.Known() })
	if i < 0 {
		return data.Row{}, false
	}
	return series[i], true
}

// seriesLines is the table behind a chart, latest first.
func seriesLines(ind data.Indicator, series []data.Row) []seriesLine {
	lines := make([]seriesLine, 0, len(series))
	for i := len(series) - 1; i >= 0; i-- {
		r := series[i]
		l := seriesLine{Period: r.Period.Label(), Value: ind.FormatValue(r.Value), Interval: ind.FormatInterval(r.Interval), Notes: strings.Join(r.Flags.Words(), ", ")}
		if !r.Value.Known() {
			l.Notes = r.Value.Marker().Reason()
		}
		for _, b := range ind.Breaks {
			if startsAfterBreak(series, i, b.From) {
				l.Notes = strings.TrimPrefix(l.Notes+"; break before this period: "+b.Note, "; ")
			}
		}
		lines = append(lines, l)
	}
	return lines
}

// startsAfterBreak tells whether row i is the first of a series on or after the
// day of a break.
func startsAfterBreak(series []data.Row, i int, day string) bool {
	return series[i].Period.Start() >= day && i > 0 && series[i-1].Period.Start() < day
}

// comparison puts a verdict in shape, words and colour. Better and worse are
// said only where the indicator has a polarity; a gap without a test has none.
func comparison(ind data.Indicator, c data.Comparison, benchmark data.Area) comparisonLine {
	line := comparisonLine{Place: inSentence(benchmark), Value: ind.Format(c.BenchmarkValue), P: c.P}
	switch c.Verdict {
	case data.NotTested:
		line.Shape, line.Class, line.Text = "○", "untested", gapWords(ind, c.Gap)
		line.Short, line.Verdict = line.Text, "gap not tested"
		return line
	case data.Similar:
		line.Shape, line.Class, line.Text = "●", "similar", "not clearly different from"
		line.Short = "not clearly different"
		return line
	}
	line.Shape, line.Text, line.Short = "▲", "higher than", "higher"
	if c.Gap < 0 {
		line.Shape, line.Text, line.Short = "▼", "lower than", "lower"
	}
	line.Class = string(c.Verdict)
	if c.Verdict == data.Better || c.Verdict == data.Worse {
		line.Verdict = string(c.Verdict)
	}
	return line
}

// gapWords says a gap's size and direction, rounded as the indicator is.
func gapWords(ind data.Indicator, gap float64) string {
	size := ind.Format(math.Abs(gap))
	if ind.Unit == "%" {
		size = data.FormatNumber(math.Abs(gap), ind.Decimals) + " points"
	}
	switch {
	case size == ind.Format(0) || size == data.FormatNumber(0, ind.Decimals)+" points":
		return "level with"
	case gap < 0:
		return size + " below"
	default:
		return size + " above"
	}
}

func (l library) sourceLine(ind data.Indicator, r data.Row) sourceLine {
	src := l.sources[r.Source]
	line := sourceLine{
		Ours: ind.Designation == "ours", Publisher: src.Publisher, Title: src.Title, Href: src.LandingPage,
		Status: data.Designations[src.Designation], Release: string(r.Release),
	}
	if rel, ok := l.releases[releaseKey{r.Source, r.Release}]; ok && rel.Published != "" {
		line.Published = dayWords(rel.Published)
	}
	for _, id := range ind.Inputs {
		if in, ok := l.sources[id]; ok && id != r.Source && line.Ours {
			line.More = append(line.More, link{Text: in.Publisher + ", " + in.Title, Href: in.LandingPage})
		}
	}
	return line
}

// age says how long before the day of the edition a period ended.
func age(p data.Period, edition time.Time) string {
	if p.IsZero() {
		return ""
	}
	last := p.LastDay()
	months := (edition.Year()-last.Year())*12 + int(edition.Month()-last.Month())
	if edition.Day() < last.Day() {
		months--
	}
	switch {
	case months < 1:
		return "less than a month old"
	case months == 1:
		return "1 month old"
	case months < 24:
		return fmt.Sprintf("%d months old", months)
	default:
		return fmt.Sprintf("%d years old", months/12)
	}
}
