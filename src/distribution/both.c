/*
 * both.c
 *		Measures of two groups and of all their values.  See both.h.
 */
#include "distribution/both.h"

#include "stats/sample_merge.h"

/* What is read of all rows at once. */
static void
read_together(EqpRankPass *ranks, const EqpRelative *relative, double confidence, EqpBoth *out, EqpTick tick)
{
	EqpDispersionPass dispersion;
	EqpSharesPass shares;
	EqpMergedRows rows;

	eqp_dispersion_start(&dispersion, relative);
	eqp_shares_start(&shares, relative);
	eqp_merged_start(&rows, relative->sample, relative->other);
	for (size_t reads = 1; eqp_merged_next(&rows); reads++)
	{
		EqpSample	next = {rows.values, NULL, rows.n};

		eqp_rank_add(ranks, &rows);
		eqp_dispersion_add(&dispersion, &next, tick);
		eqp_shares_add(&shares, next.values, next.n, tick);
		if (reads % EQP_MERGED_PER_TICK == 0)
			eqp_call_tick(tick);
	}
	eqp_rank_finish(ranks, confidence, out->ranks);
	eqp_dispersion_finish(&dispersion, confidence, out->dispersion, tick);
	eqp_shares_finish(&shares, confidence, out->shares);
}

bool
eqp_measure_both(const EqpSample *reference, const EqpSample *comparison,
				 double confidence, EqpBoth *out, EqpTick tick)
{
	EqpRankPass ranks;

	if (!eqp_rank_start(&ranks, reference, comparison, tick))
		return false;
	out->known = eqp_relative_start_both(&out->relative, reference, comparison, tick);
	if (out->known && !(eqp_has_long_runs(reference) && eqp_has_long_runs(comparison)))
	{
		read_together(&ranks, &out->relative, confidence, out, tick);
		return true;
	}
	eqp_rank_measures(reference, comparison, confidence, out->ranks, tick);
	eqp_dispersion_of(out->known ? &out->relative : NULL, confidence, out->dispersion, tick);
	eqp_shares_of(out->known ? &out->relative : NULL, confidence, out->shares, tick);
	return true;
}
