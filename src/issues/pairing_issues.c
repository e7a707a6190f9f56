/*
 * pairing_issues.c
 *		What is odd in the rows of a programme: pairing_issues().
 *
 * The other reports refuse rows that cannot be, merge what is named twice and
 * leave out what does not count.  This one refuses no row: it tells what they
 * refuse, merge and leave out.
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
	[EQP_MISSING_ID] = "missing_id",
	[EQP_DUPLICATE_ID] = "duplicate_id",
	[EQP_SELF_PAIRING] = "self_pairing",
	[EQP_REVERSED_VALIDITY] = "reversed_period",
	[EQP_REVERSED_PAIRING_PERIOD] = "reversed_period",
	[EQP_UNKNOWN_ROLE] = "unknown_role",
	[EQP_ODD_MEMBER] = "implausible_date",
	[EQP_EMPTY_MEMBER] = "empty_membership",
	[EQP_REPEATED_MEMBER] = "repeated_membership",
	[EQP_OVERLAPPING_MEMBER] = "overlapping_membership",
	[EQP_GROUP_WITHOUT_PAIR] = "group_without_pair",
	[EQP_LARGE_GROUP] = "large_group",
	[EQP_INVALID_WEIGHT] = "invalid_weight",
	[EQP_INVALID_CAPACITY] = "invalid_capacity",
	[EQP_INFINITE_SESSION] = "infinite_day",
	[EQP_DIFFERING_DAYS] = "differing_days",
	[EQP_ODD_SESSION] = "implausible_date",
	[EQP_INFINITE_DAY] = "infinite_day",
	[EQP_NO_ID_IN_COMMON] = "no_id_in_common",
	[EQP_EMPTY_ID] = "empty_id",
	[EQP_UNKNOWN_ID] = "unknown_id",
	[EQP_LOOK_ALIKE_ID] = "look_alike_id",
	[EQP_OUT_OF_SCOPE_PAIRING] = "out_of_scope_pairing",
	[EQP_REPEATED_PAIRING] = "repeated_pairing",
	[EQP_REVERSED_PAIRING] = "reversed_pairing",
	[EQP_OVERLAPPING_PAIRING] = "overlapping_pairing",
	[EQP_EMPTY_PAIRING] = "empty_pairing",
	[EQP_PAIRING_WITHOUT_EFFECT] = "pairing_without_effect",
	[EQP_PAIRING_BEFORE_OPENING] = "pairing_before_opening",
	[EQP_PAIRING_AFTER_CLOSING] = "pairing_after_closing",
	[EQP_GAP_OF_PAIRING] = "one_day_gap",
	[EQP_ODD_PERIOD] = "implausible_date",
	[EQP_ALIKE_UNIT_LABELS] = "alike_labels",
	[EQP_UNIT_NEVER_VALID] = "unit_never_valid",
	[EQP_GAP_OF_UNIT] = "one_day_gap",
	[EQP_ODD_VALIDITY] = "implausible_date",
	[EQP_OVER_CAPACITY] = "over_capacity",
	[EQP_MEETING_OUTSIDE_PAIRING] = "session_outside_pairing",
	[EQP_SESSION_OUTSIDE_PAIRING] = "session_outside_pairing",
	[EQP_ODD_DAY] = "implausible_date",
	[EQP_REPEATED_SESSION] = "repeated_session",
	[EQP_REPEATED_SESSION_ID] = "repeated_session",
	[EQP_INCLUSIVE_END] = "inclusive_end",
	[EQP_SESSIONS_AS_PAIRINGS] = "sessions_as_pairings",
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

	eqp_issues_read_schools(&issues, schools, successors);
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
