/*
 * design.h
 *		How the rows of outcomes came about: in clusters, in strata, or each by
 *		itself; and the errors that this gives the gap.
 *
 * A source of outcomes may have the columns cluster and strata.  While it is
 * read, each subgroup keeps what it holds of each cluster; the errors need no
 * more.
 */
#ifndef EQP_DESIGN_H
#define EQP_DESIGN_H

#include "equipair.h"

#include "measures/two_groups.h"
#include "report/report.h"
#include "sampling/clusters.h"

/* The parameter errors. */
typedef enum EqpErrors
{
	EQP_ERRORS_AUTO,			/* by the columns that there are */
	EQP_ERRORS_WELCH,
	EQP_ERRORS_CR2,
	EQP_ERRORS_SURVEY
} EqpErrors;

/* 22004 for NULL, 22023 for a name that there is not. */
extern EqpErrors eqp_argument_errors(FunctionCallInfo fcinfo, int argno);

/* What a subgroup holds of a cluster: the reference and the comparison group. */
typedef struct EqpDesignEntry
{
	uint32		group;			/* number of the grouping */
	uint32		cluster;
	EqpClusterCell cells[2];
} EqpDesignEntry;

typedef struct EqpDesign
{
	EqpErrors	errors;			/* no longer EQP_ERRORS_AUTO */
	const char *function;
	EqpColumn  *cluster_column;
	EqpColumn  *strata_column;

	/* numbers of clusters and strata; NULL where each row is a cluster, where all are one stratum */
	EqpKeyMap  *clusters;
	EqpKeyMap  *strata;
	uint32		nclusters;
	uint32		nstrata;
	uint32	   *stratum;		/* of a cluster */
	uint32		stratum_capacity;
	int64	   *sizes;			/* clusters of a stratum */
	uint32		size_capacity;

	/* in the order of group and cluster, once the rows are read */
	EqpDesignEntry *entries;
	uint32		nentries;
	uint32		entry_capacity;
	uint32	   *first;			/* entry of a group, one more at the end */

	/* private */
	MemoryContext context;
	EqpKeyMap  *index;			/* of entries, by group and cluster */
	uint32		last;			/* the entry of the row before */
} EqpDesign;

/* Does the design keep clusters at all? */
static inline bool
eqp_design_is_kept(const EqpDesign *design)
{
	return design->errors != EQP_ERRORS_WELCH;
}

/*
 * Settles which errors it is to be by the columns of a source that is open.
 * 42703 where the errors asked for need a column that is not there.  In the
 * current memory context.
 */
extern void eqp_design_init(EqpDesign *design, EqpErrors errors, const EqpSource *source,
							EqpColumn *cluster_column, EqpColumn *strata_column);

/*
 * The cluster of the current row, which is there for the design; also of a
 * row that no figure counts, since its cluster may have been drawn.  22004
 * where cluster or strata is NULL, 22000 for a cluster in two strata.
 */
extern uint32 eqp_design_row(EqpDesign *design, const EqpSource *source);

/* The cell of a cluster in a group: which is 0 for the reference, 1 for the comparison. */
extern EqpClusterCell *eqp_design_cell(EqpDesign *design, uint32 group, uint32 cluster, int which);

/* After the last row.  22023 for a stratum of one cluster. */
extern void eqp_design_finish(EqpDesign *design, uint32 ngroups);

/* ---- The errors of a subgroup ------------------------------------------- */

/* Room for the clusters of a subgroup, used again for the next one. */
typedef struct EqpDesignWork
{
	const EqpDesign *design;
	int			ncells;			/* of a cluster */
	EqpClusterCell *cells;
	uint32		capacity;
	uint32		nclusters;
	uint32	   *place;			/* of a cluster in cells, where it is below nclusters */
	uint32	   *cluster;		/* the cluster of a place */
	uint32		cluster_capacity;
	uint32	   *stratum;
	uint32		stratum_capacity;
	int64	   *sizes;
	uint32		size_capacity;
	uint32	   *stratum_place;
	uint32	   *stratum_at;
	double	   *sums;
} EqpDesignWork;

typedef struct EqpDesignFigures
{
	EqpGapErrors errors;
	int64		clusters[2];	/* of the reference and of the comparison group */
	double		df;				/* the smaller of the two; NaN where no error is known */
	bool		paired;
	EqpPairedDifferences pairs;
} EqpDesignFigures;

/* For a design that is kept and has been finished; in the current memory context. */
extern void eqp_design_work_init(EqpDesignWork *work, const EqpDesign *design);

/*
 * No clusters yet, of two cells each or of four; then those of a group of the
 * grouping more, or of one of its two cells.  The two come to the places at
 * and at + 1.
 */
extern void eqp_design_start(EqpDesignWork *work, int ncells);
extern void eqp_design_add_group(EqpDesignWork *work, uint32 group, int at);
extern void eqp_design_add_cell(EqpDesignWork *work, uint32 group, int which, int at);

/* The errors of the gap over what was added. */
extern void eqp_design_figures(EqpDesignWork *work, EqpDesignFigures *figures);

/* The same by CR2 of clusters that come from elsewhere, of two cells each. */
extern void eqp_cluster_figures(const EqpClusters *clusters, EqpDesignFigures *figures);

/* The errors of combinations of the four means; coefficients has four for each. */
extern void eqp_design_combine(EqpDesignWork *work, const double (*coefficients)[EQP_MAX_CELLS],
							   int ncombinations, EqpDesignError *errors);

/* ---- Few clusters ------------------------------------------------------- */

/* An interval that rests on few clusters, and how many others do; all zero bytes at first. */
typedef struct EqpFewClusters
{
	int64		subgroups;
	int64		clusters[2];	/* of the first */
	double		df;
	char	   *subgroup;
} EqpFewClusters;

/* Keeps of a row of the report what the warning tells. */
extern void eqp_design_note_few(EqpFewClusters *few, const EqpReport *report,
								const EqpNode *node, const EqpDesignFigures *figures);

/* Warns, once a call, where a row was kept. */
extern void eqp_design_warn_of_few(const EqpFewClusters *few, const char *function);

#endif							/* EQP_DESIGN_H */
