/*
 * fixed_effects.c
 *		The effect of treatment with effects of units and of periods taken out.
 */
#include "effects/fixed_effects.h"

#include <float.h>
#include <math.h>

#include "stats/sum.h"

/* So many units between two calls of the tick. */
#define TICK_UNITS 1024

/* Treatment of which no more than that share is left, of its size within units, is made up by periods. */
#define LEFT_OF_TREATMENT 1e-9

/* Treatment and value: what effects are taken out of. */
enum
{
	TREATMENT, VALUE, N_COLUMNS
};

typedef struct Regression
{
	const EqpPanel *panel;
	size_t		nperiods;
	double		value_scale;	/* powers of two, that bring values and weights near 1 */
	double		weight_scale;
	double		largest;		/* scaled */
	double	   *links;			/* by period and period: what ties them together */
	double	   *periods[N_COLUMNS]; /* by period: its effect on each of the two */
	double	   *influence;		/* by cluster */
	double		sums[N_COLUMNS];	/* of products of what is left of treatment with the two */
	double		within;			/* of squares of treatment less its means of units */
	double		effect;
} Regression;

/* A unit: its rows, and what is taken out of them. */
typedef struct Unit
{
	size_t		begin;
	size_t		end;
	double		weight;			/* of all its rows */
	double		means[N_COLUMNS];	/* of what its values are more than origin */
	double		origin;
} Unit;

static inline double
weight_of(const Regression *r, size_t row)
{
	return eqp_panel_weight(r->panel, row) * r->weight_scale;
}

/* Is a row of a unit treated? */
static inline bool
is_treated(const Regression *r, size_t unit, size_t row)
{
	return r->panel->periods[r->panel->period[row]] >= r->panel->cohorts[unit];
}

/* A row of a unit, in one of the columns, less the mean of the unit. */
static inline double
within_unit(const Regression *r, const Unit *u, size_t unit, size_t row, int column)
{
	double		x = column == TREATMENT ? (is_treated(r, unit, row) ? 1.0 : 0.0)
		: r->panel->values[row] * r->value_scale - u->origin;

	return x - u->means[column];
}

/* The means of a unit; its values are counted from its first one. */
static Unit
unit_of(const Regression *r, size_t unit)
{
	Unit		u = {.begin = r->panel->first[unit], .end = r->panel->first[unit + 1]};
	EqpSum		sums[N_COLUMNS] = {{0.0, 0.0}, {0.0, 0.0}};
	EqpSum		weight = {0.0, 0.0};

	u.origin = r->panel->values[u.begin] * r->value_scale;
	for (size_t row = u.begin; row < u.end; row++)
	{
		eqp_sum_add(&weight, weight_of(r, row));
		for (int c = 0; c < N_COLUMNS; c++)
			eqp_sum_add(&sums[c], weight_of(r, row) * within_unit(r, &u, unit, row, c));
	}
	u.weight = eqp_sum_value(&weight);
	for (int c = 0; c < N_COLUMNS; c++)
		u.means[c] = u.weight > 0.0 ? eqp_sum_value(&sums[c]) / u.weight : 0.0;
	return u;
}

/* Sets the scales. */
static void
set_scales(Regression *r)
{
	size_t		nrows = eqp_panel_nrows(r->panel);
	double		value = 0.0;
	double		weight = 0.0;

	for (size_t row = 0; row < nrows; row++)
	{
		value = fmax(value, fabs(r->panel->values[row]));
		weight = fmax(weight, eqp_panel_weight(r->panel, row));
	}
	r->value_scale = eqp_scale_to_one(value);
	r->weight_scale = eqp_scale_to_one(weight);
	r->largest = value * r->value_scale;
}

/* Adds the links that a unit makes between periods; what those make that have a row in each, alike, is kept in *whole. */
static void
add_links(Regression *r, const Unit *u, double *whole, EqpTick tick)
{
	const uint32_t *period = r->panel->period;
	bool		even = u->end - u->begin == r->nperiods;

	if (!(u->weight > 0.0))
		return;
	for (size_t row = u->begin + 1; row < u->end && even; row++)
		even = weight_of(r, row) == weight_of(r, u->begin);
	if (even)
	{
		*whole += weight_of(r, u->begin) / (double) r->nperiods;
		return;
	}
	for (size_t a = u->begin; a < u->end; a++)
	{
		double		share = weight_of(r, a) / u->weight;
		double	   *links = r->links + period[a] * r->nperiods;

		if (a % TICK_UNITS == 0)
			eqp_call_tick(tick);
		for (size_t b = a + 1; b < u->end; b++)
			links[period[b]] += share * weight_of(r, b);
	}
}

/* The network of periods: above the diagonal, each with those after it. */
static void
make_network(Regression *r, EqpTick tick)
{
	double		whole = 0.0;

	for (size_t i = 0; i < r->nperiods * r->nperiods; i++)
		r->links[i] = 0.0;
	for (size_t i = 0; i < r->panel->nunits; i++)
	{
		Unit		u = unit_of(r, i);

		if (i % TICK_UNITS == 0)
			eqp_call_tick(tick);
		add_links(r, &u, &whole, tick);
		for (size_t row = u.begin; row < u.end; row++)
		{
			double		treatment = within_unit(r, &u, i, row, TREATMENT);

			r->within += weight_of(r, row) * treatment * treatment;
			for (int c = 0; c < N_COLUMNS; c++)
				r->periods[c][r->panel->period[row]] += weight_of(r, row) * within_unit(r, &u, i, row, c);
		}
	}
	for (size_t p = 0; p < r->nperiods; p++)
		for (size_t q = p + 1; q < r->nperiods; q++)
			r->links[p * r->nperiods + q] += whole;
}

/*
 * Turns what flows into the periods into their effects: takes out one after the
 * other, and goes back.  A period without a link to later ones has the effect 0.
 */
static void
solve_network(Regression *r, EqpTick tick)
{
	size_t		n = r->nperiods;

	for (size_t p = 0; p < n; p++)
	{
		double	   *row = r->links + p * n;
		double		total = 0.0;

		eqp_call_tick(tick);
		for (size_t q = p + 1; q < n; q++)
			total += row[q];
		row[p] = total;
		for (size_t q = p + 1; q < n && total > 0.0; q++)
		{
			double		share = row[q] / total;
			double	   *later = r->links + q * n;

			if (share == 0.0)
				continue;
			for (size_t s = q + 1; s < n; s++)
				later[s] += share * row[s];
			for (int c = 0; c < N_COLUMNS; c++)
				r->periods[c][q] += share * r->periods[c][p];
		}
	}
	for (size_t p = n; p-- > 0;)
	{
		const double *row = r->links + p * n;

		for (int c = 0; c < N_COLUMNS; c++)
		{
			double		flow = r->periods[c][p];

			for (size_t q = p + 1; q < n; q++)
				flow += row[q] * r->periods[c][q];
			r->periods[c][p] = row[p] > 0.0 ? flow / row[p] : 0.0;
		}
	}
}

/* What is left of a row of a unit in a column, once both effects are taken out; mean is that of the effects of its periods. */
static inline double
what_is_left(const Regression *r, const Unit *u, size_t unit, size_t row, int column, double mean)
{
	return within_unit(r, u, unit, row, column) - (r->periods[column][r->panel->period[row]] - mean);
}

/* The weighted means of the effects of the periods in which a unit has rows. */
static void
period_means(const Regression *r, const Unit *u, double *means)
{
	for (int c = 0; c < N_COLUMNS; c++)
	{
		EqpSum		sum = {0.0, 0.0};

		for (size_t row = u->begin; row < u->end; row++)
			eqp_sum_add(&sum, weight_of(r, row) * r->periods[c][r->panel->period[row]]);
		means[c] = u->weight > 0.0 ? eqp_sum_value(&sum) / u->weight : 0.0;
	}
}

/*
 * Goes through what is left of all rows: adds up products with that of the treatment,
 * or, once the effect is known, the influence of the clusters on it.
 */
static void
go_through(Regression *r, bool known, EqpTick tick)
{
	EqpSum		sums[N_COLUMNS] = {{0.0, 0.0}, {0.0, 0.0}};

	for (size_t i = 0; i < r->panel->nunits; i++)
	{
		Unit		u = unit_of(r, i);
		double		means[N_COLUMNS];

		if (i % TICK_UNITS == 0)
			eqp_call_tick(tick);
		period_means(r, &u, means);
		for (size_t row = u.begin; row < u.end; row++)
		{
			double		x = what_is_left(r, &u, i, row, TREATMENT, means[TREATMENT]);
			double		y = what_is_left(r, &u, i, row, VALUE, means[VALUE]);

			if (known)
				r->influence[r->panel->clusters[i]] +=
					weight_of(r, row) / r->sums[TREATMENT] * x * (y - r->effect * x);
			else
			{
				eqp_sum_add(&sums[TREATMENT], weight_of(r, row) * x * x);
				eqp_sum_add(&sums[VALUE], weight_of(r, row) * x * y);
			}
		}
	}
	if (!known)
		for (int c = 0; c < N_COLUMNS; c++)
			r->sums[c] = eqp_sum_value(&sums[c]);
}

/* What a cluster has: units, some that switch, and some that do not. */
#define HAS_SWITCHING 1
#define HAS_OTHERS 2

/* Counts units and clusters; the number of clusters as the error needs it, 0 for none. */
static int64_t
count_clusters(const Regression *r, uint8_t *flags, EqpFixedEffects *result)
{
	const EqpPanel *panel = r->panel;
	int64_t		of_kind[2] = {0, 0};
	size_t		begin = SIZE_MAX;	/* the first treated period of who switches */
	bool		at_once = true;

	for (size_t c = 0; c < panel->nclusters; c++)
		flags[c] = 0;
	for (size_t i = 0; i < panel->nunits; i++)
	{
		size_t		row = panel->first[i];
		size_t		from;

		while (row < panel->first[i + 1] && !is_treated(r, i, row))
			row++;
		if (row == panel->first[i] || row == panel->first[i + 1])
		{
			result->others++;
			flags[panel->clusters[i]] |= HAS_OTHERS;
			continue;
		}
		from = eqp_code_from(panel->periods, panel->nperiods, panel->cohorts[i]);
		at_once = at_once && (begin == SIZE_MAX || begin == from);
		begin = from;
		result->switching++;
		flags[panel->clusters[i]] |= HAS_SWITCHING;
	}
	for (size_t c = 0; c < panel->nclusters; c++)
	{
		result->clusters += flags[c] != 0;
		of_kind[0] += (flags[c] & HAS_SWITCHING) != 0;
		of_kind[1] += (flags[c] & HAS_OTHERS) != 0;
	}
	result->switching_clusters = of_kind[0];
	return of_kind[0] < 2 || (at_once && of_kind[1] < 2) ? 0 : result->clusters;
}

size_t
eqp_fixed_effects_size(const EqpPanel *panel)
{
	size_t		n = panel->nperiods;

	if (n > 0 && (n + N_COLUMNS > SIZE_MAX / n || n * (n + N_COLUMNS) > SIZE_MAX / sizeof(double) - panel->nclusters))
		return 0;
	return n * (n + N_COLUMNS) + panel->nclusters;
}

void
eqp_fixed_effects(const EqpPanel *panel, double confidence, double *work, uint8_t *flags,
				  EqpFixedEffects *result, EqpTick tick)
{
	size_t		n = panel->nperiods;
	Regression	r = {.panel = panel, .nperiods = n, .links = work,
		.periods = {work + n * n, work + n * (n + 1)}, .influence = work + n * (n + 2)};
	EqpClusteredCounts counts = {.rows = (int64_t) eqp_panel_nrows(panel), .coefficients = 1 + (int64_t) n};

	*result = (EqpFixedEffects) {.effect = eqp_clustered_none()};
	if (panel->nunits == 0)
		return;
	for (size_t i = 0; i < N_COLUMNS * n + panel->nclusters; i++)
		work[n * n + i] = 0.0;
	counts.clusters = count_clusters(&r, flags, result);
	set_scales(&r);
	make_network(&r, tick);
	solve_network(&r, tick);
	go_through(&r, false, tick);
	if (!(sqrt(r.sums[TREATMENT]) > LEFT_OF_TREATMENT * sqrt(r.within)))
		return;
	r.effect = r.sums[VALUE] / r.sums[TREATMENT];
	go_through(&r, true, tick);
	result->effect = eqp_clustered_unscaled(eqp_clustered_error(r.effect, r.influence, panel->nclusters, counts,
																8.0 * DBL_EPSILON * r.largest, confidence),
											r.value_scale);
}
