package ingest

// Check is one rule that every release is held to. Its id stays, since reports
// and the review list name it.
type Check struct {
	ID       string
	Severity Severity
	Says     string
}

// Checks lists the rules, in order of id.
var Checks = []Check{
	{"D14", SeverityReview, "the periods of the last release have about as many figures as they had"},
	{"D15", SeverityError, "no measure ends before it did in the last release"},
	{"D16", SeverityError, "a dataset of Nomis bears the name that is expected"},
	{"V01", SeverityInfo, "a byte order mark is left out"},
	{"V02", SeverityError, "a file is text in UTF-8, of the kind that its source declares, and not empty"},
	{"V03", SeverityInfo, "lines may end in CRLF"},
	{"V04", SeverityError, "a file has exactly the columns that are known"},
	{"V05", SeverityError, "no text has spaces around it"},
	{"V06", SeverityError, "every row names its area"},
	{"V07", SeverityError, "every area is one of the register, of a kind known to have no place in it, or declared"},
	{"V09", SeverityWarn, "a code has one name"},
	{"V10", SeverityError, "a code does not stand with the name of another area"},
	{"V11", SeverityWarn, "a code has one type of area"},
	{"V12", SeverityError, "every period can be read"},
	{"V13", SeverityError, "a measure, area and period stand once"},
	{"V14", SeverityError, "a value is a number or a known marker"},
	{"V15", SeverityError, "a blank value has a marker"},
	{"V16", SeverityError, "a value has no marker beside it"},
	{"V17", SeverityError, "a status is a known one"},
	{"V19", SeverityError, "an interval has both limits"},
	{"V20", SeverityError, "an interval has a value"},
	{"V21", SeverityError, "a value lies within its interval"},
	{"V22", SeverityWarn, "an interval has a width"},
	{"V23", SeverityWarn, "a measure with intervals has one for every value"},
	{"V24", SeverityError, "a value lies in the range that its measure can have"},
	{"V25", SeverityError, "the limits of a percentage lie between 0 and 100"},
	{"V26", SeverityError, "unit, title and base are as declared, and every row is of a declared measure"},
	{"V28", SeverityWarn, "no year is left out of a series"},
	{"V29", SeverityError, "a measure's periods have one length"},
	{"V30", SeverityInfo, "periods do not overlap"},
	{"V31", SeverityWarn, "about as many areas have figures as in the period before"},
	{"V32", SeverityWarn, "every area stands under its present code"},
	{"V33", SeverityError, "old and new code of the same land say the same"},
	{"V34", SeverityInfo, "a row of an old code beside one of the new is dropped"},
	{"V35", SeverityReview, "no area moves by many times what is usual"},
	{"V36", SeverityReview, "not all areas move by many times what is usual"},
	{"V37", SeverityError, "limits made with a coefficient of variation show one that can have been published"},
	{"V38", SeverityError, "no figure is given whose coefficient of variation is above 20%"},
	{"V39", SeverityReview, "a figure with its limits does not stand in four periods"},
	{"V40", SeverityInfo, "figures have no more decimals than they can mean"},
	{"V41", SeverityError, "a larger area's figure lies between the lowest and highest of its local areas"},
	{"V42", SeverityError, "a larger area's count is the sum of its local areas"},
	{"V43", SeverityError, "shares of one whole do not exceed it"},
	{"V44", SeverityReview, "modelled unemployment is about what employment and inactivity leave"},
	{"V47", SeverityError, "of two measures, one is never below the other"},
	{"V51", SeverityWarn, "a note doesn't say more than the status"},
	{"V52", SeverityReview, "a note is of a kind that is known"},
	{"V53", SeverityError, "a release holds the areas and periods that are expected of it"},
	{"V54", SeverityReview, "rows of no known place are few"},
	{"V55", SeverityError, "a correction finds the fault that it is for"},
	{"V56", SeverityWarn, "no fault of the publisher needs to be corrected"},
	{"V57", SeverityReview, "an area's name is one that the register knows"},
}

// severityOf gives the severity of a check; an id that is not in the list is an
// error.
func severityOf(id string) Severity {
	for _, c := range Checks {
		if c.ID == id {
			return c.Severity
		}
	}
	return SeverityError
}
