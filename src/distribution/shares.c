/*
 * shares.c
 *		What share of the total the lower and the upper parts of a sample hold.
 *		See shares.h.
 *
 * With L(p) the Lorenz curve, x_p the quantile, and d and d_p their deviations
 * x / mu - 1, the influence of a row on L(p) is
 *
 *	p d_p - (L(p) - p) + min(d - d_p, 0) - L(p) d
 *
 * (Cowell and Victoria-Feser, Journal of Economic Inequality 1, 2003).  Each
 * measure is a function of L at a few p, so its influence is linear in d between their quantiles: all
 * that is added up is three moments of d in each part, in one pass.
 */
#include "distribution/shares.h"

#include <math.h>

#include "distribution/relative.h"

/* Where the Lorenz curve is read. */
#define N_CUTS	5
static const double cut[N_CUTS] = {0.2, 0.4, 0.6, 0.8, 0.9};

/* A share of the weight that is short of a cut by rounding only has reached it. */
#define REACHED	1e-12

/* The curve as it was read. */
typedef struct Lorenz
{
	double		excess[N_CUTS]; /* L(p) - p */
	double		quantile[N_CUTS];	/* d_p */
	double		q[N_CUTS + 1];	/* in each part: sum of q, */
	double		qd[N_CUTS + 1]; /* of q d, */
	double		qdd[N_CUTS + 1];	/* of q d^2 */
} Lorenz;

/* What a part adds up, compensated over blocks of runs. */
typedef struct PartSums
{
	EqpSum		p;				/* of this part and those before */
	EqpSum		pd;
	EqpSum		q;
	EqpSum		qd;
	EqpSum		qdd;
} PartSums;

/* Runs, or rows, that are summed plainly before their sums go into the compensated ones. */
#define BLOCK		128
#define BLOCK_ROWS	1024

/* Parts of a sum that do not wait for each other. */
#define LANES	4

/* Adds up to a block of runs from the row on, up to the one that reaches the end; returns the row behind. */
static size_t
add_block(const EqpRelative *relative, size_t row, double end, PartSums *sums, double *d)
{
	double		before = eqp_sum_value(&sums->p);
	double		p = 0.0;
	double		pd = 0.0;
	double		q = 0.0;
	double		qd = 0.0;
	double		qdd = 0.0;

	for (int i = 0; i < BLOCK && row < relative->sample->n && before + p < end; i++)
	{
		EqpRelativeRun run;
		double		product;

		row = eqp_read_relative(relative, row, &run);
		product = run.q * run.d;
		p += run.p;
		pd += run.p * run.d;
		q += run.q;
		qd += product;
		qdd += product * run.d;
		*d = run.d;
	}
	eqp_sum_add(&sums->p, p);
	eqp_sum_add(&sums->pd, pd);
	eqp_sum_add(&sums->q, q);
	eqp_sum_add(&sums->qd, qd);
	eqp_sum_add(&sums->qdd, qdd);
	return row;
}

/*
 * The same without weights, up to a row.  Which part a row at a cut belongs to
 * does not matter, so runs do not, and the sums go side by side.
 */
static void
add_rows(const EqpRelative *relative, size_t row, size_t end, PartSums *sums)
{
	const double *values = relative->sample->values;
	double		d[LANES] = {0.0};
	double		dd[LANES] = {0.0};
	double		sum;

	for (; row + LANES <= end; row += LANES)
		for (size_t lane = 0; lane < LANES; lane++)
		{
			double		at = (values[row + lane] * relative->per_unit - relative->mean) * relative->per_mean;

			d[lane] += at;
			dd[lane] += at * at;
		}
	for (; row < end; row++)
	{
		double		at = (values[row] * relative->per_unit - relative->mean) * relative->per_mean;

		d[0] += at;
		dd[0] += at * at;
	}
	sum = (d[0] + d[1]) + (d[2] + d[3]);
	eqp_sum_add(&sums->pd, sum * relative->per_total);
	eqp_sum_add(&sums->qd, sum * relative->per_total * relative->per_total);
	eqp_sum_add(&sums->qdd, ((dd[0] + dd[1]) + (dd[2] + dd[3])) * relative->per_total * relative->per_total);
}

/* Reads the curve and the moments in one pass. */
static void
read_lorenz(const EqpRelative *relative, Lorenz *out, EqpTick tick)
{
	size_t		n = relative->sample->n;
	PartSums	sums = {{0.0, 0.0}, {0.0, 0.0}, {0.0, 0.0}, {0.0, 0.0}, {0.0, 0.0}};
	double		d = 0.0;		/* of the last run */
	size_t		row = 0;
	size_t		blocks = 0;

	for (int part = 0; part <= N_CUTS; part++)
	{
		double		end = part < N_CUTS ? cut[part] - REACHED : INFINITY;

		sums.q = sums.qd = sums.qdd = (EqpSum) {0.0, 0.0};
		if (relative->sample->weights == NULL)
		{
			/* the first row with the whole of the cut below its end; the last part has the rest */
			size_t		last = part < N_CUTS ? (size_t) ceil(end * (double) n) : n;

			sums.q.sum = (double) (last - row) * relative->per_total * relative->per_total;
			while (row < last)
			{
				size_t		next = last - row < BLOCK_ROWS ? last : row + BLOCK_ROWS;

				add_rows(relative, row, next, &sums);
				row = next;
				if ((++blocks & 0x3f) == 0)
					eqp_call_tick(tick);
			}
			sums.p = (EqpSum) {(double) last * relative->per_total, 0.0};
			if (row > 0)
				d = (relative->sample->values[row - 1] * relative->per_unit - relative->mean) * relative->per_mean;
		}
		/* the run that reaches a cut belongs to the part before it: its influence has no jump there */
		while (row < n && eqp_sum_value(&sums.p) < end)
		{
			row = add_block(relative, row, end, &sums, &d);
			if ((++blocks & 0x1ff) == 0)
				eqp_call_tick(tick);
		}
		out->q[part] = eqp_sum_value(&sums.q);
		out->qd[part] = eqp_sum_value(&sums.qd);
		out->qdd[part] = eqp_sum_value(&sums.qdd);
		if (part == N_CUTS)
			break;
		out->quantile[part] = d;
		/* back from the end of the run to the cut */
		out->excess[part] = eqp_sum_value(&sums.pd) - (eqp_sum_value(&sums.p) - cut[part]) * d;
	}
}

/*
 * The error of a measure whose slope by L at the cuts is given.  The smallest
 * part that it looks at holds a share of the rows: where that is fewer than two, by Kish's effective
 * size, nothing is known of their spread.
 */
static double
error_of(const Lorenz *lorenz, const double slope[N_CUTS], double smallest, double n)
{
	double		variance = 0.0;
	double		squares = 0.0;

	for (int part = 0; part <= N_CUTS; part++)
	{
		double		a = 0.0;	/* the influence in this part is a + b d */
		double		b = 0.0;

		for (int k = 0; k < N_CUTS; k++)
		{
			double		at = lorenz->quantile[k];

			a += slope[k] * (cut[k] * at - lorenz->excess[k] - (part <= k ? at : 0.0));
			b += slope[k] * ((part <= k ? 1.0 : 0.0) - cut[k] - lorenz->excess[k]);
		}
		squares += lorenz->q[part];
		variance += a * a * lorenz->q[part] + 2.0 * a * b * lorenz->qd[part] + b * b * lorenz->qdd[part];
	}
	if (!(smallest >= 2.0 * squares * (1.0 - REACHED)))
		return NAN;
	/* rounding of values that are all equal is none */
	return variance > EQP_ROUNDING * EQP_ROUNDING * squares ? sqrt(n / (n - 1.0) * variance) : 0.0;
}

/* A ratio of two sums of shares, its parts' slopes given, and the share of rows of the smaller one. */
static void
put_ratio(EqpMeasure *out, const Lorenz *lorenz, double upper, const double upper_slope[N_CUTS],
		  double lower, const double lower_slope[N_CUTS], double smallest, double n, double confidence)
{
	double		slope[N_CUTS];
	double		ratio = upper / lower;

	if (!(lower > 0.0) || !isfinite(ratio))
		return;
	for (int k = 0; k < N_CUTS; k++)
		slope[k] = (upper_slope[k] - ratio * lower_slope[k]) / lower;
	eqp_put_influence(out, ratio, error_of(lorenz, slope, smallest, n), INFINITY, confidence);
}

void
eqp_shares(const EqpSample *sample, double confidence, EqpMeasure out[EQP_N_SHARES], EqpTick tick)
{
	EqpRelative relative;
	bool		known = eqp_relative_start(&relative, sample, tick);

	eqp_shares_of(known ? &relative : NULL, confidence, out, tick);
}

void
eqp_shares_of(const EqpRelative *relative, double confidence, EqpMeasure out[EQP_N_SHARES], EqpTick tick)
{
	static const char *const names[EQP_N_SHARES] = {
		"quintile_share_1", "quintile_share_2", "quintile_share_3", "quintile_share_4",
		"quintile_share_5", "quintile_share_ratio", "palma_ratio"
	};
	/* of each fifth, by L at 0.2, 0.4, 0.6, 0.8 and 0.9 */
	static const double fifth[5][N_CUTS] = {
		{1.0}, {-1.0, 1.0}, {0.0, -1.0, 1.0}, {0.0, 0.0, -1.0, 1.0}, {0.0, 0.0, 0.0, -1.0}
	};
	static const double lower_four[N_CUTS] = {0.0, 1.0};
	static const double upper_one[N_CUTS] = {0.0, 0.0, 0.0, 0.0, -1.0};
	double		n;
	double		share[5];
	Lorenz		lorenz;

	eqp_measures_init(out, names, EQP_N_SHARES);
	if (relative == NULL)
		return;
	n = (double) relative->sample->n;
	read_lorenz(relative, &lorenz, tick);
	for (int i = 0; i < 5; i++)
	{
		double		above = i < 4 ? lorenz.excess[i] : 0.0;
		double		under = i > 0 ? lorenz.excess[i - 1] : 0.0;

		share[i] = fmax(0.2 + (above - under), 0.0);
		eqp_put_influence(&out[i], share[i], error_of(&lorenz, fifth[i], 0.2, n), 1.0, confidence);
	}
	put_ratio(&out[EQP_SHARE_QUINTILE_RATIO], &lorenz, share[4], fifth[4], share[0], fifth[0], 0.2, n, confidence);
	put_ratio(&out[EQP_SHARE_PALMA], &lorenz, 0.1 - lorenz.excess[4], upper_one,
			  0.4 + lorenz.excess[1], lower_four, 0.1, n, confidence);
}
