package dashboard

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"github.com/labstack/echo/v4"

	"goodwork/data"
)

// dataPage lists the files in which everything can be had, and the formats in
// which each page can.
type dataPage struct {
	base
	Bulk       []bulkFile
	Formats    []formatLine
	Options    []option
	Indicators []bulkIndicator
	Everything string // address of the CSV with everything
	Example    string // an address that the page explains formats by
}

// bulkFile is one file with everything.
type bulkFile struct {
	Title string
	Href  string
	What  string
}

// formatLine is one form of every page.
type formatLine struct {
	Suffix, Media, Title, Use string
}

// bulkIndicator is an indicator's own files.
type bulkIndicator struct {
	link
	CSV, Parquet, Excel string
}

// allStem is the address of everything, without a suffix.
const allStem = "/data/figures"

func (s *Server) dataRoutes(get func(string, echo.HandlerFunc)) {
	get("/data", s.dataPage)
	get("/data/goodwork.duckdb", s.duckDB)
	s.view(allStem, func(c echo.Context) error { return c.Redirect(http.StatusMovedPermanently, "/data") }, allFileParameters, s.viewOfAll)
	get("/catalogue.jsonld", s.catalogue)
	get("/robots.txt", s.robots)
	get("/sitemap.xml", s.sitemap)
}

// allFileParameters narrow everything.
var allFileParameters = []parameter{{name: "indicators", list: true}, {name: "areas", list: true}, {name: "period", list: true}, {name: "level"}}

// viewOfAll is every figure of the edition. The parameters indicators, areas and
// period, lists, and level, a group of areas, narrow it.
func (s *Server) viewOfAll(_ echo.Context, values url.Values) (view, error) {
	v := view{
		stem: allStem, page: "/data", title: "Good work: every figure",
		about: "Every indicator of good work for every area and period, with intervals, markers, flags, source and release.",
	}
	var err error
	for id := range splitList(values.Get("indicators")) {
		ind, err := s.findIndicator(data.IndicatorID(id))
		if err != nil {
			return v, err
		}
		v.query.Indicators = append(v.query.Indicators, ind.ID)
	}
	if v.query.Areas, err = s.areaCodes("areas", values.Get("areas")); err != nil {
		return v, err
	}
	if v.query.Periods, err = periodsOf(values.Get("period")); err != nil {
		return v, err
	}
	group, err := chosenOf(values, "level", areaGroups, "")
	if err != nil || group == "" {
		return v, err
	}
	v.keep = func(r data.Row) bool {
		a, ok := s.Register.Area(r.Area)
		return ok && group.holds(a)
	}
	return v, nil
}

// duckDB answers /data/goodwork.duckdb: the edition's tables, and every figure
// with all columns in the table "figure".
func (s *Server) duckDB(c echo.Context) error {
	if _, done, err := s.parameters(c); done || err != nil {
		return err
	}
	made, err := s.files.made(c.Request().Context(), "duckdb", func(ctx context.Context) (_ file, err error) {
		columns, err := data.FigureColumns(data.ColumnSets...)
		if err != nil {
			return file{}, err
		}
		t, err := s.tableOf(ctx, view{stem: allStem}, true)
		if err != nil {
			return file{}, err
		}
		dir, err := os.MkdirTemp("", "goodwork-bulk-")
		if err != nil {
			return file{}, fmt.Errorf("DuckDB file: %w", err)
		}
		defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
		path := filepath.Join(dir, "goodwork.duckdb")
		if err := s.Edition.WriteDuckDB(ctx, path, data.Figures(t, columns)); err != nil {
			return file{}, err
		}
		body, err := os.ReadFile(path)
		return file{name: fmt.Sprintf("goodwork_%s.duckdb", s.library.edition), media: "application/vnd.duckdb", body: body, links: []string{fmt.Sprintf(`<%s/data>; rel="about", <%s>; rel="license"`, s.root(), licenceURL)}}, err
	})
	if err != nil {
		return err
	}
	return s.sendFile(c, made)
}

func (s *Server) dataPage(c echo.Context) error {
	if _, done, err := s.parameters(c); done || err != nil {
		return err
	}
	p := dataPage{
		base: s.base(c, "Data", "Every figure of the edition as CSV, Parquet and DuckDB, and every page in eleven formats."),
		Bulk: []bulkFile{
			{"CSV", allStem + ".csv", "every figure, one row each"},
			{"CSV with all columns", allStem + ".csv?columns=all", "the same with benchmark, verdict, change, trend, rank, smoothed value and quality"},
			{"Parquet", allStem + ".parquet?columns=all", "the same, typed: for DuckDB, R and Python"},
			{"DuckDB", "/data/goodwork.duckdb", "every table of the edition, and every figure with all columns in the table figure"},
			{"Zip", allStem + ".zip", "CSV, its CSVW metadata, definitions, licence, and how to read it in R, Python, Excel and DuckDB"},
			{"Any work or good work", quadrantStem + ".csv?year=all", "each local area’s pay and employment against Great Britain’s, with the probabilities of the four places, every year"},
			{"Columns", allStem + ".csv-metadata.json", "the CSV’s columns as CSV on the Web"},
			{"Catalogue", "/catalogue.jsonld", "every data set and file, as DCAT"},
		},
		Options: []option{
			{Value: "columns=", Text: "adds columns at the end: " + strings.Join(data.ColumnSets, ", ") + ", or all, joined by commas. A group’s file has members, benchmark and verdict, the index’s dimensions, methods and ranks: without columns= all of them"},
			{Value: "layout=wide", Text: "has one row an area and one column an indicator and period (CSV and Excel); of a group, the group first and then its areas"},
			{Value: "profile=fingertips", Text: "has the 26 columns of Fingertips’ files (CSV), for figures of areas: not for a group or the index"},
			{Value: "benchmark=", Text: "chooses what the benchmark’s columns speak of: uk, country, region, combined_authority, an area’s code, or group with group=CODE,CODE"},
			{Value: "theme=dark", Text: "draws a chart’s SVG for a dark page, under /embed/"},
			{Value: "chart=", Text: "names the chart for SVG and PNG, where a page has several; a name that it has not is answered with the list"},
		},
		Everything: allStem + ".csv",
		Example:    "/indicators/" + string(s.Edition.Indicators()[0].ID),
	}
	p.Breadcrumbs = []link{{Text: "Data"}}
	for _, f := range formats {
		media, _, _ := strings.Cut(f.media, ";")
		if f.suffix == ".jsonstat" {
			media = "" // JSON asked for by Accept is the plain one
		}
		p.Formats = append(p.Formats, formatLine{f.suffix, media, f.title, f.use})
	}
	for _, ind := range s.indicatorsInOrder() {
		stem := "/indicators/" + string(ind.ID)
		p.Indicators = append(p.Indicators, bulkIndicator{link{Text: ind.Title, Href: stem}, stem + ".csv", stem + ".parquet", stem + ".xlsx"})
	}
	return s.render(c, http.StatusOK, "data", p)
}
