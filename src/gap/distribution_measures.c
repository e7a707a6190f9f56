/*
 * distribution_measures.c
 *		What is read from a gap_sample: how two distributions lie to each
 *		other, and how unequal the values of each group and of all are.
 */
#include "postgres.h"

#include <math.h>

#include "alloc.h"
#include "fmgr.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "distribution/both.h"
#include "distribution/dispersion.h"
#include "distribution/entropy.h"
#include "distribution/quantile_gap.h"
#include "distribution/rank_measures.h"
#include "distribution/shares.h"
#include "report/arguments.h"
#include "report/two_groups.h"
#include "report/writer.h"
#include "summary/gap_sample.h"
#include "utils/builtins.h"
#include "utils/memutils.h"

PG_FUNCTION_INFO_V1(eqp_distribution_measures);

enum
{
	ARG_SAMPLE, ARG_REFERENCE, ARG_COMPARISON, ARG_CONFIDENCE, ARG_PROBABILITIES,
	ARG_ATKINSON_EPSILONS, ARG_ENTROPY_ALPHAS
};

enum
{
	COL_MEASURE, COL_SUBGROUP, COL_ESTIMATE, COL_STD_ERROR, COL_CI_LOWER, COL_CI_UPPER,
	COL_P_VALUE, COL_METHOD, N_COLUMNS
};

/* A list of parameters, and the names of the measures that have them. */
typedef struct Family
{
	int			count;
	const double *parameters;
	const char **names;
	const char **gap_names;		/* of quantiles */
} Family;

/* All that a row depends on but the values. */
typedef struct Request
{
	double		confidence;
	Family		quantiles;
	Family		atkinsons;
	Family		entropies;
	EqpMeasure *measures;		/* room for a list of quantiles, for two groups and their gap */
} Request;

/* What is known of a group, or of all, before its rows are written. */
typedef struct Measured
{
	const EqpRelative *relative;	/* NULL: no measure of inequality is defined */
	EqpQuantiles quantiles;
	const EqpMeasure *dispersion;
	const EqpMeasure *shares;
} Measured;

/* One row; the column of the subgroup is set. */
static void
put_measure(EqpWriter *writer, const char *name, const EqpMeasure *m)
{
	eqp_set_text(writer, COL_MEASURE, name);
	eqp_set_measure(writer, COL_ESTIMATE, m);
	eqp_writer_put(writer);
}

/* The gap between two groups; a missing one is an empty sample. */
static void
put_gap(EqpWriter *writer, const EqpSample *reference, const EqpSample *comparison,
		const EqpMeasure ranks[EQP_N_RANK_MEASURES], const Request *request)
{
	const Family *quantiles = &request->quantiles;
	EqpMeasure *r = request->measures;
	EqpMeasure *c = r + quantiles->count;

	eqp_quantile_intervals(reference, quantiles->parameters, quantiles->count, request->confidence, r,
						   eqp_check_interrupts);
	eqp_quantile_intervals(comparison, quantiles->parameters, quantiles->count, request->confidence, c,
						   eqp_check_interrupts);
	for (int i = 0; i < quantiles->count; i++)
	{
		EqpMeasure	gap;

		eqp_quantile_gap(&r[i], &c[i], &gap);
		put_measure(writer, quantiles->gap_names[i], &gap);
	}

	for (int i = 0; i < EQP_N_RANK_MEASURES; i++)
		put_measure(writer, ranks[i].name, &ranks[i]);
}

/* Which of the measures that are computed together has that name; -1: none. */
static int
find_dispersion(const EqpMeasure *dispersion, const char *name)
{
	for (int i = EQP_DISPERSION_ATKINSON_HALF; i < EQP_N_DISPERSIONS; i++)
		if (strcmp(dispersion[i].name, name) == 0)
			return i;
	return -1;
}

/* Atkinson's measures or generalized entropies: those computed already, else each on its own. */
static void
put_family(EqpWriter *writer, const Measured *measured, const Family *family, double confidence,
		   void (*compute) (const EqpRelative *, double, double, EqpMeasure *, EqpTick))
{
	for (int i = 0; i < family->count; i++)
	{
		int			known = find_dispersion(measured->dispersion, family->names[i]);
		EqpMeasure	m;

		if (known < 0)
			compute(measured->relative, family->parameters[i], confidence, &m, eqp_check_interrupts);
		put_measure(writer, family->names[i], known < 0 ? &m : &measured->dispersion[known]);
	}
}

/* The rows of one group, or of all. */
static void
put_measured(EqpWriter *writer, const char *label, uint32 length, const Measured *measured, const Request *request)
{
	const Family *quantiles = &request->quantiles;
	double		confidence = request->confidence;

	eqp_writer_clear(writer);
	eqp_set_text_with_len(writer, COL_SUBGROUP, label, length);
	eqp_writer_keep(writer);

	eqp_quantile_intervals_of(&measured->quantiles, quantiles->parameters, quantiles->count, confidence,
							  request->measures, eqp_check_interrupts);
	for (int i = 0; i < quantiles->count; i++)
		put_measure(writer, quantiles->names[i], &request->measures[i]);

	for (int i = 0; i < EQP_DISPERSION_ATKINSON_HALF; i++)
		put_measure(writer, measured->dispersion[i].name, &measured->dispersion[i]);
	put_family(writer, measured, &request->atkinsons, confidence, eqp_atkinson_of);
	put_family(writer, measured, &request->entropies, confidence, eqp_generalized_entropy_of);

	for (int i = 0; i < EQP_N_SHARES; i++)
		put_measure(writer, measured->shares[i].name, &measured->shares[i]);
}

/* The distribution of one group, or of all as one. */
static void
put_group(EqpWriter *writer, const char *label, uint32 length,
		  const EqpSample *sample, const Request *request)
{
	EqpMeasure	dispersion[EQP_N_DISPERSIONS];
	EqpMeasure	shares[EQP_N_SHARES];
	EqpRelative relative;
	bool		known = eqp_relative_start(&relative, sample, eqp_check_interrupts);
	Measured	measured = {
		known ? &relative : NULL, eqp_quantiles_start(sample, eqp_check_interrupts), dispersion, shares
	};

	eqp_dispersion_of(measured.relative, request->confidence, dispersion, eqp_check_interrupts);
	eqp_shares_of(measured.relative, request->confidence, shares, eqp_check_interrupts);
	put_measured(writer, label, length, &measured, request);
}

/* One list of parameters; each is between the bounds, and neither of them where it is "inside". */
static Family
read_family(FunctionCallInfo fcinfo, int argno, const char *parameter, const char *hint,
			double low, double high, bool inside, const char *prefix, double factor)
{
	Family		family;
	double	   *numbers;

	family.count = eqp_argument_numbers(fcinfo, argno, parameter, hint, &numbers);
	family.parameters = numbers;
	family.names = palloc(Max(family.count, 1) * sizeof(char *));
	family.gap_names = palloc(Max(family.count, 1) * sizeof(char *));
	for (int i = 0; i < family.count; i++)
	{
		double		x = numbers[i];

		if (!(x >= low && x <= high) || (inside && (x == low || x == high)))
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("parameter \"%s\" must not contain %g", parameter, x),
					 errhint("%s", hint)));
		/* 15 digits: 100 times 0.07 is 7 */
		family.names[i] = psprintf("%s_%.15g", prefix, factor * x + 0.0);
		family.gap_names[i] = psprintf("%s_gap_%.15g", prefix, factor * x + 0.0);
	}
	return family;
}

/* Room for n numbers, more than 1 GB too. */
static double *
allocate(Size n)
{
	return eqp_alloc(CurrentMemoryContext, n, sizeof(double));
}

/* All groups as one sample, in order: their own memory, or a copy. */
static EqpSample
read_all(const EqpGapSample *canonical)
{
	EqpSample	all = {NULL, NULL, 0};
	EqpSampleGroup group[2];
	bool		weighted = false;
	double	   *values;
	double	   *weights = NULL;
	double	   *scratch;
	double	   *row;

	for (uint32 i = 0; i < canonical->ngroups; i++)
	{
		eqp_sample_read_group(canonical, i, &group[0]);
		all.n += group[0].sample.n;
		weighted = weighted || group[0].sample.weights != NULL;
	}
	if (canonical->ngroups == 1)
		return group[0].sample;

	values = allocate(all.n);
	if (weighted)
		weights = allocate(all.n);
	all.values = values;
	all.weights = weights;
	if (canonical->ngroups == 2)
	{
		eqp_sample_read_group(canonical, 0, &group[0]);
		eqp_sample_read_group(canonical, 1, &group[1]);
		eqp_merge_samples(&group[0].sample, &group[1].sample, values, weights,
						  eqp_check_interrupts);
		return all;
	}

	scratch = allocate(weighted ? 4 * all.n : all.n);
	row = weighted ? scratch : values;
	for (uint32 i = 0; i < canonical->ngroups; i++)
	{
		CHECK_FOR_INTERRUPTS();
		eqp_sample_read_group(canonical, i, &group[0]);
		for (Size j = 0; j < group[0].sample.n; j++)
		{
			*row++ = group[0].sample.values[j];
			if (weighted)
				*row++ = group[0].sample.weights ? group[0].sample.weights[j] : 1.0;
		}
	}
	if (weighted)
	{
		eqp_sort_weighted(scratch, scratch + 2 * all.n, all.n, eqp_check_interrupts);
		for (Size j = 0; j < all.n; j++)
		{
			values[j] = scratch[2 * j];
			weights[j] = scratch[2 * j + 1];
		}
	}
	else
		eqp_sort_values(values, scratch, all.n, eqp_check_interrupts);
	pfree(scratch);
	return all;
}

/* The parameters but for the sample and the two groups. */
static Request
read_request(FunctionCallInfo fcinfo)
{
	Request		request;

	request.confidence = eqp_check_confidence(PG_GETARG_FLOAT8(ARG_CONFIDENCE));
	request.quantiles = read_family(fcinfo, ARG_PROBABILITIES, "probabilities",
									"Give numbers from 0 to 1, such as '{0.25,0.5,0.75}'.",
									0.0, 1.0, false, "quantile", 100.0);
	request.atkinsons = read_family(fcinfo, ARG_ATKINSON_EPSILONS, "atkinson_epsilons",
									"Give numbers above 0, such as '{0.5,1,2}'.",
									0.0, INFINITY, true, "atkinson", 1.0);
	request.entropies = read_family(fcinfo, ARG_ENTROPY_ALPHAS, "entropy_alphas",
									"Give finite numbers, such as '{-1,0,1,2}'.",
									-INFINITY, INFINITY, true, "generalized_entropy", 1.0);
	request.measures = palloc(2 * Max(request.quantiles.count, 1) * sizeof(EqpMeasure));
	return request;
}

/*
 * distribution_measures(gap_sample, reference, comparison, confidence, probabilities,
 * atkinson_epsilons, entropy_alphas)
 */
Datum
eqp_distribution_measures(PG_FUNCTION_ARGS)
{
	EQP_ARGUMENTS(7);
	const EqpGapSample *sample = eqp_sample_canonical(PG_GETARG_EQP_GAP_SAMPLE(ARG_SAMPLE));
	text	   *reference_label = PG_GETARG_TEXT_PP(ARG_REFERENCE);
	text	   *comparison_label = PG_GETARG_TEXT_PP(ARG_COMPARISON);
	Request		request = read_request(fcinfo);
	EqpWriter  *writer;
	EqpSampleGroup reference = {NULL, 0, {NULL, NULL, 0}};
	EqpSampleGroup comparison = {NULL, 0, {NULL, NULL, 0}};
	EqpSample	all;
	EqpBoth		both;
	bool		together;

	eqp_refuse_one_group(VARDATA_ANY(reference_label), VARSIZE_ANY_EXHDR(reference_label),
						 VARDATA_ANY(comparison_label), VARSIZE_ANY_EXHDR(comparison_label));
	eqp_sample_find_group(sample, VARDATA_ANY(reference_label),
						  VARSIZE_ANY_EXHDR(reference_label), &reference);
	eqp_sample_find_group(sample, VARDATA_ANY(comparison_label),
						  VARSIZE_ANY_EXHDR(comparison_label), &comparison);

	writer = eqp_writer_open(fcinfo, N_COLUMNS);
	/* two groups that are all: what is read of both says it of all */
	together = sample->ngroups == 2 &&
		eqp_measure_both(&reference.sample, &comparison.sample, request.confidence, &both, eqp_check_interrupts);
	if (!together)
		eqp_rank_measures(&reference.sample, &comparison.sample, request.confidence, both.ranks, eqp_check_interrupts);
	put_gap(writer, &reference.sample, &comparison.sample, both.ranks, &request);
	for (uint32 i = 0; i < sample->ngroups; i++)
	{
		EqpSampleGroup group;

		CHECK_FOR_INTERRUPTS();
		eqp_sample_read_group(sample, i, &group);
		put_group(writer, group.label, group.label_length, &group.sample, &request);
	}
	if (together)
	{
		Measured	measured = {
			both.known ? &both.relative : NULL,
			eqp_quantiles_start_both(&reference.sample, &comparison.sample, eqp_check_interrupts),
			both.dispersion, both.shares
		};

		put_measured(writer, "all", 3, &measured, &request);
	}
	else
	{
		all = read_all(sample);
		put_group(writer, "all", 3, &all, &request);
	}
	return (Datum) 0;
}
