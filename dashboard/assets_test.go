package dashboard

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"

	"github.com/andybalholm/brotli"
)

func TestAnAssetIsSentAsTheReaderAccepts(t *testing.T) {
	assets := must(NewAssets())
	path := must(assets.Asset("style.css"))
	plain := assets.files[strings.TrimPrefix(path, AssetPrefix)].plain
	for accept, want := range map[string]string{
		"":                          "",
		"br":                        "br",
		"gzip, deflate, br, zstd":   "br",
		"gzip":                      "gzip",
		"GZIP;q=0.5":                "gzip",
		"br;q=0, gzip":              "gzip",
		"br; q=0.0, gzip;q=0":       "",
		"identity, x-brotli, brazz": "",
	} {
		request := httptest.NewRequest(http.MethodGet, path, nil)
		if accept != "" {
			request.Header.Set("Accept-Encoding", accept)
		}
		reply := httptest.NewRecorder()
		assets.ServeHTTP(reply, request)
		if got := reply.Header().Get("Content-Encoding"); got != want {
			t.Errorf("%q: encoding %q, want %q", accept, got, want)
		}
		if reply.Header().Get("Content-Length") != strconv.Itoa(reply.Body.Len()) {
			t.Errorf("%q: length %s of %d bytes", accept, reply.Header().Get("Content-Length"), reply.Body.Len())
		}
		var body io.Reader = reply.Body
		switch want {
		case "br":
			body = brotli.NewReader(body)
		case "gzip":
			body = must(gzip.NewReader(body))
		}
		if !bytes.Equal(must(io.ReadAll(body)), plain) {
			t.Errorf("%q: another content came", accept)
		}
		for header, value := range map[string]string{
			"Content-Type": "text/css; charset=utf-8", "Vary": "Accept-Encoding",
			"Cache-Control": "public, max-age=31536000, immutable", "X-Content-Type-Options": "nosniff",
		} {
			if got := reply.Header().Get(header); got != value {
				t.Errorf("%s is %q, want %q", header, got, value)
			}
		}
	}
}

func TestWhatIsNoAssetIsNotSent(t *testing.T) {
	assets := must(NewAssets())
	if _, err := assets.Asset("style.scss"); err == nil {
		t.Error("an unknown asset has a path")
	}
	for _, name := range []string{"style.css", "manifest.json", "echarts-server.js", "style.0000000000.css", "..%2fassets.go"} {
		reply := httptest.NewRecorder()
		assets.ServeHTTP(reply, httptest.NewRequest(http.MethodGet, AssetPrefix+name, nil))
		if reply.Code != http.StatusNotFound {
			t.Errorf("%s: status %d", name, reply.Code)
		}
	}
	reply := httptest.NewRecorder()
	assets.ServeHTTP(reply, httptest.NewRequest(http.MethodPost, must(assets.Asset("charts.js")), nil))
	if reply.Code != http.StatusMethodNotAllowed {
		t.Errorf("POST: status %d", reply.Code)
	}
	reply = httptest.NewRecorder()
	assets.ServeHTTP(reply, httptest.NewRequest(http.MethodHead, must(assets.Asset("charts.js")), nil))
	if reply.Code != http.StatusOK || reply.Body.Len() != 0 || reply.Header().Get("Content-Length") == "" {
		t.Errorf("HEAD: status %d, %d bytes", reply.Code, reply.Body.Len())
	}
}

func TestTheSheetHasNothingThatIsForGOVUKAlone(t *testing.T) {
	assets := must(NewAssets())
	sheet := string(assets.files[assets.hashed["style.css"]].plain)
	for _, never := range []string{"@font-face", "GDS Transport", "crest", "url("} {
		if strings.Contains(sheet, never) {
			t.Errorf("the sheet holds %q", never)
		}
	}
}

func TestTheLicencesOfAllThatIsSentAreSentToo(t *testing.T) {
	assets := must(NewAssets())
	licences := string(assets.files[assets.hashed["LICENCES.txt"]].plain)
	for _, want := range []string{"Apache License", "The Apache Software Foundation", "ZRender", "Mike Bostock", "Microsoft Corporation", "Crown Copyright (Government Digital Service)"} {
		if !strings.Contains(licences, want) {
			t.Errorf("the licences lack %q", want)
		}
	}
}
