package ingest

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"goodwork/data"
)

// fingertipsColumns are the columns of Fingertips' CSV that are read. It has
// more, and gets new ones, so that they are found by name.
var fingertipsColumns = []string{
	"Indicator ID", "Indicator Name", "Area Code", "Area Name", "Area Type", "Sex", "Age", "Category Type", "Category", "Time period",
	"Value", "Lower CI 95.0 limit", "Upper CI 95.0 limit", "Value note",
}

// lintFingertips says what a source that is read as fingertips-csv lacks.
func lintFingertips(s Source) []string {
	if s.Fetch == nil || s.Fetch.Fingertips == nil {
		return []string{"format fingertips-csv: want fetch: fingertips, which says which rows are a measure's"}
	}
	return nil
}

// measureOf finds the measure that a row of Fingertips belongs to, nil where it
// is of another sex or age. A row of another indicator, or of one under another
// name, is a fault.
func (ask *FetchFingertips) measureOf(s Source, rec record, found *findings) *Measure {
	known := false
	for i := range s.Measures {
		want := ask.Indicators[s.Measures[i].ID]
		if rec.get("Indicator ID") != strconv.Itoa(want.ID) {
			continue
		}
		known = true
		if name := rec.get("Indicator Name"); name != want.Name {
			found.add("V26", rec.row, "Indicator Name", name, "want %q for %s", want.Name, s.Measures[i].ID)
			return nil
		}
		if rec.get("Sex") == want.Sex && (want.Age == "" || rec.get("Age") == want.Age) {
			return &s.Measures[i]
		}
	}
	if !known {
		found.add("V26", rec.row, "Indicator ID", rec.get("Indicator ID"), "an indicator that was not asked for")
	}
	return nil
}

// readFingertips reads a CSV file of OHID's Fingertips. Rows of a category
// (deprivation, ethnic group) are left out. England stands twice in it, among
// the areas asked for and above them; the second row is dropped if it says the
// same.
func readFingertips(ctx context.Context, b []byte, s Source, r Release, found *findings) (reading, error) {
	out := reading{skipped: map[string]int{}}
	at := figureColumns{value: "Value", lower: "Lower CI 95.0 limit", upper: "Upper CI 95.0 limit", status: "Value note", note: "Value note"}
	want := naming{required: fingertipsColumns, known: func(string) bool { return true }, loose: func(string) bool { return true }}
	marked := r.periodFlags()
	seen := map[string]cell{}
	err := eachNamed(ctx, b, want, found, func(rec record) {
		if rec.get("Category Type") != "" || rec.get("Category") != "" {
			out.skipped[skipCategory]++
			return
		}
		m := s.Fetch.Fingertips.measureOf(s, rec, found)
		if m == nil {
			out.skipped[skipMeasure]++
			return
		}
		period, err := fingertipsPeriod(rec.get("Time period"))
		if err != nil {
			found.add("V12", rec.row, "Time period", rec.get("Time period"), "not a period: %v", err)
			return
		}
		area := strings.Clone(rec.get("Area Code"))
		if area == "" {
			found.add("V06", rec.row, "Area Code", area, "no area")
			return
		}
		text := figure{value: rec.get("Value"), lower: rec.get(at.lower), upper: rec.get(at.upper)}
		if text.value == "" {
			text.status = rec.get("Value note")
		} else {
			text.note = rec.get("Value note")
		}
		c := cell{row: rec.row, column: "Area Code", valueColumn: "Value", measure: m, area: area, period: period}
		c.value, c.interval, c.flags = s.parse(rec.row, text, at, found)
		if c.value.Known() {
			c.flags |= marked[period]
		}
		key := m.ID + " " + area + " " + period.String()
		first, twice := seen[key]
		switch {
		case !twice:
			seen[key] = c
			out.cells = append(out.cells, c)
		case first.value == c.value && first.interval == c.interval && first.flags == c.flags:
			out.skipped[skipTwice]++
		default:
			found.add("V13", rec.row, "Area Code", area, "%s for %s stands in row %d already, and differs", m.ID, period, first.row)
		}
	})
	return out, err
}

// Reasons for which rows of Fingertips are left out.
const (
	skipCategory = "category not kept"
	skipTwice    = "the same row again"
)

var (
	yearsRange    = regexp.MustCompile(`^(\d{4}) ?- ?(\d{2}|\d{4})$`)
	financialFrom = regexp.MustCompile(`^(\d{4})/(\d{2})$`)
	financialSpan = regexp.MustCompile(`^(\d{4})/(\d{2}) ?- ?(\d{2}|\d{4})/(\d{2})$`)
)

// fingertipsPeriod reads a period of Fingertips: 2023, 2021 - 23, 2022/23 or
// 2020/21 - 22/23.
func fingertipsPeriod(s string) (data.Period, error) {
	bad := fmt.Errorf("want a year or years such as 2023, 2021 - 23, 2022/23 or 2020/21 - 22/23: %w", data.ErrInvalid)
	spanning := func(from int, last string, start string) (data.Period, error) {
		to, err := strconv.Atoi(last)
		if len(last) == 2 {
			to += from / 100 * 100
		}
		if err != nil || to < from || to > from+10 {
			return data.Period{}, bad
		}
		return data.ParsePeriod(fmt.Sprintf("%04d-%s/P%dY", from, start, to-from+1))
	}
	if len(s) == 4 && !slices.ContainsFunc([]byte(s), func(c byte) bool { return c < '0' || c > '9' }) {
		return data.ParsePeriod(s + "-01-01/P1Y")
	}
	if m := yearsRange.FindStringSubmatch(s); m != nil {
		from, err := strconv.Atoi(m[1])
		if err != nil {
			return data.Period{}, bad
		}
		return spanning(from, m[2], "01-01")
	}
	if financialFrom.MatchString(s) {
		return parsePeriod("financial_year", s)
	}
	if m := financialSpan.FindStringSubmatch(s); m != nil {
		if _, err := parsePeriod("financial_year", m[1]+"/"+m[2]); err != nil {
			return data.Period{}, err
		}
		from, err := strconv.Atoi(m[1])
		if err != nil {
			return data.Period{}, bad
		}
		return spanning(from, m[3], "04-01")
	}
	return data.Period{}, bad
}
