package data

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"database/sql/driver"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"math"
	"strings"
)

// Edition is all that one build publishes. Its content is a pure function of
// observations, definitions and methods; the date is handed in.
type Edition struct {
	Date        string // day
	CodeVersion string
	Sources     []Source
	Releases    []Release
	Indicators  []Indicator  // by position
	Estimates   []Estimate   // by indicator position, area, period
	Comparisons []Comparison // the same, then by role
	Sentences   []Sentence   // by indicator position, area, role, position

	Changes    []PeriodChange // these as estimates are, then by span or list
	Trends     []Trend
	Positions  []Position
	Smoothed   []Smoothed
	Similar    []SimilarAreas
	Signals    []Signal     // by indicator position, period
	Inequality []Inequality // the same
	Quadrants  []Quadrant   // by area, year
	Standouts  []Standout   // by indicator position, area
	Index      GoodWorkIndex
	Inputs     []Input      // by indicator position, area, period, role
	Steps      []MethodStep // by indicator position
}

// editionTable is one table of an edition and how its rows come about.
type editionTable struct {
	name string
	rows func(yield func([]driver.Value) bool)
}

// tableOf makes a table of a slice.
func tableOf[T any](name string, list []T, row func(T) []driver.Value) editionTable {
	return editionTable{name, func(yield func([]driver.Value) bool) {
		for _, x := range list {
			if !yield(row(x)) {
				return
			}
		}
	}}
}

// tables lists the tables of an edition that carry content, in the order in
// which they are hashed.
func (e Edition) tables(reg *Register) []editionTable {
	latest := e.latestPeriods()
	carried := map[IndicatorID]bool{} // the figure is its one input
	for _, ind := range e.Indicators {
		carried[ind.ID] = ind.Method == "published" || ind.Method == "sum"
	}
	places := map[AreaCode]int32{}
	for i, a := range reg.Areas() {
		places[a.Code] = int32(i + 1)
	}
	return []editionTable{
		tableOf("source", e.Sources, Source.row),
		tableOf("release", e.Releases, Release.row),
		tableOf("area", reg.Areas(), func(a Area) []driver.Value {
			return []driver.Value{
				string(a.Code), a.Name, nullable(a.NameWelsh), string(a.Level), places[a.Code], nullable(string(a.Country)), nullable(string(a.Region)),
				nullable(string(a.County)), nullable(string(a.CombinedAuthority)), nullable(a.Start), nullable(a.End),
			}
		}),
		tableOf("indicator", e.Indicators, func(ind Indicator) []driver.Value { return ind.row(latest[ind.ID]) }),
		tableOf("estimate", e.Estimates, Estimate.row),
		tableOf("comparison", e.Comparisons, Comparison.row),
		tableOf("sentence", e.Sentences, func(s Sentence) []driver.Value {
			return []driver.Value{nullable(string(s.Indicator)), string(s.Area), nullable(s.Period.String()), s.Role, int32(s.Position), s.Text}
		}),
		tableOf("change", e.Changes, PeriodChange.row),
		tableOf("trend", e.Trends, Trend.row),
		tableOf("position", e.Positions, Position.row),
		tableOf("signal", e.Signals, Signal.row),
		tableOf("smoothed", e.Smoothed, func(x Smoothed) []driver.Value {
			return []driver.Value{string(x.Indicator), string(x.Area), x.Period.String(), x.Value, x.SE, x.Weight}
		}),
		tableOf("inequality", e.Inequality, Inequality.row),
		tableOf("similar_areas", e.Similar, SimilarAreas.row),
		tableOf("quadrant", e.Quadrants, Quadrant.row),
		tableOf("standout", e.Standouts, func(x Standout) []driver.Value {
			return []driver.Value{string(x.Indicator), string(x.Area), x.Period.String(), x.Better, string(x.Role)}
		}),
		tableOf("index_version", e.Index.versions(), func(x GoodWorkIndex) []driver.Value {
			return []driver.Value{x.Version, int32(x.Year), int32(x.Draws), x.Seed}
		}),
		tableOf("index_area", e.Index.Areas, IndexArea.row),
		tableOf("index_dimension", e.Index.Dimensions, func(x IndexDimension) []driver.Value {
			return []driver.Value{string(x.Area), string(x.Dimension), x.Score.column(), x.Variance.column()}
		}),
		tableOf("index_indicator", e.Index.Indicators, IndexIndicator.row),
		tableOf("index_correlation", e.Index.Correlations, func(x IndexCorrelation) []driver.Value {
			return []driver.Value{x.Kind, x.A, x.B, int32(x.N), x.R.column()}
		}),
		tableOf("input", e.Inputs, func(x Input) []driver.Value { return x.row(carried[x.Indicator] && x.Role == InputValue) }),
		tableOf("method_step", e.Steps, MethodStep.row),
	}
}

// latestPeriods gives each indicator's latest period that has a number.
func (e Edition) latestPeriods() map[IndicatorID]Period {
	latest := map[IndicatorID]Period{}
	for _, x := range e.Estimates {
		if x.Value.Known() && latest[x.Indicator].Compare(x.Period) < 0 {
			latest[x.Indicator] = x.Period
		}
	}
	return latest
}

// Hash is the SHA-256 of the edition's content: every table's rows, in order,
// numbers by their bits. The date and the code version are not content.
func (e Edition) Hash(reg *Register) string {
	h := sha256.New()
	for _, t := range e.tables(reg) {
		hashString(h, t.name)
		t.rows(func(row []driver.Value) bool {
			for _, v := range row {
				switch v := v.(type) {
				case nil:
					h.Write([]byte{0})
				case string:
					h.Write([]byte{1})
					hashString(h, v)
				case float64:
					hashString(h, fmt.Sprintf("\x02%016x", math.Float64bits(v)))
				default:
					hashString(h, fmt.Sprintf("\x03%v", v))
				}
			}
			return true
		})
	}
	return hex.EncodeToString(h.Sum(nil))
}

func hashString(h hash.Hash, s string) {
	fmt.Fprintf(h, "%d:", len(s))
	h.Write([]byte(s))
}

// PublishEdition writes the edition into the store directory, which the caller
// has locked, puts it in use and keeps it on the shelf. It gives the edition's
// id: its date, and eight hex digits of its hash. An edition whose content is
// that of the one in use is none: that one's id is given.
func PublishEdition(ctx context.Context, dir string, e Edition, reg *Register) (EditionID, error) {
	hash := e.Hash(reg)
	inUse, known, err := currentEdition(ctx, dir)
	if err != nil && !errors.Is(err, ErrNotFound) {
		return "", err
	}
	if known == hash {
		return inUse, keepEdition(dir, inUse)
	}
	b, err := newBuild(ctx, dir, edition, 0)
	if err != nil {
		return "", err
	}
	id := EditionID(e.Date + "-" + hash[:8])
	err = appendRows(ctx, b.db, "edition", func(yield func([]driver.Value) bool) {
		yield([]driver.Value{string(id), e.Date, hash, e.CodeVersion})
	})
	for _, t := range e.tables(reg) {
		if err == nil {
			err = appendRows(ctx, b.db, t.name, t.rows)
		}
	}
	if err != nil {
		return "", errors.Join(fmt.Errorf("edition: %w", err), b.discard())
	}
	if err := b.publish(ctx); err != nil {
		return "", fmt.Errorf("edition: %w", err)
	}
	return id, keepEdition(dir, id)
}

func (ind Indicator) row(latest Period) []driver.Value {
	inputs := make([]string, len(ind.Inputs))
	for i, s := range ind.Inputs {
		inputs[i] = string(s)
	}
	from, note := make([]string, len(ind.Breaks)), make([]string, len(ind.Breaks))
	for i, b := range ind.Breaks {
		from[i], note[i] = b.From, b.Note
	}
	return []driver.Value{
		string(ind.ID), int32(ind.Position), ind.Title, ind.Question, ind.Subject, ind.Definition, nullable(ind.Numerator),
		nullable(ind.Denominator), string(ind.Dimension), ind.Unit, ind.UnitWords, int32(ind.Decimals), string(ind.Polarity), ind.Base, ind.Kind,
		ind.Designation, ind.Method, nullable(ind.MethodNote), nullable(ind.Caveat), ind.AxisFromZero, nullable(ind.ShownFrom),
		string(ind.Source), inputs, from, note, latest.String(),
	}
}

// EditionStore reads one edition. It is safe for several goroutines.
type EditionStore struct {
	db         *sql.DB
	id         EditionID
	date       string
	hash, code string
	indicators []Indicator
	latest     map[IndicatorID]Period
}

// OpenEdition opens the edition in use. ErrNotFound means that none has been
// derived or unpacked there.
func OpenEdition(ctx context.Context, dir string) (*EditionStore, error) {
	path, err := currentBuild(dir, edition)
	if err != nil {
		return nil, err
	}
	db, err := open(path, true, 0)
	if err != nil {
		return nil, err
	}
	return newEditionStore(ctx, db)
}

func newEditionStore(ctx context.Context, db *sql.DB) (*EditionStore, error) {
	s := &EditionStore{db: db, latest: map[IndicatorID]Period{}}
	if err := db.QueryRowContext(ctx, statement("edition_row")).Scan(&s.id, &s.date, &s.hash, &s.code); err != nil {
		return nil, errors.Join(fmt.Errorf("read the edition: %w", err), db.Close())
	}
	var err error
	s.indicators, err = collect(ctx, db, statement("indicators"), nil, func(scan func(...any) error) (Indicator, error) {
		var ind Indicator
		var numerator, denominator, note, caveat, shown sql.NullString
		var inputs, from, notes, latest string
		if err := scan(&ind.ID, &ind.Position, &ind.Title, &ind.Question, &ind.Subject, &ind.Definition, &numerator, &denominator, &ind.Dimension,
			&ind.Unit, &ind.UnitWords, &ind.Decimals, &ind.Polarity, &ind.Base, &ind.Kind, &ind.Designation, &ind.Method, &note, &caveat, &ind.AxisFromZero,
			&shown, &ind.Source, &inputs, &from, &notes, &latest); err != nil {
			return ind, err
		}
		ind.Numerator, ind.Denominator, ind.MethodNote, ind.Caveat, ind.ShownFrom = numerator.String, denominator.String, note.String, caveat.String, shown.String
		for in := range strings.SplitSeq(inputs, "\x1f") {
			ind.Inputs = append(ind.Inputs, SourceID(in))
		}
		if from != "" {
			n := strings.Split(notes, "\x1f")
			for i, f := range strings.Split(from, "\x1f") {
				ind.Breaks = append(ind.Breaks, Discontinuity{From: f, Note: n[i]})
			}
		}
		p, err := ParsePeriod(latest)
		s.latest[ind.ID] = p
		return ind, err
	})
	if err != nil {
		return nil, errors.Join(fmt.Errorf("read the edition's indicators: %w", err), db.Close())
	}
	return s, nil
}

// Close closes the store.
func (s *EditionStore) Close() error { return s.db.Close() }

// ID names the edition.
func (s *EditionStore) ID() EditionID { return s.id }

// Date is the day of the edition.
func (s *EditionStore) Date() string { return s.date }

// ContentHash is the SHA-256 of the edition's content: see Edition.Hash.
func (s *EditionStore) ContentHash() string { return s.hash }

// CodeVersion is the version of the program that made the edition.
func (s *EditionStore) CodeVersion() string { return s.code }

// Indicators lists the indicators by position. The caller must not change it.
func (s *EditionStore) Indicators() []Indicator { return s.indicators }

// Indicator gives one definition, or ErrNotFound.
func (s *EditionStore) Indicator(id IndicatorID) (Indicator, error) {
	for _, ind := range s.indicators {
		if ind.ID == id {
			return ind, nil
		}
	}
	return Indicator{}, fmt.Errorf("indicator %q: %w", id, ErrNotFound)
}

// LatestPeriod is the indicator's latest period that has a number.
func (s *EditionStore) LatestPeriod(id IndicatorID) Period { return s.latest[id] }

// Sources lists the sources, ordered by id.
func (s *EditionStore) Sources(ctx context.Context) ([]Source, error) { return readSources(ctx, s.db) }

// Releases lists the releases, ordered by source, id and file.
func (s *EditionStore) Releases(ctx context.Context) ([]Release, error) {
	return readReleases(ctx, s.db)
}

// Periods lists an indicator's periods, earliest first.
func (s *EditionStore) Periods(ctx context.Context, id IndicatorID) ([]Period, error) {
	return collect(ctx, s.db, statement("periods"), []any{string(id)}, func(scan func(...any) error) (Period, error) {
		var p string
		if err := scan(&p); err != nil {
			return Period{}, err
		}
		return ParsePeriod(p)
	})
}

// Sentences lists the sentences about an area, ordered by role and position.
func (s *EditionStore) Sentences(ctx context.Context, area AreaCode) ([]Sentence, error) {
	return collect(ctx, s.db, statement("sentences"), []any{string(area)}, func(scan func(...any) error) (Sentence, error) {
		var x Sentence
		var ind, period sql.NullString
		if err := scan(&ind, &x.Area, &period, &x.Role, &x.Position, &x.Text); err != nil {
			return x, err
		}
		x.Indicator = IndicatorID(ind.String)
		if !period.Valid {
			return x, nil
		}
		var err error
		x.Period, err = ParsePeriod(period.String)
		return x, err
	})
}

// Table answers a query. An indicator of the query that the edition lacks is
// ErrNotFound; a combination without figures gives a table without rows.
func (s *EditionStore) Table(ctx context.Context, q Query) (Table, error) {
	if q.Latest && len(q.Periods) > 0 {
		return Table{}, fmt.Errorf("query: periods and latest together: %w", ErrInvalid)
	}
	for _, id := range q.Indicators {
		if _, err := s.Indicator(id); err != nil {
			return Table{}, err
		}
	}
	periods := make([]string, len(q.Periods))
	for i, p := range q.Periods {
		periods[i] = p.String()
	}
	args := []any{strs(q.Indicators), strs(q.Areas), strs(q.Levels), periods, q.Latest}
	t := Table{Edition: s.id}
	var err error
	t.Rows, err = collect(ctx, s.db, statement("estimates"), args, func(scan func(...any) error) (Row, error) {
		var r Row
		var value, lower, upper sql.NullFloat64
		var marker, grade, reason sql.NullString
		var period, flags string
		if err := scan(&r.Indicator, &r.Area, &period, &value, &marker, &lower, &upper, &r.Unit, &flags, &r.Source, &r.Release,
			&r.Numerator, &r.Denominator, &grade, &reason, &r.AreaName, &r.AreaLevel); err != nil {
			return r, err
		}
		r.Value, r.Interval = scannedValue(value, marker), scannedInterval(lower, upper)
		r.Grade, r.GradeReason = Grade(grade.String), reason.String
		var errPeriod, errFlags error
		r.Period, errPeriod = ParsePeriod(period)
		r.Flags, errFlags = ParseFlags(flags)
		return r, errors.Join(errPeriod, errFlags)
	})
	if err != nil {
		return Table{}, fmt.Errorf("query: %w", err)
	}
	if q.WithComparisons {
		if err := s.addComparisons(ctx, t.Rows, args); err != nil {
			return Table{}, fmt.Errorf("query: comparisons: %w", err)
		}
	}
	if q.WithDerived {
		if err := s.addDerived(ctx, t.Rows, args); err != nil {
			return Table{}, fmt.Errorf("query: %w", err)
		}
	}
	occurs := map[IndicatorID]bool{}
	for _, r := range t.Rows {
		occurs[r.Indicator] = true
	}
	for _, ind := range s.indicators {
		if occurs[ind.ID] {
			t.Indicators = append(t.Indicators, ind)
		}
	}
	return t, nil
}

// figureKey is what a figure and its comparisons share.
type figureKey struct {
	indicator IndicatorID
	area      AreaCode
	period    Period
}

func (s *EditionStore) addComparisons(ctx context.Context, rows []Row, args []any) error {
	all, err := collect(ctx, s.db, statement("comparisons"), args, func(scan func(...any) error) (Comparison, error) {
		var c Comparison
		var lower, upper, p sql.NullFloat64
		var adjusted sql.NullString
		var period string
		if err := scan(&c.Indicator, &c.Area, &period, &c.Role, &c.Benchmark, &c.BenchmarkValue, &c.Gap, &lower, &upper, &p, &c.Verdict, &c.PAdjusted, &adjusted); err != nil {
			return c, err
		}
		c.GapInterval, c.P, c.VerdictAdjusted = scannedInterval(lower, upper), scannedOptional(p), Verdict(adjusted.String)
		var err error
		c.Period, err = ParsePeriod(period)
		return c, err
	})
	if err != nil {
		return err
	}
	byFigure := map[figureKey][]Comparison{}
	for _, c := range all {
		k := figureKey{c.Indicator, c.Area, c.Period}
		byFigure[k] = append(byFigure[k], c)
	}
	for i := range rows {
		found := byFigure[figureKey{rows[i].Indicator, rows[i].Area, rows[i].Period}]
		for _, role := range Roles {
			for _, c := range found {
				if c.Role == role {
					rows[i].Comparisons = append(rows[i].Comparisons, c)
				}
			}
		}
	}
	return nil
}

// AreasWithFigures lists the areas that have a row, ordered by code: current
// ones, and ended ones for which figures were published.
func (s *EditionStore) AreasWithFigures(ctx context.Context) ([]AreaCode, error) {
	return collect(ctx, s.db, statement("areas_with_figures"), nil, func(scan func(...any) error) (AreaCode, error) {
		var code AreaCode
		return code, scan(&code)
	})
}
