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
	const char *const *columns = missing->columns;
	char	   *second = columns[1] == NULL ? ""
		: psprintf("%s\"%s\"", missing->more_columns ? ", " : " or ", columns[1]);

	if (missing->left_out == 0 || missing->left_out < missing->rows / WORTH_A_WORD)
		return;
	ereport(WARNING,
			(errmsg("%s leaves out " INT64_FORMAT " of " INT64_FORMAT " rows of parameter \"%s\" (%.0f %%), because \"%s\"%s%s is null",
					function, missing->left_out, missing->rows, parameter,
					100.0 * missing->left_out / missing->rows, columns[0], second,
					missing->more_columns ? " or another column" : ""),
			 errdetail("%s", detail != NULL ? detail : "The figures are those of the other rows."),
			 hint != NULL ? errhint("%s", hint) : 0));
}
