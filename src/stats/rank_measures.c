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
#include "stats/rank_measures.h"

#include <math.h>
#include <string.h>

#include "stats/distribution.h"

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

static Merge
merge_start(const EqpSample *reference, const EqpSample *comparison, EqpTick tick)
{
	Merge		m = {
		reference, comparison, eqp_weight_scale(reference), eqp_weight_scale(comparison),
		0, 0, 0.0, 0.0, 0, tick
	};

	return m;
}

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

/* Unweighted only. */
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
			 double confidence, EqpGapMeasure *out)
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
	out->std_error = separated ? 0.0 : sqrt(variance);
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

void
eqp_rank_measures(const EqpSample *reference, const EqpSample *comparison,
				  double confidence, EqpGapMeasure out[EQP_N_RANK_MEASURES],
				  EqpTick tick)
{
	static const char *const names[EQP_N_RANK_MEASURES] = {
		"probability_of_superiority", "cliffs_delta", "ks_distance"
	};
	double		n_r = (double) reference->n;
	double		n_c = (double) comparison->n;
	EqpGapMeasure *superiority = &out[EQP_RANK_SUPERIORITY];
	EqpGapMeasure *delta = &out[EQP_RANK_CLIFFS_DELTA];
	Sums		sums;
	Merge		start;
	double		mass_r;
	double		mass_c;

	memset(&sums, 0, sizeof(sums));
	for (int i = 0; i < EQP_N_RANK_MEASURES; i++)
	{
		out[i].name = names[i];
		out[i].estimate = out[i].std_error = out[i].lower = out[i].upper = NAN;
		out[i].method = NULL;
	}
	if (reference->n == 0 || comparison->n == 0 ||
		isnan(reference->values[reference->n - 1]) ||
		isnan(comparison->values[comparison->n - 1]))
		return;

	start = merge_start(reference, comparison, tick);
	mass_r = total_mass(reference, start.scale_r);
	mass_c = total_mass(comparison, start.scale_c);
	count_pairs(&start, mass_r, mass_c, &sums);
	superiority->estimate = fmin(eqp_block_sum_value(&sums.ahead) / (mass_r * mass_c), 1.0);
	delta->estimate = fmin(2.0 * superiority->estimate - 1.0, 1.0);
	out[EQP_RANK_KS_DISTANCE].estimate = fmin(sums.distance / (mass_r * mass_c), 1.0);

	if (reference->weights != NULL || comparison->weights != NULL ||
		reference->n < 2 || comparison->n < 2)
		return;

	/* 2 A - 1 of the exact count, not of its rounded share */
	delta->estimate = (2.0 * eqp_block_sum_value(&sums.ahead) - mass_r * mass_c) / (mass_r * mass_c);
	placement_spread(&start, superiority->estimate, &sums);
	superiority->std_error = sqrt(eqp_block_sum_value(&sums.spread_r) / (n_r - 1.0) / n_r +
								  eqp_block_sum_value(&sums.spread_c) / (n_c - 1.0) / n_c);
	if (superiority->std_error > 0.0)
	{
		double		half = eqp_normal_critical(confidence) * superiority->std_error;

		superiority->lower = fmax(superiority->estimate - half, 0.0);
		superiority->upper = fmin(superiority->estimate + half, 1.0);
		superiority->method = "DeLong, normal, within 0 and 1";
	}
	cliffs_delta(n_r, n_c, delta->estimate, &sums, confidence, delta);
}
