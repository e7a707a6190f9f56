/*
 * pairing_issues.c
 *		What is odd in the rows of a programme: pairing_issues().
 *
 * The other reports take the rows as they come: they merge what is named
 * twice and leave out what does not count.  This one tells what they merged
 * and left out.
 */
#include "issues/issues.h"

#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/memutils.h"

PG_FUNCTION_INFO_V1(eqp_pairing_issues);

enum
{
	ARG_SCHOOLS, ARG_PAIRINGS, ARG_SESSIONS, ARG_PARAMS
};

enum
{
	COL_ISSUE, COL_ID, COL_PARTNER, COL_DETAIL, N_COLUMNS
};

static const char *const issue_names[] = {
	[EQP_NO_ID_IN_COMMON] = "no_id_in_common",
	[EQP_UNKNOWN_ID] = "unknown_id",
	[EQP_OUT_OF_SCOPE_PAIRING] = "out_of_scope_pairing",
	[EQP_REPEATED_PAIRING] = "repeated_pairing",
	[EQP_REVERSED_PAIRING] = "reversed_pairing",
	[EQP_OVERLAPPING_PAIRING] = "overlapping_pairing",
	[EQP_EMPTY_PAIRING] = "empty_pairing",
	[EQP_UNIT_NEVER_VALID] = "unit_never_valid",
	[EQP_PAIRING_WITHOUT_EFFECT] = "pairing_without_effect",
	[EQP_PAIRING_BEFORE_OPENING] = "pairing_before_opening",
	[EQP_PAIRING_AFTER_CLOSING] = "pairing_after_closing",
	[EQP_SESSION_OUTSIDE_PAIRING] = "session_outside_pairing",
};

/* Writes one finding. */
static void
put_row(EqpWriter *writer, EqpIssues *issues, const EqpFinding *finding)
{
	const EqpKeyMap *ids = issues->history->programme.ids;
	MemoryContext before = MemoryContextSwitchTo(writer->context);

	eqp_set_text(writer, COL_ISSUE, issue_names[finding->issue]);
	if (finding->id != EQP_NO_ID)
		eqp_set_key(writer, COL_ID, ids, finding->id);
	if (finding->partner != EQP_NO_ID)
		eqp_set_key(writer, COL_PARTNER, ids, finding->partner);
	eqp_set_text(writer, COL_DETAIL, eqp_issue_detail(issues, finding));
	MemoryContextSwitchTo(before);
	eqp_writer_put(writer);
}

Datum
eqp_pairing_issues(PG_FUNCTION_ARGS)
{
	EQP_ARGUMENTS(4);
	const EqpSourceText *schools = eqp_source_argument(fcinfo, ARG_SCHOOLS, "schools", true, ARG_PARAMS);
	const EqpSourceText *pairings = eqp_source_argument(fcinfo, ARG_PAIRINGS, "pairings", true, ARG_PARAMS);
	const EqpSourceText *sessions = eqp_source_argument(fcinfo, ARG_SESSIONS, "sessions", false, ARG_PARAMS);
	EqpWriter  *writer;
	EqpIssues	issues = {0};

	writer = eqp_writer_open(fcinfo, N_COLUMNS);

	issues.history = eqp_history_read("pairing_issues", schools, NULL, 0);
	eqp_issues_read_pairings(&issues, pairings);
	if (sessions)
		eqp_issues_read_sessions(&issues, sessions);
	eqp_issues_find(&issues);

	for (uint32 i = 0; i < issues.nfindings; i++)
		put_row(writer, &issues, &issues.findings[i]);
	return (Datum) 0;
}
