package indicators

import (
	"io"

	"goodwork/data"
)

// StatsChange is each area's change between two years in per cent, with both
// values divided by a price index if a deflator (year, index) is given.
func StatsChange(w io.Writer, values io.Reader, from, to int, deflator io.Reader) error {
	if from == to {
		return invalidf("change: from %d to %d: want two years", from, to)
	}
	indexFrom, indexTo, err := readDeflator(deflator, from, to)
	if err != nil {
		return err
	}
	t, err := readStatsTable(values, "values")
	if err != nil {
		return err
	}
	if err := t.require("area", "year", "value", "cv"); err != nil {
		return err
	}
	value := make([]data.Optional, len(t.rows))
	cv := make([]data.Optional, len(t.rows))
	for i := range t.rows {
		value[i], cv[i] = t.number(i, "value"), t.atLeast(i, "cv", 0)
	}
	groups := t.byAreaAndYear()
	if err := t.err(); err != nil {
		return err
	}
	rows := make([][]string, len(groups))
	for g, group := range groups {
		rows[g] = []string{group.area, "", "", "", "", ""}
		i, okFrom := group.row[from]
		j, okTo := group.row[to]
		if !okFrom || !okTo || !value[i].OK || !value[j].OK {
			continue
		}
		c := PercentChange(value[i].V/indexFrom, value[j].V/indexTo, cv[i], cv[j])
		lower, upper := formatLimits(c.Interval)
		rows[g] = []string{group.area, formatOptional(c.Amount), lower, upper, formatOptional(c.P), string(c.Verdict)}
	}
	return writeStats(w, []string{"area", "percent", "lower_95", "upper_95", "p", "verdict"}, rows)
}

// readDeflator gives the price index of two years, 1 without a deflator.
func readDeflator(r io.Reader, from, to int) (indexFrom, indexTo float64, err error) {
	if r == nil {
		return 1, 1, nil
	}
	t, err := readStatsTable(r, "deflator")
	if err != nil {
		return 0, 0, err
	}
	if err := t.require("year", "index"); err != nil {
		return 0, 0, err
	}
	index := map[int]float64{}
	for i := range t.rows {
		year, v := t.year(i, "year"), t.number(i, "index")
		if _, twice := index[year]; twice {
			t.fault(i, "year", "%d: stands twice", year)
		}
		if v.OK && !(v.V > 0) {
			t.fault(i, "index", "%v: want more than 0", v.V)
		}
		if v.OK {
			index[year] = v.V
		}
	}
	if err := t.err(); err != nil {
		return 0, 0, err
	}
	for _, year := range []int{from, to} {
		if _, ok := index[year]; !ok {
			return 0, 0, invalidf("deflator: column \"index\": nothing for %d", year)
		}
	}
	return index[from], index[to], nil
}
