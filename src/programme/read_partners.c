/*
 * read_partners.c
 *		From the ids of a row's two partners to their numbers.
 */
#include "programme/programme_read.h"

#include "alloc.h"
#include "lib/stringinfo.h"
#include "utils/memutils.h"

EqpKey
eqp_required_key(const EqpSource *source, EqpColumn *column)
{
	if (eqp_column_isnull(source, column))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("column \"%s\" of parameter \"%s\" of %s must not be null",
						column->name, source->parameter, source->function)));
	return eqp_column_key(source, column);
}

void
eqp_refuse_self(const EqpSource *source, const EqpKey *a, const EqpKey *b)
{
	if (unlikely(eqp_key_equal(a, b)))
		ereport(ERROR,
				(errcode(ERRCODE_CHECK_VIOLATION),
				 errmsg("id \"%s\" is paired with itself in parameter \"%s\" of %s",
						eqp_key_cstring(a), source->parameter, source->function)));
}

static void
sample_partner(EqpMatchCheck *check, MemoryContext context, const EqpKey *key)
{
	MemoryContext old;
	char	   *text;

	if (check->nsamples == lengthof(check->samples))
		return;
	old = MemoryContextSwitchTo(context);
	text = eqp_key_cstring(key);
	MemoryContextSwitchTo(old);
	for (int i = 0; i < check->nsamples; i++)
		if (strcmp(check->samples[i], text) == 0)
			return;
	check->samples[check->nsamples++] = text;
}

static void
warn_of_no_match(const EqpProgramme *programme, const EqpMatchCheck *check,
				 const char *parameter)
{
	StringInfoData partners;
	StringInfoData schools;

	if (check->rows == 0 || check->matched > 0 || programme->nlisted == 0)
		return;

	initStringInfo(&partners);
	initStringInfo(&schools);
	for (int i = 0; i < check->nsamples; i++)
		appendStringInfo(&partners, "%s\"%s\"", i > 0 ? ", " : "", check->samples[i]);
	for (uint32 i = 0; i < Min(programme->nlisted, 3); i++)
	{
		EqpKey		key = eqp_keymap_key(programme->ids, i);

		appendStringInfo(&schools, "%s\"%s\"", i > 0 ? ", " : "", eqp_key_cstring(&key));
	}
	ereport(WARNING,
			(errmsg("no partner in parameter \"%s\" of %s is among the ids of \"schools\"",
					parameter, programme->function),
			 errdetail("Partners are, for example, %s; school ids %s.",
					   partners.data, schools.data),
			 errhint("Ids agree if their text forms do. Codes that lost their leading zeros are the usual cause.")));
}

/* ---- Rows, a batch at a time -------------------------------------------- */

EqpPartnerRow *
eqp_batch_add(EqpPartnerBatch *batch, const EqpProgramme *programme,
			  const EqpKey *a, const EqpKey *b)
{
	EqpPartnerRow *row = &batch->rows[batch->nrows++];

	if (batch->context == NULL)
		batch->context = AllocSetContextCreate(programme->context, "equipair partners of a batch",
											   ALLOCSET_DEFAULT_SIZES);
	row->a.key = eqp_key_copy(a, batch->context);
	row->b.key = eqp_key_copy(b, batch->context);
	eqp_keymap_probe(programme->ids, &row->a);
	eqp_keymap_probe(programme->ids, &row->b);
	return row;
}

void
eqp_batch_empty(EqpPartnerBatch *batch)
{
	batch->nrows = 0;
	if (batch->context)
		MemoryContextReset(batch->context);
}

static void
number_row(void *arg, const EqpPartnerRow *row)
{
	EqpPartnerReader *reader = arg;
	EqpProgramme *programme = reader->programme;
	EqpMatchCheck *check = &reader->check;
	uint32		a;
	uint32		b;
	bool		known_a = eqp_keymap_find_probe(programme->ids, &row->a, &a);
	bool		known_b = eqp_keymap_find_probe(programme->ids, &row->b, &b);

	check->rows++;
	if (!(known_a && a < programme->nlisted) && !(known_b && b < programme->nlisted))
	{
		if (check->matched == 0)
		{
			sample_partner(check, programme->context, &row->a.key);
			sample_partner(check, programme->context, &row->b.key);
		}
		return;
	}
	check->matched++;

	if (row->empty || (!reader->add && !(known_a && known_b)))
		return;
	if (!known_a)
		a = eqp_keymap_intern_probe(programme->ids, &row->a);
	if (!known_b)
		b = eqp_keymap_intern_probe(programme->ids, &row->b);
	reader->pair(reader, Min(a, b), Max(a, b), row->from, row->to);
}

static void
number_rows(EqpPartnerReader *reader)
{
	eqp_batch_each(&reader->batch, reader->programme, number_row, reader);
}

void
eqp_partner_row(EqpPartnerReader *reader, const EqpKey *a, const EqpKey *b,
				DateADT from, DateADT to)
{
	EqpPartnerRow *row;

	/* what does not count is looked up only until some partner is known */
	if (from == to && reader->check.matched > 0)
		return;

	row = eqp_batch_add(&reader->batch, reader->programme, a, b);
	row->from = from;
	row->to = to;
	row->empty = from == to;
	if (eqp_batch_full(&reader->batch))
		number_rows(reader);
}

void
eqp_partner_rows_end(EqpPartnerReader *reader)
{
	number_rows(reader);
	warn_of_no_match(reader->programme, &reader->check, reader->parameter);
}

/* ---- Other sources of partners ------------------------------------------ */

typedef struct OtherReader
{
	EqpProgramme *programme;
	EqpColumn  *columns;
	EqpPartnersFunction row;
	void	   *arg;
	EqpMatchCheck check;
	uint32		last[2];		/* the numbers in the row before */

	/* the numbers of ids that are whole numbers close together, or NULL */
	uint32	   *numbers;
	int64		least;
	uint64		n_numbers;
} OtherReader;

/* Where the listed ids that are whole numbers lie close together, a table finds them without hashing. */
static void
tabulate_numbers(OtherReader *reader)
{
	const EqpKeyMap *ids = reader->programme->ids;
	uint32		nlisted = reader->programme->nlisted;
	int64		least = PG_INT64_MAX;
	int64		greatest = PG_INT64_MIN;

	for (uint32 id = 0; id < nlisted; id++)
	{
		EqpKey		key = eqp_keymap_key(ids, id);

		if (eqp_key_tag(&key) != EQP_KEY_NUMBER)
			continue;
		least = Min(least, key.number);
		greatest = Max(greatest, key.number);
	}
	if (least > greatest || (uint64) greatest - (uint64) least >= 4 * (uint64) nlisted)
		return;

	reader->least = least;
	reader->n_numbers = (uint64) greatest - (uint64) least + 1;
	reader->numbers = eqp_alloc(CurrentMemoryContext, reader->n_numbers, sizeof(uint32));
	for (uint64 i = 0; i < reader->n_numbers; i++)
		reader->numbers[i] = EQP_UNLISTED;
	for (uint32 id = 0; id < nlisted; id++)
	{
		EqpKey		key = eqp_keymap_key(ids, id);

		if (eqp_key_tag(&key) == EQP_KEY_NUMBER)
			reader->numbers[(uint64) key.number - (uint64) least] = id;
	}
}

static uint32
look_up(OtherReader *reader, int partner, const EqpKey *key)
{
	const EqpKeyMap *ids = reader->programme->ids;
	uint32		number = reader->last[partner];

	/* rows that name the same partner come together often: the one before is tried first */
	if (number != EQP_UNLISTED)
	{
		EqpKey		before = eqp_keymap_key(ids, number);

		if (eqp_key_compare(key, &before) == 0)
			return number;
	}
	if (!eqp_keymap_find(ids, key, &number) || number >= reader->programme->nlisted)
		number = EQP_UNLISTED;
	return reader->last[partner] = number;
}

static inline uint32
tabulated(const OtherReader *reader, int64 number)
{
	uint64		place = (uint64) number - (uint64) reader->least;

	return place < reader->n_numbers ? reader->numbers[place] : EQP_UNLISTED;
}

static inline uint32
listed_number(OtherReader *reader, int partner, const EqpKey *key)
{
	if (reader->numbers != NULL && eqp_key_tag(key) == EQP_KEY_NUMBER)
		return tabulated(reader, key->number);
	return look_up(reader, partner, key);
}

/* The usual case: a whole number that is in the table. */
static inline uint32
quick_number(const OtherReader *reader, const EqpSource *source, const EqpColumn *column)
{
	if (column->basetype == INT4OID && !eqp_column_isnull(source, column))
		return tabulated(reader, DatumGetInt32(eqp_column_datum(source, column)));
	if (column->basetype == INT8OID && !eqp_column_isnull(source, column))
		return tabulated(reader, DatumGetInt64(eqp_column_datum(source, column)));
	return EQP_UNLISTED;
}

static void
read_any(EqpSource *source, OtherReader *reader)
{
	EqpKey		key_a = eqp_required_key(source, &reader->columns[0]);
	EqpKey		key_b = eqp_required_key(source, &reader->columns[1]);
	uint32		a = listed_number(reader, 0, &key_a);
	uint32		b = listed_number(reader, 1, &key_b);

	eqp_refuse_self(source, &key_a, &key_b);

	reader->check.rows++;
	if (a != EQP_UNLISTED || b != EQP_UNLISTED)
		reader->check.matched++;
	else if (reader->check.matched == 0)
	{
		sample_partner(&reader->check, reader->programme->context, &key_a);
		sample_partner(&reader->check, reader->programme->context, &key_b);
	}
	reader->row(source, a, b, reader->arg);
}

static void
read_other(EqpSource *source, void *arg)
{
	OtherReader *reader = arg;
	uint32		a = quick_number(reader, source, &reader->columns[0]);
	uint32		b = quick_number(reader, source, &reader->columns[1]);

	if (unlikely(a == b || a == EQP_UNLISTED || b == EQP_UNLISTED))
	{
		read_any(source, reader);
		return;
	}
	reader->check.rows++;
	reader->check.matched++;
	reader->row(source, a, b, reader->arg);
}

void
eqp_programme_read_partners(EqpProgramme *programme, const char *parameter,
							const char *text, EqpColumn *columns, int ncolumns,
							EqpPartnersFunction row, void *arg)
{
	OtherReader reader = {
		.programme = programme,
		.columns = columns,
		.row = row,
		.arg = arg,
		.last = {EQP_UNLISTED, EQP_UNLISTED},
	};
	EqpSource  *source = eqp_source_open(programme->function, parameter, text,
										 columns, ncolumns, NULL, 0);

	tabulate_numbers(&reader);
	eqp_source_run(source, read_other, &reader);
	eqp_source_close(source);
	if (reader.numbers != NULL)
		pfree(reader.numbers);
	warn_of_no_match(programme, &reader.check, parameter);
}
