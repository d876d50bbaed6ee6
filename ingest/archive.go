package ingest

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"goodwork/data"
)

// archive keeps the publishers' bytes below a store directory, each under its
// SHA-256, so that a release can be read again as it was read first. Nothing in
// it is ever changed in place: a file is made whole under another name, flushed
// and renamed.
//
//	sha256/ab/abcd…           the bytes
//	replies/KEY.json          what a question was last answered with
//	partial/KEY, KEY.json     a body that was broken off, and what it is part of
//	releases/SOURCE.json      the bodies that make up the last release fetched
type archive struct{ dir string }

// archiveIn is the archive of a store directory.
func archiveIn(store string) archive { return archive{filepath.Join(store, "archive")} }

// body is the bytes of one reply or file, and where they come from. Its URL
// holds no keys.
type body struct {
	URL          string `json:"url"`
	MediaType    string `json:"media_type,omitempty"`
	ETag         string `json:"etag,omitempty"`
	LastModified string `json:"last_modified,omitempty"`
	Retrieved    string `json:"retrieved"` // day
	SHA256       string `json:"sha256"`
	Bytes        int64  `json:"bytes"`
}

// path is where bytes of that SHA-256 lie.
func (a archive) path(sum string) string { return filepath.Join(a.dir, "sha256", sum[:2], sum) }

// has tells whether bytes are there.
func (a archive) has(sum string) bool {
	if len(sum) != sha256.Size*2 {
		return false
	}
	_, err := os.Stat(a.path(sum))
	return err == nil
}

// read gives bytes by their SHA-256, which is checked. ErrNotFound means that
// they were never kept, or have been removed.
func (a archive) read(sum string) ([]byte, error) {
	if !a.has(sum) {
		return nil, fmt.Errorf("archive: %s: %w", sum, data.ErrNotFound)
	}
	b, err := os.ReadFile(a.path(sum))
	if err != nil {
		return nil, fmt.Errorf("archive: %w", err)
	}
	if got := sumOf(b); got != sum {
		return nil, fmt.Errorf("archive: %s: the bytes have changed since, they are now %s: %w", sum, got, data.ErrInvalid)
	}
	return b, nil
}

// put keeps bytes and gives their SHA-256.
func (a archive) put(b []byte) (sum string, err error) {
	sum = sumOf(b)
	if a.has(sum) {
		return sum, nil
	}
	return sum, writeWhole(a.path(sum), b)
}

// adopt moves a finished file into the archive. Bytes of the same SHA-256 that
// are there already stay, unless they have been spoilt.
func (a archive) adopt(path string) (sum string, n int64, err error) {
	f, err := os.Open(path)
	if err != nil {
		return "", 0, fmt.Errorf("archive: %w", err)
	}
	h := sha256.New()
	n, err = io.Copy(h, f)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return "", 0, fmt.Errorf("archive: %w", err)
	}
	sum = hex.EncodeToString(h.Sum(nil))
	to := a.path(sum)
	if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
		return "", 0, fmt.Errorf("archive: %w", err)
	}
	if err := os.Rename(path, to); err != nil {
		return "", 0, fmt.Errorf("archive: %w", err)
	}
	return sum, n, syncDir(filepath.Dir(to))
}

// reply is what a question was last answered with, and whether it was and its
// bytes are still there.
func (a archive) reply(key string) (body, bool) {
	var b body
	err := readJSON(filepath.Join(a.dir, "replies", key+".json"), &b)
	return b, err == nil && a.has(b.SHA256)
}

// keepReply notes what a question was answered with.
func (a archive) keepReply(key string, b body) error {
	return writeJSON(filepath.Join(a.dir, "replies", key+".json"), b)
}

// partial is where a body is gathered, and where it says what it is part of.
func (a archive) partial(key string) (bytes, of string) {
	p := filepath.Join(a.dir, "partial", key)
	return p, p + ".json"
}

// release is what the last release that was read of a source is made up of.
// ErrNotFound means that none ever was.
func (a archive) release(id data.SourceID) (archived, error) {
	var r archived
	err := readJSON(filepath.Join(a.dir, "releases", string(id)+".json"), &r)
	if errors.Is(err, fs.ErrNotExist) {
		return r, fmt.Errorf("archive: nothing of source %s was ever read: %w", id, data.ErrNotFound)
	}
	return r, err
}

// keepRelease notes what a release is made up of.
func (a archive) keepRelease(id data.SourceID, r archived) error {
	return writeJSON(filepath.Join(a.dir, "releases", string(id)+".json"), r)
}

func sumOf(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

func readJSON(path string, v any) error {
	b, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(b, v); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return nil
}

func writeJSON(path string, v any) error {
	b, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return writeWhole(path, append(b, '\n'))
}

// writeWhole writes a file so that a reader, or a loss of power, finds the old
// content or the new.
func writeWhole(path string, b []byte) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	f, err := os.CreateTemp(filepath.Dir(path), ".new-*")
	if err != nil {
		return err
	}
	_, err = f.Write(b)
	if err = errors.Join(err, f.Chmod(0o644), f.Sync(), f.Close()); err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		return errors.Join(err, os.Remove(f.Name()))
	}
	return syncDir(filepath.Dir(path))
}

// syncDir makes names in a directory outlast a loss of power.
func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
