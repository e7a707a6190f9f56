/*
 * gap_sample_agg.c
 *		The aggregates gap_sample_agg and gap_sample_merge.
 *
 * gap_sample itself is the transition type.  Called by an aggregate, the
 * transition and combine functions append to a working state in place; called
 * by hand they work on a copy and return a canonical value.  A small state that
 * grows is a new palloc in the current context and the old one is left
 * alone: the executor copies a changed pointer and frees the old value.  A larger
 * one is an expanded object (gap_sample_state.c), which grows by itself.
 */
#include "postgres.h"

#include "fmgr.h"
#include "miscadmin.h"
#include "nodes/execnodes.h"
#include "summary/gap_sample.h"
#include "summary/rows.h"
#include "utils/builtins.h"

PG_FUNCTION_INFO_V1(eqp_gap_sample_accum_text);
PG_FUNCTION_INFO_V1(eqp_gap_sample_accum_bigint);
PG_FUNCTION_INFO_V1(eqp_gap_sample_accum_boolean);
PG_FUNCTION_INFO_V1(eqp_gap_sample_combine);
PG_FUNCTION_INFO_V1(eqp_gap_sample_final);

/* From so many bytes on a state is an expanded object; there may be many smaller ones, a context each would not do. */
#define MIN_EXPANDED	((Size) 256 * 1024)

/* A value that an aggregate may update in place: flagged, plain and aligned. */
static inline bool
is_working_state(const void *value)
{
	return VARATT_IS_4B_U(value) &&
		((const EqpGapSample *) value)->layout == EQP_SAMPLE_WORKING;
}

/*
 * The working state in argument 0, where the executor of an aggregate handed over one: it may be
 * updated in place.  NULL where it is something else; *object is NULL where it is flat.
 */
static EQP_ALWAYS_INLINE EqpGapSample *
state_in_place(FunctionCallInfo fcinfo, EqpSampleState **object)
{
	*object = NULL;
	if (unlikely(PG_ARGISNULL(0)))
		return NULL;
	if (VARATT_IS_EXTERNAL_EXPANDED_RW(PG_GETARG_POINTER(0)))
	{
		*object = eqp_sample_state_of(PG_GETARG_DATUM(0));
		return *object != NULL ? (*object)->sample : NULL;
	}
	return is_working_state(PG_GETARG_POINTER(0)) ? (EqpGapSample *) PG_GETARG_POINTER(0) : NULL;
}

/* What a call of a transition or combine function updates. */
typedef struct Update
{
	MemoryContext aggregate;	/* NULL where no aggregate called */
	Size		limit;
	EqpSampleState *object;		/* the state, expanded; or NULL */
	EqpGapSample *flat;			/* the state otherwise */
	const EqpGapSample *kept;	/* the executor's own, flat */
} Update;

/* The state of argument 0 in place where an aggregate calls and it is one, otherwise a new working copy. */
static Update
update_start(FunctionCallInfo fcinfo)
{
	Update		update = {NULL, eqp_sample_max_size(), NULL, NULL, NULL};

	if (AggCheckCallContext(fcinfo, &update.aggregate))
	{
		/* the memory of an aggregate, as hash tables have it */
		update.limit = Min(update.limit, (Size) get_hash_memory_limit());
		update.flat = state_in_place(fcinfo, &update.object);
		update.kept = update.object == NULL ? update.flat : NULL;
	}
	if (update.flat == NULL)
	{
		update.flat = eqp_sample_working_empty();
		if (!PG_ARGISNULL(0))
			eqp_sample_append_all(&update.flat, PG_GETARG_EQP_GAP_SAMPLE(0), NULL, update.limit);
	}
	return update;
}

/* The state to append to. */
static inline EqpGapSample **
update_target(Update *update)
{
	return update->object != NULL ? &update->object->sample : &update->flat;
}

/* What the function returns: the state, or a canonical value if no aggregate called. */
static Datum
update_end(Update *update)
{
	if (update->aggregate == NULL)
		PG_RETURN_POINTER(eqp_sample_canonical_copy(update->flat));
	if (update->object == NULL && VARSIZE(update->flat) >= MIN_EXPANDED)
		update->object = eqp_sample_state_new(update->aggregate, update->flat);
	if (update->object != NULL)
		return EOHPGetRWDatum(&update->object->header);
	PG_RETURN_POINTER(update->flat);
}

/* One row, whatever the state is: the general form of accumulate. */
static pg_noinline Datum
accumulate_anywhere(FunctionCallInfo fcinfo, const char *label, uint32 length,
					double value, double weight, bool weighted)
{
	Update		update = update_start(fcinfo);

	eqp_sample_append(update_target(&update), label, length, value, weight, weighted,
					  update.kept, update.limit);
	return update_end(&update);
}

/*
 * One row, (state, value, group [, weight]), with the label of its group.
 * The caller has seen that value, group and weight are not NULL.
 *
 * The usual case is straight: an aggregate calls, the state is its working
 * state, has few groups and among them this one, with room in its chunk.
 */
static EQP_ALWAYS_INLINE Datum
accumulate(FunctionCallInfo fcinfo, const char *label, uint32 length)
{
	double		value = PG_GETARG_FLOAT8(1);
	double		weight = 1.0;
	bool		weighted = PG_NARGS() > 3;
	EqpSampleState *object;
	EqpGapSample *state;

	if (weighted)
	{
		weight = PG_GETARG_FLOAT8(3);
		if (unlikely(!(weight > 0.0) || isinf(weight)))
		{
			eqp_check_row_weight(weight);
			return eqp_row_unchanged(fcinfo);
		}
	}

	if (likely(fcinfo->context != NULL && IsA(fcinfo->context, AggState) &&
			   (state = state_in_place(fcinfo, &object)) != NULL))
	{
		EqpWorkingSample *groups = eqp_sample_working_groups(state);
		uint64		prefix = eqp_label_prefix(label, length);
		uint32		width = weighted ? 2 : 1;
		EqpWorkingSample *group;

		if (state->nslots == 0)
		{
			group = &groups[eqp_label_guess(groups, sizeof(EqpWorkingSample), state->ngroups,
											length, prefix)];
			if (likely(length <= 8 && state->ngroups > 0 &&
					   group->key.prefix == prefix && group->key.length == length &&
					   group->width == width && group->end - group->cursor >= width))
			{
				double	   *row = eqp_sample_area(state) + group->cursor;

				row[0] = eqp_sample_normalize(value);
				if (weighted)
					row[1] = weight;
				group->cursor += width;
				return PG_GETARG_DATUM(0);
			}
		}
	}
	return accumulate_anywhere(fcinfo, label, length, value, weight, weighted);
}

/* gap_sample_agg with a label of type text */
Datum
eqp_gap_sample_accum_text(PG_FUNCTION_ARGS)
{
	EQP_ARGUMENTS(3);
	text	   *label;

	if (eqp_row_has_null(fcinfo))
		return eqp_row_unchanged(fcinfo);

	label = eqp_row_label(fcinfo);
	return accumulate(fcinfo, VARDATA_ANY(label), VARSIZE_ANY_EXHDR(label));
}

/* gap_sample_agg with a whole number as label */
Datum
eqp_gap_sample_accum_bigint(PG_FUNCTION_ARGS)
{
	EQP_ARGUMENTS(3);
	char		label[MAXINT8LEN + 1];
	int			length;

	if (eqp_row_has_null(fcinfo))
		return eqp_row_unchanged(fcinfo);
	length = pg_lltoa(PG_GETARG_INT64(2), label);
	return accumulate(fcinfo, label, length);
}

/* gap_sample_agg with a boolean as label */
Datum
eqp_gap_sample_accum_boolean(PG_FUNCTION_ARGS)
{
	EQP_ARGUMENTS(3);

	if (eqp_row_has_null(fcinfo))
		return eqp_row_unchanged(fcinfo);
	if (PG_GETARG_BOOL(2))
		return accumulate(fcinfo, "true", 4);
	return accumulate(fcinfo, "false", 5);
}

/*
 * Put two samples together: the combine function of every aggregate here,
 * and the transition function of gap_sample_merge.  Not strict: a strict one would
 * adopt its first input as it comes, packed or toasted.
 */
Datum
eqp_gap_sample_combine(PG_FUNCTION_ARGS)
{
	EQP_ARGUMENTS(2);
	Update		update;

	if (PG_ARGISNULL(1))
		return eqp_row_unchanged(fcinfo);
	update = update_start(fcinfo);
	eqp_sample_append_all(update_target(&update), PG_GETARG_EQP_GAP_SAMPLE(1), update.kept, update.limit);
	return update_end(&update);
}

/* A fresh canonical value; the state stays as it was, others may use it. */
Datum
eqp_gap_sample_final(PG_FUNCTION_ARGS)
{
	EQP_ARGUMENTS(1);

	PG_RETURN_POINTER(eqp_sample_canonical_copy(PG_GETARG_EQP_GAP_SAMPLE(0)));
}
