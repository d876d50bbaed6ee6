package chart

import (
	"encoding/json"
	"math"
	"strconv"
	"testing"
)

// Contrasts after WCAG 2.2, success criteria 1.4.3 and 1.4.11.
func TestTextAndMarksStandOutInBothSchemes(t *testing.T) {
	var colours []struct{ Name, Light, Dark string }
	if err := json.Unmarshal(paletteJSON, &colours); err != nil {
		t.Fatal(err)
	}
	light, dark := map[string]string{}, map[string]string{}
	for _, c := range colours {
		light[c.Name], dark[c.Name] = c.Light, c.Dark
	}
	least := map[string]float64{
		"ink": 4.5, "muted": 4.5, "benchmark": 4.5, "axis": 3, "context": 3, "series-1": 4.5, "series-2": 3, "series-3": 4.5,
		"series-4": 3, "series-5": 3, "series-6": 3, "better": 3, "similar": 3, "worse": 3, "hatch": 3,
	}
	for name, want := range least {
		for scheme, colour := range map[string]map[string]string{"light": light, "dark": dark} {
			if got := contrast(t, colour[name], colour["paper"]); got < want {
				t.Errorf("%s on paper, %s: %.2f to 1, want %.1f", name, scheme, got, want)
			}
		}
	}
}

func contrast(t *testing.T, a, b string) float64 {
	t.Helper()
	x, y := luminance(t, a), luminance(t, b)
	return (math.Max(x, y) + 0.05) / (math.Min(x, y) + 0.05)
}

func luminance(t *testing.T, colour string) float64 {
	t.Helper()
	sum := 0.0
	for i, weight := range []float64{0.2126, 0.7152, 0.0722} {
		n, err := strconv.ParseUint(colour[1+2*i:3+2*i], 16, 8)
		if err != nil {
			t.Fatal(err)
		}
		c := float64(n) / 255
		if c <= 0.04045 {
			c /= 12.92
		} else {
			c = math.Pow((c+0.055)/1.055, 2.4)
		}
		sum += weight * c
	}
	return sum
}
