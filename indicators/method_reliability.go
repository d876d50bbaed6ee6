package indicators

import (
	"math"

	"goodwork/data"
)

// Reliability says how much of the spread between areas is real and how much
// is sampling error. Figures are in the indicator's unit, SignalShare from 0
// to 1. Fewer than two areas have only a mean; without any spread there is no
// signal share.
type Reliability struct {
	N           int
	Mean        data.Optional
	SDObserved  data.Optional // n-1
	RMSSE       data.Optional // root of the mean squared standard error
	TauMoments  data.Optional // SD net of sampling error, by moments
	SignalShare data.Optional // tau^2 by moments / observed variance
	TauPM       data.Optional // SD net of sampling error, Paule-Mandel
}

// MeasureReliability takes one period's estimates and their standard errors:
// tau^2 = max(0, Var(x) - mean(s^2)) and the signal share tau^2/Var(x), which
// is reliability in the sense of test theory.
func MeasureReliability(values, standardErrors []float64) Reliability {
	r := Reliability{N: len(values)}
	if r.N == 0 {
		return r
	}
	mean, variance := meanVariance(values)
	var squares float64
	for _, s := range standardErrors {
		squares += s * s
	}
	squares /= float64(r.N)
	r.Mean, r.RMSSE = data.Some(mean), data.Some(math.Sqrt(squares))
	if r.N < 2 {
		return r
	}
	signal := max(0, variance-squares)
	r.SDObserved = data.Some(math.Sqrt(variance))
	r.TauMoments = data.Some(math.Sqrt(signal))
	r.SignalShare = data.Some(signal / variance)
	r.TauPM = data.Some(math.Sqrt(PauleMandel(values, standardErrors)))
	return r
}

// PauleMandel is the between-area variance tau^2 at which the weighted sum of
// squares equals its expectation, sum of (x - mean)^2/(tau^2 + s^2) = n - 1,
// or 0 if sampling error explains it all (Paule and Mandel 1982; iteration of
// DerSimonian and Kacker, Contemporary Clinical Trials 2007). Standard errors
// must be positive.
func PauleMandel(values, standardErrors []float64) float64 {
	tau2, want := 0.0, float64(len(values)-1)
	for range 200 {
		mean := precisionMean(values, standardErrors, tau2)
		var q, slope float64
		for i, x := range values {
			w := 1 / (tau2 + standardErrors[i]*standardErrors[i])
			q += w * (x - mean) * (x - mean)
			slope += w * w * (x - mean) * (x - mean)
		}
		step := (q - want) / slope
		if !(step > 0) || tau2+step == tau2 {
			return tau2
		}
		tau2 += step
		if step <= 1e-15*tau2 {
			return tau2
		}
	}
	return tau2
}

// precisionMean is the mean weighted by 1/(tau^2 + s^2).
func precisionMean(values, standardErrors []float64, tau2 float64) float64 {
	var sw, swx float64
	for i, x := range values {
		w := 1 / (tau2 + standardErrors[i]*standardErrors[i])
		sw += w
		swx += w * x
	}
	return swx / sw
}

// meanVariance is the mean and the variance with n-1. Equal values have a
// variance of exactly 0, whatever rounding does to their mean; so has one value.
func meanVariance(values []float64) (mean, variance float64) {
	n := float64(len(values))
	same := true
	for _, x := range values {
		mean += x
		same = same && x == values[0]
	}
	if mean /= n; same {
		return mean, 0
	}
	for _, x := range values {
		variance += (x - mean) * (x - mean)
	}
	return mean, variance / (n - 1)
}
