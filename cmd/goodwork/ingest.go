package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"time"

	"golang.org/x/term"

	"goodwork/data"
	"goodwork/ingest"
)

type ingestCmd struct {
	storeFlag
	From    string   `help:"Read the publishers' files from a folder." placeholder:"DIR" type:"existingdir" xor:"where"`
	Archive bool     `help:"Read again what was read last, from the store's archive." xor:"where"`
	DryRun  bool     `help:"Say what would change: new periods, revised values, dropped areas. The store stays as it is."`
	Log     string   `help:"Lines for people, or JSON, one line a source: auto, text or json." enum:"auto,text,json" default:"auto"`
	Bare    bool     `help:"Don't start from the embedded snapshot's figures where the store has none of a source."`
	Sources []string `arg:"" optional:"" name:"source" help:"Sources to take in, all if none is named."`

	Every time.Duration `help:"Run again and again, this long after the last time, give or take a tenth (24h)." placeholder:"TIME"`

	Contact       string            `help:"Your address, so that a publisher can reach you. Live fetching needs it." env:"GOODWORK_CONTACT" placeholder:"ADDRESS"`
	BaseURL       map[string]string `help:"Take a service's address from here: els, nomis, stat-xplore, fingertips, page, timeseries." placeholder:"NAME=URL" mapsep:"none"`
	Rate          float64           `help:"Requests a second, to each host." default:"2"`
	NomisUID      string            `help:"Your id at Nomis, for larger pages." env:"GOODWORK_NOMIS_UID" hidden:""`
	StatXploreKey string            `help:"Your key of Stat-Xplore." env:"GOODWORK_STAT_XPLORE_KEY" hidden:""`
}

// Run exits 0 where every source is fresh, 1 where some are not, 2 where there
// is nothing usable or nothing could be done.
func (c ingestCmd) Run(ctx context.Context) error {
	if c.Every <= 0 {
		return c.once(ctx)
	}
	if c.DryRun {
		return exitError{code: 2, message: "--every and --dry-run don't go together"}
	}
	for {
		if err := c.once(ctx); err != nil && ctx.Err() == nil {
			fmt.Fprintln(os.Stderr, "goodwork: "+err.Error())
		}
		pause := time.NewTimer(jittered(c.Every, rand.Float64()))
		select {
		case <-pause.C:
		case <-ctx.Done():
			pause.Stop()
			return nil
		}
	}
}

// jittered is a time give or take a tenth, so that programs that were started
// together don't ask together for ever. by lies between 0 and 1.
func jittered(d time.Duration, by float64) time.Duration {
	return d + time.Duration((by-0.5)*0.2*float64(d))
}

// once makes one run.
func (c ingestCmd) once(ctx context.Context) error {
	cfg, err := c.config()
	if err != nil {
		return exitError{code: 2, message: err.Error()}
	}
	if !c.Bare {
		cfg.Base = data.OpenSnapshotObservations
	}
	bars := barsOn(os.Stderr)
	cfg.Progress = bars.progress()
	report, err := ingest.Run(ctx, cfg)
	bars.clear()
	if err != nil {
		return exitError{code: 2, message: err.Error()}
	}
	switch {
	case c.DryRun:
		printChanges(os.Stdout, report)
	case c.Log == "json" || c.Log == "auto" && !term.IsTerminal(int(os.Stdout.Fd())):
		logReport(slog.New(slog.NewJSONHandler(os.Stdout, nil)), report)
	default:
		printReport(os.Stdout, report)
	}
	switch {
	case !report.Usable:
		return exitError{code: 2, message: "nothing usable was taken in"}
	case report.Stale() > 0:
		return exitError{code: 1, message: fmt.Sprintf("%d of %d sources are not fresh", report.Stale(), len(report.Results))}
	}
	return nil
}

// config is the run that the flags ask for.
func (c ingestCmd) config() (ingest.Config, error) {
	dir, err := c.dir()
	if err != nil {
		return ingest.Config{}, err
	}
	sources, err := ingest.Sources()
	if err != nil {
		return ingest.Config{}, err
	}
	register, err := data.LoadRegister()
	if err != nil {
		return ingest.Config{}, err
	}
	cfg := ingest.Config{Store: dir, Sources: sources, Register: register, Today: time.Now().Format(time.DateOnly), DryRun: c.DryRun}
	for _, id := range c.Sources {
		cfg.Only = append(cfg.Only, data.SourceID(id))
	}
	switch {
	case c.From != "":
		cfg.From = os.DirFS(c.From)
	case !c.Archive:
		cfg.Web = &ingest.Web{
			Contact: c.Contact, Program: "goodwork/" + version, BaseURLs: c.BaseURL, Rate: c.Rate, Now: time.Now,
			Keys: map[string]string{"nomis": c.NomisUID, "stat-xplore": c.StatXploreKey},
		}
	}
	return cfg, nil
}

// exitError ends the program with a status of its own.
type exitError struct {
	code    int
	message string
}

func (e exitError) Error() string { return e.message }

// ExitCode is the status of the program.
func (e exitError) ExitCode() int { return e.code }

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
	fmt.Fprintf(w, "%s: refused, %s\n", strings.TrimSpace(string(r.Source)+" "+string(r.Release.ID)), kept)
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

// logReport writes one line a source.
func logReport(log *slog.Logger, report ingest.Report) {
	for _, r := range report.Results {
		count := map[ingest.Severity]int{}
		for _, f := range r.Findings {
			count[f.Severity] += f.Count
		}
		attrs := []any{
			"source_id", r.Source, "release_id", r.Release.ID, "rows", r.Release.Rows, "skipped", r.Release.Skipped,
			"bytes", r.Release.Bytes, "warnings", count[ingest.SeverityWarn], "review", count[ingest.SeverityReview],
		}
		if r.Err != nil {
			log.Warn("stale", append(attrs, "kept", r.Kept, "faults", ingest.Faults(r.Err))...)
			continue
		}
		log.Info("fresh", attrs...)
	}
}

// shownRevisions is how many revised values a dry run shows of a source.
const shownRevisions = 20

// printChanges writes what a run would change.
func printChanges(w io.Writer, report ingest.Report) {
	for _, r := range report.Results {
		if r.Err != nil {
			printRefusal(w, r)
			continue
		}
		c := r.Changes
		fmt.Fprintf(w, "%s %s: %d new periods, %d revised values, %d dropped areas; %d figures stay\n",
			r.Source, r.Release.ID, len(c.Added), len(c.Revised), len(c.Areas), c.Figures)
		for _, p := range c.Added {
			fmt.Fprintln(w, "  new period: "+p)
		}
		for _, p := range c.Gone {
			fmt.Fprintln(w, "  dropped period: "+p)
		}
		for _, a := range c.Areas {
			fmt.Fprintln(w, "  dropped area: "+a)
		}
		for i, v := range c.Revised {
			if i == shownRevisions {
				fmt.Fprintf(w, "  and %d more revised values\n", len(c.Revised)-i)
				break
			}
			fmt.Fprintln(w, "  revised: "+v.String())
		}
	}
}
