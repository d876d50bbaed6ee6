package dashboard

import (
	"cmp"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"goodwork/data"
)

// sourcesPage lists every source, by publisher, with the very files that were read.
type sourcesPage struct {
	base
	Publishers []publisherSources
}

// publisherSources are the sources of one publisher.
type publisherSources struct {
	ID, Name string
	Sources  []sourceEntry
}

// sourceEntry is one source.
type sourceEntry struct {
	ID          data.SourceID
	Title       string
	LandingPage string
	Status      string
	Licence     string
	Frequency   string
	NextRelease string
	Releases    []releaseEntry
	Used        []link // indicators that rest on it
}

// releaseEntry is one file of one release.
type releaseEntry struct {
	ID        data.ReleaseID
	Published string
	URL       string
	File      string
	SHA256    string
	Rows      string
	Skipped   string
}

func (s *Server) sources(c echo.Context) error {
	if _, done, err := s.parameters(c); done || err != nil {
		return err
	}
	p := sourcesPage{base: s.base(c, "Sources", "Every source of the figures: its publisher, status, releases, and the fingerprint of the bytes that were read.")}
	p.Breadcrumbs = []link{{Text: "Sources"}}
	releases, err := s.Edition.Releases(c.Request().Context())
	if err != nil {
		return err
	}
	for _, src := range s.sourcesInOrder() {
		e := sourceEntry{
			ID: src.ID, Title: src.Title, LandingPage: src.LandingPage, Status: data.Designations[src.Designation],
			Licence: licenceWords(src.Licence), Frequency: src.Frequency,
		}
		if src.NextRelease != "" {
			e.NextRelease = dayWords(src.NextRelease)
		}
		for _, r := range releases {
			if r.Source == src.ID {
				e.Releases = append(e.Releases, releaseEntryOf(r))
			}
		}
		for _, ind := range s.Edition.Indicators() {
			if ind.Source == src.ID || slices.Contains(ind.Inputs, src.ID) {
				e.Used = append(e.Used, link{Text: ind.Title, Href: "/indicators/" + string(ind.ID)})
			}
		}
		if n := len(p.Publishers); n == 0 || p.Publishers[n-1].Name != src.Publisher {
			p.Publishers = append(p.Publishers, publisherSources{ID: fmt.Sprintf("publisher-%d", n+1), Name: src.Publisher})
		}
		of := &p.Publishers[len(p.Publishers)-1]
		of.Sources = append(of.Sources, e)
	}
	return s.render(c, http.StatusOK, "sources", p)
}

// sourcesInOrder are the sources by publisher and title.
func (s *Server) sourcesInOrder() []data.Source {
	return slices.SortedFunc(maps.Values(s.library.sources), func(a, b data.Source) int {
		return cmp.Or(strings.Compare(a.Publisher, b.Publisher), strings.Compare(a.Title, b.Title), strings.Compare(string(a.ID), string(b.ID)))
	})
}

func releaseEntryOf(r data.Release) releaseEntry {
	e := releaseEntry{ID: r.ID, URL: r.URL, File: r.File, SHA256: r.SHA256, Rows: data.FormatNumber(float64(r.Rows), 0)}
	if r.Published != "" {
		e.Published = dayWords(r.Published)
	}
	if r.Skipped > 0 {
		e.Skipped = data.FormatNumber(float64(r.Skipped), 0)
	}
	return e
}

// licenceWords writes a licence's short name out.
func licenceWords(short string) string {
	switch short {
	case "OGL-UK-3.0":
		return "Open Government Licence v3.0"
	case "CC-BY-4.0":
		return "Creative Commons Attribution 4.0"
	}
	return short
}
