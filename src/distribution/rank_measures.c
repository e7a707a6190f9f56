/*
 * rank_measures.c
 *		Probability of superiority, Cliff's delta and the Kolmogorov-Smirnov
 *		distance.  See rank_measures.h.
 *
 * All are read off one merge of the two sorted samples, run of equal values
 * by run; nothing compares every pair.  For a row of the reference, the share
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

/* A place in the merge; the masses are those of the rows before it. */
typedef struct Merge
{
	const EqpSample *reference;
	const EqpSample *comparison;
	double		scale_r;		/* of the weights; their shares are all that counts */
	double		scale_c;
	size_t		i;
	size_t		j;
	double		below_r;
	double		below_c;
	size_t		since_tick;
	EqpTick		tick;
} Merge;

/* What a pass over the merge found. */
typedef struct Sums
{
	EqpBlockSum	ahead;			/* mass of pairs with the reference ahead, ties by half */
	EqpBlockSum	tied;			/* mass of pairs that are tied */
	EqpSum		ties;			/* sum of t^3 - t over the values of both groups, t rows each */
	double		distance;		/* largest gap of the distribution functions */
	EqpBlockSum	spread_r;		/* sum of (V10 - mean)^2 */
	EqpBlockSum	spread_c;		/* sum of (V01 - mean)^2 */
} Sums;

/* The next distinct value: the mass of either group at it; false at the end. */
static inline bool
next_value(Merge *m, double *at_r, double *at_c)
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
static Merge
merge_start(const EqpSample *reference, const EqpSample *comparison, EqpTick tick)
{
	Merge		m = {
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

/*
 * Without weights, the part of a merge in which either group has one row of a value and
 * the other has none: the usual case of values that are all different, in which
 * no processor foresees which group is next.  So there is no branch on it, and all that
 * is added up is whole numbers.  Placements are counted from the middle, in halves.
 */
typedef struct Distinct
{
	uint64_t	ahead;			/* pairs with the reference ahead */
	int64_t		gap;			/* i n_c - j n_r */
	int64_t		widest;			/* the largest |gap| */
	double		squares[2];		/* of the placements of reference and comparison, a block of them */
} Distinct;

/* Up to here products of the two numbers of rows, and twice them, are whole numbers of 64 bits. */
#define MAX_PAIRS	((double) (UINT64_C(1) << 62))

/* Moves on as long as it is so, at most that many rows; at least one row of either group stays. */
static void
skip_distinct(Merge *m, Distinct *d, size_t limit)
{
	const double *r = m->reference->values;
	const double *c = m->comparison->values;
	int64_t		n_r = (int64_t) m->reference->n;
	int64_t		n_c = (int64_t) m->comparison->n;
	int64_t		i = (int64_t) m->i;
	int64_t		j = (int64_t) m->j;
	Distinct	at = *d;

	for (; limit > 0 && i + 1 < n_r && j + 1 < n_c; limit--)
	{
		int			take_c = c[j] < r[i];
		double		now = take_c ? c[j] : r[i];
		double		next = take_c ? c[j + 1] : r[i + 1];
		int64_t		placement = take_c ? n_r - 2 * i : 2 * j - n_c;
		int64_t		size;

		if (r[i] == c[j] || next == now)
			break;
		at.ahead += take_c ? 0 : (uint64_t) j;
		at.squares[take_c] += (double) placement * (double) placement;
		i += !take_c;
		j += take_c;
		at.gap += take_c ? -n_r : n_c;
		size = at.gap < 0 ? -at.gap : at.gap;
		at.widest = size > at.widest ? size : at.widest;
	}
	*d = at;
	m->i = (size_t) i;
	m->j = (size_t) j;
	m->below_r = (double) i;
	m->below_c = (double) j;
}

/* A value that t rows of the two groups have. */
static inline void
add_ties(Sums *sums, double t)
{
	if (t > 1.0)
		eqp_sum_add(&sums->ties, t * t * t - t);
}

/*
 * Everything in one pass, without weights; false where the placements lie
 * so close to each other that their spread about their mean has to be taken row by row.
 */
static bool
count_unweighted(const Merge *start, Sums *sums)
{
	Merge		m = *start;
	Distinct	d = {0, 0, 0, {0.0, 0.0}};
	double		n_r = (double) m.reference->n;
	double		n_c = (double) m.comparison->n;
	EqpSum		squares_r = {0.0, 0.0};
	EqpSum		squares_c = {0.0, 0.0};
	double		mean;
	double		spread[2];
	double		at_r;
	double		at_c;

	for (;;)
	{
		double		placement_r;
		double		placement_c;
		double		gap;

		skip_distinct(&m, &d, 256);
		eqp_sum_add(&squares_r, d.squares[0]);
		eqp_sum_add(&squares_c, d.squares[1]);
		d.squares[0] = d.squares[1] = 0.0;

		if (!next_value(&m, &at_r, &at_c))
			break;
		add_ties(sums, at_r + at_c);
		placement_r = 2.0 * m.below_c + at_c - n_c;
		placement_c = n_r - 2.0 * m.below_r - at_r;
		eqp_block_sum_add(&sums->ahead, at_r * (m.below_c + 0.5 * at_c));
		eqp_block_sum_add(&sums->tied, at_r * at_c);
		eqp_sum_add(&squares_r, at_r * placement_r * placement_r);
		eqp_sum_add(&squares_c, at_c * placement_c * placement_c);
		m.below_r += at_r;
		m.below_c += at_c;
		gap = m.below_r * n_c - m.below_c * n_r;
		d.gap = (int64_t) gap;
		sums->distance = fmax(sums->distance, fabs(gap));
	}
	eqp_sum_add(&sums->ahead.blocks, (double) d.ahead);
	sums->distance = fmax(sums->distance, (double) d.widest);

	/* sum of (V - mean V)^2, V in halves from the middle; the mean is that of delta */
	mean = (2.0 * eqp_block_sum_value(&sums->ahead) - n_r * n_c) / (n_r * n_c);
	for (int group = 0; group < 2; group++)
	{
		double		n = group == 0 ? n_r : n_c;
		double		pairs = group == 0 ? n_c : n_r;
		double		squares = eqp_sum_value(group == 0 ? &squares_r : &squares_c) / (pairs * pairs);

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
count_pairs(const Merge *start, double mass_r, double mass_c, Sums *sums)
{
	Merge		m = *start;
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
placement_spread(const Merge *start, double superiority, Sums *sums)
{
	Merge		m = *start;
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
cliffs_delta(double n_r, double n_c, double delta, const Sums *sums,
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

void
eqp_rank_measures(const EqpSample *reference, const EqpSample *comparison,
				  double confidence, EqpMeasure out[EQP_N_RANK_MEASURES],
				  EqpTick tick)
{
	static const char *const names[EQP_N_RANK_MEASURES] = {
		"probability_of_superiority", "cliffs_delta", "ks_distance"
	};
	double		n_r = (double) reference->n;
	double		n_c = (double) comparison->n;
	EqpMeasure *superiority = &out[EQP_RANK_SUPERIORITY];
	EqpMeasure *delta = &out[EQP_RANK_CLIFFS_DELTA];
	Sums		sums;
	Merge		start;
	bool		spread_known = false;
	double		mass_r;
	double		mass_c;

	memset(&sums, 0, sizeof(sums));
	eqp_measures_init(out, names, EQP_N_RANK_MEASURES);
	if (reference->n == 0 || comparison->n == 0 ||
		isnan(reference->values[reference->n - 1]) ||
		isnan(comparison->values[comparison->n - 1]))
		return;

	start = merge_start(reference, comparison, tick);
	mass_r = total_mass(reference, start.scale_r);
	mass_c = total_mass(comparison, start.scale_c);
	if (reference->weights == NULL && comparison->weights == NULL && n_r * n_c <= MAX_PAIRS)
		spread_known = count_unweighted(&start, &sums);
	else
		count_pairs(&start, mass_r, mass_c, &sums);
	superiority->estimate = fmin(eqp_block_sum_value(&sums.ahead) / (mass_r * mass_c), 1.0);
	delta->estimate = fmin(2.0 * superiority->estimate - 1.0, 1.0);
	out[EQP_RANK_KS_DISTANCE].estimate = fmin(sums.distance / (mass_r * mass_c), 1.0);

	if (reference->weights == NULL && comparison->weights == NULL)
		superiority->p_value = delta->p_value =
			mann_whitney(n_r, n_c, eqp_block_sum_value(&sums.ahead), eqp_sum_value(&sums.ties));
	if (reference->weights != NULL || comparison->weights != NULL ||
		reference->n < 2 || comparison->n < 2)
		return;

	/* 2 A - 1 of the exact count, not of its rounded share */
	delta->estimate = (2.0 * eqp_block_sum_value(&sums.ahead) - mass_r * mass_c) / (mass_r * mass_c);
	if (!spread_known)
		placement_spread(&start, superiority->estimate, &sums);
	superiority->std_error = sqrt(eqp_block_sum_value(&sums.spread_r) / (n_r - 1.0) / n_r +
								  eqp_block_sum_value(&sums.spread_c) / (n_c - 1.0) / n_c);
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
	cliffs_delta(n_r, n_c, delta->estimate, &sums, confidence, delta);
}
