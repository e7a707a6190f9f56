/*
 * grouping.c
 *		From the BY columns of a row to the number of its group.
 *
 * Most rows of a report repeat values already seen, byte for byte.  So the
 * first look is by the bytes of the row's values (its image), which needs no
 * call to the types' operators; only an image never seen before is compared
 * by the types' own equality, under which 1.0 and 1.00, or two spellings in a
 * case-insensitive collation, are one group.  Values of a few bytes, nearly
 * all there are, are first looked for among the latest ones, without even
 * making the image.
 */
#include "report/report.h"

#include "alloc.h"
#include "common/hashfn.h"
#include "lib/rbtree.h"
#include "parser/parse_coerce.h"
#include "utils/builtins.h"
#include "utils/datum.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/typcache.h"

#include "report/grouping_parts.h"

#define NO_GROUP EQP_NO_GROUP

/* How many of the latest values are kept; few enough for the nearest cache. */
#define RECENT_SLOT_BITS 8
#define RECENT_SLOTS (1 << RECENT_SLOT_BITS)

/* ---- Two ways to find a group by value ---------------------------------- */

/*
 * simplehash needs a key it can keep: the group's number, with NO_GROUP for
 * the values being looked for.
 */
typedef struct GroupEntry
{
	uint32		group;
	uint32		hash;
	char		status;
} GroupEntry;

static uint32 group_hash(EqpGrouping *grouping, uint32 group);
static bool group_equal(EqpGrouping *grouping, uint32 a, uint32 b);

#define SH_PREFIX groups
#define SH_ELEMENT_TYPE GroupEntry
#define SH_KEY_TYPE uint32
#define SH_KEY group
#define SH_HASH_KEY(tb, key) group_hash((EqpGrouping *) (tb)->private_data, key)
#define SH_EQUAL(tb, a, b) group_equal((EqpGrouping *) (tb)->private_data, a, b)
#define SH_STORE_HASH
#define SH_GET_HASH(tb, a) (*eqp_stored_hash(&(a)->hash))
#define SH_USE_NONDEFAULT_ALLOCATOR
#define SH_SCOPE static inline
#define SH_DECLARE
#define SH_DEFINE
#include "lib/simplehash.h"

EQP_HASH_ALLOCATOR(groups)

/* For types with an order and no hash function. */
typedef struct GroupNode
{
	RBTNode		node;
	uint32		group;
} GroupNode;

typedef struct ImageEntry
{
	EqpText		image;
	uint32		hash;
	uint32		group;
	char		status;
} ImageEntry;

#define SH_PREFIX images
#define SH_ELEMENT_TYPE ImageEntry
#define SH_KEY_TYPE EqpText
#define SH_KEY image
#define SH_HASH_KEY(tb, key) \
	hash_bytes((const unsigned char *) (key).data, (key).len)
#define SH_EQUAL(tb, a, b) \
	((a).len == (b).len && memcmp((a).data, (b).data, (a).len) == 0)
#define SH_STORE_HASH
#define SH_GET_HASH(tb, a) (*eqp_stored_hash(&(a)->hash))
#define SH_USE_NONDEFAULT_ALLOCATOR
#define SH_SCOPE static inline
#define SH_DECLARE
#define SH_DEFINE
#include "lib/simplehash.h"

EQP_HASH_ALLOCATOR(images)

/* A grouping value of a group, or of the values being looked for. */
static inline Datum
group_value(const EqpGrouping *grouping, uint32 group, int column, bool *isnull)
{
	if (group == NO_GROUP)
	{
		*isnull = grouping->probe_nulls[column];
		return grouping->probe_values[column];
	}
	*isnull = grouping->nulls[(Size) group * grouping->nby + column];
	return grouping->values[(Size) group * grouping->nby + column];
}

/* By the hash functions of the types. */
static uint32
group_hash(EqpGrouping *grouping, uint32 group)
{
	uint32		hash = 0;

	for (int i = 0; i < grouping->nby; i++)
	{
		bool		isnull;
		Datum		value = group_value(grouping, group, i, &isnull);
		uint32		one = 0;

		if (!isnull)
			one = DatumGetUInt32(FunctionCall1Coll(&grouping->by[i].hash,
												   grouping->by[i].collation, value));
		hash = hash_combine(hash, one);
	}
	return hash;
}

/* By the equality of the types; NULL equals NULL. */
static bool
group_equal(EqpGrouping *grouping, uint32 a, uint32 b)
{
	for (int i = 0; i < grouping->nby; i++)
	{
		bool		a_null;
		bool		b_null;
		Datum		a_value = group_value(grouping, a, i, &a_null);
		Datum		b_value = group_value(grouping, b, i, &b_null);

		if (a_null != b_null)
			return false;
		if (!a_null && !DatumGetBool(FunctionCall2Coll(&grouping->by[i].equal,
													   grouping->by[i].collation,
													   a_value, b_value)))
			return false;
	}
	return true;
}

/* NULL last, as in the reports. */
int
eqp_grouping_compare(EqpGrouping *grouping, uint32 a, uint32 b, int ncolumns)
{
	for (int i = 0; i < ncolumns; i++)
	{
		bool		a_null;
		bool		b_null;
		Datum		a_value = group_value(grouping, a, i, &a_null);
		Datum		b_value = group_value(grouping, b, i, &b_null);
		int			result;

		if (a_null || b_null)
			result = (int) a_null - (int) b_null;
		else
			result = DatumGetInt32(FunctionCall2Coll(&grouping->by[i].compare,
													 grouping->by[i].collation,
													 a_value, b_value));
		if (result != 0)
			return result;
	}
	return 0;
}

/* The three functions that a red-black tree of groups takes. */
static int
node_compare(const RBTNode *a, const RBTNode *b, void *arg)
{
	EqpGrouping *grouping = arg;

	return eqp_grouping_compare(grouping, ((const GroupNode *) a)->group,
								((const GroupNode *) b)->group, grouping->nby);
}

static RBTNode *
node_alloc(void *arg)
{
	return MemoryContextAlloc(((EqpGrouping *) arg)->context, sizeof(GroupNode));
}

static void
node_combine(RBTNode *existing, const RBTNode *new, void *arg)
{
}

/* ---- Creation ----------------------------------------------------------- */

/* One with so many columns, which are still to be filled in. */
static EqpGrouping *
create(int nby)
{
	EqpGrouping *grouping = palloc0(sizeof(EqpGrouping));

	grouping->context = CurrentMemoryContext;
	grouping->nby = nby;
	grouping->by = palloc0(Max(nby, 1) * sizeof(EqpByColumn));
	grouping->probe_values = palloc0(Max(nby, 1) * sizeof(Datum));
	grouping->probe_nulls = palloc0(Max(nby, 1) * sizeof(bool));
	grouping->last_group = NO_GROUP;
	initStringInfo(&grouping->image);
	return grouping;
}

/* The columns are filled in: makes room for the groups. */
static void
prepare_look_up(EqpGrouping *grouping)
{
	bool		hashable = true;

	if (grouping->nby == 0)
	{
		grouping->ngroups = 1;
		return;
	}
	for (int i = 0; i < grouping->nby; i++)
		if (!OidIsValid(grouping->by[i].hash.fn_oid))
			hashable = false;

	grouping->short_values = palloc0(grouping->nby * sizeof(EqpShortValue));
	grouping->recent_values = palloc0((Size) RECENT_SLOTS * grouping->nby * sizeof(EqpShortValue));
	grouping->recent_groups = palloc(RECENT_SLOTS * sizeof(uint32));
	for (int i = 0; i < RECENT_SLOTS; i++)
		grouping->recent_groups[i] = NO_GROUP;
	grouping->images = images_create(grouping->context, 64, NULL);
	if (hashable)
		grouping->hash = groups_create(grouping->context, 64, grouping);
	else
		grouping->tree = rbt_create(sizeof(GroupNode), node_compare, node_combine,
									node_alloc, NULL, grouping);
}

EqpGrouping *
eqp_grouping_create(const EqpSource *source)
{
	return eqp_grouping_create_from(source, 0);
}

EqpGrouping *
eqp_grouping_create_from(const EqpSource *source, int first)
{
	EqpGrouping *grouping = create(source->nby - first);

	grouping->first = first;
	for (int i = 0; i < grouping->nby; i++)
	{
		EqpByColumn *by = &grouping->by[i];
		const EqpColumn *column = &source->by[first + i];
		TypeCacheEntry *typcache = lookup_type_cache(column->typid,
													 TYPECACHE_EQ_OPR_FINFO |
													 TYPECACHE_CMP_PROC_FINFO |
													 TYPECACHE_HASH_PROC_FINFO);

		if (!OidIsValid(typcache->eq_opr_finfo.fn_oid) ||
			!OidIsValid(typcache->cmp_proc_finfo.fn_oid))
			ereport(ERROR,
					(errcode(ERRCODE_UNDEFINED_FUNCTION),
					 errmsg("could not identify an ordering operator for type %s",
							format_type_be(column->typid)),
					 errdetail("Column \"%s\" of parameter \"%s\" is grouped and sorted by.",
							   column->name, source->parameter)));
		by->name = pstrdup(column->name);
		by->typid = column->typid;
		by->collation = column->collation;
		get_typlenbyval(by->typid, &by->typlen, &by->typbyval);
		fmgr_info_copy(&by->equal, &typcache->eq_opr_finfo, CurrentMemoryContext);
		fmgr_info_copy(&by->compare, &typcache->cmp_proc_finfo, CurrentMemoryContext);
		if (OidIsValid(typcache->hash_proc_finfo.fn_oid))
			fmgr_info_copy(&by->hash, &typcache->hash_proc_finfo, CurrentMemoryContext);
	}
	prepare_look_up(grouping);
	return grouping;
}

EqpGrouping *
eqp_grouping_join(const EqpGrouping *outer, const EqpGrouping *inner)
{
	EqpGrouping *join = create(outer->nby + inner->nby);

	join->nouter = outer->nby;
	for (int i = 0; i < join->nby; i++)
	{
		const EqpByColumn *of = i < outer->nby ? &outer->by[i] : &inner->by[i - outer->nby];
		EqpByColumn *by = &join->by[i];

		*by = *of;
		fmgr_info_copy(&by->equal, unconstify(FmgrInfo *, &of->equal), CurrentMemoryContext);
		fmgr_info_copy(&by->compare, unconstify(FmgrInfo *, &of->compare), CurrentMemoryContext);
		if (OidIsValid(of->hash.fn_oid))
			fmgr_info_copy(&by->hash, unconstify(FmgrInfo *, &of->hash), CurrentMemoryContext);
	}
	prepare_look_up(join);
	return join;
}

/* ---- Look-up: the latest values ----------------------------------------- */

/* A value of at most 16 bytes as two words; short ones overlap in them. */
static inline void
load_short(EqpShortValue *value, const char *data, int len)
{
	uint64		head = 0;
	uint64		tail = 0;
	uint32		word;

	if (len >= 8)
	{
		memcpy(&head, data, 8);
		memcpy(&tail, data + len - 8, 8);
	}
	else if (len >= 4)
	{
		memcpy(&word, data, 4);
		head = word;
		memcpy(&word, data + len - 4, 4);
		tail = word;
	}
	else
		for (int i = 0; i < len; i++)
			head = head << 8 | (unsigned char) data[i];
	*value = (EqpShortValue) {.len = len,.head = head,.tail = tail};
}

/* False where the value is too long, or would have to be detoasted. */
static inline bool
make_short(EqpShortValue *value, const EqpByColumn *by, Datum datum, bool isnull)
{
	if (isnull || by->typbyval)
	{
		value->len = isnull ? -1 : 0;
		value->head = isnull ? 0 : (uint64) datum;
		value->tail = 0;
		return true;
	}
	if (by->typlen == -1)
	{
		const char *data = DatumGetPointer(datum);

		if (!VARATT_IS_SHORT(data) && !VARATT_IS_4B_U(data))
			return false;
		if (VARATT_IS_EXTERNAL(data) || VARSIZE_ANY_EXHDR(data) > 16)
			return false;
		load_short(value, VARDATA_ANY(data), VARSIZE_ANY_EXHDR(data));
		return true;
	}
	if (by->typlen < 0 || by->typlen > 16)
		return false;
	load_short(value, DatumGetPointer(datum), by->typlen);
	return true;
}

/*
 * The slot in which the probe values are, if they were the last ones to be put
 * there; -1 where they are not all short.
 */
static inline int
recent_slot(EqpGrouping *grouping)
{
	uint64		hash = 0;

	for (int i = 0; i < grouping->nby; i++)
	{
		EqpShortValue *value = &grouping->short_values[i];

		if (!make_short(value, &grouping->by[i], grouping->probe_values[i],
						grouping->probe_nulls[i]))
			return -1;
		hash = (hash ^ value->head) * UINT64CONST(0xbf58476d1ce4e5b9);
		hash = (hash ^ value->tail ^ (uint64) value->len << 56) * UINT64CONST(0x94d049bb133111eb);
	}
	return hash >> (64 - RECENT_SLOT_BITS);
}

/* Are the values being looked for those that the slot holds? */
static inline bool
is_in_slot(const EqpGrouping *grouping, int slot)
{
	const EqpShortValue *kept = &grouping->recent_values[slot * grouping->nby];

	if (grouping->recent_groups[slot] == NO_GROUP)
		return false;
	for (int i = 0; i < grouping->nby; i++)
		if (kept[i].head != grouping->short_values[i].head ||
			kept[i].tail != grouping->short_values[i].tail ||
			kept[i].len != grouping->short_values[i].len)
			return false;
	return true;
}

/* ---- Look-up: all values ------------------------------------------------ */

/* Appends the bytes of a value: equal bytes mean equal values, not the other way round. */
static void
add_to_image(StringInfo image, const EqpByColumn *by, Datum value, bool isnull)
{
	appendStringInfoCharMacro(image, isnull ? 1 : 0);
	if (isnull)
		return;

	if (by->typbyval)
		appendBinaryStringInfo(image, (const char *) &value, sizeof(Datum));
	else if (by->typlen > 0)
		appendBinaryStringInfo(image, DatumGetPointer(value), by->typlen);
	else if (by->typlen == -1)
	{
		struct varlena *data = PG_DETOAST_DATUM_PACKED(value);
		int			len = VARSIZE_ANY_EXHDR(data);

		appendBinaryStringInfo(image, (const char *) &len, sizeof(len));
		appendBinaryStringInfo(image, VARDATA_ANY(data), len);
	}
	else
		appendBinaryStringInfo(image, DatumGetCString(value),
							   strlen(DatumGetCString(value)) + 1);
}

/* The probe values, which are in no group yet, become the next one. */
static uint32
add_group(EqpGrouping *grouping)
{
	MemoryContext context = MemoryContextSwitchTo(grouping->context);
	uint32		group = grouping->ngroups;
	Size		base = (Size) group * grouping->nby;

	if (group == grouping->capacity)
	{
		Size		capacity = grouping->capacity ? (Size) grouping->capacity * 2 : 64;

		if (capacity >= NO_GROUP)
			ereport(ERROR,
					(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
					 errmsg("too many groups in one report")));
		if (grouping->values == NULL)
		{
			grouping->values = eqp_alloc(CurrentMemoryContext, capacity, grouping->nby * sizeof(Datum));
			grouping->nulls = eqp_alloc(CurrentMemoryContext, capacity, grouping->nby * sizeof(bool));
		}
		else
		{
			grouping->values = eqp_realloc(grouping->values, capacity, grouping->nby * sizeof(Datum));
			grouping->nulls = eqp_realloc(grouping->nulls, capacity, grouping->nby * sizeof(bool));
		}
		grouping->capacity = capacity;
	}

	for (int i = 0; i < grouping->nby; i++)
	{
		const EqpByColumn *by = &grouping->by[i];
		Datum		value = grouping->probe_values[i];

		grouping->nulls[base + i] = grouping->probe_nulls[i];
		if (grouping->probe_nulls[i])
			value = (Datum) 0;
		else if (by->typlen == -1)
			value = PointerGetDatum(PG_DETOAST_DATUM_COPY(value));
		else
			value = datumCopy(value, by->typbyval, by->typlen);
		grouping->values[base + i] = value;
	}
	grouping->ngroups++;
	MemoryContextSwitchTo(context);
	return group;
}

/*
 * The group of the values being looked for, a new one if it is the first, by
 * the types themselves.
 */
static uint32
find_by_value(EqpGrouping *grouping)
{
	bool		found;

	if (grouping->hash)
	{
		GroupEntry *entry = groups_lookup(grouping->hash, NO_GROUP);
		uint32		group;

		if (entry)
			return entry->group;
		group = add_group(grouping);
		groups_insert(grouping->hash, group, &found);
		return group;
	}
	else
	{
		GroupNode	probe = {.group = NO_GROUP};
		GroupNode  *node = (GroupNode *) rbt_find(grouping->tree, &probe.node);

		if (node)
			return node->group;
		probe.group = add_group(grouping);
		rbt_insert(grouping->tree, &probe.node, &found);
		return probe.group;
	}
}

/* The same, first by the bytes of the values, which costs less. */
static uint32
find_by_image(EqpGrouping *grouping)
{
	StringInfo	image = &grouping->image;
	EqpText		key;
	ImageEntry *entry;
	uint32		group;
	bool		found;

	resetStringInfo(image);
	for (int i = 0; i < grouping->nby; i++)
		add_to_image(image, &grouping->by[i], grouping->probe_values[i],
					 grouping->probe_nulls[i]);

	/* rows of one group tend to come together */
	if (grouping->last_group != NO_GROUP &&
		grouping->last_image.len == image->len &&
		memcmp(grouping->last_image.data, image->data, image->len) == 0)
		return grouping->last_group;

	key.data = image->data;
	key.len = image->len;
	entry = images_lookup(grouping->images, key);
	if (entry)
	{
		grouping->last_image = entry->image;
		grouping->last_group = entry->group;
		return entry->group;
	}

	group = find_by_value(grouping);

	/*
	 * Remember the image, unless a few groups have very many spellings: what
	 * is kept must be bounded by the groups, not by the rows.
	 */
	if (grouping->images->members < (uint64) grouping->ngroups * 4 + 1024)
	{
		char	   *copy = eqp_alloc(grouping->context, image->len, 1);

		memcpy(copy, image->data, image->len);
		key.data = copy;
		entry = images_insert(grouping->images, key, &found);
		entry->image = key;
		entry->group = group;
		grouping->last_image = key;
		grouping->last_group = group;
	}
	return group;
}

/* The same, first among the few groups that were met last. */
static uint32
find_probe(EqpGrouping *grouping)
{
	int			slot = recent_slot(grouping);
	uint32		group;

	if (slot < 0)
		return find_by_image(grouping);
	if (is_in_slot(grouping, slot))
		return grouping->recent_groups[slot];

	group = find_by_image(grouping);
	memcpy(&grouping->recent_values[slot * grouping->nby], grouping->short_values,
		   grouping->nby * sizeof(EqpShortValue));
	grouping->recent_groups[slot] = group;
	return group;
}

uint32
eqp_grouping_row(EqpGrouping *grouping, const EqpSource *source)
{
	if (grouping->nby == 0)
		return 0;

	for (int i = 0; i < grouping->nby; i++)
	{
		int			position = source->by[grouping->first + i].position;

		grouping->probe_values[i] = source->values[position];
		grouping->probe_nulls[i] = source->nulls[position];
	}
	return find_probe(grouping);
}

uint32
eqp_grouping_count(const EqpGrouping *grouping)
{
	return grouping->ngroups;
}

bool
eqp_grouping_same_prefix(EqpGrouping *grouping, uint32 a, uint32 b, int ncolumns)
{
	return eqp_grouping_compare(grouping, a, b, ncolumns) == 0;
}

int
eqp_grouping_common_columns(EqpGrouping *grouping, uint32 a, uint32 b)
{
	int			n = 0;

	while (n < grouping->nby && eqp_grouping_compare(grouping, a, b, n + 1) == 0)
		n++;
	return n;
}

int
eqp_grouping_columns(const EqpGrouping *grouping)
{
	return grouping->nby;
}

/* ---- Joined groupings --------------------------------------------------- */

/* Looks for ncolumns values of a group of one grouping, as those from at on of another. */
static void
set_probe(EqpGrouping *grouping, int at, const EqpGrouping *from, uint32 group, int first, int ncolumns)
{
	for (int i = 0; i < ncolumns; i++)
		grouping->probe_values[at + i] = group_value(from, group, first + i, &grouping->probe_nulls[at + i]);
}

uint32
eqp_grouping_join_group(EqpGrouping *join, const EqpGrouping *outer, uint32 outer_group,
						const EqpGrouping *inner, uint32 inner_group)
{
	set_probe(join, 0, outer, outer_group, 0, outer->nby);
	set_probe(join, outer->nby, inner, inner_group, 0, inner->nby);
	return find_probe(join);
}

uint32
eqp_grouping_outer_group(EqpGrouping *outer, const EqpGrouping *join, uint32 group)
{
	set_probe(outer, 0, join, group, 0, outer->nby);
	return find_probe(outer);
}

uint32
eqp_grouping_inner_group(EqpGrouping *inner, const EqpGrouping *join, uint32 group)
{
	if (inner->nby == 0)
		return 0;
	set_probe(inner, 0, join, group, join->nouter, inner->nby);
	return find_probe(inner);
}

/* ---- A second source ---------------------------------------------------- */

typedef struct BridgeColumn
{
	bool		convert;
	EqpTextForm textform;
	FmgrInfo	input;
	Oid			typioparam;
} BridgeColumn;

struct EqpGroupingBridge
{
	EqpGrouping *grouping;
	const EqpColumn *by;		/* of the other source */
	BridgeColumn *columns;
};

/* Prepares the conversion of the grouping columns of another source. */
EqpGroupingBridge *
eqp_grouping_bridge(EqpGrouping *grouping, const EqpSource *other)
{
	return eqp_grouping_bridge_columns(grouping, other->by);
}

EqpGroupingBridge *
eqp_grouping_bridge_columns(EqpGrouping *grouping, const EqpColumn *by)
{
	EqpGroupingBridge *bridge = palloc(sizeof(EqpGroupingBridge));

	bridge->grouping = grouping;
	bridge->by = by;
	bridge->columns = palloc0(Max(grouping->nby, 1) * sizeof(BridgeColumn));
	for (int i = 0; i < grouping->nby; i++)
	{
		BridgeColumn *column = &bridge->columns[i];
		Oid			from = by[i].typid;
		Oid			to = grouping->by[i].typid;
		Oid			function;

		if (from == to || IsBinaryCoercible(from, to))
			continue;
		column->convert = true;
		eqp_textform_prepare(&column->textform, getBaseType(from));
		getTypeInputInfo(to, &function, &column->typioparam);
		fmgr_info(function, &column->input);
	}
	return bridge;
}

/* The group of the current row of the other source. */
uint32
eqp_grouping_bridge_row(EqpGroupingBridge *bridge, const EqpSource *other)
{
	EqpGrouping *grouping = bridge->grouping;

	if (grouping->nby == 0)
		return 0;

	for (int i = 0; i < grouping->nby; i++)
	{
		BridgeColumn *column = &bridge->columns[i];
		int			position = bridge->by[i].position;
		Datum		value = other->values[position];

		if (column->convert && !other->nulls[position])
		{
			EqpText		text = eqp_textform(&column->textform, value);

			value = InputFunctionCall(&column->input, pnstrdup(text.data, text.len),
									  column->typioparam, -1);
		}
		grouping->probe_values[i] = value;
		grouping->probe_nulls[i] = other->nulls[position];
	}
	return find_probe(grouping);
}
