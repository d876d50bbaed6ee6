// Package dashboard serves an edition: pages, charts and downloads.
//
// It reads the edition store and nothing else. A page is one page_*.go file,
// one template and one route.
package dashboard
