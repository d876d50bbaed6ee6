package indicators

import (
	"context"
	"runtime"
	"testing"

	"goodwork/data"
)

// The whole edition from the embedded observations. It is to take at most 20 s
// on two processors.
func BenchmarkDerive(b *testing.B) {
	ctx := context.Background()
	store, err := data.OpenSnapshotObservations(ctx)
	if err != nil {
		b.Fatal(err)
	}
	defer store.Close()
	register, err := data.LoadRegister()
	if err != nil {
		b.Fatal(err)
	}
	definitions, err := LoadDefinitions()
	if err != nil {
		b.Fatal(err)
	}
	var before, after runtime.MemStats
	for b.Loop() {
		runtime.GC()
		runtime.ReadMemStats(&before)
		e, err := Derive(ctx, store, register, definitions, Config{Date: "2026-11-23"})
		if err != nil {
			b.Fatal(err)
		}
		runtime.ReadMemStats(&after)
		b.ReportMetric(float64(len(e.Estimates)), "figures")
	}
	b.ReportMetric(float64(after.Sys)/1e6, "MB_from_system")
}
