package indicators

import "io"

// StatsQuadrant gives each area's probabilities of lying above a line of
// quality and one of quantity, and in each quadrant of them.
func StatsQuadrant(w io.Writer, values io.Reader, qualityLine, quantityLine, threshold float64) error {
	if !(threshold > 0 && threshold <= 1) {
		return invalidf("quadrant: threshold %v: want more than 0, at most 1", threshold)
	}
	t, err := readStatsTable(values, "values")
	if err != nil {
		return err
	}
	if err := t.require("area", "quality", "quality_lower_95", "quality_upper_95", "quantity", "quantity_lower_95", "quantity_upper_95"); err != nil {
		return err
	}
	rows := make([][]string, len(t.rows))
	for i, name := range t.areas() {
		quality := estimate{value: t.number(i, "quality"), interval: t.interval(i, "quality_lower_95", "quality_upper_95")}
		quantity := estimate{value: t.number(i, "quantity"), interval: t.interval(i, "quantity_lower_95", "quantity_upper_95")}
		rows[i] = quadrantRow(name, quality, quantity, qualityLine, quantityLine, threshold)
	}
	if err := t.err(); err != nil {
		return err
	}
	return writeStats(w, []string{"area", "p_quality_above", "p_quantity_above", "p_hh", "p_hl", "p_lh", "p_ll", "verdict"}, rows)
}

func quadrantRow(name string, quality, quantity estimate, qualityLine, quantityLine, threshold float64) []string {
	row := []string{name, "", "", "", "", "", "", ""}
	ql, qn := quality.se(), quantity.se()
	if ql.OK {
		row[1] = formatNumber(normalCDF((quality.value.V - qualityLine) / ql.V))
	}
	if qn.OK {
		row[2] = formatNumber(normalCDF((quantity.value.V - quantityLine) / qn.V))
	}
	if !ql.OK || !qn.OK {
		return row
	}
	q := QuadrantOf(quality.value.V-qualityLine, ql.V, quantity.value.V-quantityLine, qn.V)
	row[3], row[4] = formatNumber(q.HH), formatNumber(q.HL)
	row[5], row[6] = formatNumber(q.LH), formatNumber(q.LL)
	row[7] = string(q.Verdict(threshold))
	return row
}
