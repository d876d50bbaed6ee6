package dashboard

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"mime"
	"net/http"
	"net/url"
	"strings"

	"goodwork/data"
)

// Export gives the file at an address of the site, "/areas/E08000003.csv", with
// the name under which a reader would keep it: the same bytes as a request gets.
// An address that isn't one of a file, and one that is refused, is an error in
// the words of the refusal.
func (s *Server) Export(ctx context.Context, address string) (name string, body []byte, err error) {
	to, err := url.ParseRequestURI(address)
	if err != nil {
		return "", nil, fmt.Errorf("not an address such as /areas/E08000003.csv: %w", data.ErrInvalid)
	}
	for range 4 { // an address of another form leads to the one that answers
		r, err := http.NewRequestWithContext(ctx, http.MethodGet, to.String(), nil)
		if err != nil {
			return "", nil, fmt.Errorf("%w: %w", data.ErrInvalid, err)
		}
		r.RequestURI = to.RequestURI()
		w := exported{header: http.Header{}, status: http.StatusOK}
		s.ServeHTTP(&w, r)
		switch {
		case w.status >= 300 && w.status < 400:
			if to, err = to.Parse(w.header.Get("Location")); err != nil {
				return "", nil, fmt.Errorf("led astray: %w", err)
			}
			continue
		case w.status != http.StatusOK:
			return "", nil, w.problem()
		}
		_, parameters, err := mime.ParseMediaType(w.header.Get("Content-Disposition"))
		if err != nil || parameters["filename"] == "" {
			return "", nil, fmt.Errorf("this is a page, not a file; put an ending after its path, such as .csv: %w", data.ErrInvalid)
		}
		return parameters["filename"], w.body.Bytes(), nil
	}
	return "", nil, fmt.Errorf("the address leads round in a circle: %w", data.ErrInvalid)
}

// exported keeps what a handler answers.
type exported struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func (a *exported) Header() http.Header         { return a.header }
func (a *exported) WriteHeader(status int)      { a.status = status }
func (a *exported) Write(b []byte) (int, error) { return a.body.Write(b) }

// problem is a refusal as an error.
func (a *exported) problem() error {
	var p problem
	if err := json.Unmarshal(a.body.Bytes(), &p); err != nil || p.Detail == "" {
		return errors.New(strings.ToLower(http.StatusText(a.status)))
	}
	text := p.Detail
	if len(p.Valid) > 0 {
		text += " Valid: " + strings.Join(p.Valid, ", ")
	}
	return errors.New(text)
}
