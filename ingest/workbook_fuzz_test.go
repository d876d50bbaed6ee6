package ingest

import (
	"bytes"
	"errors"
	"testing"

	"goodwork/data"
)

// fuzzWorkbook opens whatever comes: it must be refused with a fault of the
// file, or read into cells that are in order and within the limits.
func fuzzWorkbook(f *testing.F, wrap func(t testing.TB, b []byte) []byte, seeds ...[]byte) {
	for _, s := range seeds {
		f.Add(s)
		f.Add(s[:len(s)/2])
	}
	f.Add([]byte(nil))
	f.Fuzz(func(t *testing.T, b []byte) {
		w, err := openWorkbook(t.Context(), "file", wrap(t, b), smallLimits)
		if err != nil {
			if !errors.Is(err, data.ErrInvalid) {
				t.Fatalf("error is not one of the file: %v", err)
			}
			return
		}
		cells := 0
		for _, s := range w.sheets {
			cells += len(s.cells)
			for i, c := range s.cells {
				if c.kind == kindEmpty || c.row < 1 || c.row > mostRows || c.column < 1 || c.column > mostColumns {
					t.Fatalf("cell %+v", c)
				}
				if i > 0 && byPlace(s.cells[i-1], c) >= 0 {
					t.Fatalf("cells %+v and %+v are not in order", s.cells[i-1], c)
				}
				if s.at(c.row, c.column) != c {
					t.Fatalf("cell %+v is not found", c)
				}
			}
		}
		if cells > smallLimits.cells {
			t.Fatalf("%d cells", cells)
		}
	})
}

func asIs(_ testing.TB, b []byte) []byte { return b }

func FuzzXLS(f *testing.F) {
	mini := xlsSample()
	mini.mini, mini.tail = true, 0
	fuzzWorkbook(f, asIs, xlsSample().file(), mini.file())
}

// FuzzXLSRecords puts the stream that comes into a compound file that is whole.
func FuzzXLSRecords(f *testing.F) {
	fuzzWorkbook(f, func(_ testing.TB, b []byte) []byte {
		return compound("Workbook", append(b[:min(len(b), 40_000):min(len(b), 40_000)], make([]byte, 4096)...), false)
	}, xlsSample().stream())
}

func FuzzXLSX(f *testing.F) { fuzzWorkbook(f, asIs, xlsxSample().zip(f)) }

// FuzzXLSXSheet puts the sheet that comes into an xlsx that is whole.
func FuzzXLSXSheet(f *testing.F) {
	s := xlsxSample()
	fuzzWorkbook(f, func(t testing.TB, b []byte) []byte { return s.set(partSheet1, string(b)).zip(t) }, []byte(s[6].body))
}

func FuzzODS(f *testing.F) { fuzzWorkbook(f, asIs, odsSample().zip(f)) }

// FuzzODSContent puts the content that comes into an ods that is whole.
func FuzzODSContent(f *testing.F) {
	s := odsSample()
	fuzzWorkbook(f, func(t testing.TB, b []byte) []byte { return s.set("content.xml", string(b)).zip(t) }, []byte(s[1].body))
}

func FuzzArchive(f *testing.F) {
	for _, s := range [][]byte{
		zipped(f, part{"a/b.csv", "1"}, part{"c", "2"}),
		zipped(f, part{"../a", "1"}), zipped(f, part{"a.zip", string(zipped(f, part{"b", "1"}))}),
		xlsxSample().zip(f), nil,
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		files, err := openArchive(t.Context(), "file", b, smallLimits)
		if err != nil {
			if !errors.Is(err, data.ErrInvalid) {
				t.Fatalf("error is not one of the file: %v", err)
			}
			return
		}
		size := 0
		for _, f := range files {
			size += len(f.content)
			if unsafeName(f.name) != "" || bytes.HasPrefix(f.content, []byte("\x1f\x8b")) {
				t.Fatalf("file %q", f.name)
			}
		}
		if size > int(smallLimits.unpacked) {
			t.Fatalf("%d bytes", size)
		}
	})
}
