package dashboard

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"goodwork/data"
)

// csvwColumn describes a column (Metadata Vocabulary for Tabular Data, 5.6).
type csvwColumn struct {
	Name        string   `json:"name"`
	Titles      string   `json:"titles"`
	Description string   `json:"dc:description,omitempty"`
	Datatype    string   `json:"datatype"`
	Required    bool     `json:"required,omitempty"`
	Null        []string `json:"null,omitempty"`
	PropertyURL string   `json:"propertyUrl,omitempty"`
	ValueURL    string   `json:"valueUrl,omitempty"`
}

type csvwSchema struct {
	AboutURL   string       `json:"aboutUrl,omitempty"`
	PrimaryKey []string     `json:"primaryKey"`
	Columns    []csvwColumn `json:"columns"`
}

type csvwText struct {
	Value string `json:"@value"`
	Type  string `json:"@type,omitempty"`
}

type csvwID struct {
	ID string `json:"@id"`
}

type csvwAgent struct {
	Type string `json:"@type"`
	Name string `json:"schema:name"`
	URL  string `json:"schema:url,omitempty"`
}

type csvwDialect struct {
	Delimiter       string   `json:"delimiter"`
	Encoding        string   `json:"encoding"`
	Header          bool     `json:"header"`
	LineTerminators []string `json:"lineTerminators"`
	QuoteChar       string   `json:"quoteChar"`
	DoubleQuote     bool     `json:"doubleQuote"`
}

type csvwTable struct {
	Context     []any       `json:"@context"`
	URL         string      `json:"url"`
	Type        string      `json:"@type"`
	Title       string      `json:"dc:title"`
	Description string      `json:"dc:description"`
	Identifier  string      `json:"dc:identifier"`
	Creator     string      `json:"dc:creator"`
	Publisher   []csvwAgent `json:"dc:publisher"`
	Licence     csvwID      `json:"dc:license"`
	Modified    csvwText    `json:"dc:modified"`
	Language    string      `json:"dc:language"`
	Sources     []csvwID    `json:"dc:source,omitempty"`
	Dialect     csvwDialect `json:"dialect"`
	Schema      csvwSchema  `json:"tableSchema"`
}

// The terms that columns stand for: SDMX's, as the RDF Data Cube has them.
const (
	sdmxDimension = "http://purl.org/linked-data/sdmx/2009/dimension#"
	sdmxMeasure   = "http://purl.org/linked-data/sdmx/2009/measure#"
	sdmxAttribute = "http://purl.org/linked-data/sdmx/2009/attribute#"
	gssCode       = "http://statistics.data.gov.uk/id/statistical-geography/"
)

// csvMetadata describes a view's CSV as CSV on the Web has it (W3C, 2015).
func (s *Server) csvMetadata(ctx context.Context, v view, o formatOptions, values url.Values) ([]byte, error) {
	sheet, t, err := s.csvSheet(ctx, v, o)
	if err != nil {
		return nil, err
	}
	return s.csvwOf(v, sheet, t, s.root()+address(v.stem+".csv", values))
}

func (s *Server) csvwOf(v view, sheet csvTable, t data.Table, csvURL string) ([]byte, error) {
	m := csvwTable{
		Context: []any{"http://www.w3.org/ns/csvw", map[string]string{"@language": "en"}},
		URL:     csvURL, Type: "Table", Title: v.title, Description: v.about, Identifier: s.root() + v.page + "#" + string(t.Edition),
		Creator: "Good Work", Licence: csvwID{licenceURL}, Modified: csvwText{s.Edition.Date(), "xsd:date"}, Language: "en-GB",
		Dialect: csvwDialect{",", "utf-8", true, []string{"\r\n"}, `"`, true},
		Schema:  csvwSchema{PrimaryKey: sheet.key},
	}
	for _, src := range s.sourcesOf(t) {
		agent := csvwAgent{Type: "schema:Organization", Name: src.Publisher}
		if !slices.Contains(m.Publisher, agent) {
			m.Publisher = append(m.Publisher, agent)
		}
		if landing := (csvwID{src.LandingPage}); !slices.Contains(m.Sources, landing) {
			m.Sources = append(m.Sources, landing)
		}
	}
	if sheet.long {
		m.Schema.AboutURL = s.root() + "/areas/{area_code}/{indicator_id}/{period}"
	}
	for _, c := range sheet.Columns {
		m.Schema.Columns = append(m.Schema.Columns, s.csvwColumn(c, slices.Contains(sheet.key, c.Name), sheet.wide))
	}
	body, err := json.MarshalIndent(m, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("write the metadata: %w", err)
	}
	return append(body, '\n'), nil
}

func (s *Server) csvwColumn(c data.Column, key, wide bool) csvwColumn {
	out := csvwColumn{
		Name: csvwName(c.Name), Titles: c.Name, Description: c.About, Required: key,
		Datatype: map[data.CellKind]string{data.TextCells: "string", data.NumberCells: "double", data.IntegerCells: "integer", data.TruthCells: "boolean"}[c.Kind],
	}
	if !key {
		out.Null = []string{""}
	}
	switch c.Name {
	case "indicator_id":
		out.PropertyURL, out.ValueURL = "http://purl.org/linked-data/cube#measureType", s.root()+"/indicators/{indicator_id}"
	case "area_code":
		out.PropertyURL, out.ValueURL = sdmxDimension+"refArea", gssCode+"{area_code}"
	case "area_name":
		out.PropertyURL = "http://www.w3.org/2000/01/rdf-schema#label"
	case "period":
		out.PropertyURL = sdmxDimension + "refPeriod"
	case "value":
		out.PropertyURL = sdmxMeasure + "obsValue"
	case "unit":
		out.PropertyURL = sdmxAttribute + "unitMeasure"
	case "marker", "flags":
		out.PropertyURL = sdmxAttribute + "obsStatus"
	default:
		out.PropertyURL = s.root() + "/dictionary#" + csvwName(c.Name)
	}
	if wide && c.Kind == data.NumberCells {
		for _, m := range data.Markers {
			out.Null = append(out.Null, m.Shorthand())
		}
	}
	return out
}

// csvwName is a column's name as a variable of a URI template may be.
func csvwName(name string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '_' {
			return r
		}
		return '_'
	}, name)
}
