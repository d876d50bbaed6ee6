package indicators

import (
	"context"
	"fmt"
	"slices"
	"strconv"

	"goodwork/data"
)

// derivation holds what one derive reads: observations by source, the register,
// and the series that are already made.
type derivation struct {
	store    *data.ObservationStore
	register *data.Register
	defs     map[data.IndicatorID]Definition
	observed map[data.SourceID][]data.Observation
	made     map[data.IndicatorID]series
	making   []data.IndicatorID
}

// series is one indicator's figures for every area and period, with the sources
// that they rest on, the main one first.
type series struct {
	estimates []data.Estimate
	inputs    []data.SourceID
	members   map[areaPeriod][]data.AreaCode // of the figures that were added up
}

// seriesMethod makes an indicator's series from observations. It leaves the
// estimates' indicator and unit to derive.
type seriesMethod func(ctx context.Context, d *derivation, def Definition) (series, error)

// seriesMethodNames are the methods that a definition may name.
var seriesMethodNames = []string{"published", "sum", "proportion", "ratio", "deflated", "share", "product"}

// seriesMethodOf gives the method of a name out of seriesMethodNames.
func seriesMethodOf(name string) (seriesMethod, error) {
	switch name {
	case "published":
		return published, nil
	case "sum":
		return summed, nil
	case "proportion":
		return proportion, nil
	case "ratio":
		return ratio, nil
	case "deflated":
		return deflated, nil
	case "share":
		return share, nil
	case "product":
		return product, nil
	}
	return nil, fmt.Errorf("method %q: want one of %v: %w", name, seriesMethodNames, data.ErrInvalid)
}

// series gives an indicator's series, making it first if need be.
func (d *derivation) series(ctx context.Context, id data.IndicatorID) (series, error) {
	if s, ok := d.made[id]; ok {
		return s, nil
	}
	if slices.Contains(d.making, id) {
		return series{}, fmt.Errorf("indicator %s rests on itself: %v: %w", id, d.making, data.ErrInvalid)
	}
	def, ok := d.defs[id]
	if !ok {
		return series{}, fmt.Errorf("indicator %s: %w", id, data.ErrNotFound)
	}
	method, err := seriesMethodOf(def.Method)
	if err != nil {
		return series{}, fmt.Errorf("indicator %s: %w", id, err)
	}
	d.making = append(d.making, id)
	s, err := method(ctx, d, def)
	d.making = d.making[:len(d.making)-1]
	if err != nil {
		return series{}, fmt.Errorf("indicator %s: %w", id, err)
	}
	s.estimates = slices.DeleteFunc(s.estimates, func(x data.Estimate) bool { return x.Period.Start() < def.Since })
	if len(s.estimates) == 0 {
		return series{}, fmt.Errorf("indicator %s: the store holds no observations of %s: %w", id, def.Inputs[0].Source, data.ErrNotFound)
	}
	d.made[id] = s
	return s, nil
}

// measure gives the observations of one measure, ordered by area and period.
func (d *derivation) measure(ctx context.Context, source data.SourceID, measure string) ([]data.Observation, error) {
	all, ok := d.observed[source]
	if !ok {
		var err error
		if all, err = d.store.Observations(ctx, source); err != nil {
			return nil, err
		}
		d.observed[source] = all
	}
	var out []data.Observation
	for _, o := range all {
		if o.Measure == measure {
			out = append(out, o)
		}
	}
	return out, nil
}

// areaPeriod is the key of a series.
type areaPeriod struct {
	area   data.AreaCode
	period data.Period
}

// published carries the publisher's figures over: the value, its interval and
// its flags. Where several inputs have the same area and period, the first named
// counts. A figure that is published with a coefficient of variation gets the
// interval that this makes, and a count is its own numerator.
func published(ctx context.Context, d *derivation, def Definition) (series, error) {
	var s series
	taken := map[areaPeriod]bool{}
	for _, in := range def.Inputs {
		obs, err := d.measure(ctx, in.Source, in.Measure)
		if err != nil {
			return series{}, err
		}
		for _, o := range obs {
			k := areaPeriod{o.Area, o.Period}
			if taken[k] {
				continue
			}
			taken[k] = true
			x := data.Estimate{
				Area: o.Area, Period: o.Period, Value: o.Value, Interval: intervalOf(o), Flags: o.Flags, Source: o.Source, Release: o.Release,
			}
			if f, ok := o.Value.Number(); ok && def.Kind == "count" {
				x.Numerator = data.Some(f)
			}
			s.estimates = append(s.estimates, x)
		}
		if len(obs) > 0 && !slices.Contains(s.inputs, in.Source) {
			s.inputs = append(s.inputs, in.Source)
		}
	}
	return s, nil
}

// intervalOf is the interval that an observation was published with, or the one
// that its coefficient of variation makes.
func intervalOf(o data.Observation) data.Interval {
	f, known := o.Value.Number()
	if o.Interval.Known || !known || !o.CV.OK {
		return o.Interval
	}
	return tenDigitInterval(FromCV(f, o.CV.V))
}

// deflated restates published money in the prices of the base month: value x
// index of the base / index of the month in which the period starts, and the
// limits alike, as the index has no sampling error worth the name beside them.
// A period without an index is [x].
func deflated(ctx context.Context, d *derivation, def Definition) (series, error) {
	s, err := published(ctx, d, def)
	if err != nil {
		return series{}, err
	}
	index, err := d.measure(ctx, def.Deflator.Source, def.Deflator.Measure)
	if err != nil {
		return series{}, err
	}
	byMonth := map[string]float64{}
	for _, o := range index {
		if f, ok := o.Value.Number(); ok {
			byMonth[o.Period.Start()[:7]] = f
		}
	}
	base, ok := byMonth[def.Deflator.Base[:7]]
	if !ok {
		return series{}, fmt.Errorf("deflator %s of %s: %w", def.Deflator.Measure, def.Deflator.Base, data.ErrNotFound)
	}
	for i := range s.estimates {
		x := &s.estimates[i]
		f, known := x.Value.Number()
		if !known {
			continue
		}
		then, ok := byMonth[x.Period.Start()[:7]]
		if !ok {
			x.Value, x.Interval = data.Missing(data.NotAvailable), data.Interval{}
			continue
		}
		x.Value = data.Number(tenDigits(Real(f, then, base).V))
		x.Interval = tenDigitInterval(RealInterval(x.Interval, then, base))
	}
	s.inputs = append(s.inputs, def.Deflator.Source)
	return s, nil
}

// share divides the sum of the counts in part by the sum of those in part and
// rest, in per cent. Counts of merged districts are summed to the present
// district, and counts of districts to their counties, combined authorities,
// regions and countries, where every member has them. Under the minimum of the
// denominator the share is [x]; where a count is withheld it is too.
func share(ctx context.Context, d *derivation, def Definition) (series, error) {
	in := def.Inputs[0]
	counts := map[areaPeriod]*parts{}
	periods := map[data.Period]bool{}
	var release data.ReleaseID
	for i, list := range [][]string{def.Share.Part, def.Share.Rest} {
		for _, m := range list {
			obs, err := d.measure(ctx, in.Source, m)
			if err != nil {
				return series{}, err
			}
			if len(obs) == 0 {
				return series{}, fmt.Errorf("measure %s of %s: %w", m, in.Source, data.ErrNotFound)
			}
			for _, o := range obs {
				k := areaPeriod{o.Area, o.Period}
				if counts[k] == nil {
					counts[k] = &parts{}
				}
				counts[k].add(i, o.Value)
				periods[o.Period] = true
				release = o.Release
			}
		}
	}
	cells := len(def.Share.Part) + len(def.Share.Rest)
	for p := range periods {
		d.sumMembers(counts, p)
	}
	var s series
	for k, c := range counts {
		x := data.Estimate{Area: k.area, Period: k.period, Value: data.Missing(data.NotAvailable), Source: in.Source, Release: release}
		if !c.missing && c.cells%cells == 0 && c.sum[0]+c.sum[1] >= def.Share.Minimum {
			x.Value = data.Number(tenDigits(100 * c.sum[0] / (c.sum[0] + c.sum[1])))
			x.Numerator, x.Denominator = data.Some(c.sum[0]), data.Some(c.sum[0]+c.sum[1])
		}
		s.estimates = append(s.estimates, x)
	}
	s.inputs, s.members = []data.SourceID{in.Source}, map[areaPeriod][]data.AreaCode{}
	for k, c := range counts {
		if len(c.members) > 0 {
			s.members[k] = c.members
		}
	}
	return s, nil
}

// parts are the counts of one area: those in the part and those in the rest, of
// how many cells, and whether one of them is missing.
type parts struct {
	sum     [2]float64
	cells   int
	missing bool
	members []data.AreaCode // that were added up
}

func (p *parts) add(i int, v data.Value) {
	f, ok := v.Number()
	p.sum[i] += f
	p.missing = p.missing || !ok
	p.cells++
}

func (p *parts) merge(q *parts) {
	p.sum[0] += q.sum[0]
	p.sum[1] += q.sum[1]
	p.cells += q.cells
	p.missing = p.missing || q.missing
}

// sumMembers adds the areas that have no count of their own for the period but
// whose members all have one: present districts from those merged into them,
// then the areas made of districts.
func (d *derivation) sumMembers(counts map[areaPeriod]*parts, p data.Period) {
	total := func(area data.AreaCode, members []data.Area) {
		if counts[areaPeriod{area, p}] != nil || len(members) == 0 {
			return
		}
		sum := &parts{}
		for _, m := range members {
			c := counts[areaPeriod{m.Code, p}]
			if c == nil {
				return
			}
			sum.merge(c)
			sum.members = append(sum.members, m.Code)
		}
		counts[areaPeriod{area, p}] = sum
	}
	merged := map[data.AreaCode][]data.Area{}
	for _, a := range d.register.Areas() {
		if !a.Current() && a.Level.IsLocal() && len(a.Successors) == 1 && counts[areaPeriod{a.Code, p}] != nil {
			merged[a.Successors[0]] = append(merged[a.Successors[0]], a)
		}
	}
	for _, a := range d.register.Locals() {
		total(a.Code, merged[a.Code])
	}
	for _, a := range d.register.Areas() {
		if a.Current() && !a.Level.IsLocal() {
			total(a.Code, d.register.Children(a.Code))
		}
	}
}

// product multiplies the published percentage by another indicator's share, and
// flags the result estimated. It has no interval: neither factor has one. Only
// areas and periods that have both are given.
func product(ctx context.Context, d *derivation, def Definition) (series, error) {
	s, err := published(ctx, d, def)
	if err != nil {
		return series{}, err
	}
	shares, err := d.series(ctx, def.Product.Share)
	if err != nil {
		return series{}, err
	}
	byKey := map[areaPeriod]data.Value{}
	for _, x := range shares.estimates {
		byKey[areaPeriod{x.Area, x.Period}] = x.Value
	}
	var out []data.Estimate
	for _, x := range s.estimates {
		share, ok := byKey[areaPeriod{x.Area, x.Period}]
		if !ok {
			continue
		}
		f, known := x.Value.Number()
		g, shareKnown := share.Number()
		switch {
		case known && shareKnown:
			x.Value = data.Number(tenDigits(f * g / 100))
			x.Flags |= data.Estimated
		case known:
			x.Value = share
		}
		x.Interval = data.Interval{}
		out = append(out, x)
	}
	s.estimates = out
	s.inputs = append(s.inputs, shares.inputs...)
	return s, nil
}

// tenDigits rounds a derived figure to ten significant digits, the precision in
// which it is published everywhere.
func tenDigits(f float64) float64 {
	r, err := strconv.ParseFloat(strconv.FormatFloat(f, 'g', 10, 64), 64)
	if err != nil {
		return f
	}
	return r
}

// fourDigitOptional rounds a p-value, which is never shown and bears no more.
func fourDigitOptional(o data.Optional) data.Optional {
	if !o.OK {
		return o
	}
	r, err := strconv.ParseFloat(strconv.FormatFloat(o.V, 'g', 4, 64), 32)
	if err != nil {
		return o
	}
	return data.Some(r)
}

func tenDigitInterval(i data.Interval) data.Interval {
	if i.Known {
		i.Lower, i.Upper = tenDigits(i.Lower), tenDigits(i.Upper)
	}
	return i
}
