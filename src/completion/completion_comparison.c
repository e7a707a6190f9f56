/*
 * completion_comparison.c
 *		Do groups differ in how soon their sessions are held:
 *		completion_comparison().
 */
#include "completion/delays.h"

#include "alloc.h"
#include "miscadmin.h"
#include "report/arguments.h"
#include "report/report.h"
#include "stats/log_rank.h"
#include "utils/memutils.h"

PG_FUNCTION_INFO_V1(eqp_completion_comparison);

enum
{
	ARG_SESSIONS, ARG_BY, ARG_GROUP_COLUMN, ARG_AS_OF, ARG_MIN_N, ARG_PARAMS
};

enum
{
	COL_DIMENSION, COL_SUBGROUP, COL_SUBGROUP_KEY, COL_AS_OF, COL_SUPPRESSED,
	COL_GRP, COL_SESSIONS, COL_HELD, COL_EXPECTED, COL_STATISTIC, COL_DF, COL_P_VALUE,
	COL_METHOD,
	N_COLUMNS
};

#define ST_SORT sort_group_days
#define ST_ELEMENT_TYPE EqpGroupDay
#define ST_COMPARE(a, b) \
	((a)->day != (b)->day \
	 ? ((a)->day < (b)->day ? -1 : 1) \
	 : (((a)->group > (b)->group) - ((a)->group < (b)->group)))
#define ST_SCOPE static
#define ST_CHECK_FOR_INTERRUPTS
#define ST_DEFINE
#include "lib/sort_template.h"

/* What was seen of all groups of a subgroup, in order of the day. */
static EqpGroupDay *
days_of(const EqpDelays *delays, const EqpNode *nodes, int ngroups, uint64 *nseen)
{
	EqpGroupDay *seen;
	uint64		n = 0;

	*nseen = 0;
	for (int g = 0; g < ngroups; g++)
		*nseen += delays->first[nodes[g].group + 1] - delays->first[nodes[g].group];
	seen = eqp_alloc(CurrentMemoryContext, *nseen, sizeof(EqpGroupDay));
	for (int g = 0; g < ngroups; g++)
		for (uint64 i = delays->first[nodes[g].group]; i < delays->first[nodes[g].group + 1]; i++)
		{
			const int64 *counts = delays->days[i].counts;

			seen[n].day = delays->days[i].day;
			seen[n].group = g;
			seen[n].events = counts[EQP_PLANNED_COMPLETED];
			seen[n].ended = 0;
			seen[n].entered = counts[EQP_PLANNED_ENTERED];
			for (int state = 0; state < EQP_N_PLANNED_STATES; state++)
				seen[n].ended += counts[state];
			n++;
		}
	sort_group_days(seen, n);
	return seen;
}

/* The sessions of unknown group, which are in no test: the last node, if it is one. */
static void
put_unknown(EqpWriter *writer, const EqpDelays *delays, const EqpNode *node, bool suppressed)
{
	if (!suppressed)
	{
		int64		held = 0;

		for (uint64 i = delays->first[node->group]; i < delays->first[node->group + 1]; i++)
			held += delays->days[i].counts[EQP_PLANNED_COMPLETED];
		eqp_set_count(writer, COL_SESSIONS, eqp_delays_total(delays, node->group));
		eqp_set_count(writer, COL_HELD, held);
	}
	eqp_writer_put(writer);
}

/* The groups of a subgroup, whose labels are kept: nodes, the group last among the BY columns. */
static void
put_groups(EqpWriter *writer, const EqpReport *report, const EqpDelays *delays,
		   const EqpNode *nodes, int nnodes, bool suppressed)
{
	int			by = nodes[0].level - 1;
	int			ngroups = nnodes - eqp_report_value_is_null(report, &nodes[nnodes - 1], by);
	EqpLogRankGroup *groups = eqp_alloc(CurrentMemoryContext, ngroups, sizeof(EqpLogRankGroup));
	EqpLogRank	test = {NAN, 0, NAN};

	if (!suppressed)
	{
		uint64		nseen;
		EqpGroupDay *seen = days_of(delays, nodes, ngroups, &nseen);
		double	   *links = eqp_alloc(CurrentMemoryContext, eqp_log_rank_links(ngroups), sizeof(double));

		eqp_log_rank(seen, nseen, ngroups, groups, links, &test, eqp_check_interrupts);
	}
	for (int g = 0; g < ngroups; g++)
	{
		eqp_set_by_value(writer, COL_GRP, report, &nodes[g], by);
		if (!suppressed)
		{
			eqp_set_count(writer, COL_SESSIONS, eqp_delays_total(delays, nodes[g].group));
			eqp_set_count(writer, COL_HELD, groups[g].events);
			eqp_set_float8(writer, COL_EXPECTED, eqp_sum_value(&groups[g].expected));
			eqp_set_float8(writer, COL_STATISTIC, test.statistic);
			eqp_set_int4(writer, COL_DF, test.df);
			eqp_set_float8(writer, COL_P_VALUE, test.p_value);
			if (test.df > 0)
				eqp_set_text(writer, COL_METHOD, "log-rank, chi-square, cancelled sessions censored");
		}
		eqp_writer_put(writer);
	}
	if (ngroups < nnodes)
		put_unknown(writer, delays, &nodes[ngroups], suppressed);
}

/* Has one of the groups so few sessions that its figures must not be shown? */
static bool
any_small(const EqpDelays *delays, const EqpNode *nodes, int nnodes, int min_n)
{
	for (int i = 0; i < nnodes; i++)
	{
		int64		total = eqp_delays_total(delays, nodes[i].group);

		if (total > 0 && total < min_n)
			return true;
	}
	return false;
}

/* The rows of the report: subgroup by subgroup, each of them the nodes that agree in all but the group. */
static void
put_subgroups(EqpWriter *writer, const EqpReport *report, const EqpDelays *delays, int min_n)
{
	MemoryContext context = CurrentMemoryContext;
	MemoryContext subgroup_context = AllocSetContextCreate(context, "equipair subgroup",
														   ALLOCSET_DEFAULT_SIZES);

	for (int64 i = 0, next; i < report->nnodes; i = next)
	{
		const EqpNode *nodes = &report->nodes[i];
		EqpNode		subgroup = nodes[0];
		bool		suppressed;

		CHECK_FOR_INTERRUPTS();
		subgroup.level--;
		for (next = i + 1; next < report->nnodes; next++)
			if (!eqp_report_same_prefix(report, nodes, &report->nodes[next], subgroup.level))
				break;
		suppressed = any_small(delays, nodes, (int) (next - i), min_n);

		MemoryContextReset(subgroup_context);
		MemoryContextSwitchTo(subgroup_context);
		eqp_writer_clear(writer);
		eqp_set_labels(writer, report, &subgroup);
		eqp_set_date(writer, COL_AS_OF, delays->as_of);
		eqp_set_bool(writer, COL_SUPPRESSED, suppressed);
		eqp_writer_keep(writer);
		put_groups(writer, report, delays, nodes, (int) (next - i), suppressed);
		MemoryContextSwitchTo(context);
	}
}

/* completion_comparison(sessions, ...) */
Datum
eqp_completion_comparison(PG_FUNCTION_ARGS)
{
	EQP_ARGUMENTS(6);
	const EqpSourceText *sessions = eqp_source_argument(fcinfo, ARG_SESSIONS, "sessions", true, ARG_PARAMS);
	char	  **by;
	int			nby = eqp_argument_by(fcinfo, ARG_BY, &by);
	char	   *group_column = eqp_argument_text(fcinfo, ARG_GROUP_COLUMN, "group_column");
	DateADT		as_of = eqp_argument_date(fcinfo, ARG_AS_OF, "as_of");
	int			min_n = eqp_argument_count(fcinfo, ARG_MIN_N, "min_n", 0);
	char	  **names = eqp_by_and_group(by, nby, group_column);
	EqpWriter  *writer = eqp_writer_open(fcinfo, N_COLUMNS);
	EqpRegister reg;
	EqpDelays	delays;

	eqp_delays_read(&delays, &reg, "completion_comparison", sessions, names, nby + 1, as_of, false);

	put_subgroups(writer, eqp_report_build(reg.grouping, NULL, false), &delays, min_n);
	return (Datum) 0;
}
