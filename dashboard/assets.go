package dashboard

import (
	"embed"
	"encoding/json"
	"fmt"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"slices"
	"strconv"
	"strings"
)

// Where nothing was built the compiler names the first missing pattern, in the
// order of the alphabet: a file whose name says what to do.
//
//go:embed "dist/built by make assets"
//go:embed dist/files
var dist embed.FS

// Assets are the files that pages are drawn with: script, sheet and licences,
// under names that carry a hash of their content.
type Assets struct {
	built  fs.FS
	hashed map[string]string
	files  map[string]assetFile
}

// assetFile is one file in every form in which it may be sent.
type assetFile struct{ plain, br, gz []byte }

// AssetPrefix is where in the URL space the assets are served.
const AssetPrefix = "/assets/"

// NewAssets reads what make assets built.
func NewAssets() (*Assets, error) {
	built, err := fs.Sub(dist, "dist/files")
	if err != nil {
		return nil, fmt.Errorf("open the embedded assets: %w", err)
	}
	return readAssets(built)
}

// Built are all the files that make assets built, those among them that the
// program itself reads.
func (a *Assets) Built() fs.FS { return a.built }

func readAssets(built fs.FS) (*Assets, error) {
	content, err := fs.ReadFile(built, "manifest.json")
	if err != nil {
		return nil, fmt.Errorf("read the assets' manifest: %w", err)
	}
	a := &Assets{built: built, hashed: map[string]string{}, files: map[string]assetFile{}}
	if err := json.Unmarshal(content, &a.hashed); err != nil {
		return nil, fmt.Errorf("read the assets' manifest: %w", err)
	}
	for _, name := range a.hashed {
		var file assetFile
		for end, form := range map[string]*[]byte{"": &file.plain, ".br": &file.br, ".gz": &file.gz} {
			if *form, err = fs.ReadFile(built, name+end); err != nil {
				return nil, fmt.Errorf("read asset %s: %w", name, err)
			}
		}
		a.files[name] = file
	}
	return a, nil
}

// Asset is the path at which the asset with this name ("charts.js",
// "style.css", "LICENCES.txt") is served. An unknown name is an error, so that
// a template with a wrong name can't be rendered.
func (a *Assets) Asset(name string) (string, error) {
	hashed, ok := a.hashed[name]
	if !ok {
		return "", fmt.Errorf("asset %q: no such asset", name)
	}
	return AssetPrefix + hashed, nil
}

// ServeHTTP sends an asset by the last part of the request's path, compressed
// as the reader accepts. Names change with their content, so a reader may keep
// what it got for good.
func (a *Assets) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	name := path.Base(r.URL.Path)
	file, ok := a.files[name]
	if !ok {
		http.NotFound(w, r)
		return
	}
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		http.Error(w, http.StatusText(http.StatusMethodNotAllowed), http.StatusMethodNotAllowed)
		return
	}
	header := w.Header()
	header.Set("Content-Type", mediaType(name))
	header.Set("Cache-Control", "public, max-age=31536000, immutable")
	header.Set("X-Content-Type-Options", "nosniff")
	header.Add("Vary", "Accept-Encoding")
	content := file.plain
	switch acceptedEncoding(r.Header.Values("Accept-Encoding")) {
	case "br":
		content = file.br
		header.Set("Content-Encoding", "br")
	case "gzip":
		content = file.gz
		header.Set("Content-Encoding", "gzip")
	}
	header.Set("Content-Length", strconv.Itoa(len(content)))
	if r.Method == http.MethodGet {
		_, _ = w.Write(content) // the reader has gone: nobody is left to tell
	}
}

func mediaType(name string) string {
	switch path.Ext(name) {
	case ".js":
		return "text/javascript; charset=utf-8"
	case ".css":
		return "text/css; charset=utf-8"
	case ".txt":
		return "text/plain; charset=utf-8"
	}
	return mime.TypeByExtension(path.Ext(name))
}

// acceptedEncoding is the best of br and gzip that Accept-Encoding allows, or
// "" for neither (RFC 9110 section 12.5.3; a quality of 0 is a refusal).
func acceptedEncoding(headers []string) string {
	var accepted []string
	for _, part := range strings.Split(strings.Join(headers, ","), ",") {
		coding, parameters, _ := strings.Cut(part, ";")
		quality := strings.TrimPrefix(strings.ReplaceAll(parameters, " ", ""), "q=")
		if q, err := strconv.ParseFloat(quality, 64); err == nil && q == 0 {
			continue
		}
		accepted = append(accepted, strings.ToLower(strings.TrimSpace(coding)))
	}
	for _, coding := range []string{"br", "gzip"} {
		if slices.Contains(accepted, coding) {
			return coding
		}
	}
	return ""
}
