package main

import (
	"bytes"
	"context"
	"errors"
	"os"
)

type sqlCmd struct {
	storeFlag
	editionFlag
	Query string `arg:"" help:"One SELECT, in DuckDB's SQL."`
}

// Help says more than fits in a line.
func (sqlCmd) Help() string {
	return "The table figure has every figure in the columns of the downloads; the tables behind it are those of /data/goodwork.duckdb. " +
		"Files are read by their name: goodwork sql \"SELECT * FROM 'figures.csv' LIMIT 5\". Nothing is written."
}

// Run prints the whole answer, or none of it.
func (c sqlCmd) Run(ctx context.Context) (err error) {
	edition, err := c.open(ctx, c.storeFlag)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, edition.Close()) }()
	var out bytes.Buffer
	if err := edition.Ask(ctx, &out, c.Query); err != nil {
		return err
	}
	_, err = out.WriteTo(os.Stdout)
	return err
}
