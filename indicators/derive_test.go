package indicators

import (
	"context"
	"encoding/csv"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"goodwork/data"
)

// storeOf makes an observation store of a test file's observations.
func storeOf(t *testing.T, text string) *data.ObservationStore {
	t.Helper()
	ctx, dir := context.Background(), t.TempDir()
	rows, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	bySource := map[data.SourceID][]data.Observation{}
	var order []data.SourceID
	for i, r := range rows[1:] {
		o := data.Observation{Source: data.SourceID(r[0]), Release: "test", Measure: r[1], Area: data.AreaCode(r[2]), PublishedArea: r[2], Period: data.MustPeriod(r[3]), Row: i + 2}
		o.Value = data.Missing(data.Marker(r[7]))
		if r[4] != "" {
			o.Value = data.Number(number(t, r[4]))
		}
		if r[5] != "" {
			o.Interval = data.Interval{Lower: number(t, r[5]), Upper: number(t, r[6]), Known: true}
		}
		if o.Flags, err = data.ParseFlags(r[8]); err != nil {
			t.Fatal(err)
		}
		if len(r) > 9 && r[9] != "" {
			o.CV = data.Some(number(t, r[9]))
		}
		if !slices.Contains(order, o.Source) {
			order = append(order, o.Source)
		}
		bySource[o.Source] = append(bySource[o.Source], o)
	}
	b, err := data.NewObservationBuild(ctx, dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, id := range order {
		src := data.Source{ID: id, Title: string(id), Publisher: "p", Licence: "l", LandingPage: "u", Designation: "official", Frequency: "yearly"}
		rel := data.Release{Source: id, ID: "test", URL: "u", File: "f", SHA256: strings.Repeat("0", 64)}
		if err := b.Add(ctx, src, data.SourceState{Source: id, Checked: "2026-11-23"}, []data.Release{rel}, bySource[id]); err != nil {
			t.Fatal(err)
		}
	}
	if err := b.Publish(ctx); err != nil {
		t.Fatal(err)
	}
	s, err := data.OpenObservations(ctx, dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

func number(t *testing.T, s string) float64 {
	t.Helper()
	f, err := strconv.ParseFloat(s, 64)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func definitionsNamed(t *testing.T, ids []string) []Definition {
	t.Helper()
	all, err := LoadDefinitions()
	if err != nil {
		t.Fatal(err)
	}
	var out []Definition
	for _, id := range ids {
		i := slices.IndexFunc(all, func(d Definition) bool { return string(d.ID) == id })
		if i < 0 {
			t.Fatalf("no definition %s", id)
		}
		out = append(out, all[i])
	}
	return out
}

// The files say in the subject's own terms what goes in and what comes out:
// observations, the ids of the definitions to apply, and the wanted rows.
func TestDeriveGivesWhatTheTestFilesSay(t *testing.T) {
	files, err := filepath.Glob("testdata/derive/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no test files: %v", err)
	}
	register, err := data.LoadRegister()
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			b, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			parts := map[string]string{}
			for _, f := range txtar.Parse(b).Files {
				parts[f.Name] = string(f.Data)
			}
			e, err := Derive(context.Background(), storeOf(t, parts["observations.csv"]), register, definitionsNamed(t, strings.Fields(parts["definition.yaml"])), Config{Date: "2026-11-23"})
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(strings.TrimSpace(parts["want.csv"]), strings.TrimSpace(rowsOf(e))); diff != "" {
				t.Errorf("rows (-want +got):\n%s", diff)
			}
			said := map[string]string{}
			for _, s := range e.Sentences {
				said[string(s.Area)+" "+s.Role] = s.Text
			}
			for _, line := range strings.Split(strings.TrimSpace(parts["sentences.txt"]), "\n") {
				if about, want, ok := strings.Cut(line, ": "); ok && said[about] != want {
					t.Errorf("of %s it says\n%s\nwant\n%s", about, said[about], want)
				}
			}
		})
	}
}

// rowsOf writes an edition's estimates and verdicts as the test files do.
func rowsOf(e data.Edition) string {
	type key struct {
		ind    data.IndicatorID
		area   data.AreaCode
		period data.Period
		role   data.Role
	}
	verdicts := map[key]data.Verdict{}
	for _, c := range e.Comparisons {
		verdicts[key{c.Indicator, c.Area, c.Period, c.Role}] = c.Verdict
	}
	var b strings.Builder
	b.WriteString("area,period,value,lower,upper,marker,flags,uk,country,region\n")
	for _, x := range e.Estimates {
		value, lower, upper := "", "", ""
		if f, ok := x.Value.Number(); ok {
			value = strconv.FormatFloat(f, 'f', -1, 64)
		}
		if x.Interval.Known {
			lower, upper = strconv.FormatFloat(x.Interval.Lower, 'f', -1, 64), strconv.FormatFloat(x.Interval.Upper, 'f', -1, 64)
		}
		fmt.Fprintf(&b, "%s,%s,%s,%s,%s,%s,%s", x.Area, x.Period, value, lower, upper, x.Value.Marker(), x.Flags)
		for _, role := range []data.Role{data.RoleUK, data.RoleCountry, data.RoleRegion} {
			b.WriteString("," + string(verdicts[key{x.Indicator, x.Area, x.Period, role}]))
		}
		b.WriteByte('\n')
	}
	return b.String()
}

func TestEveryDefinitionIsSound(t *testing.T) {
	defs, err := LoadDefinitions()
	if err != nil {
		t.Fatal(err)
	}
	if len(defs) < 17 {
		t.Errorf("%d definitions", len(defs))
	}
}

func TestADefinitionWithAFaultIsRefusedWithAllItsFaults(t *testing.T) {
	good, err := definitionFiles.ReadFile("definitions/median-weekly-pay.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct{ old, new, says string }{
		"unknown field":       {"polarity: high", "polarity: high\npolarty: low", "polarty"},
		"unknown polarity":    {"polarity: high", "polarity: up", `polarity "up"`},
		"no question mark":    {"in a week?", "in a week", "question mark"},
		"subject without":     {"{area} residents", "residents", "{area}"},
		"unknown method":      {"method: published", "method: guessed", `method "guessed"`},
		"unknown designation": {"designation: accredited", "designation: national", `designation "national"`},
		"id in capitals":      {"id: median-weekly-pay", "id: Median", "kebab-case"},
		"breaks out of order": {"2011-04-01", "2022-04-01", "order of time"},
	} {
		text := strings.Replace(string(good), c.old, c.new, 1)
		if text == string(good) {
			t.Fatalf("%s: nothing was changed", name)
		}
		if _, err := ParseDefinition([]byte(text)); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: error %v, want one that says %s", name, err, c.says)
		}
	}
	two := strings.Replace(strings.Replace(string(good), "polarity: high", "polarity: up", 1), "decimals: 0", "decimals: 9", 1)
	if _, err := ParseDefinition([]byte(two)); err == nil || !strings.Contains(err.Error(), "polarity") || !strings.Contains(err.Error(), "decimals") {
		t.Errorf("error %v, want both faults", err)
	}
}
