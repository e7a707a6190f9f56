/*
 * outcome_values.c
 *		What is odd in the values of outcome_issues(); see outcomes.h.
 */
#include "issues/outcomes.h"

#include <math.h>

#include "alloc.h"
#include "issues/words.h"
#include "miscadmin.h"
#include "stats/quantile.h"
#include "utils/builtins.h"
#include "utils/float.h"
#include "utils/memutils.h"

/* Further from the median of its cell than so many median absolute deviations, a value is worth a look. */
#define FAR_DEVIATIONS 5

/* So many distinct negative values may be codes; and half of the values, where others than usual codes are among them. */
#define MAX_CODES 5

/* ---- Words -------------------------------------------------------------- */

char *
eqp_outcome_label(const EqpReport *report, const EqpNode *node, int level)
{
	EqpNode		subgroup = *node;
	Datum		labels[EQP_N_LABELS];

	subgroup.level = level;
	eqp_report_labels(report, &subgroup, labels);
	return TextDatumGetCString(labels[1]);
}

/* In as few digits as tell it from all others. */
static void
append_number(StringInfo buf, double value)
{
	appendStringInfoString(buf, eqp_shortest_decimal(value));
}

/* "12 of 40 rows" */
static void
append_part(StringInfo buf, int64 part, int64 whole, const char *what)
{
	appendStringInfo(buf, INT64_FORMAT " of ", part);
	eqp_append_count(buf, whole, what);
}

/* Adds a finding about a node, by the label of its first so many grouping columns. */
static void
add(EqpFindings *findings, EqpSeverity severity, EqpOutcomeIssue issue, const EqpReport *report,
	const EqpNode *node, int level, int64 rows, const char *detail)
{
	char	   *label = eqp_outcome_label(report, node, level);
	EqpKey		key = eqp_key_of_text((EqpText) {label, strlen(label)});

	eqp_findings_add_text(findings, severity, issue, &key, NULL, rows, detail);
}

/* ---- Cells -------------------------------------------------------------- */

/* Rows without numbers, and numbers that are none. */
static void
find_counts(const EqpOutcomeCell *cell, const EqpReport *report, const EqpNode *node,
			EqpFindings *findings)
{
	StringInfoData buf;

	initStringInfo(&buf);
	if (cell->missing > 0)
	{
		append_part(&buf, cell->missing, cell->rows, "row");
		appendStringInfo(&buf, " (%.0f %%) left out for a null", 100.0 * cell->missing / cell->rows);
		add(findings, cell->missing >= cell->rows / 20.0 ? EQP_SEVERITY_WARNING : EQP_SEVERITY_NOTE,
			EQP_MISSING_VALUES, report, node, node->level, cell->missing, buf.data);
	}
	if (cell->invalid > 0)
	{
		resetStringInfo(&buf);
		append_part(&buf, cell->invalid, cell->rows, "row");
		appendStringInfoString(&buf, " with a weight, n or std_dev that is negative, not finite, not whole or missing");
		add(findings, EQP_SEVERITY_ERROR, EQP_INVALID_WEIGHT, report, node, node->level,
			cell->invalid, buf.data);
	}
	if (cell->nans + cell->infinite > 0)
	{
		resetStringInfo(&buf);
		append_part(&buf, cell->nans + cell->infinite, eqp_outcome_counted(cell), "value");
		appendStringInfo(&buf, ": " INT64_FORMAT " NaN, " INT64_FORMAT " infinite", cell->nans, cell->infinite);
		add(findings, EQP_SEVERITY_ERROR, EQP_VALUE_NOT_FINITE, report, node, node->level,
			cell->nans + cell->infinite, buf.data);
	}
	if (cell->size == 1)
		add(findings, EQP_SEVERITY_NOTE, EQP_SINGLE_ROW, report, node, node->level, 1,
			"one row has a value: no standard error is known");
}

/* The median of values in order. */
static double
median_of(const double *values, uint32 n)
{
	EqpSample	sample = {values, NULL, n};
	double		half = 0.5;
	double		median;

	eqp_quantiles(&sample, &half, 1, &median);
	return median;
}

/*
 * Values far from the median of their cell.  work has room for twice as many
 * values.  Where more than half of the values are the same there is no scale
 * to tell by.
 */
static void
find_outliers(const EqpOutcomeCell *cell, const EqpReport *report, const EqpNode *node,
			  EqpFindings *findings, double *work)
{
	const double *values = cell->values;
	uint32		n = cell->nvalues;
	uint32		low = 0;
	uint32		high = n;
	double		median = median_of(values, n);
	double		deviation;
	StringInfoData buf;
	EqpListing	examples = {&buf, ", "};

	for (uint32 i = 0; i < n; i++)
		work[i] = fabs(values[i] - median);
	eqp_sort_values(work, work + n, n, eqp_check_interrupts);
	deviation = median_of(work, n);
	if (!(deviation > 0) || !isfinite(deviation))
		return;
	while (low < n && median - values[low] > FAR_DEVIATIONS * deviation)
		low++;
	while (high > low && values[high - 1] - median > FAR_DEVIATIONS * deviation)
		high--;
	if (low == 0 && high == n)
		return;

	initStringInfo(&buf);
	append_part(&buf, low + (n - high), n, "value");
	appendStringInfo(&buf, " further than %d times %g from the median %g: ", FAR_DEVIATIONS, deviation, median);
	/* the furthest first, of either side, and equal ones once */
	for (uint32 i = 0, j = n; i < low || j > high;)
	{
		bool		is_low = j == high || (i < low && median - values[i] >= values[j - 1] - median);
		double		value = is_low ? values[i] : values[j - 1];

		while (i < low && values[i] == value)
			i++;
		while (j > high && values[j - 1] == value)
			j--;
		if (eqp_list_item(&examples))
			append_number(&buf, value);
	}
	eqp_list_end(&examples, "other");
	add(findings, EQP_SEVERITY_WARNING, EQP_OUTLYING_VALUES, report, node, node->level,
		low + (n - high), buf.data);
}

/* ---- Codes -------------------------------------------------------------- */

/* What the values of a subgroup say of codes in them. */
typedef struct Codes
{
	double		codes[MAX_CODES];
	int64		rows[MAX_CODES];
	int			ncodes;			/* more than there is room for: these are no codes */
	int64		values;
	int64		negative;
	double		least;			/* of the others */
	double		greatest;
} Codes;

/* Adds the values of a cell, which are in order: the negative ones come first. */
static void
add_to_codes(Codes *codes, const EqpOutcomeCell *cell)
{
	uint32		i = 0;

	while (i < cell->nvalues && cell->values[i] < 0)
	{
		double		code = cell->values[i];
		uint32		first = i;
		int			place = 0;

		while (i < cell->nvalues && cell->values[i] == code)
			i++;
		while (place < Min(codes->ncodes, MAX_CODES) && codes->codes[place] != code)
			place++;
		if (place == codes->ncodes && codes->ncodes < MAX_CODES)
			codes->codes[codes->ncodes++] = code;
		else if (place == MAX_CODES)
			codes->ncodes = MAX_CODES + 1;
		if (codes->ncodes > MAX_CODES)
			break;
		codes->rows[place] += i - first;
		codes->negative += i - first;
	}
	codes->values += cell->nvalues;
	if (i == cell->nvalues)
		return;
	codes->least = fmin(codes->least, cell->values[i]);
	codes->greatest = fmax(codes->greatest, cell->values[cell->nvalues - 1]);
}

/* Is it what offices write for a value that is not known: -1 to -9, -98, -99, -999 and the like? */
static bool
is_usual_code(double value)
{
	if (value != rint(value) || value < -99999)
		return false;
	if (value >= -9)
		return true;
	for (double nines = -99; nines >= -99999; nines = nines * 10 - 9)
		if (value == nines || value == nines + 1)
			return true;
	return false;
}

/* Negative values where all others are not: the same in several rows, or such as offices take for codes. */
static void
find_codes(const Codes *codes, const EqpReport *report, const EqpNode *node, int level,
		   EqpFindings *findings)
{
	bool		usual = true;

	if (codes->ncodes == 0 || codes->ncodes > MAX_CODES || codes->negative == codes->values)
		return;
	for (int i = 0; i < codes->ncodes; i++)
		if (!is_usual_code(codes->codes[i]))
		{
			usual = false;
			if (codes->rows[i] < 2)
				return;
		}
	if (!usual && codes->negative * 2 > codes->values)
		return;
	for (int i = 0; i < codes->ncodes; i++)
	{
		StringInfoData buf;

		initStringInfo(&buf);
		append_number(&buf, codes->codes[i]);
		appendStringInfoString(&buf, " in ");
		append_part(&buf, codes->rows[i], codes->values, "value");
		appendStringInfoString(&buf, "; those that are not negative lie from ");
		append_number(&buf, codes->least);
		appendStringInfoString(&buf, " to ");
		append_number(&buf, codes->greatest);
		appendStringInfoString(&buf, "; where it stands for unknown, give nullif(value, ");
		append_number(&buf, codes->codes[i]);
		appendStringInfoChar(&buf, ')');
		add(findings, EQP_SEVERITY_WARNING, EQP_NEGATIVE_CODE, report, node, level,
			codes->rows[i], buf.data);
	}
}

/* The negative values of each subgroup of BY, whatever its periods and groups. */
static void
find_all_codes(const EqpOutcomeCells *cells, const EqpReport *report, EqpFindings *findings)
{
	Codes		codes = {.least = INFINITY, .greatest = -INFINITY};

	for (int64 i = 0; i < report->nnodes; i++)
	{
		const EqpNode *node = &report->nodes[i];

		CHECK_FOR_INTERRUPTS();
		add_to_codes(&codes, &cells->cells[node->group]);
		if (i + 1 < report->nnodes && eqp_report_same_prefix(report, node, node + 1, cells->nby))
			continue;
		find_codes(&codes, report, node, cells->nby, findings);
		codes = (Codes) {.least = INFINITY, .greatest = -INFINITY};
	}
}

/* ---- Groups ------------------------------------------------------------- */

/* A subgroup, which ends with that node, of one group only: its estimates are NULL. */
static void
add_one_group(const EqpOutcomeCells *cells, const EqpReport *report, const EqpNode *node,
			  int64 rows, EqpFindings *findings)
{
	EqpText		group = eqp_textform(&report->labels[cells->nprefix].textform,
									 eqp_report_value(report, node, cells->nprefix));

	add(findings, EQP_SEVERITY_NOTE, EQP_ONE_GROUP, report, node, cells->nprefix, rows,
		psprintf("all values are of \"%s\"", eqp_text_cstring(group)));
}

/*
 * Subgroups, of each period, in which one group alone has values.  Where no
 * subgroup has those of two, one finding says so for all.
 */
static void
find_lone_groups(const EqpOutcomeCells *cells, const EqpReport *report, EqpFindings *findings)
{
	const EqpNode **alone = eqp_alloc(CurrentMemoryContext, Max(report->nnodes, 1), sizeof(EqpNode *));
	const EqpNode *group = NULL;	/* the last one of the subgroup with values */
	int64		nalone = 0;
	int64		ngroups = 0;
	int64		rows = 0;
	bool		any_two = false;

	for (int64 i = 0; i < report->nnodes; i++)
	{
		const EqpNode *node = &report->nodes[i];
		int64		counted = eqp_outcome_counted(&cells->cells[node->group]);

		CHECK_FOR_INTERRUPTS();
		if (counted > 0)
		{
			group = node;
			ngroups++;
			rows += counted;
		}
		if (i + 1 < report->nnodes && eqp_report_same_prefix(report, node, node + 1, cells->nprefix))
			continue;
		if (ngroups == 1)
			alone[nalone++] = group;
		any_two = any_two || ngroups > 1;
		ngroups = 0;
	}
	if (nalone > 0 && !any_two)
		eqp_findings_add_text(findings, EQP_SEVERITY_WARNING, EQP_CONSTANT_GROUP, NULL, NULL, rows,
							  cells->nprefix == 0 ? "one group alone has values, so there is nothing to compare"
							  : "no subgroup has values of two groups, so there is nothing to compare; against => 'reference_all' compares each with the whole reference group");
	for (int64 i = 0; i < nalone && any_two; i++)
		add_one_group(cells, report, alone[i], eqp_outcome_counted(&cells->cells[alone[i]->group]), findings);
	pfree(alone);
}

/* ---- All ---------------------------------------------------------------- */

void
eqp_outcome_cells_find(EqpOutcomeCells *cells, const EqpReport *report, EqpFindings *findings)
{
	MemoryContext before = CurrentMemoryContext;
	MemoryContext scratch = AllocSetContextCreate(before, "outcome_issues cell", ALLOCSET_DEFAULT_SIZES);
	uint32		most = 0;
	double	   *work;

	for (int64 i = 0; i < report->nnodes; i++)
		most = Max(most, cells->cells[report->nodes[i].group].nvalues);
	work = eqp_alloc(before, Max(most, 1), 2 * sizeof(double));
	for (int64 i = 0; i < report->nnodes; i++)
	{
		const EqpNode *node = &report->nodes[i];
		EqpOutcomeCell *cell = &cells->cells[node->group];

		CHECK_FOR_INTERRUPTS();
		MemoryContextSwitchTo(scratch);
		eqp_sort_values(cell->values, work, cell->nvalues, eqp_check_interrupts);
		find_counts(cell, report, node, findings);
		if (cell->nvalues > 0)
			find_outliers(cell, report, node, findings, work);
		MemoryContextSwitchTo(before);
		MemoryContextReset(scratch);
	}
	pfree(work);
	find_all_codes(cells, report, findings);
	find_lone_groups(cells, report, findings);
	MemoryContextDelete(scratch);
}
