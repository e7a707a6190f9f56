/*
 * panels.c
 *		Outcomes of units through time; see panels.h.
 */
#include "impact/panels.h"

#include "alloc.h"
#include "miscadmin.h"
#include "source/hint.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/syscache.h"

/* Years beyond that are no years, and the difference of two would not fit into an integer. */
#define MOST_YEARS 1000000000

enum
{
	OUTCOME_ID, OUTCOME_PERIOD, OUTCOME_VALUE, OUTCOME_CLUSTER,
	OUTCOME_WEIGHT, OUTCOME_COHORT, OUTCOME_GROUP,	/* not of who is untreated */
	N_OUTCOME_COLUMNS
};

typedef struct PanelReader
{
	EqpPanels  *panels;
	EqpColumn  *columns;
	uint64		row_capacity;
	uint32		unit_capacity;
} PanelReader;

/* ---- Periods ------------------------------------------------------------ */

/* Is it an integer of any size? */
static bool
is_integer(Oid type)
{
	return type == INT2OID || type == INT4OID || type == INT8OID;
}

/*
 * What a column of periods holds; 42804 where it is no integer, school_year or
 * date.  An integer is a calendar year; one of the name school_year, as the
 * tables of a programme have it, is the year in which a school year begins.
 */
static EqpPeriodForm
period_form(const EqpPanelOptions *options, const EqpSource *source, const EqpColumn *column)
{
	EqpPeriodForm form = {.type = column->basetype, .unit = EQP_PERIOD_YEARS};
	Oid			school_year;

	school_year = GetSysCacheOid2(TYPENAMENSP, Anum_pg_type_oid, PointerGetDatum("school_year"),
								  ObjectIdGetDatum(get_func_namespace(options->fcinfo->flinfo->fn_oid)));
	if (form.type == DATEOID)
		form.unit = EQP_PERIOD_DAYS;
	else if (OidIsValid(school_year) && form.type == school_year)
		form.school_years = true;
	else if (is_integer(form.type))
		form.school_years = strcmp(column->name, "school_year") == 0;
	else
		ereport(ERROR,
				(errcode(ERRCODE_DATATYPE_MISMATCH),
				 errmsg("column \"%s\" of parameter \"%s\" of %s has type %s", column->name,
						source->parameter, source->function, format_type_be(column->typid)),
				 errdetail("A period is an integer, a school_year or a date."),
				 errhint("Cast it, such as %s::school_year or extract(year FROM %s)::int.", column->name, column->name)));
	eqp_textform_prepare(&form.textform, form.type);
	return form;
}

/* The code of the current row's period, which is not NULL.  Integers of two columns may be of different sizes. */
static int64
period_code(const EqpSource *source, const EqpColumn *column)
{
	Datum		value = eqp_column_datum(source, column);
	int64		code;

	switch (column->basetype)
	{
		case DATEOID:
			return eqp_column_finite_date(source, column);
		case INT2OID:
			return DatumGetInt16(value);
		case INT8OID:
			code = DatumGetInt64(value);
			break;
		default:
			code = DatumGetInt32(value);
	}
	if (code < -MOST_YEARS || code > MOST_YEARS)
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("period " INT64_FORMAT " in column \"%s\" of parameter \"%s\" of %s is out of range",
						code, column->name, source->parameter, source->function)));
	return code;
}

char *
eqp_period_text(EqpPanels *panels, int64 code)
{
	EqpText		text;
	Datum		value;

	switch (panels->period.type)
	{
		case INT2OID:
		case INT4OID:
		case INT8OID:
			return psprintf(INT64_FORMAT, code);
		case DATEOID:
			value = DateADTGetDatum((DateADT) code);
			break;
		default:
			value = Int32GetDatum((int32) code);
	}
	text = eqp_textform(&panels->period.textform, value);
	return pnstrdup(text.data, text.len);
}

void
eqp_set_period_text(EqpWriter *writer, int column, EqpPanels *panels, int64 code)
{
	char	   *text = eqp_period_text(panels, code);

	eqp_set_text(writer, column, text);
	pfree(text);
}

/* ---- Reading ------------------------------------------------------------ */

pg_noreturn static void refuse_two(const EqpSource *source, const EqpKey *id, const char *what,
								   char *first, char *second, const char *hint);

/* 22000: a unit has two of what it can have one of. */
static void
refuse_two(const EqpSource *source, const EqpKey *id, const char *what, char *first, char *second,
		   const char *hint)
{
	ereport(ERROR,
			(errcode(ERRCODE_DATA_EXCEPTION),
			 errmsg("id \"%s\" in parameter \"%s\" of %s has two %s", eqp_key_cstring(id),
					source->parameter, source->function, what),
			 errdetail("They are \"%s\" and \"%s\".", first, second),
			 errhint("%s", hint)));
}

/* A cohort as text, for a message. */
static char *
cohort_text(EqpPanels *panels, int64 cohort)
{
	return cohort == EQP_COHORT_NEVER ? pstrdup("null") : eqp_period_text(panels, cohort);
}

/* The cohort and the cluster of the current row: of a unit they are the same in all its rows. */
static void
read_constants(PanelReader *reader, const EqpSource *source, const EqpKey *id, EqpPanelUnit *unit, EqpPanelRow *row)
{
	EqpPanels  *panels = reader->panels;
	EqpColumn  *cluster = &reader->columns[OUTCOME_CLUSTER];
	EqpColumn  *cohort = &reader->columns[OUTCOME_COHORT];

	row->cohort = EQP_COHORT_NEVER;
	if (cohort->present && !panels->options.untreated && !eqp_column_isnull(source, cohort))
		row->cohort = period_code(source, cohort);
	if (panels->clusters != NULL)
	{
		EqpKey		key;

		if (eqp_column_isnull(source, cluster))
			eqp_refuse_null(source, cluster, "Give each row its cluster, or leave out the column: units are the clusters then.");
		key = eqp_column_key(source, cluster);
		row->cluster = eqp_keymap_intern(panels->clusters, &key);
	}
	if (panels->options.cross_sections)
		return;
	if (unit->met && unit->cohort != row->cohort)
		refuse_two(source, id, "cohorts", cohort_text(panels, unit->cohort), cohort_text(panels, row->cohort),
				   "A cohort is the first period in which a unit was treated: it is the same in all its rows.");
	if (unit->met && unit->cluster != row->cluster)
	{
		EqpKey		first = eqp_keymap_key(panels->clusters, unit->cluster);
		EqpKey		second = eqp_keymap_key(panels->clusters, row->cluster);

		refuse_two(source, id, "clusters", eqp_key_cstring(&first), eqp_key_cstring(&second),
				   "Clusters are taken as independent of each other, and a unit as one. Name larger clusters.");
	}
	unit->met = true;
	unit->cohort = row->cohort;
	unit->cluster = row->cluster;
}

/* The unit of the current row: by its id, if it has one. */
static EqpPanelUnit *
read_unit(PanelReader *reader, const EqpSource *source, EqpKey *id, uint32 *number)
{
	EqpPanels  *panels = reader->panels;
	EqpColumn  *column = &reader->columns[OUTCOME_ID];

	*number = 0;
	if (column->present)
	{
		*id = eqp_required_key(source, column);
		*number = eqp_keymap_intern(panels->ids, id);
	}
	EQP_RESERVE(panels->context, panels->units, reader->unit_capacity, *number);
	panels->nunits = Max(panels->nunits, *number + 1);
	return &panels->units[*number];
}

/* Room for one row more. */
static EqpPanelRow *
next_row(PanelReader *reader)
{
	EqpPanels  *panels = reader->panels;

	if (panels->nrows == reader->row_capacity)
	{
		reader->row_capacity = Max(reader->row_capacity * 2, 1024);
		panels->rows = panels->rows == NULL
			? eqp_alloc(panels->context, reader->row_capacity, sizeof(EqpPanelRow))
			: eqp_realloc(panels->rows, reader->row_capacity, sizeof(EqpPanelRow));
	}
	return &panels->rows[panels->nrows++];
}

/* Counts a row that is not used. */
static void
note_unused(EqpPanels *panels, EqpPanelUnit *unit, EqpUnusedRow why)
{
	panels->unused[why]++;
	unit->unused[why]++;
}

/* One row of the source. */
static void
read_outcome(EqpSource *source, void *arg)
{
	PanelReader *reader = arg;
	EqpPanels  *panels = reader->panels;
	EqpColumn  *columns = reader->columns;
	EqpPanelRow row = {.value = 0.0, .weight = 1.0};
	EqpPanelUnit *unit;
	EqpKey		id;
	int			side = 0;

	if (panels->options.groups != NULL)
	{
		side = eqp_two_groups_row(panels->options.groups, source, &columns[OUTCOME_GROUP]);
		if (side < 0)
			return;
	}
	unit = read_unit(reader, source, &id, &row.unit);
	if (eqp_column_isnull(source, &columns[OUTCOME_PERIOD]))
		eqp_refuse_null(source, &columns[OUTCOME_PERIOD], NULL);
	row.period = period_code(source, &columns[OUTCOME_PERIOD]);
	read_constants(reader, source, &id, unit, &row);
	row.panel = eqp_grouping_row(panels->grouping, source) * panels->nsides + side;

	if (eqp_missing_row(&panels->missing, source, &columns[OUTCOME_VALUE], &columns[OUTCOME_WEIGHT]))
	{
		note_unused(panels, unit, EQP_UNUSED_NULL);
		return;
	}
	if (columns[OUTCOME_WEIGHT].present)
		row.weight = eqp_column_size(source, &columns[OUTCOME_WEIGHT], columns[OUTCOME_ID].present ? &id : NULL, NULL);
	if (columns[OUTCOME_VALUE].present)
		row.value = eqp_column_finite(source, &columns[OUTCOME_VALUE], columns[OUTCOME_ID].present ? &id : NULL,
									  "One such value would make a whole report of no use. Leave such rows out, or make them NULL.");
	if (row.weight == 0.0)
	{
		note_unused(panels, unit, EQP_UNUSED_WEIGHT);
		return;
	}
	*next_row(reader) = row;
}

/* 22004: who was paired when is told twice, or not at all. */
static void
check_treatment(const EqpPanelOptions *options, const EqpSource *source, const EqpColumn *cohort)
{
	const EqpTreatment *treatment = &options->treatment;

	if (options->untreated)
		return;
	if ((treatment->pairings != NULL) == cohort->present)
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 cohort->present
				 ? errmsg("parameter \"pairings\" of %s must be null where \"%s\" has the column \"cohort\"",
						  source->function, source->parameter)
				 : errmsg("parameter \"pairings\" of %s must not be null where \"%s\" has no column \"cohort\"",
						  source->function, source->parameter),
				 cohort->present
				 ? errhint("Cohorts come from pairings, or from the column. Leave out one of the two.")
				 : errhint("Name the pairings, or give each row of a unit the first period in which it was treated as \"cohort\", NULL where it never was.")));
	if (treatment->pairings == NULL && treatment->sessions != NULL)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("parameter \"sessions\" of %s needs \"pairings\"", source->function)));
	if (treatment->pairings == NULL && treatment->after_end != EQP_END_KEEP)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("parameter \"after_end\" of %s needs \"pairings\"", source->function),
				 errdetail("The column \"cohort\" does not tell when pairings end.")));
}

/* 42804: a cohort is a period. */
static void
check_cohort(const EqpPanels *panels, const EqpSource *source, const EqpColumn *cohort)
{
	EqpPeriodForm form;

	if (panels->options.untreated || !cohort->present)
		return;
	form = period_form(&panels->options, source, cohort);
	/* of two integers the name of the first says what both are */
	if (is_integer(form.type) && is_integer(panels->period.type))
		form.school_years = panels->period.school_years;
	if (form.unit != panels->period.unit || form.school_years != panels->period.school_years)
		ereport(ERROR,
				(errcode(ERRCODE_DATATYPE_MISMATCH),
				 errmsg("columns \"%s\" and \"cohort\" of parameter \"%s\" of %s are of different types",
						panels->options.period_column, source->parameter, source->function),
				 errdetail("They are %s and %s.", format_type_be(panels->period.type), format_type_be(cohort->typid)),
				 form.unit != panels->period.unit ? 0 :
				 errhint("An integer is a calendar year here. Where it is the one in which a school year begins: %s::school_year.",
						 form.school_years ? quote_identifier(panels->options.period_column) : "cohort")));
}

/* The fold of the ids is set to that of the column. */
static void
read_source(PanelReader *reader, EqpFold **id_fold)
{
	EqpPanels  *panels = reader->panels;
	const EqpPanelOptions *options = &panels->options;
	EqpColumn	columns[N_OUTCOME_COLUMNS] = {
		{"id", EQP_COLUMN_KEY, !options->cross_sections || options->treatment.pairings != NULL},
		{options->period_column, EQP_COLUMN_ANY, true},
		{"value", EQP_COLUMN_FLOAT8, !options->without_values},
		{"cluster", EQP_COLUMN_KEY, false},
		{"weight", EQP_COLUMN_FLOAT8, false},
		{"cohort", EQP_COLUMN_ANY, false},
		{options->groups != NULL ? options->groups->group_column : NULL, EQP_COLUMN_TEXT, true},
	};
	EqpSource  *source;

	reader->columns = columns;
	source = eqp_source_open(options->function, options->outcomes, columns,
							 options->groups != NULL ? N_OUTCOME_COLUMNS
							 : options->untreated ? OUTCOME_WEIGHT : OUTCOME_GROUP, options->by, options->nby);
	if (options->unweighted)
		columns[OUTCOME_WEIGHT].present = false;
	/* to list cohorts, not to read them */
	if (options->without_values)
		columns[OUTCOME_COHORT].present = false;
	panels->period = period_form(options, source, &columns[OUTCOME_PERIOD]);
	check_treatment(options, source, &columns[OUTCOME_COHORT]);
	check_cohort(panels, source, &columns[OUTCOME_COHORT]);
	panels->weighted = columns[OUTCOME_WEIGHT].present;
	panels->ids = eqp_keymap_create();
	if (columns[OUTCOME_CLUSTER].present)
		panels->clusters = eqp_keymap_create();
	panels->grouping = eqp_grouping_create(source);
	eqp_source_run(source, read_outcome, reader);
	eqp_source_close(source);
	*id_fold = columns[OUTCOME_ID].fold;
	if (options->groups != NULL)
		eqp_two_groups_check(options->groups, "outcomes", options->function);
	eqp_missing_warn(&panels->missing, options->function, "outcomes", NULL,
					 options->untreated ? NULL : "impact_issues lists what is left out.");
}

/* ---- Order -------------------------------------------------------------- */

/* A text and the number that it has in its map. */
typedef struct Named
{
	EqpText		text;
	uint32		number;
} Named;

/* By bytes, a text before those that it begins. */
static inline int
compare_named(const Named *a, const Named *b)
{
	int			order = memcmp(a->text.data, b->text.data, Min(a->text.len, b->text.len));

	return order != 0 ? order : (a->text.len > b->text.len) - (a->text.len < b->text.len);
}

#define ST_SORT sort_named
#define ST_ELEMENT_TYPE Named
#define ST_COMPARE(a, b) compare_named(a, b)
#define ST_SCOPE static
#define ST_CHECK_FOR_INTERRUPTS
#define ST_DEFINE
#include "lib/sort_template.h"

#define ST_SORT sort_codes
#define ST_ELEMENT_TYPE int64
#define ST_COMPARE(a, b) ((*(a) > *(b)) - (*(a) < *(b)))
#define ST_SCOPE static
#define ST_CHECK_FOR_INTERRUPTS
#define ST_DEFINE
#include "lib/sort_template.h"

#define ST_SORT sort_numbers
#define ST_ELEMENT_TYPE uint32
#define ST_COMPARE(a, b) ((*(a) > *(b)) - (*(a) < *(b)))
#define ST_SCOPE static
#define ST_CHECK_FOR_INTERRUPTS
#define ST_DEFINE
#include "lib/sort_template.h"

/* Of two numbers, neither NaN. */
static inline int
compare_doubles(double a, double b)
{
	return (a > b) - (a < b);
}

/*
 * By panel, unit and period; then by all that a row holds, so that rows of cross
 * sections come in one order however they were read.
 */
static inline int
compare_rows(const EqpPanelRow *a, const EqpPanelRow *b)
{
	if (a->panel != b->panel)
		return a->panel < b->panel ? -1 : 1;
	if (a->unit != b->unit)
		return a->unit < b->unit ? -1 : 1;
	if (a->period != b->period)
		return a->period < b->period ? -1 : 1;
	if (a->cluster != b->cluster)
		return a->cluster < b->cluster ? -1 : 1;
	if (a->cohort != b->cohort)
		return a->cohort < b->cohort ? -1 : 1;
	if (a->value != b->value)
		return compare_doubles(a->value, b->value);
	return compare_doubles(a->weight, b->weight);
}

#define ST_SORT sort_rows
#define ST_ELEMENT_TYPE EqpPanelRow
#define ST_COMPARE(a, b) compare_rows(a, b)
#define ST_SCOPE static
#define ST_CHECK_FOR_INTERRUPTS
#define ST_DEFINE
#include "lib/sort_template.h"

/* The rank of each key among the texts of the first n of a map, by bytes; order gets the numbers by rank. */
static uint32 *
rank_by_text(const EqpKeyMap *map, uint32 n, uint32 **order)
{
	MemoryContext before = CurrentMemoryContext;
	MemoryContext scratch = AllocSetContextCreate(before, "equipair texts of ids", ALLOCSET_DEFAULT_SIZES);
	uint32	   *ranks = eqp_alloc(before, n, sizeof(uint32));
	Named	   *names;

	*order = eqp_alloc(before, n, sizeof(uint32));
	MemoryContextSwitchTo(scratch);
	names = eqp_alloc(scratch, n, sizeof(Named));
	for (uint32 i = 0; i < n; i++)
	{
		EqpKey		key = eqp_keymap_key(map, i);

		/* a short text lies in the key itself, which is gone */
		names[i].text = eqp_key_text(&key);
		if (eqp_key_tag(&key) <= EQP_KEY_MAX_INLINE)
			names[i].text.data = pnstrdup(names[i].text.data, names[i].text.len);
		names[i].number = i;
		CHECK_FOR_INTERRUPTS();
	}
	sort_named(names, n);
	for (uint32 i = 0; i < n; i++)
	{
		ranks[names[i].number] = i;
		(*order)[i] = names[i].number;
	}
	MemoryContextSwitchTo(before);
	MemoryContextDelete(scratch);
	return ranks;
}

/* Sorts codes and leaves each once; how many there are then. */
static uint64
distinct_codes(int64 *codes, uint64 n)
{
	uint64		m = 0;

	sort_codes(codes, n);
	for (uint64 i = 0; i < n; i++)
		if (m == 0 || codes[i] != codes[m - 1])
			codes[m++] = codes[i];
	return m;
}

/* The units by rank instead of number, and the rows of them. */
static uint32 *
rank_units(EqpPanels *panels)
{
	uint32	   *order;
	uint32	   *ranks;
	EqpPanelUnit *units;

	/* without ids there is one unit, which means nothing */
	if (eqp_keymap_count(panels->ids) < panels->nunits)
	{
		order = palloc0(sizeof(uint32));
		ranks = palloc0(sizeof(uint32));
	}
	else
		ranks = rank_by_text(panels->ids, panels->nunits, &order);
	units = eqp_alloc(panels->context, panels->nunits, sizeof(EqpPanelUnit));
	for (uint32 i = 0; i < panels->nunits; i++)
		units[i] = panels->units[order[i]];
	if (panels->units != NULL)
		pfree(panels->units);
	panels->units = units;
	panels->id_of_rank = order;
	for (uint64 i = 0; i < panels->nrows; i++)
		panels->rows[i].unit = ranks[panels->rows[i].unit];
	if (panels->clusters != NULL)
		panels->rank_of_cluster = rank_by_text(panels->clusters, eqp_keymap_count(panels->clusters), &order);
	return ranks;
}

/* The periods in which there is a row, and of the rows their place among these. */
static void
list_periods(EqpPanels *panels)
{
	int64	   *codes = eqp_alloc(panels->context, panels->nrows, sizeof(int64));
	uint64		n;

	for (uint64 i = 0; i < panels->nrows; i++)
		codes[i] = panels->rows[i].period;
	n = distinct_codes(codes, panels->nrows);
	if (n > PG_INT32_MAX)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("too many periods in parameter \"outcomes\" of %s", panels->options.function)));
	panels->periods = eqp_realloc(codes, Max(n, 1), sizeof(int64));
	panels->nperiods = (uint32) n;
	for (uint64 i = 0; i < panels->nrows; i++)
		panels->rows[i].period = (int64) eqp_code_from(panels->periods, n, panels->rows[i].period);
}

/* Leaves out rows of units whose pairings ended, as after_end has it. */
static void
apply_end(EqpPanels *panels)
{
	EqpAfterEnd end = panels->options.treatment.after_end;
	uint64		n = 0;

	if (end == EQP_END_KEEP || panels->nperiods == 0)
		return;
	for (uint64 i = 0; i < panels->nrows; i++)
	{
		const EqpPanelRow *row = &panels->rows[i];
		EqpPanelUnit *unit = &panels->units[row->unit];
		bool		treated = unit->cohort != EQP_COHORT_NEVER;

		if (treated && end == EQP_END_CENSOR && panels->periods[row->period] > unit->until)
			note_unused(panels, unit, EQP_UNUSED_CENSORED);
		else if (treated && end == EQP_END_EXCLUDE && unit->until < panels->periods[panels->nperiods - 1])
			note_unused(panels, unit, EQP_UNUSED_EXCLUDED);
		else
			panels->rows[n++] = *row;
	}
	panels->nrows = n;
}

/* 23505: of the two rows it is not known which is the unit's. */
static void
check_twice(EqpPanels *panels)
{
	if (panels->options.cross_sections)
		return;
	for (uint64 i = 1; i < panels->nrows; i++)
	{
		const EqpPanelRow *a = &panels->rows[i - 1];
		const EqpPanelRow *b = &panels->rows[i];

		if (a->panel == b->panel && a->unit == b->unit && a->period == b->period)
			ereport(ERROR,
					(errcode(ERRCODE_UNIQUE_VIOLATION),
					 errmsg("\"id\" \"%s\" occurs twice in a period of parameter \"outcomes\" of %s",
							eqp_panels_id(panels, b->unit), panels->options.function),
					 errdetail("Period \"%s\".", eqp_period_text(panels, panels->periods[b->period])),
					 errhint("Give one row for each unit and period, such as the mean of its rows, or name what tells them apart in \"by\".")));
	}
}

/* Where the rows of each panel begin. */
static void
find_panels(EqpPanels *panels)
{
	uint32		npanels = eqp_grouping_count(panels->grouping) * panels->nsides;
	uint64		at = 0;

	panels->first_of_panel = eqp_alloc(panels->context, (Size) npanels + 1, sizeof(uint64));
	for (uint32 p = 0; p <= npanels; p++)
	{
		while (at < panels->nrows && panels->rows[at].panel < p)
			at++;
		panels->first_of_panel[p] = at;
	}
}

EqpPanels *
eqp_panels_read(const EqpPanelOptions *options)
{
	EqpPanels  *panels = palloc0(sizeof(EqpPanels));
	PanelReader reader = {.panels = panels};
	EqpFold    *id_fold;
	uint32	   *ranks;

	panels->options = *options;
	panels->context = CurrentMemoryContext;
	panels->nsides = options->groups != NULL ? 2 : 1;
	read_source(&reader, &id_fold);
	ranks = rank_units(panels);
	list_periods(panels);
	if (options->treatment.pairings != NULL)
	{
		eqp_treatment_read(panels, id_fold, ranks);
		apply_end(panels);
	}
	sort_rows(panels->rows, panels->nrows);
	check_twice(panels);
	find_panels(panels);
	return panels;
}

char *
eqp_panels_id(const EqpPanels *panels, uint32 rank)
{
	EqpKey		key = eqp_keymap_key(panels->ids, panels->id_of_rank[rank]);

	return eqp_key_cstring(&key);
}

/* ---- Panels ------------------------------------------------------------- */

/* The rows of a panel, as arrays of its own. */
static void
make_rows(const EqpPanels *panels, const EqpPanelRow *rows, uint64 nrows, EqpPanel *panel)
{
	uint32	   *places = eqp_alloc(CurrentMemoryContext, panels->nperiods, sizeof(uint32));
	int64	   *periods = eqp_alloc(CurrentMemoryContext, panels->nperiods, sizeof(int64));
	uint32	   *period = eqp_alloc(CurrentMemoryContext, nrows, sizeof(uint32));
	double	   *values = eqp_alloc(CurrentMemoryContext, nrows, sizeof(double));
	double	   *weights = NULL;

	if (panels->weighted)
		weights = eqp_alloc(CurrentMemoryContext, nrows, sizeof(double));
	for (uint32 p = 0; p < panels->nperiods; p++)
		places[p] = 0;
	for (uint64 i = 0; i < nrows; i++)
		places[rows[i].period] = 1;
	for (uint32 p = 0; p < panels->nperiods; p++)
		if (places[p] != 0)
		{
			places[p] = (uint32) panel->nperiods;
			periods[panel->nperiods++] = panels->periods[p];
		}
	for (uint64 i = 0; i < nrows; i++)
	{
		period[i] = places[rows[i].period];
		values[i] = rows[i].value;
		if (weights != NULL)
			weights[i] = rows[i].weight;
	}
	panel->periods = periods;
	panel->period_unit = panels->period.unit;
	panel->period = period;
	panel->values = values;
	panel->weights = weights;
	pfree(places);
}

/* The cohort of a row. */
static int64
cohort_of(const EqpPanels *panels, const EqpPanelRow *row)
{
	return panels->options.treatment.pairings != NULL || !panels->options.cross_sections
		? panels->units[row->unit].cohort : row->cohort;
}

/* The units of a panel; their clusters have numbers yet that no other panel knows. */
static void
make_units(const EqpPanels *panels, const EqpPanelRow *rows, uint64 nrows, uint64 first_row,
		   EqpMadePanel *made, uint32 *clusters)
{
	EqpPanel   *panel = &made->panel;
	size_t	   *first = eqp_alloc(CurrentMemoryContext, nrows + 1, sizeof(size_t));
	int64	   *cohorts = eqp_alloc(CurrentMemoryContext, nrows, sizeof(int64));
	int64	   *codes = eqp_alloc(CurrentMemoryContext, nrows, sizeof(int64));
	bool		apart = panels->options.cross_sections;

	made->ranks = eqp_alloc(CurrentMemoryContext, nrows, sizeof(uint32));
	for (uint64 i = 0; i < nrows; i++)
	{
		size_t		unit = panel->nunits;

		if (!apart && i > 0 && rows[i].unit == rows[i - 1].unit)
			continue;
		first[unit] = i;
		cohorts[unit] = cohort_of(panels, &rows[i]);
		if (cohorts[unit] != EQP_COHORT_ALWAYS && cohorts[unit] != EQP_COHORT_NEVER)
			codes[panel->ncohorts++] = cohorts[unit];
		made->ranks[unit] = rows[i].unit;
		clusters[unit] = panels->clusters != NULL ? panels->rank_of_cluster[rows[i].cluster]
			: apart ? (uint32) (first_row + i) : rows[i].unit;
		panel->nunits++;
	}
	first[panel->nunits] = nrows;
	panel->ncohorts = distinct_codes(codes, panel->ncohorts);
	panel->first = first;
	panel->cohorts = cohorts;
	panel->cohort_codes = codes;
	panel->clusters = clusters;
}

void
eqp_panels_make(const EqpPanels *panels, uint32 group, EqpMadePanel *made)
{
	const uint64 *first = &panels->first_of_panel[(Size) group * panels->nsides];
	uint64		total = first[panels->nsides] - first[0];
	uint32	   *clusters = eqp_alloc(CurrentMemoryContext, total, sizeof(uint32));
	uint32	   *names = eqp_alloc(CurrentMemoryContext, total, sizeof(uint32));
	uint32		nunits = 0;
	uint32		nnames = 0;

	if (total > PG_INT32_MAX)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("too many rows in parameter \"outcomes\" of %s", panels->options.function)));
	for (int side = 0; side < panels->nsides; side++)
	{
		const EqpPanelRow *rows = panels->rows + first[side];
		uint64		nrows = first[side + 1] - first[side];

		memset(&made[side], 0, sizeof(made[side]));
		make_rows(panels, rows, nrows, &made[side].panel);
		make_units(panels, rows, nrows, first[side], &made[side], clusters + nunits);
		nunits += (uint32) made[side].panel.nunits;
	}

	/* the clusters that there are, in the order of their names */
	memcpy(names, clusters, nunits * sizeof(uint32));
	sort_numbers(names, nunits);
	for (uint32 i = 0; i < nunits; i++)
		if (nnames == 0 || names[i] != names[nnames - 1])
			names[nnames++] = names[i];
	for (uint32 i = 0; i < nunits; i++)
	{
		uint32		low = 0;
		uint32		high = nnames;

		while (low < high)
		{
			uint32		middle = low + (high - low) / 2;

			if (names[middle] < clusters[i])
				low = middle + 1;
			else
				high = middle;
		}
		clusters[i] = low;
	}
	for (int side = 0; side < panels->nsides; side++)
		made[side].panel.nclusters = nnames;
	pfree(names);
}
