package dashboard

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"goodwork/data"
)

// heldRows are the comparisons of a view's areas with what the reader holds them
// against, their verdicts adjusted for the number of areas: those of the edition,
// or where the reader chose another area or a group those made now.
type heldRows struct {
	of      map[data.AreaCode]data.Comparison
	Against string // "the UK", "their region", "Leeds"
	Tested  int    // how many were tested together
	Note    string // why it isn't what was chosen; ""

	choice benchmarkChoice
	value  data.Optional // of the one figure that all are held against
	label  string        // of it, on a line
}

// levelOfTests is the share of those found to differ that may be there by chance.
const levelOfTests = 0.05

// heldRows compares the rows of a view; all are those of every area of the period.
func (s *Server) heldRows(ind data.Indicator, rows, all []data.Row, choice benchmarkChoice) heldRows {
	h := heldRows{of: map[data.AreaCode]data.Comparison{}, choice: choice}
	own := choice.chosen() && (choice.key == againstGroup || !slices.Contains(benchmarkWords, choice.key))
	switch {
	case own:
		s.holdNow(&h, ind, rows, all, choice)
	default:
		role := map[string]data.Role{againstCountry: data.RoleCountry, againstRegion: data.RoleRegion, againstCombinedAuthority: data.RoleCombinedAuthority}[choice.key]
		h.Against = map[data.Role]string{data.RoleCountry: "their country", data.RoleRegion: "their region", data.RoleCombinedAuthority: "their combined authority"}[role]
		if role == "" {
			role = data.RoleUK
		}
		s.holdByRole(&h, ind, rows, all, role)
		if neighbourKinds[choice.key] != "" && len(h.of) > 0 {
			h.Note = fmt.Sprintf("Similar areas have no one figure, so here areas are held against %s; the table counts for each area the similar ones that differ.", h.Against)
		}
	}
	for _, c := range h.of {
		if _, tested := differing(c); tested {
			h.Tested++
		}
	}
	return h
}

// holdByRole takes the edition's comparisons in one role.
func (s *Server) holdByRole(h *heldRows, ind data.Indicator, rows, all []data.Row, role data.Role) {
	for _, r := range rows {
		c, ok := r.Comparison(role)
		if !ok {
			continue
		}
		h.of[r.Area] = c
		if role != data.RoleUK {
			continue
		}
		held, _ := s.Register.Area(c.Benchmark)
		h.Against = inSentence(held)
		if b, ok := rowOf(all, c.Benchmark); ok {
			if f, known := b.Value.Number(); known {
				h.value, h.label = data.Some(f), shortName(held)+" "+ind.Format(f)
			}
		}
	}
}

// holdNow compares with another area or a group, and adjusts the tests of all
// the rows together.
func (s *Server) holdNow(h *heldRows, ind data.Indicator, rows, all []data.Row, choice benchmarkChoice) {
	if s.Methods.Compare == nil || s.Methods.Group == nil || s.Methods.Adjust == nil || len(rows) == 0 {
		return
	}
	find := func(code data.AreaCode) (data.Row, bool) { return rowOf(all, code) }
	b := s.benchmarkFor(choice, data.Area{})
	h.Against = b.Name
	var against data.Estimate
	reason := ""
	if b.group {
		g := s.groupFigure(ind, rows[0].Period, b, find)
		against = data.Estimate{Indicator: ind.ID, Period: rows[0].Period, Value: g.Value, Interval: g.Interval}
		if reason = ": " + g.Refused; g.Refused == "" {
			reason = ": the members’ counts are not published"
		}
	} else if r, ok := find(b.areas[0]); ok {
		against = r.Estimate
	}
	f, known := against.Value.Number()
	if !known {
		h.Note = fmt.Sprintf("Areas are not held against %s, which has no figure here%s.", b.Name, reason)
		return
	}
	h.value, h.label = data.Some(f), cut(b.Label, 24)+" "+ind.Format(f)
	var codes []data.AreaCode
	var p []data.Optional
	for _, r := range rows {
		if !b.group && r.Area == b.areas[0] {
			continue
		}
		if c, ok := s.Methods.Compare(ind, r.Estimate, against, ""); ok {
			h.of[r.Area] = c
			codes, p = append(codes, r.Area), append(p, c.P)
		}
	}
	for i, adjusted := range s.Methods.Adjust(p) {
		c := h.of[codes[i]]
		c.PAdjusted, c.VerdictAdjusted = adjusted, data.NotTested
		switch {
		case adjusted.OK && adjusted.V < levelOfTests:
			c.VerdictAdjusted = c.Verdict
		case adjusted.OK:
			c.VerdictAdjusted = data.Similar
		}
		h.of[codes[i]] = c
	}
}

// differing tells whether a comparison still shows a difference after the
// adjustment for many tests, and whether it was tested at all.
func differing(c data.Comparison) (differs, tested bool) {
	switch c.VerdictAdjusted {
	case data.Better, data.Worse, data.Higher, data.Lower:
		return true, true
	case data.Similar:
		return false, true
	}
	return false, false
}

// differPart lists the areas that differ from the benchmark after Benjamini and
// Hochberg, and those that also move away from it or towards the better.
type differPart struct {
	Against   string // "the UK"
	Note      string
	Tested    string // "348 areas"
	Higher    differList
	Lower     differList
	Worsening shortList // worse and worsening
	Improving shortList // better and improving
	Moving    bool      // whether the lists of those that move are shown
	Still     string    // why they are not; ""
}

type differList struct {
	Line  comparisonLine
	Count int
	Areas shortList
}

// areaFigure is an area with its figure.
type areaFigure struct {
	Name, Href, Value string
	Code              data.AreaCode
}

// shortList is a list of which a page shows the first, the others on request.
type shortList struct {
	First, Rest []areaFigure
	Others      string // "32 more areas"
}

// mostListed is how many areas of a list are shown at once. One more than that
// is not worth a control.
const mostListed = 10

func shortListOf(all []areaFigure) shortList {
	if len(all) <= mostListed+1 {
		return shortList{First: all}
	}
	rest := all[mostListed:]
	return shortList{First: all[:mostListed], Rest: rest, Others: fmt.Sprintf("%d more areas", len(rest))}
}

// differ lists the areas of the view that differ; nil where none was tested.
func (s *Server) differ(ind data.Indicator, v indicatorView, rows []data.Row, held heldRows) *differPart {
	if held.Tested == 0 {
		return nil
	}
	latest := v.period == s.Edition.LatestPeriod(ind.ID)
	d := differPart{Against: held.Against, Note: held.Note, Tested: countWords(held.Tested), Moving: latest && judged(ind)}
	switch {
	case ind.Polarity == data.PolarityNone:
		d.Still = "Which areas improve or worsen is not said: neither higher nor lower is plainly better."
	case !judged(ind):
		d.Still = "Which areas improve or worsen is not said of money at current prices, which rises nearly everywhere with prices."
	case !latest:
		d.Still = "Areas that are worse and worsening, or better and improving, are listed for the latest period."
	}
	type found struct {
		areaFigure
		gap float64
	}
	var differs []found
	var worsening, improving []areaFigure
	for _, r := range rows {
		c, ok := held.of[r.Area]
		if is, _ := differing(c); !ok || !is {
			continue
		}
		one := s.areaFigure(ind, r)
		differs = append(differs, found{one, c.Gap})
		c.Verdict = c.VerdictAdjusted
		line := comparison(ind, c, data.Area{})
		if c.Gap > 0 {
			d.Higher.Line = line
		} else {
			d.Lower.Line = line
		}
		if !d.Moving || r.Trend == nil {
			continue
		}
		switch moves := trendLineOf(ind, r.Trend.Verdict).Class; {
		case c.VerdictAdjusted == data.Worse && moves == "worse":
			worsening = append(worsening, one)
		case c.VerdictAdjusted == data.Better && moves == "better":
			improving = append(improving, one)
		}
	}
	slices.SortStableFunc(differs, func(a, b found) int { return cmp.Compare(math.Abs(b.gap), math.Abs(a.gap)) })
	var higher, lower []areaFigure
	for _, f := range differs {
		if f.gap > 0 {
			higher = append(higher, f.areaFigure)
		} else {
			lower = append(lower, f.areaFigure)
		}
	}
	d.Higher.Count, d.Higher.Areas = len(higher), shortListOf(higher)
	d.Lower.Count, d.Lower.Areas = len(lower), shortListOf(lower)
	d.Worsening, d.Improving = shortListOf(worsening), shortListOf(improving)
	return &d
}

func (s *Server) areaFigure(ind data.Indicator, r data.Row) areaFigure {
	a, _ := s.Register.Area(r.Area)
	return areaFigure{Name: a.Name, Href: "/areas/" + a.Slug() + "#" + string(ind.ID), Value: ind.FormatValue(r.Value), Code: a.Code}
}
