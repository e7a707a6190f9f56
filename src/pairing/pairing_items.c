/*
 * pairing_items.c
 *		The pairings behind the figures of pairing_coverage, those that are
 *		over or still to come too: pairing_items().
 */
#include "programme/pair_map.h"
#include "programme/read_partners.h"

#include "report/arguments.h"
#include "utils/builtins.h"
#include "utils/datum.h"
#include "utils/jsonb.h"

PG_FUNCTION_INFO_V1(eqp_pairing_items);

enum
{
	ARG_SCHOOLS, ARG_PAIRINGS, ARG_AS_OF, ARG_SESSIONS, ARG_ACTIVE_SINCE, ARG_SUCCESSORS, ARG_PARAMS
};

enum
{
	COL_PARTNER_A, COL_PARTNER_B, COL_ZONE_A, COL_ZONE_B, COL_EXTERNAL, COL_SINCE, COL_UNTIL,
	COL_STATUS, COL_SESSIONS_HELD, COL_LAST_SESSION, COL_DAYS_SINCE_LAST, COL_NEXT_PLANNED,
	COL_DETAILS,
	N_COLUMNS
};

/* A row of the pairings, with the numbers of its partners. */
typedef struct Row
{
	uint32		a;
	uint32		b;
	DateADT		from;
	DateADT		to;
	DateADT		began;			/* before from, where the row named others then */
	Datum		details;
} Row;

/* By pair, and of a pair by the first day. */
static inline int
compare_rows(const Row *x, const Row *y)
{
	if (x->a != y->a)
		return x->a < y->a ? -1 : 1;
	if (x->b != y->b)
		return x->b < y->b ? -1 : 1;
	return (x->from > y->from) - (x->from < y->from);
}

#define ST_SORT sort_rows
#define ST_ELEMENT_TYPE Row
#define ST_COMPARE(x, y) compare_rows(x, y)
#define ST_SCOPE static
#define ST_CHECK_FOR_INTERRUPTS
#define ST_DEFINE
#include "lib/sort_template.h"

/* All rows of two units. */
typedef struct PairingItem
{
	uint32		a;				/* the one that comes first by its id; not external */
	uint32		b;
	uint32		rank_a;			/* in the order of ids */
	uint32		rank_b;
	uint32		first_period;
	uint32		nperiods;
	EqpPeriod	shown;			/* the one of the day, else the next, else the last */
	Datum		details;
	int64		sessions;
	DateADT		last_session;	/* where there are any */
	DateADT		next_planned;	/* DATEVAL_NOEND where there is none */
} PairingItem;

#define ST_SORT sort_items
#define ST_ELEMENT_TYPE PairingItem
#define ST_COMPARE(x, y) \
	((x)->rank_a != (y)->rank_a \
	 ? ((x)->rank_a < (y)->rank_a ? -1 : 1) \
	 : (((x)->rank_b > (y)->rank_b) - ((x)->rank_b < (y)->rank_b)))
#define ST_SCOPE static
#define ST_CHECK_FOR_INTERRUPTS
#define ST_DEFINE
#include "lib/sort_template.h"

/* The place of an item, by the numbers of its units. */
typedef struct Link
{
	uint32		a;				/* a < b */
	uint32		b;
	uint32		item;
} Link;

#define ST_SORT sort_links
#define ST_ELEMENT_TYPE Link
#define ST_COMPARE(x, y) \
	((x)->a != (y)->a \
	 ? ((x)->a < (y)->a ? -1 : 1) \
	 : (((x)->b > (y)->b) - ((x)->b < (y)->b)))
#define ST_SCOPE static
#define ST_CHECK_FOR_INTERRUPTS
#define ST_DEFINE
#include "lib/sort_template.h"

typedef struct ItemMaker
{
	MemoryContext context;
	EqpSnapshot *snapshot;
	Row		   *rows;
	uint32		nrows;
	uint32		row_capacity;
	EqpPeriod  *periods;
	PairingItem	   *items;
	uint32		nitems;
	eqp_pairs_hash *index;		/* of items */
	Link	   *links;			/* in the order of a and b; where sessions have participants */
	bool		has_sessions;
	DateADT		active_since;
} ItemMaker;

/* Lays a row of the pairings aside. */
static void
keep_row(void *arg, uint32 a, uint32 b, const EqpPartnerRow *pairing)
{
	ItemMaker  *maker = arg;

	if (maker->nrows == PG_INT32_MAX)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("too many pairings in one report")));
	EQP_RESERVE(maker->context, maker->rows, maker->row_capacity, maker->nrows);
	maker->rows[maker->nrows++] = (Row) {a, b, pairing->from, pairing->to, pairing->began, pairing->details};
}

static inline bool
has_day(DateADT from, DateADT to, DateADT day)
{
	return from <= day && day < to;
}

/* The period to show: that of the day, else the first to come, else the last. */
static EqpPeriod
period_to_show(const EqpPeriod *periods, uint32 n, DateADT as_of)
{
	for (uint32 i = 0; i < n; i++)
		if (as_of < periods[i].to)
			return periods[i];
	return periods[n - 1];
}

/* Is the row x a better source of the details than y?  The one that began last is, whatever the order they come in. */
static bool
tells_more(const Row *x, const Row *y)
{
	if (x->began != y->began)
		return x->began > y->began;
	if (x->from != y->from)
		return x->from > y->from;
	if (x->to != y->to)
		return x->to > y->to;
	return compareJsonbContainers(&DatumGetJsonbP(x->details)->root,
								  &DatumGetJsonbP(y->details)->root) > 0;
}

/* The rows of two units, sorted, become an item. */
static void
make_item(ItemMaker *maker, const Row *rows, uint32 n, uint32 *nperiods, const uint32 *rank)
{
	PairingItem	   *item = &maker->items[maker->nitems++];
	DateADT		as_of = maker->snapshot->as_of;
	EqpPeriod  *period = NULL;
	const Row  *told = NULL;
	bool		external = eqp_is_external(&maker->snapshot->programme, rows->b);
	bool		swapped = !external && rank[rows->b] < rank[rows->a];

	item->a = swapped ? rows->b : rows->a;
	item->b = swapped ? rows->a : rows->b;
	item->rank_a = rank[item->a];
	item->rank_b = rank[item->b];
	item->sessions = 0;
	item->next_planned = DATEVAL_NOEND;
	item->first_period = *nperiods;
	for (uint32 i = 0; i < n; i++)
	{
		if (period != NULL && rows[i].from <= period->to)
			period->to = Max(period->to, rows[i].to);
		else
		{
			period = &maker->periods[(*nperiods)++];
			*period = (EqpPeriod) {rows[i].from, rows[i].to};
		}
	}
	item->nperiods = *nperiods - item->first_period;
	item->shown = period_to_show(&maker->periods[item->first_period], item->nperiods, as_of);

	/* of a period of the day, a row that is valid on it */
	for (uint32 i = 0; i < n; i++)
		if (rows[i].from >= item->shown.from && rows[i].to <= item->shown.to &&
			(!has_day(item->shown.from, item->shown.to, as_of) || has_day(rows[i].from, rows[i].to, as_of)) &&
			(told == NULL || tells_more(&rows[i], told)))
			told = &rows[i];
	item->details = told->details;
}

/* Items of all rows, in the order of the ids. */
static void
make_items(ItemMaker *maker)
{
	uint32	   *order;
	uint32	   *rank = eqp_keymap_rank(maker->snapshot->programme.ids, &order);
	uint32		nperiods = 0;
	uint32		end;

	sort_rows(maker->rows, maker->nrows);
	maker->periods = eqp_alloc(maker->context, maker->nrows, sizeof(EqpPeriod));
	maker->items = eqp_alloc(maker->context, maker->nrows, sizeof(PairingItem));
	for (uint32 i = 0; i < maker->nrows; i = end)
	{
		CHECK_FOR_INTERRUPTS();
		for (end = i + 1; end < maker->nrows; end++)
			if (maker->rows[end].a != maker->rows[i].a || maker->rows[end].b != maker->rows[i].b)
				break;
		make_item(maker, &maker->rows[i], end - i, &nperiods, rank);
	}
	sort_items(maker->items, maker->nitems);
}

/* Do the two have that day as partners? */
static bool
paired_on(const ItemMaker *maker, const PairingItem *item, DateADT day)
{
	const EqpPeriod *periods = &maker->periods[item->first_period];

	return eqp_next_day(&periods->from, &periods->to, sizeof(EqpPeriod), item->nperiods, day) == day;
}

/* A session that was held, or is planned, into an item if the two are paired then. */
static void
count_for_item(const ItemMaker *maker, PairingItem *item, const EqpPartnerRow *session)
{
	if (session->held && paired_on(maker, item, session->held_on) &&
		(item->sessions++ == 0 || session->held_on > item->last_session))
		item->last_session = session->held_on;
	if (session->planned_on < item->next_planned && paired_on(maker, item, session->planned_on))
		item->next_planned = session->planned_on;
}

/* A session of two units counts for their pairing. */
static void
count_session(void *arg, uint32 a, uint32 b, const EqpPartnerRow *session)
{
	ItemMaker  *maker = arg;
	EqpPairEntry *entry = eqp_pairs_lookup(maker->index, eqp_pair_key(a, b));

	if (entry != NULL)
		count_for_item(maker, &maker->items[entry->number], session);
}

/* A session in which both units of a link take part. */
static bool
count_linked(void *arg, uint32 number, const EqpPartnerRow *session)
{
	ItemMaker  *maker = arg;

	count_for_item(maker, &maker->items[maker->links[number].item], session);
	return false;
}

/* The items by the numbers of their units. */
static EqpByNumber
link_items(void *arg)
{
	ItemMaker  *maker = arg;

	maker->links = eqp_alloc(maker->context, maker->nitems, sizeof(Link));
	for (uint32 i = 0; i < maker->nitems; i++)
	{
		const PairingItem *item = &maker->items[i];

		maker->links[i] = (Link) {Min(item->a, item->b), Max(item->a, item->b), i};
	}
	sort_links(maker->links, maker->nitems);
	return EQP_BY_NUMBER(maker->links, maker->nitems);
}

/* Counts the sessions up to the day into the items, and finds the next one planned. */
static void
read_sessions(ItemMaker *maker, const EqpSourceText *sessions)
{
	EqpPartnerReader reader = {
		.programme = &maker->snapshot->programme,
		.scope = EQP_PARTNERS_KNOWN,
		.since = DATEVAL_NOBEGIN,
		.until = maker->snapshot->as_of,
		.coming = true,
		.pair = count_session,
		.links = link_items,
		.linked = count_linked,
		.arg = maker,
	};

	maker->index = eqp_pairs_index(maker->context, EQP_BY_NUMBER(maker->items, maker->nitems));
	eqp_sessions_read(&reader, sessions);
	eqp_pairs_destroy(maker->index);
}

/* What a pairing is on the day. */
static const char *
status_of(const ItemMaker *maker, const PairingItem *item)
{
	const EqpSnapshot *snapshot = maker->snapshot;

	if (item->shown.to <= snapshot->as_of)
		return "ended";
	if (item->shown.from > snapshot->as_of)
		return "future";
	if (!eqp_is_unit(snapshot, item->a) ||
		(!eqp_is_external(&snapshot->programme, item->b) && !eqp_is_unit(snapshot, item->b)))
		return "no_unit";
	if (!maker->has_sessions)
		return "valid";
	return item->sessions > 0 && item->last_session >= maker->active_since ? "active" : "asleep";
}

/* The row of a pairing. */
static void
put_item(EqpWriter *writer, const ItemMaker *maker, const PairingItem *item)
{
	const EqpSnapshot *snapshot = maker->snapshot;

	eqp_set_key(writer, COL_PARTNER_A, snapshot->programme.ids, item->a);
	eqp_set_key(writer, COL_PARTNER_B, snapshot->programme.ids, item->b);
	eqp_set_zone(writer, COL_ZONE_A, snapshot, item->a);
	eqp_set_zone(writer, COL_ZONE_B, snapshot, item->b);
	eqp_set_bool(writer, COL_EXTERNAL, eqp_is_external(&snapshot->programme, item->b));
	if (item->shown.from != DATEVAL_NOBEGIN)
		eqp_set_date(writer, COL_SINCE, item->shown.from);
	if (item->shown.to != DATEVAL_NOEND)
		eqp_set_date(writer, COL_UNTIL, item->shown.to);
	eqp_set_text(writer, COL_STATUS, status_of(maker, item));
	if (maker->has_sessions)
		eqp_set_count(writer, COL_SESSIONS_HELD, item->sessions);
	if (item->sessions > 0)
	{
		eqp_set_date(writer, COL_LAST_SESSION, item->last_session);
		eqp_set_int4(writer, COL_DAYS_SINCE_LAST, snapshot->as_of - item->last_session);
	}
	if (item->next_planned != DATEVAL_NOEND)
		eqp_set_date(writer, COL_NEXT_PLANNED, item->next_planned);
	eqp_set_datum(writer, COL_DETAILS, item->details);
	eqp_writer_put(writer);
}

/* pairing_items(schools, pairings, ...) */
Datum
eqp_pairing_items(PG_FUNCTION_ARGS)
{
	EQP_ARGUMENTS(7);
	const EqpSourceText *schools = eqp_source_argument(fcinfo, ARG_SCHOOLS, "schools", true, ARG_PARAMS);
	const EqpSourceText *pairings = eqp_source_argument(fcinfo, ARG_PAIRINGS, "pairings", true, ARG_PARAMS);
	const EqpSourceText *sessions = eqp_source_argument(fcinfo, ARG_SESSIONS, "sessions", false, ARG_PARAMS);
	const EqpSourceText *successors = eqp_source_argument(fcinfo, ARG_SUCCESSORS, "successors", false, ARG_PARAMS);
	DateADT		as_of = eqp_argument_date(fcinfo, ARG_AS_OF, "as_of");
	ItemMaker	maker = {
		.context = CurrentMemoryContext,
		.has_sessions = sessions != NULL,
		.active_since = eqp_argument_active_since(fcinfo, ARG_ACTIVE_SINCE, as_of),
	};
	EqpPartnerReader reader = {
		.scope = EQP_PARTNERS_LISTED,
		.since = DATEVAL_NOBEGIN,
		.until = DATEVAL_NOEND,
		.day = as_of,
		.whole = true,
		.pair = keep_row,
		.arg = &maker,
	};
	EqpWriter  *writer = eqp_writer_open(fcinfo, N_COLUMNS);

	maker.snapshot = eqp_snapshot_read("pairing_items", schools, successors, NULL, 0, as_of, false);
	reader.programme = &maker.snapshot->programme;
	eqp_pairings_read(&reader, pairings);
	make_items(&maker);
	if (sessions)
		read_sessions(&maker, sessions);
	for (uint32 i = 0; i < maker.nitems; i++)
		put_item(writer, &maker, &maker.items[i]);
	return (Datum) 0;
}
