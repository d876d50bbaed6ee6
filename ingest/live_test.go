package ingest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"goodwork/data"
)

const livePay = `id: test-live-pay
title: Weekly pay
publisher: Office for National Statistics
licence: OGL-UK-3.0
landing_page: https://example.org/pay
designation: accredited
frequency: yearly
format: els-csv
measures:
  - id: weekly-pay
    where: {indicator: Weekly pay}
    unit: £
    kind: median
    range: [50, 5000]
markers: {x: x}
statuses: {r: revised}
expect: {areas: 2, periods: 2}
releases:
  - id: 2025-10
    published: 2025-10-23
    url: https://example.org/pay.csv
    file: pay.csv
    latest: 2025-04-30
    flags: {2025-04-30: provisional}
fetch:
  els:
    indicators: {weekly-pay: weekly-pay}
`

// Invented figures.
const livePayReply = `areacd,areanm,period,value,lci_95,uci_95,status
E08000003,Manchester,2024-04-17,500.5,480,520,r
E08000003,Manchester,2025-04-30,510.5,490,530,
E06000053,Isles of Scilly,2025-04-30,,,,x
`

func csvReply(text string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { say(w, "text/csv", text) }
}

func TestAReplyBecomesObservationsAndItsBytesAreKept(t *testing.T) {
	dir, s := t.TempDir(), play(t, csvReply(livePayReply))
	res := run(t, live(t, dir, s, source(t, livePay)))
	if res.Err != nil {
		t.Fatal(res.Err)
	}
	obs, state := inStore(t, dir, "test-live-pay")
	var got []string
	for _, o := range obs {
		got = append(got, fmt.Sprint(o.Area, " ", o.Period, " ", said(o.Value), " ", o.Interval.Known, " ", o.Flags, " ", o.Release))
	}
	want := []string{
		"E06000053 2025-04-30 [x] false  2026-11-23",
		"E08000003 2024-04-17 500.5 true revised 2026-11-23",
		"E08000003 2025-04-30 510.5 true provisional 2026-11-23",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("observations (-want +got):\n%s", diff)
	}
	if state.Stale {
		t.Errorf("stale: %s", state.Reason)
	}
	kept, err := archiveIn(dir).read(res.Release.SHA256)
	if err != nil || string(kept) != livePayReply {
		t.Errorf("kept %q (%v), want the reply", kept, err)
	}
	req := s.requests()[0]
	asks := []string{req.URL.String(), req.Header.Get("Accept"), req.Header.Get("User-Agent")}
	if diff := cmp.Diff([]string{"/data.csv?indicator=weekly-pay&time=all&includeStatus=true", "text/csv, application/json", "goodwork/test (someone@example.org)"}, asks); diff != "" {
		t.Errorf("request (-want +got):\n%s", diff)
	}
}

func TestARunFromTheArchiveGivesTheSameFigures(t *testing.T) {
	dir, s := t.TempDir(), play(t, csvReply(livePayReply))
	cfg := live(t, dir, s, source(t, livePay))
	run(t, cfg)
	want, _ := inStore(t, dir, "test-live-pay")
	s.Close()
	cfg.Web, cfg.Today = nil, "2026-12-24"
	if res := run(t, cfg); res.Err != nil {
		t.Fatal(res.Err)
	}
	got, _ := inStore(t, dir, "test-live-pay")
	if diff := cmp.Diff(want, got, values); diff != "" {
		t.Errorf("observations (-fetched +archived):\n%s", diff)
	}
}

func TestWhatHasNotChangedIsNotSentAgain(t *testing.T) {
	dir := t.TempDir()
	s := play(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("ETag", `"one"`)
		if r.Header.Get("If-None-Match") == `"one"` {
			w.WriteHeader(http.StatusNotModified)
			return
		}
		say(w, "text/csv", livePayReply)
	})
	cfg := live(t, dir, s, source(t, livePay))
	run(t, cfg)
	cfg.Today = "2026-11-24"
	res := run(t, cfg)
	if res.Err != nil {
		t.Fatal(res.Err)
	}
	if res.Release.ID != "2026-11-23" {
		t.Errorf("release %s, want the same as before, 2026-11-23", res.Release.ID)
	}
	if n := len(s.requests()); n != 2 {
		t.Errorf("%d requests, want 2", n)
	}
}

// faults are what a service can do to a reply. Each leaves the stored release
// as it was.
func TestNothingThatAServiceDoesHurtsTheStore(t *testing.T) {
	elsewhere := httptest.NewServer(csvReply(livePayReply))
	t.Cleanup(elsewhere.Close)
	bomb := func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/csv")
		w.Header().Set("Content-Encoding", "gzip")
		if _, err := w.Write(zeros(t, 64<<20)); err != nil {
			return // the client has had enough
		}
	}
	tests := []struct {
		name   string
		handle http.HandlerFunc
		want   string
	}{
		{"zero bytes", csvReply(""), "no bytes at all under status 200"},
		{"a web page under 200", func(w http.ResponseWriter, _ *http.Request) { say(w, "text/html", "<!doctype html><p>Sorry") }, `answered with "text/html"`},
		{"a web page that says it is CSV", csvReply("<!DOCTYPE html>\n<html><p>Sorry</p></html>\n"), "a web page under status 200"},
		{"another kind", func(w http.ResponseWriter, _ *http.Request) { say(w, "application/json", "{}") }, `answered with "application/json", want text/csv`},
		{"an indicator that isn't there", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			w.WriteHeader(http.StatusBadRequest)
			io.WriteString(w, `{"message":"No data available for the selected filters."}`)
		}, "400 Bad Request: No data available for the selected filters."},
		{"an error that stays", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusBadGateway) }, "502 Bad Gateway"},
		{"a gzip bomb", bomb, "more than the 33554432 bytes that are read, unpacked"},
		{"a length beyond the limit", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/csv")
			w.Header().Set("Content-Length", strconv.Itoa(1<<30))
			w.WriteHeader(http.StatusOK)
		}, "1073741824 bytes, more than the 33554432 that are read"},
		{"another host", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, elsewhere.URL, http.StatusFound) }, "which its source does not declare"},
		{"a circle", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, r.URL.String(), http.StatusFound) }, "for the fifth time"},
		{"a reply cut off each time", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/csv")
			w.Header().Set("Content-Length", strconv.Itoa(len(livePayReply)))
			io.WriteString(w, livePayReply[:100])
		}, "broken off after 100 bytes: unexpected EOF"},
		{"a reply that stops", func(w http.ResponseWriter, r *http.Request) {
			say(w, "text/csv", livePayReply[:100])
			w.(http.Flusher).Flush()
			<-r.Context().Done()
		}, "nothing came for 300ms"},
		{"a slow drip", func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", "text/csv")
			for i := 0; r.Context().Err() == nil; i++ {
				io.WriteString(w, livePayReply[i%100:i%100+1])
				w.(http.Flusher).Flush()
				time.Sleep(50 * time.Millisecond)
			}
		}, "not whole after 2s"},
		{"a wait for longer than a run", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Retry-After", "86400")
			w.WriteHeader(http.StatusTooManyRequests)
		}, "429 Too Many Requests, to be asked again after 86400"},
		{"a column renamed", csvReply(strings.Replace(livePayReply, "value", "observation", 1)), `row 1, column "observation": "observation": an unknown column`},
		{"rows twice", csvReply(livePayReply + "E08000003,Manchester,2025-04-30,510.5,490,530,\n"), `row 5, column "areacd": "E08000003": weekly-pay for 2025-04-30 stands in row 3 already`},
		{"no status though it was asked for", csvReply("areacd,areanm,period,value\nE08000003,Manchester,2025-04-30,510.5\n"), `row 1: no column "status"`},
		{"fewer periods than before", csvReply(strings.ReplaceAll(livePayReply, "2025-04-30", "2023-04-30") + "E08000004,Oldham,2024-04-17,480,,,\n"), "ends with 2024-04-17, ended with 2025-04-30 in the release in use"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			handle := csvReply(livePayReply)
			s := play(t, func(w http.ResponseWriter, r *http.Request) { handle(w, r) })
			cfg := live(t, dir, s, source(t, livePay))
			run(t, cfg)
			before, _ := inStore(t, dir, "test-live-pay")
			handle = tt.handle
			res := run(t, cfg)
			if res.Err == nil || !strings.Contains(res.Err.Error(), tt.want) {
				t.Fatalf("got  %v\nwant %s", res.Err, tt.want)
			}
			after, state := inStore(t, dir, "test-live-pay")
			if diff := cmp.Diff(before, after, values); diff != "" {
				t.Errorf("the stored release changed (-before +after):\n%s", diff)
			}
			if !res.Kept || !state.Stale || state.Reason != res.Err.Error() {
				t.Errorf("kept %v, state %+v: want a stale source with its reason", res.Kept, state)
			}
			handle = csvReply(livePayReply)
			if res := run(t, cfg); res.Err != nil {
				t.Errorf("the next run: %v", res.Err)
			}
		})
	}
}

func TestAServiceThatIsNotTheOneAskedForIsNotBelieved(t *testing.T) {
	tls := httptest.NewUnstartedServer(csvReply(livePayReply))
	tls.Config.ErrorLog = log.New(io.Discard, "", 0)
	tls.StartTLS()
	t.Cleanup(tls.Close)
	s := play(t, csvReply(""))
	cfg := live(t, t.TempDir(), s, source(t, livePay))
	cfg.Web.BaseURLs = map[string]string{"els": tls.URL}
	began := time.Now()
	res := run(t, cfg)
	if res.Err == nil || !strings.Contains(res.Err.Error(), "certificate") {
		t.Errorf("got %v, want a word about the certificate", res.Err)
	}
	if d := time.Since(began); d > time.Second {
		t.Errorf("took %s: want no further try", d)
	}
}

func TestWhatPassesIsTriedAgain(t *testing.T) {
	tests := []struct {
		name  string
		first http.HandlerFunc
		least time.Duration
	}{
		{"an error of the service", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusInternalServerError) }, 0},
		{"too many requests, for a second", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Retry-After", "1")
			w.WriteHeader(http.StatusTooManyRequests)
		}, time.Second},
		{"a reply cut off", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/csv")
			w.Header().Set("Content-Length", strconv.Itoa(len(livePayReply)))
			io.WriteString(w, livePayReply[:100])
		}, 0},
		{"a connection that breaks", func(w http.ResponseWriter, _ *http.Request) {
			if c, _, err := w.(http.Hijacker).Hijack(); err == nil {
				c.Close()
			}
		}, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			n := 0
			s := play(t, func(w http.ResponseWriter, r *http.Request) {
				if n++; n == 1 {
					tt.first(w, r)
					return
				}
				say(w, "text/csv", livePayReply)
			})
			began := time.Now()
			if res := run(t, live(t, t.TempDir(), s, source(t, livePay))); res.Err != nil {
				t.Fatal(res.Err)
			}
			if d := time.Since(began); d < tt.least {
				t.Errorf("tried again after %s, want at least %s", d, tt.least)
			}
		})
	}
}

func TestALargeFileIsCarriedOnWhereItBrokeOff(t *testing.T) {
	content := bytes.Repeat([]byte("0123456789abcdef"), 1<<14)
	var ranges []string
	s := play(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("ETag", etag(content))
		w.Header().Set("Content-Type", "application/zip")
		ranges = append(ranges, r.Header.Get("Range"))
		if r.Header.Get("Range") == "" {
			w.Header().Set("Content-Length", strconv.Itoa(len(content)))
			_, err := w.Write(content[:100_000])
			if err != nil {
				t.Error(err)
			}
			return
		}
		http.ServeContent(w, r, "file.zip", time.Time{}, bytes.NewReader(content))
	})
	dir := t.TempDir()
	f, err := newFetcher(*s.web(), archiveIn(dir), "2026-11-23", nil)
	if err != nil {
		t.Fatal(err)
	}
	b, err := f.ask(t.Context(), question{url: s.URL + "/file.zip", accept: "*/*", kinds: fileKinds, file: true})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"", "bytes=100000-"}, ranges); diff != "" {
		t.Errorf("ranges (-want +got):\n%s", diff)
	}
	if b.SHA256 != sumOf(content) {
		t.Error("the file is not the one that was sent")
	}
	left, err := filepath.Glob(filepath.Join(dir, "archive", "partial", "*"))
	if err != nil || len(left) > 0 {
		t.Errorf("left over: %q (%v)", left, err)
	}
}

func TestAnInterruptWhileFetchingLeavesTheStoreAndTheNextRunPicksUp(t *testing.T) {
	dir, stop := t.TempDir(), make(chan struct{})
	n := 0
	s := play(t, func(w http.ResponseWriter, r *http.Request) {
		if n++; n == 2 {
			say(w, "text/csv", livePayReply[:80])
			w.(http.Flusher).Flush()
			close(stop)
			<-r.Context().Done()
			return
		}
		say(w, "text/csv", livePayReply)
	})
	cfg := live(t, dir, s, source(t, livePay))
	cfg.Web.Idle = time.Minute
	run(t, cfg)
	before, _ := inStore(t, dir, "test-live-pay")
	ctx, cancel := context.WithCancel(t.Context())
	go func() { <-stop; cancel() }()
	if _, err := Run(ctx, cfg); !errors.Is(err, context.Canceled) {
		t.Fatalf("got %v, want the context's end", err)
	}
	after, _ := inStore(t, dir, "test-live-pay")
	if diff := cmp.Diff(before, after, values); diff != "" {
		t.Errorf("observations (-before +after):\n%s", diff)
	}
	if res := run(t, cfg); res.Err != nil {
		t.Error(res.Err)
	}
}

func TestBytesThatHaveChangedInTheArchiveAreNotRead(t *testing.T) {
	dir, s := t.TempDir(), play(t, csvReply(livePayReply))
	cfg := live(t, dir, s, source(t, livePay))
	res := run(t, cfg)
	path := archiveIn(dir).path(res.Release.SHA256)
	if err := os.WriteFile(path, []byte(strings.Replace(livePayReply, "510.5", "511.5", 1)), 0o644); err != nil {
		t.Fatal(err)
	}
	cfg.Web = nil
	if res := run(t, cfg); res.Err == nil || !strings.Contains(res.Err.Error(), "the bytes have changed since") {
		t.Errorf("got %v, want the change to be found", res.Err)
	}
}

func TestADryRunSaysWhatWouldChangeAndChangesNothing(t *testing.T) {
	dir := t.TempDir()
	text := livePayReply
	s := play(t, func(w http.ResponseWriter, _ *http.Request) { say(w, "text/csv", text) })
	cfg := live(t, dir, s, source(t, livePay))
	run(t, cfg)
	before, _ := inStore(t, dir, "test-live-pay")
	text = strings.Replace(livePayReply, "510.5", "511.5", 1)
	text = strings.Replace(text, "E06000053,Isles of Scilly,2025-04-30,,,,x\n", "E08000004,Oldham,2025-04-30,480,,,\nE08000003,Manchester,2026-04-29,520,,,\nE08000004,Oldham,2026-04-29,490,,,\n", 1)
	cfg.DryRun = true
	res := run(t, cfg)
	if res.Err != nil {
		t.Fatal(res.Err)
	}
	got := Changes{Added: res.Changes.Added, Areas: res.Changes.Areas, Figures: res.Changes.Figures}
	want := Changes{Added: []string{"weekly-pay 2026-04-29"}, Areas: []string{"weekly-pay E06000053"}, Figures: 1}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("changes (-want +got):\n%s", diff)
	}
	if len(res.Changes.Revised) != 1 || res.Changes.Revised[0].String() != "weekly-pay E08000003 2025-04-30: 510.5, now 511.5" {
		t.Errorf("revised %v", res.Changes.Revised)
	}
	after, _ := inStore(t, dir, "test-live-pay")
	if diff := cmp.Diff(before, after, values); diff != "" {
		t.Errorf("the store changed (-before +after):\n%s", diff)
	}
}

func TestARunStartsFromTheFiguresThatAStoreLacks(t *testing.T) {
	base := t.TempDir()
	takeIn(t, base, payFile, familiesFile)
	dir, s := t.TempDir(), play(t, csvReply(livePayReply))
	cfg := live(t, dir, s, source(t, livePay))
	cfg.Base = func(ctx context.Context) (*data.ObservationStore, error) { return data.OpenObservations(ctx, base) }
	run(t, cfg)
	for _, id := range []data.SourceID{"test-live-pay", "test-pay", "test-families"} {
		if obs, _ := inStore(t, dir, id); len(obs) == 0 {
			t.Errorf("no figures of %s", id)
		}
	}
}
