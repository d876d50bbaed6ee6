package dashboard

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"strings"

	"goodwork/data"
)

// datasetDescription is a schema.org Dataset.
type datasetDescription struct {
	Context      string           `json:"@context,omitempty"`
	Type         string           `json:"@type"`
	ID           string           `json:"@id"`
	Name         string           `json:"name"`
	Description  string           `json:"description"`
	URL          string           `json:"url"`
	Identifier   string           `json:"identifier"`
	Licence      string           `json:"license"`
	Modified     string           `json:"dateModified"`
	Version      data.EditionID   `json:"version"`
	Language     string           `json:"inLanguage"`
	Free         bool             `json:"isAccessibleForFree"`
	Creator      []ldAgent        `json:"creator"`
	Based        []string         `json:"isBasedOn"`
	Temporal     string           `json:"temporalCoverage,omitempty"`
	Spatial      ldPlace          `json:"spatialCoverage"`
	Measured     []ldVariable     `json:"variableMeasured"`
	Distribution []ldDistribution `json:"distribution"`
}

type ldAgent struct {
	Type string `json:"@type"`
	Name string `json:"name"`
}

type ldPlace struct {
	Type       string `json:"@type"`
	Name       string `json:"name"`
	Identifier string `json:"identifier,omitempty"`
}

type ldVariable struct {
	Type        string `json:"@type"`
	Name        string `json:"name"`
	Description string `json:"description"`
	Unit        string `json:"unitText"`
}

type ldDistribution struct {
	Type   string `json:"@type"`
	Name   string `json:"name"`
	Format string `json:"encodingFormat"`
	URL    string `json:"contentUrl"`
}

// datasetLD describes a view as a schema.org Dataset.
func (s *Server) datasetLD(ctx context.Context, v view, _ formatOptions, values url.Values) ([]byte, error) {
	_, t, err := s.sheetOf(ctx, v, formatOptions{})
	if err != nil {
		return nil, err
	}
	body, err := json.MarshalIndent(s.describe(v, t, values), "", "  ")
	if err != nil {
		return nil, fmt.Errorf("write the description: %w", err)
	}
	return append(body, '\n'), nil
}

// describe puts a view and its figures into the terms of schema.org.
func (s *Server) describe(v view, t data.Table, values url.Values) datasetDescription {
	d := datasetDescription{
		Context: "https://schema.org/", Type: "Dataset", ID: s.root() + v.page + "#dataset", Name: v.title, Description: v.about, URL: s.root() + v.page,
		Identifier: s.root() + v.page, Licence: licenceURL, Modified: s.Edition.Date(), Version: t.Edition, Language: "en-GB", Free: true,
		Spatial: ldPlace{Type: "Place", Name: "United Kingdom", Identifier: gssCode + string(data.UnitedKingdom)}, Temporal: coverage(t.Rows),
	}
	if n := len(t.Rows); n > 0 && t.Rows[0].Area == t.Rows[n-1].Area {
		first := t.Rows[0]
		d.Spatial = ldPlace{Type: "Place", Name: first.AreaName, Identifier: gssCode + string(first.Area)}
	}
	for _, src := range s.sourcesOf(t) {
		agent := ldAgent{"Organization", src.Publisher}
		d.Based = append(d.Based, src.LandingPage)
		known := false
		for _, a := range d.Creator {
			known = known || a == agent
		}
		if !known {
			d.Creator = append(d.Creator, agent)
		}
	}
	for _, ind := range t.Indicators {
		d.Measured = append(d.Measured, ldVariable{"PropertyValue", ind.Title, ind.Definition, ind.UnitWords})
	}
	for _, l := range v.formatLinks(values) {
		media, _, _ := strings.Cut(formatOf(strings.Split(l.Href, "?")[0]).media, ";")
		d.Distribution = append(d.Distribution, ldDistribution{"DataDownload", l.Title, media, s.root() + l.Href})
	}
	return d
}

// coverage is the stretch of time that rows cover, as an ISO 8601 interval.
func coverage(rows []data.Row) string {
	if len(rows) == 0 {
		return ""
	}
	first, last := rows[0].Period.Start(), rows[0].Period.LastDay().Format("2006-01-02")
	for _, r := range rows {
		first = min(first, r.Period.Start())
		last = max(last, r.Period.LastDay().Format("2006-01-02"))
	}
	return first + "/" + last
}

// datasetOf is a view's description as its page holds it, made once.
func (s *Server) datasetOf(ctx context.Context, v view) (json.RawMessage, error) {
	f := formatOf(".jsonld")
	made, err := s.files.made(ctx, f.suffix+" "+v.stem, func(ctx context.Context) (file, error) {
		return s.fileOf(ctx, v, f, formatOptions{}, nil)
	})
	return made.body, err
}
