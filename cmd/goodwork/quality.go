package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"

	"goodwork/data"
	"goodwork/ingest"
)

type qualityCmd struct {
	storeFlag
	JSON    bool     `help:"Write JSON, for machines."`
	Sources []string `arg:"" optional:"" name:"source" help:"Sources to report on, all if none is named."`
}

// Run prints what was found in each source: why its last release was refused,
// rows left out, warnings, what a person should look at, and corrections.
func (c qualityCmd) Run(ctx context.Context) error {
	dir, err := c.dir()
	if err != nil {
		return err
	}
	declared, err := ingest.Sources()
	if err != nil {
		return err
	}
	all, err := ingest.Quality(ctx, dir, declared)
	if errors.Is(err, data.ErrNotFound) {
		return fmt.Errorf("nothing has been taken in there yet: %w", err)
	}
	if err != nil {
		return err
	}
	if all, err = chosenQuality(all, c.Sources); err != nil {
		return err
	}
	if c.JSON {
		enc := json.NewEncoder(os.Stdout)
		enc.SetIndent("", "  ")
		return enc.Encode(all)
	}
	printQuality(os.Stdout, all)
	return nil
}

// chosenQuality keeps the sources that are named.
func chosenQuality(all []ingest.SourceQuality, names []string) ([]ingest.SourceQuality, error) {
	if len(names) == 0 {
		return all, nil
	}
	var out []ingest.SourceQuality
	for _, name := range names {
		n := len(out)
		for _, q := range all {
			if q.Source == name {
				out = append(out, q)
			}
		}
		if len(out) == n {
			return nil, fmt.Errorf("source %q: %w", name, data.ErrNotFound)
		}
	}
	return out, nil
}

func printQuality(w io.Writer, all []ingest.SourceQuality) {
	for _, q := range all {
		fmt.Fprintf(w, "%s %s, looked at on %s%s\n", q.Source, cmp.Or(q.Release, "without a release"), cmp.Or(q.Checked, "a day not known"), skippedWords(q.Skipped))
		for _, line := range q.Refused {
			fmt.Fprintln(w, "  refused: "+line)
		}
		for _, f := range q.Warnings {
			fmt.Fprintf(w, "  warning %s: %s\n", f.Check, f.Found)
		}
		for _, f := range q.Review {
			fmt.Fprintf(w, "  to review %s: %s\n", f.Check, f.Found)
		}
		for _, c := range q.Corrections {
			fmt.Fprintf(w, "  corrected: %s (reported: %s). %s\n", c.What, c.Reported, c.Why)
		}
	}
}
