/*
 * issues.c
 *		What the files of pairing_issues() note: a row that others refuse, the
 *		end of a period, a finding.
 */
#include "issues/issues.h"

#include "alloc.h"
#include "utils/datetime.h"

/* ---- Rows --------------------------------------------------------------- */

void
eqp_issue_add_fault(EqpIssues *issues, EqpFault fault)
{
	uint32		n = eqp_finding_number(&issues->nfaults);

	EQP_RESERVE(issues->context, issues->faults, issues->fault_capacity, n);
	issues->faults[n] = fault;
}

void
eqp_issue_count_end(EqpEnds *ends, DateADT to)
{
	int			year;
	int			month;
	int			day;

	if (DATE_NOT_FINITE(to) || to >= EQP_YEAR_9999)
		return;
	ends->ends++;
	j2date(to + 1 + POSTGRES_EPOCH_JDATE, &year, &month, &day);
	if (day == 1)
		ends->month_ends++;
}

/* ---- Findings ----------------------------------------------------------- */

static const EqpSeverity severities[EQP_N_ISSUES] = {
	[EQP_MISSING_ID] = EQP_SEVERITY_ERROR,
	[EQP_DUPLICATE_ID] = EQP_SEVERITY_ERROR,
	[EQP_SELF_PAIRING] = EQP_SEVERITY_ERROR,
	[EQP_REVERSED_VALIDITY] = EQP_SEVERITY_ERROR,
	[EQP_REVERSED_PAIRING_PERIOD] = EQP_SEVERITY_ERROR,
	[EQP_UNKNOWN_ROLE] = EQP_SEVERITY_ERROR,
	[EQP_ODD_MEMBER] = EQP_SEVERITY_WARNING,
	[EQP_EMPTY_MEMBER] = EQP_SEVERITY_WARNING,
	[EQP_REPEATED_MEMBER] = EQP_SEVERITY_NOTE,
	[EQP_OVERLAPPING_MEMBER] = EQP_SEVERITY_WARNING,
	[EQP_GROUP_WITHOUT_PAIR] = EQP_SEVERITY_NOTE,
	[EQP_LARGE_GROUP] = EQP_SEVERITY_ERROR,
	[EQP_INVALID_WEIGHT] = EQP_SEVERITY_ERROR,
	[EQP_INVALID_CAPACITY] = EQP_SEVERITY_ERROR,
	[EQP_INFINITE_SESSION] = EQP_SEVERITY_ERROR,
	[EQP_DIFFERING_DAYS] = EQP_SEVERITY_ERROR,
	[EQP_ODD_SESSION] = EQP_SEVERITY_WARNING,
	[EQP_MEETING_OUTSIDE_PAIRING] = EQP_SEVERITY_WARNING,
	[EQP_INFINITE_DAY] = EQP_SEVERITY_ERROR,
	[EQP_NO_ID_IN_COMMON] = EQP_SEVERITY_ERROR,
	[EQP_EMPTY_ID] = EQP_SEVERITY_ERROR,
	[EQP_UNKNOWN_ID] = EQP_SEVERITY_NOTE,
	[EQP_LOOK_ALIKE_ID] = EQP_SEVERITY_WARNING,
	[EQP_OUT_OF_SCOPE_PAIRING] = EQP_SEVERITY_WARNING,
	[EQP_REPEATED_PAIRING] = EQP_SEVERITY_NOTE,
	[EQP_REVERSED_PAIRING] = EQP_SEVERITY_NOTE,
	[EQP_OVERLAPPING_PAIRING] = EQP_SEVERITY_WARNING,
	[EQP_EMPTY_PAIRING] = EQP_SEVERITY_WARNING,
	[EQP_PAIRING_WITHOUT_EFFECT] = EQP_SEVERITY_WARNING,
	[EQP_PAIRING_BEFORE_OPENING] = EQP_SEVERITY_NOTE,
	[EQP_PAIRING_AFTER_CLOSING] = EQP_SEVERITY_NOTE,
	[EQP_GAP_OF_PAIRING] = EQP_SEVERITY_NOTE,
	[EQP_ODD_PERIOD] = EQP_SEVERITY_WARNING,
	[EQP_UNIT_NEVER_VALID] = EQP_SEVERITY_WARNING,
	[EQP_GAP_OF_UNIT] = EQP_SEVERITY_NOTE,
	[EQP_ODD_VALIDITY] = EQP_SEVERITY_WARNING,
	[EQP_OVER_CAPACITY] = EQP_SEVERITY_WARNING,
	[EQP_SESSION_OUTSIDE_PAIRING] = EQP_SEVERITY_WARNING,
	[EQP_ODD_DAY] = EQP_SEVERITY_WARNING,
	[EQP_REPEATED_SESSION] = EQP_SEVERITY_NOTE,
	[EQP_REPEATED_SESSION_ID] = EQP_SEVERITY_ERROR,
	[EQP_INCLUSIVE_END] = EQP_SEVERITY_NOTE,
	[EQP_SESSIONS_AS_PAIRINGS] = EQP_SEVERITY_WARNING,
};

/* Does an id that is not in schools look like one that is? */
static bool
looks_like_unit(EqpIssues *issues, uint32 id)
{
	EqpKey		key;
	uint32		unit;

	if (id == EQP_NO_ID || !eqp_is_external(&issues->history->programme, id))
		return false;
	key = eqp_keymap_key(issues->history->programme.ids, id);
	return eqp_issues_find_alike(issues, &key, &unit);
}

void
eqp_issue_add(EqpIssues *issues, EqpIssue issue, uint32 id, uint32 partner, uint32 ref, int64 rows)
{
	EqpFinding	finding = {
		.severity = severities[issue],
		.issue = issue,
		.id = id,
		.partner = partner,
		.ref = ref,
		.rows = rows
	};

	if ((issue == EQP_UNKNOWN_ID || issue == EQP_OUT_OF_SCOPE_PAIRING || issue == EQP_SESSION_OUTSIDE_PAIRING) &&
		(looks_like_unit(issues, id) || looks_like_unit(issues, partner)))
		finding.severity = EQP_SEVERITY_ERROR;
	eqp_findings_add(issues->findings, finding);
}
