package data

import (
	"embed"
	"encoding/csv"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

//go:embed reference/*.csv
var reference embed.FS

// Register is the one register of areas: names, levels, parents, changes of
// code, and what is known of areas beside figures. It does not change once
// loaded, and may be read by many goroutines.
type Register struct {
	areas      []Area
	byCode     map[AreaCode]int
	byName     map[string][]namedSpell
	changes    map[AreaCode][]Change
	terms      []term
	neighbours map[NeighbourKind]map[AreaCode][]AreaCode
	clusters   map[AreaCode]map[NeighbourKind]string
	postcodes  map[string][]PostcodeShare
	hexes      []HexCell
}

// namedSpell says that an area bore a name from one day to another, both
// included; a blank day is open.
type namedSpell struct {
	area     AreaCode
	from, to string
}

// LoadRegister reads the register that is compiled into the program and checks
// it: see Check. Its error, ErrInvalid, names everything that is wrong.
func LoadRegister() (*Register, error) {
	r := &Register{byCode: map[AreaCode]int{}, changes: map[AreaCode][]Change{}}
	loaders := []struct {
		file string
		load func(rows [][]string) error
	}{
		{"areas.csv", r.loadAreas},
		{"changes.csv", r.loadChanges},
		{"aliases.csv", r.loadNames},
		{"neighbours.csv", r.loadNeighbours},
		{"clusters.csv", r.loadClusters},
		{"postcode_districts.csv", r.loadPostcodes},
		{"hex.csv", r.loadHexes},
	}
	var errs []error
	for _, l := range loaders {
		rows, err := referenceRows(l.file)
		if err == nil {
			err = l.load(rows)
		}
		if err != nil {
			errs = append(errs, fmt.Errorf("reference/%s: %w", l.file, err))
		}
	}
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	// Chains of changes are followed only once their days are known to rise.
	if err := r.Check(); err != nil {
		return nil, fmt.Errorf("register of areas: %w", err)
	}
	r.loadTerms()
	return r, nil
}

// referenceColumns holds the header that each reference file must have.
func referenceColumns(file string) []string {
	return map[string][]string{
		"areas.csv":              {"code", "name", "name_welsh", "level", "country", "region", "county", "combined_authority", "start", "end"},
		"changes.csv":            {"effective", "old_code", "new_code", "kind", "counts", "rates", "medians"},
		"aliases.csv":            {"alias", "code", "from", "to", "use"},
		"neighbours.csv":         {"list", "code", "neighbours"},
		"clusters.csv":           {"code", "global", "economic", "demographic"},
		"postcode_districts.csv": {"district", "code", "share"},
		"hex.csv":                {"code", "q", "r"},
		"wage_rates.csv":         {"rate", "area", "from", "pounds_an_hour", "source", "confirmed"},
	}[file]
}

func referenceRows(file string) ([][]string, error) {
	f, err := reference.Open("reference/" + file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrInvalid, err)
	}
	want := referenceColumns(file)
	if len(rows) == 0 || !slices.Equal(rows[0], want) {
		return nil, fmt.Errorf("%w: the columns must be %s", ErrInvalid, strings.Join(want, ","))
	}
	return rows[1:], nil
}

func (r *Register) loadAreas(rows [][]string) error {
	for _, row := range rows {
		r.areas = append(r.areas, Area{
			Code: AreaCode(row[0]), Name: row[1], NameWelsh: row[2], Level: Level(row[3]),
			Country: AreaCode(row[4]), Region: AreaCode(row[5]), County: AreaCode(row[6]), CombinedAuthority: AreaCode(row[7]),
			Start: row[8], End: row[9],
		})
	}
	slices.SortFunc(r.areas, compareAreas)
	for i, a := range r.areas {
		if _, twice := r.byCode[a.Code]; twice {
			return fmt.Errorf("%w: %s stands twice", ErrInvalid, a.Code)
		}
		r.byCode[a.Code] = i
	}
	return nil
}

// compareAreas puts areas in the register's order: by level, then by code.
func compareAreas(a, b Area) int {
	if a.Level != b.Level {
		return a.Level.order() - b.Level.order()
	}
	return strings.Compare(string(a.Code), string(b.Code))
}

func (r *Register) loadChanges(rows [][]string) error {
	var errs []error
	for _, row := range rows {
		c := Change{Effective: row[0], Old: AreaCode(row[1]), New: AreaCode(row[2]), Kind: ChangeKind(row[3])}
		for i, carried := range []*bool{&c.Counts, &c.Rates, &c.Medians} {
			var err error
			if *carried, err = strconv.ParseBool(row[4+i]); err != nil {
				errs = append(errs, fmt.Errorf("%w: change of %s: %q is neither true nor false", ErrInvalid, c.Old, row[4+i]))
			}
		}
		r.changes[c.Old] = append(r.changes[c.Old], c)
		if i, ok := r.byCode[c.Old]; ok {
			r.areas[i].Successors = append(r.areas[i].Successors, c.New)
			slices.Sort(r.areas[i].Successors)
		}
	}
	return errors.Join(errs...)
}

// The two uses of an alias: a publisher's spelling of the name, which may be
// matched, and a name by which a reader may look for the area.
const (
	aliasMatch  = "match"
	aliasSearch = "search"
)

func (r *Register) loadNames(rows [][]string) error {
	r.byName = map[string][]namedSpell{}
	bear := func(name string, s namedSpell) {
		if name != "" && !slices.Contains(r.byName[name], s) {
			r.byName[name] = append(r.byName[name], s)
		}
	}
	for _, a := range r.areas {
		s := namedSpell{a.Code, a.Start, a.End}
		bear(a.Name, s)
		if a.NameWelsh != "" {
			bear(a.NameWelsh, s)
			bear(a.Name+" / "+a.NameWelsh, s)
		}
	}
	var errs []error
	for _, row := range rows {
		a, ok := r.Area(AreaCode(row[1]))
		switch {
		case !ok:
			errs = append(errs, fmt.Errorf("%w: alias %q: no area %s", ErrInvalid, row[0], row[1]))
		case row[4] != aliasMatch && row[4] != aliasSearch:
			errs = append(errs, fmt.Errorf("%w: alias %q: %q is no use", ErrInvalid, row[0], row[4]))
		case row[4] == aliasMatch:
			bear(row[0], namedSpell{a.Code, max(row[2], a.Start), earlier(row[3], a.End)})
		}
		kind := MatchAlias
		if row[3] != "" {
			kind = MatchFormer
		}
		r.terms = append(r.terms, term{area: AreaCode(row[1]), kind: kind, text: row[0], folded: fold(row[0])})
	}
	return errors.Join(errs...)
}

// earlier returns the earlier of two last days, where blank is open.
func earlier(a, b string) string {
	if a == "" || b != "" && b < a {
		return b
	}
	return a
}

func (r *Register) loadNeighbours(rows [][]string) error {
	r.neighbours = map[NeighbourKind]map[AreaCode][]AreaCode{}
	for _, row := range rows {
		kind := NeighbourKind(row[0])
		if r.neighbours[kind] == nil {
			r.neighbours[kind] = map[AreaCode][]AreaCode{}
		}
		for code := range strings.FieldsSeq(row[2]) {
			r.neighbours[kind][AreaCode(row[1])] = append(r.neighbours[kind][AreaCode(row[1])], AreaCode(code))
		}
	}
	return nil
}

func (r *Register) loadClusters(rows [][]string) error {
	r.clusters = map[AreaCode]map[NeighbourKind]string{}
	for _, row := range rows {
		r.clusters[AreaCode(row[0])] = map[NeighbourKind]string{
			NeighboursGlobal: row[1], NeighboursEconomic: row[2], NeighboursDemographic: row[3],
		}
	}
	return nil
}

func (r *Register) loadPostcodes(rows [][]string) error {
	r.postcodes = map[string][]PostcodeShare{}
	var errs []error
	for _, row := range rows {
		share, err := strconv.ParseFloat(row[2], 64)
		if err != nil || share <= 0 || share > 1 {
			errs = append(errs, fmt.Errorf("%w: district %s: %q is no share", ErrInvalid, row[0], row[2]))
		}
		r.postcodes[row[0]] = append(r.postcodes[row[0]], PostcodeShare{Area: AreaCode(row[1]), Share: share})
	}
	for _, shares := range r.postcodes {
		slices.SortFunc(shares, func(a, b PostcodeShare) int {
			if a.Share != b.Share {
				if a.Share > b.Share {
					return -1
				}
				return 1
			}
			return strings.Compare(string(a.Area), string(b.Area))
		})
	}
	return errors.Join(errs...)
}

func (r *Register) loadHexes(rows [][]string) error {
	var errs []error
	for _, row := range rows {
		q, errQ := strconv.Atoi(row[1])
		y, errR := strconv.Atoi(row[2])
		errs = append(errs, errQ, errR)
		r.hexes = append(r.hexes, HexCell{Area: AreaCode(row[0]), Q: q, R: y})
	}
	slices.SortFunc(r.hexes, func(a, b HexCell) int { return strings.Compare(string(a.Area), string(b.Area)) })
	return errors.Join(errs...)
}

// Area returns the area with the code, in use or ended.
func (r *Register) Area(code AreaCode) (Area, bool) {
	i, ok := r.byCode[code]
	if !ok {
		return Area{}, false
	}
	a := r.areas[i]
	a.Successors = slices.Clone(a.Successors)
	return a, true
}

// Areas returns every area, those that have ended too, by level (in the order
// of Levels) and then by code.
func (r *Register) Areas() []Area {
	return r.list(func(Area) bool { return true })
}

// Locals returns the current lower-tier and unitary authorities in the order
// of Areas. Together they cover the United Kingdom once.
func (r *Register) Locals() []Area {
	return r.list(func(a Area) bool { return a.Current() && a.Level.IsLocal() })
}

// Children returns the current lower-tier and unitary authorities that lie in
// the area, in the order of Areas; none for a local area and for one that has
// ended.
func (r *Register) Children(code AreaCode) []Area {
	return r.list(func(a Area) bool {
		return a.Current() && a.Level.IsLocal() && slices.Contains(r.parents(a), code)
	})
}

// Parents returns the areas that the area lies wholly in, nearest first:
// county, combined authority, region, country, country groups, the UK.
func (r *Register) Parents(code AreaCode) []Area {
	a, ok := r.Area(code)
	if !ok {
		return nil
	}
	var list []Area
	for _, p := range r.parents(a) {
		if up, ok := r.Area(p); ok {
			list = append(list, up)
		}
	}
	return list
}

// The codes of the United Kingdom and of the groups of its countries.
const (
	UnitedKingdom   AreaCode = "K02000001"
	GreatBritain    AreaCode = "K03000001"
	EnglandAndWales AreaCode = "K04000001"
)

func (r *Register) parents(a Area) []AreaCode {
	country := a.Country
	if a.Level == LevelCountry {
		country = a.Code
	}
	codes := []AreaCode{a.County, a.CombinedAuthority, a.Region, a.Country}
	switch {
	case a.Code == EnglandAndWales:
		codes = append(codes, GreatBritain)
	case strings.HasPrefix(string(country), "E"), strings.HasPrefix(string(country), "W"):
		codes = append(codes, EnglandAndWales, GreatBritain)
	case strings.HasPrefix(string(country), "S"):
		codes = append(codes, GreatBritain)
	}
	if a.Code != UnitedKingdom {
		codes = append(codes, UnitedKingdom)
	}
	return slices.DeleteFunc(codes, func(c AreaCode) bool { return c == "" })
}

func (r *Register) list(keep func(Area) bool) []Area {
	var list []Area
	for _, a := range r.areas {
		if keep(a) {
			a.Successors = slices.Clone(a.Successors)
			list = append(list, a)
		}
	}
	return list
}

// Changes returns every change of codes, in order of day, old code and new.
func (r *Register) Changes() []Change {
	var list []Change
	for _, steps := range r.changes {
		list = append(list, steps...)
	}
	slices.SortFunc(list, func(a, b Change) int {
		return strings.Compare(a.Effective+string(a.Old)+string(a.New), b.Effective+string(b.Old)+string(b.New))
	})
	return list
}

// Present returns the current areas on whose land the area lies, in order of
// code: itself if it is in use.
func (r *Register) Present(code AreaCode) []AreaCode {
	a, ok := r.Area(code)
	if !ok {
		return nil
	}
	if a.Current() {
		return []AreaCode{code}
	}
	var codes []AreaCode
	for _, next := range a.Successors {
		codes = append(codes, r.Present(next)...)
	}
	slices.Sort(codes)
	return slices.Compact(codes)
}

// Predecessors returns the areas that ended by a merger or a split and whose
// land lies, at least in part, in the current area; in the order of Areas.
func (r *Register) Predecessors(code AreaCode) []Area {
	return r.list(func(a Area) bool {
		return !a.Current() && r.Resolve(string(a.Code)).Kind == ResolvedEnded && slices.Contains(r.Present(a.Code), code)
	})
}

// International territorial level 1 is the land of the countries and regions.
var itl1 = map[string]AreaCode{
	"TLB": "E92000001",
	"TLC": "E12000001", "TLD": "E12000002", "TLE": "E12000003", "TLF": "E12000004", "TLG": "E12000005",
	"TLH": "E12000006", "TLI": "E12000007", "TLJ": "E12000008", "TLK": "E12000009",
	"TLL": "W92000004", "TLM": "S92000003", "TLN": "N92000002",
}

var skippedCodes = []struct {
	pattern *regexp.Regexp
	reason  string
}{
	{regexp.MustCompile(`^E13\d{6}$`), "Inner or Outer London"},
	{regexp.MustCompile(`^(E23|W15)\d{6}$`), "police force area"},
	{regexp.MustCompile(`^E61\d{6}$`), "Greater London Authority"},
	{regexp.MustCompile(`^E67\d{6}$`), "two authorities published together"},
	{regexp.MustCompile(`^N34\d{6}$`), "city region in Northern Ireland"},
	{regexp.MustCompile(`^W42\d{6}$`), "city or growth region in Wales"},
	{regexp.MustCompile(`^K99\d{6}$`), "United Kingdom without extra-regio"},
	{regexp.MustCompile(`^TL[C-N][0-9A-Z]{1,2}$`), "international territorial level 2 or 3"},
}

// Resolve says what a publisher's code stands for. See Resolution. Lower case,
// blanks and spaces are unknown.
func (r *Register) Resolve(code string) Resolution {
	res := Resolution{Code: code, Kind: ResolvedUnknown}
	if to, ok := itl1[code]; ok {
		res.Kind, res.To = ResolvedRecoded, to
		return res
	}
	a, ok := r.Area(AreaCode(code))
	if !ok {
		for _, s := range skippedCodes {
			if s.pattern.MatchString(code) {
				res.Kind, res.Reason = ResolvedSkipped, s.reason
			}
		}
		return res
	}
	for !a.Current() {
		steps := r.changes[a.Code]
		res.Changes = append(res.Changes, steps...)
		if len(steps) != 1 || !steps[0].Kind.SameLand() {
			res.Kind, res.To, res.Successors = ResolvedEnded, a.Code, r.Present(a.Code)
			return res
		}
		a, _ = r.Area(steps[0].New)
	}
	res.Kind, res.To = ResolvedCurrent, a.Code
	if res.To != AreaCode(code) {
		res.Kind = ResolvedRecoded
	}
	return res
}

// ByName returns the current area of the name. See ByNameAt.
func (r *Register) ByName(name string) (Area, error) {
	return r.byNameIn(name, "today", func(s namedSpell) bool { return s.to == "" })
}

// ByNameAt returns the area that bore exactly this name in the boundaries of
// the day, given as 2022-03-31: its name in the register, its Welsh name, both
// as "Isle of Anglesey / Ynys Môn", or a spelling from aliases.csv. Local areas
// are taken before larger ones of the same name. The area's code is that of
// the day: Resolve tells the present one.
//
// The errors are ErrNotFound, and ErrInvalid where two areas share the name
// and none of them is local (North East is a region and a combined authority).
func (r *Register) ByNameAt(name, day string) (Area, error) {
	return r.byNameIn(name, day, func(s namedSpell) bool {
		return s.from <= day && (s.to == "" || day <= s.to)
	})
}

func (r *Register) byNameIn(name, day string, bears func(namedSpell) bool) (Area, error) {
	var locals, larger []Area
	for _, s := range r.byName[name] {
		a, ok := r.Area(s.area)
		switch {
		case !ok || !bears(s):
		case a.Level.IsLocal():
			locals = append(locals, a)
		default:
			larger = append(larger, a)
		}
	}
	found := locals
	if len(found) == 0 {
		found = larger
	}
	switch len(found) {
	case 0:
		return Area{}, fmt.Errorf("area %q in the boundaries of %s: %w", name, day, ErrNotFound)
	case 1:
		return found[0], nil
	}
	return Area{}, fmt.Errorf("area %q in the boundaries of %s: %s and %s bear the name: %w", name, day, found[0].Code, found[1].Code, ErrInvalid)
}

// Neighbours returns the areas most similar to the area, most similar first:
// 20 for districts and counties, 5 for combined authorities, none for others.
// They are the Office for National Statistics' lists; the relation is not
// symmetric.
func (r *Register) Neighbours(kind NeighbourKind, code AreaCode) []AreaCode {
	return slices.Clone(r.neighbours[kind][code])
}

// Cluster returns the letter of the Office for National Statistics' cluster
// that the local area is in; false where it is in none.
func (r *Register) Cluster(kind NeighbourKind, code AreaCode) (string, bool) {
	letter := r.clusters[code][kind]
	return letter, letter != ""
}

// PostcodeDistrict returns the areas that a postcode district (M1, EC1A) lies
// in, the largest share of its postcodes first; none for a district that is
// unknown. Northern Ireland's districts are not in the register.
func (r *Register) PostcodeDistrict(district string) []PostcodeShare {
	return slices.Clone(r.postcodes[district])
}

var (
	outward  = regexp.MustCompile(`^[A-Z]{1,2}[0-9][A-Z0-9]?$`)
	inward   = regexp.MustCompile(`^[0-9]([A-Z]{1,2})?$`)
	unspaced = regexp.MustCompile(`^([A-Z]{1,2}[0-9][A-Z0-9]?)[0-9][A-Z]{2}$`)
)

// ReadPostcode reads a postcode district (m1), the beginning of a postcode
// (M1 1) or a whole postcode (M1 1AE, with or without its space) as its
// district. Whole tells that more than the district was written. It says
// nothing about whether the district exists.
func ReadPostcode(text string) (district string, whole, ok bool) {
	fields := strings.Fields(strings.ToUpper(text))
	if len(fields) == 2 && outward.MatchString(fields[0]) && inward.MatchString(fields[1]) {
		return fields[0], true, true
	}
	if len(fields) != 1 {
		return "", false, false
	}
	if m := unspaced.FindStringSubmatch(fields[0]); m != nil {
		return m[1], true, true
	}
	return fields[0], false, outward.MatchString(fields[0])
}

// Hexes returns the cells of the map of equal hexagons, one for each current
// local area, in order of code.
func (r *Register) Hexes() []HexCell { return slices.Clone(r.hexes) }

// Check holds the register to what is true of every one: each parent exists,
// is of the right level and is not the area itself; each ended area, and no
// other, has a successor that exists and begins on the day after; the days of a
// chain of changes rise, so that none runs in a circle; every other table speaks of current
// areas only. It returns everything that is wrong, wrapped in ErrInvalid.
func (r *Register) Check() error {
	var errs []error
	wrong := func(format string, args ...any) {
		errs = append(errs, fmt.Errorf("%w: %s", ErrInvalid, fmt.Sprintf(format, args...)))
	}
	for _, a := range r.areas {
		r.checkArea(a, wrong)
	}
	for _, c := range r.Changes() {
		r.checkChange(c, wrong)
	}
	current := func(table string, code AreaCode) {
		if a, ok := r.Area(code); !ok || !a.Current() {
			wrong("%s: %s is no current area", table, code)
		}
	}
	for _, kind := range slices.Sorted(maps.Keys(r.neighbours)) {
		for _, code := range slices.Sorted(maps.Keys(r.neighbours[kind])) {
			current(string(kind)+" neighbours", code)
			for _, n := range r.neighbours[kind][code] {
				current(string(kind)+" neighbours of "+string(code), n)
			}
		}
	}
	for _, district := range slices.Sorted(maps.Keys(r.postcodes)) {
		for _, s := range r.postcodes[district] {
			current("postcode district "+district, s.Area)
		}
	}
	for _, h := range r.hexes {
		current("hexagons", h.Area)
	}
	for _, code := range slices.Sorted(maps.Keys(r.clusters)) {
		current("clusters", code)
	}
	return errors.Join(errs...)
}

var (
	codePattern = regexp.MustCompile(`^(E0[6-9]|E1[0-2]|E47|[EW]92|W06|S12|S92|N09|N92|K0[2-4])\d{6}$`)
	dayPattern  = regexp.MustCompile(`^(\d{4}-\d{2}-\d{2})?$`)
)

func (r *Register) checkArea(a Area, wrong func(string, ...any)) {
	if !codePattern.MatchString(string(a.Code)) || a.Name == "" || a.Level.order() < 0 {
		wrong("%q: code, name or level is none", a.Code)
	}
	if !dayPattern.MatchString(a.Start) || !dayPattern.MatchString(a.End) || a.End != "" && a.End < a.Start {
		wrong("%s: from %q to %q", a.Code, a.Start, a.End)
	}
	if a.Current() == (len(a.Successors) > 0) {
		wrong("%s: ended on %q, with successors %v", a.Code, a.End, a.Successors)
	}
	for _, p := range []struct {
		code   AreaCode
		levels []Level
	}{
		{a.Country, []Level{LevelCountry}},
		{a.Region, []Level{LevelRegion}},
		{a.County, []Level{LevelCounty, LevelMetropolitanCounty}},
		{a.CombinedAuthority, []Level{LevelCombinedAuthority}},
	} {
		up, ok := r.Area(p.code)
		switch {
		case p.code == "":
		case !ok || p.code == a.Code || !slices.Contains(p.levels, up.Level):
			wrong("%s: %s is no %v above it", a.Code, p.code, p.levels)
		case a.Current() && !up.Current():
			wrong("%s: its parent %s has ended", a.Code, p.code)
		}
	}
	if a.Level.order() >= LevelRegion.order() && a.Country == "" {
		wrong("%s: no country", a.Code)
	}
	if a.Level.IsLocal() && a.Country == "E92000001" && a.Region == "" {
		wrong("%s: no region", a.Code)
	}
	if a.Level == LevelDistrict && a.Current() && a.Country == "E92000001" && a.County == "" {
		wrong("%s: no county", a.Code)
	}
}

func (r *Register) checkChange(c Change, wrong func(string, ...any)) {
	from, okFrom := r.Area(c.Old)
	to, okTo := r.Area(c.New)
	switch {
	case !okFrom || !okTo:
		wrong("change of %s to %s: not both are areas", c.Old, c.New)
	case from.End >= c.Effective || to.Start > c.Effective:
		wrong("change of %s to %s on %s: the first ends on %q, the second begins on %q", c.Old, c.New, c.Effective, from.End, to.Start)
	case to.End != "" && to.End < c.Effective:
		wrong("change of %s to %s on %s: the second has ended before", c.Old, c.New, c.Effective)
	case c.Kind.SameLand() != c.Medians || c.Medians && !c.Rates || c.Rates && !c.Counts:
		wrong("change of %s to %s, %s: what may be carried does not fit", c.Old, c.New, c.Kind)
	case c.Kind.SameLand() && len(r.changes[c.Old]) != 1:
		wrong("change of %s: %s to several areas", c.Old, c.Kind)
	}
}
