package data

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// The snapshot is both stores as sorted Parquet, one file a table, so that a
// binary alone can serve figures: see snapshot/README.md.
//
//go:embed snapshot
var snapshotFiles embed.FS

// WriteSnapshot writes the tables of both stores in use to dir, one Parquet
// file each, in total order on one thread: the same stores give the same bytes.
func WriteSnapshot(ctx context.Context, storeDir, dir string) error {
	for _, kind := range []string{observations, edition} {
		if err := writeSnapshotOf(ctx, storeDir, dir, kind); err != nil {
			return fmt.Errorf("snapshot of %s: %w", kind, err)
		}
	}
	return nil
}

func writeSnapshotOf(ctx context.Context, storeDir, dir, kind string) (err error) {
	path, err := currentBuild(storeDir, kind)
	if err != nil {
		return err
	}
	out := filepath.Join(dir, kind)
	if err := errors.Join(os.RemoveAll(out), os.MkdirAll(out, 0o755)); err != nil {
		return err
	}
	db, err := open("", false, 1)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	if _, err := db.ExecContext(ctx, "ATTACH '"+quoted(path)+"' AS store (READ_ONLY)"); err != nil {
		return err
	}
	tables, err := tableNames(kind)
	if err != nil {
		return err
	}
	for _, t := range tables {
		to := filepath.Join(out, t+".parquet")
		if _, err := db.ExecContext(ctx, "COPY (SELECT * FROM store."+t+" ORDER BY ALL) TO '"+quoted(to)+"' (FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 19, ROW_GROUP_SIZE 1000000)"); err != nil {
			return fmt.Errorf("table %s: %w", t, err)
		}
	}
	return nil
}

// quoted makes a path safe inside SQL's single quotes. ATTACH and COPY take no
// parameters.
func quoted(path string) string { return strings.ReplaceAll(path, "'", "''") }

// tableNames lists a store's tables, in the order of its schema files
// ("6_estimate.sql").
func tableNames(kind string) ([]string, error) {
	names, err := fs.Glob(sqlFiles, "sql/"+kind+"/*.sql")
	if err != nil {
		return nil, err
	}
	slices.Sort(names)
	var out []string
	for _, n := range names {
		_, table, _ := strings.Cut(strings.TrimSuffix(filepath.Base(n), ".sql"), "_")
		out = append(out, table)
	}
	return out, nil
}

// UnpackSnapshot puts both stores of the embedded snapshot into a store
// directory that the caller has locked.
func UnpackSnapshot(ctx context.Context, dir string) error {
	for _, kind := range []string{observations, edition} {
		b, err := newBuild(ctx, dir, kind, 0)
		if err != nil {
			return err
		}
		if err := loadSnapshotOf(ctx, b.db, kind); err != nil {
			return errors.Join(err, b.discard())
		}
		if err := b.publish(ctx); err != nil {
			return err
		}
	}
	id, err := SnapshotEditionID()
	if err != nil {
		return err
	}
	return errors.Join(keepEdition(dir, id), noteUnpacked(dir))
}

// unpackedNote is the file in a store that says which build of the edition was
// unpacked from a snapshot, and that snapshot's edition.
const unpackedNote = "unpacked.txt"

func noteUnpacked(dir string) error {
	id, err := SnapshotEditionID()
	if err != nil {
		return err
	}
	path, err := currentBuild(dir, edition)
	if err != nil {
		return err
	}
	note := filepath.Base(path) + " " + string(id) + "\n"
	if err := os.WriteFile(filepath.Join(dir, unpackedNote), []byte(note), 0o644); err != nil {
		return fmt.Errorf("note in store %s what was unpacked: %w", dir, err)
	}
	return nil
}

// WantsSnapshot tells whether the embedded edition should take the place of
// the one in use: there is none, or it was unpacked from a former snapshot. An
// edition that was derived there stays.
func WantsSnapshot(dir string) (bool, error) {
	embedded, none := SnapshotEditionID()
	path, err := currentBuild(dir, edition)
	switch {
	case errors.Is(err, ErrNotFound) && none != nil:
		return false, fmt.Errorf("nothing to serve: %w", errors.Join(err, none))
	case errors.Is(err, ErrNotFound):
		return true, nil
	case err != nil:
		return false, err
	case none != nil:
		return false, nil
	}
	note, err := os.ReadFile(filepath.Join(dir, unpackedNote))
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("store %s: %w", dir, err)
	}
	build, unpacked, _ := strings.Cut(strings.TrimSpace(string(note)), " ")
	return build == filepath.Base(path) && unpacked != string(embedded) && EditionID(unpacked).Date() <= embedded.Date(), nil
}

// OpenSnapshotEdition opens the embedded edition in memory, for a place where
// nothing may be written. Its figures pass through the system's temporary
// directory.
func OpenSnapshotEdition(ctx context.Context) (*EditionStore, error) {
	db, err := open("", false, 0)
	if err != nil {
		return nil, err
	}
	if err := errors.Join(createTables(ctx, db, edition)); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	if err := loadSnapshotOf(ctx, db, edition); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	for _, s := range []string{"SET enable_external_access = false", "SET lock_configuration = true"} {
		if _, err := db.ExecContext(ctx, s); err != nil {
			return nil, errors.Join(err, db.Close())
		}
	}
	return newEditionStore(ctx, db)
}

// SnapshotEditionID names the embedded edition, or gives ErrNotFound where the
// binary was built without a snapshot.
func SnapshotEditionID() (EditionID, error) {
	b, err := snapshotFiles.ReadFile("snapshot/edition.txt")
	if err != nil {
		return "", fmt.Errorf("embedded snapshot: %w", ErrNotFound)
	}
	return EditionID(strings.TrimSpace(string(b))), nil
}

// loadSnapshotOf fills the empty tables of db from the embedded Parquet, which
// DuckDB can only read from files.
func loadSnapshotOf(ctx context.Context, db *sql.DB, kind string) (err error) {
	tables, err := tableNames(kind)
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "goodwork-snapshot-")
	if err != nil {
		return fmt.Errorf("unpack the snapshot: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	for _, t := range tables {
		b, err := snapshotFiles.ReadFile("snapshot/" + kind + "/" + t + ".parquet")
		if err != nil {
			return fmt.Errorf("embedded snapshot, table %s of %s: %w", t, kind, ErrNotFound)
		}
		file := filepath.Join(dir, t+".parquet")
		if err := os.WriteFile(file, b, 0o600); err != nil {
			return fmt.Errorf("unpack the snapshot: %w", err)
		}
		if _, err := db.ExecContext(ctx, "INSERT INTO "+t+" SELECT * FROM read_parquet($1)", file); err != nil {
			return fmt.Errorf("unpack the snapshot, table %s: %w", t, err)
		}
	}
	return nil
}
