/*
 * suppress.c
 *		Hiding small cells, and what would give them away.
 *
 * A row whose base lies from 1 to min_n - 1 is hidden (primary suppression).
 * Under rollup every total is an equation, total = sum of its parts; an
 * equation with one hidden cell gives that cell away by subtraction.  So
 * further cells are hidden (complementary suppression; Cox 1980, "Suppression
 * methodology and statistical disclosure control") until every equation has
 * none or at least two.  As the equations form a tree, a change of one hidden
 * cell can then always be balanced by another in each equation it stands in,
 * so none of them is determined.  Two cases are left.  Where the hidden parts
 * add up to the least that they can be, each is that.  Because empty cells are
 * shown, a hidden one is at least 1, and a hidden total at least what its parts
 * are at least.  Then one more is hidden, if need be the total.  And where
 * three or more add up to the most that small cells can be, a reader who knows
 * these rules may conclude that each is min_n - 1, as a larger one would have
 * been hidden after the smallest that is shown.  Then that is hidden, too.  (Two
 * may as well be min_n - 2 and min_n.)
 *
 * A base may have several components (the rows of either group of a gap), and
 * each is an equation of its own, in which only cells that have something in
 * that component can hide each other.
 */
#include "report/suppress.h"

#include "alloc.h"
#include "miscadmin.h"
#include "report/grouping_parts.h"

typedef struct Suppression
{
	EqpReport  *report;
	const int64 *bases;
	int			nbases;
	int			min_n;
	int64	   *first_child;	/* by node, -1 for none */
	int64	   *next_sibling;	/* by node, in report order, -1 for none */
} Suppression;

/* One component of the base of a node. */
static inline int64
base_of(const Suppression *s, int64 node, int component)
{
	return s->bases[node * s->nbases + component];
}

/* All components of it together. */
static int64
total_base(const Suppression *s, int64 node)
{
	int64		total = 0;

	for (int k = 0; k < s->nbases; k++)
		total += base_of(s, node, k);
	return total;
}

/* Is the node hidden, with something in that component? */
static inline bool
hides(const Suppression *s, int64 node, int component)
{
	return s->report->nodes[node].suppressed && base_of(s, node, component) > 0;
}

/* The least that a reader knows the base of a node to be. */
static int64
least_base(const Suppression *s, int64 node, int component)
{
	int64		least = 0;

	check_stack_depth();
	if (!s->report->nodes[node].suppressed)
		return base_of(s, node, component);
	if (s->first_child[node] < 0)
		return base_of(s, node, component) > 0 ? 1 : 0;
	for (int64 child = s->first_child[node]; child >= 0; child = s->next_sibling[child])
		least += least_base(s, child, component);
	return least;
}

/*
 * Settle the equation of one total in one component.  True if it hid a cell,
 * which was shown before.
 */
static bool
settle(Suppression *s, int64 parent, int component)
{
	EqpNode    *nodes = s->report->nodes;
	int64		hidden = 0;
	int64		hidden_base = 0;
	int64		hidden_least = 0;
	int64		hidden_small = 0;
	int64		smallest = -1;

	for (int64 child = s->first_child[parent]; child >= 0; child = s->next_sibling[child])
	{
		if (hides(s, child, component))
		{
			hidden++;
			hidden_base += base_of(s, child, component);
			hidden_least += least_base(s, child, component);
			if (base_of(s, child, component) < s->min_n)
				hidden_small++;
		}
		else if (base_of(s, child, component) > 0 &&
				 (smallest < 0 || total_base(s, child) < total_base(s, smallest)))
			smallest = child;
	}

	if (hides(s, parent, component))
	{
		/* all parts shown: they add up to the total */
		if (hidden > 0 || smallest < 0)
			return false;
		nodes[smallest].suppressed = true;
		return true;
	}

	/*
	 * What is missing from the shown total is one part, or several of which
	 * each must be the least that it can be, or the most of a small one.
	 */
	if (hidden == 0)
		return false;
	if (hidden > 1 && hidden_base > hidden_least &&
		(hidden == 2 || smallest < 0 || hidden_small < hidden ||
		 hidden_base < hidden * (s->min_n - 1)))
		return false;

	/* the smallest other part goes first, without one the total itself */
	nodes[smallest >= 0 ? smallest : parent].suppressed = true;
	return true;
}

/* Primary suppression: true if there is any. */
static bool
hide_small(EqpReport *report, const int64 *bases, int nbases, int min_n)
{
	bool		any = false;

	CHECK_FOR_INTERRUPTS();
	for (int64 i = 0; i < report->nnodes; i++)
		for (int k = 0; k < nbases; k++)
			if (bases[i * nbases + k] > 0 && bases[i * nbases + k] < min_n)
				report->nodes[i].suppressed = any = true;
	return any;
}

/*
 * A total over the outer columns of a join has the base of each of its parts,
 * which hide the same cells: it is hidden where they are.
 */
static void
hide_outer_totals(EqpReport *report)
{
	bool		hidden = false;

	for (int64 i = 0; i < report->nnodes; i++)
	{
		EqpNode    *node = &report->nodes[i];

		if (node->level == report->grouping->nouter)
			hidden = node->suppressed;
		else if (node->level < report->grouping->nouter && hidden)
			node->suppressed = true;
	}
}

void
eqp_report_suppress_totals(EqpReport *report, const int64 *bases, int min_n)
{
	for (int64 i = 0; i < report->nnodes; i++)
		report->nodes[i].suppressed = false;
	if (!hide_small(report, bases, 1, min_n))
		return;

	/* parts come before their totals */
	for (int64 i = 0; i < report->nnodes; i++)
		if (report->nodes[i].suppressed && report->nodes[i].parent >= 0)
			report->nodes[report->nodes[i].parent].suppressed = true;
	hide_outer_totals(report);
}

void
eqp_report_suppress(EqpReport *report, const int64 *bases, int nbases, int min_n)
{
	Suppression s = {report, bases, nbases, min_n, NULL, NULL};
	bool		changed = hide_small(report, bases, nbases, min_n);

	if (!changed)
		return;

	s.first_child = eqp_alloc(CurrentMemoryContext, report->nnodes, sizeof(int64));
	s.next_sibling = eqp_alloc(CurrentMemoryContext, report->nnodes, sizeof(int64));
	for (int64 i = 0; i < report->nnodes; i++)
		s.first_child[i] = s.next_sibling[i] = -1;
	for (int64 i = report->nnodes - 1; i >= 0; i--)
	{
		int64		parent = report->nodes[i].parent;

		if (parent >= 0)
		{
			s.next_sibling[i] = s.first_child[parent];
			s.first_child[parent] = i;
		}
	}

	/*
	 * From the leaves up, which is report order.  What a total above hides
	 * can unsettle one below it, hence the repetition: every round but the
	 * last hides a cell that was shown.
	 */
	while (changed)
	{
		changed = false;
		for (int64 i = 0; i < report->nnodes; i++)
		{
			CHECK_FOR_INTERRUPTS();
			if (s.first_child[i] < 0)
				continue;
			for (int k = 0; k < nbases; k++)
				if (settle(&s, i, k))
					changed = true;
		}
	}

	pfree(s.first_child);
	pfree(s.next_sibling);
	hide_outer_totals(report);
}
