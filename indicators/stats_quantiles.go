package indicators

import (
	"io"
	"strconv"
)

// StatsQuantiles puts each area into one of k quantile groups and gives its
// rank; 1 is the highest value, or the lowest if lowIsOne. Blank values aren't
// counted.
func StatsQuantiles(w io.Writer, values io.Reader, k int, lowIsOne bool) error {
	if k < 2 {
		return invalidf("quantiles: k of %d: want 2 or more", k)
	}
	t, err := readStatsTable(values, "values")
	if err != nil {
		return err
	}
	if err := t.require("area", "value"); err != nil {
		return err
	}
	rows := make([][]string, len(t.rows))
	var who []int
	var known []float64
	for i, name := range t.areas() {
		v := t.number(i, "value")
		rows[i] = []string{name, formatOptional(v), "", ""}
		if v.OK {
			who, known = append(who, i), append(known, v.V)
		}
	}
	if err := t.err(); err != nil {
		return err
	}
	for j, rank := range Ranks(known, !lowIsOne) {
		rows[who[j]][2] = strconv.Itoa(QuantileGroup(rank, len(known), k))
		rows[who[j]][3] = strconv.Itoa(rank)
	}
	return writeStats(w, []string{"area", "value", "quantile", "rank"}, rows)
}
