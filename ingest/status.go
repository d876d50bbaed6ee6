package ingest

import (
	"context"
	"errors"
	"slices"
	"strings"

	"goodwork/data"
)

// SourceStatus says what a store holds of a source, and how the last look at it
// went. Release and what follows it are empty where nothing of the source has
// ever been taken in.
type SourceStatus struct {
	Source      string `json:"source_id"`
	Title       string `json:"title"`
	Checked     string `json:"checked"`
	Stale       bool   `json:"stale"`
	Reason      string `json:"reason,omitempty"`
	NextRelease string `json:"next_release,omitempty"`
	Release     string `json:"release_id,omitempty"`
	Published   string `json:"published,omitempty"`
	File        string `json:"file,omitempty"`
	SHA256      string `json:"sha256,omitempty"`
	Rows        int    `json:"rows"`
	Skipped     int    `json:"skipped"`
}

// Status lists the sources of a store, ordered by id. ErrNotFound means that
// there is no store.
func Status(ctx context.Context, dir string) (out []SourceStatus, err error) {
	store, err := data.OpenObservations(ctx, dir)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	all, err := index(ctx, store)
	if err != nil {
		return nil, err
	}
	for id, s := range all {
		one := SourceStatus{
			Source: string(id), Title: s.source.Title, NextRelease: s.source.NextRelease,
			Checked: s.state.Checked, Stale: s.state.Stale, Reason: s.state.Reason,
		}
		if n := len(s.releases); n > 0 {
			last := s.releases[n-1]
			one.Release, one.Published, one.File, one.SHA256 = string(last.ID), last.Published, last.File, last.SHA256
		}
		for _, r := range s.releases {
			one.Rows += r.Rows
			one.Skipped += r.Skipped
		}
		out = append(out, one)
	}
	slices.SortFunc(out, func(a, b SourceStatus) int { return strings.Compare(a.Source, b.Source) })
	return out, nil
}
