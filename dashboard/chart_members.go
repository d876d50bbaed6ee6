package dashboard

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"slices"

	"goodwork/dashboard/chart"
	"goodwork/data"
)

// mostDrawnMembers is how many areas of a group a chart can name.
const mostDrawnMembers = 60

// The size of a chart of members: a line has a name, a place on the scale and a
// figure.
const (
	fileMembersWidth = 760
	fileMembersLine  = 24.0
	fileMembersFrom  = 240.0 // where the scale begins
	fileMembersTo    = 630.0
	fileMembersTop   = 34.0 // room for the nation's words
	fileMembersText  = 14.0
)

// memberLine is a line of a chart of members.
type memberLine struct {
	name     string
	value    float64
	interval data.Interval
	whole    bool // the group itself
}

// fileMembers draws each member's figure of an indicator with its interval, the
// highest first, below the group's own where it can be put together.
func (s *Server) fileMembers(ctx context.Context, v view, set areaSet, id data.IndicatorID) ([]byte, error) {
	figures, err := s.groupFigures(ctx, set)
	if err != nil {
		return nil, err
	}
	at := slices.IndexFunc(figures, func(f groupIndicator) bool { return f.indicator.ID == id })
	if at < 0 {
		return nil, refusal{kind: data.ErrNotFound, parameter: "chart", what: "No area of the group has a figure for this indicator, so there is no chart of them."}
	}
	f := figures[at]
	var lines []memberLine
	without := 0
	for _, r := range f.members {
		if value, ok := r.Value.Number(); ok {
			lines = append(lines, memberLine{name: r.AreaName, value: value, interval: r.Interval})
		} else {
			without++
		}
	}
	switch {
	case len(lines) == 0:
		return nil, refusal{kind: data.ErrNotFound, parameter: "chart", what: fmt.Sprintf("%s has no figure for any area of the group, so there is no chart of them.", f.indicator.Title)}
	case len(lines) > mostDrawnMembers:
		return nil, refusal{kind: data.ErrInvalid, parameter: "areas", what: fmt.Sprintf("A chart has room for %d areas of a group; this one has %d with a figure.", mostDrawnMembers, len(lines))}
	}
	slices.SortStableFunc(lines, func(a, b memberLine) int { return cmp.Compare(b.value, a.value) })
	if value, ok := f.figure.Value.Number(); ok && f.indicator.Kind != "count" {
		lines = slices.Insert(lines, 0, memberLine{name: v.title, value: value, interval: f.figure.Interval, whole: true})
	}
	words := capitalised(f.indicator.UnitWords) + ", by " + f.indicator.Base
	if slices.ContainsFunc(lines, func(l memberLine) bool { return l.interval.Known }) {
		words += "; lines are 95% intervals"
	}
	if without > 0 {
		words += fmt.Sprintf("; no figure for %s", countWords(without))
	}
	t := data.Table{Edition: s.library.edition, Indicators: []data.Indicator{f.indicator}, Rows: f.members}
	drawing, err := membersPlot(f, lines)
	if err != nil {
		return nil, err
	}
	return chart.DownloadSVG(drawing, chart.DownloadWords{
		Title: fmt.Sprintf("%s, %s: %s", f.indicator.Title, f.figure.Period.Label(), v.title), Subtitle: words, Source: s.sourceWords(t),
	})
}

// membersPlot is the drawing: the scale, the nation's line, a dot and an
// interval a line, a diamond for the group.
func membersPlot(f groupIndicator, lines []memberLine) ([]byte, error) {
	ind := f.indicator
	low, high := lines[0].value, lines[0].value
	for _, l := range lines {
		low, high = min(low, l.value), max(high, l.value)
		if l.interval.Known {
			low, high = min(low, l.interval.Lower), max(high, l.interval.Upper)
		}
	}
	national, hasNational := f.national.Value.Number()
	if hasNational = hasNational && ind.Kind != "count"; hasNational {
		low, high = min(low, national), max(high, national)
	}
	scale := chart.NiceScale(low, high, ind.AxisFromZero, 4)
	x := linear(scale.From, scale.To, fileMembersFrom, fileMembersTo)
	foot := fileMembersTop + fileMembersLine*float64(len(lines)) + 6
	ink, muted := chart.Colour("ink"), chart.Colour("muted")
	var b bytes.Buffer
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%.0f">`, fileMembersWidth, foot+28)
	text := func(at, y float64, anchor, look, words string) {
		fmt.Fprintf(&b, `<text x="%.1f" y="%.1f" font-size="%.0f" text-anchor="%s" %s>%s</text>`, at, y, fileMembersText, anchor, look, chart.Escaped(words))
	}
	for tick := scale.From; tick <= scale.To+scale.Step/2; tick += scale.Step {
		at := x(tick)
		fmt.Fprintf(&b, `<path d="M%.1f %.1fV%.1f" stroke="%s" fill="none"/>`, at, fileMembersTop-4, foot, chart.Colour("grid"))
		words, err := chart.Number(chart.TickUnit(formatterOf(ind), scale.Step), chart.Tidy(tick))
		if err != nil {
			return nil, fmt.Errorf("a scale's words: %w", err)
		}
		text(at, foot+18, "middle", `fill="`+muted+`"`, words)
	}
	if hasNational {
		at := x(national)
		fmt.Fprintf(&b, `<path d="M%.1f %.1fV%.1f" stroke="%s" stroke-dasharray="4 3" fill="none"/>`, at, fileMembersTop-8, foot, ink)
		text(at, fileMembersTop-14, "middle", `fill="`+ink+`"`, shortNational(f.national)+" "+ind.Format(national))
	}
	for i, l := range lines {
		y := fileMembersTop + fileMembersLine*(float64(i)+0.5)
		colour, look := chart.Colour("series-1"), `fill="`+ink+`"`
		if l.whole {
			look += ` font-weight="bold"`
		}
		text(fileMembersFrom-14, y+5, "end", look, cut(l.name, 32))
		if l.interval.Known {
			fmt.Fprintf(&b, `<path d="M%.1f %.1fH%.1f" stroke="%s" stroke-width="2" fill="none"/>`, x(l.interval.Lower), y, x(l.interval.Upper), colour)
		}
		if l.whole {
			fmt.Fprintf(&b, `<path d="M%.1f %.1fl7 7l-7 7l-7 -7z" fill="%s"/>`, x(l.value), y-7, colour)
		} else {
			fmt.Fprintf(&b, `<circle cx="%.1f" cy="%.1f" r="4.5" fill="%s"/>`, x(l.value), y, colour)
		}
		text(fileMembersWidth-16, y+5, "end", look, ind.Format(l.value))
	}
	b.WriteString("</svg>")
	return b.Bytes(), nil
}
