package indicators

import "goodwork/data"

// The quadrants of "good work or any work?": quality of work first, read as
// pay, then quantity, read as employment.
const (
	HighHigh        = data.HighHigh
	HighLow         = data.HighLow
	LowHigh         = data.LowHigh
	LowLow          = data.LowLow
	NoClearQuadrant = data.NoClearQuadrant
)

// Quadrant holds the probabilities that an area lies above the two lines and in
// each quadrant; the four sum to 1. The first letter is quality, the second
// quantity.
type Quadrant struct {
	QualityAbove, QuantityAbove float64
	HH, HL, LH, LL              float64
}

// QuadrantOf takes the gaps from the lines with their standard errors, which
// must be positive: p = Phi(gap/s). The two axes come from different surveys
// and are taken as independent.
func QuadrantOf(qualityGap, qualityError, quantityGap, quantityError float64) Quadrant {
	ql, qn := qualityGap/qualityError, quantityGap/quantityError
	above, below := normalCDF(ql), normalCDF(-ql)
	more, less := normalCDF(qn), normalCDF(-qn)
	return Quadrant{
		QualityAbove: above, QuantityAbove: more,
		HH: above * more, HL: above * less, LH: below * more, LL: below * less,
	}
}

// Verdict is the quadrant with a probability of at least threshold (0.9 is
// published), if there is one.
func (q Quadrant) Verdict(threshold float64) data.Verdict {
	label, most := HighHigh, q.HH
	if q.HL > most {
		label, most = HighLow, q.HL
	}
	if q.LH > most {
		label, most = LowHigh, q.LH
	}
	if q.LL > most {
		label, most = LowLow, q.LL
	}
	if most >= threshold {
		return label
	}
	return NoClearQuadrant
}
