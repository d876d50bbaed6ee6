package ingest

import (
	"fmt"

	"goodwork/data"
)

// Relation is what must hold between measures of one source, in each area and
// period that has them all: those of Sum add up to AtMost at most (V43), or
// Lower isn't above Upper (V47).
type Relation struct {
	Sum    []string `yaml:"sum"`
	AtMost float64  `yaml:"at_most"`
	Lower  string   `yaml:"lower"`
	Upper  string   `yaml:"upper"`
}

// lintRelations says what is wrong with a source's relations.
func lintRelations(s Source) (wrong []string) {
	for i, r := range s.Relations {
		names := append([]string{}, r.Sum...)
		sums, orders := len(r.Sum) > 1 && r.AtMost > 0, r.Lower != "" && r.Upper != ""
		if sums == orders {
			wrong = append(wrong, fmt.Sprintf("relation %d: want either sum and at_most, or lower and upper", i+1))
		}
		if orders {
			names = append(names, r.Lower, r.Upper)
		}
		for _, id := range names {
			if s.measure(id) == nil {
				wrong = append(wrong, fmt.Sprintf("relation %d: no measure %q", i+1, id))
			}
		}
	}
	return wrong
}

// checkRelations holds the measures of a source to each other.
func checkRelations(s Source, cells []placed, found *findings) {
	type place struct {
		area   data.AreaCode
		period data.Period
	}
	of := map[string]map[place]placed{}
	for _, c := range cells {
		if of[c.measure.ID] == nil {
			of[c.measure.ID] = map[place]placed{}
		}
		of[c.measure.ID][place{c.area, c.period}] = c
	}
	number := func(id string, at place) (float64, bool) { return of[id][at].value.Number() }
	// Published figures are rounded to one decimal.
	const forgiven = 0.1
	for _, r := range s.Relations {
		first := r.Lower
		if len(r.Sum) > 0 {
			first = r.Sum[0]
		}
		for _, c := range cells {
			if c.measure.ID != first {
				continue
			}
			at := place{c.area, c.period}
			if len(r.Sum) > 0 {
				total, all := 0.0, true
				for _, id := range r.Sum {
					x, ok := number(id, at)
					total, all = total+x, all && ok
				}
				if all && total > r.AtMost+forgiven {
					found.add("V43", c.row, c.valueColumn, textOf(c.value), "%v of %s in %s add up to %.1f, more than %v", r.Sum, c.area, c.period, total, r.AtMost)
				}
				continue
			}
			low, okLow := number(r.Lower, at)
			high, okHigh := number(r.Upper, at)
			if okLow && okHigh && low > high+forgiven {
				found.add("V47", c.row, c.valueColumn, textOf(c.value), "%s of %s in %s is above %s, %v", r.Lower, c.area, c.period, r.Upper, high)
			}
		}
	}
}
