/*
 * compared.h
 *		Units that were measured in each of some periods: what the reports on
 *		convergence read.
 */
#ifndef EQP_COMPARED_H
#define EQP_COMPARED_H

#include "impact/panels.h"
#include "report/report.h"

/* The arguments that these reports begin with, params being another one. */
enum
{
	EQP_COMPARED_OUTCOMES, EQP_COMPARED_BY, EQP_COMPARED_PERIOD_COLUMN, EQP_COMPARED_FROM,
	EQP_COMPARED_TO, EQP_COMPARED_SCALE, EQP_COMPARED_MIN_N, EQP_N_COMPARED_ARGUMENTS
};

typedef struct EqpCompared
{
	EqpPanels  *panels;
	EqpReport  *report;
	uint32	   *periods;		/* places among panels->periods, ascending */
	uint32		nperiods;		/* 0 where nothing was read */
	bool		logs;
	int			min_n;
} EqpCompared;

/*
 * Read them: with the periods from the first to the last that are asked for, or only
 * these two.  The two are of all rows, so that subgroups are compared over the same
 * time.  22004 for NULLs, 22023 for a scale that there is not, for a period without
 * outcomes, and where the last is not after the first.
 */
extern void eqp_compared_read(EqpCompared *compared, FunctionCallInfo fcinfo, const char *function,
							  int params, bool between);

/* The units of a subgroup that have a row in each of the periods. */
typedef struct EqpComparedUnits
{
	uint32		n;
	bool		defined;		/* false where a logarithm is wanted of a value that has none */
	double	  **values;			/* by period and unit: logarithms, where these are wanted */
	uint32	   *clusters;		/* NULL where units are clusters */
	uint32		nclusters;		/* numbers of clusters are below */
	bool		suppressed;
} EqpComparedUnits;

/* Those of a node, in the current memory context. */
extern void eqp_compared_units(const EqpCompared *compared, const EqpNode *node, EqpComparedUnits *units);

#endif							/* EQP_COMPARED_H */
