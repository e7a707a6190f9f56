/*
 * inequality_direction.c
 *		Which sign of a measure of inequality is bad, and for whom: the column
 *		direction.
 *
 * Differences are taken so that with an order the same side is worse whether more
 * of the indicator is good or bad.  Slopes and concentrations are not: their
 * sign says where the indicator is high.
 */
#include "inequality/inequality_report.h"

/* For an order: the worst off are those at its beginning. */
#define ABOVE_0 "above 0 is worse for the worst off"
#define BELOW_0 "below 0 is worse for the worst off"
#define ABOVE_1 "above 1 is worse for the worst off"
#define BELOW_1 "below 1 is worse for the worst off"

/* The difference and the ratio, by which groups are compared. */
static const char *
of_two_groups(bool ratio, bool ordered, bool reference, bool favourable)
{
	if (ordered)
		return ratio ? ABOVE_1 : ABOVE_0;
	if (reference)
	{
		if (favourable)
			return ratio ? "above 1 is worse for the lowest of the others, below 1 for the reference" :
				"above 0 is worse for the lowest of the others, below 0 for the reference";
		return ratio ? "above 1 is worse for the highest of the others, below 1 for the reference" :
			"above 0 is worse for the highest of the others, below 0 for the reference";
	}
	if (favourable)
		return ratio ? "farther above 1 is worse for the lowest group" :
			"farther above 0 is worse for the lowest group";
	return ratio ? "farther above 1 is worse for the highest group" :
		"farther above 0 is worse for the highest group";
}

const char *
eqp_inequality_direction(EqpInequalityKind kind, bool ordered, bool reference, bool favourable)
{
	switch (kind)
	{
		case EQP_INEQUALITY_DIFFERENCE:
		case EQP_INEQUALITY_RATIO:
			return of_two_groups(kind == EQP_INEQUALITY_RATIO, ordered, reference, favourable);
		case EQP_INEQUALITY_MD_BEST:
		case EQP_INEQUALITY_MD_BEST_WEIGHTED:
			return "farther above 0 is worse for those who are not the best";
		case EQP_INEQUALITY_ATTRIBUTABLE_RISK:
		case EQP_INEQUALITY_ATTRIBUTABLE_FRACTION:
			if (ordered)
				return favourable ? "farther above 0 is worse for those below the best off" :
					"farther below 0 is worse for those below the best off";
			return favourable ? "farther above 0 is worse for those who are not the best" :
				"farther below 0 is worse for those who are not the best";
		case EQP_INEQUALITY_ABSOLUTE_CONCENTRATION:
		case EQP_INEQUALITY_RELATIVE_CONCENTRATION:
		case EQP_INEQUALITY_BOUNDED_CONCENTRATION:
		case EQP_INEQUALITY_ERREYGERS:
		case EQP_INEQUALITY_WAGSTAFF:
		case EQP_INEQUALITY_SLOPE_INDEX:
			return favourable ? ABOVE_0 : BELOW_0;
		case EQP_INEQUALITY_RELATIVE_INDEX:
			return favourable ? ABOVE_1 : BELOW_1;
		default:
			return "farther above 0 is more unequal, whoever gains by it";
	}
}
