/*
 * test_fixed_effects.c
 *		effects/fixed_effects.c against every row of the oracle that tells of it, against least squares with all
 *		effects as columns, and how often intervals hold the truth.
 */
#include "effects/fixed_effects.h"

#include "stats/distribution.h"
#include "stats/least_squares.h"

#include "panels.h"

#define MAX_COLUMNS 60

static TestPanel panel;
static char names[PANEL_ROWS][PANEL_NAME];

static void
estimate(EqpFixedEffects *result)
{
	/* exactly as much as is asked for, so that the sanitizer sees every step beyond */
	double	   *work = malloc(eqp_fixed_effects_size(&panel.panel) * sizeof(double) + 1);
	uint8_t    *flags = malloc(panel.panel.nclusters + 1);

	eqp_fixed_effects(&panel.panel, 0.95, work, flags, result, NULL);
	free(work);
	free(flags);
}

static void
test_oracle(const char *dir)
{
	static const char *const datasets[] = {"edu_impact_balanced", "edu_impact_unbalanced", "edu_impact_no_never"};
	TapGroup	group = {"the oracle", 0, 0, 0.0};

	for (int d = 0; d < 3; d++)
	{
		CsvFile		csv;
		char		name[100];

		snprintf(name, sizeof(name), "oracle/%s.csv", datasets[d]);
		csv_open(&csv, dir, name);
		while (csv_next(&csv))
		{
			const char *options = csv.field[7];
			char		weight[20], cluster[20];
			EqpFixedEffects result;

			if (strcmp(csv.field[0], "twfe") != 0 || strcmp(csv.field[8], "reference") != 0)
				continue;
			if (sscanf(options, "weight=%19[^;];cluster=%19[^;];", weight, cluster) != 2)
				continue;
			panel_read(&panel, dir, datasets[d], NULL, NULL, strcmp(weight, "none") == 0 ? NULL : weight,
					   strcmp(cluster, "unit") == 0 ? NULL : cluster);
			panel_make(&panel, false, strcmp(weight, "none") != 0, names, panel_names(&panel, names, 0));
			estimate(&result);
			group_close(&group, result.effect.estimate, csv_number(csv.field[1]), 1e-9, 0, "effect");
			group_close(&group, result.effect.std_error, csv_number(csv.field[2]), 1e-9, 0, "error");
			group_close(&group, result.effect.lower, csv_number(csv.field[3]), 1e-9, 0, "lower");
			group_close(&group, result.effect.upper, csv_number(csv.field[4]), 1e-9, 0, "upper");
			group_check(&group, (double) result.clusters == strtod(strstr(csv.field[9], " G=") + 3, NULL), "clusters");
		}
	}
	group_check(&group, group.checks == 8 * 5, "8 rows");
	group_done(&group);
}

/*
 * Units that are treated at different times, before the first period, or never, with a constant effect; effects of
 * units and periods.  Some rows are missing.
 */
static void
make_random(unsigned long long *seed, int nunits, int nperiods, int nclusters, double holes, int weights, double effect)
{
	double		common[100];
	double		shocks[200][20];

	for (int t = 0; t < nperiods; t++)
	{
		common[t] = 3.0 * tap_normal(seed);
		for (int c = 0; c < nclusters && nclusters < 200; c++)
			shocks[c][t] = tap_normal(seed);
	}
	panel.nrows = 0;
	for (int i = 0; i < nunits; i++)
	{
		int			cohort = i % 3 == 0 ? 0 : 2000 + (int) ((nperiods + 2) * tap_random(seed));
		double		own = 5.0 * tap_normal(seed);
		double		weight = 0.5 + tap_random(seed);

		for (int t = 0; t < nperiods; t++)
		{
			PanelRow   *row = &panel.rows[panel.nrows];

			if (tap_random(seed) < holes)
				continue;
			*row = (PanelRow) {.period = 2001 + t, .cohort = cohort,
				.weight = weights == 0 ? 1.0 : weights == 1 ? weight : 0.5 + tap_random(seed)};
			snprintf(row->id, sizeof(row->id), "U%04d", i);
			snprintf(row->cluster, sizeof(row->cluster), "C%04d", i % nclusters);
			row->value = own + common[t] + tap_normal(seed) + (nclusters < 200 ? shocks[i % nclusters][t] : 0.0) +
				(cohort != 0 && 2001 + t >= cohort ? effect : 0.0);
			panel.nrows++;
		}
	}
	panel_make(&panel, false, weights != 0, names, panel_names(&panel, names, 0));
}

/* What the columns of units and periods leave of one, by least squares: of treatment or of the values. */
static bool
what_is_left(bool treatment, double *left)
{
	const EqpPanel *p = &panel.panel;
	int			k = 1 + (int) (p->nunits - 1) + (int) (p->nperiods - 1);
	static double memory[(MAX_COLUMNS + 1) * (MAX_COLUMNS + 2)];
	static double work[MAX_COLUMNS * (MAX_COLUMNS + 3)];
	double		beta[MAX_COLUMNS];
	int			dependent;
	EqpLeastSquares s;

	if (k > MAX_COLUMNS)
		return false;
	eqp_least_squares_init(&s, k, memory);
	for (int pass = 0; pass < 2; pass++)
	{
		for (size_t u = 0; u < p->nunits; u++)
			for (size_t r = p->first[u]; r < p->first[u + 1]; r++)
			{
				double		row[MAX_COLUMNS + 1] = {0.0};
				double		y = treatment ? p->periods[p->period[r]] >= p->cohorts[u] : p->values[r];

				row[0] = 1.0;
				if (u > 0)
					row[u] = 1.0;
				if (p->period[r] > 0)
					row[p->nunits - 1 + p->period[r]] = 1.0;
				row[k] = y;
				if (pass == 0)
					eqp_least_squares_add(&s, row, p->weights == NULL ? 1.0 : p->weights[r]);
				else
				{
					left[r] = y;
					for (int j = 0; j < k; j++)
						left[r] -= beta[j] * row[j];
				}
			}
		/* rank is lost where the panel falls apart: another test has such */
		if (pass == 0 && eqp_least_squares_solve(&s, beta, &dependent, work, NULL) < k)
			return false;
	}
	return true;
}

static void
test_regression(void)
{
	TapGroup	group = {"least squares with all effects as columns", 0, 0, 0.0};
	unsigned long long seed = 99;
	int			same = 0;

	for (int trial = 0; trial < 400; trial++)
	{
		static double d[PANEL_ROWS], y[PANEL_ROWS], scores[PANEL_ROWS];
		int			nunits = 8 + (int) (30 * tap_random(&seed));
		int			nperiods = 2 + (int) (8 * tap_random(&seed));
		int			nclusters = trial % 2 == 0 ? nunits : 3;
		double		dd = 0.0, dy = 0.0, variance = 0.0, g, n, beta;
		EqpFixedEffects result;

		make_random(&seed, nunits, nperiods, nclusters, trial % 3 == 0 ? 0.0 : 0.3, trial % 5 % 3, 1.0);
		if (!what_is_left(true, d) || !what_is_left(false, y))
			continue;
		for (size_t r = 0; r < panel.nrows; r++)
		{
			dd += panel.weights[r] * d[r] * d[r];
			dy += panel.weights[r] * d[r] * y[r];
		}
		estimate(&result);
		if (dd < 1e-12)
		{
			group_check(&group, isnan(result.effect.estimate), "treatment is made up by the others");
			continue;
		}
		beta = dy / dd;
		memset(scores, 0, sizeof(scores));
		for (size_t u = 0; u < panel.panel.nunits; u++)
			for (size_t r = panel.first[u]; r < panel.first[u + 1]; r++)
				scores[panel.cluster_of[u]] += panel.weights[r] * d[r] * (y[r] - beta * d[r]) / dd;
		for (size_t c = 0; c < panel.panel.nclusters; c++)
			variance += scores[c] * scores[c];
		g = (double) panel.panel.nclusters;
		n = (double) panel.nrows;
		group_close(&group, result.effect.estimate, beta, 1e-8, 1e-9, "effect");
		group_check(&group, result.clusters == (int64_t) panel.panel.nclusters, "clusters");
		if (isnan(result.effect.std_error))
			continue;
		same++;
		group_close(&group, result.effect.std_error,
					sqrt(variance * g / (g - 1.0) * (n - 1.0) / (n - 1.0 - (double) panel.panel.nperiods)), 1e-8, 1e-10, "error");
		group_close(&group, result.effect.upper - result.effect.estimate,
					result.effect.std_error * eqp_student_quantile(0.975, g - 1.0), 1e-9, 0, "width");
	}
	group_check(&group, same > 200, "most have an error");
	group_done(&group);
}

/* A row of a unit. */
static void
put(const char *id, int cohort, int period, double value)
{
	PanelRow   *row = &panel.rows[panel.nrows++];

	*row = (PanelRow) {.period = period, .cohort = cohort, .value = value, .weight = 1.0};
	snprintf(row->id, sizeof(row->id), "%s", id);
	snprintf(row->cluster, sizeof(row->cluster), "%s", id);
}

static void
test_edges(void)
{
	TapGroup	group = {"panels that tell nothing, fall apart, or fit exactly", 0, 0, 0.0};
	unsigned long long seed = 6;
	EqpFixedEffects result, moved;

	panel.nrows = 0;
	panel_make(&panel, false, false, names, 0);
	estimate(&result);
	group_check(&group, isnan(result.effect.estimate) && result.switching == 0 && result.clusters == 0, "no rows");

	put("A", 2002, 2001, 1.0);
	panel_make(&panel, false, false, names, panel_names(&panel, names, 0));
	estimate(&result);
	group_check(&group, isnan(result.effect.estimate) && result.others == 1, "one row");

	/* all treated at once */
	panel.nrows = 0;
	for (int t = 2001; t < 2005; t++)
	{
		put("A", 2003, t, t * 0.7);
		put("B", 2003, t, 5.0 - t * 0.1);
		put("C", 2003, t, t % 2);
	}
	panel_make(&panel, false, false, names, panel_names(&panel, names, 0));
	estimate(&result);
	group_check(&group, isnan(result.effect.estimate) && result.switching == 3, "all treated at once");

	/* by hand: two that change by 5, two that change by 1 and by 3 */
	panel.nrows = 0;
	put("A", 2002, 2001, 1.0), put("A", 2002, 2002, 5.0);
	put("B", 2002, 2001, 2.0), put("B", 2002, 2002, 8.0);
	put("C", 0, 2001, 3.0), put("C", 0, 2002, 4.0);
	put("D", 0, 2001, 3.0), put("D", 0, 2002, 6.0);
	panel_make(&panel, false, false, names, panel_names(&panel, names, 0));
	estimate(&result);
	group_close(&group, result.effect.estimate, 3.0, 1e-14, 0, "by hand");
	/* changes are off their means by 1: influences 1/2 each, variance 1; 4/3 * 7/5 */
	group_close(&group, result.effect.std_error, sqrt(28.0 / 15.0), 1e-14, 0, "its error by hand");

	/* periods that no unit ties together: the two parts have their own effects of periods */
	put("E", 2012, 2011, 1.0), put("E", 2012, 2012, 5.0);
	put("F", 0, 2011, 9.0), put("F", 0, 2012, 10.0);
	panel_make(&panel, false, false, names, panel_names(&panel, names, 0));
	estimate(&result);
	/* both estimate 3, and where all agree so does the whole */
	group_close(&group, result.effect.estimate, 3.0, 1e-14, 0, "two parts");

	/* one treated unit, one control unit: the error would be too small */
	panel.nrows = 0;
	put("A", 2002, 2001, 1.0), put("A", 2002, 2002, 5.0), put("A", 2002, 2003, 6.0);
	put("C", 0, 2001, 3.0), put("C", 0, 2002, 4.0), put("C", 0, 2003, 3.5);
	put("D", 0, 2001, 3.0), put("D", 0, 2002, 6.0), put("D", 0, 2003, 6.5);
	panel_make(&panel, false, false, names, panel_names(&panel, names, 0));
	estimate(&result);
	group_check(&group, !isnan(result.effect.estimate) && isnan(result.effect.std_error), "one treated cluster");
	panel.nrows = 0;
	put("A", 2002, 2001, 1.0), put("A", 2002, 2002, 5.0), put("A", 2002, 2003, 6.0);
	put("B", 2002, 2001, 3.0), put("B", 2002, 2002, 4.0), put("B", 2002, 2003, 3.5);
	put("D", 0, 2001, 3.0), put("D", 0, 2002, 6.0), put("D", 0, 2003, 6.5);
	panel_make(&panel, false, false, names, panel_names(&panel, names, 0));
	estimate(&result);
	group_check(&group, !isnan(result.effect.estimate) && isnan(result.effect.std_error), "one other cluster");

	/* an exact fit, and values far from 0 */
	make_random(&seed, 60, 6, 60, 0.1, 0, 1.0);
	for (size_t u = 0; u < panel.panel.nunits; u++)
		for (size_t r = panel.first[u]; r < panel.first[u + 1]; r++)
			panel.values[r] = round(panel.values[r] * 1024) / 1024;
	estimate(&result);
	for (size_t r = 0; r < panel.nrows; r++)
		panel.values[r] += 1e9;
	estimate(&moved);
	group_close(&group, moved.effect.estimate, result.effect.estimate, 1e-11, 0, "1e9 more: effect");
	group_close(&group, moved.effect.std_error, result.effect.std_error, 1e-11, 0, "1e9 more: error");
	for (size_t u = 0; u < panel.panel.nunits; u++)
		for (size_t r = panel.first[u]; r < panel.first[u + 1]; r++)
			panel.values[r] = (double) u + 0.1 * panel.period_of[r] + 3.0 * (panel.periods[panel.period_of[r]] >= panel.cohorts[u]);
	estimate(&result);
	group_close(&group, result.effect.estimate, 3.0, 1e-12, 0, "an exact fit");
	group_check(&group, isnan(result.effect.std_error), "has no error");
	group_done(&group);
}

/* The units as clusters, and shocks of clusters in each period. */
static void
test_coverage(void)
{
	TapGroup	group = {"how often the interval holds the effect", 0, 0, 0.0};
	unsigned long long seed = 2028;
	int			trials = 1500;
	int			held = 0;
	int			clustered = 0;
	char		text[100];

	for (int trial = 0; trial < trials; trial++)
	{
		EqpFixedEffects result;

		make_random(&seed, 200, 6, 200, 0.1, 0, 2.0);
		estimate(&result);
		held += result.effect.lower <= 2.0 && 2.0 <= result.effect.upper;
		make_random(&seed, 200, 6, 50, 0.1, 0, 2.0);
		estimate(&result);
		clustered += result.effect.lower <= 2.0 && 2.0 <= result.effect.upper;
	}
	snprintf(text, sizeof(text), "units: %d, 50 clusters: %d, of %d", held, clustered, trials);
	printf("# %s\n", text);
	group_check(&group, held > 0.93 * trials && held < 0.965 * trials, text);
	group_check(&group, clustered > 0.92 * trials && clustered < 0.965 * trials, text);
	group_done(&group);
}

int
main(int argc, char **argv)
{
	const char *dir = argc > 1 ? argv[1] : "test/data";

	test_oracle(dir);
	test_regression();
	test_edges();
	test_coverage();
	return tap_done();
}
