package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
)

// storeFlag is the flag of every command that reads or writes the stores.
type storeFlag struct {
	Store string `help:"Directory of the stores (in a checkout: store/, else the user's cache directory)." placeholder:"DIR" type:"path"`
}

// dir is the store directory. It never lies beside the Go files of package
// data.
func (f storeFlag) dir() (string, error) {
	if f.Store != "" {
		return f.Store, nil
	}
	if mod, err := os.ReadFile("go.mod"); err == nil && bytes.HasPrefix(mod, []byte("module goodwork\n")) {
		return filepath.Abs("store")
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", fmt.Errorf("no directory for the stores, name one with --store: %w", err)
	}
	return filepath.Join(cache, "goodwork"), nil
}
