/*
 * arguments.h
 *		The parameters that the reports have in common.
 *
 * Each function reads one argument and checks it.  NULL is refused with
 * 22004, save where a comment says otherwise; a value that cannot be is
 * refused with 22023.  The messages name the parameter.
 */
#ifndef EQP_ARGUMENTS_H
#define EQP_ARGUMENTS_H

#include "equipair.h"

#include "datatype/timestamp.h"
#include "utils/date.h"

/*
 * The grouping columns: how many, and their names.  Each is named once.  NULL
 * is 22023 here.
 */
extern int	eqp_argument_by(FunctionCallInfo fcinfo, int argno, char ***names);

/*
 * The grouping columns of the pairings, in the same way; 22023 where one of
 * them is a grouping column of the units too.
 */
extern int	eqp_argument_pairing_by(FunctionCallInfo fcinfo, int argno, char **by, int nby, char ***names);

/* These and behind them the period of a report over time; 22023 where it is one of them. */
extern char **eqp_by_and_period(char **by, int nby, char *period_column);

/* These and behind them the groups of a report that compares them; 22023 likewise. */
extern char **eqp_by_and_group(char **by, int nby, char *group_column);

/*
 * The elements of a text[] that is not NULL.  The hint goes with the errors
 * for an array of several dimensions and for a null in it.
 */
extern int	eqp_argument_names(FunctionCallInfo fcinfo, int argno, const char *parameter,
							   const char *hint, char ***names);

/* The elements of a float8[] that is not NULL, in the same way; they are not to be written to. */
extern int	eqp_argument_numbers(FunctionCallInfo fcinfo, int argno, const char *parameter,
								 const char *hint, double **numbers);

/* A day, not infinite.  The optional one is NULL where the function returns false. */
extern DateADT eqp_argument_date(FunctionCallInfo fcinfo, int argno, const char *parameter);
extern bool eqp_argument_optional_date(FunctionCallInfo fcinfo, int argno,
									   const char *parameter, DateADT *date);

/* The parameter step: a positive interval. */
extern Interval *eqp_argument_step(FunctionCallInfo fcinfo, int argno);

extern bool eqp_argument_bool(FunctionCallInfo fcinfo, int argno, const char *parameter);
extern int	eqp_argument_count(FunctionCallInfo fcinfo, int argno, const char *parameter,
							   int minimum);
extern char *eqp_argument_text(FunctionCallInfo fcinfo, int argno, const char *parameter);

/*
 * The parameter confidence, between 0 and 1 and neither of them.  The optional
 * one is NULL where the function returns false: no interval is wanted.
 */
extern double eqp_argument_confidence(FunctionCallInfo fcinfo, int argno);
extern bool eqp_argument_optional_confidence(FunctionCallInfo fcinfo, int argno,
											 double *confidence);

#endif							/* EQP_ARGUMENTS_H */
