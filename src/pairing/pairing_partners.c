/*
 * pairing_partners.c
 *		Who is paired with whom on a day: pairing_partners().
 */
#include "programme/buckets.h"
#include "programme/programme.h"

#include "miscadmin.h"
#include "report/arguments.h"
#include "utils/builtins.h"
#include "utils/memutils.h"

PG_FUNCTION_INFO_V1(eqp_pairing_partners);

/* A row of the report: one side of a pair, by the places of both in the order of ids. */
typedef struct Row
{
	uint32		unit_rank;
	uint32		partner_rank;
	uint32		pair;
} Row;

#define ST_SORT sort_rows
#define ST_ELEMENT_TYPE Row
#define ST_COMPARE(x, y) \
	(((x)->partner_rank > (y)->partner_rank) - ((x)->partner_rank < (y)->partner_rank))
#define ST_SCOPE static
#define ST_CHECK_FOR_INTERRUPTS
#define ST_DEFINE
#include "lib/sort_template.h"

enum
{
	ARG_SCHOOLS, ARG_PAIRINGS, ARG_AS_OF, ARG_SESSIONS
};

enum
{
	COL_ID, COL_ZONE, COL_PARTNER, COL_PARTNER_ZONE, COL_EXTERNAL,
	COL_PAIRED_SINCE, COL_PAIRED_UNTIL, COL_SESSIONS_HELD, COL_LAST_SESSION,
	N_COLUMNS
};

static void
put_row(EqpWriter *writer, const EqpProgramme *programme, uint32 unit, uint32 partner,
		uint32 pair)
{
	const EqpPeriod *period = &programme->periods[programme->pairs[pair].current];

	eqp_set_key(writer, COL_ID, programme->ids, unit);
	eqp_set_zone(writer, COL_ZONE, programme, unit);
	eqp_set_key(writer, COL_PARTNER, programme->ids, partner);
	eqp_set_zone(writer, COL_PARTNER_ZONE, programme, partner);
	eqp_set_bool(writer, COL_EXTERNAL, eqp_is_external(programme, partner));
	if (period->from != DATEVAL_NOBEGIN)
		eqp_set_date(writer, COL_PAIRED_SINCE, period->from);
	if (period->to != DATEVAL_NOEND)
		eqp_set_date(writer, COL_PAIRED_UNTIL, period->to);
	if (programme->held)
	{
		eqp_set_count(writer, COL_SESSIONS_HELD, programme->held[pair].sessions);
		if (programme->held[pair].sessions > 0)
			eqp_set_date(writer, COL_LAST_SESSION, programme->held[pair].last_session);
	}
	eqp_writer_put(writer);
}

/* How many rows ahead what says where the rest is. */
#define FAR_AHEAD (2 * EQP_AHEAD)

/* Have what a row tells fetched: it lies anywhere. */
static inline void
ask_for_row(const EqpProgramme *programme, const Row *row, const uint32 *order)
{
	uint32		partner = order[row->partner_rank];

	eqp_keymap_prefetch_key(programme->ids, partner);
	eqp_prefetch_unit(programme, partner);
	eqp_prefetch(&programme->periods[programme->pairs[row->pair].current]);
	if (programme->held)
		eqp_prefetch(&programme->held[row->pair]);
}

/* Both sides of every pair that are a unit's, by the unit's rank. */
static EqpBuckets *
list_rows(const EqpProgramme *programme, const uint32 *rank)
{
	EqpBuckets *rows = eqp_buckets_create(eqp_keymap_count(programme->ids), sizeof(Row));

	for (uint32 i = 0; i < programme->npairs; i++)
	{
		const EqpPair *pair = &programme->pairs[i];
		uint32		a = rank[pair->a];
		uint32		b = rank[pair->b];

		/* pairs are in the order of a; the other unit can be anywhere */
		if (i + EQP_AHEAD < programme->npairs)
			eqp_prefetch(&rank[pair[EQP_AHEAD].b]);
		*(Row *) eqp_buckets_append(rows, a) = (Row) {a, b, i};
		if (!eqp_is_external(programme, pair->b))
			*(Row *) eqp_buckets_append(rows, b) = (Row) {b, a, i};
	}
	return rows;
}

/* The rows of a bucket, of one unit after the other. */
static void
put_bucket(EqpWriter *writer, const EqpProgramme *programme, EqpBuckets *buckets, uint32 bucket,
		   const uint32 *order)
{
	const uint64 *ends;
	Row		   *rows = eqp_bucket_gather(buckets, bucket, &ends);
	uint64		nrows = eqp_bucket_count(buckets, bucket);
	uint64		sorted = 0;

	for (uint64 i = 0; i < nrows; i++)
	{
		CHECK_FOR_INTERRUPTS();
		while (sorted == i)
		{
			uint64		end = *ends++;

			if (end > sorted)
				sort_rows(rows + sorted, end - sorted);
			sorted = end;
		}
		if (i + FAR_AHEAD < nrows)
		{
			eqp_prefetch(&order[rows[i + FAR_AHEAD].partner_rank]);
			eqp_prefetch(&programme->pairs[rows[i + FAR_AHEAD].pair]);
		}
		if (i + EQP_AHEAD < nrows)
			ask_for_row(programme, &rows[i + EQP_AHEAD], order);

		put_row(writer, programme, order[rows[i].unit_rank], order[rows[i].partner_rank],
				rows[i].pair);
	}
}

Datum
eqp_pairing_partners(PG_FUNCTION_ARGS)
{
	EQP_ARGUMENTS(4);
	char	   *schools = eqp_source_argument(fcinfo, ARG_SCHOOLS, "schools", true);
	char	   *pairings = eqp_source_argument(fcinfo, ARG_PAIRINGS, "pairings", true);
	char	   *sessions = eqp_source_argument(fcinfo, ARG_SESSIONS, "sessions", false);
	DateADT		as_of = eqp_argument_date(fcinfo, ARG_AS_OF, "as_of");
	EqpWriter  *writer;
	EqpProgramme *programme;
	EqpBuckets *buckets;
	uint32	   *order;
	uint32	   *rank;

	writer = eqp_writer_open(fcinfo, N_COLUMNS);

	programme = eqp_programme_create("pairing_partners", as_of);
	eqp_programme_read_schools(programme, schools, NULL, 0, false);
	eqp_programme_read_pairings(programme, pairings, true);
	if (sessions)
		eqp_programme_read_sessions(programme, sessions, DATEVAL_NOBEGIN, as_of);

	rank = eqp_keymap_rank(programme->ids, &order);
	buckets = list_rows(programme, rank);
	for (uint32 bucket = 0; bucket < buckets->nbuckets; bucket++)
		put_bucket(writer, programme, buckets, bucket, order);
	return (Datum) 0;
}
