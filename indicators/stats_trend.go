package indicators

import (
	"fmt"
	"io"
	"strconv"

	"goodwork/data"
)

// The tests behind the verdict of StatsTrend.
const (
	TrendWeighted    = "weighted"
	TrendMannKendall = "mann-kendall"
)

// StatsTrend tests each area's trend over its latest window of consecutive
// years. Comparable points are those, of the window years that end at the
// area's own latest one, with a value and both limits, upper > lower. With the
// Mann-Kendall test a table may do without columns of limits, as one of counts
// does; a value then makes a point.
func StatsTrend(w io.Writer, values io.Reader, window int, method string) error {
	if window < 3 {
		return invalidf("trend: window of %d: want 3 or more", window)
	}
	if method != TrendWeighted && method != TrendMannKendall {
		return invalidf("trend: unknown method %q", method)
	}
	t, err := readStatsTable(values, "values")
	if err != nil {
		return err
	}
	limits := method == TrendWeighted || t.has("lower_95") || t.has("upper_95")
	columns := []string{"area", "year", "value"}
	if limits {
		columns = append(columns, "lower_95", "upper_95")
	}
	if err := t.require(columns...); err != nil {
		return err
	}
	points := make([]trendPoint, len(t.rows))
	for i := range t.rows {
		points[i] = t.trendPoint(i, limits)
	}
	groups := t.byAreaAndYear()
	if err := t.err(); err != nil {
		return err
	}
	rows := make([][]string, len(groups))
	for g, group := range groups {
		rows[g], err = trendRow(group, points, window, method, limits)
		if err != nil {
			return fmt.Errorf("trend: area %q: %w", group.area, err)
		}
	}
	return writeStats(w, []string{"area", "n", "slope", "chi2", "mk_s", "mk_p", "theil_sen", "verdict"}, rows)
}

// trendPoint is one row as a point of a series; se is 1 where there are no
// limits to take it from.
type trendPoint struct {
	comparable bool
	value, se  float64
}

func (t *statsTable) trendPoint(row int, limits bool) trendPoint {
	v := t.number(row, "value")
	if !limits {
		return trendPoint{comparable: v.OK, value: v.V, se: 1}
	}
	l, u := t.number(row, "lower_95"), t.number(row, "upper_95")
	se := FingertipsError(data.Interval{Lower: l.V, Upper: u.V, Known: l.OK && u.OK})
	return trendPoint{comparable: v.OK && se.OK, value: v.V, se: se.V}
}

func trendRow(group areaRows, points []trendPoint, window int, method string, limits bool) ([]string, error) {
	latest, found := 0, false
	for year, i := range group.row {
		if points[i].comparable && (!found || year > latest) {
			latest, found = year, true
		}
	}
	var years, values, errs []float64
	for year := latest - window + 1; found && year <= latest; year++ {
		if i, ok := group.row[year]; ok && points[i].comparable {
			years, values, errs = append(years, float64(year)), append(values, points[i].value), append(errs, points[i].se)
		}
	}
	row := []string{group.area, strconv.Itoa(len(values)), "", "", "", "", "", string(NotAssessed)}
	kendall := MannKendallTest(values)
	if len(values) > 1 {
		row[4], row[5] = strconv.Itoa(kendall.S), formatNumber(kendall.P)
		row[6] = formatOptional(TheilSen(years, values))
	}
	if len(values) < window {
		return row, nil
	}
	if method == TrendMannKendall {
		row[7] = string(kendall.Verdict())
	}
	if !limits {
		return row, nil
	}
	trend, err := WeightedTrend(values, errs)
	if err != nil {
		return nil, err
	}
	row[2], row[3] = formatNumber(trend.Slope), formatNumber(trend.Chi2)
	if method == TrendWeighted {
		row[7] = string(trend.Verdict())
	}
	return row, nil
}
