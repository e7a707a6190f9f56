/*
 * two_groups.h
 *		The gap between a reference and a comparison group, from their moments.
 *
 * Directions: difference = reference - comparison, ratio = reference /
 * comparison, parity_index = comparison / reference.  Formulas at each
 * measure in two_groups.c.  Plain C99: no allocation, no global state.
 */
#ifndef EQP_TWO_GROUPS_H
#define EQP_TWO_GROUPS_H

#include "measures/measure.h"
#include "sampling/clusters.h"
#include "stats/moments.h"

typedef enum EqpGapMeasureKind
{
	EQP_GAP_DIFFERENCE,
	EQP_GAP_RATIO,
	EQP_GAP_PARITY_INDEX,
	EQP_GAP_ADJUSTED_PARITY_INDEX,
	EQP_GAP_PERCENT_GAP,
	EQP_GAP_COHENS_D,
	EQP_GAP_HEDGES_G,
	EQP_GAP_GLASS_DELTA,
	EQP_GAP_LOG_RATIO,
	EQP_GAP_VARIANCE_RATIO,
	EQP_N_GAP_MEASURES
} EqpGapMeasureKind;

/* SQL name of a measure, a constant string; NULL outside the enum. */
extern const char *eqp_gap_measure_name(int measure);

/*
 * All measures, in the order of the enum; returns EQP_N_GAP_MEASURES.
 * std_error of ratio, parity_index and log_ratio is on the log scale.
 * A group that is NULL or empty is missing: every estimate is then NaN.
 * confidence lies in (0, 1), which the caller checks, or is NaN where no
 * intervals are wanted: most of the work is theirs.
 */
extern int	eqp_measure_gap(const EqpMoments *reference,
							const EqpMoments *comparison,
							double confidence,
							EqpMeasure out[EQP_N_GAP_MEASURES]);

/*
 * Those of the two means alone, at a fraction of the work: the rest, from
 * cohens_d to glass_delta and variance_ratio, is left undefined.
 */
extern void eqp_measure_gap_of_means(const EqpMoments *reference,
									 const EqpMoments *comparison,
									 double confidence,
									 EqpMeasure out[EQP_N_GAP_MEASURES]);

/*
 * Errors that do not take rows as independent: of the difference, and of
 * ln(reference / comparison); the method of each interval, and what stands in
 * its place where the errors are NaN (NULL: nothing).
 */
typedef struct EqpGapErrors
{
	EqpDesignError difference;
	EqpDesignError log_ratio;
	const char *method;
	const char *log_method;
	const char *reason;
} EqpGapErrors;

/*
 * All measures with these errors and Student's t with their degrees of
 * freedom.  The standardised differences and the ratio of variances have
 * neither error nor interval then.
 */
extern int	eqp_measure_gap_in_design(const EqpMoments *reference,
									  const EqpMoments *comparison,
									  const EqpGapErrors *errors,
									  double confidence,
									  EqpMeasure out[EQP_N_GAP_MEASURES]);

/*
 * cohens_dz: the mean of the differences within pairs in standard deviations
 * of these differences (Cohen, Statistical Power Analysis, 1988, 2.3.5).  Its
 * error is that of large samples, its interval exact for normal differences.
 */
extern void eqp_measure_paired(const EqpPairedDifferences *pairs, double confidence,
							   EqpMeasure *out);

#endif							/* EQP_TWO_GROUPS_H */
