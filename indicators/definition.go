package indicators

import (
	"bytes"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"regexp"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"

	"goodwork/data"
)

//go:embed definitions/*.yaml
var definitionFiles embed.FS

// Definition is one indicator as its YAML file states it. The file is strict:
// an unknown field is an error.
type Definition struct {
	ID           data.IndicatorID `yaml:"id"`
	Position     int              `yaml:"position"` // orders the indicators on pages; gaps are welcome
	Dimension    data.Dimension   `yaml:"dimension"`
	Title        string           `yaml:"title"`
	Question     string           `yaml:"question"`
	Subject      string           `yaml:"subject"` // subject of a sentence, with {area}
	Definition   string           `yaml:"definition"`
	Numerator    string           `yaml:"numerator"`
	Denominator  string           `yaml:"denominator"`
	Unit         string           `yaml:"unit"`
	UnitWords    string           `yaml:"unit_words"`
	Decimals     int              `yaml:"decimals"`
	Polarity     data.Polarity    `yaml:"polarity"`
	Base         string           `yaml:"base"`
	Kind         string           `yaml:"kind"`
	Designation  string           `yaml:"designation"`
	Method       string           `yaml:"method"`
	MethodNote   string           `yaml:"method_note"`
	Caveat       string           `yaml:"caveat"`
	AxisFromZero bool             `yaml:"axis_from_zero"`
	ShownFrom    string           `yaml:"shown_from"`
	Inputs       []Input          `yaml:"inputs"`
	Breaks       []Break          `yaml:"breaks"`
	Since        string           `yaml:"since"`    // periods that start before this day are left out; "" for none
	NoTrend      string           `yaml:"no_trend"` // why no trend may be tested, "" where it may

	Deflator *Deflator `yaml:"deflator"` // of method deflated
	Share    *Share    `yaml:"share"`    // of method share
	Product  *Product  `yaml:"product"`  // of method product

	Proportion *Proportion `yaml:"proportion"` // of method proportion
	Ratio      *RatioOf    `yaml:"ratio"`      // of method ratio
}

// Input names the observations of one measure. Where several inputs have a row
// for the same area and period, the first named counts.
type Input struct {
	Source  data.SourceID `yaml:"source"`
	Measure string        `yaml:"measure"`
}

// Break is a discontinuity: figures from the day on do not continue those before.
type Break struct {
	From string `yaml:"from"`
	Note string `yaml:"note"`
}

// Deflator restates money in the prices of a base month.
type Deflator struct {
	Source  data.SourceID `yaml:"source"`
	Measure string        `yaml:"measure"`
	Base    string        `yaml:"base"`
}

// Share divides a sum of counts by itself and another sum.
type Share struct {
	Part    []string `yaml:"part"`
	Rest    []string `yaml:"rest"`
	Minimum float64  `yaml:"minimum"` // of the denominator; under it the share is not given
}

// Product multiplies the input by another indicator's share.
type Product struct {
	Share data.IndicatorID `yaml:"share"`
}

// Proportion divides a sum of counts by another, of which it is part.
type Proportion struct {
	Numerator   []string `yaml:"numerator"`
	Denominator []string `yaml:"denominator"`
	Minimum     float64  `yaml:"minimum"`  // of the denominator; under it the proportion is not given
	Complete    bool     `yaml:"complete"` // everybody was counted: the proportion has Wilson's interval
}

// RatioOf divides one measure by another, percentiles of one distribution say.
type RatioOf struct {
	Over  string `yaml:"over"`
	Under string `yaml:"under"`
}

var (
	kinds   = []string{"median", "percentage", "rate", "mean", "years", "ratio", "count"}
	bases   = []string{"residents", "workplaces"}
	units   = []string{"£", "%", "years", "score", "per 100,000", "ratio", "people", "households", "enterprises", "£ million", "index"}
	kebab   = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)
	isoDate = regexp.MustCompile(`^\d{4}-\d{2}-\d{2}$`)
)

// LoadDefinitions reads every definition file, ordered by position. Everything
// that is wrong with any of them is told at once.
func LoadDefinitions() ([]Definition, error) { return loadDefinitions(definitionFiles) }

func loadDefinitions(files fs.FS) ([]Definition, error) {
	names, err := fs.Glob(files, "definitions/*.yaml")
	if err != nil {
		return nil, err
	}
	var defs []Definition
	var wrong []error
	seen := map[data.IndicatorID]bool{}
	places := map[int]data.IndicatorID{}
	for _, name := range names {
		b, err := fs.ReadFile(files, name)
		if err != nil {
			return nil, err
		}
		def, err := ParseDefinition(b)
		if err == nil && "definitions/"+string(def.ID)+".yaml" != name {
			err = fmt.Errorf("id %q: the file must be named after the id", def.ID)
		}
		if err == nil && places[def.Position] != "" {
			err = fmt.Errorf("position %d: taken by %s", def.Position, places[def.Position])
		}
		if err != nil {
			wrong = append(wrong, fmt.Errorf("%s: %w", name, err))
			continue
		}
		seen[def.ID], places[def.Position] = true, def.ID
		defs = append(defs, def)
	}
	for _, d := range defs {
		if d.Product != nil && !seen[d.Product.Share] {
			wrong = append(wrong, fmt.Errorf("definitions/%s.yaml: product: share %q: no such indicator", d.ID, d.Product.Share))
		}
	}
	if len(wrong) > 0 {
		return nil, errors.Join(wrong...)
	}
	slices.SortFunc(defs, func(a, b Definition) int { return a.Position - b.Position })
	return defs, nil
}

// ParseDefinition reads one definition strictly and lints it.
func ParseDefinition(b []byte) (Definition, error) {
	var d Definition
	if err := yaml.NewDecoder(bytes.NewReader(b), yaml.Strict()).Decode(&d); err != nil {
		return Definition{}, fmt.Errorf("%s: %w", strings.TrimSpace(err.Error()), data.ErrInvalid)
	}
	if err := d.lint(); err != nil {
		return Definition{}, fmt.Errorf("%w: %w", err, data.ErrInvalid)
	}
	return d, nil
}

func (d Definition) lint() error {
	var wrong []error
	say := func(ok bool, format string, args ...any) {
		if !ok {
			wrong = append(wrong, fmt.Errorf(format, args...))
		}
	}
	say(kebab.MatchString(string(d.ID)), "id %q: want kebab-case", d.ID)
	say(d.Position > 0, "position %d: want a number from 1", d.Position)
	say(d.Dimension.Valid(), "dimension %q: want one of %v", d.Dimension, data.Dimensions)
	for _, f := range []struct{ name, text string }{
		{"title", d.Title},
		{"question", d.Question},
		{"definition", d.Definition},
		{"numerator", d.Numerator},
		{"denominator", d.Denominator},
		{"unit_words", d.UnitWords},
		{"caveat", d.Caveat},
	} {
		say(strings.TrimSpace(f.text) != "", "%s: missing", f.name)
	}
	say(strings.HasSuffix(d.Question, "?"), "question %q: want a question mark at its end", d.Question)
	say(strings.Count(d.Subject, "{area}") == 1, "subject %q: want {area} once", d.Subject)
	say(slices.Contains(units, d.Unit), "unit %q: want one of %v", d.Unit, units)
	say(d.Decimals >= 0 && d.Decimals <= 4, "decimals %d: want 0 to 4", d.Decimals)
	say(slices.Contains([]data.Polarity{data.PolarityHigh, data.PolarityLow, data.PolarityNone}, d.Polarity), "polarity %q: want high, low or none", d.Polarity)
	say(slices.Contains(bases, d.Base), "base %q: want one of %v", d.Base, bases)
	say(slices.Contains(kinds, d.Kind), "kind %q: want one of %v", d.Kind, kinds)
	say(data.Designations[d.Designation] != "", "designation %q: unknown", d.Designation)
	say(d.ShownFrom == "" || d.ShownFrom == "county", "shown_from %q: want county", d.ShownFrom)
	say(slices.Contains(seriesMethodNames, d.Method), "method %q: want one of %v", d.Method, seriesMethodNames)
	say(len(d.Inputs) > 0, "inputs: missing")
	for _, in := range d.Inputs {
		say(kebab.MatchString(string(in.Source)) && kebab.MatchString(in.Measure), "input %q, %q: want a source and a measure in kebab-case", in.Source, in.Measure)
	}
	for i, b := range d.Breaks {
		say(isoDate.MatchString(b.From) && b.Note != "", "break %d: want from (a day) and note", i+1)
		say(i == 0 || d.Breaks[i-1].From < b.From, "break %d: want breaks in order of time", i+1)
	}
	say((d.Deflator != nil) == (d.Method == "deflated"), "deflator: belongs to method deflated, and to it alone")
	say((d.Share != nil) == (d.Method == "share"), "share: belongs to method share, and to it alone")
	say((d.Product != nil) == (d.Method == "product"), "product: belongs to method product, and to it alone")
	say((d.Proportion != nil) == (d.Method == "proportion"), "proportion: belongs to method proportion, and to it alone")
	say((d.Ratio != nil) == (d.Method == "ratio"), "ratio: belongs to method ratio, and to it alone")
	say(d.Method != "sum" || d.Kind == "count", "kind %q: only counts are summed", d.Kind)
	say(d.Since == "" || isoDate.MatchString(d.Since), "since %q: want a day", d.Since)
	say(d.Method == "published" || d.MethodNote != "", "method_note: missing, wanted for any method but published")
	say(d.Method == "published" || d.Method == "sum" || d.Designation == "ours", "designation %q: want ours for any method but published and sum", d.Designation)
	if d.Deflator != nil {
		_, err := data.ParsePeriod(d.Deflator.Base)
		say(err == nil, "deflator: base %q: want a month such as 2025-04-01/P1M", d.Deflator.Base)
	}
	if d.Share != nil {
		say(len(d.Share.Part) > 0 && len(d.Share.Rest) > 0 && len(d.Inputs) == 1, "share: want part, rest, and one input that names the source")
	}
	if d.Proportion != nil {
		say(len(d.Proportion.Numerator) > 0 && len(d.Proportion.Denominator) > 0 && len(d.Inputs) == 1, "proportion: want numerator, denominator, and one input that names the source")
		say(d.Unit == "%", "unit %q: a proportion is given in per cent", d.Unit)
	}
	if d.Ratio != nil {
		say(d.Ratio.Over != "" && d.Ratio.Under != "" && len(d.Inputs) == 1, "ratio: want over, under, and one input that names the source")
	}
	return errors.Join(wrong...)
}

// indicator is the definition as the edition carries it, at a place on pages.
func (d Definition) indicator(position int) data.Indicator {
	ind := data.Indicator{
		ID: d.ID, Position: position, Title: d.Title, Question: d.Question, Subject: d.Subject, Definition: d.Definition,
		Numerator: d.Numerator, Denominator: d.Denominator, Dimension: d.Dimension, Unit: d.Unit, UnitWords: d.UnitWords,
		Decimals: d.Decimals, Polarity: d.Polarity, Base: d.Base, Kind: d.Kind, Designation: d.Designation, Method: d.Method,
		MethodNote: d.MethodNote, Caveat: d.Caveat, AxisFromZero: d.AxisFromZero, ShownFrom: d.ShownFrom,
		Source: d.Inputs[0].Source,
	}
	for _, b := range d.Breaks {
		ind.Breaks = append(ind.Breaks, data.Discontinuity(b))
	}
	return ind
}
