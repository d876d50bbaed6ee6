package chart

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
)

// paletteJSON names every colour that a chart may use, light and dark. Options
// hold the light values; the page's sheet and script, which are built from the
// same file, make the dark of them.
//
//go:embed palette.json
var paletteJSON []byte

// chartPalette holds the light and the dark value of each named colour, and the
// name of each light value.
type chartPalette struct {
	lightOf map[string]string
	darkOf  map[string]string
	nameOf  map[string]string
}

var palette = mustReadPalette(paletteJSON)

// mustReadPalette panics on a palette that can't be read: it is part of the
// program, and a test reads it.
func mustReadPalette(content []byte) chartPalette {
	var colours []struct{ Name, Light, Dark string }
	if err := json.Unmarshal(content, &colours); err != nil {
		panic(fmt.Sprintf("read the palette: %v", err))
	}
	p := chartPalette{map[string]string{}, map[string]string{}, map[string]string{}}
	for _, c := range colours {
		if _, ok := p.nameOf[c.Light]; ok {
			panic(fmt.Sprintf("palette: colour %s stands there twice: %s", c.Light, c.Name))
		}
		p.lightOf[c.Name], p.darkOf[c.Name], p.nameOf[c.Light] = c.Light, c.Dark, c.Name
	}
	return p
}

// Colour is the light value of one of the palette's named colours. A name that the palette lacks
// is a fault of the program.
func Colour(name string) string {
	light, ok := palette.lightOf[name]
	if !ok {
		panic(fmt.Sprintf("palette: no colour %q", name))
	}
	return light
}

var (
	shortHex = regexp.MustCompile(`^#([0-9a-f])([0-9a-f])([0-9a-f])$`)
	rgbWords = regexp.MustCompile(`^rgba?\((\d+), *(\d+), *(\d+)(?:, *1)?\)$`)
)

// nameOfPaint finds the palette's name for a colour in any of the forms in
// which the renderer writes it.
func (p chartPalette) nameOfPaint(paint string) (string, bool) {
	paint = strings.ToLower(strings.TrimSpace(paint))
	if parts := shortHex.FindStringSubmatch(paint); parts != nil {
		paint = "#" + strings.Repeat(parts[1], 2) + strings.Repeat(parts[2], 2) + strings.Repeat(parts[3], 2)
	}
	if parts := rgbWords.FindStringSubmatch(paint); parts != nil {
		var r, g, b int
		if _, err := fmt.Sscan(parts[1]+" "+parts[2]+" "+parts[3], &r, &g, &b); err == nil {
			paint = fmt.Sprintf("#%02x%02x%02x", r, g, b)
		}
	}
	name, ok := p.nameOf[paint]
	return name, ok
}
