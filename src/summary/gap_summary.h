/*
 * gap_summary.h
 *		The SQL type gap_summary: mergeable moments per group label.
 *
 * The type is also the transition type of its aggregates, so a value comes
 * in two layouts that every reader takes:
 *
 * canonical	what is stored, sent and compared: groups sorted by label
 *				(bytes, as in C collation), sums folded, no slack, padding
 *				zero, so that equal content is equal bytes;
 * working		the state of a running aggregate, updated in place: groups in
 *				order of arrival, compensated sums, room to grow, and an index
 *				over the labels once there are many.  Everything lies inside
 *				VARSIZE and is reached by offsets, because the executor
 *				copies the value as it pleases.
 *
 * Canonical: header, ngroups x EqpStoredGroup, labels.
 * Working: header with the working fields, capacity x EqpWorkingGroup,
 * labels (labels_size bytes), nslots x uint32 (group number + 1, 0: free).
 */
#ifndef EQP_GAP_SUMMARY_H
#define EQP_GAP_SUMMARY_H

#include "equipair.h"

#include "stats/moments.h"
#include "summary/labels.h"

#define EQP_GAP_VERSION		1

#define EQP_GAP_CANONICAL	0
#define EQP_GAP_WORKING		1

typedef struct EqpGapSummary
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
	uint32		unused;			/* zero */
} EqpGapSummary;

#define EQP_GAP_CANONICAL_HEADER	offsetof(EqpGapSummary, capacity)
#define EQP_GAP_WORKING_HEADER		sizeof(EqpGapSummary)

typedef struct EqpStoredGroup
{
	EqpStoredLabel label;
	int64		n;
	int64		nzero;
	int64		nnegative;
	int64		flags;			/* of EqpMoments */
	double		w;
	double		w2;
	double		mean;
	double		m2;
	double		xlogx;
	double		logx;
	double		plain_mean;
	double		min;
	double		max;
} EqpStoredGroup;

typedef struct EqpWorkingGroup
{
	EqpLabelKey key;
	EqpMoments	moments;
} EqpWorkingGroup;

/* One group as a reader sees it; the label points into the summary. */
typedef struct EqpGapGroup
{
	const char *label;			/* label_length bytes, no terminator */
	uint32		label_length;
	EqpMoments	moments;		/* normalised */
} EqpGapGroup;

/*
 * A summary in either layout, detoasted and aligned.  Points to the datum
 * itself where that is possible: do not write to it.  A version that this
 * library does not know is an error (0A000).
 */
extern const EqpGapSummary *eqp_gap_from_datum(Datum datum);
#define PG_GETARG_EQP_GAP_SUMMARY(n)	eqp_gap_from_datum(PG_GETARG_DATUM(n))

/* The moments are handed over between the layouts as plain memory. */
StaticAssertDecl(sizeof(EqpMoments) == 160, "EqpMoments must have no padding");
StaticAssertDecl(sizeof(EqpStoredGroup) == 112, "EqpStoredGroup must have no padding");

/* Group number i (0 to ngroups - 1) of either layout, in storage order. */
extern void eqp_gap_read_group(const EqpGapSummary *summary, uint32 i, EqpGapGroup *group);

/* The group with that label; false where there is none. */
extern bool eqp_gap_find_group(const EqpGapSummary *summary, const char *label,
							   uint32 length, EqpGapGroup *group);

/*
 * A canonical copy, palloc'd in the current memory context; the argument
 * stays as it is.
 */
extern EqpGapSummary *eqp_gap_canonical_copy(const EqpGapSummary *summary);

/* The summary itself where it is canonical, else a canonical copy. */
extern const EqpGapSummary *eqp_gap_canonical(const EqpGapSummary *summary);

/*
 * An empty working state, and a working copy of a summary, with room for
 * that many groups and bytes of labels more; palloc'd in the current context.
 */
extern EqpGapSummary *eqp_gap_working_empty(void);
extern EqpGapSummary *eqp_gap_working_copy(const EqpGapSummary *summary,
										   Size more_groups, Size more_labels);

/*
 * The moments of the group with that label, created where it is new.  *state
 * is a working state; where it has to grow it is replaced by a larger one in
 * the current memory context and the old one is left alone, because the
 * executor owns it.  Raises 54000 where the state would exceed what an
 * allocation can hold.
 */
extern EqpMoments *eqp_gap_moments_for(EqpGapSummary **state, const char *label,
									   uint32 length);

/*
 * A working state with a summary merged into it: the state itself, or where it has to
 * grow a larger one in the current memory context, and the old one is left
 * alone.  22003 past the range, 54000 as above.
 */
extern EqpGapSummary *eqp_gap_working_merge(EqpGapSummary *state, const EqpGapSummary *from);

/*
 * What gap_agg_rows keeps of the rows that a report on two groups leaves out: groups whose labels have
 * this byte before them, and for each row as a value what it lacks.  A
 * weight of 0 lacks nothing, and neither does a row of another group.
 */
#define EQP_GAP_LEFT_OUT		'\001'
#define EQP_GAP_LACKS_NOTHING	0
#define EQP_GAP_LACKS_VALUE		1
#define EQP_GAP_LACKS_WEIGHT	(-1)
#define EQP_GAP_LACKS_BOTH		2

/* ---- The quick look of a transition, inline: it runs once a row --------- */

/* The groups of a working state. */
static inline EqpWorkingGroup *
eqp_gap_working_groups(const EqpGapSummary *s)
{
	return (EqpWorkingGroup *) ((char *) s + EQP_GAP_WORKING_HEADER);
}

/* The part of eqp_gap_guess_moments for a state with an index. */
extern EqpMoments *eqp_gap_guess_slot(EqpGapSummary *state, const char *label,
									  uint32 length);

/*
 * The moments of the group with that label in a working state, or NULL where
 * only eqp_gap_moments_for can tell.
 *
 * With few groups a guess among all of them, with many a look into the slot of
 * the label's hash only; a collision is left to the full search.
 */
static EQP_ALWAYS_INLINE EqpMoments *
eqp_gap_guess_moments(EqpGapSummary *state, const char *label, uint32 length)
{
	EqpWorkingGroup *group = eqp_gap_working_groups(state);
	const char *labels = (const char *) (group + state->capacity);
	uint64		prefix;
	uint32		guess;

	if (state->nslots > 0)
		return eqp_gap_guess_slot(state, label, length);

	prefix = eqp_label_prefix(label, length);
	guess = eqp_label_guess(group, sizeof(EqpWorkingGroup), state->ngroups, length, prefix);
	if (state->ngroups == 0 ||
		!eqp_label_same(&group[guess].key, labels, label, length, prefix))
		return NULL;
	return &group[guess].moments;
}

#endif							/* EQP_GAP_SUMMARY_H */
