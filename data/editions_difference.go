package data

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
)

// DifferenceKind says how a figure of two editions differs.
type DifferenceKind string

// The kinds of difference, in the order in which they are told.
const (
	DifferenceNewPeriod DifferenceKind = "new period"      // a period that the older edition lacks
	DifferenceRevised   DifferenceKind = "revised"         // the number, or the reason why there is none
	DifferenceInterval  DifferenceKind = "interval"        // the interval alone
	DifferenceVerdict   DifferenceKind = "changed verdict" // of a comparison
	DifferenceAdded     DifferenceKind = "added"           // a row within a period that both have
	DifferenceDropped   DifferenceKind = "dropped"         // a row that the newer edition lacks
)

// DifferenceKinds lists the kinds in the order in which they are told.
var DifferenceKinds = []DifferenceKind{DifferenceNewPeriod, DifferenceRevised, DifferenceInterval, DifferenceVerdict, DifferenceAdded, DifferenceDropped}

// Difference is one figure, or one verdict, that two editions give differently.
// Old is missing for what is new and New for what was dropped. Role and the
// verdicts are those of a changed verdict, which has no values.
type Difference struct {
	Kind                     DifferenceKind
	Indicator                IndicatorID
	Area                     AreaCode
	Period                   Period
	Old, New                 Value
	OldInterval, NewInterval Interval
	Role                     Role
	OldVerdict, NewVerdict   Verdict
}

// EditionDifference is all that tells two editions apart in figures and
// verdicts, ordered by kind, indicator, area, period and role.
type EditionDifference struct {
	From, To    EditionID
	Differences []Difference
}

// Of counts the differences of a kind.
func (d EditionDifference) Of(kind DifferenceKind) int {
	n := 0
	for _, x := range d.Differences {
		if x.Kind == kind {
			n++
		}
	}
	return n
}

// Difference compares two editions of the shelf. ErrNotFound names the one that
// isn't kept.
func (s *EditionShelf) Difference(ctx context.Context, from, to EditionID) (EditionDifference, error) {
	old, err := s.path(from)
	if err != nil {
		return EditionDifference{}, err
	}
	recent, err := s.path(to)
	if err != nil {
		return EditionDifference{}, err
	}
	d, err := difference(ctx, old, recent)
	if err != nil {
		return EditionDifference{}, fmt.Errorf("compare editions %s and %s: %w", from, to, err)
	}
	d.From, d.To = from, to
	return d, nil
}

func difference(ctx context.Context, old, recent string) (d EditionDifference, err error) {
	db, err := open("", false, 0)
	if err != nil {
		return d, err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	for _, attach := range []struct{ path, name string }{{old, "old"}, {recent, "recent"}} {
		if _, err := db.ExecContext(ctx, "ATTACH '"+quoted(attach.path)+"' AS "+attach.name+" (READ_ONLY)"); err != nil {
			return d, err
		}
	}
	figures, err := collect(ctx, db, statement("difference_of_estimates"), nil, func(scan func(...any) error) (Difference, error) {
		var x Difference
		var oldValue, newValue, oldLower, oldUpper, newLower, newUpper sql.NullFloat64
		var oldMarker, newMarker sql.NullString
		err := scan(&x.Kind, &x.Indicator, &x.Area, &x.Period, &oldValue, &oldMarker, &oldLower, &oldUpper, &newValue, &newMarker, &newLower, &newUpper)
		x.Old, x.OldInterval = scannedValue(oldValue, oldMarker), scannedInterval(oldLower, oldUpper)
		x.New, x.NewInterval = scannedValue(newValue, newMarker), scannedInterval(newLower, newUpper)
		return x, err
	})
	if err != nil {
		return d, err
	}
	verdicts, err := collect(ctx, db, statement("difference_of_verdicts"), nil, func(scan func(...any) error) (Difference, error) {
		x := Difference{Kind: DifferenceVerdict}
		err := scan(&x.Indicator, &x.Area, &x.Period, &x.Role, &x.OldVerdict, &x.NewVerdict)
		return x, err
	})
	if err != nil {
		return d, err
	}
	for _, kind := range DifferenceKinds {
		for _, x := range append(figures, verdicts...) {
			if x.Kind == kind {
				d.Differences = append(d.Differences, x)
			}
		}
	}
	return d, nil
}
