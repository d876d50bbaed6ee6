package dashboard

import (
	"context"
	"net/url"

	"goodwork/data"
)

// parquet writes a view as one Parquet file with the columns of the CSV, typed.
func (s *Server) parquet(ctx context.Context, v view, o formatOptions, _ url.Values) ([]byte, error) {
	sheet, _, err := s.sheetOf(ctx, v, o)
	if err != nil {
		return nil, err
	}
	return data.Parquet(ctx, sheet)
}
