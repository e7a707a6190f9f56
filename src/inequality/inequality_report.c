/*
 * inequality_report.c
 *		Parameters and rows of the functions on inequality over groups; see
 *		inequality_report.h.
 */
#include "inequality/inequality_report.h"

#include <limits.h>
#include <math.h>

#include "alloc.h"
#include "miscadmin.h"
#include "report/arguments.h"
#include "report/report.h"
#include "utils/builtins.h"
#include "utils/memutils.h"

/* Ten doubles a draw: what is kept of them takes 80 MB at most. */
#define MAX_DRAWS 1000000

enum
{
	ARG_REFERENCE = 1, ARG_ORDERING, ARG_FAVOURABLE, ARG_SCALE, ARG_CONFIDENCE,
	ARG_DRAWS, ARG_SEED, ARG_LOWER_BOUND, ARG_UPPER_BOUND, ARG_ERRORS
};

enum
{
	COL_MEASURE, COL_ESTIMATE, COL_STD_ERROR, COL_CI_LOWER, COL_CI_UPPER, COL_P_VALUE,
	COL_METHOD, COL_DIRECTION, COL_GROUPS_USED, COL_GROUPS_DROPPED, N_COLUMNS
};

/* The bytes of a text argument, which belong to it. */
static EqpText
text_argument(Datum datum)
{
	text	   *value = DatumGetTextPP(datum);
	EqpText		result = {VARDATA_ANY(value), VARSIZE_ANY_EXHDR(value)};

	return result;
}

/* The ranks of the groups that the parameter ordering names, each once. */
static void
read_ordering(FunctionCallInfo fcinfo, EqpInequalityRequest *request)
{
	const char *hint = "Give the labels of the groups from the worst to the best off, such as '{Q1,Q2,Q3,Q4,Q5}'.";
	char	  **names;

	request->nordering = eqp_argument_names(fcinfo, ARG_ORDERING, "ordering", hint, &names);
	request->ordering = palloc(Max(request->nordering, 1) * sizeof(EqpText));
	request->ranks = eqp_keymap_create();
	for (int i = 0; i < request->nordering; i++)
	{
		EqpKey		key;

		request->ordering[i] = (EqpText) {names[i], strlen(names[i])};
		key = eqp_key_from_text(request->ordering[i]);
		if (eqp_keymap_intern(request->ranks, &key) != (uint32) i)
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("parameter \"ordering\" names the group \"%s\" twice", names[i]),
					 errhint("%s", hint)));
	}
}

/* A bound of the indicator: finite, or NaN where it is not given. */
static double
read_bound(FunctionCallInfo fcinfo, int argno, const char *parameter)
{
	double		bound;

	if (PG_ARGISNULL(argno))
		return NAN;
	bound = PG_GETARG_FLOAT8(argno);
	if (!isfinite(bound))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("parameter \"%s\" must be a finite number, not %g", parameter, bound),
				 errhint("Leave it out, or give NULL, where the indicator has no such bound.")));
	return bound;
}

/* The bounds of the concentration indices: by default 0 and the scale. */
static void
read_bounds(FunctionCallInfo fcinfo, EqpInequalityRequest *request)
{
	EqpInequalityOptions *options = &request->options;

	options->lower_bound = read_bound(fcinfo, ARG_LOWER_BOUND, "lower_bound");
	options->upper_bound = read_bound(fcinfo, ARG_UPPER_BOUND, "upper_bound");
	request->has_lower_bound = !isnan(options->lower_bound);
	if (!request->has_lower_bound)
		options->lower_bound = 0.0;
	if (isnan(options->upper_bound))
		options->upper_bound = options->scale;
	if (options->upper_bound <= options->lower_bound)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("the upper bound of the indicator must be above the lower one"),
				 errdetail("The bounds are %g and %g.", options->lower_bound, options->upper_bound),
				 errhint("\"lower_bound\" is 0 and \"upper_bound\" the scale where they are not given.")));
}

/* What was sampled. */
static EqpInequalityErrors
read_errors(FunctionCallInfo fcinfo)
{
	char	   *name = eqp_argument_text(fcinfo, ARG_ERRORS, "errors");

	if (strcmp(name, "auto") == 0)
		return EQP_INEQUALITY_AUTO;
	if (strcmp(name, "groups") == 0)
		return EQP_INEQUALITY_BY_GROUPS;
	if (strcmp(name, "rows") == 0)
		return EQP_INEQUALITY_BY_ROWS;
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("parameter \"errors\" must be \"auto\", \"groups\" or \"rows\", not \"%s\"", name),
			 errhint("\"groups\": the groups' own errors; \"rows\": each row was drawn at random.")));
	return EQP_INEQUALITY_AUTO; /* not reached */
}

void
eqp_inequality_request(FunctionCallInfo fcinfo, EqpInequalityRequest *request)
{
	EqpInequalityOptions *options = &request->options;

	memset(request, 0, sizeof(*request));
	if (!PG_ARGISNULL(ARG_REFERENCE))
		request->reference = text_argument(PG_GETARG_DATUM(ARG_REFERENCE));
	request->has_ordering = !PG_ARGISNULL(ARG_ORDERING);
	if (request->has_ordering)
		read_ordering(fcinfo, request);

	options->favourable = eqp_argument_bool(fcinfo, ARG_FAVOURABLE, "favourable");
	options->scale = PG_ARGISNULL(ARG_SCALE) ? NAN : PG_GETARG_FLOAT8(ARG_SCALE);
	if (!PG_ARGISNULL(ARG_SCALE) && !(options->scale > 0.0 && isfinite(options->scale)))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("parameter \"scale\" must be a finite number above 0, not %g", options->scale),
				 errhint("Give the upper bound of the indicator, such as 1, 100 or 1000, or NULL where it has none.")));
	options->confidence = eqp_argument_confidence(fcinfo, ARG_CONFIDENCE);
	options->draws = eqp_argument_count(fcinfo, ARG_DRAWS, "draws", 0);
	if (options->draws > MAX_DRAWS)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("parameter \"draws\" must be at most %d, not %d", MAX_DRAWS, options->draws)));
	options->seed = (uint32) eqp_argument_count(fcinfo, ARG_SEED, "seed", INT_MIN);
	options->tick = eqp_check_interrupts;
	read_bounds(fcinfo, request);
	options->errors = read_errors(fcinfo);
}

int
eqp_inequality_rank_of(const EqpInequalityRequest *request, EqpText label)
{
	EqpKey		key = eqp_key_from_text(label);
	uint32		number;

	if (request->nordering == 0 || !eqp_keymap_find(request->ranks, &key, &number))
		return 0;
	return number + 1;
}

void
eqp_inequality_group_of(const EqpMoments *moments, EqpInequalityGroup *group)
{
	group->estimate = eqp_moments_mean(moments);
	group->std_error = eqp_moments_std_error(moments);
	group->population = eqp_moments_weight(moments);
	group->rows = (double) moments->n;
	group->effective = eqp_moments_n_eff(moments);
	group->rows_error = moments->n == 1 ? 0.0 : group->std_error;
}

/* qsort comparator of groups by the bytes of their labels. */
static int
compare_label(const void *a, const void *b)
{
	const EqpText *x = &((const EqpLabelledGroup *) a)->label;
	const EqpText *y = &((const EqpLabelledGroup *) b)->label;
	int			result = memcmp(x->data, y->data, Min(x->len, y->len));

	CHECK_FOR_INTERRUPTS();
	return result != 0 ? result : (x->len > y->len) - (x->len < y->len);
}

EqpWriter *
eqp_inequality_open(FunctionCallInfo fcinfo)
{
	return eqp_writer_open(fcinfo, N_COLUMNS);
}

/* 22023 for an estimate that the indicator cannot have. */
static void
check_bounds(const EqpInequalityRequest *request, const EqpLabelledGroup *labelled)
{
	const EqpInequalityOptions *options = &request->options;
	double		estimate = labelled->group.estimate;

	if (estimate > options->scale)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("estimate %g of group \"%s\" is above the scale",
						estimate, eqp_text_cstring(labelled->label)),
				 errdetail("The scale is %g.", options->scale),
				 errhint("The scale is the upper bound of the indicator: 1 for proportions, 100 for percentages.")));
	if (estimate > options->upper_bound || (request->has_lower_bound && estimate < options->lower_bound))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("estimate %g of group \"%s\" is not between the bounds",
						estimate, eqp_text_cstring(labelled->label)),
				 errdetail("The bounds are %g and %g.", options->lower_bound, options->upper_bound),
				 errhint("\"lower_bound\" and \"upper_bound\" are the least and the largest value that the indicator can have.")));
}

/*
 * The measures of those of n groups that can be used, with or without a
 * population; returns how many these are.  The groups are sorted and overwritten.
 */
static int
measure_groups(EqpInequalityGroup *groups, Size n, const EqpInequalityOptions *options,
			   bool weighted, EqpMeasure *measures)
{
	int			used = eqp_inequality_keep(groups, n, options->ordered, weighted);
	Size		buffer_size = eqp_inequality_buffer(used, options->draws);
	double	   *buffer;

	if (buffer_size == 0 || buffer_size > MaxAllocHugeSize / sizeof(double))
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("too much memory needed for %d draws of %d groups", options->draws, used),
				 errhint("Ask for fewer draws.")));
	buffer = eqp_alloc(CurrentMemoryContext, buffer_size, sizeof(double));
	eqp_measure_inequality(groups, used, options, buffer, measures);
	pfree(buffer);
	return used;
}

void
eqp_inequality_put_rows(EqpWriter *writer, EqpInequalityRequest *request,
						bool ordered, bool has_reference,
						EqpLabelledGroup *labelled, Size n)
{
	EqpInequalityOptions *options = &request->options;
	EqpInequalityGroup *weighted;
	EqpInequalityGroup *groups; /* with those of unknown size, where there are such */
	EqpMeasure	measures[EQP_N_INEQUALITY_MEASURES];
	EqpMeasure	unweighted[EQP_N_INEQUALITY_MEASURES];
	bool		reference_used = false;
	bool		all_known = true;
	int			used;
	int			used_unweighted;

	if (n > INT_MAX)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("too many groups: %zu", n)));
	qsort(labelled, n, sizeof(EqpLabelledGroup), compare_label);
	weighted = eqp_alloc(CurrentMemoryContext, n, sizeof(EqpInequalityGroup));
	for (Size i = 0; i < n; i++)
	{
		check_bounds(request, &labelled[i]);
		weighted[i] = labelled[i].group;
		all_known = all_known && !isnan(weighted[i].population);
	}

	options->ordered = ordered;
	used = used_unweighted = measure_groups(weighted, n, options, true, measures);
	memcpy(unweighted, measures, sizeof(measures));
	groups = weighted;
	if (!all_known)
	{
		groups = eqp_alloc(CurrentMemoryContext, n, sizeof(EqpInequalityGroup));
		for (Size i = 0; i < n; i++)
			groups[i] = labelled[i].group;
		used_unweighted = measure_groups(groups, n, options, false, unweighted);
	}

	/*
	 * Without the group that was named, the two compare the largest with the
	 * smallest: not what was asked for.
	 */
	for (int i = 0; i < used_unweighted; i++)
		reference_used = reference_used || groups[i].reference;
	if (has_reference && !reference_used && !ordered)
	{
		eqp_measure_clear(&unweighted[EQP_INEQUALITY_DIFFERENCE]);
		eqp_measure_clear(&unweighted[EQP_INEQUALITY_RATIO]);
	}

	for (int i = 0; i < EQP_N_INEQUALITY_MEASURES; i++)
	{
		bool		uses = eqp_inequality_uses_population(i);
		const EqpMeasure *measure = uses ? &measures[i] : &unweighted[i];
		int			groups_used = uses ? used : used_unweighted;

		eqp_set_text(writer, COL_MEASURE, measure->name);
		eqp_set_measure(writer, COL_ESTIMATE, measure);
		eqp_set_text(writer, COL_DIRECTION,
					 eqp_inequality_direction(i, ordered, has_reference, options->favourable));
		eqp_set_count(writer, COL_GROUPS_USED, groups_used);
		eqp_set_count(writer, COL_GROUPS_DROPPED, (int64) n - groups_used);
		eqp_writer_put(writer);
	}
	if (groups != weighted)
		pfree(groups);
	pfree(weighted);
}
