/*
 * edges.c
 *		Keeping and sorting the rows of the pairings source; see edges.h.
 */
#include "coverage/edges.h"

#include "miscadmin.h"
#include "utils/memutils.h"

static inline int
compare_edges(const EqpEdge *x, const EqpEdge *y)
{
	if (x->a != y->a)
		return x->a < y->a ? -1 : 1;
	if (x->b != y->b)
		return x->b < y->b ? -1 : 1;
	return (x->from > y->from) - (x->from < y->from);
}

#define ST_SORT sort_edges
#define ST_ELEMENT_TYPE EqpEdge
#define ST_COMPARE(a, b) compare_edges(a, b)
#define ST_SCOPE static
#define ST_CHECK_FOR_INTERRUPTS
#define ST_DEFINE
#include "lib/sort_template.h"

void
eqp_edges_init(EqpEdges *edges, MemoryContext context)
{
	memset(edges, 0, sizeof(*edges));
	edges->context = context;
}

void
eqp_edges_append(EqpEdges *edges, uint32 a, uint32 b, DateADT from, DateADT to)
{
	EqpEdge    *edge;

	if (edges->nedges == edges->capacity)
	{
		if (edges->nedges >= PG_INT32_MAX)
			ereport(ERROR,
					(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
					 errmsg("too many pairings in one report")));
		edges->capacity = Min(Max(edges->capacity * 2, 1024), PG_INT32_MAX);
		edges->edges = edges->edges == NULL
			? MemoryContextAllocHuge(edges->context, edges->capacity * sizeof(EqpEdge))
			: repalloc_huge(edges->edges, edges->capacity * sizeof(EqpEdge));
	}
	edge = &edges->edges[edges->nedges++];
	edge->a = a;
	edge->b = b;
	edge->from = from;
	edge->to = to;
}

void
eqp_edges_free(EqpEdges *edges)
{
	if (edges->edges)
		pfree(edges->edges);
	if (edges->spare)
		pfree(edges->spare);
	edges->edges = edges->spare = NULL;
	edges->nedges = edges->capacity = 0;
}

#define DIGIT_BITS 11
#define DIGITS (1 << DIGIT_BITS)

static inline uint32
unit_of(const EqpEdge *edge, bool by_b)
{
	return by_b ? edge->b : edge->a;
}

/*
 * Distribute by one digit of a unit's number, keeping the order within equal
 * digits: one pass of a radix sort.
 */
static inline void
distribute(const EqpEdge *from, EqpEdge *to, uint64 n, bool by_b, int shift)
{
	uint64		start[DIGITS] = {0};
	uint64		sum = 0;

	CHECK_FOR_INTERRUPTS();
	for (uint64 i = 0; i < n; i++)
		start[(unit_of(&from[i], by_b) >> shift) & (DIGITS - 1)]++;
	for (int digit = 0; digit < DIGITS; digit++)
	{
		uint64		count = start[digit];

		start[digit] = sum;
		sum += count;
	}
	for (uint64 i = 0; i < n; i++)
		to[start[(unit_of(&from[i], by_b) >> shift) & (DIGITS - 1)]++] = from[i];
}

void
eqp_edges_bring_together(EqpEdges *edges, bool by_b)
{
	uint64		n = edges->nedges;
	uint32		all = 0;

	if (n == 0)
		return;
	for (uint64 i = 0; i < n; i++)
		all |= unit_of(&edges->edges[i], by_b);
	if (edges->spare == NULL)
		edges->spare = MemoryContextAllocHuge(edges->context, n * sizeof(EqpEdge));
	for (int shift = 0; shift < 32 && (all >> shift) > 0; shift += DIGIT_BITS)
	{
		EqpEdge    *swap = edges->edges;

		if (by_b)
			distribute(edges->edges, edges->spare, n, true, shift);
		else
			distribute(edges->edges, edges->spare, n, false, shift);
		edges->edges = edges->spare;
		edges->capacity = n;
		edges->spare = swap;
	}
}

void
eqp_edges_copy(EqpEdges *copy, EqpEdges *edges)
{
	Size		size = edges->nedges * sizeof(EqpEdge);

	eqp_edges_init(copy, edges->context);
	if (edges->nedges == 0)
		return;

	/* memory that was written to before is cheaper than new one */
	copy->edges = edges->spare ? edges->spare : MemoryContextAllocHuge(edges->context, size);
	edges->spare = NULL;
	memcpy(copy->edges, edges->edges, size);
	copy->nedges = copy->capacity = edges->nedges;
}

/* Below this many a comparison sort is as good. */
#define MIN_RADIX DIGITS

void
eqp_edges_sort(EqpEdges *edges)
{
	uint64		n = edges->nedges;

	if (n < MIN_RADIX)
	{
		sort_edges(edges->edges, n);
		return;
	}

	/* by a, and then the few edges of each a by comparison */
	eqp_edges_bring_together(edges, false);
	for (uint64 i = 0; i < n;)
	{
		uint64		first = i;

		while (i < n && edges->edges[i].a == edges->edges[first].a)
			i++;
		sort_edges(edges->edges + first, i - first);
	}
}
