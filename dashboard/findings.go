package dashboard

import (
	"context"
	"fmt"

	"goodwork/data"
)

// mostFindings is how many findings the home page tells.
const mostFindings = 3

// fewestTested is how many areas must have been tested for a count of those
// that differ or move to be told.
const fewestTested = 100

// editionFindings are the first findings that the edition bears, each a
// sentence that a count of verdicts chose: how many local areas' pay differs from
// the UK's, how many have a trend in pay after inflation, how many have a clear
// place by pay and employment; and where one of these can't be told, the
// differences in the other indicators in their order. Counts are of verdicts
// after Benjamini and Hochberg.
func (s *Server) editionFindings(ctx context.Context, quadrants []data.Quadrant) ([]finding, error) {
	var all []finding
	differ := func(ids ...data.IndicatorID) error {
		for _, id := range ids {
			f, ok, err := s.differFinding(ctx, id)
			if err != nil {
				return err
			}
			if ok {
				all = append(all, f)
			}
		}
		return nil
	}
	if err := differ("median-weekly-pay"); err != nil {
		return nil, err
	}
	f, ok, err := s.trendFinding(ctx, "real-weekly-pay")
	if err != nil {
		return nil, err
	}
	if ok {
		all = append(all, f)
	}
	if f, ok := quadrantFinding(quadrants); ok {
		all = append(all, f)
	}
	for _, ind := range s.Edition.Indicators() {
		if len(all) >= mostFindings {
			break
		}
		if ind.ID == "median-weekly-pay" || ind.ID == "real-weekly-pay" {
			continue
		}
		if err := differ(ind.ID); err != nil {
			return nil, err
		}
	}
	return all[:min(len(all), mostFindings)], nil
}

// localRows are the latest rows of the present local areas; none where the
// edition lacks the indicator.
func (s *Server) localRows(ctx context.Context, id data.IndicatorID) (data.Indicator, []data.Row, error) {
	for _, ind := range s.Edition.Indicators() {
		if ind.ID == id {
			t, err := s.Edition.Table(ctx, data.Query{Indicators: []data.IndicatorID{id}, Latest: true, WithComparisons: true, WithDerived: true})
			return ind, s.rowsIn(t.Rows, groupLocal), err
		}
	}
	return data.Indicator{}, nil, nil
}

// differFinding counts the local areas whose figure differs from the UK's.
func (s *Server) differFinding(ctx context.Context, id data.IndicatorID) (finding, bool, error) {
	ind, rows, err := s.localRows(ctx, id)
	if err != nil {
		return finding{}, false, fmt.Errorf("how many areas differ in %s: %w", id, err)
	}
	var tested, higher, lower int
	var against data.Comparison
	for _, r := range rows {
		c, ok := r.Comparison(data.RoleUK)
		switch {
		case !ok || c.VerdictAdjusted == data.NotTested || c.VerdictAdjusted == "":
			continue
		case c.VerdictAdjusted != data.Similar && c.Gap > 0:
			higher++
		case c.VerdictAdjusted != data.Similar:
			lower++
		}
		tested++
		against = c
	}
	if tested < fewestTested {
		return finding{}, false, nil
	}
	benchmark, _ := s.Register.Area(against.Benchmark)
	return finding{
		Text: differSentence(ind, against.Period, benchmark, ind.Format(against.BenchmarkValue), tested, higher, lower),
		Href: "/indicators/" + string(id), More: ind.Title,
	}, true, nil
}

// differSentence says how many areas differ, by a template that the counts choose.
func differSentence(ind data.Indicator, p data.Period, benchmark data.Area, value string, tested, higher, lower int) string {
	subject := fmt.Sprintf("%s of %s in %s", ind.Title, ind.Base, p.Label())
	than := fmt.Sprintf("than in %s (%s)", inSentence(benchmark), value)
	rest := tested - higher - lower
	if higher+lower == 0 {
		return fmt.Sprintf("%s was not clearly different from %s (%s) in any of the %d local areas that could be tested.", subject, inSentence(benchmark), value, tested)
	}
	return fmt.Sprintf("%s was clearly higher %s in %d of %d local areas, clearly lower in %d and not clearly different in %d.", subject, than, higher, tested, lower, rest)
}

// trendFinding counts the local areas with an upward or a downward trend.
func (s *Server) trendFinding(ctx context.Context, id data.IndicatorID) (finding, bool, error) {
	ind, rows, err := s.localRows(ctx, id)
	if err != nil {
		return finding{}, false, fmt.Errorf("how many areas have a trend in %s: %w", id, err)
	}
	var tested, up, down int
	var over data.Trend
	for _, r := range rows {
		if r.Trend == nil || r.Trend.Verdict == data.NotAssessed {
			continue
		}
		switch r.Trend.Verdict {
		case data.Increasing:
			up++
		case data.Decreasing:
			down++
		}
		tested++
		over = *r.Trend
	}
	if tested < fewestTested {
		return finding{}, false, nil
	}
	return finding{Text: trendSentence(ind, over, tested, up, down), Href: "/indicators/" + string(id), More: ind.Title}, true, nil
}

// trendSentence says how many areas move, by a template that the counts choose.
func trendSentence(ind data.Indicator, over data.Trend, tested, up, down int) string {
	subject := fmt.Sprintf("%s of %s", ind.Title, ind.Base)
	span := fmt.Sprintf("from %s to %s", over.From.Label(), over.Period.Label())
	if up+down == 0 {
		return fmt.Sprintf("%s has no statistically clear trend %s in any of the %d local areas that could be assessed.", subject, span, tested)
	}
	return fmt.Sprintf("%s has an upward trend %s in %d of %d local areas, a downward one in %d and no statistically clear one in %d.", subject, span, up, tested, down, tested-up-down)
}
