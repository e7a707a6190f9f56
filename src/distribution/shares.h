/*
 * shares.h
 *		What share of the total the lower and the upper parts of a sample hold.
 */
#ifndef EQP_SHARES_H
#define EQP_SHARES_H

#include "distribution/relative.h"
#include "measures/measure.h"
#include "stats/sample.h"

typedef enum EqpShareKind
{
	EQP_SHARE_QUINTILE_1,
	EQP_SHARE_QUINTILE_2,
	EQP_SHARE_QUINTILE_3,
	EQP_SHARE_QUINTILE_4,
	EQP_SHARE_QUINTILE_5,
	EQP_SHARE_QUINTILE_RATIO,	/* that of the fifth over that of the first */
	EQP_SHARE_PALMA,			/* that of the upper tenth over that of the lower four */
	EQP_N_SHARES
} EqpShareKind;

/*
 * All of them, in the order of the enum, linear in the number of values.
 * Shares between two ranks are differences of the Lorenz curve, which is straight between
 * rows.  NaN as in dispersion.h; a ratio also where the lower part holds
 * nothing.  No error where a fifth, or for Palma's ratio a tenth, of the rows is fewer than two.
 * 0 < confidence < 1.
 */
extern void eqp_shares(const EqpSample *sample, double confidence,
					   EqpMeasure out[EQP_N_SHARES], EqpTick tick);

/* The same of a sample whose mean is known already; NULL where eqp_relative_start() found none. */
extern void eqp_shares_of(const EqpRelative *relative, double confidence,
						  EqpMeasure out[EQP_N_SHARES], EqpTick tick);

#endif							/* EQP_SHARES_H */
