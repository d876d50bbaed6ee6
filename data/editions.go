package data

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// editionsFolder is the folder of a store directory that keeps editions by
// their id, EDITION.duckdb. A file there never changes.
const editionsFolder = "editions"

var editionPattern = regexp.MustCompile(`^\d{4}-\d{2}-\d{2}-[0-9a-f]{8}$`)

// Valid tells whether the id has the form of one.
func (id EditionID) Valid() bool { return editionPattern.MatchString(string(id)) }

// EditionShelf is the editions that a store directory keeps. It holds nothing
// open; it is safe for several goroutines.
type EditionShelf struct{ dir string }

// NewEditionShelf is the shelf of a store directory, which need not exist.
func NewEditionShelf(dir string) *EditionShelf { return &EditionShelf{dir: dir} }

// IDs lists the editions that are kept, the latest first: by day, then by when
// they were made.
func (s *EditionShelf) IDs() ([]EditionID, error) {
	entries, err := os.ReadDir(filepath.Join(s.dir, editionsFolder))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("editions of store %s: %w", s.dir, err)
	}
	type kept struct {
		id   EditionID
		made int64
	}
	var list []kept
	for _, e := range entries {
		name, ok := strings.CutSuffix(e.Name(), ".duckdb")
		if !ok || !EditionID(name).Valid() {
			continue
		}
		info, err := e.Info()
		if err != nil {
			continue // swept by a derive just now
		}
		list = append(list, kept{EditionID(name), info.ModTime().UnixNano()})
	}
	slices.SortFunc(list, func(a, b kept) int {
		if c := strings.Compare(b.id.Date(), a.id.Date()); c != 0 {
			return c
		}
		if a.made != b.made {
			return int(max(-1, min(1, b.made-a.made)))
		}
		return strings.Compare(string(b.id), string(a.id))
	})
	ids := make([]EditionID, len(list))
	for i, k := range list {
		ids[i] = k.id
	}
	return ids, nil
}

// path gives an edition's file, or ErrNotFound.
func (s *EditionShelf) path(id EditionID) (string, error) {
	if !id.Valid() {
		return "", fmt.Errorf("edition %q: %w", id, ErrNotFound)
	}
	path := filepath.Join(s.dir, editionsFolder, string(id)+".duckdb")
	if _, err := os.Stat(path); err != nil {
		return "", fmt.Errorf("edition %s: %w", id, ErrNotFound)
	}
	return path, nil
}

// Open opens an edition of the shelf. ErrNotFound means that it isn't kept,
// ErrInvalid that another version of the program made it, with other tables: its
// figures can be compared, but not served.
func (s *EditionShelf) Open(ctx context.Context, id EditionID) (*EditionStore, error) {
	path, err := s.path(id)
	if err != nil {
		return nil, err
	}
	db, err := open(path, true, 0)
	if err != nil {
		return nil, err
	}
	if err := checkColumns(ctx, db, edition); err != nil {
		return nil, errors.Join(fmt.Errorf("edition %s: %w", id, err), db.Close())
	}
	return newEditionStore(ctx, db)
}

// checkColumns holds a store to the tables and columns of its schema.
func checkColumns(ctx context.Context, db *sql.DB, kind string) (err error) {
	blank, err := open("", false, 1)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, blank.Close()) }()
	if err := createTables(ctx, blank, kind); err != nil {
		return err
	}
	want, err := columnNames(ctx, blank)
	if err != nil {
		return err
	}
	got, err := columnNames(ctx, db)
	if err != nil {
		return err
	}
	if !slices.Equal(want, got) {
		return fmt.Errorf("made by another version of the program, with other tables: %w", ErrInvalid)
	}
	return nil
}

func columnNames(ctx context.Context, db *sql.DB) ([]string, error) {
	return collect(ctx, db, statement("columns_of_store"), nil, func(scan func(...any) error) (string, error) {
		var name string
		return name, scan(&name)
	})
}

// keepEdition puts the edition in use on the shelf, where it stays when later
// ones take its place. It is the same file under a second name.
func keepEdition(dir string, id EditionID) error {
	from, err := currentBuild(dir, edition)
	if err != nil {
		return err
	}
	folder := filepath.Join(dir, editionsFolder)
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return fmt.Errorf("keep edition %s: %w", id, err)
	}
	to := filepath.Join(folder, string(id)+".duckdb")
	if _, err := os.Stat(to); err == nil {
		return nil
	}
	if os.Link(from, to) == nil {
		return nil
	}
	if err := copyFile(from, to); err != nil {
		return fmt.Errorf("keep edition %s: %w", id, err)
	}
	return nil
}

// copyFile copies a file beside its place, then puts it there.
func copyFile(from, to string) (err error) {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, in.Close()) }()
	next := to + ".next"
	out, err := os.Create(next)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	if err := errors.Join(err, out.Sync(), out.Close()); err != nil {
		return errors.Join(err, os.Remove(next))
	}
	return os.Rename(next, to)
}

// PruneEditions removes all but the latest editions of a store directory that
// the caller has locked, and lists those removed. keep is at least 1; the
// edition in use stays whatever its age.
func PruneEditions(ctx context.Context, dir string, keep int) (removed []EditionID, err error) {
	if keep < 1 {
		return nil, fmt.Errorf("keep %d editions: want at least 1: %w", keep, ErrInvalid)
	}
	shelf := NewEditionShelf(dir)
	ids, err := shelf.IDs()
	if err != nil {
		return nil, err
	}
	inUse, _, err := currentEdition(ctx, dir)
	if err != nil && !errors.Is(err, ErrNotFound) {
		return nil, err
	}
	for i, id := range ids {
		if i < keep || id == inUse {
			continue
		}
		path, err := shelf.path(id)
		if err == nil {
			err = os.Remove(path)
		}
		if err != nil {
			return removed, fmt.Errorf("remove edition %s: %w", id, err)
		}
		removed = append(removed, id)
	}
	return removed, nil
}

// currentEdition gives the id and the content hash of the edition in use, or
// ErrNotFound.
func currentEdition(ctx context.Context, dir string) (id EditionID, hash string, err error) {
	path, err := currentBuild(dir, edition)
	if err != nil {
		return "", "", err
	}
	db, err := open(path, true, 1)
	if err != nil {
		return "", "", err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	var date, code string
	if err := db.QueryRowContext(ctx, statement("edition_row")).Scan(&id, &date, &hash, &code); err != nil {
		return "", "", fmt.Errorf("read the edition in use: %w", err)
	}
	return id, hash, nil
}
