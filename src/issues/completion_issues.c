/*
 * completion_issues.c
 *		What is odd in a register of sessions: completion_issues().
 *
 * Each row is looked at as it is read.  What is found is kept once for each
 * session and days, with the number of its rows; so memory is bounded by the
 * distinct sessions, of which ids, partners and days are kept to find those
 * that are there twice.
 */
#include "equipair.h"

#include "alloc.h"
#include "datatype/timestamp.h"
#include "issues/findings.h"
#include "issues/label_columns.h"
#include "issues/words.h"
#include "miscadmin.h"
#include "report/arguments.h"
#include "report/report.h"
#include "source/alike.h"
#include "source/hint.h"
#include "utils/datetime.h"

PG_FUNCTION_INFO_V1(eqp_completion_issues);

enum
{
	ARG_SESSIONS, ARG_BY, ARG_AS_OF, ARG_PARAMS
};

/* The days of a session come first. */
enum
{
	READ_PLANNED_ON, READ_HELD_ON, READ_CANCELLED_ON, READ_ENTERED_ON, N_DAYS,
	READ_CANCELLED = N_DAYS, READ_ID, READ_PARTNER_A, READ_PARTNER_B,
	READ_KIND, READ_TYPE, READ_TOPIC, READ_SESSION_ID, READ_UNIT, READ_N, N_READ_COLUMNS
};

#define N_KINDS (READ_TOPIC - READ_KIND + 1)

typedef enum Issue
{
	NO_DAY, INFINITE_DAY, HELD_AFTER_AS_OF, ENTERED_AFTER_END, INVALID_N, ROW_PER_UNIT, REPEATED_ID,
	REPEATED_SESSION, HELD_FAR_FROM_PLAN, IMPLAUSIBLE_DAY, HELD_AND_CANCELLED,
	UNCLEAR_CANCELLATION, NO_PARTNER, ALIKE_LABELS,
	NO_ID, NO_LABEL, N_ISSUES
} Issue;

static const char *const issue_names[N_ISSUES] = {
	[NO_DAY] = "no_day",
	[INFINITE_DAY] = "infinite_day",
	[HELD_AFTER_AS_OF] = "held_after_as_of",
	[ENTERED_AFTER_END] = "entered_after_end",
	[INVALID_N] = "invalid_n",
	[ROW_PER_UNIT] = "row_per_unit",
	[REPEATED_ID] = "repeated_id",
	[REPEATED_SESSION] = "repeated_session",
	[HELD_FAR_FROM_PLAN] = "held_far_from_plan",
	[IMPLAUSIBLE_DAY] = "implausible_day",
	[HELD_AND_CANCELLED] = "held_and_cancelled",
	[UNCLEAR_CANCELLATION] = "unclear_cancellation",
	[NO_PARTNER] = "no_partner",
	[ALIKE_LABELS] = "alike_labels",
	[NO_ID] = "no_id",
	[NO_LABEL] = "no_label",
};

/* Of an issue about a session. */
static EqpSeverity
severity_of(Issue issue)
{
	if (issue <= REPEATED_ID)
		return EQP_SEVERITY_ERROR;
	return issue <= ALIKE_LABELS ? EQP_SEVERITY_WARNING : EQP_SEVERITY_NOTE;
}

/* A day that is not known; no date has this value. */
#define NO_DATE (DATEVAL_NOBEGIN + 1)

/* Further than this from its plan, in days, a session was hardly held on that day. */
#define FAR_FROM_PLAN 365

/* A year later or earlier the day would be as near as this: the year is probably mistyped. */
#define NEAR_PLAN 60

/* Nothing was planned before this year, nor so many days after as_of. */
#define EARLIEST_YEAR 1990
#define LONGEST_PLAN 3653

/* What is found of a session.  As a key, so there is no padding in it. */
typedef struct Occasion
{
	uint32		issue;
	uint32		column;			/* that it is about, where it is one */
	uint32		id;				/* number in ids, or EQP_NO_ID */
	uint32		partners[2];	/* numbers in units, or EQP_NO_ID */
	int32		days[N_DAYS];	/* NO_DATE where they are not known */
} Occasion;

/* What makes two rows the same session; no padding here either. */
typedef struct SameSession
{
	uint32		partners[2];	/* the smaller number first */
	uint32		sort;			/* of the kinds and the group */
	int32		planned_on;
	int32		held_on;
} SameSession;

/* The rows of one id, and those of one session. */
typedef struct IdRows
{
	int64		rows;
	int32		planned_on;		/* of the first */
	int32		held_on;
	bool		differ;			/* others have other days */
} IdRows;

typedef struct SessionRows
{
	SameSession same;
	uint32		ids[2];			/* of the first two */
	uint32		number;			/* in the order met */
	uint32		rows;			/* no more than 2^32 - 1 are counted */
	char		status;
} SessionRows;

/* The hash of a key without padding, of whole words. */
static inline uint32
hash_same_session(const SameSession *same)
{
	uint32		words[sizeof(SameSession) / sizeof(uint32)];
	uint64		h = 0;

	memcpy(words, same, sizeof(words));
	for (int i = 0; i < lengthof(words); i++)
		h = (h ^ words[i]) * UINT64CONST(0x9e3779b97f4a7c15);
	return eqp_hash_int64((int64) h);
}

#define SH_PREFIX sessions
#define SH_ELEMENT_TYPE SessionRows
#define SH_KEY_TYPE SameSession
#define SH_KEY same
#define SH_HASH_KEY(tb, key) eqp_hash_polled(hash_same_session(&(key)))
#define SH_EQUAL(tb, a, b) (memcmp(&(a), &(b), sizeof(SameSession)) == 0)
#define SH_USE_NONDEFAULT_ALLOCATOR
#define SH_SCOPE static inline
#define SH_DECLARE
#define SH_DEFINE
#include "lib/simplehash.h"

EQP_HASH_ALLOCATOR(sessions)

/*
 * The table of sessions is larger than the processor's caches, and waiting for
 * its memory is most of the work.  So sessions wait until there are some, while
 * their places are fetched.
 */
#define WAITING_SESSIONS 64

typedef struct WaitingSession
{
	SameSession same;
	uint32		id;
	uint32		hash;
} WaitingSession;

/* In the order met. */
static int
compare_sessions(const void *a, const void *b)
{
	const SessionRows *x = *(SessionRows *const *) a;
	const SessionRows *y = *(SessionRows *const *) b;

	CHECK_FOR_INTERRUPTS();
	return (x->number > y->number) - (x->number < y->number);
}

typedef struct Reader
{
	MemoryContext context;
	EqpColumn	columns[N_READ_COLUMNS];
	DateADT		as_of;
	DateADT		earliest;
	EqpGrouping *grouping;
	EqpLabelColumns *labels;

	EqpKeyMap  *ids;
	IdRows	   *id_rows;		/* by id */
	uint32		id_capacity;
	int64		without_id;
	EqpKeyMap  *session_ids;	/* of rows that are one unit of a session each */
	int64		unit_rows;
	EqpKeyMap  *units;
	EqpKeyMap  *spellings;		/* of kinds, types and topics */
	uint32	   *kind_spelt;		/* by spelling */
	uint32		kind_capacity;
	EqpKeyMap  *kinds;
	EqpKeyMap  *sorts;			/* of kind and what came before it */
	sessions_hash *sessions;
	WaitingSession waiting[WAITING_SESSIONS];
	int			nwaiting;
	EqpKeyMap  *occasions;		/* of Occasion */
	int64	   *occasion_rows;
	uint32		occasion_capacity;
} Reader;

/* ---- Reading ------------------------------------------------------------ */

/* Adds the current row to what is found of a session. */
static void
note(Reader *reader, Occasion *occasion, Issue issue, int column)
{
	EqpKey		key;
	uint32		number;

	occasion->issue = issue;
	occasion->column = column;
	key = eqp_key_of_text((EqpText) {(const char *) occasion, sizeof(Occasion)});
	number = eqp_keymap_intern(reader->occasions, &key);
	EQP_RESERVE(reader->context, reader->occasion_rows, reader->occasion_capacity, number);
	reader->occasion_rows[number]++;
}

/* The number of a value, EQP_NO_ID for NULL and where there is no such column. */
static uint32
number_of(EqpKeyMap *map, const EqpSource *source, EqpColumn *column)
{
	EqpKey		key;

	if (eqp_column_isnull(source, column))
		return EQP_NO_ID;
	key = eqp_column_key(source, column);
	return eqp_keymap_intern(map, &key);
}

/*
 * The number of a kind, EQP_NO_ID for NULL and where there is no such column.
 * Those that look alike are one: else a session entered twice would not be
 * found where its kind was spelt in two ways.
 */
static uint32
kind_of(Reader *reader, const EqpSource *source, EqpColumn *column)
{
	uint32		known = eqp_keymap_count(reader->spellings);
	uint32		number = number_of(reader->spellings, source, column);

	if (number == EQP_NO_ID)
		return EQP_NO_ID;
	EQP_RESERVE(reader->context, reader->kind_spelt, reader->kind_capacity, number);
	if (number == known)
	{
		EqpKey		spelt = eqp_keymap_key(reader->spellings, number);
		EqpKey		look = eqp_key_of_text(eqp_look(eqp_key_text(&spelt)));

		reader->kind_spelt[number] = eqp_keymap_intern(reader->kinds, &look);
	}
	return reader->kind_spelt[number];
}

/* Counts a row of an id; was there one before? */
static bool
count_id(Reader *reader, const Occasion *session)
{
	IdRows	   *rows;

	EQP_RESERVE(reader->context, reader->id_rows, reader->id_capacity, session->id);
	rows = &reader->id_rows[session->id];
	if (rows->rows++ == 0)
	{
		rows->planned_on = session->days[READ_PLANNED_ON];
		rows->held_on = session->days[READ_HELD_ON];
		return false;
	}
	if (rows->planned_on != session->days[READ_PLANNED_ON] || rows->held_on != session->days[READ_HELD_ON])
		rows->differ = true;
	return true;
}

/* The number of what has a number already, with one more kind. */
static uint32
add_kind(Reader *reader, uint32 sort, uint32 kind)
{
	EqpKey		key = eqp_key_from_number((int64) ((uint64) kind << 32 | sort));

	return eqp_keymap_intern(reader->sorts, &key);
}

/* Counts the rows of the sessions that wait. */
static void
count_waiting(Reader *reader)
{
	for (int i = 0; i < reader->nwaiting; i++)
	{
		const WaitingSession *session = &reader->waiting[i];
		bool		found;
		SessionRows *rows = sessions_insert_hash(reader->sessions, session->same, session->hash, &found);

		if (!found)
		{
			rows->number = reader->sessions->members;
			rows->rows = 0;
		}
		if (rows->rows < 2)
			rows->ids[rows->rows] = session->id;
		if (rows->rows < PG_UINT32_MAX)
			rows->rows++;
	}
	reader->nwaiting = 0;
}

/* Has a row of a session counted, which is known by its partners, days and kind. */
static void
count_session(Reader *reader, const EqpSource *source, const Occasion *session)
{
	uint32		a = session->partners[0];
	uint32		b = session->partners[1];
	DateADT		planned_on = session->days[READ_PLANNED_ON];
	DateADT		held_on = session->days[READ_HELD_ON];
	uint32		sort;
	WaitingSession *waiting;

	if (a == EQP_NO_ID || b == EQP_NO_ID || (planned_on == NO_DATE && held_on == NO_DATE))
		return;
	sort = eqp_grouping_row(reader->grouping, source);
	for (int i = 0; i < N_KINDS; i++)
		if (reader->columns[READ_KIND + i].present)
			sort = add_kind(reader, sort, kind_of(reader, source, &reader->columns[READ_KIND + i]));

	waiting = &reader->waiting[reader->nwaiting++];
	waiting->same = (SameSession) {
		{Min(a, b), Max(a, b)}, sort, planned_on, held_on
	};
	waiting->id = session->id;
	waiting->hash = hash_same_session(&waiting->same);
	eqp_prefetch(&reader->sessions->data[waiting->hash & reader->sessions->sizemask]);
	if (reader->nwaiting == WAITING_SESSIONS)
		count_waiting(reader);
}

/* The days that there are: can they be? */
static void
check_days(Reader *reader, Occasion *session)
{
	DateADT		planned_on = session->days[READ_PLANNED_ON];
	DateADT		held_on = session->days[READ_HELD_ON];
	bool		plausible = true;

	for (int i = 0; i < N_DAYS; i++)
	{
		DateADT		day = session->days[i];

		if (day == NO_DATE)
			continue;
		if (DATE_NOT_FINITE(day))
			note(reader, session, INFINITE_DAY, i);
		else if (i == READ_HELD_ON && day > reader->as_of)
			note(reader, session, HELD_AFTER_AS_OF, i);
		else if (day < reader->earliest || (int64) day - reader->as_of > LONGEST_PLAN)
			note(reader, session, IMPLAUSIBLE_DAY, i);
		else
			continue;
		if (i == READ_PLANNED_ON || i == READ_HELD_ON)
			plausible = false;
	}
	if (planned_on == NO_DATE && held_on == NO_DATE)
		note(reader, session, NO_DAY, READ_PLANNED_ON);
	else if (plausible && planned_on != NO_DATE && held_on != NO_DATE &&
			 abs(held_on - planned_on) > FAR_FROM_PLAN)
		note(reader, session, HELD_FAR_FROM_PLAN, READ_HELD_ON);
}

/*
 * Did a planned session enter the register only when it was over, by as_of?
 * The reports on delays refuse that: it could not have been seen.
 */
static bool
is_entered_late(const Reader *reader, const Occasion *session, bool cancelled)
{
	DateADT		planned_on = session->days[READ_PLANNED_ON];
	DateADT		held_on = session->days[READ_HELD_ON];
	DateADT		cancelled_on = session->days[READ_CANCELLED_ON];
	DateADT		entered_on = session->days[READ_ENTERED_ON];

	if (planned_on == NO_DATE || entered_on == NO_DATE || DATE_NOT_FINITE(entered_on))
		return false;
	if (held_on != NO_DATE && held_on <= reader->as_of)
		return entered_on >= held_on && !DATE_NOT_FINITE(held_on);
	if (cancelled_on != NO_DATE)
		return cancelled_on <= reader->as_of && entered_on >= cancelled_on && !DATE_NOT_FINITE(cancelled_on);
	return cancelled && entered_on >= Min(planned_on, reader->as_of);
}

/* Do the days, and what is told beside them, agree? */
static void
check_history(Reader *reader, const EqpSource *source, Occasion *session)
{
	const EqpColumn *cancelled = &reader->columns[READ_CANCELLED];
	bool		told = !eqp_column_isnull(source, cancelled);
	bool		has_day = session->days[READ_CANCELLED_ON] != NO_DATE;
	bool		held = session->days[READ_HELD_ON] != NO_DATE;

	if (held && (has_day || (told && eqp_column_bool(source, cancelled))))
		note(reader, session, HELD_AND_CANCELLED, READ_CANCELLED_ON);
	else if (has_day && told && !eqp_column_bool(source, cancelled))
		note(reader, session, UNCLEAR_CANCELLATION, READ_CANCELLED_ON);
	if (is_entered_late(reader, session, told && eqp_column_bool(source, cancelled)))
		note(reader, session, ENTERED_AFTER_END, READ_ENTERED_ON);
}

/* Can the row stand for so many sessions?  Whether it stands for any is another matter. */
static void
check_n(Reader *reader, const EqpSource *source, Occasion *session)
{
	const EqpColumn *column = &reader->columns[READ_N];
	double		n = eqp_column_isnull(source, column) ? 0 : eqp_column_float8(source, column);

	if (!(n >= 0) || n != floor(n) || n >= (double) PG_INT64_MAX)
		note(reader, session, INVALID_N, READ_N);
}

/* One row of the source. */
static void
read_session(EqpSource *source, void *arg)
{
	Reader	   *reader = arg;
	EqpColumn  *columns = reader->columns;
	Occasion	session = {0};

	for (int i = 0; i < N_DAYS; i++)
		session.days[i] = eqp_column_isnull(source, &columns[i]) ? NO_DATE : eqp_column_date(source, &columns[i]);
	session.id = number_of(reader->ids, source, &columns[READ_ID]);
	session.partners[0] = number_of(reader->units, source, &columns[READ_PARTNER_A]);
	session.partners[1] = number_of(reader->units, source, &columns[READ_PARTNER_B]);

	if (columns[READ_UNIT].present && number_of(reader->session_ids, source, &columns[READ_SESSION_ID]) != EQP_NO_ID)
		reader->unit_rows++;

	eqp_label_columns_row(reader->labels, source);
	check_days(reader, &session);
	check_history(reader, source, &session);
	check_n(reader, source, &session);
	for (int i = 0; i < 2; i++)
		if (columns[READ_PARTNER_A + i].present && session.partners[i] == EQP_NO_ID)
			note(reader, &session, NO_PARTNER, READ_PARTNER_A + i);
	if (session.id == EQP_NO_ID)
		reader->without_id++;
	if (session.id == EQP_NO_ID || !count_id(reader, &session))
		count_session(reader, source, &session);
}

/* ---- Telling ------------------------------------------------------------ */

/* "planned for 2023-01-10, held on 2013-01-10", what there is of it, after a separator. */
static void
append_days(StringInfo buf, const char *separator, DateADT planned_on, DateADT held_on,
			DateADT cancelled_on)
{
	const char *const words[] = {"planned for", "held on", "cancelled on"};
	const DateADT days[] = {planned_on, held_on, cancelled_on};

	for (int i = 0; i < lengthof(days); i++)
	{
		if (days[i] == NO_DATE)
			continue;
		appendStringInfo(buf, "%s%s ", separator, words[i]);
		eqp_append_date(buf, days[i]);
		separator = ", ";
	}
}

/* The partners that are known, after a separator. */
static void
append_partners(StringInfo buf, const char *separator, const Reader *reader, const uint32 *partners)
{
	for (int i = 0; i < 2; i++)
	{
		EqpKey		key;

		if (partners[i] == EQP_NO_ID)
			continue;
		key = eqp_keymap_key(reader->units, partners[i]);
		appendStringInfo(buf, "%s\"%s\"", separator, eqp_key_cstring(&key));
		separator = " and ";
	}
}

/* How far apart the two days are, and in which year they would not be. */
static void
append_distance(StringInfo buf, DateADT planned_on, DateADT held_on)
{
	int			days = held_on - planned_on;
	int			planned_year;
	int			year;
	int			month;
	int			day;

	eqp_append_count(buf, abs(days), "day");
	appendStringInfo(buf, " %s the planned day", days < 0 ? "before" : "after");
	j2date(planned_on + POSTGRES_EPOCH_JDATE, &planned_year, &month, &day);
	j2date(held_on + POSTGRES_EPOCH_JDATE, &year, &month, &day);
	for (int other = planned_year - 1; other <= planned_year + 1; other++)
	{
		int			near = date2j(other, month, day) - POSTGRES_EPOCH_JDATE - planned_on;

		if (other != year && abs(near) <= NEAR_PLAN)
		{
			appendStringInfo(buf, " (in the year %d: %d)", other, near);
			return;
		}
	}
}

/* The detail of a finding about a session. */
static char *
tell_occasion(void *arg, const EqpFinding *finding)
{
	Reader	   *reader = arg;
	EqpKey		key = eqp_keymap_key(reader->occasions, finding->ref);
	Occasion	session;
	StringInfoData buf;

	memcpy(&session, eqp_key_text(&key).data, sizeof(session));
	initStringInfo(&buf);
	switch ((Issue) session.issue)
	{
		case NO_DAY:
			appendStringInfoString(&buf, "neither planned_on nor held_on");
			break;
		case NO_PARTNER:
			appendStringInfo(&buf, "%s is null", reader->columns[session.column].name);
			break;
		case HELD_FAR_FROM_PLAN:
			append_distance(&buf, session.days[READ_PLANNED_ON], session.days[READ_HELD_ON]);
			break;
		case HELD_AND_CANCELLED:
			appendStringInfoString(&buf, "held and cancelled");
			break;
		case INVALID_N:
			appendStringInfoString(&buf, "n is negative, no whole number or out of range");
			break;
		case UNCLEAR_CANCELLATION:
			appendStringInfoString(&buf, "cancelled is false, and cancelled_on has a day");
			break;
		default:
			appendStringInfo(&buf, "%s is ", reader->columns[session.column].name);
			eqp_append_date(&buf, session.days[session.column]);
			session.days[session.column] = NO_DATE; /* it has been told */
			break;
	}
	append_days(&buf, "; ", session.days[READ_PLANNED_ON], session.days[READ_HELD_ON],
				session.days[READ_CANCELLED_ON]);
	append_partners(&buf, "; ", reader, session.partners);
	return buf.data;
}

/* ---- Finding ------------------------------------------------------------ */

/* What was found of single sessions. */
static void
find_occasions(Reader *reader, EqpFindings *findings)
{
	for (uint32 i = 0; i < eqp_keymap_count(reader->occasions); i++)
	{
		EqpKey		key = eqp_keymap_key(reader->occasions, i);
		EqpFinding	finding = {
			.id = EQP_NO_ID, .partner = EQP_NO_ID, .ref = i, .rows = reader->occasion_rows[i]
		};
		Occasion	session;

		CHECK_FOR_INTERRUPTS();
		memcpy(&session, eqp_key_text(&key).data, sizeof(session));
		finding.issue = session.issue;
		finding.severity = severity_of((Issue) session.issue);
		if (session.id != EQP_NO_ID)
		{
			EqpKey		id = eqp_keymap_key(reader->ids, session.id);

			finding.id = eqp_keymap_intern(findings->ids, &id);
		}
		eqp_findings_add(findings, finding);
	}
}

/* Sessions of which each unit has a row, which the reports on completion take for as many sessions. */
static void
find_row_per_unit(Reader *reader, EqpFindings *findings)
{
	int64		sessions = eqp_keymap_count(reader->session_ids);
	StringInfoData buf;

	if (reader->unit_rows == sessions)
		return;
	initStringInfo(&buf);
	eqp_append_count(&buf, reader->unit_rows, "row");
	appendStringInfoString(&buf, " of ");
	eqp_append_count(&buf, sessions, "session");
	appendStringInfoString(&buf, ", one for each unit; to count a session once, give SELECT DISTINCT ON (session_id) * FROM ... ORDER BY session_id");
	eqp_findings_add_text(findings, EQP_SEVERITY_ERROR, ROW_PER_UNIT, NULL, NULL,
						  reader->unit_rows - sessions, buf.data);
}

/* The ids of several rows. */
static void
find_repeated_ids(Reader *reader, EqpFindings *findings)
{
	for (uint32 i = 0; i < eqp_keymap_count(reader->ids); i++)
	{
		const IdRows *rows = &reader->id_rows[i];
		EqpKey		id;
		StringInfoData buf;

		CHECK_FOR_INTERRUPTS();
		if (rows->rows < 2)
			continue;
		id = eqp_keymap_key(reader->ids, i);
		initStringInfo(&buf);
		eqp_append_count(&buf, rows->rows, "row");
		appendStringInfoString(&buf, rows->differ ? " with different days; the first " : " with the same days; ");
		append_days(&buf, "", rows->planned_on, rows->held_on, NO_DATE);
		eqp_findings_add_text(findings, EQP_SEVERITY_ERROR, REPEATED_ID, &id, NULL, rows->rows, buf.data);
		pfree(buf.data);
	}
}

/* The kind, type and topic of a session, which its number leads back to. */
static void
append_kinds(StringInfo buf, const Reader *reader, uint32 sort)
{
	uint32		kinds[N_KINDS];

	for (int i = N_KINDS - 1; i >= 0; i--)
	{
		uint64		pair;

		kinds[i] = EQP_NO_ID;
		if (!reader->columns[READ_KIND + i].present)
			continue;
		pair = (uint64) eqp_keymap_key(reader->sorts, sort).number;
		kinds[i] = pair >> 32;
		sort = (uint32) pair;
	}
	for (int i = 0; i < N_KINDS; i++)
		if (kinds[i] != EQP_NO_ID)
		{
			EqpKey		kind = eqp_keymap_key(reader->kinds, kinds[i]);

			appendStringInfo(buf, ", %s \"%s\"", reader->columns[READ_KIND + i].name, eqp_key_cstring(&kind));
		}
}

/* A session of several rows. */
static void
add_repeated_session(const Reader *reader, EqpFindings *findings, const SessionRows *rows)
{
	const SameSession *same = &rows->same;
	EqpKey		ids[2];
	StringInfoData buf;

	for (int i = 0; i < 2; i++)
		if (rows->ids[i] != EQP_NO_ID)
			ids[i] = eqp_keymap_key(reader->ids, rows->ids[i]);
	initStringInfo(&buf);
	eqp_append_count(&buf, rows->rows, "row");
	append_partners(&buf, " of ", reader, same->partners);
	append_days(&buf, ", ", same->planned_on, same->held_on, NO_DATE);
	append_kinds(&buf, reader, same->sort);
	eqp_findings_add_text(findings, EQP_SEVERITY_WARNING, REPEATED_SESSION,
						  rows->ids[0] != EQP_NO_ID ? &ids[0] : NULL,
						  rows->ids[1] != EQP_NO_ID ? &ids[1] : NULL, rows->rows, buf.data);
	pfree(buf.data);
}

/* The sessions of several rows, which have different ids or none. */
static void
find_repeated_sessions(Reader *reader, EqpFindings *findings)
{
	SessionRows **repeated = NULL;
	uint32		capacity = 0;
	uint32		n = 0;
	sessions_iterator iterator;
	SessionRows *rows;

	sessions_start_iterate(reader->sessions, &iterator);
	while ((rows = sessions_iterate(reader->sessions, &iterator)) != NULL)
	{
		CHECK_FOR_INTERRUPTS();
		if (rows->rows < 2)
			continue;
		EQP_RESERVE(reader->context, repeated, capacity, n);
		repeated[n++] = rows;
	}
	if (n > 0)
		qsort(repeated, n, sizeof(SessionRows *), compare_sessions);
	for (uint32 i = 0; i < n; i++)
	{
		CHECK_FOR_INTERRUPTS();
		add_repeated_session(reader, findings, repeated[i]);
	}
}

/* ---- The report --------------------------------------------------------- */

/* Opens the source, and reads all of its rows. */
static void
read_sessions(Reader *reader, const EqpSourceText *text, char **by, int nby)
{
	static const EqpColumn columns[N_READ_COLUMNS] = {
		{"planned_on", EQP_COLUMN_DATE, false},
		{"held_on", EQP_COLUMN_DATE, false},
		{"cancelled_on", EQP_COLUMN_DATE, false},
		{"entered_on", EQP_COLUMN_DATE, false},
		{"cancelled", EQP_COLUMN_BOOL, false},
		{"id", EQP_COLUMN_KEY, false},
		{"partner_a", EQP_COLUMN_KEY, false},
		{"partner_b", EQP_COLUMN_KEY, false},
		{"kind", EQP_COLUMN_KEY, false},
		{"type", EQP_COLUMN_KEY, false},
		{"topic", EQP_COLUMN_KEY, false},
		{"session_id", EQP_COLUMN_KEY, false},
		{"unit", EQP_COLUMN_KEY, false},
		{"n", EQP_COLUMN_FLOAT8, false},
	};
	const EqpColumn *not_labels[] = {
		&reader->columns[READ_ID], &reader->columns[READ_PARTNER_A], &reader->columns[READ_PARTNER_B],
		&reader->columns[READ_SESSION_ID], &reader->columns[READ_UNIT]
	};
	EqpSource  *source;
	uint32		expected;

	memcpy(reader->columns, columns, sizeof(columns));
	source = eqp_source_open_whole("completion_issues", text, reader->columns, N_READ_COLUMNS, by, nby);
	if (!reader->columns[READ_PLANNED_ON].present && !reader->columns[READ_HELD_ON].present)
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_COLUMN),
				 errmsg("parameter \"sessions\" of completion_issues has neither column \"planned_on\" nor \"held_on\""),
				 errdetail("%s", eqp_columns_told(source)),
				 errhint("%sGive a query that renames yours, such as SELECT my_date AS held_on, * FROM my_table.",
						 eqp_columns_alike(source, "planned_on", "held_on"))));
	if (reader->columns[READ_PARTNER_B].present)
		eqp_column_follow(&reader->columns[READ_PARTNER_B], reader->columns[READ_PARTNER_A].fold);
	reader->grouping = eqp_grouping_create(source);
	expected = eqp_source_expected_rows(source);
	eqp_keymap_expect(reader->ids, reader->columns[READ_ID].present ? expected : 0);
	reader->sessions = sessions_create(reader->context, reader->columns[READ_PARTNER_B].present ? Max(expected, 256) : 256, NULL);
	reader->labels = eqp_label_columns_create(source, true, not_labels, lengthof(not_labels));
	eqp_source_run(source, read_session, reader);
	eqp_source_close(source);
	count_waiting(reader);
}

/* completion_issues(sessions, ...) */
Datum
eqp_completion_issues(PG_FUNCTION_ARGS)
{
	EQP_ARGUMENTS(4);
	const EqpSourceText *sessions = eqp_source_argument(fcinfo, ARG_SESSIONS, "sessions", true, ARG_PARAMS);
	char	  **by;
	int			nby = eqp_argument_by(fcinfo, ARG_BY, &by);
	EqpWriter  *writer;
	EqpFindings *findings;
	Reader		reader = {
		.context = CurrentMemoryContext,
		.as_of = eqp_argument_date(fcinfo, ARG_AS_OF, "as_of"),
		.earliest = date2j(EARLIEST_YEAR, 1, 1) - POSTGRES_EPOCH_JDATE,
		.ids = eqp_keymap_create(),
		.session_ids = eqp_keymap_create(),
		.units = eqp_keymap_create(),
		.spellings = eqp_keymap_create(),
		.kinds = eqp_keymap_create(),
		.sorts = eqp_keymap_create(),
		.occasions = eqp_keymap_create(),
	};

	writer = eqp_findings_open(fcinfo);
	read_sessions(&reader, sessions, by, nby);
	findings = eqp_findings_create(issue_names, N_ISSUES, NULL);
	findings->detail = tell_occasion;
	findings->arg = &reader;
	find_occasions(&reader, findings);
	find_row_per_unit(&reader, findings);
	find_repeated_ids(&reader, findings);
	find_repeated_sessions(&reader, findings);
	if (reader.columns[READ_ID].present && reader.without_id > 0)
		eqp_findings_add_text(findings, EQP_SEVERITY_NOTE, NO_ID, NULL, NULL, reader.without_id,
							  "id is null, so these rows are known by partners and days alone");
	eqp_label_columns_find(reader.labels, findings, NO_LABEL, ALIKE_LABELS);
	eqp_findings_put(findings, writer);
	return (Datum) 0;
}
