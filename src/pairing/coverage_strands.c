/*
 * coverage_strands.c
 *		pairing_coverage() with pairing_by: a row for each scheme of pairings
 *		and each subgroup of units, and totals in which a unit counts once.
 *
 * The units of a subgroup are counted once for all schemes.  Then the pairings
 * of one strand after the other are looked at, and of the units those alone
 * that have any in it.  So the time grows with the pairings and the rows of
 * the report, not with the schemes times the units.
 */
#include "pairing/coverage.h"

#include "alloc.h"
#include "miscadmin.h"
#include "programme/links.h"
#include "programme/tie_sessions.h"

typedef struct StrandCounter
{
	const EqpSnapshot *snapshot;
	const EqpLinks *links;
	const EqpStrands *strands;
	const EqpTieSessions *sessions;	/* NULL without */
	int			min_sessions;
	uint32		ngroups;
	EqpCovered	covered;
	int64	   *leaf;			/* by scheme and group: the node; -1 for none */
	int64	   *total;			/* by strand: its node where it is of several schemes, else -1 */

	/* of the strand that is being counted */
	EqpUnitCount *counts;		/* by unit; zeros in between */
	uint32	   *touched;		/* the units that have a partner in it */
	uint32		ntouched;
	uint32	   *last;			/* by node: see eqp_cover_attended */
} StrandCounter;

/* The node of a unit in the rows of a strand. */
static inline int64
node_of(const StrandCounter *counter, uint32 strand, uint32 unit)
{
	if (counter->total[strand] >= 0)
		return counter->total[strand];
	return counter->leaf[(Size) counter->strands->scheme[strand] * counter->ngroups + counter->snapshot->units[unit].group];
}

/* One partner more of a unit, whose first one it may be. */
static inline void
touch(StrandCounter *counter, uint32 unit, bool external, bool cross_zone, int64 sessions)
{
	if (counter->counts[unit].partners == 0)
		counter->touched[counter->ntouched++] = unit;
	eqp_count_partner(&counter->counts[unit], external, cross_zone, sessions);
}

/* Counts the partners of the units in a strand. */
static void
count_ties(StrandCounter *counter, uint32 strand)
{
	const EqpSnapshot *snapshot = counter->snapshot;
	EqpByNumber units = eqp_units_by_number(snapshot);
	EqpByNumber counts = EQP_BY_NUMBER(counter->counts, snapshot->programme.nlisted);
	const int64 *held = counter->sessions && counter->sessions->attended == NULL ? counter->sessions->held : NULL;
	const EqpStrandTie *ties;
	uint64		n = eqp_links_of_strand(counter->links, strand, &ties);

	for (uint64 i = 0; i < n; i++)
	{
		uint32		a = ties[i].a;
		uint32		b = ties[i].b;
		bool		external = eqp_is_external(&snapshot->programme, b);
		bool		cross_zone = eqp_zones_differ(eqp_zone_of(snapshot, a), eqp_zone_of(snapshot, b));
		int64		sessions = held ? held[ties[i].tie] : 0;

		CHECK_FOR_INTERRUPTS();
		if (n - i > EQP_AHEAD)
		{
			eqp_fetch(&units, ties[i + EQP_AHEAD].b);
			eqp_fetch(&counts, ties[i + EQP_AHEAD].b);
		}
		touch(counter, a, external, cross_zone, sessions);
		if (!external)
			touch(counter, b, false, cross_zone, sessions);
		if (sessions > 0)
			eqp_cover_sessions(&counter->covered, node_of(counter, strand, a),
							   external ? -1 : node_of(counter, strand, b), sessions);
	}
}

/* The same of sessions that have a row for each participant. */
static void
count_attended(StrandCounter *counter, uint32 strand)
{
	const EqpTieSessions *sessions = counter->sessions;

	for (uint64 i = sessions->first_of_strand[strand]; i < sessions->first_of_strand[strand + 1]; i++)
	{
		const EqpAttendance *attended = &sessions->attended[i];

		CHECK_FOR_INTERRUPTS();
		counter->counts[attended->unit].sessions++;
		eqp_cover_attended(&counter->covered, node_of(counter, strand, attended->unit), counter->last,
						   attended->session + 1);
	}
}

/* Counts a strand into its rows. */
static void
count_strand(StrandCounter *counter, uint32 strand)
{
	counter->ntouched = 0;
	count_ties(counter, strand);
	if (counter->sessions && counter->sessions->attended != NULL)
		count_attended(counter, strand);
	for (uint32 i = 0; i < counter->ntouched; i++)
	{
		uint32		unit = counter->touched[i];

		CHECK_FOR_INTERRUPTS();
		eqp_cover_paired(&counter->covered.rows[node_of(counter, strand, unit)], &counter->snapshot->units[unit],
						 &counter->counts[unit], counter->min_sessions);
		counter->counts[unit] = (EqpUnitCount) {0};
	}
}

/* ---- The rows ----------------------------------------------------------- */

/* The units of each group and their weight; palloc'd. */
static EqpCoverage *
count_units(const EqpSnapshot *snapshot, uint32 ngroups)
{
	EqpCoverage *groups = eqp_alloc0(CurrentMemoryContext, ngroups, sizeof(EqpCoverage));

	for (uint32 i = 0; i < snapshot->programme.nlisted; i++)
		if (snapshot->units[i].valid)
			eqp_cover_unit(&groups[snapshot->units[i].group], &snapshot->units[i]);
	return groups;
}

/* The cells that the report has: each scheme with each group that has units, and what the plan names. */
static void
fill_cells(EqpCells *cells, const EqpStrands *strands, const EqpCoverage *groups, uint32 ngroups)
{
	bool	   *used = eqp_alloc(CurrentMemoryContext, ngroups, sizeof(bool));

	for (uint32 group = 0; group < ngroups; group++)
		used[group] = groups[group].units > 0 || eqp_grouping_columns(cells->groups) == 0;
	eqp_cells_fill(cells, strands, used);
	pfree(used);
}

/*
 * The nodes of cells and strands, and in their rows what is the same for all
 * schemes: the units.  A total over schemes is of all units and has no target:
 * where two schemes plan for one unit, their targets do not add up.
 */
static void
prepare_rows(StrandCounter *counter, const EqpCells *cells, const EqpCoverage *groups, const EqpTargets *targets)
{
	const EqpReport *report = counter->covered.report;
	Size		ncells = (Size) counter->strands->nschemes * counter->ngroups;

	counter->leaf = eqp_alloc(CurrentMemoryContext, ncells, sizeof(int64));
	counter->total = eqp_alloc(CurrentMemoryContext, counter->strands->nstrands, sizeof(int64));
	for (Size i = 0; i < ncells; i++)
		counter->leaf[i] = -1;
	for (uint32 i = 0; i < counter->strands->nstrands; i++)
		counter->total[i] = -1;
	for (int64 i = 0; i < report->nnodes; i++)
	{
		const EqpNode *node = &report->nodes[i];
		EqpCoverage *row = &counter->covered.rows[i];
		uint32		strand = eqp_strand_of_node(counter->strands, cells, node);

		CHECK_FOR_INTERRUPTS();
		if (node->leaf)
		{
			const EqpCell *cell = &cells->cells[node->group];

			counter->leaf[(Size) cell->scheme * counter->ngroups + cell->group] = i;
			*row = groups[cell->group];
			eqp_cover_target(row, targets, node->group);
		}
		else if (node->level < eqp_grouping_columns(cells->schemes))
		{
			if (strand != EQP_NO_STRAND)
				counter->total[strand] = i;
			for (uint32 group = 0; group < counter->ngroups; group++)
			{
				row->units += groups[group].units;
				row->weight = float8_pl(row->weight, groups[group].weight);
			}
		}
	}
}

/* The names of all columns of a row, those of the pairings first. */
static char **
all_columns(const EqpCoverageCall *call)
{
	char	  **names = palloc((call->npairing_by + call->nby) * sizeof(char *));

	memcpy(names, call->pairing_by, call->npairing_by * sizeof(char *));
	memcpy(names + call->npairing_by, call->by, call->nby * sizeof(char *));
	return names;
}

EqpCovered
eqp_cover_strands(const EqpCoverageCall *call, EqpSnapshot *snapshot)
{
	EqpLinkRows link_rows = eqp_link_rows_read(snapshot, call->pairings, call->pairing_by, call->npairing_by,
											   call->sessions != NULL);
	EqpCells   *cells = eqp_cells_create(link_rows.schemes, snapshot->programme.grouping);
	EqpTargets	targets = {0};
	StrandCounter counter = {.snapshot = snapshot,.min_sessions = call->min_sessions};
	EqpCoverage *groups;
	EqpReport  *report;

	if (call->plan)
	{
		eqp_targets_read(&targets, cells->grouping, call->function, call->plan, all_columns(call),
						 call->npairing_by + call->nby, snapshot->as_of);
		eqp_cells_follow_plan(cells);
	}
	counter.strands = eqp_strands_create(link_rows.schemes, call->rollup);
	counter.links = eqp_links_create(snapshot, &link_rows, counter.strands);
	if (call->sessions)
		counter.sessions = eqp_tie_sessions_read(snapshot, counter.links, call->sessions, call->pairing_by,
												 call->npairing_by, call->active_since, snapshot->as_of);

	counter.ngroups = eqp_grouping_count(snapshot->programme.grouping);
	groups = count_units(snapshot, counter.ngroups);
	fill_cells(cells, counter.strands, groups, counter.ngroups);
	report = eqp_report_build(cells->grouping, NULL, call->rollup);
	counter.covered = (EqpCovered) {
		.report = report,
		.rows = eqp_alloc0(CurrentMemoryContext, report->nnodes, sizeof(EqpCoverage)),
		.sessions = eqp_alloc0(CurrentMemoryContext, report->nnodes, sizeof(int64)),
	};
	prepare_rows(&counter, cells, groups, &targets);

	counter.counts = eqp_alloc0(CurrentMemoryContext, snapshot->programme.nlisted, sizeof(EqpUnitCount));
	counter.touched = eqp_alloc(CurrentMemoryContext, snapshot->programme.nlisted, sizeof(uint32));
	counter.last = eqp_alloc0(CurrentMemoryContext, report->nnodes, sizeof(uint32));
	for (uint32 strand = 0; strand < counter.strands->nstrands; strand++)
		count_strand(&counter, strand);
	eqp_cover_totals(&counter.covered);
	return counter.covered;
}
