package indicators

import (
	"io"
	"slices"
	"strings"

	"goodwork/data"
)

// intervalColumns are the input columns of each method, in the order in which
// they are looked for.
var intervalColumns = []struct {
	method  string
	columns []string
}{
	{"wilson", []string{"numerator", "denominator"}},
	{"byar", []string{"count"}},
	{"cv", []string{"value", "cv"}},
}

// StatsInterval adds 95% limits to every row of a table: of a proportion
// (wilson: numerator, denominator), a count (byar: count) or an estimate (cv:
// value, cv in per cent). Without a method the columns decide.
func StatsInterval(w io.Writer, values io.Reader, method string) error {
	t, err := readStatsTable(values, "values")
	if err != nil {
		return err
	}
	if err := t.require("area"); err != nil {
		return err
	}
	for _, c := range []string{"lower_95", "upper_95"} {
		if t.has(c) {
			return invalidf("values: row 1, column %q: is there already", c)
		}
	}
	if method, err = intervalMethod(t, method); err != nil {
		return err
	}
	rows := make([][]string, len(t.rows))
	for i := range t.rows {
		t.area(i)
		lower, upper := formatLimits(t.limits(i, method))
		rows[i] = append(slices.Clone(t.rows[i]), lower, upper)
	}
	if err := t.err(); err != nil {
		return err
	}
	return writeStats(w, append(slices.Clone(t.header), "lower_95", "upper_95"), rows)
}

func intervalMethod(t *statsTable, method string) (string, error) {
	var fit []string
	for _, m := range intervalColumns {
		if m.method == method {
			return method, t.require(m.columns...)
		}
		if t.require(m.columns...) == nil {
			fit = append(fit, m.method)
		}
	}
	switch {
	case method != "":
		return "", invalidf("interval: unknown method %q", method)
	case len(fit) == 0:
		return "", invalidf("values: row 1: want columns numerator and denominator, or count, or value and cv; there are %s", strings.Join(t.header, ", "))
	case len(fit) > 1:
		return "", invalidf("values: row 1: columns for %s: choose one with --method", strings.Join(fit, " and "))
	}
	return fit[0], nil
}

func (t *statsTable) limits(row int, method string) data.Interval {
	switch method {
	case "wilson":
		n, d := t.atLeast(row, "numerator", 0), t.atLeast(row, "denominator", 0)
		if n.OK && d.OK {
			if n.V > d.V {
				t.fault(row, "numerator", "%v: above the denominator, %v", n.V, d.V)
			}
			return Wilson(n.V, d.V)
		}
	case "byar":
		if n := t.atLeast(row, "count", 0); n.OK {
			return Byar(n.V)
		}
	case "cv":
		v, cv := t.number(row, "value"), t.atLeast(row, "cv", 0)
		if v.OK && cv.OK {
			return FromCV(v.V, cv.V)
		}
	}
	return data.Interval{}
}
