package dashboard

import (
	"encoding/csv"
	"net/http"
	"strings"
	"testing"
)

func TestAChartByItselfIsHeldAgainstWhatTheReaderChose(t *testing.T) {
	s := snapshotServer(t)
	for query, want := range map[string][]string{
		"":                                 {", beside the UK.", "/areas/E08000003-manchester#median-weekly-pay"},
		"?benchmark=region":                {", beside the North West.", "/areas/E08000003-manchester?benchmark=region#median-weekly-pay", "/embed/areas/E08000003-manchester/median-weekly-pay.svg?benchmark=region"},
		"?benchmark=E08000006":             {", beside Salford."},
		"?benchmark=similar":               {"in Manchester, April 2008 to April 2025."},
		"?benchmark=nothing-of-the-kind":   {"no area’s code or name alone"},
		"?benchmark=group&group=E08000006": {"in Manchester, April 2008 to April 2025."}, // medians can't be put together
	} {
		body := strings.ReplaceAll(get(t, s, "/embed/areas/E08000003-manchester/median-weekly-pay"+query).Body.String(), "&amp;", "&")
		for _, w := range want {
			if !strings.Contains(body, w) {
				t.Errorf("%q: lacks %q", query, w)
			}
		}
	}
}

func TestEveryChartThatCanBeSharedHasItsPagePictureAndFigures(t *testing.T) {
	s := snapshotServer(t)
	for _, page := range []string{
		"/", "/indicators/median-weekly-pay?areas=E08000003", "/compare?areas=E08000003,E08000006&indicators=median-weekly-pay,employment-rate", "/index",
	} {
		body := strings.ReplaceAll(get(t, s, page).Body.String(), "&amp;", "&")
		charts, actions := strings.Count(body, `<figure class="chart`), 0
		for part := range strings.SplitSeq(body, `<details class="chart-actions"`) {
			if actions++; actions == 1 {
				continue
			}
			for link := range strings.SplitSeq(part[:strings.Index(part, "</ul>")], `href="`) {
				target, _, ok := strings.Cut(link, `"`)
				if !ok || !strings.HasPrefix(target, "/") {
					continue
				}
				if w := get(t, s, target); w.Code != http.StatusOK || w.Body.Len() == 0 {
					t.Errorf("%s: %s answers %d", page, target, w.Code)
				}
			}
		}
		if actions--; actions != charts {
			t.Errorf("%s: %d charts, %d of them can be shared", page, charts, actions)
		}
	}
}

func TestTheQuadrantsFileHasEveryAreaThatItsPictureHas(t *testing.T) {
	s := snapshotServer(t)
	rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(get(t, s, "/quadrant.csv").Body.String(), "\ufeff"))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	tips := chartTips(t, get(t, s, "/embed/quadrant"))
	for _, r := range rows[1:] {
		if want := r[1] + ", " + r[2] + ": "; !strings.Contains(tips, want) {
			t.Errorf("the picture lacks %q", want)
		}
	}
	if n := strings.Count(tips, " employed ("); n != len(rows)-1 {
		t.Errorf("%d areas in the picture, %d in the file", n, len(rows)-1)
	}
}
