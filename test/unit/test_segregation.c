/*
 * test_segregation.c
 *		evenness/segregation.c against every row of oracle/edu_segregation.csv,
 *		hand calculation, and what the indices must obey.
 */
#include "evenness/segregation.h"

#include "tap.h"

#define MAX_UNITS 40
#define MAX_GROUPS 6
#define MAX_CELLS (MAX_UNITS * MAX_GROUPS)

/* Counts with the names of the oracle, and the memory of an EqpSegregation. */
typedef struct Table
{
	char		unit[MAX_UNITS][20];
	char		zone[MAX_UNITS][20];
	char		group[MAX_GROUPS][20];
	double		n[MAX_UNITS][MAX_GROUPS];
	int			units;
	int			groups;
	EqpSegregationCell cells[MAX_CELLS];
	double		unit_total[MAX_UNITS];
	double		group_total[MAX_GROUPS];
	EqpSum		group_reach[MAX_GROUPS];
	EqpSegregation s;
} Table;

static int
find(char names[][20], int *n, const char *name)
{
	for (int i = 0; i < *n; i++)
		if (strcmp(names[i], name) == 0)
			return i;
	snprintf(names[*n], 20, "%s", name);
	return (*n)++;
}

/* Cells of the groups that mask has; zeros are left out, or kept. */
static bool
build(Table *t, unsigned mask, bool zeros)
{
	size_t		cells = 0;

	for (int u = 0; u < t->units; u++)
		for (int g = 0; g < t->groups; g++)
			if ((mask >> g & 1) != 0 && (zeros || t->n[u][g] > 0.0))
			{
				EqpSegregationCell cell = {u, g, t->n[u][g]};

				t->cells[cells++] = cell;
			}
	return eqp_segregation_init(&t->s, t->cells, cells, t->unit_total, t->units,
								t->group_total, t->group_reach, t->groups);
}

static void
read_table(const char *dir, Table *t)
{
	CsvFile		csv;

	memset(t, 0, sizeof(*t));
	csv_open(&csv, dir, "oracle/edu_segregation_input.csv");
	while (csv_next(&csv))
	{
		int			u = find(t->unit, &t->units, csv.field[1]);
		int			g = find(t->group, &t->groups, csv.field[2]);

		snprintf(t->zone[u], 20, "%s", csv.field[0]);
		t->n[u][g] += csv_number(csv.field[3]);
	}
}

/* The text behind "key=" up to the next separator. */
static const char *
text_option(const char *options, const char *key, char *out)
{
	const char *at = strstr(options, key);

	out[0] = '\0';
	if (at != NULL)
		snprintf(out, 20, "%.*s", (int) strcspn(at + strlen(key), ";, "), at + strlen(key));
	return out;
}

static void
test_oracle(const char *dir)
{
	static Table t;
	TapGroup	group = {"edu_segregation: every row to 1e-9", 0, 0, 0.0};
	int			rows = 0;
	CsvFile		csv;

	read_table(dir, &t);
	csv_open(&csv, dir, "oracle/edu_segregation.csv");
	while (csv_next(&csv))
	{
		const char *measure = csv.field[0];
		const char *options = csv.field[7];
		char		name[20];
		char		other[20];
		unsigned	mask = (1u << t.groups) - 1;
		const char *pair = strstr(options, "pair=");
		EqpSegregationIndices all;
		EqpSegregationGroup groups[MAX_GROUPS];
		EqpSegregationPart parts[2];
		EqpSegregationSplit split;
		double		local[MAX_UNITS];
		double		work[2 * MAX_GROUPS];
		int			part_of[MAX_UNITS];
		int			a = -1;
		int			b = -1;
		double		got = NAN;
		char		what[200];

		rows++;
		snprintf(what, sizeof(what), "%.40s %.120s", measure, options);
		if (pair != NULL)
		{
			a = find(t.group, &t.groups, text_option(options, "pair=", name));
			text_option(strchr(pair, ','), ",", other);
			b = find(t.group, &t.groups, other);
			mask = 1u << a | 1u << b;
		}
		build(&t, mask, rows % 2 == 0);
		eqp_segregation_overall(&t.s, &all);
		eqp_segregation_groups(&t.s, groups);
		eqp_segregation_of_units(&t.s, local);
		for (int u = 0; u < t.units; u++)
			part_of[u] = strcmp(t.zone[u], "outer") == 0;
		eqp_segregation_split(&t.s, part_of, 2, work, parts, &split);

		if (strcmp(measure, "dissimilarity") == 0 && pair != NULL)
		{
			got = eqp_segregation_dissimilarity(&t.s, a, b);
			/* units without either group do not count: the multigroup D of the two alone */
			group_close(&group, all.dissimilarity, got, 1e-9, 1e-12, "D of two groups is the multigroup D");
		}
		else if (strcmp(measure, "dissimilarity") == 0)
			got = groups[find(t.group, &t.groups, text_option(options, "group=", name))].dissimilarity;
		else if (strcmp(measure, "isolation") == 0)
			got = groups[find(t.group, &t.groups, text_option(options, "group=", name))].isolation;
		else if (strcmp(measure, "isolation_eta2") == 0)
			got = groups[find(t.group, &t.groups, text_option(options, "group=", name))].eta_squared;
		else if (strcmp(measure, "exposure") == 0)
			got = eqp_segregation_exposure(&t.s,
										   find(t.group, &t.groups, text_option(options, "of=", name)),
										   find(t.group, &t.groups, text_option(options, "to=", other)));
		else if (strcmp(measure, "dissimilarity_multigroup") == 0)
			got = all.dissimilarity;
		else if (strcmp(measure, "relative_diversity_R") == 0)
			got = all.relative_diversity;
		else if (strcmp(measure, "seg_M") == 0)
			got = all.mutual_information / (strstr(options, "base=2") != NULL ? log(2.0) : 1.0);
		else if (strcmp(measure, "seg_H") == 0)
			got = all.information_index;
		else if (strcmp(measure, "seg_M_between") == 0)
			got = split.m_between;
		else if (strcmp(measure, "seg_M_within") == 0)
			got = split.m_within;
		else if (strcmp(measure, "seg_H_between") == 0)
			got = split.h_between;
		else if (strcmp(measure, "seg_H_within") == 0)
			got = split.h_within;
		else if (strcmp(measure, "seg_local_ls") == 0)
			got = local[find(t.unit, &t.units, text_option(options, "unit=", name))];
		else if (strcmp(measure, "seg_local_p") == 0)
			got = t.unit_total[find(t.unit, &t.units, text_option(options, "unit=", name))] / t.s.total;
		else if (strncmp(measure, "seg_within_", 11) == 0)
		{
			EqpSegregationPart *part = &parts[strstr(options, "zone=outer") != NULL];

			if (strcmp(measure, "seg_within_M") == 0)
				got = part->mutual_information;
			else if (strcmp(measure, "seg_within_H") == 0)
				got = part->information_index;
			else if (strcmp(measure, "seg_within_p") == 0)
				got = part->share;
			else if (strcmp(measure, "seg_within_ent_ratio") == 0)
				got = part->entropy / all.entropy;
		}
		group_close(&group, got, csv_number(csv.field[1]), 1e-9, 1e-12, what);
	}
	group_check(&group, rows == 69, "number of rows");
	group_done(&group);
}

/* Counts that are hard on floating point, from exact fractions; see make_segregation_values.py. */
static void
test_hard_counts(const char *dir)
{
	static Table t;
	TapGroup	group = {"nearly even spreads and all but one in a billion: to 1e-13", 0, 0, 0.0};
	EqpSegregationIndices all = {0};
	EqpSegregationGroup groups[MAX_GROUPS] = {{0}};
	EqpSegregationPart parts[2];
	EqpSegregationSplit split = {0};
	double		local[MAX_UNITS] = {0};
	double		work[2 * MAX_GROUPS];
	int			part_of[MAX_UNITS];
	CsvFile		csv;

	csv_open(&csv, dir, "segregation.csv");
	while (csv_next(&csv))
	{
		const char *measure = csv.field[1];
		int			which = atoi(csv.field[2]);
		double		got = NAN;
		char		what[200];

		if (strcmp(measure, "cells") == 0)
		{
			memset(&t, 0, sizeof(t));
			for (char *at = strtok(csv.field[3], " "); at != NULL; at = strtok(NULL, " "))
			{
				int			u;
				int			g;
				double		n;

				if (sscanf(at, "%d:%d:%lf", &u, &g, &n) != 3)
					break;
				t.n[u][g] = n;
				t.units = u + 1;
				t.groups = g + 1 > t.groups ? g + 1 : t.groups;
			}
			group_check(&group, build(&t, ~0u, false), "cells");
			for (int u = 0; u < t.units; u++)
				part_of[u] = u % 2;
			eqp_segregation_overall(&t.s, &all);
			eqp_segregation_groups(&t.s, groups);
			eqp_segregation_of_units(&t.s, local);
			eqp_segregation_split(&t.s, part_of, 2, work, parts, &split);
			continue;
		}
		if (strcmp(measure, "mutual_information") == 0)
			got = all.mutual_information;
		else if (strcmp(measure, "entropy") == 0)
			got = all.entropy;
		else if (strcmp(measure, "information_index") == 0)
			got = all.information_index;
		else if (strcmp(measure, "dissimilarity") == 0)
			got = all.dissimilarity;
		else if (strcmp(measure, "relative_diversity") == 0)
			got = all.relative_diversity;
		else if (strcmp(measure, "group_dissimilarity") == 0)
			got = groups[which].dissimilarity;
		else if (strcmp(measure, "isolation") == 0)
			got = groups[which].isolation;
		else if (strcmp(measure, "eta_squared") == 0)
			got = groups[which].eta_squared;
		else if (strcmp(measure, "local") == 0)
			got = local[which];
		else if (strcmp(measure, "m_between") == 0)
			got = split.m_between;
		else if (strcmp(measure, "m_within") == 0)
			got = split.m_within;
		snprintf(what, sizeof(what), "case %.10s, %.40s %.10s", csv.field[0], measure, csv.field[2]);
		group_close(&group, got, csv_number(csv.field[3]), 1e-13, 0.0, what);
	}
	group_done(&group);
}

static void
random_table(Table *t, unsigned long long *seed)
{
	memset(t, 0, sizeof(*t));
	t->units = 2 + (int) (12.0 * tap_random(seed));
	t->groups = 2 + (int) (4.0 * tap_random(seed));
	for (int u = 0; u < t->units; u++)
		for (int g = 0; g < t->groups; g++)
			t->n[u][g] = tap_random(seed) < 0.3 ? 0.0 : 1.0 + floor(200.0 * tap_random(seed));
	t->n[0][0] = t->n[1][1] = 5.0;
}

static void
test_properties(void)
{
	TapGroup	range = {"indices lie in their ranges", 0, 0, 0.0};
	TapGroup	sums = {"between + within = total; local scores and exposures add up", 0, 0, 0.0};
	TapGroup	same = {"scaling, splitting and zeros change nothing", 0, 0, 0.0};
	TapGroup	two = {"two groups: symmetric, and eta squared is R", 0, 0, 0.0};
	unsigned long long seed = 65090;
	static Table t;

	for (int i = 0; i < 2000; i++)
	{
		EqpSegregationIndices all,
					again;
		EqpSegregationGroup groups[MAX_GROUPS];
		EqpSegregationPart parts[3];
		EqpSegregationSplit split;
		double		local[MAX_UNITS];
		double		work[3 * MAX_GROUPS];
		int			part_of[MAX_UNITS];
		double		sum = 0.0;
		char		what[60];

		snprintf(what, sizeof(what), "case %d", i);
		random_table(&t, &seed);
		group_check(&range, build(&t, ~0u, false), what);
		eqp_segregation_overall(&t.s, &all);
		eqp_segregation_groups(&t.s, groups);
		eqp_segregation_of_units(&t.s, local);
		for (int u = 0; u < t.units; u++)
			part_of[u] = (int) (3.0 * tap_random(&seed));
		group_check(&sums, eqp_segregation_split(&t.s, part_of, 3, work, parts, &split), what);

		group_check(&range, all.information_index >= 0.0 && all.information_index <= 1.0 + 1e-14 &&
					all.dissimilarity >= 0.0 && all.dissimilarity <= 1.0 + 1e-14 &&
					all.relative_diversity >= 0.0 && all.relative_diversity <= 1.0 + 1e-14 &&
					all.mutual_information <= all.entropy * (1.0 + 1e-14) &&
					all.entropy <= log(t.groups) * (1.0 + 1e-14), what);
		group_close(&sums, split.m_between + split.m_within, all.mutual_information, 1e-12, 1e-14, what);
		group_close(&sums, split.h_between + split.h_within, all.information_index, 1e-12, 1e-14, what);
		for (int u = 0; u < t.units; u++)
			if (t.unit_total[u] > 0.0)
			{
				group_check(&range, local[u] >= 0.0, what);
				sum += t.unit_total[u] / t.s.total * local[u];
			}
			else
				group_check(&range, isnan(local[u]), what);
		group_close(&sums, sum, all.mutual_information, 1e-13, 1e-15, what);
		for (int g = 0; g < t.groups; g++)
		{
			double		seen = 0.0;

			if (t.group_total[g] == 0.0)
			{
				group_check(&range, isnan(groups[g].dissimilarity) && isnan(groups[g].isolation) &&
							isnan(eqp_segregation_exposure(&t.s, g, 0)), what);
				continue;
			}
			for (int h = 0; h < t.groups; h++)
				seen += eqp_segregation_exposure(&t.s, g, h);
			group_close(&sums, seen, 1.0, 1e-13, 0.0, what);
			group_close(&sums, groups[g].isolation, eqp_segregation_exposure(&t.s, g, g), 1e-13, 0.0, what);
		}

		/* twice as many pupils, with the zeros written out */
		for (int u = 0; u < t.units; u++)
			for (int g = 0; g < t.groups; g++)
				t.n[u][g] *= 2.0;
		build(&t, ~0u, true);
		eqp_segregation_overall(&t.s, &again);
		group_close(&same, again.mutual_information, all.mutual_information, 1e-12, 1e-15, what);
		group_close(&same, again.dissimilarity, all.dissimilarity, 1e-12, 0.0, what);

		/* a unit in two halves of the same composition */
		for (int g = 0; g < t.groups; g++)
			t.n[t.units][g] = t.n[0][g] *= 0.5;
		t.units++;
		build(&t, ~0u, false);
		eqp_segregation_overall(&t.s, &again);
		group_close(&same, again.mutual_information, all.mutual_information, 1e-12, 1e-15, what);
		group_close(&same, again.dissimilarity, all.dissimilarity, 1e-12, 0.0, what);
		group_close(&same, again.relative_diversity, all.relative_diversity, 1e-12, 1e-14, what);

		build(&t, 3u, false);
		eqp_segregation_groups(&t.s, groups);
		eqp_segregation_overall(&t.s, &again);
		group_close(&two, eqp_segregation_dissimilarity(&t.s, 0, 1),
					eqp_segregation_dissimilarity(&t.s, 1, 0), 0.0, 0.0, what);
		group_close(&two, groups[0].dissimilarity, eqp_segregation_dissimilarity(&t.s, 0, 1), 1e-12,
					1e-14, what);
		group_close(&two, groups[1].dissimilarity, groups[0].dissimilarity, 1e-12, 1e-14, what);
		group_close(&two, groups[0].eta_squared, again.relative_diversity, 1e-11, 1e-13, what);
		group_close(&two, groups[1].eta_squared, again.relative_diversity, 1e-11, 1e-13, what);
	}
	group_done(&range);
	group_done(&sums);
	group_done(&same);
	group_done(&two);
}

static void
test_edges(void)
{
	TapGroup	group = {"complete and no segregation; one group; invalid cells", 0, 0, 0.0};
	double		unit_total[3];
	double		group_total[3];
	EqpSum		group_reach[3];
	EqpSegregation s;
	EqpSegregationIndices all;
	EqpSegregationGroup groups[3];
	EqpSegregationCell apart[] = {{0, 0, 30.0}, {1, 1, 10.0}};
	EqpSegregationCell even[] = {{0, 0, 30.0}, {0, 1, 10.0}, {1, 0, 3.0}, {1, 1, 1.0}};
	EqpSegregationCell alone[] = {{0, 1, 30.0}, {2, 1, 10.0}};
	EqpSegregationCell unsorted[] = {{1, 0, 1.0}, {0, 0, 1.0}};
	EqpSegregationCell twice[] = {{0, 0, 1.0}, {0, 0, 1.0}};
	EqpSegregationCell beyond[] = {{0, 3, 1.0}};
	EqpSegregationCell negative[] = {{0, 0, -1.0}};
	EqpSegregationCell missing[] = {{0, 0, NAN}};
	EqpSegregationCell nothing[] = {{0, 0, 0.0}};

#define INIT(cells) eqp_segregation_init(&s, cells, sizeof(cells) / sizeof(cells[0]), \
										 unit_total, 3, group_total, group_reach, 3)
	group_check(&group, INIT(apart), "apart");
	eqp_segregation_overall(&s, &all);
	group_close(&group, all.information_index, 1.0, 1e-14, 0.0, "H apart");
	group_close(&group, all.dissimilarity, 1.0, 1e-14, 0.0, "D apart");
	group_close(&group, all.relative_diversity, 1.0, 1e-14, 0.0, "R apart");
	group_close(&group, all.mutual_information, -0.75 * log(0.75) - 0.25 * log(0.25), 1e-14, 0.0, "M apart");
	group_check(&group, INIT(even), "even");
	eqp_segregation_overall(&s, &all);
	group_close(&group, all.mutual_information, 0.0, 0.0, 0.0, "M even");
	group_close(&group, all.dissimilarity, 0.0, 0.0, 0.0, "D even");
	group_close(&group, all.relative_diversity, 0.0, 0.0, 1e-15, "R even");
	group_check(&group, INIT(alone), "one group");
	eqp_segregation_overall(&s, &all);
	eqp_segregation_groups(&s, groups);
	group_check(&group, all.mutual_information == 0.0 && isnan(all.information_index) &&
				isnan(all.dissimilarity) && isnan(all.relative_diversity), "indices of one group");
	group_check(&group, groups[1].share == 1.0 && isnan(groups[1].dissimilarity) &&
				groups[1].isolation == 1.0 && isnan(groups[1].eta_squared), "the one group");
	group_check(&group, isnan(eqp_segregation_dissimilarity(&s, 0, 1)), "an empty group");
	group_check(&group, !INIT(unsorted) && !INIT(twice) && !INIT(beyond) && !INIT(negative) &&
				!INIT(missing) && !INIT(nothing), "invalid");
	group_done(&group);
}

int
main(int argc, char **argv)
{
	const char *dir = argc > 1 ? argv[1] : "test/data";

	test_oracle(dir);
	test_hard_counts(dir);
	test_properties();
	test_edges();
	return tap_done();
}
