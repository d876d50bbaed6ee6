package main

import (
	"context"
	"testing"

	"goodwork/data"
	"goodwork/indicators"
)

// figureKey names one figure.
type figureKey struct {
	indicator data.IndicatorID
	area      data.AreaCode
	period    data.Period
}

func TestEveryFigureIsMadeAgainFromItsOwnInputs(t *testing.T) {
	if testing.Short() {
		t.Skip("derives the whole edition")
	}
	ctx, dir := context.Background(), t.TempDir()
	if err := data.UnpackSnapshot(ctx, dir); err != nil {
		t.Fatal(err)
	}
	observations, err := data.OpenObservations(ctx, dir)
	if err != nil {
		t.Fatal(err)
	}
	defer observations.Close()
	register, err := data.LoadRegister()
	if err != nil {
		t.Fatal(err)
	}
	definitions, err := indicators.LoadDefinitions()
	if err != nil {
		t.Fatal(err)
	}
	e, err := indicators.Derive(ctx, observations, register, definitions, indicators.Config{Date: "2026-11-23", CodeVersion: "test"})
	if err != nil {
		t.Fatal(err)
	}
	inputs, shared := map[figureKey][]data.Input{}, map[figureKey][]data.Input{}
	for _, x := range e.Inputs {
		if k := (figureKey{x.Indicator, x.Area, x.Period}); x.Area == "" {
			shared[k] = append(shared[k], x)
		} else {
			inputs[k] = append(inputs[k], x)
		}
	}
	method := map[data.IndicatorID]string{}
	for _, ind := range e.Indicators {
		method[ind.ID] = ind.Method
	}
	wrong, known := 0, 0
	for _, x := range e.Estimates {
		want, ok := x.Value.Number()
		if !ok {
			continue
		}
		known++
		k := figureKey{x.Indicator, x.Area, x.Period}
		of := append(inputs[k], shared[figureKey{x.Indicator, "", x.Period}]...)
		got, made, err := indicators.Remake(method[x.Indicator], of, func(code data.AreaCode) []data.Input {
			return inputs[figureKey{x.Indicator, code, x.Period}]
		})
		if err != nil || !made || got != want {
			if wrong++; wrong <= 10 {
				t.Errorf("%s, %s, %s: its inputs make %v (%v, %v), the figure is %v", x.Indicator, x.Area, x.Period, got, made, err, want)
			}
		}
	}
	if wrong > 10 {
		t.Errorf("and %d more of %d", wrong-10, known)
	}
	for _, x := range e.Inputs {
		if x.Role != data.InputMembers && x.Role != data.InputShare && x.Row < 1 {
			t.Fatalf("%s, %s, %s: an input has no row: %+v", x.Indicator, x.Area, x.Period, x)
		}
	}
}
