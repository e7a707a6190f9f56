/*
 * writer.c
 *		Writing the rows of a function that returns rows; see writer.h.
 */
#include "report/writer.h"

#include "access/htup_details.h"
#include "alloc.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "stats/proportion.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"

/* SQL of a newer version has columns that this library cannot fill. */
static void
check_columns(TupleDesc desc, int ncolumns)
{
	if (desc->natts > ncolumns)
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("the library of equipair is older than its SQL functions"),
				 errdetail("The function is declared with %d columns; the library, version %s, knows %d.",
						   desc->natts, EQP_VERSION, ncolumns),
				 errhint("Connect again. If the error stays, install the library that belongs to the extension's version.")));
}

/* A writer with all columns NULL, in the current memory context. */
static EqpWriter *
create(TupleDesc desc, int ncolumns)
{
	EqpWriter  *writer = palloc0(sizeof(EqpWriter));

	check_columns(desc, ncolumns);
	writer->desc = desc;
	writer->ncolumns = ncolumns;
	writer->context = CurrentMemoryContext;
	writer->values = palloc0(2 * ncolumns * (sizeof(Datum) + sizeof(bool)));
	writer->kept_values = writer->values + ncolumns;
	writer->nulls = (bool *) (writer->kept_values + ncolumns);
	writer->kept_nulls = writer->nulls + ncolumns;
	memset(writer->nulls, true, ncolumns * sizeof(bool));
	return writer;
}

/*
 * Puts the rows where they lie without gaps: in the executor's memory a row of
 * 130 bytes would take 256 of them, and to be given memory by the system takes
 * more time than to write it.  The function may be called often, so the memory
 * context is kept for its next call; by then the executor has freed the rows.
 */
static void
pack_rows(FunctionCallInfo fcinfo, ReturnSetInfo *rsinfo)
{
	bool		random = (rsinfo->allowedModes & SFRM_Materialize_Random) != 0;
	MemoryContext before;

	if (fcinfo->flinfo->fn_extra == NULL)
		fcinfo->flinfo->fn_extra = GenerationContextCreate(fcinfo->flinfo->fn_mcxt, "equipair rows",
														   ALLOCSET_DEFAULT_SIZES);
	tuplestore_end(rsinfo->setResult);
	before = MemoryContextSwitchTo(fcinfo->flinfo->fn_extra);
	rsinfo->setResult = tuplestore_begin_heap(random, false, work_mem);
	MemoryContextSwitchTo(before);
}

EqpWriter *
eqp_writer_open(FunctionCallInfo fcinfo, int ncolumns)
{
	ReturnSetInfo *rsinfo = (ReturnSetInfo *) fcinfo->resultinfo;
	EqpWriter  *writer;

	InitMaterializedSRF(fcinfo, 0);
	pack_rows(fcinfo, rsinfo);
	writer = create(rsinfo->setDesc, ncolumns);
	writer->store = rsinfo->setResult;
	writer->kept_context = AllocSetContextCreate(CurrentMemoryContext, "equipair kept columns",
												 ALLOCSET_SMALL_SIZES);
	writer->row_context = AllocSetContextCreate(CurrentMemoryContext, EQP_CALL_CONTEXT,
												ALLOCSET_DEFAULT_SIZES);
	MemoryContextSetIdentifier(writer->row_context, get_func_name(fcinfo->flinfo->fn_oid));
	writer->context = writer->row_context;
	return writer;
}

void
eqp_writer_put(EqpWriter *writer)
{
	CHECK_FOR_INTERRUPTS();
	tuplestore_putvalues(writer->store, writer->desc, writer->values, writer->nulls);
	MemoryContextReset(writer->row_context);
	if (!writer->keeps)
	{
		memset(writer->nulls, true, writer->ncolumns * sizeof(bool));
		return;
	}
	memcpy(writer->values, writer->kept_values, writer->ncolumns * sizeof(Datum));
	memcpy(writer->nulls, writer->kept_nulls, writer->ncolumns * sizeof(bool));
}

/*
 * The two contexts change places, so that what has been set by now is not
 * freed with the next row.
 */
void
eqp_writer_keep(EqpWriter *writer)
{
	MemoryContext kept = writer->row_context;

	Assert(!writer->keeps);
	writer->keeps = true;
	writer->row_context = writer->kept_context;
	writer->kept_context = kept;
	writer->context = writer->row_context;
	memcpy(writer->kept_values, writer->values, writer->ncolumns * sizeof(Datum));
	memcpy(writer->kept_nulls, writer->nulls, writer->ncolumns * sizeof(bool));
}

void
eqp_writer_clear(EqpWriter *writer)
{
	MemoryContextReset(writer->row_context);
	MemoryContextReset(writer->kept_context);
	memset(writer->nulls, true, writer->ncolumns * sizeof(bool));
	writer->keeps = false;
}

/*
 * Such a function may be called for every row of a query, so it gets no memory
 * contexts of its own: the executor frees its memory after each call.
 */
EqpWriter *
eqp_writer_open_row(FunctionCallInfo fcinfo, int ncolumns)
{
	TupleDesc	desc;

	if (get_call_result_type(fcinfo, NULL, &desc) != TYPEFUNC_COMPOSITE)
		elog(ERROR, "return type must be a row type");
	return create(BlessTupleDesc(desc), ncolumns);
}

Datum
eqp_writer_row(EqpWriter *writer)
{
	return HeapTupleGetDatum(heap_form_tuple(writer->desc, writer->values, writer->nulls));
}

/* ---- Columns ------------------------------------------------------------ */

void
eqp_set_text_with_len(EqpWriter *writer, int column, const char *data, int len)
{
	MemoryContext before = MemoryContextSwitchTo(writer->context);

	Assert(eqp_column_is(writer, column, TEXTOID));
	eqp_set_datum(writer, column, PointerGetDatum(cstring_to_text_with_len(data, len)));
	MemoryContextSwitchTo(before);
}

void
eqp_set_text(EqpWriter *writer, int column, const char *string)
{
	if (string == NULL)
		eqp_set_null(writer, column);
	else
		eqp_set_text_with_len(writer, column, string, strlen(string));
}

void
eqp_set_measure(EqpWriter *writer, int column, const EqpMeasure *measure)
{
	eqp_set_estimate(writer, column, measure->estimate, measure->std_error, measure->lower,
					 measure->upper);
	eqp_set_float8(writer, column + 4, measure->p_value);
	eqp_set_text(writer, column + 5, measure->method);
}

void
eqp_set_wilson(EqpWriter *writer, int column, int64 numerator, int64 denominator,
			   bool wanted, double confidence)
{
	EqpInterval interval = {NAN, NAN};

	if (wanted && denominator > 0 && numerator <= denominator)
		interval = eqp_proportion_interval(EQP_PROPORTION_WILSON, (double) numerator,
										   (double) denominator, confidence);
	eqp_set_float8(writer, column, interval.lower);
	eqp_set_float8(writer, column + 1, interval.upper);
}
