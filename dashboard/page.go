package dashboard

import (
	"bytes"
	"encoding/json"
	"fmt"
	"html/template"
	"io/fs"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"goodwork/data"
)

// link is an address with its words.
type link struct {
	Text    string
	Welsh   string // the place's name in Welsh, where it has one of its own
	Href    string
	Current bool
}

// base is what every page carries.
type base struct {
	Title       string
	Description string
	Canonical   string // "" where the page has no address of its own
	Host        string // scheme and host, as the reader has it
	Breadcrumbs []link
	Nav         []link
	Edition     data.EditionID
	EditionDate string
	Query       string // what stands in the search field
	WithSearch  bool   // has the search field in its head
	Live        bool   // has charts that a script makes live
	Image       string // whole address of the picture that stands for the page elsewhere; "" for none
	// Dataset describes the page's figures to search engines; nil for none.
	Dataset json.RawMessage
}

func (s *Server) base(c echo.Context, title, description string) base {
	b := base{
		Title: title, Description: description, Edition: s.library.edition,
		EditionDate: s.library.date.Format("2 January 2006"),
		WithSearch:  true,
		Nav:         []link{{Text: "Places", Href: "/areas"}, {Text: "Indicators", Href: "/indicators"}, {Text: "Compare", Href: "/compare"}, {Text: "Groups", Href: "/groups"}},
	}
	if s.index != nil {
		b.Nav = append(b.Nav, link{Text: "Index", Href: "/index"})
	}
	b.Host = s.site(c.Request()) + prefixOf(c.Request()) // what is read of an edition stays in it
	b.Nav = append(b.Nav, link{Text: "Data", Href: "/data"})
	here := c.Request().URL.Path
	if s.BaseURL != "" {
		b.Canonical = s.BaseURL + c.Request().URL.EscapedPath()
		b.Image = s.imageOf(here)
	}
	for i, n := range b.Nav {
		b.Nav[i].Current = here == n.Href || strings.HasPrefix(here, n.Href+"/")
	}
	return b
}

// parseTemplates gives one template for each page, a file page_NAME.html that
// defines "content", with the layout and the parts that pages share. A value
// that a template names and its page has not is an error.
func parseTemplates(assets *Assets) (map[string]*template.Template, error) {
	shared, err := template.New("").Option("missingkey=error").Funcs(template.FuncMap{"asset": assets.Asset, "capitalised": capitalised, "aboutLinks": aboutLinks, "codeSamples": codeSamples}).
		ParseFS(templateFiles, "templates/layout.html", "templates/part_*.html")
	if err != nil {
		return nil, fmt.Errorf("parse the shared templates: %w", err)
	}
	parsed := map[string]*template.Template{}
	files, err := fs.Glob(templateFiles, "templates/page_*.html")
	if err != nil {
		return nil, err
	}
	for _, file := range files {
		name := strings.TrimSuffix(strings.TrimPrefix(file, "templates/page_"), ".html")
		t, err := shared.Clone()
		if err == nil {
			t, err = t.ParseFS(templateFiles, file)
		}
		if err != nil {
			return nil, fmt.Errorf("parse the template of page %s: %w", name, err)
		}
		parsed[name] = t
	}
	return parsed, nil
}

// render makes a page whole, then sends it.
func (s *Server) render(c echo.Context, status int, name string, page any) error {
	var b bytes.Buffer
	if err := s.templates[name].ExecuteTemplate(&b, "layout", page); err != nil {
		return fmt.Errorf("page %s: %w", name, err)
	}
	body, err := chosenBenchmark(c).keptIn(b.Bytes())
	if err != nil {
		return fmt.Errorf("page %s: %w", name, err)
	}
	return s.send(c, status, "text/html; charset=utf-8", typeset(body))
}

// upTo is the beginning of a text before what is sought; all where that is absent.
func upTo(text []byte, sought string) []byte {
	if i := bytes.Index(text, []byte(sought)); i >= 0 {
		return text[:i]
	}
	return text
}

// untypeset are the elements whose text is for programs or for copying.
var untypeset = []string{"script", "style", "pre", "code", "textarea"}

// typeset is a page whose apostrophes are those of print, as in all that is written
// for it: definitions and names come with those of a typewriter. Attributes and
// code stay as they are.
func typeset(page []byte) []byte {
	straight, curly := []byte("&#39;"), []byte("’")
	if !bytes.Contains(page, straight) {
		return page
	}
	out := make([]byte, 0, len(page))
	for len(page) > 0 {
		text := upTo(page, "<")
		if bytes.Contains(text, straight) {
			out = append(out, bytes.ReplaceAll(text, straight, curly)...)
		} else {
			out = append(out, text...)
		}
		page = page[len(text):]
		kept := upTo(page, ">") // attributes have none: it is escaped
		name, _, _ := strings.Cut(strings.TrimPrefix(string(kept), "<"), " ")
		if slices.Contains(untypeset, name) {
			kept = upTo(page, "</"+name)
		}
		out = append(out, kept...)
		page = page[len(kept):]
	}
	return out
}
