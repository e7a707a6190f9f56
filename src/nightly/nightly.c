/*
 * nightly.c
 *		How the steps of a night run what is theirs: a statement on the model,
 *		and the query of a report or a check.
 */
#include "nightly/nightly.h"

#include "executor/spi.h"
#include "lib/stringinfo.h"
#include "source/source.h"

uint64
eqp_night_execute(EqpNight *night, const char *statement, int nargs,
				  const Oid *types, const Datum *values, const char *nulls)
{
	StringInfoData text;
	int			result;

	initStringInfo(&text);
	for (const char *p = statement; *p != '\0'; p++)
	{
		if (p[0] == '%' && p[1] == 's')
		{
			appendStringInfoString(&text, night->schema);
			p++;
		}
		else
			appendStringInfoChar(&text, *p);
	}
	result = SPI_execute_with_args(text.data, nargs, unconstify(Oid *, types),
								   unconstify(Datum *, values), nulls, false, 0);
	if (result < 0)
		elog(ERROR, "SPI_execute_with_args failed: %s", SPI_result_code_string(result));
	return SPI_processed;
}

const EqpSourceText *
eqp_night_source(EqpNight *night, const EqpNightStep *step)
{
	EqpSourceText *text = palloc0(sizeof(EqpSourceText));

	/* elsewhere a word is the name of a table: here SELECT, alone, would be one */
	if (eqp_source_is_name(step->query))
		ereport(ERROR,
				(errcode(ERRCODE_SYNTAX_ERROR),
				 errmsg("the query of %s \"%s\" must be one SELECT", step->kind, step->name),
				 errdetail("It is one word, or a name."),
				 errhint("The rows of a table are SELECT * FROM its name.")));
	text->parameter = psprintf("query of %s %s", step->kind, step->name);
	text->text = step->query;
	text->schema = night->extension_oid;
	text->nparams = 1;
	text->params = palloc(sizeof(char *));
	text->params[0] = night->as_of_text;
	return text;
}
