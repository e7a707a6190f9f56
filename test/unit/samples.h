/*
 * samples.h
 *		A sample that a test fills and puts in order, and the districts' spending
 *		of oracle/edu_spending_input.csv.
 */
#ifndef EQP_TEST_SAMPLES_H
#define EQP_TEST_SAMPLES_H

#include "stats/sample.h"

#include "tap.h"

#define N_MAX	400

static double x[N_MAX];
static double w[N_MAX];

/* Puts the first n values of x in order, with their weights. */
static inline void
order(size_t n)
{
	static double rows[2 * N_MAX];
	static double scratch[2 * N_MAX];

	for (size_t i = 0; i < n; i++)
	{
		rows[2 * i] = x[i];
		rows[2 * i + 1] = w[i];
	}
	eqp_sort_weighted(rows, scratch, n, NULL);
	for (size_t i = 0; i < n; i++)
	{
		x[i] = rows[2 * i];
		w[i] = rows[2 * i + 1];
	}
}

/* Reads them into x, and the enrolled into w; how many there are. */
static inline size_t
read_spending(const char *dir)
{
	CsvFile		csv;
	size_t		n = 0;

	csv_open(&csv, dir, "oracle/edu_spending_input.csv");
	while (csv_next(&csv))
	{
		x[n] = csv_number(csv.field[2]);
		w[n++] = csv_number(csv.field[3]);
	}
	order(n);
	return n;
}

#endif							/* EQP_TEST_SAMPLES_H */
