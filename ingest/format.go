package ingest

import (
	"context"

	"goodwork/data"
)

// format is one way in which publishers lay out a file. lint says what a
// source's YAML lacks for it. read turns a file's bytes into cells in the order
// of its rows; what is wrong with the file goes to found, and the error is only
// for a context that has ended.
type format struct {
	lint func(s Source) []string
	read func(ctx context.Context, b []byte, s Source, r Release, found *findings) (reading, error)
	// oneMeasure tells that a file of the format holds one measure, so that
	// nothing need pick its rows.
	oneMeasure bool
}

// formats are the layouts that can be read, by the name that YAML gives them.
var formats = map[string]format{
	"els-csv":        {lint: lintELS, read: readELS},
	"tidy-csv":       {lint: lintTidy, read: readTidy},
	"parquet":        {lint: lintTidy, read: readParquet},
	"statxplore-csv": {lint: lintStatXploreCSV, read: readStatXploreCSV, oneMeasure: true},
	"workbook":       {lint: lintWorkbook, read: readWorkbook},

	"els-api-csv":         {lint: lintELSAPI, read: readELSAPI, oneMeasure: true},
	"nomis-csv":           {lint: lintNomisCSV, read: readNomis},
	"statxplore-json":     {lint: lintStatXploreJSON, read: readStatXplore, oneMeasure: true},
	"fingertips-csv":      {lint: lintFingertips, read: readFingertips, oneMeasure: true},
	"ons-timeseries-json": {lint: lintTimeseries, read: readTimeseries},
}

// cell is one figure as it stands in a file.
type cell struct {
	row         int
	column      string // of the area, for what is said about it
	valueColumn string
	measure     *Measure
	area        string // code or word, as published
	period      data.Period
	value       data.Value
	interval    data.Interval
	cv          data.Optional
	flags       data.Flags
}

// reading is what a file holds: its cells, how many rows were left out, by
// reason, and how it names the areas of its codes, where it does.
type reading struct {
	cells      []cell
	skipped    map[string]int
	nameColumn string
	names      map[string]areaLabel
}

// Reasons for rows that are left out.
const (
	skipMeasure = "measure not kept"
	skipPeriod  = "period not kept"
	skipMonth   = "month not kept"
	skipNowhere = "no known place"
	skipOldCode = "old code beside the new"
)
