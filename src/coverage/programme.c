/*
 * programme.c
 *		Reading schools, pairings and sessions into one graph; see programme.h.
 */
#include "coverage/programme.h"

#include "lib/stringinfo.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/datetime.h"
#include "utils/fmgrprotos.h"
#include "utils/memutils.h"

/* What a pairings row becomes before the periods are merged. */
typedef struct Edge
{
	uint32		a;
	uint32		b;
	DateADT		from;
	DateADT		to;
} Edge;

static inline int
compare_edges(const Edge *x, const Edge *y)
{
	if (x->a != y->a)
		return x->a < y->a ? -1 : 1;
	if (x->b != y->b)
		return x->b < y->b ? -1 : 1;
	return (x->from > y->from) - (x->from < y->from);
}

#define ST_SORT sort_edges
#define ST_ELEMENT_TYPE Edge
#define ST_COMPARE(a, b) compare_edges(a, b)
#define ST_SCOPE static
#define ST_CHECK_FOR_INTERRUPTS
#define ST_DEFINE
#include "lib/sort_template.h"

EqpProgramme *
eqp_programme_create(const char *function, DateADT as_of)
{
	EqpProgramme *programme = palloc0(sizeof(EqpProgramme));

	programme->function = function;
	programme->context = CurrentMemoryContext;
	programme->as_of = as_of;
	programme->ids = eqp_keymap_create();
	programme->zones = eqp_keymap_create();
	return programme;
}

static EqpKey
required_key(const EqpSource *source, EqpColumn *column)
{
	if (eqp_column_isnull(source, column))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("column \"%s\" of parameter \"%s\" of %s must not be null",
						column->name, source->parameter, source->function)));
	return eqp_column_key(source, column);
}

/* ---- Schools ------------------------------------------------------------ */

enum
{
	SCHOOL_ID, SCHOOL_ZONE, SCHOOL_WEIGHT,
	SCHOOL_VALID, SCHOOL_VALID_FROM, SCHOOL_VALID_TO,
	SCHOOL_CAPACITY,			/* last: not every report reads it */
	N_SCHOOL_COLUMNS
};

typedef struct SchoolReader
{
	EqpProgramme *programme;
	EqpColumn  *columns;
	EqpPeriodColumns period;
	bool		has_period;

	/* the validity of every row, to find an id valid twice at one time */
	Edge	   *validity;		/* a: the unit's number; b unused */
	uint64		nvalidity;
	uint64		validity_capacity;
} SchoolReader;

static void
append_edge(MemoryContext context, Edge **edges, uint64 *n, uint64 *capacity,
			uint32 a, uint32 b, DateADT from, DateADT to)
{
	Edge	   *edge;

	if (*n == *capacity)
	{
		*capacity = Max(*capacity * 2, 1024);
		*edges = *edges == NULL
			? MemoryContextAllocHuge(context, *capacity * sizeof(Edge))
			: repalloc_huge(*edges, *capacity * sizeof(Edge));
	}
	edge = &(*edges)[(*n)++];
	edge->a = a;
	edge->b = b;
	edge->from = from;
	edge->to = to;
}

static void
duplicate_unit(const EqpProgramme *programme, uint32 id)
{
	EqpKey		key = eqp_keymap_key(programme->ids, id);

	ereport(ERROR,
			(errcode(ERRCODE_UNIQUE_VIOLATION),
			 errmsg("id \"%s\" occurs twice in parameter \"schools\" of %s",
					eqp_key_cstring(&key), programme->function),
			 errdetail("A unit has one row, or several whose validity does not overlap.")));
}

static uint32
zone_number(EqpProgramme *programme, EqpSource *source, EqpColumn *column)
{
	EqpKey		key = {.is_number = false};

	if (eqp_column_isnull(source, column))
		return EQP_UNKNOWN_ZONE;
	key.text = eqp_column_text(source, column);
	return eqp_keymap_intern(programme->zones, &key) + 1;
}

static int64
read_capacity(const EqpProgramme *programme, EqpSource *source, EqpColumn *column,
			  const EqpKey *key)
{
	int64		capacity;

	if (eqp_column_isnull(source, column))
		return 1;
	capacity = eqp_column_int8(source, column);
	if (capacity < 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("capacity of id \"%s\" in parameter \"schools\" of %s is " INT64_FORMAT,
						eqp_key_cstring(key), programme->function, capacity),
				 errhint("A capacity is the number of partners that the unit can take in all; NULL counts 1.")));
	return capacity;
}

static void
read_school(EqpSource *source, void *arg)
{
	SchoolReader *reader = arg;
	EqpProgramme *programme = reader->programme;
	EqpColumn  *columns = reader->columns;
	EqpKey		key = required_key(source, &columns[SCHOOL_ID]);
	uint32		known = eqp_keymap_count(programme->ids);
	uint32		id = eqp_keymap_intern(programme->ids, &key);
	double		weight = 0;
	int64		capacity = 1;
	EqpUnit    *unit;

	EQP_RESERVE(programme->context, programme->units, programme->unit_capacity, id);
	unit = &programme->units[id];

	if (!eqp_column_isnull(source, &columns[SCHOOL_WEIGHT]))
	{
		weight = eqp_column_float8(source, &columns[SCHOOL_WEIGHT]);
		if (!(weight >= 0) || isinf(weight))
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("weight of id \"%s\" in parameter \"schools\" of %s is %g",
							eqp_key_cstring(&key), programme->function, weight),
					 errhint("A weight is a finite number and not negative; NULL counts 0.")));
	}

	if (programme->wants_capacity)
		capacity = read_capacity(programme, source, &columns[SCHOOL_CAPACITY], &key);

	if (reader->has_period)
	{
		DateADT		from;
		DateADT		to;

		if (!eqp_period_read(source, &reader->period, &key, NULL, &from, &to))
			return;
		append_edge(programme->context, &reader->validity, &reader->nvalidity,
					&reader->validity_capacity, id, 0, from, to);
		if (programme->as_of < from || programme->as_of >= to)
			return;
		/* a second row valid that day is found when the rows are sorted */
	}
	else if (id < known)
		duplicate_unit(programme, id);

	unit->valid = true;
	unit->group = eqp_grouping_row(programme->grouping, source);
	unit->zone = zone_number(programme, source, &columns[SCHOOL_ZONE]);
	unit->weight = weight;
	if (programme->wants_capacity)
	{
		EQP_RESERVE(programme->context, programme->capacity, programme->capacity_size, id);
		programme->capacity[id] = capacity;
	}
}

void
eqp_programme_read_schools(EqpProgramme *programme, const char *text,
						   char **by, int nby)
{
	EqpColumn	columns[N_SCHOOL_COLUMNS] = {
		{"id", EQP_COLUMN_KEY, true},
		{"zone", EQP_COLUMN_TEXT, false},
		{"weight", EQP_COLUMN_FLOAT8, false},
		{"valid", EQP_COLUMN_DATERANGE, false},
		{"valid_from", EQP_COLUMN_DATE, false},
		{"valid_to", EQP_COLUMN_DATE, false},
		{"capacity", EQP_COLUMN_INT8, false},
	};
	int			ncolumns = programme->wants_capacity ? N_SCHOOL_COLUMNS : SCHOOL_CAPACITY;
	SchoolReader reader = {
		.programme = programme,
		.columns = columns,
		.period = {&columns[SCHOOL_VALID], &columns[SCHOOL_VALID_FROM], &columns[SCHOOL_VALID_TO]},
	};
	EqpSource  *source = eqp_source_open(programme->function, "schools", text,
										 columns, ncolumns, by, nby);

	eqp_period_check(source, &reader.period);
	reader.has_period = columns[SCHOOL_VALID].present ||
		columns[SCHOOL_VALID_FROM].present || columns[SCHOOL_VALID_TO].present;
	programme->has_zone = columns[SCHOOL_ZONE].present;
	programme->has_weight = columns[SCHOOL_WEIGHT].present;
	programme->grouping = eqp_grouping_create(source);

	eqp_source_run(source, read_school, &reader);
	eqp_source_close(source);
	programme->nlisted = eqp_keymap_count(programme->ids);

	if (reader.nvalidity > 0)
	{
		Edge	   *rows = reader.validity;

		sort_edges(rows, reader.nvalidity);
		for (uint64 i = 1; i < reader.nvalidity; i++)
			if (rows[i].a == rows[i - 1].a && rows[i].from < rows[i - 1].to)
				duplicate_unit(programme, rows[i].a);
		pfree(rows);
	}
}

/* ---- Partners of a row -------------------------------------------------- */

/*
 * Where ids come from two systems, nothing may match at all; the figures
 * would be silently zero.
 */
typedef struct MatchCheck
{
	uint64		rows;
	uint64		matched;
	int			nsamples;
	char	   *samples[3];
} MatchCheck;

static void
sample_partner(MatchCheck *check, MemoryContext context, const EqpKey *key)
{
	MemoryContext old;
	char	   *text;

	if (check->nsamples == lengthof(check->samples))
		return;
	old = MemoryContextSwitchTo(context);
	text = eqp_key_cstring(key);
	MemoryContextSwitchTo(old);
	for (int i = 0; i < check->nsamples; i++)
		if (strcmp(check->samples[i], text) == 0)
			return;
	check->samples[check->nsamples++] = text;
}

static void
warn_of_no_match(const EqpProgramme *programme, const MatchCheck *check,
				 const char *parameter)
{
	StringInfoData partners;
	StringInfoData schools;

	if (check->rows == 0 || check->matched > 0 || programme->nlisted == 0)
		return;

	initStringInfo(&partners);
	initStringInfo(&schools);
	for (int i = 0; i < check->nsamples; i++)
		appendStringInfo(&partners, "%s\"%s\"", i > 0 ? ", " : "", check->samples[i]);
	for (uint32 i = 0; i < Min(programme->nlisted, 3); i++)
	{
		EqpKey		key = eqp_keymap_key(programme->ids, i);

		appendStringInfo(&schools, "%s\"%s\"", i > 0 ? ", " : "", eqp_key_cstring(&key));
	}
	ereport(WARNING,
			(errmsg("no partner in parameter \"%s\" of %s is among the ids of \"schools\"",
					parameter, programme->function),
			 errdetail("Partners are, for example, %s; school ids %s.",
					   partners.data, schools.data),
			 errhint("Ids agree if their text forms do. Codes that lost their leading zeros are the usual cause.")));
}

/*
 * The numbers of a row's partners, smaller first.  False where neither is
 * listed.  With add an external partner gets a number, else a row with an
 * unknown one is false too.
 */
static bool
partner_numbers(EqpProgramme *programme, MatchCheck *check,
				const EqpKey *key_a, const EqpKey *key_b, bool add,
				uint32 *a, uint32 *b)
{
	bool		known_a = eqp_keymap_find(programme->ids, key_a, a);
	bool		known_b = eqp_keymap_find(programme->ids, key_b, b);
	bool		listed = (known_a && *a < programme->nlisted) ||
		(known_b && *b < programme->nlisted);

	check->rows++;
	if (!listed)
	{
		if (check->matched == 0)
		{
			sample_partner(check, programme->context, key_a);
			sample_partner(check, programme->context, key_b);
		}
		return false;
	}
	check->matched++;

	if (!add && !(known_a && known_b))
		return false;
	if (!known_a)
		*a = eqp_keymap_intern(programme->ids, key_a);
	if (!known_b)
		*b = eqp_keymap_intern(programme->ids, key_b);
	if (*a > *b)
	{
		uint32		swap = *a;

		*a = *b;
		*b = swap;
	}
	return true;
}

static void
refuse_self(const EqpSource *source, const EqpKey *key_a, const EqpKey *key_b)
{
	if (eqp_key_compare(key_a, key_b) == 0)
		ereport(ERROR,
				(errcode(ERRCODE_CHECK_VIOLATION),
				 errmsg("id \"%s\" is paired with itself in parameter \"%s\" of %s",
						eqp_key_cstring(key_a), source->parameter, source->function)));
}

/* ---- Pairings ----------------------------------------------------------- */

enum
{
	PAIRING_A, PAIRING_B, PAIRING_VALID, PAIRING_VALID_FROM, PAIRING_VALID_TO,
	N_PAIRING_COLUMNS
};

typedef struct PairingReader
{
	EqpProgramme *programme;
	EqpColumn  *columns;
	EqpPeriodColumns period;
	bool		history;
	MatchCheck	check;
	Edge	   *edges;
	uint64		nedges;
	uint64		capacity;
} PairingReader;

static void
read_pairing(EqpSource *source, void *arg)
{
	PairingReader *reader = arg;
	EqpProgramme *programme = reader->programme;
	EqpKey		key_a = required_key(source, &reader->columns[PAIRING_A]);
	EqpKey		key_b = required_key(source, &reader->columns[PAIRING_B]);
	uint32		a;
	uint32		b;
	DateADT		from;
	DateADT		to;
	bool		any;

	refuse_self(source, &key_a, &key_b);

	any = eqp_period_read(source, &reader->period, &key_a, &key_b, &from, &to);
	if (!reader->history && any)
	{
		any = from <= programme->as_of && programme->as_of < to;
		from = programme->as_of;
		to = programme->as_of + 1;
	}
	/* what does not count is looked up only until some partner is known */
	if (!any && reader->check.matched > 0)
		return;
	if (!partner_numbers(programme, &reader->check, &key_a, &key_b, any, &a, &b) || !any)
		return;
	append_edge(programme->context, &reader->edges, &reader->nedges,
				&reader->capacity, a, b, from, to);
}

/* Sorted edges become pairs, each with the union of its periods. */
static void
merge_edges(EqpProgramme *programme, Edge *edges, uint64 nedges)
{
	uint64		npairs = 0;
	uint64		nperiods = 0;
	EqpPair    *pair = NULL;

	if (nedges > PG_UINT32_MAX)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("too many pairings in one report")));

	sort_edges(edges, nedges);
	for (uint64 i = 0; i < nedges; i++)
		if (i == 0 || edges[i].a != edges[i - 1].a || edges[i].b != edges[i - 1].b)
			npairs++;
	programme->pairs = MemoryContextAllocHuge(programme->context,
											  Max(npairs, 1) * sizeof(EqpPair));
	programme->periods = MemoryContextAllocHuge(programme->context,
												Max(nedges, 1) * sizeof(EqpPeriod));

	for (uint64 i = 0; i < nedges; i++)
	{
		EqpPeriod  *period;

		if (pair == NULL || pair->a != edges[i].a || pair->b != edges[i].b)
		{
			pair = &programme->pairs[programme->npairs++];
			memset(pair, 0, sizeof(*pair));
			pair->a = edges[i].a;
			pair->b = edges[i].b;
			pair->first_period = nperiods;
			pair->current = -1;
			pair->last_session = DATEVAL_NOBEGIN;
		}

		period = pair->nperiods > 0 ? &programme->periods[nperiods - 1] : NULL;
		if (period && edges[i].from <= period->to)
			period->to = Max(period->to, edges[i].to);
		else
		{
			period = &programme->periods[nperiods++];
			period->from = edges[i].from;
			period->to = edges[i].to;
			pair->nperiods++;
		}
		if (period->from <= programme->as_of && programme->as_of < period->to)
			pair->current = period - programme->periods;
	}
}

void
eqp_programme_read_pairings(EqpProgramme *programme, const char *text, bool history)
{
	EqpColumn	columns[N_PAIRING_COLUMNS] = {
		{"partner_a", EQP_COLUMN_KEY, true},
		{"partner_b", EQP_COLUMN_KEY, true},
		{"valid", EQP_COLUMN_DATERANGE, false},
		{"valid_from", EQP_COLUMN_DATE, false},
		{"valid_to", EQP_COLUMN_DATE, false},
	};
	PairingReader reader = {
		.programme = programme,
		.columns = columns,
		.period = {&columns[PAIRING_VALID], &columns[PAIRING_VALID_FROM], &columns[PAIRING_VALID_TO]},
		.history = history,
	};
	EqpSource  *source = eqp_source_open(programme->function, "pairings", text,
										 columns, N_PAIRING_COLUMNS, NULL, 0);

	eqp_period_check(source, &reader.period);
	eqp_source_run(source, read_pairing, &reader);
	eqp_source_close(source);

	warn_of_no_match(programme, &reader.check, "pairings");
	merge_edges(programme, reader.edges, reader.nedges);
	if (reader.edges)
		pfree(reader.edges);
}

/* ---- Sessions ----------------------------------------------------------- */

/* From the two numbers of a pair to its place in pairs. */
typedef struct PairEntry
{
	uint64		key;
	uint32		pair;
	char		status;
} PairEntry;

#define SH_PREFIX pairs
#define SH_ELEMENT_TYPE PairEntry
#define SH_KEY_TYPE uint64
#define SH_KEY key
#define SH_HASH_KEY(tb, key) eqp_hash_int64((int64) (key))
#define SH_EQUAL(tb, a, b) ((a) == (b))
#define SH_SCOPE static inline
#define SH_DECLARE
#define SH_DEFINE
#include "lib/simplehash.h"

enum
{
	SESSION_A, SESSION_B, SESSION_HELD_ON, N_SESSION_COLUMNS
};

typedef struct SessionReader
{
	EqpProgramme *programme;
	EqpColumn  *columns;
	DateADT		since;
	DateADT		until;
	MatchCheck	check;
	pairs_hash *index;
} SessionReader;

static inline uint64
pair_key(uint32 a, uint32 b)
{
	return ((uint64) a << 32) | b;
}

/* Was the pairing valid that day?  Periods are ascending and disjoint. */
static bool
valid_on(const EqpProgramme *programme, const EqpPair *pair, DateADT day)
{
	const EqpPeriod *periods = &programme->periods[pair->first_period];
	uint32		low = 0;
	uint32		high = pair->nperiods;

	while (low < high)
	{
		uint32		middle = low + (high - low) / 2;

		if (periods[middle].to <= day)
			low = middle + 1;
		else
			high = middle;
	}
	return low < pair->nperiods && periods[low].from <= day;
}

static void
read_session(EqpSource *source, void *arg)
{
	SessionReader *reader = arg;
	EqpProgramme *programme = reader->programme;
	EqpKey		key_a = required_key(source, &reader->columns[SESSION_A]);
	EqpKey		key_b = required_key(source, &reader->columns[SESSION_B]);
	DateADT		held_on;
	PairEntry  *entry;
	EqpPair    *pair;
	uint32		a;
	uint32		b;

	if (!partner_numbers(programme, &reader->check, &key_a, &key_b, false, &a, &b) ||
		eqp_column_isnull(source, &reader->columns[SESSION_HELD_ON]))
		return;
	held_on = eqp_column_date(source, &reader->columns[SESSION_HELD_ON]);
	if (held_on < reader->since || held_on > reader->until)
		return;

	entry = pairs_lookup(reader->index, pair_key(a, b));
	if (entry == NULL)
		return;
	pair = &programme->pairs[entry->pair];
	if (!valid_on(programme, pair, held_on))
		return;
	pair->sessions++;
	pair->last_session = Max(pair->last_session, held_on);
}

void
eqp_programme_read_sessions(EqpProgramme *programme, const char *text,
							DateADT since, DateADT until)
{
	EqpColumn	columns[N_SESSION_COLUMNS] = {
		{"partner_a", EQP_COLUMN_KEY, true},
		{"partner_b", EQP_COLUMN_KEY, true},
		{"held_on", EQP_COLUMN_DATE, true},
	};
	SessionReader reader = {programme, columns, since, until};
	EqpSource  *source = eqp_source_open(programme->function, "sessions", text,
										 columns, N_SESSION_COLUMNS, NULL, 0);
	uint32		ncurrent = 0;

	for (uint32 i = 0; i < programme->npairs; i++)
		if (programme->pairs[i].current >= 0)
			ncurrent++;
	reader.index = pairs_create(programme->context, Max(ncurrent, 16), NULL);
	for (uint32 i = 0; i < programme->npairs; i++)
	{
		EqpPair    *pair = &programme->pairs[i];
		bool		found;

		if (pair->current >= 0)
			pairs_insert(reader.index, pair_key(pair->a, pair->b), &found)->pair = i;
	}

	eqp_source_run(source, read_session, &reader);
	eqp_source_close(source);
	pairs_destroy(reader.index);
	warn_of_no_match(programme, &reader.check, "sessions");
}

/* ---- Other sources of partners ------------------------------------------ */

typedef struct PartnersReader
{
	EqpProgramme *programme;
	EqpColumn  *columns;
	EqpPartnersFunction row;
	void	   *arg;
	MatchCheck	check;
	uint32		last[2];		/* the numbers in the row before */
} PartnersReader;

/* Rows that name the same partner come together often: the one before is tried first. */
static uint32
listed_number(PartnersReader *reader, int partner, const EqpKey *key)
{
	const EqpKeyMap *ids = reader->programme->ids;
	uint32		number = reader->last[partner];

	if (number != EQP_UNLISTED)
	{
		EqpKey		before = eqp_keymap_key(ids, number);

		if (eqp_key_compare(key, &before) == 0)
			return number;
	}
	if (!eqp_keymap_find(ids, key, &number) || number >= reader->programme->nlisted)
		number = EQP_UNLISTED;
	return reader->last[partner] = number;
}

static void
read_partners(EqpSource *source, void *arg)
{
	PartnersReader *reader = arg;
	EqpProgramme *programme = reader->programme;
	EqpKey		key_a = required_key(source, &reader->columns[0]);
	EqpKey		key_b = required_key(source, &reader->columns[1]);
	uint32		a = listed_number(reader, 0, &key_a);
	uint32		b = listed_number(reader, 1, &key_b);

	refuse_self(source, &key_a, &key_b);

	reader->check.rows++;
	if (a != EQP_UNLISTED || b != EQP_UNLISTED)
		reader->check.matched++;
	else if (reader->check.matched == 0)
	{
		sample_partner(&reader->check, programme->context, &key_a);
		sample_partner(&reader->check, programme->context, &key_b);
	}
	reader->row(source, a, b, reader->arg);
}

void
eqp_programme_read_partners(EqpProgramme *programme, const char *parameter,
							const char *text, EqpColumn *columns, int ncolumns,
							EqpPartnersFunction row, void *arg)
{
	PartnersReader reader = {
		.programme = programme,
		.columns = columns,
		.row = row,
		.arg = arg,
		.last = {EQP_UNLISTED, EQP_UNLISTED},
	};
	EqpSource  *source = eqp_source_open(programme->function, parameter, text,
										 columns, ncolumns, NULL, 0);

	eqp_source_run(source, read_partners, &reader);
	eqp_source_close(source);
	warn_of_no_match(programme, &reader.check, parameter);
}

/* ---- For the reports ---------------------------------------------------- */

static int
compare_numbers(const void *a, const void *b, void *arg)
{
	const EqpKeyMap *ids = arg;
	EqpKey		x = eqp_keymap_key(ids, *(const uint32 *) a);
	EqpKey		y = eqp_keymap_key(ids, *(const uint32 *) b);

	CHECK_FOR_INTERRUPTS();
	return eqp_key_compare(&x, &y);
}

uint32 *
eqp_rank_ids(const EqpProgramme *programme)
{
	const EqpKeyMap *ids = programme->ids;
	uint32		n = eqp_keymap_count(ids);
	uint32	   *order = MemoryContextAllocHuge(CurrentMemoryContext, Max(n, 1) * sizeof(uint32));
	uint32	   *rank = MemoryContextAllocHuge(CurrentMemoryContext, Max(n, 1) * sizeof(uint32));

	for (uint32 i = 0; i < n; i++)
		order[i] = i;
	qsort_arg(order, n, sizeof(uint32), compare_numbers, (void *) ids);
	for (uint32 i = 0; i < n; i++)
		rank[order[i]] = i;
	pfree(order);
	return rank;
}

void
eqp_put_zone(Datum *value, bool *isnull, const EqpProgramme *programme, uint32 id)
{
	uint32		zone = eqp_zone_of(programme, id);

	*isnull = zone == EQP_UNKNOWN_ZONE;
	if (!*isnull)
		*value = eqp_keymap_datum(programme->zones, zone - 1);
}

/* The same day a year before; the last of February where it has no such day. */
static DateADT
year_before(DateADT date)
{
	int			year;
	int			month;
	int			day;

	j2date(date + POSTGRES_EPOCH_JDATE, &year, &month, &day);
	year--;
	day = Min(day, day_tab[isleap(year)][month - 1]);
	return date2j(year, month, day) - POSTGRES_EPOCH_JDATE;
}

DateADT
eqp_argument_active_since(FunctionCallInfo fcinfo, int argno, DateADT as_of)
{
	DateADT		since = PG_ARGISNULL(argno) ? year_before(as_of) : PG_GETARG_DATEADT(argno);

	if (since > as_of)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("parameter \"active_since\" must not be after \"as_of\"")));
	return since;
}
