package chart

import (
	"bytes"
	"context"
	"encoding/xml"
	"errors"
	"io"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// elementsOf reads a drawing's elements, failing where it is not well-formed.
func elementsOf(t *testing.T, svg string) []xml.StartElement {
	t.Helper()
	decoder := xml.NewDecoder(strings.NewReader(svg))
	var elements []xml.StartElement
	for {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			return elements
		}
		if err != nil {
			t.Fatalf("the drawing is not well-formed: %v", err)
		}
		if start, ok := token.(xml.StartElement); ok {
			elements = append(elements, start.Copy())
		}
	}
}

func drawnTrend(t *testing.T) []byte {
	t.Helper()
	svg, err := newTestEngine(t).Draw(context.Background(), Drawing{"test", must(Trend(SampleTrend())), 720, 300})
	if err != nil {
		t.Fatal(err)
	}
	return svg
}

func TestADrawingInAPageHasNoStyleOfItsOwnAndNoRepeatedID(t *testing.T) {
	svg := drawnTrend(t)
	one := must(PageSVG(svg, Words{"pay", "Pay in Bath", "Higher each year."}))
	two := must(PageSVG(svg, Words{"work", "Work in Bath", ""}))
	ids := map[string]bool{}
	for _, element := range elementsOf(t, "<div>"+string(one)+string(two)+"</div>") {
		if element.Name.Local == "style" || element.Name.Local == "script" {
			t.Errorf("the drawing has an element %q", element.Name.Local)
		}
		for _, a := range element.Attr {
			switch {
			case a.Name.Local == "style", strings.HasPrefix(a.Name.Local, "on"), strings.HasPrefix(a.Name.Local, "ecmeta"):
				t.Errorf("element %q has an attribute %q", element.Name.Local, a.Name.Local)
			case a.Name.Local == "id" && ids[a.Value]:
				t.Errorf("the id %q stands twice", a.Value)
			case a.Name.Local == "id":
				ids[a.Value] = true
			}
		}
	}
	for _, id := range []string{"pay-title", "pay-desc", "work-title"} {
		if !ids[id] {
			t.Errorf("there is no id %q", id)
		}
	}
	for _, reference := range regexp.MustCompile(`url\(#([^)]+)\)`).FindAllStringSubmatch(string(one), -1) {
		if !ids[reference[1]] {
			t.Errorf("url(#%s) leads nowhere", reference[1])
		}
	}
}

func TestEveryColourOfADrawingIsAClassOfTheSheet(t *testing.T) {
	page := string(must(PageSVG(drawnTrend(t), Words{"pay", "Pay", ""})))
	inClip := false
	for _, element := range elementsOf(t, page) {
		inClip = inClip && element.Name.Local == "path" || element.Name.Local == "clipPath"
		class := svgAttribute(element, "class")
		for _, paint := range []string{"fill", "stroke"} {
			value := svgAttribute(element, paint)
			if value == "" || value == "none" || inClip || strings.HasPrefix(value, "url(") {
				continue
			}
			if !strings.Contains(class, "c-"+paint+"-") {
				t.Errorf("%s %s=%q has no class", element.Name.Local, paint, value)
			}
		}
	}
	for _, class := range []string{"c-stroke-series-1", "c-fill-series-1", "c-stroke-grid", "c-fill-muted", "c-fill-paper", "c-stroke-benchmark"} {
		if !strings.Contains(page, class) {
			t.Errorf("no element is of the class %s", class)
		}
	}
}

func TestTheSameDrawingGivesTheSameBytesHoweverOftenTheRendererHasDrawn(t *testing.T) {
	words := Words{"pay", "Pay", ""}
	engine := newTestEngine(t)
	option := must(Trend(SampleTrend()))
	first := must(PageSVG(must(engine.Draw(context.Background(), Drawing{"one", option, 720, 300})), words))
	second := must(PageSVG(must(engine.Draw(context.Background(), Drawing{"two", option, 720, 300})), words))
	if diff := cmp.Diff(first, second); diff != "" {
		t.Error(diff)
	}
}

func TestSVGRewriting(t *testing.T) {
	for _, test := range []struct {
		name, inner, want, wantErr string
	}{
		{
			name:  "a style becomes attributes",
			inner: `<text style="font-size:12px;font-family:sans-serif;font-weight:bold;" fill="#1b2127">£5</text>`,
			want:  `<text fill="#1b2127" font-size="12" font-weight="bold" class="c-fill-ink">£5</text>`,
		},
		{
			name:  "text stays escaped",
			inner: `<text fill="none">a &lt;b&gt; &amp; &quot;c&quot;</text>`,
			want:  `<text fill="none">a &lt;b&gt; &amp; &#34;c&#34;</text>`,
		},
		{
			name:  "ids and what refers to them have the chart's prefix",
			inner: `<g clip-path="url(#zr7-c0)"><path d="M0 0"></path></g><defs><clipPath id="zr7-c0"></clipPath></defs>`,
			want:  `<g clip-path="url(#p-1)"><path d="M0 0"/></g><defs><clipPath id="p-1"/></defs>`,
		},
		{
			name:  "groups within groups are closed each for itself",
			inner: `<g><g opacity="1"></g></g>`,
			want:  `<g><g opacity="1"/></g>`,
		},
		{
			name:  "colours are known in every form of writing",
			inner: `<path fill="#fff" stroke="rgb(18,67,109)"></path>`,
			want:  `<path fill="#fff" stroke="rgb(18,67,109)" class="c-fill-paper c-stroke-series-1"/>`,
		},
		{
			name:  "the renderer's own notes and classes are dropped",
			inner: `<path d="M0 0" class="zr0-cls-1" ecmeta_data_index="3" pointer-events="visible"></path><style><![CDATA[.a:hover{}]]></style>`,
			want:  `<path d="M0 0"/>`,
		},
		{name: "an image is refused", inner: `<image href="data:image/png;base64,AA"/>`, wantErr: "unknown element"},
		{name: "a script is refused", inner: `<script>alert(1)</script>`, wantErr: "unknown element"},
		{name: "a handler is refused", inner: `<path onclick="x()"/>`, wantErr: "unknown attribute"},
		{name: "a link out is refused", inner: `<use href="https://example.org/a.svg#b"/>`, wantErr: "leads out"},
		{name: "a fill from outside is refused", inner: `<path fill="url(https://example.org/#a)"/>`, wantErr: "leads out"},
		{name: "an unknown style is refused", inner: `<path style="position:fixed"/>`, wantErr: "unknown attribute"},
		{name: "half a drawing is refused", inner: `<g>`, wantErr: "syntax error"},
	} {
		t.Run(test.name, func(t *testing.T) {
			r := svgRewriter{prefix: "p", classes: true}
			_, got, err := r.rewrite([]byte(`<svg width="10" height="5" xmlns="http://www.w3.org/2000/svg">` + test.inner + `</svg>`))
			if test.wantErr != "" {
				if err == nil || !strings.Contains(err.Error(), test.wantErr) {
					t.Fatalf("error %v, want one with %q", err, test.wantErr)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, string(got)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestAChartsNameIsEscaped(t *testing.T) {
	page := string(must(PageSVG([]byte(`<svg width="10" height="5"></svg>`), Words{`a"b`, `<b>&`, `"quoted"`})))
	elementsOf(t, page)
	if strings.Contains(page, "<b>") || strings.Contains(page, `id="a"b`) {
		t.Errorf("not escaped: %s", page)
	}
}

func TestADownloadedDrawingStandsForItself(t *testing.T) {
	file := must(DownloadSVG(drawnTrend(t), DownloadWords{
		Title: "Median weekly pay of people who live in Bath and North East Somerset is lower than in the UK & rising", Subtitle: "£ a week, April",
		Source: "Source: an office of statistics",
	}))
	elements := elementsOf(t, string(file))
	if elements[0].Name.Local != "svg" || svgAttribute(elements[0], "viewBox") == "" {
		t.Error("the root is no svg with a viewBox")
	}
	for _, element := range elements {
		if class := svgAttribute(element, "class"); class != "" {
			t.Errorf("%s has a class %q, which no sheet gives a colour", element.Name.Local, class)
		}
	}
	for _, text := range []string{`fill="#ffffff"`, "Median weekly pay", "UK &amp; rising", "£ a week", "Source: an office"} {
		if !bytes.Contains(file, []byte(text)) {
			t.Errorf("the file lacks %q", text)
		}
	}
}
