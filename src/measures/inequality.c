/*
 * inequality.c
 *		Inequality over groups: the groups to use, the simple measures and
 *		those of impact.  See inequality.h.
 *
 * Names in the formulas: y, s and p are a group's estimate, standard error
 * and share of the population, mu = sum p y.
 */
#include "measures/inequality.h"

#include <math.h>

#include "measures/inequality_parts.h"
#include "stats/sum.h"

/* One side of a comparison: a group, or several pooled. */
typedef struct Pole
{
	double		estimate;
	double		std_error;
	double		population;
} Pole;

/* Ascending, NaN last. */
static int
compare_number(double a, double b)
{
	if (isnan(a) || isnan(b))
		return (isnan(a) != 0) - (isnan(b) != 0);
	return (a > b) - (a < b);
}

/*
 * By rank, then by content: groups that are still equal are interchangeable,
 * so that the order of the rows never shows.
 */
static int
compare_rank(const EqpInequalityGroup *a, const EqpInequalityGroup *b)
{
	if (a->rank != b->rank)
		return a->rank < b->rank ? -1 : 1;
	if (a->estimate != b->estimate)
		return a->estimate < b->estimate ? -1 : 1;
	if (compare_number(a->population, b->population) != 0)
		return compare_number(a->population, b->population);
	if (a->reference != b->reference)
		return a->reference ? -1 : 1;
	if (compare_number(a->std_error, b->std_error) != 0)
		return compare_number(a->std_error, b->std_error);
	if (compare_number(a->effective, b->effective) != 0)
		return compare_number(a->effective, b->effective);
	return compare_number(a->rows_error, b->rows_error);
}

/* The group at start sinks to its place in the heap, the largest on top. */
static void
sift_down(EqpInequalityGroup *groups, size_t start, size_t n)
{
	EqpInequalityGroup moving = groups[start];
	size_t		child;

	while ((child = 2 * start + 1) < n)
	{
		if (child + 1 < n && compare_rank(&groups[child], &groups[child + 1]) < 0)
			child++;
		if (compare_rank(&moving, &groups[child]) >= 0)
			break;
		groups[start] = groups[child];
		start = child;
	}
	groups[start] = moving;
}

/* Heapsort: qsort may allocate. */
static void
sort_by_rank(EqpInequalityGroup *groups, size_t n)
{
	for (size_t i = n / 2; i-- > 0;)
		sift_down(groups, i, n);
	for (size_t i = n; i-- > 1;)
	{
		EqpInequalityGroup last = groups[i];

		groups[i] = groups[0];
		groups[0] = last;
		sift_down(groups, 0, i);
	}
}

int
eqp_inequality_keep(EqpInequalityGroup *groups, int n, bool ordered, bool weighted)
{
	int			kept = 0;
	double		largest = 0.0;
	double		scale;

	for (int i = 0; i < n; i++)
	{
		const EqpInequalityGroup *group = &groups[i];

		if (isfinite(group->estimate) && (!ordered || group->rank > 0) &&
			((!weighted && isnan(group->population)) ||
			 (isfinite(group->population) && group->population > 0.0)))
		{
			largest = fmax(largest, group->population);
			groups[kept++] = *group;
		}
	}
	/* only shares of the total count: so none of its parts under- or overflows */
	scale = largest > 0.0 ? eqp_scale_to_one(largest) : 1.0;
	for (int i = 0; i < kept; i++)
		groups[i].population *= scale;
	if (ordered)
		sort_by_rank(groups, kept);
	return kept;
}

/* A single group as a pole. */
static Pole
pole_of(const EqpInequalityGroup *group)
{
	Pole		pole = {group->estimate, group->std_error, group->population};

	return pole;
}

/* Groups first to last as one: the mean weighted by population. */
static Pole
pool(const EqpInequalityGroup *groups, int first, int last)
{
	Pole		pole = {0.0, 0.0, 0.0};
	double		v = 0.0;

	if (first == last)
		return pole_of(&groups[first]);
	for (int i = first; i <= last; i++)
		pole.population += groups[i].population;
	for (int i = first; i <= last; i++)
	{
		double		share = groups[i].population / pole.population;

		pole.estimate += share * groups[i].estimate;
		v += share * groups[i].std_error * share * groups[i].std_error;
	}
	pole.std_error = sqrt(v);
	return pole;
}

/* The ends of the order; false if there is one rank only. */
static bool
ends_of_order(const EqpInequalityInput *in, Pole *bottom, Pole *top, int *top_first)
{
	const EqpInequalityGroup *groups = in->groups;
	int			last = 0;
	int			first = in->n - 1;

	if (groups[0].rank == groups[in->n - 1].rank)
		return false;
	while (groups[last + 1].rank == groups[0].rank)
		last++;
	while (groups[first - 1].rank == groups[in->n - 1].rank)
		first--;
	*bottom = pool(groups, 0, last);
	*top = pool(groups, first, in->n - 1);
	*top_first = first;
	return true;
}

/* The first group with the largest (sign 1) or smallest (-1) estimate, but not skip. */
static int
extreme(const EqpInequalityInput *in, double sign, int skip)
{
	int			found = -1;

	for (int i = 0; i < in->n; i++)
		if (i != skip &&
			(found < 0 || sign * in->groups[i].estimate > sign * in->groups[found].estimate))
			found = i;
	return found;
}

/*
 * Difference and ratio of the two groups that the kind of dimension names:
 * the ends of an order, the best or worst against a reference group, or the
 * largest and the smallest.  Groups are independent.
 */
void
eqp_inequality_simple(const EqpInequalityInput *in, EqpMeasure *out)
{
	bool		favourable = in->options->favourable;
	Pole		first,
				second;
	double		ratio = NAN;
	double		log_error = NAN;
	double		half;
	int			unused;

	if (in->options->ordered)
	{
		if (!(favourable ? ends_of_order(in, &second, &first, &unused)
			  : ends_of_order(in, &first, &second, &unused)))
			return;
	}
	else if (in->reference >= 0)
	{
		int			other = extreme(in, favourable ? -1.0 : 1.0, in->reference);
		Pole		reference = pole_of(&in->groups[in->reference]);

		first = favourable ? reference : pole_of(&in->groups[other]);
		second = favourable ? pole_of(&in->groups[other]) : reference;
	}
	else
	{
		int			largest = extreme(in, 1.0, -1);

		first = pole_of(&in->groups[largest]);
		second = pole_of(&in->groups[extreme(in, -1.0, largest)]);
	}

	eqp_measure_put_normal(&out[EQP_INEQUALITY_DIFFERENCE], first.estimate - second.estimate,
						   hypot(first.std_error, second.std_error), in->z, "normal");

	if (first.estimate >= 0.0 && second.estimate > 0.0)
		ratio = first.estimate / second.estimate;
	if (ratio > 0.0)
		log_error = hypot(first.std_error / first.estimate, second.std_error / second.estimate);
	half = in->z * log_error;
	eqp_measure_put(&out[EQP_INEQUALITY_RATIO], ratio, log_error, ratio * exp(-half),
					ratio * exp(half), "log-scale delta, normal");
}

/* Clamps to the side of 0 on which a reference that is the best lies. */
static double
on_side(double value, bool favourable)
{
	return favourable ? fmax(value, 0.0) : fmin(value, 0.0);
}

/*
 * Population attributable risk, y_ref - mu, and fraction, 100 (y_ref - mu) / mu:
 * what would change if all were as the reference group, which is the top of the order
 * or the best group.  Both are 0 where the reference is worse than the mean.
 * Errors by the delta method from those of the groups; the limits are clamped as
 * the estimate is.
 */
void
eqp_inequality_impact(const EqpInequalityInput *in, EqpMeasure *out)
{
	static const char *const method = "delta, normal";
	const EqpInequalityGroup *groups = in->groups;
	bool		favourable = in->options->favourable;
	double		best = 0.0;
	int			top_first = 0;
	Pole		bottom,
				reference;
	double		v_risk = 0.0;
	double		v_fraction = 0.0;
	double		risk,
				risk_error,
				fraction = NAN,
				fraction_error = NAN;

	if (in->options->ordered)
	{
		if (!ends_of_order(in, &bottom, &reference, &top_first))
			return;
	}
	else
	{
		/* groups that tie for best are the reference together */
		reference = pole_of(&groups[extreme(in, favourable ? 1.0 : -1.0, -1)]);
		best = reference.estimate;
		reference.population = 0.0;
		for (int i = 0; i < in->n; i++)
			if (groups[i].estimate == best)
				reference.population += groups[i].population;
	}

	for (int i = 0; i < in->n; i++)
	{
		bool		is_reference = in->options->ordered ? i >= top_first : groups[i].estimate == best;
		double		share = groups[i].population / in->total;
		double		share_of_reference = is_reference ? groups[i].population / reference.population : 0.0;
		double		s = groups[i].std_error;
		double		by_risk = (share_of_reference - share) * s;
		double		by_fraction = (share_of_reference - reference.estimate / in->mean * share) * s;

		v_risk += by_risk * by_risk;
		v_fraction += by_fraction * by_fraction;
	}

	/* where all are equal every change is for the worse: no derivative, and so no error */
	if (v_risk == 0.0 && !in->exact)
		v_risk = v_fraction = NAN;
	risk = reference.estimate - in->mean;
	risk_error = sqrt(v_risk);
	if (in->mean > 0.0)
	{
		fraction = 100.0 * risk / in->mean;
		fraction_error = 100.0 * sqrt(v_fraction) / in->mean;
	}
	eqp_measure_put(&out[EQP_INEQUALITY_ATTRIBUTABLE_RISK], on_side(risk, favourable), risk_error,
					isnan(risk_error) ? NAN : on_side(risk - in->z * risk_error, favourable),
					isnan(risk_error) ? NAN : on_side(risk + in->z * risk_error, favourable),
					method);
	eqp_measure_put(&out[EQP_INEQUALITY_ATTRIBUTABLE_FRACTION],
					isnan(fraction) ? NAN : on_side(fraction, favourable), fraction_error,
					isnan(fraction_error) ? NAN : on_side(fraction - in->z * fraction_error, favourable),
					isnan(fraction_error) ? NAN : on_side(fraction + in->z * fraction_error, favourable),
					method);
}
