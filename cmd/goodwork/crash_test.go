package main

import (
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"goodwork/data"
)

// invented is a reply of Explore Local Statistics with an invented figure for
// every area and each of 18 years.
func invented(t *testing.T, first int) string {
	t.Helper()
	register, err := data.LoadRegister()
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	b.WriteString("areacd,areanm,period,value,lci_95,uci_95,status\n")
	for _, a := range register.Areas() {
		for year := 2008; year <= 2025; year++ {
			fmt.Fprintf(&b, "%s,%q,%d-04-15,%d,,,\n", a.Code, a.Name, year, first+year-2008)
		}
	}
	return b.String()
}

// held sums up the figures of a store: how many there are of pay, and the
// first of them. Every one must be of the same release.
func held(t *testing.T, dir string) (n int, first float64) {
	t.Helper()
	store, err := data.OpenObservations(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := store.Close(); err != nil {
			t.Error(err)
		}
	}()
	all, err := store.Observations(t.Context(), "ons-pay")
	if err != nil {
		t.Fatal(err)
	}
	releases, err := store.Releases(t.Context())
	if err != nil || len(releases) != 1 || releases[0].Rows != len(all) {
		t.Fatalf("%d figures, releases %+v (%v)", len(all), releases, err)
	}
	for _, o := range all {
		v, _ := o.Value.Number()
		if v -= float64(o.Period.Year() - 2008); first == 0 {
			first = v
		} else if v != first {
			t.Fatalf("figures of two releases: %v and %v", first, v)
		}
	}
	return len(all), first
}

// kills is how often a run is killed, each time at another moment.
const kills = 50

func TestAKilledRunLeavesTheOldStoreOrTheNewOneWhole(t *testing.T) {
	dir := t.TempDir()
	program := filepath.Join(dir, "goodwork")
	if out, err := exec.CommandContext(t.Context(), "go", "build", "-o", program, ".").CombinedOutput(); err != nil {
		t.Fatalf("build: %v\n%s", err, out)
	}
	replies := [2]string{invented(t, 500), invented(t, 600)}
	var serving atomic.Int32
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/csv")
		_, err := io.WriteString(w, replies[serving.Load()])
		if err != nil {
			return // the program was killed
		}
	}))
	defer s.Close()
	store := filepath.Join(dir, "store")
	start := func() *exec.Cmd {
		c := exec.CommandContext(t.Context(), program, "ingest", "ons-pay", "--bare", "--store", store, "--contact", "someone@example.org", "--base-url", "els="+s.URL)
		if err := c.Start(); err != nil {
			t.Fatal(err)
		}
		return c
	}
	whole := func() {
		t.Helper()
		if err := start().Wait(); err != nil {
			t.Fatalf("a run that is left alone: %v", err)
		}
	}
	began := time.Now()
	whole()
	takes := time.Since(began)
	rows, now := held(t, store)
	if want := 18 * 400; rows < want || now != 500 {
		t.Fatalf("%d figures from %v, want at least %d from 500", rows, now, want)
	}
	seen := map[string]int{}
	for range kills {
		serving.Store(1 - serving.Load())
		next := []float64{500, 600}[serving.Load()]
		c := start()
		time.Sleep(time.Duration(rand.Float64() * 1.1 * float64(takes)))
		if err := c.Process.Kill(); err != nil && !errors.Is(err, os.ErrProcessDone) {
			t.Fatal(err)
		}
		state := "killed"
		if err := c.Wait(); err == nil {
			state = "finished"
		}
		n, got := held(t, store)
		if n != rows || got != now && got != next {
			t.Fatalf("%d figures from %v, want %d from %v or %v", n, got, rows, now, next)
		}
		seen[fmt.Sprint(state, ", new ", got == next)]++
		now = got
	}
	t.Logf("%d runs, of %s each: %v", kills, takes.Round(time.Millisecond), seen)
	serving.Store(1)
	whole()
	if n, got := held(t, store); n != rows || got != 600 {
		t.Errorf("the next run: %d figures from %v, want %d from 600", n, got, rows)
	}
}
