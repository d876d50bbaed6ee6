package indicators

import (
	"fmt"
	"math"

	"goodwork/data"
)

// GradeRule is one row of the rule by which figures are graded: the measure of
// precision of a kind of figure, and its bounds for A, B and C. Beyond the last
// the grade is D.
type GradeRule struct {
	Unit     string // of the indicator
	Measure  string // what is measured, in words
	Relative bool   // coefficient of variation in per cent; else half the interval's width
	A, B, C  float64
}

// GradeRules is the rule whole. The bounds for money are those by which the
// Annual Survey of Hours and Earnings calls its estimates precise, reasonably
// precise, acceptable and unreliable; a percentage with an interval of more
// than ten points either way is one that the Annual Population Survey's users
// are told to leave alone. The others are ours, set so that about a tenth of the
// range between the highest and lowest area is C.
var GradeRules = []GradeRule{
	{Unit: "£", Measure: "coefficient of variation, per cent", Relative: true, A: 5, B: 10, C: 20},
	{Unit: "%", Measure: "half the 95% interval, percentage points", A: 2.5, B: 5, C: 10},
	{Unit: "years", Measure: "half the 95% interval, years", A: 1, B: 2, C: 4},
	{Unit: "score", Measure: "half the 95% interval, points of the score", A: 0.1, B: 0.2, C: 0.4},
	{Unit: "", Measure: "coefficient of variation, per cent", Relative: true, A: 5, B: 10, C: 20},
}

// Caps hold a grade down whatever the precision.
const (
	staleYears    = 2 // a latest figure older than this at the edition's date is no better than B
	veryOldYears  = 4 // and older than this no better than C
	estimatedCap  = data.GradeC
	unofficialCap = data.GradeB
)

// GradeInput is what a figure is graded by.
type GradeInput struct {
	Estimate    data.Estimate
	Unit        string
	Surveyed    bool   // most figures of the indicator have an interval
	Designation string // of the source
	Age         int    // whole years from the period's end to the edition, 0 for figures that are not the latest
}

// GradeFigure grades a figure, and says what set the grade. The lowest of its
// precision and its caps counts. A missing value has no grade.
func GradeFigure(in GradeInput) (data.Grade, string) {
	value, ok := in.Estimate.Value.Number()
	if !ok {
		return "", ""
	}
	if in.Estimate.Flags.Has(data.LowReliability) {
		return data.GradeD, "the publisher calls it unreliable"
	}
	grade, reason := precisionGrade(value, in)
	hold := func(cap data.Grade, why string) {
		if cap > grade {
			grade, reason = cap, why
		}
	}
	if in.Designation == "suspended" || in.Designation == "in_development" {
		hold(unofficialCap, "the source is not accredited")
	}
	switch {
	case in.Age > veryOldYears:
		hold(data.GradeC, fmt.Sprintf("%d years old", in.Age))
	case in.Age > staleYears:
		hold(data.GradeB, fmt.Sprintf("%d years old", in.Age))
	}
	if in.Estimate.Flags.Has(data.Estimated) {
		hold(estimatedCap, "an estimate of ours")
	}
	return grade, reason
}

// precisionGrade grades by the interval alone. Without one, a figure of a whole
// register is B, as its precision isn't stated, and a survey's figure C.
func precisionGrade(value float64, in GradeInput) (data.Grade, string) {
	if !in.Estimate.Interval.Known {
		if in.Surveyed {
			return data.GradeC, "a survey's figure without an interval"
		}
		return data.GradeB, "its precision is not stated"
	}
	rule := GradeRules[len(GradeRules)-1]
	for _, r := range GradeRules {
		if r.Unit == in.Unit {
			rule = r
			break
		}
	}
	half := (in.Estimate.Interval.Upper - in.Estimate.Interval.Lower) / 2
	words := fmt.Sprintf("the interval reaches %s either way", data.FormatNumber(half, 2))
	if rule.Relative {
		if value == 0 {
			return data.GradeC, "no coefficient of variation at zero"
		}
		half = 100 * half / data.Z95 / math.Abs(value)
		words = fmt.Sprintf("a coefficient of variation of %s%%", data.FormatNumber(half, 1))
	} else if in.Unit == "%" {
		words = fmt.Sprintf("the interval reaches %s points either way", data.FormatNumber(half, 1))
	}
	// Published limits are rounded, so the bounds forgive the last digit.
	const forgiven = 1e-2
	switch {
	case half <= rule.A*(1+forgiven):
		return data.GradeA, words
	case half <= rule.B*(1+forgiven):
		return data.GradeB, words
	case half <= rule.C*(1+forgiven):
		return data.GradeC, words
	}
	return data.GradeD, words
}
