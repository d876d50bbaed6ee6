package data

// EditionID names one build of all that is published:
// a day, "-", and eight hex digits of the hash of its content.
type EditionID string

// Date is the day in the id.
func (id EditionID) Date() string { return string(id[:min(len(id), len("2006-01-02"))]) }

// Estimate is one figure of the edition: an indicator's value for an area and
// a period.
type Estimate struct {
	Indicator IndicatorID
	Area      AreaCode
	Period    Period
	Value     Value
	Interval  Interval
	Unit      string
	Flags     Flags
	Source    SourceID
	Release   ReleaseID
	// Numerator and Denominator are there for figures that may be put together
	// for several areas.
	Numerator   Optional
	Denominator Optional
	Grade       Grade  // "" where the value is missing
	GradeReason string // what set the grade, in words
}

// Verdict is what a test says. Better and worse need a polarity; higher and
// lower do without. NotTested means that one side has no interval.
type Verdict string

// The verdicts of a comparison.
const (
	Better    Verdict = "better"
	Worse     Verdict = "worse"
	Higher    Verdict = "higher"
	Lower     Verdict = "lower"
	Similar   Verdict = "similar"
	NotTested Verdict = "not tested"
)

// Role is the part that a benchmark plays for an area.
type Role string

// The roles, in the order of pages.
const (
	RoleUK      Role = "uk" // Great Britain where the publisher has no UK figure
	RoleCountry Role = "country"
	RoleRegion  Role = "region"
	// RoleCombinedAuthority is the combined authority that the area lies in.
	RoleCombinedAuthority Role = "combined_authority"
)

// Roles lists the roles in the order of pages.
var Roles = []Role{RoleUK, RoleCountry, RoleRegion, RoleCombinedAuthority}

// Comparison holds one figure against a benchmark's figure of the same
// indicator and period.
type Comparison struct {
	Indicator      IndicatorID
	Area           AreaCode
	Period         Period
	Role           Role
	Benchmark      AreaCode // which area the benchmark really is
	BenchmarkValue float64
	Gap            float64  // value less benchmark, in the indicator's unit
	GapInterval    Interval // unknown where not tested
	P              Optional // two-sided
	Verdict        Verdict
	// PAdjusted and VerdictAdjusted are after Benjamini and Hochberg, within
	// the indicator, period, role and kind of area: for lists, counts and maps.
	PAdjusted       Optional
	VerdictAdjusted Verdict
}

// Sentence is a line of text made from figures by a template that a verdict
// chose. Its numbers are those of the same edition.
type Sentence struct {
	Indicator IndicatorID // "" for a sentence about the area as a whole
	Area      AreaCode
	Period    Period
	Role      string // "level": the indicator's sentence on its area's page
	Position  int    // order among sentences of the same role, from 1
	Text      string
}

// Query says which figures are wanted. An empty list means all.
type Query struct {
	Indicators []IndicatorID
	Areas      []AreaCode
	Levels     []Level
	Periods    []Period
	// Latest keeps each indicator's latest period only; Periods must be empty.
	Latest bool
	// WithComparisons fills the comparisons of each row.
	WithComparisons bool
	// WithDerived fills the changes, the trend, the position and the smoothed
	// value of each row, and how it stands to similar areas.
	WithDerived bool
}

// Row is one figure with what stands beside it.
type Row struct {
	Estimate
	AreaName    string
	AreaLevel   Level
	Comparisons []Comparison // in the order of Roles; nil unless asked for

	// These are nil unless asked for, and where the edition has none.
	Changes  []PeriodChange // in the order of Spans; latest period only
	Trend    *Trend
	Position *Position
	Smoothed *Smoothed
	Similar  []SimilarAreas // latest period only
}

// Comparison gives the row's comparison in a role, and whether there is one.
func (r Row) Comparison(role Role) (Comparison, bool) {
	for _, c := range r.Comparisons {
		if c.Role == role {
			return c, true
		}
	}
	return Comparison{}, false
}

// Table is the answer to a Query, and the one thing of which page, chart,
// download and API are faces. Rows are ordered by the indicators' position,
// area level (UK first), area code and period.
type Table struct {
	Edition    EditionID
	Indicators []Indicator // those that occur, by position
	Rows       []Row
}

// Indicator gives the definition of an indicator that occurs in the table.
func (t Table) Indicator(id IndicatorID) (Indicator, bool) {
	for _, ind := range t.Indicators {
		if ind.ID == id {
			return ind, true
		}
	}
	return Indicator{}, false
}
