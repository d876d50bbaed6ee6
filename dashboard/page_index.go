package dashboard

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"html/template"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"goodwork/dashboard/chart"
	"goodwork/data"
)

// workIndex is the edition's Good Work Index as pages need it: the scores on
// which weights act, and what was published at equal weights.
type workIndex struct {
	data.GoodWorkIndex
	dimensions []data.Dimension // in the order of every page
	scored     []scoredArea     // with an index, by name
	unscored   []unscoredArea   // by name
	places     map[data.AreaCode]int
}

// scoredArea is an area that has every dimension.
type scoredArea struct {
	area      data.Area
	scores    []float64 // 0 to 100, in the order of the index's dimensions
	variances []float64 // of the scores, under sampling error
	published data.IndexArea
}

type unscoredArea struct {
	area   data.Area
	reason string
}

// readIndex gives the edition's index, or nil where it has none.
func readIndex(ctx context.Context, edition *data.EditionStore, register *data.Register) (*workIndex, error) {
	g, err := edition.Index(ctx)
	if errors.Is(err, data.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	x := &workIndex{GoodWorkIndex: g, places: map[data.AreaCode]int{}}
	by := map[data.AreaCode]map[data.Dimension]data.IndexDimension{}
	for _, d := range g.Dimensions {
		if by[d.Area] == nil {
			by[d.Area] = map[data.Dimension]data.IndexDimension{}
		}
		by[d.Area][d.Dimension] = d
	}
	for _, d := range data.Dimensions {
		if slices.ContainsFunc(g.Dimensions, func(o data.IndexDimension) bool { return o.Dimension == d }) {
			x.dimensions = append(x.dimensions, d)
		}
	}
	for _, a := range g.Areas {
		area, ok := register.Area(a.Area)
		if !ok {
			return nil, fmt.Errorf("index: area %s is not in the register: %w", a.Area, data.ErrInvalid)
		}
		if !a.Index.OK {
			x.unscored = append(x.unscored, unscoredArea{area, unscoredReason(a.Reason, x.dimensions, by[a.Area])})
			continue
		}
		s := scoredArea{area: area, published: a}
		for _, d := range x.dimensions {
			s.scores, s.variances = append(s.scores, by[a.Area][d].Score.V), append(s.variances, by[a.Area][d].Variance.V)
		}
		x.scored = append(x.scored, s)
	}
	slices.SortStableFunc(x.scored, func(a, b scoredArea) int { return strings.Compare(a.area.Name, b.area.Name) })
	slices.SortStableFunc(x.unscored, func(a, b unscoredArea) int { return strings.Compare(a.area.Name, b.area.Name) })
	for i, s := range x.scored {
		x.places[s.area.Code] = i
	}
	return x, nil
}

// unscoredReason names the dimensions that an area lacks, where that is why.
func unscoredReason(reason string, dimensions []data.Dimension, has map[data.Dimension]data.IndexDimension) string {
	var lacking []string
	for _, d := range dimensions {
		if !has[d].Score.OK {
			lacking = append(lacking, dimensionWords(d))
		}
	}
	if len(lacking) > 0 && strings.Contains(reason, "missing") {
		reason += ": " + strings.Join(lacking, ", ")
	}
	return reason
}

// dimensionWords is a dimension's short name within a sentence.
func dimensionWords(d data.Dimension) string {
	if d == "in-work-poverty" {
		return "in-work poverty"
	}
	return strings.ReplaceAll(string(d), "-", " ")
}

// dimensionColours are the palette's colours of the dimensions' parts of a bar.
var dimensionColours = []string{"series-1", "series-2", "series-3", "series-4", "series-6", "series-5"}

const (
	equalWeight   = 20.0 // of each dimension, where the address gives none
	largestWeight = 100.0
	indexAreas    = 4 // may be looked at side by side

	// standardNormal is the normal distribution's 97.5th percentile.
	standardNormal = 1.959963984540054
)

// weightParameter names a dimension's weight in an address: w_in_work_poverty.
func weightParameter(d data.Dimension) string {
	return "w_" + strings.ReplaceAll(string(d), "-", "_")
}

// weighted is an area's score and its 95% interval, I ± z·√(Σ w²v), for shares
// that sum to 1. It holds to the range of a score. Products are rounded before
// they are added, so that the page's script, which has no other arithmetic,
// gives the same digits.
func weighted(shares, scores, variances []float64) (float64, data.Interval) {
	score, variance := 0.0, 0.0
	for d, w := range shares {
		score += float64(w * scores[d])
		variance += float64(float64(w*w) * variances[d])
	}
	half := float64(standardNormal * sqrt(variance))
	return score, data.Interval{Lower: max(0, score-half), Upper: min(100, score+half), Known: true}
}

// The ways in which the explorer's table can be shown and sorted.
const (
	showScores  = "scores"
	showRanks   = "ranks"
	showMethods = "methods"

	byScore = "score"
)

// indexView is the state of the explorer, all of it in its address.
type indexView struct {
	values  url.Values
	weights []float64 // as given, in the order of the dimensions
	shares  []float64 // the same, summing to 1
	equal   bool
	areas   []data.AreaCode
	show    string
	sort    string
	reverse bool
}

// to is the address of the view with one parameter changed.
func (v indexView) to(name, value string) string {
	return address("/index", with(v.values, name, value))
}

// indexParameters are those of a view of the index.
func (x *workIndex) parameters() []parameter {
	list := []parameter{{name: "areas", list: true}, {name: "show"}, {name: "sort"}, {name: "order"}}
	for _, d := range x.dimensions {
		list = append(list, parameter{name: weightParameter(d)})
	}
	return list
}

// indexView reads a view from a request's parameters. Where moved is not "",
// the same view has a simpler address.
func (s *Server) indexView(path string, values url.Values) (v indexView, moved string, err error) {
	v.values = values
	if v.weights, err = s.index.weights(values); err != nil {
		return v, "", err
	}
	total := 0.0
	for _, w := range v.weights {
		total += w
	}
	if total == 0 {
		return v, "", refusal{kind: data.ErrInvalid, parameter: "w_", what: "At least one dimension must have a weight above 0."}
	}
	v.equal = true
	for _, w := range v.weights {
		v.shares = append(v.shares, w/total)
		v.equal = v.equal && w == v.weights[0]
	}
	if v.show, err = chosenOf(values, "show", []string{showScores, showRanks, showMethods}, showScores); err != nil {
		return v, "", err
	}
	if v.sort, err = chosenOf(values, "sort", []string{byAreaName, byScore}, byAreaName); err != nil {
		return v, "", err
	}
	order, err := chosenOf(values, "order", []string{"asc", "desc"}, "asc")
	if err != nil {
		return v, "", err
	}
	v.reverse = order == "desc"
	for text := range splitList(values.Get("areas")) {
		a, err := s.areaByText("areas", strings.TrimSpace(text), values)
		if err != nil {
			return v, "", err
		}
		if !slices.Contains(v.areas, a.Code) {
			v.areas = append(v.areas, a.Code)
		}
	}
	if len(v.areas) > indexAreas {
		return v, "", refusal{kind: data.ErrInvalid, parameter: "areas", what: fmt.Sprintf("At most %d areas can be looked at side by side.", indexAreas)}
	}
	canonical := with(values, "areas", strings.Join(strs(v.areas), ","))
	for _, d := range s.index.dimensions {
		if v.equal {
			canonical.Del(weightParameter(d))
		}
	}
	if canonical.Encode() != values.Encode() {
		moved = address(path, canonical)
	}
	return v, moved, nil
}

func strs[T ~string](list []T) []string {
	out := make([]string, len(list))
	for i, x := range list {
		out[i] = string(x)
	}
	return out
}

// weights reads the weights of an address. A dimension without one has that of
// equal weights.
func (x *workIndex) weights(values url.Values) ([]float64, error) {
	var list []float64
	for _, d := range x.dimensions {
		name := weightParameter(d)
		text := values.Get(name)
		if text == "" {
			list = append(list, equalWeight)
			continue
		}
		w, err := strconv.ParseFloat(text, 64)
		if err != nil || !(w >= 0 && w <= largestWeight) {
			return nil, refusal{kind: data.ErrInvalid, parameter: name, what: fmt.Sprintf("The weight of %s can’t be “%s”: it is a number from 0 to 100.", dimensionWords(d), excerpt(text))}
		}
		list = append(list, w)
	}
	return list, nil
}

// indexLine is one area's score, in words and as a bar of its parts.
type indexLine struct {
	Code     data.AreaCode
	Name     string
	Href     string
	Within   string
	Score    string
	Interval string
	Bar      template.HTML
	Parts    []string // what each dimension adds
	Own      []string // each dimension's own score
	Band     string
	Ranks    []string // by what is drawn in the simulation
	Methods  []string

	score float64
}

// indexDimension is a dimension in the form and at the head of its column.
type indexDimension struct {
	Name      string // "In-work poverty"
	Title     string
	Question  string
	Parameter string
	Weight    string
	Share     string
	Colour    string
	Members   []indexMember
}

// indexMember is an indicator of the index, and what the index would be without it.
type indexMember struct {
	link
	Dimension string
	Zero      string // the figure that scores 0
	Hundred   string // and the one that scores 100
	Periods   string
	MeanShift string
	MaxShift  string
	Spearman  string
}

// methodLine says how alike another method orders the areas.
type methodLine struct {
	Name  string
	What  string
	Alike string // Spearman's correlation with the index
}

// validationLine is the index held against a figure that is no part of it.
type validationLine struct {
	link
	N int
	R string
}

// correlationLine is a dimension's correlation with every other one.
type correlationLine struct {
	Name string
	With []string
}

// indexPage lets the reader move the weights of the index.
type indexPage struct {
	base
	Year         int
	Version      string
	Count        int
	Draws        string
	Equal        bool
	Dimensions   []indexDimension
	Presets      []option
	Middle       string
	Bands        string
	Chosen       []indexLine
	ChosenNotes  []string        // of chosen areas without an index
	Codes        []data.AreaCode // of the chosen areas
	Removal      []link
	Room         bool // for another area
	Kept         url.Values
	Show         string
	Views        []link
	Headings     []heading
	Lines        []indexLine
	Methods      []methodLine
	Members      []indexMember
	Correlations []correlationLine
	Validation   []validationLine
	Unscored     []indexUnscored
	Quadrant     *pageChart
	QuadrantNote string
	CSV          string
	Files        []formatLink
	EqualHref    string
	Data         json.RawMessage
}

type indexUnscored struct {
	link
	Reason string
}

// indexLabel stands on every face of the index.
const indexLabel = "Experimental index. Not an official statistic. Produced from official and accredited official statistics, with voluntary application of the Code of Practice’s principles of trustworthiness, quality and value."

// noIndex refuses where the edition has no index.
func (s *Server) noIndex() error {
	if s.index == nil {
		return refusal{kind: data.ErrNotFound, what: "This edition has no Good Work Index."}
	}
	return nil
}

// askedIndexView reads the request; where done is true it has been answered.
func (s *Server) askedIndexView(c echo.Context) (v indexView, done bool, err error) {
	if err := s.noIndex(); err != nil {
		return v, false, err
	}
	values, done, err := s.parameters(c, s.index.parameters()...)
	if done || err != nil {
		return v, done, err
	}
	for _, p := range benchmarkParameters {
		values.Del(p.name) // of the site's other pages, and kept in their links
	}
	v, moved, err := s.indexView(c.Request().URL.EscapedPath(), values)
	if err != nil || moved == "" {
		return v, false, err
	}
	for name, value := range chosenBenchmark(c).values() {
		if _, rest, found := strings.Cut(moved, "?"); found && rest != "" {
			moved += "&" + name + "=" + url.QueryEscape(value[0])
		} else {
			moved += "?" + name + "=" + url.QueryEscape(value[0])
		}
	}
	return v, true, c.Redirect(http.StatusFound, moved)
}

func (s *Server) indexExplorer(c echo.Context) error {
	v, done, err := s.askedIndexView(c)
	if done || err != nil {
		return err
	}
	page, err := s.indexPage(c, v)
	if err != nil {
		return fmt.Errorf("index: %w", err)
	}
	return s.render(c, http.StatusOK, "index", page)
}

func (s *Server) indexPage(c echo.Context, v indexView) (indexPage, error) {
	x := s.index
	p := indexPage{
		base: s.base(c, "Good Work Index explorer", fmt.Sprintf("An experimental index of good work in %d local areas of Great Britain, %d: move the weights and see what becomes of the scores and their intervals.", len(x.scored), x.Year)),
		Year: x.Year, Version: x.Version, Count: len(x.scored), Draws: data.FormatNumber(float64(x.Draws), 0), Equal: v.equal,
		Kept: url.Values{}, Show: v.show, EqualHref: address("/index", x.withoutWeights(v.values)), CSV: address("/index.csv", without(v.values, "show", "sort", "order")),
	}
	kept := without(v.values, "show", "sort", "order")
	files, err := s.viewOfIndex(c, kept)
	if err != nil {
		return p, err
	}
	p.Files = files.formatLinks(kept)[1:] // CSV is offered with words of its own
	p.Live = true
	p.Breadcrumbs = []link{{Text: "Good Work Index"}}
	for _, name := range []string{"show", "sort", "order"} {
		if given := v.values.Get(name); given != "" {
			p.Kept.Set(name, given)
		}
	}
	p.Members = s.indexMembers()
	for i, d := range x.dimensions {
		p.Dimensions = append(p.Dimensions, indexDimension{
			Name: capitalised(dimensionWords(d)), Title: d.Title(), Question: d.Question(), Parameter: weightParameter(d),
			Weight: strconv.FormatFloat(v.weights[i], 'f', -1, 64), Share: data.FormatNumber(100*v.shares[i], 0) + "%", Colour: dimensionColours[i%len(dimensionColours)],
			Members: slices.DeleteFunc(slices.Clone(p.Members), func(m indexMember) bool { return m.Dimension != d.Title() }),
		})
	}
	p.Presets = s.presets(v)
	p.Lines = s.indexLines(v)
	p.Middle = x.middleWords(p.Lines)
	p.Bands = x.bandWords()
	s.chooseAreas(&p, v)
	for _, o := range []struct{ show, text string }{{showScores, "Scores and contributions"}, {showRanks, "Rank ranges"}, {showMethods, "Other methods"}} {
		to := o.show
		if to == showScores {
			to = ""
		}
		p.Views = append(p.Views, link{Text: o.text, Href: v.to("show", to) + "#table", Current: o.show == v.show})
	}
	p.Headings = indexHeadings(v)
	p.Methods = s.methodLines()
	p.Correlations = x.correlationLines()
	p.Validation = s.validationLines()
	for _, u := range x.unscored {
		p.Unscored = append(p.Unscored, indexUnscored{areaLink(u.area), u.reason})
	}

	if p.Quadrant, err = s.indexChart(c.Request().Context(), v); err != nil {
		return p, err
	}
	p.Data, err = x.payload()
	return p, err
}

// without is values less some of them.
func without(values url.Values, names ...string) url.Values {
	out := with(values, "", "")
	for _, n := range names {
		out.Del(n)
	}
	return out
}

func (x *workIndex) withoutWeights(values url.Values) url.Values {
	out := with(values, "", "")
	for _, d := range x.dimensions {
		out.Del(weightParameter(d))
	}
	return out
}

// presets are weights to begin from. All but the first are one dimension counted
// as much as two others, so that none looks like a recommendation.
func (s *Server) presets(v indexView) []option {
	list := []option{{Text: "Equal weights", Href: address("/index", s.index.withoutWeights(v.values)), Chosen: v.equal}}
	for i, d := range s.index.dimensions {
		values, chosen := s.index.withoutWeights(v.values), true
		for j, o := range s.index.dimensions {
			w := equalWeight
			if i == j {
				w = 2 * equalWeight
			}
			values.Set(weightParameter(o), strconv.FormatFloat(w, 'f', -1, 64))
			chosen = chosen && v.weights[j] == w
		}
		list = append(list, option{Text: capitalised(dimensionWords(d)) + " twice", Href: address("/index", values), Chosen: chosen})
	}
	return list
}

// scoreOf is an area's score by a view's weights. At equal weights it is the
// published one, with the published interval.
func (v indexView) scoreOf(a scoredArea) (float64, data.Interval) {
	if v.equal && a.published.Interval.Known {
		return a.published.Index.V, a.published.Interval
	}
	return weighted(v.shares, a.scores, a.variances)
}

func intervalOfScores(i data.Interval) string {
	return data.FormatNumber(i.Lower, 0) + " to " + data.FormatNumber(i.Upper, 0)
}

func (s *Server) indexLine(v indexView, a scoredArea) indexLine {
	score, interval := v.scoreOf(a)
	line := indexLine{
		Code: a.area.Code, Name: a.area.Name, Href: "/areas/" + a.area.Slug(), Within: s.regionOf(a.area), score: score,
		Score: data.FormatNumber(score, 0), Interval: intervalOfScores(interval), Bar: s.index.bar(v.shares, a.scores, interval), Band: a.published.Band,
	}
	for d, w := range v.shares {
		line.Parts = append(line.Parts, data.FormatNumber(w*a.scores[d], 1))
		line.Own = append(line.Own, data.FormatNumber(a.scores[d], 0))
	}
	p := a.published
	for _, r := range []data.RankRange{p.NoiseRank, p.WeightsRank, p.MethodRank, p.AllRank} {
		line.Ranks = append(line.Ranks, rankWords(r))
	}
	for _, m := range indexVariants {
		o := m.of(p)
		line.Methods = append(line.Methods, optionalWords(o, m.decimals))
	}
	return line
}

func rankWords(r data.RankRange) string {
	if !r.P05.OK || !r.P95.OK {
		return data.NotAvailable.Shorthand()
	}
	low, high := data.FormatNumber(r.P05.V, 0), data.FormatNumber(r.P95.V, 0)
	if low == high {
		return low
	}
	return low + " to " + high
}

func optionalWords(o data.Optional, decimals int) string {
	if !o.OK {
		return data.NotAvailable.Shorthand()
	}
	return data.FormatNumber(o.V, decimals)
}

// indexLines is the table: every area with an index. Where the weights are the
// reader's own there are no ranks and no other methods.
func (s *Server) indexLines(v indexView) []indexLine {
	var lines []indexLine
	for _, a := range s.index.scored {
		lines = append(lines, s.indexLine(v, a))
	}
	slices.SortStableFunc(lines, func(a, b indexLine) int {
		by := 0
		if v.sort == byScore {
			by = cmp.Compare(a.score, b.score)
		} else {
			by = strings.Compare(a.Name, b.Name)
		}
		if v.reverse {
			by = -by
		}
		return cmp.Or(by, strings.Compare(a.Name, b.Name))
	})
	return lines
}

func indexHeadings(v indexView) []heading {
	sorting := func(text, name, first string) heading {
		h := heading{Text: text, Numeric: name == byScore}
		order := first
		if v.sort == name {
			order, h.Sorted = "desc", "ascending"
			if v.reverse {
				order, h.Sorted = "asc", "descending"
			}
		}
		h.Href = address("/index", with(with(v.values, "sort", name), "order", order)) + "#table"
		return h
	}
	return []heading{sorting("Area", byAreaName, "asc"), sorting("Score", byScore, "desc")}
}

// middleWords says between what scores the middle half of the areas lies.
func (x *workIndex) middleWords(lines []indexLine) string {
	if len(lines) < 8 {
		return ""
	}
	var scores []float64
	for _, l := range lines {
		scores = append(scores, l.score)
	}
	slices.Sort(scores)
	return fmt.Sprintf("The middle half of the %d areas scores between %s and %s.", len(scores), data.FormatNumber(quantile(scores, 0.25), 0), data.FormatNumber(quantile(scores, 0.75), 0))
}

// bandWords says in how many areas the published index has a clear band.
func (x *workIndex) bandWords() string {
	n := map[string]int{}
	for _, a := range x.scored {
		n[a.published.Band]++
	}
	return fmt.Sprintf("At equal weights %d areas are clearly in the higher fifth and %d clearly in the lower fifth; for the other %d sampling error is too large to tell.",
		n["higher fifth"], n["lower fifth"], len(x.scored)-n["higher fifth"]-n["lower fifth"])
}

// chooseAreas fills in the areas that the reader looks at.
func (s *Server) chooseAreas(p *indexPage, v indexView) {
	p.Codes = v.areas
	for _, code := range v.areas {
		rest := slices.DeleteFunc(slices.Clone(v.areas), func(o data.AreaCode) bool { return o == code })
		remove := link{Href: v.to("areas", strings.Join(strs(rest), ","))}
		if i, ok := s.index.places[code]; ok {
			line := s.indexLine(v, s.index.scored[i])
			remove.Text = line.Name
			p.Chosen = append(p.Chosen, line)
		} else {
			a, _ := s.Register.Area(code)
			remove.Text = a.Name
			p.ChosenNotes = append(p.ChosenNotes, a.Name+" has no index: "+strings.TrimPrefix(s.index.reasonOf(code), "never indexed: ")+".")
		}
		p.Removal = append(p.Removal, remove)
	}
	p.Room = len(v.areas) < indexAreas
}

// reasonOf says why an area has no index.
func (x *workIndex) reasonOf(code data.AreaCode) string {
	for _, u := range x.unscored {
		if u.area.Code == code {
			return u.reason
		}
	}
	return "it is made for the local areas of Great Britain alone"
}

// indexVariants are the other methods, each at equal weights.
var indexVariants = []struct {
	name, what string
	decimals   int
	of         func(data.IndexArea) data.Optional
}{
	{"Geometric mean", "punishes an area for its weakest dimension; scores below 1 count as 1", 0, func(a data.IndexArea) data.Optional { return a.Geometric }},
	{"AMPI", "the adjusted Mazziotta–Pareto index: about 100, less where dimensions are uneven", 1, func(a data.IndexArea) data.Optional { return a.AMPI }},
	{"Z-scores", "standard deviations from the average area instead of fixed goalposts", 2, func(a data.IndexArea) data.Optional { return a.ZScore }},
	{"Percentile ranks", "the share of areas below, so that distances between areas don’t count", 0, func(a data.IndexArea) data.Optional { return a.PercentileRank }},
	{"Lowest to highest", "the lowest and highest area as goalposts, so that an outlier moves all", 0, func(a data.IndexArea) data.Optional { return a.MinMax }},
}

func (s *Server) methodLines() []methodLine {
	var lines []methodLine
	for _, m := range indexVariants {
		line := methodLine{Name: m.name, What: m.what}
		if s.Methods.Correlate != nil {
			var own, other []data.Optional
			for _, a := range s.index.scored {
				own, other = append(own, a.published.Index), append(other, m.of(a.published))
			}
			if r, _, _ := s.Methods.Correlate(ranked(own), ranked(other)); r.OK {
				line.Alike = data.FormatNumber(r.V, 3)
			}
		}
		lines = append(lines, line)
	}
	return lines
}

// ranked are the ranks of values, ties sharing their mean rank, so that
// Pearson's correlation of two such lists is Spearman's. What is missing stays so.
func ranked(values []data.Optional) []data.Optional {
	var order []int
	for i, v := range values {
		if v.OK {
			order = append(order, i)
		}
	}
	slices.SortFunc(order, func(a, b int) int { return cmp.Compare(values[a].V, values[b].V) })
	out := make([]data.Optional, len(values))
	for from := 0; from < len(order); {
		to := from + 1
		for to < len(order) && values[order[to]].V == values[order[from]].V {
			to++
		}
		for _, i := range order[from:to] {
			out[i] = data.Some(float64(from+to+1) / 2)
		}
		from = to
	}
	return out
}

func (s *Server) indexMembers() []indexMember {
	var list []indexMember
	for _, d := range s.index.dimensions {
		for _, m := range s.index.Indicators {
			if m.Dimension != d {
				continue
			}
			line := indexMember{
				link: s.indicatorLink(m.Indicator), Dimension: d.Title(), Periods: meanPeriodWords(m.Periods),
				MeanShift: optionalWords(m.MeanShift, 0), MaxShift: optionalWords(m.MaxShift, 0), Spearman: optionalWords(m.Spearman, 3),
			}
			from, to := m.Lo, m.Hi
			if m.Direction < 0 {
				from, to = to, from
			}
			line.Zero, line.Hundred = data.FormatNumber(from, 1), data.FormatNumber(to, 1)
			if ind, err := s.Edition.Indicator(m.Indicator); err == nil {
				line.Zero, line.Hundred = ind.Format(from), ind.Format(to)
			}
			list = append(list, line)
		}
	}
	return list
}

// meanPeriodWords says "year ending" of the years of a mean once.
func meanPeriodWords(words string) string {
	list, ok := strings.CutPrefix(words, "mean of year ending ")
	if !ok {
		return words
	}
	month, _, _ := strings.Cut(list, " ")
	return "mean of the years ending " + month + " " + strings.ReplaceAll(strings.TrimPrefix(list, month+" "), "year ending "+month+" ", "")
}

// indicatorLink leads to an indicator's page; one that the edition lacks has its
// id for a name.
func (s *Server) indicatorLink(id data.IndicatorID) link {
	ind, err := s.Edition.Indicator(id)
	if err != nil {
		return link{Text: strings.ReplaceAll(string(id), "-", " ")}
	}
	return link{Text: ind.Title, Href: "/indicators/" + string(id)}
}

func (x *workIndex) correlationLines() []correlationLine {
	r := map[[2]string]data.Optional{}
	for _, c := range x.Correlations {
		if c.Kind == "dimension" {
			r[[2]string{c.A, c.B}], r[[2]string{c.B, c.A}] = c.R, c.R
		}
	}
	var lines []correlationLine
	for i, a := range x.dimensions {
		line := correlationLine{Name: capitalised(dimensionWords(a))}
		for j, b := range x.dimensions {
			cell := ""
			if j < i {
				cell = optionalWords(r[[2]string{string(a), string(b)}], 2)
			}
			line.With = append(line.With, cell)
		}
		lines = append(lines, line)
	}
	return lines
}

func (s *Server) validationLines() []validationLine {
	var lines []validationLine
	for _, c := range s.index.Correlations {
		if c.Kind == "validation" {
			lines = append(lines, validationLine{s.indicatorLink(data.IndicatorID(c.B)), c.N, optionalWords(c.R, 2)})
		}
	}
	return lines
}

// payload is what the page's script works the scores out from:
//
//	{"dimensions": [parameter...], "names": [name...],
//	 "areas": {code: [scores..., variances..., published score, lower, upper]}}
//
// with every number in the precision in which it is stored, so that the script
// and the form give the same digits.
func (x *workIndex) payload() (json.RawMessage, error) {
	out := struct {
		Dimensions []string                    `json:"dimensions"`
		Access     int                         `json:"access"`
		Areas      map[data.AreaCode][]float64 `json:"areas"`
	}{Areas: map[data.AreaCode][]float64{}, Access: x.access()}
	for _, d := range x.dimensions {
		out.Dimensions = append(out.Dimensions, weightParameter(d))
	}
	for _, a := range x.scored {
		p := a.published
		out.Areas[a.area.Code] = slices.Concat(a.scores, a.variances, []float64{p.Index.V, p.Interval.Lower, p.Interval.Upper})
	}
	return json.Marshal(out)
}

// access is the place of the dimension that counts the quantity of work.
func (x *workIndex) access() int { return slices.Index(x.dimensions, data.Dimension("access")) }

// quality is the weighted mean of all dimensions but access; false where none of
// them has a weight.
func (x *workIndex) quality(shares, scores []float64) (float64, bool) {
	sum, total := 0.0, 0.0
	for d, w := range shares {
		if d != x.access() {
			sum += float64(w * scores[d])
			total += w
		}
	}
	return sum / total, total > 0
}

// The size of the chart of quantity against quality, in CSS pixels.
const indexChartWidth, indexChartHeight = 720, 460

// indexChart sets the quantity of work against its quality: the score in access
// to work against the weighted mean of the others. There is none where the
// others have no weight.
func (s *Server) indexChart(ctx context.Context, v indexView) (*pageChart, error) {
	x := s.index
	if x.access() < 0 {
		return nil, nil
	}
	spec := chart.ScatterSpec{
		X: chart.ScatterAxis{Title: "Quantity: score in access to work", Unit: "number0", FromZero: true},
		Y: chart.ScatterAxis{Title: "Quality: mean score in the other dimensions", Unit: "number0", FromZero: true},
	}
	for _, a := range x.scored {
		quality, ok := x.quality(v.shares, a.scores)
		if !ok {
			return nil, nil
		}
		spec.Points = append(spec.Points, chart.ScatterPoint{
			Name: a.area.Name, X: chart.Tidy(a.scores[x.access()]), Y: chart.Tidy(quality), XOK: true, YOK: true, Focus: slices.Contains(v.areas, a.area.Code),
			Tip: fmt.Sprintf("%s: quantity %s, quality %s", a.area.Name, data.FormatNumber(a.scores[x.access()], 0), data.FormatNumber(quality, 0)),
		})
	}
	option, err := chart.Scatter(spec)
	if err != nil {
		return nil, err
	}
	drawn, err := s.drawn(ctx, "quantity-quality", fmt.Sprintf("Quantity and quality of work in %d local areas, experimental index, %d.", len(x.scored), x.Year),
		"Each dot is an area: further right, a higher score in access to work; further up, a higher mean score in the other dimensions.", option, indexChartWidth, indexChartHeight)
	if err != nil {
		return nil, err
	}
	values := without(v.values, "show", "sort", "order")
	drawn.Actions = s.chartActions(drawn.ID, "Quantity and quality of work, experimental index.", "/embed/index", values, address("/index.csv", values), address("/index", values)+"#quadrant")
	return drawn, nil
}
