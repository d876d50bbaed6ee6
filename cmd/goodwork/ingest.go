package main

import (
	"context"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"

	"goodwork/data"
	"goodwork/ingest"
)

type ingestCmd struct {
	storeFlag
	From    string   `help:"Folder of the publishers' files." placeholder:"DIR" required:"" type:"existingdir"`
	Sources []string `arg:"" optional:"" name:"source" help:"Sources to take in, all if none is named."`
}

// Run exits 0 where every source is fresh, 1 where some are not, 2 where there
// is nothing usable.
func (c ingestCmd) Run(ctx context.Context) error {
	dir, err := c.dir()
	if err != nil {
		return err
	}
	sources, err := ingest.Sources()
	if err != nil {
		return err
	}
	register, err := data.LoadRegister()
	if err != nil {
		return err
	}
	cfg := ingest.Config{
		Store: dir, From: os.DirFS(c.From), Sources: sources, Register: register,
		Today: time.Now().Format(time.DateOnly), Progress: progressOn(os.Stderr),
	}
	for _, id := range c.Sources {
		cfg.Only = append(cfg.Only, data.SourceID(id))
	}
	report, err := ingest.Run(ctx, cfg)
	if err != nil {
		return err
	}
	printReport(os.Stdout, report)
	switch {
	case !report.Usable:
		return exitError{code: 2, message: "nothing usable was taken in"}
	case report.Stale() > 0:
		return exitError{code: 1, message: fmt.Sprintf("%d of %d sources are not fresh", report.Stale(), len(report.Results))}
	}
	return nil
}

// exitError ends the program with a status of its own.
type exitError struct {
	code    int
	message string
}

func (e exitError) Error() string { return e.message }

// ExitCode is the status of the program.
func (e exitError) ExitCode() int { return e.code }

// progressOn draws a bar on a terminal and writes nothing elsewhere, where the
// report's lines are enough.
func progressOn(out *os.File) ingest.Progress {
	if !term.IsTerminal(int(out.Fd())) {
		return ingest.Progress{}
	}
	var bar *progressbar.ProgressBar
	return ingest.Progress{
		Start: func(n int64) {
			bar = progressbar.NewOptions64(n, progressbar.OptionSetWriter(out), progressbar.OptionShowBytes(true), progressbar.OptionSetWidth(30), progressbar.OptionClearOnFinish())
		},
		Read: func(id data.SourceID, n int64) {
			bar.Describe(string(id))
			if err := bar.Add64(n); err != nil {
				fmt.Fprintln(out, err)
			}
		},
	}
}

// printReport writes a line for each source, and what was found below it.
func printReport(w io.Writer, report ingest.Report) {
	for _, r := range report.Results {
		if r.Err != nil {
			printRefusal(w, r)
			continue
		}
		fmt.Fprintf(w, "%s %s: %d rows%s\n", r.Source, r.Release.ID, r.Release.Rows, skippedWords(r.Skipped))
		for _, f := range r.Findings {
			if f.Severity != ingest.SeverityInfo {
				fmt.Fprintf(w, "  %s %s: %s\n", f.Severity, f.Check, f)
			}
		}
	}
}

func printRefusal(w io.Writer, r ingest.Result) {
	kept := "nothing is stored of it"
	if r.Kept {
		kept = "its last good release stays"
	}
	fmt.Fprintf(w, "%s %s: refused, %s\n", r.Source, r.Release.ID, kept)
	for _, line := range ingest.Faults(r.Err) {
		fmt.Fprintln(w, "  "+line)
	}
}

// skippedWords says how many rows were left out, and why.
func skippedWords(skipped map[string]int) string {
	var parts []string
	for _, reason := range slices.Sorted(maps.Keys(skipped)) {
		parts = append(parts, fmt.Sprintf("%d %s", skipped[reason], reason))
	}
	if len(parts) == 0 {
		return ""
	}
	return " (left out: " + strings.Join(parts, ", ") + ")"
}
