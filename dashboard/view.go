package dashboard

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"goodwork/data"
)

// view is what an address asks for, whatever the form of the answer: a query
// and the words around it. Page, chart, download and API are faces of the one
// table that it gives.
type view struct {
	stem  string // the address of its files without their suffix: "/areas/E08000003"
	page  string // the address of its page: "/areas/E08000003-manchester"
	title string // "Manchester", "Median weekly pay"
	about string // a sentence

	query data.Query
	// keep narrows the query's rows; nil keeps all.
	keep func(data.Row) bool
	// table gives the rows where they are not the edition's own, such as those
	// of a group of areas; nil asks the edition for query.
	table func(context.Context) (data.Table, error)
	// compared gives rows the comparison that columns of benchmark and verdict
	// speak of; nil picks that with the UK.
	compared comparer
	// own gives a sheet with columns of its own, for what is not a list of
	// figures; nil has the columns of figures. columns= picks some of its sets,
	// and wide is the same as a row an area, nil where own is that.
	own    func(context.Context) (ownSheet, error)
	sets   []columnSet
	wide   func(context.Context) (ownSheet, error)
	noRows string // why profile=fingertips makes no sense, a sentence

	charts []viewChart
	// mapped are the areas of the view's map, nil where it has none; its figures
	// are those of one indicator and of mapPeriod.
	mapped    []data.Area
	mapPeriod data.Period
	mapQuery  *data.Query // for the map's figures; nil is query in mapPeriod
}

// ownSheet is a sheet with columns of its own.
type ownSheet struct {
	data.Sheet
	key        []string // the columns that tell the rows apart
	indicators []data.Indicator
}

// columnSet names columns of a sheet's own that are left out unless columns=
// has the name, or is absent. Columns of no set are always there.
type columnSet struct {
	name    string
	columns []string
}

// sheet is a view's own sheet as the options want it.
func (v view) sheet(ctx context.Context, o formatOptions) (ownSheet, error) {
	if o.layout == layoutWide {
		return v.wide(ctx)
	}
	own, err := v.own(ctx)
	if err != nil || len(o.sets) == 0 {
		return own, err
	}
	var keep []int
	out := own
	out.Sheet = data.Sheet{}
	for i, c := range own.Columns {
		of := slices.IndexFunc(v.sets, func(s columnSet) bool { return slices.Contains(s.columns, c.Name) })
		if of < 0 || slices.Contains(o.sets, v.sets[of].name) {
			keep = append(keep, i)
			out.Columns = append(out.Columns, c)
		}
	}
	for _, row := range own.Rows {
		cells := make([]any, len(keep))
		for k, i := range keep {
			cells[k] = row[i]
		}
		out.Rows = append(out.Rows, cells)
	}
	return out, nil
}

// refuses tells what a view with columns of its own can't do of the options.
func (v view) refuses(o formatOptions) error {
	switch {
	case v.own == nil:
		return nil
	case o.profile == profileFingertips:
		return refusal{
			kind: data.ErrInvalid, parameter: "profile",
			what:  v.noRows + " A file of Fingertips has a row for each figure published of one area.",
			about: "The profile is there for:",
			valid: []option{{Value: "/areas/{code}.csv"}, {Value: "/indicators/{id}.csv"}, {Value: "/compare.csv"}, {Value: allStem + ".csv"}},
		}
	case o.layout == layoutWide && v.wide == nil:
		return refusal{kind: data.ErrInvalid, parameter: "layout", what: "This view has columns of its own and no wide layout: leave out layout."}
	}
	return nil
}

// viewChart is a chart that a view offers as SVG and PNG under a name.
type viewChart struct {
	name  string // in kebab-case: the value of chart=
	title string
	draw  func(context.Context) ([]byte, error) // an SVG that stands for itself
}

// viewMaker reads a request's parameters into a view. Path parameters have lost
// their suffix.
type viewMaker func(echo.Context, url.Values) (view, error)

// view lays the routes of one view: its page at path, and the same view in
// every format at path with a suffix (/indicators/x.csv) or at path itself to
// whoever asks for another media type than HTML by Accept.
//
// A new kind of page declares its query once and has all formats:
//
//	s.view("/compare", s.compare, comparePlaces, s.compareView)
//
// known are the parameters of the page, which are those of its files too;
// parameters of formats (columns, layout, profile, chart) are added here.
func (s *Server) view(path string, page echo.HandlerFunc, known []parameter, maker viewMaker) {
	answer := s.answerView(page, known, maker)
	methods := []string{http.MethodGet, http.MethodHead}
	s.echo.Match(methods, path, answer)
	if strings.Contains(path, ":") {
		return // the router gives a parameter with its suffix
	}
	for _, f := range formats {
		s.echo.Match(methods, path+f.suffix, answer)
	}
}

func (s *Server) answerView(page echo.HandlerFunc, known []parameter, maker viewMaker) echo.HandlerFunc {
	return func(c echo.Context) error {
		c.Response().Header().Add("Vary", "Accept")
		f, suffixed := formatAsked(c.Request())
		if f == nil {
			return page(c)
		}
		if suffixed {
			dropSuffix(c, f.suffix)
		}
		values, done, err := s.parameters(c, slices.Concat(known, f.parameters)...)
		if done || err != nil {
			return err
		}
		v, err := maker(c, values)
		if err != nil {
			return err
		}
		options, err := v.optionsOf(values)
		if err != nil {
			return err
		}
		if err := v.refuses(options); err != nil {
			return err
		}
		if to := v.addressOf(f, suffixed); to != c.Request().URL.Path {
			return c.Redirect(http.StatusMovedPermanently, address(to, values))
		}
		made, err := s.files.made(c.Request().Context(), f.suffix+" "+address(v.stem, values), func(ctx context.Context) (file, error) {
			return s.fileOf(ctx, v, f, options, values)
		})
		if err != nil {
			return err
		}
		return s.sendFile(c, made)
	}
}

// addressOf is the one address at which a view answers in a format.
func (v view) addressOf(f *format, suffixed bool) string {
	switch {
	case suffixed:
		return v.stem + f.suffix
	case v.stem == allStem: // its page is the list of files, which has no parameters
		return v.stem
	}
	return v.page
}

// dropSuffix takes a format's suffix off the path parameter that has it.
func dropSuffix(c echo.Context, suffix string) {
	values := slices.Clone(c.ParamValues())
	if n := len(values); n > 0 {
		values[n-1] = strings.TrimSuffix(values[n-1], suffix)
		c.SetParamValues(values...)
	}
}

// format is one form of a view.
type format struct {
	suffix     string
	media      string // of the answer
	title      string // "CSV"
	use        string // what it is for, in words that follow the title
	inline     bool   // shown rather than saved
	parameters []parameter
}

// maker writes a view in one format.
type maker func(context.Context, view, formatOptions, url.Values) ([]byte, error)

// makers are those of formats, by suffix.
func (s *Server) makers() map[string]maker {
	return map[string]maker{
		".csv-metadata.json": s.csvMetadata, ".csv": s.csvFile, ".xlsx": s.workbook, ".json": s.jsonFile, ".jsonstat": s.jsonStat, ".parquet": s.parquet,
		".zip": s.archive, ".geojson": s.geoJSON, ".jsonld": s.datasetLD, ".svg": s.chartSVG, ".png": s.chartPNG,
	}
}

// Parameters of formats.
var (
	columnsParameter = parameter{name: "columns", list: true}
	layoutParameter  = parameter{name: "layout"}
	profileParameter = parameter{name: "profile"}
	chartParameter   = parameter{name: "chart"}
)

// formats lists every format, in the order of pages.
var formats = []format{
	{".csv", "text/csv; charset=utf-8; header=present", "CSV", "one row a figure, for every tool", false, []parameter{columnsParameter, layoutParameter, profileParameter}},
	{".xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "Excel workbook", "with cover and notes", false, []parameter{columnsParameter, layoutParameter}},
	{".json", "application/json", "JSON", "rows with named cells", true, []parameter{columnsParameter}},
	{".jsonstat", "application/json", "JSON-stat 2.0", "a cube of indicator, statistic, area and period", true, nil},
	{".parquet", "application/vnd.apache.parquet", "Parquet", "typed columns, for DuckDB, R and Python", false, []parameter{columnsParameter}},
	{".zip", "application/zip", "Zip archive", "CSV with its metadata, licence and instructions", false, []parameter{columnsParameter, layoutParameter, profileParameter}},
	{".csv-metadata.json", "application/csvm+json", "CSVW metadata", "the columns of the CSV, for programs", false, []parameter{columnsParameter, layoutParameter, profileParameter}},
	{".geojson", "application/geo+json", "GeoJSON", "the map’s areas with their figures", false, nil},
	{".jsonld", "application/ld+json", "JSON-LD", "schema.org description of the data set", true, nil},
	{".svg", "image/svg+xml", "SVG", "a chart to print or edit", true, []parameter{chartParameter}},
	{".png", "image/png", "PNG", "a chart as a picture", true, []parameter{chartParameter}},
}

// formatOf finds the format of a path by its suffix, the longest that fits.
func formatOf(path string) *format {
	var found *format
	for i := range formats {
		if strings.HasSuffix(path, formats[i].suffix) && (found == nil || len(found.suffix) < len(formats[i].suffix)) {
			found = &formats[i]
		}
	}
	return found
}

// formatAsked is the format that a request asks for, by the suffix of its path
// or else by Accept; nil is the page.
func formatAsked(r *http.Request) (f *format, suffixed bool) {
	if f := formatOf(r.URL.Path); f != nil {
		return f, true
	}
	return negotiated(strings.Join(r.Header.Values("Accept"), ",")), false
}

// negotiated is the format that Accept puts first (RFC 9110 section 12.5.1):
// by quality, then by the order of what it names. HTML wins a tie, and stands
// for anything that can't be had: a reader rather sees the page than nothing.
func negotiated(accept string) *format {
	var best *format
	highest, page := 0.0, 0.0
	for part := range strings.SplitSeq(accept, ",") {
		name, quality := acceptedType(part)
		if name == "text/html" || name == "application/xhtml+xml" || name == "*/*" || name == "text/*" {
			page = max(page, quality)
			continue
		}
		i := slices.IndexFunc(formats, func(f format) bool {
			media, _, _ := strings.Cut(f.media, ";")
			return media == name && f.suffix != ".jsonstat"
		})
		if i >= 0 && quality > highest {
			best, highest = &formats[i], quality
		}
	}
	if highest > page {
		return best
	}
	return nil
}

// acceptedType reads one media range of Accept.
func acceptedType(part string) (name string, quality float64) {
	name, parameters, _ := strings.Cut(part, ";")
	quality = 1
	for p := range strings.SplitSeq(parameters, ";") {
		if q, ok := strings.CutPrefix(strings.TrimSpace(p), "q="); ok {
			var err error
			if quality, err = strconv.ParseFloat(q, 64); err != nil || quality < 0 || quality > 1 {
				quality = 0
			}
		}
	}
	return strings.ToLower(strings.TrimSpace(name)), quality
}

// formatOptions are the choices within formats.
type formatOptions struct {
	columns []data.FigureColumn
	sets    []string // of columns, as asked for
	derived bool     // whether a column needs what the methods say of each row
	layout  string   // layoutLong or layoutWide
	profile string   // profileOwn or profileFingertips
	chart   string   // "" for the view's only one
}

const (
	layoutLong        = "long"
	layoutWide        = "wide"
	profileOwn        = "own"
	profileFingertips = "fingertips"
)

func (v view) optionsOf(values url.Values) (formatOptions, error) {
	var o formatOptions
	var err1, err2 error
	o.layout, err1 = chosenOf(values, "layout", []string{layoutLong, layoutWide}, layoutLong)
	o.profile, err2 = chosenOf(values, "profile", []string{profileOwn, profileFingertips}, profileOwn)
	if err := errors.Join(err1, err2); err != nil {
		return o, err
	}
	o.chart = values.Get("chart")
	known := data.ColumnSets
	if v.own != nil {
		known = nil
		for _, set := range v.sets {
			known = append(known, set.name)
		}
	}
	o.sets = slices.Collect(splitList(values.Get("columns")))
	if slices.Contains(o.sets, "all") {
		o.sets = known
	}
	if slices.ContainsFunc(o.sets, func(set string) bool { return !slices.Contains(known, set) }) {
		no := refusal{kind: data.ErrInvalid, parameter: "columns", what: fmt.Sprintf("The parameter columns can’t be “%s”.", excerpt(values.Get("columns"))), about: "It is some of these, joined by commas:"}
		for _, set := range append(slices.Clone(known), "all") {
			no.valid = append(no.valid, option{Value: set})
		}
		return o, no
	}
	if v.own == nil {
		var err error
		if o.columns, err = data.FigureColumns(o.sets...); err != nil {
			return o, err
		}
		o.derived = len(o.sets) > 0 || o.profile == profileFingertips
	}
	if o.profile != profileOwn && (o.layout != layoutLong || len(o.sets) > 0) {
		return o, refusal{kind: data.ErrInvalid, parameter: "profile", what: "The profile fingertips has its own columns and layout: leave out columns and layout."}
	}
	if o.layout == layoutWide && len(o.sets) > 0 {
		return o, refusal{kind: data.ErrInvalid, parameter: "columns", what: "The wide layout has a column for each indicator and period: leave out columns."}
	}
	return o, nil
}

// tableOf answers a view's query: the one table of which every format is a
// face. Without rows it is refused.
func (s *Server) tableOf(ctx context.Context, v view, derived bool) (data.Table, error) {
	table := v.table
	if table == nil {
		q := v.query
		q.WithComparisons, q.WithDerived = q.WithComparisons || derived, q.WithDerived || derived
		table = func(ctx context.Context) (data.Table, error) { return s.Edition.Table(ctx, q) }
	}
	t, err := table(ctx)
	if err != nil {
		return t, fmt.Errorf("view %s: %w", v.stem, err)
	}
	if v.keep != nil {
		t.Rows = slices.DeleteFunc(t.Rows, func(r data.Row) bool { return !v.keep(r) })
		t.Indicators = slices.DeleteFunc(slices.Clone(t.Indicators), func(ind data.Indicator) bool {
			return !slices.ContainsFunc(t.Rows, func(r data.Row) bool { return r.Indicator == ind.ID })
		})
	}
	if len(t.Rows) == 0 {
		return t, refusal{kind: data.ErrNotFound, what: "No figures were published for this choice."}
	}
	if !derived {
		return t, nil
	}
	compared := v.compared
	if compared == nil {
		compared = comparedWith(data.RoleUK)
	}
	if err := compared(ctx, t, v.query); err != nil {
		return t, fmt.Errorf("view %s: %w", v.stem, err)
	}
	return t, nil
}

// sheetOf is a view's sheet in the columns of figures, or in its own.
func (s *Server) sheetOf(ctx context.Context, v view, o formatOptions) (data.Sheet, data.Table, error) {
	if v.own != nil {
		own, err := v.sheet(ctx, o)
		return own.Sheet, data.Table{Edition: s.library.edition, Indicators: own.indicators}, err
	}
	t, err := s.tableOf(ctx, v, o.derived)
	if err != nil {
		return data.Sheet{}, t, err
	}
	return data.Figures(t, o.columns), t, nil
}

// comparer gives each row of a table, the answer to a query, the comparisons that
// its file speaks of.
type comparer func(context.Context, data.Table, data.Query) error

// comparedWith leaves the comparison with the benchmark of a role.
func comparedWith(role data.Role) comparer {
	return func(_ context.Context, t data.Table, _ data.Query) error {
		for i, r := range t.Rows {
			t.Rows[i].Comparisons = nil
			if c, ok := r.Comparison(role); ok {
				t.Rows[i].Comparisons = []data.Comparison{c}
			}
		}
		return nil
	}
}

// fileOf makes a view's file in a format, whole.
func (s *Server) fileOf(ctx context.Context, v view, f *format, o formatOptions, values url.Values) (file, error) {
	if !v.has(*f) {
		return file{}, refusal{kind: data.ErrNotFound, what: fmt.Sprintf("This view can’t be had as %s.", f.title), about: "Its formats are:", valid: v.validFormats()}
	}
	body, err := s.makers()[f.suffix](ctx, v, o, values)
	if err != nil {
		var said refusal
		if errors.As(err, &said) {
			return file{}, err
		}
		return file{}, fmt.Errorf("%s%s: %w", v.stem, f.suffix, err)
	}
	name := strings.NewReplacer("/", "-").Replace(strings.TrimPrefix(v.stem[strings.LastIndexByte(v.stem, '/'):], "/"))
	if o.chart != "" {
		name += "_" + o.chart
	}
	made := file{
		name: fmt.Sprintf("%s_%s%s", name, s.library.edition, f.suffix), media: f.media, body: body, inline: f.inline,
		links: []string{fmt.Sprintf(`<%s%s>; rel="about", <%s>; rel="license"`, s.root(), v.page, licenceURL)},
	}
	if f.suffix == ".csv" {
		made.links = append(made.links, fmt.Sprintf(`<%s>; rel="describedby"; type="application/csvm+json"`, s.root()+address(v.stem+".csv-metadata.json", values)))
	}
	return made, nil
}

// sourceWords names the sources and the edition of a table in one line.
func (s *Server) sourceWords(t data.Table) string {
	return "Source: " + strings.Join(s.publications(t), "; ") + ". Good Work, edition " + string(t.Edition) + ". Open Government Licence v3.0."
}

// publications names the products that a table's figures rest on, each once.
func (s *Server) publications(t data.Table) []string {
	var list []string
	for _, src := range s.sourcesOf(t) {
		list = append(list, src.Publisher+", "+src.Title)
	}
	return list
}

// sourcesOf lists the sources that a table's figures rest on, in the order of
// their first figure.
func (s *Server) sourcesOf(t data.Table) []data.Source {
	var ids []data.SourceID
	for _, r := range t.Rows {
		if !slices.Contains(ids, r.Source) {
			ids = append(ids, r.Source)
		}
	}
	for _, ind := range t.Indicators {
		for _, id := range ind.Inputs {
			if !slices.Contains(ids, id) {
				ids = append(ids, id)
			}
		}
	}
	var list []data.Source
	for _, id := range ids {
		if src, ok := s.library.sources[id]; ok {
			list = append(list, src)
		}
	}
	return list
}

// has tells whether a view has a format.
func (v view) has(f format) bool {
	switch f.suffix {
	case ".geojson":
		return v.mapped != nil
	case ".svg", ".png":
		return len(v.charts) > 0
	}
	return true
}

// validFormats lists the formats that a view has, for a refusal.
func (v view) validFormats() []option {
	var list []option
	for _, f := range formats {
		if v.has(f) {
			list = append(list, option{Value: v.stem + f.suffix, Text: f.title, Href: v.stem + f.suffix})
		}
	}
	return list
}

// formatLink is a download as a page offers it.
type formatLink struct {
	Title string
	Use   string
	Href  string
}

// formatLinks lists a view's files for its page, with the view's parameters.
// Charts are offered where they stand, so SVG and PNG are not in the list.
func (v view) formatLinks(values url.Values) []formatLink {
	var list []formatLink
	for _, f := range formats {
		if f.suffix == ".svg" || f.suffix == ".png" || f.suffix == ".jsonld" || !v.has(f) {
			continue
		}
		list = append(list, formatLink{Title: f.title, Use: f.use, Href: address(v.stem+f.suffix, values)})
	}
	return list
}
