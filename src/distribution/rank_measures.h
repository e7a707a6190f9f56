/*
 * rank_measures.h
 *		How often one of two groups is ahead of the other: measures that use
 *		the order of the values only.
 */
#ifndef EQP_RANK_MEASURES_H
#define EQP_RANK_MEASURES_H

#include "measures/measure.h"
#include "stats/sample.h"
#include "stats/sample_merge.h"

typedef enum EqpRankMeasureKind
{
	EQP_RANK_SUPERIORITY,
	EQP_RANK_CLIFFS_DELTA,
	EQP_RANK_KS_DISTANCE,
	EQP_N_RANK_MEASURES
} EqpRankMeasureKind;

/*
 * All of them, in the order of the enum, linear in the number of values.
 * The reference comes first: superiority is P(reference > comparison) plus
 * half of P(equal).  An empty group, or a NaN in one, makes every estimate NaN.
 * Weights are mass, and then there is no error: it would need to be known
 * how the weights came about.  The p value of the first two is Mann and Whitney's, for the
 * hypothesis that both groups have the same distribution.  0 < confidence < 1.
 */
extern void eqp_rank_measures(const EqpSample *reference, const EqpSample *comparison,
							  double confidence, EqpMeasure out[EQP_N_RANK_MEASURES],
							  EqpTick tick);

/* ---- The same of rows that are read once for other measures too --------- */

/* A place in the merge; the masses are those of the rows before it. */
typedef struct EqpRankMerge
{
	const EqpSample *reference;
	const EqpSample *comparison;
	double		scale_r;		/* of the weights; their shares are all that counts */
	double		scale_c;
	size_t		i;
	size_t		j;
	double		below_r;
	double		below_c;
	size_t		since_tick;
	EqpTick		tick;
} EqpRankMerge;

/* What a pass over the merge found. */
typedef struct EqpRankSums
{
	EqpBlockSum	ahead;			/* mass of pairs with the reference ahead, ties by half */
	EqpBlockSum	tied;			/* mass of pairs that are tied */
	EqpSum		ties;			/* sum of t^3 - t over the values of both groups, t rows each */
	double		distance;		/* largest gap of the distribution functions */
	EqpBlockSum	spread_r;		/* sum of (V10 - mean)^2 */
	EqpBlockSum	spread_c;		/* sum of (V01 - mean)^2 */
} EqpRankSums;

/* Eight rows that are all different, by the groups that they are of. */
typedef struct EqpRankPattern
{
	uint8_t		comparison;
	uint8_t		ahead;
	uint8_t		squares_r;
	uint8_t		squares_c;
} EqpRankPattern;

#define EQP_RANK_PATTERNS	256

typedef struct EqpRankPass
{
	EqpRankMerge merge;
	EqpRankSums sums;
	uint64_t	ahead;			/* pairs of rows that are all different, with the reference ahead */
	int64_t		widest;			/* the largest gap of the distribution functions there, times all pairs */
	EqpSum		squares_r;		/* of the placements */
	EqpSum		squares_c;
	EqpRankPattern patterns[EQP_RANK_PATTERNS];
} EqpRankPass;

/* Before the first row; false where the measures are undefined, or the groups have weights or too many rows for it. */
extern bool eqp_rank_start(EqpRankPass *pass, const EqpSample *reference, const EqpSample *comparison, EqpTick tick);

/* The next rows of the reference and the comparison group, in turn. */
extern void eqp_rank_add(EqpRankPass *pass, const EqpMergedRows *rows);

/* All rows that have not been added, value by value: the way where many rows share each. */
extern void eqp_rank_add_rest(EqpRankPass *pass);

/* The measures, once all rows have been added. */
extern void eqp_rank_finish(EqpRankPass *pass, double confidence, EqpMeasure out[EQP_N_RANK_MEASURES]);

#endif							/* EQP_RANK_MEASURES_H */
