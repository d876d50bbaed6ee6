package indicators

import (
	"io"
	"strconv"
	"strings"

	"goodwork/data"
)

// StatsIndexOptions are those of an index and its simulation.
type StatsIndexOptions struct {
	Normalise Normalisation
	Aggregate Aggregation
	Weights   string // "D=w,...", or "" for equal ones
	Draws     int    // 0: no simulation
	Seed      uint64
	Vary      Vary
}

// StatsIndex calculates a composite index and, with draws, its uncertainty.
// values has a row an area and a column an indicator; meta names the indicators
// (id, dimension, direction, lo, hi), and columns that it doesn't name are left
// alone; errs, which may be nil, has the form of values and holds standard
// errors, with areas in any order.
func StatsIndex(w io.Writer, values, meta, errs io.Reader, o StatsIndexOptions) error {
	weights, err := parseWeights(o.Weights)
	if err != nil {
		return err
	}
	if o.Draws < 0 {
		return invalidf("index: %d simulations: want 0 or more", o.Draws)
	}
	indicators, err := readMeta(meta)
	if err != nil {
		return err
	}
	table, err := readStatsTable(values, "values")
	if err != nil {
		return err
	}
	areas, matrix, err := table.matrix(indicators)
	if err != nil {
		return err
	}
	x, err := NewIndex(indicators, matrix)
	if err != nil {
		return err
	}
	method := IndexMethod{Normalise: o.Normalise, Aggregate: o.Aggregate, Weights: weights}
	indexed, err := x.Calculate(method)
	if err != nil {
		return err
	}
	header, rows := indexRows(areas, x.Dimensions(), indexed)
	if errs == nil && o.Draws == 0 {
		return writeStats(w, header, rows)
	}
	s := Simulation{Draws: o.Draws, Seed: o.Seed, Vary: o.Vary, Method: method}
	if errs != nil {
		if s.Errors, err = readIndexErrors(errs, areas, indicators, table); err != nil {
			return err
		}
	}
	if o.Draws == 0 {
		return writeStats(w, header, rows)
	}
	spread, err := x.Simulate(s)
	if err != nil {
		return err
	}
	header = append(header, "lower_95", "upper_95", "rank_p05", "rank_p50", "rank_p95")
	for a := range rows {
		rows[a] = append(rows[a], "", "", "", "", "")
	}
	for i, a := range spread.Areas {
		end := rows[a][len(rows[a])-5:]
		end[0], end[1] = formatLimits(spread.Score[i])
		p05, p50, p95 := spread.RankRange(i)
		end[2], end[3], end[4] = formatNumber(p05), formatNumber(p50), formatNumber(p95)
	}
	return writeStats(w, header, rows)
}

func indexRows(areas, dimensions []string, r Indexed) (header []string, rows [][]string) {
	header = []string{"area"}
	for _, d := range dimensions {
		header = append(header, "dim_"+d)
	}
	header = append(header, "index", "rank")
	for a, name := range areas {
		row := []string{name}
		for _, s := range r.Dimensions[a] {
			row = append(row, formatOptional(s))
		}
		rank := ""
		if r.Rank[a] > 0 {
			rank = strconv.Itoa(r.Rank[a])
		}
		rows = append(rows, append(row, formatOptional(r.Index[a]), rank))
	}
	return header, rows
}

// parseWeights reads "D=w,E=w".
func parseWeights(s string) (map[string]float64, error) {
	if strings.TrimSpace(s) == "" {
		return nil, nil
	}
	weights := map[string]float64{}
	for pair := range strings.SplitSeq(s, ",") {
		name, number, ok := strings.Cut(pair, "=")
		name = strings.TrimSpace(name)
		v, err := strconv.ParseFloat(strings.TrimSpace(number), 64)
		if !ok || err != nil || !(v >= 0) {
			return nil, invalidf("weights: %q: want DIMENSION=NUMBER, 0 or more", pair)
		}
		if _, twice := weights[name]; twice {
			return nil, invalidf("weights: %q: stands twice", name)
		}
		weights[name] = v
	}
	return weights, nil
}

func readMeta(r io.Reader) ([]IndexIndicator, error) {
	t, err := readStatsTable(r, "meta")
	if err != nil {
		return nil, err
	}
	if err := t.require("id", "dimension", "direction", "lo", "hi"); err != nil {
		return nil, err
	}
	var list []IndexIndicator
	seen := map[string]bool{}
	for i := range t.rows {
		ind := IndexIndicator{
			ID: t.text(i, "id"), Dimension: t.text(i, "dimension"),
			Direction: t.direction(i), Lo: t.number(i, "lo"), Hi: t.number(i, "hi"),
		}
		switch {
		case ind.ID == "":
			t.fault(i, "id", "blank")
		case seen[ind.ID]:
			t.fault(i, "id", "%q: stands twice", ind.ID)
		}
		seen[ind.ID] = true
		if ind.Dimension == "" {
			t.fault(i, "dimension", "blank")
		}
		if ind.Lo.OK && ind.Hi.OK && !(ind.Hi.V > ind.Lo.V) {
			t.fault(i, "hi", "%v: want more than lo, %v", ind.Hi.V, ind.Lo.V)
		}
		list = append(list, ind)
	}
	return list, t.err()
}

func (t *statsTable) direction(row int) int {
	switch s := t.text(row, "direction"); s {
	case "1", "+1":
		return 1
	case "-1":
		return -1
	default:
		t.fault(row, "direction", "%q: want 1 or -1", s)
		return 0
	}
}

// matrix reads the indicators' columns: one row an area.
func (t *statsTable) matrix(indicators []IndexIndicator) (areas []string, matrix [][]data.Optional, err error) {
	columns := []string{"area"}
	for _, ind := range indicators {
		columns = append(columns, ind.ID)
	}
	if err := t.require(columns...); err != nil {
		return nil, nil, err
	}
	areas = t.areas()
	matrix = make([][]data.Optional, len(areas))
	for a := range areas {
		matrix[a] = make([]data.Optional, len(indicators))
		for i, ind := range indicators {
			matrix[a][i] = t.number(a, ind.ID)
		}
	}
	return areas, matrix, t.err()
}

// readIndexErrors reads standard errors into the order of areas and indicators.
// An indicator without a column has none; a column, or an area, that values
// hasn't either is an error, since it may be one misspelt.
func readIndexErrors(r io.Reader, areas []string, indicators []IndexIndicator, values *statsTable) ([][]data.Optional, error) {
	t, err := readStatsTable(r, "errors")
	if err != nil {
		return nil, err
	}
	if err := t.require("area"); err != nil {
		return nil, err
	}
	for _, c := range t.header {
		if c != "" && !values.has(c) {
			return nil, invalidf("errors: row 1, column %q: isn't among those of values", c)
		}
	}
	place := make(map[string]int, len(areas))
	for a, name := range areas {
		place[name] = a
	}
	matrix := make([][]data.Optional, len(areas))
	for a := range matrix {
		matrix[a] = make([]data.Optional, len(indicators))
	}
	for row, name := range t.areas() {
		a, ok := place[name]
		if !ok {
			t.fault(row, "area", "%q: isn't in values", name)
			continue
		}
		for i, ind := range indicators {
			if t.has(ind.ID) {
				matrix[a][i] = t.atLeast(row, ind.ID, 0)
			}
		}
	}
	return matrix, t.err()
}
