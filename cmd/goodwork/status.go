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
	states, err := ingest.Status(ctx, dir)
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
	fmt.Fprintln(w, "SOURCE\tRELEASE\tPUBLISHED\tCHECKED\tNEXT\tROWS\tSTATE")
	for _, s := range states {
		state := "fresh"
		if s.Stale {
			state = "stale: " + s.Reason
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%d\t%s\n", s.Source, cmp.Or(s.Release, "none"), cmp.Or(s.Published, "unknown"), s.Checked, cmp.Or(s.NextRelease, "unknown"), s.Rows, state)
	}
	return w.Flush()
}
