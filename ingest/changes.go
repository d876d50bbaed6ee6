package ingest

import (
	"context"
	"fmt"
	"maps"
	"math"
	"slices"

	"goodwork/data"
)

// Changes is what taking a release in would change of the figures in use.
type Changes struct {
	Added   []string   // new periods, as "MEASURE PERIOD"
	Gone    []string   // periods that the release no longer holds
	Areas   []string   // areas that a measure no longer has, as "MEASURE AREA"
	Revised []Revision // figures that are other now, ordered by measure, area and period
	Figures int        // that stay as they are
}

// Revision is a figure that a release changes.
type Revision struct {
	Measure  string
	Area     data.AreaCode
	Period   data.Period
	Old, New data.Value
}

// String gives a revision as "MEASURE AREA PERIOD: OLD, now NEW".
func (r Revision) String() string {
	return fmt.Sprintf("%s %s %s: %s, now %s", r.Measure, r.Area, r.Period, said(r.Old), said(r.New))
}

func said(v data.Value) string {
	if n, ok := v.Number(); ok {
		return fmt.Sprint(n)
	}
	return v.Marker().Shorthand()
}

// compareAll says of every release that could be read what it would change.
func compareAll(ctx context.Context, rep *Report, kept map[data.SourceID]stored) error {
	for i := range rep.Results {
		res := &rep.Results[i]
		before, err := kept[res.Source].figures(ctx)
		if err != nil {
			return err
		}
		res.Kept = len(before) > 0
		if res.Err == nil {
			res.Changes = changes(before, res.observations)
		}
	}
	return nil
}

// changes compares the observations of two releases.
func changes(before, after []data.Observation) Changes {
	type series struct{ periods, areas map[string]bool }
	note := func(list []data.Observation) (map[key]data.Value, series) {
		values, s := map[key]data.Value{}, series{map[string]bool{}, map[string]bool{}}
		for _, o := range list {
			values[key{o.Measure, o.Area, o.Period}] = o.Value
			s.periods[o.Measure+" "+o.Period.String()] = true
			s.areas[o.Measure+" "+string(o.Area)] = true
		}
		return values, s
	}
	old, was := note(before)
	_, is := note(after)
	out := Changes{Added: missing(is.periods, was.periods), Gone: missing(was.periods, is.periods), Areas: missing(was.areas, is.areas)}
	for _, o := range after {
		v, there := old[key{o.Measure, o.Area, o.Period}]
		switch {
		case there && same(v, o.Value):
			out.Figures++
		case there:
			out.Revised = append(out.Revised, Revision{Measure: o.Measure, Area: o.Area, Period: o.Period, Old: v, New: o.Value})
		}
	}
	slices.SortFunc(out.Revised, func(a, b Revision) int {
		return slices.Compare([]string{a.Measure, string(a.Area), a.Period.String()}, []string{b.Measure, string(b.Area), b.Period.String()})
	})
	return out
}

// missing lists what one set has and the other has not, in order.
func missing(has, hasNot map[string]bool) (out []string) {
	for _, k := range slices.Sorted(maps.Keys(has)) {
		if !hasNot[k] {
			out = append(out, k)
		}
	}
	return out
}

// same tells whether two figures are equal, to what rounding leaves of a number.
func same(a, b data.Value) bool {
	x, okX := a.Number()
	y, okY := b.Number()
	if okX && okY {
		return math.Abs(x-y) <= 1e-9*max(1, math.Abs(x))
	}
	return a == b
}

// checkAgainst holds a release that was fetched to the one in use: no measure
// may end earlier, and the periods that both hold should have about as many
// figures.
func checkAgainst(ctx context.Context, s Source, cells []placed, before stored, found *findings) error {
	old, err := before.figures(ctx)
	if err != nil || len(old) == 0 {
		return err
	}
	type seen struct {
		last  data.Period
		known map[data.Period]int
	}
	was, is := map[string]*seen{}, map[string]*seen{}
	note := func(m map[string]*seen, measure string, p data.Period, known bool) {
		one := m[measure]
		if one == nil {
			one = &seen{known: map[data.Period]int{}}
			m[measure] = one
		}
		if p.Compare(one.last) > 0 {
			one.last = p
		}
		one.known[p] += map[bool]int{true: 1}[known]
	}
	for _, o := range old {
		note(was, o.Measure, o.Period, o.Value.Known())
	}
	for _, c := range cells {
		note(is, c.measure.ID, c.period, c.value.Known())
	}
	most := s.Expect.RowChange
	if most == 0 {
		most = 2
	}
	for m, b := range sorted(was) {
		a := is[m]
		if a == nil {
			continue // a measure without rows has been found already, or is no longer declared
		}
		if a.last.Start() < b.last.Start() {
			found.add("D15", 0, "", "", "%s: ends with %s, ended with %s in the release in use", m, a.last, b.last)
		}
		n, of := 0, 0
		for p, k := range b.known {
			if now, both := a.known[p]; both {
				n, of = n+now, of+k
			}
		}
		if of > 0 && math.Abs(float64(n-of))/float64(of)*100 > most {
			found.add("D14", 0, "", "", "%s: %d figures where the release in use has %d, for the same periods", m, n, of)
		}
	}
	return nil
}
