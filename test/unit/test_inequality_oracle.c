/*
 * test_inequality_oracle.c
 *		stats/inequality*.c against every row of oracle/edu_quintile.csv,
 *		edu_districts_pct.csv and edu_districts_prop.csv.
 *
 * Each row is compared, or falls into one of the classes of not_compared[]
 * below, whose sizes are tested: a row cannot go missing.
 */
#include "measures/inequality.h"

#include "tap.h"

#define MAX_GROUPS 32
#define DRAWS 100000
#define ORACLE_DRAWS 2000000.0

static const struct
{
	const char *code;
	EqpInequalityKind kind;
} measures[] = {
	{"d", EQP_INEQUALITY_DIFFERENCE},
	{"r", EQP_INEQUALITY_RATIO},
	{"bgv", EQP_INEQUALITY_BETWEEN_GROUP_VARIANCE},
	{"bgsd", EQP_INEQUALITY_BETWEEN_GROUP_SD},
	{"covar", EQP_INEQUALITY_COEFFICIENT_OF_VARIATION},
	{"mdmu", EQP_INEQUALITY_MD_MEAN},
	{"mdmw", EQP_INEQUALITY_MD_MEAN_WEIGHTED},
	{"mdbu", EQP_INEQUALITY_MD_BEST},
	{"mdbw", EQP_INEQUALITY_MD_BEST_WEIGHTED},
	{"mdru", EQP_INEQUALITY_MD_REFERENCE},
	{"mdrw", EQP_INEQUALITY_MD_REFERENCE_WEIGHTED},
	{"idisu", EQP_INEQUALITY_INDEX_OF_DISPARITY},
	{"idisw", EQP_INEQUALITY_INDEX_OF_DISPARITY_WEIGHTED},
	{"ti", EQP_INEQUALITY_THEIL_INDEX},
	{"theil_t", EQP_INEQUALITY_THEIL_INDEX},
	{"mld", EQP_INEQUALITY_MEAN_LOG_DEVIATION},
	{"parisk", EQP_INEQUALITY_ATTRIBUTABLE_RISK},
	{"paf", EQP_INEQUALITY_ATTRIBUTABLE_FRACTION},
	{"aci", EQP_INEQUALITY_ABSOLUTE_CONCENTRATION},
	{"rci", EQP_INEQUALITY_RELATIVE_CONCENTRATION},
	{"sii", EQP_INEQUALITY_SLOPE_INDEX},
	{"rii", EQP_INEQUALITY_RELATIVE_INDEX},
	/* from the ratio of the ends of the order */
	{"parity_index", EQP_INEQUALITY_RATIO},
	{"parity_index_adjusted", EQP_INEQUALITY_RATIO}
};

static const struct
{
	const char *file;
	const char *y;
	int			y_column;
	int			error_column;
	int			population_column;
	int			rank_column;
	int			reference_column;
	double		scale;
} inputs[] = {
	{"edu_quintile", "estimate_pct", 4, 5, 3, 1, -1, 100.0},
	{"edu_quintile", "estimate_prop", 6, 7, 3, 1, -1, 1.0},
	{"edu_quintile", "adverse_pct", 8, 5, 3, 1, -1, 100.0},
	{"edu_quintile", "ushape_pct", 9, 10, 3, 1, -1, 100.0},
	{"edu_quintile", "per1000", 11, 12, 3, 1, -1, 1000.0},
	{"edu_districts_pct", "completion_pct", 5, 6, 3, -1, 9, 100.0},
	{"edu_districts_pct", "coverage_pct", 7, 8, 2, -1, 9, 100.0},
	{"edu_districts_prop", "completion_prop", 8, 5, 3, -1, 7, 1.0}
};

#define N_INPUTS ((int) (sizeof(inputs) / sizeof(inputs[0])))

/* Why a row, or a part of it, is not compared; and how many rows that must be. */
typedef enum Reason
{
	OTHER_FAMILY,
	AS_IMPLEMENTED,
	TOOL_DRAWS,
	TOOL_ERROR,
	OTHER_CONVENTION,
	WALTER,
	MEAN_HELD,
	ERROR_OF_NOTHING,
	N_REASONS
} Reason;

static struct
{
	const char *reason;
	int			want;
	int			rows;
} not_compared[N_REASONS] = {
	{"measure of another family (microdata, counts, decompositions)", 84, 0},
	{"defect or edge behaviour of a tool", 67, 0},
	{"estimate only: interval from 100 draws with the tool's generator", 30, 0},
	{"the tool refused", 2, 0},
	{"another convention", 1, 0},
	{"estimate only: Walter's error takes populations for sample sizes; ours is the delta method's", 34, 0},
	{"estimate only: interval with the mean held fixed in the draws", 3, 0},
	{"error of a ratio that is undefined is undefined", 1, 0}
};

static bool
has(const char *options, const char *what)
{
	return strstr(options, what) != NULL;
}

static int
read_groups(const char *dir, int input, EqpInequalityGroup *groups)
{
	char		name[100];
	CsvFile		csv;
	int			n = 0;

	snprintf(name, sizeof(name), "oracle/%s_input.csv", inputs[input].file);
	csv_open(&csv, dir, name);
	while (csv_next(&csv) && n < MAX_GROUPS)
	{
		EqpInequalityGroup *group = &groups[n++];

		group->estimate = csv_number(csv.field[inputs[input].y_column]);
		group->std_error = csv_number(csv.field[inputs[input].error_column]);
		group->population = csv_number(csv.field[inputs[input].population_column]);
		group->rank = inputs[input].rank_column < 0 ? 0 : atoi(csv.field[inputs[input].rank_column]);
		group->reference = inputs[input].reference_column >= 0 &&
			atoi(csv.field[inputs[input].reference_column]) != 0;
	}
	return n;
}

/* The bootstrap takes a while: once for each input and truncation. */
static const EqpMeasure *
bootstrap(const EqpInequalityGroup *groups, int n, int input, bool bounded, double *buffer)
{
	static EqpMeasure kept[N_INPUTS][2][EQP_N_INEQUALITY_MEASURES];
	EqpMeasure *out = kept[input][bounded];

	if (out[0].name == NULL)
	{
		EqpInequalityOptions options = {false, true, NAN, 0.95, DRAWS, 42, NULL};

		if (bounded)
			options.scale = inputs[input].scale;
		eqp_measure_inequality(groups, n, &options, buffer, out);
	}
	return out;
}

static void
compare_draws(TapGroup *group, const EqpMeasure *got, char **field, const char *what)
{
	const char *note = strstr(field[9], "of limits: ");
	double		error[2] = {NAN, NAN};
	double		more = 1.0 + sqrt(ORACLE_DRAWS / DRAWS);

	if (note != NULL)
		sscanf(note, "of limits: %lf, %lf", &error[0], &error[1]);
	group_close(group, got->estimate, csv_number(field[1]), 1e-9, 1e-12, what);
	group_close(group, got->lower, csv_number(field[3]), 0.0, 5.0 * more * error[0], what);
	group_close(group, got->upper, csv_number(field[4]), 0.0, 5.0 * more * error[1], what);
	group_check(group, got->std_error > 0.0, what);
}

/* The index with bounds that the row is of, by its own name: the estimate alone, as errors are another's. */
static void
compare_bounded(TapGroup *closed, char **field, const EqpInequalityGroup *groups, int n, double *buffer)
{
	const char *options = field[7];
	int			kind = has(options, "wagstaff") ? EQP_INEQUALITY_WAGSTAFF :
		has(options, "erreygers") || strcmp(field[0], "aci") == 0 ? EQP_INEQUALITY_ERREYGERS :
		EQP_INEQUALITY_BOUNDED_CONCENTRATION;
	EqpInequalityOptions want = {
		true, true, NAN, 0.95, 0, 0, NULL, csv_option(options, "lmin"), csv_option(options, "lmax"), EQP_INEQUALITY_AUTO
	};
	EqpInequalityGroup used[MAX_GROUPS];
	EqpMeasure	all[EQP_N_INEQUALITY_MEASURES];

	memcpy(used, groups, n * sizeof(used[0]));
	n = eqp_inequality_keep(used, n, true, true);
	eqp_measure_inequality(used, n, &want, buffer, all);
	/* without a correction the absolute index is a quarter of Erreygers' */
	group_close(closed, all[kind].estimate * (strcmp(field[0], "aci") == 0 ? 0.25 : 1.0),
				csv_number(field[1]), 1e-9, 1e-12, options);
}

/* One row of a variant that counts. */
static void
compare_row(TapGroup *closed, TapGroup *fitted, TapGroup *drawn, char **field, int kind, int input,
			const EqpInequalityGroup *groups, int n, double *buffer)
{
	const char *code = field[0];
	const char *options = field[7];
	bool		reference_row = strcmp(field[8], "reference") == 0;
	bool		slope = strcmp(code, "sii") == 0 || strcmp(code, "rii") == 0;
	double		confidence = csv_option(options, "conf");
	double		factor = 1.0;
	double		bar = slope && reference_row ? 1e-6 : 1e-9;
	TapGroup   *group = slope ? fitted : closed;
	EqpInequalityGroup used[MAX_GROUPS];
	EqpMeasure	all[EQP_N_INEQUALITY_MEASURES];
	EqpMeasure	got;
	EqpInequalityOptions want = {false, true, NAN, 0.95, 0, 0, NULL};
	bool		only_estimate = has(options, ";point") || has(options, "weighted");
	char		what[250];

	snprintf(what, sizeof(what), "%.40s %.200s", code, options);
	if (strcmp(field[8], "mc_limit") == 0)
	{
		bool		bounded = has(field[6], "pct") || has(options, "[0,scale]");

		got = bootstrap(groups, n, input, bounded, buffer)[kind];
		if (has(options, "mean held"))
		{
			not_compared[MEAN_HELD].rows++;
			group_close(drawn, got.estimate, csv_number(field[1]), 1e-9, 1e-12, what);
		}
		else
			compare_draws(drawn, &got, field, what);
		return;
	}

	memcpy(used, groups, n * sizeof(used[0]));
	want.ordered = has(field[6], "quintile");
	want.favourable = !has(options, "fav=0") &&
		(strcmp(code, "paf") != 0 || (!has(options, "adverse") && !has(options, "per1000"))) &&
		(strcmp(code, "parisk") != 0 || (!has(options, "adverse") && !has(options, "per1000")));
	if (!isnan(confidence))
		want.confidence = confidence;
	if (has(options, "logit"))
		want.scale = csv_option(options, "scale");
	if (has(options, "ref=none"))
		for (int i = 0; i < n; i++)
			used[i].reference = false;
	if (has(options, "rows_shuffled"))
		for (int i = 0; i < n / 2; i++)
		{
			EqpInequalityGroup swap = used[i];

			used[i] = used[n - 1 - i];
			used[n - 1 - i] = swap;
		}

	/* the bounded forms are ours of (y - lmin) / (lmax - lmin) */
	if (has(options, "lmax="))
	{
		compare_bounded(closed, field, groups, n, buffer);
		double		low = csv_option(options, "lmin");
		double		width = csv_option(options, "lmax") - low;
		double		mean = 0.0;
		double		total = 0.0;

		for (int i = 0; i < n; i++)
		{
			used[i].estimate = (used[i].estimate - low) / width;
			used[i].std_error /= width;
			total += used[i].population;
			mean += used[i].population * used[i].estimate;
		}
		mean /= total;
		if (has(options, "erreygers"))
			factor = 4.0 * mean;
		if (has(options, "wagstaff"))
			factor = 1.0 / (1.0 - mean);
	}
	if (has(options, "x1000"))
		factor = 1000.0;

	n = eqp_inequality_keep(used, n, want.ordered, true);
	eqp_measure_inequality(used, n, &want, buffer, all);
	got = all[kind];
	got.estimate *= factor;
	got.std_error *= factor;
	got.lower *= factor;
	got.upper *= factor;
	if (strncmp(code, "parity", 6) == 0)
	{
		double		lower = 1.0 / got.upper;

		got.estimate = 1.0 / got.estimate;
		got.upper = 1.0 / got.lower;
		got.lower = lower;
		if (strcmp(code, "parity_index_adjusted") == 0)
		{
			got.std_error *= got.estimate <= 1.0 ? got.estimate : 1.0 / got.estimate;
			got.estimate = got.estimate <= 1.0 ? got.estimate : 2.0 - 1.0 / got.estimate;
			got.lower = got.lower <= 1.0 ? got.lower : 2.0 - 1.0 / got.lower;
			got.upper = got.upper <= 1.0 ? got.upper : 2.0 - 1.0 / got.upper;
		}
	}

	group_close(group, got.estimate, csv_number(field[1]), 1e-9, 1e-12, what);
	if (strcmp(field[8], "mc_tool") == 0)
	{
		not_compared[TOOL_DRAWS].rows++;
		return;
	}
	if ((strcmp(code, "parisk") == 0 || strcmp(code, "paf") == 0) && !has(options, "se=delta"))
	{
		not_compared[WALTER].rows++;
		return;
	}
	if (only_estimate)
		return;
	if (isnan(got.estimate) && !isnan(csv_number(field[2])))
		not_compared[ERROR_OF_NOTHING].rows++;
	else
		group_close(group, got.std_error, csv_number(field[2]), bar, 1e-12, what);
	group_close(group, got.lower, csv_number(field[3]), bar, 1e-12, what);
	group_close(group, got.upper, csv_number(field[4]), bar, 1e-12, what);
}

/* Counts the row where it is of a variant that is not for comparison. */
static bool
other_variant(const char *variant)
{
	if (strcmp(variant, "as_implemented") == 0)
		not_compared[AS_IMPLEMENTED].rows++;
	else if (strcmp(variant, "error") == 0)
		not_compared[TOOL_ERROR].rows++;
	else if (strcmp(variant, "alternative") == 0)
		not_compared[OTHER_CONVENTION].rows++;
	else
		return false;
	return true;
}

static void
test_file(const char *dir, const char *file, int rows_wanted)
{
	char		names[3][120];
	TapGroup	closed = {names[0], 0, 0, 0.0};
	TapGroup	fitted = {names[1], 0, 0, 0.0};
	TapGroup	drawn = {names[2], 0, 0, 0.0};
	double	   *buffer = malloc(sizeof(double) * eqp_inequality_buffer(MAX_GROUPS, DRAWS));
	int			rows = 0;
	CsvFile		csv;

	snprintf(names[0], sizeof(names[0]), "%s: closed forms to 1e-9", file);
	snprintf(names[1], sizeof(names[1]), "%s: slope and relative index", file);
	snprintf(names[2], sizeof(names[2]), "%s: bootstrap limits", file);
	{
		char		path[200];

		snprintf(path, sizeof(path), "oracle/%s.csv", file);
		csv_open(&csv, dir, path);
	}
	while (csv_next(&csv))
	{
		const char *options = csv.field[7];
		int			kind = -1;
		int			input = -1;
		EqpInequalityGroup groups[MAX_GROUPS];
		char		y[100] = "";

		rows++;
		for (size_t i = 0; i < sizeof(measures) / sizeof(measures[0]); i++)
			if (strcmp(measures[i].code, csv.field[0]) == 0)
				kind = measures[i].kind;
		if (strncmp(options, "y=", 2) == 0)
			snprintf(y, sizeof(y), "%.*s", (int) strcspn(options + 2, ";"), options + 2);
		for (int i = 0; i < N_INPUTS; i++)
			if (strcmp(inputs[i].file, file) == 0 && strcmp(inputs[i].y, y) == 0)
				input = i;
		if (other_variant(csv.field[8]))
			continue;
		if (kind < 0 || input < 0)
		{
			not_compared[OTHER_FAMILY].rows++;
			continue;
		}
		compare_row(&closed, &fitted, &drawn, csv.field, kind, input, groups,
					read_groups(dir, input, groups), buffer);
	}
	group_check(&closed, rows == rows_wanted, "number of rows");
	group_done(&closed);
	if (strcmp(file, "edu_quintile") == 0)
		group_done(&fitted);
	else
		group_done(&drawn);
	free(buffer);
}

int
main(int argc, char **argv)
{
	const char *dir = argc > 1 ? argv[1] : "test/data";

	test_file(dir, "edu_quintile", 216);
	test_file(dir, "edu_districts_pct", 216);
	test_file(dir, "edu_districts_prop", 73);
	for (int i = 0; i < N_REASONS; i++)
	{
		char		text[200];

		snprintf(text, sizeof(text), "%d rows: %s", not_compared[i].rows, not_compared[i].reason);
		tap_ok(not_compared[i].rows == not_compared[i].want, text);
	}
	return tap_done();
}
