package ingest

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"runtime"
	"slices"
	"strings"
	"sync"

	"golang.org/x/sync/errgroup"

	"goodwork/data"
)

// Config is all that a run depends on.
type Config struct {
	Store    string // the store directory
	From     fs.FS  // the folder that holds the publishers' files
	Sources  []Source
	Only     []data.SourceID // the sources to look at; none means all
	Register *data.Register
	Today    string // the day of the run
	Progress Progress
}

// Progress is told how a run goes. Its functions may be nil and are called by
// one goroutine at a time.
type Progress struct {
	Start func(bytes int64) // how much there is to read
	Read  func(source data.SourceID, bytes int64)
	Done  func(Result)
}

// Report is how a run went, with one result for each source looked at, ordered
// by id.
type Report struct {
	Results []Result
	Usable  bool // the store in use holds figures
}

// Result is how a run went for one source. Err says why its release was not
// taken in, nil where it was; a Refusal lists the faults of the file.
type Result struct {
	Source   data.SourceID
	Release  data.Release
	Skipped  map[string]int // rows left out, by reason
	Findings []Finding      // short of a fault
	Err      error
	Kept     bool // an earlier release stays in use

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
	chosen, err := choose(cfg.Sources, cfg.Only)
	if err != nil {
		return rep, err
	}
	unlock, err := data.Lock(cfg.Store)
	if err != nil {
		return rep, err
	}
	defer func() { err = errors.Join(err, unlock()) }()

	if rep.Results, err = readAll(ctx, cfg, chosen); err != nil {
		return rep, err
	}
	old, err := data.OpenObservations(ctx, cfg.Store)
	if errors.Is(err, data.ErrNotFound) {
		old = nil
	} else if err != nil {
		return rep, err
	} else {
		defer func() { err = errors.Join(err, old.Close()) }()
	}
	err = write(ctx, cfg, old, &rep)
	return rep, err
}

// choose picks the sources that are asked for.
func choose(all []Source, only []data.SourceID) ([]Source, error) {
	if len(only) == 0 {
		return all, nil
	}
	var out []Source
	var ids []string
	for _, s := range all {
		ids = append(ids, string(s.ID))
		if slices.Contains(only, s.ID) {
			out = append(out, s)
		}
	}
	for _, id := range only {
		if !slices.Contains(ids, string(id)) {
			return nil, fmt.Errorf("source %q: want one of %s: %w", id, strings.Join(ids, ", "), data.ErrNotFound)
		}
	}
	return out, nil
}

// readAll reads the sources side by side. The error is only that of a context
// that has ended.
func readAll(ctx context.Context, cfg Config, sources []Source) ([]Result, error) {
	var mu sync.Mutex
	tell := func(f func()) {
		mu.Lock()
		defer mu.Unlock()
		f()
	}
	if cfg.Progress.Start != nil {
		cfg.Progress.Start(sizes(cfg.From, sources))
	}
	results := make([]Result, len(sources))
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(runtime.GOMAXPROCS(0))
	for i, s := range sources {
		group.Go(func() error {
			res, err := load(ctx, cfg.From, s, cfg.Register)
			if err != nil {
				return err
			}
			results[i] = res
			tell(func() {
				if cfg.Progress.Read != nil {
					cfg.Progress.Read(s.ID, res.Release.Bytes)
				}
				if cfg.Progress.Done != nil {
					cfg.Progress.Done(res)
				}
			})
			return nil
		})
	}
	if err := group.Wait(); err != nil {
		return nil, fmt.Errorf("ingest stopped, the store is as it was: %w", err)
	}
	return results, nil
}

// sizes is how many bytes there are to read; a file that isn't there has none.
func sizes(from fs.FS, sources []Source) (n int64) {
	for _, s := range sources {
		if info, err := fs.Stat(from, s.Current().File); err == nil {
			n += info.Size()
		}
	}
	return n
}

// mostBytes is the size beyond which a file isn't read.
const mostBytes = 256 << 20

// load reads a source's current release, from its bytes to its observations.
// What is wrong with the release stands in the result; the error is only that
// of a context that has ended.
func load(ctx context.Context, from fs.FS, s Source, register *data.Register) (Result, error) {
	r := s.Current()
	res := Result{Source: s.ID, Release: data.Release{
		Source: s.ID, ID: r.ID, Published: r.Published, Retrieved: r.Retrieved, URL: r.URL, File: r.File,
	}}
	if err := ctx.Err(); err != nil {
		return res, err
	}
	b, err := readFile(from, r.File)
	if err != nil {
		res.Err = fmt.Errorf("source %s, release %s: %w", s.ID, r.ID, err)
		return res, nil
	}
	sum := sha256.Sum256(b)
	res.Release.SHA256, res.Release.Bytes = hex.EncodeToString(sum[:]), int64(len(b))

	found := newFindings(r.File)
	in, err := formats[s.Format].read(ctx, b, s, r, found)
	if err != nil {
		return res, err
	}
	cells := recode(in, newPlacer(s, register), found)
	checkCells(cells, found)
	if len(found.faults) == 0 {
		checkSeries(s, r, cells, found)
	}
	res.Skipped, res.Findings = in.skipped, found.mild()
	for _, n := range in.skipped {
		res.Release.Skipped += n
	}
	if res.Err = found.refusal(s.ID, r.ID); res.Err == nil {
		res.observations, res.Release.Rows = observed(s, r, cells), len(cells)
	}
	return res, nil
}

func readFile(from fs.FS, name string) ([]byte, error) {
	info, err := fs.Stat(from, name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, fmt.Errorf("%s: no such file in the folder: %w", name, data.ErrNotFound)
	case err != nil:
		return nil, err
	case info.Size() > mostBytes:
		return nil, fmt.Errorf("%s: %d bytes, more than the %d that are read: %w", name, info.Size(), mostBytes, data.ErrInvalid)
	}
	return fs.ReadFile(from, name)
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
