/*
 * labels.h
 *		The group labels of a value that holds something for each group, as
 *		gap_summary and gap_sample do: found by hash while an aggregate runs, by
 *		halves once they are in order.
 *
 * Labels lie one behind the other in a block of bytes; groups point into it by
 * offsets.  A group of a working state starts with an EqpLabelKey, one of a
 * canonical value with an EqpStoredLabel.  The index of a working state is nslots x
 * uint32 (group number + 1, 0: free), open addressing.
 */
#ifndef EQP_SUMMARY_LABELS_H
#define EQP_SUMMARY_LABELS_H

#include "equipair.h"

#include "common/hashfn.h"
#include "stats/moments.h"

typedef struct EqpLabelKey
{
	uint64		prefix;			/* tells most labels apart, see eqp_label_prefix */
	uint32		offset;			/* from the first label */
	uint32		length;
} EqpLabelKey;

typedef struct EqpStoredLabel
{
	uint32		offset;
	uint32		length;
} EqpStoredLabel;

/* The groups of a value: n structs of that size, each starting with its label. */
typedef struct EqpLabels
{
	const void *groups;
	Size		size;
	uint32		n;
	const char *bytes;
	uint32	   *slots;			/* of a working state; nslots a power of 2, or 0 */
	uint32		nslots;
} EqpLabels;

/* The label of group i of a working state. */
static inline const EqpLabelKey *
eqp_label_key(const void *groups, Size size, uint32 i)
{
	return (const EqpLabelKey *) ((const char *) groups + i * size);
}

/*
 * Eight bytes that, together with the length, tell labels of up to eight
 * bytes apart, and most longer ones.  Never reads beyond the label.
 */
static inline uint64
eqp_label_prefix(const char *label, uint32 length)
{
	uint64		prefix = 0;

	if (length >= 8)
		memcpy(&prefix, label, 8);
	else if (length >= 4)
	{
		uint32		head;
		uint32		tail;

		memcpy(&head, label, 4);
		memcpy(&tail, label + length - 4, 4);
		prefix = ((uint64) tail << 32) | head;
	}
	else if (length > 0)
		prefix = (uint64) (unsigned char) label[0] |
			((uint64) (unsigned char) label[length / 2] << 8) |
			((uint64) (unsigned char) label[length - 1] << 16);
	return prefix;
}

/* Is the label that of the key? */
static inline bool
eqp_label_same(const EqpLabelKey *key, const char *bytes,
			   const char *label, uint32 length, uint64 prefix)
{
	return key->prefix == prefix && key->length == length &&
		(length <= 8 || memcmp(bytes + key->offset + 8, label + 8, length - 8) == 0);
}

/* A hash of the label, whose prefix is given. */
static inline uint32
eqp_label_hash(const char *label, uint32 length, uint64 prefix)
{
	if (length > 8)
		return hash_bytes((const unsigned char *) label, (int) length);

	/* the finaliser of MurmurHash3 */
	prefix += length;
	prefix ^= prefix >> 33;
	prefix *= UINT64CONST(0xff51afd7ed558ccd);
	prefix ^= prefix >> 33;
	prefix *= UINT64CONST(0xc4ceb9fe1a85ec53);
	return (uint32) (prefix >> 32);
}

/*
 * The number of the group that may have the label: of the last one of n with its
 * prefix and length, or 0.  Compares with all of them and branches on none: groups
 * come in an order that no processor predicts, and a wrong guess costs more
 * than the search.
 */
static EQP_ALWAYS_INLINE uint32
eqp_label_guess(const void *groups, Size size, uint32 n, uint32 length, uint64 prefix)
{
	uint32		guess = 0;

	for (uint32 i = 0; i < n; i++)
	{
		const EqpLabelKey *key = eqp_label_key(groups, size, i);

		guess = ((key->prefix ^ prefix) | (key->length ^ length)) == 0 ? i : guess;
	}
	return guess;
}

/* Up to that many groups a scan of the prefixes is faster than an index. */
#define EQP_LABELS_SCANNED	8

/* Slots that an index over so many groups wants; 0 while a scan is faster. */
extern uint32 eqp_labels_slots(Size capacity);

/*
 * Number of the group with that label in a working state, or -1; *slot is
 * then the free slot of the index where it belongs.
 */
extern int64 eqp_labels_find(const EqpLabels *labels, const char *label, uint32 length,
							 uint64 prefix, uint32 *slot);

/* Fills an index whose slots are all free. */
extern void eqp_labels_index(const EqpLabels *labels);

/* The numbers of the groups of a working state, sorted by label (bytes); palloc'd. */
extern uint32 *eqp_labels_order(const EqpLabels *labels);

/* Number of the group with that label in a canonical value, or -1. */
extern int64 eqp_labels_search(const EqpLabels *labels, const char *label, uint32 length);

#endif							/* EQP_SUMMARY_LABELS_H */
