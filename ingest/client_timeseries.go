package ingest

import (
	"context"
	"fmt"
	"net/url"
	"strings"

	"goodwork/data"
)

// fetchTimeseries asks for the JSON of the ONS's time series on a source's
// landing page.
func fetchTimeseries(ctx context.Context, f *fetcher, s Source) ([]piece, error) {
	page, err := url.Parse(s.LandingPage)
	if err != nil {
		return nil, fmt.Errorf("landing_page: %w: %w", err, data.ErrInvalid)
	}
	b, err := f.ask(ctx, question{
		source: s.ID, url: f.base("timeseries") + strings.TrimSuffix(page.Path, "/") + "/data", accept: "application/json", kinds: jsonKinds,
	})
	if err != nil {
		return nil, err
	}
	return []piece{{Name: "timeseries/" + string(s.ID) + ".json", Format: "ons-timeseries-json", Bodies: []body{b}}}, nil
}
