/*
 * sample_merge.h
 *		Two samples in order, read as one without making it: some rows at a
 *		time, and of each row from which of the two it is.
 *
 * Without weights, and for reading without NaN.
 */
#ifndef EQP_SAMPLE_MERGE_H
#define EQP_SAMPLE_MERGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "stats/sample.h"

/* Rows read at a time: they stay in the nearest cache while every measure takes them. */
#define EQP_MERGED_ROWS		2048
#define EQP_MERGED_WORDS	(EQP_MERGED_ROWS / 64)

/* Reads that take next to no time: what reads them all calls its tick that rarely. */
#define EQP_MERGED_PER_TICK	64

typedef struct EqpMergedRows
{
	const EqpSample *a;
	const EqpSample *b;
	size_t		i;				/* rows of a before these, and of b */
	size_t		j;
	size_t		n;				/* all but the last time as many as there is room for */
	size_t		next_i;			/* rows of a before the next ones, and of b */
	size_t		next_j;
	double		next;			/* the value behind them; NaN at the end */
	double		values[EQP_MERGED_ROWS];
	uint64_t	from_b[EQP_MERGED_WORDS];	/* a bit for each row, the first the lowest */
} EqpMergedRows;

/* Before the first row.  The samples are read until the end. */
extern void eqp_merged_start(EqpMergedRows *rows, const EqpSample *a, const EqpSample *b);

/* The next rows; false at the end.  Of equal values those of a come first. */
extern bool eqp_merged_next(EqpMergedRows *rows);

/* The value of one row of both, counted from 0; NaN is allowed. */
extern double eqp_merged_value(const EqpSample *a, const EqpSample *b, size_t row);

#endif							/* EQP_SAMPLE_MERGE_H */
