package dashboard

import "goodwork/data"

// Methods are the statistical methods that a reader's own choice needs at the
// moment of the request: a comparator or a group that no edition can foresee.
// They are those of package indicators, handed in, so that a figure worked out
// on request is the figure that derive would have given.
type Methods struct {
	// Compare tests one figure against another of the same indicator and period;
	// false where one of them has no number.
	Compare func(ind data.Indicator, x, against data.Estimate, role data.Role) (data.Comparison, bool)
	// Adjust gives the p-values of one family of tests with their number taken into
	// account (Benjamini and Hochberg), in the order of the input. Absent values
	// aren't counted and stay absent.
	Adjust func(p []data.Optional) []data.Optional
	// Group puts the figures of several areas together.
	Group func(ind data.Indicator, p data.Period, members []data.Estimate) data.GroupFigure
	// Correlate gives Pearson's r of paired figures, its 95% interval, and over how
	// many pairs.
	Correlate func(x, y []data.Optional) (r data.Optional, interval data.Interval, n int)
}
