/*
 * panels.h
 *		Panels of the inputs of oracle/edu_impact_*, for tests of effects.
 *
 * Units are sorted by their ids as text, clusters are numbered in the order of
 * their names, as the server does it.
 */
#ifndef EQP_TEST_PANELS_H
#define EQP_TEST_PANELS_H

#include "effects/panel.h"

#include "tap.h"

#define PANEL_ROWS 2000
#define PANEL_NAME 16

typedef struct PanelRow
{
	char		id[PANEL_NAME];
	char		cluster[PANEL_NAME];
	int64_t		period;
	int64_t		cohort;			/* 0: never */
	int64_t		until;			/* last treated period; INT64_MAX where it is not told */
	double		value;
	double		weight;
} PanelRow;

/* A panel and the memory of it. */
typedef struct TestPanel
{
	PanelRow	rows[PANEL_ROWS];
	size_t		nrows;
	char		clusters[PANEL_ROWS][PANEL_NAME];
	int64_t		periods[PANEL_ROWS];
	size_t		first[PANEL_ROWS + 1];
	int64_t		cohorts[PANEL_ROWS];
	int64_t		codes[PANEL_ROWS];
	uint32_t	cluster_of[PANEL_ROWS];
	uint32_t	period_of[PANEL_ROWS];
	double		values[PANEL_ROWS];
	double		weights[PANEL_ROWS];
	EqpPanel	panel;
} TestPanel;

/* The number of a column in a header line; ends the test without it. */
static inline int
panel_column(const CsvFile *header, const char *name)
{
	for (int i = 0; i < header->fields; i++)
		if (strcmp(header->field[i], name) == 0)
			return i;
	printf("Bail out! no column %s\n", name);
	exit(2);
}

/* The header of a csv file, as a row. */
static inline void
panel_header(CsvFile *header, const char *dir, const char *name)
{
	char		path[1024];

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	header->file = fopen(path, "r");
	if (header->file == NULL || !csv_next(header))
	{
		printf("Bail out! cannot read %s\n", path);
		exit(2);
	}
	fclose(header->file);
}

/*
 * Reads the rows of a dataset where column filter, NULL for all, is wanted; the weight and
 * the cluster from the columns of these names, 1 and the id for NULL.  Rows without a value
 * or with a weight of 0 are left out.
 */
static inline void
panel_read(TestPanel *p, const char *dir, const char *dataset, const char *filter, const char *wanted,
		   const char *weight, const char *cluster)
{
	static CsvFile header;
	static CsvFile csv;
	char		name[128];
	bool		ended = strcmp(dataset, "edu_impact_ended") == 0;
	int			id, period, value, cohort;

	snprintf(name, sizeof(name), "oracle/%s_input.csv", dataset);
	panel_header(&header, dir, name);
	id = panel_column(&header, "id");
	period = panel_column(&header, "period");
	value = panel_column(&header, "value");
	cohort = panel_column(&header, "cohort");
	p->nrows = 0;
	csv_open(&csv, dir, name);
	while (csv_next(&csv))
	{
		PanelRow   *row = &p->rows[p->nrows];

		if (filter != NULL && strcmp(csv.field[panel_column(&header, filter)], wanted) != 0)
			continue;
		row->value = csv_number(csv.field[value]);
		row->weight = weight == NULL ? 1.0 : csv_number(csv.field[panel_column(&header, weight)]);
		if (isnan(row->value) || !(row->weight > 0.0))
			continue;
		row->period = (int64_t) csv_number(csv.field[period]);
		row->cohort = (int64_t) csv_number(csv.field[cohort]);
		row->until = INT64_MAX;
		if (ended && *csv.field[panel_column(&header, "treated_until")] != '\0')
			row->until = (int64_t) csv_number(csv.field[panel_column(&header, "treated_until")]);
		snprintf(row->id, sizeof(row->id), "%s", csv.field[id]);
		snprintf(row->cluster, sizeof(row->cluster), "%s",
				 csv.field[cluster == NULL ? id : panel_column(&header, cluster)]);
		p->nrows++;
	}
}

static inline int
panel_compare_rows(const void *a, const void *b)
{
	const PanelRow *x = a;
	const PanelRow *y = b;
	int			c = strcmp(x->id, y->id);

	return c != 0 ? c : (x->period > y->period) - (x->period < y->period);
}

static inline int
panel_compare_codes(const void *a, const void *b)
{
	int64_t		x = *(const int64_t *) a;
	int64_t		y = *(const int64_t *) b;

	return (x > y) - (x < y);
}

static inline int
panel_compare_names(const void *a, const void *b)
{
	return strcmp(a, b);
}

/* Sorts codes and leaves each once; how many. */
static inline size_t
panel_codes(int64_t *codes, size_t n)
{
	size_t		m = 0;

	qsort(codes, n, sizeof(*codes), panel_compare_codes);
	for (size_t i = 0; i < n; i++)
		if (m == 0 || codes[i] != codes[m - 1])
			codes[m++] = codes[i];
	return m;
}

/*
 * Makes the panel of the rows.  With cross sections each row is a unit.  The names of
 * the clusters are those of names, for panels that share them.
 */
static inline void
panel_make(TestPanel *p, bool cross_sections, bool weighted, char (*names)[PANEL_NAME], size_t nnames)
{
	EqpPanel   *panel = &p->panel;

	memset(panel, 0, sizeof(*panel));
	qsort(p->rows, p->nrows, sizeof(PanelRow), panel_compare_rows);
	for (size_t i = 0; i < p->nrows; i++)
	{
		p->periods[i] = p->rows[i].period;
		if (p->rows[i].cohort != 0)
			p->codes[panel->ncohorts++] = p->rows[i].cohort;
	}
	panel->periods = p->periods;
	panel->nperiods = panel_codes(p->periods, p->nrows);
	panel->cohort_codes = p->codes;
	panel->ncohorts = panel_codes(p->codes, panel->ncohorts);
	panel->nclusters = nnames;
	for (size_t i = 0; i < p->nrows; i++)
	{
		const PanelRow *row = &p->rows[i];

		if (cross_sections || i == 0 || strcmp(row->id, p->rows[i - 1].id) != 0)
		{
			size_t		unit = panel->nunits++;
			const char *name = bsearch(row->cluster, names, nnames, PANEL_NAME, panel_compare_names);

			p->first[unit] = i;
			p->cohorts[unit] = row->cohort == 0 ? EQP_COHORT_NEVER : row->cohort;
			p->cluster_of[unit] = (uint32_t) ((name - names[0]) / PANEL_NAME);
		}
		p->period_of[i] = (uint32_t) eqp_code_from(p->periods, panel->nperiods, row->period);
		p->values[i] = row->value;
		p->weights[i] = row->weight;
	}
	p->first[panel->nunits] = p->nrows;
	panel->first = p->first;
	panel->cohorts = p->cohorts;
	panel->clusters = p->cluster_of;
	panel->period = p->period_of;
	panel->values = p->values;
	panel->weights = weighted ? p->weights : NULL;
}

/* Adds the names of clusters of a panel to others, in order and each once; how many there are then. */
static inline size_t
panel_names(const TestPanel *p, char (*names)[PANEL_NAME], size_t n)
{
	size_t		m = 0;

	for (size_t i = 0; i < p->nrows; i++)
		memcpy(names[n++], p->rows[i].cluster, PANEL_NAME);
	qsort(names, n, PANEL_NAME, panel_compare_names);
	for (size_t i = 0; i < n; i++)
		if (m == 0 || strcmp(names[i], names[m - 1]) != 0)
			memmove(names[m++], names[i], PANEL_NAME);
	return m;
}

#endif							/* EQP_TEST_PANELS_H */
