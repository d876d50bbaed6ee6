package indicators

import (
	"context"
	"fmt"
	"slices"

	"goodwork/data"
)

// methodFormulas are the formulas of the series methods, with the roles of
// their inputs in braces.
var methodFormulas = map[string]string{
	"published":  "{value}",
	"sum":        "{value}",
	"proportion": "100 × {numerator} ÷ {denominator}",
	"ratio":      "{over} ÷ {under}",
	"deflated":   "{value} × {base} ÷ {index}",
	"share":      "100 × {part} ÷ ({part} + {rest})",
	"product":    "{value} × {share} ÷ 100",
}

// cellRoles are the roles of the measures that a definition names.
func (d Definition) cellRoles() map[data.InputRole][]string {
	switch d.Method {
	case "proportion":
		return map[data.InputRole][]string{data.InputNumerator: d.Proportion.Numerator, data.InputDenominator: d.Proportion.Denominator}
	case "ratio":
		return map[data.InputRole][]string{data.InputOver: {d.Ratio.Over}, data.InputUnder: {d.Ratio.Under}}
	case "share":
		return map[data.InputRole][]string{data.InputPart: d.Share.Part, data.InputRest: d.Share.Rest}
	}
	return nil
}

// explain lists the inputs of every figure of a series, ordered by area, period,
// role and row.
func (d *derivation) explain(ctx context.Context, def Definition, estimates []data.Estimate) ([]data.Input, error) {
	wanted, of := map[areaPeriod]bool{}, map[areaPeriod]data.Estimate{}
	for _, x := range estimates {
		k := areaPeriod{x.Area, x.Period}
		wanted[k], of[k] = true, x
	}
	var out []data.Input
	cell := func(role data.InputRole, o data.Observation) data.Input {
		x := data.Input{
			Indicator: def.ID, Area: o.Area, Period: o.Period, Role: role, Source: o.Source, Release: o.Release, Measure: o.Measure, Value: o.Value, Row: o.Row,
		}
		if o.PublishedArea != string(o.Area) {
			x.PublishedArea = o.PublishedArea
		}
		return x
	}
	roles := def.cellRoles()
	for role, measures := range roles {
		for _, m := range measures {
			obs, err := d.measure(ctx, def.Inputs[0].Source, m)
			if err != nil {
				return nil, err
			}
			for _, o := range obs {
				if wanted[areaPeriod{o.Area, o.Period}] {
					out = append(out, cell(role, o))
				}
			}
		}
	}
	taken := map[areaPeriod]bool{}
	for _, in := range def.Inputs {
		if roles != nil {
			break
		}
		obs, err := d.measure(ctx, in.Source, in.Measure)
		if err != nil {
			return nil, err
		}
		for _, o := range obs {
			k := areaPeriod{o.Area, o.Period}
			if taken[k] || !wanted[k] {
				continue
			}
			taken[k] = true
			x := cell(data.InputValue, o)
			if !o.Interval.Known && o.Value.Known() {
				x.CV = o.CV
			}
			out = append(out, x)
		}
	}
	for k, members := range d.made[def.ID].members {
		if wanted[k] {
			out = append(out, data.Input{
				Indicator: def.ID, Area: k.area, Period: k.period, Role: data.InputMembers, Source: of[k].Source, Release: of[k].Release, Members: members,
			})
		}
	}
	shared, err := d.explainShared(ctx, def, estimates)
	if err != nil {
		return nil, err
	}
	out = append(out, shared...)
	slices.SortFunc(out, compareInputs)
	return out, nil
}

// explainShared lists the inputs that are not cells of the figure's own source:
// the price index, for all areas at once, and the shares of a product.
func (d *derivation) explainShared(ctx context.Context, def Definition, estimates []data.Estimate) ([]data.Input, error) {
	var out []data.Input
	switch {
	case def.Deflator != nil:
		obs, err := d.measure(ctx, def.Deflator.Source, def.Deflator.Measure)
		if err != nil {
			return nil, err
		}
		for _, p := range periodsOf(estimates) {
			for _, o := range obs {
				x := data.Input{Indicator: def.ID, Period: p, Source: o.Source, Release: o.Release, Measure: o.Measure, Observed: o.Period, Value: o.Value, Row: o.Row}
				if o.Period.Start()[:7] == p.Start()[:7] {
					x.Role = data.InputIndex
					out = append(out, x)
				}
				if o.Period.Start()[:7] == def.Deflator.Base[:7] {
					x.Role = data.InputBase
					out = append(out, x)
				}
			}
		}
	case def.Product != nil:
		shares, err := d.series(ctx, def.Product.Share)
		if err != nil {
			return nil, err
		}
		wanted := map[areaPeriod]bool{}
		for _, x := range estimates {
			wanted[areaPeriod{x.Area, x.Period}] = true
		}
		for _, x := range shares.estimates {
			if wanted[areaPeriod{x.Area, x.Period}] {
				out = append(out, data.Input{Indicator: def.ID, Area: x.Area, Period: x.Period, Role: data.InputShare, Source: x.Source, Release: x.Release, Measure: string(def.Product.Share), Value: x.Value})
			}
		}
	}
	return out, nil
}

func compareInputs(a, b data.Input) int {
	for _, c := range []int{
		compareText(a.Area, b.Area), a.Period.Compare(b.Period), compareText(a.Role, b.Role), compareText(a.Measure, b.Measure), a.Row - b.Row,
	} {
		if c != 0 {
			return c
		}
	}
	return 0
}

func compareText[S ~string](a, b S) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// stepsOf are the steps by which an indicator's figures are made, in order.
func stepsOf(def Definition, surveyed bool) []data.MethodStep {
	steps := []data.MethodStep{
		{
			Name: "Read", Function: "ingest.Run",
			Text: "The cells named here were read from the publisher's file. A symbol becomes a marker with its reason, and anything unknown stops the source.",
		},
		{
			Name: "Area", Function: "data.Register.Resolve",
			Text: "A former code of the same land is carried to its present code. An area that was merged or split keeps its own figures under its own code.",
		},
		methodStep(def),
		intervalStep(def, surveyed),
		{
			Name: "Grade", Function: "indicators.GradeFigure",
			Text: "The lowest counts of the figure's precision, its age and the standing of its source.",
		},
	}
	if def.Kind != "count" {
		steps = append(steps, data.MethodStep{
			Name: "Comparison", Function: "indicators.BenchmarkGap", Formula: "gap = x − b; s = √(s² of x + s² of b); p = 2 × (1 − Φ(|gap| ÷ s))",
			Text: "The gap to a benchmark is tested at 5%; without an interval there is a gap and no test.", Literature: "Schenker and Gentleman (2001); Benjamini and Hochberg (1995) where many are tested",
		})
	}
	trend := data.MethodStep{
		Name: "Trend", Function: "indicators.WeightedTrend", Text: "The five latest yearly points, weighted by their precision; p < 0.002 and the sign has to survive leaving out each point.",
		Literature: "Fingertips technical guidance, trend markers",
	}
	if !surveyed {
		trend.Function, trend.Text = "indicators.MannKendall", "A rank test on eight to ten unbroken points at 5%, with the slope of Theil and Sen."
		trend.Literature = "Mann (1945); Kendall (1975); Theil (1950); Sen (1968)"
	}
	if def.NoTrend != "" {
		trend.Text = "Not assessed: " + def.NoTrend
	}
	steps = append(steps, trend)
	for i := range steps {
		steps[i].Indicator, steps[i].Position = def.ID, i+1
	}
	return steps
}

func methodStep(def Definition) data.MethodStep {
	s := data.MethodStep{Name: "Figure", Formula: methodFormulas[def.Method], Text: def.MethodNote, Function: "indicators." + def.Method}
	switch {
	case def.Method == "published":
		s.Text = "The publisher's figure, carried over unchanged."
	case def.Method == "deflated":
		s.Function = "indicators.Real"
		s.Text += " Rounded to ten significant digits."
	default:
		s.Text += " Rounded to ten significant digits."
	}
	return s
}

func intervalStep(def Definition, surveyed bool) data.MethodStep {
	s := data.MethodStep{Name: "Interval", Function: "data.Interval", Text: "None: the publisher gives none, and none is made up."}
	switch {
	case def.Method == "deflated":
		s.Function, s.Formula, s.Text = "indicators.RealInterval", "limit × base ÷ index", "Both limits are restated as the figure is."
	case def.Method == "proportion" && def.Proportion.Complete:
		s.Function, s.Text, s.Literature = "indicators.Wilson", "From the counts, as everybody was counted.", "Wilson (1927)"
	case def.Method == "ratio":
		s.Function, s.Formula, s.Text = "indicators.Ratio", "exp(ln R ± 1.96 × √(CVa² + CVb²) ÷ 100)", "On the log scale, cautious, as the two are taken to be independent."
	case def.Method == "published" && surveyed:
		s.Formula, s.Text = "", "The publisher's own 95% limits; where it gives a coefficient of variation instead, value × (1 ± 1.96 × CV ÷ 100)."
	}
	return s
}

// Remake makes a figure again from its inputs alone, as a check that they are
// the right ones. inputsOf gives the inputs of an area that was added up. Known
// is false where an input is missing.
func Remake(method string, inputs []data.Input, inputsOf func(data.AreaCode) []data.Input) (value float64, known bool, err error) {
	sums := map[data.InputRole]float64{}
	var add func([]data.Input) bool
	add = func(inputs []data.Input) bool {
		for _, x := range inputs {
			f, ok := x.Value.Number()
			if !ok && x.Role != data.InputMembers {
				return false
			}
			sums[x.Role] += f
			for _, m := range x.Members {
				if !add(inputsOf(m)) {
					return false
				}
			}
		}
		return len(inputs) > 0
	}
	if !add(inputs) {
		return 0, false, nil
	}
	switch method {
	case "published":
		return sums[data.InputValue], true, nil
	case "sum":
		return tenDigits(sums[data.InputValue]), true, nil
	case "deflated":
		r := Real(sums[data.InputValue], sums[data.InputIndex], sums[data.InputBase])
		return tenDigits(r.V), r.OK, nil
	case "proportion":
		return tenDigits(100 * sums[data.InputNumerator] / sums[data.InputDenominator]), sums[data.InputDenominator] > 0, nil
	case "ratio":
		return tenDigits(sums[data.InputOver] / sums[data.InputUnder]), sums[data.InputUnder] != 0, nil
	case "share":
		whole := sums[data.InputPart] + sums[data.InputRest]
		return tenDigits(100 * sums[data.InputPart] / whole), whole > 0, nil
	case "product":
		return tenDigits(sums[data.InputValue] * sums[data.InputShare] / 100), true, nil
	}
	return 0, false, fmt.Errorf("method %q: %w", method, data.ErrInvalid)
}
