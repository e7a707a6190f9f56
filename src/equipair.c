/*
 * equipair.c
 *		The module itself, and the checks that all of it shares.
 */
#include "equipair.h"

#include <math.h>

#include "alloc.h"
#include "common/int.h"
#include "common/shortest_dec.h"
#include "miscadmin.h"
#include "utils/float.h"
#include "utils/regproc.h"

#ifdef PG_MODULE_MAGIC_EXT
PG_MODULE_MAGIC_EXT(.name = "equipair", .version = EQP_VERSION);
#else
PG_MODULE_MAGIC;
#endif

void		_PG_init(void);

/* Called by the server when it has loaded the library. */
void
_PG_init(void)
{
	eqp_define_max_memory();
}

void
eqp_check_interrupts(void)
{
	CHECK_FOR_INTERRUPTS();
}

void
eqp_too_few_arguments(FunctionCallInfo fcinfo, int wanted)
{
	ereport(ERROR,
			(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
			 errmsg("the SQL functions of equipair are older than its library"),
			 fcinfo->flinfo != NULL ?
			 errdetail("Function %s has too few arguments: the library, version %s, needs %d.",
					   format_procedure(fcinfo->flinfo->fn_oid), EQP_VERSION, wanted) : 0,
			 errhint("Run ALTER EXTENSION equipair UPDATE.")));
}

int64
eqp_add_counts(int64 a, int64 b)
{
	int64		sum;

	if (pg_add_s64_overflow(a, b, &sum))
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("bigint out of range")));
	return sum;
}

void
eqp_check_counts(int64 a, int64 b)
{
	(void) eqp_add_counts(a, b);
}

char *
eqp_shortest_decimal(double number)
{
	char	   *text = palloc(DOUBLE_SHORTEST_DECIMAL_LEN);

	double_to_shortest_decimal_buf(number, text);
	return text;
}

void
eqp_refuse_number(const char *name, double number, const char *where, const char *hint)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("%s %s%s is %s", name, float8out_internal(number), where,
					isfinite(number) ? "negative" : "not a finite number"),
			 hint != NULL ? errhint("%s", hint) : 0));
}

double
eqp_check_confidence(double confidence)
{
	/* written so that NaN fails it */
	if (!(confidence > 0.0 && confidence < 1.0))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("confidence must be between 0 and 1, not %g", confidence),
				 errhint("Give the level as a fraction, such as 0.95.")));
	return confidence;
}
