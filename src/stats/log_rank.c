/*
 * log_rank.c
 *		The log-rank test of several groups; see log_rank.h.
 */
#include "stats/log_rank.h"

#include <math.h>
#include <string.h>

#include "stats/distribution.h"

size_t
eqp_log_rank_links(int ngroups)
{
	return (size_t) ngroups * (size_t) (ngroups > 0 ? ngroups - 1 : 0) / 2;
}

/* Where the links of a group to those before it begin. */
static inline double *
links_of(double *links, int group)
{
	return links + eqp_log_rank_links(group);
}

/* The link between two groups, in whatever order. */
static inline double *
link_between(double *links, int a, int b)
{
	return a > b ? links_of(links, a) + b : links_of(links, b) + a;
}

/* ---- From the days to the network --------------------------------------- */

/* A day with events, of all the units at risk. */
static void
compare_on_day(int64_t at_risk, int64_t events, int ngroups, EqpLogRankGroup *groups, double *links,
			   EqpTick tick)
{
	double		n = (double) at_risk;
	double		d = (double) events;
	double		variance = at_risk > events ? d * ((double) (at_risk - events) / (double) (at_risk - 1)) : 0.0;

	for (int i = 0; i < ngroups; i++)
	{
		double		share = (double) groups[i].at_risk / n;
		double	   *link = links_of(links, i);

		if (groups[i].at_risk == 0)
			continue;
		eqp_sum_add(&groups[i].expected, d * share);
		if (variance > 0.0)
			for (int j = 0; j < i; j++)
				link[j] += variance * share * ((double) groups[j].at_risk / n);
		eqp_call_tick(tick);
	}
}

/* All days, from the first to the last. */
static void
compare_on_days(const EqpGroupDay *seen, size_t nseen, int ngroups, EqpLogRankGroup *groups,
				double *links, EqpTick tick)
{
	int64_t		at_risk = 0;

	for (size_t i = 0; i < nseen; i++)
	{
		groups[seen[i].group].at_risk += seen[i].ended - seen[i].entered;
		at_risk += seen[i].ended - seen[i].entered;
	}
	for (size_t i = 0, next; i < nseen; i = next)
	{
		int64_t		events = 0;

		for (next = i; next < nseen && seen[next].day == seen[i].day; next++)
			events += seen[next].events;
		if (events > 0)
			compare_on_day(at_risk, events, ngroups, groups, links, tick);
		for (size_t j = i; j < next; j++)
		{
			groups[seen[j].group].events += seen[j].events;
			groups[seen[j].group].at_risk += seen[j].entered - seen[j].ended;
			at_risk += seen[j].entered - seen[j].ended;
		}
	}
}

/* ---- The statistic ------------------------------------------------------ */

/*
 * Takes a group out of the network: its score goes to the groups it is linked
 * to, in proportion to the links, and these are linked with each other
 * instead.  Returns what it adds to the statistic, NaN where it is linked to
 * none.
 */
static double
take_out(int group, int ngroups, EqpLogRankGroup *groups, double *links, EqpTick tick)
{
	double		all = 0.0;

	for (int i = group + 1; i < ngroups; i++)
		all += *link_between(links, group, i);
	if (!(all > 0.0))
		return NAN;
	for (int i = group + 1; i < ngroups; i++)
	{
		double		share = *link_between(links, group, i) / all;
		double	   *link = links_of(links, i);

		if (share == 0.0)
			continue;
		groups[i].score += groups[group].score * share;
		for (int j = group + 1; j < i; j++)
			link[j] += share * *link_between(links, group, j);
		eqp_call_tick(tick);
	}
	return groups[group].score * groups[group].score / all;
}

void
eqp_log_rank(const EqpGroupDay *seen, size_t nseen, int ngroups, EqpLogRankGroup *groups,
			 double *links, EqpLogRank *result, EqpTick tick)
{
	EqpSum		statistic = {0.0, 0.0};

	memset(groups, 0, (size_t) ngroups * sizeof(EqpLogRankGroup));
	for (size_t i = 0; i < eqp_log_rank_links(ngroups); i++)
		links[i] = 0.0;
	compare_on_days(seen, nseen, ngroups, groups, links, tick);

	for (int i = 0; i < ngroups; i++)
		groups[i].score = ((double) groups[i].events - groups[i].expected.sum) - groups[i].expected.error;
	result->df = 0;
	for (int i = 0; i < ngroups; i++)
	{
		double		part = take_out(i, ngroups, groups, links, tick);

		if (isnan(part))
			continue;
		eqp_sum_add(&statistic, part);
		result->df++;
	}
	result->statistic = result->df > 0 ? eqp_sum_value(&statistic) : NAN;
	result->p_value = result->df > 0 ? eqp_chi_square_upper(result->statistic, result->df) : NAN;
}
