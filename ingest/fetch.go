package ingest

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/hashicorp/go-retryablehttp"

	"goodwork/data"
)

// Web says how the publishers' services are reached, and how politely. The zero
// value of a limit stands for its default.
type Web struct {
	// Contact is how a publisher can reach the operator: an address that stands
	// in every request. Nothing is fetched without one.
	Contact string
	// Program is the name and version of the program, for the User-Agent.
	Program string
	// BaseURLs takes the place of services' own addresses, by client.
	BaseURLs map[string]string
	// Keys are what services hand out to their users, by client.
	Keys map[string]string
	// Transport carries the requests; nil is the network.
	Transport http.RoundTripper
	// Now is the clock that services' limits are held against.
	Now func() time.Time

	Rate      float64       // requests a second to one host: 2
	Retries   int           // of a request that failed for no lasting reason: 4
	Wait      time.Duration // before the first of them, then twice as long each: 2 s
	Patience  time.Duration // for which a service may ask to be left alone: 10 min
	Idle      time.Duration // in which nothing comes: 1 min
	Longest   time.Duration // of one body: 20 min
	MostBytes int64         // of one body, unpacked: 256 MiB
}

// withDefaults fills in the limits that were left out.
func (w Web) withDefaults() Web {
	w.Program = cmp.Or(w.Program, "goodwork")
	w.Rate = cmp.Or(w.Rate, 2)
	w.Retries = cmp.Or(w.Retries, 4)
	w.Wait = cmp.Or(w.Wait, 2*time.Second)
	w.Patience = cmp.Or(w.Patience, 10*time.Minute)
	w.Idle = cmp.Or(w.Idle, time.Minute)
	w.Longest = cmp.Or(w.Longest, 20*time.Minute)
	w.MostBytes = cmp.Or(w.MostBytes, mostBytes)
	if w.Transport == nil {
		t := http.DefaultTransport.(*http.Transport).Clone()
		t.ResponseHeaderTimeout = 5 * time.Minute // a large table takes its service minutes
		w.Transport = t
	}
	return w
}

// check says why nothing can be fetched.
func (w Web) check() error {
	if strings.TrimSpace(w.Contact) == "" {
		return fmt.Errorf("live fetching needs --contact (or GOODWORK_CONTACT): an address at which a publisher can reach you: %w", data.ErrInvalid)
	}
	if strings.ContainsAny(w.Contact, "\r\n()") {
		return fmt.Errorf("--contact %q: want one line without brackets: %w", w.Contact, data.ErrInvalid)
	}
	if w.Now == nil {
		return fmt.Errorf("live fetching needs a clock: %w", data.ErrInvalid)
	}
	for name, base := range sorted(w.BaseURLs) {
		u, err := url.Parse(base)
		if _, known := addresses[name]; !known || err != nil || u.Host == "" {
			return fmt.Errorf("base URL %s=%s: want one of %s, and an address: %w", name, base, strings.Join(slices.Sorted(maps.Keys(addresses)), ", "), data.ErrInvalid)
		}
	}
	return nil
}

// fetcher asks publishers' services, for all sources of a run.
type fetcher struct {
	web     Web
	archive archive
	today   string
	polite  *polite
	read    func(source data.SourceID, bytes int64)

	mu      sync.Mutex
	asked   map[string]*sync.Mutex // one question is asked once at a time
	clients map[string]*retryablehttp.Client
}

func newFetcher(w Web, a archive, today string, read func(data.SourceID, int64)) (*fetcher, error) {
	if err := w.check(); err != nil {
		return nil, err
	}
	w = w.withDefaults()
	return &fetcher{
		web: w, archive: a, today: today, read: read, polite: newPolite(w),
		asked: map[string]*sync.Mutex{}, clients: map[string]*retryablehttp.Client{},
	}, nil
}

// base is the address of a client's service, without a slash at the end.
func (f *fetcher) base(client string) string {
	return strings.TrimSuffix(cmp.Or(f.web.BaseURLs[client], addresses[client]), "/")
}

// key is what a service has handed out to the operator, "" for nothing.
func (f *fetcher) key(client string) string { return f.web.Keys[client] }

// client makes an HTTP client that follows redirects only within a host, or to
// those named.
func (f *fetcher) client(hosts []string) *retryablehttp.Client {
	f.mu.Lock()
	defer f.mu.Unlock()
	name := strings.Join(hosts, " ")
	if c := f.clients[name]; c != nil {
		return c
	}
	c := retryablehttp.NewClient()
	c.Logger = nil
	c.RetryMax, c.RetryWaitMin, c.RetryWaitMax = f.web.Retries, f.web.Wait, f.web.Patience
	c.CheckRetry = func(ctx context.Context, resp *http.Response, err error) (bool, error) {
		return f.again(ctx, resp, err)
	}
	c.Backoff = f.pause
	c.ErrorHandler = retryablehttp.PassthroughErrorHandler
	c.HTTPClient = &http.Client{Transport: f.polite, CheckRedirect: redirects(hosts)}
	f.clients[name] = c
	return c
}

// redirectError is a redirect that may not be followed.
type redirectError struct{ from, to string }

func (e *redirectError) Error() string {
	return fmt.Sprintf("redirected from %s to %s, which its source does not declare", e.from, e.to)
}

// redirects holds redirects to the host that was asked, or to those named, and
// to https where it was asked by https.
func redirects(hosts []string) func(*http.Request, []*http.Request) error {
	return func(req *http.Request, via []*http.Request) error {
		first := via[0].URL
		switch {
		case len(via) >= 5:
			return &redirectError{first.Host, "yet another place, for the fifth time"}
		case req.URL.Host != first.Host && !slices.Contains(hosts, req.URL.Host):
			return &redirectError{first.Host, req.URL.Host}
		case first.Scheme == "https" && req.URL.Scheme != "https":
			return &redirectError{"https://" + first.Host, req.URL.Scheme + "://" + req.URL.Host}
		}
		return nil
	}
}

// again tells whether a request is worth another try: its service said so, or
// nothing came back for a reason that may pass.
func (f *fetcher) again(ctx context.Context, resp *http.Response, err error) (bool, error) {
	if ctx.Err() != nil {
		return false, ctx.Err()
	}
	if err != nil {
		return passing(err), nil
	}
	switch {
	case resp.StatusCode == http.StatusTooManyRequests, resp.StatusCode >= 500 && resp.StatusCode != http.StatusNotImplemented:
		return retryAfter(resp.Header, f.web.Now()) <= f.web.Patience, nil
	default:
		return false, nil
	}
}

// pause is how long to wait before the next try: as long as the service asks,
// else twice as long each time.
func (f *fetcher) pause(least, most time.Duration, tries int, resp *http.Response) time.Duration {
	if resp != nil {
		if d := retryAfter(resp.Header, f.web.Now()); d > 0 {
			return min(d, most)
		}
	}
	return min(least<<min(tries, 20), most)
}

// passing tells whether an error of the network may be gone the next time. A
// certificate that is not trusted, or a redirect that may not be followed, will
// not be.
func passing(err error) bool {
	var redirect *redirectError
	var long *waitError
	return !errors.As(err, &redirect) && !errors.As(err, &long) && !distrusted(err) &&
		!errors.Is(err, context.Canceled)
}
