/*
 * equipair.c
 *		The module itself, and the checks that all of it shares.
 */
#include "equipair.h"

#include "miscadmin.h"

#ifdef PG_MODULE_MAGIC_EXT
PG_MODULE_MAGIC_EXT(.name = "equipair", .version = EQP_VERSION);
#else
PG_MODULE_MAGIC;
#endif

void
eqp_check_interrupts(void)
{
	CHECK_FOR_INTERRUPTS();
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
