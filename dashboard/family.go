package dashboard

import (
	"context"
	"fmt"
	"slices"
	"strconv"

	"goodwork/data"
)

// family is the tests whose number is taken into account together where a reader
// chose the benchmark, as the edition does for its own: those of one indicator and
// period, of all present areas of a kind. Local areas are one kind.
type family struct {
	figureAt
	kind data.Level
}

// familyOf gives the family of an area's figure; false for an area that has ended.
func (s *Server) familyOf(r data.Row) (family, bool) {
	a, ok := s.Register.Area(r.Area)
	kind := a.Level
	if kind.IsLocal() {
		kind = data.LevelDistrict
	}
	return family{figureAt{r.Indicator, r.Period}, kind}, ok && a.Current()
}

// hold compares a figure with the benchmark of a reader's choice; false where
// there is nothing to compare.
type hold func(data.Row) (data.Comparison, bool)

// holdAmongAreas compares rows with a benchmark of the reader's choice and adjusts
// each test for the number of its family, whichever of the family's areas the rows
// are of. The comparisons are by the place of their row.
func (s *Server) holdAmongAreas(ctx context.Context, rows []data.Row, with hold) (map[int]data.Comparison, error) {
	wanted := map[data.IndicatorID]*data.Query{}
	kinds := map[data.IndicatorID]map[data.Level]bool{}
	var order []data.IndicatorID
	for _, r := range rows {
		f, ok := s.familyOf(r)
		if !ok {
			continue
		}
		q := wanted[r.Indicator]
		if q == nil {
			q = &data.Query{Indicators: []data.IndicatorID{r.Indicator}}
			wanted[r.Indicator], kinds[r.Indicator] = q, map[data.Level]bool{}
			order = append(order, r.Indicator)
		}
		if !slices.Contains(q.Periods, r.Period) {
			q.Periods = append(q.Periods, r.Period)
		}
		kinds[r.Indicator][f.kind] = true
	}
	adjusted := map[family]map[data.AreaCode]data.Optional{}
	for _, id := range order {
		q := wanted[id]
		for _, l := range data.Levels() {
			if kinds[id][l] || l.IsLocal() && kinds[id][data.LevelDistrict] {
				q.Levels = append(q.Levels, l)
			}
		}
		t, err := s.Edition.Table(ctx, *q)
		if err != nil {
			return nil, fmt.Errorf("the areas tested with those asked for, %s: %w", id, err)
		}
		codes, p := map[family][]data.AreaCode{}, map[family][]data.Optional{}
		for _, r := range t.Rows {
			f, present := s.familyOf(r)
			if c, ok := with(r); ok && present {
				codes[f], p[f] = append(codes[f], r.Area), append(p[f], c.P)
			}
		}
		for f, list := range p {
			adjusted[f] = map[data.AreaCode]data.Optional{}
			for i, x := range s.Methods.Adjust(list) {
				adjusted[f][codes[f][i]] = x
			}
		}
	}
	out := map[int]data.Comparison{}
	for i, r := range rows {
		c, ok := with(r)
		if !ok {
			continue
		}
		f, _ := s.familyOf(r)
		out[i] = withAdjusted(c, adjusted[f][r.Area])
	}
	return out, nil
}

// withAdjusted is a comparison with its p-value as the number of tests leaves it.
// P-values are given to four digits, as in the edition.
func withAdjusted(c data.Comparison, p data.Optional) data.Comparison {
	c.P, c.PAdjusted, c.VerdictAdjusted = fourDigits(c.P), fourDigits(p), data.NotTested
	switch {
	case p.OK && p.V < levelOfTests:
		c.VerdictAdjusted = c.Verdict
	case p.OK:
		c.VerdictAdjusted = data.Similar
	}
	return c
}

func fourDigits(o data.Optional) data.Optional {
	if x, err := strconv.ParseFloat(strconv.FormatFloat(o.V, 'g', 4, 64), 64); o.OK && err == nil {
		o.V = x
	}
	return o
}
