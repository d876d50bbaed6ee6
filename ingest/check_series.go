package ingest

import (
	"maps"
	"slices"
	"strconv"

	"goodwork/data"
)

// series is what the checks of a whole measure look at.
type series struct {
	measure   *Measure
	areas     int // in the latest period
	cells     []placed
	periods   []data.Period // in order, each once
	intervals int
	without   int // values without an interval
}

// checkSeries holds every measure of a release to what its source expects.
func checkSeries(s Source, r Release, cells []placed, register *data.Register, found *findings) {
	of := map[string][]placed{}
	for _, c := range cells {
		of[c.measure.ID] = append(of[c.measure.ID], c)
	}
	for i := range s.Measures {
		m := &s.Measures[i]
		if len(of[m.ID]) == 0 {
			found.add("V53", 0, "", "", "no rows of %s", m.ID)
			continue
		}
		one := summed(m, of[m.ID])
		checkPeriods(one, r, s.Expect, found)
		if one.areas < s.Expect.Areas {
			found.add("V53", 0, "", "", "%s: %d areas in %s, want at least %d", m.ID, one.areas, one.periods[len(one.periods)-1], s.Expect.Areas)
		}
		if one.intervals > 0 && one.without > 0 {
			found.add("V23", 0, "", "", "%s: %d values without an interval, %d with", m.ID, one.without, one.intervals)
		}
		checkAreaCount(one, found)
		checkWholes(one, register, found)
		checkRepeats(one, found)
		checkJumps(one, found)
	}
	checkRelations(s, cells, found)
}

// summed gathers what is checked of a measure's cells, of which each area and
// period has one.
func summed(m *Measure, cells []placed) series {
	one := series{measure: m, cells: cells}
	areas := map[data.Period]int{}
	for _, c := range cells {
		areas[c.period]++
		switch {
		case c.interval.Known:
			one.intervals++
		case c.value.Known():
			one.without++
		}
	}
	one.periods = slices.SortedFunc(maps.Keys(areas), data.Period.Compare)
	one.areas = areas[one.periods[len(one.periods)-1]]
	return one
}

// checkCells holds every value to the range that its measure can have, and to
// its own precision.
func checkCells(cells []placed, found *findings) {
	for _, c := range cells {
		checkPrecision(c, found)
		x, ok := c.value.Number()
		if low, high := c.measure.Range[0], c.measure.Range[1]; ok && (x < low || x > high) {
			found.add("V24", c.row, c.valueColumn, strconv.FormatFloat(x, 'f', -1, 64), "%s lies between %v and %v", c.measure.ID, low, high)
		}
	}
}

// checkPeriods holds a measure to one length of period, without gaps, up to the
// latest that the release is known to hold.
func checkPeriods(one series, r Release, want Expect, found *findings) {
	latest := one.periods[len(one.periods)-1]
	if r.Latest != "" && latest.String() != r.Latest {
		found.add("V53", 0, "", "", "%s: the latest period is %s, want %s", one.measure.ID, latest, r.Latest)
	}
	if len(one.periods) < want.Periods {
		found.add("V53", 0, "", "", "%s: %d periods, want at least %d", one.measure.ID, len(one.periods), want.Periods)
	}
	for i, p := range one.periods[1:] {
		before := one.periods[i]
		if p.Length() != before.Length() {
			found.add("V29", 0, "", "", "%s: %s and %s differ in length", one.measure.ID, before, p)
		}
		if p.Months() > 12 && 12*(p.Year()-before.Year()) < p.Months() {
			found.add("V30", 0, "", "", "%s: periods overlap", one.measure.ID)
		}
		if p.Year() > before.Year()+1 {
			found.add("V28", 0, "", "", "%s: nothing between %s and %s", one.measure.ID, before, p)
		}
	}
}
