package dashboard

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"goodwork/data"
)

// csvHeader is a promise: columns are added at its end and never renamed.
var csvHeader = []string{
	"indicator_id", "area_code", "area_name", "area_type", "period", "value", "lower_95", "upper_95", "unit", "marker", "flags", "source_id", "release_id",
}

// tableCSV writes every row of a table as RFC 4180 has it, without a byte
// order mark. Numbers are the shortest text that reads back as the same number.
// A missing value leaves value and limits blank and fills marker.
func tableCSV(t data.Table) ([]byte, error) {
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	w.UseCRLF = true
	if err := w.Write(csvHeader); err != nil {
		return nil, fmt.Errorf("write the header: %w", err)
	}
	for _, r := range t.Rows {
		if err := w.Write(csvRecord(r)); err != nil {
			return nil, fmt.Errorf("write %s, %s, %s: %w", r.Indicator, r.Area, r.Period, err)
		}
	}
	w.Flush()
	return b.Bytes(), w.Error()
}

func csvRecord(r data.Row) []string {
	value, lower, upper := "", "", ""
	if f, ok := r.Value.Number(); ok {
		value = numberText(f)
	}
	if r.Interval.Known {
		lower, upper = numberText(r.Interval.Lower), numberText(r.Interval.Upper)
	}
	return []string{
		string(r.Indicator), string(r.Area), r.AreaName, string(r.AreaLevel), r.Period.String(), value, lower, upper,
		r.Unit, string(r.Value.Marker()), r.Flags.String(), string(r.Source), string(r.Release),
	}
}

func numberText(f float64) string { return strconv.FormatFloat(f, 'f', -1, 64) }

// indicatorCSV answers /indicators/{id}.csv: every area and period of an
// indicator, those of ended areas under their own codes. The parameters period,
// a list, level, a group of areas, region and quality narrow it as on the page.
func (s *Server) indicatorCSV(c echo.Context, id data.IndicatorID) error {
	ind, err := s.findIndicator(id)
	if err != nil {
		return err
	}
	values, done, err := s.parameters(c, parameter{name: "period", list: true}, parameter{name: "level"}, parameter{name: "region"}, parameter{name: "quality"})
	if done || err != nil {
		return err
	}
	q := data.Query{Indicators: []data.IndicatorID{ind.ID}}
	if q.Periods, err = s.periods(c, ind, values.Get("period")); err != nil {
		return err
	}
	group, err1 := chosenOf(values, "level", areaGroups, "")
	region, err2 := chosenOf(values, "region", s.regionCodes(), "")
	quality, err3 := chosenOf(values, "quality", []data.Grade{data.GradeA, data.GradeB, data.GradeC, data.GradeD}, "")
	if err := errors.Join(err1, err2, err3); err != nil {
		return err
	}
	narrowing := func(r data.Row) bool { return s.passes(region, quality, r) }
	return s.sendCSV(c, q, group, narrowing, string(ind.ID), "/indicators/"+string(ind.ID))
}

// areaCSV answers /areas/{code}.csv: every indicator and period of an area, one
// that has ended too. The parameter indicator, a list, narrows it.
func (s *Server) areaCSV(c echo.Context, code string) error {
	values, done, err := s.parameters(c, parameter{name: "indicator", list: true})
	if done || err != nil {
		return err
	}
	resolved := s.Register.Resolve(strings.ToUpper(code))
	switch {
	case resolved.Kind == data.ResolvedUnknown || resolved.Kind == data.ResolvedSkipped:
		return s.unknownArea(code, resolved)
	case string(resolved.To) != code:
		return c.Redirect(http.StatusMovedPermanently, address("/areas/"+string(resolved.To)+".csv", values))
	}
	area, _ := s.Register.Area(resolved.To)
	q := data.Query{Areas: []data.AreaCode{area.Code}}
	for id := range splitList(values.Get("indicator")) {
		ind, err := s.findIndicator(data.IndicatorID(id))
		if err != nil {
			return err
		}
		q.Indicators = append(q.Indicators, ind.ID)
	}
	if !s.library.withFigure[area.Code] {
		return refusal{kind: data.ErrNotFound, what: fmt.Sprintf("No figures were published for %s (%s).", area.Name, area.Code)}
	}
	return s.sendCSV(c, q, "", nil, string(area.Code), "/areas/"+area.Slug())
}

// sendCSV answers with the rows of a query in a group of areas, "" for all, that
// keep keeps; nil keeps all.
func (s *Server) sendCSV(c echo.Context, q data.Query, group areaGroup, keep func(data.Row) bool, stem, page string) error {
	t, err := s.Edition.Table(c.Request().Context(), q)
	if err != nil {
		return err
	}
	if group != "" {
		t.Rows = s.rowsIn(t.Rows, group)
	}
	if keep != nil {
		t.Rows = slices.DeleteFunc(t.Rows, func(r data.Row) bool { return !keep(r) })
	}
	if len(t.Rows) == 0 {
		return refusal{kind: data.ErrNotFound, what: "No figures were published for this choice."}
	}
	body, err := tableCSV(t)
	if err != nil {
		return fmt.Errorf("%s.csv: %w", stem, err)
	}
	h := c.Response().Header()
	h.Set("Content-Disposition", fmt.Sprintf(`attachment; filename="%s_%s.csv"`, stem, t.Edition))
	h.Set("Link", fmt.Sprintf(`<%s%s>; rel="about", <%s>; rel="license"`, s.BaseURL, page, licenceURL))
	return s.send(c, http.StatusOK, "text/csv; charset=utf-8; header=present", body)
}

const licenceURL = "https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/"

// splitList yields the parts of a list parameter's value.
func splitList(s string) func(yield func(string) bool) {
	return func(yield func(string) bool) {
		for part := range strings.SplitSeq(s, ",") {
			if part != "" && !yield(part) {
				return
			}
		}
	}
}

// periods reads a list of an indicator's periods.
func (s *Server) periods(c echo.Context, ind data.Indicator, list string) ([]data.Period, error) {
	if list == "" {
		return nil, nil
	}
	all, err := s.Edition.Periods(c.Request().Context(), ind.ID)
	if err != nil {
		return nil, err
	}
	var out []data.Period
	for part := range splitList(list) {
		p, err := data.ParsePeriod(part)
		if err == nil && slices.Contains(all, p) {
			out = append(out, p)
			continue
		}
		no := refusal{
			kind: data.ErrNotFound, parameter: "period",
			what:  fmt.Sprintf("%s has no figures for the period %q.", ind.Title, excerpt(part)),
			about: "It has figures for these periods:",
		}
		if err != nil {
			no.kind, no.what = data.ErrInvalid, fmt.Sprintf("%q isn't a period: write 2025-04-30 for a day, 2024-01-01_P1Y for a year from its first day.", excerpt(part))
		}
		for _, p := range slices.Backward(all) {
			no.valid = append(no.valid, option{Value: p.URL(), Text: p.Label(), Href: "/indicators/" + string(ind.ID) + "?period=" + p.URL()})
		}
		return nil, no
	}
	return out, nil
}

// findIndicator gives the indicator, or a refusal that lists all of them.
func (s *Server) findIndicator(id data.IndicatorID) (data.Indicator, error) {
	ind, err := s.Edition.Indicator(id)
	if err == nil {
		return ind, nil
	}
	no := refusal{kind: data.ErrNotFound, parameter: "indicator", what: fmt.Sprintf("There is no indicator %q.", excerpt(string(id))), about: "The indicators are:"}
	for _, i := range s.Edition.Indicators() {
		no.valid = append(no.valid, option{Value: string(i.ID), Text: i.Title, Href: "/indicators/" + string(i.ID)})
	}
	return data.Indicator{}, no
}
