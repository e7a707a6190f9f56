/*
 * pairing_issues.c
 *		What is odd in the rows of a programme: pairing_issues().
 *
 * The other reports take the rows as they come: they merge what is named
 * twice and leave out what does not count.  This one tells what they merged
 * and left out.
 */
#include "issues/issues.h"

#include "utils/builtins.h"
#include "utils/memutils.h"

PG_FUNCTION_INFO_V1(eqp_pairing_issues);

enum
{
	ARG_SCHOOLS, ARG_PAIRINGS, ARG_SESSIONS, ARG_SUCCESSORS, ARG_PARAMS
};

static const char *const issue_names[EQP_N_ISSUES] = {
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

Datum
eqp_pairing_issues(PG_FUNCTION_ARGS)
{
	EQP_ARGUMENTS(5);
	const EqpSourceText *schools = eqp_source_argument(fcinfo, ARG_SCHOOLS, "schools", true, ARG_PARAMS);
	const EqpSourceText *pairings = eqp_source_argument(fcinfo, ARG_PAIRINGS, "pairings", true, ARG_PARAMS);
	const EqpSourceText *sessions = eqp_source_argument(fcinfo, ARG_SESSIONS, "sessions", false, ARG_PARAMS);
	const EqpSourceText *successors = eqp_source_argument(fcinfo, ARG_SUCCESSORS, "successors", false, ARG_PARAMS);
	EqpWriter  *writer;
	EqpIssues	issues = {0};

	writer = eqp_findings_open(fcinfo);

	issues.history = eqp_history_read("pairing_issues", schools, successors, NULL, 0);
	eqp_issues_read_pairings(&issues, pairings);
	if (sessions)
		eqp_issues_read_sessions(&issues, sessions);

	issues.findings = eqp_findings_create(issue_names, EQP_N_ISSUES, issues.history->programme.ids);
	issues.findings->detail = eqp_issue_detail;
	issues.findings->arg = &issues;
	eqp_issues_find(&issues);
	eqp_findings_put(issues.findings, writer);
	return (Datum) 0;
}
