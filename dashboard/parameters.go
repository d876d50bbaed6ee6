package dashboard

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/labstack/echo/v4"

	"goodwork/data"
)

// parameter is one name that a route's query may hold.
type parameter struct {
	name string
	list bool // several values, joined by commas in the canonical address
	// lines takes a list pasted into a field of several lines: in the canonical
	// address lines are parted by semicolons, as names have commas.
	lines bool
}

// maximumValue is how long one value may be, in bytes.
const maximumValue = 4000

// query reads the request's query by the route's parameters. Where the address
// is not the canonical one (tracking parameters, empty fields of a form, a
// list's repeated fields), moved is the address to redirect to.
//
// Unknown and repeated parameters, and text that is not text, are refused.
func query(r *http.Request, known ...parameter) (values url.Values, moved string, err error) {
	given, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return nil, "", refusal{kind: data.ErrInvalid, what: "The address can’t be read: its part after “?” is not well encoded."}
	}
	values = url.Values{}
	changed := false
	for name, all := range given {
		if isTracking(name) {
			changed = true
			continue
		}
		i := slices.IndexFunc(known, func(p parameter) bool { return p.name == name })
		if i < 0 {
			return nil, "", refusal{
				kind: data.ErrInvalid, parameter: name, valid: parameterNames(known),
				what: fmt.Sprintf("This page has no parameter “%s”.", excerpt(name)),
			}
		}
		filled := slices.DeleteFunc(slices.Clone(all), func(v string) bool { return v == "" })
		changed = changed || len(filled) < len(all)
		for j, v := range filled {
			if known[i].lines && strings.ContainsAny(v, "\r\n\t") {
				v = strings.Join(strings.FieldsFunc(v, func(r rune) bool { return strings.ContainsRune("\r\n\t", r) }), ";")
				filled[j], changed = v, true
			}
			if !isText(v) || len(v) > maximumValue {
				return nil, "", refusal{kind: data.ErrInvalid, parameter: name, what: fmt.Sprintf("The parameter “%s” is too long or not text.", name)}
			}
		}
		switch {
		case len(filled) == 0:
		case len(filled) == 1:
			values.Set(name, filled[0])
		case known[i].list:
			values.Set(name, strings.Join(filled, ","))
			changed = true
		default:
			return nil, "", refusal{kind: data.ErrInvalid, parameter: name, what: fmt.Sprintf("The parameter “%s” stands more than once; it takes one value.", name)}
		}
	}
	if changed {
		moved = address(r.URL.EscapedPath(), values)
	}
	return values, moved, nil
}

// parameters is query for a handler; where done is true, the request has been
// answered by a redirect. Pages take the parameters of a benchmark too, and keep
// it in their links.
func (s *Server) parameters(c echo.Context, known ...parameter) (values url.Values, done bool, err error) {
	page := !isDataRoute(c.Request())
	for _, p := range benchmarkParameters {
		if page && !slices.Contains(known, p) {
			known = append(known, p)
		}
	}
	if page && strings.HasSuffix(c.Request().URL.Path, ".svg") {
		known = append(known, themeParameter)
	}
	values, moved, err := query(c.Request(), known...)
	if err != nil {
		return values, false, err
	}
	if moved != "" {
		return nil, true, c.Redirect(http.StatusMovedPermanently, moved)
	}
	if !page {
		return values, false, nil
	}
	canonical, changed, err := s.canonicalBenchmark(values)
	if err != nil {
		return nil, false, err
	}
	if changed {
		return nil, true, c.Redirect(http.StatusFound, address(c.Request().URL.EscapedPath(), canonical))
	}
	choice, err := s.benchmarkChoice(values)
	c.Set(benchmarkKey, choice)
	return values, false, err
}

// benchmarkKey is where a request's benchmark waits for its page's links.
const benchmarkKey = "benchmark"

// chosenBenchmark is the benchmark that the request asks for.
func chosenBenchmark(c echo.Context) benchmarkChoice {
	choice, _ := c.Get(benchmarkKey).(benchmarkChoice)
	return choice
}

// address is path with values in order of name. Commas and the underscore of
// periods stand as they are.
func address(path string, values url.Values) string {
	path = "/" + strings.TrimLeft(path, "/") // "//host" would lead elsewhere
	if len(values) == 0 {
		return path
	}
	return path + "?" + strings.ReplaceAll(values.Encode(), "%2C", ",")
}

// with is values with one of them changed; "" takes it out.
func with(values url.Values, name, value string) url.Values {
	out := url.Values{}
	for k, v := range values {
		out[k] = v
	}
	if value == "" {
		out.Del(name)
	} else {
		out.Set(name, value)
	}
	return out
}

func isTracking(name string) bool {
	return strings.HasPrefix(name, "utm_") || name == "fbclid" || name == "gclid"
}

func parameterNames(known []parameter) []option {
	var list []option
	for _, p := range known {
		list = append(list, option{Value: p.name})
	}
	return list
}

func isText(s string) bool {
	return utf8.ValidString(s) && !strings.ContainsFunc(s, func(r rune) bool { return unicode.IsControl(r) })
}

// excerpt is text of a request as an answer may repeat it.
func excerpt(s string) string {
	s = strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return unicode.ReplacementChar
		}
		return r
	}, strings.ToValidUTF8(s, "�"))
	runes := []rune(s)
	if len(runes) > 80 {
		return string(runes[:80]) + "…"
	}
	return s
}
