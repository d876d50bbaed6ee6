package indicators

// The increment and the two multipliers of SplitMix64.
const (
	splitMixStep = 0x9E3779B97F4A7C15
	splitMixA    = 0xBF58476D1CE4E5B9
	splitMixB    = 0x94D049BB133111EB
)

// Uniform is the counter-th random number of a seed, between 0 and 1:
// the SplitMix64 hash (Steele, Lea and Flood, OOPSLA 2014) of seed and counter,
// ((z >> 11) + 0.5) x 2^-53. It holds no state, so that any language and any
// order of work reproduces a simulation.
func Uniform(seed, counter uint64) float64 {
	z := seed + (counter+1)*splitMixStep
	z = (z ^ (z >> 30)) * splitMixA
	z = (z ^ (z >> 27)) * splitMixB
	z ^= z >> 31
	return (float64(z>>11) + 0.5) * 0x1p-53
}

// Normal is the counter-th standard normal deviate of a seed, by the inverse
// of the distribution function.
func Normal(seed, counter uint64) float64 {
	return normalQuantile(Uniform(seed, counter))
}

// Deviates holds the first standard normal deviates of one seed, to be shared
// by many simulations and goroutines.
type Deviates struct {
	seed  uint64
	first []float64
}

// NewDeviates calculates the deviates of counters 0 to n-1; those beyond are
// calculated when they are asked for.
func NewDeviates(seed uint64, n int) *Deviates {
	d := &Deviates{seed: seed, first: make([]float64, n)}
	for i := range d.first {
		d.first[i] = Normal(seed, uint64(i))
	}
	return d
}

// At is the deviate of a counter.
func (d *Deviates) At(counter int) float64 {
	if counter < len(d.first) {
		return d.first[counter]
	}
	return Normal(d.seed, uint64(counter))
}
