package ingest

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"goodwork/data"
)

// How many rows Nomis gives in one reply, to anyone and to those with a uid.
const (
	nomisRows     = 25_000
	nomisRowsWith = 1_000_000
)

// fetchNomis asks Nomis what a dataset is called, then for its rows, page by
// page. Ids of datasets are easily taken for one another, pay by residence and
// by workplace above all, so that no row is asked for under a wrong name.
func fetchNomis(ctx context.Context, f *fetcher, s Source) ([]piece, error) {
	ask := s.Fetch.Nomis
	at := f.base("nomis") + "/dataset/" + ask.Dataset
	named, err := f.ask(ctx, question{source: s.ID, url: at + ".def.sdmx.json", accept: "application/json", kinds: jsonKinds})
	if err != nil {
		return nil, err
	}
	text, err := f.archive.read(named.SHA256)
	if err != nil {
		return nil, err
	}
	if err := ask.called(text); err != nil {
		return nil, fmt.Errorf("%s: %w", named.URL, err)
	}
	parts := []piece{
		{Name: "nomis/" + ask.Dataset + ".def.sdmx.json", Format: nomisDefinition, Bodies: []body{named}},
		{Name: "nomis/" + ask.Dataset + ".csv", Format: "nomis-csv"},
	}
	rows := &parts[1]
	limit, uid := nomisRows, f.key("nomis")
	if uid != "" {
		limit = nomisRowsWith
	}
	for offset := 0; ; {
		q := ask.values(offset, limit)
		public := at + ".data.csv?" + q.Encode()
		if uid != "" {
			q.Set("uid", uid)
		}
		b, err := f.ask(ctx, question{source: s.ID, url: at + ".data.csv?" + q.Encode(), public: public, accept: "text/csv", kinds: csvKinds})
		if err != nil {
			return nil, err
		}
		rows.Bodies = append(rows.Bodies, b)
		text, err := f.archive.read(b.SHA256)
		if err != nil {
			return nil, err
		}
		n, all, err := nomisCount(text)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", b.URL, err)
		}
		if offset += n; offset >= all {
			return parts, nil
		}
		if n == 0 {
			return nil, fmt.Errorf("%s: a page without rows, %d of %d before it: %w", b.URL, offset, all, data.ErrInvalid)
		}
	}
}

// values are the parameters of one page.
func (ask *FetchNomis) values(offset, limit int) url.Values {
	q := url.Values{}
	for dimension, codes := range ask.Query {
		q.Set(strings.ToLower(dimension), codes)
	}
	q.Set("measures", strings.Join(ask.measures(), ","))
	q.Set("select", strings.ToLower(strings.Join(ask.columns(), ",")))
	q.Set("recordoffset", strconv.Itoa(offset))
	q.Set("recordlimit", strconv.Itoa(limit))
	return q
}

// measures are the codes of what is asked about each cell.
func (ask *FetchNomis) measures() []string {
	return slices.DeleteFunc([]string{ask.Value, ask.CV, ask.HalfWidth}, func(s string) bool { return s == "" })
}

// dimensions are those of the query besides place, time and measure, in order.
func (ask *FetchNomis) dimensions() []string {
	return slices.DeleteFunc(slices.Sorted(maps.Keys(ask.Query)), func(d string) bool { return d == "GEOGRAPHY" || d == "DATE" })
}

// columns are those that are asked for.
func (ask *FetchNomis) columns() []string {
	out := []string{"DATE", "DATE_NAME", "GEOGRAPHY_CODE", "GEOGRAPHY_NAME"}
	for _, d := range ask.dimensions() {
		out = append(out, d, d+"_NAME")
	}
	return append(out, "MEASURES", "OBS_VALUE", "OBS_STATUS", "URN", "RECORD_OFFSET", "RECORD_COUNT")
}

// nomisCount reads how many rows a page has, and how many there are in all.
func nomisCount(b []byte) (rows, all int, err error) {
	in := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(b, byteOrderMark)))
	in.ReuseRecord = true
	header, err := in.Read()
	if err != nil {
		return 0, 0, fmt.Errorf("no header: %w", errors.Join(err, data.ErrInvalid))
	}
	at := slices.Index(header, "RECORD_COUNT")
	if at < 0 {
		return 0, 0, fmt.Errorf("no column RECORD_COUNT: %w", data.ErrInvalid)
	}
	for {
		fields, err := in.Read()
		if errors.Is(err, io.EOF) {
			return rows, all, nil
		}
		if err != nil {
			return 0, 0, fmt.Errorf("%w: %w", err, data.ErrInvalid)
		}
		if rows++; rows > 1 {
			continue
		}
		if all, err = strconv.Atoi(fields[at]); err != nil || all < 1 {
			return 0, 0, fmt.Errorf("RECORD_COUNT %q: want a number: %w", fields[at], data.ErrInvalid)
		}
	}
}
