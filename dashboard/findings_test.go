package dashboard

import (
	"testing"

	"goodwork/data"
)

func TestAFindingIsTheSentenceThatItsCountsChoose(t *testing.T) {
	pay := data.Indicator{Title: "Median weekly pay", Base: "residents", Unit: "£"}
	uk := data.Area{Name: "United Kingdom", Level: data.LevelUK}
	april := data.MustPeriod("2025-04-01/P1M")
	over := data.Trend{From: data.MustPeriod("2021-04-01/P1M"), Period: april}
	quadrants := func(clear data.Verdict, n, of int) []data.Quadrant {
		list := make([]data.Quadrant, of)
		for i := range list {
			list[i] = data.Quadrant{Year: 2023, Verdict: data.NoClearQuadrant}
			if i < n {
				list[i].Verdict = clear
			}
		}
		return list
	}
	for _, tt := range []struct{ got, want string }{
		{
			differSentence(pay, april, uk, "£643", 348, 42, 49),
			"Median weekly pay of residents in April 2025 was clearly higher than in the UK (£643) in 42 of 348 local areas, clearly lower in 49 and not clearly different in 257.",
		},
		{
			differSentence(pay, april, uk, "£643", 348, 0, 0),
			"Median weekly pay of residents in April 2025 was not clearly different from the UK (£643) in any of the 348 local areas that could be tested.",
		},
		{
			trendSentence(pay, over, 341, 0, 0),
			"Median weekly pay of residents has no statistically clear trend from April 2021 to April 2025 in any of the 341 local areas that could be assessed.",
		},
		{
			trendSentence(pay, over, 341, 216, 1),
			"Median weekly pay of residents has an upward trend from April 2021 to April 2025 in 216 of 341 local areas, a downward one in 1 and no statistically clear one in 124.",
		},
		{
			quadrantSentence(quadrants(data.LowLow, 32, 347)),
			"In 2023 the pay of residents after inflation and their employment rate were both clearly higher than in Great Britain in 0 of 347 local areas, and both clearly lower in 32. " +
				"Pay was clearly higher and employment clearly lower in 0, pay lower and employment higher in 0; in 315 the figures are too uncertain to tell.",
		},
	} {
		if tt.got != tt.want {
			t.Errorf("got  %s\nwant %s", tt.got, tt.want)
		}
	}
	if _, ok := quadrantFinding(quadrants(data.LowLow, 3, fewestTested-1)); ok {
		t.Error("a finding is told of few areas")
	}
}
