/*
 * gap_sample.h
 *		The SQL type gap_sample: the values of each group, kept.
 *
 * As with gap_summary the type is also the transition type of its
 * aggregates, so a value comes in two layouts that every reader takes:
 *
 * canonical	what is stored, sent and compared: groups sorted by label
 *				(bytes, as in C collation), values in ascending order (NaN
 *				last, as SQL has it), equal values by weight; no -0, one NaN;
 *				weights only where one differs from 1; no slack, padding
 *				zero, so that equal content is equal bytes;
 * working		the state of a running aggregate, appended to in place: groups
 *				in order of arrival, their values in chunks, room to grow, and an
 *				index over the labels once there are many.  Everything lies
 *				inside VARSIZE and is reached by offsets, so that it can be
 *				moved, and sent by a parallel worker as it is.
 *
 * While an aggregate runs, a working state that is large is in an expanded object, which the
 * executor passes on without a copy: it grows where it is.
 *
 * Canonical: header, ngroups x EqpStoredSample, labels (padded to 8 bytes),
 * and for each group its values and then its weights, if it has any.
 * Working: header with the working fields, capacity x EqpWorkingSample, labels
 * (labels_size bytes), nslots x uint32 (group number + 1, 0: free), and the
 * area of area_size words of 8 bytes, which the chunks are cut from.
 */
#ifndef EQP_GAP_SAMPLE_H
#define EQP_GAP_SAMPLE_H

#include "equipair.h"

#include <math.h>

#include "stats/sample.h"
#include "summary/labels.h"
#include "utils/expandeddatum.h"

#define EQP_SAMPLE_VERSION		1

#define EQP_SAMPLE_CANONICAL	0
#define EQP_SAMPLE_WORKING		1

typedef struct EqpGapSample
{
	int32		vl_len_;		/* varlena header, do not touch */
	uint8		version;
	uint8		layout;
	uint16		padding;		/* zero */
	uint32		ngroups;
	uint32		labels_used;	/* bytes of labels */
	/* the rest is there in the working layout only */
	uint32		capacity;		/* groups */
	uint32		labels_size;	/* bytes, a multiple of 8 */
	uint32		nslots;			/* a power of 2, or 0 while a scan is faster */
	uint32		area_offset;	/* bytes from the start of the value */
	uint32		area_size;		/* words */
	uint32		area_used;		/* words */
} EqpGapSample;

#define EQP_SAMPLE_CANONICAL_HEADER	offsetof(EqpGapSample, capacity)
#define EQP_SAMPLE_WORKING_HEADER	sizeof(EqpGapSample)

typedef struct EqpStoredSample
{
	EqpStoredLabel label;
	uint32		n;				/* values, at least 1 */
	uint32		weighted;		/* 0 or 1: as many weights follow */
	uint64		data_offset;	/* of the first value, in bytes behind the labels */
} EqpStoredSample;

/*
 * A stretch of the area that belongs to one group; its rows follow, a value
 * each, or a value and a weight.
 */
typedef struct EqpSampleChunk
{
	uint32		next;			/* word of the next chunk of the group, 0: none */
	uint32		words;			/* of rows; not kept for the last chunk */
	uint32		weighted;		/* 0 or 1 */
	uint32		unused;			/* zero */
} EqpSampleChunk;

#define EQP_CHUNK_HEADER_WORDS	(sizeof(EqpSampleChunk) / sizeof(double))

typedef struct EqpWorkingSample
{
	EqpLabelKey key;
	uint32		first;			/* word of the first chunk */
	uint32		last;			/* word of the last one, which is written to */
	uint32		cursor;			/* word behind the last row */
	uint32		end;			/* word behind the last chunk */
	uint32		width;			/* words a row takes in the last chunk */
	uint32		words;			/* of rows in the chunks before the last */
} EqpWorkingSample;

StaticAssertDecl(sizeof(EqpGapSample) == 40, "EqpGapSample must have no padding");
StaticAssertDecl(sizeof(EqpStoredSample) == 24, "EqpStoredSample must have no padding");
StaticAssertDecl(sizeof(EqpWorkingSample) == 40, "EqpWorkingSample must have no padding");

/*
 * The working state of an aggregate as PostgreSQL's executor has it.  Its flat form
 * is that of the sample.
 */
typedef struct EqpSampleState
{
	ExpandedObjectHeader header;
	EqpGapSample *sample;
} EqpSampleState;

extern const ExpandedObjectMethods eqp_sample_state_methods;

/* A copy of a working state, in a context of its own below that one. */
extern EqpSampleState *eqp_sample_state_new(MemoryContext parent, const EqpGapSample *sample);

/* The state that a datum is, which may be read; NULL where it is something else. */
static inline EqpSampleState *
eqp_sample_state_of(Datum datum)
{
	const void *value = DatumGetPointer(datum);
	struct varatt_expanded pointer;

	if (!VARATT_IS_EXTERNAL_EXPANDED(value))
		return NULL;
	/* DatumGetEOHP() without its call: this runs once a row */
	memcpy(&pointer, VARDATA_EXTERNAL(value), sizeof(pointer));
	if (pointer.eohptr->eoh_methods != &eqp_sample_state_methods)
		return NULL;
	return (EqpSampleState *) pointer.eohptr;
}

/* One group as a reader sees it; all of it points into the sample. */
typedef struct EqpSampleGroup
{
	const char *label;			/* label_length bytes, no terminator */
	uint32		label_length;
	EqpSample	sample;
} EqpSampleGroup;

/*
 * A sample in either layout, detoasted and aligned.  Points to the datum
 * itself where that is possible: do not write to it.  A version that this
 * library does not know is an error (0A000).
 */
extern const EqpGapSample *eqp_sample_from_datum(Datum datum);
#define PG_GETARG_EQP_GAP_SAMPLE(n)	eqp_sample_from_datum(PG_GETARG_DATUM(n))

/* Group number i (0 to ngroups - 1) of a canonical sample. */
extern void eqp_sample_read_group(const EqpGapSample *canonical, uint32 i,
								  EqpSampleGroup *group);

/* The group with that label of a canonical sample; false where there is none. */
extern bool eqp_sample_find_group(const EqpGapSample *canonical, const char *label,
								  uint32 length, EqpSampleGroup *group);

/*
 * The text form of a sample may have so many bytes.  No row of a dump may have
 * 1 GB; this leaves some for the other columns.
 */
#define EQP_SAMPLE_LONGEST_TEXT 1000000000

/*
 * At least the bytes of the text form, and not more than its labels explain;
 * where they are surely enough only that, as the numbers need not be written then.
 */
extern Size eqp_sample_text_size(const EqpGapSample *canonical, Size enough);

/*
 * A canonical copy, palloc'd in the current memory context; the argument
 * stays as it is.  54000 for one whose text form would be longer than that,
 * unless it was canonical.
 */
extern EqpGapSample *eqp_sample_canonical_copy(const EqpGapSample *sample);

/* The sample itself where it is canonical, else a canonical copy. */
extern const EqpGapSample *eqp_sample_canonical(const EqpGapSample *sample);

/* An empty working state, palloc'd in the current context. */
extern EqpGapSample *eqp_sample_working_empty(void);

/* The most a working state may take where work_mem does not matter. */
extern Size eqp_sample_max_size(void);

/*
 * Append one row to the group with that label, which is created where it is
 * new.  *state is a working state; where it has to grow it is moved, but not if it is
 * the one to be kept: then it is left alone, because the executor owns it, and *state becomes a
 * larger one in the current memory context.  Above limit bytes: 53400, or 54000
 * where the limit is that of an allocation.
 */
extern void eqp_sample_append(EqpGapSample **state, const char *label, uint32 length,
							  double value, double weight, bool weighted,
							  const EqpGapSample *kept, Size limit);

/* Append all rows of another sample, in either layout, on the same terms. */
extern void eqp_sample_append_all(EqpGapSample **state, const EqpGapSample *from,
								  const EqpGapSample *kept, Size limit);

/* Is there a group with that label in a working state? */
extern bool eqp_sample_has_label(const EqpGapSample *state, const char *label,
								 uint32 length);

/* ---- The quick look of a transition, inline: it runs once a row --------- */

/* The groups of a working state. */
static inline EqpWorkingSample *
eqp_sample_working_groups(const EqpGapSample *s)
{
	return (EqpWorkingSample *) ((char *) s + EQP_SAMPLE_WORKING_HEADER);
}

/* The rows of a working state, in chunks. */
static inline double *
eqp_sample_area(const EqpGapSample *s)
{
	return (double *) ((char *) s + s->area_offset);
}

/* What is kept of a value: no -0, and one NaN only. */
static inline double
eqp_sample_normalize(double value)
{
	uint64		nan_bits = UINT64CONST(0x7ff8000000000000);

	if (unlikely(isnan(value)))
	{
		memcpy(&value, &nan_bits, sizeof(value));
		return value;
	}
	return value + 0.0;
}

#endif							/* EQP_GAP_SAMPLE_H */
