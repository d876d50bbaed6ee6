package dashboard

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"io"
	"math"
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

// Contrasts after WCAG 2.2, success criteria 1.4.3 and 1.4.11.
func TestTextAndMarksStandOutInBothSchemes(t *testing.T) {
	var colours []struct{ Name, Light, Dark string }
	if err := json.Unmarshal(paletteJSON, &colours); err != nil {
		t.Fatal(err)
	}
	light, dark := map[string]string{}, map[string]string{}
	for _, c := range colours {
		light[c.Name], dark[c.Name] = c.Light, c.Dark
	}
	least := map[string]float64{
		"ink": 4.5, "muted": 4.5, "benchmark": 4.5, "axis": 3, "context": 3, "series-1": 4.5, "series-2": 3, "series-3": 4.5,
		"series-4": 3, "series-5": 3, "series-6": 3, "better": 3, "similar": 3, "worse": 3, "hatch": 3,
	}
	for name, want := range least {
		for scheme, colour := range map[string]map[string]string{"light": light, "dark": dark} {
			if got := contrast(t, colour[name], colour["paper"]); got < want {
				t.Errorf("%s on paper, %s: %.2f to 1, want %.1f", name, scheme, got, want)
			}
		}
	}
}

func contrast(t *testing.T, a, b string) float64 {
	t.Helper()
	x, y := luminance(t, a), luminance(t, b)
	return (math.Max(x, y) + 0.05) / (math.Min(x, y) + 0.05)
}

func luminance(t *testing.T, colour string) float64 {
	t.Helper()
	sum := 0.0
	for i, weight := range []float64{0.2126, 0.7152, 0.0722} {
		n, err := strconv.ParseUint(colour[1+2*i:3+2*i], 16, 8)
		if err != nil {
			t.Fatal(err)
		}
		c := float64(n) / 255
		if c <= 0.04045 {
			c /= 12.92
		} else {
			c = math.Pow((c+0.055)/1.055, 2.4)
		}
		sum += weight * c
	}
	return sum
}
