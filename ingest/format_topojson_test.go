package ingest

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"goodwork/data"
)

func TestTheBoundariesAreCompiledFromThePublishersFile(t *testing.T) {
	from := filepath.Join(geographyFolder(t), "uk-areas.topojson")
	committed := filepath.Join("..", "data", "snapshot", "boundaries.bin")
	var got bytes.Buffer
	if err := CompileBoundaries(context.Background(), from, &got); err != nil {
		t.Fatal(err)
	}
	if got.Len() > 250_000 {
		t.Errorf("%d bytes", got.Len())
	}
	if *updateReference {
		if err := os.WriteFile(committed, got.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(committed)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(want, got.Bytes()) {
		t.Errorf("%d bytes compiled are not the %d committed", got.Len(), len(want))
	}
}

func TestBoundariesOfAnotherSetOfAreasAreRefused(t *testing.T) {
	reg := loadRegister(t)
	square := `"transform":{"scale":[1,1],"translate":[0,0]},"arcs":[[[0,0],[1,0],[0,1],[-1,0],[0,-1]]]`
	for name, tt := range map[string]struct{ text, want string }{
		"one area of 361": {`{"type":"Topology",` + square + `,"objects":{"ltla":{"geometries":[{"type":"Polygon","properties":{"areacd":"E08000016"},"arcs":[[0]]}]}}}`, "no geometry of E08000003 Manchester"},
		"an unknown code": {`{"type":"Topology",` + square + `,"objects":{"ltla":{"geometries":[{"type":"Polygon","properties":{"areacd":"E07999999"},"arcs":[[0]]}]}}}`, `code "E07999999" is unknown`},
		"a county":        {`{"type":"Topology",` + square + `,"objects":{"ltla":{"geometries":[{"type":"Polygon","properties":{"areacd":"E10000003"},"arcs":[[0]]}]}}}`, "E10000003 is no local area"},
		"a line":          {`{"type":"Topology",` + square + `,"objects":{"ltla":{"geometries":[{"type":"LineString","properties":{"areacd":"E08000003"},"arcs":[0]}]}}}`, `type "LineString" is no area`},
		"no local areas":  {`{"type":"Topology",` + square + `,"objects":{}}`, "no quantised topology"},
		"plain GeoJSON":   {`{"type":"FeatureCollection","features":[]}`, "no quantised topology"},
	} {
		_, err := ReadTopoJSON(strings.NewReader(tt.text), reg)
		if !errors.Is(err, data.ErrInvalid) || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: want an error that says %q, got %v", name, tt.want, err)
		}
	}
}
