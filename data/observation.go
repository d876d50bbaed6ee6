package data

// SourceID names one product of one publisher, in kebab-case.
type SourceID string

// ReleaseID names one release of a source, such as "2025-10".
type ReleaseID string

// Source is one product of one publisher.
type Source struct {
	ID          SourceID
	Title       string
	Publisher   string
	Licence     string // SPDX-like short name: OGL-UK-3.0
	LandingPage string
	// Designation is one of accredited, official, in_development, suspended,
	// ad_hoc: the status that the publisher's statistics carry.
	Designation string
	Frequency   string // yearly, quarterly, monthly, once
	NextRelease string // a day, or "" where the publisher has named none
}

// Release is the very bytes that were read of a source.
type Release struct {
	Source    SourceID
	ID        ReleaseID
	Published string // day, as the publisher dates it; "" where unknown
	Retrieved string // day on which the bytes were fetched
	URL       string // where the bytes come from
	File      string // path below the folder read, or the name in the archive
	SHA256    string // of the bytes, lower-case hex
	Bytes     int64
	Rows      int // rows of the file that became observations
	Skipped   int // rows with a known code that has no place in the register, or a measure not asked for
}

// Observation is one cell as published, keyed by source, measure, area and
// period. Area is the present code of the same land; PublishedArea is the code
// or name that stands in the file, at Row (the first line is 1).
type Observation struct {
	Source        SourceID
	Release       ReleaseID
	Measure       string // kebab-case, declared in the source's YAML
	Area          AreaCode
	PublishedArea string
	Period        Period
	Value         Value
	Interval      Interval
	CV            Optional // coefficient of variation in percent, where published
	Flags         Flags
	Unit          string
	Row           int
}
