package ingest

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"goodwork/data"
)

// parseNumber reads a plain decimal number; unlike strconv it takes no "inf",
// "nan", hexadecimal or underscore.
func parseNumber(s string) (float64, bool) {
	if s == "" || strings.Trim(s, "0123456789+-.eE") != "" {
		return 0, false
	}
	f, err := strconv.ParseFloat(s, 64)
	return f, err == nil
}

// figure is the text of one cell, with what stands beside it.
type figure struct {
	value, lower, upper, status, note string
}

// figureColumns are the names of the columns of a figure, "" for one that a
// file has not.
type figureColumns struct {
	value, lower, upper, status, note string
}

// parse turns the text of a cell into a value, an interval and flags, by the
// symbols that the source declares.
func (s Source) parse(row int, f figure, at figureColumns, found *findings) (v data.Value, i data.Interval, flags data.Flags) {
	number, known := parseNumber(f.value)
	marker, marked := s.Markers[f.value]
	besides, marks := s.Markers[f.status]
	_, flagged := s.Statuses[f.status]
	fault := func(check, column, text, problem string) (data.Value, data.Interval, data.Flags) {
		found.add(check, row, column, text, "%s", problem)
		return data.Value{}, data.Interval{}, 0
	}
	switch {
	case known:
		v = data.Number(number)
		flags = s.parseStatus(row, f.status, at.status, found)
	case f.value != "" && !marked:
		return fault("V14", at.value, f.value, "neither a number nor a known marker")
	case f.status != "" && !marks && !flagged:
		return fault("V17", at.status, f.status, "an unknown status")
	case marked:
		v = data.Missing(data.Marker(marker))
	case f.status != "" && marks:
		v = data.Missing(data.Marker(besides))
	default:
		return fault("V15", at.value, f.value, "blank without a marker")
	}
	i = parseInterval(row, v, f, at, found)
	v, noted := parseNote(row, v, flags, f, at, found)
	return v, i, flags | noted
}

// parseStatus reads what stands beside a number.
func (s Source) parseStatus(row int, status, column string, found *findings) data.Flags {
	if status == "" {
		return 0
	}
	if words, ok := s.Statuses[status]; ok {
		flags, err := data.ParseFlags(words)
		if err != nil {
			found.add("V17", row, column, status, "%v", err)
		}
		return flags
	}
	switch marker, ok := s.Markers[status]; {
	case ok && data.Marker(marker) == data.Unreliable:
		return data.LowReliability
	case ok:
		found.add("V16", row, column, status, "a marker beside a value")
	default:
		found.add("V17", row, column, status, "an unknown status")
	}
	return 0
}

// parseInterval reads the limits of a value.
func parseInterval(row int, v data.Value, f figure, at figureColumns, found *findings) data.Interval {
	if f.lower == "" && f.upper == "" {
		return data.Interval{}
	}
	lower, okLower := parseNumber(f.lower)
	upper, okUpper := parseNumber(f.upper)
	x, known := v.Number()
	switch {
	case f.lower == "":
		found.add("V19", row, at.upper, f.upper, "an upper limit without a lower")
	case f.upper == "":
		found.add("V19", row, at.lower, f.lower, "a lower limit without an upper")
	case !okLower:
		found.add("V14", row, at.lower, f.lower, "not a number")
	case !okUpper:
		found.add("V14", row, at.upper, f.upper, "not a number")
	case !known:
		found.add("V20", row, at.lower, f.lower, "an interval without a value")
	case lower > upper:
		found.add("V21", row, at.lower, f.lower, "above the upper limit, %s", f.upper)
	case x < lower || x > upper:
		found.add("V21", row, at.value, f.value, "outside its interval, %s to %s", f.lower, f.upper)
	default:
		if lower == upper {
			found.add("V22", row, at.lower, f.lower, "an interval without width")
		}
		i, err := data.NewInterval(lower, upper)
		if err != nil {
			found.add("V21", row, at.lower, f.lower, "%v", err)
		}
		return i
	}
	return data.Interval{}
}

// noteMeanings are the kinds of note that are known, by a word that tells them
// apart. Only a word about reliability changes what a figure says.
var noteMeanings = []struct {
	word       string
	unreliable bool
}{
	{word: "unreliable", unreliable: true},
	{word: "obsolete code"},
	{word: "renamed"},
	{word: "aggregated"},
	{word: "not available"},
	{word: "suppressed"},
}

// parseNote reads a note: some publishers say only there that a figure is
// unreliable. Such a value keeps its number with a flag, and a missing one its
// reason.
func parseNote(row int, v data.Value, flags data.Flags, f figure, at figureColumns, found *findings) (data.Value, data.Flags) {
	if f.note == "" {
		return v, 0
	}
	lower := strings.ToLower(f.note)
	for _, n := range noteMeanings {
		switch {
		case !strings.Contains(lower, n.word):
			continue
		case !n.unreliable:
			return v, 0
		case !v.Known():
			return data.Missing(data.Unreliable), 0
		case !flags.Has(data.LowReliability):
			found.add("V51", row, at.note, f.note, "a note alone calls the value unreliable; flagged low_reliability")
		}
		return v, data.LowReliability
	}
	found.add("V52", row, at.note, f.note, "a note of an unknown kind")
	return v, 0
}

// parsePeriod reads a period in one of the forms that publishers write.
func parsePeriod(form, s string) (data.Period, error) {
	switch form {
	case "financial_year":
		var from, to int
		if n, err := fmt.Sscanf(s, "%4d/%2d", &from, &to); err != nil || n != 2 || len(s) != 7 || (from+1)%100 != to {
			return data.Period{}, fmt.Errorf("want a financial year such as 2021/22: %w", data.ErrInvalid)
		}
		return data.ParsePeriod(fmt.Sprintf("%04d-04-01/P1Y", from))
	case "month":
		return data.ParsePeriod(s + "/P1M")
	case "year_of_day":
		if !isDay(s) || !strings.HasSuffix(s, "-01-01") {
			return data.Period{}, fmt.Errorf("want the first day of a year, such as 2023-01-01: %w", data.ErrInvalid)
		}
		return data.ParsePeriod(s + "/P1Y")
	default:
		return data.ParsePeriod(s)
	}
}

// startMonth is the month of a period's first day, 1 to 12.
func startMonth(p data.Period) int {
	t, err := time.Parse(time.DateOnly, p.Start())
	if err != nil {
		return 0
	}
	return int(t.Month())
}

// periodForms are the forms that parsePeriod reads, and listed, where the source
// gives the period of each text.
var periodForms = []string{"iso", "financial_year", "month", "year_of_day", "listed"}
