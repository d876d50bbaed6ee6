package indicators

import (
	"io"
	"strconv"
)

// StatsInequality measures the gaps between areas, over those with a value and
// a weight. One row.
func StatsInequality(w io.Writer, values io.Reader) error {
	t, err := readStatsTable(values, "values")
	if err != nil {
		return err
	}
	if err := t.require("area", "value", "weight"); err != nil {
		return err
	}
	t.areas()
	var x, weights []float64
	for i := range t.rows {
		v, weight := t.number(i, "value"), t.atLeast(i, "weight", 0)
		if v.OK && weight.OK {
			x, weights = append(x, v.V), append(weights, weight.V)
		}
	}
	if err := t.err(); err != nil {
		return err
	}
	q := MeasureInequality(x, weights)
	return writeStats(w, []string{"n", "mean", "cv", "theil_t", "mld", "gini", "p90", "p10", "p90_p10"}, [][]string{{
		strconv.Itoa(q.N), formatOptional(q.Mean), formatOptional(q.CV), formatOptional(q.TheilT), formatOptional(q.MLD),
		formatOptional(q.Gini), formatOptional(q.P90), formatOptional(q.P10), formatOptional(q.P90ByP10),
	}})
}
