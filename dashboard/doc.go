// Package dashboard serves an edition: pages, charts and downloads.
//
// It reads the edition store and nothing else. A page is one page_*.go file,
// one template and one route; what the page's figures are as files is one
// view_*.go file, a format of files one download_*.go, a resource of the API
// one api_*.go. Drawing itself is package chart's.
package dashboard
