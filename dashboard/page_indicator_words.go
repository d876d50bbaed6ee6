package dashboard

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"goodwork/dashboard/chart"
	"goodwork/data"
)

// findings says the figure of the benchmark, and how many areas differ from it.
func (s *Server) findings(ind data.Indicator, v indicatorView, all []data.Row, held heldRows) []string {
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
	higher, lower := 0, 0
	for _, c := range held.of {
		switch differs, _ := differing(c); {
		case differs && c.Gap > 0:
			higher++
		case differs:
			lower++
		}
	}
	switch {
	case held.Tested > 0:
		out = append(out, fmt.Sprintf("Of the %d %s that could be tested, %s clearly higher and %s clearly lower than %s, after allowance for the number of tests.",
			held.Tested, v.group.words(), wereWords(higher), wereWords(lower), held.Against))
	case len(held.of) > 0:
		out = append(out, "The figures of "+v.group.words()+" have no intervals, so their differences from "+held.Against+" are not tested.")
	}
	if held.Note != "" {
		out = append(out, held.Note)
	}
	return out
}

func wereWords(n int) string {
	switch n {
	case 0:
		return "none was"
	case 1:
		return "1 was"
	}
	return fmt.Sprintf("%d were", n)
}

// useOf says what the figures of local areas can bear.
func useOf(x *data.Signal) string {
	if x == nil {
		return ""
	}
	if x.Use == data.UseUntested || !x.SignalShare.OK {
		return "Without intervals it is not known how far areas may be ranked."
	}
	share := fmt.Sprintf("The share of the spread between areas that is more than sampling error is %s of 1: ", data.FormatNumber(x.SignalShare.V, 2))
	switch x.Use {
	case data.UseRank:
		return share + "areas may be ranked, as ranges of places."
	case data.UseMap:
		return share + "areas may be mapped in classes, but not ranked."
	}
	return share + "areas may only be shown, as neither classes nor ranks tell most of them apart."
}

// inequalityPart is the gap between areas, over the periods.
type inequalityPart struct {
	Sentence string
	Lines    []inequalityLine // latest first
	Net      bool             // whether any line has a spread net of sampling error
	Ratio    bool
}

type inequalityLine struct {
	Period, P10, P90, Ratio, Gini, CV, Net string
	N                                      int
}

// inequality reads the gaps between local areas; nil where the edition has none
// for the view's period.
func (s *Server) inequality(ctx context.Context, ind data.Indicator, v indicatorView) (*inequalityPart, error) {
	if v.group != groupLocal {
		return nil, nil
	}
	all, err := s.Edition.Inequalities(ctx, ind.ID)
	if err != nil {
		return nil, err
	}
	p := inequalityPart{}
	plain := func(o data.Optional, decimals int) string {
		if !o.OK {
			return ""
		}
		return data.FormatNumber(o.V, decimals)
	}
	figure := func(o data.Optional) string {
		if !o.OK {
			return ""
		}
		return ind.Format(o.V)
	}
	for _, x := range slices.Backward(all) {
		line := inequalityLine{
			Period: x.Period.Label(), N: x.N, P10: figure(x.P10), P90: figure(x.P90), Ratio: plain(x.P90ByP10, 2),
			Gini: plain(x.Gini, 3), CV: plain(x.CV, 3), Net: figure(x.NetSD),
		}
		p.Net, p.Ratio = p.Net || line.Net != "", p.Ratio || line.Ratio != ""
		p.Lines = append(p.Lines, line)
		if x.Period != v.period || !x.P10.OK || !x.P90.OK {
			continue
		}
		p.Sentence = fmt.Sprintf("%s, a tenth of the %d areas with a figure were at or below %s and a tenth at or above %s",
			capitalised(v.period.InWords()), x.N, line.P10, line.P90)
		if line.Ratio != "" {
			p.Sentence += ", " + line.Ratio + " times as much"
		}
		p.Sentence += "."
	}
	if p.Sentence == "" {
		return nil, nil
	}
	return &p, nil
}

// trendsPart draws the series of chosen areas.
type trendsPart struct {
	Chart   *pageChart
	Adding  addingForm
	Kept    url.Values
	Absent  string       // which of the chosen areas have no series
	Columns []string     // of the table behind: the areas
	Lines   []trendsLine // latest first
	Default bool         // the areas are those that the page chose
}

type trendsLine struct {
	Period string
	Values []string
}

// mostTrends is how many areas' trends are drawn, four of them in colour.
const (
	mostTrends     = 8
	mostInColour   = 4
	trendsWidth    = 620
	trendsHeight   = 400
	trendsDescribe = "The table below it has every figure."
	trendsNote     = "Bands are 95% intervals. Up to four areas are in colour, the others and the benchmark grey."
)

// trends draws the chosen areas, or the countries where none is chosen, beside
// the benchmark. The first four areas are in colour, the others grey.
func (s *Server) trends(ctx context.Context, ind data.Indicator, v indicatorView, choice benchmarkChoice) (trendsPart, error) {
	p := trendsPart{
		Kept: v.kept("areas"), Default: len(v.chosen) == 0,
		Adding: addingForm{Legend: "Areas shown", Label: "Add an area, by name or code", Full: len(v.chosen) >= mostTrends},
	}
	codes := slices.Clone(v.chosen)
	if p.Default {
		for _, a := range s.Register.Areas() {
			if a.Current() && a.Level == data.LevelCountry {
				codes = append(codes, a.Code)
			}
		}
	}
	held := []data.AreaCode{data.UnitedKingdom, data.GreatBritain}
	if choice.chosen() && !slices.Contains(benchmarkWords, choice.key) {
		held = []data.AreaCode{data.AreaCode(choice.key)}
	}
	t, err := s.Edition.Table(ctx, data.Query{Indicators: []data.IndicatorID{ind.ID}, Areas: slices.Concat(codes, held)})
	if err != nil {
		return p, err
	}
	series := map[data.AreaCode][]data.Row{}
	for _, r := range t.Rows {
		series[r.Area] = append(series[r.Area], r)
	}
	for _, code := range held {
		if len(series[code]) > 0 {
			held = []data.AreaCode{code}
			break
		}
	}
	codes = slices.DeleteFunc(codes, func(code data.AreaCode) bool { return p.Default && code == held[0] })
	var absent []string
	var drawn []data.AreaCode
	for _, code := range codes {
		a, _ := s.Register.Area(code)
		if !p.Default {
			p.Adding.Chosen = append(p.Adding.Chosen, option{Value: string(code), Text: a.Name})
		}
		if _, known := lastKnown(series[code]); known {
			drawn = append(drawn, code)
		} else {
			absent = append(absent, a.Name)
		}
	}
	if len(absent) > 0 && !p.Default {
		p.Absent = "No figures for " + strings.Join(absent, ", ") + "."
	}
	if _, known := lastKnown(series[held[0]]); known && !slices.Contains(drawn, held[0]) {
		drawn = append(drawn, held[0])
	} else {
		held = nil
	}
	p.table(s, ind, v, drawn, series)
	if p.Chart, err = s.trendsChart(ctx, ind, drawn, held, series); p.Chart != nil {
		values := choice.values()
		if !p.Default {
			values.Set("areas", joined(v.chosen))
		}
		page := "/indicators/" + string(ind.ID)
		p.Chart.Actions = s.chartActions(p.Chart.ID, p.Chart.Name, "/embed"+page+"/trends", values, address(page+".csv", url.Values{"areas": {joined(drawn)}}), address(page, values)+"#trends")
	}
	return p, err
}

// trendsChart draws the series; nil where there is no trend to see.
func (s *Server) trendsChart(ctx context.Context, ind data.Indicator, drawn, held []data.AreaCode, series map[data.AreaCode][]data.Row) (*pageChart, error) {
	spec := chart.TrendSpec{Unit: formatterOf(ind), FromZero: ind.AxisFromZero, Height: narrowHeight(trendsWidth, trendsHeight)}
	var names []string
	points := 0
	for _, code := range drawn {
		a, _ := s.Register.Area(code)
		rows := fromFirstNumber(series[code])
		points = max(points, len(rows))
		names = append(names, inSentence(a))
		if len(spec.Series) < mostInColour && !slices.Contains(held, code) {
			spec.Series = append(spec.Series, trendSeries(ind, shortName(a), rows, len(spec.Series) == 0))
		} else {
			spec.Benchmarks = append(spec.Benchmarks, trendSeries(ind, shortName(a), rows, false))
		}
	}
	if points < 2 {
		return nil, nil
	}
	option, err := chart.Trend(spec)
	if err != nil {
		return nil, fmt.Errorf("trends: %w", err)
	}
	return s.drawn(ctx, "chart-trends", ind.Title+" over time: "+strings.Join(names, ", ")+".", trendsDescribe, option, trendsWidth, trendsHeight)
}

// table is the table behind the chart.
func (p *trendsPart) table(s *Server, ind data.Indicator, v indicatorView, drawn []data.AreaCode, series map[data.AreaCode][]data.Row) {
	for _, code := range drawn {
		a, _ := s.Register.Area(code)
		p.Columns = append(p.Columns, shortName(a))
	}
	for _, period := range slices.Backward(v.all) {
		line := trendsLine{Period: period.Label()}
		known := false
		for _, code := range drawn {
			r, ok := rowAt(series[code], period)
			text := data.NotAvailable.Shorthand()
			if ok {
				text = ind.FormatValue(r.Value)
				if r.Interval.Known {
					text += " (" + ind.FormatInterval(r.Interval) + ")"
				}
			}
			known = known || ok
			line.Values = append(line.Values, text)
		}
		if known {
			p.Lines = append(p.Lines, line)
		}
	}
}

// releasePart is when the figures were published and what becomes of them.
type releasePart struct {
	Frequency string
	Next      string // a sentence
	Revisions string
}

// about fills what a reader must know of the figures.
func (p *indicatorPage) about(s *Server, ind data.Indicator, v indicatorView, all, shown []data.Row, site string) {
	for _, b := range ind.Breaks {
		p.Breaks = append(p.Breaks, breakLine{From: dayWords(b.From), Note: b.Note})
	}
	p.Sources = s.library.sourceLines(ind, all)
	src := s.library.sources[ind.Source]
	p.Release.Frequency = map[string]string{
		"yearly": "Published once a year.", "quarterly": "Published every quarter.", "monthly": "Published every month.", "once": "Published once; no further release is announced.",
	}[src.Frequency]
	switch {
	case src.NextRelease == "":
		p.Release.Next = "The publisher has named no day for the next release."
	case src.NextRelease > s.library.date.Format("2006-01-02"):
		p.Release.Next = "Next release expected " + dayWords(src.NextRelease) + "."
	default:
		p.Release.Next = "The next release was due " + dayWords(src.NextRelease) + ", and is not in this edition."
	}
	p.Release.Revisions = revisions(shown, v.period)
	grades := map[data.Grade]int{}
	for _, r := range shown {
		grades[r.Grade]++
	}
	for _, g := range []data.Grade{data.GradeA, data.GradeB, data.GradeC, data.GradeD} {
		if grades[g] > 0 {
			p.Grades = append(p.Grades, fmt.Sprintf("%d %s (%s)", grades[g], g, g.Words()))
		}
	}
	for _, other := range s.Edition.Indicators() {
		if other.Dimension == ind.Dimension && other.ID != ind.ID {
			p.Related = append(p.Related, link{Text: other.Title, Href: "/indicators/" + string(other.ID)})
		}
	}
	here := url.Values{"period": {v.period.URL()}, "level": {string(v.group)}}
	if v.region != "" {
		here.Set("region", string(v.region))
	}
	if v.quality != "" {
		here.Set("quality", string(v.quality))
	}
	p.CSVHere = address(p.CSV, here)
	p.API = p.Host + p.apiAddress(ind, v)
	p.Citation = fmt.Sprintf("Good Work, edition %s (%s): %s, %s. Figures: %s, %s. %s/editions/%s%s",
		s.library.edition, s.library.date.Format("2 January 2006"), ind.Title, v.period.Label(), src.Publisher, src.Title,
		site, s.library.edition, address(v.path, url.Values{"period": {v.period.URL()}}))
}

// apiAddress is the address at which programs have what the table shows.
func (p *indicatorPage) apiAddress(ind data.Indicator, v indicatorView) string {
	query := url.Values{"indicators": {string(ind.ID)}, "periods": {v.period.URL()}}
	if v.region != "" {
		codes := make([]data.AreaCode, len(p.Rows))
		for i, r := range p.Rows {
			codes[i] = r.Code
		}
		query.Set("areas", joined(codes))
		return address("/api/v1/observations", query)
	}
	var types []string
	for _, l := range data.Levels() {
		if v.group.holds(data.Area{Level: l}) {
			types = append(types, string(l))
		}
	}
	query.Set("area_types", strings.Join(types, ","))
	return address("/api/v1/observations", query)
}

// revisions says which of the figures on the page are provisional or revised.
func revisions(rows []data.Row, p data.Period) string {
	provisional, revised, known := 0, 0, 0
	for _, r := range rows {
		if !r.Value.Known() {
			continue
		}
		known++
		if r.Flags.Has(data.Provisional) {
			provisional++
		}
		if r.Flags.Has(data.Revised) {
			revised++
		}
	}
	text := ""
	switch {
	case provisional > 0 && provisional == known:
		text = "The figures for " + p.Label() + " are provisional: the publisher revises them in its next release."
	case provisional > 0:
		text = fmt.Sprintf("%d of the %d figures for %s are provisional.", provisional, known, p.Label())
	}
	if revised > 0 {
		text = strings.TrimSpace(text + fmt.Sprintf(" %d of the %d figures for %s were revised by the publisher.", revised, known, p.Label()))
	}
	return strings.TrimSpace(text + " Each edition takes the publisher’s latest release whole, earlier periods included.")
}
