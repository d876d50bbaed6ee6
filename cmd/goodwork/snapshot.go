package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"goodwork/data"
	"goodwork/ingest"
)

type snapshotCmd struct {
	From string `help:"Folder of the publishers' files." placeholder:"DIR" required:"" type:"existingdir"`
	Date string `help:"Day of the edition, such as 2026-11-23." placeholder:"DAY" required:""`
	To   string `help:"Folder to write the snapshot to." placeholder:"DIR" required:"" type:"existingdir"`
}

// Run compiles the embedded snapshot in a store of its own: ingest, derive, both
// stores as Parquet, the boundaries. A source that is refused stops it.
func (c snapshotCmd) Run(ctx context.Context) (err error) {
	store, err := os.MkdirTemp("", "goodwork-store-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(store)) }()
	sources, err := ingest.Sources()
	if err != nil {
		return err
	}
	register, err := data.LoadRegister()
	if err != nil {
		return err
	}
	report, err := ingest.Run(ctx, ingest.Config{Store: store, From: os.DirFS(c.From), Sources: sources, Register: register, Today: c.Date})
	if err != nil {
		return err
	}
	printReport(os.Stdout, report)
	if n := report.Stale(); n > 0 {
		return fmt.Errorf("%d of %d sources were refused: the snapshot stays as it was", n, len(report.Results))
	}
	id, err := derive(ctx, store, c.Date)
	if err != nil {
		return err
	}
	if err := data.WriteSnapshot(ctx, store, c.To); err != nil {
		return err
	}
	if err := writeBoundaries(ctx, c.From, filepath.Join(c.To, "boundaries.bin")); err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(c.To, "edition.txt"), []byte(id+"\n"), 0o644); err != nil {
		return err
	}
	fmt.Printf("edition %s is in %s\n", id, c.To)
	return nil
}

func writeBoundaries(ctx context.Context, from, to string) (err error) {
	f, err := os.Create(to)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	return ingest.CompileBoundaries(ctx, filepath.Join(from, "geography", "uk-areas.topojson"), f)
}
