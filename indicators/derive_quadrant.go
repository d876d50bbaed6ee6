package indicators

import (
	"math"

	"goodwork/data"
)

// The axes of "good work or any work": quality is median pay after inflation,
// quantity the employment rate.
const (
	qualityAxis  data.IndicatorID = "real-weekly-pay"
	quantityAxis data.IndicatorID = "employment-rate"
)

// quadrantCertainty is the probability that one quadrant needs to be named.
const quadrantCertainty = 0.9

// quadrantsOf places every area in every year that has both axes with
// intervals, against the figures of Great Britain of the same year, whose own
// error counts too. Pay is April's, employment the calendar year's.
func quadrantsOf(estimates map[data.IndicatorID][]data.Estimate, register *data.Register) []data.Quadrant {
	type areaYear struct {
		area data.AreaCode
		year int
	}
	axis := func(id data.IndicatorID) map[areaYear]data.Estimate {
		m := map[areaYear]data.Estimate{}
		for _, x := range estimates[id] {
			if x.Value.Known() && !x.Flags.Has(data.LowReliability) {
				m[areaYear{x.Area, x.Period.Year()}] = x
			}
		}
		return m
	}
	quality, quantity := axis(qualityAxis), axis(quantityAxis)
	var years []int
	for _, p := range periodsOf(estimates[qualityAxis]) {
		years = append(years, p.Year())
	}
	var out []data.Quadrant
	for _, area := range register.Areas() {
		if !area.Current() || area.Code == data.GreatBritain || area.Code == data.UnitedKingdom {
			continue
		}
		for _, year := range years {
			q, n := quality[areaYear{area.Code, year}], quantity[areaYear{area.Code, year}]
			qLine, nLine := quality[areaYear{data.GreatBritain, year}], quantity[areaYear{data.GreatBritain, year}]
			qe, ne := StandardError(q.Interval), StandardError(n.Interval)
			qLineError, nLineError := StandardError(qLine.Interval), StandardError(nLine.Interval)
			if !qe.OK || !ne.OK || !qLine.Value.Known() || !nLine.Value.Known() {
				continue
			}
			x := data.Quadrant{Area: area.Code, Year: year, QualityInterval: q.Interval, QuantityInterval: n.Interval}
			x.Quality, _ = q.Value.Number()
			x.Quantity, _ = n.Value.Number()
			x.QualityLine, _ = qLine.Value.Number()
			x.QuantityLine, _ = nLine.Value.Number()
			p := QuadrantOf(x.Quality-x.QualityLine, math.Hypot(qe.V, qLineError.V), x.Quantity-x.QuantityLine, math.Hypot(ne.V, nLineError.V))
			x.HH, x.HL, x.LH, x.LL = tenDigits(p.HH), tenDigits(p.HL), tenDigits(p.LH), tenDigits(p.LL)
			x.Verdict = p.Verdict(quadrantCertainty)
			out = append(out, x)
		}
	}
	return out
}
