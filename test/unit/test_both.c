/*
 * test_both.c
 *		distribution/both.c against all pairs one by one, and against the
 *		measures of one sample that the C library's sort made of both.
 */
#include "distribution/both.h"

#include <stdlib.h>

#include "distribution/entropy.h"
#include "stats/quantile.h"
#include "tap.h"

#define N_MAX	5000

static double r[N_MAX];
static double c[N_MAX];
static double all[2 * N_MAX];

static int
compare_values(const void *a, const void *b)
{
	double		x = *(const double *) a;
	double		y = *(const double *) b;

	return x < y ? -1 : x > y;
}

/* Values of one of several kinds; those of the reference are higher. */
static double
draw(int kind, bool reference, size_t i, unsigned long long *seed)
{
	double		u = tap_random(seed);

	switch (kind)
	{
		case 0:
			return 2.0 + 8.0 * u + (reference ? 0.1 : 0.0);
		case 1:
			/* a few are the same, within a group and across */
			return 1.0 + floor(u * 1e6) / 1e5;
		case 2:
			return floor(u * 40.0) + (reference ? 1.0 : 0.0);
		case 3:
			return reference ? 5.0 + u : u;	/* apart */
		case 4:
			/* two values, as often: the errors of some measures cancel */
			return i % 2 == 0 ? 1.0 : 1.5;
		case 5:
			/* scores of one group only */
			return reference ? floor(u * 30.0) : u * 30.0;
		case 6:
			return exp(3.0 * tap_normal(seed));
		default:
			return 1e300 * (1.0 + u);
	}
}

/* Superiority, its error by DeLong and the KS distance from every pair. */
static void
check_pairs(const EqpBoth *both, size_t n_r, size_t n_c, TapGroup *group)
{
	double		n1 = (double) n_r;
	double		n2 = (double) n_c;
	double		a = 0.0;
	double		ss_r = 0.0;
	double		ss_c = 0.0;
	double		ks = 0.0;
	double		error;
	const EqpMeasure *superiority = &both->ranks[EQP_RANK_SUPERIORITY];

	for (int pass = 0; pass < 2; pass++)
	{
		double		sum = 0.0;

		for (size_t i = 0; i < n_r; i++)
		{
			size_t		halves = 0;
			size_t		below = 0;

			for (size_t j = 0; j < n_c; j++)
			{
				halves += (size_t) (r[i] > c[j]) + (size_t) (r[i] >= c[j]);
				below += r[i] >= c[j];
			}
			sum += (double) halves / 2.0;
			ss_r += pass == 0 ? 0.0 : pow((double) halves / 2.0 / n2 - a, 2.0);
			/* r is in order */
			if (i + 1 == n_r || r[i + 1] != r[i])
				ks = fmax(ks, fabs((double) (i + 1) / n1 - (double) below / n2));
		}
		for (size_t j = 0; j < n_c && pass == 1; j++)
		{
			size_t		halves = 0;
			size_t		below = 0;

			for (size_t i = 0; i < n_r; i++)
			{
				halves += (size_t) (r[i] > c[j]) + (size_t) (r[i] >= c[j]);
				below += c[j] >= r[i];
			}
			ss_c += pow((double) halves / 2.0 / n1 - a, 2.0);
			if (j + 1 == n_c || c[j + 1] != c[j])
				ks = fmax(ks, fabs((double) (j + 1) / n2 - (double) below / n1));
		}
		if (pass == 0)
			a = sum / (n1 * n2);
	}
	error = sqrt(ss_r / (n1 - 1.0) / n1 + ss_c / (n2 - 1.0) / n2);
	group_close(group, superiority->estimate, a, 1e-12, 1e-14, "superiority");
	group_close(group, both->ranks[EQP_RANK_CLIFFS_DELTA].estimate, 2.0 * a - 1.0, 1e-11, 1e-12, "delta");
	group_close(group, both->ranks[EQP_RANK_KS_DISTANCE].estimate, ks, 1e-12, 1e-14, "distance");
	if (n_r > 1 && n_c > 1)
		group_close(group, isnan(superiority->std_error) ? 0.0 : superiority->std_error, error, 1e-9, 1e-12, "DeLong");
}

/* Errors so small are rounding, and may be none. */
#define NO_ERROR	1e-8

/* Measures that are the same but for rounding. */
static void
check_same(const EqpMeasure *got, const EqpMeasure *want, int n, TapGroup *group)
{
	for (int i = 0; i < n; i++)
	{
		group_check(group, strcmp(got[i].name, want[i].name) == 0, want[i].name);
		group_close(group, got[i].estimate, want[i].estimate, 1e-11, 1e-24, want[i].name);
		group_close(group, got[i].std_error, want[i].std_error, 1e-8, NO_ERROR, want[i].name);
		if (!(got[i].std_error < NO_ERROR))
			group_close(group, got[i].lower, want[i].lower, 1e-8, 1e-12, want[i].name);
	}
}

static void
check_all(const EqpBoth *both, const EqpSample *reference, const EqpSample *comparison, TapGroup *group)
{
	const double p[5] = {0.0, 0.1, 0.5, 0.93, 1.0};
	EqpSample	one = {all, NULL, reference->n + comparison->n};
	EqpQuantiles quantiles = eqp_quantiles_start_both(reference, comparison, NULL);
	EqpMeasure	dispersion[EQP_N_DISPERSIONS];
	EqpMeasure	shares[EQP_N_SHARES];
	double		q[5];

	memcpy(all, r, reference->n * sizeof(double));
	memcpy(all + reference->n, c, comparison->n * sizeof(double));
	qsort(all, one.n, sizeof(double), compare_values);
	eqp_dispersion(&one, 0.95, dispersion, NULL);
	eqp_shares(&one, 0.95, shares, NULL);
	check_same(both->dispersion, dispersion, EQP_N_DISPERSIONS, group);
	check_same(both->shares, shares, EQP_N_SHARES, group);

	eqp_quantiles(&one, p, 5, q);
	for (int k = 0; k < 5; k++)
		group_check(group, eqp_quantile(&quantiles, p[k]) == q[k], "quantile");
	for (int k = 0; k < 4; k++)
	{
		const double parameters[4] = {0.3, 1.0, 2.5, 1.5};
		EqpMeasure	got[2];
		EqpMeasure	want[2];

		eqp_generalized_entropy_of(both->known ? &both->relative : NULL, parameters[k] - 1.0, 0.95, &got[0], NULL);
		eqp_generalized_entropy(&one, parameters[k] - 1.0, 0.95, &want[0], NULL);
		eqp_atkinson_of(both->known ? &both->relative : NULL, parameters[k], 0.95, &got[1], NULL);
		eqp_atkinson(&one, parameters[k], 0.95, &want[1], NULL);
		got[0].name = got[1].name = want[0].name = want[1].name = "with a parameter";
		check_same(got, want, 2, group);
	}
}

int
main(void)
{
	TapGroup	pairs = {"two groups = all pairs", 0, 0, 0.0};
	TapGroup	same = {"all values = both groups sorted together", 0, 0, 0.0};
	const size_t sizes[] = {1, 2, 70, 1500, 2100, N_MAX};
	unsigned long long seed = 5;
	double		weights[2] = {1.0, 2.0};
	double		bad[2] = {1.0, NAN};
	double		low[2] = {-1.0, 3.0};
	EqpSample	weighted = {low, weights, 2};
	EqpSample	missing = {bad, NULL, 2};
	EqpSample	negative = {low, NULL, 2};
	EqpSample	empty = {low, NULL, 0};
	EqpBoth		both;

	for (int kind = 0; kind < 8; kind++)
		for (int size = 0; size < 36; size++)
		{
			EqpSample	reference = {r, NULL, sizes[size / 6]};
			EqpSample	comparison = {c, NULL, sizes[size % 6]};

			for (size_t i = 0; i < reference.n; i++)
				r[i] = draw(kind, true, i, &seed);
			for (size_t i = 0; i < comparison.n; i++)
				c[i] = draw(kind, false, i, &seed);
			qsort(r, reference.n, sizeof(double), compare_values);
			qsort(c, comparison.n, sizeof(double), compare_values);
			group_check(&pairs, eqp_measure_both(&reference, &comparison, 0.95, &both, NULL), "not measured");
			/* every pair takes its time */
			if (reference.n < N_MAX && comparison.n < N_MAX)
				check_pairs(&both, reference.n, comparison.n, &pairs);
			check_all(&both, &reference, &comparison, &same);
		}
	group_done(&pairs);
	group_done(&same);
	tap_ok(!eqp_measure_both(&weighted, &negative, 0.95, &both, NULL) &&
		   !eqp_measure_both(&negative, &weighted, 0.95, &both, NULL), "not with weights");
	tap_ok(!eqp_measure_both(&missing, &negative, 0.95, &both, NULL) &&
		   !eqp_measure_both(&negative, &missing, 0.95, &both, NULL), "nor with NaN");
	tap_ok(!eqp_measure_both(&empty, &negative, 0.95, &both, NULL) &&
		   !eqp_measure_both(&negative, &empty, 0.95, &both, NULL), "nor without a row");
	tap_ok(eqp_measure_both(&negative, &negative, 0.95, &both, NULL) && !both.known &&
		   isnan(both.dispersion[0].estimate) && isnan(both.shares[0].estimate) && both.ranks[0].estimate == 0.5,
		   "no inequality among negative values");
	return tap_done();
}
