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
	ARG_SCHOOLS, ARG_PAIRINGS, ARG_AS_OF, ARG_SESSIONS, ARG_SUCCESSORS, ARG_PARAMS
};

enum
{
	COL_ID, COL_ZONE, COL_PARTNER, COL_PARTNER_ZONE, COL_EXTERNAL,
	COL_PAIRED_SINCE, COL_PAIRED_UNTIL, COL_SESSIONS_HELD, COL_LAST_SESSION,
	N_COLUMNS
};

/* Writes one partner of a unit. */
static void
put_row(EqpWriter *writer, const EqpSnapshot *snapshot, uint32 unit, uint32 partner,
		uint32 pair)
{
	const EqpPeriod *period = &snapshot->periods[snapshot->pairs[pair].current];

	eqp_set_key(writer, COL_ID, snapshot->programme.ids, unit);
	eqp_set_zone(writer, COL_ZONE, snapshot, unit);
	eqp_set_key(writer, COL_PARTNER, snapshot->programme.ids, partner);
	eqp_set_zone(writer, COL_PARTNER_ZONE, snapshot, partner);
	eqp_set_bool(writer, COL_EXTERNAL, eqp_is_external(&snapshot->programme, partner));
	if (period->from != DATEVAL_NOBEGIN)
		eqp_set_date(writer, COL_PAIRED_SINCE, period->from);
	if (period->to != DATEVAL_NOEND)
		eqp_set_date(writer, COL_PAIRED_UNTIL, period->to);
	if (snapshot->held)
	{
		eqp_set_count(writer, COL_SESSIONS_HELD, snapshot->held[pair].sessions);
		if (snapshot->held[pair].sessions > 0)
			eqp_set_date(writer, COL_LAST_SESSION, snapshot->held[pair].last_session);
	}
	eqp_writer_put(writer);
}

/* How many rows ahead that is asked for which says where the rest lies. */
#define FAR_AHEAD (2 * EQP_AHEAD)

/* Rows are in the order of the units.  What they tell of the partner and the pair can be anywhere: fetch it ahead. */
static inline void
ask_for_row(const EqpSnapshot *snapshot, const Row *row, const uint32 *order)
{
	EqpByNumber units = eqp_units_by_number(snapshot);
	uint32		partner = order[row->partner_rank];

	eqp_keymap_prefetch_key(snapshot->programme.ids, partner);
	eqp_fetch(&units, partner);
	eqp_prefetch(&snapshot->periods[snapshot->pairs[row->pair].current]);
	if (snapshot->held)
		eqp_prefetch(&snapshot->held[row->pair]);
}

/* Both sides of every pair that are a unit's, by the unit's rank. */
static EqpBuckets *
list_rows(const EqpSnapshot *snapshot, const uint32 *rank)
{
	uint32		nids = eqp_keymap_count(snapshot->programme.ids);
	EqpBuckets *rows = eqp_buckets_create(nids, sizeof(Row));
	EqpPairWalk walk = eqp_walk_pairs(snapshot, EQP_BY_NUMBER(rank, nids), EQP_NO_ARRAY);
	const EqpPair *pair;

	while ((pair = eqp_next_pair(&walk)) != NULL)
	{
		uint32		i = pair - snapshot->pairs;
		uint32		a = rank[pair->a];
		uint32		b = rank[pair->b];

		*(Row *) eqp_buckets_append(rows, a) = (Row) {a, b, i};
		if (!eqp_is_external(&snapshot->programme, pair->b))
			*(Row *) eqp_buckets_append(rows, b) = (Row) {b, a, i};
	}
	return rows;
}

/* The rows of a bucket, of one unit after the other. */
static void
put_bucket(EqpWriter *writer, const EqpSnapshot *snapshot, EqpBuckets *buckets, uint32 bucket,
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
			eqp_prefetch(&snapshot->pairs[rows[i + FAR_AHEAD].pair]);
		}
		if (i + EQP_AHEAD < nrows)
			ask_for_row(snapshot, &rows[i + EQP_AHEAD], order);

		put_row(writer, snapshot, order[rows[i].unit_rank], order[rows[i].partner_rank],
				rows[i].pair);
	}
}

Datum
eqp_pairing_partners(PG_FUNCTION_ARGS)
{
	EQP_ARGUMENTS(6);
	const EqpSourceText *schools = eqp_source_argument(fcinfo, ARG_SCHOOLS, "schools", true, ARG_PARAMS);
	const EqpSourceText *pairings = eqp_source_argument(fcinfo, ARG_PAIRINGS, "pairings", true, ARG_PARAMS);
	const EqpSourceText *sessions = eqp_source_argument(fcinfo, ARG_SESSIONS, "sessions", false, ARG_PARAMS);
	const EqpSourceText *successors = eqp_source_argument(fcinfo, ARG_SUCCESSORS, "successors", false, ARG_PARAMS);
	DateADT		as_of = eqp_argument_date(fcinfo, ARG_AS_OF, "as_of");
	EqpWriter  *writer;
	EqpSnapshot *snapshot;
	EqpBuckets *buckets;
	uint32	   *order;
	uint32	   *rank;

	writer = eqp_writer_open(fcinfo, N_COLUMNS);

	snapshot = eqp_snapshot_read("pairing_partners", schools, successors, NULL, 0, as_of, false);
	eqp_snapshot_read_pairings(snapshot, pairings, true);
	if (sessions)
		eqp_snapshot_read_sessions(snapshot, sessions, DATEVAL_NOBEGIN, as_of);

	rank = eqp_keymap_rank(snapshot->programme.ids, &order);
	buckets = list_rows(snapshot, rank);
	for (uint32 bucket = 0; bucket < buckets->nbuckets; bucket++)
		put_bucket(writer, snapshot, buckets, bucket, order);
	return (Datum) 0;
}
