package indicators

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"goodwork/data"
)

func TestNumbersAreWrittenWithTenDigits(t *testing.T) {
	for v, want := range map[float64]string{
		0:                     "0",
		1:                     "1",
		2.0 / 3:               "0.6666666667",
		-57.222222222222:      "-57.22222222",
		0.1 + 0.2:             "0.3",
		12345678901.5:         "12345678900",
		99999999999:           "100000000000",
		0.00001505862624123:   "0.00001505862624",
		3.734697687123e-240:   "3.734697687e-240",
		1.2345678901e+20:      "1.23456789e+20",
		642.49999999999999999: "642.5",
	} {
		if got := formatNumber(v); got != want {
			t.Errorf("%v: %q, want %q", v, got, want)
		}
	}
}

func TestATableMayComeFromASpreadsheet(t *testing.T) {
	in := "\ufeffarea , value\r\n\r\n\"A, with a comma\", 3 \r\nB,\r\n"
	var out bytes.Buffer
	if err := StatsQuantiles(&out, strings.NewReader(in), 5, false); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff("area,value,quantile,rank\n\"A, with a comma\",3,1,1\nB,,,\n", out.String()); diff != "" {
		t.Error(diff)
	}
}

func TestOnlyPlainNumbersAreRead(t *testing.T) {
	for cell, ok := range map[string]bool{
		"": true, "1": true, "-1.5": true, "1e3": true, "+2": true, ".5": true,
		"NaN": false, "inf": false, "Infinity": false, "0x10": false, "1_000": false, "1,000": false, "*": false, "-": false, "..": false, "1e999": false, "£5": false,
	} {
		err := StatsQuantiles(&bytes.Buffer{}, strings.NewReader("area,value\nA,\""+cell+"\"\n"), 5, false)
		if (err == nil) != ok {
			t.Errorf("%q: %v", cell, err)
		}
		if err != nil && !errors.Is(err, data.ErrInvalid) {
			t.Errorf("%q: %v isn't ErrInvalid", cell, err)
		}
	}
}

func TestARowIsNamedAsASpreadsheetNumbersIt(t *testing.T) {
	in := "area,value\n\"A\nover two lines\",1\n\nB,two\n"
	err := StatsQuantiles(&bytes.Buffer{}, strings.NewReader(in), 5, false)
	if err == nil || !strings.Contains(err.Error(), `row 5, column "value": "two"`) {
		t.Error(err)
	}
}

func TestManyFaultsAreCounted(t *testing.T) {
	in := "area,value\n" + strings.Repeat(",x\n", 30)
	err := StatsQuantiles(&bytes.Buffer{}, strings.NewReader(in), 5, false)
	if err == nil || !strings.HasSuffix(err.Error(), "values: and 40 more") {
		t.Error(err)
	}
}

func TestAFaultyTableWritesNothing(t *testing.T) {
	var out bytes.Buffer
	if err := StatsQuantiles(&out, strings.NewReader("area,value\nA,1\nB,x\n"), 5, false); err == nil || out.Len() > 0 {
		t.Errorf("%v, %q", err, out.String())
	}
}

func FuzzTablesNeverPanic(f *testing.F) {
	f.Add("area,value,lower_95,upper_95\nA,1,0,2\nB,2,1,3\n")
	f.Add("area,year,value,lower_95,upper_95\nA,2024,1,0,2\nA,2025,2,1,3\n")
	f.Fuzz(func(_ *testing.T, in string) {
		var out bytes.Buffer
		_ = StatsReliability(&out, strings.NewReader(in))
		_ = StatsShrink(&out, strings.NewReader(in))
		_ = StatsTrend(&out, strings.NewReader(in), 5, TrendMannKendall)
		_ = StatsNeighbours(&out, strings.NewReader(in), 3)
		_ = StatsInequality(&out, strings.NewReader(in))
		_ = StatsInterval(&out, strings.NewReader(in), "")
	})
}
