package indicators

import (
	"bytes"
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"
	"golang.org/x/sync/errgroup"

	"goodwork/data"
)

//go:embed index/*.yaml
var indexFiles embed.FS

// currentIndex is the version of the Good Work Index that editions carry.
const currentIndex = "v0"

// IndexVersion is one version of the Good Work Index, frozen in a YAML file.
type IndexVersion struct {
	Version      string             `yaml:"version"`
	Year         int                `yaml:"year"`
	Draws        int                `yaml:"draws"`
	Seed         uint64             `yaml:"seed"`
	CountryGroup data.AreaCode      `yaml:"country_group"` // whose local areas are in scope
	NeverIndexed []data.AreaCode    `yaml:"never_indexed"` // shown, never indexed
	Members      []IndexMember      `yaml:"members"`
	Validation   []data.IndicatorID `yaml:"validation"`
}

// IndexMember is an indicator as it enters the index: the mean of its periods,
// all of which an area needs.
type IndexMember struct {
	ID        string           `yaml:"id"`
	Indicator data.IndicatorID `yaml:"indicator"`
	Dimension data.Dimension   `yaml:"dimension"`
	Direction int              `yaml:"direction"`
	Periods   []string         `yaml:"periods"`
	Lo        float64          `yaml:"lo"`
	Hi        float64          `yaml:"hi"`
}

// LoadIndexVersion reads a version's file strictly.
func LoadIndexVersion(version string) (IndexVersion, error) {
	var v IndexVersion
	b, err := indexFiles.ReadFile("index/" + version + ".yaml")
	if errors.Is(err, fs.ErrNotExist) {
		return v, fmt.Errorf("index version %q: %w", version, data.ErrNotFound)
	}
	if err != nil {
		return v, err
	}
	if err := yaml.NewDecoder(bytes.NewReader(b), yaml.Strict()).Decode(&v); err != nil {
		return v, fmt.Errorf("index/%s.yaml: %s: %w", version, strings.TrimSpace(err.Error()), data.ErrInvalid)
	}
	var wrong []error
	if v.Version != version {
		wrong = append(wrong, fmt.Errorf("version %q: the file must be named after it", v.Version))
	}
	for _, m := range v.Members {
		if !(m.Lo < m.Hi) || (m.Direction != 1 && m.Direction != -1) || len(m.Periods) == 0 || !m.Dimension.Valid() {
			wrong = append(wrong, fmt.Errorf("member %s: want lo below hi, direction 1 or -1, periods and a dimension", m.ID))
		}
		for _, p := range m.Periods {
			if _, err := data.ParsePeriod(p); err != nil {
				wrong = append(wrong, fmt.Errorf("member %s: %w", m.ID, err))
			}
		}
	}
	if len(wrong) > 0 {
		return v, fmt.Errorf("index/%s.yaml: %w: %w", version, errors.Join(wrong...), data.ErrInvalid)
	}
	return v, nil
}

// indexTable is the index's input: one row an area in scope, one column a member.
type indexTable struct {
	areas   []data.Area
	values  [][]data.Optional
	errors  [][]data.Optional
	members []IndexIndicator
}

// tableOf pools each member's periods: the mean of the estimates, with
// sqrt(sum of s^2)/n, which understates the error where samples overlap. An area
// that lacks one of the periods lacks the member. Unreliable figures are left
// out.
func (v IndexVersion) tableOf(estimates map[data.IndicatorID][]data.Estimate, register *data.Register) indexTable {
	t := indexTable{areas: register.Children(v.CountryGroup)}
	t.values, t.errors = make([][]data.Optional, len(t.areas)), make([][]data.Optional, len(t.areas))
	for i := range t.areas {
		t.values[i], t.errors[i] = make([]data.Optional, len(v.Members)), make([]data.Optional, len(v.Members))
	}
	for j, m := range v.Members {
		t.members = append(t.members, IndexIndicator{ID: m.ID, Dimension: string(m.Dimension), Direction: m.Direction, Lo: data.Some(m.Lo), Hi: data.Some(m.Hi)})
		byKey := byAreaPeriod(estimates[m.Indicator])
		for i, a := range t.areas {
			if slices.Contains(v.NeverIndexed, a.Code) {
				continue
			}
			sum, variance, withError, all := 0.0, 0.0, true, true
			for _, p := range m.Periods {
				x := byKey[areaPeriod{a.Code, data.MustPeriod(p)}]
				f, ok := x.Value.Number()
				all = all && ok && !x.Flags.Has(data.LowReliability)
				sum += f
				se := StandardError(x.Interval)
				withError = withError && se.OK
				variance += se.V * se.V
			}
			if !all {
				continue
			}
			n := float64(len(m.Periods))
			t.values[i][j] = data.Some(sum / n)
			if withError {
				t.errors[i][j] = data.Some(math.Sqrt(variance) / n)
			}
		}
	}
	return t
}

// indexOf calculates the index with everything that is published of it: the
// default and its variants, the four simulations, leaving each member out, and
// its associations inside and outside.
func indexOf(ctx context.Context, v IndexVersion, estimates map[data.IndicatorID][]data.Estimate, register *data.Register) (data.GoodWorkIndex, error) {
	out := data.GoodWorkIndex{Version: v.Version, Year: v.Year, Draws: v.Draws, Seed: int64(v.Seed)}
	for _, m := range v.Members {
		if len(estimates[m.Indicator]) == 0 {
			return data.GoodWorkIndex{}, nil // an edition without its indicators has no index
		}
	}
	t := v.tableOf(estimates, register)
	x, err := NewIndex(t.members, t.values)
	if err != nil {
		return out, fmt.Errorf("index %s: %w", v.Version, err)
	}
	base, err := x.Calculate(IndexMethod{})
	if err != nil {
		return out, fmt.Errorf("index %s: %w", v.Version, err)
	}
	for i, a := range t.areas {
		entry := data.IndexArea{Area: a.Code, Index: tenDigitOptional(base.Index[i])}
		if !base.Index[i].OK {
			entry.Reason = fmt.Sprintf("%d of %d dimensions missing", base.MissingDimensions(i), len(x.Dimensions()))
			if slices.Contains(v.NeverIndexed, a.Code) {
				entry.Reason = "never indexed: too few residents"
			}
		}
		out.Areas = append(out.Areas, entry)
	}
	if err := addVariants(x, out.Areas); err != nil {
		return out, fmt.Errorf("index %s: %w", v.Version, err)
	}
	noise, err := addSimulations(ctx, v, x, t, out.Areas)
	if err != nil {
		return out, fmt.Errorf("index %s: %w", v.Version, err)
	}
	for i, a := range t.areas {
		for d, name := range x.Dimensions() {
			out.Dimensions = append(out.Dimensions, data.IndexDimension{Area: a.Code, Dimension: data.Dimension(name), Score: tenDigitOptional(base.Dimensions[i][d])})
		}
	}
	for k, at := range noise.Areas {
		for d := range x.Dimensions() {
			out.Dimensions[at*len(x.Dimensions())+d].Variance = data.Some(tenDigits(noise.DimensionVariance[k][d]))
		}
	}
	if out.Indicators, err = v.leaveOneOut(x, base); err != nil {
		return out, fmt.Errorf("index %s: %w", v.Version, err)
	}
	out.Correlations = v.correlations(x, base, t, estimates)
	return out, nil
}

// addVariants sets what other methods say of each area.
func addVariants(x *Index, areas []data.IndexArea) error {
	for _, variant := range []struct {
		method IndexMethod
		set    func(*data.IndexArea, data.Optional)
	}{
		{IndexMethod{Aggregate: AggregateGeometric}, func(a *data.IndexArea, o data.Optional) { a.Geometric = o }},
		{IndexMethod{Aggregate: AggregateAMPI}, func(a *data.IndexArea, o data.Optional) { a.AMPI = o }},
		{IndexMethod{Normalise: NormaliseZScore}, func(a *data.IndexArea, o data.Optional) { a.ZScore = o }},
		{IndexMethod{Normalise: NormalisePercentileRank}, func(a *data.IndexArea, o data.Optional) { a.PercentileRank = o }},
		{IndexMethod{Normalise: NormaliseMinMax}, func(a *data.IndexArea, o data.Optional) { a.MinMax = o }},
	} {
		r, err := x.Calculate(variant.method)
		if err != nil {
			return err
		}
		for i := range areas {
			variant.set(&areas[i], tenDigitOptional(r.Index[i]))
		}
	}
	return nil
}

// fifthCertainty is the probability of a place in the higher or lower fifth that
// the words need.
const fifthCertainty = 0.95

// addSimulations sets the spread of each area's rank when the values vary by
// sampling error, the weights, the method, or all of them; the interval of the
// score and the band are those of sampling error alone.
func addSimulations(ctx context.Context, v IndexVersion, x *Index, t indexTable, areas []data.IndexArea) (Simulated, error) {
	kinds := []Vary{VaryNoise, VaryWeights, VaryMethod, VaryAll}
	results := make([]Simulated, len(kinds))
	group, ctx := errgroup.WithContext(ctx)
	for k, vary := range kinds {
		group.Go(func() error {
			if err := ctx.Err(); err != nil {
				return err
			}
			var err error
			results[k], err = x.Simulate(Simulation{Draws: v.Draws, Seed: v.Seed, Vary: vary, Errors: t.errors})
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return Simulated{}, err
	}
	for k, r := range results {
		for i, at := range r.Areas {
			p05, p50, p95 := r.RankRange(i)
			ranks := data.RankRange{P05: data.Some(p05), P50: data.Some(p50), P95: data.Some(p95)}
			a := &areas[at]
			switch kinds[k] {
			case VaryNoise:
				a.NoiseRank, a.Interval = ranks, tenDigitInterval(r.Score[i])
				a.Band = "no clear band"
				switch {
				case r.InTopFifth(i) >= fifthCertainty:
					a.Band = "higher fifth"
				case r.InBottomFifth(i) >= fifthCertainty:
					a.Band = "lower fifth"
				}
			case VaryWeights:
				a.WeightsRank = ranks
			case VaryMethod:
				a.MethodRank = ranks
			case VaryAll:
				a.AllRank = ranks
			}
		}
	}
	return results[0], nil
}

// leaveOneOut says of each member how far the ranks of the areas move without
// it.
func (v IndexVersion) leaveOneOut(x *Index, base Indexed) ([]data.IndexIndicator, error) {
	var out []data.IndexIndicator
	for j, m := range v.Members {
		var labels []string
		for _, p := range m.Periods {
			labels = append(labels, data.MustPeriod(p).Label())
		}
		words := labels[0]
		if len(labels) > 1 {
			words = "mean of " + strings.Join(labels[:len(labels)-1], ", ") + " and " + labels[len(labels)-1]
		}
		entry := data.IndexIndicator{ID: m.ID, Indicator: m.Indicator, Dimension: m.Dimension, Direction: m.Direction, Lo: m.Lo, Hi: m.Hi, Periods: words}
		rest, err := x.Without(j)
		if err != nil {
			return nil, err
		}
		r, err := rest.Calculate(IndexMethod{})
		if err != nil {
			return nil, err
		}
		// Ranks are taken anew among the areas that have both, since an area may
		// gain an index when a member goes.
		var with, without []float64
		for i := range base.Index {
			if base.Index[i].OK && r.Index[i].OK {
				with, without = append(with, base.Index[i].V), append(without, r.Index[i].V)
			}
		}
		before, after := Ranks(with, true), Ranks(without, true)
		sum, most := 0.0, 0.0
		for i := range before {
			shift := math.Abs(float64(before[i] - after[i]))
			sum, most = sum+shift, max(most, shift)
		}
		entry.MeanShift, entry.MaxShift = data.Some(tenDigits(sum/float64(len(before)))), data.Some(most)
		entry.Spearman = tenDigitOptional(Spearman(base.Index, r.Index).R)
		out = append(out, entry)
	}
	return out, nil
}

// correlations are those between the dimensions, and of the index with
// indicators outside it. They are associations between areas, not causes.
func (v IndexVersion) correlations(x *Index, base Indexed, t indexTable, estimates map[data.IndicatorID][]data.Estimate) []data.IndexCorrelation {
	var out []data.IndexCorrelation
	names := x.Dimensions()
	column := func(d int) []data.Optional {
		c := make([]data.Optional, len(t.areas))
		for i := range c {
			if base.Index[i].OK {
				c[i] = base.Dimensions[i][d]
			}
		}
		return c
	}
	for a := range names {
		for b := a + 1; b < len(names); b++ {
			r := Pearson(column(a), column(b))
			out = append(out, data.IndexCorrelation{Kind: "dimension", A: names[a], B: names[b], N: r.N, R: tenDigitOptional(r.R)})
		}
	}
	for _, id := range v.Validation {
		list := estimates[id]
		if len(list) == 0 {
			continue
		}
		latest := latestWithNumber(list)
		byKey := byAreaPeriod(list)
		other := make([]data.Optional, len(t.areas))
		for i, a := range t.areas {
			if f, ok := byKey[areaPeriod{a.Code, latest}].Value.Number(); ok {
				other[i] = data.Some(f)
			}
		}
		r := Spearman(base.Index, other)
		out = append(out, data.IndexCorrelation{Kind: "validation", A: "index", B: string(id), N: r.N, R: tenDigitOptional(r.R)})
	}
	return out
}
