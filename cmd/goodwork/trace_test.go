package main

import (
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io/fs"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"goodwork/data"
)

// Manchester's median weekly pay of April 2025 is followed from the publisher's
// row to everything that a reader can take away. The row itself is read where
// the publishers' files are at hand; the rest is held everywhere.
func TestOneNumberIsFollowedFromThePublishersRowToTheReader(t *testing.T) {
	ctx, dir := context.Background(), t.TempDir()
	period := data.MustPeriod("2025-04-30")
	if err := unpack(ctx, dir); err != nil {
		t.Fatal(err)
	}
	store, err := data.OpenObservations(ctx, dir)
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	observed, release := observationOf(ctx, t, store, "ons-pay", "gross-median-weekly-pay", "E08000003", period)
	if f, ok := observed.Value.Number(); !ok || f != 589.3 {
		t.Fatalf("observed %v, want 589.3", f)
	}
	checkPublishersRow(t, release, observed)

	edition, err := data.OpenEdition(ctx, dir)
	if err != nil {
		t.Fatal(err)
	}
	defer edition.Close()
	table, err := edition.Table(ctx, data.Query{Indicators: []data.IndicatorID{"median-weekly-pay"}, Areas: []data.AreaCode{"E08000003"}, Periods: []data.Period{period}})
	if err != nil || len(table.Rows) != 1 {
		t.Fatalf("%d rows, %v", len(table.Rows), err)
	}
	r := table.Rows[0]
	if r.Value != observed.Value || r.Interval != observed.Interval || r.Release != observed.Release {
		t.Errorf("the edition holds %+v, observed was %+v", r.Estimate, observed)
	}

	server, charts, err := newServer(ctx, serveCmd{}, dir, edition, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	defer charts.Close()
	get := func(path string) string {
		t.Helper()
		w := httptest.NewRecorder()
		server.ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
		if w.Code != http.StatusOK {
			t.Fatalf("%s answers %d", path, w.Code)
		}
		return w.Body.String()
	}
	wants := func(where, body string, parts ...string) {
		t.Helper()
		for _, p := range parts {
			if !strings.Contains(body, p) {
				t.Errorf("%s lacks %q", where, p)
			}
		}
	}
	page := get("/areas/E08000003-manchester")
	wants("the page", page, "£589", "£563 to £616", "April 2025")
	wants("the chart's data", get("/compare?areas=E08000003&indicators=median-weekly-pay"), `,589.3]`)
	wants("where it comes from", get("/areas/E08000003/median-weekly-pay/2025-04-30"), "589.3", release.SHA256)
	wants("the indicator's page", get("/indicators/median-weekly-pay"), "Manchester", "£589", "£563 to £616")
	row := "median-weekly-pay,E08000003,Manchester,metropolitan_borough,2025-04-30,589.3,562.7343559999999,615.865644,£,,provisional,ons-pay," + string(observed.Release) + "\r\n"
	wants("the area's CSV", get("/areas/E08000003.csv"), row)
	wants("the indicator's CSV", get("/indicators/median-weekly-pay.csv"), row)
}

// observationOf finds one cell and the release that it was read from.
func observationOf(ctx context.Context, t *testing.T, store *data.ObservationStore, source data.SourceID, measure string, area data.AreaCode, p data.Period) (data.Observation, data.Release) {
	t.Helper()
	all, err := store.Observations(ctx, source)
	if err != nil {
		t.Fatal(err)
	}
	releases, err := store.Releases(ctx)
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range all {
		if o.Measure != measure || o.Area != area || o.Period != p {
			continue
		}
		for _, r := range releases {
			if r.Source == o.Source && r.ID == o.Release {
				return o, r
			}
		}
	}
	t.Fatalf("no observation of %s for %s in %s", measure, area, p)
	return data.Observation{}, data.Release{}
}

// checkPublishersRow holds an observation to the row of the very file that it
// was read from.
func checkPublishersRow(t *testing.T, release data.Release, o data.Observation) {
	t.Helper()
	path := filepath.Join("..", "..", "..", "shared", "publishers", filepath.FromSlash(release.File))
	content, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		t.Logf("the publisher's file is not at hand, so its row is not read: %s", release.File)
		return
	}
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(content)
	if got := hex.EncodeToString(sum[:]); got != release.SHA256 {
		t.Errorf("%s has the SHA-256 %s, the release says %s", release.File, got, release.SHA256)
	}
	lines := bufio.NewScanner(strings.NewReader(string(content)))
	for n := 1; lines.Scan(); n++ {
		if n != o.Row {
			continue
		}
		cells := strings.Split(lines.Text(), ",")
		if cells[0] != o.PublishedArea || cells[4] != o.Period.String() || cells[5] != "589.3" || cells[8] != "562.7343559999999" || cells[9] != "615.865644" {
			t.Errorf("row %d of the file is %q", n, lines.Text())
		}
		return
	}
	t.Errorf("%s has no row %d", release.File, o.Row)
}
