/*
 * completion_items.c
 *		The sessions behind the figures of completion_rates: completion_items().
 *
 * Each row of the source is written as it is read, in the order of the source.
 * What is kept is the labels of the subgroups alone.
 */
#include "completion/register.h"

#include "alloc.h"
#include "report/arguments.h"
#include "report/details.h"
#include "report/report.h"
#include "utils/builtins.h"
#include "utils/datum.h"

PG_FUNCTION_INFO_V1(eqp_completion_items);

enum
{
	ARG_SESSIONS, ARG_BY, ARG_AS_OF, ARG_GRACE_DAYS, ARG_PARAMS
};

enum
{
	COL_DIMENSION, COL_SUBGROUP, COL_SUBGROUP_KEY, COL_AS_OF, COL_ITEM, COL_PLANNED_ON,
	COL_HELD_ON, COL_DEADLINE, COL_STATUS, COL_DELAY_DAYS, COL_DETAILS,
	N_COLUMNS
};

/* By EqpSessionStatus. */
static const char *const status_names[] = {
	"on_time", "late", "cancelled", "overdue", "upcoming", "unplanned"
};

StaticAssertDecl(lengthof(status_names) == EQP_SESSION_NOT_YET,
				 "each status that counts has its name");

typedef struct ItemReader
{
	MemoryContext context;
	EqpRegister reg;
	DateADT		as_of;
	int			grace_days;
	EqpWriter  *writer;
	EqpDetails *details;
	EqpReport  *report;			/* for the labels */
	Datum		statuses[EQP_SESSION_NOT_YET];	/* their names as text */

	/* the labels of each group, which are made with its first row */
	Datum	   *labels;
	uint32		nlabelled;
	uint32		capacity;
} ItemReader;

/*
 * Makes the labels of all groups that have none yet; groups are numbered as they
 * come.  What making them takes besides is in the memory of the row.
 */
static void
make_labels(ItemReader *reader, uint32 group)
{
	EQP_RESERVE(reader->context, reader->labels, reader->capacity, (group + 1) * EQP_N_LABELS - 1);
	for (; reader->nlabelled <= group; reader->nlabelled++)
	{
		EqpNode		node = {.group = reader->nlabelled, .level = reader->reg.source->nby, .leaf = true};

		Datum	   *labels = &reader->labels[reader->nlabelled * EQP_N_LABELS];
		MemoryContext before;

		eqp_report_labels(reader->report, &node, labels);
		before = MemoryContextSwitchTo(reader->context);
		for (int i = 0; i < EQP_N_LABELS; i++)
			labels[i] = datumCopy(labels[i], false, -1);
		MemoryContextSwitchTo(before);
	}
}

/* The days between two, where they matter for the status. */
static void
set_delay(EqpWriter *writer, const EqpSession *session, EqpSessionStatus status, DateADT as_of)
{
	if (status == EQP_SESSION_ON_TIME || status == EQP_SESSION_LATE)
		eqp_set_int4(writer, COL_DELAY_DAYS, session->held_on - session->planned_on);
	else if (status == EQP_SESSION_OVERDUE)
		eqp_set_int4(writer, COL_DELAY_DAYS, as_of - session->planned_on);
}

/* Writes one row of the sessions, if it counts. */
static void
read_session(EqpSource *source, void *arg)
{
	ItemReader *reader = arg;
	EqpWriter  *writer = reader->writer;
	EqpColumn  *id = &reader->reg.columns[EQP_SESSION_ID];
	EqpSession	session = eqp_register_session(&reader->reg, source);
	EqpSessionStatus status = eqp_register_status(&reader->reg, source, &session,
												  reader->as_of, reader->grace_days);
	int64		deadline = eqp_session_deadline(&session, reader->grace_days);

	if (status == EQP_SESSION_NOT_YET)
		return;
	if (session.group >= reader->nlabelled)
		make_labels(reader, session.group);
	for (int i = 0; i < EQP_N_LABELS; i++)
		eqp_set_datum(writer, i, reader->labels[session.group * EQP_N_LABELS + i]);
	eqp_set_date(writer, COL_AS_OF, reader->as_of);
	if (!eqp_column_isnull(source, id))
	{
		EqpText		text = eqp_column_text(source, id);

		eqp_set_text_with_len(writer, COL_ITEM, text.data, text.len);
	}
	if (session.planned)
	{
		eqp_set_date(writer, COL_PLANNED_ON, session.planned_on);
		/* past the last date there is, it never comes */
		if (IS_VALID_DATE(deadline))
			eqp_set_date(writer, COL_DEADLINE, (DateADT) deadline);
	}
	if (session.held)
		eqp_set_date(writer, COL_HELD_ON, session.held_on);
	eqp_set_datum(writer, COL_STATUS, reader->statuses[status]);
	set_delay(writer, &session, status, reader->as_of);
	eqp_set_datum(writer, COL_DETAILS, eqp_details_row(reader->details, source));
	eqp_writer_put(writer);
}

/* completion_items(sessions, ...) */
Datum
eqp_completion_items(PG_FUNCTION_ARGS)
{
	EQP_ARGUMENTS(5);
	static const bool shown[EQP_N_ITEM_COLUMNS] = {
		[EQP_SESSION_PLANNED_ON] = true, [EQP_SESSION_HELD_ON] = true, [EQP_SESSION_ID] = true
	};
	const EqpSourceText *sessions = eqp_source_argument(fcinfo, ARG_SESSIONS, "sessions", true, ARG_PARAMS);
	char	  **by;
	int			nby = eqp_argument_by(fcinfo, ARG_BY, &by);
	ItemReader	reader = {
		.context = CurrentMemoryContext,
		.as_of = eqp_argument_date(fcinfo, ARG_AS_OF, "as_of"),
		.grace_days = eqp_argument_count(fcinfo, ARG_GRACE_DAYS, "grace_days", 0),
	};

	reader.writer = eqp_writer_open(fcinfo, N_COLUMNS);
	eqp_register_open_items(&reader.reg, "completion_items", sessions, by, nby);
	reader.details = eqp_details_create(reader.reg.source, shown);
	reader.report = eqp_report_build(reader.reg.grouping, NULL, false);
	for (int i = 0; i < EQP_SESSION_NOT_YET; i++)
		reader.statuses[i] = CStringGetTextDatum(status_names[i]);
	eqp_source_run(reader.reg.source, read_session, &reader);
	eqp_register_close(&reader.reg);
	return (Datum) 0;
}
