/*
 * read_partners.c
 *		From the ids of a row's two partners to their numbers; see
 *		read_partners.h.
 */
#include "programme/read_partners.h"

#include "lib/stringinfo.h"
#include "utils/memutils.h"

/* How many rows ahead of a look-up what a long key is compared with is asked for. */
#define ROWS_AHEAD 8

/*
 * Up to this many units, what is looked up is in the processor's caches, and
 * rows of whole numbers need not wait for a batch.
 */
#define MOST_AT_ONCE 131072

void
eqp_refuse_self(const EqpSource *source, const EqpKey *id)
{
	ereport(ERROR,
			(errcode(ERRCODE_CHECK_VIOLATION),
			 errmsg("id \"%s\" is paired with itself in parameter \"%s\" of %s",
					eqp_key_cstring(id), source->parameter, source->function)));
}

void
eqp_partners_without(EqpPartnerReader *reader, const EqpSource *source, EqpColumn *first,
					 EqpColumn *second)
{
	EqpPartnerWatch *watch = reader->watch;
	EqpColumn  *columns[2] = {first, second};

	for (int side = 0; side < 2; side++)
	{
		EqpColumn  *column = columns[side];
		EqpKey		key;

		if (eqp_column_isnull(source, column))
		{
			if (watch == NULL)
				eqp_refuse_null(source, column, NULL);
			watch->without[side]++;
			continue;
		}
		if (watch == NULL)
			continue;
		key = eqp_column_key(source, column);
		eqp_match_sample(&watch->others, reader->programme->context, &key);
	}
	watch->rows++;
}

/* ---- Do the ids match? -------------------------------------------------- */

void
eqp_match_sample(EqpMatch *match, MemoryContext context, const EqpKey *key)
{
	int			place = match->nsamples;

	for (int i = 0; i < match->nsamples; i++)
	{
		int			order = eqp_key_compare(key, &match->samples[i]);

		if (order == 0)
			return;
		if (order < 0 && match->smallest)
		{
			place = i;
			break;
		}
	}
	if (place == EQP_MATCH_SAMPLES)
		return;

	if (match->nsamples < EQP_MATCH_SAMPLES)
		match->nsamples++;
	else if (eqp_key_tag(&match->samples[EQP_MATCH_SAMPLES - 1]) == EQP_KEY_LONG)
		pfree(unconstify(char *, match->samples[EQP_MATCH_SAMPLES - 1].text.data));
	for (int i = match->nsamples - 1; i > place; i--)
		match->samples[i] = match->samples[i - 1];
	match->samples[place] = eqp_key_copy(key, context);
}

static void
append_samples(StringInfo buf, const EqpMatch *match)
{
	for (int i = 0; i < match->nsamples; i++)
		appendStringInfo(buf, "%s\"%s\"", i > 0 ? ", " : "", eqp_key_cstring(&match->samples[i]));
}

/* Nothing to warn of where there are no rows, or no ids to match. */
static void
warn_of_no_match(const EqpPartnerReader *reader)
{
	const EqpProgramme *programme = reader->programme;
	const EqpMatch *match = &reader->match;
	EqpMatch	schools = {0};
	StringInfoData partners;
	StringInfoData listed;

	if (match->rows == 0 || match->matched > 0 || programme->nlisted == 0)
		return;

	for (uint32 i = 0; i < Min(programme->nlisted, EQP_MATCH_SAMPLES); i++)
	{
		EqpKey		key = eqp_keymap_key(programme->ids, i);

		eqp_match_sample(&schools, CurrentMemoryContext, &key);
	}
	initStringInfo(&partners);
	initStringInfo(&listed);
	append_samples(&partners, match);
	append_samples(&listed, &schools);
	ereport(WARNING,
			(errmsg("no partner in parameter \"%s\" of %s is among the ids of \"%s\"",
					match->parameter, programme->function, programme->units_from),
			 errdetail("Partners are, for example, %s; school ids %s.",
					   partners.data, listed.data),
			 errhint("Ids agree if their text forms do. Codes that lost their leading zeros are the usual cause.")));
}

/* ---- Rows, a batch at a time -------------------------------------------- */

/*
 * Notes the partners of a row that counts who are strangers: of sessions those
 * who are in no pairing either.
 */
static void
note_strangers(EqpPartnerReader *reader, const EqpPartnerRow *row, bool known_a, bool known_b, bool outside)
{
	EqpStrangers *strangers = &reader->strangers;
	const EqpProgramme *programme = reader->programme;
	bool		known[2] = {known_a, known_b};
	bool		named = false;

	if (reader->scope == EQP_PARTNERS_ALL)
		return;
	for (int side = 0; side < 2; side++)
	{
		/* who is in pairings and not in schools was noted when they were read */
		if (known[side] && (reader->scope == EQP_PARTNERS_KNOWN ||
							eqp_is_ever_listed(programme, row->numbers[side])))
			continue;
		eqp_stranger_note(reader, &row->ids[side].key);
		named = true;
	}
	if (outside)
		strangers->outside++;
	else if (named && strangers->named++ == 0)
		strangers->example = eqp_key_copy(&row->ids[known_a ? 1 : 0].key, programme->context);
}

/*
 * The same as number_row, where not both partners are listed.  A number of ids
 * that are not listed is never below nlisted.
 */
static bool
number_stranger(EqpPartnerReader *reader, EqpPartnerRow *row, bool known_a, bool known_b)
{
	EqpProgramme *programme = reader->programme;
	EqpMatch   *match = &reader->match;
	bool		listed_a = known_a && eqp_is_ever_listed(programme, row->numbers[0]);
	bool		listed_b = known_b && eqp_is_ever_listed(programme, row->numbers[1]);

	match->rows++;
	if (row->counts)
	{
		reader->strangers.counted++;
		if (unlikely(!listed_a || !listed_b))
			note_strangers(reader, row, known_a, known_b, !listed_a && !listed_b);
	}
	if (listed_a || listed_b)
		match->matched++;
	else
	{
		if (match->matched == 0)
		{
			eqp_match_sample(match, programme->context, &row->ids[0].key);
			eqp_match_sample(match, programme->context, &row->ids[1].key);
		}
		if (reader->scope != EQP_PARTNERS_ALL)
			return false;
	}
	if (!row->counts)
		return false;
	if (likely(known_a && known_b))
		return true;
	if (reader->scope == EQP_PARTNERS_KNOWN)
		return false;
	for (int i = 0; i < 2; i++)
		row->numbers[i] = eqp_keymap_intern_probe(programme->ids, &row->ids[i]);
	return true;
}

/* Give the partners of a row their numbers.  Is it for the report? */
static inline bool
number_row(EqpPartnerReader *reader, EqpPartnerRow *row)
{
	const EqpProgramme *programme = reader->programme;
	bool		known_a = eqp_keymap_find_probe(programme->ids, &row->ids[0], &row->numbers[0]);
	bool		known_b = eqp_keymap_find_probe(programme->ids, &row->ids[1], &row->numbers[1]);

	/* the usual row names two units; once one is matched, rows need not be counted */
	if (unlikely(!known_a || !known_b ||
				 row->numbers[0] >= programme->nlisted || row->numbers[1] >= programme->nlisted))
		return number_stranger(reader, row, known_a, known_b);
	reader->match.matched++;
	if (row->counts)
		reader->strangers.counted++;
	return row->counts;
}

/* Is a row, or a part of it, with these partners one that the report reads? */
static bool
is_wanted(const EqpPartnerReader *reader, const EqpPartnerRow *row, uint32 a, uint32 b)
{
	const EqpProgramme *programme = reader->programme;

	if (reader->scope == EQP_PARTNERS_ALL)
		return true;
	if (eqp_is_external(programme, a) && eqp_is_external(programme, b))
		return false;
	/* others than pairings are of one day, which is known to count */
	return reader->period.valid == NULL || (row->from <= reader->until && reader->since < row->to);
}

void
eqp_partners_count_part(EqpPartnerReader *reader, uint64 nrows)
{
	if (likely(++reader->nparts <= EQP_MOST_PARTS || reader->nparts / EQP_MOST_PARTS_OF_ROW <= nrows))
		return;
	ereport(ERROR,
			(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
			 errmsg("parameter \"successors\" of %s splits the rows of \"pairings\" into more than %d parts",
					reader->programme->function, EQP_MOST_PARTS),
			 errdetail("A row has a part for each id that its ids mean in turn, as long as it is valid. These are more than %d a row.",
					   EQP_MOST_PARTS_OF_ROW),
			 errhint("Give the pairings the day on which they ended, as valid_to, or give \"successors\" only the last step of each chain.")));
}

/*
 * A part ends where its id begins to mean another.  If that is not after the day
 * of the report, the id is not current, and so it is with all parts before.
 */
DateADT
eqp_partners_first_day(const EqpPartnerReader *reader, uint32 id, DateADT from, DateADT to)
{
	DateADT		day = Min(reader->day, to - 1);

	if (!reader->current || day <= from)
		return from;
	return Max(from, eqp_successor_on(reader->programme->successors, id, day).from);
}

/*
 * Hand a row over in parts, where a partner has successors: from the day on which
 * one of the ids means another, the row names that one.  Two that have become
 * one are no pair.
 */
static void
follow_successors(EqpPartnerReader *reader, const EqpPartnerRow *row)
{
	const EqpSuccessors *successors = reader->programme->successors;
	EqpPartnerRow part = *row;

	/* a watch is told of what cannot be as it stands */
	if (row->period == EQP_PERIOD_NO_DAYS || row->period == EQP_PERIOD_REVERSED ||
		(reader->watch && row->numbers[0] == row->numbers[1]))
	{
		part.made = false;
		eqp_partners_hand_over(reader, &part, row->numbers[0], row->numbers[1]);
		return;
	}
	part.to = Max(eqp_partners_first_day(reader, row->numbers[0], row->from, row->to),
				  eqp_partners_first_day(reader, row->numbers[1], row->from, row->to));
	for (;;)
	{
		EqpMeaning	a;
		EqpMeaning	b;

		CHECK_FOR_INTERRUPTS();
		part.from = part.to;
		a = eqp_successor_on(successors, row->numbers[0], part.from);
		b = eqp_successor_on(successors, row->numbers[1], part.from);
		part.to = Min(row->to, Min(a.until, b.until));
		part.made = a.id != row->numbers[0] || b.id != row->numbers[1];
		if (a.id != b.id && is_wanted(reader, &part, a.id, b.id))
			eqp_partners_hand_over(reader, &part, a.id, b.id);
		if (part.to >= row->to || (reader->scope != EQP_PARTNERS_ALL && part.to > reader->until))
			break;
		eqp_partners_count_part(reader, reader->match.rows);
	}
}

/* Has one of the partners a successor, ever? */
static inline bool
has_successors(const EqpPartnerReader *reader, const EqpPartnerRow *row)
{
	const EqpSuccessors *successors = reader->programme->successors;

	return unlikely(successors != NULL) &&
		(eqp_has_successor(successors, row->numbers[0]) || eqp_has_successor(successors, row->numbers[1]));
}

/*
 * Number all rows of the batch, and only then hand them to the report: so what
 * it looks up of them is fetched in good time.
 */
static void
number_batch(EqpPartnerReader *reader)
{
	const EqpKeyMap *ids = reader->programme->ids;
	int			n = reader->nrows;

	for (int i = 0; i < n; i++)
	{
		EqpPartnerRow *row = &reader->rows[i];

		for (int side = 0; side < 2 && i + ROWS_AHEAD < n; side++)
			if (eqp_key_tag(&row[ROWS_AHEAD].ids[side].key) == EQP_KEY_LONG)
				eqp_keymap_ahead(ids, &row[ROWS_AHEAD].ids[side]);
		row->counts = number_row(reader, row);
		if (row->counts)
		{
			eqp_fetch(&reader->looked_up, row->numbers[0]);
			eqp_fetch(&reader->looked_up, row->numbers[1]);
		}
	}
	for (int i = 0; i < n; i++)
	{
		EqpPartnerRow *row = &reader->rows[i];

		if (!row->counts)
			continue;
		if (has_successors(reader, row))
			follow_successors(reader, row);
		else
			eqp_partners_hand_over(reader, row, row->numbers[0], row->numbers[1]);
	}
	reader->nrows = 0;
	if (reader->context != NULL)
		MemoryContextReset(reader->context);
}

/* Long keys must outlast the row. */
static void
keep_key(EqpPartnerReader *reader, EqpKey *key)
{
	if (reader->context == NULL)
		reader->context = AllocSetContextCreate(reader->programme->context, "equipair partners of a batch",
												ALLOCSET_DEFAULT_SIZES);
	*key = eqp_key_copy(key, reader->context);
}

/*
 * What the table of whole numbers reaches is looked up at once in a small
 * programme, everything else waits for a batch.
 */
void
eqp_partners_queue_unusual(EqpPartnerReader *reader, EqpPartnerRow *row, bool counts)
{
	const EqpKeyMap *ids = reader->programme->ids;
	bool		at_once = reader->small && reader->nrows == 0;

	/* whether any row has a listed partner is known, and this one is not for the report */
	if (reader->scope == EQP_PARTNERS_KNOWN && reader->match.matched > 0 &&
		(eqp_keymap_lacks(ids, &row->ids[0].key) || eqp_keymap_lacks(ids, &row->ids[1].key)))
	{
		bool		listed = false;

		if (!counts)
			return;
		for (int side = 0; side < 2; side++)
		{
			const uint32 *place = eqp_keymap_place(ids, &row->ids[side].key);

			listed = listed || (place != NULL && *place < reader->programme->nlisted);
		}
		reader->strangers.counted++;
		note_strangers(reader, row, !eqp_keymap_lacks(ids, &row->ids[0].key),
					   !eqp_keymap_lacks(ids, &row->ids[1].key), !listed);
		return;
	}

	row->counts = counts;
	for (int side = 0; side < 2; side++)
	{
		if (unlikely(eqp_key_tag(&row->ids[side].key) == EQP_KEY_LONG))
			keep_key(reader, &row->ids[side].key);
		eqp_keymap_probe(ids, &row->ids[side]);
		at_once = at_once && row->ids[side].place != NULL;
	}
	if (at_once)
	{
		if (number_row(reader, row))
			eqp_partners_hand_over(reader, row, row->numbers[0], row->numbers[1]);
	}
	else if (++reader->nrows == EQP_PROBE_ROWS)
		number_batch(reader);
}

void
eqp_partners_run(EqpPartnerReader *reader, const EqpSourceText *text,
				 EqpColumn *columns, int ncolumns, EqpRowFunction read)
{
	const char *function = reader->programme->function;
	int			nby = reader->schemes == NULL ? reader->nby : 0;
	EqpSource  *source;

	if (reader->whole)
		source = eqp_source_open_whole(function, text, columns, ncolumns, reader->by, nby);
	else
		source = eqp_source_open(function, text, columns, ncolumns, reader->by, nby);
	if (nby > 0)
		reader->schemes = eqp_grouping_create(source);
	for (int side = 0; side < 2; side++)
		if (columns[side].present)
			eqp_column_follow(&columns[side], reader->programme->id_fold);
	reader->match.parameter = text->parameter;
	reader->small = reader->programme->nlisted <= MOST_AT_ONCE && reader->programme->successors == NULL;
	if (reader->period.valid != NULL)
		eqp_period_check(source, &reader->period);
	reader->read = read;
	if (reader->check != NULL)
		reader->check(reader, source);
	eqp_source_run(source, reader->read, reader);
	number_batch(reader);
	eqp_source_close(source);
	if (reader->scope == EQP_PARTNERS_ALL)
		return;
	warn_of_no_match(reader);
	eqp_strangers_warn(reader);
}
