/*
 * test_moments.c
 *		stats/moments.c against a two-pass computation in long double, under
 *		thousands of random partitions of the rows into merged states.
 */
#include "stats/moments.h"

#include "tap.h"

/* The bar of the project: see moments.h. */
#define BAR 1e-12

#define MAX_ROWS 400
#define MAX_PARTS 8
#define N_KINDS 9
#define N_WEIGHTS 4

static unsigned long long seed = 20230531;

static double
uniform(void)
{
	return tap_random(&seed);
}

static int
below(int limit)
{
	return (int) (uniform() * limit);
}

/* About standard normal: the sum of twelve uniforms (nothing here needs exact tails). */
static double
noise(void)
{
	double		sum = -6.0;

	for (int i = 0; i < 12; i++)
		sum += uniform();
	return sum;
}

static const char *const kind_names[N_KINDS] = {
	"scores from 0 to 10 in quarters", "1e9 + noise", "-1e9 + noise", "around zero",
	"income-like, skewed", "tiny", "huge", "zeros and ones", "one outlier of 1e15"
};

static double
value_of(int kind, int row)
{
	switch (kind)
	{
		case 0:
			return below(41) / 4.0;
		case 1:
			return 1e9 + noise();
		case 2:
			return -1e9 + noise();
		case 3:
			return noise();
		case 4:
			return 5e6 * exp(1.5 * noise());
		case 5:
			return 1e-150 * uniform();
		case 6:
			return 1e150 * noise();
		case 7:
			return below(2);
		default:
			return row == 3 ? 1e15 : uniform();
	}
}

static const char *const weight_names[N_WEIGHTS] = {
	"weights 1", "weights from 0.1 to 0.9", "weights over ten orders of magnitude", "small whole weights"
};

static double
weight_of(int kind)
{
	switch (kind)
	{
		case 0:
			return 1.0;
		case 1:
			return (1 + below(9)) / 10.0;
		case 2:
			return exp(23.0 * (uniform() - 0.5));
		default:
			return 1 + below(5);
	}
}

/* What the rows say, in two passes. */
typedef struct Truth
{
	long		n;
	long		zero;
	long		negative;
	long double w;
	long double w2;
	long double mean;
	long double m2;
	long double plain;			/* mean without weights */
	double		min;
	double		max;
	long double xlogx;
	long double logx;
	long double size_xlogx;		/* sums of absolute terms */
	long double size_logx;
} Truth;

static Truth
two_passes(const double *x, const double *w, int n)
{
	Truth		t = {0};

	t.n = n;
	for (int i = 0; i < n; i++)
	{
		t.w += w[i];
		t.w2 += (long double) w[i] * w[i];
		t.mean += (long double) w[i] * x[i];
		t.plain += (long double) x[i] / n;
		t.min = i == 0 || x[i] < t.min ? x[i] : t.min;
		t.max = i == 0 || x[i] > t.max ? x[i] : t.max;
		t.zero += x[i] == 0.0;
		t.negative += x[i] < 0.0;
		if (x[i] > 0.0)
		{
			long double term = w[i] * logl(x[i]);

			t.logx += term;
			t.xlogx += term * x[i];
			t.size_logx += fabsl(term);
			t.size_xlogx += fabsl(term * x[i]);
		}
	}
	t.mean /= t.w;
	for (int i = 0; i < n; i++)
		t.m2 += w[i] * (x[i] - t.mean) * (x[i] - t.mean);
	return t;
}

static void
check_against(TapGroup *group, const EqpMoments *m, const Truth *t, const char *what)
{
	double		variance = (double) (t->m2 / t->w);
	double		mean = (double) t->mean;

	group_check(group, m->n == t->n && m->nzero == t->zero &&
				m->nnegative == t->negative && (m->flags & EQP_MOMENTS_NO_ENTROPY) == 0, what);
	group_close(group, eqp_moments_weight(m), (double) t->w, 1e-15, 0.0, what);
	group_close(group, eqp_compensated(m->w2, m->w2_lo), (double) t->w2, 1e-15, 0.0, what);
	group_close(group, eqp_moments_mean(m), mean, 0.0,
				BAR * hypot(mean, sqrt(variance)), what);
	group_close(group, eqp_moments_plain_mean(m), (double) t->plain, 0.0,
				BAR * fmax(fabs(t->min), fabs(t->max)), what);
	group_check(group, eqp_moments_has_range(m) && m->min == t->min && m->max == t->max, what);
	group_close(group, eqp_compensated(m->m2, m->m2_lo), (double) t->m2, BAR,
				BAR * (double) t->w * mean * mean, what);
	group_close(group, eqp_compensated(m->xlogx, m->xlogx_lo), (double) t->xlogx, 0.0,
				1e-14 * (double) t->size_xlogx, what);
	group_close(group, eqp_compensated(m->logx, m->logx_lo), (double) t->logx, 0.0,
				1e-14 * (double) t->size_logx, what);
}

/* Merge states in a random order and direction until one is left. */
static EqpMoments
merge_randomly(EqpMoments *parts, int nparts, bool *ok)
{
	while (nparts > 1)
	{
		int			a = below(nparts);
		int			b = below(nparts - 1);

		if (b >= a)
			b++;
		*ok = eqp_moments_merge(&parts[a], &parts[b]) && *ok;
		parts[b] = parts[nparts - 1];
		nparts--;
	}
	return parts[0];
}

/* Some parts are stored in between, as a summary in a table is. */
static void
test_partitions(void)
{
	static double x[MAX_ROWS];
	static double w[MAX_ROWS];

	for (int kind = 0; kind < N_KINDS; kind++)
	{
		TapGroup	group = {kind_names[kind], 0, 0, 0.0};

		for (int trial = 0; trial < 400; trial++)
		{
			int			weights = trial % N_WEIGHTS;
			int			n = 1 + below(MAX_ROWS);
			int			nparts = 1 + below(MAX_PARTS);
			EqpMoments	parts[MAX_PARTS];
			EqpMoments	serial;
			EqpMoments	merged;
			Truth		truth;
			bool		ok = true;

			eqp_moments_init(&serial);
			for (int p = 0; p < nparts; p++)
				eqp_moments_init(&parts[p]);
			for (int i = 0; i < n; i++)
			{
				x[i] = value_of(kind, i);
				w[i] = weight_of(weights);
				ok = eqp_moments_add(&serial, x[i], w[i]) && ok;
				ok = eqp_moments_add(&parts[below(nparts)], x[i], w[i]) && ok;
			}
			truth = two_passes(x, w, n);
			for (int p = 0; p < nparts; p++)
				if (below(2) == 0)
					eqp_moments_normalize(&parts[p]);
			merged = merge_randomly(parts, nparts, &ok);
			group_check(&group, ok, "no overflow");
			check_against(&group, &serial, &truth, weight_names[weights]);
			check_against(&group, &merged, &truth, weight_names[weights]);
		}
		group_done(&group);
	}
}

/* No spread is exactly no spread, in any partition. */
static void
test_constant(void)
{
	TapGroup	group = {"a constant has m2 = 0 and keeps its mean, exactly", 0, 0, 0.0};

	for (int trial = 0; trial < 2000; trial++)
	{
		double		x = trial % 2 ? 0.1 * trial : 1e9 * noise();
		int			nparts = 1 + below(MAX_PARTS);
		int			n = 2 + below(100);
		EqpMoments	parts[MAX_PARTS];
		EqpMoments	merged;
		bool		ok = true;

		for (int p = 0; p < nparts; p++)
			eqp_moments_init(&parts[p]);
		for (int i = 0; i < n; i++)
			ok = eqp_moments_add(&parts[below(nparts)], x, weight_of(trial % N_WEIGHTS)) && ok;
		merged = merge_randomly(parts, nparts, &ok);
		group_check(&group, ok && merged.m2 == 0.0 && merged.m2_lo == 0.0 &&
					merged.mean == x && merged.mean_lo == 0.0 && merged.n == n, "constant");
	}
	group_done(&group);
}

static bool
same_bytes(const EqpMoments *a, const EqpMoments *b)
{
	return memcmp(a, b, sizeof(EqpMoments)) == 0;
}

static void
test_identity(void)
{
	EqpMoments	empty;
	EqpMoments	some;
	EqpMoments	copy;
	EqpMoments	other;

	eqp_moments_init(&empty);
	eqp_moments_init(&some);
	eqp_moments_add(&some, 0.1, 0.3);
	eqp_moments_add(&some, 7.7, 1.9);
	copy = some;
	tap_ok(eqp_moments_merge(&some, &empty) && same_bytes(&some, &copy), "merging nothing changes nothing");
	eqp_moments_init(&other);
	tap_ok(eqp_moments_merge(&other, &some) && same_bytes(&other, &some), "merging into nothing is a copy");
	eqp_moments_init(&other);
	tap_ok(eqp_moments_merge(&other, &empty) && same_bytes(&other, &empty), "nothing and nothing is nothing");
	tap_ok(isnan(eqp_moments_mean(&empty)) && isnan(eqp_moments_variance(&empty)) &&
		   isnan(eqp_moments_n_eff(&empty)) && isnan(eqp_moments_std_error(&empty)) &&
		   eqp_moments_weight(&empty) == 0.0, "the empty group has no mean, and weight 0");
}

/*
 * Row after row, where plain sums drift: the period of the values divides
 * the number of rows, so that the moments are those of one period.
 */
static void
test_many_rows(void)
{
	TapGroup	group = {"five million rows", 0, 0, 0.0};
	static const double offsets[] = {0.0, 1e9, -3e12};
	const int	rows = 5000000;

	for (int k = 0; k < 3; k++)
	{
		double		period[8];
		EqpMoments	m;
		long double mean = 0;
		long double m2 = 0;

		for (int i = 0; i < 8; i++)
		{
			period[i] = offsets[k] + 0.1 * (i * i % 7) + 0.3;
			mean += period[i] / 8.0L;
		}
		for (int i = 0; i < 8; i++)
			m2 += (period[i] - mean) * (period[i] - mean);
		m2 *= 0.1L * (rows / 8);
		eqp_moments_init(&m);
		for (int i = 0; i < rows; i++)
			eqp_moments_add(&m, period[i % 8], 0.1);
		group_check(&group, m.n == rows, "rows");
		group_close(&group, eqp_moments_weight(&m), (double) (0.1 * (long double) rows), 1e-15, 0.0, "weight");
		group_close(&group, eqp_compensated(m.w2, m.w2_lo), (double) (0.1 * 0.1 * (long double) rows), 1e-15, 0.0, "weight2");
		group_close(&group, eqp_moments_mean(&m), (double) mean, 1e-15, 0.0, "mean");
		/* far from zero the values themselves carry only so many digits of the deviations */
		group_close(&group, eqp_compensated(m.m2, m.m2_lo), (double) m2, k == 0 ? 1e-14 : 1e-6, 0.0, "m2");
	}
	group_done(&group);
}

/* 2^27 rows and more by merging a state with a copy of itself. */
static void
test_doubling(void)
{
	TapGroup	group = {"a state merged with its copy, to 8 * 2^40 rows", 0, 0, 0.0};
	EqpMoments	m;
	double		mean;
	double		m2;

	eqp_moments_init(&m);
	for (int i = 0; i < 8; i++)
		eqp_moments_add(&m, 1e9 + 0.7 * (i * i % 5), 0.1 + 0.3 * i);
	mean = eqp_moments_mean(&m);
	m2 = eqp_compensated(m.m2, m.m2_lo);
	for (int k = 1; k <= 40; k++)
	{
		EqpMoments	copy = m;

		group_check(&group, eqp_moments_merge(&m, &copy), "merge");
		group_check(&group, m.n == 8LL << k, "n");
		group_check(&group, eqp_moments_mean(&m) == mean, "mean");
		group_close(&group, eqp_compensated(m.m2, m.m2_lo), ldexp(m2, k), 1e-15, 0.0, "m2");
	}
	group_done(&group);
}

/* PostgreSQL's avg and var_samp of (1, Infinity), (Infinity, -Infinity), (1, NaN). */
static void
test_special_values(void)
{
	static const struct
	{
		double		a;
		double		b;
		double		mean;
	}			cases[] = {
		{1.0, INFINITY, INFINITY}, {INFINITY, 1.0, INFINITY}, {-INFINITY, 1.0, -INFINITY},
		{INFINITY, INFINITY, INFINITY}, {INFINITY, -INFINITY, NAN}, {1.0, NAN, NAN}, {NAN, INFINITY, NAN}
	};
	TapGroup	group = {"NaN and infinite values propagate, added or merged", 0, 0, 0.0};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
	{
		EqpMoments	one;
		EqpMoments	a;
		EqpMoments	b;

		eqp_moments_init(&one);
		eqp_moments_init(&a);
		eqp_moments_init(&b);
		group_check(&group, eqp_moments_add(&one, cases[i].a, 1.0) &&
					eqp_moments_add(&one, cases[i].b, 1.0) && eqp_moments_add(&one, 5.0, 2.0), "no overflow");
		eqp_moments_add(&a, cases[i].a, 1.0);
		eqp_moments_add(&b, cases[i].b, 1.0);
		eqp_moments_add(&b, 5.0, 2.0);
		group_check(&group, eqp_moments_merge(&a, &b), "no overflow");
		eqp_moments_normalize(&one);
		eqp_moments_normalize(&a);
		group_close(&group, eqp_moments_mean(&one), cases[i].mean, 0.0, 0.0, "mean of rows");
		group_close(&group, eqp_moments_mean(&a), cases[i].mean, 0.0, 0.0, "mean of merged");
		group_check(&group, isnan(eqp_moments_variance(&one)) && isnan(eqp_moments_variance(&a)), "variance");
		group_check(&group, one.n == 3 && a.n == 3 && one.w == 4.0 && a.w == 4.0, "counts");
	}
	group_done(&group);
}

static void
test_overflow(void)
{
	EqpMoments	m;
	EqpMoments	other;

	eqp_moments_init(&m);
	eqp_moments_add(&m, 1e308, 1.0);
	tap_ok(!eqp_moments_add(&m, -1e308, 1.0), "two values too far apart overflow");
	eqp_moments_init(&m);
	eqp_moments_add(&m, 1e200, 1.0);
	tap_ok(!eqp_moments_add(&m, 0.0, 1.0), "a square out of range overflows");
	eqp_moments_init(&m);
	tap_ok(!eqp_moments_add(&m, 1.0, 1e200), "a squared weight out of range overflows");
	eqp_moments_init(&m);
	tap_ok(eqp_moments_add(&m, 1e300, 1e100) && eqp_moments_mean(&m) == 1e300, "one large value does not");
	eqp_moments_init(&m);
	eqp_moments_init(&other);
	eqp_moments_add(&m, 1e200, 1.0);
	eqp_moments_add(&other, 0.0, 1.0);
	tap_ok(!eqp_moments_merge(&m, &other), "nor does merging hide an overflow");
	eqp_moments_init(&m);
	tap_ok(!eqp_moments_add_published(&m, 0.0, 1e200, 5), "a published square out of range overflows");
}

/* Published aggregates against the rows they stand for. */
static void
test_published(void)
{
	TapGroup	group = {"pooled published aggregates are the moments of their rows", 0, 0, 0.0};
	static double x[MAX_ROWS];
	static double w[MAX_ROWS];

	for (int trial = 0; trial < 500; trial++)
	{
		int			n = 0;
		int			provinces = 1 + below(6);
		EqpMoments	pooled;
		Truth		truth;

		eqp_moments_init(&pooled);
		for (int p = 0; p < provinces; p++)
		{
			int			rows = 1 + below(60);
			double		level = 10.0 * uniform();
			Truth		part;

			for (int i = 0; i < rows; i++)
			{
				x[n + i] = level + noise();
				w[n + i] = 1.0;
			}
			part = two_passes(x + n, w + n, rows);
			group_check(&group, eqp_moments_add_published(&pooled, (double) part.mean,
														  rows > 1 ? (double) sqrtl(part.m2 / (rows - 1)) : NAN,
														  rows), "no overflow");
			n += rows;
		}
		truth = two_passes(x, w, n);
		group_check(&group, pooled.n == n && (pooled.flags & EQP_MOMENTS_NO_ENTROPY) != 0, "n");
		group_close(&group, eqp_moments_weight(&pooled), n, 0.0, 0.0, "weight");
		group_close(&group, eqp_moments_mean(&pooled), (double) truth.mean, 1e-14, 1e-14, "mean");
		group_close(&group, eqp_compensated(pooled.m2, pooled.m2_lo), (double) truth.m2, 1e-13, 1e-13, "m2");
	}
	group_done(&group);
}

static void
test_entropy_mark(void)
{
	EqpMoments	rows;
	EqpMoments	pooled;

	eqp_moments_init(&rows);
	eqp_moments_init(&pooled);
	eqp_moments_add(&rows, 2.0, 1.0);
	eqp_moments_add(&rows, 0.0, 1.0);
	eqp_moments_add_published(&pooled, 3.0, 1.0, 4);
	eqp_moments_merge(&rows, &pooled);
	tap_ok((rows.flags & EQP_MOMENTS_NO_ENTROPY) != 0, "the entropy mark survives merging");
	eqp_moments_normalize(&rows);
	tap_ok((rows.flags & EQP_MOMENTS_NO_ENTROPY) != 0 && rows.logx == 0.0 && rows.xlogx == 0.0 &&
		   rows.nzero == 0 && rows.n == 6, "what is unknown is stored as one value");

	eqp_moments_init(&pooled);
	tap_ok(eqp_moments_add_published(&pooled, 3.0, NAN, 1) && pooled.m2 == 0.0,
		   "the standard deviation of one row is not looked at");
	tap_ok(eqp_moments_add_published(&pooled, 3.0, NAN, 4) && isnan(eqp_moments_variance(&pooled)) &&
		   eqp_moments_mean(&pooled) == 3.0, "an unknown standard deviation makes the variance NaN");
	tap_ok(eqp_moments_add(&pooled, 3.0, 1.0) && eqp_moments_mean(&pooled) == 3.0,
		   "and that is no overflow of the rows after it");
}

/*
 * By hand: values 2, 4, 9 with weights 1, 2, 1.  W = 4, W2 = 6, mean = 19/4,
 * m2 = (11/4)^2 + 2 (3/4)^2 + (17/4)^2 = (121 + 18 + 289) / 16 = 26.75;
 * variance = 26.75 / (4 - 6/4) = 10.7, n_eff = 16/6.
 */
static void
test_accessors(void)
{
	EqpMoments	m;
	EqpMoments	quarter;

	eqp_moments_init(&m);
	eqp_moments_init(&quarter);
	eqp_moments_add(&m, 2.0, 1.0);
	tap_ok(isnan(eqp_moments_variance(&m)) && eqp_moments_n_eff(&m) == 1.0, "one row has no variance");
	eqp_moments_add(&m, 4.0, 2.0);
	eqp_moments_add(&m, 9.0, 1.0);
	eqp_moments_add(&quarter, 2.0, 0.25);
	eqp_moments_add(&quarter, 4.0, 0.5);
	eqp_moments_add(&quarter, 9.0, 0.25);
	tap_ok(is_close(eqp_moments_mean(&m), 4.75, 1e-15, 0.0), "weighted mean");
	tap_ok(is_close(eqp_moments_variance(&m), 10.7, 1e-15, 0.0), "reliability variance");
	tap_ok(is_close(eqp_moments_n_eff(&m), 16.0 / 6.0, 1e-15, 0.0), "effective number of rows");
	tap_ok(is_close(eqp_moments_std_error(&m), sqrt(10.7 * 6.0 / 16.0), 1e-15, 0.0), "standard error");
	tap_ok(eqp_moments_variance(&quarter) == eqp_moments_variance(&m) &&
		   eqp_moments_n_eff(&quarter) == eqp_moments_n_eff(&m), "the scale of the weights does not matter");

	eqp_moments_init(&m);
	eqp_moments_add(&m, -0.0, 1.0);
	eqp_moments_normalize(&m);
	tap_ok(!signbit(m.mean) && m.nzero == 1, "a negative zero is a zero");
}

int
main(void)
{
	test_partitions();
	test_constant();
	test_identity();
	test_many_rows();
	test_doubling();
	test_special_values();
	test_overflow();
	test_published();
	test_entropy_mark();
	test_accessors();
	return tap_done();
}
