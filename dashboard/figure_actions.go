package dashboard

import (
	"fmt"
	"html"
	"net/url"
	"regexp"
	"strings"

	"goodwork/dashboard/chart"
)

// chartActions are what a reader can do with one chart: keep it as a picture or
// as figures, lead others to it, and show it in a page of their own.
type chartActions struct {
	ID    string // of the chart, unique in its page
	Name  string // its sentence
	Page  string // where the chart stands
	Embed string // the chart by itself, made to be framed
	SVG   string
	CSV   string // "" where the page offers it beside the chart
	Code  string // to put into a page
}

// embedHeight is that of a frame around one chart, in CSS pixels.
const embedHeight = 640

// chartActions are those of the chart at an address below /embed.
func (s *Server) chartActions(id, name, path string, values url.Values, csv, page string) *chartActions {
	embed := address(path, values)
	return &chartActions{
		ID: id, Name: name, Page: page, Embed: embed, SVG: address(path+".svg", values), CSV: csv,
		Code: fmt.Sprintf(`<iframe src="%s" title="%s" width="100%%" height="%d" loading="lazy"></iframe>`,
			html.EscapeString(s.BaseURL+embed), html.EscapeString(strings.TrimSuffix(name, ".")), embedHeight),
	}
}

var (
	mapPaint  = regexp.MustCompile(`class="(map-shape )?c-fill-([a-z0-9-]+)"`)
	mapOpened = regexp.MustCompile(`<a [^>]*>`)
	mapSize   = regexp.MustCompile(`viewBox="0 0 (\d+) (\d+)"`)
)

// mapFile makes of a page's map a file that stands for itself: white ground,
// title, legend and source in the picture, colours as attributes, no links.
func mapFile(m indicatorMap, words chart.DownloadWords) ([]byte, error) {
	size := mapSize.FindStringSubmatch(string(m.SVG))
	if size == nil {
		return nil, fmt.Errorf("map %s: its drawing has no size", m.ID)
	}
	var across, down float64
	if _, err := fmt.Sscan(size[1]+" "+size[2], &across, &down); err != nil {
		return nil, fmt.Errorf("map %s: read its size: %w", m.ID, err)
	}
	drawing := mapPaint.ReplaceAllStringFunc(string(m.SVG), func(found string) string {
		parts := mapPaint.FindStringSubmatch(found)
		paint := `fill="` + chart.Colour(parts[2]) + `"`
		if parts[1] != "" {
			paint += ` stroke="` + chart.Colour("border") + `" stroke-width="1.5" stroke-linejoin="round"`
		}
		return paint
	})
	drawing = strings.ReplaceAll(mapOpened.ReplaceAllString(drawing, "<g>"), "</a>", "</g>")

	const margin, mapWidth, legendWidth = 16.0, 520.0, 240.0
	width, height := mapWidth+legendWidth+3*margin, mapWidth*down/across
	ink, muted := `fill="`+chart.Colour("ink")+`"`, `fill="`+chart.Colour("muted")+`"`
	var head, legend, foot strings.Builder
	y := margin
	y = writeLines(&head, words.Title, y, width, 17, `font-weight="bold" `+ink)
	y = writeLines(&head, words.Subtitle, y, width, 13, muted)
	top := y + 12
	left, at := mapWidth+2*margin, top+24
	fmt.Fprintf(&legend, `<text x="%.0f" y="%.0f" font-size="14" font-weight="bold" %s>%s</text>`, left, at, ink, chart.Escaped(m.LegendTitle))
	for _, class := range m.Classes {
		at += 26
		fmt.Fprintf(&legend, `<rect x="%.0f" y="%.0f" width="24" height="16" fill="%s" stroke="%s"/>`, left, at-13, chart.Colour(class.Colour), chart.Colour("axis"))
		if class.Hatched {
			fmt.Fprintf(&legend, `<path d="M%.0f %.0fl12 -16M%.0f %.0fl12 -16" stroke="%s" stroke-width="1.5"/>`, left, at+3, left+12, at+3, chart.Colour("ink"))
		}
		fmt.Fprintf(&legend, `<text x="%.0f" y="%.0f" font-size="13" %s>%s (%s)</text>`, left+32, at, ink, chart.Escaped(class.Text), chart.Escaped(class.Areas))
	}
	end := writeLines(&foot, words.Source, top+height+4, width, 12, muted)

	total := end + margin/2
	place := fmt.Sprintf(`x="%.0f" y="%.0f" width="%.0f" height="%.0f"`, margin, top, mapWidth, height)
	drawing = strings.Replace(drawing, `width="100%" aria-hidden="true" focusable="false"`, place, 1)
	return fmt.Appendf(nil, `<svg xmlns="http://www.w3.org/2000/svg" role="img" width="%.0f" height="%.0f" viewBox="0 0 %.0f %.0f" font-family="system-ui, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif"><title>%s</title><rect width="%.0f" height="%.0f" fill="#ffffff"/>%s%s%s%s</svg>`+"\n",
		width, total, width, total, chart.Escaped(words.Title), width, total, head.String(), drawing, legend.String(), foot.String()), nil
}

var markClass = regexp.MustCompile(`(<[a-z]+)([^>]*?) class="([^"]*)"`)

// markAttributes are what the stylesheet gives the classes of the strip's marks.
var markAttributes = map[string]string{
	"ranked-reach": `fill="none"`, "ranked-interval": `fill="none" stroke-width="0.8" opacity="0.55"`, "ranked-untested": `stroke-width="0.9"`,
	"ranked-benchmark": `fill="none" stroke-width="1.2"`, "ranked-drawing": `font-size="11.5"`,
}

// stripFile makes of a page's strip a file that stands for itself, as mapFile does
// of a map.
func stripFile(strip rankedStrip, words chart.DownloadWords) ([]byte, error) {
	size := mapSize.FindStringSubmatch(string(strip.SVG))
	if size == nil {
		return nil, fmt.Errorf("strip %s: its drawing has no size", strip.Heading)
	}
	var across, down float64
	if _, err := fmt.Sscan(size[1]+" "+size[2], &across, &down); err != nil {
		return nil, fmt.Errorf("strip %s: read its size: %w", strip.Heading, err)
	}
	drawing := strings.ReplaceAll(mapOpened.ReplaceAllString(string(strip.SVG), "<g>"), "</a>", "</g>")
	drawing = markClass.ReplaceAllStringFunc(drawing, func(found string) string {
		parts := markClass.FindStringSubmatch(found)
		out := parts[1] + parts[2]
		for class := range strings.FieldsSeq(parts[3]) {
			switch {
			case markAttributes[class] != "":
				out += " " + markAttributes[class]
			case strings.HasPrefix(class, "c-fill-"):
				out += ` fill="` + chart.Colour(strings.TrimPrefix(class, "c-fill-")) + `"`
			case strings.HasPrefix(class, "c-stroke-"):
				out += ` stroke="` + chart.Colour(strings.TrimPrefix(class, "c-stroke-")) + `"`
			}
		}
		return out
	})
	const margin, width = 16.0, 560.0
	ink, muted := `fill="`+chart.Colour("ink")+`"`, `fill="`+chart.Colour("muted")+`"`
	var head, foot strings.Builder
	y := writeLines(&head, words.Title, margin, width, 17, `font-weight="bold" `+ink)
	y = writeLines(&head, words.Subtitle, y, width, 13, muted)
	for _, l := range strip.Legend {
		y += 20
		fmt.Fprintf(&head, `<text x="%.0f" y="%.1f" font-size="13" fill="%s">%s</text><text x="%.0f" y="%.1f" font-size="13" %s>%s (%s)</text>`,
			margin, y, chart.Colour(l.Class), l.Shape, margin+18, y, ink, chart.Escaped(l.Text), chart.Escaped(l.Areas))
	}
	top, height := y+12, (width-2*margin)*down/across
	y = writeLines(&foot, strings.TrimSpace(strip.Line+" "+strip.Middle), top+height+4, width, 12, muted)
	total := writeLines(&foot, words.Source, y, width, 12, muted) + margin/2
	// The words at the ends of the axis reach into the margin.
	place := fmt.Sprintf(`x="%.0f" y="%.0f" width="%.0f" height="%.0f" overflow="visible"`, margin, top, width-2*margin, height)
	drawing = strings.Replace(drawing, `width="100%" aria-hidden="true" focusable="false"`, place, 1)
	return fmt.Appendf(nil, `<svg xmlns="http://www.w3.org/2000/svg" role="img" width="%.0f" height="%.0f" viewBox="0 0 %.0f %.0f" font-family="system-ui, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif"><title>%s</title><rect width="%.0f" height="%.0f" fill="#ffffff"/>%s%s%s</svg>`+"\n",
		width, total, width, total, chart.Escaped(words.Title), width, total, head.String(), drawing, foot.String()), nil
}

// writeLines sets text in lines that fit the width and gives where the next line
// would start.
func writeLines(out *strings.Builder, text string, y, width, size float64, look string) float64 {
	const margin = 16.0
	for _, line := range chart.WrappedLines(text, int((width-2*margin)/(0.55*size))) {
		y += size * 1.3
		fmt.Fprintf(out, `<text x="%.0f" y="%.1f" font-size="%.0f" %s>%s</text>`, margin, y, size, look, chart.Escaped(line))
	}
	return y
}
