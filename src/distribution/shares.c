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
#include <string.h>

#include "distribution/relative.h"

#define N_CUTS	EQP_LORENZ_CUTS
static const double cut[N_CUTS] = {0.2, 0.4, 0.6, 0.8, 0.9};

/* A share of the weight that is short of a cut by rounding only has reached it. */
#define REACHED	1e-12

/* Runs, or rows, that are summed plainly before their sums go into the compensated ones. */
#define BLOCK		128
#define BLOCK_ROWS	1024

/* Parts of a sum that do not wait for each other. */
#define LANES	4

/* Adds up to a block of runs, up to the one that reaches the end. */
static void
add_block(const EqpRelative *relative, EqpRelativePlace *at, double end, EqpLorenzSums *sums, double *d)
{
	double		before = eqp_sum_value(&sums->p);
	double		p = 0.0;
	double		pd = 0.0;
	double		q = 0.0;
	double		qd = 0.0;
	double		qdd = 0.0;

	for (int i = 0; i < BLOCK && !eqp_relative_ends(relative, at) && before + p < end; i++)
	{
		EqpRelativeRun run;
		double		product;

		eqp_read_relative(relative, at, &run);
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
}

/* How far a value lies above the mean, as a share of it. */
static inline double
deviation(const EqpRelative *relative, double value)
{
	return (value * relative->per_unit - relative->mean) * relative->per_mean;
}

/*
 * The same without weights.  Which part a row at a cut belongs to
 * does not matter, so runs do not, and the sums go side by side.
 */
static void
add_rows(const EqpRelative *relative, const double *values, size_t n, EqpLorenzSums *sums)
{
	double		d[LANES] = {0.0};
	double		dd[LANES] = {0.0};
	double		sum;
	size_t		row = 0;

	for (; row + LANES <= n; row += LANES)
		for (size_t lane = 0; lane < LANES; lane++)
		{
			double		at = deviation(relative, values[row + lane]);

			d[lane] += at;
			dd[lane] += at * at;
		}
	for (; row < n; row++)
	{
		double		at = deviation(relative, values[row]);

		d[0] += at;
		dd[0] += at * at;
	}
	sum = (d[0] + d[1]) + (d[2] + d[3]);
	eqp_sum_add(&sums->pd, sum * relative->per_total);
	eqp_sum_add(&sums->qd, sum * relative->per_total * relative->per_total);
	eqp_sum_add(&sums->qdd, ((dd[0] + dd[1]) + (dd[2] + dd[3])) * relative->per_total * relative->per_total);
}

/* Ends a part, d being that of the row that reaches its cut; the next one begins. */
static void
end_part(EqpLorenz *out, int part, EqpLorenzSums *sums, double d)
{
	out->q[part] = eqp_sum_value(&sums->q);
	out->qd[part] = eqp_sum_value(&sums->qd);
	out->qdd[part] = eqp_sum_value(&sums->qdd);
	sums->q = sums->qd = sums->qdd = (EqpSum) {0.0, 0.0};
	if (part == N_CUTS)
		return;
	out->quantile[part] = d;
	/* back from the end of the run to the cut */
	out->excess[part] = eqp_sum_value(&sums->pd) - (eqp_sum_value(&sums->p) - cut[part]) * d;
}

void
eqp_shares_start(EqpSharesPass *pass, const EqpRelative *relative)
{
	memset(pass, 0, sizeof(*pass));
	pass->relative = *relative;
}

void
eqp_shares_add(EqpSharesPass *pass, const double *values, size_t n, EqpTick tick)
{
	const EqpRelative *relative = &pass->relative;
	size_t		all = eqp_relative_rows(relative);
	size_t		row = 0;
	size_t		blocks = 0;

	while (pass->part <= N_CUTS)
	{
		/* the first row with the whole of the cut below its end; the last part has the rest */
		size_t		last = pass->part < N_CUTS ? (size_t) ceil((cut[pass->part] - REACHED) * (double) all) : all;
		size_t		count = last - pass->row < n - row ? last - pass->row : n - row;

		for (size_t end = row + count; row < end;)
		{
			size_t		next = end - row < BLOCK_ROWS ? end : row + BLOCK_ROWS;

			add_rows(relative, values + row, next - row, &pass->sums);
			row = next;
			if ((++blocks & 0x3f) == 0)
				eqp_call_tick(tick);
		}
		if (count > 0)
			pass->d = deviation(relative, values[row - 1]);
		pass->sums.q.sum += (double) count * relative->per_total * relative->per_total;
		pass->row += count;
		if (pass->row < last)
			return;
		pass->sums.p = (EqpSum) {(double) last * relative->per_total, 0.0};
		end_part(&pass->lorenz, pass->part++, &pass->sums, pass->d);
	}
}

/* Reads the curve and the moments in one pass, run by run. */
static void
read_lorenz(const EqpRelative *relative, EqpLorenz *out, EqpTick tick)
{
	EqpLorenzSums sums = {{0.0, 0.0}, {0.0, 0.0}, {0.0, 0.0}, {0.0, 0.0}, {0.0, 0.0}};
	double		d = 0.0;		/* of the last run */
	EqpRelativePlace at = {0, 0};
	size_t		blocks = 0;

	for (int part = 0; part <= N_CUTS; part++)
	{
		double		end = part < N_CUTS ? cut[part] - REACHED : INFINITY;

		/* the run that reaches a cut belongs to the part before it: its influence has no jump there */
		while (!eqp_relative_ends(relative, &at) && eqp_sum_value(&sums.p) < end)
		{
			add_block(relative, &at, end, &sums, &d);
			if ((++blocks & 0x1ff) == 0)
				eqp_call_tick(tick);
		}
		end_part(out, part, &sums, d);
	}
}

/*
 * The error of a measure whose slope by L at the cuts is given.  The smallest
 * part that it looks at holds a share of the rows: where that is fewer than two, by Kish's effective
 * size, nothing is known of their spread.
 */
static double
error_of(const EqpLorenz *lorenz, const double slope[N_CUTS], double smallest, double n)
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
put_ratio(EqpMeasure *out, const EqpLorenz *lorenz, double upper, const double upper_slope[N_CUTS],
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

/* The measures, n being the number of rows. */
static void
put_shares(const EqpLorenz *lorenz, double n, double confidence, EqpMeasure out[EQP_N_SHARES])
{
	/* of each fifth, by L at 0.2, 0.4, 0.6, 0.8 and 0.9 */
	static const double fifth[5][N_CUTS] = {
		{1.0}, {-1.0, 1.0}, {0.0, -1.0, 1.0}, {0.0, 0.0, -1.0, 1.0}, {0.0, 0.0, 0.0, -1.0}
	};
	static const double lower_four[N_CUTS] = {0.0, 1.0};
	static const double upper_one[N_CUTS] = {0.0, 0.0, 0.0, 0.0, -1.0};
	double		share[5];

	for (int i = 0; i < 5; i++)
	{
		double		above = i < 4 ? lorenz->excess[i] : 0.0;
		double		under = i > 0 ? lorenz->excess[i - 1] : 0.0;

		share[i] = fmax(0.2 + (above - under), 0.0);
		eqp_put_influence(&out[i], share[i], error_of(lorenz, fifth[i], 0.2, n), 1.0, confidence);
	}
	put_ratio(&out[EQP_SHARE_QUINTILE_RATIO], lorenz, share[4], fifth[4], share[0], fifth[0], 0.2, n, confidence);
	put_ratio(&out[EQP_SHARE_PALMA], lorenz, 0.1 - lorenz->excess[4], upper_one,
			  0.4 + lorenz->excess[1], lower_four, 0.1, n, confidence);
}

static const char *const names[EQP_N_SHARES] = {
	"quintile_share_1", "quintile_share_2", "quintile_share_3", "quintile_share_4",
	"quintile_share_5", "quintile_share_ratio", "palma_ratio"
};

void
eqp_shares_finish(const EqpSharesPass *pass, double confidence, EqpMeasure out[EQP_N_SHARES])
{
	eqp_measures_init(out, names, EQP_N_SHARES);
	put_shares(&pass->lorenz, (double) eqp_relative_rows(&pass->relative), confidence, out);
}

void
eqp_shares_of(const EqpRelative *relative, double confidence, EqpMeasure out[EQP_N_SHARES], EqpTick tick)
{
	EqpSharesPass pass;

	eqp_measures_init(out, names, EQP_N_SHARES);
	if (relative == NULL)
		return;
	eqp_shares_start(&pass, relative);
	if (relative->sample->weights == NULL && relative->other == NULL && !eqp_has_long_runs(relative->sample))
		eqp_shares_add(&pass, relative->sample->values, relative->sample->n, tick);
	else
		read_lorenz(relative, &pass.lorenz, tick);
	put_shares(&pass.lorenz, (double) eqp_relative_rows(relative), confidence, out);
}
