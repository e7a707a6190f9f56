/*
 * figures.h
 *		The figures that segregation_indices gives of one table of counts, and what chance
 *		does to them.
 */
#ifndef EQP_SEGREGATION_FIGURES_H
#define EQP_SEGREGATION_FIGURES_H

#include "evenness/segregation_draws.h"
#include "segregation/counts.h"

/* The order of the figures: those of all groups, of the superunits, then of each group. */
enum
{
	EQP_FIGURE_DISSIMILARITY, EQP_FIGURE_INFORMATION_INDEX, EQP_FIGURE_MUTUAL_INFORMATION,
	EQP_FIGURE_ENTROPY, EQP_FIGURE_RELATIVE_DIVERSITY,
	EQP_FIGURES_OF_ALL
};

/* With superunits: H between and within, M between and within; then H, M and entropy of each. */
#define EQP_FIGURES_OF_SPLIT 4
#define EQP_FIGURES_OF_PART 3

/* Dissimilarity, isolation and eta squared of each group in view. */
#define EQP_FIGURES_OF_GROUP 3

typedef struct EqpFigure
{
	double		estimate;
	EqpSegregationChance chance;	/* NaN without draws */
} EqpFigure;

typedef struct EqpDraws
{
	int			draws;			/* 0 for none */
	uint64		seed;
	double		z;				/* standard errors to each side of an interval */
} EqpDraws;

/*
 * All figures of a table that is not empty, in the current memory context; focus is the number of
 * the only group in view, -1 for all.  Beyond EQP_LARGEST_COUNT members nothing is drawn.
 */
extern EqpFigure *eqp_segregation_figures(const EqpCountTable *table, int focus,
										  const EqpDraws *draws);

#endif							/* EQP_SEGREGATION_FIGURES_H */
