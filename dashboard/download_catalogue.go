package dashboard

import (
	"encoding/json"
	"encoding/xml"
	"fmt"
	"net/http"
	"regexp"
	"strings"

	"github.com/labstack/echo/v4"

	"goodwork/data"
)

// dcatCatalogue is the catalogue of the edition's data sets (W3C, Data Catalog
// Vocabulary, version 3).
type dcatCatalogue struct {
	Context     map[string]any `json:"@context"`
	ID          string         `json:"@id"`
	Type        string         `json:"@type"`
	Title       string         `json:"dct:title"`
	Description string         `json:"dct:description"`
	Language    string         `json:"dct:language"`
	Licence     csvwID         `json:"dct:license"`
	Modified    csvwText       `json:"dct:modified"`
	Homepage    csvwID         `json:"foaf:homepage"`
	Datasets    []dcatDataset  `json:"dcat:dataset"`
}

type dcatDataset struct {
	ID            string             `json:"@id"`
	Type          string             `json:"@type"`
	Title         string             `json:"dct:title"`
	Description   string             `json:"dct:description"`
	Identifier    string             `json:"dct:identifier"`
	Version       data.EditionID     `json:"dcat:version"`
	Modified      csvwText           `json:"dct:modified"`
	Licence       csvwID             `json:"dct:license"`
	Publisher     []dcatAgent        `json:"dct:creator"`
	Sources       []csvwID           `json:"dct:source"`
	LandingPage   csvwID             `json:"dcat:landingPage"`
	Keywords      []string           `json:"dcat:keyword,omitempty"`
	Frequency     string             `json:"dct:accrualPeriodicity,omitempty"`
	Distributions []dcatDistribution `json:"dcat:distribution"`
}

type dcatAgent struct {
	Type string `json:"@type"`
	Name string `json:"foaf:name"`
}

type dcatDistribution struct {
	Type     string `json:"@type"`
	Title    string `json:"dct:title"`
	URL      csvwID `json:"dcat:downloadURL"`
	Media    string `json:"dcat:mediaType"`
	Licence  csvwID `json:"dct:license"`
	Conforms string `json:"dct:conformsTo,omitempty"`
}

// catalogue answers /catalogue.jsonld: every indicator and everything at once,
// each with its files.
func (s *Server) catalogue(c echo.Context) error {
	if _, done, err := s.parameters(c); done || err != nil {
		return err
	}
	cat := dcatCatalogue{
		Context: map[string]any{
			"dcat": "http://www.w3.org/ns/dcat#", "dct": "http://purl.org/dc/terms/", "foaf": "http://xmlns.com/foaf/0.1/", "xsd": "http://www.w3.org/2001/XMLSchema#",
		},
		ID: s.root() + "/catalogue.jsonld", Type: "dcat:Catalog", Title: "Good Work", Description: "Open statistics of good work for the UK’s local areas.", Language: "en-GB",
		Licence: csvwID{licenceURL}, Modified: csvwText{s.Edition.Date(), "xsd:date"}, Homepage: csvwID{s.root() + "/"},
	}
	all, err := s.viewOfAll(c, nil)
	if err != nil {
		return err
	}
	cat.Datasets = append(cat.Datasets, s.dcatDataset(all, s.Edition.Indicators()))
	for _, ind := range s.Edition.Indicators() {
		stem := "/indicators/" + string(ind.ID)
		v := view{stem: stem, page: stem, title: ind.Title, about: ind.Question + " " + ind.Definition, mapped: []data.Area{}}
		set := s.dcatDataset(v, []data.Indicator{ind})
		set.Keywords = []string{ind.Dimension.Title(), ind.UnitWords, ind.Base}
		set.Frequency = s.library.sources[ind.Source].Frequency
		cat.Datasets = append(cat.Datasets, set)
	}
	body, err := json.MarshalIndent(cat, "", "  ")
	if err != nil {
		return fmt.Errorf("catalogue: %w", err)
	}
	return s.sendFile(c, file{name: "catalogue.jsonld", media: "application/ld+json", body: append(body, '\n'), inline: true})
}

func (s *Server) dcatDataset(v view, indicators []data.Indicator) dcatDataset {
	set := dcatDataset{
		ID: s.root() + v.stem + "#dataset", Type: "dcat:Dataset", Title: v.title, Description: v.about, Identifier: s.root() + v.stem, Version: s.library.edition,
		Modified: csvwText{s.Edition.Date(), "xsd:date"}, Licence: csvwID{licenceURL}, LandingPage: csvwID{s.root() + v.page},
	}
	known := map[string]bool{}
	for _, src := range s.sourcesOf(data.Table{Indicators: indicators}) {
		set.Sources = append(set.Sources, csvwID{src.LandingPage})
		if !known[src.Publisher] {
			known[src.Publisher] = true
			set.Publisher = append(set.Publisher, dcatAgent{"foaf:Organization", src.Publisher})
		}
	}
	for _, l := range v.formatLinks(nil) {
		media, _, _ := strings.Cut(formatOf(l.Href).media, ";")
		d := dcatDistribution{Type: "dcat:Distribution", Title: l.Title, URL: csvwID{s.root() + l.Href}, Media: "https://www.iana.org/assignments/media-types/" + media, Licence: csvwID{licenceURL}}
		switch formatOf(l.Href).suffix {
		case ".csv-metadata.json":
			d.Conforms = "http://www.w3.org/ns/csvw"
		case ".jsonstat":
			d.Conforms = "https://json-stat.org/full/"
		}
		set.Distributions = append(set.Distributions, d)
	}
	return set
}

// root is the scheme, host and prefix of this edition's addresses, "" where the
// server doesn't know its own.
func (s *Server) root() string {
	if s.documents.latest != nil {
		return s.BaseURL + "/editions/" + string(s.library.edition)
	}
	return s.BaseURL
}

// hostPattern is the host and port of an address.
var hostPattern = regexp.MustCompile(`^([A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(:[0-9]{1,5})?$`)

// site is the scheme and host under which readers find the site: as the server
// was told, or else as the request has it. Behind a proxy the proxy says which
// scheme that is. It is "" where the request's host isn't one.
func (s *Server) site(r *http.Request) string {
	if s.BaseURL != "" {
		return s.BaseURL
	}
	if !hostPattern.MatchString(r.Host) {
		return ""
	}
	scheme := "http"
	if r.TLS != nil || s.BehindProxy && strings.EqualFold(r.Header.Get("X-Forwarded-Proto"), "https") {
		scheme = "https"
	}
	return scheme + "://" + r.Host
}

// robots lets everyone read everything but the answers to searches, which have
// no end.
func (s *Server) robots(c echo.Context) error {
	text := "User-agent: *\nDisallow: /search\nDisallow: /groups?\nDisallow: /compare?\n"
	if site := s.site(c.Request()); site != "" {
		text += "\nSitemap: " + site + "/sitemap.xml\n"
	}
	return s.send(c, http.StatusOK, "text/plain; charset=utf-8", []byte(text))
}

type sitemapURL struct {
	Location string `xml:"loc"`
	Modified string `xml:"lastmod"`
}

// sitemap lists every page of places and figures by its whole address.
func (s *Server) sitemap(c echo.Context) error {
	site := s.site(c.Request())
	if site == "" {
		return refusal{kind: data.ErrInvalid, what: "The request names no host, so the addresses can’t be written out."}
	}
	set := struct {
		XMLName xml.Name     `xml:"http://www.sitemaps.org/schemas/sitemap/0.9 urlset"`
		URLs    []sitemapURL `xml:"url"`
	}{}
	add := func(path string) { set.URLs = append(set.URLs, sitemapURL{site + path, s.Edition.Date()}) }
	for _, path := range []string{"/", "/areas", "/indicators", "/index", "/compare", "/groups", "/data", "/methods", "/sources", "/quality", "/dictionary", "/about"} {
		if s.hasPage(path) {
			add(path)
		}
	}
	for _, ind := range s.Edition.Indicators() {
		add("/indicators/" + string(ind.ID))
	}
	for _, a := range s.Register.Areas() {
		if a.Current() {
			add("/areas/" + a.Slug())
		}
	}
	body, err := xml.MarshalIndent(set, "", " ")
	if err != nil {
		return fmt.Errorf("sitemap: %w", err)
	}
	return s.send(c, http.StatusOK, "application/xml", append([]byte(xml.Header), append(body, '\n')...))
}

// hasPage tells whether a path is that of a route.
func (s *Server) hasPage(path string) bool {
	if path == "/index" && s.index == nil {
		return false
	}
	for _, r := range s.echo.Routes() {
		if r.Path == path && r.Method == http.MethodGet {
			return true
		}
	}
	return false
}
