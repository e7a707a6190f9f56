/*
 * moments.h
 *		Moments of a group for the fuzz targets of what reads them.
 */
#ifndef EQP_FUZZ_MOMENTS_H
#define EQP_FUZZ_MOMENTS_H

#include "stats/moments.h"

#include "fuzz.h"

/*
 * Moments that the input functions of gap_summary would let pass, or an empty
 * group; no more rows than the distribution functions are made for.
 */
static inline void
fuzz_moments(FuzzInput *in, EqpMoments *m)
{
	eqp_moments_init(m);
	m->n = 1 + (fuzz_byte(in) < 128 ? (int64_t) (fuzz_byte(in) * 16) : (fuzz_int64(in) & 0x3fffffff));
	m->w = fabs(fuzz_finite(in));
	if (fuzz_byte(in) < 128 || m->w == 0.0)
		m->w = (double) m->n;
	/* between w^2 / n (equal weights) and w^2 */
	m->w2 = m->w * m->w / (1.0 + (double) (m->n - 1) * (fuzz_byte(in) / 255.0));
	m->mean = fuzz_finite(in);
	m->m2 = m->n == 1 ? 0.0 : fabs(fuzz_finite(in));
	if (fuzz_byte(in) < 16)
	{
		m->m2 = NAN;
		m->mean = fuzz_double(in);
	}
	if (!isfinite(m->w2) || fuzz_byte(in) < 8)
		eqp_moments_init(m);
}

#endif							/* EQP_FUZZ_MOMENTS_H */
