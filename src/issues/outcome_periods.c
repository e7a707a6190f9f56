/*
 * outcome_periods.c
 *		Periods of outcome_issues() that lie outside the years of any programme:
 *		2122, meant as 2021-2022, or 12023.
 */
#include "issues/outcomes.h"

#include "alloc.h"
#include "issues/words.h"
#include "miscadmin.h"

#define FIRST_USUAL_YEAR 1900
#define LAST_USUAL_YEAR 2100

/* A period that is odd. */
typedef struct OddPeriod
{
	int64		year;
	int64		rows;
} OddPeriod;

/* What the periods are, and the rows of each kind. */
typedef struct Years
{
	int64		usual;			/* rows of the years 1900 to 2100 */
	int64		first;			/* of these */
	int64		last;
	int64		others;			/* rows of other years */
	bool		may_be_two;		/* a number, or made of one: 2122 may mean 2021-2022 */
	EqpKeyMap  *labels;			/* of odd periods */
	OddPeriod  *odd;			/* by number of label */
	uint32		capacity;
} Years;

/* Counts the rows of a cell for its period; rows without a period, or with a text for one, are of no year. */
static void
add_cell(Years *years, const EqpOutcomeCells *cells, const EqpPeriods *periods, const EqpNode *node)
{
	const EqpReport *report = periods->report;
	int64		rows = cells->cells[node->group].rows;
	int64		year;
	EqpKey		key;
	uint32		number;

	if (!eqp_period_year(periods, node, &year))
		return;
	if (year >= FIRST_USUAL_YEAR && year <= LAST_USUAL_YEAR)
	{
		years->first = years->usual == 0 ? year : Min(years->first, year);
		years->last = years->usual == 0 ? year : Max(years->last, year);
		years->usual += rows;
		return;
	}
	years->others += rows;
	key = eqp_key_of_text(eqp_textform(&report->labels[periods->by].textform,
									   eqp_report_value(report, node, periods->by)));
	number = eqp_keymap_intern(years->labels, &key);
	EQP_RESERVE(cells->context, years->odd, years->capacity, number);
	years->odd[number].year = year;
	years->odd[number].rows += rows;
}

/* Adds an odd period; 2122 is how some write the school year 2021-2022. */
static void
add_period(const Years *years, uint32 number, EqpFindings *findings)
{
	const OddPeriod *odd = &years->odd[number];
	int			meant = odd->year >= 1000 && odd->year <= 9999 ? odd->year / 100 : 0;
	EqpKey		key = eqp_keymap_key(years->labels, number);
	StringInfoData buf;

	initStringInfo(&buf);
	eqp_append_count(&buf, odd->rows, "row");
	appendStringInfo(&buf, " of the year " INT64_FORMAT, odd->year);
	if (years->usual > 0)
		appendStringInfo(&buf, "; others are of " INT64_FORMAT, years->first);
	if (years->usual > 0 && years->last > years->first)
		appendStringInfo(&buf, " to " INT64_FORMAT, years->last);
	if (years->may_be_two && meant > 0 && odd->year % 100 == (meant + 1) % 100)
	{
		meant += meant < 50 ? 2000 : 1900;
		appendStringInfo(&buf, "; where %d-%d is meant, give %d, the year in which it begins", meant, meant + 1, meant);
	}
	eqp_findings_add_text(findings, EQP_SEVERITY_WARNING, EQP_IMPLAUSIBLE_PERIOD, &key, NULL, odd->rows, buf.data);
	pfree(buf.data);
}

void
eqp_outcome_periods_find(const EqpOutcomeCells *cells, const EqpPeriods *periods, EqpFindings *findings)
{
	const EqpReport *report = periods->report;
	Years		years = {
		.labels = eqp_keymap_create(),
		.may_be_two = !eqp_periods_are_days(periods) || periods->type == periods->school_year,
	};

	for (int64 i = 0; i < report->nnodes; i++)
	{
		CHECK_FOR_INTERRUPTS();
		add_cell(&years, cells, periods, &report->nodes[i]);
	}
	/* numbers that are no years at all, such as those of terms, are not odd */
	if (!eqp_periods_are_days(periods) && years.usual <= years.others)
		return;
	for (uint32 i = 0; i < eqp_keymap_count(years.labels); i++)
	{
		CHECK_FOR_INTERRUPTS();
		add_period(&years, i, findings);
	}
}
