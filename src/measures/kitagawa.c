/*
 * kitagawa.c
 *		Kitagawa's decomposition.  See kitagawa.h.
 */
#include "measures/kitagawa.h"

#include <math.h>

/* A size, with a rate where there is anybody. */
static bool
is_count(const EqpKitagawaCell *cell)
{
	return cell->n >= 0.0 && isfinite(cell->n) && (cell->n == 0.0 || isfinite(cell->rate));
}

/* A figure that has left the range of a double is not known. */
static double
in_range(double figure)
{
	return isfinite(figure) ? figure : NAN;
}

bool
eqp_kitagawa_decompose(const EqpKitagawaStratum *strata, size_t n, EqpKitagawaPart *parts, EqpKitagawa *out)
{
	EqpKitagawa sum = {0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0};
	double		total_a = 0.0;
	double		total_b = 0.0;
	double		v_rate = 0.0;

	for (size_t i = 0; i < n; i++)
	{
		if (!is_count(&strata[i].a) || !is_count(&strata[i].b))
			return false;
		total_a += strata[i].a.n;
		total_b += strata[i].b.n;
	}
	if (!(total_a > 0.0 && total_b > 0.0 && isfinite(total_a) && isfinite(total_b)))
		return false;

	for (size_t i = 0; i < n; i++)
	{
		const EqpKitagawaCell *a = &strata[i].a;
		const EqpKitagawaCell *b = &strata[i].b;
		EqpKitagawaPart part = {0.0, 0.0, a->n == 0.0 && b->n > 0.0, b->n == 0.0 && a->n > 0.0};

		if (a->n > 0.0 || b->n > 0.0)
		{
			double		shift = a->n / total_a - b->n / total_b;
			double		mean_share = 0.5 * (a->n / total_a + b->n / total_b);
			double		rate_a = part.a_borrowed ? b->rate : a->rate;
			double		rate_b = part.b_borrowed ? a->rate : b->rate;

			part.composition = in_range(shift * (0.5 * rate_a + 0.5 * rate_b));
			part.rate = in_range((rate_a - rate_b) * mean_share);
			sum.gap += a->n / total_a * rate_a - b->n / total_b * rate_b;
			sum.composition += part.composition;
			sum.rate += part.rate;
			sum.composition3 += shift * rate_b;
			sum.rate3 += (rate_a - rate_b) * (b->n / total_b);
			sum.interaction3 += shift * (rate_a - rate_b);
			if (part.a_borrowed || part.b_borrowed)
			{
				sum.borrowed++;
				v_rate = NAN;
			}
			v_rate += mean_share * mean_share * (a->variance + b->variance);
		}
		if (parts != NULL)
			parts[i] = part;
	}
	out->gap = in_range(sum.gap);
	out->composition = in_range(sum.composition);
	out->rate = in_range(sum.rate);
	out->rate_error = in_range(sqrt(v_rate));
	out->composition3 = in_range(sum.composition3);
	out->rate3 = in_range(sum.rate3);
	out->interaction3 = in_range(sum.interaction3);
	out->borrowed = sum.borrowed;
	return true;
}
