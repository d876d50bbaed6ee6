package ingest

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"goodwork/data"
)

// BenchmarkIngestOfCSV takes in the publishers' CSV files, and has DuckDB read
// the same files by itself in the same run. It tells how many times as long the
// ingest takes (x_bare), and the most memory that the process has held
// (MB_peak). Workbooks are timed apart, below.
func BenchmarkIngestOfCSV(b *testing.B) {
	from := filepath.Join("..", "..", "shared", "publishers")
	sources, paths := csvSources(b, from)
	register, err := registerOnce()
	if err != nil {
		b.Fatal(err)
	}
	var bare, ours time.Duration
	var bytes int64
	for b.Loop() {
		began := time.Now()
		if _, err := data.BareRead(b.Context(), paths...); err != nil {
			b.Fatal(err)
		}
		bare += time.Since(began)
		began = time.Now()
		report, err := Run(b.Context(), Config{Store: b.TempDir(), From: os.DirFS(from), Sources: sources, Register: register, Today: "2026-11-23"})
		if err != nil || report.Stale() > 0 {
			b.Fatal(err, report.Stale())
		}
		ours += time.Since(began)
		bytes = 0
		for _, r := range report.Results {
			bytes += r.Release.Bytes
		}
	}
	b.SetBytes(bytes)
	b.ReportMetric(float64(ours)/float64(bare), "x_bare")
	b.ReportMetric(float64(bare.Milliseconds())/float64(b.N), "ms_bare/op")
	b.ReportMetric(peakMB(b), "MB_peak")
}

// BenchmarkIngestOfWorkbooks takes in the publishers' workbooks and other files
// that are no CSV.
func BenchmarkIngestOfWorkbooks(b *testing.B) {
	from := filepath.Join("..", "..", "shared", "publishers")
	of, _ := csvSources(b, from)
	csv := map[data.SourceID]bool{}
	for _, s := range of {
		csv[s.ID] = true
	}
	all, err := Sources()
	if err != nil {
		b.Fatal(err)
	}
	var sources []Source
	for _, s := range all {
		if !csv[s.ID] && len(s.List) > 0 {
			sources = append(sources, s)
		}
	}
	register, err := registerOnce()
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := Run(b.Context(), Config{Store: b.TempDir(), From: os.DirFS(from), Sources: sources, Register: register, Today: "2026-11-23"}); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(peakMB(b), "MB_peak")
}

// csvSources lists the sources whose files DuckDB can read by itself, and those
// files.
func csvSources(b *testing.B, from string) (sources []Source, paths []string) {
	b.Helper()
	if _, err := os.Stat(filepath.Join(from, "ons-els")); err != nil {
		b.Skipf("the publishers' files are not beside the project: %v", err)
	}
	all, err := Sources()
	if err != nil {
		b.Fatal(err)
	}
	for _, s := range all {
		file := s.Current().File
		if !strings.HasSuffix(file, ".csv") && !strings.HasSuffix(file, ".csv.gz") {
			continue
		}
		path := filepath.Join(from, file)
		if _, err := data.BareRead(b.Context(), path); err != nil {
			b.Logf("left out, since DuckDB can't read it by itself: %v", err)
			continue
		}
		sources, paths = append(sources, s), append(paths, path)
	}
	return sources, paths
}

// peakMB is the most memory that the process has held, in megabytes.
func peakMB(b *testing.B) float64 {
	b.Helper()
	var u unix.Rusage
	if err := unix.Getrusage(unix.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return float64(u.Maxrss) / 1024
}
