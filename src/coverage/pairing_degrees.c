/*
 * pairing_degrees.c
 *		How many partners each unit has on a day: pairing_degrees().
 *
 * The drill-down of pairing_coverage: one row a unit, those without a partner
 * included.
 */
#include "coverage/programme.h"

#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/memutils.h"

PG_FUNCTION_INFO_V1(eqp_pairing_degrees);

enum
{
	ARG_SCHOOLS, ARG_PAIRINGS, ARG_BY, ARG_AS_OF, ARG_SESSIONS, ARG_ACTIVE_SINCE
};

enum
{
	COL_DIMENSION, COL_SUBGROUP, COL_SUBGROUP_KEY, COL_AS_OF, COL_ID, COL_ZONE,
	COL_PARTNERS, COL_CROSS_ZONE_PARTNERS, COL_EXTERNAL_PARTNERS,
	COL_ACTIVE_PARTNERS, COL_SESSIONS_HELD, COL_PAIRED_SINCE, COL_LAST_SESSION,
	N_COLUMNS
};

typedef struct Degree
{
	int64		partners;
	int64		cross_zone;
	int64		external;
	int64		active;
	int64		sessions;
	DateADT		since;			/* start of the earliest of its pairings */
	DateADT		last_session;
} Degree;

/* A unit in the order of the report. */
typedef struct Ordered
{
	uint32		group_rank;
	uint32		id_rank;
	uint32		unit;
} Ordered;

#define ST_SORT sort_ordered
#define ST_ELEMENT_TYPE Ordered
#define ST_COMPARE(x, y) \
	((x)->group_rank != (y)->group_rank \
	 ? ((x)->group_rank < (y)->group_rank ? -1 : 1) \
	 : (((x)->id_rank > (y)->id_rank) - ((x)->id_rank < (y)->id_rank)))
#define ST_SCOPE static
#define ST_CHECK_FOR_INTERRUPTS
#define ST_DEFINE
#include "lib/sort_template.h"

static void
add_partner(const EqpProgramme *programme, Degree *degrees, const EqpPair *pair,
			uint32 unit, uint32 partner)
{
	Degree	   *degree;
	uint32		zone = eqp_zone_of(programme, unit);
	uint32		partner_zone = eqp_zone_of(programme, partner);
	DateADT		from = programme->periods[pair->current].from;

	if (!eqp_is_unit(programme, unit) || !eqp_is_partner(programme, partner))
		return;
	degree = &degrees[unit];
	if (degree->partners == 0 || from < degree->since)
		degree->since = from;
	degree->partners++;
	if (eqp_is_external(programme, partner))
		degree->external++;
	if (zone != EQP_UNKNOWN_ZONE && partner_zone != EQP_UNKNOWN_ZONE && zone != partner_zone)
		degree->cross_zone++;
	if (pair->sessions > 0)
	{
		if (degree->sessions == 0 || pair->last_session > degree->last_session)
			degree->last_session = pair->last_session;
		degree->active++;
		degree->sessions += pair->sessions;
	}
}

static void
put_row(ReturnSetInfo *rsinfo, const EqpReport *report, const EqpNode *node,
		const EqpProgramme *programme, uint32 unit, const Degree *degree,
		bool has_sessions)
{
	MemoryContext context;
	Datum		values[N_COLUMNS] = {0};
	bool		nulls[N_COLUMNS] = {0};

	eqp_report_labels(report, node, values, nulls);
	context = MemoryContextSwitchTo(report->row_context);

	values[COL_AS_OF] = DateADTGetDatum(programme->as_of);
	values[COL_ID] = eqp_keymap_datum(programme->ids, unit);
	eqp_put_zone(&values[COL_ZONE], &nulls[COL_ZONE], programme, unit);
	values[COL_PARTNERS] = Int64GetDatum(degree->partners);
	values[COL_EXTERNAL_PARTNERS] = Int64GetDatum(degree->external);
	values[COL_CROSS_ZONE_PARTNERS] = Int64GetDatum(degree->cross_zone);
	nulls[COL_CROSS_ZONE_PARTNERS] = !programme->has_zone;
	values[COL_PAIRED_SINCE] = DateADTGetDatum(degree->since);
	nulls[COL_PAIRED_SINCE] = degree->partners == 0 || degree->since == DATEVAL_NOBEGIN;

	values[COL_ACTIVE_PARTNERS] = Int64GetDatum(degree->active);
	values[COL_SESSIONS_HELD] = Int64GetDatum(degree->sessions);
	values[COL_LAST_SESSION] = DateADTGetDatum(degree->last_session);
	nulls[COL_ACTIVE_PARTNERS] = nulls[COL_SESSIONS_HELD] = !has_sessions;
	nulls[COL_LAST_SESSION] = degree->sessions == 0;

	tuplestore_putvalues(rsinfo->setResult, rsinfo->setDesc, values, nulls);
	MemoryContextSwitchTo(context);
}

Datum
eqp_pairing_degrees(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *rsinfo = (ReturnSetInfo *) fcinfo->resultinfo;
	char	   *schools = eqp_source_argument(fcinfo, ARG_SCHOOLS, "schools", true);
	char	   *pairings = eqp_source_argument(fcinfo, ARG_PAIRINGS, "pairings", true);
	char	   *sessions = eqp_source_argument(fcinfo, ARG_SESSIONS, "sessions", false);
	char	  **by;
	int			nby = eqp_argument_by(fcinfo, ARG_BY, &by);
	DateADT		as_of = eqp_argument_date(fcinfo, ARG_AS_OF, "as_of");
	DateADT		active_since = eqp_argument_active_since(fcinfo, ARG_ACTIVE_SINCE, as_of);
	EqpProgramme *programme;
	EqpReport  *report;
	Degree	   *degrees;
	Ordered    *order;
	uint32	   *id_rank;
	uint32	   *group_rank;
	uint32		n = 0;

	InitMaterializedSRF(fcinfo, 0);

	programme = eqp_programme_create("pairing_degrees", as_of);
	eqp_programme_read_schools(programme, schools, by, nby, false);
	eqp_programme_read_pairings(programme, pairings, true);
	if (sessions)
		eqp_programme_read_sessions(programme, sessions, active_since, as_of);

	degrees = MemoryContextAllocExtended(CurrentMemoryContext,
										 Max((Size) programme->nlisted, 1) * sizeof(Degree),
										 MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO);
	for (uint32 i = 0; i < programme->npairs; i++)
	{
		const EqpPair *pair = &programme->pairs[i];

		if (pair->current < 0)
			continue;
		add_partner(programme, degrees, pair, pair->a, pair->b);
		add_partner(programme, degrees, pair, pair->b, pair->a);
	}

	report = eqp_report_build(programme->grouping, NULL, false);
	group_rank = MemoryContextAllocHuge(CurrentMemoryContext,
										Max((Size) eqp_grouping_count(programme->grouping), 1) * sizeof(uint32));
	for (int64 i = 0; i < report->nnodes; i++)
		if (report->nodes[i].leaf)
			group_rank[report->nodes[i].group] = i;
	id_rank = eqp_rank_ids(programme);
	order = MemoryContextAllocHuge(CurrentMemoryContext,
								   Max((Size) programme->nlisted, 1) * sizeof(Ordered));
	for (uint32 i = 0; i < programme->nlisted; i++)
		if (programme->units[i].valid)
			order[n++] = (Ordered) {group_rank[programme->units[i].group], id_rank[i], i};
	sort_ordered(order, n);

	for (uint32 i = 0; i < n; i++)
	{
		CHECK_FOR_INTERRUPTS();
		put_row(rsinfo, report, &report->nodes[order[i].group_rank], programme,
				order[i].unit, &degrees[order[i].unit], sessions != NULL);
	}
	return (Datum) 0;
}
