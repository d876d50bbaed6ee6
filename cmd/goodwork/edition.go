package main

import (
	"context"
	"errors"
	"fmt"

	"goodwork/data"
)

// editionFlag is the flag of every command that reads one edition.
type editionFlag struct {
	Edition string `help:"Id of an edition that the store keeps, or latest." default:"latest" placeholder:"ID"`
}

// open opens the edition asked for. Where the store has none in use, the
// embedded one is.
func (f editionFlag) open(ctx context.Context, store storeFlag) (*data.EditionStore, error) {
	dir, err := store.dir()
	if err != nil {
		return nil, err
	}
	if f.Edition != "" && f.Edition != "latest" {
		shelf := data.NewEditionShelf(dir)
		kept, err := shelf.Open(ctx, data.EditionID(f.Edition))
		if !errors.Is(err, data.ErrNotFound) {
			return kept, err
		}
		if embedded, e := data.SnapshotEditionID(); e == nil && string(embedded) == f.Edition {
			return data.OpenSnapshotEdition(ctx)
		}
		ids, e := shelf.IDs()
		return nil, errors.Join(fmt.Errorf("%w; the store keeps %v", err, ids), e)
	}
	edition, err := data.OpenEdition(ctx, dir)
	if errors.Is(err, data.ErrNotFound) {
		return data.OpenSnapshotEdition(ctx)
	}
	return edition, err
}
