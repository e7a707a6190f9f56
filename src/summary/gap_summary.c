/*
 * gap_summary.c
 *		The two layouts of gap_summary: reading, growing, finding a label.
 *		See gap_summary.h.
 */
#include "summary/gap_summary.h"

#include "alloc.h"
#include "miscadmin.h"
#include "utils/memutils.h"

#define INITIAL_CAPACITY	4
#define INITIAL_LABELS		64

/* Leaves room for the header of a tuple that carries the state to a leader. */
#define MAX_STATE_SIZE		((Size) MaxAllocSize - 8192)

/* Where the parts of a value lie, for either layout unless its name says which. */
static inline EqpStoredGroup *
stored_groups(const EqpGapSummary *s)
{
	return (EqpStoredGroup *) ((char *) s + EQP_GAP_CANONICAL_HEADER);
}

/* Where the labels lie: behind the groups, in either layout. */
static inline char *
label_bytes(const EqpGapSummary *s)
{
	if (s->layout == EQP_GAP_WORKING)
		return (char *) (eqp_gap_working_groups(s) + s->capacity);
	return (char *) (stored_groups(s) + s->ngroups);
}

static inline uint32 *
label_slots(const EqpGapSummary *s)
{
	return (uint32 *) (label_bytes(s) + s->labels_size);
}

/* The labels of either layout. */
static inline EqpLabels
labels_of(const EqpGapSummary *s)
{
	bool		working = s->layout == EQP_GAP_WORKING;
	EqpLabels	labels = {
		working ? (const void *) eqp_gap_working_groups(s) : (const void *) stored_groups(s),
		working ? sizeof(EqpWorkingGroup) : sizeof(EqpStoredGroup),
		s->ngroups, label_bytes(s),
		working ? label_slots(s) : NULL, working ? s->nslots : 0
	};

	return labels;
}

/* As eqp_labels_find. */
static int64
find_working(const EqpGapSummary *s, const char *label, uint32 length,
			 uint64 prefix, uint32 *slot)
{
	EqpLabels	labels = labels_of(s);

	return eqp_labels_find(&labels, label, length, prefix, slot);
}

/* Bytes of a working state; its parts stay 8-byte aligned. */
static Size
working_size(Size capacity, Size labels_size, uint32 *nslots)
{
	*nslots = eqp_labels_slots(capacity);
	return EQP_GAP_WORKING_HEADER + capacity * sizeof(EqpWorkingGroup) +
		labels_size + (Size) *nslots * sizeof(uint32);
}

/*
 * Allocate a working state with at least the room needed, and more while
 * that fits into an allocation; ngroups is 0, the index is empty.
 */
static EqpGapSummary *
allocate_working(Size capacity_needed, Size labels_needed,
				 Size capacity_wanted, Size labels_wanted)
{
	EqpGapSummary *s;
	Size		capacity = Max(capacity_needed, capacity_wanted);
	Size		labels_size = MAXALIGN(Max(labels_needed, labels_wanted));
	Size		size;
	uint32		nslots;

	StaticAssertStmt(sizeof(EqpWorkingGroup) % 8 == 0 && EQP_GAP_WORKING_HEADER % 8 == 0,
					 "the parts of a working state must stay aligned");

	size = working_size(capacity, labels_size, &nslots);
	if (size > MAX_STATE_SIZE)
	{
		capacity = capacity_needed + capacity_needed / 16;
		labels_size = MAXALIGN(labels_needed + labels_needed / 16);
		size = working_size(capacity, labels_size, &nslots);
	}
	if (size > MAX_STATE_SIZE)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("gap summary has too many groups"),
				 errdetail("%zu groups with %zu bytes of labels do not fit into %zu bytes.",
						   capacity_needed, labels_needed, MAX_STATE_SIZE)));

	/* an aggregate of a user without a final function may store the state, with all that is unused */
	s = (EqpGapSummary *) eqp_alloc0(CurrentMemoryContext, size, 1);
	SET_VARSIZE(s, size);
	s->version = EQP_GAP_VERSION;
	s->layout = EQP_GAP_WORKING;
	s->capacity = (uint32) capacity;
	s->labels_size = (uint32) labels_size;
	s->nslots = nslots;
	return s;
}

/* Append a group that is not there yet; there is room for it. */
static void
append_group(EqpGapSummary *s, const char *label, uint32 length,
			 uint64 prefix, uint32 slot)
{
	EqpWorkingGroup *group = &eqp_gap_working_groups(s)[s->ngroups];

	group->key.prefix = prefix;
	group->key.offset = s->labels_used;
	group->key.length = length;
	eqp_moments_init(&group->moments);
	memcpy(label_bytes(s) + s->labels_used, label, length);
	s->labels_used += length;
	s->ngroups++;
	if (s->nslots > 0)
		label_slots(s)[slot] = s->ngroups;
}

const EqpGapSummary *
eqp_gap_from_datum(Datum datum)
{
	const EqpGapSummary *summary = (const EqpGapSummary *) PG_DETOAST_DATUM(datum);

	if (summary->version != EQP_GAP_VERSION)
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("gap summary has the unknown version %d", summary->version),
				 errhint("It was written by a newer version of equipair.")));
	return summary;
}

EqpGapSummary *
eqp_gap_working_empty(void)
{
	return allocate_working(INITIAL_CAPACITY, INITIAL_LABELS,
							INITIAL_CAPACITY, INITIAL_LABELS);
}

EqpGapSummary *
eqp_gap_working_copy(const EqpGapSummary *summary, Size more_groups, Size more_labels)
{
	Size		ngroups = summary->ngroups;
	Size		labels_used = summary->labels_used;
	EqpGapSummary *s;
	EqpWorkingGroup *groups;
	EqpLabels	labels;

	/* doubling where it grows at all keeps the total cost linear */
	if (more_groups > 0 || more_labels > 0)
		s = allocate_working(ngroups + more_groups, labels_used + more_labels,
							 more_groups > 0 ? Max(2 * ngroups, INITIAL_CAPACITY) : ngroups,
							 more_labels > 0 ? Max(2 * labels_used, INITIAL_LABELS) : labels_used);
	else
		s = allocate_working(ngroups, labels_used,
							 Max(ngroups, INITIAL_CAPACITY),
							 Max(labels_used, INITIAL_LABELS));

	groups = eqp_gap_working_groups(s);
	if (summary->layout == EQP_GAP_WORKING)
		memcpy(groups, eqp_gap_working_groups(summary), ngroups * sizeof(EqpWorkingGroup));
	else
	{
		for (uint32 i = 0; i < summary->ngroups; i++)
		{
			EqpGapGroup group;

			eqp_gap_read_group(summary, i, &group);
			groups[i].key.prefix = eqp_label_prefix(group.label, group.label_length);
			groups[i].key.offset = stored_groups(summary)[i].label.offset;
			groups[i].key.length = group.label_length;
			groups[i].moments = group.moments;
		}
	}
	memcpy(label_bytes(s), label_bytes(summary), labels_used);
	s->ngroups = summary->ngroups;
	s->labels_used = summary->labels_used;
	labels = labels_of(s);
	eqp_labels_index(&labels);
	return s;
}

EqpMoments *
eqp_gap_guess_slot(EqpGapSummary *state, const char *label, uint32 length)
{
	EqpWorkingGroup *groups = eqp_gap_working_groups(state);
	const char *labels = label_bytes(state);
	uint64		prefix = eqp_label_prefix(label, length);
	uint32		found;

	found = label_slots(state)[eqp_label_hash(label, length, prefix) & (state->nslots - 1)];
	if (found == 0 ||
		!eqp_label_same(&groups[found - 1].key, labels, label, length, prefix))
		return NULL;
	return &groups[found - 1].moments;
}

EqpMoments *
eqp_gap_moments_for(EqpGapSummary **state, const char *label, uint32 length)
{
	EqpGapSummary *s = *state;
	uint64		prefix = eqp_label_prefix(label, length);
	uint32		slot;
	int64		found = find_working(s, label, length, prefix, &slot);

	if (found < 0)
	{
		if (s->ngroups == s->capacity || length > s->labels_size - s->labels_used)
		{
			*state = s = eqp_gap_working_copy(s, 1, length);
			(void) find_working(s, label, length, prefix, &slot);
		}
		found = s->ngroups;
		append_group(s, label, length, prefix, slot);
	}
	return &eqp_gap_working_groups(s)[found].moments;
}

void
eqp_gap_read_group(const EqpGapSummary *summary, uint32 i, EqpGapGroup *group)
{
	Assert(i < summary->ngroups);

	if (summary->layout == EQP_GAP_WORKING)
	{
		const EqpWorkingGroup *working = &eqp_gap_working_groups(summary)[i];

		group->label = label_bytes(summary) + working->key.offset;
		group->label_length = working->key.length;
		group->moments = working->moments;
		eqp_moments_normalize(&group->moments);
	}
	else
	{
		const EqpStoredGroup *stored = &stored_groups(summary)[i];
		EqpMoments *m = &group->moments;

		group->label = label_bytes(summary) + stored->label.offset;
		group->label_length = stored->label.length;
		eqp_moments_init(m);
		m->n = stored->n;
		m->nzero = stored->nzero;
		m->nnegative = stored->nnegative;
		m->flags = stored->flags;
		m->w = stored->w;
		m->w2 = stored->w2;
		m->mean = stored->mean;
		m->m2 = stored->m2;
		m->xlogx = stored->xlogx;
		m->logx = stored->logx;
		m->plain_mean = stored->plain_mean;
		m->min = stored->min;
		m->max = stored->max;
	}
}

bool
eqp_gap_find_group(const EqpGapSummary *summary, const char *label,
				   uint32 length, EqpGapGroup *group)
{
	EqpLabels	labels = labels_of(summary);
	uint32		slot;
	int64		found = summary->layout == EQP_GAP_WORKING ?
		eqp_labels_find(&labels, label, length, eqp_label_prefix(label, length), &slot) :
		eqp_labels_search(&labels, label, length);

	if (found < 0)
		return false;
	eqp_gap_read_group(summary, (uint32) found, group);
	return true;
}

EqpGapSummary *
eqp_gap_canonical_copy(const EqpGapSummary *summary)
{
	uint32		ngroups = summary->ngroups;
	Size		size = EQP_GAP_CANONICAL_HEADER +
		(Size) ngroups * sizeof(EqpStoredGroup) + summary->labels_used;
	EqpGapSummary *copy;
	EqpLabels	labels;
	uint32	   *order;

	if (summary->layout == EQP_GAP_CANONICAL)
	{
		copy = (EqpGapSummary *) palloc(VARSIZE(summary));
		memcpy(copy, summary, VARSIZE(summary));
		return copy;
	}

	labels = labels_of(summary);
	order = eqp_labels_order(&labels);

	/* never larger than the working state it is made from */
	copy = (EqpGapSummary *) palloc0(size);
	SET_VARSIZE(copy, size);
	copy->version = EQP_GAP_VERSION;
	copy->layout = EQP_GAP_CANONICAL;
	copy->ngroups = ngroups;
	for (uint32 i = 0; i < ngroups; i++)
	{
		EqpStoredGroup *stored = &stored_groups(copy)[i];
		EqpGapGroup group;

		eqp_gap_read_group(summary, order[i], &group);
		stored->label.offset = copy->labels_used;
		stored->label.length = group.label_length;
		stored->n = group.moments.n;
		stored->nzero = group.moments.nzero;
		stored->nnegative = group.moments.nnegative;
		stored->flags = group.moments.flags;
		stored->w = group.moments.w;
		stored->w2 = group.moments.w2;
		stored->mean = group.moments.mean;
		stored->m2 = group.moments.m2;
		stored->xlogx = group.moments.xlogx;
		stored->logx = group.moments.logx;
		stored->plain_mean = group.moments.plain_mean;
		stored->min = group.moments.min;
		stored->max = group.moments.max;
		memcpy(label_bytes(copy) + copy->labels_used, group.label, group.label_length);
		copy->labels_used += group.label_length;
	}
	pfree(order);
	return copy;
}

const EqpGapSummary *
eqp_gap_canonical(const EqpGapSummary *summary)
{
	return summary->layout == EQP_GAP_CANONICAL ? summary : eqp_gap_canonical_copy(summary);
}
