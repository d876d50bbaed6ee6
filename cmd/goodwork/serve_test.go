package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"goodwork/data"
)

func TestAPortInUseIsAnErrorThatSaysSo(t *testing.T) {
	taken, err := net.Listen("tcp", "localhost:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	_, err = listen(t.Context(), taken.Addr().String())
	if err == nil || !strings.Contains(err.Error(), "is in use by another program; name another port with --addr") {
		t.Errorf("got %v", err)
	}
}

func TestTheAddressPrintedIsOneThatCanBeTyped(t *testing.T) {
	had := &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 8080}
	for asked, want := range map[string]string{
		"localhost:8080": "localhost:8080", ":8080": "localhost:8080", "0.0.0.0:8080": "localhost:8080",
		"[::]:8080": "localhost:8080", "localhost:0": "localhost:8080", "example.org:80": "example.org:8080",
	} {
		if got := reachedAt(asked, had); got != want {
			t.Errorf("%s: %s, want %s", asked, got, want)
		}
	}
}

func TestTheBinaryAloneServesTheEmbeddedEdition(t *testing.T) {
	if _, err := data.SnapshotEditionID(); err != nil {
		t.Skip("built without a snapshot")
	}
	log := slog.New(slog.DiscardHandler)
	dir := filepath.Join(t.TempDir(), "store")
	first, stored, err := openEdition(t.Context(), dir, log)
	if err != nil || !stored {
		t.Fatalf("stored %v, %v", stored, err)
	}
	defer first.Close()
	if wanted, err := data.WantsSnapshot(dir); wanted || err != nil {
		t.Errorf("what was unpacked is wanted again: %v, %v", wanted, err)
	}
	note := filepath.Join(dir, "unpacked.txt")
	content, err := os.ReadFile(note)
	if err != nil {
		t.Fatal(err)
	}
	build, id, _ := strings.Cut(strings.TrimSpace(string(content)), " ")
	for was, wanted := range map[string]bool{
		build + " 2000-01-01-00000000":              true,  // an older snapshot's
		build + " 9999-01-01-00000000":              false, // a newer one's
		build + " " + id:                            false,
		"edition-999999.duckdb 2000-01-01-00000000": false, // since then one was derived here
	} {
		if err := os.WriteFile(note, []byte(was+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		if got, err := data.WantsSnapshot(dir); got != wanted || err != nil {
			t.Errorf("unpacked %q: wanted %v, %v; want %v", was, got, err, wanted)
		}
	}

	if _, err := os.Stat("/proc/self"); err != nil {
		t.Skip("no place that even root can't write to")
	}
	second, stored, err := openEdition(t.Context(), "/proc/self/store", log)
	if err != nil || stored {
		t.Fatalf("where nothing can be written: stored %v, %v", stored, err)
	}
	defer second.Close()
	if first.ID() != second.ID() {
		t.Errorf("unpacked %s, in memory %s", first.ID(), second.ID())
	}
}

func TestAServerThatIsToldToStopFinishesWhatIsUnderWay(t *testing.T) {
	l, err := listen(t.Context(), "localhost:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	begun := make(chan struct{})
	handler := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		close(begun)
		time.Sleep(100 * time.Millisecond)
		fmt.Fprint(w, "whole")
	})
	ended := make(chan error, 1)
	go func() { ended <- serve(ctx, l, handler) }()
	go func() {
		<-begun
		stop()
	}()
	reply, err := http.Get("http://" + l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer reply.Body.Close()
	if body, err := io.ReadAll(reply.Body); string(body) != "whole" || err != nil {
		t.Errorf("got %q, %v", body, err)
	}
	if err := <-ended; err != nil {
		t.Error(err)
	}
}
