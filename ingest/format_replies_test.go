package ingest

import (
	"strconv"
	"strings"
	"testing"
)

// filed makes a source that is only fetched one that is read from a folder too.
func filed(t *testing.T, text, file, latest string) Source {
	t.Helper()
	return source(t, text+"releases:\n  - {id: 2025-10, url: \"https://example.org/file\", file: "+file+", latest: "+latest+"}\n")
}

// nomisFile is a whole table of Nomis.
func nomisFile(t *testing.T) string {
	t.Helper()
	var b strings.Builder
	b.WriteString(nomisHeader)
	rows := nomisRowsOf(t)
	for i, r := range rows {
		b.WriteString(r + strconv.Itoa(i) + "," + strconv.Itoa(len(rows)) + "\n")
	}
	return b.String()
}

func TestAMalformedTableOfNomisIsRefusedAtItsCell(t *testing.T) {
	good := nomisFile(t)
	const first = "2025,2025,E08000003,A place,6,Female,20100,15,A,Nm-30d1d32400e0d1,0,12\n"
	const cv = "2025,2025,E08000003,A place,6,Female,20701,2.5,A,Nm-30d1d32400e0d1,1,12\n"
	with := func(old, new string) []byte { return []byte(changed(t, good, old, new)) }
	cell := func(old, new string) []byte { return with(first, strings.Replace(first, old, new, 1)) }
	all := func(old, new string) []byte { return []byte(strings.ReplaceAll(good, old, new)) }
	checkMutations(t, filed(t, nomisSource, "nomis.csv", "2025-04-01/P1M"), []byte(good), []mutation{
		{"no file", nil, "no such file"},
		{"no bytes", []byte{}, "the file is empty"},
		{"a mark alone", []byte("\ufeff"), "the file is empty"},
		{"blank lines", []byte("\n\n"), "the file is empty"},
		{"a web page", []byte("<html><body>Error</body></html>\n"), "row 1: a web page, not CSV"},
		{"JSON", []byte("{\"error\":\"Cannot create query\"}\n"), `row 1: not CSV: bare "`},
		{"a word", []byte("No data\n"), `row 1, column "No data": "No data": an unknown column`},
		{"binary", []byte("DATE\x00\n"), "row 1: not text"},
		{"a workbook", []byte("PK\x03\x04\x00\n"), "row 1: not text"},
		{"Latin-1", all("A place", "\xc9ire"), "row 2: not UTF-8"},
		{"a header alone", []byte(nomisHeader), "no rows below the header"},
		{"cut off in a row", []byte(good[:len(good)-30]), "row 13: the last line is not finished"},
		{"cut off between rows", []byte(good[:strings.LastIndex(strings.TrimSpace(good), "\n")+1]), `column "RECORD_COUNT": "12": 11 rows are here`},
		{"the first row missing", with(first, ""), `row 2, column "RECORD_OFFSET": "1": want 0: a row is missing or stands twice`},
		{"a row missing", with(cv, ""), `row 3, column "RECORD_OFFSET": "2": want 1: a row is missing or stands twice`},
		{"a row twice", with(first, first+first), `row 3, column "RECORD_OFFSET": "0": want 1: a row is missing or stands twice`},
		{"another number of rows", with(cv, strings.Replace(cv, ",1,12", ",1,13", 1)), `row 3, column "RECORD_COUNT": "13": want one number of rows for all pages`},
		{"no number of rows", cell(",0,12", ",0,"), `row 2, column "RECORD_COUNT": "": want one number of rows`},
		{"a number of rows in words", cell(",0,12", ",0,twelve"), `row 2, column "RECORD_COUNT": "twelve": want one number of rows`},
		{"a renamed column", with("OBS_VALUE", "VALUE"), `row 1, column "VALUE": "VALUE": an unknown column`},
		{"a column too many", with("RECORD_COUNT", "RECORD_COUNT,COLOUR"), `row 1, column "COLOUR": "COLOUR": an unknown column`},
		{"a column twice", with("OBS_STATUS", "OBS_VALUE"), `row 1, column "OBS_VALUE": "OBS_VALUE": the column stands twice`},
		{"no codes of areas", with("GEOGRAPHY_CODE", "GEOGRAPHY_TYPE"), `row 1: no column "GEOGRAPHY_CODE"`},
		{"columns in lower case", []byte(strings.ToLower(nomisHeader) + "x\n"), `row 1, column "date": "date": an unknown column`},
		{"a short row", cell(",0,12", ",0"), "row 2: the row has more or fewer fields than the header"},
		{"a long row", cell(",0,12", ",0,12,"), "row 2: the row has more or fewer fields than the header"},
		{"a quote that stays open", cell("A place", `"A place`), `row 13: not CSV: extraneous or missing " in quoted-field`},
		{"semicolons", all(",", ";"), `row 1, column "DATE;DATE_NAME`},
		{"another dataset", cell("Nm-30d1", "Nm-99d1"), `row 2, column "URN": "Nm-99d1d32400e0d1": want a row of NM_30_1, Nm-30d1d`},
		{"another dataset of like number", cell("Nm-30d1d", "Nm-30d12d"), `row 2, column "URN": "Nm-30d12d32400e0d1": want a row of NM_30_1`},
		{"another name of a code", cell("Female", "Male"), `row 2, column "SEX_NAME": "Male": want "Female" for hourly-pay-women`},
		{"an unknown code", cell(",6,", ",5,"), `row 2, column "SEX": "5": neither a measure of this source nor one to skip`},
		{"a measure that was not asked for", cell("20100", "20301"), `row 2, column "MEASURES": "20301": want one of 20100, 20701, 20702`},
		{"a value twice", with(cv, strings.Replace(first, ",0,12", ",1,12", 1)), `row 3, column "GEOGRAPHY_CODE": "E08000003": hourly-pay-women for 2025-04-01/P1M, measure 20100 stands twice`},
		{"a CV twice", with(first, strings.Replace(cv, ",1,12", ",0,12", 1)), `row 2, column "MEASURES": "20100": no value of hourly-pay-women for E08000003`},
		{"a value in words", cell(",15,A", ",fifteen,A"), `row 2, column "OBS_VALUE": "fifteen": neither a number nor a known marker`},
		{"a value with a comma", cell(",15,A", `,"1,5",A`), `row 2, column "OBS_VALUE": "1,5": neither a number nor a known marker`},
		{"not a number", cell(",15,A", ",NaN,A"), `row 2, column "OBS_VALUE": "NaN": neither a number nor a known marker`},
		{"a dash", cell(",15,A", ",-,A"), `row 2, column "OBS_VALUE": "-": neither a number nor a known marker`},
		{"blank and normal", cell(",15,A", ",,A"), `row 2, column "OBS_VALUE": "": blank without a marker`},
		{"missing with a value", cell(",15,A", ",15,Q"), `row 2, column "OBS_STATUS": "Q": a marker beside a value`},
		{"an unknown status", cell(",15,A", ",15,~"), `row 2, column "OBS_STATUS": "~": an unknown status`},
		{"an unknown status without a value", cell(",15,A", ",,~"), `row 2, column "OBS_STATUS": "~": an unknown status`},
		{"spaces around a value", cell(",15,A", ", 15,A"), `row 2, column "OBS_VALUE": " 15": spaces around the text`},
		{"a value that can't be", cell(",15,A", ",1500,A"), `row 2, column "OBS_VALUE": "1500": hourly-pay-women lies between 1 and 500`},
		{"a CV in words", with(cv, strings.Replace(cv, "2.5", "small", 1)), `row 3, column "OBS_VALUE": "small": neither a number nor a known marker`},
		{"a CV below nothing", with(cv, strings.Replace(cv, "2.5", "-2.5", 1)), `row 3, column "OBS_VALUE": "-2.5": neither a number nor a known marker`},
		{"a month for a year", cell("2025,2025", "2025-04,2025"), `row 2, column "DATE": "2025-04": not a period`},
		{"no date", cell("2025,2025", ",2025"), `row 2, column "DATE": "": not a period`},
		{"an old table", all("2025,2025", "2023,2023"), `hourly-pay: the latest period is 2023-04-01/P1M, want 2025-04-01/P1M`},
		{"no area", cell("E08000003", ""), `row 2, column "GEOGRAPHY_CODE": "": no area`},
		{"an unknown area", cell("E08000003", "E08000099"), `row 2, column "GEOGRAPHY_CODE": "E08000099": not a code of the register of areas`},
		{"Nomis' own number of an area", cell("E08000003", "1774190688"), `row 2, column "GEOGRAPHY_CODE": "1774190688": not a code of the register of areas`},
		{"too few areas", all("E08000004", "E08000003"), `row 8, column "GEOGRAPHY_CODE": "E08000003": hourly-pay-women for 2025-04-01/P1M, measure 20100 stands twice`},
	})
}

func TestAMalformedReplyOfStatXploreIsRefusedAtItsCell(t *testing.T) {
	with := func(old, new string) []byte { return []byte(changed(t, statReply, old, new)) }
	all := func(old, new string) []byte { return []byte(strings.ReplaceAll(statReply, old, new)) }
	checkMutations(t, filed(t, statSource, "stat.json", "2025-09-01/P1M"), []byte(statReply), []mutation{
		{"no file", nil, "no such file"},
		{"no bytes", []byte{}, "the file is empty"},
		{"blank lines", []byte("\n \n"), "the file is empty"},
		{"a web page", []byte("<!doctype html><p>Sorry"), "row 1: a web page, not JSON"},
		{"a word", []byte("Unauthorized"), "not the JSON of a table"},
		{"a number", []byte("7"), "not the JSON of a table"},
		{"a list", []byte("[]"), "not the JSON of a table"},
		{"CSV", []byte("a,b\n1,2\n"), "not the JSON of a table"},
		{"an error", []byte(`{"errorType":"QUERY","message":"Unknown database"}`), `column "database": "": want "str:database:UC"`},
		{"null", []byte("null"), `column "database": "": want "str:database:UC"`},
		{"cut off", []byte(statReply[:len(statReply)/2]), "not the JSON of a table: unexpected end of JSON input"},
		{"two tables", []byte(statReply + statReply), "not the JSON of a table: invalid character"},
		{"fields of another kind", with(`"fields":[`, `"fields":"none","others":[`), "not the JSON of a table"},
		{"another database", with("str:database:UC", "str:database:HB"), `column "database": "str:database:HB": want "str:database:UC"`},
		{"another name of the database", with("People on UC", "Households on UC"), `column "database label": "Households on UC": want "People on UC"`},
		{"another measure", with(`"uri":"str:count:UC:N"`, `"uri":"str:statfn:UC:N:MEAN"`), `column "measure": "str:statfn:UC:N:MEAN": want "str:count:UC:N"`},
		{"another name of the measure", with(`"label":"People"`, `"label":"Pounds"`), `column "measure label": "Pounds": want "People"`},
		{"no measures", with(`{"uri":"str:count:UC:N","label":"People"}`, ""), "0 measures, want 1"},
		{"two measures", with(`{"uri":"str:count:UC:N","label":"People"}`, `{"uri":"str:count:UC:N","label":"People"},{"uri":"x","label":"y"}`), "2 measures, want 1"},
		{"another field", with("str:field:UC:WORK", "str:field:UC:SEX"), `column "field": "str:field:UC:SEX": want "str:field:UC:WORK"`},
		{"another name of a field", with(`"label":"Work"`, `"label":"Job"`), `column "field label": "Job": want "Work"`},
		{"fields in another order", with(`"uri":"str:field:UC:AREA","label":"Area"`, `"uri":"str:field:UC:DATE","label":"Month"`), `column "field": "str:field:UC:DATE": want "str:field:UC:AREA"`},
		{"no fields", with(`"fields"`, `"fieldsets"`), "0 fields, want 3"},
		{"an item without a label", with(`"labels":["Manchester"]`, `"labels":[]`), `column "Area": "": item 1: want one id and a label`},
		{"an item without an id", with(`"uris":["str:value:UC:AREA:LA:E08000003"],`, ""), `column "Area": "": item 1: want one id and a label`},
		{"items put together", with(`["str:value:UC:AREA:LA:E08000003"]`, `["str:value:UC:AREA:LA:E08000003","str:value:UC:AREA:LA:E08000004"]`), `column "Area": "": item 1: want one id and a label`},
		{"no values", with(`"cubes":{"str:count:UC:N"`, `"cubes":{"str:count:UC:M"`), "no values of str:count:UC:N"},
		{"values that are no list", with(`[[[10,20],[null,21]],[[1,2],[3,4]],[[100,200],[110,210]]]`, `7`), `row 1, column "Area": "": 0 values, want one for each of 3 items`},
		{"an area missing", with(`[[1,2],[3,4]],`, ""), `row 1, column "Area": "": 2 values, want one for each of 3 items`},
		{"an area too many", with(`[[1,2],[3,4]]`, `[[1,2],[3,4]],[[5,6],[7,8]]`), `row 1, column "Area": "": 4 values, want one for each of 3 items`},
		{"a month missing", with(`[3,4]`, ""), `not the JSON of a table: invalid character`},
		{"a month missing in one area", with(`[[1,2],[3,4]]`, `[[1,2]]`), `row 5, column "Month": "": 1 values, want one for each of 2 items`},
		{"a cell missing", with(`[1,2]`, `[1]`), `row 5, column "Work": "": 1 values, want one for each of 2 items`},
		{"a cell too many", with(`[1,2]`, `[1,2,3]`), `row 5, column "Work": "": 3 values, want one for each of 2 items`},
		{"a list for a cell", with(`[10,20]`, `[[10],20]`), `row 1, column "values": "[10]": neither a number nor a known marker`},
		{"a word for a cell", with(`[10,20]`, `["ten",20]`), `row 1, column "values": "ten": neither a number nor a known marker`},
		{"two dots for a cell", with(`[10,20]`, `["..",20]`), `row 1, column "values": "..": neither a number nor a known marker`},
		{"true for a cell", with(`[10,20]`, `[true,20]`), `row 1, column "values": "true": neither a number nor a known marker`},
		{"NaN for a cell", with(`[10,20]`, `[NaN,20]`), "not the JSON of a table: invalid character 'N'"},
		{"a value that can't be", with(`[10,20]`, `[-10,20]`), `row 1, column "values": "-10": in-work lies between 0 and 1e+06`},
		{"a value too large to hold", with(`[10,20]`, `[1e999,20]`), "values: not JSON"},
		{"an unknown label", with("In work", "Working"), `row 1, column "Work": "Working": neither a measure of this source nor one to skip`},
		{"an unknown area", with("LA:E08000003", "LA:E08000099"), `row 1, column "Area": "E08000099": not a code of the register of areas`},
		{"an area twice", with("LA:XXZZZZZZZ", "LA:E08000003"), `row 5, column "Area": "E08000003": in-work for 2025-08-01/P1M stands in row 1 already`},
		{"a month that is none", with("M:202508", "M:202513"), `column "Month": "August 2025": item 1: not a period`},
		{"a month without its number", with("M:202508", "M:Aug"), `column "Month": "August 2025": item 1: not a period`},
		{"an unknown mark of a month", with(`["r","IV"]`, `["q","IV"]`), `column "Month": "q": item 1: an unknown mark`},
		{"a month twice", with("M:202508", "M:202509"), `row 3, column "Area": "E08000003": in-work for 2025-09-01/P1M stands in row 1 already`},
		{"an old table", all("2025", "2023"), "in-work: the latest period is 2023-09-01/P1M, want 2025-09-01/P1M"},
	})
}

func TestAMalformedTimeSeriesIsRefusedAtItsCell(t *testing.T) {
	with := func(old, new string) []byte { return []byte(changed(t, pricesReply, old, new)) }
	checkMutations(t, filed(t, pricesSource, "prices.json", "2025-04-01/P1M"), []byte(pricesReply), []mutation{
		{"no bytes", []byte{}, "the file is empty"},
		{"a web page", []byte("<html></html>"), "row 1: a web page, not JSON"},
		{"cut off", []byte(pricesReply[:200]), "not the JSON of a time series: unexpected end of JSON input"},
		{"a list", []byte("[]"), "not the JSON of a time series"},
		{"nothing", []byte("{}"), "a time series without observations"},
		{"another base", with("2015=100", "2023=100"), `row 3, column "title": "CPIH INDEX 00: ALL ITEMS 2023=100": want`},
		{"another series", with(`"cdid":"L522"`, `"cdid":"D7BT"`), `row 3, column "cdid": "D7BT": neither a measure of this source nor one to skip`},
		{"no name", with(`"cdid":"L522"`, `"id":"L522"`), `row 3, column "cdid": "": neither a measure of this source nor one to skip`},
		{"a value in words", with("131.1", "high"), `row 3, column "value": "high": neither a number nor a known marker`},
		{"a blank value", with("131.1", ""), `row 3, column "value": "": blank without a marker`},
		{"a number that is none", with(`"131.1"`, `131.1`), "not the JSON of a time series"},
		{"a value that can't be", with("131.1", "1311"), `row 3, column "value": "1311": cpih lies between 40 and 400`},
		{"a month that is none", with("2024 APR", "2024 AVR"), `row 3, column "date": "2024 AVR": not a period`},
		{"a year for a month", with("2024 APR", "2024"), `row 3, column "date": "2024": not a period`},
		{"a month twice", with("2025 APR", "2024 APR"), `row 5, column "date": "K02000001": cpih for 2024-04-01/P1M stands in row 3 already`},
		{"no months", with(`"months"`, `"weeks"`), "no rows of cpih"},
		{"an old series", with("2025 APR", "2023 APR"), "cpih: the latest period is 2024-04-01/P1M, want 2025-04-01/P1M"},
	})
}

func TestAMalformedFileOfFingertipsIsRefusedAtItsCell(t *testing.T) {
	with := func(old, new string) []byte { return []byte(changed(t, tipsReply, old, new)) }
	const manchester = "E08000003,Manchester,UA,Persons,16+ yrs,,,2021 - 23,2.5,1.9,3.1"
	cell := func(old, new string) []byte { return with(manchester, strings.Replace(manchester, old, new, 1)) }
	checkMutations(t, filed(t, tipsSource, "tips.csv", "2021-01-01/P3Y"), []byte(tipsReply), []mutation{
		{"no bytes", []byte{}, "the file is empty"},
		{"a web page", []byte("<html></html>\n"), "row 1: a web page, not CSV"},
		{"an error", []byte("{\"Message\":\"An error has occurred.\"}\n"), `row 1: not CSV`},
		{"a header alone", []byte(tipsReply[:strings.Index(tipsReply, "\n")+1]), "no rows below the header"},
		{"cut off", []byte(tipsReply[:len(tipsReply)-9]), "row 7: the last line is not finished"},
		{"a column renamed", with("Area Code", "AreaCode"), `row 1: no column "Area Code"`},
		{"a column twice", with("Recent Trend", "Value"), `row 1, column "Value": "Value": the column stands twice`},
		{"another indicator", with("90285,Sickness absence,E92000001,England,E08000003,Manchester,UA,Persons", "90286,Sickness absence,E92000001,England,E08000003,Manchester,UA,Persons"), `row 5, column "Indicator ID": "90286": an indicator that was not asked for`},
		{"the id under another name", with("90285,Sickness absence,E92000001,England,E08000003,Manchester,UA,Persons", "90285,Working days lost,E92000001,England,E08000003,Manchester,UA,Persons"), `row 5, column "Indicator Name": "Working days lost": want "Sickness absence" for sickness-absence`},
		{"a value in words", cell("2.5", "low"), `row 5, column "Value": "low": neither a number nor a known marker`},
		{"a blank value without a note", cell("2.5,1.9,3.1", ",,"), `row 5, column "Value": "": blank without a marker`},
		{"a blank value with an unknown note", with(",Value suppressed,", ",Value lost,"), `row 7, column "Value note": "Value lost": an unknown status`},
		{"a value outside its limits", cell("2.5,1.9", "1.5,1.9"), `row 5, column "Value": "1.5": outside its interval, 1.9 to 3.1`},
		{"one limit", cell("1.9,3.1", "1.9,"), `row 5, column "Lower CI 95.0 limit": "1.9": a lower limit without an upper`},
		{"a value that can't be", cell("2.5,1.9,3.1", "250,,"), `row 5, column "Value": "250": sickness-absence lies between 0 and 100`},
		{"a period of another form", cell("2021 - 23", "2021 Q1"), `row 5, column "Time period": "2021 Q1": not a period`},
		{"years in the wrong order", cell("2021 - 23", "2023 - 21"), `row 5, column "Time period": "2023 - 21": not a period`},
		{"no area", cell("E08000003", ""), `row 5, column "Area Code": "": no area`},
		{"an unknown area", cell("E08000003", "E08000099"), `row 5, column "Area Code": "E08000099": not a code of the register of areas`},
		{"England twice and not the same", with(manchester, strings.Replace(manchester, "E08000003", "E92000001", 1)), `row 5, column "Area Code": "E92000001": sickness-absence for 2021-01-01/P3Y stands in row 2 already, and differs`},
		{"no rows of the sex", []byte(strings.ReplaceAll(tipsReply, "Persons", "Female")), "no rows of sickness-absence"},
	})
}

func FuzzNomisCSV(f *testing.F) {
	f.Add([]byte(nomisHeader + "2025,2025,E08000003,A place,7,Total,20100,15,A,Nm-30d1d,0,1\n"))
	f.Add([]byte(nomisHeader))
	f.Add([]byte("DATE,DATE\n1,2\n"))
	fuzzFormat(f, nomisSource)
}

func FuzzStatXploreJSON(f *testing.F) {
	f.Add([]byte(statReply))
	f.Add([]byte(`{"database":{"uri":"str:database:UC","label":"People on UC"}}`))
	f.Add([]byte("[[[[[[[["))
	fuzzFormat(f, statSource)
}

func FuzzFingertipsCSV(f *testing.F) {
	f.Add([]byte(tipsReply))
	f.Add([]byte("Value\n"))
	fuzzFormat(f, tipsSource)
}

func FuzzTimeseriesJSON(f *testing.F) {
	f.Add([]byte(pricesReply))
	f.Add([]byte(`{"months":[{"date":"2025 APR"}]}`))
	fuzzFormat(f, pricesSource)
}

func FuzzELSAPICSV(f *testing.F) {
	f.Add([]byte(livePayReply))
	f.Add([]byte("areacd,areanm,period,value,status\nE08000003,Manchester,2025-04-30,1,"))
	fuzzFormat(f, strings.Replace(strings.Replace(livePay, "format: els-csv", "format: els-api-csv", 1), "where: {indicator: Weekly pay}", "", 1))
}
