package data

import (
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/runes"
	"golang.org/x/text/transform"
	"golang.org/x/text/unicode/norm"
)

// AreaCode is an area's nine-character GSS code, such as E08000003.
type AreaCode string

// Level is the kind of an area, as it stands in the column area_type of every
// table that is published here.
type Level string

// The levels, from the largest areas to the smallest. The last five are the
// lower-tier and unitary authorities, which together cover the United Kingdom
// once.
const (
	LevelUK                  Level = "uk"
	LevelCountryGroup        Level = "country_group"
	LevelCountry             Level = "country"
	LevelRegion              Level = "region"
	LevelCombinedAuthority   Level = "combined_authority"
	LevelCounty              Level = "county"
	LevelMetropolitanCounty  Level = "metropolitan_county"
	LevelDistrict            Level = "district"
	LevelUnitaryAuthority    Level = "unitary_authority"
	LevelMetropolitanBorough Level = "metropolitan_borough"
	LevelLondonBorough       Level = "london_borough"
	LevelCouncilArea         Level = "council_area"
)

// Levels returns all levels in the order of the constants, the order in which
// areas are listed.
func Levels() []Level {
	return []Level{
		LevelUK, LevelCountryGroup, LevelCountry, LevelRegion, LevelCombinedAuthority, LevelCounty,
		LevelMetropolitanCounty, LevelDistrict, LevelUnitaryAuthority, LevelMetropolitanBorough,
		LevelLondonBorough, LevelCouncilArea,
	}
}

// IsLocal tells whether areas of the level are lower-tier or unitary
// authorities: the local areas.
func (l Level) IsLocal() bool {
	return slices.Index(Levels(), l) >= slices.Index(Levels(), LevelDistrict)
}

// order is the level's place in Levels.
func (l Level) order() int { return slices.Index(Levels(), l) }

// Area is a place in one set of boundaries.
//
// Country, Region, County and CombinedAuthority are the areas that it lies
// wholly in, or blank. County is a county or a metropolitan county; an area
// that has ended names its parents of that time, and no combined authority.
// A combined authority that lies in two regions has no Region.
//
// Start and End are the first and the last day (2023-03-31) of the code. A
// blank Start means that the code is as old as the register, or that its first
// day is not established; a blank End that it is in use.
//
// Successors, in order of code, are the areas that took the land over on the
// day after End. They may have ended too: Register.Present follows them.
type Area struct {
	Code              AreaCode
	Name              string
	NameWelsh         string
	Level             Level
	Country           AreaCode
	Region            AreaCode
	County            AreaCode
	CombinedAuthority AreaCode
	Start             string
	End               string
	Successors        []AreaCode
}

// Current tells whether the code is in use.
func (a Area) Current() bool { return a.End == "" }

// At tells whether the code was in use on the day, given as 2022-03-31.
func (a Area) At(day string) bool {
	return a.Start <= day && (a.End == "" || day <= a.End)
}

// Slug is the area's place in a URL, /areas/{slug}: its code and its English
// name in lower case, such as E06000010-kingston-upon-hull-city-of.
func (a Area) Slug() string {
	return string(a.Code) + "-" + strings.ReplaceAll(fold(a.Name), " ", "-")
}

// fold brings text to the form in which names are compared when a reader
// searches: lower case without accents, every run of other signs one space,
// "&" as "and", apostrophes and full stops left out.
func fold(s string) string {
	plain, _, err := transform.String(transform.Chain(norm.NFD, runes.Remove(runes.In(unicode.Mn)), norm.NFC), s)
	if err != nil {
		plain = s
	}
	plain = strings.NewReplacer("&", " and ", "'", "", "’", "", ".", "").Replace(strings.ToLower(plain))
	return strings.Join(strings.FieldsFunc(plain, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r)
	}), " ")
}

// ChangeKind says what a change of codes did to the land.
type ChangeKind string

// The kinds of change. A recode changes the code alone; a boundary change also
// moved a few streets; a county_to_unitary gave the land of a county to one
// unitary authority.
const (
	ChangeRecode          ChangeKind = "recode"
	ChangeBoundary        ChangeKind = "boundary"
	ChangeMerger          ChangeKind = "merger"
	ChangeSplit           ChangeKind = "split"
	ChangeCountyToUnitary ChangeKind = "county_to_unitary"
)

// SameLand tells whether old and new code stand for the same land, small
// boundary changes apart, so that figures move to the new code unchanged.
func (k ChangeKind) SameLand() bool {
	return k == ChangeRecode || k == ChangeBoundary || k == ChangeCountyToUnitary
}

// Change is one step of one old code to one new code. A merger is several
// changes to one new code, a split several from one old code.
//
// Counts, Rates and Medians say what may be carried across: counts are summed,
// rates only as the sum of numerators over the sum of denominators, medians
// (healthy life expectancy, survey percentages) only where the land is the same.
type Change struct {
	Effective string // the first day of the new code
	Old, New  AreaCode
	Kind      ChangeKind
	Counts    bool
	Rates     bool
	Medians   bool
}

// ResolutionKind says what a publisher's code stands for.
type ResolutionKind string

// The kinds of resolution. See Resolution.
const (
	ResolvedCurrent ResolutionKind = "current"
	ResolvedRecoded ResolutionKind = "recoded"
	ResolvedEnded   ResolutionKind = "ended"
	ResolvedSkipped ResolutionKind = "skipped"
	ResolvedUnknown ResolutionKind = "unknown"
)

// Resolution is what a publisher's code stands for.
//
//   - current: To is the code itself.
//   - recoded: the same land has another code today, To. Changes are the steps,
//     oldest first; none where the code is of another scheme (ITL level 1).
//   - ended: an area that ended by a merger or a split. To is its last code,
//     under which its figures stay; Successors are the present areas of its
//     land, and Changes the steps towards To.
//   - skipped: a well-formed code of a kind that has no place in the register;
//     Reason says which. Such rows are counted and left out.
//   - unknown: anything else. It stops a source.
type Resolution struct {
	Code       string
	Kind       ResolutionKind
	To         AreaCode
	Successors []AreaCode
	Changes    []Change
	Reason     string
}

// BoundaryMoved tells whether a step on the way moved the boundary a little,
// which is to be said beside a figure that is carried.
func (r Resolution) BoundaryMoved() bool {
	return slices.ContainsFunc(r.Changes, func(c Change) bool { return c.Kind == ChangeBoundary })
}

// MatchKind says by what a search found an area.
type MatchKind string

// The kinds of match.
const (
	MatchCode   MatchKind = "code"
	MatchName   MatchKind = "name"
	MatchWelsh  MatchKind = "welsh_name"
	MatchAlias  MatchKind = "alias"
	MatchFormer MatchKind = "former_name"
)

// Match is one area that a search found. Term is the name or code that fits
// the query; Typo tells that it fits only if the query has a typing fault.
// Successors are set for an area that has ended.
type Match struct {
	Area       Area
	Kind       MatchKind
	Term       string
	Typo       bool
	Successors []AreaCode
}

// NeighbourKind names one of the three lists of similar areas.
type NeighbourKind string

// The lists of similar areas. Economic and global lists are matched on pay,
// employment and child poverty among others, so that comparing these within
// them is circular; the demographic list is not.
const (
	NeighboursDemographic NeighbourKind = "demographic"
	NeighboursEconomic    NeighbourKind = "economic"
	NeighboursGlobal      NeighbourKind = "global"
)

// PostcodeShare is the part of a postcode district's postcodes, from 0 to 1,
// that lies in an area.
type PostcodeShare struct {
	Area  AreaCode
	Share float64
}

// HexCell is an area's cell in the map of equal hexagons: column Q and row R in
// the "odd-r" layout, where odd rows are moved half a cell to the right and
// rows are counted from the south.
type HexCell struct {
	Area AreaCode
	Q, R int
}
