package main

import (
	"strings"
	"testing"

	"goodwork/data"
)

func TestAnEditionThatIsKeptCanBeNamed(t *testing.T) {
	ctx, store := t.Context(), storeFlag{Store: t.TempDir()}
	if err := unpack(ctx, store.Store); err != nil {
		t.Fatal(err)
	}
	id, err := data.SnapshotEditionID()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name  string
		store storeFlag
		asked string
	}{
		{"kept", store, string(id)}, {"in use", store, "latest"}, {"embedded", storeFlag{Store: t.TempDir()}, string(id)},
	} {
		s, err := editionFlag{Edition: c.asked}.open(ctx, c.store)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if s.ID() != id {
			t.Errorf("%s: edition %s, want %s", c.name, s.ID(), id)
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}
	if _, err := (editionFlag{Edition: "2000-01-01-00000000"}).open(ctx, store); err == nil || !strings.Contains(err.Error(), string(id)) {
		t.Errorf("%v: doesn't name the editions that are kept", err)
	}
}
