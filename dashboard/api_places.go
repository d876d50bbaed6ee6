package dashboard

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"goodwork/data"
)

// Area is a place in one set of boundaries.
type Area struct {
	Code              data.AreaCode   `json:"code"`
	Name              string          `json:"name"`
	NameWelsh         string          `json:"name_welsh,omitempty"`
	AreaType          data.Level      `json:"area_type"`
	Country           data.AreaCode   `json:"country,omitempty"`
	Region            data.AreaCode   `json:"region,omitempty"`
	County            data.AreaCode   `json:"county,omitempty"`
	CombinedAuthority data.AreaCode   `json:"combined_authority,omitempty"`
	Start             string          `json:"start,omitempty" doc:"First day of the code, where it is established."`
	End               string          `json:"end,omitempty" doc:"Last day of the code; absent where it is in use."`
	Successors        []data.AreaCode `json:"successors,omitempty"`
	HasFigures        bool            `json:"has_figures"`
	Page              string          `json:"page,omitempty"`
}

func (s *Server) apiArea(a data.Area) Area {
	x := Area{
		Code: a.Code, Name: a.Name, NameWelsh: a.NameWelsh, AreaType: a.Level, Country: a.Country, Region: a.Region, County: a.County,
		CombinedAuthority: a.CombinedAuthority, Start: a.Start, End: a.End, Successors: a.Successors, HasFigures: s.library.withFigure[a.Code],
	}
	if a.Current() {
		x.Page = s.BaseURL + "/areas/" + a.Slug()
	}
	return x
}

type apiAreas struct {
	Body struct {
		Listing
		Areas []Area `json:"areas"`
	}
}

// findArea gives the area of a code, one that has ended too.
func (s *Server) findArea(parameter, code string) (data.Area, error) {
	r := s.Register.Resolve(strings.ToUpper(code))
	if r.Kind != data.ResolvedUnknown && r.Kind != data.ResolvedSkipped {
		if a, ok := s.Register.Area(r.To); ok {
			return a, nil
		}
	}
	no := refusal{kind: data.ErrNotFound, parameter: parameter, what: fmt.Sprintf("There is no area with the code “%s”. Every code is listed at %s/areas.", excerpt(code), apiPrefix)}
	for _, m := range s.Register.Find(code, 5) {
		no.valid = append(no.valid, option{Value: string(m.Area.Code)})
	}
	return data.Area{}, no
}

func (s *Server) findAreas(parameter string, codes []string) ([]data.AreaCode, error) {
	var out []data.AreaCode
	for _, c := range codes {
		if c == "" {
			continue
		}
		a, err := s.findArea(parameter, c)
		if err != nil {
			return nil, err
		}
		if !slices.Contains(out, a.Code) {
			out = append(out, a.Code)
		}
	}
	return out, nil
}

type apiLookup struct {
	Body struct {
		Asked      string             `json:"asked"`
		Kind       string             `json:"kind" doc:"current, recoded, ended or postcode_district"`
		Areas      []Area             `json:"areas" doc:"The present areas."`
		Former     *Area              `json:"former,omitempty" doc:"The area that ended, under whose code its figures stay."`
		Changes    []apiChange        `json:"changes,omitempty" doc:"Steps from the code asked for to the present one, oldest first."`
		Shares     map[string]float64 `json:"shares,omitempty" doc:"Of a postcode district: the share of its postcodes in each area."`
		Incomplete bool               `json:"incomplete,omitempty" doc:"Of a whole postcode only its district was used."`
	}
}

type apiChange struct {
	Kind data.ChangeKind `json:"kind"`
	Day  string          `json:"day" doc:"First day of the new code."`
	From data.AreaCode   `json:"from"`
	To   data.AreaCode   `json:"to"`
}

type apiMatches struct {
	Body struct {
		Listing
		Areas      []apiMatch     `json:"areas"`
		Indicators []apiIndicator `json:"indicators"`
	}
}

type apiMatch struct {
	Area
	By   data.MatchKind `json:"by" doc:"code, name, welsh_name, alias or former_name"`
	Term string         `json:"term" doc:"The name or code that fits."`
	Typo bool           `json:"typo" doc:"It fits only if the query has a typing fault."`
}

// areaFilter narrows the list of areas.
type areaFilter struct {
	AreaTypes []string `query:"area_types" doc:"Kinds of area, joined by commas." example:"unitary_authority" enum:"uk,country_group,country,region,combined_authority,county,metropolitan_county,district,unitary_authority,metropolitan_borough,london_borough,council_area"`
	Within    string   `query:"within" doc:"Code of an area that the areas lie wholly in." example:"E12000002"`
	Ended     string   `query:"ended" doc:"true lists areas that have ended too." enum:"true,false" default:"false"`
}

// apiPlaces offers areas and the ways to find one.
func (s *Server) apiPlaces(api huma.API) {
	offer(api, "list-areas", "/areas", "Areas", "Areas in the order of their kind and code.", func(_ context.Context, in *areaFilter) (*apiAreas, error) {
		out := &apiAreas{}
		var within data.AreaCode
		if in.Within != "" {
			a, err := s.findArea("within", in.Within)
			if err != nil {
				return nil, err
			}
			within = a.Code
		}
		for _, a := range s.Register.Areas() {
			inside := within == "" || a.Country == within || a.Region == within || a.County == within || a.CombinedAuthority == within
			if inside && (a.Current() || in.Ended == "true") && (len(in.AreaTypes) == 0 || slices.Contains(in.AreaTypes, string(a.Level))) {
				out.Body.Areas = append(out.Body.Areas, s.apiArea(a))
			}
		}
		out.Body.Listing = s.listing(len(out.Body.Areas), "")
		return out, nil
	})
	type OneArea struct {
		Area string `path:"area" doc:"GSS code." example:"E08000003"`
	}
	offer(api, "get-area", "/areas/{area}", "One area", "An area, also one that has ended.", func(_ context.Context, in *OneArea) (*struct{ Body Area }, error) {
		a, err := s.findArea("area", in.Area)
		if err != nil {
			return nil, err
		}
		return &struct{ Body Area }{s.apiArea(a)}, nil
	})
	offer(api, "list-neighbours", "/areas/{area}/neighbours", "Similar areas", "The areas most alike by the lists of the Office for National Statistics, most similar first. The relation is not symmetric.",
		func(_ context.Context, in *struct {
			OneArea
			Kind string `query:"kind" doc:"Which list." enum:"demographic,economic,global" default:"demographic"`
		},
		) (*apiAreas, error) {
			a, err := s.findArea("area", in.Area)
			if err != nil {
				return nil, err
			}
			kind := data.NeighbourKind(in.Kind)
			if kind == "" {
				kind = data.NeighbourKind("demographic")
			}
			out := &apiAreas{}
			for _, code := range s.Register.Neighbours(kind, a.Code) {
				if n, ok := s.Register.Area(code); ok {
					out.Body.Areas = append(out.Body.Areas, s.apiArea(n))
				}
			}
			if len(out.Body.Areas) == 0 {
				return nil, refusal{kind: data.ErrNotFound, what: fmt.Sprintf("There is no list of areas similar to %s.", a.Name)}
			}
			out.Body.Listing = s.listing(len(out.Body.Areas), "")
			return out, nil
		})
	offer(api, "look-up", "/lookup", "Look up a code or a postcode", "What a code stands for today, or which areas a postcode lies in. Give one of the two.", s.lookup)
	offer(api, "search", "/search", "Search", "Areas and indicators by name or code, the best first; forgives typing faults.",
		func(_ context.Context, in *struct {
			Q     string `query:"q" doc:"What to look for." example:"manch"`
			Limit int    `query:"limit" doc:"How many areas at most." minimum:"1" maximum:"100" default:"20"`
		},
		) (*apiMatches, error) {
			if strings.TrimSpace(in.Q) == "" {
				return nil, refusal{kind: data.ErrInvalid, parameter: "q", what: "The parameter “q” is missing: name what to look for."}
			}
			if len(in.Q) > 200 {
				return nil, refusal{kind: data.ErrInvalid, parameter: "q", what: "The parameter “q” is too long: 200 bytes at most."}
			}
			out := &apiMatches{}
			out.Body.Areas, out.Body.Indicators = []apiMatch{}, []apiIndicator{}
			for _, m := range s.Register.Find(in.Q, in.Limit) {
				out.Body.Areas = append(out.Body.Areas, apiMatch{Area: s.apiArea(m.Area), By: m.Kind, Term: m.Term, Typo: m.Typo})
			}
			for _, l := range s.findIndicators(in.Q) {
				if ind, err := s.Edition.Indicator(data.IndicatorID(strings.TrimPrefix(l.Href, "/indicators/"))); err == nil {
					out.Body.Indicators = append(out.Body.Indicators, s.apiIndicator(ind))
				}
			}
			out.Body.Listing = s.listing(len(out.Body.Areas)+len(out.Body.Indicators), "")
			return out, nil
		})
	offer(api, "list-boundaries", "/boundaries", "Boundaries there are", "Every group of areas and year of which there are boundaries, the last year first, with the addresses of its files. "+boundaryYearMeans, s.listBoundaries)
	offer(api, "get-boundaries", "/boundaries/{group}/{file}", "Boundaries", "Simplified outlines of the areas of a group in a year: 2025.geojson or 2018.topojson. "+boundaryYearMeans+" Positions are degrees (WGS 84). Not for measuring.", s.apiBoundaries)
	outlines := &huma.MediaType{Schema: &huma.Schema{Type: huma.TypeObject}}
	api.OpenAPI().Paths[apiPrefix+"/boundaries/{group}/{file}"].Get.Responses["200"].Content = map[string]*huma.MediaType{"application/geo+json": outlines, "application/json": outlines}
}

func (s *Server) lookup(_ context.Context, in *struct {
	Code     string `query:"code" doc:"A GSS code, present or former." example:"E07000026"`
	Postcode string `query:"postcode" doc:"A postcode or its first half." example:"M1"`
},
) (*apiLookup, error) {
	out := &apiLookup{}
	switch {
	case (in.Code == "") == (in.Postcode == ""):
		return nil, refusal{kind: data.ErrInvalid, what: "Give one of the parameters “code” and “postcode”.", valid: []option{{Value: "code"}, {Value: "postcode"}}}
	case in.Code != "":
		r := s.Register.Resolve(strings.ToUpper(in.Code))
		if r.Kind == data.ResolvedUnknown || r.Kind == data.ResolvedSkipped {
			_, err := s.findArea("code", in.Code)
			return nil, err
		}
		out.Body.Asked, out.Body.Kind = r.Code, string(r.Kind)
		present := []data.AreaCode{r.To}
		if r.Kind == data.ResolvedEnded {
			if a, ok := s.Register.Area(r.To); ok {
				former := s.apiArea(a)
				out.Body.Former = &former
			}
			present = r.Successors
		}
		for _, code := range present {
			if a, ok := s.Register.Area(code); ok {
				out.Body.Areas = append(out.Body.Areas, s.apiArea(a))
			}
		}
		for _, c := range r.Changes {
			out.Body.Changes = append(out.Body.Changes, apiChange{Kind: c.Kind, Day: c.Effective, From: c.Old, To: c.New})
		}
		return out, nil
	}
	district, whole, ok := data.ReadPostcode(in.Postcode)
	shares := s.Register.PostcodeDistrict(district)
	if !ok || len(shares) == 0 {
		return nil, refusal{kind: data.ErrNotFound, parameter: "postcode", what: fmt.Sprintf("“%s” isn’t a postcode district of Great Britain that is known here, such as M1 or EC1A.", excerpt(in.Postcode))}
	}
	out.Body.Asked, out.Body.Kind, out.Body.Incomplete, out.Body.Shares = district, "postcode_district", whole, map[string]float64{}
	for _, share := range shares {
		if a, ok := s.Register.Area(share.Area); ok {
			out.Body.Areas = append(out.Body.Areas, s.apiArea(a))
			out.Body.Shares[string(a.Code)] = share.Share
		}
	}
	return out, nil
}
