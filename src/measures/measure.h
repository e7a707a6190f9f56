/*
 * measure.h
 *		One measure as every family gives it: an estimate with its error and
 *		interval.
 *
 * Plain C99: no allocation, no global state.
 */
#ifndef EQP_MEASURE_H
#define EQP_MEASURE_H

/*
 * NaN means undefined (SQL's NULL); nothing here is infinite.  The unit is
 * that of the measure; where an error is on the log scale, the header of
 * the family says so.  method names the interval and is NULL where there is
 * none.  p_value is that of a two-sided test that there is no gap, where the
 * interval is the set of gaps that such a test does not reject; else NaN.
 */
typedef struct EqpMeasure
{
	const char *name;			/* SQL name, a constant string */
	double		estimate;
	double		std_error;
	double		lower;
	double		upper;
	const char *method;
	double		p_value;
} EqpMeasure;

/* Everything undefined; the name stays. */
extern void eqp_measure_clear(EqpMeasure *out);

/* n measures with their names, and all else undefined. */
extern void eqp_measures_init(EqpMeasure *out, const char *const *names, int n);

/*
 * Writes all but the name.  What is not finite becomes NaN, an interval goes
 * with both limits and its method or not at all, and without an estimate
 * there is nothing.
 */
extern void eqp_measure_put(EqpMeasure *out, double estimate, double std_error,
							double lower, double upper, const char *method);

/* The same with the limits estimate -+ z std_error. */
extern void eqp_measure_put_normal(EqpMeasure *out, double estimate,
								   double std_error, double z, const char *method);

/* After eqp_measure_put: the p value, which a measure without an interval has not. */
extern void eqp_measure_put_p_value(EqpMeasure *out, double p_value);

#endif							/* EQP_MEASURE_H */
