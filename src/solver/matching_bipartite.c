/*
 * matching_bipartite.c
 *		The optimum in bipartite parts: shortest augmenting paths.
 *
 * A flow of least cost from left to right.  Left nodes send units over edges
 * that hold one each; a unit that finds no use is given back.  The first unit of an
 * unpaired node, on either side, earns the bonus, which makes the cost of a
 * node convex in its units: so the units of the left nodes can be added one
 * at a time, each by a shortest path in the residual graph to the nearest
 * place that takes it: a right node with room, or a left node that does best
 * without its last unit (Ford and Fulkerson 1962; Edmonds and Karp, J. ACM 19, 1972).
 * Potentials keep all lengths non-negative, so Dijkstra's algorithm finds
 * the path and stops at the first place: a search sees only what is nearer.
 * Where searches come to see too much all the same, look_ahead() brings the potentials up to date.
 *
 * Before that, the rows of left nodes with one unit are reduced as Jonker and
 * Volgenant do (Computing 38, 1987): a node takes its best right node and
 * raises the price there to that of its second best, which places nearly all units
 * of a dense problem.
 *
 * Most of the work is to find the few rows of a node that cost less than some
 * limit.  Doubles beside the integers tell for nearly all the others that they do not:
 * the errors of the doubles are bounded, and what the bound leaves open the
 * integers decide.  So the result is that of the integers.
 */
#include "solver/matching_parts.h"

#include <string.h>

#ifdef EQP_HAVE_INT128

/* One edge that carries a unit, at its right end. */
typedef struct Slot
{
	uint32_t	left;
	uint32_t	row;			/* place of the edge in the rows */
} Slot;

typedef struct Bipartite
{
	EqpTransport t;

	/* doubles in units of the costs */
	double	   *rough;			/* by node: its potential */
	double		largest;		/* of the magnitudes of rough */
	uint8_t    *dense;			/* of a left node: its targets are neighbours, in order */

	/* the used edges of the right nodes */
	size_t	   *slot_start;
	Slot	   *slots;
	uint32_t   *flow;			/* by node: units sent or taken */

	/* of one search */
	EqpInt128  *distance;
	uint32_t   *via;			/* the node before */
	uint32_t   *by;				/* row of the edge, or slot where the edge is given up */
	uint32_t   *reached;		/* the search that last came here */
	uint32_t   *touched;
	uint32_t	ntouched;
	uint32_t	search;
	uint32_t   *heap;			/* nodes by distance, four children each */
	uint32_t   *heap_place;
	uint32_t	heap_size;
	/* for look_ahead(), from its first call: the rows that end at a right node */
	uint32_t   *column_start;	/* by node, n + 1 of them */
	uint32_t   *column;			/* the rows */
	uint32_t   *row_left;
	uint64_t	seen_edges;		/* by searches since the last call */
	uint64_t	nsearches;		/* since then */
	uint64_t	nunplaced;		/* units of left nodes that are still to be searched for, at the most */

	EqpInt128	limit;			/* distance of the nearest place so far */
	uint32_t	end;			/* and its node */
	unsigned	ticks;
} Bipartite;

#define NOT_QUEUED UINT32_MAX

/* How many times the whole the searches may see before look_ahead(). */
#define LOOK_AHEAD_AFTER 8

/* What the first unit of a node earns. */
static inline EqpInt128
bonus_of(const Bipartite *b, uint32_t node)
{
	return b->t.unpaired != NULL && b->t.unpaired[node] ? b->t.bonus : 0;
}

/* What a right node with that many units charges for the next one. */
static inline EqpInt128
price_of_next(const Bipartite *b, uint32_t right)
{
	return b->flow[right] == 0 ? -bonus_of(b, right) : 0;
}

/* What a left node that sends that many units gains by the last. */
static inline EqpInt128
gain_of_last(const Bipartite *b, uint32_t left, uint32_t flow)
{
	return flow == 1 ? bonus_of(b, left) : 0;
}

/* The exact cost of a row. */
static inline EqpInt128
cost_of(const EqpTransport *t, uint32_t row)
{
	return t->cost != NULL ? t->cost[row] : eqp_match_cost(t->units[row], t->count_bits);
}

/* ---- Doubles ------------------------------------------------------------ */

/* In units, off by at most 2^-51 of itself. */
static inline double
roughly(const EqpTransport *t, EqpInt128 x)
{
	double		unit = 1.0 / (double) (UINT64_C(1) << t->count_bits);

	if (x == (int64_t) x)
		return (double) (int64_t) x * unit;
	return ((double) (int64_t) (x >> 64) * 0x1p64 + (double) (uint64_t) x) * unit;
}

/* Sets the potential of a node, and the double that is close to it. */
static inline void
set_potential(Bipartite *b, uint32_t node, EqpInt128 potential)
{
	double		rough = roughly(&b->t, potential);

	b->t.potential[node] = potential;
	b->rough[node] = rough;
	if (fabs(rough) > b->largest)
		b->largest = fabs(rough);
}

/*
 * A price whose double, units[row] + rough[right], is above that is above limit.  A cost
 * is at most one more than its units; each of the six roundings is off by at most 2^-51
 * of its result, which is no larger than the three terms together.
 */
static inline double
rough_limit(const Bipartite *b, EqpInt128 limit)
{
	double		rough = roughly(&b->t, limit);

	return rough + (fabs(rough) + b->largest + b->t.largest) * 0x1p-47 + 2;
}

#define BLOCK 16

/* The first row from row on, and before end, that may cost no more than limit; else end. */
static inline uint32_t
next_below(const Bipartite *b, uint32_t left, uint32_t row, uint32_t end, double limit)
{
	const double *units = b->t.units;
	const double *rough = b->rough;
	const uint32_t *target = b->t.target;

	if (b->dense[left])
	{
		for (; row + BLOCK <= end; row += BLOCK)
		{
			const double *cost = units + row;
			const double *potential = rough + target[row];
			double		least[4] = {INFINITY, INFINITY, INFINITY, INFINITY};

			/* four that do not wait for each other */
			for (int i = 0; i < BLOCK; i += 4)
				for (int j = 0; j < 4; j++)
				{
					double		price = cost[i + j] + potential[i + j];

					least[j] = price < least[j] ? price : least[j];
				}
			if (least[0] <= limit || least[1] <= limit || least[2] <= limit || least[3] <= limit)
				break;
		}
	}
	while (row < end && units[row] + rough[target[row]] > limit)
		row++;
	return row;
}

/* ---- Heap --------------------------------------------------------------- */

static inline void
heap_put(Bipartite *b, uint32_t place, uint32_t node)
{
	b->heap[place] = node;
	b->heap_place[node] = place;
}

/* A node that is new in the heap or has come nearer. */
static void
heap_raise(Bipartite *b, uint32_t node)
{
	uint32_t	place = b->heap_place[node];

	if (place == NOT_QUEUED)
		place = b->heap_size++;
	while (place > 0)
	{
		uint32_t	above = (place - 1) / 4;

		if (b->distance[b->heap[above]] <= b->distance[node])
			break;
		heap_put(b, place, b->heap[above]);
		place = above;
	}
	heap_put(b, place, node);
}

/* Takes the nearest node out of a heap that is not empty. */
static uint32_t
heap_pop(Bipartite *b)
{
	uint32_t	first = b->heap[0];
	uint32_t	last = b->heap[--b->heap_size];
	size_t		place = 0;

	b->heap_place[first] = NOT_QUEUED;
	if (b->heap_size == 0)
		return first;
	for (;;)
	{
		size_t		below = 4 * place + 1;
		size_t		best = below;

		if (below >= b->heap_size)
			break;
		for (size_t i = below + 1; i < below + 4 && i < b->heap_size; i++)
			if (b->distance[b->heap[i]] < b->distance[b->heap[best]])
				best = i;
		if (b->distance[b->heap[best]] >= b->distance[last])
			break;
		heap_put(b, (uint32_t) place, b->heap[best]);
		place = best;
	}
	heap_put(b, (uint32_t) place, last);
	return first;
}

/* ---- One search --------------------------------------------------------- */

/* False where node was reached in this search over a way no longer than that. */
static inline bool
come_nearer(Bipartite *b, uint32_t node, EqpInt128 distance)
{
	if (b->reached[node] == b->search)
	{
		if (distance >= b->distance[node])
			return false;
	}
	else
	{
		b->reached[node] = b->search;
		b->touched[b->ntouched++] = node;
		b->heap_place[node] = NOT_QUEUED;
	}
	b->distance[node] = distance;
	return true;
}

/* A place where the path may end, if it is nearer than the best so far. */
static inline void
offer_end(Bipartite *b, uint32_t node, EqpInt128 distance)
{
	if (distance < b->limit)
	{
		b->limit = distance;
		b->end = node;
	}
}

/* To the right nodes that take a unit from here, nearer than the best place so far. */
static void
leave_left(Bipartite *b, uint32_t left)
{
	EqpInt128	base = b->distance[left] - b->t.potential[left];
	uint32_t	end = b->t.row_start[left + 1];
	double		limit = rough_limit(b, b->limit - base);

	eqp_match_count_work(b->t.memory, &b->ticks, end - b->t.row_start[left]);
	b->seen_edges += end - b->t.row_start[left];
	for (uint32_t row = b->t.row_start[left]; (row = next_below(b, left, row, end, limit)) < end; row++)
	{
		uint32_t	right = b->t.target[row];
		EqpInt128	distance = base + cost_of(&b->t, row) + b->t.potential[right];

		if (distance >= b->limit || b->t.used[row] || !come_nearer(b, right, distance))
			continue;
		b->via[right] = left;
		b->by[right] = row;
		if (b->flow[right] < b->t.capacity[right])
		{
			offer_end(b, right, distance + price_of_next(b, right) - b->t.potential[right]);
			limit = rough_limit(b, b->limit - base);
		}
		if (b->flow[right] > 0)
			heap_raise(b, right);
	}
}

/* To the nodes whose unit could leave here for another place. */
static void
leave_right(Bipartite *b, uint32_t right)
{
	const Slot *slots = b->slots + b->slot_start[right];
	EqpInt128	base = b->distance[right] - b->t.potential[right];

	eqp_match_count_work(b->t.memory, &b->ticks, b->flow[right]);
	for (uint32_t i = 0; i < b->flow[right]; i++)
	{
		uint32_t	left = slots[i].left;
		EqpInt128	distance = base - cost_of(&b->t, slots[i].row) + b->t.potential[left];

		if (distance >= b->limit || !come_nearer(b, left, distance))
			continue;
		b->via[left] = right;
		b->by[left] = i;
		offer_end(b, left, distance + gain_of_last(b, left, b->flow[left]) - b->t.potential[left]);
		if (distance == b->distance[right] && b->heap_place[left] == NOT_QUEUED)
			leave_left(b, left);
		else
			heap_raise(b, left);
	}
}

/* The edge of a row carries a unit from now on, in that slot of its right end. */
static inline void
take_edge(Bipartite *b, uint32_t right, uint32_t slot, uint32_t left, uint32_t row)
{
	b->slots[b->slot_start[right] + slot] = (Slot) {left, row};
	b->t.used[row] = 1;
}

/* The unit moves along the path that ends at b->end. */
static void
send_unit(Bipartite *b, uint32_t root)
{
	uint32_t	node = b->end;
	uint32_t	left;

	if (node == root)
		return;
	b->flow[root]++;
	if (b->t.side[node] == EQP_MATCH_RIGHT)
	{
		left = b->via[node];
		take_edge(b, node, b->flow[node]++, left, b->by[node]);
	}
	else
	{
		b->flow[node]--;
		left = node;
	}
	while (left != root)
	{
		uint32_t	right = b->via[left];
		uint32_t	slot = b->by[left];

		b->t.used[b->slots[b->slot_start[right] + slot].row] = 0;
		left = b->via[right];
		take_edge(b, right, slot, left, b->by[right]);
	}
}

/* One more unit of root, whose use would gain that much; false where it finds none. */
static bool
add_unit(Bipartite *b, uint32_t root, EqpInt128 gain)
{
	b->search++;
	b->nsearches++;
	if (b->nunplaced > 0)		/* a unit that was given back is not among them */
		b->nunplaced--;
	b->ntouched = 0;
	b->heap_size = 0;
	b->limit = gain - b->t.potential[root];
	b->end = root;
	if (b->limit <= 0)
		return false;

	come_nearer(b, root, 0);
	leave_left(b, root);
	while (b->heap_size > 0)
	{
		uint32_t	node = heap_pop(b);

		if (b->distance[node] >= b->limit)
			break;
		if (b->t.side[node] == EQP_MATCH_LEFT)
			leave_left(b, node);
		else
			leave_right(b, node);
	}

	for (uint32_t i = 0; i < b->ntouched; i++)
	{
		uint32_t	node = b->touched[i];

		if (b->distance[node] < b->limit)
			set_potential(b, node, b->t.potential[node] + b->limit - b->distance[node]);
	}
	send_unit(b, root);
	return b->end != root;
}

/* ---- All potentials anew ------------------------------------------------ */

/* The rows by their right ends, for look_ahead(); false without memory. */
static bool
fill_columns(Bipartite *b)
{
	const EqpTransport *t = &b->t;
	size_t		nrows = t->row_start[t->n];
	uint32_t	start = 0;

	b->column_start = eqp_match_array(t->memory, t->n + 1, sizeof(uint32_t));
	b->column = eqp_match_array(t->memory, nrows, sizeof(uint32_t));
	b->row_left = eqp_match_array(t->memory, nrows, sizeof(uint32_t));
	if (!b->column_start || !b->column || !b->row_left)
		return false;

	memset(b->column_start, 0, (t->n + 1) * sizeof(uint32_t));
	for (size_t row = 0; row < nrows; row++)
	{
		eqp_match_tick_at(t->memory, row);
		b->column_start[t->target[row]]++;
	}
	for (size_t v = 0; v <= t->n; v++)
	{
		start += b->column_start[v];
		b->column_start[v] = start;
	}
	/* filled from the back, so that the ends become the starts */
	for (uint32_t left = (uint32_t) t->n; left-- > 0;)
		for (uint32_t row = t->row_start[left + 1]; row-- > t->row_start[left];)
		{
			eqp_match_tick_at(t->memory, row);
			b->row_left[row] = left;
			b->column[--b->column_start[t->target[row]]] = row;
		}
	return true;
}

/*
 * Looking ahead costs about as much as a search that sees everything.  It is done when
 * searches have seen several times that, and those to come would see more than it does.
 */
static bool
pays_to_look_ahead(const Bipartite *b)
{
	uint64_t	whole = (uint64_t) b->t.row_start[b->t.n] + b->t.n;

	return b->seen_edges > LOOK_AHEAD_AFTER * whole &&
		(double) b->seen_edges / (double) b->nsearches * (double) b->nunplaced > 2.0 * (double) whole;
}

/*
 * A potential is never more than the length of the shortest way on to a place, and
 * less where places near by have been filled since: searches then walk far
 * before they find out.  One search backwards from all places together makes every
 * potential that length.
 */
static void
look_ahead(Bipartite *b)
{
	const EqpTransport *t = &b->t;

	b->search++;
	b->ntouched = 0;
	b->heap_size = 0;
	for (uint32_t v = 0; v < t->n; v++)
	{
		EqpInt128	distance;

		eqp_match_count_work(t->memory, &b->ticks, 0);
		if (t->side[v] == EQP_MATCH_RIGHT && b->flow[v] < t->capacity[v])
			distance = price_of_next(b, v) - t->potential[v];
		else if (t->side[v] == EQP_MATCH_LEFT && b->flow[v] > 0)
			distance = gain_of_last(b, v, b->flow[v]) - t->potential[v];
		else
			continue;
		come_nearer(b, v, distance);
		heap_raise(b, v);
	}

	while (b->heap_size > 0)
	{
		uint32_t	node = heap_pop(b);
		bool		is_left = t->side[node] == EQP_MATCH_LEFT;
		uint32_t	start = is_left ? t->row_start[node] : b->column_start[node];
		uint32_t	end = is_left ? t->row_start[node + 1] : b->column_start[node + 1];

		eqp_match_count_work(b->t.memory, &b->ticks, end - start);
		for (uint32_t i = start; i < end; i++)
		{
			uint32_t	row = is_left ? i : b->column[i];
			uint32_t	other = is_left ? t->target[row] : b->row_left[row];
			EqpInt128	length;

			if (t->used[row] != is_left || (!is_left && b->flow[other] == 0))
				continue;
			length = is_left ? t->potential[node] - cost_of(t, row) - t->potential[other]
				: t->potential[node] + cost_of(t, row) - t->potential[other];
			if (come_nearer(b, other, b->distance[node] + length))
				heap_raise(b, other);
		}
	}

	for (uint32_t i = 0; i < b->ntouched; i++)
	{
		uint32_t	node = b->touched[i];

		eqp_match_tick_at(t->memory, i);
		set_potential(b, node, t->potential[node] + b->distance[node]);
	}
	b->seen_edges = b->nsearches = 0;
}

/* ---- Reduction of rows -------------------------------------------------- */

/*
 * Place the only unit of left where it is cheapest.  Returns the node that had to
 * make room and is to be placed anew, or EQP_NO_NODE.
 */
static uint32_t
reduce_row(Bipartite *b, uint32_t left)
{
	EqpInt128	gain = gain_of_last(b, left, 1);
	EqpInt128	best = gain;
	EqpInt128	second = gain;
	uint32_t	best_row = EQP_NO_NODE;
	uint32_t	end = b->t.row_start[left + 1];
	uint32_t	right;
	uint32_t	displaced = EQP_NO_NODE;
	double		limit = rough_limit(b, second);

	eqp_match_count_work(b->t.memory, &b->ticks, end - b->t.row_start[left]);
	for (uint32_t row = b->t.row_start[left]; (row = next_below(b, left, row, end, limit)) < end; row++)
	{
		EqpInt128	price = cost_of(&b->t, row) + b->t.potential[b->t.target[row]];

		if (price >= second)
			continue;
		if (price < best)
		{
			second = best;
			best = price;
			best_row = row;
		}
		else
			second = price;
		limit = rough_limit(b, second);
	}
	set_potential(b, left, best);
	if (best_row == EQP_NO_NODE)
		return EQP_NO_NODE;

	right = b->t.target[best_row];
	if (b->t.capacity[right] > 1)
	{
		/* no price is raised that others pay too */
		if (b->flow[right] < b->t.capacity[right] && price_of_next(b, right) == b->t.potential[right])
		{
			take_edge(b, right, b->flow[right]++, left, best_row);
			b->flow[left] = 1;
		}
		return EQP_NO_NODE;
	}
	if (b->flow[right] == 1)
	{
		Slot	   *slot = &b->slots[b->slot_start[right]];

		/* where both are as good nobody moves: the searches settle it */
		if (best == second)
			return EQP_NO_NODE;
		b->t.used[slot->row] = 0;
		displaced = slot->left;
		b->flow[displaced] = 0;
	}
	take_edge(b, right, 0, left, best_row);
	b->flow[right] = b->flow[left] = 1;
	set_potential(b, right, b->t.potential[right] + second - best);
	set_potential(b, left, second);
	return displaced;
}

/* Each node starts a chain of displacements, of bounded length. */
static void
reduce_rows(Bipartite *b)
{
	for (uint32_t v = 0; v < b->t.n; v++)
	{
		uint32_t	left = v;

		if (b->t.side[v] != EQP_MATCH_LEFT || b->t.capacity[v] != 1)
			continue;
		for (int i = 0; i < 32 && left != EQP_NO_NODE; i++)
			left = reduce_row(b, left);
	}
}

/* ---- The whole ---------------------------------------------------------- */

/* Reduces the rows, then adds the remaining units one by one; false without memory. */
static bool
solve(Bipartite *b)
{
	const EqpTransport *t = &b->t;

	reduce_rows(b);
	for (uint32_t v = 0; v < t->n; v++)
		if (t->side[v] == EQP_MATCH_LEFT)
			b->nunplaced += t->capacity[v] - b->flow[v];
	for (uint32_t v = 0; v < t->n; v++)
	{
		EqpInt128	best;

		if (t->side[v] != EQP_MATCH_LEFT || t->capacity[v] == 0)
			continue;
		if (pays_to_look_ahead(b))
		{
			if (b->column_start == NULL && !fill_columns(b))
				return false;
			look_ahead(b);
		}
		if (t->capacity[v] == 1)
		{
			if (b->flow[v] == 0)
				add_unit(b, v, gain_of_last(b, v, 1));
			continue;
		}

		best = gain_of_last(b, v, 1);
		eqp_match_count_work(t->memory, &b->ticks, t->row_start[v + 1] - t->row_start[v]);
		for (uint32_t row = t->row_start[v]; row < t->row_start[v + 1]; row++)
		{
			EqpInt128	price = cost_of(t, row) + t->potential[t->target[row]];

			if (price < best)
				best = price;
		}
		set_potential(b, v, best);
		while (b->flow[v] < t->capacity[v] &&
			   add_unit(b, v, gain_of_last(b, v, b->flow[v] + 1)))
			;
	}
	return true;
}

EqpMatchStatus
eqp_transport_allocate(EqpTransport *t, size_t nrows, bool with_cost)
{
	if (t->n >= EQP_NO_NODE || nrows >= EQP_NO_NODE)
		return EQP_MATCH_TOO_LARGE;
	t->row_start = eqp_match_array(t->memory, t->n + 1, sizeof(uint32_t));
	t->target = eqp_match_array(t->memory, nrows, sizeof(uint32_t));
	t->cost = with_cost ? eqp_match_array(t->memory, nrows, sizeof(EqpInt128)) : NULL;
	t->units = eqp_match_array(t->memory, nrows, sizeof(double));
	t->used = eqp_match_array(t->memory, nrows, 1);
	t->potential = eqp_match_array(t->memory, t->n, sizeof(EqpInt128));
	return t->row_start && t->target && (t->cost || !with_cost) && t->units && t->used && t->potential
		? EQP_MATCH_OK : EQP_MATCH_NO_MEMORY;
}

void
eqp_transport_release(EqpTransport *t)
{
	t->memory->release(t->memory->arg, t->row_start);
	t->memory->release(t->memory->arg, t->target);
	if (t->cost != NULL)
		t->memory->release(t->memory->arg, t->cost);
	t->memory->release(t->memory->arg, t->units);
	t->memory->release(t->memory->arg, t->used);
	t->memory->release(t->memory->arg, t->potential);
}

/* Costs that are given as integers get their doubles. */
static void
set_rough_costs(EqpTransport *t)
{
	if (t->cost == NULL)
		return;
	for (size_t row = 0; row < t->row_start[t->n]; row++)
	{
		eqp_match_tick_at(t->memory, row);
		t->units[row] = roughly(t, t->cost[row]);
		if (fabs(t->units[row]) > t->largest)
			t->largest = fabs(t->units[row]);
	}
}

/* Finds the left nodes whose rows lead to neighbours in order: next_below() reads those in blocks. */
static void
find_dense(Bipartite *b)
{
	const uint32_t *target = b->t.target;

	for (size_t v = 0; v < b->t.n; v++)
	{
		uint32_t	row = b->t.row_start[v];
		uint32_t	end = b->t.row_start[v + 1];

		eqp_match_tick_at(b->t.memory, v);
		/* of a few rows it does not matter */
		b->dense[v] = end - row >= 2 * BLOCK;
		for (; b->dense[v] && row + 1 < end; row++)
			if (target[row + 1] != target[row] + 1)
				b->dense[v] = 0;
	}
}

EqpMatchStatus
eqp_transport_solve(EqpTransport *t)
{
	const EqpMatchMemory *memory = t->memory;
	size_t		n = t->n;
	size_t		nslots = 0;
	Bipartite	b = {.t = *t};
	void	   *parts[12];
	int			nparts = 0;

	parts[nparts++] = b.slot_start = eqp_match_array(memory, n, sizeof(size_t));
	if (b.slot_start == NULL)
		return EQP_MATCH_NO_MEMORY;
	for (size_t v = 0; v < n; v++)
	{
		b.slot_start[v] = nslots;
		if (t->side[v] == EQP_MATCH_RIGHT)
			nslots += t->capacity[v];
	}
	parts[nparts++] = b.slots = eqp_match_array(memory, nslots, sizeof(Slot));
	parts[nparts++] = b.flow = eqp_match_array(memory, n, sizeof(uint32_t));
	parts[nparts++] = b.distance = eqp_match_array(memory, n, sizeof(EqpInt128));
	parts[nparts++] = b.via = eqp_match_array(memory, n, sizeof(uint32_t));
	parts[nparts++] = b.by = eqp_match_array(memory, n, sizeof(uint32_t));
	parts[nparts++] = b.reached = eqp_match_array(memory, n, sizeof(uint32_t));
	parts[nparts++] = b.touched = eqp_match_array(memory, n, sizeof(uint32_t));
	parts[nparts++] = b.heap = eqp_match_array(memory, n, sizeof(uint32_t));
	parts[nparts++] = b.heap_place = eqp_match_array(memory, n, sizeof(uint32_t));
	parts[nparts++] = b.rough = eqp_match_array(memory, n, sizeof(double));
	parts[nparts++] = b.dense = eqp_match_array(memory, n, 1);
	for (int i = 0; i < nparts; i++)
		if (parts[i] == NULL)
			return EQP_MATCH_NO_MEMORY;

	set_rough_costs(&b.t);
	find_dense(&b);
	memset(t->used, 0, t->row_start[n]);
	for (size_t v = 0; v < n; v++)
	{
		b.flow[v] = b.reached[v] = 0;
		set_potential(&b, (uint32_t) v, t->side[v] == EQP_MATCH_RIGHT ? -bonus_of(&b, (uint32_t) v) : 0);
	}
	if (!solve(&b))
		return EQP_MATCH_NO_MEMORY;

	if (b.column_start != NULL)
	{
		memory->release(memory->arg, b.column_start);
		memory->release(memory->arg, b.column);
		memory->release(memory->arg, b.row_left);
	}
	for (int i = 0; i < nparts; i++)
		memory->release(memory->arg, parts[i]);
	return EQP_MATCH_OK;
}

/* Is the edge of use, in a part that is solved here? */
static inline bool
is_bipartite(const EqpMatchWork *work, const EqpMatchEdge *edge)
{
	return eqp_match_live(work->problem, edge) && work->side[edge->a] != EQP_MATCH_GENERAL;
}

/*
 * The row of an edge: the next of its left end, where it is called for all edges of
 * bipartite parts in their order.  Going through them twice is cheaper than to keep it.
 */
static inline uint32_t
row_of(const EqpTransport *t, uint32_t *place, const EqpMatchEdge *edge)
{
	return place[t->side[edge->a] == EQP_MATCH_LEFT ? edge->a : edge->b]++;
}

/* Solves the parts of a graph that have two sides. */
EqpMatchStatus
eqp_match_bipartite(const EqpMatchWork *work)
{
	const EqpMatchProblem *problem = work->problem;
	EqpTransport t = {
		.memory = work->memory,
		.n = problem->nnodes,
		.side = work->side,
		.capacity = work->capacity,
		.unpaired = problem->unpaired,
		.bonus = work->scale.bonus,
		.count_bits = work->scale.count_bits,
		.largest = work->scale.largest,
	};
	EqpMatchStatus status;
	size_t		nrows = 0;
	uint32_t	start = 0;
	uint32_t   *place;

	/* all edges of a bipartite part are of use here */
	for (size_t v = 0; v < t.n; v++)
		if (t.side[v] == EQP_MATCH_LEFT && t.capacity[v] > 0)
			nrows += work->degree[v];
	status = eqp_transport_allocate(&t, nrows, false);
	place = eqp_match_array(work->memory, t.n, sizeof(uint32_t));
	if (status != EQP_MATCH_OK || place == NULL)
		return status != EQP_MATCH_OK ? status : EQP_MATCH_NO_MEMORY;

	for (size_t v = 0; v < t.n; v++)
	{
		t.row_start[v] = place[v] = start;
		if (t.side[v] == EQP_MATCH_LEFT && t.capacity[v] > 0)
			start += work->degree[v];
	}
	t.row_start[t.n] = start;
	for (size_t e = 0; e < problem->nedges; e++)
	{
		const EqpMatchEdge *edge = &problem->edges[e];
		uint32_t	row;

		eqp_match_tick_at(work->memory, e);
		if (!is_bipartite(work, edge))
			continue;
		row = row_of(&t, place, edge);
		t.target[row] = t.side[edge->a] == EQP_MATCH_LEFT ? edge->b : edge->a;
		t.units[row] = eqp_match_units(&work->scale, edge->cost);
	}

	status = eqp_transport_solve(&t);
	if (status != EQP_MATCH_OK)
		return status;
	memcpy(place, t.row_start, t.n * sizeof(uint32_t));
	for (size_t e = 0; e < problem->nedges; e++)
	{
		eqp_match_tick_at(work->memory, e);
		if (is_bipartite(work, &problem->edges[e]))
			work->chosen[e] = t.used[row_of(&t, place, &problem->edges[e])] != 0;
	}

	work->memory->release(work->memory->arg, place);
	eqp_transport_release(&t);
	return EQP_MATCH_OK;
}

#endif							/* EQP_HAVE_INT128 */
