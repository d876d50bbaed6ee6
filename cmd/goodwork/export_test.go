package main

import (
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

func TestExportWritesTheSitesFiles(t *testing.T) {
	testscript.Run(t, testscript.Params{Dir: "testdata/export", UpdateScripts: *update, RequireExplicitExec: true})
}
