package dashboard

import (
	"context"
	"fmt"
	"strings"

	"goodwork/data"
)

// fingertipsColumns are those of the CSV files of Fingertips, the public health
// profiles of England, in their order.
var fingertipsColumns = []struct {
	name string
	kind data.CellKind
}{
	{"Indicator ID", data.TextCells},
	{"Indicator Name", data.TextCells},
	{"Parent Code", data.TextCells},
	{"Parent Name", data.TextCells},
	{"Area Code", data.TextCells},
	{"Area Name", data.TextCells},
	{"Area Type", data.TextCells},
	{"Sex", data.TextCells},
	{"Age", data.TextCells},
	{"Category Type", data.TextCells},
	{"Category", data.TextCells},
	{"Time period", data.TextCells},
	{"Value", data.NumberCells},
	{"Lower CI 95.0 limit", data.NumberCells},
	{"Upper CI 95.0 limit", data.NumberCells},
	{"Lower CI 99.8 limit", data.NumberCells},
	{"Upper CI 99.8 limit", data.NumberCells},
	{"Count", data.NumberCells},
	{"Denominator", data.NumberCells},
	{"Value note", data.TextCells},
	{"Recent Trend", data.TextCells},
	{"Compared to England value or percentiles", data.TextCells},
	{"Compared to subnational parent value or percentiles", data.TextCells},
	{"Time period Sortable", data.IntegerCells},
	{"New data", data.TextCells},
	{"Compared to goal", data.TextCells},
}

// fingertipsSheet puts a table in the columns of Fingertips, for programs that
// read those. What we don't hold is blank: limits of 99.8%, categories, goals.
// Identifiers of indicators are ours. England's comparison is there for areas
// of England, their country; the parent is the region.
func (s *Server) fingertipsSheet(ctx context.Context, v view, t data.Table) (data.Sheet, error) {
	v.compared = func(context.Context, data.Table, data.Query) error { return nil } // all are read
	all, err := s.tableOf(ctx, v, true)
	if err != nil {
		return data.Sheet{}, err
	}
	var sheet data.Sheet
	for _, c := range fingertipsColumns {
		sheet.Columns = append(sheet.Columns, data.Column{Name: c.name, Title: c.name, Kind: c.kind})
	}
	for _, r := range all.Rows {
		ind, _ := t.Indicator(r.Indicator)
		area, _ := s.Register.Area(r.Area)
		parent, _ := s.Register.Area(area.Region)
		cells := map[string]any{
			"Indicator ID": string(r.Indicator), "Indicator Name": ind.Title, "Area Code": string(r.Area), "Area Name": r.AreaName,
			"Area Type": capitalised(levelWords(r.AreaLevel)), "Sex": sexWords(ind), "Age": "Not stated", "Time period": r.Period.Label(),
			"Time period Sortable": int64(sortableYear(r.Period)), "Value note": noteWords(r), "Recent Trend": fingertipsTrend(r),
			"Compared to England value or percentiles":            fingertipsVerdict(r, data.RoleCountry, "E92000001"),
			"Compared to subnational parent value or percentiles": fingertipsVerdict(r, data.RoleRegion, parent.Code),
		}
		if parent.Code != "" {
			cells["Parent Code"], cells["Parent Name"] = string(parent.Code), parent.Name
		}
		if f, ok := r.Value.Number(); ok {
			cells["Value"] = f
		}
		if r.Interval.Known {
			cells["Lower CI 95.0 limit"], cells["Upper CI 95.0 limit"] = r.Interval.Lower, r.Interval.Upper
		}
		if r.Numerator.OK {
			cells["Count"] = r.Numerator.V
		}
		if r.Denominator.OK {
			cells["Denominator"] = r.Denominator.V
		}
		row := make([]any, len(sheet.Columns))
		for i, c := range sheet.Columns {
			if x, ok := cells[c.Name]; ok && x != "" {
				row[i] = x
			}
		}
		sheet.Rows = append(sheet.Rows, row)
	}
	return sheet, nil
}

func sexWords(ind data.Indicator) string {
	switch id := string(ind.ID); {
	case strings.HasSuffix(id, "-female"):
		return "Female"
	case strings.HasSuffix(id, "-male"):
		return "Male"
	default:
		return "Persons"
	}
}

// sortableYear is a period as Fingertips sorts it: the year of its first day,
// and the month where the period is shorter than a year.
func sortableYear(p data.Period) int {
	month := 0
	if p.Months() < 12 {
		if _, err := fmt.Sscanf(p.Start(), "%d-%d-", new(int), &month); err != nil {
			month = 0
		}
	}
	return p.Year()*10000 + month*100
}

// noteWords says of a row what its value doesn't: the reason why it is missing,
// or what qualifies it.
func noteWords(r data.Row) string {
	if !r.Value.Known() {
		return r.Value.Marker().Shorthand() + " " + r.Value.Marker().Reason()
	}
	return strings.Join(r.Flags.Words(), "; ")
}

func fingertipsTrend(r data.Row) string {
	if r.Trend == nil {
		return "Cannot be calculated"
	}
	switch r.Trend.Verdict {
	case data.Increasing:
		return "Increasing"
	case data.Decreasing:
		return "Decreasing"
	case data.NoSignificantChange:
		return "No significant change"
	}
	return "Cannot be calculated"
}

func fingertipsVerdict(r data.Row, role data.Role, benchmark data.AreaCode) string {
	c, ok := r.Comparison(role)
	if !ok || c.Benchmark != benchmark || benchmark == "" {
		return "Not compared"
	}
	if c.Verdict == data.NotTested {
		return "Not compared"
	}
	return capitalised(string(c.Verdict))
}
