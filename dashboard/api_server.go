package dashboard

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humaecho"
	"github.com/labstack/echo/v4"

	"goodwork/data"
)

// apiPrefix is where the API lies. Its routes are promises: fields and
// parameters are added, never renamed.
const apiPrefix = "/api/v1"

// newAPI makes the API: a router of its own, so that what it answers is whole
// before it is sent, and its description (OpenAPI 3.1).
func (s *Server) newAPI() (http.Handler, *huma.OpenAPI) {
	inner := echo.New()
	inner.HTTPErrorHandler = func(err error, c echo.Context) {
		code := status(err)
		said := explained(err, code)
		if code == http.StatusNotFound {
			said = refusal{kind: data.ErrNotFound, what: "There is nothing at this address. The addresses are listed at /api.", about: "The addresses are:"}
		}
		if code >= http.StatusInternalServerError {
			s.Log.Error("no answer", "path", c.Request().URL.Path, "error", err)
		}
		c.Response().Header().Set("Content-Type", "application/problem+json")
		c.Response().WriteHeader(code)
		if _, err := c.Response().Write(problemOf(code, said, c.Request()).body()); err != nil {
			s.Log.Error("the answer to an error failed", "error", err)
		}
	}
	inner.Use(recovered)
	config := huma.DefaultConfig("Good Work", "1")
	config.Info.Description = "Figures of good work for the local areas of the United Kingdom, with intervals, comparisons, trends and sources. No key is needed. Figures: Open Government Licence v3.0."
	config.Info.License = &huma.License{Name: "Open Government Licence v3.0", URL: licenceURL}
	config.DocsPath, config.SchemasPath, config.OpenAPIPath = "", "", apiPrefix+"/openapi"
	config.CreateHooks = nil
	if s.BaseURL != "" {
		config.Servers = []*huma.Server{{URL: s.BaseURL}}
	}
	config.Formats = map[string]huma.Format{"application/json": {Marshal: marshalIndented, Unmarshal: json.Unmarshal}, "json": {Marshal: marshalIndented, Unmarshal: json.Unmarshal}}
	config.DefaultFormat = "application/json"
	api := humaecho.New(inner, config)
	api.UseMiddleware(checkedParameters)
	s.apiLibrary(api)
	s.apiPlaces(api)
	s.apiFigures(api)
	s.apiEditions(api)
	return inner, api.OpenAPI()
}

// marshalIndented writes JSON that people can read too, without escaping what
// needs no escape outside of HTML. A refusal may repeat what was asked, so its
// signs are escaped.
func marshalIndented(w io.Writer, v any) error {
	enc := json.NewEncoder(w)
	_, refused := v.(*apiProblem)
	enc.SetEscapeHTML(refused)
	enc.SetIndent("", " ")
	return enc.Encode(v)
}

// offer registers one route. Its parameters are checked by checkedParameters,
// which names what is valid.
func offer[I, O any](api huma.API, id, path, summary, description string, handler func(context.Context, *I) (*O, error)) {
	huma.Register(api, huma.Operation{
		OperationID: id, Method: http.MethodGet, Path: apiPrefix + path, Summary: summary, Description: description,
		SkipValidateParams: true, Errors: []int{http.StatusBadRequest, http.StatusNotFound, http.StatusTooManyRequests},
	}, func(ctx context.Context, in *I) (*O, error) {
		out, err := handler(ctx, in)
		if err != nil {
			return nil, apiError(ctx, err)
		}
		return out, nil
	})
}

// apiProblem is a problem as huma sends it.
type apiProblem struct {
	problem
	cause error
}

func (p *apiProblem) Error() string               { return p.Detail }
func (p *apiProblem) Unwrap() error               { return p.cause }
func (p *apiProblem) GetStatus() int              { return p.Status }
func (p *apiProblem) ContentType(_ string) string { return "application/problem+json" }

// apiError is an error as the API answers it; one without a refusal within
// stays what it is, and the outer server logs it.
func apiError(ctx context.Context, err error) error {
	asked, _ := ctx.Value(askedPath{}).(string)
	code := status(err)
	said := explained(err, code)
	p := &apiProblem{problem: problem{Type: "about:blank", Title: http.StatusText(code), Status: code, Detail: said.what, Instance: asked, Parameter: excerpt(said.parameter)}, cause: err}
	for _, v := range said.valid {
		p.Valid = append(p.Valid, v.Value)
	}
	return p
}

// askedPath is the key of a request's own path in its context: the instance of
// a problem.
type askedPath struct{}

// checkedParameters refuses parameters that a route hasn't, that stand twice,
// that aren't text, or that are none of the words or numbers they may be.
func checkedParameters(ctx huma.Context, next func(huma.Context)) {
	u := ctx.URL()
	if err := checkParameters(ctx.Operation(), u.RawQuery); err != nil {
		code := status(err)
		ctx.SetHeader("Content-Type", "application/problem+json")
		ctx.SetStatus(code)
		r := http.Request{URL: &u}
		if _, err := ctx.BodyWriter().Write(problemOf(code, explained(err, code), &r).body()); err != nil {
			return // the reader has gone
		}
		return
	}
	next(huma.WithValue(ctx, askedPath{}, excerpt(u.EscapedPath())))
}

func checkParameters(op *huma.Operation, rawQuery string) error {
	given, err := url.ParseQuery(rawQuery)
	if err != nil {
		return refusal{kind: data.ErrInvalid, what: "The address can’t be read: its part after “?” is not well encoded."}
	}
	known := map[string]*huma.Param{}
	var names []option
	for _, p := range op.Parameters {
		if p.In == "query" {
			known[p.Name] = p
			names = append(names, option{Value: p.Name})
		}
	}
	for name, values := range given {
		p := known[name]
		switch {
		case p == nil && len(names) == 0:
			return refusal{kind: data.ErrInvalid, parameter: name, what: fmt.Sprintf("There is no parameter “%s”: this address takes none.", excerpt(name))}
		case p == nil:
			return refusal{kind: data.ErrInvalid, parameter: name, what: fmt.Sprintf("There is no parameter “%s”.", excerpt(name)), valid: names}
		case len(values) > 1 && p.Schema.Type != huma.TypeArray:
			return refusal{kind: data.ErrInvalid, parameter: name, what: fmt.Sprintf("The parameter “%s” stands more than once; it takes one value.", name)}
		}
		for _, v := range values {
			if err := checkValue(p, v); err != nil {
				return err
			}
		}
	}
	return nil
}

func checkValue(p *huma.Param, v string) error {
	if !isText(v) || len(v) > maximumValue {
		return refusal{kind: data.ErrInvalid, parameter: p.Name, what: fmt.Sprintf("The parameter “%s” is too long or not text.", p.Name)}
	}
	schema, parts := p.Schema, []string{v}
	if schema.Type == huma.TypeArray {
		schema, parts = schema.Items, slices.Collect(splitList(v))
	}
	for _, part := range parts {
		if schema.Type == huma.TypeInteger {
			n, err := strconv.Atoi(part)
			if err != nil || schema.Minimum != nil && float64(n) < *schema.Minimum || schema.Maximum != nil && float64(n) > *schema.Maximum {
				return refusal{kind: data.ErrInvalid, parameter: p.Name, what: fmt.Sprintf("The parameter “%s” is a whole number from %v to %v.", p.Name, *schema.Minimum, *schema.Maximum)}
			}
		}
		if schema.Type == huma.TypeBoolean && part != "true" && part != "false" {
			return refusal{kind: data.ErrInvalid, parameter: p.Name, what: fmt.Sprintf("The parameter “%s” is true or false.", p.Name), valid: []option{{Value: "true"}, {Value: "false"}}}
		}
		if len(schema.Enum) > 0 && !slices.Contains(schema.Enum, any(part)) {
			no := refusal{kind: data.ErrInvalid, parameter: p.Name, what: fmt.Sprintf("The parameter “%s” can’t be “%s”.", p.Name, excerpt(part))}
			for _, e := range schema.Enum {
				no.valid = append(no.valid, option{Value: fmt.Sprint(e)})
			}
			return no
		}
	}
	return nil
}

// api answers everything below apiPrefix: it lets the API answer into memory,
// then sends that whole.
func (s *Server) api(c echo.Context) error {
	h := c.Response().Header()
	if err := s.share(c); err != nil {
		return err
	}
	r := c.Request().Clone(c.Request().Context())
	r.Method = http.MethodGet // HEAD is GET without its body
	r.URL.RawQuery = joinedLists(r.URL.RawQuery)
	r = r.WithContext(context.WithValue(r.Context(), askedQuery{}, r.URL.Query()))
	w := httptest.NewRecorder()
	s.documents.apiHandler.ServeHTTP(w, r)
	for _, name := range []string{"Link", "Content-Disposition"} {
		if v := w.Header().Get(name); v != "" {
			h.Set(name, v)
		}
	}
	if w.Code == http.StatusOK {
		h.Set("Cache-Control", "public, max-age=300")
		h.Set("Last-Modified", s.library.date.UTC().Format(http.TimeFormat))
		since, err := http.ParseTime(c.Request().Header.Get("If-Modified-Since"))
		if err == nil && c.Request().Header.Get("If-None-Match") == "" && !s.library.date.After(since) {
			h.Set("ETag", s.tag(c.Request()))
			return c.NoContent(http.StatusNotModified)
		}
	}
	return s.send(c, w.Code, w.Header().Get("Content-Type"), w.Body.Bytes())
}

// listParameters may stand several times, which is the same as once with commas.
var listParameters = []string{"indicators", "areas", "periods", "area_types", "group"}

func joinedLists(rawQuery string) string {
	values, err := url.ParseQuery(rawQuery)
	if err != nil {
		return rawQuery
	}
	changed := false
	for _, name := range listParameters {
		if len(values[name]) > 1 {
			values.Set(name, strings.Join(values[name], ","))
			changed = true
		}
	}
	if !changed {
		return rawQuery
	}
	return values.Encode()
}

// preflight tells a browser that pages from elsewhere may read the API.
func preflight(c echo.Context) error {
	h := c.Response().Header()
	h.Set("Access-Control-Allow-Origin", "*")
	h.Set("Access-Control-Allow-Methods", "GET, HEAD")
	h.Set("Access-Control-Allow-Headers", "If-None-Match, Range, Accept")
	h.Set("Access-Control-Max-Age", "86400")
	return c.NoContent(http.StatusNoContent)
}

// cursor is where the next page begins: the indicator's place, and how many of
// its figures were given. It holds for its own edition alone.
type cursor struct {
	edition   data.EditionID
	indicator int
	offset    int
}

func (c cursor) String() string {
	return base64.RawURLEncoding.EncodeToString(fmt.Appendf(nil, "%s %d %d", c.edition, c.indicator, c.offset))
}

func (s *Server) parseCursor(text string) (cursor, error) {
	if text == "" {
		return cursor{edition: s.library.edition}, nil
	}
	var c cursor
	b, err := base64.RawURLEncoding.DecodeString(text)
	if err == nil {
		_, err = fmt.Sscanf(string(b), "%s %d %d", &c.edition, &c.indicator, &c.offset)
	}
	if err != nil || c.indicator < 0 || c.offset < 0 {
		return c, refusal{kind: data.ErrInvalid, parameter: "cursor", what: "The cursor can’t be read: take it as it stands in “next” of the page before."}
	}
	if c.edition != s.library.edition {
		return c, refusal{
			kind: data.ErrInvalid, parameter: "cursor",
			what: fmt.Sprintf("The cursor belongs to edition %s and this is %s: begin anew, or page through /editions/%s%s.", excerpt(string(c.edition)), s.library.edition, excerpt(string(c.edition)), apiPrefix),
		}
	}
	return c, nil
}

// figuresPage is one page of the rows of a query, indicator by indicator, and
// the cursor of the next, "" after the last.
func (s *Server) figuresPage(ctx context.Context, q data.Query, at string, limit int) (rows []data.Row, next string, err error) {
	c, err := s.parseCursor(at)
	if err != nil {
		return nil, "", err
	}
	ids := q.Indicators
	if len(ids) == 0 {
		for _, ind := range s.Edition.Indicators() {
			ids = append(ids, ind.ID)
		}
	}
	for i := c.indicator; i < len(ids); i++ {
		q.Indicators = ids[i : i+1]
		t, err := s.Edition.Table(ctx, q)
		if err != nil {
			return nil, "", err
		}
		skip := 0
		if i == c.indicator {
			skip = min(c.offset, len(t.Rows))
		}
		room := limit - len(rows)
		if rest := t.Rows[skip:]; len(rest) > room {
			rows = append(rows, rest[:room]...)
			return rows, cursor{s.library.edition, i, skip + room}.String(), nil
		}
		rows = append(rows, t.Rows[skip:]...)
	}
	return rows, "", nil
}

// Listing is the head of every list that the API gives.
type Listing struct {
	Edition data.EditionID `json:"edition" doc:"Edition of the figures. It does not change once made."`
	Licence string         `json:"licence" doc:"Licence of the figures."`
	Count   int            `json:"count" doc:"How many items this page holds."`
	Next    string         `json:"next,omitempty" doc:"Cursor of the next page; absent on the last."`
}

func (s *Server) listing(n int, next string) Listing {
	return Listing{Edition: s.library.edition, Licence: licenceURL, Count: n, Next: next}
}

// number is a number in JSON, null where there is none.
func number(o data.Optional) *float64 {
	if !o.OK {
		return nil
	}
	return &o.V
}

func limits(i data.Interval) (lower, upper *float64) {
	if !i.Known {
		return nil, nil
	}
	return &i.Lower, &i.Upper
}

func valueNumber(v data.Value) *float64 {
	f, ok := v.Number()
	if !ok {
		return nil
	}
	return &f
}

// problemOf is a refusal for programs.
func problemOf(code int, said refusal, r *http.Request) problem {
	p := problem{
		Type: "about:blank", Title: http.StatusText(code), Status: code, Detail: said.what,
		Instance: excerpt(r.URL.EscapedPath()), Parameter: excerpt(said.parameter),
	}
	for _, v := range said.valid {
		p.Valid = append(p.Valid, v.Value)
	}
	return p
}

func (p problem) body() []byte {
	b, err := json.MarshalIndent(p, "", "  ")
	if err != nil {
		return []byte(`{"type":"about:blank"}`)
	}
	return append(b, '\n')
}
