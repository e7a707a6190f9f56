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

/* ---- The same of rows that are read once for other measures too --------- */

/* Where the Lorenz curve is read. */
#define EQP_LORENZ_CUTS	5

/* The curve as it was read. */
typedef struct EqpLorenz
{
	double		excess[EQP_LORENZ_CUTS];	/* L(p) - p */
	double		quantile[EQP_LORENZ_CUTS];	/* d_p */
	double		q[EQP_LORENZ_CUTS + 1]; /* in each part: sum of q, */
	double		qd[EQP_LORENZ_CUTS + 1];	/* of q d, */
	double		qdd[EQP_LORENZ_CUTS + 1];	/* of q d^2 */
} EqpLorenz;

/* What a part adds up, compensated over blocks of runs. */
typedef struct EqpLorenzSums
{
	EqpSum		p;				/* of this part and those before */
	EqpSum		pd;
	EqpSum		q;
	EqpSum		qd;
	EqpSum		qdd;
} EqpLorenzSums;

/* A pass over rows without weights. */
typedef struct EqpSharesPass
{
	EqpRelative relative;
	EqpLorenz	lorenz;
	EqpLorenzSums sums;
	int			part;
	size_t		row;
	double		d;				/* of the row before */
} EqpSharesPass;

/* Before the first row. */
extern void eqp_shares_start(EqpSharesPass *pass, const EqpRelative *relative);

/* The next n values, in order. */
extern void eqp_shares_add(EqpSharesPass *pass, const double *values, size_t n, EqpTick tick);

/* The measures, once all rows have been added. */
extern void eqp_shares_finish(const EqpSharesPass *pass, double confidence, EqpMeasure out[EQP_N_SHARES]);

#endif							/* EQP_SHARES_H */
