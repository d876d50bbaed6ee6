package dashboard

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/labstack/echo/v4"

	"goodwork/data"
)

// apiPage documents the API from its own description.
type apiPage struct {
	base
	Routes []apiRoute
	CSV    string // of an indicator, for the samples
}

// apiRoute is one address of the API.
type apiRoute struct {
	ID, Path, Summary, Description string
	Example                        string // an address that answers
	Parameters                     []apiParameter
	Fields                         []apiParameter // of the items that it gives
}

// apiParameter is one name with its meaning.
type apiParameter struct {
	Name, Type, Meaning, Default string
	Values                       []string
	InPath                       bool
}

// codeSample is how to read an address from a language or a tool.
type codeSample struct{ ID, Name, Text string }

func (s *Server) apiDocs(c echo.Context) error {
	if _, done, err := s.parameters(c); done || err != nil {
		return err
	}
	p := apiPage{base: s.base(c, "API", "Every address of the API, its parameters and fields, with examples.")}
	p.Breadcrumbs = []link{{Text: "API"}}
	api := s.documents.openAPI
	paths := make([]string, 0, len(api.Paths))
	for path := range api.Paths {
		paths = append(paths, path)
	}
	slices.Sort(paths)
	columns, err := data.FigureColumns(data.ColumnSets...)
	if err != nil {
		return err
	}
	for _, path := range paths {
		p.Routes = append(p.Routes, routeOf(api, path, api.Paths[path].Get, columns))
	}
	p.CSV = "/indicators/" + string(s.Edition.Indicators()[0].ID) + ".csv"
	return s.render(c, http.StatusOK, "api", p)
}

// pathMeanings are those of the parts of a path that the description takes for known.
var pathMeanings = map[string]string{
	"area": "An area’s GSS code.", "indicator": "An indicator’s id.", "edition": "An edition’s id, or latest.",
}

func routeOf(api *huma.OpenAPI, path string, op *huma.Operation, columns []data.FigureColumn) apiRoute {
	r := apiRoute{ID: op.OperationID, Path: path, Summary: op.Summary, Description: op.Description, Example: path}
	query := url.Values{}
	for _, p := range op.Parameters {
		a := apiParameter{Name: p.Name, Meaning: p.Description, InPath: p.In == "path"}
		schema := p.Schema
		a.Type = schema.Type
		if schema.Type == huma.TypeArray {
			a.Type, schema = "list", schema.Items
		}
		for _, v := range schema.Enum {
			if text, ok := v.(string); ok {
				a.Values = append(a.Values, text)
			}
		}
		if d, ok := p.Schema.Default.(string); ok {
			a.Default = d
		}
		if example := exampleOf(p); example != "" && a.InPath {
			r.Example = strings.ReplaceAll(r.Example, "{"+p.Name+"}", example)
		} else if example != "" && p.Name != "area_types" && p.Name != "code" && p.Name != "within" && p.Name != "weights" {
			query.Set(p.Name, example)
		}
		if a.Meaning == "" {
			a.Meaning = pathMeanings[a.Name]
		}
		r.Parameters = append(r.Parameters, a)
	}
	r.Example = address(r.Example, query)
	if ok := op.Responses["200"]; ok != nil && ok.Content["application/json"] != nil {
		r.Fields = fieldsOf(api, ok.Content["application/json"].Schema, columns)
	}
	return r
}

func exampleOf(p *huma.Param) string {
	example := p.Example
	if example == nil && len(p.Schema.Examples) > 0 {
		example = p.Schema.Examples[0]
	}
	switch x := example.(type) {
	case string:
		return x
	case []string:
		return strings.Join(x, ",")
	}
	return ""
}

// fieldsOf are the fields of the items of an answer, or of the answer where it
// has no items.
func fieldsOf(api *huma.OpenAPI, schema *huma.Schema, columns []data.FigureColumn) []apiParameter {
	resolve := func(s *huma.Schema) *huma.Schema {
		if s != nil && s.Ref != "" {
			return api.Components.Schemas.SchemaFromRef(s.Ref)
		}
		return s
	}
	whole := resolve(schema)
	if whole == nil {
		return nil
	}
	item := whole
	for name, p := range whole.Properties {
		if p.Type == huma.TypeArray && p.Items != nil && p.Items.Ref != "" && whole.Properties["licence"] != nil && name != "links" {
			item = resolve(p.Items)
		}
	}
	names := make([]string, 0, len(item.Properties))
	for name := range item.Properties {
		names = append(names, name)
	}
	slices.Sort(names)
	var out []apiParameter
	for _, name := range names {
		p := item.Properties[name]
		a := apiParameter{Name: name, Type: p.Type, Meaning: p.Description}
		if a.Type == "" {
			a.Type = huma.TypeObject
		}
		if a.Meaning == "" {
			for _, c := range columns {
				if c.Name == name || c.Name == name+"_id" || c.Name == name+"_code" {
					a.Meaning = c.About
				}
			}
		}
		out = append(out, a)
	}
	return out
}

// sampleOf is what the samples do with a file: keep the rows that have a value
// in a column, or all, and show some columns.
type sampleOf struct {
	column, value string // "" for all rows
	shown         []string
}

// sampleStems says it of each kind of file, by the beginning of its address.
var sampleStems = []struct {
	stem string
	sampleOf
}{
	{"/indicators/", sampleOf{"area_code", "E08000003", []string{"period", "value", "lower_95", "upper_95"}}},
	{"/areas/", sampleOf{"indicator_id", "employment-rate", []string{"period", "value", "lower_95", "upper_95"}}},
	{"/data/", sampleOf{"area_code", "E08000003", []string{"indicator_id", "period", "value", "unit"}}},
	{"/index", sampleOf{"area_code", "E08000003", []string{"area_name", "index", "lower_95", "upper_95", "band"}}},
	{"/compare", sampleOf{"", "", []string{"indicator_id", "area_name", "period", "value"}}},
	{"/groups", sampleOf{"", "", []string{"indicator_id", "period", "value", "lower_95", "upper_95"}}},
}

// sampleNumbers are the columns of samples that hold numbers.
var sampleNumbers = []string{"value", "index", "lower_95", "upper_95"}

// codeSamples read one CSV file of a host in the languages and tools that people
// use.
func codeSamples(host, path string) []codeSample {
	address, of := host+path, sampleStems[0].sampleOf
	for _, x := range sampleStems {
		if strings.HasPrefix(path, x.stem) {
			of = x.sampleOf
		}
	}
	quoted := `"` + strings.Join(of.shown, `", "`) + `"`
	r, python, where := "figures[c("+quoted+")]", "figures[["+quoted+"]]", ""
	if of.column != "" {
		r = "subset(figures, " + of.column + ` == "` + of.value + `", c(` + strings.Join(of.shown, ", ") + "))"
		python = `here = figures[figures["` + of.column + `"] == "` + of.value + `"]` + "\nhere[[" + quoted + "]]"
		where = "\nWHERE " + of.column + " = '" + of.value + "'"
	}
	var types []string
	for _, name := range of.shown {
		if slices.Contains(sampleNumbers, name) {
			types = append(types, `{"`+name+`", type number}`)
		}
	}
	return []codeSample{
		{"r", "R", `figures <- read.csv("` + address + `", fileEncoding = "UTF-8")
# With readr: figures <- readr::read_csv("` + address + `")
` + r},
		{"python", "Python, with pandas", `import pandas as pd

figures = pd.read_csv("` + address + `")
` + python},
		{"duckdb", "DuckDB", `curl --fail --location --output figures.csv "` + address + `"
duckdb -csv -c "SELECT ` + strings.Join(of.shown, ", ") + `
FROM 'figures.csv'` + where + `"
# Without DuckDB, the program behind this site does the same: goodwork sql "SELECT ..."`},
		{"excel", "Excel, with Power Query", `let
    Source = Csv.Document(Web.Contents("` + address + `"), [Delimiter = ",", Encoding = 65001]),
    Figures = Table.PromoteHeaders(Source, [PromoteAllScalars = true])
in
    Table.TransformColumnTypes(Figures, {` + strings.Join(types, ", ") + `}, "en-GB")`},
		{"curl", "curl", `curl --fail --location --remote-name --remote-header-name \
  "` + address + `"`},
	}
}
