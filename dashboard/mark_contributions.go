package dashboard

import (
	"fmt"
	"html/template"
	"math"
	"strconv"
	"strings"

	"goodwork/data"
)

// sqrt stands by itself so that the compiler can't join it with what is round it.
func sqrt(f float64) float64 { return math.Sqrt(f) }

// bar draws what each dimension adds to a score, on a scale from 0 to 100, with
// the score's interval as a line across the end. The numbers stand beside it.
func (x *workIndex) bar(shares, scores []float64, interval data.Interval) template.HTML {
	var b strings.Builder
	b.WriteString(`<svg class="parts" viewBox="0 0 100 10" width="100" height="10" preserveAspectRatio="none" aria-hidden="true" focusable="false">`)
	left := 0.0
	for d, w := range shares {
		wide := w * scores[d]
		fmt.Fprintf(&b, `<rect class="c-fill-%s" x="%s" y="1" width="%s" height="8"/>`, dimensionColours[d%len(dimensionColours)], tenth(left), tenth(wide))
		left += wide
	}
	fmt.Fprintf(&b, `<path class="parts-interval" d="%s"/></svg>`, intervalPath(interval))
	return template.HTML(b.String())
}

// intervalPath is the line of an interval, with an end at each limit.
func intervalPath(i data.Interval) string {
	from, to := tenth(i.Lower), tenth(i.Upper)
	return "M" + from + " 5H" + to + "M" + from + " 2V8M" + to + " 2V8"
}

func tenth(f float64) string { return strconv.FormatFloat(math.Round(f*10)/10, 'f', -1, 64) }
