/*
 * nightly.h
 *		One night of a twinning model: what its parts share.
 *
 * nightly_report() runs steps one after the other in one transaction: it sums
 * up outcomes, lists issues, runs each report and each check.  A step is a
 * function that runs in a subtransaction of its own, so that one that fails
 * takes nothing along.
 */
#ifndef EQP_NIGHTLY_H
#define EQP_NIGHTLY_H

#include "equipair.h"

#include "nodes/pg_list.h"
#include "source/params.h"
#include "utils/date.h"

typedef struct EqpNight
{
	const char *name;			/* of the schema */
	const char *schema;			/* the same, quoted */
	const char *extension;		/* schema of the extension, quoted */
	Oid			schema_oid;
	Oid			extension_oid;
	Oid			rate;			/* the type */
	DateADT		as_of;
	char	   *as_of_text;		/* as a value for $1 */
	bool		tables;			/* the model has tables of its own */
	bool		last_try;
	bool		conflict;		/* a step met 40001: begin again */
	int64		run;
	Datum		changed_years;	/* int4[], by the summaries; 0 where they failed */
	MemoryContext context;		/* lives as long as the call */
	List	   *failures;		/* what to raise at the end: C strings */
} EqpNight;

typedef struct EqpNightStep
{
	const char *kind;			/* as in runs */
	const char *name;
	const char *query;			/* of a report or a check */
	/* of a check */
	const char *title;
	bool		is_warning;
	bool		has_least;
	bool		has_most;
	double		at_least;
	double		at_most;
	/* what came of it */
	int64		rows;
	char	   *breach;			/* what a check found wrong, in the context of the night; NULL: nothing */
} EqpNightStep;

typedef void (*EqpNightFunction) (EqpNight *night, EqpNightStep *step);

/* A statement in which %s, several times, is the quoted schema; with its values.  Returns the rows. */
extern uint64 eqp_night_execute(EqpNight *night, const char *statement, int nargs,
								const Oid *types, const Datum *values, const char *nulls);

/* The text of a query, with the day as its only value. */
extern const EqpSourceText *eqp_night_source(EqpNight *night, const EqpNightStep *step);

/* The steps. */
extern void eqp_night_summaries(EqpNight *night, EqpNightStep *step);
extern void eqp_night_issues(EqpNight *night, EqpNightStep *step);
extern void eqp_night_figures(EqpNight *night, EqpNightStep *step);
extern void eqp_night_check(EqpNight *night, EqpNightStep *step);

#endif							/* EQP_NIGHTLY_H */
