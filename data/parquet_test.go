package data

import (
	"context"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func sampleParquet(t *testing.T) []byte {
	t.Helper()
	b, err := Parquet(t.Context(), Sheet{
		Columns: []Column{{Name: "kind", Kind: TextCells}, {Name: "area.code", Kind: TextCells}, {Name: "n", Kind: IntegerCells}},
		Rows:    [][]any{{"a", "E08000003", int64(1)}, {"b", "E08000003", int64(2)}, {"a", "E08000016", nil}, {"a", "E08000035", int64(4)}},
	})
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestRowsOfAParquetFileComeAsTextInTheColumnsAskedFor(t *testing.T) {
	type row struct {
		Row    int
		Fields []string
	}
	var got []row
	q := ParquetQuery{Columns: []string{"n", "area.code", "kind"}, Keep: map[string][]string{"kind": {"a"}, "area.code": {"E08000003", "E08000016"}}, MaxRows: 10}
	err := ReadParquet(t.Context(), sampleParquet(t), q, func(n int, fields []string) {
		got = append(got, row{n, append([]string{}, fields...)})
	})
	if err != nil {
		t.Fatal(err)
	}
	want := []row{{1, []string{"1", "E08000003", "a"}}, {3, []string{"", "E08000016", "a"}}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("rows (-want +got):\n%s", diff)
	}
}

func TestWhatIsAskedOfAParquetFileHasLimits(t *testing.T) {
	columns := []string{"kind", "area.code", "n"}
	keep := map[string][]string{"kind": {"a"}}
	tests := []struct {
		name string
		q    ParquetQuery
		want string
	}{
		{"more rows than may be", ParquetQuery{Columns: columns, Keep: keep, MaxRows: 2}, "Parquet: more than 2 rows"},
		{"no rows of the kind", ParquetQuery{Columns: columns, Keep: map[string][]string{"kind": {"z"}}, MaxRows: 2}, "Parquet: no rows of what is asked for"},
		{"a column that nobody knows", ParquetQuery{Columns: columns[:2], Keep: keep, MaxRows: 9}, `Parquet, column "n": an unknown column`},
		{"a column that isn't there", ParquetQuery{Columns: append(columns, "unit"), Keep: keep, MaxRows: 9}, `Parquet, column "unit": there is no such column`},
		{"nothing to pick rows by", ParquetQuery{Columns: columns, MaxRows: 9}, "parquet: rows picked by 0 columns, want one to three: not valid"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			err := ReadParquet(t.Context(), sampleParquet(t), tt.q, func(int, []string) {})
			if !errors.Is(err, ErrInvalid) || err.Error() != tt.want {
				t.Errorf("got %v, want %s", err, tt.want)
			}
		})
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := ReadParquet(ctx, sampleParquet(t), ParquetQuery{Columns: columns, Keep: keep, MaxRows: 9}, func(int, []string) {}); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want the context's end", err)
	}
}
