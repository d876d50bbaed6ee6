package data

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// InputRole is the part that an input plays in a method's formula, where it
// stands in braces.
type InputRole string

// The roles of inputs.
const (
	InputValue       InputRole = "value"       // the publisher's figure
	InputIndex       InputRole = "index"       // price index of the figure's month
	InputBase        InputRole = "base"        // price index of the base month
	InputNumerator   InputRole = "numerator"   // a count above the line
	InputDenominator InputRole = "denominator" // a count below it
	InputOver        InputRole = "over"        // of a ratio
	InputUnder       InputRole = "under"
	InputPart        InputRole = "part" // a count that is in the share
	InputRest        InputRole = "rest" // a count that is not
	InputShare       InputRole = "share"
	InputMembers     InputRole = "members" // areas whose counts were added up
)

// Input is one thing that a figure was made from: a cell of a publisher's file,
// another indicator's figure (role share, Measure names it), or the areas that
// were added up (role members).
type Input struct {
	Indicator IndicatorID
	Area      AreaCode // "" for an input of all areas of the period
	Period    Period
	Role      InputRole
	Source    SourceID
	Release   ReleaseID
	Measure   string
	// PublishedArea is the code or name in the file where it isn't Area's code.
	PublishedArea string
	// Observed is the period of the cell where it isn't Period.
	Observed Period
	// Value is the cell's; of role value of a figure that is carried over it is
	// the figure's own and not stored twice.
	Value   Value
	CV      Optional // in per cent, where the interval was made from it
	Row     int      // of the file, from 1; 0 for what is no cell
	Members []AreaCode
}

func (x Input) row(carried bool) []driver.Value {
	var value, marker driver.Value
	if !carried && x.Role != InputMembers {
		value, marker = x.Value.columns()
	}
	var row driver.Value
	if x.Row > 0 {
		row = int32(x.Row)
	}
	return []driver.Value{
		string(x.Indicator), nullable(string(x.Area)), x.Period.String(), string(x.Role), string(x.Source), string(x.Release), nullable(x.Measure),
		nullable(x.PublishedArea), nullable(x.Observed.String()), value, marker, x.CV.column(), row, nullable(strings.Join(strs(x.Members), " ")),
	}
}

// MethodStep is one step by which an indicator's figures are made, in order.
type MethodStep struct {
	Indicator  IndicatorID
	Position   int // from 1
	Name       string
	Formula    string // with the roles of inputs in braces, or "" where there is none
	Text       string
	Function   string // of package indicators
	Literature string
}

func (x MethodStep) row() []driver.Value {
	return []driver.Value{string(x.Indicator), int32(x.Position), x.Name, nullable(x.Formula), x.Text, x.Function, nullable(x.Literature)}
}

// Provenance is all that a figure came from: its inputs, the files in which they
// stand, and the steps.
type Provenance struct {
	Row       Row // with comparisons, changes, trend and position
	Indicator Indicator
	Inputs    []Input // in the order of the formula
	Files     []Release
	Sources   []Source
	Steps     []MethodStep
}

// Provenance says where a figure comes from. ErrNotFound means that the edition
// has no such row.
func (s *EditionStore) Provenance(ctx context.Context, id IndicatorID, area AreaCode, period Period) (Provenance, error) {
	var p Provenance
	t, err := s.Table(ctx, Query{Indicators: []IndicatorID{id}, Areas: []AreaCode{area}, Periods: []Period{period}, WithComparisons: true, WithDerived: true})
	if err != nil {
		return p, err
	}
	if len(t.Rows) == 0 {
		return p, fmt.Errorf("figure of %s, %s, %s: %w", id, area, period, ErrNotFound)
	}
	p.Row, p.Indicator = t.Rows[0], t.Indicators[0]
	p.Inputs, err = s.inputs(ctx, p.Row)
	if err != nil {
		return p, fmt.Errorf("inputs of %s, %s, %s: %w", id, area, period, err)
	}
	p.Steps, err = collect(ctx, s.db, statement("method_steps"), []any{string(id)}, func(scan func(...any) error) (MethodStep, error) {
		var x MethodStep
		var formula, literature sql.NullString
		err := scan(&x.Indicator, &x.Position, &x.Name, &formula, &x.Text, &x.Function, &literature)
		x.Formula, x.Literature = formula.String, literature.String
		return x, err
	})
	if err != nil {
		return p, fmt.Errorf("steps of %s: %w", id, err)
	}
	files, err1 := s.Releases(ctx)
	sources, err2 := s.Sources(ctx)
	if err := errors.Join(err1, err2); err != nil {
		return p, err
	}
	used := func(source SourceID, release ReleaseID) bool {
		return source == p.Row.Source && (release == "" || release == p.Row.Release) ||
			slices.ContainsFunc(p.Inputs, func(x Input) bool { return x.Source == source && (release == "" || x.Release == release) })
	}
	for _, f := range files {
		if used(f.Source, f.ID) {
			p.Files = append(p.Files, f)
		}
	}
	for _, x := range sources {
		if used(x.ID, "") {
			p.Sources = append(p.Sources, x)
		}
	}
	return p, nil
}

// FilesOf are the files of the release that an input stands in. Of several it
// isn't known which one holds the row.
func (p Provenance) FilesOf(x Input) []Release {
	var files []Release
	for _, f := range p.Files {
		if f.Source == x.Source && f.ID == x.Release {
			files = append(files, f)
		}
	}
	return files
}

func (s *EditionStore) inputs(ctx context.Context, r Row) ([]Input, error) {
	args := []any{string(r.Indicator), string(r.Area), r.Period.String()}
	return collect(ctx, s.db, statement("inputs"), args, func(scan func(...any) error) (Input, error) {
		x := Input{Indicator: r.Indicator, Period: r.Period}
		var area, measure, published, members sql.NullString
		var value sql.NullFloat64
		var marker sql.NullString
		var row sql.NullInt64
		err := scan(&area, &x.Role, &x.Source, &x.Release, &measure, &published, &x.Observed, &value, &marker, &x.CV, &row, &members)
		x.Area, x.Measure, x.PublishedArea, x.Row = AreaCode(area.String), measure.String, published.String, int(row.Int64)
		for m := range strings.FieldsSeq(members.String) {
			x.Members = append(x.Members, AreaCode(m))
		}
		switch {
		case x.Role == InputMembers:
		case !value.Valid && !marker.Valid:
			x.Value = r.Value
		default:
			x.Value = scannedValue(value, marker)
		}
		return x, err
	})
}

// Worked is a formula with the numbers of the figure's inputs, and the figure:
// "532.5 × 137.7 ÷ 128.3 = 571.5". Where counts of several areas were added up,
// the sums stand for them. It is "" where an input is missing.
func (p Provenance) Worked(formula string) string {
	result, ok := p.Row.Value.Number()
	if !ok || formula == "" {
		return ""
	}
	numbers := map[InputRole][]string{}
	members := false
	for _, x := range p.Inputs {
		if x.Role == InputMembers {
			members = true
			continue
		}
		f, ok := x.Value.Number()
		if !ok {
			return ""
		}
		numbers[x.Role] = append(numbers[x.Role], plainNumber(f))
	}
	if members {
		top, bottom := p.Row.Numerator, p.Row.Denominator
		numbers = map[InputRole][]string{}
		for role, o := range map[InputRole]Optional{
			InputValue: top, InputNumerator: top, InputPart: top, InputDenominator: bottom, InputRest: Some(bottom.V - top.V),
		} {
			if o.OK {
				numbers[role] = []string{plainNumber(o.V)}
			}
		}
	}
	out := formula
	for role, all := range numbers {
		text := strings.Join(all, " + ")
		if len(all) > 1 && formula != "{"+string(role)+"}" {
			text = "(" + text + ")"
		}
		out = strings.ReplaceAll(out, "{"+string(role)+"}", text)
	}
	if strings.Contains(out, "{") {
		return ""
	}
	if out == plainNumber(result) {
		return out
	}
	return out + " = " + plainNumber(result)
}

func plainNumber(f float64) string { return strconv.FormatFloat(f, 'f', -1, 64) }
