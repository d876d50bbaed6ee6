package ingest

import (
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"goodwork/data"
)

var updateReference = flag.Bool("update-reference", false, "write the compiled reference tables and boundaries anew")

// geographyFolder is the folder of the publishers' geography files beside the
// project; the test is skipped where it is absent.
func geographyFolder(t *testing.T) string {
	t.Helper()
	dir := filepath.Join("..", "..", "shared", "publishers", "geography")
	if _, err := os.Stat(dir); err != nil {
		t.Skipf("the publishers' geography files are not beside the project: %v", err)
	}
	return dir
}

func loadRegister(t *testing.T) *data.Register {
	t.Helper()
	reg, err := data.LoadRegister()
	if err != nil {
		t.Fatal(err)
	}
	return reg
}

func TestTheReferenceTablesAreCompiledFromThePublishersFiles(t *testing.T) {
	from, to := geographyFolder(t), t.TempDir()
	committed := filepath.Join("..", "data", "reference")
	if *updateReference {
		to = committed
	}
	if err := CompileReference(loadRegister(t), from, to); err != nil {
		t.Fatal(err)
	}
	for _, file := range []string{"neighbours.csv", "clusters.csv", "postcode_districts.csv", "hex.csv"} {
		got, err := os.ReadFile(filepath.Join(to, file))
		if err != nil {
			t.Fatal(err)
		}
		want, err := os.ReadFile(filepath.Join(committed, file))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(want), string(got)); diff != "" {
			t.Errorf("%s (-committed +compiled):\n%.1000s", file, diff)
		}
	}
}
