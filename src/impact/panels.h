/*
 * panels.h
 *		Outcomes of units through time, read from a source, and when each unit was
 *		first paired.
 *
 * All rows are read first, and put in order by subgroup, unit and period; then
 * each subgroup in turn is made a panel for the numerics of effects/.
 *
 * Memory: 48 bytes a row and 56 a unit, with the index of the ids; pairings take 16
 * bytes a row and 24 a pair and period while they are read, sessions 8 a unit that held one.
 */
#ifndef EQP_PANELS_H
#define EQP_PANELS_H

#include "equipair.h"

#include "effects/panel.h"
#include "report/grouping.h"
#include "report/missing.h"
#include "report/two_groups.h"
#include "report/writer.h"

/* What is done with a unit whose pairings ended. */
typedef enum EqpAfterEnd
{
	EQP_END_KEEP,				/* nothing: once paired, always treated */
	EQP_END_CENSOR,				/* its rows after the last paired period are left out */
	EQP_END_EXCLUDE				/* it is left out */
} EqpAfterEnd;

/* What tells when a unit was first paired. */
typedef struct EqpTreatment
{
	const EqpSourceText *pairings;	/* NULL: the column cohort of outcomes */
	const EqpSourceText *sessions;	/* NULL: to be paired is enough */
	int			min_sessions;
	double		min_share;
	int			start_month;
	EqpAfterEnd after_end;
} EqpTreatment;

/* What is read. */
typedef struct EqpPanelOptions
{
	const char *function;
	FunctionCallInfo fcinfo;	/* of the entry point: school_year is looked for beside it */
	const EqpSourceText *outcomes;
	char	  **by;
	int			nby;
	const char *period_column;
	EqpTwoGroups *groups;		/* two panels a subgroup; NULL: one */
	bool		cross_sections;	/* a row is a unit of its own, whatever its id */
	bool		untreated;		/* nobody asks who was paired: all are never treated, and weigh 1 */
	bool		without_values;	/* the column value need not be there */
	bool		unweighted;		/* the column weight is not read */
	EqpTreatment treatment;
} EqpPanelOptions;

/* What a period is: its type and how it is written. */
typedef struct EqpPeriodForm
{
	Oid			type;			/* domains resolved */
	EqpPeriodUnit unit;
	bool		school_years;
	EqpTextForm textform;
} EqpPeriodForm;

/* Rows that are not used, and why. */
typedef enum EqpUnusedRow
{
	EQP_UNUSED_NULL,			/* value or weight is NULL */
	EQP_UNUSED_WEIGHT,			/* weight 0 */
	EQP_UNUSED_CENSORED,		/* after the last paired period */
	EQP_UNUSED_EXCLUDED,		/* of a unit whose pairings ended */
	EQP_N_UNUSED
} EqpUnusedRow;

/* What is known of a unit: when it was paired, as codes of periods. */
typedef struct EqpPanelUnit
{
	int64		cohort;			/* the first paired period, or EQP_COHORT_ALWAYS or EQP_COHORT_NEVER */
	int64		until;			/* the last one, no later than the last period measured or the first one paired */
	int64		periods;		/* how many of them were paired */
	bool		paused;			/* and not all between the two */
	uint32		cluster;		/* number of its name */
	bool		met;			/* private: a row told cohort and cluster */
	uint32		unused[EQP_N_UNUSED];	/* rows of it */
} EqpPanelUnit;

typedef struct EqpPanelRow
{
	uint32		panel;			/* nsides * number of the group + side */
	uint32		unit;			/* by rank of its id as text */
	uint32		cluster;		/* number of its name; of a row without one its own */
	int64		period;			/* code; once all are read, its place among the periods */
	int64		cohort;			/* code, of the row with cross sections; else see units */
	double		value;
	double		weight;
} EqpPanelRow;

typedef struct EqpPanels
{
	EqpPanelOptions options;
	MemoryContext context;
	EqpGrouping *grouping;
	int			nsides;			/* panels a subgroup: 1, or reference and comparison */
	EqpPeriodForm period;
	bool		weighted;

	/* ids by number, nunits of them; and which number has each rank */
	EqpKeyMap  *ids;
	uint32		nunits;
	uint32	   *id_of_rank;
	EqpPanelUnit *units;		/* by rank */

	EqpKeyMap  *clusters;		/* names; NULL where units are clusters, or rows */
	uint32	   *rank_of_cluster;	/* among the names by bytes */

	/* in order of panel, unit and period; where each panel begins, and one more */
	EqpPanelRow *rows;
	uint64		nrows;
	uint64	   *first_of_panel;

	/* the periods of all usable rows, ascending */
	int64	   *periods;
	uint32		nperiods;

	EqpMissing	missing;
	int64		unused[EQP_N_UNUSED];	/* rows */
} EqpPanels;

/*
 * Read the source, and when its units were paired.  Everything lives in the
 * current memory context.  Errors: a period of another type than integer,
 * school_year or date 42804, a period out of range 22003, neither or both of
 * pairings and cohort 22004, NULL id or period or cluster 22004, a unit twice in
 * a period 23505, two cohorts or clusters of a unit 22000, a weight that is
 * negative or not finite and a value that is not finite 22023.
 */
extern EqpPanels *eqp_panels_read(const EqpPanelOptions *options);

/* A panel, and the rank of each of its units: that of a row of it, with cross sections. */
typedef struct EqpMadePanel
{
	EqpPanel	panel;
	uint32	   *ranks;
} EqpMadePanel;

/* The panels of a group, nsides of them, with clusters in common; in the current memory context. */
extern void eqp_panels_make(const EqpPanels *panels, uint32 group, EqpMadePanel *made);

/* The period of a code as text; palloc'd. */
extern char *eqp_period_text(EqpPanels *panels, int64 code);

/* Sets a column to that. */
extern void eqp_set_period_text(EqpWriter *writer, int column, EqpPanels *panels, int64 code);

/* The id of a unit by its rank, for a message. */
extern char *eqp_panels_id(const EqpPanels *panels, uint32 rank);

/* ---- Who was paired when (treatment.c) ---------------------------------- */

/*
 * Read pairings and sessions, and set cohort, until, periods and paused of all units.  The
 * ids have their ranks; id_fold is that of the column id, or NULL.
 */
extern void eqp_treatment_read(EqpPanels *panels, EqpFold *id_fold, const uint32 *rank_of_id);

#endif							/* EQP_PANELS_H */
