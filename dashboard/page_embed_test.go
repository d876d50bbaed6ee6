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

func TestAPictureForADarkPageIsDark(t *testing.T) {
	s := snapshotServer(t)
	for _, picture := range []string{
		"/embed/areas/E08000003-manchester/median-weekly-pay.svg?benchmark=region", "/embed/areas/E08000003-manchester/quadrant.svg", "/embed/indicators/median-weekly-pay.svg",
		"/embed/indicators/median-weekly-pay/distribution.svg", "/embed/compare.svg?x=median-weekly-pay&y=employment-rate", "/embed/index.svg",
	} {
		joint := "?"
		if strings.Contains(picture, "?") {
			joint = "&"
		}
		light, dark := get(t, s, picture).Body.String(), get(t, s, picture+joint+"theme=dark")
		if dark.Code != http.StatusOK {
			t.Errorf("%s: the dark picture answers %d: %s", picture, dark.Code, dark.Body)
			continue
		}
		for name, body := range map[string]string{"light": light, "dark": dark.Body.String()} {
			for colour, where := range map[string]string{`fill="#ffffff"`: "light", `fill="#1b2127"`: "light", `fill="#11151a"`: "dark", `fill="#e9ebee"`: "dark"} {
				if strings.Contains(body, colour) != (where == name) {
					t.Errorf("%s: the %s picture and %s", picture, name, colour)
				}
			}
		}
	}
	for target, want := range map[string]int{
		"/embed/areas/E08000003-manchester/median-weekly-pay.svg?theme=dim":   http.StatusBadRequest,
		"/embed/areas/E08000003-manchester/median-weekly-pay?theme=dark":      http.StatusBadRequest,
		"/embed/areas/E08000003-manchester/median-weekly-pay.svg?theme=light": http.StatusOK,
	} {
		if got := get(t, s, target).Code; got != want {
			t.Errorf("%s answers %d, not %d", target, got, want)
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
