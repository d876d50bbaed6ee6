// Package indicators derives what may be published from what was observed.
//
// An indicator is one YAML file in definitions; a method is one pure function
// in a method_*.go file, named after the literature that it follows. The result
// is an edition: estimates, comparisons and sentences that pages only read.
package indicators
