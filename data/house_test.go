package data_test

import (
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// rooms says what each room may import of this module. Nothing lies below data.
var rooms = map[string][]string{
	"data":            {},
	"ingest":          {"goodwork/data"},
	"indicators":      {"goodwork/data"},
	"dashboard":       {"goodwork/data", "goodwork/dashboard/chart"},
	"dashboard/chart": {"goodwork/data"},
	"cmd":             {"goodwork/data", "goodwork/ingest", "goodwork/indicators", "goodwork/dashboard", "goodwork/dashboard/chart"},
}

// keepers says which room alone may import a package.
var keepers = map[string]string{
	"database/sql":               "data",
	"database/sql/driver":        "data",
	"github.com/duckdb/":         "data",
	"html/template":              "dashboard",
	"github.com/labstack/echo/":  "dashboard",
	"github.com/go-echarts/":     "dashboard/chart",
	"github.com/dop251/goja":     "dashboard/chart",
	"github.com/tetratelabs/":    "dashboard/chart",
	"github.com/alecthomas/kong": "cmd",
}

// The files are read with go/parser: a test that asked the go command would stay
// green from the test cache after the rule is broken.
func TestTheImportsKeepToTheDrawing(t *testing.T) {
	files := 0
	err := filepath.WalkDir("..", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (d.Name() == "node_modules" || (strings.HasPrefix(d.Name(), ".") && d.Name() != "..")) {
			return filepath.SkipDir
		}
		if d.IsDir() || !strings.HasSuffix(path, ".go") {
			return nil
		}
		room := filepath.ToSlash(filepath.Dir(path))[3:]
		if rooms[room] == nil {
			room, _, _ = strings.Cut(room, "/")
		}
		if rooms[room] == nil {
			t.Errorf("%s: no such room in the drawing", path)
			return nil
		}
		files++
		f, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		for _, spec := range f.Imports {
			imported, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				return err
			}
			own := "goodwork/" + filepath.ToSlash(filepath.Dir(path))[3:]
			external := strings.HasSuffix(path, "_test.go") && imported == own
			if strings.HasPrefix(imported, "goodwork/") && !external && !slices.Contains(rooms[room], imported) {
				t.Errorf("%s imports %s: an arrow that the drawing has not", path, imported)
			}
			for prefix, keeper := range keepers {
				if keeper != room && !strings.HasPrefix(room, keeper+"/") && (imported == prefix || (strings.HasSuffix(prefix, "/") && strings.HasPrefix(imported, prefix))) {
					t.Errorf("%s imports %s, which only %s may", path, imported, keeper)
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if files < 20 {
		t.Errorf("only %d Go files were read: is the test looking in the right place?", files)
	}
}
