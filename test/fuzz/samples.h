/*
 * samples.h
 *		A sample from the fuzzer's bytes, in order, with weights or without.
 */
#ifndef EQP_FUZZ_SAMPLES_H
#define EQP_FUZZ_SAMPLES_H

#include "stats/sample.h"

#include "fuzz.h"

#define MAX_VALUES 64

typedef struct FuzzSample
{
	double		values[MAX_VALUES];
	double		weights[MAX_VALUES];
	EqpSample	sample;
	double		confidence;
} FuzzSample;

/* Reads one; "any" values may be infinite or NaN. */
static inline void
fuzz_sample(FuzzInput *in, bool any, FuzzSample *out)
{
	double		scratch[MAX_VALUES];
	bool		weighted = fuzz_byte(in) & 1;
	size_t		n;

	out->confidence = fuzz_confidence(in);
	n = fuzz_byte(in) % (MAX_VALUES + 1);
	for (size_t i = 0; i < n; i++)
	{
		double		value = fuzz_byte(in) < 224 ? fuzz_byte(in) / 4.0 : any ? fuzz_double(in) : fuzz_finite(in);

		/* no -0, and one NaN only */
		out->values[i] = isnan(value) ? NAN : value + 0.0;
		out->weights[i] = 0.25 + fuzz_byte(in);
	}
	eqp_sort_values(out->values, scratch, n, NULL);
	out->sample = (EqpSample) {out->values, weighted ? out->weights : NULL, n};
}

#endif							/* EQP_FUZZ_SAMPLES_H */
