package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"goodwork/data"
	"goodwork/indicators"
)

type deriveCmd struct {
	storeFlag
	Date string `help:"Day of the edition, such as 2026-11-23; today if not given." placeholder:"DAY"`
	Keep int    `default:"12" help:"How many editions to keep; the one in use stays always." placeholder:"N"`
}

// Run derives the edition from the observations in use and puts it in use.
func (c deriveCmd) Run(ctx context.Context) error {
	day, err := dayOr(c.Date, time.Now())
	if err != nil {
		return err
	}
	dir, err := c.dir()
	if err != nil {
		return err
	}
	id, err := derive(ctx, dir, day)
	if err != nil {
		return err
	}
	fmt.Printf("edition %s is in use\n", id)
	removed, err := prune(ctx, dir, c.Keep)
	for _, old := range removed {
		fmt.Printf("edition %s is not kept any longer\n", old)
	}
	return err
}

// prune removes editions that are too many.
func prune(ctx context.Context, dir string, keep int) (removed []data.EditionID, err error) {
	unlock, err := data.Lock(dir)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, unlock()) }()
	return data.PruneEditions(ctx, dir, keep)
}

// dayOr reads a day, or takes today's where none is given.
func dayOr(day string, today time.Time) (string, error) {
	if day == "" {
		return today.Format(time.DateOnly), nil
	}
	if _, err := time.Parse(time.DateOnly, day); err != nil {
		return "", fmt.Errorf("--date %q: want a day such as 2026-11-23", day)
	}
	return day, nil
}

// derive makes the edition of a store's observations. A store without any gets
// those of the embedded snapshot.
func derive(ctx context.Context, store, day string) (id data.EditionID, err error) {
	unlock, err := data.Lock(store)
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, unlock()) }()
	register, err := data.LoadRegister()
	if err != nil {
		return "", err
	}
	definitions, err := indicators.LoadDefinitions()
	if err != nil {
		return "", err
	}
	obs, err := data.OpenObservations(ctx, store)
	if errors.Is(err, data.ErrNotFound) {
		if err := data.UnpackSnapshot(ctx, store); err != nil {
			return "", err
		}
		obs, err = data.OpenObservations(ctx, store)
	}
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, obs.Close()) }()
	edition, err := indicators.Derive(ctx, obs, register, definitions, indicators.Config{Date: day, CodeVersion: version})
	if err != nil {
		return "", fmt.Errorf("derive: %w", err)
	}
	return data.PublishEdition(ctx, store, edition, register)
}
