package indicators

import (
	"fmt"

	"goodwork/data"
)

// Draws of the rank simulation: for an indicator's latest period, and for
// earlier ones.
const (
	latestDraws  = 10000
	earlierDraws = 2000
	rankSeed     = 20200701
)

// Bounds of the signal share: from rankable on areas may be ranked, from
// mappable on they may be mapped in five classes; under it only shown.
const (
	rankable = 0.7
	mappable = 0.5
)

// field is the local areas of one period that can be set side by side: current,
// with a number, not unreliable. Where the indicator has intervals only areas
// with one are in it.
type field struct {
	areas  []data.Estimate
	values []float64
	errs   []float64 // nil where the indicator has no intervals
}

func fieldOf(estimates []data.Estimate, p data.Period, register *data.Register, surveyed bool) field {
	var f field
	for _, x := range estimates {
		v, ok := x.Value.Number()
		area, _ := register.Area(x.Area)
		if x.Period != p || !ok || x.Flags.Has(data.LowReliability) || !area.Level.IsLocal() || !area.Current() {
			continue
		}
		se := StandardError(x.Interval)
		if surveyed && !se.OK {
			continue
		}
		f.areas, f.values = append(f.areas, x), append(f.values, v)
		if surveyed {
			f.errs = append(f.errs, se.V)
		}
	}
	return f
}

// spread is what one period's local areas show together.
type standing struct {
	signal     data.Signal
	inequality data.Inequality
	positions  []data.Position
	smoothed   []data.Smoothed
}

// standingOf works out signal share, inequality, positions and smoothed values
// of one period.
func standingOf(ind data.Indicator, f field, p data.Period, draws int, z *Deviates) (standing, error) {
	s := standing{
		signal:     data.Signal{Indicator: ind.ID, Period: p, N: len(f.values), Use: data.UseUntested},
		inequality: data.Inequality{Indicator: ind.ID, Period: p},
	}
	n := len(f.values)
	if n < 2 {
		return s, nil
	}
	weights := make([]float64, n)
	for i := range weights {
		weights[i] = 1
	}
	q := MeasureInequality(f.values, weights)
	s.inequality = data.Inequality{
		Indicator: ind.ID, Period: p, N: q.N, Mean: tenDigitOptional(q.Mean), CV: tenDigitOptional(q.CV), TheilT: tenDigitOptional(q.TheilT), MLD: tenDigitOptional(q.MLD),
		Gini: tenDigitOptional(q.Gini), P90: tenDigitOptional(q.P90), P10: tenDigitOptional(q.P10), P90ByP10: tenDigitOptional(q.P90ByP10),
	}
	ranks := Ranks(f.values, true)
	var ranges *RankDistribution
	if f.errs != nil {
		r := MeasureReliability(f.values, f.errs)
		s.signal = data.Signal{
			Indicator: ind.ID, Period: p, N: n, Mean: tenDigitOptional(r.Mean), SD: tenDigitOptional(r.SDObserved), RMSSE: tenDigitOptional(r.RMSSE),
			TauMoments: tenDigitOptional(r.TauMoments), TauPM: tenDigitOptional(r.TauPM), SignalShare: tenDigitOptional(r.SignalShare), Use: data.UseShow, Draws: draws,
		}
		switch {
		case r.SignalShare.OK && r.SignalShare.V >= rankable:
			s.signal.Use = data.UseRank
		case r.SignalShare.OK && r.SignalShare.V >= mappable:
			s.signal.Use = data.UseMap
		}
		s.inequality.NetSD = tenDigitOptional(r.TauMoments)
		var err error
		if ranges, err = SimulateRanks(f.values, f.errs, draws, z, true); err != nil {
			return s, fmt.Errorf("indicator %s, %s: %w", ind.ID, p, err)
		}
		for i, x := range Shrink(f.values, f.errs) {
			s.smoothed = append(s.smoothed, data.Smoothed{
				Indicator: ind.ID, Area: f.areas[i].Area, Period: p, Value: tenDigits(x.Value), SE: tenDigits(x.SE), Weight: tenDigits(x.B),
			})
		}
	}
	for i, x := range f.areas {
		place := data.Position{
			Indicator: ind.ID, Area: x.Area, Period: p, N: n, Rank: ranks[i],
			Fifth: QuantileGroup(ranks[i], n, 5), Tenth: QuantileGroup(ranks[i], n, 10),
		}
		if ranges != nil {
			place.RankRange = ranges.Interval(i)
			place.RankShown = s.signal.Use == data.UseRank && RankShown(place.RankRange, n)
		}
		s.positions = append(s.positions, place)
	}
	return s, nil
}
