/*
 * issues_capacity.c
 *		Units with more partners on a day than they can take, for
 *		pairing_issues().
 *
 * A partner counts on the days on which the pairing is valid and both are
 * there.  For each unit the days on which partners come and go are gone
 * through in order.
 */
#include "issues/issues.h"

#include "alloc.h"
#include "miscadmin.h"

/* Days without a break on which a unit has one partner. */
typedef struct Partnership
{
	uint32		unit;
	DateADT		from;
	DateADT		to;
} Partnership;

#define ST_SORT sort_intervals
#define ST_ELEMENT_TYPE Partnership
#define ST_COMPARE(x, y) \
	((x)->unit != (y)->unit \
	 ? ((x)->unit < (y)->unit ? -1 : 1) \
	 : (((x)->from > (y)->from) - ((x)->from < (y)->from)))
#define ST_SCOPE static
#define ST_CHECK_FOR_INTERRUPTS
#define ST_DEFINE
#include "lib/sort_template.h"

#define ST_SORT sort_days
#define ST_ELEMENT_TYPE DateADT
#define ST_COMPARE(x, y) ((*(x) > *(y)) - (*(x) < *(y)))
#define ST_SCOPE static
#define ST_CHECK_FOR_INTERRUPTS
#define ST_DEFINE
#include "lib/sort_template.h"

typedef struct Loads
{
	EqpIssues  *issues;
	Partnership   *intervals;
	uint32		n;
	uint32		capacity;
	DateADT    *ends;			/* of the intervals of a unit, in order */
} Loads;

/* Is it known how many partners a unit can take? */
static bool
has_capacity(const EqpIssues *issues, uint32 id)
{
	return !eqp_is_external(&issues->history->programme, id) && issues->counts[id].has_capacity;
}

/* Adds days of a unit. */
static void
add_interval(Loads *loads, uint32 unit, DateADT from, DateADT to)
{
	uint32		n = eqp_finding_number(&loads->n);

	EQP_RESERVE(loads->issues->context, loads->intervals, loads->capacity, n);
	loads->intervals[n] = (Partnership) {unit, from, to};
}

/* The stretches of an id; one without ends for an id that is not in schools. */
static uint32
stretches_of(const EqpIssues *issues, uint32 id, const EqpStretch **stretches)
{
	static const EqpStretch always = {.from = DATEVAL_NOBEGIN,.to = DATEVAL_NOEND};

	if (!eqp_is_external(&issues->history->programme, id))
		return eqp_stretches_of(issues->history, id, stretches);
	*stretches = &always;
	return 1;
}

/* The days on which the two of a pair are partners. */
static void
add_pair(Loads *loads, const EqpIssuePair *pair)
{
	EqpIssues  *issues = loads->issues;
	const EqpIssueRow *rows = &issues->rows[pair->first_row];
	const EqpStretch *a;
	const EqpStretch *b;
	uint32		na = stretches_of(issues, pair->a, &a);
	uint32		nb = stretches_of(issues, pair->b, &b);
	uint32		row = 0;

	while (row < pair->nlasting)
	{
		DateADT		from;
		DateADT		to;

		eqp_issue_merged(rows, pair->nlasting, &row, &from, &to);
		while (na > 0 && nb > 0)
		{
			DateADT		first = Max(from, Max(a->from, b->from));
			DateADT		end = Min(to, Min(a->to, b->to));

			CHECK_FOR_INTERRUPTS();
			if (first < end && has_capacity(issues, pair->a))
				add_interval(loads, pair->a, first, end);
			if (first < end && has_capacity(issues, pair->b))
				add_interval(loads, pair->b, first, end);
			/* go on with what ends first; with the next period where that is this one */
			if (end == to)
				break;
			if (a->to == end)
				na--, a++;
			else
				nb--, b++;
		}
	}
}

/*
 * From day from to day to the unit can take so many partners: the first day on
 * which it is furthest above that, if that is more than in load.  The intervals
 * are those of the unit.
 */
static void
sweep(Loads *loads, const Partnership *intervals, uint32 n, DateADT from, DateADT to, double capacity,
	  EqpLoad *load)
{
	uint32		begun = 0;		/* intervals that have begun by the day, and that have ended */
	uint32		ended = 0;
	DateADT		day = from;

	while (begun < n && intervals[begun].from <= from)
		begun++;
	while (day < to)
	{
		uint32		partners;

		CHECK_FOR_INTERRUPTS();
		while (begun < n && intervals[begun].from == day)
			begun++;
		while (ended < n && loads->ends[ended] <= day)
			ended++;
		partners = begun - ended;
		if (partners > capacity && partners - capacity > load->partners - load->capacity)
			*load = (EqpLoad) {day, partners, capacity};
		if (begun == n)
			break;
		day = intervals[begun].from;
	}
}

/* Looks at a unit, whose rows in schools begin with that one. */
static void
find_load(Loads *loads, uint32 row, const Partnership *intervals, uint32 n)
{
	EqpIssues  *issues = loads->issues;
	const EqpIssueUnit *units = &issues->units[row];
	uint32		nrows = issues->nunits - row;
	uint32		lot_end;
	EqpLoad		load = {0};

	for (uint32 i = 0; i < n; i++)
		loads->ends[i] = intervals[i].to;
	sort_days(loads->ends, n);
	for (uint32 lot = 0; lot < nrows && units[lot].unit == units[0].unit; lot = lot_end)
	{
		DateADT		reach = units[lot].to;
		double		capacity = units[lot].capacity;

		/* of rows with days in common the largest capacity holds */
		for (lot_end = lot + 1; lot_end < nrows && units[lot_end].unit == units[0].unit &&
			 units[lot_end].from < reach; lot_end++)
		{
			reach = Max(reach, units[lot_end].to);
			if (isnan(capacity) || units[lot_end].capacity > capacity)
				capacity = units[lot_end].capacity;
		}
		if (!isnan(capacity))
			sweep(loads, intervals, n, units[lot].from, reach, capacity, &load);
	}
	if (load.partners > 0)
	{
		EQP_RESERVE(issues->context, issues->loads, issues->load_capacity, issues->nloads);
		issues->loads[issues->nloads] = load;
		eqp_issue_add(issues, EQP_OVER_CAPACITY, units[0].unit, EQP_NO_ID, issues->nloads++, load.partners);
	}
}

void
eqp_issues_find_loads(EqpIssues *issues)
{
	Loads		loads = {.issues = issues};
	uint32		row = 0;
	uint32		end;

	for (uint32 i = 0; i < issues->npairs; i++)
	{
		const EqpIssuePair *pair = &issues->pairs[i];

		CHECK_FOR_INTERRUPTS();
		if (has_capacity(issues, pair->a) || has_capacity(issues, pair->b))
			add_pair(&loads, pair);
	}
	sort_intervals(loads.intervals, loads.n);
	loads.ends = eqp_alloc(issues->context, loads.n, sizeof(DateADT));
	for (uint32 first = 0; first < loads.n; first = end)
	{
		uint32		unit = loads.intervals[first].unit;

		CHECK_FOR_INTERRUPTS();
		for (end = first + 1; end < loads.n && loads.intervals[end].unit == unit;)
			end++;
		while (issues->units[row].unit < unit)
			row++;
		find_load(&loads, row, &loads.intervals[first], end - first);
	}
}
