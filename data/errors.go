package data

import "errors"

// ErrNotFound is wrapped by errors about a thing that does not exist: an area,
// an indicator, a period, a store.
var ErrNotFound = errors.New("not found")

// ErrInvalid is wrapped by errors about text that cannot be what it should be.
var ErrInvalid = errors.New("not valid")
