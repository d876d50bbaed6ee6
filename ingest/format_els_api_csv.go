package ingest

import (
	"bytes"
	"context"
	"encoding/csv"
	"slices"
)

// The columns of a reply of the API of Explore Local Statistics: the limits
// stand only where an indicator has intervals, the status only if it was asked
// for, and the indicator only where there are several, which is never asked.
var (
	elsAPIColumns = []string{"areacd", "areanm", "period", "value"}
	elsAPILimits  = []string{"lci_95", "uci_95"}
)

// lintELSAPI says what a source that is read as els-api-csv may not declare.
func lintELSAPI(s Source) (wrong []string) {
	if s.Fetch == nil || s.Fetch.ELS == nil {
		return []string{"format els-api-csv: want fetch: els, which says what a reply is of"}
	}
	return nil
}

// readELSAPI reads the CSV that the API of Explore Local Statistics gives for
// one indicator. The source holds that measure alone. Its last line is never
// finished, so that a reply that was cut off shows in its length only.
func readELSAPI(ctx context.Context, b []byte, s Source, r Release, found *findings) (reading, error) {
	columns := slices.Concat(elsAPIColumns, elsAPILimits, []string{"status"})
	at := figureColumns{value: "value", lower: "lci_95", upper: "uci_95", status: "status"}
	header, err := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(b, byteOrderMark))).Read()
	if err == nil && !slices.Contains(header, "lci_95") && !slices.Contains(header, "uci_95") {
		columns = append(slices.Clone(elsAPIColumns), "status")
		at.lower, at.upper = "", ""
	}
	if n := len(b); n > 0 && b[n-1] != '\n' {
		b = append(slices.Clip(b), '\n')
	}
	l := layout{columns: columns, area: "areacd", period: "period", periodForm: "iso", figure: at}
	return l.read(ctx, b, s, r, found)
}
