/*
 * test_goodman_bacon.c
 *		effects/goodman_bacon.c against every row of the oracle that tells of it; on random panels the weighted
 *		comparisons add up to the estimate that they are of, and each is what the theorem says.
 */
#include "effects/goodman_bacon.h"

#include "effects/fixed_effects.h"

#include "panels.h"

static TestPanel panel;
static char names[PANEL_ROWS][PANEL_NAME];
static EqpBaconCohort cohorts[PANEL_ROWS];
static double sums[PANEL_ROWS * 10];
static EqpGoodmanBacon bacon;

static const char *const kinds[] = {"treated_vs_never", "earlier_vs_later", "later_vs_earlier", "later_vs_always"};

static EqpBaconReason
decompose(void)
{
	bacon = (EqpGoodmanBacon) {.panel = &panel.panel, .cohorts = cohorts, .sums = sums};
	return eqp_goodman_bacon(&bacon, NULL);
}

/* The number of a cohort by its name; the first period is that of who is always treated. */
static size_t
cohort_named(const char *name)
{
	int64_t		code = strcmp(name, "never") == 0 ? EQP_COHORT_NEVER : (int64_t) strtod(name, NULL);

	for (size_t k = 0; k < bacon.ncohorts; k++)
		if (cohorts[k].code == code || (cohorts[k].code == EQP_COHORT_ALWAYS && code == panel.periods[0]))
			return k;
	return 0;
}

static void
test_oracle(const char *dir)
{
	static const char *const datasets[] = {"edu_impact_balanced", "edu_impact_no_never"};
	TapGroup	group = {"the oracle: 102 rows", 0, 0, 0.0};
	int			rows = 0;

	for (int d = 0; d < 2; d++)
	{
		CsvFile		csv;
		char		name[100];
		size_t		terms = 0;
		size_t		listed = 0;
		double		total = 0.0;
		EqpBaconTerm term;

		panel_read(&panel, dir, datasets[d], NULL, NULL, NULL, NULL);
		panel_make(&panel, false, false, names, panel_names(&panel, names, 0));
		group_check(&group, decompose() == EQP_BACON_DONE, "done");
		for (int kind = 0; kind < EQP_N_BACON_KINDS; kind++)
			for (size_t k = 0; k < bacon.ncohorts; k++)
				for (size_t l = 0; l < bacon.ncohorts; l++)
					if (eqp_bacon_term(&bacon, (EqpBaconKind) kind, k, l, &term))
					{
						terms++;
						total += term.weight * term.estimate;
					}
		snprintf(name, sizeof(name), "oracle/%s.csv", datasets[d]);
		csv_open(&csv, dir, name);
		while (csv_next(&csv))
		{
			char		type[32], treated[16], control[16];
			bool		found = false;

			if (strncmp(csv.field[0], "bacon_", 6) != 0 || strcmp(csv.field[8], "reference") != 0)
				continue;
			rows++;
			if (strcmp(csv.field[0], "bacon_total") == 0)
			{
				group_close(&group, total, csv_number(csv.field[1]), 1e-9, 0, "total");
				continue;
			}
			if (sscanf(csv.field[7], "type=%31[^;];treated=%15[^;];untreated=%15s", type, treated, control) != 3)
				group_check(&group, false, csv.field[7]);
			for (int kind = 0; kind < EQP_N_BACON_KINDS; kind++)
				if (strcmp(type, kinds[kind]) == 0)
					found = eqp_bacon_term(&bacon, (EqpBaconKind) kind, cohort_named(treated), cohort_named(control), &term);
			group_check(&group, found, csv.field[7]);
			group_close(&group, strcmp(csv.field[0], "bacon_weight") == 0 ? term.weight : term.estimate,
						csv_number(csv.field[1]), 1e-9, 0, csv.field[7]);
			listed += strcmp(csv.field[0], "bacon_weight") == 0;
		}
		group_check(&group, terms == listed, "no comparison that the oracle does not have");
	}
	group_check(&group, rows == 102, "rows");
	group_done(&group);
}

/* A balanced panel: cohorts before, within, between and after its periods, some of which are missing in it. */
static void
make_random(unsigned long long *seed)
{
	int			nunits = 2 + (int) (30 * tap_random(seed));
	int			nperiods = 1 + (int) (8 * tap_random(seed));
	int			gap = (int) (9 * tap_random(seed));

	panel.nrows = 0;
	for (int i = 0; i < nunits; i++)
	{
		int			cohort = tap_random(seed) < 0.3 ? 0 : 1999 + (int) ((nperiods + 4) * tap_random(seed));

		for (int t = 0; t < nperiods; t++)
		{
			PanelRow   *row = &panel.rows[panel.nrows++];

			*row = (PanelRow) {.period = 2001 + t + (t >= gap), .cohort = cohort, .weight = 2.5};
			snprintf(row->id, sizeof(row->id), "U%04d", i);
			snprintf(row->cluster, sizeof(row->cluster), "U%04d", i);
			row->value = 10.0 * tap_random(seed);
		}
	}
	panel_make(&panel, false, nunits % 2 == 0, names, panel_names(&panel, names, 0));
}

/* The mean of the units of a cohort over the periods that begin with one and end before another, by going through the rows. */
static double
mean_of(size_t k, size_t begin, size_t end)
{
	double		sum = 0.0;
	double		n = 0.0;

	for (size_t u = 0; u < panel.panel.nunits; u++)
	{
		int64_t		code = panel.cohorts[u];
		int64_t		wanted = cohorts[k].code;
		bool		in = wanted == EQP_COHORT_ALWAYS ? code <= panel.periods[0]
			: wanted == EQP_COHORT_NEVER ? code > panel.periods[panel.panel.nperiods - 1] : code == wanted;

		for (size_t r = panel.first[u]; in && r < panel.first[u + 1]; r++)
			if (panel.period_of[r] >= begin && panel.period_of[r] < end)
			{
				sum += panel.values[r];
				n += 1.0;
			}
	}
	return sum / n;
}

static void
test_random(void)
{
	TapGroup	total = {"weights add up to 1, and the comparisons to the estimate, on random panels", 0, 0, 0.0};
	TapGroup	each = {"each comparison and its weight, as the theorem has them", 0, 0, 0.0};
	unsigned long long seed = 31;
	int			nothing = 0;

	for (int trial = 0; trial < 2000; trial++)
	{
		static double work[1000];
		static uint8_t flags[1000];
		double		weights = 0.0;
		double		sum = 0.0;
		double		theorem = 0.0;
		double		share[2];
		EqpFixedEffects twfe;
		EqpBaconTerm term;
		EqpBaconReason reason;

		make_random(&seed);
		reason = decompose();
		eqp_fixed_effects(&panel.panel, 0.95, work, flags, &twfe, NULL);
		if (reason != EQP_BACON_DONE)
		{
			group_check(&total, reason == EQP_BACON_NOTHING && isnan(twfe.effect.estimate), "nothing to compare, no estimate");
			nothing++;
			continue;
		}
		for (int pass = 0; pass < 2; pass++)
			for (int kind = 0; kind < EQP_N_BACON_KINDS; kind++)
				for (size_t k = 0; k < bacon.ncohorts; k++)
					for (size_t l = 0; l < bacon.ncohorts; l++)
					{
						double		t = (double) panel.panel.nperiods;
						double		n = (double) cohorts[k].units + (double) cohorts[l].units;
						double		of_earlier, s, w;
						size_t		a = k < l ? k : l;
						size_t		b = k < l ? l : k;

						if (!eqp_bacon_term(&bacon, (EqpBaconKind) kind, k, l, &term))
							continue;
						share[0] = (t - (double) cohorts[a].begin) / t;
						share[1] = (t - (double) cohorts[b].begin) / t;
						of_earlier = (double) cohorts[a].units / n;
						s = k < l ? n * (1.0 - share[1]) : n * share[0];
						w = k < l ? s * s * of_earlier * (1.0 - of_earlier) * (share[0] - share[1]) * (1.0 - share[0]) /
							((1.0 - share[1]) * (1.0 - share[1]))
							: s * s * of_earlier * (1.0 - of_earlier) * share[1] * (share[0] - share[1]) / (share[0] * share[0]);
						if (pass == 0)
						{
							theorem += w;
							weights += term.weight;
							sum += term.weight * term.estimate;
							continue;
						}
						group_close(&each, term.weight, w / theorem, 1e-11, 0, "weight");
						s = k < l ? mean_of(k, cohorts[a].begin, cohorts[b].begin) - mean_of(k, 0, cohorts[a].begin) -
							mean_of(l, cohorts[a].begin, cohorts[b].begin) + mean_of(l, 0, cohorts[a].begin)
							: mean_of(k, cohorts[b].begin, panel.panel.nperiods) - mean_of(k, cohorts[a].begin, cohorts[b].begin) -
							mean_of(l, cohorts[b].begin, panel.panel.nperiods) + mean_of(l, cohorts[a].begin, cohorts[b].begin);
						group_close(&each, term.estimate, s, 1e-9, 1e-11, "estimate");
						group_check(&each, (kind == EQP_BACON_LATER_VS_ALWAYS) == (cohorts[l].code == EQP_COHORT_ALWAYS) &&
									(kind == EQP_BACON_TREATED_VS_NEVER) == (cohorts[l].code == EQP_COHORT_NEVER) &&
									(kind == EQP_BACON_EARLIER_VS_LATER) == (k < l && cohorts[l].code != EQP_COHORT_NEVER), "kind");
					}
		group_close(&total, weights, 1.0, 1e-12, 0, "weights");
		group_close(&total, sum, twfe.effect.estimate, 1e-9, 1e-10, "estimate");
	}
	group_check(&total, nothing > 20 && nothing < 1000, "some panels have nothing to compare");
	group_done(&total);
	group_done(&each);
}

static void
test_reasons(void)
{
	TapGroup	group = {"why a panel has none", 0, 0, 0.0};
	unsigned long long seed = 8;

	panel.nrows = 0;
	panel_make(&panel, false, false, names, 0);
	group_check(&group, decompose() == EQP_BACON_NOTHING, "no rows");
	do
		make_random(&seed);
	while (panel.panel.nperiods < 3 || panel.panel.nunits < 3);
	panel.nrows--;
	panel_make(&panel, false, false, names, panel_names(&panel, names, 0));
	group_check(&group, decompose() == EQP_BACON_UNBALANCED && bacon.ncohorts == 0, "a hole");
	do
		make_random(&seed);
	while (panel.panel.weights == NULL || panel.nrows < 2);
	panel.weights[1] = 2.0;
	group_check(&group, decompose() == EQP_BACON_WEIGHTED, "weights that differ");
	group_done(&group);
}

int
main(int argc, char **argv)
{
	const char *dir = argc > 1 ? argv[1] : "test/data";

	test_oracle(dir);
	test_random();
	test_reasons();
	return tap_done();
}
