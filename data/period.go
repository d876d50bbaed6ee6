package data

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Period is a first day and a length, as SDMX's TIME_PERIOD: a day
// ("2025-04-30") or a day and an ISO 8601 duration of whole months or years
// ("2024-01-01/P1Y"). The zero Period is no period. Periods compare with ==.
type Period struct {
	start  string
	months int
}

// ParsePeriod reads a day, or a day, a slash and P<n>Y or P<n>M. It also reads
// the form of URLs and file names, where the slash is written "_".
func ParsePeriod(s string) (Period, error) {
	day, length, spans := strings.Cut(strings.Replace(s, "_", "/", 1), "/")
	if _, err := time.Parse(time.DateOnly, day); err != nil {
		return Period{}, fmt.Errorf("period %q: want a day such as 2025-04-30, or a day and a length such as 2024-01-01/P1Y: %w", s, ErrInvalid)
	}
	if !spans {
		return Period{start: day}, nil
	}
	n, unit := 0, byte(0)
	if len(length) > 2 && length[0] == 'P' {
		unit = length[len(length)-1]
		if v, err := strconv.Atoi(length[1 : len(length)-1]); err == nil && v > 0 && v < 1200 && length[1] != '+' {
			n = v
		}
	}
	switch {
	case n > 0 && unit == 'Y':
		n *= 12
	case n > 0 && unit == 'M':
	default:
		return Period{}, fmt.Errorf("period %q: want a length in whole years or months, such as P1Y or P1M: %w", s, ErrInvalid)
	}
	return Period{start: day, months: n}, nil
}

// MustPeriod is ParsePeriod for text that the program itself holds; it panics
// on anything else.
func MustPeriod(s string) Period {
	p, err := ParsePeriod(s)
	if err != nil {
		panic(err)
	}
	return p
}

// String gives the period as it stands in CSV: "2024-01-01/P1Y" or a day.
func (p Period) String() string {
	if p.months == 0 {
		return p.start
	}
	return p.start + "/" + p.Length()
}

// URL gives the period as it stands in addresses and file names, with "_" for
// the slash.
func (p Period) URL() string { return strings.Replace(p.String(), "/", "_", 1) }

// Start is the first day, as 2024-01-01.
func (p Period) Start() string { return p.start }

// Length is the ISO 8601 duration, "" for a day.
func (p Period) Length() string {
	switch {
	case p.months == 0:
		return ""
	case p.months%12 == 0:
		return fmt.Sprintf("P%dY", p.months/12)
	default:
		return fmt.Sprintf("P%dM", p.months)
	}
}

// IsZero reports whether p is no period.
func (p Period) IsZero() bool { return p.start == "" }

// Year is the calendar year of the first day, 0 for the zero Period.
func (p Period) Year() int {
	if p.IsZero() {
		return 0
	}
	y, err := strconv.Atoi(p.start[:4])
	if err != nil {
		return 0
	}
	return y
}

// Months is the length in months, 0 for a day.
func (p Period) Months() int { return p.months }

// startTime is the first day at midnight UTC.
func (p Period) startTime() time.Time {
	t, err := time.Parse(time.DateOnly, p.start)
	if err != nil {
		return time.Time{}
	}
	return t
}

// LastDay is the last day of the period, the day itself where it has no length.
func (p Period) LastDay() time.Time {
	t := p.startTime()
	if p.months == 0 {
		return t
	}
	return t.AddDate(0, p.months, -1)
}

// Label is the period in words: "April 2025", "2023", "2022 to 2024", "year
// ending March 2024", "May 2025".
func (p Period) Label() string {
	if p.IsZero() {
		return ""
	}
	t, last := p.startTime(), p.LastDay()
	switch {
	case p.months == 0, p.months == 1:
		return t.Format("January 2006")
	case t.Month() == time.January && t.Day() == 1 && p.months == 12:
		return t.Format("2006")
	case t.Month() == time.January && t.Day() == 1 && p.months%12 == 0:
		return t.Format("2006") + " to " + last.Format("2006")
	case t.Month() == time.August && t.Day() == 1 && p.months == 12:
		return fmt.Sprintf("academic year %d/%02d", t.Year(), (t.Year()+1)%100)
	case p.months == 12:
		return "year ending " + last.Format("January 2006")
	default:
		return t.Format("January 2006") + " to " + last.Format("January 2006")
	}
}

// InWords is the label as it stands in a sentence, with its preposition: "in
// April 2025", "in the year ending March 2024".
func (p Period) InWords() string {
	l := p.Label()
	switch {
	case strings.HasPrefix(l, "year "), strings.HasPrefix(l, "academic "):
		return "in the " + l
	default:
		return "in " + l
	}
}

// ShortLabel is the period for the axis of a chart: "2025", "2022-24",
// "2023/24", and the month for monthly periods.
func (p Period) ShortLabel() string {
	t, last := p.startTime(), p.LastDay()
	switch {
	case p.IsZero():
		return ""
	case p.months == 1:
		return t.Format("Jan 2006")
	case p.months == 0 || t.Year() == last.Year():
		return t.Format("2006")
	case t.Month() == time.January:
		return fmt.Sprintf("%d–%02d", t.Year(), last.Year()%100)
	default:
		return fmt.Sprintf("%d/%02d", t.Year(), last.Year()%100)
	}
}

// Compare orders periods by first day, then by length.
func (p Period) Compare(q Period) int {
	if c := strings.Compare(p.start, q.start); c != 0 {
		return c
	}
	return p.months - q.months
}

// Scan reads a nullable period of a store.
func (p *Period) Scan(src any) error {
	switch s := src.(type) {
	case nil:
		*p = Period{}
		return nil
	case string:
		var err error
		*p, err = ParsePeriod(s)
		return err
	}
	return fmt.Errorf("period of type %T: %w", src, ErrInvalid)
}
