package ingest

import (
	"math"
	"slices"

	"goodwork/data"
)

// mostAreaChange is the change in the number of areas from one period to the
// next, in per cent, above which it is told; of fewer areas than leastAreas, a
// few make a large part.
const (
	mostAreaChange = 10
	leastAreas     = 20
)

// checkAreaCount holds the number of areas steady from period to period (V31).
func checkAreaCount(one series, found *findings) {
	count := map[data.Period]int{}
	for _, c := range one.cells {
		count[c.period]++
	}
	for i, p := range one.periods[1:] {
		was, is := count[one.periods[i]], count[p]
		if was >= leastAreas && math.Abs(float64(is-was)) > mostAreaChange*float64(was)/100 {
			found.add("V31", 0, "", "", "%s: %d areas in %s, %d in %s", one.measure.ID, was, one.periods[i], is, p)
		}
	}
}

// wholes are the levels whose figures are those of their local areas together.
// Combined authorities and counties are left out: models and surveys treat them
// on their own.
var wholes = []data.Level{data.LevelUK, data.LevelCountryGroup, data.LevelCountry, data.LevelRegion}

// checkWholes holds a larger area's figure to those of its local areas, where
// all of them have one: a percentage, rate, mean or median lies between the
// lowest and the highest (V41), a count is their sum (V42). What is rounded or
// altered to protect people adds up only roughly: the measure says how far.
func checkWholes(one series, register *data.Register, found *findings) {
	values := map[data.AreaCode]map[data.Period]float64{}
	for _, c := range one.cells {
		if x, ok := c.value.Number(); ok && c.flags&data.LowReliability == 0 {
			if values[c.area] == nil {
				values[c.area] = map[data.Period]float64{}
			}
			values[c.area][c.period] = x
		}
	}
	members := map[data.AreaCode][]data.Area{}
	for _, c := range one.cells {
		x, known := c.value.Number()
		if a, ok := register.Area(c.area); !known || !ok || !slices.Contains(wholes, a.Level) {
			continue
		}
		if _, ok := members[c.area]; !ok {
			members[c.area] = register.Children(c.area)
		}
		low, high, sum, n := math.Inf(1), math.Inf(-1), 0.0, 0
		for _, m := range members[c.area] {
			if v, ok := values[m.Code][c.period]; ok {
				low, high, sum = min(low, v), max(high, v), sum+v
				n++
			}
		}
		if n == 0 || n < len(members[c.area]) {
			continue
		}
		one.checkWhole(c, x, low, high, sum, found)
	}
}

func (one series) checkWhole(c placed, x, low, high, sum float64, found *findings) {
	m := one.measure
	switch m.Kind {
	case "count", "money":
		if m.SumsWithin > 0 && math.Abs(x-sum) > math.Abs(x)*m.SumsWithin/100 {
			found.add("V42", c.row, c.valueColumn, textOf(c.value), "%s of %s in %s is not the sum of its local areas, %v", m.ID, c.area, c.period, sum)
		}
	case "percentage", "rate", "mean", "median":
		// The last digit of a rounded figure may lie outside.
		const forgiven = 0.1
		if x < low-forgiven || x > high+forgiven {
			found.add("V41", c.row, c.valueColumn, textOf(c.value), "%s of %s in %s is not between the lowest and highest of its local areas, %v to %v", m.ID, c.area, c.period, low, high)
		}
	}
}
