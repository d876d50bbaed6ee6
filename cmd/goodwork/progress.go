package main

import (
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"

	"goodwork/data"
	"goodwork/ingest"
)

// bars draws a bar for each source that is under way, and one for them all, on
// a terminal; elsewhere it writes nothing, and the report's lines are enough.
type bars struct {
	out   *os.File
	total *progressbar.ProgressBar
	busy  []data.SourceID
	of    map[data.SourceID]*progressbar.ProgressBar
	lines int // drawn last
	drawn time.Time
}

// barsOn gives the bars of a terminal, nil for any other file.
func barsOn(out *os.File) *bars {
	if !term.IsTerminal(int(out.Fd())) {
		return nil
	}
	return &bars{out: out, of: map[data.SourceID]*progressbar.ProgressBar{}}
}

// progress is told how a run goes.
func (b *bars) progress() ingest.Progress {
	if b == nil {
		return ingest.Progress{}
	}
	return ingest.Progress{
		Start: func(ids []data.SourceID) {
			b.total = progressbar.NewOptions(len(ids), quiet("sources", progressbar.OptionShowCount())...)
			b.draw(true)
		},
		Read: func(id data.SourceID, n int64) {
			if b.of[id] == nil {
				b.of[id] = progressbar.NewOptions64(-1, quiet(string(id), progressbar.OptionShowBytes(true))...)
				b.busy = append(b.busy, id)
			}
			b.add(b.of[id], n)
			b.draw(false)
		},
		Done: func(r ingest.Result) {
			b.busy = slices.DeleteFunc(b.busy, func(id data.SourceID) bool { return id == r.Source })
			b.add(b.total, 1)
			b.draw(true)
		},
	}
}

func quiet(name string, more ...progressbar.Option) []progressbar.Option {
	return append(more, progressbar.OptionSetWriter(io.Discard), progressbar.OptionSetWidth(24), progressbar.OptionSetDescription(fmt.Sprintf("%-36s", name)))
}

func (b *bars) add(bar *progressbar.ProgressBar, n int64) {
	if err := bar.Add64(n); err != nil {
		fmt.Fprintln(b.out, err)
	}
}

// draw draws all bars over those drawn last, a few times a second.
func (b *bars) draw(now bool) {
	if t := time.Now(); now || t.Sub(b.drawn) > 200*time.Millisecond {
		b.drawn = t
		b.clear()
		var s strings.Builder
		for _, id := range b.busy {
			s.WriteString(strings.TrimLeft(b.of[id].String(), "\r") + "\n")
		}
		s.WriteString(strings.TrimLeft(b.total.String(), "\r") + "\n")
		b.lines = len(b.busy) + 1
		fmt.Fprint(b.out, s.String())
	}
}

// clear takes the bars off the terminal.
func (b *bars) clear() {
	if b == nil || b.lines == 0 {
		return
	}
	fmt.Fprintf(b.out, "\x1b[%dA\x1b[J", b.lines) // up, and clear what is below
	b.lines = 0
}
