package ingest

import (
	"cmp"
	"math"
	"slices"

	"goodwork/data"
)

// A jump is a change of more than jumpSDs robust standard deviations, once the
// change that all areas share is taken off. Fewer areas or years than these say
// nothing about what is usual.
const (
	jumpSDs      = 8
	leastChanges = 100
	leastYears   = 8
	leastCount   = 100 // whole numbers below move by leaps
	mostJumps    = 20  // told one by one
)

// step is an area's change from one period to the next.
type step struct {
	cell   placed
	change float64 // of a count or money, of its logarithm
}

// checkJumps lists changes that are far from what is usual in the measure: of
// single areas (V35), and of all at once (V36). The unusual may well be true.
func checkJumps(one series, found *findings) {
	byPeriod := one.steps()
	var common []float64
	var rest []step
	for _, p := range one.periods {
		steps := byPeriod[p]
		if len(steps) == 0 {
			continue
		}
		shared := medianOf(changesOf(steps))
		common = append(common, shared)
		for _, s := range steps {
			s.change -= shared
			rest = append(rest, s)
		}
	}
	if len(rest) >= leastChanges {
		tellJumps(one.measure, rest, found)
	}
	if len(common) >= leastYears {
		tellShocks(one, byPeriod, common, found)
	}
}

func tellJumps(m *Measure, rest []step, found *findings) {
	sd := robustSD(changesOf(rest))
	rest = slices.DeleteFunc(rest, func(s step) bool { return sd == 0 || math.Abs(s.change) <= jumpSDs*sd })
	slices.SortStableFunc(rest, func(a, b step) int { return cmp.Compare(math.Abs(b.change), math.Abs(a.change)) })
	for i, s := range rest {
		if i == mostJumps {
			found.add("V35", 0, "", "", "%s: %d more jumps", m.ID, len(rest)-mostJumps)
			return
		}
		found.add("V35", s.cell.row, s.cell.valueColumn, textOf(s.cell.value), "%s of %s jumps in %s, by %.1f times what is usual", m.ID, s.cell.area, s.cell.period, math.Abs(s.change)/sd)
	}
}

func tellShocks(one series, byPeriod map[data.Period][]step, common []float64, found *findings) {
	middle, sd := medianOf(common), robustSD(common)
	i := 0
	for _, p := range one.periods {
		if len(byPeriod[p]) == 0 {
			continue
		}
		if sd > 0 && math.Abs(common[i]-middle) > jumpSDs*sd {
			found.add("V36", 0, "", "", "%s: all areas move in %s, by %.1f times what is usual", one.measure.ID, p, math.Abs(common[i]-middle)/sd)
		}
		i++
	}
}

// steps gives the changes of every area that has two periods without a gap
// between them, by the later period.
func (one series) steps() map[data.Period][]step {
	logarithm := one.measure.Kind == "count" || one.measure.Kind == "money" || one.measure.Unit == "£"
	before := map[data.AreaCode]map[data.Period]float64{}
	for _, c := range one.cells {
		x, ok := c.value.Number()
		if !ok || logarithm && x < leastCount {
			continue
		}
		if logarithm {
			x = math.Log(x)
		}
		if before[c.area] == nil {
			before[c.area] = map[data.Period]float64{}
		}
		before[c.area][c.period] = x
	}
	out := map[data.Period][]step{}
	for _, c := range one.cells {
		i, _ := slices.BinarySearchFunc(one.periods, c.period, data.Period.Compare)
		if i == 0 || c.period.Year() > one.periods[i-1].Year()+1 {
			continue
		}
		was, okWas := before[c.area][one.periods[i-1]]
		is, okIs := before[c.area][c.period]
		if okWas && okIs {
			out[c.period] = append(out[c.period], step{c, is - was})
		}
	}
	return out
}

func changesOf(steps []step) []float64 {
	out := make([]float64, len(steps))
	for i, s := range steps {
		out[i] = s.change
	}
	return out
}

// medianOf is the middle of some numbers, or the mean of the two in the middle.
func medianOf(x []float64) float64 {
	sorted := slices.Sorted(slices.Values(x))
	n := len(sorted)
	if n == 0 {
		return 0
	}
	return (sorted[(n-1)/2] + sorted[n/2]) / 2
}

// robustSD is 1.4826 times the median absolute deviation, which for a normal
// distribution is its standard deviation and takes no notice of a few outliers.
func robustSD(x []float64) float64 {
	middle := medianOf(x)
	off := make([]float64, len(x))
	for i, v := range x {
		off[i] = math.Abs(v - middle)
	}
	return 1.4826 * medianOf(off)
}
