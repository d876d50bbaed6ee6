package dashboard

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"goodwork/data"
)

const (
	boundaryYearMeans   = "A year’s boundaries are those of the areas in use on its 31 December: Aylesbury Vale, which ended on 31 March 2020, is in those of 2019, and Buckinghamshire unitary authority, which followed it, in those of 2020. An area has the code of that day and its latest name."
	boundaryAttribution = "Source: Office for National Statistics licensed under the Open Government Licence v.3.0. Contains OS data © Crown copyright and database right 2025."
)

// boundaryForms are the forms of boundaries.
var boundaryForms = []string{"geojson", "topojson"}

func boundaryFile(year int, form string) string { return fmt.Sprintf("%d.%s", year, form) }

// boundaryYears are the years of which there are boundaries, the last first.
func (s *Server) boundaryYears() []string {
	var list []string
	years := s.BoundaryHistory.Years()
	for year := years.Last; year >= years.First; year-- {
		list = append(list, strconv.Itoa(year))
	}
	return list
}

// boundaryAreas are the areas of a group that have boundaries in a year.
func (s *Server) boundaryAreas(group areaGroup, year int) []data.Area {
	return slices.DeleteFunc(s.BoundaryHistory.Areas(s.Register, year), func(a data.Area) bool { return !group.takes(a) })
}

// apiBoundarySet is a group of areas in the boundaries of one year.
type apiBoundarySet struct {
	Group       string            `json:"group"`
	Year        int               `json:"year" doc:"The areas are those in use on its 31 December."`
	Areas       int               `json:"areas"`
	Files       map[string]string `json:"files" doc:"Addresses of geojson and topojson."`
	Attribution string            `json:"attribution" doc:"To be named wherever the boundaries are shown."`
}

type apiBoundaryList struct {
	Body struct {
		Listing
		Boundaries []apiBoundarySet `json:"boundaries"`
	}
}

func (s *Server) listBoundaries(_ context.Context, in *struct {
	Level string `query:"level" doc:"One group of areas; all where absent." enum:"local,upper,combined_authority,region,country" example:"local"`
	Year  string `query:"year" doc:"One year; all where absent." example:"2018"`
},
) (*apiBoundaryList, error) {
	if in.Year != "" && !slices.Contains(s.boundaryYears(), in.Year) {
		no := refusal{kind: data.ErrInvalid, parameter: "year", what: fmt.Sprintf("There are no boundaries of the year “%s”.", excerpt(in.Year))}
		for _, y := range s.boundaryYears() {
			no.valid = append(no.valid, option{Value: y})
		}
		return nil, no
	}
	out := &apiBoundaryList{}
	for _, g := range areaGroups {
		if in.Level != "" && in.Level != string(g) {
			continue
		}
		years := s.BoundaryHistory.Years()
		for year := years.Last; year >= years.First; year-- {
			if in.Year != "" && in.Year != strconv.Itoa(year) {
				continue
			}
			x := apiBoundarySet{Group: string(g), Year: year, Areas: len(s.boundaryAreas(g, year)), Files: map[string]string{}, Attribution: boundaryAttribution}
			for _, form := range boundaryForms {
				x.Files[form] = s.BaseURL + apiPrefix + "/boundaries/" + string(g) + "/" + boundaryFile(year, form)
			}
			out.Body.Boundaries = append(out.Body.Boundaries, x)
		}
	}
	out.Body.Listing = s.listing(len(out.Body.Boundaries), "")
	return out, nil
}

// apiBoundaries answers with GeoJSON or TopoJSON as it is.
func (s *Server) apiBoundaries(_ context.Context, in *struct {
	Group string `path:"group" doc:"local, upper, combined_authority, region or country" example:"local"`
	File  string `path:"file" doc:"Year and form: 2025.geojson or 2018.topojson" example:"2025.geojson"`
},
) (*struct {
	ContentType string `header:"Content-Type"`
	Body        []byte
}, error,
) {
	group := areaGroup(in.Group)
	if !slices.Contains(areaGroups, group) {
		no := refusal{kind: data.ErrNotFound, parameter: "group", what: fmt.Sprintf("There is no group of areas “%s”.", excerpt(in.Group))}
		for _, g := range areaGroups {
			no.valid = append(no.valid, option{Value: string(g)})
		}
		return nil, no
	}
	written, form, _ := strings.Cut(in.File, ".")
	if !slices.Contains(s.boundaryYears(), written) || !slices.Contains(boundaryForms, form) {
		years := s.BoundaryHistory.Years()
		no := refusal{kind: data.ErrNotFound, parameter: "file", what: fmt.Sprintf("There is no file “%s”: boundaries are those of %d to %d.", excerpt(in.File), years.First, years.Last)}
		for _, y := range s.boundaryYears() {
			for _, form := range boundaryForms {
				no.valid = append(no.valid, option{Value: y + "." + form})
			}
		}
		return nil, no
	}
	year, err := strconv.Atoi(written)
	if err != nil {
		return nil, err
	}
	b, err := s.BoundaryHistory.Year(year)
	if err != nil {
		return nil, err
	}
	out := &struct {
		ContentType string `header:"Content-Type"`
		Body        []byte
	}{}
	areas, members := s.boundaryAreas(group, year), s.BoundaryHistory.Membership(s.Register, year)
	switch form {
	case "topojson":
		out.ContentType = "application/json"
		out.Body, err = b.TopoJSON(members, areas)
	default:
		out.ContentType = "application/geo+json"
		out.Body, err = b.GeoJSON(members, areas)
	}
	return out, err
}
