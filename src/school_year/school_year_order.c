/*
 * school_year_order.c
 *		Comparison of school years: operators, btree and hash support, window
 *		frames, min and max.
 */
#include "school_year/school_year.h"

#include "common/hashfn.h"
#include "utils/sortsupport.h"

PG_FUNCTION_INFO_V1(eqp_school_year_lt);
PG_FUNCTION_INFO_V1(eqp_school_year_le);
PG_FUNCTION_INFO_V1(eqp_school_year_eq);
PG_FUNCTION_INFO_V1(eqp_school_year_ne);
PG_FUNCTION_INFO_V1(eqp_school_year_ge);
PG_FUNCTION_INFO_V1(eqp_school_year_gt);
PG_FUNCTION_INFO_V1(eqp_school_year_cmp);
PG_FUNCTION_INFO_V1(eqp_school_year_sortsupport);
PG_FUNCTION_INFO_V1(eqp_school_year_in_range);
PG_FUNCTION_INFO_V1(eqp_school_year_hash);
PG_FUNCTION_INFO_V1(eqp_school_year_hash_extended);
PG_FUNCTION_INFO_V1(eqp_school_year_smaller);
PG_FUNCTION_INFO_V1(eqp_school_year_larger);

Datum
eqp_school_year_lt(PG_FUNCTION_ARGS)
{
	EQP_ARGUMENTS(2);

	PG_RETURN_BOOL(PG_GETARG_INT32(0) < PG_GETARG_INT32(1));
}

Datum
eqp_school_year_le(PG_FUNCTION_ARGS)
{
	EQP_ARGUMENTS(2);

	PG_RETURN_BOOL(PG_GETARG_INT32(0) <= PG_GETARG_INT32(1));
}

Datum
eqp_school_year_eq(PG_FUNCTION_ARGS)
{
	EQP_ARGUMENTS(2);

	PG_RETURN_BOOL(PG_GETARG_INT32(0) == PG_GETARG_INT32(1));
}

Datum
eqp_school_year_ne(PG_FUNCTION_ARGS)
{
	EQP_ARGUMENTS(2);

	PG_RETURN_BOOL(PG_GETARG_INT32(0) != PG_GETARG_INT32(1));
}

Datum
eqp_school_year_ge(PG_FUNCTION_ARGS)
{
	EQP_ARGUMENTS(2);

	PG_RETURN_BOOL(PG_GETARG_INT32(0) >= PG_GETARG_INT32(1));
}

Datum
eqp_school_year_gt(PG_FUNCTION_ARGS)
{
	EQP_ARGUMENTS(2);

	PG_RETURN_BOOL(PG_GETARG_INT32(0) > PG_GETARG_INT32(1));
}

Datum
eqp_school_year_cmp(PG_FUNCTION_ARGS)
{
	EQP_ARGUMENTS(2);
	int32		a = PG_GETARG_INT32(0);
	int32		b = PG_GETARG_INT32(1);

	PG_RETURN_INT32((a > b) - (a < b));
}

Datum
eqp_school_year_sortsupport(PG_FUNCTION_ARGS)
{
	EQP_ARGUMENTS(1);
	SortSupport ssup = (SortSupport) PG_GETARG_POINTER(0);

	ssup->comparator = ssup_datum_int32_cmp;
	PG_RETURN_VOID();
}

/*
 * For RANGE frames: whether value <= (less) or >= base - offset (sub) or
 * base + offset.  The bound may leave the type's range; it is compared as an
 * integer.
 */
Datum
eqp_school_year_in_range(PG_FUNCTION_ARGS)
{
	EQP_ARGUMENTS(5);
	int64		value = PG_GETARG_INT32(0);
	int64		base = PG_GETARG_INT32(1);
	int64		offset = PG_GETARG_INT32(2);
	bool		sub = PG_GETARG_BOOL(3);
	bool		less = PG_GETARG_BOOL(4);
	int64		bound;

	if (offset < 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PRECEDING_OR_FOLLOWING_SIZE),
				 errmsg("invalid preceding or following size in window function")));

	bound = sub ? base - offset : base + offset;
	PG_RETURN_BOOL(less ? value <= bound : value >= bound);
}

Datum
eqp_school_year_hash(PG_FUNCTION_ARGS)
{
	EQP_ARGUMENTS(1);

	return hash_uint32(PG_GETARG_UINT32(0));
}

Datum
eqp_school_year_hash_extended(PG_FUNCTION_ARGS)
{
	EQP_ARGUMENTS(2);

	return hash_uint32_extended(PG_GETARG_UINT32(0), PG_GETARG_INT64(1));
}

Datum
eqp_school_year_smaller(PG_FUNCTION_ARGS)
{
	EQP_ARGUMENTS(2);

	PG_RETURN_INT32(Min(PG_GETARG_INT32(0), PG_GETARG_INT32(1)));
}

Datum
eqp_school_year_larger(PG_FUNCTION_ARGS)
{
	EQP_ARGUMENTS(2);

	PG_RETURN_INT32(Max(PG_GETARG_INT32(0), PG_GETARG_INT32(1)));
}
