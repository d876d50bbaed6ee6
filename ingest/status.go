package ingest

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"goodwork/data"
)

// SourceStatus says what a store holds of a source, and how the last look at it
// went. Release and what follows it are empty where nothing of the source has
// ever been taken in. Unverified lists ids that no file of the publisher's has
// confirmed and that no look has either.
type SourceStatus struct {
	Source      string   `json:"source_id"`
	Title       string   `json:"title"`
	Checked     string   `json:"checked"`
	Stale       bool     `json:"stale"`
	Reason      string   `json:"reason,omitempty"`
	NextRelease string   `json:"next_release,omitempty"`
	About       bool     `json:"next_release_is_a_guess,omitempty"` // from how often it comes
	Release     string   `json:"release_id,omitempty"`
	Published   string   `json:"published,omitempty"`
	Retrieved   string   `json:"retrieved,omitempty"`
	File        string   `json:"file,omitempty"`
	SHA256      string   `json:"sha256,omitempty"`
	Rows        int      `json:"rows"`
	Skipped     int      `json:"skipped"`
	Faults      int      `json:"faults"`   // of the release that was refused last
	Warnings    int      `json:"warnings"` // of the last look
	Review      int      `json:"review"`   // what a person should look at
	Unverified  []string `json:"unverified,omitempty"`
}

// Look is how the last look at a source went, in full: what is wrong with a
// release that was refused, and what was found short of that.
type Look struct {
	Source   data.SourceID  `json:"source_id"`
	Checked  string         `json:"checked"`
	Release  data.ReleaseID `json:"release_id,omitempty"`
	Error    string         `json:"error,omitempty"`
	Faults   []string       `json:"faults,omitempty"`
	Skipped  map[string]int `json:"skipped,omitempty"`
	Findings []Finding      `json:"findings,omitempty"`
	Fetched  bool           `json:"fetched,omitempty"` // once, from the publisher's service, and taken in
}

// looksFile holds the looks of a store, beside it.
const looksFile = "looks.json"

// Looks lists the last look at every source, ordered by source; none where the
// store has never been written.
func Looks(dir string) ([]Look, error) {
	var all []Look
	err := readJSON(filepath.Join(dir, looksFile), &all)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	return all, err
}

// keepLooks notes how the run went, beside the looks at other sources.
func keepLooks(cfg Config, chosen []Source, rep Report) error {
	all, err := Looks(cfg.Store)
	if err != nil {
		all = nil // spoilt: what follows is known again after a run of all sources
	}
	for i, res := range rep.Results {
		one := Look{Source: res.Source, Checked: cfg.Today, Release: res.Release.ID, Skipped: res.Skipped, Findings: res.Findings}
		if res.Err != nil {
			one.Error, one.Faults = res.Err.Error(), Faults(res.Err)
		}
		one.Fetched = res.Err == nil && cfg.Web != nil && chosen[i].Fetch != nil
		all = slices.DeleteFunc(all, func(l Look) bool {
			one.Fetched = one.Fetched || l.Source == res.Source && l.Fetched
			return l.Source == res.Source
		})
		all = append(all, one)
	}
	slices.SortFunc(all, func(a, b Look) int { return strings.Compare(string(a.Source), string(b.Source)) })
	return writeJSON(filepath.Join(cfg.Store, looksFile), all)
}

// Status lists the sources of a store and those that are declared, ordered by
// id. ErrNotFound means that there is no store.
func Status(ctx context.Context, dir string, declared []Source) (out []SourceStatus, err error) {
	store, err := data.OpenObservations(ctx, dir)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	all, err := indexOf(ctx, store)
	if err != nil {
		return nil, err
	}
	looks, err := Looks(dir)
	if err != nil {
		return nil, err
	}
	of := map[data.SourceID]Look{}
	for _, l := range looks {
		of[l.Source] = l
	}
	fetch := map[data.SourceID]*Fetch{}
	for _, s := range declared {
		fetch[s.ID] = s.Fetch
		if _, there := all[s.ID]; !there {
			all[s.ID] = stored{source: s.described(), state: data.SourceState{Stale: true, Reason: "never looked at"}}
		}
	}
	for id, s := range all {
		one := statusOf(s)
		one.Faults = len(of[id].Faults)
		for _, f := range of[id].Findings {
			switch f.Severity {
			case SeverityWarn:
				one.Warnings += f.Count
			case SeverityReview:
				one.Review += f.Count
			}
		}
		if f := fetch[id]; f != nil && !of[id].Fetched {
			one.Unverified = f.Unverified
		}
		out = append(out, one)
	}
	slices.SortFunc(out, func(a, b SourceStatus) int { return strings.Compare(a.Source, b.Source) })
	return out, nil
}

// statusOf says what is held of a source.
func statusOf(s stored) SourceStatus {
	one := SourceStatus{
		Source: string(s.source.ID), Title: s.source.Title, NextRelease: s.source.NextRelease,
		Checked: s.state.Checked, Stale: s.state.Stale, Reason: s.state.Reason,
	}
	if n := len(s.releases); n > 0 {
		last := s.releases[n-1]
		one.Release, one.Published, one.Retrieved, one.File, one.SHA256 = string(last.ID), last.Published, last.Retrieved, last.File, last.SHA256
	}
	for _, r := range s.releases {
		one.Rows += r.Rows
		one.Skipped += r.Skipped
	}
	if one.NextRelease == "" {
		one.NextRelease = guessed(one.Published, s.source.Frequency)
		one.About = one.NextRelease != ""
	}
	return one
}

// guessed is the month in which the next release is to be expected, from the
// last one and how often they come.
func guessed(published, frequency string) string {
	months := map[string]int{"yearly": 12, "quarterly": 3, "monthly": 1}[frequency]
	t, err := time.Parse(time.DateOnly, published)
	if err != nil || months == 0 {
		return ""
	}
	first := time.Date(t.Year(), t.Month(), 1, 0, 0, 0, 0, time.UTC)
	return first.AddDate(0, months, 0).Format("2006-01")
}

// Says puts a status into a few words: "fresh", or "stale" and why.
func (s SourceStatus) Says() string {
	words := "fresh"
	switch {
	case s.Checked == "":
		words = "never looked at"
	case s.Stale:
		words = "stale: " + cmp.Or(s.Reason, "not known why")
	}
	if len(s.Unverified) > 0 {
		words += fmt.Sprintf(" (unverified: %s)", strings.Join(s.Unverified, ", "))
	}
	return words
}
