/*
 * coverage.c
 *		The rows of pairing_coverage(), with and without columns of the
 *		pairings: their sessions, and their totals.
 */
#include "pairing/coverage.h"

/* ---- Sessions of the rows ----------------------------------------------- */

void
eqp_cover_sessions(EqpCovered *covered, int64 a, int64 b, int64 n)
{
	const EqpNode *nodes = covered->report->nodes;

	/* leaves are as deep as each other, so the two ways up meet at one step */
	while (a != b)
	{
		covered->sessions[a] += n;
		a = nodes[a].parent;
		if (b < 0)
			continue;
		covered->sessions[b] += n;
		b = nodes[b].parent;
	}
	for (; a >= 0; a = nodes[a].parent)
		covered->sessions[a] += n;
}

void
eqp_cover_attended(EqpCovered *covered, int64 leaf, uint32 *last, uint32 session)
{
	/* where it has been, it has been above too */
	for (int64 node = leaf; node >= 0 && last[node] != session; node = covered->report->nodes[node].parent)
	{
		last[node] = session;
		covered->sessions[node]++;
	}
}

/* ---- Totals ------------------------------------------------------------- */

/* Adds a part to its total. */
static void
add_row(EqpCoverage *total, const EqpCoverage *part)
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

void
eqp_cover_totals(EqpCovered *covered)
{
	const EqpReport *report = covered->report;

	for (int64 i = 0; i < report->nnodes; i++)
		if (report->nodes[i].parent >= 0)
			add_row(&covered->rows[report->nodes[i].parent], &covered->rows[i]);
}
