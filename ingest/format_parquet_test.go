package ingest

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"goodwork/data"
)

const outputSource = `id: test-output
title: Output
publisher: Office for National Statistics
licence: OGL-UK-3.0
landing_page: https://example.org/output
designation: accredited
frequency: yearly
format: parquet
columns:
  area: area
  name: area name
  period: date
  period_form: year_of_day
  from: 2022-01-01
  value: value
  other: [variable, industry]
measures:
  - id: output
    where: {variable: Output, industry: Total}
    unit: £ million
    kind: money
    range: [0, 100000]
  - id: manufacturing
    where: {variable: Output, industry: C}
    unit: £ million
    kind: money
    range: [0, 100000]
markers: {"": c}
expect: {areas: 2, periods: 2}
releases:
  - id: 2025-04
    url: https://example.org/output.parquet
    file: output.parquet
    latest: 2023-01-01/P1Y
`

// outputTable has invented figures, in another order of columns than declared.
func outputTable() data.Sheet {
	text := func(name string) data.Column { return data.Column{Name: name, Kind: data.TextCells} }
	s := data.Sheet{Columns: []data.Column{text("variable"), text("date"), text("area"), text("area name"), text("industry"), {Name: "value", Kind: data.NumberCells}}}
	for _, area := range [][2]string{{"E08000003", "Manchester"}, {"E08000016", "Barnsley"}} {
		for _, date := range []string{"2021-01-01", "2022-01-01", "2023-01-01"} {
			s.Rows = append(s.Rows,
				[]any{"Output", date, area[0], area[1], "Total", 100.0},
				[]any{"Output", date, area[0], area[1], "C", 10.5},
				[]any{"Deflator", date, area[0], area[1], "Total", 99.0},
			)
		}
	}
	s.Rows[7][5] = nil // Manchester's manufacturing in 2023
	return s
}

func parquetOf(t testing.TB, s data.Sheet) []byte {
	t.Helper()
	b, err := data.Parquet(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestOnlyTheMeasuresOfAParquetFileAreRead(t *testing.T) {
	s := source(t, outputSource)
	found := newFindings("output.parquet")
	in, err := readParquet(t.Context(), parquetOf(t, outputTable()), s, s.Current(), found)
	if err != nil || len(found.faults) > 0 {
		t.Fatalf("%v, faults %v", err, found.faults)
	}
	type row struct {
		Row           int
		Measure, Area string
		Period        string
		Value         data.Value
	}
	var got []row
	for _, c := range in.cells {
		got = append(got, row{c.row, c.measure.ID, c.area, c.period.String(), c.value})
	}
	want := []row{
		{4, "output", "E08000003", "2022-01-01/P1Y", data.Number(100)},
		{5, "manufacturing", "E08000003", "2022-01-01/P1Y", data.Number(10.5)},
		{7, "output", "E08000003", "2023-01-01/P1Y", data.Number(100)},
		{8, "manufacturing", "E08000003", "2023-01-01/P1Y", data.Missing(data.Confidential)},
		{13, "output", "E08000016", "2022-01-01/P1Y", data.Number(100)},
		{14, "manufacturing", "E08000016", "2022-01-01/P1Y", data.Number(10.5)},
		{16, "output", "E08000016", "2023-01-01/P1Y", data.Number(100)},
		{17, "manufacturing", "E08000016", "2023-01-01/P1Y", data.Number(10.5)},
	}
	if diff := cmp.Diff(want, got, values); diff != "" {
		t.Errorf("cells (-want +got):\n%s", diff)
	}
	if in.skipped[skipPeriod] != 4 {
		t.Errorf("%d rows of earlier years, want 4", in.skipped[skipPeriod])
	}
}

func TestAMalformedParquetFileIsRefused(t *testing.T) {
	good := parquetOf(t, outputTable())
	table := func(change func(s *data.Sheet)) []byte {
		s := outputTable()
		change(&s)
		return parquetOf(t, s)
	}
	cell := func(row, column int, v any) []byte { return table(func(s *data.Sheet) { s.Rows[row][column] = v }) }
	broken := func(at int) []byte {
		b := bytes.Clone(good)
		for i := at; i < at+16 && i < len(b)-8; i++ {
			b[i] ^= 0x5a
		}
		return b
	}
	checkMutations(t, source(t, outputSource), good, []mutation{
		{"no file", nil, `no such file in the folder`},
		{"an empty file", []byte{}, `Parquet: not a Parquet file`},
		{"a web page", []byte("<html><body></body></html>\n"), `Parquet: not a Parquet file`},
		{"a CSV file", []byte("area,value\nE08000003,1\n"), `Parquet: not a Parquet file`},
		{"cut off", good[:len(good)-10], `Parquet: not a Parquet file, or one that has been cut off`},
		{"its first and last bytes alone", []byte("PAR1\x00\x00\x00\x00PAR1"), `Parquet: it can't be read`},
		{"a footer longer than the file", append(bytes.Clone(good[:len(good)-8]), 0xff, 0xff, 0xff, 0x7f, 'P', 'A', 'R', '1'), `Parquet: it can't be read`},
		{"a broken footer", broken(len(good) - 200), `Parquet: it can't be read`},
		{"an unknown column", table(func(s *data.Sheet) { s.Columns[0].Name = "kind" }), `column "kind": "": an unknown column`},
		{"a column missing", table(func(s *data.Sheet) {
			s.Columns = s.Columns[:5]
			for i := range s.Rows {
				s.Rows[i] = s.Rows[i][:5]
			}
		}), `column "value": "": there is no such column`},
		{"a column too many", table(func(s *data.Sheet) {
			s.Columns = append(s.Columns, data.Column{Name: "note", Kind: data.TextCells})
			for i := range s.Rows {
				s.Rows[i] = append(s.Rows[i], "")
			}
		}), `column "note": "": an unknown column`},
		{"no rows", table(func(s *data.Sheet) { s.Rows = nil }), `Parquet: no rows of what is asked for`},
		{"no rows of a measure", table(func(s *data.Sheet) {
			for _, r := range s.Rows {
				if r[4] == "C" {
					r[4] = "D"
				}
			}
		}), `no rows of manufacturing`},
		{"text for figures", table(func(s *data.Sheet) {
			s.Columns[5].Kind = data.TextCells
			for _, r := range s.Rows {
				r[5] = "many"
			}
		}), `row 4, column "value": "many": neither a number nor a known marker`},
		{"more than can be", cell(6, 5, 1e6), `row 7, column "value": "1000000": output lies between 0 and`},
		{"less than nothing", cell(6, 5, -1.0), `row 7, column "value": "-1": output lies between 0 and`},
		{"an unknown code", cell(6, 2, "E08000099"), `row 7, column "area": "E08000099": not a code of the register`},
		{"a code in lower case", cell(6, 2, "e08000003"), `row 7, column "area": "e08000003": not a code`},
		{"no code", cell(6, 2, nil), `row 7, column "area": "": no area`},
		{"a name of another area", table(func(s *data.Sheet) {
			for _, r := range s.Rows[:9] {
				r[3] = "Leeds"
			}
		}), `row 4, column "area name": "Leeds": E08000003 is "Manchester"; the name is that of E08000035`},
		{"a day within a year", cell(6, 1, "2023-06-01"), `row 7, column "date": "2023-06-01": not a period`},
		{"a year for a day", cell(6, 1, "2023"), `row 7, column "date": "2023": not a period`},
		{"no day", cell(6, 1, nil), `row 7, column "date": "": not a period`},
		{"a row twice", table(func(s *data.Sheet) { s.Rows = append(s.Rows, slices.Clone(s.Rows[6])) }), `row 19, column "area": "E08000003": output for 2023-01-01/P1Y stands in row 7 already`},
		{"spaces around a code", cell(6, 2, "E08000003 "), `row 7, column "area": "E08000003 ": not a code`},
		{"the newest year is gone", table(func(s *data.Sheet) {
			s.Rows = slices.DeleteFunc(s.Rows, func(r []any) bool { return r[1] == "2023-01-01" })
		}), `output: the latest period is 2022-01-01/P1Y, want 2023-01-01/P1Y`},
		{"an area is gone", table(func(s *data.Sheet) { s.Rows = s.Rows[:9] }), `output: 1 areas in 2023-01-01/P1Y, want at least 2`},
		{"the years before are gone", table(func(s *data.Sheet) {
			s.Rows = slices.DeleteFunc(s.Rows, func(r []any) bool { return r[1] == "2022-01-01" })
		}), `output: 1 periods, want at least 2`},
	})
}

func TestNoByteOfAParquetFileCanBringTheReaderDown(t *testing.T) {
	s := source(t, outputSource)
	good := parquetOf(t, outputTable())
	for i := 4; i < len(good)-4; i += 7 {
		b := bytes.Clone(good)
		b[i] ^= 0xff
		found := newFindings("output.parquet")
		if _, err := readParquet(t.Context(), b, s, s.Current(), found); err != nil {
			t.Fatalf("byte %d: %v", i, err)
		}
		for _, f := range found.faults {
			if strings.Contains(f.Problem, "goodwork-") {
				t.Errorf("byte %d: %q names a temporary file", i, f.Problem)
			}
		}
	}
}
