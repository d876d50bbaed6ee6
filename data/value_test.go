package data

import (
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestTheZeroValueIsMissing(t *testing.T) {
	var v Value
	if f, ok := v.Number(); ok || f != 0 {
		t.Errorf("Number() = %v, %v; want none", f, ok)
	}
	if v.Marker() != NotAvailable {
		t.Errorf("Marker() = %q, want x", v.Marker())
	}
}

func TestAValueHoldsANumberOrAMarker(t *testing.T) {
	for _, c := range []struct {
		value  Value
		number float64
		known  bool
		marker Marker
	}{
		{Number(0), 0, true, ""},
		{Number(-2.5), -2.5, true, ""},
		{Number(math.NaN()), 0, false, NotAvailable},
		{Number(math.Inf(1)), 0, false, NotAvailable},
		{Missing(Confidential), 0, false, Confidential},
		{Missing("nonsense"), 0, false, NotAvailable},
	} {
		f, ok := c.value.Number()
		if f != c.number || ok != c.known || c.value.Marker() != c.marker {
			t.Errorf("%+v holds %v, %v, %q; want %v, %v, %q", c.value, f, ok, c.value.Marker(), c.number, c.known, c.marker)
		}
	}
}

func TestFlagsAreWrittenInOneOrder(t *testing.T) {
	f, err := ParseFlags("break;provisional")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff("provisional;break", f.String()); diff != "" {
		t.Error(diff)
	}
	if _, err := ParseFlags("provisional;odd"); err == nil {
		t.Error("an unknown flag was taken")
	}
}

func TestPeriodsAreSaidInWords(t *testing.T) {
	for text, want := range map[string][3]string{
		"2025-04-30":     {"April 2025", "in April 2025", "2025"},
		"2023-01-01/P1Y": {"2023", "in 2023", "2023"},
		"2022-01-01/P3Y": {"2022 to 2024", "in 2022 to 2024", "2022–24"},
		"2023-04-01/P1Y": {"year ending March 2024", "in the year ending March 2024", "2023/24"},
		"2024-08-01/P1Y": {"academic year 2024/25", "in the academic year 2024/25", "2024/25"},
		"2025-05-01/P1M": {"May 2025", "in May 2025", "May 2025"},
		"2015-11-16/P1Y": {"year ending November 2016", "in the year ending November 2016", "2015/16"},
	} {
		p, err := ParsePeriod(text)
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		if diff := cmp.Diff(want, [3]string{p.Label(), p.InWords(), p.ShortLabel()}); diff != "" {
			t.Errorf("%s: %s", text, diff)
		}
		if p.String() != text {
			t.Errorf("%s is written %s", text, p)
		}
		if back, err := ParsePeriod(p.URL()); err != nil || back != p {
			t.Errorf("%s comes back from its URL form as %v, %v", text, back, err)
		}
	}
}

func TestAPeriodThatIsNoneIsRefused(t *testing.T) {
	for _, text := range []string{"", "2025", "2025-02-30", "2025-04-01/", "2025-04-01/P1", "2025-04-01/P0Y", "2025-04-01/P-1Y", "2025-04-01/P+1Y", "2025-04-01/P1D", "2025-04-01/P1Y/P1Y", "2025-04-01/PXY", "-0001-01-01"} {
		if p, err := ParsePeriod(text); err == nil {
			t.Errorf("%q was read as %v", text, p)
		}
	}
}

func TestNumbersAreWrittenForReaders(t *testing.T) {
	for _, c := range []struct {
		f        float64
		decimals int
		want     string
	}{
		{589.4, 0, "589"},
		{1234567.891, 2, "1,234,567.89"},
		{-1234.5, 1, "−1,234.5"},
		{-0.04, 1, "0.0"},
		{0, 0, "0"},
		{999.6, 0, "1,000"},
		{642.5, 0, "643"},
		{-642.5, 0, "−643"},
		{0.125, 2, "0.13"},
		{1.005, 2, "1.00"}, // the double lies below 1.005
	} {
		if got := FormatNumber(c.f, c.decimals); got != c.want {
			t.Errorf("FormatNumber(%v, %d) = %s, want %s", c.f, c.decimals, got, c.want)
		}
	}
}
