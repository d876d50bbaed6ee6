package ingest

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"goodwork/data"
)

// mostCV is the coefficient of variation, in per cent, above which the Annual
// Survey of Hours and Earnings withholds a figure.
const mostCV = 20

// usefulDecimals is how many decimals a figure can be taken to mean.
const usefulDecimals = 4

// checkPrecision holds a figure to what can be true of its limits and of its
// coefficient of variation.
func checkPrecision(c placed, found *findings) {
	x, known := c.value.Number()
	if !known {
		return
	}
	m := c.measure
	switch low, high := m.Range[0], m.Range[1]; {
	case !c.interval.Known:
	case m.Kind == "percentage" && c.interval.Lower < 0:
		found.add("V25", c.row, c.valueColumn, textOf(c.value), "%s: its lower limit is %v, below %v", m.ID, c.interval.Lower, low)
	case m.Kind == "percentage" && c.interval.Upper > 100:
		found.add("V25", c.row, c.valueColumn, textOf(c.value), "%s: its upper limit is %v, above %v", m.ID, c.interval.Upper, high)
	}
	if cv := impliedCV(c); m.CVStep > 0 && cv.OK && !isMultiple(cv.V, m.CVStep, x) {
		found.add("V37", c.row, c.valueColumn, textOf(c.value), "%s: its limits make a coefficient of variation of %.4f%%, no multiple of %v", m.ID, cv.V, m.CVStep)
	}
	if cv := impliedCV(c); (c.cv.OK || m.CVStep > 0) && cv.OK && cv.V > mostCV+0.05 {
		found.add("V38", c.row, c.valueColumn, textOf(c.value), "%s: a coefficient of variation of %.1f%%, above %d%%, at which figures are withheld", m.ID, cv.V, mostCV)
	}
	if _, decimals, _ := strings.Cut(textOf(c.value), "."); len(decimals) > usefulDecimals {
		found.add("V40", c.row, c.valueColumn, textOf(c.value), "%s: more decimals than it can mean", m.ID)
	}
}

// impliedCV is the published coefficient of variation, or the one that the
// limits were made with, in per cent.
func impliedCV(c placed) data.Optional {
	x, known := c.value.Number()
	switch {
	case !known || c.cv.OK:
		return c.cv
	case !c.interval.Known || !(x > 0):
		return data.Optional{}
	}
	return data.Some(100 * (c.interval.Upper - c.interval.Lower) / (2 * 1.96 * x))
}

// isMultiple tells whether a coefficient of variation can be a multiple of the
// step in which it was published, as far as limits with one decimal show.
func isMultiple(cv, step, x float64) bool {
	off := math.Abs(cv - step*math.Round(cv/step))
	return off <= 100*0.1/(2*1.96*x)+1e-6
}

// checkRepeats lists figures that are the same, limits and all, in four
// consecutive periods (V39): most likely somebody copied a row.
func checkRepeats(one series, found *findings) {
	if one.intervals == 0 {
		return
	}
	type seen struct {
		value    data.Value
		interval data.Interval
		times    int
		last     int
	}
	at := map[data.AreaCode]seen{}
	cells := slices.Clone(one.cells)
	slices.SortStableFunc(cells, func(a, b placed) int { return a.period.Compare(b.period) })
	for _, c := range cells {
		i, _ := slices.BinarySearchFunc(one.periods, c.period, data.Period.Compare)
		before := at[c.area]
		now := seen{value: c.value, interval: c.interval, times: 1, last: i}
		if c.interval.Known && before.value == c.value && before.interval == c.interval && before.last == i-1 {
			now.times = before.times + 1
		}
		if now.times == 4 {
			found.add("V39", c.row, c.valueColumn, textOf(c.value), "%s of %s is the same in four periods, to %s", one.measure.ID, c.area, c.period)
		}
		at[c.area] = now
	}
}

// textOf is a value as a file would have it.
func textOf(v data.Value) string {
	if n, ok := v.Number(); ok {
		return strconv.FormatFloat(n, 'f', -1, 64)
	}
	return fmt.Sprint(v.Marker())
}
