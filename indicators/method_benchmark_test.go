package indicators

import (
	"fmt"
	"testing"

	"goodwork/data"
)

// gridIndex is 350 areas by 8 indicators in 5 dimensions, with errors.
func gridIndex(t testing.TB) (*Index, [][]data.Optional) {
	t.Helper()
	list := make([]IndexIndicator, 8)
	for i := range list {
		list[i] = IndexIndicator{ID: fmt.Sprint("i", i), Dimension: fmt.Sprint("d", i%5), Direction: 1 - 2*(i%2)}
	}
	values, errs := make([][]data.Optional, 350), make([][]data.Optional, 350)
	for a := range values {
		values[a], errs[a] = make([]data.Optional, len(list)), make([]data.Optional, len(list))
		for i := range list {
			values[a][i] = data.Some(100 + 10*Normal(1, uint64(a*8+i)))
			errs[a][i] = data.Some(3 + Uniform(2, uint64(a*8+i)))
		}
	}
	x, err := NewIndex(list, values)
	if err != nil {
		t.Fatal(err)
	}
	return x, errs
}

func BenchmarkIndexSimulation(b *testing.B) {
	x, errs := gridIndex(b)
	for _, vary := range []Vary{VaryNoise, VaryWeights, VaryMethod, VaryAll} {
		b.Run(string(vary), func(b *testing.B) {
			for b.Loop() {
				if _, err := x.Simulate(Simulation{Draws: 5000, Seed: DefaultSeed, Vary: vary, Errors: errs}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkRankSimulation(b *testing.B) {
	const n, draws = 361, 10000
	values, errs := make([]float64, n), make([]float64, n)
	for a := range values {
		values[a], errs[a] = 600+60*Normal(1, uint64(a)), 20+20*Uniform(2, uint64(a))
	}
	z := NewDeviates(DefaultSeed, n*draws)
	b.ResetTimer()
	for b.Loop() {
		if _, err := SimulateRanks(values, errs, draws, z, true); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkDeviates(b *testing.B) {
	for b.Loop() {
		NewDeviates(DefaultSeed, 361*10000)
	}
}
