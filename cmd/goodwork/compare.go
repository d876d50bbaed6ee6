package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"text/tabwriter"

	"goodwork/data"
)

type compareCmd struct {
	storeFlag
	Old  string `arg:"" help:"Id of the older edition."`
	New  string `arg:"" help:"Id of the newer edition, or latest." default:"latest"`
	JSON bool   `help:"Write every difference as JSON, one a line."`
	Max  int    `help:"How many differences of a kind to print." default:"20"`
}

// Run tells two editions of the store apart: new periods, revisions, changed
// verdicts, dropped rows. Without a difference it prints so and succeeds.
func (c compareCmd) Run(ctx context.Context) error {
	dir, err := c.dir()
	if err != nil {
		return err
	}
	shelf := data.NewEditionShelf(dir)
	ids, err := shelf.IDs()
	if err != nil {
		return err
	}
	if c.New == "latest" && len(ids) > 0 {
		c.New = string(ids[0])
	}
	d, err := shelf.Difference(ctx, data.EditionID(c.Old), data.EditionID(c.New))
	if err != nil {
		return fmt.Errorf("%w; the store keeps %v", err, ids)
	}
	if c.JSON {
		return writeDifferences(os.Stdout, d)
	}
	return printDifferences(os.Stdout, d, c.Max)
}

func valueText(v data.Value) string {
	if f, ok := v.Number(); ok {
		return fmt.Sprint(f)
	}
	return v.Marker().Shorthand()
}

func printDifferences(out io.Writer, d data.EditionDifference, most int) error {
	fmt.Fprintf(out, "from %s to %s: %d differences\n", d.From, d.To, len(d.Differences))
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	for _, kind := range data.DifferenceKinds {
		n := d.Of(kind)
		if n == 0 {
			continue
		}
		fmt.Fprintf(w, "\n%s: %d\n", kind, n)
		printed := 0
		for _, x := range d.Differences {
			if x.Kind != kind {
				continue
			}
			if printed == most {
				fmt.Fprintf(w, "  ... and %d more\n", n-most)
				break
			}
			printed++
			fmt.Fprintf(w, "  %s\t%s\t%s\t%s\n", x.Indicator, x.Area, x.Period, changeText(x))
		}
	}
	return w.Flush()
}

// changeText says what a difference is, without what one side hasn't.
func changeText(x data.Difference) string {
	interval := func(i data.Interval) string {
		if !i.Known {
			return "no interval"
		}
		return fmt.Sprintf("%v to %v", i.Lower, i.Upper)
	}
	switch x.Kind {
	case data.DifferenceVerdict:
		return fmt.Sprintf("against %s: %s -> %s", x.Role, x.OldVerdict, x.NewVerdict)
	case data.DifferenceInterval:
		return interval(x.OldInterval) + " -> " + interval(x.NewInterval)
	case data.DifferenceNewPeriod, data.DifferenceAdded:
		return valueText(x.New)
	case data.DifferenceDropped:
		return valueText(x.Old)
	}
	return valueText(x.Old) + " -> " + valueText(x.New)
}

func writeDifferences(out io.Writer, d data.EditionDifference) error {
	enc := json.NewEncoder(out)
	for _, x := range d.Differences {
		line := map[string]string{"kind": string(x.Kind), "indicator": string(x.Indicator), "area": string(x.Area), "period": x.Period.String(), "change": changeText(x)}
		if err := enc.Encode(line); err != nil {
			return err
		}
	}
	return nil
}
