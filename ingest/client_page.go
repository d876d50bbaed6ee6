package ingest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"path"
	"regexp"

	"golang.org/x/net/html"

	"goodwork/data"
)

// fetchPage finds a file on a source's landing page, where the newest stands
// first, and fetches it.
func fetchPage(ctx context.Context, f *fetcher, s Source) ([]piece, error) {
	landing, err := url.Parse(s.LandingPage)
	if err != nil {
		return nil, fmt.Errorf("landing_page: %w: %w", err, data.ErrInvalid)
	}
	at := s.LandingPage
	if base := f.web.BaseURLs["page"]; base != "" {
		at = f.base("page") + landing.RequestURI()
	}
	b, err := f.ask(ctx, question{source: s.ID, url: at, accept: "text/html", kinds: pageKinds})
	if err != nil {
		return nil, err
	}
	text, err := f.archive.read(b.SHA256)
	if err != nil {
		return nil, err
	}
	link, err := linkOn(text, s.Fetch.Page.Link)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", b.URL, err)
	}
	from, err := url.Parse(at)
	if err != nil {
		return nil, err
	}
	to, err := from.Parse(link)
	if err != nil {
		return nil, fmt.Errorf("%s: link %q: %w: %w", b.URL, link, err, data.ErrInvalid)
	}
	if to.Host != from.Host {
		return nil, fmt.Errorf("%s: %w", b.URL, &redirectError{from.Host, to.Host})
	}
	file, err := f.ask(ctx, question{
		source: s.ID, url: to.String(), accept: "*/*", kinds: fileKinds, hosts: s.Fetch.Page.Hosts, file: true,
	})
	if err != nil {
		return nil, err
	}
	return []piece{{Name: fileName(to), Format: s.Format, Bodies: []body{file}}}, nil
}

// fileName is the name of a file by its address, which may stand in a
// parameter.
func fileName(u *url.URL) string {
	if uri := u.Query().Get("uri"); uri != "" {
		return path.Base(uri)
	}
	return path.Base(u.Path)
}

// linkOn finds the first link of a page whose address matches.
func linkOn(page []byte, pattern string) (string, error) {
	match, err := regexp.Compile(pattern)
	if err != nil {
		return "", err
	}
	for z := html.NewTokenizer(bytes.NewReader(page)); ; {
		switch z.Next() {
		case html.ErrorToken:
			if err := z.Err(); !errors.Is(err, io.EOF) {
				return "", err
			}
			return "", fmt.Errorf("no link that matches %q: has the page changed? %w", pattern, data.ErrNotFound)
		case html.StartTagToken:
			t := z.Token()
			for _, a := range t.Attr {
				if t.Data == "a" && a.Key == "href" && match.MatchString(a.Val) {
					return a.Val, nil
				}
			}
		}
	}
}
