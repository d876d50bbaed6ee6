package ingest

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/hashicorp/go-retryablehttp"

	"goodwork/data"
)

// question is one request to a service. Its public URL is what is kept and
// told, without keys; the header of a key is not kept either.
type question struct {
	source data.SourceID
	url    string
	public string // "" for url
	method string // "" for GET
	header http.Header
	body   []byte
	accept string
	kinds  []string // media types that the answer may have; none is always one
	hosts  []string // to which it may redirect
	file   bool     // large, and better resumed than packed
}

// The kinds of answer.
var (
	csvKinds  = []string{"text/csv", "application/csv", "text/plain", "application/octet-stream"}
	jsonKinds = []string{"application/json", "text/json"}
	pageKinds = []string{"text/html"}
	fileKinds = []string{
		"application/octet-stream", "application/zip", "application/x-zip-compressed", "application/vnd.ms-excel", "text/csv",
		"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "application/vnd.oasis.opendocument.spreadsheet",
		"application/gzip", "application/x-gzip", "binary/octet-stream",
	}
)

// name is the question as it is told: its method and public URL.
func (q question) name() string {
	method, public := q.method, q.public
	if method == "" {
		method = http.MethodGet
	}
	if public == "" {
		public = q.url
	}
	return method + " " + public
}

// key is the question's name in the archive.
func (q question) key() string { return sumOf(append([]byte(q.name()+"\n"), q.body...)) }

// transient is a fault of one answer that may be gone in the next.
type transient struct{ error }

func (t transient) Unwrap() error { return t.error }

// ask puts a question and gives the body of its answer, from the archive where
// the service says that it has not changed. What was broken off is carried on
// where the service allows that.
func (f *fetcher) ask(ctx context.Context, q question) (body, error) {
	key := q.key()
	f.mu.Lock()
	one := f.asked[key]
	if one == nil {
		one = &sync.Mutex{}
		f.asked[key] = one
	}
	f.mu.Unlock()
	one.Lock()
	defer one.Unlock()
	for try := 0; ; try++ {
		b, err := f.once(ctx, q, key)
		var again transient
		switch {
		case err == nil:
			return b, f.archive.keepReply(key, b)
		case ctx.Err() != nil:
			return body{}, ctx.Err()
		case !errors.As(err, &again) || try == f.web.Retries:
			return body{}, fmt.Errorf("%s: %w", q.name(), err)
		}
		t := time.NewTimer(f.pause(f.web.Wait, f.web.Patience, try, nil))
		select {
		case <-t.C:
		case <-ctx.Done():
			t.Stop()
			return body{}, ctx.Err()
		}
	}
}

// once sends the question and takes in what comes.
func (f *fetcher) once(ctx context.Context, q question, key string) (body, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	req, err := f.request(ctx, q)
	if err != nil {
		return body{}, err
	}
	last, answered := f.archive.reply(key)
	begun := f.begun(key, q)
	switch {
	case begun.Bytes > 0:
		req.Header.Set("Range", "bytes="+strconv.FormatInt(begun.Bytes, 10)+"-")
		req.Header.Set("If-Range", begun.ETag)
	case answered:
		setIf(req.Header, "If-None-Match", last.ETag)
		setIf(req.Header, "If-Modified-Since", last.LastModified)
	}
	resp, err := f.client(q.hosts).Do(req)
	if resp != nil {
		defer resp.Body.Close() // what was read of it has been checked
	}
	if err != nil {
		return body{}, bare(err)
	}
	switch {
	case resp.StatusCode == http.StatusNotModified && answered && begun.Bytes == 0:
		last.Retrieved = f.today
		return last, nil
	case resp.StatusCode == http.StatusPartialContent && begun.Bytes > 0 && startsAt(resp.Header, begun.Bytes):
	case resp.StatusCode == http.StatusOK:
		begun.Bytes = 0
	case begun.Bytes > 0:
		f.forget(key)
		return body{}, transient{fmt.Errorf("can't be carried on: %s", resp.Status)}
	default:
		return body{}, statusError(resp)
	}
	if err := q.kindly(resp.Header); err != nil {
		return body{}, err
	}
	b := body{
		URL: strings.TrimPrefix(q.name(), "GET "), MediaType: resp.Header.Get("Content-Type"), ETag: resp.Header.Get("ETag"),
		LastModified: resp.Header.Get("Last-Modified"), Retrieved: f.today,
	}
	return f.gather(ctx, cancel, q, key, b, begun.Bytes, resp)
}

// request makes the HTTP request of a question.
func (f *fetcher) request(ctx context.Context, q question) (*retryablehttp.Request, error) {
	method := q.method
	if method == "" {
		method = http.MethodGet
	}
	var content any
	if q.body != nil {
		content = q.body
	}
	req, err := retryablehttp.NewRequestWithContext(ctx, method, q.url, content)
	if err != nil {
		return nil, err
	}
	for name, values := range q.header {
		req.Header[name] = values
	}
	req.Header.Set("User-Agent", f.web.Program+" ("+f.web.Contact+")")
	req.Header.Set("Accept", q.accept)
	if q.file {
		req.Header.Set("Accept-Encoding", "identity")
	}
	return req, nil
}

// begun is what there is of a body that was broken off, none where it can't be
// carried on: only a strong ETag says that the rest belongs to it.
func (f *fetcher) begun(key string, q question) body {
	bytesPath, ofPath := f.archive.partial(key)
	var b body
	info, err := os.Stat(bytesPath)
	if err != nil || !q.file || readJSON(ofPath, &b) != nil || b.ETag == "" || strings.HasPrefix(b.ETag, "W/") {
		return body{}
	}
	b.Bytes = info.Size()
	return b
}

// forget removes what there is of a body; it may not be there.
func (f *fetcher) forget(key string) {
	bytesPath, ofPath := f.archive.partial(key)
	os.Remove(ofPath)    // without it nothing is carried on
	os.Remove(bytesPath) // and this is written anew
}

// gather takes in a body from byte start on, checks it and puts it into the
// archive.
func (f *fetcher) gather(ctx context.Context, cancel context.CancelCauseFunc, q question, key string, b body, start int64, resp *http.Response) (body, error) {
	path, of := f.archive.partial(key)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return b, err
	}
	if err := writeJSON(of, b); err != nil {
		return b, err
	}
	if resp.ContentLength > f.web.MostBytes-start {
		return b, fmt.Errorf("%d bytes, more than the %d that are read: %w", start+resp.ContentLength, f.web.MostBytes, data.ErrInvalid)
	}
	out, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		return b, err
	}
	err = errors.Join(out.Truncate(start), seek(out, start))
	var n int64
	if err == nil {
		n, err = f.copy(ctx, cancel, q.source, out, resp.Body, f.web.MostBytes-start)
	}
	if err = errors.Join(err, out.Close()); err != nil {
		if !q.file || tooLarge(err) {
			f.forget(key)
		}
		return b, err
	}
	if start+n == 0 {
		f.forget(key)
		return b, fmt.Errorf("no bytes at all under status %d: %w", resp.StatusCode, data.ErrInvalid)
	}
	if page(path) && !slices.Contains(q.kinds, "text/html") {
		f.forget(key)
		return b, fmt.Errorf("a web page under status %d: %w", resp.StatusCode, data.ErrInvalid)
	}
	if b.SHA256, b.Bytes, err = f.archive.adopt(path); err != nil {
		return b, err
	}
	return b, os.Remove(of)
}

func seek(f *os.File, to int64) error {
	_, err := f.Seek(to, io.SeekStart)
	return err
}

// largeError is a body beyond the size that is read, packed small as it may be.
type largeError struct{ most int64 }

func (e *largeError) Error() string {
	return fmt.Sprintf("more than the %d bytes that are read, unpacked", e.most)
}

func tooLarge(err error) bool {
	var large *largeError
	return errors.As(err, &large)
}

// copy takes in a body within its limits: of bytes, of time without any, and of
// time in all.
func (f *fetcher) copy(ctx context.Context, cancel context.CancelCauseFunc, id data.SourceID, to io.Writer, from io.Reader, most int64) (n int64, err error) {
	idle := time.AfterFunc(f.web.Idle, func() { cancel(transient{fmt.Errorf("nothing came for %s", f.web.Idle)}) })
	defer idle.Stop()
	whole := time.AfterFunc(f.web.Longest, func() { cancel(fmt.Errorf("not whole after %s", f.web.Longest)) })
	defer whole.Stop()
	buffer := make([]byte, 64<<10)
	for {
		got, err := from.Read(buffer)
		idle.Reset(f.web.Idle)
		if n += int64(got); n > most {
			return n, &largeError{most}
		}
		if _, err := to.Write(buffer[:got]); err != nil {
			return n, err
		}
		if f.read != nil && got > 0 {
			f.read(id, int64(got))
		}
		switch {
		case err == io.EOF:
			return n, nil
		case err != nil && ctx.Err() != nil:
			return n, fmt.Errorf("after %d bytes: %w", n, context.Cause(ctx))
		case err != nil:
			return n, transient{fmt.Errorf("broken off after %d bytes: %w", n, err)}
		}
	}
}

// kindly says whether an answer is of a kind that was asked for.
func (q question) kindly(h http.Header) error {
	s := h.Get("Content-Type")
	if s == "" {
		return nil
	}
	kind, _, err := mime.ParseMediaType(s)
	if err == nil && slices.Contains(q.kinds, kind) {
		return nil
	}
	return fmt.Errorf("answered with %q, want %s: %w", s, strings.Join(q.kinds, " or "), data.ErrInvalid)
}

// page tells whether a file begins as a web page does.
func page(path string) bool {
	f, err := os.Open(path)
	if err != nil {
		return false
	}
	defer f.Close() // only read
	head := make([]byte, 512)
	n, err := io.ReadFull(f, head)
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) {
		return false
	}
	head = bytes.ToLower(bytes.TrimSpace(bytes.TrimPrefix(head[:n], byteOrderMark)))
	return bytes.HasPrefix(head, []byte("<!doctype html")) || bytes.HasPrefix(head, []byte("<html"))
}

// startsAt tells whether an answer carries on from a byte.
func startsAt(h http.Header, at int64) bool {
	return strings.HasPrefix(h.Get("Content-Range"), "bytes "+strconv.FormatInt(at, 10)+"-")
}

func setIf(h http.Header, name, value string) {
	if value != "" {
		h.Set(name, value)
	}
}

// statusError says what a service answered instead of figures. Most say why in
// a "message".
func statusError(resp *http.Response) error {
	b, err := io.ReadAll(io.LimitReader(resp.Body, 4096))
	var says struct {
		Message string `json:"message"`
	}
	if err == nil && json.Unmarshal(b, &says) == nil && says.Message != "" {
		return fmt.Errorf("%s: %s: %w", resp.Status, shortened(says.Message), data.ErrInvalid)
	}
	if after := resp.Header.Get("Retry-After"); after != "" {
		return fmt.Errorf("%s, to be asked again after %s: %w", resp.Status, after, data.ErrInvalid)
	}
	return fmt.Errorf("%s: %w", resp.Status, data.ErrInvalid)
}
