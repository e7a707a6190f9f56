/*
 * findings.h
 *		The rows of the issue reports: put into order, and written.
 *
 * All issue reports have the same columns, so that they can be put together:
 * the issue, its severity, the id and the partner that it is about, how many
 * rows of the source say so, and a detail for people to read.  A report adds
 * what it finds in any order:
 *
 *		EqpFindings *findings = eqp_findings_create(issue_names, lengthof(issue_names), NULL);
 *
 *		eqp_findings_add_text(findings, EQP_SEVERITY_WARNING, HELD_EARLY, &key, NULL, 3, "held in 2013");
 *		eqp_findings_put(findings, eqp_findings_open(fcinfo));
 *
 * A finding is a few numbers.  Its detail is either given as text, or made
 * when the row is written, where there may be millions of them.
 */
#ifndef EQP_FINDINGS_H
#define EQP_FINDINGS_H

#include "equipair.h"

#include "report/writer.h"
#include "source/key.h"

/* In the order of the report. */
typedef enum EqpSeverity
{
	EQP_SEVERITY_ERROR,			/* a report would refuse the rows or miscount them */
	EQP_SEVERITY_WARNING,		/* probably a mistake: rows that do not count, values that can hardly be */
	EQP_SEVERITY_NOTE			/* may well be right, but is good to know */
} EqpSeverity;

#define EQP_NO_ID PG_UINT32_MAX

/* A row of the report. */
typedef struct EqpFinding
{
	uint8		severity;
	bool		has_text;		/* its detail is given, and made by no function */
	uint16		issue;			/* the number of its name */
	uint32		id;				/* the number of a key, or EQP_NO_ID: NULL */
	uint32		partner;		/* likewise */
	uint32		ref;			/* what the detail rests on */
	int64		rows;			/* so many rows of the source say it */
} EqpFinding;

typedef struct EqpFindings EqpFindings;

/* The detail of a finding, in the current memory context. */
typedef char *(*EqpDetailFunction) (void *arg, const EqpFinding *finding);

struct EqpFindings
{
	/* of the findings without a text; may be NULL where all have one */
	EqpDetailFunction detail;
	void	   *arg;

	/* private */
	MemoryContext context;
	const char *const *names;
	int			nnames;
	EqpKeyMap  *ids;
	EqpFinding *findings;
	uint32		nfindings;
	uint32		finding_capacity;
	char	  **texts;			/* by ref */
	uint32		ntexts;
	uint32		text_capacity;
};

/*
 * No findings yet, in the current memory context.  names are those of the
 * issues; several may have one name.  ids is where the ids of findings have
 * their numbers; NULL: a map of its own.
 */
extern EqpFindings *eqp_findings_create(const char *const *names, int nnames, EqpKeyMap *ids);

/* The number of what is appended next; 54000 where there are too many. */
extern uint32 eqp_finding_number(uint32 *n);

/* Adds a finding whose ids have numbers. */
extern void eqp_findings_add(EqpFindings *findings, EqpFinding finding);

/* The same with the detail, about an id and a partner that may be NULL; all are copied. */
extern void eqp_findings_add_text(EqpFindings *findings, EqpSeverity severity, int issue,
								  const EqpKey *id, const EqpKey *partner, int64 rows,
								  const char *detail);

/* A writer of rows of findings. */
extern EqpWriter *eqp_findings_open(FunctionCallInfo fcinfo);

/*
 * Writes all of them by severity, issue, id and partner; what is equal in these,
 * by the number of the issue and ref, and texts in the order in which they were
 * added.
 */
extern void eqp_findings_put(EqpFindings *findings, EqpWriter *writer);

#endif							/* EQP_FINDINGS_H */
