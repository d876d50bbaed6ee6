package chart

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"sync"
	"time"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
)

// Rasteriser makes PNG of SVG by resvg, compiled to WebAssembly and run inside
// the process with a font of its own, so that a picture is the same on every
// machine. The module was built for JavaScript: the functions that it asks for
// are those of wasm-bindgen's glue, over a list of objects. Each picture gets a
// fresh instance, which takes under a millisecond; the module is compiled, in
// about a second, when the first picture is asked for.
type Rasteriser struct {
	load func() (*resvg, error)
}

// resvg is the compiled module and the fonts that it sets text in.
type resvg struct {
	runtime  wazero.Runtime
	compiled wazero.CompiledModule
	fonts    []any
}

// rasterFont is the family of the embedded fonts: Source Sans 3, under the SIL
// Open Font License.
const rasterFont = "Source Sans 3"

// rasterTime ends a picture that would never end.
const rasterTime = 20 * time.Second

func NewRasteriser(files fs.FS) Rasteriser {
	return Rasteriser{sync.OnceValues(func() (*resvg, error) { return loadResvg(files) })}
}

func loadResvg(files fs.FS) (*resvg, error) {
	module, err := unpacked(files, "resvg.wasm.gz")
	if err != nil {
		return nil, err
	}
	var fonts []any
	for _, name := range []string{"font-regular.ttf.gz", "font-bold.ttf.gz"} {
		font, err := unpacked(files, name)
		if err != nil {
			return nil, err
		}
		fonts = append(fonts, font)
	}
	ctx := context.Background()
	r := &resvg{runtime: wazero.NewRuntimeWithConfig(ctx, wazero.NewRuntimeConfig().WithCloseOnContextDone(true).WithMemoryLimitPages(4096)), fonts: fonts}
	if err := bindGlue(ctx, r.runtime); err != nil {
		return nil, fmt.Errorf("load resvg: %w", err)
	}
	if r.compiled, err = r.runtime.CompileModule(ctx, module); err != nil {
		return nil, fmt.Errorf("load resvg: %w", err)
	}
	return r, nil
}

// unpacked reads an embedded file that is kept compressed.
func unpacked(files fs.FS, name string) ([]byte, error) {
	packed, err := fs.ReadFile(files, name)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", name, err)
	}
	r, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return nil, fmt.Errorf("unpack %s: %w", name, err)
	}
	content, err := io.ReadAll(r)
	if err != nil {
		return nil, fmt.Errorf("unpack %s: %w", name, err)
	}
	return content, nil
}

// png draws an SVG at a scale, on white. SVG that can't be drawn is an error.
func (r Rasteriser) PNG(ctx context.Context, svg []byte, scale float64) ([]byte, error) {
	loaded, err := r.load()
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, rasterTime)
	defer cancel()
	picture, err := loaded.draw(ctx, svg, scale)
	if err != nil {
		return nil, fmt.Errorf("draw the SVG as PNG: %w", err)
	}
	return picture, nil
}

func (r *resvg) draw(ctx context.Context, svg []byte, scale float64) (_ []byte, err error) {
	objects := newGlueObjects()
	ctx = context.WithValue(ctx, glueKey{}, objects)
	module, err := r.runtime.InstantiateModule(ctx, r.compiled, wazero.NewModuleConfig().WithName(""))
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, module.Close(ctx)) }()
	options, err := json.Marshal(map[string]any{
		"fitTo": map[string]any{"mode": "zoom", "value": scale}, "background": "#ffffff",
		"font": map[string]any{"loadSystemFonts": false, "defaultFontFamily": rasterFont, "sansSerifFamily": rasterFont},
	})
	if err != nil {
		return nil, err
	}
	m := glueModule{ctx, module, objects}
	result, err := m.call("__wbindgen_add_to_stack_pointer", 0xfffffff0) // 16 bytes of room for a result
	if err != nil {
		return nil, err
	}
	text, err := m.bytes(options)
	if err != nil {
		return nil, err
	}
	drawing, err := m.answer(result, "resvg_new", objects.add(string(svg)), text, uint64(len(options)), objects.add(r.fonts))
	if err != nil {
		return nil, err
	}
	image, err := m.answer(result, "resvg_render", uint64(drawing))
	if err != nil {
		return nil, err
	}
	picture, err := m.answer(result, "renderedimage_asPng", uint64(image))
	if err != nil {
		return nil, err
	}
	content, ok := objects.get(picture).([]byte)
	if !ok {
		return nil, fmt.Errorf("resvg gave a %T, not a picture", objects.get(picture))
	}
	return content, nil
}

// glueModule is one instance of the module, with its objects.
type glueModule struct {
	ctx     context.Context
	module  api.Module
	objects *glueObjects
}

func (m glueModule) call(name string, arguments ...uint64) (uint64, error) {
	results, err := m.module.ExportedFunction(name).Call(m.ctx, arguments...)
	if err != nil {
		return 0, fmt.Errorf("%s: %w", name, err)
	}
	if len(results) == 0 {
		return 0, nil
	}
	return results[0], nil
}

// bytes puts bytes into the module's memory.
func (m glueModule) bytes(b []byte) (uint64, error) {
	at, err := m.call("__wbindgen_malloc", uint64(len(b)), 1)
	if err == nil && !m.module.Memory().Write(uint32(at), b) {
		err = errors.New("no room in the module's memory")
	}
	return at, err
}

// answer calls a function that leaves a value, an error and whether it is one
// at result.
func (m glueModule) answer(result uint64, name string, arguments ...uint64) (uint32, error) {
	if _, err := m.call(name, append([]uint64{result}, arguments...)...); err != nil {
		return 0, err
	}
	var words [3]uint32
	for i := range words {
		w, ok := m.module.Memory().ReadUint32Le(uint32(result) + uint32(4*i))
		if !ok {
			return 0, fmt.Errorf("%s: its result is out of memory", name)
		}
		words[i] = w
	}
	if words[2] != 0 {
		return 0, fmt.Errorf("%s: %v", name, m.objects.get(words[1]))
	}
	return words[0], nil
}

// glueObjects are the values that the module knows by number. Numbers below 132
// are the glue's own, of which only true, false and nothing are used.
type glueObjects struct{ list []any }

func newGlueObjects() *glueObjects {
	o := &glueObjects{list: make([]any, 132)}
	o.list[130], o.list[131] = true, false
	return o
}

func (o *glueObjects) add(x any) uint64 {
	o.list = append(o.list, x)
	return uint64(len(o.list) - 1)
}

func (o *glueObjects) get(i uint32) any {
	if int(i) >= len(o.list) {
		return nil
	}
	return o.list[i]
}

type glueKey struct{}

// The kinds of objects beside strings, bytes, lists and errors.
type (
	glueMemory   struct{}               // the module's memory, or a view of all of it
	gluePart     struct{ at, n uint32 } // a part of it
	glueIterator struct {
		list []any
		next int
	}
	glueStep struct {
		value any
		done  bool
	}
)

// bindGlue gives the runtime the functions that the module imports. Their names
// carry hashes of wasm-bindgen's; the pinned version of the package keeps them.
func bindGlue(ctx context.Context, runtime wazero.Runtime) error {
	glue := runtime.NewHostModuleBuilder("wbg")
	for name, function := range glueFunctions() {
		glue.NewFunctionBuilder().WithFunc(function).Export(name)
	}
	_, err := glue.Instantiate(ctx)
	return err
}

func glueFunctions() map[string]any {
	objects := func(ctx context.Context) *glueObjects { return ctx.Value(glueKey{}).(*glueObjects) }
	add := func(ctx context.Context, x any) uint32 { return uint32(objects(ctx).add(x)) }
	text := func(m api.Module, at, n uint32) string {
		b, _ := m.Memory().Read(at, n) // what lies outside is empty, and resvg says so
		return string(b)
	}
	truth := func(b bool) uint32 {
		if b {
			return 1
		}
		return 0
	}
	return map[string]any{
		"__wbg_new_28c511d9baebfa89": func(ctx context.Context, m api.Module, at, n uint32) uint32 {
			return add(ctx, errors.New(text(m, at, n)))
		},
		"__wbindgen_memory":             func(ctx context.Context) uint32 { return add(ctx, glueMemory{}) },
		"__wbg_buffer_12d079cc21e14bdb": func(ctx context.Context, _ uint32) uint32 { return add(ctx, glueMemory{}) },
		"__wbg_newwithbyteoffsetandlength_aa4a17c33a06e5cb": func(ctx context.Context, _, at, n uint32) uint32 {
			return add(ctx, gluePart{at, n})
		},
		"__wbindgen_object_drop_ref": func(ctx context.Context, i uint32) {
			if o := objects(ctx); i >= 132 && int(i) < len(o.list) {
				o.list[i] = nil
			}
		},
		"__wbg_new_63b92bc8671ed464": func(ctx context.Context, m api.Module, i uint32) uint32 {
			part, ok := objects(ctx).get(i).(gluePart)
			if !ok {
				return add(ctx, objects(ctx).get(i))
			}
			b, _ := m.Memory().Read(part.at, part.n)
			return add(ctx, bytes.Clone(b))
		},
		"__wbg_values_839f3396d5aac002": func(ctx context.Context, i uint32) uint32 {
			list, _ := objects(ctx).get(i).([]any)
			return add(ctx, &glueIterator{list: list})
		},
		"__wbg_next_196c84450b364254": func(ctx context.Context, i uint32) uint32 {
			it, ok := objects(ctx).get(i).(*glueIterator)
			if !ok || it.next >= len(it.list) {
				return add(ctx, glueStep{done: true})
			}
			it.next++
			return add(ctx, glueStep{value: it.list[it.next-1]})
		},
		"__wbg_done_298b57d23c0fc80c": func(ctx context.Context, i uint32) uint32 {
			step, ok := objects(ctx).get(i).(glueStep)
			return truth(!ok || step.done)
		},
		"__wbg_value_d93c65011f51a456": func(ctx context.Context, i uint32) uint32 {
			step, _ := objects(ctx).get(i).(glueStep)
			return add(ctx, step.value)
		},
		"__wbg_instanceof_Uint8Array_2b3bbecd033d19f6": func(ctx context.Context, i uint32) uint32 {
			_, ok := objects(ctx).get(i).([]byte)
			return truth(ok)
		},
		"__wbindgen_string_get": func(ctx context.Context, m api.Module, result, i uint32) {
			var at, n uint32
			if s, ok := objects(ctx).get(i).(string); ok {
				placed, err := glueModule{ctx, m, objects(ctx)}.bytes([]byte(s))
				if err != nil {
					panic(err) // wazero gives it to the caller as an error
				}
				at, n = uint32(placed), uint32(len(s))
			}
			m.Memory().WriteUint32Le(result, at)
			m.Memory().WriteUint32Le(result+4, n)
		},
		"__wbg_new_16b304a2cfa7ff4a": func(ctx context.Context) uint32 { return add(ctx, []any{}) },
		"__wbindgen_string_new": func(ctx context.Context, m api.Module, at, n uint32) uint32 {
			return add(ctx, text(m, at, n))
		},
		"__wbg_push_a5b05aedc7234f9f": func(ctx context.Context, i, x uint32) uint32 {
			list, _ := objects(ctx).get(i).([]any)
			objects(ctx).list[i] = append(list, objects(ctx).get(x))
			return uint32(len(list) + 1)
		},
		"__wbg_length_c20a40f15020d68a": func(ctx context.Context, m api.Module, i uint32) uint32 {
			switch x := objects(ctx).get(i).(type) {
			case []byte:
				return uint32(len(x))
			case glueMemory:
				return m.Memory().Size()
			}
			return 0
		},
		"__wbg_set_a47bac70306a19a7": func(ctx context.Context, m api.Module, _, from, at uint32) {
			if b, ok := objects(ctx).get(from).([]byte); ok {
				m.Memory().Write(at, b)
			}
		},
		"__wbindgen_throw": func(_ context.Context, m api.Module, at, n uint32) { panic(errors.New(text(m, at, n))) },
	}
}
