/*
 * rank_measures.c
 *		Probability of superiority, Cliff's delta and the Kolmogorov-Smirnov
 *		distance.  See rank_measures.h.
 *
 * All are read off one merge of the two sorted samples, run of equal values
 * by run, or 64 rows at a time where all are different; nothing compares every pair.  For a row of the reference, the share
 * of the comparison group below it (ties by half) is its placement, V10; for a
 * row of the comparison group, the share of the reference above it is V01
 * (DeLong, DeLong and Clarke-Pearson, Biometrics 44, 1988).
 */
#include "distribution/rank_measures.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

#include "stats/distribution.h"

/* Below this share of what it is the difference of, a spread is taken row by row. */
#define CANCELLATION	1e-3

/* The next distinct value: the mass of either group at it; false at the end. */
static inline bool
next_value(EqpRankMerge *m, double *at_r, double *at_c)
{
	bool		has_r = m->i < m->reference->n;
	bool		has_c = m->j < m->comparison->n;
	double		r = has_r ? m->reference->values[m->i] : INFINITY;
	double		c = has_c ? m->comparison->values[m->j] : INFINITY;
	EqpRun		run;

	*at_r = *at_c = 0.0;
	if (!has_r && !has_c)
		return false;
	if (has_r && (r <= c || !has_c))
	{
		m->i = eqp_read_run(m->reference, m->i, m->scale_r, &run);
		*at_r = run.mass;
	}
	if (has_c && (c <= r || !has_r))
	{
		m->j = eqp_read_run(m->comparison, m->j, m->scale_c, &run);
		*at_c = run.mass;
	}
	if (++m->since_tick == 1 << 16)
	{
		m->since_tick = 0;
		eqp_call_tick(m->tick);
	}
	return true;
}

/* Before the first value of either. */
static EqpRankMerge
merge_start(const EqpSample *reference, const EqpSample *comparison, EqpTick tick)
{
	EqpRankMerge m = {
		reference, comparison, eqp_weight_scale(reference), eqp_weight_scale(comparison),
		0, 0, 0.0, 0.0, 0, tick
	};

	return m;
}

/* Sum of the weights times scale; the number of rows where there are none. */
static double
total_mass(const EqpSample *s, double scale)
{
	EqpSum		mass = {0.0, 0.0};

	if (s->weights == NULL)
		return (double) s->n;
	for (size_t i = 0; i < s->n; i++)
		eqp_sum_add(&mass, s->weights[i] * scale);
	return eqp_sum_value(&mass);
}

/* Up to here products of the two numbers of rows, and twice them, are whole numbers of 64 bits. */
#define MAX_PAIRS	((double) (UINT64_C(1) << 62))

/* A value that t rows of the two groups have. */
static inline void
add_ties(EqpRankSums *sums, double t)
{
	if (t > 1.0)
		eqp_sum_add(&sums->ties, t * t * t - t);
}

/*
 * Rows that are all different need not be looked at one by one.  Of eight of them, a bit each, here is
 * how many are of the comparison group; how many of these lie before each of the reference, summed up, and the sum
 * of the squares of that; and the sum of the squares of how many of the reference lie before each of the others.
 */
static void
fill_patterns(EqpRankPattern *patterns)
{
	for (unsigned bits = 0; bits < EQP_RANK_PATTERNS; bits++)
	{
		EqpRankPattern p = {0, 0, 0, 0};
		unsigned	before_r = 0;

		for (int row = 0; row < 8; row++)
		{
			if ((bits >> row & 1) != 0)
			{
				p.squares_c = (uint8_t) (p.squares_c + before_r * before_r);
				p.comparison++;
			}
			else
			{
				p.ahead = (uint8_t) (p.ahead + p.comparison);
				p.squares_r = (uint8_t) (p.squares_r + p.comparison * p.comparison);
				before_r++;
			}
		}
		patterns[bits] = p;
	}
}

/* The largest gap of the distribution functions, times all pairs, before each of 64 rows. */
static void
widen(EqpRankPass *pass, uint64_t from_comparison, int64_t gap)
{
	int64_t		n_r = (int64_t) pass->merge.reference->n;
	int64_t		n_c = (int64_t) pass->merge.comparison->n;
	int64_t		most = 64 * (n_r > n_c ? n_r : n_c);

	if ((gap < 0 ? -gap : gap) + most <= pass->widest)
		return;
	for (int row = 0; row < 64; row++)
	{
		int64_t		size;

		gap += (from_comparison >> row & 1) != 0 ? -n_r : n_c;
		size = gap < 0 ? -gap : gap;
		pass->widest = size > pass->widest ? size : pass->widest;
	}
}

/* 64 rows that are all different; placements are counted from the middle, in halves. */
static void
add_distinct(EqpRankPass *pass, uint64_t from_comparison)
{
	EqpRankMerge *m = &pass->merge;
	uint64_t	r = 0;			/* rows of the reference so far */
	uint64_t	c = 0;			/* and of the comparison group */
	uint64_t	ahead = 0;
	uint64_t	squares_r = 0;
	uint64_t	squares_c = 0;
	double		middle_r = 2.0 * (double) m->j - (double) m->comparison->n;
	double		middle_c = (double) m->reference->n - 2.0 * (double) m->i;

	widen(pass, from_comparison, (int64_t) (m->i * m->comparison->n) - (int64_t) (m->j * m->reference->n));
	for (int byte = 0; byte < 64; byte += 8)
	{
		EqpRankPattern p = pass->patterns[from_comparison >> byte & (EQP_RANK_PATTERNS - 1)];
		uint64_t	p_r = 8u - p.comparison;

		ahead += p_r * c + p.ahead;
		squares_r += p_r * c * c + 2 * c * p.ahead + p.squares_r;
		squares_c += p.comparison * r * r + 2 * r * (p_r * p.comparison - p.ahead) + p.squares_c;
		r += p_r;
		c += p.comparison;
	}
	pass->ahead += r * m->j + ahead;
	eqp_sum_add(&pass->squares_r, (double) r * middle_r * middle_r +
				4.0 * (middle_r * (double) ahead + (double) squares_r));
	eqp_sum_add(&pass->squares_c, (double) c * middle_c * middle_c -
				4.0 * (middle_c * (double) (r * c - ahead) - (double) squares_c));
	m->i += r;
	m->j += c;
	m->below_r = (double) m->i;
	m->below_c = (double) m->j;
}

/* The rows of the next value; false at the end. */
static bool
add_value(EqpRankPass *pass)
{
	EqpRankMerge *m = &pass->merge;
	double		n_r = (double) m->reference->n;
	double		n_c = (double) m->comparison->n;
	double		at_r;
	double		at_c;
	double		placement_r;
	double		placement_c;

	if (!next_value(m, &at_r, &at_c))
		return false;
	add_ties(&pass->sums, at_r + at_c);
	placement_r = 2.0 * m->below_c + at_c - n_c;
	placement_c = n_r - 2.0 * m->below_r - at_r;
	eqp_block_sum_add(&pass->sums.ahead, at_r * (m->below_c + 0.5 * at_c));
	eqp_block_sum_add(&pass->sums.tied, at_r * at_c);
	eqp_sum_add(&pass->squares_r, at_r * placement_r * placement_r);
	eqp_sum_add(&pass->squares_c, at_c * placement_c * placement_c);
	m->below_r += at_r;
	m->below_c += at_c;
	pass->sums.distance = fmax(pass->sums.distance, fabs(m->below_r * n_c - m->below_c * n_r));
	return true;
}

/* Steps between rows that are compared side by side. */
#define LANES	4

/* Whether 64 finite values in order, and the one behind them, are all different. */
static inline bool
all_different(const double *values, double next)
{
	double		least[LANES] = {INFINITY, INFINITY, INFINITY, INFINITY};

	for (size_t i = 0; i < 60; i += LANES)
		for (size_t lane = 0; lane < LANES; lane++)
		{
			double		step = values[i + lane + 1] - values[i + lane];

			least[lane] = step < least[lane] ? step : least[lane];
		}
	return least[0] > 0.0 && least[1] > 0.0 && least[2] > 0.0 && least[3] > 0.0 &&
		values[60] < values[61] && values[61] < values[62] && values[62] < values[63] && values[63] != next;
}

bool
eqp_rank_start(EqpRankPass *pass, const EqpSample *reference, const EqpSample *comparison, EqpTick tick)
{
	memset(pass, 0, sizeof(*pass));
	pass->merge = merge_start(reference, comparison, tick);
	fill_patterns(pass->patterns);
	return reference->n > 0 && comparison->n > 0 && reference->weights == NULL && comparison->weights == NULL &&
		!isnan(reference->values[reference->n - 1]) && !isnan(comparison->values[comparison->n - 1]) &&
		(double) reference->n * (double) comparison->n <= MAX_PAIRS;
}

void
eqp_rank_add(EqpRankPass *pass, const EqpMergedRows *rows)
{
	EqpRankMerge *m = &pass->merge;
	size_t		start = rows->i + rows->j;

	for (size_t at = 0; at < rows->n; at += 64)
	{
		bool		whole = rows->n - at >= 64 && m->i + m->j == start + at;

		if (whole && isfinite(rows->values[at]) && isfinite(rows->values[at + 63]) &&
			all_different(rows->values + at, rows->n - at > 64 ? rows->values[at + 64] : rows->next))
			add_distinct(pass, rows->from_b[at / 64]);
		else
			while (m->i + m->j < start + at + 64 && add_value(pass))
				;
	}
}

void
eqp_rank_add_rest(EqpRankPass *pass)
{
	while (add_value(pass))
		;
}

/*
 * What all rows say; false where the placements lie so close to each other that their spread
 * about their mean has to be taken row by row.
 */
static bool
sum_up(EqpRankPass *pass)
{
	EqpRankSums *sums = &pass->sums;
	double		n_r = (double) pass->merge.reference->n;
	double		n_c = (double) pass->merge.comparison->n;
	double		mean;
	double		spread[2];

	eqp_sum_add(&sums->ahead.blocks, (double) pass->ahead);
	sums->distance = fmax(sums->distance, (double) pass->widest);

	/* sum of (V - mean V)^2, V in halves from the middle; the mean is that of delta */
	mean = (2.0 * eqp_block_sum_value(&sums->ahead) - n_r * n_c) / (n_r * n_c);
	for (int group = 0; group < 2; group++)
	{
		double		n = group == 0 ? n_r : n_c;
		double		pairs = group == 0 ? n_c : n_r;
		double		squares = eqp_sum_value(group == 0 ? &pass->squares_r : &pass->squares_c) / (pairs * pairs);

		spread[group] = squares - n * mean * mean;
		if (spread[group] < CANCELLATION * squares)
			return false;
	}
	eqp_block_sum_add(&sums->spread_r, 0.25 * spread[0]);
	eqp_block_sum_add(&sums->spread_c, 0.25 * spread[1]);
	return true;
}

/* Counts are multiplied before they are divided: their products are exact. */
static void
count_pairs(const EqpRankMerge *start, double mass_r, double mass_c, EqpRankSums *sums)
{
	EqpRankMerge m = *start;
	double		at_r;
	double		at_c;

	while (next_value(&m, &at_r, &at_c))
	{
		double		gap;

		add_ties(sums, at_r + at_c);
		if (at_r > 0.0)
		{
			eqp_block_sum_add(&sums->ahead, at_r * (m.below_c + 0.5 * at_c));
			eqp_block_sum_add(&sums->tied, at_r * at_c);
		}
		m.below_r += at_r;
		m.below_c += at_c;
		gap = fabs(m.below_r * mass_c - m.below_c * mass_r);
		if (gap > sums->distance)
			sums->distance = gap;
	}
}

/*
 * How far the placements of the rows of either group among those of the other
 * one scatter, for the variance of Cliff's delta.  Without weights only.
 */
static void
placement_spread(const EqpRankMerge *start, double superiority, EqpRankSums *sums)
{
	EqpRankMerge m = *start;
	double		n_r = (double) m.reference->n;
	double		n_c = (double) m.comparison->n;
	double		at_r;
	double		at_c;

	while (next_value(&m, &at_r, &at_c))
	{
		double		v10 = (m.below_c + 0.5 * at_c) / n_c - superiority;
		double		v01 = (n_r - m.below_r - 0.5 * at_r) / n_r - superiority;

		eqp_block_sum_add(&sums->spread_r, at_r * v10 * v10);
		eqp_block_sum_add(&sums->spread_c, at_c * v01 * v01);
		m.below_r += at_r;
		m.below_c += at_c;
	}
}

/*
 * The variance of Cliff's delta without bias, and his asymmetric limits
 * (Cliff, Psychological Bulletin 114, 1993; Feng and Cliff, Journal of Modern
 * Applied Statistical Methods 3, 2004): the s_ are sums of squared deviations
 * of the dominances of rows, columns and pairs.  Where one group is ahead in
 * every pair, the limits are those of the nearest delta that leaves room, and
 * the outer one is the bound itself.
 */
static void
cliffs_delta(double n_r, double n_c, double delta, const EqpRankSums *sums,
			 double confidence, EqpMeasure *out)
{
	double		pairs = n_r * n_c;
	bool		separated = fabs(delta) >= 1.0;
	double		d = delta;
	double		s_rows = 4.0 * eqp_block_sum_value(&sums->spread_r);
	double		s_columns = 4.0 * eqp_block_sum_value(&sums->spread_c);
	double		s_pairs;
	double		variance;
	double		t = eqp_student_critical(confidence, n_r + n_c - 2.0);
	double		root;
	double		divisor;

	if (separated)
	{
		double		off = 1.0 / pairs;

		d = copysign(1.0 - off, delta);
		s_rows = n_r * off * off;
		s_columns = n_c * off * off;
		s_pairs = pairs * off * off;
	}
	else
		s_pairs = pairs - eqp_block_sum_value(&sums->tied) - pairs * d * d;

	variance = (n_c * n_c * s_rows + n_r * n_r * s_columns - s_pairs) /
		(pairs * (n_r - 1.0) * (n_c - 1.0));
	if (!(variance > 0.0))
		variance = 0.0;

	root = t * sqrt(variance) *
		sqrt((1.0 - d * d) * (1.0 - d * d) + t * t * variance);
	divisor = 1.0 - d * d + t * t * variance;
	if (variance > 0.0)
		out->std_error = sqrt(variance);
	out->lower = (d - d * d * d - root) / divisor;
	out->upper = (d - d * d * d + root) / divisor;
	if (delta >= 1.0)
		out->upper = 1.0;
	if (delta <= -1.0)
		out->lower = -1.0;
	out->method = "Cliff unbiased, t";

	/* no spread at all, as where every value is the same: nothing to judge by */
	if (variance == 0.0 || !isfinite(out->lower) || !isfinite(out->upper))
	{
		out->lower = out->upper = NAN;
		out->method = NULL;
	}
}

/*
 * The two-sided p value of Mann and Whitney (Annals of Mathematical Statistics
 * 18, 1947) by the normal distribution, its variance corrected for ties, with half a
 * pair taken off for continuity: R's wilcox.test(exact = FALSE, correct = TRUE).  NaN
 * where all values are equal.
 */
static double
mann_whitney(double n_r, double n_c, double pairs_ahead, double ties)
{
	double		n = n_r + n_c;
	double		off = fmax(fabs(pairs_ahead - 0.5 * n_r * n_c) - 0.5, 0.0);
	double		variance = n_r / 12.0 * n_c * (n + 1.0 - ties / (n * (n - 1.0)));

	if (ties >= n * n * n - n || !(variance > 0.0))
		return NAN;
	return fmin(2.0 * eqp_normal_cdf(-off / sqrt(variance)), 1.0);
}

/* All measures of what has been summed up. */
static void
put_measures(const EqpRankMerge *start, EqpRankSums *sums, bool spread_known, double mass_r, double mass_c,
			 double confidence, EqpMeasure out[EQP_N_RANK_MEASURES])
{
	const EqpSample *reference = start->reference;
	const EqpSample *comparison = start->comparison;
	double		n_r = (double) reference->n;
	double		n_c = (double) comparison->n;
	EqpMeasure *superiority = &out[EQP_RANK_SUPERIORITY];
	EqpMeasure *delta = &out[EQP_RANK_CLIFFS_DELTA];

	superiority->estimate = fmin(eqp_block_sum_value(&sums->ahead) / (mass_r * mass_c), 1.0);
	delta->estimate = fmin(2.0 * superiority->estimate - 1.0, 1.0);
	out[EQP_RANK_KS_DISTANCE].estimate = fmin(sums->distance / (mass_r * mass_c), 1.0);

	if (reference->weights == NULL && comparison->weights == NULL)
		superiority->p_value = delta->p_value =
			mann_whitney(n_r, n_c, eqp_block_sum_value(&sums->ahead), eqp_sum_value(&sums->ties));
	if (reference->weights != NULL || comparison->weights != NULL ||
		reference->n < 2 || comparison->n < 2)
		return;

	/* 2 A - 1 of the exact count, not of its rounded share */
	delta->estimate = (2.0 * eqp_block_sum_value(&sums->ahead) - mass_r * mass_c) / (mass_r * mass_c);
	if (!spread_known)
		placement_spread(start, superiority->estimate, sums);
	superiority->std_error = sqrt(eqp_block_sum_value(&sums->spread_r) / (n_r - 1.0) / n_r +
								  eqp_block_sum_value(&sums->spread_c) / (n_c - 1.0) / n_c);
	/* none is left where one group is ahead in every pair, or every value is the same */
	if (!(superiority->std_error > 0.0))
		superiority->std_error = NAN;
	else
	{
		double		half = eqp_normal_critical(confidence) * superiority->std_error;

		superiority->lower = fmax(superiority->estimate - half, 0.0);
		superiority->upper = fmin(superiority->estimate + half, 1.0);
		superiority->method = "DeLong, normal, within 0 and 1";
	}
	cliffs_delta(n_r, n_c, delta->estimate, sums, confidence, delta);
}

static const char *const names[EQP_N_RANK_MEASURES] = {
	"probability_of_superiority", "cliffs_delta", "ks_distance"
};

void
eqp_rank_finish(EqpRankPass *pass, double confidence, EqpMeasure out[EQP_N_RANK_MEASURES])
{
	EqpRankMerge start = merge_start(pass->merge.reference, pass->merge.comparison, pass->merge.tick);
	bool		spread_known = sum_up(pass);

	eqp_measures_init(out, names, EQP_N_RANK_MEASURES);
	put_measures(&start, &pass->sums, spread_known, (double) start.reference->n, (double) start.comparison->n,
				 confidence, out);
}

void
eqp_rank_measures(const EqpSample *reference, const EqpSample *comparison,
				  double confidence, EqpMeasure out[EQP_N_RANK_MEASURES],
				  EqpTick tick)
{
	EqpRankPass pass;
	EqpMergedRows rows;
	double		mass_r;
	double		mass_c;

	if (eqp_rank_start(&pass, reference, comparison, tick))
	{
		if (eqp_has_long_runs(reference) && eqp_has_long_runs(comparison))
			eqp_rank_add_rest(&pass);
		eqp_merged_start(&rows, reference, comparison);
		for (size_t reads = 1; pass.merge.i + pass.merge.j < reference->n + comparison->n; reads++)
		{
			eqp_merged_next(&rows);
			eqp_rank_add(&pass, &rows);
			if (reads % EQP_MERGED_PER_TICK == 0)
				eqp_call_tick(tick);
		}
		eqp_rank_finish(&pass, confidence, out);
		return;
	}
	eqp_measures_init(out, names, EQP_N_RANK_MEASURES);
	if (reference->n == 0 || comparison->n == 0 ||
		isnan(reference->values[reference->n - 1]) ||
		isnan(comparison->values[comparison->n - 1]))
		return;
	mass_r = total_mass(reference, pass.merge.scale_r);
	mass_c = total_mass(comparison, pass.merge.scale_c);
	count_pairs(&pass.merge, mass_r, mass_c, &pass.sums);
	put_measures(&pass.merge, &pass.sums, false, mass_r, mass_c, confidence, out);
}
