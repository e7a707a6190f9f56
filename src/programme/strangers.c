/*
 * strangers.c
 *		Warnings of ids that are not in schools; see strangers.h.
 */
#include "programme/strangers.h"

#include "alloc.h"
#include "miscadmin.h"
#include "programme/read_partners.h"
#include "source/alike.h"
#include "utils/memutils.h"

/* So many are kept; what they look like tells enough, and the memory is bounded. */
#define MOST_STRANGERS 65536

/* Sessions of a unit with a stranger are worth a warning from this share on. */
#define LEAST_SHARE 0.05

void
eqp_stranger_note(EqpPartnerReader *reader, const EqpKey *id)
{
	EqpStrangers *strangers = &reader->strangers;
	MemoryContext context = reader->programme->context;
	uint32		number;

	if (strangers->ids == NULL)
	{
		MemoryContext before = MemoryContextSwitchTo(context);

		strangers->ids = eqp_keymap_create();
		MemoryContextSwitchTo(before);
	}
	if (eqp_keymap_count(strangers->ids) < MOST_STRANGERS)
		number = eqp_keymap_intern(strangers->ids, id);
	else if (!eqp_keymap_find(strangers->ids, id, &number))
	{
		strangers->more = true;
		return;
	}
	EQP_RESERVE(context, strangers->times, strangers->times_capacity, number);
	strangers->times[number]++;
}

/* ---- Strangers that look like units ------------------------------------- */

/* By look of the strangers: the first unit that has it, as a report orders ids. */
typedef struct Looks
{
	EqpKeyMap  *looks;
	uint32	   *look;			/* by stranger */
	uint32	   *unit;			/* by look; EQP_NO_KEY for none */
} Looks;

/* Finds them.  Only the looks of strangers are kept, those of units are looked up. */
static void
find_looks(const EqpPartnerReader *reader, Looks *looks)
{
	const EqpProgramme *programme = reader->programme;
	uint32		n = eqp_keymap_count(reader->strangers.ids);
	MemoryContext scratch = AllocSetContextCreate(CurrentMemoryContext, "equipair look of an id",
												  ALLOCSET_DEFAULT_SIZES);
	MemoryContext before;

	looks->looks = eqp_keymap_create();
	looks->look = eqp_alloc(CurrentMemoryContext, n, sizeof(uint32));
	looks->unit = eqp_alloc(CurrentMemoryContext, n, sizeof(uint32));
	before = MemoryContextSwitchTo(scratch);
	for (uint32 i = 0; i < n; i++)
	{
		EqpKey		key = eqp_keymap_key(reader->strangers.ids, i);

		key = eqp_key_look(&key);
		looks->look[i] = eqp_keymap_intern(looks->looks, &key);
		looks->unit[looks->look[i]] = EQP_NO_KEY;
		MemoryContextReset(scratch);
	}
	for (uint32 i = 0; i < programme->nlisted; i++)
	{
		EqpKey		id = eqp_keymap_key(programme->ids, i);
		EqpKey		look = eqp_key_look(&id);
		uint32		number;

		CHECK_FOR_INTERRUPTS();
		if (eqp_key_tag(&look) != 0 && eqp_keymap_find(looks->looks, &look, &number))
		{
			uint32	   *unit = &looks->unit[number];
			EqpKey		first = *unit == EQP_NO_KEY ? id : eqp_keymap_key(programme->ids, *unit);

			if (*unit == EQP_NO_KEY || eqp_key_compare(&id, &first) < 0)
				*unit = i;
		}
		MemoryContextReset(scratch);
	}
	MemoryContextSwitchTo(before);
	MemoryContextDelete(scratch);
}

/* Warns of strangers that look like units; false where there are none. */
static bool
warn_of_looks(const EqpPartnerReader *reader)
{
	const EqpStrangers *strangers = &reader->strangers;
	const EqpProgramme *programme = reader->programme;
	uint32		n = eqp_keymap_count(strangers->ids);
	Looks		looks;
	uint32		nalike = 0;
	int64		times = 0;
	EqpKey		example;
	EqpKey		unit;

	find_looks(reader, &looks);
	for (uint32 i = 0; i < n; i++)
	{
		EqpKey		key;

		if (looks.unit[looks.look[i]] == EQP_NO_KEY)
			continue;
		key = eqp_keymap_key(strangers->ids, i);
		if (nalike++ == 0 || eqp_key_compare(&key, &example) < 0)
		{
			example = key;
			unit = eqp_keymap_key(programme->ids, looks.unit[looks.look[i]]);
		}
		times += strangers->times[i];
	}
	if (nalike == 0)
		return false;
	ereport(WARNING,
			(errmsg_plural("%u id in parameter \"%s\" of %s is not in \"%s\" but looks like one that is",
						   "%u ids in parameter \"%s\" of %s are not in \"%s\" but look like some that are",
						   nalike, nalike, reader->match.parameter, programme->function, programme->units_from),
			 errdetail("For example, \"%s\" looks like \"%s\". Such ids are named %lld time%s%s in the %lld rows that count here.",
					   eqp_key_cstring(&example), eqp_key_cstring(&unit), (long long) times, times == 1 ? "" : "s",
					   strangers->more ? " or more" : "", (long long) strangers->counted),
			 errhint("Ids agree if their text forms do. Leading zeros, letter case and blanks are easily lost; pairing_issues lists what looks alike.")));
	return true;
}

void
eqp_strangers_warn(const EqpPartnerReader *reader)
{
	const EqpStrangers *strangers = &reader->strangers;
	int64		rows = strangers->counted - strangers->outside;

	/* where no id is known at all there is another warning */
	if (strangers->ids == NULL || reader->match.matched == 0 || warn_of_looks(reader))
		return;
	if (strcmp(reader->match.parameter, "sessions") != 0 || strangers->named == 0 ||
		strangers->named < LEAST_SHARE * rows)
		return;
	ereport(WARNING,
			(errmsg("%lld of %lld rows with a unit of \"%s\" in parameter \"sessions\" of %s name another that is neither there nor in \"pairings\"",
					(long long) strangers->named, (long long) rows, reader->programme->units_from,
					reader->programme->function),
			 errdetail("For example, \"%s\". These sessions do not count.", eqp_key_cstring(&strangers->example)),
			 errhint("pairing_issues lists the sessions that do not count.")));
}
