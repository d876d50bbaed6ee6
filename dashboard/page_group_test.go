package dashboard

import (
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"goodwork/data"
)

// plainMethods are methods that a reader can check in the head: a gap tested by
// whether the intervals part, p-values times their number, a group as the sum of its counts. The real ones are
// of another room, and tested there and where the two are put together.
func plainMethods() Methods {
	return Methods{
		Compare: func(ind data.Indicator, x, against data.Estimate, role data.Role) (data.Comparison, bool) {
			v, ok := x.Value.Number()
			level, known := against.Value.Number()
			c := data.Comparison{
				Indicator: ind.ID, Area: x.Area, Period: x.Period, Role: role, Benchmark: against.Area, BenchmarkValue: level, Gap: v - level,
				Verdict: data.NotTested, VerdictAdjusted: data.NotTested,
			}
			switch {
			case !x.Interval.Known || !against.Interval.Known:
			case x.Interval.Lower > against.Interval.Upper:
				c.Verdict = data.Higher
			case x.Interval.Upper < against.Interval.Lower:
				c.Verdict = data.Lower
			default:
				c.Verdict = data.Similar
			}
			return c, ok && known
		},
		Adjust: func(p []data.Optional) []data.Optional {
			counted := slices.DeleteFunc(slices.Clone(p), func(o data.Optional) bool { return !o.OK })
			out := make([]data.Optional, len(p))
			for i, o := range p {
				if o.OK {
					out[i] = data.Some(min(1, o.V*float64(len(counted))))
				}
			}
			return out
		},
		Group: func(ind data.Indicator, p data.Period, members []data.Estimate) data.GroupFigure {
			g := data.GroupFigure{Indicator: ind.ID, Period: p, Value: data.Missing(data.NotAvailable)}
			var above, below float64
			for _, x := range members {
				f, ok := x.Value.Number()
				if !ok {
					g.Omitted = append(g.Omitted, x.Area)
					continue
				}
				if !g.Lowest.OK || f < g.Lowest.V {
					g.Lowest = data.Some(f)
				}
				if !g.Highest.OK || f > g.Highest.V {
					g.Highest = data.Some(f)
				}
				if x.Numerator.OK && x.Denominator.OK {
					g.Counted = append(g.Counted, x.Area)
					above, below = above+x.Numerator.V, below+x.Denominator.V
				}
			}
			switch {
			case ind.Kind == "median":
				g.Refused, g.Omitted = "medians aren't put together", nil
			case below > 0:
				g.Value = data.Number(100 * above / below)
			default:
				g.Refused = "no counts"
			}
			return g
		},
		Correlate: func(x, y []data.Optional) (data.Optional, data.Interval, int) {
			return data.Optional{}, data.Interval{}, len(x)
		},
	}
}

func TestAGroupIsMadeOfWhatWasWrittenAndLivesInItsAddress(t *testing.T) {
	s := smallServer(t)
	for _, tt := range []struct {
		target   string
		location string
	}{
		{"/groups?add=Manchester", "/groups?areas=E08000003"},
		{"/groups?areas=E08000006&add=E08000003&name=Two+cities", "/groups?areas=E08000003,E08000006&name=Two+cities"},
		{"/groups?areas=E08000006&areas=E08000003", "/groups?areas=E08000006,E08000003"},
		{"/groups?areas=E08000006,E08000003,E08000006", "/groups?areas=E08000003,E08000006"},
		{"/groups?areas=E08000016", "/groups?areas=E08000038"},
		{"/groups?areas=E11000001", "/groups?areas=E08000001,E08000002,E08000003,E08000004,E08000005,E08000006,E08000007,E08000008,E08000009,E08000010"},
		{"/groups?add=" + url.QueryEscape("Manchester\r\nBristol, City of\r\nSalford, Trafford"), "/groups?add=" + url.QueryEscape("Manchester;Bristol") + ",+City+of" + url.QueryEscape(";Salford") + ",+Trafford"},
		{"/groups?add=" + url.QueryEscape("Manchester;Bristol, City of;Salford, Trafford"), "/groups?areas=E06000023,E08000003,E08000006,E08000009"},
		{"/groups?add=Kent", "/groups?areas=E10000016"},
		{"/groups?add=Tees+Valley", "/groups?areas=E06000001,E06000002,E06000003,E06000004,E06000005&name=Tees+Valley"},
		{"/groups?areas=E08000003&name=Mine&against=Salford", "/areas/E08000006-salford?benchmark=group&group=E08000003&group_name=Mine"},
	} {
		w := get(t, s, tt.target)
		if w.Code/100 != 3 || w.Header().Get("Location") != tt.location {
			t.Errorf("%s: %d, to %s; want %s", tt.target, w.Code, w.Header().Get("Location"), tt.location)
		}
	}
	if to := get(t, s, "/groups?similar=Manchester").Header().Get("Location"); strings.Count(to, ",") < 10 || !strings.HasSuffix(to, "&name=Areas+similar+to+Manchester") {
		t.Errorf("areas similar to Manchester: %s", to)
	}
}

func TestWhatCantBeAddedToAGroupIsToldAndTheRestIsKept(t *testing.T) {
	s := smallServer(t)
	for _, tt := range []struct {
		target string
		says   []string
	}{
		{"/groups?areas=E08000003&add=Newcastel", []string{"No area is named exactly “Newcastel”.", "Newcastle upon Tyne (metropolitan borough)", "A group of 1 area"}},
		{"/groups?add=" + url.QueryEscape("Manchester;Allerdale"), []string{"Allerdale (E07000026) ended on 31 March 2023; its land is now in Cumberland.", "Cumberland (unitary authority)", "A group of 1 area"}},
		{"/groups?areas=E10000016&add=Ashford", []string{"Ashford lies in Kent and would be counted twice."}},
		{"/groups?add=England", []string{"That would make 296 areas; a group has at most 100."}},
		{"/groups?areas=E99999999", []string{"is no area’s code"}},
		{"/groups?areas=E61000001", []string{"Greater London Authority"}},
		{"/groups?areas=E08000003&name=%3DSUM(1)", []string{"A group’s name begins with a letter or a figure"}},
		{"/groups?codes=E08000003", []string{"has no parameter “codes”", "areas"}},
	} {
		w := get(t, s, tt.target)
		text := textOf(t, w.Body.String())
		if w.Code != http.StatusBadRequest {
			t.Errorf("%s: %d, want 400", tt.target, w.Code)
		}
		for _, says := range tt.says {
			if !strings.Contains(text, says) {
				t.Errorf("%s doesn't say %q:\n%s", tt.target, says, text)
			}
		}
	}
}

func TestAGroupShowsWhatCanBePutTogetherAndWhyTheRestCannot(t *testing.T) {
	edition := smallEdition()
	edition.Comparisons[0].VerdictAdjusted = data.Worse
	for i, x := range edition.Estimates {
		if x.Indicator == "claimant-rate" && x.Area == "E08000003" {
			edition.Estimates[i].Numerator, edition.Estimates[i].Denominator = data.Some(12), data.Some(200)
			more := edition.Estimates[i]
			more.Area, more.Value, more.Numerator, more.Denominator = "E08000006", data.Number(4), data.Some(4), data.Some(100)
			edition.Estimates = slices.Insert(edition.Estimates, i+1, more)
			break
		}
	}
	slices.SortStableFunc(edition.Estimates, func(a, b data.Estimate) int { return strings.Compare(string(a.Area), string(b.Area)) })
	s, err := openServer(edition)
	if err != nil {
		t.Fatal(err)
	}
	text := textOf(t, get(t, s, "/groups?areas=E08000003,E08000006,E08000038&name=Three").Body.String())
	for _, says := range []string{
		"The group has 3 areas. 1 of the 2 indicators can be put together for it",
		"Not available for the group: medians aren’t put together. Its areas lie from £571 (Barnsley) to £589 (Manchester). Of the 1 that could be tested against the UK (£643), 1 is clearly lower. Without Salford.",
		"5.3%", "1.4 points above the UK, 3.9% gap not tested", "Without Barnsley.",
	} {
		if !strings.Contains(text, says) {
			t.Errorf("the page doesn't say %q:\n%s", says, text)
		}
	}
	want := strings.Join([]string{
		"indicator_id,group_name,area_codes,period,value,lower_95,upper_95,unit,marker,counted,omitted,refused,lowest,highest,benchmark_code,benchmark_value,gap,gap_lower_95,gap_upper_95,verdict",
		"median-weekly-pay,Three,E08000003 E08000006 E08000038,2025-04-01/P1M,,,,£,x,,,medians aren't put together,571,589.4,,,,,,",
		"claimant-rate,Three,E08000003 E08000006 E08000038,2025-01-01/P1Y,5.333333333333333,,,%,,E08000003 E08000006,E08000038,,4,6.012345678,K02000001,3.9,1.4333333333333331,,,not tested",
		"",
	}, "\r\n")
	if diff := cmp.Diff(want, get(t, s, "/groups.csv?areas=E08000003,E08000006,E08000038&name=Three").Body.String()); diff != "" {
		t.Errorf("CSV (-want +got):\n%s", diff)
	}
	if w := get(t, s, "/groups.csv"); w.Code != http.StatusBadRequest || w.Header().Get("Content-Type") != "application/problem+json" {
		t.Errorf("a group of none: %d, %s", w.Code, w.Header().Get("Content-Type"))
	}
}

func TestTheAreasOfAGroupStackInsideTheirMark(t *testing.T) {
	for _, n := range []int{1, 5, 19} {
		all := []float64{0, 100}
		var members []float64
		for range n {
			all, members = append(all, 50), append(members, 50)
		}
		svg := string(membersMark{Members: members, All: all, National: 40, NationalLabel: "UK"}.svg())
		if got := strings.Count(svg, `class="mark-member"`); got != n {
			t.Errorf("%d circles, want %d", got, n)
		}
		for _, m := range regexp.MustCompile(`cy="([-0-9.]+)" r="([0-9.]+)"`).FindAllStringSubmatch(svg, -1) {
			y, err1 := strconv.ParseFloat(m[1], 64)
			r, err2 := strconv.ParseFloat(m[2], 64)
			if err1 != nil || err2 != nil || y-r < 14 || y+r > membersFoot {
				t.Errorf("%d members: a circle at %s with radius %s is outside the mark", n, m[1], m[2])
			}
		}
	}
}
