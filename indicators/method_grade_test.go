package indicators

import (
	"testing"

	"goodwork/data"
)

func TestAGradeIsTheLowestOfPrecisionAndCaps(t *testing.T) {
	within := func(value, half float64) data.Estimate {
		return data.Estimate{Value: data.Number(value), Interval: data.Interval{Lower: value - half, Upper: value + half, Known: true}}
	}
	flagged := func(x data.Estimate, f data.Flags) data.Estimate {
		x.Flags = f
		return x
	}
	for name, c := range map[string]struct {
		in   GradeInput
		want data.Grade
	}{
		"pay with a coefficient of variation of 2.5": {GradeInput{Estimate: within(1000, 49), Unit: "£", Surveyed: true, Designation: "accredited"}, data.GradeA},
		"pay with one of 7":                          {GradeInput{Estimate: within(1000, 137), Unit: "£", Surveyed: true, Designation: "accredited"}, data.GradeB},
		"pay with one of 15":                         {GradeInput{Estimate: within(1000, 294), Unit: "£", Surveyed: true, Designation: "accredited"}, data.GradeC},
		"pay with one of 21":                         {GradeInput{Estimate: within(1000, 412), Unit: "£", Surveyed: true, Designation: "accredited"}, data.GradeD},
		"a share within 2 points":                    {GradeInput{Estimate: within(70, 2), Unit: "%", Surveyed: true, Designation: "accredited"}, data.GradeA},
		"the same, not accredited":                   {GradeInput{Estimate: within(70, 2), Unit: "%", Surveyed: true, Designation: "suspended"}, data.GradeB},
		"a share within 10.4 points":                 {GradeInput{Estimate: within(70, 10.4), Unit: "%", Surveyed: true, Designation: "suspended"}, data.GradeD},
		"a share within 10 points":                   {GradeInput{Estimate: within(70, 10), Unit: "%", Surveyed: true, Designation: "accredited"}, data.GradeC},
		"three years old":                            {GradeInput{Estimate: within(70, 2), Unit: "%", Surveyed: true, Designation: "accredited", Age: 3}, data.GradeB},
		"five years old":                             {GradeInput{Estimate: within(70, 2), Unit: "%", Surveyed: true, Designation: "accredited", Age: 5}, data.GradeC},
		"a register's figure":                        {GradeInput{Estimate: data.Estimate{Value: data.Number(5)}, Unit: "%", Designation: "official"}, data.GradeB},
		"a survey's figure without interval":         {GradeInput{Estimate: data.Estimate{Value: data.Number(5)}, Unit: "%", Surveyed: true, Designation: "official"}, data.GradeC},
		"an estimate of ours":                        {GradeInput{Estimate: flagged(data.Estimate{Value: data.Number(5)}, data.Estimated), Unit: "%", Designation: "official"}, data.GradeC},
		"called unreliable":                          {GradeInput{Estimate: flagged(within(70, 1), data.LowReliability), Unit: "%", Designation: "accredited"}, data.GradeD},
		"missing":                                    {GradeInput{Unit: "%"}, ""},
	} {
		got, reason := GradeFigure(c.in)
		if got != c.want {
			t.Errorf("%s: grade %q (%s), want %q", name, got, reason, c.want)
		}
		if (got == "") != (reason == "") {
			t.Errorf("%s: grade %q with the reason %q", name, got, reason)
		}
	}
}
