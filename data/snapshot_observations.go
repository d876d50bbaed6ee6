package data

import (
	"context"
	"errors"
)

// OpenSnapshotObservations opens the observations of the embedded snapshot in
// memory, to start from where a store has none of a source. ErrNotFound means
// that the binary was built without a snapshot.
func OpenSnapshotObservations(ctx context.Context) (*ObservationStore, error) {
	if _, err := SnapshotEditionID(); err != nil {
		return nil, err
	}
	db, err := open("", false, 0)
	if err != nil {
		return nil, err
	}
	if err := createTables(ctx, db, observations); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	if err := loadSnapshotOf(ctx, db, observations); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return &ObservationStore{db: db}, nil
}
