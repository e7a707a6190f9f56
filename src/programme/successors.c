/*
 * successors.c
 *		What an id means on a day; see successors.h.
 *
 * The ids make trees, with the last of a chain as the root.  Each keeps a
 * second pointer, farther up, with the latest day on the way to it.  So the
 * chain is walked in a number of steps that grows with the logarithm of its
 * length (Myers, "An applicative random-access stack", 1983).
 */
#include "programme/successors.h"

#include "alloc.h"
#include "lib/stringinfo.h"
#include "miscadmin.h"

#define NO_LINK PG_UINT32_MAX
#define CYCLE_IDS_SHOWN 10

enum
{
	COL_OLD, COL_NEW, COL_SINCE, N_COLUMNS
};

typedef struct Link
{
	uint32		next;			/* NO_LINK at the end of a chain */
	DateADT		since;
	uint32		far;			/* farther along the chain; itself at the end */
	DateADT		far_since;		/* the latest day on the way there */
	uint32		depth;			/* steps to the end, and 1; 0: not known yet */
	bool		listed;			/* in schools, or one farther along the chain is */
} Link;

struct EqpSuccessors
{
	const char *function;
	MemoryContext context;
	EqpKeyMap  *ids;
	EqpFold    *fold;			/* the equality of the ids, where it is not that of bytes */
	Link	   *links;			/* by number of ids, then of the programme */
	uint32		nlinks;
	uint32		capacity;
	uint32	   *order;			/* of ids: each behind its successor */
	uint32		nlisted;
};

/* ---- Reading ------------------------------------------------------------ */

/* The link of an id, which may be a new one. */
static uint32
add_id(EqpSuccessors *successors, const EqpKey *key)
{
	uint32		known = successors->nlinks;
	uint32		id = eqp_keymap_intern(successors->ids, key);

	if (id == known)
	{
		EQP_RESERVE(successors->context, successors->links, successors->capacity, id);
		successors->links[id] = (Link) {.next = NO_LINK};
		successors->nlinks++;
	}
	return id;
}

/* A row: from a day on, one id means another. */
static void
read_link(EqpSource *source, void *arg)
{
	EqpSuccessors *successors = arg;
	EqpColumn  *columns = source->columns;
	EqpKey		old_id = eqp_required_key(source, &columns[COL_OLD]);
	EqpKey		new_id = eqp_required_key(source, &columns[COL_NEW]);
	uint32		from = add_id(successors, &old_id);
	uint32		to = add_id(successors, &new_id);
	Link	   *link = &successors->links[from];

	if (link->next != NO_LINK)
		ereport(ERROR,
				(errcode(ERRCODE_UNIQUE_VIOLATION),
				 errmsg("old_id \"%s\" occurs twice in parameter \"successors\" of %s",
						eqp_key_cstring(&old_id), source->function),
				 errdetail("An id has one successor, from one day on. A chain has a row for each of its steps.")));
	link->next = to;
	link->since = eqp_column_isnull(source, &columns[COL_SINCE])
		? DATEVAL_NOBEGIN : eqp_column_date(source, &columns[COL_SINCE]);
}

/* 22000, with the ids of the cycle that one of them is in, from the smallest on. */
static void
refuse_cycle(const EqpSuccessors *successors, uint32 start)
{
	const Link *links = successors->links;
	uint32		first = start;
	EqpKey		first_key = eqp_keymap_key(successors->ids, first);
	StringInfoData names;
	uint32		n = 0;

	for (uint32 id = links[start].next; id != start; id = links[id].next)
	{
		EqpKey		key = eqp_keymap_key(successors->ids, id);

		CHECK_FOR_INTERRUPTS();
		if (eqp_key_compare(&key, &first_key) < 0)
		{
			first = id;
			first_key = key;
		}
	}
	initStringInfo(&names);
	for (uint32 id = first; n == 0 || id != first; id = links[id].next)
	{
		EqpKey		key = eqp_keymap_key(successors->ids, id);

		CHECK_FOR_INTERRUPTS();
		if (n++ < CYCLE_IDS_SHOWN)
			appendStringInfo(&names, "\"%s\", ", eqp_key_cstring(&key));
	}
	if (n > CYCLE_IDS_SHOWN)
		appendStringInfo(&names, "%u more, ", n - CYCLE_IDS_SHOWN);
	ereport(ERROR,
			(errcode(ERRCODE_DATA_EXCEPTION),
			 errmsg("an id is its own successor in parameter \"successors\" of %s", successors->function),
			 errdetail("The chain is %s\"%s\".", names.data, eqp_key_cstring(&first_key))));
}

/* The far pointer of an id, when those of its successor are known. */
static void
point_far(Link *links, uint32 id)
{
	Link	   *link = &links[id];
	const Link *next;
	const Link *far;

	if (link->next == NO_LINK)
	{
		link->depth = 1;
		link->far = id;
		return;
	}
	next = &links[link->next];
	far = &links[next->far];
	link->depth = next->depth + 1;
	link->far = link->next;
	link->far_since = link->since;
	if (next->next != NO_LINK && next->depth - far->depth == far->depth - links[far->far].depth)
	{
		link->far = far->far;
		link->far_since = Max(link->since, Max(next->far_since, far->far_since));
	}
}

/* All of them, from the ends of the chains on. */
static void
order_links(EqpSuccessors *successors)
{
	Link	   *links = successors->links;
	uint32	   *chain = eqp_alloc(CurrentMemoryContext, successors->nlinks, sizeof(uint32));
	uint32	   *walk = eqp_alloc0(CurrentMemoryContext, successors->nlinks, sizeof(uint32));
	uint32		nordered = 0;

	successors->order = eqp_alloc(successors->context, successors->nlinks, sizeof(uint32));
	for (uint32 start = 0; start < successors->nlinks; start++)
	{
		uint32		n = 0;

		for (uint32 id = start; id != NO_LINK && links[id].depth == 0; id = links[id].next)
		{
			CHECK_FOR_INTERRUPTS();
			if (walk[id] == start + 1)
				refuse_cycle(successors, id);
			walk[id] = start + 1;
			chain[n++] = id;
		}
		while (n > 0)
		{
			point_far(links, chain[--n]);
			successors->order[nordered++] = chain[n];
		}
	}
	pfree(chain);
	pfree(walk);
}

EqpSuccessors *
eqp_successors_read(const char *function, const EqpSourceText *text, const EqpColumn *ids)
{
	EqpColumn	columns[N_COLUMNS] = {
		{"old_id", EQP_COLUMN_KEY, true},
		{"new_id", EQP_COLUMN_KEY, true},
		{"since", EQP_COLUMN_DATE, false},
	};
	EqpSuccessors *successors = palloc0(sizeof(EqpSuccessors));
	EqpSource  *source = eqp_source_open(function, text, columns, N_COLUMNS, NULL, 0);

	successors->function = function;
	successors->context = CurrentMemoryContext;
	successors->ids = eqp_keymap_create();

	/* one of its own: what schools says is spelt as it says it */
	if (ids->fold != NULL)
		successors->fold = eqp_fold_create(ids->basetype, ids->collation);
	eqp_column_follow(&columns[COL_OLD], successors->fold);
	eqp_column_follow(&columns[COL_NEW], successors->fold);
	eqp_source_run(source, read_link, successors);
	eqp_source_close(source);
	if (successors->nlinks == 0)
		return NULL;
	order_links(successors);
	return successors;
}

/* An id as a fold spells it. */
static EqpKey
spelt(EqpFold *fold, const EqpKey *key)
{
	return fold == NULL ? *key : eqp_key_from_text(eqp_fold(fold, eqp_key_text(key)));
}

DateADT
eqp_successors_end(EqpSuccessors *successors, const EqpKey *id)
{
	EqpKey		key = spelt(successors->fold, id);
	uint32		number;

	if (!eqp_keymap_find(successors->ids, &key, &number) || successors->links[number].next == NO_LINK)
		return DATEVAL_NOEND;
	return successors->links[number].since;
}

/* ---- Numbers ------------------------------------------------------------ */

/* Warns of units in schools whose successor is not. */
static void
warn_of_no_row(const EqpSuccessors *successors, const EqpKeyMap *ids)
{
	uint32		n = 0;
	EqpKey		old_id;
	EqpKey		new_id;

	for (uint32 id = 0; id < Min(successors->nlinks, successors->nlisted); id++)
	{
		uint32		successor;

		CHECK_FOR_INTERRUPTS();
		if (!eqp_has_successor(successors, id) || DATE_IS_NOEND(successors->links[id].since))
			continue;
		successor = eqp_successor_on(successors, id, successors->links[id].since).id;
		if (successor < successors->nlisted || n++ > 0)
			continue;
		old_id = eqp_keymap_key(ids, id);
		new_id = eqp_keymap_key(ids, successor);
	}
	if (n == 0)
		return;
	ereport(WARNING,
			(errmsg("\"%s\", the successor of \"%s\", is in no row of parameter \"schools\" of %s",
					eqp_key_cstring(&new_id), eqp_key_cstring(&old_id), successors->function),
			 n > 1 ? errdetail("In all, %u ids of \"schools\" have such successors.", n) : 0,
			 errhint("Give the successor a row, from the day on which it takes over. Without one it counts as external.")));
}

void
eqp_successors_number(EqpSuccessors *successors, EqpKeyMap *ids, EqpFold *fold, uint32 nlisted)
{
	Link	   *before = successors->links;
	uint32		n = successors->nlinks;
	uint32	   *number = eqp_alloc(successors->context, n, sizeof(uint32));

	for (uint32 i = 0; i < n; i++)
	{
		EqpKey		key = eqp_keymap_key(successors->ids, i);

		key = spelt(fold, &key);
		number[i] = eqp_keymap_intern(ids, &key);
	}
	successors->nlisted = nlisted;
	successors->nlinks = eqp_keymap_count(ids);
	successors->links = eqp_alloc(successors->context, successors->nlinks, sizeof(Link));
	for (uint32 i = 0; i < successors->nlinks; i++)
		successors->links[i] = (Link) {.next = NO_LINK,.far = i,.listed = i < nlisted};
	for (uint32 i = 0; i < n; i++)
	{
		uint32		id = successors->order[i];
		Link	   *link = &successors->links[number[id]];

		*link = before[id];
		link->listed = number[id] < nlisted;
		link->far = number[link->far];
		if (link->next == NO_LINK)
			continue;
		link->next = number[link->next];
		link->listed |= successors->links[link->next].listed;
	}
	pfree(before);
	pfree(successors->order);
	pfree(number);
	warn_of_no_row(successors, ids);
}

bool
eqp_has_successor(const EqpSuccessors *successors, uint32 id)
{
	return id < successors->nlinks && successors->links[id].next != NO_LINK;
}

EqpMeaning
eqp_successor_on(const EqpSuccessors *successors, uint32 id, DateADT day)
{
	EqpMeaning	meaning = {id, DATEVAL_NOBEGIN, DATEVAL_NOEND};

	while (eqp_has_successor(successors, meaning.id))
	{
		const Link *link = &successors->links[meaning.id];
		bool		far = link->far_since <= day;

		if (link->since > day)
		{
			meaning.until = link->since;
			break;
		}
		meaning.from = Max(meaning.from, far ? link->far_since : link->since);
		meaning.id = far ? link->far : link->next;
	}
	return meaning;
}

bool
eqp_successor_listed(const EqpSuccessors *successors, uint32 id)
{
	return id < successors->nlinks && successors->links[id].listed;
}
