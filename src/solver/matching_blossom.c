/*
 * matching_blossom.c
 *		Maximum-weight matching in any graph.
 *
 * Edmonds' primal-dual method (J. Res. NBS 69B, 1965)
 * with one tree at a time, and the dual changes of a tree kept as a clock
 * (Galil, Micali and Gabow, SIAM J. Comput. 15, 1986): a vertex of the tree stores
 * its dual and the time of its last change of label, so that a search touches only
 * what it reaches.  Invariants: all duals are >= 0; of an edge that is in no
 * common blossom, dual + dual >= weight, and equality in the matching and in
 * the cycles of blossoms; a search starts at a free vertex whose dual is not zero,
 * and ends when it is matched or its path has been turned to leave a vertex of
 * dual zero free.  When no such vertex is left the matching is optimal.
 *
 * Weights are multiples of four and the first duals of two, so all duals stay
 * whole numbers.
 */
#include "solver/matching_parts.h"

#include <string.h>

#ifdef EQP_HAVE_INT128

#define NONE EQP_NO_NODE

enum
{
	FREE_OF_TREE, EVEN, ODD
};

/* Something that happens in the tree at a time. */
typedef enum EventKind
{
	GROW,						/* the edge from even a to b outside the tree becomes tight */
	SHRINK,						/* the edge between even a and b does */
	DISSOLVE					/* the dual of the odd blossom a becomes zero */
} EventKind;

typedef struct Event
{
	EqpInt128	time;
	EventKind	kind;
	uint32_t	a;
	uint32_t	b;
} Event;

/*
 * Blossoms are numbered behind the n vertices; both are called nodes here.  A blossom's
 * children form a ring that starts with the one that holds the base.
 */
typedef struct General
{
	const EqpMatchMemory *memory;
	uint32_t	n;
	const size_t *arc_start;		/* by vertex, n + 1 of them */
	const EqpMatchArc *arcs;

	/* by vertex */
	uint32_t   *mate;
	uint32_t   *inside;			/* the outermost blossom before this search, or itself */
	EqpInt128  *dual;			/* at the time since */
	EqpInt128  *since;
	uint8_t    *label;
	EqpInt128  *tight_at;		/* when the first edge from the tree is tight, of search seen, */
	uint32_t   *tight_from;		/* and its end there */
	uint32_t   *seen;
	uint32_t   *touched_in;		/* the last search that labelled it */

	/* by node */
	uint32_t   *parent;			/* NONE for an outermost node */
	uint32_t   *merged;			/* the blossom of this search that took it in, or itself */
	uint32_t   *base;
	uint32_t   *first;			/* of a blossom */
	uint32_t   *next;			/* in the ring */
	uint32_t   *previous;
	uint32_t   *link_here;		/* the edge to next: its end here, and there */
	uint32_t   *link_there;
	uint32_t   *entry_from;		/* of an odd node: the edge that it was reached by */
	uint32_t   *entry_to;
	uint32_t   *marked;
	EqpInt128  *blossom_dual;	/* at the time blossom_since */
	EqpInt128  *blossom_since;
	uint8_t    *blossom_label;

	uint32_t   *spare;			/* numbers of blossoms not in use */
	uint32_t	nspare;

	/* of one search */
	uint32_t	search;
	uint32_t	mark;
	EqpInt128	now;
	uint32_t   *touched;		/* vertices */
	uint32_t	ntouched;
	uint32_t   *blossoms;		/* that had a label */
	uint32_t	nblossoms;
	uint32_t	blossoms_size;
	uint32_t   *absorbed;		/* nodes that a blossom took in */
	uint32_t	nabsorbed;
	uint32_t   *queue;			/* even vertices whose edges are to be seen */
	uint32_t	queue_head;
	uint32_t	queue_tail;
	Event	   *heap;
	size_t		heap_size;
	size_t		heap_room;
	EqpInt128	end_time;		/* of the first thing that ends the search: */
	uint32_t	end_from;		/* this even vertex, whose dual is zero then, */
	uint32_t	end_to;			/* or meets this free vertex */
	uint32_t   *tasks;			/* of rotate() */

	unsigned	ticks;
	bool		failed;			/* no memory for the heap */
} General;

/* ---- Events ------------------------------------------------------------- */

/* By time; the rest only makes the order the same everywhere. */
static inline bool
event_before(const Event *x, const Event *y)
{
	if (x->time != y->time)
		return x->time < y->time;
	if (x->kind != y->kind)
		return x->kind < y->kind;
	return x->a != y->a ? x->a < y->a : x->b < y->b;
}

/* Without memory for it, failed is set. */
static void
push_event(General *g, EventKind kind, EqpInt128 time, uint32_t a, uint32_t b)
{
	Event		event = {time, kind, a, b};
	size_t		place;

	if (g->heap_size == g->heap_room)
	{
		size_t		room = g->heap_room * 2;
		Event	   *heap = eqp_match_array(g->memory, room, sizeof(Event));

		if (heap == NULL)
		{
			g->failed = true;
			return;
		}
		memcpy(heap, g->heap, g->heap_size * sizeof(Event));
		g->memory->release(g->memory->arg, g->heap);
		g->heap = heap;
		g->heap_room = room;
	}
	place = g->heap_size++;
	while (place > 0 && event_before(&event, &g->heap[(place - 1) / 2]))
	{
		g->heap[place] = g->heap[(place - 1) / 2];
		place = (place - 1) / 2;
	}
	g->heap[place] = event;
}

/* Takes the first event out of a heap that is not empty. */
static Event
pop_event(General *g)
{
	Event		first = g->heap[0];
	Event		last = g->heap[--g->heap_size];
	size_t		place = 0;

	for (;;)
	{
		size_t		below = 2 * place + 1;

		if (below >= g->heap_size)
			break;
		if (below + 1 < g->heap_size && event_before(&g->heap[below + 1], &g->heap[below]))
			below++;
		if (!event_before(&g->heap[below], &last))
			break;
		g->heap[place] = g->heap[below];
		place = below;
	}
	g->heap[place] = last;
	return first;
}

/* ---- Blossoms and labels ------------------------------------------------ */

/* The outermost node around a vertex. */
static uint32_t
outermost(General *g, uint32_t vertex)
{
	uint32_t	node = g->inside[vertex];
	uint32_t	top = node;

	while (g->merged[top] != top)
		top = g->merged[top];
	while (g->merged[node] != top && node != top)
	{
		uint32_t	above = g->merged[node];

		g->merged[node] = top;
		node = above;
	}
	return top;
}

/* In the order of next_vertex(). */
static uint32_t
first_vertex(const General *g, uint32_t node)
{
	while (node >= g->n)
		node = g->first[node];
	return node;
}

/* The vertex after this one in node, NONE behind the last. */
static uint32_t
next_vertex(const General *g, uint32_t node, uint32_t vertex)
{
	uint32_t	at = vertex;

	while (at != node)
	{
		uint32_t	around = g->parent[at];

		if (g->next[at] != g->first[around])
			return first_vertex(g, g->next[at]);
		at = around;
	}
	return NONE;
}

#define FOR_EACH_VERTEX(g, node, v) \
	for (uint32_t v = first_vertex(g, node); v != NONE; v = next_vertex(g, node, v))

/* The dual of even vertices falls with time, that of odd ones rises. */
static inline EqpInt128
dual_now(const General *g, uint32_t vertex)
{
	switch (g->label[vertex])
	{
		case EVEN:
			return g->dual[vertex] - (g->now - g->since[vertex]);
		case ODD:
			return g->dual[vertex] + (g->now - g->since[vertex]);
		default:
			return g->dual[vertex];
	}
}

/* Fixes the dual at this time; an even vertex waits for its edges to be seen, and may end the search. */
static void
label_vertex(General *g, uint32_t vertex, uint8_t label)
{
	g->dual[vertex] = dual_now(g, vertex);
	g->since[vertex] = g->now;
	g->label[vertex] = label;
	if (g->touched_in[vertex] != g->search)
	{
		g->touched_in[vertex] = g->search;
		g->touched[g->ntouched++] = vertex;
	}
	if (label == EVEN)
	{
		g->queue[g->queue_tail++] = vertex;
		if (g->now + g->dual[vertex] < g->end_time)
		{
			g->end_time = g->now + g->dual[vertex];
			g->end_from = vertex;
			g->end_to = NONE;
		}
	}
}

/* Of a blossom; a node that goes into another stands still. */
static void
label_blossom(General *g, uint32_t blossom, uint8_t label)
{
	EqpInt128	elapsed = 2 * (g->now - g->blossom_since[blossom]);

	if (g->blossom_label[blossom] == EVEN)
		g->blossom_dual[blossom] += elapsed;
	else if (g->blossom_label[blossom] == ODD)
		g->blossom_dual[blossom] -= elapsed;
	g->blossom_since[blossom] = g->now;
	g->blossom_label[blossom] = label;
	if (label == ODD && g->now + g->blossom_dual[blossom] / 2 < g->end_time)
		push_event(g, DISSOLVE, g->now + g->blossom_dual[blossom] / 2, blossom, NONE);
}

/* For the end of the search, which takes the labels off. */
static void
note_blossom(General *g, uint32_t blossom)
{
	/* one that was dissolved and made anew is noted twice, which is harmless */
	if (g->nblossoms == g->blossoms_size)
	{
		uint32_t	size = g->blossoms_size * 2;
		uint32_t   *blossoms = eqp_match_array(g->memory, size, sizeof(uint32_t));

		if (blossoms == NULL)
		{
			g->failed = true;
			return;
		}
		memcpy(blossoms, g->blossoms, g->nblossoms * sizeof(uint32_t));
		g->memory->release(g->memory->arg, g->blossoms);
		g->blossoms = blossoms;
		g->blossoms_size = size;
	}
	g->blossoms[g->nblossoms++] = blossom;
}

/* Node and its vertices. */
static void
make_even(General *g, uint32_t node)
{
	if (node >= g->n)
	{
		note_blossom(g, node);
		label_blossom(g, node, EVEN);
	}
	FOR_EACH_VERTEX(g, node, v)
		label_vertex(g, v, EVEN);
}

/* Node and its vertices, reached over the edge from - to. */
static void
make_odd(General *g, uint32_t node, uint32_t from, uint32_t to)
{
	g->entry_from[node] = from;
	g->entry_to[node] = to;
	if (node >= g->n)
	{
		note_blossom(g, node);
		label_blossom(g, node, ODD);
	}
	FOR_EACH_VERTEX(g, node, v)
		label_vertex(g, v, ODD);
}

/* The even node two steps nearer to the root; NONE at the root. */
static uint32_t
even_above(General *g, uint32_t node)
{
	uint32_t	mate = g->mate[g->base[node]];

	return mate == NONE ? NONE : outermost(g, g->entry_from[outermost(g, mate)]);
}

/* The node becomes a child of the blossom; its vertices are even from now on. */
static void
absorb(General *g, uint32_t node, uint32_t blossom)
{
	bool		odd = g->label[g->base[node]] == ODD;

	g->parent[node] = blossom;
	g->merged[node] = blossom;
	g->absorbed[g->nabsorbed++] = node;
	if (node >= g->n)
		label_blossom(g, node, FREE_OF_TREE);
	if (odd)
		FOR_EACH_VERTEX(g, node, v)
			label_vertex(g, v, EVEN);
}

/* Next follows node in the ring, over the edge here - there. */
static void
link_ring(General *g, uint32_t node, uint32_t next, uint32_t here, uint32_t there)
{
	g->next[node] = next;
	g->previous[next] = node;
	g->link_here[node] = here;
	g->link_there[node] = there;
}

/* The tight edge u - v joins two even nodes: their cycle becomes one even node. */
static void
shrink(General *g, uint32_t u, uint32_t v)
{
	uint32_t	side_u = outermost(g, u);
	uint32_t	side_v = outermost(g, v);
	uint32_t	top = NONE;
	uint32_t	x = side_u;
	uint32_t	y = side_v;
	uint32_t	blossom = g->spare[--g->nspare];
	uint32_t	node;

	/* the first even node that both paths to the root pass, stepping in turns */
	g->mark++;
	while (top == NONE)
	{
		if (x != NONE)
		{
			if (g->marked[x] == g->mark)
				top = x;
			else
			{
				g->marked[x] = g->mark;
				x = even_above(g, x);
			}
		}
		if (top == NONE && y != NONE)
		{
			if (g->marked[y] == g->mark)
				top = y;
			else
			{
				g->marked[y] = g->mark;
				y = even_above(g, y);
			}
		}
	}

	/* from the top down to u, over to v, and up again */
	for (node = side_u; node != top;)
	{
		uint32_t	base = g->base[node];
		uint32_t	odd = outermost(g, g->mate[base]);
		uint32_t	above = outermost(g, g->entry_from[odd]);

		link_ring(g, odd, node, g->mate[base], base);
		link_ring(g, above, odd, g->entry_from[odd], g->entry_to[odd]);
		node = above;
	}
	link_ring(g, side_u, side_v, u, v);
	for (node = side_v; node != top;)
	{
		uint32_t	base = g->base[node];
		uint32_t	odd = outermost(g, g->mate[base]);
		uint32_t	above = outermost(g, g->entry_from[odd]);

		link_ring(g, node, odd, base, g->mate[base]);
		link_ring(g, odd, above, g->entry_to[odd], g->entry_from[odd]);
		node = above;
	}

	g->first[blossom] = top;
	g->base[blossom] = g->base[top];
	g->parent[blossom] = NONE;
	g->merged[blossom] = blossom;
	g->blossom_label[blossom] = EVEN;
	g->blossom_dual[blossom] = 0;
	g->blossom_since[blossom] = g->now;
	note_blossom(g, blossom);
	node = top;
	do
	{
		absorb(g, node, blossom);
		node = g->next[node];
	} while (node != top);
}

/* Is there a way from the tree to a vertex that it does not hold any more? */
static void
look_back(General *g, uint32_t vertex)
{
	EqpInt128	dual = g->dual[vertex];

	eqp_match_count_work(g->memory, &g->ticks, g->arc_start[vertex + 1] - g->arc_start[vertex]);
	g->seen[vertex] = 0;
	for (size_t i = g->arc_start[vertex]; i < g->arc_start[vertex + 1]; i++)
	{
		const EqpMatchArc *arc = &g->arcs[i];
		EqpInt128	time;

		if (g->label[arc->to] != EVEN)
			continue;
		time = g->now + dual + dual_now(g, arc->to) - arc->weight;
		if (time >= g->end_time || (g->seen[vertex] == g->search && time >= g->tight_at[vertex]))
			continue;
		g->seen[vertex] = g->search;
		g->tight_at[vertex] = time;
		g->tight_from[vertex] = arc->to;
		push_event(g, GROW, time, arc->to, vertex);
	}
}

/*
 * The dual of an odd blossom is zero: its children take its place.  Those on the
 * way of even length from the entry to the base stay in the tree.
 */
static void
dissolve(General *g, uint32_t blossom)
{
	uint32_t	base_child = g->first[blossom];
	uint32_t	entry_to = g->entry_to[blossom];
	uint32_t	entry = entry_to;
	uint32_t	node;
	bool		forward = false;

	while (g->parent[entry] != blossom)
		entry = g->parent[entry];
	for (node = base_child; node != entry; node = g->next[node])
		forward = !forward;

	label_blossom(g, blossom, FREE_OF_TREE);
	node = base_child;
	do
	{
		g->parent[node] = NONE;
		g->merged[node] = node;
		FOR_EACH_VERTEX(g, node, v)
			g->inside[v] = node;
		node = g->next[node];
	} while (node != base_child);

	/* those off the way come first, for their next may be on it */
	for (node = forward ? g->previous[entry] : g->next[entry]; node != base_child;
		 node = forward ? g->previous[node] : g->next[node])
	{
		FOR_EACH_VERTEX(g, node, v)
			label_vertex(g, v, FREE_OF_TREE);
	}

	g->entry_from[entry] = g->entry_from[blossom];
	g->entry_to[entry] = entry_to;
	for (node = entry;;)
	{
		uint32_t	even;
		uint32_t	odd;

		/* its vertices are odd already */
		if (node >= g->n)
		{
			note_blossom(g, node);
			label_blossom(g, node, ODD);
		}
		if (node == base_child)
			break;
		even = forward ? g->next[node] : g->previous[node];
		odd = forward ? g->next[even] : g->previous[even];
		make_even(g, even);
		g->entry_from[odd] = forward ? g->link_here[even] : g->link_there[odd];
		g->entry_to[odd] = forward ? g->link_there[even] : g->link_here[odd];
		node = odd;
	}

	for (node = forward ? g->previous[entry] : g->next[entry]; node != base_child;
		 node = forward ? g->previous[node] : g->next[node])
	{
		FOR_EACH_VERTEX(g, node, v)
			look_back(g, v);
	}
	g->spare[g->nspare++] = blossom;
}

/* ---- Changing the matching ---------------------------------------------- */

/* Turn the matching inside a node so that the given vertex is its base. */
static void
rotate(General *g, uint32_t node, uint32_t vertex)
{
	size_t		ntasks = 0;

	if (node < g->n)
		return;
	g->tasks[ntasks++] = node;
	g->tasks[ntasks++] = vertex;
	while (ntasks > 0)
	{
		uint32_t	child;
		uint32_t	at;
		uint32_t	blossom;
		bool		forward = false;

		vertex = g->tasks[--ntasks];
		blossom = g->tasks[--ntasks];
		child = vertex;
		while (g->parent[child] != blossom)
			child = g->parent[child];
		for (at = g->first[blossom]; at != child; at = g->next[at])
			forward = !forward;

		if (child >= g->n)
		{
			g->tasks[ntasks++] = child;
			g->tasks[ntasks++] = vertex;
		}
		/* pairs anew from here to the old base, away from the one it was matched with */
		for (at = child; at != g->first[blossom];)
		{
			uint32_t	one = forward ? g->next[at] : g->previous[at];
			uint32_t	other;
			uint32_t	end_one;
			uint32_t	end_other;

			other = forward ? g->next[one] : g->previous[one];
			end_one = forward ? g->link_here[one] : g->link_there[other];
			end_other = forward ? g->link_there[one] : g->link_here[other];
			g->mate[end_one] = end_other;
			g->mate[end_other] = end_one;
			if (one >= g->n)
			{
				g->tasks[ntasks++] = one;
				g->tasks[ntasks++] = end_one;
			}
			if (other >= g->n)
			{
				g->tasks[ntasks++] = other;
				g->tasks[ntasks++] = end_other;
			}
			at = other;
		}
		g->first[blossom] = child;
		g->base[blossom] = vertex;
	}
}

/* Match an even vertex with another outside its node, or with none, and turn the path to the root. */
static void
turn_path(General *g, uint32_t vertex, uint32_t mate)
{
	for (;;)
	{
		uint32_t	node = outermost(g, vertex);
		uint32_t	old_mate = g->mate[g->base[node]];
		uint32_t	odd;

		rotate(g, node, vertex);
		g->mate[vertex] = mate;
		if (old_mate == NONE)
			return;
		odd = outermost(g, old_mate);
		mate = g->entry_to[odd];
		vertex = g->entry_from[odd];
		rotate(g, odd, mate);
		g->mate[mate] = vertex;
	}
}

/* ---- One search --------------------------------------------------------- */

/* What the edges of an even vertex lead to, and when. */
static void
see_edges(General *g, uint32_t vertex)
{
	EqpInt128	dual = dual_now(g, vertex);

	eqp_match_count_work(g->memory, &g->ticks, g->arc_start[vertex + 1] - g->arc_start[vertex]);
	for (size_t i = g->arc_start[vertex]; i < g->arc_start[vertex + 1]; i++)
	{
		uint32_t	other = g->arcs[i].to;
		EqpInt128	slack;

		if (g->label[other] == ODD)
			continue;
		slack = dual + dual_now(g, other) - g->arcs[i].weight;
		if (g->label[other] == EVEN)
		{
			if (g->now + slack / 2 < g->end_time && outermost(g, vertex) != outermost(g, other))
				push_event(g, SHRINK, g->now + slack / 2, vertex, other);
			continue;
		}
		if (g->now + slack >= g->end_time ||
			(g->seen[other] == g->search && g->now + slack >= g->tight_at[other]))
			continue;
		g->seen[other] = g->search;
		g->tight_at[other] = g->now + slack;
		g->tight_from[other] = vertex;
		if (g->mate[g->base[g->inside[other]]] == NONE)
		{
			g->end_time = g->now + slack;
			g->end_from = vertex;
			g->end_to = other;
		}
		else
			push_event(g, GROW, g->now + slack, vertex, other);
	}
}

/* What has been overtaken by another event since it was foreseen is passed over. */
static void
handle(General *g, const Event *event)
{
	uint32_t	node;

	switch (event->kind)
	{
		case DISSOLVE:
			if (g->blossom_label[event->a] == ODD &&
				g->blossom_dual[event->a] == 2 * (g->now - g->blossom_since[event->a]))
				dissolve(g, event->a);
			break;
		case SHRINK:
			if (outermost(g, event->a) != outermost(g, event->b))
				shrink(g, event->a, event->b);
			break;
		case GROW:
			if (g->label[event->b] != FREE_OF_TREE || g->seen[event->b] != g->search ||
				g->tight_at[event->b] != event->time || g->tight_from[event->b] != event->a)
				break;
			node = outermost(g, event->b);
			make_odd(g, node, event->a, event->b);
			make_even(g, outermost(g, g->mate[g->base[node]]));
			break;
	}
}

/* Grows the tree of a free vertex until its dual is 0 or it is matched. */
static void
search_from(General *g, uint32_t root)
{
	g->search++;
	g->now = 0;
	g->ntouched = g->nblossoms = g->nabsorbed = 0;
	g->queue_head = g->queue_tail = 0;
	g->heap_size = 0;
	g->end_time = g->dual[root] + 1;
	make_even(g, root);

	for (;;)
	{
		Event		event;

		while (g->queue_head < g->queue_tail)
			see_edges(g, g->queue[g->queue_head++]);
		if (g->failed)
			return;
		if (g->heap_size == 0 || g->heap[0].time >= g->end_time)
			break;
		event = pop_event(g);
		g->now = event.time;
		handle(g, &event);
	}

	g->now = g->end_time;
	if (g->end_to != NONE)
	{
		rotate(g, outermost(g, g->end_to), g->end_to);
		g->mate[g->end_to] = g->end_from;
	}
	turn_path(g, g->end_from, g->end_to);

	for (uint32_t i = 0; i < g->ntouched; i++)
	{
		uint32_t	vertex = g->touched[i];

		g->dual[vertex] = dual_now(g, vertex);
		g->label[vertex] = FREE_OF_TREE;
		g->inside[vertex] = outermost(g, vertex);
	}
	for (uint32_t i = 0; i < g->nblossoms; i++)
		label_blossom(g, g->blossoms[i], FREE_OF_TREE);
	for (uint32_t i = 0; i < g->nabsorbed; i++)
		g->merged[g->absorbed[i]] = g->absorbed[i];
}

/* ---- The start ---------------------------------------------------------- */

/*
 * The start where many nodes have copies: their ties make fractional matchings
 * slow, and with so many places to go to the searches end soon.  The dual of
 * each vertex is half of its heaviest edge at first, then as low as its
 * neighbours allow; it is matched with a free one over a tight edge.
 */
static void
start_greedy(General *g)
{
	for (uint32_t v = 0; v < g->n; v++)
	{
		EqpInt128	heaviest = 0;

		eqp_match_count_work(g->memory, &g->ticks, g->arc_start[v + 1] - g->arc_start[v]);
		for (size_t i = g->arc_start[v]; i < g->arc_start[v + 1]; i++)
			if (g->arcs[i].weight > heaviest)
				heaviest = g->arcs[i].weight;
		g->dual[v] = heaviest / 2;
	}
	for (uint32_t v = 0; v < g->n; v++)
	{
		EqpInt128	least = 0;
		uint32_t	mate = NONE;

		eqp_match_count_work(g->memory, &g->ticks, g->arc_start[v + 1] - g->arc_start[v]);
		if (g->mate[v] != NONE)
			continue;
		for (size_t i = g->arc_start[v]; i < g->arc_start[v + 1]; i++)
		{
			uint32_t	other = g->arcs[i].to;
			EqpInt128	needed = g->arcs[i].weight - g->dual[other];

			if (needed > least)
			{
				least = needed;
				mate = NONE;
			}
			if (needed == least && mate == NONE && g->mate[other] == NONE)
				mate = other;
		}
		g->dual[v] = least;
		if (mate != NONE)
		{
			g->mate[v] = mate;
			g->mate[mate] = v;
		}
	}
}

/*
 * A start that is nearly there: the best fractional matching, in which a
 * vertex may have half of two partners.  It is a matching between the vertices and
 * their doubles; its edges form paths and cycles, and its duals, averaged over
 * the two, suit both (Balinski, Math. Programming 2, 1972; Applegate and Cook, 1993).
 * All but the odd cycles are taken over as whole edges, and of an odd cycle all but
 * one vertex: those are what the searches start from.
 */
static EqpMatchStatus
start_fractional(General *g)
{
	EqpTransport t = {.memory = g->memory, .n = 2 * (size_t) g->n};
	uint32_t   *capacity = eqp_match_array(g->memory, t.n, sizeof(uint32_t));
	uint8_t    *side = eqp_match_array(g->memory, t.n, 1);
	uint32_t   *to = eqp_match_array(g->memory, g->n, sizeof(uint32_t));
	uint32_t   *from = eqp_match_array(g->memory, g->n, sizeof(uint32_t));
	size_t		narcs = g->arc_start[g->n];
	EqpMatchStatus status = eqp_transport_allocate(&t, narcs, true);

	if (status != EQP_MATCH_OK)
		return status;
	if (capacity == NULL || side == NULL || to == NULL || from == NULL)
		return EQP_MATCH_NO_MEMORY;
	t.capacity = capacity;
	t.side = side;
	for (uint32_t v = 0; v < g->n; v++)
	{
		side[v] = EQP_MATCH_LEFT;
		side[g->n + v] = EQP_MATCH_RIGHT;
		capacity[v] = capacity[g->n + v] = g->arc_start[v + 1] > g->arc_start[v];
		t.row_start[v] = (uint32_t) g->arc_start[v];
		t.row_start[g->n + v] = (uint32_t) narcs;
		to[v] = from[v] = NONE;
	}
	t.row_start[t.n] = (uint32_t) narcs;
	for (size_t i = 0; i < narcs; i++)
	{
		eqp_match_tick_at(g->memory, i);
		t.target[i] = g->n + g->arcs[i].to;
		t.cost[i] = -g->arcs[i].weight;
	}

	status = eqp_transport_solve(&t);
	if (status != EQP_MATCH_OK)
		return status;
	for (uint32_t v = 0; v < g->n; v++)
	{
		eqp_match_count_work(g->memory, &g->ticks, g->arc_start[v + 1] - g->arc_start[v]);
		g->dual[v] = (t.potential[g->n + v] - t.potential[v]) / 2;
		for (size_t i = g->arc_start[v]; i < g->arc_start[v + 1]; i++)
			if (t.used[i])
			{
				to[v] = g->arcs[i].to;
				from[to[v]] = v;
			}
	}
	/* every second edge of the paths, which begin where nothing leads to, and then of the cycles */
	for (int paths = 1; paths >= 0; paths--)
		for (uint32_t v = 0; v < g->n; v++)
		{
			uint32_t	at = v;

			if (paths && from[v] != NONE)
				continue;
			while (at != NONE && to[at] != NONE && g->mate[at] == NONE && g->mate[to[at]] == NONE)
			{
				uint32_t	mate = to[at];

				g->mate[at] = mate;
				g->mate[mate] = at;
				at = to[mate];
			}
		}

	g->memory->release(g->memory->arg, capacity);
	g->memory->release(g->memory->arg, side);
	g->memory->release(g->memory->arg, to);
	g->memory->release(g->memory->arg, from);
	eqp_transport_release(&t);
	return EQP_MATCH_OK;
}

/* ---- The whole ---------------------------------------------------------- */

/* A start, then a search from every free vertex whose dual is not 0. */
static EqpMatchStatus
solve(General *g, bool greedily)
{
	EqpMatchStatus status = EQP_MATCH_OK;

	for (uint32_t v = 0; v < g->n; v++)
	{
		g->mate[v] = NONE;
		g->inside[v] = v;
		g->label[v] = FREE_OF_TREE;
		g->since[v] = 0;
		g->seen[v] = g->touched_in[v] = 0;
	}
	for (uint32_t node = 0; node < g->n + g->n / 2; node++)
	{
		g->parent[node] = NONE;
		g->merged[node] = node;
		g->base[node] = node;
		g->marked[node] = 0;
		if (node >= g->n)
			g->blossom_label[node] = FREE_OF_TREE;
	}
	/* a ring has three children or more, so there are fewer blossoms than half the vertices */
	for (uint32_t i = g->n / 2; i > 0; i--)
		g->spare[g->nspare++] = g->n + i - 1;

	if (greedily)
		start_greedy(g);
	else
		status = start_fractional(g);
	for (uint32_t v = 0; v < g->n && status == EQP_MATCH_OK; v++)
	{
		if (g->mate[v] == NONE && g->dual[v] > 0)
			search_from(g, v);
		if (g->failed)
			status = EQP_MATCH_NO_MEMORY;
	}
	return status;
}

EqpMatchStatus
eqp_match_blossom(const EqpMatchGraph *graph, bool greedily)
{
	const EqpMatchMemory *memory = graph->memory;
	General		g = {
		.memory = memory,
		.n = graph->n,
		.arc_start = graph->arc_start,
		.arcs = graph->arcs,
		.mate = graph->mate,
		.heap_room = 1024,
		.blossoms_size = 1024,
	};
	size_t		n = graph->n;
	size_t		nnodes = n + n / 2;
	EqpMatchStatus status;
	void	   *parts[32];
	int			nparts = 0;

	parts[nparts++] = g.inside = eqp_match_array(memory, n, sizeof(uint32_t));
	parts[nparts++] = g.dual = eqp_match_array(memory, n, sizeof(EqpInt128));
	parts[nparts++] = g.since = eqp_match_array(memory, n, sizeof(EqpInt128));
	parts[nparts++] = g.label = eqp_match_array(memory, n, 1);
	parts[nparts++] = g.tight_at = eqp_match_array(memory, n, sizeof(EqpInt128));
	parts[nparts++] = g.tight_from = eqp_match_array(memory, n, sizeof(uint32_t));
	parts[nparts++] = g.seen = eqp_match_array(memory, n, sizeof(uint32_t));
	parts[nparts++] = g.touched_in = eqp_match_array(memory, n, sizeof(uint32_t));
	parts[nparts++] = g.touched = eqp_match_array(memory, n, sizeof(uint32_t));
	parts[nparts++] = g.queue = eqp_match_array(memory, n, sizeof(uint32_t));
	parts[nparts++] = g.tasks = eqp_match_array(memory, 2 * nnodes, sizeof(uint32_t));
	parts[nparts++] = g.parent = eqp_match_array(memory, nnodes, sizeof(uint32_t));
	parts[nparts++] = g.merged = eqp_match_array(memory, nnodes, sizeof(uint32_t));
	parts[nparts++] = g.base = eqp_match_array(memory, nnodes, sizeof(uint32_t));
	parts[nparts++] = g.first = eqp_match_array(memory, nnodes, sizeof(uint32_t));
	parts[nparts++] = g.next = eqp_match_array(memory, nnodes, sizeof(uint32_t));
	parts[nparts++] = g.previous = eqp_match_array(memory, nnodes, sizeof(uint32_t));
	parts[nparts++] = g.link_here = eqp_match_array(memory, nnodes, sizeof(uint32_t));
	parts[nparts++] = g.link_there = eqp_match_array(memory, nnodes, sizeof(uint32_t));
	parts[nparts++] = g.entry_from = eqp_match_array(memory, nnodes, sizeof(uint32_t));
	parts[nparts++] = g.entry_to = eqp_match_array(memory, nnodes, sizeof(uint32_t));
	parts[nparts++] = g.marked = eqp_match_array(memory, nnodes, sizeof(uint32_t));
	parts[nparts++] = g.blossom_dual = eqp_match_array(memory, nnodes, sizeof(EqpInt128));
	parts[nparts++] = g.blossom_since = eqp_match_array(memory, nnodes, sizeof(EqpInt128));
	parts[nparts++] = g.blossom_label = eqp_match_array(memory, nnodes, 1);
	parts[nparts++] = g.absorbed = eqp_match_array(memory, nnodes, sizeof(uint32_t));
	parts[nparts++] = g.spare = eqp_match_array(memory, n / 2, sizeof(uint32_t));
	for (int i = 0; i < nparts; i++)
		if (parts[i] == NULL)
			return EQP_MATCH_NO_MEMORY;
	g.heap = eqp_match_array(memory, g.heap_room, sizeof(Event));
	g.blossoms = eqp_match_array(memory, g.blossoms_size, sizeof(uint32_t));
	if (g.heap == NULL || g.blossoms == NULL)
		return EQP_MATCH_NO_MEMORY;

	status = solve(&g, greedily);
	if (status != EQP_MATCH_OK)
		return status;
	memory->release(memory->arg, g.heap);
	memory->release(memory->arg, g.blossoms);
	for (int i = 0; i < nparts; i++)
		memory->release(memory->arg, parts[i]);
	return EQP_MATCH_OK;
}

#endif							/* EQP_HAVE_INT128 */
