package dashboard

import (
	"bytes"
	"context"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"goodwork/dashboard/chart"
	"goodwork/data"
)

// The sizes of charts in files, in CSS pixels: a trend, a map, and the card
// that stands for a page where its address is shared.
const (
	fileTrendWidth, fileTrendHeight = 760, 400
	fileMapWidth                    = 620
	cardWidth, cardHeight           = 1200, 630
	// pngScale is how many pixels of a PNG make one of the SVG.
	pngScale = 2
)

// cardName names the card among a view's charts.
const cardName = "card"

// chartOf finds the chart that a request names; a view with one chart and its
// card needs no name.
func (v view) chartOf(name string) (viewChart, error) {
	if name == "" && len(v.charts) > 0 && (len(v.charts) == 1 || len(v.charts) == 2 && v.charts[1].name == cardName) {
		return v.charts[0], nil
	}
	if i := slices.IndexFunc(v.charts, func(c viewChart) bool { return c.name == name }); i >= 0 {
		return v.charts[i], nil
	}
	no := refusal{kind: data.ErrNotFound, parameter: "chart", what: fmt.Sprintf("This view has no chart “%s”.", excerpt(name)), about: "Its charts are:"}
	if name == "" {
		no.what = "Which chart? Name one by the parameter chart."
	}
	if len(v.charts) == 0 {
		no.what, no.about = "This view has no chart.", ""
	}
	for _, c := range v.charts {
		no.valid = append(no.valid, option{Value: c.name, Text: c.title, Href: address(v.stem+".svg", url.Values{"chart": {c.name}})})
	}
	return viewChart{}, no
}

// chartSVG draws one of a view's charts as a file that stands for itself.
func (s *Server) chartSVG(ctx context.Context, v view, o formatOptions, _ url.Values) ([]byte, error) {
	c, err := v.chartOf(o.chart)
	if err != nil {
		return nil, err
	}
	return c.draw(ctx)
}

// chartPNG is the same drawing as a picture, twice as fine; the card is of the
// size at which other sites show it.
func (s *Server) chartPNG(ctx context.Context, v view, o formatOptions, values url.Values) ([]byte, error) {
	svg, err := s.chartSVG(ctx, v, o, values)
	if err != nil {
		return nil, err
	}
	scale := float64(pngScale)
	if o.chart == cardName {
		scale = 1
	}
	return s.raster.PNG(ctx, svg, scale)
}

// drawForFile has an option drawn with its words around it.
func (s *Server) drawForFile(ctx context.Context, option []byte, width, height int, words chart.DownloadWords) ([]byte, error) {
	svg, err := s.Charts.Draw(ctx, chart.Drawing{Edition: string(s.library.edition), Option: option, Width: width, Height: height})
	if err != nil {
		return nil, err
	}
	return chart.DownloadSVG(svg, words)
}

// card is the picture that stands for a page where its address is shared: a
// heading, what it is about, and up to four lines.
type card struct {
	heading string
	about   string
	lines   []cardLine
	foot    string
}

// cardLine is one figure on a card.
type cardLine struct {
	title  string
	period string
	value  string
	shape  string // ▲ ▼ ● ○
	class  string // the palette's name of the shape's colour
	beside string // "lower than the UK, £643"
}

func (c card) svg() []byte {
	const margin, left = 64.0, 64
	var b bytes.Buffer
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" role="img" width="%d" height="%d" viewBox="0 0 %d %d" font-family="system-ui, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif">`, cardWidth, cardHeight, cardWidth, cardHeight)
	fmt.Fprintf(&b, `<title>%s</title><rect width="%d" height="%d" fill="%s"/><rect width="%d" height="14" fill="%s"/>`,
		chart.Escaped(c.heading), cardWidth, cardHeight, chart.Colour("paper"), cardWidth, chart.Colour("series-1"))
	ink, muted := `fill="`+chart.Colour("ink")+`"`, `fill="`+chart.Colour("muted")+`"`
	size := 60.0
	if len([]rune(c.heading)) > 34 {
		size = 46
	}
	y := chart.WriteLines(&b, c.heading, margin, 38, cardWidth, size, `font-weight="bold" `+ink)
	y = chart.WriteLines(&b, c.about, margin, y+6, cardWidth, 28, muted)
	y += 22
	for _, l := range c.lines {
		y += 62
		if y > cardHeight-80 {
			break
		}
		fmt.Fprintf(&b, `<line x1="%d" x2="%d" y1="%.1f" y2="%.1f" stroke="%s"/>`, left, cardWidth-left, y-44, y-44, chart.Colour("grid"))
		fmt.Fprintf(&b, `<text x="%d" y="%.1f" font-size="25" %s>%s</text>`, left, y-10, ink, chart.Escaped(l.title))
		fmt.Fprintf(&b, `<text x="%d" y="%.1f" font-size="17" %s>%s</text>`, left, y+12, muted, chart.Escaped(l.period))
		fmt.Fprintf(&b, `<text x="640" y="%.1f" font-size="34" font-weight="bold" text-anchor="end" %s>%s</text>`, y, ink, chart.Escaped(l.value))
		if l.shape != "" {
			fmt.Fprintf(&b, `<text x="664" y="%.1f" font-size="26" fill="%s">%s</text>`, y, chart.Colour(l.class), chart.Escaped(l.shape))
		}
		fmt.Fprintf(&b, `<text x="698" y="%.1f" font-size="25" %s>%s</text>`, y, muted, chart.Escaped(l.beside))
	}
	chart.WriteLines(&b, c.foot, margin, cardHeight-62, cardWidth, 22, muted)
	b.WriteString("</svg>\n")
	return b.Bytes()
}

// imageOf is the whole address of the card of a page, "" for pages without one.
func (s *Server) imageOf(path string) string {
	kind, name, _ := strings.Cut(strings.TrimPrefix(path, "/"), "/")
	switch {
	case kind == "index" && name == "" && s.index != nil:
		return s.root() + "/index.png?chart=quadrant"
	case kind == "indicators" && name != "" && !strings.ContainsAny(name, "/."):
		return s.root() + "/indicators/" + name + ".png?chart=" + cardName
	case kind == "areas" && name != "" && !strings.ContainsAny(name, "/."):
		code, _, _ := strings.Cut(name, "-")
		if s.library.withFigure[data.AreaCode(code)] {
			return s.root() + "/areas/" + code + ".png?chart=" + cardName
		}
	}
	return ""
}
