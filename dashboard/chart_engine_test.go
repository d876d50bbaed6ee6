package dashboard

import "testing"

func newTestEngine(t *testing.T) *ChartEngine {
	t.Helper()
	e, err := NewChartEngine(ChartEngineConfig{Runtimes: 1})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(e.Close)
	return e
}
