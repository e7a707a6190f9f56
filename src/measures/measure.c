/*
 * measure.c
 *		How a measure is written.  See measure.h.
 */
#include "measures/measure.h"

#include <math.h>
#include <stddef.h>

void
eqp_measure_clear(EqpMeasure *out)
{
	out->estimate = out->std_error = out->lower = out->upper = out->p_value = NAN;
	out->method = NULL;
}

void
eqp_measures_init(EqpMeasure *out, const char *const *names, int n)
{
	for (int i = 0; i < n; i++)
	{
		out[i].name = names[i];
		eqp_measure_clear(&out[i]);
	}
}

void
eqp_measure_put(EqpMeasure *out, double estimate, double std_error,
				double lower, double upper, const char *method)
{
	eqp_measure_clear(out);
	if (!isfinite(estimate))
		return;
	out->estimate = estimate;
	if (isfinite(std_error))
		out->std_error = std_error;
	if (isfinite(lower) && isfinite(upper))
	{
		out->lower = lower;
		out->upper = upper;
		out->method = method;
	}
}

void
eqp_measure_put_p_value(EqpMeasure *out, double p_value)
{
	if (out->method != NULL && p_value >= 0.0 && p_value <= 1.0)
		out->p_value = p_value;
}

void
eqp_measure_put_normal(EqpMeasure *out, double estimate,
					   double std_error, double z, const char *method)
{
	eqp_measure_put(out, estimate, std_error, estimate - z * std_error,
					estimate + z * std_error, method);
}
