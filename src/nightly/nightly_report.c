/*
 * nightly_report.c
 *		The procedure nightly_report(): all of a night, in one transaction that
 *		it commits itself.
 *
 * Readers see the figures of yesterday until that commit, and those of today
 * after it.  What failed is raised behind the commit, so that a job ends with
 * an error and the figures are there all the same.
 */
#include "nightly/nightly.h"

#include "access/xact.h"
#include "access/xlog.h"
#include "catalog/namespace.h"
#include "catalog/pg_class.h"
#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "issues/words.h"
#include "lib/stringinfo.h"
#include "miscadmin.h"
#include "nodes/parsenodes.h"
#include "report/arguments.h"
#include "source/source.h"
#include "tcop/pquery.h"
#include "twinning/twinning_schema.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"
#include "utils/guc.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/resowner.h"
#include "utils/snapmgr.h"
#include "utils/syscache.h"
#include "utils/timestamp.h"

PG_FUNCTION_INFO_V1(eqp_nightly_report);

/* The first of the two numbers of the advisory lock; the second is the schema. */
#define NIGHT_LOCK 0x6571706e

/* ---- Whether it may run ------------------------------------------------- */

/* 25001: what is committed here would commit what the caller had begun. */
static void
require_own_transaction(FunctionCallInfo fcinfo)
{
	if (fcinfo->context == NULL || !IsA(fcinfo->context, CallContext) ||
		castNode(CallContext, fcinfo->context)->atomic)
		ereport(ERROR,
				(errcode(ERRCODE_ACTIVE_SQL_TRANSACTION),
				 errmsg("nightly_report cannot run inside a transaction block"),
				 errdetail("It commits its figures itself."),
				 errhint("CALL it alone, with autocommit on: not after BEGIN, not beside another statement in psql -c, and not in a function.")));
}

/* 25006: a standby, or a session that only reads. */
static void
require_writes(void)
{
	if (RecoveryInProgress())
		ereport(ERROR,
				(errcode(ERRCODE_READ_ONLY_SQL_TRANSACTION),
				 errmsg("nightly_report cannot run on a standby"),
				 errhint("Run it on the primary; the standby gets the figures from there.")));
	if (XactReadOnly)
		ereport(ERROR,
				(errcode(ERRCODE_READ_ONLY_SQL_TRANSACTION),
				 errmsg("nightly_report cannot run in a read-only transaction")));
}

/* ---- One step ----------------------------------------------------------- */

/* The night whose figures of the day a report has; 0: none. */
static int64
night_of_figures(EqpNight *night, const EqpNightStep *step)
{
	const Oid	types[] = {DATEOID, TEXTOID};
	Datum		values[2];
	bool		isnull;
	Datum		run;

	if (strcmp(step->kind, "report") != 0)
		return 0;
	values[0] = DateADTGetDatum(night->as_of);
	values[1] = CStringGetTextDatum(step->name);
	(void) eqp_night_execute(night, "SELECT max(f.run) FROM %s.figures AS f WHERE f.as_of = $1 AND f.report = $2",
							 lengthof(types), types, values, NULL);
	run = SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1, &isnull);
	return isnull ? 0 : DatumGetInt64(run);
}

/* Writes a line of runs. */
static void
note_step(EqpNight *night, const EqpNightStep *step, TimestampTz started, const char *outcome,
		  const char *sqlstate, const char *message)
{
	static const Oid types[] = {INT8OID, TEXTOID, TEXTOID, DATEOID, TIMESTAMPTZOID, TIMESTAMPTZOID, INT8OID, TEXTOID, TEXTOID, TEXTOID, INT8OID};
	TimestampTz finished = GetCurrentTimestamp();
	int64		figures_run = night_of_figures(night, step);
	Datum		values[lengthof(types)];
	char		nulls[lengthof(types)];

	memset(nulls, ' ', sizeof(nulls));
	values[0] = Int64GetDatum(night->run);
	values[1] = CStringGetTextDatum(step->kind);
	values[2] = CStringGetTextDatum(step->name);
	values[3] = DateADTGetDatum(night->as_of);
	values[4] = TimestampTzGetDatum(started);
	values[5] = TimestampTzGetDatum(finished);
	values[6] = Int64GetDatum(step->rows);
	values[7] = CStringGetTextDatum(outcome);
	values[8] = sqlstate ? CStringGetTextDatum(sqlstate) : (Datum) 0;
	nulls[8] = sqlstate ? ' ' : 'n';
	values[9] = message ? CStringGetTextDatum(message) : (Datum) 0;
	nulls[9] = message ? ' ' : 'n';
	values[10] = Int64GetDatum(figures_run);
	nulls[10] = figures_run > 0 ? ' ' : 'n';
	(void) eqp_night_execute(night,
							 "INSERT INTO %s.runs (run, kind, name, as_of, started, finished, seconds, rows, outcome, sqlstate, message, figures_run)"
							 " VALUES ($1, $2, $3, $4, $5, $6, extract(epoch FROM $6 - $5), $7, $8, $9, $10, $11)",
							 lengthof(types), types, values, nulls);
}

/* Adds to what is raised at the end. */
static void
add_failure(EqpNight *night, const EqpNightStep *step, const char *message)
{
	MemoryContext context = MemoryContextSwitchTo(night->context);

	night->failures = lappend(night->failures, psprintf("%s %s: %s", step->kind, step->name, message));
	MemoryContextSwitchTo(context);
}

/* An error with its detail and its hint, as sentences: there is no log to look them up in. */
static char *
whole_message(const ErrorData *edata)
{
	StringInfoData message;

	initStringInfo(&message);
	appendStringInfoString(&message, edata->message);
	if (edata->detail != NULL)
		appendStringInfo(&message, ". %s", edata->detail);
	if (edata->hint != NULL)
		appendStringInfo(&message, "%s %s", edata->detail != NULL ? "" : ".", edata->hint);
	return message.data;
}

/* Is it an error that must end the night? */
static bool
ends_the_night(int sqlerrcode)
{
	return sqlerrcode == ERRCODE_QUERY_CANCELED || sqlerrcode == ERRCODE_ADMIN_SHUTDOWN ||
		sqlerrcode == ERRCODE_CRASH_SHUTDOWN || sqlerrcode == ERRCODE_IDLE_SESSION_TIMEOUT;
}

/*
 * Runs a step in a subtransaction.  An error of it is noted and the night goes
 * on; but a reload that came between has the night begin again, once.  What a
 * query sets, such as a search path, ends with its step.
 */
static void
run_step(EqpNight *night, EqpNightStep *step, EqpNightFunction function)
{
	MemoryContext context = CurrentMemoryContext;
	ResourceOwner owner = CurrentResourceOwner;
	TimestampTz started = GetCurrentTimestamp();
	ErrorData  *edata = NULL;
	int64		earlier;

	if (night->conflict)
		return;
	BeginInternalSubTransaction(NULL);
	MemoryContextSwitchTo(context);
	PG_TRY();
	{
		int			nest_level = NewGUCNestLevel();

		/* what the steps before wrote is there to see */
		CommandCounterIncrement();
		PushActiveSnapshot(GetTransactionSnapshot());
		function(night, step);
		PopActiveSnapshot();
		AtEOXact_GUC(false, nest_level);
		ReleaseCurrentSubTransaction();
	}
	PG_CATCH();
	{
		MemoryContextSwitchTo(night->context);
		edata = CopyErrorData();
		FlushErrorState();
		RollbackAndReleaseCurrentSubTransaction();
	}
	PG_END_TRY();
	MemoryContextSwitchTo(context);
	CurrentResourceOwner = owner;

	if (edata == NULL)
	{
		note_step(night, step, started, step->breach ? "breached" : "ok", NULL, step->breach);
		if (step->breach != NULL && !step->is_warning)
			add_failure(night, step, step->breach);
		return;
	}
	if (ends_the_night(edata->sqlerrcode))
		ReThrowError(edata);
	if (edata->sqlerrcode == ERRCODE_T_R_SERIALIZATION_FAILURE && !night->last_try)
	{
		night->conflict = true;
		return;
	}
	step->rows = 0;
	note_step(night, step, started, "failed", unpack_sql_state(edata->sqlerrcode), whole_message(edata));
	earlier = night_of_figures(night, step);
	add_failure(night, step, earlier == 0 ? edata->message :
				psprintf("%s (its figures of the day stay those of night " INT64_FORMAT ")", edata->message, earlier));
}

/* ---- The night ---------------------------------------------------------- */

/* The value of a column of a row that SPI returned, in the memory of the night; NULL where it is. */
static char *
text_of(EqpNight *night, uint64 row, int column)
{
	char	   *value = SPI_getvalue(SPI_tuptable->vals[row], SPI_tuptable->tupdesc, column);

	return value ? MemoryContextStrdup(night->context, value) : NULL;
}

/* A number of such a row; false where it is NULL. */
static bool
number_of(uint64 row, int column, double *number)
{
	bool		isnull;
	Datum		value = SPI_getbinval(SPI_tuptable->vals[row], SPI_tuptable->tupdesc, column, &isnull);

	*number = isnull ? 0 : DatumGetFloat8(value);
	return !isnull;
}

/* The reports and the checks that are enabled, in the order of their names. */
static List *
read_steps(EqpNight *night, const char *kind)
{
	bool		is_check = strcmp(kind, "check") == 0;
	List	   *steps = NIL;
	uint64		count;
	MemoryContext context;

	count = eqp_night_execute(night, is_check ?
							  "SELECT name, query, title, at_least, at_most, severity FROM %s.checks WHERE enabled ORDER BY name" :
							  "SELECT name, query FROM %s.reports WHERE enabled ORDER BY name",
							  0, NULL, NULL, NULL);
	for (uint64 i = 0; i < count; i++)
	{
		EqpNightStep *step = MemoryContextAllocZero(night->context, sizeof(EqpNightStep));

		step->kind = kind;
		step->name = text_of(night, i, 1);
		step->query = text_of(night, i, 2);
		if (is_check)
		{
			step->title = text_of(night, i, 3);
			step->has_least = number_of(i, 4, &step->at_least);
			step->has_most = number_of(i, 5, &step->at_most);
			step->is_warning = strcmp(text_of(night, i, 6), "warning") == 0;
		}
		context = MemoryContextSwitchTo(night->context);
		steps = lappend(steps, step);
		MemoryContextSwitchTo(context);
	}
	return steps;
}

/* Whether the model has tables of its own; asked before anything else there is. */
static void
read_model(EqpNight *night)
{
	bool		isnull;
	uint64		count = eqp_night_execute(night, "SELECT tables FROM %s.model", 0, NULL, NULL, NULL);

	night->tables = count == 1 && DatumGetBool(SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1, &isnull));
}

/* The number of this night, one more than that of the last. */
static void
number_night(EqpNight *night)
{
	bool		isnull;
	int64		last;

	(void) eqp_night_execute(night, "SELECT greatest(max(run), 0) FROM %s.runs", 0, NULL, NULL, NULL);
	last = DatumGetInt64(SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1, &isnull));
	if (last == PG_INT64_MAX)
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("no number is left for this night"),
				 errdetail("Column \"run\" of %s.runs has " INT64_FORMAT ", the largest that there is.", night->schema, last),
				 errhint("Delete that row, or give it a smaller number.")));
	night->run = last + 1;
}

/* Figures of the day from reports that are gone or switched off. */
static void
forget_old_reports(EqpNight *night)
{
	const Oid	types[] = {DATEOID};
	Datum		values[1];

	values[0] = DateADTGetDatum(night->as_of);
	(void) eqp_night_execute(night, "DELETE FROM %s.figures AS f WHERE f.as_of = $1"
							 " AND NOT EXISTS (SELECT FROM %s.reports AS r WHERE r.name = f.report AND r.enabled)",
							 1, types, values, NULL);
}

/* Runs all steps of a list. */
static void
run_steps(EqpNight *night, List *steps, EqpNightFunction function)
{
	ListCell   *lc;

	foreach(lc, steps)
	{
		CHECK_FOR_INTERRUPTS();
		run_step(night, lfirst(lc), function);
	}
}

/*
 * Begins a transaction that sees one moment, with the lock of the schema;
 * false where another night has the lock.  The lock comes before the moment:
 * else it could be that of a night that has just ended, and miss its figures.
 */
static bool
begin_night(EqpNight *night)
{
	/*
	 * The work is in functions of C: compiling the queries around them takes longer than it saves.  Texts
	 * are one and the same whoever calls: some are kept, and held against those of the next night.
	 */
	static const char *const settings[][2] = {
		{"jit", "off"}, {"datestyle", "ISO"}, {"intervalstyle", "postgres"}, {"extra_float_digits", "1"}, {"bytea_output", "hex"}
	};
	char	   *path = psprintf("pg_catalog, %s, %s, pg_temp", night->schema, night->extension);

	if (SPI_execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ", false, 0) != SPI_OK_UTILITY)
		elog(ERROR, "SPI_execute failed");
	if (!DatumGetBool(DirectFunctionCall2(pg_try_advisory_xact_lock_int4, Int32GetDatum(NIGHT_LOCK),
										  Int32GetDatum((int32) night->schema_oid))))
		return false;
	(void) set_config_option("search_path", path, PGC_USERSET, PGC_S_SESSION, GUC_ACTION_LOCAL, true, 0, false);
	for (int i = 0; i < lengthof(settings); i++)
		(void) set_config_option(settings[i][0], settings[i][1], PGC_USERSET, PGC_S_SESSION, GUC_ACTION_LOCAL, true, 0, false);
	EnsurePortalSnapshotExists();
	return true;
}

/*
 * All steps.  False where they must begin again.  Queries cannot leave the role
 * of the caller: where a superuser took it with SET ROLE, they would be one.
 */
static bool
run_night(EqpNight *night)
{
	EqpNightStep summaries = {.kind = "summaries", .name = "outcomes"};
	static const char *const sources[] = {"pairings", "activities", "outcomes"};
	Oid			user;
	int			security;

	GetUserIdAndSecContext(&user, &security);
	SetUserIdAndSecContext(user, security | SECURITY_RESTRICTED_OPERATION);
	read_model(night);
	eqp_model_require_trusted(night->name, night->schema_oid, night->extension_oid, night->tables, true);
	number_night(night);
	forget_old_reports(night);
	run_step(night, &summaries, eqp_night_summaries);
	for (int i = 0; i < (int) lengthof(sources); i++)
	{
		EqpNightStep issues = {.kind = "issues", .name = sources[i]};

		run_step(night, &issues, eqp_night_issues);
	}
	run_steps(night, read_steps(night, "report"), eqp_night_figures);
	run_steps(night, read_steps(night, "check"), eqp_night_check);
	SetUserIdAndSecContext(user, security);
	return !night->conflict;
}

/* P0004, with all that failed. */
static void
raise_failures(const EqpNight *night)
{
	StringInfoData detail;
	ListCell   *lc;

	if (night->failures == NIL)
		return;
	initStringInfo(&detail);
	foreach(lc, night->failures)
		appendStringInfo(&detail, "%s%s", detail.len > 0 ? "\n" : "", (const char *) lfirst(lc));
	ereport(ERROR,
			(errcode(ERRCODE_ASSERT_FAILURE),
			 list_length(night->failures) == 1 ?
			 errmsg("nightly report of schema \"%s\": 1 report or check failed", night->name) :
			 errmsg("nightly report of schema \"%s\": %d reports or checks failed", night->name, list_length(night->failures)),
			 errdetail_internal("%s", detail.data),
			 errhint("The other figures of the day are kept. Table \"runs\" tells how each report and check went.")));
}

/* What the call names: a schema with the tables of a night. */
static void
read_call(EqpNight *night, FunctionCallInfo fcinfo)
{
	MemoryContext context = MemoryContextSwitchTo(night->context);
	StringInfoData day;

	night->name = eqp_argument_text(fcinfo, 0, "name");
	night->schema = quote_identifier(night->name);
	night->extension_oid = get_func_namespace(fcinfo->flinfo->fn_oid);
	night->extension = quote_identifier(get_namespace_name(night->extension_oid));
	night->rate = GetSysCacheOid2(TYPENAMENSP, Anum_pg_type_oid, CStringGetDatum("rate"),
								  ObjectIdGetDatum(night->extension_oid));
	night->schema_oid = get_namespace_oid(night->name, false);
	night->as_of = eqp_argument_date(fcinfo, 1, "as_of");
	/* the day may have begun where the office is: but the figures of no later one may stand for the last */
	if (night->as_of > GetSQLCurrentDate() + 1)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("parameter \"%s\" must not be in the future", "as_of"),
				 errdetail("Views show the figures of the last day: those of a day to come would hide what follows."),
				 errhint("For a day to come call the report itself.")));
	initStringInfo(&day);
	eqp_append_date(&day, night->as_of);
	night->as_of_text = day.data;
	MemoryContextSwitchTo(context);
	if (!OidIsValid(get_relname_relid("runs", night->schema_oid)))
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_TABLE),
				 errmsg("schema \"%s\" keeps no nights", night->name),
				 errhint("create_twinning_schema makes a schema that does.")));
	eqp_model_require_owner(night->name, eqp_model_schema(night->name));
}

/* nightly_report(name, as_of) */
Datum
eqp_nightly_report(PG_FUNCTION_ARGS)
{
	EQP_ARGUMENTS(2);
	EqpNight	night = {.context = AllocSetContextCreate(PortalContext, "nightly_report", ALLOCSET_DEFAULT_SIZES)};
	bool		done = false;

	require_writes();
	require_own_transaction(fcinfo);
	read_call(&night, fcinfo);

	SPI_connect_ext(SPI_OPT_NONATOMIC);
	for (int attempt = 1; !done; attempt++)
	{
		night.last_try = attempt > 1;
		night.conflict = false;
		night.failures = NIL;
		night.changed_years = (Datum) 0;
		/* the transaction of the call has its snapshot already */
		if (attempt == 1)
			SPI_commit();
		else
			SPI_rollback();
		if (!begin_night(&night))
		{
			ereport(NOTICE,
					(errmsg("another nightly report of schema \"%s\" is running", night.name),
					 errdetail("This one does nothing.")));
			SPI_finish();
			PG_RETURN_VOID();
		}
		done = run_night(&night);
	}
	SPI_commit();
	SPI_finish();
	raise_failures(&night);
	PG_RETURN_VOID();
}
