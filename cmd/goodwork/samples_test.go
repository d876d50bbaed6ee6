package main

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// samplesOf takes the code samples of a page as a reader would copy them, by the
// name of their tool.
func samplesOf(t *testing.T, address string) map[string]string {
	t.Helper()
	resp, err := http.Get(address)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	doc, err := html.Parse(resp.Body)
	if err != nil || resp.StatusCode != http.StatusOK {
		t.Fatalf("%s: %s, %v", address, resp.Status, err)
	}
	text := func(n *html.Node) string {
		var b strings.Builder
		for d := range n.Descendants() {
			if d.Type == html.TextNode {
				b.WriteString(d.Data)
			}
		}
		return b.String()
	}
	samples := map[string]string{}
	for n := range doc.Descendants() {
		if n.Data != "details" {
			continue
		}
		name, code := "", ""
		for d := range n.Descendants() {
			switch d.Data {
			case "summary":
				name = text(d)
			case "pre":
				code = text(d)
			}
		}
		if code != "" {
			samples[name] = code
		}
	}
	return samples
}

// tool finds a program that a sample needs: one of names for which the check
// succeeds. Where CI is set it must be there.
func tool(t *testing.T, names []string, check ...string) string {
	t.Helper()
	for _, name := range names {
		path, err := exec.LookPath(name)
		if err == nil && exec.Command(path, check...).Run() == nil {
			return path
		}
	}
	if os.Getenv("CI") != "" {
		t.Fatalf("none of %v is installed, as a sample needs it (%v)", names, check)
	}
	t.Skipf("NOT TESTED: none of %v is installed, as the sample needs it (%v)", names, check)
	return ""
}

// What a page tells readers to type is typed, in each tool that can be had
// (Debian: curl, python3-pandas, r-base-core; DuckDB is the one within the
// program). Each must find the figure that the page shows.
func TestWhatAPageTellsReadersToTypeFindsTheFigure(t *testing.T) {
	ctx, store := t.Context(), t.TempDir()
	edition, _, err := openEdition(ctx, store, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	defer edition.Close()
	server, charts, err := newServer(ctx, serveCmd{storeFlag: storeFlag{Store: store}}, "", edition, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	defer charts.Close()
	site := httptest.NewServer(server)
	defer site.Close()
	// Manchester's figure of each file, as its CSV writes it.
	for _, c := range []struct{ page, file, figure string }{
		{"/indicators/median-weekly-pay", "median-weekly-pay", "589.3"},
		{"/api", "median-weekly-pay", "589.3"},
		{"/areas/E08000003-manchester", "E08000003", "71.4"},
		{"/compare?areas=E08000003,E08000006&indicators=employment-rate", "compare", "71.4"},
		{"/groups?areas=E08000003,E08000006", "groups", "healthy-life-expectancy-male"},
		{"/index", "index", "Manchester"},
		{"/data", "figures", "median-weekly-pay"},
	} {
		page := c.page
		samples := samplesOf(t, site.URL+page)
		run := func(name string, find func(*testing.T) []string) {
			t.Run(c.file+" of "+page+" in "+name, func(t *testing.T) {
				line := find(t)
				cmd := exec.CommandContext(t.Context(), line[0], line[1:]...)
				cmd.Dir = t.TempDir()
				cmd.Env = append(os.Environ(), "no_proxy=127.0.0.1", "NO_PROXY=127.0.0.1")
				out, err := cmd.CombinedOutput()
				if name == "curl" {
					files, _ := filepath.Glob(filepath.Join(cmd.Dir, c.file+"_*.csv"))
					if len(files) != 1 {
						t.Fatalf("curl left %v, said %s", files, out)
					}
					if out, err = os.ReadFile(files[0]); err != nil {
						t.Fatal(err)
					}
				}
				if err != nil || !strings.Contains(string(out), c.figure) {
					t.Errorf("%v\n%.2000s\nof\n%s", err, out, line)
				}
			})
		}
		run("curl", func(t *testing.T) []string {
			tool(t, []string{"curl"}, "--version")
			return []string{"sh", "-c", samples["curl"]}
		})
		run("DuckDB", func(t *testing.T) []string {
			tool(t, []string{"curl"}, "--version")
			const duckdb = "duckdb -csv -c"
			if strings.Count(samples["DuckDB"], duckdb) != 1 {
				t.Fatalf("DuckDB isn't called once:\n%s", samples["DuckDB"])
			}
			return []string{"sh", "-c", strings.Replace(samples["DuckDB"], duckdb, "goodwork sql --store "+store, 1)}
		})
		run("Python", func(t *testing.T) []string {
			lines := strings.Split(samples["Python, with pandas"], "\n")
			last := len(lines) - 1
			lines[last] = "print(" + lines[last] + ")" // as an interactive Python does by itself
			return []string{tool(t, []string{"python3", "/usr/bin/python3"}, "-c", "import pandas"), "-c", strings.Join(lines, "\n")}
		})
		run("R", func(t *testing.T) []string {
			return []string{tool(t, []string{"Rscript"}, "--version"), "--vanilla", "-e", samples["R"]}
		})
		t.Run(c.file+" of "+page+" in Power Query", func(t *testing.T) {
			checkM(t, samples["Excel, with Power Query"], site.URL)
		})
	}
}

// checkM holds a text in M, which nothing here can run, to its form: a let with
// one binding a name, each used, brackets and quotes closed; and to an address
// that answers.
func checkM(t *testing.T, m, host string) {
	t.Helper()
	bindings, result, ok := strings.Cut(strings.TrimSpace(m), "\nin\n")
	if !ok || !strings.HasPrefix(bindings, "let\n") {
		t.Fatalf("not “let … in …”:\n%s", m)
	}
	var open []rune
	quoted := false
	closes := map[rune]rune{')': '(', ']': '[', '}': '{'}
	for _, r := range m {
		switch {
		case r == '"':
			quoted = !quoted
		case quoted:
		case strings.ContainsRune("([{", r):
			open = append(open, r)
		case closes[r] != 0:
			if len(open) == 0 || open[len(open)-1] != closes[r] {
				t.Fatalf("%q closes nothing:\n%s", r, m)
			}
			open = open[:len(open)-1]
		}
	}
	if len(open) > 0 || quoted {
		t.Errorf("brackets or quotes stay open:\n%s", m)
	}
	var names []string
	for line := range strings.Lines(strings.TrimPrefix(bindings, "let\n")) {
		name, _, ok := strings.Cut(line, " = ")
		if name = strings.TrimSpace(name); !ok || slices.Contains(names, name) {
			t.Errorf("%q binds no new name", line)
		}
		names = append(names, name)
		if !strings.Contains(m, "("+name+",") {
			t.Errorf("%s is not used", name)
		}
	}
	if strings.TrimSpace(result) == "" {
		t.Error("nothing stands after “in”")
	}
	_, rest, ok := strings.Cut(m, `Web.Contents("`)
	address, _, _ := strings.Cut(rest, `"`)
	if !ok || !strings.HasPrefix(address, host+"/") {
		t.Fatalf("the address %q isn't one of %s", address, host)
	}
	resp, err := http.Get(address)
	if err != nil || resp.StatusCode != http.StatusOK || resp.Body.Close() != nil {
		t.Errorf("%s: %v", address, err)
	}
}
