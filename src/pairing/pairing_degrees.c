/*
 * pairing_degrees.c
 *		How many partners each unit has on a day: pairing_degrees().
 *
 * The drill-down of pairing_coverage: one row a unit, those without a partner
 * included.
 */
#include "programme/programme.h"

#include "alloc.h"
#include "miscadmin.h"
#include "report/arguments.h"
#include "report/report.h"
#include "utils/builtins.h"

PG_FUNCTION_INFO_V1(eqp_pairing_degrees);

enum
{
	ARG_SCHOOLS, ARG_PAIRINGS, ARG_BY, ARG_AS_OF, ARG_SESSIONS, ARG_ACTIVE_SINCE, ARG_SUCCESSORS, ARG_PARAMS
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

/* held is NULL without sessions. */
static inline void
add_partner(Degree *degree, bool external, bool cross_zone, DateADT since, const EqpHeld *held)
{
	if (degree->partners == 0 || since < degree->since)
		degree->since = since;
	degree->partners++;
	degree->external += external;
	degree->cross_zone += cross_zone;
	if (held == NULL || held->sessions == 0)
		return;
	if (degree->sessions == 0 || held->last_session > degree->last_session)
		degree->last_session = held->last_session;
	degree->active++;
	degree->sessions += held->sessions;
}

/* By unit, over the pairs of the day; palloc'd.  Needs their periods. */
static Degree *
count_partners(const EqpSnapshot *snapshot)
{
	uint32		nlisted = snapshot->programme.nlisted;
	Degree	   *degrees = eqp_alloc0(CurrentMemoryContext, nlisted, sizeof(Degree));
	EqpPairWalk walk = eqp_walk_pairs(snapshot, eqp_units_by_number(snapshot), EQP_BY_NUMBER(degrees, nlisted));
	const EqpPair *pair;

	while ((pair = eqp_next_pair(&walk)) != NULL)
	{
		bool		external = eqp_is_external(&snapshot->programme, pair->b);
		bool		cross_zone = eqp_crosses_zones(snapshot, pair);
		DateADT		since = snapshot->periods[pair->current].from;
		const EqpHeld *held = snapshot->held ? &snapshot->held[pair - snapshot->pairs] : NULL;

		add_partner(&degrees[pair->a], external, cross_zone, since, held);
		if (!external)
			add_partner(&degrees[pair->b], false, cross_zone, since, held);
	}
	for (uint32 i = 0; snapshot->unit_held != NULL && i < nlisted; i++)
		degrees[i].sessions = snapshot->unit_held[i];
	return degrees;
}

/* The units of the day in the order of the report: by subgroup, then by id. */
static uint32 *
order_units(const EqpSnapshot *snapshot, const EqpReport *report, uint32 *n)
{
	uint32		nids = eqp_keymap_count(snapshot->programme.ids);
	uint32	   *by_id = eqp_keymap_order(snapshot->programme.ids);
	uint32	   *order = eqp_alloc(CurrentMemoryContext, snapshot->programme.nlisted, sizeof(uint32));
	uint32	   *next = eqp_alloc0(CurrentMemoryContext, eqp_grouping_count(snapshot->programme.grouping), sizeof(uint32));

	/* how many there are of each group, and where the first of them goes */
	for (uint32 i = 0; i < snapshot->programme.nlisted; i++)
		if (snapshot->units[i].valid)
			next[snapshot->units[i].group]++;
	*n = 0;
	for (int64 i = 0; i < report->nnodes; i++)
	{
		uint32		group = report->nodes[i].group;
		uint32		count = next[group];

		next[group] = *n;
		*n += count;
	}
	for (uint32 i = 0; i < nids; i++)
		if (eqp_is_unit(snapshot, by_id[i]))
			order[next[snapshot->units[by_id[i]].group]++] = by_id[i];
	return order;
}

/* One unit; the columns of its subgroup and the day are set. */
static void
put_row(EqpWriter *writer, const EqpSnapshot *snapshot, uint32 unit, const Degree *degree,
		bool has_sessions)
{
	eqp_set_key(writer, COL_ID, snapshot->programme.ids, unit);
	eqp_set_zone(writer, COL_ZONE, snapshot, unit);
	eqp_set_count(writer, COL_PARTNERS, degree->partners);
	if (snapshot->programme.has_zone)
		eqp_set_count(writer, COL_CROSS_ZONE_PARTNERS, degree->cross_zone);
	eqp_set_count(writer, COL_EXTERNAL_PARTNERS, degree->external);
	if (has_sessions)
	{
		eqp_set_count(writer, COL_ACTIVE_PARTNERS, degree->active);
		eqp_set_count(writer, COL_SESSIONS_HELD, degree->sessions);
	}
	if (degree->partners > 0 && degree->since != DATEVAL_NOBEGIN)
		eqp_set_date(writer, COL_PAIRED_SINCE, degree->since);
	if (degree->sessions > 0)
		eqp_set_date(writer, COL_LAST_SESSION, degree->last_session);
	eqp_writer_put(writer);
}

Datum
eqp_pairing_degrees(PG_FUNCTION_ARGS)
{
	EQP_ARGUMENTS(8);
	const EqpSourceText *schools = eqp_source_argument(fcinfo, ARG_SCHOOLS, "schools", true, ARG_PARAMS);
	const EqpSourceText *pairings = eqp_source_argument(fcinfo, ARG_PAIRINGS, "pairings", true, ARG_PARAMS);
	const EqpSourceText *sessions = eqp_source_argument(fcinfo, ARG_SESSIONS, "sessions", false, ARG_PARAMS);
	const EqpSourceText *successors = eqp_source_argument(fcinfo, ARG_SUCCESSORS, "successors", false, ARG_PARAMS);
	char	  **by;
	int			nby = eqp_argument_by(fcinfo, ARG_BY, &by);
	DateADT		as_of = eqp_argument_date(fcinfo, ARG_AS_OF, "as_of");
	DateADT		active_since = eqp_argument_active_since(fcinfo, ARG_ACTIVE_SINCE, as_of);
	EqpWriter  *writer;
	EqpSnapshot *snapshot;
	EqpReport  *report;
	Degree	   *degrees;
	uint32	   *order;
	uint32	   *place;
	int64		last_node = -1;
	uint32		n;

	writer = eqp_writer_open(fcinfo, N_COLUMNS);

	snapshot = eqp_snapshot_read("pairing_degrees", schools, successors, by, nby, as_of, false);
	eqp_snapshot_read_pairings(snapshot, pairings, true);
	if (sessions)
		eqp_snapshot_read_sessions(snapshot, sessions, active_since, as_of);

	degrees = count_partners(snapshot);
	report = eqp_report_build(snapshot->programme.grouping, NULL, false);
	place = eqp_alloc(CurrentMemoryContext, eqp_grouping_count(snapshot->programme.grouping), sizeof(uint32));
	for (int64 i = 0; i < report->nnodes; i++)
		place[report->nodes[i].group] = i;
	order = order_units(snapshot, report, &n);

	for (uint32 i = 0; i < n; i++)
	{
		uint32		unit = order[i];
		int64		node = place[snapshot->units[unit].group];

		if (node != last_node)
		{
			eqp_writer_clear(writer);
			eqp_set_labels(writer, report, &report->nodes[node]);
			eqp_set_date(writer, COL_AS_OF, as_of);
			eqp_writer_keep(writer);
			last_node = node;
		}
		put_row(writer, snapshot, unit, &degrees[unit], sessions != NULL);
	}
	return (Datum) 0;
}
