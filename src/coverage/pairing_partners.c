/*
 * pairing_partners.c
 *		Who is paired with whom on a day: pairing_partners().
 */
#include "coverage/programme.h"

#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/memutils.h"

PG_FUNCTION_INFO_V1(eqp_pairing_partners);

/* One row of the report: a unit and a partner of it. */
typedef struct Partner
{
	uint32		unit_rank;
	uint32		partner_rank;
	uint32		unit;
	uint32		partner;
	uint32		pair;
} Partner;

#define ST_SORT sort_partners
#define ST_ELEMENT_TYPE Partner
#define ST_COMPARE(x, y) \
	((x)->unit_rank != (y)->unit_rank \
	 ? ((x)->unit_rank < (y)->unit_rank ? -1 : 1) \
	 : (((x)->partner_rank > (y)->partner_rank) - ((x)->partner_rank < (y)->partner_rank)))
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
put_row(ReturnSetInfo *rsinfo, const EqpProgramme *programme, const Partner *row,
		bool has_sessions)
{
	const EqpPair *pair = &programme->pairs[row->pair];
	const EqpPeriod *period = &programme->periods[pair->current];
	Datum		values[N_COLUMNS] = {0};
	bool		nulls[N_COLUMNS] = {0};

	values[COL_ID] = eqp_keymap_datum(programme->ids, row->unit);
	values[COL_PARTNER] = eqp_keymap_datum(programme->ids, row->partner);
	eqp_put_zone(&values[COL_ZONE], &nulls[COL_ZONE], programme, row->unit);
	eqp_put_zone(&values[COL_PARTNER_ZONE], &nulls[COL_PARTNER_ZONE], programme, row->partner);
	values[COL_EXTERNAL] = BoolGetDatum(eqp_is_external(programme, row->partner));

	values[COL_PAIRED_SINCE] = DateADTGetDatum(period->from);
	nulls[COL_PAIRED_SINCE] = period->from == DATEVAL_NOBEGIN;
	values[COL_PAIRED_UNTIL] = DateADTGetDatum(period->to);
	nulls[COL_PAIRED_UNTIL] = period->to == DATEVAL_NOEND;

	values[COL_SESSIONS_HELD] = Int64GetDatum(pair->sessions);
	nulls[COL_SESSIONS_HELD] = !has_sessions;
	values[COL_LAST_SESSION] = DateADTGetDatum(pair->last_session);
	nulls[COL_LAST_SESSION] = pair->sessions == 0;
	tuplestore_putvalues(rsinfo->setResult, rsinfo->setDesc, values, nulls);
}

Datum
eqp_pairing_partners(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *rsinfo = (ReturnSetInfo *) fcinfo->resultinfo;
	char	   *schools = eqp_source_argument(fcinfo, ARG_SCHOOLS, "schools", true);
	char	   *pairings = eqp_source_argument(fcinfo, ARG_PAIRINGS, "pairings", true);
	char	   *sessions = eqp_source_argument(fcinfo, ARG_SESSIONS, "sessions", false);
	DateADT		as_of = eqp_argument_date(fcinfo, ARG_AS_OF, "as_of");
	MemoryContext context = AllocSetContextCreate(CurrentMemoryContext, "pairing_partners row",
												  ALLOCSET_DEFAULT_SIZES);
	EqpProgramme *programme;
	Partner    *rows;
	uint64		nrows = 0;
	uint32	   *rank;

	InitMaterializedSRF(fcinfo, 0);

	programme = eqp_programme_create("pairing_partners", as_of);
	eqp_programme_read_schools(programme, schools, NULL, 0, false);
	eqp_programme_read_pairings(programme, pairings, true);
	if (sessions)
		eqp_programme_read_sessions(programme, sessions, DATEVAL_NOBEGIN, as_of);

	rank = eqp_rank_ids(programme);
	rows = MemoryContextAllocHuge(CurrentMemoryContext,
								  Max((Size) programme->npairs * 2, 1) * sizeof(Partner));
	for (uint32 i = 0; i < programme->npairs; i++)
	{
		const EqpPair *pair = &programme->pairs[i];

		if (pair->current < 0)
			continue;
		for (int side = 0; side < 2; side++)
		{
			uint32		unit = side == 0 ? pair->a : pair->b;
			uint32		partner = side == 0 ? pair->b : pair->a;

			if (eqp_is_unit(programme, unit) && eqp_is_partner(programme, partner))
				rows[nrows++] = (Partner) {rank[unit], rank[partner], unit, partner, i};
		}
	}
	sort_partners(rows, nrows);

	for (uint64 i = 0; i < nrows; i++)
	{
		MemoryContext old = MemoryContextSwitchTo(context);

		CHECK_FOR_INTERRUPTS();
		put_row(rsinfo, programme, &rows[i], sessions != NULL);
		MemoryContextSwitchTo(old);
		MemoryContextReset(context);
	}
	return (Datum) 0;
}
