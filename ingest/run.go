package ingest

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"runtime"
	"slices"
	"strings"
	"sync"

	"golang.org/x/sync/errgroup"

	"goodwork/data"
)

// Config is all that a run depends on. The publishers' bytes come from a folder
// (From), from the publishers' services (Web), or else from the archive of the
// store, which holds what was read last.
type Config struct {
	Store    string // the store directory
	From     fs.FS
	Web      *Web
	Sources  []Source
	Only     []data.SourceID // the sources to look at; none means all that can be
	Register *data.Register
	// Base opens the figures to start from where the store has none of a source;
	// nil where there are none.
	Base     func(context.Context) (*data.ObservationStore, error)
	Today    string // the day of the run
	DryRun   bool   // compare with what is stored, and leave the store as it is
	Progress Progress
}

// Progress is told how a run goes. Its functions may be nil and are called by
// one goroutine at a time.
type Progress struct {
	Start func(sources []data.SourceID)
	Read  func(source data.SourceID, bytes int64)
	Done  func(Result)
}

// Report is how a run went, with one result for each source looked at, ordered
// by id.
type Report struct {
	Results []Result
	Usable  bool // the store in use holds figures
}

// Result is how a run went for one source. Release sums up its files, which
// Files lists one by one. Err says why the release was not taken in, nil where
// it was; a Refusal lists the faults of the files.
type Result struct {
	Source   data.SourceID
	Release  data.Release
	Files    []data.Release
	Skipped  map[string]int // rows left out, by reason
	Findings []Finding      // short of a fault
	Err      error
	Kept     bool    // an earlier release stays in use
	Changes  Changes // of a dry run

	observations []data.Observation
}

// Stale counts the sources whose release was not taken in.
func (r Report) Stale() int {
	n := 0
	for _, one := range r.Results {
		if one.Err != nil {
			n++
		}
	}
	return n
}

// Run takes in the current release of every source and puts a new observation
// store in use. A source that is refused, or not looked at, keeps what is
// stored of it. The error is for what stops the whole run: a store that is
// locked or can't be written, an unknown source, a context that has ended; the
// store in use is then as it was.
func Run(ctx context.Context, cfg Config) (rep Report, err error) {
	chosen, err := cfg.choose()
	if err != nil {
		return rep, err
	}
	if cfg.Web != nil {
		if err := cfg.Web.check(); err != nil {
			return rep, err
		}
	}
	unlock, err := data.Lock(cfg.Store)
	if err != nil {
		return rep, err
	}
	defer func() { err = errors.Join(err, unlock()) }()

	old, err := data.OpenObservations(ctx, cfg.Store)
	if errors.Is(err, data.ErrNotFound) {
		old = nil
	} else if err != nil {
		return rep, err
	} else {
		defer func() { err = errors.Join(err, old.Close()) }()
	}
	base, err := cfg.base(ctx, old)
	if err != nil {
		return rep, err
	}
	if base != nil {
		defer func() { err = errors.Join(err, base.Close()) }()
	}
	kept, err := index(ctx, base, old)
	if err != nil {
		return rep, err
	}
	if rep.Results, err = readAll(ctx, cfg, chosen, kept); err != nil {
		return rep, err
	}
	if cfg.DryRun {
		rep.Usable = old != nil || rep.Stale() < len(rep.Results)
		return rep, compareAll(ctx, &rep, kept)
	}
	if old == nil && rep.Stale() == len(rep.Results) {
		return rep, nil
	}
	if err := write(ctx, cfg, kept, &rep); err != nil {
		return rep, err
	}
	return rep, keepLooks(cfg, chosen, rep)
}

// base opens the figures to start from, nil where the store has some of every
// source that comes as a file, or there are none to start from.
func (cfg Config) base(ctx context.Context, old *data.ObservationStore) (*data.ObservationStore, error) {
	if cfg.Base == nil {
		return nil, nil
	}
	kept, err := index(ctx, old)
	if err != nil {
		return nil, err
	}
	lacks := slices.ContainsFunc(cfg.Sources, func(s Source) bool { return len(s.List) > 0 && len(kept[s.ID].releases) == 0 })
	if !lacks {
		return nil, nil
	}
	base, err := cfg.Base(ctx)
	if errors.Is(err, data.ErrNotFound) {
		return nil, nil
	}
	return base, err
}

// choose picks the sources that are asked for, of those that can be read: from a
// folder, those with a file; from services, those that say how they are asked.
func (cfg Config) choose() ([]Source, error) {
	var out []Source
	var ids []string
	for _, s := range cfg.Sources {
		ids = append(ids, string(s.ID))
		named := slices.Contains(cfg.Only, s.ID)
		if len(cfg.Only) > 0 && !named {
			continue
		}
		switch {
		case cfg.From != nil && len(s.List) == 0:
			if named {
				return nil, fmt.Errorf("source %s comes from its publisher's service alone, not from a folder: %w", s.ID, data.ErrInvalid)
			}
		case cfg.Web != nil && s.Fetch == nil:
			if named {
				return nil, fmt.Errorf("source %s comes as a file: name its folder with --from: %w", s.ID, data.ErrInvalid)
			}
		default:
			out = append(out, s)
		}
	}
	for _, id := range cfg.Only {
		if !slices.Contains(ids, string(id)) {
			return nil, fmt.Errorf("source %q: want one of %s: %w", id, strings.Join(ids, ", "), data.ErrNotFound)
		}
	}
	return out, nil
}

// asked is how many sources wait for their publishers at once. Each host has
// its own pace besides.
const asked = 8

// readAll reads the sources side by side. The error is only that of a context
// that has ended, or of an archive that can't be written.
func readAll(ctx context.Context, cfg Config, sources []Source, kept map[data.SourceID]stored) ([]Result, error) {
	var mu sync.Mutex
	tell := func(f func()) {
		mu.Lock()
		defer mu.Unlock()
		f()
	}
	if cfg.Progress.Start != nil {
		var ids []data.SourceID
		for _, s := range sources {
			ids = append(ids, s.ID)
		}
		cfg.Progress.Start(ids)
	}
	read := func(id data.SourceID, n int64) {
		if cfg.Progress.Read != nil {
			tell(func() { cfg.Progress.Read(id, n) })
		}
	}
	from, err := newOrigin(cfg, read)
	if err != nil {
		return nil, err
	}
	results := make([]Result, len(sources))
	parsing := make(chan struct{}, runtime.GOMAXPROCS(0))
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(asked)
	for i, s := range sources {
		group.Go(func() error {
			res, err := take(ctx, from, s, cfg.Register, kept[s.ID], parsing)
			if err != nil {
				return err
			}
			results[i] = res
			if cfg.Progress.Done != nil {
				tell(func() { cfg.Progress.Done(res) })
			}
			return nil
		})
	}
	if err := group.Wait(); err != nil {
		return nil, fmt.Errorf("ingest stopped, the store is as it was: %w", err)
	}
	return results, nil
}

// take gathers a source's release and reads it. What is wrong with the release
// stands in the result; the error is only that of a context that has ended.
// Only a few sources are read at once, since that takes memory.
func take(ctx context.Context, from origin, s Source, register *data.Register, before stored, parsing chan struct{}) (Result, error) {
	if err := ctx.Err(); err != nil {
		return Result{}, err
	}
	b, err := from.bundle(ctx, s, before)
	if ctx.Err() != nil {
		return Result{}, ctx.Err()
	}
	if err != nil {
		res := Result{Source: s.ID, Release: b.described(s.ID), Err: fmt.Errorf("source %s: %w", s.ID, err)}
		if b.release.ID != "" {
			res.Err = fmt.Errorf("source %s, release %s: %w", s.ID, b.release.ID, err)
		}
		return res, nil
	}
	parsing <- struct{}{}
	defer func() { <-parsing }()
	return load(ctx, b, s, register, before)
}

// mostBytes is the size beyond which a file isn't read.
const mostBytes = 256 << 20

// load reads a release, from its bytes to its observations. What is wrong with
// the release stands in the result; the error is only that of a context that
// has ended.
func load(ctx context.Context, b bundle, s Source, register *data.Register, before stored) (Result, error) {
	res := Result{Source: s.ID, Release: b.described(s.ID), Skipped: map[string]int{}}
	var all []placed
	var refused Refusal
	whole := newFindings(b.name(s))
	for _, p := range b.pieces {
		found := whole
		if len(b.pieces) > 1 {
			found = newFindings(p.Name)
		}
		in, cells, err := loadPiece(ctx, b, p, s, register, found)
		if err != nil {
			return res, err
		}
		res.Files = append(res.Files, b.files(p, s.ID, len(cells), in.skipped)...)
		for reason, n := range in.skipped {
			res.Skipped[reason] += n
		}
		all = append(all, cells...)
		if found != whole {
			res.Findings = append(res.Findings, found.mild()...)
			refused.add(found)
		}
		if p.Format == nomisDefinition && len(found.faults) > 0 {
			break // no row is believed under a wrong name
		}
	}
	if len(b.pieces) > 1 && len(refused.Findings) == 0 {
		all = once(all, &res, whole)
	}
	if len(whole.faults) == 0 && len(refused.Findings) == 0 {
		checkSeries(s, b.release, all, register, whole)
	}
	if b.fetched && len(whole.faults) == 0 && len(refused.Findings) == 0 {
		if err := checkAgainst(ctx, s, all, before, whole); err != nil {
			return res, err
		}
	}
	res.Findings = append(res.Findings, whole.mild()...)
	refused.add(whole)
	for _, n := range res.Skipped {
		res.Release.Skipped += n
	}
	if len(refused.Findings) > 0 {
		refused.Source, refused.Release = s.ID, b.release.ID
		res.Err = &refused
		return res, nil
	}
	res.observations, res.Release.Rows = observed(s, b.release, all), len(all)
	return res, nil
}

// add takes over the faults of one file, in the order of its rows.
func (r *Refusal) add(found *findings) {
	if err := found.refusal(r.Source, r.Release); err != nil {
		one := err.(*Refusal)
		r.Findings = append(r.Findings, one.Findings...)
		r.More += one.More
	}
}

// loadPiece reads one piece of a release and puts its cells at their areas.
func loadPiece(ctx context.Context, b bundle, p piece, s Source, register *data.Register, found *findings) (reading, []placed, error) {
	text, err := b.text(p)
	if err != nil {
		found.add("V02", 0, "", "", "%v", err)
		return reading{}, nil, ctx.Err()
	}
	f, err := formatOf(p.Format)
	if err != nil {
		found.add("V02", 0, "", "", "%v", err)
		return reading{}, nil, ctx.Err()
	}
	in, err := f.read(ctx, text, s.of(p), b.release, found)
	if err != nil {
		return in, nil, err
	}
	cells := recode(in, newPlacer(s, register), found)
	checkCells(cells, found)
	return in, cells, nil
}

// once drops cells that stand in several pieces of a release, as England does
// beside every type of area, and refuses those that differ.
func once(all []placed, res *Result, found *findings) []placed {
	at := make(map[key]int, len(all))
	out := all[:0:0]
	for _, c := range all {
		k := key{c.measure.ID, c.area, c.period}
		i, twice := at[k]
		switch {
		case !twice:
			at[k] = len(out)
			out = append(out, c)
		case out[i].says(c):
			res.Skipped[skipTwice]++
		default:
			found.add("V13", c.row, c.column, c.cell.area, "%s for %s stands in two files, and differs", c.measure.ID, c.period)
		}
	}
	return out
}

// observed turns the cells of a release into observations.
func observed(s Source, r Release, cells []placed) []data.Observation {
	out := make([]data.Observation, len(cells))
	for i, c := range cells {
		out[i] = data.Observation{
			Source: s.ID, Release: r.ID, Measure: c.measure.ID, Area: c.area, PublishedArea: c.cell.area, Period: c.period,
			Value: c.value, Interval: c.interval, CV: c.cv, Flags: c.flags, Unit: c.measure.Unit, Row: c.row,
		}
	}
	return out
}

// total sums a map's numbers.
func total(m map[string]int) (n int) {
	for v := range maps.Values(m) {
		n += v
	}
	return n
}
