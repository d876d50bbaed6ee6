package ingest

import (
	"context"
	"net/url"
)

// fetchELS asks ONS Explore Local Statistics for one indicator at a time: the
// service leaves an unknown one out of a list without a word, and gives labels
// for slugs where there are several. Errors come as JSON only if the request
// says what it takes. Its filtered JSON-stat holds wrong figures and is never
// asked for.
func fetchELS(ctx context.Context, f *fetcher, s Source) ([]piece, error) {
	var parts []piece
	for measure, slug := range sorted(s.Fetch.ELS.Indicators) {
		b, err := f.ask(ctx, question{
			source: s.ID, kinds: csvKinds, accept: "text/csv, application/json",
			url: f.base("els") + "/data.csv?indicator=" + url.QueryEscape(slug) + "&time=all&includeStatus=true",
		})
		if err != nil {
			return nil, err
		}
		parts = append(parts, piece{Name: "els/" + slug + ".csv", Format: "els-api-csv", Measure: measure, Bodies: []body{b}})
	}
	return parts, nil
}
