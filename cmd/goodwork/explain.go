package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"goodwork/data"
	"goodwork/indicators"
)

type explainCmd struct {
	storeFlag
	editionFlag
	Area      string `arg:"" help:"GSS code of the area."`
	Indicator string `arg:"" help:"Id of the indicator."`
	Period    string `arg:"" help:"Period, such as 2025-04-01_P1M, or latest." default:"latest"`
}

// Run says where a figure comes from, and makes it again from its inputs.
func (c explainCmd) Run(ctx context.Context) (err error) {
	edition, err := c.open(ctx, c.storeFlag)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, edition.Close()) }()
	id := data.IndicatorID(c.Indicator)
	period := edition.LatestPeriod(id)
	if c.Period != "latest" {
		if period, err = data.ParsePeriod(c.Period); err != nil {
			return err
		}
	}
	area := data.AreaCode(strings.ToUpper(c.Area))
	p, err := edition.Provenance(ctx, id, area, period)
	if err != nil {
		return err
	}
	return printProvenance(ctx, os.Stdout, edition, p)
}

func printProvenance(ctx context.Context, out io.Writer, edition *data.EditionStore, p data.Provenance) error {
	row := p.Row
	fmt.Fprintf(out, "%s, %s (%s), %s\nedition %s\n\n", p.Indicator.Title, row.AreaName, row.Area, row.Period, edition.ID())
	fmt.Fprintf(out, "figure    %s %s\n", valueText(row.Value), row.Unit)
	if row.Interval.Known {
		fmt.Fprintf(out, "interval  %v to %v (95%%)\n", row.Interval.Lower, row.Interval.Upper)
	}
	if row.Flags != 0 {
		fmt.Fprintf(out, "flags     %s\n", row.Flags)
	}
	if row.Grade != "" {
		fmt.Fprintf(out, "grade     %s, %s\n", row.Grade, row.GradeReason)
	}
	fmt.Fprintln(out, "\ninputs")
	for _, x := range p.Inputs {
		if x.Role == data.InputMembers {
			fmt.Fprintf(out, "  members: %s\n", x.Members)
			continue
		}
		fmt.Fprintf(out, "  %s: %s, %s of %s, release %s", x.Role, valueText(x.Value), x.Measure, x.Source, x.Release)
		if x.Row > 0 {
			fmt.Fprintf(out, ", row %d", x.Row)
			switch files := p.FilesOf(x); len(files) {
			case 0:
			case 1:
				fmt.Fprintf(out, " of %s", files[0].File)
			default:
				fmt.Fprintf(out, " of one of its %d files", len(files))
			}
		}
		if x.PublishedArea != "" {
			fmt.Fprintf(out, ", published as %s", x.PublishedArea)
		}
		fmt.Fprintln(out)
	}
	if len(p.Inputs) == 0 {
		fmt.Fprintln(out, "  none: the publisher's file has no row for the area and period")
	}
	fmt.Fprintln(out, "\nfiles")
	for _, f := range p.Files {
		fmt.Fprintf(out, "  %s, release %s: %s\n    sha256 %s\n", f.Source, f.ID, f.File, f.SHA256)
	}
	fmt.Fprintln(out, "\nsteps")
	for _, step := range p.Steps {
		fmt.Fprintf(out, "  %d. %s (%s)\n     %s\n", step.Position, step.Name, step.Function, step.Text)
		if step.Formula != "" {
			fmt.Fprintf(out, "     %s\n", strings.NewReplacer("{", "", "}", "").Replace(step.Formula))
		}
		if worked := p.Worked(step.Formula); step.Name == "Figure" && worked != "" {
			fmt.Fprintf(out, "     %s\n", worked)
		}
	}
	want, ok := row.Value.Number()
	if !ok {
		fmt.Fprintf(out, "\nthere is no number: %s\n", row.Value.Marker().Reason())
		return nil
	}
	var failed error
	got, made, err := indicators.Remake(p.Indicator.Method, p.Inputs, func(code data.AreaCode) []data.Input {
		m, err := edition.Provenance(ctx, row.Indicator, code, row.Period)
		failed = errors.Join(failed, err)
		return m.Inputs
	})
	if err := errors.Join(err, failed); err != nil {
		return err
	}
	if !made || got != want {
		return fmt.Errorf("made again from its inputs the figure is %v, and the edition has %v", got, want)
	}
	fmt.Fprintf(out, "\nmade again from its inputs: %v, as in the edition\n", got)
	return nil
}
