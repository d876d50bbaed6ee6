package dashboard

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestAPlaceIsFoundByWhateverNameItHas(t *testing.T) {
	s := smallServer(t)
	for _, tt := range []struct {
		text     string
		status   int
		location string
		says     []string
	}{
		{"Manchester", 200, "", []string{"Manchester metropolitan borough, Greater Manchester", "Greater Manchester combined authority, North West"}},
		{"manchestr", 200, "", []string{"No place is named “manchestr”. These names come near it.", "Manchester metropolitan borough"}},
		{"Bristol", 302, "/areas/E06000023-bristol-city-of", nil},
		{"ynys mon", 302, "/areas/W06000001-isle-of-anglesey", nil},
		{"Ynys Môn", 302, "/areas/W06000001-isle-of-anglesey", nil},
		{"allerdale", 302, "/areas/E07000026-allerdale", nil},
		{"cumbria", 302, "/areas/E10000006-cumbria", nil},
		{"craven", 302, "/areas/E07000163-craven", nil},
		{"dorset", 200, "", []string{"Dorset unitary authority", "ended on 31 March 2019; now Bournemouth, Christchurch and Poole, Dorset"}},
		{"e08000016", 302, "/areas/E08000016-barnsley", nil},
		{"TLD", 302, "/areas/TLD", nil},
		{"E61000001", 200, "", []string{"E61000001 is the code of an area that is not shown here: Greater London Authority."}},
		{"M14", 302, "/areas/E08000003-manchester", nil},
		{"m14 5xx", 200, "", []string{"M14 5XX is read as its postcode district, M14.", "All of M14 lies in Manchester."}},
		{"AB12", 200, "", []string{
			"AB12 lies in 2 local areas. The shares are of its postcodes, not of its people.",
			"Aberdeen City council area, Scotland 74% of the postcodes of AB12", "Aberdeenshire council area, Scotland 26%",
		}},
		{"SW1", 200, "", []string{"SW1 is divided into smaller districts.", "SW1A"}},
		{"BT1 5GS", 200, "", []string{"Northern Ireland’s postcodes are not in the file", "Belfast district, Northern Ireland", "Mid Ulster"}},
		{"JE2", 200, "", []string{"not part of the United Kingdom"}},
		{"ZZ9", 200, "", []string{"There is no postcode district ZZ9 in Great Britain."}},
	} {
		t.Run(tt.text, func(t *testing.T) {
			w := get(t, s, "/search?q="+url.QueryEscape(tt.text))
			if w.Code != tt.status || w.Header().Get("Location") != tt.location {
				t.Fatalf("%d, to %q; want %d, %q", w.Code, w.Header().Get("Location"), tt.status, tt.location)
			}
			if tt.status != http.StatusOK {
				return
			}
			text := textOf(t, w.Body.String())
			for _, says := range tt.says {
				if !strings.Contains(text, says) {
					t.Errorf("the page doesn't say %q:\n%s", says, text)
				}
			}
		})
	}
}

func TestAShareIsAllOnlyWhereItIsAll(t *testing.T) {
	for share, want := range map[float64]string{1: "all", 0.9953: "over 99%", 0.9999: "over 99%", 0.7438: "74%", 0.0558: "6%", 0.0003: "under 1%"} {
		if got := shareWords(share); got != want {
			t.Errorf("%v: %s, want %s", share, got, want)
		}
	}
}

func TestSuggestionsAreTheFirstThatASearchWouldFind(t *testing.T) {
	s := smallServer(t)
	for _, tt := range []struct {
		text string
		want suggestions
	}{
		{"ynys", suggestions{Query: "ynys", Says: "1 place. Use the down arrow to choose it.", Places: []suggestion{
			{Code: "W06000001", Name: "Isle of Anglesey", NameWelsh: "Ynys Môn", Kind: "unitary authority, Wales", Href: "/areas/W06000001-isle-of-anglesey"},
		}}},
		{"m1 1a", suggestions{Query: "m1 1a", Says: "M1 1A is read as its postcode district, M1. 1 place. Use the down arrow to choose it.", Places: []suggestion{
			{Code: "E08000003", Name: "Manchester", Kind: "metropolitan borough, Greater Manchester", Href: "/areas/E08000003-manchester"},
		}}},
		{"xyzzy", suggestions{Query: "xyzzy", Says: "No place is found yet.", Places: []suggestion{}}},
	} {
		w := get(t, s, "/search/suggest?q="+url.QueryEscape(tt.text))
		var got suggestions
		if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil || w.Code != http.StatusOK {
			t.Fatalf("%q: %d: %v", tt.text, w.Code, err)
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%q (-want +got):\n%s", tt.text, diff)
		}
	}
	if w := get(t, s, "/search/suggest?name=x"); w.Code != http.StatusBadRequest || w.Header().Get("Content-Type") != "application/problem+json" {
		t.Errorf("an unknown parameter: %d, %s", w.Code, w.Header().Get("Content-Type"))
	}
}
