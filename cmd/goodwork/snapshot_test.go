package main

import (
	"context"
	"strings"
	"testing"

	"goodwork/data"
)

// A change of a definition or a method needs a new snapshot in the same commit:
// make snapshot.
func TestDerivingTheSnapshotGivesTheSnapshotsEdition(t *testing.T) {
	want, err := data.SnapshotEditionID()
	if err != nil {
		t.Fatal(err)
	}
	day := string(want)[:len("2026-11-23")]
	got, err := derive(context.Background(), t.TempDir(), day)
	if err != nil {
		t.Fatal(err)
	}
	if got != want {
		t.Errorf("the snapshot's observations give edition %s, the snapshot holds %s: run make snapshot", got, want)
	}
	if !strings.HasPrefix(string(want), "20") {
		t.Errorf("edition id %q", want)
	}
}
