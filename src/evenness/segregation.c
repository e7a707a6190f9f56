/*
 * segregation.c
 *		Segregation of groups over units.  See segregation.h.
 *
 * All indices but those of contact are sums of terms that are not negative
 * and vanish where the composition of a unit, p, is that of the whole, q.  So
 * no digits are lost if p - q is right to its own last digits: it is taken
 * from the exact products of counts, and for a group that is nearly everybody,
 * both in the unit and in the whole, from all the others.
 */
#include "evenness/segregation.h"

#include <math.h>

#include "stats/logs.h"

/* Counts whose products, with the errors of these, are in range. */
#define SMALLEST	1e-100
#define LARGEST		1e100

bool
eqp_segregation_init(EqpSegregation *s, const EqpSegregationCell *cells, size_t ncells,
					 double *unit_total, int nunits,
					 double *group_total, EqpSum *group_reach, int ngroups)
{
	static const EqpSum nothing = {0.0, 0.0};

	for (int u = 0; u < nunits; u++)
		unit_total[u] = 0.0;
	for (int g = 0; g < ngroups; g++)
	{
		group_total[g] = 0.0;
		group_reach[g] = nothing;
	}
	s->cells = cells;
	s->ncells = ncells;
	s->unit_total = unit_total;
	s->nunits = nunits;
	s->group_total = group_total;
	s->group_reach = group_reach;
	s->ngroups = ngroups;
	s->all_units = nothing;

	for (size_t i = 0; i < ncells; i++)
	{
		const EqpSegregationCell *cell = &cells[i];

		if (cell->unit < 0 || cell->unit >= nunits || cell->group < 0 || cell->group >= ngroups ||
			!(cell->n == 0.0 || (cell->n >= SMALLEST && cell->n <= LARGEST)))
			return false;
		if (i > 0 && (cell->unit < cell[-1].unit ||
					  (cell->unit == cell[-1].unit && cell->group <= cell[-1].group)))
			return false;
		unit_total[cell->unit] += cell->n;
		group_total[cell->group] += cell->n;
	}
	for (int u = 0; u < nunits; u++)
		eqp_sum_add(&s->all_units, unit_total[u]);
	for (size_t i = 0; i < ncells; i++)
		if (cells[i].n > 0.0)
			eqp_sum_add(&group_reach[cells[i].group], unit_total[cells[i].unit]);
	s->total = eqp_sum_value(&s->all_units);
	return s->total > 0.0;
}

/* What is read of the totals of the groups again and again. */
static EqpSegregationMargin
margin_of(const double *group_total, int ngroups)
{
	EqpSegregationMargin margin = {group_total, ngroups, 0.0, {0.0, 0.0}, -1, 0.0};

	for (int g = 0; g < ngroups; g++)
		eqp_sum_add(&margin.sum, group_total[g]);
	margin.total = eqp_sum_value(&margin.sum);
	for (int g = 0; g < ngroups; g++)
		if (group_total[g] > 0.5 * margin.total)
			margin.majority = g;
	for (int g = 0; g < ngroups && margin.majority >= 0; g++)
		if (g != margin.majority)
			margin.minorities += group_total[g];
	return margin;
}

/* All but the group: 1 - q is that over the total. */
static inline double
others_of(const EqpSegregationMargin *margin, int group)
{
	return group == margin->majority ? margin->minorities :
		margin->total - margin->group_total[group];
}

/* a / b - c / d to the last digits: the products and their errors (Kahan's ab - cd). */
static inline double
share_difference(double a, double b, double c, double d)
{
	double		right = c * b;
	double		error = fma(-c, b, right);

	return (fma(a, d, -right) + error) / (b * d);
}

/* The cells of one unit, against the composition of a population that it belongs to. */
typedef struct UnitCells
{
	const EqpSegregationCell *first;
	const EqpSegregationCell *end;
	double		total;
	const EqpSegregationMargin *margin;
} UnitCells;

/* One cell that is not 0: shares in the unit and in the population, and their difference. */
typedef struct Contrast
{
	double		p;
	double		q;
	double		difference;		/* p - q */
} Contrast;

/* The unit that starts at a cell. */
static inline UnitCells
unit_at(const EqpSegregation *s, size_t i, const EqpSegregationMargin *margin)
{
	UnitCells	unit = {&s->cells[i], &s->cells[i], s->unit_total[s->cells[i].unit], margin};

	while (unit.end < s->cells + s->ncells && unit.end->unit == unit.first->unit)
		unit.end++;
	return unit;
}

/* Of a cell that is not 0.  Where both are majorities, from all the others: see the top. */
static inline Contrast
contrast(const UnitCells *unit, const EqpSegregationCell *cell)
{
	const EqpSegregationMargin *margin = unit->margin;
	double		in_all = margin->group_total[cell->group];
	Contrast	c;

	c.p = cell->n / unit->total;
	c.q = in_all / margin->total;
	if (cell->group == margin->majority && cell->n > 0.5 * unit->total)
	{
		double		others = 0.0;

		for (const EqpSegregationCell *other = unit->first; other < unit->end; other++)
			if (other != cell)
				others += other->n;
		c.difference = share_difference(margin->minorities, margin->total, others, unit->total);
	}
	else
		c.difference = share_difference(cell->n, unit->total, in_all, margin->total);
	return c;
}

/*
 * p log(p / q) - p + q, which is never negative; summed over two
 * distributions it is their divergence.
 */
static double
divergence(const Contrast *c)
{
	return c->q * eqp_entropy_term(c->difference / c->q);
}

/* What the groups that the unit does not have add to a sum of p - q: their q. */
static inline double
absent_share(const UnitCells *unit, const EqpSum *present)
{
	return fmax(eqp_sum_difference(&unit->margin->sum, present), 0.0) / unit->margin->total;
}

/* Divergence of a unit's composition from that of the population, and sum |p - q|. */
static double
local_score(const UnitCells *unit, double *distance)
{
	EqpSum		present = {0.0, 0.0};
	double		score = 0.0;
	double		absent;

	*distance = 0.0;
	for (const EqpSegregationCell *cell = unit->first; cell < unit->end; cell++)
	{
		Contrast	c;

		if (cell->n == 0.0)
			continue;
		c = contrast(unit, cell);
		score += divergence(&c);
		*distance += fabs(c.difference);
		eqp_sum_add(&present, unit->margin->group_total[cell->group]);
	}
	absent = absent_share(unit, &present);
	*distance += absent;
	return score + absent;
}

/* -sum q log q. */
static double
entropy_of(const EqpSegregationMargin *margin)
{
	double		sum = 0.0;

	for (int g = 0; g < margin->ngroups; g++)
	{
		double		q = margin->group_total[g] / margin->total;

		if (g == margin->majority)
			sum -= q * log1p(-margin->minorities / margin->total);
		else if (q > 0.0)
			sum -= q * log(q);
	}
	return sum;
}

/* H = M / E, at most 1 but for rounding; E is 0 exactly where one group is left. */
static double
per_entropy(double m, double entropy)
{
	return entropy > 0.0 ? fmin(m / entropy, 1.0) : NAN;
}

void
eqp_segregation_of_units(const EqpSegregation *s, double *local)
{
	EqpSegregationMargin margin = margin_of(s->group_total, s->ngroups);
	UnitCells	unit;

	for (int u = 0; u < s->nunits; u++)
		local[u] = NAN;
	for (size_t i = 0; i < s->ncells; i = unit.end - s->cells)
	{
		double		distance;

		unit = unit_at(s, i, &margin);
		if (unit.total > 0.0)
			local[unit.first->unit] = local_score(&unit, &distance);
	}
}

/*
 * Share of the population in units where the group has nobody: there the
 * difference p - q is -q.
 */
static double
out_of_reach(const EqpSegregation *s, int group)
{
	return fmax(eqp_sum_difference(&s->all_units, &s->group_reach[group]), 0.0) / s->total;
}

/*
 * H, D, R and the other indices over all groups, from one pass over the units.
 */
void
eqp_segregation_overall(const EqpSegregation *s, EqpSegregationIndices *out)
{
	EqpSegregationMargin margin = margin_of(s->group_total, s->ngroups);
	EqpSum		m = {0.0, 0.0};
	EqpSum		d = {0.0, 0.0};
	EqpSum		r = {0.0, 0.0};
	double		interaction = 0.0;
	UnitCells	unit;

	for (size_t i = 0; i < s->ncells; i = unit.end - s->cells)
	{
		double		weight;
		double		distance;

		unit = unit_at(s, i, &margin);
		if (unit.total == 0.0)
			continue;
		weight = unit.total / s->total;
		eqp_sum_add(&m, weight * local_score(&unit, &distance));
		eqp_sum_add(&d, weight * distance);
		for (const EqpSegregationCell *cell = unit.first; cell < unit.end; cell++)
			if (cell->n > 0.0)
			{
				double		difference = contrast(&unit, cell).difference;

				eqp_sum_add(&r, weight * difference * difference);
			}
	}
	for (int g = 0; g < s->ngroups; g++)
	{
		double		q = s->group_total[g] / s->total;

		interaction += q * (others_of(&margin, g) / s->total);
		eqp_sum_add(&r, out_of_reach(s, g) * q * q);
	}

	out->mutual_information = eqp_sum_value(&m);
	out->entropy = entropy_of(&margin);
	out->information_index = per_entropy(out->mutual_information, out->entropy);
	/* at most 1 but for rounding */
	out->dissimilarity = interaction > 0.0 ? fmin(eqp_sum_value(&d) / (2.0 * interaction), 1.0) : NAN;
	out->relative_diversity = interaction > 0.0 ? fmin(eqp_sum_value(&r) / interaction, 1.0) : NAN;
}

/*
 * With p the group's share in a unit of weight t and q that in the whole: D
 * is the sum of t (p - q) / (q (1 - q)) where it is positive, so that only units with
 * members of the group have part in it; eta squared the sum of
 * t (p - q)^2 / (q (1 - q)), since the mean of p is q.
 */
void
eqp_segregation_groups(const EqpSegregation *s, EqpSegregationGroup *out)
{
	EqpSegregationMargin margin = margin_of(s->group_total, s->ngroups);
	UnitCells	unit;

	for (int g = 0; g < s->ngroups; g++)
	{
		double		q = s->group_total[g] / s->total;

		out[g].share = q;
		out[g].dissimilarity = 0.0;
		out[g].isolation = 0.0;
		out[g].eta_squared = out_of_reach(s, g) * q * q;
	}
	for (size_t i = 0; i < s->ncells; i = unit.end - s->cells)
	{
		double		weight;

		unit = unit_at(s, i, &margin);
		weight = unit.total / s->total;
		for (const EqpSegregationCell *cell = unit.first; cell < unit.end; cell++)
			if (cell->n > 0.0)
			{
				EqpSegregationGroup *group = &out[cell->group];
				Contrast	c = contrast(&unit, cell);

				group->isolation += cell->n / s->group_total[cell->group] * c.p;
				group->dissimilarity += weight * fmax(c.difference, 0.0);
				group->eta_squared += weight * c.difference * c.difference;
			}
	}
	for (int g = 0; g < s->ngroups; g++)
	{
		double		q = s->group_total[g] / s->total;
		double		variance = q * (others_of(&margin, g) / s->total);

		out[g].isolation = s->group_total[g] > 0.0 ? fmin(out[g].isolation, 1.0) : NAN;
		if (variance > 0.0)
		{
			out[g].dissimilarity = fmin(out[g].dissimilarity / variance, 1.0);
			out[g].eta_squared = fmin(out[g].eta_squared / variance, 1.0);
		}
		else
			out[g].dissimilarity = out[g].eta_squared = NAN;
	}
}

/* How many members of two groups the unit that starts at a cell has; returns the cell behind it. */
static size_t
read_pair(const EqpSegregation *s, size_t i, int group, int other, double *a, double *b)
{
	int			u = s->cells[i].unit;

	*a = *b = 0.0;
	for (; i < s->ncells && s->cells[i].unit == u; i++)
	{
		if (s->cells[i].group == group)
			*a = s->cells[i].n;
		if (s->cells[i].group == other)
			*b = s->cells[i].n;
	}
	return i;
}

double
eqp_segregation_dissimilarity(const EqpSegregation *s, int group, int other)
{
	double		a_total = s->group_total[group];
	double		b_total = s->group_total[other];
	EqpSum		sum = {0.0, 0.0};
	double		a;
	double		b;

	if (a_total == 0.0 || b_total == 0.0)
		return NAN;
	for (size_t i = 0; i < s->ncells;)
	{
		i = read_pair(s, i, group, other, &a, &b);
		if (a > 0.0 || b > 0.0)
			eqp_sum_add(&sum, fabs(share_difference(a, a_total, b, b_total)));
	}
	return fmin(0.5 * eqp_sum_value(&sum), 1.0);
}

double
eqp_segregation_exposure(const EqpSegregation *s, int of, int to)
{
	EqpSum		sum = {0.0, 0.0};
	double		a;
	double		b;

	if (s->group_total[of] == 0.0)
		return NAN;
	for (size_t i = 0; i < s->ncells;)
	{
		double		unit = s->unit_total[s->cells[i].unit];

		i = read_pair(s, i, of, to, &a, &b);
		if (a > 0.0)
			eqp_sum_add(&sum, a / s->group_total[of] * (b / unit));
	}
	return fmin(eqp_sum_value(&sum), 1.0);
}

/*
 * M = M of the parts + sum of share times M within each (Mora and
 * Ruiz-Castillo, section 3), each from divergences of its own margins.
 */
bool
eqp_segregation_split(const EqpSegregation *s, const int *part_of, int nparts,
					  double *work, EqpSegregationPart *parts, EqpSegregationSplit *out)
{
	size_t		ngroups = s->ngroups;
	EqpSegregationMargin margin = margin_of(s->group_total, s->ngroups);
	double		entropy = entropy_of(&margin);
	UnitCells	unit;
	double		distance;

	for (int u = 0; u < s->nunits; u++)
		if (part_of[u] < 0 || part_of[u] >= nparts)
			return false;
	for (size_t i = 0; i < ngroups * nparts; i++)
		work[i] = 0.0;
	for (size_t i = 0; i < s->ncells; i++)
		work[part_of[s->cells[i].unit] * ngroups + s->cells[i].group] += s->cells[i].n;
	for (int k = 0; k < nparts; k++)
	{
		parts[k].margin = margin_of(&work[k * ngroups], s->ngroups);
		parts[k].mutual_information = 0.0;
	}

	out->m_between = out->m_within = 0.0;
	for (size_t i = 0; i < s->ncells; i = unit.end - s->cells)
	{
		EqpSegregationPart *part = &parts[part_of[s->cells[i].unit]];

		unit = unit_at(s, i, &part->margin);
		if (unit.total > 0.0)
			part->mutual_information += unit.total / part->margin.total * local_score(&unit, &distance);
	}
	for (int k = 0; k < nparts; k++)
	{
		EqpSegregationPart *part = &parts[k];
		double		local = 0.0;

		part->share = part->margin.total / s->total;
		if (part->margin.total == 0.0)
		{
			part->mutual_information = part->entropy = part->information_index = NAN;
			continue;
		}
		part->entropy = entropy_of(&part->margin);
		part->information_index = per_entropy(part->mutual_information, part->entropy);
		for (int g = 0; g < s->ngroups; g++)
			if (s->group_total[g] > 0.0)
			{
				double		n = part->margin.group_total[g];
				Contrast	c = {n / part->margin.total, s->group_total[g] / margin.total, 0.0};

				if (g == margin.majority && g == part->margin.majority)
					c.difference = share_difference(margin.minorities, margin.total,
													part->margin.minorities, part->margin.total);
				else
					c.difference = share_difference(n, part->margin.total, s->group_total[g], margin.total);
				local += divergence(&c);
			}
		out->m_between += part->share * local;
		out->m_within += part->share * part->mutual_information;
	}
	out->h_between = per_entropy(out->m_between, entropy);
	out->h_within = per_entropy(out->m_within, entropy);
	return true;
}
