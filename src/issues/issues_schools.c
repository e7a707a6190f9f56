/*
 * issues_schools.c
 *		What is odd in the rows of schools, for pairing_issues().
 */
#include "issues/issues.h"

#include "alloc.h"
#include "miscadmin.h"
#include "utils/float.h"

/* ---- Reading ------------------------------------------------------------ */

/* Schools may be old, but none opens or closes after 2100. */
static bool
is_far(DateADT day)
{
	return day > EQP_LAST_USUAL_DAY && eqp_is_odd_end(day);
}

/* Keep a row that lasts, and lay aside what other reports refuse. */
static void
add_school(void *arg, uint32 unit, const EqpSchoolRow *school)
{
	EqpIssues  *issues = arg;
	MemoryContext context = issues->context;
	EqpFault	fault = {.a = unit, .b = EQP_NO_ID, .from = school->from, .to = school->to};
	EqpUnitCounts *counts;

	EQP_RESERVE(context, issues->counts, issues->counts_capacity, unit);
	counts = &issues->counts[unit];
	counts->rows++;
	if (school->bad_weight)
	{
		fault.issue = EQP_INVALID_WEIGHT;
		fault.value = school->weight;
		eqp_issue_add_fault(issues, fault);
	}
	if (school->bad_capacity)
	{
		fault.issue = EQP_INVALID_CAPACITY;
		fault.value = school->capacity;
		eqp_issue_add_fault(issues, fault);
	}
	if (school->period == EQP_PERIOD_REVERSED)
	{
		fault.issue = EQP_REVERSED_VALIDITY;
		eqp_issue_add_fault(issues, fault);
		counts->reversed++;
	}
	if (school->period != EQP_PERIOD_LASTS)
		return;
	if (is_far(school->from) || is_far(school->to))
	{
		DateADT		day = is_far(school->from) ? school->from : school->to;

		if (counts->far++ == 0 || day < counts->first_far)
			counts->first_far = day;
	}
	eqp_issue_count_end(&issues->ends[EQP_OF_SCHOOLS], school->to);
	EQP_RESERVE(context, issues->units, issues->unit_capacity, issues->nunits);
	issues->units[eqp_finding_number(&issues->nunits)] = (EqpIssueUnit) {
		.unit = unit,
		.from = school->from,
		.to = school->to,
		.capacity = school->bad_capacity ? get_float8_nan() : school->capacity
	};
	counts->has_capacity |= !isnan(school->capacity) && !school->bad_capacity;
}

/* Labels are looked for in all columns of texts but the ids. */
static void
open_schools(void *arg, const EqpSource *source, const EqpColumn *id)
{
	EqpIssues  *issues = arg;

	issues->labels = eqp_label_columns_create(source, true, &id, 1);
}

/* The labels of a row. */
static void
read_labels(void *arg, const EqpSource *source)
{
	EqpIssues  *issues = arg;

	eqp_label_columns_row(issues->labels, source);
}

static inline int
compare_units(const EqpIssueUnit *x, const EqpIssueUnit *y)
{
	if (x->unit != y->unit)
		return x->unit < y->unit ? -1 : 1;
	if (x->from != y->from)
		return x->from < y->from ? -1 : 1;
	if (x->to != y->to)
		return x->to < y->to ? -1 : 1;
	return 0;
}

#define ST_SORT sort_units
#define ST_ELEMENT_TYPE EqpIssueUnit
#define ST_COMPARE(x, y) compare_units(x, y)
#define ST_SCOPE static
#define ST_CHECK_FOR_INTERRUPTS
#define ST_DEFINE
#include "lib/sort_template.h"

void
eqp_issues_read_schools(EqpIssues *issues, const EqpSourceText *text, const EqpSourceText *successors)
{
	EqpSchoolWatch watch = {
		.opened = open_schools,
		.whole = read_labels,
		.row = add_school,
		.arg = issues
	};

	issues->context = CurrentMemoryContext;
	issues->history = eqp_history_watch("pairing_issues", text, successors, &watch);
	issues->without_id = watch.without_id;
	/* rows of a unit mostly come one by one, and in the order of their numbers */
	for (uint32 i = 1; i < issues->nunits; i++)
		if (compare_units(&issues->units[i - 1], &issues->units[i]) > 0)
		{
			sort_units(issues->units, issues->nunits);
			break;
		}
}

/* ---- Units that are listed twice at one time ---------------------------- */

/* Lays the rows aside of which another row of the unit shares days. */
static void
find_duplicates(EqpIssues *issues)
{
	const EqpIssueUnit *units = issues->units;
	uint32		lot_end;

	for (uint32 lot = 0; lot < issues->nunits; lot = lot_end)
	{
		DateADT		reach = units[lot].to;

		CHECK_FOR_INTERRUPTS();
		for (lot_end = lot + 1; lot_end < issues->nunits && units[lot_end].unit == units[lot].unit &&
			 units[lot_end].from < reach; lot_end++)
			reach = Max(reach, units[lot_end].to);
		for (uint32 i = lot; lot_end - lot > 1 && i < lot_end; i++)
			eqp_issue_add_fault(issues, (EqpFault) {
				.issue = EQP_DUPLICATE_ID,
				.a = units[i].unit,
				.b = EQP_NO_ID,
				.from = units[i].from,
				.to = units[i].to
			});
	}
}

/* ---- Ids that look like others ------------------------------------------ */

/* Ids of schools that look the same: the first of them with each other one. */
static void
find_look_alikes(EqpIssues *issues)
{
	EqpProgramme *programme = &issues->history->programme;

	for (uint32 unit = 0; unit < programme->nlisted; unit++)
	{
		EqpKey		key = eqp_keymap_key(programme->ids, unit);
		uint32		first;

		CHECK_FOR_INTERRUPTS();
		if (eqp_issues_find_alike(issues, &key, &first) && first != unit)
			eqp_issue_add(issues, EQP_LOOK_ALIKE_ID, first, unit, 0,
						  (int64) issues->counts[first].rows + issues->counts[unit].rows);
	}
}

/* ---- Validity ----------------------------------------------------------- */

/* Days on which a unit is none, and dates that can hardly be. */
static void
find_in_validity(EqpIssues *issues, uint32 unit)
{
	const EqpUnitCounts *counts = &issues->counts[unit];
	const EqpStretch *stretches;
	uint32		n = eqp_stretches_of(issues->history, unit, &stretches);
	int64		gaps = 0;

	if (n == 0 && counts->reversed == 0)
		eqp_issue_add(issues, EQP_UNIT_NEVER_VALID, unit, EQP_NO_ID, 0, counts->rows);
	for (uint32 i = 1; i < n; i++)
		if (eqp_is_one_day_gap(stretches[i - 1].to, stretches[i].from))
			gaps++;
	if (gaps > 0)
		eqp_issue_add(issues, EQP_GAP_OF_UNIT, unit, EQP_NO_ID, 0, gaps);
	if (counts->far > 0)
		eqp_issue_add(issues, EQP_ODD_VALIDITY, unit, EQP_NO_ID, 0, counts->far);
}

void
eqp_issues_find_in_schools(EqpIssues *issues)
{
	find_duplicates(issues);
	find_look_alikes(issues);
	for (uint32 unit = 0; unit < issues->history->programme.nlisted; unit++)
	{
		CHECK_FOR_INTERRUPTS();
		find_in_validity(issues, unit);
	}
}
