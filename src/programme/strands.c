/*
 * strands.c
 *		From schemes to strands, and to the rows of a report; see strands.h.
 */
#include "programme/strands.h"

#include "alloc.h"

EqpStrands *
eqp_strands_create(EqpGrouping *schemes, bool rollup)
{
	EqpStrands *strands = palloc0(sizeof(EqpStrands));
	EqpReport  *report = eqp_report_build(schemes, NULL, rollup);
	uint32		rank = 0;

	if (report->nnodes >= PG_UINT32_MAX)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("too many groups in one report")));
	strands->schemes = schemes;
	strands->nstrands = report->nnodes;
	strands->nschemes = eqp_grouping_count(schemes);
	strands->nlevels = rollup ? eqp_grouping_columns(schemes) + 1 : 1;
	strands->rank = eqp_alloc(CurrentMemoryContext, strands->nschemes, sizeof(uint32));
	strands->strands = eqp_alloc(CurrentMemoryContext, strands->nschemes, strands->nlevels * sizeof(uint32));
	strands->scheme = eqp_alloc(CurrentMemoryContext, strands->nstrands, sizeof(uint32));
	strands->ncolumns = eqp_alloc(CurrentMemoryContext, strands->nstrands, sizeof(int));
	for (int64 i = 0; i < report->nnodes; i++)
	{
		int64		strand = i;

		CHECK_FOR_INTERRUPTS();
		strands->scheme[i] = report->nodes[i].group;
		strands->ncolumns[i] = report->nodes[i].level;
		if (!report->nodes[i].leaf)
			continue;
		for (int level = 0; level < strands->nlevels; level++)
		{
			strands->strands[(Size) rank * strands->nlevels + level] = strand;
			strand = report->nodes[strand].parent;
		}
		strands->rank[report->nodes[i].group] = rank++;
	}
	return strands;
}

bool
eqp_strand_has(const EqpStrands *strands, uint32 strand, uint32 scheme)
{
	int			ncolumns = strands->ncolumns[strand];

	if (ncolumns == 0)
		return true;
	if (scheme < strands->nschemes)
		return eqp_strand_of_rank(strands, strands->rank[scheme],
								  eqp_grouping_columns(strands->schemes) - ncolumns) == strand;
	return eqp_grouping_same_prefix(strands->schemes, strands->scheme[strand], scheme, ncolumns);
}

/* ---- The rows of a report ----------------------------------------------- */

EqpCells *
eqp_cells_create(EqpGrouping *schemes, EqpGrouping *groups)
{
	EqpCells   *cells = palloc0(sizeof(EqpCells));

	cells->schemes = schemes;
	cells->groups = groups;
	cells->grouping = eqp_grouping_join(schemes, groups);
	return cells;
}

/* Notes of what a cell is; cells come in any order. */
static void
set_cell(EqpCells *cells, uint32 number, uint32 scheme, uint32 group)
{
	EQP_RESERVE(CurrentMemoryContext, cells->cells, cells->capacity, number);
	cells->cells[number] = (EqpCell) {scheme, group};
}

void
eqp_cells_follow_plan(EqpCells *cells)
{
	for (uint32 i = 0; i < eqp_grouping_count(cells->grouping); i++)
		set_cell(cells, i, eqp_grouping_outer_group(cells->schemes, cells->grouping, i),
				 eqp_grouping_inner_group(cells->groups, cells->grouping, i));
}

void
eqp_cells_fill(EqpCells *cells, const EqpStrands *strands, const bool *used)
{
	uint32		ngroups = eqp_grouping_count(cells->groups);

	for (uint32 scheme = 0; scheme < strands->nschemes; scheme++)
		for (uint32 group = 0; group < ngroups; group++)
		{
			CHECK_FOR_INTERRUPTS();
			if (used[group])
				set_cell(cells, eqp_grouping_join_group(cells->grouping, cells->schemes, scheme,
														cells->groups, group), scheme, group);
		}
}

uint32
eqp_strand_of_node(const EqpStrands *strands, const EqpCells *cells, const EqpNode *node)
{
	int			nby = eqp_grouping_columns(cells->schemes);
	uint32		scheme;

	if (node->group >= eqp_grouping_count(cells->grouping))
		return EQP_NO_STRAND;
	scheme = cells->cells[node->group].scheme;
	return eqp_strand_of_rank(strands, strands->rank[scheme], nby - Min(node->level, nby));
}
