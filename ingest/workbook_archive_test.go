package ingest

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestAnArchiveThatIsNotSafeIsRefused(t *testing.T) {
	sample := []part{{"values/a.csv", "area,value\n"}, {"b.txt", "notes"}}
	whole := zipped(t, sample...)
	altered := func(change func(b []byte)) []byte {
		b := append([]byte{}, whole...)
		change(b)
		return b
	}
	named := func(names ...string) []byte {
		all := append([]part{}, sample...)
		for _, n := range names {
			all = append(all, part{n, "x"})
		}
		return zipped(t, all...)
	}
	with := func(name, body string) []byte {
		return zipped(t, append(append([]part{}, sample...), part{name, body})...)
	}
	// Offsets in the directory's entry of the first file, from its signature.
	entry := bytes.Index(whole, []byte("PK\x01\x02"))
	end := bytes.LastIndex(whole, []byte("PK\x05\x06"))
	deflated := deflatedZeros(t, 8<<20)
	small := deflatedZeros(t, 1000)
	many := func(n int) []byte {
		var all []part
		for i := range n {
			all = append(all, part{fmt.Sprintf("%d.csv", i), "x"})
		}
		return zipped(t, all...)
	}
	tests := []malformed{
		{"untouched", whole, ""},
		{"a folder", with("folder/", ""), ""},
		{"nothing", nil, "not a zip: the file is empty"},
		{"a web page", []byte("<html>"), "not a zip: a web page"},
		{"text", []byte("a,b\n"), "not a zip: text"},
		{"an empty zip", zipped(t), "a zip with nothing in it"},
		{"only folders", zipped(t, part{"a/", ""}), "no files in it"},
		{"an xls", xlsSample().file(), "not a zip"},
		{"an xlsx", xlsxSample().zip(t), "a workbook, where an archive"},
		{"an ods", odsSample().zip(t), "a workbook, where an archive"},
		{"only its signature", whole[:4], "a broken zip"},
		{"its first half", whole[:len(whole)/2], "a broken zip"},
		{"without its directory's end", whole[:end], "a broken zip"},
		{"without its last byte", whole[:len(whole)-1], "a broken zip"},
		{"bytes after its end", append(append([]byte{}, whole...), "rest"...), ""},
		{"bytes before its start", append([]byte("#!/bin/sh\n"), whole...), "not a zip"},
		{"a wrong signature of an entry", altered(func(b []byte) { b[entry] = 'Q' }), "a broken zip"},
		{"a wrong signature of a file", altered(func(b []byte) { b[0] = 'Q' }), "not a zip"},
		{"a bit of a file turned", altered(func(b []byte) { b[bytes.Index(b, []byte("values/a.csv"))+14] ^= 1 }), "can't be unpacked"},
		{"a wrong checksum", altered(func(b []byte) { b[entry+16] ^= 1 }), "can't be unpacked"},
		{"a size understated", altered(func(b []byte) { binary.LittleEndian.PutUint32(b[entry+24:], 3) }), "can't be unpacked"},
		{"a size overstated", altered(func(b []byte) { binary.LittleEndian.PutUint32(b[entry+24:], 300) }), "can't be unpacked"},
		{"a size beyond all", altered(func(b []byte) { binary.LittleEndian.PutUint32(b[entry+24:], 0xfffffff0) }), "unpacks to more than"},
		{"a packed size beyond the end", altered(func(b []byte) { binary.LittleEndian.PutUint32(b[entry+20:], 1<<20) }), "can't be unpacked"},
		{"a place beyond the end", altered(func(b []byte) { binary.LittleEndian.PutUint32(b[entry+42:], 1<<20) }), "can't be unpacked"},
		{"a directory beyond the end", altered(func(b []byte) { binary.LittleEndian.PutUint32(b[end+16:], 1<<20) }), "can't be unpacked"},
		{"more entries than bytes", altered(func(b []byte) { binary.LittleEndian.PutUint16(b[end+10:], 60000) }), "a broken zip"},
		{"fewer entries than there are", altered(func(b []byte) { binary.LittleEndian.PutUint16(b[end+10:], 1) }), "a broken zip"},
		{"a name longer than the directory", altered(func(b []byte) { binary.LittleEndian.PutUint16(b[entry+28:], 60000) }), "a broken zip"},
		{"a method unheard of", altered(func(b []byte) { b[entry+10] = 99 }), "compressed by method 99"},
		{"a password", altered(func(b []byte) { b[entry+8] |= 1 }), "protected with a password"},
		{"deflated bytes that are none", zipOf(t, zip.FileHeader{Name: "a", Method: zip.Deflate, UncompressedSize64: 100, CompressedSize64: 4}, []byte("\xff\xff\xff\xff")), "can't be unpacked"},
		{"a bomb", zipOf(t, zip.FileHeader{Name: "a", Method: zip.Deflate, UncompressedSize64: 8 << 20, CompressedSize64: uint64(len(deflated))}, deflated), "unpacks to more than 4194304 bytes"},
		{"a bomb that says it is small", zipOf(t, zip.FileHeader{Name: "a", Method: zip.Deflate, UncompressedSize64: 10, CompressedSize64: uint64(len(deflated))}, deflated), "can't be unpacked"},
		{"a small bomb that says it is large", zipOf(t, zip.FileHeader{Name: "a", Method: zip.Deflate, UncompressedSize64: 1 << 62, CompressedSize64: uint64(len(small))}, small), "unpacks to more than"},
		{"a way up", named("../a.csv"), "leads out of the folder"},
		{"a way up in the midst", named("a/../../b.csv"), "leads out of the folder"},
		{"a way up of Windows", named(`..\a.csv`), "leads out of the folder"},
		{"a name from the root", named("/etc/passwd"), "leads out of the folder"},
		{"a drive", named(`C:\a.csv`), "leads out of the folder"},
		{"a name of nothing", named(""), "leads out of the folder"},
		{"a name of a dot", named("./a.csv"), "leads out of the folder"},
		{"a name that ends a line", named("a\nb.csv"), "control character"},
		{"a name with a zero", named("a.csv\x00.xls"), "control character"},
		{"a name twice", named("c", "c"), "stands twice"},
		{"a name twice but for its case", named("B.TXT"), "stands twice"},
		{"a name twice but for its slash", named(`values\a.csv`), "stands twice"},
		{"more files than are read", many(21), "a zip of 21 files, more than 20"},
		{"a zip in it", with("c.zip", string(zipped(t, part{"a", "b"}))), "an archive within an archive"},
		{"a zip in it by another name", with("c.xls", string(zipped(t, part{"a", "b"}))), "an archive within an archive"},
		{"a bomb in an xlsx in it", with("c.xlsx", string(xlsxSample().set("x", strings.Repeat(" ", 5<<20)).zip(t))), "unpacks to more than"},
		{"a gzip in it", with("c.gz", "\x1f\x8b\x08"), "an archive within an archive"},
		{"a 7z in it", with("c.7z", "7z\xbc\xaf\x27\x1c"), "an archive within an archive"},
		{"a broken zip in it", with("c.zip", "PK\x03\x04"), "a broken zip"},
		{"a file too large", append(make([]byte, 1<<20), whole...), "more than 1048576"},
	}
	if len(tests) < 40 {
		t.Errorf("%d malformed archives, want at least 40", len(tests))
	}
	want := []archiveFile{{"values/a.csv", []byte("area,value\n")}, {"b.txt", []byte("notes")}}
	for _, m := range tests {
		t.Run(m.name, func(t *testing.T) {
			files, err := openArchive(t.Context(), "file", m.content, smallLimits)
			checkFault(t, err, m.fault)
			if err == nil {
				if d := cmp.Diff(want, files, cmp.AllowUnexported(archiveFile{})); d != "" {
					t.Errorf("files (-want +got):\n%s", d)
				}
			}
		})
	}
}

func TestAnArchiveMayHoldWorkbooks(t *testing.T) {
	books := sampleWorkbooks(t)
	var all []part
	for _, name := range []string{"sample.ods", "sample.xls", "sample.xlsx"} {
		all = append(all, part{name, string(books[name])})
	}
	files, err := openArchive(t.Context(), "file", zipped(t, all...), smallLimits)
	if err != nil {
		t.Fatal(err)
	}
	for i, f := range files {
		if f.name != all[i].name {
			t.Errorf("file %d is %q, want %q", i, f.name, all[i].name)
		}
		if _, err := openWorkbook(t.Context(), f.name, f.content, smallLimits); err != nil {
			t.Error(err)
		}
	}
}
