package data

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"strings"
)

// SourceState says how the last look at a source went.
type SourceState struct {
	Source  SourceID
	Checked string // day
	Stale   bool   // the last good release was kept
	Reason  string // why, when stale
}

// ObservationStore reads the observations in use. It is safe for several
// goroutines.
type ObservationStore struct {
	db   *sql.DB
	path string
}

// OpenObservations opens the observation store in use. ErrNotFound means that
// nothing has been ingested there.
func OpenObservations(_ context.Context, dir string) (*ObservationStore, error) {
	path, err := currentBuild(dir, observations)
	if err != nil {
		return nil, err
	}
	db, err := open(path, true, 0)
	if err != nil {
		return nil, err
	}
	return &ObservationStore{db: db, path: path}, nil
}

// Close closes the store.
func (s *ObservationStore) Close() error { return s.db.Close() }

// Sources lists the sources, ordered by id.
func (s *ObservationStore) Sources(ctx context.Context) ([]Source, error) {
	return readSources(ctx, s.db)
}

// Releases lists the releases, ordered by source, id and file.
func (s *ObservationStore) Releases(ctx context.Context) ([]Release, error) {
	return readReleases(ctx, s.db)
}

// States lists how the last look at each source went, ordered by source.
func (s *ObservationStore) States(ctx context.Context) ([]SourceState, error) {
	return collect(ctx, s.db, statement("source_states"), nil, func(scan func(...any) error) (SourceState, error) {
		var st SourceState
		var reason sql.NullString
		err := scan(&st.Source, &st.Checked, &st.Stale, &reason)
		st.Reason = reason.String
		return st, err
	})
}

// Observations lists a source's observations, ordered by measure, area and
// period.
func (s *ObservationStore) Observations(ctx context.Context, id SourceID) ([]Observation, error) {
	out, err := collect(ctx, s.db, statement("observations_of_source"), []any{string(id)}, func(scan func(...any) error) (Observation, error) {
		var o Observation
		var value, lower, upper, cv sql.NullFloat64
		var marker sql.NullString
		var period, flags string
		if err := scan(&o.Source, &o.Release, &o.Measure, &o.Area, &o.PublishedArea, &period, &value, &marker, &lower, &upper, &cv, &flags, &o.Unit, &o.Row); err != nil {
			return o, err
		}
		o.Value, o.Interval, o.CV = scannedValue(value, marker), scannedInterval(lower, upper), scannedOptional(cv)
		var errPeriod, errFlags error
		o.Period, errPeriod = ParsePeriod(period)
		o.Flags, errFlags = ParseFlags(flags)
		return o, errors.Join(errPeriod, errFlags)
	})
	if err != nil {
		return nil, fmt.Errorf("observations of %s: %w", id, err)
	}
	return out, nil
}

// ObservationBuild makes a new observation store beside the one in use.
type ObservationBuild struct{ b *build }

// NewObservationBuild starts a build in a store directory that the caller has
// locked.
func NewObservationBuild(ctx context.Context, dir string) (*ObservationBuild, error) {
	b, err := newBuild(ctx, dir, observations, 0)
	if err != nil {
		return nil, err
	}
	return &ObservationBuild{b: b}, nil
}

// Add puts a source, its releases and their observations into the build.
func (ob *ObservationBuild) Add(ctx context.Context, src Source, state SourceState, releases []Release, obs []Observation) error {
	err := appendRows(ctx, ob.b.db, "source", func(yield func([]driver.Value) bool) {
		yield(src.row())
	})
	if err == nil {
		err = appendRows(ctx, ob.b.db, "source_state", func(yield func([]driver.Value) bool) {
			yield([]driver.Value{string(state.Source), state.Checked, state.Stale, nullable(state.Reason)})
		})
	}
	if err == nil {
		err = appendRows(ctx, ob.b.db, "release", func(yield func([]driver.Value) bool) {
			for _, r := range releases {
				if !yield(r.row()) {
					return
				}
			}
		})
	}
	if err == nil {
		err = appendRows(ctx, ob.b.db, "observation", func(yield func([]driver.Value) bool) {
			for _, o := range obs {
				number, marker := o.Value.columns()
				lower, upper := o.Interval.columns()
				if !yield([]driver.Value{
					string(o.Source), string(o.Release), o.Measure, string(o.Area), o.PublishedArea, o.Period.String(),
					number, marker, lower, upper, o.CV.column(), o.Flags.String(), o.Unit, int64(o.Row),
				}) {
					return
				}
			}
		})
	}
	if err != nil {
		return fmt.Errorf("source %s: %w", src.ID, err)
	}
	return nil
}

// Publish checks the build whole and puts it in use.
func (ob *ObservationBuild) Publish(ctx context.Context) error {
	twice, err := collect(ctx, ob.b.db, statement("observations_duplicates"), nil, func(scan func(...any) error) (string, error) {
		var source, measure, area, period string
		var n int
		err := scan(&source, &measure, &area, &period, &n)
		return fmt.Sprintf("%s, %s, %s, %s stands %d times", source, measure, area, period, n), err
	})
	if err == nil && len(twice) > 0 {
		err = fmt.Errorf("observations: %s: %w", strings.Join(twice, "; "), ErrInvalid)
	}
	if err != nil {
		return errors.Join(err, ob.Discard())
	}
	return ob.b.publish(ctx)
}

// Discard removes the unfinished build.
func (ob *ObservationBuild) Discard() error { return ob.b.discard() }

func (s Source) row() []driver.Value {
	return []driver.Value{string(s.ID), s.Title, s.Publisher, s.Licence, s.LandingPage, s.Designation, s.Frequency, nullable(s.NextRelease)}
}

func (r Release) row() []driver.Value {
	return []driver.Value{
		string(r.Source), string(r.ID), nullable(r.Published), nullable(r.Retrieved), r.URL, r.File, r.SHA256, r.Bytes,
		int64(r.Rows), int64(r.Skipped),
	}
}

func readSources(ctx context.Context, db *sql.DB) ([]Source, error) {
	return collect(ctx, db, statement("sources"), nil, func(scan func(...any) error) (Source, error) {
		var s Source
		var next sql.NullString
		err := scan(&s.ID, &s.Title, &s.Publisher, &s.Licence, &s.LandingPage, &s.Designation, &s.Frequency, &next)
		s.NextRelease = next.String
		return s, err
	})
}

func readReleases(ctx context.Context, db *sql.DB) ([]Release, error) {
	return collect(ctx, db, statement("releases"), nil, func(scan func(...any) error) (Release, error) {
		var r Release
		var published, retrieved sql.NullString
		err := scan(&r.Source, &r.ID, &published, &retrieved, &r.URL, &r.File, &r.SHA256, &r.Bytes, &r.Rows, &r.Skipped)
		r.Published, r.Retrieved = published.String, retrieved.String
		return r, err
	})
}

// collect runs a query and turns each of its rows into a T.
func collect[T any](ctx context.Context, db *sql.DB, query string, args []any, row func(scan func(...any) error) (T, error)) (out []T, err error) {
	rows, err := db.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		t, err := row(rows.Scan)
		if err != nil {
			return nil, err
		}
		out = append(out, t)
	}
	return out, rows.Err()
}
