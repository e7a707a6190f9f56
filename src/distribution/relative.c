/*
 * relative.c
 *		What the measures of inequality share.  See relative.h.
 */
#include "distribution/relative.h"

#include <math.h>

#include "stats/distribution.h"

void
eqp_put_influence(EqpMeasure *out, double estimate, double std_error, double bound,
				  double confidence)
{
	if (!isfinite(estimate))
		return;
	out->estimate = fmin(fmax(estimate, 0.0), bound);
	if (!isfinite(std_error))
		return;
	out->std_error = std_error;
	if (std_error > 0.0)
	{
		double		half = eqp_normal_critical(confidence) * std_error;

		out->lower = fmax(estimate - half, 0.0);
		out->upper = fmin(estimate + half, bound);
		out->method = bound < INFINITY ?
			"influence function, normal, within 0 and 1" :
			"influence function, normal, not below 0";
	}
}

/* Rows without weights that are summed plainly, in parts that do not wait for each other. */
#define BLOCK	128
#define LANES	4

/* The sum of the next rows, each times per_unit. */
static inline double
sum_block(const double *values, double per_unit)
{
	double		sum[LANES] = {0.0};

	for (size_t i = 0; i < BLOCK; i += LANES)
		for (size_t lane = 0; lane < LANES; lane++)
			sum[lane] += values[i + lane] * per_unit;
	return (sum[0] + sum[1]) + (sum[2] + sum[3]);
}

/* The weight of a sample, and its sum of values in units. */
static void
add_sample(const EqpRelative *relative, const EqpSample *sample, EqpBlockSum *mass, EqpBlockSum *first, EqpTick tick)
{
	size_t		n = sample->n;

	for (size_t i = 0, runs = 1; i < n; runs++)
	{
		EqpRun		run;

		if ((runs & 0x1ff) == 0)
			eqp_call_tick(tick);
		/* scores have long runs; where they do not, rows need not be told apart */
		if (sample->weights == NULL && n - i >= BLOCK && sample->values[i] != sample->values[i + BLOCK - 1])
		{
			eqp_sum_add(&mass->blocks, BLOCK);
			eqp_sum_add(&first->blocks, sum_block(sample->values + i, relative->per_unit));
			i += BLOCK;
			continue;
		}
		i = eqp_read_run(sample, i, relative->scale, &run);
		eqp_block_sum_add(mass, run.mass);
		eqp_block_sum_add(first, run.mass * (run.value * relative->per_unit));
	}
}

/* All of it, but for the samples. */
static bool
start(EqpRelative *relative, double least, double most, EqpTick tick)
{
	EqpBlockSum mass = {{0.0, 0.0}, 0.0, 0};
	EqpBlockSum first = {{0.0, 0.0}, 0.0, 0};
	double		total;

	if (!(least >= 0.0) || !(most > 0.0) || !isfinite(most))
		return false;
	relative->scale = eqp_weight_scale(relative->sample);
	/* no measure depends on the unit: one that keeps sums in range */
	relative->per_unit = 1.0;
	if (most > 1e150)
		relative->per_unit = ldexp(1.0, -600);
	else if (most < 1e-150)
		relative->per_unit = ldexp(1.0, 600);

	add_sample(relative, relative->sample, &mass, &first, tick);
	if (relative->other != NULL)
		add_sample(relative, relative->other, &mass, &first, tick);
	total = eqp_block_sum_value(&mass);
	relative->per_total = 1.0 / total;
	relative->mean = eqp_block_sum_value(&first) / total;
	if (least == most)
		relative->mean = least * relative->per_unit;	/* exactly, so that all is 0 */
	relative->per_mean = 1.0 / relative->mean;
	return relative->mean > 0.0 && isfinite(relative->mean) && isfinite(relative->per_mean);
}

bool
eqp_relative_start(EqpRelative *relative, const EqpSample *sample, EqpTick tick)
{
	relative->sample = sample;
	relative->other = NULL;
	return sample->n > 0 && start(relative, sample->values[0], sample->values[sample->n - 1], tick);
}

bool
eqp_relative_start_both(EqpRelative *relative, const EqpSample *a, const EqpSample *b, EqpTick tick)
{
	relative->sample = a;
	relative->other = b;
	return start(relative, fmin(a->values[0], b->values[0]), fmax(a->values[a->n - 1], b->values[b->n - 1]), tick);
}
