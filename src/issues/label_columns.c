/*
 * label_columns.c
 *		The labels that the rows of a source have; see label_columns.h.
 */
#include "issues/label_columns.h"

#include "alloc.h"
#include "catalog/pg_type.h"
#include "issues/words.h"
#include "miscadmin.h"
#include "parser/parse_coerce.h"
#include "source/alike.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"

/* More labels are those of names or remarks, and not of groups. */
#define MAX_LABELS 200
#define MAX_BY_LABELS 10000

typedef struct LabelColumn
{
	EqpColumn	column;
	bool		by;				/* rows are grouped by it */
	bool		varlena;
	int64		nulls;
	EqpKeyMap  *labels;			/* NULL: of no texts, or of too many */
	int64	   *rows;			/* by label */
	uint32		capacity;
} LabelColumn;

struct EqpLabelColumns
{
	MemoryContext context;
	LabelColumn *columns;
	int			ncolumns;
	int64		rows;
};

/* ---- Reading ------------------------------------------------------------ */

/* A column whose labels are looked at, or only its NULLs where it holds no texts. */
static void
add_column(EqpLabelColumns *labels, const EqpColumn *column, bool by)
{
	LabelColumn *added = &labels->columns[labels->ncolumns++];

	added->column = *column;
	added->by = by;
	added->varlena = get_typlen(column->basetype) == -1;
	if (TypeCategory(column->basetype) != TYPCATEGORY_STRING)
		return;
	added->labels = eqp_keymap_create();
	eqp_textform_prepare(&added->column.textform, column->basetype);
	added->column.fold = eqp_fold_create(column->basetype, column->collation);
}

/* Is a column of the source one of those? */
static bool
is_among(int position, const EqpColumn *columns, int ncolumns)
{
	for (int i = 0; i < ncolumns; i++)
		if (columns[i].present && columns[i].position == position)
			return true;
	return false;
}

/* All columns of texts that rows are not grouped by. */
static void
add_other_columns(EqpLabelColumns *labels, const EqpSource *source,
				  const EqpColumn *const *not_labels, int nnot_labels)
{
	for (int i = 0; i < source->tupdesc->natts; i++)
	{
		Form_pg_attribute attribute = TupleDescAttr(source->tupdesc, i);
		EqpColumn	column = {
			.name = NameStr(attribute->attname),
			.type = EQP_COLUMN_TEXT,
			.present = true,
			.position = i,
			.typid = attribute->atttypid,
			.basetype = getBaseType(attribute->atttypid),
			.collation = attribute->attcollation
		};
		bool		skipped = TypeCategory(column.basetype) != TYPCATEGORY_STRING ||
			is_among(i, source->by, source->nby);

		for (int j = 0; j < nnot_labels; j++)
			skipped = skipped || is_among(i, not_labels[j], 1);
		if (!skipped)
			add_column(labels, &column, false);
	}
}

EqpLabelColumns *
eqp_label_columns_create(const EqpSource *source, bool all,
						 const EqpColumn *const *not_labels, int nnot_labels)
{
	EqpLabelColumns *labels = palloc0(sizeof(EqpLabelColumns));
	int			most = source->nby + (all ? source->tupdesc->natts : 0);

	labels->context = CurrentMemoryContext;
	labels->columns = eqp_alloc0(CurrentMemoryContext, most, sizeof(LabelColumn));
	for (int i = 0; i < source->nby; i++)
		add_column(labels, &source->by[i], true);
	if (all)
		add_other_columns(labels, source, not_labels, nnot_labels);
	return labels;
}

/* Counts the label of the current row, or gives the column up. */
static void
count_label(EqpLabelColumns *labels, LabelColumn *column, const EqpSource *source)
{
	Datum		value = eqp_column_datum(source, &column->column);
	EqpText		text;
	EqpKey		key;
	uint32		number;

	/* what is too long to lie in its row is no label, and would have to be fetched */
	if (column->varlena && VARATT_IS_EXTERNAL(DatumGetPointer(value)))
	{
		column->labels = NULL;
		return;
	}
	text = eqp_column_text(source, &column->column);
	key = eqp_key_of_text(text);
	number = eqp_keymap_intern(column->labels, &key);
	EQP_RESERVE(labels->context, column->rows, column->capacity, number);
	column->rows[number]++;
	if (number >= (column->by ? MAX_BY_LABELS : MAX_LABELS))
		column->labels = NULL;
}

void
eqp_label_columns_row(EqpLabelColumns *labels, const EqpSource *source)
{
	labels->rows++;
	for (int i = 0; i < labels->ncolumns; i++)
	{
		LabelColumn *column = &labels->columns[i];

		if (eqp_column_isnull(source, &column->column))
			column->nulls++;
		else if (column->labels != NULL)
			count_label(labels, column, source);
	}
}

/* ---- Finding ------------------------------------------------------------ */

/* Rows that no label puts into a group. */
static void
find_nulls(const EqpLabelColumns *labels, const LabelColumn *column, EqpFindings *findings,
		   int issue)
{
	bool		many = column->nulls >= labels->rows / 20.0;
	EqpKey		name = eqp_key_of_text((EqpText) {column->column.name, strlen(column->column.name)});
	StringInfoData detail;

	initStringInfo(&detail);
	appendStringInfo(&detail, "null in " INT64_FORMAT " of ", column->nulls);
	eqp_append_count(&detail, labels->rows, "row");
	eqp_findings_add_text(findings, many ? EQP_SEVERITY_WARNING : EQP_SEVERITY_NOTE, issue,
						  &name, NULL, column->nulls, detail.data);
}

/* A label that looks like one of more rows. */
static void
add_alike(const LabelColumn *column, EqpFindings *findings, int issue, uint32 label,
		  uint32 other)
{
	EqpKey		key = eqp_keymap_key(column->labels, label);
	EqpKey		other_key = eqp_keymap_key(column->labels, other);
	StringInfoData detail;

	initStringInfo(&detail);
	appendStringInfo(&detail, "in column \"%s\": \"%s\" in ", column->column.name, eqp_key_cstring(&key));
	eqp_append_count(&detail, column->rows[label], "row");
	appendStringInfo(&detail, ", \"%s\" in ", eqp_key_cstring(&other_key));
	eqp_append_count(&detail, column->rows[other], "row");
	appendStringInfo(&detail, "; they differ only in %s",
					 eqp_differ_only_in(eqp_key_text(&key), eqp_key_text(&other_key)));
	eqp_findings_add_text(findings, EQP_SEVERITY_WARNING, issue, &key, &other_key,
						  column->rows[label], detail.data);
}

/* Has a label more rows than another one?  If as many, it is the first in order. */
static bool
is_better(const LabelColumn *column, uint32 label, uint32 other)
{
	EqpKey		key = eqp_keymap_key(column->labels, label);
	EqpKey		other_key = eqp_keymap_key(column->labels, other);

	if (column->rows[label] != column->rows[other])
		return column->rows[label] > column->rows[other];
	return eqp_key_compare(&key, &other_key) < 0;
}

/* All labels of a column by what a reader sees: of those that look the same, the most frequent is right. */
static void
find_alike(const LabelColumn *column, EqpFindings *findings, int issue)
{
	MemoryContext before = CurrentMemoryContext;
	MemoryContext work = AllocSetContextCreate(before, "equipair labels", ALLOCSET_DEFAULT_SIZES);
	EqpKeyMap  *looks;
	uint32		nlabels = eqp_keymap_count(column->labels);
	uint32	   *look;			/* of a label */
	uint32	   *best;			/* of a look: its most frequent label */

	MemoryContextSwitchTo(work);
	looks = eqp_keymap_create();
	look = eqp_alloc(CurrentMemoryContext, nlabels, sizeof(uint32));
	best = eqp_alloc(CurrentMemoryContext, nlabels, sizeof(uint32));
	for (uint32 i = 0; i < nlabels; i++)
	{
		EqpKey		key = eqp_keymap_key(column->labels, i);
		EqpKey		seen = eqp_key_of_text(eqp_look(eqp_key_text(&key)));
		uint32		known = eqp_keymap_count(looks);

		CHECK_FOR_INTERRUPTS();
		look[i] = eqp_keymap_intern(looks, &seen);
		if (look[i] == known || is_better(column, i, best[look[i]]))
			best[look[i]] = i;
	}
	for (uint32 i = 0; i < nlabels; i++)
		if (best[look[i]] != i)
			add_alike(column, findings, issue, i, best[look[i]]);
	MemoryContextSwitchTo(before);
	MemoryContextDelete(work);
}

void
eqp_label_columns_find(EqpLabelColumns *labels, EqpFindings *findings, int no_label,
					   int alike_labels)
{
	for (int i = 0; i < labels->ncolumns; i++)
	{
		const LabelColumn *column = &labels->columns[i];

		if (column->by && column->nulls > 0)
			find_nulls(labels, column, findings, no_label);
		if (column->labels != NULL)
			find_alike(column, findings, alike_labels);
	}
}
