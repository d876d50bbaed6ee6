package ingest

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// polite carries requests, each host's at its own pace, and leaves a host alone
// for as long as it has said that its limit is used up.
type polite struct {
	web   Web
	mu    sync.Mutex
	hosts map[string]*host
}

type host struct {
	limit *rate.Limiter
	mu    sync.Mutex
	until time.Time // not asked before
}

func newPolite(w Web) *polite { return &polite{web: w, hosts: map[string]*host{}} }

func (p *polite) host(name string) *host {
	p.mu.Lock()
	defer p.mu.Unlock()
	h := p.hosts[name]
	if h == nil {
		h = &host{limit: rate.NewLimiter(rate.Limit(p.web.Rate), 1)}
		p.hosts[name] = h
	}
	return h
}

// RoundTrip waits for the host's turn and sends the request.
func (p *polite) RoundTrip(req *http.Request) (*http.Response, error) {
	h := p.host(req.URL.Host)
	if err := p.rest(req, h); err != nil {
		return nil, err
	}
	if err := h.limit.Wait(req.Context()); err != nil {
		return nil, err
	}
	resp, err := p.web.Transport.RoundTrip(req)
	if err != nil {
		return nil, err
	}
	if until, ok := usedUp(resp.Header); ok {
		h.mu.Lock()
		h.until = until
		h.mu.Unlock()
	}
	return resp, nil
}

// waitError is a service that wants to be left alone for longer than a run
// waits.
type waitError struct {
	host  string
	until time.Time
}

func (e *waitError) Error() string {
	return fmt.Sprintf("%s has no requests left for us until %s", e.host, e.until.UTC().Format("15:04 UTC"))
}

// rest waits until the host may be asked again.
func (p *polite) rest(req *http.Request, h *host) error {
	h.mu.Lock()
	until := h.until
	h.mu.Unlock()
	d := until.Sub(p.web.Now())
	switch {
	case d <= 0:
		return nil
	case d > p.web.Patience:
		return &waitError{req.URL.Host, until}
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-req.Context().Done():
		return req.Context().Err()
	}
}

// usedUp reads the headers in which Stat-Xplore counts what is left of an
// hour's requests, and of its tables: when the count starts again, where
// nothing is left.
func usedUp(h http.Header) (until time.Time, ok bool) {
	for _, of := range []string{"", "-Table"} {
		left, err := strconv.Atoi(h.Get("X-Ratelimit-Remaining" + of))
		if err != nil || left > 0 {
			continue
		}
		if ms, err := strconv.ParseInt(h.Get("X-Ratelimit-Reset"+of), 10, 64); err == nil {
			if t := time.UnixMilli(ms); t.After(until) {
				until, ok = t, true
			}
		}
	}
	return until, ok
}

// retryAfter reads how long a service asks to be left alone, in seconds or as a
// date; 0 where it doesn't say.
func retryAfter(h http.Header, now time.Time) time.Duration {
	s := h.Get("Retry-After")
	if n, err := strconv.ParseInt(s, 10, 32); err == nil {
		return max(0, time.Duration(n)*time.Second)
	}
	if t, err := http.ParseTime(s); err == nil {
		return max(0, t.Sub(now))
	}
	return 0
}

// distrusted tells whether a host could not show that it is the one that was
// asked for.
func distrusted(err error) bool {
	var verify *tls.CertificateVerificationError
	var authority x509.UnknownAuthorityError
	var name x509.HostnameError
	var cert x509.CertificateInvalidError
	return errors.As(err, &verify) || errors.As(err, &authority) || errors.As(err, &name) || errors.As(err, &cert)
}
