// Build makes what the dashboard's pages are drawn with: script, stylesheet
// and the server's chart renderer, from the packages that package-lock.json
// pins and from dashboard/assets.
//
// It is run from the project's root by make assets and writes
// dashboard/dist/files, which the dashboard embeds:
//
//	charts.HASH.js      makes charts live in the page
//	page.HASH.js        what every page's script does
//	style.HASH.css      the sheet
//	echarts-server.js   draws charts on the server, never sent to a reader
//	resvg.wasm.gz       makes PNG of SVG on the server, with the fonts font-*.ttf.gz
//	LICENCES.txt        of all that is sent
//	manifest.json       name -> name with hash
//	*.br, *.gz          the same, compressed
//
// The file "built by make assets" beside that folder holds a hash of everything that was read;
// where it still holds, nothing is done.
package main

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"

	"github.com/andybalholm/brotli"
	"github.com/evanw/esbuild/pkg/api"
)

const (
	sources = "dashboard/assets"
	modules = "node_modules"
	target  = "dashboard/dist"
	stamp   = "built by make assets"
	files   = "files"
)

func main() {
	if err := build(); err != nil {
		fmt.Fprintln(os.Stderr, "assets:", err)
		os.Exit(1)
	}
}

func build() error {
	if _, err := os.Stat(filepath.Join(modules, "echarts", "package.json")); err != nil {
		return errors.New("the npm packages are not installed: run make assets")
	}
	read, err := hashOfInputs()
	if err != nil {
		return err
	}
	if upToDate(read) {
		return nil
	}
	place, err := os.MkdirTemp(modules, ".assets-")
	if err != nil {
		return fmt.Errorf("make a folder to build in: %w", err)
	}
	defer os.RemoveAll(place)

	if err := writeAll(place, read); err != nil {
		return err
	}
	return putInPlace(place)
}

func writeAll(place, read string) error {
	charts, err := script("charts.js", api.ES2020, "")
	if err != nil {
		return err
	}
	page, err := script("page.js", api.ES2020, "")
	if err != nil {
		return err
	}
	server, err := script("server.js", api.ES2017, serverBanner)
	if err != nil {
		return err
	}
	style, err := stylesheet(place)
	if err != nil {
		return err
	}
	licences, err := licences()
	if err != nil {
		return err
	}

	into := filepath.Join(place, files)
	if err := os.Mkdir(into, 0o755); err != nil {
		return fmt.Errorf("make a folder to build in: %w", err)
	}
	manifest := map[string]string{}
	for name, content := range map[string][]byte{"charts.js": charts, "page.js": page, "style.css": style, "LICENCES.txt": licences} {
		manifest[name] = hashed(name, content)
		if err := writeCompressed(filepath.Join(into, manifest[name]), content); err != nil {
			return err
		}
	}
	listing, err := json.MarshalIndent(manifest, "", "  ")
	if err != nil {
		return fmt.Errorf("write the manifest: %w", err)
	}
	for name, from := range pictureFiles {
		content, err := packed(filepath.Join(modules, from))
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(into, name), content, 0o644); err != nil {
			return err
		}
	}
	for name, content := range map[string][]byte{
		filepath.Join(files, "echarts-server.js"): server,
		filepath.Join(files, "manifest.json"):     append(listing, '\n'),
		stamp:                                     []byte(read + "\n"),
	} {
		if err := os.WriteFile(filepath.Join(place, name), content, 0o644); err != nil {
			return err
		}
	}
	return os.Chmod(place, 0o755)
}

// pictureFiles are what makes pictures on the server, by the names under which
// they are embedded, and where the packages have them.
var pictureFiles = map[string]string{
	"resvg.wasm.gz":       "@resvg/resvg-wasm/index_bg.wasm",
	"font-regular.ttf.gz": "@expo-google-fonts/source-sans-3/400Regular/SourceSans3_400Regular.ttf",
	"font-bold.ttf.gz":    "@expo-google-fonts/source-sans-3/700Bold/SourceSans3_700Bold.ttf",
}

// packed reads a file and compresses it.
func packed(path string) ([]byte, error) {
	content, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read what makes pictures: %w", err)
	}
	var out bytes.Buffer
	z, err := gzip.NewWriterLevel(&out, gzip.BestCompression)
	if err == nil {
		_, err = z.Write(content)
	}
	if err = errors.Join(err, z.Close()); err != nil {
		return nil, fmt.Errorf("compress %s: %w", path, err)
	}
	return out.Bytes(), nil
}

// serverBanner stands in for what a browser has and the server's interpreter
// lacks. A drawing is made at once, so nothing ever waits for a timer.
const serverBanner = `var setTimeout=function(){return 0},clearTimeout=function(){},` +
	`console={log:function(){},warn:function(){},error:function(){}};`

func script(entry string, language api.Target, banner string) ([]byte, error) {
	result := api.Build(api.BuildOptions{
		EntryPoints:       []string{filepath.Join(sources, entry)},
		Bundle:            true,
		Format:            api.FormatIIFE,
		Target:            language,
		MinifyWhitespace:  true,
		MinifyIdentifiers: true,
		MinifySyntax:      true,
		LegalComments:     api.LegalCommentsNone,
		Define:            map[string]string{"process.env.NODE_ENV": `"production"`},
		Banner:            map[string]string{"js": banner},
		Charset:           api.CharsetUTF8,
		NodePaths:         []string{modules},
		LogLevel:          api.LogLevelSilent,
	})
	if len(result.Errors) > 0 {
		lines := api.FormatMessages(result.Errors, api.FormatMessagesOptions{Kind: api.ErrorMessage})
		return nil, fmt.Errorf("bundle %s: %s", entry, strings.Join(lines, "\n"))
	}
	if len(result.OutputFiles) != 1 {
		return nil, fmt.Errorf("bundle %s: %d files, want 1", entry, len(result.OutputFiles))
	}
	return result.OutputFiles[0].Contents, nil
}

// stylesheet compiles style.scss, with the palette given as classes.
func stylesheet(place string) ([]byte, error) {
	content, err := os.ReadFile(filepath.Join(sources, "..", "chart", "palette.json"))
	if err != nil {
		return nil, fmt.Errorf("read the palette: %w", err)
	}
	classes, err := paletteSheet(content)
	if err != nil {
		return nil, err
	}
	generated, err := os.MkdirTemp(modules, ".palette-")
	if err != nil {
		return nil, fmt.Errorf("make a folder for the palette: %w", err)
	}
	defer os.RemoveAll(generated)
	if err := os.WriteFile(filepath.Join(generated, "_palette.scss"), classes, 0o644); err != nil {
		return nil, fmt.Errorf("write the palette: %w", err)
	}
	var out, complaint bytes.Buffer
	sass := exec.Command("node", filepath.Join(modules, "sass", "sass.js"),
		"--no-source-map", "--style=compressed", "--quiet-deps", "--load-path=.", "--load-path="+generated,
		filepath.Join(sources, "style.scss"))
	sass.Stdout, sass.Stderr = &out, &complaint
	if err := sass.Run(); err != nil {
		return nil, fmt.Errorf("compile style.scss: %w\n%s", err, complaint.String())
	}
	for _, never := range []string{"@font-face", "GDS Transport"} {
		if strings.Contains(out.String(), never) {
			return nil, fmt.Errorf("style.scss: the sheet holds %q, which is for GOV.UK alone", never)
		}
	}
	return out.Bytes(), nil
}

type colour struct{ Name, Light, Dark string }

// paletteSheet gives every colour of the palette a custom property, light and
// dark, and the classes that a chart's SVG wears. On paper all is light.
func paletteSheet(content []byte) ([]byte, error) {
	var colours []colour
	if err := json.Unmarshal(content, &colours); err != nil {
		return nil, fmt.Errorf("read the palette: %w", err)
	}
	var light, dark, classes strings.Builder
	for _, c := range colours {
		fmt.Fprintf(&light, "--c-%s:%s;", c.Name, c.Light)
		fmt.Fprintf(&dark, "--c-%s:%s;", c.Name, c.Dark)
		fmt.Fprintf(&classes, ".c-fill-%s{fill:var(--c-%s)}.c-stroke-%s{stroke:var(--c-%s)}\n", c.Name, c.Name, c.Name, c.Name)
	}
	return fmt.Appendf(nil, ":root{color-scheme:light dark;%s}\n@media screen and (prefers-color-scheme:dark){:root{%s}}\n%s",
		light.String(), dark.String(), classes.String()), nil
}

func licences() ([]byte, error) {
	var out bytes.Buffer
	for _, each := range []struct{ title, path string }{
		{"Apache ECharts", modules + "/echarts/LICENSE"},
		{"Apache ECharts, notice", modules + "/echarts/NOTICE"},
		{"D3, parts of which are in Apache ECharts", modules + "/echarts/licenses/LICENSE-d3"},
		{"ZRender", modules + "/zrender/LICENSE"},
		{"tslib", modules + "/tslib/LICENSE.txt"},
		{"combobox-nav", modules + "/@github/combobox-nav/LICENSE"},
		{"resvg", sources + "/licences/resvg.txt"},
		{"Source Sans 3", modules + "/@expo-google-fonts/source-sans-3/LICENSE_FONT"},
		{"GOV.UK Frontend", sources + "/licences/govuk-frontend.txt"},
	} {
		content, err := os.ReadFile(each.path)
		if err != nil {
			return nil, fmt.Errorf("read the licence of %s: %w", each.title, err)
		}
		fmt.Fprintf(&out, "%s\n%s\n\n%s\n\n\n", each.title, strings.Repeat("=", len(each.title)), bytes.TrimSpace(content))
	}
	return out.Bytes(), nil
}

func hashed(name string, content []byte) string {
	sum := sha256.Sum256(content)
	end := filepath.Ext(name)
	return strings.TrimSuffix(name, end) + "." + hex.EncodeToString(sum[:5]) + end
}

func writeCompressed(path string, content []byte) error {
	var br, gz bytes.Buffer
	b := brotli.NewWriterLevel(&br, brotli.BestCompression)
	z, err := gzip.NewWriterLevel(&gz, gzip.BestCompression)
	if err != nil {
		return fmt.Errorf("compress %s: %w", path, err)
	}
	for _, w := range []io.WriteCloser{b, z} {
		if _, err := w.Write(content); err != nil {
			return fmt.Errorf("compress %s: %w", path, err)
		}
		if err := w.Close(); err != nil {
			return fmt.Errorf("compress %s: %w", path, err)
		}
	}
	for end, bytes := range map[string][]byte{"": content, ".br": br.Bytes(), ".gz": gz.Bytes()} {
		if err := os.WriteFile(path+end, bytes, 0o644); err != nil {
			return err
		}
	}
	return nil
}

// hashOfInputs is a hash over everything that the build reads: our sources,
// this program among them, the lock file that pins the packages, and the
// versions of the modules that bundle and compress.
func hashOfInputs() (string, error) {
	paths := []string{"package-lock.json"}
	err := filepath.WalkDir(sources, func(path string, entry fs.DirEntry, err error) error {
		if err == nil && entry.Type().IsRegular() {
			paths = append(paths, path)
		}
		return err
	})
	if err != nil {
		return "", fmt.Errorf("walk %s: %w", sources, err)
	}
	slices.Sort(paths)
	sum := sha256.New()
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, module := range info.Deps {
			fmt.Fprintln(sum, module.Path, module.Version)
		}
	}
	for _, path := range paths {
		content, err := os.ReadFile(path)
		if err != nil {
			return "", fmt.Errorf("read an input: %w", err)
		}
		fmt.Fprintf(sum, "%s %d\n", filepath.ToSlash(path), len(content))
		sum.Write(content)
	}
	return hex.EncodeToString(sum.Sum(nil)), nil
}

// upToDate says whether the target was built from the inputs with this hash
// and still holds all that its manifest names.
func upToDate(read string) bool {
	was, err := os.ReadFile(filepath.Join(target, stamp))
	if err != nil || strings.TrimSpace(string(was)) != read {
		return false
	}
	content, err := os.ReadFile(filepath.Join(target, files, "manifest.json"))
	if err != nil {
		return false
	}
	var manifest map[string]string
	if err := json.Unmarshal(content, &manifest); err != nil {
		return false
	}
	wanted := []string{"echarts-server.js"}
	for _, name := range manifest {
		wanted = append(wanted, name, name+".br", name+".gz")
	}
	for name := range pictureFiles {
		wanted = append(wanted, name)
	}
	return !slices.ContainsFunc(wanted, func(name string) bool {
		_, err := os.Stat(filepath.Join(target, files, name))
		return err != nil
	})
}

// putInPlace moves the finished folder to the target, so that the target is
// the old build or the new one.
func putInPlace(place string) error {
	old := place + ".old"
	if err := os.Rename(target, old); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("put the assets in place: %w", err)
	}
	if err := os.Rename(place, target); err != nil {
		return fmt.Errorf("put the assets in place: %w", err)
	}
	return os.RemoveAll(old)
}
