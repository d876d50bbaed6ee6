package dashboard

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"hash/fnv"
	"net/http"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"
	"github.com/labstack/echo/v4/middleware"
)

// recovered turns a panic into an error, which answerError answers.
var recovered = middleware.RecoverWithConfig(middleware.RecoverConfig{DisablePrintStack: true, DisableErrorHandler: false})

// contentPolicy lets a page load from its own server only, and run nothing
// that stands in it.
const contentPolicy = "default-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'"

func secured(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		h := c.Response().Header()
		h.Set("Content-Security-Policy", contentPolicy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "strict-origin-when-cross-origin")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
		if isDataRoute(c.Request()) {
			h.Set("Access-Control-Allow-Origin", "*")
			h.Set("Access-Control-Expose-Headers", "ETag, Link, Content-Location, Content-Disposition, Content-Range, Retry-After, RateLimit-Limit, RateLimit-Remaining, RateLimit-Reset")
		}
		return next(c)
	}
}

// fresh answers 304 to a reader who has this edition's answer already. The tag
// is weak: the bytes depend on the encoding, the meaning doesn't.
func (s *Server) fresh(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		if strings.HasPrefix(c.Request().URL.Path, AssetPrefix) {
			return next(c) // their names change with their content
		}
		tag := s.tag(c.Request())
		for known := range strings.SplitSeq(c.Request().Header.Get("If-None-Match"), ",") {
			if strings.TrimSpace(known) == tag {
				c.Response().Header().Set("ETag", tag)
				return c.NoContent(http.StatusNotModified)
			}
		}
		return next(c)
	}
}

func (s *Server) tag(r *http.Request) string {
	h := fnv.New64a()
	fmt.Fprintf(h, "%s\n%s\n%s%s\n%s\n%s", s.Version, s.library.edition, prefixOf(r), r.URL.RequestURI(), r.Header.Get("Accept"), s.site(r))
	return fmt.Sprintf(`W/"%s-%016x"`, s.library.edition, h.Sum64())
}

// minimumGzip is the length under which compression isn't worth its header.
const minimumGzip = 1024

// send answers with a body that is whole, so that its length is known and no
// answer stops half-way.
func (s *Server) send(c echo.Context, status int, mediaType string, body []byte) error {
	h := c.Response().Header()
	if prefix := prefixOf(c.Request()); strings.HasPrefix(prefix, "/editions/") && strings.HasPrefix(mediaType, "text/html") {
		var err error
		if body, err = s.pinnedPage(body, prefix, c.Request().URL.RequestURI()); err != nil {
			return err
		}
	}
	h.Set("Content-Type", mediaType)
	h.Add("Vary", "Accept-Encoding")
	if status == http.StatusOK {
		h.Set("ETag", s.tag(c.Request()))
		h.Set("Accept-Ranges", "none") // files can be had in parts, pages are small
		if h.Get("Cache-Control") == "" {
			h.Set("Cache-Control", "public, no-cache")
		}
	} else {
		h.Set("Cache-Control", "no-store")
	}
	if len(body) >= minimumGzip && acceptsGzip(c.Request()) {
		short, err := gzipped(body)
		if err != nil {
			return err
		}
		h.Set("Content-Encoding", "gzip")
		body = short
	}
	h.Set("Content-Length", strconv.Itoa(len(body)))
	c.Response().WriteHeader(status)
	if c.Request().Method == http.MethodHead {
		return nil
	}
	_, err := c.Response().Write(body)
	return err
}

// acceptsGzip tells whether gzip may be sent, whatever else may.
func acceptsGzip(r *http.Request) bool {
	for _, coding := range strings.Split(strings.Join(r.Header.Values("Accept-Encoding"), ","), ",") {
		if acceptedEncoding([]string{coding}) == "gzip" {
			return true
		}
	}
	return false
}

func gzipped(body []byte) ([]byte, error) {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, err := w.Write(body)
	if err := errors.Join(err, w.Close()); err != nil {
		return nil, fmt.Errorf("compress the answer: %w", err)
	}
	return b.Bytes(), nil
}
