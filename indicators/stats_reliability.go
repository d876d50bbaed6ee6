package indicators

import (
	"io"
	"strconv"
)

// StatsReliability measures, over the areas with a value and an interval, how
// much of their spread isn't sampling error. One row.
func StatsReliability(w io.Writer, values io.Reader) error {
	list, err := readEstimates(values)
	if err != nil {
		return err
	}
	r := MeasureReliability(withErrors(list))
	return writeStats(w, []string{"n", "mean", "sd_observed", "rms_se", "tau_moments", "signal_share", "tau_pm"}, [][]string{{
		strconv.Itoa(r.N), formatOptional(r.Mean), formatOptional(r.SDObserved), formatOptional(r.RMSSE),
		formatOptional(r.TauMoments), formatOptional(r.SignalShare), formatOptional(r.TauPM),
	}})
}

// StatsShrink draws each area's value towards the mean by empirical Bayes. An
// area without an interval takes no part and keeps only its value.
func StatsShrink(w io.Writer, values io.Reader) error {
	list, err := readEstimates(values)
	if err != nil {
		return err
	}
	shrunk := Shrink(withErrors(list))
	rows := make([][]string, len(list))
	for i, e := range list {
		rows[i] = []string{e.area, formatOptional(e.value), formatOptional(e.se()), "", "", ""}
		if e.se().OK {
			s := shrunk[0]
			shrunk = shrunk[1:]
			rows[i][3], rows[i][4], rows[i][5] = formatNumber(s.B), formatNumber(s.Value), formatNumber(s.SE)
		}
	}
	return writeStats(w, []string{"area", "raw", "se", "b", "eb", "eb_se"}, rows)
}
