package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"text/tabwriter"

	"goodwork/data"
	"goodwork/ingest"
)

type statusCmd struct {
	storeFlag
	JSON bool `help:"Write JSON, for machines."`
}

// Run prints what the store holds of each source, and how the last look at it
// went.
func (c statusCmd) Run(ctx context.Context) error {
	dir, err := c.dir()
	if err != nil {
		return err
	}
	sources, err := ingest.Sources()
	if err != nil {
		return err
	}
	states, err := ingest.Status(ctx, dir, sources)
	if errors.Is(err, data.ErrNotFound) {
		return fmt.Errorf("nothing has been taken in there yet: %w", err)
	}
	if err != nil {
		return err
	}
	if c.JSON {
		enc := json.NewEncoder(os.Stdout)
		enc.SetIndent("", "  ")
		return enc.Encode(states)
	}
	return printStatus(os.Stdout, states)
}

func printStatus(out io.Writer, states []ingest.SourceStatus) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "SOURCE\tRELEASE\tPUBLISHED\tCHECKED\tNEXT\tROWS\tFAULTS\tWARNINGS\tREVIEW\tSTATE")
	for _, s := range states {
		next := cmp.Or(s.NextRelease, "unknown")
		if s.About {
			next = "about " + next
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%d\t%d\t%d\t%d\t%s\n", s.Source, cmp.Or(s.Release, "none"), cmp.Or(s.Published, "unknown"),
			cmp.Or(s.Checked, "never"), next, s.Rows, s.Faults, s.Warnings, s.Review, s.Says())
	}
	return w.Flush()
}
