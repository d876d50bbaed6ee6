package indicators

import (
	"context"
	"fmt"
	"slices"

	"goodwork/data"
)

// counts are the counts of one area and period, for a measure or several.
type counts struct {
	numerator, denominator float64
	missing                data.Marker // of the first count that is missing, "" where none is
	flags                  data.Flags
	source                 data.SourceID
	release                data.ReleaseID
	made                   bool // added up from other areas
	members                []data.AreaCode
}

// add puts the counts of another area to these. What a publisher withholds of a
// part is not available of the whole.
func (c *counts) add(o *counts) {
	c.numerator += o.numerator
	c.denominator += o.denominator
	c.flags |= o.flags
	if o.missing != "" {
		c.missing = data.NotAvailable
	}
}

// summed carries published counts over and adds them up: those of merged
// districts to the present district, and those of districts to their counties,
// combined authorities, regions and countries, where every member has one and
// the publisher has no figure of its own. Where several inputs have the same
// area and period, the first named counts.
func summed(ctx context.Context, d *derivation, def Definition) (series, error) {
	s, err := published(ctx, d, def)
	if err != nil {
		return series{}, err
	}
	byKey := map[areaPeriod]*counts{}
	for _, x := range s.estimates {
		f, _ := x.Value.Number()
		byKey[areaPeriod{x.Area, x.Period}] = &counts{
			numerator: f, missing: x.Value.Marker(), flags: x.Flags, source: x.Source, release: x.Release,
		}
	}
	d.addMembers(byKey)
	s.members = membersOf(byKey)
	for k, c := range byKey {
		if !c.made {
			continue
		}
		x := data.Estimate{Area: k.area, Period: k.period, Value: data.Missing(c.missing), Flags: c.flags, Source: c.source, Release: c.release}
		if c.missing == "" {
			x.Value, x.Numerator = data.Number(tenDigits(c.numerator)), data.Some(c.numerator)
		} else {
			x.Flags = 0
		}
		s.estimates = append(s.estimates, x)
	}
	return s, nil
}

// proportion divides one sum of counts by another, in per cent. Both are added
// up first, for merged districts and larger areas as in summed; an average of
// the parts' proportions would be another figure. An area for which a count is
// withheld carries its marker, one made of such areas is [x]. Only where
// everybody was counted is there an interval, Wilson's: counts grossed up from a
// survey say nothing about their own precision.
func proportion(ctx context.Context, d *derivation, def Definition) (series, error) {
	in := def.Inputs[0]
	byKey := map[areaPeriod]*counts{}
	seen := map[areaPeriod]int{}
	for i, list := range [][]string{def.Proportion.Numerator, def.Proportion.Denominator} {
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
				if byKey[k] == nil {
					byKey[k] = &counts{source: o.Source, release: o.Release}
				}
				byKey[k].observe(i, o)
				seen[k]++
			}
		}
	}
	for k, c := range byKey {
		if seen[k] < len(def.Proportion.Numerator)+len(def.Proportion.Denominator) && c.missing == "" {
			c.missing = data.NotAvailable
		}
	}
	d.addMembers(byKey)
	var s series
	for k, c := range byKey {
		s.estimates = append(s.estimates, c.proportion(k, *def.Proportion))
	}
	s.inputs, s.members = []data.SourceID{in.Source}, membersOf(byKey)
	return s, nil
}

// membersOf lists the members of the areas that were added up.
func membersOf(byKey map[areaPeriod]*counts) map[areaPeriod][]data.AreaCode {
	out := map[areaPeriod][]data.AreaCode{}
	for k, c := range byKey {
		if c.made {
			out[k] = c.members
		}
	}
	return out
}

// observe takes in one count, of the numerator (0) or of the denominator (1).
func (c *counts) observe(part int, o data.Observation) {
	f, known := o.Value.Number()
	if part == 0 {
		c.numerator += f
	} else {
		c.denominator += f
	}
	c.flags |= o.Flags
	if !known && c.missing == "" {
		c.missing = o.Value.Marker()
	}
}

// proportion is the estimate that the counts of an area and period make.
func (c *counts) proportion(k areaPeriod, how Proportion) data.Estimate {
	x := data.Estimate{Area: k.area, Period: k.period, Source: c.source, Release: c.release}
	switch {
	case c.missing != "":
		x.Value = data.Missing(c.missing)
		return x
	case !(c.denominator > 0) || c.denominator < how.Minimum:
		x.Value = data.Missing(data.NotAvailable)
		return x
	}
	x.Value = data.Number(tenDigits(100 * c.numerator / c.denominator))
	x.Numerator, x.Denominator, x.Flags = data.Some(c.numerator), data.Some(c.denominator), c.flags
	if i := Wilson(c.numerator, c.denominator); how.Complete && i.Known {
		x.Interval = tenDigitInterval(data.Interval{Lower: 100 * i.Lower, Upper: 100 * i.Upper, Known: true})
	}
	return x
}

// addMembers adds the areas that have no counts of their own in a period but
// whose members all have: present districts from those merged into them, then
// the areas made of districts. A county counts for those of its districts that
// have none, if all its land lies in the area.
func (d *derivation) addMembers(byKey map[areaPeriod]*counts) {
	var periods []data.Period
	for k := range byKey {
		if !slices.Contains(periods, k.period) {
			periods = append(periods, k.period)
		}
	}
	areas := d.register.Areas()
	for _, p := range periods {
		for _, a := range d.register.Locals() {
			if byKey[areaPeriod{a.Code, p}] == nil {
				addUp(byKey, p, a.Code, d.merged(byKey, p, a.Code, d.register.Predecessors(a.Code)))
			}
		}
		for _, a := range areas {
			if a.Current() && !a.Level.IsLocal() {
				addUp(byKey, p, a.Code, d.members(byKey, p, a))
			}
		}
	}
}

// merged lists the former areas that together became an area and have counts,
// whichever of several mergers came between; none where one lacks counts, or
// became part of something else too.
func (d *derivation) merged(byKey map[areaPeriod]*counts, p data.Period, area data.AreaCode, former []data.Area) []data.AreaCode {
	var out []data.AreaCode
	for _, a := range former {
		if !a.Level.IsLocal() || !slices.Contains(a.Successors, area) {
			continue
		}
		members := []data.AreaCode{a.Code}
		if byKey[areaPeriod{a.Code, p}] == nil {
			members = d.merged(byKey, p, a.Code, former)
		}
		if len(a.Successors) > 1 || len(members) == 0 {
			return nil
		}
		out = append(out, members...)
	}
	return out
}

// addUp makes the counts of an area out of its members'; all must have some.
func addUp(byKey map[areaPeriod]*counts, p data.Period, area data.AreaCode, members []data.AreaCode) {
	if byKey[areaPeriod{area, p}] != nil || len(members) == 0 {
		return
	}
	total := &counts{made: true, members: members}
	for i, m := range members {
		c := byKey[areaPeriod{m, p}]
		if c == nil {
			return
		}
		if i == 0 {
			total.source, total.release = c.source, c.release
		}
		total.add(c)
	}
	byKey[areaPeriod{area, p}] = total
}

// members lists the areas that together cover an area once: its districts, or
// the county in place of districts without counts.
func (d *derivation) members(byKey map[areaPeriod]*counts, p data.Period, area data.Area) []data.AreaCode {
	children := d.register.Children(area.Code)
	inside := map[data.AreaCode]int{}
	for _, m := range children {
		inside[m.County]++
	}
	var out []data.AreaCode
	for _, m := range children {
		county := m.County
		switch {
		case byKey[areaPeriod{m.Code, p}] != nil, county == "", county == area.Code,
			inside[county] != len(d.register.Children(county)), byKey[areaPeriod{county, p}] == nil:
			out = append(out, m.Code)
		case !slices.Contains(out, county):
			out = append(out, county)
		}
	}
	return out
}

// ratio divides one published measure by another, with the interval on the log
// scale of their coefficients of variation. It is given only where both are
// precise enough; otherwise it is [u], and where either is missing it carries
// that marker.
func ratio(ctx context.Context, d *derivation, def Definition) (series, error) {
	in := def.Inputs[0]
	over, err := d.measure(ctx, in.Source, def.Ratio.Over)
	if err != nil {
		return series{}, err
	}
	under, err := d.measure(ctx, in.Source, def.Ratio.Under)
	if err != nil {
		return series{}, err
	}
	if len(over) == 0 || len(under) == 0 {
		return series{}, fmt.Errorf("measures %s and %s of %s: %w", def.Ratio.Over, def.Ratio.Under, in.Source, data.ErrNotFound)
	}
	byKey := map[areaPeriod]data.Observation{}
	for _, o := range under {
		byKey[areaPeriod{o.Area, o.Period}] = o
	}
	s := series{inputs: []data.SourceID{in.Source}}
	for _, o := range over {
		if u, ok := byKey[areaPeriod{o.Area, o.Period}]; ok {
			s.estimates = append(s.estimates, ratioOf(o, u))
		}
	}
	return s, nil
}

func ratioOf(over, under data.Observation) data.Estimate {
	x := data.Estimate{Area: over.Area, Period: over.Period, Source: over.Source, Release: over.Release}
	a, okOver := over.Value.Number()
	b, okUnder := under.Value.Number()
	r, interval := Ratio(a, b, over.CV, under.CV)
	switch {
	case !okOver:
		x.Value = data.Missing(over.Value.Marker())
	case !okUnder:
		x.Value = data.Missing(under.Value.Marker())
	case !r.OK || !RatioPublishable(over.CV, under.CV):
		x.Value = data.Missing(data.Unreliable)
	default:
		x.Value, x.Interval, x.Flags = data.Number(tenDigits(r.V)), tenDigitInterval(interval), over.Flags|under.Flags
	}
	return x
}
