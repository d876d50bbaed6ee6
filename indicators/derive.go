package indicators

import (
	"cmp"
	"context"
	"fmt"
	"runtime"
	"slices"

	"golang.org/x/sync/errgroup"

	"goodwork/data"
)

// Config is what a derive is given from outside.
type Config struct {
	StoreDir    string
	Date        string // day of the edition
	CodeVersion string
}

// Derive makes the edition from the observations in use. The steps, in order:
//
//  1. each indicator's series by the method that its definition names;
//  2. the rows completed, so that every area has every period, with a marker;
//  3. breaks flagged, figures graded;
//  4. every figure compared with its benchmarks, the latest also with those of
//     similar areas; changes and trends tested; positions, signal share,
//     smoothed values and inequality worked out for each period;
//  5. what stands out, the quadrant, the Good Work Index;
//  6. sentences written from figures and verdicts.
//
// The edition is a pure function of observations, definitions, register and
// date, whatever the number of processors.
func Derive(ctx context.Context, store *data.ObservationStore, register *data.Register, definitions []Definition, cfg Config) (data.Edition, error) {
	e := data.Edition{Date: cfg.Date, CodeVersion: cfg.CodeVersion}
	var err error
	if e.Sources, err = store.Sources(ctx); err != nil {
		return data.Edition{}, err
	}
	if e.Releases, err = store.Releases(ctx); err != nil {
		return data.Edition{}, err
	}
	d := &derivation{
		store: store, register: register,
		defs:     map[data.IndicatorID]Definition{},
		observed: map[data.SourceID][]data.Observation{},
		made:     map[data.IndicatorID]series{},
	}
	for _, def := range definitions {
		d.defs[def.ID] = def
	}
	var works []*work
	for i, def := range definitions {
		w, err := d.prepare(ctx, i+1, def, e.Sources, cfg.Date)
		if err != nil {
			return data.Edition{}, err
		}
		works = append(works, w)
	}
	for _, w := range works {
		if w.inputs, err = d.explain(ctx, w.def, w.estimates); err != nil {
			return data.Edition{}, fmt.Errorf("indicator %s: inputs: %w", w.ind.ID, err)
		}
	}
	d.observed, d.made = nil, nil // the works hold what is needed of them
	z := NewDeviates(rankSeed, latestDraws*len(register.Locals()))
	group, judging := errgroup.WithContext(ctx)
	group.SetLimit(runtime.GOMAXPROCS(0))
	for _, w := range works {
		group.Go(func() error { return w.judge(judging, register, z) })
	}
	if err := group.Wait(); err != nil {
		return data.Edition{}, err
	}
	byIndicator := map[data.IndicatorID][]data.Estimate{}
	for _, w := range works {
		e.Indicators = append(e.Indicators, w.ind)
	}
	e.Estimates = gathered(works, func(w *work) *[]data.Estimate { return &w.estimates })
	e.Comparisons = gathered(works, func(w *work) *[]data.Comparison { return &w.comparisons })
	e.Similar = gathered(works, func(w *work) *[]data.SimilarAreas { return &w.similar })
	e.Changes = gathered(works, func(w *work) *[]data.PeriodChange { return &w.changes })
	e.Trends = gathered(works, func(w *work) *[]data.Trend { return &w.trends })
	e.Positions = gathered(works, func(w *work) *[]data.Position { return &w.positions })
	e.Signals = gathered(works, func(w *work) *[]data.Signal { return &w.signals })
	e.Smoothed = gathered(works, func(w *work) *[]data.Smoothed { return &w.smoothed })
	e.Inequality = gathered(works, func(w *work) *[]data.Inequality { return &w.inequality })
	e.Standouts = gathered(works, func(w *work) *[]data.Standout { return &w.standouts })
	e.Sentences = gathered(works, func(w *work) *[]data.Sentence { return &w.sentences })
	e.Inputs = gathered(works, func(w *work) *[]data.Input { return &w.inputs })
	for _, w := range works {
		byIndicator[w.ind.ID] = w.estimates
		e.Steps = append(e.Steps, stepsOf(w.def, w.surveyed)...)
	}
	e.Quadrants = quadrantsOf(byIndicator, register)
	version, err := LoadIndexVersion(currentIndex)
	if err != nil {
		return data.Edition{}, err
	}
	if e.Index, err = indexOf(ctx, version, byIndicator, register); err != nil {
		return data.Edition{}, err
	}
	e.Sentences = append(e.Sentences, summaries(works, e.Quadrants, register)...)
	return e, nil
}

// gathered joins one kind of row of all indicators, in their order. Each
// indicator then looks into the joined list, so that no row is held twice.
func gathered[T any](works []*work, of func(*work) *[]T) []T {
	n := 0
	for _, w := range works {
		n += len(*of(w))
	}
	all := make([]T, 0, n)
	for _, w := range works {
		list := of(w)
		start := len(all)
		all = append(all, *list...)
		*list = all[start:len(all):len(all)]
	}
	return all
}

// work is one indicator on its way through the steps.
type work struct {
	def         Definition
	ind         data.Indicator
	surveyed    bool // most figures have an interval
	age         int  // of the latest period, whole years at the edition's date
	estimates   []data.Estimate
	inputs      []data.Input
	comparisons []data.Comparison
	similar     []data.SimilarAreas
	changes     []data.PeriodChange
	trends      []data.Trend
	positions   []data.Position
	signals     []data.Signal
	smoothed    []data.Smoothed
	inequality  []data.Inequality
	standouts   []data.Standout
	sentences   []data.Sentence
}

// prepare makes an indicator's rows: the series, completed, ordered, flagged and
// graded.
func (d *derivation) prepare(ctx context.Context, position int, def Definition, sources []data.Source, date string) (*work, error) {
	s, err := d.series(ctx, def.ID)
	if err != nil {
		return nil, err
	}
	w := &work{def: def, ind: def.indicator(position), estimates: complete(s.estimates, d.register)}
	w.ind.Inputs = s.inputs
	places := map[data.AreaCode]int{}
	for i, a := range d.register.Areas() {
		places[a.Code] = i
	}
	known, withInterval := 0, 0
	for i := range w.estimates {
		x := &w.estimates[i]
		x.Indicator, x.Unit = w.ind.ID, w.ind.Unit
		if _, ok := places[x.Area]; !ok {
			return nil, fmt.Errorf("indicator %s: area %q: %w", w.ind.ID, x.Area, data.ErrNotFound)
		}
		if x.Value.Known() {
			known++
		}
		if x.Interval.Known {
			withInterval++
		}
	}
	w.surveyed = 2*withInterval > known
	slices.SortFunc(w.estimates, func(a, b data.Estimate) int {
		return cmp.Or(places[a.Area]-places[b.Area], a.Period.Compare(b.Period))
	})
	flagBreaks(w.estimates, w.ind.Breaks)
	return w, w.grade(sources, date)
}

// grade grades every figure. Only those of the latest period age.
func (w *work) grade(sources []data.Source, date string) error {
	designation := map[data.SourceID]string{}
	for _, s := range sources {
		designation[s.ID] = s.Designation
	}
	latest := latestWithNumber(w.estimates)
	var err error
	if w.age, err = ageInYears(latest, date); err != nil {
		return err
	}
	for i := range w.estimates {
		x := &w.estimates[i]
		in := GradeInput{Estimate: *x, Unit: w.ind.Unit, Surveyed: w.surveyed, Designation: designation[x.Source]}
		if x.Period == latest {
			in.Age = w.age
		}
		x.Grade, x.GradeReason = GradeFigure(in)
	}
	return nil
}

// judge puts an indicator's rows to every test.
func (w *work) judge(ctx context.Context, register *data.Register, z *Deviates) error {
	w.comparisons = compareAll(w.ind, w.estimates, register)
	w.similar = compareSimilar(w.ind, w.estimates, register)
	w.changes = changesOf(w.ind, w.estimates)
	w.trends = trendsOf(w.def, w.ind, w.estimates, w.surveyed)
	latest := latestWithNumber(w.estimates)
	for _, p := range periodsOf(w.estimates) {
		if err := ctx.Err(); err != nil {
			return err
		}
		draws := earlierDraws
		if p == latest {
			draws = latestDraws
		}
		s, err := standingOf(w.ind, fieldOf(w.estimates, p, register, w.surveyed), p, draws, z)
		if err != nil {
			return err
		}
		w.signals, w.inequality = append(w.signals, s.signal), append(w.inequality, s.inequality)
		w.positions, w.smoothed = append(w.positions, s.positions...), append(w.smoothed, s.smoothed...)
	}
	w.standouts = standoutsOf(w.ind, w.comparisons, w.trends, latest)
	w.sentences = w.rowSentences(latest, register)
	return nil
}

// complete adds the rows that a series lacks: every area that occurs has every
// period that occurs, [x] where the publisher has none. An area that has ended
// gets no rows after its end.
func complete(estimates []data.Estimate, register *data.Register) []data.Estimate {
	have := map[areaPeriod]bool{}
	areas, periods := map[data.AreaCode]data.Estimate{}, map[data.Period]bool{}
	for _, x := range estimates {
		have[areaPeriod{x.Area, x.Period}] = true
		areas[x.Area], periods[x.Period] = x, true
	}
	for code, like := range areas {
		a, _ := register.Area(code)
		for p := range periods {
			if have[areaPeriod{code, p}] || (a.End != "" && p.Start() > a.End) {
				continue
			}
			estimates = append(estimates, data.Estimate{
				Area: code, Period: p, Value: data.Missing(data.NotAvailable), Source: like.Source, Release: like.Release,
			})
		}
	}
	return estimates
}

// flagBreaks flags the first period on or after each break.
func flagBreaks(estimates []data.Estimate, breaks []data.Discontinuity) {
	var periods []data.Period
	for _, x := range estimates {
		if !slices.Contains(periods, x.Period) {
			periods = append(periods, x.Period)
		}
	}
	slices.SortFunc(periods, data.Period.Compare)
	after := map[data.Period]bool{}
	for _, b := range breaks {
		if i := slices.IndexFunc(periods, func(p data.Period) bool { return p.Start() >= b.From }); i > 0 {
			after[periods[i]] = true
		}
	}
	for i := range estimates {
		if after[estimates[i].Period] && estimates[i].Value.Known() {
			estimates[i].Flags |= data.Break
		}
	}
}
