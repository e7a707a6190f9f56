/*
 * dispersion.c
 *		Inequality among the values of one sample.  See dispersion.h.
 *
 * With p a row's share of the weight, mu the mean and d = x / mu - 1, every
 * measure is a mean of terms that vanish with d to the second order:
 *
 *	GE(0)   mean of d - ln(1 + d)
 *	GE(1)   mean of (1 + d) ln(1 + d) - d
 *	GE(2)   mean of d^2 / 2
 *	GE(-1)  mean of d^2 / (2 (1 + d))
 *	half    mean of (sqrt(1 + d) - 1)^2 / 2, and Atkinson(1/2) = 1 - (1 - half)^2
 *
 * Since the mean of d is 0 these are the usual definitions (Cowell, Measuring
 * Inequality, 3rd edition 2011, chapter 3; Atkinson, Journal of Economic Theory 2,
 * 1970); nothing is the difference of two nearly equal sums, however small the
 * inequality is.  The influence of a row on GE(a) is then (Cowell and
 * Flachaire, Journal of Econometrics 141, 2007) its term - GE - a GE d; on Gini
 * E|X - x| / mu - 2 G - G d; the variance is n / (n - 1) sum of (p influence)^2.
 * So each influence is a term - a - b d with constants a and b that are known
 * in the end, and its square is summed up from moments of term and d, in the
 * same pass; only where these cancel, as with two values, in a second one.
 */
#include "distribution/dispersion.h"

#include <math.h>

#include "distribution/relative.h"
#include "stats/logs.h"

/* Runs that are summed plainly before their sum goes into the compensated one. */
#define BLOCK	128

enum
{
	TERM_GINI,
	TERM_ENTROPY_MINUS_1,
	TERM_ENTROPY_0,
	TERM_ENTROPY_1,
	TERM_ENTROPY_2,
	TERM_HALF,
	N_TERMS
};

/*
 * The second-order terms of a row, those with a limit of infinity being that
 * at r = 1 + d = 0; Gini's is set by the caller.
 */

/* (sqrt(1 + d) - 1)^2 / 2 */
static inline double
half_term(double d, double r)
{
	double		half = d / (sqrt(r) + 1.0);

	return 0.5 * half * half;
}

/* d^2 / (2 (1 + d)) */
static inline double
inverse_term(double d, double r)
{
	return r > 0.0 ? 0.5 * d * d / r : INFINITY;
}

/* All terms but Gini's. */
static inline void
terms_of(double d, double t[N_TERMS])
{
	double		r = 1.0 + d;

	t[TERM_ENTROPY_2] = 0.5 * d * d;
	t[TERM_HALF] = half_term(d, r);
	t[TERM_ENTROPY_MINUS_1] = inverse_term(d, r);
	eqp_log_terms(d, &t[TERM_ENTROPY_0], &t[TERM_ENTROPY_1]);
}

/* A pass over the runs of a sample whose total weight and mean are known. */
typedef struct Pass
{
	const EqpSample *sample;
	EqpRelative relative;
	size_t		row;
	double		below;			/* share of the weight before the run */
	double		below_d;		/* sum of p d before the run */
} Pass;

/* One run: its share p, the sum q of the squares of its rows' shares, d and the terms. */
typedef struct Step
{
	double		p;
	double		q;
	double		d;
	double		t[N_TERMS];
} Step;

/* All of a step but the terms other than Gini's. */
static inline void
next_run(Pass *pass, Step *step)
{
	EqpRelativeRun run;
	double		rank;
	double		partial;

	pass->row = eqp_read_relative(&pass->relative, pass->row, &run);
	step->p = run.p;
	step->q = run.q;
	step->d = run.d;

	/* E|X - x| / mu, from the shares of weight and of p d up to the middle of the run */
	rank = pass->below + 0.5 * step->p;
	partial = pass->below_d + 0.5 * step->p * step->d;
	step->t[TERM_GINI] = step->d * (2.0 * rank - 1.0) - 2.0 * partial;
	pass->below += step->p;
	pass->below_d += step->p * step->d;
}

/* The next run with all its terms. */
static inline void
next_step(Pass *pass, Step *step)
{
	next_run(pass, step);
	terms_of(step->d, step->t);
}

/* All that one pass adds up, first plainly over a block, then with compensation. */
enum
{
	SUM_HOOVER,					/* p |d| */
	SUM_Q,						/* q */
	SUM_QD,						/* q d */
	SUM_QDD,					/* q d^2 */
	SUM_PT,						/* p t, of each term */
	SUM_QT = SUM_PT + N_TERMS,	/* q t */
	SUM_QTD = SUM_QT + N_TERMS, /* q t d */
	SUM_QTT = SUM_QTD + N_TERMS,	/* q t^2 */
	N_SUMS = SUM_QTT + N_TERMS
};

/*
 * Runs side by side, so that each sum is kept in a register while it goes
 * over them.  Runs that are not there have p = q = d = 0, which adds nothing.
 */
typedef struct Block
{
	double		p[BLOCK];
	double		q[BLOCK];
	double		d[BLOCK];
	double		r[BLOCK];
	double		t[N_TERMS][BLOCK];
	size_t		runs;
} Block;

/* The next runs, as many as a block holds, with all their terms but GE(2)'s. */
static inline void
read_block(Pass *pass, Block *block)
{
	Step		step;
	size_t		i = 0;

	for (; i < BLOCK && pass->row < pass->sample->n; i++)
	{
		next_run(pass, &step);
		block->p[i] = step.p;
		block->q[i] = step.q;
		block->d[i] = step.d;
		block->t[TERM_GINI][i] = step.t[TERM_GINI];
	}
	block->runs = i;
	for (; i < BLOCK; i++)
		block->p[i] = block->q[i] = block->d[i] = block->t[TERM_GINI][i] = 0.0;

	for (i = 0; i < BLOCK; i++)
		block->r[i] = 1.0 + block->d[i];
	/* d ascends */
	if (block->d[0] > -EQP_NEAR_0 && block->d[block->runs - 1] < EQP_NEAR_0)
		for (i = 0; i < BLOCK; i++)
			eqp_log_terms_near_0(block->d[i], &block->t[TERM_ENTROPY_0][i], &block->t[TERM_ENTROPY_1][i]);
	else
		for (i = 0; i < BLOCK; i++)
			eqp_log_terms(block->d[i], &block->t[TERM_ENTROPY_0][i], &block->t[TERM_ENTROPY_1][i]);
	for (i = 0; i < BLOCK; i++)
		block->t[TERM_HALF][i] = half_term(block->d[i], block->r[i]);
	for (i = 0; i < BLOCK; i++)
		block->t[TERM_ENTROPY_MINUS_1][i] = inverse_term(block->d[i], block->r[i]);
}

/* Parts of a sum that do not wait for each other. */
#define LANES	4

static inline double
add_lanes(const double *part)
{
	return (part[0] + part[1]) + (part[2] + part[3]);
}

/* The four sums of a term. */
static inline void
add_term(const Block *block, int term, bool weighted, EqpSum *sums)
{
	const double *t = block->t[term];
	double		pt[LANES] = {0.0};
	double		qt[LANES] = {0.0};
	double		qtd[LANES] = {0.0};
	double		qtt[LANES] = {0.0};

	for (size_t i = 0; i < BLOCK; i += LANES)
		for (size_t lane = 0; lane < LANES; lane++)
		{
			double		product = block->p[i + lane] * t[i + lane];

			pt[lane] += product;
			if (weighted)
			{
				product = block->q[i + lane] * t[i + lane];
				qt[lane] += product;
			}
			qtd[lane] += product * block->d[i + lane];
			qtt[lane] += product * t[i + lane];
		}
	eqp_sum_add(&sums[SUM_PT + term], add_lanes(pt));
	if (weighted)
		eqp_sum_add(&sums[SUM_QT + term], add_lanes(qt));
	eqp_sum_add(&sums[SUM_QTD + term], add_lanes(qtd));
	eqp_sum_add(&sums[SUM_QTT + term], add_lanes(qtt));
}

/* Those without a term, and of GE(2), whose term is half the square of d. */
static inline void
add_deviations(const Block *block, bool weighted, EqpSum *sums)
{
	double		hoover[LANES] = {0.0};
	double		q[LANES] = {0.0};
	double		qd[LANES] = {0.0};
	double		pd2[LANES] = {0.0};
	double		qd2[LANES] = {0.0};
	double		qd3[LANES] = {0.0};
	double		qd4[LANES] = {0.0};

	for (size_t i = 0; i < BLOCK; i += LANES)
		for (size_t lane = 0; lane < LANES; lane++)
		{
			double		d = block->d[i + lane];
			double		p = block->p[i + lane];
			double		weight = weighted ? block->q[i + lane] : p;
			double		square = weight * d * d;

			hoover[lane] += p * fabs(d);
			q[lane] += weight;
			qd[lane] += weight * d;
			qd2[lane] += square;
			qd3[lane] += square * d;
			qd4[lane] += square * d * d;
			if (weighted)
				pd2[lane] += p * d * d;
		}
	eqp_sum_add(&sums[SUM_HOOVER], add_lanes(hoover));
	eqp_sum_add(&sums[SUM_Q], add_lanes(q));
	eqp_sum_add(&sums[SUM_QD], add_lanes(qd));
	eqp_sum_add(&sums[SUM_QDD], add_lanes(qd2));
	eqp_sum_add(&sums[SUM_PT + TERM_ENTROPY_2], 0.5 * add_lanes(weighted ? pd2 : qd2));
	if (weighted)
		eqp_sum_add(&sums[SUM_QT + TERM_ENTROPY_2], 0.5 * add_lanes(qd2));
	eqp_sum_add(&sums[SUM_QTD + TERM_ENTROPY_2], 0.5 * add_lanes(qd3));
	eqp_sum_add(&sums[SUM_QTT + TERM_ENTROPY_2], 0.25 * add_lanes(qd4));
}

/*
 * The sums of one pass; the sums of 1 / infinity and the like are what they
 * are.  Without weights every q is p / n, so that sums with p stand for those with q.
 */
static inline void
sum_blocks(Pass *pass, bool weighted, EqpSum *totals, EqpTick tick)
{
	Block		block;
	size_t		runs = 0;

	while (pass->row < pass->sample->n)
	{
		read_block(pass, &block);
		add_deviations(&block, weighted, totals);
		add_term(&block, TERM_GINI, weighted, totals);
		add_term(&block, TERM_ENTROPY_MINUS_1, weighted, totals);
		add_term(&block, TERM_ENTROPY_0, weighted, totals);
		add_term(&block, TERM_ENTROPY_1, weighted, totals);
		add_term(&block, TERM_HALF, weighted, totals);
		runs += block.runs;
		if ((runs & 0xffff) == 0)
			eqp_call_tick(tick);
	}
}

/* The sums of a pass as doubles; those of GE(2), and without weights those with q, come from others. */
static void
sum_up(Pass pass, double sums[N_SUMS], EqpTick tick)
{
	EqpSum		totals[N_SUMS] = {{0.0, 0.0}};
	double		n = (double) pass.sample->n;

	if (pass.sample->weights != NULL)
		sum_blocks(&pass, true, totals, tick);
	else
		sum_blocks(&pass, false, totals, tick);
	for (int i = 0; i < N_SUMS; i++)
		sums[i] = eqp_sum_value(&totals[i]);
	if (pass.sample->weights != NULL)
		return;
	for (int i = 0; i < N_TERMS; i++)
		sums[SUM_QT + i] = sums[SUM_PT + i];
	for (int i = SUM_Q; i < N_SUMS; i++)
		if (i < SUM_PT || i >= SUM_QT)
			sums[i] /= n;
}

/* Sum of q (t - a - b d)^2 of one term, row by row. */
static double
sum_squares(Pass pass, int term, double a, double b, EqpTick tick)
{
	EqpSum		total = {0.0, 0.0};

	for (size_t runs = 1; pass.row < pass.sample->n; runs++)
	{
		Step		step;
		double		z;

		next_step(&pass, &step);
		z = step.t[term] - a - b * step.d;
		eqp_sum_add(&total, step.q * z * z);
		if ((runs & 0xffff) == 0)
			eqp_call_tick(tick);
	}
	return eqp_sum_value(&total);
}

/* Below this share of its parts the sum of squares is taken row by row. */
#define CANCELLATION	1e-6

void
eqp_dispersion(const EqpSample *sample, double confidence,
			   EqpMeasure out[EQP_N_DISPERSIONS], EqpTick tick)
{
	EqpRelative relative;
	bool		known = eqp_relative_start(&relative, sample, tick);

	eqp_dispersion_of(known ? &relative : NULL, confidence, out, tick);
}

void
eqp_dispersion_of(const EqpRelative *relative, double confidence,
				  EqpMeasure out[EQP_N_DISPERSIONS], EqpTick tick)
{
	static const char *const names[EQP_N_DISPERSIONS] = {
		"gini", "gini_corrected", "hoover", "atkinson_0.5", "atkinson_1", "atkinson_2",
		"generalized_entropy_-1", "generalized_entropy_0",
		"generalized_entropy_1", "generalized_entropy_2"
	};
	/* b as a multiple of a: see above; GE(1/2) is 4 times TERM_HALF */
	static const double slopes[N_TERMS] = {0.5, -1.0, 0.0, 1.0, 2.0, 0.5};
	const EqpSample *sample;
	size_t		n;
	bool		has_zero;
	double		sums[N_SUMS];
	double	   *means = sums + SUM_PT;
	double		errors[N_TERMS];
	double		inverse;		/* mean of 1 / (1 + d) */
	double		root;			/* mean of sqrt(1 + d) */
	Pass		pass = {0};

	eqp_measures_init(out, names, EQP_N_DISPERSIONS);
	if (relative == NULL)
		return;
	sample = pass.sample = relative->sample;
	pass.relative = *relative;
	n = sample->n;
	has_zero = sample->values[0] == 0.0;
	sum_up(pass, sums, tick);
	if (has_zero)
		means[TERM_ENTROPY_MINUS_1] = means[TERM_ENTROPY_0] = NAN;
	for (int i = 0; i < N_TERMS; i++)
	{
		double		a = means[i];
		double		b = slopes[i] * a;
		double		parts = sums[SUM_QTT + i] + a * a * sums[SUM_Q] + b * b * sums[SUM_QDD];
		double		squares = parts + 2.0 * (a * b * sums[SUM_QD] -
											 a * sums[SUM_QT + i] - b * sums[SUM_QTD + i]);

		if (squares < CANCELLATION * parts)
			squares = sum_squares(pass, i, a, b, tick);
		errors[i] = sqrt((double) n / (double) (n - 1) * squares);

		/* rounding only: values that differ in nothing that matters here */
		if (errors[i] < EQP_ROUNDING * means[i] || means[i] <= 0.0)
			errors[i] = 0.0;

		/* one row tells nothing of its spread */
		if (n < 2)
			errors[i] = NAN;
	}

	/* Atkinson's measures are functions of the entropies; so are their errors */
	root = 1.0 - means[TERM_HALF];
	inverse = 1.0 + 2.0 * means[TERM_ENTROPY_MINUS_1];
	eqp_put_influence(&out[EQP_DISPERSION_GINI], 0.5 * means[TERM_GINI], errors[TERM_GINI], 1.0, confidence);
	if (sample->weights == NULL && n > 1)
	{
		double		more = (double) n / (double) (n - 1);

		eqp_put_influence(&out[EQP_DISPERSION_GINI_CORRECTED], more * 0.5 * means[TERM_GINI],
						  more * errors[TERM_GINI], 1.0, confidence);
	}
	eqp_put_influence(&out[EQP_DISPERSION_HOOVER], 0.5 * sums[SUM_HOOVER], NAN, 1.0, confidence);
	eqp_put_influence(&out[EQP_DISPERSION_ATKINSON_HALF], means[TERM_HALF] * (1.0 + root),
		2.0 * root * errors[TERM_HALF], 1.0, confidence);
	eqp_put_influence(&out[EQP_DISPERSION_ATKINSON_1],
		has_zero ? 1.0 : -expm1(-means[TERM_ENTROPY_0]),
		has_zero ? NAN : exp(-means[TERM_ENTROPY_0]) * errors[TERM_ENTROPY_0], 1.0, confidence);
	eqp_put_influence(&out[EQP_DISPERSION_ATKINSON_2],
		has_zero ? 1.0 : 2.0 * means[TERM_ENTROPY_MINUS_1] / inverse,
		has_zero ? NAN : 2.0 * errors[TERM_ENTROPY_MINUS_1] / (inverse * inverse),
		1.0, confidence);
	eqp_put_influence(&out[EQP_DISPERSION_ENTROPY_MINUS_1], means[TERM_ENTROPY_MINUS_1],
		errors[TERM_ENTROPY_MINUS_1], INFINITY, confidence);
	eqp_put_influence(&out[EQP_DISPERSION_ENTROPY_0], means[TERM_ENTROPY_0],
		errors[TERM_ENTROPY_0], INFINITY, confidence);
	eqp_put_influence(&out[EQP_DISPERSION_ENTROPY_1], means[TERM_ENTROPY_1],
		errors[TERM_ENTROPY_1], INFINITY, confidence);
	eqp_put_influence(&out[EQP_DISPERSION_ENTROPY_2], means[TERM_ENTROPY_2],
		errors[TERM_ENTROPY_2], INFINITY, confidence);
}
