/*
 * treatment.c
 *		When each unit was first paired, and until when: from pairings and
 *		sessions.
 *
 * A period counts as paired where a unit had a valid pairing on a share of its
 * days, whoever the partner; with sessions, it must also have held so many with
 * partners of that day.  Years are looked at whether anything was measured in
 * them or not; where periods are days, those on which something was measured,
 * and before the first of them all days as one.
 */
#include "impact/panels.h"

#include "alloc.h"
#include "miscadmin.h"
#include "programme/pair_map.h"
#include "programme/participants.h"
#include "utils/datetime.h"
#include "utils/memutils.h"

/* Numbers of periods that are no years are taken as these. */
#define LEAST_YEAR (-4000)
#define MOST_YEAR 200000

/* Of days: the time before the first period. */
#define BEFORE_ALL (-1)

/* A row of pairings. */
typedef struct PairingRow
{
	uint32		a;
	uint32		b;
	DateADT		from;
	DateADT		to;
} PairingRow;

/* Two partners, and the days on which they are; in the order of a and b. */
typedef struct Link
{
	uint32		a;
	uint32		b;
	uint32		first_period;
	uint32		nperiods;
} Link;

/* Something of a unit: a day of a session. */
typedef struct UnitDay
{
	uint32		unit;
	DateADT		day;
} UnitDay;

/* A time in which a unit was paired. */
typedef struct UnitPeriod
{
	uint32		unit;
	DateADT		from;
	DateADT		to;
} UnitPeriod;

typedef struct TreatmentReader
{
	EqpPanels  *panels;
	EqpProgramme programme;
	MemoryContext context;

	PairingRow *rows;
	uint32		nrows;
	uint32		row_capacity;

	Link	   *links;
	uint32		nlinks;
	EqpPeriod  *periods;
	eqp_pairs_hash *index;		/* of links; made for the first session of two partners */

	UnitDay    *sessions;
	uint32		nsessions;
	uint32		session_capacity;
} TreatmentReader;

#define ST_SORT sort_pairings
#define ST_ELEMENT_TYPE PairingRow
#define ST_COMPARE(x, y) \
	((x)->a != (y)->a ? ((x)->a > (y)->a) - ((x)->a < (y)->a) \
	 : (x)->b != (y)->b ? ((x)->b > (y)->b) - ((x)->b < (y)->b) \
	 : ((x)->from > (y)->from) - ((x)->from < (y)->from))
#define ST_SCOPE static
#define ST_CHECK_FOR_INTERRUPTS
#define ST_DEFINE
#include "lib/sort_template.h"

#define ST_SORT sort_days
#define ST_ELEMENT_TYPE UnitDay
#define ST_COMPARE(x, y) \
	((x)->unit != (y)->unit ? ((x)->unit > (y)->unit) - ((x)->unit < (y)->unit) \
	 : ((x)->day > (y)->day) - ((x)->day < (y)->day))
#define ST_SCOPE static
#define ST_CHECK_FOR_INTERRUPTS
#define ST_DEFINE
#include "lib/sort_template.h"

#define ST_SORT sort_periods
#define ST_ELEMENT_TYPE UnitPeriod
#define ST_COMPARE(x, y) \
	((x)->unit != (y)->unit ? ((x)->unit > (y)->unit) - ((x)->unit < (y)->unit) \
	 : ((x)->from > (y)->from) - ((x)->from < (y)->from))
#define ST_SCOPE static
#define ST_CHECK_FOR_INTERRUPTS
#define ST_DEFINE
#include "lib/sort_template.h"

/* ---- Pairings ----------------------------------------------------------- */

/* Keeps a row of pairings. */
static void
keep_pairing(void *arg, uint32 a, uint32 b, const EqpPartnerRow *pairing)
{
	TreatmentReader *reader = arg;

	if (reader->nrows == PG_INT32_MAX)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("too many rows in parameter \"pairings\" of %s", reader->programme.function)));
	EQP_RESERVE(reader->context, reader->rows, reader->row_capacity, reader->nrows);
	reader->rows[reader->nrows++] = (PairingRow) {a, b, pairing->from, pairing->to};
}

/* Brings rows of the same two together: one link, with disjoint periods. */
static void
make_links(TreatmentReader *reader)
{
	Link	   *link = NULL;
	EqpPeriod  *period = NULL;
	uint32		nperiods = 0;

	sort_pairings(reader->rows, reader->nrows);
	reader->links = eqp_alloc(reader->context, reader->nrows, sizeof(Link));
	reader->periods = eqp_alloc(reader->context, reader->nrows, sizeof(EqpPeriod));
	for (uint32 i = 0; i < reader->nrows; i++)
	{
		const PairingRow *row = &reader->rows[i];

		if (link == NULL || link->a != row->a || link->b != row->b)
		{
			link = &reader->links[reader->nlinks++];
			*link = (Link) {row->a, row->b, nperiods, 0};
		}
		if (link->nperiods > 0 && row->from <= period->to)
		{
			period->to = Max(period->to, row->to);
			continue;
		}
		period = &reader->periods[nperiods++];
		*period = (EqpPeriod) {row->from, row->to};
		link->nperiods++;
	}
	if (reader->rows != NULL)
		pfree(reader->rows);
	reader->rows = NULL;
}

/* The times in which each unit of outcomes was paired, by unit and first day; how many they are. */
static UnitPeriod *
unit_periods(TreatmentReader *reader, uint64 *n)
{
	uint32		nunits = reader->programme.nlisted;
	UnitPeriod *periods;
	uint64		size = 0;

	for (uint32 i = 0; i < reader->nlinks; i++)
		size += (uint64) reader->links[i].nperiods * (1 + (reader->links[i].b < nunits));
	periods = eqp_alloc(reader->context, size, sizeof(UnitPeriod));
	*n = 0;
	for (uint32 i = 0; i < reader->nlinks; i++)
	{
		const Link *link = &reader->links[i];

		for (uint32 j = 0; j < link->nperiods; j++)
		{
			const EqpPeriod *period = &reader->periods[link->first_period + j];

			if (link->a < nunits)
				periods[(*n)++] = (UnitPeriod) {link->a, period->from, period->to};
			if (link->b < nunits)
				periods[(*n)++] = (UnitPeriod) {link->b, period->from, period->to};
		}
	}
	sort_periods(periods, *n);
	return periods;
}

/* ---- Sessions ----------------------------------------------------------- */

/* A day on which a unit held a session with a partner. */
static void
keep_session(TreatmentReader *reader, uint32 unit, DateADT day)
{
	if (unit >= reader->programme.nlisted)
		return;
	if (reader->nsessions == PG_INT32_MAX)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("too many rows in parameter \"sessions\" of %s", reader->programme.function)));
	EQP_RESERVE(reader->context, reader->sessions, reader->session_capacity, reader->nsessions);
	reader->sessions[reader->nsessions++] = (UnitDay) {unit, day};
}

/* Were the two of a link partners on the day of a session? */
static bool
is_linked(void *arg, uint32 number, const EqpPartnerRow *session)
{
	const TreatmentReader *reader = arg;
	const Link *link = &reader->links[number];
	const EqpPeriod *periods = &reader->periods[link->first_period];

	return eqp_next_day(&periods->from, &periods->to, sizeof(EqpPeriod), link->nperiods,
						session->held_on) == session->held_on;
}

/* A session of two, who may be paired. */
static void
read_session(void *arg, uint32 a, uint32 b, const EqpPartnerRow *session)
{
	TreatmentReader *reader = arg;
	EqpPairEntry *entry;

	if (unlikely(reader->index == NULL))
		reader->index = eqp_pairs_index(reader->context, EQP_BY_NUMBER(reader->links, reader->nlinks));
	entry = eqp_pairs_lookup(reader->index, eqp_pair_key(a, b));
	if (entry == NULL || !is_linked(reader, entry->number, session))
		return;
	keep_session(reader, a, session->held_on);
	keep_session(reader, b, session->held_on);
}

/* The links, to be found by their units. */
static EqpByNumber
links_of(void *arg)
{
	const TreatmentReader *reader = arg;

	return EQP_BY_NUMBER(reader->links, reader->nlinks);
}

/* A session with a row for each participant: one for each who held it with a partner. */
static void
read_meeting(void *arg, const EqpMeeting *meeting)
{
	for (uint64 i = 0; i < meeting->ncounted; i++)
		keep_session(arg, meeting->units[i], meeting->held_on);
}

/* The days on which units held sessions with their partners. */
static void
read_sessions(TreatmentReader *reader, const EqpSourceText *text)
{
	EqpPartnerReader partners = {
		.programme = &reader->programme,
		.scope = EQP_PARTNERS_KNOWN,
		.since = DATEVAL_NOBEGIN,
		.until = DATEVAL_NOEND,
		.pair = read_session,
		.links = links_of,
		.linked = is_linked,
		.meeting = read_meeting,
		.arg = reader,
	};

	eqp_sessions_read(&partners, text);
	sort_days(reader->sessions, reader->nsessions);
}

/* ---- Periods and days --------------------------------------------------- */

/* What is found out about a unit, while its times are gone through in order. */
typedef struct Course
{
	const EqpPanels *panels;
	EqpPanelUnit *unit;
	int64		last;			/* the last paired period so far: a year, or a place among the periods */
	bool		met;			/* there is one */
	int64		year;			/* of which the days are being counted */
	int64		days;

	/* those of the unit; NULL where to be paired is enough */
	const UnitDay *sessions;
	const UnitDay *sessions_end;
	bool		active;			/* sessions are wanted */
} Course;

/* The (school) year of a day. */
static int64
year_of(const EqpPanels *panels, DateADT day)
{
	int			year;
	int			month;
	int			day_of_month;

	j2date(day + POSTGRES_EPOCH_JDATE, &year, &month, &day_of_month);
	return panels->period.school_years && month < panels->options.treatment.start_month ? year - 1 : year;
}

/* The first day of a (school) year. */
static int64
first_day(const EqpPanels *panels, int64 year)
{
	return date2j((int) year, panels->period.school_years ? panels->options.treatment.start_month : 1, 1)
		- POSTGRES_EPOCH_JDATE;
}

/* The place of a day among the periods: of the first on or after it, or BEFORE_ALL. */
static int64
place_of(const EqpPanels *panels, DateADT day)
{
	if (panels->nperiods == 0 || day < panels->periods[0])
		return BEFORE_ALL;
	return (int64) eqp_code_from(panels->periods, panels->nperiods, day);
}

/* Periods a to b were paired, which come after those before. */
static void
add_paired(Course *course, int64 a, int64 b)
{
	const EqpPanels *panels = course->panels;
	bool		days = panels->period.unit == EQP_PERIOD_DAYS;
	int64		cap = days ? (int64) panels->nperiods - 1 : panels->nperiods == 0 ? a
		: panels->periods[panels->nperiods - 1];

	if (!course->met)
	{
		course->met = true;
		course->unit->cohort = !days ? a : a == BEFORE_ALL ? EQP_COHORT_ALWAYS : panels->periods[a];
		cap = Max(cap, a);
	}
	else if (a > cap)
		return;
	else if (a > course->last + 1)
		course->unit->paused = true;
	course->last = Min(b, cap);
	course->unit->periods += course->last - a + 1;
}

/* Periods a to b had enough paired days; of them, those count that had enough sessions too. */
static void
add_valid(Course *course, int64 a, int64 b)
{
	const EqpPanels *panels = course->panels;
	bool		days = panels->period.unit == EQP_PERIOD_DAYS;

	if (!course->active)
	{
		add_paired(course, a, b);
		return;
	}
	while (course->sessions < course->sessions_end)
	{
		DateADT		day = course->sessions->day;
		int64		period = days ? place_of(panels, day) : year_of(panels, day);
		int64		n = 0;

		if (period > b)
			return;
		do
			n += !days || period == BEFORE_ALL || panels->periods[period] == course->sessions->day;
		while (++course->sessions < course->sessions_end &&
			   (days ? place_of(panels, course->sessions->day) : year_of(panels, course->sessions->day)) == period);
		if (period >= a && n >= panels->options.treatment.min_sessions)
			add_paired(course, period, period);
	}
}

/* All days of the year are counted that was paired on some. */
static void
finish_year(Course *course)
{
	const EqpPanels *panels = course->panels;

	if (course->days > 0 &&
		(double) course->days >= panels->options.treatment.min_share *
		(double) (first_day(panels, course->year + 1) - first_day(panels, course->year)))
		add_valid(course, course->year, course->year);
	course->days = 0;
}

/* So many days of a year, and all of the years after it up to another one, of which there are some. */
static void
add_years(Course *course, DateADT from, DateADT to)
{
	const EqpPanels *panels = course->panels;
	bool		endless = to == DATEVAL_NOEND;
	int64		first = year_of(panels, from);
	int64		last = endless ? INT64_MAX - 1 : year_of(panels, to - 1);

	if (course->days > 0 && course->year != first)
		finish_year(course);
	course->year = first;
	course->days += (last > first ? first_day(panels, first + 1) : to) - from;
	if (last == first)
		return;
	finish_year(course);
	if (last > first + 1)
		add_valid(course, first + 1, last - 1);
	if (endless)
		return;
	course->year = last;
	course->days = to - first_day(panels, last);
}

/* The days of a time on which something was measured. */
static void
add_days(Course *course, DateADT from, DateADT to)
{
	const EqpPanels *panels = course->panels;
	int64		first = from == DATEVAL_NOBEGIN ? BEFORE_ALL : place_of(panels, from);
	int64		last = to == DATEVAL_NOEND ? (int64) panels->nperiods - 1
		: (int64) eqp_code_from(panels->periods, panels->nperiods, to) - 1;

	if (first <= last)
		add_valid(course, first, last);
}

/*
 * A unit that was paired for as long as is known: with the first period, where that is
 * measured.  Its years before are as many as nobody counts.
 */
static void
begin_open(Course *course, DateADT *from)
{
	const EqpPanels *panels = course->panels;

	if (panels->period.unit == EQP_PERIOD_DAYS || *from != DATEVAL_NOBEGIN)
		return;
	*from = panels->nperiods == 0 ? 0
		: (DateADT) first_day(panels, Max(Min(panels->periods[0], MOST_YEAR), LEAST_YEAR));
}

/* Goes through the times of a unit, n of them by their first day. */
static void
follow_unit(Course *course, const UnitPeriod *periods, uint64 n)
{
	bool		days = course->panels->period.unit == EQP_PERIOD_DAYS;
	bool		open = n > 0 && periods[0].from == DATEVAL_NOBEGIN;
	uint64		i = 0;

	while (i < n)
	{
		DateADT		from = periods[i].from;
		DateADT		to = periods[i].to;

		for (i++; i < n && periods[i].from <= to; i++)
			to = Max(to, periods[i].to);
		if (!course->active)
			begin_open(course, &from);
		else if (from == DATEVAL_NOBEGIN && !days)
			from = course->sessions < course->sessions_end
				? (DateADT) first_day(course->panels, year_of(course->panels, course->sessions->day)) : to;
		if (from >= to)
			continue;
		if (days)
			add_days(course, from, to);
		else
			add_years(course, from, to);
	}
	finish_year(course);
	if (open && !course->active)
	{
		course->unit->cohort = EQP_COHORT_ALWAYS;
		/* over before the first period */
		if (!course->met)
			course->last = days ? BEFORE_ALL : periods[0].to == DATEVAL_NOEND ? 0 : year_of(course->panels, periods[0].to);
		course->met = true;
	}
	if (course->met)
		course->unit->until = !days ? course->last
			: course->last == BEFORE_ALL ? course->panels->periods[0] - 1 : course->panels->periods[course->last];
}

/* Sets what is known of all units. */
static void
follow_units(TreatmentReader *reader, const uint32 *rank_of_id)
{
	EqpPanels  *panels = reader->panels;
	uint64		nperiods;
	UnitPeriod *periods = unit_periods(reader, &nperiods);
	uint64		at = 0;
	uint32		session = 0;

	for (uint32 id = 0; id < panels->nunits; id++)
	{
		EqpPanelUnit *unit = &panels->units[rank_of_id[id]];
		Course		course = {.panels = panels, .unit = unit, .active = panels->options.treatment.sessions != NULL};
		uint64		begin = at;

		CHECK_FOR_INTERRUPTS();
		while (at < nperiods && periods[at].unit == id)
			at++;
		course.sessions = &reader->sessions[session];
		while (session < reader->nsessions && reader->sessions[session].unit == id)
			session++;
		course.sessions_end = &reader->sessions[session];
		unit->cohort = EQP_COHORT_NEVER;
		unit->until = EQP_COHORT_NEVER;
		follow_unit(&course, periods + begin, at - begin);
	}
}

void
eqp_treatment_read(EqpPanels *panels, EqpFold *id_fold, const uint32 *rank_of_id)
{
	const EqpTreatment *treatment = &panels->options.treatment;
	MemoryContext before = CurrentMemoryContext;
	TreatmentReader reader = {
		.panels = panels,
		.context = AllocSetContextCreate(before, "equipair treatment", ALLOCSET_DEFAULT_SIZES),
	};
	EqpPartnerReader partners = {
		.programme = &reader.programme,
		.scope = EQP_PARTNERS_LISTED,
		.since = DATEVAL_NOBEGIN,
		.until = DATEVAL_NOEND,
		.pair = keep_pairing,
		.arg = &reader,
	};

	reader.programme = (EqpProgramme) {
		.function = panels->options.function,
		.units_from = "outcomes",
		.context = reader.context,
		.ids = panels->ids,
		.id_fold = id_fold,
		.nlisted = panels->nunits,
	};
	eqp_keymap_tabulate(panels->ids);
	MemoryContextSwitchTo(reader.context);
	eqp_pairings_read(&partners, treatment->pairings);
	make_links(&reader);
	if (treatment->sessions != NULL)
		read_sessions(&reader, treatment->sessions);
	follow_units(&reader, rank_of_id);
	MemoryContextSwitchTo(before);
	MemoryContextDelete(reader.context);
}
