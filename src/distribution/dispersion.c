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
 *
 * Neighbours among many values in order are nearly equal.  With a value c amid
 * such a block and u = x / c - 1, every term but Gini's is a power series in u, of which
 * seven coefficients are enough: all its sums follow from those of u, u^2, ... u^6,
 * and no row needs a root, a quotient or a logarithm.
 */
#include "distribution/dispersion.h"

#include <math.h>
#include <string.h>

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

/* The terms of a row that lies d above the mean, as a share of it, and is r = 1 + d of it: all but Gini's. */
static inline void
terms_of(double d, double r, double t[N_TERMS])
{
	t[TERM_ENTROPY_2] = 0.5 * d * d;
	t[TERM_HALF] = half_term(d, r);
	t[TERM_ENTROPY_MINUS_1] = inverse_term(d, r);
	eqp_log_terms_of(d, r, &t[TERM_ENTROPY_0], &t[TERM_ENTROPY_1]);
}

/* A pass over the runs of a sample whose total weight and mean are known. */
typedef struct Pass
{
	EqpRelative relative;
	EqpRelativePlace at;
	double		below;			/* share of the weight before the run */
	double		below_d;		/* sum of p d before the run */
} Pass;

/* One run: its share p, the sum q of the squares of its rows' shares, d and the terms. */
typedef struct Step
{
	double		p;
	double		q;
	double		d;
	double		r;
	double		t[N_TERMS];
} Step;

/* All of a step but the terms other than Gini's. */
static inline void
next_run(Pass *pass, Step *step)
{
	EqpRelativeRun run;
	double		rank;
	double		partial;

	eqp_read_relative(&pass->relative, &pass->at, &run);
	step->p = run.p;
	step->q = run.q;
	step->d = run.d;
	step->r = run.r;

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
	terms_of(step->d, step->r, step->t);
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

/* One for each in the header. */
typedef char sums_fit[N_SUMS == EQP_DISPERSION_SUMS ? 1 : -1];

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

	for (; i < BLOCK && !eqp_relative_ends(&pass->relative, &pass->at); i++)
	{
		next_run(pass, &step);
		block->p[i] = step.p;
		block->q[i] = step.q;
		block->d[i] = step.d;
		block->r[i] = step.r;
		block->t[TERM_GINI][i] = step.t[TERM_GINI];
	}
	block->runs = i;
	for (; i < BLOCK; i++)
	{
		block->p[i] = block->q[i] = block->d[i] = block->t[TERM_GINI][i] = 0.0;
		block->r[i] = 1.0;
	}

	/* d ascends */
	if (block->d[0] > -EQP_NEAR_0 && block->d[block->runs - 1] < EQP_NEAR_0)
		for (i = 0; i < BLOCK; i++)
			eqp_log_terms_near_0(block->d[i], &block->t[TERM_ENTROPY_0][i], &block->t[TERM_ENTROPY_1][i]);
	else
		for (i = 0; i < BLOCK; i++)
			eqp_log_terms_of(block->d[i], block->r[i], &block->t[TERM_ENTROPY_0][i], &block->t[TERM_ENTROPY_1][i]);
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

/* The coefficients of a power series in u, and of a product cut off behind them. */
#define N_COEFFICIENTS	7

/* Half as wide as this, as a share of its middle, a block may be for the series. */
#define MAX_NARROW		(1.0 / 64.0)

/* And so many times its half width away from the mean, where all terms are 0. */
#define MIN_AWAY		64.0

/* Where the rows' ranks within their block matter less than that they need not be looked at one by one. */
#define NEGLIGIBLE		1e-14

/* A block of rows, without weights, by the moments of u. */
typedef struct Narrow
{
	double		d;				/* and r = 1 + d where u = 0 */
	double		r;
	double		width;			/* no |u| is larger */
	double		moments[N_COEFFICIENTS];	/* sums of u^k */
	double		ranked;			/* sum of (2 i - BLOCK + 1) u, i counting the rows from 0 */
	double		ranked2;		/* sum of i u^2 */
} Narrow;

/* Whether the next rows are a narrow block, whose values are not all the same, and its middle. */
static inline bool
find_narrow(const Pass *pass, Narrow *narrow, double *middle)
{
	const EqpRelative *relative = &pass->relative;
	const double *values = pass->relative.sample->values + pass->at.row;
	double		half;

	if (relative->other != NULL || relative->sample->n - pass->at.row < BLOCK ||
		!(values[0] < values[BLOCK - 1]) || values[0] < 1e-290)
		return false;
	half = 0.5 * (values[BLOCK - 1] - values[0]);
	*middle = values[0] + half;
	/* with room for rounding */
	narrow->width = half / *middle * (1.0 + 1e-9);
	narrow->d = (*middle * relative->per_unit - relative->mean) * relative->per_mean;
	narrow->r = *middle * relative->per_unit * relative->per_mean;
	return narrow->width <= MAX_NARROW && fabs(narrow->d) > MIN_AWAY * narrow->width * narrow->r;
}

/* The moments of the rows. */
static inline void
read_moments(const double *values, double middle, Narrow *narrow)
{
	double		per_middle = 1.0 / middle;
	double		sums[N_COEFFICIENTS][LANES] = {{0.0}};
	double		ranked[LANES] = {0.0};
	double		ranked2[LANES] = {0.0};
	double		rank[LANES];

	for (size_t lane = 0; lane < LANES; lane++)
		rank[lane] = (double) lane;
	for (size_t i = 0; i < BLOCK; i += LANES)
		for (size_t lane = 0; lane < LANES; lane++)
		{
			double		u = (values[i + lane] - middle) * per_middle;
			double		u2 = u * u;
			double		u3 = u2 * u;

			sums[1][lane] += u;
			sums[2][lane] += u2;
			sums[3][lane] += u3;
			sums[4][lane] += u2 * u2;
			sums[5][lane] += u3 * u2;
			sums[6][lane] += u3 * u3;
			ranked[lane] += rank[lane] * u;
			ranked2[lane] += rank[lane] * u2;
			rank[lane] += LANES;
		}
	narrow->moments[0] = BLOCK;
	for (int k = 1; k < N_COEFFICIENTS; k++)
		narrow->moments[k] = add_lanes(sums[k]);
	narrow->ranked = 2.0 * add_lanes(ranked) - (BLOCK - 1) * narrow->moments[1];
	narrow->ranked2 = add_lanes(ranked2);
}

/* The sums of a term whose series is given. */
static inline void
add_series(const Narrow *narrow, const double t[N_COEFFICIENTS], int term, double per_total, EqpSum *sums)
{
	const double *moments = narrow->moments;
	double		pt = 0.0;
	double		ptu = 0.0;
	double		ptt = 0.0;

	for (int k = 0; k < N_COEFFICIENTS; k++)
	{
		double		square = 0.0;

		for (int i = 0; i <= k; i++)
			square += t[i] * t[k - i];
		pt += t[k] * moments[k];
		ptt += square * moments[k];
		if (k > 0)
			ptu += t[k - 1] * moments[k];
	}
	eqp_sum_add(&sums[SUM_PT + term], per_total * pt);
	eqp_sum_add(&sums[SUM_QTD + term], per_total * (narrow->d * pt + narrow->r * ptu));
	eqp_sum_add(&sums[SUM_QTT + term], per_total * ptt);
}

/* Those of all terms but Gini's, as the series of (1 + u)^a and log(1 + u) have them. */
static void
add_all_series(const Narrow *narrow, double per_total, EqpSum *sums)
{
	double		d = narrow->d;
	double		r = narrow->r;
	double		root = sqrt(r);
	double		less_log;
	double		entropy;

	eqp_log_terms_of(d, r, &less_log, &entropy);
	{
		const double square[N_COEFFICIENTS] = {0.5 * d * d, d * r, 0.5 * r * r};
		const double inverse[N_COEFFICIENTS] = {
			0.5 * d * d / r, 0.5 * d * (1.0 + r) / r, 0.5 / r, -0.5 / r, 0.5 / r, -0.5 / r, 0.5 / r
		};
		const double logarithm[N_COEFFICIENTS] = {
			less_log, d, 1.0 / 2, -1.0 / 3, 1.0 / 4, -1.0 / 5, 1.0 / 6
		};
		const double theil[N_COEFFICIENTS] = {
			entropy, r * (d - less_log), r / 2, -r / 6, r / 12, -r / 20, r / 30
		};
		const double half[N_COEFFICIENTS] = {
			half_term(d, r), 0.5 * root * d / (root + 1.0),
			root / 8, -root / 16, root * 5 / 128, -root * 7 / 256, root * 21 / 1024
		};

		add_series(narrow, square, TERM_ENTROPY_2, per_total, sums);
		add_series(narrow, inverse, TERM_ENTROPY_MINUS_1, per_total, sums);
		add_series(narrow, logarithm, TERM_ENTROPY_0, per_total, sums);
		add_series(narrow, theil, TERM_ENTROPY_1, per_total, sums);
		add_series(narrow, half, TERM_HALF, per_total, sums);
	}
}

/*
 * Gini's.  With s = 2 rank - 1 and t_0 where the block starts, and e = the sum of u - u' over
 * the rows before in it, its term is t_0 + s r u + 2 / n r e.
 */
static void
add_gini(const Pass *pass, const Narrow *narrow, double middle, EqpSum *sums)
{
	double		per_total = pass->relative.per_total;
	const double *moments = narrow->moments;
	double		slope = 2.0 * pass->below - 1.0;
	double		start = narrow->d * slope - 2.0 * pass->below_d;
	double		step = 2.0 * per_total * narrow->r;
	double		widest = step * 2.0 * BLOCK * narrow->width;
	double		eu = narrow->ranked2 - 0.5 * (moments[1] * moments[1] - moments[2]);
	double		pt;
	double		ptu;
	double		ptt;

	slope *= narrow->r;
	pt = BLOCK * start + slope * moments[1] + step * narrow->ranked;
	ptu = start * moments[1] + slope * moments[2] + step * eu;
	ptt = start * (BLOCK * start + 2.0 * slope * moments[1]) + slope * slope * moments[2] +
		2.0 * step * (start * narrow->ranked + slope * eu);
	if (!(BLOCK * widest * widest < NEGLIGIBLE * ptt))
	{
		const double *values = pass->relative.sample->values + pass->at.row;
		double		before = 0.0;
		double		ee = 0.0;

		for (size_t i = 0; i < BLOCK; i++)
		{
			double		u = (values[i] - middle) / middle;
			double		e = (double) i * u - before;

			before += u;
			ee += e * e;
		}
		ptt += step * step * ee;
	}
	eqp_sum_add(&sums[SUM_PT + TERM_GINI], per_total * pt);
	eqp_sum_add(&sums[SUM_QTD + TERM_GINI], per_total * (narrow->d * pt + narrow->r * ptu));
	eqp_sum_add(&sums[SUM_QTT + TERM_GINI], per_total * ptt);
}

/* The next rows, if they are a narrow block; false where they are not. */
static inline bool
add_narrow(Pass *pass, EqpSum *sums)
{
	double		per_total = pass->relative.per_total;
	Narrow		narrow;
	double		middle;
	double		d;
	double		dd;

	if (!find_narrow(pass, &narrow, &middle))
		return false;
	read_moments(pass->relative.sample->values + pass->at.row, middle, &narrow);
	d = per_total * (BLOCK * narrow.d + narrow.r * narrow.moments[1]);
	dd = per_total * (narrow.d * (BLOCK * narrow.d + 2.0 * narrow.r * narrow.moments[1]) +
					  narrow.r * narrow.r * narrow.moments[2]);
	eqp_sum_add(&sums[SUM_HOOVER], fabs(d));
	eqp_sum_add(&sums[SUM_Q], BLOCK * per_total);
	eqp_sum_add(&sums[SUM_QD], d);
	eqp_sum_add(&sums[SUM_QDD], dd);
	add_all_series(&narrow, per_total, sums);
	add_gini(pass, &narrow, middle, sums);
	pass->at.row += BLOCK;
	pass->below += BLOCK * per_total;
	pass->below_d += d;
	return true;
}

/*
 * The sums of one pass; the sums of 1 / infinity and the like are what they
 * are.  Without weights every q is p / n, so that sums with p stand for those with q.
 */
static inline void
sum_blocks(Pass *pass, bool weighted, EqpSum *totals, EqpTick tick)
{
	Block		block;
	size_t		blocks = 0;

	while (!eqp_relative_ends(&pass->relative, &pass->at))
	{
		if ((++blocks & 0x1ff) == 0)
			eqp_call_tick(tick);
		if (!weighted && add_narrow(pass, totals))
			continue;
		read_block(pass, &block);
		add_deviations(&block, weighted, totals);
		add_term(&block, TERM_GINI, weighted, totals);
		add_term(&block, TERM_ENTROPY_MINUS_1, weighted, totals);
		add_term(&block, TERM_ENTROPY_0, weighted, totals);
		add_term(&block, TERM_ENTROPY_1, weighted, totals);
		add_term(&block, TERM_HALF, weighted, totals);
	}
}

void
eqp_dispersion_start(EqpDispersionPass *pass, const EqpRelative *relative)
{
	memset(pass, 0, sizeof(*pass));
	pass->relative = *relative;
}

/* Adds what is left of a pass. */
static void
add_all(EqpDispersionPass *whole, Pass *pass, EqpTick tick)
{
	if (pass->relative.sample->weights != NULL)
		sum_blocks(pass, true, whole->sums, tick);
	else
		sum_blocks(pass, false, whole->sums, tick);
	whole->below = pass->below;
	whole->below_d = pass->below_d;
}

void
eqp_dispersion_add(EqpDispersionPass *whole, const EqpSample *rows, EqpTick tick)
{
	Pass		pass = {whole->relative, {0, 0}, whole->below, whole->below_d};

	pass.relative.sample = rows;
	pass.relative.other = NULL;
	add_all(whole, &pass, tick);
}

/* The sums of a pass as doubles; those of GE(2), and without weights those with q, come from others. */
static void
sum_up(const EqpDispersionPass *pass, double sums[N_SUMS])
{
	double		n = (double) eqp_relative_rows(&pass->relative);

	for (int i = 0; i < N_SUMS; i++)
		sums[i] = eqp_sum_value(&pass->sums[i]);
	if (pass->relative.sample->weights != NULL)
		return;
	for (int i = 0; i < N_TERMS; i++)
		sums[SUM_QT + i] = sums[SUM_PT + i];
	for (int i = SUM_Q; i < N_SUMS; i++)
		if (i < SUM_PT || i >= SUM_QT)
			sums[i] /= n;
}

/* Sum of q (t - a - b d)^2 of one term, row by row. */
static double
sum_squares(const EqpRelative *relative, int term, double a, double b, EqpTick tick)
{
	Pass		pass = {*relative, {0, 0}, 0.0, 0.0};
	EqpSum		total = {0.0, 0.0};

	for (size_t runs = 1; !eqp_relative_ends(relative, &pass.at); runs++)
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

static const char *const names[EQP_N_DISPERSIONS] = {
	"gini", "gini_corrected", "hoover", "atkinson_0.5", "atkinson_1", "atkinson_2",
	"generalized_entropy_-1", "generalized_entropy_0",
	"generalized_entropy_1", "generalized_entropy_2"
};

void
eqp_dispersion_of(const EqpRelative *relative, double confidence,
				  EqpMeasure out[EQP_N_DISPERSIONS], EqpTick tick)
{
	EqpDispersionPass whole;
	Pass		pass = {{0}, {0, 0}, 0.0, 0.0};

	if (relative == NULL)
	{
		eqp_measures_init(out, names, EQP_N_DISPERSIONS);
		return;
	}
	eqp_dispersion_start(&whole, relative);
	pass.relative = *relative;
	add_all(&whole, &pass, tick);
	eqp_dispersion_finish(&whole, confidence, out, tick);
}

void
eqp_dispersion_finish(const EqpDispersionPass *pass, double confidence,
					  EqpMeasure out[EQP_N_DISPERSIONS], EqpTick tick)
{
	/* b as a multiple of a: see above; GE(1/2) is 4 times TERM_HALF */
	static const double slopes[N_TERMS] = {0.5, -1.0, 0.0, 1.0, 2.0, 0.5};
	const EqpRelative *relative = &pass->relative;
	size_t		n = eqp_relative_rows(relative);
	bool		has_zero = eqp_relative_has_zero(relative);
	double		sums[N_SUMS];
	double	   *means = sums + SUM_PT;
	double		errors[N_TERMS];
	double		inverse;		/* mean of 1 / (1 + d) */
	double		root;			/* mean of sqrt(1 + d) */

	eqp_measures_init(out, names, EQP_N_DISPERSIONS);
	sum_up(pass, sums);
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
			squares = sum_squares(relative, i, a, b, tick);
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
	if (relative->sample->weights == NULL && n > 1)
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
