package indicators

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"goodwork/data"
)

// Config is what a derive is given from outside.
type Config struct {
	StoreDir    string
	Date        string // day of the edition
	CodeVersion string
}

// Derive makes the edition from the observations in use. The steps, in order:
//
//  1. each indicator's series by the method that its definition names;
//  2. the rows completed, so that every area has every period, with a marker;
//  3. breaks flagged;
//  4. every figure compared with its benchmarks;
//  5. sentences written from figures and verdicts.
//
// The edition is a pure function of observations, definitions and register.
func Derive(ctx context.Context, store *data.ObservationStore, register *data.Register, definitions []Definition, cfg Config) (data.Edition, error) {
	e := data.Edition{Date: cfg.Date, CodeVersion: cfg.CodeVersion}
	d := &derivation{
		store: store, register: register,
		defs:     map[data.IndicatorID]Definition{},
		observed: map[data.SourceID][]data.Observation{},
		made:     map[data.IndicatorID]series{},
	}
	for _, def := range definitions {
		d.defs[def.ID] = def
	}
	places := map[data.AreaCode]int{}
	for i, a := range register.Areas() {
		places[a.Code] = i
	}
	for i, def := range definitions {
		s, err := d.series(ctx, def.ID)
		if err != nil {
			return data.Edition{}, err
		}
		ind := def.indicator(i + 1)
		ind.Inputs = s.inputs
		estimates := complete(s.estimates, register)
		for j := range estimates {
			estimates[j].Indicator, estimates[j].Unit = ind.ID, ind.Unit
			if _, ok := places[estimates[j].Area]; !ok {
				return data.Edition{}, fmt.Errorf("indicator %s: area %q: %w", ind.ID, estimates[j].Area, data.ErrNotFound)
			}
		}
		slices.SortFunc(estimates, func(a, b data.Estimate) int {
			return cmp.Or(places[a.Area]-places[b.Area], a.Period.Compare(b.Period))
		})
		flagBreaks(estimates, ind.Breaks)
		comparisons := compareAll(estimates, ind, register)
		e.Indicators = append(e.Indicators, ind)
		e.Estimates = append(e.Estimates, estimates...)
		e.Comparisons = append(e.Comparisons, comparisons...)
		e.Sentences = append(e.Sentences, levelSentences(ind, estimates, comparisons, register)...)
	}
	var err error
	if e.Sources, err = store.Sources(ctx); err != nil {
		return data.Edition{}, err
	}
	if e.Releases, err = store.Releases(ctx); err != nil {
		return data.Edition{}, err
	}
	return e, nil
}

// complete adds the rows that a series lacks: every area that occurs has every
// period that occurs, [x] where the publisher has none. An area that has ended
// gets no rows after its end.
func complete(estimates []data.Estimate, register *data.Register) []data.Estimate {
	have := map[areaPeriod]bool{}
	areas, periods := map[data.AreaCode]data.Estimate{}, map[data.Period]bool{}
	for _, x := range estimates {
		have[areaPeriod{x.Area, x.Period}] = true
		areas[x.Area], periods[x.Period] = x, true
	}
	for code, like := range areas {
		a, _ := register.Area(code)
		for p := range periods {
			if have[areaPeriod{code, p}] || (a.End != "" && p.Start() > a.End) {
				continue
			}
			estimates = append(estimates, data.Estimate{
				Area: code, Period: p, Value: data.Missing(data.NotAvailable), Source: like.Source, Release: like.Release,
			})
		}
	}
	return estimates
}

// flagBreaks flags the first period on or after each break.
func flagBreaks(estimates []data.Estimate, breaks []data.Discontinuity) {
	var periods []data.Period
	for _, x := range estimates {
		if !slices.Contains(periods, x.Period) {
			periods = append(periods, x.Period)
		}
	}
	slices.SortFunc(periods, data.Period.Compare)
	after := map[data.Period]bool{}
	for _, b := range breaks {
		if i := slices.IndexFunc(periods, func(p data.Period) bool { return p.Start() >= b.From }); i > 0 {
			after[periods[i]] = true
		}
	}
	for i := range estimates {
		if after[estimates[i].Period] && estimates[i].Value.Known() {
			estimates[i].Flags |= data.Break
		}
	}
}

// benchmarks lists what an area is held against: the United Kingdom, or Great
// Britain where the publisher has no figure for it; the country; in England the
// region.
func benchmarks(a data.Area) []struct {
	role  data.Role
	codes []data.AreaCode // the first that has a figure counts
} {
	type benchmark = struct {
		role  data.Role
		codes []data.AreaCode
	}
	if a.Level == data.LevelUK || a.Level == data.LevelCountryGroup {
		return nil
	}
	out := []benchmark{{data.RoleUK, []data.AreaCode{data.UnitedKingdom, data.GreatBritain}}}
	if a.Country != "" && a.Country != a.Code {
		out = append(out, benchmark{data.RoleCountry, []data.AreaCode{a.Country}})
	}
	if a.Region != "" && a.Region != a.Code {
		out = append(out, benchmark{data.RoleRegion, []data.AreaCode{a.Region}})
	}
	return out
}

// compareAll tests every figure against its benchmarks of the same period. Where
// an interval is missing on either side the gap stands untested; a figure that
// is unreliable is compared with nothing.
func compareAll(estimates []data.Estimate, ind data.Indicator, register *data.Register) []data.Comparison {
	byKey := map[areaPeriod]data.Estimate{}
	for _, x := range estimates {
		byKey[areaPeriod{x.Area, x.Period}] = x
	}
	var out []data.Comparison
	for _, x := range estimates {
		value, ok := x.Value.Number()
		if !ok || x.Flags.Has(data.LowReliability) {
			continue
		}
		area, _ := register.Area(x.Area)
		for _, b := range benchmarks(area) {
			for _, code := range b.codes {
				against := byKey[areaPeriod{code, x.Period}]
				level, ok := against.Value.Number()
				if !ok {
					continue
				}
				c := data.Comparison{
					Indicator: ind.ID, Area: x.Area, Period: x.Period, Role: b.role, Benchmark: code, BenchmarkValue: level,
					Gap: tenDigits(value - level), Verdict: data.NotTested,
				}
				if x.Interval.Known && against.Interval.Known {
					g := BenchmarkGap(value, x.Interval, level, against.Interval, 0)
					c.GapInterval, c.P = tenDigitInterval(g.Interval), g.P
					if c.P.OK {
						c.P.V = tenDigits(c.P.V)
					}
					c.Verdict = g.Verdict(g.P, ind.Polarity)
				}
				out = append(out, c)
				break
			}
		}
	}
	return out
}
