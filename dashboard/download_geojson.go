package dashboard

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"

	"goodwork/data"
)

// geoJSON writes a view's map as RFC 7946 has it: each area with its outline
// and, as properties, its figure of the map's period under the names of the
// CSV's columns. An area without a figure has the property marker "x".
func (s *Server) geoJSON(ctx context.Context, v view, o formatOptions, _ url.Values) ([]byte, error) {
	narrowed := v
	narrowed.query.Periods, narrowed.query.Latest = []data.Period{v.mapPeriod}, false
	if v.mapQuery != nil {
		narrowed.query, narrowed.keep = *v.mapQuery, nil
	}
	t, err := s.tableOf(ctx, narrowed, false)
	if err != nil {
		return nil, err
	}
	rows := map[data.AreaCode]data.Row{}
	for _, r := range t.Rows {
		rows[r.Area] = r
	}
	return s.Boundaries.GeoJSONWith(s.Register.Membership(), v.mapped, func(a data.Area) (json.RawMessage, error) {
		row, ok := rows[a.Code]
		if !ok {
			row = data.Row{AreaName: a.Name, AreaLevel: a.Level}
			row.Area, row.Period, row.Indicator, row.Unit = a.Code, v.mapPeriod, t.Indicators[0].ID, t.Indicators[0].Unit
		}
		properties := []byte(`{"code":"` + string(a.Code) + `","name":`)
		name, err := json.Marshal(a.Name)
		if err != nil {
			return nil, fmt.Errorf("name of %s: %w", a.Code, err)
		}
		properties = append(properties, name...)
		for _, c := range o.columns {
			cell, err := json.Marshal(c.Cell(row))
			if err != nil {
				return nil, fmt.Errorf("%s of %s: %w", c.Name, a.Code, err)
			}
			properties = append(properties, `,"`+c.Name+`":`+string(cell)...)
		}
		return append(properties, '}'), nil
	})
}
