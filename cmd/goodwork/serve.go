package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"syscall"
	"time"

	"goodwork/dashboard"
	"goodwork/dashboard/chart"
	"goodwork/data"
	"goodwork/indicators"
)

type serveCmd struct {
	storeFlag
	Addr    string `default:"localhost:8080" help:"Host and port to listen on." placeholder:"HOST:PORT"`
	BaseURL string `name:"base-url" help:"Scheme and host at which readers find the site, for canonical addresses." placeholder:"URL"`
	Verbose bool   `short:"v" help:"Log refused requests too."`

	RequestsPerMinute int  `default:"600" help:"Requests to the API that one address may make a minute; 0 for any number." placeholder:"N"`
	BehindProxy       bool `help:"Take a reader's address from X-Forwarded-For and the scheme from X-Forwarded-Proto, as a proxy of yours sets them."`
}

// Run serves the edition of the store until its context ends.
func (c serveCmd) Run(ctx context.Context) (err error) {
	level := slog.LevelInfo
	if c.Verbose {
		level = slog.LevelDebug
	}
	log := slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: level}))
	listener, err := listen(ctx, c.Addr)
	if err != nil {
		return err
	}
	defer func() {
		if e := listener.Close(); e != nil && !errors.Is(e, net.ErrClosed) {
			err = errors.Join(err, e)
		}
	}()
	dir, err := c.dir()
	if err != nil {
		return err
	}
	edition, stored, err := openEdition(ctx, dir, log)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, edition.Close()) }()
	kept := ""
	if stored {
		kept = filepath.Join(dir, "charts")
	}
	server, charts, err := newServer(ctx, c, kept, edition, log)
	if err != nil {
		return err
	}
	defer charts.Close()
	fmt.Printf("Good Work, edition %s: http://%s\n", edition.ID(), reachedAt(c.Addr, listener.Addr()))
	return serve(ctx, listener, server)
}

// listen takes the address, or says why it can't be had.
func listen(ctx context.Context, addr string) (net.Listener, error) {
	var config net.ListenConfig
	l, err := config.Listen(ctx, "tcp", addr)
	if errors.Is(err, syscall.EADDRINUSE) {
		return nil, fmt.Errorf("%s is in use by another program; name another port with --addr, such as --addr localhost:8081", addr)
	}
	if err != nil {
		return nil, fmt.Errorf("listen on %s: %w", addr, err)
	}
	return l, nil
}

// reachedAt is the host and port for a reader to type: as asked for, with the
// port that was had where any would do, and a name where any host may call.
func reachedAt(asked string, had net.Addr) string {
	host, _, err := net.SplitHostPort(asked)
	_, port, err2 := net.SplitHostPort(had.String())
	if err != nil || err2 != nil {
		return had.String()
	}
	if ip := net.ParseIP(host); host == "" || ip != nil && ip.IsUnspecified() {
		host = "localhost"
	}
	return net.JoinHostPort(host, port)
}

// openEdition opens the store's edition. Where there is none, or only that of
// an older snapshot, the embedded one is unpacked first; where nothing can be
// written it is served from memory, and stored is false.
func openEdition(ctx context.Context, dir string, log *slog.Logger) (edition *data.EditionStore, stored bool, err error) {
	wanted, err := data.WantsSnapshot(dir)
	if err != nil {
		return nil, false, err
	}
	if wanted {
		if err := unpack(ctx, dir); err != nil {
			log.Info("the store can't be written, so the embedded edition is served from memory", "store", dir, "error", err)
			edition, err = data.OpenSnapshotEdition(ctx)
			return edition, false, err
		}
	}
	edition, err = data.OpenEdition(ctx, dir)
	return edition, true, err
}

func unpack(ctx context.Context, dir string) (err error) {
	unlock, err := data.Lock(dir)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, unlock()) }()
	return data.UnpackSnapshot(ctx, dir)
}

func newServer(ctx context.Context, c serveCmd, kept string, edition *data.EditionStore, log *slog.Logger) (*dashboard.Server, *chart.Engine, error) {
	dir, err := c.dir()
	if err != nil {
		return nil, nil, err
	}
	register, err := data.LoadRegister()
	if err != nil {
		return nil, nil, err
	}
	boundaries, history, err := data.SnapshotBoundaries()
	if err != nil {
		return nil, nil, err
	}
	assets, err := dashboard.NewAssets()
	if err != nil {
		return nil, nil, err
	}
	charts, err := chart.NewEngine(chart.EngineConfig{Files: assets.Built(), Runtimes: max(2, runtime.NumCPU()/2), Folder: kept, Log: log})
	if err != nil {
		return nil, nil, err
	}
	server, err := dashboard.New(ctx, dashboard.Config{
		Edition: edition, Register: register, Boundaries: boundaries, BoundaryHistory: history, Assets: assets, Charts: charts, Methods: methods(),
		Log: log, BaseURL: c.BaseURL, Version: version,
		Editions: data.NewEditionShelf(dir), RequestsPerMinute: c.RequestsPerMinute, Now: time.Now, BehindProxy: c.BehindProxy,
	})
	if err != nil {
		charts.Close()
		return nil, nil, err
	}
	return server, charts, nil
}

// methods hands the methods of package indicators to the dashboard, which may
// not know it.
func methods() dashboard.Methods {
	return dashboard.Methods{
		Compare: indicators.Compare,
		Adjust:  indicators.BenjaminiHochberg,
		Group:   indicators.Group,
		Correlate: func(x, y []data.Optional) (data.Optional, data.Interval, int) {
			c := indicators.Pearson(x, y)
			return c.R, c.Interval, c.N
		},
	}
}

// shutdownPatience is how long requests may take that are under way when the
// server is told to stop.
const shutdownPatience = 5 * time.Second

// serve answers until ctx ends, then lets what is under way finish.
func serve(ctx context.Context, l net.Listener, handler http.Handler) error {
	server := &http.Server{
		Handler: handler, ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 10 * time.Second,
		WriteTimeout: time.Minute, IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 64 << 10,
	}
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(l) }()
	select {
	case err := <-failed:
		return fmt.Errorf("serve: %w", err)
	case <-ctx.Done():
	}
	patience, cancel := context.WithTimeout(context.WithoutCancel(ctx), shutdownPatience)
	defer cancel()
	if err := server.Shutdown(patience); err != nil {
		return fmt.Errorf("stop serving: %w", err)
	}
	if err := <-failed; !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("serve: %w", err)
	}
	return nil
}
