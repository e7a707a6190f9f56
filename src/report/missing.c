/*
 * missing.c
 *		Rows left out because of a NULL; see missing.h.
 */
#include "report/missing.h"

/* One row in so many, 5 %: fewer are not worth a word. */
#define WORTH_A_WORD 20.0

void
eqp_missing_note(EqpMissing *missing, const EqpColumn *column)
{
	for (int i = 0; i < lengthof(missing->columns); i++)
	{
		if (missing->columns[i] == NULL)
			missing->columns[i] = column->name;
		if (missing->columns[i] == column->name)
			return;
	}
	missing->more_columns = true;
}

void
eqp_missing_warn(const EqpMissing *missing, const char *function, const char *parameter,
				 const char *detail, const char *hint)
{
	/* of several processes, each may meet another one first */
	bool		swap = missing->columns[1] != NULL && strcmp(missing->columns[0], missing->columns[1]) > 0;
	const char *first = missing->columns[swap ? 1 : 0];
	char	   *second = missing->columns[1] == NULL ? ""
		: psprintf("%s\"%s\"", missing->more_columns ? ", " : " or ", missing->columns[swap ? 0 : 1]);

	if (missing->left_out == 0 || missing->left_out < missing->rows / WORTH_A_WORD)
		return;
	ereport(WARNING,
			(errmsg("%s leaves out " INT64_FORMAT " of " INT64_FORMAT " rows of parameter \"%s\" (%.0f %%), because \"%s\"%s%s is null",
					function, missing->left_out, missing->rows, parameter,
					100.0 * missing->left_out / missing->rows, first, second,
					missing->more_columns ? " or another column" : ""),
			 errdetail("%s", detail != NULL ? detail : "The figures are those of the other rows."),
			 hint != NULL ? errhint("%s", hint) : 0));
}
