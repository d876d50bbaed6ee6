package data

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// A store directory holds, for each of the two stores, numbered builds
// (observations-000001.duckdb) and a link to the one in use
// (observations.duckdb). A build is made whole beside the one in use and then
// linked. It gets a name of its own because the driver answers a second opening
// of a path from the instance that it still has open.
const (
	observations = "observations"
	edition      = "edition"
)

// keptBuilds is how many builds of each store stay, the one in use included, so
// that a reader that has just followed the link still finds its file.
const keptBuilds = 3

// Lock takes the store directory for one writer, creating it if need be, and
// gives the function that releases it. A second writer gets an error that names
// the process that holds it.
func Lock(dir string) (unlock func() error, err error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, fmt.Errorf("store %s: %w", dir, err)
	}
	path := filepath.Join(dir, "lock")
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o644)
	if err != nil {
		return nil, fmt.Errorf("store %s: %w", dir, err)
	}
	if err := unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB); err != nil {
		holder, readErr := os.ReadFile(path)
		if readErr != nil {
			holder = []byte("unknown")
		}
		return nil, errors.Join(fmt.Errorf("store %s is being written by process %s; wait until it ends, or stop it", dir, strings.TrimSpace(string(holder))), f.Close())
	}
	err = f.Truncate(0)
	if err == nil {
		_, err = f.WriteAt([]byte(strconv.Itoa(os.Getpid())+"\n"), 0)
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("store %s: %w", dir, err), f.Close())
	}
	return f.Close, nil
}

// currentBuild gives the path of the build in use, or ErrNotFound.
func currentBuild(dir, kind string) (string, error) {
	target, err := os.Readlink(filepath.Join(dir, kind+".duckdb"))
	if errors.Is(err, fs.ErrNotExist) {
		return "", fmt.Errorf("%s in store %s: %w", kind, dir, ErrNotFound)
	}
	if err != nil {
		return "", fmt.Errorf("%s in store %s: %w", kind, dir, err)
	}
	path := filepath.Join(dir, filepath.Base(target))
	if _, err := os.Stat(path); err != nil {
		return "", fmt.Errorf("%s in store %s: %w", kind, dir, errors.Join(ErrNotFound, err))
	}
	return path, nil
}

// buildNumber reads the number in a build's file name.
func buildNumber(kind, name string) (int, bool) {
	s, ok := strings.CutPrefix(name, kind+"-")
	if !ok {
		return 0, false
	}
	s, ok = strings.CutSuffix(s, ".duckdb")
	if !ok {
		return 0, false
	}
	n, err := strconv.Atoi(s)
	return n, err == nil
}

// buildNumbers lists the builds of a store, oldest first.
func buildNumbers(dir, kind string) ([]int, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	var ns []int
	for _, e := range entries {
		if n, ok := buildNumber(kind, e.Name()); ok {
			ns = append(ns, n)
		}
	}
	slices.Sort(ns)
	return ns, nil
}

// build is a store in the making.
type build struct {
	dir, kind, path string
	db              *sql.DB
}

// newBuild makes an empty store with its schema under a new name.
func newBuild(ctx context.Context, dir, kind string, threads int) (*build, error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, fmt.Errorf("store %s: %w", dir, err)
	}
	ns, err := buildNumbers(dir, kind)
	if err != nil {
		return nil, fmt.Errorf("store %s: %w", dir, err)
	}
	next := 1
	if len(ns) > 0 {
		next = ns[len(ns)-1] + 1
	}
	b := &build{dir: dir, kind: kind, path: filepath.Join(dir, fmt.Sprintf("%s-%06d.duckdb", kind, next))}
	if b.db, err = open(b.path, false, threads); err != nil {
		return nil, err
	}
	if err := createTables(ctx, b.db, kind); err != nil {
		return nil, errors.Join(err, b.discard())
	}
	return b, nil
}

func createTables(ctx context.Context, db *sql.DB, kind string) error {
	tables, err := schema(kind)
	if err != nil {
		return err
	}
	for _, t := range tables {
		if _, err := db.ExecContext(ctx, t); err != nil {
			return fmt.Errorf("make the tables of %s: %w", kind, err)
		}
	}
	return nil
}

// discard removes the unfinished build.
func (b *build) discard() error {
	err := b.db.Close()
	for _, p := range []string{b.path, b.path + ".wal"} {
		if e := os.Remove(p); e != nil && !errors.Is(e, fs.ErrNotExist) {
			err = errors.Join(err, e)
		}
	}
	return err
}

// publish closes the build and puts it in use. Readers see the old build or
// this one.
func (b *build) publish(ctx context.Context) error {
	if _, err := b.db.ExecContext(ctx, "CHECKPOINT"); err != nil {
		return errors.Join(fmt.Errorf("finish %s: %w", b.path, err), b.discard())
	}
	if err := b.db.Close(); err != nil {
		return fmt.Errorf("finish %s: %w", b.path, err)
	}
	if err := flushToDisk(b.path); err != nil {
		return err
	}
	link := filepath.Join(b.dir, b.kind+".duckdb")
	next := link + ".next"
	if err := os.Remove(next); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err := os.Symlink(filepath.Base(b.path), next); err != nil {
		return err
	}
	if err := os.Rename(next, link); err != nil {
		return err
	}
	if err := flushToDisk(b.dir); err != nil {
		return err
	}
	return sweep(b.dir, b.kind)
}

// flushToDisk makes a file's or a directory's content outlast a loss of power.
func flushToDisk(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

// sweep removes builds that nobody needs: unfinished ones, newer than the one
// in use, and all but the last few finished ones.
func sweep(dir, kind string) error {
	current, err := currentBuild(dir, kind)
	if err != nil {
		return err
	}
	inUse, ok := buildNumber(kind, filepath.Base(current))
	if !ok {
		return fmt.Errorf("%s: not the name of a build: %w", current, ErrInvalid)
	}
	ns, err := buildNumbers(dir, kind)
	if err != nil {
		return err
	}
	for _, n := range ns {
		if n <= inUse && n > inUse-keptBuilds {
			continue
		}
		path := filepath.Join(dir, fmt.Sprintf("%s-%06d.duckdb", kind, n))
		for _, p := range []string{path, path + ".wal"} {
			if e := os.Remove(p); e != nil && !errors.Is(e, fs.ErrNotExist) {
				err = errors.Join(err, e)
			}
		}
	}
	return err
}
