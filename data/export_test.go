package data

import (
	"context"
	"database/sql"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestEveryColumnOfFiguresHasANameOfItsOwnAndWords(t *testing.T) {
	columns, err := FigureColumns(ColumnSets...)
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, c := range columns {
		if seen[c.Name] || seen[c.Title] || c.Name == "" || c.Title == "" || c.About == "" || c.Kind == "" {
			t.Errorf("column %q, %q: not alone in its name, or without words", c.Name, c.Title)
		}
		seen[c.Name], seen[c.Title] = true, true
	}
	if _, err := FigureColumns("colour"); err == nil {
		t.Error("a set that there isn't was given")
	}
}

func TestTheFirstColumnsOfFiguresAreAPromise(t *testing.T) {
	columns, err := FigureColumns()
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, c := range columns {
		names = append(names, c.Name)
	}
	want := []string{
		"indicator_id", "area_code", "area_name", "area_type", "period", "value", "lower_95", "upper_95", "unit", "marker", "flags", "source_id", "release_id",
	}
	if diff := cmp.Diff(want, names); diff != "" {
		t.Error(diff)
	}
}

func TestAMissingValueStaysMissingInEveryColumn(t *testing.T) {
	columns, err := FigureColumns(ColumnSets...)
	if err != nil {
		t.Fatal(err)
	}
	missing := Row{Estimate: Estimate{Indicator: "pay", Area: "E08000003", Period: MustPeriod("2024-01-01/P1Y"), Value: Missing(Confidential), Unit: "£"}}
	sheet := Figures(Table{Rows: []Row{missing}}, columns)
	for i, c := range sheet.Columns {
		cell := sheet.Rows[0][i]
		switch c.Name {
		case "indicator_id", "area_code", "period", "unit":
			continue
		case "marker":
			if cell != "c" {
				t.Errorf("marker %v, want c", cell)
			}
			continue
		}
		if cell != nil {
			t.Errorf("%s holds %v", c.Name, cell)
		}
	}
}

func TestTheSameSheetGivesTheSameParquet(t *testing.T) {
	sheet := Sheet{
		Columns: []Column{{Name: `a "quoted" name`, Kind: TextCells}, {Name: "n", Kind: NumberCells}, {Name: "i", Kind: IntegerCells}, {Name: "b", Kind: TruthCells}},
		Rows:    [][]any{{"x", 1.5, int64(2), true}, {nil, nil, nil, nil}, {"£", -0.1, int64(-1), false}},
	}
	first, err := Parquet(context.Background(), sheet)
	if err != nil {
		t.Fatal(err)
	}
	second, err := Parquet(context.Background(), sheet)
	if err != nil {
		t.Fatal(err)
	}
	if string(first) != string(second) || string(first[:4]) != "PAR1" {
		t.Error("the two files differ, or are no Parquet")
	}
}

func TestTheDuckDBFileHoldsEveryTableOfTheEdition(t *testing.T) {
	ctx := context.Background()
	edition, err := OpenSnapshotEdition(ctx)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = edition.Close() })
	table, err := edition.Table(ctx, Query{Indicators: []IndicatorID{edition.Indicators()[0].ID}, Latest: true})
	if err != nil {
		t.Fatal(err)
	}
	columns, err := FigureColumns()
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "goodwork.duckdb")
	if err := edition.WriteDuckDB(ctx, path, Figures(table, columns)); err != nil {
		t.Fatal(err)
	}
	db, err := open(path, true, 1)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	count := func(db *sql.DB, name string) (n int) {
		t.Helper()
		if err := db.QueryRowContext(ctx, "SELECT count(*) FROM "+name).Scan(&n); err != nil {
			t.Fatal(err)
		}
		return n
	}
	tables, err := tableNames("edition")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range tables {
		if got, want := count(db, name), count(edition.db, name); got != want {
			t.Errorf("table %s has %d rows, want %d", name, got, want)
		}
	}
	if got := count(db, "figure"); got != len(table.Rows) {
		t.Errorf("%d figures, want %d", got, len(table.Rows))
	}
}
