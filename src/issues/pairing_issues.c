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
	ARG_SCHOOLS, ARG_PAIRINGS, ARG_SESSIONS
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

static void
put_row(ReturnSetInfo *rsinfo, EqpIssues *issues, const EqpFinding *finding)
{
	const EqpKeyMap *ids = issues->programme->ids;
	Datum		values[N_COLUMNS] = {0};
	bool		nulls[N_COLUMNS] = {0};

	values[COL_ISSUE] = CStringGetTextDatum(issue_names[finding->issue]);
	nulls[COL_ID] = finding->id == EQP_NO_ID;
	nulls[COL_PARTNER] = finding->partner == EQP_NO_ID;
	if (!nulls[COL_ID])
		values[COL_ID] = eqp_keymap_datum(ids, finding->id);
	if (!nulls[COL_PARTNER])
		values[COL_PARTNER] = eqp_keymap_datum(ids, finding->partner);
	values[COL_DETAIL] = CStringGetTextDatum(eqp_issue_detail(issues, finding));
	tuplestore_putvalues(rsinfo->setResult, rsinfo->setDesc, values, nulls);
}

Datum
eqp_pairing_issues(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *rsinfo = (ReturnSetInfo *) fcinfo->resultinfo;
	char	   *schools = eqp_source_argument(fcinfo, ARG_SCHOOLS, "schools", true);
	char	   *pairings = eqp_source_argument(fcinfo, ARG_PAIRINGS, "pairings", true);
	char	   *sessions = eqp_source_argument(fcinfo, ARG_SESSIONS, "sessions", false);
	MemoryContext context = AllocSetContextCreate(CurrentMemoryContext, "pairing_issues row",
												  ALLOCSET_DEFAULT_SIZES);
	EqpIssues	issues = {0};

	InitMaterializedSRF(fcinfo, 0);

	issues.programme = eqp_programme_create("pairing_issues", 0);
	eqp_programme_read_schools(issues.programme, schools, NULL, 0, true);
	eqp_issues_read_pairings(&issues, pairings);
	if (sessions)
		eqp_issues_read_sessions(&issues, sessions);
	eqp_issues_find(&issues);

	for (uint32 i = 0; i < issues.nfindings; i++)
	{
		MemoryContext old = MemoryContextSwitchTo(context);

		CHECK_FOR_INTERRUPTS();
		put_row(rsinfo, &issues, &issues.findings[i]);
		MemoryContextSwitchTo(old);
		MemoryContextReset(context);
	}
	return (Datum) 0;
}
