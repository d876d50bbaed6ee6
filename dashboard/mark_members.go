package dashboard

import (
	"fmt"
	"html"
	"html/template"
	"math"
	"slices"
	"strings"
)

// membersMark shows where the members of a group lie on the range of all areas:
// each a circle, those in the way of each other stacked, with the middle half of
// all areas, the national figure as a diamond, and the group's own figure as a
// stem where there is one.
type membersMark struct {
	Name          string // the drawing in words
	Members       []float64
	All           []float64 // of every area, the members among them
	Group         *float64
	GroupLabel    string
	National      float64
	NationalLabel string
	Low, High     string // the ends of the axis in words
}

// The size of a members' mark.
const (
	membersWidth, membersHeight = 340.0, 84.0
	membersFoot                 = 58.0
	membersRoom                 = 38.0 // for the highest stack
)

// membersRadius is how large the circles may be for the highest stack to have room.
func membersRadius(members []float64, x func(float64) float64) float64 {
	radius := 4.5
	for ; radius > 1; radius -= 0.5 {
		heights, highest := map[int]int{}, 0
		for _, v := range members {
			place := int(math.Round(x(v) / (2 * radius)))
			heights[place]++
			highest = max(highest, heights[place])
		}
		if 2*radius*float64(highest) <= membersRoom {
			break
		}
	}
	return radius
}

// svg draws the mark.
func (m membersMark) svg() template.HTML {
	all := slices.Sorted(slices.Values(m.All))
	low, high := min(all[0], m.National), max(all[len(all)-1], m.National)
	x := linear(low, high, stripLeft, stripRight)
	radius := membersRadius(m.Members, x)
	top := 0.0
	if m.Group == nil { // nothing stands above the circles
		heights, highest := map[int]int{}, 0
		for _, v := range m.Members {
			place := int(math.Round(x(v) / (2 * radius)))
			heights[place]++
			highest = max(highest, heights[place])
		}
		top = max(0, membersFoot-6.5-2*radius*float64(highest))
	}
	var b strings.Builder
	fmt.Fprintf(&b, `<svg class="mark mark-strip" xmlns="http://www.w3.org/2000/svg" viewBox="0 %g %g %g" role="img" aria-label="%s">`, top, membersWidth, membersHeight-top, html.EscapeString(m.Name))
	fmt.Fprintf(&b, `<path class="mark-axis" d="M%g %gH%g"/>`, stripLeft, membersFoot, stripRight)
	from, to := x(quantile(all, 0.25)), x(quantile(all, 0.75))
	fmt.Fprintf(&b, `<rect class="mark-members-middle" x="%s" y="%g" width="%s" height="6"/>`, coordinate(from), membersFoot-3, coordinate(to-from))
	at := x(m.National)
	fmt.Fprintf(&b, `<path class="mark-diamond" d="M%s %gl5 6l-5 6l-5-6z"/>`, coordinate(at), membersFoot-6)
	heights := map[int]int{}
	for _, v := range slices.Sorted(slices.Values(m.Members)) {
		place := int(math.Round(x(v) / (2 * radius)))
		fmt.Fprintf(&b, `<circle class="mark-member" cx="%s" cy="%s" r="%s"/>`, coordinate(x(v)), coordinate(membersFoot-4.5-radius-2*radius*float64(heights[place])), coordinate(radius))
		heights[place]++
	}
	if m.Group != nil {
		g := x(*m.Group)
		fmt.Fprintf(&b, `<path class="mark-stem" d="M%s %gV14"/><text class="mark-words mark-words-here" x="%s" y="11" text-anchor="middle">%s</text>`,
			coordinate(g), membersFoot, coordinate(labelAt(g, m.GroupLabel)), html.EscapeString(m.GroupLabel))
	}
	middle := labelAt(at, m.NationalLabel)
	half := float64(len([]rune(m.NationalLabel)))*stripLetter/2 + 8
	fmt.Fprintf(&b, `<text class="mark-words" x="%s" y="79" text-anchor="middle">%s</text>`, coordinate(middle), html.EscapeString(m.NationalLabel))
	if middle-half > stripLeft+float64(len([]rune(m.Low)))*stripLetter {
		fmt.Fprintf(&b, `<text class="mark-words" x="%g" y="79">%s</text>`, stripLeft-6, html.EscapeString(m.Low))
	}
	if middle+half < stripRight-float64(len([]rune(m.High)))*stripLetter {
		fmt.Fprintf(&b, `<text class="mark-words" x="%g" y="79" text-anchor="end">%s</text>`, stripRight+6, html.EscapeString(m.High))
	}
	b.WriteString("</svg>")
	return template.HTML(b.String())
}
