package dashboard

import (
	"context"

	"github.com/danielgtaylor/huma/v2"

	"goodwork/data"
)

// apiEdition is an edition's manifest.
type apiEdition struct {
	ID          data.EditionID `json:"id"`
	Date        string         `json:"date"`
	Latest      bool           `json:"latest"`
	ContentHash string         `json:"content_sha256,omitempty" doc:"Of every table’s rows, in order."`
	CodeVersion string         `json:"code_version,omitempty"`
	Page        string         `json:"page"`
	API         string         `json:"api" doc:"The same API for this edition, whose answers do not change."`
	Sources     []apiSource    `json:"sources,omitempty"`
	Releases    []apiRelease   `json:"releases,omitempty"`
	Goalposts   []apiGoalposts `json:"goalposts,omitempty" doc:"Of the Good Work Index, frozen with its version."`
}

type apiSource struct {
	ID          data.SourceID `json:"id"`
	Title       string        `json:"title"`
	Publisher   string        `json:"publisher"`
	Licence     string        `json:"licence"`
	LandingPage string        `json:"landing_page"`
	Designation string        `json:"designation"`
	Frequency   string        `json:"frequency"`
	NextRelease string        `json:"next_release,omitempty"`
}

type apiRelease struct {
	Source    data.SourceID  `json:"source"`
	ID        data.ReleaseID `json:"id"`
	Published string         `json:"published,omitempty"`
	URL       string         `json:"url"`
	File      string         `json:"file"`
	SHA256    string         `json:"sha256"`
	Bytes     int64          `json:"bytes"`
	Rows      int            `json:"rows"`
	Skipped   int            `json:"skipped"`
}

type apiGoalposts struct {
	Member    string           `json:"member"`
	Indicator data.IndicatorID `json:"indicator"`
	Dimension data.Dimension   `json:"dimension"`
	Direction int              `json:"direction"`
	Lo        float64          `json:"lo"`
	Hi        float64          `json:"hi"`
	Periods   string           `json:"periods"`
}

// manifest is what an edition was made from.
func (s *Server) manifest(ctx context.Context) (apiEdition, error) {
	id := s.library.edition
	m := apiEdition{
		ID: id, Date: s.Edition.Date(), ContentHash: s.Edition.ContentHash(), CodeVersion: s.Edition.CodeVersion(),
		Page: s.BaseURL + "/editions/" + string(id), API: s.BaseURL + "/editions/" + string(id) + apiPrefix,
	}
	sources, err := s.Edition.Sources(ctx)
	if err != nil {
		return m, err
	}
	for _, x := range sources {
		m.Sources = append(m.Sources, apiSource(x))
	}
	releases, err := s.Edition.Releases(ctx)
	if err != nil {
		return m, err
	}
	for _, x := range releases {
		m.Releases = append(m.Releases, apiRelease{x.Source, x.ID, x.Published, x.URL, x.File, x.SHA256, x.Bytes, x.Rows, x.Skipped})
	}
	index, err := s.Edition.Index(ctx)
	if err == nil {
		for _, x := range index.Indicators {
			m.Goalposts = append(m.Goalposts, apiGoalposts{x.ID, x.Indicator, x.Dimension, x.Direction, x.Lo, x.Hi, x.Periods})
		}
	}
	return m, nil
}

type apiEditionList struct {
	Body struct {
		Listing
		Editions []apiEdition `json:"editions"`
	}
}

// apiEditions offers the editions that are served.
func (s *Server) apiEditions(api huma.API) {
	offer(api, "list-editions", "/editions", "Editions", "Every edition that is kept, the latest first. An edition does not change once made.",
		func(context.Context, *struct{}) (*apiEditionList, error) {
			out := &apiEditionList{}
			for _, id := range s.editionIDs() {
				out.Body.Editions = append(out.Body.Editions, apiEdition{
					ID: id, Date: id.Date(), Latest: id == s.latestEdition(), Page: s.BaseURL + "/editions/" + string(id), API: s.BaseURL + "/editions/" + string(id) + apiPrefix,
				})
			}
			out.Body.Listing = s.listing(len(out.Body.Editions), "")
			return out, nil
		})
	offer(api, "get-edition", "/editions/{edition}", "One edition", "An edition’s manifest: sources, releases with the SHA-256 of the bytes read, version of the code, goalposts of the index. latest is the latest.",
		func(ctx context.Context, in *struct {
			Edition string `path:"edition" example:"latest"`
		},
		) (*struct{ Body apiEdition }, error) {
			of, err := s.editionServer(ctx, in.Edition)
			if err != nil {
				return nil, err
			}
			m, err := of.manifest(ctx)
			if err != nil {
				return nil, err
			}
			m.Latest = m.ID == s.latestEdition()
			return &struct{ Body apiEdition }{m}, nil
		})
}
