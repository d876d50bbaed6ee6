package ingest

import (
	"context"
	"errors"
	"slices"
	"strings"

	"goodwork/data"
)

// stored is all that a store holds of one source.
type stored struct {
	source       data.Source
	state        data.SourceState
	releases     []data.Release
	observations []data.Observation
}

// write makes a new store of what was read and of what the old store holds of
// everything else, and puts it in use. A run that leaves nothing usable leaves
// no store.
func write(ctx context.Context, cfg Config, old *data.ObservationStore, rep *Report) error {
	kept, err := index(ctx, old)
	if err != nil {
		return err
	}
	build, err := data.NewObservationBuild(ctx, cfg.Store)
	if err != nil {
		return err
	}
	for _, s := range merged(cfg, kept, rep) {
		if s.observations == nil && len(s.releases) > 0 {
			if s.observations, err = old.Observations(ctx, s.source.ID); err != nil {
				return errors.Join(err, build.Discard())
			}
		}
		rep.Usable = rep.Usable || len(s.observations) > 0
		if err := build.Add(ctx, s.source, s.state, s.releases, s.observations); err != nil {
			return errors.Join(err, build.Discard())
		}
	}
	if !rep.Usable {
		return build.Discard()
	}
	return build.Publish(ctx)
}

// index lists what the old store holds, without its observations.
func index(ctx context.Context, old *data.ObservationStore) (map[data.SourceID]stored, error) {
	out := map[data.SourceID]stored{}
	if old == nil {
		return out, nil
	}
	sources, errSources := old.Sources(ctx)
	releases, errReleases := old.Releases(ctx)
	states, errStates := old.States(ctx)
	if err := errors.Join(errSources, errReleases, errStates); err != nil {
		return nil, err
	}
	for _, s := range sources {
		out[s.ID] = stored{source: s}
	}
	for _, r := range releases {
		s := out[r.Source]
		s.releases = append(s.releases, r)
		out[r.Source] = s
	}
	for _, st := range states {
		s := out[st.Source]
		s.state = st
		out[st.Source] = s
	}
	return out, nil
}

// merged lists what the new store is to hold, ordered by source: fresh releases
// with their observations, and the rest as the old store has it. Sources that
// are no longer declared stay.
func merged(cfg Config, kept map[data.SourceID]stored, rep *Report) []stored {
	described := map[data.SourceID]data.Source{}
	for _, s := range cfg.Sources {
		described[s.ID] = s.described()
	}
	for i := range rep.Results {
		res := &rep.Results[i]
		one := kept[res.Source]
		one.source = described[res.Source]
		one.state = data.SourceState{Source: res.Source, Checked: cfg.Today}
		if res.Err == nil {
			one.releases, one.observations = []data.Release{res.Release}, res.observations
		} else {
			one.state.Stale, one.state.Reason = true, res.Err.Error()
			res.Kept = len(one.releases) > 0
		}
		kept[res.Source] = one
	}
	out := make([]stored, 0, len(kept))
	for _, s := range kept {
		out = append(out, s)
	}
	slices.SortFunc(out, func(a, b stored) int { return strings.Compare(string(a.source.ID), string(b.source.ID)) })
	return out
}
