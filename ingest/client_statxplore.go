package ingest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"

	"goodwork/data"
)

// errNoKey is a service that can't be asked without a key of the operator's.
var errNoKey = errors.New("no key: get one from the publisher (Stat-Xplore: Account, Open Data API Access) and set GOODWORK_STAT_XPLORE_KEY")

// statXploreQuery is the body of a request for a table.
type statXploreQuery struct {
	Database   string                    `json:"database"`
	Measures   []string                  `json:"measures"`
	Recodes    map[string]statXploreCode `json:"recodes"`
	Dimensions [][]string                `json:"dimensions"`
}

// statXploreCode lists the values of a field that are asked for, each on its
// own.
type statXploreCode struct {
	Map   [][]string `json:"map"`
	Total bool       `json:"total"`
}

// fetchStatXplore asks Stat-Xplore which values each field has, then for the
// table of all of them.
func fetchStatXplore(ctx context.Context, f *fetcher, s Source) ([]piece, error) {
	ask := s.Fetch.StatXplore
	key := f.key("stat-xplore")
	if key == "" {
		return nil, errNoKey
	}
	withKey := http.Header{"APIKey": {key}}
	query := statXploreQuery{Database: ask.Database, Measures: []string{ask.Count}, Recodes: map[string]statXploreCode{}}
	for _, field := range ask.Fields {
		b, err := f.ask(ctx, question{
			source: s.ID, url: f.base("stat-xplore") + "/schema/" + url.PathEscape(field.ValueSet), header: withKey,
			accept: "application/json", kinds: jsonKinds,
		})
		if err != nil {
			return nil, err
		}
		text, err := f.archive.read(b.SHA256)
		if err != nil {
			return nil, err
		}
		values, err := statXploreValues(text)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", b.URL, err)
		}
		code := statXploreCode{Total: field.Total}
		for _, v := range values {
			code.Map = append(code.Map, []string{v})
		}
		query.Recodes[field.ID] = code
		query.Dimensions = append(query.Dimensions, []string{field.ID})
	}
	text, err := json.Marshal(query)
	if err != nil {
		return nil, err
	}
	withKey.Set("Content-Type", "application/json")
	table, err := f.ask(ctx, question{
		source: s.ID, method: http.MethodPost, url: f.base("stat-xplore") + "/table", body: text, header: withKey,
		accept: "application/json", kinds: jsonKinds,
	})
	if err != nil {
		return nil, err
	}
	return []piece{{Name: "stat-xplore/" + string(s.ID) + ".json", Format: "statxplore-json", Bodies: []body{table}}}, nil
}

// statXploreValues lists the ids of a set's values.
func statXploreValues(b []byte) ([]string, error) {
	var set struct {
		Children []struct {
			ID   string `json:"id"`
			Type string `json:"type"`
		} `json:"children"`
	}
	if err := json.Unmarshal(b, &set); err != nil {
		return nil, fmt.Errorf("not JSON: %w: %w", err, data.ErrInvalid)
	}
	var out []string
	for _, c := range set.Children {
		if c.Type == "VALUE" {
			out = append(out, c.ID)
		}
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("a set without values: %w", data.ErrInvalid)
	}
	return out, nil
}
