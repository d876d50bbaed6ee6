package dashboard

import (
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"goodwork/data"
)

// dimensionList is a dimension with the indicators that it has.
type dimensionList struct {
	ID         data.Dimension
	Title      string
	Question   string
	Indicators []indicatorLink
}

type indicatorLink struct {
	Title    string
	Question string
	Href     string
	Period   string
	National string // "UK £643"; "" where no nation has a figure
}

// indicatorsInOrder are the indicators by dimension.
func (s *Server) indicatorsInOrder() []data.Indicator {
	var list []data.Indicator
	for _, d := range data.Dimensions {
		for _, ind := range s.Edition.Indicators() {
			if ind.Dimension == d {
				list = append(list, ind)
			}
		}
	}
	return list
}

// nationalWords is an indicator's latest figure of the widest land that has one.
func (s *Server) nationalWords(ind data.Indicator) string {
	for _, land := range []struct {
		code data.AreaCode
		name string
	}{{data.UnitedKingdom, "UK"}, {data.GreatBritain, "Great Britain"}, {data.EnglandAndWales, "England and Wales"}, {"E92000001", "England"}} {
		for _, r := range s.library.latest[ind.ID] {
			if r.Area != land.code || !r.Value.Known() {
				continue
			}
			words := land.name + " " + ind.FormatValue(r.Value)
			switch {
			case ind.Unit == "score":
				words += " out of 10"
			case ind.Kind == "rate" || ind.Kind == "count" && !strings.Contains(ind.Unit, "£"):
				words += " " + ind.Unit
			}
			return words
		}
	}
	return ""
}

func (s *Server) dimensionLists() []dimensionList {
	var lists []dimensionList
	for _, d := range data.Dimensions {
		list := dimensionList{ID: d, Title: d.Title(), Question: d.Question()}
		for _, ind := range s.Edition.Indicators() {
			if ind.Dimension == d {
				list.Indicators = append(list.Indicators, indicatorLink{
					Title: ind.Title, Question: ind.Question, Href: "/indicators/" + string(ind.ID), Period: s.Edition.LatestPeriod(ind.ID).Label(), National: s.nationalWords(ind),
				})
			}
		}
		if len(list.Indicators) > 0 {
			lists = append(lists, list)
		}
	}
	return lists
}

// indicatorsPage lists every indicator by dimension.
type indicatorsPage struct {
	base
	Dimensions []dimensionList
}

func (s *Server) indicators(c echo.Context) error {
	if _, done, err := s.parameters(c); done || err != nil {
		return err
	}
	p := indicatorsPage{
		base:       s.base(c, "Indicators", "Every indicator of good work by dimension, with its question and latest period."),
		Dimensions: s.dimensionLists(),
	}
	p.Breadcrumbs = []link{{Text: "Indicators"}}
	return s.render(c, http.StatusOK, "indicators", p)
}
