// Package data owns the vocabulary that every room speaks (areas, periods,
// values, observations, indicators, tables), both stores, and all SQL.
//
// Nothing of this module lies below it. ingest writes the observation store,
// indicators reads it and writes the edition store, dashboard reads the
// edition store.
package data
