/*
 * entropy_decomposition.c
 *		Generalized entropy between and within the groups of a gap_sample, with
 *		errors: entropy_decomposition().
 */
#include "equipair.h"

#include <math.h>

#include "alloc.h"
#include "measures/entropy_parts.h"
#include "report/arguments.h"
#include "report/report.h"
#include "report/writer.h"
#include "summary/gap_sample.h"

PG_FUNCTION_INFO_V1(eqp_entropy_decomposition);

enum
{
	COL_COMPONENT, COL_ESTIMATE, COL_STD_ERROR, COL_CI_LOWER, COL_CI_UPPER, COL_METHOD,
	COL_SHARE, COL_SHARE_ERROR, N_COLUMNS
};

/* entropy_decomposition(gap_sample, alpha, confidence) */
Datum
eqp_entropy_decomposition(PG_FUNCTION_ARGS)
{
	EQP_ARGUMENTS(3);
	const EqpGapSample *sample = eqp_sample_canonical(PG_GETARG_EQP_GAP_SAMPLE(0));
	double		alpha = PG_GETARG_FLOAT8(1);
	double		confidence = eqp_check_confidence(PG_GETARG_FLOAT8(2));
	EqpEntropyPart parts[EQP_N_ENTROPY_PARTS];
	EqpEntropyGroup *groups;
	EqpWriter  *writer;

	if (!isfinite(alpha))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("parameter \"alpha\" must be a finite number, not %g", alpha),
				 errhint("1 is Theil's index, 0 the mean log deviation, 2 half the squared coefficient of variation.")));
	writer = eqp_writer_open(fcinfo, N_COLUMNS);
	groups = eqp_alloc(CurrentMemoryContext, sample->ngroups, sizeof(EqpEntropyGroup));
	for (uint32 i = 0; i < sample->ngroups; i++)
	{
		EqpSampleGroup group;

		eqp_sample_read_group(sample, i, &group);
		groups[i].sample = group.sample;
	}
	eqp_entropy_parts(groups, sample->ngroups, alpha, confidence, parts, eqp_check_interrupts);
	for (int i = 0; i < EQP_N_ENTROPY_PARTS; i++)
	{
		const EqpMeasure *part = &parts[i].measure;

		eqp_set_text(writer, COL_COMPONENT, part->name);
		eqp_set_estimate(writer, COL_ESTIMATE, part->estimate, part->std_error, part->lower, part->upper);
		eqp_set_text(writer, COL_METHOD, part->method);
		eqp_set_float8(writer, COL_SHARE, parts[i].share);
		eqp_set_float8(writer, COL_SHARE_ERROR, parts[i].share_error);
		eqp_writer_put(writer);
	}
	pfree(groups);
	return (Datum) 0;
}
