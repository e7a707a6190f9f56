/*
 * gap_sample_state.c
 *		The working state of an aggregate as an expanded object.
 *
 * A state that lies in a context of its own below that of the aggregate is handed
 * from row to row as it is, and grows there; a plain value is copied by the executor
 * whenever it has grown.
 */
#include "summary/gap_sample.h"

#include "alloc.h"
#include "utils/memutils.h"

/* Bytes of the flat form: a working state without what is left of its area. */
static Size
flat_size(ExpandedObjectHeader *header)
{
	const EqpGapSample *sample = ((EqpSampleState *) header)->sample;

	return sample->area_offset + (Size) sample->area_used * sizeof(double);
}

/* The flat form itself, at a place that has as many bytes. */
static void
flatten_into(ExpandedObjectHeader *header, void *result, Size allocated_size)
{
	const EqpGapSample *sample = ((EqpSampleState *) header)->sample;
	EqpGapSample *flat = (EqpGapSample *) result;

	Assert(allocated_size == flat_size(header));
	memcpy(flat, sample, allocated_size);
	SET_VARSIZE(flat, allocated_size);
	flat->area_size = flat->area_used;
}

const ExpandedObjectMethods eqp_sample_state_methods = {flat_size, flatten_into};

EqpSampleState *
eqp_sample_state_new(MemoryContext parent, const EqpGapSample *sample)
{
	MemoryContext context = AllocSetContextCreate(parent, "gap sample", ALLOCSET_START_SMALL_SIZES);
	EqpSampleState *state = (EqpSampleState *) MemoryContextAlloc(context, sizeof(EqpSampleState));

	EOH_init_header(&state->header, &eqp_sample_state_methods, context);
	state->sample = (EqpGapSample *) eqp_alloc(context, VARSIZE(sample), 1);
	memcpy(state->sample, sample, VARSIZE(sample));
	return state;
}
