package data

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
)

// CellKind is what the cells of a column hold.
type CellKind string

// The kinds of cells. A cell without a value is nil in each of them.
const (
	TextCells    CellKind = "text"    // string
	NumberCells  CellKind = "number"  // float64
	IntegerCells CellKind = "integer" // int64
	TruthCells   CellKind = "truth"   // bool
)

// Column is one column of a sheet: what it is called and what stands in it.
type Column struct {
	Name  string // in snake_case, the same in every format
	Title string // for people
	About string // a sentence
	Kind  CellKind
}

// Sheet is a table as it leaves the house: typed cells in named columns. A cell
// is nil, or of the type that its column's kind says; in a sheet for reading by
// people a column of numbers may hold a missing value's shorthand as text.
type Sheet struct {
	Columns []Column
	Rows    [][]any
}

// FigureColumn is a column of figures, one row for each indicator, area and
// period.
type FigureColumn struct {
	Column
	Set  string // the set that brings it, "" for a column that is always there
	cell func(Row) any
}

// The sets of columns that may be asked for beside those that are always there.
const (
	BenchmarkColumns = "benchmark" // the area that a figure is held against, and the gap
	VerdictColumns   = "verdict"   // what the tests say of the gap
	ChangeColumns    = "change"    // over one, five and ten years and since 2019
	TrendColumns     = "trend"
	PositionColumns  = "position" // the place among all local areas
	SmoothedColumns  = "smoothed" // the empirical-Bayes estimate, beside the published one
	QualityColumns   = "quality"
)

// ColumnSets lists the sets in the order of their columns.
var ColumnSets = []string{BenchmarkColumns, VerdictColumns, ChangeColumns, TrendColumns, PositionColumns, SmoothedColumns, QualityColumns}

// FigureColumns lists the columns of figures: those that are always there,
// whose names and order are a promise, then those of the sets asked for in the
// order of ColumnSets. A set that there isn't is ErrInvalid.
//
// The benchmark and the verdict are those of a row's first comparison. Numbers
// that were read of a publisher's file keep its precision; numbers that tests
// and models made are rounded to ten significant digits.
func FigureColumns(sets ...string) ([]FigureColumn, error) {
	for _, s := range sets {
		if !slices.Contains(ColumnSets, s) {
			return nil, fmt.Errorf("columns %q: want some of %s: %w", s, strings.Join(ColumnSets, ", "), ErrInvalid)
		}
	}
	return slices.DeleteFunc(allFigureColumns(), func(c FigureColumn) bool {
		return c.Set != "" && !slices.Contains(sets, c.Set)
	}), nil
}

// Figures puts the rows of a table in columns.
func Figures(t Table, columns []FigureColumn) Sheet {
	s := Sheet{Columns: make([]Column, len(columns)), Rows: make([][]any, len(t.Rows))}
	for i, c := range columns {
		s.Columns[i] = c.Column
	}
	for i, r := range t.Rows {
		s.Rows[i] = make([]any, len(columns))
		for j, c := range columns {
			s.Rows[i][j] = c.cell(r)
		}
	}
	return s
}

// Cell is what stands in the column for a row: nil, or of the column's kind.
func (c FigureColumn) Cell(r Row) any { return c.cell(r) }

// CellText writes a cell as CSV has it: numbers as the shortest text that
// reads back as the same number, nothing for nil.
func CellText(cell any) string {
	switch x := cell.(type) {
	case string:
		return x
	case float64:
		return strconv.FormatFloat(x, 'f', -1, 64)
	case int64:
		return strconv.FormatInt(x, 10)
	case bool:
		return strconv.FormatBool(x)
	}
	return ""
}

func allFigureColumns() []FigureColumn {
	columns := []FigureColumn{
		text("", "indicator_id", "Indicator", "Identifier of the indicator.", func(r Row) string { return string(r.Indicator) }),
		text("", "area_code", "Area code", "Nine-character code of the area.", func(r Row) string { return string(r.Area) }),
		text("", "area_name", "Area", "Name of the area.", func(r Row) string { return r.AreaName }),
		text("", "area_type", "Kind of area", "Kind of the area, such as region or unitary_authority.", func(r Row) string { return string(r.AreaLevel) }),
		text("", "period", "Period", "First day and length of the period, or a day.", func(r Row) string { return r.Period.String() }),
		number("", "value", "Value", "The figure; blank where the column marker says why there is none.", func(r Row) Optional {
			f, ok := r.Value.Number()
			return Optional{V: f, OK: ok}
		}),
		number("", "lower_95", "Lower 95% limit", "Lower limit of the 95% confidence interval; blank where there is no interval.", func(r Row) Optional { return lowerOf(r.Interval) }),
		number("", "upper_95", "Upper 95% limit", "Upper limit of the 95% confidence interval; blank where there is no interval.", func(r Row) Optional { return upperOf(r.Interval) }),
		text("", "unit", "Unit", "Unit of the value and its limits.", func(r Row) string { return r.Unit }),
		text("", "marker", "Marker", "Why there is no value: c, x, u, z, w or low.", func(r Row) string { return string(r.Value.Marker()) }),
		text("", "flags", "Flags", "What qualifies the value, joined by semicolons, such as provisional.", func(r Row) string { return r.Flags.String() }),
		text("", "source_id", "Source", "Identifier of the publisher’s product that the figure rests on.", func(r Row) string { return string(r.Source) }),
		text("", "release_id", "Release", "Identifier of the source’s release.", func(r Row) string { return string(r.Release) }),
	}
	columns = append(columns, comparisonColumns()...)
	for _, span := range Spans {
		columns = append(columns, changeColumns(span)...)
	}
	columns = append(columns, trendColumns()...)
	return append(columns, standingColumns()...)
}

func comparisonColumns() []FigureColumn {
	of := func(get func(Comparison) Optional) func(Row) Optional {
		return func(r Row) Optional {
			if len(r.Comparisons) == 0 {
				return Optional{}
			}
			return get(r.Comparisons[0])
		}
	}
	words := func(get func(Comparison) string) func(Row) string {
		return func(r Row) string {
			if len(r.Comparisons) == 0 {
				return ""
			}
			return get(r.Comparisons[0])
		}
	}
	return []FigureColumn{
		text(BenchmarkColumns, "benchmark", "Benchmark", "Part that the benchmark plays for the area: uk, country, region, combined_authority, chosen (an area named by benchmark=) or group.", words(func(c Comparison) string { return string(c.Role) })),
		text(BenchmarkColumns, "benchmark_code", "Benchmark’s code", "Code of the area that the figure is held against.", words(func(c Comparison) string { return string(c.Benchmark) })),
		number(BenchmarkColumns, "benchmark_value", "Benchmark’s value", "The benchmark’s figure for the same period.", of(func(c Comparison) Optional { return Some(c.BenchmarkValue) })),
		derived(BenchmarkColumns, "gap", "Gap", "Value less the benchmark’s value, in the same unit.", of(func(c Comparison) Optional { return Some(c.Gap) })),
		derived(BenchmarkColumns, "gap_lower_95", "Gap, lower 95% limit", "Lower limit of the gap’s 95% interval; blank where it was not tested.", of(func(c Comparison) Optional { return lowerOf(c.GapInterval) })),
		derived(BenchmarkColumns, "gap_upper_95", "Gap, upper 95% limit", "Upper limit of the gap’s 95% interval; blank where it was not tested.", of(func(c Comparison) Optional { return upperOf(c.GapInterval) })),
		text(VerdictColumns, "verdict", "Verdict", "What the test of this gap alone says: better, worse, higher, lower, similar (not clearly different) or not tested.", words(func(c Comparison) string { return string(c.Verdict) })),
		derived(VerdictColumns, "p", "P value", "Two-sided probability of a gap as large if there were none.", of(func(c Comparison) Optional { return c.P })),
		text(VerdictColumns, "verdict_adjusted", "Verdict, adjusted", "The verdict after Benjamini and Hochberg’s adjustment within indicator, period, benchmark and kind of area: for lists, counts and maps.", words(func(c Comparison) string { return string(c.VerdictAdjusted) })),
		derived(VerdictColumns, "p_adjusted", "P value, adjusted", "The probability after the same adjustment.", of(func(c Comparison) Optional { return c.PAdjusted })),
	}
}

func changeColumns(span Span) []FigureColumn {
	name := "change_" + strings.ReplaceAll(string(span), "-", "_")
	title := map[Span]string{SpanOne: "Change over one year", SpanFive: "Change over five years", SpanTen: "Change over ten years", SpanSince2019: "Change since 2019"}[span]
	find := func(r Row) (PeriodChange, bool) {
		i := slices.IndexFunc(r.Changes, func(c PeriodChange) bool { return c.Span == span })
		if i < 0 {
			return PeriodChange{}, false
		}
		return r.Changes[i], true
	}
	of := func(get func(PeriodChange) Optional) func(Row) Optional {
		return func(r Row) Optional {
			c, ok := find(r)
			if !ok {
				return Optional{}
			}
			return get(c)
		}
	}
	words := func(get func(PeriodChange) string) func(Row) string {
		return func(r Row) string {
			c, ok := find(r)
			if !ok {
				return ""
			}
			return get(c)
		}
	}
	return []FigureColumn{
		derived(ChangeColumns, name, title, "Change to this period, the indicator’s latest; in the unit that "+name+"_unit names.", of(func(c PeriodChange) Optional { return c.Amount })),
		derived(ChangeColumns, name+"_lower_95", title+", lower 95% limit", "Lower limit of the change’s 95% interval.", of(func(c PeriodChange) Optional { return lowerOf(c.Interval) })),
		derived(ChangeColumns, name+"_upper_95", title+", upper 95% limit", "Upper limit of the change’s 95% interval.", of(func(c PeriodChange) Optional { return upperOf(c.Interval) })),
		text(ChangeColumns, name+"_verdict", title+", verdict", "rise, fall, no clear change or not assessed.", words(func(c PeriodChange) string { return string(c.Verdict) })),
		text(ChangeColumns, name+"_unit", title+", unit", "per cent, or unit: the indicator’s own.", words(func(c PeriodChange) string {
			if c.Percent {
				return "per cent"
			}
			return "unit"
		})),
		text(ChangeColumns, name+"_from", title+", from", "The earlier period.", words(func(c PeriodChange) string { return c.From.String() })),
	}
}

func trendColumns() []FigureColumn {
	of := func(get func(Trend) Optional) func(Row) Optional {
		return func(r Row) Optional {
			if r.Trend == nil {
				return Optional{}
			}
			return get(*r.Trend)
		}
	}
	words := func(get func(Trend) string) func(Row) string {
		return func(r Row) string {
			if r.Trend == nil {
				return ""
			}
			return get(*r.Trend)
		}
	}
	return []FigureColumn{
		text(TrendColumns, "trend", "Trend", "What the test says of the periods that end here: increasing, decreasing, no significant change or not assessed.", words(func(t Trend) string { return string(t.Verdict) })),
		text(TrendColumns, "trend_from", "Trend, from", "First of the periods tested.", words(func(t Trend) string { return t.From.String() })),
		text(TrendColumns, "trend_method", "Trend, method", "weighted (regression) or mann-kendall (rank test).", words(func(t Trend) string { return string(t.Method) })),
		integer(TrendColumns, "trend_periods", "Trend, periods", "How many periods were tested.", of(func(t Trend) Optional { return Some(float64(t.N)) })),
		derived(TrendColumns, "trend_slope", "Trend, slope", "Change a year, in the indicator’s unit.", of(func(t Trend) Optional { return t.Slope })),
		text(TrendColumns, "trend_reason", "Trend, reason", "Why no trend was assessed.", words(func(t Trend) string { return t.Reason })),
	}
}

func standingColumns() []FigureColumn {
	position := func(get func(Position) Optional) func(Row) Optional {
		return func(r Row) Optional {
			if r.Position == nil {
				return Optional{}
			}
			return get(*r.Position)
		}
	}
	smoothed := func(get func(Smoothed) float64) func(Row) Optional {
		return func(r Row) Optional {
			if r.Smoothed == nil {
				return Optional{}
			}
			return Some(get(*r.Smoothed))
		}
	}
	return []FigureColumn{
		integer(PositionColumns, "rank", "Rank", "Place among the local areas that have a figure, 1 for the highest value.", position(func(p Position) Optional { return Some(float64(p.Rank)) })),
		integer(PositionColumns, "rank_lower_95", "Rank, lower 95% limit", "Lower limit of the rank’s 95% interval, by simulation.", position(func(p Position) Optional { return lowerOf(p.RankRange) })),
		integer(PositionColumns, "rank_upper_95", "Rank, upper 95% limit", "Upper limit of the rank’s 95% interval, by simulation.", position(func(p Position) Optional { return upperOf(p.RankRange) })),
		integer(PositionColumns, "rank_of", "Ranked areas", "How many local areas have a figure.", position(func(p Position) Optional { return Some(float64(p.N)) })),
		{
			Column: Column{Name: "rank_shown", Title: "Rank can be shown", About: "Whether the rank is certain enough to be shown by itself.", Kind: TruthCells}, Set: PositionColumns,
			cell: func(r Row) any {
				if r.Position == nil {
					return nil
				}
				return r.Position.RankShown
			},
		},
		derived(SmoothedColumns, "smoothed", "Smoothed value", "Empirical-Bayes estimate, which stands beside the published value and doesn’t replace it.", smoothed(func(x Smoothed) float64 { return x.Value })),
		derived(SmoothedColumns, "smoothed_se", "Smoothed value, standard error", "Standard error of the smoothed value.", smoothed(func(x Smoothed) float64 { return x.SE })),
		derived(SmoothedColumns, "smoothed_weight", "Smoothed value, own weight", "Weight of the area’s own figure in the smoothed value, 0 to 1.", smoothed(func(x Smoothed) float64 { return x.Weight })),
		text(QualityColumns, "grade", "Quality", "A precise, B good, C use with care, D do not use.", func(r Row) string { return string(r.Grade) }),
		text(QualityColumns, "grade_reason", "Quality, reason", "What set the grade.", func(r Row) string { return r.GradeReason }),
	}
}

func text(set, name, title, about string, of func(Row) string) FigureColumn {
	return FigureColumn{Column{name, title, about, TextCells}, set, func(r Row) any {
		if s := of(r); s != "" {
			return s
		}
		return nil
	}}
}

func number(set, name, title, about string, of func(Row) Optional) FigureColumn {
	return FigureColumn{Column{name, title, about, NumberCells}, set, func(r Row) any {
		if x := of(r); x.OK {
			return x.V
		}
		return nil
	}}
}

// derived is number for what was made here.
func derived(set, name, title, about string, of func(Row) Optional) FigureColumn {
	return number(set, name, title, about, func(r Row) Optional {
		x := of(r)
		return Optional{V: significant(x.V, 10), OK: x.OK}
	})
}

func integer(set, name, title, about string, of func(Row) Optional) FigureColumn {
	return FigureColumn{Column{name, title, about, IntegerCells}, set, func(r Row) any {
		if x := of(r); x.OK {
			return int64(math.Round(x.V))
		}
		return nil
	}}
}

// significant rounds to so many significant digits, as decimals.
func significant(f float64, digits int) float64 {
	out, err := strconv.ParseFloat(strconv.FormatFloat(f, 'e', digits-1, 64), 64)
	if err != nil {
		return f
	}
	return out
}

func lowerOf(i Interval) Optional { return Optional{V: i.Lower, OK: i.Known} }
func upperOf(i Interval) Optional { return Optional{V: i.Upper, OK: i.Known} }
