/*
 * test_segregation_change.c
 *		evenness/segregation_change.c: parts of a change as R's loglin() has them, and what they must obey.
 */
#include "evenness/segregation_change.h"

#include "tap.h"

#define MAX_UNITS 40
#define MAX_GROUPS 4
#define MAX_CELLS (MAX_UNITS * MAX_GROUPS)

static int	ticks;

static void
count_ticks(void)
{
	ticks++;
}

/* The change between two tables of counts, from 0 to 1 or back. */
static bool
change(double n[2][MAX_UNITS][MAX_GROUPS], int first, EqpSegregationChange *out)
{
	static EqpSegregationCell drawn[MAX_CELLS];
	static double unit[2 * MAX_UNITS];
	static double group[2 * MAX_GROUPS];
	static EqpSum reach[MAX_GROUPS];
	static EqpChangeCell cells[MAX_CELLS];
	EqpChangeWork work = {drawn, unit, group, reach};
	size_t		ncells = 0;

	for (int u = 0; u < MAX_UNITS; u++)
		for (int g = 0; g < MAX_GROUPS; g++)
			if (n[0][u][g] > 0.0 || n[1][u][g] > 0.0)
			{
				EqpChangeCell cell = {u, g, {n[first][u][g], n[1 - first][u][g]}};

				cells[ncells++] = cell;
			}
	return eqp_segregation_explain_change(cells, ncells, MAX_UNITS, MAX_GROUPS, &work, out, count_ticks);
}

static double
sum_of(const EqpSegregationChange *c)
{
	return c->removals + c->additions + c->group_marginal + c->unit_marginal + c->structural;
}

static void
read_case(const char *dir, const char *name, double n[2][MAX_UNITS][MAX_GROUPS])
{
	static const char *const groups[] = {"kinh", "migrant", "minority", "tay"};
	CsvFile		csv;

	memset(n, 0, sizeof(double) * 2 * MAX_UNITS * MAX_GROUPS);
	csv_open(&csv, dir, "segregation_change_input.csv");
	while (csv_next(&csv))
		for (int g = 0; g < 4; g++)
			if (strcmp(csv.field[0], name) == 0 && strcmp(csv.field[3], groups[g]) == 0)
				n[atoi(csv.field[1]) - 2000][atoi(csv.field[2] + 1)][g] = csv_number(csv.field[4]);
}

static void
test_against_r(const char *dir)
{
	TapGroup	group = {"parts of a change as from loglin() of R, forwards and back", 0, 0, 0.0};
	static double n[2][MAX_UNITS][MAX_GROUPS];
	EqpSegregationChange got;
	EqpSegregationChange back;
	CsvFile		csv;
	int			rows = 0;

	csv_open(&csv, dir, "segregation_change.csv");
	while (csv_next(&csv))
	{
		const char *part = csv.field[1];
		double		value = NAN;
		double		opposite = NAN;
		char		what[100];

		snprintf(what, sizeof(what), "%.30s %.30s", csv.field[0], part);
		read_case(dir, csv.field[0], n);
		ticks = 0;
		group_check(&group, change(n, 0, &got) && ticks > 6 && change(n, 1, &back), what);
		if (strcmp(part, "before") == 0)
			value = got.m[0], opposite = -back.m[1];
		else if (strcmp(part, "after") == 0)
			value = got.m[1], opposite = -back.m[0];
		else if (strcmp(part, "change") == 0)
			value = sum_of(&got), opposite = sum_of(&back);
		else if (strcmp(part, "removals") == 0)
			value = got.removals, opposite = back.additions;
		else if (strcmp(part, "additions") == 0)
			value = got.additions, opposite = back.removals;
		else if (strcmp(part, "group_marginal") == 0)
			value = got.group_marginal, opposite = back.group_marginal;
		else if (strcmp(part, "unit_marginal") == 0)
			value = got.unit_marginal, opposite = back.unit_marginal;
		else if (strcmp(part, "structural") == 0)
			value = got.structural, opposite = back.structural;
		group_close(&group, value, csv_number(csv.field[2]), 1e-7, 1e-10, what);
		group_close(&group, opposite, -csv_number(csv.field[2]), 1e-7, 1e-10, what);
		if (strcmp(csv.field[0], "holes") == 0)
			group_check(&group, got.units[0] == 27 && got.units[1] == 28 && got.units_both == 25, what);
		rows++;
	}
	group_check(&group, rows == 24, "number of rows");
	group_done(&group);
}

static void
test_edges(void)
{
	TapGroup	group = {"nothing in common, no change, nobody, what cannot be fitted", 0, 0, 0.0};
	static double n[2][MAX_UNITS][MAX_GROUPS];
	EqpSegregationChange c;

	group_check(&group, !change(n, 0, &c), "nobody");
	n[0][0][0] = n[0][1][1] = 5.0;
	group_check(&group, !change(n, 0, &c), "nobody later");
	n[1][2][0] = n[1][3][1] = 5.0;
	group_check(&group, change(n, 0, &c) && c.units_both == 0, "other units");
	group_close(&group, c.removals, -log(2.0), 1e-14, 0.0, "all removed");
	group_close(&group, c.additions, log(2.0), 1e-14, 0.0, "all added");
	group_check(&group, c.structural == 0.0 && c.unit_marginal == 0.0 && c.group_marginal == 0.0, "and nothing else");
	memcpy(n[1], n[0], sizeof(n[0]));
	group_check(&group, change(n, 0, &c) && c.units_both == 2, "the same units");
	group_close(&group, fabs(c.removals) + fabs(c.additions) + fabs(c.structural) + fabs(c.unit_marginal) +
				fabs(c.group_marginal), 0.0, 0.0, 1e-12, "no change");
	/* the other way round: each unit holds the other group */
	memset(n, 0, sizeof(n));
	n[0][0][0] = n[0][1][1] = n[1][0][1] = n[1][1][0] = 5.0;
	group_check(&group, change(n, 0, &c), "exchanged");
	group_close(&group, isnan(c.structural) ? 0.0 : sum_of(&c), 0.0, 0.0, 1e-9, "as segregated as before");
	/* a group leaves, and with it a unit that had nobody else */
	memset(n, 0, sizeof(n));
	n[0][0][0] = n[0][1][1] = n[0][1][0] = 5.0;
	n[1][0][0] = n[1][1][0] = 5.0;
	n[0][2][2] = 9.0;
	n[1][2][3] = 9.0;
	group_check(&group, change(n, 0, &c) && c.units_both == 2 && c.units[0] == 3, "a unit that is left without groups");
	group_close(&group, sum_of(&c), c.m[1] - c.m[0], 1e-12, 1e-12, "sum");
	group_done(&group);
}

int
main(int argc, char **argv)
{
	test_against_r(argc > 1 ? argv[1] : "test/data");
	test_edges();
	return tap_done();
}
