package indicators

import "math"

// Shrunk is an estimate drawn towards the mean of all areas.
type Shrunk struct {
	B     float64 // weight of the area's own estimate, 0 to 1
	Value float64
	SE    float64
}

// Shrink is the empirical-Bayes estimate of each area: B = tau^2/(tau^2 + s^2),
// value = mean + B (x - mean), standard error sqrt(B) s, with tau^2 by
// Paule-Mandel and the mean weighted by precision (Efron and Morris, JASA 1975;
// Fay and Herriot, JASA 1979, without covariates). It stands beside a published
// figure and never replaces it. If sampling error explains all the spread, all
// areas take the mean, with standard error 0, which then understates doubt.
// Standard errors must be positive.
func Shrink(values, standardErrors []float64) []Shrunk {
	if len(values) == 0 {
		return nil
	}
	tau2 := PauleMandel(values, standardErrors)
	mean := precisionMean(values, standardErrors, tau2)
	shrunk := make([]Shrunk, len(values))
	for i, x := range values {
		s := standardErrors[i]
		b := tau2 / (tau2 + s*s)
		shrunk[i] = Shrunk{B: b, Value: mean + b*(x-mean), SE: math.Sqrt(b) * s}
	}
	return shrunk
}
