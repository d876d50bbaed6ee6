package data

import (
	"os"
	"path/filepath"
	"testing"
)

func TestABareReadCountsTheRowsOfAllFiles(t *testing.T) {
	one, two := filepath.Join(t.TempDir(), "one's.csv"), filepath.Join(t.TempDir(), "two.csv")
	for path, text := range map[string]string{one: "a,b\n1,2\n3,4\n", two: "c\n5\n"} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if n, err := BareRead(t.Context(), one, two); err != nil || n != 3 {
		t.Errorf("got %d rows (%v), want 3", n, err)
	}
	if _, err := BareRead(t.Context(), one, "nowhere.csv"); err == nil {
		t.Error("a file that isn't there was read")
	}
}
