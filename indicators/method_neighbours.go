package indicators

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"goodwork/data"
)

// Variable is one column by which areas are compared, in the order of the
// areas.
type Variable struct {
	Name   string
	Values []data.Optional
}

// Neighbour is one area (by its place in the list) and its distance.
type Neighbour struct {
	Area     int
	Distance float64
}

// decimals12 is how finely distances are told apart before names decide.
const decimals12 = 1e12

// Neighbours lists the n most similar areas of each area, nearest first, after
// ONS's method for statistical nearest neighbours: each variable is winsorised
// at its 1st and 99th percentiles (type 7), gaps take its median, it is
// standardised by its population SD, and the distance is Euclidean. Distances
// equal to twelve decimals are ordered by name. To be near isn't mutual, so
// these lists aren't groups. A variable without spread or values is an error.
func Neighbours(names []string, variables []Variable, n int) ([][]Neighbour, error) {
	if len(variables) == 0 {
		return nil, invalidf("neighbours: no variables")
	}
	points := make([][]float64, len(variables))
	for i, v := range variables {
		z, err := standardised(v.Values)
		if err != nil {
			return nil, fmt.Errorf("neighbours: column %q: %w", v.Name, err)
		}
		points[i] = z
	}
	lists := make([][]Neighbour, len(names))
	for a := range names {
		lists[a] = nearest(a, names, points, n)
	}
	return lists, nil
}

func nearest(a int, names []string, points [][]float64, n int) []Neighbour {
	list := make([]Neighbour, 0, len(names))
	for b := range names {
		if b == a {
			continue
		}
		var squares float64
		for _, z := range points {
			squares += (z[a] - z[b]) * (z[a] - z[b])
		}
		list = append(list, Neighbour{Area: b, Distance: math.Sqrt(squares)})
	}
	slices.SortFunc(list, func(x, y Neighbour) int {
		return cmp.Or(
			cmp.Compare(math.RoundToEven(x.Distance*decimals12), math.RoundToEven(y.Distance*decimals12)),
			cmp.Compare(names[x.Area], names[y.Area]),
		)
	})
	return slices.Clip(list[:min(n, len(list))])
}

// standardised winsorises, fills gaps and standardises one variable.
func standardised(values []data.Optional) ([]float64, error) {
	known := make([]float64, 0, len(values))
	for _, v := range values {
		if v.OK {
			known = append(known, v.V)
		}
	}
	if len(known) == 0 {
		return nil, invalidf("no values")
	}
	slices.Sort(known)
	lo, hi := Percentile(known, 0.01), Percentile(known, 0.99)
	for i, x := range known {
		known[i] = clamp(x, lo, hi)
	}
	median := Percentile(known, 0.5)
	z := make([]float64, len(values))
	for i, v := range values {
		z[i] = median
		if v.OK {
			z[i] = clamp(v.V, lo, hi)
		}
	}
	mean, variance := meanVariance(z)
	if !(variance > 0) {
		return nil, invalidf("%w", errNoSpread)
	}
	sd := math.Sqrt(variance * float64(len(z)-1) / float64(len(z)))
	for i := range z {
		z[i] = (z[i] - mean) / sd
	}
	return z, nil
}
