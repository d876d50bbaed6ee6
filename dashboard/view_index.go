package dashboard

import (
	"context"
	"fmt"
	"net/url"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"goodwork/dashboard/chart"
	"goodwork/data"
)

// viewOfIndex is every area of the index by the weights of the address, one row
// each. Bands, rank ranges and other methods are of equal weights, and blank for
// a reader's own. An area without an index has a reason.
func (s *Server) viewOfIndex(_ echo.Context, values url.Values) (view, error) {
	if err := s.noIndex(); err != nil {
		return view{}, err
	}
	for _, p := range benchmarkParameters {
		values.Del(p.name)
	}
	asked, _, err := s.indexView("/index", values)
	if err != nil {
		return view{}, err
	}
	title := fmt.Sprintf("Good Work Index, %d", s.index.Year)
	v := view{stem: "/index", page: "/index", title: title, about: indexLabel + " " + s.weightWords(asked)}
	v.own = func(context.Context) (ownSheet, error) {
		return ownSheet{Sheet: s.index.sheet(asked), key: []string{"area_code"}, indicators: s.index.members(s.Edition.Indicators())}, nil
	}
	v.sets, v.noRows = s.index.indexSets(), "Scores of the index are made here from several figures, and nobody else publishes them."
	v.wide = func(context.Context) (ownSheet, error) {
		return ownSheet{Sheet: s.index.wideSheet(s.index.sheet(asked), s.Register), key: []string{"area_code"}, indicators: s.index.members(s.Edition.Indicators())}, nil
	}
	v.charts = []viewChart{{name: "quadrant", title: "Quantity and quality of work", draw: func(ctx context.Context) ([]byte, error) {
		ch, err := s.indexChart(ctx, asked)
		if err != nil {
			return nil, err
		}
		if ch == nil {
			return nil, refusal{kind: data.ErrInvalid, parameter: "w_", what: "Quality has no weight: give a dimension beside access to work a weight above 0."}
		}
		return s.drawForFile(ctx, ch.Option, indexChartWidth, indexChartHeight, chart.DownloadWords{
			Title: title + ": quantity and quality of work", Subtitle: s.weightWords(asked), Source: indexLabel + " Good Work, edition " + string(s.library.edition) + ".",
		})
	}}}
	return v, nil
}

// indexFileParameters are those of the index's files.
func (s *Server) indexFileParameters() []parameter {
	if s.index == nil {
		return benchmarkParameters
	}
	return append(s.index.parameters(), benchmarkParameters...)
}

// members are the indicators that the index is made of.
func (x *workIndex) members(all []data.Indicator) []data.Indicator {
	var list []data.Indicator
	for _, ind := range all {
		for _, m := range x.Indicators {
			if m.Indicator == ind.ID {
				list = append(list, ind)
				break
			}
		}
	}
	return list
}

// exact is a number with the ten digits of a derived figure.
func exact(f float64) any {
	out, err := strconv.ParseFloat(strconv.FormatFloat(f, 'e', 9, 64), 64)
	if err != nil {
		return nil
	}
	return out
}

func exactOptional(o data.Optional) any {
	if !o.OK {
		return nil
	}
	return exact(o.V)
}

// indexColumns are those of a sheet of the index, in their order.
func (x *workIndex) indexColumns() []data.Column {
	column := func(name, title, about string, kind data.CellKind) data.Column {
		return data.Column{Name: name, Title: title, About: about, Kind: kind}
	}
	list := []data.Column{
		column("area_code", "Area code", "Nine-character code of the area.", data.TextCells),
		column("area_name", "Area", "Name of the area.", data.TextCells),
		column("year", "Year", "Year of the index.", data.IntegerCells),
		column("index_version", "Version", "Version of the index.", data.TextCells),
		column("status", "Status", "What kind of statistic this is.", data.TextCells),
		column("index", "Index", "Score, 0 to 100.", data.NumberCells),
		column("lower_95", "Lower 95% limit", "Lower limit of the score’s 95% interval, sampling error alone.", data.NumberCells),
		column("upper_95", "Upper 95% limit", "Upper limit of the score’s 95% interval, sampling error alone.", data.NumberCells),
	}
	for _, group := range []struct{ prefix, title, about string }{
		{"weight_", "Weight: ", "Weight of the dimension; the weights sum to 1."},
		{"score_", "Score: ", "Score of the dimension, 0 to 100."},
		{"variance_", "Variance: ", "Variance of the dimension’s score under sampling error."},
	} {
		for _, d := range x.dimensions {
			list = append(list, column(group.prefix+strings.TrimPrefix(weightParameter(d), "w_"), group.title+dimensionWords(d), group.about, data.NumberCells))
		}
	}
	list = append(list, column("band", "Band", "Whether the area is surely in the higher or the lower fifth.", data.TextCells))
	for i, name := range indexMethodColumns {
		list = append(list, column(name, []string{"Geometric mean", "AMPI", "Z scores", "Percentile ranks", "Lowest to highest"}[i], "The index by another method.", data.NumberCells))
	}
	for _, drawn := range []string{"sampling", "weights", "method", "all"} {
		for _, p := range []string{"p05", "p50", "p95"} {
			list = append(list, column("rank_"+drawn+"_"+p, "Rank, "+drawn+", "+p, "Quantile of the area’s rank over a simulation.", data.NumberCells))
		}
	}
	return append(list, column("reason", "Reason", "Why the area has no index.", data.TextCells))
}

// indexSets are the sets of the index's columns that can be picked.
func (x *workIndex) indexSets() []columnSet {
	sets := []columnSet{{name: "dimensions"}, {name: "methods"}, {name: "ranks"}}
	for _, c := range x.indexColumns() {
		switch prefix, _, _ := strings.Cut(c.Name, "_"); {
		case prefix == "weight" || prefix == "score" || prefix == "variance":
			sets[0].columns = append(sets[0].columns, c.Name)
		case prefix == "rank":
			sets[2].columns = append(sets[2].columns, c.Name)
		}
	}
	sets[1].columns = indexMethodColumns
	return sets
}

// indexMethodColumns hold the index by other methods.
var indexMethodColumns = []string{"geometric", "ampi", "z_score", "percentile_rank", "lowest_to_highest"}

// wideSheet has a row an area and a column for the index and each dimension,
// with the year in its name. An area without an index has the shorthand of a
// missing value.
func (x *workIndex) wideSheet(long data.Sheet, register *data.Register) data.Sheet {
	out := data.Sheet{Columns: []data.Column{
		long.Columns[0], long.Columns[1], {Name: "area_type", Title: "Kind of area", About: "Kind of the area, such as region.", Kind: data.TextCells},
	}}
	var from []int
	for i, c := range long.Columns {
		if c.Name == "index" || strings.HasPrefix(c.Name, "score_") {
			from = append(from, i)
			c.Name, c.Title = fmt.Sprintf("%s_%d", c.Name, x.Year), fmt.Sprintf("%s, %d", c.Title, x.Year)
			c.About += " A missing value is shown as the shorthand of its reason."
			out.Columns = append(out.Columns, c)
		}
	}
	for _, row := range long.Rows {
		kind := any(nil)
		if code, ok := row[0].(string); ok {
			if a, ok := register.Area(data.AreaCode(code)); ok {
				kind = string(a.Level)
			}
		}
		cells := []any{row[0], row[1], kind}
		for _, i := range from {
			if row[i] == nil {
				cells = append(cells, data.NotAvailable.Shorthand())
				continue
			}
			cells = append(cells, row[i])
		}
		out.Rows = append(out.Rows, cells)
	}
	return out
}

func (x *workIndex) sheet(v indexView) data.Sheet {
	s := data.Sheet{Columns: x.indexColumns()}
	first := func(a data.Area) []any {
		return []any{string(a.Code), a.Name, int64(x.Year), x.Version, "experimental; not an official statistic"}
	}
	full := func(cells []any) []any { return append(cells, make([]any, len(s.Columns)-len(cells))...) }
	for _, a := range x.scored {
		score, interval := v.scoreOf(a)
		row := append(first(a.area), exact(score), exact(interval.Lower), exact(interval.Upper))
		for _, list := range [][]float64{v.shares, a.scores, a.variances} {
			for _, f := range list {
				row = append(row, exact(f))
			}
		}
		if v.equal {
			p := a.published
			row = append(row, p.Band)
			for _, m := range indexVariants {
				row = append(row, exactOptional(m.of(p)))
			}
			for _, r := range []data.RankRange{p.NoiseRank, p.WeightsRank, p.MethodRank, p.AllRank} {
				row = append(row, exactOptional(r.P05), exactOptional(r.P50), exactOptional(r.P95))
			}
		}
		s.Rows = append(s.Rows, full(row))
	}
	for _, u := range x.unscored {
		row := full(first(u.area))
		row[len(row)-1] = u.reason
		s.Rows = append(s.Rows, row)
	}
	return s
}
