/*
 * groups.c
 *		The pairs of a source that has a row for each unit of a group; see
 *		groups.h.
 *
 * All rows are sorted by group and first day.  A sweep through the days of a
 * group keeps the units that are in it, and a row that begins meets those of
 * them that it is a partner of.  So the work grows with the rows and the pairs.
 *
 * Where details are wanted a unit may be there with many rows at a time, within
 * each other.  A row that begins then meets a few of them for all: those which
 * can give a pair its days, or can tell of it.
 */
#include "programme/groups.h"

#include "alloc.h"
#include "lib/pairingheap.h"
#include "miscadmin.h"
#include "utils/jsonb.h"
#include "utils/memutils.h"

/* A row: a unit, as long as it is in the group in one role. */
typedef struct Member
{
	uint32		group;
	uint32		scheme;			/* units of one group in two schemes are no pair */
	uint32		unit;			/* from first_stranger on one of strangers */
	DateADT		from;
	DateADT		to;
	uint32		row;			/* where more is known of it */
	uint32		place;			/* of the unit in its role, in its group; where details are wanted */
	bool		lead;
	bool		moved;			/* no row names this unit: it succeeds another */
} Member;

/* What else is known of a row. */
typedef struct Told
{
	Datum		details;
	DateADT		began;			/* the first day of all the row */
} Told;

#define NO_MEMBER PG_UINT32_MAX

/* The rows of a unit in one role that the sweep has come to, by their places in members. */
typedef struct Presence
{
	DateADT		day;			/* the latest on which one began */
	uint32		today;			/* the longest of those that did; the others follow */
	uint32		last_today;
	uint32		before;			/* the longest of all that began earlier, or NO_MEMBER */
	uint32		newest;			/* of those that have the day of the report, what tells most */
	pairingheap rows;			/* what tells most comes first; with successors */
	bool		present;
} Presence;

/* A row in the heap of its presence. */
typedef struct NewestRow
{
	pairingheap_node node;
	uint32		member;
} NewestRow;

/*
 * Those of a group on the day of the sweep that are met by the same others: by
 * their places in members or, where details are wanted, among the presences.
 */
typedef struct Present
{
	uint32	   *members;
	uint32		n;
	uint32		capacity;
} Present;

struct EqpGroups
{
	EqpPartnerReader *reader;
	MemoryContext context;
	EqpGroupColumns columns;
	EqpText		lead;			/* the roles as the column spells them */
	EqpText		member;

	EqpKeyMap  *ids;			/* of groups */
	EqpKeyMap  *strangers;		/* units without a number: they get one with their first pair */
	uint32		first_stranger;
	uint32	   *stranger_number;	/* one more than it, 0: none yet */
	uint32		stranger_capacity;

	Member	   *members;
	uint32		nmembers;
	uint32		member_capacity;
	Told	   *told;			/* by row; where they are wanted */
	uint32		ntold;
	uint32		told_capacity;

	/* where details are wanted */
	Presence   *presences;		/* by place; of the group */
	uint32		npresences;
	uint32		presence_capacity;
	uint32	   *next_today;		/* by member: the next one of its unit and role with the same first day */
	NewestRow  *newest;			/* by member; with successors */

	Present		present[2][2];	/* by lead, and by listed */
	uint32		npairs;			/* of the group so far */
	bool		full;			/* it has as many as there may be, and more */
	uint32	   *nrows;			/* by group; for a watch */
};

/* By what must be the same of two partners. */
static inline int
compare_group(const Member *x, const Member *y)
{
	if (x->group != y->group)
		return x->group < y->group ? -1 : 1;
	return (x->scheme > y->scheme) - (x->scheme < y->scheme);
}

/* By group, unit and role, and then by period. */
static inline int
compare_of_unit(const Member *x, const Member *y)
{
	int			order = compare_group(x, y);

	if (order != 0)
		return order;
	if (x->unit != y->unit)
		return x->unit < y->unit ? -1 : 1;
	if (x->lead != y->lead)
		return x->lead ? -1 : 1;
	if (x->from != y->from)
		return x->from < y->from ? -1 : 1;
	return (x->to > y->to) - (x->to < y->to);
}

/* In the order of the sweep, and of one day the longest first. */
static inline int
compare_begin(const Member *x, const Member *y)
{
	int			order = compare_group(x, y);

	if (order != 0)
		return order;
	if (x->from != y->from)
		return x->from < y->from ? -1 : 1;
	return (x->to < y->to) - (x->to > y->to);
}

#define ST_SORT sort_of_units
#define ST_ELEMENT_TYPE Member
#define ST_COMPARE(x, y) compare_of_unit(x, y)
#define ST_SCOPE static
#define ST_CHECK_FOR_INTERRUPTS
#define ST_DEFINE
#include "lib/sort_template.h"

#define ST_SORT sort_by_begin
#define ST_ELEMENT_TYPE Member
#define ST_COMPARE(x, y) compare_begin(x, y)
#define ST_SCOPE static
#define ST_CHECK_FOR_INTERRUPTS
#define ST_DEFINE
#include "lib/sort_template.h"

/* ---- Rows --------------------------------------------------------------- */

/* Text that does not move, as the column spells it. */
static EqpText
role_text(const EqpColumn *column, const char *role)
{
	return eqp_column_fold(column, (EqpText) {role, strlen(role)});
}

EqpGroups *
eqp_groups_create(EqpPartnerReader *reader, const EqpGroupColumns *columns)
{
	EqpGroups  *groups = palloc0(sizeof(EqpGroups));
	MemoryContext before = CurrentMemoryContext;

	groups->reader = reader;
	groups->context = AllocSetContextCreate(before, "equipair groups", ALLOCSET_DEFAULT_SIZES);
	groups->columns = *columns;
	MemoryContextSwitchTo(groups->context);
	groups->ids = eqp_keymap_create();
	groups->strangers = eqp_keymap_create();
	MemoryContextSwitchTo(before);
	groups->first_stranger = eqp_keymap_count(reader->programme->ids);
	if (columns->role->present)
	{
		groups->lead = role_text(columns->role, "lead");
		groups->member = role_text(columns->role, "member");
	}
	eqp_column_follow(columns->unit, reader->programme->id_fold);
	return groups;
}

static inline bool
same_text(EqpText a, EqpText b)
{
	return a.len == b.len && memcmp(a.data, b.data, a.len) == 0;
}

/* Is the role of the row known?  Then it is that of a lead or of a member; without a role it is one. */
static bool
known_role(const EqpGroups *groups, EqpText role, bool *lead)
{
	*lead = same_text(role, groups->lead);
	return *lead || same_text(role, groups->member);
}

/* Is the unit of the row a lead? */
static bool
is_lead(const EqpGroups *groups, const EqpSource *source, const EqpKey *unit)
{
	EqpText		role;
	bool		lead;

	if (eqp_column_isnull(source, groups->columns.role))
		return false;
	role = eqp_column_text(source, groups->columns.role);
	if (!known_role(groups, role, &lead))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("unknown role \"%s\" of \"%s\" in parameter \"%s\" of %s",
						eqp_text_cstring(role), eqp_key_cstring(unit), source->parameter, source->function),
				 errhint("A role is \"lead\" or \"member\", and NULL is \"member\". Without a column role all units of a group are partners of each other.")));
	return lead;
}

/* Tells the watch what a row says; an unknown role is none. */
static EqpPeriodKind
watch_row(const EqpGroups *groups, const EqpSource *source, const EqpKey *unit, Member *member)
{
	EqpPartnerReader *reader = groups->reader;
	EqpPartnerRow row = {0};
	bool		known = eqp_column_isnull(source, groups->columns.role) ||
		known_role(groups, eqp_column_text(source, groups->columns.role), &member->lead);

	row.period = eqp_period_take(source, &reader->period, &row.from, &row.to);
	member->from = row.from;
	member->to = row.to;
	reader->watch->member(reader->arg, unit, &row, known);
	return row.period;
}

/* The number of a unit, or that of a stranger. */
static uint32
unit_number(EqpGroups *groups, const EqpKey *unit)
{
	EqpPartnerReader *reader = groups->reader;
	EqpProgramme *programme = reader->programme;
	EqpMatch   *match = &reader->match;
	uint32		number;

	match->rows++;
	/* a watch may have given a stranger its number already */
	if (!eqp_keymap_find(programme->ids, unit, &number) || number >= groups->first_stranger)
		number = groups->first_stranger + eqp_keymap_intern(groups->strangers, unit);
	if (eqp_is_ever_listed(programme, number))
		match->matched++;
	else if (match->matched == 0)
		eqp_match_sample(match, programme->context, unit);
	return number;
}

/* Keep a member, if the days matter on which it is one. */
static void
keep_member(EqpGroups *groups, const Member *member)
{
	const EqpPartnerReader *reader = groups->reader;

	if (reader->scope != EQP_PARTNERS_ALL && (member->from > reader->until || reader->since >= member->to))
		return;
	if (groups->nmembers == PG_INT32_MAX)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("too many rows in parameter \"pairings\" of %s", reader->programme->function)));
	EQP_RESERVE(groups->context, groups->members, groups->member_capacity, groups->nmembers);
	groups->members[groups->nmembers++] = *member;
}

/* Keep a member in parts: from the day on which its id means another it is that one. */
static void
follow_successors(EqpGroups *groups, const Member *member)
{
	EqpPartnerReader *reader = groups->reader;
	Member		part = *member;

	part.to = eqp_partners_first_day(reader, member->unit, member->from, member->to);
	for (;;)
	{
		EqpMeaning	meaning;

		CHECK_FOR_INTERRUPTS();
		part.from = part.to;
		meaning = eqp_successor_on(reader->programme->successors, member->unit, part.from);
		part.unit = meaning.id;
		part.to = Min(member->to, meaning.until);
		part.moved = part.unit != member->unit;
		keep_member(groups, &part);
		if (part.to >= member->to || (reader->scope != EQP_PARTNERS_ALL && part.to > reader->until))
			break;
		eqp_partners_count_part(reader, reader->match.rows);
	}
}

void
eqp_groups_row(EqpGroups *groups, const EqpSource *source, Datum details)
{
	EqpPartnerReader *reader = groups->reader;
	const EqpProgramme *programme = reader->programme;
	EqpKey		group;
	EqpKey		unit;
	Member		member = {0};
	EqpPeriodKind period;

	if (eqp_column_isnull(source, groups->columns.group) || eqp_column_isnull(source, groups->columns.unit))
	{
		eqp_partners_without(reader, source, groups->columns.group, groups->columns.unit);
		return;
	}
	group = eqp_column_key(source, groups->columns.group);
	unit = eqp_column_key(source, groups->columns.unit);
	if (reader->watch)
		period = watch_row(groups, source, &unit, &member);
	else
	{
		member.lead = is_lead(groups, source, &unit);
		period = eqp_period_read(source, &reader->period, &unit, NULL, &member.from, &member.to);
	}
	member.unit = unit_number(groups, &unit);
	if (reader->schemes != NULL)
		member.scheme = eqp_grouping_row(reader->schemes, source);
	if (period != EQP_PERIOD_LASTS)
		return;
	if (reader->scope != EQP_PARTNERS_ALL && !eqp_is_ever_listed(programme, member.unit))
		eqp_stranger_note(reader, &unit);
	reader->strangers.counted++;
	member.group = eqp_keymap_intern(groups->ids, &group);
	if (reader->whole)
	{
		member.row = groups->ntold++;
		EQP_RESERVE(groups->context, groups->told, groups->told_capacity, member.row);
		groups->told[member.row] = (Told) {details, member.from};
	}
	if (programme->successors != NULL)
		follow_successors(groups, &member);
	else
		keep_member(groups, &member);
}

/* The number of a unit that the report gets to know. */
static uint32
number_of(EqpGroups *groups, uint32 unit)
{
	uint32		stranger = unit - groups->first_stranger;
	EqpKey		key;

	if (unit < groups->first_stranger)
		return unit;
	EQP_RESERVE(groups->context, groups->stranger_number, groups->stranger_capacity, stranger);
	if (groups->stranger_number[stranger] == 0)
	{
		key = eqp_keymap_key(groups->strangers, stranger);
		groups->stranger_number[stranger] = eqp_keymap_intern(groups->reader->programme->ids, &key) + 1;
	}
	return groups->stranger_number[stranger] - 1;
}

/* ---- A unit that is in a group more than once --------------------------- */

/* Does y, of the same days as x, tell more: did it begin later?  One of two rows must be chosen, whatever their order. */
static bool
tells_more(const EqpGroups *groups, const Member *x, const Member *y)
{
	if (groups->told[x->row].began != groups->told[y->row].began)
		return groups->told[x->row].began < groups->told[y->row].began;
	return compareJsonbContainers(&DatumGetJsonbP(groups->told[y->row].details)->root,
								  &DatumGetJsonbP(groups->told[x->row].details)->root) > 0;
}

/* Are they of one unit in one role? */
static inline bool
same_member(const Member *x, const Member *y)
{
	return compare_group(x, y) == 0 && x->unit == y->unit && x->lead == y->lead;
}

/*
 * Of rows with one group, unit and role: their periods merge.  Where details are
 * wanted, rows of the same period become one.
 */
static void
merge_rows(EqpGroups *groups)
{
	Member	   *members = groups->members;
	bool		whole = groups->told != NULL;
	uint32		kept = 0;

	sort_of_units(members, groups->nmembers);
	for (uint32 i = 0; i < groups->nmembers; i++)
	{
		Member	   *last = kept > 0 ? &members[kept - 1] : NULL;
		const Member *row = &members[i];

		CHECK_FOR_INTERRUPTS();
		if (last == NULL || !same_member(last, row) ||
			(whole ? last->from != row->from || last->to != row->to : row->from > last->to))
			members[kept++] = *row;
		else if (!whole)
			last->to = Max(last->to, row->to);
		else if (tells_more(groups, last, row))
			*last = *row;
	}
	groups->nmembers = kept;
	for (uint32 i = 1; whole && i < kept; i++)
		members[i].place = compare_group(&members[i - 1], &members[i]) != 0 ? 0
			: members[i - 1].place + !same_member(&members[i - 1], &members[i]);
}

/* Tells the watch of rows of one unit in one role that share days: several, until the day to. */
static void
watch_lot(EqpGroups *groups, const Member *rows, uint32 n, DateADT to)
{
	EqpKey		key = eqp_keymap_key(groups->ids, rows->group);
	EqpGroupFault fault = {
		.oddity = EQP_GROUP_REPEATS,
		.group = &key,
		.one_unit = true,
		.unit = number_of(groups, rows->unit),
		.rows = n,
		.from = rows->from,
		.to = to,
	};

	for (uint32 i = 1; i < n; i++)
		if (rows[i].from != rows->from || rows[i].to != rows->to)
			fault.oddity = EQP_GROUP_OVERLAPS;
	groups->reader->watch->group(groups->reader->arg, &fault);
}

/* For a watch: counts the rows of each group, and looks for units that are in one twice at a time. */
static void
watch_rows(EqpGroups *groups)
{
	Member	   *members = groups->members;
	uint32		end;

	groups->nrows = eqp_alloc0(groups->context, eqp_keymap_count(groups->ids), sizeof(uint32));
	sort_of_units(members, groups->nmembers);
	for (uint32 first = 0; first < groups->nmembers; first = end)
	{
		DateADT		to = members[first].to;

		for (end = first + 1; end < groups->nmembers && same_member(&members[first], &members[end]) &&
			 members[end].from < to && !members[end].moved; end++)
		{
			CHECK_FOR_INTERRUPTS();
			to = Max(to, members[end].to);
		}
		groups->nrows[members[first].group] += end - first;
		if (end - first > 1 && !members[first].moved)
			watch_lot(groups, &members[first], end - first, to);
	}
}

/* ---- Pairs -------------------------------------------------------------- */

static inline bool
is_listed(const EqpGroups *groups, const Member *member)
{
	return member->unit < groups->reader->programme->nlisted;
}

/* The id of a unit. */
static EqpKey
unit_key(const EqpGroups *groups, uint32 unit)
{
	if (unit < groups->first_stranger)
		return eqp_keymap_key(groups->reader->programme->ids, unit);
	return eqp_keymap_key(groups->strangers, unit - groups->first_stranger);
}

/*
 * What is known of a pair is known of the row that began later.  Of two that
 * began on one day it is that of the unit which a report names first: one in
 * schools, the smaller id.
 */
static const Told *
told_of_pair(const EqpGroups *groups, const Member *x, const Member *y)
{
	const Told *told_x = &groups->told[x->row];
	const Told *told_y = &groups->told[y->row];
	EqpKey		key_x;
	EqpKey		key_y;

	if (told_x->began != told_y->began)
		return told_x->began > told_y->began ? told_x : told_y;
	if (is_listed(groups, x) != is_listed(groups, y))
		return is_listed(groups, x) ? told_x : told_y;
	key_x = unit_key(groups, x->unit);
	key_y = unit_key(groups, y->unit);
	return eqp_key_compare(&key_x, &key_y) < 0 ? told_x : told_y;
}

/* 54000: the group makes too many pairs. */
static void
refuse_group(const EqpGroups *groups, uint32 group)
{
	EqpKey		key = eqp_keymap_key(groups->ids, group);

	ereport(ERROR,
			(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
			 errmsg("group \"%s\" in parameter \"pairings\" of %s makes more than %d pairs",
					eqp_key_cstring(&key), groups->reader->programme->function, EQP_GROUP_MOST_PAIRS),
			 errhint("Split the group, or give a column role: units of role \"lead\" are partners of the members only.")));
}

/* Two of a group, on the days that they have in common. */
static void
make_pair(EqpGroups *groups, const Member *earlier, const Member *later)
{
	EqpPartnerReader *reader = groups->reader;
	EqpPartnerRow row = {
		.from = later->from,
		.to = Min(earlier->to, later->to),
		.period = EQP_PERIOD_LASTS,
		.scheme = later->scheme,
		.made = true,
	};
	uint32		a;
	uint32		b;

	if (groups->npairs == EQP_GROUP_MOST_PAIRS)
	{
		if (reader->watch == NULL)
			refuse_group(groups, later->group);
		groups->full = true;
		return;
	}
	groups->npairs++;
	if (reader->whole)
	{
		const Told *told = told_of_pair(groups, earlier, later);

		row.details = told->details;
		row.began = told->began;
	}
	a = number_of(groups, earlier->unit);
	b = number_of(groups, later->unit);
	reader->pair(reader->arg, Min(a, b), Max(a, b), &row);
}

/* A row meets those that are present; those that are over leave. */
static void
meet(EqpGroups *groups, Present *present, const Member *member)
{
	uint32		i = 0;

	while (i < present->n)
	{
		const Member *other = &groups->members[present->members[i]];

		CHECK_FOR_INTERRUPTS();
		if (other->to <= member->from)
		{
			present->members[i] = present->members[--present->n];
			continue;
		}
		if (other->unit != member->unit)
			make_pair(groups, other, member);
		i++;
	}
}

/* ---- Pairs of which details are wanted ---------------------------------- */

/* By what tells more of a pair: the row that began last, then what is longer; of two that are alike one, whatever their order. */
static int
compare_told(const EqpGroups *groups, uint32 a, uint32 b)
{
	const Member *x = &groups->members[a];
	const Member *y = &groups->members[b];
	DateADT		began_x = groups->told[x->row].began;
	DateADT		began_y = groups->told[y->row].began;

	if (began_x != began_y)
		return began_x > began_y ? 1 : -1;
	if (x->to != y->to)
		return x->to > y->to ? 1 : -1;
	if (x->from != y->from)
		return x->from > y->from ? 1 : -1;
	return tells_more(groups, y, x) ? 1 : tells_more(groups, x, y) ? -1 : 0;
}

static int
compare_newest(const pairingheap_node *a, const pairingheap_node *b, void *arg)
{
	return compare_told(arg, pairingheap_const_container(NewestRow, node, a)->member,
						pairingheap_const_container(NewestRow, node, b)->member);
}

/* A row of a presence begins; of one day the longest comes first. */
static void
begin_row(EqpGroups *groups, Presence *presence, uint32 number)
{
	const Member *member = &groups->members[number];
	DateADT		day = groups->reader->day;

	if (!presence->present || presence->day < member->from)
	{
		if (!presence->present)
			*presence = (Presence) {
				.before = NO_MEMBER,.newest = NO_MEMBER,.rows = {compare_newest, groups, NULL},.present = true
			};
		else if (presence->before == NO_MEMBER ||
				 groups->members[presence->today].to > groups->members[presence->before].to)
			presence->before = presence->today;
		presence->day = member->from;
		presence->today = number;
	}
	else
		groups->next_today[presence->last_today] = number;
	presence->last_today = number;
	groups->next_today[number] = NO_MEMBER;
	if (member->from <= day && day < member->to &&
		(presence->newest == NO_MEMBER || compare_told(groups, number, presence->newest) > 0))
		presence->newest = number;
	if (groups->newest != NULL)
	{
		groups->newest[number].member = number;
		pairingheap_add(&presence->rows, &groups->newest[number].node);
	}
}

/* The row that tells most of those of a presence that are not over. */
static uint32
newest_row(EqpGroups *groups, Presence *presence, DateADT day)
{
	while (!pairingheap_is_empty(&presence->rows))
	{
		const NewestRow *row = pairingheap_container(NewestRow, node, pairingheap_first(&presence->rows));

		if (groups->members[row->member].to > day)
			return row->member;
		CHECK_FOR_INTERRUPTS();
		pairingheap_remove_first(&presence->rows);
	}
	return NO_MEMBER;
}

/* Is it a row that is there, and not over? */
static inline bool
lasts(const EqpGroups *groups, uint32 number, DateADT day)
{
	return number != NO_MEMBER && groups->members[number].to > day;
}

/*
 * A row meets those of a presence.  Where it began later than they did, it tells of
 * the pair, whichever of them it meets, and the longest of them gives it most days.
 * So it is the other way round, and who began on one day may tell both ways: so the
 * first one of its unit on a day, which is the longest, meets all that began then.
 *
 * A row that an id brings along on the day from which it means this one began
 * before its first day here.  Of those that began later, which tell of the pair,
 * what tells most will do, and of those that have the day of the report.
 */
static void
meet_presence(EqpGroups *groups, Presence *presence, const Member *member, bool first_today)
{
	DateADT		day = member->from;
	bool		same_day = presence->day == day;

	if (lasts(groups, presence->before, day))
		make_pair(groups, &groups->members[presence->before], member);
	if (lasts(groups, presence->today, day))
		make_pair(groups, &groups->members[presence->today], member);
	for (uint32 i = groups->next_today[presence->today]; same_day && first_today && i != NO_MEMBER; i = groups->next_today[i])
	{
		CHECK_FOR_INTERRUPTS();
		make_pair(groups, &groups->members[i], member);
	}
	if (groups->told[member->row].began < day)
	{
		uint32		newest = newest_row(groups, presence, day);

		if (newest != NO_MEMBER)
			make_pair(groups, &groups->members[newest], member);
		if (lasts(groups, presence->newest, Max(day, groups->reader->day)))
			make_pair(groups, &groups->members[presence->newest], member);
	}
}

/* Makes pairs of a member with all that are present, and forgets who is no longer there on its first day. */
static void
meet_all(EqpGroups *groups, Present *present, const Member *member, bool first_today)
{
	uint32		i = 0;

	while (i < present->n)
	{
		Presence   *presence = &groups->presences[present->members[i]];

		CHECK_FOR_INTERRUPTS();
		if (!lasts(groups, presence->today, member->from) && !lasts(groups, presence->before, member->from))
		{
			presence->present = false;
			present->members[i] = present->members[--present->n];
			continue;
		}
		if (groups->members[presence->today].unit != member->unit)
			meet_presence(groups, presence, member, first_today);
		i++;
	}
}

/* The presence of a member, which is a new one or one that is over where no row of its is there. */
static Presence *
presence_of(EqpGroups *groups, const Member *member)
{
	EQP_RESERVE(groups->context, groups->presences, groups->presence_capacity, member->place);
	while (groups->npresences <= member->place)
		groups->presences[groups->npresences++].present = false;
	return &groups->presences[member->place];
}

/* Is it the first row of its unit and role on its first day? */
static bool
is_first_today(EqpGroups *groups, const Member *member)
{
	const Presence *presence = presence_of(groups, member);

	return !presence->present || presence->day < member->from;
}

/* ---- All groups --------------------------------------------------------- */

/* The group of n members is done: tells a watch where it has no pair, or too many. */
static void
end_group(EqpGroups *groups, const Member *members, uint32 n)
{
	EqpGroupFault fault = {
		.oddity = groups->full ? EQP_GROUP_TOO_LARGE : EQP_GROUP_OF_NO_PAIR,
		.one_unit = !groups->full,
	};
	EqpKey		key;

	for (int lead = 0; lead < 2; lead++)
		groups->present[lead][false].n = groups->present[lead][true].n = 0;
	if (groups->reader->watch != NULL && n > 0 && (groups->full || groups->npairs == 0))
	{
		for (uint32 i = 1; i < n && fault.one_unit; i++)
			fault.one_unit = members[i].unit == members->unit;
		key = eqp_keymap_key(groups->ids, members->group);
		fault.group = &key;
		fault.unit = number_of(groups, members->unit);
		fault.rows = groups->nrows[members->group];
		groups->reader->watch->group(groups->reader->arg, &fault);
	}
	groups->npairs = 0;
	groups->full = false;
	groups->npresences = 0;
}

/* A row begins, and meets those that are there. */
static void
sweep_row(EqpGroups *groups, uint32 number)
{
	const Member *member = &groups->members[number];
	bool		listed = is_listed(groups, member);
	Present    *present = groups->present[groups->columns.role->present && !member->lead];
	Present    *own = &groups->present[member->lead][listed];
	uint32		place = number;

	/* of two that are not in schools few reports want to know */
	for (int with_listed = listed || groups->reader->scope == EQP_PARTNERS_ALL ? 0 : 1; with_listed < 2; with_listed++)
	{
		if (groups->told == NULL)
			meet(groups, &present[with_listed], member);
		else
			meet_all(groups, &present[with_listed], member, is_first_today(groups, member));
	}
	if (groups->told != NULL)
	{
		Presence   *presence = presence_of(groups, member);
		bool		was_present = presence->present;

		begin_row(groups, presence, number);
		if (was_present)
			return;
		place = member->place;
	}
	EQP_RESERVE(groups->context, own->members, own->capacity, own->n);
	own->members[own->n++] = place;
}

void
eqp_groups_pair(EqpGroups *groups)
{
	uint32		first = 0;

	if (groups->reader->watch != NULL)
		watch_rows(groups);
	merge_rows(groups);
	sort_by_begin(groups->members, groups->nmembers);
	if (groups->told != NULL)
		groups->next_today = eqp_alloc(groups->context, groups->nmembers, sizeof(uint32));
	if (groups->told != NULL && groups->reader->programme->successors != NULL)
		groups->newest = eqp_alloc(groups->context, groups->nmembers, sizeof(NewestRow));
	for (uint32 i = 0; i < groups->nmembers; i++)
	{
		CHECK_FOR_INTERRUPTS();
		if (compare_group(&groups->members[first], &groups->members[i]) != 0)
		{
			end_group(groups, &groups->members[first], i - first);
			first = i;
		}
		if (!groups->full)
			sweep_row(groups, i);
	}
	end_group(groups, groups->members + first, groups->nmembers - first);
	MemoryContextDelete(groups->context);
}
