package ingest

import (
	"context"
	"errors"
	"slices"
	"strings"

	"goodwork/data"
)

// stored is all that is held of one source: its figures are read from where
// they lie when they are needed.
type stored struct {
	source       data.Source
	state        data.SourceState
	releases     []data.Release
	observations []data.Observation
	in           *data.ObservationStore
}

// figures reads the observations of a source, none where nothing is held.
func (s stored) figures(ctx context.Context) ([]data.Observation, error) {
	if s.observations != nil || s.in == nil || len(s.releases) == 0 {
		return s.observations, nil
	}
	return s.in.Observations(ctx, s.source.ID)
}

// write makes a new store of what was read and of what is held of everything
// else, and puts it in use.
func write(ctx context.Context, cfg Config, kept map[data.SourceID]stored, rep *Report) error {
	build, err := data.NewObservationBuild(ctx, cfg.Store)
	if err != nil {
		return err
	}
	for _, s := range merged(cfg, kept, rep) {
		obs, err := s.figures(ctx)
		if err != nil {
			return errors.Join(err, build.Discard())
		}
		rep.Usable = rep.Usable || len(obs) > 0
		if err := build.Add(ctx, s.source, s.state, s.releases, obs); err != nil {
			return errors.Join(err, build.Discard())
		}
	}
	if !rep.Usable {
		return build.Discard()
	}
	return build.Publish(ctx)
}

// index lists what stores hold, the later before the earlier, without their
// observations. A store may be nil.
func index(ctx context.Context, stores ...*data.ObservationStore) (map[data.SourceID]stored, error) {
	out := map[data.SourceID]stored{}
	for _, in := range stores {
		if in == nil {
			continue
		}
		one, err := indexOf(ctx, in)
		if err != nil {
			return nil, err
		}
		for id, s := range one {
			if len(s.releases) > 0 || len(out[id].releases) == 0 {
				out[id] = s
			}
		}
	}
	return out, nil
}

func indexOf(ctx context.Context, in *data.ObservationStore) (map[data.SourceID]stored, error) {
	sources, errSources := in.Sources(ctx)
	releases, errReleases := in.Releases(ctx)
	states, errStates := in.States(ctx)
	if err := errors.Join(errSources, errReleases, errStates); err != nil {
		return nil, err
	}
	out := map[data.SourceID]stored{}
	for _, s := range sources {
		out[s.ID] = stored{source: s, in: in}
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
// with their observations, and the rest as it is held. Sources that are no
// longer declared stay.
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
			one.releases, one.observations = res.Files, res.observations
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
