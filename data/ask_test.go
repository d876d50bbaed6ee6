package data

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestASelectReadsTheEditionAndFiles(t *testing.T) {
	ctx, dir := t.Context(), t.TempDir()
	s, err := OpenSnapshotEdition(ctx)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	file := filepath.Join(dir, "figures.csv")
	if err := os.WriteFile(file, []byte("area_code,value\nE08000003,1.5\nE08000006,\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ query, want string }{
		{"SELECT edition_id FROM edition", "edition_id\r\n" + string(s.ID()) + "\r\n"},
		{"SELECT value, marker FROM figure WHERE indicator_id = 'median-weekly-pay' AND area_code = 'E08000003' AND period = '2025-04-30'", "value,marker\r\n589.3,\r\n"},
		{"SELECT * FROM '" + file + "';", "area_code,value\r\nE08000003,1.5\r\nE08000006,\r\n"},
		{"SELECT DATE '2025-04-01' AS day, 1.50::DECIMAL(5, 2) AS price, [1, 2] AS list, NULL AS nothing, 'a,b' AS text", "day,price,list,nothing,text\r\n2025-04-01,1.5,\"[1,2]\",,\"a,b\"\r\n"},
	} {
		var out bytes.Buffer
		if err := s.Ask(ctx, &out, c.query); err != nil {
			t.Errorf("%s: %v", c.query, err)
		}
		if diff := cmp.Diff(c.want, out.String()); diff != "" {
			t.Errorf("%s: %s", c.query, diff)
		}
	}
}

func TestAStatementThatDoesMoreThanReadIsRefused(t *testing.T) {
	ctx, dir := t.Context(), t.TempDir()
	s, err := OpenSnapshotEdition(ctx)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	file := filepath.Join(dir, "out.csv")
	for _, query := range []string{
		"COPY (SELECT 1) TO '" + file + "'", "COPY (SELECT 1) TO '" + file + "'; SELECT 1", "SELECT 1; COPY (SELECT 1) TO '" + file + "'",
		"ATTACH '" + file + "'", "CREATE TABLE t (x INTEGER)", "DELETE FROM edition", "SET threads = 1", "INSTALL httpfs", "LOAD httpfs", "EXPORT DATABASE '" + dir + "'",
		"", ";", "SELECT", "SELECT * FROM nowhere", strings.Repeat("(", 10_000),
	} {
		var out bytes.Buffer
		if err := s.Ask(ctx, &out, query); !errors.Is(err, ErrInvalid) || out.Len() > 0 {
			t.Errorf("%.60s: %v, wrote %q", query, err, out.String())
		}
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
		t.Errorf("files were written: %v %v", left, err)
	}
}
