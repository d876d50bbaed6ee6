package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
)

type exportCmd struct {
	storeFlag
	Addresses []string `arg:"" name:"address" help:"Addresses of files as the site has them, such as /areas/E08000003.csv or '/indicators/median-weekly-pay.parquet?columns=all'; /data/figures.csv is everything."`
	To        string   `default:"." help:"Directory to write to; - writes one file to standard output." placeholder:"DIR" type:"path"`
	BaseURL   string   `name:"base-url" help:"Scheme and host to put before addresses within the files." placeholder:"URL"`
}

// Help says more than fits in a line.
func (exportCmd) Help() string {
	return "Writes the same files that the site serves, by the same queries, without a network. Every view has the endings " +
		".csv .csv-metadata.json .json .jsonstat .xlsx .parquet .zip, and .geojson, .svg and .png where it has a map or charts."
}

// Run makes every file, then writes it: a file is whole, or not there.
func (c exportCmd) Run(ctx context.Context) (err error) {
	if c.To == "-" && len(c.Addresses) > 1 {
		return errors.New("standard output takes one file: name one address, or a directory with --to")
	}
	log := slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelError}))
	dir, err := c.dir()
	if err != nil {
		return err
	}
	edition, stored, err := openEdition(ctx, dir, log)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, edition.Close()) }()
	kept := ""
	if stored {
		kept = filepath.Join(dir, "charts")
	}
	server, charts, err := newServer(ctx, serveCmd{storeFlag: c.storeFlag, BaseURL: c.BaseURL}, kept, edition, log)
	if err != nil {
		return err
	}
	defer charts.Close()
	if c.To != "-" {
		if err := os.MkdirAll(c.To, 0o755); err != nil {
			return fmt.Errorf("export: %w", err)
		}
	}
	for _, address := range c.Addresses {
		name, body, err := server.Export(ctx, "/"+strings.TrimLeft(address, "/"))
		if err != nil {
			return fmt.Errorf("export %s: %w", address, err)
		}
		if c.To == "-" {
			_, err = io.Copy(os.Stdout, strings.NewReader(string(body)))
			return err
		}
		path := filepath.Join(c.To, filepath.Base(name))
		if err := writeWhole(path, body); err != nil {
			return fmt.Errorf("export %s: %w", address, err)
		}
		fmt.Fprintln(os.Stderr, path)
	}
	return nil
}

// writeWhole puts a file in place at once.
func writeWhole(path string, content []byte) error {
	f, err := os.CreateTemp(filepath.Dir(path), ".export-")
	if err != nil {
		return err
	}
	_, err = f.Write(content)
	if err = errors.Join(err, f.Chmod(0o644), f.Close()); err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		return errors.Join(err, os.Remove(f.Name()))
	}
	return nil
}
