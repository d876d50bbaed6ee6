package ingest

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"

	"goodwork/data"
)

// Severity says what a finding does: an error refuses the release, so that the
// last good one stays; a warning is told and published with it; a review waits
// for a person to look; an info is only counted.
type Severity string

// The severities, gravest first.
const (
	SeverityError  Severity = "error"
	SeverityWarn   Severity = "warn"
	SeverityReview Severity = "review"
	SeverityInfo   Severity = "info"
)

// Finding is one thing that a check says of a file. Row (the first line is 1),
// Column and Text are those of the first cell that it holds for; Row is 0 where
// it holds for the whole file. Count is how many cells there are.
type Finding struct {
	Check    string
	Severity Severity
	File     string
	Row      int
	Column   string
	Text     string
	Problem  string
	Count    int
}

// String gives the finding with its place:
//
//	ons-els/pay.csv: row 5, column "observation": "*": neither a number nor a known marker
func (f Finding) String() string {
	var b strings.Builder
	b.WriteString(f.File)
	if f.Row > 0 {
		fmt.Fprintf(&b, ": row %d", f.Row)
	}
	if f.Column != "" {
		fmt.Fprintf(&b, ", column %q: %q", f.Column, f.Text)
	}
	b.WriteString(": " + f.Problem)
	if f.Count > 1 {
		fmt.Fprintf(&b, " (%d cells)", f.Count)
	}
	return b.String()
}

// Refusal is why a release was not taken in: what is wrong with its file, in
// the order of its rows.
type Refusal struct {
	Source   data.SourceID
	Release  data.ReleaseID
	Findings []Finding
	More     int // faults beyond those in Findings
}

// Error says the first fault with its place, and how many more there are.
func (r *Refusal) Error() string {
	s := fmt.Sprintf("source %s, release %s: %s", r.Source, r.Release, r.Findings[0])
	if more := len(r.Findings) - 1 + r.More; more > 0 {
		s += fmt.Sprintf("; and %d more", more)
	}
	return s
}

// Unwrap makes a refusal a case of data.ErrInvalid.
func (r *Refusal) Unwrap() error { return data.ErrInvalid }

// keptFaults is how many faults of one file are told one by one.
const keptFaults = 50

// findings gathers what is found in one file.
type findings struct {
	file   string
	faults []Finding
	more   int
	others map[[2]string]*Finding
}

func newFindings(file string) *findings {
	return &findings{file: file, others: map[[2]string]*Finding{}}
}

// add notes what a check found at a cell. Faults are kept one by one, anything
// milder is counted by what it says.
func (found *findings) add(check string, row int, column, text, format string, args ...any) {
	f := Finding{
		Check: check, Severity: severityOf(check), File: found.file, Row: row, Column: column, Text: shortened(text),
		Problem: fmt.Sprintf(format, args...), Count: 1,
	}
	if f.Severity == SeverityError {
		if len(found.faults) == keptFaults {
			found.more++
			return
		}
		found.faults = append(found.faults, f)
		return
	}
	key := [2]string{f.Check, f.Problem}
	if first := found.others[key]; first != nil {
		first.Count++
		return
	}
	found.others[key] = &f
}

// refusal is the error of a file with faults, nil where there is none.
func (found *findings) refusal(s data.SourceID, r data.ReleaseID) error {
	if len(found.faults) == 0 {
		return nil
	}
	slices.SortStableFunc(found.faults, func(a, b Finding) int { return cmp.Compare(a.Row, b.Row) })
	return &Refusal{Source: s, Release: r, Findings: found.faults, More: found.more}
}

// mild lists what was found short of a fault, ordered by check and row.
func (found *findings) mild() []Finding {
	var out []Finding
	for _, f := range found.others {
		out = append(out, *f)
	}
	slices.SortFunc(out, func(a, b Finding) int {
		return cmp.Or(cmp.Compare(a.Check, b.Check), cmp.Compare(a.Row, b.Row), cmp.Compare(a.Problem, b.Problem))
	})
	return out
}

// shortened keeps a cell's text fit for one line.
func shortened(s string) string {
	const most = 80
	runes := []rune(s)
	if len(runes) <= most {
		return s
	}
	return string(runes[:most]) + "…"
}

// Faults lists what is wrong with a release, one line each: the faults of a
// refused file, or the error itself.
func Faults(err error) []string {
	var refused *Refusal
	if !errors.As(err, &refused) {
		return []string{err.Error()}
	}
	var lines []string
	for _, f := range refused.Findings {
		lines = append(lines, fmt.Sprintf("source %s, release %s: %s", refused.Source, refused.Release, f))
	}
	if refused.More > 0 {
		lines = append(lines, fmt.Sprintf("and %d more", refused.More))
	}
	return lines
}
