package main

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/alecthomas/kong"
)

func TestTheStoreLiesInACheckoutOrTheUsersCache(t *testing.T) {
	cache := t.TempDir()
	t.Setenv("XDG_CACHE_HOME", cache)
	checkout, elsewhere := t.TempDir(), t.TempDir()
	if err := os.WriteFile(filepath.Join(checkout, "go.mod"), []byte("module goodwork\n\ngo 1.26.0\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name, in, flag, want string
	}{
		{"in a checkout", checkout, "", filepath.Join(checkout, "store")},
		{"anywhere else", elsewhere, "", filepath.Join(cache, "goodwork")},
		{"where the flag says", checkout, "/some/where", "/some/where"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Chdir(tt.in)
			got, err := storeFlag{Store: tt.flag}.dir()
			if err != nil || got != tt.want {
				t.Errorf("got %q (%v), want %q", got, err, tt.want)
			}
		})
	}
}

func TestIngestSaysByItsExitStatusHowItWent(t *testing.T) {
	empty := t.TempDir()
	err := ingestCmd{storeFlag: storeFlag{Store: t.TempDir()}, From: empty}.Run(t.Context())
	var exit exitError
	if !errors.As(err, &exit) || exit.ExitCode() != 2 {
		t.Errorf("a folder without files: got %v, want exit status 2", err)
	}
}

func TestNothingIsFetchedWithoutAnAddress(t *testing.T) {
	err := ingestCmd{storeFlag: storeFlag{Store: t.TempDir()}}.Run(t.Context())
	var exit exitError
	if !errors.As(err, &exit) || exit.ExitCode() != 2 || !strings.Contains(err.Error(), "--contact") {
		t.Errorf("got %v, want exit status 2 and a word about --contact", err)
	}
}

func TestTheCommandLineCanBeParsed(t *testing.T) {
	tests := []struct {
		name string
		args []string
		ok   bool
	}{
		{"all sources", []string{"ingest", "--from", t.TempDir()}, true},
		{"some sources", []string{"ingest", "--from", t.TempDir(), "ons-pay", "ons-gva"}, true},
		{"from the publishers", []string{"ingest", "--contact", "someone@example.org", "--base-url", "els=http://127.0.0.1:1"}, true},
		{"again and again", []string{"ingest", "--every", "24h"}, true},
		{"a folder and the archive", []string{"ingest", "--from", t.TempDir(), "--archive"}, false},
		{"a folder that isn't there", []string{"ingest", "--from", "nowhere"}, false},
		{"status", []string{"status", "--json", "--store", t.TempDir()}, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			parser, err := kong.New(&cli{}, kong.Name("goodwork"))
			if err != nil {
				t.Fatal(err)
			}
			if _, err := parser.Parse(tt.args); (err == nil) != tt.ok {
				t.Errorf("%q: got %v, want ok %v", tt.args, err, tt.ok)
			}
		})
	}
}
