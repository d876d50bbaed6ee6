package dashboard

import (
	"cmp"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"goodwork/data"
)

// heading is a column's heading; by its link the table is sorted.
type heading struct {
	Text    string
	Href    string // "" where the table can't be sorted by the column
	Sorted  string // ascending, descending or ""
	Numeric bool
}

// areaRow is one area in an indicator's table.
type areaRow struct {
	Code       data.AreaCode
	Name       string
	Href       string
	Within     string // region, or country without regions
	Value      string
	Missing    string // reason
	Interval   string
	Smoothed   string
	Comparison *comparisonLine
	Trend      *comparisonLine
	Place      string // "40th to 210th"; the rank alone only where the edition shows it
	Grade      string
	GradeWhy   string
	Notes      string

	row data.Row
}

// tableFilter is the form above the table and what it leaves.
type tableFilter struct {
	Regions   []option
	Qualities []option
	Kept      url.Values
	Shown     string // "12 of 361 areas"; "" where nothing is left out
	Clear     string // the address without the filter
}

func (s *Server) tableFilter(v indicatorView, all, shown int) tableFilter {
	f := tableFilter{Kept: v.kept("region", "quality"), Clear: address(v.path, with(with(v.values, "region", ""), "quality", "")) + "#table"}
	f.Regions = []option{{Text: "All", Chosen: v.region == ""}}
	for _, code := range s.regionCodes() {
		a, _ := s.Register.Area(code)
		f.Regions = append(f.Regions, option{Value: string(code), Text: a.Name, Chosen: code == v.region})
	}
	for _, q := range []struct {
		grade data.Grade
		text  string
	}{{"", "All"}, {data.GradeA, "A, precise"}, {data.GradeB, "B, good, or better"}, {data.GradeC, "C, use with care, or better"}} {
		f.Qualities = append(f.Qualities, option{Value: string(q.grade), Text: q.text, Chosen: q.grade == v.quality})
	}
	if v.region != "" || v.quality != "" {
		f.Shown = fmt.Sprintf("%d of %s", shown, countWords(all))
	}
	return f
}

// table makes the table's rows and headings. figures holds the rows of every
// area of the period, to compare with.
func (p *indicatorPage) table(s *Server, ind data.Indicator, v indicatorView, rows, figures []data.Row, choice benchmarkChoice) {
	p.Rows, p.Benchmark, p.Tested = s.areaRows(ind, rows, figures, choice)
	sortRows(p.Rows, v)
	p.note()
	for _, r := range p.Rows {
		p.Placed = p.Placed || r.Place != ""
		p.Trended = p.Trended || r.Trend != nil
		p.Graded = p.Graded || r.Grade != ""
	}
	p.Headings = p.headings(v)
}

// note writes the notes of the table's rows. Flags that every figure has are
// said once above it.
func (p *indicatorPage) note() {
	common, known := ^data.Flags(0), 0
	for _, r := range p.Rows {
		if r.row.Value.Known() {
			common &= r.row.Flags
			known++
		} else {
			p.Missing++
		}
	}
	if known == 0 {
		common = 0
	}
	p.AllFlags = strings.Join(common.Words(), ", ")
	for i, r := range p.Rows {
		p.Rows[i].Notes = strings.Join((r.row.Flags &^ common).Words(), ", ")
		if r.Missing != "" && p.Benchmark == "" { // else it stands where the comparison would
			p.Rows[i].Notes = r.Missing
		}
		p.Noted = p.Noted || p.Rows[i].Notes != ""
	}
}

// areaRows makes the table's rows, each area held against the reader's benchmark.
func (s *Server) areaRows(ind data.Indicator, rows, figures []data.Row, choice benchmarkChoice) (list []areaRow, against string, tested bool) {
	byArea := map[data.AreaCode]data.Row{}
	for _, r := range figures {
		byArea[r.Area] = r
	}
	find := func(code data.AreaCode) (data.Row, bool) { r, ok := byArea[code]; return r, ok }
	for _, r := range rows {
		a, _ := s.Register.Area(r.Area)
		line := areaRow{Code: r.Area, Name: a.Name, Href: "/areas/" + a.Slug() + "#" + string(ind.ID), Within: s.regionOf(a), row: r}
		if f, ok := r.Value.Number(); ok {
			line.Value, line.Interval = ind.Format(f), ind.FormatInterval(r.Interval)
		} else {
			line.Value, line.Missing = r.Value.Marker().Shorthand(), r.Value.Marker().Reason()
		}
		b := s.benchmarkFor(choice, a)
		if b.Instead == "" {
			line.Comparison = s.held(ind, r, b, find)
		}
		if x := line.Comparison; x != nil {
			against = benchmarkColumn(choice, b, *x)
			tested = tested || x.Class != "untested"
		}
		if r.Smoothed != nil {
			line.Smoothed = ind.Format(r.Smoothed.Value)
		}
		if r.Trend != nil && r.Trend.Verdict != data.NotAssessed {
			x := trendLineOf(ind, r.Trend.Verdict)
			line.Trend = &x
		}
		line.Place = placeOf(r.Position)
		if r.Grade != "" {
			line.Grade, line.GradeWhy = string(r.Grade), r.Grade.Words()
		}
		list = append(list, line)
	}
	return list, against, tested
}

// benchmarkColumn names what the table's areas are held against.
func benchmarkColumn(choice benchmarkChoice, b benchmark, line comparisonLine) string {
	switch choice.key {
	case againstCountry:
		return "its country"
	case againstRegion:
		return "its region"
	case againstCombinedAuthority:
		return "its combined authority"
	case againstSimilar, againstEconomic, againstGlobal:
		return "its similar areas"
	case "", againstUK:
		return line.Place
	}
	return b.Name
}

// trendLineOf puts the verdict of a trend in shape, words and colour. Improving
// and worsening are said only where the indicator has a polarity.
func trendLineOf(ind data.Indicator, v data.Verdict) comparisonLine {
	up := v == data.Increasing || v == data.Rise
	switch {
	case v == data.NotAssessed:
		return comparisonLine{Shape: "○", Class: "untested", Short: "not assessed"}
	case !up && v != data.Decreasing && v != data.Fall:
		return comparisonLine{Shape: "→", Class: "similar", Short: "no clear trend"}
	}
	line := comparisonLine{Shape: "↘", Class: "lower", Short: "falling"}
	if up {
		line = comparisonLine{Shape: "↗", Class: "higher", Short: "rising"}
	}
	if !judged(ind) {
		return line
	}
	line.Class, line.Verdict = "worse", "worsening"
	if up == (ind.Polarity == data.PolarityHigh) {
		line.Class, line.Verdict = "better", "improving"
	}
	return line
}

// placeOf is an area's place as a range of ranks, and the rank alone before it
// where the edition shows it.
func placeOf(p *data.Position) string {
	if p == nil || !p.RankRange.Known {
		return ""
	}
	low, high := int(p.RankRange.Lower), int(p.RankRange.Upper)
	place := ordinal(low) + " to " + ordinal(high)
	if low == high {
		place = ordinal(low)
	}
	if p.RankShown && low != high {
		return ordinal(p.Rank) + " (" + place + ")"
	}
	return place
}

// ordinal is 1st, 2nd, 3rd, 4th, 11th.
func ordinal(n int) string {
	suffix := "th"
	if n%100 < 11 || n%100 > 13 {
		switch n % 10 {
		case 1:
			suffix = "st"
		case 2:
			suffix = "nd"
		case 3:
			suffix = "rd"
		}
	}
	return fmt.Sprint(n) + suffix
}

// regionOf names the region of an area, or its country where there is none.
func (s *Server) regionOf(a data.Area) string {
	for _, code := range []data.AreaCode{a.Region, a.Country} {
		if up, ok := s.Register.Area(code); ok {
			return up.Name
		}
	}
	return ""
}

// sortRows puts rows in the order of the view. Missing values and grades stand
// last whatever the order, and ties in the order of name.
func sortRows(rows []areaRow, v indicatorView) {
	slices.SortStableFunc(rows, func(a, b areaRow) int {
		by := strings.Compare(a.Name, b.Name)
		switch v.sort {
		case byValue:
			x, okX := a.row.Value.Number()
			y, okY := b.row.Value.Number()
			return cmp.Or(lastMissing(okX, okY), turned(cmp.Compare(x, y), v.reverse), by)
		case byQuality:
			return cmp.Or(lastMissing(a.Grade != "", b.Grade != ""), turned(strings.Compare(a.Grade, b.Grade), v.reverse), by)
		case byWithin:
			by = cmp.Or(strings.Compare(a.Within, b.Within), by)
		}
		return turned(by, v.reverse)
	})
}

func lastMissing(x, y bool) int {
	switch {
	case x == y:
		return 0
	case x:
		return -1
	}
	return 1
}

func turned(order int, reverse bool) int {
	if reverse {
		return -order
	}
	return order
}

// headings are the table's columns. A second click on the column by which the
// table is sorted turns the order round; numbers start with the highest.
func (p *indicatorPage) headings(v indicatorView) []heading {
	sorting := func(text, name, first string) heading {
		h := heading{Text: text, Numeric: name == byValue}
		order := first
		if v.sort == name {
			order, h.Sorted = "desc", "ascending"
			if v.reverse {
				order, h.Sorted = "asc", "descending"
			}
		}
		values := with(with(v.values, "sort", name), "order", order)
		h.Href = address(v.path, values) + "#table"
		return h
	}
	list := []heading{
		sorting("Area", byAreaName, "asc"), sorting("Region or country", byWithin, "asc"), sorting("Value", byValue, "desc"),
		{Text: "95% interval", Numeric: true},
	}
	for _, column := range []struct {
		there bool
		heading
	}{
		{p.Smoothed, heading{Text: "Smoothed", Numeric: true}},
		{p.Benchmark != "", heading{Text: "Compared with " + p.Benchmark}},
		{p.Trended, heading{Text: "Trend"}},
		{p.Placed, heading{Text: "Likely place"}},
		{p.Graded, sorting("Quality", byQuality, "asc")},
		{p.Noted, heading{Text: "Notes"}},
	} {
		if column.there {
			list = append(list, column.heading)
		}
	}
	return list
}
