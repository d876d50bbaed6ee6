// Package ingest reads publishers' files into the observation store.
//
// Which source, and what is expected of it, is a YAML file in sources; how a
// format is read is a format_*.go file. A source that holds anything unknown
// is refused whole, at its cell, and its last good release stays.
package ingest
