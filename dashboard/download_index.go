package dashboard

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"goodwork/data"
)

// indexCSV answers /index.csv: every area of the index by the weights of the
// address, one row each. Bands, rank ranges and other methods are of equal
// weights, and blank for a reader's own. An area without an index has a reason.
func (s *Server) indexCSV(c echo.Context) error {
	v, done, err := s.askedIndexView(c)
	if done || err != nil {
		return err
	}
	body, err := s.index.csv(v)
	if err != nil {
		return fmt.Errorf("index as CSV: %w", err)
	}
	c.Response().Header().Set("Content-Disposition", `attachment; filename="good-work-index.csv"`)
	return s.send(c, http.StatusOK, "text/csv; charset=utf-8; header=present", body)
}

// exact is a number with the ten digits of a derived figure.
func exact(f float64) string { return strconv.FormatFloat(f, 'g', 10, 64) }

func exactOptional(o data.Optional) string {
	if !o.OK {
		return ""
	}
	return exact(o.V)
}

func (x *workIndex) csv(v indexView) ([]byte, error) {
	header := []string{"area_code", "area_name", "year", "index_version", "status", "index", "lower_95", "upper_95"}
	for _, prefix := range []string{"weight_", "score_", "variance_"} {
		for _, d := range x.dimensions {
			header = append(header, prefix+strings.TrimPrefix(weightParameter(d), "w_"))
		}
	}
	header = append(header, "band", "geometric", "ampi", "z_score", "percentile_rank", "lowest_to_highest")
	for _, drawn := range []string{"sampling", "weights", "method", "all"} {
		header = append(header, "rank_"+drawn+"_p05", "rank_"+drawn+"_p50", "rank_"+drawn+"_p95")
	}
	header = append(header, "reason")

	var b bytes.Buffer
	w := csv.NewWriter(&b)
	w.UseCRLF = true
	if err := w.Write(header); err != nil {
		return nil, err
	}
	status := "experimental; not an official statistic"
	for _, a := range x.scored {
		score, interval := v.scoreOf(a)
		record := []string{string(a.area.Code), a.area.Name, strconv.Itoa(x.Year), x.Version, status, exact(score), exact(interval.Lower), exact(interval.Upper)}
		for _, list := range [][]float64{v.shares, a.scores, a.variances} {
			for _, f := range list {
				record = append(record, exact(f))
			}
		}
		if v.equal {
			p := a.published
			record = append(record, p.Band)
			for _, m := range indexVariants {
				record = append(record, exactOptional(m.of(p)))
			}
			for _, r := range []data.RankRange{p.NoiseRank, p.WeightsRank, p.MethodRank, p.AllRank} {
				record = append(record, exactOptional(r.P05), exactOptional(r.P50), exactOptional(r.P95))
			}
		}
		if err := w.Write(padded(record, len(header))); err != nil {
			return nil, err
		}
	}
	for _, u := range x.unscored {
		record := padded([]string{string(u.area.Code), u.area.Name, strconv.Itoa(x.Year), x.Version, status}, len(header))
		record[len(record)-1] = u.reason
		if err := w.Write(record); err != nil {
			return nil, err
		}
	}
	w.Flush()
	return b.Bytes(), w.Error()
}

// padded is a record with blanks to its full length.
func padded(record []string, length int) []string {
	return append(record, make([]string, length-len(record))...)
}
