/*
 * segregation.c
 *		Segregation of groups over units.  See segregation.h.
 */
#include "stats/segregation.h"

#include <math.h>

bool
eqp_segregation_init(EqpSegregation *s, const EqpSegregationCell *cells, size_t n_cells,
					 double *unit_total, int n_units, double *group_total, int n_groups)
{
	for (int u = 0; u < n_units; u++)
		unit_total[u] = 0.0;
	for (int g = 0; g < n_groups; g++)
		group_total[g] = 0.0;
	s->cells = cells;
	s->n_cells = n_cells;
	s->unit_total = unit_total;
	s->n_units = n_units;
	s->group_total = group_total;
	s->n_groups = n_groups;
	s->total = 0.0;

	for (size_t i = 0; i < n_cells; i++)
	{
		const EqpSegregationCell *cell = &cells[i];

		if (cell->unit < 0 || cell->unit >= n_units || cell->group < 0 || cell->group >= n_groups ||
			!(cell->n >= 0.0) || !isfinite(cell->n))
			return false;
		if (i > 0 && (cell->unit < cell[-1].unit ||
					  (cell->unit == cell[-1].unit && cell->group <= cell[-1].group)))
			return false;
		unit_total[cell->unit] += cell->n;
		group_total[cell->group] += cell->n;
		s->total += cell->n;
	}
	return s->total > 0.0 && isfinite(s->total);
}

/* -sum p log p over counts of the given total. */
static double
entropy_of(const double *counts, int n, double total)
{
	double		sum = 0.0;

	for (int i = 0; i < n; i++)
		if (counts[i] > 0.0)
			sum -= counts[i] / total * log(counts[i] / total);
	return sum;
}

/* H = M / E; E is 0 exactly where one group is left. */
static double
per_entropy(double m, double entropy)
{
	return entropy > 0.0 ? m / entropy : NAN;
}

/*
 * p log(p / q) - p + q, which is never negative; summed over two
 * distributions it is their divergence, without cancellation between terms.
 */
static double
divergence(double p, double q)
{
	double		excess = (p - q) / q;

	if (fabs(excess) < 0.5)
		return fmax(q * ((1.0 + excess) * log1p(excess) - excess), 0.0);
	return p * log(p / q) - p + q;
}

void
eqp_segregation_local(const EqpSegregation *s, double *local)
{
	for (int u = 0; u < s->n_units; u++)
		local[u] = NAN;
	for (size_t i = 0; i < s->n_cells;)
	{
		int			u = s->cells[i].unit;
		double		score = 0.0;
		double		seen = 0.0;

		for (; i < s->n_cells && s->cells[i].unit == u; i++)
		{
			double		p = s->cells[i].n / s->unit_total[u];
			double		q = s->group_total[s->cells[i].group] / s->total;

			if (s->cells[i].n == 0.0)
				continue;
			score += divergence(p, q);
			seen += q;
		}
		/* the groups that the unit does not have add their q */
		if (s->unit_total[u] > 0.0)
			local[u] = score + fmax(1.0 - seen, 0.0);
	}
}

void
eqp_segregation_indices(const EqpSegregation *s, EqpSegregationIndices *out)
{
	double		m = 0.0;
	double		interaction = 0.0;
	double		d = 0.0;
	double		r = 0.0;

	for (int g = 0; g < s->n_groups; g++)
	{
		double		q = s->group_total[g] / s->total;

		interaction += q * (1.0 - q);
	}
	/* cell by cell; a group that a unit does not have deviates by its share */
	for (size_t i = 0; i < s->n_cells;)
	{
		int			u = s->cells[i].unit;
		double		weight = s->unit_total[u] / s->total;
		double		seen = 0.0;
		double		local = 0.0;
		double		distance = 0.0;

		for (; i < s->n_cells && s->cells[i].unit == u; i++)
		{
			double		p,
						q = s->group_total[s->cells[i].group] / s->total;

			if (s->cells[i].n == 0.0)
				continue;
			p = s->cells[i].n / s->unit_total[u];
			local += divergence(p, q);
			distance += fabs(p - q);
			seen += q;
		}
		if (s->unit_total[u] == 0.0)
			continue;
		m += weight * (local + fmax(1.0 - seen, 0.0));
		d += weight * (distance + fmax(1.0 - seen, 0.0));
	}
	for (int g = 0; g < s->n_groups; g++)
	{
		double		q = s->group_total[g] / s->total;

		/* sum over units of t (p - q)^2 = sum of t p^2, less q^2 */
		r -= q * q;
	}
	for (size_t i = 0; i < s->n_cells; i++)
		if (s->cells[i].n > 0.0)
			r += s->cells[i].n / s->total * (s->cells[i].n / s->unit_total[s->cells[i].unit]);

	out->mutual_information = m;
	out->entropy = entropy_of(s->group_total, s->n_groups, s->total);
	out->information_index = per_entropy(m, out->entropy);
	out->dissimilarity = interaction > 0.0 ? d / (2.0 * interaction) : NAN;
	out->relative_diversity = interaction > 0.0 ? fmax(r, 0.0) / interaction : NAN;
}

void
eqp_segregation_groups(const EqpSegregation *s, EqpSegregationGroup *out)
{
	for (int g = 0; g < s->n_groups; g++)
	{
		out[g].share = s->group_total[g] / s->total;
		out[g].dissimilarity = 0.0;
		out[g].isolation = 0.0;
	}
	/*
	 * D as the sum of a / A - b / B where it is positive: only units with
	 * members of the group have part in that.
	 */
	for (size_t i = 0; i < s->n_cells; i++)
	{
		const EqpSegregationCell *cell = &s->cells[i];
		double		unit = s->unit_total[cell->unit];
		double		group = s->group_total[cell->group];

		if (cell->n == 0.0)
			continue;
		out[cell->group].isolation += cell->n / group * (cell->n / unit);
		out[cell->group].dissimilarity +=
			fmax(cell->n / group - (unit - cell->n) / (s->total - group), 0.0);
	}
	for (int g = 0; g < s->n_groups; g++)
	{
		if (s->group_total[g] == 0.0 || s->group_total[g] == s->total)
			out[g].dissimilarity = out[g].isolation = NAN;
		out[g].eta_squared = (out[g].isolation - out[g].share) / (1.0 - out[g].share);
		if (out[g].eta_squared < 0.0)
			out[g].eta_squared = 0.0;
	}
}

double
eqp_segregation_dissimilarity(const EqpSegregation *s, int group, int other)
{
	double		a_total = s->group_total[group];
	double		b_total = s->group_total[other];
	double		sum = 0.0;

	if (a_total == 0.0 || b_total == 0.0)
		return NAN;
	for (size_t i = 0; i < s->n_cells;)
	{
		int			u = s->cells[i].unit;
		double		a = 0.0;
		double		b = 0.0;

		for (; i < s->n_cells && s->cells[i].unit == u; i++)
		{
			if (s->cells[i].group == group)
				a = s->cells[i].n;
			if (s->cells[i].group == other)
				b = s->cells[i].n;
		}
		sum += fabs(a / a_total - b / b_total);
	}
	return 0.5 * sum;
}

double
eqp_segregation_exposure(const EqpSegregation *s, int of, int to)
{
	double		sum = 0.0;

	if (s->group_total[of] == 0.0)
		return NAN;
	for (size_t i = 0; i < s->n_cells;)
	{
		int			u = s->cells[i].unit;
		double		a = 0.0;
		double		b = 0.0;

		for (; i < s->n_cells && s->cells[i].unit == u; i++)
		{
			if (s->cells[i].group == of)
				a = s->cells[i].n;
			if (s->cells[i].group == to)
				b = s->cells[i].n;
		}
		if (a > 0.0)
			sum += a / s->group_total[of] * (b / s->unit_total[u]);
	}
	return sum;
}

/*
 * M = M of the parts + sum of share times M within each (Mora and
 * Ruiz-Castillo, section 3), each from divergences of its own margins.
 */
bool
eqp_segregation_split(const EqpSegregation *s, const int *part_of, int n_parts,
					  double *work, EqpSegregationPart *parts, EqpSegregationSplit *out)
{
	size_t		n_groups = s->n_groups;
	double		entropy = entropy_of(s->group_total, s->n_groups, s->total);

	for (int u = 0; u < s->n_units; u++)
		if (part_of[u] < 0 || part_of[u] >= n_parts)
			return false;
	for (size_t i = 0; i < n_groups * n_parts; i++)
		work[i] = 0.0;
	for (int k = 0; k < n_parts; k++)
	{
		parts[k].share = 0.0;
		parts[k].mutual_information = 0.0;
	}
	for (size_t i = 0; i < s->n_cells; i++)
	{
		int			part = part_of[s->cells[i].unit];

		work[part * n_groups + s->cells[i].group] += s->cells[i].n;
		parts[part].share += s->cells[i].n;
	}

	out->m_between = out->m_within = 0.0;
	for (size_t i = 0; i < s->n_cells;)
	{
		int			u = s->cells[i].unit;
		EqpSegregationPart *part = &parts[part_of[u]];
		const double *groups = &work[part_of[u] * n_groups];
		double		seen = 0.0;
		double		local = 0.0;

		for (; i < s->n_cells && s->cells[i].unit == u; i++)
		{
			double		q = groups[s->cells[i].group] / part->share;

			if (s->cells[i].n == 0.0)
				continue;
			local += divergence(s->cells[i].n / s->unit_total[u], q);
			seen += q;
		}
		if (s->unit_total[u] > 0.0)
			part->mutual_information += s->unit_total[u] / part->share * (local + fmax(1.0 - seen, 0.0));
	}
	for (int k = 0; k < n_parts; k++)
	{
		EqpSegregationPart *part = &parts[k];
		const double *groups = &work[k * n_groups];
		double		in_part = part->share;
		double		local = 0.0;

		part->share = in_part / s->total;
		if (in_part == 0.0)
		{
			part->mutual_information = part->entropy = part->information_index = NAN;
			continue;
		}
		part->entropy = entropy_of(groups, s->n_groups, in_part);
		part->information_index = per_entropy(part->mutual_information, part->entropy);
		for (int g = 0; g < s->n_groups; g++)
			if (s->group_total[g] > 0.0)
			{
				double		q = s->group_total[g] / s->total;

				local += groups[g] > 0.0 ? divergence(groups[g] / in_part, q) : q;
			}
		out->m_between += part->share * local;
		out->m_within += part->share * part->mutual_information;
	}
	out->h_between = per_entropy(out->m_between, entropy);
	out->h_within = per_entropy(out->m_within, entropy);
	return true;
}
