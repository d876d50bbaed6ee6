package dashboard

import (
	"slices"
	"strings"

	"goodwork/data"
)

// withArticle lists the regions and groups whose names take "the" in a sentence.
var withArticle = []string{
	"United Kingdom", "North East", "North West", "East Midlands", "West Midlands", "East of England", "South East", "South West",
	"Isle of Wight", "Isles of Scilly", "City of London", "Vale of Glamorgan", "Orkney Islands", "Shetland Islands", "Scottish Borders", "Wirral",
}

// inSentence is the area's name as it stands within a sentence: "the UK", "the
// North West", "Manchester".
func inSentence(a data.Area) string {
	switch {
	case a.Level == data.LevelUK:
		return "the UK"
	case a.Level == data.LevelRegion && a.Name == "Yorkshire and The Humber":
		return a.Name
	case slices.Contains(withArticle, a.Name):
		return "the " + a.Name
	}
	return a.Name
}

// levelWords says what kind of area a level is.
func levelWords(l data.Level) string {
	switch l {
	case data.LevelUK:
		return "sovereign state"
	case data.LevelCountryGroup:
		return "group of countries"
	case data.LevelCountry:
		return "country"
	case data.LevelRegion:
		return "region"
	case data.LevelCombinedAuthority:
		return "combined authority"
	case data.LevelCounty:
		return "county"
	case data.LevelMetropolitanCounty:
		return "metropolitan county"
	case data.LevelDistrict:
		return "district"
	case data.LevelUnitaryAuthority:
		return "unitary authority"
	case data.LevelMetropolitanBorough:
		return "metropolitan borough"
	case data.LevelLondonBorough:
		return "London borough"
	case data.LevelCouncilArea:
		return "council area"
	}
	return strings.ReplaceAll(string(l), "_", " ")
}

// areaGroup is a set of levels that are shown together, and its name in URLs.
type areaGroup string

// The groups. Local areas cover the United Kingdom once, upper-tier areas do so
// in their own way: a county stands for its districts.
const (
	groupLocal             areaGroup = "local"
	groupUpper             areaGroup = "upper"
	groupCombinedAuthority areaGroup = "combined_authority"
	groupRegion            areaGroup = "region"
	groupCountry           areaGroup = "country"
)

var areaGroups = []areaGroup{groupLocal, groupUpper, groupCombinedAuthority, groupRegion, groupCountry}

// words names the group in the plural.
func (g areaGroup) words() string {
	switch g {
	case groupLocal:
		return "districts and unitary authorities"
	case groupUpper:
		return "counties and unitary authorities"
	case groupCombinedAuthority:
		return "combined authorities"
	case groupRegion:
		return "regions"
	case groupCountry:
		return "countries"
	}
	return string(g)
}

// holds tells whether an area is shown in the group: current areas only. The
// districts of Northern Ireland lie in no county and are upper-tier areas too.
func (g areaGroup) holds(a data.Area) bool {
	return a.Current() && g.takes(a)
}

// takes tells whether an area, in use or ended, is of the group's kind.
func (g areaGroup) takes(a data.Area) bool {
	switch g {
	case groupLocal:
		return a.Level.IsLocal()
	case groupUpper:
		return a.Level == data.LevelCounty || a.Level.IsLocal() && (a.Level != data.LevelDistrict || a.County == "")
	case groupCountry:
		return a.Level == data.LevelUK || a.Level == data.LevelCountryGroup || a.Level == data.LevelCountry
	default:
		return string(a.Level) == string(g)
	}
}
