/*
 * links.c
 *		From rows of pairings to links and ties; see links.h.
 */
#include "programme/links.h"

#include "alloc.h"
#include "miscadmin.h"
#include "programme/read_partners.h"

/* A row, under the number of its first partner. */
typedef struct Row
{
	uint32		a;
	uint32		b;
	DateADT		from;
	DateADT		to;
	uint32		scheme;			/* then its rank */
} Row;

/* Rows of one unit: by partner, then by scheme, then by the first day. */
static inline int
compare_rows(const Row *x, const Row *y)
{
	if (x->b != y->b)
		return x->b < y->b ? -1 : 1;
	if (x->scheme != y->scheme)
		return x->scheme < y->scheme ? -1 : 1;
	return (x->from > y->from) - (x->from < y->from);
}

#define ST_SORT sort_rows
#define ST_ELEMENT_TYPE Row
#define ST_COMPARE(x, y) compare_rows(x, y)
#define ST_SCOPE static
#define ST_CHECK_FOR_INTERRUPTS
#define ST_DEFINE
#include "lib/sort_template.h"

/* Rows of one pair by the first day, whatever their scheme. */
#define ST_SORT sort_by_day
#define ST_ELEMENT_TYPE Row
#define ST_COMPARE(x, y) (((x)->from > (y)->from) - ((x)->from < (y)->from))
#define ST_SCOPE static
#define ST_CHECK_FOR_INTERRUPTS
#define ST_DEFINE
#include "lib/sort_template.h"

/* ---- Reading ------------------------------------------------------------ */

/* Lays a pairing aside under its first partner. */
static void
keep_row(void *arg, uint32 a, uint32 b, const EqpPartnerRow *pairing)
{
	Row		   *row = eqp_buckets_append(arg, a);

	*row = (Row) {a, b, pairing->from, pairing->to, pairing->scheme};
}

EqpLinkRows
eqp_link_rows_read(EqpSnapshot *snapshot, const EqpSourceText *text, char **by, int nby, bool periods)
{
	EqpLinkRows rows = {
		.rows = eqp_buckets_create(snapshot->programme.nlisted, sizeof(Row)),
		.periods = periods,
	};
	EqpPartnerReader reader = {
		.programme = &snapshot->programme,
		.scope = EQP_PARTNERS_LISTED,
		.day = snapshot->as_of,
		.current = true,
		.since = periods ? DATEVAL_NOBEGIN : snapshot->as_of,
		.until = periods ? DATEVAL_NOEND : snapshot->as_of,
		.pair = keep_row,
		.arg = rows.rows,
		.by = by,
		.nby = nby,
	};

	eqp_pairings_read(&reader, text);
	if (eqp_buckets_count(rows.rows) > PG_INT32_MAX)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("too many pairings in one report")));
	rows.schemes = reader.schemes;
	return rows;
}

/* ---- Making ------------------------------------------------------------- */

typedef struct Maker
{
	EqpLinks   *links;
	MemoryContext context;
	bool		periods;
	uint32		tie_capacity;
	uint32		nperiods;
	uint32		period_capacity;
	Row		   *scratch;		/* rows of several schemes by day */
	uint32		scratch_capacity;
} Maker;

/* 54000 where the next number would be one too large. */
static void
check_room(uint32 n)
{
	if (n == PG_UINT32_MAX - 1)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("too many pairings in one report")));
}

/* Adds a tie to the link that is being made. */
static void
add_tie(Maker *maker, EqpTie tie)
{
	EqpLinks   *links = maker->links;

	check_room(links->nties);
	EQP_RESERVE(maker->context, links->ties, maker->tie_capacity, links->nties);
	links->ties[links->nties++] = tie;
	links->links[links->nlinks].nties++;
}

/*
 * The union of the periods of rows that are in the order of their first days.
 * False, and nothing is kept, if none of them has the as_of day.
 */
static bool
make_periods(Maker *maker, const Row *rows, uint64 n, EqpTie *tie)
{
	EqpLinks   *links = maker->links;
	DateADT		as_of = links->snapshot->as_of;
	EqpPeriod  *period = NULL;
	uint32		nperiods = maker->nperiods;
	bool		current = false;

	tie->first_period = nperiods;
	for (uint64 i = 0; i < n; i++)
	{
		if (period && rows[i].from <= period->to)
			period->to = Max(period->to, rows[i].to);
		else
		{
			check_room(nperiods);
			EQP_RESERVE(maker->context, links->periods, maker->period_capacity, nperiods);
			period = &links->periods[nperiods++];
			*period = (EqpPeriod) {rows[i].from, rows[i].to};
		}
		current = current || (period->from <= as_of && as_of < period->to);
	}
	tie->nperiods = nperiods - maker->nperiods;
	if (current)
		maker->nperiods = nperiods;
	return current;
}

/* The rows of one pair and one strand, of schemes in order, of each by their first days. */
static void
make_tie(Maker *maker, uint32 strand, const Row *rows, uint64 n)
{
	EqpTie		tie = {.strand = strand};

	if (maker->periods)
	{
		if (rows[0].scheme != rows[n - 1].scheme)
		{
			EQP_RESERVE(maker->context, maker->scratch, maker->scratch_capacity, n - 1);
			memcpy(maker->scratch, rows, n * sizeof(Row));
			sort_by_day(maker->scratch, n);
			rows = maker->scratch;
		}
		if (!make_periods(maker, rows, n, &tie))
			return;
	}
	add_tie(maker, tie);
}

/* All rows of one pair, by scheme: its ties, and the link if it has any. */
static void
make_link(Maker *maker, const Row *rows, uint64 n)
{
	EqpLinks   *links = maker->links;
	const EqpStrands *strands = links->strands;
	EqpLink    *link = &links->links[links->nlinks];
	bool		one_scheme = rows[0].scheme == rows[n - 1].scheme;

	*link = (EqpLink) {rows[0].a, rows[0].b, links->nties, 0};
	for (int level = 0; level < strands->nlevels; level++)
	{
		/* what is wider holds the same rows, where all are of one scheme */
		if (level > 0 && one_scheme)
		{
			EqpTie		tie;

			if (link->nties == 0)
				break;
			tie = links->ties[links->nties - 1];
			tie.strand = eqp_strand_of_rank(strands, rows[0].scheme, level);
			add_tie(maker, tie);
			continue;
		}
		for (uint64 begin = 0, end; begin < n; begin = end)
		{
			uint32		strand = eqp_strand_of_rank(strands, rows[begin].scheme, level);

			for (end = begin + 1; end < n; end++)
				if (eqp_strand_of_rank(strands, rows[end].scheme, level) != strand)
					break;
			make_tie(maker, strand, rows + begin, end - begin);
		}
	}
	if (link->nties > 0)
		links->nlinks++;
}

/* The links of a bucket. */
static void
make_links(Maker *maker, EqpBuckets *buckets, uint32 bucket)
{
	const EqpSnapshot *snapshot = maker->links->snapshot;
	const uint32 *rank = maker->links->strands->rank;
	const uint64 *ends;
	Row		   *rows = eqp_bucket_gather(buckets, bucket, &ends);
	uint64		nrows = eqp_bucket_count(buckets, bucket);
	EqpByNumber units = eqp_units_by_number(snapshot);
	uint64		begin = 0;

	for (uint32 number = 0; number >> buckets->shift == 0; number++)
	{
		uint64		end = ends[number];

		for (uint64 i = begin; i < end; i++)
			rows[i].scheme = rank[rows[i].scheme];
		if (end - begin > 1)
			sort_rows(rows + begin, end - begin);
		for (uint64 i = begin; i < end; i = begin)
		{
			uint32		partner = rows[i].b;

			while (begin < end && rows[begin].b == partner)
				begin++;
			if (begin + EQP_AHEAD < nrows)
				eqp_fetch(&units, rows[begin + EQP_AHEAD].b);
			if (eqp_is_unit(snapshot, rows[i].a) &&
				(eqp_is_external(&snapshot->programme, partner) || eqp_is_unit(snapshot, partner)))
				make_link(maker, rows + i, begin - i);
		}
	}
}

/* The ties by strand, those of a strand in the order of the links. */
static void
order_by_strand(EqpLinks *links, MemoryContext context)
{
	uint32		nstrands = links->strands->nstrands;
	uint32	   *first = eqp_alloc0(context, (Size) nstrands + 1, sizeof(uint32));

	links->first_of_strand = first;
	links->of_strand = eqp_alloc(context, links->nties, sizeof(EqpStrandTie));
	for (uint32 i = 0; i < links->nties; i++)
		first[links->ties[i].strand + 1]++;
	for (uint32 i = 0; i < nstrands; i++)
		first[i + 1] += first[i];

	/* where a strand begins becomes where it ends, that is where the next begins */
	for (uint32 i = 0; i < links->nlinks; i++)
	{
		const EqpLink *link = &links->links[i];

		CHECK_FOR_INTERRUPTS();
		for (uint32 tie = link->first_tie; tie < link->first_tie + link->nties; tie++)
			links->of_strand[first[links->ties[tie].strand]++] = (EqpStrandTie) {link->a, link->b, tie};
	}
	memmove(first + 1, first, nstrands * sizeof(uint32));
	first[0] = 0;
}

EqpLinks *
eqp_links_create(const EqpSnapshot *snapshot, EqpLinkRows *rows, const EqpStrands *strands)
{
	EqpLinks   *links = palloc0(sizeof(EqpLinks));
	Maker		maker = {
		.links = links,
		.context = CurrentMemoryContext,
		.periods = rows->periods,
	};

	links->snapshot = snapshot;
	links->strands = strands;
	links->links = eqp_alloc(maker.context, eqp_buckets_count(rows->rows), sizeof(EqpLink));
	for (uint32 bucket = 0; bucket < rows->rows->nbuckets; bucket++)
		make_links(&maker, rows->rows, bucket);
	eqp_buckets_free(rows->rows);
	rows->rows = NULL;
	order_by_strand(links, maker.context);
	return links;
}
