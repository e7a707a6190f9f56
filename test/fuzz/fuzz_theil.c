/*
 * fuzz_theil.c
 *		stats/theil.c on moments of rows: between and within add up to the entropies
 *		of the rows themselves, in any order of the groups and in any unit; and on
 *		whatever a stored summary may hold: nothing is infinite or negative.
 */
#include "measures/theil.h"

#include "moments.h"

#define MAX_GROUPS 5

static void
decompose(const EqpMoments *groups, int n, bool backwards, EqpTheilPart parts[3])
{
	EqpTheil	theil;

	eqp_theil_init(&theil);
	for (int i = 0; i < n; i++)
		eqp_theil_weigh(&theil, &groups[backwards ? n - 1 - i : i]);
	for (int i = 0; i < n; i++)
		eqp_theil_add(&theil, &groups[backwards ? n - 1 - i : i]);
	eqp_theil_parts(&theil, &parts[0], &parts[1], &parts[2]);
	for (int i = 0; i < 3; i++)
	{
		FUZZ_CHECK(fuzz_within(parts[i].theil, 0.0, 1.7976931348623157e308));
		FUZZ_CHECK(fuzz_within(parts[i].mld, 0.0, 1.7976931348623157e308));
		FUZZ_CHECK(fuzz_within(parts[i].share, 0.0, 1.0));
	}
	FUZZ_CHECK(fuzz_near(parts[1].theil + parts[2].theil, parts[0].theil, parts[0].theil));
	FUZZ_CHECK(fuzz_near(parts[1].mld + parts[2].mld, parts[0].mld, parts[0].mld));
	FUZZ_CHECK(isnan(parts[0].share) ||
			   (parts[0].share == 1.0 && fuzz_near(parts[1].share + parts[2].share, 1.0, 1.0)));
}

static void
check_rows(FuzzInput *in)
{
	EqpMoments	groups[MAX_GROUPS];
	EqpMoments	halved[MAX_GROUPS];
	EqpTheilPart parts[3];
	EqpTheilPart other[3];
	double		value[64];
	double		weight[64];
	int			rows = 0;
	bool		zero = false;
	bool		negative = false;
	long double w = 0;
	long double mean = 0;
	long double theil = 0;
	long double mld = 0;

	for (int i = 0; i < MAX_GROUPS; i++)
	{
		eqp_moments_init(&groups[i]);
		eqp_moments_init(&halved[i]);
	}
	while (in->left > 0 && rows < 64)
	{
		unsigned	kind = fuzz_byte(in);
		double		x = fuzz_byte(in) / 8.0;

		if (kind == 255)
			x = -x;
		weight[rows] = kind < 128 ? 1.0 : 0.5 + fuzz_byte(in) / 64.0;
		value[rows] = x;
		FUZZ_CHECK(eqp_moments_add(&groups[kind % MAX_GROUPS], x, weight[rows]));
		eqp_moments_add(&halved[kind % MAX_GROUPS], x / 1024.0, weight[rows]);
		zero |= x == 0.0;
		negative |= x < 0.0;
		w += weight[rows];
		mean += (long double) weight[rows] * x;
		rows++;
	}
	decompose(groups, MAX_GROUPS, false, parts);
	decompose(groups, MAX_GROUPS, true, other);
	FUZZ_CHECK(fuzz_near(parts[1].theil, other[1].theil, 1.0) && fuzz_near(parts[2].mld, other[2].mld, 1.0));
	decompose(halved, MAX_GROUPS, false, other);
	FUZZ_CHECK(fuzz_near(parts[1].theil, other[1].theil, 1.0) && fuzz_near(parts[0].theil, other[0].theil, 1.0));
	FUZZ_CHECK(fuzz_near(parts[1].mld, other[1].mld, 1.0) && fuzz_near(parts[0].mld, other[0].mld, 1.0));

	if (rows == 0 || negative || !(mean > 0))
	{
		FUZZ_CHECK(isnan(parts[0].theil) && isnan(parts[1].theil) && isnan(parts[2].mld));
		return;
	}
	mean /= w;
	for (int i = 0; i < rows; i++)
		if (value[i] > 0.0)
		{
			long double r = value[i] / mean;

			theil += weight[i] / w * r * logl(r);
			mld -= weight[i] / w * logl(r);
		}
	FUZZ_CHECK(fuzz_near(parts[0].theil, (double) theil, 1.0));
	FUZZ_CHECK(zero ? isnan(parts[0].mld) : fuzz_near(parts[0].mld, (double) mld, 1.0));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	FuzzInput	in = {data, size};
	EqpMoments	groups[MAX_GROUPS];
	EqpTheilPart parts[3];
	int			n;

	if (fuzz_byte(&in) < 128)
	{
		check_rows(&in);
		return 0;
	}
	n = fuzz_byte(&in) % (MAX_GROUPS + 1);
	for (int i = 0; i < n; i++)
	{
		fuzz_moments(&in, &groups[i]);
		if (groups[i].n == 0)
			continue;
		groups[i].xlogx = fuzz_finite(&in);
		groups[i].logx = fuzz_finite(&in);
		groups[i].nzero = fuzz_byte(&in) < 32;
		groups[i].nnegative = groups[i].mean < 0.0;
		groups[i].flags = fuzz_byte(&in) < 32 ? EQP_MOMENTS_NO_ENTROPY : 0;
	}
	decompose(groups, n, false, parts);
	return 0;
}
