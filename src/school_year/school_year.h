/*
 * school_year.h
 *		The SQL type school_year: four bytes by value, the start year.
 */
#ifndef EQP_SCHOOL_YEAR_H
#define EQP_SCHOOL_YEAR_H

#include "equipair.h"

/* Start years; both years of a school year are written with four digits. */
#define EQP_SCHOOL_YEAR_MIN 1
#define EQP_SCHOOL_YEAR_MAX 9998

/* Is it within the range of the type? */
static inline bool
eqp_school_year_fits(int64 start)
{
	return start >= EQP_SCHOOL_YEAR_MIN && start <= EQP_SCHOOL_YEAR_MAX;
}

/* The start year itself, or 22003 where it lies outside the range. */
extern int32 eqp_check_school_year(int64 start);

/* start_month itself, or 22023 where it is no month. */
extern int32 eqp_check_start_month(int32 start_month);

#endif							/* EQP_SCHOOL_YEAR_H */
