package ingest

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
)

// Fetch says how a source is asked of its publisher's own service: one of the
// clients, and what it asks for. Unverified lists ids that no file of the
// publisher's has confirmed; a reply that doesn't bear the names that are
// expected of it is refused.
type Fetch struct {
	ELS        *FetchELS        `yaml:"els"`
	Nomis      *FetchNomis      `yaml:"nomis"`
	StatXplore *FetchStatXplore `yaml:"stat_xplore"`
	Fingertips *FetchFingertips `yaml:"fingertips"`
	Page       *FetchPage       `yaml:"page"`
	Timeseries *FetchTimeseries `yaml:"timeseries"`
	Unverified []string         `yaml:"unverified"`
}

// FetchELS asks ONS Explore Local Statistics: an indicator's slug for each
// measure.
type FetchELS struct {
	Indicators map[string]string `yaml:"indicators"`
}

// FetchNomis asks one dataset of Nomis. Name is what the dataset must be called
// there. Query picks codes of its dimensions. Of its measures, Value holds the
// figures; CV and HalfWidth, where there are any, the coefficient of variation
// in percent and half the width of the 95% interval. URN is what every row's
// name begins with where that isn't made of the dataset's id.
type FetchNomis struct {
	Dataset   string            `yaml:"dataset"`
	Name      string            `yaml:"name"`
	Query     map[string]string `yaml:"query"`
	Period    string            `yaml:"period"`
	Value     string            `yaml:"value"`
	CV        string            `yaml:"cv"`
	HalfWidth string            `yaml:"half_width"`
	URN       string            `yaml:"urn"`
}

// FetchStatXplore asks for one table of DWP's Stat-Xplore. Every id stands with
// the label that the reply must give it.
type FetchStatXplore struct {
	Database      string            `yaml:"database"`
	DatabaseLabel string            `yaml:"database_label"`
	Count         string            `yaml:"count"`
	CountLabel    string            `yaml:"count_label"`
	Fields        []StatXploreField `yaml:"fields"`
	Period        string            `yaml:"period"`
}

// StatXploreField is one dimension of a table: all values of a set. Is tells
// the field of areas and that of periods; the others tell measures apart, by
// label.
type StatXploreField struct {
	ID       string `yaml:"id"`
	Label    string `yaml:"label"`
	ValueSet string `yaml:"valueset"`
	Is       string `yaml:"is"`
	Total    bool   `yaml:"total"`
}

// FetchFingertips asks OHID's Fingertips for the indicator of each measure, in
// the types of area that are named.
type FetchFingertips struct {
	Indicators map[string]FingertipsIndicator `yaml:"indicators"`
	AreaTypes  []int                          `yaml:"area_types"`
	Parent     int                            `yaml:"parent_area_type"`
}

// FingertipsIndicator is an indicator by its id and the name that the reply
// must give it, for one sex and, where the indicator has several, one age.
type FingertipsIndicator struct {
	ID   int    `yaml:"id"`
	Name string `yaml:"name"`
	Sex  string `yaml:"sex"`
	Age  string `yaml:"age"`
}

// FetchPage finds a file's link on a landing page, since the names of files
// change with each release, and fetches it. Link is a regular expression for
// the address; the first that matches is taken. Hosts lists those that the file
// may be redirected to.
type FetchPage struct {
	Link  string   `yaml:"link"`
	Hosts []string `yaml:"hosts"`
}

// FetchTimeseries asks for the JSON of the ONS's time series on the landing
// page.
type FetchTimeseries struct{}

// client is the name of the one client that a source uses, "" for none or more
// than one.
func (f *Fetch) client() string {
	var names []string
	for name, used := range map[string]bool{
		"els": f.ELS != nil, "nomis": f.Nomis != nil, "stat-xplore": f.StatXplore != nil,
		"fingertips": f.Fingertips != nil, "page": f.Page != nil, "timeseries": f.Timeseries != nil,
	} {
		if used {
			names = append(names, name)
		}
	}
	if len(names) != 1 {
		return ""
	}
	return names[0]
}

// lintFetch says what is wrong with how a source is fetched.
func lintFetch(s Source) (wrong []string) {
	if s.Fetch == nil {
		return nil
	}
	say := func(ok bool, format string, args ...any) {
		if !ok {
			wrong = append(wrong, "fetch: "+fmt.Sprintf(format, args...))
		}
	}
	name := s.Fetch.client()
	say(name != "", "want exactly one of els, nomis, stat_xplore, fingertips, page, timeseries")
	switch name {
	case "els":
		say(len(s.Fetch.ELS.Indicators) > 0, "els: no indicators")
		for m, slug := range sorted(s.Fetch.ELS.Indicators) {
			say(s.measure(m) != nil, "els: %q is no measure of the source", m)
			say(kebab.MatchString(slug), "els: slug %q: want kebab-case", slug)
		}
		for _, m := range s.Measures {
			say(s.Fetch.ELS.Indicators[m.ID] != "", "els: no indicator for measure %q", m.ID)
		}
	case "nomis":
		wrong = append(wrong, lintNomis(s)...)
	case "stat-xplore":
		wrong = append(wrong, lintStatXplore(s)...)
	case "fingertips":
		for _, m := range s.Measures {
			i, ok := s.Fetch.Fingertips.Indicators[m.ID]
			say(ok && i.ID > 0 && i.Name != "" && i.Sex != "", "fingertips: measure %q: want an indicator with id, name and sex", m.ID)
		}
		for m := range sorted(s.Fetch.Fingertips.Indicators) {
			say(s.measure(m) != nil, "fingertips: %q is no measure of the source", m)
		}
		say(len(s.Fetch.Fingertips.AreaTypes) > 0, "fingertips: no area_types")
	case "page":
		_, err := regexp.Compile(s.Fetch.Page.Link)
		say(err == nil && s.Fetch.Page.Link != "", "page: link %q: want a regular expression", s.Fetch.Page.Link)
	}
	return wrong
}

var (
	nomisDataset   = regexp.MustCompile(`^NM_[0-9]+_[0-9]+$`)
	nomisDimension = regexp.MustCompile(`^[A-Z][A-Z0-9_]*$`)
)

func lintNomis(s Source) (wrong []string) {
	f := s.Fetch.Nomis
	say := func(ok bool, format string, args ...any) {
		if !ok {
			wrong = append(wrong, "fetch: nomis: "+fmt.Sprintf(format, args...))
		}
	}
	say(nomisDataset.MatchString(f.Dataset), "dataset %q: want an id such as NM_30_1", f.Dataset)
	say(f.Name != "", "no name of the dataset")
	say(f.Value != "", "no value: the code of the measure that holds the figures")
	say(f.Query["GEOGRAPHY"] != "", "query: no GEOGRAPHY")
	say(f.Query["DATE"] != "", "query: no DATE")
	say(f.Query["MEASURES"] == "", "query: MEASURES are those of value, cv and half_width")
	say(slices.Contains(nomisPeriods, f.Period), "period %q: want one of %s", f.Period, strings.Join(nomisPeriods, ", "))
	for dimension := range sorted(f.Query) {
		say(nomisDimension.MatchString(dimension), "query: %q: want a dimension in capitals, such as SEX", dimension)
	}
	for _, m := range s.Measures {
		for column := range sorted(m.Where) {
			say(f.Query[column] != "", "measure %q: where: %q is not in the query", m.ID, column)
		}
		for column := range sorted(m.Assert) {
			dimension, named := strings.CutSuffix(column, "_NAME")
			say(named && f.Query[dimension] != "", "measure %q: assert: %q: want a dimension of the query and _NAME", m.ID, column)
		}
	}
	return wrong
}

func lintStatXplore(s Source) (wrong []string) {
	f := s.Fetch.StatXplore
	say := func(ok bool, format string, args ...any) {
		if !ok {
			wrong = append(wrong, "fetch: stat_xplore: "+fmt.Sprintf(format, args...))
		}
	}
	say(strings.HasPrefix(f.Database, "str:database:"), "database %q: want str:database:…", f.Database)
	say(strings.HasPrefix(f.Count, "str:"), "count %q: want str:count:…", f.Count)
	say(f.DatabaseLabel != "" && f.CountLabel != "", "want database_label and count_label")
	say(slices.Contains(statXplorePeriods, f.Period), "period %q: want one of %s", f.Period, strings.Join(statXplorePeriods, ", "))
	labels, is := map[string]bool{}, map[string]int{}
	for _, field := range f.Fields {
		say(strings.HasPrefix(field.ID, "str:field:"), "field %q: want str:field:…", field.ID)
		say(strings.HasPrefix(field.ValueSet, "str:valueset:"), "field %q: valueset %q: want str:valueset:…", field.ID, field.ValueSet)
		say(field.Label != "" && !labels[field.Label], "field %q: want a label of its own", field.ID)
		say(slices.Contains([]string{"", "area", "period"}, field.Is), "field %q: is %q: want area or period", field.ID, field.Is)
		labels[field.Label] = true
		is[field.Is]++
	}
	say(is["area"] == 1 && is["period"] == 1, "want one field that is area and one that is period")
	for _, m := range s.Measures {
		say(len(m.Where) > 0 || len(s.Measures) == 1, "measure %q: no where", m.ID)
	}
	wrong = append(wrong, lintWhere(s, slices.Sorted(maps.Keys(labels)))...)
	return wrong
}

// measure is a measure of the source by its id, nil where there is none.
func (s Source) measure(id string) *Measure {
	for i := range s.Measures {
		if s.Measures[i].ID == id {
			return &s.Measures[i]
		}
	}
	return nil
}
