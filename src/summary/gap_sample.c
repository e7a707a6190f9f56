/*
 * gap_sample.c
 *		The two layouts of gap_sample: appending, growing, putting in order.
 *		See gap_sample.h.
 */
#include "summary/gap_sample.h"

#include "alloc.h"
#include "common/shortest_dec.h"
#include "miscadmin.h"
#include "summary/json_reader.h"
#include "utils/memutils.h"

#define INITIAL_CAPACITY	4
#define INITIAL_LABELS		64
#define INITIAL_AREA		128

/* Words of rows in a chunk: as many as the group has already, within these. */
#define MIN_CHUNK			8
#define MAX_CHUNK			65536

/* Leaves room for the header of a tuple that carries the state to a leader. */
#define MAX_STATE_SIZE		((Size) MaxAllocSize - 8192)

Size
eqp_sample_max_size(void)
{
	return MAX_STATE_SIZE;
}

/* Where the parts of a value lie, for either layout unless its name says which. */
static inline EqpStoredSample *
stored_groups(const EqpGapSample *s)
{
	return (EqpStoredSample *) ((char *) s + EQP_SAMPLE_CANONICAL_HEADER);
}

/* Where the labels lie: behind the groups, in either layout. */
static inline char *
label_bytes(const EqpGapSample *s)
{
	if (s->layout == EQP_SAMPLE_WORKING)
		return (char *) (eqp_sample_working_groups(s) + s->capacity);
	return (char *) (stored_groups(s) + s->ngroups);
}

static inline uint32 *
label_slots(const EqpGapSample *s)
{
	return (uint32 *) (label_bytes(s) + s->labels_size);
}

/* Where the values of a canonical sample begin: behind the labels, aligned. */
static inline double *
stored_data(const EqpGapSample *s)
{
	return (double *) ((char *) s +
					   TYPEALIGN(8, EQP_SAMPLE_CANONICAL_HEADER +
								 s->ngroups * sizeof(EqpStoredSample) + s->labels_used));
}

/* The chunk at a word of the area. */
static inline EqpSampleChunk *
chunk_at(const EqpGapSample *s, uint32 word)
{
	return (EqpSampleChunk *) (eqp_sample_area(s) + word);
}

/* The labels of either layout. */
static inline EqpLabels
labels_of(const EqpGapSample *s)
{
	bool		working = s->layout == EQP_SAMPLE_WORKING;
	EqpLabels	labels = {
		working ? (const void *) eqp_sample_working_groups(s) : (const void *) stored_groups(s),
		working ? sizeof(EqpWorkingSample) : sizeof(EqpStoredSample),
		s->ngroups, label_bytes(s),
		working ? label_slots(s) : NULL, working ? s->nslots : 0
	};

	return labels;
}

/* As eqp_labels_find, with a guess first. */
static inline int64
find_working(const EqpGapSample *s, const char *label, uint32 length,
			 uint64 prefix, uint32 *slot)
{
	const EqpWorkingSample *groups = eqp_sample_working_groups(s);
	EqpLabels	labels = labels_of(s);

	if (s->nslots == 0 && s->ngroups > 0)
	{
		uint32		guess = eqp_label_guess(groups, sizeof(EqpWorkingSample), s->ngroups,
											length, prefix);

		if (eqp_label_same(&groups[guess].key, labels.bytes, label, length, prefix))
			return guess;
	}
	return eqp_labels_find(&labels, label, length, prefix, slot);
}

bool
eqp_sample_has_label(const EqpGapSample *state, const char *label, uint32 length)
{
	uint32		slot;

	return find_working(state, label, length,
						eqp_label_prefix(label, length), &slot) >= 0;
}

/* Bytes of a working state before its area; all parts stay 8-byte aligned. */
static Size
fixed_size(Size capacity, Size labels_size, uint32 *nslots)
{
	*nslots = eqp_labels_slots(capacity);
	return EQP_SAMPLE_WORKING_HEADER + capacity * sizeof(EqpWorkingSample) +
		labels_size + (Size) *nslots * sizeof(uint32);
}

/* 54000 at the limit of a value, 53400 at that of work_mem. */
static void
limit_error(Size limit)
{
	if (limit >= MAX_STATE_SIZE)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("gap sample has too many values"),
				 errdetail("A gap sample takes at most %zu bytes, 8 a value and 16 a weighted one.",
						   limit),
				 errhint("gap_agg keeps moments instead of values, in constant space.")));
	ereport(ERROR,
			(errcode(ERRCODE_CONFIGURATION_LIMIT_EXCEEDED),
			 errmsg("gap sample does not fit into work_mem"),
			 errdetail("Its values take more than work_mem times hash_mem_multiplier, %zu kB: 8 bytes a value, 16 a weighted one.",
					   limit / 1024),
			 errhint("Raise work_mem, now %d kB, or use gap_agg, which keeps moments instead of values.",
					 work_mem)));
}

/* Groups, labels, index and rows of a working state, into a larger one. */
static void
copy_content(EqpGapSample *s, const EqpGapSample *old)
{
	memcpy(eqp_sample_working_groups(s), eqp_sample_working_groups(old),
		   old->ngroups * sizeof(EqpWorkingSample));
	memcpy(label_bytes(s), label_bytes(old), old->labels_used);
	memcpy(eqp_sample_area(s), eqp_sample_area(old), old->area_used * sizeof(double));
	if (s->nslots == old->nslots)
		memcpy(label_slots(s), label_slots(old), (Size) s->nslots * sizeof(uint32));
	else
	{
		EqpLabels	labels = labels_of(s);

		eqp_labels_index(&labels);
	}
}

/*
 * The working state (or an empty one, of NULL) with room for that
 * many more groups, bytes of labels and words of the area, and if possible
 * for the wanted words.  The old one is gone, and the new one in its memory context; but one
 * that is to be kept stays as it is, and the new one is in the current context.
 *
 * What has to grow doubles, so that the total cost stays linear, as long as
 * that fits into the limit.
 */
static EqpGapSample *
grown(EqpGapSample *old, Size more_groups, Size more_labels,
	  Size more_words, Size wanted_words, const EqpGapSample *kept, Size limit)
{
	Size		ngroups = old ? old->ngroups : 0;
	Size		labels_used = old ? old->labels_used : 0;
	Size		area_used = old ? old->area_used : 0;
	Size		capacity = old ? old->capacity : INITIAL_CAPACITY;
	Size		labels_size = old ? old->labels_size : INITIAL_LABELS;
	Size		area_size = old ? old->area_size : INITIAL_AREA;
	Size		area_needed = area_used + more_words;
	uint32		nslots;
	Size		fixed;
	EqpGapSample *s;

	if (ngroups + more_groups > capacity)
		capacity = Max(2 * capacity, ngroups + more_groups);
	if (labels_used + more_labels > labels_size)
		labels_size = TYPEALIGN(8, Max(2 * labels_size, labels_used + more_labels));
	if (area_needed > area_size)
		area_size = Max(2 * area_size, area_used + wanted_words);

	fixed = fixed_size(capacity, labels_size, &nslots);
	if (fixed + area_needed * sizeof(double) > limit)
	{
		Size		room;

		capacity = ngroups + more_groups;
		labels_size = TYPEALIGN(8, labels_used + more_labels);
		fixed = fixed_size(capacity, labels_size, &nslots);
		if (fixed + area_needed * sizeof(double) > limit)
			limit_error(limit);

		/*
		 * A part of what is left goes to each, so that even here a state
		 * does not grow again with every group.
		 */
		room = limit - fixed - area_needed * sizeof(double);
		capacity = Min(capacity + room / 4 / sizeof(EqpWorkingSample),
					   Max(capacity, Max(nslots / 2, EQP_LABELS_SCANNED)));
		labels_size = TYPEALIGN_DOWN(8, labels_size + room / 4);
		fixed = fixed_size(capacity, labels_size, &nslots);
	}
	area_size = Min(area_size, (limit - fixed) / sizeof(double));

	if (old != NULL && old != kept && capacity == old->capacity && labels_size == old->labels_size)
	{
		/* the area is the end: mostly the pages stay as they are, at another address */
		s = (EqpGapSample *) eqp_realloc(old, fixed + area_size * sizeof(double), 1);
		SET_VARSIZE(s, fixed + area_size * sizeof(double));
		s->area_size = (uint32) area_size;
		return s;
	}

	s = (EqpGapSample *) eqp_alloc(old != kept ? GetMemoryChunkContext(old) : CurrentMemoryContext,
								   fixed + area_size * sizeof(double), 1);
	memset(s, 0, EQP_SAMPLE_WORKING_HEADER);
	SET_VARSIZE(s, fixed + area_size * sizeof(double));
	s->version = EQP_SAMPLE_VERSION;
	s->layout = EQP_SAMPLE_WORKING;
	s->ngroups = (uint32) ngroups;
	s->labels_used = (uint32) labels_used;
	s->capacity = (uint32) capacity;
	s->labels_size = (uint32) labels_size;
	s->nslots = nslots;
	s->area_offset = (uint32) fixed;
	s->area_size = (uint32) area_size;
	s->area_used = (uint32) area_used;
	memset(label_slots(s), 0, (Size) nslots * sizeof(uint32));
	if (old == NULL)
		return s;

	copy_content(s, old);
	if (old != kept)
		pfree(old);
	return s;
}

EqpGapSample *
eqp_sample_working_empty(void)
{
	return grown(NULL, 0, 0, 0, 0, NULL, MAX_STATE_SIZE);
}

/* Words of rows in a group. */
static inline uint32
group_words(const EqpWorkingSample *g)
{
	return g->words + (g->cursor - g->last - (uint32) EQP_CHUNK_HEADER_WORDS);
}

/*
 * The group with that label, its last chunk made for rows of that width and
 * with room for one at least.  words_hint: so many will follow.
 */
static EqpWorkingSample *
group_with_room(EqpGapSample **state, const char *label, uint32 length,
				uint32 width, Size words_hint, const EqpGapSample *kept, Size limit)
{
	EqpGapSample *s = *state;
	uint64		prefix = eqp_label_prefix(label, length);
	uint32		slot;
	int64		found = find_working(s, label, length, prefix, &slot);
	EqpWorkingSample *group = found < 0 ? NULL : &eqp_sample_working_groups(s)[found];
	EqpSampleChunk *chunk;
	Size		words;

	if (group != NULL && group->width == width && group->end - group->cursor >= width)
		return group;

	words = MIN_CHUNK;
	if (group != NULL && group->width == width)
		words = Min(Max(group_words(group), MIN_CHUNK), MAX_CHUNK);
	words = TYPEALIGN(2, Max(words, words_hint));
	if (EQP_CHUNK_HEADER_WORDS + 2 > s->area_size - s->area_used ||
		(group == NULL &&
		 (s->ngroups == s->capacity || length > s->labels_size - s->labels_used)))
	{
		*state = s = grown(s, group ? 0 : 1, group ? 0 : length,
						   EQP_CHUNK_HEADER_WORDS + 2,
						   EQP_CHUNK_HEADER_WORDS + words, kept, limit);
		found = find_working(s, label, length, prefix, &slot);
		group = found < 0 ? NULL : &eqp_sample_working_groups(s)[found];
	}

	/* what is left of the area is used up before it grows */
	words = Min(words, s->area_size - s->area_used - EQP_CHUNK_HEADER_WORDS);
	words = TYPEALIGN_DOWN(2, words);

	if (group == NULL)
	{
		group = &eqp_sample_working_groups(s)[s->ngroups];
		memset(group, 0, sizeof(*group));
		group->key.prefix = prefix;
		group->key.offset = s->labels_used;
		group->key.length = length;
		group->first = s->area_used;
		memcpy(label_bytes(s) + s->labels_used, label, length);
		s->labels_used += length;
		s->ngroups++;
		if (s->nslots > 0)
			label_slots(s)[slot] = s->ngroups;
	}
	else
	{
		chunk = chunk_at(s, group->last);
		group->words = group_words(group);
		chunk->words = group->cursor - group->last - (uint32) EQP_CHUNK_HEADER_WORDS;
		chunk->next = s->area_used;
	}

	group->last = s->area_used;
	group->cursor = group->last + (uint32) EQP_CHUNK_HEADER_WORDS;
	group->end = group->cursor + (uint32) words;
	group->width = width;
	s->area_used = group->end;
	chunk = chunk_at(s, group->last);
	memset(chunk, 0, sizeof(*chunk));
	chunk->weighted = width == 2 ? 1 : 0;
	return group;
}

void
eqp_sample_append(EqpGapSample **state, const char *label, uint32 length,
				  double value, double weight, bool weighted,
				  const EqpGapSample *kept, Size limit)
{
	EqpWorkingSample *group = group_with_room(state, label, length,
											  weighted ? 2 : 1, 0, kept, limit);
	double	   *row = eqp_sample_area(*state) + group->cursor;

	row[0] = eqp_sample_normalize(value);
	if (weighted)
		row[1] = weight;
	group->cursor += group->width;
}

/* Append rows that lie side by side, or apart as values and weights. */
static void
append_rows(EqpGapSample **state, const char *label, uint32 length,
			const double *values, const double *weights, Size n, uint32 stride,
			uint32 width, const EqpGapSample *kept, Size limit)
{
	while (n > 0)
	{
		EqpWorkingSample *group = group_with_room(state, label, length, width,
												  n * width, kept, limit);
		double	   *row = eqp_sample_area(*state) + group->cursor;
		Size		fit = Min(n, (group->end - group->cursor) / width);

		CHECK_FOR_INTERRUPTS();
		if (stride == width)
			memcpy(row, values, fit * width * sizeof(double));
		else
		{
			for (Size i = 0; i < fit; i++)
			{
				row[2 * i] = values[i];
				row[2 * i + 1] = weights[i];
			}
			weights += fit;
		}
		group->cursor += (uint32) fit * width;
		values += fit * stride;
		n -= fit;
	}
}

void
eqp_sample_append_all(EqpGapSample **state, const EqpGapSample *from,
					  const EqpGapSample *kept, Size limit)
{
	for (uint32 i = 0; i < from->ngroups; i++)
	{
		if (from->layout == EQP_SAMPLE_WORKING)
		{
			const EqpWorkingSample *group = &eqp_sample_working_groups(from)[i];
			uint32		at = group->first;

			for (;;)
			{
				const EqpSampleChunk *chunk = chunk_at(from, at);
				uint32		width = chunk->weighted ? 2 : 1;
				uint32		words = at != group->last ? chunk->words :
					group->cursor - group->last - (uint32) EQP_CHUNK_HEADER_WORDS;

				append_rows(state, label_bytes(from) + group->key.offset,
							group->key.length, (const double *) (chunk + 1), NULL,
							words / width, width, width, kept, limit);
				if (at == group->last)
					break;
				at = chunk->next;
			}
		}
		else
		{
			EqpSampleGroup group;

			eqp_sample_read_group(from, i, &group);
			append_rows(state, group.label, group.label_length,
						group.sample.values, group.sample.weights, group.sample.n,
						1, group.sample.weights ? 2 : 1, kept, limit);
		}
	}
}

const EqpGapSample *
eqp_sample_from_datum(Datum datum)
{
	const EqpSampleState *state = eqp_sample_state_of(datum);
	const EqpGapSample *sample;

	if (state != NULL)
		return state->sample;
	sample = (const EqpGapSample *) PG_DETOAST_DATUM(datum);
	if (sample->version != EQP_SAMPLE_VERSION)
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("gap sample has the unknown version %d", sample->version),
				 errhint("It was written by a newer version of equipair.")));
	return sample;
}

void
eqp_sample_read_group(const EqpGapSample *canonical, uint32 i, EqpSampleGroup *group)
{
	const EqpStoredSample *stored = &stored_groups(canonical)[i];
	const double *data = (const double *) ((const char *) stored_data(canonical) +
										   stored->data_offset);

	Assert(canonical->layout == EQP_SAMPLE_CANONICAL && i < canonical->ngroups);
	group->label = label_bytes(canonical) + stored->label.offset;
	group->label_length = stored->label.length;
	group->sample.values = data;
	group->sample.weights = stored->weighted ? data + stored->n : NULL;
	group->sample.n = stored->n;
}

bool
eqp_sample_find_group(const EqpGapSample *canonical, const char *label,
					  uint32 length, EqpSampleGroup *group)
{
	EqpLabels	labels = labels_of(canonical);
	int64		found = eqp_labels_search(&labels, label, length);

	if (found < 0)
		return false;
	eqp_sample_read_group(canonical, (uint32) found, group);
	return true;
}

/* ---- Canonical form ----------------------------------------------------- */

/*
 * Rows of a working group, and whether one has a weight other than 1; the
 * rows themselves go to target (a value each, or a value and a weight), if
 * it is not NULL.
 */
static Size
gather(const EqpGapSample *s, const EqpWorkingSample *group, bool *weighted,
	   double *target, bool target_weighted)
{
	uint32		at = group->first;
	Size		n = 0;

	for (;;)
	{
		const EqpSampleChunk *chunk = chunk_at(s, at);
		const double *rows = (const double *) (chunk + 1);
		Size		words = at != group->last ? chunk->words :
			group->cursor - group->last - EQP_CHUNK_HEADER_WORDS;
		Size		width = chunk->weighted ? 2 : 1;
		Size		count = words / width;

		if (target == NULL)
		{
			for (Size i = 0; chunk->weighted && !*weighted && i < count; i++)
				*weighted = rows[2 * i + 1] != 1.0;
		}
		else if (width == (target_weighted ? 2 : 1))
			memcpy(target + n * width, rows, words * sizeof(double));
		else
		{
			for (Size i = 0; i < count; i++)
			{
				if (target_weighted)
				{
					target[2 * (n + i)] = rows[i];
					target[2 * (n + i) + 1] = 1.0;
				}
				else
					target[n + i] = rows[2 * i];
			}
		}
		n += count;
		if (at == group->last)
			return n;
		at = chunk->next;
	}
}

/* The chunks of a group as parts to be sorted, in the current context; NULL where one has weights with its values. */
static EqpSample *
chunks_of(const EqpGapSample *s, const EqpWorkingSample *group, Size *nparts)
{
	EqpSample  *parts = NULL;

	/* counted first */
	for (int pass = 0; pass < 2; pass++)
	{
		uint32		at = group->first;

		*nparts = 0;
		for (;;)
		{
			const EqpSampleChunk *chunk = chunk_at(s, at);
			Size		words = at != group->last ? chunk->words :
				group->cursor - group->last - EQP_CHUNK_HEADER_WORDS;

			if (chunk->weighted)
				return NULL;
			if (words > 0 && parts != NULL)
				parts[*nparts] = (EqpSample) {(const double *) (chunk + 1), NULL, words};
			*nparts += words > 0 ? 1 : 0;
			if (at == group->last)
				break;
			at = chunk->next;
		}
		if (parts == NULL)
			parts = (EqpSample *) eqp_alloc(CurrentMemoryContext, *nparts, sizeof(EqpSample));
	}
	return parts;
}

/*
 * Puts the rows of a group in order: the values and, where the group is
 * weighted, the weights behind them.
 */
static void
put_in_order(const EqpGapSample *sample, const EqpWorkingSample *group,
			 const EqpStoredSample *stored, double *data, double *scratch)
{
	Size		n = stored->n;
	Size		nparts;
	EqpSample  *parts;

	if (!stored->weighted)
	{
		parts = n > MAX_CHUNK ? chunks_of(sample, group, &nparts) : NULL;
		if (parts != NULL)
		{
			eqp_sort_parts(parts, nparts, data, scratch, n, eqp_check_interrupts);
			pfree(parts);
			return;
		}
		gather(sample, group, NULL, data, false);
		eqp_sort_values(data, scratch, n, eqp_check_interrupts);
		return;
	}
	gather(sample, group, NULL, scratch, true);
	eqp_sort_weighted(scratch, scratch + 2 * n, n, eqp_check_interrupts);
	for (Size j = 0; j < n; j++)
	{
		data[j] = scratch[2 * j];
		data[n + j] = scratch[2 * j + 1];
	}
}

/* Characters that are no numbers, at most: each byte of a label may be escaped. */
static Size
size_of_words(const EqpGapSample *canonical)
{
	return strlen("{'version':10,'groups':[]}") + (Size) canonical->labels_used * strlen("\\u0000") +
		(Size) canonical->ngroups * strlen(",{'label':'','values':[],'weights':[]}");
}

Size
eqp_sample_text_size(const EqpGapSample *canonical, Size enough)
{
	Size		size = size_of_words(canonical);
	Size		nnumbers = 0;

	for (uint32 i = 0; i < canonical->ngroups; i++)
		nnumbers += (Size) stored_groups(canonical)[i].n * (stored_groups(canonical)[i].weighted ? 2 : 1);
	if (size + nnumbers * DOUBLE_SHORTEST_DECIMAL_LEN <= enough)
		return size + nnumbers * DOUBLE_SHORTEST_DECIMAL_LEN;

	/* with a comma each */
	for (uint32 i = 0; i < canonical->ngroups; i++)
	{
		const EqpStoredSample *stored = &stored_groups(canonical)[i];
		const double *data = (const double *) ((const char *) stored_data(canonical) + stored->data_offset);
		Size		n = (Size) stored->n * (stored->weighted ? 2 : 1);

		for (Size j = 0; j < n; j++)
		{
			if (j % 4096 == 0)
				CHECK_FOR_INTERRUPTS();
			size += eqp_json_float_length(data[j]) + 1;
		}
	}
	return size;
}

/* 54000 for a sample whose text form is too long for a dump. */
static void
check_text_size(const EqpGapSample *canonical)
{
	if (eqp_sample_text_size(canonical, EQP_SAMPLE_LONGEST_TEXT) > EQP_SAMPLE_LONGEST_TEXT)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("gap sample has too many values"),
				 errdetail("Its text form would have more than %d bytes, too many to be dumped and restored.",
						   EQP_SAMPLE_LONGEST_TEXT),
				 errhint("Keep it in parts, such as one for each year, or use gap_agg, which keeps moments instead of values.")));
}

EqpGapSample *
eqp_sample_canonical_copy(const EqpGapSample *sample)
{
	uint32		ngroups = sample->ngroups;
	EqpWorkingSample *groups;
	EqpGapSample *copy;
	EqpStoredSample *stored;
	EqpLabels	labels;
	uint32	   *order;
	Size		size = TYPEALIGN(8, EQP_SAMPLE_CANONICAL_HEADER +
								 (Size) ngroups * sizeof(EqpStoredSample) +
								 sample->labels_used);
	Size		data_start = size;
	Size		largest = 0;
	double	   *scratch;

	if (sample->layout == EQP_SAMPLE_CANONICAL)
	{
		copy = (EqpGapSample *) palloc(VARSIZE(sample));
		memcpy(copy, sample, VARSIZE(sample));
		return copy;
	}

	groups = eqp_sample_working_groups(sample);
	labels = labels_of(sample);
	order = eqp_labels_order(&labels);
	stored = (EqpStoredSample *) eqp_alloc0(CurrentMemoryContext, ngroups, sizeof(EqpStoredSample));

	for (uint32 i = 0; i < ngroups; i++)
	{
		bool		weighted = false;
		Size		words;

		CHECK_FOR_INTERRUPTS();
		stored[i].n = (uint32) gather(sample, &groups[order[i]], &weighted, NULL, false);
		stored[i].weighted = weighted ? 1 : 0;
		stored[i].data_offset = size - data_start;
		words = (Size) stored[i].n * (weighted ? 2 : 1);
		size += words * sizeof(double);

		/* a weighted group is put in order in scratch, with a copy to work in */
		largest = Max(largest, weighted ? 2 * words : words);
	}
	if (size > MAX_STATE_SIZE)
		limit_error(MAX_STATE_SIZE);

	scratch = (double *) eqp_alloc(CurrentMemoryContext, largest, sizeof(double));
	copy = (EqpGapSample *) eqp_alloc(CurrentMemoryContext, size, 1);
	memset(copy, 0, data_start);
	SET_VARSIZE(copy, size);
	copy->version = EQP_SAMPLE_VERSION;
	copy->layout = EQP_SAMPLE_CANONICAL;
	copy->ngroups = ngroups;
	for (uint32 i = 0; i < ngroups; i++)
	{
		const EqpWorkingSample *group = &groups[order[i]];

		stored[i].label.offset = copy->labels_used;
		stored[i].label.length = group->key.length;
		memcpy(label_bytes(copy) + copy->labels_used,
			   label_bytes(sample) + group->key.offset, group->key.length);
		copy->labels_used += group->key.length;
	}
	memcpy(stored_groups(copy), stored, ngroups * sizeof(EqpStoredSample));

	for (uint32 i = 0; i < ngroups; i++)
	{
		double	   *data = (double *) ((char *) stored_data(copy) + stored[i].data_offset);

		CHECK_FOR_INTERRUPTS();
		put_in_order(sample, &groups[order[i]], &stored[i], data, scratch);
	}
	pfree(scratch);
	pfree(stored);
	pfree(order);
	check_text_size(copy);
	return copy;
}

const EqpGapSample *
eqp_sample_canonical(const EqpGapSample *sample)
{
	return sample->layout == EQP_SAMPLE_CANONICAL ? sample : eqp_sample_canonical_copy(sample);
}
