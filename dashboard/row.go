package dashboard

import (
	"context"
	"fmt"
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
	Sentence    string
	Value       string // "£589"; "" where it is missing
	UnitWords   string
	Interval    string
	Unreliable  bool   // the publisher calls it so
	Missing     string // why there is no figure, in words
	Earlier     string // the latest figure before the missing one
	County      *link  // whose figure it is where the area has none of its own
	Comparisons []comparisonLine
	Chart       *chart
	Series      []seriesLine // latest first
	Caveat      string
	Source      sourceLine
	CSV         string

	dimension data.Dimension
	tested    int
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
	Shape   string // ▲ ▼ ● ○
	Class   string // better, worse, higher, lower, similar, untested
	Text    string // "lower than"
	Short   string // "lower"
	Place   string // "the UK"
	Value   string // "£643"
	Verdict string // "worse", "" where no judgement is passed
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

func (s *Server) indicatorRow(ctx context.Context, ind data.Indicator, area data.Area, figures areaFigures) (indicatorRow, error) {
	latest := s.Edition.LatestPeriod(ind.ID)
	row := indicatorRow{
		ID: ind.ID, Title: ind.Title, Question: ind.Question, Place: inSentence(area), Href: "/indicators/" + string(ind.ID), Base: ind.Base, UnitWords: ind.UnitWords,
		Period: latest.Label(), MissingFor: "for " + strings.TrimPrefix(latest.InWords(), "in "), Age: age(latest, s.library.date), Caveat: ind.Caveat, dimension: ind.Dimension,
		Source: s.library.sourceLine(ind, data.Row{Estimate: data.Estimate{Source: ind.Source}}),
	}
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
		return row, nil
	}
	row.CSV = "/areas/" + string(shown.Code) + ".csv?indicator=" + string(ind.ID)
	row.Series = seriesLines(ind, series)
	current, ok := rowAt(series, latest)
	row.Sentence = figures.sentences[sentenceKey{ind.ID, shown.Code}]
	if !ok {
		row.Sentence = ""
		current.Value = data.Missing(data.NotAvailable)
	} else {
		row.Source = s.library.sourceLine(ind, current)
		row.Flags = current.Flags.Words()
		if current.Grade != "" {
			row.Grade, row.GradeReason = string(current.Grade)+", "+current.Grade.Words(), current.GradeReason
		}
	}
	if f, known := current.Value.Number(); known {
		row.Value, row.Interval = ind.Format(f), ind.FormatInterval(current.Interval)
		row.Unreliable = current.Flags.Has(data.LowReliability)
	} else {
		row.Missing = current.Value.Marker().Reason()
		row.Sentence = ""
		if earlier, ok := lastKnown(series); ok {
			row.Earlier = fmt.Sprintf("The latest figure is %s, for %s.", ind.FormatValue(earlier.Value), earlier.Period.Label())
		}
	}
	for _, c := range current.Comparisons {
		benchmark, _ := s.Register.Area(c.Benchmark)
		row.Comparisons = append(row.Comparisons, comparison(ind, c, benchmark))
		if c.Verdict != data.NotTested {
			row.tested++
		}
	}
	var err error
	row.Chart, err = s.trendChart(ctx, ind, shown, series, s.benchmarkSeries(current, figures.rows[ind.ID]))
	return row, err
}

// Compared tells whether anything on the page is held against a larger area;
// nothing is on the page of the whole.
func (p areaPage) Compared() bool {
	return slices.ContainsFunc(p.Dimensions, func(d dimensionPart) bool {
		return slices.ContainsFunc(d.Rows, func(r indicatorRow) bool { return len(r.Comparisons) > 0 })
	})
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

// benchmarkSeries is the series of the first benchmark of a row.
func (s *Server) benchmarkSeries(current data.Row, all map[data.AreaCode][]data.Row) []data.Row {
	if len(current.Comparisons) == 0 {
		return nil
	}
	return all[current.Comparisons[0].Benchmark]
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
	line := comparisonLine{Place: inSentence(benchmark), Value: ind.Format(c.BenchmarkValue)}
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
