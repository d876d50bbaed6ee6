// Command screenshots takes a picture of every kind of page at three widths, in
// light, dark and print, and without scripts, for people to look at.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// pages are the kinds of page, each by one address that shows much of it.
var pages = []struct{ name, path string }{
	{"home", "/"},
	{"search", "/search?q=M1"},
	{"search-no-match", "/search?q=Llareggub"},
	{"areas", "/areas"},
	{"area", "/areas/E08000003-manchester"},
	{"area-in-full", "/areas/E08000003-manchester#median-weekly-pay"},
	{"area-district", "/areas/E07000223-adur"},
	{"area-wales", "/areas/W06000001-isle-of-anglesey"},
	{"area-region", "/areas/E12000002-north-west"},
	{"area-combined-authority", "/areas/E47000001-greater-manchester"},
	{"area-long-name", "/areas/E06000058-bournemouth-christchurch-and-poole"},
	{"area-few-figures", "/areas/E06000053-isles-of-scilly"},
	{"area-city-of-london", "/areas/E09000001-city-of-london"},
	{"area-northern-ireland", "/areas/N09000003-belfast"},
	{"area-uk", "/areas/K02000001-united-kingdom"},
	{"indicators", "/indicators"},
	{"indicator", "/indicators/median-weekly-pay"},
	{"indicator-hexagons-chosen", "/indicators/median-weekly-pay?map=hex&areas=E08000003,E08000038&region=E12000002"},
	{"indicator-own-benchmark", "/indicators/employment-rate?benchmark=E08000003"},
	{"indicator-unreliable", "/indicators/employment-rate"},
	{"indicator-one-year", "/indicators/children-low-income-in-work"},
	{"compare", "/compare?areas=E08000003,E08000006,E08000009&indicators=median-weekly-pay,employment-rate"},
	{"compare-many", "/compare?areas=E06000001,E06000002,E06000003,E06000004,E06000005,E06000006,E06000007,E06000008,E06000009,E06000010,E06000011,E06000012,E06000013,E06000014,E06000015,E06000016,E06000017,E06000018,E06000019,E06000020,E06000021,E06000022,E06000023,E06000024,E06000025,E06000026,E06000027,E06000030,E06000031,E06000032"},
	{"compare-empty", "/compare"},
	{"group-empty", "/groups"},
	{"group", "/groups?areas=E08000003,E08000006&name=Two+cities"},
	{"index", "/index"},
	{"index-areas", "/index?areas=E08000003,E07000105"},
	{"index-ranks", "/index?show=ranks"},
	{"index-methods", "/index?show=methods&w_pay=3"},
	{"embed-trend", "/embed/areas/E08000003-manchester/median-weekly-pay?benchmark=region"},
	{"embed-map", "/embed/indicators/employment-rate"},
	{"embed-trends", "/embed/indicators/median-weekly-pay/trends?areas=E08000003,E08000006,E06000058"},
	{"embed-distribution", "/embed/indicators/median-weekly-pay/distribution"},
	{"embed-compare", "/embed/compare?areas=E08000003,E08000006&x=median-weekly-pay&y=employment-rate"},
	{"embed-quadrant", "/embed/quadrant"},
	{"embed-index", "/embed/index"},
	{"data", "/data"},
	{"methods", "/methods"},
	{"sources", "/sources"},
	{"quality", "/quality"},
	{"dictionary", "/dictionary"},
	{"api", "/api"},
	{"editions", "/editions"},
	{"edition", "/editions/latest"},
	{"provenance", "/areas/E08000003/real-weekly-pay/2020-04-22"},
	{"provenance-members", "/areas/E12000002/in-work-share-of-child-low-income/latest"},
	{"not-found", "/areas/nonsense"},
	{"refused", "/indicators/median-weekly-pay?period=yesterday"},
}

// views are the ways of looking at a page.
var views = []struct {
	name            string
	width           int64
	dark, noScripts bool
	media           string
}{
	{"360-light", 360, false, false, ""},
	{"360-dark", 360, true, false, ""},
	{"768-light", 768, false, false, ""},
	{"1280-light", 1280, false, false, ""},
	{"1280-dark", 1280, true, false, ""},
	{"1280-no-scripts", 1280, false, true, ""},
	{"print", 794, false, false, "print"}, // the width of A4 at 96 dots an inch
}

func main() {
	url := flag.String("url", "http://localhost:8080", "where the dashboard is served")
	out := flag.String("out", "screenshots", "folder for the pictures")
	only := flag.String("only", "", "one page's name; all if not given")
	flag.Parse()
	if err := run(*url, *out, *only); err != nil {
		fmt.Fprintln(os.Stderr, "screenshots:", err)
		os.Exit(1)
	}
}

func run(url, out, only string) (err error) {
	if err := os.MkdirAll(out, 0o755); err != nil {
		return err
	}
	profile, err := os.MkdirTemp("", "goodwork-screenshots-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(profile)) }()
	options := slices.Concat(chromedp.DefaultExecAllocatorOptions[:], []chromedp.ExecAllocatorOption{
		chromedp.NoSandbox, chromedp.DisableGPU, chromedp.UserDataDir(profile),
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-sync", true),
	})
	allocator, stop := chromedp.NewExecAllocator(context.Background(), options...)
	defer stop()
	browser, closeBrowser := chromedp.NewContext(allocator)
	defer closeBrowser()
	if err := chromedp.Do(browser, chromedp.Navigate("about:blank")); err != nil {
		return fmt.Errorf("start Chromium: %w", err)
	}
	for _, p := range pages {
		if only != "" && only != p.name {
			continue
		}
		for _, v := range views {
			picture, err := take(browser, url+p.path, v.width, v.dark, v.noScripts, v.media)
			if err != nil {
				return fmt.Errorf("%s, %s: %w", p.name, v.name, err)
			}
			if err := os.WriteFile(filepath.Join(out, p.name+"-"+v.name+".png"), picture, 0o644); err != nil {
				return err
			}
		}
		fmt.Println(p.name)
	}
	return nil
}

// take opens an address in a tab of its own and takes the whole page, however
// long.
func take(browser context.Context, url string, width int64, dark, noScripts bool, media string) ([]byte, error) {
	tab, closeTab := chromedp.NewContext(browser)
	defer closeTab()
	ctx, cancel := context.WithTimeout(tab, 30*time.Second)
	defer cancel()
	scheme := "light"
	if dark {
		scheme = "dark"
	}
	_, sized := chromedp.Call(ctx, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{Width: width, Height: 900, DeviceScaleFactor: 1, Mobile: width < 500})
	_, shown := chromedp.Call(ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
		Media: media, Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}},
	})
	_, scripted := chromedp.Call(ctx, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: noScripts})
	// Charts come alive as they come into view; the server's drawing stands until
	// then, so a moment is enough.
	err := errors.Join(sized, shown, scripted, chromedp.Do(ctx, chromedp.Navigate(url), chromedp.Sleep(700*time.Millisecond)))
	if err != nil {
		return nil, err
	}
	return chromedp.Run(ctx, chromedp.FullScreenshot(100))
}
