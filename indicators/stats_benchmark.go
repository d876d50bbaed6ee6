package indicators

import (
	"io"

	"goodwork/data"
)

// StatsBenchmark tests every area's difference from a benchmark, alone and with
// Benjamini-Hochberg over the areas that have an interval. A benchmark whose
// interval is unknown is exact.
func StatsBenchmark(w io.Writer, values io.Reader, benchmark float64, interval data.Interval, polarity data.Polarity) error {
	if interval.Known && interval.Lower > interval.Upper {
		return invalidf("benchmark: limits %v and %v out of order", interval.Lower, interval.Upper)
	}
	list, err := readEstimates(values)
	if err != nil {
		return err
	}
	gaps := make([]Gap, len(list))
	p := make([]data.Optional, len(list))
	for i, e := range list {
		if e.value.OK {
			gaps[i] = BenchmarkGap(e.value.V, e.interval, benchmark, interval, 0)
			p[i] = gaps[i].P
		}
	}
	rows := make([][]string, len(list))
	for i, adjusted := range BenjaminiHochberg(p) {
		g := gaps[i]
		gap := ""
		if list[i].value.OK {
			gap = formatNumber(g.Gap)
		}
		lower, upper := formatLimits(g.Interval)
		rows[i] = []string{
			list[i].area, gap, lower, upper, formatOptional(g.Z), formatOptional(g.P), formatOptional(adjusted),
			string(g.Verdict(g.P, polarity)), string(g.Verdict(adjusted, polarity)),
		}
	}
	return writeStats(w, []string{"area", "gap", "lower_95", "upper_95", "z", "p", "p_bh", "verdict", "verdict_bh"}, rows)
}
