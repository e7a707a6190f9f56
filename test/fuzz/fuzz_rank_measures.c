/*
 * fuzz_rank_measures.c
 *		stats/rank_measures.c and stats/quantile.c against every pair and every
 *		place: bounds, swapped groups, weights of any scale, values at a change that keeps
 *		their order.
 */
#include "distribution/rank_measures.h"

#include "stats/quantile.h"

#include "fuzz.h"

#define MAX_VALUES 24
#define N_FRACTIONS 5

typedef struct Group
{
	double		values[MAX_VALUES];
	double		weights[MAX_VALUES];
	double		stretched[MAX_VALUES];
	double		scaled[MAX_VALUES];
	EqpSample	sample;
} Group;

static void
read_group(FuzzInput *in, bool weighted, int scale, Group *g)
{
	double		scratch[MAX_VALUES];
	size_t		n = fuzz_byte(in) % (MAX_VALUES + 1);
	bool		wild = fuzz_byte(in) < 64;

	for (size_t i = 0; i < n; i++)
	{
		g->values[i] = wild ? fuzz_double(in) + 0.0 : fuzz_byte(in) / 4.0;
		if (isnan(g->values[i]))
			g->values[i] = NAN;
		/* any share of the whole, on any scale; a power of two changes no digit of it */
		g->weights[i] = 1.0 + fuzz_byte(in);
		g->scaled[i] = ldexp(g->weights[i], scale);
	}
	eqp_sort_values(g->values, scratch, n, NULL);
	for (size_t i = 0; i < n; i++)
		g->stretched[i] = atan(g->values[i]);
	/* the order survives, but values next to each other may become equal */
	for (size_t i = 1; i < n; i++)
		if (g->stretched[i] == g->stretched[i - 1] && g->values[i] != g->values[i - 1])
			memcpy(g->stretched, g->values, sizeof(g->values));
	g->sample.values = g->values;
	g->sample.weights = weighted ? g->weights : NULL;
	g->sample.n = n;
}

static long double
weight_of(const Group *g, size_t i)
{
	return g->sample.weights ? g->weights[i] : 1.0;
}

static void
check_quantiles(const Group *g)
{
	static const double p[N_FRACTIONS] = {0.0, 0.1, 0.5, 0.9, 1.0};
	const EqpSample *s = &g->sample;
	EqpSample	equal = {g->values, NULL, s->n};
	EqpSample	scaled = {g->values, s->weights ? g->scaled : NULL, s->n};
	double		q[N_FRACTIONS];
	double		other[N_FRACTIONS];

	eqp_quantiles(s, p, N_FRACTIONS, q);
	eqp_quantiles(&scaled, p, N_FRACTIONS, other);
	for (int i = 0; i < N_FRACTIONS; i++)
	{
		FUZZ_CHECK(s->n > 0 || isnan(q[i]));
		FUZZ_CHECK(memcmp(&q[i], &other[i], sizeof(double)) == 0);
	}
	/* differences of what is not finite, or too far apart, follow IEEE arithmetic */
	if (s->n == 0 || !(fabs(g->values[0]) < 1e300 && fabs(g->values[s->n - 1]) < 1e300))
		return;
	for (int i = 0; i < N_FRACTIONS; i++)
	{
		double		size = fabs(g->values[0]) + fabs(g->values[s->n - 1]);

		FUZZ_CHECK(q[i] >= g->values[0] - 1e-12 * size && q[i] <= g->values[s->n - 1] + 1e-12 * size);
		FUZZ_CHECK(i == 0 || q[i - 1] <= q[i] + 1e-12 * size);
	}
	if (s->weights == NULL)
	{
		FUZZ_CHECK(q[0] == g->values[0] && q[N_FRACTIONS - 1] == g->values[s->n - 1]);
		/* weights that are all the same are none */
		for (size_t i = 0; i < s->n; i++)
			((Group *) g)->scaled[i] = 0x1p-1070;
		equal.weights = g->scaled;
		eqp_quantiles(&equal, p, N_FRACTIONS, other);
		for (int i = 0; i < N_FRACTIONS; i++)
			FUZZ_CHECK(fuzz_near(q[i], other[i], fabs(g->values[0]) + fabs(g->values[s->n - 1])));
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	FuzzInput	in = {data, size};
	Group		r;
	Group		c;
	bool		weighted = fuzz_byte(&in) & 1;
	int			scale_r = (int) (fuzz_int64(&in) & 2047) - 1074;
	int			scale_c = (int) (fuzz_int64(&in) & 2047) - 1074;
	double		confidence = fuzz_confidence(&in);
	EqpMeasure	out[EQP_N_RANK_MEASURES];
	EqpMeasure	other[EQP_N_RANK_MEASURES];
	EqpSample	a;
	EqpSample	b;
	long double ahead = 0;
	long double mass = 0;
	bool		defined;

	read_group(&in, weighted, scale_r > 1000 ? 1000 : scale_r, &r);
	read_group(&in, weighted, scale_c > 1000 ? 1000 : scale_c, &c);
	check_quantiles(&r);
	check_quantiles(&c);

	eqp_rank_measures(&r.sample, &c.sample, confidence, out, NULL);
	defined = r.sample.n > 0 && c.sample.n > 0 && !isnan(r.values[r.sample.n - 1]) && !isnan(c.values[c.sample.n - 1]);
	for (int i = 0; i < EQP_N_RANK_MEASURES; i++)
	{
		double		least = i == EQP_RANK_CLIFFS_DELTA ? -1.0 : 0.0;

		FUZZ_CHECK(isnan(out[i].estimate) != defined);
		FUZZ_CHECK(fuzz_within(out[i].estimate, least, 1.0));
		FUZZ_CHECK(fuzz_within(out[i].lower, least, 1.0) && fuzz_within(out[i].upper, least, 1.0));
		FUZZ_CHECK(isnan(out[i].lower) == isnan(out[i].upper) && isnan(out[i].lower) == (out[i].method == NULL));
		FUZZ_CHECK(fuzz_within(out[i].std_error, 0.0, INFINITY));
		/* the intervals hold the estimate */
		FUZZ_CHECK(isnan(out[i].lower) || (out[i].lower <= out[i].estimate + 1e-12 && out[i].estimate <= out[i].upper + 1e-12));
		FUZZ_CHECK(!weighted || isnan(out[i].std_error));
	}
	if (!defined)
		return 0;

	for (size_t i = 0; i < r.sample.n; i++)
		for (size_t j = 0; j < c.sample.n; j++)
		{
			long double pair = weight_of(&r, i) * weight_of(&c, j);

			mass += pair;
			if (r.values[i] >= c.values[j])
				ahead += r.values[i] == c.values[j] ? pair / 2 : pair;
		}
	FUZZ_CHECK(fuzz_near(out[EQP_RANK_SUPERIORITY].estimate, (double) (ahead / mass), (double) (ahead / mass)));
	FUZZ_CHECK(fuzz_near(out[EQP_RANK_CLIFFS_DELTA].estimate, (double) (2 * ahead / mass - 1), 1.0));
	FUZZ_CHECK(out[EQP_RANK_KS_DISTANCE].estimate >= fabs(out[EQP_RANK_CLIFFS_DELTA].estimate) / 2.0 - 1e-12);

	eqp_rank_measures(&c.sample, &r.sample, confidence, other, NULL);
	FUZZ_CHECK(fuzz_near(other[EQP_RANK_SUPERIORITY].estimate, 1.0 - out[EQP_RANK_SUPERIORITY].estimate, 1.0));
	FUZZ_CHECK(fuzz_near(other[EQP_RANK_CLIFFS_DELTA].estimate, -out[EQP_RANK_CLIFFS_DELTA].estimate, 1.0));
	FUZZ_CHECK(fuzz_near(other[EQP_RANK_KS_DISTANCE].estimate, out[EQP_RANK_KS_DISTANCE].estimate, 1.0));
	FUZZ_CHECK(fuzz_near(other[EQP_RANK_SUPERIORITY].std_error, out[EQP_RANK_SUPERIORITY].std_error, 1.0));
	/* a variance of rounding errors has a root that is not so small */
	FUZZ_CHECK(isnan(out[EQP_RANK_CLIFFS_DELTA].std_error) ? isnan(other[EQP_RANK_CLIFFS_DELTA].std_error) :
			   fuzz_near(pow(other[EQP_RANK_CLIFFS_DELTA].std_error, 2.0), pow(out[EQP_RANK_CLIFFS_DELTA].std_error, 2.0), 1.0));

	/* values that keep their order, weights that keep their shares */
	a = (EqpSample) {r.stretched, weighted ? r.scaled : NULL, r.sample.n};
	b = (EqpSample) {c.stretched, weighted ? c.scaled : NULL, c.sample.n};
	for (size_t i = 0; i < r.sample.n; i++)
		for (size_t j = 0; j < c.sample.n; j++)
			if ((r.values[i] < c.values[j]) != (r.stretched[i] < c.stretched[j]) ||
				(r.values[i] == c.values[j]) != (r.stretched[i] == c.stretched[j]))
			{
				a.values = r.values;
				b.values = c.values;
			}
	eqp_rank_measures(&a, &b, confidence, other, NULL);
	for (int i = 0; i < EQP_N_RANK_MEASURES; i++)
		FUZZ_CHECK(memcmp(&other[i].estimate, &out[i].estimate, 4 * sizeof(double)) == 0);
	return 0;
}
