package chart

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"github.com/dop251/goja"
	"github.com/maypok86/otter/v2"
	"golang.org/x/sync/singleflight"
)

// ErrClosed is what a ChartEngine says after Close.
var ErrClosed = errors.New("the chart engine is closed")

// drawLimit ends a drawing that would never end. The largest map takes a
// fraction of it.
const drawLimit = 30 * time.Second

// EngineConfig says how many drawings are made at once and where they are
// kept.
type EngineConfig struct {
	Files    fs.FS        // what make assets built, the renderer among it
	Runtimes int          // drawings made at once; 0 is 1. Each holds some 30 MB
	Memory   uint64       // bytes of drawings kept in memory; 0 is 64 MiB
	Folder   string       // drawings are kept here too; "" keeps them in memory alone
	Log      *slog.Logger // told when a drawing can't be kept in Folder; nil is silence
}

// Engine draws ECharts options to SVG, by ECharts' own server-side
// renderer in a JavaScript interpreter. Drawings are kept, keyed by edition,
// option and size. It is safe for several goroutines.
type Engine struct {
	folder string
	log    *slog.Logger
	script []byte
	drawn  *otter.Cache[string, []byte]
	flight singleflight.Group

	runtimes chan *chartRuntime
	closed   chan struct{}
	close    sync.Once
	loaded   chan struct{} // closed when the first runtime is ready, or loading has failed
	failed   error         // read after loaded

	mu   sync.RWMutex
	maps map[string]chartMap
}

type chartMap struct{ geoJSON, hash string }

// Drawing is what to draw: one option, as JSON, at one size in CSS pixels. The
// edition's id keeps the drawings of editions apart.
type Drawing struct {
	Edition       string
	Option        []byte
	Width, Height int
}

// NewEngine returns at once; the renderer loads in the background, in
// about half a second, and the first drawings wait for it.
func NewEngine(cfg EngineConfig) (*Engine, error) {
	script, err := fs.ReadFile(cfg.Files, "echarts-server.js")
	if err != nil {
		return nil, fmt.Errorf("read the chart renderer: %w", err)
	}
	drawn, err := otter.New(&otter.Options[string, []byte]{
		MaximumWeight: cmp.Or(cfg.Memory, 64<<20),
		Weigher:       func(key string, svg []byte) uint32 { return uint32(len(key) + len(svg)) },
	})
	if err != nil {
		return nil, fmt.Errorf("make the store of drawings: %w", err)
	}
	e := &Engine{
		folder:   cfg.Folder,
		log:      cmp.Or(cfg.Log, slog.New(slog.DiscardHandler)),
		script:   script,
		drawn:    drawn,
		runtimes: make(chan *chartRuntime, max(cfg.Runtimes, 1)),
		closed:   make(chan struct{}),
		loaded:   make(chan struct{}),
		maps:     map[string]chartMap{},
	}
	go e.load()
	return e, nil
}

// load compiles the renderer once and fills the pool.
func (e *Engine) load() {
	program, err := goja.Compile("echarts-server.js", string(e.script), false)
	if err != nil {
		e.failed = fmt.Errorf("compile the chart renderer: %w", err)
		close(e.loaded)
		return
	}
	for i := range cap(e.runtimes) {
		runtime, err := newChartRuntime(program, e.geometryOf)
		if err != nil && i == 0 {
			e.failed = err
			close(e.loaded)
			return
		}
		if err != nil {
			e.log.Error("a chart renderer did not load", "error", err)
			return
		}
		e.runtimes <- runtime
		if i == 0 {
			close(e.loaded)
		}
	}
}

// Ready waits until drawings can be made and says whether they can.
func (e *Engine) Ready(ctx context.Context) error {
	select {
	case <-e.loaded:
		return e.failed
	case <-e.closed:
		return ErrClosed
	case <-ctx.Done():
		return fmt.Errorf("wait for the chart renderer: %w", ctx.Err())
	}
}

// Close ends the engine: drawings that wait are refused. Drawings that are
// being made are let finish.
func (e *Engine) Close() { e.close.Do(func() { close(e.closed) }) }

// RegisterMap makes a map known under a name, for options whose series or geo
// name it. What is registered is GeoJSON in any form that ECharts reads. Each
// runtime reads it when it first draws it; a name stands for one map for good.
func (e *Engine) RegisterMap(name string, geoJSON []byte) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if _, ok := e.maps[name]; !ok {
		e.maps[name] = chartMap{string(geoJSON), drawingHash(geoJSON)}
	}
}

func (e *Engine) geometryOf(name string) (string, error) {
	e.mu.RLock()
	defer e.mu.RUnlock()
	m, ok := e.maps[name]
	if !ok {
		return "", fmt.Errorf("map %q was not registered", name)
	}
	return m.geoJSON, nil
}

// Draw gives the renderer's SVG for a drawing: kept, or drawn now. Several who
// ask for the same drawing at once wait for one. Where ctx ends first its
// error is returned, and the drawing is still finished and kept for the next.
// An error is never accompanied by part of an SVG. The bytes are shared: they
// must not be changed.
func (e *Engine) Draw(ctx context.Context, d Drawing) ([]byte, error) {
	if d.Width <= 0 || d.Height <= 0 {
		return nil, fmt.Errorf("draw a chart: %d by %d is no size", d.Width, d.Height)
	}
	key := e.keyOf(d)
	if svg, ok := e.drawn.GetIfPresent(key); ok {
		return svg, nil
	}
	result := e.flight.DoChan(key, func() (any, error) {
		svg, err := e.keptOrNew(context.WithoutCancel(ctx), key, d)
		if err == nil {
			e.drawn.Set(key, svg)
		}
		return svg, err
	})
	select {
	case r := <-result:
		if r.Err != nil {
			return nil, fmt.Errorf("draw a chart: %w", r.Err)
		}
		return r.Val.([]byte), nil
	case <-ctx.Done():
		return nil, fmt.Errorf("draw a chart: %w", ctx.Err())
	}
}

func (e *Engine) keptOrNew(ctx context.Context, key string, d Drawing) ([]byte, error) {
	if svg, ok := e.readKept(key, d.Edition); ok {
		return svg, nil
	}
	ctx, cancel := context.WithTimeout(ctx, drawLimit)
	defer cancel()
	if err := e.Ready(ctx); err != nil {
		return nil, err
	}
	var runtime *chartRuntime
	select {
	case runtime = <-e.runtimes:
	case <-e.closed:
		return nil, ErrClosed
	case <-ctx.Done():
		return nil, fmt.Errorf("wait for a chart renderer: %w", ctx.Err())
	}
	defer func() { e.runtimes <- runtime }()
	svg, err := runtime.draw(ctx, d)
	if err != nil {
		return nil, err
	}
	e.keep(key, d.Edition, svg)
	return svg, nil
}

// keyOf tells drawings apart: by everything that they depend on, the renderer
// and the geometry of the maps they draw included.
func (e *Engine) keyOf(d Drawing) string {
	sum := sha256.New()
	fmt.Fprintf(sum, "%s\n%s\n%d %d\n", drawingHash(e.script), d.Edition, d.Width, d.Height)
	e.mu.RLock()
	for _, name := range slices.Sorted(maps.Keys(e.maps)) {
		if bytes.Contains(d.Option, []byte(`"map":"`+name+`"`)) {
			fmt.Fprintf(sum, "%s %s\n", name, e.maps[name].hash)
		}
	}
	e.mu.RUnlock()
	sum.Write(d.Option)
	return hex.EncodeToString(sum.Sum(nil))
}

func (e *Engine) pathOf(key, edition string) string {
	return filepath.Join(e.folder, drawingHash([]byte(edition))[:16], key+".svg")
}

func (e *Engine) readKept(key, edition string) ([]byte, bool) {
	if e.folder == "" {
		return nil, false
	}
	svg, err := os.ReadFile(e.pathOf(key, edition))
	return svg, err == nil && wholeSVG(svg)
}

// keep writes a drawing to the folder. Where that fails the reader still has
// the drawing, and only the log is told.
func (e *Engine) keep(key, edition string, svg []byte) {
	if e.folder == "" {
		return
	}
	if err := writeDrawing(e.pathOf(key, edition), svg); err != nil {
		e.log.Warn("a drawing could not be kept", "error", err)
	}
}

// writeDrawing puts a file in place at once: whole, or not at all.
func writeDrawing(path string, content []byte) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	file, err := os.CreateTemp(filepath.Dir(path), ".drawing-")
	if err != nil {
		return err
	}
	_, err = file.Write(content)
	if err = errors.Join(err, file.Close()); err == nil {
		err = os.Rename(file.Name(), path)
	}
	if err != nil {
		return errors.Join(err, os.Remove(file.Name()))
	}
	return nil
}

func wholeSVG(svg []byte) bool {
	return bytes.HasPrefix(svg, []byte("<svg")) && bytes.HasSuffix(bytes.TrimSpace(svg), []byte("</svg>"))
}

func drawingHash(content []byte) string {
	sum := sha256.Sum256(content)
	return hex.EncodeToString(sum[:])
}

// chartRuntime is one interpreter with the renderer loaded. It is not safe for
// several goroutines.
type chartRuntime struct {
	program    *goja.Program
	geometryOf func(string) (string, error)
	vm         *goja.Runtime
	drawChart  goja.Callable
}

func newChartRuntime(program *goja.Program, geometryOf func(string) (string, error)) (*chartRuntime, error) {
	r := &chartRuntime{program: program, geometryOf: geometryOf}
	return r, r.start()
}

// start gives the runtime a fresh interpreter.
func (r *chartRuntime) start() error {
	vm := goja.New()
	if err := vm.Set("geometryOf", r.geometryOf); err != nil {
		return fmt.Errorf("load the chart renderer: %w", err)
	}
	if _, err := vm.RunProgram(r.program); err != nil {
		return fmt.Errorf("load the chart renderer: %w", err)
	}
	draw, ok := goja.AssertFunction(vm.Get("drawChart"))
	if !ok {
		return errors.New("load the chart renderer: it has no function drawChart")
	}
	r.vm, r.drawChart = vm, draw
	return nil
}

// draw makes one drawing. Where ctx ends it, the interpreter stops in the
// midst of the renderer's work and is replaced.
func (r *chartRuntime) draw(ctx context.Context, d Drawing) ([]byte, error) {
	vm := r.vm
	stop := context.AfterFunc(ctx, func() { vm.Interrupt(ctx.Err()) })
	value, err := r.drawChart(goja.Undefined(), vm.ToValue(string(d.Option)), vm.ToValue(d.Width), vm.ToValue(d.Height))
	if !stop() {
		return nil, errors.Join(ctx.Err(), r.start())
	}
	if err != nil {
		return nil, err
	}
	svg := []byte(value.String())
	if !wholeSVG(svg) {
		return nil, errors.New("the chart renderer gave no SVG")
	}
	return svg, nil
}
