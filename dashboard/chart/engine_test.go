package chart

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// built are the files of make assets.
var built = os.DirFS(filepath.Join("..", "dist", "files"))

func newTestEngine(t testing.TB) *Engine {
	t.Helper()
	e, err := NewEngine(EngineConfig{Files: built, Runtimes: 2})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(e.Close)
	return e
}

func TestEveryKindOfChartIsDrawnWithItsWords(t *testing.T) {
	engine := newTestEngine(t)
	engine.RegisterMap("districts", []byte(SampleShapes))
	for _, test := range []struct {
		name   string
		option []byte
		words  []string
	}{
		{"trend", must(Trend(SampleTrend())), []string{"£400", "£600", ">2008<", ">2025<", "Bath and North", ">UK<", "[x]", "new method", "fill-opacity=\"0.16\""}},
		{"map", must(Map(SampleMap())), []string{"below 10%", "no figure", Colour("ramp-1"), "<pattern"}},
		{"quadrant", must(Quadrant(SampleScatter())), []string{"Median weekly pay", "UK £643", "Here", "work, good pay"}},
		{"bars", must(StackedBars(SampleBars())), []string{"Working", "Unemployed", "There", "60%"}},
	} {
		svg, err := engine.Draw(context.Background(), Drawing{"edition", test.option, 640, 320})
		if err != nil {
			t.Errorf("%s: %v", test.name, err)
			continue
		}
		for _, word := range test.words {
			if !strings.Contains(string(svg), word) {
				t.Errorf("the %s lacks %q", test.name, word)
			}
		}
		if _, err := PageSVG(svg, Words{test.name, test.name, ""}); err != nil {
			t.Errorf("%s: %v", test.name, err)
		}
	}
}

func TestADrawingThatFailsIsAnErrorAndTheNextOneIsDrawn(t *testing.T) {
	engine := newTestEngine(t)
	for want, option := range map[string]string{
		`unknown formatter "fmt:bushels0"`: `{"xAxis":{},"yAxis":{"axisLabel":{"formatter":"fmt:bushels0"}},"series":[]}`,
		`unknown renderItem "star"`:        `{"series":[{"type":"custom","renderItem":"star","data":[]}]}`,
		`map "atlantis" was not`:           `{"series":[{"type":"map","map":"atlantis","data":[]}]}`,
		`SyntaxError`:                      `{"series":`,
	} {
		svg, err := engine.Draw(context.Background(), Drawing{"edition", []byte(option), 300, 200})
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want one with %q", err, want)
		}
		if svg != nil {
			t.Errorf("%s: an SVG came with the error", want)
		}
	}
	if _, err := engine.Draw(context.Background(), Drawing{"edition", []byte(`{"series":[]}`), 0, 200}); err == nil {
		t.Error("a drawing without width is drawn")
	}
	if _, err := engine.Draw(context.Background(), Drawing{"edition", must(Trend(SampleTrend())), 300, 200}); err != nil {
		t.Error(err)
	}
}

func TestADrawingIsKept(t *testing.T) {
	folder := t.TempDir()
	drawing := Drawing{"edition 1", must(Trend(SampleTrend())), 400, 200}
	engine := must(NewEngine(EngineConfig{Files: built, Folder: folder}))
	defer engine.Close()
	first := must(engine.Draw(context.Background(), drawing))
	if second := must(engine.Draw(context.Background(), drawing)); &first[0] != &second[0] {
		t.Error("a second drawing was made where the first was kept")
	}

	kept := must(filepath.Glob(filepath.Join(folder, "*", "*.svg")))
	if len(kept) != 1 {
		t.Fatalf("kept %v, want one file", kept)
	}
	if diff := cmp.Diff(string(first), string(must(os.ReadFile(kept[0])))); diff != "" {
		t.Error(diff)
	}

	// Another process finds the drawing in the folder; a half of one it ignores.
	marked := strings.Replace(string(first), "</svg>", "<!-- kept --></svg>", 1)
	if err := os.WriteFile(kept[0], []byte(marked), 0o600); err != nil {
		t.Fatal(err)
	}
	later := must(NewEngine(EngineConfig{Files: built, Folder: folder}))
	defer later.Close()
	if got := must(later.Draw(context.Background(), drawing)); string(got) != marked {
		t.Error("the kept drawing was not taken")
	}
	if err := os.WriteFile(kept[0], first[:len(first)/2], 0o600); err != nil {
		t.Fatal(err)
	}
	latest := must(NewEngine(EngineConfig{Files: built, Folder: folder}))
	defer latest.Close()
	if got := must(latest.Draw(context.Background(), drawing)); !wholeSVG(got) {
		t.Error("half a drawing was given")
	}
}

func TestAFolderThatCannotBeWrittenCostsNoDrawing(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	engine := must(NewEngine(EngineConfig{Files: built, Folder: file}))
	defer engine.Close()
	if _, err := engine.Draw(context.Background(), Drawing{"edition", must(Trend(SampleTrend())), 400, 200}); err != nil {
		t.Error(err)
	}
}

func TestDrawingsOfOtherEditionsSizesAndMapsAreOthers(t *testing.T) {
	engine := newTestEngine(t)
	option := []byte(`{"series":[{"type":"map","map":"districts"}]}`)
	keys := map[string]bool{}
	for _, d := range []Drawing{{"1", option, 10, 20}, {"2", option, 10, 20}, {"1", option, 20, 10}, {"1", append(option, ' '), 10, 20}} {
		keys[engine.keyOf(d)] = true
	}
	engine.RegisterMap("districts", []byte(SampleShapes))
	keys[engine.keyOf(Drawing{"1", option, 10, 20})] = true
	if len(keys) != 5 {
		t.Errorf("%d keys, want 5", len(keys))
	}
}

func TestManyMayDrawAtOnce(t *testing.T) {
	engine := newTestEngine(t)
	option := must(Trend(SampleTrend()))
	words := Words{"a", "a", ""}
	want := must(PageSVG(must(engine.Draw(context.Background(), Drawing{"first", option, 400, 200})), words))
	var group sync.WaitGroup
	for i := range 8 {
		group.Go(func() {
			svg, err := engine.Draw(context.Background(), Drawing{fmt.Sprint(i % 4), option, 400, 200})
			if err != nil {
				t.Error(err)
				return
			}
			if got := must(PageSVG(svg, words)); got != want {
				t.Errorf("drawing %d differs", i)
			}
		})
	}
	group.Wait()
}

func TestWhoGivesUpWaitingGetsTheReasonAndTheDrawingIsStillKept(t *testing.T) {
	engine := newTestEngine(t)
	drawing := Drawing{"edition", must(Trend(SampleTrend())), 400, 200}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := engine.Draw(ctx, drawing); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v, want that the wait was cancelled", err)
	}
	if _, err := engine.Draw(context.Background(), drawing); err != nil {
		t.Error(err)
	}
}

func TestADrawingThatIsStoppedLeavesAWorkingRenderer(t *testing.T) {
	engine := newTestEngine(t)
	if err := engine.Ready(context.Background()); err != nil {
		t.Fatal(err)
	}
	runtime := <-engine.runtimes
	drawing := Drawing{"edition", must(Trend(SampleTrend())), 400, 200}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if svg, err := runtime.draw(ctx, drawing); err == nil || svg != nil {
		t.Errorf("a stopped drawing gave %d bytes and the error %v", len(svg), err)
	}
	if _, err := runtime.draw(context.Background(), drawing); err != nil {
		t.Error(err)
	}
}

func TestAClosedEngineSaysSo(t *testing.T) {
	engine := must(NewEngine(EngineConfig{Files: built}))
	if err := engine.Ready(context.Background()); err != nil {
		t.Fatal(err)
	}
	<-engine.runtimes // the only one is at work
	engine.Close()
	if _, err := engine.Draw(context.Background(), Drawing{"edition", []byte(`{}`), 10, 10}); !errors.Is(err, ErrClosed) {
		t.Errorf("error %v, want %v", err, ErrClosed)
	}
}

// Numbers in charts and in Go are written alike.
func TestAFormatterWritesInAChartWhatGoWrites(t *testing.T) {
	engine := newTestEngine(t)
	for _, test := range []struct {
		unit string
		v    float64
		want string
	}{
		{"pounds0", 1234.4, "£1,234"},
		{"pounds2", 12.5, "£12.50"},
		{"percent1", 75.25, "75.3%"},
		{"points1", -0.5, "−0.5 points"},
		{"number0", -0.4, "0"},
		{"number0", 1234567, "1,234,567"},
		{"years1", 62.04, "62.0 years"},
		{"number0", 2.5, "3"},
	} {
		got := must(Number(test.unit, test.v))
		if got != test.want {
			t.Errorf("%s of %g is %q in Go, want %q", test.unit, test.v, got, test.want)
		}
		option := fmt.Sprintf(`{"xAxis":{"type":"value","min":0,"max":1},"yAxis":{"type":"value","min":%[1]g,"max":%[2]g,"axisLabel":{"formatter":"fmt:%[3]s","customValues":[%[1]g]}},"series":[]}`,
			test.v, test.v+1, test.unit)
		svg := must(engine.Draw(context.Background(), Drawing{"edition", []byte(option), 300, 200}))
		if !strings.Contains(string(svg), ">"+test.want+"<") {
			t.Errorf("%s of %g is not written %q in the chart", test.unit, test.v, test.want)
		}
	}
}

func BenchmarkDrawTrend(b *testing.B) {
	engine := newTestEngine(b)
	option := must(Trend(SampleTrend()))
	if err := engine.Ready(context.Background()); err != nil {
		b.Fatal(err)
	}
	for i := 0; b.Loop(); i++ {
		must(engine.Draw(context.Background(), Drawing{fmt.Sprint(i), option, 440, 230}))
	}
}
