package ingest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/url"

	"goodwork/data"
)

// addresses are where publishers' services are, by the name that flags give
// them.
var addresses = map[string]string{
	"els":         "https://www.ons.gov.uk/explore-local-statistics/api/v1",
	"nomis":       "https://www.nomisweb.co.uk/api/v01",
	"stat-xplore": "https://stat-xplore.dwp.gov.uk/webapi/rest/v1",
	"fingertips":  "https://fingertips.phe.org.uk/api",
	"page":        "https://www.ons.gov.uk",
	"timeseries":  "https://www.ons.gov.uk",
}

// clients put a source's question to a service. They give the parts of a
// release in the order in which they are to be read.
var clients = map[string]func(ctx context.Context, f *fetcher, s Source) ([]piece, error){
	"els":         fetchELS,
	"nomis":       fetchNomis,
	"stat-xplore": fetchStatXplore,
	"fingertips":  fetchFingertips,
	"page":        fetchPage,
	"timeseries":  fetchTimeseries,
}

// piece is a part of a release that is read as one: a file, or the pages of a
// table. Measure is the one measure that all of it is of, "" where its rows say
// so themselves.
type piece struct {
	Name    string `json:"name"`
	Format  string `json:"format"`
	Measure string `json:"measure,omitempty"`
	Bodies  []body `json:"bodies"`
}

// formatOf finds how a part is read. Some formats hold no figures, and are of
// no use to a source's YAML.
func formatOf(name string) (format, error) {
	if f, ok := formats[name]; ok {
		return f, nil
	}
	if name == nomisDefinition {
		return format{read: readNomisDefinition}, nil
	}
	return format{}, fmt.Errorf("format %q: %w", name, data.ErrNotFound)
}

// join puts the pages of a table together: the header of the first, and the
// rows of all.
func join(pages [][]byte) ([]byte, error) {
	if len(pages) == 1 {
		return pages[0], nil
	}
	var out []byte
	var header []byte
	for i, p := range pages {
		p = bytes.TrimPrefix(p, byteOrderMark)
		end := bytes.IndexByte(p, '\n')
		if end < 0 {
			return nil, fmt.Errorf("page %d has no header: %w", i+1, data.ErrInvalid)
		}
		if i == 0 {
			header = p[:end]
			out = append(out, p...)
			continue
		}
		if !bytes.Equal(header, p[:end]) {
			return nil, fmt.Errorf("page %d has another header than the first: %w", i+1, data.ErrInvalid)
		}
		if n := len(out); n > 0 && out[n-1] != '\n' {
			return nil, fmt.Errorf("page %d is cut off: %w", i, data.ErrInvalid)
		}
		out = append(out, p[end+1:]...)
	}
	return out, nil
}

// bare takes off an error of the network the address that it holds, which may
// hold a key.
func bare(err error) error {
	var u *url.Error
	if errors.As(err, &u) {
		return u.Err
	}
	return err
}
