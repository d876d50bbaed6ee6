package dashboard

import (
	"errors"
	"net/http"
	"regexp"
	"strings"

	"github.com/labstack/echo/v4"

	"goodwork/data"
)

// refusal is an error that tells the reader what was wrong with the request and
// what would be right.
type refusal struct {
	kind      error  // data.ErrNotFound or data.ErrInvalid
	what      string // a sentence
	parameter string // which part of the request, "" for the path
	valid     []option
	about     string // a sentence that leads to valid; "" for the usual one
}

// option is one thing that may be asked for.
type option struct {
	Value, Text, Href string
	Chosen            bool
}

func (r refusal) Error() string { return r.what }
func (r refusal) Unwrap() error { return r.kind }

// status is the one place that knows which error is which HTTP status.
func status(err error) int {
	var fromRouter *echo.HTTPError
	switch {
	case errors.As(err, &fromRouter):
		return fromRouter.Code
	case errors.Is(err, data.ErrNotFound):
		return http.StatusNotFound
	case errors.Is(err, data.ErrInvalid):
		return http.StatusBadRequest
	default:
		return http.StatusInternalServerError
	}
}

// answerError answers every request that failed, and is the only one to log.
func (s *Server) answerError(err error, c echo.Context) {
	code := status(err)
	log := s.Log.With("method", c.Request().Method, "path", c.Request().URL.Path, "status", code)
	switch {
	case c.Request().Context().Err() != nil || c.Response().Committed:
		log.Debug("the reader has gone", "error", err)
		return
	case code >= http.StatusInternalServerError:
		log.Error("no answer", "error", err)
	default:
		log.Debug("refused", "error", err)
	}
	said := explained(err, code)
	if code == http.StatusNotFound && len(said.valid) == 0 {
		said = s.guessed(said, c.Request().URL.Path)
	}
	var sent error
	if isDataRoute(c.Request()) {
		sent = s.sendProblem(c, code, said)
	} else {
		sent = s.sendErrorPage(c, code, said)
	}
	if sent != nil {
		log.Error("the answer to an error failed", "error", sent)
		if err := c.String(http.StatusInternalServerError, "Something went wrong on our side; please try again.\n"); err != nil {
			log.Error("the reader has gone", "error", err)
		}
	}
}

// explained is the error as a reader may see it: refusals say what was wrong,
// anything else says nothing of the inside.
func explained(err error, code int) refusal {
	var said refusal
	if errors.As(err, &said) {
		return said
	}
	switch {
	case code == http.StatusNotFound:
		said.what = "There is no page at this address."
	case code == http.StatusMethodNotAllowed:
		said.what = "This address answers GET and HEAD only."
	case code < http.StatusInternalServerError:
		said.what = "The request can’t be read."
	default:
		said.what = "Something went wrong on our side. The figures are unharmed; please try again."
	}
	return said
}

// guessed is a refusal with the places that the end of an address may name.
func (s *Server) guessed(said refusal, path string) refusal {
	name := strings.ReplaceAll(path[strings.LastIndexByte(path, '/')+1:], "-", " ")
	if len(name) > longestSearch {
		return said
	}
	for _, m := range withoutTwins(s.Register.Find(name, 5)) {
		said.valid = append(said.valid, option{Value: string(m.Area.Code), Text: m.Area.Name, Href: areaLink(m.Area).Href})
	}
	if len(said.valid) > 0 && said.about == "" {
		said.about = "Perhaps you want one of these:"
	}
	return said
}

// isDataRoute tells whether programs, not people, are expected to read the answer.
func isDataRoute(r *http.Request) bool {
	f, _ := formatAsked(r)
	return f != nil && !strings.HasPrefix(r.URL.Path, "/embed/") || strings.HasPrefix(r.URL.Path, "/api/") || strings.HasPrefix(r.URL.Path, "/data/") || strings.HasSuffix(r.URL.Path, ".json") || r.URL.Path == "/search/suggest"
}

// problem is an error for programs (RFC 9457).
type problem struct {
	Type      string   `json:"type"`
	Title     string   `json:"title"`
	Status    int      `json:"status"`
	Detail    string   `json:"detail"`
	Instance  string   `json:"instance"`
	Parameter string   `json:"parameter,omitempty"`
	Valid     []string `json:"valid,omitempty"`
}

func (s *Server) sendProblem(c echo.Context, code int, said refusal) error {
	return s.send(c, code, "application/problem+json", problemOf(code, said, c.Request()).body())
}

// errorPage is the page that answers a request which failed.
type errorPage struct {
	base
	Heading string
	What    string
	About   string
	Valid   []option
}

var straightQuotes = regexp.MustCompile(`"([^"]*)"`)

// typographic is a message, as programs get it, with the quotation marks and
// apostrophes of a page.
func typographic(text string) string {
	return strings.ReplaceAll(straightQuotes.ReplaceAllString(text, "“$1”"), "'", "’")
}

func (s *Server) sendErrorPage(c echo.Context, code int, said refusal) error {
	heading := map[int]string{
		http.StatusNotFound: "Page not found", http.StatusBadRequest: "That can’t be shown",
		http.StatusMethodNotAllowed: "That can’t be done here",
	}[code]
	if heading == "" {
		heading = "Sorry, there is a problem"
	}
	p := errorPage{base: s.base(c, heading, said.what), Heading: heading, What: typographic(said.what), About: typographic(said.about), Valid: said.valid}
	p.Canonical, p.WithSearch = "", false // the page has a search field of its own
	if p.About == "" && len(p.Valid) > 0 {
		p.About = "What can be asked for:"
	}
	return s.render(c, code, "error", p)
}
