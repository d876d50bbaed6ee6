package data

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
)

func (x Estimate) row() []driver.Value {
	number, marker := x.Value.columns()
	lower, upper := x.Interval.columns()
	return []driver.Value{
		string(x.Indicator), string(x.Area), x.Period.String(), number, marker, lower, upper, x.Unit, x.Flags.String(),
		string(x.Source), string(x.Release), x.Numerator.column(), x.Denominator.column(), nullable(string(x.Grade)), nullable(x.GradeReason),
	}
}

func (c Comparison) row() []driver.Value {
	lower, upper := c.GapInterval.columns()
	return []driver.Value{
		string(c.Indicator), string(c.Area), c.Period.String(), string(c.Role), string(c.Benchmark), c.BenchmarkValue,
		c.Gap, lower, upper, c.P.column32(), string(c.Verdict), c.PAdjusted.column32(), nullable(string(c.VerdictAdjusted)),
	}
}

func (c PeriodChange) row() []driver.Value {
	lower, upper := c.Interval.columns()
	return []driver.Value{
		string(c.Indicator), string(c.Area), c.Period.String(), nullable(c.From.String()), string(c.Span), c.Amount.column(), c.Percent, lower, upper,
		c.P.column(), string(c.Verdict), nullable(c.Reason),
	}
}

func (t Trend) row() []driver.Value {
	return []driver.Value{
		string(t.Indicator), string(t.Area), t.Period.String(), nullable(t.From.String()), string(t.Method), int32(t.N), t.Slope.column(), t.Chi2.column(),
		t.P.column(), string(t.Verdict), nullable(t.Reason),
	}
}

func (p Position) row() []driver.Value {
	var lower, upper driver.Value
	if p.RankRange.Known {
		lower, upper = int32(p.RankRange.Lower), int32(p.RankRange.Upper)
	}
	return []driver.Value{
		string(p.Indicator), string(p.Area), p.Period.String(), int32(p.N), int32(p.Rank), lower, upper, p.RankShown, int32(p.Fifth), int32(p.Tenth),
	}
}

func (s Signal) row() []driver.Value {
	return []driver.Value{
		string(s.Indicator), s.Period.String(), int32(s.N), s.Mean.column(), s.SD.column(), s.RMSSE.column(), s.TauMoments.column(),
		s.TauPM.column(), s.SignalShare.column(), string(s.Use), int32(s.Draws),
	}
}

func (x Inequality) row() []driver.Value {
	return []driver.Value{
		string(x.Indicator), x.Period.String(), int32(x.N), x.Mean.column(), x.CV.column(), x.TheilT.column(), x.MLD.column(), x.Gini.column(),
		x.P90.column(), x.P10.column(), x.P90ByP10.column(), x.NetSD.column(),
	}
}

func (s SimilarAreas) row() []driver.Value {
	return []driver.Value{
		string(s.Indicator), string(s.Area), s.Period.String(), string(s.Kind), int32(s.N), int32(s.Tested), int32(s.Higher), int32(s.Lower),
	}
}

func (q Quadrant) row() []driver.Value {
	qLower, qUpper := q.QualityInterval.columns()
	nLower, nUpper := q.QuantityInterval.columns()
	return []driver.Value{
		string(q.Area), int32(q.Year), q.Quality, qLower, qUpper, q.QualityLine, q.Quantity, nLower, nUpper, q.QuantityLine,
		q.HH, q.HL, q.LH, q.LL, string(q.Verdict),
	}
}

func (a IndexArea) row() []driver.Value {
	lower, upper := a.Interval.columns()
	row := []driver.Value{
		string(a.Area), a.Index.column(), lower, upper, a.Geometric.column(), a.AMPI.column(), a.ZScore.column(), a.PercentileRank.column(), a.MinMax.column(),
	}
	for _, r := range []RankRange{a.NoiseRank, a.WeightsRank, a.MethodRank, a.AllRank} {
		row = append(row, r.P05.column(), r.P50.column(), r.P95.column())
	}
	return append(row, nullable(a.Band), nullable(a.Reason))
}

func (m IndexIndicator) row() []driver.Value {
	return []driver.Value{
		m.ID, string(m.Indicator), string(m.Dimension), int32(m.Direction), m.Lo, m.Hi, m.Periods, m.MeanShift.column(), m.MaxShift.column(), m.Spearman.column(),
	}
}

// versions is the index as a list: empty where the edition has none.
func (g GoodWorkIndex) versions() []GoodWorkIndex {
	if g.Version == "" {
		return nil
	}
	return []GoodWorkIndex{g}
}

// addDerived fills what the methods say of each row.
func (s *EditionStore) addDerived(ctx context.Context, rows []Row, args []any) error {
	places := map[figureKey]*Row{}
	for i := range rows {
		places[figureKey{rows[i].Indicator, rows[i].Area, rows[i].Period}] = &rows[i]
	}
	at := func(ind IndicatorID, area AreaCode, p Period) *Row {
		if r := places[figureKey{ind, area, p}]; r != nil {
			return r
		}
		return &Row{} // of a figure that the edition has lost: nowhere to show it
	}
	changes, err := collect(ctx, s.db, statement("changes"), args, func(scan func(...any) error) (PeriodChange, error) {
		var c PeriodChange
		var lower, upper sql.NullFloat64
		var reason sql.NullString
		err := scan(&c.Indicator, &c.Area, &c.Period, &c.From, &c.Span, &c.Amount, &c.Percent, &lower, &upper, &c.P, &c.Verdict, &reason)
		c.Interval, c.Reason = scannedInterval(lower, upper), reason.String
		return c, err
	})
	if err != nil {
		return fmt.Errorf("changes: %w", err)
	}
	for _, span := range Spans {
		for _, c := range changes {
			if c.Span == span {
				r := at(c.Indicator, c.Area, c.Period)
				r.Changes = append(r.Changes, c)
			}
		}
	}
	trends, err := collect(ctx, s.db, statement("trends"), args, func(scan func(...any) error) (Trend, error) {
		var t Trend
		var reason sql.NullString
		err := scan(&t.Indicator, &t.Area, &t.Period, &t.From, &t.Method, &t.N, &t.Slope, &t.Chi2, &t.P, &t.Verdict, &reason)
		t.Reason = reason.String
		return t, err
	})
	if err != nil {
		return fmt.Errorf("trends: %w", err)
	}
	for _, t := range trends {
		at(t.Indicator, t.Area, t.Period).Trend = &t
	}
	positions, err := collect(ctx, s.db, statement("positions"), args, func(scan func(...any) error) (Position, error) {
		var p Position
		var lower, upper sql.NullFloat64
		err := scan(&p.Indicator, &p.Area, &p.Period, &p.N, &p.Rank, &lower, &upper, &p.RankShown, &p.Fifth, &p.Tenth)
		p.RankRange = scannedInterval(lower, upper)
		return p, err
	})
	if err != nil {
		return fmt.Errorf("positions: %w", err)
	}
	for _, p := range positions {
		at(p.Indicator, p.Area, p.Period).Position = &p
	}
	smoothed, err := collect(ctx, s.db, statement("smoothed"), args, func(scan func(...any) error) (Smoothed, error) {
		var x Smoothed
		err := scan(&x.Indicator, &x.Area, &x.Period, &x.Value, &x.SE, &x.Weight)
		return x, err
	})
	if err != nil {
		return fmt.Errorf("smoothed: %w", err)
	}
	for _, x := range smoothed {
		at(x.Indicator, x.Area, x.Period).Smoothed = &x
	}
	similar, err := collect(ctx, s.db, statement("similar_areas"), args, func(scan func(...any) error) (SimilarAreas, error) {
		var x SimilarAreas
		err := scan(&x.Indicator, &x.Area, &x.Period, &x.Kind, &x.N, &x.Tested, &x.Higher, &x.Lower)
		return x, err
	})
	if err != nil {
		return fmt.Errorf("similar areas: %w", err)
	}
	for _, x := range similar {
		r := at(x.Indicator, x.Area, x.Period)
		r.Similar = append(r.Similar, x)
	}
	return nil
}

// Standouts lists the figures of a query's indicators, areas and levels that
// stand out, each at its indicator's latest period.
func (s *EditionStore) Standouts(ctx context.Context, q Query) ([]Standout, error) {
	args := []any{strs(q.Indicators), strs(q.Areas), strs(q.Levels), []string{}, true}
	return collect(ctx, s.db, statement("standouts"), args, func(scan func(...any) error) (Standout, error) {
		var x Standout
		err := scan(&x.Indicator, &x.Area, &x.Period, &x.Better, &x.Role)
		return x, err
	})
}

// Signals lists how much of the spread is signal, by period, for one indicator,
// or for all where id is "".
func (s *EditionStore) Signals(ctx context.Context, id IndicatorID) ([]Signal, error) {
	return collect(ctx, s.db, statement("signals"), []any{string(id)}, func(scan func(...any) error) (Signal, error) {
		var x Signal
		err := scan(&x.Indicator, &x.Period, &x.N, &x.Mean, &x.SD, &x.RMSSE, &x.TauMoments, &x.TauPM, &x.SignalShare, &x.Use, &x.Draws)
		return x, err
	})
}

// Inequalities lists the gaps between areas, by period, for one indicator, or
// for all where id is "".
func (s *EditionStore) Inequalities(ctx context.Context, id IndicatorID) ([]Inequality, error) {
	return collect(ctx, s.db, statement("inequalities"), []any{string(id)}, func(scan func(...any) error) (Inequality, error) {
		var x Inequality
		err := scan(&x.Indicator, &x.Period, &x.N, &x.Mean, &x.CV, &x.TheilT, &x.MLD, &x.Gini, &x.P90, &x.P10, &x.P90ByP10, &x.NetSD)
		return x, err
	})
}

// Quadrants lists the places of an area over the years, or of all areas where
// area is "", in one year, or in all where year is 0.
func (s *EditionStore) Quadrants(ctx context.Context, area AreaCode, year int) ([]Quadrant, error) {
	return collect(ctx, s.db, statement("quadrants"), []any{string(area), year}, func(scan func(...any) error) (Quadrant, error) {
		var q Quadrant
		var ql, qu, nl, nu sql.NullFloat64
		err := scan(&q.Area, &q.Year, &q.Quality, &ql, &qu, &q.QualityLine, &q.Quantity, &nl, &nu, &q.QuantityLine, &q.HH, &q.HL, &q.LH, &q.LL, &q.Verdict)
		q.QualityInterval, q.QuantityInterval = scannedInterval(ql, qu), scannedInterval(nl, nu)
		return q, err
	})
}

// Index gives the Good Work Index, or ErrNotFound where the edition has none.
func (s *EditionStore) Index(ctx context.Context) (GoodWorkIndex, error) {
	var g GoodWorkIndex
	err := s.db.QueryRowContext(ctx, statement("index_version")).Scan(&g.Version, &g.Year, &g.Draws, &g.Seed)
	if errors.Is(err, sql.ErrNoRows) {
		return g, fmt.Errorf("index: %w", ErrNotFound)
	}
	if err != nil {
		return g, fmt.Errorf("index: %w", err)
	}
	g.Areas, err = collect(ctx, s.db, statement("index_areas"), nil, func(scan func(...any) error) (IndexArea, error) {
		var a IndexArea
		var lower, upper sql.NullFloat64
		var band, reason sql.NullString
		into := []any{&a.Area, &a.Index, &lower, &upper, &a.Geometric, &a.AMPI, &a.ZScore, &a.PercentileRank, &a.MinMax}
		for _, r := range []*RankRange{&a.NoiseRank, &a.WeightsRank, &a.MethodRank, &a.AllRank} {
			into = append(into, &r.P05, &r.P50, &r.P95)
		}
		err := scan(append(into, &band, &reason)...)
		a.Interval, a.Band, a.Reason = scannedInterval(lower, upper), band.String, reason.String
		return a, err
	})
	if err == nil {
		g.Dimensions, err = collect(ctx, s.db, statement("index_dimensions"), nil, func(scan func(...any) error) (IndexDimension, error) {
			var d IndexDimension
			err := scan(&d.Area, &d.Dimension, &d.Score, &d.Variance)
			return d, err
		})
	}
	if err == nil {
		g.Indicators, err = collect(ctx, s.db, statement("index_indicators"), nil, func(scan func(...any) error) (IndexIndicator, error) {
			var m IndexIndicator
			err := scan(&m.ID, &m.Indicator, &m.Dimension, &m.Direction, &m.Lo, &m.Hi, &m.Periods, &m.MeanShift, &m.MaxShift, &m.Spearman)
			return m, err
		})
	}
	if err == nil {
		g.Correlations, err = collect(ctx, s.db, statement("index_correlations"), nil, func(scan func(...any) error) (IndexCorrelation, error) {
			var c IndexCorrelation
			err := scan(&c.Kind, &c.A, &c.B, &c.N, &c.R)
			return c, err
		})
	}
	if err != nil {
		return GoodWorkIndex{}, fmt.Errorf("index: %w", err)
	}
	return g, nil
}
