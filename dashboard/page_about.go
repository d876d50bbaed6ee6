package dashboard

import (
	"net/http"

	"github.com/labstack/echo/v4"
)

// documentRoutes lays the routes of the pages about the figures.
func (s *Server) documentRoutes(get func(path string, handler echo.HandlerFunc)) {
	get("/methods", s.prose("methods", "How every figure, comparison, trend, rank, grade and index is made, with the formulas and the literature."))
	get("/about", s.prose("about", "What Good Work is, for whom, what it is not, and how it is corrected."))
	get("/accessibility", s.prose("accessibility", "How accessible these pages are, what falls short, and how it was tested."))
	get("/privacy", s.prose("privacy", "What is kept of those who read these pages: next to nothing."))
	get("/sources", s.sources)
	get("/quality", s.quality)
	get("/dictionary", s.dictionary)
	get("/areas/:area/:indicator/:period", s.provenance)
	get("/editions", s.editions)
	get("/editions/:edition", s.editionOrDifference)
	get("/editions/:edition/*", s.inEdition)
	get("/latest/*", s.inLatest)
	get("/api", s.apiDocs)
	for _, root := range []string{apiPrefix, apiPrefix + "/"} {
		get(root, func(c echo.Context) error { return c.Redirect(http.StatusFound, "/api") })
	}
	get(apiPrefix+"/*", s.api)
	s.echo.OPTIONS(apiPrefix+"/*", preflight)
	s.echo.IPExtractor = echo.ExtractIPDirect()
	if s.BehindProxy {
		s.echo.IPExtractor = echo.ExtractIPFromXFFHeader()
	}
	s.documents.apiHandler, s.documents.openAPI = s.newAPI()
}

// aboutLinks are the pages about the figures, at the foot of every page.
func aboutLinks() []link {
	return []link{
		{Text: "About", Href: "/about"},
		{Text: "Methods", Href: "/methods"},
		{Text: "Sources", Href: "/sources"},
		{Text: "Quality", Href: "/quality"},
		{Text: "Data dictionary", Href: "/dictionary"},
		{Text: "Editions", Href: "/editions"},
		{Text: "API", Href: "/api"},
		{Text: "Accessibility", Href: "/accessibility"},
		{Text: "Privacy", Href: "/privacy"},
	}
}
