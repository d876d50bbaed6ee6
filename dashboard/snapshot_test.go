package dashboard

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http/httptest"
	"sync"
	"testing"

	"goodwork/dashboard/chart"
	"goodwork/data"
)

// openSnapshotServer makes the server of the embedded snapshot once for all tests.
var openSnapshotServer = sync.OnceValues(func() (*Server, error) {
	ctx := context.Background()
	edition, err := data.OpenSnapshotEdition(ctx)
	if err != nil {
		return nil, err
	}
	register, err1 := data.LoadRegister()
	boundaries, history, err2 := data.SnapshotBoundaries()
	assets, err3 := NewAssets()
	if err := errors.Join(err1, err2, err3); err != nil {
		return nil, err
	}
	charts, err := chart.NewEngine(chart.EngineConfig{Files: assets.Built()})
	if err != nil {
		return nil, err
	}
	return New(ctx, Config{
		Edition: edition, Register: register, Boundaries: boundaries, BoundaryHistory: history, Assets: assets, Charts: charts,
		Log: slog.New(slog.NewTextHandler(io.Discard, nil)), BaseURL: "https://goodwork.example", Version: "test",
	})
})

func snapshotServer(t *testing.T) *Server {
	t.Helper()
	s, err := openSnapshotServer()
	if errors.Is(err, data.ErrNotFound) {
		t.Skip("built without a snapshot")
	}
	if err != nil {
		t.Fatal(err)
	}
	if s.index == nil {
		t.Skip("the snapshot has no index")
	}
	return s
}

func snapshotSite(t *testing.T) *httptest.Server {
	t.Helper()
	site := httptest.NewServer(snapshotServer(t))
	t.Cleanup(site.Close)
	return site
}

func TestASourceIsNamedOnceInAFilesMetadata(t *testing.T) {
	var m struct {
		Sources []csvwID `json:"dc:source"`
	}
	if err := json.Unmarshal(get(t, snapshotServer(t), "/areas/E08000003.csv-metadata.json").Body.Bytes(), &m); err != nil {
		t.Fatal(err)
	}
	seen := map[csvwID]bool{}
	for _, x := range m.Sources {
		if seen[x] {
			t.Errorf("%s stands twice", x.ID)
		}
		seen[x] = true
	}
	if len(seen) == 0 {
		t.Error("no source is named")
	}
}
