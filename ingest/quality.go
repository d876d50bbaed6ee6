package ingest

import (
	"context"
	"errors"
	"maps"
	"math"
	"slices"
	"strings"

	"goodwork/data"
)

// SourceQuality is all that is known of how sound a source's figures are: why
// its last release was refused, if it was; the rows left out, by reason; what
// the checks found short of a fault; what of it a person should look at; and the
// publisher's faults that are mended as its files are read.
type SourceQuality struct {
	Source      string             `json:"source_id"`
	Title       string             `json:"title"`
	Release     string             `json:"release_id,omitempty"` // of the last look
	Checked     string             `json:"checked,omitempty"`
	Refused     []string           `json:"refused,omitempty"`
	Skipped     map[string]int     `json:"skipped,omitempty"`
	Warnings    []QualityFinding   `json:"warnings,omitempty"`
	Review      []QualityFinding   `json:"review,omitempty"`
	Corrections []SourceCorrection `json:"corrections,omitempty"`
}

// QualityFinding is a finding with the rule that it comes from.
type QualityFinding struct {
	Check string `json:"check"`
	Rule  string `json:"rule"`  // what should hold
	Found string `json:"found"` // what does not, and where
	Count int    `json:"count"` // of cells
}

// Quality reports on every source that has been looked at, and on what only
// shows between sources, ordered by source. ErrNotFound means that there is no
// store.
func Quality(ctx context.Context, dir string, declared []Source) (out []SourceQuality, err error) {
	store, err := data.OpenObservations(ctx, dir)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	sources, err := store.Sources(ctx)
	if err != nil {
		return nil, err
	}
	looks, err := Looks(dir)
	if err != nil {
		return nil, err
	}
	of := map[data.SourceID]*SourceQuality{}
	for _, s := range sources {
		of[s.ID] = &SourceQuality{Source: string(s.ID), Title: s.Title}
	}
	for _, l := range looks {
		if of[l.Source] == nil {
			of[l.Source] = &SourceQuality{Source: string(l.Source)}
		}
		of[l.Source].take(l)
	}
	for _, c := range Corrections(declared) {
		if q := of[c.Source]; q != nil {
			q.Corrections = append(q.Corrections, c)
		}
	}
	between, err := checkUnemployment(ctx, store)
	if err != nil {
		return nil, err
	}
	if q := of[modelledSource]; q != nil {
		q.Review = append(q.Review, between...)
	}
	for _, id := range slices.Sorted(maps.Keys(of)) {
		out = append(out, *of[id])
	}
	return out, nil
}

// take puts the last look at a source into the report.
func (q *SourceQuality) take(l Look) {
	q.Release, q.Checked, q.Refused, q.Skipped = string(l.Release), l.Checked, l.Faults, l.Skipped
	for _, f := range l.Findings {
		one := QualityFinding{Check: f.Check, Rule: ruleOf(f.Check), Found: f.String(), Count: f.Count}
		switch f.Severity {
		case SeverityWarn:
			q.Warnings = append(q.Warnings, one)
		case SeverityReview:
			q.Review = append(q.Review, one)
		}
	}
}

// ruleOf is what a check says.
func ruleOf(id string) string {
	i := slices.IndexFunc(Checks, func(c Check) bool { return c.ID == id })
	if i < 0 {
		return ""
	}
	return Checks[i].Says
}

// The sources of V44, and how far, in percentage points, the two may differ.
const (
	modelledSource data.SourceID = "ons-modelled-unemployment"
	surveySource   data.SourceID = "ons-employment"
	mostOff                      = 8
)

// checkUnemployment holds the modelled unemployment rate to what the survey's
// employment and inactivity rates leave: of those who are active, the part that
// isn't employed (V44). Model and survey differ in age and method, so a
// difference is for a person to look at.
func checkUnemployment(ctx context.Context, store *data.ObservationStore) ([]QualityFinding, error) {
	survey, err := store.Observations(ctx, surveySource)
	if err != nil {
		return nil, err
	}
	modelled, err := store.Observations(ctx, modelledSource)
	if err != nil {
		return nil, err
	}
	values := map[key]float64{}
	for _, o := range survey {
		if x, ok := o.Value.Number(); ok {
			values[key{o.Measure, o.Area, o.Period}] = x
		}
	}
	var off []string
	for _, o := range modelled {
		employed, okEmployed := values[key{"employment-rate", o.Area, o.Period}]
		inactive, okInactive := values[key{"inactivity-rate", o.Area, o.Period}]
		x, ok := o.Value.Number()
		if !ok || !okEmployed || !okInactive || o.Measure != "unemployment-rate" || !(inactive < 100) {
			continue
		}
		implied := 100 * (100 - inactive - employed) / (100 - inactive)
		if math.Abs(x-implied) > mostOff {
			off = append(off, string(o.Area)+" "+o.Period.String())
		}
	}
	if len(off) == 0 {
		return nil, nil
	}
	found := "more than 8 points between the model and the survey: " + strings.Join(off, ", ")
	return []QualityFinding{{Check: "V44", Rule: ruleOf("V44"), Found: found, Count: len(off)}}, nil
}
