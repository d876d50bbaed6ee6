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

// scatterPart is two indicators against one another, a dot for each local area.
type scatterPart struct {
	X, Y       []option // all indicators, to choose from
	XTitle     string
	YTitle     string
	Kept       map[string][]string
	Sentence   string // the association, or why it isn't worked out
	Chart      *pageChart
	Lines      []scatterLine // the chosen areas
	Unnamed    bool          // some chosen areas are among the grey dots
	XHref      string
	YHref      string
	XPeriod    string
	YPeriod    string
	Everywhere int // areas with both figures
}

type scatterLine struct{ Name, Href, X, XInterval, Y, YInterval string }

const scatterWidth, scatterHeight = 640, 460

// leastSignal is the share of signal in the spread of both indicators below
// which no correlation is worked out: sampling error would hide it.
const leastSignal = 0.5

// scatter draws the two indicators of the view at their latest periods.
func (s *Server) scatter(ctx context.Context, v compareView) (*scatterPart, error) {
	p := scatterPart{
		XTitle: v.x.Title, YTitle: v.y.Title, Kept: map[string][]string{},
		XHref: "/indicators/" + string(v.x.ID), YHref: "/indicators/" + string(v.y.ID),
		XPeriod: s.Edition.LatestPeriod(v.x.ID).Label(), YPeriod: s.Edition.LatestPeriod(v.y.ID).Label(),
	}
	for _, name := range []string{"areas", "indicators", "show"} {
		if x := v.values.Get(name); x != "" {
			p.Kept[name] = []string{x}
		}
	}
	for _, ind := range s.Edition.Indicators() {
		o := option{Value: string(ind.ID), Text: ind.Title}
		o.Chosen = ind.ID == v.x.ID
		p.X = append(p.X, o)
		o.Chosen = ind.ID == v.y.ID
		p.Y = append(p.Y, o)
	}
	if v.x.ID == v.y.ID {
		p.Sentence = "Choose two different indicators."
		return &p, nil
	}
	t, err := s.Edition.Table(ctx, data.Query{Indicators: []data.IndicatorID{v.x.ID, v.y.ID}, Latest: true})
	if err != nil {
		return nil, err
	}
	rows := map[data.IndicatorID]map[data.AreaCode]data.Row{v.x.ID: {}, v.y.ID: {}}
	for _, r := range t.Rows {
		rows[r.Indicator][r.Area] = r
	}
	chosen := codesOf(v.areas)
	var points []chart.ScatterPoint
	var xs, ys []data.Optional
	areas := s.Register.Locals()
	for _, a := range v.areas {
		if !a.Level.IsLocal() {
			areas = append(areas, a)
		}
	}
	slices.SortStableFunc(areas, func(a, b data.Area) int { return place(chosen, a.Code) - place(chosen, b.Code) })
	focus := 0
	for _, a := range areas {
		x, y := rows[v.x.ID][a.Code], rows[v.y.ID][a.Code]
		isChosen := slices.Contains(chosen, a.Code)
		if isChosen {
			p.Lines = append(p.Lines, scatterLine{
				Name: a.Name, Href: "/areas/" + a.Slug(), X: v.x.FormatValue(x.Value), XInterval: v.x.FormatInterval(x.Interval),
				Y: v.y.FormatValue(y.Value), YInterval: v.y.FormatInterval(y.Interval),
			})
		}
		fx, okX := x.Value.Number()
		fy, okY := y.Value.Number()
		if !okX || !okY {
			continue
		}
		if a.Level.IsLocal() {
			xs, ys = append(xs, data.Some(fx)), append(ys, data.Some(fy))
		}
		point := chart.ScatterPoint{
			Name: shortName(a), X: fx, Y: fy, XOK: true, YOK: true, XLower: x.Interval.Lower, XUpper: x.Interval.Upper, XInterval: x.Interval.Known,
			YLower: y.Interval.Lower, YUpper: y.Interval.Upper, YInterval: y.Interval.Known,
			Tip: tip(v.x, a.Name, x) + "; " + v.y.Title + ": " + tip(v.y, a.Name, y),
		}
		if isChosen && focus < mostInColour {
			point.Focus = true
			focus++
		} else if isChosen {
			p.Unnamed = true
		}
		points = append(points, point)
	}
	p.Everywhere = len(xs)
	if len(points) < 2 {
		p.Sentence = "No two local areas have figures of both."
		return &p, nil
	}
	if p.Sentence, err = s.association(ctx, v, xs, ys); err != nil {
		return nil, err
	}
	option, err := chart.Scatter(chart.ScatterSpec{
		X:      chart.ScatterAxis{Title: v.x.Title + ", " + p.XPeriod, Unit: formatterOf(v.x), FromZero: v.x.AxisFromZero},
		Y:      chart.ScatterAxis{Title: v.y.Title + ", " + p.YPeriod, Unit: formatterOf(v.y), FromZero: v.y.AxisFromZero},
		Points: points,
	})
	if err != nil {
		return nil, err
	}
	name := fmt.Sprintf("%s against %s, a dot for each of %d local areas.", v.y.Title, lowerFirst(v.x.Title), p.Everywhere)
	p.Chart, err = s.drawn(ctx, "chart-scatter", name, "The table below it has the chosen places’ figures.", option, scatterWidth, scatterHeight)
	if p.Chart != nil {
		values := without(with(with(v.values, "x", string(v.x.ID)), "y", string(v.y.ID)), "show", "indicators")
		page := address("/compare", with(with(v.values, "x", string(v.x.ID)), "y", string(v.y.ID))) + "#together"
		figures := url.Values{"indicators": {string(v.x.ID) + "," + string(v.y.ID)}, "level": {string(groupLocal)}}
		periods := []string{s.Edition.LatestPeriod(v.x.ID).URL(), s.Edition.LatestPeriod(v.y.ID).URL()}
		figures.Set("period", strings.Join(slices.Compact(periods), ","))
		p.Chart.Actions = s.chartActions(p.Chart.ID, name, "/embed/compare", values, address(allStem+".csv", figures), page)
	}
	return &p, err
}

// partnerOf is the indicator to set against x where the reader names none: the
// first of the comparison in another dimension whose spread is mostly signal,
// or else simply another.
func (s *Server) partnerOf(ctx context.Context, v compareView) (data.Indicator, error) {
	signals, err := s.Edition.Signals(ctx, "")
	if err != nil {
		return v.y, err
	}
	partner := v.y
	for _, ind := range slices.Backward(v.indicators) {
		if ind.ID != v.x.ID && partner.ID == v.x.ID {
			partner = ind
		}
		if ind.Dimension != v.x.Dimension && slices.ContainsFunc(signals, func(x data.Signal) bool {
			return x.Indicator == ind.ID && x.Period == s.Edition.LatestPeriod(ind.ID) && x.SignalShare.OK && x.SignalShare.V >= leastSignal
		}) {
			partner = ind
		}
	}
	return partner, nil
}

// place puts the chosen areas first, in their order, and the others after them.
func place(chosen []data.AreaCode, code data.AreaCode) int {
	if i := slices.Index(chosen, code); i >= 0 {
		return i
	}
	return len(chosen)
}

// association says r and n in words, as an association between areas and no
// cause, or why they are not worked out.
func (s *Server) association(ctx context.Context, v compareView, xs, ys []data.Optional) (string, error) {
	for _, ind := range []data.Indicator{v.x, v.y} {
		signals, err := s.Edition.Signals(ctx, ind.ID)
		if err != nil {
			return "", err
		}
		i := slices.IndexFunc(signals, func(x data.Signal) bool { return x.Period == s.Edition.LatestPeriod(ind.ID) })
		switch {
		case i < 0 || !signals[i].SignalShare.OK:
			return fmt.Sprintf("No correlation is worked out: the figures of %s have no intervals for local areas, so it isn’t known how much of their spread is sampling error.", lowerFirst(ind.Title)), nil
		case signals[i].SignalShare.V < leastSignal:
			return fmt.Sprintf("No correlation is worked out: more than half of the spread of %s between areas may be sampling error (signal share %s, at least 0.50 wanted).",
				lowerFirst(ind.Title), data.FormatNumber(signals[i].SignalShare.V, 2)), nil
		}
	}
	if s.Methods.Correlate == nil {
		return "", nil
	}
	r, interval, n := s.Methods.Correlate(xs, ys)
	return associationWords(v.x, v.y, r, interval, n), nil
}

// associationWords speak of a tendency only where the interval of r leaves 0 out.
func associationWords(x, y data.Indicator, r data.Optional, interval data.Interval, n int) string {
	if !r.OK || !interval.Known {
		return "No correlation is worked out: too few areas have both figures."
	}
	with := "higher"
	if r.V < 0 {
		with = "lower"
	}
	tendency := fmt.Sprintf("areas with a higher figure for %s tend to have a %s one for %s", lowerFirst(x.Title), with, lowerFirst(y.Title))
	if interval.Lower <= 0 && interval.Upper >= 0 {
		tendency = fmt.Sprintf("%s and %s have no clear tendency to go together", lowerFirst(x.Title), lowerFirst(y.Title))
	}
	return fmt.Sprintf("Across %d local areas, %s: r = %s (95%% interval %s to %s). This is an association between areas, not a cause, and says nothing of the people within them; sampling error draws r towards 0.",
		n, tendency, data.FormatNumber(r.V, 2), data.FormatNumber(interval.Lower, 2), data.FormatNumber(interval.Upper, 2))
}
