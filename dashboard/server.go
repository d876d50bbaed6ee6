package dashboard

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"html/template"
	"log/slog"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"goodwork/dashboard/chart"
	"goodwork/data"
)

//go:embed static/favicon.svg
var favicon []byte

//go:embed templates/*.html
var templateFiles embed.FS

// Config is what a Server is made of. All but BaseURL and Version is needed.
type Config struct {
	Edition    *data.EditionStore
	Register   *data.Register
	Boundaries *data.Boundaries
	// BoundaryHistory has the boundaries of every year, those among them.
	BoundaryHistory *data.BoundaryHistory
	Assets          *Assets
	Charts          *chart.Engine
	Methods         Methods
	Log             *slog.Logger
	BaseURL         string             // scheme and host of canonical addresses, without a slash at the end; "" leaves them out
	Editions        *data.EditionShelf // earlier editions, served beside; nil for none
	// RequestsPerMinute is how many requests to the API one address may make, and
	// Now the clock by which they are counted; without either none is refused.
	RequestsPerMinute int
	Now               func() time.Time
	// BehindProxy takes a reader's address from X-Forwarded-For, and the scheme of
	// the site's own addresses from X-Forwarded-Proto.
	BehindProxy bool
	Version     string // of the code, so that a reader's copy of a page doesn't outlive it
}

// Server answers every request for one edition. It is safe for several
// goroutines, and all that it holds is fixed once it is made.
type Server struct {
	Config
	echo      *echo.Echo
	templates map[string]*template.Template
	library   library
	maps      mapDrawer
	documents documents
	index     *workIndex // nil where the edition has none
	files     *fileCache
	raster    chart.Rasteriser
}

// New reads what is the same for every page of the edition, parses the
// templates and lays the routes.
func New(ctx context.Context, cfg Config) (*Server, error) {
	s := &Server{Config: cfg, echo: echo.New()}
	var err error
	if s.templates, err = parseTemplates(cfg.Assets); err != nil {
		return nil, err
	}
	if s.library, err = readLibrary(ctx, cfg.Edition); err != nil {
		return nil, err
	}
	if s.index, err = readIndex(ctx, cfg.Edition, cfg.Register); err != nil {
		return nil, err
	}
	s.maps = newMapDrawer(cfg.Boundaries, cfg.Register)
	s.raster = chart.NewRasteriser(cfg.Assets.Built())
	if s.files, err = newFileCache(); err != nil {
		return nil, err
	}
	s.echo.HideBanner, s.echo.HidePort = true, true
	s.echo.HTTPErrorHandler = s.answerError
	s.echo.Use(recovered, secured, s.fresh)
	s.routes()
	return s, nil
}

// routes is every route there is.
func (s *Server) routes() {
	get := func(path string, handler echo.HandlerFunc) {
		s.echo.Match([]string{http.MethodGet, http.MethodHead}, path, handler)
	}
	get("/", s.home)
	get("/search", s.search)
	get("/search/suggest", s.suggest)
	get("/areas", s.areas)
	s.view("/areas/:area", s.area, areaFileParameters, s.viewOfArea)
	s.view("/groups", s.group, groupFileParameters, s.viewOfGroup)
	get("/indicators", s.indicators)
	s.view("/compare", s.compareAreas, compareFileParameters, s.viewOfComparison)
	s.view("/indicators/:indicator", s.indicator, indicatorFileParameters, s.viewOfIndicator)
	get("/geometry/:file", s.geometry)
	s.documentRoutes(get)
	get(AssetPrefix+":file", echo.WrapHandler(s.Assets))
	s.view("/index", s.indexExplorer, s.indexFileParameters(), s.viewOfIndex)
	s.embedRoutes(get)
	s.quadrantRoutes(get)
	s.dataRoutes(get)
	get("/favicon.svg", func(c echo.Context) error {
		return s.send(c, http.StatusOK, "image/svg+xml", favicon)
	})
	get("/favicon.ico", func(c echo.Context) error {
		return c.Redirect(http.StatusMovedPermanently, "/favicon.svg")
	})
}

// ServeHTTP answers one request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.echo.ServeHTTP(w, r) }

// library is what every page may need of the edition, read once.
type library struct {
	edition    data.EditionID
	date       time.Time
	sources    map[data.SourceID]data.Source
	releases   map[releaseKey]data.Release     // the first file of each
	withFigure map[data.AreaCode]bool          // areas with a row in the edition
	latest     map[data.IndicatorID][]data.Row // every area's figure of the latest period
}

type releaseKey struct {
	source  data.SourceID
	release data.ReleaseID
}

func readLibrary(ctx context.Context, edition *data.EditionStore) (library, error) {
	date, err := time.Parse(time.DateOnly, edition.Date())
	if err != nil {
		return library{}, fmt.Errorf("edition %s: date %q: %w", edition.ID(), edition.Date(), data.ErrInvalid)
	}
	l := library{
		edition: edition.ID(), date: date,
		sources: map[data.SourceID]data.Source{}, releases: map[releaseKey]data.Release{},
		withFigure: map[data.AreaCode]bool{}, latest: map[data.IndicatorID][]data.Row{},
	}
	sources, err1 := edition.Sources(ctx)
	releases, err2 := edition.Releases(ctx)
	areas, err3 := edition.AreasWithFigures(ctx)
	latest, err4 := edition.Table(ctx, data.Query{Latest: true})
	if err := errors.Join(err1, err2, err3, err4); err != nil {
		return library{}, fmt.Errorf("edition %s: %w", edition.ID(), err)
	}
	for _, r := range latest.Rows {
		l.latest[r.Indicator] = append(l.latest[r.Indicator], r)
	}
	for _, x := range sources {
		l.sources[x.ID] = x
	}
	for _, x := range releases {
		k := releaseKey{x.Source, x.ID}
		if _, ok := l.releases[k]; !ok {
			l.releases[k] = x
		}
	}
	for _, code := range areas {
		l.withFigure[code] = true
	}
	return l, nil
}
