/*
 * entropy_parts.c
 *		Generalized entropy between and within groups; see entropy_parts.h.
 *
 * With a the order and h(d) = ((1 + d)^a - 1 - a d) / (a (a - 1)), mu the mean of
 * all, r = mu' / mu the mean of a group over it, P its share of the weight and
 * p that of a row:
 *
 *	between		B = sum P h(r - 1)
 *	within		W = sum p w,  w = r^a h(x / mu' - 1)
 *
 * all of whose terms are not negative.  The influence of a row on each, with
 * d = x / mu - 1 and e = (x - mu') / mu:
 *
 *	between		h(r - 1) - B (1 + a d) + h'(r - 1) e
 *	within		w - W (1 + a d)
 *
 * so shares and means of the groups are taken as the estimates that they are.
 * The variance of a part is n / (n - 1) sum p^2 influence^2 (Langel and Tille,
 * Metron 70, 2012, for such indices in general).
 */
#include "measures/entropy_parts.h"

#include <float.h>
#include <math.h>

#include "stats/distribution.h"
#include "stats/logs.h"

/* Means that differ by less, over the mean of all, differ by rounding. */
#define ROUNDING (8.0 * DBL_EPSILON)

/* What the passes share. */
typedef struct Whole
{
	EqpEntropyGroup *groups;
	size_t		ngroups;
	double		order;
	double		rows;
	double		weight_scale;	/* so that the largest weight is of the order of 1 */
	double		value_scale;	/* and the largest value */
	double		total;			/* weight */
	double		mean;
	double		part[EQP_N_ENTROPY_PARTS];
	size_t		runs;
	EqpTick		tick;
} Whole;

/* The next run of a group, its value in units of the largest. */
static size_t
next_run(Whole *whole, const EqpSample *sample, size_t row, EqpRun *run)
{
	row = eqp_read_run(sample, row, whole->weight_scale, run);
	run->value *= whole->value_scale;
	if ((++whole->runs & 0xffff) == 0)
		eqp_call_tick(whole->tick);
	return row;
}

/* Scales of weights and values; false where nothing is defined. */
static bool
find_scales(Whole *whole)
{
	double		largest = 0.0;
	double		smallest_scale = INFINITY;

	for (size_t k = 0; k < whole->ngroups; k++)
	{
		const EqpSample *sample = &whole->groups[k].sample;

		if (sample->n == 0 || !(sample->values[0] >= 0.0) || !isfinite(sample->values[sample->n - 1]))
			return false;
		largest = fmax(largest, sample->values[sample->n - 1]);
		smallest_scale = fmin(smallest_scale, eqp_weight_scale(sample));
		whole->rows += (double) sample->n;
	}
	whole->weight_scale = smallest_scale;
	if (largest > 0.0)
		whole->value_scale = eqp_scale_to_one(largest);
	return largest > 0.0;
}

/* Weight and mean of each group, and of all. */
static void
find_means(Whole *whole)
{
	EqpSum		weight = {0.0, 0.0};
	EqpSum		sum = {0.0, 0.0};
	bool		equal = true;

	for (size_t k = 0; k < whole->ngroups; k++)
	{
		EqpEntropyGroup *group = &whole->groups[k];
		const EqpSample *sample = &group->sample;
		EqpBlockSum mass = {{0.0, 0.0}, 0.0, 0};
		EqpBlockSum first = {{0.0, 0.0}, 0.0, 0};
		EqpRun		run;

		for (size_t row = 0; row < sample->n;)
		{
			row = next_run(whole, sample, row, &run);
			eqp_block_sum_add(&mass, run.mass);
			eqp_block_sum_add(&first, run.mass * run.value);
		}
		group->share = eqp_block_sum_value(&mass);
		group->mean = eqp_block_sum_value(&first) / group->share;
		if (sample->values[0] == sample->values[sample->n - 1])
			group->mean = run.value;	/* exactly, so that nothing lies within */
		equal = equal && group->mean == whole->groups[0].mean;
		eqp_sum_add(&weight, group->share);
		eqp_sum_add(&sum, group->share * group->mean);
	}
	whole->total = eqp_sum_value(&weight);
	whole->mean = equal ? whole->groups[0].mean : eqp_sum_value(&sum) / whole->total;
}

/* r^a h(u) of a run of a group, u its excess over the mean of the group. */
static inline double
within_term(const Whole *whole, double power, double mean, double value)
{
	/* nothing but zeros: equal to each other, but without a logarithm */
	if (mean == 0.0)
		return whole->order > 0.0 ? 0.0 : INFINITY;
	return power * eqp_entropy_term_of_order(whole->order, (value - mean) / mean);
}

/* The parts themselves. */
static void
find_parts(Whole *whole)
{
	EqpSum		between = {0.0, 0.0};
	EqpSum		within = {0.0, 0.0};
	double		largest = 0.0;

	for (size_t k = 0; k < whole->ngroups; k++)
		largest = fmax(largest, fabs(whole->groups[k].mean / whole->mean - 1.0));
	for (size_t k = 0; k < whole->ngroups; k++)
	{
		EqpEntropyGroup *group = &whole->groups[k];
		double		excess = largest > ROUNDING ? (group->mean - whole->mean) / whole->mean : 0.0;
		double		power = pow(1.0 + excess, whole->order);
		EqpBlockSum terms = {{0.0, 0.0}, 0.0, 0};
		EqpRun		run;

		for (size_t row = 0; row < group->sample.n;)
		{
			row = next_run(whole, &group->sample, row, &run);
			eqp_block_sum_add(&terms, run.mass * within_term(whole, power, group->mean, run.value));
		}
		eqp_sum_add(&within, eqp_block_sum_value(&terms) / whole->total);
		group->term = eqp_entropy_term_of_order(whole->order, excess);
		group->slope = whole->order == 1.0 ? log1p(excess) :
			expm1((whole->order - 1.0) * log1p(excess)) / (whole->order - 1.0);
		if (group->mean == 0.0)
			group->slope = 0.0; /* no row differs from the mean */
		eqp_sum_add(&between, group->share / whole->total * group->term);
	}
	whole->part[EQP_ENTROPY_BETWEEN] = eqp_sum_value(&between);
	whole->part[EQP_ENTROPY_WITHIN] = eqp_sum_value(&within);
	whole->part[EQP_ENTROPY_TOTAL] = whole->part[EQP_ENTROPY_BETWEEN] + whole->part[EQP_ENTROPY_WITHIN];
}

/* Variances of between and within, and their covariance. */
typedef struct Spread
{
	double		between;
	double		within;
	double		both;
} Spread;

/* By the influence of each row. */
static Spread
find_spread(Whole *whole)
{
	EqpSum		between = {0.0, 0.0};
	EqpSum		within = {0.0, 0.0};
	EqpSum		both = {0.0, 0.0};
	double		factor = whole->rows > 1.0 ? whole->rows / (whole->rows - 1.0) : NAN;
	Spread		spread;

	for (size_t k = 0; k < whole->ngroups; k++)
	{
		const EqpEntropyGroup *group = &whole->groups[k];
		double		power = pow(group->mean / whole->mean, whole->order);
		EqpRun		run;

		for (size_t row = 0; row < group->sample.n;)
		{
			double		relative;
			double		z_between;
			double		z_within;
			double		q;

			row = next_run(whole, &group->sample, row, &run);
			relative = 1.0 + whole->order * (run.value - whole->mean) / whole->mean;
			z_between = group->term - whole->part[EQP_ENTROPY_BETWEEN] * relative +
				group->slope * (run.value - group->mean) / whole->mean;
			z_within = within_term(whole, power, group->mean, run.value) -
				whole->part[EQP_ENTROPY_WITHIN] * relative;
			q = run.mass2 / whole->total / whole->total;
			eqp_sum_add(&between, q * z_between * z_between);
			eqp_sum_add(&within, q * z_within * z_within);
			eqp_sum_add(&both, q * z_between * z_within);
		}
	}
	spread.between = factor * eqp_sum_value(&between);
	spread.within = factor * eqp_sum_value(&within);
	spread.both = factor * eqp_sum_value(&both);
	return spread;
}

/* A part with its normal interval, which stays where it can be. */
static void
put(EqpEntropyPart *out, double estimate, double variance, double confidence)
{
	double		error = estimate > 0.0 && variance > 0.0 ? sqrt(variance) : NAN;
	double		half = eqp_normal_critical(confidence) * error;

	eqp_measure_put(&out->measure, estimate, error,
					isnan(half) ? NAN : fmax(estimate - half, 0.0), estimate + half,
					"influence function, normal, not below 0");
}

void
eqp_entropy_parts(EqpEntropyGroup *groups, size_t ngroups, double order, double confidence,
				  EqpEntropyPart out[EQP_N_ENTROPY_PARTS], EqpTick tick)
{
	static const char *const names[] = {"total", "between", "within"};
	Whole		whole = {groups, ngroups, order, 0.0, 1.0, 1.0, 0.0, 0.0, {0.0}, 0, tick};
	const double *part = whole.part;
	Spread		v;
	double		share;
	double		v_share;

	for (int i = 0; i < EQP_N_ENTROPY_PARTS; i++)
	{
		eqp_measures_init(&out[i].measure, &names[i], 1);
		out[i].share = out[i].share_error = NAN;
	}
	if (!find_scales(&whole))
		return;
	find_means(&whole);
	if (!(whole.mean > 0.0))
		return;
	find_parts(&whole);
	v = find_spread(&whole);
	put(&out[EQP_ENTROPY_TOTAL], part[EQP_ENTROPY_TOTAL], v.between + 2.0 * v.both + v.within, confidence);
	put(&out[EQP_ENTROPY_BETWEEN], part[EQP_ENTROPY_BETWEEN], v.between, confidence);
	put(&out[EQP_ENTROPY_WITHIN], part[EQP_ENTROPY_WITHIN], v.within, confidence);

	if (!(part[EQP_ENTROPY_TOTAL] > 0.0 && isfinite(part[EQP_ENTROPY_TOTAL])))
		return;
	share = part[EQP_ENTROPY_BETWEEN] / part[EQP_ENTROPY_TOTAL];
	out[EQP_ENTROPY_TOTAL].share = 1.0;
	out[EQP_ENTROPY_BETWEEN].share = share;
	out[EQP_ENTROPY_WITHIN].share = part[EQP_ENTROPY_WITHIN] / part[EQP_ENTROPY_TOTAL];

	/* influence of a row: ((1 - share) between - share within) / total */
	v_share = (1.0 - share) * (1.0 - share) * v.between - 2.0 * share * (1.0 - share) * v.both +
		share * share * v.within;
	if (v_share > 0.0 && share > 0.0 && share < 1.0)
		out[EQP_ENTROPY_BETWEEN].share_error = out[EQP_ENTROPY_WITHIN].share_error =
			isfinite(v_share) ? sqrt(v_share) / part[EQP_ENTROPY_TOTAL] : NAN;
}
