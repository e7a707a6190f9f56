/*
 * read_schools.c
 *		The units of a programme, on a day or through time.
 */
#include "programme/programme.h"

#include "alloc.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/float.h"
#include "utils/memutils.h"

enum
{
	SCHOOL_ID, SCHOOL_ZONE, SCHOOL_WEIGHT,
	SCHOOL_VALID, SCHOOL_VALID_FROM, SCHOOL_VALID_TO, SCHOOL_VALID_THROUGH,
	SCHOOL_CAPACITY,			/* last: not every report reads it */
	N_SCHOOL_COLUMNS
};

/* A row whose id has no number yet. */
typedef struct SchoolRow
{
	EqpProbe	id;
	bool		counts;			/* valid on the day of the snapshot, or in the history at all */
	DateADT		from;
	DateADT		to;
	uint32		group;
	uint32		zone;
	double		weight;
	int64		capacity;
} SchoolRow;

typedef struct SchoolReader
{
	EqpProgramme *programme;	/* that of one of these two, the other is NULL */
	EqpSnapshot *snapshot;
	EqpHistory *history;
	EqpSchoolWatch *watch;		/* NULL: rows that cannot be right are refused */

	EqpColumn  *columns;
	EqpPeriodColumns period;
	bool		has_period;
	bool		wants_capacity;

	/* of every row with a period, to find an id valid twice at one time */
	EqpStretch *stretches;
	uint64		nstretches;
	uint64		capacity;

	MemoryContext batch_context;
	int			nrows;
	SchoolRow	rows[EQP_PROBE_ROWS];
	EqpSchoolRow said[EQP_PROBE_ROWS];	/* of the same rows, for a watch */
} SchoolReader;

#define ST_SORT sort_stretches
#define ST_ELEMENT_TYPE EqpStretch
#define ST_COMPARE(x, y) \
	((x)->unit != (y)->unit \
	 ? ((x)->unit < (y)->unit ? -1 : 1) \
	 : (((x)->from > (y)->from) - ((x)->from < (y)->from)))
#define ST_SCOPE static
#define ST_CHECK_FOR_INTERRUPTS
#define ST_DEFINE
#include "lib/sort_template.h"

/* Raises 23505 for an id that is a unit twice at one time. */
static void
duplicate_unit(const EqpProgramme *programme, uint32 id)
{
	EqpKey		key = eqp_keymap_key(programme->ids, id);

	ereport(ERROR,
			(errcode(ERRCODE_UNIQUE_VIOLATION),
			 errmsg("id \"%s\" occurs twice in parameter \"schools\" of %s",
					eqp_key_cstring(&key), programme->function),
			 errdetail("A unit has one row, or several whose validity does not overlap.")));
}

/* EQP_UNKNOWN_ZONE for NULL and where there is no column. */
static uint32
zone_number(EqpProgramme *programme, EqpSource *source, EqpColumn *column)
{
	EqpKey		key;

	if (eqp_column_isnull(source, column))
		return EQP_UNKNOWN_ZONE;
	key = eqp_key_of_text(eqp_column_text(source, column));
	return eqp_keymap_intern(programme->zones, &key) + 1;
}

/* 0 for NULL and where there is no column; 22023 where it is negative or not finite. */
static double
weight_of(EqpSource *source, EqpColumn *column, const EqpKey *id)
{
	if (eqp_column_isnull(source, column))
		return 0;
	return eqp_column_size(source, column, id, "A weight is 0 or a positive number. NULL counts 0.");
}

/* 1 for NULL and where there is no column; 22023 where it is negative. */
static int64
capacity_of(EqpSource *source, EqpColumn *column, const EqpKey *id)
{
	if (eqp_column_isnull(source, column))
		return 1;
	return eqp_column_count(source, column, id,
							"A capacity is the number of partners that the unit can take in all. NULL counts 1.");
}

/* Keeps the period of a row, to look for overlaps when all rows are read. */
static void
keep_stretch(SchoolReader *reader, uint32 unit, const SchoolRow *row)
{
	if (reader->nstretches == reader->capacity)
	{
		reader->capacity *= 2;
		reader->stretches = eqp_realloc(reader->stretches, reader->capacity, sizeof(EqpStretch));
	}
	reader->stretches[reader->nstretches++] =
		(EqpStretch) {unit, row->from, row->to, row->group, row->zone};
}

/* Give the units of a batch of rows their numbers, and keep what counts of the rows. */
static void
number_rows(EqpSource *source, void *arg)
{
	SchoolReader *reader = arg;
	EqpProgramme *programme = reader->programme;
	EqpSnapshot *snapshot = reader->snapshot;

	for (int i = 0; i < reader->nrows; i++)
	{
		const SchoolRow *row = &reader->rows[i];
		uint32		known = eqp_keymap_count(programme->ids);
		uint32		id = eqp_keymap_intern_probe(programme->ids, &row->id);
		EqpUnit    *unit;

		if (reader->watch)
			reader->watch->row(reader->watch->arg, id, &reader->said[i]);
		if (!reader->has_period && id < known)
		{
			if (reader->watch)
				continue;
			duplicate_unit(programme, id);
		}
		if (reader->stretches != NULL && row->from < row->to)
			keep_stretch(reader, id, row);
		if (snapshot == NULL)
			continue;
		EQP_RESERVE(programme->context, snapshot->units, snapshot->unit_capacity, id);
		if (!row->counts)
			continue;

		/* a second row valid that day is found when the stretches are sorted */
		unit = &snapshot->units[id];
		unit->valid = true;
		unit->group = row->group;
		unit->zone = row->zone;
		unit->weight = row->weight;
		if (reader->wants_capacity)
		{
			EQP_RESERVE(programme->context, snapshot->capacity, snapshot->capacity_size, id);
			snapshot->capacity[id] = row->capacity;
		}
	}
	reader->nrows = 0;
	MemoryContextReset(reader->batch_context);
}

/* A number as it stands, infinite where it is too large for float8; NaN where it is NULL. */
static double
number_of(const EqpSource *source, const EqpColumn *column)
{
	if (eqp_column_isnull(source, column))
		return get_float8_nan();
	if (column->basetype == NUMERICOID)
		return DatumGetFloat8(DirectFunctionCall1(numeric_float8_no_overflow, eqp_column_datum(source, column)));
	return eqp_column_float8(source, column);
}

/* All that a row says, whatever that is, for the watch. */
static void
watch_school(SchoolReader *reader, const EqpSource *source, SchoolRow *row, const EqpKey *key)
{
	const EqpColumn *columns = reader->columns;
	EqpSuccessors *successors = reader->programme->successors;
	EqpSchoolRow *said = &reader->said[reader->nrows];

	said->period = eqp_period_take(source, &reader->period, &said->from, &said->to);
	if (successors != NULL && said->period == EQP_PERIOD_LASTS)
	{
		said->to = Min(said->to, eqp_successors_end(successors, key));
		if (said->from >= said->to)
			said->period = EQP_PERIOD_EMPTY;
	}
	said->weight = number_of(source, &columns[SCHOOL_WEIGHT]);
	said->bad_weight = !eqp_column_isnull(source, &columns[SCHOOL_WEIGHT]) &&
		(!isfinite(said->weight) || said->weight < 0);
	said->capacity = number_of(source, &columns[SCHOOL_CAPACITY]);
	said->bad_capacity = !eqp_column_isnull(source, &columns[SCHOOL_CAPACITY]) &&
		(!isfinite(said->capacity) || said->capacity < 0 || said->capacity != rint(said->capacity));

	row->counts = said->period == EQP_PERIOD_LASTS;
	row->from = said->from;
	row->to = row->counts ? said->to : said->from;
	row->weight = 0;
}

/* Read a row that must be right. */
static void
take_school(SchoolReader *reader, EqpSource *source, SchoolRow *row, const EqpKey *key)
{
	EqpColumn  *columns = reader->columns;
	EqpSuccessors *successors = reader->programme->successors;
	bool		any;			/* day on which the row is valid */

	row->weight = weight_of(source, &columns[SCHOOL_WEIGHT], key);
	if (reader->wants_capacity)
		row->capacity = capacity_of(source, &columns[SCHOOL_CAPACITY], key);
	any = eqp_period_read(source, &reader->period, key, NULL, &row->from, &row->to) == EQP_PERIOD_LASTS;
	if (successors != NULL)
	{
		row->to = Min(row->to, eqp_successors_end(successors, key));
		any = any && row->from < row->to;
	}
	if (!any)
		row->to = row->from;
	row->counts = any && (reader->snapshot == NULL ||
						  (row->from <= reader->snapshot->as_of && reader->snapshot->as_of < row->to));
}

/* Queue a row; its group and zone are looked up only if they count. */
static void
read_school(EqpSource *source, void *arg)
{
	SchoolReader *reader = arg;
	EqpProgramme *programme = reader->programme;
	EqpColumn  *columns = reader->columns;
	SchoolRow  *row = &reader->rows[reader->nrows];
	EqpKey		key;

	if (reader->watch)
		reader->watch->whole(reader->watch->arg, source);
	if (reader->watch && eqp_column_isnull(source, &columns[SCHOOL_ID]))
	{
		reader->watch->without_id++;
		return;
	}
	key = eqp_required_key(source, &columns[SCHOOL_ID]);
	row->id.key = key;
	if (unlikely(eqp_key_tag(&key) == EQP_KEY_LONG))
		row->id.key = eqp_key_copy(&key, reader->batch_context);
	eqp_keymap_probe(programme->ids, &row->id);
	if (reader->watch)
		watch_school(reader, source, row, &key);
	else
		take_school(reader, source, row, &key);
	if (row->counts)
	{
		row->group = eqp_grouping_row(programme->grouping, source);
		row->zone = zone_number(programme, source, &columns[SCHOOL_ZONE]);
	}

	if (++reader->nrows == EQP_PROBE_ROWS)
		number_rows(source, reader);
}

/* The stretches of the history, which are in order, with an index by unit. */
static void
keep_history(SchoolReader *reader)
{
	EqpProgramme *programme = reader->programme;
	EqpHistory *history = reader->history;
	uint64		next = 0;

	if (reader->nstretches > PG_INT32_MAX)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("too many rows in parameter \"schools\" of %s", programme->function)));

	history->stretches = reader->stretches;
	history->nstretches = reader->nstretches;
	if (!reader->has_period)
		return;
	history->first_stretch = eqp_alloc(programme->context, (Size) programme->nlisted + 1, sizeof(uint32));
	for (uint32 unit = 0; unit <= programme->nlisted; unit++)
	{
		while (next < reader->nstretches && reader->stretches[next].unit < unit)
			next++;
		history->first_stretch[unit] = next;
	}
}

/* Sort the stretches, and refuse an id that is valid twice at one time; a watch has these made one. */
static void
order_stretches(SchoolReader *reader)
{
	EqpStretch *rows = reader->stretches;
	uint64		n = 0;

	sort_stretches(rows, reader->nstretches);
	for (uint64 i = 0; i < reader->nstretches; i++)
	{
		if (n == 0 || rows[i].unit != rows[n - 1].unit || rows[i].from >= rows[n - 1].to)
			rows[n++] = rows[i];
		else if (reader->watch)
			rows[n - 1].to = Max(rows[n - 1].to, rows[i].to);
		else
			duplicate_unit(reader->programme, rows[i].unit);
	}
	reader->nstretches = n;
}

/* The reader says what is wanted; programme->function is set. */
static void
read_schools(SchoolReader *reader, const EqpSourceText *text, const EqpSourceText *successors,
			 char **by, int nby)
{
	EqpColumn	columns[N_SCHOOL_COLUMNS] = {
		{"id", EQP_COLUMN_KEY, true},
		{"zone", EQP_COLUMN_TEXT, false},
		{"weight", EQP_COLUMN_FLOAT8, false},
		EQP_PERIOD_COLUMNS,
		{"capacity", EQP_COLUMN_INT8, false},
	};
	int			ncolumns = reader->wants_capacity ? N_SCHOOL_COLUMNS : SCHOOL_CAPACITY;
	EqpProgramme *programme = reader->programme;
	EqpSource  *source = (reader->watch ? eqp_source_open_whole : eqp_source_open)
		(programme->function, text, columns, ncolumns, by, nby);
	uint32		expected;

	reader->columns = columns;
	reader->period = eqp_period_columns(&columns[SCHOOL_VALID]);
	eqp_period_check(source, &reader->period);
	if (successors != NULL)
		programme->successors = eqp_successors_read(programme->function, successors, &columns[SCHOOL_ID]);
	reader->has_period = eqp_period_given(&reader->period) || programme->successors != NULL;

	programme->context = CurrentMemoryContext;
	programme->ids = eqp_keymap_create();
	programme->id_fold = columns[SCHOOL_ID].fold;
	programme->zones = eqp_keymap_create();
	programme->has_zone = columns[SCHOOL_ZONE].present;
	programme->grouping = eqp_grouping_create(source);
	reader->batch_context = AllocSetContextCreate(programme->context, "equipair schools of a batch",
												  ALLOCSET_DEFAULT_SIZES);

	expected = eqp_source_expected_rows(source);
	eqp_keymap_expect(programme->ids, expected);
	if (reader->history || reader->has_period)
	{
		reader->capacity = Max(expected, 1024);
		reader->stretches = eqp_alloc(programme->context, reader->capacity, sizeof(EqpStretch));
	}
	if (reader->watch)
		reader->watch->opened(reader->watch->arg, source, &columns[SCHOOL_ID]);
	source->after_rows = number_rows;
	eqp_source_run(source, read_school, reader);
	eqp_source_close(source);
	MemoryContextDelete(reader->batch_context);
	programme->nlisted = eqp_keymap_count(programme->ids);
	eqp_keymap_tabulate(programme->ids);
	if (programme->successors != NULL)
		eqp_successors_number(programme->successors, programme->ids, programme->id_fold, programme->nlisted);

	if (reader->has_period)
		order_stretches(reader);
	if (reader->snapshot)
		reader->snapshot->has_weight = columns[SCHOOL_WEIGHT].present;
}

EqpSnapshot *
eqp_snapshot_read(const char *function, const EqpSourceText *schools, const EqpSourceText *successors,
				  char **by, int nby, DateADT as_of, bool wants_capacity)
{
	EqpSnapshot *snapshot = palloc0(sizeof(EqpSnapshot));
	SchoolReader reader = {
		.programme = &snapshot->programme,
		.snapshot = snapshot,
		.wants_capacity = wants_capacity,
	};

	snapshot->programme.function = function;
	snapshot->programme.units_from = "schools";
	snapshot->as_of = as_of;
	read_schools(&reader, schools, successors, by, nby);
	if (reader.stretches)
		pfree(reader.stretches);
	return snapshot;
}

EqpHistory *
eqp_history_read(const char *function, const EqpSourceText *schools, const EqpSourceText *successors,
				 char **by, int nby)
{
	EqpHistory *history = palloc0(sizeof(EqpHistory));
	SchoolReader reader = {.programme = &history->programme,.history = history};

	history->programme.function = function;
	history->programme.units_from = "schools";
	read_schools(&reader, schools, successors, by, nby);
	keep_history(&reader);
	return history;
}

EqpHistory *
eqp_history_watch(const char *function, const EqpSourceText *schools, const EqpSourceText *successors,
				  EqpSchoolWatch *watch)
{
	EqpHistory *history = palloc0(sizeof(EqpHistory));
	SchoolReader reader = {
		.programme = &history->programme,
		.history = history,
		.watch = watch,
		.wants_capacity = true,
	};

	history->programme.function = function;
	history->programme.units_from = "schools";
	read_schools(&reader, schools, successors, NULL, 0);
	keep_history(&reader);
	return history;
}
