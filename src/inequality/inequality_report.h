/*
 * inequality_report.h
 *		What inequality_measures and inequality_indices share: their parameters
 *		and their rows.
 */
#ifndef EQP_INEQUALITY_REPORT_H
#define EQP_INEQUALITY_REPORT_H

#include "equipair.h"

#include "measures/inequality.h"
#include "report/writer.h"
#include "source/key.h"
#include "stats/moments.h"

/* A group with its label, which belongs to the caller. */
typedef struct EqpLabelledGroup
{
	EqpText		label;
	EqpInequalityGroup group;
} EqpLabelledGroup;

/*
 * The parameters from the second on, the same in both functions.  reference
 * has data NULL where it is not given.
 */
typedef struct EqpInequalityRequest
{
	EqpText		reference;
	bool		has_ordering;	/* given, perhaps empty */
	int			nordering;
	EqpText    *ordering;		/* from the worst to the best off */
	EqpKeyMap  *ranks;			/* number in it + 1 is the rank */
	EqpInequalityOptions options;	/* all but ordered */
	bool		has_lower_bound;	/* given: an estimate below it is an error */
} EqpInequalityRequest;

/*
 * Read and check arguments 1 to 10: reference, ordering, favourable, scale,
 * confidence, draws, seed, lower_bound, upper_bound, errors.  22023 for a value that cannot be, 22004 for a
 * NULL that may not be.  Lives in the current memory context.
 */
extern void eqp_inequality_request(FunctionCallInfo fcinfo, EqpInequalityRequest *request);

/*
 * The rank that the parameter ordering gives a label, 0 for none.  A NULL
 * ordering gives none.
 */
extern int	eqp_inequality_rank_of(const EqpInequalityRequest *request, EqpText label);

/*
 * A group from the moments of its rows: the mean, its error and, as the size of its
 * population, the sum of the weights.  The rank and the reference are the caller's.
 */
extern void eqp_inequality_group_of(const EqpMoments *moments, EqpInequalityGroup *group);

/* A writer of the rows of both functions. */
extern EqpWriter *eqp_inequality_open(FunctionCallInfo fcinfo);

/*
 * The rows of the result, from n groups.  Sorts them by label, so that the
 * order in which they come never shows, and refuses an estimate outside the
 * bounds (22023).  has_reference: one of them was named as the reference,
 * whether it is there or not.
 */
extern void eqp_inequality_put_rows(EqpWriter *writer, EqpInequalityRequest *request,
									bool ordered, bool has_reference,
									EqpLabelledGroup *groups, Size n);

/*
 * Which side of 0 or 1 is worse, and for whom: a constant text.  reference: the
 * measure compares with one that was named.
 */
extern const char *eqp_inequality_direction(EqpInequalityKind kind, bool ordered,
											bool reference, bool favourable);

#endif							/* EQP_INEQUALITY_REPORT_H */
