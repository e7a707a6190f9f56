/*
 * two_by_two.h
 *		The difference in differences of four means: who was treated and who was
 *		not, before and after.
 *
 * By least squares: of values on 1, treated, after and both.  The coefficient of
 * the last is the change of the treated less that of the others.
 *
 * Plain C99: no allocation, no global state.
 */
#ifndef EQP_TWO_BY_TWO_H
#define EQP_TWO_BY_TWO_H

#include "effects/clustered.h"
#include "effects/panel.h"
#include "stats/sum.h"
#include "stats/tick.h"

/* When a period is. */
typedef enum EqpTwoTimes
{
	EQP_BEFORE, EQP_AFTER, EQP_NEITHER_TIME
} EqpTwoTimes;

enum
{
	EQP_OF_TREATED, EQP_OF_CONTROLS, EQP_N_OF
};

typedef struct EqpTwoByTwoCell
{
	int64_t		rows;
	int64_t		units;
	double		mean;			/* NaN without rows */

	/* private */
	EqpSum		weight;
	EqpSum		sum;
} EqpTwoByTwoCell;

typedef struct EqpTwoByTwo
{
	EqpTwoByTwoCell cells[EQP_N_OF][2];
	int64_t		clusters[EQP_N_OF];
	int64_t		all_clusters;
	EqpClustered effect;
} EqpTwoByTwo;

/*
 * The effect in a panel.  times has the time of each of its periods.  Treated is who
 * is treated first after last_before, and no later than first_after: two codes of
 * periods, those between which treatment began.  Controls are never treated as far as
 * the panel goes; all others are left out.  influence and sides have room for the
 * clusters of the panel.  There is no error where the treated, or the controls, lie
 * in fewer than two clusters: their part of it would be 0.
 */
extern void eqp_two_by_two(const EqpPanel *panel, const uint8_t *times, int64_t last_before,
						   int64_t first_after, double confidence, double *influence,
						   uint8_t *sides, EqpTwoByTwo *result, EqpTick tick);

#endif							/* EQP_TWO_BY_TWO_H */
