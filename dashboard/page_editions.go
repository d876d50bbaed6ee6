package dashboard

import (
	"bytes"
	"cmp"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/labstack/echo/v4"
	"golang.org/x/net/html"

	"goodwork/data"
)

// documents is what a Server needs for the API and for its other editions.
type documents struct {
	apiHandler http.Handler
	openAPI    *huma.OpenAPI
	clients    clients
	latest     *Server // whose edition is the latest; nil for that one itself

	mu     sync.Mutex
	pinned map[data.EditionID]*Server
}

// latestServer is the server of the latest edition.
func (s *Server) latestServer() *Server {
	if s.documents.latest != nil {
		return s.documents.latest
	}
	return s
}

func (s *Server) latestEdition() data.EditionID { return s.latestServer().library.edition }

// editionIDs lists the editions that are served, the latest first.
func (s *Server) editionIDs() []data.EditionID {
	ids := []data.EditionID{s.latestEdition()}
	if s.Editions == nil {
		return ids
	}
	kept, err := s.Editions.IDs()
	if err != nil {
		s.Log.Error("the editions can't be listed", "error", err)
	}
	for _, id := range kept {
		if id != ids[0] {
			ids = append(ids, id)
		}
	}
	return ids
}

// noEdition refuses an edition that isn't kept.
func (s *Server) noEdition(asked string) error {
	no := refusal{kind: data.ErrNotFound, parameter: "edition", what: fmt.Sprintf("There is no edition “%s” here.", excerpt(asked)), about: "The editions are:"}
	for _, id := range s.editionIDs() {
		no.valid = append(no.valid, option{Value: string(id), Href: "/editions/" + string(id)})
	}
	return no
}

// editionServer gives the server of an edition, opening it at its first request.
// "latest" is the latest.
func (s *Server) editionServer(ctx context.Context, asked string) (*Server, error) {
	root := s.latestServer()
	id := data.EditionID(asked)
	if id == root.library.edition || asked == "latest" {
		return root, nil
	}
	if root.Editions == nil || !slices.Contains(root.editionIDs(), id) {
		return nil, s.noEdition(asked)
	}
	root.documents.mu.Lock()
	defer root.documents.mu.Unlock()
	if of := root.documents.pinned[id]; of != nil {
		return of, nil
	}
	// The edition outlives the request that opens it.
	lasting := context.WithoutCancel(ctx)
	store, err := root.Editions.Open(lasting, id)
	switch {
	case errors.Is(err, data.ErrNotFound):
		return nil, s.noEdition(asked)
	case errors.Is(err, data.ErrInvalid):
		return nil, refusal{
			kind: data.ErrNotFound, parameter: "edition",
			what: fmt.Sprintf("Edition %s was made by another version of the program and can’t be shown. Its figures can still be compared with another edition’s.", id),
		}
	case err != nil:
		return nil, err
	}
	cfg := root.Config
	cfg.Edition = store
	of, err := New(lasting, cfg)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("edition %s: %w", id, err), store.Close())
	}
	of.documents.latest = root
	if root.documents.pinned == nil {
		root.documents.pinned = map[data.EditionID]*Server{}
	}
	root.documents.pinned[id] = of
	return of, nil
}

// pinnedPrefix is the key of a request's context that holds "/editions/ID" where
// the reader named the edition.
type pinnedPrefix struct{}

func prefixOf(r *http.Request) string {
	p, _ := r.Context().Value(pinnedPrefix{}).(string)
	return p
}

// inEdition answers /editions/{id}/STEM as STEM of that edition, with links that
// stay in it.
func (s *Server) inEdition(c echo.Context) error {
	if prefixOf(c.Request()) != "" {
		return echo.ErrNotFound
	}
	of, err := s.editionServer(c.Request().Context(), c.Param("edition"))
	if err != nil {
		return err
	}
	prefix := "/editions/" + string(of.library.edition)
	r := stemOf(c.Request(), "/"+c.Param("*"), prefix)
	of.ServeHTTP(&pinnedWriter{ResponseWriter: c.Response(), prefix: prefix}, r)
	return nil
}

// inLatest answers /latest/STEM as STEM of the latest edition, and says under
// which lasting address it lies.
func (s *Server) inLatest(c echo.Context) error {
	if prefixOf(c.Request()) != "" {
		return echo.ErrNotFound
	}
	rest := "/" + c.Param("*")
	c.Response().Header().Set("Content-Location", "/editions/"+string(s.latestEdition())+rest)
	s.latestServer().ServeHTTP(c.Response(), stemOf(c.Request(), rest, "/latest"))
	return nil
}

// stemOf is the request for a stem below a prefix.
func stemOf(r *http.Request, path, prefix string) *http.Request {
	out := r.Clone(context.WithValue(r.Context(), pinnedPrefix{}, prefix))
	out.URL.Path, out.URL.RawPath = path, ""
	return out
}

// pinnedWriter leads redirects back into the edition.
type pinnedWriter struct {
	http.ResponseWriter
	prefix string
}

func (w *pinnedWriter) WriteHeader(code int) {
	if to := w.Header().Get("Location"); staysInEdition(to) {
		w.Header().Set("Location", w.prefix+to)
	}
	w.ResponseWriter.WriteHeader(code)
}

// staysInEdition tells whether an address is one that every edition has.
func staysInEdition(to string) bool {
	if !strings.HasPrefix(to, "/") || strings.HasPrefix(to, "//") {
		return false
	}
	for _, shared := range []string{AssetPrefix, "/editions", "/latest", "/favicon", "/geometry/"} {
		if strings.HasPrefix(to, shared) {
			return false
		}
	}
	return true
}

// embedSource begins the address of a chart in the code to embed it, as it stands
// in a page's text.
const embedSource = `src=&#34;/embed/`

// addressAttributes are the attributes that hold addresses which a reader, the
// page itself or a script of ours goes to.
var addressAttributes = []string{"src", "srcset", "href", "xlink:href", "action", "formaction", "data-suggest", "data-links", "data-png", "data-copy", "data-embed"}

// pinnedPage is a page whose links and forms stay in its edition, those that its
// scripts follow and the code to embed its charts too. A page of an earlier
// edition says so, and leads to the same address in the latest.
func (s *Server) pinnedPage(page []byte, prefix, here string) ([]byte, error) {
	var out bytes.Buffer
	z := html.NewTokenizer(bytes.NewReader(page))
	for {
		kind := z.Next()
		if kind == html.ErrorToken {
			break
		}
		raw := slices.Clone(z.Raw())
		if kind == html.TextToken {
			for _, site := range []string{"", s.BaseURL} {
				from := strings.Replace(embedSource, "/", site+"/", 1)
				raw = bytes.ReplaceAll(raw, []byte(from), []byte(strings.Replace(embedSource, "/", site+prefix+"/", 1)))
			}
			out.Write(raw)
			continue
		}
		if kind != html.StartTagToken && kind != html.SelfClosingTagToken {
			out.Write(raw)
			continue
		}
		token := z.Token()
		changed := false
		for i, a := range token.Attr {
			if slices.Contains(addressAttributes, a.Key) && staysInEdition(a.Val) {
				token.Attr[i].Val = prefix + a.Val
				changed = true
			}
		}
		if changed {
			out.WriteString(token.String())
		} else {
			out.Write(raw)
		}
	}
	if err := z.Err(); !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("links of an edition's page: %w", err)
	}
	if s.documents.latest == nil {
		return out.Bytes(), nil
	}
	main := []byte(`<main id="main" tabindex="-1">`)
	notice := fmt.Appendf(slices.Clone(main), "\n<p class=\"notice\">You are reading an earlier edition, %s. <a href=\"/editions/%s...latest\">See what changed since</a>, or <a href=\"%s\">read this page in the latest</a>.</p>", s.library.edition, s.library.edition, html.EscapeString("/latest"+here))
	return bytes.Replace(out.Bytes(), main, notice, 1), nil
}

// editionsPage lists the editions.
type editionsPage struct {
	base
	Editions []editionLine
}

type editionLine struct {
	ID      data.EditionID
	Date    string
	Href    string
	Latest  bool
	Changes *link // from the edition before
}

func (s *Server) editions(c echo.Context) error {
	if _, done, err := s.parameters(c); done || err != nil {
		return err
	}
	p := editionsPage{base: s.base(c, "Editions", "Every edition of the figures that is kept, and what changed from one to the next.")}
	p.Breadcrumbs = []link{{Text: "Editions"}}
	ids := s.editionIDs()
	for i, id := range ids {
		l := editionLine{ID: id, Date: dayWords(id.Date()), Href: "/editions/" + string(id), Latest: id == s.latestEdition()}
		if i+1 < len(ids) {
			l.Changes = &link{Text: "what changed since " + string(ids[i+1]), Href: "/editions/" + string(ids[i+1]) + "..." + string(id)}
		}
		p.Editions = append(p.Editions, l)
	}
	return s.render(c, http.StatusOK, "editions", p)
}

// editionPage is one edition's manifest.
type editionPage struct {
	base
	Manifest apiEdition
	Date     string
	Latest   bool
	Citation citation
	Others   []link // what changed to or from the others
	Files    []fileLine
	Members  []indexMember // of the index, with its goalposts
}

// editionOrDifference answers /editions/{id}, its manifest and citations, and
// /editions/{a}...{b}.
func (s *Server) editionOrDifference(c echo.Context) error {
	asked := c.Param("edition")
	if _, done, err := s.parameters(c); done || err != nil {
		return err
	}
	if from, to, ok := strings.Cut(asked, "..."); ok {
		return s.editionsDiffer(c, from, to)
	}
	stem, suffix := asked, ""
	for _, x := range []string{".json", ".bib", ".ris"} {
		if cut, ok := strings.CutSuffix(asked, x); ok {
			stem, suffix = cut, x
		}
	}
	of, err := s.editionServer(c.Request().Context(), stem)
	if err != nil {
		return err
	}
	if stem == "latest" {
		return c.Redirect(http.StatusFound, "/editions/"+string(of.library.edition)+suffix)
	}
	m, err := of.manifest(c.Request().Context())
	if err != nil {
		return err
	}
	m.Latest = m.ID == s.latestEdition()
	cite := cite("Good Work: figures for the local areas of the United Kingdom", of.library, s.base(c, "", "").Host+"/editions/"+string(m.ID))
	switch suffix {
	case ".json":
		var b bytes.Buffer
		if err := marshalIndented(&b, m); err != nil {
			return err
		}
		return s.send(c, http.StatusOK, "application/json", b.Bytes())
	case ".bib":
		return s.send(c, http.StatusOK, "application/x-bibtex; charset=utf-8", []byte(cite.BibTeX))
	case ".ris":
		return s.send(c, http.StatusOK, "application/x-research-info-systems; charset=utf-8", []byte(cite.RIS))
	}
	p := editionPage{base: s.base(c, "Edition "+string(m.ID), "What edition "+string(m.ID)+" was made from, and how to cite it."), Manifest: m, Date: dayWords(m.Date), Latest: m.Latest, Citation: cite}
	p.Breadcrumbs = []link{{Text: "Editions", Href: "/editions"}, {Text: string(m.ID)}}
	ids := s.editionIDs()
	at := slices.Index(ids, m.ID)
	for i, id := range ids {
		switch {
		case i < at:
			p.Others = append(p.Others, link{Text: "Changes from this edition to " + string(id), Href: "/editions/" + string(m.ID) + "..." + string(id)})
		case i > at:
			p.Others = append(p.Others, link{Text: "Changes from " + string(id) + " to this edition", Href: "/editions/" + string(id) + "..." + string(m.ID)})
		}
	}
	for _, r := range m.Releases {
		src := of.library.sources[r.Source]
		p.Files = append(p.Files, fileLine{
			Source: src.Publisher + ", " + src.Title, SourceHref: "/sources#" + string(r.Source),
			Release: releaseEntry{ID: r.ID, File: r.File, SHA256: r.SHA256},
		})
	}
	if of.index != nil {
		p.Members = of.indexMembers()
	}
	return s.render(c, http.StatusOK, "edition", p)
}

// citation is how to cite an edition, or a part of it.
type citation struct{ APA, BibTeX, RIS string }

// cite makes the citation of a title of an edition under its lasting address.
func cite(title string, of library, url string) citation {
	id, year := string(of.edition), of.date.Format("2006")
	return citation{
		APA: fmt.Sprintf("Good Work. (%s). %s (Edition %s) [Data set]. %s", year, title, id, url),
		BibTeX: fmt.Sprintf("@misc{goodwork-%s,\n  author = {{Good Work}},\n  title = {{%s}},\n  year = {%s},\n  version = {%s},\n  url = {%s},\n  note = {Figures under the Open Government Licence v3.0}\n}\n",
			id, title, year, id, url),
		RIS: strings.ReplaceAll(fmt.Sprintf("TY  - DATA\nAU  - Good Work\nTI  - %s\nPY  - %s\nDA  - %s\nET  - %s\nUR  - %s\nER  - \n", title, year, of.date.Format("2006/01/02"), id, url), "\n", "\r\n"),
	}
}

// differencePage tells two editions apart: the numbers that changed.
type differencePage struct {
	base
	From, To data.EditionID
	Kinds    []differenceList // those of which there are any
	Counts   []differenceCount
	CSV      string
	Total    string
}

type differenceCount struct {
	Indicator, Href string
	Kinds           []string
}

// differenceList is the differences of a kind: whole periods by the line,
// figures and verdicts by indicator.
type differenceList struct {
	ID, Title, Text string
	Count           string
	Verdicts        bool // the lines have a benchmark
	Changes         bool // the lines have a change
	Periods         []differencePeriod
	Groups          []differenceGroup
}

// differencePeriod is a period that one edition has and the other hasn't.
type differencePeriod struct {
	Indicator, Period link
	Areas, Figures    string
}

type differenceGroup struct {
	Indicator link
	Period    string // "" where the lines are of several, and each has its own
	Count     string
	Lines     []differenceLine
	More      string
}

type differenceLine struct {
	Area              link
	Period, Benchmark string
	Old, New, Change  string
}

// differencesShown is how many differences of a kind and an indicator a page
// lists; the file has all.
const differencesShown = 50

func (s *Server) editionsDiffer(c echo.Context, from, to string) error {
	to, asCSV := strings.CutSuffix(to, ".csv")
	if from == "latest" {
		from = string(s.latestEdition())
	}
	if to == "latest" {
		to = string(s.latestEdition())
	}
	for _, id := range []string{from, to} {
		if !slices.Contains(s.editionIDs(), data.EditionID(id)) {
			return s.noEdition(id)
		}
	}
	var d data.EditionDifference
	switch {
	case from == to:
		d.From, d.To = data.EditionID(from), data.EditionID(to)
	case s.Editions == nil:
		return s.noEdition(from)
	default:
		var err error
		if d, err = s.Editions.Difference(c.Request().Context(), data.EditionID(from), data.EditionID(to)); err != nil {
			return err
		}
	}
	if asCSV {
		body, err := differenceCSV(d)
		if err != nil {
			return err
		}
		c.Response().Header().Set("Content-Disposition", fmt.Sprintf(`attachment; filename="changes_%s_%s.csv"`, d.From, d.To))
		return s.send(c, http.StatusOK, "text/csv; charset=utf-8; header=present", body)
	}
	return s.render(c, http.StatusOK, "difference", s.differencePage(c, d))
}

// differenceWords are the headings of the kinds, and what they mean.
var differenceWords = map[data.DifferenceKind][2]string{
	data.DifferenceNewPeriod: {"New periods", "Figures of periods that the older edition did not have."},
	data.DifferenceRevised:   {"Revised figures", "The number changed, or the reason why there is none. The largest changes come first; “rounding” is one too small to show."},
	data.DifferenceInterval:  {"Changed intervals", "The number stayed and its interval changed."},
	data.DifferenceVerdict:   {"Changed verdicts", "A comparison says something else than before."},
	data.DifferenceAdded:     {"Added rows", "Areas that the older edition had no row for in the period."},
	data.DifferenceDropped:   {"Dropped rows", "Figures that the newer edition does not have."},
}

func (s *Server) differencePage(c echo.Context, d data.EditionDifference) differencePage {
	p := differencePage{
		base: s.base(c, fmt.Sprintf("Changes from %s to %s", d.From, d.To), "Which numbers changed between two editions: new periods, revisions, verdicts, dropped rows."),
		From: d.From, To: d.To, CSV: fmt.Sprintf("/editions/%s...%s.csv", d.From, d.To), Total: data.FormatNumber(float64(len(d.Differences)), 0),
	}
	p.Breadcrumbs = []link{{Text: "Editions", Href: "/editions"}, {Text: "Changes"}}
	counts := map[data.IndicatorID]map[data.DifferenceKind]int{}
	lists := map[data.DifferenceKind]map[data.IndicatorID][]data.Difference{}
	var order []data.IndicatorID
	for _, x := range d.Differences {
		if counts[x.Indicator] == nil {
			counts[x.Indicator] = map[data.DifferenceKind]int{}
			order = append(order, x.Indicator)
		}
		if lists[x.Kind] == nil {
			lists[x.Kind] = map[data.IndicatorID][]data.Difference{}
		}
		counts[x.Indicator][x.Kind]++
		lists[x.Kind][x.Indicator] = append(lists[x.Kind][x.Indicator], x)
	}
	slices.SortStableFunc(order, func(a, b data.IndicatorID) int { return s.place(a) - s.place(b) })
	for _, k := range data.DifferenceKinds {
		if len(lists[k]) == 0 {
			continue
		}
		l := differenceList{
			ID: strings.ReplaceAll(string(k), " ", "-"), Title: differenceWords[k][0], Text: differenceWords[k][1], Count: data.FormatNumber(float64(d.Of(k)), 0),
			Verdicts: k == data.DifferenceVerdict, Changes: k == data.DifferenceRevised,
		}
		for _, id := range order {
			switch all := lists[k][id]; {
			case len(all) == 0:
			case k == data.DifferenceNewPeriod:
				l.Periods = append(l.Periods, s.differencePeriods(id, all, d.To == s.library.edition)...)
			default:
				l.Groups = append(l.Groups, s.differenceGroup(id, k, all))
			}
		}
		p.Kinds = append(p.Kinds, l)
	}
	for _, id := range order {
		name := s.indicatorLink(id)
		line := differenceCount{Indicator: name.Text, Href: name.Href}
		for _, k := range data.DifferenceKinds {
			if len(lists[k]) > 0 {
				line.Kinds = append(line.Kinds, data.FormatNumber(float64(counts[id][k]), 0))
			}
		}
		p.Counts = append(p.Counts, line)
	}
	return p
}

// differencePeriods is a line for each period of an indicator, the last first,
// with a link where this edition has the period.
func (s *Server) differencePeriods(id data.IndicatorID, all []data.Difference, here bool) []differencePeriod {
	var periods []data.Period
	areas, figures := map[data.Period]int{}, map[data.Period]int{}
	for _, x := range all {
		if areas[x.Period] == 0 {
			periods = append(periods, x.Period)
		}
		areas[x.Period]++
		if x.New.Known() {
			figures[x.Period]++
		}
	}
	slices.SortFunc(periods, func(a, b data.Period) int { return b.Compare(a) })
	var out []differencePeriod
	name := s.indicatorLink(id)
	for _, period := range periods {
		l := differencePeriod{
			Indicator: name, Period: link{Text: period.Label()},
			Areas: data.FormatNumber(float64(areas[period]), 0), Figures: data.FormatNumber(float64(figures[period]), 0),
		}
		if here {
			l.Period.Href = "/indicators/" + string(id) + "?period=" + period.URL()
		}
		out = append(out, l)
	}
	return out
}

// differenceGroup lists an indicator's differences of a kind; revised figures
// by the size of the change, the largest first, after those that came or went.
func (s *Server) differenceGroup(id data.IndicatorID, kind data.DifferenceKind, all []data.Difference) differenceGroup {
	if kind == data.DifferenceRevised {
		size := func(x data.Difference) float64 {
			was, ok1 := x.Old.Number()
			is, ok2 := x.New.Number()
			if !ok1 || !ok2 {
				return math.Inf(1)
			}
			return math.Abs(is - was)
		}
		all = slices.Clone(all)
		slices.SortStableFunc(all, func(a, b data.Difference) int { return cmp.Compare(size(b), size(a)) })
	}
	g := differenceGroup{Indicator: s.indicatorLink(id), Count: data.FormatNumber(float64(len(all)), 0)}
	if !slices.ContainsFunc(all, func(x data.Difference) bool { return x.Period != all[0].Period }) {
		g.Period = all[0].Period.Label()
	}
	for i, x := range all {
		if i == differencesShown {
			g.More = fmt.Sprintf("The first %d of %s; the CSV has all.", differencesShown, g.Count)
			break
		}
		g.Lines = append(g.Lines, s.differenceLine(x))
	}
	return g
}

func (s *Server) differenceLine(x data.Difference) differenceLine {
	l := differenceLine{Area: link{Text: string(x.Area)}, Period: x.Period.Label()}
	area, ok := s.Register.Area(x.Area)
	if ok {
		l.Area.Text = area.Name
		if area.Current() {
			l.Area.Href = "/areas/" + area.Slug()
		}
	}
	ind, err := s.Edition.Indicator(x.Indicator)
	say := func(v data.Value, i data.Interval) string {
		switch {
		case !v.Known():
			return v.Marker().Shorthand()
		case err != nil:
			f, _ := v.Number()
			return numberText(f)
		case x.Kind == data.DifferenceInterval && ind.FormatInterval(i) != "":
			return ind.FormatInterval(i)
		case x.Kind == data.DifferenceInterval:
			return "no interval"
		}
		return ind.FormatValue(v)
	}
	l.Old, l.New = say(x.Old, x.OldInterval), say(x.New, x.NewInterval)
	switch x.Kind {
	case data.DifferenceVerdict:
		l.Old, l.New = verdictWords(x.OldVerdict), verdictWords(x.NewVerdict)
		l.Benchmark = s.benchmarkName(area, x.Role)
	case data.DifferenceNewPeriod, data.DifferenceAdded:
		l.Old = "none"
	case data.DifferenceDropped:
		l.New = "none"
	case data.DifferenceRevised:
		l.Change = revisionWords(ind, x)
	case data.DifferenceInterval:
		if l.Old == l.New {
			l.New += " (under the rounding)"
		}
	}
	return l
}

// revisionWords is by how much a revised figure changed.
func revisionWords(ind data.Indicator, x data.Difference) string {
	was, ok1 := x.Old.Number()
	is, ok2 := x.New.Number()
	switch {
	case !ok1 && ok2:
		return "new"
	case ok1 && !ok2:
		return "gone"
	case !ok1:
		return "other reason"
	case ind.FormatValue(x.Old) == ind.FormatValue(x.New):
		return "rounding"
	}
	return changeAmount(ind, data.PeriodChange{}, is-was)
}

// benchmarkName is what an area is held against in a role: its region by name.
func (s *Server) benchmarkName(a data.Area, role data.Role) string {
	code := map[data.Role]data.AreaCode{
		data.RoleUK: data.UnitedKingdom, data.RoleCountry: a.Country, data.RoleRegion: a.Region, data.RoleCombinedAuthority: a.CombinedAuthority,
	}[role]
	if with, ok := s.Register.Area(code); ok {
		return with.Name
	}
	return capitalised(strings.ReplaceAll(string(role), "_", " "))
}

// verdictWords never calls two figures similar.
func verdictWords(v data.Verdict) string {
	if v == data.Similar {
		return "not clearly different"
	}
	return string(v)
}

// differenceCSV writes every difference, one a line.
func differenceCSV(d data.EditionDifference) ([]byte, error) {
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	w.UseCRLF = true
	header := []string{
		"kind", "indicator_id", "area_code", "period", "old_value", "old_marker", "old_lower_95", "old_upper_95",
		"new_value", "new_marker", "new_lower_95", "new_upper_95", "role", "old_verdict", "new_verdict",
	}
	if err := w.Write(header); err != nil {
		return nil, err
	}
	side := func(known bool, v data.Value, i data.Interval) []string {
		cells := []string{"", "", "", ""}
		if !known {
			return cells
		}
		if f, ok := v.Number(); ok {
			cells[0] = numberText(f)
		}
		cells[1] = string(v.Marker())
		if i.Known {
			cells[2], cells[3] = numberText(i.Lower), numberText(i.Upper)
		}
		return cells
	}
	for _, x := range d.Differences {
		verdict := x.Kind == data.DifferenceVerdict
		row := []string{string(x.Kind), string(x.Indicator), string(x.Area), x.Period.String()}
		row = append(row, side(!verdict && x.Kind != data.DifferenceNewPeriod && x.Kind != data.DifferenceAdded, x.Old, x.OldInterval)...)
		row = append(row, side(!verdict && x.Kind != data.DifferenceDropped, x.New, x.NewInterval)...)
		row = append(row, string(x.Role), string(x.OldVerdict), string(x.NewVerdict))
		if err := w.Write(row); err != nil {
			return nil, err
		}
	}
	w.Flush()
	return b.Bytes(), w.Error()
}

// clients counts the requests of each address, so that nobody takes the API for
// themselves alone. The zero clients is ready.
type clients struct {
	mu     sync.Mutex
	bucket map[string]*bucket
}

// bucket fills by the second and is emptied by requests.
type bucket struct {
	tokens float64
	at     time.Time
}

// mostClients is how many addresses are remembered at once.
const mostClients = 10_000

// take takes one request of an address at a time; perMinute are allowed, as
// many at once. It gives what is left and, where there is nothing, how many
// seconds to wait.
func (l *clients) take(address string, perMinute int, now time.Time) (left, wait int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.bucket == nil || len(l.bucket) > mostClients {
		l.bucket = map[string]*bucket{}
	}
	b := l.bucket[address]
	if b == nil {
		b = &bucket{tokens: float64(perMinute), at: now}
		l.bucket[address] = b
	}
	rate := float64(perMinute) / 60
	b.tokens = min(float64(perMinute), b.tokens+rate*now.Sub(b.at).Seconds())
	b.at = now
	if b.tokens < 1 {
		return 0, max(1, int((1-b.tokens)/rate+0.999))
	}
	b.tokens--
	return int(b.tokens), 0
}

// share counts a request to the API, tells the reader what is left, and refuses
// it where nothing is.
func (s *Server) share(c echo.Context) error {
	root := s.latestServer()
	if root.RequestsPerMinute <= 0 || root.Now == nil {
		return nil
	}
	left, wait := root.documents.clients.take(c.RealIP(), root.RequestsPerMinute, root.Now())
	h := c.Response().Header()
	h.Set("RateLimit-Limit", fmt.Sprint(root.RequestsPerMinute))
	h.Set("RateLimit-Remaining", fmt.Sprint(left))
	h.Set("RateLimit-Reset", fmt.Sprint(max(wait, 60/root.RequestsPerMinute, 1)))
	if wait > 0 {
		h.Set("Retry-After", fmt.Sprint(wait))
		return refusal{kind: errTooMany, what: fmt.Sprintf("Too many requests: %d a minute are allowed. Wait %d seconds. For much data take the files at /data.", root.RequestsPerMinute, wait)}
	}
	return nil
}

// errTooMany is of a client that has had its share.
var errTooMany = echo.NewHTTPError(http.StatusTooManyRequests)
