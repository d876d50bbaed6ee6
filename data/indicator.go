package data

import (
	"math"
	"slices"
	"strconv"
	"strings"
)

// IndicatorID names an indicator in kebab-case. It is an address in other
// people's programs and never changes.
type IndicatorID string

// Polarity says which way is good: "high", "low" or "none".
type Polarity string

// The polarities. PolarityNone is for figures on which no judgement is passed.
const (
	PolarityHigh Polarity = "high"
	PolarityLow  Polarity = "low"
	PolarityNone Polarity = "none"
)

// Dimension is one of the five dimensions of good work, or the context beside
// them.
type Dimension string

// Dimensions lists the dimensions in the order of every page.
var Dimensions = []Dimension{"pay", "in-work-poverty", "access", "health", "skills", "context"}

// Title is the dimension's heading.
func (d Dimension) Title() string {
	switch d {
	case "pay":
		return "Pay and living standards"
	case "in-work-poverty":
		return "In-work poverty"
	case "access":
		return "Access to work"
	case "health":
		return "Health and wellbeing"
	case "skills":
		return "Skills"
	case "context":
		return "Context"
	}
	return string(d)
}

// Question is what the dimension asks.
func (d Dimension) Question() string {
	switch d {
	case "pay":
		return "Does work pay enough?"
	case "in-work-poverty":
		return "Does work keep families out of poverty?"
	case "access":
		return "Is there work to be had?"
	case "health":
		return "Are people well enough to work, and does work go with wellbeing?"
	case "skills":
		return "Does work lead anywhere? Security and voice are not available locally."
	case "context":
		return "What shapes the rest?"
	}
	return ""
}

// Valid reports whether d is one of Dimensions.
func (d Dimension) Valid() bool { return slices.Contains(Dimensions, d) }

// Indicator is what a reader must know to read a figure. It is a definition
// file of package indicators as the edition carries it.
type Indicator struct {
	ID           IndicatorID
	Position     int // order on pages, from 1
	Title        string
	Question     string
	Subject      string // subject of a sentence, with {area}: "Median weekly pay of {area} residents"
	Definition   string
	Numerator    string
	Denominator  string
	Dimension    Dimension
	Unit         string // £, %, years, score
	UnitWords    string // "pounds a week"
	Decimals     int
	Polarity     Polarity
	Base         string // residents or workplaces
	Kind         string // median, percentage, rate, mean, years, ratio, count
	Designation  string
	Method       string // the derive method's name
	MethodNote   string // what the method does, in words; "" for published figures
	Caveat       string
	AxisFromZero bool
	// ShownFrom is the level whose published figure stands in for a district
	// without one, named as such: "county", or "".
	ShownFrom string
	Source    SourceID   // of the main input
	Inputs    []SourceID // all sources that the figures rest on
	Breaks    []Discontinuity
}

// Discontinuity says that figures from a period on do not continue the earlier ones.
type Discontinuity struct {
	From string // first day of the first period after the break
	Note string
}

// Designations maps the statuses of statistics to the words of pages.
var Designations = map[string]string{
	"accredited":     "accredited official statistics",
	"official":       "official statistics",
	"in_development": "official statistics in development",
	"suspended":      "official statistics, accreditation suspended",
	"ad_hoc":         "official statistics published ad hoc",
	"ours":           "our own figures, made from official statistics",
}

// DesignationWords is the indicator's designation in words.
func (ind Indicator) DesignationWords() string { return Designations[ind.Designation] }

// Format writes a number of this indicator with its unit, rounded to the
// indicator's decimals: "£589", "74.2%", "62.4 years", "7.45".
func (ind Indicator) Format(f float64) string {
	n := FormatNumber(f, ind.Decimals)
	switch ind.Unit {
	case "£":
		if strings.HasPrefix(n, "−") {
			return "−£" + strings.TrimPrefix(n, "−")
		}
		return "£" + n
	case "£ million":
		return "£" + n + " million"
	case "%":
		return n + "%"
	case "years":
		return n + " years"
	default:
		return n
	}
}

// FormatValue is Format, or the marker's shorthand where there is no number.
func (ind Indicator) FormatValue(v Value) string {
	if f, ok := v.Number(); ok {
		return ind.Format(f)
	}
	return v.Marker().Shorthand()
}

// FormatInterval writes an interval as "£563 to £616" or "53.3 to 60.1 years",
// "" where it is unknown.
func (ind Indicator) FormatInterval(i Interval) string {
	if !i.Known {
		return ""
	}
	if ind.Unit == "years" {
		return FormatNumber(i.Lower, ind.Decimals) + " to " + ind.Format(i.Upper)
	}
	return ind.Format(i.Lower) + " to " + ind.Format(i.Upper)
}

// FormatNumber writes f with the given decimals, thousands parted by commas
// and a real minus sign. A number halfway between two is rounded away from zero,
// as browsers do. A number that rounds to zero has no sign.
func FormatNumber(f float64, decimals int) string {
	s := strconv.FormatFloat(awayFromTie(f, max(decimals, 0)), 'f', max(decimals, 0), 64)
	sign := ""
	if strings.HasPrefix(s, "-") {
		s = s[1:]
		if strings.Trim(s, "0.") != "" {
			sign = "−"
		}
	}
	whole, frac, _ := strings.Cut(s, ".")
	var b strings.Builder
	for i, r := range whole {
		if i > 0 && (len(whole)-i)%3 == 0 {
			b.WriteByte(',')
		}
		b.WriteRune(r)
	}
	if frac != "" {
		b.WriteByte('.')
		b.WriteString(frac)
	}
	return sign + b.String()
}

// awayFromTie moves a number that lies exactly halfway between two roundings by
// the least step away from zero, as strconv rounds such a number to even.
func awayFromTie(f float64, decimals int) float64 {
	halves := f * math.Pow(2, float64(decimals+1)) // exact: a power of two
	_, fraction, _ := strings.Cut(strconv.FormatFloat(f, 'f', -1, 64), ".")
	if halves != math.Trunc(halves) || len(fraction) != decimals+1 || fraction[decimals] != '5' {
		return f
	}
	return math.Nextafter(f, math.Inf(int(math.Copysign(1, f))))
}
