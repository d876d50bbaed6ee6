package dashboard

import (
	"context"

	"github.com/danielgtaylor/huma/v2"

	"goodwork/data"
)

// apiIndicator is an indicator's definition.
type apiIndicator struct {
	ID           data.IndicatorID  `json:"id"`
	Title        string            `json:"title"`
	Question     string            `json:"question"`
	Definition   string            `json:"definition"`
	Numerator    string            `json:"numerator,omitempty"`
	Denominator  string            `json:"denominator,omitempty"`
	Dimension    data.Dimension    `json:"dimension"`
	Unit         string            `json:"unit"`
	UnitWords    string            `json:"unit_words"`
	Decimals     int               `json:"decimals" doc:"Decimals that pages show. Values here are unrounded."`
	Polarity     data.Polarity     `json:"polarity" doc:"high: higher is better; low: lower is better; none: no judgement."`
	Base         string            `json:"base" doc:"residents or workplaces"`
	Kind         string            `json:"kind"`
	Designation  string            `json:"designation" doc:"Status of the statistics."`
	Method       string            `json:"method"`
	MethodNote   string            `json:"method_note,omitempty"`
	Caveat       string            `json:"caveat,omitempty"`
	Breaks       []apiBreak        `json:"breaks,omitempty"`
	LatestPeriod string            `json:"latest_period"`
	Periods      []string          `json:"periods,omitempty" doc:"Earliest first; of a single indicator only."`
	Sources      []data.SourceID   `json:"sources"`
	Links        map[string]string `json:"links"`
}

type apiBreak struct {
	From string `json:"from"`
	Note string `json:"note"`
}

func (s *Server) apiIndicator(ind data.Indicator) apiIndicator {
	x := apiIndicator{
		ID: ind.ID, Title: ind.Title, Question: ind.Question, Definition: ind.Definition, Numerator: ind.Numerator, Denominator: ind.Denominator,
		Dimension: ind.Dimension, Unit: ind.Unit, UnitWords: ind.UnitWords, Decimals: ind.Decimals, Polarity: ind.Polarity, Base: ind.Base, Kind: ind.Kind,
		Designation: ind.Designation, Method: ind.Method, MethodNote: ind.MethodNote, Caveat: ind.Caveat,
		LatestPeriod: s.Edition.LatestPeriod(ind.ID).String(), Sources: ind.Inputs,
		Links: map[string]string{
			"page": s.BaseURL + "/indicators/" + string(ind.ID), "csv": s.BaseURL + "/indicators/" + string(ind.ID) + ".csv",
			"observations": s.BaseURL + apiPrefix + "/observations?indicators=" + string(ind.ID),
		},
	}
	for _, b := range ind.Breaks {
		x.Breaks = append(x.Breaks, apiBreak(b))
	}
	return x
}

type apiIndicators struct {
	Body struct {
		Listing
		Indicators []apiIndicator `json:"indicators"`
	}
}

type apiQuality struct {
	Body struct {
		Listing
		Indicators []apiIndicatorQuality `json:"indicators"`
	}
}

// apiIndicatorQuality counts an indicator's latest figures of local areas.
type apiIndicatorQuality struct {
	Indicator    data.IndicatorID    `json:"indicator"`
	Period       string              `json:"period"`
	Areas        int                 `json:"areas" doc:"Local areas there are."`
	Figures      int                 `json:"figures" doc:"Of those, with a figure."`
	WithInterval int                 `json:"with_interval"`
	Grades       map[data.Grade]int  `json:"grades"`
	Missing      map[data.Marker]int `json:"missing" doc:"Areas without a figure, by marker."`
	SignalShare  *float64            `json:"signal_share" doc:"How much of the spread between areas is more than sampling error, 0 to 1; null without intervals."`
	Use          data.Use            `json:"use" doc:"What the figures can bear: rank, map, show, untested."`
}

// apiLibrary offers what describes the figures.
func (s *Server) apiLibrary(api huma.API) {
	offer(api, "list-indicators", "/indicators", "Indicators", "Every indicator’s definition, in the order of pages.",
		func(context.Context, *struct{}) (*apiIndicators, error) {
			out := &apiIndicators{}
			for _, ind := range s.Edition.Indicators() {
				out.Body.Indicators = append(out.Body.Indicators, s.apiIndicator(ind))
			}
			out.Body.Listing = s.listing(len(out.Body.Indicators), "")
			return out, nil
		})
	offer(api, "get-indicator", "/indicators/{indicator}", "One indicator", "An indicator’s definition and its periods.",
		func(ctx context.Context, in *struct {
			Indicator string `path:"indicator" example:"median-weekly-pay"`
		},
		) (*struct{ Body apiIndicator }, error) {
			ind, err := s.findIndicator(data.IndicatorID(in.Indicator))
			if err != nil {
				return nil, err
			}
			out := &struct{ Body apiIndicator }{s.apiIndicator(ind)}
			periods, err := s.Edition.Periods(ctx, ind.ID)
			for _, p := range periods {
				out.Body.Periods = append(out.Body.Periods, p.String())
			}
			return out, err
		})
	offer(api, "get-quality", "/quality", "Quality", "How complete and how precise each indicator’s latest figures of local areas are, and what they can bear.",
		func(ctx context.Context, _ *struct{}) (*apiQuality, error) {
			list, err := s.qualityOf(ctx)
			if err != nil {
				return nil, err
			}
			out := &apiQuality{}
			for _, q := range list {
				x := apiIndicatorQuality{
					Indicator: q.Indicator.ID, Period: q.Latest.String(), Areas: len(s.Register.Locals()), Figures: q.Figures, WithInterval: q.WithInterval,
					Grades: q.Grades, Missing: q.Missing, Use: data.UseUntested,
				}
				delete(x.Grades, "")
				if q.NoRow > 0 {
					x.Missing[data.NotAvailable] += q.NoRow
				}
				if q.Signal != nil {
					x.SignalShare, x.Use = number(q.Signal.SignalShare), q.Signal.Use
				}
				out.Body.Indicators = append(out.Body.Indicators, x)
			}
			out.Body.Listing = s.listing(len(list), "")
			return out, nil
		})
}
