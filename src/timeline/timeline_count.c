/*
 * timeline_count.c
 *		From the sides of the pairings to counts by period; see
 *		timeline.h.
 */
#include "timeline/timeline.h"

#include "alloc.h"
#include "miscadmin.h"
#include "port/pg_bitutils.h"

/* Periods first to last - 1, in which a unit has some partner. */
typedef struct Run
{
	uint32		first;
	uint32		last:31;
	uint32		cross_zone:1;
} Run;

#define ST_SORT sort_runs
#define ST_ELEMENT_TYPE Run
#define ST_COMPARE(x, y) (((x)->first > (y)->first) - ((x)->first < (y)->first))
#define ST_SCOPE static
#define ST_CHECK_FOR_INTERRUPTS
#define ST_DEFINE
#include "lib/sort_template.h"

/*
 * Up to this many periods, ten years of months among them, the union of a
 * stretch's runs is made of bits, one a period: there is nothing to sort and
 * nearly nothing to decide.
 */
#define MAX_MASKED 256

typedef struct Counter
{
	EqpBuckets *sides;
	const EqpSteps *steps;

	/* the bucket that is being counted, and its stretches */
	uint32		bucket;
	uint32		first;
	uint32		n;

	/*
	 * With bits: so many words a mask; by stretch a mask of its periods with a
	 * partner and one of those with a partner in another zone; by period a
	 * mask of the periods before it.
	 */
	int			words;
	uint64	   *masks;
	uint64	   *before;

	/* without: the runs of one stretch */
	Run		   *runs;
	uint32		nruns;
	uint32		runs_capacity;
} Counter;

/* ---- By bits ------------------------------------------------------------ */

/* Room for the masks of a bucket, and the masks of the periods before each. */
static void
create_masks(Counter *counter)
{
	uint32		nsteps = counter->steps->nsteps;
	int			words = nsteps / 64 + 1;

	counter->words = words;
	counter->masks = eqp_alloc(CurrentMemoryContext, (Size) 2 << counter->sides->shift, words * sizeof(uint64));
	counter->before = eqp_alloc0(CurrentMemoryContext, (Size) nsteps + 1, words * sizeof(uint64));
	for (uint32 step = 0; step <= nsteps; step++)
		for (uint32 i = 0; i < step; i++)
			counter->before[step * words + i / 64] |= UINT64CONST(1) << (i % 64);
}

/* Adds a side to the masks of its stretch, the number-th. */
static inline void
mask_side(const Counter *counter, uint32 number, const EqpSide *side)
{
	int			words = counter->words;
	const uint64 *from = counter->before + eqp_steps_from(counter->steps, side->from) * words;
	const uint64 *to = counter->before + eqp_steps_from(counter->steps, side->to) * words;
	uint64	   *paired = counter->masks + (Size) number * 2 * words;
	uint64	   *cross_zone = paired + words;
	uint64		crosses = eqp_side_crosses(side) ? ~UINT64CONST(0) : 0;

	for (int word = 0; word < words; word++)
	{
		uint64		bits = to[word] & ~from[word];

		paired[word] |= bits;
		cross_zone[word] |= bits & crosses;
	}
}

/* The masks of all stretches of the bucket, from its sides. */
static void
fill_masks(Counter *counter)
{
	const EqpBucket *bucket = &counter->sides->buckets[counter->bucket];

	/* copies, in which no mask lies that is written: so they need not be read again for each side */
	EqpSteps	steps = *counter->steps;
	Counter		own = *counter;

	own.steps = &steps;
	memset(counter->masks, 0, (Size) counter->n * 2 * counter->words * sizeof(uint64));
	for (const EqpChunk *chunk = bucket->chunks; chunk != NULL; chunk = chunk->next)
	{
		const EqpSide *sides = (const EqpSide *) chunk->elements;
		uint32		n = eqp_chunk_count(counter->sides, bucket, chunk);

		CHECK_FOR_INTERRUPTS();
		for (uint32 i = 0; i < n; i++)
			mask_side(&own, (sides[i].stretch & EQP_BUCKET_NUMBER) - own.first, &sides[i]);
	}
}

/* One more where a run of bits starts, one less behind its end. */
static inline void
count_masks(const Counter *counter, uint32 stretch, EqpTimelineFigures *figures)
{
	const uint64 *masks = counter->masks + (Size) stretch * 2 * counter->words;
	uint64		paired_before = 0;
	uint64		cross_zone_before = 0;

	for (int word = 0; word < counter->words; word++)
	{
		uint64		paired = masks[word];
		uint64		cross_zone = masks[counter->words + word];
		uint64		change = paired ^ (paired << 1 | paired_before);

		for (; change != 0; change &= change - 1)
		{
			int			bit = pg_rightmost_one_pos64(change);

			figures[word * 64 + bit].paired += (paired >> bit & 1) ? 1 : -1;
		}
		change = cross_zone ^ (cross_zone << 1 | cross_zone_before);
		for (; change != 0; change &= change - 1)
		{
			int			bit = pg_rightmost_one_pos64(change);

			figures[word * 64 + bit].cross_zone += (cross_zone >> bit & 1) ? 1 : -1;
		}
		paired_before = paired >> 63;
		cross_zone_before = cross_zone >> 63;
	}
}

/* ---- By runs ------------------------------------------------------------ */

/* Adds the run of a side, to the others of its stretch; without the first day of a period there is none. */
static inline void
add_run(Counter *counter, const EqpSide *side)
{
	Run			run;

	run.first = eqp_steps_from(counter->steps, side->from);
	run.last = eqp_steps_from(counter->steps, side->to);
	run.cross_zone = eqp_side_crosses(side);
	if (run.first == run.last)
		return;
	EQP_RESERVE(CurrentMemoryContext, counter->runs, counter->runs_capacity, counter->nruns);
	counter->runs[counter->nruns++] = run;
}

/* The union of a stretch's runs, and of those across zones. */
static void
count_runs(Counter *counter, EqpTimelineFigures *figures)
{
	uint32		paired_to = 0;
	uint32		cross_zone_to = 0;

	sort_runs(counter->runs, counter->nruns);
	for (uint32 i = 0; i < counter->nruns; i++)
	{
		const Run  *run = &counter->runs[i];

		if (run->last > paired_to)
		{
			figures[Max(run->first, paired_to)].paired++;
			figures[run->last].paired--;
			paired_to = run->last;
		}
		if (run->cross_zone && run->last > cross_zone_to)
		{
			figures[Max(run->first, cross_zone_to)].cross_zone++;
			figures[run->last].cross_zone--;
			cross_zone_to = run->last;
		}
	}
}

/* ---- All ---------------------------------------------------------------- */

/* A stretch, as a unit of its group. */
static inline EqpTimelineFigures *
count_unit(const EqpSteps *steps, const EqpStretch *stretch, EqpTimelineFigures *figures)
{
	EqpTimelineFigures *of_group = figures + (Size) stretch->group * ((Size) steps->nsteps + 1);

	of_group[eqp_steps_from(steps, stretch->from)].units++;
	of_group[eqp_steps_from(steps, stretch->to)].units--;
	return of_group;
}

/* Changes from one period to the next, by group. */
static void
count_bucket(Counter *counter, const EqpHistory *history, EqpTimelineFigures *figures)
{
	const EqpSide *sides = NULL;
	const uint64 *ends = NULL;

	if (counter->masks)
		fill_masks(counter);
	else
		sides = eqp_bucket_gather(counter->sides, counter->bucket, &ends);
	for (uint32 i = 0; i < counter->n; i++)
	{
		EqpTimelineFigures *of_group = count_unit(counter->steps, &history->stretches[counter->first + i], figures);

		if (counter->masks)
			count_masks(counter, i, of_group);
		else
		{
			counter->nruns = 0;
			for (uint64 at = i == 0 ? 0 : ends[i - 1]; at < ends[i]; at++)
				add_run(counter, &sides[at]);
			count_runs(counter, of_group);
		}
	}
}

/* From changes to counts, in place. */
static void
sum_up(EqpTimelineFigures *figures, uint32 nsteps)
{
	for (uint32 i = 1; i < nsteps; i++)
	{
		figures[i].units += figures[i - 1].units;
		figures[i].paired += figures[i - 1].paired;
		figures[i].cross_zone += figures[i - 1].cross_zone;
	}
}

/* The most subgroups by periods: some 5 GB with what the report adds to them. */
#define MAX_CELLS 100000000

/* Figures, all 0, of so many blocks of the groups; 54000 where they are too many. */
static EqpTimelineFigures *
create_figures(const EqpHistory *history, const EqpSteps *steps, Size nblocks)
{
	Size		per_block = (Size) eqp_grouping_count(history->programme.grouping) * ((Size) steps->nsteps + 1);

	if (per_block > 0 && nblocks > MAX_CELLS / per_block)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("pairing_timeline has too many subgroups and periods"),
				 errdetail("There are %zu subgroups in %u periods, and at most %d can be counted.",
						   nblocks * eqp_grouping_count(history->programme.grouping), steps->nsteps, MAX_CELLS),
				 errhint("Take a longer step, a later from_date, or fewer columns to group by.")));
	return eqp_alloc0(CurrentMemoryContext, nblocks * per_block, sizeof(EqpTimelineFigures));
}

/* Goes on to a bucket. */
static void
take_bucket(Counter *counter, const EqpHistory *history, uint32 bucket)
{
	CHECK_FOR_INTERRUPTS();
	counter->bucket = bucket;
	counter->first = bucket << counter->sides->shift;
	counter->n = Min(history->nstretches - counter->first, (uint32) 1 << counter->sides->shift);
}

/* From the changes of n groups to their counts. */
static void
sum_up_all(EqpTimelineFigures *figures, Size n, uint32 nsteps)
{
	for (Size i = 0; i < n; i++)
	{
		CHECK_FOR_INTERRUPTS();
		sum_up(figures + i * ((Size) nsteps + 1), nsteps);
	}
}

EqpTimelineFigures *
eqp_timeline_count(const EqpHistory *history, EqpBuckets *sides, const EqpSteps *steps)
{
	EqpTimelineFigures *figures = create_figures(history, steps, 1);
	Counter		counter = {.sides = sides, .steps = steps};

	if (steps->nsteps <= MAX_MASKED)
		create_masks(&counter);
	for (uint32 i = 0; i < sides->nbuckets; i++)
	{
		take_bucket(&counter, history, i);
		count_bucket(&counter, history, figures);
	}
	sum_up_all(figures, eqp_grouping_count(history->programme.grouping), steps->nsteps);
	return figures;
}

/* ---- By strand ---------------------------------------------------------- */

#define ST_SORT sort_sides
#define ST_ELEMENT_TYPE EqpSchemeSide
#define ST_COMPARE(x, y) (((x)->scheme > (y)->scheme) - ((x)->scheme < (y)->scheme))
#define ST_SCOPE static
#define ST_CHECK_FOR_INTERRUPTS
#define ST_DEFINE
#include "lib/sort_template.h"

/* The union of n sides of a stretch. */
static void
count_union(Counter *counter, const EqpSchemeSide *sides, uint64 n, EqpTimelineFigures *figures)
{
	if (counter->masks)
	{
		memset(counter->masks, 0, (Size) 2 * counter->words * sizeof(uint64));
		for (uint64 i = 0; i < n; i++)
			mask_side(counter, 0, &sides[i].side);
		count_masks(counter, 0, figures);
	}
	else
	{
		counter->nruns = 0;
		for (uint64 i = 0; i < n; i++)
			add_run(counter, &sides[i].side);
		count_runs(counter, figures);
	}
}

/*
 * The sides of a stretch, which come in no order: those of a strand follow
 * each other once they are in the order of their ranks.  figures are those of
 * the group, which for the next strand are per_block further on.
 */
static void
count_strands(Counter *counter, const EqpStrands *strands, EqpSchemeSide *sides, uint64 n,
			  EqpTimelineFigures *figures, Size per_block)
{
	for (uint64 i = 0; i < n; i++)
		sides[i].scheme = strands->rank[sides[i].scheme];
	if (n > 1)
		sort_sides(sides, n);
	for (int level = 0; level < strands->nlevels; level++)
		for (uint64 begin = 0, end; begin < n; begin = end)
		{
			uint32		strand = eqp_strand_of_rank(strands, sides[begin].scheme, level);

			for (end = begin + 1; end < n; end++)
				if (eqp_strand_of_rank(strands, sides[end].scheme, level) != strand)
					break;
			count_union(counter, sides + begin, end - begin, figures + (strand + 1) * per_block);
		}
}

EqpTimelineFigures *
eqp_timeline_count_strands(const EqpHistory *history, EqpBuckets *sides, const EqpSteps *steps,
						   const EqpStrands *strands)
{
	uint32		ngroups = eqp_grouping_count(history->programme.grouping);
	Size		per_block = (Size) ngroups * ((Size) steps->nsteps + 1);
	EqpTimelineFigures *figures = create_figures(history, steps, (Size) strands->nstrands + 1);
	Counter		counter = {.sides = sides, .steps = steps};

	if (steps->nsteps <= MAX_MASKED)
		create_masks(&counter);
	for (uint32 i = 0; i < sides->nbuckets; i++)
	{
		EqpSchemeSide *of_bucket;
		const uint64 *ends;
		uint64		begin = 0;

		take_bucket(&counter, history, i);
		of_bucket = eqp_bucket_gather(sides, i, &ends);
		for (uint32 j = 0; j < counter.n; begin = ends[j++])
			count_strands(&counter, strands, of_bucket + begin, ends[j] - begin,
						  count_unit(steps, &history->stretches[counter.first + j], figures), per_block);
	}
	sum_up_all(figures, ((Size) strands->nstrands + 1) * ngroups, steps->nsteps);
	return figures;
}
