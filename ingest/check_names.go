package ingest

import (
	"strings"

	"goodwork/data"
)

// areaLabel is how a file names the area of a code, and the type it gives it, at
// the first row of the code.
type areaLabel struct {
	row        int
	name, kind string
}

// note holds a row's name and type of area to those of the rows before.
func (out *rowReading) note(rec record, code string) {
	l := out.layout
	if l.name == "" {
		return
	}
	name, kind := rec.get(l.name), rec.get(l.kind)
	before, seen := out.names[code]
	switch {
	case !seen:
		out.names[strings.Clone(code)] = areaLabel{row: rec.row, name: strings.Clone(name), kind: strings.Clone(kind)}
	case before.name != name:
		out.found.add("V09", rec.row, l.name, name, "%s is %q in row %d", code, before.name, before.row)
	case before.kind != kind:
		out.found.add("V11", rec.row, l.kind, kind, "%s is a %q in row %d", code, before.kind, before.row)
	}
}

// checkNames holds the names of a file to the register. A name that is another
// area's shows that codes and names have come apart (V10); a spelling that no
// area bears is for a person to look at (V57).
func checkNames(column string, names map[string]areaLabel, p *placer, found *findings) {
	for code, n := range sorted(names) {
		at := p.of(code)
		if at.problem != "" || at.skip != "" || at.flags.Has(data.CombinedArea) || p.source.Areas.Names[code] != "" {
			continue
		}
		name := plainName(n.name)
		if p.bears(code, at.area, name) {
			continue
		}
		a, _ := p.register.Area(at.area)
		if other, err := p.register.ByName(name); err == nil && other.Code != at.area {
			found.add("V10", n.row, column, n.name, "%s is %q; the name is that of %s", code, a.Name, other.Code)
			continue
		}
		found.add("V57", n.row, column, n.name, "%s is %q in the register", code, a.Name)
	}
}

// plainName is a name without what publishers add to tell areas of one name
// apart.
func plainName(s string) string {
	for _, suffix := range []string{" UA", " (Met County)", " (England)"} {
		s = strings.TrimSuffix(s, suffix)
	}
	return strings.ReplaceAll(s, " & ", " and ")
}

// bears tells whether an area goes, or once went, by a name, under the code that
// is published or the present one.
func (p *placer) bears(published string, present data.AreaCode, name string) bool {
	for _, code := range []data.AreaCode{data.AreaCode(published), present} {
		a, ok := p.register.Area(code)
		if !ok {
			continue
		}
		if a.Name == name || a.NameWelsh == name {
			return true
		}
		day := a.End
		if day == "" {
			day = "9999-12-31"
		}
		if named, err := p.register.ByNameAt(name, day); err == nil && named.Code == code {
			return true
		}
	}
	return false
}
