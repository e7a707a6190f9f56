/*
 * labels.c
 *		Finding and ordering group labels.  See labels.h.
 */
#include "summary/labels.h"

#include "miscadmin.h"
#include "port/pg_bitutils.h"

/* Byte order, a prefix before what it starts. */
static int
compare_labels(const char *a, uint32 a_length, const char *b, uint32 b_length)
{
	int			order = memcmp(a, b, Min(a_length, b_length));

	if (order == 0 && a_length != b_length)
		order = a_length < b_length ? -1 : 1;
	return order;
}

uint32
eqp_labels_slots(Size capacity)
{
	if (capacity <= EQP_LABELS_SCANNED)
		return 0;
	return pg_nextpower2_32((uint32) Min(capacity, PG_INT32_MAX / 4) * 2);
}

int64
eqp_labels_find(const EqpLabels *labels, const char *label, uint32 length,
				uint64 prefix, uint32 *slot)
{
	*slot = 0;
	if (labels->nslots == 0)
	{
		for (uint32 i = 0; i < labels->n; i++)
			if (eqp_label_same(eqp_label_key(labels->groups, labels->size, i),
							   labels->bytes, label, length, prefix))
				return i;
	}
	else
	{
		uint32		mask = labels->nslots - 1;
		uint32		at = eqp_label_hash(label, length, prefix) & mask;

		for (; labels->slots[at] != 0; at = (at + 1) & mask)
			if (eqp_label_same(eqp_label_key(labels->groups, labels->size, labels->slots[at] - 1),
							   labels->bytes, label, length, prefix))
				return labels->slots[at] - 1;
		*slot = at;
	}
	return -1;
}

void
eqp_labels_index(const EqpLabels *labels)
{
	uint32		mask = labels->nslots - 1;

	if (labels->nslots == 0)
		return;
	for (uint32 i = 0; i < labels->n; i++)
	{
		const EqpLabelKey *key = eqp_label_key(labels->groups, labels->size, i);
		uint32		at = eqp_label_hash(labels->bytes + key->offset, key->length, key->prefix) & mask;

		while (labels->slots[at] != 0)
			at = (at + 1) & mask;
		labels->slots[at] = i + 1;
	}
}

/* qsort_arg comparator over group numbers of a working state. */
static int
compare_groups(const void *a, const void *b, void *arg)
{
	const EqpLabels *labels = arg;
	const EqpLabelKey *x = eqp_label_key(labels->groups, labels->size, *(const uint32 *) a);
	const EqpLabelKey *y = eqp_label_key(labels->groups, labels->size, *(const uint32 *) b);

	CHECK_FOR_INTERRUPTS();
	return compare_labels(labels->bytes + x->offset, x->length,
						  labels->bytes + y->offset, y->length);
}

uint32 *
eqp_labels_order(const EqpLabels *labels)
{
	uint32	   *order = (uint32 *) palloc(Max(labels->n, 1) * sizeof(uint32));

	for (uint32 i = 0; i < labels->n; i++)
		order[i] = i;
	qsort_arg(order, labels->n, sizeof(uint32), compare_groups, (void *) labels);
	return order;
}

int64
eqp_labels_search(const EqpLabels *labels, const char *label, uint32 length)
{
	uint32		low = 0;
	uint32		high = labels->n;

	while (low < high)
	{
		uint32		middle = low + (high - low) / 2;
		const EqpStoredLabel *stored =
			(const EqpStoredLabel *) ((const char *) labels->groups + middle * labels->size);
		int			order = compare_labels(labels->bytes + stored->offset, stored->length,
										   label, length);

		if (order == 0)
			return middle;
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return -1;
}
