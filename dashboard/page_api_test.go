package dashboard

import (
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// The samples run where their tool is there (Debian: python3-pandas, r-base-core,
// curl). Each must find the figure that the page shows.
func TestTheCodeSamplesReadTheFigures(t *testing.T) {
	site := httptest.NewServer(smallServer(t))
	defer site.Close()
	samples := map[string]string{}
	for _, x := range codeSamples(site.URL, "/indicators/median-weekly-pay.csv") {
		samples[x.ID] = x.Text
	}
	for _, c := range []struct {
		id, tool, needs string
		arguments       []string
		code            string
	}{
		{"r", "Rscript", "", []string{"--vanilla", "-e"}, samples["r"]},
		{"python", "python3", "import pandas", []string{"-c"}, samples["python"] + "\nprint(figures[figures['area_code'] == 'E08000003'])"},
		{"curl", "sh", "", []string{"-c"}, samples["curl"] + " && cat *.csv"},
	} {
		t.Run(c.id, func(t *testing.T) {
			tool, err := exec.LookPath(c.tool)
			if err != nil {
				t.Skipf("NOT TESTED: %s is not installed", c.tool)
			}
			if c.needs != "" && exec.Command(tool, "-c", c.needs).Run() != nil {
				t.Skipf("NOT TESTED: %s can't %s", c.tool, c.needs)
			}
			if c.id == "curl" && exec.Command("curl", "--version").Run() != nil {
				t.Skip("NOT TESTED: curl is not installed")
			}
			cmd := exec.Command(tool, append(c.arguments, c.code)...)
			cmd.Dir = t.TempDir()
			cmd.Env = append(os.Environ(), "no_proxy=127.0.0.1", "NO_PROXY=127.0.0.1")
			out, err := cmd.CombinedOutput()
			if err != nil || !strings.Contains(string(out), "589.4") {
				t.Errorf("%v\n%s", err, out)
			}
			if c.id == "curl" {
				if files, err := filepath.Glob(filepath.Join(cmd.Dir, "median-weekly-pay*.csv")); err != nil || len(files) != 1 {
					t.Errorf("curl left %v, %v", files, err)
				}
			}
		})
	}
	for _, want := range []string{"read_csv(", "Csv.Document(Web.Contents("} {
		if !strings.Contains(samples["duckdb"]+samples["excel"], want) {
			t.Errorf("no sample has %s", want)
		}
	}
}
