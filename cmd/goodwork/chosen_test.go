package main

import (
	"encoding/csv"
	"encoding/json"
	"io"
	"log/slog"
	"net/http/httptest"
	"slices"
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"

	"goodwork/data"
)

func TestAChosenBenchmarkIsAdjustedForAsManyTestsAsTheEditionsOwn(t *testing.T) {
	if _, err := data.SnapshotEditionID(); err != nil {
		t.Skip("built without a snapshot")
	}
	log := slog.New(slog.DiscardHandler)
	store := t.TempDir()
	edition, _, err := openEdition(t.Context(), store, log)
	if err != nil {
		t.Fatal(err)
	}
	defer edition.Close()
	server, charts, err := newServer(t.Context(), serveCmd{storeFlag: storeFlag{Store: store}}, "", edition, log)
	if err != nil {
		t.Fatal(err)
	}
	defer charts.Close()
	get := func(target string) io.Reader {
		w := httptest.NewRecorder()
		server.ServeHTTP(w, httptest.NewRequest("GET", target, nil))
		if w.Code != 200 {
			t.Fatalf("%s: %d %s", target, w.Code, w.Body)
		}
		return w.Body
	}
	type comparison struct {
		Area, Period, Verdict string
		P                     *float64
		PAdjusted             *float64 `json:"p_adjusted"`
		VerdictAdjusted       string   `json:"verdict_adjusted"`
	}
	adjusted := func(query string) map[string]comparison {
		var x struct{ Comparisons []comparison }
		if err := json.NewDecoder(get("/api/v1/comparisons?limit=1000&indicators=" + query)).Decode(&x); err != nil {
			t.Fatal(err)
		}
		out := map[string]comparison{}
		for _, c := range x.Comparisons {
			out[c.Area+" "+c.Period] = c
		}
		if len(out) == 0 {
			t.Errorf("%s: no comparison", query)
		}
		return out
	}
	for _, query := range []string{"employment-rate&periods=latest&area_types=metropolitan_borough,region", "employment-rate&areas=E08000006,E06000001"} {
		if diff := cmp.Diff(adjusted(query+"&benchmark=uk"), adjusted(query+"&benchmark=K02000001")); diff != "" {
			t.Errorf("%s, the UK by its part and by its code: %s", query, diff)
		}
	}
	for indicator, against := range map[string]string{"employment-rate": "benchmark=E08000003", "inactive-long-term-sick": "benchmark=group&group=E08000003,E08000006"} {
		one, all := adjusted(indicator+"&periods=latest&areas=E08000010&"+against), adjusted(indicator+"&periods=latest&area_types=metropolitan_borough&"+against)
		rows, err := csv.NewReader(get("/areas/E08000010.csv?indicators=" + indicator + "&columns=verdict&" + against)).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		for key, c := range one {
			if diff := cmp.Diff(all[key], c); diff != "" {
				t.Errorf("%s, %s is another when asked for alone: %s", against, key, diff)
			}
			for name, p := range map[string]*float64{"p": c.P, "p_adjusted": c.PAdjusted} {
				want := ""
				if p != nil {
					want = strconv.FormatFloat(*p, 'f', -1, 64)
				}
				if in := rows[len(rows)-1][slices.Index(rows[0], name)]; in != want {
					t.Errorf("%s, %s: %s is %q in the API and %q in the file", against, key, name, want, in)
				}
			}
		}
	}
}
