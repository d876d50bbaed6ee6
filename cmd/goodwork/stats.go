package main

import (
	"errors"
	"fmt"
	"io"
	"os"

	"goodwork/data"
	"goodwork/indicators"
)

// statsCmd runs the dashboard's methods on anybody's tables: CSV in, CSV out.
type statsCmd struct {
	Index       statsIndexCmd       `cmd:"" help:"Calculate a composite index, with its uncertainty."`
	Trend       statsTrendCmd       `cmd:"" help:"Test each area's trend over its latest years."`
	Benchmark   statsBenchmarkCmd   `cmd:"" help:"Test each area's difference from a benchmark."`
	Change      statsChangeCmd      `cmd:"" help:"Test each area's change between two years."`
	Quantiles   statsQuantilesCmd   `cmd:"" help:"Rank areas and put them into quantile groups."`
	Interval    statsIntervalCmd    `cmd:"" help:"Add 95% limits to proportions, counts or estimates."`
	Quadrant    statsQuadrantCmd    `cmd:"" help:"Place areas by quality and quantity of work, with probabilities."`
	Reliability statsReliabilityCmd `cmd:"" help:"Measure how much of the spread between areas isn't sampling error."`
	Shrink      statsShrinkCmd      `cmd:"" help:"Draw each area's estimate towards the mean by empirical Bayes."`
	Neighbours  statsNeighboursCmd  `cmd:"" help:"List the most similar areas of each area."`
	Inequality  statsInequalityCmd  `cmd:"" help:"Measure inequality between areas."`
}

// Help stands under the usage of goodwork stats.
func (statsCmd) Help() string {
	return `Tables are CSV with a header row; columns are found by name, and - is standard
input. A blank cell is missing; a result that can't be calculated is blank. The
output keeps the order of the input, with ten significant digits.`
}

// statsTables opens the files of one command, of which at most one may be -.
type statsTables struct {
	stdin  bool
	opened []io.Closer
}

// open gives nil for no path.
func (t *statsTables) open(path string) (io.Reader, error) {
	switch {
	case path == "":
		return nil, nil
	case path == "-" && t.stdin:
		return nil, errors.New("only one file can be -, standard input")
	case path == "-":
		t.stdin = true
		return os.Stdin, nil
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	t.opened = append(t.opened, f)
	return f, nil
}

func (t *statsTables) close() {
	for _, c := range t.opened {
		_ = c.Close() // read only: nothing is lost
	}
}

// runStats opens the table of a command that has one, and names the command in
// an error.
func runStats(name, path string, run func(values io.Reader) error) error {
	var t statsTables
	defer t.close()
	values, err := t.open(path)
	if err == nil {
		err = run(values)
	}
	if err != nil {
		return fmt.Errorf("stats %s: %w", name, err)
	}
	return nil
}

type statsIndexCmd struct {
	Values      string `required:"" placeholder:"FILE" help:"Columns area and one an indicator."`
	Meta        string `required:"" placeholder:"FILE" help:"Columns id, dimension, direction (1 or -1), lo, hi. A blank lo or hi is the 2.5th or 97.5th percentile."`
	Errors      string `placeholder:"FILE" help:"Standard errors, in the form of values. A missing one takes its indicator's median."`
	Normalise   string `enum:"goalposts,minmax,zscore,percentile-rank" default:"goalposts" help:"${enum}."`
	Aggregate   string `enum:"arithmetic,geometric,ampi" default:"arithmetic" help:"${enum}."`
	Weights     string `placeholder:"D=W,..." help:"Weights of dimensions; those that aren't named get 0. Equal if not given."`
	Simulations int    `placeholder:"K" help:"Draws; without them no uncertainty is given."`
	Seed        uint64 `default:"20200701" help:"Seed of the simulations."`
	Vary        string `enum:"noise,weights,method,all" default:"all" help:"What the simulations vary: ${enum}. Drawn weights and methods replace the chosen ones."`
}

func (statsIndexCmd) Help() string {
	return `Example:

  goodwork stats index --values areas.csv --meta meta.csv --errors se.csv \
    --weights pay=2,health=1 --simulations 2000 --seed 42 --vary noise`
}

func (c statsIndexCmd) Run() error {
	var t statsTables
	defer t.close()
	readers := make([]io.Reader, 3)
	for i, path := range []string{c.Values, c.Meta, c.Errors} {
		r, err := t.open(path)
		if err != nil {
			return fmt.Errorf("stats index: %w", err)
		}
		readers[i] = r
	}
	err := indicators.StatsIndex(os.Stdout, readers[0], readers[1], readers[2], indicators.StatsIndexOptions{
		Normalise: indicators.Normalisation(c.Normalise),
		Aggregate: indicators.Aggregation(c.Aggregate),
		Weights:   c.Weights,
		Draws:     c.Simulations,
		Seed:      c.Seed,
		Vary:      indicators.Vary(c.Vary),
	})
	if err != nil {
		return fmt.Errorf("stats index: %w", err)
	}
	return nil
}

type statsTrendCmd struct {
	Values string `required:"" placeholder:"FILE" help:"Columns area, year, value, lower_95, upper_95."`
	Window int    `default:"5" help:"Consecutive years, ending at the area's own latest."`
	Method string `enum:"weighted,mann-kendall" default:"weighted" help:"The test behind the verdict: ${enum}. Mann-Kendall wants eight years or more, and does without the limits' columns."`
}

func (statsTrendCmd) Help() string {
	return `Example:

  goodwork stats trend --values pay.csv --window 5`
}

func (c statsTrendCmd) Run() error {
	return runStats("trend", c.Values, func(r io.Reader) error {
		return indicators.StatsTrend(os.Stdout, r, c.Window, c.Method)
	})
}

type statsBenchmarkCmd struct {
	Values   string   `required:"" placeholder:"FILE" help:"Columns area, value, lower_95, upper_95."`
	Value    float64  `required:"" placeholder:"B" help:"The benchmark. A negative one is given as --value=-1."`
	Lower    *float64 `placeholder:"L" help:"Lower 95% limit of the benchmark; without limits it is exact."`
	Upper    *float64 `placeholder:"U" help:"Upper 95% limit of the benchmark."`
	Polarity string   `enum:"high,low,none" default:"none" help:"Which way is good: ${enum}."`
}

func (statsBenchmarkCmd) Help() string {
	return `Example:

  goodwork stats benchmark --values pay.csv --value 642.5 --lower 641.2 --upper 643.8 --polarity high`
}

func (c statsBenchmarkCmd) Run() error {
	return runStats("benchmark", c.Values, func(r io.Reader) error {
		var limits data.Interval
		switch {
		case c.Lower != nil && c.Upper != nil:
			limits = data.Interval{Lower: *c.Lower, Upper: *c.Upper, Known: true}
		case c.Lower != nil || c.Upper != nil:
			return errors.New("--lower and --upper go together")
		}
		return indicators.StatsBenchmark(os.Stdout, r, c.Value, limits, data.Polarity(c.Polarity))
	})
}

type statsChangeCmd struct {
	Values   string `required:"" placeholder:"FILE" help:"Columns area, year, value, cv (per cent)."`
	From     int    `required:"" placeholder:"YEAR" help:"First year."`
	To       int    `required:"" placeholder:"YEAR" help:"Second year."`
	Deflator string `placeholder:"FILE" help:"Price index by which values are divided: columns year, index."`
}

func (statsChangeCmd) Help() string {
	return `Example:

  goodwork stats change --values pay.csv --from 2019 --to 2025 --deflator cpih.csv`
}

func (c statsChangeCmd) Run() error {
	var t statsTables
	defer t.close()
	values, err := t.open(c.Values)
	if err != nil {
		return fmt.Errorf("stats change: %w", err)
	}
	deflator, err := t.open(c.Deflator)
	if err != nil {
		return fmt.Errorf("stats change: %w", err)
	}
	if err := indicators.StatsChange(os.Stdout, values, c.From, c.To, deflator); err != nil {
		return fmt.Errorf("stats change: %w", err)
	}
	return nil
}

type statsQuantilesCmd struct {
	Values string `required:"" placeholder:"FILE" help:"Columns area, value."`
	K      int    `default:"5" help:"Number of groups."`
	LowIs1 bool   `name:"low-is-1" help:"Quantile and rank 1 are the lowest value instead of the highest."`
}

func (statsQuantilesCmd) Help() string {
	return `Example:

  goodwork stats quantiles --values pay.csv --k 10`
}

func (c statsQuantilesCmd) Run() error {
	return runStats("quantiles", c.Values, func(r io.Reader) error {
		return indicators.StatsQuantiles(os.Stdout, r, c.K, c.LowIs1)
	})
}

type statsIntervalCmd struct {
	Values string `required:"" placeholder:"FILE" help:"Columns area with numerator, denominator; or count; or value, cv (per cent)."`
	Method string `enum:"wilson,byar,cv," default:"" help:"wilson, byar or cv; the columns decide if it isn't given."`
}

func (statsIntervalCmd) Help() string {
	return `Example:

  goodwork stats interval --values claimants.csv --method wilson`
}

func (c statsIntervalCmd) Run() error {
	return runStats("interval", c.Values, func(r io.Reader) error {
		return indicators.StatsInterval(os.Stdout, r, c.Method)
	})
}

type statsQuadrantCmd struct {
	Values       string  `required:"" placeholder:"FILE" help:"Columns area, quality, quality_lower_95, quality_upper_95, quantity, quantity_lower_95, quantity_upper_95."`
	QualityLine  float64 `required:"" placeholder:"Q" help:"Value of quality that divides high from low."`
	QuantityLine float64 `required:"" placeholder:"N" help:"Value of quantity that divides high from low."`
	Threshold    float64 `default:"0.9" help:"Probability from which an area is placed."`
}

func (statsQuadrantCmd) Help() string {
	return `Example:

  goodwork stats quadrant --values work.csv --quality-line 575.3 --quantity-line 75.6`
}

func (c statsQuadrantCmd) Run() error {
	return runStats("quadrant", c.Values, func(r io.Reader) error {
		return indicators.StatsQuadrant(os.Stdout, r, c.QualityLine, c.QuantityLine, c.Threshold)
	})
}

type statsReliabilityCmd struct {
	Values string `required:"" placeholder:"FILE" help:"Columns area, value, lower_95, upper_95."`
}

func (statsReliabilityCmd) Help() string {
	return `Example:

  goodwork stats reliability --values employment.csv`
}

func (c statsReliabilityCmd) Run() error {
	return runStats("reliability", c.Values, func(r io.Reader) error {
		return indicators.StatsReliability(os.Stdout, r)
	})
}

type statsShrinkCmd struct {
	Values string `required:"" placeholder:"FILE" help:"Columns area, value, lower_95, upper_95."`
}

func (statsShrinkCmd) Help() string {
	return `Example:

  goodwork stats shrink --values employment.csv`
}

func (c statsShrinkCmd) Run() error {
	return runStats("shrink", c.Values, func(r io.Reader) error {
		return indicators.StatsShrink(os.Stdout, r)
	})
}

type statsNeighboursCmd struct {
	Values string `required:"" placeholder:"FILE" help:"Columns area and one a variable."`
	N      int    `default:"20" help:"Neighbours of each area."`
}

func (statsNeighboursCmd) Help() string {
	return `Example:

  goodwork stats neighbours --values people.csv --n 5`
}

func (c statsNeighboursCmd) Run() error {
	return runStats("neighbours", c.Values, func(r io.Reader) error {
		return indicators.StatsNeighbours(os.Stdout, r, c.N)
	})
}

type statsInequalityCmd struct {
	Values string `required:"" placeholder:"FILE" help:"Columns area, value, weight."`
}

func (statsInequalityCmd) Help() string {
	return `Example:

  goodwork stats inequality --values pay.csv`
}

func (c statsInequalityCmd) Run() error {
	return runStats("inequality", c.Values, func(r io.Reader) error {
		return indicators.StatsInequality(os.Stdout, r)
	})
}
