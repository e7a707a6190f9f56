/*
 * test_two_by_two.c
 *		effects/two_by_two.c against every row of the oracle that tells of it, against least squares worked out
 *		in full, and how often intervals hold the truth.
 */
#include "effects/two_by_two.h"

#include "stats/distribution.h"

#include "panels.h"

static TestPanel panel;
static char names[PANEL_ROWS][PANEL_NAME];
static double influence[PANEL_ROWS];
static uint8_t sides[PANEL_ROWS];

/* The text behind "key=" in options, up to the next ";". */
static const char *
option(const char *options, const char *key, char *text, size_t size)
{
	const char *at = strstr(options, key);

	text[0] = '\0';
	if (at != NULL)
		snprintf(text, size, "%.*s", (int) strcspn(at + strlen(key), ";"), at + strlen(key));
	return text;
}

/* Before and after are ranges of years, as in "2018:2019". */
static void
estimate(const char *before, const char *after, EqpTwoByTwo *result)
{
	int			b[2], a[2];
	uint8_t		times[PANEL_ROWS];

	if (sscanf(before, "%d:%d", &b[0], &b[1]) != 2 || sscanf(after, "%d:%d", &a[0], &a[1]) != 2)
	{
		printf("Bail out! no periods\n");
		exit(2);
	}
	for (size_t p = 0; p < panel.panel.nperiods; p++)
	{
		int64_t		code = panel.panel.periods[p];

		times[p] = code >= b[0] && code <= b[1] ? EQP_BEFORE : code >= a[0] && code <= a[1] ? EQP_AFTER : EQP_NEITHER_TIME;
	}
	eqp_two_by_two(&panel.panel, times, b[1], a[0], 0.95, influence, sides, result, NULL);
}

static void
test_oracle(const char *dir)
{
	static const char *const datasets[] = {"edu_impact_balanced", "edu_impact_unbalanced", "edu_impact_rcs"};
	static const char *const means[] = {"mean_treated_before", "mean_treated_after", "mean_control_before", "mean_control_after"};
	TapGroup	group = {"the oracle: effects and the four means", 0, 0, 0.0};

	for (int d = 0; d < 3; d++)
	{
		CsvFile		csv;
		char		name[100];

		snprintf(name, sizeof(name), "oracle/%s.csv", datasets[d]);
		csv_open(&csv, dir, name);
		while (csv_next(&csv))
		{
			const char *options = csv.field[7];
			char		weight[20], cluster[20], before[20], after[20];
			EqpTwoByTwo result;
			bool		mean = strncmp(csv.field[0], "mean_", 5) == 0;

			if ((!mean && strcmp(csv.field[0], "did_2x2") != 0) || strcmp(csv.field[8], "reference") != 0)
				continue;
			option(options, "weight=", weight, sizeof(weight));
			option(options, "cluster=", cluster, sizeof(cluster));
			panel_read(&panel, dir, datasets[d], NULL, NULL, strcmp(weight, "none") == 0 ? NULL : weight,
					   strcmp(cluster, "unit") == 0 ? NULL : cluster);
			panel_make(&panel, d == 2, strcmp(weight, "none") != 0, names, panel_names(&panel, names, 0));
			estimate(option(options, "before=", before, sizeof(before)), option(options, "after=", after, sizeof(after)), &result);
			if (mean)
			{
				for (int i = 0; i < 4; i++)
					if (strcmp(csv.field[0], means[i]) == 0)
						group_close(&group, result.cells[i / 2][i % 2].mean, csv_number(csv.field[1]), 1e-9, 0, means[i]);
				continue;
			}
			group_close(&group, result.effect.estimate, csv_number(csv.field[1]), 1e-9, 0, "effect");
			group_close(&group, result.effect.std_error, csv_number(csv.field[2]), 1e-9, 0, "error");
			group_close(&group, result.effect.lower, csv_number(csv.field[3]), 1e-9, 0, "lower");
			group_close(&group, result.effect.upper, csv_number(csv.field[4]), 1e-9, 0, "upper");
			if (strstr(csv.field[9], "N=") != NULL)
				group_close(&group, (double) (result.cells[0][0].rows + result.cells[0][1].rows + result.cells[1][0].rows +
											  result.cells[1][1].rows), strtod(strstr(csv.field[9], "N=") + 2, NULL), 0, 0, "rows");
			if (strstr(csv.field[9], "G=") != NULL)
				group_close(&group, (double) result.all_clusters, strtod(strstr(csv.field[9], "G=") + 2, NULL), 0, 0, "clusters");
		}
	}
	group_check(&group, group.checks > 40, "the oracle tells of it");
	group_done(&group);
}

/* Units in four years, treated from the third one on, later, or never; some of their rows are missing. */
static void
make_random(unsigned long long *seed, int nunits, int nclusters, double holes, bool weighted)
{
	panel.nrows = 0;
	for (int i = 0; i < nunits; i++)
	{
		int			cohort = i % 3 == 0 ? 2003 : i % 7 == 0 ? 2004 : 0;
		double		own = tap_normal(seed);
		double		trend = 0.5 * tap_normal(seed);

		for (int t = 2001; t <= 2004; t++)
		{
			PanelRow   *row = &panel.rows[panel.nrows];

			if (tap_random(seed) < holes)
				continue;
			*row = (PanelRow) {.period = t, .cohort = cohort, .weight = weighted ? 0.5 + tap_random(seed) : 1.0};
			snprintf(row->id, sizeof(row->id), "U%04d", i);
			snprintf(row->cluster, sizeof(row->cluster), "C%04d", i % nclusters);
			row->value = 10.0 + own + trend * (t - 2001) + tap_normal(seed) + (cohort == 2003 && t >= 2003 ? 2.0 : 0.0);
			panel.nrows++;
		}
	}
	panel_make(&panel, false, weighted, names, panel_names(&panel, names, 0));
}

/* Solves a (4 x 4) x = b in place, by Gauss and Jordan with pivots; a becomes its inverse. */
static void
invert(double a[4][4])
{
	double		b[4][8];

	for (int i = 0; i < 4; i++)
		for (int j = 0; j < 8; j++)
			b[i][j] = j < 4 ? a[i][j] : i == j - 4;
	for (int c = 0; c < 4; c++)
	{
		int			pivot = c;

		for (int i = c; i < 4; i++)
			if (fabs(b[i][c]) > fabs(b[pivot][c]))
				pivot = i;
		for (int j = 0; j < 8; j++)
		{
			double		t = b[c][j];

			b[c][j] = b[pivot][j], b[pivot][j] = t;
		}
		for (int i = 0; i < 4; i++)
		{
			double		f = b[i][c] / b[c][c];

			for (int j = 0; j < 8 && i != c; j++)
				b[i][j] -= f * b[c][j];
		}
		for (int j = 7; j >= c; j--)
			b[c][j] /= b[c][c];
	}
	for (int i = 0; i < 4; i++)
		for (int j = 0; j < 4; j++)
			a[i][j] = b[i][j + 4];
}

/* The regression on 1, treated, after and both, and its sandwich, as matrices. */
static void
test_regression(void)
{
	TapGroup	group = {"least squares and the sandwich of matrices", 0, 0, 0.0};
	unsigned long long seed = 4242;

	for (int trial = 0; trial < 300; trial++)
	{
		static double scores[PANEL_ROWS][4];
		bool		met[PANEL_ROWS] = {false};
		double		a[4][4] = {{0.0}}, xy[4] = {0.0}, beta[4] = {0.0}, meat[4][4] = {{0.0}}, variance = 0.0;
		double		rows = 0.0, g = 0.0;
		int			nunits = 30 + (int) (60 * tap_random(&seed));
		EqpTwoByTwo result;

		make_random(&seed, nunits, trial % 2 == 0 ? nunits : 7, 0.2, trial % 3 != 0);
		memset(scores, 0, sizeof(scores));
		for (int pass = 0; pass < 2; pass++)
		{
			for (size_t u = 0; u < panel.panel.nunits; u++)
				for (size_t r = panel.first[u]; r < panel.first[u + 1]; r++)
				{
					int64_t		t = panel.rows[r].period;
					int64_t		cohort = panel.rows[r].cohort;
					double		after = t >= 2003;
					double		x[4] = {1.0, cohort == 2003, after, after * (cohort == 2003)};
					double		e = panel.values[r];

					if (cohort == 2004)
						continue;
					for (int i = 0; i < 4; i++)
						e -= beta[i] * x[i];
					for (int i = 0; i < 4; i++)
					{
						for (int j = 0; j < 4 && pass == 0; j++)
							a[i][j] += panel.weights[r] * x[i] * x[j];
						if (pass == 0)
							xy[i] += panel.weights[r] * x[i] * panel.values[r];
						else
							scores[panel.cluster_of[u]][i] += panel.weights[r] * x[i] * e;
					}
					rows += pass;
					g += pass == 1 && !met[panel.cluster_of[u]];
					met[panel.cluster_of[u]] = pass == 1;
				}
			if (pass == 0)
			{
				invert(a);
				for (int i = 0; i < 4; i++)
					for (int j = 0; j < 4; j++)
						beta[i] += a[i][j] * xy[j];
			}
		}
		for (size_t c = 0; c < panel.panel.nclusters; c++)
			for (int i = 0; i < 4; i++)
				for (int j = 0; j < 4; j++)
					meat[i][j] += scores[c][i] * scores[c][j];
		for (int i = 0; i < 4; i++)
			for (int j = 0; j < 4; j++)
				variance += a[3][i] * meat[i][j] * a[j][3];
		estimate("2001:2002", "2003:2004", &result);
		group_close(&group, result.effect.estimate, beta[3], 1e-9, 1e-11, "effect");
		group_close(&group, result.effect.std_error,
					sqrt(variance * g / (g - 1.0) * (rows - 1.0) / (rows - 4.0)), 1e-9, 0, "error");
		group_close(&group, result.effect.upper - result.effect.estimate,
					result.effect.std_error * eqp_student_quantile(0.975, g - 1.0), 1e-9, 0, "width");
	}
	group_done(&group);
}

static void
test_edges(void)
{
	TapGroup	group = {"empty panels and sides, one cluster, constant values, values far from 0", 0, 0, 0.0};
	unsigned long long seed = 5;
	EqpTwoByTwo result, moved;

	panel.nrows = 0;
	panel_make(&panel, false, false, names, 0);
	estimate("2001:2002", "2003:2004", &result);
	group_check(&group, isnan(result.effect.estimate) && isnan(result.cells[0][0].mean) && result.all_clusters == 0, "no rows");

	make_random(&seed, 40, 40, 0.0, false);
	estimate("2001:2002", "2004:2004", &result);
	group_check(&group, result.cells[EQP_OF_TREATED][0].units == 18, "both cohorts were treated between 2002 and 2004");
	estimate("2001:2001", "2002:2002", &result);
	group_check(&group, isnan(result.effect.estimate) && isnan(result.cells[0][0].mean) && result.cells[1][0].mean > 5.0,
				"nobody was treated between 2001 and 2002");
	estimate("2001:2002", "2003:2004", &result);
	group_check(&group, result.cells[EQP_OF_TREATED][EQP_AFTER].rows == 2 * result.cells[EQP_OF_TREATED][EQP_AFTER].units &&
				result.clusters[EQP_OF_TREATED] == 14 && result.all_clusters == 36, "counts");
	for (size_t i = 0; i < panel.nrows; i++)
		panel.values[i] = round(panel.values[i] * 1024) / 1024;
	estimate("2001:2002", "2003:2004", &result);
	for (size_t i = 0; i < panel.nrows; i++)
		panel.values[i] += 1e9;
	estimate("2001:2002", "2003:2004", &moved);
	group_close(&group, moved.effect.estimate, result.effect.estimate, 1e-12, 0, "1e9 more: effect");
	group_close(&group, moved.effect.std_error, result.effect.std_error, 1e-12, 0, "1e9 more: error");
	for (size_t i = 0; i < panel.nrows; i++)
		panel.values[i] = 0.1;
	estimate("2001:2002", "2003:2004", &result);
	group_check(&group, result.effect.estimate == 0.0 && isnan(result.effect.std_error), "constant values");

	/* weights of one mean that are nothing beside those of another */
	make_random(&seed, 40, 40, 0.0, true);
	estimate("2001:2002", "2003:2004", &result);
	for (size_t i = 0; i < panel.nrows; i++)
		panel.weights[i] *= panel.rows[i].cohort == 2003 ? ldexp(1.0, -1000) : ldexp(1.0, 900);
	estimate("2001:2002", "2003:2004", &moved);
	group_close(&group, moved.effect.estimate, result.effect.estimate, 1e-12, 0, "tiny weights: effect");
	group_close(&group, moved.effect.std_error, result.effect.std_error, 1e-12, 0, "tiny weights: error");

	/* the treated are units 0, 3, 6, ... : with three clusters they are all in the first */
	make_random(&seed, 42, 3, 0.0, false);
	estimate("2001:2002", "2003:2004", &result);
	group_check(&group, result.clusters[EQP_OF_TREATED] == 1 && result.clusters[EQP_OF_CONTROLS] == 2, "one cluster of the treated");
	group_check(&group, !isnan(result.effect.estimate) && isnan(result.effect.std_error), "has no error");
	make_random(&seed, 42, 1, 0.0, false);
	estimate("2001:2002", "2003:2004", &result);
	group_check(&group, isnan(result.effect.lower), "nor has one cluster of all");
	group_done(&group);
}

/* Units whose rows hang together, with an effect of 2. */
static void
test_coverage(void)
{
	TapGroup	group = {"how often the interval holds the effect", 0, 0, 0.0};
	unsigned long long seed = 2027;
	int			trials = 2000;
	int			held = 0;
	char		text[60];

	for (int trial = 0; trial < trials; trial++)
	{
		EqpTwoByTwo result;

		make_random(&seed, 120, 120, 0.1, false);
		estimate("2001:2002", "2003:2004", &result);
		held += result.effect.lower <= 2.0 && 2.0 <= result.effect.upper;
	}
	snprintf(text, sizeof(text), "%d of %d", held, trials);
	printf("# %s\n", text);
	group_check(&group, held > 0.935 * trials && held < 0.965 * trials, text);
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
