package ingest

import "context"

// elsColumns are the columns of a CSV file of the ONS's Explore Local
// Statistics, which come in more than one order.
var elsColumns = []string{
	"areacd", "areanm", "geography", "indicator", "period", "observation", "measure", "unit", "lci_95", "uci_95", "status", "notes",
}

var elsLayout = layout{
	columns: elsColumns, area: "areacd", name: "areanm", kind: "geography", period: "period", periodForm: "iso",
	figure: figureColumns{value: "observation", lower: "lci_95", upper: "uci_95", status: "status", note: "notes"},
}

// lintELS says what a source that is read as els-csv may not declare.
func lintELS(s Source) []string {
	wrong := lintWhere(s, elsColumns)
	if s.Columns.Area != "" || s.Columns.Value != "" || s.Columns.Period != "" || len(s.Columns.Other) > 0 {
		wrong = append(wrong, "columns: those of els-csv are known")
	}
	return wrong
}

// readELS reads a CSV file of the ONS's Explore Local Statistics.
func readELS(ctx context.Context, b []byte, s Source, r Release, found *findings) (reading, error) {
	return elsLayout.read(ctx, b, s, r, found)
}
