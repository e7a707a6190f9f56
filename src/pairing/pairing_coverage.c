/*
 * pairing_coverage.c
 *		Who is paired on a day, by subgroup: pairing_coverage().
 */
#include "programme/programme.h"

#include "alloc.h"
#include "miscadmin.h"
#include "report/arguments.h"
#include "report/suppress.h"
#include "report/targets.h"
#include "utils/builtins.h"
#include "utils/float.h"

PG_FUNCTION_INFO_V1(eqp_pairing_coverage);

/* The figures of one row; what is summed over units and over subgroups. */
typedef struct Coverage
{
	int64		units;
	int64		paired;
	int64		cross_zone;
	int64		active;
	int64		external;
	int64		partners;
	int64		max_partners;
	int64		target;
	bool		has_target;
	double		weight;
	double		paired_weight;
} Coverage;

/* What is counted for each unit. */
typedef struct UnitCount
{
	uint32		partners;
	uint32		cross_zone;
	uint32		external;
	int64		sessions;
} UnitCount;

enum
{
	ARG_SCHOOLS, ARG_PAIRINGS, ARG_BY, ARG_AS_OF, ARG_SESSIONS, ARG_MIN_SESSIONS,
	ARG_ACTIVE_SINCE, ARG_PLAN, ARG_ROLLUP, ARG_MIN_N, ARG_CONFIDENCE, ARG_PARAMS
};

enum
{
	COL_DIMENSION, COL_SUBGROUP, COL_SUBGROUP_KEY, COL_AS_OF, COL_SUPPRESSED,
	COL_UNITS, COL_PAIRED, COL_PAIRED_RATE, COL_CI_LOWER, COL_CI_UPPER,
	COL_TARGET, COL_TARGET_RATE, COL_CROSS_ZONE, COL_CROSS_ZONE_RATE,
	COL_ACTIVE, COL_ACTIVE_RATE, COL_SESSIONS, COL_EXTERNAL, COL_MEAN_PARTNERS, COL_MAX_PARTNERS,
	COL_WEIGHT, COL_PAIRED_WEIGHT, COL_PAIRED_WEIGHT_RATE,
	N_COLUMNS
};

/*
 * The different sessions of each node of the report: those that its units held
 * with their partners.  One that units of several subgroups held is in each of
 * them, and once in what they have in common, so these do not add up.
 */
typedef struct NodeSessions
{
	const EqpReport *report;
	const EqpUnit *units;
	int64	   *leaf;			/* by group: its node */
	int64	   *held;			/* by node */
} NodeSessions;

/* For the report, whose leaves are groups; palloc'd. */
static NodeSessions
prepare_sessions(const EqpReport *report, const EqpSnapshot *snapshot)
{
	uint32		ngroups = eqp_grouping_count(report->grouping);
	NodeSessions sessions = {
		.report = report,
		.units = snapshot->units,
		.leaf = eqp_alloc(CurrentMemoryContext, ngroups, sizeof(int64)),
		.held = eqp_alloc0(CurrentMemoryContext, report->nnodes, sizeof(int64)),
	};

	for (int64 i = 0; i < report->nnodes; i++)
		if (report->nodes[i].leaf)
			sessions.leaf[report->nodes[i].group] = i;
	return sessions;
}

/* n sessions of a pair, to every node above one of the two; external: b is no unit. */
static inline void
add_sessions(const NodeSessions *sessions, const EqpPair *pair, bool external, int64 n)
{
	const EqpNode *nodes = sessions->report->nodes;
	int64		a = sessions->leaf[sessions->units[pair->a].group];
	int64		b = external ? -1 : sessions->leaf[sessions->units[pair->b].group];

	/* leaves are as deep as each other, so the two ways up meet at one step */
	while (a != b)
	{
		sessions->held[a] += n;
		a = nodes[a].parent;
		if (b < 0)
			continue;
		sessions->held[b] += n;
		b = nodes[b].parent;
	}
	for (; a >= 0; a = nodes[a].parent)
		sessions->held[a] += n;
}

/* The same of sessions with any number of units. */
static void
add_meetings(const NodeSessions *sessions, const EqpMeetings *meetings)
{
	const EqpReport *report = sessions->report;
	uint32	   *last = eqp_alloc0(CurrentMemoryContext, report->nnodes, sizeof(uint32));

	for (uint32 i = 0; i < meetings->n; i++)
	{
		CHECK_FOR_INTERRUPTS();
		for (uint64 k = meetings->first[i]; k < meetings->first[i + 1]; k++)
		{
			int64		node = sessions->leaf[sessions->units[meetings->units[k]].group];

			/* where it has been, it has been above too */
			for (; node >= 0 && last[node] != i + 1; node = report->nodes[node].parent)
			{
				last[node] = i + 1;
				sessions->held[node]++;
			}
		}
	}
	pfree(last);
}

/* Counts one partner of a unit. */
static inline void
count_partner(UnitCount *count, bool external, bool cross_zone, int64 sessions)
{
	count->partners++;
	count->sessions += sessions;
	count->external += external;
	count->cross_zone += cross_zone;
}

/* By unit, over the pairs of the day, and their sessions by node; palloc'd. */
static UnitCount *
count_partners(const EqpSnapshot *snapshot, const NodeSessions *nodes)
{
	uint32		nlisted = snapshot->programme.nlisted;
	UnitCount  *counts = eqp_alloc0(CurrentMemoryContext, nlisted, sizeof(UnitCount));
	EqpPairWalk walk = eqp_walk_pairs(snapshot, eqp_units_by_number(snapshot), EQP_BY_NUMBER(counts, nlisted));
	const EqpPair *pair;

	while ((pair = eqp_next_pair(&walk)) != NULL)
	{
		bool		external = eqp_is_external(&snapshot->programme, pair->b);
		bool		cross_zone = eqp_crosses_zones(snapshot, pair);
		int64		sessions = snapshot->held ? snapshot->held[pair - snapshot->pairs].sessions : 0;

		if (sessions > 0 && snapshot->meetings == NULL)
			add_sessions(nodes, pair, external, sessions);
		count_partner(&counts[pair->a], external, cross_zone, sessions);
		if (!external)
			count_partner(&counts[pair->b], false, cross_zone, sessions);
	}
	if (snapshot->meetings != NULL)
	{
		for (uint32 i = 0; i < nlisted; i++)
			counts[i].sessions = snapshot->unit_held[i];
		add_meetings(nodes, snapshot->meetings);
	}
	return counts;
}

/* The groups that have a row: those with a unit of the day, or named by the plan; palloc'd. */
static bool *
used_groups(const EqpSnapshot *snapshot, const EqpTargets *targets)
{
	uint32		ngroups = eqp_grouping_count(snapshot->programme.grouping);
	bool	   *used = eqp_alloc0(CurrentMemoryContext, ngroups, sizeof(bool));

	for (uint32 i = 0; i < snapshot->programme.nlisted; i++)
		if (snapshot->units[i].valid)
			used[snapshot->units[i].group] = true;
	for (uint32 i = 0; i < ngroups; i++)
		if (eqp_target_state(targets, i) != EQP_TARGET_NONE)
			used[i] = true;
	return used;
}

/* A unit into the row of its subgroup; it is active from min_sessions on. */
static void
add_unit(Coverage *row, const EqpUnit *unit, const UnitCount *count, int min_sessions)
{
	row->units++;
	row->weight = float8_pl(row->weight, unit->weight);
	if (count->partners == 0)
		return;
	row->paired++;
	row->paired_weight = float8_pl(row->paired_weight, unit->weight);
	row->partners += count->partners;
	row->max_partners = Max(row->max_partners, count->partners);
	if (count->cross_zone > 0)
		row->cross_zone++;
	if (count->external > 0)
		row->external++;
	if (count->sessions >= min_sessions)
		row->active++;
}

/* Adds a part to its total.  Raises 22003 where the targets leave bigint. */
static void
add_row(Coverage *total, const Coverage *part)
{
	total->units += part->units;
	total->paired += part->paired;
	total->cross_zone += part->cross_zone;
	total->active += part->active;
	total->external += part->external;
	total->partners += part->partners;
	total->max_partners = Max(total->max_partners, part->max_partners);
	total->weight = float8_pl(total->weight, part->weight);
	total->paired_weight = float8_pl(total->paired_weight, part->paired_weight);
	total->has_target |= part->has_target;
	total->target = eqp_add_counts(total->target, part->target);
}

/*
 * Writes the figures of one node, NULL where they are suppressed.  sessions
 * is NULL where there are none.  A total says less of hidden parts by its
 * sessions than by its other counts: a part may have held any of those of the
 * parts that are shown, too.
 */
static void
put_row(EqpWriter *writer, const EqpReport *report, const EqpNode *node,
		const Coverage *row, const EqpSnapshot *snapshot, const int64 *sessions,
		bool interval, double confidence)
{
	eqp_set_labels(writer, report, node);
	eqp_set_date(writer, COL_AS_OF, snapshot->as_of);
	eqp_set_bool(writer, COL_SUPPRESSED, node->suppressed);
	if (!node->suppressed)
	{
		eqp_set_count(writer, COL_UNITS, row->units);
		eqp_set_count(writer, COL_PAIRED, row->paired);
		eqp_set_ratio(writer, COL_PAIRED_RATE, row->paired, row->units);
		eqp_set_wilson(writer, COL_CI_LOWER, row->paired, row->units, interval, confidence);
		eqp_set_count(writer, COL_EXTERNAL, row->external);
		eqp_set_ratio(writer, COL_MEAN_PARTNERS, row->partners, row->units);
		if (row->units > 0)
			eqp_set_count(writer, COL_MAX_PARTNERS, row->max_partners);
		if (row->has_target)
		{
			eqp_set_count(writer, COL_TARGET, row->target);
			eqp_set_ratio(writer, COL_TARGET_RATE, row->paired, row->target);
		}
		if (snapshot->programme.has_zone)
		{
			eqp_set_count(writer, COL_CROSS_ZONE, row->cross_zone);
			eqp_set_ratio(writer, COL_CROSS_ZONE_RATE, row->cross_zone, row->units);
		}
		if (sessions != NULL)
		{
			eqp_set_count(writer, COL_ACTIVE, row->active);
			eqp_set_ratio(writer, COL_ACTIVE_RATE, row->active, row->units);
			eqp_set_count(writer, COL_SESSIONS, *sessions);
		}
		if (snapshot->has_weight)
		{
			eqp_set_number(writer, COL_WEIGHT, row->weight);
			eqp_set_number(writer, COL_PAIRED_WEIGHT, row->paired_weight);
			eqp_set_ratio(writer, COL_PAIRED_WEIGHT_RATE, row->paired_weight, row->weight);
		}
	}
	eqp_writer_put(writer);
}

Datum
eqp_pairing_coverage(PG_FUNCTION_ARGS)
{
	EQP_ARGUMENTS(12);
	const char *function = "pairing_coverage";
	const EqpSourceText *schools = eqp_source_argument(fcinfo, ARG_SCHOOLS, "schools", true, ARG_PARAMS);
	const EqpSourceText *pairings = eqp_source_argument(fcinfo, ARG_PAIRINGS, "pairings", true, ARG_PARAMS);
	const EqpSourceText *sessions = eqp_source_argument(fcinfo, ARG_SESSIONS, "sessions", false, ARG_PARAMS);
	const EqpSourceText *plan = eqp_source_argument(fcinfo, ARG_PLAN, "plan", false, ARG_PARAMS);
	char	  **by;
	int			nby = eqp_argument_by(fcinfo, ARG_BY, &by);
	DateADT		as_of = eqp_argument_date(fcinfo, ARG_AS_OF, "as_of");
	int			min_sessions = eqp_argument_count(fcinfo, ARG_MIN_SESSIONS, "min_sessions", 1);
	bool		rollup = eqp_argument_bool(fcinfo, ARG_ROLLUP, "rollup");
	int			min_n = eqp_argument_count(fcinfo, ARG_MIN_N, "min_n", 0);
	double		confidence = 0;
	bool		interval = eqp_argument_optional_confidence(fcinfo, ARG_CONFIDENCE, &confidence);
	DateADT		active_since = eqp_argument_active_since(fcinfo, ARG_ACTIVE_SINCE, as_of);
	EqpWriter  *writer;
	EqpSnapshot *snapshot;
	EqpTargets	targets = {0};
	EqpReport  *report;
	NodeSessions held;
	UnitCount  *counts;
	Coverage   *groups;
	Coverage   *rows;
	bool	   *used;
	int64	   *bases;
	uint32		ngroups;

	writer = eqp_writer_open(fcinfo, N_COLUMNS);

	snapshot = eqp_snapshot_read(function, schools, by, nby, as_of, false);
	eqp_snapshot_read_pairings(snapshot, pairings, sessions != NULL);
	if (sessions)
		eqp_snapshot_read_sessions(snapshot, sessions, active_since, as_of);
	if (plan)
		eqp_targets_read(&targets, snapshot->programme.grouping, function, plan, by, nby, as_of);

	ngroups = eqp_grouping_count(snapshot->programme.grouping);
	groups = eqp_alloc0(CurrentMemoryContext, ngroups, sizeof(Coverage));
	used = used_groups(snapshot, &targets);
	report = eqp_report_build(snapshot->programme.grouping, used, rollup);
	held = prepare_sessions(report, snapshot);
	counts = count_partners(snapshot, &held);
	for (uint32 i = 0; i < snapshot->programme.nlisted; i++)
		if (snapshot->units[i].valid)
			add_unit(&groups[snapshot->units[i].group], &snapshot->units[i],
					 &counts[i], min_sessions);
	for (uint32 i = 0; i < ngroups; i++)
	{
		groups[i].has_target = eqp_target_state(&targets, i) == EQP_TARGET_GIVEN;
		groups[i].target = groups[i].has_target ? targets.target[i] : 0;
	}

	rows = eqp_alloc0(CurrentMemoryContext, report->nnodes, sizeof(Coverage));
	bases = eqp_alloc(CurrentMemoryContext, report->nnodes, sizeof(int64));
	for (int64 i = 0; i < report->nnodes; i++)
	{
		const EqpNode *node = &report->nodes[i];

		if (node->leaf)
			rows[i] = groups[node->group];
		if (node->parent >= 0)
			add_row(&rows[node->parent], &rows[i]);
		bases[i] = rows[i].units;
	}
	eqp_report_suppress(report, bases, 1, min_n);

	for (int64 i = 0; i < report->nnodes; i++)
	{
		CHECK_FOR_INTERRUPTS();
		put_row(writer, report, &report->nodes[i], &rows[i], snapshot,
				sessions != NULL ? &held.held[i] : NULL, interval, confidence);
	}
	return (Datum) 0;
}
