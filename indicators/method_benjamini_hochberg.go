package indicators

import (
	"cmp"
	"slices"

	"goodwork/data"
)

// BenjaminiHochberg adjusts the p-values of one family of tests so that, of
// those below a level, that share is expected to be false (Benjamini and
// Hochberg, JRSS B 1995; R's p.adjust "BH"). Absent values aren't counted and
// stay absent. The order is that of the input.
func BenjaminiHochberg(p []data.Optional) []data.Optional {
	order := make([]int, 0, len(p))
	for i := range p {
		if p[i].OK {
			order = append(order, i)
		}
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(p[b].V, p[a].V) })
	adjusted := make([]data.Optional, len(p))
	least, m := 1.0, float64(len(order))
	for k, i := range order {
		// Rounding must not bring a p-value below its own.
		least = min(least, max(p[i].V, p[i].V*m/float64(len(order)-k)))
		adjusted[i] = data.Some(least)
	}
	return adjusted
}
