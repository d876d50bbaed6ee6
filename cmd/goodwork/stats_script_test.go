package main

import (
	"flag"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

var update = flag.Bool("update", false, "write what the commands say into the scripts")

// TestMain lets scripts run this binary as goodwork.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"goodwork": main})
}

func TestStatsAnswersTablesWithTables(t *testing.T) {
	testscript.Run(t, testscript.Params{Dir: "testdata/stats", UpdateScripts: *update, RequireExplicitExec: true})
}
