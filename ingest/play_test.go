package ingest

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"goodwork/data"
)

// service plays publishers' services on this machine: a handler for each path,
// with the requests that came.
type service struct {
	*httptest.Server
	mu    sync.Mutex
	asked []*http.Request
}

func play(t *testing.T, handle http.HandlerFunc) *service {
	t.Helper()
	s := &service{}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		s.asked = append(s.asked, r.Clone(r.Context()))
		s.mu.Unlock()
		handle(w, r)
	}))
	t.Cleanup(s.Close)
	return s
}

// requests lists the requests that came, in order.
func (s *service) requests() []*http.Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]*http.Request(nil), s.asked...)
}

// web asks the service for everything, without waiting long for anything.
func (s *service) web() *Web {
	bases := map[string]string{}
	for name := range addresses {
		bases[name] = s.URL
	}
	return &Web{
		Contact: "someone@example.org", Program: "goodwork/test", BaseURLs: bases, Keys: map[string]string{"stat-xplore": "secret"},
		Now: time.Now, Rate: 10_000, Retries: 2, Wait: time.Millisecond, Patience: 3 * time.Second,
		Idle: 300 * time.Millisecond, Longest: 2 * time.Second, MostBytes: 32 << 20,
	}
}

// live is a run of sources against a service.
func live(t *testing.T, store string, s *service, sources ...Source) Config {
	t.Helper()
	register, err := registerOnce()
	if err != nil {
		t.Fatal(err)
	}
	return Config{Store: store, Web: s.web(), Sources: sources, Register: register, Today: "2026-11-23"}
}

// run makes one run of one source, and gives its result.
func run(t *testing.T, cfg Config) Result {
	t.Helper()
	report, err := Run(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	if len(report.Results) != 1 {
		t.Fatalf("%d results, want 1", len(report.Results))
	}
	return report.Results[0]
}

// built is a source that is built in.
func built(t *testing.T, id data.SourceID) Source {
	t.Helper()
	all, err := Sources()
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range all {
		if s.ID == id {
			return s
		}
	}
	t.Fatalf("no source %s", id)
	return Source{}
}

// recorded reads a publisher's recorded reply.
func recorded(t *testing.T, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(publishersFolder(t), name))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// etag is a strong validator of some bytes.
func etag(b []byte) string { return fmt.Sprintf("%q", fmt.Sprintf("%x", sha256.Sum256(b))[:16]) }

// say answers with a body of a kind.
func say(w http.ResponseWriter, kind, text string) {
	w.Header().Set("Content-Type", kind)
	_, err := w.Write([]byte(text))
	if err != nil && !strings.Contains(err.Error(), "hijacked") {
		return // the client has gone
	}
}

// zeros packs n bytes of nothing.
func zeros(t *testing.T, n int) []byte {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if _, err := z.Write(make([]byte, n)); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}
