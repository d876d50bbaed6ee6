package ingest

import (
	"goodwork/data"
)

// place is what a code or a word of a file stands for: an area, or a reason to
// leave its rows out, or, where problem is not "", nothing known.
type place struct {
	area    data.AreaCode
	flags   data.Flags
	skip    string
	old     bool // published under a code that has been replaced
	problem string
}

// placer finds the areas that a source's codes and words stand for, once each.
type placer struct {
	source   Source
	register *data.Register
	known    map[string]place
}

func newPlacer(s Source, r *data.Register) *placer {
	return &placer{source: s, register: r, known: map[string]place{}}
}

func (p *placer) of(text string) place {
	if at, ok := p.known[text]; ok {
		return at
	}
	at := p.find(text)
	p.known[text] = at
	return at
}

// find asks the source's own declarations first, then the register. A name is
// read on the boundaries of the day that the source names, and its figures move
// to the present code of the same land.
func (p *placer) find(text string) place {
	areas := p.source.Areas
	if code, ok := areas.Codes[text]; ok {
		return place{area: code, flags: data.CombinedArea}
	}
	if code, ok := areas.Names[text]; ok {
		return place{area: code}
	}
	for _, word := range areas.Nowhere {
		if word == text {
			return place{skip: skipNowhere}
		}
	}
	at := p.resolve(text)
	if at.problem == "" || areas.NamesOn == "" {
		return at
	}
	named, err := p.register.ByNameAt(text, areas.NamesOn)
	if err != nil {
		return place{problem: err.Error()}
	}
	return p.resolve(string(named.Code))
}

func (p *placer) resolve(code string) place {
	res := p.register.Resolve(code)
	switch res.Kind {
	case data.ResolvedCurrent, data.ResolvedEnded:
		return place{area: res.To, old: string(res.To) != code}
	case data.ResolvedRecoded:
		return place{area: res.To, old: true}
	case data.ResolvedSkipped:
		return place{skip: res.Reason}
	default:
		return place{problem: "not a code of the register of areas"}
	}
}

// key is what one observation of a source is told by.
type key struct {
	measure string
	area    data.AreaCode
	period  data.Period
}

// placed is a cell at its area.
type placed struct {
	cell
	area data.AreaCode
	old  bool
}

// recode puts every cell at the present code of its land, before anything is
// joined by area. Where a file has a row of an old code beside one of the new,
// both must say the same, and the old one is dropped.
func recode(in reading, p *placer, found *findings) []placed {
	at := make(map[key]int, len(in.cells))
	out := make([]placed, 0, len(in.cells))
	nowhere := 0.0
	for _, c := range in.cells {
		where := p.of(c.area)
		if where.problem != "" {
			found.add("V07", c.row, c.column, c.area, "%s", where.problem)
			continue
		}
		if where.skip != "" {
			in.skipped[where.skip]++
			if n, ok := c.value.Number(); ok && where.skip == skipNowhere {
				nowhere += n
			}
			continue
		}
		if c.value.Known() {
			c.flags |= where.flags
		}
		this := placed{cell: c, area: where.area, old: where.old}
		k := key{c.measure.ID, where.area, c.period}
		i, twice := at[k]
		if !twice {
			at[k] = len(out)
			out = append(out, this)
			continue
		}
		if kept, ok := oneOf(out[i], this, found); ok {
			out[i] = kept
			in.skipped[skipOldCode]++
		}
	}
	checkNames(in.nameColumn, in.names, p, found)
	if in.skipped[skipNowhere] > 0 {
		found.add("V54", 0, "", "", "%d rows of no known place, with %v in all", in.skipped[skipNowhere], nowhere)
	}
	for _, c := range out {
		if c.old {
			found.add("V32", c.row, c.column, c.cell.area, "published under another code of the same land, and carried to the present one")
		}
	}
	return out
}

// oneOf decides between two rows of one measure, area and period: the present
// code stays if the other is an old code that says the same.
func oneOf(first, second placed, found *findings) (placed, bool) {
	switch {
	case first.cell.area == second.cell.area || first.old == second.old:
		found.add("V13", second.row, second.column, second.cell.area, "%s for %s stands in row %d already", second.measure.ID, second.period, first.row)
		return first, false
	case !first.says(second):
		found.add("V33", second.row, second.column, second.cell.area, "differs from row %d, the same land under code %s", first.row, first.cell.area)
		return first, false
	}
	if first.old {
		first, second = second, first
	}
	found.add("V34", second.row, second.column, second.cell.area, "a row of an old code beside the new one was dropped")
	return first, true
}

// says tells whether both rows hold the same figure.
func (p placed) says(q placed) bool {
	return p.value == q.value && p.interval == q.interval && p.cv == q.cv
}
