/*
 * read_schools.c
 *		The units of a programme, on a day or through time.
 */
#include "programme/programme.h"

#include "alloc.h"
#include "miscadmin.h"
#include "utils/memutils.h"

enum
{
	SCHOOL_ID, SCHOOL_ZONE, SCHOOL_WEIGHT,
	SCHOOL_VALID, SCHOOL_VALID_FROM, SCHOOL_VALID_TO,
	SCHOOL_CAPACITY,			/* last: not every report reads it */
	N_SCHOOL_COLUMNS
};

/* A row whose id has no number yet. */
typedef struct SchoolRow
{
	EqpProbe	id;
	bool		counts;			/* valid that day, or for the history at all */
	DateADT		from;
	DateADT		to;
	uint32		group;
	uint32		zone;
	double		weight;
	int64		capacity;
} SchoolRow;

typedef struct SchoolReader
{
	EqpProgramme *programme;
	EqpColumn  *columns;
	EqpPeriodColumns period;
	bool		has_period;
	bool		history;

	/* of every row with a period, to find an id valid twice at one time */
	EqpStretch *stretches;
	uint64		nstretches;
	uint64		capacity;

	MemoryContext batch_context;
	int			nrows;
	SchoolRow	rows[EQP_PROBE_ROWS];
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

static uint32
zone_number(EqpProgramme *programme, EqpSource *source, EqpColumn *column)
{
	EqpKey		key;

	if (eqp_column_isnull(source, column))
		return EQP_UNKNOWN_ZONE;
	key = eqp_key_of_text(eqp_column_text(source, column));
	return eqp_keymap_intern(programme->zones, &key) + 1;
}

static double
weight_of(EqpSource *source, EqpColumn *column, const EqpKey *id)
{
	double		weight;

	if (eqp_column_isnull(source, column))
		return 0;
	weight = eqp_column_float8(source, column);
	if (!(weight >= 0) || isinf(weight))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("weight of id \"%s\" in parameter \"schools\" of %s is %g",
						eqp_key_cstring(id), source->function, weight),
				 errhint("A weight is a finite number and not negative; NULL counts 0.")));
	return weight;
}

static int64
capacity_of(EqpSource *source, EqpColumn *column, const EqpKey *id)
{
	int64		capacity;

	if (eqp_column_isnull(source, column))
		return 1;
	capacity = eqp_column_int8(source, column);
	if (capacity < 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("capacity of id \"%s\" in parameter \"schools\" of %s is " INT64_FORMAT,
						eqp_key_cstring(id), source->function, capacity),
				 errhint("A capacity is the number of partners that the unit can take in all; NULL counts 1.")));
	return capacity;
}

static void
keep_stretch(SchoolReader *reader, uint32 unit, const SchoolRow *row)
{
	if (reader->nstretches == reader->capacity)
	{
		reader->capacity = Max(reader->capacity * 2, 1024);
		reader->stretches = reader->stretches == NULL
			? eqp_alloc(reader->programme->context, reader->capacity, sizeof(EqpStretch))
			: eqp_realloc(reader->stretches, reader->capacity, sizeof(EqpStretch));
	}
	reader->stretches[reader->nstretches++] =
		(EqpStretch) {unit, row->from, row->to, row->group, row->zone};
}

static void
number_rows(EqpSource *source, void *arg)
{
	SchoolReader *reader = arg;
	EqpProgramme *programme = reader->programme;

	for (int i = 0; i < reader->nrows; i++)
	{
		const SchoolRow *row = &reader->rows[i];
		uint32		known = eqp_keymap_count(programme->ids);
		uint32		id = eqp_keymap_intern_probe(programme->ids, &row->id);
		EqpUnit    *unit;

		if (!reader->has_period && id < known)
			duplicate_unit(programme, id);
		if ((reader->has_period || reader->history) && row->from < row->to)
			keep_stretch(reader, id, row);
		if (reader->history)
			continue;
		EQP_RESERVE(programme->context, programme->units, programme->unit_capacity, id);
		if (!row->counts)
			continue;

		/* a second row valid that day is found when the stretches are sorted */
		unit = &programme->units[id];
		unit->valid = true;
		unit->group = row->group;
		unit->zone = row->zone;
		unit->weight = row->weight;
		if (programme->wants_capacity)
		{
			EQP_RESERVE(programme->context, programme->capacity, programme->capacity_size, id);
			programme->capacity[id] = row->capacity;
		}
	}
	reader->nrows = 0;
	MemoryContextReset(reader->batch_context);
}

static void
read_school(EqpSource *source, void *arg)
{
	SchoolReader *reader = arg;
	EqpProgramme *programme = reader->programme;
	EqpColumn  *columns = reader->columns;
	EqpKey		key = eqp_required_key(source, &columns[SCHOOL_ID]);
	SchoolRow  *row = &reader->rows[reader->nrows];
	bool		any;			/* day on which the row is valid */

	row->id.key = eqp_key_copy(&key, reader->batch_context);
	eqp_keymap_probe(programme->ids, &row->id);
	row->weight = weight_of(source, &columns[SCHOOL_WEIGHT], &key);
	if (programme->wants_capacity)
		row->capacity = capacity_of(source, &columns[SCHOOL_CAPACITY], &key);
	any = eqp_period_read(source, &reader->period, &key, NULL, &row->from, &row->to) == EQP_PERIOD_LASTS;
	if (!any)
		row->to = row->from;
	row->counts = any && row->from <= programme->as_of && programme->as_of < row->to;
	if (row->counts || (any && reader->history))
	{
		row->group = eqp_grouping_row(programme->grouping, source);
		row->zone = zone_number(programme, source, &columns[SCHOOL_ZONE]);
	}

	if (++reader->nrows == EQP_PROBE_ROWS)
		number_rows(source, reader);
}

/* In order, by unit and time, with an index by unit. */
static void
keep_history(SchoolReader *reader)
{
	EqpProgramme *programme = reader->programme;
	uint64		next = 0;

	if (reader->nstretches > PG_INT32_MAX)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("too many rows in parameter \"schools\" of %s", programme->function)));

	programme->stretches = reader->stretches;
	programme->nstretches = reader->nstretches;
	if (!reader->has_period)
		return;
	programme->first_stretch = eqp_alloc(programme->context, (Size) programme->nlisted + 1, sizeof(uint32));
	for (uint32 unit = 0; unit <= programme->nlisted; unit++)
	{
		while (next < reader->nstretches && reader->stretches[next].unit < unit)
			next++;
		programme->first_stretch[unit] = next;
	}
}

void
eqp_programme_read_schools(EqpProgramme *programme, const char *text,
						   char **by, int nby, bool history)
{
	EqpColumn	columns[N_SCHOOL_COLUMNS] = {
		{"id", EQP_COLUMN_KEY, true},
		{"zone", EQP_COLUMN_TEXT, false},
		{"weight", EQP_COLUMN_FLOAT8, false},
		{"valid", EQP_COLUMN_DATERANGE, false},
		{"valid_from", EQP_COLUMN_DATE, false},
		{"valid_to", EQP_COLUMN_DATE, false},
		{"capacity", EQP_COLUMN_INT8, false},
	};
	int			ncolumns = programme->wants_capacity ? N_SCHOOL_COLUMNS : SCHOOL_CAPACITY;
	SchoolReader reader = {
		.programme = programme,
		.columns = columns,
		.period = {&columns[SCHOOL_VALID], &columns[SCHOOL_VALID_FROM], &columns[SCHOOL_VALID_TO]},
		.history = history,
	};
	EqpSource  *source = eqp_source_open(programme->function, "schools", text,
										 columns, ncolumns, by, nby);
	uint32		expected;

	eqp_period_check(source, &reader.period);
	reader.has_period = columns[SCHOOL_VALID].present ||
		columns[SCHOOL_VALID_FROM].present || columns[SCHOOL_VALID_TO].present;
	reader.batch_context = AllocSetContextCreate(programme->context, "equipair schools of a batch",
												 ALLOCSET_DEFAULT_SIZES);
	programme->has_zone = columns[SCHOOL_ZONE].present;
	programme->has_weight = columns[SCHOOL_WEIGHT].present;
	programme->grouping = eqp_grouping_create(source);

	expected = eqp_source_expected_rows(source);
	eqp_keymap_expect(programme->ids, expected);
	if (history || reader.has_period)
	{
		reader.capacity = Max(expected, 1024);
		reader.stretches = eqp_alloc(programme->context, reader.capacity, sizeof(EqpStretch));
	}
	source->after_rows = number_rows;
	eqp_source_run(source, read_school, &reader);
	eqp_source_close(source);
	MemoryContextDelete(reader.batch_context);
	programme->nlisted = eqp_keymap_count(programme->ids);
	eqp_keymap_tabulate(programme->ids);

	if (reader.has_period)
	{
		EqpStretch *rows = reader.stretches;

		sort_stretches(rows, reader.nstretches);
		for (uint64 i = 1; i < reader.nstretches; i++)
			if (rows[i].unit == rows[i - 1].unit && rows[i].from < rows[i - 1].to)
				duplicate_unit(programme, rows[i].unit);
	}
	if (history)
		keep_history(&reader);
	else if (reader.stretches)
		pfree(reader.stretches);
}
