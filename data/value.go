package data

import (
	"database/sql"
	"fmt"
	"math"
	"slices"
	"strings"
)

// Marker is the reason why there is no number, in the Government Analysis
// Function's shorthand without its brackets.
type Marker string

// The markers that a missing value may carry.
const (
	Confidential  Marker = "c"   // withheld so that nobody can be identified
	NotAvailable  Marker = "x"   // not published, or the boundary did not exist
	Unreliable    Marker = "u"   // withheld by the publisher as unreliable
	NotApplicable Marker = "z"   // the question does not arise there
	NoneRecorded  Marker = "w"   // none recorded in the survey
	RoundsToZero  Marker = "low" // rounds to zero but is not
)

// Markers lists every marker, in the order of the notes that explain them.
var Markers = []Marker{Confidential, NotAvailable, Unreliable, NotApplicable, NoneRecorded, RoundsToZero}

// Valid reports whether m is one of Markers.
func (m Marker) Valid() bool { return slices.Contains(Markers, m) }

// Shorthand is the marker as pages and workbooks write it, "[x]".
func (m Marker) Shorthand() string { return "[" + string(m) + "]" }

// Reason says the marker in words, to follow "Not available: ".
func (m Marker) Reason() string {
	switch m {
	case Confidential:
		return "withheld by the publisher to protect confidentiality"
	case Unreliable:
		return "the publisher's sample is too small for a reliable figure"
	case NotApplicable:
		return "not applicable here"
	case NoneRecorded:
		return "none recorded in the survey"
	case RoundsToZero:
		return "rounds to zero but is not zero"
	default:
		return "not published for this place and period"
	}
}

// Value holds a number or a marker, never both and never neither. The zero
// Value is missing, with the marker x.
type Value struct {
	number float64
	marker Marker
	known  bool
}

// Number makes a Value of a finite number; a number that is not finite is
// missing.
func Number(f float64) Value {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return Missing(NotAvailable)
	}
	return Value{number: f, known: true}
}

// Missing makes a Value without a number; an unknown marker becomes x.
func Missing(m Marker) Value {
	if !m.Valid() {
		m = NotAvailable
	}
	return Value{marker: m}
}

// Number gives the number, and whether there is one.
func (v Value) Number() (float64, bool) { return v.number, v.known }

// Known reports whether v holds a number.
func (v Value) Known() bool { return v.known }

// Marker is the reason for a missing number, "" where there is a number.
func (v Value) Marker() Marker {
	if v.known {
		return ""
	}
	if v.marker == "" {
		return NotAvailable
	}
	return v.marker
}

// Optional is a number that may be absent and needs no reason, such as a limit
// that the publisher does not give.
type Optional struct {
	V  float64
	OK bool
}

// Some makes an Optional that holds f; a number that is not finite is absent.
func Some(f float64) Optional {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return Optional{}
	}
	return Optional{V: f, OK: true}
}

// Interval is a 95% confidence interval. The zero Interval is unknown: the
// publisher gives none, and none is made up.
type Interval struct {
	Lower, Upper float64
	Known        bool
}

// NewInterval makes an interval of two finite limits in order.
func NewInterval(lower, upper float64) (Interval, error) {
	if !(lower <= upper) || math.IsInf(lower, 0) || math.IsInf(upper, 0) {
		return Interval{}, fmt.Errorf("interval from %v to %v: limits out of order: %w", lower, upper, ErrInvalid)
	}
	return Interval{Lower: lower, Upper: upper, Known: true}, nil
}

// SE is the standard error of a 95% interval under a normal distribution,
// (upper - lower) / (2 x 1.96), and whether it is known.
func (i Interval) SE() (float64, bool) {
	if !i.Known {
		return 0, false
	}
	return (i.Upper - i.Lower) / (2 * Z95), true
}

// Z95 is the 97.5th percentile of the standard normal distribution.
const Z95 = 1.959963984540054

// Flags stand beside a number and qualify it, as SDMX's OBS_STATUS.
type Flags uint8

// The flags, in the order in which they are written.
const (
	Provisional Flags = 1 << iota
	Revised
	Estimated
	Break
	LowReliability
	CombinedArea
)

var flagWords = []string{"provisional", "revised", "estimated", "break", "low_reliability", "combined_area"}

// Has reports whether all of g are set.
func (f Flags) Has(g Flags) bool { return f&g == g }

// String joins the words of the set flags by ";".
func (f Flags) String() string {
	var words []string
	for i, w := range flagWords {
		if f&(1<<i) != 0 {
			words = append(words, w)
		}
	}
	return strings.Join(words, ";")
}

// Words lists the set flags as a page says them: "low reliability".
func (f Flags) Words() []string {
	if f == 0 {
		return nil
	}
	words := strings.Split(f.String(), ";")
	for i := range words {
		words[i] = strings.ReplaceAll(words[i], "_", " ")
	}
	return words
}

// ParseFlags reads words joined by ";".
func ParseFlags(s string) (Flags, error) {
	var f Flags
	if s == "" {
		return 0, nil
	}
	for w := range strings.SplitSeq(s, ";") {
		i := slices.Index(flagWords, w)
		if i < 0 {
			return 0, fmt.Errorf("flag %q: want one of %s: %w", w, strings.Join(flagWords, ", "), ErrInvalid)
		}
		f |= 1 << i
	}
	return f, nil
}

// Scan reads a nullable number of a store.
func (o *Optional) Scan(src any) error {
	var n sql.NullFloat64
	if err := n.Scan(src); err != nil {
		return err
	}
	*o = scannedOptional(n)
	return nil
}
