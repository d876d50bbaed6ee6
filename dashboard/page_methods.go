package dashboard

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"net/http"

	"github.com/labstack/echo/v4"
	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
)

//go:embed text/*.md
var textFiles embed.FS

// textPage is a page of prose, written in Markdown in text/NAME.md.
type textPage struct {
	base
	Heading  string
	Contents []link // the second headings
	Body     template.HTML
}

// prose answers with text/NAME.md. Its first heading is the page's.
func (s *Server) prose(name, description string) echo.HandlerFunc {
	return func(c echo.Context) error {
		if _, done, err := s.parameters(c); done || err != nil {
			return err
		}
		source, err := textFiles.ReadFile("text/" + name + ".md")
		if err != nil {
			return fmt.Errorf("text %s: %w", name, err)
		}
		p := textPage{}
		if p.Heading, p.Contents, p.Body, err = fromMarkdown(source); err != nil {
			return fmt.Errorf("text %s: %w", name, err)
		}
		p.base = s.base(c, p.Heading, description)
		p.Breadcrumbs = []link{{Text: p.Heading}}
		return s.render(c, http.StatusOK, "text", p)
	}
}

// fromMarkdown turns our own Markdown into HTML: the first heading, links to
// the second ones, and all that follows the first.
func fromMarkdown(source []byte) (heading string, contents []link, body template.HTML, err error) {
	md := goldmark.New(goldmark.WithExtensions(extension.Table, extension.Typographer), goldmark.WithParserOptions(parser.WithAutoHeadingID()))
	doc := md.Parser().Parse(text.NewReader(source))
	for n := doc.FirstChild(); n != nil; {
		next := n.NextSibling()
		if h, ok := n.(*ast.Heading); ok {
			words := headingText(h, source)
			id, _ := h.AttributeString("id")
			switch {
			case h.Level == 1 && heading == "":
				heading = words
				doc.RemoveChild(doc, n)
			case h.Level == 2:
				name, _ := id.([]byte)
				contents = append(contents, link{Text: words, Href: "#" + string(name)})
			}
		}
		n = next
	}
	var b bytes.Buffer
	if err := md.Renderer().Render(&b, source, doc); err != nil {
		return "", nil, "", err
	}
	// A wide table scrolls by itself, by keyboard too.
	html := bytes.ReplaceAll(b.Bytes(), []byte("<table>"), []byte(`<div class="scroll" tabindex="0" role="region" aria-label="Table"><table class="figures">`))
	html = bytes.ReplaceAll(html, []byte("</table>"), []byte("</table></div>"))
	return heading, contents, template.HTML(html), nil
}

// headingText is a heading's words without their markup.
func headingText(h ast.Node, source []byte) string {
	var b bytes.Buffer
	for n := h.FirstChild(); n != nil; n = n.NextSibling() {
		if t, ok := n.(*ast.Text); ok {
			b.Write(t.Segment.Value(source))
		}
	}
	return b.String()
}
