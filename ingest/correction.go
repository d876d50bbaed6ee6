package ingest

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	"goodwork/data"
)

// Correction mends a known fault of a publisher in the rows of a CSV file: where
// the columns of Was hold its texts, those of Now are read in their place. Rows
// is how many rows the fault is known to stand in, 0 where that changes from
// release to release.
//
// A correction that no longer finds its fault refuses the release: the publisher
// has mended it, and it must be taken out before it hides something else.
type Correction struct {
	What     string            `yaml:"what"`
	Why      string            `yaml:"why"`
	Reported string            `yaml:"reported"` // a day, or "not yet"
	Was      map[string]string `yaml:"was"`
	Now      map[string]string `yaml:"now"`
	Rows     int               `yaml:"rows"`
}

// lintCorrections says what is wrong with a source's corrections.
func lintCorrections(list []Correction) (wrong []string) {
	for i, c := range list {
		bad := func(ok bool, format string, args ...any) {
			if !ok {
				wrong = append(wrong, fmt.Sprintf("correction %d: ", i+1)+fmt.Sprintf(format, args...))
			}
		}
		bad(c.What != "" && c.Why != "", "want what and why")
		bad(c.Reported == "not yet" || isDay(c.Reported), `reported %q: want a day, or "not yet"`, c.Reported)
		bad(len(c.Was) > 0 && len(c.Now) > 0, "want was and now")
		bad(c.Rows >= 0, "rows %d: want a number of rows", c.Rows)
		for column := range sorted(c.Now) {
			_, ok := c.Was[column]
			bad(ok, "now: column %q does not stand in was", column)
		}
		bad(!maps.Equal(c.Was, c.Now), "was and now are the same")
	}
	return wrong
}

// corrector applies a source's corrections to the rows of one file.
type corrector struct {
	list []Correction
	used []int // rows, by correction
}

func newCorrector(s Source) *corrector {
	return &corrector{list: s.Corrections, used: make([]int, len(s.Corrections))}
}

// mend changes a row in place.
func (c *corrector) mend(rec record) {
	for i, one := range c.list {
		if !matches(rec, one.Was) {
			continue
		}
		c.used[i]++
		for column, text := range one.Now {
			rec.fields[rec.columns[column]] = text
		}
	}
}

// check holds every correction to the fault that it is for, in a file that could
// be read without others.
func (c *corrector) check(found *findings) {
	if len(found.faults) > 0 {
		return
	}
	for i, one := range c.list {
		switch {
		case c.used[i] == 0:
			found.add("V55", 0, "", "", "the fault %q is no longer there: take the correction out", one.What)
		case one.Rows > 0 && c.used[i] != one.Rows:
			found.add("V55", 0, "", "", "the fault %q stands in %d rows, known in %d: look again", one.What, c.used[i], one.Rows)
		default:
			found.add("V56", 0, "", "", "%d rows corrected: %s", c.used[i], one.What)
		}
	}
}

// Corrections lists the faults of publishers that are mended as their files are
// read, ordered by source.
func Corrections(sources []Source) []SourceCorrection {
	var out []SourceCorrection
	for _, s := range sources {
		for _, c := range s.Corrections {
			out = append(out, SourceCorrection{Source: s.ID, What: c.What, Why: c.Why, Reported: c.Reported})
		}
	}
	slices.SortStableFunc(out, func(a, b SourceCorrection) int { return cmp.Compare(a.Source, b.Source) })
	return out
}

// SourceCorrection is a correction as it is told to readers.
type SourceCorrection struct {
	Source   data.SourceID `json:"source_id"`
	What     string        `json:"what"`
	Why      string        `json:"why"`
	Reported string        `json:"reported"`
}
