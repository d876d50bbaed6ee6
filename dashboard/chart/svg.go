package chart

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"html/template"
	"io"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// ChartWords are a drawing's accessible name. ID is unique in the page; ids
// within the drawing begin with it. Title is the chart's sentence; Description
// adds what the picture shows beyond it, and may be empty.
type Words struct{ ID, Title, Description string }

// DownloadWords stand around a drawing in a file of its own.
type DownloadWords struct{ Title, Subtitle, Source string }

// PageSVG makes the renderer's SVG fit to stand in a page: named for those who
// don't see it, scaled by its viewBox, without inline style, with ids of its
// own, and with the palette's colours as classes, so that the sheet decides
// them (each colour also stays as an attribute, for readers without the sheet).
//
// Anything that the renderer has not been known to write is an error rather
// than passed on: elements that fetch or run, styles that have no attribute.
func PageSVG(svg []byte, words Words) (template.HTML, error) {
	r := svgRewriter{prefix: words.ID, classes: true}
	size, body, err := r.rewrite(svg)
	if err != nil {
		return "", fmt.Errorf("chart %s: rewrite its SVG: %w", words.ID, err)
	}
	var out bytes.Buffer
	named := words.ID + "-title"
	if words.Description != "" {
		named += " " + words.ID + "-desc"
	}
	fmt.Fprintf(&out, `<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-labelledby="%s" viewBox="0 0 %s %s" width="100%%">`,
		Escaped(named), size.width, size.height)
	fmt.Fprintf(&out, `<title id="%s-title">%s</title>`, Escaped(words.ID), Escaped(words.Title))
	if words.Description != "" {
		fmt.Fprintf(&out, `<desc id="%s-desc">%s</desc>`, Escaped(words.ID), Escaped(words.Description))
	}
	out.Write(body)
	out.WriteString("</svg>")
	return template.HTML(out.String()), nil
}

// DownloadSVG makes of the renderer's SVG a file that stands for itself: white
// ground, title and source in the picture, colours as attributes.
func DownloadSVG(svg []byte, words DownloadWords) ([]byte, error) {
	r := svgRewriter{prefix: "chart"}
	size, body, err := r.rewrite(svg)
	if err != nil {
		return nil, fmt.Errorf("download of a chart: rewrite its SVG: %w", err)
	}
	width, err1 := strconv.ParseFloat(size.width, 64)
	height, err2 := strconv.ParseFloat(size.height, 64)
	if err := errors.Join(err1, err2); err != nil {
		return nil, fmt.Errorf("download of a chart: read its size: %w", err)
	}
	const margin = 16.0
	var head, foot bytes.Buffer
	y := margin
	y = WriteLines(&head, words.Title, margin, y, width, 17, `font-weight="bold" fill="`+Colour("ink")+`"`)
	y = WriteLines(&head, words.Subtitle, margin, y, width, 13, `fill="`+Colour("muted")+`"`)
	top := y + 8
	end := WriteLines(&foot, words.Source, margin, top+height+4, width, 12, `fill="`+Colour("muted")+`"`)

	var out bytes.Buffer
	total := strconv.FormatFloat(end+margin/2, 'f', 0, 64)
	fmt.Fprintf(&out, `<svg xmlns="http://www.w3.org/2000/svg" role="img" width="%s" height="%s" viewBox="0 0 %s %s" font-family="system-ui, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif">`,
		size.width, total, size.width, total)
	fmt.Fprintf(&out, `<title>%s</title><rect width="%s" height="%s" fill="#ffffff"/>`, Escaped(words.Title), size.width, total)
	out.Write(head.Bytes())
	fmt.Fprintf(&out, `<g transform="translate(0 %.0f)">`, top)
	out.Write(body)
	out.WriteString("</g>")
	out.Write(foot.Bytes())
	out.WriteString("</svg>\n")
	return out.Bytes(), nil
}

var paintAttribute = regexp.MustCompile(`(fill|stroke|stop-color)="([^"]*)"`)

// Darkened is a drawing that stands for itself, in the palette's dark colours: for
// a dark page. Colours that the palette lacks stay.
func Darkened(svg []byte) []byte {
	return paintAttribute.ReplaceAllFunc(svg, func(found []byte) []byte {
		parts := paintAttribute.FindSubmatch(found)
		name, ok := palette.nameOfPaint(string(parts[2]))
		if !ok {
			return found
		}
		return fmt.Appendf(nil, `%s="%s"`, parts[1], palette.darkOf[name])
	})
}

// writeSVGLines sets text in lines that fit the width and gives where the next
// line would start. Widths are guessed at: half an em a letter and a bit.
func WriteLines(out *bytes.Buffer, text string, x, y, width, size float64, look string) float64 {
	for _, line := range WrappedLines(text, int((width-2*x)/(0.55*size))) {
		y += size * 1.3
		fmt.Fprintf(out, `<text x="%.0f" y="%.1f" font-size="%.0f" %s>%s</text>`, x, y, size, look, Escaped(line))
	}
	return y
}

// wrappedLines parts a text at its spaces into lines of at most so many letters. A
// longer word has a line to itself.
func WrappedLines(text string, letters int) []string {
	var lines []string
	for _, word := range strings.Fields(text) {
		last := len(lines) - 1
		if last >= 0 && utf8.RuneCountInString(lines[last])+1+utf8.RuneCountInString(word) <= letters {
			lines[last] += " " + word
			continue
		}
		lines = append(lines, word)
	}
	return lines
}

func Escaped(text string) string {
	var out bytes.Buffer
	if err := xml.EscapeText(&out, []byte(text)); err != nil {
		panic(err) // a bytes.Buffer takes everything
	}
	return out.String()
}

// svgRewriter goes once through a drawing. Ids become prefix-1, prefix-2 and so
// on in the order in which they are first met, so that the same drawing gives
// the same bytes however often the renderer has drawn before.
type svgRewriter struct {
	prefix  string
	classes bool
	ids     map[string]string
}

type svgSize struct{ width, height string }

// What the renderer writes and a page may hold. Nothing here fetches or runs.
var (
	svgElements = []string{
		"circle", "clipPath", "defs", "ellipse", "g", "line", "linearGradient", "mask", "path",
		"pattern", "polygon", "polyline", "radialGradient", "rect", "stop", "text", "tspan", "use",
	}
	svgAttributes = []string{
		"clip-path", "clip-rule", "clipPathUnits", "cx", "cy", "d", "dominant-baseline", "dx", "dy", "fill", "fill-opacity", "fill-rule",
		"font-size", "font-style", "font-weight", "gradientTransform", "gradientUnits", "height", "href", "id", "mask",
		"offset", "opacity", "paint-order", "patternContentUnits", "patternTransform", "patternUnits", "points", "r", "rx", "ry", "stop-color",
		"stop-opacity", "stroke", "stroke-dasharray", "stroke-dashoffset", "stroke-linecap", "stroke-linejoin", "stroke-miterlimit",
		"stroke-opacity", "stroke-width", "text-anchor", "transform", "viewBox", "width", "x", "x1", "x2", "y", "y1", "y2",
	}
	// What the renderer writes and no reader needs: the family is the page's,
	// and the pointer is the live chart's affair.
	svgDropped = []string{"baseProfile", "class", "cursor", "font-family", "pointer-events", "space", "user-select", "version", "visibility", "white-space", "xmlns"}

	idReference = regexp.MustCompile(`url\((['"]?)#([^)'"]+)(['"]?)\)`)
)

// rewrite gives the drawing's size and what stands within its root element.
func (r *svgRewriter) rewrite(svg []byte) (svgSize, []byte, error) {
	r.ids = map[string]string{}
	decoder := xml.NewDecoder(bytes.NewReader(svg))
	var out bytes.Buffer
	var size svgSize
	var open []string
	for {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return size, nil, err
		}
		switch t := token.(type) {
		case xml.StartElement:
			if len(open) == 0 {
				if t.Name.Local != "svg" || size.width != "" {
					return size, nil, fmt.Errorf("element %q where the root is wanted", t.Name.Local)
				}
				size = svgSize{svgAttribute(t, "width"), svgAttribute(t, "height")}
				open = append(open, "svg")
				continue
			}
			if t.Name.Local == "style" {
				if err := decoder.Skip(); err != nil {
					return size, nil, err
				}
				continue
			}
			if err := r.start(&out, t); err != nil {
				return size, nil, err
			}
			open = append(open, t.Name.Local)
		case xml.EndElement:
			open = open[:len(open)-1]
			if len(open) > 0 {
				endElement(&out, t.Name.Local)
			}
		case xml.CharData:
			if len(open) > 0 && (open[len(open)-1] == "text" || open[len(open)-1] == "tspan") {
				out.WriteString(Escaped(string(t)))
			} else if len(bytes.TrimSpace(t)) > 0 {
				return size, nil, fmt.Errorf("text outside a text element: %q", t)
			}
		}
	}
	if size.width == "" || size.height == "" {
		return size, nil, errors.New("the root has no size")
	}
	return size, out.Bytes(), nil
}

// endElement closes an element, in the short form where it is empty.
func endElement(out *bytes.Buffer, name string) {
	written := out.Bytes()
	opening := bytes.LastIndexByte(written, '<')
	if opening >= 0 && bytes.HasSuffix(written, []byte(">")) && !bytes.HasSuffix(written, []byte("/>")) && bytes.HasPrefix(written[opening+1:], []byte(name)) &&
		(written[opening+1+len(name)] == ' ' || written[opening+1+len(name)] == '>') {
		out.Truncate(len(written) - 1)
		out.WriteString("/>")
		return
	}
	out.WriteString("</" + name + ">")
}

func (r *svgRewriter) start(out *bytes.Buffer, element xml.StartElement) error {
	if !slices.Contains(svgElements, element.Name.Local) {
		return fmt.Errorf("unknown element %q", element.Name.Local)
	}
	out.WriteString("<" + element.Name.Local)
	var classes []string
	for _, a := range element.Attr {
		if a.Name.Local == "style" {
			continue
		}
		class, err := r.attribute(out, a.Name.Local, a.Value)
		if err != nil {
			return fmt.Errorf("element %q: %w", element.Name.Local, err)
		}
		classes = append(classes, class...)
	}
	for _, declaration := range strings.Split(svgAttribute(element, "style"), ";") {
		name, value, ok := strings.Cut(declaration, ":")
		if !ok {
			continue
		}
		class, err := r.attribute(out, strings.TrimSpace(name), strings.TrimSpace(value))
		if err != nil {
			return fmt.Errorf("element %q: style: %w", element.Name.Local, err)
		}
		classes = append(classes, class...)
	}
	if len(classes) > 0 {
		out.WriteString(` class="` + strings.Join(classes, " ") + `"`)
	}
	out.WriteString(">")
	return nil
}

// attribute writes one attribute, or drops it, and gives the class that it
// stands for.
func (r *svgRewriter) attribute(out *bytes.Buffer, name, value string) ([]string, error) {
	if slices.Contains(svgDropped, name) || strings.HasPrefix(name, "ecmeta_") || name == "xlink" {
		return nil, nil
	}
	if !slices.Contains(svgAttributes, name) {
		return nil, fmt.Errorf("unknown attribute %q", name)
	}
	switch {
	case name == "id":
		value = r.id(value)
	case name == "href":
		target, ok := strings.CutPrefix(value, "#")
		if !ok {
			return nil, fmt.Errorf("href %q leads out of the drawing", value)
		}
		value = "#" + r.id(target)
	case name == "d" && len(value) > longPath:
		value = shortened(value)
	case name == "font-size":
		value = strings.TrimSuffix(value, "px")
	case strings.Contains(value, "url("):
		inner := idReference.FindStringSubmatch(value)
		if inner == nil || inner[0] != value {
			return nil, fmt.Errorf("%s %q leads out of the drawing", name, value)
		}
		value = "url(#" + r.id(inner[2]) + ")"
	}
	out.WriteString(" " + name + `="` + Escaped(value) + `"`)
	if r.classes && (name == "fill" || name == "stroke") {
		if colour, ok := palette.nameOfPaint(value); ok {
			return []string{"c-" + name + "-" + colour}, nil
		}
	}
	return nil, nil
}

// longPath is the length from which a path is an outline on a map.
const longPath = 300

var straightPath = regexp.MustCompile(`^(?:[MLZ][0-9eE.\- ]*)+$`)

// shortened writes a path of straight lines by its steps, in tenths of a pixel,
// and leaves out steps too small to see. Other paths stay as they are.
func shortened(path string) string {
	if !straightPath.MatchString(path) {
		return path
	}
	var out strings.Builder
	var x, y int
	inLine := false // whether the last letter written still holds
	for _, step := range splitPath(path) {
		if step == "Z" {
			out.WriteString("z")
			inLine = false
			continue
		}
		left, right, ok := strings.Cut(step[1:], " ")
		px, err1 := strconv.ParseFloat(left, 64)
		py, err2 := strconv.ParseFloat(right, 64)
		if !ok || err1 != nil || err2 != nil {
			return path
		}
		nx, ny := int(math.Round(px*10)), int(math.Round(py*10))
		if step[0] == 'M' {
			out.WriteString("M" + tenths(nx) + " " + tenths(ny))
			x, y, inLine = nx, ny, false
			continue
		}
		dx, dy := nx-x, ny-y
		if dx*dx+dy*dy < 9 {
			continue
		}
		if inLine {
			out.WriteString(separated(tenths(dx)))
		} else {
			out.WriteString("l" + tenths(dx))
		}
		out.WriteString(separated(tenths(dy)))
		x, y, inLine = nx, ny, true
	}
	return out.String()
}

// splitPath parts a path before each of its letters.
func splitPath(path string) []string {
	var steps []string
	for start := 0; start < len(path); {
		end := strings.IndexAny(path[start+1:], "MLZ")
		if end < 0 {
			return append(steps, path[start:])
		}
		steps = append(steps, path[start:start+1+end])
		start += 1 + end
	}
	return steps
}

// tenths writes a count of tenths as short as a path allows: -0.5 is -.5.
func tenths(n int) string {
	text := strconv.FormatFloat(float64(n)/10, 'f', -1, 64)
	if fraction, ok := strings.CutPrefix(text, "0."); ok {
		return "." + fraction
	}
	if fraction, ok := strings.CutPrefix(text, "-0."); ok {
		return "-." + fraction
	}
	return text
}

// separated puts a blank before a number that doesn't part itself by a sign.
func separated(number string) string {
	if strings.HasPrefix(number, "-") {
		return number
	}
	return " " + number
}

func (r *svgRewriter) id(was string) string {
	if _, ok := r.ids[was]; !ok {
		r.ids[was] = r.prefix + "-" + strconv.Itoa(len(r.ids)+1)
	}
	return r.ids[was]
}

func svgAttribute(element xml.StartElement, name string) string {
	for _, a := range element.Attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}
