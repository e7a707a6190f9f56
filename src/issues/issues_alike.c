/*
 * issues_alike.c
 *		What ids look like, for pairing_issues().
 */
#include "issues/issues.h"

#include "alloc.h"
#include "miscadmin.h"
#include "parser/scansup.h"
#include "source/alike.h"
#include "utils/memutils.h"

/* What is made of an id is of use for a moment only, and there may be millions of them. */
static MemoryContext
scratch_of(EqpIssues *issues)
{
	if (issues->scratch == NULL)
		issues->scratch = AllocSetContextCreate(issues->context, "pairing_issues look of an id",
												ALLOCSET_DEFAULT_SIZES);
	return issues->scratch;
}

/* Of units that look the same the one that the report would name first. */
static void
read_looks(EqpIssues *issues)
{
	EqpHistory *history = issues->history;
	MemoryContext before = MemoryContextSwitchTo(issues->context);

	issues->looks = eqp_keymap_create();
	eqp_keymap_expect(issues->looks, history->programme.nlisted);
	MemoryContextSwitchTo(scratch_of(issues));
	for (uint32 unit = 0; unit < history->programme.nlisted; unit++)
	{
		EqpKey		key = eqp_keymap_key(history->programme.ids, unit);
		EqpKey		look = eqp_key_look(&key);
		uint32		known = eqp_keymap_count(issues->looks);
		uint32		number = eqp_keymap_intern(issues->looks, &look);

		CHECK_FOR_INTERRUPTS();
		EQP_RESERVE(issues->context, issues->unit_of_look, issues->look_capacity, number);
		if (number == known || issues->rank[unit] < issues->rank[issues->unit_of_look[number]])
			issues->unit_of_look[number] = unit;
		MemoryContextReset(issues->scratch);
	}
	MemoryContextSwitchTo(before);
}

bool
eqp_issues_find_alike(EqpIssues *issues, const EqpKey *key, uint32 *unit)
{
	MemoryContext before;
	EqpKey		look;
	uint32		number;
	bool		found;

	if (issues->looks == NULL)
		read_looks(issues);
	before = MemoryContextSwitchTo(scratch_of(issues));
	look = eqp_key_look(key);
	found = eqp_key_tag(&look) != 0 && eqp_keymap_find(issues->looks, &look, &number);
	if (found)
		*unit = issues->unit_of_look[number];
	MemoryContextSwitchTo(before);
	MemoryContextReset(issues->scratch);
	return found;
}

bool
eqp_issues_is_blank(EqpIssues *issues, uint32 id)
{
	EqpKey		key = eqp_keymap_key(issues->history->programme.ids, id);
	MemoryContext before;
	EqpKey		look;

	/* what begins with a letter or a digit is not, nor is any number */
	if (eqp_key_tag(&key) == EQP_KEY_NUMBER ||
		(eqp_key_tag(&key) != EQP_KEY_LONG && eqp_key_tag(&key) > 0 &&
		 !IS_HIGHBIT_SET(key.bytes[0]) && !scanner_isspace(key.bytes[0])))
		return false;
	before = MemoryContextSwitchTo(scratch_of(issues));
	look = eqp_key_look(&key);
	MemoryContextSwitchTo(before);
	MemoryContextReset(issues->scratch);
	return eqp_key_tag(&look) == 0;
}
