/*
 * test_panel.c
 *		sampling/panel.c and the changes that sampling/trend.c makes of it: the
 *		trace set up in full, Welch's test on changes, and how often intervals
 *		hold the truth.  R's values are in test/pgtap/gap_trend_panel.sql.
 */
#include "sampling/trend.h"

#include "stats/distribution.h"
#include "tap.h"

#define MAX_UNITS 400

/* A group: the value and the weight of each unit in a period, NaN where it has none. */
typedef struct Group
{
	int			nunits;
	double		value[2][MAX_UNITS];
	double		weight[MAX_UNITS];
} Group;

/* From and to: the units that are in period 0; all from the first of period 1 on are in that. */
static EqpMoments
moments_of(const Group *group, int period)
{
	EqpMoments	m;

	eqp_moments_init(&m);
	for (int i = 0; i < group->nunits; i++)
		if (!isnan(group->value[period][i]))
			eqp_moments_add(&m, group->value[period][i], group->weight[i]);
	return m;
}

/* The cells of two groups in two periods, and what their units have in common. */
static void
panel_of(const Group groups[2], EqpGapPeriod period[2], EqpGapOverlap *overlap)
{
	memset(overlap, 0, sizeof(*overlap));
	for (int t = 0; t < 2; t++)
	{
		EqpMoments	r = moments_of(&groups[0], t);
		EqpMoments	c = moments_of(&groups[1], t);

		eqp_gap_period(&period[t], &r, &c);
	}
	for (int g = 0; g < 2; g++)
		for (int i = 0; i < groups[g].nunits; i++)
		{
			const EqpPanelCell *now = &period[1].cells[g];
			const EqpPanelCell *then = &period[0].cells[g];
			double		w = groups[g].weight[i];
			double		y1 = groups[g].value[1][i];
			double		y0 = groups[g].value[0][i];

			if (isnan(y1) || isnan(y0))
				continue;
			overlap->units++;
			eqp_panel_pair_add(&overlap->pairs[g][g], now, eqp_panel_residual(now, y1, w), w,
							   then, eqp_panel_residual(then, y0, w), w);
		}
}

/* ---- The trace in full -------------------------------------------------- */

/*
 * The covariance matrix of the parts of all units: value i of a period has
 * variance var[t], two values of a unit the covariance gamma.  The part of a
 * unit is scale[1] (y - mean) now less scale[0] (y - mean) then.
 */
static double
full_trace(const Group *group, const double var[2], double gamma, const double scale[2])
{
	int			n = group->nunits;
	double		size[2] = {0.0, 0.0};
	double		trace = 0.0;

	for (int t = 0; t < 2; t++)
		for (int i = 0; i < n; i++)
			size[t] += !isnan(group->value[t][i]);
	for (int i = 0; i < n; i++)
		for (int j = 0; j < n; j++)
		{
			double		element = 0.0;

			/* cov(a_i - mean a, b_j - mean b), term by term, over the periods of a and of b */
			for (int a = 0; a < 2; a++)
				for (int b = 0; b < 2; b++)
				{
					double		both = 0.0;
					double		sign = a == b ? 1.0 : -1.0;
					double		one = a == b ? var[a] : gamma;
					bool		in_a = !isnan(group->value[a][i]);
					bool		in_b = !isnan(group->value[b][j]);
					double		cov;

					if (!in_a || !in_b)
						continue;
					for (int k = 0; k < n; k++)
						both += !isnan(group->value[a][k]) && !isnan(group->value[b][k]);
					cov = i == j ? one : 0.0;
					cov -= (!isnan(group->value[b][i]) ? one : 0.0) / size[b];
					cov -= (!isnan(group->value[a][j]) ? one : 0.0) / size[a];
					cov += both * one / (size[a] * size[b]);
					element += sign * scale[a] * scale[b] * cov;
				}
			trace += element * element;
		}
	return trace;
}

static void
test_trace(void)
{
	TapGroup	traces = {"the trace, element by element", 0, 0, 0.0};
	TapGroup	sums = {"the variance, unit by unit", 0, 0, 0.0};
	unsigned long long seed = 1908;

	for (int trial = 0; trial < 300; trial++)
	{
		Group		groups[2];
		EqpGapPeriod period[2];
		EqpGapOverlap overlap;
		double		x[2] = {0.2 + tap_random(&seed), 0.2 + tap_random(&seed)};

		for (int g = 0; g < 2; g++)
		{
			groups[g].nunits = 6 + (int) (14 * tap_random(&seed));
			for (int i = 0; i < groups[g].nunits; i++)
			{
				double		common = 3 * tap_random(&seed);
				double		where = i < 4 ? 0.5 : tap_random(&seed);	/* some in both */

				groups[g].weight[i] = 1.0;
				groups[g].value[0][i] = where < 0.25 ? NAN : 5 + common + tap_random(&seed);
				groups[g].value[1][i] = where > 0.75 ? NAN : 6 + common + 2 * tap_random(&seed);
			}
		}
		panel_of(groups, period, &overlap);
		for (int g = 0; g < 2; g++)
		{
			const EqpPanelCell *now = &period[1].cells[g];
			const EqpPanelCell *then = &period[0].cells[g];
			const EqpPanelPair *pair = &overlap.pairs[g][g];
			EqpPanelLink link = eqp_panel_link(pair, now, then);
			double		n1 = now->n_eff;
			double		n0 = then->n_eff;
			double		b = (double) pair->n;
			double		k = b - 1 + (1 - b / n1) * (1 - b / n0);
			double		var[2] = {then->error * then->error * n0, now->error * now->error * n1};
			double		scale[2] = {x[0] / sqrt(n0 * (n0 - 1)), x[1] / sqrt(n1 * (n1 - 1))};
			double		together = 0.0;
			double		variance = 0.0;
			double		most = sqrt(var[0] * var[1]);
			double		trace;
			double		got = eqp_panel_variance(now, x[1], then, x[0], &link, &trace);

			for (int i = 0; i < groups[g].nunits; i++)
			{
				double		y1 = groups[g].value[1][i] - now->mean;
				double		y0 = groups[g].value[0][i] - then->mean;
				double		part = (isnan(y1) ? 0.0 : scale[1] * y1) - (isnan(y0) ? 0.0 : scale[0] * y0);

				variance += part * part;
				if (!isnan(y1) && !isnan(y0))
					together += y1 * y0;
			}
			group_close(&sums, got, variance, 1e-11, 0, "variance");
			group_close(&traces, trace,
						full_trace(&groups[g], var, fmax(-most, fmin(together / k, most)), scale),
						1e-10, 0, "trace");
		}
	}
	group_done(&sums);
	group_done(&traces);
}

/* ---- Laws --------------------------------------------------------------- */

/* A group of n units of which each has a value in both periods. */
static void
fill(Group *group, int n, double level, double change, unsigned long long *seed)
{
	group->nunits = n;
	for (int i = 0; i < n; i++)
	{
		group->weight[i] = 1.0 + (int) (5 * tap_random(seed));
		group->value[0][i] = level + 2 * tap_random(seed);
		group->value[1][i] = group->value[0][i] + change + 0.3 * tap_random(seed);
	}
}

/* Welch's interval of the changes, from the moments of the changes themselves. */
static EqpMoments
changes_of(const Group *group)
{
	EqpMoments	m;

	eqp_moments_init(&m);
	for (int i = 0; i < group->nunits; i++)
		eqp_moments_add(&m, group->value[1][i] - group->value[0][i], group->weight[i]);
	return m;
}

static void
test_all_again(void)
{
	TapGroup	welch = {"all units again: Welch's test on their changes, with weights", 0, 0, 0.0};
	TapGroup	scaled = {"weights and values of another scale", 0, 0, 0.0};
	unsigned long long seed = 5;

	for (int trial = 0; trial < 300; trial++)
	{
		Group		groups[2];
		EqpGapPeriod period[2];
		EqpGapOverlap overlap;
		EqpMoments	r;
		EqpMoments	c;
		EqpChange	change;
		EqpChange	other;
		double		v[2];
		double		df;
		double		error;

		fill(&groups[0], 3 + trial % 30, 7, 0.1, &seed);
		fill(&groups[1], 4 + trial % 17, 6, 0.3, &seed);
		r = changes_of(&groups[0]);
		c = changes_of(&groups[1]);
		v[0] = eqp_moments_std_error(&r) * eqp_moments_std_error(&r);
		v[1] = eqp_moments_std_error(&c) * eqp_moments_std_error(&c);
		error = sqrt(v[0] + v[1]);
		df = (v[0] + v[1]) * (v[0] + v[1]) / (v[0] * v[0] / (eqp_moments_n_eff(&r) - 1) +
											  v[1] * v[1] / (eqp_moments_n_eff(&c) - 1));

		panel_of(groups, period, &overlap);
		change = eqp_change_of_difference(&period[1], &period[0], &overlap, 0.9);
		group_close(&welch, change.estimate, eqp_moments_mean(&r) - eqp_moments_mean(&c), 1e-11, 1e-13, "estimate");
		group_close(&welch, change.std_error, error, 1e-11, 0, "error");
		group_close(&welch, change.df, df, 1e-10, 0, "df");
		group_close(&welch, change.upper, change.estimate + eqp_student_quantile(0.95, df) * error, 1e-10, 0, "upper");
		group_close(&welch, change.p_value, 2 * eqp_student_cdf(-fabs(change.estimate) / error, df), 1e-9, 1e-15, "p");
		group_check(&welch, change.error == EQP_CHANGE_PANEL, "said so");

		for (int g = 0; g < 2; g++)
			for (int i = 0; i < groups[g].nunits; i++)
			{
				groups[g].weight[i] *= 1e-100;
				groups[g].value[0][i] *= 1e100;
				groups[g].value[1][i] *= 1e100;
			}
		panel_of(groups, period, &overlap);
		other = eqp_change_of_difference(&period[1], &period[0], &overlap, 0.9);
		group_close(&scaled, other.std_error, 1e100 * change.std_error, 1e-11, 0, "error");
		group_close(&scaled, other.df, change.df, 1e-9, 0, "df");
		group_close(&scaled, other.p_value, change.p_value, 1e-8, 1e-15, "p");
	}
	group_done(&welch);
	group_done(&scaled);
}

static void
test_undefined(void)
{
	Group		groups[2];
	EqpGapPeriod period[2];
	EqpGapOverlap overlap;
	EqpChange	change;
	unsigned long long seed = 7;

	fill(&groups[0], 9, 7, 0, &seed);
	fill(&groups[1], 8, 6, 0, &seed);
	for (int g = 0; g < 2; g++)
		for (int i = 0; i < groups[g].nunits; i++)
			groups[g].value[1][i] = groups[g].value[0][i] + (g == 0 ? 0.1 : 0.4);
	panel_of(groups, period, &overlap);
	change = eqp_change_of_difference(&period[1], &period[0], &overlap, 0.95);
	tap_ok(is_close(change.estimate, -0.3, 1e-12, 0) && change.std_error == 0.0 && isnan(change.lower) &&
		   isnan(change.p_value), "every unit changes alike: the error is 0, and there is no interval");

	fill(&groups[0], 1, 7, 0, &seed);
	fill(&groups[1], 8, 6, 0, &seed);
	panel_of(groups, period, &overlap);
	change = eqp_change_of_difference(&period[1], &period[0], &overlap, 0.95);
	tap_ok(!isnan(change.estimate) && isnan(change.std_error) && isnan(change.lower), "a single unit has no error");
	fill(&groups[0], 0, 7, 0, &seed);
	panel_of(groups, period, &overlap);
	change = eqp_change_of_parity(&period[1], &period[0], &overlap, 0.95);
	tap_ok(isnan(change.estimate) && isnan(change.std_error) && isnan(change.p_value), "no unit, no change");
	fill(&groups[0], 5, 7, INFINITY, &seed);
	panel_of(groups, period, &overlap);
	change = eqp_change_of_difference(&period[1], &period[0], &overlap, 0.95);
	tap_ok(isnan(change.estimate) && isnan(change.std_error) && isnan(change.p_value), "infinite values");
}

/* ---- How often the interval holds the truth ------------------------------- */

/* Standard normal, nearly: the sum of twelve numbers would do; four are as good here, and quick. */
static double
draw(unsigned long long *seed, bool exact)
{
	double		sum = 0.0;

	if (exact)
		return eqp_normal_quantile(tap_random(seed));
	for (int i = 0; i < 4; i++)
		sum += tap_random(seed);
	return (sum - 2.0) * sqrt(3.0);
}

typedef struct Design
{
	int			n;				/* units of a group in a period */
	int			both;			/* of them in both periods */
	double		rho;			/* correlation of the two values of a unit */
	double		now[2];			/* means of the two groups */
	double		then[2];
	double		sd;
	double		weight_both;	/* weight of a unit in both periods, the others have 1 */
} Design;

typedef struct Coverage
{
	double		difference;
	double		parity;
	double		old;			/* of the difference, as if the periods were independent */
} Coverage;

/* One draw of a group. */
static void
draw_group(Group *group, const Design *design, int g, unsigned long long *seed)
{
	bool		exact = design->n < 100;
	double		rest = sqrt(1.0 - design->rho * design->rho);

	group->nunits = 2 * design->n - design->both;
	for (int i = 0; i < group->nunits; i++)
	{
		double		z = draw(seed, exact);
		double		other = draw(seed, exact);

		group->weight[i] = i < design->both ? design->weight_both : 1.0;
		group->value[0][i] = i < design->n ? design->then[g] + design->sd * z : NAN;
		group->value[1][i] = i < design->both || i >= design->n ?
			design->now[g] + design->sd * (design->rho * z + rest * other) : NAN;
	}
}

static Coverage
coverage_of(const Design *design, int draws)
{
	static Group groups[2];
	static const EqpGapOverlap nothing;
	Coverage	inside = {0, 0, 0};
	int			others = 0;
	unsigned long long seed = 20;
	double		difference = (design->now[0] - design->now[1]) - (design->then[0] - design->then[1]);
	double		parity = design->now[1] / design->now[0] - design->then[1] / design->then[0];

	for (int i = 0; i < draws; i++)
	{
		EqpGapPeriod period[2];
		EqpGapOverlap overlap;
		EqpChange	change;

		draw_group(&groups[0], design, 0, &seed);
		draw_group(&groups[1], design, 1, &seed);
		panel_of(groups, period, &overlap);
		change = eqp_change_of_difference(&period[1], &period[0], &overlap, 0.95);
		inside.difference += change.lower <= difference && difference <= change.upper;

		/* quantiles take the time: the other two at every third draw */
		if (i % 3 != 0)
			continue;
		others++;
		change = eqp_change_of_difference(&period[1], &period[0], &nothing, 0.95);
		inside.old += change.lower <= difference && difference <= change.upper;
		change = eqp_change_of_parity(&period[1], &period[0], &overlap, 0.95);
		inside.parity += change.lower <= parity && parity <= change.upper;
	}
	inside.difference *= 100.0 / draws;
	inside.parity *= 100.0 / others;
	inside.old *= 100.0 / others;
	return inside;
}

/* Checks that intervals of 95 % hold the truth in from to to per cent of the draws; old_from to old_to as before. */
static void
check_coverage(const char *name, Design design, int draws, double from, double to,
			   double old_from, double old_to)
{
	Coverage	got = coverage_of(&design, draws);
	char		text[300];

	snprintf(text, sizeof(text),
			 "%s: %.1f %% of %d intervals (parity index %.1f, as if independent %.1f)",
			 name, got.difference, draws, got.parity, got.old);
	tap_ok(got.difference >= from && got.difference <= to && got.parity >= from && got.parity <= to &&
		   got.old >= old_from && got.old <= old_to, text);
}

static void
test_coverage(void)
{
	Design		d = {200, 0, 0.8, {7, 6.5}, {7, 6.5}, 1, 1};

	check_coverage("200 units a cell, none again", d, 10000, 94, 96, 94, 96);
	d.both = 100;
	check_coverage("200 units a cell, half again", d, 10000, 94, 96, 97, 100);
	d.both = 180;
	check_coverage("200 units a cell, 90 % again", d, 10000, 94, 96, 99, 100);
	d.both = 200;
	check_coverage("200 units a cell, all again", d, 10000, 94, 96, 99, 100);
	d.rho = -0.8;
	check_coverage("200 units a cell, all again, with values that turn", d, 4000, 94, 96, 80, 90);

	d = (Design) {20, 18, 0.95, {7, 6.5}, {7, 6.5}, 1, 1};
	check_coverage("20 units a cell, 90 % again, correlation .95", d, 10000, 97, 98.5, 99, 100);
	d.both = 20;
	check_coverage("20 units a cell, all again, correlation .95", d, 10000, 94, 96, 99, 100);
	d.then[1] = 4;
	check_coverage("20 units a cell, all again, a parity index that rises", d, 10000, 94, 96, 99, 100);

	/* weights: units that come again are light, or heavy */
	d = (Design) {200, 100, 0.9, {7, 6.5}, {7, 6.5}, 1, 0.1};
	check_coverage("half again, a tenth as heavy as the others", d, 4000, 94, 96, 94, 97);
	d.weight_both = 10;
	check_coverage("half again, ten times as heavy as the others", d, 4000, 94, 96, 99, 100);
}

/* ---- Clusters ----------------------------------------------------------- */

#define NCLUSTERS 40

/* Moments and clusters of four cells: pupils of schools whose level lasts, and who have good and bad years. */
static void
draw_clusters(EqpClusterCell cells[NCLUSTERS][EQP_MAX_CELLS], EqpGapPeriod period[2],
			  const double means[EQP_MAX_CELLS], unsigned long long *seed)
{
	EqpMoments	m[EQP_MAX_CELLS];

	memset(cells, 0, NCLUSTERS * sizeof(cells[0]));
	for (int k = 0; k < EQP_MAX_CELLS; k++)
		eqp_moments_init(&m[k]);
	for (int c = 0; c < NCLUSTERS; c++)
	{
		double		level = 0.5 * draw(seed, false);

		for (int t = 0; t < 2; t++)
		{
			int			k = 2 * t + c % 2;
			double		year = 0.7 * draw(seed, false);
			int			n = 4 + (int) (4 * tap_random(seed));

			for (int i = 0; i < n; i++)
			{
				double		value = means[k] + level + year + draw(seed, false);

				eqp_moments_add(&m[k], value, 1.0);
				eqp_cluster_add(&cells[c][k], value, 1.0);
			}
		}
	}
	eqp_gap_period(&period[0], &m[0], &m[1]);	/* now */
	eqp_gap_period(&period[1], &m[2], &m[3]);
}

static void
test_coverage_of_clusters(void)
{
	static const double means[EQP_MAX_CELLS] = {7, 6, 7, 5};
	static const int64_t sizes[1] = {NCLUSTERS};
	static const uint32_t stratum[NCLUSTERS];
	static EqpClusterCell cells[NCLUSTERS][EQP_MAX_CELLS];
	static const EqpGapOverlap nothing;
	const char *const names[EQP_N_TREND_FIGURES] = {"difference", "parity index"};
	double		truth[EQP_N_TREND_FIGURES] = {-1.0, 6.0 / 7 - 5.0 / 7};
	int			inside[EQP_N_TREND_FIGURES][3] = {{0}};
	int			draws = 3000;
	unsigned long long seed = 4;
	char		text[300];

	for (int i = 0; i < draws; i++)
	{
		EqpGapPeriod period[2];
		EqpClusters clusters = {&cells[0][0], NCLUSTERS, EQP_MAX_CELLS};

		draw_clusters(cells, period, means, &seed);
		for (int f = 0; f < EQP_N_TREND_FIGURES; f++)
		{
			double		a[EQP_MAX_CELLS];
			double		work[2];
			double		change = eqp_change_coefficients((EqpTrendFigure) f, &period[0], &period[1], a);
			EqpDesignError cr2 = eqp_cr2_error(&clusters, a, NULL);
			EqpDesignError survey = eqp_linearized_error(&clusters, a, stratum, sizes, 1, NCLUSTERS - 4, work, NULL);
			EqpChange	got[3] = {
				eqp_change_in_design(change, &cr2, 0.95),
				eqp_change_in_design(change, &survey, 0.95),
				(f == 0 ? eqp_change_of_difference : eqp_change_of_parity) (&period[0], &period[1], &nothing, 0.95)
			};

			for (int e = 0; e < 3; e++)
				inside[f][e] += got[e].lower <= truth[f] && truth[f] <= got[e].upper;
		}
	}
	for (int f = 0; f < EQP_N_TREND_FIGURES; f++)
	{
		double		share[3];

		for (int e = 0; e < 3; e++)
			share[e] = 100.0 * inside[f][e] / draws;
		snprintf(text, sizeof(text), "20 clusters a group, change of the %s: cr2 %.1f, survey %.1f %% of %d intervals; as if rows were independent %.1f %%",
				 names[f], share[0], share[1], draws, share[2]);
		tap_ok(share[0] >= 94 && share[0] <= 96 && share[1] >= 94 && share[1] <= 96 && (share[2] < 94 || share[2] > 96), text);
	}
}

int
main(void)
{
	test_trace();
	test_all_again();
	test_undefined();
	test_coverage();
	test_coverage_of_clusters();
	return tap_done();
}
