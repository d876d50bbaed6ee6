// Package chart draws: options of ECharts made in Go, the engine that turns
// them into SVG within the process, the palette, and pictures of drawings.
//
// It knows numbers, words and colours; of package data only how numbers are
// written.
package chart
