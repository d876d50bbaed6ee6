package ingest

import (
	"cmp"
	"context"
	"fmt"
	"net/url"
	"strconv"
)

// fetchFingertips asks Fingertips for each indicator in each type of area.
func fetchFingertips(ctx context.Context, f *fetcher, s Source) ([]piece, error) {
	var parts []piece
	ask := s.Fetch.Fingertips
	for measure, indicator := range sorted(ask.Indicators) {
		for _, areas := range ask.AreaTypes {
			q := url.Values{
				"indicator_ids": {strconv.Itoa(indicator.ID)}, "child_area_type_id": {strconv.Itoa(areas)},
				"parent_area_type_id": {strconv.Itoa(cmp.Or(ask.Parent, 15))}, // 15 is England
			}
			b, err := f.ask(ctx, question{
				source: s.ID, url: f.base("fingertips") + "/all_data/csv/by_indicator_id?" + q.Encode(), accept: "text/csv", kinds: csvKinds,
			})
			if err != nil {
				return nil, err
			}
			parts = append(parts, piece{Name: fmt.Sprintf("fingertips/%s-%d.csv", measure, areas), Format: "fingertips-csv", Measure: measure, Bodies: []body{b}})
		}
	}
	return parts, nil
}
