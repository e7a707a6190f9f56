/*
 * distribution_measures.c
 *		What is read from a gap_sample: how two distributions lie to each
 *		other, and how unequal the values of each group and of all are.
 */
#include "postgres.h"

#include <math.h>

#include "fmgr.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "summary/gap_sample.h"
#include "measures/dispersion.h"
#include "stats/quantile.h"
#include "measures/rank_measures.h"
#include "report/writer.h"
#include "utils/builtins.h"
#include "utils/memutils.h"

PG_FUNCTION_INFO_V1(eqp_distribution_measures);

#define N_QUANTILES		5

static const double fractions[N_QUANTILES] = {0.1, 0.25, 0.5, 0.75, 0.9};
static const char *const quantile_names[N_QUANTILES] = {
	"quantile_10", "quantile_25", "quantile_50", "quantile_75", "quantile_90"
};
static const char *const quantile_gap_names[N_QUANTILES] = {
	"quantile_gap_10", "quantile_gap_25", "quantile_gap_50",
	"quantile_gap_75", "quantile_gap_90"
};

enum
{
	COL_MEASURE, COL_SUBGROUP, COL_ESTIMATE, COL_STD_ERROR, COL_CI_LOWER, COL_CI_UPPER,
	COL_METHOD, N_COLUMNS
};

/* One row; the column of the subgroup is set. */
static void
put_measure(EqpWriter *writer, const EqpMeasure *m)
{
	eqp_set_text(writer, COL_MEASURE, m->name);
	eqp_set_measure(writer, COL_ESTIMATE, m);
	eqp_writer_put(writer);
}

/* A row with nothing but an estimate. */
static void
put_estimate(EqpWriter *writer, const char *name, double estimate)
{
	EqpMeasure	m = {name, estimate, NAN, NAN, NAN, NULL, NAN};

	put_measure(writer, &m);
}

/* The gap between two groups; a missing one is an empty sample. */
static void
put_gap(EqpWriter *writer, const EqpSample *reference,
		const EqpSample *comparison, double confidence)
{
	double		r[N_QUANTILES];
	double		c[N_QUANTILES];
	EqpMeasure	ranks[EQP_N_RANK_MEASURES];

	eqp_quantiles(reference, fractions, N_QUANTILES, r);
	eqp_quantiles(comparison, fractions, N_QUANTILES, c);
	for (int i = 0; i < N_QUANTILES; i++)
		put_estimate(writer, quantile_gap_names[i],
					 isfinite(r[i] - c[i]) ? r[i] - c[i] : NAN);

	eqp_rank_measures(reference, comparison, confidence, ranks, eqp_check_interrupts);
	for (int i = 0; i < EQP_N_RANK_MEASURES; i++)
		put_measure(writer, &ranks[i]);
}

/* The distribution of one group, or of all. */
static void
put_group(EqpWriter *writer, const char *label, uint32 length,
		  const EqpSample *sample, double confidence)
{
	double		quantiles[N_QUANTILES];
	EqpMeasure	dispersion[EQP_N_DISPERSIONS];

	eqp_writer_clear(writer);
	eqp_set_text_with_len(writer, COL_SUBGROUP, label, length);
	eqp_writer_keep(writer);

	eqp_quantiles(sample, fractions, N_QUANTILES, quantiles);
	for (int i = 0; i < N_QUANTILES; i++)
		put_estimate(writer, quantile_names[i], quantiles[i]);

	eqp_dispersion(sample, confidence, dispersion, eqp_check_interrupts);
	for (int i = 0; i < EQP_N_DISPERSIONS; i++)
		put_measure(writer, &dispersion[i]);
}

/* Room for n numbers, more than 1 GB too. */
static double *
allocate(Size n)
{
	return (double *) palloc_extended(Max(n, 1) * sizeof(double), MCXT_ALLOC_HUGE);
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

/* distribution_measures(gap_sample, reference, comparison, confidence) */
Datum
eqp_distribution_measures(PG_FUNCTION_ARGS)
{
	EQP_ARGUMENTS(4);
	const EqpGapSample *sample = eqp_sample_canonical(PG_GETARG_EQP_GAP_SAMPLE(0));
	text	   *reference_label = PG_GETARG_TEXT_PP(1);
	text	   *comparison_label = PG_GETARG_TEXT_PP(2);
	double		confidence = eqp_check_confidence(PG_GETARG_FLOAT8(3));
	EqpWriter  *writer;
	EqpSampleGroup reference = {NULL, 0, {NULL, NULL, 0}};
	EqpSampleGroup comparison = {NULL, 0, {NULL, NULL, 0}};
	EqpSample	all;

	eqp_sample_find_group(sample, VARDATA_ANY(reference_label),
						  VARSIZE_ANY_EXHDR(reference_label), &reference);
	eqp_sample_find_group(sample, VARDATA_ANY(comparison_label),
						  VARSIZE_ANY_EXHDR(comparison_label), &comparison);

	writer = eqp_writer_open(fcinfo, N_COLUMNS);
	put_gap(writer, &reference.sample, &comparison.sample, confidence);
	for (uint32 i = 0; i < sample->ngroups; i++)
	{
		EqpSampleGroup group;

		CHECK_FOR_INTERRUPTS();
		eqp_sample_read_group(sample, i, &group);
		put_group(writer, group.label, group.label_length, &group.sample, confidence);
	}
	all = read_all(sample);
	put_group(writer, "all", 3, &all, confidence);
	return (Datum) 0;
}
