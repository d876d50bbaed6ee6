package data

import (
	"cmp"
	"regexp"
	"slices"
	"strings"
)

// term is one name by which an area may be found.
type term struct {
	area   AreaCode
	kind   MatchKind
	text   string
	folded string
}

// loadTerms gathers the names and Welsh names of all areas beside the aliases.
// An area that only changed its code is found by its code alone, since its
// successor has its name.
func (r *Register) loadTerms() {
	for _, a := range r.areas {
		if r.Resolve(string(a.Code)).Kind == ResolvedRecoded {
			continue
		}
		r.terms = append(r.terms, term{a.Code, MatchName, a.Name, fold(a.Name)})
		if a.NameWelsh != "" && a.NameWelsh != a.Name {
			r.terms = append(r.terms, term{a.Code, MatchWelsh, a.NameWelsh, fold(a.NameWelsh)})
		}
	}
	r.terms = slices.DeleteFunc(r.terms, func(t term) bool {
		return r.Resolve(string(t.area)).Kind == ResolvedRecoded
	})
}

// How well a term fits a query, best first.
const (
	fitWhole = iota
	fitStart
	fitWords
	fitInside
	fitTypo
	fitTypoInside
	fitNot
)

// Find returns at most limit areas that fit the query, one match for each: by
// code or its beginning, or by name, Welsh name, former name or alias, whatever
// the case, accents and punctuation. Best first: the whole name, its beginning,
// the beginnings of its words, any part, and last names that differ by one or
// two typing faults (Damerau and Levenshtein's distance in its restricted form)
// in the whole name or its first words, then in words further on.
// Within a rank current areas stand before ended ones, then names before
// aliases, then the order of Areas.
//
// Postcodes are read by ReadPostcode and looked up by PostcodeDistrict.
func (r *Register) Find(query string, limit int) []Match {
	q := fold(query)
	if q == "" || limit <= 0 {
		return nil
	}
	best := map[AreaCode]ranked{}
	offer := func(t term, fit, distance int) {
		if fit == fitNot {
			return
		}
		m := r.rank(t, fit, distance)
		if old, ok := best[t.area]; !ok || m.compare(old) < 0 {
			best[t.area] = m
		}
	}
	if code := strings.ToUpper(q); codeStart.MatchString(code) {
		for _, a := range r.areas {
			if strings.HasPrefix(string(a.Code), code) {
				fit := fitStart
				if len(code) == len(a.Code) {
					fit = fitWhole
				}
				offer(term{a.Code, MatchCode, string(a.Code), ""}, fit, 0)
			}
		}
	}
	for _, t := range r.terms {
		fit, distance := fitOf(q, t.folded)
		offer(t, fit, distance)
	}
	list := make([]ranked, 0, len(best))
	for _, m := range best {
		list = append(list, m)
	}
	slices.SortFunc(list, ranked.compare)
	matches := make([]Match, 0, min(limit, len(list)))
	for _, m := range list[:min(limit, len(list))] {
		matches = append(matches, m.Match)
	}
	return matches
}

var codeStart = regexp.MustCompile(`^[EWSNK][0-9]{2,8}$`)

// ranked is a match with what decides its place.
type ranked struct {
	Match
	fit, distance int
	ended         bool
	kindOrder     int
	place         int
}

func (r *Register) rank(t term, fit, distance int) ranked {
	a, _ := r.Area(t.area)
	m := ranked{
		Match:     Match{Area: a, Kind: t.kind, Term: t.text, Typo: fit >= fitTypo},
		fit:       fit,
		distance:  distance,
		ended:     !a.Current(),
		kindOrder: slices.Index([]MatchKind{MatchCode, MatchName, MatchWelsh, MatchAlias, MatchFormer}, t.kind),
		place:     r.byCode[t.area],
	}
	if m.ended {
		m.Successors = r.Present(t.area)
	}
	return m
}

func (m ranked) compare(o ranked) int {
	ended := func(b bool) int {
		if b {
			return 1
		}
		return 0
	}
	return cmp.Or(
		cmp.Compare(m.fit, o.fit), cmp.Compare(m.distance, o.distance), cmp.Compare(ended(m.ended), ended(o.ended)),
		cmp.Compare(m.kindOrder, o.kindOrder), cmp.Compare(m.place, o.place), strings.Compare(m.Term, o.Term),
	)
}

// fitOf tells how well a folded name fits a folded query, and by how many
// typing faults.
func fitOf(q, name string) (fit, distance int) {
	switch {
	case name == q:
		return fitWhole, 0
	case strings.HasPrefix(name, q):
		return fitStart, 0
	case startWords(strings.Fields(q), strings.Fields(name)):
		return fitWords, 0
	case len(q) >= 3 && strings.Contains(name, q):
		return fitInside, 0
	}
	allowed := faultsAllowed(q)
	if allowed == 0 {
		return fitNot, 0
	}
	words, n := strings.Fields(name), len(strings.Fields(q))
	least := faults([]rune(q), []rune(name))
	inside := allowed + 1
	for i := 0; i+n <= len(words); i++ {
		d := faults([]rune(q), []rune(strings.Join(words[i:i+n], " ")))
		if i == 0 {
			least = min(least, d)
		}
		inside = min(inside, d)
	}
	switch {
	case least <= allowed:
		return fitTypo, least
	case inside <= allowed:
		return fitTypoInside, inside
	}
	return fitNot, 0
}

// startWords tells whether every word of the query begins another word of the
// name, in any order.
func startWords(query, name []string) bool {
	left := slices.Clone(name)
	for _, q := range query {
		i := slices.IndexFunc(left, func(w string) bool { return strings.HasPrefix(w, q) })
		if i < 0 {
			return false
		}
		left = slices.Delete(left, i, i+1)
	}
	return true
}

// faultsAllowed is the number of typing faults that a query of the length may
// have: none in three letters, one in seven, two in more.
func faultsAllowed(q string) int {
	switch n := len([]rune(q)); {
	case n <= 3:
		return 0
	case n <= 7:
		return 1
	}
	return 2
}

// faults is the least number of letters put in, left out, changed or swapped
// with their neighbour that turn a into b (the optimal string alignment
// distance).
func faults(a, b []rune) int {
	before, last := make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row := make([]int, len(b)+1)
		row[0] = i
		for j := 1; j <= len(b); j++ {
			changed := 1
			if a[i-1] == b[j-1] {
				changed = 0
			}
			row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+changed)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last = last, row
	}
	return last[len(b)]
}
