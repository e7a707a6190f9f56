/*
 * pairing_coverage.c
 *		Who is paired on a day, by subgroup: pairing_coverage().
 */
#include "pairing/coverage.h"

#include "alloc.h"
#include "miscadmin.h"
#include "report/arguments.h"
#include "report/rounding.h"
#include "report/suppress.h"
#include "utils/builtins.h"

PG_FUNCTION_INFO_V1(eqp_pairing_coverage);

enum
{
	ARG_SCHOOLS, ARG_PAIRINGS, ARG_BY, ARG_AS_OF, ARG_SESSIONS, ARG_MIN_SESSIONS,
	ARG_ACTIVE_SINCE, ARG_PLAN, ARG_ROLLUP, ARG_MIN_N, ARG_CONFIDENCE, ARG_PAIRING_BY,
	ARG_SUCCESSORS, ARG_ROUND_TO, ARG_PARAMS
};

enum
{
	COL_DIMENSION, COL_SUBGROUP, COL_SUBGROUP_KEY, COL_AS_OF, COL_SUPPRESSED,
	COL_UNITS, COL_PAIRED, COL_PAIRED_RATE, COL_CI_LOWER, COL_CI_UPPER,
	COL_TARGET, COL_TARGET_RATE, COL_CROSS_ZONE, COL_CROSS_ZONE_RATE,
	COL_ACTIVE, COL_ACTIVE_RATE, COL_SESSIONS, COL_EXTERNAL, COL_MEAN_PARTNERS, COL_MAX_PARTNERS,
	COL_WEIGHT, COL_PAIRED_WEIGHT, COL_PAIRED_WEIGHT_RATE, COL_METHOD,
	N_COLUMNS
};

/* ---- Rows of all pairings together -------------------------------------- */

/* Sessions with any number of units; leaf is by group. */
static void
add_meetings(EqpCovered *covered, const int64 *leaf, const EqpSnapshot *snapshot)
{
	const EqpMeetings *meetings = snapshot->meetings;
	uint32	   *last = eqp_alloc0(CurrentMemoryContext, covered->report->nnodes, sizeof(uint32));

	for (uint32 i = 0; i < meetings->n; i++)
	{
		CHECK_FOR_INTERRUPTS();
		for (uint64 k = meetings->first[i]; k < meetings->first[i + 1]; k++)
			eqp_cover_attended(covered, leaf[snapshot->units[meetings->units[k]].group], last, i + 1);
	}
	pfree(last);
}

/* The leaf of each group; palloc'd. */
static int64 *
leaf_of_groups(const EqpReport *report)
{
	int64	   *leaf = eqp_alloc(CurrentMemoryContext, eqp_grouping_count(report->grouping), sizeof(int64));

	for (int64 i = 0; i < report->nnodes; i++)
		if (report->nodes[i].leaf)
			leaf[report->nodes[i].group] = i;
	return leaf;
}

/* By unit, over the pairs of the day, and their sessions by node; palloc'd. */
static EqpUnitCount *
count_partners(const EqpSnapshot *snapshot, EqpCovered *covered)
{
	uint32		nlisted = snapshot->programme.nlisted;
	const EqpUnit *units = snapshot->units;
	int64	   *leaf = leaf_of_groups(covered->report);
	EqpUnitCount *counts = eqp_alloc0(CurrentMemoryContext, nlisted, sizeof(EqpUnitCount));
	EqpPairWalk walk = eqp_walk_pairs(snapshot, eqp_units_by_number(snapshot), EQP_BY_NUMBER(counts, nlisted));
	const EqpPair *pair;

	while ((pair = eqp_next_pair(&walk)) != NULL)
	{
		bool		external = eqp_is_external(&snapshot->programme, pair->b);
		bool		cross_zone = eqp_crosses_zones(snapshot, pair);
		int64		sessions = snapshot->held ? snapshot->held[pair - snapshot->pairs].sessions : 0;

		if (sessions > 0 && snapshot->meetings == NULL)
			eqp_cover_sessions(covered, leaf[units[pair->a].group], external ? -1 : leaf[units[pair->b].group],
							   sessions);
		eqp_count_partner(&counts[pair->a], external, cross_zone, sessions);
		if (!external)
			eqp_count_partner(&counts[pair->b], false, cross_zone, sessions);
	}
	if (snapshot->meetings != NULL)
	{
		for (uint32 i = 0; i < nlisted; i++)
			counts[i].sessions = snapshot->unit_held[i];
		add_meetings(covered, leaf, snapshot);
	}
	pfree(leaf);
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

/* The rows without columns of the pairings. */
static EqpCovered
cover(const EqpCoverageCall *call, EqpSnapshot *snapshot)
{
	EqpGrouping *grouping = snapshot->programme.grouping;
	EqpTargets	targets = {0};
	EqpCovered	covered;
	EqpUnitCount *counts;
	EqpCoverage *groups;

	eqp_snapshot_read_pairings(snapshot, call->pairings, call->sessions != NULL);
	if (call->sessions)
		eqp_snapshot_read_sessions(snapshot, call->sessions, call->active_since, snapshot->as_of);
	if (call->plan)
		eqp_targets_read(&targets, grouping, call->function, call->plan, call->by, call->nby, snapshot->as_of);

	covered.report = eqp_report_build(grouping, used_groups(snapshot, &targets), call->rollup);
	covered.rows = eqp_alloc0(CurrentMemoryContext, covered.report->nnodes, sizeof(EqpCoverage));
	covered.sessions = eqp_alloc0(CurrentMemoryContext, covered.report->nnodes, sizeof(int64));
	counts = count_partners(snapshot, &covered);
	groups = eqp_alloc0(CurrentMemoryContext, eqp_grouping_count(grouping), sizeof(EqpCoverage));
	for (uint32 i = 0; i < snapshot->programme.nlisted; i++)
	{
		const EqpUnit *unit = &snapshot->units[i];

		if (!unit->valid)
			continue;
		eqp_cover_unit(&groups[unit->group], unit);
		if (counts[i].partners > 0)
			eqp_cover_paired(&groups[unit->group], unit, &counts[i], call->min_sessions);
	}
	for (int64 i = 0; i < covered.report->nnodes; i++)
	{
		const EqpNode *node = &covered.report->nodes[i];

		if (!node->leaf)
			continue;
		covered.rows[i] = groups[node->group];
		eqp_cover_target(&covered.rows[i], &targets, node->group);
	}
	eqp_cover_totals(&covered);
	return covered;
}

/* ---- Writing ------------------------------------------------------------ */

/* How the rows are shown. */
typedef struct Style
{
	bool		interval;
	double		confidence;
	int			round_to;
} Style;

/* The counts as they are shown, of which all else is made.  A target is none: it was set, not counted. */
static EqpCoverage
round_row(const EqpCoverage *row, int round_to)
{
	EqpCoverage rounded = *row;

	rounded.units = eqp_round_count(row->units, round_to);
	rounded.paired = eqp_round_count(row->paired, round_to);
	rounded.cross_zone = eqp_round_count(row->cross_zone, round_to);
	rounded.active = eqp_round_count(row->active, round_to);
	rounded.external = eqp_round_count(row->external, round_to);
	rounded.partners = eqp_round_count(row->partners, round_to);
	return rounded;
}

/*
 * Writes the figures of one node, NULL where they are suppressed.  sessions
 * is NULL where there are none.  A total says less of hidden parts by its
 * sessions than by its other counts: a part may have held any of those of the
 * parts that are shown, too.  Where counts are rounded, two things are left
 * out that would undo it: the most partners are those of one unit, and a sum
 * of weights changes with a unit that the rounded counts do not show.
 */
static void
put_row(EqpWriter *writer, const EqpReport *report, const EqpNode *node,
		const EqpCoverage *exact, const EqpSnapshot *snapshot, const int64 *sessions, const Style *style)
{
	EqpCoverage rounded = round_row(exact, style->round_to);
	const EqpCoverage *row = &rounded;
	bool		rounds = eqp_rounds(style->round_to);

	eqp_set_labels(writer, report, node);
	eqp_set_date(writer, COL_AS_OF, snapshot->as_of);
	eqp_set_bool(writer, COL_SUPPRESSED, node->suppressed);
	if (!node->suppressed)
	{
		eqp_set_count(writer, COL_UNITS, row->units);
		eqp_set_count(writer, COL_PAIRED, row->paired);
		eqp_set_ratio(writer, COL_PAIRED_RATE, row->paired, row->units);
		eqp_set_wilson(writer, COL_CI_LOWER, row->paired, row->units, style->interval, style->confidence);
		eqp_set_count(writer, COL_EXTERNAL, row->external);
		eqp_set_ratio(writer, COL_MEAN_PARTNERS, row->partners, row->units);
		if (row->units > 0 && !rounds)
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
			eqp_set_count(writer, COL_SESSIONS, eqp_round_count(*sessions, style->round_to));
		}
		if (snapshot->has_weight && !rounds)
		{
			eqp_set_number(writer, COL_WEIGHT, row->weight);
			eqp_set_number(writer, COL_PAIRED_WEIGHT, row->paired_weight);
			eqp_set_ratio(writer, COL_PAIRED_WEIGHT_RATE, row->paired_weight, row->weight);
		}
		eqp_set_rounding(writer, COL_METHOD, style->round_to);
	}
	eqp_writer_put(writer);
}

/* Hides the small cells: the base of a row is its units. */
static void
hide_small(const EqpCovered *covered, int min_n)
{
	int64	   *bases = eqp_alloc(CurrentMemoryContext, covered->report->nnodes, sizeof(int64));

	for (int64 i = 0; i < covered->report->nnodes; i++)
		bases[i] = covered->rows[i].units;
	eqp_report_suppress(covered->report, bases, 1, min_n);
	pfree(bases);
}

Datum
eqp_pairing_coverage(PG_FUNCTION_ARGS)
{
	EQP_ARGUMENTS(15);
	const EqpSourceText *schools = eqp_source_argument(fcinfo, ARG_SCHOOLS, "schools", true, ARG_PARAMS);
	const EqpSourceText *successors = eqp_source_argument(fcinfo, ARG_SUCCESSORS, "successors", false, ARG_PARAMS);
	EqpCoverageCall call = {
		.function = "pairing_coverage",
		.pairings = eqp_source_argument(fcinfo, ARG_PAIRINGS, "pairings", true, ARG_PARAMS),
		.sessions = eqp_source_argument(fcinfo, ARG_SESSIONS, "sessions", false, ARG_PARAMS),
		.plan = eqp_source_argument(fcinfo, ARG_PLAN, "plan", false, ARG_PARAMS),
	};
	DateADT		as_of;
	int			min_n;
	Style		style = {0};
	EqpWriter  *writer;
	EqpSnapshot *snapshot;
	EqpCovered	covered;

	call.nby = eqp_argument_by(fcinfo, ARG_BY, &call.by);
	as_of = eqp_argument_date(fcinfo, ARG_AS_OF, "as_of");
	call.min_sessions = eqp_argument_count(fcinfo, ARG_MIN_SESSIONS, "min_sessions", 1);
	call.rollup = eqp_argument_bool(fcinfo, ARG_ROLLUP, "rollup");
	min_n = eqp_argument_count(fcinfo, ARG_MIN_N, "min_n", 0);
	style.interval = eqp_argument_optional_confidence(fcinfo, ARG_CONFIDENCE, &style.confidence);
	call.active_since = eqp_argument_active_since(fcinfo, ARG_ACTIVE_SINCE, as_of);
	call.npairing_by = eqp_argument_pairing_by(fcinfo, ARG_PAIRING_BY, call.by, call.nby, &call.pairing_by);
	style.round_to = eqp_argument_round_to(fcinfo, ARG_ROUND_TO);

	writer = eqp_writer_open(fcinfo, N_COLUMNS);
	snapshot = eqp_snapshot_read(call.function, schools, successors, call.by, call.nby, as_of, false);
	covered = call.npairing_by > 0 ? eqp_cover_strands(&call, snapshot) : cover(&call, snapshot);
	hide_small(&covered, min_n);
	for (int64 i = 0; i < covered.report->nnodes; i++)
	{
		CHECK_FOR_INTERRUPTS();
		put_row(writer, covered.report, &covered.report->nodes[i], &covered.rows[i], snapshot,
				call.sessions ? &covered.sessions[i] : NULL, &style);
	}
	return (Datum) 0;
}
