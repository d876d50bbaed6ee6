package ingest

import (
	"cmp"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"

	"goodwork/data"
)

// CompileReference reads the publishers' geography files in the folder from
// and writes our own tables of the same facts into the folder to: similar
// areas, clusters, shares of postcode districts, and cells of the hexagon map,
// all on present codes. areas.csv, changes.csv and aliases.csv are kept by
// hand. The same files give the same bytes.
func CompileReference(reg *data.Register, from, to string) error {
	tables := []struct {
		file    string
		compile func(reg *data.Register, from string) ([][]string, error)
	}{
		{"neighbours.csv", compileNeighbours},
		{"clusters.csv", compileClusters},
		{"postcode_districts.csv", compilePostcodes},
		{"hex.csv", compileHexes},
	}
	var errs []error
	for _, t := range tables {
		rows, err := t.compile(reg, from)
		if err == nil {
			err = writeRows(filepath.Join(to, t.file), rows)
		}
		if err != nil {
			errs = append(errs, fmt.Errorf("compile %s: %w", t.file, err))
		}
	}
	return errors.Join(errs...)
}

func writeRows(path string, rows [][]string) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	w := csv.NewWriter(f)
	return errors.Join(w.WriteAll(rows), f.Close())
}

// geographyRows reads a CSV of the publishers without its byte order mark and
// holds its header to the columns wanted.
func geographyRows(path string, columns ...string) ([][]string, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	mark := make([]byte, 3)
	if _, err := io.ReadFull(f, mark); err != nil || string(mark) != "\ufeff" {
		if _, err := f.Seek(0, io.SeekStart); err != nil {
			return nil, err
		}
	}
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", filepath.Base(path), err)
	}
	if len(rows) == 0 || !slices.Equal(rows[0], columns) {
		return nil, fmt.Errorf("%s: the columns are not %v: %w", filepath.Base(path), columns, data.ErrInvalid)
	}
	return rows[1:], nil
}

// presentCode is the present code of the same land.
func presentCode(reg *data.Register, code string) (data.AreaCode, error) {
	switch res := reg.Resolve(code); res.Kind {
	case data.ResolvedCurrent, data.ResolvedRecoded:
		return res.To, nil
	default:
		return "", fmt.Errorf("code %q is %s: %w", code, res.Kind, data.ErrInvalid)
	}
}

// compileNeighbours makes one row for each list and area, the neighbours
// joined by spaces, most similar first.
func compileNeighbours(reg *data.Register, from string) ([][]string, error) {
	columns := []string{"AREACD"}
	for i := range 20 {
		columns = append(columns, strconv.Itoa(i+1))
	}
	out := [][]string{{"list", "code", "neighbours"}}
	for _, kind := range []data.NeighbourKind{data.NeighboursDemographic, data.NeighboursEconomic, data.NeighboursGlobal} {
		rows, err := geographyRows(filepath.Join(from, string(kind)+"-neighbours.csv"), columns...)
		if err != nil {
			return nil, err
		}
		for _, row := range rows {
			var codes []byte
			for i, c := range row {
				if c == "" {
					continue
				}
				code, err := presentCode(reg, c)
				if err != nil {
					return nil, fmt.Errorf("%s neighbours of %s: %w", kind, row[0], err)
				}
				if i > 1 {
					codes = append(codes, ' ')
				}
				codes = append(codes, code...)
			}
			out = append(out, []string{string(kind), string(codes[:9]), string(codes[9:])})
		}
	}
	return out, nil
}

// compileClusters makes one row for each local area; blank where the publisher
// puts it in no cluster.
func compileClusters(reg *data.Register, from string) ([][]string, error) {
	rows, err := geographyRows(filepath.Join(from, "cluster-allocation.csv"), "AREACD", "AREANM", "Global", "Economic", "Demographic")
	if err != nil {
		return nil, err
	}
	out := [][]string{{"code", "global", "economic", "demographic"}}
	for _, row := range rows {
		code, err := presentCode(reg, row[0])
		if err != nil {
			return nil, err
		}
		line := []string{string(code)}
		for _, letter := range row[2:] {
			switch letter {
			case "A", "B", "C", "D":
				line = append(line, letter)
			case "[x]":
				line = append(line, "")
			default:
				return nil, fmt.Errorf("%s: %q is no cluster: %w", code, letter, data.ErrInvalid)
			}
		}
		out = append(out, line)
	}
	return out, nil
}

var districtPattern = regexp.MustCompile(`^[A-Z]{1,2}[0-9][A-Z0-9]?$`)

// compilePostcodes makes one row for each postcode district and area, the
// share of the district's postcodes that lie there to four decimals. A
// district without a digit (NPT, long withdrawn) is left out.
func compilePostcodes(reg *data.Register, from string) ([][]string, error) {
	rows, err := geographyRows(filepath.Join(from, "derived-postcode-district-to-lad-shares.csv"),
		"postcode_district", "lad_code", "lad_name", "postcodes", "share")
	if err != nil {
		return nil, err
	}
	type key struct {
		district string
		area     data.AreaCode
	}
	counts, totals := map[key]int{}, map[string]int{}
	for _, row := range rows {
		if !districtPattern.MatchString(row[0]) {
			continue
		}
		code, err := presentCode(reg, row[1])
		if err != nil {
			return nil, fmt.Errorf("district %s: %w", row[0], err)
		}
		n, err := strconv.Atoi(row[3])
		if err != nil {
			return nil, fmt.Errorf("district %s: %w", row[0], err)
		}
		counts[key{row[0], code}] += n
		totals[row[0]] += n
	}
	keys := slices.SortedFunc(maps.Keys(counts), func(a, b key) int {
		return cmp.Or(cmp.Compare(a.district, b.district), cmp.Compare(a.area, b.area))
	})
	out := [][]string{{"district", "code", "share"}}
	for _, k := range keys {
		share := math.Round(float64(counts[k])/float64(totals[k.district])*1e4) / 1e4
		// A single postcode among thousands must not vanish in rounding.
		out = append(out, []string{k.district, string(k.area), strconv.FormatFloat(max(share, 1e-4), 'f', -1, 64)})
	}
	return out, nil
}

// compileHexes makes one row for each local area: its cell in the "odd-r"
// layout of Open Innovations. It refuses a cell that is taken twice.
func compileHexes(reg *data.Register, from string) ([][]string, error) {
	b, err := os.ReadFile(filepath.Join(from, "open-innovations-uk-lad-2023.hexjson"))
	if err != nil {
		return nil, err
	}
	var file struct {
		Layout string
		Hexes  map[string]struct{ Q, R int }
	}
	if err := json.Unmarshal(b, &file); err != nil {
		return nil, err
	}
	if file.Layout != "odd-r" {
		return nil, fmt.Errorf("layout %q: %w", file.Layout, data.ErrInvalid)
	}
	cells := map[data.AreaCode][2]int{}
	taken := map[[2]int]string{}
	for _, old := range slices.Sorted(maps.Keys(file.Hexes)) {
		code, err := presentCode(reg, old)
		if err != nil {
			return nil, err
		}
		cell := [2]int{file.Hexes[old].Q, file.Hexes[old].R}
		if first, twice := taken[cell]; twice {
			return nil, fmt.Errorf("cell %v is both %s and %s: %w", cell, first, old, data.ErrInvalid)
		}
		taken[cell], cells[code] = old, cell
	}
	out := [][]string{{"code", "q", "r"}}
	for _, code := range slices.Sorted(maps.Keys(cells)) {
		out = append(out, []string{string(code), strconv.Itoa(cells[code][0]), strconv.Itoa(cells[code][1])})
	}
	for _, a := range reg.Locals() {
		if _, ok := cells[a.Code]; !ok {
			return nil, fmt.Errorf("%s %s has no cell: %w", a.Code, a.Name, data.ErrInvalid)
		}
	}
	return out, nil
}
