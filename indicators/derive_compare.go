package indicators

import (
	"slices"

	"goodwork/data"
)

// benchmark is one part that some area plays for another: the first of the
// codes that has a figure counts.
type benchmark struct {
	role  data.Role
	codes []data.AreaCode
}

// benchmarks lists what an area is held against: the United Kingdom, or Great
// Britain where the publisher has no figure for it; the country; in England the
// region and the combined authority.
func benchmarks(a data.Area) []benchmark {
	if a.Level == data.LevelUK || a.Level == data.LevelCountryGroup {
		return nil
	}
	out := []benchmark{{data.RoleUK, []data.AreaCode{data.UnitedKingdom, data.GreatBritain}}}
	for _, b := range []struct {
		role data.Role
		code data.AreaCode
	}{
		{data.RoleCountry, a.Country},
		{data.RoleRegion, a.Region},
		{data.RoleCombinedAuthority, a.CombinedAuthority},
	} {
		if b.code != "" && b.code != a.Code {
			out = append(out, benchmark{b.role, []data.AreaCode{b.code}})
		}
	}
	return out
}

// Compare holds one figure against another of the same indicator and period.
// Where an interval is missing on either side the gap stands untested. It is
// false where either has no number or is unreliable, and for counts: that a
// large area has more of anything says nothing.
func Compare(ind data.Indicator, x, against data.Estimate, role data.Role) (data.Comparison, bool) {
	value, ok := x.Value.Number()
	level, okB := against.Value.Number()
	if ind.Kind == "count" || !ok || !okB || x.Flags.Has(data.LowReliability) || against.Flags.Has(data.LowReliability) {
		return data.Comparison{}, false
	}
	c := data.Comparison{
		Indicator: ind.ID, Area: x.Area, Period: x.Period, Role: role, Benchmark: against.Area, BenchmarkValue: level,
		Gap: tenDigits(value - level), Verdict: data.NotTested, VerdictAdjusted: data.NotTested,
	}
	if x.Interval.Known && against.Interval.Known {
		g := BenchmarkGap(value, x.Interval, level, against.Interval, 0)
		c.GapInterval, c.P = tenDigitInterval(g.Interval), g.P
		c.Verdict = g.Verdict(g.P, ind.Polarity)
	}
	return c, true
}

// compareAll compares every figure with its benchmarks of the same period, and
// adjusts the p-values for lists within period, role and kind of area.
func compareAll(ind data.Indicator, estimates []data.Estimate, register *data.Register) []data.Comparison {
	byKey := byAreaPeriod(estimates)
	type family struct {
		period data.Period
		role   data.Role
		kind   data.Level
	}
	families := map[family][]int{}
	var out []data.Comparison
	for _, x := range estimates {
		area, _ := register.Area(x.Area)
		kind := area.Level
		if kind.IsLocal() {
			kind = data.LevelDistrict
		}
		for _, b := range benchmarks(area) {
			for _, code := range b.codes {
				c, ok := Compare(ind, x, byKey[areaPeriod{code, x.Period}], b.role)
				if !ok {
					continue
				}
				if area.Current() {
					f := family{x.Period, b.role, kind}
					families[f] = append(families[f], len(out))
				}
				out = append(out, c)
				break
			}
		}
	}
	for _, places := range families {
		p := make([]data.Optional, len(places))
		for i, at := range places {
			p[i] = out[at].P
		}
		for i, adjusted := range BenjaminiHochberg(p) {
			c := &out[places[i]]
			c.VerdictAdjusted = Gap{Gap: c.Gap}.Verdict(adjusted, ind.Polarity)
			c.PAdjusted = fourDigitOptional(adjusted)
		}
	}
	for i := range out {
		out[i].P = fourDigitOptional(out[i].P)
	}
	return out
}

func byAreaPeriod(estimates []data.Estimate) map[areaPeriod]data.Estimate {
	m := make(map[areaPeriod]data.Estimate, len(estimates))
	for _, x := range estimates {
		m[areaPeriod{x.Area, x.Period}] = x
	}
	return m
}

// periodsOf lists the periods of a series, earliest first.
func periodsOf(estimates []data.Estimate) []data.Period {
	seen := map[data.Period]bool{}
	var out []data.Period
	for _, x := range estimates {
		if !seen[x.Period] {
			seen[x.Period] = true
			out = append(out, x.Period)
		}
	}
	slices.SortFunc(out, data.Period.Compare)
	return out
}

// latestWithNumber is the latest period that has a number anywhere.
func latestWithNumber(estimates []data.Estimate) data.Period {
	var latest data.Period
	for _, x := range estimates {
		if x.Value.Known() && latest.Compare(x.Period) < 0 {
			latest = x.Period
		}
	}
	return latest
}

// compareSimilar holds every local area's latest figure against those of its
// similar areas, one row a list.
func compareSimilar(ind data.Indicator, estimates []data.Estimate, register *data.Register) []data.SimilarAreas {
	latest := latestWithNumber(estimates)
	byKey := byAreaPeriod(estimates)
	var out []data.SimilarAreas
	for _, x := range estimates {
		if x.Period != latest || !x.Value.Known() || x.Flags.Has(data.LowReliability) {
			continue
		}
		for _, kind := range []data.NeighbourKind{data.NeighboursDemographic, data.NeighboursEconomic, data.NeighboursGlobal} {
			list := register.Neighbours(kind, x.Area)
			if len(list) == 0 {
				continue
			}
			s := data.SimilarAreas{Indicator: ind.ID, Area: x.Area, Period: x.Period, Kind: kind}
			for _, code := range list {
				c, ok := Compare(ind, byKey[areaPeriod{code, latest}], x, "")
				if !ok {
					continue
				}
				s.N++
				switch c.Verdict {
				case data.NotTested:
					continue
				case data.Similar:
				default:
					if c.Gap > 0 {
						s.Higher++
					} else {
						s.Lower++
					}
				}
				s.Tested++
			}
			out = append(out, s)
		}
	}
	return out
}
