package dashboard

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/labstack/echo/v4"
	"github.com/maypok86/otter/v2"
	"golang.org/x/sync/singleflight"
)

// file is something to download, whole.
type file struct {
	name   string // as the reader's computer calls it
	media  string
	body   []byte
	inline bool
	links  []string // values of the header Link
}

// fileCache keeps files that were made, by what was asked for. Several who ask
// for the same file at once wait for one.
type fileCache struct {
	kept   *otter.Cache[string, file]
	flight singleflight.Group
}

const (
	keptFiles    = 64 << 20         // bytes
	makeFileTime = 50 * time.Second // less than a connection lives
)

func newFileCache() (*fileCache, error) {
	kept, err := otter.New(&otter.Options[string, file]{
		MaximumWeight: keptFiles,
		Weigher:       func(key string, f file) uint32 { return uint32(len(key) + len(f.body)) },
	})
	if err != nil {
		return nil, fmt.Errorf("make the store of downloads: %w", err)
	}
	return &fileCache{kept: kept}, nil
}

// made gives the file of a key: kept, or made now. It is made to the end even
// where the reader has gone, for the next.
func (fc *fileCache) made(ctx context.Context, key string, make func(context.Context) (file, error)) (file, error) {
	if f, ok := fc.kept.GetIfPresent(key); ok {
		return f, nil
	}
	result := fc.flight.DoChan(key, func() (any, error) {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), makeFileTime)
		defer cancel()
		f, err := make(ctx)
		if err == nil {
			fc.kept.Set(key, f)
		}
		return f, err
	})
	select {
	case r := <-result:
		if r.Err != nil {
			return file{}, r.Err
		}
		return r.Val.(file), nil
	case <-ctx.Done():
		return file{}, ctx.Err()
	}
}

// sendFile answers with a file: whole or the range asked for, unless the reader
// has it already. Text is compressed for whoever takes it so and asks for no
// range; the tag is strong, and each form has its own.
func (s *Server) sendFile(c echo.Context, f file) error {
	h := c.Response().Header()
	h.Set("Content-Type", f.media)
	h.Set("Cache-Control", "public, no-cache")
	h.Add("Vary", "Accept-Encoding")
	disposition := "attachment"
	if f.inline {
		disposition = "inline"
	}
	h.Set("Content-Disposition", fmt.Sprintf(`%s; filename="%s"`, disposition, f.name))
	for _, l := range f.links {
		if prefix := prefixOf(c.Request()); s.root() == s.BaseURL { // what describes an edition's file is of that edition
			l = strings.ReplaceAll(l, "<"+s.BaseURL+"/", "<"+s.BaseURL+prefix+"/")
		}
		h.Add("Link", l)
	}
	body, form := f.body, ""
	r := c.Request()
	if len(body) >= minimumGzip && isCompressible(f.media) && r.Header.Get("Range") == "" && acceptsGzip(r) {
		short, err := gzipped(body)
		if err != nil {
			return err
		}
		h.Set("Content-Encoding", "gzip")
		body, form = short, "-gzip"
	}
	sum := sha256.Sum256([]byte(s.tag(r) + string(f.body)))
	h.Set("ETag", `"`+hex.EncodeToString(sum[:12])+form+`"`)
	if form != "" { // a range of what is compressed on the way means nothing
		h.Set("Content-Length", fmt.Sprint(len(body)))
		if isKnownTo(r, h.Get("ETag")) {
			h.Del("Content-Length")
			h.Del("Content-Encoding")
			return c.NoContent(http.StatusNotModified)
		}
		c.Response().WriteHeader(http.StatusOK)
		if r.Method == http.MethodHead {
			return nil
		}
		_, err := c.Response().Write(body)
		return err
	}
	http.ServeContent(c.Response(), r, "", s.library.date, bytes.NewReader(body))
	return nil
}

// isKnownTo tells whether the reader has what the tag names.
func isKnownTo(r *http.Request, tag string) bool {
	for known := range strings.SplitSeq(r.Header.Get("If-None-Match"), ",") {
		if strings.TrimPrefix(strings.TrimSpace(known), "W/") == tag {
			return true
		}
	}
	return false
}

func isCompressible(media string) bool {
	return strings.HasPrefix(media, "text/") || strings.Contains(media, "json") || strings.Contains(media, "xml") && !strings.Contains(media, "openxml")
}
