package indicators

import (
	"fmt"

	"goodwork/data"
)

// invalidInput is an error that data.ErrInvalid matches without its words.
type invalidInput struct{ error }

// Is lets errors.Is find data.ErrInvalid.
func (invalidInput) Is(target error) bool { return target == data.ErrInvalid }

// Unwrap gives the causes.
func (e invalidInput) Unwrap() error { return e.error }

// invalidf says what a caller got wrong.
func invalidf(format string, args ...any) error {
	return invalidInput{fmt.Errorf(format, args...)}
}
