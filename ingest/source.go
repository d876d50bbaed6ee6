package ingest

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"net/url"
	"path"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/goccy/go-yaml"

	"goodwork/data"
)

//go:embed sources/*.yaml
var sourceFiles embed.FS

// Source is one file of sources: one product of one publisher, how its files
// are read, and what is expected of them. sources/README.md explains the fields
// to those who write them.
type Source struct {
	ID          data.SourceID `yaml:"id"`
	Title       string        `yaml:"title"`
	Publisher   string        `yaml:"publisher"`
	Licence     string        `yaml:"licence"`
	LandingPage string        `yaml:"landing_page"`
	Designation string        `yaml:"designation"`
	Frequency   string        `yaml:"frequency"`
	NextRelease string        `yaml:"next_release"`
	Note        string        `yaml:"note"`

	Format  string  `yaml:"format"`
	Columns Columns `yaml:"columns"`
	Table   *Table  `yaml:"table"`

	Measures    []Measure           `yaml:"measures"`
	Skip        []map[string]string `yaml:"skip"`
	Markers     map[string]string   `yaml:"markers"`
	Statuses    map[string]string   `yaml:"statuses"`
	Corrections []Correction        `yaml:"corrections"`
	Relations   []Relation          `yaml:"relations"`

	Areas  Areas     `yaml:"areas"`
	Expect Expect    `yaml:"expect"`
	List   []Release `yaml:"releases"`
	Fetch  *Fetch    `yaml:"fetch"`
}

// Columns names the columns of a tidy CSV file. Other lists the columns that a
// measure's where and assert speak of, and those that are only expected: a
// column that stands nowhere here is unknown. Periods gives the period of each
// text where period_form is listed; From leaves out the periods that start
// before that day.
type Columns struct {
	Area       string            `yaml:"area"`
	Name       string            `yaml:"name"`
	Period     string            `yaml:"period"`
	PeriodForm string            `yaml:"period_form"`
	Periods    map[string]string `yaml:"periods"`
	From       string            `yaml:"from"`
	Value      string            `yaml:"value"`
	Other      []string          `yaml:"other"`
}

// Table says where the figures of a workbook stand, in one sheet of areas by
// measures for one period, that of the release. Area is the letter of the
// column with the areas' codes or names, First the first row of figures; the
// first row below without an area ends the table. Says names cells and the text
// that each must hold, so that another table is refused.
//
// In an archive, Book matches the name of the workbook to read (path.Match), and
// CVBook that of the one with the coefficients of variation, which has the same
// sheet; the two are joined by area.
type Table struct {
	Book   string            `yaml:"book"`
	CVBook string            `yaml:"cv_book"`
	Sheet  string            `yaml:"sheet"`
	Area   string            `yaml:"area"`
	First  int               `yaml:"first"`
	Says   map[string]string `yaml:"says"`
}

// Measure is one series of a source. Where picks its rows by the text of their
// columns; Assert is what those rows must say besides, so that a file whose
// unit, title or base has changed is refused.
type Measure struct {
	ID     string            `yaml:"id"`
	Where  map[string]string `yaml:"where"`
	Assert map[string]string `yaml:"assert"`
	Unit   string            `yaml:"unit"`
	Kind   string            `yaml:"kind"`
	Range  []float64         `yaml:"range"`
	Months []int             `yaml:"months"`
	// SumsWithin is how far, in per cent, a larger area's count may be from the
	// sum of its local areas; 0 where they aren't held to each other.
	SumsWithin float64 `yaml:"sums_within"`
	// CVStep is the step in which the coefficients of variation were published
	// with which a measure's limits were made, 0 where they were made otherwise.
	CVStep float64 `yaml:"cv_step"`
}

// Areas says what a source's areas mean where the register alone can't tell.
type Areas struct {
	// Only is the one area that every row stands for.
	Only data.AreaCode `yaml:"only"`
	// Codes puts areas of the register in the place of codes that cover nearly
	// the same land; their figures are flagged combined_area.
	Codes map[string]data.AreaCode `yaml:"codes"`
	// Names puts areas in the place of words such as "Total".
	Names map[string]data.AreaCode `yaml:"names"`
	// NamesOn is the day on whose boundaries areas stand that are given by name;
	// blank where a name is no area.
	NamesOn string `yaml:"names_on"`
	// Nowhere lists words for rows of no known place.
	Nowhere []string `yaml:"nowhere"`
}

// Expect is what every release of a source must at least hold, in each of its
// measures: areas in the latest period, and periods. RowChange is the change in
// rows from the release before, in per cent, above which a person must look; 2
// where it isn't given.
type Expect struct {
	Areas     int     `yaml:"areas"`
	Periods   int     `yaml:"periods"`
	RowChange float64 `yaml:"row_change"`
}

// Release is one release of a source, oldest first in the list; the last one is
// loaded. Flags marks whole periods with words joined by ";". Says adds to what
// the cells of a workbook must hold.
type Release struct {
	ID        data.ReleaseID    `yaml:"id"`
	Published string            `yaml:"published"`
	Retrieved string            `yaml:"retrieved"`
	URL       string            `yaml:"url"`
	File      string            `yaml:"file"`
	Latest    string            `yaml:"latest"`
	Flags     map[string]string `yaml:"flags"`
	Says      map[string]string `yaml:"says"`
}

// Sources reads the sources that are built in, ordered by id. An error says
// everything that is wrong with them.
func Sources() ([]Source, error) {
	sub, err := fs.Sub(sourceFiles, "sources")
	if err != nil {
		return nil, err
	}
	return ReadSources(sub)
}

// ReadSources reads all sources of a folder, ordered by id.
func ReadSources(dir fs.FS) ([]Source, error) {
	names, err := fs.Glob(dir, "*.yaml")
	if err != nil {
		return nil, err
	}
	var all []Source
	var wrong []error
	for _, name := range names {
		b, err := fs.ReadFile(dir, name)
		if err != nil {
			return nil, err
		}
		s, err := ParseSource(b)
		if err == nil && string(s.ID)+".yaml" != name {
			err = fmt.Errorf("id %q: want the name of the file: %w", s.ID, data.ErrInvalid)
		}
		if err != nil {
			wrong = append(wrong, fmt.Errorf("sources/%s: %w", name, err))
			continue
		}
		all = append(all, s)
	}
	slices.SortFunc(all, func(a, b Source) int { return strings.Compare(string(a.ID), string(b.ID)) })
	return all, errors.Join(wrong...)
}

// ParseSource reads one source strictly: an unknown field is an error. It says
// everything that is wrong at once.
func ParseSource(b []byte) (Source, error) {
	var s Source
	if err := yaml.UnmarshalWithOptions(b, &s, yaml.Strict()); err != nil {
		return s, fmt.Errorf("%s: %w", strings.TrimSpace(yaml.FormatError(err, false, false)), data.ErrInvalid)
	}
	if wrong := s.lint(); len(wrong) > 0 {
		return s, fmt.Errorf("%s: %w", strings.Join(wrong, "; "), data.ErrInvalid)
	}
	return s, nil
}

// Current is the release that is loaded from a folder, the last of the list; it
// has no id where the source is only ever fetched.
func (s Source) Current() Release {
	if len(s.List) == 0 {
		return Release{}
	}
	return s.List[len(s.List)-1]
}

// described is what the store keeps of the source.
func (s Source) described() data.Source {
	return data.Source{
		ID: s.ID, Title: s.Title, Publisher: s.Publisher, Licence: s.Licence, LandingPage: s.LandingPage,
		Designation: s.Designation, Frequency: s.Frequency, NextRelease: s.NextRelease,
	}
}

var (
	kebab       = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)
	frequencies = []string{"yearly", "quarterly", "monthly", "once"}
	kinds       = []string{"count", "percentage", "rate", "median", "percentile", "mean", "ratio", "years", "index", "money"}
)

// lint says everything that is wrong with a source.
func (s Source) lint() (wrong []string) {
	say := func(ok bool, format string, args ...any) {
		if !ok {
			wrong = append(wrong, fmt.Sprintf(format, args...))
		}
	}
	say(kebab.MatchString(string(s.ID)), "id %q: want kebab-case", s.ID)
	say(s.Title != "", "no title")
	say(s.Publisher != "", "no publisher")
	say(s.Licence != "", "no licence")
	say(isURL(s.LandingPage), "landing_page %q: want an https address", s.LandingPage)
	_, ok := data.Designations[s.Designation]
	say(ok && s.Designation != "ours", "designation %q: want one of %s", s.Designation, strings.Join(slices.Sorted(maps.Keys(data.Designations)), ", "))
	say(slices.Contains(frequencies, s.Frequency), "frequency %q: want one of %s", s.Frequency, strings.Join(frequencies, ", "))
	say(s.NextRelease == "" || isDay(s.NextRelease), "next_release %q: want a day such as 2026-10-22", s.NextRelease)
	f, ok := formats[s.Format]
	say(ok, "format %q: want one of %s", s.Format, strings.Join(slices.Sorted(maps.Keys(formats)), ", "))
	if ok {
		wrong = append(wrong, f.lint(s)...)
	}
	wrong = append(wrong, lintMeasures(s)...)
	wrong = append(wrong, lintCorrections(s.Corrections)...)
	wrong = append(wrong, lintRelations(s)...)
	say(s.Columns.From == "" || isDay(s.Columns.From), "columns: from %q: want a day", s.Columns.From)
	for text, p := range sorted(s.Columns.Periods) {
		_, err := data.ParsePeriod(p)
		say(err == nil, "columns: periods: %q: %v", text, err)
	}
	for symbol, m := range sorted(s.Markers) {
		say(data.Marker(m).Valid(), "markers: %q: %q: want one of c, x, u, z, w, low", symbol, m)
	}
	for symbol, words := range sorted(s.Statuses) {
		_, err := data.ParseFlags(words)
		say(err == nil && symbol != "", "statuses: %q: %q: want words such as provisional, revised", symbol, words)
	}
	say(s.Areas.NamesOn == "" || isDay(s.Areas.NamesOn), "areas: names_on %q: want a day", s.Areas.NamesOn)
	say(s.Expect.Areas > 0, "expect: no areas")
	say(s.Expect.Periods > 0, "expect: no periods")
	wrong = append(wrong, lintFetch(s)...)
	if len(s.List) == 0 && s.Fetch == nil {
		wrong = append(wrong, "no releases")
	}
	return append(wrong, lintReleases(s.List)...)
}

func lintMeasures(s Source) (wrong []string) {
	seen := map[string]bool{}
	for _, m := range s.Measures {
		bad := func(format string, args ...any) {
			wrong = append(wrong, fmt.Sprintf("measure %q: ", m.ID)+fmt.Sprintf(format, args...))
		}
		if !kebab.MatchString(m.ID) {
			bad("want kebab-case")
		}
		if seen[m.ID] {
			bad("stands twice")
		}
		seen[m.ID] = true
		if len(m.Where) == 0 && !formats[s.Format].oneMeasure {
			bad("no where")
		}
		if m.Unit == "" {
			bad("no unit")
		}
		if !slices.Contains(kinds, m.Kind) {
			bad("kind %q: want one of %s", m.Kind, strings.Join(kinds, ", "))
		}
		if len(m.Range) != 2 || !(m.Range[0] < m.Range[1]) {
			bad("range %v: want the lowest and the highest value that can be", m.Range)
		}
		for _, month := range m.Months {
			if month < 1 || month > 12 {
				bad("month %d: want 1 to 12", month)
			}
		}
	}
	if len(s.Measures) == 0 {
		wrong = append(wrong, "no measures")
	}
	return wrong
}

func lintReleases(list []Release) (wrong []string) {
	seen := map[data.ReleaseID]bool{}
	for i, r := range list {
		bad := func(format string, args ...any) {
			wrong = append(wrong, fmt.Sprintf("release %q: ", r.ID)+fmt.Sprintf(format, args...))
		}
		if !kebab.MatchString(string(r.ID)) {
			bad("want an id such as 2025-10")
		}
		if seen[r.ID] {
			bad("stands twice")
		}
		seen[r.ID] = true
		for _, d := range []string{r.Published, r.Retrieved} {
			if d != "" && !isDay(d) {
				bad("%q: want a day such as 2025-10-23", d)
			}
		}
		if i > 0 && r.Published != "" && r.Published < list[i-1].Published {
			bad("published before the one that it follows")
		}
		if !isURL(r.URL) {
			bad("url %q: want an https address", r.URL)
		}
		if !fs.ValidPath(r.File) || r.File == "." || path.Ext(r.File) == "" {
			bad("file %q: want a path below the folder", r.File)
		}
		if _, err := data.ParsePeriod(r.Latest); err != nil {
			bad("latest: %v", err)
		}
		for p, words := range sorted(r.Flags) {
			_, errPeriod := data.ParsePeriod(p)
			_, errWords := data.ParseFlags(words)
			if err := errors.Join(errPeriod, errWords); err != nil {
				bad("flags: %v", err)
			}
		}
	}
	return wrong
}

func isDay(s string) bool {
	_, err := time.Parse(time.DateOnly, s)
	return err == nil
}

func isURL(s string) bool {
	u, err := url.Parse(s)
	return err == nil && u.Scheme == "https" && u.Host != ""
}

// sorted walks a map in the order of its keys, so that errors come in the same
// order each time.
func sorted[V any](m map[string]V) func(func(string, V) bool) {
	return func(yield func(string, V) bool) {
		for _, k := range slices.Sorted(maps.Keys(m)) {
			if !yield(k, m[k]) {
				return
			}
		}
	}
}
