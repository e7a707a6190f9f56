/*
 * fuzz_moments.c
 *		stats/moments.c: rows and published aggregates in any order, split over
 *		states that are merged, hold the promised bounds against two passes in
 *		long double; whatever comes in, the counts are exact and what is stored
 *		keeps what a reader relies on.
 */
#include "stats/moments.h"

#include "fuzz.h"

#define BAR 1e-12
#define STATES 4
#define MAX_ROWS 512

static void
check_stored(const EqpMoments *m)
{
	EqpMoments	once = *m;
	EqpMoments	twice;

	eqp_moments_normalize(&once);
	twice = once;
	eqp_moments_normalize(&twice);
	FUZZ_CHECK(memcmp(&once, &twice, sizeof(once)) == 0);
	FUZZ_CHECK(once.w_lo == 0.0 && once.m2_lo == 0.0 && once.mean_lo == 0.0);
	FUZZ_CHECK(once.nzero >= 0 && once.nnegative >= 0 && once.nzero + once.nnegative <= once.n);
	FUZZ_CHECK(isnan(once.m2) || once.m2 >= 0.0);
	FUZZ_CHECK(once.n == 0 || once.w > 0.0);
	FUZZ_CHECK(!((once.flags & EQP_MOMENTS_NO_ENTROPY) != 0 && (once.nzero != 0 || once.xlogx != 0.0 || once.logx != 0.0)));
	FUZZ_CHECK(fuzz_within(eqp_moments_variance(&once), 0.0, INFINITY));
	FUZZ_CHECK(fuzz_within(eqp_moments_std_error(&once), 0.0, INFINITY));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	FuzzInput	in = {data, size};
	EqpMoments	state[STATES];
	double		value[MAX_ROWS];
	double		weight[MAX_ROWS];
	int			rows = 0;
	int64_t		n = 0;
	bool		tame = true;	/* rows whose answer long double knows */
	bool		ok = true;

	for (int i = 0; i < STATES; i++)
		eqp_moments_init(&state[i]);

	while (in.left > 0 && rows < MAX_ROWS)
	{
		unsigned	what = fuzz_byte(&in);
		EqpMoments *m = &state[what % STATES];

		if (what < 192)
		{
			double		x = fuzz_double(&in);
			double		w = what < 96 ? 1.0 : fabs(fuzz_finite(&in));

			if (w == 0.0)
				continue;
			if (!(fabs(x) < 1e100) || (x != 0.0 && fabs(x) < 1e-100) || w > 1e6 || w < 1e-6)
				tame = false;
			ok &= eqp_moments_add(m, x, w);
			value[rows] = x;
			weight[rows++] = w;
			n++;
		}
		else if (what < 224)
		{
			EqpMoments *from = &state[(what / STATES) % STATES];

			if (from == m)
				continue;
			ok &= eqp_moments_merge(m, from);
			eqp_moments_init(from);
		}
		else if (what < 240)
		{
			int64_t		more = 1 + (fuzz_int64(&in) & 0xffffffffff);

			ok &= eqp_moments_add_published(m, fuzz_double(&in), fabs(fuzz_double(&in)), more);
			tame = false;
			n += more;
		}
		else
		{
			/* a state that was stored and read again */
			check_stored(m);
			eqp_moments_normalize(m);
		}
	}
	for (int i = 1; i < STATES; i++)
		ok &= eqp_moments_merge(&state[0], &state[i]);

	/* after an overflow, which is an error of the query, nothing is promised */
	if (!ok)
		return 0;
	FUZZ_CHECK(state[0].n == n);
	if (n == 0)
		return 0;
	check_stored(&state[0]);

	if (tame)
	{
		long double w = 0;
		long double w2 = 0;
		long double mean = 0;
		long double m2 = 0;
		long double variance;

		for (int i = 0; i < rows; i++)
		{
			w += weight[i];
			w2 += (long double) weight[i] * weight[i];
		}
		for (int i = 0; i < rows; i++)
			mean += weight[i] / w * value[i];
		for (int i = 0; i < rows; i++)
			m2 += weight[i] * (value[i] - mean) * (value[i] - mean);
		variance = w * w > w2 ? m2 / (w - w2 / w) : 0;
		FUZZ_CHECK(fabsl(eqp_moments_weight(&state[0]) - w) <= BAR * w);
		FUZZ_CHECK(fabsl(eqp_moments_mean(&state[0]) - mean) <= BAR * sqrtl(mean * mean + variance));
		FUZZ_CHECK(fabsl(eqp_compensated(state[0].m2, state[0].m2_lo) - m2) <= BAR * (m2 + w * mean * mean));
	}
	return 0;
}
