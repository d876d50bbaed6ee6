// Command goodwork ingests open statistics on work, derives indicators of good
// work by local area, and serves them.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/alecthomas/kong"
)

// cli is the command line: flags and wiring only.
type cli struct {
	Ingest  ingestCmd  `cmd:"" help:"Take in the publishers' files."`
	Derive  deriveCmd  `cmd:"" help:"Make the edition from what was taken in."`
	Serve   serveCmd   `cmd:"" help:"Serve the dashboard."`
	Export  exportCmd  `cmd:"" help:"Write files of the site, by the same queries, without a network."`
	Status  statusCmd  `cmd:"" help:"Print what is stored of each source, and how fresh it is."`
	Quality qualityCmd `cmd:"" help:"Print what was found in each source: refusals, warnings, what to review, corrections."`
	Compare compareCmd `cmd:"" help:"Tell two editions apart: new periods, revisions, verdicts, dropped rows."`
	Explain explainCmd `cmd:"" help:"Say where a figure comes from, and make it again from its inputs."`
	SQL     sqlCmd     `cmd:"" name:"sql" help:"Ask the edition, or CSV and Parquet files, by a SELECT; prints CSV."`
	Version versionCmd `cmd:"" help:"Print the version of this binary."`
	Stats   statsCmd   `cmd:"" help:"Run the statistical methods on your own CSV tables."`

	Snapshot snapshotCmd `cmd:"" hidden:"" help:"Compile the embedded snapshot from the publishers' files."`
}

type versionCmd struct{}

// version is set by the linker.
var version = "dev"

func (versionCmd) Run() error {
	fmt.Println("goodwork " + version)
	return nil
}

func main() { os.Exit(run()) }

// run parses the command line and runs the command; an interrupt ends its
// context. It gives the exit status.
func run() int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	var c cli
	parsed := kong.Parse(&c, kong.Name("goodwork"), kong.Description("Good work in the UK's local areas: ingest, derive, serve."), kong.UsageOnError(),
		kong.BindTo(ctx, (*context.Context)(nil)))
	err := parsed.Run()
	if err == nil {
		return 0
	}
	fmt.Fprintln(os.Stderr, "goodwork: "+err.Error())
	var coder interface{ ExitCode() int }
	if errors.As(err, &coder) {
		return coder.ExitCode()
	}
	return 1
}
