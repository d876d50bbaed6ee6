package indicators

import (
	"io"
	"strconv"

	"goodwork/data"
)

// StatsNeighbours lists the n most similar areas of each area; every column
// but area is a variable.
func StatsNeighbours(w io.Writer, values io.Reader, n int) error {
	if n < 1 {
		return invalidf("neighbours: n of %d: want 1 or more", n)
	}
	t, err := readStatsTable(values, "values")
	if err != nil {
		return err
	}
	if err := t.require("area"); err != nil {
		return err
	}
	names := t.areas()
	var variables []Variable
	for _, c := range t.header {
		if c == "area" {
			continue
		}
		v := Variable{Name: c, Values: make([]data.Optional, len(t.rows))}
		for i := range t.rows {
			v.Values[i] = t.number(i, c)
		}
		variables = append(variables, v)
	}
	if err := t.err(); err != nil {
		return err
	}
	lists, err := Neighbours(names, variables, n)
	if err != nil {
		return err
	}
	var rows [][]string
	for a, list := range lists {
		for i, nb := range list {
			rows = append(rows, []string{names[a], strconv.Itoa(i + 1), names[nb.Area], formatNumber(nb.Distance)})
		}
	}
	return writeStats(w, []string{"area", "rank", "neighbour", "distance"}, rows)
}
