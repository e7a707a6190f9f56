/*
 * rate_interval.c
 *		Confidence intervals of a rate, and contrasts of two rates.
 *
 * A thin layer over stats/proportion.h.  Directions: difference = reference
 * - comparison, ratio = reference / comparison, parity index = comparison /
 * reference, adjusted so that above 1 it is 2 - reference / comparison.  A rate that is no proportion (n/0, or n > d) has no interval:
 * its bounds are NULL.
 */
#include "rate/rate.h"

#include <math.h>

#include "lib/stringinfo.h"
#include "report/writer.h"
#include "stats/proportion.h"
#include "utils/builtins.h"

PG_FUNCTION_INFO_V1(eqp_rate_ci);
PG_FUNCTION_INFO_V1(eqp_rate_difference);
PG_FUNCTION_INFO_V1(eqp_rate_ratio);
PG_FUNCTION_INFO_V1(eqp_rate_parity_index);
PG_FUNCTION_INFO_V1(eqp_rate_adjusted_parity_index);

enum
{
	INTERVAL_CI_LOWER, INTERVAL_CI_UPPER, N_INTERVAL_COLUMNS
};

enum
{
	CONTRAST_ESTIMATE, CONTRAST_STD_ERROR, CONTRAST_CI_LOWER, CONTRAST_CI_UPPER, N_CONTRAST_COLUMNS
};

typedef struct MethodName
{
	const char *name;
	int			method;
} MethodName;

static const MethodName proportion_methods[] = {
	{"wilson", EQP_PROPORTION_WILSON},
	{"clopper-pearson", EQP_PROPORTION_CLOPPER_PEARSON},
	{"jeffreys", EQP_PROPORTION_JEFFREYS},
	{"agresti-coull", EQP_PROPORTION_AGRESTI_COULL},
	{"wald", EQP_PROPORTION_WALD},
	{NULL, 0}
};

static const MethodName difference_methods[] = {
	{"newcombe", EQP_DIFFERENCE_NEWCOMBE},
	{"miettinen-nurminen", EQP_DIFFERENCE_MIETTINEN_NURMINEN},
	{NULL, 0}
};

static const MethodName ratio_methods[] = {
	{"mover-r", EQP_RATIO_MOVER_R},
	{"katz", EQP_RATIO_KATZ},
	{"koopman", EQP_RATIO_KOOPMAN},
	{"miettinen-nurminen", EQP_RATIO_MIETTINEN_NURMINEN},
	{NULL, 0}
};

/* The method of that name; 22023 with a hint that lists the names. */
static int
find_method(const MethodName *methods, text *wanted)
{
	char	   *name = text_to_cstring(wanted);
	StringInfoData allowed;

	for (const MethodName *m = methods; m->name != NULL; m++)
	{
		if (strcmp(m->name, name) == 0)
			return m->method;
	}

	initStringInfo(&allowed);
	for (const MethodName *m = methods; m->name != NULL; m++)
		appendStringInfo(&allowed, "%s%s", m == methods ? "" : ", ", m->name);
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("unknown interval method \"%s\"", name),
			 errhint("Allowed methods are: %s.", allowed.data)));
	return 0;					/* keep the compiler quiet */
}

/* Has it a base, and no more than that? */
static inline bool
is_proportion(const EqpRate *rate)
{
	return rate->denominator > 0 && rate->numerator <= rate->denominator;
}

/* numerator / denominator, NaN without a base. */
static inline double
rate_value(const EqpRate *rate)
{
	if (rate->denominator == 0)
		return NAN;
	return (double) rate->numerator / (double) rate->denominator;
}

/* rate_ci(rate, confidence, method) */
Datum
eqp_rate_ci(PG_FUNCTION_ARGS)
{
	EQP_ARGUMENTS(3);
	EqpRate    *rate = PG_GETARG_EQP_RATE_P(0);
	double		confidence = eqp_check_confidence(PG_GETARG_FLOAT8(1));
	int			method = find_method(proportion_methods, PG_GETARG_TEXT_PP(2));
	EqpInterval interval = {NAN, NAN};
	EqpWriter  *writer = eqp_writer_open_row(fcinfo, N_INTERVAL_COLUMNS);

	if (is_proportion(rate))
		interval = eqp_proportion_interval((EqpProportionMethod) method,
										   (double) rate->numerator,
										   (double) rate->denominator,
										   confidence);
	eqp_set_float8(writer, INTERVAL_CI_LOWER, interval.lower);
	eqp_set_float8(writer, INTERVAL_CI_UPPER, interval.upper);
	return eqp_writer_row(writer);
}

/* What is undefined is NULL. */
static Datum
make_contrast_row(FunctionCallInfo fcinfo, EqpContrast contrast)
{
	EqpWriter  *writer = eqp_writer_open_row(fcinfo, N_CONTRAST_COLUMNS);

	eqp_set_float8(writer, CONTRAST_ESTIMATE, contrast.estimate);
	eqp_set_float8(writer, CONTRAST_STD_ERROR, contrast.std_error);
	eqp_set_float8(writer, CONTRAST_CI_LOWER, contrast.lower);
	eqp_set_float8(writer, CONTRAST_CI_UPPER, contrast.upper);
	return eqp_writer_row(writer);
}

/* rate_difference(reference, comparison, confidence, method) */
Datum
eqp_rate_difference(PG_FUNCTION_ARGS)
{
	EQP_ARGUMENTS(4);
	EqpRate    *reference = PG_GETARG_EQP_RATE_P(0);
	EqpRate    *comparison = PG_GETARG_EQP_RATE_P(1);
	double		confidence = eqp_check_confidence(PG_GETARG_FLOAT8(2));
	int			method = find_method(difference_methods, PG_GETARG_TEXT_PP(3));
	EqpContrast contrast = {NAN, NAN, NAN, NAN};

	if (is_proportion(reference) && is_proportion(comparison))
		contrast = eqp_proportion_difference((EqpDifferenceMethod) method,
											 (double) reference->numerator,
											 (double) reference->denominator,
											 (double) comparison->numerator,
											 (double) comparison->denominator,
											 confidence);
	else
		contrast.estimate = rate_value(reference) - rate_value(comparison);
	return make_contrast_row(fcinfo, contrast);
}

/* top / bottom; over-delivered rates still have a ratio, but no interval. */
static EqpContrast
compare(FunctionCallInfo fcinfo, const EqpRate *top, const EqpRate *bottom)
{
	double		confidence = eqp_check_confidence(PG_GETARG_FLOAT8(2));
	int			method = find_method(ratio_methods, PG_GETARG_TEXT_PP(3));
	EqpContrast contrast = {NAN, NAN, NAN, NAN};

	if (is_proportion(top) && is_proportion(bottom))
		contrast = eqp_proportion_ratio((EqpRatioMethod) method,
										(double) top->numerator,
										(double) top->denominator,
										(double) bottom->numerator,
										(double) bottom->denominator,
										confidence);
	else if (bottom->numerator > 0)
		contrast.estimate = rate_value(top) / rate_value(bottom);
	return contrast;
}

/* rate_ratio(reference, comparison, confidence, method) */
Datum
eqp_rate_ratio(PG_FUNCTION_ARGS)
{
	EQP_ARGUMENTS(4);

	return make_contrast_row(fcinfo, compare(fcinfo, PG_GETARG_EQP_RATE_P(0), PG_GETARG_EQP_RATE_P(1)));
}

/* rate_parity_index(reference, comparison, confidence, method) */
Datum
eqp_rate_parity_index(PG_FUNCTION_ARGS)
{
	EQP_ARGUMENTS(4);

	return make_contrast_row(fcinfo, compare(fcinfo, PG_GETARG_EQP_RATE_P(1), PG_GETARG_EQP_RATE_P(0)));
}

/* rate_adjusted_parity_index(reference, comparison, confidence, method) */
Datum
eqp_rate_adjusted_parity_index(PG_FUNCTION_ARGS)
{
	EQP_ARGUMENTS(4);
	EqpContrast index = compare(fcinfo, PG_GETARG_EQP_RATE_P(1), PG_GETARG_EQP_RATE_P(0));

	return make_contrast_row(fcinfo, eqp_adjust_parity(index));
}
