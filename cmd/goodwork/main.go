// Command goodwork ingests open statistics on work, derives indicators of good
// work by local area, and serves them.
package main

import (
	"fmt"
	"os"

	"github.com/alecthomas/kong"
)

// cli is the command line: flags and wiring only.
type cli struct {
	Version versionCmd `cmd:"" help:"Print the version of this binary."`
	Stats   statsCmd   `cmd:"" help:"Run the statistical methods on your own CSV tables."`
}

type versionCmd struct{}

// version is set by the linker.
var version = "dev"

func (versionCmd) Run() error {
	fmt.Println("goodwork " + version)
	return nil
}

func main() {
	var c cli
	ctx := kong.Parse(&c, kong.Name("goodwork"), kong.Description("Good work in the UK's local areas: ingest, derive, serve."), kong.UsageOnError())
	if err := ctx.Run(); err != nil {
		fmt.Fprintln(os.Stderr, "goodwork: "+err.Error())
		os.Exit(1)
	}
}
