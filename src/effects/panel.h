/*
 * panel.h
 *		Outcomes of units through time, and when each unit was first treated.
 *
 * What all estimators of an effect read.  A panel is one sample: the rows of a
 * subgroup, or of one zone of it.  It lists the rows that can be used, by unit,
 * so that a unit with holes takes no more memory than it has rows; what is
 * missing is not there.  A panel of rows that are not known again, such as
 * pupils sampled anew each year, is the same with one row a unit.
 *
 * The rows of unit i are those from first[i] to first[i + 1] - 1, by period.
 * A row has the number of its period in periods[].  Units are in the order of
 * their ids as text, by bytes; without ids in one that depends on nothing but
 * what the rows hold.  So sums over a panel do not depend on the order in which
 * rows were read.
 *
 * Clusters are numbered in the order of their names, by bytes, over all panels
 * that are compared with each other: two zones of a subgroup share them.
 * A number may have no unit in a panel.  By default each unit is a cluster.
 *
 * The arrays are the caller's, and nobody writes to them here.  Plain C99: no
 * allocation, no global state.
 */
#ifndef EQP_EFFECTS_PANEL_H
#define EQP_EFFECTS_PANEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Cohorts that are no period: always treated, and never as far as is known. */
#define EQP_COHORT_ALWAYS INT64_MIN
#define EQP_COHORT_NEVER INT64_MAX

/* Codes of periods, and of other cohorts, lie within this on either side of 0: differences do not overflow. */
#define EQP_PERIOD_LIMIT INT64_C(4000000000)

/* What the code of a period counts. */
typedef enum EqpPeriodUnit
{
	EQP_PERIOD_YEARS,			/* years, or school years by the year in which they begin */
	EQP_PERIOD_DAYS				/* days; how far apart two are is told in periods */
} EqpPeriodUnit;

typedef struct EqpPanel
{
	/* the periods in which anything was measured, ascending, each once */
	const int64_t *periods;
	size_t		nperiods;
	EqpPeriodUnit period_unit;

	/* by unit */
	size_t		nunits;
	const size_t *first;		/* nunits + 1 of them: where the rows of each begin */
	const int64_t *cohorts;		/* code of the first treated period, among periods or not; or one of the two above */
	const int64_t *cohort_codes;	/* those that there are without these two, ascending, each once */
	size_t		ncohorts;
	const uint32_t *clusters;	/* below nclusters */
	size_t		nclusters;

	/* by row */
	const uint32_t *period;		/* number in periods; ascending within a unit, and each once */
	const double *values;		/* finite */
	const double *weights;		/* finite and above 0; NULL where each is 1 */
} EqpPanel;

/* How many rows there are. */
static inline size_t
eqp_panel_nrows(const EqpPanel *panel)
{
	return panel->nunits == 0 ? 0 : panel->first[panel->nunits];
}

/* The weight of a row. */
static inline double
eqp_panel_weight(const EqpPanel *panel, size_t row)
{
	return panel->weights == NULL ? 1 : panel->weights[row];
}

/* The place of the first code that is not below the given one; n where there is none. */
static inline size_t
eqp_code_from(const int64_t *codes, size_t n, int64_t code)
{
	size_t		low = 0;
	size_t		high = n;

	while (low < high)
	{
		size_t		middle = low + (high - low) / 2;

		if (codes[middle] < code)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/*
 * How long after a cohort is first treated a period comes, below 0 where it
 * comes before: in years, or for days in periods of the panel.
 */
static inline int64_t
eqp_event_time(const EqpPanel *panel, int64_t cohort, size_t period)
{
	if (panel->period_unit == EQP_PERIOD_YEARS)
		return panel->periods[period] - cohort;
	return (int64_t) period - (int64_t) eqp_code_from(panel->periods, panel->nperiods, cohort);
}

#endif							/* EQP_EFFECTS_PANEL_H */
